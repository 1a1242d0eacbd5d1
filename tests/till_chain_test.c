/* The proof over a till's journal: it holds for what was sold, and names what was tampered with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/open.h"
#include "flow/command.h"
#include "front/till/till.h"
#include "kit/store.h"

#include <stdio.h>

#define SALES 60

/* Computed by another program from the definition in till.h. */
#define VECTOR_1 "0ae4f8a99dc3a75e0e2592c21e4b9cfc615f4032e39f74ef07205662ca3f270c"
#define VECTOR_2 "c523423f033ddaba40365e1e107f89ffe62d4b1ba690e24cfd70e4351abc189b"

struct shop {
    char url[KIT_URL_MAX];
    struct kontor kontor;
    struct arena arena;
    int64_t company, till, now;
};

/* POSTs to a collection or record as the system; the answer's id. */
static int64_t post(struct shop *s, const char *entity, const char *command, int64_t record,
                    const char *body, struct json **answer)
{
    struct json_fault fault;
    struct who who = kontor_system(s->company);
    struct call call = {
        .house = s->kontor.house,
        .arena = &s->arena,
        .who = &who,
        .now = { s->now += US_PER_SECOND },
    };
    assert_int_equal(flow_name(&call, entity, command, record, text_of(body)), OK);
    if (flow_call(&call) != OK) {
        fail_msg("%s %s: %s", entity, command ? command : "", call.answer.s);
    }
    if (answer) {
        assert_int_equal(json_parse(&s->arena, call.answer.s, call.answer.n, answer, &fault), OK);
    }
    return call.answer_id;
}

static void shop_open(struct shop *s, enum db_store store)
{
    char why[256];
    *s = (struct shop){ .now = INT64_C(1772442000) * US_PER_SECOND };
    arena_init(&s->arena, (size_t)256 << 20);
    kit_store_new(store, s->url);
    if (kontor_open(&s->kontor, (struct db_config){ .url = s->url }, why) != OK) {
        fail_msg("%s", why);
    }
    s->company = post(s, "company", NULL, 0,
                      "{\"code\":\"TEST\",\"name\":\"Test\",\"country\":\"ES\",\"currency\":"
                      "\"EUR\",\"language\":\"en\",\"time_zone\":\"Europe/Madrid\","
                      "\"prices_include_tax\":true}",
                      NULL);
    post(s, "company", "set_up", s->company, "{}", NULL);
    post(s, "site", NULL, 0,
         "{\"code\":\"S1\",\"name\":\"One\",\"kind\":\"store\",\"currency\":\"EUR\",\"time_zone\":"
         "\"Europe/Madrid\"}",
         NULL);
    post(s, "product", NULL, 0,
         "{\"code\":\"GIFT\",\"name\":\"Wrapping\",\"kind\":\"service\",\"price\":\"5.00\"}", NULL);
    s->till = post(s, "till", NULL, 0, "{\"code\":\"T1\",\"name\":\"One\",\"site\":\"S1\"}", NULL);
    post(s, "till", "open", s->till, "{\"float\":\"0.00\"}", NULL);
    for (int i = 0; i < SALES; i++) {
        post(s, "sales_order", "checkout", 0,
             "{\"till\":\"T1\",\"lines\":[{\"product\":\"GIFT\",\"quantity\":\"1\"}],"
             "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"5.00\"}]}",
             NULL);
    }
}

static void shop_close(struct shop *s)
{
    kontor_close(&s->kontor);
    kit_store_drop(s->url);
    arena_free(&s->arena);
}

struct proof {
    struct shop *shop;
    struct buf faults;
    size_t n;
};

static enum err prove(struct tx *tx, void *arg)
{
    struct proof *p = arg;
    struct cx cx;
    struct who who = kontor_system(p->shop->company);
    cx_init(&cx, p->shop->kontor.house, &p->shop->arena, tx, &who, "en");
    enum err e = till_verify_chains(&cx, &p->faults, &p->n);
    cx_done(&cx);
    return e;
}

/* The chains have n faults, and the report names each of the two texts. */
static void expect_faults(struct shop *s, size_t n, const char *first, const char *second)
{
    struct proof p = { .shop = s };
    buf_init(&p.faults, &s->arena, 100000);
    assert_int_equal(db_read(s->kontor.db, prove, &p), OK);
    text_t said = buf_done(&p.faults);
    if (p.n != n || (first && !strstr(said.s, first)) || (second && !strstr(said.s, second))) {
        fail_msg("%zu faults, not %zu: %s", p.n, n, said.s ? said.s : "");
    }
}

static void tamper(struct shop *s, const char *sql)
{
    (void)kit_store_sql(s->url, sql);
}

static void tampering_shows(void **state)
{
    enum db_store store = kit_store_of(state);
    struct shop s;
    shop_open(&s, store);
    expect_faults(&s, 0, NULL, NULL);

    tamper(&s, "UPDATE sales_orders SET total = total + 1 WHERE till_number = 17");
    expect_faults(&s, 1, "till T1: number 17 does not carry the hash of its content", NULL);
    tamper(&s, "UPDATE sales_orders SET total = total - 1 WHERE till_number = 17");
    expect_faults(&s, 0, NULL, NULL);

    tamper(&s, "UPDATE sales_orders SET sold_at = sold_at - 1 WHERE till_number = 1");
    expect_faults(&s, 1, "number 1 does not", NULL);
    tamper(&s, "UPDATE sales_orders SET sold_at = sold_at + 1 WHERE till_number = 1");

    tamper(&s, "UPDATE sales_orders SET till_number = -17 WHERE till_number = 17");
    expect_faults(&s, 2, "number 17 is missing", "number 18 does not");
    tamper(&s, "UPDATE sales_orders SET till_number = 17 WHERE till_number = -17");

    tamper(&s, "UPDATE sales_orders SET till_number = 99 WHERE till_number = 60");
    expect_faults(&s, 3, "number 60 is missing", "number 99 is beyond the till's last one");
    tamper(&s, "UPDATE sales_orders SET till_number = 60 WHERE till_number = 99");

    tamper(&s, "UPDATE tills SET last_number = 59");
    expect_faults(&s, 2, "number 59 is not the head", "number 60 is beyond");
    tamper(&s, "UPDATE tills SET last_number = 60");
    expect_faults(&s, 0, NULL, NULL);
    shop_close(&s);
}

static void certificate_tells(void **state)
{
    enum db_store store = kit_store_of(state);
    struct shop s;
    struct json *answer;
    shop_open(&s, store);
    tamper(&s, "UPDATE sales_orders SET total = total + 1 WHERE till_number = 17");
    post(&s, "till", "close", s.till, "{\"counted\":\"300.00\"}", &answer);
    const struct json *certificate = json_get(answer, "certificate");
    assert_non_null(certificate);
    assert_int_equal(json_get(certificate, "unbroken")->type, JSON_FALSE);
    assert_true(text_is(json_get(certificate, "count")->text, "60"));
    assert_int_equal(json_get_text(certificate, "last_hash").n, 64);
    /* The next session begins where this one ended, and is whole. */
    post(&s, "till", "open", s.till, "{\"float\":\"0.00\"}", NULL);
    post(&s, "sales_order", "checkout", 0,
         "{\"till\":\"T1\",\"lines\":[{\"product\":\"GIFT\",\"quantity\":\"1\"}],"
         "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"5.00\"}]}",
         NULL);
    post(&s, "till", "close", s.till, "{\"counted\":\"5.00\"}", &answer);
    certificate = json_get(answer, "certificate");
    assert_int_equal(json_get(certificate, "unbroken")->type, JSON_TRUE);
    assert_true(text_is(json_get(certificate, "first")->text, "61"));
    shop_close(&s);
}

/* A vector that a till of any make can be tested with. */
static void test_chain_hash(void **state)
{
    char hash[65], next[65];
    instant_t at = { INT64_C(1772442000) * US_PER_SECOND };
    const text_t zeros = TEXT("0000000000000000000000000000000000000000000000000000000000000000");
    (void)state;
    till_chain_hash(zeros, TEXT("T1"), 1, at, money_of(1240), TEXT("EUR"), hash);
    assert_string_equal(hash, VECTOR_1);
    till_chain_hash(text_of(hash), TEXT("T1"), 2, at, money_of(-1240), TEXT("EUR"), next);
    assert_string_equal(next, VECTOR_2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chain_hash),
        KIT_ON_BOTH(tampering_shows),
        KIT_ON_BOTH(certificate_tells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
