/* Jobs that reach out, with a reach of the test's own: how each end is written down, that two nodes
 * do nothing twice, that nothing is held meanwhile, that stopping cuts off. */
/* threads */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/open.h"
#include "flow/command.h"
#include "flow/work.h"
#include "kit/store.h"
#include "meta/schema.h"
#include "os/clock.h"
#include "os/thread.h"

#include <stdio.h>
#include <stdlib.h>

#define JOBS_MAX 100
#define MINUTE   (INT64_C(60) * US_PER_SECOND)

/* What reach is to answer, and what happened. Indexed by the job's subject. */
static struct {
    enum outward_end end;
    bool settle, refuse;    /* gather knows already; run refuses */
    atomic_bool until_stop; /* reach waits for the program to stop */
    atomic_int reached[JOBS_MAX], noted[JOBS_MAX];
    _Atomic enum outward_end noted_end;
    const char *url;
    bool ready;
} world;

static bool test_ready(struct house *h)
{
    (void)h;
    return world.ready;
}

static enum err test_gather(struct cx *cx, const struct json *args, struct outward *o)
{
    struct job again;
    (void)args;
    TRY(store_get_any(cx, &job_entity, o->job->record.id, &again));
    assert_true(again.claimed_until.us > o->now.us);
    o->settled = world.settle;
    return OK;
}

static void test_reach(struct outward *o)
{
    atomic_fetch_add(&world.reached[o->job->subject], 1);
    if (world.url) { /* nobody waits for us: another connection may write meanwhile */
        kit_store_sql(world.url, "UPDATE jobs SET last_error = last_error WHERE id = 1");
    }
    while (atomic_load(&world.until_stop) && !atomic_load(o->stop)) {
        clock_sleep_us(2000);
    }
    clock_sleep_us(1000);
    o->end = atomic_load(o->stop) ? OUTWARD_STOPPED : world.end;
    o->said = o->end == OUTWARD_DONE ? TEXT_NONE : TEXT("no such place");
}

static const struct refusal refusal_test = { .code = "test",
                                             .status = 409,
                                             .title = N_("Test"),
                                             .detail = N_("The test says no.") };

static enum err test_note(struct cx *cx, const struct json *args, struct job_progress *progress)
{
    (void)args;
    atomic_fetch_add(&world.noted[progress->job->subject], 1);
    atomic_store(&world.noted_end, progress->outward->end);
    return world.refuse ? refuse(cx, &refusal_test, TEXT_NONE) : OK;
}

static const struct job_kind kinds[] = {
    { .name = "reach_out",
      .ready = test_ready,
      .gather = test_gather,
      .reach = test_reach,
      .run = test_note,
      .tries_max = 3 },
};

/* -- a house with these kinds ------------------------------------------------------------------ */

static struct house_plan plan;

static struct kontor open_house(const char *url)
{
    struct kontor k = { .db = NULL };
    char why[256];
    plan = kontor_plan_make();
    plan.job_kinds = kinds;
    plan.n_job_kinds = N_ELEMENTS(kinds);
    k.house = house_new(&plan, NULL);
    struct db_config config = { .url = url, .hooks = &flow_db_hooks, .user = k.house };
    assert_int_equal(db_open(&config, &k.db, why), OK);
    house_set_db(k.house, k.db);
    assert_int_equal(schema_ensure(k.house, false, NULL), OK);
    return k;
}

static const instant_t start = { INT64_C(1772442000) * US_PER_SECOND };

static void put_job(const char *url, int id, instant_t due)
{
    char sql[400];
    snprintf(sql, sizeof sql,
             "INSERT INTO jobs (id, version, company, archived, kind, state, run_at, tries,"
             " progress, subject) VALUES (%d, 1, 1, 0, 'reach_out', 0, %lld, 0, 0, %d)",
             id, (long long)due.us, id);
    kit_store_sql(url, sql);
}

static long long of_job(const char *url, int id, const char *what)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT %s FROM jobs WHERE id = %d", what, id);
    return kit_store_sql(url, sql);
}

static void fresh_world(void)
{
    world.end = OUTWARD_DONE;
    world.settle = world.refuse = false;
    world.ready = true;
    world.url = NULL;
    atomic_store(&world.until_stop, false);
    for (size_t i = 0; i < JOBS_MAX; i++) {
        atomic_store(&world.reached[i], 0);
        atomic_store(&world.noted[i], 0);
    }
}

static void on_both(void (*test)(const char *url, struct kontor *k))
{
    static const enum db_store stores[] = { DB_SQLITE, DB_POSTGRES };
    for (size_t i = 0; i < N_ELEMENTS(stores); i++) {
        char url[KIT_URL_MAX];
        fresh_world();
        kit_store_new(stores[i], url);
        struct kontor k = open_house(url);
        test(url, &k);
        kontor_close(&k);
        kit_store_drop(url);
    }
}

/* -- how it ends ------------------------------------------------------------------------------- */

static instant_t later(int64_t us)
{
    return (instant_t){ start.us + us };
}

static void each_end(const char *url, struct kontor *k)
{
    put_job(url, 1, start);
    world.url = url;
    assert_int_equal(worker_round(k->house, later(-1)), 0);
    assert_int_equal(worker_round(k->house, start), 1);
    assert_int_equal(of_job(url, 1, "state"), JOB_DONE);
    assert_int_equal(of_job(url, 1, "tries"), 1);
    assert_int_equal(of_job(url, 1, "CASE WHEN claimed_until IS NULL THEN 1 ELSE 0 END"), 1);
    world.url = NULL;

    world.end = OUTWARD_FAILED;
    put_job(url, 2, start);
    assert_int_equal(worker_round(k->house, start), 1);
    assert_int_equal(of_job(url, 2, "state"), JOB_FAILED);
    assert_int_equal(of_job(url, 2, "CASE last_error WHEN 'no such place' THEN 1 ELSE 0 END"), 1);

    world.end = OUTWARD_HELD;
    put_job(url, 3, start);
    assert_int_equal(worker_round(k->house, start), 1);
    assert_int_equal(of_job(url, 3, "state"), JOB_WAITING);
    assert_int_equal(of_job(url, 3, "tries"), 0);
    assert_int_equal(worker_round(k->house, later(14 * MINUTE)), 0);
    world.end = OUTWARD_DONE;
    world.settle = true; /* known without reaching: noted all the same */
    assert_int_equal(worker_round(k->house, later(16 * MINUTE)), 1);
    assert_int_equal(of_job(url, 3, "state"), JOB_DONE);
    assert_int_equal(atomic_load(&world.reached[3]), 1);
    assert_int_equal(atomic_load(&world.noted[3]), 2);
    assert_int_equal(atomic_load(&world.reached[1]), 1);
}

static void test_each_end(void **state)
{
    (void)state;
    on_both(each_end);
}

/* Again after one minute, after five more; the third try is the last. */
static void growing_pauses(const char *url, struct kontor *k)
{
    world.end = OUTWARD_LATER;
    put_job(url, 1, start);
    assert_int_equal(worker_round(k->house, start), 1);
    assert_int_equal(of_job(url, 1, "state"), JOB_WAITING);
    assert_int_equal(worker_round(k->house, later(59 * US_PER_SECOND)), 0);
    assert_int_equal(worker_round(k->house, later(62 * US_PER_SECOND)), 1);
    assert_int_equal(of_job(url, 1, "tries"), 2);
    assert_int_equal(worker_round(k->house, later(6 * MINUTE)), 0);
    assert_int_equal(atomic_load(&world.noted_end), OUTWARD_LATER);
    assert_int_equal(worker_round(k->house, later(7 * MINUTE)), 1);
    assert_int_equal(of_job(url, 1, "state"), JOB_FAILED);
    assert_int_equal(atomic_load(&world.noted_end), OUTWARD_FAILED); /* the area hears of the end */
    assert_int_equal(atomic_load(&world.reached[1]), 3);

    world.end = OUTWARD_DONE;
    world.refuse = true; /* it was reached, and cannot be noted: as good as not */
    put_job(url, 2, start);
    assert_int_equal(worker_round(k->house, start), 1);
    assert_int_equal(of_job(url, 2, "state"), JOB_WAITING);
    assert_int_equal(of_job(url, 2, "tries"), 1);
    assert_int_equal(of_job(url, 2, "CASE WHEN last_error LIKE '%The test says no%' THEN 1 END"),
                     1);
}

static void test_growing_pauses(void **state)
{
    (void)state;
    on_both(growing_pauses);
}

static void leases_and_readiness(const char *url, struct kontor *k)
{
    put_job(url, 1, start);
    world.ready = false;
    assert_int_equal(worker_round(k->house, start), 0);
    assert_int_equal(of_job(url, 1, "version"), 1);
    world.ready = true;
    /* Another node has it, and is killed: the lease lapses. */
    char sql[200];
    snprintf(sql, sizeof sql, "UPDATE jobs SET claimed_until = %lld, version = 2 WHERE id = 1",
             (long long)later(MINUTE).us);
    kit_store_sql(url, sql);
    assert_int_equal(worker_round(k->house, later(MINUTE - 20 * US_PER_SECOND)), 0);
    assert_int_equal(atomic_load(&world.reached[1]), 0);
    assert_int_equal(worker_round(k->house, later(MINUTE)), 1);
    assert_int_equal(atomic_load(&world.reached[1]), 1);
}

static void test_leases_and_readiness(void **state)
{
    (void)state;
    on_both(leases_and_readiness);
}

/* -- two nodes, and stopping ------------------------------------------------------------------- */

static bool all_done(const char *url)
{
    return kit_store_sql(url, "SELECT COUNT(*) FROM jobs WHERE state = 0") == 0;
}

static bool await(const char *url, bool (*what)(const char *url))
{
    int64_t end = clock_monotonic_us() + 60 * US_PER_SECOND;
    while (!what(url) && clock_monotonic_us() < end) {
        clock_sleep_us(20000);
    }
    return what(url);
}

static void two_nodes(const char *url, struct kontor *k)
{
    enum { N = 30 };
    struct worker *one, *two;
    struct kontor other = open_house(url);
    for (int i = 1; i <= N; i++) {
        put_job(url, i, start);
    }
    assert_int_equal(worker_start(k->house, &one), OK);
    assert_int_equal(worker_start(other.house, &two), OK);
    assert_true(await(url, all_done));
    worker_stop(one);
    worker_stop(two);
    kontor_close(&other);
    for (int i = 1; i <= N; i++) {
        assert_int_equal(atomic_load(&world.reached[i]), 1);
        assert_true(atomic_load(&world.noted[i]) >= 1); /* a command may run twice */
        assert_int_equal(of_job(url, i, "state"), JOB_DONE);
    }
}

static void test_two_nodes(void **state)
{
    (void)state;
    on_both(two_nodes);
}

static bool is_reached(const char *url)
{
    (void)url;
    return atomic_load(&world.reached[1]) == 1;
}

static void stopping(const char *url, struct kontor *k)
{
    struct worker *w;
    atomic_store(&world.until_stop, true);
    put_job(url, 1, start);
    assert_int_equal(worker_start(k->house, &w), OK);
    assert_true(await(url, is_reached));
    int64_t begin = clock_monotonic_us();
    worker_stop(w);
    assert_true(clock_monotonic_us() - begin < 2 * US_PER_SECOND);
    assert_int_equal(of_job(url, 1, "state"), JOB_WAITING);
    assert_int_equal(of_job(url, 1, "tries"), 0);
    assert_int_equal(atomic_load(&world.noted[1]), 0);
    assert_true(of_job(url, 1, "run_at") <= clock_now().us);
}

static void test_stopping(void **state)
{
    (void)state;
    on_both(stopping);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_end),
        cmocka_unit_test(test_growing_pauses),
        cmocka_unit_test(test_leases_and_readiness),
        cmocka_unit_test(test_two_nodes),
        cmocka_unit_test(test_stopping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
