/* The thread that runs due jobs and schedules. */
#include "base/log.h"
#include "flow/work.h"
#include "flow/work_own.h"
#include "os/clock.h"
#include "os/thread.h"

#include <stdlib.h>

#define ROUND_JOBS      50
#define ROUND_PAUSE_US  US_PER_SECOND
#define ERROR_BYTES_MAX 480

struct due {
    struct arena *arena;
    instant_t now;
    const char *sql;
    struct rows rows; /* id, company */
};

static enum err read_due(struct tx *tx, void *arg)
{
    struct due *d = arg;
    const struct value args[] = { v_int(d->now.us), v_int(ROUND_JOBS) };
    return tx_query(tx, d->arena, d->sql, args, N_ELEMENTS(args), &d->rows);
}

static enum err call_on(struct house *h, struct arena *a, const struct command *c, int64_t id,
                        int64_t company, const void *args, instant_t now, text_t *problem)
{
    const struct who system = {
        .company = company, .all = true, .all_sites = true, .language = "en", .name = TEXT("system")
    };
    struct call call = { .house = h,
                         .arena = a,
                         .who = &system,
                         .language = "en",
                         .command = c,
                         .entity = c->entity,
                         .record_id = id,
                         .typed = args,
                         .now = now };
    enum err e = flow_call(&call);
    *problem = call.answer;
    return e;
}

/* At most max bytes, not cut inside a character: a store refuses half of one. */
static text_t shortened(text_t t, size_t max)
{
    while (t.n > max && max > 0 && ((unsigned char)t.s[max] & 0xC0) == 0x80) {
        max--;
    }
    return (text_t){ t.s, t.n < max ? t.n : max };
}

static bool run_one(struct house *h, int64_t id, int64_t company, instant_t now)
{
    struct arena a;
    text_t problem;
    arena_init(&a, (size_t)64 << 20);
    enum err e = call_on(h, &a, &job_commands[JOB_RUN], id, company, NULL, now, &problem);
    if (e != OK && e != ERR_STOPPED) {
        const struct job_error failed = { .error = shortened(problem, ERROR_BYTES_MAX) };
        text_t ignored;
        log_warn("job", "job %lld failed: %s", (long long)id, err_name(e));
        if (call_on(h, &a, &job_commands[JOB_FAIL], id, company, &failed, now, &ignored) != OK) {
            log_warn("job", "the failure of job %lld could not be noted", (long long)id);
        }
    }
    arena_free(&a);
    return e == OK;
}

static size_t each_due(struct house *h, instant_t now, const char *sql, const struct command *c)
{
    struct arena a;
    size_t n = 0;
    arena_init(&a, (size_t)16 << 20);
    struct due d = { .arena = &a, .now = now, .sql = sql };
    if (db_read(house_db(h), read_due, &d) == OK) {
        for (size_t i = 0; i < d.rows.n; i++) {
            text_t ignored;
            if (c) {
                n += call_on(h, &a, c, rows_int(&d.rows, i, 0), rows_int(&d.rows, i, 1), NULL, now,
                             &ignored) == OK;
            } else {
                n += run_one(h, rows_int(&d.rows, i, 0), rows_int(&d.rows, i, 1), now);
            }
        }
    }
    arena_free(&a);
    return n;
}

size_t worker_round(struct house *h, instant_t now)
{
    (void)each_due(
        h, now,
        "SELECT id, company FROM schedules WHERE active = 1 AND archived = 0 AND next_at <= $1 "
        "ORDER BY id LIMIT $2",
        &job_commands[JOB_TICK]);
    return each_due(
        h, now,
        "SELECT id, company FROM jobs WHERE state = 0 AND run_at <= $1 ORDER BY run_at, id LIMIT "
        "$2",
        NULL);
}

struct worker {
    struct house *house;
    struct thread thread;
    mutex_t lock;
    cond_t wake;
    bool stop;
};

static void work(void *arg)
{
    struct worker *w = arg;
    mutex_lock(&w->lock);
    while (!w->stop) {
        mutex_unlock(&w->lock);
        size_t n = worker_round(w->house, clock_now());
        mutex_lock(&w->lock);
        if (!w->stop && n == 0) {
            (void)cond_wait_us(&w->wake, &w->lock, ROUND_PAUSE_US);
        }
    }
    mutex_unlock(&w->lock);
}

enum err worker_start(struct house *h, struct worker **out)
{
    struct worker *w = calloc(1, sizeof *w);
    if (!w) {
        return ERR_NO_MEMORY;
    }
    w->house = h;
    pthread_mutex_init(&w->lock, NULL);
    cond_init(&w->wake);
    enum err e = thread_start(&w->thread, "jobs", work, w);
    if (e != OK) {
        free(w);
        return e;
    }
    *out = w;
    return OK;
}

void worker_stop(struct worker *w)
{
    if (!w) {
        return;
    }
    mutex_lock(&w->lock);
    w->stop = true;
    cond_signal(&w->wake);
    mutex_unlock(&w->lock);
    thread_join(&w->thread);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
