/* What is PostgreSQL's own: lost connections, unknown outcomes, types, the pipeline, the feed. */
/* threads */
#include "db/db_test_kit.h"

#include <libpq-fe.h>

static const struct db_config one = { .readers = 1, .writers = 1 };

static const char kill_sql[] = "SELECT COUNT(pg_terminate_backend(pid, 2000)) FROM pg_stat_activity"
                               " WHERE datname = current_database() AND pid <> pg_backend_pid()";

/* A job with all its functions, waited for. */
struct job {
    struct ended ended;
    struct fixture *f;
    int runs, settles;
    enum err settled; /* what `settled` finds */
    bool kill_in_run;
};

static enum err job_run(struct tx *tx, void *arg)
{
    struct job *j = arg;
    struct value v = v_int(1);
    int64_t n;

    j->runs++;
    TRY(tx_exec(tx, "INSERT INTO t (id) VALUES ($1)", &v, 1));
    TRY(number(tx, "SELECT COUNT(*) FROM t", &n));
    assert_int_equal(n, 1);
    if (j->kill_in_run && j->runs == 1) {
        assert_true(ask(j->f, kill_sql) > 0);
    }
    TRY(tx_exec(tx, "UPDATE counter SET n = n + 1 WHERE id = 1", NULL, 0));
    return number(tx, "SELECT n FROM counter WHERE id = 1", &n);
}

static enum err job_settled(struct tx *tx, void *arg)
{
    struct job *j = arg;
    int64_t n;

    j->settles++;
    TRY(number(tx, "SELECT COUNT(*) FROM t", &n));
    assert_int_equal(n, 0);
    return j->settled;
}

static enum err run_job(struct fixture *f, struct job *j, bool with_settled)
{
    struct db_job job = {
        .run = job_run, .arg = j, .write = true, .settled = with_settled ? job_settled : NULL
    };

    j->f = f;
    return submit_and_wait(f->db, &job);
}

/* -- lost connections -------------------------------------------------------------------------- */

static void a_job_whose_connection_breaks_runs_again(void **state)
{
    struct fixture *f = *state;
    struct job j = { .kill_in_run = true };
    struct db_stats s;

    open_tables(f, one);
    assert_int_equal(run_job(f, &j, true), OK);
    assert_int_equal(j.runs, 2);
    assert_int_equal(j.settles, 0); /* COMMIT had not been sent */
    assert_int_equal(ask(f, "SELECT n FROM counter WHERE id = 1"), 1);
    db_stats(f->db, &s);
    assert_int_equal(s.reconnects, 1);
}

static struct fixture *fault_fixture;
static _Atomic int commits_to_kill;

/* The connection breaks between the last statement and COMMIT, which makes the outcome unknown. */
static enum err kill_at_commit(enum db_fault point)
{
    if (point == DB_FAULT_COMMIT && commits_to_kill > 0) {
        commits_to_kill--;
        assert_true(ask(fault_fixture, kill_sql) > 0);
    }
    return OK;
}

static void an_unknown_outcome_is_asked_for(void **state)
{
    struct fixture *f = *state;
    static const struct {
        bool with_settled;
        enum err settled, want;
        int runs, rows;
    } cases[] = {
        { true, ERR_NOT_FOUND, OK, 2, 1 },    /* not there: run again */
        { true, OK, OK, 1, 0 },               /* there, says the job */
        { true, ERR_STORE, ERR_STORE, 1, 0 }, /* nobody knows */
        { false, OK, ERR_STORE, 1, 0 },
    };

    open_tables(f, one);
    fault_fixture = f;
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        struct job j = { .settled = cases[i].settled };

        assert_int_equal(db_write(f->db, script_run, "DELETE FROM t"), OK);
        commits_to_kill = 1;
        db_fault_hook = kill_at_commit;
        assert_int_equal(run_job(f, &j, cases[i].with_settled), cases[i].want);
        db_fault_hook = NULL;
        assert_int_equal(j.runs, cases[i].runs);
        assert_int_equal(j.settles, cases[i].with_settled);
        assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), cases[i].rows);
    }
    /* After an unknown outcome another slot is taken: the old one is not free yet. */
    assert_true(ask(f, "SELECT COUNT(*) FROM writer WHERE owner <> ''") > 1);
}

static enum err read_and_kill(struct tx *tx, void *arg)
{
    struct job *j = arg;
    int64_t n;

    TRY(number(tx, "SELECT COUNT(*) FROM counter", &n));
    if (j->runs++ == 0) {
        assert_true(ask(j->f, kill_sql) > 0);
    }
    return number(tx, "SELECT COUNT(*) FROM counter", &n);
}

static void a_reader_runs_again(void **state)
{
    struct fixture *f = *state;
    struct job j = { .f = f };

    open_tables(f, one);
    assert_int_equal(db_read(f->db, read_and_kill, &j), OK);
    assert_int_equal(j.runs, 2);
}

/* Connections break all the time under load: each job has its effect exactly once. */

#define STORM_THREADS 4
#define STORM_JOBS    500

struct storm_job {
    int64_t key;
};

static enum err storm_run(struct tx *tx, void *arg)
{
    struct storm_job *j = arg;
    struct value v = v_int(j->key);
    int64_t n;

    TRY(tx_exec(tx, "INSERT INTO t (id) VALUES ($1)", &v, 1));
    TRY(number(tx, "SELECT n FROM counter WHERE id = 1", &n));
    v = v_int(n + 1);
    return tx_exec(tx, "UPDATE counter SET n = $1 WHERE id = 1", &v, 1);
}

static enum err storm_settled(struct tx *tx, void *arg)
{
    struct storm_job *j = arg;
    struct value v = v_int(j->key);
    struct arena a;
    struct rows r;
    enum err e;

    arena_init(&a, 1 << 16);
    e = tx_query(tx, &a, "SELECT 1 FROM t WHERE id = $1", &v, 1, &r);
    arena_free(&a);
    return e != OK ? e : r.n ? OK : ERR_NOT_FOUND;
}

struct storm {
    struct fixture *f;
    int64_t first_key;
    _Atomic int *left;
    int failed;
};

struct storm_wait {
    struct storm_job job;
    _Atomic int answered;
    enum err result;
};

static enum err storm_wait_run(struct tx *tx, void *arg)
{
    return storm_run(tx, &((struct storm_wait *)arg)->job);
}

static enum err storm_wait_settled(struct tx *tx, void *arg)
{
    return storm_settled(tx, &((struct storm_wait *)arg)->job);
}

static void storm_wait_done(void *arg, enum err result)
{
    struct storm_wait *w = arg;

    w->result = result;
    w->answered = 1;
}

static void storm_main(void *arg)
{
    struct storm *s = arg;

    for (int i = 0; i < STORM_JOBS; i++) {
        struct storm_wait w = { .job.key = s->first_key + i };
        struct db_job job = { .run = storm_wait_run,
                              .settled = storm_wait_settled,
                              .done = storm_wait_done,
                              .arg = &w,
                              .write = true };

        if (db_submit(s->f->db, &job) != OK) {
            s->failed++;
            continue;
        }
        while (!w.answered) {
            clock_sleep_us(50);
        }
        s->failed += w.result != OK;
    }
    --*s->left;
}

static void every_effect_comes_once(void **state)
{
    struct fixture *f = *state;
    struct storm s[STORM_THREADS];
    struct thread threads[STORM_THREADS];
    _Atomic int left = STORM_THREADS;
    struct db_stats stats;

    open_tables(f, (struct db_config){ .readers = 1, .writers = 3 });
    for (int i = 0; i < STORM_THREADS; i++) {
        s[i] = (struct storm){ .f = f, .first_key = 1000 * (i + 1), .left = &left };
        assert_int_equal(thread_start(&threads[i], "storm", storm_main, &s[i]), OK);
    }
    for (int i = 0; i < 60 && left > 0; i++) {
        clock_sleep_us(20000);
        (void)ask(f, kill_sql);
    }
    for (int i = 0; i < STORM_THREADS; i++) {
        thread_join(&threads[i]);
        assert_int_equal(s[i].failed, 0);
    }
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), STORM_THREADS * STORM_JOBS);
    assert_int_equal(ask(f, "SELECT n FROM counter WHERE id = 1"), STORM_THREADS * STORM_JOBS);
    db_stats(f->db, &stats);
    assert_true(stats.reconnects > 2);
}

static void connections_main(void *arg)
{
    char sql[128];

    clock_sleep_us(700000);
    (void)snprintf(sql, sizeof sql, "ALTER DATABASE %s ALLOW_CONNECTIONS true", (char *)arg);
    (void)kit_store_sql(getenv("KONTOR_TEST_PG"), sql);
}

/* A server that is away for a moment is waited for. */
static void an_absent_server_is_waited_for(void **state)
{
    struct fixture *f = *state;
    struct job j = { 0 };
    struct thread t;
    char sql[256], *name = strrchr(f->url, '/') + 1;

    open_tables(f, one);
    (void)snprintf(sql, sizeof sql, "ALTER DATABASE %s ALLOW_CONNECTIONS false", name);
    (void)kit_store_sql(getenv("KONTOR_TEST_PG"), sql);
    (void)snprintf(sql, sizeof sql,
                   "SELECT COUNT(pg_terminate_backend(pid, 2000)) FROM pg_stat_activity"
                   " WHERE datname = '%s'",
                   name);
    (void)kit_store_sql(getenv("KONTOR_TEST_PG"), sql);
    assert_int_equal(thread_start(&t, "allow", connections_main, name), OK);
    assert_int_equal(run_job(f, &j, true), OK);
    thread_join(&t);
    assert_int_equal(ask(f, "SELECT n FROM counter WHERE id = 1"), 1);
}

/* -- statements -------------------------------------------------------------------------------- */

static enum err long_pipeline(struct tx *tx, void *arg)
{
    char text[8192];
    int64_t n;

    (void)arg;
    memset(text, 'x', sizeof text);
    for (int64_t i = 0; i < 6000; i++) {
        struct value v[] = { v_int(i), v_text((text_t){ text, sizeof text }) };

        TRY(tx_exec(tx, "INSERT INTO t (id, a) VALUES ($1, $2) RETURNING a", v, 2));
    }
    TRY(number(tx, "SELECT COUNT(*) FROM t", &n));
    assert_int_equal(n, 6000);
    return OK;
}

/* Fifty megabytes each way without anybody waiting for an answer: no buffer may block. */
static void a_long_pipeline_does_not_block(void **state)
{
    struct fixture *f = *state;

    open_tables(f, one);
    assert_int_equal(db_write(f->db, long_pipeline, NULL), OK);
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), 6000);
}

static enum err many_texts(struct tx *tx, void *arg)
{
    char sql[64];
    int64_t n;

    (void)arg;
    for (int i = 0; i < 900; i++) {
        (void)snprintf(sql, sizeof sql, "SELECT %d", i);
        TRY(number(tx, sql, &n));
    }
    return OK;
}

static enum err count_prepared(struct tx *tx, void *arg)
{
    return number(tx, "SELECT COUNT(*) FROM pg_prepared_statements", arg);
}

static void the_server_forgets_what_the_cache_forgets(void **state)
{
    struct fixture *f = *state;
    int64_t n = 0;

    open_tables(f, one);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(db_write(f->db, many_texts, NULL), OK);
    }
    assert_int_equal(db_write(f->db, count_prepared, &n), OK);
    assert_in_range(n, 100, 520);
}

static enum err answer_types(struct tx *tx, void *arg)
{
    static const struct {
        const char *sql;
        int64_t want;
    } ints[] = {
        { "SELECT 7::smallint", 7 },
        { "SELECT -7::int", -7 },
        { "SELECT 1 = 1", 1 },
        { "SELECT false", 0 },
        { "SELECT SUM(x) FROM (VALUES (9000000000000000000::bigint), (-1)) v (x)",
          8999999999999999999 },
        { "SELECT 120000000000::numeric", 120000000000 },
        { "SELECT (-9223372036854775808)::numeric", INT64_MIN },
        { "SELECT 5.000::numeric", 5 },
        { "SELECT 0::numeric", 0 },
        { "SELECT 4000000000::oid", 4000000000 },
    };
    struct arena a;
    struct rows r;
    int64_t n;

    (void)arg;
    for (size_t i = 0; i < N_ELEMENTS(ints); i++) {
        TRY(number(tx, ints[i].sql, &n));
        assert_true(n == ints[i].want);
    }
    arena_init(&a, 1 << 16);
    TRY(tx_query(tx, &a, "SELECT 'a'::varchar(9), 'b'::char(2), 'c'::name, 'd'::\"char\", 'e'",
                 NULL, 0, &r));
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(rows_at(&r, 0, i).type, V_TEXT);
        assert_int_equal(rows_text(&r, 0, i).s[0], 'a' + (int)i);
    }
    arena_free(&a);
    return OK;
}

static enum err run_text(struct tx *tx, void *arg)
{
    int64_t n;

    return number(tx, arg, &n);
}

static void answers_of_other_types(void **state)
{
    struct fixture *f = *state;
    static char *const bad[] = { "SELECT now()", "SELECT 1.5::numeric", "SELECT 1::real",
                                 "SELECT 9223372036854775808::numeric", "SELECT 'NaN'::numeric" };

    open_tables(f, one);
    assert_int_equal(db_read(f->db, answer_types, NULL), OK);
    for (size_t i = 0; i < N_ELEMENTS(bad); i++) {
        assert_int_equal(db_read(f->db, run_text, bad[i]), ERR_STORE);
    }
}

static enum err count_columns(struct tx *tx, void *arg)
{
    struct arena a;
    struct rows r;
    enum err e;

    arena_init(&a, 1 << 16);
    e = tx_query(tx, &a, "SELECT * FROM counter WHERE id = 1", NULL, 0, &r);
    *(int *)arg = (int)r.cols;
    arena_free(&a);
    return e;
}

/* Another program changes a table: plans that no longer fit are made anew. */
static void a_changed_table_is_noticed(void **state)
{
    struct fixture *f = *state;
    int cols;

    open_tables(f, one);
    assert_int_equal(db_write(f->db, count_columns, &cols), OK);
    assert_int_equal(cols, 2);
    (void)ask(f, "ALTER TABLE counter ADD COLUMN more BIGINT");
    assert_int_equal(db_write(f->db, count_columns, &cols), OK);
    assert_int_equal(cols, 3);
}

/* -- the address ------------------------------------------------------------------------------- */

static void options_of_the_address_stay(void **state)
{
    struct fixture *f = *state;

    (void)ask(f, "CREATE SCHEMA other");
    strncat(f->url, "?options=-c%20search_path%3Dother", KIT_URL_MAX - strlen(f->url) - 1);
    open_tables(f, one);
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'other'"), 5);
}

/* -- the feed ---------------------------------------------------------------------------------- */

static void seq_insert(char sql[static 512], int part)
{
    const char *seq = db_feed_seq_sql(DB_POSTGRES), *at = strstr(seq, "$PART");

    (void)snprintf(sql, 512, "INSERT INTO event (seq) VALUES (%.*s%d%s)", (int)(at - seq), seq,
                   part, at + strlen("$PART"));
}

static enum err add_event(struct tx *tx, void *arg)
{
    char sql[512];

    seq_insert(sql, *(int *)arg);
    return tx_exec(tx, sql, NULL, 0);
}

static enum err read_horizon(struct tx *tx, void *arg)
{
    return number(tx, db_feed_horizon_sql(DB_POSTGRES), arg);
}

static char event_sql[] = "CREATE TABLE event (seq BIGINT NOT NULL PRIMARY KEY)";

/* The horizon waits for every transaction of the cluster, also those of other tests in other
 * databases. */
static bool horizon_reaches(struct fixture *f, int64_t seq)
{
    int64_t horizon = 0;
    for (int i = 0; i < 1000 && horizon < seq; i++) {
        if (i > 0) {
            clock_sleep_us(10000);
        }
        assert_int_equal(db_read(f->db, read_horizon, &horizon), OK);
    }
    return horizon >= seq;
}

/* An event whose transaction commits late stays beyond the horizon until then. */
static void a_late_event_is_not_skipped(void **state)
{
    struct fixture *f = *state;
    char sql[512];
    int64_t horizon, late;
    int part = 3;
    PGconn *pg;

    open_with(f, one);
    assert_int_equal(db_write(f->db, script_run, event_sql), OK);
    pg = PQconnectdb(f->url);
    PQclear(PQexec(pg, "BEGIN"));
    seq_insert(sql, 7);
    PQclear(PQexec(pg, sql));
    PGresult *r = PQexec(pg, "SELECT MAX(seq) FROM event");
    late = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
    PQclear(r);
    for (part = 0; part < 3; part++) {
        assert_int_equal(db_write(f->db, add_event, &part), OK);
    }
    assert_true(ask(f, "SELECT MAX(seq) FROM event") > late);
    assert_int_equal(db_read(f->db, read_horizon, &horizon), OK);
    assert_true(horizon < late);
    r = PQexec(pg, "COMMIT");
    assert_int_equal(PQresultStatus(r), PGRES_COMMAND_OK);
    PQclear(r);
    PQfinish(pg);
    assert_true(horizon_reaches(f, ask(f, "SELECT MAX(seq) FROM event")));
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM event"), 4);
}

/* Rows restored from another cluster have numbers that this one's have not reached. */
static void a_restored_feed_goes_on_rising(void **state)
{
    struct fixture *f = *state;
    const int64_t high = 4000000000000000;
    int64_t before;
    int part = 0;

    open_with(f, one);
    assert_int_equal(db_write(f->db, script_run, event_sql), OK);
    assert_int_equal(db_write(f->db, add_event, &part), OK);
    (void)ask(f, "INSERT INTO event (seq) VALUES (4000000000000000)");
    close_db(f);
    for (int i = 0; i < 2; i++) { /* raised once, then left alone */
        open_with(f, one);
        before = ask(f, "SELECT base FROM feed_base");
        assert_true(before > 0);
        assert_int_equal(db_write(f->db, add_event, &part), OK);
        assert_true(ask(f, "SELECT MAX(seq) FROM event") > high);
        assert_true(horizon_reaches(f, ask(f, "SELECT MAX(seq) FROM event")));
        close_db(f);
    }
    open_with(f, one);
    assert_int_equal(ask(f, "SELECT base FROM feed_base"), before);
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM event"), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON(postgres, a_job_whose_connection_breaks_runs_again),
        ON(postgres, an_unknown_outcome_is_asked_for),
        ON(postgres, a_reader_runs_again),
        ON(postgres, every_effect_comes_once),
        ON(postgres, an_absent_server_is_waited_for),
        ON(postgres, a_long_pipeline_does_not_block),
        ON(postgres, the_server_forgets_what_the_cache_forgets),
        ON(postgres, answers_of_other_types),
        ON(postgres, a_changed_table_is_noticed),
        ON(postgres, options_of_the_address_stay),
        ON(postgres, a_late_event_is_not_skipped),
        ON(postgres, a_restored_feed_goes_on_rising),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
