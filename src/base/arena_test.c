/* The arena: what it hands out, its maximum, and every block that can be missing. */
/* threads */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <time.h>

static int blocks_left; /* how many more the hook lets through; negative: all */

static bool fail_after(void)
{
    if (blocks_left < 0) {
        return false;
    }
    if (blocks_left == 0) {
        return true;
    }
    blocks_left--;
    return false;
}

static void nap_ms(long ms)
{
    struct timespec t = { .tv_nsec = ms * 1000000 };
    nanosleep(&t, NULL);
}

/* Fills pieces of growing sizes and then checks that none has lost its bytes to another. */
#define PIECES 300
static void use(struct arena *a)
{
    unsigned char *pieces[PIECES];
    for (size_t i = 0; i < PIECES; i++) {
        size_t n = 1 + i * 7;
        pieces[i] = arena_alloc(a, n);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        for (size_t k = 0; k < n; k++) {
            assert_int_equal(pieces[i][k], 0);
        }
        memset(pieces[i], (int)(i % 251 + 1), n);
    }
    for (size_t i = 0; i < PIECES; i++) {
        for (size_t k = 0; k < 1 + i * 7; k++) {
            assert_int_equal(pieces[i][k], i % 251 + 1);
        }
    }
}

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, (size_t)8 << 20);
    use(&a);
    assert_false(a.failed);
    arena_reset(&a);
    assert_int_equal(a.used_bytes, 0);
    use(&a); /* zeroed although the memory has been used */
    assert_non_null(arena_alloc(&a, 0));
    assert_true(arena_alloc(&a, 0) != arena_alloc(&a, 0));
    arena_free(&a);
    assert_null(a.first);
    use(&a);
    arena_free(&a);
}

static void a_large_piece_does_not_waste_the_block(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, (size_t)8 << 20);
    char *before = arena_alloc(&a, 16);
    char *large = arena_alloc(&a, (size_t)1 << 20);
    char *after = arena_alloc(&a, 16);
    large[((size_t)1 << 20) - 1] = 'x';
    assert_true(after > before && after - before < 256); /* still in the first block */
    arena_free(&a);
}

static void a_piece_grows_where_it_stands(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, (size_t)1 << 20);
    char *p = arena_take(&a, 100);
    memset(p, 'a', 100);
    assert_true(arena_extend(&a, p, 100, 1000));
    memset(p, 'b', 1000);
    char *q = arena_alloc(&a, 16);
    assert_true(q >= p + 1000);
    assert_false(arena_extend(&a, p, 1000, 1001 + 64));       /* no longer the newest */
    assert_false(arena_extend(&a, q, 16, (size_t)64 * 1024)); /* past its block */
    assert_false(arena_extend(&a, q, 16, SIZE_MAX));
    assert_int_equal(p[999], 'b');
    arena_free(&a);
    arena_init(&a, 200);
    p = arena_take(&a, 100);
    assert_false(arena_extend(&a, p, 100, 4000)); /* past the maximum */
    assert_false(a.failed);                       /* an offer declined is no failure */
    arena_free(&a);
}

static void the_maximum_makes_it_fail_and_go_on(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 10000);
    memset(arena_alloc(&a, 6000), 1, 6000);
    assert_false(a.failed);
    memset(arena_alloc(&a, 6000), 2, 6000);
    assert_true(a.failed);
    assert_true(a.holds_reserve);
    use(&a);
    arena_reset(&a);
    assert_false(a.failed);
    assert_false(a.holds_reserve);
    memset(arena_alloc(&a, 6000), 1, 6000);
    assert_false(a.failed);
    assert_null(arena_try(&a, 6000)); /* told, not rescued */
    assert_true(a.failed);
    assert_false(a.holds_reserve);
    assert_non_null(arena_try(&a, 6000)); /* for the answer that says so */
    assert_true(a.holds_reserve);
    assert_null(arena_try(&a, ARENA_RESERVE_BYTES));
    arena_free(&a);
}

static void past_the_reserve_the_system_is_asked_again(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1000);
    char *p = arena_alloc(&a, ARENA_RESERVE_BYTES + 1);
    assert_true(a.failed);
    p[ARENA_RESERVE_BYTES] = 'x';
    arena_free(&a);
}

static void impossible_sizes_fail_without_null(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, (size_t)1 << 20);
    assert_non_null(arena_array(&a, SIZE_MAX / 2, 16));
    assert_true(a.failed);
    arena_reset(&a);
    assert_non_null(arena_alloc(&a, SIZE_MAX));
    assert_true(a.failed);
    assert_null(arena_try(&a, SIZE_MAX));
    arena_free(&a);
    int *numbers = ARENA_ARRAY(&a, 10, int);
    assert_int_equal(numbers[9], 0);
    assert_false(a.failed);
    arena_free(&a);
}

static void every_block_can_be_missing(void **state)
{
    (void)state;
    int n = 0;
    bool failed = true;
    for (; failed; n++) {
        struct arena a;
        arena_init(&a, (size_t)8 << 20);
        blocks_left = n;
        arena_fault_hook = fail_after;
        use(&a);
        failed = a.failed;
        assert_true(failed == a.holds_reserve);
        arena_fault_hook = NULL;
        arena_free(&a);
        assert_false(a.failed);
    }
    assert_true(n > 4); /* several blocks were needed, so several were missing */
}

static void copies_end_with_nul(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1000);
    assert_string_equal(arena_copy(&a, "abcdef", 3), "abc");
    assert_string_equal(arena_copy(&a, NULL, 0), "");
    arena_free(&a);
}

static atomic_bool holder_done;
static atomic_bool waiter_done;

static void *waiter(void *unused)
{
    (void)unused;
    struct arena a;
    arena_init(&a, 100);
    char *p = arena_alloc(&a, 1000);
    bool first = atomic_load(&holder_done);
    p[999] = 'x';
    arena_free(&a);
    atomic_store(&waiter_done, true);
    return first ? &waiter_done : NULL;
}

static void failing_arenas_take_turns(void **state)
{
    (void)state;
    pthread_t thread;
    struct arena a, same_thread;
    void *waited = NULL;
    atomic_store(&holder_done, false);
    arena_init(&a, 100);
    (void)arena_alloc(&a, 1000);
    assert_true(a.holds_reserve);
    arena_init(&same_thread, 100); /* must not wait for itself */
    (void)arena_alloc(&same_thread, 1000);
    assert_int_equal(pthread_create(&thread, NULL, waiter, NULL), 0);
    nap_ms(50);
    arena_free(&a);
    nap_ms(50);
    atomic_store(&holder_done, true);
    arena_free(&same_thread);
    assert_int_equal(pthread_join(thread, &waited), 0);
    assert_non_null(waited);
}

static void nobody_waits_for_ever(void **state)
{
    (void)state;
    pthread_t thread;
    struct arena a;
    void *waited = NULL;
    atomic_store(&holder_done, false);
    atomic_store(&waiter_done, false);
    arena_init(&a, 100);
    char *p = arena_alloc(&a, 1000);
    memset(p, 'a', 1000);
    assert_int_equal(pthread_create(&thread, NULL, waiter, NULL), 0);
    assert_int_equal(pthread_join(thread, &waited), 0); /* while this thread still holds it */
    assert_null(waited);
    assert_int_equal(p[999], 'a');
    arena_free(&a);
}

static int reserve(void **state)
{
    (void)state;
    return arena_reserve_init() == OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(a_large_piece_does_not_waste_the_block),
        cmocka_unit_test(a_piece_grows_where_it_stands),
        cmocka_unit_test(the_maximum_makes_it_fail_and_go_on),
        cmocka_unit_test(past_the_reserve_the_system_is_asked_again),
        cmocka_unit_test(impossible_sizes_fail_without_null),
        cmocka_unit_test(every_block_can_be_missing),
        cmocka_unit_test(copies_end_with_nul),
        cmocka_unit_test(failing_arenas_take_turns),
        cmocka_unit_test(nobody_waits_for_ever),
    };
    return cmocka_run_group_tests(tests, reserve, NULL);
}
