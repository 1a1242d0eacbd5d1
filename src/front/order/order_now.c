/* How trade stands at this moment: sales by hour, orders that wait, promises kept.
 *
 * Nothing here adds up history. An hour's sales are kept by the transactions that sell, one row for
 * each writer of the store; what waits, and what was handed over today, stands in indexes that hold
 * nothing else. */
#include "front/order/order_parts.h"
#include "meta/zone.h"

#define HOURS   24
#define HOUR_US (INT64_C(3600) * US_PER_SECOND)

/* -- sales by hour ------------------------------------------------------------------------- */

static const char hour_add[] =
    "INSERT INTO sales_hour (company, day, site, hour, slot,"
    " sales, returns, items, net, tax, total, returned)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    " ON CONFLICT (company, day, site, hour, slot) DO UPDATE SET"
    " sales = sales_hour.sales + excluded.sales, returns = sales_hour.returns + excluded.returns,"
    " items = sales_hour.items + excluded.items, net = sales_hour.net + excluded.net,"
    " tax = sales_hour.tax + excluded.tax, total = sales_hour.total + excluded.total,"
    " returned = sales_hour.returned + excluded.returned";

enum err sales_hour_add(struct cx *cx, const struct sale *s)
{
    const struct sales_order *o = s->order;
    bool back = o->kind == ORDER_RETURN;
    qty_t items = qty_of(0);
    for (size_t i = 0; i < s->n; i++) {
        items = qty_add(items, s->lines[i].quantity);
    }
    const struct value args[] = {
        v_int(cx->company),    v_int(o->business_date.days),
        v_int(o->site.id),     v_int(zone_hour(s->site.time_zone, o->sold_at)),
        v_int(store_slot(cx)), v_int(!back),
        v_int(back),           v_int(items.micro),
        v_int(o->net.minor),   v_int(o->tax.minor),
        v_int(o->total.minor), v_int(back ? o->total.minor : 0),
    };
    return store_exec(cx, hour_add, args, N_ELEMENTS(args));
}

enum err order_zone(struct cx *cx, int64_t site, text_t *out)
{
    struct company company;
    struct site s;
    if (site != 0 && store_get_visible(cx, &site_entity, site, &s) == OK) {
        *out = s.time_zone;
        return OK;
    }
    TRY(company_get(cx, &company));
    *out = company.time_zone;
    return OK;
}

enum err order_today(struct cx *cx, int64_t site, date_t *out)
{
    text_t zone;
    TRY(order_zone(cx, site, &zone));
    *out = zone_day(zone, cx->now);
    return OK;
}

enum err sales_hours(struct cx *cx, int64_t site, date_t day, struct sales_hour out[static HOURS])
{
    struct rows rows;
    const struct value args[] = { v_int(cx->company), v_int(day.days), v_int(site),
                                  v_int(cx->site_filter) };
    memset(out, 0, HOURS * sizeof *out);
    TRY(store_query(cx,
                    "SELECT t.hour, CAST(SUM(t.sales) AS BIGINT), CAST(SUM(t.returns) AS BIGINT),"
                    " CAST(SUM(t.items) AS BIGINT), CAST(SUM(t.net) AS BIGINT),"
                    " CAST(SUM(t.tax) AS BIGINT), CAST(SUM(t.total) AS BIGINT),"
                    " CAST(SUM(t.returned) AS BIGINT) FROM sales_hour t"
                    " WHERE t.company = $1 AND t.day = $2 AND ($3 = 0 OR t.site = $3)"
                    " AND " SITES_OPEN("t.site", "$4") " GROUP BY t.hour ORDER BY t.hour",
                    args, N_ELEMENTS(args), &rows));
    for (size_t i = 0; i < rows.n; i++) {
        int64_t hour = rows_int(&rows, i, 0);
        INVARIANT(hour >= 0 && hour < HOURS);
        out[hour] = (struct sales_hour){
            .sales = rows_int(&rows, i, 1),
            .returns = rows_int(&rows, i, 2),
            .items = qty_of(rows_int(&rows, i, 3)),
            .net = money_of(rows_int(&rows, i, 4)),
            .tax = money_of(rows_int(&rows, i, 5)),
            .total = money_of(rows_int(&rows, i, 6)),
            .returned = money_of(rows_int(&rows, i, 7)),
        };
    }
    return OK;
}

/* What the sales totals by product say of the same day. */
static enum err day_total(struct cx *cx, int64_t site, date_t day, int64_t *out)
{
    struct rows rows;
    const struct value args[] = { v_int(cx->company), v_int(day.days), v_int(site),
                                  v_int(cx->site_filter) };
    TRY(store_query(cx,
                    "SELECT CAST(COALESCE(SUM(t.total), 0) AS BIGINT) FROM sales_total t"
                    " WHERE t.company = $1 AND t.day = $2 AND ($3 = 0 OR t.site = $3)"
                    " AND " SITES_OPEN("t.site", "$4"),
                    args, N_ELEMENTS(args), &rows));
    *out = rows_int(&rows, 0, 0);
    return OK;
}

static text_t hours_tie(struct cx *cx, int64_t by_hour, int64_t by_product)
{
    struct buf b;
    struct json_out o;
    buf_init(&b, cx->arena, 1024);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "by_hour", amount_text(cx, money_of(by_hour)));
    json_put_text(&o, "by_product", amount_text(cx, money_of(by_product)));
    json_put_text(&o, "difference", amount_text(cx, money_of(by_hour - by_product)));
    json_close(&o, '}');
    return buf_done(&b);
}

enum err report_sales_by_hour(struct cx *cx, const struct value *args, struct report *out)
{
    struct sales_hour now[HOURS], then[HOURS];
    int64_t site = args[0].type == V_NULL ? 0 : args[0].i, sum = 0, total = 0;
    date_t day;
    TRY(order_today(cx, site, &day));
    day.days = args[1].type == V_NULL ? day.days : args[1].i;
    date_t compare = { args[2].type == V_NULL ? day.days - 7 : args[2].i };
    TRY(sales_hours(cx, site, day, now));
    TRY(sales_hours(cx, site, compare, then));
    for (int h = 0; h < HOURS; h++) {
        const struct value row[] = {
            v_int(h),
            v_int(now[h].sales),
            v_int(now[h].returns),
            v_int(now[h].items.micro),
            v_int(now[h].net.minor),
            v_int(now[h].tax.minor),
            v_int(now[h].total.minor),
            v_int(now[h].returned.minor),
            v_int(then[h].sales),
            v_int(then[h].total.minor),
        };
        report_add(out, row);
        sum += now[h].total.minor;
    }
    TRY(day_total(cx, site, day, &total));
    out->tie_out = hours_tie(cx, sum, total);
    return OK;
}

/* -- orders that wait ---------------------------------------------------------------------- */

#define DUE "COALESCE(o.promised_at, COALESCE(o.placed_at, o.sold_at) + $3)"

enum err report_orders_waiting(struct cx *cx, const struct value *args, struct report *out)
{
    struct rows rows;
    int64_t hours = args[1].type == V_NULL ? ORDER_LATE_HOURS : args[1].i;
    bool only_late = args[2].type != V_NULL && args[2].i != 0;
    const struct value v[] = { v_int(cx->company), v_int(args[0].type == V_NULL ? 0 : args[0].i),
                               v_int(hours * HOUR_US), v_int(cx->site_filter),
                               v_int(only_late ? cx->now.us : INT64_MAX) };
    TRY(store_query(cx,
                    "SELECT o.id, o.customer, o.site, COALESCE(o.placed_at, o.sold_at), " DUE ","
                    " o.total, o.paid FROM sales_orders o"
                    " WHERE o.company = $1 AND o.state = 1 AND ($2 = 0 OR o.site = $2)"
                    " AND " SITES_OPEN("o.site", "$4") " AND " DUE " < $5"
                                                       " ORDER BY 5, o.id LIMIT 2000",
                    v, N_ELEMENTS(v), &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct value row[] = {
            rows_at(&rows, i, 0), rows_at(&rows, i, 1), rows_at(&rows, i, 2),
            rows_at(&rows, i, 3), rows_at(&rows, i, 4), v_int(rows_int(&rows, i, 4) < cx->now.us),
            rows_at(&rows, i, 5), rows_at(&rows, i, 6),
        };
        report_add(out, row);
    }
    return OK;
}

enum err order_standing(struct cx *cx, int64_t site, date_t day, struct order_standing *out)
{
    struct rows rows;
    struct value args[] = { v_int(cx->company), v_int(site), v_int(ORDER_LATE_HOURS * HOUR_US),
                            v_int(cx->site_filter), v_int(cx->now.us) };
    *out = (struct order_standing){ 0 };
    TRY(store_query(cx,
                    "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN " DUE " < $5 THEN 1 ELSE 0 END), "
                    "0) AS BIGINT) FROM sales_orders o WHERE o.company = $1 AND o.state = 1"
                    " AND ($2 = 0 OR o.site = $2) AND " SITES_OPEN("o.site", "$4"),
                    args, N_ELEMENTS(args), &rows));
    out->waiting = rows_int(&rows, 0, 0);
    out->late = rows_int(&rows, 0, 1);
    args[4] = v_int(day.days);
    TRY(store_query(cx,
                    "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN o.sold_at <= " DUE " THEN 1 "
                    "ELSE 0 END), 0) AS BIGINT) FROM sales_orders o WHERE o.company = $1"
                    " AND o.placed_at IS NOT NULL AND o.business_date = $5 AND o.state = 2"
                    " AND ($2 = 0 OR o.site = $2) AND " SITES_OPEN("o.site", "$4"),
                    args, N_ELEMENTS(args), &rows));
    out->handed_over = rows_int(&rows, 0, 0);
    out->on_time = rows_int(&rows, 0, 1);
    return OK;
}
_Static_assert(ORDER_PLACED == 1 && ORDER_DONE == 2, "the states above");

/* -- upgrade ------------------------------------------------------------------------------- */

/* All zones are whole quarters of an hour away from UTC, so a quarter lies within one hour of the
 * site's clock. */
#define QUARTER_US (HOUR_US / 4)

/* Orders of so many ids at a time: a sale takes some ten ids. */
#define FILL_IDS INT64_C(1000000)

static enum err fill_part(struct tx *tx, struct arena *a, int64_t from)
{
    struct rows rows;
    const struct value part[] = { v_int(from), v_int(from + FILL_IDS) };
    TRY(tx_query(tx, a,
                 "SELECT o.company, o.business_date, o.site, o.sold_at / 900000000 AS quarter,"
                 " s.time_zone, CAST(SUM(CASE WHEN o.kind = 0 THEN 1 ELSE 0 END) AS BIGINT),"
                 " CAST(SUM(CASE WHEN o.kind = 1 THEN 1 ELSE 0 END) AS BIGINT),"
                 " CAST(SUM((SELECT COALESCE(SUM(l.quantity), 0) FROM sales_order_lines l"
                 " WHERE l.sale = o.id)) AS BIGINT), CAST(SUM(o.net) AS BIGINT),"
                 " CAST(SUM(o.tax) AS BIGINT), CAST(SUM(o.total) AS BIGINT),"
                 " CAST(SUM(CASE WHEN o.kind = 1 THEN o.total ELSE 0 END) AS BIGINT)"
                 " FROM sales_orders o JOIN sites s ON s.id = o.site"
                 " WHERE o.id >= $1 AND o.id < $2 AND o.state = 2"
                 " GROUP BY o.company, o.business_date, o.site, o.sold_at / 900000000, s.time_zone",
                 part, 2, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        int hour = zone_hour(rows_text(&rows, i, 4),
                             (instant_t){ rows_int(&rows, i, 3) * QUARTER_US });
        struct value args[12];
        for (size_t c = 0; c < 3; c++) {
            args[c] = rows_at(&rows, i, c);
        }
        args[3] = v_int(hour);
        args[4] = v_int(0); /* slot */
        for (size_t c = 5; c < N_ELEMENTS(args); c++) {
            args[c] = rows_at(&rows, i, c);
        }
        TRY(tx_exec(tx, hour_add, args, N_ELEMENTS(args)));
    }
    return a->failed ? ERR_NO_MEMORY : OK;
}
_Static_assert(ORDER_SALE == 0 && ORDER_RETURN == 1, "the kinds above");

enum err order_fill_hours(struct tx *tx, struct arena *a)
{
    struct rows ids;
    struct arena part;
    TRY(tx_exec(tx, "DELETE FROM sales_hour", NULL, 0));
    TRY(tx_query(tx, a, "SELECT MIN(id), MAX(id) FROM sales_orders", NULL, 0, &ids));
    arena_init(&part, (size_t)256 << 20);
    enum err e = OK;
    for (int64_t id = rows_int(&ids, 0, 0); e == OK && id <= rows_int(&ids, 0, 1); id += FILL_IDS) {
        e = fill_part(tx, &part, id);
        arena_reset(&part);
    }
    arena_free(&part);
    return e;
}

enum err order_drop_index(struct tx *tx, struct arena *a)
{
    (void)a;
    return tx_script(tx, "DROP INDEX IF EXISTS sales_orders_customer");
}
