/* Between HTTP and REST: copies the headers that matter into a rest_request, sends the rest_answer.
 */
#include "face/serve.h"

#include "face/live.h"
#include "face/rest_own.h"

#include <stdlib.h>

struct serve {
    struct serve_config config;
    struct rest_server *rest;
    struct http_server *http;
    struct live *live;
};

/* One request on its way; in the request's arena. */
struct passage {
    struct serve *serve;
    struct http_request *http;
    struct rest_request rest;
};

static void answered(struct rest_request *r, void *arg)
{
    struct passage *p = arg;
    struct rest_answer *a = &r->answer;
    if (a->stream) {
        if (live_stream(p->serve->live, p->http, r) == OK) {
            return;
        }
        (void)refuse(&r->work->cx, &refusal_streams, TEXT_NONE);
        rest_problem(r->work, ERR_REFUSED);
    }
    http_reply(p->http, a->status, a->content_type, a->body, a->headers, a->n_headers);
}

static void fill(struct passage *p)
{
    struct http_request *h = p->http;
    p->rest = (struct rest_request){
        .arena = &h->arena,
        .method = h->method,
        .path = h->path,
        .query = h->query,
        .body = h->body,
        .content_type = http_header(h, "Content-Type"),
        .accept = http_header(h, "Accept"),
        .accept_language = http_header(h, "Accept-Language"),
        .authorization = http_header(h, "Authorization"),
        .form_token = http_header(h, "X-Form-Token"),
        .if_match = http_header(h, "If-Match"),
        .if_none_match = http_header(h, "If-None-Match"),
        .idempotency_key = http_header(h, "Idempotency-Key"),
        .last_event_id = http_header(h, "Last-Event-ID"),
        .agent = http_header(h, "User-Agent"),
        .peer = h->peer,
        .secure = h->secure,
    };
    if (!p->rest.authorization.s) {
        p->rest.cookie = http_cookie(h, REST_SESSION_COOKIE);
    }
}

static bool ours(text_t path)
{
    return text_starts(path, "/api/") || text_is(path, "/api") || rest_is_operation(path);
}

static void handle(void *arg, struct http_request *h)
{
    struct serve *s = arg;
    if (!ours(h->path) && s->config.other && s->config.other(s->config.other_arg, h)) {
        return;
    }
    struct passage *p = ARENA_NEW(&h->arena, struct passage);
    p->serve = s;
    p->http = h;
    fill(p);
    rest_submit(s->rest, &p->rest, answered, p);
}

/* What the guard refuses before there is a request, in the caller's language. */
static text_t guard_problem(void *arg, struct arena *a, int status, text_t accept_language,
                            const char **content_type)
{
    struct serve *s = arg;
    *content_type = "application/problem+json";
    return rest_guard_problem(s->rest, a, status, accept_language);
}

enum err serve_start(const struct serve_config *config, struct serve **out, char why[static 256])
{
    struct serve *s = calloc(1, sizeof *s);
    enum err e = s ? OK : ERR_NO_MEMORY;
    why[0] = '\0';
    if (e == OK) {
        s->config = *config;
        s->rest = rest_new(&config->rest);
        e = s->rest ? live_open(s->rest, config->heartbeat_us, &s->live) : ERR_NO_MEMORY;
    }
    if (e == OK) {
        s->config.http.handler = handle;
        s->config.http.arg = s;
        s->config.http.problem = guard_problem;
        e = http_start(&s->config.http, &s->http, why);
    }
    if (e != OK) {
        if (s) {
            live_close(s->live);
            rest_free(s->rest);
        }
        free(s);
        return e;
    }
    s->rest->http = s->http;
    *out = s;
    return OK;
}

int serve_port(const struct serve *s)
{
    return http_port(s->http);
}

struct rest_server *serve_rest(const struct serve *s)
{
    return s->rest;
}

void serve_stop(struct serve *s, int grace_ms)
{
    s->rest->http = NULL;
    http_stop(s->http, grace_ms);
    live_close(s->live);
    rest_free(s->rest);
    free(s);
}
