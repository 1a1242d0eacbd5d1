/* Waiting for a document. */
#include "face/print_wait.h"

#include "os/thread.h"

#include <strings.h>

static void wake(struct print_request *r, void *arg)
{
    (void)r;
    latch_down(arg);
}

void print_wait(struct print_request *r)
{
    struct latch *answered = ARENA_NEW(r->arena, struct latch);
    latch_init(answered, 1);
    r->done = wake;
    r->arg = answered;
    print_answer(r);
    latch_wait(answered);
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
