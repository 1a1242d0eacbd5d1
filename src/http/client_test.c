/* The client against the server, and against a peer that sends what a test wants. */
/* threads */
#include "http/client.h"
#include "kit/http_kit.h"
#include "os/clock.h"
#include "os/thread.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static int with_server(void **state)
{
    struct http_config config = kit_config();
    config.idle_ms = 200;
    return kit_begin(state, config);
}

static void requests_are_answered_on_one_connection(void **state)
{
    struct kit *k = *state;
    struct http_client *c;
    struct http_answer answer;
    struct http_stats stats;
    struct arena a;
    const struct http_header_line headers[] = { { "X-Test", TEXT("one") }, { "X-No", TEXT_NONE } };
    arena_init(&a, 64 * 1024 * 1024);
    assert_int_equal(http_client_open("127.0.0.1", k->port, 5000, &c), OK);
    assert_int_equal(
        http_client_send(c, &a, "POST", "/echo?a=b", headers, 2, TEXT("body"), &answer), OK);
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body.s, "POST\n/echo\na=b\none\nbody");
    assert_string_equal(http_answer_header(&a, &answer, "content-type").s, "text/plain");
    assert_string_equal(http_answer_header(&a, &answer, "Content-Length").s, "23");
    assert_null(http_answer_header(&a, &answer, "Content").s);
    assert_int_equal(http_client_send(c, &a, "HEAD", "/bytes/77", NULL, 0, TEXT_NONE, &answer), OK);
    assert_int_equal(answer.body.n, 0);
    assert_string_equal(http_answer_header(&a, &answer, "Content-Length").s, "77");
    assert_int_equal(http_client_send(c, &a, "GET", "/bytes/2000000", NULL, 0, TEXT_NONE, &answer),
                     OK);
    assert_int_equal(answer.body.n, 2000000);
    for (int i = 0; i < 200; i++) {
        arena_reset(&a);
        assert_int_equal(http_client_send(c, &a, "POST", "/now/7", NULL, 0, TEXT("x"), &answer),
                         OK);
        assert_string_equal(answer.body.s, "7");
    }
    http_stats(k->server, &stats);
    assert_int_equal(stats.connections_now, 1);
    http_client_close(c);
    arena_free(&a);
}

static void a_refused_upload_is_told(void **state)
{
    struct kit *k = *state;
    struct http_client *c;
    struct http_answer answer;
    struct arena a;
    arena_init(&a, 64 * 1024 * 1024);
    assert_int_equal(http_client_open("127.0.0.1", k->port, 5000, &c), OK);
    char *large = arena_alloc(&a, 3000000);
    assert_int_equal(
        http_client_send(c, &a, "POST", "/echo", NULL, 0, (text_t){ large, 3000000 }, &answer), OK);
    assert_int_equal(answer.status, 413);
    assert_int_equal(http_client_send(c, &a, "GET", "/now/1", NULL, 0, TEXT_NONE, &answer), OK);
    assert_int_equal(answer.status, 200);
    http_client_close(c);
    arena_free(&a);
}

static void a_connection_that_was_closed_is_opened_again(void **state)
{
    struct kit *k = *state;
    struct http_client *c;
    struct http_answer answer;
    struct http_stats stats;
    struct arena a;
    arena_init(&a, 1024 * 1024);
    assert_int_equal(http_client_open("127.0.0.1", k->port, 5000, &c), OK);
    assert_int_equal(http_client_send(c, &a, "POST", "/now/1", NULL, 0, TEXT("x"), &answer), OK);
    const int64_t until_us = clock_monotonic_us() + KIT_WAIT_MS * 1000;
    do { /* until the server has had enough of the silence */
        clock_sleep_us(20000);
        http_stats(k->server, &stats);
    } while (stats.connections_now > 0 && clock_monotonic_us() < until_us);
    assert_int_equal(http_client_send(c, &a, "POST", "/now/2", NULL, 0, TEXT("x"), &answer), OK);
    assert_string_equal(answer.body.s, "2");
    http_client_close(c);
    arena_free(&a);
}

static void failures_have_names(void **state)
{
    struct kit *k = *state;
    struct http_client *c;
    struct http_answer answer;
    struct arena a;
    arena_init(&a, 1024 * 1024);
    assert_int_equal(http_client_open("localhost", 80, 100, &c), ERR_INVALID);
    assert_int_equal(http_client_open("127.0.0.1", 0, 100, &c), ERR_INVALID);
    assert_int_equal(http_client_open("127.0.0.1", k->port, 100, &c), OK);
    assert_int_equal(http_client_send(c, &a, "GET", "/hold", NULL, 0, TEXT_NONE, &answer),
                     ERR_TIMEOUT);
    kit_answer_held(k, "late");
    /* The late answer is not taken for that of the next request. */
    assert_int_equal(http_client_send(c, &a, "GET", "/now/3", NULL, 0, TEXT_NONE, &answer), OK);
    assert_string_equal(answer.body.s, "3");
    http_client_close(c);
    arena_free(&a);
    arena_init(&a, 4096);
    assert_int_equal(http_client_open("127.0.0.1", k->port, 5000, &c), OK);
    assert_int_equal(http_client_send(c, &a, "GET", "/bytes/100000", NULL, 0, TEXT_NONE, &answer),
                     ERR_NO_MEMORY);
    http_client_close(c);
    arena_free(&a);
}

/* A peer that answers one connection with fixed bytes and closes. */
struct peer {
    struct thread thread;
    int listener;
    const char *bytes;
};

static void serve_bytes(void *arg)
{
    struct peer *p = arg;
    char request[4096];
    int fd = accept(p->listener, NULL, NULL);
    if (fd >= 0) {
        (void)!recv(fd, request, sizeof request, 0);
        (void)!send(fd, p->bytes, strlen(p->bytes), MSG_NOSIGNAL);
        close(fd);
    }
}

static int peer_start(struct peer *p, const char *bytes)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;
    p->bytes = bytes;
    p->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(p->listener >= 0);
    assert_int_equal(bind(p->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(p->listener, 1), 0);
    assert_int_equal(getsockname(p->listener, (struct sockaddr *)&at, &n), 0);
    assert_int_equal(thread_start(&p->thread, "peer", serve_bytes, p), OK);
    return ntohs(at.sin_port);
}

static void answers_of_every_framing_are_read(void **state)
{
    static const struct {
        const char *bytes;
        enum err e;
        int status;
        const char *body;
    } rows[] = {
        { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", OK, 200, "hi" },
        { "HTTP/1.1 200 OK\r\n\r\nto the end", OK, 200, "to the end" },
        { "HTTP/1.0 404 No\r\nA: b\r\n\r\n", OK, 404, "" },
        { "HTTP/1.1 204 None\r\n\r\n", OK, 204, "" },
        { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", OK, 200,
          "x" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
          "3\r\nabc\r\nA;ext=1\r\n0123456789\r\n0\r\nT: x\r\n\r\n",
          OK, 200, "abc0123456789" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", ERR_IO, 0, NULL },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", ERR_INVALID, 0, NULL },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", ERR_IO, 0, NULL },
        { "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc", ERR_RANGE, 0, NULL },
        { "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc", ERR_INVALID, 0, NULL },
        { "HTTP/1.1 2x0 OK\r\n\r\n", ERR_INVALID, 0, NULL },
        { "SSH-2.0-something else\r\n\r\n", ERR_INVALID, 0, NULL },
        { "\r\n\r\n", ERR_INVALID, 0, NULL },
        { "HTTP/1.1 200 OK\r\nA:", ERR_IO, 0, NULL },
        { "", ERR_IO, 0, NULL },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct peer p;
        struct http_client *c;
        struct http_answer answer;
        struct arena a;
        arena_init(&a, 1024 * 1024);
        int port = peer_start(&p, rows[i].bytes);
        assert_int_equal(http_client_open("127.0.0.1", port, 5000, &c), OK);
        enum err e = http_client_send(c, &a, "GET", "/", NULL, 0, TEXT_NONE, &answer);
        if (e != rows[i].e) {
            fail_msg("row %zu: %s", i, err_name(e));
        }
        if (e == OK) {
            assert_int_equal(answer.status, rows[i].status);
            assert_string_equal(answer.body.s, rows[i].body);
        }
        thread_join(&p.thread);
        close(p.listener);
        http_client_close(c);
        arena_free(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_answered_on_one_connection),
        cmocka_unit_test(a_refused_upload_is_told),
        cmocka_unit_test(a_connection_that_was_closed_is_opened_again),
        cmocka_unit_test(failures_have_names),
        cmocka_unit_test(answers_of_every_framing_are_read),
    };
    return cmocka_run_group_tests(tests, with_server, kit_end);
}
