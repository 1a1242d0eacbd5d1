/* Mail that the program writes by itself: the confirmation of an order. */
#include "back/mail/mail_parts.h"
#include "face/print.h"
#include "face/smtp.h"
#include "front/order/order.h"
#include "meta/locale.h"

#define TEXT_BYTES_MAX 4000

/* A text of the program in a language, {1} {2} {3} standing for values. */
static text_t say(struct cx *cx, const char *language, const char *msgid, const text_t *values,
                  size_t n)
{
    struct buf b;
    buf_init(&b, cx->arena, TEXT_BYTES_MAX);
    for (const char *s = locale_text(language, msgid); *s; s++) {
        size_t which = s[0] == '{' && s[1] >= '1' && s[1] <= '9' && s[2] == '}'
                           ? (size_t)(s[1] - '0')
                           : 0;
        if (which > 0 && which <= n) {
            buf_text(&b, values[which - 1]);
            s += 2;
        } else {
            buf_char(&b, *s);
        }
    }
    return buf_done(&b);
}

static const char *language_of(const struct company *company, const struct party *customer)
{
    const char *theirs = customer->language.s ? language_known(customer->language) : NULL;
    const char *ours = company->language.s ? language_known(company->language) : NULL;
    return theirs ? theirs : ours ? ours : "en";
}

static bool is_ours_to_confirm(const struct sales_order *o)
{
    bool channel = o->channel == CHANNEL_SHOP || o->channel == CHANNEL_PHONE;
    return channel && o->kind == ORDER_SALE && o->customer.id &&
           text_empty(o->reference); /* what another system numbered it has confirmed too */
}

enum err mail_confirm_order(struct cx *cx, const void *record, void *payload)
{
    const struct sales_order *o = record;
    struct company company;
    struct party customer;
    struct mail_message out;
    (void)payload;
    if (!is_ours_to_confirm(o)) {
        return OK;
    }
    TRY(company_get(cx, &company));
    if (text_empty(company.mail_from)) {
        return OK;
    }
    TRY(store_get_any(cx, &party_entity, o->customer.id, &customer));
    if (!smtp_address_ok(customer.email)) {
        return OK;
    }
    const char *language = language_of(&company, &customer);
    const text_t values[] = { customer.name, o->number, company.name };
    const struct mail_draft draft = {
        .to = customer.email,
        .subject = say(cx, language, N_("Your order {2}"), values, 3),
        .body = say(cx, language,
                    N_("Hello {1},\n\nthank you for your order {2}. You find what you have ordered "
                       "in the attached document.\n\n{3}"),
                    values, 3),
        .language = text_of(language),
        .document = TEXT("order_confirmation"),
        .about = &sales_order_entity,
        .record = o->record.id,
        .site = o->site,
        .automatic = true,
    };
    return mail_queue(cx, &draft, &out);
}
