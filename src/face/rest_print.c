/* GET /api/v1/print/NAME/ID: documents as PDF. */
#include "face/rest_own.h"

#include "face/print.h"

void rest_printed(const struct print_request *p, struct rest_work *w)
{
    struct rest_answer *a = &w->request->answer;
    *a = (struct rest_answer){ .status = p->status,
                               .content_type = p->content_type,
                               .body = p->body };
    for (size_t i = 0; i < p->n_headers; i++) {
        rest_header_add(w, p->headers[i].name, p->headers[i].value);
    }
}

static void printed(struct print_request *p, void *arg)
{
    rest_printed(p, arg);
    rest_end(arg);
}

struct print_request *rest_print_request(struct rest_work *w)
{
    const struct rest_config *config = &w->server->config;
    struct print_request *p = ARENA_NEW(w->arena, struct print_request);
    *p = (struct print_request){ .house = w->server->house,
                                 .arena = w->arena,
                                 .who = &w->who,
                                 .language = w->language,
                                 .now = config->now ? config->now(config->arg) : INSTANT_NONE,
                                 .params = w->params,
                                 .n_params = w->n_params,
                                 .arg = w };
    return p;
}

void rest_print_document(struct rest_work *w)
{
    struct print_request *p = rest_print_request(w);
    p->document = w->route.document;
    p->id = w->route.id;
    p->done = printed;
    print_answer(p);
}
