/* Proving the books in the background: one invariant a step, each in a snapshot of its own, with
 * the result on the job. */
#include "app/plan.h"
#include "app/verify.h"
#include "flow/work.h"

#define RESULT_MAX  ((size_t)1 << 20)
#define FAULT_BYTES 2000

struct step {
    const struct invariant *invariant;
    int64_t company;
    size_t n;
    text_t faults;
};

static int64_t number_of(const struct json *args, const char *name)
{
    const struct json *m = args ? json_get(args, name) : NULL;
    int64_t v = 0;
    return m && text_to_i64(m->text, &v) == OK ? v : 0;
}

enum err verify_gather(struct cx *cx, const struct json *args, struct outward *o)
{
    struct step *s = ARENA_NEW(o->arena, struct step);
    int64_t at = number_of(args, "done");
    s->company = cx->company;
    s->invariant = at >= 0 && (size_t)at < n_invariants ? &invariants[at] : NULL;
    o->settled = !s->invariant;
    o->work = s;
    return OK;
}

void verify_reach(struct outward *o)
{
    struct step *s = o->work;
    enum err e = verify_one(o->house, s->invariant, s->company, o->arena, &s->n, &s->faults);
    o->end = e == OK ? OUTWARD_DONE : OUTWARD_LATER;
    o->said = e == OK ? TEXT_NONE : text_of(err_name(e));
}

static text_t shortened(text_t t)
{
    size_t n = t.n < FAULT_BYTES ? t.n : FAULT_BYTES;
    while (n < t.n && n > 0 && ((unsigned char)t.s[n] & 0xC0) == 0x80) {
        n--;
    }
    return (text_t){ t.s ? t.s : "", n };
}

static void put_result(struct json_out *o, const struct step *s)
{
    json_open(o, NULL, '{');
    json_put_str(o, "name", s->invariant->name);
    json_put_str(o, "says", s->invariant->says);
    json_put_bool(o, "holds", s->n == 0);
    json_put_i64(o, "rows", (int64_t)s->n);
    json_put_text(o, "faults", shortened(s->faults));
    json_close(o, '}');
}

static text_t next_result(struct cx *cx, const struct json *args, const struct step *s)
{
    struct buf b, one;
    struct json_out o;
    const struct json *old = args ? json_get(args, "results") : NULL;
    buf_init(&b, cx->arena, RESULT_MAX);
    buf_init(&one, cx->arena, RESULT_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_put_i64(&o, "done", number_of(args, "done") + 1);
    json_put_i64(&o, "of", (int64_t)n_invariants);
    json_put_i64(&o, "broken", number_of(args, "broken") + (s->n > 0));
    json_open(&o, "results", '[');
    for (const struct json *m = old ? old->first : NULL; m; m = m->next) {
        one.n = 0;
        json_write(&one, m);
        json_put_raw(&o, NULL, buf_done(&one));
    }
    put_result(&o, s);
    json_close(&o, ']');
    json_close(&o, '}');
    return buf_done(&b);
}

enum err verify_settle(struct cx *cx, const struct json *args, struct job_progress *progress)
{
    const struct step *s = progress->outward->work;
    if (progress->outward->end != OUTWARD_DONE || !s->invariant) {
        return OK;
    }
    progress->job->args = next_result(cx, args, s);
    progress->again = (size_t)number_of(args, "done") + 1 < n_invariants;
    return OK;
}
