/* Reports: named queries with their column descriptions, as JSON or CSV. */
#include "face/rest_own.h"

#include "meta/kinds.h"

#define REPORT_LIMIT_DEFAULT 1000
#define REPORT_LIMIT_MAX     10000
#define PARAMS_MAX           32

union member {
    int64_t number;
    text_t text;
};

static union member member_of(const struct kind *kind, struct value v)
{
    union member m = { .text = TEXT_NONE };
    if (kind->storage == STORE_TEXT) {
        m.text = v.t;
    } else {
        m.number = v.i;
    }
    return m;
}

static void put_cell(struct cx *cx, const struct column *c, struct value v, struct json_out *o)
{
    const struct field f = {
        .name = c->name, .kind = c->kind, .label = c->label, .target = c->target
    };
    if (v.type == V_NULL) {
        json_put_null(o, c->name);
        return;
    }
    union member m = member_of(c->kind, v);
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
    const struct field f = {
        .name = c->name, .kind = c->kind, .label = c->label, .target = c->target
    };
    struct buf cell;
    if (v.type == V_NULL) {
        return;
    }
    union member m = member_of(c->kind, v);
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

enum err rest_read_report(struct rest_work *w)
{
    struct list_filter params[PARAMS_MAX];
    size_t n = 0;
    int64_t limit = REPORT_LIMIT_DEFAULT;
    text_t after = TEXT_NONE, next;
    struct report report;
    for (size_t i = 0; i < w->n_params; i++) {
        text_t name = w->params[i].name, value = w->params[i].value;
        if (text_is(name, "limit")) {
            TRY(rest_number(w, "limit", value, 1, REPORT_LIMIT_MAX, &limit));
        } else if (text_is(name, "after")) {
            after = value;
        } else if (n == PARAMS_MAX) {
            return REFUSE(&w->cx, &refusal_unknown_filter, TEXT_NONE, TEXT("?"));
        } else {
            params[n++] = (struct list_filter){ .field = name, .op = LIST_EQ, .value = value };
        }
    }
    TRY(query_run(&w->cx, w->route.query, params, n, limit, after, &report, &next));
    rest_header_add(w, "Vary", TEXT("Accept, Accept-Language"));
    return rest_wants(w->request->accept, "text/csv") ? csv_report(w, &report, next)
                                                      : json_report(w, &report, next);
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
