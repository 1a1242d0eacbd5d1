/* Tables as the store has them, and all their rows from one store into another.
 *
 * The copy runs as a writing job of the one store inside a reading job of the other: while it runs
 * the reader's thread waits for it, so that both transactions are used by one thread at a time. */
#include "db/copy.h"

#include "db/driver.h"

#define TABLES_MAX ((size_t)4096)
#define SQL_MAX    ((size_t)256 * 1024)
#define MEMORY_MAX ((size_t)256 * 1024 * 1024)

/* -- what stands in a store -------------------------------------------------------------------- */

/* Table, column, type, whether it must have a value, its place in the primary key (0: none). */
static const char *const columns_sql[] = {
    [DB_SQLITE] =
        "SELECT m.name, x.name, x.type, x.\"notnull\", x.pk"
        " FROM sqlite_schema m, pragma_table_xinfo(m.name) x WHERE m.type = 'table'"
        " AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.name NOT IN ('writer', 'id_lease')"
        " ORDER BY m.name, x.cid",
    [DB_POSTGRES] =
        "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL)::text,"
        " CAST(a.attnotnull AS INT)::bigint,"
        " COALESCE(array_position(i.indkey::smallint[], a.attnum) + 1, 0)::bigint"
        " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
        " WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
        " AND a.attnum > 0 AND NOT a.attisdropped AND c.relname NOT IN ('writer', 'id_lease')"
        " ORDER BY c.relname::text COLLATE \"C\", a.attnum",
};

static enum err type_of(text_t name, enum col_type *out)
{
    if (text_is(name, "INTEGER") || text_is(name, "BIGINT") || text_is(name, "bigint")) {
        *out = COL_INT;
    } else if (text_is(name, "TEXT") || text_is(name, "text")) {
        *out = COL_TEXT;
    } else if (text_is(name, "BLOB") || text_is(name, "bytea")) {
        *out = COL_BLOB;
    } else {
        return ERR_INVALID;
    }
    return OK;
}

/* "a, b": the columns of the primary key in their order. */
static const char *primary_key(struct arena *a, const struct rows *rows, size_t first, size_t n)
{
    struct buf b;
    buf_init(&b, a, SQL_MAX);
    for (int64_t place = 1; place <= (int64_t)n; place++) {
        for (size_t i = 0; i < n; i++) {
            if (rows_int(rows, first + i, 4) == place) {
                buf_str(&b, b.n ? ", " : "");
                buf_text(&b, rows_text(rows, first + i, 1));
            }
        }
    }
    return b.n ? b.p : "";
}

static const struct table_def *known_table(const struct table_def *known, size_t n, text_t name)
{
    for (size_t i = 0; i < n; i++) {
        if (text_is(name, known[i].name)) {
            return &known[i];
        }
    }
    return NULL;
}

static const struct col_def *known_column(const struct table_def *t, const struct col_def *c)
{
    for (size_t i = 0; t && i < t->n_cols; i++) {
        if (strcmp(t->cols[i].name, c->name) == 0 && t->cols[i].type == c->type) {
            return &t->cols[i];
        }
    }
    return NULL;
}

/* One table from its rows of the catalogue. What the program knows of it is taken from there as far
 * as it fits: the key is the same whenever all its columns are there. */
static enum err read_table(struct arena *a, const struct rows *rows, size_t first, size_t n,
                           const struct table_def *known, struct table_def *out)
{
    struct col_def *cols = ARENA_ARRAY(a, n, struct col_def);
    bool all_known = known != NULL;
    for (size_t i = 0; i < n; i++) {
        cols[i].name = text_copy(a, rows_text(rows, first + i, 1)).s;
        cols[i].not_null = rows_int(rows, first + i, 3) != 0;
        TRY(type_of(rows_text(rows, first + i, 2), &cols[i].type));
        const struct col_def *k = known_column(known, &cols[i]);
        all_known = all_known && k;
        if (k) {
            cols[i].fallback = k->fallback;
        }
    }
    *out = (struct table_def){
        .name = text_copy(a, rows_text(rows, first, 0)).s,
        .primary_key = primary_key(a, rows, first, n),
        .cols = cols,
        .n_cols = n,
    };
    if (all_known && (!*out->primary_key || strcmp(out->primary_key, known->primary_key) == 0)) {
        out->primary_key = known->primary_key;
        out->clustered = known->clustered;
        out->fill_percent = known->fill_percent;
    }
    return *out->primary_key ? OK : ERR_INVALID;
}

enum err copy_tables(struct tx *tx, struct arena *a, const struct table_def *known, size_t n_known,
                     struct table_def **out, size_t *n)
{
    struct rows rows;
    *n = 0;
    TRY(tx_query(tx, a, columns_sql[db_store(tx_db(tx))], NULL, 0, &rows));
    *out = ARENA_ARRAY(a, rows.n ? rows.n : 1, struct table_def);
    for (size_t i = 0; i < rows.n;) {
        size_t end = i + 1;
        while (end < rows.n && text_eq(rows_text(&rows, end, 0), rows_text(&rows, i, 0))) {
            end++;
        }
        if (*n == TABLES_MAX) {
            return ERR_RANGE;
        }
        const struct table_def *k = known_table(known, n_known, rows_text(&rows, i, 0));
        TRY(read_table(a, &rows, i, end - i, k, &(*out)[(*n)++]));
        i = end;
    }
    return OK;
}

enum err copy_counts(struct tx *tx, struct arena *a, const struct table_def *tables, size_t n,
                     struct copy_count **out)
{
    *out = ARENA_ARRAY(a, n ? n : 1, struct copy_count);
    for (size_t i = 0; i < n; i++) {
        struct buf sql;
        struct rows rows;
        buf_init(&sql, a, SQL_MAX);
        buf_str(&sql, "SELECT count(*) FROM ");
        migrate_name(&sql, tables[i].name);
        TRY(tx_query(tx, a, buf_done(&sql).s, NULL, 0, &rows));
        (*out)[i] = (struct copy_count){ .table = tables[i].name, .rows = rows_int(&rows, 0, 0) };
    }
    return OK;
}

/* -- copying ------------------------------------------------------------------------------------
 */

struct copying {
    struct db *to;
    struct tx *from_tx, *to_tx;
    const struct table_def *known;
    size_t n_known;
    struct arena *arena;
    struct table_def *tables;
    size_t n;
    struct copy_count *counts;
    int64_t total, copied;
    mutex_t lock;
    cond_t ready;
    bool done; /* the writing job */
    enum err result;
    const char *insert; /* for the table that is copied now */
    void (*progress)(void *arg, int permille);
    void *arg;
    char *why;
};

static bool is_state(const char *table)
{
    return strcmp(table, "cache_version") == 0 || strcmp(table, "house_state") == 0 ||
           strcmp(table, "feed_base") == 0;
}

/* The tables stand in the target, and nothing is in them. What a fresh store writes into its own
 * state makes place. */
static enum err empty_target(struct copying *c)
{
    struct copy_count *there;
    struct buf changes;
    buf_init(&changes, c->arena, SQL_MAX);
    enum err e = migrate_run(c->to_tx, c->tables, c->n, false, &changes);
    if (e != OK) {
        why_set(c->why, "the tables cannot be made: %.150s",
                changes.n ? changes.p : tx_error(c->to_tx));
        return e;
    }
    TRY(copy_counts(c->to_tx, c->arena, c->tables, c->n, &there));
    for (size_t i = 0; i < c->n; i++) {
        if (there[i].rows > 0 && !is_state(there[i].table)) {
            why_set(c->why, "the store is not empty: there are rows in %s", there[i].table);
            return ERR_EXISTS;
        }
        if (there[i].rows > 0) {
            struct buf sql;
            buf_init(&sql, c->arena, SQL_MAX);
            buf_str(&sql, "DELETE FROM ");
            migrate_name(&sql, there[i].table);
            TRY(tx_exec(c->to_tx, buf_done(&sql).s, NULL, 0));
        }
    }
    return OK;
}

static void put_columns(struct buf *b, const struct table_def *t)
{
    for (size_t i = 0; i < t->n_cols; i++) {
        buf_str(b, i ? ", " : "");
        migrate_name(b, t->cols[i].name);
    }
}

static enum err copy_row(void *arg, const struct value *row, size_t cols)
{
    struct copying *c = arg;
    c->copied++;
    if (c->progress && c->copied % 1000 == 0) {
        c->progress(c->arg, (int)(c->copied * 1000 / (c->total ? c->total : 1)));
    }
    return tx_exec(c->to_tx, c->insert, row, cols);
}

static enum err copy_table(struct copying *c, const struct table_def *t)
{
    struct buf select, insert;
    buf_init(&select, c->arena, SQL_MAX);
    buf_str(&select, "SELECT ");
    put_columns(&select, t);
    buf_str(&select, " FROM ");
    migrate_name(&select, t->name);
    buf_init(&insert, c->arena, SQL_MAX);
    buf_str(&insert, "INSERT INTO ");
    migrate_name(&insert, t->name);
    buf_str(&insert, " (");
    put_columns(&insert, t);
    buf_str(&insert, ") VALUES (");
    for (size_t i = 0; i < t->n_cols; i++) {
        buf_fmt(&insert, "%s$%zu", i ? ", " : "", i + 1);
    }
    buf_char(&insert, ')');
    c->insert = buf_done(&insert).s;
    return tx_each(c->from_tx, buf_done(&select).s, NULL, 0, copy_row, c);
}

/* Ids below this were given in the other store. */
static enum err copy_ids(struct copying *c)
{
    struct rows rows;
    static const char sql[] = "SELECT next FROM id_lease WHERE name = 'id'";
    TRY(tx_query(c->from_tx, c->arena, sql, NULL, 0, &rows));
    const struct value next[] = { v_int(rows.n ? rows_int(&rows, 0, 0) : 1) };
    return tx_exec(c->to_tx, "UPDATE id_lease SET next = $1 WHERE name = 'id' AND next < $1", next,
                   1);
}

static enum err prove_counts(struct copying *c)
{
    struct copy_count *there;
    TRY(copy_counts(c->to_tx, c->arena, c->tables, c->n, &there));
    for (size_t i = 0; i < c->n; i++) {
        if (there[i].rows != c->counts[i].rows) {
            why_set(c->why, "%s has %lld rows, its copy %lld", there[i].table,
                    (long long)c->counts[i].rows, (long long)there[i].rows);
            return ERR_STORE;
        }
    }
    return OK;
}

/* The fingerprint of the schema is left out: the tables' indexes are not there yet. */
static enum err write_copy(struct tx *tx, void *arg)
{
    struct copying *c = arg;
    c->to_tx = tx;
    c->copied = 0;
    TRY(empty_target(c));
    for (size_t i = 0; i < c->n; i++) {
        TRY(copy_table(c, &c->tables[i]));
    }
    TRY(copy_ids(c));
    TRY(prove_counts(c));
    for (size_t i = 0; i < c->n; i++) {
        if (strcmp(c->tables[i].name, "house_state") == 0) {
            TRY(tx_exec(tx, "DELETE FROM house_state WHERE name = 'schema'", NULL, 0));
        }
    }
    return OK;
}

static void written(void *arg, enum err result)
{
    struct copying *c = arg;
    mutex_lock(&c->lock);
    c->result = result;
    c->done = true;
    cond_signal(&c->ready);
    mutex_unlock(&c->lock);
}

/* As db_write, which is not for threads of a store: here the one store waits for the other, never
 * for itself. */
static enum err write_and_wait(struct copying *c)
{
    struct db_job job = { .run = write_copy, .done = written, .arg = c, .write = true };
    c->done = false;
    TRY(db_submit(c->to, &job));
    mutex_lock(&c->lock);
    while (!c->done) {
        cond_wait(&c->ready, &c->lock);
    }
    mutex_unlock(&c->lock);
    return c->result == ERR_CONFLICT ? ERR_BUSY : c->result; /* not this store's conflict */
}

static enum err read_copy(struct tx *tx, void *arg)
{
    struct copying *c = arg;
    c->from_tx = tx;
    enum err e = copy_tables(tx, c->arena, c->known, c->n_known, &c->tables, &c->n);
    if (e == ERR_INVALID) {
        why_set(c->why, "there are tables that are not of this program");
    }
    TRY(e);
    TRY(copy_counts(tx, c->arena, c->tables, c->n, &c->counts));
    for (size_t i = 0; i < c->n; i++) {
        c->total += c->counts[i].rows;
    }
    return write_and_wait(c);
}

enum err db_copy(struct db *from, struct db *to, const struct table_def *known, size_t n_known,
                 void (*progress)(void *arg, int permille), void *arg, struct copy_report *out,
                 char why[static 256])
{
    struct arena a;
    arena_init(&a, MEMORY_MAX);
    struct copying c = { .to = to,
                         .known = known,
                         .n_known = n_known,
                         .arena = &a,
                         .progress = progress,
                         .arg = arg,
                         .why = why };
    why[0] = '\0';
    pthread_mutex_init(&c.lock, NULL);
    cond_init(&c.ready);
    enum err e = db_read(from, read_copy, &c);
    pthread_cond_destroy(&c.ready);
    pthread_mutex_destroy(&c.lock);
    if (e != OK && !why[0]) {
        why_set(why, "the copy failed (%s)", err_name(e));
    }
    *out = (struct copy_report){ .tables = c.n, .rows = c.copied };
    arena_free(&a);
    return e;
}
