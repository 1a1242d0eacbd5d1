/* The store's queue and threads: opening by URL, submitting, waiting, counting.
 *
 * Jobs wait in two lists, writing and reading, each taken in order. On SQLite one thread writes and
 * takes whole batches; on PostgreSQL each writing thread takes one job at a time. Closing lets the
 * threads finish what was submitted. */
#include "db/driver.h"

#include "base/log.h"
#include "os/clock.h"

#include <stdio.h>
#include <stdlib.h>

/* Marks the store's own threads, which must never wait for a job. */
static _Thread_local bool on_store_thread;

/* -- the queue --------------------------------------------------------------------------------- */

static struct job_queue *queue_of(struct db *db, bool write)
{
    return write ? &db->writes : &db->reads;
}

enum err db_submit(struct db *db, struct db_job *job)
{
    struct job_queue *q = queue_of(db, job->write);
    enum err e = OK;

    INVARIANT(job->run != NULL);
    mutex_lock(&db->lock);
    if (db->stopping) {
        e = ERR_STOPPED;
    } else if (q->n >= db->config.queue_max) {
        e = ERR_BUSY;
    } else {
        job->next = NULL;
        if (q->last) {
            q->last->next = job;
        } else {
            q->first = job;
        }
        q->last = job;
        q->n++;
        if (q->waiting > 0) {
            cond_signal(&q->more);
        }
    }
    mutex_unlock(&db->lock);
    return e;
}

/* Waits for work and takes up to max jobs. NULL after SLOT_BEAT_US without any, or when *stop
 * became true: then nothing is left and nothing more comes. */
static struct db_job *queue_take(struct db *db, struct job_queue *q, size_t max, bool *stop)
{
    struct db_job *first, *last;

    mutex_lock(&db->lock);
    if (!q->first && !db->stopping) {
        q->waiting++;
        (void)cond_wait_us(&q->more, &db->lock, SLOT_BEAT_US);
        q->waiting--;
    }
    first = last = q->first;
    if (first) {
        q->n--;
        for (size_t i = 1; i < max && last->next; i++) {
            last = last->next;
            q->n--;
        }
        q->first = last->next;
        if (!q->first) {
            q->last = NULL;
        }
        last->next = NULL;
    }
    *stop = !first && db->stopping;
    mutex_unlock(&db->lock);
    return first;
}

void job_answer(struct db *db, struct db_job *job, enum err result)
{
    atomic_fetch_add_explicit(job->write ? &db->jobs_written : &db->jobs_read, 1,
                              memory_order_relaxed);
    if (result != OK && !err_is_refusal(result)) {
        atomic_fetch_add_explicit(&db->jobs_failed, 1, memory_order_relaxed);
    }
    if (job->done) {
        job->done(job->arg, result);
    }
}

/* -- the threads ------------------------------------------------------------------------------- */

static void worker_main(void *arg)
{
    struct worker *w = arg;
    struct db *db = w->db;
    bool write = w->tx->write, stop = false;
    size_t max = write && db->driver->store == DB_SQLITE ? (size_t)db->config.batch_max : 1;

    on_store_thread = true;
    while (!stop) {
        struct db_job *jobs = queue_take(db, queue_of(db, write), max, &stop);

        if (!jobs) {
            if (!stop) {
                db->driver->idle(w->tx);
            }
        } else if (write) {
            db->driver->run_writes(w->tx, jobs);
        } else {
            db->driver->run_read(w->tx, jobs);
        }
    }
    db->driver->close(w->tx);
    w->tx = NULL;
}

static enum err start_worker(struct db *db, bool write, char why[static DB_WHY])
{
    struct worker *w = &db->workers[db->n_workers];
    char name[16];

    w->db = db;
    w->tx = db->driver->open(db, write, why);
    if (!w->tx) {
        return ERR_STORE;
    }
    (void)snprintf(name, sizeof name, "db-%s-%u", write ? "write" : "read",
                   (unsigned)(db->n_workers & 0xff));
    if (thread_start(&w->thread, name, worker_main, w) != OK) {
        db->driver->close(w->tx);
        why_set(why, "cannot start a thread");
        return ERR_IO;
    }
    db->n_workers++;
    return OK;
}

/* -- opening and closing ------------------------------------------------------------------------
 */

static void fill_defaults(struct db_config *c, enum db_store store)
{
    if (c->readers <= 0) {
        c->readers = 2;
    }
    if (c->writers <= 0) {
        c->writers = 4;
    }
    if (store == DB_SQLITE) {
        c->writers = 1;
    }
    if (c->batch_max <= 0) {
        c->batch_max = 64;
    }
    if (c->queue_max == 0) {
        c->queue_max = 4096;
    }
    if (c->busy_ms <= 0) {
        c->busy_ms = 15000;
    }
}

static const struct driver *driver_of(const char *url)
{
    if (strncmp(url, "sqlite:", 7) == 0) {
        return &sqlite_driver;
    }
    if (strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0) {
        return &postgres_driver;
    }
    return NULL;
}

static enum err open_all(struct db *db, char why[static DB_WHY])
{
    const struct db_config *c = &db->config;

    TRY(db->driver->setup(db, why));
    for (int i = 0; i < c->writers; i++) {
        TRY(start_worker(db, true, why));
    }
    for (int i = 0; i < c->readers; i++) {
        TRY(start_worker(db, false, why));
    }
    return OK;
}

enum err db_open(const struct db_config *config, struct db **out, char why[static 256])
{
    const struct driver *driver = driver_of(config->url);
    struct db *db;
    enum err e;

    *out = NULL;
    why[0] = '\0';
    if (!driver) {
        why_set(why, "the store's address must begin with sqlite: or postgresql://");
        return ERR_INVALID;
    }
    db = calloc(1, sizeof *db);
    if (!db) {
        why_set(why, "out of memory");
        return ERR_NO_MEMORY;
    }
    db->driver = driver;
    db->config = *config;
    fill_defaults(&db->config, driver->store);
    INVARIANT(pthread_mutex_init(&db->lock, NULL) == 0);
    cond_init(&db->writes.more);
    cond_init(&db->reads.more);
    db->url = strdup(config->url);
    db->config.url = db->url;
    db->workers = calloc((size_t)db->config.writers + (size_t)db->config.readers,
                         sizeof *db->workers);
    if (!db->url || !db->workers) {
        why_set(why, "out of memory");
        e = ERR_NO_MEMORY;
    } else {
        e = open_all(db, why);
    }
    if (e != OK) {
        db_close(db);
        return e;
    }
    *out = db;
    return OK;
}

void db_close(struct db *db)
{
    if (!db) {
        return;
    }
    mutex_lock(&db->lock);
    db->stopping = true;
    cond_broadcast(&db->writes.more);
    cond_broadcast(&db->reads.more);
    mutex_unlock(&db->lock);
    for (size_t i = 0; i < db->n_workers; i++) {
        thread_join(&db->workers[i].thread);
    }
    db->driver->teardown(db);
    (void)pthread_cond_destroy(&db->writes.more);
    (void)pthread_cond_destroy(&db->reads.more);
    (void)pthread_mutex_destroy(&db->lock);
    free(db->workers);
    free(db->url);
    free(db);
}

enum db_store db_store(const struct db *db)
{
    return db->driver->store;
}

void *db_user(const struct db *db)
{
    return db->config.user;
}

/* -- waiting for a job ---------------------------------------------------------------------------
 */

struct waiter {
    enum err (*run)(struct tx *, void *);
    void *arg;
    struct latch answered;
    enum err result;
};

static enum err waiter_run(struct tx *tx, void *arg)
{
    struct waiter *w = arg;

    return w->run(tx, w->arg);
}

static void waiter_done(void *arg, enum err result)
{
    struct waiter *w = arg;

    w->result = result;
    latch_down(&w->answered);
}

static enum err submit_and_wait(struct db *db, run_fn run, void *arg, bool write)
{
    struct waiter w = { .run = run, .arg = arg };
    struct db_job job = { .run = waiter_run, .done = waiter_done, .arg = &w, .write = write };
    enum err e;

    INVARIANT(!on_store_thread);
    latch_init(&w.answered, 1);
    e = db_submit(db, &job);
    if (e != OK) { /* done is not called */
        waiter_done(&w, e);
    }
    latch_wait(&w.answered);
    return w.result;
}

enum err db_write(struct db *db, enum err (*run)(struct tx *, void *), void *arg)
{
    return submit_and_wait(db, run, arg, true);
}

enum err db_read(struct db *db, enum err (*run)(struct tx *, void *), void *arg)
{
    return submit_and_wait(db, run, arg, false);
}

/* -- health and counters -------------------------------------------------------------------------
 */

static enum err health_write(struct tx *tx, void *arg)
{
    *(int *)arg = tx->slot;
    return lease_confirm(tx, true);
}

static enum err health_read(struct tx *tx, void *arg)
{
    const struct value args[] = { v_int(*(int *)arg) };
    struct arena a;
    struct rows rows;
    enum err e;

    arena_init(&a, ARENA_BLOCK_BYTES);
    e = tx_query(tx, &a, "SELECT heartbeat_us FROM writer WHERE id = $1", args, 1, &rows);
    if (e == OK && rows.n != 1) {
        e = ERR_STORE;
    }
    arena_free(&a);
    return e;
}

enum err db_health(struct db *db)
{
    int slot = 0;

    TRY(db_write(db, health_write, &slot));
    return db_read(db, health_read, &slot);
}

void db_stats(struct db *db, struct db_stats *out)
{
    mutex_lock(&db->lock);
    *out = (struct db_stats){
        .jobs_written = db->jobs_written,
        .jobs_read = db->jobs_read,
        .jobs_failed = db->jobs_failed,
        .batches = db->batches,
        .retries = db->retries,
        .reconnects = db->reconnects,
        .queue_length = (int64_t)(db->writes.n + db->reads.n),
        .commit_us_total = db->commit_us_total,
        .run_us_total = db->run_us_total,
    };
    mutex_unlock(&db->lock);
}
