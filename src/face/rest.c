/* Requests from their arrival to their answer: who asks, what is at that path, and the ends that
 * all have in common. */
#include "face/rest_own.h"

#include "flow/account.h"
#include "http/params.h"
#include "meta/locale.h"
#include "os/clock.h"
#include "os/thread.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <strings.h>

#define HOUSE_PARTS_MAX ((size_t)64 * 1024 * 1024)

const struct refusal refusal_form_token = {
    .code = "form_token",
    .status = 403,
    .title = N_("Form token missing"),
    .detail = N_(
        "A change made with the session cookie must carry the session's form token. Load the "
        "page again."),
};
const struct refusal refusal_media_type = {
    .code = "media_type",
    .status = 415,
    .title = N_("Not JSON"),
    .detail = N_("The body must be sent as application/json."),
};
const struct refusal refusal_streams = {
    .code = "too_many_streams",
    .status = 503,
    .title = N_("Too many live streams"),
    .detail = N_(
        "Too many programs are listening to events at the moment. Read them page by page, or "
        "try again shortly."),
};
static const struct refusal refusal_slow = {
    .code = "request_timeout",
    .status = 408,
    .title = N_("The request came too slowly"),
    .detail = N_("The request was not complete in time. Send it again."),
};
static const struct refusal refusal_body = {
    .code = "body_too_large",
    .status = 413,
    .title = N_("The body is too large"),
    .detail = N_("The body is larger than this address takes. Split it up."),
};
static const struct refusal refusal_target = {
    .code = "address_too_long",
    .status = 414,
    .title = N_("The address is too long"),
    .detail = N_("The address with its parameters is too long. Use fewer or shorter parameters."),
};
static const struct refusal refusal_header = {
    .code = "header_too_large",
    .status = 431,
    .title = N_("The header is too large"),
    .detail = N_("The header of the request is too large or has too many lines."),
};
const struct refusal *const rest_refusals[] = { &refusal_form_token,  &refusal_media_type,
                                                &refusal_streams,     &refusal_slow,
                                                &refusal_body,        &refusal_target,
                                                &refusal_header,      &refusal_not_csv,
                                                &refusal_import_size, &refusal_no_column };
const size_t n_rest_refusals = N_ELEMENTS(rest_refusals);

/* -- the server -------------------------------------------------------------------------- */

struct rest_server *rest_new(const struct rest_config *config)
{
    struct rest_server *s = calloc(1, sizeof *s);
    if (!s) {
        return NULL;
    }
    s->holds = 1;
    s->config = *config;
    s->house = config->house;
    if (!s->config.authenticate) {
        s->config.authenticate = account_authenticate;
    }
    if (!s->config.form_token_good) {
        s->config.form_token_good = account_form_token_good;
    }
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->health_lock, NULL);
    arena_init(&s->arena, HOUSE_PARTS_MAX);
    s->metrics = metrics_new(s->house);
    if (!s->metrics) {
        rest_free(s);
        return NULL;
    }
    return s;
}

void rest_hold(struct rest_server *s)
{
    atomic_fetch_add(&s->holds, 1);
}

void rest_let_go(struct rest_server *s)
{
    if (atomic_fetch_sub(&s->holds, 1) == 1) {
        metrics_free(s->metrics);
        arena_free(&s->arena);
        pthread_mutex_destroy(&s->lock);
        pthread_mutex_destroy(&s->health_lock);
        free(s);
    }
}

void rest_free(struct rest_server *s)
{
    if (s) {
        rest_let_go(s);
    }
}

struct house *rest_house(const struct rest_server *s)
{
    return s->house;
}

/* -- ends -------------------------------------------------------------------------------- */

void rest_end(struct rest_work *w)
{
    struct rest_request *r = w->request;
    struct rest_server *s = w->server; /* w goes with its request */
    metrics_count(s->metrics, w->route.metric, w->route.command_index, r->answer.status,
                  clock_monotonic_us() - w->began_us);
    r->done(r, r->done_arg);
    rest_let_go(s);
}

void rest_header_add(struct rest_work *w, const char *name, text_t value)
{
    struct rest_answer *a = &w->request->answer;
    INVARIANT(a->n_headers < REST_HEADERS_MAX);
    a->headers[a->n_headers++] = (struct http_header_line){ name, value };
}

text_t rest_header(const struct rest_answer *a, const char *name)
{
    for (size_t i = 0; i < a->n_headers; i++) {
        if (strcasecmp(a->headers[i].name, name) == 0) {
            return a->headers[i].value;
        }
    }
    return TEXT_NONE;
}

void rest_etag(struct rest_work *w, int64_t version)
{
    rest_header_add(w, "ETag", text_fmt(w->arena, "\"%lld\"", (long long)version));
}

void rest_json(struct rest_work *w, int status, text_t body)
{
    struct rest_answer *a = &w->request->answer;
    a->status = status;
    a->content_type = "application/json";
    a->body = body;
}

static text_t allowed(struct rest_work *w)
{
    static const struct {
        unsigned bit;
        const char *name;
    } methods[] = { { METHOD_GET, "GET, HEAD" },
                    { METHOD_POST, "POST" },
                    { METHOD_PATCH, "PATCH" },
                    { METHOD_DELETE, "DELETE" } };
    struct buf b;
    buf_init(&b, w->arena, 100);
    for (size_t i = 0; i < N_ELEMENTS(methods); i++) {
        if (w->route.methods & methods[i].bit) {
            buf_fmt(&b, b.n ? ", %s" : "%s", methods[i].name);
        }
    }
    return buf_done(&b);
}

void rest_problem_headers(struct rest_work *w)
{
    const struct failure *f = &w->cx.failure;
    switch (w->request->answer.status) {
    case 401:
        rest_header_add(w, "WWW-Authenticate", TEXT("Bearer"));
        break;
    case 405:
        rest_header_add(w, "Allow", allowed(w));
        break;
    case 429:
        rest_header_add(w, "Retry-After", f->args[0].s ? f->args[0] : TEXT("1"));
        break;
    case 503:
        rest_header_add(w, "Retry-After", TEXT("2"));
        break;
    default:
        break;
    }
}

void rest_problem(struct rest_work *w, enum err outcome)
{
    struct rest_answer *a = &w->request->answer;
    *a = (struct rest_answer){ .content_type = "application/problem+json" };
    a->body = flow_problem(&w->cx, &w->cx.failure, outcome, &a->status);
    rest_problem_headers(w);
}

text_t rest_guard_problem(struct rest_server *s, struct arena *a, int status,
                          text_t accept_language)
{
    struct refusal other = refusal_bad_request;
    const struct refusal *why = &other;
    const struct who nobody = { 0 };
    struct cx cx = { .arena = a,
                     .house = s->house,
                     .who = &nobody,
                     .language = language_accept(accept_language),
                     .decimals = 2 };
    other.status = status;
    for (size_t i = 0; i < n_rest_refusals; i++) {
        if (why == &other && rest_refusals[i]->status == status && status != 403) {
            why = rest_refusals[i];
        }
    }
    (void)REFUSE(&cx, why, TEXT_NONE, TEXT("HTTP"));
    return flow_problem(&cx, &cx.failure, ERR_REFUSED, &status);
}

void rest_refuse(struct rest_work *w, const struct refusal *why, const char *field, text_t value1,
                 text_t value2)
{
    (void)REFUSE(&w->cx, why, text_of(field), value1, value2);
    rest_problem(w, ERR_REFUSED);
    rest_end(w);
}

/* -- reading jobs ------------------------------------------------------------------------ */

void rest_begin_read(struct rest_work *w, struct tx *tx)
{
    const struct rest_config *config = &w->server->config;
    instant_t now = config->now ? config->now(config->arg) : INSTANT_NONE;
    w->request->answer = (struct rest_answer){ 0 };
    cx_init(&w->cx, w->server->house, w->arena, tx, &w->who, w->language);
    if (!instant_none(now)) {
        w->cx.now = now;
    }
}

static enum err read_job(struct tx *tx, void *arg)
{
    struct rest_work *w = arg;
    rest_begin_read(w, tx);
    enum err e = w->read(w);
    cx_done(&w->cx);
    return e == OK && w->arena->failed ? ERR_NO_MEMORY : e;
}

static void read_done(void *arg, enum err outcome)
{
    struct rest_work *w = arg;
    if (outcome == ERR_TIMEOUT) { /* the same again would take as long */
        (void)refuse(&w->cx, &refusal_too_much_to_read, TEXT_NONE);
    }
    if (outcome != OK) {
        rest_problem(w, outcome);
    }
    rest_end(w);
}

void rest_read(struct rest_work *w, enum err (*read)(struct rest_work *w))
{
    w->read = read;
    w->job = (struct db_job){ .run = read_job, .done = read_done, .arg = w };
    enum err e = db_submit(house_db(w->server->house), &w->job);
    if (e != OK) {
        read_done(w, e);
    }
}

/* -- who asks ---------------------------------------------------------------------------- */

/* The key of "Authorization: Bearer KEY"; the scheme's case does not matter (RFC 9110
 * section 11.1). */
text_t rest_bearer_key(text_t authorization)
{
    static const char scheme[] = "bearer ";
    if (authorization.n <= sizeof scheme - 1 ||
        strncasecmp(authorization.s, scheme, sizeof scheme - 1) != 0) {
        return TEXT_NONE;
    }
    return text_trim(
        (text_t){ authorization.s + sizeof scheme - 1, authorization.n - (sizeof scheme - 1) });
}

static bool changes(enum http_method method)
{
    return method != HTTP_GET && method != HTTP_HEAD && method != HTTP_OPTIONS;
}

/* OK, or a refusal: not signed in, or a change by cookie without its form token. */
enum err rest_authenticate(struct rest_work *w)
{
    const struct rest_request *r = w->request;
    bool by_cookie = false;
    text_t key = rest_bearer_key(r->authorization);
    if (!key.s && !r->cookie.s) {
        return refuse(&w->cx, &refusal_not_signed_in, TEXT_NONE);
    }
    enum err e = w->server->config.authenticate(w->server->house, w->arena, key,
                                                key.s ? TEXT_NONE : r->cookie, &by_cookie, &w->who);
    if (e == ERR_NOT_FOUND || e == ERR_INVALID) {
        w->who = (struct who){ 0 };
        return refuse(&w->cx, &refusal_not_signed_in, TEXT_NONE);
    }
    TRY(e);
    w->signed_in = true;
    if (!r->accept_language.s && w->who.language) {
        w->language = w->cx.language = w->who.language;
    }
    w->cx.company = w->who.company;
    w->by_cookie = by_cookie;
    if (by_cookie && changes(r->method) &&
        !w->server->config.form_token_good(w->server->house, r->cookie, r->form_token)) {
        return refuse(&w->cx, &refusal_form_token, TEXT_NONE);
    }
    return OK;
}

/* -- dispatch ---------------------------------------------------------------------------- */

static const char *method_name(enum http_method m)
{
    static const char *const names[] = {
        [HTTP_GET] = "GET",         [HTTP_HEAD] = "HEAD",   [HTTP_POST] = "POST",
        [HTTP_PUT] = "PUT",         [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
        [HTTP_OPTIONS] = "OPTIONS", [HTTP_OTHER] = "?",
    };
    return names[m];
}

static void answer_get(struct rest_work *w)
{
    const struct route *t = &w->route;
    enum err e = OK;
    if (t->document) {
        rest_print_document(w);
        return;
    }
    if (t->query) {
        rest_report(w);
        return;
    }
    if (t->history) {
        rest_read(w, rest_read_history);
        return;
    }
    e = rest_list_params(w);
    if (e != OK) {
        rest_problem(w, e);
        rest_end(w);
        return;
    }
    if (t->export) {
        rest_export(w);
        return;
    }
    rest_read(w, t->id ? rest_read_record : rest_read_list);
}

static void dispatch(struct rest_work *w)
{
    struct rest_request *r = w->request;
    enum http_method method = r->method == HTTP_HEAD ? HTTP_GET : r->method;
    if (!(w->route.methods >> method & 1)) {
        rest_refuse(w, &refusal_method_not_allowed, NULL, text_of(method_name(r->method)),
                    TEXT_NONE);
        return;
    }
    if (w->route.fixed) {
        w->route.fixed->answer(w);
        return;
    }
    if (w->route.part) {
        rest_part(w);
    } else if (w->route.import) {
        rest_import(w);
    } else if (method == HTTP_GET) {
        answer_get(w);
    } else {
        rest_change(w);
    }
}

static struct rest_work *begin(struct rest_server *s, struct rest_request *r)
{
    struct rest_work *w = ARENA_NEW(r->arena, struct rest_work);
    r->work = w;
    r->answer = (struct rest_answer){ 0 };
    rest_hold(s);
    w->server = s;
    w->request = r;
    w->arena = r->arena;
    w->began_us = clock_monotonic_us();
    w->language = r->accept_language.s ? language_accept(r->accept_language) : "en";
    w->cx = (struct cx){
        .arena = r->arena, .house = s->house, .who = &w->who, .language = w->language, .decimals = 2
    };
    return w;
}

/* A request without an address did not come over the network. One that a proxy of this machine has
 * passed on came from elsewhere. */
static bool from_this_machine(const struct rest_request *r)
{
    return !r->relayed && (text_empty(r->peer) || text_starts(r->peer, "127.") ||
                           text_is(r->peer, "::1") || text_starts(r->peer, "::ffff:127."));
}

static bool is_open(const struct rest_work *w)
{
    enum open_to open = w->route.fixed ? w->route.fixed->open : OPEN_TO_USERS;
    return open == OPEN_TO_ALL || (open == OPEN_TO_MACHINE && from_this_machine(w->request));
}

void rest_submit(struct rest_server *s, struct rest_request *r,
                 void (*done)(struct rest_request *r, void *arg), void *arg)
{
    r->done = done;
    r->done_arg = arg;
    struct rest_work *w = begin(s, r);
    bool there = rest_route(s, r->path, &w->route);
    enum err e = there && is_open(w) ? OK : rest_authenticate(w);
    if (e == OK && !there) {
        e = refuse(&w->cx, &refusal_not_found, TEXT_NONE);
    }
    if (e == OK &&
        http_form_parse(w->arena, r->query, HTTP_PARAMS_MAX, &w->params, &w->n_params) != OK) {
        e = REFUSE(&w->cx, &refusal_bad_request, TEXT_NONE, TEXT("?"));
    }
    if (e != OK) {
        rest_problem(w, e);
        rest_end(w);
        return;
    }
    dispatch(w);
}

/* -- waiting ----------------------------------------------------------------------------- */

static void wake(struct rest_request *r, void *arg)
{
    (void)r;
    latch_down(arg);
}

void rest_call(struct rest_server *s, struct rest_request *r)
{
    struct latch answered;
    latch_init(&answered, 1);
    rest_submit(s, r, wake, &answered);
    latch_wait(&answered);
}
