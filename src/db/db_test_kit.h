/* What the tests of this folder share: a test function runs once on each store, with a fixture that
 * makes a fresh store before and closes and removes it after. */
#ifndef KONTOR_DB_TEST_KIT_H
#define KONTOR_DB_TEST_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/db.h"
#include "kit/store.h"
#include "os/clock.h"
#include "os/thread.h"

#include <stdio.h>
#include <stdlib.h>

struct fixture {
    enum db_store store;
    char url[KIT_URL_MAX];
    struct db *db; /* closed by the teardown when the test left it open */
};

__attribute__((unused)) static enum db_store kind_sqlite = DB_SQLITE;
__attribute__((unused)) static enum db_store kind_postgres = DB_POSTGRES;

static int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->store = *(enum db_store *)*state;
    kit_store_new(f->store, f->url);
    *state = f;
    return 0;
}

static int fixture_teardown(void **state)
{
    struct fixture *f = *state;

    db_fault_hook = NULL;
    db_close(f->db);
    kit_store_drop(f->url);
    free(f);
    return 0;
}

static void open_with(struct fixture *f, struct db_config config)
{
    char why[256];

    config.url = f->url;
    if (db_open(&config, &f->db, why) != OK) {
        fail_msg("%s", why);
    }
}

__attribute__((unused)) static void close_db(struct fixture *f)
{
    db_close(f->db);
    f->db = NULL;
}

static enum err script_run(struct tx *tx, void *arg)
{
    return tx_script(tx, arg);
}

/* Opens with defaults and a few tables. */
__attribute__((unused)) static void open_tables(struct fixture *f, struct db_config config)
{
    static char sqlite_sql[] =
        "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, b BLOB, n INTEGER) STRICT;"
        "CREATE TABLE counter (id INTEGER NOT NULL PRIMARY KEY, n INTEGER NOT NULL) STRICT;"
        "INSERT INTO counter (id, n) VALUES (1, 0), (2, 0)";
    static char postgres_sql[] =
        "CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, a TEXT, b BYTEA, n BIGINT);"
        "CREATE TABLE counter (id BIGINT NOT NULL PRIMARY KEY, n BIGINT NOT NULL);"
        "INSERT INTO counter (id, n) VALUES (1, 0), (2, 0)";

    open_with(f, config);
    assert_int_equal(db_write(f->db, script_run, f->store == DB_SQLITE ? sqlite_sql : postgres_sql),
                     OK);
}

/* The store's first value, asked behind db's back. */
__attribute__((unused)) static int64_t ask(struct fixture *f, const char *sql)
{
    return kit_store_sql(f->url, sql);
}

/* One number, in a reading or writing job. */
__attribute__((unused)) static enum err number(struct tx *tx, const char *sql, int64_t *out)
{
    struct arena a;
    struct rows rows;
    enum err e;

    arena_init(&a, 1 << 20);
    e = tx_query(tx, &a, sql, NULL, 0, &rows);
    if (e == OK) {
        *out = rows.n ? rows_int(&rows, 0, 0) : -1;
    }
    arena_free(&a);
    return e;
}

/* How a job ended: the first member of what its functions are given. */
struct ended {
    struct latch latch;
    enum err result;
};

__attribute__((unused)) static void job_ended(void *arg, enum err result)
{
    struct ended *e = arg;

    e->result = result;
    latch_down(&e->latch);
}

/* Submits a job whose arg begins with a struct ended, and waits for it. */
__attribute__((unused)) static enum err submit_and_wait(struct db *db, struct db_job *job)
{
    struct ended *e = job->arg;

    latch_init(&e->latch, 1);
    job->done = job_ended;
    assert_int_equal(db_submit(db, job), OK);
    latch_wait(&e->latch);
    return e->result;
}

#define ON(store, fn)                                                                              \
    {                                                                                              \
        .name = #fn " on " #store, .test_func = fn, .setup_func = fixture_setup,                   \
        .teardown_func = fixture_teardown, .initial_state = &kind_##store                          \
    }
#define ON_BOTH(fn) ON(sqlite, fn), ON(postgres, fn)

#endif
