/* The HTTP server behind a small interface of our own: libmicrohttpd (epoll threads) with the
 * guards that it lacks.
 *
 * Guards: total time for the header (5 s) and the body (8 s, plus 1 s for each 256 KiB declared or,
 * when chunked, received), connection count in total and per address, one Host, no second
 * Content-Length, no Content-Length beside Transfer-Encoding, header names that are tokens, a
 * bounded header (32 KiB, 128 fields), a bounded target (8 KiB), a bounded body. What breaks them
 * is answered 400, 408, 413, 414 or 431 and closed, and never reaches the handler; too many
 * connections are closed at once. (A header of more than some 45 KiB and a broken first line or
 * chunk are answered by the library, in its own words; over TLS what is too slow is closed without
 * any.)
 *
 * A request is handed to the handler when its body is complete. The handler, or any other thread
 * later, answers exactly once with http_reply; meanwhile the connection is suspended.
 *
 * Upgrades are not offered: a request for one is answered as if it had not asked. */
#ifndef KONTOR_HTTP_H
#define KONTOR_HTTP_H

#include "base/text.h"
#include "http/proxy.h"

#include <sys/types.h>

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_OTHER
};

struct http_server;

struct http_request {
    struct arena arena; /* owns what the request and its answer need; freed after the answer is
                           sent (streams: after drop). Maximum from the config */
    enum http_method method;
    text_t path;  /* percent-decoded, begins with '/'; no empty (hence no trailing slash),
                     "." or ".." segment, no "%2F", no control characters: else 400 */
    text_t query; /* raw, without '?' */
    text_t body;  /* complete; NUL-terminated as every text */
    text_t peer;  /* address of the client: "127.0.0.1"; behind a trusted proxy what that says */
    int64_t began_us; /* monotonic, when its first line was there */
    bool secure;      /* came over TLS, to us or to a trusted proxy */
    bool relayed;     /* says that it came through a proxy, trusted or not */
    void *user;       /* the handler's */
};

/* The value of a header without the blanks around it, or TEXT_NONE; name without regard to case;
 * only the first when repeated. Call only before the answer. */
text_t http_header(struct http_request *r, const char *name);
/* A cookie's value, or TEXT_NONE. */
text_t http_cookie(struct http_request *r, const char *name);

/* Query parameters, percent-decoded ('+' is a blank), in order, at most HTTP_PARAMS_MAX, parsed
 * once into the arena. ERR_INVALID for broken escapes or bad UTF-8, ERR_RANGE for too many. Forms
 * in a body: http_form_parse in http/params.h. */
#define HTTP_PARAMS_MAX 64
struct http_param {
    text_t name, value;
};
MUST_USE enum err http_params(struct http_request *r, const struct http_param **out, size_t *n);

struct http_header_line {
    const char *name;
    text_t value; /* TEXT_NONE: the header is left out */
};

/* Answers. The body is copied and need not outlive the call. Adds Content-Length, Date, and the
 * safe headers that every answer carries (X-Content-Type-Options, Referrer-Policy, Cache-Control:
 * no-store) unless given. May be called on any thread, once. The request is not to be touched
 * afterwards. status: 200..599. A header with a line end in its value is left out. */
void http_reply(struct http_request *r, int status, const char *content_type, text_t body,
                const struct http_header_line *headers, size_t n);

/* An answer whose body is made piece by piece: fill() writes up to room bytes and returns how many,
 * 0 to wait until http_stream_wake, -1 at the end, HTTP_STREAM_BROKEN when what was sent must not
 * pass for the whole: the connection is broken off. drop() is called once when the answer is over,
 * whoever ended it (the end, the client, http_stop). Both run on the server's threads and must not
 * block; drop() also runs within http_reply_stream when the server has stopped meanwhile, so no
 * lock that it takes may be held there. arg may lie in the request's arena.
 *
 * For exports and event streams. When the server stops, an answer of type text/event-stream is
 * ended in order at once; any other is given the grace time to finish and then broken off, so that
 * no part passes for the whole. */
struct http_stream;
#define HTTP_STREAM_BROKEN (-2)
struct http_stream_ops {
    ssize_t (*fill)(void *arg, char *buf, size_t room);
    void (*drop)(void *arg);
};
void http_reply_stream(struct http_request *r, int status, const char *content_type,
                       const struct http_header_line *headers, size_t n,
                       const struct http_stream_ops *ops, void *arg, struct http_stream **out);
/* What http_reply_stream will give in *out, for those who must publish it before (to whoever calls
 * http_stream_wake, say under a lock). */
struct http_stream *http_stream_of(struct http_request *r);
/* More to send; callable from any thread, also before http_reply_stream, until drop() was called.
 * The caller sees to it that drop() is not over meanwhile: by a lock of its own that it holds here
 * and takes in drop(). fill() and drop() are never called from within. */
void http_stream_wake(struct http_stream *s);

struct http_config {
    const char *address; /* "127.0.0.1", "::1", "0.0.0.0"; "::" is both families */
    int port;            /* 0: any free one, see http_port */
    int threads;         /* 0: 2 */
    size_t body_max;     /* 0: 1 MiB */
    size_t upload_max;   /* body limit for paths that `large` accepts; 0: 64 MiB */
    bool (*large)(enum http_method method, const char *path);
    size_t bodies_max;   /* of all bodies that are here at once; above it: 503. 0: 512 MiB */
    size_t arena_max;    /* 0: 64 MiB */
    int connections_max; /* 0: 2000 */
    int per_address_max; /* 0: 1000; of IPv6 each /64 counts as one; trusted proxies have no limit
                          */
    struct proxies trusted;         /* whose X-Forwarded-For and X-Forwarded-Proto are believed */
    const char *tls_cert, *tls_key; /* PEM files; both or none. TLS 1.2 and 1.3 */
    int header_ms;                  /* for the whole header; 0: 5,000 */
    int body_ms;                    /* for the body, before the share for its length; 0: 8,000 */
    int idle_ms;                    /* between two requests of a connection; 0: 75,000 */
    int reply_ms; /* for taking the answer, plus 1 s for each 64 KiB; a stream may stand
                     still as long; 0: 60,000 */
    void (*handler)(void *arg, struct http_request *r);
    void *arg;
    /* Answers made by the guard itself get their body from here: a problem document in the arena.
     * Called on any thread; accept_language may be TEXT_NONE. NULL: a line of plain text. */
    text_t (*problem)(void *arg, struct arena *a, int status, text_t accept_language,
                      const char **content_type);
};

/* ERR_INVALID, ERR_IO or ERR_NO_MEMORY with the reason in why. The texts of the config need not
 * outlive the call. Raises the process's limit of open files as far as the connections need. */
MUST_USE enum err http_start(const struct http_config *config, struct http_server **out,
                             char why[static 256]);
int http_port(const struct http_server *s);
/* No new connections; waits up to grace_ms for requests in work to be answered (event streams are
 * ended), then closes everything. s is not to be used afterwards, but handlers that are still at
 * work may and must call http_reply. Not to be called on a thread of the server. */
void http_stop(struct http_server *s, int grace_ms);

struct http_stats {
    int64_t requests;         /* with a complete first line */
    int64_t refused_by_guard; /* requests and connections */
    int64_t connections_now;
    int64_t in_work; /* handed over and not answered yet */
};
void http_stats(struct http_server *s, struct http_stats *out);

#endif
