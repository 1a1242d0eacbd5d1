/* The context: who asks, for which company, in which transaction, at what time, in which language,
 * and the refusal when there is one. First argument of everything that does business. One context
 * serves one command or one reading request.
 *
 * Commands may run twice, so time, randomness and ids come from here: the same call replayed with
 * the same clock and seed gives the same result. */
#ifndef KONTOR_CX_H
#define KONTOR_CX_H

#include "meta/entity.h"

#define ROLES_MAX       16
#define PERMISSIONS_MAX 512

/* A role as declared in app/roles.c: what it may do. "*" at the end stands for the rest: "order.*".
 */
struct role {
    const char *name;               /* "cashier" */
    const char *label;              /* N_() */
    const char *help;               /* N_() */
    const char *const *permissions; /* NULL at the end */
};

/* Who asks. Immutable while a request runs. */
struct who {
    int64_t user; /* id of user_account; 0: the system itself (jobs, command line) */
    int64_t company;
    text_t name;
    uint64_t roles;       /* bit i: house roles[i] */
    bool all;             /* may do everything: the system, and role admin */
    bool all_sites;       /* no site filter */
    const int64_t *sites; /* otherwise only these */
    size_t n_sites;
    const char *language; /* "en", "es", "hi", "id" */
};

/* The refusal of this call, in the order found: the first one stays. */
struct failure {
    const struct refusal *why; /* NULL: none */
    text_t field;              /* "lines[1].quantity", or TEXT_NONE */
    text_t args[3];
    text_t said; /* store or system error in plain English for the log */
};

struct house;
struct flow; /* flow/'s part of the context: events, handovers, log */

struct cx {
    struct arena *arena;
    struct tx *tx;
    struct house *house;
    const struct who *who;
    const char *language; /* of the answer */
    int64_t company;
    int decimals;        /* of the company's currency */
    text_t currency;     /* the company's currency code */
    instant_t now;       /* when the command began; equals recorded_at of everything it writes */
    int64_t site_filter; /* $2 of named queries: the user's id, or 0 when all sites are open */
    struct failure failure;
    struct flow *flow;            /* NULL in reading requests */
    struct refs *refs;            /* labels of referenced records: meta/refs.h */
    struct memo *memo;            /* records read by this context: store.c */
    struct ahead *ahead;          /* questions sent before they are needed: store.c */
    struct masters_view *masters; /* master data as this transaction sees it: meta/masters.h */
};

/* site_filter as a condition of SQL: rows of sites that the caller may see. n names the parameter
 * that holds it ("$3"). OR_NONE: what has no site is everyone's in the company. */
#define SITES_OPEN(column, n)                                                                      \
    "(" n " = 0 OR " column " IN (SELECT us.site FROM user_sites us WHERE us.user_account = " n "))"
#define SITES_OPEN_OR_NONE(column, n)                                                              \
    "(" n " = 0 OR COALESCE(" column ", 0) = 0 OR " column                                         \
    " IN (SELECT us.site FROM user_sites us WHERE us.user_account = " n "))"

/* Refuses. Always returns ERR_REFUSED. field may be "" for none; the values stand for {1} {2} {3}.
 */
enum err refuse(struct cx *cx, const struct refusal *why, text_t field);
enum err refuse_with(struct cx *cx, const struct refusal *why, text_t field, const text_t *values,
                     size_t n);
#define REFUSE(cx, why, field, ...)                                                                \
    refuse_with((cx), (why), (field), (const text_t[]){ __VA_ARGS__ },                             \
                N_ELEMENTS(((const text_t[]){ __VA_ARGS__ })))

/* "lines[3].quantity" in the arena. */
text_t path_at(struct cx *cx, const char *list, size_t index, const char *member);

/* May this person do that? Names not held by any role are refused: deny by default. */
bool cx_may(const struct cx *cx, const char *permission);

/* The translation of a msgid in the answer's language; the text itself when there is none. */
const char *cx_text(const struct cx *cx, const char *msgid);

/* A new id for a row or group (ids are never reused). */
MUST_USE enum err cx_new_id(struct cx *cx, int64_t *out);

/* The kernel's own refusals (meta/refusals.c); areas declare theirs. */
extern const struct refusal refusal_not_found, refusal_forbidden, refusal_required,
    refusal_wrong_type, refusal_unknown_field, refusal_too_long, refusal_too_large,
    refusal_not_positive, refusal_negative, refusal_unknown_choice, refusal_unknown_reference,
    refusal_taken, refusal_version_conflict, refusal_wrong_state, refusal_read_only,
    refusal_archived, refusal_bad_json, refusal_bad_number, refusal_bad_date, refusal_bad_text,
    refusal_bad_currency, refusal_key_reused, refusal_unknown_filter, refusal_bad_cursor,
    refusal_too_many_to_sort, refusal_too_much_to_read, refusal_unknown_command,
    refusal_not_signed_in, refusal_too_many, refusal_store_unavailable, refusal_disk_full,
    refusal_out_of_memory, refusal_internal, refusal_stopping, refusal_method_not_allowed,
    refusal_posted, refusal_bad_request, refusal_timeout, refusal_in_use, refusal_store_busy,
    refusal_out_of_range, refusal_dates_backwards;
extern const struct refusal *const kernel_refusals[];
extern const size_t n_kernel_refusals;

#endif
