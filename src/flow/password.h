/* Passwords: Argon2id (RFC 9106) by libsodium, with the parameters that OWASP's Password Storage
 * Cheat Sheet names as its minimum: 2 passes over 19 MiB. Takes some 20 ms: call on a thread of
 * slow work. */
#ifndef KONTOR_PASSWORD_H
#define KONTOR_PASSWORD_H

#include "base/text.h"

#define PASSWORD_LENGTH_MIN 10  /* characters */
#define PASSWORD_LENGTH_MAX 200 /* characters; a bound for the work, not for the strength */

/* The password in the form that is hashed (Unicode NFC), or TEXT_NONE when it is not good text. */
text_t password_normal(struct arena *a, text_t password);
/* libsodium's text form with a random salt. ERR_NO_MEMORY when there are no 19 MiB. */
MUST_USE enum err password_hash(struct arena *a, text_t password, text_t *out);
/* OK, or ERR_NOT_FOUND when it is another password. A stored text of none is compared with a hash
 * that nobody knows the password of, so that the answer takes as long. ERR_NO_MEMORY. */
MUST_USE enum err password_check(text_t stored, text_t password);
/* Was it hashed with other parameters than today's? */
bool password_outdated(text_t stored);
/* Four groups of four letters and digits: 80 bits, for people to read and type. */
text_t password_invent(struct arena *a);

#endif
