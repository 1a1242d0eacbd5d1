/* What people of another company or with less rights must not get, and what input must not bring
 * down, on both stores. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit/shop.h"
#include "meta/custom.h"

#include <stdio.h>
#include <stdlib.h>

static enum db_store sqlite = DB_SQLITE, postgres = DB_POSTGRES;

static int setup(void **state)
{
    struct shop *s = calloc(1, sizeof *s);
    shop_open(s, *(enum db_store *)*state);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    shop_close(*state);
    free(*state);
    return 0;
}

/* -- another company --------------------------------------------------------------------------- */

/* Asks as the stranger; the answer has that status and, unless NULL, that code. */
static void stranger_gets(struct shop *s, text_t key, const char *method, const char *path,
                          const char *body, int status, const char *code)
{
    struct shop_answer a;
    assert_int_equal(shop_ask_as(s, &a, key.s, method, path, NULL, NULL, body), status);
    assert_true(code ? text_is(a.code, code) : true);
    shop_forget(&a);
}

/* Records kept in memory are kept for the company that read them. */
static void cached_records_are_the_companys(void **state)
{
    struct shop *s = *state;
    struct shop_answer a;
    int64_t other;
    text_t stranger = shop_other_company(s, &other);
    int64_t site = shop_must(s, 201, "POST", "/sites",
                             "{\"code\":\"S9\",\"name\":\"Nueve\",\"kind\":\"store\",\"currency\":"
                             "\"EUR\",\"time_zone\":\"Europe/Madrid\"}");
    const char *path = text_fmt(&s->arena, "/sites/%lld", (long long)site).s;
    const char *company = text_fmt(&s->arena, "/companies/%lld", (long long)s->company).s;
    const char *till = text_fmt(&s->arena,
                                "{\"code\":\"TX\",\"name\":\"Till\",\"site\":{\"id\":%lld}}",
                                (long long)site)
                           .s;
    (void)shop_must(s, 200, "GET", path, NULL); /* in memory from here on */
    (void)shop_must(s, 200, "GET", company, NULL);
    stranger_gets(s, stranger, "GET", path, NULL, 404, "not_found");
    stranger_gets(s, stranger, "GET", company, NULL, 404, "not_found");
    stranger_gets(s, stranger, "PATCH", path, "{\"name\":\"Mine\"}", 404, "not_found");
    (void)shop_must(s, 200, "GET", path, NULL);
    stranger_gets(s, stranger, "POST", "/tills", till, 422, "unknown_reference");
    /* Each has a unit of that code: each gets their own. */
    assert_int_equal(shop_ask(s, &a, "POST", "/products", NULL,
                              "{\"code\":\"P\",\"name\":\"P\",\"unit\":\"pc\"}"),
                     201);
    int64_t ours = shop_int(&(struct shop_answer){ .json = json_get(a.json, "unit") }, "id");
    shop_forget(&a);
    assert_int_equal(shop_ask_as(s, &a, stranger.s, "POST", "/products", NULL, NULL,
                                 "{\"code\":\"P\",\"name\":\"P\",\"unit\":\"pc\"}"),
                     201);
    int64_t theirs = shop_int(&(struct shop_answer){ .json = json_get(a.json, "unit") }, "id");
    shop_forget(&a);
    assert_true(ours > 0 && theirs > 0 && ours != theirs);
    shop_verify(s, "the strangers");
}

/* -- fewer rights ------------------------------------------------------------------------------ */

/* A key that holds a part of the roles of its account. */
static text_t lesser_key(struct shop *s, const char *held)
{
    struct shop_answer a;
    const char *body = text_fmt(&s->arena,
                                "{\"name\":\"Lesser\",\"user_account\":\"boss\",\"roles\":\"%s\"}",
                                held)
                           .s;
    assert_int_equal(shop_ask(s, &a, "POST", "/api_keys/create", NULL, body), 201);
    text_t key = text_copy(&s->arena, shop_text(&a, "key"));
    shop_forget(&a);
    return key;
}

/* The answer that is kept under an idempotency key is for those who may ask: another key of the
 * same person may hold less. */
static void kept_answers_need_the_permission(void **state)
{
    struct shop *s = *state;
    struct shop_answer a;
    static const char body[] = "{\"code\":\"KEPT\",\"name\":\"Kept\"}";
    text_t cashier = lesser_key(s, "cashier"), buyer = lesser_key(s, "buyer");
    assert_int_equal(shop_ask(s, &a, "POST", "/products", "once", body), 201);
    int64_t id = shop_int(&a, "id");
    shop_forget(&a);
    assert_int_equal(shop_ask_as(s, &a, cashier.s, "POST", "/products", "once", NULL, body), 403);
    assert_true(text_is(a.code, "forbidden") && !a.replayed);
    shop_forget(&a);
    assert_int_equal(shop_ask_as(s, &a, buyer.s, "POST", "/products", "once", NULL, body), 201);
    assert_true(a.replayed && shop_int(&a, "id") == id);
    shop_forget(&a);
}

/* -- one's own account ------------------------------------------------------------------------- */

/* Nobody locks themselves out, by whichever way. */
static void nobody_closes_their_own_account(void **state)
{
    struct shop *s = *state;
    struct shop_answer a;
    text_t second = shop_person(s, "second", "admin", NULL);
    assert_int_equal(shop_ask(s, &a, "GET", "/user_accounts?code=boss", NULL, NULL), 200);
    int64_t boss = shop_int(&(struct shop_answer){ .json = json_get(a.json, "items")->first },
                            "id");
    shop_forget(&a);
    const char *path = text_fmt(&s->arena, "/user_accounts/%lld", (long long)boss).s;
    assert_true(boss > 0);
    assert_int_equal(shop_ask(s, &a, "PATCH", path, NULL, "{\"active\":false}"), 409);
    assert_true(text_is(a.code, "own_account"));
    shop_forget(&a);
    assert_int_equal(shop_ask(s, &a, "DELETE", path, NULL, NULL), 409);
    assert_true(text_is(a.code, "own_account"));
    shop_forget(&a);
    (void)shop_must(s, 200, "PATCH", path, "{\"name\":\"The boss\"}");
    stranger_gets(s, second, "PATCH", path, "{\"active\":false}", 200, NULL);
    assert_int_equal(shop_ask(s, &a, "GET", "/sites", NULL, NULL), 401);
    shop_forget(&a);
}

/* -- input without end ------------------------------------------------------------------------- */

static void own_fields_have_an_end(void **state)
{
    struct shop *s = *state;
    struct shop_answer a;
    char body[200];
    int64_t last = 0;
    for (int i = 0; i < CUSTOM_FIELDS_MAX; i++) {
        (void)snprintf(body, sizeof body,
                       "{\"entity\":\"party\",\"name\":\"x_%d\",\"label\":\"Own\",\"kind\":"
                       "\"text\"}",
                       i);
        last = shop_must(s, 201, "POST", "/custom_fields", body);
    }
    static const char more[] = "{\"entity\":\"party\",\"name\":\"x_more\",\"label\":\"Own\","
                               "\"kind\":\"text\"}";
    assert_int_equal(shop_ask(s, &a, "POST", "/custom_fields", NULL, more), 422);
    assert_true(text_is(a.code, "too_large"));
    shop_forget(&a);
    (void)shop_must(s, 201, "POST", "/parties",
                    "{\"code\":\"Z\",\"name\":\"Zoe\",\"is_customer\":true,\"x_7\":\"seven\"}");
    const char *path = text_fmt(&s->arena, "/custom_fields/%lld", (long long)last).s;
    (void)shop_must(s, 200, "DELETE", path, NULL);
    (void)shop_must(s, 201, "POST", "/custom_fields", more);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate_setup_teardown(cached_records_are_the_companys, setup, teardown,
                                                 &sqlite),
        cmocka_unit_test_prestate_setup_teardown(cached_records_are_the_companys, setup, teardown,
                                                 &postgres),
        cmocka_unit_test_prestate_setup_teardown(kept_answers_need_the_permission, setup, teardown,
                                                 &sqlite),
        cmocka_unit_test_prestate_setup_teardown(kept_answers_need_the_permission, setup, teardown,
                                                 &postgres),
        cmocka_unit_test_prestate_setup_teardown(nobody_closes_their_own_account, setup, teardown,
                                                 &sqlite),
        cmocka_unit_test_prestate_setup_teardown(nobody_closes_their_own_account, setup, teardown,
                                                 &postgres),
        cmocka_unit_test_prestate_setup_teardown(own_fields_have_an_end, setup, teardown, &sqlite),
        cmocka_unit_test_prestate_setup_teardown(own_fields_have_an_end, setup, teardown,
                                                 &postgres),
    };
    return cmocka_run_group_tests_name("strangers", tests, NULL, NULL);
}
