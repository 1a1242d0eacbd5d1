/* One connection of the SQLite driver: shared by sqlite.c (files, transactions) and sqlite_stmt.c
 * (statements). */
#ifndef KONTOR_DB_SQLITE_CONN_H
#define KONTOR_DB_SQLITE_CONN_H

#include "db/cache.h"
#include "db/driver.h"

#include <sqlite3.h>

struct sqlite_stmt;

struct sqlite_conn {
    struct tx tx;
    sqlite3 *db;
    struct cache cache;
    int64_t busy_until_us; /* 0: nobody is waiting for a lock */
    /* The transaction's own statements, prepared once. */
    sqlite3_stmt *begin, *commit, *rollback, *savepoint, *release, *rollback_to;
    bool ids_in_transaction; /* the open transaction leased ids: a rollback takes them back */
    int careful;             /* batches that are still to be run with savepoints */
    /* of the running job */
    int64_t limit_cpu_us; /* see tx_limit: of this thread's processor time; 0: none */
    sqlite3_int64 changes_before;
    bool schema_touched; /* it ran a statement whose effect SQLite does not count */
    /* of the running batch */
    enum err culprit_result;
    enum err *results; /* of the batch's jobs */
};

/* Makes the layer that writes logs in large pieces (sqlite_log.c) known to SQLite under this name.
 * Once. */
#define SQLITE_LOG_VFS "kontor-log"
void sqlite_log_register(void);

/* The code for one of SQLite's, extended or not. */
enum err sqlite_err(int rc);
/* Breaks the job with SQLite's own words. */
enum err sqlite_fail(struct sqlite_conn *c, int rc, const char *sql);

void sqlite_statements_init(struct sqlite_conn *c);
void sqlite_statements_free(struct sqlite_conn *c);
enum err sqlite_exec(struct tx *tx, const char *sql, const struct value *args, size_t n);
enum err sqlite_exec_or(struct tx *tx, const char *sql, const struct value *args, size_t n,
                        missed_fn missed, void *arg);
enum err sqlite_query(struct tx *tx, struct arena *a, const char *sql, const struct value *args,
                      size_t n, struct rows *out);
enum err sqlite_ask(struct tx *tx, struct arena *a, const char *sql, const struct value *args,
                    size_t n, struct ask **out);
enum err sqlite_answer(struct tx *tx, struct ask *ask, struct rows *out);
enum err sqlite_each(struct tx *tx, const char *sql, const struct value *args, size_t n, row_fn fn,
                     void *arg);
enum err sqlite_script(struct tx *tx, const char *sql);

#endif
