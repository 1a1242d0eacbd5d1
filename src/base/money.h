/* Money and quantity: small by-value types that cannot be mixed up with counts or each other. */
#ifndef KONTOR_MONEY_H
#define KONTOR_MONEY_H

#include "base/decimal.h"

typedef struct {
    int64_t minor; /* minor units of the currency that stands beside it: cents, paise, whole yen */
} money_t;

typedef struct {
    int64_t micro; /* millionths of the product's unit */
} qty_t;

typedef struct {
    int64_t micro; /* millionths: of one per cent, or of one major unit per unit of goods */
} rate_t;

#define QTY_ONE              INT64_C(1000000)
#define QTY_SCALE            6
#define RATE_SCALE           6
#define RATE_HUNDRED_PERCENT (INT64_C(100) * 1000000)

static inline money_t money_of(int64_t minor)
{
    return (money_t){ minor };
}
static inline qty_t qty_of(int64_t micro)
{
    return (qty_t){ micro };
}
static inline rate_t rate_of(int64_t micro)
{
    return (rate_t){ micro };
}
static inline bool money_is_zero(money_t m)
{
    return m.minor == 0;
}
static inline money_t money_neg(money_t m)
{
    return (money_t){ -m.minor };
}

/* Sums of amounts that the program itself bounds (every amount from outside is within MONEY_MAX,
 * lines and entries are at most some thousands): an overflow is a programmer's error and breaks an
 * INVARIANT. */
#define MONEY_MAX INT64_C(1000000000000000) /* 10^15 minor units */
#define QTY_MAX   INT64_C(1000000000000000) /* 10^9 units */
money_t money_add(money_t a, money_t b);
money_t money_sub(money_t a, money_t b);
qty_t qty_add(qty_t a, qty_t b);
qty_t qty_sub(qty_t a, qty_t b);

/* Products: ERR_RANGE when the result passes MONEY_MAX on either side. */
/* price per unit * quantity. */
MUST_USE enum err money_times_qty(money_t price, qty_t q, enum rounding r, money_t *out);
/* amount * per cent / 100. */
MUST_USE enum err money_percent(money_t amount, rate_t percent, enum rounding r, money_t *out);
/* amount * num / den. */
MUST_USE enum err money_ratio(money_t amount, int64_t num, int64_t den, enum rounding r,
                              money_t *out);
/* cost per unit (millionths of a major unit) * quantity, in minor units of a currency with
 * `decimals`. */
MUST_USE enum err money_from_cost(rate_t unit_cost, qty_t q, int decimals, enum rounding r,
                                  money_t *out);

/* Decimals of an ISO 4217 currency code (EUR 2, JPY 0, KWD 3; IDR 2 by the standard but 0 in trade
 * here), or -1 when the code is not one of the standard's active list. */
int currency_decimals(const char *code);
/* Every active code in alphabetical order, NULL at the end: for choices and checks. */
const char *currency_code_at(size_t i);

#endif
