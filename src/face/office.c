/* Requests for pages: who asks, which page, one reading job, one document. */
#include "face/office_own.h"

#include "face/rest_own.h"
#include "http/params.h"
#include "meta/locale.h"
#include "os/clock.h"

#include <stdlib.h>

struct office *office_new(struct rest_server *rest)
{
    struct office *o = calloc(1, sizeof *o);
    if (o) {
        o->rest = rest;
        o->house = rest_house(rest);
    }
    return o;
}

void office_free(struct office *o)
{
    free(o);
}

/* -- answers ----------------------------------------------------------------------------- */

static void header(struct rest_answer *a, const char *name, text_t value)
{
    INVARIANT(a->n_headers < REST_HEADERS_MAX);
    a->headers[a->n_headers++] = (struct http_header_line){ name, value };
}

/* Nothing runs in a page but the program's own scripts, and no other site may frame it. */
static void put_policy(struct rest_answer *a)
{
    header(a, "Content-Security-Policy",
           TEXT("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: "
                "blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src "
                "'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"));
    header(a, "X-Frame-Options", TEXT("DENY"));
    header(a, "Cross-Origin-Opener-Policy", TEXT("same-origin"));
    header(a, "Permissions-Policy", TEXT("camera=(self), geolocation=(), microphone=()"));
}

static void end(struct office_work *w)
{
    metrics_count(w->office->rest->metrics, METRIC_PAGE, 0, w->request->answer.status,
                  clock_monotonic_us() - w->began_us);
    w->done(w->request, w->done_arg);
}

static void redirect(struct office_work *w, text_t address)
{
    struct rest_answer *a = &w->request->answer;
    *a = (struct rest_answer){ .status = 303 };
    header(a, "Location", address);
}

static void answer_page(struct office_work *w)
{
    struct rest_answer *a = &w->request->answer;
    struct page_cx *p = &w->page;
    if (w->own.redirect.s) {
        redirect(w, w->own.redirect);
        return;
    }
    *a = (struct rest_answer){ .status = p->status };
    if (w->own.content_type) {
        a->content_type = w->own.content_type;
        a->body = buf_done(&w->html.b);
    } else {
        a->content_type = "text/html; charset=utf-8";
        a->body = w->own.place.fragment ? buf_done(&w->html.b) : office_framed(p);
    }
    put_policy(a);
    header(a, "Vary", TEXT("Cookie, Accept-Language, Accept-Encoding"));
    int64_t us = clock_monotonic_us() - w->began_us;
    header(a, "Server-Timing",
           text_fmt(w->request->arena, "page;dur=%lld.%lld, sql;desc=%lld", (long long)(us / 1000),
                    (long long)(us / 100 % 10), (long long)tx_statements(w->cx.tx)));
    if (w->own.header.name) {
        header(a, w->own.header.name, w->own.header.value);
    }
}

/* -- the job ----------------------------------------------------------------------------- */

/* The home site, unless the person works there no more or it is no more. */
static int64_t home_of(struct cx *cx, int64_t id)
{
    const struct entity_info *info = id ? house_entity(cx->house, TEXT("site")) : NULL;
    if (!info) {
        return 0;
    }
    struct record *site = arena_alloc(cx->arena, info->entity->shape.size);
    return store_get_visible(cx, info->entity, id, site) == OK && !site->archived ? id : 0;
}

/* Who the person is beyond what permissions need. Master data: no statement. */
static void take_account(struct office_work *w)
{
    struct page_cx *p = &w->page;
    if (w->who.user &&
        store_get_any(&w->cx, &user_account_entity, w->who.user, &w->own.account) != OK) {
        w->own.account = (struct user_account){ 0 };
    }
    p->site = home_of(&w->cx, w->own.account.home_site.id);
}

static void begin_page(struct office_work *w)
{
    struct page_cx *p = &w->page;
    html_init(&w->html, w->request->arena, OFFICE_PAGE_MAX);
    *p = (struct page_cx){ .cx = &w->cx,
                           .h = &w->html,
                           .path = w->request->path,
                           .id = w->own.place.id,
                           .rest = w->own.place.rest,
                           .params = p->params,
                           .n_params = p->n_params,
                           .status = 200,
                           .own = &w->own };
    w->own.content_type = NULL;
    w->own.header = (struct http_header_line){ 0 };
    w->own.frame = FRAME_OFFICE;
    w->own.redirect = TEXT_NONE;
    take_account(w);
    office_person(p);
}

/* Reports and the pages of areas do what they must; whatever walks lists is held to their time. */
static enum err bound_reading(struct office_work *w)
{
    const struct place_of *place = &w->own.place;
    bool free = place->query || (place->page && place->area);
    return free ? OK : tx_limit(w->cx.tx, LIST_READ_MS);
}

static enum err read_job(struct tx *tx, void *arg)
{
    struct office_work *w = arg;
    const struct rest_config *config = &w->office->rest->config;
    instant_t now = config->now ? config->now(config->arg) : INSTANT_NONE;
    cx_init(&w->cx, w->office->house, w->request->arena, tx, &w->who, w->language);
    if (!instant_none(now)) {
        w->cx.now = now;
    }
    begin_page(w);
    const struct place_of *place = &w->own.place;
    enum err e = OK;
    if (!place->show) {
        e = refuse(&w->cx, &refusal_not_found, TEXT_NONE);
    } else if (place->permission && !cx_may(&w->cx, place->permission)) {
        e = REFUSE(&w->cx, &refusal_forbidden, TEXT_NONE, text_of(place->permission));
    } else {
        e = bound_reading(w);
        e = e == OK ? place->show(&w->page) : e;
    }
    if (e == ERR_REFUSED || e == ERR_NOT_FOUND) { /* a page that says so, from the same snapshot */
        struct failure failure = w->cx.failure;
        begin_page(w);
        w->cx.failure = failure;
        office_problem_page(&w->page, e);
        e = OK;
    }
    if (e == OK) {
        answer_page(w);
    }
    cx_done(&w->cx);
    return e == OK && (w->request->arena->failed || w->html.b.failed) ? ERR_NO_MEMORY : e;
}

/* What cannot be said in a page of the house: the store does not answer, memory is short. */
static void answer_trouble(struct office_work *w, enum err outcome)
{
    struct rest_answer *a = &w->request->answer;
    int status = 500;
    *a = (struct rest_answer){ 0 };
    bool too_much = outcome == ERR_TIMEOUT; /* the same again would take as long */
    if (too_much) {
        (void)refuse(&w->cx, &refusal_too_much_to_read, TEXT_NONE);
    }
    (void)flow_problem(&w->cx, &w->cx.failure, outcome, &status);
    const char *title = too_much ? refusal_too_much_to_read.title
                                 : N_("This page could not be made just now");
    const char *says = too_much ? refusal_too_much_to_read.detail
                                : N_("Nothing was lost. Wait a moment and load it again.");
    struct html h;
    html_init(&h, w->request->arena, OFFICE_PAGE_MAX);
    html_literal(&h, "<!DOCTYPE html>");
    OPEN(&h, "html", { "lang", text_of(w->language) });
    OPEN(&h, "head");
    EMPTY(&h, "meta", { "charset", TEXT("utf-8") });
    EL(&h, "title", TEXT("Kontor"));
    html_close(&h, "head");
    OPEN(&h, "body");
    EL(&h, "h1", text_of(locale_text(w->language, title)));
    EL(&h, "p", text_of(locale_text(w->language, says)));
    html_close(&h, "body");
    html_close(&h, "html");
    a->status = status;
    a->content_type = "text/html; charset=utf-8";
    a->body = buf_done(&h.b);
    put_policy(a);
    header(a, "Retry-After", status == 503 ? TEXT("2") : TEXT_NONE);
}

static void job_done(void *arg, enum err outcome)
{
    struct office_work *w = arg;
    if (outcome != OK) {
        answer_trouble(w, outcome);
    }
    end(w);
}

/* -- who asks ---------------------------------------------------------------------------- */

text_t office_next(text_t wanted)
{
    bool good = wanted.n > 0 && wanted.n <= 2000 && wanted.s[0] == '/' && html_address_good(wanted);
    return good && !text_starts(wanted, "/api/") && !text_starts(wanted, "/office/sign-in")
               ? wanted
               : TEXT("/");
}

static bool signed_in(struct office_work *w)
{
    const struct rest_request *r = w->request;
    bool by_cookie = false;
    return r->cookie.s &&
           w->office->rest->config.authenticate(w->office->house, r->arena, TEXT_NONE, r->cookie,
                                                &by_cookie, &w->who) == OK;
}

/* The door of a person's work: the counter for who sells, the inbox for who carries, else Today. */
static text_t own_door(struct office_work *w)
{
    if (cx_may(&w->cx, "setup.read") || cx_may(&w->cx, "ledger.read") ||
        cx_may(&w->cx, "user.read")) {
        return TEXT("/office");
    }
    if (cx_may(&w->cx, "till.use")) {
        return TEXT("/office/counter");
    }
    return cx_may(&w->cx, "stock.receive") ? TEXT("/inbox") : TEXT("/office");
}

static text_t sign_in_address(struct office_work *w)
{
    const struct rest_request *r = w->request;
    struct buf b;
    if (text_is(r->path, "/")) {
        return TEXT("/office/sign-in");
    }
    text_t next = r->query.n ? text_fmt(r->arena, "%s?%s", r->path.s, r->query.s) : r->path;
    buf_init(&b, r->arena, (size_t)16 * 1024);
    buf_str(&b, "/office/sign-in?next=");
    for (size_t i = 0; i < next.n; i++) {
        unsigned char c = (unsigned char)next.s[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '/' || c == '-' || c == '_' || c == '.';
        buf_fmt(&b, plain ? "%c" : "%%%02X", c);
    }
    return buf_done(&b);
}

bool office_open_to_all(text_t path)
{
    return text_is(path, "/office/sign-in") || text_is(path, "/inbox/manifest.json") ||
           text_is(path, "/inbox/worker.js");
}

static struct office_work *begin(struct office *o, struct rest_request *r)
{
    struct office_work *w = ARENA_NEW(r->arena, struct office_work);
    r->answer = (struct rest_answer){ 0 };
    w->office = o;
    w->request = r;
    w->began_us = clock_monotonic_us();
    w->language = r->accept_language.s ? language_accept(r->accept_language) : "en";
    w->own.office = o;
    w->own.request = r;
    w->cx = (struct cx){
        .arena = r->arena, .house = o->house, .who = &w->who, .language = w->language, .decimals = 2
    };
    return w;
}

static void run(struct office_work *w)
{
    w->job = (struct db_job){ .run = read_job, .done = job_done, .arg = w };
    enum err e = db_submit(house_db(w->office->house), &w->job);
    if (e != OK) {
        job_done(w, e);
    }
}

/* Only reading: every change goes through the REST face. */
static bool readable(struct office_work *w)
{
    enum http_method m = w->request->method;
    if (m == HTTP_GET || m == HTTP_HEAD) {
        return true;
    }
    w->request->answer = (struct rest_answer){ .status = 405 };
    header(&w->request->answer, "Allow", TEXT("GET, HEAD"));
    return false;
}

/* Without its filters a list would show more than was asked for. */
static enum err refuse_query(struct page_cx *p)
{
    return REFUSE(p->cx, &refusal_bad_request, TEXT_NONE, TEXT("?"));
}

void office_submit(struct office *o, struct rest_request *r,
                   void (*done)(struct rest_request *r, void *arg), void *arg)
{
    struct office_work *w = begin(o, r);
    w->done = done;
    w->done_arg = arg;
    bool in = signed_in(w);
    if (in && w->who.language) {
        w->language = w->cx.language = w->who.language;
    }
    w->cx.company = w->who.company;
    if (!readable(w)) {
        end(w);
        return;
    }
    bool read = http_form_parse(r->arena, r->query, HTTP_PARAMS_MAX, &w->page.params,
                                &w->page.n_params) == OK;
    if (text_is(r->path, "/") && in) {
        redirect(w, own_door(w));
        end(w);
        return;
    }
    if (!in && !office_open_to_all(r->path)) {
        redirect(w, sign_in_address(w));
        end(w);
        return;
    }
    (void)office_route(o, r->path, &w->own.place);
    if (!read) {
        w->page.n_params = 0;
        w->own.place.show = refuse_query;
    }
    run(w);
}

/* -- waiting ----------------------------------------------------------------------------- */

static void wake(struct rest_request *r, void *arg)
{
    (void)r;
    latch_down(arg);
}

void office_call(struct office *o, struct rest_request *r)
{
    struct latch answered;
    latch_init(&answered, 1);
    office_submit(o, r, wake, &answered);
    latch_wait(&answered);
}
