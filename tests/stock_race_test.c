/* A thousand buyers at ten tills want the last hundred: a hundred get one, nine hundred are told
 * that nothing is left, nobody waits for ever, and the stock ends at nothing worth nothing. Half of
 * the baskets name the two products in the other order. On both stores. */
/* threads */
#include "app/open.h"
#include "back/stock/stock.h"
#include "common/company/company.h"
#include "front/order/order.h"
#include "front/till/till.h"
#include "kit/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define BUYERS 1000
#define PIECES 100
#define TILLS  10

struct market {
    struct kontor kontor;
    struct arena arena;
    struct who who;
};

struct buyer {
    struct call call;
    struct arena arena;
    atomic_int *sold, *refused, *other, *done;
};

static const struct json *parsed(struct arena *a, const char *text)
{
    struct json *j;
    struct json_fault fault;
    assert_int_equal(json_parse(a, text, strlen(text), &j, &fault), OK);
    return j;
}

static struct call call_of(struct market *m, struct arena *a, const struct entity *e,
                           const char *command, int64_t id, const char *args)
{
    struct call c = { .house = m->kontor.house,
                      .arena = a,
                      .who = &m->who,
                      .language = "en",
                      .verb = command ? CALL_COMMAND : CALL_CREATE,
                      .entity = e,
                      .record_id = id,
                      .args = parsed(a, args),
                      .now = INSTANT_NONE };
    if (command) {
        c.command = house_command(m->kontor.house, e, text_of(command));
        assert_non_null(c.command);
    }
    return c;
}

static int64_t must(struct market *m, const struct entity *e, const char *command, int64_t id,
                    const char *args)
{
    struct call c = call_of(m, &m->arena, e, command, id, args);
    if (flow_call(&c) != OK) {
        fail_msg("%s: %.*s", args, (int)c.answer.n, c.answer.s);
    }
    return c.answer_id;
}

static void market_open(struct market *m, const char *url)
{
    char why[256];
    arena_init(&m->arena, (size_t)256 << 20);
    if (kontor_open(&m->kontor, (struct db_config){ .url = url }, why) != OK) {
        fail_msg("%s", why);
    }
    m->who = kontor_system(0);
    int64_t company = must(
        m, &company_entity, NULL, 0,
        "{\"code\":\"TEST\",\"name\":\"Test\",\"country\":\"ES\",\"currency\":\"EUR\","
        "\"language\":\"en\",\"time_zone\":\"Europe/Madrid\",\"prices_include_tax\":true}");
    m->who = kontor_system(company);
    must(m, &company_entity, "set_up", company, "{}");
    must(m, &site_entity, NULL, 0, "{\"code\":\"S1\",\"name\":\"Shop\",\"kind\":\"store\"}");
    must(m, &product_entity, NULL, 0, "{\"code\":\"A\",\"name\":\"A\",\"price\":\"1.00\"}");
    must(m, &product_entity, NULL, 0,
         "{\"code\":\"B\",\"name\":\"B\",\"price\":\"2.00\",\"costing\":\"fifo\"}");
    must(m, &stock_move_entity, "receive", 0,
         "{\"site\":\"S1\",\"lines\":["
         "{\"product\":\"A\",\"quantity\":\"100\",\"unit_cost\":\"0.333\"},"
         "{\"product\":\"B\",\"quantity\":\"60\",\"unit_cost\":\"1.07\"},"
         "{\"product\":\"B\",\"quantity\":\"60\",\"unit_cost\":\"1.11\"}]}");
    for (int i = 0; i < TILLS; i++) {
        char args[100];
        snprintf(args, sizeof(args), "{\"code\":\"T%d\",\"name\":\"Till\",\"site\":\"S1\"}", i);
        int64_t till = must(m, &till_entity, NULL, 0, args);
        must(m, &till_entity, "open", till, "{\"float\":\"0.00\"}");
    }
}

static void bought(struct call *call)
{
    struct buyer *b = call->user;
    bool none_left = call->failure.why && strcmp(call->failure.why->code, "out_of_stock") == 0;
    if (call->outcome == OK && call->status == 201) {
        atomic_fetch_add(b->sold, 1);
    } else if (call->status == 409 && none_left) {
        atomic_fetch_add(b->refused, 1);
    } else {
        fprintf(stderr, "%s: %.*s\n", err_name(call->outcome), (int)call->answer.n, call->answer.s);
        atomic_fetch_add(b->other, 1);
    }
    atomic_fetch_add(b->done, 1);
}

static void buy(struct market *m, struct buyer *b, int i)
{
    char args[300];
    const char *first = i & 1 ? "B" : "A", *second = i & 1 ? "A" : "B";
    snprintf(args, sizeof(args),
             "{\"till\":\"T%d\",\"lines\":[{\"product\":\"%s\",\"quantity\":\"1\"},"
             "{\"product\":\"%s\",\"quantity\":\"1\"}],"
             "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"3.00\"}]}",
             i % TILLS, first, second);
    arena_init(&b->arena, (size_t)16 << 20);
    b->call = call_of(m, &b->arena, &sales_order_entity, "checkout", 0, args);
    b->call.done = bought;
    b->call.user = b;
    flow_submit(&b->call);
}

static void thousand_buyers(void **state)
{
    enum db_store store = kit_store_of(state);
    static struct market m;
    char url[KIT_URL_MAX];
    atomic_int sold = 0, refused = 0, other = 0, done = 0;
    kit_store_new(store, url);
    market_open(&m, url);
    struct buyer *buyers = calloc(BUYERS, sizeof(struct buyer));
    assert_non_null(buyers);
    for (int i = 0; i < BUYERS; i++) {
        buyers[i].sold = &sold;
        buyers[i].refused = &refused;
        buyers[i].other = &other;
        buyers[i].done = &done;
        buy(&m, &buyers[i], i);
    }
    kontor_close(&m.kontor); /* answers everything that was submitted */
    assert_int_equal(done, BUYERS);
    assert_int_equal(other, 0);
    assert_int_equal(sold, PIECES);
    assert_int_equal(refused, BUYERS - PIECES);
    /* 100 of A worth 33.30 are gone to the cent; of B the newer 20 are left, at 1.11. */
    assert_int_equal(kit_store_sql(url, "SELECT COUNT(*) FROM stock_balance WHERE on_hand = 0 "
                                        "AND value = 0"),
                     1);
    assert_int_equal(kit_store_sql(url, "SELECT on_hand FROM stock_balance WHERE on_hand <> 0"),
                     20000000);
    assert_int_equal(kit_store_sql(url, "SELECT value FROM stock_balance WHERE on_hand <> 0"),
                     2220);
    assert_int_equal(kit_store_sql(url, "SELECT CAST(SUM(value) AS BIGINT) FROM stock_moves"),
                     2220);
    assert_int_equal(kit_store_sql(url, "SELECT COUNT(*) FROM stock_moves WHERE kind = 1"),
                     2 * PIECES);
    for (int i = 0; i < BUYERS; i++) {
        arena_free(&buyers[i].arena);
    }
    free(buyers);
    arena_free(&m.arena);
    kit_store_drop(url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_ON_BOTH(thousand_buyers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
