/* How money goes back when the caller of a return does not say it: as it came. */
#include "front/order/order_parts.h"

#include "base/decimal.h"
#include "common/pricing/pricing.h"

/* What is left of each tender of the sale: what was paid less what went back with earlier returns.
 */
static enum err tenders_left(struct cx *cx, int64_t sale, struct rows *out)
{
    const struct value args[] = { v_int(sale) };
    return store_query(cx,
                       "SELECT p.kind, CAST(SUM(p.amount) AS BIGINT) FROM payments p"
                       " WHERE p.sale = $1"
                       " OR p.sale IN (SELECT o.id FROM sales_orders o WHERE o.origin = $1)"
                       " GROUP BY p.kind HAVING SUM(p.amount) > 0 ORDER BY p.kind",
                       args, N_ELEMENTS(args), out);
}

enum err refund_as_paid(struct cx *cx, const struct sale *s, money_t due, lines_t *out)
{
    struct rows left;
    int64_t weights[TENDERS_MAX], parts[TENDERS_MAX];
    struct tender_arg *back = ARENA_ARRAY(cx->arena, TENDERS_MAX, struct tender_arg);
    size_t cash = TENDERS_MAX;
    *out = (lines_t){ back, 0 };
    TRY(tenders_left(cx, s->origin.record.id, &left));
    if (left.n == 0 || due.minor == 0) {
        return OK;
    }
    INVARIANT(left.n <= TENDERS_MAX); /* there are fewer kinds */
    for (size_t i = 0; i < left.n; i++) {
        weights[i] = rows_int(&left, i, 1);
    }
    TRY(decimal_share(due.minor, weights, left.n, parts));
    money_t others = money_of(0);
    for (size_t i = 0; i < left.n; i++) {
        back[i] = (struct tender_arg){ .kind = rows_int(&left, i, 0),
                                       .amount = money_of(parts[i]) };
        if (back[i].kind == TENDER_CASH) {
            cash = i;
        } else {
            others = money_add(others, back[i].amount);
        }
    }
    if (cash < left.n) { /* in the coins that there are */
        back[cash].amount = pricing_cash_round(money_sub(due, others), s->company.cash_step);
    }
    out->n = left.n;
    return OK;
}
