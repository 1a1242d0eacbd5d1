/* What customers owe: sales on account within the credit limit, and what they pay towards it.
 *
 * Table customer_account keeps one amount per customer, changed by the transaction that sells or
 * takes the money; the conditional upsert is what holds the limit when two tills sell at once. */
#include "front/order/order_parts.h"

struct receive_payment_args {
    party_ref customer;
    choice_t kind;
    money_t amount;
    site_ref site;
    till_ref till;
    text_t reference;
};

static const struct field receive_fields[] = {
    F_REF(receive_payment_args, customer, party, N_("Customer"), .flags = F_REQUIRED),
    F_CHOICE(receive_payment_args, kind, tender_choices, N_("Tender"), .flags = F_REQUIRED),
    F_MONEY(receive_payment_args, amount, N_("Amount"), .flags = F_REQUIRED | F_POSITIVE),
    F_REF(receive_payment_args, site, site, N_("Site")),
    F_REF(receive_payment_args, till, till, N_("Till"),
          .help = N_("The till whose drawer takes the cash.")),
    F_TEXT(receive_payment_args, reference, N_("Reference")),
};
const struct shape receive_payment_shape = SHAPE(receive_payment_args, receive_fields);

enum err account_change(struct cx *cx, const struct party *customer, money_t by, text_t field)
{
    /* A payment or refund is never held up by the limit, a further sale is. */
    int64_t limit = by.minor > 0 ? customer->credit_limit.minor : INT64_MAX;
    const struct value args[] = {
        v_int(customer->record.id),
        v_int(cx->company),
        v_int(by.minor),
        v_int(limit),
    };
    return store_exec_or(cx,
                         "INSERT INTO customer_account (party, company, open_amount)"
                         " SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT)"
                         " WHERE CAST($3 AS BIGINT) <= CAST($4 AS BIGINT)"
                         " ON CONFLICT (party) DO UPDATE"
                         " SET open_amount = customer_account.open_amount + excluded.open_amount"
                         " WHERE customer_account.open_amount + excluded.open_amount"
                         " <= CAST($4 AS BIGINT)",
                         args, N_ELEMENTS(args), &refusal_credit_limit_exceeded, field,
                         customer->name, amount_text(cx, customer->credit_limit));
}

enum err receive_payment_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct receive_payment_args *in = args;
    struct customer_payment *p = record;
    struct sales_order none = { 0 };
    struct sale s = { .order = &none };
    (void)result;
    if (in->kind != TENDER_CASH && in->kind != TENDER_CARD && in->kind != TENDER_TRANSFER) {
        return REFUSE(cx, &refusal_unknown_choice, TEXT("kind"),
                      text_of(tender_choices[in->kind].name), TEXT("cash, card, transfer"));
    }
    TRY(sale_where(cx, &s, in->till, in->site));
    if (in->kind == TENDER_CASH && !s.at_till) {
        return refuse(cx, &refusal_cash_needs_till, TEXT("till"));
    }
    TRY(sale_customer(cx, &s, in->customer));
    *p = (struct customer_payment){
        .customer = in->customer,
        .site = { s.site.record.id },
        .kind = in->kind,
        .amount = in->amount,
        .currency = s.company.currency,
        .paid_at = cx->now,
        .business_date = site_date(&s.site, cx->now),
        .session = s.at_till ? s.till.session : (till_session_ref){ 0 },
        .reference = in->reference,
    };
    TRY(series_next(cx, "customer_payment", p->site, &p->number, NULL));
    TRY(account_change(cx, s.customer, money_neg(in->amount), TEXT("amount")));
    TRY(store_insert(cx, &customer_payment_entity, p));
    if (s.at_till && in->kind == TENDER_CASH) {
        TRY(till_take_cash(cx, &s.till, in->amount, p->number));
    }
    return event_publish(cx, "payment.received", &customer_payment_entity, p, p);
}
