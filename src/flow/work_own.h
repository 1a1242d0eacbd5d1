/* What the files of tasks, jobs and rules share. */
#ifndef KONTOR_WORK_OWN_H
#define KONTOR_WORK_OWN_H

#include "flow/log.h"
#include "flow/work.h"

enum { JOB_RUN, JOB_FAIL, JOB_RETRY, JOB_TICK, JOB_VERIFY, JOB_COMMANDS };
extern const struct command
    job_commands[JOB_COMMANDS]; /* the first two and the last are what the worker calls */

struct job_error { /* arguments of JOB_FAIL */
    text_t error;
};

extern const struct refusal refusal_task_not_yours, refusal_unknown_role, refusal_unknown_job,
    refusal_job_failed, refusal_job_in_work, refusal_import_forbidden, refusal_import_rows_gone;

const struct job_kind *job_kind_of(const struct house *h, text_t name); /* NULL: unknown */
/* As much of an error as a job keeps. */
text_t job_said(text_t t);
int job_tries_max(const struct job_kind *kind);
/* The arguments as they were queued; NULL for none. */
MUST_USE enum err job_args(struct cx *cx, const struct job *j, const struct json **out);
/* Refuses job_in_work while a worker has it. */
MUST_USE enum err job_free(struct cx *cx, const struct job *j);

/* -- worker.c -------------------------------------------------------------------------------- */

/* A command on a job in the system's name. if_version and prepared may be 0 and NULL. Returns the
 * outcome, with the answer and the version that the job has then. */
struct worker_call {
    struct house *house;
    struct arena *arena;
    const struct command *command;
    int64_t id, company;
    const void *args;
    instant_t now;
    int64_t if_version;
    void *prepared;
    text_t answer; /* out: or the problem */
    int64_t version;
};
MUST_USE enum err worker_call(struct worker_call *w);
/* Notes a failure of the job in the words of a problem document; not where another has changed it
 * since (if_version). */
void worker_fail(const struct worker_call *w, text_t problem);

/* The due jobs that a condition names, with their company: $1 is now, the last argument how many.
 * The first of each company, then the second of each: who has much to do does not keep the others
 * waiting. */
#define JOBS_DUE(condition, last)                                                                  \
    "SELECT id, company FROM (SELECT id, company, run_at, ROW_NUMBER() OVER"                       \
    " (PARTITION BY company ORDER BY run_at, id) AS nth FROM jobs"                                 \
    " WHERE state = 0 AND run_at <= $1" condition ") AS due"                                       \
    " ORDER BY nth, run_at, id LIMIT " last

/* -- outward.c ------------------------------------------------------------------------------- */

/* How long a claim lasts; tests shorten it. */
extern int64_t outward_lease_us;
/* The pause after that many tries. */
int64_t outward_pause_us(int64_t tries);
/* The due jobs of one outward kind, one after the other, until *stop. Returns how many were taken.
 */
size_t outward_round(struct house *h, const struct job_kind *kind, instant_t now,
                     const atomic_bool *stop);

/* -- task_late.c ----------------------------------------------------------------------------- */

#define WORK_QUERIES 1
extern const struct query work_queries[WORK_QUERIES];

#endif
