/* Exchanges: the pool of them, their body, and what a handler may ask of a request.
 *
 * This path runs for every request, so an exchange is not freed but kept with its mutexes and the
 * last block of its arena. The pool is bounded, and so is what a pooled exchange holds. */
#include "http/server.h"

#include <stdlib.h>
#include <strings.h>

#define POOL_MAX         512
#define ARENA_KEEP_BYTES ((size_t)64 * 1024)
#define BODY_FIRST_BYTES ((size_t)16 * 1024)

static struct exchange *exchange_new(struct http_server *s)
{
    struct exchange *x = calloc(1, sizeof *x);
    if (x) {
        arena_init(&x->request.arena, s->config.arena_max);
        pthread_mutex_init(&x->lock, NULL);
        pthread_mutex_init(&x->stream.lock, NULL);
    }
    return x;
}

static void exchange_destroy(struct exchange *x)
{
    arena_free(&x->request.arena);
    pthread_mutex_destroy(&x->lock);
    pthread_mutex_destroy(&x->stream.lock);
    free(x);
}

struct exchange *exchange_take(struct http_server *s, struct conn *c, struct MHD_Connection *link)
{
    mutex_lock(&s->pool_lock);
    struct exchange *x = s->free;
    if (x) {
        s->free = x->next_free;
        s->n_free--;
        s->n_out++;
    }
    mutex_unlock(&s->pool_lock);
    if (!x) {
        x = exchange_new(s);
        if (!x) {
            return NULL;
        }
        mutex_lock(&s->pool_lock);
        s->n_out++;
        mutex_unlock(&s->pool_lock);
    }
    x->server = s;
    x->conn = c;
    x->link = link;
    x->next_free = NULL;
    atomic_init(&x->references, 1);
    memcpy(x->peer, c->address, sizeof x->peer);
    return x;
}

void exchange_drop_body(struct exchange *x)
{
    free(x->body);
    atomic_fetch_sub(&x->server->bodies, x->body_room);
    x->body = NULL;
    x->body_room = 0;
}

/* As after exchange_new, but for the locks and the memory of the arena. */
static void exchange_clear(struct exchange *x)
{
    struct arena arena = x->request.arena;
    const size_t from = offsetof(struct exchange, server);
    const size_t to = offsetof(struct exchange, stream) + offsetof(struct http_stream, lock);
    INVARIANT(!x->response); /* whoever took the last but one reference has sent or destroyed it */
    exchange_drop_body(x);
    if (arena.used_bytes > ARENA_KEEP_BYTES) {
        arena_free(&arena);
    } else {
        arena_reset(&arena);
    }
    memset((char *)x + from, 0, to - from);
    x->request = (struct http_request){ .arena = arena };
}

/* Under pool_lock. */
static bool server_is_done(const struct http_server *s)
{
    return s->stopped && s->n_out == 0;
}

static void server_free(struct http_server *s)
{
    while (s->free) {
        struct exchange *x = s->free;
        s->free = x->next_free;
        exchange_destroy(x);
    }
    pthread_mutex_destroy(&s->table_lock);
    pthread_mutex_destroy(&s->pool_lock);
    pthread_mutex_destroy(&s->parked_lock);
    pthread_mutex_destroy(&s->streams_lock);
    pthread_mutex_destroy(&s->stop_lock);
    pthread_cond_destroy(&s->stop_cond);
    free(s);
}

void server_let_go(struct http_server *s)
{
    mutex_lock(&s->pool_lock);
    s->stopped = true;
    bool done = server_is_done(s);
    mutex_unlock(&s->pool_lock);
    if (done) {
        server_free(s);
    }
}

void exchange_release(struct exchange *x)
{
    if (atomic_fetch_sub(&x->references, 1) != 1) {
        return;
    }
    struct http_server *s = x->server;
    exchange_clear(x);
    mutex_lock(&s->pool_lock);
    bool keep = s->n_free < POOL_MAX;
    if (keep) {
        x->next_free = s->free;
        s->free = x;
        s->n_free++;
    }
    s->n_out--;
    bool done = server_is_done(s);
    mutex_unlock(&s->pool_lock);
    if (!keep) {
        exchange_destroy(x);
    }
    if (done) {
        server_free(s);
    }
}

void exchange_trim(struct exchange *x)
{
    exchange_drop_body(x);
    x->request.body = TEXT_NONE;
    if (x->request.arena.used_bytes > ARENA_KEEP_BYTES) {
        arena_free(&x->request.arena);
    }
}

/* Whoever is not signed in may send a body too: all of them together have an end. */
static bool take_room(struct http_server *s, size_t more)
{
    size_t before = atomic_fetch_add(&s->bodies, more);
    bool fits = before + more <= s->config.bodies_max;
    if (!fits) {
        atomic_fetch_sub(&s->bodies, more);
    }
    return fits;
}

bool exchange_add_body(struct exchange *x, const char *bytes, size_t n)
{
    size_t used = (size_t)x->received;
    size_t needed = used + n + 1; /* and the NUL; body_max keeps it far from the end of size_t */
    if (needed > x->body_room) {
        size_t room = x->body_room ? x->body_room * 2 : BODY_FIRST_BYTES;
        /* What is declared is believed only so far: memory follows the bytes that have come. */
        if (x->declared < room) {
            room = (size_t)x->declared + 1;
        }
        room = room < needed ? needed : room;
        if (!take_room(x->server, room - x->body_room)) {
            return false;
        }
        char *grown = realloc(x->body, room);
        if (!grown) {
            atomic_fetch_sub(&x->server->bodies, room - x->body_room);
            return false;
        }
        x->body = grown;
        x->body_room = room;
    }
    memcpy(x->body + used, bytes, n);
    x->body[used + n] = '\0';
    x->received += n;
    return true;
}

text_t http_header(struct http_request *r, const char *name)
{
    const struct exchange *x = (const struct exchange *)r;
    return guard_field(x->fields, x->n_fields, name);
}

text_t http_cookie(struct http_request *r, const char *name)
{
    const struct exchange *x = (const struct exchange *)r;
    for (size_t i = 0; i < x->n_fields; i++) {
        if (strcasecmp(x->fields[i].name.s, "Cookie") == 0) {
            text_t value = http_cookie_find(&r->arena, x->fields[i].value, name);
            if (value.s) {
                return value;
            }
        }
    }
    return TEXT_NONE;
}

enum err http_params(struct http_request *r, const struct http_param **out, size_t *n)
{
    struct exchange *x = (struct exchange *)r;
    if (!x->params_parsed) {
        x->params_parsed = true;
        x->params_result = http_form_parse(&r->arena, r->query, HTTP_PARAMS_MAX, &x->params,
                                           &x->n_params);
    }
    *out = x->params;
    *n = x->n_params;
    return x->params_result;
}
