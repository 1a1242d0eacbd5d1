/* Whole houses as files. */
#include "app/backup.h"

#include "base/log.h"
#include "flow/command.h"
#include "meta/schema.h"
#include "os/file.h"

#include <stdio.h>
#include <string.h>

#define MEMORY_MAX     ((size_t)256 * 1024 * 1024)
#define PATH_BYTES_MAX 4096

static const char *sqlite_path(const char *url)
{
    return strncmp(url, "sqlite:", 7) == 0 ? url + 7 : NULL;
}

/* -- counting -----------------------------------------------------------------------------------
 */

struct counting {
    struct arena *arena;
    struct table_def *tables;
    size_t n;
    struct copy_count *counts;
};

static enum err count_rows(struct tx *tx, void *arg)
{
    struct counting *c = arg;
    TRY(copy_tables(tx, c->arena, NULL, 0, &c->tables, &c->n));
    return copy_counts(tx, c->arena, c->tables, c->n, &c->counts);
}

static const struct copy_count *count_of(const struct counting *c, const char *table)
{
    for (size_t i = 0; i < c->n; i++) {
        if (strcmp(c->counts[i].table, table) == 0) {
            return &c->counts[i];
        }
    }
    return NULL;
}

/* Each table of the copy has a number of rows that the house had at some time between the two
 * countings; where nothing happened meanwhile, exactly that number. */
static enum err compare_counts(const struct counting *before, const struct counting *after,
                               const struct counting *copy, struct copy_report *out,
                               char why[static 256])
{
    *out = (struct copy_report){ .tables = copy->n };
    for (size_t i = 0; i < before->n; i++) {
        const struct copy_count *b = &before->counts[i], *a = count_of(after, b->table);
        const struct copy_count *c = count_of(copy, b->table);
        if (!a || !c) {
            (void)snprintf(why, 256, "table %s is missing in the copy", b->table);
            return ERR_STORE;
        }
        int64_t least = b->rows < a->rows ? b->rows : a->rows;
        int64_t most = b->rows < a->rows ? a->rows : b->rows;
        if (c->rows < least || c->rows > most) {
            (void)snprintf(why, 256, "%s has %lld rows, its copy %lld", b->table, (long long)most,
                           (long long)c->rows);
            return ERR_STORE;
        }
        out->rows += c->rows;
    }
    return OK;
}

/* -- backup -------------------------------------------------------------------------------------
 */

static enum err count_file(const char *file, struct counting *c, char why[static 256])
{
    struct db *db;
    const char *url = text_fmt(c->arena, "sqlite:%s", file).s;
    TRY(db_open(&(struct db_config){ .url = url }, &db, why));
    enum err e = db_read(db, count_rows, c);
    db_close(db);
    return e;
}

static enum err backup_sqlite(struct kontor *k, const char *from, const char *file, struct arena *a,
                              struct copy_report *out, char why[static 256])
{
    struct counting before = { .arena = a }, after = { .arena = a }, copy = { .arena = a };
    TRY(db_read(k->db, count_rows, &before));
    TRY(db_copy_file(from, file, why));
    TRY(db_read(k->db, count_rows, &after));
    TRY(count_file(file, &copy, why));
    return compare_counts(&before, &after, &copy, out, why);
}

void backup_remove(const char *path)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    for (size_t i = 0; i < N_ELEMENTS(ends); i++) {
        char name[PATH_BYTES_MAX];
        (void)snprintf(name, sizeof name, "%s%s", path, ends[i]);
        if (file_exists(name) && file_remove(name) != OK) {
            return; /* what is left of a failure is found by its name */
        }
    }
}

static enum err copy_into(struct kontor *k, const char *url, void (*progress)(void *, int),
                          void *arg, struct arena *a, struct copy_report *out, char why[static 256])
{
    struct db *to;
    const struct table_def *tables;
    size_t n;
    house_tables(k->house, a, &tables, &n);
    TRY(db_open(&(struct db_config){ .url = url }, &to, why));
    enum err e = db_copy(k->db, to, tables, n, progress, arg, out, why);
    db_close(to);
    return e;
}

/* Any store into a file: first under another name, with its indexes, then compacted into place. */
static enum err backup_any(struct kontor *k, const char *file, void (*progress)(void *, int),
                           void *arg, struct arena *a, struct copy_report *out,
                           char why[static 256])
{
    struct kontor made;
    const char *part = text_fmt(a, "%s.copy", file).s;
    const char *url = text_fmt(a, "sqlite:%s", part).s;
    backup_remove(part);
    enum err e = copy_into(k, url, progress, arg, a, out, why);
    if (e == OK) {
        e = kontor_open(&made, (struct db_config){ .url = url }, why); /* adds the indexes */
        if (e == OK) {
            kontor_close(&made);
            e = db_copy_file(part, file, why);
        }
    }
    backup_remove(part);
    return e;
}

enum err backup_make(struct kontor *k, const char *url, const char *file,
                     void (*progress)(void *arg, int permille), void *arg, struct copy_report *out,
                     char why[static 256])
{
    struct arena a;
    const char *from = sqlite_path(url);
    why[0] = '\0';
    *out = (struct copy_report){ 0 };
    if (file_exists(file)) {
        (void)snprintf(why, 256, "there is a file %.200s already", file);
        return ERR_EXISTS;
    }
    arena_init(&a, MEMORY_MAX);
    enum err e = from ? backup_sqlite(k, from, file, &a, out, why)
                      : backup_any(k, file, progress, arg, &a, out, why);
    arena_free(&a);
    if (e != OK && !why[0]) {
        (void)snprintf(why, 256, "the copy failed (%s)", err_name(e));
    }
    return e;
}

enum err backup_copy(struct kontor *k, const char *url, const char *file,
                     void (*progress)(void *arg, int permille), void *arg, struct copy_report *out,
                     char why[static 256])
{
    struct arena a;
    if (sqlite_path(url)) {
        return backup_make(k, url, file, progress, arg, out, why);
    }
    arena_init(&a, MEMORY_MAX);
    enum err e = copy_into(k, text_fmt(&a, "sqlite:%s", file).s, progress, arg, &a, out, why);
    arena_free(&a);
    return e;
}

/* -- restore ------------------------------------------------------------------------------------
 */

static enum err restore_rows(const char *file, const char *url, void (*progress)(void *, int),
                             void *arg, struct copy_report *out, char why[static 256])
{
    struct kontor from;
    struct arena a;
    arena_init(&a, MEMORY_MAX);
    enum err e = backup_open_as_is(&from, text_fmt(&a, "sqlite:%s", file).s, why);
    if (e == OK) {
        e = copy_into(&from, url, progress, arg, &a, out, why);
        kontor_close(&from);
    }
    arena_free(&a);
    return e;
}

/* A planner that knows nothing of the rows yet would read whole tables until the server looks at
 * them by itself. */
static enum err gather_statistics(struct tx *tx, void *arg)
{
    (void)arg;
    return db_store(tx_db(tx)) == DB_POSTGRES ? tx_script(tx, "ANALYZE") : OK;
}

enum err backup_restore(const char *file, const char *url,
                        void (*progress)(void *arg, int permille), void *arg, struct kontor *k,
                        struct copy_report *out, char why[static 256])
{
    if (!file_exists(file)) {
        (void)snprintf(why, 256, "there is no file %.200s", file);
        return ERR_NOT_FOUND;
    }
    TRY(restore_rows(file, url, progress, arg, out, why));
    TRY(kontor_open(k, (struct db_config){ .url = url }, why));
    if (db_write(k->db, gather_statistics, NULL) != OK) {
        log_warn("backup", "the store has no statistics about its rows yet");
    }
    return OK;
}

/* -- as it is -----------------------------------------------------------------------------------
 */

enum err backup_open_as_is(struct kontor *k, const char *url, char why[static 256])
{
    k->plan = kontor_plan_make();
    k->house = house_new(&k->plan, NULL);
    k->db = NULL;
    const struct db_config config = { .url = url, .hooks = &flow_db_hooks, .user = k->house };
    enum err e = db_open(&config, &k->db, why);
    if (e != OK) {
        kontor_close(k);
        return e;
    }
    house_set_db(k->house, k->db);
    return OK;
}

/* -- figures ------------------------------------------------------------------------------------
 */

static const struct {
    const char *name, *table, *sql;
} sums[] = {
    { "account", "account_balance",
      "SELECT account, CAST(SUM(debit) AS BIGINT), CAST(SUM(credit) AS BIGINT)"
      " FROM account_balance GROUP BY account ORDER BY account" },
    { "stock of site", "stock_balance",
      "SELECT site, CAST(SUM(on_hand) AS BIGINT), CAST(SUM(value) AS BIGINT) FROM stock_balance"
      " GROUP BY site ORDER BY site" },
    { "open items of account", "party_balance",
      "SELECT account, CAST(SUM(debit) AS BIGINT), CAST(SUM(credit) AS BIGINT) FROM party_balance"
      " GROUP BY account ORDER BY account" },
};

struct figures {
    struct counting counting;
    struct buf *out;
};

static enum err read_figures(struct tx *tx, void *arg)
{
    struct figures *f = arg;
    TRY(count_rows(tx, &f->counting));
    for (size_t i = 0; i < f->counting.n; i++) {
        const struct copy_count *c = &f->counting.counts[i];
        if (strcmp(c->table, "house_state") != 0) { /* the program's own */
            buf_fmt(f->out, "rows of %s: %lld\n", c->table, (long long)c->rows);
        }
    }
    for (size_t i = 0; i < N_ELEMENTS(sums); i++) {
        struct rows rows;
        if (!count_of(&f->counting, sums[i].table)) {
            continue;
        }
        TRY(tx_query(tx, f->counting.arena, sums[i].sql, NULL, 0, &rows));
        for (size_t r = 0; r < rows.n; r++) {
            buf_fmt(f->out, "%s %lld: %lld %lld\n", sums[i].name, (long long)rows_int(&rows, r, 0),
                    (long long)rows_int(&rows, r, 1), (long long)rows_int(&rows, r, 2));
        }
    }
    return f->out->failed ? ERR_NO_MEMORY : OK;
}

enum err backup_figures(struct kontor *k, struct buf *out)
{
    struct arena a;
    arena_init(&a, MEMORY_MAX);
    struct figures f = { .counting = { .arena = &a }, .out = out };
    enum err e = db_read(k->db, read_figures, &f);
    arena_free(&a);
    return e;
}
