/* Live streams.
 *
 * The thread owns the streams: it alone reads the store for them and frees them. The server's
 * threads only take bytes (fill) and say that a stream is over (drop); both, and every field that
 * they touch, are under the one lock. What a stream waits to send is one page in its own arena; the
 * next is read when it was taken, so a slow reader costs a page and no more. */
#include "face/live.h"

#include "base/log.h"
#include "face/feed.h"
#include "face/rest_own.h"
#include "os/clock.h"

#include <stdio.h>
#include <stdlib.h>

#define PAGE_EVENTS    100
#define PAGE_BYTES     ((size_t)2 * 1024 * 1024)
#define STREAM_BYTES   ((size_t)16 * 1024 * 1024)
#define STREAMS_OF_ONE 8 /* of one user */

struct stream {
    struct live *live;
    struct stream *next;
    struct http_stream *http;
    struct arena keep;   /* key and cookie: for as long as the stream */
    struct arena person; /* the texts of who */
    struct arena page;   /* what waits to be sent, and reading it */
    text_t key, cookie;
    struct who who;
    char sign[64];   /* of life */
    int64_t after;   /* everything up to here was looked at */
    int64_t beat_us; /* when the next heartbeat is due */
    text_t out;      /* under the lock: being sent */
    size_t sent;
    bool over, gone; /* to be ended; dropped by the server */
    bool begun;      /* live_stream is done with it */
};

struct live {
    struct rest_server *rest;
    mutex_t lock;
    cond_t changed;
    struct thread thread;
    struct stream *streams; /* only the thread takes one out */
    size_t n;
    int64_t heartbeat_us, newest;
    bool stopping, hungry; /* someone has taken all of a page */
};

/* -- the server's side ------------------------------------------------------------------- */

static ssize_t fill(void *arg, char *buf, size_t room)
{
    struct stream *s = arg;
    mutex_lock(&s->live->lock);
    size_t left = s->out.n - s->sent, n = left < room ? left : room;
    if (n > 0) {
        memcpy(buf, s->out.s + s->sent, n);
        s->sent += n;
    }
    if (n > 0 && n == left) {
        s->live->hungry = true;
        cond_signal(&s->live->changed);
    }
    ssize_t result = n > 0 ? (ssize_t)n : s->over ? -1 : 0;
    mutex_unlock(&s->live->lock);
    return result;
}

static void drop(void *arg)
{
    struct stream *s = arg;
    mutex_lock(&s->live->lock);
    s->gone = true;
    cond_signal(&s->live->changed);
    mutex_unlock(&s->live->lock);
}

static const struct http_stream_ops ops = { fill, drop };

/* -- the thread's side ------------------------------------------------------------------- */

/* Gives the server more to send. Under the lock. */
static void offer(struct stream *s, text_t out)
{
    s->out = out;
    s->sent = 0;
    if (!s->gone && s->http) {
        http_stream_wake(s->http);
    }
}

struct reading {
    struct stream *stream;
    struct feed_page page;
};

static enum err read_newest(struct tx *tx, void *arg)
{
    struct live *l = arg;
    struct arena a;
    struct cx cx;
    const struct who nobody = { .all_sites = true };
    arena_init(&a, (size_t)1 << 20);
    cx_init(&cx, l->rest->house, &a, tx, &nobody, "en");
    int64_t horizon = 0;
    struct rows rows;
    enum err e = feed_horizon(&cx, &horizon);
    const struct value args[] = { v_int(horizon) };
    if (e == OK) {
        e = store_query(&cx, "SELECT COALESCE(MAX(seq), 0) FROM event WHERE seq <= $1", args, 1,
                        &rows);
    }
    if (e == OK) {
        l->newest = rows_int(&rows, 0, 0);
    }
    cx_done(&cx);
    arena_free(&a);
    return e;
}

static enum err read_page(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    struct cx cx;
    arena_reset(&r->stream->page);
    cx_init(&cx, r->stream->live->rest->house, &r->stream->page, tx, &r->stream->who, "en");
    enum err e = feed_read(&cx, r->stream->after, PAGE_EVENTS, &r->page);
    cx_done(&cx);
    return e;
}

static void put_event(struct buf *b, const struct feed_event *e)
{
    struct json_out o;
    buf_fmt(b, "id: %lld\nevent: ", (long long)e->seq);
    buf_text(b, e->name);
    buf_str(b, "\ndata: ");
    json_out_init(&o, b);
    json_open(&o, NULL, '{');
    feed_print(e, &o);
    json_close(&o, '}');
    buf_str(b, "\n\n");
}

/* Reads what is new for a stream whose page was taken. A store that fails is asked again at the
 * next look. */
static void feed(struct live *l, struct stream *s)
{
    struct reading r = { .stream = s };
    struct buf b;
    if (s->after >= l->newest || db_read(house_db(l->rest->house), read_page, &r) != OK) {
        return;
    }
    buf_init(&b, &s->page, PAGE_BYTES);
    for (size_t i = 0; i < r.page.n; i++) {
        put_event(&b, &r.page.events[i]);
    }
    mutex_lock(&l->lock);
    if (b.failed) { /* no memory: the client comes back with the last number it has */
        s->over = true;
    } else {
        s->after = r.page.last;
        l->hungry = l->hungry || (b.n == 0 && r.page.more);
    }
    if (b.failed || b.n > 0) {
        offer(s, buf_done(&b));
    }
    mutex_unlock(&l->lock);
}

/* Still the same person, with the rights of now? Then a sign of life, which also tells the client
 * how far it has read; otherwise the end. */
static void beat(struct live *l, struct stream *s, int64_t now)
{
    bool by_cookie;
    struct arena fresh;
    struct who who;
    arena_init(&fresh, (size_t)1 << 20);
    enum err e = l->rest->config.authenticate(l->rest->house, &fresh, s->key, s->cookie, &by_cookie,
                                              &who);
    s->beat_us = now + l->heartbeat_us;
    if (e == OK && who.user == s->who.user && who.company == s->who.company) {
        arena_free(&s->person);
        s->person = fresh;
        s->who = who;
    } else {
        arena_free(&fresh);
    }
    mutex_lock(&l->lock);
    s->over = s->over || e == ERR_NOT_FOUND || e == ERR_INVALID;
    int n = snprintf(s->sign, sizeof s->sign, ": here\nid: %lld\n\n", (long long)s->after);
    offer(s, s->over ? TEXT_NONE : (text_t){ s->sign, (size_t)n });
    mutex_unlock(&l->lock);
}

static void stream_free(struct stream *s)
{
    arena_free(&s->keep);
    arena_free(&s->person);
    arena_free(&s->page);
    free(s);
}

/* Takes the streams that are gone out of the list. Under the lock. */
static void sweep(struct live *l)
{
    for (struct stream **at = &l->streams; *at;) {
        struct stream *s = *at;
        if (s->gone && s->begun) {
            *at = s->next;
            l->n--;
            stream_free(s);
        } else {
            at = &s->next;
        }
    }
}

/* Under the lock, which is let go while a stream is served: new ones come in at the head only, and
 * only this thread takes one out. */
static void serve_all(struct live *l)
{
    for (struct stream *s = l->streams; s; s = s->next) {
        bool idle = s->sent == s->out.n && !s->over && !s->gone && s->http;
        int64_t now = clock_monotonic_us();
        mutex_unlock(&l->lock);
        if (idle) {
            feed(l, s);
        }
        mutex_lock(&l->lock);
        if (s->sent == s->out.n && !s->over && !s->gone && s->http && now >= s->beat_us) {
            mutex_unlock(&l->lock);
            beat(l, s, now);
            mutex_lock(&l->lock);
        }
    }
}

static void run(void *arg)
{
    struct live *l = arg;
    mutex_lock(&l->lock);
    while (!l->stopping) {
        sweep(l);
        if (!l->streams) {
            cond_wait(&l->changed, &l->lock);
            continue;
        }
        l->hungry = false;
        mutex_unlock(&l->lock);
        if (db_read(house_db(l->rest->house), read_newest, l) != OK) {
            log_warn("live", "the event feed cannot be read at the moment");
        }
        mutex_lock(&l->lock);
        serve_all(l);
        if (!l->stopping && !l->hungry) {
            (void)cond_wait_us(&l->changed, &l->lock, LIVE_LOOK_US);
        }
    }
    mutex_unlock(&l->lock);
}

/* -- opening and closing ----------------------------------------------------------------- */

enum err live_open(struct rest_server *rest, int64_t heartbeat_us, struct live **out)
{
    struct live *l = calloc(1, sizeof *l);
    if (!l) {
        return ERR_NO_MEMORY;
    }
    l->rest = rest;
    l->heartbeat_us = heartbeat_us ? heartbeat_us : LIVE_HEARTBEAT_US;
    pthread_mutex_init(&l->lock, NULL);
    cond_init(&l->changed);
    enum err e = thread_start(&l->thread, "live", run, l);
    if (e != OK) {
        pthread_mutex_destroy(&l->lock);
        pthread_cond_destroy(&l->changed);
        free(l);
        return e;
    }
    *out = l;
    return OK;
}

void live_close(struct live *l)
{
    if (!l) {
        return;
    }
    mutex_lock(&l->lock);
    l->stopping = true;
    cond_signal(&l->changed);
    mutex_unlock(&l->lock);
    thread_join(&l->thread);
    sweep(l);
    INVARIANT(l->streams == NULL); /* http_stop has dropped them all */
    pthread_mutex_destroy(&l->lock);
    pthread_cond_destroy(&l->changed);
    free(l);
}

static size_t streams_of(const struct live *l, int64_t user)
{
    size_t n = 0;
    for (const struct stream *s = l->streams; s; s = s->next) {
        n += s->who.user == user && !s->gone;
    }
    return n;
}

static struct stream *stream_new(struct live *l, const struct rest_request *r)
{
    static const text_t hello = TEXT_INIT("retry: 2000\n: hello\n\n");
    const struct feed_start *start = r->answer.stream;
    struct stream *s = calloc(1, sizeof *s);
    if (!s) {
        return NULL;
    }
    s->live = l;
    arena_init(&s->keep, (size_t)64 << 10);
    arena_init(&s->person, (size_t)1 << 20);
    arena_init(&s->page, STREAM_BYTES);
    s->key = rest_bearer_key(r->authorization);
    s->key = s->key.s ? text_copy(&s->keep, s->key) : TEXT_NONE;
    s->cookie = r->cookie.s ? text_copy(&s->keep, r->cookie) : TEXT_NONE;
    s->who = *start->who;
    s->who.name = text_copy(&s->person, start->who->name);
    int64_t *sites = ARENA_ARRAY(&s->person, s->who.n_sites + 1, int64_t);
    if (s->who.n_sites) {
        memcpy(sites, start->who->sites, s->who.n_sites * sizeof *sites);
    }
    s->who.sites = sites;
    s->after = start->after;
    s->beat_us = clock_monotonic_us() + l->heartbeat_us;
    s->out = hello;
    return s;
}

enum err live_stream(struct live *l, struct http_request *h, struct rest_request *r)
{
    static const struct http_header_line headers[] = { { "Cache-Control", TEXT_INIT("no-store") },
                                                       { "X-Accel-Buffering", TEXT_INIT("no") } };
    struct http_stream *http = NULL;
    struct stream *s = stream_new(l, r);
    if (!s) {
        return ERR_BUSY;
    }
    mutex_lock(&l->lock);
    bool room = l->n < LIVE_STREAMS_MAX && streams_of(l, s->who.user) < STREAMS_OF_ONE;
    if (room) {
        s->next = l->streams;
        l->streams = s;
        l->n++;
    }
    mutex_unlock(&l->lock);
    if (!room) {
        stream_free(s);
        return ERR_BUSY;
    }
    http_reply_stream(h, 200, "text/event-stream", headers, N_ELEMENTS(headers), &ops, s, &http);
    mutex_lock(
        &l->lock); /* drop() may have been called already, but what has not begun is not freed */
    s->http = http;
    s->begun = true;
    cond_signal(&l->changed);
    mutex_unlock(&l->lock);
    return OK;
}
