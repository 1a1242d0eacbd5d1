/* What the program may reach outside of the house, and how: the mail relay, the push services. Set
 * once at the start from the configuration; areas only ask whether it is there.
 *
 * The texts may hold a password: they are never printed. */
#ifndef KONTOR_FACE_OUTSIDE_H
#define KONTOR_FACE_OUTSIDE_H

#include "base/text.h"
#include "meta/house.h"

struct outside {
    /* The relay: smtp://user:password@host:587 (STARTTLS is demanded), smtps://host:465 (TLS from
     * the beginning), smtp+plain://host:25 (no TLS: for a relay on this machine). NULL: none. */
    const char *smtp;
    /* HOST:PORT of a push service of one's own, which may have a private address. NULL: none. */
    const char *push_allow;
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

#endif
