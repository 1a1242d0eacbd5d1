/* Hostile requests over real sockets against the real server: each is answered with the right
 * status as a problem document, nothing of the inside comes out (no SQL, no path, no secret, in no
 * answer and not in the log), the memory stays bounded, and the books hold afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/client.h"
#include "kit/http_kit.h"
#include "kit/server.h"
#include "kit/shop.h"
#include "meta/command.h"
#include "meta/kinds.h"
#include "os/clock.h"
#include "os/thread.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#define HUSH          "HUSH-7f3a9c" /* stands in what is sent, must not stand in the log */
#define MEMORY_KIB    (900L * 1024) /* with the shadows of the sanitizers */
#define BODY_BYTES    ((size_t)1024 * 1024)
#define REQUEST_BYTES (2 * BODY_BYTES)

struct siege {
    char url[KIT_URL_MAX], key[100];
    struct server server;
    struct arena arena; /* for the whole test */
    struct http_client *http;
    struct house *house; /* the tables alone, without a store */
    size_t asked, wrong;
};

/* -- what no answer may hold ----------------------------------------------------------------- */

static void fit_to_be_seen(const struct siege *s, const char *what, const char *body)
{
    static const char *const inside[] = {
        "SELECT ",      "INSERT INTO", "sqlite", "SQLite",    "SQLITE",    "postgres", "PostgreSQL",
        "syntax error", ".c:",         "/src/",  "Sanitizer", "invariant", "(null)",
    };
    for (size_t i = 0; body && i < N_ELEMENTS(inside); i++) {
        if (strstr(body, inside[i])) {
            fail_msg("%.400s: the answer holds \"%s\": %.1500s", what, inside[i], body);
        }
    }
    if (body && strstr(body, s->key)) {
        fail_msg("%.400s: the answer holds the key", what);
    }
}

/* -- bytes as they are ------------------------------------------------------------------------ */

struct row {
    int status;
    const char *code; /* NULL: any, or the library's own words */
    const char *method, *target;
    const char *headers; /* behind Host and Authorization */
    const char *body;
};

static void send_row(struct siege *s, const struct row *r, const char *body, size_t n)
{
    struct kit_conn c;
    struct kit_answer a = { 0 };
    struct json *j = NULL;
    struct json_fault fault;
    struct arena arena;
    char what[400];
    arena_init(&arena, (size_t)16 << 20);
    (void)snprintf(what, sizeof what, "%s %.200s %s %.80s", r->method, r->target,
                   r->headers ? r->headers : "", body);
    text_t head = text_fmt(&arena,
                           "%s %s HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer %s\r\n%s"
                           "Content-Length: %zu\r\n\r\n",
                           r->method, r->target, s->key, r->headers ? r->headers : "", n);
    kit_connect(&c, s->server.port);
    bool sent = kit_try_send(&c, head.s, head.n) && kit_try_send(&c, body, n);
    int status = kit_read(&c, &a, strcmp(r->method, "HEAD") == 0);
    if (status != r->status) {
        print_error("%s (%s): %d expected, %d came: %.600s\n", what, sent ? "sent" : "not all sent",
                    r->status, status, a.body ? a.body : "");
        s->wrong++;
    }
    fit_to_be_seen(s, what, a.body);
    if (r->code && status == r->status) {
        assert_true(kit_has_header(&a, "Content-Type: application/problem+json"));
        if (json_parse(&arena, a.body, a.body_n, &j, &fault) != OK ||
            !text_is(json_get_text(j, "code"), r->code)) {
            print_error("%s: %s expected, but: %s\n", what, r->code, a.body);
            s->wrong++;
        }
    }
    kit_forget(&a);
    kit_close(&c);
    arena_free(&arena);
    s->asked++;
}

#define JSON "Content-Type: application/json\r\n"
#define P    "/api/v1/products"

static const struct row rows[] = {
    /* paths */
    { 400, NULL, "GET", "/api/v1/../../etc/passwd", NULL, "" },
    { 400, NULL, "GET", "/api/v1/%2e%2e/%2e%2e/etc/passwd", NULL, "" },
    { 400, NULL, "GET", "/api/v1/products%2F1", NULL, "" },
    { 400, NULL, "GET", "//api/v1/products", NULL, "" },
    { 400, NULL, "GET", "/api/v1/products/", NULL, "" },
    { 400, NULL, "GET", "/api/v1/products/%00", NULL, "" },
    { 400, NULL, "GET", "/api/v1/products/%zz", NULL, "" },
    { 400, NULL, "GET", "/api/v1/products/%0d%0aSet-Cookie:x", NULL, "" },
    { 404, "not_found", "GET", "/api/v1/products/-1", NULL, "" },
    { 404, "not_found", "GET", "/api/v1/products/0", NULL, "" },
    { 404, "not_found", "GET", "/api/v1/products/99999999999999999999", NULL, "" },
    { 404, "not_found", "GET", "/api/v1/products/9007199254740993", NULL, "" },
    { 404, "not_found", "GET", "/api/v1/products/1e3", NULL, "" },
    { 404, "not_found", "GET", "/api/v1/products/1/history/1", NULL, "" },
    { 404, "not_found", "GET", "/api/v1/PRODUCTS", NULL, "" },
    { 404, "not_found", "GET", "/api/v1/products;x=1", NULL, "" },
    { 404, "not_found", "GET", "/api/v1/sqlite_master", NULL, "" },
    { 404, "not_found", "GET", "/api/v1/command_log", NULL, "" },
    { 400, NULL, "GET", "/api/v1/reports/../products", NULL, "" },
    { 404, "not_found", "POST", "/api/v1/products/1/drop", JSON, "{}" },
    { 404, "not_found", "POST", "/api/v1/sales_orders/checkout/x", JSON, "{}" },
    /* methods */
    { 405, "method_not_allowed", "BREW", P, NULL, "" },
    { 405, "method_not_allowed", "TRACE", P, NULL, "" },
    { 405, "method_not_allowed", "PUT", P "/1", JSON, "{}" },
    { 405, "method_not_allowed", "DELETE", P, NULL, "" },
    { 405, "method_not_allowed", "PATCH", "/api/v1/stock_moves/1", JSON, "{}" },
    { 405, "method_not_allowed", "POST", "/api/v1/reports/stock", JSON, "{}" },
    { 405, "method_not_allowed", "POST", "/metrics", JSON, "{}" },
    /* headers */
    { 400, NULL, "GET", P, "Host: there\r\n", "" },
    { 400, NULL, "GET", P, "Content-Length: 5\r\n", "" },
    { 400, NULL, "POST", P, "Transfer-Encoding: chunked\r\n", "{}" },
    { 400, NULL, "GET", P, "Bad Name: x\r\n", "" },
    { 400, NULL, "GET", P, "X-Fold: a\r\n b\r\n", "" },
    { 400, "bad_request", "POST", P, JSON "Idempotency-Key: \x7f\xff\r\n", "{}" },
    { 400, "bad_request", "PATCH", P "/1", JSON "If-Match: 1\r\n", "{}" },
    { 400, "bad_request", "PATCH", P "/1", JSON "If-Match: \"x\"\r\n", "{}" },
    /* bodies */
    { 415, "media_type", "POST", P, "Content-Type: text/plain\r\n", "{}" },
    { 415, "media_type", "POST", P, "Content-Type: text/xml\r\n", "<a/>" },
    { 415, "media_type", "POST", P, "Content-Type: application/jsonx\r\n", "{}" },
    { 415, "media_type", "POST", P, "Content-Type: multipart/form-data\r\n", "{}" },
    { 400, "bad_json", "POST", P, JSON, "{" },
    { 400, "bad_json", "POST", P, JSON, "{\"code\":}" },
    { 400, "bad_json", "POST", P, JSON, "{\"code\":\"A\",}" },
    { 400, "bad_json", "POST", P, JSON, "{'code':'A'}" },
    { 400, "bad_json", "POST", P, JSON, "{\"code\":\"A\"} {}" },
    { 400, "bad_json", "POST", P, JSON, "{\"code\":\"A\"}//x" },
    { 400, "bad_json", "POST", P, JSON, "{\"code\":NaN}" },
    { 400, "bad_json", "POST", P, JSON, "{\"code\":01}" },
    { 400, "bad_json", "POST", P, JSON, "{\"code\":\"\xc3\x28\"}" },
    { 400, "bad_json", "POST", P, JSON, "{\"code\":\"\xed\xa0\x80\"}" },
    { 400, "bad_json", "POST", P, JSON, "{\"code\":\"\xc0\xaf\"}" },
    { 400, "bad_json", "POST", P, JSON, "{\"code\":\"\\ud800\"}" },
    { 400, "bad_json", "POST", P, JSON, "{\"code\":\"a\\u0000b\"}" },
    { 400, "bad_json", "POST", P, JSON, "{\"code\":\"a\nb\"}" },
    { 400, "bad_json", "POST", P, JSON, "{\"code\":\"A\",\"code\":\"B\"}" },
    { 400, "bad_json", "POST", "/api/v1/sales_orders/checkout", JSON,
      "{\"till\":\"T1\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"1\",\"quantity\":\"2\"}]}" },
    { 422, "wrong_type", "POST", P, JSON, "[]" },
    { 422, "wrong_type", "POST", P, JSON, "7" },
    { 422, "wrong_type", "POST", P, JSON, "\"x\"" },
    { 422, "required", "POST", P, JSON, "{}" },
    { 422, "required", "POST", P, JSON, "" },
    { 422, "unknown_field", "POST", P, JSON, "{\"code\":\"A\",\"name\":\"A\",\"__proto__\":1}" },
    /* what only the program writes */
    { 422, "read_only", "POST", P, JSON, "{\"code\":\"A\",\"name\":\"A\",\"id\":1}" },
    { 422, "read_only", "POST", P, JSON, "{\"code\":\"A\",\"name\":\"A\",\"version\":9}" },
    { 422, "read_only", "POST", P, JSON, "{\"code\":\"A\",\"name\":\"A\",\"company\":1}" },
    { 422, "read_only", "POST", "/api/v1/sales_orders", JSON,
      "{\"site\":\"S1\",\"number\":\"1\"}" },
    { 422, "read_only", "POST", "/api/v1/sales_orders", JSON, "{\"site\":\"S1\",\"paid\":\"9\"}" },
    { 422, "read_only", "POST", "/api/v1/sales_orders", JSON,
      "{\"site\":\"S1\",\"state\":\"done\"}" },
    { 422, "unknown_field", "POST", "/api/v1/sales_orders/checkout", JSON,
      "{\"till\":\"T1\",\"total\":\"0.01\",\"lines\":[]}" },
    { 422, "unknown_field", "POST", "/api/v1/sales_orders/checkout", JSON,
      "{\"till\":\"T1\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"1\",\"cost\":\"0\"}]}" },
    { 422, "read_only", "POST", "/api/v1/user_accounts", JSON,
      "{\"code\":\"m\",\"name\":\"M\",\"roles\":\"admin\",\"password\":\"" HUSH "\"}" },
    { 422, "read_only", "POST", "/api/v1/tills", JSON,
      "{\"code\":\"TX\",\"name\":\"X\",\"site\":\"S1\",\"last_number\":5}" },
    /* parameters */
    { 422, "unknown_filter", "GET", P "?hash=x", NULL, "" },
    { 422, "unknown_filter", "GET", "/api/v1/user_accounts?password=x", NULL, "" },
    { 422, "unknown_filter", "GET", "/api/v1/user_accounts?sort=password", NULL, "" },
    { 422, "unknown_filter", "GET", "/api/v1/user_accounts?fields=password", NULL, "" },
    { 422, "unknown_filter", "GET", "/api/v1/api_keys?hash[gte]=0", NULL, "" },
    { 422, "unknown_filter", "GET", P "?sort=name;DROP%20TABLE%20products", NULL, "" },
    { 422, "unknown_filter", "GET", P "?sort=name)--", NULL, "" },
    { 422, "unknown_filter", "GET", P "?fields=*", NULL, "" },
    { 422, "unknown_filter", "GET", P "?name[or]=1", NULL, "" },
    { 422, "unknown_filter", "GET", P "?1%20OR%201=1", NULL, "" },
    { 422, "unknown_filter", "GET", P "?expand=unit", NULL, "" },
    { 422, "unknown_filter", "POST", P "?dry_run=1", JSON, "{}" },
    { 422, "bad_cursor", "GET", P "?after=AAAA", NULL, "" },
    { 422, "bad_cursor", "GET", P "?after=%27", NULL, "" },
    { 422, "not_positive", "GET", P "?limit=0", NULL, "" },
    { 422, "not_positive", "GET", P "?limit=-1", NULL, "" },
    { 422, "too_large", "GET", P "?limit=1001", NULL, "" },
    { 422, "bad_number", "GET", P "?limit=9223372036854775808", NULL, "" },
    { 422, "bad_number", "GET", P "?limit=1e3", NULL, "" },
    { 422, "bad_number", "GET", P "?price[gte]=1e3", NULL, "" },
    { 400, "bad_request", "GET", P "?name=%zz", NULL, "" },
    { 400, "bad_request", "GET", P "?name=%ff", NULL, "" },
    { 200, NULL, "GET", P "?name='%20OR%20'1'='1", NULL, "" },
    { 200, NULL, "GET", P "?q=%27%3B%20DROP%20TABLE%20products", NULL, "" },
    { 200, NULL, "GET", P "?q=%25_%5C", NULL, "" },
    { 422, NULL, "GET", "/api/v1/reports/stock?site=%27%20OR%201=1--", NULL, "" },
    { 422, "unknown_filter", "GET", "/api/v1/reports/stock?company=1", NULL, "" },
    /* the operators' addresses */
    { 200, NULL, "GET", "/metrics", NULL, "" },
    { 404, "not_found", "GET", "/metrics/x", NULL, "" },
    { 404, NULL, "GET", "/.git/config", NULL, "" },
    { 404, NULL, "GET", "/kontor.db", NULL, "" },
};

static void tables_of_requests(struct siege *s)
{
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        send_row(s, &rows[i], rows[i].body, strlen(rows[i].body));
    }
    assert_int_equal(s->wrong, 0);
}

/* -- too much of something ------------------------------------------------------------------- */

static void repeat(struct buf *b, const char *what, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_str(b, what);
    }
}

static void too_much(struct siege *s)
{
    static const struct {
        int status;
        const char *code, *path, *before, *again, *after;
        size_t n;
    } bodies[] = {
        { 400, "bad_json", P, "", "[", "", 33 },
        { 400, "bad_json", P, "", "[", "", 500000 },
        { 400, "bad_json", P, "", "{\"a\":", "", 200000 },
        { 400, "bad_json", P, "[1", ",1", "]", 100001 },
        { 413, "body_too_large", P, "\"", "x", "\"", BODY_BYTES },
        { 422, "too_large", "/api/v1/sales_orders/checkout", "{\"till\":\"T1\",\"lines\":[{}",
          ",{\"product\":\"TEA\",\"quantity\":\"1\"}", "]}", 2001 },
        { 422, "too_long", P, "{\"code\":\"A\",\"name\":\"", "n", "\"}", 5000 },
        { 422, "too_long", P, "{\"name\":\"A\",\"code\":\"", "c", "\"}", 900000 },
    };
    struct arena a;
    arena_init(&a, (size_t)64 << 20);
    for (size_t i = 0; i < N_ELEMENTS(bodies); i++) {
        struct buf b;
        const struct row r = { bodies[i].status, bodies[i].code, "POST", bodies[i].path, JSON, "" };
        buf_init(&b, &a, REQUEST_BYTES);
        buf_str(&b, bodies[i].before);
        repeat(&b, bodies[i].again, bodies[i].n);
        buf_str(&b, bodies[i].after);
        assert_false(b.failed);
        send_row(s, &r, b.p, b.n);
    }
    struct buf target, headers;
    buf_init(&target, &a, REQUEST_BYTES);
    buf_str(&target, P "?");
    repeat(&target, "name=a&", 65);
    send_row(s, &(struct row){ 400, "bad_request", "GET", target.p, NULL, "" }, "", 0);
    repeat(&target, "name=a&", 1500);
    send_row(s, &(struct row){ 414, "address_too_long", "GET", target.p, NULL, "" }, "", 0);
    buf_init(&headers, &a, REQUEST_BYTES);
    repeat(&headers, "X-A: b\r\n", 200);
    send_row(s, &(struct row){ 431, "header_too_large", "GET", P, headers.p, "" }, "", 0);
    buf_init(&headers, &a, REQUEST_BYTES);
    buf_str(&headers, "X-A: ");
    repeat(&headers, "long", 9000);
    buf_str(&headers, "\r\n");
    send_row(s, &(struct row){ 431, "header_too_large", "GET", P, headers.p, "" }, "", 0);
    arena_free(&a);
    assert_int_equal(s->wrong, 0);
}

/* -- through every field ---------------------------------------------------------------------- */

/* Any refusal will do, and so will success; what must not come is a failure of the program. */
static void survives(struct siege *s, const char *method, const char *path, text_t body,
                     struct http_answer *answer, struct arena *a)
{
    const struct http_header_line headers[] = {
        { "Authorization", text_fmt(a, "Bearer %s", s->key) },
        { "Content-Type", TEXT("application/json") },
    };
    *answer = (struct http_answer){ 0 };
    enum err e = http_client_send(s->http, a, method, path, headers, N_ELEMENTS(headers), body,
                                  answer);
    if (e != OK || answer->status >= 500) {
        fail_msg("%s %s %.*s: %s %d %.*s", method, path, (int)body.n, body.s, err_name(e),
                 answer->status, (int)answer->body.n, answer->body.s ? answer->body.s : "");
    }
    if (answer->status >= 400) {
        text_t type = http_answer_header(a, answer, "Content-Type");
        assert_true(text_is(type, "application/problem+json"));
        fit_to_be_seen(s, body.s, answer->body.s);
    }
    s->asked++;
}

static const char *const texts[] = {
    "x'; DROP TABLE products; --",
    "1 OR 1=1) UNION ALL",
    ("<script>alert('" HUSH "')</script>"),
    "\\\"><img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "%s%s%n %d {1} {2} $1 ${x} {{7*7}}",
    "../../etc/passwd\\\\..\\\\",
    "a\\r\\nSet-Cookie: x=1",
    "\\u202egnp.exe \\ufeff\\u200b",
    "\xf0\x9f\x92\xa9 \xe0\xa4\xb9\xe0\xa4\xbf\xe0\xa4\xa8\xe0\xa5\x8d\xe0\xa4\xa6\xe0\xa5\x80",
};

static const char *const values[] = {
    "1e400",
    "-1e-400",
    "99999999999999999999999999",
    "9223372036854775808",
    "-9223372036854775809",
    "\"9223372036854775807\"",
    "\"-9223372036854775808\"",
    "\"922337203685477.5807\"",
    "\"1e5\"",
    "\"0x10\"",
    "\"NaN\"",
    "\"\xef\xbc\x91\xef\xbc\x92\"",
    "\"1.0000000000000000000000001\"",
    "\"\"",
    "\"-0\"",
    "-1",
    "1.5",
    "true",
    "{}",
    "[]",
    "[[[]]]",
    "{\"id\":\"x\"}",
    "{\"id\":-1}",
    "{\"id\":1,\"code\":\"x\"}",
    "\"0000-00-00\"",
    "\"9999-12-31\"",
    "\"2026-02-30T25:61:61Z\"",
    "[null]",
    "[{}]",
    "[{\"product\":\"TEA\"}]",
};

static long long some_record(const struct siege *s, const struct entity *e)
{
    char sql[120];
    (void)snprintf(sql, sizeof sql, "SELECT MIN(id) FROM \"%s\"", e->plural);
    return kit_store_sql(s->url, sql);
}

/* A text that is taken comes back as it was. */
static void text_stays(const char *field, const char *text, const struct http_answer *answer,
                       struct arena *a)
{
    struct json *given, *got;
    struct json_fault fault;
    text_t quoted = text_fmt(a, "\"%s\"", text);
    assert_int_equal(json_parse(a, quoted.s, quoted.n, &given, &fault), OK);
    assert_int_equal(json_parse(a, answer->body.s, answer->body.n, &got, &fault), OK);
    text_t stored = json_get_text(got, field);
    if (!text_eq(stored, given->text) && !text_eq(stored, text_trim(given->text))) {
        fail_msg("%s: %s became %.*s", field, text, (int)stored.n, stored.s ? stored.s : "");
    }
}

static void through_field(struct siege *s, const char *method, const char *path,
                          const struct field *f, size_t *turn)
{
    bool is_text = f->kind == &kind_text || f->kind == &kind_long_text;
    size_t n = is_text ? N_ELEMENTS(texts) : 8;
    for (size_t i = 0; i < n; i++) {
        struct http_answer answer;
        struct arena a;
        arena_init(&a, (size_t)16 << 20);
        const char *value = is_text ? texts[i] : values[(*turn)++ % N_ELEMENTS(values)];
        text_t body = text_fmt(&a, is_text ? "{\"%s\":\"%s\"}" : "{\"%s\":%s}", f->name, value);
        survives(s, method, path, body, &answer, &a);
        if (is_text && answer.status == 200 && strcmp(method, "PATCH") == 0) {
            text_stays(f->name, value, &answer, &a);
        }
        arena_free(&a);
    }
}

static void through_entity(struct siege *s, const struct entity_info *info, size_t *turn)
{
    const struct entity *e = info->entity;
    long long id = some_record(s, e);
    char path[200];
    if (e->flags & E_LINE) {
        return;
    }
    for (size_t i = 0; e->write && id && i < info->n_fields; i++) {
        /* Who takes away their own account or roles is not asked again. */
        bool oneself = e->index == E_user_account && (strcmp(info->fields[i].name, "roles") == 0 ||
                                                      strcmp(info->fields[i].name, "active") == 0);
        (void)snprintf(path, sizeof path, "/api/v1/%s/%lld", e->plural, id);
        if (!oneself && strcmp(info->fields[i].name, "archived") != 0) {
            through_field(s, "PATCH", path, &info->fields[i], turn);
        }
    }
    for (size_t k = 0; k < info->n_commands; k++) {
        const struct command *c = info->commands[k];
        if (c->flags & C_RECORD) {
            (void)snprintf(path, sizeof path, "/api/v1/%s/%lld/%s", e->plural, id ? id : 1,
                           c->name);
        } else {
            (void)snprintf(path, sizeof path, "/api/v1/%s/%s", e->plural, c->name);
        }
        for (size_t i = 0; c->args && i < c->args->n_fields; i++) {
            through_field(s, "POST", path, &c->args->fields[i], turn);
        }
    }
}

static void through_every_field(struct siege *s)
{
    size_t turn = 0;
    for (size_t i = 0; i < E_COUNT; i++) {
        const struct entity_info *info = house_info(s->house, (enum entity_index)i);
        if (info) {
            through_entity(s, info, &turn);
        }
    }
    assert_true(s->asked > 1500);
}

/* Cells that spreadsheets would run are defused. */
static void csv_runs_nothing(struct siege *s)
{
    struct arena a;
    struct http_answer answer = { 0 };
    arena_init(&a, (size_t)16 << 20);
    const struct http_header_line headers[] = {
        { "Authorization", text_fmt(&a, "Bearer %s", s->key) },
        { "Content-Type", TEXT("application/json") },
        { "Accept", TEXT("text/csv") },
    };
    assert_int_equal(http_client_send(s->http, &a, "POST", P, headers, 2,
                                      TEXT("{\"code\":\"CSV\",\"name\":\"=1+1,\\\"x\\\"\"}"),
                                      &answer),
                     OK);
    assert_int_equal(answer.status, 201);
    assert_int_equal(http_client_send(s->http, &a, "GET", P "?code=CSV&fields=name", headers, 3,
                                      TEXT_NONE, &answer),
                     OK);
    assert_string_equal(answer.body.s, "name\r\n\"'=1+1,\"\"x\"\"\"\r\n");
    arena_free(&a);
}

/* -- wrong keys ------------------------------------------------------------------------------- */

static void wrong_keys(struct siege *s)
{
    static const char *const keys[] = {
        "Bearer " HUSH, "Bearer kontor_" HUSH, "Bearer",          "Bearer ", "Basic " HUSH,
        HUSH,           "Bearer ' OR 1=1 --",  "Bearer \xff\xfe",
    };
    for (size_t i = 0; i < N_ELEMENTS(keys); i++) {
        char request[400];
        (void)snprintf(request, sizeof request,
                       "GET /api/v1/products HTTP/1.1\r\nHost: here\r\nAuthorization: %s\r\n\r\n",
                       keys[i]);
        assert_int_equal(kit_ask(s->server.port, request), 401);
    }
    for (int i = 0; i < 8; i++) { /* tries are counted: in the end they must wait */
        static const char body[] = "{\"name\":\"boss\",\"password\":\"" HUSH "\"}";
        char request[400];
        (void)snprintf(request, sizeof request,
                       "POST /api/v1/session HTTP/1.1\r\nHost: here\r\nContent-Type: "
                       "application/json\r\nContent-Length: %zu\r\n\r\n%s",
                       sizeof body - 1, body);
        int status = kit_ask(s->server.port, request);
        assert_true(i < 5 ? status == 401 : status == 401 || status == 429);
    }
}

/* -- slow, cut off, too many ------------------------------------------------------------------ */

#define IDLERS 60

/* Connections that send half a header, half a body, or nothing, and stay. */
static void idlers_come(struct siege *s, struct kit_conn c[static IDLERS])
{
    static const char *const halves[] = {
        "",
        "GET /api/v1/pro",
        "GET /api/v1/products HTTP/1.1\r\nHost: here\r\nX-",
        "POST /api/v1/products HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n{\"code\":",
        "POST /api/v1/products HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{",
    };
    for (size_t i = 0; i < IDLERS; i++) {
        kit_connect(&c[i], s->server.port);
        kit_send(&c[i], halves[i % N_ELEMENTS(halves)]);
    }
}

/* All are sent away in time: told 408 when they had said who they are, or just closed. */
static void idlers_go(struct kit_conn c[static IDLERS])
{
    for (size_t i = 0; i < IDLERS; i++) {
        if (i % 5 != 0) { /* who has said nothing may stay a while longer */
            assert_true(kit_await_end(&c[i], 20000));
            assert_true(c[i].n == 0 || strstr(c[i].bytes, " 408 "));
        }
        kit_close(&c[i]);
    }
}

static void cut_off(struct siege *s)
{
    for (int i = 0; i < 100; i++) {
        struct kit_conn c;
        const struct linger now = { 1, 0 };
        kit_connect(&c, s->server.port);
        kit_send(&c, i % 2 ? "POST /api/v1/products HTTP/1.1\r\nHost: here\r\nContent-Length: "
                             "900000\r\n\r\n{\"code\":"
                           : "GET /api/v1/products?limit=1000 HTTP/1.1\r\nHost: here\r\n\r\n");
        if (i % 3 == 0) { /* without a farewell */
            (void)setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        }
        kit_close(&c);
    }
}

static void large_main(void *arg)
{
    struct siege *s = arg;
    struct buf b;
    struct arena a;
    arena_init(&a, (size_t)8 << 20);
    buf_init(&b, &a, BODY_BYTES);
    buf_str(&b, "{\"till\":\"T1\",\"lines\":[{}");
    while (b.n < BODY_BYTES - 100) {
        buf_str(&b, ",{}");
    }
    buf_str(&b, "]}");
    text_t head = text_fmt(&a,
                           "POST /api/v1/sales_orders/checkout HTTP/1.1\r\nHost: here\r\n"
                           "Authorization: Bearer %s\r\n" JSON "Content-Length: %zu\r\n\r\n",
                           s->key, b.n);
    for (int i = 0; i < 20; i++) {
        struct kit_conn c;
        kit_connect(&c, s->server.port);
        if (kit_try_send(&c, head.s, head.n) && kit_try_send(&c, b.p, b.n)) {
            (void)kit_await_end(&c, 1); /* leaves without waiting for the answer */
        }
        kit_close(&c);
    }
    arena_free(&a);
}

static void many_large(struct siege *s)
{
    struct thread threads[6];
    for (size_t i = 0; i < N_ELEMENTS(threads); i++) {
        assert_int_equal(thread_start(&threads[i], "large", large_main, s), OK);
    }
    for (size_t i = 0; i < N_ELEMENTS(threads); i++) {
        thread_join(&threads[i]);
    }
}

/* -- the tests -------------------------------------------------------------------------------- */

static void siege_begins(struct siege *s, enum db_store store)
{
    static struct shop shop;
    static struct house_plan plan;
    *s = (struct siege){ .asked = 0 };
    arena_init(&s->arena, (size_t)16 << 20);
    shop_open(&shop, store);
    (void)snprintf(s->url, sizeof s->url, "%s", shop.url);
    /* Someone else's key: the fields of the first account are played with. */
    (void)snprintf(s->key, sizeof s->key, "%s", shop_person(&shop, "guest", "admin", NULL).s);
    shop_shut(&shop);
    plan = kontor_plan_make();
    s->house = house_new(&plan, NULL);
    server_start(&s->server, s->url);
    assert_int_equal(http_client_open("127.0.0.1", s->server.port, 60000, &s->http), OK);
}

static void siege_ends(struct siege *s)
{
    assert_true(server_runs(&s->server));
    long kib = server_memory_kib(&s->server);
    if (kib > MEMORY_KIB) {
        fail_msg("the server has come to %ld MiB", kib / 1024);
    }
    assert_int_equal(kit_ask(s->server.port, "GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n"), 200);
    http_client_close(s->http);
    assert_int_equal(server_stop(&s->server), 0);
    char *log = server_log(&s->server);
    assert_null(strstr(log, HUSH));
    assert_null(strstr(log, s->key));
    assert_null(strstr(log, "DROP TABLE"));
    assert_null(strstr(log, "\"level\":\"error\""));
    free(log);
    assert_int_equal(kontor_verify(s->url), 0);
    print_message("%zu requests, %ld MiB\n", s->asked, kib / 1024);
    house_free(s->house);
    kit_store_drop(s->url);
    arena_free(&s->arena);
}

static void siege_on_sqlite(void **state)
{
    static struct siege s;
    static struct kit_conn idlers[IDLERS];
    (void)state;
    siege_begins(&s, DB_SQLITE);
    idlers_come(&s, idlers); /* all that follows is done in spite of them */
    tables_of_requests(&s);
    too_much(&s);
    csv_runs_nothing(&s);
    wrong_keys(&s);
    through_every_field(&s);
    cut_off(&s);
    many_large(&s);
    idlers_go(idlers);
    siege_ends(&s);
}

static void siege_on_postgres(void **state)
{
    static struct siege s;
    (void)state;
    siege_begins(&s, DB_POSTGRES);
    tables_of_requests(&s);
    through_every_field(&s);
    siege_ends(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(siege_on_sqlite),
        cmocka_unit_test(siege_on_postgres),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
