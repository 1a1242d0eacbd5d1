/* What a job may do and what comes of it, the same on both stores. */
#include "db/db_test_kit.h"

static const struct db_config few = { .readers = 1, .writers = 2 };

/* -- values ------------------------------------------------------------------------------------ */

#define BIG_BYTES (1 << 20)

static enum err values_write(struct tx *tx, void *arg)
{
    const char *big = arg;
    const struct value rows[][4] = {
        { v_int(1), v_null(), v_null(), v_null() },
        { v_int(2), v_str(""), v_blob("", 0), v_int(0) },
        { v_int(3), v_str("Grüße नमस्ते"), v_blob("\0\1\377\0", 4), v_int(INT64_MIN) },
        { v_int(4), v_text((text_t){ big, BIG_BYTES }), v_blob(big, BIG_BYTES), v_int(INT64_MAX) },
        { v_int(5), v_str(NULL), v_blob("x", 1), v_int(-1) },
    };

    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        TRY(tx_exec(tx, "INSERT INTO t (id, a, b, n) VALUES ($1, $2, $3, $4)", rows[i], 4));
    }
    return OK;
}

static enum err values_read(struct tx *tx, void *arg)
{
    const char *big = arg;
    struct arena a;
    struct rows r;

    arena_init(&a, 8 << 20);
    assert_int_equal(tx_query(tx, &a, "SELECT id, a, b, n FROM t ORDER BY id", NULL, 0, &r), OK);
    assert_int_equal(r.n, 5);
    assert_int_equal(r.cols, 4);
    for (size_t c = 1; c < 4; c++) {
        assert_int_equal(rows_at(&r, 0, c).type, V_NULL);
    }
    assert_int_equal(rows_at(&r, 1, 1).type, V_TEXT);
    assert_int_equal(rows_at(&r, 1, 2).type, V_BLOB);
    assert_int_equal(rows_text(&r, 1, 1).n, 0);
    assert_int_equal(rows_text(&r, 1, 2).n, 0);
    assert_string_equal(rows_text(&r, 2, 1).s, "Grüße नमस्ते");
    assert_int_equal(rows_text(&r, 2, 2).n, 4);
    assert_memory_equal(rows_text(&r, 2, 2).s, "\0\1\377\0", 5);
    assert_true(rows_int(&r, 2, 3) == INT64_MIN);
    assert_true(rows_int(&r, 3, 3) == INT64_MAX);
    assert_int_equal(rows_text(&r, 3, 1).n, BIG_BYTES);
    assert_int_equal(rows_text(&r, 3, 1).s[BIG_BYTES], '\0');
    assert_memory_equal(rows_text(&r, 3, 1).s, big, BIG_BYTES);
    assert_memory_equal(rows_text(&r, 3, 2).s, big, BIG_BYTES);
    assert_int_equal(rows_at(&r, 4, 1).type, V_NULL);
    assert_int_equal(rows_int(&r, 4, 3), -1);
    arena_free(&a);
    return OK;
}

static void values_come_back(void **state)
{
    struct fixture *f = *state;
    char *big = malloc(BIG_BYTES + 1);

    assert_non_null(big);
    for (int i = 0; i < BIG_BYTES; i++) {
        big[i] = (char)('a' + i % 26);
    }
    big[BIG_BYTES] = '\0';
    open_tables(f, few);
    assert_int_equal(db_write(f->db, values_write, big), OK);
    assert_int_equal(db_read(f->db, values_read, big), OK);
    free(big);
}

/* One text with NULL, numbers and texts in the same place: its types are found anew. */
static enum err changing_types(struct tx *tx, void *arg)
{
    static const char sql[] = "SELECT CASE WHEN CAST($1 AS BIGINT) IS NULL THEN 'none' ELSE 'some'"
                              " END, $2 WHERE CAST($1 AS BIGINT) IS NULL OR 7 = $1";
    const struct value v[][2] = {
        { v_null(), v_null() }, { v_int(7), v_int(1) }, { v_int(7), v_str("x") },
        { v_null(), v_int(2) }, { v_int(7), v_null() }, { v_null(), v_blob("y", 1) },
    };
    struct arena a;
    struct rows r;

    (void)arg;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < N_ELEMENTS(v); i++) {
        TRY(tx_query(tx, &a, sql, v[i], 2, &r));
        assert_int_equal(r.n, 1);
        assert_string_equal(rows_text(&r, 0, 0).s, v[i][0].type == V_NULL ? "none" : "some");
        assert_int_equal(rows_at(&r, 0, 1).type, v[i][1].type);
        assert_int_equal(rows_int(&r, 0, 1), v[i][1].i);
    }
    arena_free(&a);
    return OK;
}

static void types_may_change(void **state)
{
    struct fixture *f = *state;

    open_tables(f, few);
    assert_int_equal(db_read(f->db, changing_types, NULL), OK);
}

/* -- statements -------------------------------------------------------------------------------- */

static enum err same_address(struct tx *tx, void *arg)
{
    char sql[64];
    struct value id;
    int64_t n;

    (void)arg;
    for (int i = 0; i < 1200; i++) {
        (void)snprintf(sql, sizeof sql, "SELECT %d", i % 700);
        TRY(number(tx, sql, &n));
        assert_int_equal(n, i % 700);
    }
    for (int i = 0; i < 3; i++) {
        id = v_int(i);
        (void)snprintf(sql, sizeof sql, "INSERT INTO t (id, n) VALUES ($1, %d)", i);
        TRY(tx_exec(tx, sql, &id, 1));
    }
    TRY(number(tx, "SELECT SUM(n) FROM t", &n));
    assert_int_equal(n, 3);
    assert_int_equal(tx_statements(tx), 1204);
    return OK;
}

static void statements_are_known_by_content(void **state)
{
    struct fixture *f = *state;

    open_tables(f, few);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(db_write(f->db, same_address, NULL), OK);
        assert_int_equal(db_write(f->db, script_run, "DELETE FROM t"), OK);
    }
}

static enum err asks(struct tx *tx, void *arg)
{
    struct ask *q[4];
    struct arena a;
    struct rows r;
    struct value v;

    (void)arg;
    arena_init(&a, 1 << 20);
    for (int i = 0; i < 4; i++) {
        v = v_int(i);
        TRY(tx_ask(tx, &a, "SELECT n + $1 FROM counter WHERE id = 1", &v, 1, &q[i]));
        TRY(tx_exec(tx, "UPDATE counter SET n = n + 10 WHERE id = 1", NULL, 0));
    }
    static const int order[] = { 2, 0, 3 }; /* one is never answered */
    for (size_t i = 0; i < N_ELEMENTS(order); i++) {
        TRY(tx_answer(tx, q[order[i]], &r));
        assert_int_equal(r.n, 1);
        assert_int_equal(rows_int(&r, 0, 0), order[i] * 11);
    }
    arena_free(&a);
    return OK;
}

static void asks_are_answered_in_any_order(void **state)
{
    struct fixture *f = *state;

    open_tables(f, few);
    assert_int_equal(db_write(f->db, asks, NULL), OK);
    assert_int_equal(ask(f, "SELECT n FROM counter WHERE id = 1"), 40);
}

struct stream {
    struct tx *tx;
    int64_t seen, stop_at;
    bool nested;
};

static enum err inner_row(void *arg, const struct value *row, size_t cols)
{
    assert_int_equal(cols, 1);
    *(int64_t *)arg += row[0].i;
    return OK;
}

static const char each_sql[] = "SELECT id FROM t WHERE id >= $1 ORDER BY id";

static enum err outer_row(void *arg, const struct value *row, size_t cols)
{
    struct stream *s = arg;

    assert_int_equal(cols, 1);
    assert_int_equal(row[0].i, s->seen);
    s->seen++;
    if (s->nested && row[0].i >= 2497) {
        struct value from = v_int(row[0].i);
        int64_t sum = 0;

        /* The very statement that is being stepped through, and others. */
        TRY(tx_each(s->tx, each_sql, &from, 1, inner_row, &sum));
        assert_int_equal(sum, (2499 + row[0].i) * (2500 - row[0].i) / 2);
        TRY(tx_exec(s->tx, "UPDATE counter SET n = n + 1 WHERE id = 1", NULL, 0));
    }
    return s->seen == s->stop_at ? ERR_RANGE : OK;
}

static enum err stream(struct tx *tx, void *arg)
{
    struct stream *s = arg;
    struct value from = v_int(0);
    enum err e;
    int64_t n;

    s->tx = tx;
    s->seen = 0;
    e = tx_each(tx, each_sql, &from, 1, outer_row, s);
    TRY(number(tx, "SELECT COUNT(*) FROM t", &n)); /* the transaction lives on */
    assert_int_equal(n, 2500);
    return e;
}

static enum err fill(struct tx *tx, void *arg)
{
    (void)arg;
    for (int64_t i = 0; i < 2500; i++) {
        struct value v = v_int(i);

        TRY(tx_exec(tx, "INSERT INTO t (id) VALUES ($1)", &v, 1));
    }
    return OK;
}

static void rows_are_streamed(void **state)
{
    struct fixture *f = *state;
    struct stream all = { .stop_at = -1 }, some = { .stop_at = 1001 },
                  nested = { .stop_at = -1, .nested = true };

    open_tables(f, few);
    assert_int_equal(db_write(f->db, fill, NULL), OK);
    assert_int_equal(db_read(f->db, stream, &all), OK);
    assert_int_equal(all.seen, 2500);
    assert_int_equal(db_read(f->db, stream, &some), ERR_RANGE);
    assert_int_equal(some.seen, 1001);
    assert_int_equal(db_write(f->db, stream, &nested), OK);
    assert_int_equal(ask(f, "SELECT n FROM counter WHERE id = 1"), 3);
}

/* -- failures ---------------------------------------------------------------------------------- */

static void missed(void *arg)
{
    ++*(int *)arg;
}

struct conditional {
    bool ignore; /* the job looks away */
    int missed;
};

static enum err conditional(struct tx *tx, void *arg)
{
    struct conditional *c = arg;
    struct value v[] = { v_int(1), v_int(3) };
    enum err e;

    TRY(tx_exec_or(tx, "UPDATE counter SET n = n + 1 WHERE id = $1", v, 1, missed, &c->missed));
    e = tx_exec_or(tx, "UPDATE counter SET n = n + 1 WHERE id = $1", v + 1, 1, missed, &c->missed);
    if (!c->ignore) {
        TRY(e);
    }
    e = tx_exec(tx, "INSERT INTO t (id) VALUES ($1)", v, 1);
    return c->ignore ? OK : e;
}

static void missed_rows_refuse_the_job(void **state)
{
    struct fixture *f = *state;

    open_tables(f, few);
    for (int i = 0; i < 2; i++) {
        struct conditional c = { .ignore = i == 1 };

        assert_int_equal(db_write(f->db, conditional, &c), ERR_REFUSED);
        assert_int_equal(c.missed, 1);
        assert_int_equal(ask(f, "SELECT SUM(n) FROM counter"), 0);
        assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), 0);
    }
}

static enum err duplicate(struct tx *tx, void *arg)
{
    struct value v = v_int(1);
    int64_t n;
    enum err e;

    (void)arg;
    TRY(tx_exec(tx, "INSERT INTO t (id) VALUES ($1)", &v, 1));
    e = tx_exec(tx, "INSERT INTO t (id) VALUES ($1)", &v, 1);
    if (e == OK) {
        e = number(tx, "SELECT 1", &n); /* an error of a sent statement shows here */
    }
    assert_int_equal(e, ERR_EXISTS);
    assert_int_equal(number(tx, "SELECT 1", &n), ERR_EXISTS); /* and stays */
    assert_true(tx_error(tx)[0] != '\0');
    return ERR_REFUSED; /* what the layer above makes of it */
}

static enum err run_text(struct tx *tx, void *arg)
{
    int64_t n;

    return number(tx, arg, &n);
}

static void errors_break_the_job(void **state)
{
    struct fixture *f = *state;

    open_tables(f, few);
    assert_int_equal(db_write(f->db, duplicate, NULL), ERR_REFUSED);
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), 0);
    assert_int_equal(db_read(f->db, run_text, "SELECT nothing FROM nowhere"), ERR_STORE);
    assert_int_equal(db_read(f->db, run_text, "SELEKT 1"), ERR_STORE);
    assert_int_equal(db_read(f->db, run_text, "SELECT 1; SELECT 2"), ERR_STORE);
    assert_int_equal(db_read(f->db, run_text, "SELECT 1 WHERE $1 > 0"), ERR_STORE);
    assert_int_equal(db_read(f->db, run_text, "SELECT CAST(1.5 AS REAL)"), ERR_STORE);
    assert_int_equal(db_read(f->db, script_run, "INSERT INTO t (id) VALUES (1)"), ERR_STORE);
    assert_int_equal(db_read(f->db, run_text, "SELECT 1"), OK);
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), 0);
}

static enum err small_arena(struct tx *tx, void *arg)
{
    struct arena a;
    struct rows r;
    int64_t n;

    (void)arg;
    arena_init(&a, 16384);
    assert_int_equal(tx_query(tx, &a, "SELECT id, a, n FROM t", NULL, 0, &r), ERR_NO_MEMORY);
    assert_int_equal(r.n, 0);
    assert_int_equal(number(tx, "SELECT 1", &n), ERR_NO_MEMORY);
    arena_free(&a);
    return OK;
}

static enum err watched(struct tx *tx, void *arg)
{
    struct arena *a = arg;
    struct value v = v_int(9);
    int64_t n;

    tx_watch(tx, a);
    TRY(tx_exec(tx, "UPDATE counter SET n = $1", &v, 1));
    (void)arena_alloc(a, 100000);
    if (n = 0, number(tx, "SELECT 1", &n) != ERR_NO_MEMORY) {
        fail_msg("a statement ran without memory");
    }
    return OK;
}

static enum err watched_at_commit(struct tx *tx, void *arg)
{
    struct arena *a = arg;
    struct value v = v_int(9);

    tx_watch(tx, a);
    TRY(tx_exec(tx, "UPDATE counter SET n = $1", &v, 1));
    (void)arena_alloc(a, 100000);
    return OK;
}

static void nothing_is_stored_without_memory(void **state)
{
    struct fixture *f = *state;
    struct arena a;

    open_tables(f, few);
    assert_int_equal(db_write(f->db, fill, NULL), OK);
    assert_int_equal(db_read(f->db, small_arena, NULL), ERR_NO_MEMORY);
    for (int i = 0; i < 2; i++) {
        arena_init(&a, 1000);
        assert_int_equal(db_write(f->db, i ? watched_at_commit : watched, &a), ERR_NO_MEMORY);
        arena_free(&a);
    }
    assert_int_equal(ask(f, "SELECT SUM(n) FROM counter"), 0);
    assert_int_equal(db_read(f->db, run_text, "SELECT 1"), OK);
}

/* -- faults made to happen --------------------------------------------------------------------- */

static _Atomic int fault_in; /* calls until the fault; 0: none */
static enum db_fault fault_at;
static enum err fault_answer;

static enum err fault(enum db_fault point)
{
    if (point == fault_at && fault_in > 0 && --fault_in == 0) {
        return fault_answer;
    }
    return OK;
}

static enum err five_rows(struct tx *tx, void *arg)
{
    int64_t n;

    (void)arg;
    for (int i = 0; i < 5; i++) {
        int64_t id;

        TRY(tx_new_id(tx, &id));
        struct value v = v_int(id);
        TRY(tx_exec(tx, "INSERT INTO t (id) VALUES ($1)", &v, 1));
    }
    TRY(number(tx, "SELECT COUNT(*) FROM t", &n));
    return tx_exec(tx, "UPDATE counter SET n = n + 1 WHERE id = 1", NULL, 0);
}

/* Every statement and every write of a job fails in turn: the job leaves nothing, and the next one
 * works. A commit that fails is tried once more. */
static void every_statement_may_fail(void **state)
{
    struct fixture *f = *state;
    static const enum err answers[] = { ERR_STORE, ERR_DISK_FULL, ERR_NO_MEMORY };
    int64_t done = 0;

    open_tables(f, few);
    db_fault_hook = fault;
    for (size_t k = 0; k < N_ELEMENTS(answers); k++) {
        for (int n = 1; n <= 14; n++) {
            bool write = n > 7;

            fault_at = write ? DB_FAULT_WRITE : DB_FAULT_STATEMENT;
            fault_answer = answers[k];
            fault_in = write ? n - 7 : n;
            enum err e = db_write(f->db, five_rows, NULL);
            assert_int_equal(e, n == 14 ? OK : answers[k]); /* six writes only */
            done += e == OK;
            fault_in = 0;
            assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), 5 * done);
            assert_int_equal(ask(f, "SELECT n FROM counter WHERE id = 1"), done);
        }
    }
    fault_at = DB_FAULT_COMMIT;
    fault_answer = ERR_CONFLICT;
    fault_in = 1;
    assert_int_equal(db_write(f->db, five_rows, NULL), OK);
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), 5 * (done + 1));
}

static enum err always_full(enum db_fault point)
{
    return point == DB_FAULT_COMMIT ? ERR_DISK_FULL : OK;
}

static void a_commit_that_cannot_be_is_an_error(void **state)
{
    struct fixture *f = *state;

    open_tables(f, few);
    db_fault_hook = always_full;
    assert_int_equal(db_write(f->db, five_rows, NULL), ERR_DISK_FULL);
    db_fault_hook = NULL;
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), 0);
    assert_int_equal(db_write(f->db, five_rows, NULL), OK);
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), 5);
}

/* -- refusals that are stored ------------------------------------------------------------------ */

struct refused_job {
    struct ended ended;
    enum err why;
};

static enum err refuse(struct tx *tx, void *arg)
{
    struct value v = v_int(1);

    (void)arg;
    TRY(tx_exec(tx, "INSERT INTO t (id) VALUES ($1)", &v, 1));
    return ERR_REFUSED;
}

static enum err store_refusal(struct tx *tx, void *arg, enum err why)
{
    struct refused_job *j = arg;
    struct value v = v_int(2);

    j->why = why;
    return tx_exec(tx, "INSERT INTO t (id) VALUES ($1)", &v, 1);
}

static enum err fail_again(struct tx *tx, void *arg, enum err why)
{
    TRY(store_refusal(tx, arg, why));
    return ERR_STORE;
}

static void a_refusal_may_be_stored(void **state)
{
    struct fixture *f = *state;

    open_tables(f, few);
    for (int i = 0; i < 2; i++) {
        struct refused_job j = { .why = OK };
        struct db_job job = {
            .run = refuse, .refused = i ? store_refusal : fail_again, .arg = &j, .write = true
        };

        assert_int_equal(submit_and_wait(f->db, &job), ERR_REFUSED);
        assert_int_equal(j.why, ERR_REFUSED);
        assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), i);
    }
    assert_int_equal(ask(f, "SELECT id FROM t"), 2);
}

/* -- opening ----------------------------------------------------------------------------------- */

static void bad_addresses_are_named(void **state)
{
    static const char *const bad[] = {
        "file.db",
        "sqlite:",
        "sqlite::memory:",
        "sqlite:/nowhere/at/all.db",
        "postgresql://app@127.0.0.1:1/none",
        "mysql://x",
    };

    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(bad); i++) {
        struct db_config c = { .url = bad[i] };
        struct db *db = NULL;
        char why[256];

        assert_int_not_equal(db_open(&c, &db, why), OK);
        assert_null(db);
        assert_true(why[0] != '\0');
        assert_null(strchr(why, '\n'));
    }
}

static void health_and_counters(void **state)
{
    struct fixture *f = *state;
    struct db_stats s;
    int user;

    open_tables(f, (struct db_config){ .readers = 1, .writers = 1, .user = &user });
    assert_ptr_equal(db_user(f->db), &user);
    assert_int_equal(db_store(f->db), f->store);
    assert_int_equal(db_health(f->db), OK);
    assert_int_equal(db_read(f->db, run_text, "SELECT nothing"), ERR_STORE);
    db_stats(f->db, &s);
    assert_int_equal(s.jobs_written, 2);
    assert_int_equal(s.jobs_read, 2);
    assert_int_equal(s.jobs_failed, 1);
    assert_int_equal(s.batches, 2);
    assert_int_equal(s.queue_length, 0);
    close_db(f);
    open_with(f, few); /* opened again, it is all there */
    assert_int_equal(db_health(f->db), OK);
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM counter"), 2);
}

/* -- the feed ---------------------------------------------------------------------------------- */

static enum err add_events(struct tx *tx, void *arg)
{
    char sql[512];
    const char *seq = db_feed_seq_sql(db_store(tx_db(tx)));
    const char *part = strstr(seq, "$PART");

    (void)arg;
    assert_non_null(part);
    (void)snprintf(sql, sizeof sql, "INSERT INTO event (seq, part) VALUES (%.*s$1%s, $1)",
                   (int)(part - seq), seq, part + strlen("$PART"));
    for (int i = 0; i < 3; i++) {
        struct value v = v_int(i);

        TRY(tx_exec(tx, sql, &v, 1));
    }
    return OK;
}

static enum err read_feed(struct tx *tx, void *arg)
{
    int64_t *out = arg;

    TRY(number(tx, db_feed_horizon_sql(db_store(tx_db(tx))), &out[0]));
    return number(tx, "SELECT MAX(seq) FROM event", &out[1]);
}

/* On PostgreSQL the horizon waits for every transaction of the cluster, also those of other tests
 * in other databases. */
static void read_settled_feed(struct fixture *f, int64_t horizon_and_max[2])
{
    for (int i = 0; i < 4000; i++) {
        assert_int_equal(db_read(f->db, read_feed, horizon_and_max), OK);
        if (horizon_and_max[0] >= horizon_and_max[1]) {
            return;
        }
        clock_sleep_us(10000);
    }
}

static void the_feed_rises(void **state)
{
    struct fixture *f = *state;
    int64_t before = -1;

    open_with(f, few);
    assert_int_equal(db_write(f->db, script_run,
                              "CREATE TABLE event (seq BIGINT NOT NULL PRIMARY KEY, part BIGINT)"),
                     OK);
    for (int i = 0; i < 5; i++) {
        int64_t horizon_and_max[2];

        assert_int_equal(db_write(f->db, add_events, NULL), OK);
        read_settled_feed(f, horizon_and_max);
        assert_true(horizon_and_max[1] > before);
        assert_true(horizon_and_max[0] >= horizon_and_max[1]); /* nothing is open: all is visible */
        before = horizon_and_max[1];
    }
    assert_int_equal(ask(f, "SELECT COUNT(DISTINCT seq) FROM event"), 15);
}

static enum err count_for_ever(struct tx *tx, void *arg)
{
    int64_t n;

    (void)arg;
    TRY(tx_limit(tx, 50));
    return number(tx,
                  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i > 0)"
                  " SELECT COUNT(*) FROM n",
                  &n);
}

static enum err count_a_little(struct tx *tx, void *arg)
{
    return number(tx,
                  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)"
                  " SELECT COUNT(*) FROM n",
                  arg);
}

/* What looks through too much is ended; the next job on the connection has all the time again. */
static void reading_may_be_limited(void **state)
{
    struct fixture *f = *state;
    int64_t n = 0;

    open_with(f, (struct db_config){ .readers = 1 });
    for (int i = 0; i < 3; i++) {
        int64_t began_us = clock_monotonic_us();

        assert_int_equal(db_read(f->db, count_for_ever, NULL), ERR_TIMEOUT);
        assert_true(clock_monotonic_us() - began_us < 30 * US_PER_SECOND);
        assert_int_equal(db_read(f->db, count_a_little, &n), OK);
        assert_int_equal(n, 30000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(values_come_back),
        ON_BOTH(types_may_change),
        ON_BOTH(statements_are_known_by_content),
        ON_BOTH(asks_are_answered_in_any_order),
        ON_BOTH(rows_are_streamed),
        ON_BOTH(missed_rows_refuse_the_job),
        ON_BOTH(errors_break_the_job),
        ON_BOTH(nothing_is_stored_without_memory),
        ON_BOTH(every_statement_may_fail),
        ON_BOTH(a_commit_that_cannot_be_is_an_error),
        ON_BOTH(a_refusal_may_be_stored),
        ON_BOTH(bad_addresses_are_named),
        ON_BOTH(health_and_counters),
        ON_BOTH(the_feed_rises),
        ON_BOTH(reading_may_be_limited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
