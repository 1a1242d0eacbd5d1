/* Records by their rows: SQL values to struct members and back. */
#include "meta/store.h"

#include "meta/history.h"
#include "meta/kinds.h"
#include "meta/masters.h"
#include "meta/search.h"

#define KEY_MAX 512

static void load_member(const struct field *f, struct value v, void *member)
{
    if (f->kind->storage == STORE_TEXT) {
        *(text_t *)member = v.type == V_NULL ? TEXT_NONE : v.t;
    } else {
        *(int64_t *)member = v.type == V_NULL ? field_none(f) : v.i;
    }
}

void store_load_row(const struct entity_info *info, const struct value *row, void *record)
{
    for (size_t i = 0; i < info->n_columns; i++) {
        load_member(info->columns[i], row[i], (char *)record + info->columns[i]->offset);
    }
}

static struct value save_member(const struct field *f, const void *member)
{
    if (f->kind->storage == STORE_TEXT) {
        return v_text(*(const text_t *)member);
    }
    int64_t v = *(const int64_t *)member;
    return field_is_none(f, member) ? v_null() : v_int(v);
}

/* -- reading ----------------------------------------------------------------------------------- */

/* What a cached selection is known by: the company, the entity, the literal's address and the
 * arguments. */
static size_t key_make(char key[static KEY_MAX], enum err *fits, int64_t company,
                       const struct entity *e, const char *literal, const struct value *args,
                       size_t n_args)
{
    size_t n = 0;
    const void *parts[] = { e, literal };
    memcpy(key, parts, sizeof parts);
    n = sizeof parts;
    memcpy(key + n, &company, sizeof company);
    n += sizeof company;
    *fits = OK;
    for (size_t i = 0; i < n_args; i++) {
        if (n + 16 + args[i].t.n > KEY_MAX) {
            *fits = ERR_RANGE;
            return 0;
        }
        int64_t head[2] = { args[i].type,
                            args[i].type == V_INT ? args[i].i : (int64_t)args[i].t.n };
        memcpy(key + n, head, sizeof head);
        n += sizeof head;
        if (args[i].type == V_TEXT || args[i].type == V_BLOB) {
            memcpy(key + n, args[i].t.s, args[i].t.n);
            n += args[i].t.n;
        }
    }
    return n;
}

/* -- asked ahead ------------------------------------------------------------------------------ */

struct ahead {
    const char *sql;
    text_t code;
    struct ask *ask;
    struct ahead *next;
};

enum err store_find_ahead(struct cx *cx, const struct entity *e, text_t code)
{
    if (e->flags & (E_CACHED | E_DATED | E_LINE) || !e->code) {
        return OK;
    }
    struct ahead *a = ARENA_NEW(cx->arena, struct ahead);
    const char *sql = house_find_sql(cx->house, house_info(cx->house, e->index), e->code, false);
    if (!sql) {
        return ERR_NO_MEMORY;
    }
    const struct value args[] = { v_text(code), v_int(cx->company) };
    *a = (struct ahead){ .sql = sql, .code = code, .next = cx->ahead };
    TRY(tx_ask(cx->tx, cx->arena, sql, args, N_ELEMENTS(args), &a->ask));
    cx->ahead = a;
    return OK;
}

/* The question that was sent for this statement and value, which is then used up; or NULL. */
static struct ask *ahead_take(struct cx *cx, const char *sql, const struct value *args,
                              size_t n_args)
{
    for (struct ahead **at = &cx->ahead; *at && n_args == 1; at = &(*at)->next) {
        struct ahead *a = *at;
        if (a->sql == sql && args[0].type == V_TEXT && text_eq(a->code, args[0].t)) {
            *at = a->next;
            return a->ask;
        }
    }
    return NULL;
}

/* Runs a derived SELECT whose last parameter is the company. */
static enum err select_rows(struct cx *cx, const struct entity_info *info, const char *sql,
                            const struct value *args, size_t n_args, void **items, size_t *n)
{
    struct value all[DB_ARGS_MAX];
    struct rows rows;
    INVARIANT(n_args + 1 <= DB_ARGS_MAX);
    if (!sql) {
        return ERR_NO_MEMORY;
    }
    if (n_args > 0) {
        memcpy(all, args, n_args * sizeof *args);
    }
    all[n_args] = v_int(cx->company);
    struct ask *sent = ahead_take(cx, sql, args, n_args);
    TRY(sent ? tx_answer(cx->tx, sent, &rows)
             : tx_query(cx->tx, cx->arena, sql, all, n_args + 1, &rows));
    size_t size = info->entity->shape.size;
    char *out = arena_array(cx->arena, rows.n, size);
    for (size_t r = 0; r < rows.n; r++) {
        store_load_row(info, rows.v + r * rows.cols, out + r * size);
    }
    *items = out;
    *n = rows.n;
    return cx->arena->failed ? ERR_NO_MEMORY : OK;
}

/* As select_rows through the cache. The items of a hit are the generation's own: not to be written
 * to. */
static enum err select_cached(struct cx *cx, const struct entity_info *info, const char *literal,
                              const char *sql, const struct value *args, size_t n_args,
                              const void **items, size_t *n)
{
    char key[KEY_MAX];
    enum err fits;
    bool cached = (info->entity->flags & E_CACHED) != 0;
    size_t key_n = cached ? key_make(key, &fits, cx->company, info->entity, literal, args, n_args)
                          : 0;
    if (cached && fits == OK && masters_get(cx, key, key_n, items, n)) {
        return OK;
    }
    void *found;
    TRY(select_rows(cx, info, sql, args, n_args, &found, n));
    *items = found;
    if (cached && fits == OK) {
        masters_put(cx, info, key, key_n, found, *n);
    }
    return OK;
}

static bool site_open(const struct who *who, int64_t site)
{
    if (who->all_sites) {
        return true;
    }
    for (size_t i = 0; i < who->n_sites; i++) {
        if (who->sites[i] == site) {
            return true;
        }
    }
    return false;
}

/* -- what this context has read ---------------------------------------------------------------- */

/* A command names the same till and customer again and again: in its arguments, in its work, in its
 * answer. A record read once is kept for the context; it is served again until the context writes
 * anything, and for labels even then. */
struct memo {
    const struct entity *entity;
    const void *record;
    bool fresh;
    struct memo *next;
};

static void memo_keep(struct cx *cx, const struct entity *e, const void *record)
{
    struct memo *m = ARENA_NEW(cx->arena, struct memo);
    *m = (struct memo){ e, record, true, cx->memo };
    cx->memo = m;
}

static const struct memo *memo_find(const struct cx *cx, const struct entity *e, int64_t id)
{
    for (const struct memo *m = cx->memo; m; m = m->next) {
        if (m->entity == e && ((const struct record *)m->record)->id == id) {
            return m;
        }
    }
    return NULL;
}

static void memo_stale(struct cx *cx)
{
    cx->ahead = NULL;
    for (struct memo *m = cx->memo; m && m->fresh;
         m = m->next) { /* behind a stale one all are stale */
        m->fresh = false;
    }
}

const void *store_read_before(const struct cx *cx, const struct entity *e, int64_t id)
{
    const struct memo *m = memo_find(cx, e, id);
    return m ? m->record : NULL;
}

/* What the field of that name holds; 0 without such a field or value. */
static int64_t number_in(const struct entity_info *info, const char *name, const void *record)
{
    const struct field *f = name ? info_field(info, text_of(name)) : NULL;
    return f ? *(const int64_t *)((const char *)record + f->offset) : 0;
}

/* Does the row filter let this person see the record? A record bound to no site and no person is
 * everyone's in the company. */
static bool visible(struct cx *cx, const struct entity_info *info, const void *record)
{
    int64_t site = number_in(info, info->entity->site, record);
    int64_t own = number_in(info, info->entity->own, record);
    return (site == 0 || site_open(cx->who, site)) && (own == 0 || own == cx->who->user);
}

enum err store_get_any(struct cx *cx, const struct entity *e, int64_t id, void *record)
{
    const struct entity_info *info = house_info(cx->house, e->index);
    const struct value args[] = { v_int(id) };
    const void *items;
    size_t n;
    INVARIANT(!(e->flags & E_LINE));
    const struct memo *known = e->flags & E_CACHED ? NULL : memo_find(cx, e, id);
    if (known && known->fresh) {
        memcpy(record, known->record, e->shape.size);
        return OK;
    }
    TRY(select_cached(cx, info, info->sql_get, info->sql_get, args, 1, &items, &n));
    if (n == 0) {
        return ERR_NOT_FOUND;
    }
    memcpy(record, items, e->shape.size);
    if (!(e->flags & E_CACHED)) {
        memo_keep(cx, e, items);
    }
    return OK;
}

bool store_visible(struct cx *cx, const struct entity *e, const void *record)
{
    return visible(cx, house_info(cx->house, e->index), record);
}

enum err store_get_visible(struct cx *cx, const struct entity *e, int64_t id, void *record)
{
    TRY(store_get_any(cx, e, id, record));
    return visible(cx, house_info(cx->house, e->index), record) ? OK : ERR_NOT_FOUND;
}

enum err store_get(struct cx *cx, const struct entity *e, int64_t id, void *record)
{
    enum err err = store_get_visible(cx, e, id, record);
    return err == ERR_NOT_FOUND ? refuse(cx, &refusal_not_found, TEXT_NONE) : err;
}

enum err store_find(struct cx *cx, const struct entity *e, const char *field, text_t value,
                    void *record)
{
    const struct entity_info *info = house_info(cx->house, e->index);
    bool dated = (e->flags & E_DATED) && e->code && strcmp(field, e->code) == 0;
    const char *sql = house_find_sql(cx->house, info, field, dated);
    const struct value args[] = { v_text(value), v_int(instant_date(cx->now).days) };
    const void *items;
    size_t n;
    TRY(select_cached(cx, info, sql, sql, args, dated ? 2 : 1, &items, &n));
    if (n == 0) {
        return ERR_NOT_FOUND;
    }
    memcpy(record, items, e->shape.size);
    if (!(e->flags & (E_CACHED | E_LINE))) {
        memo_keep(cx, e, items);
    }
    return OK;
}

enum err store_select(struct cx *cx, const struct entity *e, const char *where,
                      const struct value *args, size_t n_args, void *items, size_t *n)
{
    const struct entity_info *info = house_info(cx->house, e->index);
    const char *sql = house_select_sql(cx->house, info, where, n_args);
    const void *found;
    TRY(select_cached(cx, info, sql, sql, args, n_args, &found, n));
    void *copy = arena_array(cx->arena, *n, e->shape.size);
    if (*n > 0) {
        memcpy(copy, found, *n * e->shape.size);
    }
    memcpy(items, &copy, sizeof copy);
    return OK;
}

enum err store_load_lines(struct cx *cx, const struct entity *e, void *record)
{
    const struct entity_info *info = house_info(cx->house, e->index);
    const struct value args[] = { v_int(((const struct record *)record)->id) };
    for (size_t i = 0; i < info->n_fields; i++) {
        const struct field *f = &info->fields[i];
        if (f->kind->storage != STORE_LINES || f->of) {
            continue;
        }
        const struct entity_info *child = house_entity(cx->house, text_of(f->target));
        lines_t *lines = (lines_t *)(void *)((char *)record + f->offset);
        void *items;
        TRY(select_rows(cx, child, house_lines_sql(cx->house, child, f->via), args, 1, &items,
                        &lines->n));
        lines->items = items;
    }
    return OK;
}

/* -- writing ----------------------------------------------------------------------------------- */

static enum err after_write(struct cx *cx, const struct entity_info *info, const void *before,
                            const void *record)
{
    if (info->entity->flags & E_CACHED) {
        TRY(masters_dirty(cx));
    }
    if (search_indexed(info)) {
        TRY(search_save(cx, info, before, record));
    }
    if ((info->entity->flags & E_HISTORY) && before) {
        TRY(history_save(cx, info, before, record));
    }
    return OK;
}

static enum err taken(struct cx *cx, const struct entity_info *info)
{
    text_t field = text_of(info->entity->code);
    return REFUSE(cx, &refusal_taken, field,
                  field.s ? field : text_of(cx_text(cx, info->entity->label)));
}

enum err store_insert(struct cx *cx, const struct entity *e, void *record)
{
    const struct entity_info *info = house_info(cx->house, e->index);
    struct record *r = record;
    struct value args[DB_ARGS_MAX];
    memo_stale(cx);
    if (r->id == 0) {
        TRY(cx_new_id(cx, &r->id));
    }
    r->version = 1;
    r->company = e->flags & E_NO_COMPANY ? r->id : cx->company;
    for (size_t i = 0; i < info->n_columns; i++) {
        args[i] = save_member(info->columns[i], (const char *)record + info->columns[i]->offset);
    }
    enum err err = tx_exec(cx->tx, info->sql_insert, args, info->n_columns);
    if (err == ERR_EXISTS) {
        return taken(cx, info);
    }
    TRY(err);
    return after_write(cx, info, NULL, record);
}

struct lost_race {
    struct cx *cx;
    int64_t version;
};

static void version_lost(void *arg)
{
    struct lost_race *l = arg;
    (void)REFUSE(l->cx, &refusal_version_conflict, TEXT_NONE,
                 text_fmt(l->cx->arena, "%lld", (long long)(l->version + 1)));
}

enum err store_update(struct cx *cx, const struct entity *e, const void *before, void *record)
{
    const struct entity_info *info = house_info(cx->house, e->index);
    struct record *r = record;
    struct value args[DB_ARGS_MAX];
    size_t n = 0;
    memo_stale(cx);
    struct lost_race *lost = ARENA_NEW(cx->arena, struct lost_race);
    *lost = (struct lost_race){ cx, r->version };
    for (size_t i = 0; i < info->n_columns;
         i++) { /* all columns, then the old version, last the new one: see house_sql.c */
        args[n++] = save_member(info->columns[i], (const char *)record + info->columns[i]->offset);
    }
    args[n++] = v_int(r->version);
    args[1] = v_int(r->version + 1);
    enum err err = tx_exec_or(cx->tx, info->sql_update, args, n, version_lost, lost);
    if (err == ERR_EXISTS) {
        return taken(cx, info);
    }
    TRY(err);
    r->version++;
    return after_write(cx, info, before, record);
}

enum err store_exec(struct cx *cx, const char *sql, const struct value *args, size_t n)
{
    memo_stale(cx);
    return tx_exec(cx->tx, sql, args, n);
}

struct missed_row {
    struct cx *cx;
    const struct refusal *why;
    text_t field, value1, value2;
};

static void row_missed(void *arg)
{
    struct missed_row *m = arg;
    const text_t values[] = { m->value1, m->value2 };
    (void)refuse_with(m->cx, m->why, m->field, values, 2);
}

enum err store_exec_or(struct cx *cx, const char *sql, const struct value *args, size_t n,
                       const struct refusal *why, text_t field, text_t value1, text_t value2)
{
    struct missed_row *m = ARENA_NEW(cx->arena, struct missed_row);
    memo_stale(cx);
    *m = (struct missed_row){ cx, why, field, value1, value2 };
    return tx_exec_or(cx->tx, sql, args, n, row_missed, m);
}

enum err store_query(struct cx *cx, const char *sql, const struct value *args, size_t n,
                     struct rows *out)
{
    memo_stale(cx); /* it may be an UPDATE ... RETURNING */
    return tx_query(cx->tx, cx->arena, sql, args, n, out);
}

enum err store_ask(struct cx *cx, const char *sql, const struct value *args, size_t n,
                   struct ask **out)
{
    return tx_ask(cx->tx, cx->arena, sql, args, n, out);
}

enum err store_answer(struct cx *cx, struct ask *ask, struct rows *out)
{
    return tx_answer(cx->tx, ask, out);
}

int store_slot(const struct cx *cx)
{
    return tx_slot(cx->tx);
}
