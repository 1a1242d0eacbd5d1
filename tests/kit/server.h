/* The real program as a process of its own (KONTOR names it), and a PostgreSQL cluster of one's
 * own, for tests that end both without warning. */
#ifndef KONTOR_KIT_SERVER_H
#define KONTOR_KIT_SERVER_H

#include "base/text.h"

#include <sys/types.h>

struct server {
    pid_t pid; /* 0: not running */
    int port;
    int64_t file_bytes_max; /* before server_start: the longest file it may write; 0: any */
    char log[64];           /* its stderr, in the current folder; grows over all its starts */
};

/* Starts `kontor serve --db url` on a free port, the same at each start, and waits until it is
 * ready. Fails the test when it is not within half a minute. */
void server_start(struct server *s, const char *url);
/* kill -9, and waits for the end. */
void server_kill(struct server *s);
/* SIGTERM. Returns the exit status. */
int server_stop(struct server *s);
/* Whether it still runs. */
bool server_runs(struct server *s);
/* Memory in use, in KiB: now. */
long server_memory_kib(const struct server *s);
/* All that it has logged, with a NUL; the caller frees it. */
char *server_log(const struct server *s);

/* Runs `kontor verify --db url` and returns its exit status; what it printed goes to stderr when
 * that is not 0. */
int kontor_verify(const char *url);

struct cluster {
    pid_t pid;
    char folder[64];
    char bin[256];
    int port;
    char url[128];
};
void cluster_start(struct cluster *c);
/* Ends all its processes at once, as a power failure would, and starts it again. */
void cluster_crash(struct cluster *c);
void cluster_stop(struct cluster *c);

#endif
