/* A small blocking HTTP/1.1 client for benchmarks, tests and the command line's talk to a server on
 * the same machine. Plain TCP, numeric addresses, one connection that is kept alive. One thread at
 * a time. It knows nothing of the server's library. */
#ifndef KONTOR_HTTP_CLIENT_H
#define KONTOR_HTTP_CLIENT_H

#include "http/http.h"

struct http_client;

/* Connects only when the first request is sent. timeout_ms limits each request as a whole.
 * ERR_INVALID for what is no numeric address or port, ERR_NO_MEMORY. */
MUST_USE enum err http_client_open(const char *address, int port, int timeout_ms,
                                   struct http_client **out);
void http_client_close(struct http_client *c);

struct http_answer {
    int status;
    text_t head; /* the header's lines without the status line */
    text_t body; /* complete, chunks joined */
};

/* Sends one request and reads its answer into the arena. Host and Content-Length are added, the
 * latter when there is a body or the method usually has one. A kept connection that the server has
 * closed meanwhile is opened again, and the request sent once more, if the method may be repeated
 * (RFC 9110, section 9.2.2). ERR_IO for a broken connection, ERR_TIMEOUT, ERR_INVALID for an answer
 * that is no HTTP, ERR_RANGE for a head over 64 KiB, ERR_NO_MEMORY when the arena is full. After a
 * failure the next request has a new connection. */
MUST_USE enum err http_client_send(struct http_client *c, struct arena *a, const char *method,
                                   const char *target, const struct http_header_line *headers,
                                   size_t n, text_t body, struct http_answer *out);

/* The first value of a header, or TEXT_NONE; without regard to case. Copied into the arena. */
text_t http_answer_header(struct arena *a, const struct http_answer *answer, const char *name);

#endif
