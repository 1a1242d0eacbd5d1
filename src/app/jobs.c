/* The kinds of jobs: what runs after the commit or by schedule. */
#include "app/plan.h"
#include "app/verify.h"

#include "back/mail/mail.h"
#include "common/push/push_area.h"
#include "common/webhook/webhook.h"
#include "flow/command.h"
#include "flow/import_job.h"
#include "flow/work.h"
#include "front/loyalty/loyalty.h"

#include <limits.h>

#define KEPT_DAYS   30
#define FORGET_STEP 500

/* Lets lapsed points go, some accounts a step. */
static enum err expire_points(struct cx *cx, const struct json *args, struct job_progress *progress)
{
    const struct command *c = house_command(cx->house, &loyalty_account_entity, TEXT("expire"));
    struct loyalty_expire in = { .day = DATE_NONE };
    struct loyalty_expired out = { .lots = 0 };
    struct loyalty_account ignored = { .balance = 0 };
    (void)args;
    TRY(flow_run(cx, c, 0, &ignored, &in, &out));
    progress->again = out.more != 0;
    return OK;
}

/* Jobs that have ended, with the rows that an import has left; the proofs of the books stay. */
static enum err forget_jobs(struct cx *cx, const struct value *oldest, bool *more)
{
    struct rows rows;
    TRY(store_query(cx,
                    "SELECT id FROM jobs WHERE state > 0 AND run_at < $1 AND kind <> 'verify'"
                    " ORDER BY run_at LIMIT $2",
                    oldest, 2, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct value id[] = { rows_at(&rows, i, 0) };
        TRY(import_job_forget(cx, id[0].i));
        TRY(store_exec(cx, "DELETE FROM jobs WHERE id = $1", id, 1));
    }
    *more = rows.n == FORGET_STEP;
    return OK;
}

/* What nobody asks for any more goes after 30 days, some a step: kept answers of idempotency keys,
 * and jobs that have ended. The command log stays. */
static enum err forget_keys(struct cx *cx, const struct json *args, struct job_progress *progress)
{
    const struct value oldest[] = { v_int(cx->now.us - KEPT_DAYS * US_PER_DAY),
                                    v_int(FORGET_STEP) };
    struct rows rows;
    (void)args;
    TRY(forget_jobs(cx, oldest, &progress->again));
    TRY(store_query(cx, "SELECT who, \"key\" FROM idempotency WHERE at < $1 LIMIT $2", oldest, 2,
                    &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct value key[] = { rows_at(&rows, i, 0), rows_at(&rows, i, 1) };
        TRY(store_exec(cx, "DELETE FROM idempotency WHERE who = $1 AND \"key\" = $2", key, 2));
    }
    progress->again = progress->again || rows.n == FORGET_STEP;
    return OK;
}

const struct job_kind job_kinds[] = {
    { .name = "verify",
      .gather = verify_gather,
      .reach = verify_reach,
      .run = verify_settle,
      .tries_max = 5 },
    { .name = IMPORT_JOB,
      .gather = import_job_gather,
      .reach = import_job_reach,
      .run = import_job_run,
      .tries_max = 10 },
    { .name = "expire_points", .run = expire_points, .tries_max = 10 },
    { .name = "forget_keys", .run = forget_keys, .tries_max = 10 },
    /* those that reach out of the house */
    { .name = "mail_send", /* tried for some 40 hours */
      .ready = mail_ready,
      .gather = mail_gather,
      .reach = mail_reach,
      .run = mail_settle,
      .tries_max = 12 },
    { .name = "push_send", /* what is an hour old is in the inbox anyway */
      .gather = push_gather,
      .reach = push_reach,
      .run = push_settle,
      .tries_max = 4 },
    { .name = WEBHOOK_JOB, /* stays as long as its webhook is on, in a rhythm of its own */
      .hands = WEBHOOK_HANDS,
      .wanted = webhook_wanted,
      .gather = webhook_gather,
      .reach = webhook_reach,
      .run = webhook_settle,
      .tries_max = INT_MAX },
};
const size_t n_job_kinds = N_ELEMENTS(job_kinds);
