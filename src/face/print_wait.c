/* Waiting for a document. */
#include "face/print_wait.h"

#include "os/thread.h"

#include <strings.h>

struct waiting {
    mutex_t lock;
    cond_t ready;
    bool done;
};

static void wake(struct print_request *r, void *arg)
{
    struct waiting *w = arg;
    (void)r;
    mutex_lock(&w->lock);
    w->done = true;
    cond_signal(&w->ready);
    mutex_unlock(&w->lock);
}

void print_wait(struct print_request *r)
{
    struct waiting *w = ARENA_NEW(r->arena, struct waiting);
    pthread_mutex_init(&w->lock, NULL);
    cond_init(&w->ready);
    r->done = wake;
    r->arg = w;
    print_answer(r);
    mutex_lock(&w->lock);
    while (!w->done) {
        cond_wait(&w->ready, &w->lock);
    }
    mutex_unlock(&w->lock);
    pthread_cond_destroy(&w->ready);
    pthread_mutex_destroy(&w->lock);
}

text_t print_file_name(const struct print_request *r, struct arena *a)
{
    for (size_t i = 0; i < r->n_headers; i++) {
        const char *at = r->headers[i].value.s &&
                                 strcasecmp(r->headers[i].name, "Content-Disposition") == 0
                             ? strstr(r->headers[i].value.s, "filename=\"")
                             : NULL;
        const char *name = at ? at + strlen("filename=\"") : NULL;
        const char *end = name ? strchr(name, '"') : NULL;
        if (end && end > name) {
            return text_copy(a, (text_t){ name, (size_t)(end - name) });
        }
    }
    return text_fmt(a, "%s.pdf", r->document->name);
}
