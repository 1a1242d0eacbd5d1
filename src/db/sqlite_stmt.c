/* Statements on SQLite: prepare once, bind without copying, step, reset.
 *
 * This is the path of every statement of every sale. Arguments live until the step ends, so they
 * are bound as SQLITE_STATIC and unbound after the reset when any of them was a pointer. */
#include "db/sqlite_conn.h"

#include <errno.h>
#include <stdlib.h>

struct sqlite_stmt {
    struct cached cached;
    sqlite3_stmt *st;
    bool uncounted;             /* writes, but not rows */
    uint8_t n_params;           /* highest $n of the text */
    uint8_t index[DB_ARGS_MAX]; /* SQLite's number of $1, $2 ...; 0: not in the text */
};

enum err sqlite_err(int rc)
{
    switch (rc) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return ERR_EXISTS;
    default:
        break;
    }
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return OK;
    case SQLITE_FULL:
        return ERR_DISK_FULL;
    case SQLITE_NOMEM:
        return ERR_NO_MEMORY;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_INTERRUPT:
        return ERR_TIMEOUT;
    default:
        return ERR_STORE;
    }
}

/* SQLite knows a full disk by ENOSPC when it writes; a quota, a limit on the length of files, and
 * no room for the index of the log are I/O errors to it. */
static bool no_room(sqlite3 *db, int rc)
{
    int cause = sqlite3_system_errno(db);

    return (rc & 0xff) == SQLITE_IOERR && (cause == ENOSPC || cause == EDQUOT || cause == EFBIG);
}

enum err sqlite_fail(struct sqlite_conn *c, int rc, const char *sql)
{
    enum err e = no_room(c->db, rc) ? ERR_DISK_FULL : sqlite_err(rc);

    e = e == OK ? ERR_STORE : e;
    (void)tx_break(&c->tx, e, sql, "%s (%d)", sqlite3_errmsg(c->db), rc);
    return e;
}

static enum err no_memory(struct sqlite_conn *c)
{
    (void)tx_break(&c->tx, ERR_NO_MEMORY, NULL, "out of memory");
    return ERR_NO_MEMORY;
}

static void drop(void *owner, struct cached *cached)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)cached;

    (void)owner;
    (void)sqlite3_finalize(s->st);
    free(s);
}

void sqlite_statements_init(struct sqlite_conn *c)
{
    cache_init(&c->cache, drop, c);
}

void sqlite_statements_free(struct sqlite_conn *c)
{
    cache_clear(&c->cache);
}

/* -- preparing --------------------------------------------------------------------------------- */

static bool blank(const char *s)
{
    return s[strspn(s, " \t\r\n;")] == '\0';
}

/* Fills index[]: which of SQLite's parameters is $1, $2 ... */
static enum err map_params(struct sqlite_conn *c, struct sqlite_stmt *s, const char *sql)
{
    int count = sqlite3_bind_parameter_count(s->st);

    for (int i = 1; i <= count; i++) {
        const char *name = sqlite3_bind_parameter_name(s->st, i);
        unsigned k = 0;

        for (const char *p = name ? name + 1 : ""; *p >= '0' && *p <= '9' && k < 1000; p++) {
            k = k * 10 + (unsigned)(*p - '0');
        }
        if (!name || name[0] != '$' || k < 1 || k > DB_ARGS_MAX) {
            return tx_break(&c->tx, ERR_STORE, sql, "parameters are written $1 to $%d",
                            DB_ARGS_MAX);
        }
        s->index[k - 1] = (uint8_t)i;
        if (k > s->n_params) {
            s->n_params = (uint8_t)k;
        }
    }
    return OK;
}

/* Whether sqlite3_total_changes tells if the statement did anything. */
static bool changes_rows(const char *sql)
{
    static const char *const words[] = { "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH" };

    sql += strspn(sql, " \t\r\n");
    for (size_t i = 0; i < N_ELEMENTS(words); i++) {
        if (strncmp(sql, words[i], strlen(words[i])) == 0) {
            return true;
        }
    }
    return false;
}

static enum err prepare(struct sqlite_conn *c, const char *sql, bool keep, struct sqlite_stmt **out)
{
    struct sqlite_stmt *s = calloc(1, sizeof *s);
    const char *tail = "";
    enum err e = OK;
    int rc;

    if (!s) {
        return no_memory(c);
    }
    s->cached.index = -1;
    rc = sqlite3_prepare_v3(c->db, sql, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0, &s->st, &tail);
    if (rc != SQLITE_OK) {
        e = sqlite_fail(c, rc, sql);
    } else if (!s->st || !blank(tail)) {
        e = tx_break(&c->tx, ERR_STORE, sql, "not exactly one statement");
    } else {
        e = map_params(c, s, sql);
    }
    s->uncounted = s->st && !sqlite3_stmt_readonly(s->st) && !changes_rows(sql);
    if (e == OK && keep && cache_put(&c->cache, sql, &s->cached) != OK) {
        e = no_memory(c);
    }
    if (e != OK) {
        drop(c, &s->cached);
        return e;
    }
    *out = s;
    return OK;
}

/* The statement ready for binding: the cached one, or one of its own while the cached one is being
 * stepped through by an outer tx_each. put_back must follow. */
static inline enum err take(struct sqlite_conn *c, const char *sql, struct sqlite_stmt **out)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)cache_find(&c->cache, sql);

    if (!s) {
        return prepare(c, sql, true, out);
    }
    if (s->cached.users > 0) {
        return prepare(c, sql, false, out);
    }
    *out = s;
    return OK;
}

static void put_back(struct sqlite_conn *c, struct sqlite_stmt *s)
{
    if (s->cached.index < 0) {
        drop(c, &s->cached);
    }
}

/* -- binding and stepping ---------------------------------------------------------------------- */

static inline int bind_one(sqlite3_stmt *st, int at, const struct value *v)
{
    switch (v->type) {
    case V_INT:
        return sqlite3_bind_int64(st, at, v->i);
    case V_TEXT:
        return sqlite3_bind_text64(st, at, v->t.s ? v->t.s : "", v->t.n, SQLITE_STATIC,
                                   SQLITE_UTF8);
    case V_BLOB:
        return sqlite3_bind_blob64(st, at, v->t.s ? v->t.s : "", v->t.n, SQLITE_STATIC);
    case V_NULL:
    default:
        return sqlite3_bind_null(st, at);
    }
}

static inline enum err bind(struct sqlite_conn *c, struct sqlite_stmt *s, const struct value *args,
                            size_t n)
{
    c->schema_touched |= s->uncounted;
    if (n < s->n_params) {
        return tx_break(&c->tx, ERR_STORE, s->cached.text, "%zu arguments for %d parameters", n,
                        s->n_params);
    }
    for (size_t i = 0; i < s->n_params; i++) {
        if (s->index[i]) {
            int rc = bind_one(s->st, s->index[i], &args[i]);

            if (rc != SQLITE_OK) {
                return sqlite_fail(c, rc, NULL);
            }
        }
    }
    return OK;
}

/* Ends the statement; rc is what the last step said. The bound pointers must not outlive the call.
 */
static inline enum err finish(struct sqlite_conn *c, struct sqlite_stmt *s, int rc, const char *sql)
{
    enum err e = OK;

    if (rc != SQLITE_DONE && rc != SQLITE_ROW) {
        e = sqlite_fail(c, rc, sql);
    }
    (void)sqlite3_reset(s->st);
    (void)sqlite3_clear_bindings(s->st);
    return e;
}

static enum err run(struct sqlite_conn *c, const char *sql, const struct value *args, size_t n)
{
    struct sqlite_stmt *s;
    enum err e;

    TRY(take(c, sql, &s));
    e = bind(c, s, args, n);
    if (e == OK) {
        int rc;

        do {
            rc = sqlite3_step(s->st);
        } while (rc == SQLITE_ROW);
        e = finish(c, s, rc, sql);
    }
    put_back(c, s);
    return e;
}

enum err sqlite_exec(struct tx *tx, const char *sql, const struct value *args, size_t n)
{
    return run((struct sqlite_conn *)tx, sql, args, n);
}

enum err sqlite_exec_or(struct tx *tx, const char *sql, const struct value *args, size_t n,
                        missed_fn missed, void *arg)
{
    struct sqlite_conn *c = (struct sqlite_conn *)tx;

    TRY(run(c, sql, args, n));
    if (sqlite3_changes64(c->db) > 0) {
        return OK;
    }
    if (missed) {
        missed(arg);
    }
    return tx_break(tx, ERR_REFUSED, NULL, "no row changed");
}

/* -- answers ----------------------------------------------------------------------------------- */

/* The value of a column, pointing into SQLite's memory until the next step. false for a floating
 * point number. */
static inline bool column(sqlite3_stmt *st, int i, struct value *v)
{
    switch (sqlite3_column_type(st, i)) {
    case SQLITE_INTEGER:
        *v = v_int(sqlite3_column_int64(st, i));
        return true;
    case SQLITE_TEXT:
        v->type = V_TEXT;
        v->i = 0;
        v->t.s = (const char *)sqlite3_column_text(st, i);
        v->t.n = (size_t)sqlite3_column_bytes(st, i);
        return true;
    case SQLITE_BLOB: {
        const void *p = sqlite3_column_blob(st, i);

        *v = v_blob(p ? p : "", (size_t)sqlite3_column_bytes(st, i));
        return true;
    }
    case SQLITE_NULL:
        *v = v_null();
        return true;
    default:
        return false;
    }
}

static enum err no_floats(struct sqlite_conn *c, const char *sql, int i)
{
    return tx_break(&c->tx, ERR_STORE, sql, "column %d is a floating point number", i + 1);
}

/* One row copied into dest. */
static enum err copy_row(struct sqlite_conn *c, const struct sqlite_stmt *s, struct arena *a,
                         const char *sql, int cols, struct value *dest)
{
    for (int i = 0; i < cols; i++) {
        struct value *v = &dest[i];

        if (!column(s->st, i, v)) {
            return no_floats(c, sql, i);
        }
        if (v->type == V_TEXT || v->type == V_BLOB) {
            if (!v->t.s) {
                return no_memory(c);
            }
            v->t.s = arena_copy(a, v->t.s, v->t.n);
        }
    }
    return a->failed ? tx_break(&c->tx, ERR_NO_MEMORY, sql, "the answer does not fit in memory")
                     : OK;
}

static enum err collect(struct sqlite_conn *c, struct sqlite_stmt *s, struct arena *a,
                        const char *sql, struct rows *out, int *rc)
{
    size_t room = 0, n = 0;
    struct value *v = NULL;
    int cols = sqlite3_column_count(s->st);

    while ((*rc = sqlite3_step(s->st)) == SQLITE_ROW) {
        if (n == room) {
            size_t more = room == 0 ? 1 : room * 4;
            struct value *wider = ARENA_ARRAY(a, more * (size_t)cols, struct value);

            if (a->failed) {
                return tx_break(&c->tx, ERR_NO_MEMORY, sql, "the answer does not fit in memory");
            }
            if (n > 0) {
                memcpy(wider, v, n * (size_t)cols * sizeof *v);
            }
            v = wider;
            room = more;
        }
        TRY(copy_row(c, s, a, sql, cols, &v[n * (size_t)cols]));
        n++;
    }
    *out = (struct rows){ .n = n, .cols = (size_t)cols, .v = v };
    return OK;
}

enum err sqlite_query(struct tx *tx, struct arena *a, const char *sql, const struct value *args,
                      size_t n, struct rows *out)
{
    struct sqlite_conn *c = (struct sqlite_conn *)tx;
    struct sqlite_stmt *s;
    enum err e;

    TRY(take(c, sql, &s));
    e = bind(c, s, args, n);
    if (e == OK) {
        int rc = SQLITE_DONE;
        enum err own = collect(c, s, a, sql, out, &rc);

        e = finish(c, s, rc, sql);
        e = own != OK ? own : e;
    }
    put_back(c, s);
    if (e != OK) {
        *out = (struct rows){ 0 };
    }
    return e;
}

/* There is no round trip to save here: the question is answered when it is asked. */
struct ask {
    struct rows rows;
};

enum err sqlite_ask(struct tx *tx, struct arena *a, const char *sql, const struct value *args,
                    size_t n, struct ask **out)
{
    struct ask *ask = ARENA_NEW(a, struct ask);

    if (a->failed) {
        return no_memory((struct sqlite_conn *)tx);
    }
    TRY(sqlite_query(tx, a, sql, args, n, &ask->rows));
    *out = ask;
    return OK;
}

enum err sqlite_answer(struct tx *tx, struct ask *ask, struct rows *out)
{
    (void)tx;
    *out = ask->rows;
    return OK;
}

static enum err step_through(struct sqlite_conn *c, struct sqlite_stmt *s, const char *sql,
                             row_fn fn, void *arg, int *rc)
{
    int cols = sqlite3_column_count(s->st);
    struct value *row = calloc((size_t)cols + 1, sizeof *row);
    enum err e = row ? OK : no_memory(c);

    while (e == OK && (*rc = sqlite3_step(s->st)) == SQLITE_ROW) {
        for (int i = 0; e == OK && i < cols; i++) {
            if (!column(s->st, i, &row[i])) {
                e = no_floats(c, sql, i);
            }
        }
        if (e == OK) {
            e = fn(arg, row, (size_t)cols);
        }
        /* fn may have overlooked the failure of a statement of its own. */
        if (e == OK) {
            e = c->tx.broken;
        }
    }
    free(row);
    return e;
}

enum err sqlite_each(struct tx *tx, const char *sql, const struct value *args, size_t n, row_fn fn,
                     void *arg)
{
    struct sqlite_conn *c = (struct sqlite_conn *)tx;
    struct sqlite_stmt *s;
    enum err e;

    TRY(take(c, sql, &s));
    s->cached.users++;
    e = bind(c, s, args, n);
    if (e == OK) {
        int rc = SQLITE_DONE;
        enum err own = step_through(c, s, sql, fn, arg, &rc);

        e = finish(c, s, rc, sql);
        e = own != OK ? own : e;
    }
    s->cached.users--;
    put_back(c, s);
    return e;
}

enum err sqlite_script(struct tx *tx, const char *sql)
{
    struct sqlite_conn *c = (struct sqlite_conn *)tx;

    c->schema_touched = true;
    while (!blank(sql)) {
        sqlite3_stmt *st = NULL;
        const char *tail = sql;
        int rc = sqlite3_prepare_v2(c->db, sql, -1, &st, &tail);

        while (rc == SQLITE_OK || rc == SQLITE_ROW) {
            rc = st ? sqlite3_step(st) : SQLITE_DONE;
        }
        enum err e = rc == SQLITE_DONE ? OK : sqlite_fail(c, rc, sql);
        (void)sqlite3_finalize(st);
        TRY(e);
        sql = tail;
    }
    return OK;
}
