/* The client: one buffer for what was received, one deadline for each request. */
#include "http/client.h"

#include "os/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define BUFFER_BYTES ((size_t)64 * 1024)
#define REQUEST_MAX  ((size_t)1024 * 1024)
#define BODY_MAX     ((size_t)1024 * 1024 * 1024)
#define CHUNK_LINE   ((size_t)256)
#define INTERIM_MAX  8

struct http_client {
    struct sockaddr_storage address;
    socklen_t address_length;
    char host[INET6_ADDRSTRLEN + 16];
    int timeout_ms;
    int fd; /* -1: not connected */
    int64_t deadline_us;
    size_t begin, end; /* unread bytes of the buffer */
    char buffer[BUFFER_BYTES];
};

/* What the head says about the body. */
struct framing {
    bool none, chunked, closes;
    bool has_length;
    size_t length;
};

enum err http_client_open(const char *address, int port, int timeout_ms, struct http_client **out)
{
    struct http_client *c = calloc(1, sizeof *c);
    *out = NULL;
    if (!c) {
        return ERR_NO_MEMORY;
    }
    struct sockaddr_in *v4 = (struct sockaddr_in *)&c->address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&c->address;
    if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        c->address_length = sizeof *v4;
        snprintf(c->host, sizeof c->host, "%s:%d", address, port);
    } else if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        c->address_length = sizeof *v6;
        snprintf(c->host, sizeof c->host, "[%s]:%d", address, port);
    }
    if (c->address_length == 0 || port < 1 || port > 65535) {
        free(c);
        return ERR_INVALID;
    }
    c->timeout_ms = timeout_ms;
    c->fd = -1;
    *out = c;
    return OK;
}

static void disconnect(struct http_client *c)
{
    if (c->fd >= 0) {
        close(c->fd);
    }
    c->fd = -1;
    c->begin = c->end = 0;
}

void http_client_close(struct http_client *c)
{
    if (c) {
        disconnect(c);
        free(c);
    }
}

/* Waits until the socket is ready for `events`. */
static enum err await(struct http_client *c, short events)
{
    struct pollfd p = { .fd = c->fd, .events = events };
    for (;;) {
        int64_t left_us = c->deadline_us - clock_monotonic_us();
        if (left_us <= 0) {
            return ERR_TIMEOUT;
        }
        int n = poll(&p, 1, (int)((left_us + 999) / 1000));
        if (n > 0) {
            return OK;
        }
        if (n < 0 && errno != EINTR) {
            return ERR_IO;
        }
    }
}

static enum err connect_now(struct http_client *c)
{
    int on = 1;
    int result = 0;
    socklen_t length = sizeof result;
    c->fd = socket(c->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (c->fd < 0) {
        return ERR_IO;
    }
    /* A request is written at once; waiting for more would only cost time. */
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(c->fd, (const struct sockaddr *)&c->address, c->address_length) == 0) {
        return OK;
    }
    if (errno != EINPROGRESS) {
        return ERR_IO;
    }
    TRY(await(c, POLLOUT));
    bool known = getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &result, &length) == 0;
    return known && result == 0 ? OK : ERR_IO;
}

/* Sends head and body. *refused: the server does not take more; its answer may be there already. */
static enum err send_all(struct http_client *c, text_t head, text_t body, bool *refused)
{
    size_t sent = 0;
    const size_t all = head.n + body.n;
    *refused = false;
    while (sent < all) {
        struct iovec parts[2] = { { 0 } };
        size_t n = 0;
        if (sent < head.n) {
            parts[n].iov_base = (void *)(uintptr_t)(head.s + sent);
            parts[n++].iov_len = head.n - sent;
        }
        size_t from = sent > head.n ? sent - head.n : 0;
        if (from < body.n) {
            parts[n].iov_base = (void *)(uintptr_t)(body.s + from);
            parts[n++].iov_len = body.n - from;
        }
        struct msghdr message = { .msg_iov = parts, .msg_iovlen = n };
        ssize_t k = sendmsg(c->fd, &message, MSG_NOSIGNAL);
        if (k >= 0) {
            sent += (size_t)k;
        } else if (errno == EAGAIN) {
            TRY(await(c, POLLOUT));
        } else if (errno == EPIPE || errno == ECONNRESET) {
            *refused = true;
            return OK;
        } else if (errno != EINTR) {
            return ERR_IO;
        }
    }
    return OK;
}

/* Receives what is there into the buffer's end. *got 0: the server has closed. */
static enum err receive(struct http_client *c, size_t *got)
{
    if (c->begin > 0) {
        memmove(c->buffer, c->buffer + c->begin, c->end - c->begin);
        c->end -= c->begin;
        c->begin = 0;
    }
    if (c->end == BUFFER_BYTES) {
        return ERR_RANGE;
    }
    for (;;) {
        ssize_t k = recv(c->fd, c->buffer + c->end, BUFFER_BYTES - c->end, 0);
        if (k >= 0) {
            c->end += (size_t)k;
            *got = (size_t)k;
            return OK;
        }
        if (errno == EAGAIN) {
            TRY(await(c, POLLIN));
        } else if (errno != EINTR) {
            return ERR_IO;
        }
    }
}

static enum err receive_some(struct http_client *c)
{
    size_t got = 0;
    TRY(receive(c, &got));
    return got ? OK : ERR_IO;
}

static bool is_method(const char *method, const char *const *of, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(method, of[i]) == 0) {
            return true;
        }
    }
    return false;
}

static text_t request_head(const struct http_client *c, struct arena *a, const char *method,
                           const char *target, const struct http_header_line *headers, size_t n,
                           text_t body)
{
    static const char *const bodied[] = { "POST", "PUT", "PATCH" };
    struct buf b;
    buf_init(&b, a, REQUEST_MAX);
    buf_fmt(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, target, c->host);
    for (size_t i = 0; i < n; i++) {
        if (headers[i].value.s) {
            buf_str(&b, headers[i].name);
            buf_str(&b, ": ");
            buf_text(&b, headers[i].value);
            buf_str(&b, "\r\n");
        }
    }
    if (body.n || is_method(method, bodied, N_ELEMENTS(bodied))) {
        buf_fmt(&b, "Content-Length: %zu\r\n", body.n);
    }
    buf_str(&b, "\r\n");
    return b.failed ? TEXT_NONE : buf_done(&b);
}

/* The head of an answer, up to its empty line; the buffer goes on behind it. */
static enum err read_head(struct http_client *c, struct arena *a, struct http_answer *out)
{
    size_t looked = 0;
    const char *stop = NULL;
    while (!stop) {
        size_t n = c->end - c->begin;
        const char *p = c->buffer + c->begin;
        for (size_t i = looked; i + 4 <= n && !stop; i++) {
            stop = memcmp(p + i, "\r\n\r\n", 4) == 0 ? p + i : NULL;
        }
        if (!stop) {
            looked = n > 3 ? n - 3 : 0;
            TRY(receive_some(c));
        }
    }
    const char *p = c->buffer + c->begin;
    const char *line_end = memchr(p, '\r', (size_t)(stop - p) + 1);
    if (stop - p < 12 || memcmp(p, "HTTP/1.", 7) != 0 || !line_end || line_end[1] != '\n') {
        return ERR_INVALID;
    }
    out->status = 0;
    for (int i = 9; i < 12; i++) {
        if (p[i] < '0' || p[i] > '9') {
            return ERR_INVALID;
        }
        out->status = out->status * 10 + (p[i] - '0');
    }
    out->head = TEXT("");
    if (line_end < stop) {
        size_t n = (size_t)(stop - line_end) - 2;
        out->head = (text_t){ arena_copy(a, line_end + 2, n), n };
    }
    c->begin = (size_t)(stop + 4 - c->buffer);
    return a->failed ? ERR_NO_MEMORY : OK;
}

text_t http_answer_header(struct arena *a, const struct http_answer *answer, const char *name)
{
    const size_t n = strlen(name);
    text_t rest = answer->head;
    while (rest.s) {
        text_t line = text_split(rest, '\n', &rest);
        if (line.n > n && line.s[n] == ':' && strncasecmp(line.s, name, n) == 0) {
            return text_copy(a, text_trim((text_t){ line.s + n + 1, line.n - n - 1 }));
        }
    }
    return TEXT_NONE;
}

static enum err framing_of(struct arena *a, const struct http_answer *answer, const char *method,
                           struct framing *out)
{
    int64_t length = 0;
    text_t coding = http_answer_header(a, answer, "Transfer-Encoding");
    text_t declared = http_answer_header(a, answer, "Content-Length");
    text_t connection = http_answer_header(a, answer, "Connection");
    *out = (struct framing){ 0 };
    out->closes = connection.s && strcasecmp(connection.s, "close") == 0;
    out->none = strcmp(method, "HEAD") == 0 || answer->status == 204 || answer->status == 304;
    out->chunked = coding.s && strcasecmp(coding.s, "chunked") == 0;
    out->has_length = declared.s && !out->chunked;
    if (out->has_length) {
        TRY(text_to_i64(declared, &length));
        if (length < 0 || (uint64_t)length > BODY_MAX) {
            return ERR_RANGE;
        }
        out->length = (size_t)length;
    }
    return OK;
}

/* Moves n bytes of the body from the connection to the builder. */
static enum err take(struct http_client *c, struct buf *b, size_t n)
{
    while (n > 0) {
        size_t there = c->end - c->begin;
        size_t k = there < n ? there : n;
        buf_add(b, c->buffer + c->begin, k);
        c->begin += k;
        n -= k;
        if (b->failed) {
            return ERR_NO_MEMORY;
        }
        if (n > 0) {
            TRY(receive_some(c));
        }
    }
    return OK;
}

/* A line of the chunked coding, without its end, valid until the next read. */
static enum err read_line(struct http_client *c, text_t *out)
{
    for (;;) {
        size_t there = c->end - c->begin;
        char *p = c->buffer + c->begin;
        char *stop = memchr(p, '\n', there);
        if (stop) {
            *out = text_trim((text_t){ p, (size_t)(stop - p) });
            c->begin += (size_t)(stop - p) + 1;
            return OK;
        }
        if (there > CHUNK_LINE) {
            return ERR_INVALID;
        }
        TRY(receive_some(c));
    }
}

static enum err chunk_size(text_t line, size_t *out)
{
    size_t n = 0;
    size_t i = 0;
    for (; i < line.n && line.s[i] != ';'; i++) {
        const char *digits = "0123456789abcdef";
        const char *at = line.s[i] ? strchr(digits, line.s[i] | 0x20) : NULL;
        if (!at || n > BODY_MAX / 16) {
            return ERR_INVALID;
        }
        n = n * 16 + (size_t)(at - digits);
    }
    *out = n;
    return i ? OK : ERR_INVALID;
}

static enum err take_chunks(struct http_client *c, struct buf *b)
{
    text_t line;
    size_t n = 0;
    do {
        TRY(read_line(c, &line));
        TRY(chunk_size(line, &n));
        TRY(take(c, b, n));
        if (n > 0) {
            TRY(read_line(c, &line)); /* the end of the chunk */
        }
    } while (n > 0);
    do { /* trailers, then an empty line */
        TRY(read_line(c, &line));
    } while (line.n > 0);
    return OK;
}

static enum err take_rest(struct http_client *c, struct buf *b)
{
    size_t got = 0;
    do {
        TRY(take(c, b, c->end - c->begin));
        TRY(receive(c, &got));
    } while (got > 0);
    return OK;
}

static enum err read_answer(struct http_client *c, struct arena *a, const char *method,
                            struct http_answer *out)
{
    struct framing f;
    struct buf b;
    TRY(read_head(c, a, out));
    for (int i = 0; out->status >= 100 && out->status < 200; i++) {
        if (i == INTERIM_MAX) {
            return ERR_INVALID;
        }
        TRY(read_head(c, a, out));
    }
    TRY(framing_of(a, out, method, &f));
    buf_init(&b, a, BODY_MAX);
    if (!f.none && f.chunked) {
        TRY(take_chunks(c, &b));
    } else if (!f.none && f.has_length) {
        TRY(take(c, &b, f.length));
    } else if (!f.none) {
        TRY(take_rest(c, &b));
        f.closes = true;
    }
    out->body = buf_done(&b);
    if (f.closes) {
        disconnect(c);
    }
    return a->failed ? ERR_NO_MEMORY : OK;
}

/* The server may have closed a kept connection; then its end is there to read. */
static bool still_open(const struct http_client *c)
{
    char byte;
    return recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

static enum err exchange_once(struct http_client *c, struct arena *a, const char *method,
                              text_t head, text_t body, struct http_answer *out)
{
    bool refused = false;
    if (c->fd < 0) {
        TRY(connect_now(c));
    }
    TRY(send_all(c, head, body, &refused));
    return read_answer(c, a, method, out);
}

enum err http_client_send(struct http_client *c, struct arena *a, const char *method,
                          const char *target, const struct http_header_line *headers, size_t n,
                          text_t body, struct http_answer *out)
{
    static const char *const repeatable[] = { "GET", "HEAD", "PUT", "DELETE", "OPTIONS" };
    text_t head = request_head(c, a, method, target, headers, n, body);
    *out = (struct http_answer){ 0 };
    if (!head.s) {
        return a->failed ? ERR_NO_MEMORY : ERR_RANGE;
    }
    c->deadline_us = clock_monotonic_us() + (int64_t)c->timeout_ms * 1000;
    if (c->fd >= 0 && !still_open(c)) {
        disconnect(c);
    }
    bool kept = c->fd >= 0;
    c->begin = c->end = 0;
    enum err e = exchange_once(c, a, method, head, body, out);
    if (e == ERR_IO && kept && c->end == 0 &&
        is_method(method, repeatable, N_ELEMENTS(repeatable))) {
        disconnect(c);
        e = exchange_once(c, a, method, head, body, out);
    }
    if (e != OK) {
        disconnect(c);
    }
    return e;
}
