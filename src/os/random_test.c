/* Random numbers: that they differ, repeat when seeded, and spread evenly. */
#include "os/random.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <string.h>

static void system_bytes_differ(void **state)
{
    unsigned char a[64] = { 0 }, b[64] = { 0 }, zero[64] = { 0 };

    (void)state;
    random_bytes(a, sizeof a);
    random_bytes(b, sizeof b);
    assert_int_not_equal(memcmp(a, b, sizeof a), 0);
    assert_int_not_equal(memcmp(a, zero, sizeof a), 0);
    random_bytes(zero, 0);
    assert_int_equal(zero[0], 0);
}

/* The first number after seeding SplitMix64 with 0 is in its authors' reference. */
static void seeds_repeat(void **state)
{
    struct rng a, b, c;

    (void)state;
    rng_seed(&a, 0);
    assert_true(a.s[0] == UINT64_C(0xE220A8397B1DCDAF));
    assert_true(a.s[1] == UINT64_C(0x6E789E6AA1B965F4));
    rng_seed(&a, 42);
    rng_seed(&b, 42);
    rng_seed(&c, 43);
    for (int i = 0; i < 1000; i++) {
        uint64_t x = rng_next(&a);

        assert_true(x == rng_next(&b));
        assert_true(x != rng_next(&c));
    }
}

/* xoshiro256** from the state 1, 2, 3, 4: the sequence its authors' program prints. */
static void the_generator_is_the_known_one(void **state)
{
    static const uint64_t want[] = { 11520, 0, 1509978240, UINT64_C(1215971899390074240) };
    struct rng r = { .s = { 1, 2, 3, 4 } };

    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(want); i++) {
        assert_true(rng_next(&r) == want[i]);
    }
}

static void numbers_spread_evenly(void **state)
{
    struct rng r;
    int count[7] = { 0 };

    (void)state;
    rng_seed(&r, 7);
    for (int i = 0; i < 70000; i++) {
        count[rng_below(&r, 7)]++;
    }
    for (size_t i = 0; i < N_ELEMENTS(count); i++) {
        assert_in_range(count[i], 9600, 10400); /* four standard deviations */
    }
    assert_true(rng_below(&r, 1) == 0);
    assert_true(rng_below(&r, UINT64_MAX) < UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(system_bytes_differ),
        cmocka_unit_test(seeds_repeat),
        cmocka_unit_test(the_generator_is_the_known_one),
        cmocka_unit_test(numbers_spread_evenly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
