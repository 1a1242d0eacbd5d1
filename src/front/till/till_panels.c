/* What tills add to pages: a session's Z report to read and print, its no-loss certificate proven
 * anew each time it is looked at, and the cash in all drawers for those who manage tills. */
#include "front/till/till_parts.h"

#include "meta/refs.h"

#define TILLS_MAX 1000

/* -- Z report ------------------------------------------------------------------------------ */

static const struct table_col z_cols[] = {
    { .label = N_("Figure"), .grow = true },
    { .label = N_("Amount"), .number = true },
};

static const struct table_col z_tax_cols[] = {
    { .label = N_("Tax rate"), .grow = true },
    { .label = N_("Net"), .number = true },
    { .label = N_("Tax"), .number = true },
    { .label = N_("Total"), .number = true },
};

static const struct table_col z_tender_cols[] = {
    { .label = N_("Tender"), .grow = true },
    { .label = N_("Payments"), .number = true },
    { .label = N_("Amount"), .number = true },
};

/* An amount of the kept report in the person's format. */
static text_t money_of_json(struct page_cx *p, const struct json *object, const char *key)
{
    text_t t = json_get_text(object, key);
    int64_t minor;
    return t.s && decimal_parse(t.s, t.n, p->cx->decimals, &minor) == OK
               ? page_money(p, money_of(minor))
               : TEXT_NONE;
}

static text_t number_of_json(struct page_cx *p, const struct json *object, const char *key)
{
    const struct json *j = json_get(object, key);
    int64_t n;
    return j && j->type == JSON_NUMBER && text_to_i64(j->text, &n) == OK ? page_integer(p, n)
                                                                         : TEXT_NONE;
}

static void put_figures(struct page_cx *p, const struct json *z)
{
    static const struct {
        const char *key, *label;
        bool total;
    } rows[] = {
        { "sales", N_("Sales"), false },
        { "returns", N_("Returns"), false },
        { "total", N_("Total"), true },
        { "discount", N_("Discounts"), false },
        { "rounding", N_("Cash rounding"), false },
        { "opening_float", N_("Float"), false },
        { "cash_in", N_("Cash in"), false },
        { "cash_out", N_("Cash out"), false },
        { "other_cash", N_("Other cash payments"), false },
        { "cash_expected", N_("Cash expected"), true },
        { "cash_counted", N_("Cash counted"), false },
        { "cash_difference", N_("Difference"), true },
    };
    page_table(p, N_("Z report"), z_cols, N_ELEMENTS(z_cols));
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        if (rows[i].total) {
            page_row_total(p);
        } else {
            page_row(p);
        }
        page_cell(p, page_text(p, rows[i].label));
        page_cell(p, money_of_json(p, z, rows[i].key));
        page_row_end(p);
    }
    page_table_end(p);
}

static void put_tenders(struct page_cx *p, const struct json *z)
{
    const struct json *tenders = json_get(z, "tenders");
    page_table(p, N_("By tender"), z_tender_cols, N_ELEMENTS(z_tender_cols));
    for (const struct json *t = tenders ? tenders->first : NULL; t; t = t->next) {
        page_row(p);
        page_cell(p, till_tender_label(p, json_get_text(t, "kind")));
        page_cell(p, number_of_json(p, t, "payments"));
        page_cell(p, money_of_json(p, t, "amount"));
        page_row_end(p);
    }
    page_table_end(p);
}

static text_t rate_of_json(struct page_cx *p, const struct json *object)
{
    text_t t = json_get_text(object, "rate");
    struct buf b;
    int64_t micro;
    if (!t.s || decimal_parse(t.s, t.n, RATE_SCALE, &micro) != OK) {
        return page_text(p, N_("Not taxed"));
    }
    buf_init(&b, p->cx->arena, 100);
    format_rate(p->format, &b, rate_of(micro));
    return text_fmt(p->cx->arena, "%s %%", buf_done(&b).s);
}

static void put_taxes(struct page_cx *p, const struct json *z)
{
    const struct json *taxes = json_get(z, "taxes");
    page_table(p, N_("By tax rate"), z_tax_cols, N_ELEMENTS(z_tax_cols));
    for (const struct json *t = taxes ? taxes->first : NULL; t; t = t->next) {
        page_row(p);
        page_cell(p, rate_of_json(p, t));
        page_cell(p, money_of_json(p, t, "net"));
        page_cell(p, money_of_json(p, t, "amount"));
        page_cell(p, money_of_json(p, t, "total"));
        page_row_end(p);
    }
    page_table_end(p);
}

static enum err show_z_report(struct page_cx *p, const void *record)
{
    const struct till_session *s = record;
    struct json_fault trouble;
    struct json *z = NULL;
    if (!s->z_report.s) {
        EL(p->h, "p.muted",
           page_text(p, N_("The session is open. Its Z report is made when it is counted and "
                           "closed.")));
        return OK;
    }
    TRY(json_parse(p->cx->arena, s->z_report.s, s->z_report.n, &z, &trouble));
    put_figures(p, z);
    put_tenders(p, z);
    put_taxes(p, z);
    return OK;
}

/* -- certificate --------------------------------------------------------------------------- */

static void fact(struct page_cx *p, const char *label, text_t value, bool mono)
{
    OPEN(p->h, "div.fact");
    EL(p->h, "dt", page_text(p, label));
    EL(p->h, mono ? "dd.mono" : "dd", value);
    html_close(p->h, "div");
}

/* Not what was written at closing: the documents are read again and every hash is computed. */
static enum err show_certificate(struct page_cx *p, const void *record)
{
    const struct till_session *s = record;
    struct till_chain chain;
    struct till till;
    TRY(store_get(p->cx, &till_entity, s->till.id, &till));
    int64_t last = s->state == TILL_OPEN ? till.last_number : s->last_number;
    TRY(till_chain_check(p->cx, s->till.id, till.code, s->first_number, last, NULL, &chain));
    int64_t expected = last - s->first_number + 1;
    bool whole = chain.faults == 0 && chain.count == expected;
    OPEN(p->h, whole ? "div.notice.good" : "div.notice.bad");
    OPEN(p->h, "p.row");
    page_icon(p, whole ? "check" : "cross");
    EL(p->h, "strong",
       whole ? page_text(p, N_("Complete: no document is missing, changed or slipped in."))
             : page_plural(p, "{1} fault in the journal", "{1} faults in the journal",
                           chain.faults ? chain.faults : 1));
    html_close(p->h, "p");
    html_close(p->h, "div");
    OPEN(p->h, "dl.facts");
    if (expected > 0) {
        fact(p, N_("Numbers"),
             text_fmt(p->cx->arena, "%lld – %lld", (long long)s->first_number, (long long)last),
             false);
    }
    fact(p, N_("Documents"), page_integer(p, chain.count), false);
    if (chain.count > 0) {
        fact(p, N_("First hash"), text_copy(p->cx->arena, text_of(chain.first_hash)), true);
        fact(p, N_("Last hash"), text_copy(p->cx->arena, text_of(chain.last_hash)), true);
    }
    fact(p, N_("Verified"), page_time(p, p->cx->now, TIME_MEDIUM), false);
    html_close(p->h, "dl");
    return OK;
}

const struct panel till_panels[TILL_PANELS] = {
    { .entity = &till_session_entity,
      .name = "z_report",
      .label = N_("Z report"),
      .permission = "till.read",
      .show = show_z_report },
    { .entity = &till_session_entity,
      .name = "certificate",
      .label = N_("No-loss certificate"),
      .permission = "till.read",
      .beside = true,
      .show = show_certificate },
};

/* -- cash ---------------------------------------------------------------------------------- */

enum { C_SITE, C_TILL, C_OPEN, C_SESSION, C_OPENED, C_CASH, C_COLUMNS };

static const struct table_col cash_cols[] = {
    { .label = N_("Site"), .grow = true },
    { .label = N_("Open tills"), .number = true },
    { .label = N_("Cash"), .number = true },
};

struct site_cash {
    int64_t site, open, cash;
};

static size_t by_site(const struct report *r, struct site_cash *out)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++) {
        const struct value *v = &r->cells[i * C_COLUMNS];
        size_t k = 0;
        while (k < n && out[k].site != v[C_SITE].i) {
            k++;
        }
        if (k == n) {
            out[n++] = (struct site_cash){ .site = v[C_SITE].i };
        }
        out[k].open += v[C_OPEN].i == TILL_OPEN;
        out[k].cash += v[C_CASH].i;
    }
    return n;
}

static enum err tile_cash(struct page_cx *p)
{
    const struct query *q = house_query(p->cx->house, TEXT("cash_now"));
    struct list_filter site = { .field = TEXT("site"),
                                .op = LIST_EQ,
                                .value = text_fmt(p->cx->arena, "#%lld", (long long)p->site) };
    struct report r;
    text_t next;
    int64_t sum = 0;
    TRY(query_run(p->cx, q, &site, p->site ? 1 : 0, TILLS_MAX, TEXT_NONE, &r, &next));
    struct site_cash *sites = ARENA_ARRAY(p->cx->arena, r.n + 1, struct site_cash);
    size_t n = by_site(&r, sites);
    for (size_t i = 0; i < n; i++) {
        sum += sites[i].cash;
    }
    page_figure(p, N_("In all drawers"), page_money(p, money_of(sum)),
                TEXT("/office/reports/cash_now"));
    if (n < 2) {
        return OK;
    }
    page_table(p, N_("Cash by site"), cash_cols, N_ELEMENTS(cash_cols));
    for (size_t i = 0; i < n && i < 20; i++) {
        page_row(p);
        page_cell_code(p, "site", sites[i].site);
        page_cell(p, page_integer(p, sites[i].open));
        page_cell(p, page_money(p, money_of(sites[i].cash)));
        page_row_end(p);
    }
    page_table_end(p);
    return OK;
}

const struct tile till_tiles[TILL_TILES] = {
    { .name = "cash",
      .label = N_("Cash in tills"),
      .permission = "till.write",
      .events = "sales_order.* till_session.* till_cash.*",
      .order = 40,
      .show = tile_cash },
};
