/* The REST face on real sockets: headers, what the guard refuses, live streams. */
/* threads */
#include "face/crate_kit.h"

#include "face/live.h"
#include "face/serve.h"
#include "kit/http_kit.h"
#include "os/clock.h"

struct served {
    struct crates crates;
    struct serve *serve;
    atomic_int packers_out; /* packers may not come in any more */
};

static struct served *running;

static enum err who(struct house *h, struct arena *a, text_t key, text_t cookie, bool *by_cookie,
                    struct who *out)
{
    if (atomic_load(&running->packers_out) && text_starts(key, "packer")) {
        return ERR_NOT_FOUND;
    }
    return crate_who(h, a, key, cookie, by_cookie, out);
}

static void start(struct served *s, int64_t heartbeat_us)
{
    char why[256];
    running = s;
    s->crates.store = DB_SQLITE;
    crates_open(&s->crates);
    const struct serve_config config = {
        .rest = { .house = s->crates.house,
                  .authenticate = who,
                  .form_token_good = crate_token,
                  .now = crate_now,
                  .arg = &s->crates },
        .http = { .address = "127.0.0.1", .body_max = 100000 },
        .heartbeat_us = heartbeat_us,
    };
    if (serve_start(&config, &s->serve, why) != OK) {
        fail_msg("%s", why);
    }
}

static void stop(struct served *s)
{
    void *state = calloc(1, sizeof s->crates);
    if (s->serve) {
        serve_stop(s->serve, 5000);
    }
    memcpy(state, &s->crates, sizeof s->crates);
    crates_teardown(&state);
}

static int ask_bytes(struct served *s, struct kit_answer *a, const char *request)
{
    struct kit_conn c;
    kit_connect(&c, serve_port(s->serve));
    kit_send(&c, request);
    int status = kit_read(&c, a, strncmp(request, "HEAD", 4) == 0);
    fprintf(stderr, "%s\n%s\n", a->head, a->body);
    kit_close(&c);
    return status;
}

#define AS(who) "Host: x\r\nAuthorization: Bearer " who "\r\n"

static void headers_go_both_ways(void **state)
{
    struct served s = { 0 };
    struct kit_answer a = { 0 };
    (void)state;
    start(&s, 0);
    assert_int_equal(
        ask_bytes(&s, &a,
                  "POST /api/v1/crates HTTP/1.1\r\n" AS(
                      "packer") "Content-Type: application/json\r\n"
                                "Idempotency-Key: k\r\nContent-Length: 24\r\n\r\n{\"code\":\"A\","
                                "\"name\":\"Aa\"}"),
        201);
    assert_true(kit_has_header(&a, "ETag: \"1\""));
    assert_non_null(strstr(a.head, "Location: /api/v1/crates/"));
    assert_int_equal(
        ask_bytes(&s, &a,
                  "POST /api/v1/crates HTTP/1.1\r\n" AS(
                      "packer") "Content-Type: application/json\r\n"
                                "Idempotency-Key: k\r\nContent-Length: 24\r\n\r\n{\"code\":\"A\","
                                "\"name\":\"Aa\"}"),
        201);
    assert_true(kit_has_header(&a, "Idempotent-Replay: true"));
    assert_int_equal(ask_bytes(&s, &a,
                               "GET /api/v1/crates?fields=code HTTP/1.1\r\n" AS(
                                   "packer") "Accept: text/csv\r\n\r\n"),
                     200);
    assert_string_equal(a.body, "code\r\nA\r\n");
    assert_int_equal(ask_bytes(&s, &a, "HEAD /api/v1/crates HTTP/1.1\r\n" AS("packer") "\r\n"),
                     200);
    assert_int_equal(
        ask_bytes(
            &s, &a,
            "GET /api/v1/crates HTTP/1.1\r\nHost: x\r\nCookie: kontor_session=packer\r\n\r\n"),
        200);
    assert_int_equal(
        ask_bytes(&s, &a,
                  "POST /api/v1/crates HTTP/1.1\r\nHost: x\r\nCookie: kontor_session=packer\r\n"
                  "X-Form-Token: good token\r\nContent-Length: 24\r\n\r\n{\"code\":\"B\","
                  "\"name\":\"Bb\"}"),
        201);
    assert_int_equal(ask_bytes(&s, &a, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"), 200);
    for (int i = 0; i < 500; i++) { /* those before are closed: it may take the server a while */
        assert_int_equal(ask_bytes(&s, &a, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"), 200);
        if (strstr(a.body, "kontor_http_connections 1\n")) {
            break;
        }
        clock_sleep_us(10000);
    }
    assert_non_null(strstr(a.body, "kontor_http_connections 1\n"));
    /* What a proxy of this machine passes on was asked elsewhere. */
    assert_int_equal(ask_bytes(&s, &a,
                               "GET /metrics HTTP/1.1\r\nHost: x\r\n"
                               "X-Forwarded-For: 127.0.0.1\r\n\r\n"),
                     401);
    assert_int_equal(ask_bytes(&s, &a, "GET /office HTTP/1.1\r\nHost: x\r\n\r\n"), 401);
    kit_forget(&a);
    stop(&s);
}

static void the_guard_speaks_json(void **state)
{
    struct served s = { 0 };
    struct kit_answer a = { 0 };
    (void)state;
    start(&s, 0);
    char *large = calloc(1, 200100);
    assert_non_null(large);
    (void)snprintf(
        large, 200,
        "POST /api/v1/crates HTTP/1.1\r\n" AS("packer") "Content-Length: 200000\r\n\r\n");
    memset(large + strlen(large), ' ', 200000);
    assert_int_equal(ask_bytes(&s, &a, large), 413);
    free(large);
    assert_non_null(strstr(a.body, "\"code\":\"body_too_large\""));
    assert_non_null(strstr(a.body, "\"status\":413"));
    assert_int_equal(ask_bytes(&s, &a, "GET /api/../x HTTP/1.1\r\nHost: x\r\n\r\n"), 400);
    assert_non_null(strstr(a.body, "\"code\":\"bad_request\""));
    assert_true(kit_has_header(&a, "Content-Type: application/problem+json"));
    kit_forget(&a);
    stop(&s);
}

/* -- live streams ------------------------------------------------------------------------ */

static void pack_one(struct served *s, const char *code, const char *site)
{
    char body[200];
    (void)snprintf(
        body, sizeof body,
        "{\"code\":\"%s\",\"site\":\"%s\",\"lines\":[{\"item\":\"a\",\"quantity\":\"1\"}]}", code,
        site);
    ask(&s->crates, "admin", "POST", "/crates/pack", body, 201);
}

static void listen_as(struct served *s, struct kit_conn *c, const char *who_asks, const char *more)
{
    char request[500];
    (void)snprintf(request, sizeof request,
                   "GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
                   "Accept: text/event-stream\r\n%s\r\n",
                   who_asks, more);
    kit_connect(c, serve_port(s->serve));
    kit_send(c, request);
    assert_true(kit_await(c, "hello"));
    assert_true(kit_await(c, "Content-Type: text/event-stream"));
}

/* The number after the last "id: " that was received. */
static long long last_id(const struct kit_conn *c)
{
    const char *found = NULL;
    assert_non_null(c->bytes);
    for (const char *p = strstr(c->bytes, "\nid: "); p; p = strstr(p + 1, "\nid: ")) {
        found = p;
    }
    if (!found) {
        fail_msg("no number in what came");
        return 0;
    }
    return strtoll(found + 5, NULL, 10);
}

static void events_come_live(void **state)
{
    struct served s = { 0 };
    struct kit_conn c, one;
    char resume[100];
    (void)state;
    start(&s, 0);
    pack_one(&s, "BEFORE", "S1");
    listen_as(&s, &c, "packer", "");
    listen_as(&s, &one, "packer@0", "");
    pack_one(&s, "ELSEWHERE", "S2");
    pack_one(&s, "HERE", "S1");
    assert_true(kit_await(&c, "ELSEWHERE"));
    assert_true(kit_await(&c, "\"code\":\"HERE\""));
    assert_true(kit_await(&c, "event: crate.packed\n"));
    assert_true(kit_await(&one, "HERE"));
    assert_null(strstr(c.bytes, "BEFORE"));
    assert_null(strstr(one.bytes, "ELSEWHERE")); /* of a site that is not theirs */
    (void)snprintf(resume, sizeof resume, "Last-Event-ID: %lld\r\n", last_id(&c));
    kit_close(&c);
    for (int i = 0; i < 250; i++) { /* more than a page */
        char code[20];
        (void)snprintf(code, sizeof code, "N%d", i);
        pack_one(&s, code, "S1");
    }
    listen_as(&s, &c, "packer", resume);
    assert_true(kit_await(&c, "\"code\":\"N0\""));
    assert_true(kit_await(&c, "\"code\":\"N249\""));
    assert_null(strstr(c.bytes, "HERE"));
    kit_close(&c);
    kit_close(&one);
    stop(&s);
}

static void a_stream_ends_with_the_right(void **state)
{
    struct served s = { 0 };
    struct kit_conn c, d;
    (void)state;
    start(&s, 50000);
    listen_as(&s, &c, "packer", "");
    listen_as(&s, &d, "reader", "");
    assert_true(kit_await(&c, ": here\nid: "));
    atomic_store(&s.packers_out, 1);
    assert_true(kit_await(&c, "\r\n0\r\n\r\n")); /* the last chunk */
    assert_true(kit_await(&d, ": here"));
    serve_stop(s.serve, 5000); /* ends the other in order */
    s.serve = NULL;
    assert_true(kit_await(&d, "\r\n0\r\n\r\n"));
    kit_close(&c);
    kit_close(&d);
    stop(&s);
}

static void streams_are_bounded(void **state)
{
    struct served s = { 0 };
    struct kit_conn c[9];
    struct kit_answer a = { 0 };
    (void)state;
    start(&s, 0);
    for (int i = 0; i < 8; i++) {
        listen_as(&s, &c[i], "packer", "");
    }
    assert_int_equal(ask_bytes(&s, &a,
                               "GET /api/v1/events HTTP/1.1\r\n" AS(
                                   "packer") "Accept: text/event-stream\r\n\r\n"),
                     503);
    assert_non_null(strstr(a.body, "too_many_streams"));
    assert_true(kit_has_header(&a, "Retry-After: 2"));
    assert_int_equal(ask_bytes(&s, &a,
                               "GET /api/v1/events HTTP/1.1\r\n" AS(
                                   "stranger") "Accept: text/event-stream;q=0\r\n\r\n"),
                     200);
    listen_as(&s, &c[8], "reader", ""); /* another's streams are theirs */
    for (int i = 0; i < 9; i++) {
        kit_close(&c[i]);
    }
    kit_forget(&a);
    stop(&s);
}

/* -- files ------------------------------------------------------------------------------------- */

#define FILE_ROWS 3500

static enum err make_crates(struct tx *tx, void *arg)
{
    struct served *s = arg;
    struct cx cx;
    struct arena a;
    enum err e = OK;
    const struct who someone = { .user = 1, .company = 1, .all = true, .all_sites = true };
    arena_init(&a, (size_t)64 << 20);
    cx_init(&cx, s->crates.house, &a, tx, &someone, "en");
    for (int i = 0; i < FILE_ROWS && e == OK; i++) {
        struct crate c = { .packed_on = DATE_NONE, .packed_at = INSTANT_NONE };
        c.code = text_fmt(&a, "F%05d", i);
        c.name = TEXT("A crate with a name that is long enough to fill more than one piece");
        e = store_insert(&cx, &crate_entity, &c);
    }
    cx_done(&cx);
    arena_free(&a);
    return e;
}

/* The chunks of an answer put together in place (RFC 9112 section 7.1). */
static char *unchunked(char *body)
{
    char *out = body, *in = body;
    for (;;) {
        size_t n = strtoul(in, &in, 16);
        assert_memory_equal(in, "\r\n", 2);
        if (n == 0) {
            *out = '\0';
            return body;
        }
        memmove(out, in + 2, n);
        out += n;
        in += 2 + n + 2;
    }
}

static void a_long_file_is_sent_in_pieces(void **state)
{
    static const char request[] = "GET /api/v1/crates/export?fields=code,name HTTP/1.1\r\n" AS(
        "packer") "\r\n";
    struct served s = { 0 };
    struct kit_conn c;
    int n = 0;
    (void)state;
    start(&s, 0);
    assert_int_equal(db_write(s.crates.db, make_crates, &s), OK);
    kit_connect(&c, serve_port(s.serve));
    kit_send(&c, request);
    assert_true(kit_await(&c, "\r\n0\r\n\r\n"));
    assert_non_null(strstr(c.bytes, "Content-Disposition: attachment; filename=\"crates-"));
    char *body = unchunked(strstr(c.bytes, "\r\n\r\n") + 4);
    assert_memory_equal(body, "code,name\r\n", 11);
    for (const char *p = strstr(body, "\r\nF"); p; p = strstr(p + 1, "\r\nF"), n++) {
        assert_int_equal(strtol(p + 3, NULL, 10), n);
    }
    assert_int_equal(n, FILE_ROWS);
    kit_close(&c);
    for (int i = 0; i < 20; i++) { /* a client that goes away leaves nothing behind */
        kit_connect(&c, serve_port(s.serve));
        kit_send(&c, request);
        if (i % 2) {
            assert_true(kit_await(&c, "\r\nF00000"));
        }
        kit_close(&c);
    }
    stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_go_both_ways), cmocka_unit_test(the_guard_speaks_json),
        cmocka_unit_test(events_come_live),     cmocka_unit_test(a_stream_ends_with_the_right),
        cmocka_unit_test(streams_are_bounded),  cmocka_unit_test(a_long_file_is_sent_in_pieces),
    };
    return arena_reserve_init() != OK || cmocka_run_group_tests(tests, NULL, NULL);
}
