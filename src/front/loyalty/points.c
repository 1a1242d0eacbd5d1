/* The arithmetic of points; see points.h. */
#include "front/loyalty/points.h"

/* A rate counts millionths of a major unit; an amount of 10^decimals minor units is one. */
static int64_t per_minor(int decimals)
{
    return decimal_pow10(RATE_SCALE + decimals);
}

enum err points_earned(money_t paid, rate_t points_per_unit, int decimals, int64_t *out)
{
    *out = 0;
    if (paid.minor <= 0) {
        return OK;
    }
    return decimal_mul_div(paid.minor, points_per_unit.micro, per_minor(decimals), ROUND_DOWN, out);
}

enum err points_value(int64_t n, rate_t point_value, int decimals, money_t *out)
{
    int64_t scaled; /* one point in minor units, times a million */
    TRY(mul_i64(point_value.micro, decimal_pow10(decimals), &scaled));
    return decimal_mul_div(n, scaled, decimal_pow10(RATE_SCALE), ROUND_HALF_EVEN, &out->minor);
}

enum err points_for(money_t amount, rate_t point_value, int decimals, int64_t *out)
{
    int64_t scaled;
    if (point_value.micro <= 0 || amount.minor < 0) {
        return ERR_INVALID;
    }
    TRY(mul_i64(point_value.micro, decimal_pow10(decimals), &scaled));
    return decimal_mul_div(amount.minor, decimal_pow10(RATE_SCALE), scaled, ROUND_UP, out);
}

enum err points_share(money_t value, int64_t part, int64_t n, money_t *out)
{
    if (part == n) {
        *out = value;
        return OK;
    }
    return decimal_mul_div(value.minor, part, n, ROUND_HALF_EVEN, &out->minor);
}

enum err points_part(int64_t points, money_t before, money_t now, money_t whole, int64_t *out)
{
    int64_t until, until_before;
    *out = 0;
    if (points == 0 || whole.minor <= 0) {
        return OK;
    }
    TRY(decimal_mul_div(points, before.minor + now.minor, whole.minor, ROUND_HALF_UP, &until));
    TRY(decimal_mul_div(points, before.minor, whole.minor, ROUND_HALF_UP, &until_before));
    *out = until - until_before;
    return OK;
}
