/* The threads that run due jobs and schedules: one for what stays in the house, one for each kind
 * of job that reaches out of it. */
#include "base/log.h"
#include "flow/work.h"
#include "flow/work_own.h"
#include "os/clock.h"
#include "os/thread.h"

#include <stdlib.h>

#define ROUND_JOBS     50
#define ROUND_PAUSE_US US_PER_SECOND

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

enum err worker_call(struct worker_call *w)
{
    const struct who system = { .company = w->company,
                                .all = true,
                                .all_sites = true,
                                .language = "en",
                                .name = TEXT("system") };
    struct call call = { .house = w->house,
                         .arena = w->arena,
                         .who = &system,
                         .language = "en",
                         .command = w->command,
                         .entity = w->command->entity,
                         .record_id = w->id,
                         .typed = w->args,
                         .now = w->now,
                         .if_version = w->if_version,
                         .prepared = w->prepared };
    enum err e = flow_call(&call);
    w->answer = call.answer;
    w->version = call.version;
    return e;
}

void worker_fail(const struct worker_call *w, text_t problem)
{
    struct arena a;
    struct worker_call note = *w;
    arena_init(&a, (size_t)16 << 20);
    const struct job_error failed = { .error = job_said(flow_detail(&a, problem)) };
    note.arena = &a;
    note.command = &job_commands[JOB_FAIL];
    note.args = &failed;
    note.prepared = NULL;
    if (worker_call(&note) != OK) {
        log_warn("job", "the failure of job %lld could not be noted", (long long)w->id);
    }
    arena_free(&a);
}

static bool run_one(struct house *h, const struct command *c, int64_t id, int64_t company,
                    instant_t now)
{
    struct arena a;
    arena_init(&a, (size_t)64 << 20);
    struct worker_call call = {
        .house = h, .arena = &a, .command = c, .id = id, .company = company, .now = now
    };
    enum err e = worker_call(&call);
    if (e != OK && e != ERR_STOPPED && c == &job_commands[JOB_RUN]) {
        log_warn("job", "job %lld failed: %s", (long long)id, err_name(e));
        worker_fail(&call, call.answer);
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
            n += run_one(h, c, rows_int(&d.rows, i, 0), rows_int(&d.rows, i, 1), now);
        }
    }
    arena_free(&a);
    return n;
}

/* The due jobs that stay in the house: all but those of the outward kinds, whose names are the
 * program's own. NULL without memory. */
static const char *inward_sql(struct house *h)
{
    const struct house_plan *plan = house_plan(h);
    struct arena a;
    struct buf b;
    arena_init(&a, (size_t)1 << 16);
    buf_init(&b, &a, (size_t)1 << 14);
    for (size_t i = 0; i < plan->n_job_kinds; i++) {
        if (plan->job_kinds[i].reach) {
            buf_fmt(&b, " AND kind <> '%s'", plan->job_kinds[i].name);
        }
    }
    const char *sql = house_intern(h, text_fmt(&a, JOBS_DUE("%s", "$2"), buf_done(&b).s));
    arena_free(&a);
    return sql;
}

static size_t inward_round(struct house *h, instant_t now)
{
    const char *sql = inward_sql(h);
    (void)each_due(
        h, now,
        "SELECT id, company FROM schedules WHERE active = 1 AND archived = 0 AND next_at <= $1 "
        "ORDER BY id LIMIT $2",
        &job_commands[JOB_TICK]);
    return sql ? each_due(h, now, sql, &job_commands[JOB_RUN]) : 0;
}

size_t worker_round(struct house *h, instant_t now)
{
    static const atomic_bool never;
    const struct house_plan *plan = house_plan(h);
    size_t n = inward_round(h, now);
    for (size_t i = 0; i < plan->n_job_kinds; i++) {
        if (plan->job_kinds[i].reach) {
            n += outward_round(h, &plan->job_kinds[i], now, &never);
        }
    }
    return n;
}

/* -- the threads ------------------------------------------------------------------------------- */

struct hand {
    struct worker *worker;
    const struct job_kind *kind; /* NULL: what stays in the house */
    struct thread thread;
};

struct worker {
    struct house *house;
    mutex_t lock;
    cond_t wake;
    atomic_bool stop;
    size_t n;
    struct hand hands[];
};

static void work(void *arg)
{
    struct hand *hand = arg;
    struct worker *w = hand->worker;
    mutex_lock(&w->lock);
    while (!atomic_load(&w->stop)) {
        mutex_unlock(&w->lock);
        size_t n = hand->kind ? outward_round(w->house, hand->kind, clock_now(), &w->stop)
                              : inward_round(w->house, clock_now());
        mutex_lock(&w->lock);
        if (!atomic_load(&w->stop) && n == 0) {
            (void)cond_wait_us(&w->wake, &w->lock, ROUND_PAUSE_US);
        }
    }
    mutex_unlock(&w->lock);
}

static enum err begin(struct worker *w, const struct job_kind *kind)
{
    struct hand *hand = &w->hands[w->n];
    *hand = (struct hand){ .worker = w, .kind = kind };
    TRY(thread_start(&hand->thread, kind ? kind->name : "jobs", work, hand));
    w->n++;
    return OK;
}

static size_t hands_of(const struct job_kind *kind)
{
    return !kind->reach ? 0 : kind->hands > 1 ? (size_t)kind->hands : 1;
}

enum err worker_start(struct house *h, struct worker **out)
{
    const struct house_plan *plan = house_plan(h);
    size_t n = 1;
    for (size_t i = 0; i < plan->n_job_kinds; i++) {
        n += hands_of(&plan->job_kinds[i]);
    }
    struct worker *w = calloc(1, sizeof *w + n * sizeof w->hands[0]);
    if (!w) {
        return ERR_NO_MEMORY;
    }
    w->house = h;
    pthread_mutex_init(&w->lock, NULL);
    cond_init(&w->wake);
    enum err e = begin(w, NULL);
    for (size_t i = 0; e == OK && i < plan->n_job_kinds; i++) {
        for (size_t k = hands_of(&plan->job_kinds[i]); e == OK && k > 0; k--) {
            e = begin(w, &plan->job_kinds[i]);
        }
    }
    if (e != OK) {
        worker_stop(w);
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
    atomic_store(&w->stop, true);
    cond_broadcast(&w->wake);
    mutex_unlock(&w->lock);
    for (size_t i = 0; i < w->n; i++) {
        thread_join(&w->hands[i].thread);
    }
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
