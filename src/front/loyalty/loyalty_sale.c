/* What sales, payments, hand-overs, cancellations and returns do to a customer's points.
 *
 * Redeeming and earning keep apart what goods were paid with (redeemed) and what lots were worth:
 * when they differ, because a programme has changed the value of its points or by a rounding, the
 * difference is part of what earning costs, so that the liability is always the worth of the lots.
 */
#include "front/loyalty/loyalty_parts.h"

/* -- shared ------------------------------------------------------------------------------------ */

/* What the payments of this command paid with points; negative when given back. */
static money_t by_points(const struct order_event *ev)
{
    money_t sum = money_of(0);
    for (size_t i = 0; i < ev->n_payments; i++) {
        if (ev->payments[i].kind == TENDER_POINTS) {
            sum = money_add(sum, ev->payments[i].amount);
        }
    }
    return sum;
}

/* What a stored order was paid with in points, whether or not some of it was given back since. */
static enum err paid_by_points(struct cx *cx, int64_t sale, money_t *out)
{
    struct rows rows;
    const struct value args[] = { v_int(sale), v_int(TENDER_POINTS) };
    TRY(store_query(cx,
                    "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM payments"
                    " WHERE sale = $1 AND kind = $2 AND amount > 0",
                    args, N_ELEMENTS(args), &rows));
    *out = money_of(rows_int(&rows, 0, 0));
    return OK;
}

/* What earlier returns of a sale have given back as points. The return at hand is not stored yet.
 */
static enum err given_back(struct cx *cx, int64_t sale, money_t *out)
{
    struct rows rows;
    const struct value args[] = { v_int(sale), v_int(TENDER_POINTS) };
    TRY(store_query(cx,
                    "SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM sales_orders o"
                    " JOIN payments p ON p.sale = o.id WHERE o.origin = $1 AND p.kind = $2",
                    args, N_ELEMENTS(args), &rows));
    *out = money_of(-rows_int(&rows, 0, 0));
    return OK;
}

/* The total of earlier returns of a sale, >= 0. */
static enum err returned_before(struct cx *cx, int64_t sale, money_t *out)
{
    struct rows rows;
    const struct value args[] = { v_int(sale) };
    TRY(store_query(cx,
                    "SELECT CAST(COALESCE(SUM(total), 0) AS BIGINT) FROM sales_orders"
                    " WHERE origin = $1",
                    args, N_ELEMENTS(args), &rows));
    *out = money_of(-rows_int(&rows, 0, 0));
    return OK;
}

/* The customer's account; refuses points_without_account when one is needed and there is none. */
static enum err begin(struct cx *cx, const struct order_event *ev, int64_t sale, bool needed,
                      struct loyalty_work *w, bool *found)
{
    *found = false;
    if (ev->order->customer.id != 0) {
        TRY(loyalty_account_of(cx, ev->order->customer.id, w, found));
    }
    if (!*found && needed) {
        return refuse(cx, &refusal_points_without_account, TEXT("customer"));
    }
    w->sale = sale;
    w->site = ev->order->site;
    w->day = ev->order->business_date;
    return OK;
}

/* Pays `amount` > 0 with points. */
static enum err redeem(struct cx *cx, struct order_event *ev, struct loyalty_work *w,
                       money_t amount)
{
    int64_t points;
    money_t worth;
    enum err e = points_for(amount, w->program.point_value, cx->decimals, &points);
    if (e == ERR_INVALID) {
        return REFUSE(cx, &refusal_points_worthless, TEXT("tenders"), w->program.name);
    }
    TRY(e);
    TRY(lots_take(cx, w, points, TEXT("tenders"), &worth));
    TRY(loyalty_note(cx, w, LOYALTY_REDEEM, -points, money_neg(worth), TEXT_NONE));
    w->redeemed = money_add(w->redeemed, amount);
    w->earned = money_add(w->earned, money_sub(amount, worth));
    ev->points_redeemed += points;
    ev->points_value = money_add(ev->points_value, amount);
    return OK;
}

/* Earns on what was paid with money. */
static enum err earn(struct cx *cx, struct order_event *ev, struct loyalty_work *w, money_t paid)
{
    int64_t points;
    money_t value, grown;
    if (!w->program.active || w->program.record.archived) {
        return OK;
    }
    TRY(points_earned(paid, w->program.points_per_unit, cx->decimals, &points));
    if (points == 0) {
        return OK;
    }
    TRY(points_value(points, w->program.point_value, cx->decimals, &value));
    TRY(lots_add(cx, w, points, value, &grown));
    TRY(loyalty_note(cx, w, LOYALTY_EARN, points, grown, TEXT_NONE));
    w->earned = money_add(w->earned, grown);
    ev->points_earned += points;
    return OK;
}

/* Gives points back that paid `amount` > 0 of the sale. No more than what was paid with points and
 * has not been given back goes back, all points by the time that all money has. */
static enum err give_back(struct cx *cx, struct order_event *ev, struct loyalty_work *w,
                          money_t amount)
{
    struct rows rows;
    money_t paid, back, grown = money_of(0);
    int64_t redeemed = 0, points;
    const struct value args[] = { v_int(w->account.record.id), v_int(w->sale) };
    TRY(store_query(cx,
                    "SELECT kind, CAST(SUM(points) AS BIGINT) FROM loyalty_entries"
                    " WHERE account = $1 AND sale = $2 GROUP BY kind",
                    args, N_ELEMENTS(args), &rows));
    for (size_t i = 0; i < rows.n; i++) {
        if (rows_int(&rows, i, 0) == LOYALTY_REDEEM) {
            redeemed = -rows_int(&rows, i, 1);
        }
    }
    TRY(paid_by_points(cx, w->sale, &paid));
    TRY(given_back(cx, w->sale, &back));
    if (money_add(back, amount).minor > paid.minor) {
        char left[DECIMAL_TEXT_MAX];
        decimal_print(money_sub(paid, back).minor, cx->decimals, cx->decimals, left);
        return REFUSE(cx, &refusal_points_not_redeemed, TEXT("tenders"), text_of(left));
    }
    TRY(points_part(redeemed, back, amount, paid, &points));
    if (points > 0) {
        TRY(lots_add(cx, w, points, amount, &grown));
    }
    TRY(loyalty_note(cx, w, LOYALTY_REVERSE_REDEEM, points, grown, TEXT_NONE));
    w->redeemed = money_sub(w->redeemed, amount);
    w->earned = money_add(w->earned, money_sub(grown, amount));
    ev->points_redeemed -= points;
    ev->points_value = money_sub(ev->points_value, amount);
    return OK;
}

/* Takes back what the returned part of the sale had earned. */
static enum err unearn(struct cx *cx, struct order_event *ev, struct loyalty_work *w)
{
    int64_t points;
    money_t before, worth;
    if (ev->origin->points_earned == 0) {
        return OK;
    }
    TRY(returned_before(cx, w->sale, &before));
    TRY(points_part(ev->origin->points_earned, before, money_neg(ev->order->total),
                    ev->origin->total, &points));
    if (points == 0) {
        return OK;
    }
    TRY(lots_reverse(cx, w, points, &worth));
    TRY(loyalty_note(cx, w, LOYALTY_REVERSE_EARN, -points, money_neg(worth), TEXT_NONE));
    w->earned = money_sub(w->earned, worth);
    ev->points_earned -= points;
    return OK;
}

static enum err finish(struct cx *cx, struct order_event *ev, struct loyalty_work *w)
{
    TRY(loyalty_finish(cx, w));
    ev->points_balance = w->account.balance;
    return OK;
}

/* -- handovers --------------------------------------------------------------------------------- */

enum err loyalty_on_sale(struct cx *cx, const void *record, void *payload)
{
    struct order_event *ev = payload;
    struct loyalty_work w = { 0 };
    money_t points = by_points(ev);
    bool found;
    (void)record;
    TRY(begin(cx, ev, ev->order->record.id, points.minor > 0, &w, &found));
    if (!found) {
        return OK;
    }
    if (points.minor > 0) {
        TRY(redeem(cx, ev, &w, points));
    } else if (ev->n_payments == 0 && ev->order->paid.minor > 0) { /* paid in advance */
        TRY(paid_by_points(cx, ev->order->record.id, &points));
    }
    TRY(earn(cx, ev, &w, money_sub(ev->order->total, points)));
    return finish(cx, ev, &w);
}

enum err loyalty_on_payment(struct cx *cx, const void *record, void *payload)
{
    struct order_event *ev = payload;
    struct loyalty_work w = { 0 };
    money_t points = by_points(ev);
    bool found;
    (void)record;
    if (points.minor <= 0) {
        return OK;
    }
    TRY(begin(cx, ev, ev->order->record.id, true, &w, &found));
    TRY(redeem(cx, ev, &w, points));
    return finish(cx, ev, &w);
}

enum err loyalty_on_cancel(struct cx *cx, const void *record, void *payload)
{
    struct order_event *ev = payload;
    struct loyalty_work w = { 0 };
    money_t points = by_points(ev);
    bool found;
    (void)record;
    if (points.minor >= 0) {
        return OK;
    }
    TRY(begin(cx, ev, ev->order->record.id, true, &w, &found));
    TRY(give_back(cx, ev, &w, money_neg(points)));
    return finish(cx, ev, &w);
}

enum err loyalty_on_return(struct cx *cx, const void *record, void *payload)
{
    struct order_event *ev = payload;
    struct loyalty_work w = { 0 };
    money_t points = by_points(ev);
    bool found;
    (void)record;
    if (points.minor < 0 && !ev->origin) {
        return REFUSE(cx, &refusal_points_not_redeemed, TEXT("tenders"), TEXT("0"));
    }
    TRY(begin(cx, ev, ev->origin ? ev->origin->record.id : 0, points.minor < 0, &w, &found));
    if (!found) {
        return OK;
    }
    if (points.minor < 0) { /* first, so that less can end up owed */
        TRY(give_back(cx, ev, &w, money_neg(points)));
    }
    if (ev->origin) {
        TRY(unearn(cx, ev, &w));
    }
    return finish(cx, ev, &w);
}
