/* What the files of tasks, jobs and rules share. */
#ifndef KONTOR_WORK_OWN_H
#define KONTOR_WORK_OWN_H

#include "flow/log.h"
#include "flow/work.h"

enum { JOB_RUN, JOB_FAIL, JOB_RETRY, JOB_TICK, JOB_COMMANDS };
extern const struct command
    job_commands[JOB_COMMANDS]; /* the first two and the last are what the worker calls */

struct job_error { /* arguments of JOB_FAIL */
    text_t error;
};

extern const struct refusal refusal_task_not_yours, refusal_unknown_role, refusal_unknown_job,
    refusal_job_failed;

#endif
