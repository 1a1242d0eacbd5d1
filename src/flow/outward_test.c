/* Jobs that reach out, with a reach of the test's own: how each end is written down and told, that
 * two nodes do nothing twice however long it takes, that nothing is held meanwhile, that stopping
 * cuts off, that no company waits for another's. */
/* threads */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/open.h"
#include "flow/command.h"
#include "flow/work_own.h"
#include "kit/store.h"
#include "meta/schema.h"
#include "os/clock.h"
#include "os/thread.h"

#include <stdio.h>
#include <stdlib.h>

#define JOBS_MAX 100
#define MINUTE   (INT64_C(60) * US_PER_SECOND)

static char url[KIT_URL_MAX];
static struct kontor house;

/* What reach is to answer, and what happened. Indexed by the job's subject. */
static struct {
    enum outward_end end;
    bool settle, refuse;     /* gather knows already; run refuses */
    bool refuse_done;        /* run refuses what was done, and takes what was not */
    enum err gather;         /* how gather ends */
    int64_t reach_us;        /* how long reach takes */
    bool stolen;             /* while reach works another node takes the job */
    atomic_int commits_fail; /* so many after reach */
    atomic_bool until_stop;  /* reach waits for the program to stop */
    atomic_int reached[JOBS_MAX], noted[JOBS_MAX];
    int64_t order[JOBS_MAX]; /* in which they were reached */
    atomic_size_t n_order;
    atomic_bool held; /* what outward_hold said at the end of reach */
    _Atomic enum outward_end noted_end;
    char noted_said[200];
    bool writes; /* somebody else writes while reach works */
    bool ready;
    bool wanted; /* has a job that stands by anything to do? */
} world;

static bool test_ready(struct house *h)
{
    (void)h;
    return world.ready;
}

static const struct refusal refusal_test = { .code = "test",
                                             .status = 409,
                                             .title = N_("Test"),
                                             .detail = N_("The test says no.") };

static enum err test_gather(struct cx *cx, const struct json *args, struct outward *o)
{
    struct job again;
    (void)args;
    TRY(store_get_any(cx, &job_entity, o->job->record.id, &again));
    assert_true(again.claimed_until.us > o->now.us);
    o->settled = world.settle;
    return world.gather == ERR_REFUSED ? refuse(cx, &refusal_test, TEXT_NONE) : world.gather;
}

static void test_reach(struct outward *o)
{
    atomic_fetch_add(&world.reached[o->job->subject], 1);
    if (world.writes) { /* nobody waits for us */
        kit_store_sql(url, "UPDATE jobs SET last_error = last_error WHERE id = 1");
    }
    while (atomic_load(&world.until_stop) && !atomic_load(o->stop)) {
        clock_sleep_us(2000);
    }
    if (world.stolen) {
        kit_store_sql(url, "UPDATE jobs SET version = version + 1 WHERE id = 1");
    }
    clock_sleep_us(1000 + world.reach_us);
    world.order[atomic_fetch_add(&world.n_order, 1) % JOBS_MAX] = o->job->subject;
    atomic_store(&world.held, outward_hold(o));
    o->end = atomic_load(o->stop) ? OUTWARD_STOPPED : world.end;
    o->said = o->end == OUTWARD_DONE ? TEXT_NONE : TEXT("no such place");
}

static enum err test_note(struct cx *cx, const struct json *args, struct job_progress *progress)
{
    (void)args;
    atomic_fetch_add(&world.noted[progress->job->subject], 1);
    atomic_store(&world.noted_end, progress->outward->end);
    if (progress->outward->said.s) {
        (void)snprintf(world.noted_said, sizeof world.noted_said, "%s", progress->outward->said.s);
    }
    bool refused = world.refuse || (world.refuse_done && progress->outward->end == OUTWARD_DONE);
    return refused ? refuse(cx, &refusal_test, TEXT_NONE) : OK;
}

static enum err test_wanted(struct cx *cx, const struct job *job, bool *yes)
{
    (void)cx, (void)job;
    *yes = world.wanted;
    return OK;
}

static enum err test_again(struct cx *cx, const struct json *args, struct job_progress *progress)
{
    TRY(test_note(cx, args, progress));
    progress->again = true;
    progress->not_before.us = cx->now.us + 60 * MINUTE;
    return OK;
}

static const struct job_kind kinds[] = {
    { .name = "stand_by",
      .hands = 3,
      .wanted = test_wanted,
      .gather = test_gather,
      .reach = test_reach,
      .run = test_again,
      .tries_max = 3 },
    { .name = "reach_out",
      .ready = test_ready,
      .gather = test_gather,
      .reach = test_reach,
      .run = test_note,
      .tries_max = 3 },
};

/* -- a house with these kinds ------------------------------------------------------------------ */

static struct house_plan plan;

static struct kontor open_house(void)
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

static void put_job(int id, instant_t due)
{
    char sql[400];
    snprintf(sql, sizeof sql,
             "INSERT INTO jobs (id, version, company, archived, kind, state, run_at, tries,"
             " progress, subject) VALUES (%d, 1, 1, 0, 'reach_out', 0, %lld, 0, 0, %d)",
             id, (long long)due.us, id);
    kit_store_sql(url, sql);
}

static long long of_job(int id, const char *what)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT %s FROM jobs WHERE id = %d", what, id);
    return kit_store_sql(url, sql);
}

static void fresh_world(void)
{
    world.end = OUTWARD_DONE;
    world.settle = world.refuse = world.refuse_done = world.stolen = false;
    world.gather = OK;
    world.reach_us = 0;
    atomic_store(&world.n_order, 0);
    world.ready = true;
    world.writes = false;
    atomic_store(&world.until_stop, false);
    for (size_t i = 0; i < JOBS_MAX; i++) {
        atomic_store(&world.reached[i], 0);
        atomic_store(&world.noted[i], 0);
    }
}

static int begin(void **state)
{
    fresh_world();
    kit_store_new(kit_store_of(state), url);
    house = open_house();
    return 0;
}

static int end(void **state)
{
    (void)state;
    kontor_close(&house);
    kit_store_drop(url);
    return 0;
}

#define ON(fn, i, store)                                                                           \
    {                                                                                              \
        .name = #fn " on " store, .test_func = fn, .setup_func = begin, .teardown_func = end,      \
        .initial_state = &kit_store_kinds[i]                                                       \
    }
#define ON_BOTH(fn) ON(fn, 0, "SQLite"), ON(fn, 1, "PostgreSQL")

/* -- how it ends ------------------------------------------------------------------------------- */

static instant_t later(int64_t us)
{
    return (instant_t){ start.us + us };
}

static void each_end(void **state)
{
    (void)state;
    put_job(1, start);
    world.writes = true;
    assert_int_equal(worker_round(house.house, later(-1)), 0);
    assert_int_equal(worker_round(house.house, start), 1);
    assert_int_equal(of_job(1, "state"), JOB_DONE);
    assert_int_equal(of_job(1, "tries"), 1);
    assert_int_equal(of_job(1, "CASE WHEN claimed_until IS NULL THEN 1 ELSE 0 END"), 1);
    world.writes = false;

    world.end = OUTWARD_FAILED;
    put_job(2, start);
    assert_int_equal(worker_round(house.house, start), 1);
    assert_int_equal(of_job(2, "state"), JOB_FAILED);
    assert_int_equal(of_job(2, "CASE last_error WHEN 'no such place' THEN 1 ELSE 0 END"), 1);

    world.end = OUTWARD_HELD;
    put_job(3, start);
    assert_int_equal(worker_round(house.house, start), 1);
    assert_int_equal(of_job(3, "state"), JOB_WAITING);
    assert_int_equal(of_job(3, "tries"), 0);
    assert_int_equal(worker_round(house.house, later(14 * MINUTE)), 0);
    world.end = OUTWARD_DONE;
    world.settle = true; /* known without reaching: noted all the same */
    assert_int_equal(worker_round(house.house, later(16 * MINUTE)), 1);
    assert_int_equal(of_job(3, "state"), JOB_DONE);
    assert_int_equal(atomic_load(&world.reached[3]), 1);
    assert_int_equal(atomic_load(&world.noted[3]), 2);
    assert_int_equal(atomic_load(&world.reached[1]), 1);
}

/* Again after one minute, after five more; the third try is the last. */
static void growing_pauses(void **state)
{
    (void)state;
    world.end = OUTWARD_LATER;
    put_job(1, start);
    assert_int_equal(worker_round(house.house, start), 1);
    assert_int_equal(of_job(1, "state"), JOB_WAITING);
    assert_int_equal(worker_round(house.house, later(59 * US_PER_SECOND)), 0);
    assert_int_equal(worker_round(house.house, later(62 * US_PER_SECOND)), 1);
    assert_int_equal(of_job(1, "tries"), 2);
    assert_int_equal(worker_round(house.house, later(6 * MINUTE)), 0);
    assert_int_equal(atomic_load(&world.noted_end), OUTWARD_LATER);
    assert_int_equal(worker_round(house.house, later(7 * MINUTE)), 1);
    assert_int_equal(of_job(1, "state"), JOB_FAILED);
    assert_int_equal(atomic_load(&world.noted_end), OUTWARD_FAILED); /* the area hears of the end */
    assert_int_equal(atomic_load(&world.reached[1]), 3);

    world.end = OUTWARD_DONE;
    world.refuse = true; /* it was reached, and cannot be noted: as good as not */
    put_job(2, start);
    assert_int_equal(worker_round(house.house, start), 1);
    assert_int_equal(of_job(2, "state"), JOB_WAITING);
    assert_int_equal(of_job(2, "tries"), 1);
    assert_int_equal(of_job(2, "CASE WHEN last_error LIKE '%The test says no%' THEN 1 END"), 1);
}

/* -- ends that run must hear of too ------------------------------------------------------------ */

static void put_tried(int id, instant_t due, int tries)
{
    char sql[100];
    put_job(id, due);
    snprintf(sql, sizeof sql, "UPDATE jobs SET tries = %d WHERE id = %d", tries, id);
    kit_store_sql(url, sql);
}

static void told(int id, enum outward_end end, const char *said)
{
    assert_int_equal(of_job(id, "state"), end == OUTWARD_FAILED ? JOB_FAILED : JOB_WAITING);
    assert_int_equal(atomic_load(&world.noted_end), end);
    assert_non_null(strstr(world.noted_said, said));
    assert_int_equal(of_job(id, "CASE WHEN claimed_until IS NULL THEN 1 ELSE 0 END"), 1);
}

static void no_end_is_kept_from_run(void **state)
{
    (void)state;
    /* What it needs is refused: for good, in the refusal's words. */
    world.gather = ERR_REFUSED;
    put_job(1, start);
    assert_int_equal(worker_round(house.house, start), 1);
    told(1, OUTWARD_FAILED, "The test says no.");
    assert_int_equal(of_job(1, "CASE last_error WHEN 'The test says no.' THEN 1 ELSE 0 END"), 1);

    /* What else cannot be read is tried again, until the tries are used up. */
    world.gather = ERR_NO_MEMORY;
    put_tried(2, start, 1);
    assert_int_equal(worker_round(house.house, start), 1);
    told(2, OUTWARD_LATER, "no_memory");
    assert_int_equal(worker_round(house.house, later(6 * MINUTE)), 1);
    told(2, OUTWARD_FAILED, "no_memory");
    assert_int_equal(atomic_load(&world.reached[1]) + atomic_load(&world.reached[2]), 0);
    world.gather = OK;

    /* The program was killed in each try: it is not tried for ever. */
    put_tried(3, start, 2);
    assert_int_equal(worker_round(house.house, start), 1);
    assert_int_equal(of_job(3, "state"), JOB_DONE);
    put_tried(4, start, 3);
    assert_int_equal(worker_round(house.house, start), 1);
    told(4, OUTWARD_FAILED, "ended in each of 3 tries");
    assert_int_equal(atomic_load(&world.reached[4]), 0);

    /* It was done, which cannot be written: with the last try run hears of the end. */
    world.refuse_done = true;
    put_tried(5, start, 2);
    assert_int_equal(worker_round(house.house, start), 1);
    told(5, OUTWARD_FAILED, "The test says no.");
}

static enum err commit_fails(enum db_fault point)
{
    bool fails = point == DB_FAULT_COMMIT && atomic_load(&world.reached[1]) > 0 &&
                 atomic_load(&world.commits_fail) > 0;
    if (fails) {
        atomic_fetch_sub(&world.commits_fail, 1);
    }
    return fails ? ERR_DISK_FULL : OK;
}

/* What was done is not done again because the store could not write it down at once. */
static void noted_when_there_is_room(void **state)
{
    (void)state;
    atomic_store(&world.commits_fail, 2);
    put_job(1, start);
    db_fault_hook = commit_fails;
    assert_int_equal(worker_round(house.house, start), 1);
    db_fault_hook = NULL;
    assert_int_equal(atomic_load(&world.commits_fail), 0);
    assert_int_equal(of_job(1, "state"), JOB_DONE);
    assert_int_equal(atomic_load(&world.reached[1]), 1);
}

/* Of two companies the one with one job does not wait for the other's many. */
static void companies_take_turns(void **state)
{
    (void)state;
    for (int i = 1; i <= 9; i++) {
        put_job(i, start);
    }
    kit_store_sql(url, "UPDATE jobs SET company = 2, run_at = run_at + 5 WHERE id > 7");
    assert_int_equal(worker_round(house.house, later(10)), 9);
    static const int64_t wanted[] = { 1, 8, 2, 9, 3, 4, 5, 6, 7 };
    for (size_t i = 0; i < N_ELEMENTS(wanted); i++) {
        assert_int_equal(world.order[i], wanted[i]);
    }
}

static void leases_and_readiness(void **state)
{
    (void)state;
    put_job(1, start);
    world.ready = false;
    assert_int_equal(worker_round(house.house, start), 0);
    assert_int_equal(of_job(1, "version"), 1);
    world.ready = true;
    /* Another node has it, and is killed: the lease lapses. */
    char sql[200];
    snprintf(sql, sizeof sql, "UPDATE jobs SET claimed_until = %lld, version = 2 WHERE id = 1",
             (long long)later(MINUTE).us);
    kit_store_sql(url, sql);
    assert_int_equal(worker_round(house.house, later(MINUTE - 20 * US_PER_SECOND)), 0);
    assert_int_equal(atomic_load(&world.reached[1]), 0);
    assert_int_equal(worker_round(house.house, later(MINUTE)), 1);
    assert_int_equal(atomic_load(&world.reached[1]), 1);
}

/* A claim by a clock that was far ahead is none; people cannot end what a worker is at. */
static void claims_and_people(void **state)
{
    (void)state;
    const struct job_error why = { .error = TEXT("by hand") };
    const struct who person = { .user = 7, .company = 1, .all = true, .all_sites = true };
    char sql[200];
    for (int far = 0; far < 2; far++) {
        struct arena a;
        arena_init(&a, (size_t)1 << 20);
        struct call call = { .house = house.house,
                             .arena = &a,
                             .who = &person,
                             .command = &job_commands[JOB_FAIL],
                             .record_id = far + 1,
                             .typed = &why,
                             .now = start };
        instant_t until = later(far ? 600 * MINUTE : MINUTE);
        put_job(far + 1, until);
        snprintf(sql, sizeof sql, "UPDATE jobs SET claimed_until = %lld WHERE id = %d",
                 (long long)until.us, far + 1);
        kit_store_sql(url, sql);
        assert_int_equal(flow_call(&call), far ? OK : ERR_REFUSED);
        assert_true(far || call.failure.why == &refusal_job_in_work);
        arena_free(&a);
    }
}

/* -- two nodes, and stopping ------------------------------------------------------------------- */

static bool all_done(void)
{
    return kit_store_sql(url, "SELECT COUNT(*) FROM jobs WHERE state = 0") == 0;
}

static bool await(bool (*what)(void))
{
    int64_t end = clock_monotonic_us() + 60 * US_PER_SECOND;
    while (!what() && clock_monotonic_us() < end) {
        clock_sleep_us(20000);
    }
    return what();
}

static void two_nodes(void **state)
{
    (void)state;
    enum { N = 30 };
    struct worker *one, *two;
    struct kontor other = open_house();
    for (int i = 1; i <= N; i++) {
        put_job(i, start);
    }
    assert_int_equal(worker_start(house.house, &one), OK);
    assert_int_equal(worker_start(other.house, &two), OK);
    assert_true(await(all_done));
    worker_stop(one);
    worker_stop(two);
    kontor_close(&other);
    for (int i = 1; i <= N; i++) {
        assert_int_equal(atomic_load(&world.reached[i]), 1);
        assert_true(atomic_load(&world.noted[i]) >= 1); /* a command may run twice */
        assert_int_equal(of_job(i, "state"), JOB_DONE);
    }
}

/* Longer than the lease: it is renewed, and the other node keeps away. */
static void long_work_is_done_once(void **state)
{
    (void)state;
    struct worker *one, *two;
    struct kontor other = open_house();
    int64_t usual = outward_lease_us;
    outward_lease_us = US_PER_SECOND / 2;
    world.reach_us = 2 * US_PER_SECOND;
    put_job(1, start);
    assert_int_equal(worker_start(house.house, &one), OK);
    assert_int_equal(worker_start(other.house, &two), OK);
    assert_true(await(all_done));
    worker_stop(one);
    worker_stop(two);
    kontor_close(&other);
    outward_lease_us = usual;
    assert_true(atomic_load(&world.held));
    assert_int_equal(atomic_load(&world.reached[1]), 1);
    assert_int_equal(of_job(1, "state"), JOB_DONE);
    assert_int_equal(of_job(1, "tries"), 1);
}

/* Whoever has lost the job hears of it before what cannot be taken back, and writes nothing. */
static void what_is_lost_is_left(void **state)
{
    (void)state;
    int64_t usual = outward_lease_us;
    outward_lease_us = US_PER_SECOND / 2;
    world.stolen = true;
    world.reach_us = US_PER_SECOND / 2;
    put_job(1, start);
    assert_int_equal(worker_round(house.house, start), 1);
    outward_lease_us = usual;
    assert_false(atomic_load(&world.held));
    assert_int_equal(atomic_load(&world.noted[1]), 0);
    assert_int_equal(of_job(1, "state"), JOB_WAITING);
    assert_int_equal(of_job(1, "CASE WHEN claimed_until IS NULL THEN 1 ELSE 0 END"), 0);
}

static void put_standing(int id, instant_t due)
{
    char sql[100];
    put_job(id, due);
    snprintf(sql, sizeof sql, "UPDATE jobs SET kind = 'stand_by' WHERE id = %d", id);
    kit_store_sql(url, sql);
}

/* One that stands by costs no write until it wants something, and then waits as long as it says. */
static void standing_by(void **state)
{
    (void)state;
    world.wanted = false;
    put_standing(1, start);
    assert_int_equal(worker_round(house.house, later(MINUTE)), 0);
    assert_int_equal(of_job(1, "version"), 1);
    world.wanted = true;
    assert_int_equal(worker_round(house.house, later(MINUTE)), 1);
    assert_int_equal(of_job(1, "state"), JOB_WAITING);
    assert_int_equal(of_job(1, "tries"), 0);
    assert_int_equal(worker_round(house.house, later(60 * MINUTE)), 0);
    assert_int_equal(worker_round(house.house, later(62 * MINUTE)), 1);
    assert_int_equal(atomic_load(&world.reached[1]), 2);
}

static bool three_are_reached(void)
{
    return atomic_load(&world.reached[1]) && atomic_load(&world.reached[2]) &&
           atomic_load(&world.reached[3]);
}

/* Each of them waits for somebody else's server: one of that kind does not hold up the next. */
static void hands_at_the_same_time(void **state)
{
    (void)state;
    struct worker *w;
    world.wanted = true;
    atomic_store(&world.until_stop, true);
    for (int i = 1; i <= 3; i++) {
        put_standing(i, start);
    }
    assert_int_equal(worker_start(house.house, &w), OK);
    assert_true(await(three_are_reached));
    worker_stop(w);
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(atomic_load(&world.reached[i]), 1);
        assert_int_equal(of_job(i, "tries"), 0);
    }
}

static bool is_reached(void)
{
    return atomic_load(&world.reached[1]) == 1;
}

static void stopping(void **state)
{
    (void)state;
    struct worker *w;
    atomic_store(&world.until_stop, true);
    put_job(1, start);
    assert_int_equal(worker_start(house.house, &w), OK);
    assert_true(await(is_reached));
    int64_t begin = clock_monotonic_us();
    worker_stop(w);
    assert_true(clock_monotonic_us() - begin < 2 * US_PER_SECOND);
    assert_int_equal(of_job(1, "state"), JOB_WAITING);
    assert_int_equal(of_job(1, "tries"), 0);
    assert_int_equal(atomic_load(&world.noted[1]), 0);
    assert_true(of_job(1, "run_at") <= clock_now().us);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(each_end),
        ON_BOTH(growing_pauses),
        ON_BOTH(no_end_is_kept_from_run),
        ON_BOTH(noted_when_there_is_room),
        ON_BOTH(companies_take_turns),
        ON_BOTH(leases_and_readiness),
        ON_BOTH(claims_and_people),
        ON_BOTH(two_nodes),
        ON_BOTH(long_work_is_done_once),
        ON_BOTH(what_is_lost_is_left),
        ON_BOTH(stopping),
        ON_BOTH(standing_by),
        ON_BOTH(hands_at_the_same_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
