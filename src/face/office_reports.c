/* Named reports as pages: their parameters as a form, their rows as a table, their proof below. And
 * the index of them, and of an area. */
#include "face/office_list.h"

#include "meta/kinds.h"

#define REPORT_ROWS 200
#define PARAMS_MAX  32

static void note_references(struct page_cx *p, const struct report *r)
{
    const struct query *q = r->query;
    for (size_t c = 0; c < q->n_columns; c++) {
        for (size_t i = 0; q->columns[c].target && i < r->n; i++) {
            refs_note_one(p->cx, q->columns[c].target, r->cells[i * q->n_columns + c].i);
        }
    }
}

static void put_value(struct page_cx *p, const struct column *c, struct value v)
{
    const struct field f = column_field(c);
    if (v.type == V_NULL) {
        return;
    }
    union member m = value_member(c->kind, v);
    page_value(p, &f, &f, 1, &m);
}

static bool is_shown(const struct column *c)
{
    return !(c->flags & F_HIDDEN);
}

static void put_rows(struct page_cx *p, const struct report *r)
{
    const struct query *q = r->query;
    struct table_col *cols = ARENA_ARRAY(p->cx->arena, q->n_columns, struct table_col);
    size_t n = 0;
    for (size_t c = 0; c < q->n_columns; c++) {
        if (is_shown(&q->columns[c])) {
            cols[n++] = (struct table_col){ .label = q->columns[c].label,
                                            .number = kind_is_number(q->columns[c].kind) };
        }
    }
    page_table(p, q->label, cols, n);
    for (size_t i = 0; i < r->n; i++) {
        page_row(p);
        for (size_t c = 0; c < q->n_columns; c++) {
            if (is_shown(&q->columns[c])) {
                page_cell_open(p);
                put_value(p, &q->columns[c], r->cells[i * q->n_columns + c]);
                page_cell_close(p);
            }
        }
        page_row_end(p);
    }
    page_table_end(p);
}

/* A report that goes back in time says where it ended: what was before that is one step away. */
static void put_earlier(struct page_cx *p, text_t tie_out)
{
    struct json_fault trouble;
    struct json *j = NULL;
    if (!tie_out.s || json_parse(p->cx->arena, tie_out.s, tie_out.n, &j, &trouble) != OK) {
        return;
    }
    text_t before = json_get_text(j, "before");
    if (before.s) {
        page_button_link(
            p, N_("Earlier"), "chevron-right",
            page_address(p, text_fmt(p->cx->arena, "before=%s", page_encode(p, before).s).s));
    }
}

/* -- the page of a report -------------------------------------------------------------------- */

static void put_parameter(struct page_cx *p, const struct field *f)
{
    struct html *h = p->h;
    text_t id = text_fmt(p->cx->arena, "param-%s", f->name);
    text_t value = page_param(p, f->name);
    OPEN(h, "div.field");
    EL(h, "label", page_text(p, f->label), { "for", id });
    if (f->kind == &kind_boolean) {
        EMPTY(h, "input", { "id", id }, { "type", TEXT("checkbox") }, { "name", text_of(f->name) },
              { "value", TEXT("true") },
              { "checked", text_is(value, "true") ? TEXT("") : TEXT_NONE });
    } else if (f->n_choices > 0) {
        OPEN(h, "select", { "id", id }, { "name", text_of(f->name) });
        EL(h, "option", TEXT("–"), { "value", TEXT("") });
        for (size_t i = 0; i < f->n_choices; i++) {
            EL(h, "option", page_text(p, f->choices[i].label),
               { "value", text_of(f->choices[i].name) },
               { "selected", text_is(value, f->choices[i].name) ? TEXT("") : TEXT_NONE });
        }
        html_close(h, "select");
    } else {
        EMPTY(h, "input", { "id", id }, { "name", text_of(f->name) },
              { "type", f->kind == &kind_date ? TEXT("date") : TEXT("text") },
              { "value", value.s ? value : TEXT("") },
              { "data-lookup", f->target ? text_of(f->target) : TEXT_NONE },
              { "autocomplete", TEXT("off") });
    }
    html_close(h, "div");
}

static void put_parameters(struct page_cx *p, const struct query *q)
{
    struct html *h = p->h;
    if (q->n_params == 0) {
        return;
    }
    OPEN(h, "form.report-params", { "method", TEXT("get") }, { "action", p->path });
    for (size_t i = 0; i < q->n_params; i++) {
        put_parameter(p, &q->params[i]);
    }
    OPEN(h, "button.button.primary", { "type", TEXT("submit") });
    EL(h, "span", page_text(p, N_("Show")));
    html_close(h, "button");
    html_close(h, "form");
}

/* A parameter that must be given and is not: the form alone is shown. */
static bool lacks_something(const struct page_cx *p, const struct query *q)
{
    for (size_t i = 0; i < q->n_params; i++) {
        if ((q->params[i].flags & F_REQUIRED) && !q->params[i].fallback &&
            text_empty(page_param(p, q->params[i].name))) {
            return true;
        }
    }
    return false;
}

static text_t download_address(struct page_cx *p, const struct query *q, const char *format)
{
    struct page_cx api = *p;
    api.path = text_fmt(p->cx->arena, "/api/v1/reports/%s", q->name);
    return page_address(&api, text_fmt(p->cx->arena, "after=&format=%s", format).s);
}

static enum err put_report(struct page_cx *p, const struct query *q)
{
    struct list_filter params[PARAMS_MAX];
    struct report report;
    text_t next;
    size_t n = 0;
    for (size_t i = 0; i < p->n_params && n < PARAMS_MAX; i++) {
        if (!text_empty(p->params[i].value) && !text_is(p->params[i].name, "after")) {
            params[n++] = (struct list_filter){ .field = p->params[i].name,
                                                .op = LIST_EQ,
                                                .value = p->params[i].value };
        }
    }
    TRY(query_run(p->cx, q, params, n, REPORT_ROWS, page_param(p, "after"), &report, &next));
    if (report.n == 0) {
        page_empty(p, N_("Nothing to show for these parameters."), NULL, TEXT_NONE);
        return OK;
    }
    note_references(p, &report);
    TRY(refs_load(p->cx));
    put_rows(p, &report);
    page_proof(p, report.tie_out, q->ties, q->n_ties);
    if (next.s) {
        page_button_link(
            p, N_("Next page"), "chevron-right",
            page_address(p, text_fmt(p->cx->arena, "after=%s", page_encode(p, next).s).s));
    } else {
        put_earlier(p, report.tie_out);
    }
    return OK;
}

enum err office_report(struct page_cx *p)
{
    const struct query *q = p->own->place.query;
    const struct crumb crumbs[] = { { page_text(p, N_("Reports")), TEXT("/office/reports") } };
    office_head(p, crumbs, 1, page_text(p, q->label));
    page_button_link(p, N_("Spreadsheet"), "download", download_address(p, q, "xlsx"));
    page_button_link(p, N_("CSV"), "download", download_address(p, q, "csv"));
    page_button_link(p, N_("PDF"), "download", download_address(p, q, "pdf"));
    office_head_end(p);
    if (q->help) {
        EL(p->h, "p.lead", page_text(p, q->help));
    }
    put_parameters(p, q);
    return lacks_something(p, q) ? OK : put_report(p, q);
}

/* -- indexes --------------------------------------------------------------------------------- */

static void put_query_link(struct page_cx *p, const struct query *q)
{
    OPEN(p->h, "li");
    EL(p->h, "a", page_text(p, q->label),
       { "href", text_fmt(p->cx->arena, "/office/reports/%s", q->name) });
    if (q->help) {
        EL(p->h, "p.muted", page_text(p, q->help));
    }
    html_close(p->h, "li");
}

enum err office_reports(struct page_cx *p)
{
    const struct house_plan *plan = house_plan(p->cx->house);
    bool any = false;
    office_head(p, NULL, 0, page_text(p, N_("Reports")));
    office_head_end(p);
    for (size_t i = 0; i < plan->n_areas; i++) {
        bool open = false;
        for (size_t k = 0; k < plan->areas[i]->n_queries; k++) {
            if (!cx_may(p->cx, plan->areas[i]->queries[k].permission)) {
                continue;
            }
            if (!open) {
                OPEN(p->h, "section.card");
                EL(p->h, "h2.card-head", page_text(p, plan->areas[i]->label));
                OPEN(p->h, "ul.index");
                open = any = true;
            }
            put_query_link(p, &plan->areas[i]->queries[k]);
        }
        if (open) {
            html_close(p->h, "ul");
            html_close(p->h, "section");
        }
    }
    if (!any) {
        page_empty(p, N_("There is no report that your roles may read."), NULL, TEXT_NONE);
    }
    return OK;
}
