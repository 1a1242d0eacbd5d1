/* Streams and stopping: who is woken, who is told that it is over, and how often. */
/* threads */
#include "kit/http_kit.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/thread.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define HOST          "Host: a\r\n"
#define GET(path)     "GET " path " HTTP/1.1\r\n" HOST "\r\n"
#define RACE_PIECES   2000
#define END_OF_CHUNKS "\r\n0\r\n\r\n"

/* What a stream of the tests sends: text that others append, a number of pieces, or no end. */
struct source {
    mutex_t lock; /* of the rest; held while waking, as http_stream_wake demands */
    char text[65536];
    size_t n, sent;
    bool finished;
    bool endless;
    struct http_stream *stream; /* NULL before and after */
    const char *type;
    int status;
    atomic_int drops;
};

static void source_init(struct source *s, const char *type)
{
    memset(s, 0, sizeof *s);
    pthread_mutex_init(&s->lock, NULL);
    s->type = type;
    s->status = 200;
}

static ssize_t source_fill(void *arg, char *out, size_t room)
{
    struct source *s = arg;
    ssize_t n = 0;
    mutex_lock(&s->lock);
    if (s->endless) {
        memset(out, 'e', room);
        n = (ssize_t)room;
    } else if (s->sent < s->n) {
        size_t left = s->n - s->sent;
        n = (ssize_t)(left < room ? left : room);
        memcpy(out, s->text + s->sent, (size_t)n);
        s->sent += (size_t)n;
    } else if (s->finished) {
        n = -1;
    }
    mutex_unlock(&s->lock);
    return n;
}

static void source_drop(void *arg)
{
    struct source *s = arg;
    mutex_lock(&s->lock);
    s->stream = NULL;
    mutex_unlock(&s->lock);
    atomic_fetch_add(&s->drops, 1);
}

static const struct http_stream_ops source_ops = { .fill = source_fill, .drop = source_drop };

static void source_add(struct source *s, const char *text, bool last)
{
    mutex_lock(&s->lock);
    size_t n = strlen(text);
    memcpy(s->text + s->n, text, n);
    s->n += n;
    s->finished = last;
    if (s->stream) {
        http_stream_wake(s->stream);
    }
    mutex_unlock(&s->lock);
}

static void stream_source(struct kit *k, struct http_request *r)
{
    static const struct http_header_line line[] = { { "X-Kind", { "stream", 6 } } };
    struct source *s = k->arg;
    struct http_stream *given = NULL;
    struct http_stream *known = http_stream_of(r);
    mutex_lock(&s->lock);
    s->stream = known;
    mutex_unlock(&s->lock);
    http_reply_stream(r, s->status, s->type, line, 1, &source_ops, s, &given);
    assert_ptr_equal(given, known);
}

static int with_server(void **state)
{
    struct kit *k = calloc(1, sizeof *k);
    struct http_config config = kit_config();
    assert_non_null(k);
    config.header_ms = 400; /* the watchdog looks often */
    config.reply_ms = 500;
    k->on_stream = stream_source;
    k->arg = malloc(sizeof(struct source));
    assert_non_null(k->arg);
    kit_start(k, config);
    *state = k;
    return 0;
}

static int without_server(void **state)
{
    struct kit *k = *state;
    kit_stop(k);
    free(k->arg);
    free(k);
    return 0;
}

static void a_stream_sends_what_there_is(void **state)
{
    struct kit *k = *state;
    struct source *s = k->arg;
    struct kit_conn c;
    source_init(s, "text/event-stream");
    source_add(s, "first,", false);
    kit_connect(&c, k->port);
    kit_send(&c, GET("/stream"));
    assert_true(kit_await(&c, "first,"));
    assert_non_null(strstr(c.bytes, "\r\nX-Kind: stream\r\n"));
    assert_non_null(strstr(c.bytes, "\r\nContent-Type: text/event-stream\r\n"));
    assert_non_null(strstr(c.bytes, "\r\nCache-Control: no-store\r\n"));
    for (int i = 0; i < 5; i++) {
        char event[32];
        clock_sleep_us(20000); /* long enough to be asleep */
        snprintf(event, sizeof event, "event %d,", i);
        source_add(s, event, false);
        assert_true(kit_await(&c, event));
    }
    assert_int_equal(atomic_load(&s->drops), 0);
    source_add(s, "last", true);
    assert_true(kit_await(&c, "last" END_OF_CHUNKS));
    assert_true(kit_await_number(&s->drops, 1));
    /* The connection goes on. */
    kit_send(&c, GET("/now/1"));
    assert_true(kit_await(&c, "Content-Length: 1\r\n"));
    kit_close(&c);
}

static void add_pieces(void *arg)
{
    for (int i = 0; i < RACE_PIECES; i++) {
        source_add(arg, "12345678", i == RACE_PIECES - 1);
        if (i % 64 == 0) {
            clock_sleep_us(300);
        }
    }
}

static void no_wake_up_is_lost(void **state)
{
    struct kit *k = *state;
    struct source *s = k->arg;
    for (int round = 0; round < 10; round++) {
        struct kit_conn c;
        struct thread t;
        source_init(s, "text/csv");
        kit_connect(&c, k->port);
        kit_send(&c, GET("/stream"));
        assert_int_equal(thread_start(&t, "pieces", add_pieces, s), OK);
        assert_true(kit_await(&c, END_OF_CHUNKS));
        thread_join(&t);
        assert_true(kit_await_number(&s->drops, 1));
        assert_int_equal(s->sent, RACE_PIECES * 8);
        kit_close(&c);
    }
}

static void a_client_that_leaves_ends_its_stream(void **state)
{
    struct kit *k = *state;
    struct source *s = k->arg;
    for (int endless = 0; endless <= 1; endless++) {
        struct kit_conn c;
        source_init(s, "text/event-stream");
        s->endless = endless;
        source_add(s, "hello", false);
        kit_connect(&c, k->port);
        kit_send(&c, GET("/stream"));
        assert_true(kit_await(&c, endless ? "eeee" : "hello"));
        assert_int_equal(atomic_load(&s->drops), 0);
        kit_close(&c);
        assert_true(kit_await_number(&s->drops, 1));
        source_add(s, "into the void", false); /* nobody is woken any more */
        assert_null(s->stream);
    }
}

static void a_client_that_takes_nothing_is_cut(void **state)
{
    struct kit *k = *state;
    struct source *s = k->arg;
    struct kit_conn c;
    source_init(s, "application/octet-stream");
    s->endless = true;
    kit_connect(&c, k->port);
    kit_send(&c, GET("/stream"));
    assert_true(kit_await_number(&s->drops, 1));
    kit_close(&c);
}

static void a_stream_has_no_body_for_head(void **state)
{
    struct kit *k = *state;
    struct source *s = k->arg;
    struct kit_conn c;
    source_init(s, "text/csv");
    s->endless = true;
    kit_connect(&c, k->port);
    kit_send(&c, "HEAD /stream HTTP/1.1\r\n" HOST "\r\n" GET("/now/5"));
    assert_true(kit_await(&c, "\r\n\r\n5"));
    assert_true(kit_await_number(&s->drops, 1));
    assert_null(strstr(c.bytes, "eee"));
    kit_close(&c);
}

static void old_clients_get_a_stream_too(void **state)
{
    struct kit *k = *state;
    struct source *s = k->arg;
    struct kit_conn c;
    source_init(s, "text/csv");
    source_add(s, "all of it", true);
    kit_connect(&c, k->port);
    kit_send(&c, "GET /stream HTTP/1.0\r\n\r\n");
    assert_true(kit_await_end(&c, KIT_WAIT_MS));
    assert_non_null(strstr(c.bytes, "\r\n\r\nall of it"));
    assert_null(strstr(c.bytes, "chunked"));
    assert_true(kit_await_number(&s->drops, 1));
    kit_close(&c);
}

/* --- Stopping */

struct stopping {
    struct kit *k;
    int grace_ms;
    atomic_int done;
};

static void stop_it(void *arg)
{
    struct stopping *s = arg;
    struct http_server *server = s->k->server;
    http_stop(server, s->grace_ms);
    s->k->server = NULL;
    atomic_store(&s->done, 1);
}

static void what_is_in_work_is_answered(void **state)
{
    struct kit *k = *state;
    struct stopping s = { .k = k, .grace_ms = KIT_WAIT_MS };
    struct thread t;
    struct kit_conn c, uploading, idle;
    struct kit_answer a = { 0 };
    kit_connect(&idle, k->port);
    kit_connect(&c, k->port);
    kit_connect(&uploading, k->port);
    kit_send(&uploading, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nbo");
    kit_send(&c, GET("/hold"));
    kit_await_held(k);
    clock_sleep_us(50000);
    assert_int_equal(thread_start(&t, "stop", stop_it, &s), OK);
    clock_sleep_us(200000);
    assert_int_equal(atomic_load(&s.done), 0); /* it waits */
    kit_answer_held(k, "in time");
    assert_int_equal(kit_read(&c, &a, false), 200);
    assert_string_equal(a.body, "in time");
    assert_true(kit_has_header(&a, "Connection: close"));
    assert_int_equal(atomic_load(&s.done), 0); /* it waits for the upload that has begun */
    kit_send(&uploading, "dy");
    assert_int_equal(kit_read(&uploading, &a, false), 200);
    assert_string_equal(a.body, "POST\n/echo\n\n\nbody");
    thread_join(&t);
    assert_true(kit_await_end(&idle, KIT_WAIT_MS));
    kit_forget(&a);
    kit_close(&c);
    kit_close(&uploading);
    kit_close(&idle);
}

static void nobody_connects_while_it_stops(void **state)
{
    struct kit *k = *state;
    struct stopping s = { .k = k, .grace_ms = KIT_WAIT_MS };
    struct thread t;
    struct kit_conn c, late;
    struct kit_answer a = { 0 };
    int port = k->port;
    kit_connect(&c, port);
    kit_send(&c, GET("/hold"));
    kit_await_held(k);
    assert_int_equal(thread_start(&t, "stop", stop_it, &s), OK);
    clock_sleep_us(200000);
    assert_false(kit_try_connect(&late, "127.0.0.1", port));
    kit_close(&late);
    kit_answer_held(k, "x");
    assert_int_equal(kit_read(&c, &a, false), 200);
    thread_join(&t);
    kit_forget(&a);
    kit_close(&c);
}

/* The handler is still at work when the time is over, and answers a server that is gone. */
static void the_grace_has_an_end(void **state)
{
    struct kit *k = *state;
    struct kit_conn c, d;
    int64_t began_us = clock_monotonic_us();
    kit_connect(&c, k->port);
    kit_connect(&d, k->port);
    kit_send(&c, GET("/hold"));
    kit_send(&d, "POST /hold HTTP/1.1\r\n" HOST "Content-Length: 40000\r\n\r\n");
    static char body[40000];
    assert_true(kit_try_send(&d, body, sizeof body));
    assert_true(kit_await_number(&k->handled, 2));
    http_stop(k->server, 100);
    k->server = NULL;
    assert_true(clock_monotonic_us() - began_us < KIT_WAIT_MS * 1000);
    assert_true(kit_await_end(&c, KIT_WAIT_MS));
    assert_int_equal(c.n, 0);
    kit_answer_held(k, "too late");
    kit_answer_held(k, "too late");
    kit_close(&c);
    kit_close(&d);
}

static void a_late_stream_is_dropped(void **state)
{
    struct kit *k = *state;
    struct source *s = k->arg;
    struct kit_conn c;
    source_init(s, "text/csv");
    kit_connect(&c, k->port);
    kit_send(&c, GET("/hold"));
    kit_await_held(k);
    http_stop(k->server, 0);
    k->server = NULL;
    struct http_request *r = kit_take_held(k);
    http_reply_stream(r, 200, "text/csv", NULL, 0, &source_ops, s, NULL);
    assert_int_equal(atomic_load(&s->drops), 1);
    kit_close(&c);
}

static void event_streams_end_when_it_stops(void **state)
{
    struct kit *k = *state;
    struct source *s = k->arg;
    struct kit_conn c;
    source_init(s, "text/event-stream; charset=utf-8");
    source_add(s, "hello", false);
    kit_connect(&c, k->port);
    kit_send(&c, GET("/stream"));
    assert_true(kit_await(&c, "hello"));
    int64_t began_us = clock_monotonic_us();
    http_stop(k->server, KIT_WAIT_MS);
    k->server = NULL;
    assert_true(clock_monotonic_us() - began_us < KIT_WAIT_MS * 500);
    assert_int_equal(atomic_load(&s->drops), 1);
    assert_true(kit_await(&c, "hello" END_OF_CHUNKS));
    kit_close(&c);
}

static int open_files(void)
{
    int n = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder)) {
        n++;
    }
    closedir(folder);
    return n;
}

static void stopping_leaves_no_file_open(void **state)
{
    int before = 0;
    (void)state;
    assert_int_equal(file_write("broken.pem", TEXT("no certificate\n"), 0600), OK);
    for (int i = 0; i < 30; i++) {
        struct kit k = { 0 };
        struct kit_conn c;
        struct kit_answer a = { 0 };
        struct http_server *none;
        char why[256];
        struct http_config config = kit_config();
        config.threads = 1 + i % 3;
        kit_start(&k, config);
        kit_connect(&c, k.port);
        kit_send(&c, GET("/now/1"));
        assert_int_equal(kit_read(&c, &a, false), 200);
        kit_stop(&k);
        assert_true(kit_await_end(&c, KIT_WAIT_MS));
        kit_forget(&a);
        kit_close(&c);
        config.handler = NULL;
        config.tls_cert = config.tls_key = "broken.pem";
        assert_int_equal(http_start(&config, &none, why), ERR_IO);
        before = i == 0 ? open_files() : before;
    }
    assert_int_equal(open_files(), before);
}

/* An export that waits for its maker is given the time, then broken off so that it looks broken. */
static void exports_are_finished_or_broken(void **state)
{
    struct kit *k = *state;
    struct source *s = k->arg;
    struct stopping stopping = { .k = k, .grace_ms = KIT_WAIT_MS };
    struct kit_conn c;
    struct thread t;
    source_init(s, "text/csv");
    source_add(s, "half,", false);
    kit_connect(&c, k->port);
    kit_send(&c, GET("/stream"));
    assert_true(kit_await(&c, "half,"));
    assert_int_equal(thread_start(&t, "stop", stop_it, &stopping), OK);
    clock_sleep_us(100000);
    assert_int_equal(atomic_load(&stopping.done), 0);
    source_add(s, "whole", true);
    assert_true(kit_await(&c, "whole" END_OF_CHUNKS));
    thread_join(&t);
    assert_int_equal(atomic_load(&s->drops), 1);
    kit_close(&c);
}

static void unfinished_exports_look_broken(void **state)
{
    struct kit *k = *state;
    struct source *s = k->arg;
    for (int endless = 0; endless <= 1; endless++) {
        struct kit_conn c;
        if (endless) {
            struct http_config config = kit_config();
            kit_stop(k);
            kit_start(k, config);
        }
        source_init(s, "text/csv");
        s->endless = endless;
        source_add(s, "half,", false);
        kit_connect(&c, k->port);
        kit_send(&c, GET("/stream"));
        assert_true(kit_await(&c, endless ? "eee" : "half,"));
        http_stop(k->server, 100);
        k->server = NULL;
        assert_int_equal(atomic_load(&s->drops), 1);
        assert_true(kit_await_end(&c, KIT_WAIT_MS));
        assert_true(c.n < 5 || memcmp(c.bytes + c.n - 5, "0\r\n\r\n", 5) != 0);
        kit_close(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_stream_sends_what_there_is, with_server, without_server),
        cmocka_unit_test_setup_teardown(no_wake_up_is_lost, with_server, without_server),
        cmocka_unit_test_setup_teardown(a_client_that_leaves_ends_its_stream, with_server,
                                        without_server),
        cmocka_unit_test_setup_teardown(a_client_that_takes_nothing_is_cut, with_server,
                                        without_server),
        cmocka_unit_test_setup_teardown(a_stream_has_no_body_for_head, with_server, without_server),
        cmocka_unit_test_setup_teardown(old_clients_get_a_stream_too, with_server, without_server),
        cmocka_unit_test_setup_teardown(what_is_in_work_is_answered, with_server, without_server),
        cmocka_unit_test_setup_teardown(nobody_connects_while_it_stops, with_server,
                                        without_server),
        cmocka_unit_test_setup_teardown(the_grace_has_an_end, with_server, without_server),
        cmocka_unit_test_setup_teardown(a_late_stream_is_dropped, with_server, without_server),
        cmocka_unit_test_setup_teardown(event_streams_end_when_it_stops, with_server,
                                        without_server),
        cmocka_unit_test(stopping_leaves_no_file_open),
        cmocka_unit_test_setup_teardown(exports_are_finished_or_broken, with_server,
                                        without_server),
        cmocka_unit_test_setup_teardown(unfinished_exports_look_broken, with_server,
                                        without_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
