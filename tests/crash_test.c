/* The server is killed under load, again and again, and so is PostgreSQL: whatever was answered is
 * there, once; what was not answered is sent again under its key and is then there once too; the
 * books hold after every round.
 *
 *     crash_test [ROUNDS]
 *
 * Each client has a till of its own whose journal it numbers itself, as a till does that must sell
 * with the line down: it goes on to the next sale only when this one was answered. The moments are
 * random and differ from run to run: what is proven must hold at any. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/client.h"
#include "kit/server.h"
#include "kit/shop.h"
#include "os/clock.h"
#include "os/random.h"
#include "os/thread.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define CLIENTS    6
#define SALES_MAX  20000
#define SEND_MS    5000
#define GIVE_UP_MS 60000

static int rounds = 4;

struct sale {
    int64_t id;
    char number[24];
};

struct client {
    struct thread thread;
    int which;
    int port;
    char key[100];
    atomic_bool *ends;
    struct sale *sales; /* those that were answered: sales[i] is the till's number i + 1 */
    size_t n;
    bool keyless;     /* sends receipts of goods without a key, and so only once */
    int64_t receipts; /* sent */
    int64_t received; /* answered */
    int64_t again;    /* requests sent again */
    int64_t replayed; /* of them, those that had been done */
    int64_t told;     /* 503 answers */
    char wrong[1200]; /* what must not have come; "" when all went well */
};

/* -- a client -------------------------------------------------------------------------------- */

static void went_wrong(struct client *c, const char *body, int status, text_t answer)
{
    (void)snprintf(c->wrong, sizeof c->wrong, "client %d: %s: %d %.*s", c->which, body, status,
                   (int)answer.n, answer.s ? answer.s : "");
}

/* Sends until it is answered with something that is not "try again". false: it went wrong. */
static bool send_until_answered(struct client *c, struct http_client *http, struct arena *a,
                                const char *path, const char *again, const char *body,
                                struct http_answer *out)
{
    const struct http_header_line headers[] = {
        { "Authorization", text_fmt(a, "Bearer %s", c->key) },
        { "Content-Type", TEXT("application/json") },
        { "Idempotency-Key", text_of(again) },
    };
    int64_t until_us = clock_monotonic_us() + GIVE_UP_MS * INT64_C(1000);
    for (int tries = 0; clock_monotonic_us() < until_us; tries++) {
        *out = (struct http_answer){ 0 };
        enum err e = http_client_send(http, a, "POST", path, headers, N_ELEMENTS(headers),
                                      text_of(body), out);
        c->again += tries == 1;
        c->told += e == OK && out->status == 503;
        if (e == OK && out->status == 201) {
            bool replay = text_is(http_answer_header(a, out, "Idempotent-Replay"), "true");
            c->replayed += replay;
            if (replay && tries == 0) {
                went_wrong(c, "answered as a replay at the first try", out->status, out->body);
                return false;
            }
            return true;
        }
        if (e == OK && out->status != 503) {
            break;
        }
        clock_sleep_us(10000);
    }
    went_wrong(c, body, out->status, out->body);
    return false;
}

static bool sell(struct client *c, struct http_client *http, struct arena *a)
{
    struct http_answer answer;
    struct json *j;
    struct json_fault fault;
    char body[400], key[40];
    int64_t number = (int64_t)c->n + 1;
    (void)snprintf(key, sizeof key, "till-%d-%lld", c->which, (long long)number);
    (void)snprintf(body, sizeof body,
                   "{\"till\":\"T%d\",\"till_number\":%lld,\"lines\":["
                   "{\"product\":\"TEA\",\"quantity\":\"1\"},"
                   "{\"product\":\"BOOK\",\"quantity\":\"2\"}],"
                   "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"50.00\"}]}",
                   c->which, (long long)number);
    if (!send_until_answered(c, http, a, "/api/v1/sales_orders/checkout", key, body, &answer)) {
        return false;
    }
    struct sale *s = &c->sales[c->n++];
    if (json_parse(a, answer.body.s, answer.body.n, &j, &fault) != OK ||
        text_to_i64(json_get(j, "id")->text, &s->id) != OK) {
        went_wrong(c, body, answer.status, answer.body);
        return false;
    }
    text_t name = json_get_text(j, "number");
    (void)snprintf(s->number, sizeof s->number, "%.*s", (int)name.n, name.s);
    return true;
}

static bool receive(struct client *c, struct http_client *http, struct arena *a)
{
    struct http_answer answer;
    char body[200], key[40];
    (void)snprintf(key, sizeof key, "receipt-%d-%lld", c->which, (long long)c->receipts++);
    (void)snprintf(body, sizeof body,
                   "{\"site\":\"S1\",\"reference\":\"%s\",\"lines\":["
                   "{\"product\":\"MUG\",\"quantity\":\"3\",\"unit_cost\":\"5.01\"}]}",
                   key);
    if (c->keyless) {
        const struct http_header_line headers[] = {
            { "Authorization", text_fmt(a, "Bearer %s", c->key) },
            { "Content-Type", TEXT("application/json") },
        };
        c->received += http_client_send(http, a, "POST", "/api/v1/stock_moves/receive", headers, 2,
                                        text_of(body), &answer) == OK &&
                       answer.status == 201;
        return true;
    }
    if (!send_until_answered(c, http, a, "/api/v1/stock_moves/receive", key, body, &answer)) {
        return false;
    }
    c->received++;
    return true;
}

static void client_main(void *arg)
{
    struct client *c = arg;
    struct http_client *http;
    struct arena a;
    arena_init(&a, (size_t)16 << 20);
    bool good = http_client_open("127.0.0.1", c->port, SEND_MS, &http) == OK;
    while (good && !atomic_load(c->ends) && c->n < SALES_MAX) {
        good = c->receipts * 4 < (int64_t)c->n ? receive(c, http, &a) : sell(c, http, &a);
        arena_reset(&a);
    }
    http_client_close(http);
    arena_free(&a);
}

/* -- the load -------------------------------------------------------------------------------- */

struct load {
    char url[KIT_URL_MAX];
    struct server server;
    atomic_bool ends;
    struct client clients[CLIENTS];
};

static void load_begin(struct load *l, enum db_store store, bool keyless)
{
    static struct shop shop;
    *l = (struct load){ .server = { .pid = 0 } };
    shop_open(&shop, store);
    (void)snprintf(l->url, sizeof l->url, "%s", shop.url);
    text_t key = shop_person(&shop, "robot", "admin", NULL);
    for (int i = 0; i < CLIENTS; i++) {
        struct client *c = &l->clients[i];
        *c = (struct client){ .which = i, .ends = &l->ends, .keyless = keyless };
        (void)snprintf(c->key, sizeof c->key, "%s", key.s);
        c->sales = calloc(SALES_MAX, sizeof(struct sale));
        assert_non_null(c->sales);
    }
    shop_shut(&shop);
    server_start(&l->server, l->url);
    for (int i = 0; i < CLIENTS; i++) {
        l->clients[i].port = l->server.port;
        assert_int_equal(thread_start(&l->clients[i].thread, "client", client_main, &l->clients[i]),
                         OK);
    }
}

struct found {
    struct load *load;
    size_t n;
};

static void check_order(struct load *l, int64_t id, text_t number, int64_t till_number)
{
    int which = number.s[1] - '0';
    assert_true(number.s[0] == 'T' && which >= 0 && which < CLIENTS);
    const struct client *c = &l->clients[which];
    if (till_number < 1 || till_number > (int64_t)c->n) {
        fail_msg("%s (%lld) was never answered", number.s, (long long)id);
    }
    const struct sale *s = &c->sales[till_number - 1];
    if (s->id != id || !text_is(number, s->number)) {
        fail_msg("%s (%lld) was answered as %s (%lld)", number.s, (long long)id, s->number,
                 (long long)s->id);
    }
}

/* All orders of the store: each is one that was answered, under that id and number. With as many
 * orders as answers, each answer has its order. */
static enum err find_orders(struct tx *tx, void *arg)
{
    struct found *f = arg;
    struct arena a;
    struct rows rows;
    arena_init(&a, (size_t)256 << 20);
    enum err e = tx_query(tx, &a, "SELECT id, number, till_number FROM sales_orders", NULL, 0,
                          &rows);
    f->n = rows.n;
    for (size_t i = 0; e == OK && i < rows.n; i++) {
        check_order(f->load, rows_int(&rows, i, 0), rows_text(&rows, i, 1), rows_int(&rows, i, 2));
    }
    arena_free(&a);
    return e;
}

static void load_end(struct load *l)
{
    static struct shop shop;
    size_t sales = 0;
    int64_t receipts = 0, received = 0, again = 0, replayed = 0, told = 0;
    struct found f = { .load = l };
    atomic_store(&l->ends, true);
    for (int i = 0; i < CLIENTS; i++) {
        struct client *c = &l->clients[i];
        thread_join(&c->thread);
        if (c->wrong[0]) {
            fail_msg("%s", c->wrong);
        }
        sales += c->n;
        receipts += c->receipts;
        received += c->received;
        again += c->again;
        replayed += c->replayed;
        told += c->told;
    }
    assert_int_equal(server_stop(&l->server), 0);
    assert_int_equal(kontor_verify(l->url), 0);
    shop_open_again(&shop, l->url);
    shop_verify(&shop, "at the end");
    assert_int_equal(db_read(shop.kontor.db, find_orders, &f), OK);
    shop_shut(&shop);
    assert_int_equal(f.n, sales);
    int64_t moves = kit_store_sql(l->url, "SELECT COUNT(*) FROM stock_moves WHERE reference LIKE"
                                          " 'receipt-%'");
    int64_t known = kit_store_sql(l->url, "SELECT COUNT(*) FROM (SELECT DISTINCT reference FROM"
                                          " stock_moves WHERE reference LIKE 'receipt-%') r");
    print_message("%zu sales, %lld of %lld receipts; %lld sent again, %lld of them had been done; "
                  "%lld told to wait\n",
                  sales, (long long)received, (long long)receipts, (long long)again,
                  (long long)replayed, (long long)told);
    assert_int_equal(moves, known); /* none twice */
    assert_true(received <= known && known <= receipts);
    assert_true(sales > 20 && receipts > 5); /* otherwise nothing was proven */
    for (int i = 0; i < CLIENTS; i++) {
        free(l->clients[i].sales);
    }
    kit_store_drop(l->url);
}

static void pause_somewhat(struct rng *r, int64_t least_us, int64_t more_us)
{
    clock_sleep_us(least_us + (int64_t)rng_below(r, (uint64_t)more_us));
}

/* -- the tests ------------------------------------------------------------------------------- */

static void server_is_killed(void **state)
{
    enum db_store store = kit_store_of(state);
    static struct load l;
    struct rng r;
    rng_seed(&r, (uint64_t)clock_monotonic_us());
    load_begin(&l, store, false);
    for (int i = 0; i < rounds; i++) {
        pause_somewhat(&r, 300000, 700000);
        server_kill(&l.server);
        if (i % 2 == 0) {
            assert_int_equal(kontor_verify(l.url), 0); /* before anybody has touched it */
        }
        server_start(&l.server, l.url);
    }
    pause_somewhat(&r, 300000, 200000);
    load_end(&l);
}

static void postgres_is_killed(void **state)
{
    static struct cluster cluster;
    static struct load l;
    struct rng r;
    const char *others = getenv("KONTOR_TEST_PG");
    char kept[KIT_URL_MAX];
    (void)state;
    assert_non_null(others);
    (void)snprintf(kept, sizeof kept, "%s", others);
    rng_seed(&r, (uint64_t)clock_monotonic_us());
    cluster_start(&cluster);
    assert_int_equal(setenv("KONTOR_TEST_PG", cluster.url, 1), 0);
    load_begin(&l, DB_POSTGRES, true);
    for (int i = 0; i < rounds; i++) {
        pause_somewhat(&r, 300000, 700000);
        cluster_crash(&cluster);
        assert_true(server_runs(&l.server)); /* which makes its connections again */
    }
    pause_somewhat(&r, 300000, 200000);
    assert_int_equal(kontor_verify(l.url), 0); /* while the load goes on */
    load_end(&l);
    cluster_stop(&cluster);
    assert_int_equal(setenv("KONTOR_TEST_PG", kept, 1), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        KIT_ON_BOTH(server_is_killed),
        cmocka_unit_test(postgres_is_killed),
    };
    if (argc > 1) {
        rounds = (int)strtol(argv[1], NULL, 10);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
