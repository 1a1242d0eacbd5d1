/* Standard Webhooks (https://www.standardwebhooks.com): events to other people's programs, signed
 * so that the receiver can tell who sent them, when, and that nothing was changed.
 *
 * Nothing here asks the store. The secret is never printed, nor part of what goes wrong. */
#ifndef KONTOR_FACE_HOOK_H
#define KONTOR_FACE_HOOK_H

#include "base/date.h"
#include "face/outside.h"

#define HOOK_SECRET_BYTES 32
#define HOOK_SECRET_TEXT  50 /* "whsec_" and base64 of these */
#define HOOK_KEY_MAX      64 /* bytes that a secret may stand for */

/* A new random secret as people keep it: "whsec_" and base64. */
text_t hook_secret(struct arena *a);

/* The value of the header webhook-signature: "v1," and base64 of HMAC-SHA256 over
 * "id.seconds.body" for each secret, separated by blanks. ERR_INVALID for what is no secret. */
MUST_USE enum err hook_signature(const text_t *secrets, size_t n, text_t id, int64_t seconds,
                                 text_t body, struct arena *a, text_t *value);

enum hook_end {
    HOOK_TAKEN, /* 2xx */
    HOOK_GONE,  /* 410: do not come again */
    HOOK_LATER, /* anything else, an address that may not be reached among it */
    HOOK_STOPPED,
};
struct hook_message {
    text_t url;
    text_t id;             /* the same at each try */
    text_t body;           /* JSON */
    const text_t *secrets; /* the present one first */
    size_t n_secrets;
    instant_t now; /* of this try: the receiver refuses what is too old */
};
/* Sends it over a line of outside_open. said: what went wrong. At most timeout_ms. */
enum hook_end hook_send(const struct outside *o, struct outside_line *line,
                        const struct hook_message *m, int64_t timeout_ms, struct arena *a,
                        text_t *said);

#endif
