/* The arithmetic of points: pure integer C, the same for server and till. */
#ifndef KONTOR_POINTS_H
#define KONTOR_POINTS_H

#include "base/money.h"

/* Points for an amount: points_per_unit for each major unit, rounded down. 0 for amounts <= 0. */
MUST_USE enum err points_earned(money_t paid, rate_t points_per_unit, int decimals, int64_t *out);

/* What n points (n may be negative) are worth, half to even. */
MUST_USE enum err points_value(int64_t n, rate_t point_value, int decimals, money_t *out);

/* The least number of points that are worth an amount (>= 0). ERR_INVALID when points are worth
 * nothing. */
MUST_USE enum err points_for(money_t amount, rate_t point_value, int decimals, int64_t *out);

/* The value of `part` of n points that are worth `value`; the whole of it for all of them, so that
 * nothing is left over. 0 <= part <= n, n > 0, or all of them negative. */
MUST_USE enum err points_share(money_t value, int64_t part, int64_t n, money_t *out);

/* How many of the points of a sale go back when `now` of `whole` is returned after `before`. All of
 * them by the time that everything is. */
MUST_USE enum err points_part(int64_t points, money_t before, money_t now, money_t whole,
                              int64_t *out);

#endif
