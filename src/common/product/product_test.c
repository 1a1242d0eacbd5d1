/* Check digits of GTINs: codes of the GS1 General Specifications' own examples and their faults. */
#include "common/product/product.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void check_digits(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        bool ok;
    } rows[] = {
        { "96385074", true },
        { "036000291452", true },
        { "4006381333931", true },
        { "14006381333938", true },
        { "5901234123457", true },
        { "9780201379624", true },
        { "00000000", true },
        { "96385075", false },
        { "036000291453", false },
        { "4006381333932", false },
        { "14006381333939", false },
        { "4006381333913", false },
        { "", false },
        { "4", false },
        { "400638133393", false },
        { "40063813339312", false },
        { "400638133393A", false },
        { "400638133393 ", false },
        { "40063813", false },
        { "123456", false },
        { "0000000000", false },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        if (gtin_ok(text_of(rows[i].code)) != rows[i].ok) {
            fail_msg("%s", rows[i].code);
        }
    }
    assert_false(gtin_ok(TEXT_NONE));
}

/* One wrong digit is always found; so are two neighbours exchanged, unless they differ by five. */
static void single_faults_are_found(void **state)
{
    (void)state;
    char code[] = "4006381333931";
    for (size_t i = 0; i < 13; i++) {
        char right = code[i];
        for (int c = '0'; c <= '9'; c++) {
            code[i] = (char)c;
            assert_int_equal(gtin_ok(text_of(code)), c == right);
        }
        code[i] = right;
    }
    for (size_t i = 0; i < 12; i++) {
        char a = code[i], b = code[i + 1];
        int apart = a > b ? a - b : b - a;
        code[i] = b;
        code[i + 1] = a;
        assert_int_equal(gtin_ok(text_of(code)), apart == 0 || apart == 5);
        code[i] = a;
        code[i + 1] = b;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_digits),
        cmocka_unit_test(single_faults_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
