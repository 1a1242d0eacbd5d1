/* Crowds at the real server, over HTTP, on both stores: a thousand buyers of the last piece, fifty
 * times the same request at once, fifty different requests under one key, and a till that is closed
 * while others sell at it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/client.h"
#include "kit/server.h"
#include "kit/shop.h"
#include "os/clock.h"
#include "os/thread.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define CONNECTIONS 64
#define BUYERS      1000
#define SAME        50
#define SEND_MS     60000

/* One connection: takes numbers until there are none left and sends the request of each. */
struct visitor {
    struct thread thread;
    struct crowd *crowd;
};

struct answer {
    int status;
    bool replayed;
    char *body;
    char code[40];
};

struct crowd {
    char url[KIT_URL_MAX], key[100];
    struct server server;
    /* Fills body and idempotency key (which may stay "") of request i. */
    void (*request)(int i, char body[static 400], char again[static 40]);
    int n;
    int odd; /* the request that goes elsewhere: to odd_path */
    char odd_path[60];
    atomic_int next, waiting;
    struct answer *answers;
    struct visitor visitors[CONNECTIONS];
};

static void keep_answer(struct answer *to, struct arena *a, const struct http_answer *from)
{
    struct json *j;
    struct json_fault fault;
    to->status = from->status;
    to->replayed = text_is(http_answer_header(a, from, "Idempotent-Replay"), "true");
    to->body = strndup(from->body.s ? from->body.s : "", from->body.n);
    if (json_parse(a, from->body.s, from->body.n, &j, &fault) == OK) {
        text_t code = json_get_text(j, "code");
        (void)snprintf(to->code, sizeof to->code, "%.*s", (int)code.n, code.s ? code.s : "");
    }
}

static void visit(struct crowd *c, struct http_client *http, struct arena *a, int i)
{
    char body[400], again[40] = "";
    struct http_answer answer = { 0 };
    c->request(i, body, again);
    const struct http_header_line headers[] = {
        { "Authorization", text_fmt(a, "Bearer %s", c->key) },
        { "Content-Type", TEXT("application/json") },
        { "Idempotency-Key", again[0] ? text_of(again) : TEXT_NONE },
    };
    const char *path = c->odd_path[0] && i == c->odd ? c->odd_path
                                                     : "/api/v1/sales_orders/checkout";
    enum err e = http_client_send(http, a, "POST", path, headers, N_ELEMENTS(headers),
                                  text_of(body), &answer);
    if (e == OK) {
        keep_answer(&c->answers[i], a, &answer);
    } else {
        c->answers[i] = (struct answer){ .body = strdup(err_name(e)) };
    }
}

static void visitor_main(void *arg)
{
    struct visitor *v = arg;
    struct crowd *c = v->crowd;
    struct http_client *http = NULL;
    struct http_answer ignored;
    struct arena a;
    arena_init(&a, (size_t)16 << 20);
    if (http_client_open("127.0.0.1", c->server.port, SEND_MS, &http) == OK &&
        http_client_send(http, &a, "GET", "/readyz", NULL, 0, TEXT_NONE, &ignored) == OK) {
        atomic_fetch_sub(&c->waiting, 1);
        while (atomic_load(&c->waiting) > 0) { /* all connections are open: now */
            clock_sleep_us(100);
        }
        for (int i; (i = atomic_fetch_add(&c->next, 1)) < c->n;) {
            visit(c, http, &a, i);
            arena_reset(&a);
        }
    }
    http_client_close(http);
    arena_free(&a);
}

static void crowd_comes(struct crowd *c, int n, int connections,
                        void (*request)(int i, char body[static 400], char again[static 40]))
{
    c->n = n;
    c->request = request;
    c->answers = calloc((size_t)n, sizeof *c->answers);
    assert_non_null(c->answers);
    atomic_store(&c->next, 0);
    atomic_store(&c->waiting, connections);
    for (int i = 0; i < connections; i++) {
        c->visitors[i].crowd = c;
        assert_int_equal(
            thread_start(&c->visitors[i].thread, "visitor", visitor_main, &c->visitors[i]), OK);
    }
    for (int i = 0; i < connections; i++) {
        thread_join(&c->visitors[i].thread);
    }
}

/* How many answers have that status and code (NULL: any). */
static int count(const struct crowd *c, int status, const char *code)
{
    int n = 0;
    for (int i = 0; i < c->n; i++) {
        n += c->answers[i].status == status && (!code || strcmp(c->answers[i].code, code) == 0);
    }
    return n;
}

/* All answers are one of the two; otherwise the test ends with one that is not. */
static void only(const struct crowd *c, int status, int other, const char *code)
{
    for (int i = 0; i < c->n; i++) {
        const struct answer *a = &c->answers[i];
        if (a->status != status && (a->status != other || strcmp(a->code, code) != 0)) {
            fail_msg("request %d: %d %.900s", i, a->status, a->body);
        }
    }
}

static void crowd_goes(struct crowd *c)
{
    for (int i = 0; i < c->n; i++) {
        free(c->answers[i].body);
    }
    free(c->answers);
}

/* -- the requests ---------------------------------------------------------------------------- */

static void the_last_piece(int i, char body[static 400], char again[static 40])
{
    (void)snprintf(body, 400,
                   "{\"till\":\"T%d\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"1\"},"
                   "{\"product\":\"ONE\",\"quantity\":\"1\"}],"
                   "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"11.00\"}]}",
                   i % 8);
    if (i % 2 == 0) {
        (void)snprintf(again, 40, "last-%d", i);
    }
}

static void the_same(int i, char body[static 400], char again[static 40])
{
    (void)i;
    (void)snprintf(body, 400,
                   "{\"till\":\"T1\",\"customer\":\"C1\",\"lines\":[{\"product\":\"TEA\","
                   "\"quantity\":\"3\"}],\"tenders\":[{\"kind\":\"card\",\"amount\":\"30.00\"}]}");
    (void)snprintf(again, 40, "the same for all");
}

static void the_same_last_piece(int i, char body[static 400], char again[static 40])
{
    (void)i;
    (void)snprintf(body, 400,
                   "{\"till\":\"T2\",\"lines\":[{\"product\":\"ONE\",\"quantity\":\"1\"}],"
                   "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"1.00\"}]}");
    (void)snprintf(again, 40, "the same last one");
}

static void other_bodies(int i, char body[static 400], char again[static 40])
{
    (void)snprintf(body, 400,
                   "{\"till\":\"T3\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"%d\"}],"
                   "\"tenders\":[{\"kind\":\"card\",\"amount\":\"%d.00\"}]}",
                   i + 1, 10 * (i + 1));
    (void)snprintf(again, 40, "one key for all");
}

#define CLOSED_AT 150

static void till_is_closed(int i, char body[static 400], char again[static 40])
{
    (void)again;
    (void)snprintf(body, 400, "%s",
                   i == CLOSED_AT ? "{\"counted\":\"0.00\"}"
                                  : "{\"till\":\"T4\",\"lines\":[{\"product\":\"TEA\",\"quantity\":"
                                    "\"1\"}],\"tenders\":[{\"kind\":\"cash\",\"amount\":"
                                    "\"10.00\"}]}");
}

/* -- the tests ------------------------------------------------------------------------------- */

static long long orders(const struct crowd *c)
{
    return kit_store_sql(c->url, "SELECT COUNT(*) FROM sales_orders");
}

/* One done, the others answered with its very bytes, and marked so. */
static void one_and_its_echoes(const struct crowd *c)
{
    int first = 0;
    only(c, 201, 201, "");
    for (int i = 0; i < c->n; i++) {
        first += !c->answers[i].replayed;
        assert_string_equal(c->answers[i].body, c->answers[0].body);
    }
    assert_int_equal(first, 1);
}

/* What the drawer of T4 has taken in, and by how many sales: one of those before may be its own. */
#define OF_T4 "FROM till_sessions s JOIN tills t ON t.id = s.till WHERE t.code = 'T4'"
static const char taken_in[] = "SELECT s.cash_expected - s.opening_float " OF_T4;
static const char sales_of[] =
    "SELECT COUNT(*) FROM sales_orders o WHERE o.session = (SELECT s.id " OF_T4 ")";

/* What the till says at its end is what was answered to those who sold, no more and no less. */
static void close_among_sales(struct crowd *c)
{
    (void)snprintf(c->odd_path, sizeof c->odd_path, "/api/v1/tills/%lld/close",
                   (long long)kit_store_sql(c->url, "SELECT id FROM tills WHERE code = 'T4'"));
    c->odd = CLOSED_AT;
    int64_t sold_before = kit_store_sql(c->url, sales_of);
    int64_t taken_before = 1100 * sold_before; /* the last piece, with tea, for cash */
    crowd_comes(c, 2 * CLOSED_AT, CONNECTIONS, till_is_closed);
    int closed = c->answers[CLOSED_AT].status;
    c->answers[CLOSED_AT].status = 201;
    only(c, 201, 409, "till_closed");
    int sold = count(c, 201, NULL) - 1;
    assert_int_equal(closed, 200);
    assert_true(sold > 0);
    assert_int_equal(kit_store_sql(c->url, taken_in), taken_before + 1000 * sold);
    assert_int_equal(kit_store_sql(c->url, sales_of), sold_before + sold);
    crowd_goes(c);
    c->odd_path[0] = '\0';
}

static void crowds(void **state)
{
    enum db_store store = kit_store_of(state);
    static struct shop shop;
    static struct crowd c;
    c = (struct crowd){ .n = 0 };
    shop_open(&shop, store);
    (void)snprintf(c.url, sizeof c.url, "%s", shop.url);
    (void)snprintf(c.key, sizeof c.key, "%s", shop.admin.s);
    shop_shut(&shop);
    server_start(&c.server, c.url);
    long long before = orders(&c);

    crowd_comes(&c, SAME, SAME, the_same_last_piece);
    one_and_its_echoes(&c);
    crowd_goes(&c);
    assert_int_equal(orders(&c) - before, 1);

    assert_int_equal(server_stop(&c.server), 0);
    shop_open_again(&shop, c.url);
    shop.admin = text_of(c.key);
    (void)shop_must(&shop, 201, "POST", "/stock_moves/receive",
                    "{\"site\":\"S1\",\"lines\":[{\"product\":\"ONE\",\"quantity\":\"1\","
                    "\"unit_cost\":\"0.70\"}]}");
    shop_shut(&shop);
    server_start(&c.server, c.url);

    crowd_comes(&c, BUYERS, CONNECTIONS, the_last_piece);
    only(&c, 201, 409, "out_of_stock");
    assert_int_equal(count(&c, 201, NULL), 1);
    assert_int_equal(count(&c, 409, "out_of_stock"), BUYERS - 1);
    crowd_goes(&c);
    assert_int_equal(orders(&c) - before, 2);

    crowd_comes(&c, SAME, SAME, the_same);
    one_and_its_echoes(&c);
    crowd_goes(&c);
    assert_int_equal(orders(&c) - before, 3);

    crowd_comes(&c, SAME, SAME, other_bodies);
    only(&c, 201, 422, "idempotency_key_reused");
    assert_int_equal(count(&c, 201, NULL), 1);
    crowd_goes(&c);
    assert_int_equal(orders(&c) - before, 4);

    close_among_sales(&c);

    assert_true(server_runs(&c.server));
    assert_int_equal(server_stop(&c.server), 0);
    assert_int_equal(kontor_verify(c.url), 0);
    kit_store_drop(c.url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_ON_BOTH(crowds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
