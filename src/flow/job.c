/* Jobs: work after the commit, retried with growing pauses; schedules that make them. The thread
 * that runs them is in worker.c. */
#include "flow/audit.h"
#include "flow/import_job.h"
#include "flow/own.h"
#include "flow/work.h"
#include "flow/work_own.h"

#define TRIES_DEFAULT  10
#define SAID_BYTES_MAX 480
#define PAUSE_MAX_US   (INT64_C(6) * 3600 * US_PER_SECOND)

static const struct choice states[] = {
    [JOB_WAITING] = { "waiting", N_("Waiting") },
    [JOB_DONE] = { "done", N_("Done") },
    [JOB_FAILED] = { "failed", N_("Failed") },
};

static const struct field job_rows[] = {
    F_TEXT(job, kind, N_("Kind"), .word = WORD_JOB, .flags = F_REQUIRED, .max = 60),
    F_JSON(job, args, N_("Arguments"), .flags = F_HIDDEN),
    F_STATE(job, state, states, N_("State"), .flags = F_READONLY),
    F_TIME(job, run_at, N_("Not before")),
    F_INTEGER(job, tries, N_("Tries"), .flags = F_READONLY),
    F_INTEGER(job, progress, N_("Steps done"), .flags = F_READONLY),
    F_TEXT(job, last_error, N_("Last error"), .flags = F_READONLY, .max = 500),
    F_TEXT(job, subject_entity, N_("About (kind)"), .word = WORD_ENTITY, .max = 60),
    F_INTEGER(job, subject, N_("About (number)"), .flags = F_NULLABLE),
    F_TIME(job, claimed_until, N_("In work until"), .flags = F_READONLY),
};

const struct entity job_entity = {
    .index = E_job,
    .name = "job",
    .plural = "jobs",
    .label = N_("Background job"),
    .label_plural = N_("Background jobs"),
    .help = N_(
        "What the program does after a change is booked. A job that fails is tried again, later "
        "each time."),
    .shape = SHAPE(job, job_rows),
    .title = "kind",
    .read = "setup.read",
    .write = NULL,
    .indexes =
        (const struct index_def[]){
            { .name = "jobs_waiting", .cols = "run_at", .where = "state = 0" },
            { .name = "jobs_ended", .cols = "run_at", .where = "state > 0" } },
    .n_indexes = 2,
};

static const struct field schedule_rows[] = {
    F_TEXT(schedule, code, N_("Code"), .word = WORD_JOB, .flags = F_REQUIRED, .max = 60),
    F_TEXT(schedule, kind, N_("Job"), .word = WORD_JOB, .flags = F_REQUIRED, .max = 60),
    F_INTEGER(schedule, every_minutes, N_("Every"), .unit = N_("minutes"),
              .flags = F_REQUIRED | F_POSITIVE, .max = 527040),
    F_TIME(schedule, next_at, N_("Next at")),
    F_BOOLEAN(schedule, active, N_("Active"), .fallback = "true"),
};

const struct refusal refusal_unknown_job = {
    .code = "unknown_job",
    .status = 422,
    .title = N_("Unknown kind of job"),
    .detail = N_("There is no kind of job {1}."),
};
const struct refusal refusal_job_failed = {
    .code = "job_failed",
    .status = 409,
    .title = N_("The job failed"),
    .detail = N_("The job could not be done: {1}."),
};
const struct refusal refusal_job_in_work = {
    .code = "job_in_work",
    .status = 409,
    .title = N_("Job in work"),
    .detail = N_("The program is at this job just now. Look again in a minute."),
};

const struct job_kind *job_kind_of(const struct house *h, text_t name)
{
    const struct house_plan *plan = house_plan(h);
    for (size_t i = 0; i < plan->n_job_kinds; i++) {
        if (text_is(name, plan->job_kinds[i].name)) {
            return &plan->job_kinds[i];
        }
    }
    return NULL;
}

static enum err schedule_check(struct cx *cx, const void *before, void *after)
{
    struct schedule *s = after;
    (void)before;
    if (!job_kind_of(cx->house, s->kind)) {
        return REFUSE(cx, &refusal_unknown_job, TEXT("kind"), s->kind);
    }
    if (instant_none(s->next_at)) {
        s->next_at.us = cx->now.us + s->every_minutes * 60 * US_PER_SECOND;
    }
    return OK;
}

const struct entity schedule_entity = {
    .index = E_schedule,
    .name = "schedule",
    .plural = "schedules",
    .label = N_("Schedule"),
    .label_plural = N_("Schedules"),
    .help = N_("Jobs that the program starts by itself again and again."),
    .shape = SHAPE(schedule, schedule_rows),
    .code = "code",
    .read = "setup.read",
    .write = "setup.write",
    .flags = E_HISTORY,
    .check = schedule_check,
};

enum err job_queue(struct cx *cx, const char *kind, text_t args, const struct entity *e,
                   int64_t record)
{
    struct job j = { .kind = text_of(kind),
                     .args = args,
                     .state = JOB_WAITING,
                     .run_at = cx->now,
                     .claimed_until = INSTANT_NONE,
                     .subject_entity = e ? text_of(e->name) : TEXT_NONE,
                     .subject = e ? record : VALUE_NONE };
    return store_insert(cx, &job_entity, &j);
}

enum err job_wake(struct cx *cx, const char *kind, const struct entity *e, int64_t record)
{
    const struct value args[] = { v_str(kind), v_str(e->name), v_int(record) };
    struct job *found = NULL;
    size_t n = 0;
    TRY(store_select(cx, &job_entity,
                     "state = 0 AND kind = $1 AND subject_entity = $2 AND subject = $3 ORDER BY id",
                     args, N_ELEMENTS(args), &found, &n));
    if (n == 0) {
        return job_queue(cx, kind, TEXT_NONE, e, record);
    }
    struct job before = found[0];
    if (!instant_none(before.claimed_until) && before.claimed_until.us > cx->now.us) {
        return OK;
    }
    found[0].run_at = cx->now;
    return store_update(cx, &job_entity, &before, &found[0]);
}

text_t job_said(text_t t)
{
    size_t max = SAID_BYTES_MAX; /* not cut inside a character: a store refuses half of one */
    while (t.n > max && max > 0 && ((unsigned char)t.s[max] & 0xC0) == 0x80) {
        max--;
    }
    return (text_t){ t.s, t.n < max ? t.n : max };
}

int job_tries_max(const struct job_kind *kind)
{
    return kind->tries_max ? kind->tries_max : TRIES_DEFAULT;
}

enum err job_args(struct cx *cx, const struct job *j, const struct json **out)
{
    struct json *given = NULL;
    struct json_fault fault;
    if (j->args.s && json_parse(cx->arena, j->args.s, j->args.n, &given, &fault) != OK) {
        return REFUSE(cx, &refusal_bad_json, TEXT_NONE, text_of(fault.what), TEXT("0"));
    }
    *out = given;
    return OK;
}

enum err job_free(struct cx *cx, const struct job *j)
{
    int64_t left = instant_none(j->claimed_until) ? 0 : j->claimed_until.us - cx->now.us;
    if (left > 0 && left <= 2 * outward_lease_us) { /* further ahead: by a clock that was wrong */
        return refuse(cx, &refusal_job_in_work, TEXT_NONE);
    }
    return OK;
}

/* -- commands that the worker runs ------------------------------------------------------------- */

static enum err job_run(struct cx *cx, void *record, const void *args, void *result)
{
    struct job *j = record;
    const struct job_kind *kind = job_kind_of(cx->house, j->kind);
    const struct json *given;
    struct job_progress progress = { .job = j };
    (void)args, (void)result;
    if (!kind) {
        return REFUSE(cx, &refusal_unknown_job, TEXT_NONE, j->kind);
    }
    if (kind->reach) { /* what reaches out is done by its own worker, as soon as it is due */
        j->run_at = cx->now;
        return job_free(cx, j);
    }
    TRY(job_args(cx, j, &given));
    j->tries++;
    TRY(kind->run(cx, given, &progress));
    j->state = progress.again
                   ? JOB_WAITING
                   : JOB_DONE; /* long work is cut into steps: each is a command of its own */
    j->tries = progress.again ? 0 : j->tries;
    j->progress++;
    return OK;
}

static const struct field error_rows[] = { F_TEXT(job_error, error, N_("Error"), .max = 500) };
static const struct shape error_shape = SHAPE(job_error, error_rows);

static enum err job_fail(struct cx *cx, void *record, const void *args, void *result)
{
    struct job *j = record;
    const struct job_kind *kind = job_kind_of(cx->house, j->kind);
    (void)result;
    if (cx->who->user) { /* people do not end what the program is at */
        TRY(job_free(cx, j));
    }
    j->tries += !kind || !kind->reach; /* an attempt outside was counted when it began */
    j->last_error = ((const struct job_error *)args)->error;
    j->claimed_until = INSTANT_NONE;
    if (!kind || j->tries >= job_tries_max(kind)) {
        j->state = JOB_FAILED;
        return OK;
    }
    if (kind->reach) {
        j->run_at.us = cx->now.us + outward_pause_us(j->tries);
        return OK;
    }
    int64_t pause = US_PER_SECOND << (j->tries < 20 ? j->tries : 20);
    j->run_at.us = cx->now.us + (pause < PAUSE_MAX_US ? pause : PAUSE_MAX_US);
    return OK;
}

static enum err job_retry(struct cx *cx, void *record, const void *args, void *result)
{
    struct job *j = record;
    (void)args, (void)result;
    j->tries = 0;
    j->run_at = cx->now;
    return OK;
}

/* A schedule whose time has come makes its job and sets its next time; versions decide the race
 * between nodes. */
static enum err schedule_tick(struct cx *cx, void *record, const void *args, void *result)
{
    struct schedule *s = record;
    (void)args, (void)result;
    if (!s->active || s->next_at.us > cx->now.us) {
        return OK;
    }
    int64_t step = s->every_minutes * 60 * US_PER_SECOND;
    s->next_at.us += step * ((cx->now.us - s->next_at.us) / step +
                             1); /* missed times are not made up for */
    return job_queue(cx, s->kind.s, TEXT_NONE, &schedule_entity, s->record.id);
}

/* Begins to prove the books; what is waiting or at work already is answered instead. */
static enum err job_verify(struct cx *cx, void *record, const void *args, void *result)
{
    struct job *j = record;
    struct job *found = NULL;
    size_t n = 0;
    (void)args, (void)result;
    TRY(store_select(cx, &job_entity, "state = 0 AND kind = 'verify' ORDER BY id", NULL, 0, &found,
                     &n));
    if (n > 0) {
        *j = found[0];
        flow_status(cx, 200);
        return OK;
    }
    *j = (struct job){ .kind = TEXT("verify"),
                       .state = JOB_WAITING,
                       .run_at = cx->now,
                       .claimed_until = INSTANT_NONE,
                       .subject = VALUE_NONE };
    return store_insert(cx, &job_entity, j);
}

const struct command job_commands[JOB_COMMANDS] = {
    [JOB_VERIFY] = { .name = "verify",
                     .entity = &job_entity,
                     .label = N_("Prove the books"),
                     .help = N_("Checks in the background that everything agrees: entries, stock, "
                                "payments, chains of hashes. The job tells what it found."),
                     .permission = "audit.read",
                     .to = -1,
                     .run = job_verify },
    [JOB_RUN] = { .name = "run",
                  .entity = &job_entity,
                  .label = N_("Run now"),
                  .help = N_("Runs the job at once."),
                  .permission = "setup.write",
                  .flags = C_RECORD,
                  .from = STATE(JOB_WAITING),
                  .to = -1,
                  .run = job_run },
    [JOB_FAIL] = { .name = "fail",
                   .entity = &job_entity,
                   .label = N_("Note a failure"),
                   .help = N_("Keeps the error and sets the time of the next try."),
                   .permission = "setup.write",
                   .flags = C_RECORD,
                   .args = &error_shape,
                   .from = STATE(JOB_WAITING),
                   .to = -1,
                   .run = job_fail },
    [JOB_RETRY] = { .name = "retry",
                    .entity = &job_entity,
                    .label = N_("Try again"),
                    .help = N_("Puts a failed job back in the queue."),
                    .permission = "setup.write",
                    .flags = C_RECORD,
                    .from = STATE(JOB_FAILED),
                    .to = JOB_WAITING,
                    .run = job_retry },
    [JOB_TICK] = { .name = "tick",
                   .entity = &schedule_entity,
                   .label = N_("Start now if due"),
                   .help = N_("Makes the job when its time has come."),
                   .permission = "setup.write",
                   .flags = C_RECORD,
                   .from = ANY_STATE,
                   .to = -1,
                   .run = schedule_tick },
};

static const struct entity *const entities[] = { &job_entity, &schedule_entity };
static const struct refusal *const refusals[] = { &refusal_unknown_job, &refusal_job_failed,
                                                  &refusal_job_in_work, &refusal_import_forbidden,
                                                  &refusal_import_rows_gone };
static const char *const depends[] = { NULL };

const struct area jobs_area = {
    .name = "jobs",
    .label = N_("Background work"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .commands = job_commands,
    .n_commands = JOB_COMMANDS,
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .queries = &audit_query,
    .n_queries = 1,
    .tables = &import_piece_table,
    .n_tables = 1,
};
