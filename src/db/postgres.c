/* PostgreSQL: connections and transactions.
 *
 * A job's transaction is BEGIN ... COMMIT in one pipeline and ends in one of four ways:
 *
 * - committed: the server said so.
 * - refused: the job or a statement failed; rolled back, the failure is the answer.
 * - again: a conflict, or the connection broke before COMMIT was sent. Run again, after a pause.
 * - unknown: the connection broke after COMMIT was sent. The job's `settled` is asked in a new
 *   transaction whether the effects are there.
 *
 * A broken connection costs its writer slot: the next one reads the slot's data afresh. When the
 * outcome of a COMMIT is unknown the new connection takes another name, and so another slot,
 * because the old one may still be written to until its lease has run out.
 *
 * While a job is long, its slot may be taken over. Every transaction that commits more than
 * SLOT_FENCE_US after the last confirmation confirms again inside itself, so that the two owners
 * collide in the row of table `writer` and one of them runs again. */
#include "db/postgres_conn.h"

#include "base/log.h"
#include "os/clock.h"

#include <stdio.h>
#include <stdlib.h>

#define SLOT_FENCE_US    10000000
#define AWAY_LIMIT_US    INT64_C(25000000) /* a failover takes some 20 s */
#define LOST_TRIES       5                 /* connections that may break under one job */
#define PAUSE_FIRST_US   500
#define PAUSE_DOUBLINGS  7
#define CONNECT_FIRST_US 50000
#define CONNECT_MOST_US  1000000
#define SERVER_LEAST     130000 /* pg_current_xact_id */
#define PARAMS_MAX       24

enum end { END_COMMITTED, END_REFUSED, END_AGAIN, END_UNKNOWN };

/* -- connecting ------------------------------------------------------------------------------- */

/* Full table scans take predicate locks on whole tables, which makes small tables collide; a plan
 * for each set of values is not worth its time for the statements of a writing job. */
#define COMMON_OPTIONS "-c jit=off -c synchronous_commit=on -c client_min_messages=error"
#define WRITER_OPTIONS                                                                             \
    " -c enable_seqscan=off -c plan_cache_mode=force_generic_plan"                                 \
    " -c default_transaction_isolation=serializable"                                               \
    " -c statement_timeout=60s -c idle_in_transaction_session_timeout=30s"
#define READER_OPTIONS " -c statement_timeout=600s -c idle_in_transaction_session_timeout=600s"

static void no_notice(void *arg, const char *message)
{
    (void)arg;
    (void)message;
}

/* `options` of the address, which ours are added to, into out. */
static void options_of(const char *url, bool write, char *out, size_t n)
{
    PQconninfoOption *all = PQconninfoParse(url, NULL);
    const char *own = "";

    for (const PQconninfoOption *o = all; o && o->keyword; o++) {
        if (strcmp(o->keyword, "options") == 0 && o->val) {
            own = o->val;
        }
    }
    (void)snprintf(out, n, "%s%s %s", COMMON_OPTIONS, write ? WRITER_OPTIONS : READER_OPTIONS, own);
    PQconninfoFree(all);
}

/* Settings before dbname are defaults that the address may change, those after it stand. */
static PGconn *connect_to(const char *url, bool write)
{
    char options[1024];
    const char *const pairs[PARAMS_MAX][2] = {
        { "target_session_attrs", "read-write" },
        { "connect_timeout", "5" },
        { "keepalives_idle", "10" },
        { "keepalives_interval", "3" },
        { "keepalives_count", "3" },
        { "tcp_user_timeout", "15000" },
        { "fallback_application_name", "kontor" },
        { "dbname", url },
        { "client_encoding", "UTF8" },
        { "options", options },
    };
    const char *names[PARAMS_MAX + 1] = { NULL }, *values[PARAMS_MAX + 1] = { NULL };

    options_of(url, write, options, sizeof options);
    for (size_t i = 0; i < PARAMS_MAX && pairs[i][0]; i++) {
        names[i] = pairs[i][0];
        values[i] = pairs[i][1];
    }
    PGconn *pg = PQconnectdbParams(names, values, 1);
    if (pg) {
        (void)PQsetNoticeProcessor(pg, no_notice, NULL);
    }
    return pg;
}

static void disconnect(struct pg_conn *c)
{
    pipe_clear(c);
    pipe_end_job(c);
    cache_clear(&c->cache);
    c->n_drops = 0;
    PQfinish(c->pg);
    c->pg = NULL;
    c->lost = false;
}

static bool try_connect(struct pg_conn *c)
{
    c->pg = connect_to(c->tx.db->url, c->tx.write);
    if (PQstatus(c->pg) == CONNECTION_OK && PQsetnonblocking(c->pg, 1) == 0 &&
        PQenterPipelineMode(c->pg)) {
        return true;
    }
    if (!c->warned) {
        const char *why = PQerrorMessage(c->pg);

        log_warn("db", "PostgreSQL cannot be reached: %.*s", (int)strcspn(why, "\n"), why);
        c->warned = true;
    }
    PQfinish(c->pg);
    c->pg = NULL;
    return false;
}

static bool is_stopping(struct db *db)
{
    bool stopping;

    mutex_lock(&db->lock);
    stopping = db->stopping;
    mutex_unlock(&db->lock);
    return stopping;
}

static int64_t jitter(struct pg_conn *c, int64_t us)
{
    return us / 2 + (int64_t)rng_below(&c->rng, (uint64_t)us);
}

/* A live connection; waits for a server that is away, but not longer than AWAY_LIMIT_US since that
 * was noticed: later jobs then try once and fail at once. */
static enum err connected(struct pg_conn *c)
{
    int64_t pause_us = CONNECT_FIRST_US;

    if (c->pg && !c->lost) {
        return OK;
    }
    if (c->pg) {
        lease_forget_slot(&c->tx);
        disconnect(c);
    }
    while (!try_connect(c)) {
        int64_t now_us = clock_monotonic_us();

        if (c->away_since_us == 0) {
            c->away_since_us = now_us;
        }
        if (now_us - c->away_since_us > AWAY_LIMIT_US || is_stopping(c->tx.db)) {
            return tx_break(&c->tx, ERR_STORE, NULL, "PostgreSQL is away");
        }
        clock_sleep_us(jitter(c, pause_us));
        pause_us = pause_us * 2 > CONNECT_MOST_US ? CONNECT_MOST_US : pause_us * 2;
    }
    if (c->warned) {
        log_info("db", "connected to PostgreSQL again");
    }
    c->warned = false;
    c->away_since_us = 0;
    if (c->connected_once) {
        atomic_fetch_add_explicit(&c->tx.db->reconnects, 1, memory_order_relaxed);
    }
    c->connected_once = true;
    return OK;
}

/* -- one transaction --------------------------------------------------------------------------- */

/* Ends whatever the server still has open. The answers are of no interest. */
static void roll_back(struct pg_conn *c)
{
    c->over = true;
    if (!c->begun || c->lost) {
        return;
    }
    if (pipe_sync(c) == OK && pipe_drain(c) == OK && PQtransactionStatus(c->pg) != PQTRANS_IDLE) {
        if (pipe_control(c, "ROLLBACK", PEND_CONTROL) == OK && pipe_sync(c) == OK) {
            (void)pipe_drain(c);
        }
    }
    if (!c->lost && PQtransactionStatus(c->pg) != PQTRANS_IDLE) {
        (void)pipe_lost(c, "a transaction does not end");
    }
}

/* See the head of the file: a slot not confirmed for long is confirmed in the transaction itself.
 */
static enum err fence(struct pg_conn *c)
{
    bool internal = c->tx.internal;
    enum err e;

    if (!c->tx.write || c->tx.slot == 0 || clock_monotonic_us() - c->tx.beat_us < SLOT_FENCE_US) {
        return OK;
    }
    c->tx.internal = true;
    e = lease_confirm(&c->tx, true);
    c->tx.internal = internal;
    c->tx.beat_us = 0; /* not committed yet: confirm again before the next job */
    if (e == ERR_NOT_FOUND) {
        return tx_break(&c->tx, ERR_CONFLICT, NULL, "the writer slot was taken over");
    }
    return e;
}

/* Sends COMMIT behind what is in flight. Statements that must have changed a row are looked at
 * first, for COMMIT would not wait for our opinion. */
static enum err commit(struct pg_conn *c)
{
    enum err e = tx_commit_fault(&c->tx);

    if (e != OK) {
        return tx_break(&c->tx, e, NULL, "injected fault");
    }
    TRY(fence(c));
    if (c->checks > 0) {
        TRY(pipe_drain(c));
    }
    if (c->tx.broken != OK) {
        return c->tx.broken;
    }
    c->over = true;
    c->commit_sent = true;
    TRY(pipe_control(c, "COMMIT", PEND_COMMIT));
    TRY(pipe_sync(c));
    (void)pipe_drain(c);
    return c->committed ? OK : c->tx.broken;
}

/* Makes the connection ready for one more transaction. */
static void start(struct pg_conn *c)
{
    tx_reset(&c->tx);
    c->begun = c->over = c->commit_sent = c->committed = c->refused_before = false;
}

static enum end transact(struct pg_conn *c, run_fn fn, void *arg, enum err *e)
{
    int64_t start_us = clock_monotonic_us(), commit_us;

    start(c);
    *e = tx_attempt(&c->tx, fn, arg, NULL);
    commit_us = clock_monotonic_us();
    atomic_fetch_add_explicit(&c->tx.db->run_us_total, commit_us - start_us, memory_order_relaxed);
    if (*e == OK && c->begun) {
        *e = commit(c);
        atomic_fetch_add_explicit(&c->tx.db->commit_us_total, clock_monotonic_us() - commit_us,
                                  memory_order_relaxed);
    }
    if (*e == OK) {
        pipe_end_job(c);
        return END_COMMITTED;
    }
    bool unknown = c->lost && c->commit_sent && !c->refused_before;
    roll_back(c);
    pipe_end_job(c);
    if (unknown) {
        return END_UNKNOWN;
    }
    return c->lost || *e == ERR_CONFLICT ? END_AGAIN : END_REFUSED;
}

static void pause_before_retry(struct pg_conn *c, int tries)
{
    int doublings = tries < PAUSE_DOUBLINGS ? tries : PAUSE_DOUBLINGS;

    atomic_fetch_add_explicit(&c->tx.db->retries, 1, memory_order_relaxed);
    clock_sleep_us(jitter(c, (int64_t)PAUSE_FIRST_US << doublings));
}

/* -- the kernel's own transactions --------------------------------------------------------------
 */

static enum err slot_internal(struct tx *tx, void *arg)
{
    (void)arg;
    lease_forget_slot(tx); /* of an attempt before this one */
    return lease_slot(tx);
}

static enum err ids_internal(struct tx *tx, void *arg)
{
    (void)arg;
    return lease_ids(tx);
}

static enum err confirm_internal(struct tx *tx, void *arg)
{
    (void)arg;
    return lease_confirm(tx, true);
}

static enum err release_internal(struct tx *tx, void *arg)
{
    (void)arg;
    return lease_release(tx);
}

/* ERR_CONFLICT when the connection was lost: what was leased on it is doubtful. */
static enum err run_internal(struct pg_conn *c, run_fn fn)
{
    for (int i = 0; i < DB_RETRIES; i++) {
        enum err e;
        enum end end;

        c->tx.internal = true;
        end = transact(c, fn, NULL, &e);
        c->tx.internal = false;
        if (end == END_COMMITTED || end == END_REFUSED) {
            return e;
        }
        lease_forget_ids(&c->tx);
        if (c->lost) {
            return ERR_CONFLICT;
        }
        pause_before_retry(c, i);
    }
    return ERR_BUSY;
}

/* A connection with a slot that is ours and ids for one job. */
static enum err lease_all(struct pg_conn *c)
{
    struct tx *tx = &c->tx;

    if (tx->slot != 0 && clock_monotonic_us() - tx->beat_us >= SLOT_BEAT_US) {
        enum err e = run_internal(c, confirm_internal);

        if (e == ERR_NOT_FOUND) {
            log_warn("db", "slot %d was taken over by another process", tx->slot);
            lease_forget_slot(tx);
        } else if (e != OK) {
            return e;
        }
    }
    if (tx->slot == 0) {
        enum err e = run_internal(c, slot_internal);

        if (e != OK) {
            lease_forget_slot(tx);
            return e;
        }
    }
    if (tx->ids_end - tx->ids_next < 2 * DB_IDS_PER_JOB) {
        return run_internal(c, ids_internal);
    }
    return OK;
}

static enum err ready(struct pg_conn *c)
{
    for (int i = 0; i < LOST_TRIES; i++) {
        enum err e;

        TRY(connected(c));
        e = c->tx.write ? lease_all(c) : OK;
        if (e != ERR_CONFLICT) {
            return e;
        }
    }
    return ERR_STORE;
}

/* -- jobs ------------------------------------------------------------------------------------- */

static void tell(struct pg_conn *c, bool committed)
{
    const struct db_hooks *hooks = c->tx.db->config.hooks;

    if (!c->tx.write || !hooks) {
        return;
    }
    if (committed && hooks->committed) {
        hooks->committed(c->tx.slot_data);
    } else if (!committed && hooks->rolled_back) {
        hooks->rolled_back(c->tx.slot_data);
    }
}

/* Runs fn until it has an answer or its outcome is unknown. */
static enum end run_until_decided(struct pg_conn *c, run_fn fn, void *arg, enum err *e)
{
    int lost = 0;

    for (int tries = 0; tries < DB_RETRIES; tries++) {
        enum end end;

        *e = ready(c);
        if (*e != OK) {
            return END_REFUSED;
        }
        end = transact(c, fn, arg, e);
        tell(c, end == END_COMMITTED);
        if (end != END_AGAIN) {
            return end;
        }
        if (c->lost && ++lost == LOST_TRIES) {
            *e = ERR_STORE;
            return END_REFUSED;
        }
        pause_before_retry(c, tries);
    }
    *e = ERR_BUSY;
    return END_REFUSED;
}

/* After an unknown outcome: OK the effects are there, ERR_NOT_FOUND they are not. */
static enum err settle(struct pg_conn *c, struct db_job *job)
{
    enum end end = END_UNKNOWN;
    enum err e = ERR_STORE;

    for (int i = 0; job->settled && end == END_UNKNOWN && i < LOST_TRIES; i++) {
        lease_forget_slot(&c->tx);
        tx_rename(&c->tx);
        end = run_until_decided(c, job->settled, job->arg, &e);
    }
    if (end == END_UNKNOWN || (e != OK && e != ERR_NOT_FOUND)) {
        log_error("db", "the outcome of a job is unknown");
        return ERR_STORE;
    }
    return e;
}

static void pg_run_writes(struct tx *tx, struct db_job *job)
{
    struct pg_conn *c = (struct pg_conn *)tx;
    enum err e = ERR_STORE;
    enum end end = END_REFUSED;

    for (int i = 0; i < LOST_TRIES; i++) {
        end = run_until_decided(c, job->run, job->arg, &e);
        if (end != END_UNKNOWN) {
            break;
        }
        e = settle(c, job);
        if (e != ERR_NOT_FOUND) {
            break;
        }
    }
    if (end == END_UNKNOWN && e == ERR_NOT_FOUND) {
        e = ERR_STORE;
    }
    if (end == END_REFUSED && job->refused && err_is_refusal(e)) {
        struct refusal r = { job, e };
        enum err ignored;

        (void)run_until_decided(c, run_refused, &r, &ignored);
    }
    atomic_fetch_add_explicit(&tx->db->batches, 1, memory_order_relaxed);
    job_answer(tx->db, job, e);
}

static void pg_run_read(struct tx *tx, struct db_job *job)
{
    struct pg_conn *c = (struct pg_conn *)tx;
    enum err e;

    /* Whether the end of a reading transaction was heard is all the same. */
    if (run_until_decided(c, job->run, job->arg, &e) == END_UNKNOWN) {
        e = OK;
    }
    job_answer(tx->db, job, e);
}

static void pg_idle(struct tx *tx)
{
    struct pg_conn *c = (struct pg_conn *)tx;

    /* A server that is away is a job's business, not an idle connection's. */
    if (tx->write && tx->slot != 0 && c->pg && !c->lost) {
        (void)lease_all(c);
    }
}

/* -- opening and closing ------------------------------------------------------------------------
 */

static struct tx *pg_open(struct db *db, bool write, char why[static DB_WHY])
{
    struct pg_conn *c = calloc(1, sizeof *c);
    uint64_t seed;

    if (!c) {
        why_set(why, "out of memory");
        return NULL;
    }
    tx_init(&c->tx, db, &postgres_driver, write);
    pg_statements_init(c);
    random_bytes(&seed, sizeof seed);
    rng_seed(&c->rng, seed);
    return &c->tx; /* connects with its first job */
}

static void pg_close(struct tx *tx)
{
    struct pg_conn *c = (struct pg_conn *)tx;

    if (tx->slot != 0) {
        if (!c->pg || c->lost || run_internal(c, release_internal) != OK) {
            log_warn("db", "slot %d could not be given back; it is free in half a minute",
                     tx->slot);
        }
        lease_forget_slot(tx);
    }
    disconnect(c);
    free(c);
}

/* The base is raised only when numbers stand in the table that this cluster has not given: with
 * xmax, the next transaction's id, every number given here is smaller. */
static const char feed_sql[] =
    "CREATE TABLE IF NOT EXISTS feed_base (id BIGINT NOT NULL PRIMARY KEY, base BIGINT NOT NULL)";
static const char feed_init_sql[] =
    "INSERT INTO feed_base (id, base) VALUES (1, 0) ON CONFLICT DO NOTHING";
static const char raise_sql[] =
    "UPDATE feed_base SET base = (SELECT COALESCE(MAX(seq), 0) FROM event) + 1"
    " - pg_snapshot_xmin(pg_current_snapshot())::text::bigint * 1024"
    " WHERE id = 1 AND base + pg_snapshot_xmax(pg_current_snapshot())::text::bigint * 1024"
    " <= (SELECT COALESCE(MAX(seq), 0) FROM event)";

/* true when the query has a row with true. */
static bool holds(PGconn *pg, const char *sql)
{
    PGresult *r = PQexec(pg, sql);
    bool yes = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1 &&
               strcmp(PQgetvalue(r, 0, 0), "t") == 0;

    PQclear(r);
    return yes;
}

static bool run_plain(PGconn *pg, const char *sql)
{
    PGresult *r = PQexec(pg, sql);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK;

    PQclear(r);
    return ok;
}

static bool make_tables(PGconn *pg)
{
    bool there = holds(pg, "SELECT to_regclass('writer') IS NOT NULL AND to_regclass('id_lease')"
                           " IS NOT NULL AND to_regclass('feed_base') IS NOT NULL");

    /* Several nodes may start at once: CREATE IF NOT EXISTS then fails for all but one. */
    for (int i = 0; !there && i < LOST_TRIES; i++) {
        there = run_plain(pg, lease_tables_sql) && run_plain(pg, feed_sql);
        if (!there && i + 1 < LOST_TRIES) {
            clock_sleep_us(CONNECT_FIRST_US);
        }
    }
    return there && run_plain(pg, lease_init_sql) && run_plain(pg, feed_init_sql) &&
           (!holds(pg, "SELECT to_regclass('event') IS NOT NULL") || run_plain(pg, raise_sql));
}

static enum err pg_setup(struct db *db, char why[static DB_WHY])
{
    PGconn *pg = connect_to(db->url, false);
    bool ok = PQstatus(pg) == CONNECTION_OK;

    if (ok && PQserverVersion(pg) < SERVER_LEAST) {
        why_set(why, "PostgreSQL %d is too old: 13 is the least", PQserverVersion(pg) / 10000);
    } else if (!ok || !make_tables(pg)) {
        ok = false;
        const char *words = pg ? PQerrorMessage(pg) : "out of memory";
        why_set(why, "PostgreSQL: %.*s", (int)strcspn(words, "\n"), words);
    }
    PQfinish(pg);
    return ok && why[0] == '\0' ? OK : ERR_STORE;
}

static void pg_teardown(struct db *db)
{
    (void)db;
}

const struct driver postgres_driver = {
    .store = DB_POSTGRES,
    .now_sql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
    .setup = pg_setup,
    .teardown = pg_teardown,
    .open = pg_open,
    .close = pg_close,
    .run_writes = pg_run_writes,
    .run_read = pg_run_read,
    .idle = pg_idle,
    .exec = pg_exec,
    .exec_or = pg_exec_or,
    .query = pg_query,
    .ask = pg_ask,
    .answer = pg_answer,
    .each = pg_each,
    .script = pg_script,
    .limit = pg_limit,
};
