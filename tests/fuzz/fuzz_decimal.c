/* Decimals and dates: text that is accepted prints and reads back as the same number or day;
 * products agree with the 128-bit arithmetic of the compiler; shares sum. The first byte chooses,
 * the rest is text or numbers. */
#include "base/date.h"
#include "base/decimal.h"

#include <stdlib.h>
#include <string.h>

#define CHECK(cond) ((cond) ? (void)0 : abort())
#define N_MAX       64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

__extension__ typedef __int128 i128;

static void check_text(const char *s, size_t n, int scale)
{
    int64_t v, back;
    char text[DECIMAL_TEXT_MAX];
    if (decimal_parse(s, n, scale, &v) != OK) {
        return;
    }
    for (int least = 0; scale <= 9 && least <= scale; least++) {
        size_t length = decimal_print(v, scale, least, text);
        CHECK(length < sizeof text && text[length] == '\0');
        CHECK(decimal_parse(text, length, scale, &back) == OK && back == v);
    }
    /* A zero more at the end changes nothing, where there are decimals at all. */
    char longer[256];
    if (n + 1 <= sizeof longer && memchr(s, '.', n)) {
        memcpy(longer, s, n);
        longer[n] = '0';
        CHECK(decimal_parse(longer, n + 1, scale, &back) == OK && back == v);
    }
}

static void check_times(const char *s, size_t n)
{
    date_t d, day;
    instant_t t, back;
    char text[INSTANT_TEXT_MAX];
    if (date_parse(s, n, &d) == OK) {
        CHECK(date_print(d, text) == n && memcmp(text, s, n) == 0);
        CHECK(date_from_civil(date_civil(d), &day) == OK && day.days == d.days);
        CHECK(date_month_start(d).days <= d.days && d.days <= date_month_end(d).days);
        CHECK(date_add_months(d, 12).days >= d.days);
    }
    if (instant_parse(s, n, &t) == OK) {
        size_t length = instant_print(t, text);
        CHECK(length == 27 && instant_parse(text, length, &back) == OK && back.us == t.us);
        day = instant_date(t);
        CHECK(date_start(day).us <= t.us && t.us - date_start(day).us < US_PER_DAY);
    }
}

/* The result is the quotient next to the exact one on the side that the rounding names. */
static void check_product(int64_t a, int64_t b, int64_t c, enum rounding r)
{
    int64_t v;
    i128 product = (i128)a * b;
    i128 floor = product / c - (product % c != 0 && (product < 0) != (c < 0));
    if (decimal_mul_div(a, b, c, r, &v) != OK) {
        CHECK(floor >= INT64_MAX || floor < INT64_MIN);
        return;
    }
    i128 size = c < 0 ? -(i128)c : c;
    i128 off = (i128)v * c - product; /* how far, in c-ths */
    off = off < 0 ? -off : off;
    CHECK(off < size);
    bool larger = (product < 0) == (c < 0) ? (i128)v > floor : (i128)v <= floor && off != 0;
    switch (r) {
    case ROUND_HALF_UP:
        CHECK(off * 2 < size || (off * 2 == size && larger));
        break;
    case ROUND_HALF_EVEN:
        CHECK(off * 2 < size || (off * 2 == size && v % 2 == 0));
        break;
    case ROUND_DOWN:
        CHECK(!larger);
        break;
    case ROUND_UP:
        CHECK(larger || off == 0);
        break;
    }
}

static void check_share(const int64_t *numbers, size_t n)
{
    int64_t parts[N_MAX];
    i128 sum = 0;
    if (n == 0 || decimal_share(numbers[0], numbers + 1, n - 1, parts) != OK) {
        return;
    }
    for (size_t i = 0; i + 1 < n; i++) {
        sum += parts[i];
        CHECK(numbers[0] < 0 ? parts[i] <= 0 : parts[i] >= 0);
    }
    CHECK(sum == numbers[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t numbers[N_MAX];
    if (size == 0) {
        return 0;
    }
    const char *s = (const char *)data + 1;
    check_text(s, size - 1, data[0] % 19);
    check_times(s, size - 1);
    size_t n = (size - 1) / sizeof numbers[0];
    n = n < N_MAX ? n : N_MAX;
    memcpy(numbers, s, n * sizeof numbers[0]);
    if (n >= 3 && numbers[2] != 0) {
        check_product(numbers[0], numbers[1], numbers[2], (enum rounding)(data[0] % 4));
    }
    check_share(numbers, n);
    return 0;
}
