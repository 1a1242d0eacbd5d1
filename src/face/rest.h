/* The REST face: what a request under /api/v1 means, apart from sockets.
 *
 * A request is a struct and so is its answer; serve.c fills one from HTTP and sends the other back,
 * tests and the story runner call rest_call. The order is always the same: who asks, which row of
 * the routes, may they, what do they say, then one command (flow_submit) or one reading job.
 * Everything a request allocates lies in its arena. */
#ifndef KONTOR_FACE_REST_H
#define KONTOR_FACE_REST_H

#include "http/http.h"
#include "meta/house.h"

struct rest_server;

#define REST_HEADERS_MAX    8
#define REST_SESSION_COOKIE "kontor_session"
#define REST_KEY_MAX        200 /* printable ASCII characters of an idempotency key */

struct rest_answer {
    int status;
    const char *content_type; /* NULL: no body (204, 304) */
    text_t body;
    struct http_header_line headers[REST_HEADERS_MAX]; /* ETag, Location, Allow, Retry-After,
                                                          Idempotent-Replay, Set-Cookie ... */
    size_t n_headers;
    struct feed_start
        *stream; /* the answer is the live feed: serve.c goes on with it; NULL otherwise */
    struct rest_export
        *export; /* the answer is a file that is made while it is sent: serve.c goes
                    on with it, others take it with rest_export_next; NULL otherwise */
};

struct rest_request {
    /* in; zeroed texts are "not sent" */
    struct arena *arena; /* the caller's; must live until done was called */
    enum http_method method;
    text_t path;  /* decoded: "/api/v1/products/7" */
    text_t query; /* raw, without '?' */
    text_t body;
    text_t content_type, accept, accept_language;
    text_t authorization; /* "Bearer KEY" */
    text_t cookie;        /* the session cookie's value */
    text_t form_token;    /* X-Form-Token: needed with the cookie for everything but GET and HEAD */
    text_t if_match, if_none_match, idempotency_key, last_event_id;
    text_t disposition; /* Content-Disposition: the name of a file that is sent */
    text_t peer;        /* the client's address, for limits on signing in */
    bool relayed;       /* came through a proxy, so that peer may be the proxy's */
    text_t agent;       /* User-Agent, kept with the session */
    bool secure;        /* came over TLS */
    /* out */
    struct rest_answer answer;
    /* rest.c's own */
    void (*done)(struct rest_request *r, void *arg);
    void *done_arg;
    struct rest_work *work;
};

struct rest_config {
    struct house *house;
    /* Who asks, by key or cookie: ERR_NOT_FOUND when neither is good. Costs no statement. NULL:
     * account_authenticate. by_cookie: a person's session, so that the form token is checked. */
    enum err (*authenticate)(struct house *house, struct arena *a, text_t key, text_t cookie,
                             bool *by_cookie, struct who *out);
    /* Is that the form token of the session with this cookie? Costs no statement. NULL:
     * account_form_token_good. */
    bool (*form_token_good)(struct house *house, text_t cookie, text_t token);
    /* The time at which commands run; INSTANT_NONE: the clock's. NULL: always the clock's. */
    instant_t (*now)(void *arg);
    void *arg;
};

/* The routes of a house. The house and the config's arg must outlive it. Call after db_open
 * (house_set_db). */
struct rest_server *rest_new(const struct rest_config *config);
/* Requests and exports under way keep what they use: end the store after it. */
void rest_free(struct rest_server *s);
struct house *rest_house(const struct rest_server *s);

/* Answers a request: done is called exactly once, on any thread, maybe before the return, with
 * r->answer filled. */
void rest_submit(struct rest_server *s, struct rest_request *r,
                 void (*done)(struct rest_request *r, void *arg), void *arg);
/* Submits and waits. Not from a thread of the store. */
void rest_call(struct rest_server *s, struct rest_request *r);

/* Does this address take a body larger than the usual one: a file? For http_config.large. */
bool rest_takes_files(enum http_method method, const char *path);

/* The problem document for what the HTTP server itself refuses: 400, 408, 413, 414, 431. */
text_t rest_guard_problem(struct rest_server *s, struct arena *a, int status,
                          text_t accept_language);

/* The next piece of such an answer, valid until the next call; waits for the store. ERR_NOT_FOUND
 * at the end; what else it returns means that what came is not the whole. Not from a thread of the
 * store. */
MUST_USE enum err rest_export_next(struct rest_export *e, text_t *piece);
void rest_export_free(struct rest_export *e);
/* Sends it as the answer to r. */
void rest_export_send(struct rest_export *e, struct http_request *r,
                      const struct rest_answer *answer);

/* A header of the answer by name (without regard to case), or TEXT_NONE. */
text_t rest_header(const struct rest_answer *a, const char *name);

/* The refusals of this face, for documentation and translation. */
extern const struct refusal *const rest_refusals[];
extern const size_t n_rest_refusals;

#endif
