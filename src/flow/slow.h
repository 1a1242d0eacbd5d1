/* Slow work: what takes long but needs no transaction (hashing passwords: 19 MiB and some 20 ms
 * each; drawing documents: some 15 ms), on two threads of its own behind a short queue, so that
 * neither the store's threads nor the server's are held up and a storm of sign-ins cannot take all
 * memory. What waits at most half a second is queued, what is beyond is refused at once. */
#ifndef KONTOR_SLOW_H
#define KONTOR_SLOW_H

#include "base/base.h"

#define SLOW_THREADS   2
#define SLOW_QUEUE_MAX 48

struct house;

/* Lives until run was called. */
struct slow_work {
    void (*run)(void *arg);
    void *arg;
    struct slow_work *next; /* the queue's */
};

/* Queues the work; run is called on another thread and may wait for the store. ERR_BUSY when
 * SLOW_QUEUE_MAX wait already, ERR_STOPPED after slow_stop, ERR_NO_MEMORY, ERR_IO: then run is not
 * called. The threads begin with the first work. */
MUST_USE enum err slow_submit(struct house *h, struct slow_work *w);
/* Does what is queued, then ends the threads. Call before the house's store is closed. */
void slow_stop(struct house *h);

#endif
