/* `kontor bench pages`: what people wait for in a large house. A million sales of a year and a
 * hundred thousand products, made once in a folder that is kept (for PostgreSQL copied from there);
 * then every kind of page, asked one after the other on one connection: server time as a client on
 * the same machine sees it, beside that of an answer for which nothing is read and the server's
 * processor time, because other work on the machine slows both; SQL statements; and the bytes that
 * a browser takes, the first time with what the page needs. */
#include "app/backup.h"
#include "app/bench.h"
#include "http/client.h"
#include "os/clock.h"
#include "os/file.h"

#include <stdio.h>
#include <stdlib.h>

#define PAGES_PRODUCTS 100000
#define PAGES_SITES    4
#define PAGES_DAYS     365
#define WARM_TIMES     5
#define TIMES_MAX      2000
#define ASSETS_MAX     32
#define ANSWER_ROOM    ((size_t)64 << 20)
#define WAIT_MS        120000

struct pages {
    struct bench_house house;
    struct bench_server server;
    struct http_client *client;
    char bearer[120], cookie[200];
    int times;
    int64_t trivial_us; /* the median of what reads nothing */
    int64_t slowest_median_us, slowest_p99_us;
};

/* {NAME} stands for the id of the first record that the list behind it answers. */
static const struct {
    const char *what, *target, *first;
} pages[] = {
    { "nothing (/healthz)", "/healthz", NULL }, /* the first: the others are compared with it */
    { "Today", "/office", NULL },
    { "sales, first page", "/office/sales_orders", NULL },
    { "sales, filtered by state and total",
      "/office/sales_orders?f=state:%20done,%20total%20%3E%2050", NULL },
    { "sales of one customer", "/office/sales_orders?f=customer:%20C7", NULL },
    { "sales by total", "/office/sales_orders?sort=-total", NULL },
    { "sales of a customer by total", "/office/sales_orders?f=customer:%20C7&sort=-total", NULL },
    { "sales, board", "/office/sales_orders?view=board", NULL },
    { "sales, calendar", "/office/sales_orders?view=calendar", NULL },
    { "sales, chart", "/office/sales_orders?view=chart", NULL },
    { "sales, chart by customer", "/office/sales_orders?view=chart&group=customer", NULL },
    { "a sale", "/office/sales_orders/%s", "/api/v1/sales_orders?limit=1" },
    { "products, first page", "/office/products", NULL },
    { "products, a word that all have", "/office/products?q=product", NULL },
    { "products, one number", "/office/products?q=product%20777", NULL },
    { "a product", "/office/products/%s", "/api/v1/products?limit=1" },
    { "a new product", "/office/products/new", NULL },
    { "parties", "/office/parties", NULL },
    { "a customer with some 2,000 sales", "/office/parties/%s", "/api/v1/parties?code=C7" },
    { "stock moves", "/office/stock_moves", NULL },
    { "journal entries", "/office/journal_entries", NULL },
    { "an entry", "/office/journal_entries/%s", "/api/v1/journal_entries?limit=1" },
    { "an account", "/office/accounts/%s", "/api/v1/accounts?limit=1" },
    { "tasks", "/office/tasks", NULL },
    { "counter", "/office/counter", NULL },
    { "inbox", "/inbox", NULL },
    { "trial balance", "/office/reports/trial_balance", NULL },
    { "balance sheet", "/office/reports/balance_sheet", NULL },
    { "profit and loss", "/office/reports/profit_and_loss", NULL },
    { "stock of a site", "/office/reports/stock?site=S1", NULL },
    { "search for a record", "/office/find?q=product%20777", NULL },
    { "product while typing", "/office/lookup/product?q=prod", NULL },
};

/* -- the house -------------------------------------------------------------------------------- */

/* Makes the house in the folder, or takes the one that an earlier run has finished. The key of its
 * administrator lies beside it, and is written last. */
static int house_in(struct pages *p, const char *folder, const char *url, int64_t sales)
{
    char path[400];
    struct arena a;
    text_t key;
    (void)snprintf(path, sizeof path, "%s/key", folder);
    arena_init(&a, 4096);
    if (file_exists(path)) {
        bool well = file_read(&a, path, 200, &key) == OK;
        (void)snprintf(p->house.key, sizeof p->house.key, "%.*s", (int)key.n, well ? key.s : "");
        arena_free(&a);
        return well ? CLI_OK : cli_fail("%s cannot be read", path);
    }
    arena_free(&a);
    int status = bench_found(&p->house, url, PAGES_PRODUCTS, PAGES_SITES);
    if (status != CLI_OK) {
        return status;
    }
    int64_t began = clock_monotonic_us();
    status = bench_fill(&p->house, sales, PAGES_DAYS);
    kontor_close(&p->house.kontor);
    if (status == CLI_OK && file_write(path, text_of(p->house.key), 0600) != OK) {
        status = cli_fail("%s cannot be written", path);
    }
    (void)fprintf(stderr, "%lld sales of %d products made in %.0f s\n", (long long)sales,
                  PAGES_PRODUCTS, (double)(clock_monotonic_us() - began) / 1e6);
    return status;
}

/* -- coming in -------------------------------------------------------------------------------- */

static bool post(struct pages *p, struct arena *a, const char *target, const char *body,
                 struct http_answer *out)
{
    const struct http_header_line headers[] = { { "Authorization", text_of(p->bearer) },
                                                { "Content-Type", TEXT("application/json") } };
    return http_client_send(p->client, a, "POST", target, headers, N_ELEMENTS(headers),
                            text_of(body), out) == OK &&
           out->status < 300;
}

/* Pages are for people: one more comes, gets a password, and signs in. */
static bool come_in(struct pages *p)
{
    static const char password[] = "looking at every page";
    struct arena a;
    struct http_answer answer;
    arena_init(&a, (size_t)1 << 20);
    long long now = clock_now().us;
    text_t made = text_fmt(&a,
                           "{\"code\":\"looker%lld\",\"name\":\"Looker\",\"roles\":\"admin\","
                           "\"language\":\"en\",\"all_sites\":true}",
                           now);
    bool well = post(p, &a, "/api/v1/user_accounts", made.s, &answer);
    const char *id = well ? strstr(answer.body.s, "\"id\":") : NULL;
    well = id &&
           post(
               p, &a,
               text_fmt(&a, "/api/v1/user_accounts/%lld/set_password", strtoll(id + 5, NULL, 10)).s,
               text_fmt(&a, "{\"password\":\"%s\"}", password).s, &answer);
    well = well &&
           post(p, &a, "/api/v1/session",
                text_fmt(&a, "{\"name\":\"looker%lld\",\"password\":\"%s\"}", now, password).s,
                &answer);
    text_t rest, set = well ? http_answer_header(&a, &answer, "Set-Cookie") : TEXT_NONE;
    if (set.s) {
        text_t pair = text_split(set, ';', &rest);
        (void)snprintf(p->cookie, sizeof p->cookie, "%.*s", (int)pair.n, pair.s);
    }
    arena_free(&a);
    return set.s != NULL;
}

/* -- one page --------------------------------------------------------------------------------- */

static bool get(struct pages *p, struct arena *a, const char *target, struct http_answer *out)
{
    const struct http_header_line headers[] = { { "Cookie", text_of(p->cookie) },
                                                { "Accept", TEXT("text/html, application/json") },
                                                { "Accept-Encoding", TEXT("gzip") } };
    return http_client_send(p->client, a, "GET", target, headers, N_ELEMENTS(headers), TEXT_NONE,
                            out) == OK &&
           out->status == 200;
}

/* The id of the first record of a list, as text. */
static bool first_id(struct pages *p, const char *list, char *out, size_t room)
{
    struct arena a;
    struct http_answer answer;
    arena_init(&a, ANSWER_ROOM);
    const struct http_header_line headers[] = { { "Authorization", text_of(p->bearer) } };
    bool well = http_client_send(p->client, &a, "GET", list, headers, 1, TEXT_NONE, &answer) ==
                    OK &&
                answer.status == 200;
    const char *id = well ? strstr(answer.body.s, "\"id\":") : NULL;
    if (id) {
        (void)snprintf(out, room, "%lld", strtoll(id + 5, NULL, 10));
    }
    arena_free(&a);
    return id != NULL;
}

/* Bytes of the styles, scripts and icons that a page names, packed. */
static size_t asset_bytes(struct pages *p, const char *target)
{
    struct arena a;
    struct http_answer page, asset;
    const char *seen[ASSETS_MAX];
    size_t n = 0, bytes = 0;
    const struct http_header_line plain[] = { { "Cookie", text_of(p->cookie) } };
    arena_init(&a, ANSWER_ROOM);
    if (http_client_send(p->client, &a, "GET", target, plain, 1, TEXT_NONE, &page) != OK) {
        arena_free(&a);
        return 0;
    }
    for (const char *at = page.body.s; (at = strstr(at, "=\"/assets/")) != NULL; at++) {
        size_t length = strcspn(at + 2, "\"#");
        const char *address = text_copy(&a, (text_t){ at + 2, length }).s;
        bool known = n == ASSETS_MAX;
        for (size_t i = 0; i < n && !known; i++) {
            known = strcmp(seen[i], address) == 0;
        }
        if (!known && get(p, &a, address, &asset)) {
            seen[n++] = address;
            bytes += asset.body.n;
        }
    }
    arena_free(&a);
    return bytes;
}

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

struct page_times {
    int64_t took[TIMES_MAX];
    int n;
    int64_t cpu_us; /* of the server, for all of them */
    size_t bytes;
    char sql[24]; /* statements, as the server tells them */
};

static int ask_page(struct pages *p, const char *target, struct page_times *out)
{
    int status = CLI_OK;
    int64_t cpu_us = 0;
    out->n = 0;
    for (int i = -WARM_TIMES; i < p->times && status == CLI_OK; i++) {
        struct arena a;
        cpu_us = i == 0 ? bench_server_cpu_us(&p->server) : cpu_us;
        struct http_answer answer = { 0 };
        arena_init(&a, ANSWER_ROOM);
        int64_t began = clock_monotonic_us();
        bool well = get(p, &a, target, &answer);
        int64_t took = clock_monotonic_us() - began;
        if (i >= 0) {
            out->took[out->n++] = took;
        }
        if (well) {
            out->bytes = answer.body.n;
            text_t timing = http_answer_header(&a, &answer, "Server-Timing");
            const char *sql = timing.s ? strstr(timing.s, "sql;desc=") : NULL;
            (void)snprintf(out->sql, sizeof out->sql, "%.*s",
                           sql ? (int)strspn(sql + 9, "0123456789") : 0, sql ? sql + 9 : "");
        } else {
            status = cli_fail("%s: %d %.*s", target, answer.status,
                              (int)(answer.body.n < 300 ? answer.body.n : 300),
                              answer.body.s ? answer.body.s : "");
        }
        arena_free(&a);
    }
    out->cpu_us = bench_server_cpu_us(&p->server) - cpu_us;
    return status;
}

static int measure_page(struct pages *p, const char *what, const char *target)
{
    static struct page_times t;
    t = (struct page_times){ .n = 0 };
    int status = ask_page(p, target, &t);
    if (status != CLI_OK) {
        return status;
    }
    qsort(t.took, (size_t)t.n, sizeof *t.took, by_time);
    int64_t median = t.took[t.n / 2], p99 = t.took[(t.n * 99 + 99) / 100 - 1];
    p->trivial_us = p->trivial_us ? p->trivial_us : median;
    p->slowest_median_us = median > p->slowest_median_us ? median : p->slowest_median_us;
    p->slowest_p99_us = p99 > p->slowest_p99_us ? p99 : p->slowest_p99_us;
    (void)printf("| %s | %.1f | %.1f | %.1f | %.1f | %.0f | %s | %.1f | %.1f |\n", what,
                 (double)median / 1e3, (double)p99 / 1e3, (double)t.took[t.n - 1] / 1e3,
                 (double)t.cpu_us / 1e3 / t.n, (double)median / (double)p->trivial_us, t.sql,
                 (double)t.bytes / 1024, (double)(t.bytes + asset_bytes(p, target)) / 1024);
    (void)fflush(stdout);
    return CLI_OK;
}

static int measure_all(struct pages *p)
{
    int status = CLI_OK;
    (void)printf("%d requests each, after %d that are not counted\n\n", p->times, WARM_TIMES);
    (void)puts("| page | median ms | p99 ms | worst ms | processor ms | times /healthz | SQL | KiB "
               "| KiB, first time |");
    (void)puts("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (size_t i = 0; i < N_ELEMENTS(pages); i++) {
        char target[200], id[24] = "";
        if (pages[i].first && !first_id(p, pages[i].first, id, sizeof id)) {
            status = cli_fail("%s has no records", pages[i].first);
            continue;
        }
        const char *mark = strstr(pages[i].target, "%s");
        (void)snprintf(target, sizeof target, "%.*s%s",
                       (int)(mark ? mark - pages[i].target : (ptrdiff_t)strlen(pages[i].target)),
                       pages[i].target, mark ? id : "");
        int one = measure_page(p, pages[i].what, target);
        status = one ? one : status;
    }
    char load[80] = "?";
    FILE *f = fopen("/proc/loadavg", "r");
    if (f) {
        load[fread(load, 1, 14, f)] = '\0';
        (void)fclose(f);
    }
    (void)printf("\nThe slowest page: median %.1f ms, p99 %.1f ms. Load average after: %s\n",
                 (double)p->slowest_median_us / 1e3, (double)p->slowest_p99_us / 1e3, load);
    return status;
}

/* A copy of the folder's house in the store at url, unless it has one already. */
static int copy_house(const char *file, const char *url)
{
    struct kontor copy;
    struct copy_report report;
    char why[256];
    enum err e = backup_restore(file, url, NULL, NULL, &copy, &report, why);
    if (e == ERR_EXISTS) {
        return CLI_OK;
    }
    if (e != OK) {
        return cli_fail("%s", why);
    }
    kontor_close(&copy);
    return CLI_OK;
}

int bench_pages(const char *folder, const char *store, int64_t sales, int times)
{
    static struct pages p;
    char file[400], url[410];
    p = (struct pages){ .times = times < TIMES_MAX ? times : TIMES_MAX };
    if (folder_make(folder) != OK) {
        return cli_fail("%s cannot be made", folder);
    }
    (void)snprintf(file, sizeof file, "%s/kontor.db", folder);
    (void)snprintf(url, sizeof url, "sqlite:%s", file);
    int status = house_in(&p, folder, url, sales);
    if (status == CLI_OK && store) {
        status = copy_house(file, store);
    }
    if (status != CLI_OK || bench_server_start(store ? store : url, &p.server) != CLI_OK) {
        return CLI_NO;
    }
    (void)snprintf(p.bearer, sizeof p.bearer, "Bearer %s", p.house.key);
    if (http_client_open("127.0.0.1", p.server.port, WAIT_MS, &p.client) == OK) {
        status = come_in(&p) ? measure_all(&p) : cli_fail("nobody can sign in");
        http_client_close(p.client);
    } else {
        status = cli_fail("no memory");
    }
    bench_server_stop(&p.server);
    return status;
}
