/* The steps of an order that is not sold at once: place, pay, hand over, cancel.
 *
 *   draft --place--> placed --hand_over--> done
 *     |                |  ^
 *     |                |  pay (any number of times)
 *     +----cancel------+--> cancelled
 *
 * Prices are those of the draft. Revenue is booked when the goods are handed over; what was paid
 * before is a deposit until then. */
#include "front/order/order_parts.h"

struct pay_args {
    lines_t tenders; /* struct tender_arg */
    till_ref till;   /* whose drawer takes the cash */
};

struct hand_over_args {
    till_ref till;
};

struct cancel_args {
    text_t reason;
    till_ref till;
};

static const struct field pay_fields[] = {
    F_ROWS(pay_args, tenders, tender_shape, N_("Tenders"), .flags = F_REQUIRED, .max = TENDERS_MAX),
    F_REF(pay_args, till, till, N_("Till"), .help = N_("The till whose drawer takes the cash.")),
};
const struct shape pay_shape = SHAPE(pay_args, pay_fields);

static const struct field hand_over_fields[] = {
    F_REF(hand_over_args, till, till, N_("Till"), .help = N_("The till at which it is collected.")),
};
const struct shape hand_over_shape = SHAPE(hand_over_args, hand_over_fields);

static const struct field cancel_fields[] = {
    F_TEXT(cancel_args, reason, N_("Reason"), .flags = F_REQUIRED),
    F_REF(cancel_args, till, till, N_("Till"),
          .help = N_("The till whose drawer gives the cash back.")),
};
const struct shape cancel_shape = SHAPE(cancel_args, cancel_fields);

/* Loads what a step of a stored order needs. Its day becomes the order's: the day of booking. */
static enum err begin(struct cx *cx, struct sale *s, struct sales_order *order, till_ref till)
{
    s->order = order;
    TRY(sale_where(cx, s, till, order->site));
    TRY(sale_customer(cx, s, order->customer));
    order->business_date = site_date(&s->site, cx->now);
    TRY(order_lines(cx, order->record.id, &s->lines, &s->n));
    return sale_products(cx, s);
}

enum err place_run(struct cx *cx, void *record, const void *args, void *result)
{
    struct sale s = { 0 };
    (void)args, (void)result;
    TRY(begin(cx, &s, record, (till_ref){ 0 }));
    if (s.n == 0) {
        return refuse(cx, &refusal_order_empty, TEXT("lines"));
    }
    s.order->state = ORDER_PLACED;
    s.order->sold_at = s.order->placed_at = cx->now;
    TRY(sale_number(cx, &s, VALUE_NONE));
    return sale_publish(cx, &s, "sales_order.placed", NULL);
}

enum err pay_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct pay_args *in = args;
    struct sale s = { 0 };
    (void)result;
    TRY(begin(cx, &s, record, in->till));
    TRY(sale_pay(cx, &s, &in->tenders, true));
    TRY(sale_write_payments(cx, &s));
    if (s.at_till) {
        TRY(till_take_cash(cx, &s.till, s.cash, s.order->number));
    }
    return sale_publish(cx, &s, "sales_order.paid", NULL);
}

/* The costs that stock has filled in. */
static enum err write_costs(struct cx *cx, const struct sale *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct value args[] = {
            v_int(s->lines[i].cost.minor),
            v_int(s->order->record.id),
            v_int(s->lines[i].record.id),
        };
        TRY(store_exec(cx,
                       "UPDATE sales_order_lines SET cost = $1, version = version + 1"
                       " WHERE sale = $2 AND id = $3",
                       args, N_ELEMENTS(args)));
    }
    return OK;
}

enum err hand_over_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct hand_over_args *in = args;
    struct sale s = { 0 };
    (void)result;
    TRY(begin(cx, &s, record, in->till));
    struct sales_order *o = s.order;
    money_t owed = money_add(o->total, o->rounding);
    if (o->paid.minor != owed.minor) {
        return REFUSE(cx, &refusal_order_not_paid, TEXT("paid"),
                      amount_text(cx, money_sub(owed, o->paid)), amount_text(cx, owed));
    }
    o->state = ORDER_DONE;
    o->sold_at = cx->now;
    if (s.at_till) {
        o->till = in->till;
        o->session = s.till.session;
    }
    TRY(sale_publish(cx, &s, "sales_order.handed_over", NULL));
    TRY(write_costs(cx, &s));
    return sales_total_add(cx, &s);
}

/* What was paid by each tender goes back by the same. */
static enum err give_back(struct cx *cx, struct sale *s)
{
    struct payment *paid;
    size_t n;
    money_t sums[N_ELEMENTS(tender_choices)] = { 0 };
    const struct value args[] = { v_int(s->order->record.id) };
    TRY(store_select(cx, &payment_entity, "sale = $1 ORDER BY id", args, 1, &paid, &n));
    for (size_t i = 0; i < n; i++) {
        sums[paid[i].kind] = money_add(sums[paid[i].kind], paid[i].amount);
    }
    for (size_t k = 0; k < N_ELEMENTS(sums); k++) {
        if (sums[k].minor == 0) {
            continue;
        }
        s->payments[s->n_payments++] = (struct payment){
            .sale = { s->order->record.id },
            .kind = (choice_t)k,
            .amount = money_neg(sums[k]),
            .currency = s->order->currency,
            .paid_at = cx->now,
            .session = s->at_till ? s->till.session : (till_session_ref){ 0 },
        };
        if (k == TENDER_CASH) {
            if (!s->at_till) {
                return refuse(cx, &refusal_cash_needs_till, TEXT("till"));
            }
            s->cash = money_neg(sums[k]);
        }
    }
    s->order->paid = s->order->rounding = money_of(0);
    return sale_write_payments(cx, s);
}

enum err cancel_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct cancel_args *in = args;
    struct sale s = { 0 };
    (void)result;
    TRY(begin(cx, &s, record, in->till));
    s.order->reason = in->reason;
    TRY(give_back(cx, &s));
    if (s.at_till) {
        TRY(till_take_cash(cx, &s.till, s.cash, s.order->number));
    }
    s.order->state = ORDER_CANCELLED;
    TRY(invoice_cancel(cx, s.order));
    return sale_publish(cx, &s, "sales_order.cancelled", NULL);
}
