/* Answers: from the handler, from the guard, and the hand-shake between the thread that answers and
 * the I/O thread that sends.
 *
 * The lost wake-up that must not happen: the answer comes while the I/O thread is about to put the
 * connection to sleep. Both hold the exchange's lock, and a connection is woken only if it sleeps.
 */
#include "http/server.h"

#include <stdio.h>
#include <strings.h>

#define RAW_ANSWER_MAX ((size_t)64 * 1024)

static const struct {
    const char *name, *value;
} safe_headers[] = {
    { "X-Content-Type-Options", "nosniff" },
    { "Referrer-Policy", "same-origin" },
    { "Cache-Control", "no-store" },
};

static bool given(const struct http_header_line *headers, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcasecmp(headers[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    /* MHD refuses line ends in a value, which is where headers would be smuggled in. */
    if (MHD_add_response_header(response, name, value) != MHD_YES) {
        log_error("http", "an answer had a header that cannot be sent; it was left out");
    }
}

/* Browsers that came by TLS are to do so from now on. Not where TLS is offered beside what else the
 * host may serve on the ports that browsers ask first. */
static bool is_strict(const struct exchange *x)
{
    return x->request.secure && (!x->server->secure || x->server->port == 443);
}

static void add_headers(struct exchange *x, struct MHD_Response *response, const char *content_type,
                        const struct http_header_line *headers, size_t n)
{
    if (content_type) {
        add_header(response, "Content-Type", content_type);
    }
    for (size_t i = 0; i < n; i++) {
        text_t v = headers[i].value;
        if (!v.s) {
            continue;
        }
        bool whole = strlen(v.s) == v.n;
        add_header(response, headers[i].name,
                   whole ? v.s : arena_copy(&x->request.arena, v.s, v.n));
    }
    for (size_t i = 0; i < N_ELEMENTS(safe_headers); i++) {
        if (!given(headers, n, safe_headers[i].name)) {
            add_header(response, safe_headers[i].name, safe_headers[i].value);
        }
    }
    if (is_strict(x)) {
        add_header(response, "Strict-Transport-Security", "max-age=15552000");
    }
}

static struct MHD_Response *response_from(text_t body)
{
    /* MHD's parameter is not const, but with MUST_COPY it only reads. */
    return MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)(body.s ? body.s : ""),
                                           MHD_RESPMEM_MUST_COPY);
}

static void park(struct exchange *x)
{
    struct http_server *s = x->server;
    x->parked_prev = NULL;
    x->parked_next = s->parked;
    if (s->parked) {
        s->parked->parked_prev = x;
    }
    s->parked = x;
}

/* Under the exchange's lock. */
static void wake(struct exchange *x)
{
    struct http_server *s = x->server;
    mutex_lock(&s->parked_lock);
    if (x->parked_prev) {
        x->parked_prev->parked_next = x->parked_next;
    } else {
        s->parked = x->parked_next;
    }
    if (x->parked_next) {
        x->parked_next->parked_prev = x->parked_prev;
    }
    mutex_unlock(&s->parked_lock);
    x->suspended = false;
    MHD_resume_connection(x->link);
}

static int64_t reply_deadline(const struct http_server *s, size_t bytes)
{
    return clock_monotonic_us() + (int64_t)s->config.reply_ms * 1000 +
           (int64_t)(bytes / HTTP_REPLY_BYTES_PER_S) * 1000000;
}

/* Gives the answer to MHD and with it our reference to the response. On the I/O thread. */
static enum MHD_Result send_answer(struct exchange *x, struct MHD_Response *response, int status,
                                   bool streamed, size_t bytes)
{
    struct http_server *s = x->server;
    bool timed = !streamed || x->request.method == HTTP_HEAD;
    enum MHD_Result sent = MHD_NO;
    if (!response) {
        return MHD_NO;
    }
    if (conn_enter(x->conn, timed ? PHASE_REPLY : PHASE_WORK,
                   timed ? reply_deadline(s, bytes) : INT64_MAX)) {
        if (atomic_load(&s->stopping)) {
            add_header(response, "Connection", "close");
        }
        if (streamed) {
            stream_attach(&x->stream);
        }
        sent = MHD_queue_response(x->link, (unsigned)status, response);
    }
    MHD_destroy_response(response);
    return sent;
}

enum MHD_Result reply_or_park(struct exchange *x)
{
    struct http_server *s = x->server;
    struct MHD_Response *response = NULL;
    bool abandoned = false;
    mutex_lock(&x->lock);
    bool ready = x->ready;
    if (ready) {
        response = x->response;
        x->response = NULL;
    } else {
        mutex_lock(&s->parked_lock);
        abandoned = s->closing;
        if (!abandoned) {
            park(x);
        }
        mutex_unlock(&s->parked_lock);
        x->abandoned = abandoned;
        x->suspended = !abandoned;
        if (x->suspended) {
            MHD_suspend_connection(x->link);
        }
    }
    mutex_unlock(&x->lock);
    if (!ready) {
        return abandoned ? MHD_NO : MHD_YES;
    }
    return send_answer(x, response, x->status, x->streamed, x->reply_bytes);
}

void reply_abandon_all(struct http_server *s)
{
    mutex_lock(&s->parked_lock);
    s->closing = true;
    mutex_unlock(&s->parked_lock);
    for (;;) {
        mutex_lock(&s->parked_lock);
        struct exchange *x = s->parked;
        if (x) {
            atomic_fetch_add(&x->references, 1);
        }
        mutex_unlock(&s->parked_lock);
        if (!x) {
            return;
        }
        mutex_lock(&x->lock);
        if (x->suspended) {
            x->abandoned = true;
            wake(x);
        }
        mutex_unlock(&x->lock);
        exchange_release(x);
    }
}

/* The answer is there. Takes the handler's reference of the exchange. */
static void hand_back(struct exchange *x, struct MHD_Response *response, int status)
{
    struct MHD_Response *undeliverable = NULL;
    atomic_fetch_sub(&x->server->in_work, 1);
    mutex_lock(&x->lock);
    INVARIANT(!x->ready); /* a request is answered once */
    x->ready = true;
    x->status = status;
    if (x->abandoned) {
        undeliverable = response;
    } else {
        x->response = response;
    }
    if (x->suspended) {
        wake(x);
    }
    mutex_unlock(&x->lock);
    if (undeliverable) {
        MHD_destroy_response(undeliverable);
    }
    exchange_release(x);
}

void http_reply(struct http_request *r, int status, const char *content_type, text_t body,
                const struct http_header_line *headers, size_t n)
{
    struct exchange *x = (struct exchange *)r;
    struct MHD_Response *response = response_from(body);
    INVARIANT(status >= 200 && status <= 599);
    if (response) {
        add_headers(x, response, content_type, headers, n);
    }
    x->reply_bytes = body.n;
    exchange_trim(x);
    hand_back(x, response, status);
}

void http_reply_stream(struct http_request *r, int status, const char *content_type,
                       const struct http_header_line *headers, size_t n,
                       const struct http_stream_ops *ops, void *arg, struct http_stream **out)
{
    struct exchange *x = (struct exchange *)r;
    struct http_stream *s = &x->stream;
    INVARIANT(status >= 200 && status <= 599);
    s->exchange = x;
    s->ops = *ops;
    s->arg = arg;
    s->live = content_type && strncasecmp(content_type, "text/event-stream", 17) == 0;
    atomic_store(&s->moved_us, clock_monotonic_us());
    x->streamed = true;
    if (out) {
        *out = s;
    }
    atomic_fetch_add(&x->references, 1); /* the stream's, until drop() */
    struct MHD_Response *response = stream_response(s);
    if (response) {
        add_headers(x, response, content_type, headers, n);
    } else {
        ops->drop(arg);
        exchange_release(x);
    }
    hand_back(x, response, status);
}

static const char *reason_of(int status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 408:
        return "Request Timeout";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 431:
        return "Request Header Fields Too Large";
    default:
        return "Service Unavailable";
    }
}

static text_t problem_of(struct http_server *s, struct arena *a, int status, text_t language,
                         const char **content_type)
{
    if (s->config.problem) {
        return s->config.problem(s->config.arg, a, status, language, content_type);
    }
    *content_type = "text/plain; charset=utf-8";
    return text_fmt(a, "%d %s\n", status, reason_of(status));
}

enum MHD_Result reply_refuse(struct exchange *x, int status)
{
    static const struct http_header_line close_it[] = { { "Connection", { "close", 5 } } };
    const char *content_type = NULL;
    text_t language = guard_field(x->fields, x->n_fields, "Accept-Language");
    text_t body = problem_of(x->server, &x->request.arena, status, language, &content_type);
    struct MHD_Response *response = response_from(body);
    atomic_fetch_add(&x->server->refused, 1);
    if (response) {
        add_headers(x, response, content_type, close_it, N_ELEMENTS(close_it));
    }
    return send_answer(x, response, status, false, body.n);
}

void reply_refuse_raw(struct http_server *s, int fd, int status)
{
    struct arena a;
    struct buf b;
    const char *content_type = NULL;
    arena_init(&a, RAW_ANSWER_MAX * 4);
    text_t body = problem_of(s, &a, status, TEXT_NONE, &content_type);
    buf_init(&b, &a, RAW_ANSWER_MAX);
    buf_fmt(&b, "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Length: %zu\r\n", status,
            reason_of(status), body.n);
    if (content_type) {
        buf_fmt(&b, "Content-Type: %s\r\n", content_type);
    }
    for (size_t i = 0; i < N_ELEMENTS(safe_headers); i++) {
        buf_fmt(&b, "%s: %s\r\n", safe_headers[i].name, safe_headers[i].value);
    }
    buf_str(&b, "\r\n");
    buf_text(&b, body);
    text_t all = buf_done(&b);
    /* A fresh answer fits the socket's buffer; if it does not, the client goes without. */
    (void)!send(fd, all.s, all.n, MSG_DONTWAIT | MSG_NOSIGNAL);
    arena_free(&a);
}
