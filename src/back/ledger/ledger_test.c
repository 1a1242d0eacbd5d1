/* The ledger's stories: what each event of the house books, manual entries, months and years, the
 * statements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "back/ledger/books.h"
#include "story.h"

#include <stdio.h>
#include <stdlib.h>

#define STORY_BYTES_MAX 65536

static void story(const char *name)
{
    static char text[STORY_BYTES_MAX];
    char path[1024];
    const char *root = getenv("KONTOR_ROOT");
    snprintf(path, sizeof(path), "%s/src/back/ledger/stories/%s.story", root ? root : ".", name);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof(text) - 1, f);
    fclose(f);
    assert_in_range(n, 1, sizeof(text) - 2);
    text[n] = '\0';
    story_on_both_stores(name, STORY_SETUP, text);
}

static void accounts_and_rules(void **state)
{
    (void)state;
    story("accounts");
}

static void manual_entries(void **state)
{
    (void)state;
    story("entries");
}

static void sales(void **state)
{
    (void)state;
    story("sales");
}

static void orders(void **state)
{
    (void)state;
    story("orders");
}

static void goods_points_and_tills(void **state)
{
    (void)state;
    story("goods");
}

static void periods_and_years(void **state)
{
    (void)state;
    story("periods");
}

static void statements(void **state)
{
    (void)state;
    story("statements");
}

static void taxes_in_parts(void **state)
{
    (void)state;
    story("taxes");
}

static void late_facts(void **state)
{
    (void)state;
    story("late");
}

static void statements_compared(void **state)
{
    (void)state;
    story("compared");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts_and_rules),
        cmocka_unit_test(manual_entries),
        cmocka_unit_test(sales),
        cmocka_unit_test(orders),
        cmocka_unit_test(goods_points_and_tills),
        cmocka_unit_test(periods_and_years),
        cmocka_unit_test(statements),
        cmocka_unit_test(taxes_in_parts),
        cmocka_unit_test(late_facts),
        cmocka_unit_test(statements_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
