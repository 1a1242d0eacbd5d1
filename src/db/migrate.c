/* Creating and extending tables from their descriptions.
 *
 * The database is asked once for all its columns and indexes; what the descriptions have and it has
 * not becomes one script. TEXT columns compare by bytes on both stores: SQLite does so by nature,
 * PostgreSQL by COLLATE "C", so that sorting and ranges agree (and indexes are smaller and faster).
 * People's alphabetical order is not the store's affair. */
#include "db/migrate.h"

#include "db/driver.h"

#include <stdlib.h>

#define MIGRATE_ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define MIGRATE_SQL_BYTES   ((size_t)16 * 1024 * 1024)

static const char *const type_names[][3] = {
    [DB_SQLITE] = { [COL_INT] = "INTEGER", [COL_TEXT] = "TEXT", [COL_BLOB] = "BLOB" },
    [DB_POSTGRES] = { [COL_INT] = "BIGINT",
                      [COL_TEXT] = "TEXT COLLATE \"C\"",
                      [COL_BLOB] = "BYTEA" },
};

/* As the database names them when asked. */
static const char *const type_answers[][3] = {
    [DB_SQLITE] = { [COL_INT] = "INTEGER", [COL_TEXT] = "TEXT", [COL_BLOB] = "BLOB" },
    [DB_POSTGRES] = { [COL_INT] = "bigint", [COL_TEXT] = "text", [COL_BLOB] = "bytea" },
};

/* Words that SQLite or PostgreSQL refuses as a bare name of a column or table, in order. */
/* clang-format off */
static const char *const reserved[] = {
    "add", "all", "alter", "analyse", "analyze", "and", "any", "array", "as", "asc",
    "asymmetric", "authorization", "autoincrement", "between", "binary", "both", "case", "cast",
    "check", "collate", "collation", "column", "commit", "concurrently", "constraint", "create",
    "cross", "current_catalog", "current_date", "current_role", "current_schema",
    "current_time", "current_timestamp", "current_user", "default", "deferrable", "delete",
    "desc", "distinct", "do", "drop", "else", "end", "escape", "except", "exists", "false",
    "fetch", "for", "foreign", "freeze", "from", "full", "grant", "group", "having", "ilike",
    "in", "index", "initially", "inner", "insert", "intersect", "into", "is", "isnull", "join",
    "lateral", "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural",
    "not", "nothing", "notnull", "null", "offset", "on", "only", "or", "order", "outer",
    "overlaps", "placing", "primary", "references", "returning", "right", "select",
    "session_user", "set", "similar", "some", "symmetric", "table", "tablesample", "then", "to",
    "trailing", "transaction", "true", "union", "unique", "update", "user", "using", "values",
    "variadic", "verbose", "when", "where", "window", "with",
};
/* clang-format on */

static int compare_word(const void *key, const void *row)
{
    return text_cmp(*(const text_t *)key, text_of(*(const char *const *)row));
}

static bool needs_quotes(text_t name)
{
    if (text_empty(name) || (name.s[0] >= '0' && name.s[0] <= '9')) {
        return true;
    }
    for (size_t i = 0; i < name.n; i++) {
        char c = name.s[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) {
            return true;
        }
    }
    return bsearch(&name, reserved, N_ELEMENTS(reserved), sizeof reserved[0], compare_word) != NULL;
}

static void put_name(struct buf *b, text_t name)
{
    bool quoted = needs_quotes(name);

    if (quoted) {
        buf_char(b, '"');
    }
    for (size_t i = 0; i < name.n; i++) {
        if (name.s[i] == '"') {
            buf_char(b, '"');
        }
        buf_char(b, name.s[i]);
    }
    if (quoted) {
        buf_char(b, '"');
    }
}

void migrate_name(struct buf *b, const char *name)
{
    put_name(b, text_of(name));
}

/* "a, b DESC": names quoted when needed, what follows a name kept. */
static void put_names(struct buf *b, const char *list)
{
    text_t rest = text_of(list);

    while (rest.s) {
        text_t item = text_trim(text_split(rest, ',', &rest));
        text_t after;
        text_t name = text_split(item, ' ', &after);

        put_name(b, name);
        if (after.s) {
            buf_char(b, ' ');
            buf_text(b, text_trim(after));
        }
        if (rest.s) {
            buf_str(b, ", ");
        }
    }
}

static void put_column(struct buf *b, enum db_store store, const struct col_def *c)
{
    migrate_name(b, c->name);
    buf_char(b, ' ');
    buf_str(b, type_names[store][c->type]);
    if (c->not_null) {
        buf_str(b, " NOT NULL");
    }
    if (c->fallback) {
        buf_str(b, " DEFAULT ");
        buf_str(b, c->fallback);
    }
}

static void put_table(struct buf *b, enum db_store store, const struct table_def *t)
{
    buf_str(b, "CREATE TABLE ");
    migrate_name(b, t->name);
    buf_str(b, " (\n");
    for (size_t i = 0; i < t->n_cols; i++) {
        buf_str(b, "    ");
        put_column(b, store, &t->cols[i]);
        buf_str(b, ",\n");
    }
    buf_str(b, "    PRIMARY KEY (");
    put_names(b, t->primary_key);
    buf_str(b, ")\n)");
    if (store == DB_SQLITE) {
        buf_str(b, t->clustered ? " STRICT, WITHOUT ROWID" : " STRICT");
    } else if (t->fill_percent > 0) {
        buf_fmt(b, " WITH (fillfactor = %lld)", (long long)t->fill_percent);
    }
    buf_str(b, ";\n");
}

static void put_index(struct buf *b, const struct table_def *t, const struct index_def *x)
{
    buf_str(b, x->unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
    migrate_name(b, x->name);
    buf_str(b, " ON ");
    migrate_name(b, t->name);
    buf_str(b, " (");
    put_names(b, x->cols);
    buf_char(b, ')');
    if (x->where) {
        buf_str(b, " WHERE ");
        buf_str(b, x->where);
    }
    buf_str(b, ";\n");
}

void migrate_sql(struct buf *b, enum db_store store, const struct table_def *tables, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        put_table(b, store, &tables[i]);
        for (size_t k = 0; k < tables[i].n_indexes; k++) {
            put_index(b, &tables[i], &tables[i].indexes[k]);
        }
    }
}

/* -- comparing --------------------------------------------------------------------------------- */

struct plan {
    struct tx *tx;
    enum db_store store;
    struct arena arena;
    struct rows cols;    /* table, column, type; ordered by table */
    struct rows indexes; /* name */
    struct buf script;
    struct buf *changes; /* or NULL */
    bool impossible;
};

static void say(struct plan *p, const char *what, const char *table, const char *part)
{
    if (p->changes) {
        buf_fmt(p->changes, "%s %s%s%s\n", what, table, part ? "." : "", part ? part : "");
    }
}

static enum err look(struct plan *p)
{
    static const char *const cols_sql[] = {
        [DB_SQLITE] =
            "SELECT m.name, x.name, x.type FROM sqlite_schema m, pragma_table_xinfo(m.name) x"
            " WHERE m.type = 'table' ORDER BY m.name, x.cid",
        [DB_POSTGRES] = "SELECT table_name::text, column_name::text, data_type::text"
                        " FROM information_schema.columns WHERE table_schema = current_schema()"
                        " ORDER BY table_name, ordinal_position",
    };
    static const char *const indexes_sql[] = {
        [DB_SQLITE] = "SELECT name FROM sqlite_schema WHERE type = 'index'",
        [DB_POSTGRES] =
            "SELECT indexname::text FROM pg_indexes WHERE schemaname = current_schema()",
    };

    TRY(tx_query(p->tx, &p->arena, cols_sql[p->store], NULL, 0, &p->cols));
    return tx_query(p->tx, &p->arena, indexes_sql[p->store], NULL, 0, &p->indexes);
}

/* The rows of a table: *first and the number of them. */
static size_t table_rows(const struct plan *p, const char *table, size_t *first)
{
    size_t n = 0;

    for (size_t i = 0; i < p->cols.n; i++) {
        if (text_is(rows_text(&p->cols, i, 0), table)) {
            if (n == 0) {
                *first = i;
            }
            n++;
        } else if (n > 0) {
            break;
        }
    }
    return n;
}

static bool has_index(const struct plan *p, const char *name)
{
    for (size_t i = 0; i < p->indexes.n; i++) {
        if (text_is(rows_text(&p->indexes, i, 0), name)) {
            return true;
        }
    }
    return false;
}

static enum err table_filled(struct plan *p, const char *table, bool *filled)
{
    struct rows rows;
    struct buf sql;

    buf_init(&sql, &p->arena, 512);
    buf_str(&sql, "SELECT 1 FROM ");
    migrate_name(&sql, table);
    buf_str(&sql, " LIMIT 1");
    if (sql.failed) {
        return ERR_NO_MEMORY;
    }
    TRY(tx_query(p->tx, &p->arena, sql.p, NULL, 0, &rows));
    *filled = rows.n > 0;
    return OK;
}

static enum err add_column(struct plan *p, const struct table_def *t, const struct col_def *c)
{
    if (c->not_null && !c->fallback) {
        bool filled;

        TRY(table_filled(p, t->name, &filled));
        if (filled) {
            say(p, "impossible: no value for the rows that stand in new column", t->name, c->name);
            p->impossible = true;
            return OK;
        }
    }
    say(p, "add column", t->name, c->name);
    buf_str(&p->script, "ALTER TABLE ");
    migrate_name(&p->script, t->name);
    buf_str(&p->script, " ADD COLUMN ");
    put_column(&p->script, p->store, c);
    buf_str(&p->script, ";\n");
    return OK;
}

static enum err compare_columns(struct plan *p, const struct table_def *t, size_t first, size_t n)
{
    for (size_t i = 0; i < t->n_cols; i++) {
        const struct col_def *c = &t->cols[i];
        size_t k = 0;

        while (k < n && !text_is(rows_text(&p->cols, first + k, 1), c->name)) {
            k++;
        }
        if (k == n) {
            TRY(add_column(p, t, c));
        } else if (!text_is(rows_text(&p->cols, first + k, 2), type_answers[p->store][c->type])) {
            say(p, "impossible: another type has column", t->name, c->name);
            p->impossible = true;
        }
    }
    return OK;
}

static enum err compare(struct plan *p, const struct table_def *t)
{
    size_t first = 0, n = table_rows(p, t->name, &first);

    if (n == 0) {
        say(p, "create table", t->name, NULL);
        put_table(&p->script, p->store, t);
    } else {
        TRY(compare_columns(p, t, first, n));
    }
    for (size_t i = 0; i < t->n_indexes; i++) {
        if (!has_index(p, t->indexes[i].name)) {
            say(p, "create index", t->indexes[i].name, NULL);
            put_index(&p->script, t, &t->indexes[i]);
        }
    }
    return OK;
}

enum err migrate_run(struct tx *tx, const struct table_def *tables, size_t n, bool rehearse,
                     struct buf *changes)
{
    struct plan p = { .tx = tx, .store = db_store(tx_db(tx)), .changes = changes };
    enum err e;

    arena_init(&p.arena, MIGRATE_ARENA_BYTES);
    buf_init(&p.script, &p.arena, MIGRATE_SQL_BYTES);
    e = look(&p);
    for (size_t i = 0; i < n && e == OK; i++) {
        e = compare(&p, &tables[i]);
    }
    if (e == OK && p.impossible) {
        e = ERR_INVALID;
    }
    if (e == OK && (p.script.failed || (changes && changes->failed))) {
        e = ERR_NO_MEMORY;
    }
    if (e == OK && p.script.n > 0 && !rehearse) {
        e = tx_script(tx, p.script.p);
    }
    arena_free(&p.arena);
    return e;
}
