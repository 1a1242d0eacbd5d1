/* Who has a record open: told, seen by others, gone after a while; never more than the table
 * holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow/presence.h"
#include "meta/house.h"

static const struct entity kinds[2];
static const struct house_plan plan;

struct room {
    struct house *house;
    struct arena arena;
};

static int set_up(void **state)
{
    static struct room r;
    arena_init(&r.arena, (size_t)1 << 20);
    r.house = house_new(&plan, NULL);
    *state = &r;
    return 0;
}

static int tear_down(void **state)
{
    struct room *r = *state;
    house_free(r->house);
    arena_free(&r->arena);
    return 0;
}

static size_t others(struct room *r, int kind, int64_t id, int64_t user, int64_t now)
{
    struct present p[10];
    return presence_others(r->house, &kinds[kind], id, user, now, &r->arena, p, 10);
}

static void people_see_each_other(void **state)
{
    struct room *r = *state;
    struct present p[10];
    assert_false(presence_known(r->house, &kinds[0], 7, 1, 0));
    presence_touch(r->house, &kinds[0], 7, 1, TEXT("Ana"), TEXT("price"), 0, true);
    presence_touch(r->house, &kinds[0], 7, 2, TEXT("Bea"), TEXT_NONE, 10, true);
    presence_touch(r->house, &kinds[1], 7, 3, TEXT("Cem"), TEXT_NONE, 10, true); /* another kind */
    presence_touch(r->house, &kinds[0], 8, 4, TEXT("Dev"), TEXT_NONE, 10,
                   true); /* another record */
    assert_true(presence_known(r->house, &kinds[0], 7, 1, 20));
    assert_int_equal(presence_others(r->house, &kinds[0], 7, 2, 20, &r->arena, p, 10), 1);
    assert_string_equal(p[0].name.s, "Ana");
    assert_string_equal(p[0].field.s, "price");
    presence_touch(r->house, &kinds[0], 7, 1, TEXT("Ana"), TEXT_NONE, 30,
                   true); /* has left the field */
    assert_int_equal(presence_others(r->house, &kinds[0], 7, 2, 30, &r->arena, p, 10), 1);
    assert_null(p[0].field.s);
    assert_int_equal(others(r, 0, 7, 9, 30), 2);
    presence_leave(r->house, &kinds[0], 7, 1);
    assert_int_equal(others(r, 0, 7, 9, 30), 1);
}

static void they_are_forgotten(void **state)
{
    struct room *r = *state;
    presence_touch(r->house, &kinds[0], 7, 1, TEXT("Ana"), TEXT_NONE, 100, true);
    assert_int_equal(others(r, 0, 7, 2, 100 + PRESENCE_US - 1), 1);
    assert_int_equal(others(r, 0, 7, 2, 100 + PRESENCE_US), 0);
    assert_false(presence_known(r->house, &kinds[0], 7, 1, 100 + PRESENCE_US));
}

static void what_they_may_see_is_looked_up_again(void **state)
{
    struct room *r = *state;
    int64_t now = 0;
    presence_touch(r->house, &kinds[0], 7, 1, TEXT("Ana"), TEXT_NONE, now, true);
    for (; now < PRESENCE_LOOK_US; now += PRESENCE_US / 2) {
        assert_true(presence_known(r->house, &kinds[0], 7, 1, now));
        presence_touch(r->house, &kinds[0], 7, 1, TEXT("Ana"), TEXT_NONE, now, false);
    }
    assert_false(presence_known(r->house, &kinds[0], 7, 1, now));
    assert_int_equal(others(r, 0, 7, 2, now), 1);
}

static void the_table_is_bounded(void **state)
{
    struct room *r = *state;
    for (int64_t i = 0; i < PRESENCE_MAX + 100; i++) {
        presence_touch(r->house, &kinds[0], i, 1, TEXT("Ana"), TEXT_NONE, 0, true);
    }
    assert_int_equal(others(r, 0, PRESENCE_MAX - 1, 2, 1), 1);
    assert_int_equal(others(r, 0, PRESENCE_MAX + 50, 2, 1), 0); /* no room: not noted */
    presence_touch(r->house, &kinds[0], 500000, 1, TEXT("Ana"), TEXT_NONE, PRESENCE_US + 1, true);
    assert_int_equal(others(r, 0, 500000, 2, PRESENCE_US + 1), 1); /* the others have expired */
}

static void long_names_are_cut_at_a_character(void **state)
{
    struct room *r = *state;
    struct present p[1];
    struct buf b;
    buf_init(&b, &r->arena, 4000);
    for (int i = 0; i < 500; i++) {
        buf_str(&b, "\xe0\xa4\x85");
    }
    presence_touch(r->house, &kinds[0], 7, 1, buf_done(&b), buf_done(&b), 0, true);
    assert_int_equal(presence_others(r->house, &kinds[0], 7, 2, 1, &r->arena, p, 1), 1);
    assert_true(p[0].name.n > 100 && text_utf8_ok(p[0].name, false));
    assert_true(p[0].field.n > 60 && text_utf8_ok(p[0].field, false));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(people_see_each_other),
        TEST(they_are_forgotten),
        TEST(what_they_may_see_is_looked_up_again),
        TEST(the_table_is_bounded),
        TEST(long_names_are_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
