/* Time-based one-time passwords (RFC 6238, over HMAC-SHA-1 of RFC 4226): 6 digits, steps of 30
 * seconds, as every authenticator app has them. */
#ifndef KONTOR_TOTP_H
#define KONTOR_TOTP_H

#include "base/date.h"
#include "base/text.h"

#define TOTP_STEP_SECONDS 30
#define TOTP_DIGITS       6
#define TOTP_SECRET_BYTES 20 /* as long as the hash: RFC 4226 section 4, R6 */

/* The number for one step, modulo 10^digits; digits at most 9. */
uint32_t totp_value(const void *secret, size_t n, int64_t step, int digits);

/* Is that the code of now, of the step before or of the one after (a clock may be wrong by half a
 * minute)? Only steps after last_step count, so that a code works once; *step gets the one that
 * fits. secret is base 32. Compares in constant time. */
bool totp_good(text_t secret, text_t code, instant_t now, int64_t last_step, int64_t *step);

/* A new random secret in base 32. */
text_t totp_secret(struct arena *a);
/* What the app reads from a picture: otpauth://totp/ISSUER:NAME?secret=... */
text_t totp_url(struct arena *a, text_t issuer, text_t name, text_t secret);

/* RFC 4648 base 32 without padding. */
text_t base32_text(struct arena *a, const void *bytes, size_t n);
/* Returns how many bytes were written to out, 0 when it is not base 32 or does not fit. */
size_t base32_bytes(text_t t, unsigned char *out, size_t room);

#endif
