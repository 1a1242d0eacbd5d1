/* The making of a document, second half: tenders, numbers, events, rows. */
#include "front/order/order_parts.h"

/* The tenders as parts, with what cannot be taken at all refused. */
static enum err parts_of(struct cx *cx, const struct sale *s, const lines_t *tenders,
                         struct tender_part parts[static TENDERS_MAX])
{
    const struct tender_arg *in = tenders->items;
    INVARIANT(tenders->n <= TENDERS_MAX);
    for (size_t i = 0; i < tenders->n; i++) {
        if (in[i].kind == TENDER_GIFT_CARD) {
            return refuse(cx, &refusal_gift_card_unknown, path_at(cx, "tenders", i, "reference"));
        }
        if (in[i].kind == TENDER_CASH && !s->at_till) {
            return refuse(cx, &refusal_cash_needs_till, path_at(cx, "tenders", i, "kind"));
        }
        if (in[i].kind == TENDER_ACCOUNT && !s->customer) {
            return refuse(cx, &refusal_account_needs_customer, TEXT("customer"));
        }
        parts[i] = (struct tender_part){ .cash = in[i].kind == TENDER_CASH,
                                         .amount = in[i].amount };
    }
    return OK;
}

/* What was kept of each tender becomes a payment; sign is -1 for money that goes back. */
static void payments_of(struct cx *cx, struct sale *s, const lines_t *tenders,
                        const struct tender_part *parts, int sign)
{
    const struct tender_arg *in = tenders->items;
    for (size_t i = 0; i < tenders->n; i++) {
        if (parts[i].kept.minor == 0) {
            continue;
        }
        money_t amount = sign < 0 ? money_neg(parts[i].kept) : parts[i].kept;
        s->payments[s->n_payments++] = (struct payment){
            .sale = { s->order->record.id },
            .kind = in[i].kind,
            .amount = amount,
            .currency = s->order->currency,
            .paid_at = s->order->state == ORDER_PLACED ? cx->now : s->order->sold_at,
            .session = s->at_till ? s->till.session : (till_session_ref){ 0 },
            .reference = in[i].reference,
        };
        if (parts[i].cash) {
            s->cash = money_add(s->cash, amount);
        }
    }
}

/* The first tender that is not cash: the one to blame for too much. */
static size_t first_other(const lines_t *tenders)
{
    const struct tender_arg *in = tenders->items;
    size_t i = 0;
    while (i + 1 < tenders->n && in[i].kind == TENDER_CASH) {
        i++;
    }
    return i;
}

static money_t tendered(const lines_t *tenders)
{
    const struct tender_arg *in = tenders->items;
    money_t sum = money_of(0);
    for (size_t i = 0; i < tenders->n; i++) {
        sum = money_add(sum, in[i].amount);
    }
    return sum;
}

enum err sale_pay(struct cx *cx, struct sale *s, const lines_t *tenders, bool partly)
{
    struct sales_order *o = s->order;
    struct tender_part parts[TENDERS_MAX];
    struct tender_sum sum;
    money_t due = money_sub(money_add(o->total, o->rounding), o->paid);
    TRY(parts_of(cx, s, tenders, parts));
    switch (tender_settle(due, s->company.cash_step, partly, parts, tenders->n, &sum)) {
    case TENDER_FINE:
        break;
    case TENDER_NO_CHANGE: {
        size_t i = first_other(tenders);
        const struct tender_arg *in = tenders->items;
        return REFUSE(cx, &refusal_change_only_from_cash, path_at(cx, "tenders", i, "amount"),
                      text_of(cx_text(cx, tender_choices[in[i].kind].label)), amount_text(cx, due));
    }
    case TENDER_TOO_SMALL:
    case TENDER_NOT_EXACT:
    default:
        return REFUSE(cx, &refusal_tenders_too_small, TEXT("tenders"), amount_text(cx, due),
                      amount_text(cx, money_sub(due, tendered(tenders))));
    }
    payments_of(cx, s, tenders, parts, 1);
    o->paid = money_add(o->paid, sum.kept);
    o->change = money_add(o->change, sum.change);
    o->rounding = money_add(o->rounding, sum.rounding);
    return OK;
}

enum err sale_refund(struct cx *cx, struct sale *s, const lines_t *tenders, money_t due)
{
    struct tender_part parts[TENDERS_MAX];
    struct tender_sum sum;
    TRY(parts_of(cx, s, tenders, parts));
    if (tender_refund(due, s->company.cash_step, parts, tenders->n, &sum) != TENDER_FINE) {
        return REFUSE(cx, &refusal_tenders_mismatch, TEXT("tenders"), amount_text(cx, due));
    }
    payments_of(cx, s, tenders, parts, -1);
    s->order->paid = money_sub(s->order->paid, sum.kept);
    s->order->rounding = money_sub(s->order->rounding, sum.rounding);
    return OK;
}

enum err sale_write_payments(struct cx *cx, struct sale *s)
{
    for (size_t i = 0; i < s->n_payments; i++) {
        struct payment *p = &s->payments[i];
        if (p->kind == TENDER_ACCOUNT) {
            TRY(account_change(cx, s->customer, p->amount, TEXT("tenders")));
        }
        TRY(store_insert(cx, &payment_entity, p));
    }
    return OK;
}

enum err sale_number(struct cx *cx, struct sale *s, int64_t till_number)
{
    struct sales_order *o = s->order;
    o->till_number = VALUE_NONE;
    if (!s->at_till) {
        return series_next(cx, "sales_order", o->site, &o->number, NULL);
    }
    TRY(till_take_number(cx, &s->till, till_number, o->sold_at, o->total, o->currency, s->cash,
                         &o->till_number, &o->till_hash));
    o->number = text_fmt(cx->arena, "%.*s-%06lld", (int)s->till.code.n, s->till.code.s,
                         (long long)o->till_number);
    return OK;
}

static money_t by_points(const struct sale *s)
{
    money_t sum = money_of(0);
    for (size_t i = 0; i < s->n_payments; i++) {
        if (s->payments[i].kind == TENDER_POINTS) {
            sum = money_add(sum, s->payments[i].amount);
        }
    }
    return sum;
}

enum err sale_publish(struct cx *cx, struct sale *s, const char *name, struct order_event *event)
{
    struct order_event local;
    struct order_event *e = event ? event : &local;
    *e = (struct order_event){
        .order = s->order,
        .lines = s->lines,
        .products = s->products,
        .n_lines = s->n,
        .payments = s->payments,
        .n_payments = s->n_payments,
        .site = &s->site,
        .customer = s->customer,
        .origin = s->origin.record.id ? &s->origin : NULL,
        .origin_lines = s->origin_lines,
    };
    TRY(event_publish(cx, name, &sales_order_entity, s->order, e));
    if (e->points_value.minor != by_points(s).minor) {
        return ERR_INVALID; /* nobody redeemed what was paid with points: no goods for nothing */
    }
    s->order->points_earned += e->points_earned;
    s->order->points_redeemed += e->points_redeemed;
    return OK;
}

enum err sale_ids(struct cx *cx, struct sale *s)
{
    TRY(cx_new_id(cx, &s->order->record.id));
    for (size_t i = 0; i < s->n; i++) {
        s->lines[i].sale = (sales_order_ref){ s->order->record.id };
        TRY(cx_new_id(cx, &s->lines[i].record.id));
    }
    return OK;
}

enum err sale_write(struct cx *cx, struct sale *s)
{
    TRY(store_insert(cx, &sales_order_entity, s->order));
    for (size_t i = 0; i < s->n; i++) {
        TRY(store_insert(cx, &sales_order_line_entity, &s->lines[i]));
    }
    TRY(sale_write_payments(cx, s));
    return sales_total_add(cx, s);
}

void sale_receipt(struct cx *cx, const struct sale *s, int64_t points_balance, struct receipt *out)
{
    const struct sales_order *o = s->order;
    struct receipt_line *lines = ARENA_ARRAY(cx->arena, s->n, struct receipt_line);
    for (size_t i = 0; i < s->n; i++) {
        const struct sales_order_line *l = &s->lines[i];
        lines[i] = (struct receipt_line){
            .line = l->record.id,
            .position = l->position,
            .product = l->product,
            .quantity = l->quantity,
            .unit_price = l->unit_price,
            .discount = l->discount,
            .net = l->net,
            .tax = l->tax,
            .total = l->total,
            .why = l->why,
        };
    }
    *out = (struct receipt){
        .id = o->record.id,
        .number = o->number,
        .kind = o->kind,
        .site = o->site,
        .customer = o->customer,
        .till = o->till,
        .till_number = o->till_number,
        .till_hash = o->till_hash,
        .sold_at = o->sold_at,
        .business_date = o->business_date,
        .net = o->net,
        .tax = o->tax,
        .total = o->total,
        .discount = o->discount,
        .rounding = o->rounding,
        .paid = o->paid,
        .change = o->change,
        .points_earned = o->points_earned,
        .points_redeemed = o->points_redeemed,
        .points_balance = points_balance,
        .lines = { lines, s->n },
    };
}

/* -- sent again -------------------------------------------------------------------------------- */

enum err sale_by_till_number(struct cx *cx, struct sale *s, int64_t till_number, bool *found)
{
    *found = false;
    if (!s->at_till || till_number == VALUE_NONE || till_number > s->till.last_number) {
        return OK;
    }
    struct sales_order *orders;
    size_t n;
    const struct value args[] = { v_int(s->till.record.id), v_int(till_number) };
    TRY(store_select(cx, &sales_order_entity, "till = $1 AND till_number = $2", args, 2, &orders,
                     &n));
    if (n == 0) {
        return OK;
    }
    *s->order = orders[0];
    *found = true;
    return order_lines(cx, s->order->record.id, &s->lines, &s->n);
}

enum err sale_till_number_taken(struct cx *cx, const struct sale *s, int64_t till_number)
{
    return REFUSE(cx, &refusal_till_number_taken, TEXT("till_number"), s->till.code,
                  text_fmt(cx->arena, "%lld", (long long)till_number),
                  text_fmt(cx->arena, "%lld", (long long)s->till.last_number + 1));
}

bool sale_same_tenders(const struct sale *s, const lines_t *tenders)
{
    const struct sales_order *o = s->order;
    money_t given = o->kind == ORDER_RETURN ? money_neg(o->paid) : money_add(o->paid, o->change);
    return tendered(tenders).minor == given.minor;
}
