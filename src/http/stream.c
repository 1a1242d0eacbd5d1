/* Answers made piece by piece. fill() runs on the I/O thread; where it has nothing, the connection
 * sleeps until http_stream_wake. As for answers, "there is more" (woken) and "it sleeps"
 * (suspended) change under one lock, so that no wake-up is lost.
 *
 * MHD does not look at the socket of a sleeping connection, so the watchdog asks it whether the
 * client has gone. drop() runs when MHD frees the response, which it does exactly once on every
 * path; the exchange, and with it what the stream may have in its arena, lives until then. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* POLLRDHUP */
#endif
#include "http/server.h"

#include <poll.h>

#define PIECE_BYTES ((size_t)32 * 1024)

/* Under the stream's lock. */
static void resume(struct http_stream *s)
{
    s->suspended = false;
    MHD_resume_connection(s->exchange->link);
}

enum verdict { GO_ON, END_IN_ORDER, BREAK_OFF };

/* What the stream is to do before it makes more. */
static enum verdict begin_fill(struct http_stream *s)
{
    mutex_lock(&s->lock);
    enum verdict v = s->cut ? BREAK_OFF : s->ending && s->live ? END_IN_ORDER : GO_ON;
    s->woken = false;
    mutex_unlock(&s->lock);
    atomic_store(&s->moved_us, clock_monotonic_us());
    return v;
}

/* Puts the connection to sleep unless there is a reason to look again. */
static bool sleep_unless_woken(struct http_stream *s)
{
    mutex_lock(&s->lock);
    bool again = s->woken || s->cut || (s->ending && s->live);
    if (!again) {
        s->suspended = true;
        MHD_suspend_connection(s->exchange->link);
    }
    mutex_unlock(&s->lock);
    return !again;
}

static ssize_t read_stream(void *arg, uint64_t at, char *out, size_t room)
{
    struct http_stream *s = arg;
    (void)at;
    for (;;) {
        enum verdict v = begin_fill(s);
        if (v != GO_ON) {
            return v == BREAK_OFF ? MHD_CONTENT_READER_END_WITH_ERROR
                                  : MHD_CONTENT_READER_END_OF_STREAM;
        }
        ssize_t n = s->ops.fill(s->arg, out, room);
        INVARIANT(n < 0 || (size_t)n <= room);
        if (n == HTTP_STREAM_BROKEN) {
            return MHD_CONTENT_READER_END_WITH_ERROR;
        }
        if (n != 0) {
            return n > 0 ? n : MHD_CONTENT_READER_END_OF_STREAM;
        }
        if (sleep_unless_woken(s)) {
            return 0;
        }
    }
}

static void stream_over(void *arg)
{
    struct http_stream *s = arg;
    struct exchange *x = s->exchange;
    struct http_server *server = x->server;
    mutex_lock(&server->streams_lock);
    if (s->listed) {
        if (s->prev) {
            s->prev->next = s->next;
        } else {
            server->streams = s->next;
        }
        if (s->next) {
            s->next->prev = s->prev;
        }
        s->listed = false;
    }
    mutex_unlock(&server->streams_lock);
    /* Someone may still be on the way out of http_stream_wake. */
    mutex_lock(&s->lock);
    mutex_unlock(&s->lock);
    s->ops.drop(s->arg);
    exchange_release(x);
}

struct MHD_Response *stream_response(struct http_stream *s)
{
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE_BYTES, read_stream, s,
                                             stream_over);
}

void stream_attach(struct http_stream *s)
{
    struct http_server *server = s->exchange->server;
    mutex_lock(&server->streams_lock);
    s->listed = true;
    s->prev = NULL;
    s->next = server->streams;
    if (s->next) {
        s->next->prev = s;
    }
    server->streams = s;
    mutex_lock(&s->lock);
    s->ending = atomic_load(&server->stopping);
    s->cut = server->streams_cut;
    mutex_unlock(&s->lock);
    mutex_unlock(&server->streams_lock);
}

struct http_stream *http_stream_of(struct http_request *r)
{
    return &((struct exchange *)r)->stream;
}

void http_stream_wake(struct http_stream *s)
{
    mutex_lock(&s->lock);
    s->woken = true;
    if (s->suspended) {
        resume(s);
    }
    mutex_unlock(&s->lock);
}

void streams_end(struct http_server *server, bool cut)
{
    mutex_lock(&server->streams_lock);
    server->streams_cut = cut;
    for (struct http_stream *s = server->streams; s; s = s->next) {
        mutex_lock(&s->lock);
        s->ending = true;
        s->cut = s->cut || cut;
        if (s->suspended && (s->live || s->cut)) {
            resume(s);
        }
        mutex_unlock(&s->lock);
    }
    mutex_unlock(&server->streams_lock);
}

static bool client_has_gone(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLRDHUP };
    return poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

void streams_watch(struct http_server *server, int64_t now_us)
{
    const int64_t patience_us = (int64_t)server->config.reply_ms * 1000;
    mutex_lock(&server->streams_lock);
    for (struct http_stream *s = server->streams; s; s = s->next) {
        /* MHD closes the socket after it has freed the response, so while the stream is listed
         * the socket is open and its own. */
        int fd = s->exchange->conn->fd;
        mutex_lock(&s->lock);
        if (s->suspended) {
            if (client_has_gone(fd)) {
                s->cut = true;
                resume(s);
            }
        } else if (now_us - atomic_load(&s->moved_us) > patience_us) {
            shutdown(fd, SHUT_RDWR);
        }
        mutex_unlock(&s->lock);
    }
    mutex_unlock(&server->streams_lock);
}
