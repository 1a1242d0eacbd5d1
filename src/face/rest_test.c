/* Records, changes and refusals through the REST face, on both stores. */
/* threads */
#include "face/crate_kit.h"

#include "os/thread.h"

/* -- every kind, in and out -------------------------------------------------------------- */

static const char full[] =
    "{\"code\":\"C1\",\"name\":\"Green tea\",\"note\":\"Two\\nlines\",\"pieces\":12,"
    "\"spare\":null,\"fragile\":true,"
    "\"price\":\"12.40\",\"fee\":\"1.234\",\"currency\":\"KWD\",\"weight\":\"2.5\","
    "\"fill\":\"87.5\",\"packed_on\":\"2026-02-28\","
    "\"packed_at\":\"2026-02-28T10:00:00Z\",\"colour\":\"blue\",\"site\":\"S1\","
    "\"tags\":{\"a\":[1,2]},\"secret\":\"hush\","
    "\"paper\":\"abc\",\"lines\":[{\"item\":\"tin\",\"quantity\":\"3\"},{\"item\":\"box\","
    "\"quantity\":\"0.5\"}]}";

static void has_all(struct crates *f)
{
    static const char *const rows[][2] = {
        { "code", "C1" },
        { "name", "Green tea" },
        { "note", "Two\nlines" },
        { "pieces", "12" },
        { "spare", "null" },
        { "fragile", "true" },
        { "price", "12.40" },
        { "fee", "1.234" },
        { "currency", "KWD" },
        { "weight", "2.5" },
        { "fill", "87.5" },
        { "packed_on", "2026-02-28" },
        { "packed_at", "2026-02-28T10:00:00.000000Z" },
        { "colour", "blue" },
        { "state", "open" },
        { "site.code", "S1" },
        { "site.label", "One" },
        { "above", "null" },
        { "tags.a[1]", "2" },
        { "seals", "0" },
        { "version", "1" },
        { "archived", "false" },
        { "company", "1" },
        { "secret", "(nothing)" },
        { "paper", "abc" },
        { "lines[0].item", "tin" },
        { "lines[1].quantity", "0.5" },
        { "lines[2]", "(nothing)" },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        has(f, rows[i][0], rows[i][1]);
    }
}

static void every_kind_comes_back(void **state)
{
    struct crates *f = *state;
    char path[100];
    ask(f, "packer", "POST", "/crates", full, 201);
    has_all(f);
    header_is(f, "ETag", "\"1\"");
    int64_t id = number(f, "id");
    (void)snprintf(path, sizeof path, "/api/v1/crates/%lld", (long long)id);
    header_is(f, "Location", path);
    ask(f, "reader", "GET", path, NULL, 200);
    assert_null(at(f, "site.code")); /* what the reader may not read is an id */
    assert_int_equal(number(f, "site.id"), f->sites[0]);
    ask(f, "packer", "GET", path, NULL, 200);
    has_all(f);
    header_is(f, "ETag", "\"1\"");
    ask(f, "packer", "GET", "/crates?expand=lines", NULL, 200);
    has(f, "items[0].lines[1].item", "box");
    has(f, "next", "null");
    ask(f, "packer", "GET", "/crates?fields=code,price", NULL, 200);
    assert_int_equal(at(f, "items[0]")->count, 2);
    ask(f, "packer", "GET", "/crates?fields=code&expand=lines", NULL, 200);
    assert_int_equal(at(f, "items[0]")->count, 2);
    ask(f, "packer", "GET", "/crates", NULL, 200);
    assert_null(at(f, "items[0].lines")); /* only when asked for */
}

static void changes_are_taken(void **state)
{
    struct crates *f = *state;
    ask(f, "packer", "POST", "/crates", full, 201);
    char path[100], sub[150];
    (void)snprintf(path, sizeof path, "/crates/%lld", (long long)number(f, "id"));
    ask(f, "packer", "PATCH", path, "{\"price\":\"13.00\",\"site\":null,\"spare\":4}", 200);
    has(f, "price", "13.00");
    has(f, "site", "null");
    has(f, "spare", "4");
    has(f, "version", "2");
    header_is(f, "ETag", "\"2\"");
    ask(f, "packer", "PATCH", path, "{\"lines\":[{\"item\":\"jar\",\"quantity\":\"1\"}]}", 200);
    ask(f, "packer", "GET", path, NULL, 200);
    has(f, "lines[0].item", "jar");
    has(f, "lines[1]", "(nothing)");
    (void)snprintf(sub, sizeof sub, "%s/seal", path);
    refused(f, "reader", "POST", sub, "", 403, "forbidden", NULL);
    ask(f, "packer", "POST", sub, "", 200);
    has(f, "state", "sealed");
    refused(f, "packer", "POST", sub, "", 409, "wrong_state", NULL);
    ask(f, "packer", "DELETE", path, NULL, 200);
    has(f, "archived", "true");
    ask(f, "packer", "GET", "/crates", NULL, 200);
    assert_null(at(f, "items[0]"));
    ask(f, "packer", "GET", "/crates?archived=true", NULL, 200);
    has(f, "items[0].code", "C1");
    ask(f, "packer", "GET", "/crates?archived[in]=true,false", NULL, 200);
    has(f, "items[0].code", "C1");
    refused(f, "packer", "PATCH", path, "{\"price\":\"1.00\"}", 409, "archived", NULL);
    refused(f, "packer", "POST", sub, "", 409, "archived", NULL);
}

static void commands_on_the_collection(void **state)
{
    struct crates *f = *state;
    ask(f, "packer", "POST", "/crates/pack",
        "{\"code\":\"P1\",\"site\":\"S2\",\"lines\":[{\"item\":\"tin\",\"quantity\":\"30\"},"
        "{\"item\":\"jar\",\"quantity\":\"0.25\"}]}",
        201);
    has(f, "total", "30.25");
    has(f, "lines[1].item", "jar");
    char path[100];
    (void)snprintf(path, sizeof path, "/api/v1/crates/%lld", (long long)number(f, "id"));
    header_is(f, "Location", path);
    ask(f, "packer", "GET", path, NULL, 200);
    has(f, "weight", "30.25");
    has(f, "packed_at", "2026-03-20T09:46:43.000000Z"); /* the clock of the server's config */
    ask(f, "reader", "POST", "/crates/peek",
        "{\"code\":\"P1\",\"lines\":[{\"item\":\"tin\",\"quantity\":\"30\"}]}", 200);
    refused(f, "packer", "POST", "/crates/pack",
            "{\"code\":\"P2\",\"lines\":[{\"item\":\"tin\",\"quantity\":\"90\"},{\"item\":\"jar\","
            "\"quantity\":\"11\"}]}",
            409, "too_heavy", "lines[1].quantity");
    has(f, "detail", "P2 weighs 101 kg; 100 kg is the most.");
    ask(f, "packer", "GET", "/crates?code=P2&count=1", NULL, 200);
    has(f, "total", "0"); /* a refusal changes nothing */
}

/* -- refusals ---------------------------------------------------------------------------- */

struct refused_row {
    const char *who, *method, *target, *body;
    int status;
    const char *code, *field;
};

#define LONG "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct refused_row rows[] = {
    { "nobody", "GET", "/crates", NULL, 401, "not_signed_in", NULL },
    { NULL, "GET", "/crates", NULL, 401, "not_signed_in", NULL },
    { NULL, "GET", "/nothing", NULL, 401, "not_signed_in", NULL },
    { "stranger", "GET", "/crates", NULL, 403, "forbidden", NULL },
    { "stranger", "GET", "/crates/1", NULL, 403, "forbidden", NULL },
    { "stranger", "GET", "/crates/1/history", NULL, 403, "forbidden", NULL },
    { "stranger", "GET", "/crate_lines", NULL, 403, "forbidden", NULL },
    { "stranger", "POST", "/crates", "{}", 403, "forbidden", NULL },
    { "reader", "POST", "/crates", "{}", 403, "forbidden", NULL },
    { "reader", "PATCH", "/crates/1", "{}", 403, "forbidden", NULL },
    { "reader", "DELETE", "/crates/1", NULL, 403, "forbidden", NULL },
    { "packer", "POST", "/sites", "{\"code\":\"S9\",\"name\":\"x\"}", 403, "forbidden", NULL },
    { "reader", "GET", "/reports/counting?to=3", NULL, 403, "forbidden", NULL },
    { "packer", "GET", "/crates/999999999", NULL, 404, "not_found", NULL },
    { "packer", "GET", "/crates/999999999/history", NULL, 404, "not_found", NULL },
    { "packer", "PATCH", "/crates/999999999", "{}", 404, "not_found", NULL },
    { "packer", "DELETE", "/crates/999999999", NULL, 404, "not_found", NULL },
    { "packer", "POST", "/crates/999999999/seal", "", 404, "not_found", NULL },
    { "packer", "GET", "/crates/0", NULL, 404, "not_found", NULL },
    { "packer", "GET", "/crates/99999999999999999999", NULL, 404, "not_found", NULL },
    { "packer", "GET", "/crates/1x", NULL, 404, "not_found", NULL },
    { "packer", "GET", "/crate_lines/1", NULL, 404, "not_found", NULL },
    { "packer", "POST", "/crate_lines/1/seal", "", 404, "not_found", NULL },
    { "packer", "GET", "/crates/1/history/2", NULL, 404, "not_found", NULL },
    { "packer", "GET", "/nothing", NULL, 404, "not_found", NULL },
    { "packer", "GET", "/reports/nothing", NULL, 404, "not_found", NULL },
    { "packer", "GET", "/api", NULL, 404, "not_found", NULL },
    { "packer", "POST", "/crates/unpack", "{}", 404, "not_found", NULL },
    { "packer", "POST", "/crates/seal", "{}", 404, "not_found", NULL },
    { "packer", "POST", "/crates/1/pack", "{}", 404, "not_found", NULL },
    { "packer", "PUT", "/crates", "{}", 405, "method_not_allowed", NULL },
    { "packer", "DELETE", "/crates", NULL, 405, "method_not_allowed", NULL },
    { "packer", "POST", "/crates/1", "{}", 405, "method_not_allowed", NULL },
    { "packer", "GET", "/crates/pack", NULL, 405, "method_not_allowed", NULL },
    { "packer", "POST", "/crate_lines", "{}", 405, "method_not_allowed", NULL },
    { "packer", "POST", "/reports/crates_by_site", "{}", 405, "method_not_allowed", NULL },
    { "packer", "POST", "/crates", "{\"code\":", 400, "bad_json", NULL },
    { "packer", "POST", "/crates", "{\"code\":\"a\",\"code\":\"b\"}", 400, "bad_json", NULL },
    { "packer", "POST", "/crates", "{} x", 400, "bad_json", NULL },
    { "packer", "POST", "/crates", "\xff", 400, "bad_json", NULL },
    { "packer", "GET", "/crates?a=%zz", NULL, 400, "bad_request", NULL },
    { "packer", "POST", "/crates", "[]", 422, "wrong_type", NULL },
    { "packer", "POST", "/crates", "{}", 422, "required", "code" },
    { "packer", "POST", "/crates", "{\"code\":\"A\"}", 422, "required", "name" },
    { "packer", "POST", "/crates", "{\"code\":\"  \",\"name\":\"x\"}", 422, "required", "code" },
    { "packer", "POST", "/crates", "{\"code\":7,\"name\":\"x\"}", 422, "wrong_type", "code" },
    { "packer", "POST", "/crates", "{\"nonsense\":1}", 422, "unknown_field", "nonsense" },
    { "packer", "POST", "/crates", "{\"code\":\"A\",\"name\":\"" LONG "\"}", 422, "too_long",
      "name" },
    { "packer", "POST", "/crates", "{\"code\":\"A\",\"name\":\"a\\u0007b\"}", 422, "bad_text",
      "name" },
    { "packer", "POST", "/crates", "{\"code\":\"A\",\"name\":\"a\\u202eb\"}", 422, "bad_text",
      "name" },
    { "packer", "POST", "/crates", "{\"code\":\"A\",\"name\":\"\\u200b \\u2066\\u200d\"}", 422,
      "required", "name" },
    { "packer", "POST", "/crates", "{\"pieces\":1001}", 422, "too_large", "pieces" },
    { "packer", "POST", "/crates", "{\"pieces\":-1}", 422, "negative", "pieces" },
    { "packer", "POST", "/crates", "{\"pieces\":1.5}", 422, "wrong_type", "pieces" },
    { "packer", "POST", "/crates", "{\"pieces\":\"1\"}", 422, "wrong_type", "pieces" },
    { "packer", "POST", "/crates", "{\"fragile\":1}", 422, "wrong_type", "fragile" },
    { "packer", "POST", "/crates", "{\"price\":12.40}", 422, "wrong_type", "price" },
    { "packer", "POST", "/crates", "{\"price\":\"12.405\"}", 422, "bad_number", "price" },
    { "packer", "POST", "/crates", "{\"price\":\"1e3\"}", 422, "bad_number", "price" },
    { "packer", "POST", "/crates", "{\"price\":\"99999999999999999999\"}", 422, "too_large",
      "price" },
    { "packer", "POST", "/crates", "{\"currency\":\"XXX\"}", 422, "bad_currency", "currency" },
    { "packer", "POST", "/crates", "{\"packed_on\":\"2026-02-30\"}", 422, "bad_date", "packed_on" },
    { "packer", "POST", "/crates", "{\"packed_at\":\"yesterday\"}", 422, "bad_date", "packed_at" },
    { "packer", "POST", "/crates", "{\"colour\":\"pink\"}", 422, "unknown_choice", "colour" },
    { "packer", "POST", "/crates", "{\"site\":\"S7\"}", 422, "unknown_reference", "site" },
    { "packer", "POST", "/crates", "{\"site\":999999}", 422, "unknown_reference", "site" },
    { "packer", "POST", "/crates", "{\"site\":true}", 422, "wrong_type", "site" },
    { "packer", "POST", "/crates", "{\"above\":\"C9\"}", 422, "unknown_reference", "above" },
    { "packer", "POST", "/crates", "{\"state\":\"sealed\"}", 422, "read_only", "state" },
    { "packer", "POST", "/crates", "{\"id\":7}", 422, "read_only", "id" },
    { "packer", "POST", "/crates", "{\"seals\":7}", 422, "read_only", "seals" },
    { "packer", "POST", "/crates", "{\"lines\":[{\"item\":\"a\",\"quantity\":\"0\"}]}", 422,
      "not_positive", "lines[0].quantity" },
    { "packer", "POST", "/crates",
      "{\"lines\":[{\"item\":\"a\",\"quantity\":\"1\"},{\"quantity\":\"1\"}]}", 422, "required",
      "lines[1].item" },
    { "packer", "POST", "/crates", "{\"lines\":[{\"item\":\"a\",\"size\":1}]}", 422,
      "unknown_field", "lines[0].size" },
    { "packer", "POST", "/crates", "{\"lines\":{}}", 422, "wrong_type", "lines" },
    { "packer", "POST", "/crates", "{\"lines\":[{},{},{},{}]}", 422, "too_large", "lines" },
    { "packer", "POST", "/crates/pack",
      "{\"code\":\"A\",\"lines\":[{\"item\":\"a\",\"quantity\":\"x\"}]}", 422, "bad_number",
      "lines[0].quantity" },
    { "packer", "POST", "/crates/pack?x=1", "{}", 422, "unknown_filter", "x" },
    { "packer", "GET", "/crates?nonsense=1", NULL, 422, "unknown_filter", "nonsense" },
    { "packer", "GET", "/crates?secret=hush", NULL, 422, "unknown_filter", "secret" },
    { "packer", "GET", "/crates?tags=1", NULL, 422, "unknown_filter", "tags" },
    { "packer", "GET", "/crates?lines=1", NULL, 422, "unknown_filter", "lines" },
    { "packer", "GET", "/crates?price[like]=1", NULL, 422, "unknown_filter", "price[like]" },
    { "packer", "GET", "/crates?price[gte=1", NULL, 422, "unknown_filter", "price[gte" },
    { "packer", "GET", "/crates?price=x", NULL, 422, "bad_number", "price" },
    { "packer", "GET", "/crates?packed_on=x", NULL, 422, "bad_date", "packed_on" },
    { "packer", "GET", "/crates?colour=pink", NULL, 422, "unknown_choice", "colour" },
    { "packer", "GET", "/crates?site=S9", NULL, 422, "unknown_reference", "site" },
    { "reader", "GET", "/crates?site=S1", NULL, 422, "wrong_type", "site" },
    { "packer", "GET", "/crates?sort=nonsense", NULL, 422, "unknown_filter", "sort" },
    { "packer", "GET", "/crates?sort=secret", NULL, 422, "unknown_filter", "sort" },
    { "packer", "GET", "/crates?sort=note", NULL, 422, "unknown_filter", "sort" },
    { "packer", "GET", "/crates?sort=code,name,pieces,price,weight", NULL, 422, "unknown_filter",
      "sort" },
    { "packer", "GET", "/crates?limit=0", NULL, 422, "not_positive", "limit" },
    { "packer", "GET", "/crates?limit=1001", NULL, 422, "too_large", "limit" },
    { "packer", "GET", "/crates?limit=x", NULL, 422, "bad_number", "limit" },
    { "packer", "GET", "/crates?count=maybe", NULL, 422, "wrong_type", "count" },
    { "packer", "GET", "/crates?after=rubbish", NULL, 422, "bad_cursor", "after" },
    { "packer", "GET", "/crates?after=!!", NULL, 422, "bad_cursor", "after" },
    { "packer", "GET", "/crates?fields=nonsense", NULL, 422, "unknown_filter", "fields" },
    { "packer", "GET", "/crates?fields=secret", NULL, 422, "unknown_filter", "fields" },
    { "packer", "GET", "/crates?expand=site", NULL, 422, "unknown_filter", "expand" },
    { "packer", "GET", "/sites?q=one", NULL, 422, "unknown_filter", "q" },
    { "packer", "GET", "/crates/1?limit=2", NULL, 422, "unknown_filter", "limit" },
    { "packer", "GET", "/reports/crates_by_site?nonsense=1", NULL, 422, "unknown_filter",
      "nonsense" },
    { "packer", "GET", "/reports/crates_by_site?least=x", NULL, 422, "bad_number", "least" },
    { "packer", "GET", "/reports/crates_by_site?after=rubbish", NULL, 422, "bad_cursor", "after" },
    { "admin", "GET", "/reports/counting", NULL, 422, "required", "to" },
    { "packer", "GET", "/events?after=x", NULL, 422, "bad_number", "after" },
    { "packer", "GET", "/events?sort=x", NULL, 422, "unknown_filter", "sort" },
};

static void refusals_have_names(void **state)
{
    struct crates *f = *state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        const struct refused_row *r = &rows[i];
        refused(f, r->who, r->method, r->target, r->body, r->status, r->code, r->field);
    }
    ask(f, "admin", "GET", "/crates?count=1", NULL, 200);
    has(f, "total", "0"); /* none of them changed anything */
    ask(f, "packer", "GET", "/reports/crates_by_site", NULL, 200);
}

static void refusals_speak_the_callers_language(void **state)
{
    struct crates *f = *state;
    begin(f, "packer", "GET", "/nothing", NULL);
    f->last.accept_language = TEXT("xx, en;q=0.3");
    assert_int_equal(send(f), 404);
    has(f, "title", "Not found");
    begin(f, "packer", "GET", "/nothing", NULL);
    assert_int_equal(send(f), 404);
    header_is(f, "Allow", NULL);
    begin(f, "packer", "PUT", "/crates", NULL);
    assert_int_equal(send(f), 405);
    header_is(f, "Allow", "GET, HEAD, POST");
    begin(f, NULL, "GET", "/crates", NULL);
    assert_int_equal(send(f), 401);
    header_is(f, "WWW-Authenticate", "Bearer");
}

static void posted_records_stay(void **state)
{
    struct crates *f = *state;
    ask(f, "admin", "POST", "/weighings", "{\"number\":\"W1\",\"weight\":\"1\"}", 201);
    char path[100];
    (void)snprintf(path, sizeof path, "/weighings/%lld", (long long)number(f, "id"));
    refused(f, "admin", "PATCH", path, "{\"weight\":\"2\"}", 409, "posted", NULL);
    refused(f, "admin", "DELETE", path, NULL, 409, "posted", NULL);
    refused(f, "admin", "POST", "/weighings", "{\"number\":\"W1\",\"weight\":\"1\"}", 409, "taken",
            NULL);
    ask(f, "admin", "POST", "/crates", full, 201);
    refused(f, "admin", "POST", "/crates", full, 409, "taken", "code");
}

/* -- headers ----------------------------------------------------------------------------- */

static int patch(struct crates *f, const char *path, const char *tag)
{
    begin(f, "packer", "PATCH", path, "{\"name\":\"Other\"}");
    f->last.if_match = text_of(tag);
    return send(f);
}

static void versions_guard_changes(void **state)
{
    struct crates *f = *state;
    char path[100];
    ask(f, "packer", "POST", "/crates", full, 201);
    (void)snprintf(path, sizeof path, "/crates/%lld", (long long)number(f, "id"));
    assert_int_equal(patch(f, path, "\"1\""), 200);
    header_is(f, "ETag", "\"2\"");
    assert_int_equal(patch(f, path, "\"1\""), 412);
    has(f, "code", "version_conflict");
    assert_non_null(strstr(f->last.answer.body.s, "version 2"));
    has(f, "version", "2");
    has(f, "changed.name[0]", "Green tea"); /* says what changed since version 1 */
    has(f, "changed.name[1]", "Other");
    assert_int_equal(patch(f, path, "*"), 200);
    assert_int_equal(patch(f, path, "W/\"3\""), 400);
    assert_int_equal(patch(f, path, "3"), 400);
    begin(f, "packer", "GET", path, NULL);
    f->last.if_none_match = TEXT("\"9\", W/\"3\"");
    assert_int_equal(send(f), 304);
    assert_int_equal(f->last.answer.body.n, 0);
    header_is(f, "ETag", "\"3\"");
    begin(f, "packer", "GET", path, NULL);
    f->last.if_none_match = TEXT("\"2\"");
    assert_int_equal(send(f), 200);
}

static void changes_by_cookie_need_the_token(void **state)
{
    struct crates *f = *state;
    begin(f, NULL, "POST", "/crates", full);
    f->last.cookie = TEXT("packer");
    assert_int_equal(send(f), 403);
    has(f, "code", "form_token");
    begin(f, NULL, "POST", "/crates", full);
    f->last.cookie = TEXT("packer");
    f->last.form_token = TEXT("good token");
    assert_int_equal(send(f), 201);
    begin(f, NULL, "GET", "/crates", NULL);
    f->last.cookie = TEXT("packer");
    assert_int_equal(send(f), 200);
    begin(f, NULL, "GET", "/crates", NULL);
    f->last.authorization = TEXT("Basic cGFja2VyOg==");
    assert_int_equal(send(f), 401);
    begin(f, "packer", "POST", "/crates", full);
    f->last.content_type = TEXT("text/plain");
    assert_int_equal(send(f), 415);
    has(f, "code", "media_type");
    begin(f, "packer", "POST", "/crates", "{\"code\":\"C2\",\"name\":\"x\"}");
    f->last.content_type = TEXT("Application/JSON; charset=utf-8");
    assert_int_equal(send(f), 201);
}

/* -- idempotency ------------------------------------------------------------------------- */

static int with_key(struct crates *f, const char *who, const char *target, const char *key,
                    const char *body)
{
    begin(f, who, "POST", target, body);
    f->last.idempotency_key = text_of(key);
    return send(f);
}

static void keys_answer_again(void **state)
{
    struct crates *f = *state;
    char first[4000], long_key[250];
    assert_int_equal(with_key(f, "packer", "/crates", "k1", full), 201);
    header_is(f, "Idempotent-Replay", NULL);
    (void)snprintf(first, sizeof first, "%s", f->last.answer.body.s);
    assert_int_equal(with_key(f, "packer", "/crates", "k1", full), 201);
    header_is(f, "Idempotent-Replay", "true");
    header_is(f, "ETag", "\"1\"");
    assert_string_equal(f->last.answer.body.s, first);
    assert_int_equal(with_key(f, "packer", "/crates", "k1", "{\"code\":\"X\",\"name\":\"x\"}"),
                     422);
    has(f, "code", "idempotency_key_reused");
    assert_int_equal(with_key(f, "packer", "/crates/pack", "k1", full), 422);
    assert_int_equal(with_key(f, "admin", "/crates", "k1", "{\"code\":\"Y\",\"name\":\"x\"}"),
                     201);                                               /* another's key */
    assert_int_equal(with_key(f, "packer", "/crates", "k2", full), 409); /* a refusal is kept too */
    (void)snprintf(first, sizeof first, "%s", f->last.answer.body.s);
    assert_int_equal(with_key(f, "packer", "/crates", "k2", full), 409);
    header_is(f, "Idempotent-Replay", "true");
    assert_string_equal(f->last.answer.body.s, first);
    memset(long_key, 'k', sizeof long_key);
    long_key[REST_KEY_MAX + 1] = '\0';
    assert_int_equal(with_key(f, "packer", "/crates", long_key, full), 400);
    long_key[REST_KEY_MAX] = '\0';
    assert_int_equal(with_key(f, "packer", "/crates", long_key, "{\"code\":\"Z\",\"name\":\"x\"}"),
                     201);
    assert_int_equal(with_key(f, "packer", "/crates", "a\tb", full), 400);
    assert_int_equal(with_key(f, "packer", "/crates", "", full), 400);
    ask(f, "packer", "GET", "/crates?count=1", NULL, 200);
    has(f, "total", "3");
}

#define AT_ONCE 50

struct at_once {
    struct crates *f;
    struct rest_request requests[AT_ONCE];
    struct arena arenas[AT_ONCE];
};

static void one_done(struct rest_request *r, void *arg)
{
    (void)r;
    latch_down(arg);
}

/* AT_ONCE requests handed in without waiting for the first. */
static void all_at_once(struct at_once *o, const char *method, const char *path, const char *body,
                        const char *key, const char *if_match)
{
    static const char *const names[] = { "GET", "HEAD", "POST", "PUT", "PATCH" };
    struct latch all;
    latch_init(&all, AT_ONCE);
    for (int i = 0; i < AT_ONCE; i++) {
        arena_init(&o->arenas[i], (size_t)16 << 20);
        o->requests[i] = (struct rest_request){ .arena = &o->arenas[i],
                                                .path = text_of(path),
                                                .body = text_of(body),
                                                .authorization = TEXT("Bearer packer"),
                                                .idempotency_key = text_of(key),
                                                .if_match = text_of(if_match) };
        while (strcmp(names[o->requests[i].method], method) != 0) {
            o->requests[i].method++;
        }
    }
    for (int i = 0; i < AT_ONCE; i++) {
        rest_submit(o->f->server, &o->requests[i], one_done, &all);
    }
    latch_wait(&all);
}

static void at_once_free(struct at_once *o)
{
    for (int i = 0; i < AT_ONCE; i++) {
        arena_free(&o->arenas[i]);
    }
}

static void one_key_fifty_times(void **state)
{
    struct crates *f = *state;
    struct at_once o = { .f = f };
    int fresh = 0;
    all_at_once(&o, "POST", "/api/v1/crates", full, "the key", NULL);
    for (int i = 0; i < AT_ONCE; i++) {
        assert_int_equal(o.requests[i].answer.status, 201);
        fresh += !rest_header(&o.requests[i].answer, "Idempotent-Replay").s;
        assert_string_equal(o.requests[i].answer.body.s, o.requests[0].answer.body.s);
    }
    assert_int_equal(fresh, 1);
    at_once_free(&o);
    ask(f, "packer", "GET", "/crates?count=1", NULL, 200);
    has(f, "total", "1");
}

static void one_version_fifty_times(void **state)
{
    struct crates *f = *state;
    struct at_once o = { .f = f };
    char path[100];
    int won = 0, lost = 0;
    ask(f, "packer", "POST", "/crates", full, 201);
    (void)snprintf(path, sizeof path, "/api/v1/crates/%lld", (long long)number(f, "id"));
    all_at_once(&o, "PATCH", path, "{\"pieces\":13}", NULL, "\"1\"");
    for (int i = 0; i < AT_ONCE; i++) {
        won += o.requests[i].answer.status == 200;
        lost += o.requests[i].answer.status == 412;
    }
    assert_int_equal(won, 1);
    assert_int_equal(lost, AT_ONCE - 1);
    at_once_free(&o);
}

/* -- operators --------------------------------------------------------------------------- */

static void operators_see_figures(void **state)
{
    struct crates *f = *state;
    ask(f, NULL, "GET", "/!healthz", NULL, 200);
    ask(f, NULL, "GET", "/!readyz", NULL, 200);
    ask(f, "packer", "POST", "/crates", full, 201);
    ask(f, "packer", "POST", "/crates/pack",
        "{\"code\":\"P\",\"lines\":[{\"item\":\"a\",\"quantity\":\"1\"}]}", 201);
    ask(f, NULL, "GET", "/!metrics", NULL, 200);
    const char *text = f->last.answer.body.s;
    assert_non_null(strstr(text, "kontor_requests_total{class=\"change\",status=\"2xx\"} 3\n"));
    assert_non_null(
        strstr(text, "kontor_commands_total{command=\"crates/pack\",status=\"2xx\"} 1\n"));
    assert_non_null(
        strstr(text, "kontor_command_seconds_bucket{command=\"crates/pack\",le=\"+Inf\"} 1\n"));
    assert_non_null(strstr(text, "kontor_command_seconds_count{command=\"crates/pack\"} 1\n"));
    assert_non_null(strstr(text, "\nkontor_store_writes_total "));
    assert_non_null(strstr(text, "\nprocess_resident_memory_bytes "));
    f->peer = "192.0.2.7"; /* from another machine only who is signed in */
    ask(f, NULL, "GET", "/!metrics", NULL, 401);
    ask(f, NULL, "GET", "/!healthz", NULL, 200);
    ask(f, "packer", "GET", "/!metrics", NULL, 200);
    f->peer = "::1";
    ask(f, NULL, "GET", "/!metrics", NULL, 200);
    f->peer = NULL;
}

/* -- a store that fails ------------------------------------------------------------------ */

static enum err fault;

static enum err make_fault(enum db_fault point)
{
    return point == DB_FAULT_STATEMENT || point == DB_FAULT_WRITE ? fault : OK;
}

static void a_failing_store_is_told(void **state)
{
    static const struct {
        enum err e;
        int status;
        const char *code;
        int reading;
    } faults[] = { { ERR_STORE, 503, "store_unavailable", 503 },
                   { ERR_DISK_FULL, 507, "disk_full", 507 },
                   { ERR_NO_MEMORY, 503, "out_of_memory", 503 },
                   { ERR_TIMEOUT, 503, "timeout", 422 } };
    struct crates *f = *state;
    for (size_t i = 0; i < N_ELEMENTS(faults); i++) {
        fault = faults[i].e;
        db_fault_hook = make_fault;
        begin(f, "packer", "POST", "/crates", full);
        int status = send(f);
        db_fault_hook = NULL;
        assert_int_equal(status, faults[i].status);
        has(f, "code", faults[i].code);
        header_is(f, "Retry-After", status == 503 ? "2" : NULL);
        db_fault_hook = make_fault;
        begin(f, "packer", "GET", "/crates", NULL);
        status = send(f);
        db_fault_hook = NULL;
        assert_int_equal(status, faults[i].reading);
    }
    ask(f, "packer", "POST", "/crates", full, 201); /* and goes on as if nothing had been */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(every_kind_comes_back),
        ON_BOTH(changes_are_taken),
        ON_BOTH(commands_on_the_collection),
        ON_BOTH(refusals_have_names),
        ON_BOTH(refusals_speak_the_callers_language),
        ON_BOTH(posted_records_stay),
        ON_BOTH(versions_guard_changes),
        ON_BOTH(changes_by_cookie_need_the_token),
        ON_BOTH(keys_answer_again),
        ON_BOTH(one_key_fifty_times),
        ON_BOTH(one_version_fifty_times),
        ON_BOTH(operators_see_figures),
        ON_BOTH(a_failing_store_is_told),
    };
    return arena_reserve_init() != OK || cmocka_run_group_tests(tests, NULL, NULL);
}
