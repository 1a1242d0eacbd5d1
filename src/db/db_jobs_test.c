/* Many jobs at once: batches, conflicts, queues, ids and writer slots, the same on both stores. */
/* threads */
#include "db/db_test_kit.h"

#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 8

/* -- a gate that holds a store thread back ----------------------------------------------------- */

struct gate {
    mutex_t lock;
    cond_t moved;
    bool entered, open;
    int answers;
    enum err last;
};

static void gate_init(struct gate *g)
{
    *g = (struct gate){ .lock = MUTEX_INIT };
    cond_init(&g->moved);
}

static enum err gate_run(struct tx *tx, void *arg)
{
    struct gate *g = arg;

    (void)tx;
    mutex_lock(&g->lock);
    g->entered = true;
    cond_broadcast(&g->moved);
    while (!g->open) {
        cond_wait(&g->moved, &g->lock);
    }
    mutex_unlock(&g->lock);
    return OK;
}

static void gate_done(void *arg, enum err result)
{
    struct gate *g = arg;

    mutex_lock(&g->lock);
    g->answers++;
    g->last = result;
    cond_broadcast(&g->moved);
    mutex_unlock(&g->lock);
}

static void gate_wait_entered(struct gate *g)
{
    mutex_lock(&g->lock);
    while (!g->entered) {
        cond_wait(&g->moved, &g->lock);
    }
    mutex_unlock(&g->lock);
}

static void gate_open(struct gate *g)
{
    mutex_lock(&g->lock);
    g->open = true;
    cond_broadcast(&g->moved);
    mutex_unlock(&g->lock);
}

static void gate_wait_answers(struct gate *g, int n)
{
    mutex_lock(&g->lock);
    while (g->answers < n) {
        cond_wait(&g->moved, &g->lock);
    }
    mutex_unlock(&g->lock);
}

/* -- batches ----------------------------------------------------------------------------------- */

struct item {
    struct db_job job;
    struct gate *gate;
    int64_t id;
    bool early; /* fails before it has written anything */
    enum err want, result;
    int runs;
};

static enum err item_run(struct tx *tx, void *arg)
{
    struct item *i = arg;
    struct value v = v_int(i->id);

    i->runs++;
    if (i->early) {
        return i->want;
    }
    TRY(tx_exec(tx, "INSERT INTO t (id) VALUES ($1)", &v, 1));
    TRY(tx_exec(tx, "UPDATE counter SET n = n + 1 WHERE id = 1", NULL, 0));
    return i->want;
}

static void item_done(void *arg, enum err result)
{
    struct item *i = arg;

    i->result = result;
    gate_done(i->gate, result);
}

#define ITEMS 64

/* 64 jobs wait while the only writer is held: on SQLite they become one batch. */
static void run_items(struct fixture *f, struct item items[static ITEMS])
{
    struct gate hold, count;
    struct db_job first = {
        .run = gate_run,
        .done = gate_done,
        .arg = &hold,
        .write = true,
    };

    gate_init(&hold);
    gate_init(&count);
    assert_int_equal(db_submit(f->db, &first), OK);
    gate_wait_entered(&hold);
    for (int i = 0; i < ITEMS; i++) {
        items[i].gate = &count;
        items[i].id = i + 1;
        items[i].job = (struct db_job){
            .run = item_run,
            .done = item_done,
            .arg = &items[i],
            .write = true,
            .refused = items[i].job.refused,
        };
        assert_int_equal(db_submit(f->db, &items[i].job), OK);
    }
    gate_open(&hold);
    gate_wait_answers(&count, ITEMS);
    gate_wait_answers(&hold, 1);
}

static void one_refused_job_leaves_the_others(void **state)
{
    struct fixture *f = *state;
    struct item items[ITEMS] = { 0 };
    struct db_stats before, after;

    open_tables(f, (struct db_config){ .readers = 1, .writers = 1 });
    items[17].want = ERR_REFUSED;
    db_stats(f->db, &before);
    run_items(f, items);
    db_stats(f->db, &after);
    for (int i = 0; i < ITEMS; i++) {
        assert_int_equal(items[i].result, items[i].want);
        /* SQLite learns that it needs savepoints by the first job that fails after writing. */
        assert_int_equal(items[i].runs, f->store == DB_SQLITE && i <= 17 ? 2 : 1);
    }
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), ITEMS - 1);
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM t WHERE id = 18"), 0);
    assert_int_equal(ask(f, "SELECT n FROM counter WHERE id = 1"), ITEMS - 1);
    assert_int_equal(after.batches - before.batches, f->store == DB_SQLITE ? 2 : 1 + ITEMS);
    assert_int_equal(after.jobs_written - before.jobs_written, 1 + ITEMS);
}

static enum err store_early(struct tx *tx, void *arg, enum err why)
{
    struct item *i = arg;
    struct value v = v_int(i->id + 1000);

    assert_int_equal(why, i->want);
    return tx_exec(tx, "INSERT INTO t (id) VALUES ($1)", &v, 1);
}

/* Jobs that fail before they have written cost their neighbours nothing, and may store that. */
static void early_refusals_are_cheap(void **state)
{
    struct fixture *f = *state;
    struct item items[ITEMS] = { 0 };

    open_tables(f, (struct db_config){ .readers = 1, .writers = 1 });
    for (int i = 0; i < ITEMS; i += 2) {
        items[i].early = true;
        items[i].want = ERR_NOT_FOUND;
        items[i].job.refused = store_early;
    }
    run_items(f, items);
    for (int i = 0; i < ITEMS; i++) {
        assert_int_equal(items[i].result, items[i].want);
        assert_int_equal(items[i].runs, 1);
    }
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), ITEMS);
    assert_int_equal(ask(f, "SELECT n FROM counter WHERE id = 1"), ITEMS / 2);
}

static _Atomic int commits_to_fail;

static enum err fail_commits(enum db_fault point)
{
    if (point == DB_FAULT_COMMIT && commits_to_fail > 0) {
        commits_to_fail--;
        return ERR_CONFLICT;
    }
    return OK;
}

/* A commit that fails makes all jobs run again, each alone. */
static void a_failed_commit_is_run_again(void **state)
{
    struct fixture *f = *state;
    struct item items[ITEMS] = { 0 };

    open_tables(f, (struct db_config){ .readers = 1, .writers = 1 });
    items[5].want = ERR_NOT_FOUND;
    commits_to_fail = 3; /* the gate's, the batch's (or first job's), one more */
    db_fault_hook = fail_commits;
    run_items(f, items);
    db_fault_hook = NULL;
    for (int i = 0; i < ITEMS; i++) {
        assert_int_equal(items[i].result, items[i].want);
    }
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), ITEMS - 1);
    assert_int_equal(ask(f, "SELECT n FROM counter WHERE id = 1"), ITEMS - 1);
    assert_int_equal(commits_to_fail, 0);
}

/* -- conflicts --------------------------------------------------------------------------------- */

struct many {
    struct fixture *f;
    enum err (*run)(struct tx *, void *);
    int times;
    _Atomic int failed;
};

static void many_main(void *arg)
{
    struct many *m = arg;

    for (int i = 0; i < m->times; i++) {
        if (db_write(m->f->db, m->run, m) != OK) {
            m->failed++;
        }
    }
}

static void run_many(struct many *m)
{
    struct thread threads[THREADS];

    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(thread_start(&threads[i], "test", many_main, m), OK);
    }
    for (int i = 0; i < THREADS; i++) {
        thread_join(&threads[i]);
    }
    assert_int_equal(m->failed, 0);
}

/* Reads, then writes what it computed from that: the way updates get lost. */
static enum err increment(struct tx *tx, void *arg)
{
    struct value v;
    int64_t n;

    (void)arg;
    TRY(number(tx, "SELECT n FROM counter WHERE id = 1", &n));
    v = v_int(n + 1);
    return tx_exec(tx, "UPDATE counter SET n = $1 WHERE id = 1", &v, 1);
}

static void no_update_is_lost(void **state)
{
    struct fixture *f = *state;
    struct many m = { .f = f, .run = increment, .times = 40 };

    open_tables(f, (struct db_config){ .readers = 1, .writers = 4 });
    run_many(&m);
    assert_int_equal(ask(f, "SELECT n FROM counter WHERE id = 1"), THREADS * 40);
}

/* Two jobs each read both counters and write one: run one after the other the sum stays 1. */
static enum err write_skew(struct tx *tx, void *arg)
{
    static _Atomic int turn;
    struct value v = v_int(1 + turn++ % 2);
    int64_t n;

    (void)arg;
    TRY(number(tx, "SELECT SUM(n) FROM counter WHERE id IN (1, 2)", &n));
    return n > 0 ? OK : tx_exec(tx, "UPDATE counter SET n = 1 WHERE id = $1", &v, 1);
}

static void no_write_is_skewed(void **state)
{
    struct fixture *f = *state;
    struct many m = { .f = f, .run = write_skew, .times = 1 };

    open_tables(f, (struct db_config){ .readers = 1, .writers = 4 });
    for (int i = 0; i < 10; i++) {
        run_many(&m);
        assert_int_equal(ask(f, "SELECT SUM(n) FROM counter"), 1);
        assert_int_equal(db_write(f->db, script_run, "UPDATE counter SET n = 0"), OK);
    }
}

/* -- the queue --------------------------------------------------------------------------------- */

static void a_full_queue_refuses(void **state)
{
    struct fixture *f = *state;
    struct gate hold;
    struct db_job jobs[6];

    open_tables(f, (struct db_config){ .readers = 1, .writers = 1, .queue_max = 4 });
    gate_init(&hold);
    for (int i = 0; i < 6; i++) {
        jobs[i] = (struct db_job){
            .run = gate_run,
            .done = gate_done,
            .arg = &hold,
            .write = true,
        };
        assert_int_equal(db_submit(f->db, &jobs[i]), i < 5 ? OK : ERR_BUSY);
        gate_wait_entered(&hold);
    }
    struct db_stats s;
    db_stats(f->db, &s);
    assert_int_equal(s.queue_length, 4);
    assert_int_equal(db_read(f->db, script_run, "SELECT 1"), OK); /* readers have their own */
    gate_open(&hold);
    gate_wait_answers(&hold, 5);
    assert_int_equal(hold.last, OK);
}

struct closing {
    struct fixture *f;
    struct gate hold;
};

static void close_main(void *arg)
{
    struct closing *c = arg;

    db_close(c->f->db);
}

/* Closing answers what was taken, and takes nothing more. */
static void closing_answers_what_waits(void **state)
{
    struct fixture *f = *state;
    struct closing c = { .f = f };
    struct db_job jobs[3], late[64];
    struct thread closer;
    int taken = 0;

    open_tables(f, (struct db_config){ .readers = 1, .writers = 1 });
    gate_init(&c.hold);
    for (int i = 0; i < 3; i++) {
        jobs[i] = (struct db_job){
            .run = gate_run,
            .done = gate_done,
            .arg = &c.hold,
            .write = true,
        };
        assert_int_equal(db_submit(f->db, &jobs[i]), OK);
    }
    gate_wait_entered(&c.hold);
    assert_int_equal(thread_start(&closer, "closer", close_main, &c), OK);
    /* The gate keeps the store open while the closer waits, so asking it is safe. */
    for (;;) {
        struct db_job *j = &late[taken];

        assert_int_not_equal(taken, 64);
        *j = jobs[0];
        enum err e = db_submit(f->db, j);
        if (e == ERR_STOPPED) {
            break;
        }
        assert_int_equal(e, OK);
        taken++;
        clock_sleep_us(20000);
    }
    assert_int_equal(c.hold.answers, 0);
    gate_open(&c.hold);
    thread_join(&closer);
    assert_int_equal(c.hold.answers, 3 + taken);
    f->db = NULL;
}

/* -- ids --------------------------------------------------------------------------------------- */

#define IDS_PER_JOB 100
#define ID_JOBS     60

static int64_t ids_seen[THREADS * ID_JOBS * IDS_PER_JOB];
static _Atomic size_t n_ids_seen;

static enum err take_ids(struct tx *tx, void *arg)
{
    int64_t ids[IDS_PER_JOB];
    size_t at;

    (void)arg;
    for (size_t i = 0; i < IDS_PER_JOB; i++) {
        TRY(tx_new_id(tx, &ids[i]));
        assert_true(i == 0 || ids[i] > ids[i - 1]);
        assert_true(ids[i] > 0 && ids[i] < INT64_C(1) << 53);
    }
    at = atomic_fetch_add(&n_ids_seen, IDS_PER_JOB);
    memcpy(&ids_seen[at], ids, sizeof ids);
    return OK;
}

static int compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void assert_all_differ(int64_t *ids, size_t n)
{
    qsort(ids, n, sizeof *ids, compare_ids);
    for (size_t i = 1; i < n; i++) {
        assert_true(ids[i] != ids[i - 1]);
    }
}

static enum err too_many_ids(struct tx *tx, void *arg)
{
    int64_t id, first = 0;

    for (int i = 0; i < DB_IDS_PER_JOB; i++) {
        TRY(tx_new_id(tx, &id));
        first = i == 0 ? id : first;
    }
    assert_int_equal(tx_new_id(tx, &id), ERR_RANGE);
    assert_true(first > *(int64_t *)arg); /* not one of an earlier, rolled back job */
    *(int64_t *)arg = first + DB_IDS_PER_JOB - 1;
    return ERR_REFUSED;
}

static void ids_are_unique_over_threads(void **state)
{
    struct fixture *f = *state;
    struct many m = { .f = f, .run = take_ids, .times = ID_JOBS };
    int64_t last = 0;

    open_tables(f, (struct db_config){ .readers = 1, .writers = 4 });
    n_ids_seen = 0;
    run_many(&m);
    assert_int_equal(n_ids_seen, N_ELEMENTS(ids_seen));
    assert_all_differ(ids_seen, n_ids_seen);
    close_db(f);
    open_with(f, (struct db_config){ .readers = 1, .writers = 1 });
    for (int i = 0; i < 40; i++) { /* through several blocks */
        assert_int_equal(db_write(f->db, too_many_ids, &last), ERR_REFUSED);
    }
}

/* In a process of its own: opens, takes ids, writes them to the pipe. */
static _Noreturn void child_main(struct fixture *f, int out)
{
    open_with(f, (struct db_config){ .readers = 1, .writers = 2 });
    n_ids_seen = 0;
    for (int i = 0; i < 20; i++) {
        if (db_write(f->db, take_ids, NULL) != OK) {
            _exit(1);
        }
    }
    db_close(f->db);
    ssize_t n = (ssize_t)(n_ids_seen * sizeof ids_seen[0]);
    _exit(write(out, ids_seen, (size_t)n) == n ? 0 : 1);
}

static void ids_are_unique_over_processes(void **state)
{
    struct fixture *f = *state;
    int out[2];
    pid_t child[3];
    size_t bytes = 0;

    /* Forked before this process has any thread. */
    assert_int_equal(pipe(out), 0);
    for (size_t i = 0; i < N_ELEMENTS(child); i++) {
        child[i] = fork();
        assert_true(child[i] >= 0);
        if (child[i] == 0) {
            child_main(f, out[1]);
        }
    }
    (void)close(out[1]);
    for (;;) {
        ssize_t k = read(out[0], (char *)ids_seen + bytes, sizeof ids_seen - bytes);

        assert_true(k >= 0);
        if (k == 0) {
            break;
        }
        bytes += (size_t)k;
    }
    (void)close(out[0]);
    for (size_t i = 0; i < N_ELEMENTS(child); i++) {
        int status;

        assert_int_equal(waitpid(child[i], &status, 0), child[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(bytes, sizeof ids_seen[0] * 3 * 20 * IDS_PER_JOB);
    assert_all_differ(ids_seen, bytes / sizeof ids_seen[0]);
}

/* -- slots ------------------------------------------------------------------------------------- */

static _Atomic int slots_open, slots_opened, commits, rollbacks;

static enum err count_open(struct tx *tx, int slot, void **slot_data)
{
    int64_t n;

    assert_true(tx_is_write(tx));
    assert_int_equal(tx_slot(tx), slot);
    TRY(number(tx, "SELECT COUNT(*) FROM writer", &n));
    *slot_data = malloc(1);
    slots_open++;
    slots_opened++;
    return *slot_data ? OK : ERR_NO_MEMORY;
}

static void count_close(void *slot_data)
{
    if (slot_data) { /* none when count_open did not get so far */
        free(slot_data);
        slots_open--;
    }
}

static void count_commit(void *slot_data)
{
    assert_non_null(slot_data);
    commits++;
}

static void count_rollback(void *slot_data)
{
    assert_non_null(slot_data);
    rollbacks++;
}

static const struct db_hooks counting = {
    .slot_open = count_open,
    .slot_close = count_close,
    .committed = count_commit,
    .rolled_back = count_rollback,
};

static enum err my_slot(struct tx *tx, void *arg)
{
    *(int *)arg = tx_slot(tx);
    assert_non_null(tx_slot_data(tx));
    assert_ptr_not_equal(tx_db(tx), NULL);
    return tx_exec(tx, "UPDATE counter SET n = n + 1 WHERE id = 2", NULL, 0);
}

static void slots_are_distinct_and_come_back(void **state)
{
    struct fixture *f = *state;
    struct db_config c = { .url = f->url, .readers = 1, .writers = 1, .hooks = &counting };
    struct db *second;
    char why[256];
    int a, b, again;

    slots_opened = slots_open = commits = rollbacks = 0;
    {
        struct db_config plain = { .readers = 1, .writers = 1 };

        open_tables(f, plain);
        close_db(f);
    }
    open_with(f, c);
    assert_int_equal(db_open(&c, &second, why), OK);
    assert_int_equal(db_write(f->db, my_slot, &a), OK);
    assert_int_equal(db_write(second, my_slot, &b), OK);
    assert_int_equal(a, 1);
    assert_int_equal(b, 2);
    assert_int_equal(slots_open, 2);
    assert_int_equal(commits, 2);
    assert_int_equal(rollbacks, 0);
    assert_int_equal(db_write(f->db, my_slot, &again), OK);
    assert_int_equal(again, a);
    close_db(f);
    assert_int_equal(slots_open, 1);
    open_with(f, c);
    assert_int_equal(db_write(f->db, my_slot, &again), OK);
    assert_int_equal(again, a); /* given back, taken again */
    db_close(second);
    close_db(f);
    assert_int_equal(slots_open, 0);
    assert_int_equal(slots_opened, 3);
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM writer WHERE owner <> ''"), 0);
}

/* A slot that was not confirmed for long is taken over; its old owner finds out and moves on. */
static void a_lost_slot_is_left(void **state)
{
    struct fixture *f = *state;
    struct db_config c = { .url = f->url, .readers = 1, .writers = 1, .hooks = &counting };
    struct db *second;
    char why[256];
    int a, b;

    slots_open = 0;
    open_tables(f, (struct db_config){ .readers = 1, .writers = 1 });
    close_db(f);
    open_with(f, c);
    assert_int_equal(db_write(f->db, my_slot, &a), OK);
    (void)kit_store_sql(f->url, "UPDATE writer SET heartbeat_us = 1");
    assert_int_equal(db_open(&c, &second, why), OK);
    assert_int_equal(db_write(second, my_slot, &b), OK);
    assert_int_equal(b, a);
    /* PostgreSQL's connections confirm every five seconds, also without work. */
    for (int i = 0; i < 100 && ask(f, "SELECT COUNT(*) FROM writer WHERE owner <> ''") < 2; i++) {
        assert_int_equal(db_write(f->db, my_slot, &a), OK);
        clock_sleep_us(100000);
    }
    assert_int_equal(db_write(f->db, my_slot, &a), OK);
    assert_int_not_equal(a, b);
    db_close(second);
    close_db(f);
    assert_int_equal(slots_open, 0);
}

static enum err refuse(struct tx *tx, void *arg)
{
    TRY(my_slot(tx, arg));
    return ERR_REFUSED;
}

static void hooks_hear_of_the_outer_transaction(void **state)
{
    struct fixture *f = *state;
    int slot;

    open_tables(f, (struct db_config){ .readers = 1, .writers = 1 });
    close_db(f);
    open_with(f, (struct db_config){ .readers = 1, .writers = 1, .hooks = &counting });
    commits = rollbacks = 0;
    assert_int_equal(db_write(f->db, my_slot, &slot), OK);
    assert_int_equal(commits, 1);
    assert_int_equal(rollbacks, 0);
    db_fault_hook = fail_commits;
    commits_to_fail = 1;
    assert_int_equal(db_write(f->db, my_slot, &slot), OK);
    db_fault_hook = NULL;
    assert_int_equal(commits, 2);
    assert_int_equal(rollbacks, 1);
    /* A refused job alone: SQLite's outer transaction commits nevertheless, with nothing in it. */
    assert_int_equal(db_write(f->db, refuse, &slot), ERR_REFUSED);
    assert_int_equal(commits + rollbacks, 4);
    assert_int_equal(ask(f, "SELECT n FROM counter WHERE id = 2"), 2);
}

/* -- readers ----------------------------------------------------------------------------------- */

struct snapshot {
    struct fixture *f;
    struct gate first_read;
    int64_t before, after;
};

static enum err read_twice(struct tx *tx, void *arg)
{
    struct snapshot *s = arg;

    TRY(number(tx, "SELECT n FROM counter WHERE id = 2", &s->before));
    TRY(gate_run(tx, &s->first_read));
    return number(tx, "SELECT n FROM counter WHERE id = 2", &s->after);
}

static enum err plain_add(struct tx *tx, void *arg)
{
    (void)arg;
    return tx_exec(tx, "UPDATE counter SET n = n + 1 WHERE id = 2", NULL, 0);
}

static enum err read_now(struct tx *tx, void *arg)
{
    return number(tx, "SELECT n FROM counter WHERE id = 2", arg);
}

static void reader_main(void *arg)
{
    struct snapshot *s = arg;

    s->first_read.last = db_read(s->f->db, read_twice, s);
}

/* A reading job sees one state from its first question on; the next one sees what was written. */
static void readers_have_a_snapshot(void **state)
{
    struct fixture *f = *state;
    struct snapshot s = { .f = f };
    struct thread reader;
    int64_t now;

    open_tables(f, (struct db_config){ .readers = 2, .writers = 1 });
    gate_init(&s.first_read);
    assert_int_equal(thread_start(&reader, "reader", reader_main, &s), OK);
    gate_wait_entered(&s.first_read);
    for (int i = 1; i <= 5; i++) {
        assert_int_equal(db_write(f->db, plain_add, NULL), OK);
        assert_int_equal(db_read(f->db, read_now, &now), OK);
        assert_int_equal(now, i);
    }
    gate_open(&s.first_read);
    thread_join(&reader);
    assert_int_equal(s.first_read.last, OK);
    assert_int_equal(s.before, 0);
    assert_int_equal(s.after, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* First, while this process has not had a thread. */
        ON_BOTH(ids_are_unique_over_processes),
        ON_BOTH(one_refused_job_leaves_the_others),
        ON_BOTH(early_refusals_are_cheap),
        ON_BOTH(a_failed_commit_is_run_again),
        ON_BOTH(no_update_is_lost),
        ON_BOTH(no_write_is_skewed),
        ON_BOTH(a_full_queue_refuses),
        ON_BOTH(closing_answers_what_waits),
        ON_BOTH(ids_are_unique_over_threads),
        ON_BOTH(slots_are_distinct_and_come_back),
        ON_BOTH(a_lost_slot_is_left),
        ON_BOTH(hooks_hear_of_the_outer_transaction),
        ON_BOTH(readers_have_a_snapshot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
