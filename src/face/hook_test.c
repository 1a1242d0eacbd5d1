/* Standard Webhooks against published examples and a real receiver: signed byte for byte, bounded,
 * and never to a place inside the house. */
/* threads */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "face/hook.h"
#include "kit/receiver.h"

#include <stdlib.h>

static struct arena arena;
static struct receiver *receiver;
static struct outside outside;

static int begin(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)16 << 20);
    receiver = calloc(1, sizeof *receiver);
    receiver_start(receiver);
    outside = (struct outside){ .webhook_allow = receiver->place };
    return 0;
}

static int end(void **state)
{
    (void)state;
    receiver_stop(receiver);
    free(receiver);
    arena_free(&arena);
    return 0;
}

/* -- signatures -------------------------------------------------------------------------------- */

static const struct {
    const char *secret, *id, *body, *signature;
    int64_t seconds;
} published[] = {
    /* of the specification's libraries */
    { "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "{\"test\": 2432232314}", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", 1614265330 },
    /* of its authors' guide to verifying by hand */
    { "whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf",
      "{\"event_type\":\"ping\",\"data\":{\"success\":true}}",
      "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=", 1731705121 },
};

static void published_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(published); i++) {
        text_t secret = text_of(published[i].secret), value;
        assert_int_equal(hook_signature(&secret, 1, text_of(published[i].id), published[i].seconds,
                                        text_of(published[i].body), &arena, &value),
                         OK);
        assert_string_equal(value.s, published[i].signature);
    }
}

static void two_secrets_two_signatures(void **state)
{
    const text_t secrets[] = { text_of(published[0].secret), text_of(published[1].secret) };
    text_t both, one, other;
    (void)state;
    text_t id = TEXT("m"), body = TEXT("{}");
    assert_int_equal(hook_signature(secrets, 2, id, 7, body, &arena, &both), OK);
    assert_int_equal(hook_signature(secrets, 1, id, 7, body, &arena, &one), OK);
    assert_int_equal(hook_signature(secrets + 1, 1, id, 7, body, &arena, &other), OK);
    assert_string_equal(both.s, text_fmt(&arena, "%s %s", one.s, other.s).s);
}

static void what_is_no_secret(void **state)
{
    static const char *const wrong[] = { "", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                                         "whsec_MfK", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa!!" };
    text_t value;
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(wrong); i++) {
        text_t secret = text_of(wrong[i]);
        assert_int_equal(hook_signature(&secret, 1, TEXT("m"), 7, TEXT("{}"), &arena, &value),
                         ERR_INVALID);
    }
    text_t made = hook_secret(&arena), another = hook_secret(&arena);
    assert_int_equal(made.n, HOOK_SECRET_TEXT);
    assert_true(text_starts(made, "whsec_"));
    assert_false(text_eq(made, another));
    assert_int_equal(hook_signature(&made, 1, TEXT("m"), 7, TEXT("{}"), &arena, &value), OK);
}

/* -- sending ----------------------------------------------------------------------------------- */

static const atomic_bool never;

static struct hook_message message(const char *path)
{
    static text_t secret;
    secret = text_of(published[0].secret);
    return (struct hook_message){
        .url = text_fmt(&arena, "%s%s", receiver->url, path),
        .id = text_of(published[0].id),
        .body = text_of(published[0].body),
        .secrets = &secret,
        .n_secrets = 1,
        .now = { published[0].seconds * US_PER_SECOND + 999999 },
    };
}

static enum hook_end send_by(const struct hook_message *m, const atomic_bool *stop, int64_t ms,
                             text_t *said)
{
    struct outside_line *line = outside_open(&outside, stop, outside_ms() + 20000);
    assert_non_null(line);
    enum hook_end got = hook_send(&outside, line, m, ms, &arena, said);
    outside_close(line);
    return got;
}

static void what_arrives(void **state)
{
    struct hook_message m = message("/in?x=1");
    text_t said;
    (void)state;
    assert_int_equal(send_by(&m, &never, 5000, &said), HOOK_TAKEN);
    assert_int_equal(atomic_load(&receiver->n), 1);
    const struct received *one = &receiver->all[0];
    assert_string_equal(one->path, "/in");
    assert_string_equal(one->id, published[0].id);
    assert_string_equal(one->at, "1614265330");
    assert_string_equal(one->signature, published[0].signature);
    assert_string_equal(one->type, "application/json");
    assert_string_equal(one->body, published[0].body);
}

static void each_answer(void **state)
{
    static const struct {
        int status;
        enum hook_end end;
    } cases[] = {
        { 200, HOOK_TAKEN }, { 204, HOOK_TAKEN }, { 299, HOOK_TAKEN }, { 301, HOOK_LATER },
        { 302, HOOK_LATER }, { 307, HOOK_LATER }, { 400, HOOK_LATER }, { 404, HOOK_LATER },
        { 410, HOOK_GONE },  { 429, HOOK_LATER }, { 500, HOOK_LATER }, { 503, HOOK_LATER },
    };
    struct hook_message m = message("/");
    text_t said;
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        atomic_store(&receiver->status, cases[i].status);
        if (send_by(&m, &never, 5000, &said) != cases[i].end) {
            fail_msg("%d", cases[i].status);
        }
        assert_int_equal(text_empty(said), cases[i].end == HOOK_TAKEN);
        assert_int_equal(atomic_load(&receiver->n), i + 1); /* no redirection was followed */
    }
    assert_string_equal(said.s, "the receiver answered 503");
}

/* One connection for what is sent in a row; the answer's body is not read to its end. */
static void bounds(void **state)
{
    struct hook_message m = message("/");
    text_t said;
    (void)state;
    struct outside_line *line = outside_open(&outside, &never, outside_ms() + 20000);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(hook_send(&outside, line, &m, 5000, &arena, &said), HOOK_TAKEN);
    }
    outside_close(line);
    assert_int_equal(atomic_load(&receiver->n_links), 1);
    atomic_store(&receiver->status, 200);
    atomic_store(&receiver->answers, (size_t)50 << 20);
    assert_int_equal(send_by(&m, &never, 5000, &said), HOOK_TAKEN);
    atomic_store(&receiver->answers, 0);

    atomic_store(&receiver->hang_ms, 1500);
    int64_t began = outside_ms();
    assert_int_equal(send_by(&m, &never, 300, &said), HOOK_LATER);
    assert_true(outside_ms() - began < 1400);
    assert_false(text_empty(said));
    static const atomic_bool now = true;
    assert_int_equal(send_by(&m, &now, 5000, &said), HOOK_STOPPED);
}

/* -- where to ---------------------------------------------------------------------------------- */

static void addresses(void **state)
{
    static const struct {
        const char *url;
        enum outside_address is;
    } cases[] = {
        { "https://hooks.example.com/x?y=1", OUTSIDE_ADDRESS_GOOD },
        { "HTTPS://8.8.8.8/", OUTSIDE_ADDRESS_GOOD },
        { "http://shop.internal:8080/x", OUTSIDE_ADDRESS_GOOD },
        { "https://shop.internal:8080/x", OUTSIDE_ADDRESS_GOOD },
        { "https://[fd00::1]:9000/x", OUTSIDE_ADDRESS_GOOD },
        { "http://shop.internal:8081/x", OUTSIDE_NO_TLS },
        { "http://shop.internal.evil:8080/x", OUTSIDE_NO_TLS },
        { "http://hooks.example.com/", OUTSIDE_NO_TLS },
        { "https://127.0.0.1/", OUTSIDE_PRIVATE },
        { "https://2130706433/", OUTSIDE_PRIVATE },
        { "https://0x7f.1/", OUTSIDE_PRIVATE },
        { "https://0177.0.0.1/", OUTSIDE_PRIVATE },
        { "https://10.1.2.3:8443/", OUTSIDE_PRIVATE },
        { "https://169.254.169.254/latest/meta-data", OUTSIDE_PRIVATE },
        { "https://[::1]/", OUTSIDE_PRIVATE },
        { "https://[::ffff:10.0.0.1]/", OUTSIDE_PRIVATE },
        { "https://[fd00::1]/", OUTSIDE_PRIVATE },
        { "https://user@hooks.example.com/", OUTSIDE_NO_ADDRESS },
        { "https://user:pw@hooks.example.com/", OUTSIDE_NO_ADDRESS },
        { "https:///x", OUTSIDE_NO_ADDRESS },
        { "https://a b/", OUTSIDE_NO_ADDRESS },
        { "https://x/\r\nHost: y", OUTSIDE_NO_ADDRESS },
        { "ftp://hooks.example.com/", OUTSIDE_NO_ADDRESS },
        { "file:///etc/passwd", OUTSIDE_NO_ADDRESS },
        { "gopher://127.0.0.1:25/x", OUTSIDE_NO_ADDRESS },
        { "hooks.example.com", OUTSIDE_NO_ADDRESS },
        { "", OUTSIDE_NO_ADDRESS },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        if (outside_address(text_of(cases[i].url), "shop.internal:8080, [fd00::1]:9000") !=
            cases[i].is) {
            fail_msg("%s", cases[i].url);
        }
    }
}

/* The receiver is there, but not allowed: no connection is made, whatever the name. */
static void a_place_inside_is_not_reached(void **state)
{
    struct hook_message m = message("/");
    text_t said;
    (void)state;
    outside.webhook_allow = "localhost:1";
    m.url = text_fmt(&arena, "https://localhost:%d/", receiver->port);
    assert_int_equal(send_by(&m, &never, 5000, &said), HOOK_LATER);
    assert_string_equal(said.s, "the address is not a public one");
    m.url = text_fmt(&arena, "https://127.0.0.1:%d/", receiver->port);
    assert_int_equal(send_by(&m, &never, 5000, &said), HOOK_LATER);
    assert_string_equal(said.s, "the address is not a public one");
    m.url = text_fmt(&arena, "http://127.0.0.1:%d/", receiver->port); /* allowed no more */
    assert_int_equal(send_by(&m, &never, 5000, &said), HOOK_LATER);
    assert_int_equal(atomic_load(&receiver->n_links), 0);
    char why[256];
    assert_true(outside_good(&outside, why));
    outside.webhook_allow = "localhost:1, shop";
    assert_false(outside_good(&outside, why));
    assert_non_null(strstr(why, "webhook_allow"));
}

#define WITH(fn) cmocka_unit_test_setup_teardown(fn, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(published_examples), WITH(two_secrets_two_signatures),
        WITH(what_is_no_secret),  WITH(what_arrives),
        WITH(each_answer),        WITH(bounds),
        WITH(addresses),          WITH(a_place_inside_is_not_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
