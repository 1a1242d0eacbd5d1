/* POSIX threads under our own names. Failures of mutex and condition calls are programmer's errors
 * (bad state), so they break an INVARIANT instead of being returned. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* pthread_setname_np */
#endif
#include "os/thread.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

struct start {
    void (*fn)(void *);
    void *arg;
};

static void *trampoline(void *p)
{
    struct start s = *(struct start *)p;

    free(p);
    s.fn(s.arg);
    return NULL;
}

/* Signals are blocked around pthread_create so that the thread inherits the full mask and signals
 * go to the main thread only. */
enum err thread_start(struct thread *t, const char *name, void (*fn)(void *), void *arg)
{
    struct start *s = malloc(sizeof *s);
    sigset_t all, before;
    int rc;

    t->running = false;
    if (!s) {
        return ERR_NO_MEMORY;
    }
    *s = (struct start){ .fn = fn, .arg = arg };
    sigfillset(&all);
    rc = pthread_sigmask(SIG_SETMASK, &all, &before);
    INVARIANT(rc == 0);
    rc = pthread_create(&t->id, NULL, trampoline, s);
    INVARIANT(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
    if (rc != 0) {
        free(s);
        return ERR_IO;
    }
    t->running = true;
    /* The name only helps people with debuggers; a refusal (too long) is no failure. */
    (void)pthread_setname_np(t->id, name);
    return OK;
}

void thread_join(struct thread *t)
{
    if (t->running) {
        INVARIANT(pthread_join(t->id, NULL) == 0);
        t->running = false;
    }
}

void mutex_lock(mutex_t *m)
{
    INVARIANT(pthread_mutex_lock(m) == 0);
}

void mutex_unlock(mutex_t *m)
{
    INVARIANT(pthread_mutex_unlock(m) == 0);
}

void cond_init(cond_t *c)
{
    pthread_condattr_t a;

    INVARIANT(pthread_condattr_init(&a) == 0);
    INVARIANT(pthread_condattr_setclock(&a, CLOCK_MONOTONIC) == 0);
    INVARIANT(pthread_cond_init(c, &a) == 0);
    INVARIANT(pthread_condattr_destroy(&a) == 0);
}

void cond_wait(cond_t *c, mutex_t *m)
{
    INVARIANT(pthread_cond_wait(c, m) == 0);
}

bool cond_wait_us(cond_t *c, mutex_t *m, int64_t timeout_us)
{
    struct timespec until;
    int rc;

    INVARIANT(timeout_us >= 0);
    INVARIANT(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
    until.tv_sec += (time_t)(timeout_us / 1000000);
    until.tv_nsec += (long)(timeout_us % 1000000) * 1000;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    rc = pthread_cond_timedwait(c, m, &until);
    INVARIANT(rc == 0 || rc == ETIMEDOUT);
    return rc == 0;
}

void cond_signal(cond_t *c)
{
    INVARIANT(pthread_cond_signal(c) == 0);
}

void cond_broadcast(cond_t *c)
{
    INVARIANT(pthread_cond_broadcast(c) == 0);
}

/* -- latches ----------------------------------------------------------------------------------- */

void latch_init(struct latch *l, size_t n)
{
    *l = (struct latch){ .lock = MUTEX_INIT, .left = n };
    cond_init(&l->moved);
}

void latch_down(struct latch *l)
{
    mutex_lock(&l->lock);
    INVARIANT(l->left > 0);
    l->left--;
    cond_signal(&l->moved);
    mutex_unlock(&l->lock);
}

void latch_wait(struct latch *l)
{
    mutex_lock(&l->lock);
    while (l->left > 0) {
        cond_wait(&l->moved, &l->lock);
    }
    mutex_unlock(&l->lock);
    INVARIANT(pthread_cond_destroy(&l->moved) == 0);
    INVARIANT(pthread_mutex_destroy(&l->lock) == 0);
}

bool latch_wait_us(struct latch *l, int64_t timeout_us)
{
    mutex_lock(&l->lock);
    if (l->left > 0) {
        (void)cond_wait_us(&l->moved, &l->lock, timeout_us);
    }
    bool all = l->left == 0;
    mutex_unlock(&l->lock);
    return all;
}
