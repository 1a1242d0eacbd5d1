/* Mail: composed as MIME (RFC 5322, 2045 to 2049, 2231) and handed to the relay (RFC 5321).
 *
 * Nothing here holds a transaction or asks the store. */
#ifndef KONTOR_FACE_SMTP_H
#define KONTOR_FACE_SMTP_H

#include "base/date.h"
#include "face/outside.h"

#include <stdatomic.h>

#define SMTP_ADDRESS_MAX 254 /* RFC 5321, 4.5.3.1.3, without the angle brackets */

struct smtp_file {
    text_t name; /* "receipt-T1-000123.pdf" */
    text_t type; /* "application/pdf" */
    text_t bytes;
};

struct smtp_message {
    text_t from_name, from;
    const text_t *to, *cc; /* bare addresses */
    size_t n_to, n_cc;
    text_t subject;
    text_t text;       /* lines end in \n */
    text_t html;       /* the same again, or TEXT_NONE */
    text_t message_id; /* without the angle brackets; the same at each try */
    instant_t date;
    bool automatic; /* nobody wrote it: no machine shall answer (RFC 3834) */
    const struct smtp_file *files;
    size_t n_files;
};

/* One plain address: local part of RFC 5321's atoms and dots up to 64 bytes, one @, an ASCII domain
 * of labels up to 63. Neither quoted local parts nor addresses in brackets. */
bool smtp_address_ok(text_t address);

/* The message as it goes over the wire, lines ending in CR LF. ERR_INVALID when a header would hold
 * a line end or an address is none, ERR_NO_MEMORY. */
MUST_USE enum err smtp_compose(const struct smtp_message *m, struct arena *a, text_t *bytes);

enum smtp_end {
    SMTP_SENT,
    SMTP_LATER,     /* no connection, no answer, "try again", or the relay does not let us in */
    SMTP_REFUSED,   /* the server will never take this message */
    SMTP_NO_SERVER, /* none is configured */
    SMTP_STOPPED,
};
/* Hands the composed message over for all its recipients, or for none. said: the server's own
 * words, or what went wrong; never a password. At most timeout_ms. */
enum smtp_end smtp_send(const struct outside *o, const struct smtp_message *m, text_t bytes,
                        const atomic_bool *stop, int64_t timeout_ms, struct arena *a, text_t *said);

#endif
