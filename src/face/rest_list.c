/* GET of a collection: parameters, JSON and CSV pages. */
#include "face/rest_own.h"

#include "meta/custom.h"
#include "meta/filter_text.h"
#include "meta/kinds.h"
#include "meta/shape.h"

/* -- parameters -------------------------------------------------------------------------- */

enum err rest_number(struct rest_work *w, const char *field, text_t value, int64_t least,
                     int64_t most, int64_t *out)
{
    text_t name = text_of(field);
    if (text_to_i64(value, out) != OK) {
        return REFUSE(&w->cx, &refusal_bad_number, name, name, TEXT("12"));
    }
    if (*out < least) {
        return REFUSE(&w->cx, least > 0 ? &refusal_not_positive : &refusal_negative, name, name);
    }
    if (*out > most) {
        return REFUSE(&w->cx, &refusal_too_large, name, name,
                      text_fmt(w->arena, "%lld", (long long)most));
    }
    return OK;
}

static enum err unknown_filter(struct rest_work *w, text_t name)
{
    return REFUSE(&w->cx, &refusal_unknown_filter, name.n < 100 ? name : TEXT_NONE,
                  name.n < 100 ? name : TEXT("?"));
}

static enum err take_flag(struct rest_work *w, text_t name, text_t value, bool *out)
{
    if (text_is(value, "1") || text_is(value, "true")) {
        *out = true;
        return OK;
    }
    if (text_is(value, "0") || text_is(value, "false")) {
        *out = false;
        return OK;
    }
    return REFUSE(&w->cx, &refusal_wrong_type, name, name,
                  text_of(cx_text(&w->cx, N_("true or false"))));
}

/* Parameters that every list knows; the others are filters. */
static enum err take_param(struct rest_work *w, text_t name, text_t value)
{
    struct list_query *q = &w->list;
    if (text_is(name, "fields")) {
        w->fields = value;
        return OK;
    }
    if (text_is(name, "expand")) {
        w->expand = value;
        q->expand_lines = !text_empty(value);
        return OK;
    }
    if (w->route.id) { /* one record has no order and no pages */
        return unknown_filter(w, name);
    }
    if (text_is(name, "q")) {
        q->q = value;
        return OK;
    }
    if (text_is(name, "sort")) {
        q->sort = value;
        return OK;
    }
    if (text_is(name, "after")) {
        q->after = value;
        return OK;
    }
    if (w->route.export && text_is(name, "format")) {
        w->format = value;
        return OK;
    }
    if (text_is(name, "limit")) {
        return rest_number(w, "limit", value, 1, LIST_LIMIT_MAX, &q->limit);
    }
    if (text_is(name, "group")) {
        w->group = value;
        return OK;
    }
    if (text_is(name, "filter")) {
        w->filter = value;
        return OK;
    }
    if (text_is(name, "sum")) {
        w->sum = value;
        return OK;
    }
    if (text_is(name, "count")) {
        return take_flag(w, name, value, &q->count);
    }
    return list_filter_param(&w->cx, q, name, value);
}

enum err rest_list_params(struct rest_work *w)
{
    w->list = (struct list_query){ .entity = w->route.info->entity, .limit = LIST_LIMIT_DEFAULT };
    for (size_t i = 0; i < w->n_params; i++) {
        TRY(take_param(w, w->params[i].name, w->params[i].value));
    }
    return OK;
}

/* -- which rows -------------------------------------------------------------------------- */

/* Is the name in a list such as "number,total"? */
static bool listed(text_t list, const char *name)
{
    text_t rest = list;
    while (rest.s) {
        if (text_is(text_trim(text_split(rest, ',', &rest)), name)) {
            return true;
        }
    }
    return false;
}

static enum err names_known(struct rest_work *w, text_t list, const char *param,
                            const struct field *rows, size_t n, bool lines)
{
    text_t rest = list;
    while (rest.s && !text_empty(list)) {
        text_t name = text_trim(text_split(rest, ',', &rest));
        bool known = false;
        for (size_t i = 0; i < n && !known; i++) {
            known = text_is(name, rows[i].name) && !(rows[i].flags & F_SECRET) &&
                    (!lines || rows[i].kind == &kind_lines);
        }
        if (!known) {
            return REFUSE(&w->cx, &refusal_unknown_filter, text_of(param),
                          name.n < 100 ? text_copy(w->arena, name) : TEXT("?"));
        }
    }
    return OK;
}

static bool lines_readable(struct rest_work *w, const struct field *f)
{
    return f->of ||
           cx_may(&w->cx, house_entity(w->server->house, text_of(f->target))->entity->read);
}

enum err rest_choose(struct rest_work *w, const struct entity_info *info, bool lines,
                     struct chosen *out)
{
    TRY(custom_rows(&w->cx, info, &out->all, &out->n_all));
    TRY(names_known(w, w->fields, "fields", out->all, out->n_all, false));
    TRY(names_known(w, w->expand, "expand", out->all, out->n_all, true));
    out->rows = ARENA_ARRAY(w->arena, out->n_all, const struct field *);
    out->n = 0;
    for (size_t i = 0; i < out->n_all; i++) {
        const struct field *f = &out->all[i];
        bool wanted = text_empty(w->fields) || listed(w->fields, f->name);
        if (f->kind == &kind_lines) {
            bool shown = lines || listed(w->expand, f->name);
            wanted = shown && (wanted || listed(w->expand, f->name)) && lines_readable(w, f);
        }
        if (wanted && !(f->flags & F_SECRET)) {
            out->rows[out->n++] = f;
        }
    }
    return OK;
}

void rest_print(struct rest_work *w, const struct chosen *c, const void *record, struct json_out *o)
{
    struct cx *cx = &w->cx;
    for (size_t i = 0; i < c->n; i++) {
        const struct field *f = c->rows[i];
        if (f->offset == CUSTOM_FIELD) {
            custom_print(cx, f, record, o);
            continue;
        }
        int decimals = f->kind == &kind_money ? field_decimals(cx, c->all, c->n_all, f, record)
                                              : cx->decimals;
        f->kind->to_json(cx, f, (const char *)record + f->offset, decimals, o, f->name);
    }
}

/* -- pages ------------------------------------------------------------------------------- */

static const void *record_at(const struct rest_work *w, const struct list_page *page, size_t i)
{
    return (const char *)page->records + i * w->route.info->entity->shape.size;
}

static enum err json_page(struct rest_work *w, const struct chosen *c, const struct list_page *page)
{
    struct buf b;
    struct json_out o;
    buf_init(&b, w->arena, REST_BODY_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_open(&o, "items", '[');
    for (size_t i = 0; i < page->n; i++) {
        json_open(&o, NULL, '{');
        rest_print(w, c, record_at(w, page, i), &o);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_put_text(&o, "next", page->next);
    if (page->total >= 0) {
        json_put_i64(&o, "total", page->total);
    }
    json_close(&o, '}');
    rest_json(w, 200, buf_done(&b));
    return b.failed ? ERR_NO_MEMORY : OK;
}

static void csv_cell(struct rest_work *w, const struct chosen *c, const struct field *f,
                     const void *record, struct buf *b)
{
    struct cx *cx = &w->cx;
    struct buf cell;
    if (f->offset == CUSTOM_FIELD) {
        custom_cell(cx, f, record, b);
        return;
    }
    int decimals = f->kind == &kind_money ? field_decimals(cx, c->all, c->n_all, f, record)
                                          : cx->decimals;
    buf_init(&cell, w->arena, REST_BODY_MAX);
    f->kind->to_text(cx, f, (const char *)record + f->offset, decimals, &cell);
    if (f->kind->storage == STORE_TEXT ||
        f->kind == &kind_ref) { /* what people typed could be a formula */
        buf_csv(b, buf_done(&cell));
    } else {
        buf_csv_plain(b, buf_done(&cell));
    }
}

void rest_csv_row(struct rest_work *w, const struct chosen *c, const void *record, struct buf *b)
{
    for (size_t i = 0; i < c->n; i++) {
        buf_str(b, i ? "," : "");
        csv_cell(w, c, c->rows[i], record, b);
    }
    buf_str(b, "\r\n");
}

/* The same request with another cursor, for the Link header (RFC 8288). */
static text_t next_link(struct rest_work *w, text_t next)
{
    struct buf b;
    text_t rest = w->request->query;
    buf_init(&b, w->arena, (size_t)32 * 1024);
    buf_fmt(&b, "<%s?", w->request->path.s);
    while (rest.s) {
        text_t one = text_split(rest, '&', &rest);
        if (one.n > 0 && !text_starts(one, "after=")) {
            buf_text(&b, one);
            buf_char(&b, '&');
        }
    }
    buf_fmt(&b, "after=%s>; rel=\"next\"", next.s);
    return buf_done(&b);
}

void rest_csv(struct rest_work *w, text_t body, text_t next)
{
    struct rest_answer *a = &w->request->answer;
    a->status = 200;
    a->content_type = "text/csv; charset=utf-8; header=present";
    a->body = body;
    if (next.s) {
        rest_header_add(w, "Link", next_link(w, next));
    }
}

static enum err csv_page(struct rest_work *w, const struct chosen *c, const struct list_page *page)
{
    struct buf b;
    buf_init(&b, w->arena, REST_BODY_MAX);
    for (size_t i = 0; i < c->n; i++) {
        buf_fmt(&b, i ? ",%s" : "%s", c->rows[i]->name);
    }
    buf_str(&b, "\r\n");
    for (size_t r = 0; r < page->n; r++) {
        rest_csv_row(w, c, record_at(w, page, r), &b);
    }
    rest_csv(w, buf_done(&b), page->next);
    if (page->total >= 0) {
        rest_header_add(w, "Total-Count", text_fmt(w->arena, "%lld", (long long)page->total));
    }
    return b.failed ? ERR_NO_MEMORY : OK;
}

enum err rest_read_list(struct rest_work *w)
{
    const struct entity *e = w->route.info->entity;
    struct list_page page;
    struct chosen c;
    if (!cx_may(&w->cx, e->read)) {
        return REFUSE(&w->cx, &refusal_forbidden, TEXT_NONE, text_of(e->read));
    }
    TRY(tx_limit(w->cx.tx, LIST_READ_MS));
    TRY(filter_text_take(&w->cx, w->route.info, w->filter, &w->list));
    if (!text_empty(w->group) || !text_empty(w->sum)) {
        return rest_read_groups(w);
    }
    TRY(rest_choose(w, w->route.info, false, &c));
    TRY(list_read(&w->cx, &w->list, &page));
    bool csv = rest_wants(w->request->accept, "text/csv");
    TRY(csv ? csv_page(w, &c, &page) : json_page(w, &c, &page));
    rest_header_add(w, "Vary", TEXT("Accept, Accept-Language"));
    return OK;
}
