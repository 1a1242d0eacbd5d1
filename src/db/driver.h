/* What the two stores and the common code of db/ know about each other; nobody outside db/ includes
 * it.
 *
 * The common code owns the queue, the threads, the slot and id leases and the checks at the head of
 * every tx_* call; a driver owns connections, transactions and statements. A driver's connection
 * begins with `struct tx`. Everything in struct tx belongs to the one thread that works on the
 * connection. */
#ifndef KONTOR_DB_DRIVER_H
#define KONTOR_DB_DRIVER_H

#include "db/db.h"
#include "os/thread.h"

#include <stdatomic.h>

#define DB_WHY        256
#define SLOT_BEAT_US  INT64_C(5000000)  /* how often a held slot is confirmed */
#define SLOT_STALE_US INT64_C(30000000) /* a slot not confirmed for so long may be taken over */
#define IDS_BLOCK     65536
#define SLOW_JOB_US   20000

typedef enum err (*run_fn)(struct tx *tx, void *arg);
typedef enum err (*row_fn)(void *arg, const struct value *row, size_t cols);
typedef void (*missed_fn)(void *arg);

struct driver;

struct tx {
    struct db *db;
    const struct driver *driver;
    bool write;
    bool
        internal; /* statements of the kernel's own: neither counted nor made to fail by the hook */
    int slot;     /* 0: none leased yet */
    void *slot_data;           /* from hooks->slot_open */
    char owner[33];            /* this connection's name in table writer */
    int64_t beat_us;           /* monotonic time of the last confirmed lease */
    int64_t ids_next, ids_end; /* the leased block */
    int64_t ids_floor; /* ids below were given to jobs whose block was rolled back: not again */
    int64_t lines_since_us; /* failures logged since then */
    int lines;
    int64_t ids_taken; /* by the running job */
    /* of the running job */
    int64_t statements;
    const struct arena *watch; /* see tx_watch */
    int64_t deadline_us;       /* see tx_limit: monotonic time; 0: none */
    enum err broken;           /* first failure of a statement; all later calls answer it too */
    char error[DB_WHY];
};

struct driver {
    enum db_store store;
    const char *now_sql; /* SELECT of the store's clock in microseconds */
    enum err (*setup)(struct db *db, char why[static DB_WHY]);
    void (*teardown)(struct db *db);
    struct tx *(*open)(struct db *db, bool write, char why[static DB_WHY]);
    void (*close)(struct tx *tx);
    /* Runs the jobs of the list and calls done of each. */
    void (*run_writes)(struct tx *tx, struct db_job *jobs);
    void (*run_read)(struct tx *tx, struct db_job *job);
    /* Called after SLOT_BEAT_US without a job. */
    void (*idle)(struct tx *tx);

    enum err (*exec)(struct tx *tx, const char *sql, const struct value *args, size_t n);
    enum err (*exec_or)(struct tx *tx, const char *sql, const struct value *args, size_t n,
                        missed_fn missed, void *arg);
    enum err (*query)(struct tx *tx, struct arena *a, const char *sql, const struct value *args,
                      size_t n, struct rows *out);
    enum err (*ask)(struct tx *tx, struct arena *a, const char *sql, const struct value *args,
                    size_t n, struct ask **out);
    enum err (*answer)(struct tx *tx, struct ask *ask, struct rows *out);
    enum err (*each)(struct tx *tx, const char *sql, const struct value *args, size_t n, row_fn fn,
                     void *arg);
    enum err (*script)(struct tx *tx, const char *sql);
    /* Of a reading job; ends with it. */
    enum err (*limit)(struct tx *tx, int64_t ms);
};

extern const struct driver sqlite_driver;
extern const struct driver postgres_driver;

struct job_queue {
    struct db_job *first, *last;
    size_t n;
    size_t waiting; /* threads asleep on `more` */
    cond_t more;
};

struct worker {
    struct db *db;
    struct thread thread;
    struct tx *tx;
};

struct db {
    struct db_config config; /* defaults filled in */
    char *url;               /* own copy, config.url points to it */
    const struct driver *driver;
    void *driver_data; /* of the driver, from setup to teardown */
    mutex_t lock;      /* guards the queues and stopping */
    struct job_queue writes, reads;
    bool stopping;
    struct worker *workers;
    size_t n_workers;
    _Atomic int64_t jobs_written, jobs_read, jobs_failed, batches, retries, reconnects;
    _Atomic int64_t commit_us_total, run_us_total;
};

/* -- tx.c ------------------------------------------------------------------------------------ */

/* Fills the common part of a new connection. */
void tx_init(struct tx *tx, struct db *db, const struct driver *driver, bool write);
/* Gives the connection a new name in table writer. */
void tx_rename(struct tx *tx);
/* Records the job's first failure, keeps the text for tx_error, and writes one log line when the
 * store itself is at fault. sql (may be NULL) is shortened for the log. Returns e. */
enum err tx_break(struct tx *tx, enum err e, const char *sql, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
/* Forgets the last job's marks. */
void tx_reset(struct tx *tx);
/* One attempt: runs the function and tells what the transaction must do. ERR_CONFLICT and failures
 * that the function overlooked win over its own result; *overlooked (may be NULL) says that the
 * function itself returned OK although it failed. */
enum err tx_attempt(struct tx *tx, run_fn run, void *arg, bool *overlooked);
/* A stored refusal as a function to attempt; arg is a struct refusal. */
struct refusal {
    struct db_job *job;
    enum err why;
};
enum err run_refused(struct tx *tx, void *arg);
/* OK, or what the fault hook wants the commit to answer. */
enum err tx_commit_fault(struct tx *tx);
/* Whether a job's own result is a refusal that may be stored by `refused`. */
bool err_is_refusal(enum err e);
/* Puts a formatted line into why[]. */
void why_set(char why[static DB_WHY], const char *fmt, ...) PRINTF_LIKE(2, 3);

/* -- lease.c: each runs inside a write transaction that the driver has opened ------------------ */

/* The kernel's own tables in the common subset, separated by ';'. */
extern const char lease_tables_sql[];
/* Makes the row of the id counter when missing. */
extern const char lease_init_sql[];
/* Takes the lowest free or stale slot, a block of ids, and tells hooks->slot_open. */
MUST_USE enum err lease_slot(struct tx *tx);
/* Confirms the slot when it is time (always: at once). ERR_NOT_FOUND when another owner has it. */
MUST_USE enum err lease_confirm(struct tx *tx, bool always);
/* Makes sure a job finds its ids. */
MUST_USE enum err lease_ids(struct tx *tx);
MUST_USE enum err lease_release(struct tx *tx);
/* The transaction that called lease_slot or lease_ids was rolled back. */
void lease_forget_ids(struct tx *tx);
void lease_forget_slot(struct tx *tx);

/* -- db.c ------------------------------------------------------------------------------------ */

/* Counts the job and calls done. The job may be gone afterwards. */
void job_answer(struct db *db, struct db_job *job, enum err result);

#endif
