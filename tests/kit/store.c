/* Fresh stores for tests, made with the bare libraries. */
#include "kit/store.h"

#include "os/random.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum db_store kit_store_kinds[2] = { DB_SQLITE, DB_POSTGRES };

static _Noreturn void die(const char *what, const char *why)
{
    (void)fprintf(stderr, "kit: %s: %s\n", what, why);
    abort();
}

static const char *server(void)
{
    const char *url = getenv("KONTOR_TEST_PG");

    if (!url || !*url) {
        die("KONTOR_TEST_PG is not set", "run the tests by script/test or script/with-postgres");
    }
    return url;
}

/* The server's address with another database in it. */
static void with_database(const char *name, char url[static KIT_URL_MAX])
{
    const char *base = server();
    const char *host = strstr(base, "//");
    const char *slash = host ? strchr(host + 2, '/') : NULL;
    const char *query = strchr(base, '?');
    size_t n = slash ? (size_t)(slash - base) : query ? (size_t)(query - base) : strlen(base);
    int k = snprintf(url, KIT_URL_MAX, "%.*s/%s%s", (int)n, base, name, query ? query : "");

    if (k < 0 || k >= KIT_URL_MAX) {
        die("KONTOR_TEST_PG", "too long");
    }
}

static long long run_postgres(const char *url, const char *sql)
{
    PGconn *pg = PQconnectdb(url);
    PGresult *r;
    long long v = 0;

    if (PQstatus(pg) != CONNECTION_OK) {
        die(url, PQerrorMessage(pg));
    }
    r = PQexec(pg, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK) {
        die(sql, PQerrorMessage(pg));
    }
    if (PQntuples(r) > 0) {
        v = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
    }
    PQclear(r);
    PQfinish(pg);
    return v;
}

static int first_value(void *arg, int n, char **values, char **names)
{
    (void)names;
    if (n > 0 && values[0]) {
        *(long long *)arg = strtoll(values[0], NULL, 10);
    }
    return 0;
}

static long long run_sqlite(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    long long v = 0;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_busy_timeout(db, 10000) != SQLITE_OK ||
        sqlite3_exec(db, sql, first_value, &v, NULL) != SQLITE_OK) {
        die(sql, sqlite3_errmsg(db));
    }
    (void)sqlite3_close(db);
    return v;
}

void kit_store_new(enum db_store store, char url[static KIT_URL_MAX])
{
    char name[32], sql[128];
    uint64_t r;

    random_bytes(&r, sizeof r);
    (void)snprintf(name, sizeof name, "kontor_%016llx", (unsigned long long)r);
    if (store == DB_SQLITE) {
        (void)snprintf(url, KIT_URL_MAX, "sqlite:%s.db", name);
        return;
    }
    (void)snprintf(sql, sizeof sql, "CREATE DATABASE %s", name);
    (void)run_postgres(server(), sql);
    with_database(name, url);
}

void kit_store_drop(const char *url)
{
    char text[KIT_URL_MAX];

    if (strncmp(url, "sqlite:", 7) == 0) {
        static const char *const ends[] = { "", "-wal", "-shm" };

        for (size_t i = 0; i < N_ELEMENTS(ends); i++) {
            (void)snprintf(text, sizeof text, "%s%s", url + 7, ends[i]);
            (void)unlink(text);
        }
        return;
    }
    const char *host = strstr(url, "//");
    const char *name = host ? strchr(host + 2, '/') : NULL;
    if (name) {
        (void)snprintf(text, sizeof text, "DROP DATABASE IF EXISTS %.*s WITH (FORCE)",
                       (int)strcspn(name + 1, "?"), name + 1);
        (void)run_postgres(server(), text);
    }
}

long long kit_store_sql(const char *url, const char *sql)
{
    return strncmp(url, "sqlite:", 7) == 0 ? run_sqlite(url + 7, sql) : run_postgres(url, sql);
}
