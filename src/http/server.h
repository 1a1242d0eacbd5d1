/* What the files of http/ share and nobody else includes.
 *
 * Threads. MHD's pool threads ("I/O threads") each own their connections; the watchdog looks at all
 * of them; handlers answer from any thread. A connection moves through phases:
 *
 *     HEADER --header complete--> BODY --body complete--> WORK --answered--> REPLY --sent--> HEADER
 *
 * HEADER, BODY and REPLY have a deadline; the watchdog takes a connection that passed it to CUT by
 * compare-and-swap, so it and the I/O thread never both act on it. CUT is final.
 *
 * An exchange is one request with its answer. It is referenced by its connection, by the handler
 * from hand-over to http_reply, and by its stream until drop(). Whoever drops the last reference
 * puts it back into the server's pool. The server itself is freed when it was stopped and no
 * exchange is out.
 *
 * Locks, always taken in this order: exchange.lock, server.parked_lock; and server.streams_lock,
 * stream.lock. table_lock, pool_lock and stop_lock are taken alone. MHD's own locks come last. */
#ifndef KONTOR_HTTP_SERVER_H
#define KONTOR_HTTP_SERVER_H

#include "base/log.h"
#include "http/http.h"
#include "http/params.h"
#include "os/clock.h"
#include "os/thread.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <sys/socket.h>

#define HTTP_HEADER_MAX ((size_t)32 * 1024)
#define HTTP_TARGET_MAX ((size_t)8 * 1024)
#define HTTP_FIELDS_MAX 128
/* A body that is refused is read up to this size and thrown away, so that the client, who may not
 * look before it has sent all, sees the answer instead of a broken connection. */
#define HTTP_DISCARD_MAX       ((uint64_t)8 * 1024 * 1024)
#define HTTP_BODY_BYTES_PER_S  ((uint64_t)256 * 1024)
#define HTTP_REPLY_BYTES_PER_S ((uint64_t)64 * 1024)
#define HTTP_NO_LENGTH         UINT64_MAX

enum phase { PHASE_HEADER, PHASE_BODY, PHASE_WORK, PHASE_REPLY, PHASE_CUT };
#define PHASE_BITS 3

/* The connections of one address. */
struct peer {
    struct peer *next; /* in its bucket */
    uint8_t key[16];   /* IPv4 mapped into IPv6; of IPv6 the /64, which is what one customer gets */
    int connections;
};
#define PEER_BUCKETS 1024

struct conn {
    struct http_server *server;
    struct conn *prev, *next; /* in the table, under table_lock */
    struct peer *peer;
    int fd;
    char address[INET6_ADDRSTRLEN];
    _Atomic uint64_t phase;      /* turn << PHASE_BITS | enum phase; turn counts the requests */
    _Atomic int64_t deadline_us; /* of the phase */
    struct exchange *current;    /* I/O thread only */
    uint64_t seen_turn;          /* watchdog only: what it saw on its last round */
    uint64_t seen_bytes;
    int64_t grown_us; /* watchdog only: when an idle connection began to send, or 0 */
};

struct field_line {
    text_t name, value;
};

struct http_stream {
    struct exchange *exchange;
    struct http_stream *prev, *next; /* under streams_lock */
    bool listed;
    bool live; /* an event stream: may end anywhere */
    struct http_stream_ops ops;
    void *arg;
    _Atomic int64_t moved_us; /* when bytes were last asked for or made */
    /* Under lock. */
    bool suspended, woken;
    bool ending;  /* the server stops: end in order where the stream next waits */
    bool cut;     /* the client has gone, or the time for stopping is over: break off */
    mutex_t lock; /* last, see struct exchange */
};

enum step { STEP_HEAD, STEP_BODY, STEP_WORK };

struct exchange {
    struct http_request request; /* first, so that the handler's pointer is ours */
    struct http_server *server;
    struct conn *conn;           /* valid while MHD calls us, and while suspended */
    struct MHD_Connection *link; /* the same */
    _Atomic int references;
    char peer[INET6_ADDRSTRLEN];

    /* I/O thread only. */
    enum step step;
    int refused;         /* status of the guard's answer that waits for the body's end */
    bool counted;        /* in server->open */
    uintptr_t target_at; /* where the target stood in MHD's buffer */
    text_t target;
    text_t method;
    uint64_t declared; /* length of the body, or HTTP_NO_LENGTH when chunked */
    uint64_t received;
    bool framed; /* the length of the body is beyond doubt */
    uint64_t body_max;
    int64_t body_began_us;
    char *body; /* from malloc, so that a large one can grow in place */
    size_t body_room;

    /* Written before the hand-over, then read by the handler. */
    struct field_line *fields;
    size_t n_fields;
    const struct http_param *params;
    size_t n_params;
    enum err params_result;
    bool params_parsed;

    /* Under lock: "the answer is there" and "the connection sleeps" change together. */
    bool ready, suspended, abandoned;
    int status;
    bool streamed;
    size_t reply_bytes;
    struct MHD_Response *response;

    struct exchange *parked_prev, *parked_next; /* under parked_lock while suspended */
    struct exchange *next_free;                 /* in the pool */

    /* Between two uses all is zeroed from `server` up to the lock of the stream. */
    struct http_stream stream;
    mutex_t lock;
};

struct http_server {
    struct http_config config; /* with the defaults filled in */
    struct MHD_Daemon *daemon;
    int listen_fd;
    int port;
    char *why; /* during http_start: where MHD's messages go */
    pthread_t starter;
    atomic_bool starting;
    atomic_bool stopping; /* answers say Connection: close */
    bool secure;          /* TLS */

    mutex_t table_lock;
    struct conn *conns;
    int n_conns;
    struct peer *peers[PEER_BUCKETS];

    mutex_t pool_lock;
    struct exchange *free;
    int n_free, n_out;
    bool stopped; /* http_stop has returned: the last exchange frees the server */

    mutex_t parked_lock;
    struct exchange *parked;
    bool closing; /* nothing is suspended any more */

    mutex_t streams_lock;
    struct http_stream *streams;
    bool streams_cut;

    mutex_t stop_lock;
    cond_t stop_cond; /* `open` fell to 0, or the watchdog is to end */
    bool watchdog_ends;
    struct thread watchdog;

    _Atomic int64_t requests, refused, in_work;
    atomic_size_t bodies; /* bytes that bodies take */
    _Atomic int64_t open; /* requests with a complete header whose answer is not sent */
};

/* listen.c: a listening, non-blocking socket. The reason of a failure stands in why. */
MUST_USE enum err listen_open(const char *address, int port, int *fd, int *bound_port,
                              char why[static 256]);
/* Refuses connections from now on. The socket is replaced under its number by one that does
 * nothing, because MHD's threads still have the number: MHD_quiesce_daemon, made for this, races
 * with them for taking it out of their epoll sets, and the loser aborts the process (0.9.75). The
 * number is closed by MHD_stop_daemon. */
void listen_end(int fd);
/* Closes the socket unless MHD, failing to start, has done so. */
void listen_abandon(int fd, int bound_port);
/* Lets the process open as many files as n connections need, if the system allows it. */
void listen_raise_file_limit(int n);

/* table.c */
bool table_admits(struct http_server *s, const struct sockaddr *address);
struct conn *table_add(struct http_server *s, int fd, const struct sockaddr *address);
void table_remove(struct conn *c);
/* Moves to a phase that ends at deadline_us; false when the watchdog has cut the connection. */
MUST_USE bool conn_enter(struct conn *c, enum phase phase, int64_t deadline_us);
/* The next request of the connection may begin. */
void conn_next_turn(struct conn *c, int64_t deadline_us);

/* exchange.c. exchange_take gives NULL without memory. The result has one reference. */
struct exchange *exchange_take(struct http_server *s, struct conn *c, struct MHD_Connection *link);
void exchange_release(struct exchange *x);
/* Forgets the body, if there is one. */
void exchange_drop_body(struct exchange *x);
/* Frees what an answered request does not need any more. */
void exchange_trim(struct exchange *x);
/* Appends to the body; false without memory. */
MUST_USE bool exchange_add_body(struct exchange *x, const char *bytes, size_t n);
/* Frees a stopped server when nothing of it is out. */
void server_let_go(struct http_server *s);

/* guard.c: 0 or the status of the refusal. guard_head reads the header that MHD has parsed into the
 * exchange; guard_fields judges it alone. */
int guard_head(struct exchange *x, const char *method, const char *version);
struct guard_facts {
    uint64_t declared; /* HTTP_NO_LENGTH when chunked */
    text_t host;
};
int guard_fields(const struct field_line *fields, size_t n, bool http_1_0,
                 struct guard_facts *facts);
text_t guard_field(const struct field_line *fields, size_t n, const char *name);

/* reply.c */
enum MHD_Result reply_refuse(struct exchange *x, int status);
/* The same, past MHD, where it takes no answer any more: straight to the socket, plain text only.
 */
void reply_refuse_raw(struct http_server *s, int fd, int status);
/* Queues the answer if it is there, otherwise puts the connection to sleep until it is. */
enum MHD_Result reply_or_park(struct exchange *x);
/* Wakes every sleeping connection; their requests get no answer. */
void reply_abandon_all(struct http_server *s);

/* stream.c */
struct MHD_Response *stream_response(struct http_stream *s);
void stream_attach(struct http_stream *s);
/* Event streams end now, others when they are done; `cut` breaks off what is still there. */
void streams_end(struct http_server *s, bool cut);
/* Ends streams whose client has gone or takes nothing. */
void streams_watch(struct http_server *s, int64_t now_us);

/* watchdog.c */
MUST_USE enum err watchdog_start(struct http_server *s);
void watchdog_stop(struct http_server *s);
/* Looks at every connection and stream once, as at that time. */
void watchdog_round(struct http_server *s, int64_t now_us);

#endif
