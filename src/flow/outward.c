/* Jobs that reach out of the house: claimed in one command, reached for without any transaction,
 * settled in another. The claim is a lease: the job's version decides who has it,
 * `claimed_until` how long, so of two nodes only one is at it, and a node that dies leaves it to
 * the others. */
#include "base/log.h"
#include "flow/own.h"
#include "flow/work.h"
#include "flow/work_own.h"
#include "os/clock.h"

#define LEASE_US    ((int64_t)2 * OUTWARD_REACH_MAX_MS * 1000)
#define HELD_US     (INT64_C(15) * 60 * US_PER_SECOND)
#define ROUND_JOBS  50
#define ARENA_BYTES ((size_t)64 << 20)

int64_t outward_pause_us(int64_t tries)
{
    static const int64_t minutes[] = { 1, 5, 15, 60, 180, 360 };
    size_t n = tries < 1 ? 0 : (size_t)tries - 1;
    return minutes[n < N_ELEMENTS(minutes) ? n : N_ELEMENTS(minutes) - 1] * 60 * US_PER_SECOND;
}

/* -- the two commands: the worker's own, without an address ------------------------------------ */

static enum err claim(struct cx *cx, void *record, const void *args, void *result)
{
    struct job *j = record;
    (void)args, (void)result;
    TRY(job_free(cx, j));
    if (j->run_at.us > cx->now.us) { /* another has been at it since it was listed */
        return refuse(cx, &refusal_job_in_work, TEXT_NONE);
    }
    j->tries++;
    j->claimed_until.us = cx->now.us + LEASE_US;
    j->run_at = j->claimed_until;
    return OK;
}

static enum err settle(struct cx *cx, void *record, const void *args, void *result)
{
    struct job *j = record;
    struct outward *o = flow_prepared(cx);
    const struct job_kind *kind = job_kind_of(cx->house, j->kind);
    struct job_progress progress = { .job = j, .outward = o };
    const struct json *given;
    (void)args, (void)result;
    j->claimed_until = INSTANT_NONE;
    if (o->end == OUTWARD_STOPPED) {
        j->tries--;
        j->run_at = cx->now;
        return OK;
    }
    TRY(job_args(cx, j, &given));
    o->said = o->said.s ? text_copy(cx->arena, job_said(o->said)) : TEXT_NONE;
    TRY(kind->run(cx, given, &progress));
    j->last_error = o->end == OUTWARD_DONE ? TEXT_NONE : o->said;
    j->progress++;
    if (progress.again) {
        j->tries = 0;
        j->run_at = cx->now;
    } else if (o->end == OUTWARD_LATER) {
        j->run_at.us = cx->now.us + outward_pause_us(j->tries);
    } else if (o->end == OUTWARD_HELD) {
        j->tries--;
        j->run_at.us = cx->now.us + HELD_US;
    } else {
        j->state = o->end == OUTWARD_DONE ? JOB_DONE : JOB_FAILED;
    }
    return OK;
}

static const struct command claim_command = { .name = "claim",
                                              .entity = &job_entity,
                                              .permission = "setup.write",
                                              .flags = C_RECORD,
                                              .from = STATE(JOB_WAITING),
                                              .to = -1,
                                              .run = claim };
static const struct command settle_command = { .name = "settle",
                                               .entity = &job_entity,
                                               .permission = "setup.write",
                                               .flags = C_RECORD,
                                               .from = STATE(JOB_WAITING),
                                               .to = -1,
                                               .run = settle };

/* -- one attempt ------------------------------------------------------------------------------- */

struct attempt {
    struct outward outward;
    const struct job_kind *kind;
    struct job job;
    struct who who;
    text_t problem;
};

static enum err gather_in(struct cx *cx, struct attempt *t)
{
    const struct json *given;
    struct job *j = &t->job;
    TRY(store_get_any(cx, &job_entity, j->record.id, j));
    j->kind = text_copy(cx->arena, j->kind);
    j->args = text_copy(cx->arena, j->args);
    j->subject_entity = text_copy(cx->arena, j->subject_entity);
    TRY(job_args(cx, j, &given));
    return t->kind->gather(cx, given, &t->outward);
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
        t->problem = text_copy(o->arena, flow_problem(&cx, &cx.failure, e, &status));
    }
    cx_done(&cx);
    return e;
}

static void reach(struct attempt *t)
{
    struct outward *o = &t->outward;
    if (o->settled) {
        return;
    }
    if (atomic_load(o->stop)) {
        o->end = OUTWARD_STOPPED;
        return;
    }
    t->kind->reach(o);
    if (o->end == OUTWARD_LATER && t->job.tries >= job_tries_max(t->kind)) {
        o->end = OUTWARD_FAILED;
    }
}

/* The time of settling: as much later as the attempt took, also where the time is a story's. */
static instant_t after(instant_t now, int64_t began)
{
    return (instant_t){ now.us + (clock_monotonic_us() - began) };
}

/* Whether the job was ours to try. */
static bool attempt(struct house *h, const struct job_kind *kind, int64_t id, int64_t company,
                    instant_t now, const atomic_bool *stop)
{
    struct arena a;
    int64_t began = clock_monotonic_us();
    arena_init(&a, ARENA_BYTES);
    struct worker_call call = {
        .house = h, .arena = &a, .command = &claim_command, .id = id, .company = company, .now = now
    };
    if (worker_call(&call) != OK) { /* another node has it */
        arena_free(&a);
        return false;
    }
    struct attempt t = {
        .outward = { .house = h, .arena = &a, .now = now, .stop = stop },
        .kind = kind,
        .job = { .record = { .id = id } },
        .who = { .company = company,
                 .all = true,
                 .all_sites = true,
                 .language = "en",
                 .name = TEXT("system") },
    };
    t.outward.job = &t.job;
    call.if_version = call.version;
    enum err e = db_read(house_db(h), gather, &t);
    text_t problem = e == ERR_REFUSED ? t.problem : text_of(err_name(e));
    if (e == OK) {
        reach(&t);
        call.command = &settle_command;
        call.prepared = &t.outward;
        call.now = after(now, began);
        e = worker_call(&call);
        problem = call.answer;
    }
    if (e != OK && e != ERR_STOPPED) {
        log_warn("job", "job %lld failed: %s", (long long)id, err_name(e));
        call.now = after(now, began);
        worker_fail(&call, problem);
    }
    arena_free(&a);
    return true;
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
    const struct value args[] = { v_int(d->now.us), v_str(d->kind->name), v_int(ROUND_JOBS) };
    return tx_query(tx, d->arena,
                    "SELECT id, company FROM jobs WHERE state = 0 AND run_at <= $1 AND kind = $2 "
                    "ORDER BY run_at, id LIMIT $3",
                    args, N_ELEMENTS(args), &d->rows);
}

size_t outward_round(struct house *h, const struct job_kind *kind, instant_t now,
                     const atomic_bool *stop)
{
    struct arena a;
    size_t n = 0;
    int64_t began = clock_monotonic_us();
    if (kind->ready && !kind->ready(h)) {
        return 0;
    }
    arena_init(&a, (size_t)1 << 20);
    struct due d = { .arena = &a, .kind = kind, .now = now };
    if (db_read(house_db(h), read_due, &d) == OK) {
        for (size_t i = 0; i < d.rows.n && !atomic_load(stop); i++) {
            n += attempt(h, kind, rows_int(&d.rows, i, 0), rows_int(&d.rows, i, 1),
                         after(now, began), stop);
        }
    }
    arena_free(&a);
    return n;
}
