/* The company of the benchmarks: made by commands like every other, so that a sale does all that a
 * sale does. */
#include "app/bench.h"
#include "db/db.h"
#include "os/clock.h"
#include "os/thread.h"

#include <stdio.h>
#include <stdlib.h>

#define CUSTOMERS     500
#define TILLS         8
#define RECEIPT_LINES 100
#define IN_FLIGHT     256

struct filling {
    mutex_t lock;
    cond_t ready;
    int64_t in_flight, failed;
    char problem[300];
};

struct filled_call {
    struct filling *filling;
    struct call call;
    struct arena arena;
};

static void filled(struct call *call)
{
    struct filled_call *f = call->user;
    struct filling *all = f->filling;
    mutex_lock(&all->lock);
    all->in_flight--;
    if (call->outcome != OK) {
        all->failed++;
        (void)snprintf(all->problem, sizeof all->problem, "%.*s", (int)call->answer.n,
                       call->answer.s ? call->answer.s : "");
    }
    cond_signal(&all->ready);
    mutex_unlock(&all->lock);
    arena_free(&f->arena);
    free(f);
}

static void wait_for(struct filling *all, int64_t in_flight)
{
    mutex_lock(&all->lock);
    while (all->in_flight > in_flight) {
        cond_wait(&all->ready, &all->lock);
    }
    mutex_unlock(&all->lock);
}

/* Sends one command to the queue without waiting for it. */
static int send(struct bench_house *h, struct filling *all, const char *entity, const char *verb,
                const char *body)
{
    struct filled_call *f = calloc(1, sizeof *f);
    if (!f) {
        return cli_fail("no memory");
    }
    arena_init(&f->arena, (size_t)16 << 20);
    f->filling = all;
    f->call = (struct call){ .house = h->kontor.house,
                             .arena = &f->arena,
                             .who = &h->who,
                             .language = "en",
                             .now = INSTANT_NONE,
                             .done = filled,
                             .user = f };
    if (flow_name(&f->call, entity, verb, 0, text_of(body)) != OK) {
        arena_free(&f->arena);
        free(f);
        return cli_fail("%s: a body that cannot be read", entity);
    }
    wait_for(all, IN_FLIGHT - 1);
    mutex_lock(&all->lock);
    all->in_flight++;
    mutex_unlock(&all->lock);
    flow_submit(&f->call);
    return CLI_OK;
}

static int finish(struct filling *all)
{
    wait_for(all, 0);
    return all->failed ? cli_fail("%lld commands failed, the last: %s", (long long)all->failed,
                                  all->problem)
                       : CLI_OK;
}

/* One command, waited for. field: a text of the answer to copy into out. */
static int run(struct bench_house *h, const char *entity, const char *verb, int64_t record,
               const char *body, int64_t *id, const char *field, char *out, size_t room)
{
    struct arena a;
    struct json_fault fault;
    struct json *answer = NULL;
    int status = CLI_OK;
    arena_init(&a, (size_t)64 << 20);
    struct call call = {
        .house = h->kontor.house, .arena = &a, .who = &h->who, .language = "en", .now = INSTANT_NONE
    };
    INVARIANT(flow_name(&call, entity, verb, record, text_of(body)) == OK);
    if (flow_call(&call) != OK) {
        status = cli_fail("%s: %.*s", entity, (int)call.answer.n,
                          call.answer.s ? call.answer.s : "");
    } else if (field && json_parse(&a, call.answer.s, call.answer.n, &answer, &fault) == OK) {
        (void)snprintf(out, room, "%s", json_get_text(answer, field).s);
    }
    if (id) {
        *id = call.answer_id;
    }
    arena_free(&a);
    return status;
}

#define RUN(...)                                                                                   \
    do {                                                                                           \
        if (run(__VA_ARGS__))                                                                      \
            return CLI_NO;                                                                         \
    } while (0)

static int fill_shelves(struct bench_house *h, struct filling *all, int site)
{
    static char receipt[RECEIPT_LINES * 120 + 100];
    int at = 0;
    for (int i = 0; i < h->products; i++) {
        if (at == 0) {
            at = snprintf(receipt, sizeof receipt, "{\"site\":\"S%d\",\"lines\":[", site);
        }
        at += snprintf(receipt + at, sizeof receipt - (size_t)at,
                       "%s{\"product\":\"P%d\",\"quantity\":\"1000000\",\"unit_cost\":\"0.50\"}",
                       i % RECEIPT_LINES ? "," : "", i);
        if (i % RECEIPT_LINES == RECEIPT_LINES - 1 || i == h->products - 1) {
            (void)snprintf(receipt + at, sizeof receipt - (size_t)at, "]}");
            at = 0;
            if (send(h, all, "stock_move", "receive", receipt) != CLI_OK) {
                return CLI_NO;
            }
        }
    }
    return finish(all);
}

static int make_goods(struct bench_house *h, struct filling *all)
{
    char body[400];
    for (int i = 0; i < h->products; i++) {
        (void)snprintf(body, sizeof body,
                       "{\"code\":\"P%d\",\"name\":\"Product "
                       "%d\",\"unit\":\"pc\",\"price\":\"%d.%02d\",\"tax\":\"STD21\"}",
                       i, i, 1 + i % 50, i % 100);
        if (send(h, all, "product", NULL, body) != CLI_OK) {
            return CLI_NO;
        }
    }
    int status = finish(all);
    for (int site = 1; site <= h->sites && status == CLI_OK; site++) {
        status = fill_shelves(h, all, site);
    }
    return status;
}

static int make_people(struct bench_house *h)
{
    char body[400];
    for (int i = 0; i < h->customers; i++) {
        (void)snprintf(body, sizeof body,
                       "{\"code\":\"C%d\",\"name\":\"Customer %d\",\"is_customer\":true}", i, i);
        RUN(h, "party", NULL, 0, body, NULL, NULL, NULL, 0);
        (void)snprintf(body, sizeof body,
                       "{\"number\":\"L%d\",\"party\":\"C%d\",\"program\":\"P1\"}", i, i);
        RUN(h, "loyalty_account", NULL, 0, body, NULL, NULL, NULL, 0);
    }
    for (int i = 0; i < h->tills; i++) {
        int64_t till = 0;
        (void)snprintf(body, sizeof body,
                       "{\"code\":\"T%d\",\"name\":\"Till %d\",\"site\":\"S%d\"}", i, i,
                       1 + i % h->sites);
        RUN(h, "till", NULL, 0, body, &till, NULL, NULL, 0);
        RUN(h, "till", "open", till, "{\"float\":\"100.00\"}", NULL, NULL, NULL, 0);
    }
    return CLI_OK;
}

static int make_key(struct bench_house *h)
{
    char body[200];
    int64_t user = 0;
    RUN(h, "user_account", NULL, 0,
        "{\"code\":\"bench\",\"name\":\"Bench\",\"roles\":\"admin,manager,cashier\","
        "\"language\":\"en\",\"all_sites\":true}",
        &user, NULL, NULL, 0);
    (void)snprintf(body, sizeof body, "{\"name\":\"bench\",\"user_account\":%lld}",
                   (long long)user);
    RUN(h, "api_key", "create", 0, body, NULL, "key", h->key, sizeof h->key);
    return CLI_OK;
}

static int make_company(struct bench_house *h)
{
    int64_t company = 0;
    h->who = kontor_system(0);
    RUN(h, "company", NULL, 0,
        "{\"code\":\"BENCH\",\"name\":\"Bench\",\"country\":\"ES\",\"currency\":\"EUR\","
        "\"language\":\"en\","
        "\"time_zone\":\"Europe/Madrid\",\"prices_include_tax\":true}",
        &company, NULL, NULL, 0);
    h->who = kontor_system(company);
    RUN(h, "company", "set_up", company, "{}", NULL, NULL, NULL, 0);
    RUN(h, "tax", NULL, 0,
        "{\"code\":\"STD21\",\"name\":\"VAT 21 %\",\"rate\":\"21\",\"included\":true}", NULL, NULL,
        NULL, 0);
    for (int i = 1; i <= h->sites; i++) {
        char body[200];
        (void)snprintf(body, sizeof body,
                       "{\"code\":\"S%d\",\"name\":\"Shop %d\",\"kind\":\"store\","
                       "\"currency\":\"EUR\",\"time_zone\":\"Europe/Madrid\"}",
                       i, i);
        RUN(h, "site", NULL, 0, body, NULL, NULL, NULL, 0);
    }
    RUN(h, "loyalty_program", NULL, 0,
        "{\"code\":\"P1\",\"name\":\"Points\",\"points_per_unit\":\"1\","
        "\"point_value\":\"0.01\",\"active\":true}",
        NULL, NULL, NULL, 0);
    return CLI_OK;
}

int bench_found(struct bench_house *h, const char *url, int products, int sites)
{
    char why[256];
    int64_t company;
    struct filling all = { .lock = MUTEX_INIT };
    *h = (struct bench_house){
        .products = products, .customers = CUSTOMERS, .tills = TILLS, .sites = sites
    };
    cond_init(&all.ready);
    if (kontor_open(&h->kontor, (struct db_config){ .url = url }, why) != OK) {
        return cli_fail("%s", why);
    }
    if (kontor_company(&h->kontor, &company) != ERR_NOT_FOUND) {
        kontor_close(&h->kontor);
        return cli_fail("the store has a company already: a benchmark needs an empty one");
    }
    int status = make_company(h);
    status = status ? status : make_goods(h, &all);
    status = status ? status : make_people(h);
    status = status ? status : make_key(h);
    if (status != CLI_OK) {
        kontor_close(&h->kontor);
    }
    return status;
}

int bench_sale(const struct bench_house *h, uint64_t n, char *out, size_t room)
{
    uint64_t r[4];
    for (size_t i = 0; i < 4;
         i++) { /* a mixture of the number's bits: the same sales in every run */
        uint64_t x = (n * 4 + i) * UINT64_C(0x9E3779B97F4A7C15);
        x ^= x >> 29;
        x *= UINT64_C(0xBF58476D1CE4E5B9);
        r[i] = (x ^ x >> 32) >> 8;
    }
    uint64_t products = (uint64_t)h->products;
    return snprintf(
        out, room,
        "{\"till\":\"T%d\",\"customer\":\"C%d\",\"lines\":[{\"product\":\"P%d\","
        "\"quantity\":\"1\"},"
        "{\"product\":\"P%d\",\"quantity\":\"2\"},{\"product\":\"P%d\",\"quantity\":\"1\"}],"
        "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"500.00\"}]}",
        (int)(n % (uint64_t)h->tills), (int)(r[3] % (uint64_t)h->customers), (int)(r[0] % products),
        (int)(r[1] % products), (int)(r[2] % products));
}

/* The body with the moment of the i-th of so many sales in so many days up to now. */
static void lay_back(char *body, size_t room, int64_t i, int64_t sales, int days)
{
    char at[INSTANT_TEXT_MAX];
    int64_t span = days * US_PER_DAY;
    instant_t when = { clock_now().us - span + span / sales * i };
    size_t n = strlen(body) - 1; /* over the closing brace */
    at[instant_print(when, at)] = '\0';
    (void)snprintf(body + n, room - n, ",\"sold_at\":\"%s\"}", at);
}

int bench_fill(struct bench_house *h, int64_t sales, int days)
{
    struct filling all = { .lock = MUTEX_INIT };
    char body[500];
    cond_init(&all.ready);
    for (int64_t i = 0; i < sales; i++) {
        (void)bench_sale(h, (uint64_t)h->filled++ + (UINT64_C(1) << 40), body, sizeof body);
        if (days > 0) {
            lay_back(body, sizeof body, i, sales, days);
        }
        if (send(h, &all, "sales_order", "checkout", body) != CLI_OK) {
            break;
        }
    }
    return finish(&all);
}
