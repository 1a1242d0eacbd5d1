/* Named queries: their text with the row filter and the optional parts put in, their parameters
 * bound, pages by offset.
 *
 * The text is the program's own; what callers give is bound as $3, $4, ... A part in [n: ...] is
 * left out when parameter n was not given, and {sites:COLUMN} becomes the row filter on $2. */
#include "meta/list_own.h"

#include "meta/kinds.h"
#include "meta/refs.h"

#define OFFSET_MAX  INT64_C(1000000000)
#define FIRST_PARAM 3

struct asking {
    struct cx *cx;
    const struct query *q;
    struct value args[DB_ARGS_MAX];
    bool given[DB_ARGS_MAX]; /* by number, as in the text */
    size_t n;
};

struct field column_field(const struct column *c)
{
    return (struct field){ .name = c->name,
                           .kind = c->kind,
                           .label = c->label,
                           .target = c->target,
                           .choices = c->choices,
                           .n_choices = c->n_choices,
                           .word = c->word };
}

/* -- parameters -------------------------------------------------------------------------- */

static const struct list_filter *filter_named(const struct list_filter *params, size_t n,
                                              const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (text_is(params[i].field, name)) {
            return &params[i];
        }
    }
    return NULL;
}

static enum err params_known(struct cx *cx, const struct query *q, const struct list_filter *params,
                             size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool known = params[i].op == LIST_EQ;
        for (size_t k = 0; known && k <= q->n_params; k++) {
            if (k == q->n_params) {
                known = false;
            } else if (text_is(params[i].field, q->params[k].name)) {
                break;
            }
        }
        if (!known) {
            text_t name = params[i].field.n < 100 ? params[i].field : TEXT("?");
            return REFUSE(cx, &refusal_unknown_filter, name, name);
        }
    }
    return OK;
}

/* A reference to what the caller may not read is taken as the id that they were shown, never looked
 * up by code. */
static enum err param_value(struct cx *cx, const struct field *f, text_t text, struct value *out)
{
    union {
        int64_t number;
        text_t text;
    } member = { .text = TEXT_NONE };
    if (f->kind == &kind_ref &&
        !cx_may(cx, house_entity(cx->house, text_of(f->target))->entity->read)) {
        if (text_to_i64(text, &member.number) != OK) {
            return kind_wrong_type(cx, f, text_of(f->name), N_("a whole number"));
        }
    } else {
        TRY(f->kind->from_text(cx, f, text, text_of(f->name), cx->decimals, &member));
    }
    *out = f->kind->storage == STORE_TEXT ? v_text(member.text) : v_int(member.number);
    return OK;
}

static enum err take_params(struct asking *a, const struct list_filter *params, size_t n)
{
    TRY(params_known(a->cx, a->q, params, n));
    for (size_t i = 0; i < a->q->n_params; i++) {
        const struct field *f = &a->q->params[i];
        const struct list_filter *given = filter_named(params, n, f->name);
        size_t at = FIRST_PARAM - 1 + i;
        INVARIANT(at + 2 < DB_ARGS_MAX);
        text_t text = given && !text_empty(given->value) ? given->value : text_of(f->fallback);
        a->args[at] = v_null();
        a->n = at + 1;
        if (!text_empty(text)) {
            TRY(param_value(a->cx, f, text, &a->args[at]));
            a->given[at + 1] = true;
        } else if (f->flags & F_REQUIRED) {
            return REFUSE(a->cx, &refusal_required, text_of(f->name),
                          text_of(cx_text(a->cx, f->label)));
        }
    }
    return OK;
}

static size_t param_named(const struct query *q, const char *name)
{
    size_t i = 0;
    while (i < q->n_params && strcmp(q->params[i].name, name) != 0) {
        i++;
    }
    return i;
}

/* Spans that end before they begin have no figures: not even with the sign turned round. */
static enum err spans_forward(struct asking *a)
{
    static const char *const ends[] = { "to", "as_of" };
    const struct query *q = a->q;
    size_t from = param_named(q, "from");
    for (size_t i = 0; from < q->n_params && i < N_ELEMENTS(ends); i++) {
        size_t to = param_named(q, ends[i]);
        bool given = to < q->n_params && a->given[FIRST_PARAM + from] && a->given[FIRST_PARAM + to];
        if (given && q->params[from].kind == q->params[to].kind &&
            a->args[FIRST_PARAM - 1 + to].i < a->args[FIRST_PARAM - 1 + from].i) {
            return REFUSE(a->cx, &refusal_dates_backwards, text_of(ends[i]),
                          text_of(cx_text(a->cx, q->params[to].label)),
                          text_of(cx_text(a->cx, q->params[from].label)));
        }
    }
    return OK;
}

/* -- the text ---------------------------------------------------------------------------- */

/* The number at p; *after is what follows it. */
static size_t number_at(const char *p, const char **after)
{
    size_t n = 0;
    while (*p >= '0' && *p <= '9' && n < DB_ARGS_MAX) {
        n = n * 10 + (size_t)(*p++ - '0');
    }
    *after = p;
    return n;
}

/* The end of what opened at p, brackets of the same sort inside it counted. */
static const char *closing(const char *p, char open, char close)
{
    int depth = 0;
    for (; *p; p++) {
        depth += *p == open ? 1 : *p == close ? -1 : 0;
        if (depth == 0) {
            return p;
        }
    }
    INVARIANT(*p != '\0'); /* every bracket is closed */
    return p;
}

static void put_sql(const struct asking *a, struct buf *b, const char *p, const char *end)
{
    while (p < end) {
        const char *after;
        if (strncmp(p, "{sites:", 7) == 0) {
            const char *close = closing(p, '{', '}');
            statement_sites(b, text_copy(b->arena, (text_t){ p + 7, (size_t)(close - p - 7) }), 2);
            p = close + 1;
        } else if (*p == '[' && p[1] >= '1' && p[1] <= '9') {
            const char *close = closing(p, '[', ']');
            size_t n = number_at(p + 1, &after);
            if (n < DB_ARGS_MAX && a->given[n]) {
                put_sql(a, b, after + 1, close);
            }
            p = close + 1;
        } else {
            buf_char(b, *p++);
        }
    }
}

/* PostgreSQL wants the type of every parameter, also of those that the text does not name: what is
 * not given and not named goes as 0. */
static void type_unnamed(struct asking *a, const char *sql)
{
    bool named[DB_ARGS_MAX + 1] = { false };
    for (const char *p = strchr(sql, '$'); p; p = strchr(p + 1, '$')) {
        const char *after;
        size_t n = number_at(p + 1, &after);
        if (n <= DB_ARGS_MAX) {
            named[n] = true;
        }
    }
    for (size_t i = 0; i < a->n; i++) {
        if (!named[i + 1]) {
            a->args[i] = v_int(0);
        }
    }
}

static enum err run_sql(struct asking *a, int64_t offset, int64_t limit, struct report *out,
                        bool *more)
{
    struct buf b;
    struct rows rows;
    a->args[0] = v_int(a->cx->company);
    a->args[1] = v_int(a->cx->site_filter);
    buf_init(&b, a->cx->arena, STATEMENT_MAX);
    put_sql(a, &b, a->q->sql, a->q->sql + strlen(a->q->sql));
    buf_fmt(&b, " LIMIT $%zu OFFSET $%zu", a->n + 1, a->n + 2);
    INVARIANT(!b.failed || a->cx->arena->failed);
    a->args[a->n++] = v_int(limit + 1);
    a->args[a->n++] = v_int(offset);
    type_unnamed(a, buf_done(&b).s);
    TRY(tx_query(a->cx->tx, a->cx->arena, buf_done(&b).s, a->args, a->n, &rows));
    INVARIANT(rows.cols == a->q->n_columns || rows.n == 0);
    *more = rows.n > (size_t)limit;
    for (size_t i = 0; i < rows.n && i < (size_t)limit; i++) {
        report_add(out, rows.v + i * rows.cols);
    }
    return OK;
}

/* A report that computes makes all of its rows; the page is cut from them. */
static enum err run_function(struct asking *a, int64_t offset, int64_t limit, struct report *out,
                             bool *more)
{
    TRY(a->q->run(a->cx, a->args + FIRST_PARAM - 1, out));
    size_t from = (uint64_t)offset < out->n ? (size_t)offset : out->n;
    out->n -= from;
    if (out->n > 0 && from > 0) {
        memmove(out->cells, out->cells + from * a->q->n_columns,
                out->n * a->q->n_columns * sizeof *out->cells);
    }
    *more = out->n > (size_t)limit;
    if (*more) {
        out->n = (size_t)limit;
    }
    return OK;
}

/* -- pages ------------------------------------------------------------------------------- */

static text_t offset_pack(struct cx *cx, const struct query *q, int64_t offset)
{
    return cursor_pack(cx->arena, text_fmt(cx->arena, "%s@%lld", q->name, (long long)offset));
}

static enum err offset_unpack(struct cx *cx, const struct query *q, text_t after, int64_t *offset)
{
    text_t plain, number;
    *offset = 0;
    if (text_empty(after)) {
        return OK;
    }
    if (cursor_unpack(cx->arena, after, &plain) != OK ||
        !text_is(text_split(plain, '@', &number), q->name) || text_to_i64(number, offset) != OK ||
        *offset < 0 || *offset > OFFSET_MAX) {
        return refuse(cx, &refusal_bad_cursor, TEXT("after"));
    }
    return OK;
}

static void note_references(struct cx *cx, const struct query *q, const struct report *r)
{
    for (size_t c = 0; c < q->n_columns; c++) {
        for (size_t i = 0; q->columns[c].kind == &kind_ref && i < r->n; i++) {
            refs_note_one(cx, q->columns[c].target, r->cells[i * q->n_columns + c].i);
        }
    }
}

enum err query_run(struct cx *cx, const struct query *q, const struct list_filter *params,
                   size_t n_params, int64_t limit, text_t after, struct report *out, text_t *next)
{
    struct asking a = { .cx = cx, .q = q, .n = FIRST_PARAM - 1 };
    int64_t offset;
    bool more = false;
    *out = (struct report){ .query = q, .arena = cx->arena, .tie_out = TEXT_NONE };
    *next = TEXT_NONE;
    INVARIANT(limit > 0 && limit < OFFSET_MAX);
    if (!cx_may(cx, q->permission)) {
        return REFUSE(cx, &refusal_forbidden, TEXT_NONE, text_of(q->permission));
    }
    TRY(take_params(&a, params, n_params));
    TRY(spans_forward(&a));
    TRY(offset_unpack(cx, q, after, &offset));
    TRY(q->run ? run_function(&a, offset, limit, out, &more)
               : run_sql(&a, offset, limit, out, &more));
    if (more) {
        *next = offset_pack(cx, q, offset + limit);
    }
    note_references(cx, q, out);
    TRY(refs_load(cx));
    return cx->arena->failed ? ERR_NO_MEMORY : OK;
}
