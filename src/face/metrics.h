/* Figures for operators, as Prometheus reads them (text format 0.0.4): requests by class of route
 * and status, times, the store, the server, the process. Counters are atomic; nothing here waits.
 */
#ifndef KONTOR_FACE_METRICS_H
#define KONTOR_FACE_METRICS_H

#include "http/http.h"
#include "meta/house.h"

enum metric_class {
    METRIC_OTHER, /* no such address */
    METRIC_LIST,
    METRIC_RECORD,
    METRIC_HISTORY,
    METRIC_CHANGE,  /* create, update, archive */
    METRIC_COMMAND, /* counted by its name too */
    METRIC_REPORT,
    METRIC_PRINT,
    METRIC_PAGE,
    METRIC_EVENTS,
    METRIC_SESSION,
    METRIC_OPERATION, /* health, readiness, metrics, documentation */
    METRIC_CLASSES
};

struct metrics;

/* NULL without memory. */
struct metrics *metrics_new(const struct house *h);
void metrics_free(struct metrics *m);
/* The number of a command in the tables, for metrics_count. */
size_t metrics_command(const struct metrics *m, const struct command *c);
/* One request is answered. command: metrics_command's number; only looked at for METRIC_COMMAND. */
void metrics_count(struct metrics *m, enum metric_class c, size_t command, int status,
                   int64_t took_us);
/* http may be NULL. */
void metrics_print(const struct metrics *m, struct house *h, struct http_server *http,
                   struct buf *b);

#endif
