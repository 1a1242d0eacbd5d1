/* The store: one interface over SQLite and PostgreSQL.
 *
 * Work comes as jobs: a function that runs inside one transaction and may be run again from its
 * start when the store reports a serialization conflict or a neighbour in its batch failed. A job
 * touches the world only through its tx.
 *
 * - SQLite: one writer thread takes waiting jobs in batches of up to `batch_max`: BEGIN IMMEDIATE,
 *   the jobs, one COMMIT (WAL, synchronous=FULL: one fsync), then answers each. A job that fails
 *   leaves the others untouched; they may be run again without it. `readers` threads with a
 *   snapshot connection each run the reading jobs and never wait for the writer.
 * - PostgreSQL: `writers` threads with a connection each: SERIALIZABLE, libpq's pipeline mode;
 *   statements whose answer nobody needs yet are sent without waiting. 40001 and 40P01 run the job
 *   again with a growing, jittered pause (at most DB_RETRIES times, then ERR_BUSY). A lost
 *   connection is made again; the job in it is run again only if its COMMIT had not been sent,
 *   otherwise the outcome is unknown and the job's `settled` is asked in a new transaction.
 *   `readers` connections run REPEATABLE READ READ ONLY.
 *
 * Every write connection holds a *writer slot*: a small number, leased in table `writer`, that no
 * other connection of any process holds at the same time. Balances that many tills touch are kept
 * per slot, and each slot has its own hash chain. */
#ifndef KONTOR_DB_H
#define KONTOR_DB_H

#include "base/text.h"

#define DB_ARGS_MAX 64
#define DB_RETRIES  40

enum value_type { V_NULL, V_INT, V_TEXT, V_BLOB };

struct value {
    enum value_type type;
    int64_t i;
    text_t t; /* V_TEXT and V_BLOB */
};

static inline struct value v_int(int64_t i)
{
    return (struct value){ .type = V_INT, .i = i };
}
static inline struct value v_null(void)
{
    return (struct value){ .type = V_NULL };
}
static inline struct value v_text(text_t t)
{
    return (struct value){ .type = t.s ? V_TEXT : V_NULL, .t = t };
}
static inline struct value v_str(const char *s)
{
    return v_text(text_of(s));
}
static inline struct value v_blob(const void *p, size_t n)
{
    return (struct value){ .type = V_BLOB, .t = { (const char *)p, n } };
}

struct rows {
    size_t n, cols;
    const struct value *v; /* row r, column c: v[r * cols + c] */
};

static inline struct value rows_at(const struct rows *r, size_t row, size_t col)
{
    return r->v[row * r->cols + col];
}
static inline int64_t rows_int(const struct rows *r, size_t row, size_t col)
{
    return rows_at(r, row, col).i; /* 0 for NULL */
}
static inline text_t rows_text(const struct rows *r, size_t row, size_t col)
{
    return rows_at(r, row, col).t;
}

struct db;
struct tx;

enum db_store { DB_SQLITE, DB_POSTGRES };

/* What the layer above is told; all optional. slot_data is what slot_open gave for the slot. */
struct db_hooks {
    /* A write connection got a slot, which it does before its first job; runs in a transaction on
     * it, and may run more than once. *slot_data is freed by slot_close. */
    enum err (*slot_open)(struct tx *tx, int slot, void **slot_data);
    void (*slot_close)(void *slot_data);
    /* The outer transaction (SQLite: the batch) is durable, or gone. A job of a batch that fails is
     * undone alone and without a call: before it returns its failure it must put back what it
     * changed in slot_data. */
    void (*committed)(void *slot_data);
    void (*rolled_back)(void *slot_data);
};

struct db_config {
    const char *url;       /* sqlite:FILE (no :memory:) or postgresql://... as libpq reads it */
    int readers;           /* 0: 2 */
    int writers;           /* PostgreSQL only; 0: 4 */
    int batch_max;         /* SQLite only; 0: 64 */
    size_t queue_max;      /* jobs that may wait, more are ERR_BUSY; 0: 4096 */
    int64_t busy_ms;       /* how long another process's write lock is waited for; 0: 15000 */
    size_t page_cache_kib; /* SQLite, per connection; 0: 32768 for the writer, 16384 for readers */
    const struct db_hooks *hooks;
    void *user; /* the layer above's own: db_user() */
};

/* Opens the store (makes the SQLite file, mode 0600), makes the kernel's own tables `writer` and
 * `id_lease`, starts the threads. why[] gets one plain English line on failure. */
MUST_USE enum err db_open(const struct db_config *config, struct db **out, char why[static 256]);
/* Answers what was submitted, then stops the threads and gives the writer slots back. */
void db_close(struct db *db);
enum db_store db_store(const struct db *db);
void *db_user(const struct db *db);
/* One small write and read of the kernel's own, to tell whether the store can commit now. */
MUST_USE enum err db_health(struct db *db);

struct db_job {
    /* OK commits, anything else rolls this job back. May run more than once. */
    enum err (*run)(struct tx *tx, void *arg);
    /* Optional. After run was refused and rolled back: a second chance to write in the same batch
     * (a stored refusal). Its own failure is ignored. Called for ERR_REFUSED, ERR_NOT_FOUND,
     * ERR_INVALID, ERR_RANGE and ERR_EXISTS, which speak about the job, not about the store. */
    enum err (*refused)(struct tx *tx, void *arg, enum err why);
    /* Optional, PostgreSQL: the connection broke while committing. Says in a new transaction
     * whether the job's effects are there: OK yes (and fills the job's answer as run would have),
     * ERR_NOT_FOUND no: run again. NULL: the job fails with ERR_STORE. */
    enum err (*settled)(struct tx *tx, void *arg);
    /* After the commit is durable (OK) or the job has failed for good. Called on a store thread;
     * must not block. */
    void (*done)(void *arg, enum err result);
    void *arg;
    bool write;
    struct db_job *next; /* the queue's */
};

/* Queues the job; ERR_BUSY when the queue is full, ERR_STOPPED while closing: then done is not
 * called. */
MUST_USE enum err db_submit(struct db *db, struct db_job *job);
/* Submits and waits. Never call it from a store thread. */
MUST_USE enum err db_write(struct db *db, enum err (*run)(struct tx *, void *), void *arg);
MUST_USE enum err db_read(struct db *db, enum err (*run)(struct tx *, void *), void *arg);

/* -- inside a job ------------------------------------------------------------------------------ */

/* SQL uses $1, $2, ... on both stores, the common subset, and columns of three types only: integers
 * (BIGINT), TEXT, and BLOB/BYTEA. Texts should be string literals or otherwise live long: prepared
 * statements are cached by address and verified by content.
 *
 * On PostgreSQL an argument that is NULL when a text is first run takes its type from its place.
 * `$1 IS NULL` gives it none: write CAST($1 AS BIGINT) IS NULL there. */

/* The first call that fails breaks the job: every later call and the commit answer the same
 * failure. A job that overlooks one and returns OK stays broken and is not committed. */

/* A statement whose answer is not needed. On PostgreSQL it is only sent; an error may surface at a
 * later call or at commit. */
MUST_USE enum err tx_exec(struct tx *tx, const char *sql, const struct value *args, size_t n);

/* A statement that must change at least one row. When it does not, missed(arg) is called (it names
 * the refusal) and this or a later call, at the latest the commit, returns ERR_REFUSED. */
MUST_USE enum err tx_exec_or(struct tx *tx, const char *sql, const struct value *args, size_t n,
                             void (*missed)(void *arg), void *arg);

/* A statement with an answer, all of it in the arena; texts are NUL-terminated. */
MUST_USE enum err tx_query(struct tx *tx, struct arena *a, const char *sql,
                           const struct value *args, size_t n, struct rows *out);

/* As tx_query in two steps, so that several questions share one round trip on PostgreSQL. Every ask
 * is answered by one tx_answer, in any order. */
struct ask;
MUST_USE enum err tx_ask(struct tx *tx, struct arena *a, const char *sql, const struct value *args,
                         size_t n, struct ask **out);
MUST_USE enum err tx_answer(struct tx *tx, struct ask *ask, struct rows *out);

/* Streams the answer of a SELECT of any size: fn gets one row at a time (valid during the call); a
 * result other than OK stops and is returned. */
MUST_USE enum err tx_each(struct tx *tx, const char *sql, const struct value *args, size_t n,
                          enum err (*fn)(void *arg, const struct value *row, size_t cols),
                          void *arg);

/* Several statements separated by ';' without arguments: schema changes. Not cached. */
MUST_USE enum err tx_script(struct tx *tx, const char *sql);

/* For the rest of a reading job: what it asks may take so many milliseconds, then ERR_TIMEOUT. On
 * SQLite processor time of all statements together, because a thread that does not get the
 * processor holds nobody up; on PostgreSQL the server's time of each; and in no case more than
 * DB_LIMIT_WAIT times as long by the clock. */
#define DB_LIMIT_WAIT 4
MUST_USE enum err tx_limit(struct tx *tx, int64_t ms);

/* For the running job: every call above and the commit refuse with ERR_NO_MEMORY while this arena
 * has failed, so that nothing computed with memory that was not there is stored. */
void tx_watch(struct tx *tx, const struct arena *a);

struct db *tx_db(const struct tx *tx);
bool tx_is_write(const struct tx *tx);
int tx_slot(const struct tx *tx);
void *tx_slot_data(const struct tx *tx);

/* A new id, unique over all tables and processes, below 2^53, rising within a slot. Leased in
 * blocks outside the job's own transaction; a single job may take at most DB_IDS_PER_JOB
 * (ERR_RANGE). Ids of rolled back jobs are not used again. */
#define DB_IDS_PER_JOB 4096
MUST_USE enum err tx_new_id(struct tx *tx, int64_t *out);

/* The feed: an SQL expression for the next number of table `event` inside an INSERT (`part` 0..1023
 * distinguishes the events of one transaction), and a query without arguments for the number up to
 * which no event can still appear. A reader that takes seq <= horizon in order never skips one that
 * commits late. db_feed_seq_sql contains the text "$PART" for the parameter. */
const char *db_feed_seq_sql(enum db_store store);
const char *db_feed_horizon_sql(enum db_store store);

/* The last error in the store's own words, for the log only. */
const char *tx_error(const struct tx *tx);

/* Statements run through this tx so far: pages and tests count them. */
int64_t tx_statements(const struct tx *tx);

/* Fault injection for tests: called before each statement, write and commit; anything but OK is
 * what the store then answers. NULL outside the tests. */
enum db_fault { DB_FAULT_STATEMENT, DB_FAULT_WRITE, DB_FAULT_COMMIT };
extern enum err (*db_fault_hook)(enum db_fault point);

/* Counters since db_open. */
struct db_stats {
    int64_t jobs_written, jobs_read, jobs_failed, batches, retries, reconnects, queue_length;
    int64_t commit_us_total, run_us_total;
};
void db_stats(struct db *db, struct db_stats *out);

#endif
