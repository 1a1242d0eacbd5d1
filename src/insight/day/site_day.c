/* The page of a site's day, and the day's figures beside a site. Everything is read from what is
 * kept: sales by hour and by product, tills, what is sold out. Payments are those of the day's till
 * sessions and documents. */
#include "back/stock/stock.h"
#include "common/company/company.h"
#include "common/party/party.h"
#include "front/order/order.h"
#include "front/till/till.h"
#include "insight/day/day_pages.h"
#include "meta/refs.h"
#include "meta/zone.h"

#define HOURS        24
#define TOP_PRODUCTS 10
#define OUTS_SHOWN   20

/* -- hours --------------------------------------------------------------------------------- */

static const struct table_col hour_cols[] = {
    { .label = N_("Hour") },
    { .label = N_("Sales"), .number = true },
    { .label = N_("Returns"), .number = true },
    { .label = N_("Items"), .number = true },
    { .label = N_("Total"), .number = true },
    { .label = N_("A week before"), .number = true },
};

static text_t hour_text(struct page_cx *p, int h)
{
    return text_fmt(p->cx->arena, "%02d:00", h);
}

static bool traded(const struct sales_hour *h)
{
    return h->sales != 0 || h->returns != 0;
}

static void put_hours(struct page_cx *p, const struct sales_hour *now,
                      const struct sales_hour *then)
{
    struct chart_point points[HOURS];
    int from = 9, to = 18;
    for (int h = 0; h < HOURS; h++) {
        if (traded(&now[h]) || traded(&then[h])) {
            from = h < from ? h : from;
            to = h >= to ? h + 1 : to;
        }
    }
    for (int h = from; h < to; h++) {
        points[h - from] = (struct chart_point){
            .label = hour_text(p, h),
            .value = now[h].total.minor,
            .compare = then[h].total.minor,
            .shown = page_money(p, now[h].total),
            .compare_shown = page_money(p, then[h].total),
        };
    }
    page_chart(p, CHART_BARS, N_("Sales by hour"), points, (size_t)(to - from), N_("This day"),
               N_("A week before"));
    page_table(p, N_("Sales by hour"), hour_cols, N_ELEMENTS(hour_cols));
    for (int h = from; h < to; h++) {
        page_row(p);
        page_cell(p, hour_text(p, h));
        page_cell(p, page_integer(p, now[h].sales));
        page_cell(p, page_integer(p, now[h].returns));
        page_cell(p, page_quantity(p, now[h].items));
        page_cell(p, page_money(p, now[h].total));
        page_cell(p, page_money(p, then[h].total));
        page_row_end(p);
    }
    page_table_end(p);
}

struct day_sum {
    int64_t sales, returns, total, returned;
};

static struct day_sum sum_of(const struct sales_hour *hours)
{
    struct day_sum sum = { 0 };
    for (int h = 0; h < HOURS; h++) {
        sum.sales += hours[h].sales;
        sum.returns += hours[h].returns;
        sum.total += hours[h].total.minor;
        sum.returned += hours[h].returned.minor;
    }
    return sum;
}

static void put_figures(struct page_cx *p, const struct day_sum *now, const struct day_sum *then,
                        text_t address)
{
    money_t basket = money_of(0);
    if (now->sales == 0 || money_ratio(money_of(now->total - now->returned), 1, now->sales,
                                       ROUND_HALF_UP, &basket) != OK) {
        basket = money_of(0);
    }
    OPEN(p->h, "div.figures");
    page_figure(p, N_("Sales"), page_money(p, money_of(now->total)), address);
    page_figure(p, N_("A week before"), page_money(p, money_of(then->total)), TEXT_NONE);
    page_figure(p, N_("Number of sales"), page_integer(p, now->sales), TEXT_NONE);
    page_figure(p, N_("Average basket"), page_money(p, basket), TEXT_NONE);
    page_figure(p, N_("Returns"), page_money(p, money_of(now->returned)), TEXT_NONE);
    html_close(p->h, "div");
}

/* -- parts of the page --------------------------------------------------------------------- */

static void open_part(struct page_cx *p, const char *id, const char *label)
{
    OPEN(p->h, "section.card", { "id", text_of(id) });
    EL(p->h, "h2.card-head", page_text(p, label));
    OPEN(p->h, "div.card-body");
}

static void close_part(struct page_cx *p)
{
    html_close(p->h, "div");
    html_close(p->h, "section");
}

static struct list_filter filter(struct page_cx *p, const char *name, int64_t id)
{
    return (struct list_filter){ .field = text_of(name),
                                 .op = LIST_EQ,
                                 .value = text_fmt(p->cx->arena, "#%lld", (long long)id) };
}

static const struct table_col tender_cols[] = {
    { .label = N_("Tender"), .grow = true },
    { .label = N_("Payments"), .number = true },
    { .label = N_("Amount"), .number = true },
};

/* Payments of the documents that were finished in those hours: index on sold_at. */
static const char tender_sql[] =
    "SELECT y.kind, COUNT(*), CAST(SUM(y.amount) AS BIGINT) FROM sales_orders o "
    "JOIN payments y ON y.sale = o.id WHERE o.company = $1 AND o.sold_at >= $2 AND o.sold_at < $3 "
    "AND o.site = $4 AND o.state = 2 GROUP BY y.kind ORDER BY y.kind";
_Static_assert(ORDER_DONE == 2, "the state above");

static enum err put_tenders(struct page_cx *p, const struct site *site, date_t day)
{
    const struct entity_info *info = house_info(p->cx->house, E_payment);
    const struct field *kind = info_field(info, TEXT("kind"));
    const struct value args[] = {
        v_int(p->cx->company),
        v_int(zone_day_start(site->time_zone, day).us),
        v_int(zone_day_start(site->time_zone, (date_t){ day.days + 1 }).us),
        v_int(site->record.id),
    };
    struct rows rows;
    TRY(store_query(p->cx, tender_sql, args, N_ELEMENTS(args), &rows));
    open_part(p, "tenders", N_("Paid by"));
    page_table(p, N_("Paid by"), tender_cols, N_ELEMENTS(tender_cols));
    for (size_t i = 0; i < rows.n; i++) {
        page_row(p);
        page_cell(p, page_text(p, kind->choices[rows_int(&rows, i, 0)].label));
        page_cell(p, page_integer(p, rows_int(&rows, i, 1)));
        page_cell(p, page_money(p, money_of(rows_int(&rows, i, 2))));
        page_row_end(p);
    }
    page_table_end(p);
    close_part(p);
    return OK;
}

static const struct table_col session_cols[] = {
    { .label = N_("Till"), .grow = true },
    { .label = N_("Session") },
    { .label = N_("Opened") },
    { .label = NC_("when", "Closed") },
    { .label = N_("Difference"), .number = true },
    { .label = N_("Cash now"), .number = true },
};

/* Sessions that were open on that day: the tills of the site are few, and each has a handful. */
static const char session_sql[] =
    "SELECT t.id, s.id, s.number, s.opened_at, s.closed_at, s.cash_difference, s.state, t.cash "
    "FROM tills t JOIN till_sessions s ON s.till = t.id WHERE t.company = $1 AND t.site = $2 "
    "AND s.opened_at < $4 AND (s.closed_at IS NULL OR s.closed_at >= $3) "
    "ORDER BY t.code, s.number LIMIT 200";

static void session_row(struct page_cx *p, const struct rows *rows, size_t r, bool drawer)
{
    bool open = rows_int(rows, r, 6) == TILL_OPEN;
    page_row(p);
    page_cell_ref(p, "till", rows_int(rows, r, 0));
    page_cell_link(p, page_integer(p, rows_int(rows, r, 2)),
                   page_record_address(p, "till_session", rows_int(rows, r, 1)));
    page_cell(p, page_time(p, (instant_t){ rows_int(rows, r, 3) }, TIME_SHORT));
    page_cell(p, open ? page_text(p, NC_("a till", "Open"))
                      : page_time(p, (instant_t){ rows_int(rows, r, 4) }, TIME_SHORT));
    page_cell(p, open ? TEXT_NONE : page_money(p, money_of(rows_int(rows, r, 5))));
    if (drawer) {
        page_cell(p, open ? page_money(p, money_of(rows_int(rows, r, 7))) : TEXT_NONE);
    }
    page_row_end(p);
}

/* The drawer of an open till is secret to those who will count it. */
static enum err put_sessions(struct page_cx *p, const struct site *site, date_t day)
{
    bool drawer = cx_may(p->cx, "till.write");
    const struct value args[] = {
        v_int(p->cx->company),
        v_int(site->record.id),
        v_int(zone_day_start(site->time_zone, day).us),
        v_int(zone_day_start(site->time_zone, (date_t){ day.days + 1 }).us),
    };
    struct rows rows;
    TRY(store_query(p->cx, session_sql, args, N_ELEMENTS(args), &rows));
    for (size_t i = 0; i < rows.n; i++) {
        refs_note_one(p->cx, "till", rows_int(&rows, i, 0));
    }
    TRY(refs_load(p->cx));
    open_part(p, "tills", N_("Tills"));
    if (rows.n == 0) {
        EL(p->h, "p.muted", page_text(p, N_("No till was open.")));
    } else {
        page_table(p, N_("Tills"), session_cols, drawer ? 6 : 5);
        for (size_t i = 0; i < rows.n; i++) {
            session_row(p, &rows, i, drawer);
        }
        page_table_end(p);
    }
    close_part(p);
    return OK;
}

enum { S_PRODUCT, S_QUANTITY, S_NET, S_TAX, S_TOTAL, S_COST, S_MARGIN, S_LINES, S_COLUMNS };

static const struct table_col product_cols[] = {
    { .label = N_("Product"), .grow = true },
    { .label = N_("Quantity"), .number = true },
    { .label = N_("Total"), .number = true },
};

static enum err put_products(struct page_cx *p, int64_t site, date_t day)
{
    char text[DATE_TEXT_MAX];
    size_t n = date_print(day, text);
    text_t on = text_copy(p->cx->arena, (text_t){ text, n }), next;
    const struct list_filter params[] = {
        filter(p, "site", site),
        { .field = TEXT("from"), .op = LIST_EQ, .value = on },
        { .field = TEXT("to"), .op = LIST_EQ, .value = on },
    };
    struct report r;
    TRY(query_run(p->cx, house_query(p->cx->house, TEXT("sales_by_product")), params,
                  N_ELEMENTS(params), TOP_PRODUCTS, TEXT_NONE, &r, &next));
    open_part(p, "products", N_("Sold most"));
    page_table(p, N_("Sold most"), product_cols, N_ELEMENTS(product_cols));
    for (size_t i = 0; i < r.n; i++) {
        const struct value *v = &r.cells[i * S_COLUMNS];
        page_row(p);
        page_cell_ref(p, "product", v[S_PRODUCT].i);
        page_cell(p, page_quantity(p, qty_of(v[S_QUANTITY].i)));
        page_cell(p, page_money(p, money_of(v[S_TOTAL].i)));
        page_row_end(p);
    }
    page_table_end(p);
    close_part(p);
    return OK;
}

static enum err put_outs(struct page_cx *p, int64_t site)
{
    const struct list_filter param = filter(p, "site", site);
    const struct query *q = house_query(p->cx->house, TEXT("stock_outs"));
    struct report r;
    text_t next;
    if (!cx_may(p->cx, q->permission)) {
        return OK;
    }
    TRY(query_run(p->cx, q, &param, 1, OUTS_SHOWN, TEXT_NONE, &r, &next));
    open_part(p, "sold_out", N_("Sold out now"));
    if (r.n == 0) {
        EL(p->h, "p.muted", page_text(p, N_("Everything that sells is there.")));
    }
    OPEN(p->h, "ul.stack.tight");
    for (size_t i = 0; i < r.n; i++) {
        OPEN(p->h, "li.row");
        page_link(p, "product", r.cells[i * q->n_columns + 1].i);
        EL(p->h, "span.muted", page_ago(p, (instant_t){ r.cells[i * q->n_columns + 4].i }));
        html_close(p->h, "li");
    }
    html_close(p->h, "ul");
    close_part(p);
    return OK;
}

/* -- the page ------------------------------------------------------------------------------ */

static text_t day_address(struct page_cx *p, date_t day)
{
    char text[DATE_TEXT_MAX];
    (void)date_print(day, text);
    return page_address(p, text_fmt(p->cx->arena, "day=%s", text).s);
}

static void put_head(struct page_cx *p, const struct site *site, date_t day)
{
    page_head(p, text_fmt(p->cx->arena, "%s, %s", site->name.s, page_date(p, day, DATE_WEEKDAY).s));
    page_button_link(p, N_("Day before"), "chevron-left", day_address(p, (date_t){ day.days - 1 }));
    page_button_link(p, N_("Day after"), "chevron-right", day_address(p, (date_t){ day.days + 1 }));
    const struct list_filter params[] = {
        filter(p, "site", site->record.id),
        { .field = TEXT("day"),
          .op = LIST_EQ,
          .value = text_fmt(p->cx->arena, "%s",
                            page_param(p, "day").s ? page_param(p, "day").s : "") },
    };
    page_downloads(p, "sales_by_hour", params, N_ELEMENTS(params));
    page_head_end(p);
    page_form(p);
    page_form_date(p, "day", N_("Day"), day);
    page_form_end(p);
}

static enum err show_site_day(struct page_cx *p)
{
    struct sales_hour now[HOURS], then[HOURS];
    struct site site;
    date_t day;
    TRY(store_get(p->cx, &site_entity, p->id, &site));
    TRY(order_today(p->cx, site.record.id, &day));
    day = page_param_date(p, "day", day);
    TRY(sales_hours(p->cx, site.record.id, day, now));
    TRY(sales_hours(p->cx, site.record.id, (date_t){ day.days - 7 }, then));
    struct day_sum sum = sum_of(now), before = sum_of(then);
    put_head(p, &site, day);
    open_part(p, "hours", N_("Sales by hour"));
    put_figures(p, &sum, &before, TEXT_NONE);
    put_hours(p, now, then);
    close_part(p);
    TRY(put_tenders(p, &site, day));
    if (cx_may(p->cx, "till.read")) {
        TRY(put_sessions(p, &site, day));
    }
    TRY(put_products(p, site.record.id, day));
    return put_outs(p, site.record.id);
}

static const struct page pages[] = {
    { .path = "site_day/:id",
      .label = N_("A site's day"),
      .icon = "calendar",
      .permission = "order.read",
      .show = show_site_day },
};

/* -- beside a site ------------------------------------------------------------------------- */

static enum err show_today(struct page_cx *p, const void *record)
{
    struct sales_hour now[HOURS], then[HOURS];
    const struct site *site = record;
    date_t day;
    TRY(order_today(p->cx, site->record.id, &day));
    TRY(sales_hours(p->cx, site->record.id, day, now));
    TRY(sales_hours(p->cx, site->record.id, (date_t){ day.days - 7 }, then));
    struct day_sum sum = sum_of(now), before = sum_of(then);
    text_t address = text_fmt(p->cx->arena, "/office/site_day/%lld", (long long)site->record.id);
    put_figures(p, &sum, &before, address);
    OPEN(p->h, "p");
    EL(p->h, "a", page_text(p, N_("The whole day")), { "href", address });
    html_close(p->h, "p");
    return OK;
}

/* -- a customer's life with the house ------------------------------------------------------ */

#define LIFE_SHOWN "15"

/* The latest orders and the latest payments by the customer's own indexes, then the latest of all.
 * The company last: no index but the customer's leads to the orders. "+ 0": never backwards through
 * all payments. */
/* clang-format off */
static const char life_sql[] =
    "SELECT x.sort, x.id, x.at, x.amount FROM ("
    "SELECT * FROM (SELECT o.kind AS sort, o.id AS id, o.sold_at AS at, o.total AS amount, "
    "o.company AS company "
    "FROM sales_orders o WHERE o.customer = $1 "
    "AND (o.kind = 1 OR o.state IN (1, 2)) AND " SITES_OPEN("o.site", "$3") " "
    "ORDER BY o.sold_at DESC, o.id DESC LIMIT " LIFE_SHOWN ") a UNION ALL "
    "SELECT * FROM (SELECT 2, y.id, y.paid_at, y.amount, y.company FROM customer_payments y "
    "WHERE y.customer = $1 AND y.company = $2 AND " SITES_OPEN("y.site", "$3") " "
    "ORDER BY y.id + 0 DESC LIMIT " LIFE_SHOWN ") c) x "
    "WHERE x.company = $2 ORDER BY x.at DESC, x.id DESC LIMIT " LIFE_SHOWN;
/* clang-format on */
_Static_assert(ORDER_SALE == 0 && ORDER_RETURN == 1 && ORDER_PLACED == 1 && ORDER_DONE == 2,
               "the kinds and states above");

static enum err show_life(struct page_cx *p, const void *record)
{
    static const struct {
        const char *entity, *says;
    } sorts[] = {
        { "sales_order", N_("Bought") },
        { "sales_order", N_("Brought back") },
        { "customer_payment", N_("Paid") },
    };
    const struct record *party = record;
    const struct value args[] = { v_int(party->id), v_int(p->cx->company),
                                  v_int(p->cx->site_filter) };
    struct rows rows;
    TRY(store_query(p->cx, life_sql, args, N_ELEMENTS(args), &rows));
    for (size_t i = 0; i < rows.n; i++) {
        refs_note_one(p->cx, sorts[rows_int(&rows, i, 0)].entity, rows_int(&rows, i, 1));
    }
    TRY(refs_load(p->cx));
    if (rows.n == 0) {
        EL(p->h, "p.muted", page_text(p, N_("Nothing yet.")));
        return OK;
    }
    OPEN(p->h, "ul.stack.tight");
    for (size_t i = 0; i < rows.n; i++) {
        size_t sort = (size_t)rows_int(&rows, i, 0);
        OPEN(p->h, "li.row");
        EL(p->h, "span.muted", page_time(p, (instant_t){ rows_int(&rows, i, 2) }, TIME_SHORT));
        EL(p->h, "span", page_text(p, sorts[sort].says));
        page_link(p, sorts[sort].entity, rows_int(&rows, i, 1));
        EL(p->h, "span.num", page_money(p, money_of(rows_int(&rows, i, 3))));
        html_close(p->h, "li");
    }
    html_close(p->h, "ul");
    return OK;
}

static bool is_customer(const struct cx *cx, const void *record)
{
    (void)cx;
    return ((const struct party *)record)->is_customer != 0;
}

static const struct panel panels[] = {
    { .entity = &party_entity,
      .name = "life",
      .label = N_("With us"),
      .permission = "order.read",
      .beside = true,
      .when = is_customer,
      .show = show_life },
    { .entity = &site_entity,
      .name = "today",
      .label = N_("Today"),
      .permission = "order.read",
      .show = show_today },
};

static const char *const menu[] = { NULL };

const struct area_face day_face = {
    .group = GROUP_INSIGHT,
    .icon = "calendar",
    .menu = menu,
    .pages = pages,
    .n_pages = N_ELEMENTS(pages),
    .panels = panels,
    .n_panels = N_ELEMENTS(panels),
    .tiles = day_tiles,
    .n_tiles = DAY_TILES,
};
