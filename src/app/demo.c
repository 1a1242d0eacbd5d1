/* The demo house: how its calls are made, and the days one after the other. */
#include "app/demo_own.h"
#include "os/clock.h"

#include <stdio.h>

#define ZONE "Europe/Madrid"

int64_t demo_roll(struct demo *d, int64_t n)
{
    return (int64_t)rng_below(&d->rng, (uint64_t)n);
}

bool demo_at(struct demo *d, int hour, int minute)
{
    int64_t wall = (d->first.days + d->day) * US_PER_DAY +
                   ((int64_t)hour * 3600 + minute * 60) * US_PER_SECOND;
    int64_t offset = zone_offset_seconds(ZONE, (instant_t){ wall });
    d->now.us = wall - offset * US_PER_SECOND;
    return d->failed == OK && d->now.us <= d->until.us;
}

void demo_fail(struct demo *d, const char *what, text_t said)
{
    if (d->failed == OK) {
        d->failed = ERR_REFUSED;
        snprintf(d->why, 256, "%s: %.200s", what, said.s ? said.s : "");
    }
}

/* -- calls --------------------------------------------------------------------------------------
 */

void demo_args(struct demo *d, struct demo_args *a)
{
    buf_init(&a->b, &d->scratch, (size_t)4 << 20);
    json_out_init(&a->o, &a->b);
    json_open(&a->o, NULL, '{');
}

text_t demo_args_end(struct demo_args *a)
{
    json_close(&a->o, '}');
    return buf_done(&a->b);
}

void demo_put_money(struct json_out *o, const char *key, int64_t cents)
{
    char text[DECIMAL_TEXT_MAX];
    decimal_print(cents, 2, 2, text);
    json_put_str(o, key, text);
}

void demo_put_pieces(struct json_out *o, const char *key, int64_t pieces)
{
    char text[DECIMAL_TEXT_MAX];
    decimal_print(pieces, 0, 0, text);
    json_put_str(o, key, text);
}

int64_t demo_cents(const struct json *j, const char *key)
{
    text_t t = j ? json_get_text(j, key) : TEXT_NONE;
    int64_t cents = 0;
    return t.s && decimal_parse(t.s, t.n, 2, &cents) == OK ? cents : 0;
}

/* Fills in a call; its texts in the arena. */
static bool call_fill(struct demo *d, struct arena *a, struct call *c, enum demo_user_index who,
                      const char *entity, const char *command, int64_t record, text_t args)
{
    *c = (struct call){
        .house = d->k->house, .arena = a, .who = &d->people[who], .language = "en", .now = d->now
    };
    if (flow_name(c, entity, command, record, args) != OK) {
        demo_fail(d, "a call cannot be made", text_of(command ? command : entity));
        return false;
    }
    return true;
}

static const struct json *called(struct demo *d, enum demo_user_index who, const char *entity,
                                 const char *command, int64_t record, text_t args, bool must,
                                 int64_t *id)
{
    struct call c;
    struct json *j = NULL;
    struct json_fault fault;
    if (d->failed != OK || !call_fill(d, &d->scratch, &c, who, entity, command, record, args)) {
        return NULL;
    }
    enum err e = flow_call(&c);
    d->report->calls++;
    if (e != OK && e != ERR_REFUSED) {
        d->failed = e;
        snprintf(d->why, 256, "%s/%s: %s", entity, command ? command : "create", err_name(e));
        return NULL;
    }
    if (e == ERR_REFUSED) {
        d->report->refused++;
        if (must) {
            demo_fail(d, text_fmt(&d->scratch, "%s/%s", entity, command ? command : "create").s,
                      import_said(&d->scratch, &c));
        }
        return NULL;
    }
    *id = c.answer_id;
    return json_parse(&d->scratch, c.answer.s, c.answer.n, &j, &fault) == OK ? j : NULL;
}

const struct json *demo_call(struct demo *d, enum demo_user_index who, const char *entity,
                             const char *command, int64_t record, text_t args, bool must)
{
    int64_t ignored;
    return called(d, who, entity, command, record, args, must, &ignored);
}

int64_t demo_make(struct demo *d, enum demo_user_index who, const char *entity, const char *command,
                  int64_t record, text_t args)
{
    int64_t id = 0;
    (void)called(d, who, entity, command, record, args, true, &id);
    return id;
}

void demo_sell(struct demo *d, enum demo_user_index who, text_t args, int64_t lane,
               struct demo_sold *sold)
{
    struct flight *f = d->failed == OK ? flight_take(&d->flights, lane) : NULL;
    if (!f) {
        d->failed = d->failed == OK ? d->flights.failed : d->failed;
        return;
    }
    if (!call_fill(d, &f->arena, &f->call, who, "sales_order", "checkout", 0, args)) {
        flight_drop(f);
        return;
    }
    f->doc = sold;
    d->report->calls++;
    flight_send(f);
}

/* What the customer may bring back later. */
static void keep_sold(struct demo *d, const struct call *call, struct demo_sold *s)
{
    struct arena a;
    struct json *j;
    struct json_fault fault;
    arena_init(&a, (size_t)16 << 20);
    if (json_parse(&a, call->answer.s, call->answer.n, &j, &fault) == OK) {
        const struct json *lines = json_get(j, "lines");
        int64_t i = 0;
        for (const struct json *l = lines ? lines->first : NULL; l && i < s->n; l = l->next) {
            s->total[i++] = demo_cents(l, "total");
        }
        s->number = text_copy(&d->arena, json_get_text(j, "number"));
        s->id = call->answer_id;
    }
    arena_free(&a);
}

static enum err landed(void *arg, struct flight *f, bool *again)
{
    struct demo *d = arg;
    (void)again;
    if (f->call.outcome == OK && f->doc) {
        keep_sold(d, &f->call, f->doc);
    } else if (f->call.outcome == ERR_REFUSED) {
        d->report->refused++;
        demo_fail(d, "a sale was refused", import_said(&f->arena, &f->call));
    }
    return f->call.outcome;
}

/* -- the days -----------------------------------------------------------------------------------
 */

static void build(struct demo *d, int days, void (*progress)(void *arg, int permille), void *arg)
{
    d->day = -1;
    demo_found(d);
    for (d->day = 0; d->day < days && d->failed == OK; d->day++) {
        if (progress) {
            progress(arg, 50 + d->day * 950 / days);
        }
        demo_morning(d);
        demo_shops(d);
        demo_evening(d);
        arena_reset(&d->scratch);
    }
    if (progress && d->failed == OK) {
        progress(arg, 1000);
    }
}

enum err demo_build(struct kontor *k, uint64_t seed, int days, date_t today,
                    void (*progress)(void *arg, int permille), void *arg, struct demo_report *out,
                    char why[static 256])
{
    struct arena self;
    int64_t company, began = clock_monotonic_us();
    instant_t now = clock_now();
    *out = (struct demo_report){ .calls = 0 };
    why[0] = '\0';
    if (days < 0 || days > DEMO_DAYS_MAX) {
        snprintf(why, 256, "the days must be 0 to %d", DEMO_DAYS_MAX);
        return ERR_RANGE;
    }
    if (kontor_company(k, &company) == OK) {
        snprintf(why, 256, "there is a company already: a demo needs a house of its own");
        return ERR_EXISTS;
    }
    arena_init(&self, (size_t)64 << 20);
    struct demo *d = ARENA_NEW(&self, struct demo);
    d->k = k;
    d->report = out;
    d->why = why;
    d->today = date_none(today) ? zone_date(ZONE, now) : today;
    d->first.days = d->today.days - days + 1;
    d->until = now;
    arena_init(&d->arena, (size_t)512 << 20);
    arena_init(&d->scratch, (size_t)512 << 20);
    rng_seed(&d->rng, seed);
    flights_open(&d->flights, k, 0, FLIGHTS_MAX, landed, d);
    build(d, days, progress, arg);
    flights_close(&d->flights);
    enum err e = d->failed != OK ? d->failed : d->flights.failed;
    if (e != OK && why[0] == '\0') {
        snprintf(why, 256, "the demo cannot go on (%s)", err_name(e));
    }
    arena_free(&d->scratch);
    arena_free(&d->arena);
    arena_free(&self);
    out->milliseconds = (clock_monotonic_us() - began) / 1000;
    return e;
}
