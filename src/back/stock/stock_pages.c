/* Pages and tiles of stock: what was there on a day, as it is known now and as it was known then;
 * what is sold out. */
#include "back/stock/stock_face.h"
#include "back/stock/stock_parts.h"

#include "meta/refs.h"

#define AT_ROWS    200
#define OUTS_SHOWN 5
#define OUTS_DAYS  30

/* -- stock at a moment --------------------------------------------------------------------- */

enum { A_SITE, A_PRODUCT, A_ON_HAND, A_RESERVED, A_AVAILABLE, A_VALUE, A_COLUMNS };

static const struct table_col at_cols[] = {
    { .label = N_("Product"), .grow = true },
    { .label = N_("Site") },
    { .label = N_("On hand, as known now"), .number = true },
    { .label = N_("On hand, as known then"), .number = true },
    { .label = N_("Learned since"), .number = true },
    { .label = N_("Value, as known now"), .number = true },
    { .label = N_("Value, as known then"), .number = true },
    { .label = N_("Learned since"), .number = true },
};

struct at_asked {
    struct list_filter filters[4];
    size_t n, n_now; /* n_now: without the moment of knowledge, which stands last */
    text_t as_of, known;
};

static void take(struct page_cx *p, struct at_asked *a)
{
    static const char *const names[] = { "product", "site", "as_of" };
    char day[DATE_TEXT_MAX];
    *a = (struct at_asked){ .as_of = page_param(p, "as_of"),
                            .known = page_param(p, "as_known_on") };
    if (text_empty(a->as_of)) { /* yesterday's end: today is the report "stock" */
        size_t n = date_print((date_t){ instant_date(p->cx->now).days - 1 }, day);
        a->as_of = text_copy(p->cx->arena, (text_t){ day, n });
    }
    if (text_empty(a->known)) {
        a->known = a->as_of;
    }
    for (size_t i = 0; i < N_ELEMENTS(names); i++) {
        text_t value = i == 2 ? a->as_of : page_param(p, names[i]);
        if (!text_empty(value)) {
            a->filters[a->n++] =
                (struct list_filter){ .field = text_of(names[i]), .op = LIST_EQ, .value = value };
        }
    }
    a->n_now = a->n;
    a->filters[a->n++] =
        (struct list_filter){ .field = TEXT("as_known_on"), .op = LIST_EQ, .value = a->known };
}

static void at_row(struct page_cx *p, const struct value *now, const struct value *then, bool value)
{
    page_row(p);
    page_cell_ref(p, "product", now[A_PRODUCT].i);
    page_cell_code(p, "site", now[A_SITE].i);
    page_cell_link(p, page_quantity(p, qty_of(now[A_ON_HAND].i)),
                   text_fmt(p->cx->arena,
                            "/office/reports/stock_ledger?product=%%23%lld&site=%%23%lld",
                            (long long)now[A_PRODUCT].i, (long long)now[A_SITE].i));
    page_cell(p, page_quantity(p, qty_of(then[A_ON_HAND].i)));
    page_cell(p, page_quantity(p, qty_of(now[A_ON_HAND].i - then[A_ON_HAND].i)));
    if (value) {
        page_cell(p, page_money(p, money_of(now[A_VALUE].i)));
        page_cell(p, page_money(p, money_of(then[A_VALUE].i)));
        page_cell(p, page_money(p, money_of(now[A_VALUE].i - then[A_VALUE].i)));
    }
    page_row_end(p);
}

/* The two reports have the same rows in the same order: what was there does not decide about them.
 */
static enum err show_stock_at(struct page_cx *p)
{
    const struct query *q = house_query(p->cx->house, TEXT("stock"));
    struct at_asked a;
    struct report now, then;
    text_t next, same;
    bool value = cx_may(p->cx, "stock.value");
    take(p, &a);
    TRY(query_run(p->cx, q, a.filters, a.n_now, AT_ROWS, page_param(p, "after"), &now, &next));
    TRY(query_run(p->cx, q, a.filters, a.n, AT_ROWS, page_param(p, "after"), &then, &same));
    page_head(p, TEXT_NONE);
    page_downloads(p, q->name, a.filters, a.n);
    page_head_end(p);
    page_form(p);
    page_form_date(p, "as_of", N_("As of"), (date_t){ instant_date(p->cx->now).days - 1 });
    page_form_date(p, "as_known_on", N_("As known on"), DATE_NONE);
    page_form_ref(p, "site", N_("Site"), "site");
    page_form_ref(p, "product", N_("Product"), "product");
    page_form_end(p);
    page_table(p, N_("Stock on a day"), at_cols, value ? 8 : 5);
    for (size_t i = 0; i < now.n && i < then.n; i++) {
        at_row(p, &now.cells[i * A_COLUMNS], &then.cells[i * A_COLUMNS], value);
    }
    page_table_end(p);
    if (next.s) {
        text_t after = text_fmt(p->cx->arena, "after=%s", page_encode(p, next).s);
        page_button_link(p, N_("Next page"), "chevron-right", page_address(p, after.s));
    }
    return OK;
}

/* -- sold out ------------------------------------------------------------------------------ */

static enum err tile_stock_outs(struct page_cx *p)
{
    const struct query *q = house_query(p->cx->house, TEXT("stock_outs"));
    struct list_filter site = { .field = TEXT("site"),
                                .op = LIST_EQ,
                                .value = text_fmt(p->cx->arena, "#%lld", (long long)p->site) };
    struct report r;
    text_t next;
    int64_t n = 0;
    TRY(stock_outs_count(p->cx, p->site, OUTS_DAYS, &n));
    page_figure(p, N_("Sold out, wanted in the last 30 days"), page_integer(p, n),
                TEXT("/office/reports/stock_outs"));
    if (n == 0) {
        EL(p->h, "p.muted", page_text(p, N_("Everything that sells is there.")));
        return OK;
    }
    TRY(query_run(p->cx, q, &site, p->site ? 1 : 0, OUTS_SHOWN, TEXT_NONE, &r, &next));
    OPEN(p->h, "ul.stack.tight");
    for (size_t i = 0; i < r.n; i++) {
        const struct value *v = &r.cells[i * q->n_columns];
        OPEN(p->h, "li.row");
        page_link(p, "product", v[1].i);
        EL(p->h, "span.muted", page_ago(p, (instant_t){ v[4].i }));
        html_close(p->h, "li");
    }
    html_close(p->h, "ul");
    return OK;
}

/* -- the face ------------------------------------------------------------------------------ */

static const struct page pages[] = {
    { .path = "stock_at",
      .label = N_("Stock on a day"),
      .help = N_("What was there, by all that is known now and by what was known then. The "
                 "difference was learned later."),
      .icon = "history",
      .permission = "stock.read",
      .in_menu = true,
      .show = show_stock_at },
    { .path = "stock_available/:id",
      .label = N_("Available"),
      .permission = "stock.read",
      .fragment = true,
      .show = stock_show_available },
};

static const struct tile tiles[] = {
    { .name = "stock_outs",
      .label = N_("Sold out"),
      .permission = "stock.read",
      .events = "stock.* sales_order.*",
      .order = 50,
      .show = tile_stock_outs },
};

static const char *const menu[] = {
    "reports/stock",       "stock_moves",        "stock_transfers", "stock_counts", "stock_at",
    "reports/stock_value", "reports/stock_outs", "places",          NULL,
};

const struct area_face stock_face = {
    .group = GROUP_BACK,
    .icon = "stock",
    .menu = menu,
    .pages = pages,
    .n_pages = N_ELEMENTS(pages),
    .panels = stock_panels,
    .n_panels = STOCK_PANELS,
    .tiles = tiles,
    .n_tiles = N_ELEMENTS(tiles),
    .whys = stock_whys,
    .n_whys = STOCK_WHYS,
};
