/* SQLite: files, connections, and the batches of the one writer.
 *
 * A batch is one transaction: BEGIN IMMEDIATE, the jobs, one COMMIT. A savepoint for each job costs
 * nearly half as much again as the job itself, because SQLite copies every page before its first
 * change in it. So jobs run without, as long as none fails after it has written something; a batch
 * in which one does is run again with savepoints, and so are the next ones. What can go wrong, and
 * what follows:
 *
 * - A job fails without having written: nothing to undo.
 * - A job fails after writing: ROLLBACK TO its savepoint, or the batch runs again as said.
 * - SQLite rolls everything back (disk full, I/O error, out of memory): the job at fault fails, the
 *   others are run again, each in a transaction of its own.
 * - A job says OK over a failed call: the whole batch is rolled back likewise, because the layer
 *   above may have kept what the job left in the slot's data.
 * - COMMIT fails: all jobs are run again one by one; those that fail again are answered so.
 *
 * Checkpoints are made by a thread of their own on a third kind of connection, so that no job waits
 * for them: PASSIVE, which blocks nobody, as a rule; only a log that keeps growing because there is
 * never a pause is cut with a short lock. */
#include "db/sqlite_conn.h"

#include "base/log.h"
#include "os/clock.h"
#include "os/file.h"

#include <stdlib.h>
#include <unistd.h>

#define WAL_PASSIVE_BYTES   ((int64_t)8 << 20)
#define WAL_RESTART_BYTES   ((int64_t)64 << 20)
#define WAL_TRUNCATE_BYTES  ((int64_t)256 << 20)
#define CHECKPOINT_PAUSE_US 50000
#define CHECKPOINT_LOCK_MS  50
#define CAREFUL_BATCHES     256 /* with savepoints, after one was missed */
#define SLOT_TRIES          5
#define LIMIT_STEPS         10000 /* of SQLite's machine, well below a millisecond */

struct sqlite_data {
    const char *path;     /* inside db->url */
    sqlite3 *db;          /* for checkpoints */
    struct thread thread; /* of checkpoints */
    mutex_t lock;         /* guards what follows */
    cond_t wake;
    bool stop;
    int64_t wal_bytes; /* at the last commit */
    /* of the checkpoint connection */
    int64_t busy_until_us;
};

/* -- connections ------------------------------------------------------------------------------- */

static pthread_once_t configured = PTHREAD_ONCE_INIT;

/* Each connection is used by one thread, and nobody reads SQLite's memory counters: both cost locks
 * on every call. */
static void configure(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)sqlite3_initialize();
    sqlite_log_register();
}

/* Waits for a lock that another process holds, in short steps: SQLite's own handler sleeps up to
 * 100 ms. */
static int wait_for_lock(int64_t *until_us, int count, int64_t limit_ms)
{
    static const int64_t step_us[] = { 100, 200, 500, 1000, 2000 };
    int64_t now = clock_monotonic_us();
    size_t i = (size_t)count < N_ELEMENTS(step_us) ? (size_t)count : N_ELEMENTS(step_us) - 1;

    if (count == 0) {
        *until_us = now + limit_ms * 1000;
    }
    if (now >= *until_us) {
        return 0;
    }
    clock_sleep_us(step_us[i]);
    return 1;
}

static int on_busy(void *arg, int count)
{
    struct sqlite_conn *c = arg;

    return wait_for_lock(&c->busy_until_us, count, c->tx.db->config.busy_ms);
}

static int on_busy_setup(void *arg, int count)
{
    struct db *db = arg;
    struct sqlite_data *d = db->driver_data;

    return wait_for_lock(&d->busy_until_us, count, db->config.busy_ms);
}

static int on_busy_checkpoint(void *arg, int count)
{
    struct sqlite_data *d = arg;

    return wait_for_lock(&d->busy_until_us, count, CHECKPOINT_LOCK_MS);
}

static const char common_pragmas[] = "PRAGMA synchronous = FULL;"
                                     "PRAGMA foreign_keys = ON;"
                                     "PRAGMA temp_store = MEMORY;"
                                     "PRAGMA secure_delete = OFF;"
                                     "PRAGMA trusted_schema = OFF;"
                                     "PRAGMA wal_autocheckpoint = 0;";

/* A connection with the settings that all kinds share. The caller closes *out also after a failure.
 */
static int open_file(const char *path, sqlite3 **out, int (*busy)(void *, int), void *busy_arg)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int rc = sqlite3_open_v2(path, out, flags, SQLITE_LOG_VFS);

    if (rc == SQLITE_OK) {
        (void)sqlite3_busy_handler(*out, busy, busy_arg);
        (void)sqlite3_db_config(*out, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
        (void)sqlite3_db_config(*out, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
        (void)sqlite3_db_config(*out, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        (void)sqlite3_db_config(*out, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        (void)sqlite3_db_config(*out, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
        rc = sqlite3_exec(*out, common_pragmas, NULL, NULL, NULL);
    }
    return rc;
}

static int on_commit_logged(void *arg, sqlite3 *db, const char *name, int pages)
{
    struct sqlite_data *d = arg;
    int64_t bytes = (int64_t)pages * 4096;

    (void)db;
    (void)name;
    mutex_lock(&d->lock);
    d->wal_bytes = bytes;
    if (bytes > WAL_PASSIVE_BYTES) {
        cond_signal(&d->wake);
    }
    mutex_unlock(&d->lock);
    return SQLITE_OK;
}

/* Looks at the clocks while a statement runs; not 0 ends it. */
static int on_progress(void *arg)
{
    const struct sqlite_conn *c = arg;

    return c->limit_cpu_us &&
           (clock_thread_us() > c->limit_cpu_us || clock_monotonic_us() > c->tx.deadline_us);
}

static enum err sqlite_limit(struct tx *tx, int64_t ms)
{
    struct sqlite_conn *c = (struct sqlite_conn *)tx;

    c->limit_cpu_us = clock_thread_us() + ms * 1000;
    sqlite3_progress_handler(c->db, LIMIT_STEPS, on_progress, c);
    return OK;
}

static int prepare_own(struct sqlite_conn *c, const char *sql, sqlite3_stmt **out)
{
    return sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
}

static int prepare_all(struct sqlite_conn *c)
{
    struct {
        const char *sql;
        sqlite3_stmt **out;
    } own[] = {
        { c->tx.write ? "BEGIN IMMEDIATE" : "BEGIN", &c->begin },
        { "COMMIT", &c->commit },
        { "ROLLBACK", &c->rollback },
        { "SAVEPOINT job", &c->savepoint },
        { "RELEASE job", &c->release },
        { "ROLLBACK TO job", &c->rollback_to },
    };
    int rc = SQLITE_OK;

    for (size_t i = 0; i < N_ELEMENTS(own) && rc == SQLITE_OK; i++) {
        rc = prepare_own(c, own[i].sql, own[i].out);
    }
    return rc;
}

static void conn_free(struct sqlite_conn *c)
{
    sqlite3_stmt *const own[] = { c->begin,     c->commit,  c->rollback,
                                  c->savepoint, c->release, c->rollback_to };

    for (size_t i = 0; i < N_ELEMENTS(own); i++) {
        (void)sqlite3_finalize(own[i]);
    }
    sqlite_statements_free(c);
    (void)sqlite3_close_v2(c->db);
    free(c->results);
    free(c);
}

static struct tx *sqlite_open_conn(struct db *db, bool write, char why[static DB_WHY])
{
    struct sqlite_data *d = db->driver_data;
    struct sqlite_conn *c = calloc(1, sizeof *c);
    size_t kib = db->config.page_cache_kib ? db->config.page_cache_kib : write ? 32768 : 16384;
    char pragma[96];
    int rc;

    if (!c) {
        why_set(why, "out of memory");
        return NULL;
    }
    tx_init(&c->tx, db, &sqlite_driver, write);
    sqlite_statements_init(c);
    c->results = calloc((size_t)db->config.batch_max, sizeof *c->results);
    (void)sqlite3_snprintf(sizeof pragma, pragma,
                           "PRAGMA cache_size = -%lld; PRAGMA query_only = %d",
                           (long long)(kib > INT32_MAX ? INT32_MAX : kib), write ? 0 : 1);
    rc = c->results ? open_file(d->path, &c->db, on_busy, c) : SQLITE_NOMEM;
    if (rc == SQLITE_OK) {
        rc = sqlite3_exec(c->db, pragma, NULL, NULL, NULL);
    }
    if (rc == SQLITE_OK) {
        rc = prepare_all(c);
    }
    if (rc != SQLITE_OK) {
        why_set(why, "%s: %s", d->path, c->db ? sqlite3_errmsg(c->db) : "out of memory");
        conn_free(c);
        return NULL;
    }
    if (write) {
        (void)sqlite3_wal_hook(c->db, on_commit_logged, d);
    }
    return &c->tx;
}

/* -- transactions ------------------------------------------------------------------------------ */

static int step_own(sqlite3_stmt *st)
{
    int rc = sqlite3_step(st);

    (void)sqlite3_reset(st);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static bool in_transaction(const struct sqlite_conn *c)
{
    return sqlite3_get_autocommit(c->db) == 0;
}

static void roll_back(struct sqlite_conn *c)
{
    if (in_transaction(c)) {
        (void)step_own(c->rollback);
    }
    INVARIANT(!in_transaction(c));
    if (c->ids_in_transaction) {
        lease_forget_ids(&c->tx);
        c->ids_in_transaction = false;
    }
    c->tx.beat_us = 0; /* a confirmation may be gone with the rest */
}

static enum err commit(struct sqlite_conn *c)
{
    int64_t start_us = clock_monotonic_us();
    enum err e = tx_commit_fault(&c->tx);
    int rc;

    if (e != OK) {
        return tx_break(&c->tx, e, NULL, "injected fault");
    }
    rc = step_own(c->commit);
    if (rc != SQLITE_OK) {
        return sqlite_fail(c, rc, "COMMIT");
    }
    c->ids_in_transaction = false;
    atomic_fetch_add_explicit(&c->tx.db->commit_us_total, clock_monotonic_us() - start_us,
                              memory_order_relaxed);
    return OK;
}

static enum err begin(struct sqlite_conn *c)
{
    int rc;

    tx_reset(&c->tx);
    rc = step_own(c->begin);
    return rc == SQLITE_OK ? OK : sqlite_fail(c, rc, "BEGIN");
}

/* Runs one of the kernel's own functions as a transaction. */
static enum err run_internal(struct sqlite_conn *c, enum err (*fn)(struct tx *))
{
    enum err e;

    c->tx.internal = true;
    e = begin(c);
    if (e == OK) {
        c->ids_in_transaction = true;
        e = fn(&c->tx);
        e = e == OK ? c->tx.broken : e;
        e = e == OK ? commit(c) : e;
        if (e != OK) {
            roll_back(c);
        }
    }
    c->tx.internal = false;
    return e;
}

static enum err confirm_internal(struct tx *tx)
{
    return lease_confirm(tx, true);
}

static enum err take_slot(struct sqlite_conn *c)
{
    enum err e = run_internal(c, lease_slot);

    if (e != OK) {
        lease_forget_slot(&c->tx);
    }
    return e;
}

/* Opens the outer transaction on a slot that is surely ours: the row cannot change while we hold
 * the write lock. */
static enum err begin_outer(struct sqlite_conn *c)
{
    for (int i = 0; i < SLOT_TRIES; i++) {
        enum err e;

        if (c->tx.slot == 0) {
            TRY(take_slot(c));
        }
        TRY(begin(c));
        c->tx.internal = true;
        e = lease_confirm(&c->tx, false);
        c->tx.internal = false;
        if (e == OK) {
            return OK;
        }
        roll_back(c);
        if (e != ERR_NOT_FOUND) {
            return e;
        }
        log_warn("db", "slot %d was taken over by another process", c->tx.slot);
        lease_forget_slot(&c->tx);
    }
    return ERR_BUSY;
}

/* -- jobs -------------------------------------------------------------------------------------- */

/* What became of a job: its effects (or its traces, if it failed) are as they should be; or the
 * outer transaction is gone, or must go; or it failed after writing without a savepoint. */
enum fate { FATE_KEPT, FATE_GONE, FATE_SPOILT };

static enum err job_ids(struct sqlite_conn *c)
{
    int64_t end = c->tx.ids_end;
    enum err e;

    c->tx.internal = true;
    e = lease_ids(&c->tx);
    c->tx.internal = false;
    if (c->tx.ids_end != end) {
        c->ids_in_transaction = true;
    }
    return e;
}

/* Whether the running job has left anything in the transaction. */
static bool has_written(const struct sqlite_conn *c)
{
    return c->schema_touched || sqlite3_total_changes64(c->db) != c->changes_before;
}

/* Runs fn, in the open savepoint when careful, and undoes what it wrote if it fails. */
static enum fate attempt(struct sqlite_conn *c, run_fn fn, void *arg, bool careful,
                         enum err *result)
{
    bool overlooked;

    *result = tx_attempt(&c->tx, fn, arg, &overlooked);
    if (!in_transaction(c) || overlooked) {
        return FATE_GONE;
    }
    if (*result == OK) {
        return FATE_KEPT;
    }
    if (careful) {
        return step_own(c->rollback_to) == SQLITE_OK ? FATE_KEPT : FATE_GONE;
    }
    return has_written(c) ? FATE_SPOILT : FATE_KEPT;
}

static bool step_or_fail(struct sqlite_conn *c, sqlite3_stmt *st, const char *what,
                         enum err *result)
{
    int rc = step_own(st);

    if (rc != SQLITE_OK) {
        *result = sqlite_fail(c, rc, what);
    }
    return rc == SQLITE_OK;
}

/* One job. *result is its answer if the batch commits, or, with FATE_GONE, the answer of the job
 * that lost the outer transaction. */
static enum fate run_job(struct sqlite_conn *c, struct db_job *job, bool careful, enum err *result)
{
    enum fate fate;

    tx_reset(&c->tx);
    *result = job_ids(c);
    if (*result != OK || (careful && !step_or_fail(c, c->savepoint, "SAVEPOINT", result))) {
        return FATE_GONE;
    }
    c->changes_before = sqlite3_total_changes64(c->db);
    c->schema_touched = false;
    fate = attempt(c, job->run, job->arg, careful, result);
    if (fate == FATE_KEPT && job->refused && err_is_refusal(*result)) {
        struct refusal r = { job, *result };
        enum err ignored;

        tx_reset(&c->tx);
        fate = attempt(c, run_refused, &r, careful, &ignored);
    }
    if (fate == FATE_KEPT && careful && !step_or_fail(c, c->release, "RELEASE", result)) {
        return FATE_GONE;
    }
    return fate;
}

static enum fate run_timed(struct sqlite_conn *c, struct db_job *job, bool careful,
                           enum err *result)
{
    int64_t start_us = clock_monotonic_us(), took_us;
    enum fate fate = run_job(c, job, careful, result);

    took_us = clock_monotonic_us() - start_us;
    atomic_fetch_add_explicit(&c->tx.db->run_us_total, took_us, memory_order_relaxed);
    if (took_us > SLOW_JOB_US) {
        log_warn("db", "a job held the writer for %lld ms (%lld statements)",
                 (long long)(took_us / 1000), (long long)c->tx.statements);
    }
    return fate;
}

static void tell_committed(struct sqlite_conn *c)
{
    const struct db_hooks *hooks = c->tx.db->config.hooks;

    atomic_fetch_add_explicit(&c->tx.db->batches, 1, memory_order_relaxed);
    if (hooks && hooks->committed) {
        hooks->committed(c->tx.slot_data);
    }
}

static void abandon(struct sqlite_conn *c)
{
    const struct db_hooks *hooks = c->tx.db->config.hooks;

    roll_back(c);
    if (hooks && hooks->rolled_back) {
        hooks->rolled_back(c->tx.slot_data);
    }
}

/* A job in a transaction of its own; its answer is final. */
static enum err run_alone(struct sqlite_conn *c, struct db_job *job)
{
    enum err result = ERR_BUSY;

    for (int i = 0; i < DB_RETRIES; i++) {
        atomic_fetch_add_explicit(&c->tx.db->retries, 1, memory_order_relaxed);
        TRY(begin_outer(c));
        if (run_timed(c, job, true, &result) == FATE_KEPT) {
            enum err e = commit(c);

            if (e == OK) {
                tell_committed(c);
            } else {
                abandon(c);
                result = e;
            }
        } else {
            abandon(c);
        }
        if (result != ERR_CONFLICT) {
            return result;
        }
    }
    return ERR_BUSY;
}

static void answer_all(struct sqlite_conn *c, struct db_job *jobs, enum err e)
{
    while (jobs) {
        struct db_job *next = jobs->next;

        job_answer(c->tx.db, jobs, e);
        jobs = next;
    }
}

/* Runs all jobs in the open outer transaction. *culprit becomes the job that lost or spoilt it. */
static enum fate run_batch(struct sqlite_conn *c, struct db_job *jobs, bool careful,
                           struct db_job **culprit)
{
    size_t i = 0;

    *culprit = NULL;
    for (struct db_job *j = jobs; j; j = j->next, i++) {
        enum fate fate = run_timed(c, j, careful, &c->results[i]);

        if (fate != FATE_KEPT) {
            *culprit = j;
            c->culprit_result = c->results[i];
            return fate;
        }
    }
    return FATE_KEPT;
}

static void sqlite_run_writes(struct tx *tx, struct db_job *jobs)
{
    struct sqlite_conn *c = (struct sqlite_conn *)tx;
    struct db_job *culprit;
    bool careful = c->careful > 0 || !jobs->next;
    enum fate fate;
    size_t i = 0;
    enum err e = begin_outer(c);

    c->careful -= c->careful > 0;
    fate = e == OK ? run_batch(c, jobs, careful, &culprit) : FATE_GONE;
    if (fate == FATE_SPOILT) {
        abandon(c);
        c->careful = CAREFUL_BATCHES;
        e = begin_outer(c);
        fate = e == OK ? run_batch(c, jobs, true, &culprit) : FATE_GONE;
    }
    if (e != OK) {
        answer_all(c, jobs, e);
        return;
    }
    bool committed = fate == FATE_KEPT && commit(c) == OK;
    if (committed) {
        tell_committed(c);
    } else {
        abandon(c);
    }
    e = c->culprit_result;
    while (jobs) {
        struct db_job *j = jobs;

        jobs = j->next;
        /* The job at fault is answered as it failed; a conflict is the result that means "again".
         */
        enum err result = committed ? c->results[i] : j == culprit ? e : ERR_CONFLICT;
        job_answer(tx->db, j, result == ERR_CONFLICT ? run_alone(c, j) : result);
        i++;
    }
}

static void sqlite_run_read(struct tx *tx, struct db_job *job)
{
    struct sqlite_conn *c = (struct sqlite_conn *)tx;
    int64_t start_us = clock_monotonic_us();
    enum err e = begin(c);

    if (e == OK) {
        e = tx_attempt(tx, job->run, job->arg, NULL);
        c->limit_cpu_us = 0;
        sqlite3_progress_handler(c->db, 0, NULL, NULL);
        if (in_transaction(c)) {
            (void)step_own(c->rollback); /* nothing to keep */
        }
    }
    atomic_fetch_add_explicit(&tx->db->run_us_total, clock_monotonic_us() - start_us,
                              memory_order_relaxed);
    job_answer(tx->db, job, e);
}

static void sqlite_idle(struct tx *tx)
{
    struct sqlite_conn *c = (struct sqlite_conn *)tx;

    if (tx->write && tx->slot != 0 && run_internal(c, confirm_internal) == ERR_NOT_FOUND) {
        log_warn("db", "slot %d was taken over by another process", tx->slot);
        lease_forget_slot(tx);
    }
}

static void sqlite_close_conn(struct tx *tx)
{
    struct sqlite_conn *c = (struct sqlite_conn *)tx;

    if (tx->slot != 0) {
        if (run_internal(c, lease_release) != OK) {
            log_warn("db", "slot %d could not be given back; it is free in half a minute",
                     tx->slot);
        }
        lease_forget_slot(tx);
    }
    conn_free(c);
}

/* -- checkpoints ------------------------------------------------------------------------------- */

/* Copies the log into the file. Passive first, so that a lock, when one is needed at all, is held
 * for the small rest. */
static void checkpoint(struct sqlite_data *d, int64_t bytes)
{
    int rc = sqlite3_wal_checkpoint_v2(d->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);

    if (rc == SQLITE_OK && bytes > WAL_TRUNCATE_BYTES) {
        rc = sqlite3_wal_checkpoint_v2(d->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    } else if (rc == SQLITE_OK && bytes > WAL_RESTART_BYTES) {
        rc = sqlite3_wal_checkpoint_v2(d->db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
    }
    if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY) {
        log_error("db", "checkpoint: %s (%d)", sqlite3_errmsg(d->db), rc);
    }
}

static void checkpoint_main(void *arg)
{
    struct sqlite_data *d = arg;

    mutex_lock(&d->lock);
    while (!d->stop) {
        int64_t bytes = d->wal_bytes;

        if (bytes <= WAL_PASSIVE_BYTES) {
            cond_wait(&d->wake, &d->lock);
            continue;
        }
        d->wal_bytes = 0;
        mutex_unlock(&d->lock);
        checkpoint(d, bytes);
        mutex_lock(&d->lock);
        /* A reader may hold the log back: do not try again with every commit. */
        if (!d->stop) {
            int64_t until = clock_monotonic_us() + CHECKPOINT_PAUSE_US;

            for (int64_t left = CHECKPOINT_PAUSE_US; left > 0 && !d->stop;
                 left = until - clock_monotonic_us()) {
                (void)cond_wait_us(&d->wake, &d->lock, left);
            }
        }
    }
    mutex_unlock(&d->lock);
}

/* -- setting up -------------------------------------------------------------------------------- */

static int is_wal(void *arg, int n, char **values, char **names)
{
    (void)names;
    *(bool *)arg = n == 1 && values[0] && strcmp(values[0], "wal") == 0;
    return 0;
}

/* Turns the write-ahead log on. Of several processes that make the same new file at once each may
 * hold the lock that another waits for, so nobody waits while holding one: whoever finds it taken
 * lets go, pauses and tries again. */
static int turn_wal_on(struct db *db, sqlite3 *c, bool *wal)
{
    int64_t until = clock_monotonic_us() + db->config.busy_ms * 1000;
    int rc;
    (void)sqlite3_busy_handler(c, NULL, NULL);
    for (int64_t pause = 2000 + (int64_t)getpid() % 7 * 1000;; pause += 1000) {
        rc = sqlite3_exec(c, "PRAGMA journal_mode = WAL", is_wal, wal, NULL);
        if ((rc & 0xff) != SQLITE_BUSY || clock_monotonic_us() > until) {
            break;
        }
        clock_sleep_us(pause);
    }
    (void)sqlite3_busy_handler(c, on_busy_setup, db);
    return rc;
}

static enum err setup_file(struct db *db, struct sqlite_data *d, char why[static DB_WHY])
{
    bool wal = false;
    enum err e = file_create(d->path, 0600);
    int rc;

    if (e != OK && e != ERR_EXISTS) {
        why_set(why, "%s: cannot be created (%s)", d->path, err_name(e));
        return e;
    }
    rc = open_file(d->path, &d->db, on_busy_setup, db);
    if (rc == SQLITE_OK) {
        rc = turn_wal_on(db, d->db, &wal);
    }
    if (rc == SQLITE_OK && !wal) {
        why_set(why, "%s: the file system does not support a write-ahead log", d->path);
        return ERR_STORE;
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_exec(d->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_exec(d->db, lease_tables_sql, NULL, NULL, NULL);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_exec(d->db, lease_init_sql, NULL, NULL, NULL);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_exec(d->db, "COMMIT", NULL, NULL, NULL);
    }
    if (rc != SQLITE_OK) {
        why_set(why, "%s: %s", d->path, sqlite3_errmsg(d->db));
        return sqlite_err(rc);
    }
    (void)sqlite3_busy_handler(d->db, on_busy_checkpoint, d);
    return OK;
}

static enum err sqlite_setup(struct db *db, char why[static DB_WHY])
{
    struct sqlite_data *d = calloc(1, sizeof *d);

    (void)pthread_once(&configured, configure);
    if (!d) {
        why_set(why, "out of memory");
        return ERR_NO_MEMORY;
    }
    db->driver_data = d;
    d->path = db->url + strlen("sqlite:");
    INVARIANT(pthread_mutex_init(&d->lock, NULL) == 0);
    cond_init(&d->wake);
    if (d->path[0] == '\0' || strcmp(d->path, ":memory:") == 0) {
        why_set(why, "sqlite: needs the name of a file");
        return ERR_INVALID;
    }
    TRY(setup_file(db, d, why));
    if (thread_start(&d->thread, "db-checkpoint", checkpoint_main, d) != OK) {
        why_set(why, "cannot start a thread");
        return ERR_IO;
    }
    return OK;
}

static void sqlite_teardown(struct db *db)
{
    struct sqlite_data *d = db->driver_data;

    if (!d) {
        return;
    }
    mutex_lock(&d->lock);
    d->stop = true;
    cond_signal(&d->wake);
    mutex_unlock(&d->lock);
    thread_join(&d->thread);
    (void)sqlite3_close_v2(d->db);
    (void)pthread_cond_destroy(&d->wake);
    (void)pthread_mutex_destroy(&d->lock);
    free(d);
    db->driver_data = NULL;
}

const struct driver sqlite_driver = {
    .store = DB_SQLITE,
    .now_sql = "SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000000",
    .setup = sqlite_setup,
    .teardown = sqlite_teardown,
    .open = sqlite_open_conn,
    .close = sqlite_close_conn,
    .run_writes = sqlite_run_writes,
    .run_read = sqlite_run_read,
    .idle = sqlite_idle,
    .exec = sqlite_exec,
    .exec_or = sqlite_exec_or,
    .query = sqlite_query,
    .ask = sqlite_ask,
    .answer = sqlite_answer,
    .each = sqlite_each,
    .script = sqlite_script,
    .limit = sqlite_limit,
};
