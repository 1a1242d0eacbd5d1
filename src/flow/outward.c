/* Jobs that reach out of the house: claimed in one command, reached for without any transaction,
 * settled in another. The claim is a lease: the job's version decides who has it,
 * `claimed_until` how long, so of two nodes only one is at it, and a node that dies leaves it to
 * the others. While an attempt lasts the lease is renewed; whoever finds it lost writes nothing
 * more.
 *
 * However an attempt ends, run is told: also when what it needs cannot be read, when how it went
 * could not be written at the last try, and when the program died of it too often. */
#include "base/log.h"
#include "flow/own.h"
#include "flow/work.h"
#include "flow/work_own.h"
#include "os/clock.h"
#include "os/thread.h"

#define HELD_US         (INT64_C(15) * 60 * US_PER_SECOND)
#define ROUND_JOBS      50
#define ROUND_ASKED     1000 /* of kinds whose jobs stay due while they want nothing */
#define ROUND_US        (INT64_C(5) * US_PER_SECOND)
#define SETTLE_AGAIN_US (US_PER_SECOND / 2)
#define ARENA_BYTES     ((size_t)64 << 20)

int64_t outward_lease_us = (int64_t)2 * OUTWARD_REACH_MAX_MS * 1000;

int64_t outward_pause_us(int64_t tries)
{
    static const int64_t minutes[] = { 1, 5, 15, 60, 180, 360 };
    size_t n = tries < 1 ? 0 : (size_t)tries - 1;
    return minutes[n < N_ELEMENTS(minutes) ? n : N_ELEMENTS(minutes) - 1] * 60 * US_PER_SECOND;
}

/* -- the commands: the worker's own, without an address ---------------------------------------- */

static void hold_on(struct cx *cx, struct job *j)
{
    j->claimed_until.us = cx->now.us + outward_lease_us;
    j->run_at = j->claimed_until;
}

static enum err claim(struct cx *cx, void *record, const void *args, void *result)
{
    struct job *j = record;
    (void)args, (void)result;
    TRY(job_free(cx, j));
    if (j->run_at.us > cx->now.us) { /* another has been at it since it was listed */
        return refuse(cx, &refusal_job_in_work, TEXT_NONE);
    }
    j->tries++;
    hold_on(cx, j);
    return OK;
}

static enum err renew(struct cx *cx, void *record, const void *args, void *result)
{
    (void)args, (void)result;
    hold_on(cx, record);
    return OK;
}

static enum err settle(struct cx *cx, void *record, const void *args, void *result)
{
    struct job *j = record;
    struct outward o = *(const struct outward *)flow_prepared(cx);
    const struct job_kind *kind = job_kind_of(cx->house, j->kind);
    struct job_progress progress = { .job = j, .outward = &o };
    const struct json *given;
    (void)args, (void)result;
    j->claimed_until = INSTANT_NONE;
    if (o.end == OUTWARD_STOPPED) {
        j->tries--;
        j->run_at = cx->now;
        return OK;
    }
    TRY(job_args(cx, j, &given));
    o.said = o.said.s ? text_copy(cx->arena, job_said(o.said)) : TEXT_NONE;
    TRY(kind->run(cx, given, &progress));
    j->last_error = o.end == OUTWARD_DONE ? TEXT_NONE : o.said;
    j->progress++;
    if (progress.again) {
        j->tries = 0;
        j->run_at = progress.not_before.us > cx->now.us ? progress.not_before : cx->now;
    } else if (o.end == OUTWARD_LATER) {
        j->run_at.us = cx->now.us + outward_pause_us(j->tries);
    } else if (o.end == OUTWARD_HELD) {
        j->tries--;
        j->run_at.us = cx->now.us + HELD_US;
    } else {
        j->state = o.end == OUTWARD_DONE ? JOB_DONE : JOB_FAILED;
    }
    return OK;
}

#define OWN_COMMAND(verb)                                                                          \
    {                                                                                              \
        .name = #verb, .entity = &job_entity, .permission = "setup.write", .flags = C_RECORD,      \
        .from = STATE(JOB_WAITING), .to = -1, .run = verb                                          \
    }
static const struct command claim_command = OWN_COMMAND(claim);
static const struct command renew_command = OWN_COMMAND(renew);
static const struct command settle_command = OWN_COMMAND(settle);

/* -- one attempt ------------------------------------------------------------------------------- */

struct attempt {
    struct outward outward; /* first: reach is given it, outward_hold finds the attempt by it */
    const struct job_kind *kind;
    struct job job;
    struct who who;
    int64_t id, version;
    int64_t began_us;            /* monotonic; `now` was then */
    mutex_t lock;                /* of what follows, which the keeper and reach share */
    int64_t held_us, held_at_us; /* when the lease was last renewed: monotonic, and by the clock */
    bool lost;
    bool wanted;
};

/* A command on the job as it was left, at as much later as the attempt has taken, also where the
 * time is a story's. */
static struct worker_call worker_call_of(struct attempt *t, const struct command *c,
                                         struct arena *a)
{
    return (struct worker_call){
        .house = t->outward.house,
        .arena = a,
        .command = c,
        .id = t->id,
        .company = t->who.company,
        .now = { t->outward.now.us + (clock_monotonic_us() - t->began_us) },
        .if_version = t->version,
        .prepared = &t->outward,
    };
}

/* *problem may be NULL. */
static enum err on_job(struct attempt *t, const struct command *c, struct arena *a, text_t *problem)
{
    struct worker_call w = worker_call_of(t, c, a);
    enum err e = worker_call(&w);
    if (e == OK) {
        t->version = w.version;
    } else if (problem) {
        *problem = text_copy(t->outward.arena, w.answer);
    }
    return e;
}

static void note_held(struct attempt *t)
{
    t->held_us = clock_monotonic_us();
    t->held_at_us = clock_now().us;
}

/* How old the lease is, also if the machine slept. */
static int64_t held_since(const struct attempt *t)
{
    int64_t passed = clock_monotonic_us() - t->held_us;
    int64_t shown = clock_now().us - t->held_at_us;
    return shown > passed ? shown : passed;
}

/* With the lock held. A store that cannot be reached takes nothing away while the lease lasts. */
static void hold(struct attempt *t)
{
    struct arena a;
    arena_init(&a, (size_t)16 << 20);
    enum err e = on_job(t, &renew_command, &a, NULL);
    if (e == OK) {
        note_held(t);
    } else if (e == ERR_REFUSED || held_since(t) > outward_lease_us / 2) {
        t->lost = true;
    }
    arena_free(&a);
}

bool outward_hold(struct outward *o)
{
    struct attempt *t = (struct attempt *)(void *)o;
    mutex_lock(&t->lock);
    if (!t->lost && held_since(t) > outward_lease_us / 3) {
        hold(t);
    }
    bool ours = !t->lost;
    mutex_unlock(&t->lock);
    return ours;
}

struct keeper {
    struct attempt *attempt;
    struct latch over;
    struct thread thread;
};

static void keep(void *arg)
{
    struct keeper *k = arg;
    while (!latch_wait_us(&k->over, outward_lease_us / 3)) {
        (void)outward_hold(&k->attempt->outward);
    }
}

/* reach, with somebody who renews the lease meanwhile. */
static void reach(struct attempt *t)
{
    struct outward *o = &t->outward;
    struct keeper k = { .attempt = t };
    if (atomic_load(o->stop)) {
        o->end = OUTWARD_STOPPED;
        return;
    }
    latch_init(&k.over, 1);
    if (thread_start(&k.thread, "lease", keep, &k) == OK) {
        t->kind->reach(o);
    } else {
        o->end = OUTWARD_LATER;
        o->said = TEXT("the machine has no thread left");
    }
    latch_down(&k.over);
    thread_join(&k.thread);
    latch_wait(&k.over);
}

static enum err gather_in(struct cx *cx, struct attempt *t)
{
    const struct json *given;
    struct job *j = &t->job;
    struct outward *o = &t->outward;
    TRY(store_get_any(cx, &job_entity, t->id, j));
    j->kind = text_copy(cx->arena, j->kind);
    j->args = text_copy(cx->arena, j->args);
    j->subject_entity = text_copy(cx->arena, j->subject_entity);
    if (j->tries > job_tries_max(t->kind)) { /* an attempt that ends is never beyond the last */
        o->settled = true;
        o->end = OUTWARD_FAILED;
        o->said = text_fmt(cx->arena, "the program ended in each of %d tries",
                           job_tries_max(t->kind));
        return OK;
    }
    TRY(job_args(cx, j, &given));
    return t->kind->gather(cx, given, o);
}

static enum err gather(struct tx *tx, void *arg)
{
    struct attempt *t = arg;
    struct outward *o = &t->outward;
    struct cx cx;
    o->work = NULL;
    o->end = OUTWARD_DONE;
    o->settled = false;
    o->said = TEXT_NONE;
    cx_init(&cx, o->house, o->arena, tx, &t->who, "en");
    cx.now = o->now;
    enum err e = gather_in(&cx, t);
    if (e == ERR_REFUSED) { /* its texts may be master data's */
        int status;
        o->said = flow_detail(o->arena, flow_problem(&cx, &cx.failure, e, &status));
    }
    cx_done(&cx);
    return e;
}

/* Is it the job that cannot be done, whatever else gets better? As the store sorts failures. */
static bool is_final(enum err e)
{
    return e == ERR_REFUSED || e == ERR_NOT_FOUND || e == ERR_INVALID || e == ERR_RANGE;
}

static void try_it(struct attempt *t)
{
    struct outward *o = &t->outward;
    enum err e = db_read(house_db(o->house), gather, t);
    if (e == ERR_STOPPED) {
        o->end = OUTWARD_STOPPED;
    } else if (e != OK) {
        o->work = NULL;
        o->end = is_final(e) ? OUTWARD_FAILED : OUTWARD_LATER;
        o->said = e == ERR_REFUSED
                      ? o->said
                      : text_fmt(o->arena, "what the job needs cannot be read (%s)", err_name(e));
    } else if (!o->settled) {
        reach(t);
    }
    if (o->end == OUTWARD_LATER && t->job.tries >= job_tries_max(t->kind)) {
        o->end = OUTWARD_FAILED;
    }
}

/* Can the store only not just now? */
static bool is_passing(enum err e)
{
    return e == ERR_STORE || e == ERR_DISK_FULL || e == ERR_BUSY || e == ERR_TIMEOUT ||
           e == ERR_IO || e == ERR_CONFLICT;
}

/* Writes down how it went, in memory of its own: what the attempt took may have been all there is.
 * While the store only cannot just now it is asked again: what has been done must not be done twice
 * because nobody knows of it. */
static enum err write_end(struct attempt *t, text_t *problem)
{
    for (;;) {
        struct arena a;
        arena_init(&a, ARENA_BYTES);
        enum err e = on_job(t, &settle_command, &a, problem);
        arena_free(&a);
        if (!is_passing(e) || held_since(t) > outward_lease_us / 2 ||
            atomic_load(t->outward.stop)) {
            return e;
        }
        clock_sleep_us(SETTLE_AGAIN_US);
    }
}

static void end_attempt(struct attempt *t)
{
    struct outward *o = &t->outward;
    text_t problem = TEXT_NONE;
    if (t->lost) {
        log_warn("job", "job %lld was taken over by another node", (long long)t->id);
        return;
    }
    enum err e = write_end(t, &problem);
    if (e != OK && e != ERR_STOPPED) {
        log_warn("job", "job %lld failed: %s", (long long)t->id, err_name(e));
        if (t->job.tries >= job_tries_max(t->kind) && o->end != OUTWARD_FAILED) {
            o->end = OUTWARD_FAILED; /* it was the last try: run is told that it ends */
            o->said = flow_detail(o->arena, problem);
            e = write_end(t, &problem);
        }
    }
    if (e != OK && e != ERR_STOPPED) {
        struct worker_call failed = worker_call_of(t, NULL, NULL);
        worker_fail(&failed, problem);
    }
}

static enum err ask(struct tx *tx, void *arg)
{
    struct attempt *t = arg;
    struct cx cx;
    t->wanted = false;
    cx_init(&cx, t->outward.house, t->outward.arena, tx, &t->who, "en");
    cx.now = t->outward.now;
    enum err e = store_get_any(&cx, &job_entity, t->id, &t->job);
    if (e == OK && t->job.state == JOB_WAITING) {
        e = t->kind->wanted(&cx, &t->job, &t->wanted);
    }
    cx_done(&cx);
    return e;
}

/* What cannot say whether it wants anything is tried, which will tell why. */
static bool wants(struct attempt *t)
{
    return !t->kind->wanted || db_read(house_db(t->outward.house), ask, t) != OK || t->wanted;
}

/* Whether the job wanted something and was ours to try. */
static bool attempt(struct house *h, const struct job_kind *kind, int64_t id, int64_t company,
                    instant_t now, const atomic_bool *stop)
{
    struct arena a;
    arena_init(&a, ARENA_BYTES);
    struct attempt t = {
        .outward = { .house = h, .arena = &a, .now = now, .stop = stop },
        .kind = kind,
        .who = { .company = company,
                 .all = true,
                 .all_sites = true,
                 .language = "en",
                 .name = TEXT("system") },
        .id = id,
        .began_us = clock_monotonic_us(),
        .lock = MUTEX_INIT,
    };
    t.outward.job = &t.job;
    bool ours = wants(&t) && on_job(&t, &claim_command, &a, NULL) == OK; /* or another has it */
    if (ours) {
        note_held(&t);
        try_it(&t);
        end_attempt(&t);
    }
    arena_free(&a);
    return ours;
}

/* -- what is due ------------------------------------------------------------------------------- */

struct due {
    struct arena *arena;
    const struct job_kind *kind;
    instant_t now;
    struct rows rows; /* id, company */
};

static enum err read_due(struct tx *tx, void *arg)
{
    struct due *d = arg;
    const struct value args[] = { v_int(d->now.us), v_str(d->kind->name),
                                  v_int(d->kind->wanted ? ROUND_ASKED : ROUND_JOBS) };
    return tx_query(tx, d->arena, JOBS_DUE(" AND kind = $2", "$3"), args, N_ELEMENTS(args),
                    &d->rows);
}

/* A round does not go on with an old list while others come. */
size_t outward_round(struct house *h, const struct job_kind *kind, instant_t now,
                     const atomic_bool *stop)
{
    struct arena a;
    size_t n = 0;
    int64_t began = clock_monotonic_us(), passed = 0;
    if (kind->ready && !kind->ready(h)) {
        return 0;
    }
    arena_init(&a, (size_t)1 << 20);
    struct due d = { .arena = &a, .kind = kind, .now = now };
    if (db_read(house_db(h), read_due, &d) == OK) {
        for (size_t i = 0; i < d.rows.n && passed < ROUND_US && !atomic_load(stop); i++) {
            n += attempt(h, kind, rows_int(&d.rows, i, 0), rows_int(&d.rows, i, 1),
                         (instant_t){ now.us + passed }, stop);
            passed = clock_monotonic_us() - began;
        }
    }
    arena_free(&a);
    return n;
}
