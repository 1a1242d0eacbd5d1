/* Threads, mutexes and conditions: POSIX threads under names of our own, so that nothing above os/
 * makes system calls. */
#ifndef KONTOR_THREAD_H
#define KONTOR_THREAD_H

#include "base/base.h"

#include <pthread.h>

typedef pthread_mutex_t mutex_t;
typedef pthread_cond_t cond_t;
#define MUTEX_INIT PTHREAD_MUTEX_INITIALIZER

struct thread {
    pthread_t id;
    bool running;
};

/* Starts fn(arg) under a name of at most 15 bytes, all signals blocked. ERR_IO when the system has
 * no thread left. */
MUST_USE enum err thread_start(struct thread *t, const char *name, void (*fn)(void *), void *arg);
void thread_join(struct thread *t);

void mutex_lock(mutex_t *m);
void mutex_unlock(mutex_t *m);
/* Conditions on the monotonic clock. */
void cond_init(cond_t *c);
void cond_wait(cond_t *c, mutex_t *m);
/* false when the time passed without a signal. */
bool cond_wait_us(cond_t *c, mutex_t *m, int64_t timeout_us);
void cond_signal(cond_t *c);
void cond_broadcast(cond_t *c);

/* Waiting for what ends on other threads: so many ends, then whoever waits goes on. One is used
 * once, and mostly lies on the waiting thread's stack. */
struct latch {
    mutex_t lock;
    cond_t moved;
    size_t left;
};
void latch_init(struct latch *l, size_t n);
/* One end has come. The last thing that its thread does with what the waiting one owns. */
void latch_down(struct latch *l);
/* Waits for the rest, then destroys the latch. */
void latch_wait(struct latch *l);
/* Waits at most that long. true: all have come; latch_wait is due all the same. */
bool latch_wait_us(struct latch *l, int64_t timeout_us);

#endif
