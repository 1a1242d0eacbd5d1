/* Decimal text to scaled integers and back, and the arithmetic that money, quantities and rates
 * share.
 *
 * Kontor has no floating point: a money_t counts minor units of its currency, a qty_t millionths of
 * its unit, a rate_t millionths (of one per cent for taxes and discounts, of one major unit for a
 * cost per unit). Products run through 128 bits and every rounding is named at the call. Compiles
 * freestanding for WebAssembly. */
#ifndef KONTOR_DECIMAL_H
#define KONTOR_DECIMAL_H

#include "base/base.h"

enum rounding {
    ROUND_HALF_UP,   /* away from zero at the half: what most tax laws say */
    ROUND_HALF_EVEN, /* banker's: for costs and shares, no drift */
    ROUND_DOWN,      /* towards zero */
    ROUND_UP,        /* away from zero */
};

/* a * b / c in 128 bits, rounded as named. c must not be 0. ERR_RANGE when the result leaves 64
 * bits. */
MUST_USE enum err decimal_mul_div(int64_t a, int64_t b, int64_t c, enum rounding r, int64_t *out);

/* "-12.40" with `scale` decimals kept: 2 gives -1240. Accepts an optional sign, digits, and at most
 * `scale` decimals (more are accepted only when they are zeros): no blanks, no exponent, no
 * grouping, a digit on both sides of the point. ERR_INVALID for other text, ERR_RANGE past 64 bits.
 */
MUST_USE enum err decimal_parse(const char *s, size_t n, int scale, int64_t *out);

#define DECIMAL_TEXT_MAX 32
/* Prints v with exactly `scale` decimals, then drops trailing zeros down to `least` decimals.
 * Returns the length written to out (NUL-terminated). scale <= 9. */
size_t decimal_print(int64_t v, int scale, int least, char out[static DECIMAL_TEXT_MAX]);

/* 10^n for n in 0..18. */
int64_t decimal_pow10(int n);

/* Shares `total` over n weights so that the parts sum to it exactly: each part is rounded down, and
 * the remaining units go to the largest remainders, earlier ones first. All-zero weights share
 * evenly. Weights must be >= 0. Needs no memory: n <= DECIMAL_SHARE_MAX (ERR_RANGE; also when the
 * weights sum past 64 bits). ERR_INVALID for a negative weight, or for nothing to share a total
 * over. */
#define DECIMAL_SHARE_MAX 2000
MUST_USE enum err decimal_share(int64_t total, const int64_t *weights, size_t n, int64_t *parts);

#endif
