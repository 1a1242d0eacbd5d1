/* Tiles of sales: today by the hour beside the same weekday a week before, and orders that wait. */
#include "front/order/order_face.h"
#include "front/order/order_parts.h"
#include "meta/refs.h"
#include "meta/zone.h"

#define HOURS         24
#define WAITING_SHOWN 5

/* -- sales today --------------------------------------------------------------------------- */

static struct sales_hour sum_of(const struct sales_hour *hours, int until)
{
    struct sales_hour sum = { 0 };
    for (int h = 0; h < until; h++) {
        sum.sales += hours[h].sales;
        sum.returns += hours[h].returns;
        sum.items = qty_add(sum.items, hours[h].items);
        sum.total = money_add(sum.total, hours[h].total);
        sum.returned = money_add(sum.returned, hours[h].returned);
    }
    return sum;
}

/* Hours in which something was sold, then or now; at least the middle of a day. */
static void hours_shown(const struct sales_hour *now, const struct sales_hour *then, int *from,
                        int *to)
{
    *from = 9;
    *to = 18;
    for (int h = 0; h < HOURS; h++) {
        if (now[h].sales || now[h].returns || then[h].sales || then[h].returns) {
            *from = h < *from ? h : *from;
            *to = h >= *to ? h + 1 : *to;
        }
    }
}

static const struct table_col hour_cols[] = {
    { .label = N_("Hour") },
    { .label = N_("Sales"), .number = true },
    { .label = N_("Total"), .number = true },
    { .label = N_("A week before"), .number = true },
};

static text_t hour_text(struct page_cx *p, int h)
{
    return text_fmt(p->cx->arena, "%02d:00", h);
}

/* The same figures for those who do not read the chart. */
static void hour_table(struct page_cx *p, const struct sales_hour *now,
                       const struct sales_hour *then, int from, int to)
{
    OPEN(p->h, "details");
    EL(p->h, "summary", page_text(p, N_("As a table")));
    page_table(p, N_("Sales by hour"), hour_cols, N_ELEMENTS(hour_cols));
    for (int h = from; h < to; h++) {
        page_row(p);
        page_cell(p, hour_text(p, h));
        page_cell(p, page_integer(p, now[h].sales));
        page_cell(p, page_money(p, now[h].total));
        page_cell(p, page_money(p, then[h].total));
        page_row_end(p);
    }
    page_table_end(p);
    html_close(p->h, "details");
}

static void hour_chart(struct page_cx *p, const struct sales_hour *now,
                       const struct sales_hour *then, int until)
{
    struct chart_point points[HOURS];
    int from, to;
    size_t n = 0;
    hours_shown(now, then, &from, &to);
    for (int h = from; h < to; h++) {
        points[n++] = (struct chart_point){
            .label = hour_text(p, h),
            .value = h < until ? now[h].total.minor : VALUE_NONE,
            .compare = then[h].total.minor,
            .shown = page_money(p, now[h].total),
            .compare_shown = page_money(p, then[h].total),
        };
    }
    page_chart(p, CHART_BARS, N_("Sales by hour"), points, n, N_("Today"), N_("A week before"));
    hour_table(p, now, then, from, to);
}

/* The documents behind a figure of the day; an empty list says why it is empty. */
static text_t documents(const struct page_cx *p, const char *kind, date_t day)
{
    char text[DATE_TEXT_MAX];
    struct buf b;
    size_t n = date_print(day, text);
    if (!cx_may(p->cx, sales_order_entity.read)) {
        return TEXT_NONE;
    }
    buf_init(&b, p->cx->arena, 300);
    buf_fmt(&b, "/office/sales_orders?state=done&kind=%s&business_date=%.*s", kind, (int)n, text);
    if (p->site) {
        buf_fmt(&b, "&site=%%23%lld", (long long)p->site);
    }
    return buf_done(&b);
}

static void today_figures(struct page_cx *p, const struct sales_hour *now,
                          const struct sales_hour *then, date_t day, text_t report)
{
    money_t sold = money_sub(now->total, now->returned);
    money_t basket = money_of(0);
    if (now->sales > 0 && money_ratio(sold, 1, now->sales, ROUND_HALF_UP, &basket) != OK) {
        basket = money_of(0);
    }
    OPEN(p->h, "div.figures");
    page_figure(p, N_("Sales"), page_money(p, now->total), report);
    page_figure(p, N_("The week before, until this hour"), page_money(p, then->total), TEXT_NONE);
    page_figure(p, N_("Number of sales"), page_integer(p, now->sales), documents(p, "sale", day));
    page_figure(p, N_("Average basket"), page_money(p, basket), TEXT_NONE);
    page_figure(p, N_("Returns"), page_money(p, now->returned), documents(p, "return", day));
    html_close(p->h, "div");
}

static enum err tile_sales_today(struct page_cx *p)
{
    struct sales_hour now[HOURS], then[HOURS];
    date_t day;
    text_t zone; /* hours are those of the site's clock */
    TRY(order_zone(p->cx, p->site, &zone));
    TRY(order_today(p->cx, p->site, &day));
    TRY(sales_hours(p->cx, p->site, day, now));
    TRY(sales_hours(p->cx, p->site, (date_t){ day.days - 7 }, then));
    int until = zone_hour(zone, p->cx->now) + 1;
    struct sales_hour sold = sum_of(now, HOURS), before = sum_of(then, until);
    text_t report = p->site ? text_fmt(p->cx->arena, "/office/site_day/%lld", (long long)p->site)
                            : TEXT("/office/reports/sales_by_hour");
    today_figures(p, &sold, &before, day, report);
    hour_chart(p, now, then, until);
    return OK;
}

/* -- orders that wait ---------------------------------------------------------------------- */

enum { W_ORDER, W_CUSTOMER, W_SITE, W_PLACED, W_DUE, W_LATE, W_TOTAL, W_PAID, W_COLUMNS };

static const struct table_col waiting_cols[] = {
    { .label = N_("Order") },
    { .label = N_("Customer"), .grow = true },
    { .label = N_("Due") },
    { .label = N_("Total"), .number = true },
};

static enum err most_urgent(struct page_cx *p)
{
    const struct query *q = house_query(p->cx->house, TEXT("orders_waiting"));
    struct list_filter site = { .field = TEXT("site"),
                                .op = LIST_EQ,
                                .value = text_fmt(p->cx->arena, "#%lld", (long long)p->site) };
    struct report r;
    text_t next;
    TRY(query_run(p->cx, q, &site, p->site ? 1 : 0, WAITING_SHOWN, TEXT_NONE, &r, &next));
    page_table(p, N_("The most urgent"), waiting_cols, N_ELEMENTS(waiting_cols));
    for (size_t i = 0; i < r.n; i++) {
        const struct value *v = &r.cells[i * W_COLUMNS];
        page_row(p);
        page_cell_ref(p, "sales_order", v[W_ORDER].i);
        page_cell_ref(p, "party", v[W_CUSTOMER].i);
        page_cell_open(p);
        EL(p->h, v[W_LATE].i ? "span.clock.late" : "span.clock",
           page_ago(p, (instant_t){ v[W_DUE].i }));
        page_cell_close(p);
        page_cell(p, page_money(p, money_of(v[W_TOTAL].i)));
        page_row_end(p);
    }
    page_table_end(p);
    return OK;
}

static enum err tile_orders_waiting(struct page_cx *p)
{
    struct order_standing s;
    date_t day;
    TRY(order_today(p->cx, p->site, &day));
    TRY(order_standing(p->cx, p->site, day, &s));
    OPEN(p->h, "div.figures");
    page_figure(p, N_("Waiting"), page_integer(p, s.waiting),
                TEXT("/office/reports/orders_waiting"));
    page_figure(p, N_("Late"), page_integer(p, s.late),
                TEXT("/office/reports/orders_waiting?late=true"));
    page_figure(
        p, N_("Promises kept today"),
        PAGE_TEXT(p, N_("{1} of {2}"), page_integer(p, s.on_time), page_integer(p, s.handed_over)),
        TEXT_NONE);
    html_close(p->h, "div");
    if (s.waiting == 0) {
        EL(p->h, "p.muted", page_text(p, N_("No order waits.")));
        return OK;
    }
    return most_urgent(p);
}

/* -- the face ------------------------------------------------------------------------------ */

static const struct tile tiles[] = {
    { .name = "sales_today",
      .label = N_("Sales today"),
      .permission = "order.read",
      .events = "sales_order.*",
      .order = 10,
      .wide = true,
      .show = tile_sales_today },
    { .name = "orders_waiting",
      .label = N_("Orders waiting"),
      .permission = "order.read",
      .events = "sales_order.*",
      .order = 30,
      .wide = true,
      .show = tile_orders_waiting },
};

static const char *const menu[] = {
    "sales_orders",
    "reports/orders_waiting",
    "invoices",
    "customer_payments",
    "reports/sales_by_hour",
    "reports/sales_by_day",
    "reports/sales_by_month",
    "reports/sales_by_site",
    "reports/sales_by_product",
    "reports/sales_by_country",
    "reports/open_accounts",
    NULL,
};

const struct area_face order_face = {
    .group = GROUP_FRONT,
    .icon = "cart",
    .menu = menu,
    .panels = order_panels,
    .n_panels = ORDER_PANELS,
    .tiles = tiles,
    .n_tiles = N_ELEMENTS(tiles),
    .whys = order_whys,
    .n_whys = ORDER_WHYS,
};
