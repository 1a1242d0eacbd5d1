/* `kontor bench`: what the house does a second, measured from outside: a server in a process of its
 * own over a fresh store, and clients that send sales over HTTP and wait for each answer. What the
 * files of the benchmark share. */
#ifndef KONTOR_BENCH_H
#define KONTOR_BENCH_H

#include "app/cli.h"

#include <sys/types.h>

int cli_bench(struct cli *c);

/* -- bench_house.c: the company that sells ---------------------------------------------------- */

struct bench_house {
    struct kontor kontor;
    struct who who;
    int products, customers, tills, sites;
    int64_t filled; /* sales made by bench_fill so far */
    char key[80];
};

/* Opens the store and makes the company, its goods, customers, tills and a key for the clients.
 * Refuses a store that has a company. */
int bench_found(struct bench_house *h, const char *url, int products, int sites);
/* Posts sales through the command queue, without HTTP: now, or evenly over the days up to now. */
int bench_fill(struct bench_house *h, int64_t sales, int days);
/* The body of the n-th sale: three lines, a customer, a till, cash. */
int bench_sale(const struct bench_house *h, uint64_t n, char *out, size_t room);

/* -- bench_pages.c: what people wait for ------------------------------------------------------- */

/* Makes a house with so many sales in the folder, unless an earlier call has, serves it and asks
 * for every kind of page `times` times. The house is kept. store: NULL, or the address of another
 * store, which gets a copy of the house unless it has one, and is served instead. */
int bench_pages(const char *folder, const char *store, int64_t sales, int times);

/* -- bench_server.c: the server as a process -------------------------------------------------- */

struct bench_server {
    pid_t pid;
    int port;
    int64_t start_us; /* from the start of the process to its first answer */
};

int bench_server_start(const char *url, struct bench_server *out);
void bench_server_stop(struct bench_server *s);
/* Its memory in KiB (resident) and its processor time in microseconds. */
int64_t bench_server_rss(const struct bench_server *s);
int64_t bench_server_cpu_us(const struct bench_server *s);

/* -- bench_load.c: the clients ---------------------------------------------------------------- */

struct bench_result {
    int64_t sales, refused, us;
    int64_t p50_us, p99_us, p999_us, max_us;
    int64_t client_cpu_us, server_cpu_us, server_rss;
    char problem[300]; /* of the last answer that was no sale */
};

/* `clients` connections for `seconds`; the first half second is not counted. */
int bench_sales(const struct bench_house *h, const struct bench_server *s, int clients, int seconds,
                struct bench_result *out);
/* The median time of GET target in microseconds, -1 when it is not answered with 200. */
int64_t bench_get(const struct bench_house *h, const struct bench_server *s, const char *target,
                  int times);

#endif
