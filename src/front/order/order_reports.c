/* The tables and reports of the order area.
 *
 * Sales totals: what was sold per day, site, product and country, kept by the transaction that
 * sells, so that no report scans history. Each writer of the store adds to rows of its own (slot);
 * reports add them up. */
#include "front/order/order_parts.h"

static const struct col_def total_cols[] = {
    { .name = "company", .type = COL_INT, .not_null = true },
    { .name = "day", .type = COL_INT, .not_null = true },
    { .name = "site", .type = COL_INT, .not_null = true },
    { .name = "product", .type = COL_INT, .not_null = true },
    { .name = "country",
      .type = COL_TEXT,
      .not_null = true }, /* of the customer, else of the site; '' unknown */
    { .name = "slot", .type = COL_INT, .not_null = true },
    { .name = "month", .type = COL_INT, .not_null = true }, /* first day of the day's month */
    { .name = "quantity", .type = COL_INT, .not_null = true },
    { .name = "net", .type = COL_INT, .not_null = true },
    { .name = "tax", .type = COL_INT, .not_null = true },
    { .name = "total", .type = COL_INT, .not_null = true },
    { .name = "cost", .type = COL_INT, .not_null = true },
    { .name = "lines", .type = COL_INT, .not_null = true },
};
/* The hour is the site's own, so that reports need no time zone. */
static const struct col_def hour_cols[] = {
    { .name = "company", .type = COL_INT, .not_null = true },
    { .name = "day", .type = COL_INT, .not_null = true },
    { .name = "site", .type = COL_INT, .not_null = true },
    { .name = "hour", .type = COL_INT, .not_null = true }, /* 0..23 */
    { .name = "slot", .type = COL_INT, .not_null = true },
    { .name = "sales", .type = COL_INT, .not_null = true },
    { .name = "returns", .type = COL_INT, .not_null = true },
    { .name = "items", .type = COL_INT, .not_null = true },
    { .name = "net", .type = COL_INT, .not_null = true },
    { .name = "tax", .type = COL_INT, .not_null = true },
    { .name = "total", .type = COL_INT, .not_null = true },
    { .name = "returned", .type = COL_INT, .not_null = true },
};
static const struct col_def balance_cols[] = {
    { .name = "party", .type = COL_INT, .not_null = true },
    { .name = "company", .type = COL_INT, .not_null = true },
    { .name = "open_amount", .type = COL_INT, .not_null = true }, /* what the customer owes */
};

const struct table_def order_tables[ORDER_TABLES] = {
    {
        .name = "sales_hour",
        .primary_key = "company, day, site, hour, slot",
        .cols = hour_cols,
        .n_cols = N_ELEMENTS(hour_cols),
        .clustered = true,
        .fill_percent = 50,
    },
    {
        .name = "sales_total",
        .primary_key = "company, day, site, product, country, slot",
        .cols = total_cols,
        .n_cols = N_ELEMENTS(total_cols),
        .clustered = true,
        .fill_percent = 80,
    },
    {
        .name = "customer_account",
        .primary_key = "party",
        .cols = balance_cols,
        .n_cols = N_ELEMENTS(balance_cols),
        .fill_percent = 80,
    },
};

#define MEASURES                                                                                   \
    COLUMN("quantity", kind_quantity, N_("Quantity")), COLUMN("net", kind_money, N_("Net")),       \
        COLUMN("tax", kind_money, N_("Tax")), COLUMN("total", kind_money, N_("Total")),            \
        COLUMN("cost", kind_money, N_("Cost")), COLUMN("margin", kind_money, N_("Margin")),        \
        COLUMN("lines", kind_integer, N_("Lines"))

#define SUMS                                                                                       \
    " CAST(SUM(t.quantity) AS BIGINT), CAST(SUM(t.net) AS BIGINT), CAST(SUM(t.tax) AS BIGINT),"    \
    " CAST(SUM(t.total) AS BIGINT), CAST(SUM(t.cost) AS BIGINT),"                                  \
    " CAST(SUM(t.net) - SUM(t.cost) AS BIGINT), CAST(SUM(t.lines) AS BIGINT)"                      \
    " FROM sales_total t WHERE t.company = $1 AND {sites:t.site}"                                  \
    " [3: AND t.day >= $3] [4: AND t.day <= $4] [5: AND t.site = $5]"                              \
    " [6: AND t.product = $6] [7: AND t.country = $7]"

static const struct field params[] = {
    { .name = "from", .kind = &kind_date, .label = N_("From") },
    { .name = "to", .kind = &kind_date, .label = N_("To") },
    { .name = "site", .kind = &kind_ref, .label = N_("Site"), .target = "site" },
    { .name = "product", .kind = &kind_ref, .label = N_("Product"), .target = "product" },
    { .name = "country", .kind = &kind_text, .label = N_("Country") },
};

static const struct column day_columns[] = { COLUMN("day", kind_date, N_("Day")), MEASURES };
static const struct column month_columns[] = { COLUMN("month", kind_date, N_("Month")), MEASURES };
static const struct column site_columns[] = { COLUMN_REF("site", "site", N_("Site")), MEASURES };
static const struct column product_columns[] = { COLUMN_REF("product", "product", N_("Product")),
                                                 MEASURES };
static const struct column country_columns[] = { COLUMN("country", kind_text, N_("Country")),
                                                 MEASURES };

#define REPORT(name_, label_, help_, sql_, columns_)                                               \
    {                                                                                              \
        .name = name_, .label = label_, .help = help_, .permission = "order.read", .sql = sql_,    \
        .params = params, .n_params = N_ELEMENTS(params), .columns = columns_,                     \
        .n_columns = N_ELEMENTS(columns_)                                                          \
    }

static const struct field open_params[] = {
    { .name = "customer", .kind = &kind_ref, .label = N_("Customer"), .target = "party" },
};
static const struct column open_columns[] = {
    COLUMN_REF("customer", "party", N_("Customer")),
    COLUMN("open", kind_money, N_("Open amount")),
    COLUMN("credit_limit", kind_money, N_("Credit limit")),
};

static const struct field hour_params[] = {
    { .name = "site", .kind = &kind_ref, .label = N_("Site"), .target = "site" },
    { .name = "day", .kind = &kind_date, .label = N_("Day"), .help = N_("Empty: today.") },
    { .name = "compare",
      .kind = &kind_date,
      .label = N_("Compared with"),
      .help = N_("Empty: the same weekday a week before.") },
};
static const struct column hour_columns[] = {
    COLUMN("hour", kind_integer, N_("Hour")),
    COLUMN("sales", kind_integer, N_("Number of sales")),
    COLUMN("returns", kind_integer, N_("Number of returns")),
    COLUMN("items", kind_quantity, N_("Quantity")),
    COLUMN("net", kind_money, N_("Net")),
    COLUMN("tax", kind_money, N_("Tax")),
    COLUMN("total", kind_money, N_("Total")),
    COLUMN("returned", kind_money, N_("Returns")),
    COLUMN("compare_sales", kind_integer, N_("Number of sales then")),
    COLUMN("compare_total", kind_money, N_("Total then")),
};
static const struct choice hour_ties[] = {
    { "by_hour", N_("Sum of the hours") },
    { "by_product", N_("Sum of the products sold") },
    { "difference", N_("Difference") },
};
static const struct field waiting_params[] = {
    { .name = "site", .kind = &kind_ref, .label = N_("Site"), .target = "site" },
    { .name = "hours",
      .kind = &kind_integer,
      .label = N_("Late after"),
      .unit = N_("hours"),
      .flags = F_NOT_NEGATIVE,
      .max = 100000,
      .help = N_("For orders without a promised time. Empty: a day.") },
    { .name = "late", .kind = &kind_boolean, .label = N_("Only late ones") },
};
static const struct column waiting_columns[] = {
    COLUMN_REF("order", "sales_order", N_("Order")),
    COLUMN_REF("customer", "party", N_("Customer")),
    COLUMN_REF("site", "site", N_("Site")),
    COLUMN("placed_at", kind_time, N_("Placed at")),
    COLUMN("due", kind_time, N_("Due")),
    COLUMN("late", kind_boolean, N_("Late")),
    COLUMN("total", kind_money, N_("Total")),
    COLUMN("paid", kind_money, N_("Paid")),
};

const struct query order_reports[ORDER_REPORTS] = {
    REPORT("sales_by_day", N_("Sales by day"), N_("Sales less returns of each day."),
           "SELECT t.day," SUMS " GROUP BY t.day ORDER BY t.day", day_columns),
    REPORT("sales_by_month", N_("Sales by month"), N_("Sales less returns of each month."),
           "SELECT t.month," SUMS " GROUP BY t.month ORDER BY t.month", month_columns),
    REPORT("sales_by_site", N_("Sales by site"), N_("Sales less returns of each site."),
           "SELECT t.site," SUMS " GROUP BY t.site ORDER BY SUM(t.total) DESC, t.site",
           site_columns),
    REPORT("sales_by_product", N_("Sales by product"),
           N_("Sales less returns of each product, best first."),
           "SELECT t.product," SUMS " GROUP BY t.product ORDER BY SUM(t.total) DESC, t.product",
           product_columns),
    REPORT("sales_by_country", N_("Sales by country"),
           N_("Sales less returns by the customer's country, else the site's."),
           "SELECT t.country," SUMS " GROUP BY t.country ORDER BY SUM(t.total) DESC, t.country",
           country_columns),
    {
        .name = "open_accounts",
        .label = N_("Customers' accounts"),
        .help = N_("What each customer owes, and the limit."),
        .permission = "order.read",
        .sql = "SELECT b.party, b.open_amount, COALESCE(p.credit_limit, 0)"
               " FROM customer_account b JOIN parties p ON p.id = b.party"
               " WHERE b.company = $1 AND b.open_amount <> 0 [3: AND b.party = $3]"
               " ORDER BY b.open_amount DESC, b.party",
        .open = "a customer's account is the company's, not a site's",
        .params = open_params,
        .n_params = N_ELEMENTS(open_params),
        .columns = open_columns,
        .n_columns = N_ELEMENTS(open_columns),
    },
    {
        .name = "sales_by_hour",
        .label = N_("Sales by hour"),
        .help = N_("Each hour of a day, beside the same weekday of the week before."),
        .permission = "order.read",
        .open = "It computes; order_now.c holds the filter.",
        .params = hour_params,
        .n_params = N_ELEMENTS(hour_params),
        .columns = hour_columns,
        .n_columns = N_ELEMENTS(hour_columns),
        .ties = hour_ties,
        .n_ties = N_ELEMENTS(hour_ties),
        .run = report_sales_by_hour,
    },
    {
        .name = "orders_waiting",
        .label = N_("Orders waiting"),
        .help = N_("Orders that are placed and not handed over, the most urgent first."),
        .permission = "order.read",
        .open = "It computes; order_now.c holds the filter.",
        .params = waiting_params,
        .n_params = N_ELEMENTS(waiting_params),
        .columns = waiting_columns,
        .n_columns = N_ELEMENTS(waiting_columns),
        .run = report_orders_waiting,
    },
};

enum err sales_total_add(struct cx *cx, const struct sale *s)
{
    const struct sales_order *o = s->order;
    text_t country = s->customer && s->party.country.s ? s->party.country : s->site.country;
    if (!country.s) {
        country = TEXT("");
    }
    for (size_t i = 0; i < s->n; i++) {
        const struct sales_order_line *l = &s->lines[i];
        const struct value args[] = {
            v_int(cx->company),
            v_int(o->business_date.days),
            v_int(o->site.id),
            v_int(l->product.id),
            v_text(country),
            v_int(store_slot(cx)),
            v_int(date_month_start(o->business_date).days),
            v_int(l->quantity.micro),
            v_int(l->net.minor),
            v_int(l->tax.minor),
            v_int(l->total.minor),
            v_int(l->cost.minor),
        };
        TRY(store_exec(cx,
                       "INSERT INTO sales_total (company, day, site, product, country, slot, month,"
                       " quantity, net, tax, total, cost, lines)"
                       " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)"
                       " ON CONFLICT (company, day, site, product, country, slot) DO UPDATE SET"
                       " quantity = sales_total.quantity + excluded.quantity,"
                       " net = sales_total.net + excluded.net,"
                       " tax = sales_total.tax + excluded.tax,"
                       " total = sales_total.total + excluded.total,"
                       " cost = sales_total.cost + excluded.cost,"
                       " lines = sales_total.lines + excluded.lines",
                       args, N_ELEMENTS(args)));
    }
    return sales_hour_add(cx, s);
}
