/* Webhooks: what happened is told to other programs, over HTTP, in the order in which it happened.
 *
 * A webhook reads the event feed from its own place on, with a job of its own that stays as long as
 * it is on; nothing is written per event, and nothing at all happens where there is no webhook. It
 * acts with the company's rights: it is told all events of the company that are nobody's own. */
#ifndef KONTOR_WEBHOOK_H
#define KONTOR_WEBHOOK_H

#include "flow/account.h"
#include "flow/work.h"

enum webhook_state { WEBHOOK_OFF, WEBHOOK_ON, WEBHOOK_FAILING };

/* How it went stands in the record too, but is no change of it: no version, no history. */
struct webhook {
    struct record record;
    text_t name, url;
    text_t events;  /* patterns separated by commas: "sales_order.*", "stock.moved", "*" */
    choice_t state; /* enum webhook_state */
    user_account_ref maker;
    int64_t sent_up_to; /* number of the last event that was taken, or passed over */
    instant_t last_success, last_failure;
    text_t failure;          /* the last one, in words */
    int64_t tries;           /* of the event whose turn it is */
    instant_t next_try;      /* after a failure: not before */
    instant_t failing_since; /* nothing was taken since */
    text_t secret, old_secret;
    instant_t old_until; /* until then messages are signed with the old secret too */
    instant_t test_at;   /* a test that was asked for then and is not sent yet */
};

extern const struct entity webhook_entity;
extern const struct area webhook_area;

#define WEBHOOK_JOB   "webhook_send"
#define WEBHOOK_HANDS 4 /* receivers that one node talks to at the same time */

/* The job of a webhook: waits for events, sends them, and waits again. */
MUST_USE enum err webhook_wanted(struct cx *cx, const struct job *job, bool *yes);
MUST_USE enum err webhook_gather(struct cx *cx, const struct json *args, struct outward *o);
void webhook_reach(struct outward *o);
/* Publishes webhook.failing, webhook.recovered and webhook.stopped. */
MUST_USE enum err webhook_settle(struct cx *cx, const struct json *args,
                                 struct job_progress *progress);

#endif
