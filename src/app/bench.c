/* `kontor bench [checkout|growth|pages]`: prints its findings as Markdown tables. What it needs it
 * makes in a folder of its own under TMPDIR and removes it; with --db it uses that store, which
 * must be empty. `pages` keeps its house, which takes long to fill, in the folder of --folder. */
#include "app/bench.h"
#include "db/db.h"
#include "os/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define GROWTH_PRODUCTS 100000
#define GROWTH_SALES    1000000
#define FEW_SALES       100
#define READ_TIMES      9

/* -- where and on what ------------------------------------------------------------------------ */

/* The store's address: the one of --db, or a file in a new folder, which is put into folder. */
static int place(const struct cli *c, char *folder, size_t room, char *url, size_t url_room)
{
    const char *temp = getenv("TMPDIR");
    folder[0] = '\0';
    if (!c->config.data) {
        (void)snprintf(url, url_room, "%s", c->config.db);
        return CLI_OK;
    }
    (void)snprintf(folder, room, "%s/kontor-bench.XXXXXX", temp && *temp ? temp : "/tmp");
    if (!mkdtemp(folder)) {
        folder[0] = '\0';
        return cli_fail("no folder can be made for the benchmark");
    }
    (void)snprintf(url, url_room, "sqlite:%s/kontor.db", folder);
    return CLI_OK;
}

static void leave(const char *folder)
{
    static const char *const files[] = { "/kontor.db-wal", "/kontor.db-shm", "/kontor.db", "" };
    for (size_t i = 0; folder[0] && i < N_ELEMENTS(files); i++) {
        char path[340];
        (void)snprintf(path, sizeof path, "%s%s", folder, files[i]);
        (void)remove(path);
    }
}

static void first_line(const char *path, const char *key, char *out, size_t room)
{
    char line[200];
    FILE *f = fopen(path, "r");
    (void)snprintf(out, room, "?");
    while (f && fgets(line, sizeof line, f)) {
        if (strncmp(line, key, strlen(key)) == 0) {
            const char *colon = *key ? strchr(line, ':') : NULL;
            (void)snprintf(out, room, "%s", colon ? colon + 2 : line);
            out[strcspn(out, "\n")] = '\0';
            break;
        }
    }
    if (f) {
        (void)fclose(f);
    }
}

static void tell_machine(const char *url)
{
    char cpu[200], load[200];
    first_line("/proc/cpuinfo", "model name", cpu, sizeof cpu);
    first_line("/proc/loadavg", "", load, sizeof load);
    (void)printf("Kontor " KONTOR_VERSION ", %s, %ld x %s, load average before: %.14s\n\n",
                 strncmp(url, "sqlite:", 7) == 0 ? "SQLite" : "PostgreSQL",
                 sysconf(_SC_NPROCESSORS_ONLN), cpu, load);
}

/* -- checkout --------------------------------------------------------------------------------- */

static void result_head(void)
{
    (void)puts(
        "| what | clients | sales/s | p50 ms | p99 ms | p99.9 ms | slowest ms | server CPU | "
        "clients' CPU | server MiB |");
    (void)puts("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
}

static void result_row(const char *what, int clients, const struct bench_result *r)
{
    double s = (double)r->us / 1e6;
    (void)printf("| %s | %d | %.0f | %.1f | %.1f | %.1f | %.1f | %.2f | %.2f | %lld |\n", what,
                 clients, (double)r->sales / s, (double)r->p50_us / 1e3, (double)r->p99_us / 1e3,
                 (double)r->p999_us / 1e3, (double)r->max_us / 1e3,
                 (double)r->server_cpu_us / 1e6 / s, (double)r->client_cpu_us / 1e6 / s,
                 (long long)(r->server_rss / 1024));
    if (r->refused) {
        (void)printf("\n%lld answers were no sale; the last: %s\n", (long long)r->refused,
                     r->problem);
    }
    (void)fflush(stdout);
}

static int measure(const struct bench_house *h, const char *url, const char *what, int clients,
                   int seconds)
{
    struct bench_server server;
    struct bench_result result;
    if (bench_server_start(url, &server) != CLI_OK) {
        return CLI_NO;
    }
    int status = bench_sales(h, &server, clients, seconds, &result);
    if (status == CLI_OK) {
        result_row(what, clients, &result);
        status = result.refused ? CLI_NO : CLI_OK;
    }
    bench_server_stop(&server);
    return status;
}

static int checkout(const char *url, int clients, int seconds)
{
    struct bench_house h;
    if (bench_found(&h, url, 1000, 1) != CLI_OK) {
        return CLI_NO;
    }
    kontor_close(&h.kontor); /* the server has the store to itself */
    result_head();
    return measure(&h, url, "checkout", clients, seconds);
}

/* -- growth ----------------------------------------------------------------------------------- */

static const struct {
    const char *what, *target;
} reads[] = {
    { "trial balance", "/api/v1/reports/trial_balance" },
    { "stock of one site, a page", "/api/v1/reports/stock?site=S1" },
    { "list of sales, first page", "/api/v1/sales_orders" },
    { "sales of one customer", "/api/v1/sales_orders?customer=C7" },
    { "product search", "/api/v1/products?q=product%20777" },
    { "one product by code", "/api/v1/products?code=P777" },
};

static int read_all(const struct bench_house *h, const char *url, int64_t sales)
{
    struct bench_server s;
    if (bench_server_start(url, &s) != CLI_OK) {
        return CLI_NO;
    }
    int64_t rss = bench_server_rss(&s);
    (void)printf("\n| with %lld sales | |\n| --- | ---: |\n", (long long)sales);
    (void)printf("| start to first answer, ms | %.0f |\n| memory when idle, MiB | %.1f |\n",
                 (double)s.start_us / 1e3, (double)rss / 1024);
    for (size_t i = 0; i < N_ELEMENTS(reads); i++) {
        int64_t us = bench_get(h, &s, reads[i].target, READ_TIMES);
        (void)printf("| %s, ms (median of %d) | %.2f |\n", reads[i].what, READ_TIMES,
                     (double)us / 1e3);
    }
    (void)fflush(stdout);
    bench_server_stop(&s);
    return CLI_OK;
}

static int step(struct bench_house *h, const char *url, int64_t sales, int clients, int seconds)
{
    char what[80];
    (void)snprintf(what, sizeof what, "%lld sales, %d products", (long long)sales, h->products);
    int64_t began = clock_monotonic_us();
    int64_t before = h->filled;
    if (bench_fill(h, sales - h->filled, 0) != CLI_OK) {
        kontor_close(&h->kontor);
        return CLI_NO;
    }
    double s = (double)(clock_monotonic_us() - began) / 1e6;
    kontor_close(&h->kontor);
    (void)printf("\nFilled %lld sales without HTTP in %.1f s: %.0f sales/s\n\n",
                 (long long)(sales - before), s, (double)(sales - before) / s);
    result_head();
    int status = measure(h, url, what, clients, seconds);
    return status ? status : read_all(h, url, sales);
}

static int growth(const char *url, int64_t sales, int clients, int seconds)
{
    struct bench_house h;
    char why[256];
    if (bench_found(&h, url, GROWTH_PRODUCTS, 1) != CLI_OK ||
        step(&h, url, FEW_SALES, clients, seconds) != CLI_OK) {
        return CLI_NO;
    }
    if (kontor_open(&h.kontor, (struct db_config){ .url = url }, why) != OK) {
        return cli_fail("%s", why);
    }
    return step(&h, url, sales, clients, seconds);
}

/* -- the command ------------------------------------------------------------------------------ */

static int64_t number_option(const struct cli *c, const char *name, int64_t otherwise)
{
    const char *v = cli_option(c, name);
    return v ? strtoll(v, NULL, 10) : otherwise;
}

int cli_bench(struct cli *c)
{
    char folder[300], url[400];
    const char *name = c->n_args ? c->args[0] : "checkout";
    int64_t clients = number_option(c, "clients", 64), seconds = number_option(c, "seconds", 10);
    int64_t sales = number_option(c, "sales", GROWTH_SALES);
    int64_t times = number_option(c, "times", 300);
    bool grow = strcmp(name, "growth") == 0, pages = strcmp(name, "pages") == 0;
    if (!grow && !pages && strcmp(name, "checkout") != 0) {
        return cli_misused(c, "there is no benchmark \"%s\"", name);
    }
    if (clients < 1 || clients > 900 || seconds < 1 || seconds > 600 || sales < FEW_SALES) {
        return cli_misused(c, "1 to 900 clients, 1 to 600 seconds, %d sales or more", FEW_SALES);
    }
    if (pages) {
        const char *kept = cli_option(c, "folder");
        if (!kept || times < 1) {
            return cli_misused(c, "--folder says where the house of bench pages is kept");
        }
        const char *store = c->config.data ? NULL : c->config.db;
        tell_machine(store ? store : "sqlite:");
        return bench_pages(kept, store, sales, (int)times);
    }
    if (place(c, folder, sizeof folder, url, sizeof url) != CLI_OK) {
        return CLI_NO;
    }
    tell_machine(url);
    int status = grow ? growth(url, sales, (int)clients, (int)seconds)
                      : checkout(url, (int)clients, (int)seconds);
    leave(folder);
    return status;
}
