/* See http_kit.h. A failure here is a failure of the test: cmocka's assertions are used. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* strcasestr */
#endif
#include "kit/http_kit.h"

#include "os/clock.h"
#include "os/thread.h"

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* A request that waits for its answer by the worker or, at /hold, by the test. */
struct job {
    struct job *next;
    struct http_request *request;
    int64_t due_us; /* INT64_MAX: held */
};

struct kit_worker {
    struct thread thread;
    mutex_t lock;
    cond_t changed;
    struct job *jobs; /* oldest first */
    bool ends;
};

struct http_config kit_config(void)
{
    return (struct http_config){ .address = "127.0.0.1" };
}

static void answer_text(struct http_request *r, int status, text_t body)
{
    http_reply(r, status, "text/plain", body, NULL, 0);
}

static void put_job(struct kit_worker *w, struct http_request *r, int64_t due_us)
{
    struct job *j = calloc(1, sizeof *j);
    assert_non_null(j);
    *j = (struct job){ .request = r, .due_us = due_us };
    mutex_lock(&w->lock);
    struct job **at = &w->jobs;
    while (*at) {
        at = &(*at)->next;
    }
    *at = j;
    cond_broadcast(&w->changed);
    mutex_unlock(&w->lock);
}

/* Under the lock. */
static struct http_request *take_job(struct kit_worker *w, bool held, int64_t now_us)
{
    for (struct job **at = &w->jobs; *at; at = &(*at)->next) {
        struct job *j = *at;
        if (held ? j->due_us == INT64_MAX : j->due_us <= now_us) {
            struct http_request *r = j->request;
            *at = j->next;
            free(j);
            return r;
        }
    }
    return NULL;
}

static void work(void *arg)
{
    struct kit_worker *w = arg;
    mutex_lock(&w->lock);
    while (!w->ends || w->jobs) {
        struct http_request *r = take_job(w, false, clock_monotonic_us());
        if (!r && w->ends) {
            r = take_job(w, true, 0);
        }
        if (r) {
            mutex_unlock(&w->lock);
            const char *number = strrchr(r->path.s, '/') + 1;
            answer_text(r, 200, text_of(number));
            mutex_lock(&w->lock);
        } else {
            (void)cond_wait_us(&w->changed, &w->lock, w->jobs ? 2000 : 50000);
        }
    }
    mutex_unlock(&w->lock);
}

void kit_await_held(struct kit *k)
{
    const int64_t until_us = clock_monotonic_us() + KIT_WAIT_MS * 1000;
    bool found = false;
    while (!found && clock_monotonic_us() < until_us) {
        mutex_lock(&k->worker->lock);
        for (const struct job *j = k->worker->jobs; j; j = j->next) {
            found = found || j->due_us == INT64_MAX;
        }
        mutex_unlock(&k->worker->lock);
        clock_sleep_us(1000);
    }
    assert_true(found);
}

struct http_request *kit_take_held(struct kit *k)
{
    kit_await_held(k);
    mutex_lock(&k->worker->lock);
    struct http_request *r = take_job(k->worker, true, 0);
    mutex_unlock(&k->worker->lock);
    assert_non_null(r);
    return r;
}

void kit_answer_held(struct kit *k, const char *body)
{
    answer_text(kit_take_held(k), 200, text_of(body));
}

static void echo(struct http_request *r)
{
    static const char *const names[] = { "GET",   "HEAD",   "POST",    "PUT",
                                         "PATCH", "DELETE", "OPTIONS", "OTHER" };
    struct buf b;
    buf_init(&b, &r->arena, (size_t)80 * 1024 * 1024);
    buf_fmt(&b, "%s\n", names[r->method]);
    buf_text(&b, r->path);
    buf_char(&b, '\n');
    buf_text(&b, r->query);
    buf_char(&b, '\n');
    buf_text(&b, http_header(r, "x-test"));
    buf_char(&b, '\n');
    buf_text(&b, r->body);
    answer_text(r, 200, buf_done(&b));
}

static void odd(struct http_request *r)
{
    const struct http_header_line headers[] = {
        { "Cache-Control", TEXT("max-age=60") },
        { "X-Part", { "whole and more", 5 } },
        { "X-Split", TEXT("a\r\nSet-Cookie: b") },
        { "X-None", TEXT_NONE },
    };
    http_reply(r, 201, "text/html", TEXT("<p>"), headers, N_ELEMENTS(headers));
}

static void handle(void *arg, struct http_request *r)
{
    struct kit *k = arg;
    const char *p = r->path.s;
    atomic_fetch_add(&k->handled, 1);
    if (strncmp(p, "/now/", 5) == 0) {
        put_job(k->worker, r, 0);
    } else if (strncmp(p, "/later/", 7) == 0) {
        put_job(k->worker, r, clock_monotonic_us() + 30000);
    } else if (strcmp(p, "/hold") == 0) {
        put_job(k->worker, r, INT64_MAX);
    } else if (strncmp(p, "/bytes/", 7) == 0) {
        size_t n = (size_t)strtoul(p + 7, NULL, 10);
        char *bytes = arena_alloc(&r->arena, n + 1);
        memset(bytes, 'b', n);
        answer_text(r, 200, (text_t){ bytes, n });
    } else if (strcmp(p, "/odd") == 0) {
        odd(r);
    } else if (k->on_stream && strncmp(p, "/stream", 7) == 0) {
        k->on_stream(k, r);
    } else {
        echo(r);
    }
}

static text_t problem(void *arg, struct arena *a, int status, text_t language, const char **type)
{
    (void)arg;
    *type = "application/problem+json";
    return text_fmt(a, "{\"status\":%d,\"language\":\"%s\"}", status, language.s ? language.s : "");
}

void kit_start(struct kit *k, struct http_config config)
{
    char why[256];
    assert_int_equal(arena_reserve_init(), OK);
    k->worker = calloc(1, sizeof *k->worker);
    assert_non_null(k->worker);
    pthread_mutex_init(&k->worker->lock, NULL);
    cond_init(&k->worker->changed);
    assert_int_equal(thread_start(&k->worker->thread, "kit-worker", work, k->worker), OK);
    config.handler = handle;
    config.problem = problem;
    config.arg = k;
    enum err e = http_start(&config, &k->server, why);
    if (e != OK) {
        fail_msg("http_start: %s: %s", err_name(e), why);
    }
    k->port = http_port(k->server);
}

void kit_stop(struct kit *k)
{
    if (k->server) {
        http_stop(k->server, 1000);
        k->server = NULL;
    }
    mutex_lock(&k->worker->lock);
    k->worker->ends = true;
    cond_broadcast(&k->worker->changed);
    mutex_unlock(&k->worker->lock);
    thread_join(&k->worker->thread);
    pthread_mutex_destroy(&k->worker->lock);
    pthread_cond_destroy(&k->worker->changed);
    free(k->worker);
    k->worker = NULL;
}

int kit_begin(void **state, struct http_config config)
{
    struct kit *k = calloc(1, sizeof *k);
    assert_non_null(k);
    kit_start(k, config);
    *state = k;
    return 0;
}

int kit_end(void **state)
{
    struct kit *k = *state;
    kit_stop(k);
    free(k);
    return 0;
}

bool kit_try_connect(struct kit_conn *c, const char *address, int port)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
    bool six = strchr(address, ':') != NULL;
    *c = (struct kit_conn){ .fd = socket(six ? AF_INET6 : AF_INET, SOCK_STREAM, 0) };
    assert_true(c->fd >= 0);
    assert_int_equal(inet_pton(six ? AF_INET6 : AF_INET, address,
                               six ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr),
                     1);
    const struct sockaddr *to = six ? (const struct sockaddr *)&v6 : (const struct sockaddr *)&v4;
    return connect(c->fd, to, six ? sizeof v6 : sizeof v4) == 0;
}

void kit_connect_to(struct kit_conn *c, const char *address, int port)
{
    assert_true(kit_try_connect(c, address, port));
}

void kit_connect(struct kit_conn *c, int port)
{
    kit_connect_to(c, "127.0.0.1", port);
}

void kit_close(struct kit_conn *c)
{
    close(c->fd);
    free(c->bytes);
    *c = (struct kit_conn){ .fd = -1 };
}

bool kit_try_send(struct kit_conn *c, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t k = send(c->fd, bytes, n, MSG_NOSIGNAL);
        if (k <= 0) {
            return false;
        }
        bytes += k;
        n -= (size_t)k;
    }
    return true;
}

void kit_send(struct kit_conn *c, const char *s)
{
    assert_true(kit_try_send(c, s, strlen(s)));
}

/* One recv, waiting until the moment; false at the end or when the time is over. */
static bool receive_more(struct kit_conn *c, int64_t until_us)
{
    struct pollfd p = { .fd = c->fd, .events = POLLIN };
    int64_t left_us = until_us - clock_monotonic_us();
    if (c->ended || poll(&p, 1, left_us > 0 ? (int)(left_us / 1000 + 1) : 0) <= 0) {
        return false;
    }
    if (c->room - c->n < 65536) {
        c->room = c->room * 2 + 65536;
        c->bytes = realloc(c->bytes, c->room);
        assert_non_null(c->bytes);
    }
    ssize_t k = recv(c->fd, c->bytes + c->n, c->room - c->n - 1, 0);
    c->ended = k <= 0;
    c->n += k > 0 ? (size_t)k : 0;
    c->bytes[c->n] = '\0';
    return !c->ended;
}

bool kit_receive(struct kit_conn *c, size_t n)
{
    const int64_t until_us = clock_monotonic_us() + KIT_WAIT_MS * 1000;
    while (c->n < n && receive_more(c, until_us)) {}
    return c->n >= n;
}

bool kit_await(struct kit_conn *c, const char *what)
{
    const int64_t until_us = clock_monotonic_us() + KIT_WAIT_MS * 1000;
    while (!(c->n && strstr(c->bytes, what)) && receive_more(c, until_us)) {}
    return c->n && strstr(c->bytes, what);
}

bool kit_await_end(struct kit_conn *c, int within_ms)
{
    const int64_t until_us = clock_monotonic_us() + (int64_t)within_ms * 1000;
    while (receive_more(c, until_us)) {}
    return c->ended;
}

void kit_forget(struct kit_answer *a)
{
    free(a->body);
    *a = (struct kit_answer){ 0 };
}

static void consume(struct kit_conn *c, size_t n)
{
    memmove(c->bytes, c->bytes + n, c->n - n + 1);
    c->n -= n;
}

int kit_read(struct kit_conn *c, struct kit_answer *a, bool head_only)
{
    kit_forget(a);
    if (!kit_await(c, "\r\n\r\n")) {
        return 0;
    }
    size_t head = (size_t)(strstr(c->bytes, "\r\n\r\n") - c->bytes) + 4;
    assert_true(head < sizeof a->head);
    memcpy(a->head, c->bytes, head);
    a->head[head] = '\0';
    consume(c, head);
    a->status = (int)strtol(a->head + 9, NULL, 10);
    const char *length = strcasestr(a->head, "\r\nContent-Length:");
    size_t n = length && !head_only ? (size_t)strtoul(length + 17, NULL, 10) : 0;
    if (!kit_receive(c, n)) {
        a->status = 0;
        return 0;
    }
    a->body = malloc(n + 1);
    assert_non_null(a->body);
    if (n) {
        memcpy(a->body, c->bytes, n);
        consume(c, n);
    }
    a->body[n] = '\0';
    a->body_n = n;
    return a->status;
}

int kit_ask(int port, const char *request)
{
    struct kit_conn c;
    struct kit_answer a = { 0 };
    kit_connect(&c, port);
    kit_send(&c, request);
    int status = kit_read(&c, &a, strncmp(request, "HEAD", 4) == 0);
    kit_forget(&a);
    kit_close(&c);
    return status;
}

bool kit_has_header(const struct kit_answer *a, const char *line)
{
    const size_t n = strlen(line);
    const char *at = a->head;
    while ((at = strstr(at, "\r\n")) != NULL) {
        at += 2;
        if (strncasecmp(at, line, n) == 0 && at[n] == '\r') {
            return true;
        }
    }
    return false;
}

bool kit_await_number(atomic_int *number, int wanted)
{
    const int64_t until_us = clock_monotonic_us() + KIT_WAIT_MS * 1000;
    while (atomic_load(number) < wanted && clock_monotonic_us() < until_us) {
        clock_sleep_us(1000);
    }
    return atomic_load(number) == wanted;
}
