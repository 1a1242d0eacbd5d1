/* Reports: named queries with their column descriptions, as JSON, CSV, sheet or paper. */
#include "face/rest_own.h"

#include "face/print_report.h"
#include "face/xlsx.h"
#include "meta/kinds.h"
#include "meta/zone.h"

#define REPORT_LIMIT_DEFAULT 1000
#define REPORT_LIMIT_MAX     10000
#define PARAMS_MAX           32

static const char *const formats[] = { "json", "csv", "xlsx", "pdf" };

/* What the query of the address says. */
struct report_ask {
    struct list_filter params[PARAMS_MAX];
    size_t n_params;
    int64_t limit; /* 0: not said */
    text_t after, format;
};

static void put_cell(struct cx *cx, const struct column *c, struct value v, struct json_out *o)
{
    const struct field f = column_field(c);
    if (v.type == V_NULL) {
        json_put_null(o, c->name);
        return;
    }
    union member m = value_member(c->kind, v);
    c->kind->to_json(cx, &f, &m, cx->decimals, o, c->name);
}

static void put_columns(struct cx *cx, const struct query *q, struct json_out *o)
{
    json_open(o, "columns", '[');
    for (size_t i = 0; i < q->n_columns; i++) {
        const struct column *c = &q->columns[i];
        json_open(o, NULL, '{');
        json_put_str(o, "name", c->name);
        json_put_str(o, "label", cx_text(cx, c->label));
        json_put_str(o, "kind", c->kind->name);
        if (c->target) {
            json_put_str(o, "target", c->target);
        }
        json_close(o, '}');
    }
    json_close(o, ']');
}

static enum err json_report(struct rest_work *w, const struct report *r, text_t next)
{
    const struct query *q = r->query;
    struct buf b;
    struct json_out o;
    buf_init(&b, w->arena, REST_BODY_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    put_columns(&w->cx, q, &o);
    json_open(&o, "items", '[');
    for (size_t i = 0; i < r->n; i++) {
        json_open(&o, NULL, '{');
        for (size_t c = 0; c < q->n_columns; c++) {
            put_cell(&w->cx, &q->columns[c], r->cells[i * q->n_columns + c], &o);
        }
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_put_text(&o, "next", next);
    if (r->tie_out.s) {
        json_put_raw(&o, "tie_out", r->tie_out);
    } else {
        json_put_null(&o, "tie_out");
    }
    json_close(&o, '}');
    rest_json(w, 200, buf_done(&b));
    return b.failed ? ERR_NO_MEMORY : OK;
}

static void csv_cell(struct rest_work *w, const struct column *c, struct value v, struct buf *b)
{
    const struct field f = column_field(c);
    struct buf cell;
    if (v.type == V_NULL) {
        return;
    }
    union member m = value_member(c->kind, v);
    buf_init(&cell, w->arena, REST_BODY_MAX);
    c->kind->to_text(&w->cx, &f, &m, w->cx.decimals, &cell);
    if (c->kind->storage == STORE_TEXT || c->kind == &kind_ref) {
        buf_csv(b, buf_done(&cell));
    } else {
        buf_csv_plain(b, buf_done(&cell));
    }
}

static enum err csv_report(struct rest_work *w, const struct report *r, text_t next)
{
    const struct query *q = r->query;
    struct buf b;
    buf_init(&b, w->arena, REST_BODY_MAX);
    for (size_t c = 0; c < q->n_columns; c++) {
        buf_fmt(&b, c ? ",%s" : "%s", q->columns[c].name);
    }
    buf_str(&b, "\r\n");
    for (size_t i = 0; i < r->n; i++) {
        for (size_t c = 0; c < q->n_columns; c++) {
            if (c) {
                buf_char(&b, ',');
            }
            csv_cell(w, &q->columns[c], r->cells[i * q->n_columns + c], &b);
        }
        buf_str(&b, "\r\n");
    }
    rest_csv(w, buf_done(&b), next);
    return b.failed ? ERR_NO_MEMORY : OK;
}

static struct xlsx_cell sheet_cell(struct rest_work *w, const struct column *c, struct value v,
                                   text_t zone, const struct xlsx_column *column)
{
    const struct field f = column_field(c);
    struct xlsx_cell cell = { .none = true };
    if (v.type != V_NULL) {
        union member m = value_member(c->kind, v);
        rest_sheet_cell(&w->cx, &f, &m, TEXT_NONE, zone, column, &cell);
    }
    return cell;
}

static enum err sheet_rows(struct rest_work *w, const struct report *r, struct xlsx *x,
                           const struct xlsx_column *columns)
{
    size_t n = r->query->n_columns;
    text_t zone = zone_of_company(&w->cx);
    struct xlsx_cell *cells = ARENA_ARRAY(w->arena, n, struct xlsx_cell);
    for (size_t i = 0; i < r->n; i++) {
        for (size_t c = 0; c < n; c++) {
            cells[c] = sheet_cell(w, &r->query->columns[c], r->cells[i * n + c], zone, &columns[c]);
        }
        TRY(xlsx_row(x, cells));
    }
    return OK;
}

static enum err sheet_report(struct rest_work *w, const struct report *r)
{
    const struct query *q = r->query;
    struct xlsx_column *columns = ARENA_ARRAY(w->arena, q->n_columns, struct xlsx_column);
    struct xlsx *x;
    text_t bytes;
    for (size_t i = 0; i < q->n_columns; i++) {
        const struct column *c = &q->columns[i];
        const struct field f = column_field(c);
        rest_sheet_column(&w->cx, &f, w->cx.decimals, &columns[i]);
    }
    TRY(xlsx_open(q->name, columns, q->n_columns, &x));
    enum err e = sheet_rows(w, r, x, columns);
    if (e != OK) {
        xlsx_drop(x);
        return e;
    }
    TRY(xlsx_close(x, w->arena, REST_BODY_MAX, &bytes));
    w->request->answer.status = 200;
    w->request->answer.content_type = XLSX_TYPE;
    w->request->answer.body = bytes;
    return OK;
}

/* -- answering --------------------------------------------------------------------------- */

static enum err read_report(struct rest_work *w)
{
    const struct report_ask *ask = w->report;
    bool sheet = text_is(ask->format, "xlsx"), csv = text_is(ask->format, "csv");
    struct report report;
    text_t next;
    TRY(query_run(&w->cx, w->route.query, ask->params, ask->n_params, ask->limit, ask->after,
                  &report, &next));
    if (sheet || csv) {
        rest_attachment(w, zone_day(zone_of_company(&w->cx), w->cx.now), w->route.query->name,
                        sheet ? "xlsx" : "csv");
    }
    rest_header_add(w, "Vary", TEXT("Accept, Accept-Language"));
    if (sheet) {
        return sheet_report(w, &report);
    }
    return csv || (!ask->format.s && rest_wants(w->request->accept, "text/csv"))
               ? csv_report(w, &report, next)
               : json_report(w, &report, next);
}

static enum err take_ask(struct rest_work *w, struct report_ask *ask)
{
    ask->after = ask->format = TEXT_NONE;
    for (size_t i = 0; i < w->n_params; i++) {
        text_t name = w->params[i].name, value = w->params[i].value;
        if (text_is(name, "limit")) {
            TRY(rest_number(w, "limit", value, 1, REPORT_LIMIT_MAX, &ask->limit));
        } else if (text_is(name, "after")) {
            ask->after = value;
        } else if (text_is(name, "format")) {
            ask->format = value;
        } else if (ask->n_params == PARAMS_MAX) {
            return REFUSE(&w->cx, &refusal_unknown_filter, TEXT_NONE, TEXT("?"));
        } else {
            ask->params[ask->n_params++] =
                (struct list_filter){ .field = name, .op = LIST_EQ, .value = value };
        }
    }
    for (size_t i = 0; ask->format.s && i < N_ELEMENTS(formats); i++) {
        if (text_is(ask->format, formats[i])) {
            return OK;
        }
    }
    return ask->format.s
               ? REFUSE(&w->cx, &refusal_unknown_choice, TEXT("format"),
                        ask->format.n < 100 ? ask->format : TEXT("?"), TEXT("json, csv, xlsx, pdf"))
               : OK;
}

static void report_printed(struct print_request *p, void *arg)
{
    struct rest_work *w = arg;
    const struct print_report *paper = p->gather_arg;
    rest_printed(p, w);
    if (p->status == 200) {
        rest_header_add(w, "Vary", TEXT("Accept-Language"));
        if (paper->cut > 0) {
            rest_header_add(w, "Rows-Cut", text_fmt(w->arena, "%zu", paper->cut));
        }
    }
    rest_end(w);
}

/* Links of pages cannot say a language: whoever follows one reads the paper in their own. */
static void paper_report(struct rest_work *w)
{
    const struct report_ask *ask = w->report;
    struct print_report *paper = ARENA_NEW(w->arena, struct print_report);
    *paper = (struct print_report){ .query = w->route.query,
                                    .params = ask->params,
                                    .n_params = ask->n_params,
                                    .limit = ask->limit,
                                    .after = ask->after };
    if (w->by_cookie && w->who.language) {
        w->language = w->who.language;
    }
    struct print_request *p = rest_print_request(w);
    p->gather = print_report_gather;
    p->gather_arg = paper;
    p->done = report_printed;
    print_answer(p);
}

void rest_report(struct rest_work *w)
{
    struct report_ask *ask = ARENA_NEW(w->arena, struct report_ask);
    enum err e = take_ask(w, ask);
    w->report = ask;
    if (e != OK) {
        rest_problem(w, e);
        rest_end(w);
    } else if (text_is(ask->format, "pdf")) {
        paper_report(w);
    } else {
        ask->limit = ask->limit ? ask->limit : REPORT_LIMIT_DEFAULT;
        rest_read(w, read_report);
    }
}

/* -- which reports there are ------------------------------------------------------------- */

static void put_report(struct cx *cx, const struct query *q, struct json_out *o)
{
    json_open(o, NULL, '{');
    json_put_str(o, "name", q->name);
    json_put_str(o, "label", cx_text(cx, q->label));
    json_put_str(o, "help", q->help ? cx_text(cx, q->help) : NULL);
    json_open(o, "parameters", '[');
    for (size_t i = 0; i < q->n_params; i++) {
        const struct field *f = &q->params[i];
        json_open(o, NULL, '{');
        json_put_str(o, "name", f->name);
        json_put_str(o, "label", cx_text(cx, f->label));
        json_put_str(o, "kind", f->kind->name);
        json_put_bool(o, "required", (f->flags & F_REQUIRED) && !f->fallback);
        json_close(o, '}');
    }
    json_close(o, ']');
    put_columns(cx, q, o);
    json_close(o, '}');
}

void rest_reports(struct rest_work *w)
{
    const struct house_plan *plan = house_plan(w->server->house);
    struct buf b;
    struct json_out o;
    buf_init(&b, w->arena, REST_BODY_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_open(&o, "items", '[');
    for (size_t a = 0; a < plan->n_areas; a++) {
        for (size_t i = 0; i < plan->areas[a]->n_queries; i++) {
            if (cx_may(&w->cx, plan->areas[a]->queries[i].permission)) {
                put_report(&w->cx, &plan->areas[a]->queries[i], &o);
            }
        }
    }
    json_close(&o, ']');
    json_put_null(&o, "next");
    json_close(&o, '}');
    rest_json(w, 200, buf_done(&b));
    rest_end(w);
}
