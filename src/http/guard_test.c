/* What the server refuses, as bytes on real sockets: broken headers, bodies over the limit, clients
 * that are slow or too many. Nothing of it may reach the handler. */
/* threads */
#include "http/server.h"
#include "kit/http_kit.h"
#include "os/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define HOST    "Host: a\r\n"
#define OVER_MS 5000 /* a limit that is kept is kept within this on any machine */

static struct http_config short_limits(void)
{
    struct http_config config = kit_config();
    config.header_ms = 300;
    config.body_ms = 400;
    config.idle_ms = 700;
    config.reply_ms = 500;
    config.body_max = 1024 * 1024;
    return config;
}

static int with_server(void **state)
{
    return kit_begin(state, short_limits());
}

static void broken_requests_are_refused(void **state)
{
    static const struct {
        const char *name, *request;
        int status;
    } rows[] = {
        { "no Host", "GET / HTTP/1.1\r\n\r\n", 400 },
        { "no Host but others", "GET / HTTP/1.1\r\nX: y\r\n\r\n", 400 },
        { "two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400 },
        { "two lengths",
          "POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400 },
        { "two equal lengths",
          "POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 400 },
        { "length and chunked",
          "POST / HTTP/1.1\r\n" HOST
          "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          400 },
        { "chunked and length",
          "POST / HTTP/1.1\r\n" HOST
          "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
          400 },
        { "another coding", "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n", 400 },
        { "chunked in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          400 },
        { "negative length", "POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", 400 },
        { "list of lengths", "POST / HTTP/1.1\r\n" HOST "Content-Length: 1,1\r\n\r\na", 400 },
        { "blank before the colon", "GET / HTTP/1.1\r\n" HOST "X : y\r\n\r\n", 400 },
        { "blank before Host's colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400 },
        { "name that is no token", "GET / HTTP/1.1\r\n" HOST "X{}: y\r\n\r\n", 400 },
        { "no name", "GET / HTTP/1.1\r\n" HOST ": y\r\n\r\n", 400 },
        { "no colon", "GET / HTTP/1.1\r\n" HOST "nonsense\r\n\r\n", 400 },
        { "folded line", "GET / HTTP/1.1\r\nX: y\r\n z\r\n" HOST "\r\n", 400 },
        { "control in a value", "GET / HTTP/1.1\r\n" HOST "X: a\x01\r\n\r\n", 400 },
        { "bare CR in a value", "GET / HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n", 400 },
        { "bad host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400 },
        { "another host in the target", "GET http://b/ HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "method no token", "GE(T / HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "two blanks before the target", "GET  / HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "two blanks before the version", "GET /  HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "blank in the target", "GET /a b HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "star for GET", "GET * HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "CONNECT", "CONNECT a:80 HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "broken escape", "GET /%zz HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "escape cut short", "GET /%4 HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "escaped NUL", "GET /a%00b HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "bad UTF-8", "GET /%ff HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "traversal", "GET /../etc/passwd HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "escaped traversal", "GET /%2e%2e/etc/passwd HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "escaped slash", "GET /a%2f..%2fb HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "backslash", "GET /a\\b HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "empty segment", "GET //a HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "fragment", "GET /a#b HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "bad path with a body", "POST /../a HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nab",
          400 },
        { "bad chunk", "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
          400 },
        { "version 2", "GET / HTTP/2.0\r\n" HOST "\r\n", 505 },
        { "no version", "GET /\r\n\r\n", 400 },
        { "length too long for any body",
          "POST / HTTP/1.1\r\n" HOST "Content-Length: 9999999999999999999999\r\n\r\n", 413 },
    };
    struct kit *k = *state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        int status = kit_ask(k->port, rows[i].request);
        if (status != rows[i].status) {
            fail_msg("%s: %d instead of %d", rows[i].name, status, rows[i].status);
        }
    }
    assert_int_equal(atomic_load(&k->handled), 0);
}

/* Requests with a NUL somewhere: the library hands over C strings, so what follows the NUL would be
 * hidden from us, but not from a proxy in front. */
static void nul_bytes_are_refused(void **state)
{
#define BYTES(s)                                                                                   \
    {                                                                                              \
        s, sizeof(s) - 1                                                                           \
    }
    static const struct {
        const char *bytes;
        size_t n;
    } rows[] = {
        BYTES("GET /a\0b HTTP/1.1\r\n" HOST "\r\n"),
        BYTES("GET /\0 HTTP/1.1\r\n" HOST "\r\n"),
        BYTES("GET / HTTP/1.1\r\n" HOST "X: a\0b\r\nY: c\r\n\r\n"),
        BYTES("GET / HTTP/1.1\r\nX: a\0b\r\n" HOST "\r\n"),
        BYTES("GET / HTTP/1.1\r\n" HOST "X: a\0bcdef\r\n\r\n"),
        BYTES("GET / HTTP/1.1\r\n" HOST "X: \0bcdef\r\n\r\n"),
        BYTES("GET / HTTP/1.1\r\nHost: a\0.evil.example\r\n\r\n"),
        BYTES("GET / HTTP/1.1\r\n" HOST "X\0Y: a\r\n\r\n"),
        BYTES("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\0000\r\n\r\na"),
        BYTES("G\0ET / HTTP/1.1\r\n" HOST "\r\n"),
    };
    struct kit *k = *state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct kit_conn c;
        struct kit_answer a = { 0 };
        kit_connect(&c, k->port);
        assert_true(kit_try_send(&c, rows[i].bytes, rows[i].n));
        int status = kit_read(&c, &a, false);
        if (status != 400) {
            fail_msg("row %zu: %d", i, status);
        }
        kit_forget(&a);
        kit_close(&c);
    }
    assert_int_equal(atomic_load(&k->handled), 0);
}

static void a_refusal_is_a_problem_document(void **state)
{
    struct kit *k = *state;
    struct kit_conn c;
    struct kit_answer a = { 0 };
    struct http_stats before, after;
    http_stats(k->server, &before);
    kit_connect(&c, k->port);
    kit_send(&c, "GET /.. HTTP/1.1\r\n" HOST "Accept-Language: es\r\n\r\n");
    assert_int_equal(kit_read(&c, &a, false), 400);
    assert_string_equal(a.body, "{\"status\":400,\"language\":\"es\"}");
    assert_true(kit_has_header(&a, "Content-Type: application/problem+json"));
    assert_true(kit_has_header(&a, "Connection: close"));
    assert_true(kit_has_header(&a, "X-Content-Type-Options: nosniff"));
    assert_true(kit_await_end(&c, OVER_MS));
    http_stats(k->server, &after);
    assert_int_equal(after.refused_by_guard - before.refused_by_guard, 1);
    kit_forget(&a);
    kit_close(&c);
}

/* GET with a target and one header of these lengths. */
static int ask_long(int port, size_t target, size_t header)
{
    char *request = malloc(target + header + 100);
    assert_non_null(request);
    size_t n = (size_t)snprintf(request, 100, "GET /");
    memset(request + n, 'a', target - 1);
    n += target - 1;
    n += (size_t)snprintf(request + n, 100, " HTTP/1.1\r\n" HOST "X: ");
    memset(request + n, 'b', header);
    n += header;
    snprintf(request + n, 10, "\r\n\r\n");
    struct kit_conn c;
    struct kit_answer a = { 0 };
    kit_connect(&c, port);
    (void)kit_try_send(&c, request, n + 4);
    int status = kit_read(&c, &a, false);
    kit_forget(&a);
    kit_close(&c);
    free(request);
    return status;
}

static void headers_are_bounded(void **state)
{
    struct kit *k = *state;
    struct arena a;
    struct buf b;
    assert_int_equal(ask_long(k->port, 8192, 1), 200);
    assert_int_equal(ask_long(k->port, 8193, 1), 414);
    assert_int_equal(ask_long(k->port, 100 * 1024, 1), 414);
    assert_int_equal(ask_long(k->port, 10, 32000), 200);
    assert_int_equal(ask_long(k->port, 10, 33000), 431);
    assert_int_equal(ask_long(k->port, 10, 40 * 1024), 431);
    assert_int_equal(ask_long(k->port, 10, 60 * 1024), 431);
    assert_int_equal(ask_long(k->port, 10, 200 * 1024), 431);
    arena_init(&a, 1024 * 1024);
    for (int fields = 127; fields <= 128; fields++) {
        buf_init(&b, &a, 65536);
        buf_str(&b, "GET / HTTP/1.1\r\n" HOST);
        for (int i = 0; i < fields; i++) {
            buf_str(&b, "X: y\r\n");
        }
        buf_str(&b, "\r\n");
        assert_int_equal(kit_ask(k->port, buf_done(&b).s), fields == 127 ? 200 : 431);
    }
    arena_free(&a);
}

/* Sends a request that announces a body and then n bytes of it, in chunks if so wanted. */
static int ask_body(int port, const char *path, size_t n, bool chunked)
{
    static char piece[10000];
    struct kit_conn c;
    struct kit_answer a = { 0 };
    char head[200];
    int status = 0;
    memset(piece, 'x', sizeof piece);
    snprintf(head, sizeof head, "POST %s HTTP/1.1\r\n" HOST "%s", path,
             chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "");
    kit_connect(&c, port);
    kit_send(&c, head);
    if (!chunked) {
        snprintf(head, sizeof head, "Content-Length: %zu\r\n\r\n", n);
        kit_send(&c, head);
    }
    bool taken = true;
    for (size_t sent = 0; sent < n && taken; sent += sizeof piece) {
        size_t k = n - sent < sizeof piece ? n - sent : sizeof piece;
        snprintf(head, sizeof head, "%zx\r\n", k);
        taken = (!chunked || kit_try_send(&c, head, strlen(head))) && kit_try_send(&c, piece, k) &&
                (!chunked || kit_try_send(&c, "\r\n", 2));
    }
    if (taken && chunked) {
        (void)kit_try_send(&c, "0\r\n\r\n", 5);
    }
    status = kit_read(&c, &a, false);
    if (status != 200) {
        assert_true(kit_await_end(&c, OVER_MS));
    }
    kit_forget(&a);
    kit_close(&c);
    return status;
}

static bool is_upload(enum http_method method, const char *path)
{
    return method == HTTP_POST && strcmp(path, "/upload") == 0;
}

static void bodies_are_bounded(void **state)
{
    static const struct {
        const char *path;
        size_t n;
        int status;
    } rows[] = {
        { "/echo", 1024 * 1024, 200 },       { "/echo", 1024 * 1024 + 1, 413 },
        { "/echo", 3 * 1024 * 1024, 413 },   { "/upload", 3 * 1024 * 1024, 200 },
        { "/upload", 5 * 1024 * 1024, 413 },
    };
    struct kit k = { 0 };
    struct http_config config = kit_config();
    (void)state;
    config.large = is_upload;
    config.upload_max = 4 * 1024 * 1024;
    kit_start(&k, config);
    int good = 0;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        for (int chunked = 0; chunked <= 1; chunked++) {
            int status = ask_body(k.port, rows[i].path, rows[i].n, chunked);
            if (status != rows[i].status) {
                fail_msg("row %zu chunked %d: %d", i, chunked, status);
            }
            good += status == 200;
        }
    }
    assert_int_equal(atomic_load(&k.handled), good);
    kit_stop(&k);
}

/* Bodies of many that nobody has asked for yet cannot take all memory. */
static void all_bodies_are_bounded(void **state)
{
    static char piece[40000];
    struct kit k = { 0 };
    struct kit_conn c;
    struct kit_answer a = { 0 };
    struct http_config config = kit_config();
    (void)state;
    config.bodies_max = 100000;
    kit_start(&k, config);
    memset(piece, 'x', sizeof piece);
    kit_connect(&c, k.port);
    kit_send(&c, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 80000\r\n\r\n");
    assert_true(kit_try_send(&c, piece, sizeof piece));
    int status = 200;
    for (int64_t end = clock_monotonic_us() + OVER_MS * 1000;
         status == 200 && clock_monotonic_us() < end;) { /* until the other's half has arrived */
        status = ask_body(k.port, "/echo", 70000, false);
    }
    assert_int_equal(status, 503);
    assert_int_equal(ask_body(k.port, "/echo", 10000, false), 200);
    assert_true(kit_try_send(&c, piece, sizeof piece));
    assert_int_equal(kit_read(&c, &a, false), 200);
    kit_forget(&a);
    kit_close(&c);
    assert_int_equal(ask_body(k.port, "/echo", 90000, false),
                     200); /* what was taken is given back */
    kit_stop(&k);
}

/* More than is read for politeness: refused at once when declared, cut when it comes. */
static void endless_bodies_are_cut(void **state)
{
    struct kit *k = *state;
    struct kit_conn c;
    struct kit_answer a = { 0 };
    kit_connect(&c, k->port);
    kit_send(&c, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 100000000\r\n\r\nab");
    assert_int_equal(kit_read(&c, &a, false), 413);
    assert_true(kit_await_end(&c, OVER_MS));
    kit_close(&c);
    int before = atomic_load(&k->handled);
    static char piece[65536 + 9] = "10000\r\n";
    memset(piece + 7, 'x', 65536);
    piece[sizeof piece - 2] = '\r';
    piece[sizeof piece - 1] = '\n';
    kit_connect(&c, k->port);
    kit_send(&c, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
    int64_t sent = 0;
    while (kit_try_send(&c, piece, sizeof piece)) {
        sent += 65536;
        assert_true(sent < (int64_t)64 * 1024 * 1024);
    }
    assert_int_equal(atomic_load(&k->handled), before);
    kit_forget(&a);
    kit_close(&c);
}

/* How long the server lets this go on: sends `opening`, then `drip` again and again, `every_ms`.
 * The answer, if there was one, is left in a. */
static int64_t survives_ms(struct kit *k, const char *opening, const char *drip, int every_ms,
                           struct kit_answer *a)
{
    struct kit_conn c;
    kit_connect(&c, k->port);
    kit_send(&c, opening);
    const int64_t began_us = clock_monotonic_us();
    while (!kit_await_end(&c, every_ms) && clock_monotonic_us() - began_us < OVER_MS * 1000) {
        (void)kit_try_send(&c, drip, strlen(drip));
    }
    const int64_t took_us = clock_monotonic_us() - began_us;
    assert_true(c.ended);
    kit_forget(a);
    if (c.n) {
        kit_read(&c, a, false);
    }
    kit_close(&c);
    return took_us / 1000;
}

static void slow_clients_are_cut(void **state)
{
    struct kit *k = *state;
    struct kit_answer a = { 0 };
    int before = atomic_load(&k->handled);
    int64_t ms = survives_ms(k, "", "", 20, &a);
    assert_in_range(ms, 250, OVER_MS - 1);
    assert_int_equal(a.status, 0); /* it asked nothing, so it is answered nothing */

    ms = survives_ms(k, "G", "G", 20, &a); /* in the first line */
    assert_in_range(ms, 250, OVER_MS - 1);
    assert_int_equal(a.status, 408);
    assert_string_equal(a.body, "{\"status\":408,\"language\":\"\"}");
    assert_true(kit_has_header(&a, "Connection: close"));

    ms = survives_ms(k, "GET / HTTP/1.1\r\nX: ", "y", 20, &a); /* in the header */
    assert_in_range(ms, 250, OVER_MS - 1);
    assert_int_equal(a.status, 408);

    ms = survives_ms(k, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\n", "z", 20, &a);
    assert_in_range(ms, 350, OVER_MS - 1);
    assert_int_equal(a.status, 408);

    ms = survives_ms(k, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n",
                     "1\r\na\r\n", 20, &a);
    assert_in_range(ms, 350, OVER_MS - 1);
    assert_int_equal(a.status, 408);
    assert_int_equal(atomic_load(&k->handled), before);
    kit_forget(&a);
}

static void kept_connections_are_watched_too(void **state)
{
    struct kit *k = *state;
    struct kit_answer a = { 0 };
    const char *whole = "GET /now/1 HTTP/1.1\r\n" HOST "\r\n";
    int64_t ms = survives_ms(k, whole, "", 20, &a); /* silent between requests */
    assert_in_range(ms, 600, OVER_MS - 1);
    assert_int_equal(a.status, 200);

    /* The second header drips, each byte well before the time for silence is over. */
    struct kit_conn c;
    kit_connect(&c, k->port);
    kit_send(&c, whole);
    assert_int_equal(kit_read(&c, &a, false), 200);
    clock_sleep_us(150000);
    const int64_t began_us = clock_monotonic_us();
    while (!kit_await_end(&c, 20)) {
        (void)kit_try_send(&c, "G", 1);
        assert_true(clock_monotonic_us() - began_us < OVER_MS * 1000);
    }
    assert_int_equal(kit_read(&c, &a, false), 408);
    kit_close(&c);

    /* A request every 100 ms goes on for longer than any limit. */
    kit_connect(&c, k->port);
    for (int i = 0; i < 12; i++) {
        kit_send(&c, whole);
        assert_int_equal(kit_read(&c, &a, false), 200);
        clock_sleep_us(100000);
    }
    kit_forget(&a);
    kit_close(&c);
}

/* The handler's own time is not limited here. */
static void work_is_not_cut(void **state)
{
    struct kit *k = *state;
    struct kit_conn c;
    struct kit_answer a = { 0 };
    kit_connect(&c, k->port);
    kit_send(&c, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    kit_await_held(k);
    clock_sleep_us(1200000);
    kit_answer_held(k, "late");
    assert_int_equal(kit_read(&c, &a, false), 200);
    assert_string_equal(a.body, "late");
    kit_forget(&a);
    kit_close(&c);
}

/* A client that does not take its answer: more than fits the sockets' buffers, never read. The time
 * that it has for so much is long, so the watchdog is told that it has passed. */
static void answers_must_be_taken(void **state)
{
    struct kit *k = *state;
    struct kit_conn c;
    struct http_stats stats;
    const int64_t began_us = clock_monotonic_us();
    const int64_t hour_us = (int64_t)3600 * 1000000;
    kit_connect(&c, k->port);
    kit_send(&c, "GET /bytes/30000000 HTTP/1.1\r\n" HOST "\r\n");
    assert_true(kit_await_number(&k->handled, 1));
    clock_sleep_us(1000000); /* twice what is allowed for a small answer */
    http_stats(k->server, &stats);
    assert_int_equal(stats.connections_now, 1);
    do {
        watchdog_round(k->server, clock_monotonic_us() + hour_us);
        clock_sleep_us(5000);
        http_stats(k->server, &stats);
    } while (stats.connections_now > 0 && clock_monotonic_us() - began_us < OVER_MS * 1000);
    assert_int_equal(stats.connections_now, 0);
    kit_close(&c);
}

static void connections_are_counted(void **state)
{
    struct kit k = { 0 };
    struct http_config config = kit_config();
    struct kit_conn c[6];
    struct kit_answer a = { 0 };
    struct http_stats stats;
    (void)state;
    config.address = "::";
    config.connections_max = 5;
    config.per_address_max = 3;
    kit_start(&k, config);
    for (int i = 0; i < 6; i++) {
        kit_connect_to(&c[i], i < 4 ? "127.0.0.1" : "::1", k.port);
        if (i == 3) { /* the fourth of one address */
            assert_true(kit_await_end(&c[i], OVER_MS));
        } else {
            kit_send(&c[i], "GET /now/1 HTTP/1.1\r\n" HOST "\r\n");
            assert_int_equal(kit_read(&c[i], &a, false), 200);
        }
    }
    http_stats(k.server, &stats);
    assert_int_equal(stats.connections_now, 5);
    assert_int_equal(stats.refused_by_guard, 1);
    struct kit_conn sixth;
    kit_connect_to(&sixth, "::1", k.port);
    assert_true(kit_await_end(&sixth, OVER_MS));
    kit_close(&sixth);
    kit_close(&c[0]); /* makes room */
    const int64_t until_us = clock_monotonic_us() + OVER_MS * 1000;
    do {
        http_stats(k.server, &stats);
    } while (stats.connections_now == 5 && clock_monotonic_us() < until_us);
    assert_int_equal(kit_ask(k.port, "GET /now/1 HTTP/1.1\r\n" HOST "\r\n"), 200);
    for (int i = 1; i < 6; i++) {
        kit_close(&c[i]);
    }
    kit_forget(&a);
    kit_stop(&k);
}

static atomic_bool no_memory;

static bool memory_fails(void)
{
    return atomic_load(&no_memory);
}

static void without_memory_it_says_so(void **state)
{
    struct kit k = { 0 };
    (void)state;
    atomic_store(&no_memory, true);
    arena_fault_hook = memory_fails;
    kit_start(&k, kit_config());
    for (int i = 0; i < 3; i++) {
        assert_int_equal(kit_ask(k.port, "GET /echo HTTP/1.1\r\n" HOST "\r\n"), 503);
    }
    assert_int_equal(atomic_load(&k.handled), 0);
    atomic_store(&no_memory, false);
    assert_int_equal(kit_ask(k.port, "GET /echo HTTP/1.1\r\n" HOST "\r\n"), 200);
    kit_stop(&k);
    arena_fault_hook = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connections_are_counted),
        cmocka_unit_test(bodies_are_bounded),
        cmocka_unit_test(all_bodies_are_bounded),
        cmocka_unit_test(without_memory_it_says_so),
        cmocka_unit_test_setup_teardown(broken_requests_are_refused, with_server, kit_end),
        cmocka_unit_test_setup_teardown(nul_bytes_are_refused, with_server, kit_end),
        cmocka_unit_test_setup_teardown(a_refusal_is_a_problem_document, with_server, kit_end),
        cmocka_unit_test_setup_teardown(headers_are_bounded, with_server, kit_end),
        cmocka_unit_test_setup_teardown(endless_bodies_are_cut, with_server, kit_end),
        cmocka_unit_test_setup_teardown(slow_clients_are_cut, with_server, kit_end),
        cmocka_unit_test_setup_teardown(kept_connections_are_watched_too, with_server, kit_end),
        cmocka_unit_test_setup_teardown(work_is_not_cut, with_server, kit_end),
        cmocka_unit_test_setup_teardown(answers_must_be_taken, with_server, kit_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
