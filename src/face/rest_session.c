/* /api/v1/session: who am I. */
#include "face/rest_own.h"

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

void rest_session(struct rest_work *w)
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
    json_close(&o, '}');
    rest_json(w, 200, buf_done(&b));
    rest_end(w);
}
