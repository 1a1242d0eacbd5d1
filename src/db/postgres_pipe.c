/* The pipeline: statements are sent as they come, answers are read when somebody needs one.
 *
 *   pg_exec       send                      pg_query   send, flush, read up to its own answer
 *   pg_exec_or    send, check on arrival    pg_answer  the same for an earlier pg_ask
 *
 * `queue` holds what the answers to come belong to. An error makes the server skip everything up to
 * the next sync; libpq reports those as aborted, so reading on never blocks. The socket does not
 * block: while waiting, both directions are served, so that neither side can be stuck with full
 * buffers. Prepared statements are named k1, k2 ... and belong to the connection; one whose PREPARE
 * was skipped is sent again when it is next used. */
#include "db/postgres_conn.h"

#include "base/log.h"
#include "os/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#define SEND_EVERY     16
#define ANSWER_WAIT_MS 900000 /* longer than any statement_timeout: then the server hangs */
#define EACH_ROWS      1000
#define NAME_MAX_BYTES 24

/* -- errors ---------------------------------------------------------------------------------- */

enum err pipe_lost(struct pg_conn *c, const char *why)
{
    if (!c->lost) {
        c->lost = true;
        log_warn("db", "connection to PostgreSQL lost: %.*s", (int)strcspn(why, "\n"), why);
    }
    return tx_break(&c->tx, ERR_CONFLICT, NULL, "connection lost");
}

static bool state_is(const char *state, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strncmp(state, list[i], strlen(list[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* The server ends the connection, or (25006) is no longer the one to write to. */
static bool state_is_lost(const struct pg_conn *c, const char *state)
{
    static const char *const lost[] = { "08", "57P", "25P03", "40003" };

    return state_is(state, lost, N_ELEMENTS(lost)) || (c->tx.write && strcmp(state, "25006") == 0);
}

enum err pg_err(const char *state)
{
    /* A code of five characters; ERR_CONFLICT: the job runs again. */
    static const struct {
        const char *state;
        enum err e;
    } known[] = {
        { "40001", ERR_CONFLICT },  { "40P01", ERR_CONFLICT },  { "23505", ERR_EXISTS },
        { "53100", ERR_DISK_FULL }, { "53200", ERR_NO_MEMORY }, { "57014", ERR_TIMEOUT },
        { "55P03", ERR_CONFLICT },
    };

    for (size_t i = 0; i < N_ELEMENTS(known); i++) {
        if (strcmp(state, known[i].state) == 0) {
            return known[i].e;
        }
    }
    return ERR_STORE;
}

static void forget_on_server(struct pg_conn *c, const struct pg_stmt *s)
{
    if (s->sent && c->n_drops < DROPS_MAX) {
        c->drops[c->n_drops++] = s->number;
    }
}

/* A statement that the server has forgotten (a pooler in between), or whose plan no longer fits the
 * tables: prepared anew it works. */
static bool is_stale(struct pg_conn *c, const struct pending *p, const char *state)
{
    if (p->kind == PEND_DROP || (p->stmt && strcmp(state, "26000") == 0)) {
        return true;
    }
    if (p->stmt && p->stmt->worked && strcmp(state, "0A000") == 0) {
        forget_on_server(c, p->stmt);
        return true;
    }
    return false;
}

/* The words of class 22 may quote a value, which must not reach the log. */
static const char *words_of(const PGresult *r, const char *state)
{
    const char *words = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

    if (strncmp(state, "22", 2) == 0) {
        return "a value does not fit";
    }
    return words ? words : PQresultErrorMessage(r);
}

static void on_error(struct pg_conn *c, const struct pending *p, const PGresult *r)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *sql = p->stmt ? p->stmt->cached.text : NULL;

    if (!state || state_is_lost(c, state) || PQstatus(c->pg) == CONNECTION_BAD) {
        /* Says nothing about this statement: a server that is ended at once may drop answers that
         * it had not sent yet, that of a COMMIT that is durable among them. */
        (void)pipe_lost(c, state ? words_of(r, state) : PQerrorMessage(c->pg));
        return;
    }
    if (p->kind != PEND_COMMIT && p->kind != PEND_SYNC) {
        c->refused_before = true;
    }
    if (is_stale(c, p, state)) {
        if (p->stmt) {
            p->stmt->sent = false;
            p->stmt->worked = false;
        }
        (void)tx_break(&c->tx, ERR_CONFLICT, sql, "%s", words_of(r, state));
        return;
    }
    (void)tx_break(&c->tx, pg_err(state), sql, "%s (%s)", words_of(r, state), state);
}

/* -- reading --------------------------------------------------------------------------------- */

/* Serves the socket until libpq has a whole result. */
static enum err wait_for_result(struct pg_conn *c)
{
    while (PQisBusy(c->pg)) {
        int unsent = PQflush(c->pg);
        struct pollfd f = { .fd = PQsocket(c->pg), .events = POLLIN };
        int rc;

        if (unsent < 0) {
            /* What the server said before it closed is worth reading first. */
            (void)PQconsumeInput(c->pg);
            return PQisBusy(c->pg) ? pipe_lost(c, PQerrorMessage(c->pg)) : OK;
        }
        if (unsent > 0) {
            f.events |= POLLOUT;
        }
        rc = poll(&f, 1, ANSWER_WAIT_MS);
        if (rc < 0 && errno == EINTR) {
            continue;
        }
        if (rc <= 0) {
            return pipe_lost(c, "no answer");
        }
        if ((f.revents & (POLLIN | POLLERR | POLLHUP)) && !PQconsumeInput(c->pg)) {
            return PQisBusy(c->pg) ? pipe_lost(c, PQerrorMessage(c->pg)) : OK;
        }
    }
    return OK;
}

static void on_ok(struct pg_conn *c, const struct pending *p, PGresult *r)
{
    switch (p->kind) {
    case PEND_RUN_OR:
        if (!c->over && c->tx.broken == OK && strcmp(PQcmdTuples(r), "0") == 0) {
            if (p->missed) {
                p->missed(p->arg);
            }
            (void)tx_break(&c->tx, ERR_REFUSED, NULL, "no row changed");
        }
        break;
    case PEND_COMMIT:
        /* COMMIT of a failed transaction answers ROLLBACK. */
        if (strcmp(PQcmdStatus(r), "COMMIT") == 0) {
            c->committed = true;
        } else {
            (void)tx_break(&c->tx, ERR_CONFLICT, NULL, "COMMIT answered %s", PQcmdStatus(r));
        }
        break;
    case PEND_RUN:
    case PEND_PREPARE:
    case PEND_CONTROL:
    case PEND_DROP:
    case PEND_SYNC:
        break;
    }
    if (p->stmt && p->kind != PEND_PREPARE) {
        p->stmt->worked = true;
    }
}

/* One result of the oldest pending statement. */
static void take_result(struct pg_conn *c, struct pending *p, PGresult *r)
{
    switch (PQresultStatus(r)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
        on_ok(c, p, r);
        if (p->keep && !c->over) {
            PQclear(*p->keep);
            *p->keep = r;
            return;
        }
        break;
    case PGRES_PIPELINE_ABORTED:
        if (p->kind == PEND_PREPARE) {
            p->stmt->sent = false;
        }
        break;
    case PGRES_PIPELINE_SYNC:
        break;
    default:
        on_error(c, p, r);
        if (p->kind == PEND_PREPARE) {
            p->stmt->sent = false;
        }
        break;
    }
    PQclear(r);
}

/* Reads all there is for the oldest pending statement. */
static enum err read_one(struct pg_conn *c)
{
    struct pending *p = &c->queue[c->read % PIPE_MAX];
    bool whole = false;

    while (!whole) {
        TRY(wait_for_result(c));
        PGresult *r = PQgetResult(c->pg);
        if (!r) {
            whole = true;
            if (p->kind == PEND_SYNC) {
                return pipe_lost(c, "answers out of step");
            }
        } else {
            whole = PQresultStatus(r) == PGRES_PIPELINE_SYNC;
            if (whole && p->kind != PEND_SYNC) {
                PQclear(r);
                return pipe_lost(c, "answers out of step");
            }
            take_result(c, p, r);
        }
        if (c->lost) {
            return ERR_CONFLICT;
        }
    }
    if (p->kind == PEND_RUN_OR) {
        c->checks--;
    }
    if (p->stmt) {
        p->stmt->cached.users--;
    }
    c->read++;
    return OK;
}

/* Reads until the statement before `serial` is answered. */
static enum err read_until(struct pg_conn *c, uint64_t serial)
{
    if (c->lost) {
        return ERR_CONFLICT;
    }
    if (c->read < serial && c->flushed < serial) {
        if (!PQsendFlushRequest(c->pg)) {
            return pipe_lost(c, PQerrorMessage(c->pg));
        }
        c->flushed = c->sent;
        c->unflushed = 0;
    }
    while (c->read < serial) {
        TRY(read_one(c));
    }
    return OK;
}

enum err pipe_drain(struct pg_conn *c)
{
    return read_until(c, c->sent);
}

void pipe_clear(struct pg_conn *c)
{
    for (; c->read < c->sent; c->read++) {
        struct pending *p = &c->queue[c->read % PIPE_MAX];

        if (p->stmt) {
            p->stmt->cached.users--;
        }
    }
    c->read = c->sent = c->flushed = 0;
    c->unflushed = 0;
    c->checks = 0;
}

void pipe_end_job(struct pg_conn *c)
{
    while (c->asks) {
        struct ask *next = c->asks->next;

        PQclear(c->asks->result);
        free(c->asks);
        c->asks = next;
    }
    c->cursors = 0;
}

/* -- sending --------------------------------------------------------------------------------- */

/* Makes room in the ring before something is sent. */
static enum err room(struct pg_conn *c)
{
    if (c->lost) {
        return ERR_CONFLICT;
    }
    if (c->sent - c->read >= PIPE_MAX - 8) {
        return read_until(c, c->read + PIPE_MAX / 2);
    }
    return OK;
}

static void push(struct pg_conn *c, struct pending p)
{
    INVARIANT(c->sent - c->read < PIPE_MAX);
    c->queue[c->sent % PIPE_MAX] = p;
    c->sent++;
    if (p.stmt) {
        p.stmt->cached.users++;
    }
    if (p.kind == PEND_RUN_OR) {
        c->checks++;
    }
    if (++c->unflushed >= SEND_EVERY) {
        c->unflushed = 0;
        (void)PQflush(c->pg); /* a failure shows when the answer is read */
    }
}

enum err pipe_control(struct pg_conn *c, const char *sql, enum pend_kind kind)
{
    TRY(room(c));
    if (!PQsendQueryParams(c->pg, sql, 0, NULL, NULL, NULL, NULL, 1)) {
        return pipe_lost(c, PQerrorMessage(c->pg));
    }
    push(c, (struct pending){ .kind = kind });
    return OK;
}

enum err pipe_sync(struct pg_conn *c)
{
    TRY(room(c));
    if (!PQpipelineSync(c->pg)) {
        return pipe_lost(c, PQerrorMessage(c->pg));
    }
    push(c, (struct pending){ .kind = PEND_SYNC });
    c->flushed = c->sent;
    return OK;
}

static enum err begin_if_needed(struct pg_conn *c)
{
    char text[NAME_MAX_BYTES + 16];

    if (c->begun) {
        return OK;
    }
    TRY(pipe_control(c,
                     c->tx.write ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                                 : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                     PEND_CONTROL));
    c->begun = true;
    while (c->n_drops > 0) {
        (void)snprintf(text, sizeof text, "DEALLOCATE k%u", c->drops[--c->n_drops]);
        TRY(pipe_control(c, text, PEND_DROP));
    }
    return OK;
}

static void drop(void *owner, struct cached *cached)
{
    struct pg_stmt *s = (struct pg_stmt *)cached;

    forget_on_server(owner, s);
    free(s);
}

void pg_statements_init(struct pg_conn *c)
{
    cache_init(&c->cache, drop, c);
}

/* The types seen so far, with NULL as a type still open. false: an argument changed its type. */
static bool types_fit(const struct pg_stmt *s, const struct pg_args *args)
{
    if (s->n != args->n) {
        return false;
    }
    for (int i = 0; i < args->n; i++) {
        if (args->types[i] != 0 && args->types[i] != s->types[i]) {
            return false;
        }
    }
    return true;
}

static enum err send_prepare(struct pg_conn *c, struct pg_stmt *s, const char *sql,
                             const struct pg_args *args)
{
    char name[NAME_MAX_BYTES];

    s->n = (uint8_t)args->n;
    for (int i = 0; i < args->n; i++) {
        if (args->types[i] != 0) {
            s->types[i] = args->types[i];
        }
    }
    s->worked = false;
    s->number = ++c->next_number;
    (void)snprintf(name, sizeof name, "k%u", s->number);
    if (!PQsendPrepare(c->pg, name, sql, args->n, s->types)) {
        return pipe_lost(c, PQerrorMessage(c->pg));
    }
    s->sent = true;
    push(c, (struct pending){ .kind = PEND_PREPARE, .stmt = s });
    return OK;
}

/* The statement of this text, prepared for these types as far as the server will have read. */
static enum err find_statement(struct pg_conn *c, const char *sql, const struct pg_args *args,
                               struct pg_stmt **out)
{
    struct pg_stmt *s = (struct pg_stmt *)cache_find(&c->cache, sql);

    *out = s;
    if (s && s->sent && types_fit(s, args)) {
        return OK;
    }
    if (s) {
        forget_on_server(c, s);
    } else {
        s = calloc(1, sizeof *s);
        if (!s || cache_put(&c->cache, sql, &s->cached) != OK) {
            free(s);
            return tx_break(&c->tx, ERR_NO_MEMORY, NULL, "out of memory");
        }
        *out = s;
    }
    return send_prepare(c, s, sql, args);
}

static enum err send(struct pg_conn *c, const char *sql, const struct value *values, size_t n,
                     struct pending p)
{
    struct pg_args args;
    char name[NAME_MAX_BYTES];

    TRY(begin_if_needed(c));
    TRY(room(c));
    if (c->tx.broken != OK) {
        return c->tx.broken; /* an answer read to make room */
    }
    pg_args_fill(&args, values, n);
    TRY(find_statement(c, sql, &args, &p.stmt));
    (void)snprintf(name, sizeof name, "k%u", p.stmt->number);
    if (!PQsendQueryPrepared(c->pg, name, args.n, args.values, args.lengths, args.formats, 1)) {
        return pipe_lost(c, PQerrorMessage(c->pg));
    }
    push(c, p);
    return OK;
}

/* -- the calls of a job ----------------------------------------------------------------------- */

enum err pg_exec(struct tx *tx, const char *sql, const struct value *args, size_t n)
{
    return send((struct pg_conn *)tx, sql, args, n, (struct pending){ .kind = PEND_RUN });
}

enum err pg_exec_or(struct tx *tx, const char *sql, const struct value *args, size_t n,
                    missed_fn missed, void *arg)
{
    return send((struct pg_conn *)tx, sql, args, n,
                (struct pending){ .kind = PEND_RUN_OR, .missed = missed, .arg = arg });
}

enum err pg_query(struct tx *tx, struct arena *a, const char *sql, const struct value *args,
                  size_t n, struct rows *out)
{
    struct pg_conn *c = (struct pg_conn *)tx;
    PGresult *r = NULL;
    enum err e;

    TRY(send(c, sql, args, n, (struct pending){ .kind = PEND_RUN, .keep = &r }));
    e = read_until(c, c->sent);
    if (tx->broken != OK) {
        e = tx->broken;
    }
    if (e == OK) {
        e = pg_rows(tx, r, a, out);
    }
    PQclear(r);
    return e;
}

enum err pg_ask(struct tx *tx, struct arena *a, const char *sql, const struct value *args, size_t n,
                struct ask **out)
{
    struct pg_conn *c = (struct pg_conn *)tx;
    struct ask *ask = calloc(1, sizeof *ask);

    if (!ask) {
        return tx_break(tx, ERR_NO_MEMORY, NULL, "out of memory");
    }
    *ask = (struct ask){ .next = c->asks, .arena = a };
    c->asks = ask;
    TRY(send(c, sql, args, n, (struct pending){ .kind = PEND_RUN, .keep = &ask->result }));
    ask->serial = c->sent;
    *out = ask;
    return OK;
}

enum err pg_answer(struct tx *tx, struct ask *ask, struct rows *out)
{
    struct pg_conn *c = (struct pg_conn *)tx;
    enum err e = read_until(c, ask->serial);

    if (tx->broken != OK) {
        return tx->broken;
    }
    TRY(e);
    INVARIANT(ask->result != NULL); /* one answer to each question */
    e = pg_rows(tx, ask->result, ask->arena, out);
    PQclear(ask->result);
    ask->result = NULL;
    return e;
}

/* Declares the cursor with the statement's own arguments; nothing here is worth preparing. */
static enum err declare_cursor(struct pg_conn *c, unsigned number, const char *sql,
                               const struct value *values, size_t n)
{
    struct pg_args args;
    size_t room_bytes = strlen(sql) + 64;
    char *text = malloc(room_bytes);
    int ok;

    if (!text) {
        return tx_break(&c->tx, ERR_NO_MEMORY, NULL, "out of memory");
    }
    pg_args_fill(&args, values, n);
    (void)snprintf(text, room_bytes, "DECLARE each%u NO SCROLL CURSOR FOR %s", number, sql);
    ok = PQsendQueryParams(c->pg, text, args.n, args.types, args.values, args.lengths, args.formats,
                           1);
    free(text);
    if (!ok) {
        return pipe_lost(c, PQerrorMessage(c->pg));
    }
    push(c, (struct pending){ .kind = PEND_RUN });
    return OK;
}

static enum err fetch(struct pg_conn *c, unsigned number, PGresult **r)
{
    char text[64];

    TRY(room(c));
    (void)snprintf(text, sizeof text, "FETCH FORWARD %d FROM each%u", EACH_ROWS, number);
    if (!PQsendQueryParams(c->pg, text, 0, NULL, NULL, NULL, NULL, 1)) {
        return pipe_lost(c, PQerrorMessage(c->pg));
    }
    push(c, (struct pending){ .kind = PEND_RUN, .keep = r });
    TRY(read_until(c, c->sent));
    return c->tx.broken;
}

static enum err give_rows(struct pg_conn *c, const PGresult *r, row_fn fn, void *arg)
{
    int cols = PQnfields(r);
    struct value *row = calloc((size_t)cols + 1, sizeof *row);
    enum err e = row ? OK : tx_break(&c->tx, ERR_NO_MEMORY, NULL, "out of memory");

    for (int i = 0; e == OK && i < PQntuples(r); i++) {
        for (int k = 0; e == OK && k < cols; k++) {
            e = pg_cell(&c->tx, r, i, k, &row[k]);
        }
        e = e == OK ? fn(arg, row, (size_t)cols) : e;
        e = e == OK ? c->tx.broken : e;
    }
    free(row);
    return e;
}

enum err pg_each(struct tx *tx, const char *sql, const struct value *args, size_t n, row_fn fn,
                 void *arg)
{
    struct pg_conn *c = (struct pg_conn *)tx;
    unsigned number = c->cursors;
    char text[32];
    int got = EACH_ROWS;
    enum err e;

    TRY(begin_if_needed(c));
    TRY(room(c));
    c->cursors++;
    e = declare_cursor(c, number, sql, args, n);
    while (e == OK && got == EACH_ROWS) {
        PGresult *r = NULL;

        e = fetch(c, number, &r);
        if (e == OK) {
            got = PQntuples(r);
            e = give_rows(c, r, fn, arg);
        }
        PQclear(r);
    }
    if (tx->broken == OK) {
        (void)snprintf(text, sizeof text, "CLOSE each%u", number);
        enum err closed = pipe_control(c, text, PEND_CONTROL);
        e = e == OK ? closed : e;
    }
    c->cursors--;
    return e;
}

enum err pg_limit(struct tx *tx, int64_t ms)
{
    struct pg_conn *c = (struct pg_conn *)tx;
    char text[60];

    TRY(begin_if_needed(c));
    (void)snprintf(text, sizeof text, "SET LOCAL statement_timeout = %lld", (long long)ms);
    return pipe_control(c, text, PEND_CONTROL);
}

/* Several statements in one text need the simple protocol, which the pipeline does not speak. */
enum err pg_script(struct tx *tx, const char *sql)
{
    struct pg_conn *c = (struct pg_conn *)tx;
    struct pending none = { .kind = PEND_RUN };

    TRY(begin_if_needed(c));
    /* Building an index may take longer than any statement of daily work. */
    TRY(pipe_control(c, "SET LOCAL statement_timeout = 0", PEND_CONTROL));
    TRY(pipe_sync(c));
    TRY(pipe_drain(c));
    if (tx->broken != OK) {
        return tx->broken;
    }
    if (!PQexitPipelineMode(c->pg) || !PQsendQuery(c->pg, sql)) {
        return pipe_lost(c, PQerrorMessage(c->pg));
    }
    for (;;) {
        TRY(wait_for_result(c));
        PGresult *r = PQgetResult(c->pg);
        if (!r) {
            break;
        }
        take_result(c, &none, r);
        if (c->lost) {
            return ERR_CONFLICT;
        }
    }
    if (!PQenterPipelineMode(c->pg)) {
        return pipe_lost(c, PQerrorMessage(c->pg));
    }
    return tx->broken;
}
