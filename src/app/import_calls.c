/* Calls in flight: many at once, so that one commit carries many of them, in an order that can be
 * kept where it matters. */
#include "app/import_own.h"
#include "db/db.h"

#define CALL_ARENA_MAX ((size_t)64 << 20)

void flights_open(struct flights *fs, struct kontor *k, int64_t company, size_t window,
                  enum err (*landed)(void *arg, struct flight *f, bool *again), void *arg)
{
    memset(fs, 0, sizeof *fs);
    fs->k = k;
    fs->who = kontor_system(company);
    fs->lock = (mutex_t)MUTEX_INIT;
    cond_init(&fs->ready);
    fs->window = window < FLIGHTS_MAX ? window : FLIGHTS_MAX;
    fs->in_order = db_store(k->db) == DB_SQLITE; /* one writer, first come first served */
    fs->landed = landed;
    fs->arg = arg;
    for (size_t i = 0; i < FLIGHTS_MAX; i++) {
        fs->slots[i].of = fs;
        arena_init(&fs->slots[i].arena, CALL_ARENA_MAX);
    }
}

static void touched_down(struct call *call)
{
    struct flight *f = call->user;
    struct flights *fs = f->of;
    mutex_lock(&fs->lock);
    f->done = true;
    cond_signal(&fs->ready);
    mutex_unlock(&fs->lock);
}

void flight_send(struct flight *f)
{
    struct flights *fs = f->of;
    f->call.house = fs->k->house;
    f->call.arena = &f->arena;
    f->call.who = f->call.who ? f->call.who : &fs->who;
    f->call.language = "en";
    f->call.done = touched_down;
    f->call.user = f;
    f->done = false;
    fs->calls++;
    flow_submit(&f->call);
}

void flight_drop(struct flight *f)
{
    f->used = false;
    f->of->n_used--;
    arena_reset(&f->arena);
}

/* Takes in what has landed. */
static void reap(struct flights *fs)
{
    for (size_t i = 0; i < FLIGHTS_MAX; i++) {
        struct flight *f = &fs->slots[i];
        bool again = false;
        mutex_lock(&fs->lock);
        bool done = f->used && f->done;
        mutex_unlock(&fs->lock);
        if (!done) {
            continue;
        }
        enum err e = fs->landed(fs->arg, f, &again);
        if (e != OK && fs->failed == OK) {
            fs->failed = e;
        }
        if (again && e == OK) {
            flight_send(f);
        } else {
            flight_drop(f);
        }
    }
}

/* Something has landed since the last look. */
static bool any_done(const struct flights *fs)
{
    for (size_t i = 0; i < FLIGHTS_MAX; i++) {
        if (fs->slots[i].used && fs->slots[i].done) {
            return true;
        }
    }
    return false;
}

static void wait_one(struct flights *fs)
{
    mutex_lock(&fs->lock);
    while (!any_done(fs)) {
        cond_wait(&fs->ready, &fs->lock);
    }
    mutex_unlock(&fs->lock);
    reap(fs);
}

static bool lane_busy(const struct flights *fs, int64_t lane)
{
    for (size_t i = 0; i < FLIGHTS_MAX && lane != 0 && !fs->in_order; i++) {
        if (fs->slots[i].used && fs->slots[i].lane == lane) {
            return true;
        }
    }
    return false;
}

static bool is_about(const struct flights *fs, int64_t about)
{
    for (size_t i = 0; i < FLIGHTS_MAX && about != 0; i++) {
        if (fs->slots[i].used && fs->slots[i].about == about) {
            return true;
        }
    }
    return false;
}

struct flight *flight_take(struct flights *fs, int64_t lane)
{
    while (fs->failed == OK && (fs->n_used >= fs->window || lane_busy(fs, lane))) {
        wait_one(fs);
    }
    for (size_t i = 0; i < FLIGHTS_MAX && fs->failed == OK; i++) {
        struct flight *f = &fs->slots[i];
        if (!f->used) {
            memset(&f->call, 0, sizeof f->call);
            f->call.now = INSTANT_NONE;
            f->used = true;
            f->done = false;
            f->lane = lane;
            f->about = 0;
            f->doc = NULL;
            fs->n_used++;
            return f;
        }
    }
    return NULL;
}

enum err flights_wait_for(struct flights *fs, int64_t about)
{
    while (fs->failed == OK && is_about(fs, about)) {
        wait_one(fs);
    }
    return fs->failed;
}

enum err flights_drain(struct flights *fs)
{
    while (fs->n_used > 0) {
        wait_one(fs);
    }
    return fs->failed;
}

void flights_close(struct flights *fs)
{
    while (fs->n_used > 0) {
        wait_one(fs);
    }
    for (size_t i = 0; i < FLIGHTS_MAX; i++) {
        arena_free(&fs->slots[i].arena);
    }
}

/* -- one at a time ----------------------------------------------------------------------------- */

text_t import_said(struct arena *a, const struct call *call)
{
    struct json *j;
    struct json_fault fault;
    if (call->answer.n > 0 && json_parse(a, call->answer.s, call->answer.n, &j, &fault) == OK) {
        text_t detail = json_get_text(j, "detail"), title = json_get_text(j, "title");
        text_t field = json_get_text(j, "field");
        text_t said = detail.n > 0 ? detail : title;
        return field.n > 0 ? text_fmt(a, "%s (%s)", said.s ? said.s : "", field.s) : said;
    }
    return text_of(err_name(call->outcome));
}

enum err import_call(struct flights *fs, struct arena *a, const char *entity, const char *command,
                     int64_t record, text_t args, int64_t *id, text_t *said)
{
    struct call call = {
        .house = fs->k->house, .arena = a, .who = &fs->who, .language = "en", .now = INSTANT_NONE
    };
    TRY(flow_name(&call, entity, command, record, args));
    enum err e = flow_call(&call);
    fs->calls++;
    if (id) {
        *id = call.answer_id;
    }
    if (e != OK && said) {
        *said = import_said(a, &call);
    }
    return e;
}

struct reading {
    struct kontor *k;
    struct who who;
    struct arena *arena;
    enum err (*fn)(struct cx *cx, void *arg);
    void *arg;
};

static enum err read_job(struct tx *tx, void *arg)
{
    struct reading *r = arg;
    struct cx cx;
    cx_init(&cx, r->k->house, r->arena, tx, &r->who, "en");
    enum err e = r->fn(&cx, r->arg);
    cx_done(&cx);
    return e;
}

enum err import_read(struct kontor *k, int64_t company, struct arena *a,
                     enum err (*fn)(struct cx *cx, void *arg), void *arg)
{
    struct reading r = { k, kontor_system(company), a, fn, arg };
    return db_read(k->db, read_job, &r);
}
