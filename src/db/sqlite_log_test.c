/* The log in large pieces: what was gathered is read back right, by the transaction itself when its
 * pages spill out of the cache, and by others after the commit. */
#include "db/db_test_kit.h"

#include <sqlite3.h>

#define ROWS      600
#define ROW_BYTES 9000 /* more pages than the cache holds */

struct big {
    int64_t seen;
    bool fail;
};

static enum err count(struct tx *tx, int64_t *out)
{
    struct arena a;
    struct rows rows;
    arena_init(&a, 1 << 20);
    enum err e = tx_query(tx, &a, "SELECT COUNT(*), SUM(LENGTH(b)), SUM(n) FROM t", NULL, 0, &rows);
    *out = e != OK                                                      ? -1
           : rows_int(&rows, 0, 1) == rows_int(&rows, 0, 0) * ROW_BYTES ? rows_int(&rows, 0, 2)
                                                                        : -2;
    arena_free(&a);
    return e;
}

/* Writes far more than the cache, changes all of it again, and reads it. */
static enum err write_big(struct tx *tx, void *arg)
{
    struct big *big = arg;
    static char bytes[ROW_BYTES];
    for (int i = 0; i < ROWS; i++) {
        memset(bytes, i % 251, sizeof bytes);
        const struct value args[] = { v_int(i), v_blob(bytes, sizeof bytes) };
        TRY(tx_exec(tx, "INSERT INTO t (id, b, n) VALUES ($1, $2, 1)", args, 2));
    }
    TRY(tx_exec(tx, "UPDATE t SET n = n + id", NULL, 0));
    TRY(count(tx, &big->seen));
    return big->fail ? ERR_REFUSED : OK;
}

static enum err read_all(struct tx *tx, void *arg)
{
    return count(tx, arg);
}

/* As another program sees the file, through the system's own file layer. */
static void healthy(struct fixture *f, int64_t rows)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    assert_int_equal(
        sqlite3_open_v2(f->url + strlen("sqlite:"), &db, SQLITE_OPEN_READWRITE, "unix"), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(st, 0), "ok");
    sqlite3_finalize(st);
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT COUNT(*) FROM t WHERE LENGTH(b) = 9000", -1, &st, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int64(st, 0), rows);
    sqlite3_finalize(st);
    sqlite3_close(db);
}

static const int64_t expected = ROWS + (int64_t)ROWS * (ROWS - 1) / 2;

static void more_than_the_cache(void **state)
{
    struct fixture *f = *state;
    struct big big = { 0 };
    int64_t seen = 0;
    open_tables(f, (struct db_config){ .page_cache_kib = 512 });
    assert_int_equal(db_write(f->db, write_big, &big), OK);
    assert_int_equal(big.seen, expected);
    assert_int_equal(db_read(f->db, read_all, &seen), OK);
    assert_int_equal(seen, expected);
    healthy(f, ROWS); /* while it is open: what is committed lies in the log, not in memory */
}

static void spilt_and_undone(void **state)
{
    struct fixture *f = *state;
    struct big big = { .fail = true };
    int64_t seen = -1;
    open_tables(f, (struct db_config){ .page_cache_kib = 512 });
    assert_int_equal(db_write(f->db, write_big, &big), ERR_REFUSED);
    assert_int_equal(big.seen, expected);
    healthy(f, 0);
    big.fail = false;
    assert_int_equal(db_write(f->db, write_big, &big), OK);
    assert_int_equal(db_read(f->db, read_all, &seen), OK);
    assert_int_equal(seen, expected);
    healthy(f, ROWS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON(sqlite, more_than_the_cache),
        ON(sqlite, spilt_and_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
