/* One connection of the PostgreSQL driver: shared by postgres.c (connections, transactions),
 * postgres_pipe.c (the pipeline and the statements in it) and postgres_value.c (binary values). */
#ifndef KONTOR_DB_POSTGRES_CONN_H
#define KONTOR_DB_POSTGRES_CONN_H

#include "db/cache.h"
#include "db/driver.h"
#include "os/random.h"

#include <libpq-fe.h>

#define PIPE_MAX  1024 /* statements in flight; more are sent only after answers were read */
#define DROPS_MAX 1024 /* prepared statements the server is still to be told to forget */

struct pg_stmt {
    struct cached cached;
    unsigned number;        /* the server knows it as k<number> */
    bool sent;              /* its PREPARE is on its way or done */
    bool worked;            /* it has been run: its plan may grow stale */
    uint8_t n;              /* arguments it was prepared for */
    Oid types[DB_ARGS_MAX]; /* 0: inferred by the server, all values so far were NULL */
};

enum pend_kind {
    PEND_RUN,     /* a statement of the job's */
    PEND_RUN_OR,  /* must change a row */
    PEND_PREPARE, /* of stmt */
    PEND_CONTROL, /* BEGIN, ROLLBACK and the like */
    PEND_DROP,    /* DEALLOCATE */
    PEND_COMMIT,
    PEND_SYNC,
};

/* What the next answers of the server belong to, in the order of sending. */
struct pending {
    enum pend_kind kind;
    struct pg_stmt *stmt; /* counted in its users; or NULL */
    PGresult **keep;      /* where the rows are wanted; or NULL */
    missed_fn missed;
    void *arg;
};

/* A question that waits for tx_answer. Owned by the connection until the job ends. */
struct ask {
    struct ask *next;
    struct arena *arena;
    uint64_t serial;
    PGresult *result;
};

struct pg_conn {
    struct tx tx;
    PGconn *pg; /* NULL: not connected */
    struct cache cache;
    struct pending queue[PIPE_MAX]; /* a ring */
    uint64_t sent, read;            /* serial numbers: queue[read % PIPE_MAX] is answered next */
    uint64_t flushed;               /* the server was asked to answer everything before this one */
    unsigned unflushed;             /* statements since libpq was last made to send */
    unsigned next_number;
    unsigned drops[DROPS_MAX];
    size_t n_drops;
    unsigned cursors; /* open now */
    struct ask *asks;
    struct rng rng;
    int64_t away_since_us; /* when the server was first found away; 0: it is there */
    bool warned;           /* that it is away */
    bool connected_once;
    /* of the running transaction */
    bool begun;
    bool over; /* the job's function has returned: nobody wants answers any more */
    bool lost; /* the connection broke */
    bool commit_sent;
    bool committed;      /* the server said so */
    bool refused_before; /* a statement before COMMIT failed: it cannot have taken place */
    size_t checks;       /* PEND_RUN_OR without an answer */
};

/* -- postgres_value.c ------------------------------------------------------------------------ */

struct pg_args {
    int n;
    const char *values[DB_ARGS_MAX];
    int lengths[DB_ARGS_MAX];
    int formats[DB_ARGS_MAX];
    Oid types[DB_ARGS_MAX]; /* 0 for NULL */
    char ints[DB_ARGS_MAX][8];
};

void pg_args_fill(struct pg_args *out, const struct value *args, size_t n);
/* One cell, pointing into the result. ERR_STORE for a type that the store's three do not cover. */
MUST_USE enum err pg_cell(struct tx *tx, const PGresult *r, int row, int col, struct value *out);
/* All rows, copied into the arena. */
MUST_USE enum err pg_rows(struct tx *tx, const PGresult *r, struct arena *a, struct rows *out);

/* -- postgres_pipe.c ------------------------------------------------------------------------- */

/* The connection is as good as gone: what is in flight is forgotten and the job is to run again. */
enum err pipe_lost(struct pg_conn *c, const char *why);
/* Forgets what is in flight, after the connection was closed. */
void pipe_clear(struct pg_conn *c);
/* Sends a text that is not prepared. */
MUST_USE enum err pipe_control(struct pg_conn *c, const char *sql, enum pend_kind kind);
MUST_USE enum err pipe_sync(struct pg_conn *c);
/* Reads until everything sent is answered. Failures are in tx->broken; the result only tells
 * whether the connection is alive (ERR_CONFLICT: lost). */
enum err pipe_drain(struct pg_conn *c);
/* Gives back what asks hold. */
void pipe_end_job(struct pg_conn *c);
/* The code for a server's SQLSTATE. */
enum err pg_err(const char *sqlstate);
void pg_statements_init(struct pg_conn *c);

enum err pg_exec(struct tx *tx, const char *sql, const struct value *args, size_t n);
enum err pg_exec_or(struct tx *tx, const char *sql, const struct value *args, size_t n,
                    missed_fn missed, void *arg);
enum err pg_query(struct tx *tx, struct arena *a, const char *sql, const struct value *args,
                  size_t n, struct rows *out);
enum err pg_ask(struct tx *tx, struct arena *a, const char *sql, const struct value *args, size_t n,
                struct ask **out);
enum err pg_answer(struct tx *tx, struct ask *ask, struct rows *out);
enum err pg_each(struct tx *tx, const char *sql, const struct value *args, size_t n, row_fn fn,
                 void *arg);
enum err pg_script(struct tx *tx, const char *sql);
enum err pg_limit(struct tx *tx, int64_t ms);

#endif
