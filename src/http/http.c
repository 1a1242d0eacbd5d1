/* The server: MHD's callbacks, start and stop.
 *
 * MHD calls on_call at least twice for each request: once when the header is complete (STEP_HEAD),
 * then with each piece of the body, then without one when it has ended (both STEP_BODY). If the
 * handler has not answered by then, the connection is suspended, and on_call comes once more after
 * it was resumed (STEP_WORK). All of this happens on the I/O thread that owns the connection. */
#include "http/server.h"

#include "os/file.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* MHD zeroes this much for each request, so not more than the header and its index need. */
#define CONNECTION_BYTES ((size_t)48 * 1024)
#define PEM_MAX          ((size_t)1024 * 1024)
#define STOP_SLICE_US    ((int64_t)20 * 1000)
#define TLS_PRIORITIES   "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"

static struct conn *conn_of(struct MHD_Connection *link)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        link, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* --- One request */

/* MHD takes the parameters apart into the connection's small memory, and forgets to answer when
 * some hundred do not fit. We parse them ourselves, so it is shown an empty query; the bytes are
 * its own buffer's. */
static void hide_query(const char *target)
{
    char *mark = strchr(target, '?');
    if (mark) {
        mark[1] = '\0';
    }
}

/* Called with the target as it was sent, before MHD takes it apart. */
static void *on_target(void *arg, const char *target, struct MHD_Connection *link)
{
    struct http_server *s = arg;
    struct conn *c = conn_of(link);
    struct exchange *x = c ? exchange_take(s, c, link) : NULL;
    if (!x || !target) {
        if (x) {
            exchange_release(x);
        }
        return NULL;
    }
    struct http_request *r = &x->request;
    size_t n = strlen(target);
    c->current = x;
    r->began_us = clock_monotonic_us();
    r->secure = s->secure;
    r->peer = text_of(x->peer);
    x->target_at = (uintptr_t)target;
    if (n > HTTP_TARGET_MAX) {
        x->refused = 414;
    } else {
        x->target = (text_t){ arena_copy(&r->arena, target, n), n };
    }
    hide_query(target);
    atomic_fetch_add(&s->requests, 1);
    return x;
}

static int64_t body_deadline(const struct exchange *x, uint64_t bytes)
{
    return x->body_began_us + (int64_t)x->server->config.body_ms * 1000 +
           (int64_t)(bytes / HTTP_BODY_BYTES_PER_S) * 1000000;
}

static bool expects_continue(const struct exchange *x)
{
    return guard_field(x->fields, x->n_fields, "Expect").s != NULL;
}

/* Who asked and how, if a proxy may say so. The header may stand there more than once: each proxy
 * may have added a line, the last is the nearest's. */
static void look_behind_proxies(struct exchange *x)
{
    static const char *const marks[] = { "X-Forwarded-For", "Forwarded", "Via" };
    struct http_request *r = &x->request;
    const struct proxies *trusted = &x->server->config.trusted;
    for (size_t i = 0; i < N_ELEMENTS(marks); i++) {
        r->relayed = r->relayed || guard_field(x->fields, x->n_fields, marks[i]).s;
    }
    if (!proxies_trust(trusted, r->peer)) {
        return;
    }
    text_t proto = TEXT_NONE;
    bool more = true;
    for (size_t i = x->n_fields; i-- > 0;) {
        const struct field_line *f = &x->fields[i];
        if (more && strcasecmp(f->name.s, "X-Forwarded-For") == 0) {
            char out[PROXY_ADDRESS_MAX];
            text_t peer = r->peer;
            more = proxies_client(trusted, f->value, &peer, out);
            r->peer = text_copy(&r->arena, peer);
        } else if (!proto.s && strcasecmp(f->name.s, "X-Forwarded-Proto") == 0) {
            proto = f->value;
        }
    }
    r->secure = r->secure || proxy_says_https(proto);
}

static enum MHD_Result on_head(struct exchange *x, const char *method, const char *version)
{
    const struct http_config *config = &x->server->config;
    const struct http_request *r = &x->request;
    int refused = guard_head(x, method, version);
    if (refused == 0) {
        look_behind_proxies(x);
    }
    x->step = STEP_BODY;
    x->body_began_us = clock_monotonic_us();
    bool chunked = x->declared == HTTP_NO_LENGTH;
    if (!conn_enter(x->conn, PHASE_BODY, body_deadline(x, chunked ? 0 : x->declared))) {
        return MHD_NO;
    }
    x->counted = true;
    atomic_fetch_add(&x->server->open, 1);
    if (refused == 0) {
        bool large = config->large && config->large(r->method, r->path.s);
        x->body_max = large ? config->upload_max : config->body_max;
        refused = !chunked && x->declared > x->body_max ? 413 : 0;
    }
    if (refused == 0) {
        return MHD_YES;
    }
    bool read_on = x->framed && !expects_continue(x) &&
                   (chunked || x->declared <= HTTP_DISCARD_MAX);
    if (!read_on) {
        return reply_refuse(x, refused);
    }
    x->refused = refused;
    return MHD_YES;
}

/* Throws away what is not wanted, up to a point. */
static enum MHD_Result discard(struct exchange *x, size_t n)
{
    x->received += n;
    if (x->received <= HTTP_DISCARD_MAX) {
        return MHD_YES;
    }
    atomic_fetch_add(&x->server->refused, 1);
    if (!x->server->secure) {
        reply_refuse_raw(x->server, x->conn->fd, x->refused);
    }
    return MHD_NO;
}

static enum MHD_Result on_body(struct exchange *x, const char *bytes, size_t n)
{
    if (!x->refused && n > x->body_max - x->received) {
        x->refused = 413;
    }
    if (!x->refused && !exchange_add_body(x, bytes, n)) {
        x->refused = 503;
    }
    if (x->refused) {
        exchange_drop_body(x);
        return discard(x, n);
    }
    if (x->declared == HTTP_NO_LENGTH) {
        return conn_enter(x->conn, PHASE_BODY, body_deadline(x, x->received)) ? MHD_YES : MHD_NO;
    }
    return MHD_YES;
}

static enum MHD_Result on_complete(struct exchange *x)
{
    struct http_server *s = x->server;
    x->step = STEP_WORK;
    if (x->refused) {
        return reply_refuse(x, x->refused);
    }
    if (!conn_enter(x->conn, PHASE_WORK, INT64_MAX)) {
        return MHD_NO;
    }
    x->request.body = x->body ? (text_t){ x->body, (size_t)x->received } : TEXT("");
    atomic_fetch_add(&x->references, 1); /* the handler's, until http_reply */
    atomic_fetch_add(&s->in_work, 1);
    s->config.handler(s->config.arg, &x->request);
    return reply_or_park(x);
}

static enum MHD_Result on_call(void *arg, struct MHD_Connection *link, const char *url,
                               const char *method, const char *version, const char *bytes,
                               size_t *n, void **request)
{
    struct exchange *x = *request;
    (void)arg;
    (void)link;
    (void)url;
    if (!x) {
        return MHD_NO; /* no memory when it began */
    }
    switch (x->step) {
    case STEP_HEAD:
        return on_head(x, method, version);
    case STEP_BODY:
        if (*n > 0) {
            size_t got = *n;
            *n = 0;
            return on_body(x, bytes, got);
        }
        return on_complete(x);
    case STEP_WORK:
        break;
    }
    return reply_or_park(x);
}

/* The connection has no more to do with the request, whether it was answered or not. */
static void part_from(struct exchange *x)
{
    struct http_server *s = x->server;
    bool counted = x->counted;
    x->conn->current = NULL;
    mutex_lock(&x->lock);
    struct MHD_Response *unsent = x->response;
    x->response = NULL;
    x->abandoned = true;
    mutex_unlock(&x->lock);
    if (unsent) {
        MHD_destroy_response(unsent);
    }
    exchange_release(x);
    if (counted && atomic_fetch_sub(&s->open, 1) == 1 && atomic_load(&s->stopping)) {
        mutex_lock(&s->stop_lock);
        cond_broadcast(&s->stop_cond);
        mutex_unlock(&s->stop_lock);
    }
}

static void on_completed(void *arg, struct MHD_Connection *link, void **request,
                         enum MHD_RequestTerminationCode how)
{
    struct http_server *s = arg;
    struct exchange *x = *request;
    (void)link;
    (void)how;
    if (x) {
        *request = NULL;
        conn_next_turn(x->conn, clock_monotonic_us() + (int64_t)s->config.idle_ms * 1000);
        part_from(x);
    }
}

/* --- Connections */

static enum MHD_Result on_accept(void *arg, const struct sockaddr *address, socklen_t length)
{
    (void)length;
    return table_admits(arg, address) ? MHD_YES : MHD_NO;
}

static void on_connection(void *arg, struct MHD_Connection *link, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct http_server *s = arg;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        int fd = MHD_get_connection_info(link, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        const struct sockaddr *address =
            MHD_get_connection_info(link, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
        *context = table_add(s, fd, address);
        if (!*context) {
            shutdown(fd, SHUT_RDWR); /* no memory: nobody would watch it */
        }
    } else if (*context) {
        struct conn *c = *context;
        if (c->current) {
            part_from(c->current);
        }
        *context = NULL;
        table_remove(c);
    }
}

/* --- Start and stop */

/* Paths and parameters are decoded by us, with checks, so MHD is to leave them as they are. */
static size_t leave_escaped(void *arg, struct MHD_Connection *link, char *text)
{
    (void)arg;
    (void)link;
    return strlen(text);
}

/* MHD's messages may quote requests, so they are kept only while there are none. */
__attribute__((format(printf, 2, 0))) static void on_message(void *arg, const char *fmt,
                                                             va_list args)
{
    struct http_server *s = arg;
    if (atomic_load(&s->starting) && pthread_equal(s->starter, pthread_self())) {
        vsnprintf(s->why, 256, fmt, args);
        s->why[strcspn(s->why, "\n")] = '\0';
    }
}

static int or_default(int value, int standard)
{
    return value > 0 ? value : standard;
}

static void fill_defaults(struct http_config *c)
{
    c->threads = or_default(c->threads, 2);
    c->connections_max = or_default(c->connections_max, 2000);
    c->per_address_max = or_default(c->per_address_max, 1000);
    c->header_ms = or_default(c->header_ms, 5000);
    c->body_ms = or_default(c->body_ms, 8000);
    c->idle_ms = or_default(c->idle_ms, 75000);
    c->reply_ms = or_default(c->reply_ms, 60000);
    c->body_max = c->body_max ? c->body_max : (size_t)1024 * 1024;
    c->upload_max = c->upload_max ? c->upload_max : (size_t)64 * 1024 * 1024;
    c->bodies_max = c->bodies_max ? c->bodies_max : (size_t)512 * 1024 * 1024;
    c->arena_max = c->arena_max ? c->arena_max : (size_t)64 * 1024 * 1024;
}

static struct http_server *server_new(const struct http_config *config)
{
    struct http_server *s = calloc(1, sizeof *s);
    if (s) {
        s->config = *config;
        fill_defaults(&s->config);
        s->secure = config->tls_cert && config->tls_key;
        s->listen_fd = -1;
        pthread_mutex_init(&s->table_lock, NULL);
        pthread_mutex_init(&s->pool_lock, NULL);
        pthread_mutex_init(&s->parked_lock, NULL);
        pthread_mutex_init(&s->streams_lock, NULL);
        pthread_mutex_init(&s->stop_lock, NULL);
        cond_init(&s->stop_cond);
    }
    return s;
}

static enum err read_pem(struct arena *a, const char *path, text_t *out, char why[static 256])
{
    enum err e = file_read(a, path, PEM_MAX, out);
    if (e != OK) {
        snprintf(why, 256, "cannot read %s: %s", path, err_name(e));
    }
    return e;
}

struct pem {
    text_t cert, key;
};

static struct MHD_Daemon *start_daemon(struct http_server *s, const struct pem *pem)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
                     MHD_USE_ERROR_LOG | (s->secure ? (unsigned)MHD_USE_TLS : 0u);
    int limit = 0; /* of each I/O thread: ours counts them all, wherever they landed */
    if (__builtin_mul_overflow(s->config.connections_max, s->config.threads, &limit)) {
        limit = INT32_MAX;
    }
    /* Functions go into `value` where MHD wants a function and its argument. */
    struct MHD_OptionItem options[16] = {
        { MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)on_message, s },
        { MHD_OPTION_LISTEN_SOCKET, s->listen_fd, NULL },
        { MHD_OPTION_CONNECTION_LIMIT, limit, NULL },
        { MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)CONNECTION_BYTES, NULL },
        { MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_target, s },
        { MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)leave_escaped, NULL },
        { MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, s },
        { MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, s },
    };
    size_t n = 8;
    if (s->config.threads > 1) {
        options[n++] = (struct MHD_OptionItem){ MHD_OPTION_THREAD_POOL_SIZE, s->config.threads,
                                                NULL };
    }
    if (s->secure) {
        options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0,
                                                (void *)(uintptr_t)pem->cert.s };
        options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0,
                                                (void *)(uintptr_t)pem->key.s };
        options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0,
                                                (void *)TLS_PRIORITIES };
    }
    options[n] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
    return MHD_start_daemon(flags, 0, on_accept, s, on_call, s, MHD_OPTION_ARRAY, options,
                            MHD_OPTION_END);
}

static enum err server_run(struct http_server *s, const struct pem *pem)
{
    sigset_t all, before;
    TRY(listen_open(s->config.address, s->config.port, &s->listen_fd, &s->port, s->why));
    listen_raise_file_limit(s->config.connections_max);
    s->starter = pthread_self();
    atomic_store(&s->starting, true);
    /* MHD's threads inherit the mask: signals are for the main thread. */
    sigfillset(&all);
    INVARIANT(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
    s->daemon = start_daemon(s, pem);
    INVARIANT(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
    atomic_store(&s->starting, false);
    if (!s->daemon) {
        return ERR_IO;
    }
    enum err e = watchdog_start(s);
    if (e != OK) {
        snprintf(s->why, 256, "cannot start a thread");
    }
    return e;
}

enum err http_start(const struct http_config *config, struct http_server **out,
                    char why[static 256])
{
    struct arena a;
    struct pem pem = { 0 };
    *out = NULL;
    why[0] = '\0';
    struct http_server *s = server_new(config);
    if (!s) {
        snprintf(why, 256, "out of memory");
        return ERR_NO_MEMORY;
    }
    s->why = why;
    arena_init(&a, PEM_MAX * 4);
    enum err e = OK;
    if ((config->tls_cert != NULL) != (config->tls_key != NULL)) {
        snprintf(why, 256, "TLS needs a certificate and a key, only one is given");
        e = ERR_INVALID;
    }
    if (e == OK && s->secure) {
        e = read_pem(&a, config->tls_cert, &pem.cert, why);
        e = e == OK ? read_pem(&a, config->tls_key, &pem.key, why) : e;
    }
    if (e == OK) {
        e = server_run(s, &pem);
    }
    if (e != OK && why[0] == '\0') {
        snprintf(why, 256, "the HTTP library did not start");
    }
    s->why = NULL;
    s->config.address = s->config.tls_cert = s->config.tls_key = NULL; /* the caller's */
    if (pem.key.s) {
        explicit_bzero((void *)(uintptr_t)pem.key.s, pem.key.n);
    }
    arena_free(&a);
    if (e != OK) {
        http_stop(s, 0);
        return e;
    }
    *out = s;
    return OK;
}

int http_port(const struct http_server *s)
{
    return s->port;
}

static void wait_for_answers(struct http_server *s, int grace_ms)
{
    const int64_t until_us = clock_monotonic_us() + (int64_t)grace_ms * 1000;
    mutex_lock(&s->stop_lock);
    while (atomic_load(&s->open) > 0 && clock_monotonic_us() < until_us) {
        (void)cond_wait_us(&s->stop_cond, &s->stop_lock, STOP_SLICE_US);
    }
    mutex_unlock(&s->stop_lock);
}

void http_stop(struct http_server *s, int grace_ms)
{
    if (s->daemon) {
        atomic_store(&s->stopping, true);
        listen_end(s->listen_fd);
        streams_end(s, false);
        wait_for_answers(s, grace_ms);
        reply_abandon_all(s);
        streams_end(s, true);
        watchdog_stop(s);
        MHD_stop_daemon(s->daemon);
        s->daemon = NULL;
    } else {
        listen_abandon(s->listen_fd, s->port);
    }
    server_let_go(s);
}

void http_stats(struct http_server *s, struct http_stats *out)
{
    mutex_lock(&s->table_lock);
    out->connections_now = s->n_conns;
    mutex_unlock(&s->table_lock);
    out->requests = atomic_load(&s->requests);
    out->refused_by_guard = atomic_load(&s->refused);
    out->in_work = atomic_load(&s->in_work);
}
