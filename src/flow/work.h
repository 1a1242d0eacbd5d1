/* Work that outlives a command: tasks for people, jobs for the program, schedules that make jobs.
 */
#ifndef KONTOR_WORK_H
#define KONTOR_WORK_H

#include "flow/handover.h"

enum task_state { TASK_OPEN, TASK_CLAIMED, TASK_DONE, TASK_REJECTED };

struct task {
    struct record record;
    text_t title;
    text_t role;               /* who may take it */
    user_account_ref assignee; /* who has it */
    user_account_ref delegated_by;
    choice_t state; /* enum task_state */
    instant_t opened_at, due, claimed_at, closed_at;
    text_t subject_entity; /* what it is about */
    int64_t subject;
    site_ref site;
    text_t note; /* what the last one said when handing it on, or why it was rejected */
};

enum job_state { JOB_WAITING, JOB_DONE, JOB_FAILED };

struct job {
    struct record record;
    text_t kind;      /* name of a job kind */
    text_t args;      /* JSON */
    choice_t state;   /* enum job_state */
    instant_t run_at; /* not before */
    int64_t tries;
    int64_t progress; /* steps done, for jobs that run in steps */
    text_t last_error;
    text_t subject_entity;
    int64_t subject;
    instant_t claimed_until; /* outward jobs: a worker is at it, no other begins before */
};

struct schedule {
    struct record record;
    text_t code;
    text_t kind; /* job kind */
    int64_t every_minutes;
    instant_t next_at;
    flag_t active;
};

/* Rules that an installation adds by data: when (event) then (task for a role). */
struct handover_rule {
    struct record record;
    text_t event; /* "sales_order.placed" */
    text_t title; /* of the task it opens */
    text_t role;
    int64_t due_minutes;
    flag_t active;
};

extern const struct entity task_entity, job_entity, schedule_entity, handover_rule_entity;
extern const struct area work_area, jobs_area;

/* Queues a job for after the commit, about record `record` of e (NULL: about nothing). args: a JSON
 * object, or TEXT_NONE. */
MUST_USE enum err job_queue(struct cx *cx, const char *kind, text_t args, const struct entity *e,
                            int64_t record);

/* Makes sure that a job of that kind about the record waits, and is due now: the one that waits
 * already is brought forward, unless a worker is at it; where there is none, one is queued. */
MUST_USE enum err job_wake(struct cx *cx, const char *kind, const struct entity *e, int64_t record);

/* Runs due jobs and schedules until worker_stop: those that stay in the house in a thread of its
 * own, each outward kind in others, so that a mail server that hangs holds up nothing but mail.
 * Several nodes may run it on one store: a job is taken by whoever changes its version first. */
struct worker;
MUST_USE enum err worker_start(struct house *h, struct worker **out);
/* Attempts outside of the house are cut off within two seconds; their jobs wait again. */
void worker_stop(struct worker *w);
/* One round now, in the caller's thread: what is due at `now`, outward jobs too. Returns how many
 * jobs ran. For tests and simulations. */
size_t worker_round(struct house *h, instant_t now);

/* Opens the tasks of the rules that an installation keeps for this event. */
MUST_USE enum err rules_follow(struct cx *cx, const char *event, const struct entity *e,
                               const struct record *r);

#endif
