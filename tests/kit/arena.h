/* One arena for all tests of a program, made before the first and freed after the last: give
 * arena_begin and arena_end to cmocka_run_group_tests, or to a test as its setup and teardown. */
#ifndef KONTOR_KIT_ARENA_H
#define KONTOR_KIT_ARENA_H

#include "base/arena.h"

static struct arena arena;

static int arena_begin(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)256 << 20);
    return 0;
}

static int arena_end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

#endif
