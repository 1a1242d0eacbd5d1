/* /api/v1/session: signing in, who am I, signing out. The cookie is for browsers (HttpOnly,
 * SameSite=Lax, Secure over TLS); programs use keys. */
#include "face/rest_own.h"

#include "flow/account.h"
#include "meta/shape.h"
#include "os/clock.h"

static void put_sites(struct rest_work *w, struct json_out *o)
{
    if (w->who.all_sites) {
        json_put_str(o, "sites", "all");
        return;
    }
    json_open(o, "sites", '[');
    for (size_t i = 0; i < w->who.n_sites; i++) {
        json_put_i64(o, NULL, w->who.sites[i]);
    }
    json_close(o, ']');
}

static void put_roles(struct rest_work *w, struct json_out *o)
{
    const struct house_plan *plan = house_plan(w->server->house);
    json_open(o, "roles", '[');
    for (size_t i = 0; i < plan->n_roles && i < 64; i++) {
        if (w->who.roles >> i & 1) {
            json_put_str(o, NULL, plan->roles[i].name);
        }
    }
    json_close(o, ']');
}

/* Who asks, as JSON; by cookie with the form token, so that a page that was loaded again has it. */
static text_t person(struct rest_work *w, text_t cookie, instant_t expires_at)
{
    struct buf b;
    struct json_out o;
    buf_init(&b, w->arena, REST_BODY_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_put_i64(&o, "user", w->who.user);
    json_put_text(&o, "name", w->who.name);
    json_put_i64(&o, "company", w->who.company);
    put_roles(w, &o);
    put_sites(w, &o);
    json_put_str(&o, "language", w->language);
    if (cookie.s) {
        json_put_text(&o, "form_token", account_form_token(w->arena, cookie));
    }
    if (!instant_none(expires_at)) {
        char out[INSTANT_TEXT_MAX];
        json_put_text(&o, "expires_at", (text_t){ out, instant_print(expires_at, out) });
    }
    json_close(&o, '}');
    return buf_done(&b);
}

static void set_cookie(struct rest_work *w, text_t value, int64_t seconds)
{
    rest_header_add(w, "Set-Cookie",
                    text_fmt(w->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%lld%s",
                             REST_SESSION_COOKIE, value.s ? value.s : "", (long long)seconds,
                             w->request->secure ? "; Secure" : ""));
}

/* -- signing in -------------------------------------------------------------------------- */

struct sign_in_args {
    text_t company, name, password, code;
};
static const struct field sign_in_rows[] = {
    F_TEXT(sign_in_args, company, N_("Company"), .max = 60),
    F_TEXT(sign_in_args, name, N_("Name"), .flags = F_REQUIRED, .max = 200),
    F_TEXT(sign_in_args, password, N_("Password"), .flags = F_REQUIRED | F_SECRET, .max = 1000),
    F_TEXT(sign_in_args, code, N_("Code"), .flags = F_SECRET, .max = 60),
};

static void signed_in(struct sign_in *s)
{
    struct rest_work *w = s->user;
    if (s->outcome != OK) {
        w->cx.failure = s->failure;
        rest_problem(w, s->outcome);
        rest_end(w);
        return;
    }
    w->who = s->who;
    instant_t now = instant_none(s->now) ? clock_now() : s->now;
    rest_json(w, 200, person(w, s->cookie, s->expires_at));
    set_cookie(w, s->cookie, (s->expires_at.us - now.us) / US_PER_SECOND);
    rest_end(w);
}

static enum err sign_in_args(struct rest_work *w, struct sign_in_args *args)
{
    const struct json *body;
    TRY(rest_body(w, &body));
    TRY(shape_clear(&w->cx, sign_in_rows, N_ELEMENTS(sign_in_rows), args));
    return shape_from_json(&w->cx, sign_in_rows, N_ELEMENTS(sign_in_rows), SHAPE_ARGS, body, args);
}

static void sign_in(struct rest_work *w)
{
    const struct rest_config *config = &w->server->config;
    struct sign_in_args args;
    struct sign_in *s = ARENA_NEW(w->arena, struct sign_in);
    enum err e = sign_in_args(w, &args);
    if (e != OK) {
        rest_problem(w, e);
        rest_end(w);
        return;
    }
    s->house = w->server->house;
    s->arena = w->arena;
    s->company = args.company;
    s->name = args.name;
    s->password = args.password;
    s->code = args.code;
    s->peer = w->request->peer;
    s->agent = w->request->agent;
    s->old_cookie = w->request->cookie;
    s->now = config->now ? config->now(config->arg) : INSTANT_NONE;
    s->done = signed_in;
    s->user = w;
    account_sign_in(s);
}

/* -- signing out ------------------------------------------------------------------------- */

static void signed_out(struct call *call)
{
    struct rest_work *w = call->user;
    w->cx.failure = call->failure;
    if (call->outcome != OK) {
        rest_problem(w, call->outcome);
    } else {
        w->request->answer.status = 204;
        set_cookie(w, TEXT_NONE, 0);
    }
    rest_end(w);
}

static void sign_out(struct rest_work *w)
{
    if (!w->by_cookie) { /* a key is revoked, not signed out */
        rest_refuse(w, &refusal_not_found, NULL, TEXT_NONE, TEXT_NONE);
        return;
    }
    w->call = (struct call){ .house = w->server->house,
                             .arena = w->arena,
                             .who = &w->who,
                             .language = w->language,
                             .now = INSTANT_NONE,
                             .done = signed_out,
                             .user = w };
    account_sign_out(&w->call, w->request->cookie);
}

void rest_session(struct rest_work *w)
{
    if (w->request->method == HTTP_POST) {
        sign_in(w);
        return;
    }
    enum err e = rest_authenticate(w);
    if (e != OK) {
        rest_problem(w, e);
        rest_end(w);
    } else if (w->request->method == HTTP_DELETE) {
        sign_out(w);
    } else {
        rest_json(w, 200, person(w, w->by_cookie ? w->request->cookie : TEXT_NONE, INSTANT_NONE));
        rest_end(w);
    }
}
