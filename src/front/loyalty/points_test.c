/* Points: earned, worth, shared, reversed. */
#include "front/loyalty/points.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define RATE(units, millionths)                                                                    \
    {                                                                                              \
        INT64_C(units) * 1000000 + (millionths)                                                    \
    }

static void test_earned(void **state)
{
    static const struct {
        int64_t paid;
        rate_t rate;
        int decimals;
        int64_t points;
    } rows[] = {
        { 1240, RATE(1, 0), 2, 12 },       { 1299, RATE(1, 0), 2, 12 },
        { 99, RATE(1, 0), 2, 0 },          { 100, RATE(1, 0), 2, 1 },
        { 1240, RATE(0, 500000), 2, 6 },   { 1240, RATE(10, 0), 2, 124 },
        { 0, RATE(1, 0), 2, 0 },           { -1240, RATE(1, 0), 2, 0 },
        { 150000, RATE(0, 1000), 0, 150 }, { 12400, RATE(1, 0), 3, 12 },
        { 1240, RATE(0, 0), 2, 0 },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        int64_t points;
        assert_int_equal(
            points_earned(money_of(rows[i].paid), rows[i].rate, rows[i].decimals, &points), OK);
        assert_int_equal(points, rows[i].points);
    }
}

static void test_value(void **state)
{
    static const struct {
        int64_t n;
        rate_t value;
        int decimals;
        int64_t minor;
    } rows[] = {
        { 100, RATE(0, 10000), 2, 100 },   { 1, RATE(0, 10000), 2, 1 }, { 1, RATE(0, 5000), 2, 0 },
        { 3, RATE(0, 5000), 2, 2 },        { 5, RATE(0, 5000), 2, 2 },  { 7, RATE(0, 2500), 2, 2 },
        { -100, RATE(0, 10000), 2, -100 }, { 10, RATE(50, 0), 0, 500 }, { 0, RATE(0, 10000), 2, 0 },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        money_t value;
        assert_int_equal(points_value(rows[i].n, rows[i].value, rows[i].decimals, &value), OK);
        assert_int_equal(value.minor, rows[i].minor);
    }
}

static void test_for(void **state)
{
    static const struct {
        int64_t amount;
        rate_t value;
        int64_t points;
    } rows[] = {
        { 100, RATE(0, 10000), 100 }, { 1, RATE(0, 10000), 1 }, { 100, RATE(0, 30000), 34 },
        { 0, RATE(0, 10000), 0 },     { 1, RATE(0, 50000), 1 }, { 500, RATE(0, 5000), 1000 },
    };
    int64_t points;
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        assert_int_equal(points_for(money_of(rows[i].amount), rows[i].value, 2, &points), OK);
        assert_int_equal(points, rows[i].points);
    }
    assert_int_equal(points_for(money_of(1), rate_of(0), 2, &points), ERR_INVALID);
    assert_int_equal(points_for(money_of(-1), rate_of(10000), 2, &points), ERR_INVALID);
}

static void test_share(void **state)
{
    money_t part;
    (void)state;
    assert_int_equal(points_share(money_of(100), 33, 100, &part), OK);
    assert_int_equal(part.minor, 33);
    assert_int_equal(points_share(money_of(7), 3, 3, &part), OK);
    assert_int_equal(part.minor, 7);
    assert_int_equal(points_share(money_of(-10), -3, -10, &part), OK);
    assert_int_equal(part.minor, -3);
}

/* However a sale comes back, in the end exactly its points have gone back. */
static void test_part(void **state)
{
    (void)state;
    for (int64_t whole = 1; whole < 60; whole += 7) {
        for (int64_t points = 0; points < 30; points += 4) {
            for (int64_t step = 1; step <= whole; step += 3) {
                int64_t sum = 0;
                for (int64_t before = 0; before < whole; before += step) {
                    int64_t now = whole - before < step ? whole - before : step, part;
                    assert_int_equal(points_part(points, money_of(before), money_of(now),
                                                 money_of(whole), &part),
                                     OK);
                    assert_true(part >= 0);
                    sum += part;
                }
                assert_int_equal(sum, points);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_earned), cmocka_unit_test(test_value), cmocka_unit_test(test_for),
        cmocka_unit_test(test_share),  cmocka_unit_test(test_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
