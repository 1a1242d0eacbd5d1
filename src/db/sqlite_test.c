/* What is SQLite's own: its settings, full disks, other processes, the log, crashes. */
/* threads */
#include "db/db_test_kit.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* -- a disk that fills up ---------------------------------------------------------------------- */

/* The system's file layer with its write and sync replaced, for the log only. */

static sqlite3_vfs failing_vfs;
static const sqlite3_io_methods *real_methods;
static sqlite3_io_methods failing_methods;
static _Atomic int64_t room_bytes = INT64_MAX; /* what may still be written */
static _Atomic int syncs_to_fail;

static int failing_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
    if (atomic_fetch_sub(&room_bytes, (int64_t)n) < n) {
        return SQLITE_FULL;
    }
    return real_methods->xWrite(file, p, n, at);
}

static int failing_sync(sqlite3_file *file, int flags)
{
    if (syncs_to_fail > 0) {
        syncs_to_fail--;
        return SQLITE_IOERR_FSYNC;
    }
    return real_methods->xSync(file, flags);
}

static int failing_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    sqlite3_vfs *real = vfs->pAppData;
    int rc = real->xOpen(real, name, file, flags, out);

    if (rc == SQLITE_OK && (flags & SQLITE_OPEN_WAL)) {
        file->pMethods = &failing_methods;
    }
    return rc;
}

/* Finds the methods of logs with one opened for it, then puts the layer in front. */
static int install_failing_disk(void **state)
{
    sqlite3 *db = NULL;
    sqlite3_file *file = NULL;

    (void)state;
    assert_int_equal(sqlite3_open("probe.db", &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "PRAGMA journal_mode = WAL; CREATE TABLE t (a)", NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file),
                     SQLITE_OK);
    real_methods = file->pMethods;
    failing_methods = *real_methods;
    failing_methods.xWrite = failing_write;
    failing_methods.xSync = failing_sync;
    failing_vfs = *sqlite3_vfs_find(NULL);
    failing_vfs.pAppData = sqlite3_vfs_find(NULL);
    failing_vfs.zName = "failing";
    failing_vfs.xOpen = failing_open;
    (void)sqlite3_close(db);
    (void)unlink("probe.db");
    return sqlite3_vfs_register(&failing_vfs, 1) == SQLITE_OK ? 0 : -1;
}

/* -- jobs that wait for each other ------------------------------------------------------------- */

struct item {
    struct db_job job;
    int64_t id, bytes;
    bool overlook; /* a failure of its own */
    enum err result;
    _Atomic bool answered;
};

static enum err item_run(struct tx *tx, void *arg)
{
    struct item *i = arg;

    for (int64_t k = 0; k * 1000 <= i->bytes; k++) {
        char text[1001] = { 0 };
        struct value v[] = { v_int(i->id * 100000 + k), v_text((text_t){ text, 1000 }) };

        memset(text, 'a', 1000);
        TRY(tx_exec(tx, "INSERT INTO t (id, a) VALUES ($1, $2)", v, 2));
    }
    if (i->overlook) {
        struct value v = v_int(i->id * 100000);

        (void)(tx_exec(tx, "INSERT INTO t (id) VALUES ($1)", &v, 1) == OK);
    }
    return OK;
}

static void item_done(void *arg, enum err result)
{
    struct item *i = arg;

    i->result = result;
    i->answered = true;
}

static enum err hold(struct tx *tx, void *arg)
{
    (void)tx;
    while (!*(_Atomic bool *)arg) {
        clock_sleep_us(1000);
    }
    return OK;
}

#define ITEMS 10

static void run_batch(struct fixture *f, struct item items[static ITEMS])
{
    _Atomic bool go = false;
    struct db_job first = { .run = hold, .arg = (void *)&go, .write = true };

    assert_int_equal(db_submit(f->db, &first), OK);
    for (int i = 0; i < ITEMS; i++) {
        items[i].job = (struct db_job){
            .run = item_run,
            .done = item_done,
            .arg = &items[i],
            .write = true,
        };
        assert_int_equal(db_submit(f->db, &items[i].job), OK);
    }
    go = true;
    for (int i = 0; i < ITEMS; i++) {
        while (!items[i].answered) {
            clock_sleep_us(100);
        }
    }
}

static void number_items(struct item items[static ITEMS], int64_t from)
{
    for (int i = 0; i < ITEMS; i++) {
        items[i] = (struct item){ .id = from + i, .bytes = 3000 };
    }
}

static enum err limit_pages(struct tx *tx, void *arg)
{
    return tx_script(tx, arg);
}

/* SQLite undoes the whole transaction when the file may not grow: only the job that needed the room
 * fails, and there is room again when the limit is lifted. */
static void a_full_file_fails_one_job(void **state)
{
    struct fixture *f = *state;
    struct item items[ITEMS];

    open_tables(f, (struct db_config){ .readers = 1 });
    assert_int_equal(db_write(f->db, limit_pages, "PRAGMA max_page_count = 300"), OK);
    number_items(items, 1);
    items[4].bytes = 3000000;
    run_batch(f, items);
    for (int i = 0; i < ITEMS; i++) {
        assert_int_equal(items[i].result, i == 4 ? ERR_DISK_FULL : OK);
    }
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), 4 * (ITEMS - 1));
    assert_int_equal(db_write(f->db, limit_pages, "PRAGMA max_page_count = 1000000"), OK);
    number_items(items, 101);
    items[4].bytes = 3000000;
    run_batch(f, items);
    for (int i = 0; i < ITEMS; i++) {
        assert_int_equal(items[i].result, OK);
    }
    assert_int_equal(ask(f, "PRAGMA integrity_check"), 0);
}

/* The disk is full in the middle of a batch's commit: each job is answered so, readers go on, and
 * with room again all goes on. */
static void a_full_disk_is_survived(void **state)
{
    struct fixture *f = *state;
    struct item items[ITEMS];
    int64_t n;

    open_tables(f, (struct db_config){ .readers = 1 });
    for (int round = 0; round < 6; round++) {
        number_items(items, 1 + 100 * round);
        room_bytes = round % 2 ? INT64_MAX : round * 9000;
        run_batch(f, items);
        for (int i = 0; i < ITEMS; i++) {
            if (round % 2) {
                assert_int_equal(items[i].result, OK);
            } else {
                assert_true(items[i].result == ERR_DISK_FULL || items[i].result == OK);
            }
        }
        assert_int_equal(items[ITEMS - 1].result, round % 2 ? OK : ERR_DISK_FULL);
        int64_t stored = 0;
        for (int i = 0; i < ITEMS; i++) {
            stored += items[i].result == OK;
        }
        char sql[128];
        (void)snprintf(sql, sizeof sql, "SELECT COUNT(*) / 4 FROM t WHERE id BETWEEN %lld AND %lld",
                       (long long)items[0].id * 100000,
                       (long long)items[ITEMS - 1].id * 100000 + 9);
        n = ask(f, sql);
        assert_int_equal(n, stored);
    }
    room_bytes = INT64_MAX;
    assert_int_equal(db_health(f->db), OK);
}

static void a_sync_that_fails_is_no_commit(void **state)
{
    struct fixture *f = *state;
    struct item items[ITEMS];

    open_tables(f, (struct db_config){ .readers = 1 });
    number_items(items, 1);
    syncs_to_fail = 1000;
    run_batch(f, items);
    for (int i = 0; i < ITEMS; i++) {
        assert_int_equal(items[i].result, ERR_STORE);
    }
    syncs_to_fail = 0;
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), 0);
    number_items(items, 1);
    run_batch(f, items);
    assert_int_equal(items[3].result, OK);
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), 4 * ITEMS);
}

static void an_overlooked_failure_undoes_only_its_job(void **state)
{
    struct fixture *f = *state;
    struct item items[ITEMS];

    open_tables(f, (struct db_config){ .readers = 1 });
    number_items(items, 1);
    items[6].overlook = true;
    run_batch(f, items);
    for (int i = 0; i < ITEMS; i++) {
        assert_int_equal(items[i].result, i == 6 ? ERR_EXISTS : OK);
    }
    assert_int_equal(ask(f, "SELECT COUNT(*) FROM t"), 4 * (ITEMS - 1));
}

/* -- settings ---------------------------------------------------------------------------------- */

static enum err check_settings(struct tx *tx, void *arg)
{
    static const struct {
        const char *sql;
        int64_t want;
    } settings[] = {
        { "PRAGMA synchronous", 2 },    { "PRAGMA foreign_keys", 1 },
        { "PRAGMA secure_delete", 0 },  { "PRAGMA temp_store", 2 },
        { "PRAGMA trusted_schema", 0 }, { "PRAGMA wal_autocheckpoint", 0 },
    };
    int64_t n;

    (void)arg;
    for (size_t i = 0; i < N_ELEMENTS(settings); i++) {
        TRY(number(tx, settings[i].sql, &n));
        assert_int_equal(n, settings[i].want);
    }
    TRY(number(tx, "PRAGMA query_only", &n));
    assert_int_equal(n, !tx_is_write(tx));
    TRY(number(tx, "SELECT 1 FROM pragma_journal_mode WHERE journal_mode = 'wal'", &n));
    assert_int_equal(n, 1);
    /* A misspelt name is an error, not a text. */
    assert_int_equal(number(tx, "SELECT \"no_such\" FROM counter", &n), ERR_STORE);
    return ERR_REFUSED;
}

static void settings_are_ours(void **state)
{
    struct fixture *f = *state;
    struct stat st;

    open_tables(f, (struct db_config){ .readers = 1 });
    assert_int_equal(db_write(f->db, check_settings, NULL), ERR_REFUSED);
    assert_int_equal(db_read(f->db, check_settings, NULL), ERR_REFUSED);
    assert_int_equal(stat(f->url + 7, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

/* -- another process --------------------------------------------------------------------------- */

static enum err add_one(struct tx *tx, void *arg)
{
    (void)arg;
    return tx_exec(tx, "UPDATE counter SET n = n + 1 WHERE id = 1", NULL, 0);
}

static void let_go_main(void *arg)
{
    clock_sleep_us(150000);
    assert_int_equal(sqlite3_exec(arg, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
}

static void another_writer_is_waited_for(void **state)
{
    struct fixture *f = *state;
    struct thread t;
    sqlite3 *other = NULL;
    int64_t start_us;

    open_tables(f, (struct db_config){ .readers = 1, .busy_ms = 300 });
    assert_int_equal(sqlite3_open(f->url + 7, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    start_us = clock_monotonic_us();
    assert_int_equal(db_write(f->db, add_one, NULL), ERR_BUSY);
    assert_true(clock_monotonic_us() - start_us >= 300000);
    assert_int_equal(thread_start(&t, "other", let_go_main, other), OK);
    assert_int_equal(db_write(f->db, add_one, NULL), OK);
    thread_join(&t);
    (void)sqlite3_close(other);
    assert_int_equal(ask(f, "SELECT n FROM counter WHERE id = 1"), 1);
}

/* -- the log ----------------------------------------------------------------------------------- */

static int64_t file_bytes(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

static void add_megabyte(struct fixture *f, int64_t id)
{
    struct item item = { .id = id, .bytes = 1000000 };

    assert_int_equal(db_write(f->db, item_run, &item), OK);
}

/* The log is copied into the file without a job for it, and then written again from its start. */
static void the_log_is_copied_in_the_background(void **state)
{
    struct fixture *f = *state;
    char wal[KIT_URL_MAX + 8];
    int64_t most;

    (void)snprintf(wal, sizeof wal, "%s-wal", f->url + 7);
    open_tables(f, (struct db_config){ .readers = 1 });
    for (int i = 0; i < 30; i++) {
        add_megabyte(f, i + 1);
    }
    for (int i = 0; i < 1000 && file_bytes(f->url + 7) < 30000000; i++) {
        clock_sleep_us(20000);
    }
    assert_true(file_bytes(f->url + 7) >= 30000000);
    clock_sleep_us(100000);
    most = file_bytes(wal);
    assert_true(most > 8000000);
    for (int i = 0; i < 5; i++) {
        add_megabyte(f, i + 1001);
    }
    assert_int_equal(file_bytes(wal), most);
}

/* -- crashes ----------------------------------------------------------------------------------- */

static enum err one_row(struct tx *tx, void *arg)
{
    struct value v = v_int(*(int *)arg);

    return tx_exec(tx, "INSERT INTO t (id) VALUES ($1)", &v, 1);
}

/* What was answered is there after the process was killed in the middle of its work. */
static void answers_survive_a_kill(void **state)
{
    struct fixture *f = *state;
    int out[2], told = 0, status;
    pid_t child;

    assert_int_equal(pipe(out), 0);
    child = fork(); /* before this process has any thread */
    assert_true(child >= 0);
    if (child == 0) {
        open_tables(f, (struct db_config){ .readers = 1 });
        for (int i = 0;; i++) {
            if (db_write(f->db, one_row, &i) != OK || write(out[1], &i, sizeof i) < 0) {
                _exit(1);
            }
        }
    }
    (void)close(out[1]);
    while (told < 300) {
        assert_int_equal(read(out[0], &told, sizeof told), sizeof told);
    }
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    for (int last; read(out[0], &last, sizeof last) == sizeof last;) {
        told = last;
    }
    (void)close(out[0]);
    open_with(f, (struct db_config){ .readers = 1 });
    assert_in_range(ask(f, "SELECT COUNT(*) FROM t"), told + 1, told + 2);
    assert_int_equal(db_health(f->db), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON(sqlite, answers_survive_a_kill),
        ON(sqlite, settings_are_ours),
        ON(sqlite, a_full_file_fails_one_job),
        ON(sqlite, a_full_disk_is_survived),
        ON(sqlite, a_sync_that_fails_is_no_commit),
        ON(sqlite, an_overlooked_failure_undoes_only_its_job),
        ON(sqlite, another_writer_is_waited_for),
        ON(sqlite, the_log_is_copied_in_the_background),
    };

    return cmocka_run_group_tests(tests, install_failing_disk, NULL);
}
