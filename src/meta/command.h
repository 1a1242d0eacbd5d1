/* What a command is: a row that names everything about one thing that can be done. How it is run is
 * flow/command.h's affair. */
#ifndef KONTOR_META_COMMAND_H
#define KONTOR_META_COMMAND_H

#include "meta/entity.h"

enum command_flags {
    C_RECORD = 1 << 0, /* runs on a record: POST /plural/ID/name; otherwise on the collection: POST
                          /plural/name */
    C_READ = 1 << 1,   /* changes nothing: runs in a reading transaction, is not logged */
    C_SECRET_RESULT =
        1 << 3, /* the answer holds a secret: it is shown once, never kept for a repeated key */
    C_ACCEPTED_200 = 1 << 2, /* answers 200; without it a collection command answers 201 */
};

#define STATE(s)  (UINT32_C(1) << (s))
#define ANY_STATE 0u

struct call; /* flow/command.h */

struct command {
    const char *name; /* "checkout" */
    const struct entity *entity;
    const char *label; /* N_(): what the button says */
    const char *help;  /* N_() */
    const char *permission;
    unsigned flags;
    const struct shape *args;   /* NULL: none */
    const struct shape *result; /* NULL: the record itself */
    uint32_t from;              /* C_RECORD: states it may run in, ANY_STATE for all */
    int64_t to; /* C_RECORD: state after it, or -1: unchanged, or set by the function */
    /* Optional, C_RECORD: what else than the state keeps it from running on the record now, as N_()
     * for pages to say instead of offering it; NULL in *why: nothing. It only reads, and run
     * refuses by itself. */
    enum err (*why_not)(struct cx *cx, const void *record, const char **why);
    /* record: C_RECORD: the loaded record (the kernel writes it back when the function changed it);
     * otherwise zeroed storage of the entity's struct, for the function to fill and store: its id
     * is the answer's. args and result as their shapes say. */
    enum err (*run)(struct cx *cx, void *record, const void *args, void *result);
    /* Optional: slow work that needs no transaction (hashing a password), done once before the
     * command is queued, on a thread of slow work. What it finds it leaves in call->prepared, which
     * run gets at by flow_prepared. Refuses by call->cx. Runs before the permission was checked. */
    enum err (*prepare)(struct call *call);
};

#endif
