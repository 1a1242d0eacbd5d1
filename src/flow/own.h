/* The inside of a command's context, for the files of flow/. */
#ifndef KONTOR_FLOW_OWN_H
#define KONTOR_FLOW_OWN_H

#include "base/hash.h"
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
    int status; /* 0: the usual one */
    int64_t n_events;
    int depth;
    struct end_work *end_first, *end_last;
    struct kept_state *states;
    struct happened *happened;
    int64_t log_writer, log_seq; /* this command's link in the chain */
    sha256_t log_hash;
    void *prepared; /* by the command's prepare */
};

/* Generic verbs: create, update, archive of any entity whose rows allow it (flow/generic.c). record
 * is storage of the entity's struct. */
MUST_USE enum err generic_create(struct call *call, void *record);
MUST_USE enum err generic_update(struct call *call, void *record);
MUST_USE enum err generic_archive(struct call *call, void *record);
/* The state member of a record, or NULL when the entity has none. */
int64_t *record_state(const struct entity_info *info, void *record);
/* Refuses when a unique value of the record is another's already. */
MUST_USE enum err unique_free(struct cx *cx, const struct entity_info *info, const void *before,
                              const void *record);

/* Opens a task row for a handover. */
MUST_USE enum err task_open(struct cx *cx, const struct handover_task *t, const struct entity *e,
                            const struct record *r);
/* Something happened to a task: always told in the feed, and the program's handovers follow. Not
 * the rules of an installation, which open tasks themselves. */
MUST_USE enum err event_of_task(struct cx *cx, const char *name, const struct entity *e,
                                const struct record *r);

#endif
