/* Signing in, working by cookie, signing out: what /api/v1/session promises, on both stores. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit/shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PASSWORD "correct horse battery"

struct visit {
    struct shop shop;
    struct arena arena;
    struct rest_request r;
    struct json *body;
    char cookie[200], token[200];
};

static enum db_store sqlite = DB_SQLITE, postgres = DB_POSTGRES;

/* One request of a browser that has no key, with the cookie and the token that it is told to send.
 */
static int browse(struct visit *v, enum http_method method, const char *path, const char *body,
                  const char *cookie, const char *token)
{
    struct json_fault fault;
    arena_reset(&v->arena);
    v->r = (struct rest_request){ .arena = &v->arena,
                                  .method = method,
                                  .path = text_of(path),
                                  .body = text_of(body),
                                  .content_type = TEXT("application/json"),
                                  .cookie = text_of(cookie),
                                  .form_token = text_of(token),
                                  .peer = TEXT("192.0.2.1"),
                                  .agent = TEXT("a browser"),
                                  .secure = true };
    rest_call(v->shop.rest, &v->r);
    v->body = NULL;
    if (v->r.answer.body.n) {
        assert_int_equal(
            json_parse(&v->arena, v->r.answer.body.s, v->r.answer.body.n, &v->body, &fault), OK);
    }
    return v->r.answer.status;
}

static const char *said(const struct visit *v, const char *member)
{
    text_t t = json_get_text(v->body, member);
    return t.s ? t.s : "(nothing)";
}

static void sign_in(struct visit *v)
{
    assert_int_equal(browse(v, HTTP_POST, "/api/v1/session",
                            "{\"name\":\"ana\",\"password\":\"" PASSWORD "\"}", NULL, NULL),
                     200);
    assert_string_equal(said(v, "name"), "Ana");
    text_t set = rest_header(&v->r.answer, "Set-Cookie");
    assert_non_null(set.s);
    assert_true(text_starts(set, REST_SESSION_COOKIE "="));
    assert_non_null(strstr(set.s, "; HttpOnly"));
    assert_non_null(strstr(set.s, "; SameSite=Lax"));
    assert_non_null(strstr(set.s, "; Secure"));
    assert_non_null(strstr(set.s, "; Path=/"));
    const char *value = strchr(set.s, '=') + 1;
    (void)snprintf(v->cookie, sizeof v->cookie, "%.*s", (int)strcspn(value, ";"), value);
    (void)snprintf(v->token, sizeof v->token, "%s", said(v, "form_token"));
    assert_true(strlen(v->cookie) > 30);
}

static int open_shop(void **state)
{
    struct visit *v = calloc(1, sizeof *v);
    char path[100];
    assert_non_null(v);
    shop_open(&v->shop, *(enum db_store *)*state);
    v->shop.clock = INSTANT_NONE; /* sessions end by the real time */
    arena_init(&v->arena, (size_t)16 << 20);
    int64_t ana = shop_must(
        &v->shop, 201, "POST", "/user_accounts",
        "{\"code\":\"ana\",\"name\":\"Ana\",\"roles\":\"sales\",\"all_sites\":true}");
    (void)snprintf(path, sizeof path, "/user_accounts/%lld/set_password", (long long)ana);
    (void)shop_must(&v->shop, 200, "POST", path, "{\"password\":\"" PASSWORD "\"}");
    *state = v;
    return 0;
}

static int close_shop(void **state)
{
    struct visit *v = *state;
    arena_free(&v->arena);
    shop_close(&v->shop);
    free(v);
    return 0;
}

static void a_person_comes_and_goes(void **state)
{
    struct visit *v = *state;
    sign_in(v);
    assert_int_equal(browse(v, HTTP_GET, "/api/v1/session", NULL, v->cookie, NULL), 200);
    assert_string_equal(said(v, "form_token"), v->token); /* a page that was loaded again has it */
    assert_int_equal(browse(v, HTTP_GET, "/api/v1/products", NULL, v->cookie, NULL), 200);
    assert_int_equal(browse(v, HTTP_POST, "/api/v1/parties", "{}", v->cookie, NULL), 403);
    assert_string_equal(said(v, "code"), "form_token");
    assert_int_equal(browse(v, HTTP_POST, "/api/v1/parties", "{}", v->cookie, "wrong"), 403);
    assert_int_equal(browse(v, HTTP_POST, "/api/v1/parties", "{}", v->cookie, v->token),
                     422); /* taken, and found wanting */
    assert_int_equal(browse(v, HTTP_DELETE, "/api/v1/session", NULL, v->cookie, NULL), 403);
    assert_int_equal(browse(v, HTTP_DELETE, "/api/v1/session", NULL, v->cookie, v->token), 204);
    assert_non_null(strstr(rest_header(&v->r.answer, "Set-Cookie").s, "Max-Age=0"));
    assert_int_equal(browse(v, HTTP_GET, "/api/v1/products", NULL, v->cookie, NULL), 401);
    assert_int_equal(browse(v, HTTP_GET, "/api/v1/session", NULL, v->cookie, NULL), 401);
}

static void strangers_stay_out(void **state)
{
    struct visit *v = *state;
    static const struct {
        const char *body;
        int status;
        const char *code;
    } rows[] = {
        { "{\"name\":\"ana\",\"password\":\"wrong horse battery\"}", 401, "sign_in_failed" },
        { "{\"name\":\"nobody\",\"password\":\"" PASSWORD "\"}", 401, "sign_in_failed" },
        { "{\"name\":\"ana\"}", 422, "required" },
        { "{\"name\":\"ana\",\"password\":7}", 422, "wrong_type" },
        { "{\"name\":\"ana\",\"pass\":\"x\"}", 422, "unknown_field" },
        { "{\"name\"", 400, "bad_json" },
        { "", 422, "required" },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        assert_int_equal(browse(v, HTTP_POST, "/api/v1/session", rows[i].body, NULL, NULL),
                         rows[i].status);
        assert_string_equal(said(v, "code"), rows[i].code);
        assert_null(rest_header(&v->r.answer, "Set-Cookie").s);
        assert_null(strstr(v->r.answer.body.s, "horse")); /* a password is never said back */
    }
    assert_int_equal(browse(v, HTTP_GET, "/api/v1/session", NULL, NULL, NULL), 401);
    assert_int_equal(browse(v, HTTP_GET, "/api/v1/session", NULL, "made up", NULL), 401);
    assert_int_equal(browse(v, HTTP_PUT, "/api/v1/session", NULL, NULL, NULL), 405);
}

static void many_tries_must_wait(void **state)
{
    struct visit *v = *state;
    int status = 0;
    for (int i = 0; i < 12 && status != 429; i++) {
        status = browse(v, HTTP_POST, "/api/v1/session",
                        "{\"name\":\"ana\",\"password\":\"wrong horse battery\"}", NULL, NULL);
    }
    assert_int_equal(status, 429);
    assert_string_equal(said(v, "code"), "too_many");
    text_t wait = rest_header(&v->r.answer, "Retry-After");
    int64_t seconds;
    assert_int_equal(text_to_i64(wait, &seconds), OK);
    assert_true(seconds >= 1);
}

static int prefer(struct visit *v, const char *body)
{
    return browse(v, HTTP_POST, "/api/v1/user_accounts/preferences", body, v->cookie, v->token);
}

static void preferences_are_ones_own(void **state)
{
    struct visit *v = *state;
    sign_in(v);
    assert_int_equal(prefer(v, "{\"language\":\"hi\",\"digits\":\"native\",\"home_site\":\"S1\"}"),
                     200);
    assert_string_equal(said(v, "language"), "hi");
    assert_string_equal(said(v, "digits"), "native");
    assert_string_equal(said(v, "theme"), "auto");
    assert_string_equal(json_get_text(json_get(v->body, "home_site"), "code").s, "S1");
    /* The next request is answered in it already. */
    assert_int_equal(browse(v, HTTP_GET, "/api/v1/session", NULL, v->cookie, NULL), 200);
    assert_string_equal(said(v, "language"), "hi");
    /* What is not given stays. */
    assert_int_equal(prefer(v, "{\"theme\":\"dark\"}"), 200);
    assert_string_equal(said(v, "language"), "hi");
    assert_string_equal(said(v, "theme"), "dark");
    assert_int_equal(json_get(v->body, "home_site")->type, JSON_OBJECT);
    assert_int_equal(prefer(v, "{\"no_home_site\":true,\"digits\":\"usual\"}"), 200);
    assert_int_equal(json_get(v->body, "home_site")->type, JSON_NULL);
    assert_string_equal(said(v, "digits"), "usual");
    /* What cannot be. */
    assert_int_equal(prefer(v, "{\"language\":\"kl\",\"theme\":\"light\"}"), 422);
    assert_string_equal(said(v, "code"), "unknown_language");
    assert_int_equal(prefer(v, "{\"theme\":\"pink\"}"), 422);
    assert_string_equal(said(v, "code"), "unknown_choice");
    assert_int_equal(prefer(v, "{\"home_site\":\"NOWHERE\"}"), 422);
    assert_string_equal(said(v, "code"), "unknown_reference");
    assert_int_equal(prefer(v, "{\"roles\":\"admin\"}"), 422);
    assert_string_equal(said(v, "code"), "unknown_field");
    assert_int_equal(
        browse(v, HTTP_POST, "/api/v1/user_accounts/preferences", "{}", v->cookie, NULL), 403);
    /* Nobody else's account was touched. */
    assert_int_equal(
        kit_store_sql(v->shop.url, "SELECT count(*) FROM user_accounts WHERE language <> 'en'"), 1);
    assert_int_equal(
        kit_store_sql(v->shop.url, "SELECT count(*) FROM user_accounts WHERE theme = 2"), 1);
}

static void home_is_one_of_ones_sites(void **state)
{
    struct visit *v = *state;
    struct shop_answer a;
    text_t key = shop_person(&v->shop, "eva", "sales", "S1");
    assert_int_equal(shop_ask_as(&v->shop, &a, key.s, "POST", "/user_accounts/preferences", NULL,
                                 NULL, "{\"home_site\":\"S2\"}"),
                     422);
    assert_string_equal(a.code.s, "unknown_reference");
    shop_forget(&a);
    assert_int_equal(shop_ask_as(&v->shop, &a, key.s, "POST", "/user_accounts/preferences", NULL,
                                 NULL, "{\"home_site\":\"S1\"}"),
                     200);
    shop_forget(&a);
    assert_int_equal(kit_store_sql(v->shop.url, "SELECT count(*) FROM user_accounts u JOIN sites s"
                                                " ON s.id = u.home_site WHERE s.code = 'S1'"),
                     1);
}

static void people_see_and_end_their_own_sessions(void **state)
{
    struct visit *v = *state;
    struct shop_answer a;
    char first[200], token[200], path[100];
    sign_in(v);
    (void)snprintf(first, sizeof first, "%s", v->cookie);
    (void)snprintf(token, sizeof token, "%s", v->token);
    sign_in(v);
    const char *mine = "/api/v1/sessions/mine";
    assert_int_equal(browse(v, HTTP_POST, mine, NULL, v->cookie, v->token), 200);
    const struct json *items = json_get(v->body, "items");
    assert_int_equal(items->count, 2);
    assert_null(json_get(items->first, "hash")); /* no secrets, not even their fingerprints */
    int64_t began = kit_store_sql(v->shop.url,
                                  "SELECT id FROM sessions ORDER BY created_at, id LIMIT 1");
    (void)snprintf(path, sizeof path, "/sessions/%lld/end", (long long)began);
    /* Another person neither sees it nor ends it. */
    text_t key = shop_person(&v->shop, "eva", "sales", NULL);
    assert_int_equal(shop_ask_as(&v->shop, &a, key.s, "POST", "/sessions/mine", NULL, NULL, NULL),
                     200);
    assert_int_equal(json_get(a.json, "items")->count, 0);
    shop_forget(&a);
    assert_int_equal(shop_ask_as(&v->shop, &a, key.s, "GET", "/sessions", NULL, NULL, NULL), 403);
    shop_forget(&a);
    assert_int_equal(shop_ask_as(&v->shop, &a, key.s, "POST", path, NULL, NULL, NULL), 404);
    shop_forget(&a);
    assert_int_equal(browse(v, HTTP_GET, "/api/v1/session", NULL, first, NULL), 200);
    (void)snprintf(path, sizeof path, "/api/v1/sessions/%lld/end", (long long)began);
    assert_int_equal(browse(v, HTTP_POST, path, NULL, v->cookie, v->token), 200);
    assert_int_equal(browse(v, HTTP_POST, mine, NULL, v->cookie, v->token), 200);
    assert_int_equal(json_get(v->body, "items")->count, 1);
    assert_int_equal(browse(v, HTTP_GET, "/api/v1/session", NULL, first, NULL) +
                         browse(v, HTTP_GET, "/api/v1/session", NULL, v->cookie, NULL),
                     200 + 401); /* one of the two is over */
}

#define ON(store, fn)                                                                              \
    {                                                                                              \
#fn " on " #store, fn, open_shop, close_shop, &store                                       \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON(sqlite, a_person_comes_and_goes),
        ON(postgres, a_person_comes_and_goes),
        ON(sqlite, strangers_stay_out),
        ON(postgres, strangers_stay_out),
        ON(sqlite, many_tries_must_wait),
        ON(postgres, many_tries_must_wait),
        ON(sqlite, people_see_and_end_their_own_sessions),
        ON(postgres, people_see_and_end_their_own_sessions),
        ON(sqlite, preferences_are_ones_own),
        ON(postgres, preferences_are_ones_own),
        ON(sqlite, home_is_one_of_ones_sites),
        ON(postgres, home_is_one_of_ones_sites),
    };
    return arena_reserve_init() != OK || cmocka_run_group_tests(tests, NULL, NULL);
}
