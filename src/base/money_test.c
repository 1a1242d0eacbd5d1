/* Amounts and quantities: products with their roundings, limits, broken sums. */
#include "base/money.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void sums(void **state)
{
    (void)state;
    assert_int_equal(money_add(money_of(5), money_of(-7)).minor, -2);
    assert_int_equal(money_sub(money_of(5), money_of(-7)).minor, 12);
    assert_int_equal(qty_add(qty_of(5), qty_of(7)).micro, 12);
    assert_int_equal(qty_sub(qty_of(5), qty_of(7)).micro, -2);
    assert_true(money_add(money_of(INT64_MAX - 1), money_of(1)).minor == INT64_MAX);
    assert_true(money_add(money_of(INT64_MIN + 1), money_of(-1)).minor == INT64_MIN);
    assert_true(money_sub(money_of(-1), money_of(INT64_MAX)).minor == INT64_MIN);
    assert_true(money_sub(money_of(-1), money_of(INT64_MIN)).minor == INT64_MAX);
}

static void sum_past_above(void)
{
    (void)money_add(money_of(INT64_MAX), money_of(1));
}

static void sum_past_below(void)
{
    (void)qty_add(qty_of(INT64_MIN), qty_of(-1));
}

static void difference_past_above(void)
{
    (void)qty_sub(qty_of(0), qty_of(INT64_MIN));
}

static void difference_past_below(void)
{
    (void)money_sub(money_of(INT64_MIN), money_of(1));
}

static void a_sum_that_overflows_aborts(void **state)
{
    (void)state;
    static void (*const wrong[])(void) = { sum_past_above, sum_past_below, difference_past_above,
                                           difference_past_below };
    for (size_t i = 0; i < N_ELEMENTS(wrong); i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
            signal(SIGABRT, SIG_DFL);
            wrong[i]();
            _exit(0);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    }
}

static void products(void **state)
{
    (void)state;
    money_t m;
    /* 2.5 of 12.45 is 31.125 */
    assert_int_equal(money_times_qty(money_of(1245), qty_of(2500000), ROUND_HALF_UP, &m), OK);
    assert_int_equal(m.minor, 3113);
    assert_int_equal(money_times_qty(money_of(1245), qty_of(2500000), ROUND_HALF_EVEN, &m), OK);
    assert_int_equal(m.minor, 3112);
    assert_int_equal(money_times_qty(money_of(1245), qty_of(-2500000), ROUND_HALF_UP, &m), OK);
    assert_int_equal(m.minor, -3113);
    /* 19 % of 0.50 is 0.095 */
    assert_int_equal(money_percent(money_of(50), rate_of(19000000), ROUND_HALF_UP, &m), OK);
    assert_int_equal(m.minor, 10);
    assert_int_equal(money_percent(money_of(50), rate_of(19000000), ROUND_DOWN, &m), OK);
    assert_int_equal(m.minor, 9);
    assert_int_equal(money_percent(money_of(1234), rate_of(RATE_HUNDRED_PERCENT), ROUND_UP, &m),
                     OK);
    assert_int_equal(m.minor, 1234);
    assert_int_equal(money_ratio(money_of(100), 1, 3, ROUND_HALF_UP, &m), OK);
    assert_int_equal(m.minor, 33);
    assert_int_equal(money_ratio(money_of(100), 1, -3, ROUND_UP, &m), OK);
    assert_int_equal(m.minor, -34);
}

static void costs(void **state)
{
    (void)state;
    money_t m;
    /* 1.234567 a unit, 1000 units: 1234.567 */
    assert_int_equal(money_from_cost(rate_of(1234567), qty_of(1000000000), 2, ROUND_HALF_UP, &m),
                     OK);
    assert_int_equal(m.minor, 123457);
    assert_int_equal(money_from_cost(rate_of(1234567), qty_of(1000000000), 0, ROUND_HALF_UP, &m),
                     OK);
    assert_int_equal(m.minor, 1235);
    assert_int_equal(money_from_cost(rate_of(1234567), qty_of(1000000000), 3, ROUND_HALF_UP, &m),
                     OK);
    assert_int_equal(m.minor, 1234567);
    assert_int_equal(money_from_cost(rate_of(1), qty_of(1), 2, ROUND_UP, &m), OK);
    assert_int_equal(m.minor, 1);
}

static void products_stay_within_the_maximum(void **state)
{
    (void)state;
    money_t m = { 7 };
    assert_int_equal(money_times_qty(money_of(MONEY_MAX), qty_of(QTY_ONE), ROUND_DOWN, &m), OK);
    assert_true(m.minor == MONEY_MAX);
    m.minor = 7;
    assert_int_equal(money_times_qty(money_of(MONEY_MAX), qty_of(QTY_ONE + 1), ROUND_DOWN, &m),
                     ERR_RANGE);
    assert_int_equal(money_times_qty(money_of(-MONEY_MAX), qty_of(QTY_ONE + 1), ROUND_DOWN, &m),
                     ERR_RANGE);
    assert_int_equal(money_times_qty(money_of(MONEY_MAX), qty_of(QTY_MAX), ROUND_DOWN, &m),
                     ERR_RANGE);
    assert_int_equal(money_percent(money_of(MONEY_MAX), rate_of(INT64_MAX), ROUND_DOWN, &m),
                     ERR_RANGE);
    assert_int_equal(money_ratio(money_of(INT64_MIN), -1, 1, ROUND_DOWN, &m), ERR_RANGE);
    assert_int_equal(m.minor, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums),
        cmocka_unit_test(a_sum_that_overflows_aborts),
        cmocka_unit_test(products),
        cmocka_unit_test(costs),
        cmocka_unit_test(products_stay_within_the_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
