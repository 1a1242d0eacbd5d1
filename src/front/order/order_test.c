/* The order area by its stories, on both stores: each x.story beside this file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit/story_file.h"

static void test_checkout(void **state)
{
    (void)state;
    story_file("src/front/order/checkout.story");
}

static void test_numbers(void **state)
{
    (void)state;
    story_file("src/front/order/numbers.story");
}

static void test_returns(void **state)
{
    (void)state;
    story_file("src/front/order/returns.story");
}

static void test_steps(void **state)
{
    (void)state;
    story_file("src/front/order/steps.story");
}

static void test_account(void **state)
{
    (void)state;
    story_file("src/front/order/account.story");
}

static void test_rounding(void **state)
{
    (void)state;
    story_file("src/front/order/rounding.story");
}

static void test_now(void **state)
{
    (void)state;
    story_file("src/front/order/now.story");
}

static void test_invoices(void **state)
{
    (void)state;
    story_file("src/front/order/invoice.story");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checkout), cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_returns),  cmocka_unit_test(test_steps),
        cmocka_unit_test(test_account),  cmocka_unit_test(test_rounding),
        cmocka_unit_test(test_invoices), cmocka_unit_test(test_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
