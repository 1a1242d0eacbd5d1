/* What stock adds to products: where goods lie, what they cost, how they moved, who holds them. */
#include "back/stock/stock_face.h"
#include "back/stock/stock_parts.h"
#include "meta/refs.h"

#define SHOWN 10

/* The caller's row filter as a condition: $n is cx->site_filter. */
static bool stocked(const struct cx *cx, const void *record)
{
    (void)cx;
    return ((const struct product *)record)->kind == PRODUCT_STOCKED;
}

static bool sees_value(const struct page_cx *p)
{
    return cx_may(p->cx, "stock.value");
}

static void note_refs(struct page_cx *p, const struct rows *rows, size_t col, const char *entity)
{
    for (size_t i = 0; i < rows->n; i++) {
        refs_note_one(p->cx, entity, rows_int(rows, i, col));
    }
}

/* -- stock by site ------------------------------------------------------------------------- */

static const char by_site_sql[] =
    "SELECT b.site, q.kind, CAST(SUM(b.on_hand) AS BIGINT), CAST(SUM(b.reserved) AS BIGINT), "
    "CAST(SUM(b.value) AS BIGINT) FROM stock_balance b JOIN places q ON q.id = b.place "
    "JOIN sites s ON s.id = b.site WHERE b.product = $1 AND b.company = $2 "
    "AND " SITES_OPEN(
        "b.site", "$3") " GROUP BY b.site, s.code, q.kind "
                        "HAVING SUM(b.on_hand) <> 0 OR SUM(b.reserved) <> 0 OR SUM(b.value) <> 0 "
                        "OR q.kind = 0 "
                        "ORDER BY s.code, q.kind";

static const struct table_col by_site_cols[] = {
    { .label = N_("Site"), .grow = true },       { .label = N_("On hand"), .number = true },
    { .label = N_("Reserved"), .number = true }, { .label = N_("Available"), .number = true },
    { .label = N_("Value"), .number = true },
};

/* Who holds it opens beside the page; without the script it is the list of reservations. */
static void reserved_cell(struct page_cx *p, int64_t product, int64_t site, qty_t reserved)
{
    page_cell_open(p);
    if (reserved.micro != 0) {
        EL(p->h, "a", page_quantity(p, reserved),
           { "href",
             text_fmt(p->cx->arena, "/office/stock_reservations?product=%%23%lld&state=held",
                      (long long)product) },
           { "data-drawer", text_fmt(p->cx->arena, "/office/stock_available/%lld?site=%lld",
                                     (long long)product, (long long)site) });
    } else {
        html_text(p->h, page_quantity(p, reserved));
    }
    page_cell_close(p);
}

static void by_site_row(struct page_cx *p, int64_t product, const struct rows *rows, size_t r)
{
    int64_t site = rows_int(rows, r, 0), on_hand = rows_int(rows, r, 2);
    int64_t reserved = rows_int(rows, r, 3);
    bool transit = rows_int(rows, r, 1) == PLACE_TRANSIT;
    page_row(p);
    page_cell_open(p);
    page_link(p, "site", site);
    if (transit) {
        EL(p->h, "span.muted", page_text(p, N_("on the way")));
    }
    page_cell_close(p);
    page_cell(p, page_quantity(p, qty_of(on_hand)));
    if (transit) {
        page_cell(p, TEXT_NONE);
        page_cell(p, TEXT_NONE);
    } else {
        reserved_cell(p, product, site, qty_of(reserved));
        page_cell(p, page_quantity(p, qty_of(on_hand - reserved)));
    }
    if (sees_value(p)) {
        page_cell(p, page_money(p, money_of(rows_int(rows, r, 4))));
    }
    page_row_end(p);
}

static void by_site_total(struct page_cx *p, const struct rows *rows)
{
    int64_t sum[3] = { 0 };
    for (size_t i = 0; i < rows->n; i++) {
        for (size_t c = 0; c < 3; c++) {
            sum[c] += rows_int(rows, i, c + 2);
        }
    }
    page_row_total(p);
    page_cell(p, page_text(p, N_("Total")));
    page_cell(p, page_quantity(p, qty_of(sum[0])));
    page_cell(p, page_quantity(p, qty_of(sum[1])));
    page_cell(p, TEXT_NONE);
    if (sees_value(p)) {
        page_cell(p, page_money(p, money_of(sum[2])));
    }
    page_row_end(p);
}

static enum err show_by_site(struct page_cx *p, const void *record)
{
    const struct product *product = record;
    const struct value args[] = { v_int(product->record.id), v_int(p->cx->company),
                                  v_int(p->cx->site_filter) };
    struct rows rows;
    TRY(store_query(p->cx, by_site_sql, args, N_ELEMENTS(args), &rows));
    note_refs(p, &rows, 0, "site");
    TRY(refs_load(p->cx));
    if (rows.n == 0) {
        page_empty(p, N_("There has never been any stock of this product."),
                   cx_may(p->cx, "stock.receive") ? N_("Receive goods") : NULL,
                   TEXT("/office/stock_moves/do/receive"));
        return OK;
    }
    page_table(p, N_("Stock by site"), by_site_cols, sees_value(p) ? 5 : 4);
    for (size_t i = 0; i < rows.n; i++) {
        by_site_row(p, product->record.id, &rows, i);
    }
    by_site_total(p, &rows);
    page_table_end(p);
    OPEN(p->h, "p");
    EL(p->h, "a", page_text(p, N_("Stock on another day")),
       { "href", text_fmt(p->cx->arena, "/office/stock_at?product=%%23%lld",
                          (long long)product->record.id) });
    html_close(p->h, "p");
    return OK;
}

/* -- who holds it -------------------------------------------------------------------------- */

static const char held_sql[] =
    "SELECT r.sale, r.quantity FROM stock_reservations r WHERE r.product = $1 AND r.state = 0 "
    "AND r.company = $2 AND ($3 = 0 OR r.site = $3) AND " SITES_OPEN(
        "r.site", "$4") " ORDER BY r.id LIMIT 50";
_Static_assert(RESERVATION_HELD == 0, "the state above");

static const char there_sql[] =
    "SELECT CAST(COALESCE(SUM(b.on_hand), 0) AS BIGINT), "
    "CAST(COALESCE(SUM(b.reserved), 0) AS BIGINT) FROM stock_balance b "
    "JOIN places q ON q.id = b.place WHERE b.product = $1 AND q.kind = 0 AND b.company = $2 "
    "AND ($3 = 0 OR b.site = $3) AND " SITES_OPEN("b.site", "$4");

static void put_held(struct page_cx *p, const struct rows *held)
{
    for (size_t i = 0; i < held->n; i++) {
        OPEN(p->h, "li");
        OPEN(p->h, "p.why-rule");
        html_text(p->h, PAGE_TEXT(p, N_("{1} are held for"),
                                  page_quantity(p, qty_of(rows_int(held, i, 1)))));
        html_text(p->h, TEXT(" "));
        page_link(p, "sales_order", rows_int(held, i, 0));
        html_close(p->h, "p");
        html_close(p->h, "li");
    }
}

enum err stock_show_available(struct page_cx *p)
{
    struct product product;
    struct rows there, held;
    int64_t site = page_param_id(p, "site", 0);
    const struct value args[] = { v_int(p->id), v_int(p->cx->company), v_int(site),
                                  v_int(p->cx->site_filter) };
    TRY(store_get(p->cx, &product_entity, p->id, &product));
    TRY(store_query(p->cx, there_sql, args, N_ELEMENTS(args), &there));
    TRY(store_query(p->cx, held_sql, args, N_ELEMENTS(args), &held));
    note_refs(p, &held, 0, "sales_order");
    TRY(refs_load(p->cx));
    qty_t on_hand = qty_of(rows_int(&there, 0, 0)), reserved = qty_of(rows_int(&there, 0, 1));
    OPEN(p->h, "section.why");
    EL(p->h, "h2", PAGE_TEXT(p, N_("Available: {1}"), product.name));
    EL(p->h, "p.why-answer", page_quantity(p, qty_sub(on_hand, reserved)));
    OPEN(p->h, "ol.why-steps");
    OPEN(p->h, "li");
    EL(p->h, "p.why-rule", PAGE_TEXT(p, N_("{1} are on hand."), page_quantity(p, on_hand)));
    html_close(p->h, "li");
    put_held(p, &held);
    html_close(p->h, "ol");
    html_close(p->h, "section");
    return OK;
}

/* -- cost layers --------------------------------------------------------------------------- */

static const char layers_sql[] =
    "SELECT l.site, l.receipt, l.received_at, l.received, l.remaining, l.value_left "
    "FROM places q JOIN stock_layers l ON l.place = q.id AND l.product = $1 AND l.remaining > 0 "
    "WHERE q.company = $2 AND " SITES_OPEN("q.site",
                                           "$3") " ORDER BY l.received_at DESC, l.id DESC LIMIT 10";

static const struct table_col layer_cols[] = {
    { .label = N_("Received"), .grow = true },
    { .label = N_("Site") },
    { .label = N_("Received quantity"), .number = true },
    { .label = N_("Left"), .number = true },
    { .label = N_("Worth"), .number = true },
};

static enum err show_layers(struct page_cx *p, const void *record)
{
    const struct product *product = record;
    const struct value args[] = { v_int(product->record.id), v_int(p->cx->company),
                                  v_int(p->cx->site_filter) };
    struct rows rows;
    TRY(store_query(p->cx, layers_sql, args, N_ELEMENTS(args), &rows));
    note_refs(p, &rows, 0, "site");
    TRY(refs_load(p->cx));
    if (rows.n == 0) {
        EL(p->h, "p.muted",
           page_text(p,
                     N_("No layers: the product is valued at the average, or nothing is left.")));
        return OK;
    }
    page_table(p, N_("Cost layers"), layer_cols, N_ELEMENTS(layer_cols));
    for (size_t i = 0; i < rows.n; i++) {
        page_row(p);
        page_cell_link(p, page_time(p, (instant_t){ rows_int(&rows, i, 2) }, TIME_SHORT),
                       page_record_address(p, "stock_move", rows_int(&rows, i, 1)));
        page_cell_code(p, "site", rows_int(&rows, i, 0));
        page_cell(p, page_quantity(p, qty_of(rows_int(&rows, i, 3))));
        page_cell(p, page_quantity(p, qty_of(rows_int(&rows, i, 4))));
        page_cell(p, page_money(p, money_of(rows_int(&rows, i, 5))));
        page_row_end(p);
    }
    page_table_end(p);
    OPEN(p->h, "p");
    EL(p->h, "a", page_text(p, N_("All layers")),
       { "href", text_fmt(p->cx->arena, "/office/reports/stock_layers?product=%%23%lld",
                          (long long)product->record.id) });
    html_close(p->h, "p");
    return OK;
}

/* -- movements ----------------------------------------------------------------------------- */

static const char moves_sql[] =
    "SELECT m.id, m.occurred_at, m.kind, m.site, m.quantity, m.value, m.reference "
    "FROM stock_moves m WHERE m.product = $1 AND m.company = $2 "
    "AND " SITES_OPEN("m.site", "$3") " ORDER BY m.occurred_at DESC, m.id DESC LIMIT 10";

static const struct table_col move_cols[] = {
    { .label = N_("When") },
    { .label = N_("What"), .grow = true },
    { .label = N_("Site") },
    { .label = N_("Quantity"), .number = true },
    { .label = N_("Value"), .number = true },
};

static void move_row(struct page_cx *p, const struct rows *rows, size_t r)
{
    text_t kind = page_text(p, stock_move_kinds[rows_int(rows, r, 2)].label);
    text_t reference = rows_text(rows, r, 6);
    page_row(p);
    page_cell_link(p, page_time(p, (instant_t){ rows_int(rows, r, 1) }, TIME_SHORT),
                   page_record_address(p, "stock_move", rows_int(rows, r, 0)));
    page_cell(p, reference.n ? text_fmt(p->cx->arena, "%s %s", kind.s, reference.s) : kind);
    page_cell_code(p, "site", rows_int(rows, r, 3));
    page_cell(p, page_quantity(p, qty_of(rows_int(rows, r, 4))));
    if (sees_value(p)) {
        page_cell(p, page_money(p, money_of(rows_int(rows, r, 5))));
    }
    page_row_end(p);
}

static enum err show_moves(struct page_cx *p, const void *record)
{
    const struct product *product = record;
    const struct value args[] = { v_int(product->record.id), v_int(p->cx->company),
                                  v_int(p->cx->site_filter) };
    struct rows rows;
    TRY(store_query(p->cx, moves_sql, args, N_ELEMENTS(args), &rows));
    note_refs(p, &rows, 3, "site");
    TRY(refs_load(p->cx));
    if (rows.n == 0) {
        EL(p->h, "p.muted", page_text(p, N_("Nothing has moved yet.")));
        return OK;
    }
    page_table(p, N_("Recent movements"), move_cols, sees_value(p) ? 5 : 4);
    for (size_t i = 0; i < rows.n; i++) {
        move_row(p, &rows, i);
    }
    page_table_end(p);
    OPEN(p->h, "p");
    EL(p->h, "a", page_text(p, N_("All movements")),
       { "href", text_fmt(p->cx->arena, "/office/reports/stock_ledger?product=%%23%lld",
                          (long long)product->record.id) });
    html_close(p->h, "p");
    return OK;
}

const struct panel stock_panels[STOCK_PANELS] = {
    { .entity = &product_entity,
      .name = "stock_by_site",
      .label = N_("Stock by site"),
      .permission = "stock.read",
      .when = stocked,
      .show = show_by_site },
    { .entity = &product_entity,
      .name = "cost_layers",
      .label = N_("Cost layers"),
      .permission = "stock.value",
      .when = stocked,
      .show = show_layers },
    { .entity = &product_entity,
      .name = "recent_movements",
      .label = N_("Recent movements"),
      .permission = "stock.read",
      .when = stocked,
      .show = show_moves },
};
