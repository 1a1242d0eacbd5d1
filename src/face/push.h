/* Web Push: messages to people's browsers (RFC 8030), encrypted for the one browser (RFC 8291) and
 * signed by the house (RFC 8292, VAPID).
 *
 * An address comes from a browser, that is from outside: only https, and no connection to an
 * address that is not a public one, whatever its name says, except to the one that was configured
 * (face/outside.h). Nothing here asks the store. */
#ifndef KONTOR_FACE_PUSH_H
#define KONTOR_FACE_PUSH_H

#include "base/date.h"
#include "face/outside.h"

#include <stdatomic.h>

#define PUSH_POINT       65 /* a point of P-256, uncompressed */
#define PUSH_SCALAR      32 /* a private key of P-256 */
#define PUSH_AUTH        16
#define PUSH_SALT        16
#define PUSH_TEXT_MAX    3900 /* what every push service takes in one record */
#define PUSH_SECONDS     86400
#define PUSH_ADDRESS_MAX 1000

/* RFC 4648, section 5, without padding. */
text_t push_base64(struct arena *a, const void *bytes, size_t n);
/* false unless it is exactly n bytes; padding is admitted. */
bool push_unbase64(text_t t, unsigned char *out, size_t n);

struct push_keys {
    unsigned char scalar[PUSH_SCALAR];
    unsigned char point[PUSH_POINT];
};
/* A new random pair. */
MUST_USE enum err push_keys_make(struct push_keys *out);
/* Is that a point of the curve? */
bool push_point_ok(const unsigned char point[static PUSH_POINT]);

/* An address of a push service: https, a host, no user, printable ASCII, bounded. */
bool push_address_ok(text_t endpoint);
/* "https://host:port" of it: whom the signature is for. TEXT_NONE when it is none. */
text_t push_origin(struct arena *a, text_t endpoint);

struct push_device {
    text_t endpoint;
    unsigned char point[PUSH_POINT]; /* p256dh */
    unsigned char auth[PUSH_AUTH];
};

/* The body of the request (aes128gcm, one record). once and salt: new for each message; given here
 * so that the standard's own example can be proven. ERR_RANGE beyond PUSH_TEXT_MAX, ERR_INVALID for
 * a key that is no point. */
MUST_USE enum err push_encrypt(const struct push_device *to, const struct push_keys *once,
                               const unsigned char salt[static PUSH_SALT], text_t plain,
                               struct arena *a, text_t *body);
/* The value of Authorization: a JWT by ES256 for half a day. subject: "mailto:..." or TEXT_NONE. */
MUST_USE enum err push_authorization(const struct push_keys *house, text_t endpoint, text_t subject,
                                     instant_t now, struct arena *a, text_t *value);

enum push_end {
    PUSH_SENT,
    PUSH_GONE,    /* 404, 410: that browser is no more */
    PUSH_LATER,   /* no connection, 429, 5xx */
    PUSH_REFUSED, /* anything else, an address that may not be reached among it */
    PUSH_STOPPED,
};
struct push_message {
    const struct push_device *to;
    const struct push_keys *house;
    text_t subject; /* of the signature */
    text_t topic;   /* up to 32 of A-Z a-z 0-9 - _: a repetition takes the place of the first */
    text_t plain;
    instant_t now;
};
/* Encrypts, signs and sends. said: what went wrong. At most timeout_ms. */
enum push_end push_send(const struct outside *o, const struct push_message *m,
                        const atomic_bool *stop, int64_t timeout_ms, struct arena *a, text_t *said);

#endif
