/* The checks at the head of every call inside a job, common to both stores.
 *
 * A job's first failed statement breaks its transaction: every later call, and the commit, answer
 * the same failure. That is how PostgreSQL behaves by nature; SQLite is held to it so that a job
 * behaves alike on both. */
#include "db/driver.h"

#include "base/log.h"
#include "os/clock.h"
#include "os/random.h"

#include <stdio.h>

#define LINES_PER_SECOND 5

enum err (*db_fault_hook)(enum db_fault point);

void why_set(char why[static DB_WHY], const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(why, DB_WHY, fmt, ap);
    va_end(ap);
}

void tx_rename(struct tx *tx)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t name[16];

    random_bytes(name, sizeof name);
    for (size_t i = 0; i < sizeof name; i++) {
        tx->owner[2 * i] = digits[name[i] >> 4];
        tx->owner[2 * i + 1] = digits[name[i] & 15];
    }
}

void tx_init(struct tx *tx, struct db *db, const struct driver *driver, bool write)
{
    tx->db = db;
    tx->driver = driver;
    tx->write = write;
    tx_rename(tx);
}

/* The store's own failures are logged, a refusal is not; a full disk that fails thousands of jobs a
 * second fills the log with LINES_PER_SECOND only. */
static bool worth_a_line(struct tx *tx, enum err e)
{
    int64_t now_us;

    if (e != ERR_STORE && e != ERR_DISK_FULL && e != ERR_NO_MEMORY && e != ERR_IO) {
        return false;
    }
    now_us = clock_monotonic_us();
    if (now_us - tx->lines_since_us > US_PER_SECOND) {
        if (tx->lines > LINES_PER_SECOND) {
            log_error("db", "%d more failures", tx->lines - LINES_PER_SECOND);
        }
        tx->lines_since_us = now_us;
        tx->lines = 0;
    }
    return ++tx->lines <= LINES_PER_SECOND;
}

enum err tx_break(struct tx *tx, enum err e, const char *sql, const char *fmt, ...)
{
    va_list ap;

    INVARIANT(e != OK);
    va_start(ap, fmt);
    (void)vsnprintf(tx->error, sizeof tx->error, fmt, ap);
    va_end(ap);
    if (worth_a_line(tx, e)) {
        log_error("db", "%s: %s%s%.160s", err_name(e), tx->error, sql ? " in: " : "",
                  sql ? sql : "");
    }
    if (tx->broken == OK) {
        tx->broken = e;
    }
    return e;
}

void tx_reset(struct tx *tx)
{
    tx->statements = 0;
    tx->watch = NULL;
    tx->deadline_us = 0;
    tx->broken = OK;
    tx->error[0] = '\0';
    tx->ids_taken = 0;
}

static bool memory_failed(const struct tx *tx, const struct arena *a)
{
    return (tx->watch && tx->watch->failed) || (a && a->failed);
}

enum err tx_attempt(struct tx *tx, run_fn run, void *arg, bool *overlooked)
{
    enum err own = run(tx, arg);
    enum err e = own;

    if (tx->broken == ERR_CONFLICT || e == OK) {
        e = tx->broken;
    }
    if (e == OK && memory_failed(tx, NULL)) {
        e = tx_break(tx, ERR_NO_MEMORY, NULL, "out of memory in a job");
    }
    if (overlooked) {
        *overlooked = own == OK && e != OK;
    }
    return e;
}

enum err run_refused(struct tx *tx, void *arg)
{
    const struct refusal *r = arg;

    return r->job->refused(tx, r->job->arg, r->why);
}

enum err tx_commit_fault(struct tx *tx)
{
    if (tx->internal || !db_fault_hook) {
        return OK;
    }
    return db_fault_hook(DB_FAULT_COMMIT);
}

bool err_is_refusal(enum err e)
{
    return e == ERR_REFUSED || e == ERR_NOT_FOUND || e == ERR_INVALID || e == ERR_RANGE ||
           e == ERR_EXISTS;
}

/* Whether a text asked through query, ask or each changes anything (INSERT ... RETURNING). */
static bool text_writes(const char *sql)
{
    return strncmp(sql, "SELECT", 6) != 0 && strncmp(sql, "WITH", 4) != 0;
}

static enum err fault(struct tx *tx, const char *sql, bool writes)
{
    enum err e = db_fault_hook(DB_FAULT_STATEMENT);

    if (e == OK && (writes || text_writes(sql))) {
        e = db_fault_hook(DB_FAULT_WRITE);
    }
    return e == OK ? OK : tx_break(tx, e, NULL, "injected fault");
}

static inline enum err enter(struct tx *tx, const struct arena *a, const char *sql, size_t n,
                             bool writes)
{
    if (tx->broken != OK) {
        return tx->broken;
    }
    if (memory_failed(tx, a)) {
        return tx_break(tx, ERR_NO_MEMORY, NULL, "out of memory in a job");
    }
    INVARIANT(n <= DB_ARGS_MAX);
    if (tx->deadline_us && clock_monotonic_us() > tx->deadline_us) {
        return tx_break(tx, ERR_TIMEOUT, sql, "the job's time is over");
    }
    if (!tx->internal) {
        tx->statements++;
        if (db_fault_hook) {
            return fault(tx, sql, writes);
        }
    }
    return OK;
}

enum err tx_exec(struct tx *tx, const char *sql, const struct value *args, size_t n)
{
    TRY(enter(tx, NULL, sql, n, true));
    return tx->driver->exec(tx, sql, args, n);
}

enum err tx_exec_or(struct tx *tx, const char *sql, const struct value *args, size_t n,
                    void (*missed)(void *arg), void *arg)
{
    TRY(enter(tx, NULL, sql, n, true));
    return tx->driver->exec_or(tx, sql, args, n, missed, arg);
}

enum err tx_query(struct tx *tx, struct arena *a, const char *sql, const struct value *args,
                  size_t n, struct rows *out)
{
    *out = (struct rows){ 0 };
    TRY(enter(tx, a, sql, n, false));
    return tx->driver->query(tx, a, sql, args, n, out);
}

enum err tx_ask(struct tx *tx, struct arena *a, const char *sql, const struct value *args, size_t n,
                struct ask **out)
{
    *out = NULL;
    TRY(enter(tx, a, sql, n, false));
    return tx->driver->ask(tx, a, sql, args, n, out);
}

enum err tx_answer(struct tx *tx, struct ask *ask, struct rows *out)
{
    *out = (struct rows){ 0 };
    if (tx->broken != OK) {
        return tx->broken;
    }
    INVARIANT(ask != NULL);
    return tx->driver->answer(tx, ask, out);
}

enum err tx_each(struct tx *tx, const char *sql, const struct value *args, size_t n,
                 enum err (*fn)(void *arg, const struct value *row, size_t cols), void *arg)
{
    TRY(enter(tx, NULL, sql, n, false));
    return tx->driver->each(tx, sql, args, n, fn, arg);
}

enum err tx_script(struct tx *tx, const char *sql)
{
    TRY(enter(tx, NULL, sql, 0, true));
    return tx->driver->script(tx, sql);
}

enum err tx_limit(struct tx *tx, int64_t ms)
{
    INVARIANT(!tx->write && ms > 0);
    if (tx->broken != OK) {
        return tx->broken;
    }
    tx->deadline_us = clock_monotonic_us() + ms * 1000 * DB_LIMIT_WAIT;
    return tx->driver->limit(tx, ms);
}

void tx_watch(struct tx *tx, const struct arena *a)
{
    tx->watch = a;
}

struct db *tx_db(const struct tx *tx)
{
    return tx->db;
}

bool tx_is_write(const struct tx *tx)
{
    return tx->write;
}

int tx_slot(const struct tx *tx)
{
    return tx->slot;
}

void *tx_slot_data(const struct tx *tx)
{
    return tx->slot_data;
}

enum err tx_new_id(struct tx *tx, int64_t *out)
{
    INVARIANT(tx->write);
    if (tx->ids_taken >= DB_IDS_PER_JOB) {
        return ERR_RANGE;
    }
    INVARIANT(tx->ids_next < tx->ids_end);
    tx->ids_taken++;
    *out = tx->ids_next++;
    return OK;
}

const char *tx_error(const struct tx *tx)
{
    return tx->error;
}

int64_t tx_statements(const struct tx *tx)
{
    return tx->statements;
}

/* The numbers of one SQLite file follow each other, because one writer commits at a time. On
 * PostgreSQL a number carries its transaction's id, and no transaction below the snapshot's xmin
 * can still commit. The base row lifts the numbers of a new cluster (whose transaction ids begin
 * anew) above those of a restored table. */
const char *db_feed_seq_sql(enum db_store store)
{
    return store == DB_SQLITE ? "((SELECT COALESCE(MAX(seq), 0) FROM event) + 1 + $PART * 0)"
                              : "((SELECT base FROM feed_base WHERE id = 1)"
                                " + pg_current_xact_id()::text::bigint * 1024 + $PART)";
}

const char *db_feed_horizon_sql(enum db_store store)
{
    return store == DB_SQLITE
               ? "SELECT COALESCE(MAX(seq), 0) FROM event"
               : "SELECT (SELECT base FROM feed_base WHERE id = 1)"
                 " + pg_snapshot_xmin(pg_current_snapshot())::text::bigint * 1024 - 1";
}
