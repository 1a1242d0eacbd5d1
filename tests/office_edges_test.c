/* Pages for people whose circumstances changed: moved to another site, one of many sites, in
 * another time zone; and addresses that ask for too much. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "face/office.h"
#include "kit/shop.h"
#include "meta/zone.h"
#include "os/clock.h"

#include <stdio.h>
#include <string.h>

#define PASSWORD "a password for the edges"

struct visit {
    struct shop shop;
    struct office *office;
    struct arena arena;
    text_t cookie;
    struct rest_request r;
};

static int64_t user_of(struct visit *v, const char *name)
{
    return kit_store_sql(
        v->shop.url,
        text_fmt(&v->shop.arena, "SELECT id FROM user_accounts WHERE code = '%s'", name).s);
}

/* Makes the person and signs them in. */
static void come_in(struct visit *v, const char *name, const char *held, const char *sites)
{
    struct arena *a = &v->shop.arena;
    (void)shop_person(&v->shop, name, held, sites);
    (void)shop_must(&v->shop, 200, "POST",
                    text_fmt(a, "/user_accounts/%lld/set_password", (long long)user_of(v, name)).s,
                    "{\"password\":\"" PASSWORD "\"}");
    struct rest_request r = { .arena = a,
                              .method = HTTP_POST,
                              .path = TEXT("/api/v1/session"),
                              .body = text_fmt(a, "{\"name\":\"%s\",\"password\":\"" PASSWORD "\"}",
                                               name),
                              .content_type = TEXT("application/json"),
                              .peer = TEXT("192.0.2.1") };
    rest_call(v->shop.rest, &r);
    assert_int_equal(r.answer.status, 200);
    text_t rest, set = rest_header(&r.answer, "Set-Cookie");
    (void)text_split(text_split(set, ';', &rest), '=', &set);
    v->cookie = text_copy(a, set);
}

static void visit_open(struct visit *v, enum db_store store)
{
    *v = (struct visit){ .office = NULL };
    shop_open(&v->shop, store);
    v->shop.clock = INSTANT_NONE; /* sessions end by the real time */
    v->office = office_new(v->shop.rest);
    assert_non_null(v->office);
    arena_init(&v->arena, (size_t)64 << 20);
}

static void visit_close(struct visit *v)
{
    arena_free(&v->arena);
    office_free(v->office);
    shop_close(&v->shop);
}

static const char *show(struct visit *v, int status, const char *address)
{
    text_t query = TEXT_NONE;
    arena_reset(&v->arena);
    text_t path = text_split(text_copy(&v->arena, text_of(address)), '?', &query);
    v->r = (struct rest_request){ .arena = &v->arena,
                                  .method = HTTP_GET,
                                  .path = text_copy(&v->arena, path),
                                  .query = query,
                                  .cookie = v->cookie,
                                  .peer = TEXT("192.0.2.1") };
    office_call(v->office, &v->r);
    if (v->r.answer.status != status) {
        print_error("%s on %.10s: %d\n", address, v->shop.url, v->r.answer.status);
    }
    assert_int_equal(v->r.answer.status, status);
    return v->r.answer.body.s ? v->r.answer.body.s : "";
}

static int64_t site_of(struct visit *v, const char *code)
{
    return kit_store_sql(
        v->shop.url, text_fmt(&v->shop.arena, "SELECT id FROM sites WHERE code = '%s'", code).s);
}

static void change(struct visit *v, int64_t id, const char *collection, const char *body)
{
    (void)shop_must(&v->shop, 200, "PATCH",
                    text_fmt(&v->shop.arena, "/%s/%lld", collection, (long long)id).s, body);
}

/* A home site that is another's now: Today is that of the sites that are left. */
static void moved(void **state)
{
    enum db_store store = kit_store_of(state);
    struct visit v;
    visit_open(&v, store);
    come_in(&v, "moved", "manager", "S1");
    int64_t user = user_of(&v, "moved");
    change(&v, user, "user_accounts", "{\"home_site\":\"S1\"}");
    (void)show(&v, 200, "/office");
    change(&v, user, "user_accounts", "{\"sites\":[{\"site\":\"S2\"}]}");
    (void)show(&v, 200, "/office");
    (void)show(&v, 200, "/office/tile/cash");
    (void)show(&v, 200, "/office/tile/orders_waiting");
    change(&v, user, "user_accounts", "{\"home_site\":\"S2\"}");
    (void)shop_must(&v.shop, 200, "DELETE",
                    text_fmt(&v.shop.arena, "/sites/%lld", (long long)site_of(&v, "S2")).s, NULL);
    (void)show(&v, 200, "/office");
    visit_close(&v);
}

/* Whose site stands behind fifty others in the order of codes sees it at the top all the same. */
static void one_of_many(void **state)
{
    enum db_store store = kit_store_of(state);
    struct visit v;
    visit_open(&v, store);
    for (int i = 0; i < 60; i++) {
        (void)shop_must(
            &v.shop, 201, "POST", "/sites",
            text_fmt(&v.shop.arena, "{\"code\":\"A%02d\",\"name\":\"Many\",\"kind\":\"store\"}", i)
                .s);
    }
    (void)shop_must(&v.shop, 201, "POST", "/sites",
                    "{\"code\":\"ZZ\",\"name\":\"Behind the others\",\"kind\":\"store\"}");
    come_in(&v, "behind", "manager", "ZZ");
    assert_non_null(strstr(show(&v, 200, "/office/you"), "Behind the others"));
    visit_close(&v);
}

/* What cannot be asked for is refused: never is more shown than was asked for. */
static void too_much(void **state)
{
    enum db_store store = kit_store_of(state);
    struct visit v;
    struct buf b;
    visit_open(&v, store);
    come_in(&v, "asking", "manager", NULL);
    buf_init(&b, &v.shop.arena, 4000);
    for (int i = 0; i < 70; i++) {
        buf_fmt(&b, i ? "&x%d=" : "/office/products?x%d=", i);
    }
    (void)show(&v, 400, buf_done(&b).s);
    buf_init(&b, &v.shop.arena, 4000);
    buf_str(&b, "/office/sales_orders?view=board");
    for (int i = 0; i < 15; i++) {
        buf_fmt(&b, "&total[gte]=%d", i);
    }
    assert_null(strstr(show(&v, 200, buf_done(&b).s), "may be at most"));
    buf_str(&b, "&state=draft");
    assert_non_null(strstr(show(&v, 200, buf_done(&b).s), "may be at most 15"));
    visit_close(&v);
}

/* A view is what was filtered, not where one stood and whose view one came by. */
static void saved_view(void **state)
{
    enum db_store store = kit_store_of(state);
    struct visit v;
    visit_open(&v, store);
    come_in(&v, "saving", "manager", NULL);
    assert_non_null(strstr(show(&v, 200, "/office/products?f=tea&saved=3&sort=name"),
                           "name=\"query\" value=\"f=tea&amp;sort=name\""));
    assert_non_null(strstr(show(&v, 200, "/office/products?saved=3"), "name=\"query\" value=\"\""));
    visit_close(&v);
}

/* A return at a shop that the reader may not see is not counted for them. */
static void returned_elsewhere(void **state)
{
    enum db_store store = kit_store_of(state);
    struct visit v;
    struct arena *a = &v.shop.arena;
    visit_open(&v, store);
    int64_t sale = shop_must(&v.shop, 201, "POST", "/sales_orders/checkout",
                             "{\"till\":\"T0\",\"lines\":[{\"product\":\"TEA\",\"quantity\":"
                             "\"2\"}],\"tenders\":[{\"kind\":\"cash\",\"amount\":\"20.00\"}]}");
    (void)shop_must(&v.shop, 200, "POST",
                    text_fmt(a, "/sales_orders/%lld/return", (long long)sale).s,
                    "{\"till\":\"T8\",\"reason\":\"x\",\"lines\":[{\"line\":1,\"quantity\":"
                    "\"1\"}],\"tenders\":[{\"kind\":\"cash\",\"amount\":\"10.00\"}]}");
    const char *address = text_fmt(a, "/office/sales_orders/%lld", (long long)sale).s;
    come_in(&v, "here", "manager", "S1");
    assert_null(strstr(show(&v, 200, address), "1 return"));
    come_in(&v, "everywhere", "manager", NULL);
    assert_non_null(strstr(show(&v, 200, address), "1 return"));
    visit_close(&v);
}

/* Goods that went to another site: their entry is seen where its first line is, the transfer where
 * they go. The entry's page leads nowhere that its reader may not go. */
static void sent_elsewhere(void **state)
{
    enum db_store store = kit_store_of(state);
    struct visit v;
    visit_open(&v, store);
    static const char *const ways[][2] = { { "S1", "S2" }, { "S2", "S1" } };
    for (size_t i = 0; i < N_ELEMENTS(ways); i++) {
        (void)shop_must(&v.shop, 201, "POST", "/stock_moves/transfer",
                        text_fmt(&v.shop.arena,
                                 "{\"from\":\"%s\",\"to\":\"%s\",\"lines\":[{\"product\":"
                                 "\"TEA\",\"quantity\":\"1\"}],\"arrive\":true}",
                                 ways[i][0], ways[i][1])
                            .s);
    }
    static const char apart[] = "FROM journal_entries e JOIN stock_transfers t ON t.id = e.source "
                                "AND e.source_entity = 'stock_transfer' "
                                "WHERE e.site <> t.to_site";
    int64_t entry = kit_store_sql(v.shop.url,
                                  text_fmt(&v.shop.arena, "SELECT MIN(e.id) %s", apart).s);
    int64_t first = kit_store_sql(v.shop.url,
                                  text_fmt(&v.shop.arena,
                                           "SELECT MIN(s.id) FROM sites s WHERE s.code = 'S1' "
                                           "AND s.id = (SELECT e.site FROM journal_entries e "
                                           "WHERE e.id = %lld)",
                                           (long long)entry)
                                      .s);
    const char *address =
        text_fmt(&v.shop.arena, "/office/journal_entries/%lld", (long long)entry).s;
    come_in(&v, "here", "admin", first > 0 ? "S1" : "S2");
    assert_null(strstr(show(&v, 200, address), "/office/stock_transfers/"));
    come_in(&v, "everywhere", "admin", NULL);
    assert_non_null(strstr(show(&v, 200, address), "/office/stock_transfers/"));
    visit_close(&v);
}

/* Since when a rule holds is for those who may read rules; what it did is for all who see the
 * sale. */
static void rules_of_prices(void **state)
{
    enum db_store store = kit_store_of(state);
    struct visit v;
    visit_open(&v, store);
    (void)shop_must(&v.shop, 201, "POST", "/discount_rules",
                    "{\"code\":\"OFF\",\"name\":\"Tea week\",\"product\":\"TEA\",\"percent\":"
                    "\"10\",\"valid_from\":\"2001-02-03\"}");
    (void)shop_must(&v.shop, 201, "POST", "/sales_orders/checkout",
                    "{\"till\":\"T0\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"1\"}],"
                    "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"9.00\"}]}");
    int64_t line = kit_store_sql(v.shop.url, "SELECT MAX(id) FROM sales_order_lines");
    const char *address =
        text_fmt(&v.shop.arena, "/office/why/sales_order_line/%lld/discount", (long long)line).s;
    come_in(&v, "prices", "manager", NULL);
    assert_non_null(strstr(show(&v, 200, address), "2001"));
    come_in(&v, "shelves", "stock_clerk", NULL);
    const char *page = show(&v, 200, address);
    assert_non_null(strstr(page, "Tea week"));
    assert_null(strstr(page, "2001"));
    visit_close(&v);
}

/* Why a sale cost what it did: the layers that were taken with their sum, or the average of what
 * was there; amounts are for those who may see what stock is worth. */
static void costs_explained(void **state)
{
    enum db_store store = kit_store_of(state);
    struct visit v;
    visit_open(&v, store);
    struct arena *a = &v.shop.arena;
    (void)shop_must(&v.shop, 201, "POST", "/products",
                    "{\"code\":\"FIF\",\"name\":\"Layers\",\"price\":\"9.00\",\"tax\":\"IVA21\","
                    "\"costing\":\"fifo\"}");
    (void)shop_must(&v.shop, 201, "POST", "/stock_moves/receive",
                    "{\"site\":\"S1\",\"lines\":[{\"product\":\"FIF\",\"quantity\":\"2\","
                    "\"unit_cost\":\"1.11\"}]}");
    (void)shop_must(&v.shop, 201, "POST", "/stock_moves/receive",
                    "{\"site\":\"S1\",\"lines\":[{\"product\":\"FIF\",\"quantity\":\"5\","
                    "\"unit_cost\":\"2.34\"}]}");
    (void)shop_must(
        &v.shop, 201, "POST", "/sales_orders/checkout",
        "{\"till\":\"T0\",\"lines\":[{\"product\":\"FIF\",\"quantity\":\"3\"},{\"product\":"
        "\"TEA\",\"quantity\":\"1\"}],\"tenders\":[{\"kind\":\"cash\",\"amount\":"
        "\"50.00\"}]}");
    int64_t tea = kit_store_sql(v.shop.url, "SELECT MAX(id) FROM sales_order_lines");
    int64_t layers = kit_store_sql(v.shop.url,
                                   "SELECT MAX(id) FROM sales_order_lines WHERE product = "
                                   "(SELECT id FROM products WHERE code = 'FIF')");
    int64_t move = kit_store_sql(v.shop.url, "SELECT MAX(id) FROM stock_moves WHERE kind = 1 AND "
                                             "layers IS NOT NULL");
    const char *line = text_fmt(a, "/office/why/sales_order_line/%lld/cost", (long long)layers).s;
    const char *moved = text_fmt(a, "/office/why/stock_move/%lld/value", (long long)move).s;
    come_in(&v, "accounts", "accountant", NULL);
    const char *const pages[] = { line, moved };
    for (size_t i = 0; i < N_ELEMENTS(pages); i++) {
        const char *page = show(&v, 200, pages[i]);
        const char *second = strstr(page, "2.34");
        assert_non_null(strstr(page, "From the layer received"));
        assert_non_null(strstr(page, "1.11"));
        assert_non_null(strstr(page, "2.22")); /* both of the first */
        assert_non_null(second);
        assert_non_null(strstr(second, "4.56")); /* their sum: 2.22 + 2.34 */
        assert_null(strstr(page, "Without a layer"));
    }
    const char *average = show(
        &v, 200, text_fmt(a, "/office/why/sales_order_line/%lld/cost", (long long)tea).s);
    assert_non_null(strstr(average, "Before it there were"));
    assert_non_null(strstr(average, "Received before"));
    come_in(&v, "till", "cashier", NULL);
    const char *page = show(&v, 200, line);
    assert_null(strstr(page, "From the layer"));
    assert_null(strstr(page, "1.11"));
    visit_close(&v);
}

/* What the program calls "stock_clerk" is read, and typed, as people call it. */
static void words_of_roles(void **state)
{
    enum db_store store = kit_store_of(state);
    struct visit v;
    visit_open(&v, store);
    (void)shop_must(&v.shop, 201, "POST", "/tasks",
                    "{\"title\":\"Look there\",\"role\":\"stock_clerk\"}");
    come_in(&v, "reading", "manager", NULL);
    assert_non_null(strstr(show(&v, 200, "/office/tasks?role=stock_clerk"), "Role: Stock clerk"));
    assert_non_null(
        strstr(show(&v, 200, "/office/tasks?f=role:%22stock%20clerk%22"), "Look there"));
    assert_null(strstr(show(&v, 200, "/office/tasks?f=role:cashier"), "Look there"));
    visit_close(&v);
}

/* A session of somebody else's is not there for those who may not see sessions. */
static void others_sessions(void **state)
{
    enum db_store store = kit_store_of(state);
    struct visit v;
    struct shop_answer answer;
    visit_open(&v, store);
    come_in(&v, "absent", "cashier", NULL);
    int64_t session = kit_store_sql(v.shop.url, "SELECT MAX(id) FROM sessions");
    const char *path = text_fmt(&v.shop.arena, "/sessions/%lld/end", (long long)session).s;
    const text_t keys[] = { shop_person(&v.shop, "curious", "cashier", NULL),
                            shop_person(&v.shop, "reading", "auditor", NULL) };
    const int statuses[] = { 404, 403 };
    for (size_t i = 0; i < N_ELEMENTS(keys); i++) {
        assert_int_equal(shop_ask_as(&v.shop, &answer, keys[i].s, "POST", path, NULL, NULL, "{}"),
                         statuses[i]);
        shop_forget(&answer);
    }
    (void)shop_must(&v.shop, 200, "POST", path, "{}");
    visit_close(&v);
}

/* Sums say whose currency they are in when not all rows are in it. */
static void other_currency(void **state)
{
    enum db_store store = kit_store_of(state);
    static const char order[] = "{\"site\":\"S1\",\"channel\":\"phone\",\"lines\":[{\"product\":"
                                "\"TEA\",\"quantity\":\"1\"}]}";
    struct visit v;
    visit_open(&v, store);
    come_in(&v, "adding", "manager", NULL);
    (void)shop_must(&v.shop, 201, "POST", "/sales_orders", order);
    int64_t other = shop_must(&v.shop, 201, "POST", "/sales_orders", order);
    assert_null(strstr(show(&v, 200, "/office/sales_orders?view=chart&group=state"), "Total EUR"));
    (void)kit_store_sql(v.shop.url, text_fmt(&v.shop.arena,
                                             "UPDATE sales_orders SET currency = 'USD' WHERE id = "
                                             "%lld",
                                             (long long)other)
                                        .s);
    assert_non_null(
        strstr(show(&v, 200, "/office/sales_orders?view=chart&group=state"), "Total EUR"));
    visit_close(&v);
}

/* Who only reads tasks is offered nothing to do with one, nor told who else there is. */
static void reader_of_tasks(void **state)
{
    enum db_store store = kit_store_of(state);
    struct visit v;
    visit_open(&v, store);
    int64_t task = shop_must(&v.shop, 201, "POST", "/tasks",
                             "{\"title\":\"Look there\",\"role\":\"manager\"}");
    const char *address = text_fmt(&v.shop.arena, "/inbox/%lld", (long long)task).s;
    come_in(&v, "does", "manager", NULL);
    assert_non_null(strstr(show(&v, 200, address), "/delegate"));
    come_in(&v, "reads", "auditor", NULL);
    const char *page = show(&v, 200, address);
    assert_null(strstr(page, "data-call"));
    assert_null(strstr(page, "\"does\""));
    visit_close(&v);
}

/* What the page of one's account sends for a second factor is what the command wants. */
static void second_factor(void **state)
{
    enum db_store store = kit_store_of(state);
    struct visit v;
    struct arena *a = &v.shop.arena;
    visit_open(&v, store);
    come_in(&v, "careful", "cashier", NULL);
    text_t path = text_fmt(a, "/api/v1/user_accounts/%lld/enrol_second_factor",
                           (long long)user_of(&v, "careful"));
    const char *form = strstr(
        show(&v, 200, "/office/you"),
        text_fmt(a, "<form class=\"fields\" data-call=\"POST %s\"", path.s).s);
    assert_non_null(form);
    const char *end = strstr(form, "</form>");
    const char *field = strstr(form, "name=\"current\"");
    assert_true(field && end && field < end);
    struct rest_request r = { .arena = a,
                              .method = HTTP_GET,
                              .path = TEXT("/api/v1/session"),
                              .cookie = v.cookie,
                              .peer = TEXT("192.0.2.1") };
    rest_call(v.shop.rest, &r);
    assert_int_equal(r.answer.status, 200);
    struct json *session;
    struct json_fault fault;
    assert_int_equal(json_parse(a, r.answer.body.s, r.answer.body.n, &session, &fault), OK);
    r = (struct rest_request){ .arena = a,
                               .method = HTTP_POST,
                               .path = path,
                               .body = TEXT("{\"current\":\"" PASSWORD "\"}"),
                               .content_type = TEXT("application/json"),
                               .cookie = v.cookie,
                               .form_token = json_get_text(session, "form_token"),
                               .peer = TEXT("192.0.2.1") };
    rest_call(v.shop.rest, &r);
    assert_int_equal(r.answer.status, 200);
    const char *page = show(&v, 200, "/office/you/second_factor");
    assert_non_null(strstr(page, "<svg class=\"qr\""));
    assert_non_null(strstr(page, "confirm_second_factor"));
    visit_close(&v);
}

/* The hour up to which today is compared with a week before is the site's. */
static void other_clock(void **state)
{
    enum db_store store = kit_store_of(state);
    struct visit v;
    visit_open(&v, store);
    v.shop.clock = INSTANT_NONE;
    come_in(&v, "far", "manager", "S2");
    change(&v, user_of(&v, "far"), "user_accounts", "{\"home_site\":\"S2\"}");
    /* Trade in every hour of this day, of which only those that have begun are shown. */
    static const char *const zones[] = { "Pacific/Honolulu", "Pacific/Auckland" };
    for (size_t i = 0; i < N_ELEMENTS(zones); i++) {
        char want[64];
        instant_t now = clock_now();
        text_t zone = text_of(zones[i]);
        change(&v, site_of(&v, "S2"), "sites",
               text_fmt(&v.shop.arena, "{\"time_zone\":\"%s\"}", zones[i]).s);
        (void)kit_store_sql(v.shop.url, "DELETE FROM sales_hour");
        for (int day = 0; day < 2; day++) {
            for (int h = 0; h < 24; h++) {
                (void)kit_store_sql(
                    v.shop.url,
                    text_fmt(&v.shop.arena,
                             "INSERT INTO sales_hour (company, day, site, hour, slot, sales, "
                             "returns, items, net, tax, total, returned) VALUES (%lld, %lld, "
                             "%lld, %d, 0, 1, 0, 1000000, 100, 0, 100, 0)",
                             (long long)v.shop.company,
                             (long long)(zone_day(zone, now).days - 7 * day),
                             (long long)site_of(&v, "S2"), h)
                        .s);
            }
        }
        int hour = zone_hour(zone, now);
        (void)snprintf(want, sizeof want, "%d.00", hour + 1);
        const char *page = show(&v, 200, "/office/tile/sales_today");
        const char *before = strstr(page, "The week before, until this hour");
        assert_non_null(before);
        if (zone_hour(zone, clock_now()) == hour) {
            before = strstr(before, "figure-value");
            assert_non_null(before);
            char seen[120];
            (void)snprintf(seen, sizeof seen, "%.60s", before);
            if (!strstr(seen, want)) {
                print_error("%s: %s expected in %s\n", zones[i], want, seen);
            }
            assert_non_null(strstr(seen, want));
        }
    }
    visit_close(&v);
}

/* Fields of the company's own, of every kind, in all that is made of fields. */
static void own_fields(void **state)
{
    enum db_store store = kit_store_of(state);
    static const struct {
        const char *kind, *more, *value;
    } own[] = {
        { "text", "", "\"<i>q</i>\"" },
        { "long_text", "", "\"a\\nb\"" },
        { "integer", "", "7" },
        { "money", "", "\"1.50\"" },
        { "quantity", "", "\"1.5\"" },
        { "rate", "", "\"5\"" },
        { "date", "", "\"2026-01-01\"" },
        { "time", "", "\"2026-01-01T10:00:00Z\"" },
        { "boolean", "", "true" },
        { "choice", ",\"choices\":\"a,b\"", "\"b\"" },
        { "reference", ",\"target\":\"party\"", "\"C1\"" },
        { "json", "", "{\"a\":[1]}" },
    };
    static const char *const seen[] = { "products?view=table&columns=code,",
                                        "products?view=chart&group=",
                                        "products?view=calendar&group=", "products/new?x=" };
    struct visit v;
    struct arena *a = &v.shop.arena;
    visit_open(&v, store);
    come_in(&v, "keeper", "admin", NULL);
    int64_t tea = kit_store_sql(v.shop.url, "SELECT id FROM products WHERE code = 'TEA'");
    for (size_t i = 0; i < N_ELEMENTS(own); i++) {
        const char *kind = own[i].kind;
        struct shop_answer answer;
        (void)shop_must(&v.shop, 201, "POST", "/custom_fields",
                        text_fmt(a,
                                 "{\"entity\":\"product\",\"name\":\"x_%s\",\"label\":\"<b>%s\","
                                 "\"kind\":\"%s\"%s}",
                                 kind, kind, kind, own[i].more)
                            .s);
        change(&v, tea, "products", text_fmt(a, "{\"x_%s\":%s}", kind, own[i].value).s);
        for (size_t k = 0; k < N_ELEMENTS(seen); k++) {
            const char *page = show(&v, 200, text_fmt(a, "/office/%sx_%s", seen[k], kind).s);
            assert_null(strstr(page, "<b>"));
            assert_null(strstr(page, "<i>"));
        }
        int status = shop_ask(&v.shop, &answer, "GET", text_fmt(a, "/products?group=x_%s", kind).s,
                              NULL, NULL);
        if (status != 200 && status != 422) {
            print_error("group=x_%s on %.10s: %d\n", kind, v.shop.url, status);
        }
        assert_true(status == 200 || (status == 422 && text_is(answer.code, "unknown_filter")));
        shop_forget(&answer);
    }
    assert_null(
        strstr(show(&v, 200, text_fmt(a, "/office/products/%lld", (long long)tea).s), "<b>"));
    visit_close(&v);
}

/* The first steps stand on Today until something was sold; who may not set up does not see them. */
static void first_steps(void **state)
{
    enum db_store store = kit_store_of(state);
    struct visit v;
    visit_open(&v, store);
    come_in(&v, "owner", "admin", NULL);
    const char *page = show(&v, 200, "/office/tile/first_steps");
    const char *next = strstr(page, "class=\"next\"");
    assert_non_null(strstr(page, "class=\"done\""));
    assert_non_null(next);
    assert_null(strstr(next + 1, "class=\"next\""));
    assert_non_null(strstr(show(&v, 200, "/office"), "first-steps"));
    (void)shop_must(&v.shop, 201, "POST", "/sales_orders/checkout",
                    "{\"till\":\"T0\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"1\"}],"
                    "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"10.00\"}]}");
    assert_string_equal(show(&v, 200, "/office/tile/first_steps"), "");
    assert_null(strstr(show(&v, 200, "/office"), "first-steps"));
    come_in(&v, "seller", "cashier", "S1");
    (void)show(&v, 404, "/office/tile/first_steps");
    visit_close(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_ON_BOTH(moved),           KIT_ON_BOTH(one_of_many),
        KIT_ON_BOTH(too_much),        KIT_ON_BOTH(saved_view),
        KIT_ON_BOTH(second_factor),   KIT_ON_BOTH(reader_of_tasks),
        KIT_ON_BOTH(other_currency),  KIT_ON_BOTH(other_clock),
        KIT_ON_BOTH(own_fields),      KIT_ON_BOTH(returned_elsewhere),
        KIT_ON_BOTH(sent_elsewhere),  KIT_ON_BOTH(rules_of_prices),
        KIT_ON_BOTH(others_sessions), KIT_ON_BOTH(words_of_roles),
        KIT_ON_BOTH(costs_explained), KIT_ON_BOTH(first_steps),
    };
    return arena_reserve_init() != OK || cmocka_run_group_tests(tests, NULL, NULL);
}
