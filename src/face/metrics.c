/* Counting requests and printing what Prometheus asks for. */
#include "face/metrics.h"

#include "base/log.h"
#include "db/db.h"
#include "meta/command.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const class_names[METRIC_CLASSES] = {
    [METRIC_OTHER] = "other",     [METRIC_LIST] = "list",       [METRIC_RECORD] = "record",
    [METRIC_HISTORY] = "history", [METRIC_CHANGE] = "change",   [METRIC_COMMAND] = "command",
    [METRIC_REPORT] = "report",   [METRIC_PRINT] = "print",     [METRIC_PAGE] = "page",
    [METRIC_EVENTS] = "events",   [METRIC_SESSION] = "session", [METRIC_OPERATION] = "operation",
};

/* Upper bounds of the histogram's buckets, in microseconds. */
static const int64_t bounds_us[] = { 500,    1000,   2500,   5000,    10000,   25000,   50000,
                                     100000, 250000, 500000, 1000000, 2500000, 10000000 };
#define BUCKETS        (N_ELEMENTS(bounds_us) + 1)
#define STATUS_CLASSES 6 /* 1xx .. 5xx, by the first digit */

struct times {
    _Atomic int64_t buckets[BUCKETS], sum_us;
    _Atomic int64_t statuses[STATUS_CLASSES];
};

struct metrics {
    struct times classes[METRIC_CLASSES];
    const struct command **commands;
    struct times *by_command;
    size_t n_commands;
};

struct metrics *metrics_new(const struct house *h)
{
    const struct house_plan *plan = house_plan(h);
    struct metrics *m = calloc(1, sizeof *m);
    size_t n = 0;
    for (size_t a = 0; a < plan->n_areas; a++) {
        n += plan->areas[a]->n_commands;
    }
    if (m) {
        m->commands = calloc(n + 1, sizeof(const struct command *));
        m->by_command = calloc(n + 1, sizeof *m->by_command);
    }
    if (!m || !m->commands || !m->by_command) {
        metrics_free(m);
        return NULL;
    }
    for (size_t a = 0; a < plan->n_areas; a++) {
        for (size_t c = 0; c < plan->areas[a]->n_commands; c++) {
            m->commands[m->n_commands++] = &plan->areas[a]->commands[c];
        }
    }
    return m;
}

void metrics_free(struct metrics *m)
{
    if (m) {
        free(m->commands);
        free(m->by_command);
        free(m);
    }
}

size_t metrics_command(const struct metrics *m, const struct command *c)
{
    size_t i = 0;
    while (i < m->n_commands && m->commands[i] != c) {
        i++;
    }
    return i; /* n_commands: a spare place for what is not in the tables */
}

static void count(struct times *t, int status, int64_t took_us)
{
    size_t bucket = 0;
    while (bucket < N_ELEMENTS(bounds_us) && took_us > bounds_us[bucket]) {
        bucket++;
    }
    atomic_fetch_add_explicit(&t->buckets[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&t->sum_us, took_us, memory_order_relaxed);
    atomic_fetch_add_explicit(&t->statuses[status / 100 % STATUS_CLASSES], 1, memory_order_relaxed);
}

void metrics_count(struct metrics *m, enum metric_class c, size_t command, int status,
                   int64_t took_us)
{
    count(&m->classes[c], status, took_us);
    if (c == METRIC_COMMAND) {
        count(&m->by_command[command], status, took_us);
    }
}

/* -- printing ---------------------------------------------------------------------------- */

static int64_t get(const _Atomic int64_t *v)
{
    return atomic_load_explicit(v, memory_order_relaxed);
}

static int64_t total(const struct times *t)
{
    int64_t n = 0;
    for (size_t i = 0; i < BUCKETS; i++) {
        n += get(&t->buckets[i]);
    }
    return n;
}

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_fmt(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void single(struct buf *b, const char *name, const char *type, const char *help,
                   int64_t value)
{
    head(b, name, type, help);
    buf_fmt(b, "%s %lld\n", name, (long long)value);
}

/* Microseconds as seconds without going through floating point. */
static void put_seconds(struct buf *b, int64_t us)
{
    char out[DECIMAL_TEXT_MAX];
    buf_add(b, out, decimal_print(us, 6, 0, out));
}

static void put_statuses(struct buf *b, const char *name, const char *label, const char *value,
                         const char *after, const struct times *t)
{
    for (int s = 1; s < STATUS_CLASSES; s++) {
        int64_t n = get(&t->statuses[s]);
        if (n > 0) {
            buf_fmt(b, "%s{%s=\"%s%s\",status=\"%dxx\"} %lld\n", name, label, value, after, s,
                    (long long)n);
        }
    }
}

static void put_histogram(struct buf *b, const char *name, const char *label, const char *value,
                          const char *after, const struct times *t)
{
    int64_t n = 0;
    for (size_t i = 0; i < BUCKETS; i++) {
        n += get(&t->buckets[i]);
        buf_fmt(b, "%s_bucket{%s=\"%s%s\",le=\"", name, label, value, after);
        if (i < N_ELEMENTS(bounds_us)) {
            put_seconds(b, bounds_us[i]);
        } else {
            buf_str(b, "+Inf");
        }
        buf_fmt(b, "\"} %lld\n", (long long)n);
    }
    buf_fmt(b, "%s_sum{%s=\"%s%s\"} ", name, label, value, after);
    put_seconds(b, get(&t->sum_us));
    buf_fmt(b, "\n%s_count{%s=\"%s%s\"} %lld\n", name, label, value, after, (long long)n);
}

static void print_requests(const struct metrics *m, struct buf *b)
{
    head(b, "kontor_requests_total", "counter",
         "Requests answered, by class of address and status.");
    for (size_t c = 0; c < METRIC_CLASSES; c++) {
        put_statuses(b, "kontor_requests_total", "class", class_names[c], "", &m->classes[c]);
    }
    head(b, "kontor_request_seconds", "histogram",
         "Time from the request to its answer, by class of address.");
    for (size_t c = 0; c < METRIC_CLASSES; c++) {
        if (total(&m->classes[c]) > 0) {
            put_histogram(b, "kontor_request_seconds", "class", class_names[c], "", &m->classes[c]);
        }
    }
}

/* Commands by name, once they were used: a checkout is told from the rest. */
static void print_commands(const struct metrics *m, struct buf *b)
{
    char name[200];
    head(b, "kontor_commands_total", "counter", "Commands answered, by name and status.");
    for (size_t i = 0; i < m->n_commands; i++) {
        (void)snprintf(name, sizeof name, "%s/", m->commands[i]->entity->plural);
        put_statuses(b, "kontor_commands_total", "command", name, m->commands[i]->name,
                     &m->by_command[i]);
    }
    head(b, "kontor_command_seconds", "histogram",
         "Time from the request to its durable answer, by command.");
    for (size_t i = 0; i < m->n_commands; i++) {
        (void)snprintf(name, sizeof name, "%s/", m->commands[i]->entity->plural);
        if (total(&m->by_command[i]) > 0) {
            put_histogram(b, "kontor_command_seconds", "command", name, m->commands[i]->name,
                          &m->by_command[i]);
        }
    }
}

static void print_store(struct house *h, struct buf *b)
{
    struct db_stats s;
    if (!house_db(h)) {
        return;
    }
    db_stats(house_db(h), &s);
    single(b, "kontor_store_writes_total", "counter",
           "Writing transactions that were committed or refused.", s.jobs_written);
    single(b, "kontor_store_reads_total", "counter", "Reading transactions.", s.jobs_read);
    single(b, "kontor_store_failures_total", "counter", "Transactions that failed.", s.jobs_failed);
    single(b, "kontor_store_commits_total", "counter", "Commits, each of one or more transactions.",
           s.batches);
    single(b, "kontor_store_retries_total", "counter", "Transactions run again after a conflict.",
           s.retries);
    single(b, "kontor_store_reconnects_total", "counter", "Connections to the store made again.",
           s.reconnects);
    single(b, "kontor_store_queue_length", "gauge", "Transactions that wait.", s.queue_length);
    head(b, "kontor_store_commit_seconds_total", "counter", "Time spent in commits.");
    buf_str(b, "kontor_store_commit_seconds_total ");
    put_seconds(b, s.commit_us_total);
    buf_char(b, '\n');
    head(b, "kontor_store_run_seconds_total", "counter",
         "Time spent in transactions before their commit.");
    buf_str(b, "kontor_store_run_seconds_total ");
    put_seconds(b, s.run_us_total);
    buf_char(b, '\n');
}

static void print_http(struct http_server *http, struct buf *b)
{
    struct http_stats s;
    if (!http) {
        return;
    }
    http_stats(http, &s);
    single(b, "kontor_http_requests_total", "counter", "Requests with a complete first line.",
           s.requests);
    single(b, "kontor_http_refused_total", "counter",
           "Requests and connections that the guard refused.", s.refused_by_guard);
    single(b, "kontor_http_connections", "gauge", "Open connections.", s.connections_now);
    single(b, "kontor_http_in_work", "gauge", "Requests not answered yet.", s.in_work);
}

/* Resident pages are the second number of /proc/self/statm (proc(5)). */
static void print_process(struct buf *b)
{
    char line[120] = "";
    FILE *f = fopen("/proc/self/statm", "r");
    if (f && fgets(line, sizeof line, f)) {
        char *rest;
        long long pages = strtoll(line, &rest, 10), resident = strtoll(rest, NULL, 10);
        single(b, "process_resident_memory_bytes", "gauge", "Resident memory size in bytes.",
               resident * sysconf(_SC_PAGESIZE));
        single(b, "process_virtual_memory_bytes", "gauge", "Virtual memory size in bytes.",
               pages * sysconf(_SC_PAGESIZE));
    }
    if (f) {
        (void)fclose(f);
    }
}

void metrics_print(const struct metrics *m, struct house *h, struct http_server *http,
                   struct buf *b)
{
    head(b, "kontor_info", "gauge", "The program's version.");
    buf_fmt(b, "kontor_info{version=\"%s\"} 1\n", KONTOR_VERSION);
    print_requests(m, b);
    print_commands(m, b);
    print_store(h, b);
    print_http(http, b);
    print_process(b);
}
