/* Reports on stock. Today's figures are read from the balances; a figure of the past is today's
 * balance minus what has happened, or become known, since. No report adds up history from its
 * beginning. */
#include "back/stock/stock_parts.h"
#include "meta/zone.h"

/* -- a moment: an instant, or a day, which means its last moment for the company
 * ------------------- */

static instant_t end_of_day(text_t zone, date_t day)
{
    return (instant_t){ zone_day_start(zone, (date_t){ day.days + 1 }).us - 1 };
}

/* The row as one of kind_time, whose functions look at the row's kind. */
static struct field as_time(const struct field *f)
{
    struct field time = *f;
    time.kind = &kind_time;
    return time;
}

static enum err moment_from_text(struct cx *cx, const struct field *f, text_t in, text_t path,
                                 int decimals, void *member)
{
    text_t t = text_trim(in);
    date_t day;
    if (date_parse(t.s ? t.s : "", t.n, &day) != OK) {
        struct field time = as_time(f);
        return kind_time.from_text(cx, &time, t, path, decimals, member);
    }
    struct company company;
    TRY(company_get(cx, &company));
    *(instant_t *)member = end_of_day(company.time_zone, day);
    return OK;
}

static enum err moment_from_json(struct cx *cx, const struct field *f, const struct json *in,
                                 text_t path, int decimals, void *member)
{
    if (in->type != JSON_STRING) {
        struct field time = as_time(f);
        return kind_time.from_json(cx, &time, in, path, decimals, member);
    }
    return moment_from_text(cx, f, in->text, path, decimals, member);
}

static void moment_to_json(struct cx *cx, const struct field *f, const void *member, int decimals,
                           struct json_out *o, const char *key)
{
    struct field time = as_time(f);
    kind_time.to_json(cx, &time, member, decimals, o, key);
}

static void moment_to_text(struct cx *cx, const struct field *f, const void *member, int decimals,
                           struct buf *b)
{
    struct field time = as_time(f);
    kind_time.to_text(cx, &time, member, decimals, b);
}

static const struct kind kind_moment = {
    .name = "moment",
    .storage = STORE_INT,
    .column = COL_INT,
    .json_type = "string",
    .control = "text",
    .from_json = moment_from_json,
    .to_json = moment_to_json,
    .from_text = moment_from_text,
    .to_text = moment_to_text,
};

/* Later than everything: "now" for what is not given. */
#define ALWAYS     "9999-12-31T23:59:59.999999Z"
#define ALWAYS_SQL "253402300799999999"

#define P_REF(name_, label_, ...)                                                                  \
    {                                                                                              \
        .name = #name_, .kind = &kind_ref, .target = #name_, .label = label_, __VA_ARGS__          \
    }
#define P_MOMENT(name_, label_, ...)                                                               \
    {                                                                                              \
        .name = name_, .kind = &kind_moment, .label = label_, __VA_ARGS__                          \
    }
/* -- stock ------------------------------------------------------------------------------------- */

static const struct field stock_params[] = {
    P_REF(site, N_("Site"), .flags = 0),
    P_REF(product, N_("Product"), .flags = 0),
    P_MOMENT("as_of", N_("As of"), .fallback = ALWAYS,
             .help = N_("What was there then. A day means its end.")),
    P_MOMENT("as_known_on", N_("As known on"), .fallback = ALWAYS,
             .help = N_("By what had been recorded until then. A day means its end.")),
};

static const struct column stock_columns[] = {
    COLUMN_REF("site", "site", N_("Site")),
    COLUMN_REF("product", "product", N_("Product")),
    COLUMN("on_hand", kind_quantity, N_("On hand")),
    COLUMN("reserved", kind_quantity, N_("Reserved")),
    COLUMN("available", kind_quantity, N_("Available")),
    COLUMN("value", kind_money, N_("Value")),
};

/* Products in the order of their codes, each with what the places of a site hold now, so that a
 * page costs its rows and not the whole stock. A movement is taken off when it had not happened at
 * $5 or was not known at $6. Nothing is recorded before it happens, so all of them were recorded
 * after the earlier of the two. What was reserved in the past is not kept. */
#define HELD(what)                                                                                 \
    "(SELECT COALESCE(SUM(" what "), 0) FROM places p "                                            \
    "JOIN stock_balance b ON b.place = p.id AND b.product = r.id "                                 \
    "WHERE p.site = s.id AND p.kind = 0)"
#define UNDONE(what)                                                                               \
    "(SELECT COALESCE(SUM(" what "), 0) FROM stock_moves m JOIN places q ON q.id = m.place "       \
    "WHERE NOT " NOW " AND m.product = r.id AND m.site = s.id AND q.kind = 0 "                     \
    "AND m.recorded_at > CASE WHEN CAST($5 AS BIGINT) < CAST($6 AS BIGINT) "                       \
    "THEN CAST($5 AS BIGINT) ELSE CAST($6 AS BIGINT) END "                                         \
    "AND (m.occurred_at > CAST($5 AS BIGINT) OR m.recorded_at > CAST($6 AS BIGINT)))"
#define NOW "(CAST($5 AS BIGINT) = " ALWAYS_SQL " AND CAST($6 AS BIGINT) = " ALWAYS_SQL ")"
/* clang-format off */
static const char stock_sql[] =
    "SELECT s.id, r.id, "
    "CAST(" HELD("b.on_hand") " - " UNDONE("m.quantity") " AS BIGINT), "
    "CASE WHEN " NOW " THEN CAST(" HELD("b.reserved") " AS BIGINT) END, "
    "CASE WHEN " NOW " THEN CAST(" HELD("b.on_hand - b.reserved") " AS BIGINT) END, "
    "CAST(" HELD("b.value") " - " UNDONE("m.value") " AS BIGINT) "
    "FROM sites s JOIN products r ON r.company = $1 AND r.code IS NOT NULL "
    "WHERE s.company = $1 AND s.code IS NOT NULL AND {sites:s.id} "
    "[3: AND s.id = $3] [4: AND r.id = $4] "
    "AND EXISTS (SELECT 1 FROM places e JOIN stock_balance h ON h.place = e.id "
    "AND h.product = r.id WHERE e.site = s.id AND e.kind = 0) "
    "ORDER BY r.code, s.code";
/* clang-format on */

/* -- stock_ledger ------------------------------------------------------------------------------ */

static const struct field ledger_params[] = {
    P_REF(product, N_("Product"), .flags = F_REQUIRED),
    P_REF(site, N_("Site"), .flags = 0),
    P_MOMENT("until", N_("Until"), .help = N_("A day means its end.")),
};

static const struct column ledger_columns[] = {
    COLUMN_REF("move", "stock_move", N_("Movement")),
    COLUMN("occurred_at", kind_time, N_("Happened at")),
    COLUMN("recorded_at", kind_time, N_("Recorded at")),
    COLUMN_CHOICE("kind", stock_move_kinds, N_("Kind")),
    COLUMN_REF("site", "site", N_("Site")),
    COLUMN_REF("place", "place", N_("Place")),
    COLUMN("quantity", kind_quantity, N_("Quantity")),
    COLUMN("value", kind_money, N_("Value")),
    COLUMN("expense", kind_money, N_("Expense")),
    COLUMN("on_hand", kind_quantity, N_("On hand after")),
    COLUMN("stock_value", kind_money, N_("Value after")),
    COLUMN("reference", kind_text, N_("Reference")),
    COLUMN("reason", kind_text, N_("Reason")),
};

/* Newest first: the figures after a movement are today's balance minus what came later. */
static const char ledger_sql[] =
    "SELECT x.move, x.occurred_at, x.recorded_at, x.kind, x.site, x.place, x.quantity, x.value, "
    "x.expense, x.on_hand, x.stock_value, x.reference, x.reason "
    "FROM (SELECT m.id AS move, m.occurred_at AS occurred_at, m.recorded_at AS recorded_at, "
    "m.kind AS kind, "
    "m.site AS site, m.place AS place, m.quantity AS quantity, m.value AS value, "
    "m.expense AS expense, m.reference AS reference, m.reason AS reason, "
    "CAST(bal.on_hand - COALESCE(SUM(m.quantity) OVER later, 0) AS BIGINT) AS on_hand, "
    "CAST(bal.value - COALESCE(SUM(m.value) OVER later, 0) AS BIGINT) AS stock_value "
    "FROM stock_moves m CROSS JOIN "
    "(SELECT SUM(b.on_hand) AS on_hand, SUM(b.value) AS value FROM stock_balance b "
    "WHERE b.company = $1 AND b.product = $3 AND {sites:b.site} [4: AND b.site = $4]) bal "
    "WHERE m.company = $1 AND m.product = $3 AND {sites:m.site} [4: AND m.site = $4] "
    "WINDOW later AS (ORDER BY m.occurred_at DESC, m.recorded_at DESC, m.id DESC "
    "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) x "
    "WHERE x.move > 0 [5: AND x.occurred_at <= $5] "
    "ORDER BY x.occurred_at DESC, x.recorded_at DESC, x.move DESC";

/* -- stock_layers ------------------------------------------------------------------------------ */

static const struct field site_product_params[] = {
    P_REF(site, N_("Site"), .flags = 0),
    P_REF(product, N_("Product"), .flags = 0),
};

static const struct column layer_columns[] = {
    COLUMN_REF("product", "product", N_("Product")),
    COLUMN_REF("place", "place", N_("Place")),
    COLUMN_REF("receipt", "stock_move", N_("Goods receipt")),
    COLUMN("received_at", kind_time, N_("Received at")),
    COLUMN("received", kind_quantity, N_("Received")),
    COLUMN("remaining", kind_quantity, N_("Remaining")),
    COLUMN("value_left", kind_money, N_("Value left")),
};

static const char layer_sql[] =
    "SELECT l.product, l.place, l.receipt, l.received_at, l.received, l.remaining, l.value_left "
    "FROM stock_layers l WHERE l.company = $1 AND l.remaining > 0 AND {sites:l.site} "
    "[3: AND l.site = $3] [4: AND l.product = $4] "
    "ORDER BY l.product, l.place, l.received_at, l.id";

/* -- transfers_in_transit ---------------------------------------------------------------------- */

static const struct field to_site_params[] = {
    P_REF(site, N_("To site"), .flags = 0),
};

static const struct column transit_columns[] = {
    COLUMN_REF("transfer", "stock_transfer", N_("Transfer")),
    COLUMN("sent_at", kind_time, N_("Sent at")),
    COLUMN_REF("from_site", "site", N_("From site")),
    COLUMN_REF("to_site", "site", N_("To site")),
    COLUMN_REF("product", "product", N_("Product")),
    COLUMN("quantity", kind_quantity, N_("In transit")),
    COLUMN("value", kind_money, N_("Value")),
};

static const char transit_sql[] =
    "SELECT t.id AS transfer, t.sent_at, t.from_site, t.to_site, l.product, "
    "l.quantity - l.received - l.returned AS quantity, l.value_left AS value "
    "FROM stock_transfers t JOIN stock_transfer_lines l ON l.transfer = t.id "
    "WHERE t.company = $1 AND t.state = 0 AND {sites:t.to_site} [3: AND t.to_site = $3] "
    "AND l.quantity - l.received - l.returned > 0 ORDER BY t.sent_at, t.id, l.id";

/* -- stock_value, stock_below_zero ------------------------------------------------------------- */

static const struct column value_columns[] = {
    COLUMN_REF("site", "site", N_("Site")),
    COLUMN("value", kind_money, N_("Value")),
    COLUMN("in_transit", kind_money, N_("In transit")),
    COLUMN("total", kind_money, N_("Total")),
};

static const char value_sql[] =
    "SELECT b.site, CAST(SUM(CASE WHEN p.kind = 0 THEN b.value ELSE 0 END) AS BIGINT) AS value, "
    "CAST(SUM(CASE WHEN p.kind = 1 THEN b.value ELSE 0 END) AS BIGINT) AS in_transit, "
    "CAST(SUM(b.value) AS BIGINT) AS total "
    "FROM stock_balance b JOIN places p ON p.id = b.place JOIN sites s ON s.id = b.site "
    "WHERE b.company = $1 AND {sites:b.site} [3: AND b.site = $3] "
    "GROUP BY b.site, s.code ORDER BY s.code";

static const struct field site_params[] = {
    P_REF(site, N_("Site"), .flags = 0),
};

static const struct column below_zero_columns[] = {
    COLUMN_REF("place", "place", N_("Place")),
    COLUMN_REF("product", "product", N_("Product")),
    COLUMN("on_hand", kind_quantity, N_("On hand")),
    COLUMN("value", kind_money, N_("Provisional value")),
    COLUMN("last_cost", kind_rate, NC_("price of a unit", "Valued at")),
};

static const char below_zero_sql[] =
    "SELECT b.place, b.product, b.on_hand, b.value, b.last_cost FROM stock_balance b "
    "WHERE b.company = $1 AND b.on_hand < 0 AND {sites:b.site} [3: AND b.site = $3] "
    "ORDER BY b.place, b.product";

static const struct field outs_params[] = {
    P_REF(site, N_("Site"), .flags = 0),
    { .name = "days",
      .kind = &kind_integer,
      .label = N_("Wanted in the last"),
      .unit = N_("days"),
      .flags = F_POSITIVE,
      .max = 3660,
      .help = N_("Empty: 30.") },
};

static const struct column outs_columns[] = {
    COLUMN_REF("site", "site", N_("Site")),
    COLUMN_REF("product", "product", N_("Product")),
    COLUMN("on_hand", kind_quantity, N_("On hand")),
    COLUMN("reserved", kind_quantity, N_("Reserved")),
    COLUMN("since", kind_time, N_("Sold out since")),
    COLUMN("wanted_at", kind_time, N_("Last sold or held")),
};

#define QUERY(sql_, params_, columns_)                                                             \
    .sql = (sql_), .params = (params_), .n_params = N_ELEMENTS(params_), .columns = (columns_),    \
    .n_columns = N_ELEMENTS(columns_)

const struct query stock_queries[STOCK_QUERIES] = {
    { .name = "stock",
      .label = N_("Stock"),
      .help = N_("What is there, what is held for orders, and what it is worth: now, or at any "
                 "earlier moment as it is known today or was known then."),
      .permission = "stock.read",
      QUERY(stock_sql, stock_params, stock_columns) },
    { .name = "stock_ledger",
      .label = N_("Stock ledger"),
      .help = N_("Every movement of a product, newest first, with what was there after it."),
      .permission = "stock.read",
      QUERY(ledger_sql, ledger_params, ledger_columns) },
    { .name = "stock_layers",
      .label = N_("Stock layers"),
      .help = N_("What is left of each receipt of products valued first in, first out."),
      .permission = "stock.value",
      QUERY(layer_sql, site_product_params, layer_columns) },
    { .name = "transfers_in_transit",
      .label = N_("Goods in transit"),
      .help = N_("What was sent to a site and has not arrived."),
      .permission = "stock.read",
      QUERY(transit_sql, to_site_params, transit_columns) },
    { .name = "stock_value",
      .label = N_("Stock value"),
      .help = N_("What the stock of each site is worth, with goods on their way to it. Equals the "
                 "ledger's accounts for stock and for goods in transit."),
      .permission = "stock.value",
      QUERY(value_sql, site_params, value_columns) },
    { .name = "stock_below_zero",
      .label = N_("Stock below zero"),
      .help = N_("What was sold before its receipt was entered. The next receipt corrects the "
                 "value."),
      .permission = "stock.read",
      QUERY(below_zero_sql, site_params, below_zero_columns) },
    { .name = "stock_outs",
      .label = N_("Sold out"),
      .help = N_("Products that were sold or held in the last days and of which nothing is left."),
      .permission = "stock.read",
      .open = "It computes; stock_outs.c holds the filter.",
      .params = outs_params,
      .n_params = N_ELEMENTS(outs_params),
      .columns = outs_columns,
      .n_columns = N_ELEMENTS(outs_columns),
      .run = report_stock_outs },
};
