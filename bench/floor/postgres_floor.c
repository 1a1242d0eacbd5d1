/* What bare libpq can do: the rows of a fully posted sale of three lines, on the tables and indexes
 * of a real store, serializable, one transaction a sale, prepared statements in one pipeline (BEGIN
 * .. COMMIT, then one wait), each connection with balance rows of its own.
 *
 *     postgres_floor STORE [sales] [sales a commit] [connections]
 *
 * STORE is the address of a database that the program made, with sales in it (core_checkout); it is
 * copied first (CREATE DATABASE .. TEMPLATE), so nobody may be connected to it. Prints sales per
 * second. */
#include "floor_rows.h"

#include <endian.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEMPLATES_MAX 16
#define COLUMNS_MAX   40
#define INT8_OID      20

struct writing {
    char name[16], sql[2500];
    int n_rows, n_cols;
    char *texts[TEMPLATES_MAX][COLUMNS_MAX]; /* NULL: NULL or a number */
    int64_t numbers[TEMPLATES_MAX][COLUMNS_MAX];
    bool null[TEMPLATES_MAX][COLUMNS_MAX];
    Oid types[COLUMNS_MAX];
    enum role roles[COLUMNS_MAX];
};

static struct writing writings[N_INSERTS];
static struct masters masters;
static char copy_url[1200];
static long long n_sales, batch;
static size_t n_connections;

struct worker {
    pthread_t thread;
    size_t number;
    long long sales, retries;
};

static _Noreturn void give_up(PGconn *c, const char *what)
{
    fprintf(stderr, "%s: %s\n", what, c ? PQerrorMessage(c) : "");
    exit(1);
}

static PGconn *open_url(const char *url)
{
    PGconn *c = PQconnectdb(url);
    if (PQstatus(c) != CONNECTION_OK) {
        give_up(c, url);
    }
    return c;
}

static PGresult *run(PGconn *c, const char *sql, int64_t arg)
{
    char text[24];
    const char *values[] = { text };
    snprintf(text, sizeof text, "%lld", (long long)arg);
    PGresult *r = PQexecParams(c, sql, arg ? 1 : 0, NULL, values, NULL, NULL, 0);
    if (PQresultStatus(r) != PGRES_TUPLES_OK && PQresultStatus(r) != PGRES_COMMAND_OK) {
        give_up(c, sql);
    }
    return r;
}

static size_t column_of_ids(PGconn *c, const char *sql, int col, int64_t **out)
{
    PGresult *r = run(c, sql, 0);
    size_t n = (size_t)PQntuples(r);
    if (n == 0) {
        give_up(NULL, "the store has no sales to take as templates");
    }
    *out = calloc(n, sizeof **out);
    for (size_t i = 0; i < n; i++) {
        (*out)[i] = strtoll(PQgetvalue(r, (int)i, col), NULL, 10);
    }
    PQclear(r);
    return n;
}

static void load_writing(PGconn *c, struct writing *w, const struct insert *insert, size_t number,
                         int64_t sale)
{
    char *at = w->sql;
    snprintf(w->sql, sizeof w->sql, "SELECT * FROM %s", insert->find);
    PGresult *r = run(c, w->sql, strstr(insert->find, "$1") ? sale : 0);
    snprintf(w->name, sizeof w->name, "i%zu", number);
    w->n_cols = PQnfields(r);
    w->n_rows = PQntuples(r) < TEMPLATES_MAX ? PQntuples(r) : TEMPLATES_MAX;
    if (w->n_rows == 0) {
        give_up(NULL, insert->table);
    }
    at += snprintf(at, 200, "INSERT INTO %s VALUES (", insert->table);
    for (int k = 0; k < w->n_cols; k++) {
        w->types[k] = PQftype(r, k);
        for (size_t i = 0; i < ROLES_MAX && insert->roles[i].column; i++) {
            if (strcmp(insert->roles[i].column, PQfname(r, k)) == 0) {
                w->roles[k] = insert->roles[i].role;
            }
        }
        for (int row = 0; row < w->n_rows; row++) {
            w->null[row][k] = PQgetisnull(r, row, k);
            w->texts[row][k] = strdup(PQgetvalue(r, row, k));
            w->numbers[row][k] = (int64_t)htobe64(
                (uint64_t)strtoll(PQgetvalue(r, row, k), NULL, 10));
        }
        at += snprintf(at, 10, "%s$%d", k ? "," : "", k + 1);
    }
    snprintf(at, sizeof w->sql - (size_t)(at - w->sql), ")%s", insert->upsert);
    PQclear(r);
}

/* -- one connection --------------------------------------------------------------------------- */

static void send(PGconn *c, const char *name, int n, const char *const *values, const int *lengths,
                 const int *formats)
{
    if (!PQsendQueryPrepared(c, name, n, values, lengths, formats, 0)) {
        give_up(c, name);
    }
}

static int send_rows(PGconn *c, struct writing *w, struct picked *p)
{
    for (int r = 0; r < w->n_rows; r++) {
        const char *values[COLUMNS_MAX];
        int lengths[COLUMNS_MAX], formats[COLUMNS_MAX];
        int64_t own[COLUMNS_MAX];
        for (int k = 0; k < w->n_cols; k++) {
            formats[k] = w->types[k] == INT8_OID;
            lengths[k] = 8;
            if (w->roles[k] == WORDS) {
                values[k] = p->words;
            } else if (w->roles[k] != KEPT) {
                own[k] = (int64_t)htobe64((uint64_t)role_value(p, w->roles[k], (size_t)r));
                values[k] = (const char *)&own[k];
            } else if (w->null[r][k]) {
                values[k] = NULL;
            } else {
                values[k] = formats[k] ? (const char *)&w->numbers[r][k] : w->texts[r][k];
            }
        }
        send(c, w->name, w->n_cols, values, lengths, formats);
    }
    return w->n_rows;
}

static int send_updates(PGconn *c, struct picked *p)
{
    int sent = 0;
    for (size_t i = 0; i < N_UPDATES; i++) {
        char name[8];
        int n = updates[i].args[1] == KEPT ? 1 : 2;
        snprintf(name, sizeof name, "u%zu", i);
        for (int k = 0; k < updates[i].times; k++, sent++) {
            int64_t own[2];
            for (int a = 0; a < n; a++) {
                own[a] = (int64_t)htobe64((uint64_t)role_value(p, updates[i].args[a], (size_t)k));
            }
            send(c, name, n, (const char *const[]){ (const char *)&own[0], (const char *)&own[1] },
                 (const int[]){ 8, 8 }, (const int[]){ 1, 1 });
        }
    }
    return sent;
}

/* Reads what the pipeline answers. false: a conflict. */
static bool collect(PGconn *c, int expected)
{
    bool fine = true;
    for (int i = 0; i < expected; i++) {
        PGresult *r = PQgetResult(c);
        ExecStatusType s = PQresultStatus(r);
        if (s == PGRES_FATAL_ERROR) {
            const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
            if (!state || (strcmp(state, "40001") != 0 && strcmp(state, "40P01") != 0)) {
                give_up(c, "statement");
            }
        }
        fine = fine && s == PGRES_COMMAND_OK;
        PQclear(r);
        r = PQgetResult(c); /* NULL: this statement's end */
        PQclear(r);
    }
    PGresult *end = PQgetResult(c);
    if (PQresultStatus(end) != PGRES_PIPELINE_SYNC) {
        give_up(c, "pipeline");
    }
    PQclear(end);
    return fine;
}

static bool transaction(PGconn *c, const struct picked *sales, long long n)
{
    int sent = 2;
    send(c, "b", 0, NULL, NULL, NULL);
    for (long long i = 0; i < n; i++) {
        struct picked p = sales[i]; /* again after a conflict with the same numbers */
        for (size_t k = 0; k < N_INSERTS; k++) {
            sent += send_rows(c, &writings[k], &p);
        }
        sent += send_updates(c, &p);
    }
    send(c, "c", 0, NULL, NULL, NULL);
    if (!PQpipelineSync(c) || PQflush(c) < 0) {
        give_up(c, "send");
    }
    if (collect(c, sent)) {
        return true;
    }
    send(c, "r", 0, NULL, NULL, NULL);
    if (!PQpipelineSync(c) || !collect(c, 1)) {
        give_up(c, "rollback");
    }
    return false;
}

static void prepare(PGconn *c, const char *name, const char *sql)
{
    PGresult *r = PQprepare(c, name, sql, 0, NULL);
    if (PQresultStatus(r) != PGRES_COMMAND_OK) {
        give_up(c, sql);
    }
    PQclear(r);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    PGconn *c = open_url(copy_url);
    struct picked *sales = calloc((size_t)batch, sizeof *sales), p;
    uint64_t random = 42 + w->number;
    /* A plan that reads a whole small table would put a predicate lock on all of it. */
    PQclear(run(c, "SET enable_seqscan = off", 0));
    PQclear(run(c, "SET enable_bitmapscan = off", 0));
    PQclear(run(c, "SET plan_cache_mode = force_generic_plan", 0));
    for (size_t i = 0; i < N_INSERTS; i++) {
        prepare(c, writings[i].name, writings[i].sql);
    }
    for (size_t i = 0; i < N_UPDATES; i++) {
        char name[8];
        snprintf(name, sizeof name, "u%zu", i);
        prepare(c, name, updates[i].sql);
    }
    prepare(c, "b", "BEGIN ISOLATION LEVEL SERIALIZABLE");
    prepare(c, "c", "COMMIT");
    prepare(c, "r", "ROLLBACK");
    if (!PQenterPipelineMode(c)) {
        give_up(c, "pipeline");
    }
    pick_start(&p, w->number);
    for (long long i = 0; i < w->sales; i += batch) {
        long long n = w->sales - i < batch ? w->sales - i : batch;
        for (long long k = 0; k < n; k++) {
            pick(&p, &masters, &random, w->number, n_connections);
            sales[k] = p;
            p.ids += 64; /* for the rows of this sale */
            snprintf(sales[k].words, sizeof sales[k].words, "F-%lld", (long long)p.sale);
        }
        while (!transaction(c, sales, n)) {
            w->retries++;
        }
    }
    PQfinish(c);
    free(sales);
    return NULL;
}

/* -- the copy --------------------------------------------------------------------------------- */

/* "postgresql://../NAME" with another name; the query part, if any, stays. */
static void url_with(char *out, size_t room, const char *url, const char *suffix, const char *name)
{
    const char *query = strchr(url, '?');
    size_t n = query ? (size_t)(query - url) : strlen(url), slash = n;
    while (slash > 0 && url[slash - 1] != '/') {
        slash--;
    }
    if (name) {
        snprintf(out, room, "%.*s%s%s", (int)slash, url, name, query ? query : "");
    } else {
        snprintf(out, room, "%.*s%s%s", (int)n, url, suffix, query ? query : "");
    }
}

static void copy_database(const char *url, bool make)
{
    char admin[1200], sql[400];
    PGconn *c = open_url(url);
    char *name = strdup(PQdb(c));
    PQfinish(c);
    url_with(admin, sizeof admin, url, NULL, "postgres");
    c = open_url(admin);
    PQclear(run(c, "SET client_min_messages = warning", 0));
    snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS \"%s_floor\" WITH (FORCE)", name);
    PQclear(run(c, sql, 0));
    if (make) {
        snprintf(sql, sizeof sql, "CREATE DATABASE \"%s_floor\" TEMPLATE \"%s\"", name, name);
        PQclear(run(c, sql, 0));
    }
    PQfinish(c);
    free(name);
}

int main(int argc, char **argv)
{
    n_sales = argc > 2 ? strtoll(argv[2], NULL, 10) : 10000;
    batch = argc > 3 ? strtoll(argv[3], NULL, 10) : 1;
    n_connections = argc > 4 ? (size_t)strtoll(argv[4], NULL, 10) : 4;
    if (argc < 2 || strlen(argv[1]) > 1000 || batch < 1 || n_connections < 1) {
        fprintf(stderr, "usage: postgres_floor STORE [sales] [sales a commit] [connections]\n");
        return 2;
    }
    copy_database(argv[1], true);
    url_with(copy_url, sizeof copy_url, argv[1], "_floor", NULL);
    PGconn *c = open_url(copy_url);
    int64_t *last;
    int rows = 5;
    (void)column_of_ids(
        c, "SELECT id FROM sales_orders WHERE points_earned > 0 ORDER BY id DESC LIMIT 1", 0,
        &last);
    for (size_t i = 0; i < N_INSERTS; i++) {
        load_writing(c, &writings[i], &inserts[i], i, *last);
        rows += writings[i].n_rows;
    }
    masters.n_products = column_of_ids(
        c, "SELECT DISTINCT product FROM stock_balance ORDER BY product", 0, &masters.products);
    masters.n_customers = column_of_ids(c, "SELECT party, id FROM loyalty_accounts ORDER BY id", 0,
                                        &masters.customers);
    (void)column_of_ids(c, "SELECT party, id FROM loyalty_accounts ORDER BY id", 1,
                        &masters.loyalty);
    (void)column_of_ids(c, "SELECT place FROM stock_moves ORDER BY id DESC LIMIT 1", 0,
                        &masters.place);
    masters.n_tills = column_of_ids(c, "SELECT id FROM tills ORDER BY id", 0, &masters.tills);
    PQclear(run(c, "ANALYZE", 0));
    PQfinish(c);
    struct worker *workers = calloc(n_connections, sizeof *workers);
    long long retries = 0;
    int64_t start = now_us();
    for (size_t i = 0; i < n_connections; i++) {
        workers[i] = (struct worker){ .number = i, .sales = n_sales / (long long)n_connections };
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
            give_up(NULL, "thread");
        }
    }
    for (size_t i = 0; i < n_connections; i++) {
        pthread_join(workers[i].thread, NULL);
        retries += workers[i].retries;
    }
    int64_t us = now_us() - start;
    n_sales = n_sales / (long long)n_connections * (long long)n_connections;
    printf("PostgreSQL floor: %lld sales of %d rows in %.2f s: %.0f sales/s, %lld a commit, %zu "
           "connections, %lld retries\n",
           n_sales, rows, (double)us / 1e6, (double)n_sales * 1e6 / (double)us, batch,
           n_connections, retries);
    copy_database(argv[1], false);
    return 0;
}
