/* The hash table: both kinds of keys, growth, replacing, clearing. */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define MANY 5000

static int values[MANY];

static void numbers(void **state)
{
    (void)state;
    struct map m = { 0 };
    assert_null(map_get(&m, 0));
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(map_put(&m, (int64_t)i * 1024 - 7, &values[i]), OK);
    }
    assert_int_equal(m.n, MANY);
    assert_true(m.room < (size_t)4 * MANY);
    for (int i = 0; i < MANY; i++) {
        assert_ptr_equal(map_get(&m, (int64_t)i * 1024 - 7), &values[i]);
        assert_null(map_get(&m, (int64_t)i * 1024 - 6));
    }
    assert_int_equal(map_put(&m, -7, &values[1]), OK);
    assert_int_equal(m.n, MANY); /* replaced, not added */
    assert_ptr_equal(map_get(&m, -7), &values[1]);
    assert_int_equal(map_put(&m, INT64_MIN, &values[2]), OK);
    assert_int_equal(map_put(&m, INT64_MAX, &values[3]), OK);
    assert_ptr_equal(map_get(&m, INT64_MIN), &values[2]);
    assert_ptr_equal(map_get(&m, INT64_MAX), &values[3]);
    map_clear(&m);
    assert_int_equal(m.n, 0);
    assert_null(map_get(&m, -7));
    assert_int_equal(map_put(&m, -7, &values[4]), OK);
    assert_ptr_equal(map_get(&m, -7), &values[4]);
    map_free(&m);
    assert_null(map_get(&m, -7));
    map_clear(&m);
}

static void texts(void **state)
{
    (void)state;
    static char names[MANY][16];
    struct map m = { 0 };
    assert_null(map_get_text(&m, TEXT("x")));
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "key %d", i);
        assert_int_equal(map_put_text(&m, text_of(names[i]), &values[i]), OK);
    }
    for (int i = 0; i < MANY; i++) {
        char name[32];
        snprintf(name, sizeof name, "key %dx", i);
        assert_null(map_get_text(&m, text_of(name)));
        text_t same = { name, strlen(name) - 1 }; /* other bytes, same text */
        assert_ptr_equal(map_get_text(&m, same), &values[i]);
    }
    assert_null(map_get_text(&m, TEXT_NONE));
    assert_int_equal(map_put_text(&m, TEXT_NONE, &values[7]), OK);
    assert_ptr_equal(map_get_text(&m, TEXT("")), &values[7]);
    map_free(&m);
}

static void the_two_kinds_do_not_meet(void **state)
{
    (void)state;
    struct map m = { 0 };
    for (int i = 0; i < 100; i++) {
        assert_int_equal(map_put(&m, i, &values[i]), OK);
    }
    assert_null(map_get_text(&m, TEXT("")));
    assert_null(map_get_text(&m, TEXT_NONE));
    assert_int_equal(map_put_text(&m, TEXT(""), &values[200]), OK);
    assert_int_equal(m.n, 101);
    assert_ptr_equal(map_get(&m, 0), &values[0]);
    assert_ptr_equal(map_get_text(&m, TEXT("")), &values[200]);
    map_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(texts),
        cmocka_unit_test(the_two_kinds_do_not_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
