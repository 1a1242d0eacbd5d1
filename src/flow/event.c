/* Events and handovers: what happened, and what follows from it in the same transaction. */
#include "flow/log.h"
#include "flow/own.h"
#include "flow/work.h"
#include "meta/kinds.h"
#include "meta/refs.h"
#include "meta/shape.h"

#define DATA_MAX 8192

/* The fields of the record that its events carry: those marked F_EVENT, its code and its state. */
static text_t event_data(struct cx *cx, const struct entity *e, const void *record)
{
    const struct entity_info *info = house_info(cx->house, e->index);
    struct buf b;
    struct json_out o;
    buf_init(&b, cx->arena, DATA_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    for (size_t i = 0; i < info->n_fields; i++) {
        const struct field *f = &info->fields[i];
        bool carried = (f->flags & F_EVENT) || f->kind == &kind_state ||
                       (e->code && strcmp(e->code, f->name) == 0);
        if (carried && !(f->flags & F_SECRET) && f->kind != &kind_lines) {
            int decimals = f->kind == &kind_money
                               ? field_decimals(cx, info->fields, info->n_fields, f, record)
                               : cx->decimals;
            f->kind->to_json(cx, f, (const char *)record + f->offset, decimals, &o, f->name);
        }
    }
    json_close(&o, '}');
    return buf_done(&b);
}

static bool happened_to(const struct flow *flow, const char *event, const char *verb,
                        int64_t record)
{
    size_t prefix = strcspn(event, ".");
    for (const struct happened *h = flow->happened; h; h = h->next) {
        if (h->record == record && strncmp(h->name, event, prefix) == 0 && h->name[prefix] == '.' &&
            strcmp(h->name + prefix + 1, verb) == 0) {
            return true;
        }
    }
    return false;
}

static enum err follow(struct cx *cx, const struct handover *h, const struct entity *e,
                       const void *record, void *payload)
{
    if (h->unless &&
        happened_to(cx->flow, h->event, h->unless, ((const struct record *)record)->id)) {
        return OK;
    }
    if (h->when && !h->when(record, payload)) {
        return OK;
    }
    if (h->run) {
        return h->run(cx, record, payload);
    }
    if (h->task) {
        return task_open(cx, h->task, e, record);
    }
    return job_queue(cx, h->job, TEXT_NONE, e, ((const struct record *)record)->id);
}

static enum err follow_all(struct cx *cx, const char *name, const struct entity *e,
                           const void *record, void *payload)
{
    const struct house_plan *plan = house_plan(cx->house);
    INVARIANT(cx->flow->depth < HANDOVER_DEPTH_MAX);
    cx->flow->depth++;
    for (size_t i = 0; i < plan->n_handovers; i++) {
        if (strcmp(plan->handovers[i].event, name) == 0) {
            TRY(follow(cx, &plan->handovers[i], e, record, payload));
        }
    }
    cx->flow->depth--;
    return OK;
}

enum err event_of_task(struct cx *cx, const char *name, const struct entity *e,
                       const struct record *r)
{
    TRY(log_event(cx, name, e, r, TEXT("{}")));
    return follow_all(cx, name, e, r, NULL);
}

enum err event_publish(struct cx *cx, const char *name, const struct entity *e, const void *record,
                       void *payload)
{
    struct happened *now = ARENA_NEW(cx->arena, struct happened);
    INVARIANT(cx->flow != NULL);
    *now = (struct happened){ name, ((const struct record *)record)->id, cx->flow->happened };
    cx->flow->happened = now;
    if (cx->flow->depth == 0) { /* what follows from an event in the same command is not told again:
                                   the feed has the cause */
        TRY(log_event(cx, name, e, record, event_data(cx, e, record)));
    }
    TRY(follow_all(cx, name, e, record, payload));
    return rules_follow(cx, name, e, record);
}

enum err flow_at_end(struct cx *cx, enum err (*fn)(struct cx *cx, void *state), void *state)
{
    for (struct end_work *w = cx->flow->end_first; w; w = w->next) {
        if (w->fn == fn && w->state == state) {
            return OK;
        }
    }
    struct end_work *w = ARENA_NEW(cx->arena, struct end_work);
    *w = (struct end_work){ fn, state, NULL };
    if (cx->flow->end_last) {
        cx->flow->end_last->next = w;
    } else {
        cx->flow->end_first = w;
    }
    cx->flow->end_last = w;
    return OK;
}

void *flow_state(struct cx *cx, const void *key, size_t size)
{
    for (struct kept_state *s = cx->flow->states; s; s = s->next) {
        if (s->key == key) {
            return s->state;
        }
    }
    struct kept_state *s = ARENA_NEW(cx->arena, struct kept_state);
    *s = (struct kept_state){ key, arena_alloc(cx->arena, size), cx->flow->states };
    cx->flow->states = s;
    return s->state;
}

void flow_status(struct cx *cx, int status)
{
    if (cx->flow) {
        cx->flow->status = status;
    }
}
