/* Mail that the program writes by itself: the confirmation of an order. */
#include "back/mail/mail_parts.h"
#include "face/format.h"
#include "face/print.h"
#include "face/smtp.h"
#include "front/order/order.h"
#include "meta/locale.h"

#define TEXT_BYTES_MAX 4000
#define LINES_SHOWN    12

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

/* -- what it says ---------------------------------------------------------------------------- */

struct letter {
    struct cx *cx;
    const char *language;
    const struct sales_order *order;
    const struct order_event *event;
    const struct format *format;
    struct buf b;
};

static void put_text(struct letter *l, const char *msgid, const text_t *values, size_t n)
{
    buf_text(&l->b, say(l->cx, l->language, msgid, values, n));
}

static text_t day_text(struct letter *l, date_t day)
{
    struct buf b;
    buf_init(&b, l->cx->arena, 200);
    format_date(l->format, &b, day, DATE_LONG);
    return buf_done(&b);
}

/* "2 × Green tea", as many as one looks over; the document has them all. */
static void put_lines(struct letter *l)
{
    const struct order_event *e = l->event;
    for (size_t i = 0; i < e->n_lines && i < LINES_SHOWN; i++) {
        buf_str(&l->b, "  ");
        format_quantity(l->format, &l->b, e->lines[i].quantity);
        buf_str(&l->b, " \xc3\x97 ");
        buf_text(&l->b, e->products[i]->name);
        buf_char(&l->b, '\n');
    }
    if (e->n_lines > LINES_SHOWN) {
        buf_str(&l->b, "  \xe2\x80\xa6\n");
    }
}

static void put_facts(struct letter *l)
{
    const struct sales_order *o = l->order;
    buf_str(&l->b, locale_text(l->language, N_("Total")));
    buf_str(&l->b, ": ");
    format_money(l->format, &l->b, o->total, o->currency);
    if (!instant_none(o->promised_at)) {
        buf_char(&l->b, '\n');
        buf_str(&l->b, locale_text(l->language, N_("Promised for")));
        buf_str(&l->b, ": ");
        format_time(l->format, &l->b, o->promised_at, l->event->site->time_zone, TIME_SHORT);
    }
    buf_str(&l->b, "\n\n");
}

/* Who writes, as a letter ends. */
static void put_sender(struct letter *l, const struct company *company)
{
    const struct site *site = l->event->site;
    const text_t values[] = { site->phone };
    put_text(l,
             text_empty(site->phone)
                 ? N_("Do you have a question? Answer this message.")
                 : N_("Do you have a question? Answer this message or call {1}."),
             values, 1);
    buf_str(&l->b, "\n\n-- \n"); /* mail programs know a signature by it (RFC 3676, 4.3) */
    buf_text(&l->b, company->name);
    const text_t places[] = { site->street, site->postal_code, site->city };
    const char *const before[] = { "\n", text_empty(site->street) ? "\n" : ", ",
                                   text_empty(site->postal_code) ? "\n" : " " };
    for (size_t i = 0; i < N_ELEMENTS(places); i++) {
        if (!text_empty(places[i])) {
            buf_str(&l->b, before[i]);
            buf_text(&l->b, places[i]);
        }
    }
}

static text_t letter_text(struct letter *l, const struct company *company,
                          const struct party *customer)
{
    l->format = format_for(l->language, company->country, DIGITS_USUAL);
    buf_init(&l->b, l->cx->arena, TEXT_BYTES_MAX * 4);
    const text_t values[] = { customer->name, l->order->number,
                              day_text(l, l->order->business_date) };
    put_text(l, N_("Hello {1},"), values, 3);
    buf_str(&l->b, "\n\n");
    put_text(l, N_("thank you for your order {2} of {3}:"), values, 3);
    buf_str(&l->b, "\n\n");
    put_lines(l);
    buf_char(&l->b, '\n');
    put_facts(l);
    put_text(l, N_("Prices and taxes are in the attached document."), values, 3);
    buf_char(&l->b, '\n');
    put_sender(l, company);
    return buf_done(&l->b);
}

enum err mail_confirm_order(struct cx *cx, const void *record, void *payload)
{
    const struct sales_order *o = record;
    struct company company;
    struct party customer;
    struct mail_message out;
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
    struct letter l = { .cx = cx, .language = language, .order = o, .event = payload };
    const struct mail_draft draft = {
        .to = customer.email,
        .subject = say(cx, language, N_("Your order {2}"), values, 3),
        .body = letter_text(&l, &company, &customer),
        .language = text_of(language),
        .document = TEXT("order_confirmation"),
        .about = &sales_order_entity,
        .record = o->record.id,
        .site = o->site,
        .automatic = true,
    };
    return mail_queue(cx, &draft, &out);
}
