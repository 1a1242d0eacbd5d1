/* Handovers: what follows what. The table in app/handovers.c reads top to bottom as the business.
 */
#ifndef KONTOR_HANDOVER_H
#define KONTOR_HANDOVER_H

#include "flow/command.h"

#include <stdatomic.h>

struct job; /* flow/work.h */
struct outward;

/* What a job tells about itself: long work is cut into steps of at most some 20 ms, each a command
 * of its own. */
struct job_progress {
    struct job *job;         /* its args and progress may be changed for the next step */
    bool again;              /* there is another step: run it again at once, */
    instant_t not_before;    /* or then, for an outward kind that waits in its own rhythm */
    struct outward *outward; /* how it went outside, or NULL: a job that stays in the house */
};

/* How an attempt to reach something outside of the house ended. */
enum outward_end {
    OUTWARD_DONE,
    OUTWARD_LATER,   /* not now: again after a pause, until the tries are used up */
    OUTWARD_FAILED,  /* refused for good; the kernel makes it of the last OUTWARD_LATER too */
    OUTWARD_HELD,    /* nothing was tried, something has to be set up first: looked at again from
                        time to time, which is no try */
    OUTWARD_STOPPED, /* cut off because the program stops: given back, which is no try */
};

/* One attempt of a job that reaches out of the house: to a mail server, to a push service. Its
 * lease is renewed while reach works. */
struct outward {
    struct house *house;
    struct arena *arena; /* the attempt's: lives until run has returned */
    const struct job *job;
    instant_t now;
    void *work; /* what gather leaves for reach, and reach for run; NULL: gather did not succeed */
    enum outward_end end;
    bool settled;            /* gather knows the end already: reach is left out */
    text_t said;             /* why it is not done, for people: kept as the job's last error */
    const atomic_bool *stop; /* set: reach returns within two seconds, with OUTWARD_STOPPED */
};

/* Nothing is waited for longer than that outside of the house. */
#define OUTWARD_REACH_MAX_MS 30000

/* For reach, before what cannot be taken back: is the job still ours, and will it be for
 * OUTWARD_REACH_MAX_MS? false: another node has it, for this one was asleep or cut off; reach
 * returns with whatever end, which nobody writes down. Costs nothing while the lease is young. */
bool outward_hold(struct outward *o);

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

/* A kind of job: what runs after the commit.
 *
 * Most do their work in `run`, a command. A kind with `reach` is outward: a worker takes the job
 * for itself with a lease, so that no other node does the same at the same time; `gather` reads
 * what is needed in a reading transaction; `reach` talks to the world on a thread of that kind's
 * own, without any transaction; `run` writes down how it went (progress->outward). A program killed
 * between reach and run leaves the job to be done again when the lease has passed: outward work is
 * done at least once, and names itself so that the other side can tell a repetition. */
struct job_kind {
    const char *name;
    enum err (*run)(struct cx *cx, const struct json *args, struct job_progress *progress);
    int tries_max;
    int hands; /* outward: how many of its jobs one node does at the same time; 0: one */
    /* Optional: can anything be reached from here (is a mail server configured)? Otherwise this
     * node leaves the jobs alone, for itself later or for another. */
    bool (*ready)(struct house *h);
    /* Optional, outward: has the job anything to do just now? Asked each second in a reading
     * transaction before the job is claimed, so that one that waits for something, such as events,
     * costs no write while nothing comes. */
    enum err (*wanted)(struct cx *cx, const struct job *job, bool *yes);
    /* May run twice. Texts that it keeps are copied to o->arena: those of master data end with cx.
     * What it refuses ends the job at once: run is told OUTWARD_FAILED with the refusal in words,
     * and no work. What else goes wrong is tried again. */
    enum err (*gather)(struct cx *cx, const struct json *args, struct outward *o);
    /* Sets o->end and o->said. */
    void (*reach)(struct outward *o);
};

#endif
