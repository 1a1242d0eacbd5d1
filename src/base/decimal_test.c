/* Decimals: products against 128-bit integers of the compiler, text both ways, shares. */
#include "base/decimal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <string.h>

__extension__ typedef __int128 i128;

static uint64_t seed = 20261121;

static uint64_t random_u64(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* Numbers of every length, both signs, and the neighbours of powers of two. */
static int64_t random_i64(void)
{
    uint64_t v = random_u64() >> (random_u64() % 64);
    if (random_u64() % 8 == 0) {
        v = (UINT64_C(1) << (random_u64() % 64)) + random_u64() % 3 - 1;
    }
    return (int64_t)(random_u64() % 2 ? v : 0 - v);
}

/* The roundings by their definition, on whole 128-bit integers. */
static enum err reference(int64_t a, int64_t b, int64_t c, enum rounding r, int64_t *out)
{
    i128 product = (i128)a * b;
    i128 q = product / c;
    i128 rest = product - q * c;
    i128 away = (product < 0) != (c < 0) ? -1 : 1;
    i128 rest_size = rest < 0 ? -rest : rest;
    i128 c_size = c < 0 ? -(i128)c : c;
    bool half = rest_size * 2 == c_size;
    bool more = rest_size * 2 > c_size;
    bool up = (r == ROUND_HALF_UP && (half || more)) ||
              (r == ROUND_HALF_EVEN && (more || (half && q % 2 != 0))) ||
              (r == ROUND_UP && rest != 0);
    q += up ? away : 0;
    if (q > INT64_MAX || q < INT64_MIN) {
        return ERR_RANGE;
    }
    *out = (int64_t)q;
    return OK;
}

static void same_as_reference(int64_t a, int64_t b, int64_t c)
{
    for (enum rounding r = ROUND_HALF_UP; r <= ROUND_UP; r++) {
        int64_t expected = 0, got = 0;
        enum err e = reference(a, b, c, r, &expected);
        enum err g = decimal_mul_div(a, b, c, r, &got);
        if (e != g || expected != got) {
            fail_msg("%lld * %lld / %lld, rounding %d: %s %lld, expected %s %lld", (long long)a,
                     (long long)b, (long long)c, (int)r, err_name(g), (long long)got, err_name(e),
                     (long long)expected);
        }
    }
}

static void products_match_the_compilers(void **state)
{
    (void)state;
    static const int64_t edges[] = { 0,
                                     1,
                                     -1,
                                     2,
                                     -2,
                                     3,
                                     -3,
                                     10,
                                     99,
                                     INT64_MAX,
                                     INT64_MIN,
                                     INT64_MAX - 1,
                                     -7,
                                     5,
                                     4,
                                     -4,
                                     INT64_C(1) << 32 };
    for (size_t i = 0; i < N_ELEMENTS(edges); i++) {
        for (size_t k = 0; k < N_ELEMENTS(edges); k++) {
            for (size_t m = 0; m < N_ELEMENTS(edges); m++) {
                if (edges[m] != 0) {
                    same_as_reference(edges[i], edges[k], edges[m]);
                }
            }
        }
    }
    for (int i = 0; i < 200000; i++) {
        int64_t c = random_i64();
        same_as_reference(random_i64(), random_i64(), c ? c : 1);
    }
}

static void every_rounding_of_small_numbers(void **state)
{
    (void)state;
    static const struct {
        int64_t a, c, half_up, half_even, down, up;
    } rows[] = {
        { 24, 10, 2, 2, 2, 3 },      { 25, 10, 3, 2, 2, 3 },      { 26, 10, 3, 3, 2, 3 },
        { 35, 10, 4, 4, 3, 4 },      { 30, 10, 3, 3, 3, 3 },      { -24, 10, -2, -2, -2, -3 },
        { -25, 10, -3, -2, -2, -3 }, { -26, 10, -3, -3, -2, -3 }, { -35, 10, -4, -4, -3, -4 },
        { 25, -10, -3, -2, -2, -3 }, { -25, -10, 3, 2, 2, 3 },    { 1, 3, 0, 0, 0, 1 },
        { -1, 3, 0, 0, 0, -1 },      { 5, 10, 1, 0, 0, 1 },       { -5, 10, -1, 0, 0, -1 },
        { 15, 10, 2, 2, 1, 2 },      { 0, 10, 0, 0, 0, 0 },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        const int64_t expected[] = { rows[i].half_up, rows[i].half_even, rows[i].down, rows[i].up };
        for (enum rounding r = ROUND_HALF_UP; r <= ROUND_UP; r++) {
            int64_t v = 77;
            assert_int_equal(decimal_mul_div(rows[i].a, 1, rows[i].c, r, &v), OK);
            assert_int_equal(v, expected[r]);
        }
    }
}

static void parsing(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        int scale;
        enum err e;
        int64_t v;
    } rows[] = {
        { "-12.40", 2, OK, -1240 },
        { "12.4", 2, OK, 1240 },
        { "+12", 2, OK, 1200 },
        { "0", 0, OK, 0 },
        { "-0.00", 2, OK, 0 },
        { "-0.05", 2, OK, -5 },
        { "007", 0, OK, 7 },
        { "5.000000", 0, OK, 5 },
        { "1.2300", 2, OK, 123 },
        { "1.239", 2, ERR_INVALID, 0 },
        { "1.2301", 2, ERR_INVALID, 0 },
        { "0.000001", 6, OK, 1 },
        { "9223372036854775807", 0, OK, INT64_MAX },
        { "-9223372036854775808", 0, OK, INT64_MIN },
        { "9223372036854775808", 0, ERR_RANGE, 0 },
        { "-9223372036854775809", 0, ERR_RANGE, 0 },
        { "92233720368547758.07", 2, OK, INT64_MAX },
        { "92233720368547758.08", 2, ERR_RANGE, 0 },
        { "-92233720368547758.08", 2, OK, INT64_MIN },
        { "92233720368547759", 2, ERR_RANGE, 0 },
        { "18446744073709551616", 0, ERR_RANGE, 0 },
        { "18446744073709551615", 0, ERR_RANGE, 0 },
        { "99999999999999999999999999999.00", 2, ERR_RANGE, 0 },
        { "99999999999999999999999999999.00x", 2, ERR_INVALID, 0 },
        { "9.223372036854775807", 18, OK, INT64_MAX },
        { "", 2, ERR_INVALID, 0 },
        { "-", 2, ERR_INVALID, 0 },
        { ".", 2, ERR_INVALID, 0 },
        { ".5", 2, ERR_INVALID, 0 },
        { "5.", 2, ERR_INVALID, 0 },
        { "-.5", 2, ERR_INVALID, 0 },
        { "1.2.3", 2, ERR_INVALID, 0 },
        { "1,5", 2, ERR_INVALID, 0 },
        { "1 000", 2, ERR_INVALID, 0 },
        { " 1", 2, ERR_INVALID, 0 },
        { "1 ", 2, ERR_INVALID, 0 },
        { "1e3", 2, ERR_INVALID, 0 },
        { "--1", 2, ERR_INVALID, 0 },
        { "0x1", 2, ERR_INVALID, 0 },
        { "inf", 2, ERR_INVALID, 0 },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        int64_t v = 0;
        enum err e = decimal_parse(rows[i].s, strlen(rows[i].s), rows[i].scale, &v);
        if (e != rows[i].e || v != rows[i].v) {
            fail_msg("\"%s\" scale %d: %s %lld", rows[i].s, rows[i].scale, err_name(e),
                     (long long)v);
        }
    }
}

static void printing(void **state)
{
    (void)state;
    static const struct {
        int64_t v;
        int scale, least;
        const char *s;
    } rows[] = {
        { 0, 0, 0, "0" },
        { 0, 2, 2, "0.00" },
        { 0, 6, 0, "0" },
        { 5, 2, 2, "0.05" },
        { -5, 2, 2, "-0.05" },
        { 1240, 2, 2, "12.40" },
        { 1240, 2, 0, "12.4" },
        { 1200, 2, 0, "12" },
        { 1200, 0, 0, "1200" },
        { 2500000, 6, 0, "2.5" },
        { 2500000, 6, 2, "2.50" },
        { 2500000, 6, 6, "2.500000" },
        { 1, 6, 0, "0.000001" },
        { 100, 2, 5, "1.00" },
        { INT64_MAX, 9, 9, "9223372036.854775807" },
        { INT64_MIN, 9, 9, "-9223372036.854775808" },
        { INT64_MIN, 0, 0, "-9223372036854775808" },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        char s[DECIMAL_TEXT_MAX];
        size_t n = decimal_print(rows[i].v, rows[i].scale, rows[i].least, s);
        assert_string_equal(s, rows[i].s);
        assert_int_equal(n, strlen(s));
    }
}

static void text_goes_both_ways(void **state)
{
    (void)state;
    for (int i = 0; i < 100000; i++) {
        int64_t v = random_i64(), back = 0;
        int scale = (int)(random_u64() % 10);
        int least = (int)(random_u64() % 10);
        char s[DECIMAL_TEXT_MAX];
        size_t n = decimal_print(v, scale, least, s);
        assert_int_equal(decimal_parse(s, n, scale, &back), OK);
        if (v != back) {
            fail_msg("%lld scale %d became \"%s\"", (long long)v, scale, s);
        }
    }
}

static void powers_of_ten(void **state)
{
    (void)state;
    int64_t p = 1;
    for (int i = 0; i <= 18; i++) {
        assert_true(decimal_pow10(i) == p);
        p *= i < 18 ? 10 : 1;
    }
}

static void shares_by_hand(void **state)
{
    (void)state;
    static const struct {
        int64_t total;
        size_t n;
        int64_t weights[5], parts[5];
    } rows[] = {
        { 100, 3, { 1, 1, 1 }, { 34, 33, 33 } },
        { -100, 3, { 1, 1, 1 }, { -34, -33, -33 } },
        { 100, 3, { 0, 0, 0 }, { 34, 33, 33 } },
        { 101, 3, { 0, 0, 0 }, { 34, 34, 33 } },
        { 10, 3, { 1, 2, 3 }, { 2, 3, 5 } },      /* 1.67 3.33 5: the largest remainder */
        { 5, 4, { 1, 1, 1, 1 }, { 2, 1, 1, 1 } }, /* earlier first among equals */
        { 2, 4, { 1, 1, 1, 1 }, { 1, 1, 0, 0 } },
        { 7, 2, { 0, 5 }, { 0, 7 } },
        { 0, 2, { 1, 2 }, { 0, 0 } },
        { 1, 5, { 10, 20, 40, 20, 10 }, { 0, 0, 1, 0, 0 } },
        { 9, 1, { 3 }, { 9 } },
        { INT64_MAX, 2, { 1, 1 }, { INT64_MAX / 2 + 1, INT64_MAX / 2 } },
        { INT64_MIN, 1, { 3 }, { INT64_MIN } },
        { INT64_MIN, 2, { 1, 1 }, { INT64_MIN / 2, INT64_MIN / 2 } },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        int64_t parts[5];
        assert_int_equal(decimal_share(rows[i].total, rows[i].weights, rows[i].n, parts), OK);
        for (size_t k = 0; k < rows[i].n; k++) {
            if (parts[k] != rows[i].parts[k]) {
                fail_msg("row %zu part %zu: %lld", i, k, (long long)parts[k]);
            }
        }
    }
}

/* Whatever the weights: the parts sum to the total, and none is a whole unit away from its due. */
static void shares_always_sum(void **state)
{
    (void)state;
    static int64_t weights[DECIMAL_SHARE_MAX], parts[DECIMAL_SHARE_MAX];
    for (int round = 0; round < 2000; round++) {
        size_t n = 1 + random_u64() % (round % 100 == 0 ? DECIMAL_SHARE_MAX : 40);
        int64_t total = random_i64();
        i128 sum = 0, weight_sum = 0;
        for (size_t i = 0; i < n; i++) {
            weights[i] = (int64_t)(random_u64() >> (12 + random_u64() % 50));
            weight_sum += weights[i];
        }
        assert_int_equal(decimal_share(total, weights, n, parts), OK);
        for (size_t i = 0; i < n; i++) {
            sum += parts[i];
            i128 w = weight_sum ? weights[i] : 1;
            i128 all = weight_sum ? weight_sum : (i128)n;
            i128 off = (i128)parts[i] * all - (i128)total * w;
            assert_true(off < all && off > -all);
        }
        assert_true(sum == total);
    }
}

static void shares_refused(void **state)
{
    (void)state;
    static int64_t weights[DECIMAL_SHARE_MAX + 1], parts[DECIMAL_SHARE_MAX + 1];
    assert_int_equal(decimal_share(1, weights, DECIMAL_SHARE_MAX + 1, parts), ERR_RANGE);
    assert_int_equal(decimal_share(1, weights, DECIMAL_SHARE_MAX, parts), OK);
    assert_int_equal(decimal_share(1, weights, 0, parts), ERR_INVALID);
    assert_int_equal(decimal_share(0, weights, 0, parts), OK);
    weights[1] = -1;
    assert_int_equal(decimal_share(1, weights, 3, parts), ERR_INVALID);
    weights[0] = weights[1] = INT64_MAX;
    assert_int_equal(decimal_share(1, weights, 2, parts), ERR_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_match_the_compilers),
        cmocka_unit_test(every_rounding_of_small_numbers),
        cmocka_unit_test(parsing),
        cmocka_unit_test(printing),
        cmocka_unit_test(text_goes_both_ways),
        cmocka_unit_test(powers_of_ten),
        cmocka_unit_test(shares_by_hand),
        cmocka_unit_test(shares_always_sum),
        cmocka_unit_test(shares_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
