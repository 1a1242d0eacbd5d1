/* Commands: every change goes through one, whoever asks. Around the area's function the kernel
 * does, always in this order: authenticate (the caller of flow_submit), look up the idempotency
 * key, find the record and check its state, check the permission and the row filter, validate the
 * arguments, run, write state, publish events, run the handovers, check the touched invariants,
 * append to the command log, commit. A refusal changes nothing. */
#ifndef KONTOR_COMMAND_H
#define KONTOR_COMMAND_H

#include "flow/slow.h"
#include "meta/command.h"
#include "meta/house.h"
#include "meta/store.h"

/* -- what a command's function may use --------------------------------------------------------- */

/* Tells the house that something happened to a record. `name` is "entity.verb"; payload is the
 * struct that the handovers of this event expect (documented in the area's header beside the
 * event). Handovers run at once, in the order of the table; their refusal is the command's. The
 * event goes into the feed, unless it follows from another event of this command: then the feed has
 * the cause. */
MUST_USE enum err event_publish(struct cx *cx, const char *name, const struct entity *e,
                                const void *record, void *payload);

/* Runs fn once at the end of the command, after all handovers and before the invariants; a second
 * request with the same fn and state is the same one. For work that is gathered over a command,
 * such as its journal entry. */
MUST_USE enum err flow_at_end(struct cx *cx, enum err (*fn)(struct cx *cx, void *state),
                              void *state);
/* State that an area keeps for the length of one command: zeroed at its first use. key: any address
 * of the area's own. */
void *flow_state(struct cx *cx, const void *key, size_t size);

/* What the command's prepare left, or NULL. */
void *flow_prepared(struct cx *cx);

/* The status of the answer, where it is not the usual one: 200 for what had been done before. */
void flow_status(struct cx *cx, int status);

/* Runs another command inside this one, with typed arguments: how a handover changes another area.
 * record_id 0 for collection commands. No permission check: the handover is the program's own.
 * record: storage for the entity's struct, filled. */
MUST_USE enum err flow_run(struct cx *cx, const struct command *c, int64_t record_id, void *record,
                           const void *args, void *result);

/* -- calling commands from outside ------------------------------------------------------------- */

/* One call. Lives with its arena until done was called. */
struct call {
    /* in */
    struct house *house;
    struct arena *arena;
    const struct who *who;
    const char *language;
    const struct command *command; /* or one of the generic verbs below */
    enum call_verb { CALL_COMMAND, CALL_CREATE, CALL_UPDATE, CALL_ARCHIVE } verb;
    const struct entity *entity;
    int64_t record_id;
    const struct json *args; /* as parsed; or NULL */
    const void *typed;       /* instead of args: a struct of the command's args shape (or, for
                                CALL_CREATE, the record) */
    text_t body; /* the bytes args was parsed from, for the key's hash; TEXT_NONE: made from args */
    text_t key;  /* idempotency key, or TEXT_NONE */
    int64_t if_version; /* If-Match: the record's version must be this; 0: any */
    instant_t now;      /* INSTANT_NONE: the clock's; simulations and imports give their own */
    void (*done)(struct call *call); /* asynchronous end, on a store thread; must not block */
    void *user;
    /* out */
    int status;        /* HTTP status: 200, 201, or the refusal's */
    text_t answer;     /* JSON: the result or a problem document */
    int64_t version;   /* of the record, for the ETag; 0: none */
    int64_t answer_id; /* id of the record made or changed */
    bool replayed;     /* answered from an earlier call with the same key */
    void *result;      /* typed result, in the arena */
    struct failure failure;
    /* flow's own */
    struct db_job job;
    struct slow_work slow;
    void *prepared; /* by command->prepare */
    unsigned char request_hash[32];
    bool look_first; /* the key was found taken: look for the kept answer before running */
    int again;       /* runs after another transaction took a unique key first */
    struct cx cx;
    enum err outcome;
};

/* Fills in what is called, by names: the command of an entity; without one (NULL) the record is
 * changed, or made where it is 0. The body is JSON and is copied to the arena. House and arena are
 * set. ERR_NOT_FOUND when there is no such entity or command, ERR_INVALID when the body is no JSON.
 */
MUST_USE enum err flow_name(struct call *call, const char *entity, const char *command,
                            int64_t record, text_t body);
/* Checks nothing about who asks: that is done before (face/) and inside (permission). call->done is
 * always called, maybe before the return. */
void flow_submit(struct call *call);
/* Submits and waits. Returns call->outcome. */
MUST_USE enum err flow_call(struct call *call);

/* The problem document (RFC 9457) for a failure in a language. */
text_t flow_problem(struct cx *cx, const struct failure *f, enum err outcome, int *status);
/* What it says to people; of anything else, the text itself. */
text_t flow_detail(struct arena *a, text_t problem);

/* A context for reading inside a db_read job. */
void cx_init(struct cx *cx, struct house *h, struct arena *a, struct tx *tx, const struct who *who,
             const char *language);

/* Ends a context of cx_init: call it before the job returns. */
void cx_done(struct cx *cx);

/* Hooks to give to db_open (with the house as config.user), so that each writer slot gets its hash
 * chain. */
extern const struct db_hooks flow_db_hooks;

#endif
