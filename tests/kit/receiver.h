/* A receiver of webhooks: a real HTTP server on this machine that keeps what it was sent and
 * answers as it is told. */
#ifndef KONTOR_KIT_RECEIVER_H
#define KONTOR_KIT_RECEIVER_H

#include "base/text.h"

#include <stdatomic.h>

#define RECEIVER_KEEPS 200
#define RECEIVER_BODY  4096

struct received {
    char path[64], id[80], at[32], signature[200], type[64];
    char body[RECEIVER_BODY];
    size_t n; /* of the body */
};

struct receiver {
    void *daemon;
    int port;
    char url[64];          /* "http://127.0.0.1:PORT" */
    char place[64];        /* "127.0.0.1:PORT" */
    atomic_int status;     /* of the answers: 204 at first */
    atomic_int refuse;     /* so many next ones are answered 500 instead */
    atomic_size_t answers; /* bytes of the answer's body */
    atomic_int hang_ms;    /* before it answers */
    atomic_size_t n;       /* received */
    atomic_size_t n_links; /* connections that were opened */
    struct received all[RECEIVER_KEEPS];
};

/* Zeroed before. Fails the test when it cannot be started. */
void receiver_start(struct receiver *r);
void receiver_stop(struct receiver *r);

#endif
