/* Addresses for operators: is it alive, may it take work, its figures, its description. */
#include "face/openapi.h"
#include "face/rest_own.h"

static const char ok_body[] = "{\"status\":\"ok\"}";

/* A small write, so that "alive" means that a sale could be stored now. The check waits on the
 * server's own thread; whoever comes meanwhile gets the last outcome, so that a store that hangs
 * holds one thread at most. */
void rest_health(struct rest_work *w)
{
    struct rest_server *s = w->server;
    if (pthread_mutex_trylock(&s->health_lock) == 0) {
        s->health = (int)db_health(house_db(s->house));
        mutex_unlock(&s->health_lock);
    }
    enum err e = (enum err)s->health;
    if (e == OK) {
        rest_json(w, 200, text_of(ok_body));
    } else {
        rest_problem(w, e);
    }
    rest_end(w);
}

static enum err read_one(struct rest_work *w)
{
    struct rows rows;
    TRY(store_query(&w->cx, "SELECT version FROM cache_version WHERE id = 1", NULL, 0, &rows));
    if (rows.n != 1) {
        return ERR_STORE;
    }
    rest_json(w, 200, text_of(ok_body));
    return OK;
}

void rest_ready(struct rest_work *w)
{
    rest_read(w, read_one);
}

void rest_metrics(struct rest_work *w)
{
    struct buf b;
    struct rest_answer *a = &w->request->answer;
    buf_init(&b, w->arena, (size_t)4 * 1024 * 1024);
    metrics_print(w->server->metrics, w->server->house, w->server->http, &b);
    a->status = 200;
    a->content_type = "text/plain; version=0.0.4; charset=utf-8";
    a->body = buf_done(&b);
    rest_end(w);
}

void rest_openapi(struct rest_work *w)
{
    struct rest_server *s = w->server;
    mutex_lock(&s->lock);
    if (!s->openapi.s) {
        struct buf b;
        buf_init(&b, &s->arena, REST_BODY_MAX);
        openapi_print(s->house, &b);
        s->openapi = buf_done(&b);
    }
    mutex_unlock(&s->lock);
    rest_json(w, 200, s->openapi);
    rest_end(w);
}
