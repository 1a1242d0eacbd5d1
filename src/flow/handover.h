/* Handovers: what follows what. The table in app/handovers.c reads top to bottom as the business.
 */
#ifndef KONTOR_HANDOVER_H
#define KONTOR_HANDOVER_H

#include "flow/command.h"

struct job; /* flow/work.h */

/* What a job tells about itself: long work is cut into steps of at most some 20 ms, each a command
 * of its own. */
struct job_progress {
    struct job *job; /* its args and progress may be changed for the next step */
    bool again;      /* there is another step: run it again at once */
};

/* What a handover makes besides a call: work for people, or work after the commit. */
struct handover_task {
    const char *title; /* N_() */
    const char *role;
    int due_minutes;
};

struct handover {
    const char *event; /* "sales_order.checked_out" */
    /* Immediate: in the same transaction, with the event's payload. */
    enum err (*run)(struct cx *cx, const void *record, void *payload);
    const char *says;   /* one plain clause: "the goods leave the shelf" */
    const char *unless; /* verb that makes it superfluous when it happened to the same record in
                           this command: "checked_out" */
    bool (*when)(const void *record, const void *payload); /* optional: only then */
    const struct handover_task *task;                      /* instead of run: a task for a role */
    const char *job; /* instead of run: name of a job kind, run after commit and retried */
};

/* What must be true after every commit. */
struct invariant {
    const char *name; /* "entry_balances" */
    const char *says; /* N_(): "In every journal entry debits equal credits." */
    /* Rows that break it, over everything: $1 is the company. Columns as they come; the first three
     * are printed. */
    const char *sql;
    /* Optional, instead of sql or beside it: computes over the store (hash chains); appends one
     * line for each fault. */
    enum err (*verify)(struct cx *cx, struct buf *faults, size_t *n);
};

/* A kind of job: what runs after the commit. */
struct job_kind {
    const char *name;
    enum err (*run)(struct cx *cx, const struct json *args, struct job_progress *progress);
    int tries_max;
};

#endif
