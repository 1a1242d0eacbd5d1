/* What is sold out and was wanted lately. Reads table stock_out by the time of the last demand, so
 * the cost is that of what ran out in those days, however many products there are. */
#include "back/stock/stock_parts.h"

#define OUTS_DAYS 30

/* The main place decides what a site can sell. A product that was put away is not missed; one that
 * left by a loss or a transfer alone was not sold. */
/* clang-format off */
#define OUTS                                                                                       \
    "FROM stock_out o JOIN places p ON p.id = o.place AND p.main = 1 AND p.archived = 0 "          \
    "JOIN products r ON r.id = o.product AND r.archived = 0 AND r.no_sale = 0 "                    \
    "JOIN stock_balance b ON b.place = o.place AND b.product = o.product "                         \
    "WHERE o.company = $1 AND o.wanted_at >= $2 AND ($3 = 0 OR o.site = $3) "                      \
    "AND " SITES_OPEN("o.site", "$4")                                                              \
    " AND (b.reserved > 0 OR EXISTS (SELECT 1 FROM stock_moves m WHERE m.product = o.product "     \
    "AND m.occurred_at >= $2 AND m.place = o.place AND m.kind = 1)) "
/* clang-format on */
_Static_assert(MOVE_ISSUE == 1, "the kind above");

static enum err ask(struct cx *cx, const char *sql, int64_t site, int64_t days, struct rows *out)
{
    const struct value args[] = { v_int(cx->company), v_int(cx->now.us - days * US_PER_DAY),
                                  v_int(site), v_int(cx->site_filter) };
    return store_query(cx, sql, args, N_ELEMENTS(args), out);
}

enum err report_stock_outs(struct cx *cx, const struct value *args, struct report *out)
{
    struct rows rows;
    TRY(ask(cx,
            "SELECT o.site, o.product, b.on_hand, b.reserved, o.since, o.wanted_at " OUTS
            "ORDER BY o.wanted_at DESC, o.site, o.product LIMIT 2000",
            args[0].type == V_NULL ? 0 : args[0].i, args[1].type == V_NULL ? OUTS_DAYS : args[1].i,
            &rows));
    for (size_t i = 0; i < rows.n; i++) {
        report_add(out, rows.v + i * rows.cols);
    }
    return OK;
}

enum err stock_outs_count(struct cx *cx, int64_t site, int64_t days, int64_t *out)
{
    struct rows rows;
    TRY(ask(cx, "SELECT COUNT(*) " OUTS, site, days, &rows));
    *out = rows_int(&rows, 0, 0);
    return OK;
}

enum err stock_fill_outs(struct tx *tx, struct arena *a)
{
    (void)a;
    TRY(tx_exec(tx, "DELETE FROM stock_out", NULL, 0));
    return tx_exec(tx,
                   "INSERT INTO stock_out (place, product, company, site, since, wanted_at) "
                   "SELECT x.place, x.product, x.company, x.site, x.last, x.last FROM "
                   "(SELECT b.place, b.product, b.company, b.site, COALESCE((SELECT "
                   "MAX(m.occurred_at) FROM stock_moves m WHERE m.product = b.product "
                   "AND m.place = b.place), 0) AS last FROM stock_balance b "
                   "JOIN places p ON p.id = b.place WHERE p.kind = 0 "
                   "AND b.on_hand <= b.reserved) x",
                   NULL, 0);
}
_Static_assert(PLACE_STORAGE == 0, "the kind above");
