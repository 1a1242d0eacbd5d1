/* Tables into collections over HTTP: looked at, given to the job, told; twice is once; rights and
 * sites hold, also those that change while it goes on; what is left of it is forgotten in time. On
 * both stores. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow/work.h"
#include "kit/shop.h"

#include <stdio.h>

struct test {
    struct shop shop;
    struct arena arena; /* of the last answer */
    struct rest_answer answer;
    const struct json *json;
    instant_t now; /* of the worker */
};

static int ask(struct test *t, const char *who, const char *method, const char *target,
               const char *type, const char *body)
{
    struct json_fault fault;
    struct json *j = NULL;
    arena_reset(&t->arena);
    text_t query, path = text_split(text_of(target), '?', &query);
    struct rest_request r = {
        .arena = &t->arena,
        .method = strcmp(method, "POST") == 0 ? HTTP_POST : HTTP_GET,
        .path = text_fmt(&t->arena, "/api/v1%.*s", (int)path.n, path.s),
        .query = query.s ? text_copy(&t->arena, query) : TEXT_NONE,
        .body = text_of(body),
        .content_type = text_of(type),
        .authorization = text_fmt(&t->arena, "Bearer %s",
                                  who               ? who
                                  : t->shop.admin.s ? t->shop.admin.s
                                                    : ""),
    };
    rest_call(t->shop.rest, &r);
    t->answer = r.answer;
    if (r.answer.body.n > 0 &&
        json_parse(&t->arena, r.answer.body.s, r.answer.body.n, &j, &fault) != OK) {
        j = NULL;
    }
    t->json = j;
    return r.answer.status;
}

static void must(struct test *t, int status, const char *who, const char *method,
                 const char *target, const char *body)
{
    if (ask(t, who, method, target, body ? "text/csv; charset=utf-8" : NULL, body) != status) {
        fail_msg("%s %s: %d %s", method, target, t->answer.status,
                 t->answer.body.s ? t->answer.body.s : "");
    }
}

static int64_t number(const struct test *t, const char *name)
{
    int64_t v = -1;
    const struct json *j = json_get(t->json, name);
    return j && text_to_i64(j->text, &v) == OK ? v : -1;
}

static const struct json *nth(const struct test *t, const char *list, size_t i)
{
    const struct json *j = json_get(t->json, list);
    j = j ? j->first : NULL;
    while (j && i-- > 0) {
        j = j->next;
    }
    return j;
}

static void says(const struct json *j, const char *member, const char *text)
{
    const struct json *m = json_get(j, member);
    if (!m || !text_is(m->text, text)) {
        fail_msg("%s is %s, not %s", member, m && m->text.s ? m->text.s : "none", text);
    }
}

static void works(struct test *t, int rounds)
{
    while (rounds-- > 0) {
        t->now.us += 3600 * US_PER_SECOND;
        (void)worker_round(t->shop.kontor.house, t->now);
    }
}

/* Gives the table to the job, lets it work, and asks how it went. */
static void import(struct test *t, const char *who, const char *target, const char *body)
{
    char told[300];
    must(t, 202, who, "POST", target, body);
    int64_t job = number(t, "job");
    assert_true(job > 0);
    works(t, 30);
    (void)snprintf(told, sizeof told, "%.*s?job=%lld", (int)strcspn(target, "?"), target,
                   (long long)job);
    must(t, 200, who, "GET", told, NULL);
    says(t->json, "state", "done");
}

static void counts(const struct test *t, int64_t new, int64_t changed, int64_t same,
                   int64_t rejected)
{
    if (number(t, "new") != new || number(t, "changed") != changed || number(t, "same") != same ||
        number(t, "rejected") != rejected) {
        fail_msg("%s", t->answer.body.s);
    }
}

static const char products[] = "\xEF\xBB\xBF"
                               "Código;Nombre;Precio;What\r\n"
                               "OOLONG;Oolong;12.50;a\r\n"
                               "SENCHA;\"Sencha; fine\";9.00;b\r\n"
                               ";No code;1.00;c\r\n"
                               "BAD;Bad price;cheap;d\r\n"
                               "TEA;Green tea, new name;;e\r\n";

static void a_table_is_looked_at(struct test *t)
{
    must(t, 200, NULL, "POST", "/products/import?dry_run=1", products);
    says(nth(t, "columns", 0), "field", "code");
    says(nth(t, "columns", 1), "field", "name");
    assert_int_equal(json_get(nth(t, "columns", 3), "field")->type, JSON_NULL);
    assert_string_equal(json_get(nth(t, "columns", 0), "samples")->first->text.s, "OOLONG");
    assert_int_equal(number(t, "rows"), 5);
    assert_non_null(json_get(t->json, "fields"));
    says(t->json, "encoding", "utf-8");
    must(
        t, 200, NULL, "POST",
        "/products/import?dry_run=1&map=%7B%22code%22:%22C%C3%B3digo%22,%22name%22:%22Nombre%22%7D",
        products);
    counts(t, 2 + 1, 1, 0, 1);
    says(nth(t, "rejects", 0), "field", "code");
    says(nth(t, "rejects", 0), "line", "4");
    says(nth(t, "preview", 0), "action", "create");
    says(json_get(nth(t, "preview", 1), "values"), "name", "Sencha; fine");
    must(t, 200, NULL, "GET", "/products?code=OOLONG&count=1", NULL); /* nothing was made */
    assert_int_equal(number(t, "total"), 0);
}

static void a_job_takes_it(struct test *t)
{
    static const char map[] =
        "/products/import?map=%7B%22code%22:%22C%C3%B3digo%22,%22name%22:%22Nombre%22%7D";
    import(t, NULL, map, products);
    assert_int_equal(number(t, "rows"), 5);
    assert_int_equal(number(t, "done"), 5);
    counts(t, 3, 1, 0, 1);
    says(nth(t, "rejects", 0), "line", "4");
    says(nth(t, "rejects", 0), "code", "required");
    must(t, 200, NULL, "GET", "/products?code[in]=OOLONG,SENCHA,TEA&sort=code&count=1", NULL);
    assert_int_equal(number(t, "total"), 3);
    says(nth(t, "items", 1), "name", "Sencha; fine");
    says(nth(t, "items", 2), "name", "Green tea, new name");
    import(t, NULL, map, products); /* twice is once */
    counts(t, 0, 0, 4, 1);
}

static void many_rows_go_in_pieces(struct test *t)
{
    struct arena a;
    struct buf b;
    arena_init(&a, (size_t)16 << 20);
    buf_init(&b, &a, (size_t)8 << 20);
    buf_str(&b, "code,name\n");
    for (int i = 0; i < 450; i++) {
        buf_fmt(&b, "MANY%d,Product %d\n", i, i);
    }
    buf_str(&b, "MANY7,Another name\nMANY7,\"not closed\n");
    import(t, NULL, "/products/import", buf_done(&b).s);
    assert_int_equal(number(t, "rows"), 452);
    counts(t, 450, 1, 0, 1);
    must(t, 200, NULL, "GET", "/products?code=MANY7", NULL);
    says(nth(t, "items", 0), "name", "Another name");
    arena_free(&a);
}

static void rows_without_code_are_made_once(struct test *t)
{
    static const char rules[] = "event,title,role,due_minutes\n"
                                "sales_order.placed,Pack it,stock_clerk,30\n"
                                "sales_order.placed,Pack it,stock_clerk,30\n";
    import(t, NULL, "/handover_rules/import", rules);
    counts(t, 2, 0, 0, 0);
    import(t, NULL, "/handover_rules/import", rules);
    counts(t, 0, 0, 2, 0);
}

static void latin_1_is_read(struct test *t)
{
    must(t, 200, NULL, "POST", "/products/import?dry_run=1", "code,name\nX1,Caf\xE9\n");
    says(t->json, "encoding", "latin-1");
    says(json_get(nth(t, "preview", 0), "values"), "name", "Caf\xC3\xA9");
}

static void what_cannot_be_is_refused(struct test *t)
{
    text_t clerk = shop_person(&t->shop, "clerk", "stock_clerk", NULL);
    text_t buyer = shop_person(&t->shop, "buyer", "buyer", NULL);
    must(t, 403, clerk.s, "POST", "/products/import?dry_run=1", "code,name\nX,Y\n");
    must(t, 403, clerk.s, "POST", "/products/import", "code,name\nX,Y\n");
    must(t, 404, NULL, "POST", "/payments/import", "amount\n1\n"); /* only commands write it */
    must(t, 422, NULL, "POST", "/products/import", "nothing,known\nX,Y\n");
    must(t, 422, NULL, "POST", "/products/import?map=%7B%22nope%22:%22code%22%7D", "code\nX\n");
    must(t, 422, NULL, "POST", "/products/import?map=%7B%22code%22:%22nope%22%7D", "code\nX\n");
    must(t, 400, NULL, "POST", "/products/import?map=x", "code\nX\n");
    must(t, 422, NULL, "POST", "/products/import?delimiter=x", "code\nX\n");
    must(t, 422, NULL, "POST", "/products/import", "");
    assert_int_equal(ask(t, NULL, "POST", "/products/import", "application/json", "{}"), 415);
    import(t, buyer.s, "/products/import", "code,name\nBUYERS,Bought\n");
    counts(t, 1, 0, 0, 0);
    char told[100];
    (void)snprintf(told, sizeof told, "/products/import?job=%lld", (long long)number(t, "job"));
    must(t, 403, clerk.s, "GET", told, NULL);
    text_t other = shop_person(&t->shop, "other", "buyer", NULL);
    must(t, 404, other.s, "GET", told, NULL); /* theirs alone */
    must(t, 200, NULL, "GET", told, NULL);    /* who may read jobs */
    must(t, 404, NULL, "GET", "/products/import?job=1", NULL);
}

/* -- rights that change meanwhile, and what is left -------------------------------------------- */

static int64_t account(struct test *t, const char *name)
{
    char path[100];
    (void)snprintf(path, sizeof path, "/user_accounts?code=%s", name);
    must(t, 200, NULL, "GET", path, NULL);
    int64_t id = -1;
    assert_int_equal(text_to_i64(json_get(nth(t, "items", 0), "id")->text, &id), OK);
    return id;
}

static void change(struct test *t, int64_t id, const char *verb, const char *body)
{
    struct shop_answer answer;
    char path[100];
    (void)snprintf(path, sizeof path, "/user_accounts/%lld%s", (long long)id, verb);
    int status = shop_ask(&t->shop, &answer, *verb ? "POST" : "PATCH", path, NULL, body);
    assert_int_equal(status, 200);
    shop_forget(&answer);
}

static void stopped_at(struct test *t, int64_t job, int64_t done, const char *why)
{
    char told[100];
    (void)snprintf(told, sizeof told, "/products/import?job=%lld", (long long)job);
    must(t, 200, NULL, "GET", told, NULL);
    says(t->json, "state", "failed");
    assert_int_equal(number(t, "done"), done);
    if (!strstr(json_get(t->json, "last_error")->text.s, why)) {
        fail_msg("%s", t->answer.body.s);
    }
}

/* Three pieces of a person's, of whom the first is done. */
static int64_t begin_three(struct test *t, text_t key, const char *prefix)
{
    struct buf b;
    struct arena a;
    arena_init(&a, (size_t)4 << 20);
    buf_init(&b, &a, (size_t)1 << 20);
    buf_str(&b, "code,name\n");
    for (int i = 0; i < 500; i++) {
        buf_fmt(&b, "%s%d,Product %d\n", prefix, i, i);
    }
    must(t, 202, key.s, "POST", "/products/import", buf_done(&b).s);
    arena_free(&a);
    int64_t job = number(t, "job");
    works(t, 1);
    return job;
}

static void retry(struct test *t, int64_t job)
{
    char path[100];
    (void)snprintf(path, sizeof path, "/jobs/%lld/retry", (long long)job);
    (void)shop_must(&t->shop, 200, "POST", path, "{}");
}

static long long pieces_of(struct test *t, int64_t job)
{
    char sql[100];
    (void)snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM import_piece WHERE job = %lld",
                   (long long)job);
    return kit_store_sql(t->shop.url, sql);
}

static void who_may_no_more_imports_no_more(struct test *t)
{
    text_t leaves = shop_person(&t->shop, "leaves", "buyer", NULL);
    text_t moves = shop_person(&t->shop, "moves", "buyer", NULL);
    int64_t gone = begin_three(t, leaves, "LEAVES");
    change(t, account(t, "leaves"), "/disable", "{}");
    works(t, 1);
    stopped_at(t, gone, 200, "The account of leaves is disabled");

    int64_t moved = begin_three(t, moves, "MOVES");
    int64_t mover = account(t, "moves");
    change(t, mover, "", "{\"roles\":\"stock_clerk\"}");
    works(t, 1);
    stopped_at(t, moved, 200, "moves may no longer write here (product.write)");
    change(t, mover, "", "{\"roles\":\"buyer\"}");
    retry(t, moved); /* nothing is lost */
    works(t, 3);
    char told[100];
    (void)snprintf(told, sizeof told, "/products/import?job=%lld", (long long)moved);
    must(t, 200, NULL, "GET", told, NULL);
    says(t->json, "state", "done");
    counts(t, 500, 0, 0, 0);
    assert_int_equal(pieces_of(t, moved), 0);

    assert_int_equal(pieces_of(t, gone), 2);
    t->now.us += 31 * US_PER_DAY;
    works(t, 3);
    assert_int_equal(pieces_of(t, gone), 0);
    (void)snprintf(told, sizeof told, "/products/import?job=%lld", (long long)gone);
    must(t, 404, NULL, "GET", told, NULL);
}

/* A job whose rows are not there any more does not pretend to be done. */
static void rows_that_are_gone_are_missed(struct test *t)
{
    text_t buyer = shop_person(&t->shop, "loses", "buyer", NULL);
    int64_t job = begin_three(t, buyer, "LOST");
    kit_store_sql(t->shop.url, "DELETE FROM import_piece");
    works(t, 1);
    stopped_at(t, job, 200, "no longer kept");
}

static void tables_are_imported(void **state)
{
    enum db_store store = kit_store_of(state);
    struct test t = { .answer = { 0 } };
    arena_init(&t.arena, (size_t)64 << 20);
    shop_open(&t.shop, store);
    t.now = t.shop.clock;
    t.now.us += 24 * 3600 * US_PER_SECOND;
    a_table_is_looked_at(&t);
    a_job_takes_it(&t);
    many_rows_go_in_pieces(&t);
    rows_without_code_are_made_once(&t);
    latin_1_is_read(&t);
    what_cannot_be_is_refused(&t);
    who_may_no_more_imports_no_more(&t);
    rows_that_are_gone_are_missed(&t);
    shop_close(&t.shop);
    arena_free(&t.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_ON_BOTH(tables_are_imported),
    };
    return arena_reserve_init() != OK || cmocka_run_group_tests(tests, NULL, NULL);
}
