/* POST, PATCH and DELETE: the body, the conditions of the headers, one command. */
#include "face/rest_own.h"

#include <strings.h>

/* -- what the headers say ---------------------------------------------------------------- */

static bool is_json(text_t content_type)
{
    text_t rest;
    text_t type = text_trim(text_split(content_type, ';', &rest));
    static const char json[] = "application/json";
    return type.n == sizeof json - 1 && strncasecmp(type.s, json, type.n) == 0;
}

/* "7" in quotes, as ETag gave it, or * for any. A weak tag never matches a change (RFC 9110
 * section 13.1.1). */
static enum err take_if_match(struct rest_work *w, int64_t *version)
{
    text_t tag = w->request->if_match;
    *version = 0;
    if (!tag.s || text_is(tag, "*")) {
        return OK;
    }
    if (tag.n > 2 && tag.s[0] == '"' && tag.s[tag.n - 1] == '"' &&
        text_to_i64((text_t){ tag.s + 1, tag.n - 2 }, version) == OK && *version > 0) {
        return OK;
    }
    return REFUSE(&w->cx, &refusal_bad_request, TEXT("If-Match"), TEXT("If-Match"));
}

static enum err take_key(struct rest_work *w, text_t *key)
{
    *key = w->request->idempotency_key;
    bool good = !key->s || (key->n > 0 && key->n <= REST_KEY_MAX);
    for (size_t i = 0; good && key->s && i < key->n; i++) {
        good = key->s[i] >= ' ' && key->s[i] <= '~';
    }
    return good ? OK
                : REFUSE(&w->cx, &refusal_bad_request, TEXT("Idempotency-Key"),
                         TEXT("Idempotency-Key"));
}

enum err rest_body(struct rest_work *w, const struct json **out)
{
    const struct rest_request *r = w->request;
    struct json_fault fault = { 0 };
    struct json *j = NULL;
    *out = NULL;
    if (text_empty(text_trim(r->body))) {
        return OK;
    }
    /* `curl -d` says form by itself. A key is never sent by a browser on its own, so nothing can be
     * forged with one; a cookie needs JSON and the form token. */
    bool by_curl = r->authorization.n > 0 &&
                   text_starts(r->content_type, "application/x-www-form-urlencoded");
    if (r->content_type.s && !is_json(r->content_type) && !by_curl) {
        return refuse(&w->cx, &refusal_media_type, TEXT_NONE);
    }
    enum err e = json_parse(w->arena, r->body.s, r->body.n, &j, &fault);
    if (e == ERR_INVALID) {
        return REFUSE(&w->cx, &refusal_bad_json, TEXT_NONE, text_of(fault.what),
                      text_fmt(w->arena, "%zu", fault.at));
    }
    *out = j;
    return e;
}

/* -- the command ------------------------------------------------------------------------- */

static void put_location(struct rest_work *w)
{
    const struct entity *e = w->route.info->entity;
    if (w->call.status == 201 && w->call.answer_id && !(e->flags & E_LINE) &&
        cx_may(&w->cx, e->read)) {
        rest_header_add(
            w, "Location",
            text_fmt(w->arena, "/api/v1/%s/%lld", e->plural, (long long)w->call.answer_id));
    }
}

/* -- a lost race says what changed ------------------------------------------------------- */

#define FIELDS_MAX 128

struct changed {
    text_t name;
    const struct json *old, *new;
};

/* Over several changes of one field: the first old value and the last new one. */
static size_t merge_changes(const struct json *changes, struct changed *list, size_t n)
{
    for (const struct json *m = changes->first; m; m = m->next) {
        size_t i = 0;
        while (i < n && !text_eq(list[i].name, m->key)) {
            i++;
        }
        if (i == FIELDS_MAX || m->count != 2) { /* secrets say nothing */
            continue;
        }
        if (i == n) {
            list[n++] = (struct changed){ .name = m->key, .old = m->first };
        }
        list[i].new = m->first->next;
    }
    return n;
}

static void put_changed(struct buf *b, const struct changed *list, size_t n)
{
    buf_str(b, ",\"changed\":{");
    for (size_t i = 0; i < n; i++) {
        buf_str(b, i ? "," : "");
        buf_json(b, list[i].name);
        buf_str(b, ":[");
        json_write(b, list[i].old);
        buf_char(b, ',');
        json_write(b, list[i].new);
        buf_char(b, ']');
    }
    buf_char(b, '}');
}

/* The refusal's document with the record's version and the fields that differ from the one the
 * caller had. */
static enum err read_changed(struct rest_work *w)
{
    const struct entity *e = w->route.info->entity;
    struct changed list[FIELDS_MAX];
    struct rows rows;
    struct buf b;
    size_t n = 0;
    const struct value args[] = { v_int(w->route.id), v_int(w->cx.company),
                                  v_int(w->call.if_version) };
    void *record = arena_alloc(w->arena, e->shape.size);
    text_t problem = w->call.answer;
    rest_json(w, w->call.status, problem);
    w->request->answer.content_type = "application/problem+json";
    if (!cx_may(&w->cx, e->read) || store_get_visible(&w->cx, e, w->route.id, record) != OK) {
        return OK;
    }
    TRY(store_query(
        &w->cx,
        "SELECT changes FROM history WHERE record = $1 AND company = $2 AND version > $3 ORDER "
        "BY version",
        args, N_ELEMENTS(args), &rows));
    for (size_t i = 0; i < rows.n; i++) {
        struct json *changes;
        struct json_fault fault;
        text_t t = rows_text(&rows, i, 0);
        if (json_parse(w->arena, t.s, t.n, &changes, &fault) == OK) {
            n = merge_changes(changes, list, n);
        }
    }
    buf_init(&b, w->arena, REST_BODY_MAX);
    buf_add(&b, problem.s, problem.n - 1); /* without the closing brace */
    buf_fmt(&b, ",\"version\":%lld", (long long)((const struct record *)record)->version);
    if (n > 0) {
        put_changed(&b, list, n);
    }
    buf_char(&b, '}');
    w->request->answer.body = buf_done(&b);
    return b.failed ? ERR_NO_MEMORY : OK;
}

/* A refusal's document is taken as the flow made it: under a key it is kept, and the same again
 * gets the same bytes. */
static void change_done(struct call *call)
{
    struct rest_work *w = call->user;
    struct rest_answer *a = &w->request->answer;
    if (call->failure.why == &refusal_version_conflict && w->route.id && !call->key.s) {
        rest_read(w, read_changed); /* with a key the kept document is the answer */
        return;
    }
    a->status = call->status;
    a->body = call->answer;
    a->content_type = call->status < 400 ? "application/json" : "application/problem+json";
    if (call->status < 400) {
        put_location(w);
        if (call->version) {
            rest_etag(w, call->version);
        }
    } else {
        w->cx.failure = call->failure;
        rest_problem_headers(w);
    }
    if (call->replayed) {
        rest_header_add(w, "Idempotent-Replay", TEXT("true"));
    }
    rest_end(w);
}

static enum call_verb verb_of(const struct rest_work *w)
{
    if (w->route.command) {
        return CALL_COMMAND;
    }
    switch (w->request->method) {
    case HTTP_PATCH:
        return CALL_UPDATE;
    case HTTP_DELETE:
        return CALL_ARCHIVE;
    default:
        return CALL_CREATE;
    }
}

enum err rest_call_fill(struct rest_work *w)
{
    const struct rest_config *config = &w->server->config;
    struct call *call = &w->call;
    TRY(take_key(w, &call->key));
    TRY(take_if_match(w, &call->if_version));
    call->house = w->server->house;
    call->arena = w->arena;
    call->who = &w->who;
    call->language = w->language;
    call->now = config->now ? config->now(config->arg) : INSTANT_NONE;
    call->done = change_done;
    call->user = w;
    return OK;
}

static enum err fill_call(struct rest_work *w)
{
    struct call *call = &w->call;
    if (w->n_params > 0) {
        text_t name = w->params[0].name;
        return REFUSE(&w->cx, &refusal_unknown_filter, name.n < 100 ? name : TEXT_NONE,
                      name.n < 100 ? name : TEXT("?"));
    }
    TRY(rest_call_fill(w));
    TRY(rest_body(w, &call->args));
    call->command = w->route.command;
    call->verb = verb_of(w);
    call->entity = w->route.info->entity;
    call->record_id = w->route.id;
    call->body = w->request->body;
    return OK;
}

void rest_change(struct rest_work *w)
{
    if (!w->route.command) {
        w->route.metric = METRIC_CHANGE;
    }
    enum err e = fill_call(w);
    if (e != OK) {
        rest_problem(w, e);
        rest_end(w);
        return;
    }
    flow_submit(&w->call);
}
