/* Countries by their codes. The rules that need a store are stories: company.story. */
#include "common/company/company.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void countries(void **state)
{
    (void)state;
    static const char *const known[] = {
        "AD", "ES", "IN", "ID", "MX", "US", "GB", "ZW", "AX", "SS"
    };
    static const char *const unknown[] = {
        "", "E", "es", "Es", "XX", "UK", "EU", "ESP", "QQ", "DA"
    };
    size_t n = 0;
    for (size_t i = 0; i < N_ELEMENTS(known); i++) {
        assert_true(country_known(text_of(known[i])));
    }
    for (size_t i = 0; i < N_ELEMENTS(unknown); i++) {
        assert_false(country_known(text_of(unknown[i])));
    }
    assert_false(country_known(TEXT_NONE));
    for (int a = 'A'; a <= 'Z'; a++) {
        for (int b = 'A'; b <= 'Z'; b++) {
            const char code[] = { (char)a, (char)b, '\0' };
            n += country_known(text_of(code));
        }
    }
    assert_int_equal(n, 249);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(countries) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
