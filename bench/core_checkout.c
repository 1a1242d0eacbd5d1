/* What a checkout costs inside, without HTTP: commands go straight to the queue, `in flight` at a
 * time, from one thread.
 *
 *     core_checkout URL [sales] [in flight]
 *
 * Prints sales per second and the store's own times. The company, products and
 * till are made first in an empty store. */
#include "app/open.h"
#include "base/log.h"
#include "db/db.h"
#include "flow/command.h"
#include "os/clock.h"
#include "os/random.h"
#include "os/thread.h"

#include <stdio.h>
#include <stdlib.h>

#define PRODUCTS  1000
#define CUSTOMERS 500
#define TILLS     8

struct core {
    struct kontor kontor;
    struct who who;
    mutex_t lock;
    cond_t ready;
    int64_t in_flight, done, failed;
    text_t last_problem;
    char problem[2000];
};

struct sale {
    struct core *core;
    struct call call;
    struct arena arena;
};

static _Noreturn void give_up(const char *what, text_t why)
{
    fprintf(stderr, "%s: %.*s\n", what, (int)why.n, why.s ? why.s : "");
    exit(1);
}

static int64_t run(struct core *c, const struct who *who, const char *entity, const char *command,
                   int64_t id, const char *body)
{
    struct arena a;
    struct json *args = NULL;
    struct json_fault fault;
    arena_init(&a, (size_t)64 << 20);
    if (json_parse(&a, body, strlen(body), &args, &fault) != OK) {
        give_up("broken JSON", text_of(body));
    }
    const struct entity_info *info = house_entity(c->kontor.house, text_of(entity));
    struct call call = { .house = c->kontor.house,
                         .arena = &a,
                         .who = who,
                         .language = "en",
                         .entity = info->entity,
                         .record_id = id,
                         .verb = command ? CALL_COMMAND : CALL_CREATE,
                         .args = args,
                         .now = INSTANT_NONE };
    call.command = command ? house_command(c->kontor.house, info->entity, text_of(command)) : NULL;
    if (flow_call(&call) != OK) {
        give_up(entity, call.answer);
    }
    int64_t made = call.answer_id;
    arena_free(&a);
    return made;
}

static void set_up(struct core *c)
{
    struct who nobody = kontor_system(0);
    char body[1000];
    int64_t company = run(
        c, &nobody, "company", NULL, 0,
        "{\"code\":\"BENCH\",\"name\":\"Bench\",\"country\":\"ES\",\"currency\":\"EUR\",\"langua"
        "ge\":\"en\","
        "\"time_zone\":\"Europe/Madrid\",\"prices_include_tax\":true}");
    c->who = kontor_system(company);
    run(c, &c->who, "company", "set_up", company, "{}");
    run(c, &c->who, "tax", NULL, 0,
        "{\"code\":\"IVA21\",\"name\":\"IVA\",\"rate\":\"21\",\"included\":true}");
    run(c, &c->who, "site", NULL, 0,
        "{\"code\":\"S1\",\"name\":\"S1\",\"kind\":\"store\",\"currency\":\"EUR\",\"time_zone\""
        ":\"Europe/Madrid\"}");
    run(c, &c->who, "loyalty_program", NULL, 0,
        "{\"code\":\"P1\",\"name\":\"P\",\"points_per_unit\":\"1\",\"point_value\":\"0.01\",\"ac"
        "tive\":true}");
    for (int i = 0; i < PRODUCTS; i++) {
        snprintf(body, sizeof body,
                 "{\"code\":\"P%d\",\"name\":\"Product "
                 "%d\",\"unit\":\"pc\",\"price\":\"%d.%02d\",\"tax\":\"IVA21\"}",
                 i, i, 1 + i % 50, i % 100);
        run(c, &c->who, "product", NULL, 0, body);
        snprintf(
            body, sizeof body,
            "{\"site\":\"S1\",\"lines\":[{\"product\":\"P%d\",\"quantity\":\"1000000\",\"unit_co"
            "st\":\"0.50\"}]}",
            i);
        run(c, &c->who, "stock_move", "receive", 0, body);
    }
    for (int i = 0; i < CUSTOMERS; i++) {
        snprintf(body, sizeof body,
                 "{\"code\":\"C%d\",\"name\":\"Customer %d\",\"is_customer\":true}", i, i);
        run(c, &c->who, "party", NULL, 0, body);
        snprintf(body, sizeof body, "{\"number\":\"L%d\",\"party\":\"C%d\",\"program\":\"P1\"}", i,
                 i);
        run(c, &c->who, "loyalty_account", NULL, 0, body);
    }
    for (int i = 0; i < TILLS; i++) {
        snprintf(body, sizeof body, "{\"code\":\"T%d\",\"name\":\"T\",\"site\":\"S1\"}", i);
        int64_t till = run(c, &c->who, "till", NULL, 0, body);
        run(c, &c->who, "till", "open", till, "{\"float\":\"100.00\"}");
    }
}

static void sale_done(struct call *call)
{
    struct sale *s = call->user;
    struct core *c = s->core;
    mutex_lock(&c->lock);
    c->in_flight--;
    c->done++;
    if (call->outcome != OK) {
        c->failed++;
        snprintf(c->problem, sizeof c->problem, "%.*s", (int)call->answer.n, call->answer.s);
    }
    cond_signal(&c->ready);
    mutex_unlock(&c->lock);
    arena_free(&s->arena);
    free(s);
}

static void submit(struct core *c, const struct command *checkout, struct rng *r, int64_t n)
{
    struct sale *s = calloc(1, sizeof *s);
    struct json_fault fault;
    struct json *args;
    arena_init(&s->arena, (size_t)16 << 20);
    text_t body = text_fmt(
        &s->arena,
        "{\"till\":\"T%d\",\"customer\":\"C%d\",\"lines\":[{\"product\":\"P%d\",\"quantity\":\""
        "1\"},"
        "{\"product\":\"P%d\",\"quantity\":\"2\"},{\"product\":\"P%d\",\"quantity\":\"1\"}],"
        "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"500.00\"}]}",
        (int)(n % TILLS), (int)rng_below(r, CUSTOMERS), (int)rng_below(r, PRODUCTS),
        (int)rng_below(r, PRODUCTS), (int)rng_below(r, PRODUCTS));
    if (json_parse(&s->arena, body.s, body.n, &args, &fault) != OK) {
        give_up("broken JSON", body);
    }
    s->core = c;
    s->call = (struct call){ .house = c->kontor.house,
                             .arena = &s->arena,
                             .who = &c->who,
                             .language = "en",
                             .command = checkout,
                             .entity = checkout->entity,
                             .args = args,
                             .body = body,
                             .now = INSTANT_NONE,
                             .done = sale_done,
                             .user = s,
                             .key = text_fmt(&s->arena, "bench-%012lld", (long long)n) };
    flow_submit(&s->call);
}

int main(int argc, char **argv)
{
    static struct core core = { .lock = MUTEX_INIT };
    struct core *c = &core;
    char why[256];
    int64_t sales = 20000, window = 64;
    struct rng r;
    if (argc < 2 || arena_reserve_init() != OK ||
        (argc > 2 && text_to_i64(text_of(argv[2]), &sales) != OK) ||
        (argc > 3 && text_to_i64(text_of(argv[3]), &window) != OK)) {
        fprintf(stderr, "usage: core_checkout URL [sales] [in flight]\n");
        return 2;
    }
    cond_init(&c->ready);
    rng_seed(&r, 42);
    if (kontor_open(&c->kontor, (struct db_config){ .url = argv[1] }, why) != OK) {
        give_up("open", text_of(why));
    }
    set_up(c);
    const struct command *checkout = house_command(
        c->kontor.house, house_entity(c->kontor.house, TEXT("sales_order"))->entity,
        TEXT("checkout"));
    struct db_stats before, after;
    db_stats(c->kontor.db, &before);
    int64_t began = clock_monotonic_us();
    for (int64_t i = 0; i < sales; i++) {
        mutex_lock(&c->lock);
        while (c->in_flight >= window) {
            cond_wait(&c->ready, &c->lock);
        }
        c->in_flight++;
        mutex_unlock(&c->lock);
        submit(c, checkout, &r, i);
    }
    mutex_lock(&c->lock);
    while (c->in_flight > 0) {
        cond_wait(&c->ready, &c->lock);
    }
    mutex_unlock(&c->lock);
    int64_t us = clock_monotonic_us() - began;
    db_stats(c->kontor.db, &after);
    int64_t batches = after.batches - before.batches;
    printf("%lld sales in %.2f s: %.0f sales/s, %lld failed%s%s\n", (long long)sales,
           (double)us / 1e6, (double)sales * 1e6 / (double)us, (long long)c->failed,
           c->failed ? ", the last: " : "", c->failed ? c->problem : "");
    printf(
        "batches %lld (%.1f a batch), running %.1f us a sale, committing %.1f us a sale, retries "
        "%lld\n",
        (long long)batches, batches ? (double)sales / (double)batches : 0.0,
        (double)(after.run_us_total - before.run_us_total) / (double)sales,
        (double)(after.commit_us_total - before.commit_us_total) / (double)sales,
        (long long)(after.retries - before.retries));
    kontor_close(&c->kontor);
    return c->failed != 0;
}
