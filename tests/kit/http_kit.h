/* For tests of the HTTP server: a client that sends exactly the bytes it is told, a server whose
 * handler does what the path says, and an arena for what a test needs.
 *
 * The handler's paths:
 *     /echo          the method, path, query, header X-Test and body, one a line
 *     /now/N         answered by another thread at once; the body is N
 *     /later/N       the same after 30 ms
 *     /hold          kept until kit_answer_held
 *     /bytes/N       N bytes
 *     /odd           an answer with headers of its own, one of them not to be sent
 *     /stream/...    given to `on_stream` of the kit */
#ifndef KONTOR_TESTS_HTTP_KIT_H
#define KONTOR_TESTS_HTTP_KIT_H

#include "http/http.h"

#include <stdatomic.h>

#define KIT_WAIT_MS 10000

struct kit {
    struct http_server *server;
    int port;
    atomic_int handled; /* requests that reached the handler */
    void (*on_stream)(struct kit *k, struct http_request *r);
    void *arg;
    struct kit_worker *worker;
};

/* Limits for the tests that wait for them: short, but far above what a loaded machine needs. */
struct http_config kit_config(void);
/* Starts a server with the kit's handler; fails the test if it cannot. */
void kit_start(struct kit *k, struct http_config config);
/* Stops the server, if the test has not, and the thread that answers. */
void kit_stop(struct kit *k);
/* The same as cmocka's setup and teardown of a test, whose state is the kit. */
int kit_begin(void **state, struct http_config config);
int kit_end(void **state);
/* Waits until a request is at /hold. */
void kit_await_held(struct kit *k);
/* The oldest request at /hold, for the test to answer. */
struct http_request *kit_take_held(struct kit *k);
/* Answers the oldest request at /hold with 200 and this body. */
void kit_answer_held(struct kit *k, const char *body);

struct kit_conn {
    int fd;
    char *bytes; /* received and not consumed */
    size_t n, room;
    bool ended; /* the server has closed */
};

void kit_connect(struct kit_conn *c, int port);
void kit_connect_to(struct kit_conn *c, const char *address, int port);
bool kit_try_connect(struct kit_conn *c, const char *address, int port);
void kit_close(struct kit_conn *c);
/* Sends, false when the server does not take it. */
bool kit_try_send(struct kit_conn *c, const char *bytes, size_t n);
void kit_send(struct kit_conn *c, const char *s);

/* Receives until there are n bytes (or the end, or KIT_WAIT_MS); whether there are. */
bool kit_receive(struct kit_conn *c, size_t n);
/* Receives until `what` was received; whether it was. Consumes nothing. */
bool kit_await(struct kit_conn *c, const char *what);
/* Whether the server closes within the time; what it sends until then is kept. */
bool kit_await_end(struct kit_conn *c, int within_ms);

struct kit_answer {
    int status; /* 0: no answer came */
    char head[4096];
    char *body; /* NUL-terminated; freed by the next kit_read and kit_forget */
    size_t body_n;
};
/* Reads one answer with a Content-Length. head_only: the answer to HEAD. */
int kit_read(struct kit_conn *c, struct kit_answer *a, bool head_only);
void kit_forget(struct kit_answer *a);
/* The status of the answer to these bytes on a connection of its own; 0 for none. */
int kit_ask(int port, const char *request);
bool kit_has_header(const struct kit_answer *a, const char *line);

/* Waits until the number is reached, at most KIT_WAIT_MS; whether it was. */
bool kit_await_number(atomic_int *number, int wanted);

#endif
