/* The server as its clients see it: requests, answers, connections. Bytes on real sockets.
 * What it refuses is in guard_test.c, streams and stopping are in stream_test.c. */
/* threads */
#include "kit/http_kit.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/thread.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"

static int with_server(void **state)
{
    return kit_begin(state, kit_config());
}

static void an_answer_carries_the_safe_headers(void **state)
{
    struct kit *k = *state;
    struct kit_conn c;
    struct kit_answer a = { 0 };
    kit_connect(&c, k->port);
    kit_send(&c, GET("/echo"));
    assert_int_equal(kit_read(&c, &a, false), 200);
    assert_string_equal(a.body, "GET\n/echo\n\n\n");
    assert_true(kit_has_header(&a, "X-Content-Type-Options: nosniff"));
    assert_true(kit_has_header(&a, "Referrer-Policy: same-origin"));
    assert_true(kit_has_header(&a, "Cache-Control: no-store"));
    assert_true(kit_has_header(&a, "Content-Type: text/plain"));
    assert_true(kit_has_header(&a, "Content-Length: 12"));
    assert_non_null(strstr(a.head, "\r\nDate: "));
    kit_send(&c, GET("/odd"));
    assert_int_equal(kit_read(&c, &a, false), 201);
    assert_string_equal(a.body, "<p>");
    assert_true(kit_has_header(&a, "Cache-Control: max-age=60"));
    assert_null(strstr(a.head, "no-store"));
    assert_true(kit_has_header(&a, "X-Part: whole"));
    assert_null(strstr(a.head, "Set-Cookie"));
    assert_null(strstr(a.head, "X-None"));
    kit_forget(&a);
    kit_close(&c);
}

/* The server learns a little later than we that a connection has begun or ended. */
static int64_t await_connections(struct kit *k, int64_t wanted)
{
    const int64_t until_us = clock_monotonic_us() + KIT_WAIT_MS * 1000;
    struct http_stats stats;
    http_stats(k->server, &stats);
    while (stats.connections_now != wanted && clock_monotonic_us() < until_us) {
        clock_sleep_us(1000);
        http_stats(k->server, &stats);
    }
    return stats.connections_now;
}

static void a_connection_is_kept(void **state)
{
    struct kit *k = *state;
    struct kit_conn c;
    struct kit_answer a = { 0 };
    struct http_stats before, after;
    kit_connect(&c, k->port);
    http_stats(k->server, &before);
    for (int i = 0; i < 20; i++) {
        kit_send(&c, i % 2 ? GET("/now/7") : GET("/echo?q"));
        assert_int_equal(kit_read(&c, &a, false), 200);
        assert_string_equal(a.body, i % 2 ? "7" : "GET\n/echo\nq\n\n");
    }
    http_stats(k->server, &after);
    assert_int_equal(after.requests - before.requests, 20);
    assert_int_equal(await_connections(k, 1), 1);
    kit_send(&c, "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_int_equal(kit_read(&c, &a, false), 200);
    assert_true(kit_await_end(&c, KIT_WAIT_MS));
    kit_forget(&a);
    kit_close(&c);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    struct kit *k = *state;
    struct kit_conn c;
    struct kit_answer a = { 0 };
    static const char *const bodies[] = { "1", "2", "GET\n/echo\n\n\n", "3", "4", "5" };
    kit_connect(&c, k->port);
    kit_send(&c, GET("/later/1") GET("/now/2") GET("/echo") GET("/later/3") GET("/now/4")
                     GET("/now/5"));
    for (size_t i = 0; i < N_ELEMENTS(bodies); i++) {
        assert_int_equal(kit_read(&c, &a, false), 200);
        assert_string_equal(a.body, bodies[i]);
    }
    kit_forget(&a);
    kit_close(&c);
}

static void answers_come_from_other_threads(void **state)
{
    struct kit *k = *state;
    struct kit_conn c;
    struct kit_answer a = { 0 };
    char request[128];
    char number[16];
    kit_connect(&c, k->port);
    /* The answer races with putting the connection to sleep: often enough to meet each order. */
    for (int i = 0; i < 300; i++) {
        snprintf(request, sizeof request, "GET /now/%d HTTP/1.1\r\nHost: a\r\n\r\n", i);
        snprintf(number, sizeof number, "%d", i);
        kit_send(&c, request);
        assert_int_equal(kit_read(&c, &a, false), 200);
        assert_string_equal(a.body, number);
    }
    int64_t began_us = clock_monotonic_us();
    kit_send(&c, GET("/later/9"));
    assert_int_equal(kit_read(&c, &a, false), 200);
    assert_true(clock_monotonic_us() - began_us >= 30000);
    kit_forget(&a);
    kit_close(&c);
}

#define PARALLEL 200

static void many_connections_at_once(void **state)
{
    struct kit *k = *state;
    static struct kit_conn conns[PARALLEL];
    struct kit_answer a = { 0 };
    struct http_stats stats;
    char text[128];
    for (int i = 0; i < PARALLEL; i++) {
        kit_connect(&conns[i], k->port);
    }
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < PARALLEL; i++) {
            snprintf(text, sizeof text, "GET /%s/%d HTTP/1.1\r\nHost: a\r\n\r\n",
                     i % 3 ? "now" : "later", i);
            kit_send(&conns[i], text);
        }
        for (int i = 0; i < PARALLEL; i++) {
            assert_int_equal(kit_read(&conns[i], &a, false), 200);
            snprintf(text, sizeof text, "%d", i);
            assert_string_equal(a.body, text);
        }
    }
    assert_int_equal(await_connections(k, PARALLEL), PARALLEL);
    http_stats(k->server, &stats);
    assert_int_equal(stats.in_work, 0);
    for (int i = 0; i < PARALLEL; i++) {
        kit_close(&conns[i]);
    }
    kit_forget(&a);
}

static void clients_that_leave_do_no_harm(void **state)
{
    struct kit *k = *state;
    struct http_stats stats;
    for (int i = 0; i < 50; i++) {
        struct kit_conn c;
        kit_connect(&c, k->port);
        kit_send(&c, i % 2 ? GET("/later/1") : GET("/now/1") "GET /half");
        kit_close(&c);
    }
    assert_int_equal(await_connections(k, 0), 0);
    http_stats(k->server, &stats);
    assert_int_equal(stats.in_work, 0);
    assert_int_equal(kit_ask(k->port, GET("/echo")), 200);
}

static void bodies_arrive_whole(void **state)
{
    struct kit *k = *state;
    struct kit_conn c;
    struct kit_answer a = { 0 };
    const size_t large = 900 * 1000;
    char *body = malloc(large + 1);
    assert_non_null(body);
    for (size_t i = 0; i < large; i++) {
        body[i] = (char)('a' + i % 23);
    }
    body[large] = '\0';
    kit_connect(&c, k->port);
    kit_send(&c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX-Test: one\r\n\r\nhello");
    assert_int_equal(kit_read(&c, &a, false), 200);
    assert_string_equal(a.body, "POST\n/echo\n\none\nhello");
    kit_send(&c, "PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    assert_int_equal(kit_read(&c, &a, false), 200);
    assert_string_equal(a.body, "PUT\n/echo\n\n\n");
    kit_send(&c, "PATCH /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "5\r\nhello\r\n1;name=value\r\n \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n");
    assert_int_equal(kit_read(&c, &a, false), 200);
    assert_string_equal(a.body, "PATCH\n/echo\n\n\nhello world");
    kit_send(&c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n");
    assert_true(kit_try_send(&c, body, large));
    assert_int_equal(kit_read(&c, &a, false), 200);
    assert_int_equal(a.body_n, strlen("POST\n/echo\n\n\n") + large);
    assert_memory_equal(a.body + strlen("POST\n/echo\n\n\n"), body, large);
    kit_send(&c, GET("/bytes/3000000"));
    assert_int_equal(kit_read(&c, &a, false), 200);
    assert_int_equal(a.body_n, 3000000);
    kit_forget(&a);
    kit_close(&c);
    free(body);
}

static void head_is_answered_without_a_body(void **state)
{
    struct kit *k = *state;
    struct kit_conn c;
    struct kit_answer a = { 0 };
    kit_connect(&c, k->port);
    kit_send(&c, "HEAD /bytes/1234 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(kit_read(&c, &a, true), 200);
    assert_true(kit_has_header(&a, "Content-Length: 1234"));
    kit_send(&c, GET("/now/1"));
    assert_int_equal(kit_read(&c, &a, false), 200);
    assert_string_equal(a.body, "1");
    kit_forget(&a);
    kit_close(&c);
}

static void expect_is_answered_before_the_body(void **state)
{
    struct kit *k = *state;
    struct kit_conn c;
    struct kit_answer a = { 0 };
    kit_connect(&c, k->port);
    kit_send(&c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
                 "Expect: 100-continue\r\n\r\n");
    assert_int_equal(kit_read(&c, &a, true), 100);
    kit_send(&c, "body");
    assert_int_equal(kit_read(&c, &a, false), 200);
    assert_string_equal(a.body, "POST\n/echo\n\n\nbody");
    kit_send(&c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n"
                 "Expect: 100-continue\r\n\r\n");
    assert_int_equal(kit_read(&c, &a, false), 413);
    assert_true(kit_await_end(&c, KIT_WAIT_MS));
    kit_forget(&a);
    kit_close(&c);
}

/* What each form of target and version makes of a request. */
static void targets_and_versions(void **state)
{
    static const struct {
        const char *request;
        const char *body;
        bool closes;
    } rows[] = {
        { "GET /a%20b/%C3%A9?x=%41 HTTP/1.1\r\nHost: a\r\n\r\n", "GET\n/a b/\xC3\xA9\nx=%41\n\n",
          false },
        { "GET http://a.example/x?y HTTP/1.1\r\nHost: A.example\r\n\r\n", "GET\n/x\ny\n\n", false },
        { "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", "GET\n/\n\n\n", false },
        { "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS\n/\n\n\n", false },
        { "PROPFIND /x HTTP/1.1\r\nHost: a\r\n\r\n", "OTHER\n/x\n\n\n", false },
        { "get /x HTTP/1.1\r\nHost: a\r\n\r\n", "OTHER\n/x\n\n\n", false },
        { "DELETE / HTTP/1.1\r\nhost: [::1]:80\r\nX-TEST:\t v \r\n\r\n", "DELETE\n/\n\nv\n",
          false },
        { "GET /x HTTP/1.0\r\n\r\n", "GET\n/x\n\n\n", true },
        { "GET /x HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "GET\n/x\n\n\n", false },
        { "GET /x HTTP/1.1\nHost: a\n\n", "GET\n/x\n\n\n", false },
        { "\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n", "GET\n/x\n\n\n", false },
        { "GET /x HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
          "GET\n/x\n\n\n", false },
    };
    struct kit *k = *state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct kit_conn c;
        struct kit_answer a = { 0 };
        kit_connect(&c, k->port);
        kit_send(&c, rows[i].request);
        assert_int_equal(kit_read(&c, &a, false), 200);
        assert_string_equal(a.body, rows[i].body);
        assert_int_equal(kit_await_end(&c, rows[i].closes ? KIT_WAIT_MS : 20), rows[i].closes);
        kit_forget(&a);
        kit_close(&c);
    }
}

static void look_into(struct kit *k, struct http_request *r)
{
    const struct http_param *params;
    const struct http_param *again;
    size_t n = 0;
    struct buf b;
    (void)k;
    buf_init(&b, &r->arena, 4096);
    enum err e = http_params(r, &params, &n);
    buf_fmt(&b, "%s %zu", err_name(e), n);
    for (size_t i = 0; i < n; i++) {
        buf_fmt(&b, " %s=%s", params[i].name.s, params[i].value.s);
    }
    assert_int_equal(http_params(r, &again, &n), e);
    assert_ptr_equal(again, params);
    buf_fmt(&b, " sid:%s", http_cookie(r, "sid").s);
    buf_fmt(&b, " none:%d", http_cookie(r, "si").s != NULL || http_header(r, "Cook").s != NULL);
    buf_fmt(&b, " peer:%s secure:%d", r->peer.s, r->secure);
    http_reply(r, 200, NULL, buf_done(&b), NULL, 0);
}

static void a_handler_sees_parameters_and_cookies(void **state)
{
    struct kit *k = *state;
    struct kit_conn c;
    struct kit_answer a = { 0 };
    k->on_stream = look_into;
    kit_connect(&c, k->port);
    kit_send(&c, "GET /stream?a=1&b=two+words&a=%E2%82%AC&c HTTP/1.1\r\nHost: a\r\n"
                 "Cookie: x=1; sidx=2\r\nCookie: sid=s3cret\r\n\r\n");
    assert_int_equal(kit_read(&c, &a, false), 200);
    assert_string_equal(a.body, "ok 4 a=1 b=two words a=\xE2\x82\xAC c= sid:s3cret none:0"
                                " peer:127.0.0.1 secure:0");
    kit_send(&c, "GET /stream?a=%zz HTTP/1.1\r\nHost: a\r\nCookie: sid=1\r\n\r\n");
    assert_int_equal(kit_read(&c, &a, false), 200);
    assert_string_equal(a.body, "invalid 0 sid:1 none:0 peer:127.0.0.1 secure:0");
    kit_forget(&a);
    kit_close(&c);
    k->on_stream = NULL;
}

static void listens_on_ipv6(void **state)
{
    static const char *const addresses[] = { "::1", "::" };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(addresses); i++) {
        struct kit k = { .on_stream = look_into };
        struct http_config config = kit_config();
        struct kit_conn c;
        struct kit_answer a = { 0 };
        config.address = addresses[i];
        config.threads = 1;
        kit_start(&k, config);
        kit_connect_to(&c, i == 0 ? "::1" : "127.0.0.1", k.port);
        kit_send(&c, "GET /stream HTTP/1.1\r\nHost: a\r\nCookie: sid=1\r\n\r\n");
        assert_int_equal(kit_read(&c, &a, false), 200);
        assert_non_null(strstr(a.body, i == 0 ? "peer:::1 " : "peer:127.0.0.1 "));
        kit_forget(&a);
        kit_close(&c);
        kit_stop(&k);
    }
}

/* Starting with this config fails with e, and the reason holds `reason`. */
static void cannot_start(const struct http_config *config, enum err e, const char *reason)
{
    struct http_server *s;
    char why[256];
    assert_int_equal(http_start(config, &s, why), e);
    assert_null(s);
    if (!strstr(why, reason)) {
        fail_msg("'%s' does not say '%s'", why, reason);
    }
}

static void a_start_that_fails_says_why(void **state)
{
    struct kit *k = *state;
    struct http_config config = kit_config();
    config.port = k->port;
    cannot_start(&config, ERR_IO, "in use");
    config.port = 70000;
    cannot_start(&config, ERR_INVALID, "70000");
    config.port = 0;
    config.address = "localhost";
    cannot_start(&config, ERR_INVALID, "localhost");
    config.address = "127.0.0.1";
    config.tls_cert = "no-such.pem";
    cannot_start(&config, ERR_INVALID, "only one");
    config.tls_key = "no-such.pem";
    cannot_start(&config, ERR_NOT_FOUND, "no-such.pem");
    assert_int_equal(file_write("broken.pem", TEXT("not a certificate\n"), 0600), OK);
    config.tls_cert = config.tls_key = "broken.pem";
    cannot_start(&config, ERR_IO, "");
}

/* --- TLS */

static X509 *self_signed(EVP_PKEY *key)
{
    X509 *cert = X509_new();
    X509_NAME *name = X509_get_subject_name(cert);
    assert_non_null(cert);
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -60);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1,
                               0);
    X509_set_issuer_name(cert, name);
    X509_set_pubkey(cert, key);
    assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
    return cert;
}

static void write_certificate(const char *cert_path, const char *key_path)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    assert_non_null(key);
    X509 *cert = self_signed(key);
    FILE *f = fopen(cert_path, "w");
    assert_non_null(f);
    assert_int_equal(PEM_write_X509(f, cert), 1);
    fclose(f);
    f = fopen(key_path, "w");
    assert_non_null(f);
    assert_int_equal(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(f);
    X509_free(cert);
    EVP_PKEY_free(key);
}

/* The exit status of curl with these arguments; its output goes to the file out.txt. */
static int curl(char *const arguments[])
{
    extern char **environ;
    pid_t child = 0;
    int status = 0;
    assert_int_equal(posix_spawnp(&child, "curl", NULL, NULL, arguments, environ), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void speaks_tls(void **state)
{
    struct kit k = { .on_stream = look_into };
    struct http_config config = kit_config();
    struct arena a;
    text_t out;
    char url[64];
    char body[] = "out.txt";
    (void)state;
    arena_init(&a, 1024 * 1024);
    write_certificate("cert.pem", "key.pem");
    config.tls_cert = "cert.pem";
    config.tls_key = "key.pem";
    kit_start(&k, config);
    snprintf(url, sizeof url, "https://127.0.0.1:%d/stream?q=1", k.port);
    assert_int_equal(
        curl((char *[]){ "curl", "-sk", "--max-time", "10", "-o", body, "-b", "sid=4", url, NULL }),
        0);
    assert_int_equal(file_read(&a, "out.txt", 4096, &out), OK);
    assert_string_equal(out.s, "ok 1 q=1 sid:4 none:0 peer:127.0.0.1 secure:1");
    /* Versions of the protocol that are no longer safe are refused. */
    assert_int_not_equal(curl((char *[]){ "curl", "-sk", "--max-time", "10", "--tls-max", "1.1",
                                          "--tlsv1.0", "-o", body, url, NULL }),
                         0);
    /* What is no TLS at all does not reach the handler. */
    int before = atomic_load(&k.handled);
    assert_int_equal(kit_ask(k.port, GET("/echo")), 0);
    assert_int_equal(atomic_load(&k.handled), before);
    kit_stop(&k);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_carries_the_safe_headers),
        cmocka_unit_test(a_connection_is_kept),
        cmocka_unit_test(pipelined_requests_are_answered_in_order),
        cmocka_unit_test(answers_come_from_other_threads),
        cmocka_unit_test(many_connections_at_once),
        cmocka_unit_test(clients_that_leave_do_no_harm),
        cmocka_unit_test(bodies_arrive_whole),
        cmocka_unit_test(head_is_answered_without_a_body),
        cmocka_unit_test(expect_is_answered_before_the_body),
        cmocka_unit_test(targets_and_versions),
        cmocka_unit_test(a_handler_sees_parameters_and_cookies),
        cmocka_unit_test(listens_on_ipv6),
        cmocka_unit_test(a_start_that_fails_says_why),
        cmocka_unit_test(speaks_tls),
    };
    return cmocka_run_group_tests(tests, with_server, kit_end);
}
