/* Lists over an entity's table: filters, search, order, cursor and row filter in one statement.
 *
 * Order. A list is sorted by up to LIST_KEYS_MAX fields and last by the id, so the order is total
 * and a cursor, which is the values of the last row's keys, says exactly where the next page
 * begins: no row comes twice or is left out however many were added or taken away meanwhile. No
 * value counts as the largest on both stores (NULLS LAST upwards, NULLS FIRST downwards), which
 * indexes serve on both. */
#include "meta/list_own.h"

#include "base/hash.h"
#include "db/json_sql.h"
#include "meta/custom.h"
#include "meta/kinds.h"
#include "meta/masters.h"
#include "meta/refs.h"

#define LIST_KEYS_MAX 4
#define EACH_CHUNK    500
#define EACH_MEMORY   ((size_t)64 * 1024 * 1024)

struct key {
    const struct field *field;
    size_t column; /* in the rows that are read */
    bool down;
    struct value after; /* from the cursor */
    size_t arg;         /* n of its $n */
};

struct listing {
    struct statement s;
    struct cx *cx;
    const struct entity_info *info;
    const struct list_query *q;
    struct key keys[LIST_KEYS_MAX + 1];
    size_t n_keys;
    size_t n_own_keys; /* keys that are the company's own fields: read behind the columns */
    size_t condition_n,
        condition_args; /* how much of the statement is the condition without the cursor */
    bool partial;       /* only the newest rows are sorted */
};

size_t statement_arg(struct statement *s, struct value v)
{
    if (s->n == DB_ARGS_MAX) {
        s->full = true;
        return s->n;
    }
    s->args[s->n++] = v;
    return s->n;
}

void statement_bind(struct statement *s, struct value v)
{
    buf_fmt(&s->sql, "$%zu", statement_arg(s, v));
}

void statement_sites(struct buf *b, text_t column, size_t user)
{
    buf_fmt(b, SITES_OPEN_OR_NONE("%s", "$%zu"), user, column.s, column.s, user);
}

/* -- order and cursor -------------------------------------------------------------------- */

static enum err add_key(struct listing *l, text_t name, bool down)
{
    size_t at;
    const struct field *f;
    TRY(list_column_named(l->cx, l->info, name, &f, &at));
    if (!f || (f->flags & F_SECRET) || f->kind == &kind_json || f->kind == &kind_long_text ||
        l->n_keys > LIST_KEYS_MAX) {
        return REFUSE(l->cx, &refusal_unknown_filter, TEXT("sort"),
                      name.n < 100 ? text_copy(l->cx->arena, name) : TEXT("?"));
    }
    if (f->offset == CUSTOM_FIELD) {
        at += l->n_own_keys++;
    }
    l->keys[l->n_keys++] = (struct key){ .field = f, .column = at, .down = down };
    return OK;
}

static text_t sort_of(const struct listing *l)
{
    text_t own = text_of(l->info->entity->sort);
    return !text_empty(l->q->sort) ? l->q->sort : !text_empty(own) ? own : TEXT("-id");
}

static enum err add_keys(struct listing *l)
{
    text_t rest = sort_of(l);
    bool down = false, by_id = false;
    while (rest.s && !by_id) { /* nothing after the id makes a difference */
        text_t name = text_trim(text_split(rest, ',', &rest));
        down = text_starts(name, "-");
        if (down) {
            name = (text_t){ name.s + 1, name.n - 1 };
        }
        by_id = text_is(name, "id");
        TRY(add_key(l, name, down));
    }
    return by_id ? OK : add_key(l, TEXT("id"), down);
}

/* A cursor of another list or order is not to be taken: this begins every cursor of the one. */
static uint64_t cursor_mark(const struct listing *l)
{
    text_t sort = sort_of(l);
    return hash_bytes(l->info->entity->name, strlen(l->info->entity->name)) * 31 +
           hash_bytes(sort.s, sort.n);
}

static text_t cursor_make(const struct listing *l, const struct value *row)
{
    struct buf b;
    buf_init(&b, l->cx->arena, CURSOR_MAX);
    buf_fmt(&b, "%016llx", (unsigned long long)cursor_mark(l));
    for (size_t i = 0; i < l->n_keys; i++) {
        struct value v = row[l->keys[i].column];
        if (v.type == V_NULL) {
            buf_char(&b, 'n');
        } else if (v.type == V_INT) {
            buf_fmt(&b, "i%lld;", (long long)v.i);
        } else {
            buf_fmt(&b, "t%zu;", v.t.n);
            buf_text(&b, v.t);
        }
    }
    return cursor_pack(l->cx->arena, buf_done(&b));
}

/* One number up to ';', which is stepped over. */
static enum err take_number(text_t *rest, int64_t *out)
{
    text_t number = text_split(*rest, ';', rest);
    return rest->s ? text_to_i64(number, out) : ERR_INVALID;
}

static enum err take_value(struct listing *l, text_t *rest, const struct field *f,
                           struct value *out)
{
    if (rest->n == 0) {
        return ERR_INVALID;
    }
    char type = rest->s[0];
    int64_t n;
    *rest = (text_t){ rest->s + 1, rest->n - 1 };
    if (type == 'n') {
        *out = v_null();
        return OK;
    }
    if (type != (list_column_is_text(f) ? 't' : 'i')) {
        return ERR_INVALID;
    }
    TRY(take_number(rest, &n));
    if (type == 'i') {
        *out = v_int(n);
        return OK;
    }
    if (n < 0 || (uint64_t)n > rest->n) {
        return ERR_INVALID;
    }
    text_t t = text_copy(l->cx->arena, (text_t){ rest->s, (size_t)n });
    *rest = (text_t){ rest->s + n, rest->n - (size_t)n };
    if (!text_utf8_ok(t, true)) {
        return ERR_INVALID;
    }
    *out = v_text(t);
    return OK;
}

static enum err cursor_read(struct listing *l)
{
    text_t rest;
    char mark[17];
    struct buf b;
    TRY(cursor_unpack(l->cx->arena, l->q->after, &rest));
    buf_init(&b, l->cx->arena, sizeof mark + 1);
    buf_fmt(&b, "%016llx", (unsigned long long)cursor_mark(l));
    if (rest.n < 16 || memcmp(rest.s, buf_done(&b).s, 16) != 0) {
        return ERR_INVALID;
    }
    rest = (text_t){ rest.s + 16, rest.n - 16 };
    for (size_t i = 0; i < l->n_keys; i++) {
        TRY(take_value(l, &rest, l->keys[i].field, &l->keys[i].after));
        if (l->keys[i].after.type != V_NULL) {
            l->keys[i].arg = statement_arg(&l->s, l->keys[i].after);
        }
    }
    return rest.n == 0 ? OK : ERR_INVALID;
}

static bool never_null(const struct field *f)
{
    return f->offset < offsetof(struct record, extra);
}

/* The key compared with its value in the cursor. */
static void put_key(struct listing *l, const struct key *k, const char *operator)
{
    list_column(l->cx, &l->s.sql, k->field);
    buf_fmt(&l->s.sql, " %s $%zu", operator, k->arg);
}

static void put_null(struct listing *l, const struct key *k, const char *test)
{
    list_column(l->cx, &l->s.sql, k->field);
    buf_fmt(&l->s.sql, " IS %s", test);
}

/* Rows that come after the cursor by this key. */
static void put_after(struct listing *l, const struct key *k)
{
    struct buf *b = &l->s.sql;
    bool null = k->after.type == V_NULL;
    if (k->down && null) {
        put_null(l, k, "NOT NULL");
    } else if (k->down) {
        put_key(l, k, "<");
    } else if (null) {
        buf_str(b, "1 = 0");
    } else if (never_null(k->field)) {
        put_key(l, k, ">");
    } else {
        buf_char(b, '(');
        put_key(l, k, ">");
        buf_str(b, " OR ");
        put_null(l, k, "NULL");
        buf_char(b, ')');
    }
}

static void put_equal(struct listing *l, const struct key *k)
{
    if (k->after.type == V_NULL) {
        put_null(l, k, "NULL");
    } else {
        put_key(l, k, "=");
    }
}

/* after(1) OR equal(1) AND (after(2) OR equal(2) AND (...)), with a plain bound on the first key
 * for the index to begin at. */
static enum err add_cursor(struct listing *l)
{
    struct buf *b = &l->s.sql;
    if (text_empty(l->q->after)) {
        return OK;
    }
    if (cursor_read(l) != OK) {
        return refuse(l->cx, &refusal_bad_cursor, TEXT("after"));
    }
    const struct key *first = &l->keys[0];
    if (first->after.type != V_NULL && (first->down || never_null(first->field))) {
        buf_str(b, " AND ");
        put_key(l, first, first->down ? "<=" : ">=");
    }
    buf_str(b, " AND (");
    for (size_t i = 0; i < l->n_keys; i++) {
        put_after(l, &l->keys[i]);
        if (i + 1 < l->n_keys) {
            buf_str(b, " OR (");
            put_equal(l, &l->keys[i]);
            buf_str(b, " AND (");
        }
    }
    for (size_t i = 0; i + 1 < l->n_keys; i++) {
        buf_str(b, "))");
    }
    buf_char(b, ')');
    return OK;
}

static void add_order(struct listing *l, int64_t limit)
{
    struct buf *b = &l->s.sql;
    buf_str(b, " ORDER BY ");
    for (size_t i = 0; i < l->n_keys; i++) {
        const struct key *k = &l->keys[i];
        buf_str(b, i ? ", " : "");
        list_column(l->cx, b, k->field);
        buf_str(b, k->down ? " DESC" : "");
        if (!never_null(k->field)) {
            buf_str(b, k->down ? " NULLS FIRST" : " NULLS LAST");
        }
    }
    buf_str(b, " LIMIT ");
    statement_bind(&l->s, v_int(limit));
}

/* -- reading ----------------------------------------------------------------------------- */

static void put_select(struct buf *b, const struct entity_info *info)
{
    buf_str(b, "SELECT ");
    for (size_t i = 0; i < info->n_columns; i++) {
        buf_fmt(b, i ? ", \"%s\"" : "\"%s\"", info->columns[i]->name);
    }
}

static void put_columns(struct buf *b, const struct entity_info *info)
{
    put_select(b, info);
    buf_fmt(b, " FROM \"%s\"", info->entity->plural);
}

static void *records_of(struct arena *a, const struct entity_info *info, const struct rows *rows,
                        size_t n)
{
    size_t size = info->entity->shape.size;
    char *records = arena_array(a, n, size);
    for (size_t r = 0; r < n; r++) {
        store_load_row(info, rows->v + r * rows->cols, records + r * size);
    }
    return records;
}

enum err statement_fits(struct cx *cx, const struct statement *s, const struct buf *sql)
{
    if (s->full || sql->failed) {
        return REFUSE(cx, &refusal_too_large, TEXT_NONE,
                      text_of(cx_text(cx, N_("The number of filters"))),
                      text_fmt(cx->arena, "%d", DB_ARGS_MAX));
    }
    return cx->arena->failed ? ERR_NO_MEMORY : OK;
}

static enum err read_rows(struct listing *l, int64_t limit, struct list_page *out)
{
    struct rows rows;
    struct buf sql;
    buf_init(&sql, l->cx->arena, STATEMENT_MAX);
    put_select(&sql, l->info);
    for (size_t i = 0; i < l->n_keys; i++) { /* for the cursor */
        if (l->keys[i].field->offset == CUSTOM_FIELD) {
            buf_str(&sql, ", ");
            list_column(l->cx, &sql, l->keys[i].field);
        }
    }
    buf_fmt(&sql, " FROM \"%s\"", l->info->entity->plural);
    buf_text(&sql, buf_done(&l->s.sql));
    TRY(statement_fits(l->cx, &l->s, &sql));
    TRY(tx_query(l->cx->tx, l->cx->arena, buf_done(&sql).s, l->s.args, l->s.n, &rows));
    out->n = rows.n > (size_t)limit ? (size_t)limit : rows.n;
    out->records = records_of(l->cx->arena, l->info, &rows, out->n);
    if (rows.n > out->n) {
        out->next = cursor_make(l, rows.v + (out->n - 1) * rows.cols);
    }
    return l->cx->arena->failed ? ERR_NO_MEMORY : OK;
}

static enum err read_count(struct listing *l, struct list_page *out)
{
    struct rows rows;
    struct buf sql;
    buf_init(&sql, l->cx->arena, STATEMENT_MAX);
    buf_fmt(&sql, "SELECT COUNT(*) FROM \"%s\"", l->info->entity->plural);
    buf_text(&sql, (text_t){ l->s.sql.p, l->condition_n });
    TRY(tx_query(l->cx->tx, l->cx->arena, buf_done(&sql).s, l->s.args, l->condition_args, &rows));
    out->total = rows_int(&rows, 0, 0);
    return OK;
}

static void *record_with(const struct listing *l, const struct list_page *page, int64_t id)
{
    for (size_t i = 0; i < page->n; i++) {
        void *record = (char *)page->records + i * l->info->entity->shape.size;
        if (((const struct record *)record)->id == id) {
            return record;
        }
    }
    return NULL;
}

/* Gives each record its run of the children, which come sorted by their parent. */
static void share_lines(const struct listing *l, const struct list_page *page,
                        const struct field *f, const struct entity_info *child, char *lines,
                        size_t n)
{
    size_t size = child->entity->shape.size;
    const struct field *via = info_field(child, text_of(f->via));
    for (size_t begin = 0, end; begin < n; begin = end) {
        int64_t parent = *(const int64_t *)(const void *)(lines + begin * size + via->offset);
        for (end = begin + 1; end < n; end++) {
            if (*(const int64_t *)(const void *)(lines + end * size + via->offset) != parent) {
                break;
            }
        }
        char *record = record_with(l, page, parent);
        if (record) {
            *(lines_t *)(void *)(record + f->offset) = (lines_t){ lines + begin * size,
                                                                  end - begin };
        }
    }
}

/* The lines of the whole page in one statement. */
static enum err read_lines(struct listing *l, const struct list_page *page, const struct field *f)
{
    const struct entity_info *child = house_entity(l->cx->house, text_of(f->target));
    enum db_store store = db_store(tx_db(l->cx->tx));
    struct arena *a = l->cx->arena;
    struct rows rows;
    struct buf sql;
    if (page->n == 0 || !cx_may(l->cx, child->entity->read)) {
        return OK;
    }
    int64_t *ids = ARENA_ARRAY(a, page->n, int64_t);
    for (size_t i = 0; i < page->n; i++) {
        const char *record = (const char *)page->records + i * l->info->entity->shape.size;
        ids[i] = ((const struct record *)(const void *)record)->id;
    }
    const struct value args[] = { v_text(among_ids(a, store, ids, page->n)),
                                  v_int(l->cx->company) };
    buf_init(&sql, a, STATEMENT_MAX);
    put_columns(&sql, child);
    buf_fmt(&sql, " WHERE \"%s\" %s AND %s\"company\" = $2 ORDER BY \"%s\", \"id\"", f->via,
            store == DB_POSTGRES ? POSTGRES_AMONG : SQLITE_AMONG, store == DB_SQLITE ? "+" : "",
            f->via);
    TRY(tx_query(l->cx->tx, a, buf_done(&sql).s, args, N_ELEMENTS(args), &rows));
    share_lines(l, page, f, child, records_of(a, child, &rows, rows.n), rows.n);
    return a->failed ? ERR_NO_MEMORY : OK;
}

static enum err load_labels(struct listing *l, const void *records, size_t n)
{
    const struct field *rows;
    size_t n_rows;
    TRY(custom_rows(l->cx, l->info, &rows, &n_rows));
    refs_note(l->cx, rows, n_rows, records, l->info->entity->shape.size, n);
    return refs_load(l->cx);
}

static void begin_listing(struct listing *l, struct cx *cx, const struct list_query *q)
{
    *l = (struct listing){ .cx = cx, .info = house_info(cx->house, q->entity->index), .q = q };
    buf_init(&l->s.sql, cx->arena, STATEMENT_MAX);
}

/* -- what no index sorts ------------------------------------------------------------------- */

/* Does an index over all rows have the order of this field? */
static bool in_order(const struct entity *e, text_t name)
{
    for (size_t i = 0; i < e->n_indexes; i++) {
        text_t rest, first = text_trim(text_split(text_of(e->indexes[i].cols), ',', &rest));
        if (text_is(first, "company") && rest.s) {
            first = text_trim(text_split(rest, ',', &rest));
        }
        if (!e->indexes[i].where && text_eq(first, name)) {
            return true;
        }
    }
    return e->code && text_is(name, e->code);
}

static bool has_order(const struct listing *l, text_t name)
{
    const struct field *f = info_field(l->info, name);
    return text_is(name, "id") || (f && (f->flags & (F_INDEX | F_UNIQUE))) ||
           in_order(l->info->entity, name);
}

enum err list_beyond(struct cx *cx, const struct list_query *q, int64_t n, int64_t *id)
{
    struct statement s = { .n = 0 };
    struct rows rows;
    buf_init(&s.sql, cx->arena, STATEMENT_MAX);
    buf_fmt(&s.sql, "SELECT \"id\" FROM \"%s\"", q->entity->plural);
    TRY(list_conditions(cx, &s, q, true));
    buf_str(&s.sql, " ORDER BY \"id\" DESC LIMIT 1 OFFSET ");
    statement_bind(&s, v_int(n));
    TRY(statement_fits(cx, &s, &s.sql));
    TRY(tx_query(cx->tx, cx->arena, buf_done(&s.sql).s, s.args, s.n, &rows));
    *id = rows.n ? rows_int(&rows, 0, 0) : 0;
    return OK;
}

/* A sort that no index serves reads every row that the filters leave: so many, and no more. An
 * entity's own order is its own business. first: the name of the first key; *beyond: rows up to
 * this id are left out, 0: none. */
static enum err bound_sort(struct listing *l, text_t first, int64_t *beyond)
{
    const struct list_query *q = l->q;
    *beyond = 0;
    if (text_empty(q->sort) || has_order(l, first)) {
        return OK;
    }
    TRY(list_beyond(l->cx, q, q->within ? q->within : LIST_SORT_MAX, beyond));
    if (*beyond && !q->within) {
        return REFUSE(l->cx, &refusal_too_many_to_sort, TEXT("sort"),
                      text_copy(l->cx->arena, first), text_fmt(l->cx->arena, "%d", LIST_SORT_MAX));
    }
    return OK;
}

static enum err begin_conditions(struct listing *l)
{
    int64_t beyond;
    text_t rest, first = text_trim(text_split(sort_of(l), ',', &rest));
    if (text_starts(first, "-")) {
        first = (text_t){ first.s + 1, first.n - 1 };
    }
    TRY(bound_sort(l, first, &beyond));
    l->partial = beyond != 0;
    TRY(list_conditions(l->cx, &l->s, l->q, text_is(first, "id") || l->partial));
    l->condition_n = l->s.sql.n;
    l->condition_args = l->s.n;
    if (l->partial) {
        buf_str(&l->s.sql, " AND \"id\" > ");
        statement_bind(&l->s, v_int(beyond));
    }
    return OK;
}

enum err list_read(struct cx *cx, const struct list_query *q, struct list_page *out)
{
    struct listing l;
    int64_t limit = q->limit <= 0               ? LIST_LIMIT_DEFAULT
                    : q->limit > LIST_LIMIT_MAX ? LIST_LIMIT_MAX
                                                : q->limit;
    *out = (struct list_page){ .next = TEXT_NONE, .total = -1 };
    begin_listing(&l, cx, q);
    TRY(add_keys(&l));
    TRY(begin_conditions(&l));
    TRY(add_cursor(&l));
    add_order(&l, limit + 1);
    if (l.s.nothing) {
        out->total = q->count ? 0 : -1;
        return OK;
    }
    TRY(read_rows(&l, limit, out));
    out->partial = l.partial;
    if (q->count) {
        TRY(read_count(&l, out));
    }
    for (size_t i = 0; q->expand_lines && i < l.info->n_fields; i++) {
        const struct field *f = &l.info->fields[i];
        if (f->kind == &kind_lines && f->via) {
            TRY(read_lines(&l, out, f));
        }
    }
    return q->bare ? OK : load_labels(&l, out->records, out->n);
}

/* -- everything, for exports ------------------------------------------------------------- */

static enum err each_chunk(struct cx *cx, struct listing *l, text_t sql, int64_t *last,
                           enum err (*fn)(void *arg, const void *record), void *arg, bool *more)
{
    struct rows rows;
    size_t size = l->info->entity->shape.size;
    l->s.args[l->keys[0].arg - 1] = v_int(*last);
    TRY(tx_query(cx->tx, cx->arena, sql.s, l->s.args, l->s.n, &rows));
    char *records = records_of(cx->arena, l->info, &rows, rows.n);
    TRY(load_labels(l, records, rows.n));
    for (size_t i = 0; i < rows.n; i++) {
        TRY(fn(arg, records + i * size));
        *last = ((const struct record *)(void *)(records + i * size))->id;
    }
    *more = rows.n == EACH_CHUNK;
    return cx->arena->failed ? ERR_NO_MEMORY : OK;
}

static void keep_failure(struct arena *a, struct failure *f)
{
    f->field = f->field.s ? text_copy(a, f->field) : TEXT_NONE;
    f->said = f->said.s ? text_copy(a, f->said) : TEXT_NONE;
    for (size_t i = 0; i < N_ELEMENTS(f->args); i++) {
        f->args[i] = f->args[i].s ? text_copy(a, f->args[i]) : TEXT_NONE;
    }
}

/* Each chunk has the context to itself with an arena of its own, so that memory does not grow with
 * the number of rows. */
static enum err each_chunks(struct cx *cx, struct listing *l, text_t sql,
                            enum err (*fn)(void *arg, const void *record), void *arg)
{
    struct arena *own = cx->arena, chunk;
    struct refs *refs = cx->refs;
    struct memo *memo = cx->memo;
    bool more = true;
    int64_t last = 0;
    enum err e = OK;
    arena_init(&chunk, EACH_MEMORY);
    while (more && e == OK) {
        arena_reset(&chunk);
        cx->arena = &chunk;
        cx->refs = NULL;
        cx->memo = NULL;
        e = each_chunk(cx, l, sql, &last, fn, arg, &more);
    }
    keep_failure(own, &cx->failure);
    cx->arena = own;
    cx->refs = refs;
    cx->memo = memo;
    arena_free(&chunk);
    return e;
}

enum err list_each(struct cx *cx, const struct list_query *q,
                   enum err (*fn)(void *arg, const void *record), void *arg)
{
    struct listing l;
    struct buf sql;
    begin_listing(&l, cx, q);
    TRY(masters_ask(cx)); /* the view of master data must not lie in a chunk's arena */
    TRY(begin_conditions(&l));
    l.keys[0].arg = statement_arg(&l.s, v_int(0));
    buf_fmt(&l.s.sql, " AND \"id\" > $%zu ORDER BY \"id\" LIMIT %d", l.keys[0].arg, EACH_CHUNK);
    buf_init(&sql, cx->arena, STATEMENT_MAX);
    put_columns(&sql, l.info);
    buf_text(&sql, buf_done(&l.s.sql));
    TRY(statement_fits(cx, &l.s, &sql));
    return each_chunks(cx, &l, buf_done(&sql), fn, arg);
}
