/* Between HTTP and the faces: copies the headers that matter into a rest_request, sends the
 * rest_answer. */
#include "face/serve.h"

#include "face/asset.h"
#include "face/live.h"
#include "face/office.h"
#include "face/rest_own.h"
#include "flow/desk.h"

#include <stdlib.h>
#include <zlib.h>

#define PACK_FROM 1024 /* bytes: below it packing does not pay */

struct serve {
    struct serve_config config;
    struct rest_server *rest;
    struct office *office; /* NULL: no pages */
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
    if (a->export) {
        rest_export_send(a->export, p->http, a);
        return;
    }
    http_reply(p->http, a->status, a->content_type, a->body, a->headers, a->n_headers);
}

/* The body as gzip, or TEXT_NONE where it is not to be had or not shorter. The fastest level: pages
 * are made for one reader. */
static text_t packed(struct arena *a, text_t body)
{
    z_stream z = { 0 };
    if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        return TEXT_NONE;
    }
    unsigned char *out = arena_alloc(a, body.n);
    unsigned char *in = arena_alloc(a, body.n);
    memcpy(in, body.s, body.n);
    z.next_in = in;
    z.avail_in = (uInt)body.n;
    z.next_out = out;
    z.avail_out = (uInt)body.n;
    bool whole = !a->failed && deflate(&z, Z_FINISH) == Z_STREAM_END;
    size_t n = z.total_out;
    (void)deflateEnd(&z);
    return whole ? (text_t){ (const char *)out, n } : TEXT_NONE;
}

/* Pages hold no secret beside what strangers typed (the form token is asked for by itself), so
 * packing them gives nothing away. */
static void page_answered(struct rest_request *r, void *arg)
{
    struct passage *p = arg;
    struct rest_answer *a = &r->answer;
    if (a->body.n >= PACK_FROM && a->n_headers < REST_HEADERS_MAX &&
        asset_gzip_accepted(http_header(p->http, "Accept-Encoding"))) {
        text_t body = packed(r->arena, a->body);
        if (body.s) {
            a->body = body;
            a->headers[a->n_headers++] = (struct http_header_line){ "Content-Encoding",
                                                                    TEXT("gzip") };
        }
    }
    if (a->export) {
        rest_export_send(a->export, p->http, a);
        return;
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
        .disposition = http_header(h, "Content-Disposition"),
        .peer = h->peer,
        .relayed = h->relayed,
        .secure = h->secure,
    };
    if (!p->rest.authorization.s) {
        p->rest.cookie = http_cookie(h, REST_SESSION_COOKIE);
    }
}

/* Pages have these addresses. What stands nowhere is not found, rather than a reason to sign in. */
static bool is_page(text_t path)
{
    return text_is(path, "/") || text_is(path, "/office") || text_starts(path, "/office/") ||
           text_is(path, "/inbox") || text_starts(path, "/inbox/");
}

static void handle(void *arg, struct http_request *h)
{
    struct serve *s = arg;
    if (s->office && asset_answer(h)) {
        return;
    }
    struct passage *p = ARENA_NEW(&h->arena, struct passage);
    p->serve = s;
    p->http = h;
    fill(p);
    if (s->office && is_page(h->path)) {
        office_submit(s->office, &p->rest, page_answered, p);
        return;
    }
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
        s->office = s->rest && config->pages ? office_new(s->rest) : NULL;
        e = s->rest && (s->office || !config->pages)
                ? live_open(s->rest, config->heartbeat_us, &s->live)
                : ERR_NO_MEMORY;
    }
    if (e == OK) {
        if (!s->config.http.large) {
            s->config.http.large = rest_takes_files;
            s->config.http.upload_max = ATTACHMENT_BYTES_MAX;
        }
        s->config.http.handler = handle;
        s->config.http.arg = s;
        s->config.http.problem = guard_problem;
        e = http_start(&s->config.http, &s->http, why);
    }
    if (e != OK) {
        if (s) {
            live_close(s->live);
            office_free(s->office);
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

void serve_stop(struct serve *s, int grace_ms)
{
    s->rest->http = NULL;
    http_stop(s->http, grace_ms);
    live_close(s->live);
    office_free(s->office);
    rest_free(s->rest);
    free(s);
}
