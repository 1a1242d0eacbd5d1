/* Sums and products of amounts and quantities. What leaves MONEY_MAX is refused at the product, so
 * that the sums of a document, some thousand lines at most, cannot overflow. */
#include "base/money.h"

static int64_t sum_of(int64_t a, int64_t b)
{
    INVARIANT(b >= 0 ? a <= INT64_MAX - b : a >= INT64_MIN - b);
    return a + b;
}

static int64_t difference_of(int64_t a, int64_t b)
{
    INVARIANT(b >= 0 ? a >= INT64_MIN + b : a <= INT64_MAX + b);
    return a - b;
}

money_t money_add(money_t a, money_t b)
{
    return (money_t){ sum_of(a.minor, b.minor) };
}

money_t money_sub(money_t a, money_t b)
{
    return (money_t){ difference_of(a.minor, b.minor) };
}

qty_t qty_add(qty_t a, qty_t b)
{
    return (qty_t){ sum_of(a.micro, b.micro) };
}

qty_t qty_sub(qty_t a, qty_t b)
{
    return (qty_t){ difference_of(a.micro, b.micro) };
}

static enum err bounded(int64_t a, int64_t b, int64_t c, enum rounding r, money_t *out)
{
    int64_t v;
    TRY(decimal_mul_div(a, b, c, r, &v));
    if (v > MONEY_MAX || v < -MONEY_MAX) {
        return ERR_RANGE;
    }
    out->minor = v;
    return OK;
}

enum err money_times_qty(money_t price, qty_t q, enum rounding r, money_t *out)
{
    return bounded(price.minor, q.micro, QTY_ONE, r, out);
}

enum err money_percent(money_t amount, rate_t percent, enum rounding r, money_t *out)
{
    return bounded(amount.minor, percent.micro, RATE_HUNDRED_PERCENT, r, out);
}

enum err money_ratio(money_t amount, int64_t num, int64_t den, enum rounding r, money_t *out)
{
    return bounded(amount.minor, num, den, r, out);
}

enum err money_from_cost(rate_t unit_cost, qty_t q, int decimals, enum rounding r, money_t *out)
{
    INVARIANT(decimals >= 0 && decimals <= RATE_SCALE + QTY_SCALE);
    return bounded(unit_cost.micro, q.micro, decimal_pow10(RATE_SCALE + QTY_SCALE - decimals), r,
                   out);
}
