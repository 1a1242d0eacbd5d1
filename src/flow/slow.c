/* The queue of slow work and its threads: one for each house. */
#include "flow/slow.h"

#include "meta/house.h"
#include "os/thread.h"

#include <stdlib.h>

struct slow {
    mutex_t lock;
    cond_t more;
    struct slow_work *first, *last;
    size_t n;
    struct thread threads[SLOW_THREADS];
    bool started, stopping;
};

static void work(void *arg)
{
    struct slow *s = arg;
    mutex_lock(&s->lock);
    for (;;) {
        struct slow_work *w = s->first;
        if (w) {
            s->first = w->next;
            s->n--;
            mutex_unlock(&s->lock);
            w->run(w->arg);
            mutex_lock(&s->lock);
        } else if (s->stopping) {
            break;
        } else {
            cond_wait(&s->more, &s->lock);
        }
    }
    mutex_unlock(&s->lock);
}

static void stop(struct slow *s)
{
    mutex_lock(&s->lock);
    s->stopping = true;
    cond_broadcast(&s->more);
    mutex_unlock(&s->lock);
    for (size_t i = 0; i < SLOW_THREADS; i++) {
        thread_join(&s->threads[i]);
    }
}

static void slow_free(void *p)
{
    struct slow *s = p;
    stop(s);
    pthread_cond_destroy(&s->more);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static void *slow_new(void)
{
    struct slow *s = calloc(1, sizeof *s);
    if (s) {
        pthread_mutex_init(&s->lock, NULL);
        cond_init(&s->more);
    }
    return s;
}

static struct slow *slow_of(struct house *h)
{
    static const char key;
    return house_attached(h, &key, slow_new, slow_free);
}

/* With the lock held. One thread is enough to go on with. */
static enum err start(struct slow *s)
{
    enum err e = thread_start(&s->threads[0], "slow 1", work, s);
    if (e == OK) {
        s->started = true;
        for (size_t i = 1; i < SLOW_THREADS; i++) {
            if (thread_start(&s->threads[i], "slow 2", work, s) != OK) {
                break;
            }
        }
    }
    return e;
}

enum err slow_submit(struct house *h, struct slow_work *w)
{
    struct slow *s = slow_of(h);
    enum err e = s ? OK : ERR_NO_MEMORY;
    if (!s) {
        return e;
    }
    mutex_lock(&s->lock);
    if (s->stopping) {
        e = ERR_STOPPED;
    } else if (s->n >= SLOW_QUEUE_MAX) {
        e = ERR_BUSY;
    } else if (!s->started) {
        e = start(s);
    }
    if (e == OK) {
        w->next = NULL;
        if (s->first) {
            s->last->next = w;
        } else {
            s->first = w;
        }
        s->last = w;
        s->n++;
        cond_signal(&s->more);
    }
    mutex_unlock(&s->lock);
    return e;
}

void slow_stop(struct house *h)
{
    struct slow *s = slow_of(h);
    if (s) {
        stop(s);
    }
}
