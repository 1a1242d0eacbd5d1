/* Threads, mutexes and conditions. */
/* threads */
#include "os/thread.h"

#include "os/clock.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>

#include <cmocka.h>

struct shared {
    mutex_t lock;
    cond_t moved;
    int n, waiting;
    bool signals_blocked;
};

static void add(void *arg)
{
    struct shared *s = arg;

    for (int i = 0; i < 1000; i++) {
        mutex_lock(&s->lock);
        s->n++;
        mutex_unlock(&s->lock);
    }
}

static void threads_share(void **state)
{
    struct shared s = { .lock = MUTEX_INIT };
    struct thread t[4];

    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(t); i++) {
        assert_int_equal(thread_start(&t[i], "a name that is too long", add, &s), OK);
    }
    for (size_t i = 0; i < N_ELEMENTS(t); i++) {
        thread_join(&t[i]);
        assert_false(t[i].running);
        thread_join(&t[i]); /* no harm */
    }
    assert_int_equal(s.n, 4000);
}

static void wait_for_move(void *arg)
{
    struct shared *s = arg;
    sigset_t mask;

    mutex_lock(&s->lock);
    s->signals_blocked = pthread_sigmask(SIG_SETMASK, NULL, &mask) == 0 &&
                         sigismember(&mask, SIGTERM) == 1 && sigismember(&mask, SIGINT) == 1;
    s->waiting++;
    cond_signal(&s->moved);
    while (s->n == 0) {
        cond_wait(&s->moved, &s->lock);
    }
    s->n++;
    mutex_unlock(&s->lock);
}

static void conditions_wake(void **state)
{
    struct shared s = { .lock = MUTEX_INIT };
    struct thread t[3];

    (void)state;
    cond_init(&s.moved);
    for (size_t i = 0; i < N_ELEMENTS(t); i++) {
        assert_int_equal(thread_start(&t[i], "waits", wait_for_move, &s), OK);
    }
    mutex_lock(&s.lock);
    while (s.waiting < 3) {
        (void)cond_wait_us(&s.moved, &s.lock, 10000);
    }
    s.n = 1;
    cond_broadcast(&s.moved);
    mutex_unlock(&s.lock);
    for (size_t i = 0; i < N_ELEMENTS(t); i++) {
        thread_join(&t[i]);
    }
    assert_int_equal(s.n, 4);
    assert_true(s.signals_blocked);
}

static void waiting_ends_in_time(void **state)
{
    struct shared s = { .lock = MUTEX_INIT };
    int64_t start_us = clock_monotonic_us();

    (void)state;
    cond_init(&s.moved);
    mutex_lock(&s.lock);
    while (cond_wait_us(&s.moved, &s.lock, 30000)) {}
    mutex_unlock(&s.lock);
    assert_true(clock_monotonic_us() - start_us >= 30000);
}

static void go_through(void *arg)
{
    clock_sleep_us(2000);
    latch_down(arg);
}

static void a_latch_waits_for_all(void **state)
{
    struct latch l;
    struct thread t[3];
    int64_t start_us = clock_monotonic_us();

    (void)state;
    latch_init(&l, N_ELEMENTS(t) + 1);
    for (size_t i = 0; i < N_ELEMENTS(t); i++) {
        assert_int_equal(thread_start(&t[i], "ends", go_through, &l), OK);
    }
    while (!latch_wait_us(&l, 30000) && clock_monotonic_us() - start_us < 30000) {}
    assert_false(latch_wait_us(&l, 0)); /* one is left */
    latch_down(&l);
    assert_true(latch_wait_us(&l, 0));
    latch_wait(&l);
    for (size_t i = 0; i < N_ELEMENTS(t); i++) {
        thread_join(&t[i]);
    }
    latch_init(&l, 0);
    latch_wait(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_share),
        cmocka_unit_test(conditions_wake),
        cmocka_unit_test(waiting_ends_in_time),
        cmocka_unit_test(a_latch_waits_for_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
