/* The inside of a command's context, for the files of flow/. */
#ifndef KONTOR_FLOW_OWN_H
#define KONTOR_FLOW_OWN_H

#include "flow/command.h"
#include "flow/handover.h"
#include "meta/masters.h"

#define HANDOVER_DEPTH_MAX 8 /* events published by handovers of events ... */

struct end_work {
    enum err (*fn)(struct cx *cx, void *state);
    void *state;
    struct end_work *next;
};

struct kept_state {
    const void *key;
    void *state;
    struct kept_state *next;
};

struct happened { /* which events this command published, for `unless` */
    const char *name;
    int64_t record;
    struct happened *next;
};

struct flow {
    int64_t n_events;
    const char *event_sql;
    int depth;
    struct end_work *end_first, *end_last;
    struct kept_state *states;
    struct happened *happened;
    bool changed_record; /* flow_run wrote the record back already */
};

/* The call's refusal or failure as the answer of the call. */
void call_failed(struct call *call, enum err outcome);

/* Opens a task row or a job row for a handover. */
MUST_USE enum err task_open(struct cx *cx, const struct handover_task *t, const struct entity *e, const struct record *r);
MUST_USE enum err job_queue(struct cx *cx, const char *kind, text_t args, const struct entity *e, int64_t record);

#endif
