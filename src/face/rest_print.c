/* GET /api/v1/print/NAME/ID: documents as PDF. */
#include "face/rest_own.h"

#include "face/print.h"

static void printed(struct print_request *p, void *arg)
{
    struct rest_work *w = arg;
    struct rest_answer *a = &w->request->answer;
    *a = (struct rest_answer){ .status = p->status,
                               .content_type = p->content_type,
                               .body = p->body };
    for (size_t i = 0; i < p->n_headers; i++) {
        rest_header_add(w, p->headers[i].name, p->headers[i].value);
    }
    rest_end(w);
}

void rest_print_document(struct rest_work *w)
{
    const struct rest_config *config = &w->server->config;
    struct print_request *p = ARENA_NEW(w->arena, struct print_request);
    *p = (struct print_request){ .house = w->server->house,
                                 .arena = w->arena,
                                 .who = &w->who,
                                 .language = w->language,
                                 .now = config->now ? config->now(config->arg) : INSTANT_NONE,
                                 .document = w->route.document,
                                 .id = w->route.id,
                                 .params = w->params,
                                 .n_params = w->n_params,
                                 .done = printed,
                                 .arg = w };
    print_answer(p);
}
