/* Messages to people's devices: who wants them where, and the job that sends them. What is told is
 * that there is something to do, never about whom: it lies on a stranger's server for a day. */
#ifndef KONTOR_PUSH_AREA_H
#define KONTOR_PUSH_AREA_H

#include "flow/account.h"
#include "flow/work.h"

/* A browser that wants to be told, by the address that its push service gave it. */
struct push_subscription {
    struct record record;
    user_account_ref user_account;
    text_t service;      /* host of the push service, for people */
    text_t endpoint;     /* who knows it can write to the browser: never shown */
    text_t p256dh, auth; /* the browser's keys, base64url */
    instant_t created_at;
    text_t last_error;
    flag_t ended; /* by the person, or gone */
};

extern const struct entity push_subscription_entity;
extern const struct area push_area;

/* Handover of the events of tasks: queues a job for those who may take the task, where there is
 * anybody to be told. */
MUST_USE enum err push_task(struct cx *cx, const void *record, void *payload);

/* The job push_send. */
MUST_USE enum err push_gather(struct cx *cx, const struct json *args, struct outward *o);
void push_reach(struct outward *o);
MUST_USE enum err push_settle(struct cx *cx, const struct json *args,
                              struct job_progress *progress);

#endif
