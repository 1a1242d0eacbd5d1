/* Scaled integers: text, products through 128 bits, exact shares.
 *
 * The 128 bits are two 64-bit halves worked by hand rather than __int128, because this file also
 * runs in the browser, where the compiler's helper routines for __int128 are not linked. Signs are
 * taken off first: all inner arithmetic is on magnitudes, which is also what the roundings are
 * defined on. */
#include "base/decimal.h"

#define I64_MIN_MAGNITUDE (UINT64_C(1) << 63)

struct u128 {
    uint64_t hi, lo;
};

static const int64_t pow10_table[19] = {
    INT64_C(1),
    INT64_C(10),
    INT64_C(100),
    INT64_C(1000),
    INT64_C(10000),
    INT64_C(100000),
    INT64_C(1000000),
    INT64_C(10000000),
    INT64_C(100000000),
    INT64_C(1000000000),
    INT64_C(10000000000),
    INT64_C(100000000000),
    INT64_C(1000000000000),
    INT64_C(10000000000000),
    INT64_C(100000000000000),
    INT64_C(1000000000000000),
    INT64_C(10000000000000000),
    INT64_C(100000000000000000),
    INT64_C(1000000000000000000),
};

int64_t decimal_pow10(int n)
{
    INVARIANT(n >= 0 && n <= 18);
    return pow10_table[n];
}

static uint64_t magnitude(int64_t v)
{
    return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

/* The number with this sign and magnitude, if 64 bits hold it. */
static enum err signed_of(bool minus, uint64_t m, int64_t *out)
{
    if (m > I64_MIN_MAGNITUDE - (minus ? 0 : 1)) {
        return ERR_RANGE;
    }
    *out = m == I64_MIN_MAGNITUDE ? INT64_MIN : minus ? -(int64_t)m : (int64_t)m;
    return OK;
}

static struct u128 mul_64(uint64_t a, uint64_t b)
{
    uint64_t al = a & UINT32_MAX, ah = a >> 32;
    uint64_t bl = b & UINT32_MAX, bh = b >> 32;
    uint64_t low = al * bl;
    uint64_t mid1 = ah * bl + (low >> 32); /* at most (2^32-1)^2 + 2^32-1: no carry is lost */
    uint64_t mid2 = al * bh + (mid1 & UINT32_MAX);
    return (struct u128){
        .hi = ah * bh + (mid1 >> 32) + (mid2 >> 32),
        .lo = (mid2 << 32) | (low & UINT32_MAX),
    };
}

/* p / c where p.hi < c, so that the quotient has 64 bits: long division, one bit a step. Products
 * that fit 64 bits, which is nearly all of them, do not come here. */
static uint64_t div_128(struct u128 p, uint64_t c, uint64_t *remainder)
{
    uint64_t rest = p.hi, low = p.lo, q = 0;
    for (int i = 0; i < 64; i++) {
        uint64_t carry = rest >> 63; /* the 65th bit of the shifted rest */
        rest = (rest << 1) | (low >> 63);
        low <<= 1;
        q <<= 1;
        if (carry || rest >= c) {
            rest -= c;
            q |= 1;
        }
    }
    *remainder = rest;
    return q;
}

/* Quotient and remainder of a * b / c; false when the quotient leaves 64 bits. */
static bool mul_div(uint64_t a, uint64_t b, uint64_t c, uint64_t *quotient, uint64_t *remainder)
{
    struct u128 p = mul_64(a, b);
    if (p.hi == 0) {
        *quotient = p.lo / c;
        *remainder = p.lo % c;
        return true;
    }
    if (p.hi >= c) {
        return false;
    }
    *quotient = div_128(p, c, remainder);
    return true;
}

/* Whether a magnitude with this remainder of c moves away from zero. */
static bool rounds_up(enum rounding r, bool odd, uint64_t remainder, uint64_t c)
{
    uint64_t other = c - remainder; /* compared instead of doubling, which could overflow */
    switch (r) {
    case ROUND_HALF_UP:
        return remainder >= other;
    case ROUND_HALF_EVEN:
        return remainder > other || (remainder == other && odd);
    case ROUND_DOWN:
        return false;
    case ROUND_UP:
        return remainder > 0;
    }
    return false;
}

enum err decimal_mul_div(int64_t a, int64_t b, int64_t c, enum rounding r, int64_t *out)
{
    INVARIANT(c != 0);
    bool minus = ((a < 0) != (b < 0)) != (c < 0);
    uint64_t divisor = magnitude(c), q, rest;
    if (!mul_div(magnitude(a), magnitude(b), divisor, &q, &rest)) {
        return ERR_RANGE;
    }
    if (rounds_up(r, q & 1, rest, divisor)) {
        if (q == UINT64_MAX) {
            return ERR_RANGE;
        }
        q++;
    }
    return signed_of(minus, q, out);
}

/* Appends a digit to a magnitude; past 64 bits it stays at UINT64_MAX, which no result accepts. */
static uint64_t digit_added(uint64_t m, unsigned digit)
{
    if (m > (UINT64_MAX - digit) / 10) {
        return UINT64_MAX;
    }
    return m * 10 + digit;
}

enum err decimal_parse(const char *s, size_t n, int scale, int64_t *out)
{
    INVARIANT(scale >= 0 && scale <= 18);
    size_t i = n && (s[0] == '-' || s[0] == '+');
    bool minus = i && s[0] == '-';
    bool point = false;
    size_t digits = 0; /* on this side of the point: none is not a number */
    int decimals = 0;
    uint64_t m = 0;
    for (; i < n; i++) {
        if (s[i] == '.' && !point && digits) {
            point = true;
            digits = 0;
            continue;
        }
        if (s[i] < '0' || s[i] > '9') {
            return ERR_INVALID;
        }
        digits++;
        if (point && decimals == scale) {
            if (s[i] != '0') {
                return ERR_INVALID;
            }
            continue;
        }
        decimals += point;
        m = digit_added(m, (unsigned)(s[i] - '0'));
    }
    if (digits == 0) {
        return ERR_INVALID;
    }
    for (; decimals < scale; decimals++) {
        m = digit_added(m, 0);
    }
    return signed_of(minus, m, out);
}

size_t decimal_print(int64_t v, int scale, int least, char out[static DECIMAL_TEXT_MAX])
{
    INVARIANT(scale >= 0 && scale <= 9);
    char back[DECIMAL_TEXT_MAX]; /* the digits, last one first */
    size_t n = 0, length = 0;
    int decimals = scale;
    uint64_t m = magnitude(v);
    while (decimals > least && decimals > 0 && m % 10 == 0) {
        m /= 10;
        decimals--;
    }
    int digits = 0;
    do {
        if (digits == decimals && digits > 0) {
            back[n++] = '.';
        }
        back[n++] = (char)('0' + m % 10);
        m /= 10;
        digits++;
    } while (m > 0 || digits <= decimals);
    if (v < 0) {
        out[length++] = '-';
    }
    while (n > 0) {
        out[length++] = back[--n];
    }
    out[length] = '\0';
    return length;
}

/* The largest threshold that at least k of the n remainders reach. */
static uint64_t kth_largest(const uint64_t *remainders, size_t n, size_t k)
{
    uint64_t t = 0;
    for (int bit = 63; bit >= 0; bit--) {
        uint64_t higher = t | (UINT64_C(1) << bit);
        size_t reach = 0;
        for (size_t i = 0; i < n; i++) {
            reach += remainders[i] >= higher;
        }
        if (reach >= k) {
            t = higher;
        }
    }
    return t;
}

/* One unit each to the k parts with the largest remainders, earlier ones first among equals. */
static void share_rest(int64_t *parts, const uint64_t *remainders, size_t n, size_t k, int64_t unit)
{
    if (k == 0) {
        return;
    }
    uint64_t t = kth_largest(remainders, n, k);
    size_t equal = k; /* how many of those exactly at the threshold get one */
    for (size_t i = 0; i < n; i++) {
        equal -= remainders[i] > t;
    }
    for (size_t i = 0; i < n; i++) {
        if (remainders[i] > t) {
            parts[i] += unit;
        } else if (remainders[i] == t && equal > 0) {
            parts[i] += unit;
            equal--;
        }
    }
}

enum err decimal_share(int64_t total, const int64_t *weights, size_t n, int64_t *parts)
{
    uint64_t remainders[DECIMAL_SHARE_MAX];
    uint64_t sum = 0, left = magnitude(total);
    int64_t unit = total < 0 ? -1 : 1;
    if (n > DECIMAL_SHARE_MAX) {
        return ERR_RANGE;
    }
    if (n == 0) {
        return total == 0 ? OK : ERR_INVALID;
    }
    for (size_t i = 0; i < n; i++) {
        if (weights[i] < 0) {
            return ERR_INVALID;
        }
        sum += (uint64_t)weights[i];
        if (sum > INT64_MAX) {
            return ERR_RANGE;
        }
    }
    bool even = sum == 0;
    sum = even ? n : sum;
    for (size_t i = 0; i < n; i++) {
        uint64_t weight = even ? 1 : (uint64_t)weights[i], q = 0;
        bool fits = mul_div(magnitude(total), weight, sum, &q, &remainders[i]);
        INVARIANT(fits); /* weight <= sum, so q <= |total| */
        TRY(signed_of(total < 0, q, &parts[i]));
        left -= q;
    }
    share_rest(parts, remainders, n, (size_t)left, unit);
    return OK;
}
