/* What bare SQLite can do: the rows of a fully posted sale of three lines, on the tables and
 * indexes of a real store, from one loop of prepared statements with the settings of the program
 * (WAL, synchronous = FULL, checkpoints by a second thread).
 *
 *     sqlite_floor STORE [sales] [sales a commit]
 *
 * STORE is a file that the program made, with sales in it (core_checkout); it is copied first.
 * Prints sales per second. */
#include "floor_rows.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEMPLATES_MAX 16
#define COLUMNS_MAX   40

struct writing {
    const struct insert *insert;
    sqlite3_stmt *st;
    int n_rows, n_cols;
    sqlite3_value *rows[TEMPLATES_MAX][COLUMNS_MAX];
    enum role roles[COLUMNS_MAX];
};

static _Noreturn void give_up(sqlite3 *db, const char *what)
{
    fprintf(stderr, "%s: %s\n", what, db ? sqlite3_errmsg(db) : "");
    exit(1);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL) != SQLITE_OK) {
        give_up(db, sql);
    }
    return st;
}

static void step(sqlite3 *db, sqlite3_stmt *st)
{
    if (sqlite3_step(st) != SQLITE_DONE) {
        give_up(db, sqlite3_sql(st));
    }
    sqlite3_reset(st);
}

static size_t column_of_ids(sqlite3 *db, const char *sql, int col, int64_t **out)
{
    sqlite3_stmt *st = prepare(db, sql);
    size_t n = 0, room = 0;
    while (sqlite3_step(st) == SQLITE_ROW) {
        if (n == room) {
            room = room ? room * 2 : 1024;
            *out = realloc(*out, room * sizeof **out);
        }
        (*out)[n++] = sqlite3_column_int64(st, col);
    }
    sqlite3_finalize(st);
    if (n == 0) {
        give_up(NULL, "the store has no sales to take as templates");
    }
    return n;
}

static void load_masters(sqlite3 *db, struct masters *m)
{
    m->n_products = column_of_ids(db, "SELECT DISTINCT product FROM stock_balance ORDER BY product",
                                  0, &m->products);
    m->n_customers = column_of_ids(db, "SELECT party, id FROM loyalty_accounts ORDER BY id", 0,
                                   &m->customers);
    (void)column_of_ids(db, "SELECT party, id FROM loyalty_accounts ORDER BY id", 1, &m->loyalty);
    (void)column_of_ids(db, "SELECT place FROM stock_moves ORDER BY id DESC LIMIT 1", 0, &m->place);
    m->n_tills = column_of_ids(db, "SELECT id FROM tills ORDER BY id", 0, &m->tills);
}

/* The templates, and the INSERT with all columns. */
static void load_writing(sqlite3 *db, struct writing *w, const struct insert *insert, int64_t sale)
{
    char sql[2000], *at = sql;
    w->insert = insert;
    snprintf(sql, sizeof sql, "SELECT * FROM %s", insert->find);
    sqlite3_stmt *st = prepare(db, sql);
    w->n_cols = sqlite3_column_count(st);
    sqlite3_bind_int64(st, 1, sale);
    while (sqlite3_step(st) == SQLITE_ROW && w->n_rows < TEMPLATES_MAX) {
        for (int c = 0; c < w->n_cols; c++) {
            w->rows[w->n_rows][c] = sqlite3_value_dup(sqlite3_column_value(st, c));
        }
        w->n_rows++;
    }
    if (w->n_rows == 0) {
        give_up(db, insert->table);
    }
    for (int c = 0; c < w->n_cols; c++) {
        for (size_t r = 0; r < ROLES_MAX && insert->roles[r].column; r++) {
            if (strcmp(insert->roles[r].column, sqlite3_column_name(st, c)) == 0) {
                w->roles[c] = insert->roles[r].role;
            }
        }
    }
    sqlite3_finalize(st);
    at += snprintf(at, 200, "INSERT INTO %s VALUES (", insert->table);
    for (int c = 0; c < w->n_cols; c++) {
        at += snprintf(at, 10, "%s?%d", c ? "," : "", c + 1);
    }
    snprintf(at, sizeof sql - (size_t)(at - sql), ")%s", insert->upsert);
    w->st = prepare(db, sql);
}

static void write_rows(sqlite3 *db, struct writing *w, struct picked *p)
{
    for (int r = 0; r < w->n_rows; r++) {
        for (int c = 0; c < w->n_cols; c++) {
            if (w->roles[c] == KEPT) {
                sqlite3_bind_value(w->st, c + 1, w->rows[r][c]);
            } else if (w->roles[c] == WORDS) {
                sqlite3_bind_text(w->st, c + 1, p->words, -1, SQLITE_STATIC);
            } else {
                sqlite3_bind_int64(w->st, c + 1, role_value(p, w->roles[c], (size_t)r));
            }
        }
        step(db, w->st);
    }
}

static void write_sale(sqlite3 *db, struct writing *w, sqlite3_stmt *const *up, struct picked *p)
{
    snprintf(p->words, sizeof p->words, "F-%lld", (long long)p->sale);
    for (size_t i = 0; i < N_INSERTS; i++) {
        write_rows(db, &w[i], p);
    }
    for (size_t i = 0; i < N_UPDATES; i++) {
        for (int k = 0; k < updates[i].times; k++) {
            sqlite3_bind_int64(up[i], 1, role_value(p, updates[i].args[0], (size_t)k));
            if (updates[i].args[1] != KEPT) {
                sqlite3_bind_int64(up[i], 2, role_value(p, updates[i].args[1], (size_t)k));
            }
            step(db, up[i]);
        }
    }
}

/* -- checkpoints ------------------------------------------------------------------------------ */

#define CHECKPOINT_PAGES 2048

static atomic_int logged_pages;
static atomic_bool stopping;

static int on_commit(void *arg, sqlite3 *db, const char *name, int pages)
{
    (void)arg, (void)db, (void)name;
    atomic_store(&logged_pages, pages);
    return SQLITE_OK;
}

static void *checkpoint(void *arg)
{
    sqlite3 *db = NULL;
    if (sqlite3_open_v2(arg, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        give_up(db, "checkpoint");
    }
    while (!atomic_load(&stopping)) {
        if (atomic_exchange(&logged_pages, 0) > CHECKPOINT_PAGES) {
            (void)sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
        }
        nanosleep(&(struct timespec){ .tv_nsec = 50 * 1000 * 1000 }, NULL);
    }
    sqlite3_close(db);
    return NULL;
}

/* A copy beside the store, so that it is on the same disk. */
static void copy_store(const char *from, const char *to)
{
    sqlite3 *db = NULL;
    char *sql = sqlite3_mprintf("VACUUM INTO %Q", to);
    remove(to);
    if (sqlite3_open_v2(from, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        give_up(db, from);
    }
    sqlite3_free(sql);
    sqlite3_close(db);
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    static struct writing writings[N_INSERTS];
    sqlite3_stmt *up[N_UPDATES];
    struct masters masters = { 0 };
    struct picked picked;
    uint64_t random = 42;
    char copy[1100];
    pthread_t thread;
    int rows = 5;
    long long sales = argc > 2 ? strtoll(argv[2], NULL, 10) : 20000,
              batch = argc > 3 ? strtoll(argv[3], NULL, 10) : 64;
    if (argc < 2 || strlen(argv[1]) > 1000 || batch < 1) {
        fprintf(stderr, "usage: sqlite_floor STORE [sales] [sales a commit]\n");
        return 2;
    }
    snprintf(copy, sizeof copy, "%s.floor", argv[1]);
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    copy_store(argv[1], copy);
    if (sqlite3_open_v2(copy, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
            SQLITE_OK ||
        sqlite3_exec(
            db,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; "
            "PRAGMA temp_store = MEMORY",
            NULL, NULL, NULL) != SQLITE_OK) {
        give_up(db, copy);
    }
    int64_t *last = NULL;
    (void)column_of_ids(
        db, "SELECT id FROM sales_orders WHERE points_earned > 0 ORDER BY id DESC LIMIT 1", 0,
        &last);
    for (size_t i = 0; i < N_INSERTS; i++) {
        load_writing(db, &writings[i], &inserts[i], *last);
        rows += writings[i].n_rows;
    }
    for (size_t i = 0; i < N_UPDATES; i++) {
        up[i] = prepare(db, updates[i].sql);
    }
    load_masters(db, &masters);
    pick_start(&picked, 0);
    sqlite3_stmt *begin = prepare(db, "BEGIN IMMEDIATE"), *commit = prepare(db, "COMMIT");
    sqlite3_exec(db, "PRAGMA wal_autocheckpoint = 0", NULL, NULL, NULL);
    sqlite3_wal_hook(db, on_commit, NULL);
    if (pthread_create(&thread, NULL, checkpoint, copy) != 0) {
        give_up(NULL, "thread");
    }
    int64_t start = now_us();
    for (long long i = 0; i < sales; i++) {
        if (i % batch == 0) {
            step(db, begin);
        }
        pick(&picked, &masters, &random, 0, 1);
        write_sale(db, writings, up, &picked);
        if (i % batch == batch - 1 || i == sales - 1) {
            step(db, commit);
        }
    }
    int64_t us = now_us() - start;
    printf("SQLite floor: %lld sales of %d rows in %.2f s: %.0f sales/s, %lld a commit\n", sales,
           rows, (double)us / 1e6, (double)sales * 1e6 / (double)us, batch);
    atomic_store(&stopping, true);
    pthread_join(thread, NULL);
    for (const char *const *s = (const char *const[]){ "", "-wal", "-shm", NULL }; *s; s++) {
        char name[1200];
        snprintf(name, sizeof name, "%s%s", copy, *s);
        remove(name);
    }
    return 0;
}
