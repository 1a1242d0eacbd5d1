/* Who asked, behind proxies: whom they may name, and whom strangers may not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/proxy.h"
#include "kit/http_kit.h"

#include <stdio.h>

static void lists(void **state)
{
    static const struct {
        const char *list;
        int n; /* -1: refused */
    } rows[] = {
        { "", 0 },
        { "  ", 0 },
        { "127.0.0.1", 1 },
        { "127.0.0.1, ::1,10.0.0.0/8", 3 },
        { "fd00::/8", 1 },
        { "0.0.0.0/0", 1 },
        { "10.1.0.0/8", -1 },
        { "10.0.0.0/33", -1 },
        { "10.0.0.0/-1", -1 },
        { "10.0.0.0/", -1 },
        { "fd00::/129", -1 },
        { "10.0.0", -1 },
        { "proxy.example", -1 },
        { "127.0.0.1:80", -1 },
        { "127.0.0.1,", 1 },
        { "127.0.0.1,,::1", -1 },
        { "127.0.0.1 ::1", -1 },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct proxies p;
        enum err e = proxies_parse(text_of(rows[i].list), &p);
        if (e != (rows[i].n < 0 ? ERR_INVALID : OK)) {
            fail_msg("\"%s\": %s", rows[i].list, err_name(e));
        }
        if (e == OK) {
            assert_int_equal(p.n, rows[i].n);
        }
    }
    struct proxies p;
    char many[PROXIES_MAX * 10 + 20] = "";
    for (size_t i = 0; i <= PROXIES_MAX; i++) {
        size_t n = strlen(many);
        (void)snprintf(many + n, sizeof many - n, "10.0.0.%zu,", i);
    }
    assert_int_equal(proxies_parse(text_of(many), &p), ERR_INVALID);
}

static void networks(void **state)
{
    static const struct {
        const char *list, *address;
        bool trusted;
    } rows[] = {
        { "", "127.0.0.1", false },
        { "127.0.0.1", "127.0.0.1", true },
        { "127.0.0.1", "127.0.0.2", false },
        { "127.0.0.1", "::ffff:127.0.0.1", true },
        { "10.0.0.0/8", "10.255.0.1", true },
        { "10.0.0.0/8", "11.0.0.1", false },
        { "192.0.2.128/25", "192.0.2.129", true },
        { "192.0.2.128/25", "192.0.2.127", false },
        { "0.0.0.0/0", "192.0.2.1", true },
        { "0.0.0.0/0", "2001:db8::1", false },
        { "2001:db8::/33", "2001:db8:7fff::1", true },
        { "2001:db8::/33", "2001:db8:8000::1", false },
        { "::1", "::1", true },
        { "::1", "unknown", false },
        { "::1", "", false },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct proxies p;
        assert_int_equal(proxies_parse(text_of(rows[i].list), &p), OK);
        if (proxies_trust(&p, text_of(rows[i].address)) != rows[i].trusted) {
            fail_msg("%s in \"%s\"", rows[i].address, rows[i].list);
        }
    }
}

static void schemes(void **state)
{
    (void)state;
    assert_true(proxy_says_https(TEXT("https")));
    assert_true(proxy_says_https(TEXT("http, HTTPS ")));
    assert_false(proxy_says_https(TEXT("https, http")));
    assert_false(proxy_says_https(TEXT("httpsx")));
    assert_false(proxy_says_https(TEXT("")));
    assert_false(proxy_says_https(TEXT_NONE));
}

/* What the server makes of a request from this machine with these lines. */
static void ask(int port, const char *lines, const char *peer, bool secure, bool relayed)
{
    char request[1024], want[200];
    struct kit_conn c;
    struct kit_answer a = { 0 };
    (void)snprintf(request, sizeof request, "GET /from HTTP/1.1\r\nHost: here\r\n%s\r\n", lines);
    (void)snprintf(want, sizeof want, "%s%s%s", peer, secure ? " secure" : "",
                   relayed ? " relayed" : "");
    kit_connect(&c, port);
    kit_send(&c, request);
    assert_int_equal(kit_read(&c, &a, false), 200);
    if (strcmp(a.body, want) != 0) {
        fail_msg("%s: \"%s\" expected, not \"%s\"", lines, want, a.body);
    }
    assert_int_equal(strstr(a.head, "\r\nStrict-Transport-Security: ") != NULL, secure);
    kit_forget(&a);
    kit_close(&c);
}

static void from(void *arg, struct http_request *r)
{
    (void)arg;
    text_t body = text_fmt(&r->arena, "%s%s%s", r->peer.s, r->secure ? " secure" : "",
                           r->relayed ? " relayed" : "");
    http_reply(r, 200, "text/plain", body, NULL, 0);
}

struct said {
    const char *lines, *peer;
    bool secure;
};

static void serve_said(const char *trusted, const struct said *rows, size_t n)
{
    char why[256];
    struct http_server *server;
    struct http_config config = { .address = "127.0.0.1", .handler = from };
    assert_int_equal(proxies_parse(text_of(trusted), &config.trusted), OK);
    assert_int_equal(http_start(&config, &server, why), OK);
    for (size_t i = 0; i < n; i++) {
        ask(http_port(server), rows[i].lines, rows[i].peer, rows[i].secure,
            rows[i].lines[0] == 'X' || rows[i].lines[0] == 'F' || rows[i].lines[0] == 'V');
    }
    http_stop(server, 1000);
}

#define FOR   "X-Forwarded-For: "
#define PROTO "X-Forwarded-Proto: "

static void strangers_are_not_believed(void **state)
{
    static const struct said rows[] = {
        { "", "127.0.0.1", false },
        { FOR "192.0.2.1\r\n" PROTO "https\r\n", "127.0.0.1", false },
        { "Forwarded: for=192.0.2.1;proto=https\r\n", "127.0.0.1", false },
        { "Via: 1.1 here\r\n", "127.0.0.1", false },
    };
    (void)state;
    serve_said("", rows, N_ELEMENTS(rows));
    serve_said("192.0.2.0/24, ::1", rows, N_ELEMENTS(rows));
}

static void proxies_are_believed(void **state)
{
    static const struct said rows[] = {
        { "", "127.0.0.1", false },
        { FOR "192.0.2.1\r\n", "192.0.2.1", false },
        { FOR "192.0.2.1\r\n" PROTO "https\r\n", "192.0.2.1", true },
        { FOR "192.0.2.1\r\n" PROTO "https, http\r\n", "192.0.2.1", false },
        { FOR "192.0.2.1\r\n" PROTO "https\r\n" PROTO "http\r\n", "192.0.2.1", false },
        { FOR "192.0.2.1:4711\r\n", "192.0.2.1", false },
        { FOR "2001:DB8:0::1\r\n", "2001:db8::1", false },
        { FOR "[2001:db8::1]:4711\r\n", "2001:db8::1", false },
        { FOR "::ffff:192.0.2.1\r\n", "192.0.2.1", false },
        /* What a client says itself stands before what the proxy saw. */
        { FOR "198.51.100.7, 192.0.2.1\r\n", "192.0.2.1", false },
        { FOR "127.0.0.1, 192.0.2.1\r\n", "192.0.2.1", false },
        { FOR "198.51.100.7\r\n" FOR "192.0.2.1\r\n", "192.0.2.1", false },
        { FOR "198.51.100.7, 192.0.2.1, 10.1.2.3\r\n", "192.0.2.1", false },
        { FOR "192.0.2.1\r\n" FOR "10.1.2.3\r\n", "192.0.2.1", false },
        { FOR "198.51.100.7\r\n" FOR "unknown, 10.1.2.3\r\n", "10.1.2.3", false },
        { FOR "198.51.100.7, unknown\r\n", "127.0.0.1", false },
        { FOR "198.51.100.7, <script>\r\n", "127.0.0.1", false },
        { FOR "\r\n", "127.0.0.1", false },
        { FOR ",,,\r\n", "127.0.0.1", false },
        { "Forwarded: for=192.0.2.1;proto=https\r\n", "127.0.0.1", false },
    };
    (void)state;
    serve_said("127.0.0.1, 10.0.0.0/8", rows, N_ELEMENTS(rows));
}

/* Through one proxy come all people of a company. */
static void proxies_have_no_limit_of_connections(void **state)
{
    struct kit_conn c[4];
    (void)state;
    for (int trusted = 0; trusted < 2; trusted++) {
        char why[256];
        struct http_server *server;
        struct http_config config = { .address = "127.0.0.1", .handler = from };
        config.per_address_max = 2;
        assert_int_equal(proxies_parse(text_of(trusted ? "127.0.0.1" : ""), &config.trusted), OK);
        assert_int_equal(http_start(&config, &server, why), OK);
        int answered = 0;
        for (size_t i = 0; i < N_ELEMENTS(c); i++) {
            struct kit_answer a = { 0 };
            kit_connect(&c[i], http_port(server));
            answered += kit_try_send(&c[i], "GET / HTTP/1.1\r\nHost: h\r\n\r\n", 27) &&
                        kit_read(&c[i], &a, false) == 200;
            kit_forget(&a);
        }
        assert_int_equal(answered, trusted ? 4 : 2);
        for (size_t i = 0; i < N_ELEMENTS(c); i++) {
            kit_close(&c[i]);
        }
        http_stop(server, 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists),
        cmocka_unit_test(networks),
        cmocka_unit_test(schemes),
        cmocka_unit_test(strangers_are_not_believed),
        cmocka_unit_test(proxies_are_believed),
        cmocka_unit_test(proxies_have_no_limit_of_connections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
