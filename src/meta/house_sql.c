/* SQL and tables derived from the declarations. Identifiers come only from entity tables and are
 * always quoted. */
#include "meta/house_own.h"

#include "meta/command.h"
#include "meta/history.h"
#include "meta/masters.h"
#include "meta/search.h"

#define SQL_MAX ((size_t)32 * 1024)

static void put_columns(struct buf *b, const struct entity_info *info)
{
    for (size_t i = 0; i < info->n_columns; i++) {
        buf_fmt(b, i ? ", \"%s\"" : "\"%s\"", info->columns[i]->name);
    }
}

static const char *company_column(const struct entity_info *info)
{
    return info->entity->flags & E_NO_COMPANY ? "id" : "company";
}

static void begin_select(struct buf *b, struct arena *a, const struct entity_info *info)
{
    buf_init(b, a, SQL_MAX);
    buf_str(b, "SELECT ");
    put_columns(b, info);
    buf_fmt(b, " FROM \"%s\" WHERE ", info->entity->plural);
}

static const char *finish(struct buf *b)
{
    INVARIANT(!b->failed);
    return buf_done(b).s;
}

static const char *sql_get(struct house *h, const struct entity_info *info)
{
    struct buf b;
    begin_select(&b, &h->arena, info);
    buf_fmt(&b, "\"id\" = $1 AND \"%s\" = $2", company_column(info));
    return finish(&b);
}

static const char *sql_insert(struct house *h, const struct entity_info *info)
{
    struct buf b;
    buf_init(&b, &h->arena, SQL_MAX);
    buf_fmt(&b, "INSERT INTO \"%s\" (", info->entity->plural);
    put_columns(&b, info);
    buf_str(&b, ") VALUES (");
    for (size_t i = 0; i < info->n_columns; i++) {
        buf_fmt(&b, i ? ", $%zu" : "$%zu", i + 1);
    }
    buf_str(&b, ")");
    return finish(&b);
}

/* All columns in table order, $1 being the id and $2 the new version; the last parameter is the
 * version it must have. */
static const char *sql_update(struct house *h, const struct entity_info *info)
{
    struct buf b;
    buf_init(&b, &h->arena, SQL_MAX);
    buf_fmt(&b, "UPDATE \"%s\" SET ", info->entity->plural);
    for (size_t i = 1; i < info->n_columns; i++) {
        buf_fmt(&b, i > 1 ? ", \"%s\" = $%zu" : "\"%s\" = $%zu", info->columns[i]->name, i + 1);
    }
    buf_fmt(&b, " WHERE \"id\" = $1 AND \"version\" = $%zu", info->n_columns + 1);
    for (size_t i = 1; i < info->n_columns; i++) { /* lines are found by (parent, id) */
        if (info->entity->parent && strcmp(info->columns[i]->name, info->entity->parent) == 0) {
            buf_fmt(&b, " AND \"%s\" = $%zu", info->entity->parent, i + 1);
        }
    }
    return finish(&b);
}

void house_derive_sql(struct house *h, struct entity_info *info)
{
    info->sql_get = sql_get(h, info);
    info->sql_insert = sql_insert(h, info);
    info->sql_update = sql_update(h, info);
}

/* Made once for (entity, literal): found again by the literal's address, verified by what was made
 * from it. */
static const char *derived(struct house *h, const struct entity_info *info, const char *literal,
                           size_t n_args,
                           void (*make)(struct buf *b, const struct entity_info *info,
                                        const char *literal, size_t n_args))
{
    struct arena a;
    struct buf b;
    arena_init(&a, SQL_MAX * 4);
    begin_select(&b, &a, info);
    make(&b, info, literal, n_args);
    const char *kept = b.failed ? NULL : house_intern(h, buf_done(&b));
    arena_free(&a);
    return kept;
}

struct derived_key {
    const struct entity_info *info;
    const char *literal;
    size_t n_args;
};

/* The quick way: a table from (entity, literal's address) to the SQL. A literal is one of the
 * program's own, so its address says what it is. */
static const char *derived_once(struct house *h, const struct entity_info *info,
                                const char *literal, size_t n_args,
                                void (*make)(struct buf *b, const struct entity_info *info,
                                             const char *literal, size_t n_args))
{
    struct derived_key key = { info, literal, n_args };
    mutex_lock(&h->lock);
    const char *found = map_get_text(&h->derived, (text_t){ (const char *)&key, sizeof key });
    mutex_unlock(&h->lock);
    if (found) {
        return found;
    }
    const char *sql = derived(h, info, literal, n_args, make);
    mutex_lock(&h->lock);
    char *kept_key = sql ? house_keep(h, &key, sizeof key) : NULL;
    if (!kept_key ||
        map_put_text(&h->derived, (text_t){ kept_key, sizeof key }, (void *)(uintptr_t)sql) != OK) {
        sql = NULL;
    }
    mutex_unlock(&h->lock);
    return sql;
}

static void make_find(struct buf *b, const struct entity_info *info, const char *field,
                      size_t n_args)
{
    buf_fmt(b, "\"%s\" = $1", field);
    if (n_args == 2) { /* dated: the one valid on $2, the latest first */
        buf_str(
            b, " AND (\"valid_from\" IS NULL OR \"valid_from\" <= $2) AND (\"valid_to\" IS NULL OR "
               "\"valid_to\" >= $2)");
    }
    buf_fmt(b, " AND \"%s\" = $%zu", company_column(info), n_args + 1);
    buf_str(b, n_args == 2 ? " ORDER BY \"valid_from\" DESC, \"id\" LIMIT 1" : " LIMIT 1");
}

const char *house_find_sql(struct house *h, const struct entity_info *info, const char *field,
                           bool dated)
{
    return derived_once(h, info, field, dated ? 2 : 1, make_find);
}

/* Does the condition begin with what an index of its own leads to ("id", or the first column of an
 * index_def)? */
static bool leads_by_itself(const struct entity_info *info, const char *where)
{
    const struct entity *e = info->entity;
    bool quoted = *where == '"';
    where += quoted;
    text_t first = { where, strcspn(where, "\" =") };
    bool leads = quoted && text_is(first, "id");
    for (size_t i = 0; i < e->n_indexes && !leads; i++) {
        leads = text_eq(first, (text_t){ e->indexes[i].cols, strcspn(e->indexes[i].cols, ",") });
    }
    return leads && !(e->flags & E_NO_COMPANY);
}

static void make_select(struct buf *b, const struct entity_info *info, const char *where,
                        size_t n_args)
{
    buf_fmt(b, "\"%s\" = $%zu", company_column(info), n_args + 1);
    if (*where && strncmp(where, "ORDER ", 6) != 0) {
        buf_str(b, " AND");
    }
    buf_fmt(b, " %s", where);
}

/* SQLite knows no figures about the tables and would rather walk an index over all of the company's
 * rows: the plus lets the company be checked only. PostgreSQL knows them, and guesses badly for
 * what it cannot look up there. */
static void make_select_sqlite(struct buf *b, const struct entity_info *info, const char *where,
                               size_t n_args)
{
    buf_str(b, leads_by_itself(info, where) ? "+" : "");
    make_select(b, info, where, n_args);
}

const char *house_select_sql(struct house *h, const struct entity_info *info, const char *where,
                             size_t n_args)
{
    return derived_once(h, info, where, n_args,
                        db_store(h->db) == DB_SQLITE ? make_select_sqlite : make_select);
}

static void make_lines(struct buf *b, const struct entity_info *info, const char *via,
                       size_t n_args)
{
    (void)n_args;
    buf_fmt(b, "\"%s\" = $1 AND \"%s\" = $2 ORDER BY \"id\"", via, company_column(info));
}

const char *house_lines_sql(struct house *h, const struct entity_info *child, const char *via)
{
    return derived_once(h, child, via, 3, make_lines);
}

const char *house_drop_lines_sql(struct house *h, const struct entity_info *child, const char *via)
{
    struct arena a;
    arena_init(&a, SQL_MAX);
    text_t sql = text_fmt(&a, "DELETE FROM \"%s\" WHERE \"%s\" = $1", child->entity->plural, via);
    const char *kept = house_intern(h, sql);
    arena_free(&a);
    return kept;
}

/* -- tables ------------------------------------------------------------------------------------ */

#define INDEXES_MAX 24

struct making {
    struct arena *arena;
    struct index_def *indexes;
    size_t n;
};

static void add_index(struct making *m, const struct entity *e, const char *field, bool unique,
                      const char *cols)
{
    INVARIANT(m->n < INDEXES_MAX);
    m->indexes[m->n++] = (struct index_def){
        .name = text_fmt(m->arena, "%s_%s", e->plural, field).s,
        .cols = cols,
        .unique = unique,
    };
}

static void derive_indexes(struct making *m, const struct entity_info *info)
{
    const struct entity *e = info->entity;
    for (size_t i = 0; i < info->n_columns; i++) {
        const struct field *f = info->columns[i];
        bool is_code = e->code && strcmp(e->code, f->name) == 0;
        if (is_code && (e->flags & E_DATED)) {
            add_index(m, e, f->name, true,
                      text_fmt(m->arena, "company, %s, valid_from", f->name).s);
        } else if (is_code || (f->flags & F_UNIQUE)) {
            add_index(m, e, f->name, true, text_fmt(m->arena, "company, %s", f->name).s);
        } else if ((f->flags & F_INDEX) &&
                   !(e->parent && strcmp(e->parent, f->name) == 0 && (e->flags & E_LINE))) {
            add_index(m, e, f->name, false, text_fmt(m->arena, "company, %s", f->name).s);
        }
    }
    for (size_t i = 0; i < e->n_indexes; i++) {
        INVARIANT(m->n < INDEXES_MAX);
        m->indexes[m->n++] = e->indexes[i];
    }
}

static void derive_table(const struct entity_info *info, struct arena *a, struct table_def *out)
{
    struct col_def *cols = ARENA_ARRAY(a, info->n_columns, struct col_def);
    for (size_t i = 0; i < info->n_columns; i++) {
        const struct field *f = info->columns[i];
        bool always = i < 4; /* id, version, company, archived */
        cols[i] = (struct col_def){ .name = f->name,
                                    .type = f->kind->column,
                                    .not_null = always,
                                    .fallback = always && i > 0 ? "0" : NULL };
    }
    struct making m = { .arena = a, .indexes = ARENA_ARRAY(a, INDEXES_MAX, struct index_def) };
    derive_indexes(&m, info);
    bool line = (info->entity->flags & E_LINE) != 0;
    *out = (struct table_def){
        .name = info->entity->plural,
        .primary_key = line ? text_fmt(a, "%s, id", info->entity->parent).s : "id",
        .cols = cols,
        .n_cols = info->n_columns,
        .indexes = m.indexes,
        .n_indexes = m.n,
        .clustered = line,
        .fill_percent = info->entity->flags & E_POSTED
                            ? 0
                            : 70, /* room for the next version of a row on its own page */
    };
}

void house_tables(const struct house *h, struct arena *a, const struct table_def **out, size_t *n)
{
    size_t room = E_COUNT + 8;
    for (size_t i = 0; i < h->plan->n_areas; i++) {
        room += h->plan->areas[i]->n_tables;
    }
    struct table_def *tables = ARENA_ARRAY(a, room, struct table_def);
    size_t k = 0;
    tables[k++] = masters_table;
    tables[k++] = history_table;
    tables[k++] = search_table;
    for (size_t e = 0; e < E_COUNT; e++) {
        if (h->known[e]) {
            derive_table(&h->info[e], a, &tables[k++]);
        }
    }
    for (size_t i = 0; i < h->plan->n_areas; i++) {
        for (size_t t = 0; t < h->plan->areas[i]->n_tables; t++) {
            tables[k++] = h->plan->areas[i]->tables[t];
        }
    }
    *out = tables;
    *n = k;
}
