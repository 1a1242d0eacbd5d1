/* Webhooks over days, by the clock of the test: what is told and in which order, how a receiver
 * that says no is tried again, given up and gone back to; on both stores. The real program with
 * receivers that hang, and kill -9, are in tests/webhooks.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/webhook/webhook.h"
#include "face/hook.h"
#include "kit/receiver.h"
#include "kit/shop.h"

#include <stdio.h>
#include <stdlib.h>

#define MINUTE (INT64_C(60) * US_PER_SECOND)
#define HOUR   (60 * MINUTE)

static struct shop shop;
static struct receiver *receiver;
static struct outside outside;

static int begin(void **state)
{
    shop = (struct shop){ .clock = { 0 } };
    shop_open(&shop, kit_store_of(state));
    receiver = calloc(1, sizeof *receiver);
    receiver_start(receiver);
    outside = (struct outside){ .webhook_allow = receiver->place };
    assert_int_equal(outside_set(shop.kontor.house, &outside), OK);
    return 0;
}

static int end(void **state)
{
    (void)state;
    shop_close(&shop);
    receiver_stop(receiver);
    free(receiver);
    return 0;
}

/* -- the house --------------------------------------------------------------------------------- */

/* *secret lives as long as the shop. */
static int64_t hook_for(const char *path, const char *events, text_t *secret)
{
    struct shop_answer a;
    text_t body = text_fmt(&shop.arena, "{\"name\":\"%s\",\"url\":\"%s%s\",\"events\":\"%s\"}",
                           path, receiver->url, path, events);
    assert_int_equal(shop_ask(&shop, &a, "POST", "/webhooks/create", NULL, body.s), 201);
    int64_t id = shop_int(&a, "id");
    *secret = text_copy(&shop.arena, shop_text(&a, "secret"));
    shop_forget(&a);
    return id;
}

static void party(const char *code, int i)
{
    char body[120];
    snprintf(body, sizeof body, "{\"code\":\"%s%d\",\"name\":\"x\",\"kind\":\"person\"}", code, i);
    shop_must(&shop, 201, "POST", "/parties", body);
}

static void tell(int64_t id, const char *verb, const char *body, int status)
{
    char path[80];
    snprintf(path, sizeof path, "/webhooks/%lld/%s", (long long)id, verb);
    shop_must(&shop, status, "POST", path, body);
}

static void round_at(int64_t later_us)
{
    shop.clock.us += later_us;
    (void)worker_round(shop.kontor.house, shop.clock);
}

static int64_t of(const char *table, int64_t id, const char *what)
{
    char sql[300];
    snprintf(sql, sizeof sql, "SELECT %s FROM %s WHERE %s = %lld", what, table,
             strcmp(table, "webhooks") == 0 ? "id" : "kind = 'webhook_send' AND subject",
             (long long)id);
    return kit_store_sql(shop.url, sql);
}

static bool says(int64_t id, const char *member, const char *wanted)
{
    struct shop_answer a;
    char path[80];
    snprintf(path, sizeof path, "/webhooks/%lld", (long long)id);
    assert_int_equal(shop_ask(&shop, &a, "GET", path, NULL, NULL), 200);
    bool same = text_is(shop_text(&a, member), wanted);
    if (!same) {
        print_message("%s\n", a.body.s);
    }
    shop_forget(&a);
    return same;
}

static bool is_signed(const struct received *one, text_t secret)
{
    text_t wanted;
    int64_t seconds;
    assert_int_equal(text_to_i64(text_of(one->at), &seconds), OK);
    assert_int_equal(hook_signature(&secret, 1, text_of(one->id), seconds,
                                    (text_t){ one->body, one->n }, &shop.arena, &wanted),
                     OK);
    return strstr(one->signature, wanted.s) != NULL;
}

/* -- what is told ------------------------------------------------------------------------------ */

static void in_order_and_signed(void **state)
{
    text_t secret;
    (void)state;
    int64_t id = hook_for("/all", "party.*", &secret);
    int64_t version = of("webhooks", id, "version");
    round_at(0);
    for (int i = 0; i < 40; i++) {
        party("A", i);
    }
    assert_int_equal(atomic_load(&receiver->n), 0); /* nothing is sent by who makes the event */
    round_at(0);
    round_at(US_PER_SECOND);
    assert_int_equal(atomic_load(&receiver->n), 40);
    for (size_t i = 0; i < 40; i++) {
        const struct received *one = &receiver->all[i];
        assert_true(is_signed(one, secret));
        assert_true(
            text_starts(text_of(one->body), "{\"type\":\"party.created\",\"timestamp\":\""));
        assert_non_null(strstr(one->body, text_fmt(&shop.arena, "\"code\":\"A%zu\"", i).s));
        assert_true(i == 0 || strcmp(one->id, receiver->all[i - 1].id) != 0);
    }
    /* A message is no change of the record, and nothing is written while nothing comes. */
    assert_int_equal(of("webhooks", id, "version"), version);
    int64_t job = of("jobs", id, "version");
    for (int i = 0; i < 5; i++) {
        round_at(US_PER_SECOND);
    }
    assert_int_equal(of("jobs", id, "version"), job);
    assert_int_equal(atomic_load(&receiver->n), 40);
}

static void what_is_for_others_is_passed_over(void **state)
{
    text_t secret;
    (void)state;
    int64_t id = hook_for("/few", "sales_order.*", &secret);
    int64_t from = of("webhooks", id, "sent_up_to"), job = of("jobs", id, "version");
    for (int i = 0; i < 100; i++) {
        party("B", i);
    }
    round_at(US_PER_SECOND);
    assert_int_equal(of("jobs", id, "version"), job);
    for (int i = 100; i < 520; i++) {
        party("B", i);
    }
    round_at(US_PER_SECOND);
    assert_true(of("webhooks", id, "sent_up_to") > from);
    job = of("jobs", id, "version");
    round_at(US_PER_SECOND);
    assert_int_equal(of("jobs", id, "version"), job);
    assert_int_equal(atomic_load(&receiver->n), 0);
}

/* What is one person's own is nobody else's to be told. */
static void what_is_ones_own_is_not_told(void **state)
{
    text_t secret;
    (void)state;
    (void)hook_for("/views", "saved_view.*", &secret);
    shop_must(&shop, 201, "POST", "/saved_views",
              "{\"name\":\"mine\",\"entity\":\"products\",\"query\":\"\"}");
    shop_must(&shop, 201, "POST", "/saved_views",
              "{\"name\":\"ours\",\"entity\":\"products\",\"query\":\"\",\"shared\":true}");
    round_at(US_PER_SECOND);
    assert_int_equal(atomic_load(&receiver->n), 1);
}

/* -- when the receiver says no ----------------------------------------------------------------- */

static void tried_again_and_given_up(void **state)
{
    static const int64_t waits[] = { 5 * US_PER_SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR,
                                     5 * HOUR,          10 * HOUR,  14 * HOUR,   20 * HOUR,
                                     24 * HOUR,         24 * HOUR };
    text_t secret;
    (void)state;
    int64_t id = hook_for("/no", "party.*", &secret);
    party("NO", 1);
    party("NO", 2);
    atomic_store(&receiver->refuse, 1000);
    round_at(US_PER_SECOND);
    assert_int_equal(atomic_load(&receiver->n), 1);
    assert_true(says(id, "state", "on")); /* one failure is none yet */
    for (size_t i = 0; i < N_ELEMENTS(waits); i++) {
        assert_int_equal(of("webhooks", id, "tries"), i + 1);
        assert_in_range(of("webhooks", id, "next_try") - shop.clock.us,
                        waits[i] - 2 * US_PER_SECOND, waits[i] + 2 * US_PER_SECOND);
        round_at(waits[i] - 3 * US_PER_SECOND);
        assert_int_equal(atomic_load(&receiver->n), i + 1);
        round_at(6 * US_PER_SECOND);
        assert_int_equal(atomic_load(&receiver->n), i + 2);
        assert_string_equal(receiver->all[i + 1].id, receiver->all[0].id);
        assert_string_equal(receiver->all[i + 1].body, receiver->all[0].body);
        assert_true(is_signed(&receiver->all[i + 1], secret));
        if (i == 0) {
            assert_true(says(id, "state", "failing"));
            assert_true(says(id, "failure", "the receiver answered 500"));
        }
    }
    round_at(24 * HOUR + 4 * US_PER_SECOND); /* the fifth day is over */
    assert_true(says(id, "state", "off"));
    assert_int_equal(kit_store_sql(shop.url, "SELECT COUNT(*) FROM tasks WHERE role = 'admin' AND"
                                             " subject_entity = 'webhook'"),
                     1);
    assert_int_equal(of("jobs", id, "state"), JOB_DONE);
    atomic_store(&receiver->refuse, 0);
    atomic_store(&receiver->n, 0);
    round_at(24 * HOUR);
    assert_int_equal(atomic_load(&receiver->n), 0);
    tell(id, "on", "{}", 200);
    round_at(US_PER_SECOND);
    assert_int_equal(atomic_load(&receiver->n), 2);
    assert_non_null(strstr(receiver->all[0].body, "\"NO1\""));
    assert_non_null(strstr(receiver->all[1].body, "\"NO2\""));
}

/* One that it never takes is left out, one that it lost is sent again. */
static void gone_past_and_back_to(void **state)
{
    text_t secret;
    (void)state;
    int64_t id = hook_for("/one", "party.*", &secret);
    party("D", 1);
    party("D", 2);
    atomic_store(&receiver->refuse, 1);
    round_at(US_PER_SECOND);
    const char *seq = strstr(receiver->all[0].body, "\"seq\":");
    long long first = strtoll(seq + 6, NULL, 10);
    tell(id, "resend", text_fmt(&shop.arena, "{\"from\":%lld}", first + 1).s, 200);
    round_at(US_PER_SECOND);
    assert_int_equal(atomic_load(&receiver->n), 2);
    assert_non_null(strstr(receiver->all[1].body, "\"D2\""));
    tell(id, "resend", text_fmt(&shop.arena, "{\"from\":%lld}", first).s, 200);
    round_at(US_PER_SECOND);
    assert_int_equal(atomic_load(&receiver->n), 4);
    assert_string_equal(receiver->all[2].id, receiver->all[0].id);
    tell(id, "resend", "{\"from\":0}", 422);
    tell(id, "off", "{}", 200);
    tell(id, "off", "{}", 409);
    tell(id, "test", "{}", 409);
    party("D", 3);
    tell(id, "on", "{\"skip\":true}", 200);
    tell(id, "test", "{}", 200);
    round_at(US_PER_SECOND);
    assert_int_equal(atomic_load(&receiver->n), 5);
    assert_true(text_starts(text_of(receiver->all[4].body), "{\"type\":\"webhook.test\""));
    shop_must(&shop, 200, "DELETE", text_fmt(&shop.arena, "/webhooks/%lld", (long long)id).s, NULL);
    party("D", 4);
    round_at(US_PER_SECOND);
    assert_int_equal(atomic_load(&receiver->n), 5);
    assert_int_equal(of("jobs", id, "state"), JOB_DONE);
}

/* A test of one that fails is sent at once, is no try, and leaves what waits where it is. */
static void a_test_beside_what_waits(void **state)
{
    text_t secret;
    (void)state;
    int64_t id = hook_for("/t", "party.*", &secret);
    party("E", 1);
    atomic_store(&receiver->refuse, 3);
    round_at(US_PER_SECOND);
    round_at(6 * US_PER_SECOND);
    assert_int_equal(of("webhooks", id, "tries"), 2);
    tell(id, "test", "{}", 200);
    round_at(US_PER_SECOND);
    assert_int_equal(atomic_load(&receiver->n), 3);
    assert_int_equal(of("webhooks", id, "tries"), 2);
    round_at(US_PER_SECOND);
    assert_int_equal(atomic_load(&receiver->n), 3);
    tell(id, "test", "{}", 200); /* taken: the receiver is there again, so the rest follows */
    round_at(US_PER_SECOND);
    round_at(US_PER_SECOND);
    assert_int_equal(atomic_load(&receiver->n), 5);
    assert_string_equal(receiver->all[4].id, receiver->all[0].id);
    assert_true(says(id, "state", "on"));
}

/* -- who may, and what is refused -------------------------------------------------------------- */

static void ask(const char *key, const char *method, const char *path, const char *body, int status,
                const char *code)
{
    struct shop_answer a;
    int got = shop_ask_as(&shop, &a, key, method, path, NULL, NULL, body);
    if (got != status || (code && !text_is(a.code, code))) {
        fail_msg("%s %s %s: %d %s", method, path, body ? body : "", got, a.body.s);
    }
    shop_forget(&a);
}

static void for_administrators(void **state)
{
    static const char good[] = "{\"name\":\"x\",\"url\":\"https://x.example/\",\"events\":\"*\"}";
    static const struct {
        const char *url, *events, *code;
    } wrong[] = {
        { "http://x.example/", "*", "webhook_address_plain" },
        { "https://10.0.0.1/", "*", "webhook_address_private" },
        { "ftp://x.example/", "*", "webhook_address_wrong" },
        { "https://x.example/", "sales_order.plaiced", "webhook_events_wrong" },
        { "https://x.example/", "unicorn.*", "webhook_events_wrong" },
        { "https://x.example/", "sales_order.*,,party.*", "webhook_events_wrong" },
        { "https://x.example/", "sales*", "webhook_events_wrong" },
    };
    (void)state;
    text_t manager = shop_person(&shop, "m", "manager", NULL);
    text_t auditor = shop_person(&shop, "a", "auditor", NULL);
    ask(manager.s, "POST", "/webhooks/create", good, 403, "forbidden");
    ask(auditor.s, "GET", "/webhooks", NULL, 403, "forbidden");
    ask(NULL, "POST", "/webhooks", good, 405, NULL);
    for (size_t i = 0; i < N_ELEMENTS(wrong); i++) {
        text_t body = text_fmt(&shop.arena, "{\"name\":\"x\",\"url\":\"%s\",\"events\":\"%s\"}",
                               wrong[i].url, wrong[i].events);
        ask(NULL, "POST", "/webhooks/create", body.s, 422, wrong[i].code);
    }
    text_t secret;
    int64_t id = hook_for("/w", "sales_order.placed, stock.moved,party.*", &secret);
    text_t path = text_fmt(&shop.arena, "/webhooks/%lld", (long long)id);
    ask(NULL, "PATCH", path.s, "{\"url\":\"http://127.0.0.1:1/\"}", 422, "webhook_address_plain");
    ask(NULL, "PATCH", path.s, "{\"secret\":\"whsec_x\"}", 422, NULL);
    ask(NULL, "PATCH", path.s, "{\"sent_up_to\":0}", 422, NULL);
    ask(NULL, "PATCH", path.s, "{\"events\":\"*\"}", 200, NULL);
    shop_verify(&shop, "with webhooks");
}

#define ON(fn, i, store)                                                                           \
    {                                                                                              \
        .name = #fn " on " store, .test_func = fn, .setup_func = begin, .teardown_func = end,      \
        .initial_state = &kit_store_kinds[i]                                                       \
    }
#define ON_BOTH(fn) ON(fn, 0, "SQLite"), ON(fn, 1, "PostgreSQL")

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(in_order_and_signed),          ON_BOTH(what_is_for_others_is_passed_over),
        ON_BOTH(what_is_ones_own_is_not_told), ON_BOTH(tried_again_and_given_up),
        ON_BOTH(gone_past_and_back_to),        ON_BOTH(a_test_beside_what_waits),
        ON_BOTH(for_administrators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
