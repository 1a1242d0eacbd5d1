/* See shop.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow/account.h"
#include "flow/log.h"
#include "kit/shop.h"

#include <stdio.h>
#include <stdlib.h>

#define FIRST_DAY_US (INT64_C(1772442000) * US_PER_SECOND) /* 2026-03-02 09:00:00 UTC */

/* -- opening --------------------------------------------------------------------------------- */

static instant_t shop_now(void *arg)
{
    struct shop *s = arg;
    if (!instant_none(s->clock)) {
        s->clock.us += US_PER_SECOND;
    }
    return s->clock;
}

static void open_house(struct shop *s)
{
    char why[256];
    assert_int_equal(arena_reserve_init(), OK);
    if (kontor_open(&s->kontor, (struct db_config){ .url = s->url }, why) != OK) {
        fail_msg("%s: %s", s->url, why);
    }
    struct rest_config config = { .house = s->kontor.house,
                                  .authenticate = account_authenticate,
                                  .form_token_good = account_form_token_good,
                                  .now = shop_now,
                                  .arg = s };
    s->rest = rest_new(&config);
    assert_non_null(s->rest);
}

/* A command of the program itself, for what nobody may ask for from outside. */
static int64_t system_call(struct shop *s, int64_t company, const char *entity, const char *command,
                           int64_t id, const char *body, const char *member, text_t *value)
{
    struct who system = kontor_system(company);
    struct json *answer;
    struct json_fault fault;
    struct call call = {
        .house = s->kontor.house, .arena = &s->arena, .who = &system, .now = s->clock
    };
    assert_int_equal(flow_name(&call, entity, command, id, text_of(body)), OK);
    if (flow_call(&call) != OK) {
        fail_msg("%s %s: %.*s", entity, body, (int)call.answer.n, call.answer.s);
    }
    if (value) {
        assert_int_equal(json_parse(&s->arena, call.answer.s, call.answer.n, &answer, &fault), OK);
        *value = json_get_text(answer, member);
    }
    return call.answer_id;
}

static int64_t found(struct shop *s, const char *code)
{
    text_t body = text_fmt(&s->arena,
                           "{\"code\":\"%s\",\"name\":\"%s\",\"country\":\"ES\","
                           "\"currency\":\"EUR\",\"language\":\"en\",\"time_zone\":"
                           "\"Europe/Madrid\",\"prices_include_tax\":true}",
                           code, code);
    int64_t company = system_call(s, 0, "company", NULL, 0, body.s, NULL, NULL);
    (void)system_call(s, company, "company", "set_up", company, "{}", NULL, NULL);
    return company;
}

static text_t person(struct shop *s, int64_t company, const char *name, const char *held,
                     const char *sites)
{
    struct buf b;
    text_t key;
    text_t rest = text_of(sites);
    buf_init(&b, &s->arena, 4000);
    buf_fmt(&b, "{\"code\":\"%s\",\"name\":\"%s\",\"roles\":\"%s\",\"all_sites\":%s,\"sites\":[",
            name, name, held, sites ? "false" : "true");
    for (bool first = true; rest.s; first = false) {
        text_t code = text_split(rest, ',', &rest);
        buf_fmt(&b, "%s{\"site\":\"%.*s\"}", first ? "" : ",", (int)code.n, code.s);
    }
    buf_str(&b, "]}");
    (void)system_call(s, company, "user_account", NULL, 0, buf_done(&b).s, NULL, NULL);
    text_t body = text_fmt(&s->arena, "{\"name\":\"%s\",\"user_account\":\"%s\"}", name, name);
    (void)system_call(s, company, "api_key", "create", 0, body.s, "key", &key);
    return text_copy(&s->arena, key);
}

text_t shop_person(struct shop *s, const char *name, const char *held, const char *sites)
{
    return person(s, s->company, name, held, sites);
}

text_t shop_other_company(struct shop *s, int64_t *company)
{
    *company = found(s, "OTHER");
    return person(s, *company, "stranger", "admin", NULL);
}

static const struct {
    const char *path, *body;
} things[] = {
    { "/taxes", "{\"code\":\"IVA21\",\"name\":\"IVA 21 %\",\"rate\":\"21\",\"included\":true}" },
    { "/taxes", "{\"code\":\"IVA10\",\"name\":\"IVA 10 %\",\"rate\":\"10\",\"included\":true}" },
    { "/taxes", "{\"code\":\"IVA0\",\"name\":\"Exento\",\"rate\":\"0\",\"included\":true}" },
    { "/sites", "{\"code\":\"S1\",\"name\":\"Uno\",\"kind\":\"store\",\"currency\":\"EUR\","
                "\"time_zone\":\"Europe/Madrid\"}" },
    { "/sites", "{\"code\":\"S2\",\"name\":\"Dos\",\"kind\":\"store\",\"currency\":\"EUR\","
                "\"time_zone\":\"Europe/Madrid\"}" },
    { "/sites", "{\"code\":\"DC\",\"name\":\"Centro\",\"kind\":\"distribution_centre\","
                "\"currency\":\"EUR\",\"time_zone\":\"Europe/Madrid\"}" },
    { "/products", "{\"code\":\"TEA\",\"name\":\"Green tea\",\"price\":\"10.00\",\"tax\":"
                   "\"IVA10\"}" },
    { "/products", "{\"code\":\"MUG\",\"name\":\"Mug\",\"price\":\"12.10\",\"tax\":\"IVA21\","
                   "\"costing\":\"fifo\"}" },
    { "/products", "{\"code\":\"BOOK\",\"name\":\"Book\",\"price\":\"20.00\",\"tax\":\"IVA0\"}" },
    { "/products", "{\"code\":\"GIFT\",\"name\":\"Gift wrapping\",\"kind\":\"service\",\"price\":"
                   "\"5.00\",\"tax\":\"IVA21\"}" },
    { "/products", "{\"code\":\"ONE\",\"name\":\"The last one\",\"price\":\"1.00\",\"tax\":"
                   "\"IVA21\"}" },
    { "/stock_moves/receive",
      "{\"site\":\"S1\",\"reference\":\"R1\",\"lines\":["
      "{\"product\":\"TEA\",\"quantity\":\"100000\",\"unit_cost\":\"4.00\"},"
      "{\"product\":\"MUG\",\"quantity\":\"100000\",\"unit_cost\":\"5.003\"},"
      "{\"product\":\"ONE\",\"quantity\":\"1\",\"unit_cost\":\"0.50\"},"
      "{\"product\":\"BOOK\",\"quantity\":\"100000\",\"unit_cost\":\"12.00\"}]}" },
    { "/stock_moves/receive",
      "{\"site\":\"S2\",\"reference\":\"R2\",\"lines\":["
      "{\"product\":\"TEA\",\"quantity\":\"1000\",\"unit_cost\":\"4.10\"},"
      "{\"product\":\"MUG\",\"quantity\":\"1000\",\"unit_cost\":\"5.1\"},"
      "{\"product\":\"BOOK\",\"quantity\":\"1000\",\"unit_cost\":\"12.30\"}]}" },
    { "/parties", "{\"code\":\"C1\",\"name\":\"Ana Garcia\",\"is_customer\":true}" },
    { "/parties", "{\"code\":\"C2\",\"name\":\"Bea Ruiz\",\"is_customer\":true}" },
    { "/loyalty_programs", "{\"code\":\"P1\",\"name\":\"Puntos\",\"points_per_unit\":\"1\","
                           "\"point_value\":\"0.01\",\"active\":true}" },
    { "/loyalty_accounts", "{\"number\":\"L1\",\"party\":\"C1\",\"program\":\"P1\"}" },
};

static void furnish(struct shop *s)
{
    char path[100], body[200];
    for (size_t i = 0; i < N_ELEMENTS(things); i++) {
        (void)shop_must(s, 201, "POST", things[i].path, things[i].body);
    }
    for (int i = 0; i < SHOP_TILLS; i++) {
        (void)snprintf(body, sizeof body, "{\"code\":\"T%d\",\"name\":\"Till\",\"site\":\"%s\"}", i,
                       i < 8 ? "S1" : "S2");
        s->till_ids[i] = shop_must(s, 201, "POST", "/tills", body);
        (void)snprintf(path, sizeof path, "/tills/%lld/open", (long long)s->till_ids[i]);
        (void)shop_must(s, 200, "POST", path, "{\"float\":\"100.00\"}");
    }
}

void shop_open(struct shop *s, enum db_store store)
{
    *s = (struct shop){ .clock = { FIRST_DAY_US } };
    arena_init(&s->arena, (size_t)256 << 20);
    kit_store_new(store, s->url);
    open_house(s);
    s->company = found(s, "TEST");
    s->admin = shop_person(s, "boss", "admin", NULL);
    furnish(s);
}

void shop_open_again(struct shop *s, const char *url)
{
    *s = (struct shop){ .clock = { FIRST_DAY_US } };
    arena_init(&s->arena, (size_t)256 << 20);
    (void)snprintf(s->url, sizeof s->url, "%s", url);
    open_house(s);
    assert_int_equal(kontor_company(&s->kontor, &s->company), OK);
}

void shop_shut(struct shop *s)
{
    rest_free(s->rest);
    kontor_close(&s->kontor);
    arena_free(&s->arena);
}

void shop_close(struct shop *s)
{
    shop_shut(s);
    kit_store_drop(s->url);
}

/* -- asking ---------------------------------------------------------------------------------- */

static enum http_method method_of(const char *name)
{
    static const char *const names[] = {
        [HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD",   [HTTP_POST] = "POST",
        [HTTP_PUT] = "PUT", [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE"
    };
    for (size_t i = 0; i < N_ELEMENTS(names); i++) {
        if (strcmp(names[i], name) == 0) {
            return (enum http_method)i;
        }
    }
    fail_msg("no method %s", name);
    return HTTP_OTHER;
}

/* The texts of the request lie in an arena of their own, so that the answer's arena begins as a
 * request's does. */
int shop_ask_as(struct shop *s, struct shop_answer *out, const char *who, const char *method,
                const char *path, const char *again, const char *accept, const char *body)
{
    struct arena given;
    struct json *j = NULL;
    struct json_fault fault;
    text_t query = TEXT_NONE;
    arena_init(&given, (size_t)4 << 20);
    *out = (struct shop_answer){ .status = 0 };
    arena_init(&out->arena, s->request_max ? s->request_max : (size_t)64 << 20);
    text_t plain = text_split(text_of(path), '?', &query);
    struct rest_request r = { .arena = &out->arena,
                              .method = method_of(method),
                              .path = text_fmt(&given, "/api/v1%.*s", (int)plain.n, plain.s),
                              .query = query,
                              .body = text_of(body),
                              .accept = text_of(accept),
                              .idempotency_key = text_of(again),
                              .peer = TEXT("127.0.0.1") };
    if (body) {
        r.content_type = TEXT("application/json");
    }
    if (!who || *who) {
        r.authorization = text_fmt(&given, "Bearer %s", who ? who : s->admin.s);
    }
    if (s->around) {
        s->around(true);
    }
    rest_call(s->rest, &r);
    if (s->around) {
        s->around(false);
    }
    out->status = r.answer.status;
    out->body = r.answer.body;
    out->replayed = text_is(rest_header(&r.answer, "Idempotent-Replay"), "true");
    arena_free(&given);
    if (out->body.n && r.answer.content_type && strstr(r.answer.content_type, "json")) {
        /* The request's arena may have no room left for the tree. */
        struct arena fresh;
        arena_init(&fresh, (size_t)64 << 20);
        out->body = text_copy(&fresh, out->body);
        arena_free(&out->arena);
        out->arena = fresh;
        assert_int_equal(json_parse(&out->arena, out->body.s, out->body.n, &j, &fault), OK);
        out->json = j;
        out->code = out->status >= 400 ? json_get_text(j, "code") : TEXT_NONE;
    }
    return out->status;
}

int shop_ask(struct shop *s, struct shop_answer *out, const char *method, const char *path,
             const char *again, const char *body)
{
    return shop_ask_as(s, out, NULL, method, path, again, NULL, body);
}

void shop_forget(struct shop_answer *a)
{
    arena_free(&a->arena);
    *a = (struct shop_answer){ .status = 0 };
}

text_t shop_text(const struct shop_answer *a, const char *member)
{
    return a->json ? json_get_text(a->json, member) : TEXT_NONE;
}

int64_t shop_int(const struct shop_answer *a, const char *member)
{
    int64_t v = 0;
    const struct json *j = a->json ? json_get(a->json, member) : NULL;
    return j && j->type == JSON_NUMBER && text_to_i64(j->text, &v) == OK ? v : 0;
}

int64_t shop_must(struct shop *s, int status, const char *method, const char *path,
                  const char *body)
{
    struct shop_answer a;
    if (shop_ask(s, &a, method, path, NULL, body) != status) {
        fail_msg("%s %s %s: %d %.*s", method, path, body, a.status, (int)a.body.n, a.body.s);
    }
    int64_t id = shop_int(&a, "id");
    shop_forget(&a);
    return id;
}

/* -- what must hold -------------------------------------------------------------------------- */

struct proof {
    struct shop *shop;
    struct arena *arena;
    struct buf *faults;
    size_t n;
};

static void print_row(struct buf *b, const struct rows *rows)
{
    for (size_t c = 0; c < rows->cols && c < 6; c++) {
        struct value v = rows_at(rows, 0, c);
        if (v.type == V_TEXT) {
            buf_fmt(b, " %s", v.t.s);
        } else {
            buf_fmt(b, " %lld", (long long)v.i);
        }
    }
}

static enum err prove_one(struct proof *p, struct cx *cx, const struct invariant *v)
{
    struct rows rows = { 0 };
    const struct value company[] = { v_int(p->shop->company) };
    if (v->sql) {
        TRY(tx_query(cx->tx, p->arena, v->sql, company, 1, &rows));
    }
    if (rows.n) {
        buf_fmt(p->faults, "%s: %zu rows, the first:", v->name, rows.n);
        print_row(p->faults, &rows);
        buf_char(p->faults, '\n');
        p->n++;
    }
    return v->verify ? v->verify(cx, p->faults, &p->n) : OK;
}

static enum err prove(struct tx *tx, void *arg)
{
    struct proof *p = arg;
    struct cx cx;
    struct who system = kontor_system(p->shop->company);
    enum err e = OK;
    cx_init(&cx, p->shop->kontor.house, p->arena, tx, &system, "en");
    for (size_t i = 0; e == OK && i < n_invariants; i++) {
        e = prove_one(p, &cx, &invariants[i]);
    }
    if (e == OK) {
        e = flow_verify_chains(&cx, p->faults, &p->n);
    }
    cx_done(&cx);
    return e;
}

void shop_verify(struct shop *s, const char *when)
{
    struct arena a;
    struct buf faults;
    arena_init(&a, (size_t)256 << 20);
    buf_init(&faults, &a, 100000);
    struct proof p = { .shop = s, .arena = &a, .faults = &faults };
    enum err e = db_read(s->kontor.db, prove, &p);
    if (e != OK || p.n) {
        fail_msg("%s on %s: %s\n%s", when, s->url, err_name(e), buf_done(&faults).s);
    }
    arena_free(&a);
}
