/* What the program may reach outside of the house, and how: the mail relay, the push services. Set
 * once at the start from the configuration; areas only ask whether it is there.
 *
 * The texts may hold a password: they are never printed. */
#ifndef KONTOR_FACE_OUTSIDE_H
#define KONTOR_FACE_OUTSIDE_H

#include "base/text.h"
#include "meta/house.h"

#include <stdatomic.h>

struct outside {
    /* The relay: smtp://user:password@host:587 (STARTTLS is demanded), smtps://host:465 (TLS from
     * the beginning), smtp+plain://host:25 (no TLS: for a relay on this machine). NULL: none. */
    const char *smtp;
    /* HOST:PORT[,HOST:PORT...] of push services of one's own, which may have a private address.
     * NULL: none. */
    const char *push_allow;
    /* The same for receivers of webhooks, which may then be spoken to without TLS too. NULL: none.
     */
    const char *webhook_allow;
    /* File with certificates (PEM) that are trusted beside the system's. NULL: none. */
    const char *ca_file;
};

/* Can these be used? Otherwise `why` says what is wrong, without secrets. */
bool outside_good(const struct outside *o, char why[static 256]);
/* Gives them to the house, once, before work begins. The texts live as long as the house. */
MUST_USE enum err outside_set(struct house *h, const struct outside *o);
/* All NULL where nothing was set. */
const struct outside *outside_of(struct house *h);
/* Milliseconds that pass evenly: for how long an attempt may still take. */
int64_t outside_ms(void);

/* -- addresses that people give ---------------------------------------------------------------- */

#define OUTSIDE_ADDRESS_MAX 1000

enum outside_address {
    OUTSIDE_ADDRESS_GOOD,
    OUTSIDE_NO_ADDRESS, /* no http or https address, or one with a user in it */
    OUTSIDE_NO_TLS,     /* http, to a place that is not allowed */
    OUTSIDE_PRIVATE,    /* an address in numbers that is not a public one */
};
/* What such an address is good for, as far as can be told without asking for its name: the
 * connection is refused all the same when the name turns out to be a private address. allow: as in
 * struct outside. */
enum outside_address outside_address(text_t url, const char *allow);

/* -- POST to one of them ----------------------------------------------------------------------- */

/* A line to the outside: connections stay open between questions to the same place. */
struct outside_line;
/* Nothing goes on beyond end_ms (of outside_ms), nor a second after *stop. NULL without memory. o
 * and stop live as long as the line. */
struct outside_line *outside_open(const struct outside *o, const atomic_bool *stop, int64_t end_ms);
void outside_close(struct outside_line *l); /* NULL is allowed */

struct outside_post {
    text_t url;
    const char *allow; /* as in struct outside */
    const text_t *headers;
    size_t n_headers;
    text_t body;
    int64_t timeout_ms;
};
struct outside_answer {
    enum {
        OUTSIDE_UNREACHED, /* said says why */
        OUTSIDE_ANSWERED,  /* status */
        OUTSIDE_REFUSED,   /* it has no public address, and is not allowed: nothing was sent */
        OUTSIDE_STOPPED,
    } end;
    int status;
    text_t said;
};
/* Only https, except to allowed places; no redirection is followed; of the answer nothing but the
 * status is taken, and its body is cut off at 64 KiB. */
struct outside_answer outside_post(struct outside_line *l, const struct outside_post *p,
                                   struct arena *a);

#endif
