/* The list of currencies is in order, and says what the standard and trade say. */
#include "base/money.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <string.h>

static void list_is_in_order_and_complete(void **state)
{
    (void)state;
    size_t n = 0, by_decimals[5] = { 0 };
    for (const char *code; (code = currency_code_at(n)) != NULL; n++) {
        assert_int_equal(strlen(code), 3);
        assert_int_equal(strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 3);
        if (n > 0) {
            assert_true(strcmp(currency_code_at(n - 1), code) < 0);
        }
        int decimals = currency_decimals(code);
        assert_in_range(decimals, 0, 4);
        by_decimals[decimals]++;
    }
    assert_true(n > 150 && n < 180);
    assert_int_equal(by_decimals[0], 18); /* 17 of the standard, and IDR */
    assert_int_equal(by_decimals[1], 0);
    assert_int_equal(by_decimals[3], 7);
    assert_int_equal(by_decimals[4], 2);
    assert_null(currency_code_at(n + 1));
}

static void decimals(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        int decimals;
    } rows[] = {
        { "EUR", 2 },  { "USD", 2 },  { "INR", 2 },  { "JPY", 0 }, { "KRW", 0 },
        { "VND", 0 },  { "IDR", 0 },  { "KWD", 3 },  { "BHD", 3 }, { "TND", 3 },
        { "CLF", 4 },  { "XOF", 0 },  { "AED", 2 },  { "ZWG", 2 }, { "HRK", -1 },
        { "DEM", -1 }, { "XXX", -1 }, { "eur", -1 }, { "EU", -1 }, { "EURO", -1 },
        { "", -1 },    { "AAA", -1 }, { "ZZZ", -1 }, { NULL, -1 }, { "EUR ", -1 },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        if (currency_decimals(rows[i].code) != rows[i].decimals) {
            fail_msg("%s: %d", rows[i].code, currency_decimals(rows[i].code));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_is_in_order_and_complete),
        cmocka_unit_test(decimals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
