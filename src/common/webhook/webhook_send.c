/* The job webhook_send: from the feed to the receiver, in order. */
#include "common/webhook/webhook_parts.h"
#include "face/feed.h"
#include "face/hook.h"

#define LOOKED_AT    500 /* events at a time; what none of them is for is passed over by writing */
#define MESSAGES_MAX 32  /* taken by the receiver before that is written down */
#define BODY_MAX     ((size_t)64 * 1024)
#define ONE_MS       10000
#define BEGIN_MS     10000 /* no message is begun later in an attempt, */
#define ALL_MS       20000 /* and none goes on longer */
#define GIVEN_UP_US  (INT64_C(5) * US_PER_DAY)

struct message {
    int64_t seq;
    text_t id, body;
};

struct telling {
    struct webhook hook;
    text_t secrets[2];
    size_t n_secrets;
    bool test;
    struct message messages[MESSAGES_MAX];
    size_t n, n_taken;
    int64_t upto; /* where the feed was read to, when all are taken */
    bool gone;
};

/* After the first failure, the second, ...; then each day. */
static int64_t pause_us(int64_t tries)
{
    static const int64_t seconds[] = { 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400 };
    size_t n = tries < 1 ? 0 : (size_t)tries - 1;
    return seconds[n < N_ELEMENTS(seconds) ? n : N_ELEMENTS(seconds) - 1] * US_PER_SECOND;
}

static enum err find_hook(struct cx *cx, int64_t id, struct webhook *w, bool *on)
{
    enum err e = store_get_any(cx, &webhook_entity, id, w);
    *on = e == OK && !w->record.archived && w->state != WEBHOOK_OFF;
    return e == ERR_NOT_FOUND ? OK : e;
}

/* -- what there is to tell --------------------------------------------------------------------- */

struct found {
    struct feed_event events[MESSAGES_MAX];
    size_t n;
    int64_t upto;
    bool more; /* what was read is worth being passed over by writing */
};

static enum err look(struct cx *cx, const struct webhook *w, struct found *out)
{
    struct feed_page page;
    TRY(feed_read(cx, w->sent_up_to, LOOKED_AT, &page));
    *out = (struct found){ .upto = page.last, .more = page.more };
    for (size_t i = 0; i < page.n; i++) {
        if (!webhook_listens(w->events, page.events[i].name)) {
            continue;
        }
        if (out->n == MESSAGES_MAX) {
            out->upto = out->events[out->n - 1].seq;
            break;
        }
        out->events[out->n++] = page.events[i];
    }
    return OK;
}

enum err webhook_wanted(struct cx *cx, const struct job *job, bool *yes)
{
    struct webhook w;
    struct found found;
    bool on;
    TRY(find_hook(cx, job->subject, &w, &on));
    *yes = !on || !instant_none(w.test_at); /* of one that is off the job ends */
    if (!*yes) {
        TRY(look(cx, &w, &found));
        *yes = found.n > 0 || found.more;
    }
    return OK;
}

static struct json_out *open_body(struct cx *cx, struct buf *b, struct json_out *o, text_t type,
                                  instant_t at)
{
    char time[INSTANT_TEXT_MAX];
    (void)instant_print(at, time);
    buf_init(b, cx->arena, BODY_MAX);
    json_out_init(o, b);
    json_open(o, NULL, '{');
    json_put_text(o, "type", type);
    json_put_str(o, "timestamp", time);
    json_open(o, "data", '{');
    return o;
}

static text_t body_done(struct buf *b, struct json_out *o)
{
    json_close(o, '}');
    json_close(o, '}');
    return buf_done(b);
}

/* What names it to the receiver: the same at each try, and of no other house. */
static struct message message_of(struct cx *cx, const struct feed_event *e)
{
    struct buf b;
    struct json_out o;
    feed_print(e, open_body(cx, &b, &o, e->name, (instant_t){ e->at }));
    return (struct message){
        .seq = e->seq,
        .id = text_fmt(cx->arena, "evt_%lld_%lld", (long long)e->seq, (long long)e->at),
        .body = body_done(&b, &o),
    };
}

static struct message test_of(struct cx *cx, const struct webhook *w)
{
    struct buf b;
    struct json_out o;
    (void)open_body(cx, &b, &o, TEXT("webhook.test"), w->test_at);
    json_put_i64(&o, "webhook", w->record.id);
    json_put_text(&o, "name", w->name);
    return (struct message){
        .id = text_fmt(cx->arena, "test_%lld_%lld", (long long)w->record.id,
                       (long long)w->test_at.us),
        .body = body_done(&b, &o),
    };
}

enum err webhook_gather(struct cx *cx, const struct json *args, struct outward *o)
{
    struct telling *t = ARENA_NEW(cx->arena, struct telling);
    struct webhook *w = &t->hook;
    struct found found = { .n = 0 };
    bool on;
    (void)args;
    TRY(find_hook(cx, o->job->subject, w, &on));
    if (!on) {
        o->settled = true;
        return OK;
    }
    o->work = t;
    t->test = !instant_none(w->test_at);
    t->upto = w->sent_up_to;
    if (t->test) {
        t->messages[t->n++] = test_of(cx, w);
    } else {
        TRY(look(cx, w, &found));
        t->upto = found.upto;
    }
    for (size_t i = 0; i < found.n; i++) {
        t->messages[t->n++] = message_of(cx, &found.events[i]);
    }
    t->secrets[t->n_secrets++] = w->secret;
    if (w->old_secret.s && w->old_until.us > o->now.us) {
        t->secrets[t->n_secrets++] = w->old_secret;
    }
    return OK;
}

/* -- telling ----------------------------------------------------------------------------------- */

static enum hook_end tell_all(struct outward *o, struct telling *t, struct outside_line *line,
                              int64_t began)
{
    enum hook_end end = HOOK_TAKEN;
    while (t->n_taken < t->n && end == HOOK_TAKEN && outside_ms() < began + BEGIN_MS &&
           outward_hold(o)) {
        const struct message *one = &t->messages[t->n_taken];
        const struct hook_message m = { .url = t->hook.url,
                                        .id = one->id,
                                        .body = one->body,
                                        .secrets = t->secrets,
                                        .n_secrets = t->n_secrets,
                                        .now = { o->now.us + (outside_ms() - began) * 1000 } };
        end = hook_send(outside_of(o->house), line, &m, ONE_MS, o->arena, &o->said);
        t->n_taken += end == HOOK_TAKEN;
    }
    return end;
}

void webhook_reach(struct outward *o)
{
    struct telling *t = o->work;
    int64_t began = outside_ms();
    enum hook_end end = HOOK_LATER;
    struct outside_line *line = outside_open(outside_of(o->house), o->stop, began + ALL_MS);
    o->said = TEXT("there is no memory for it");
    if (line) {
        end = tell_all(o, t, line, began);
    }
    outside_close(line);
    t->gone = end == HOOK_GONE;
    o->end = end == HOOK_LATER || end == HOOK_GONE    ? OUTWARD_LATER
             : end == HOOK_STOPPED && t->n_taken == 0 ? OUTWARD_STOPPED
                                                      : OUTWARD_DONE;
}

/* -- how it went ------------------------------------------------------------------------------- */

static struct value time_value(instant_t t)
{
    return instant_none(t) ? v_null() : v_int(t.us);
}

/* No change of the record that anybody makes: without a version, so that who edits the webhook is
 * not in its way, and without a line of history for each message. */
static enum err keep_outcome(struct cx *cx, const struct webhook *w)
{
    const struct value args[] = {
        v_int(w->record.id),         v_int(w->sent_up_to),         time_value(w->last_success),
        time_value(w->last_failure), v_text(w->failure),           v_int(w->tries),
        time_value(w->next_try),     time_value(w->failing_since), time_value(w->test_at),
    };
    return store_exec(cx,
                      "UPDATE webhooks SET sent_up_to = $2, last_success = $3, last_failure = $4,"
                      " failure = $5, tries = $6, next_try = $7, failing_since = $8, test_at = $9"
                      " WHERE id = $1",
                      args, N_ELEMENTS(args));
}

static void note_taken(struct cx *cx, const struct telling *t, struct webhook *w)
{
    if (t->test && w->test_at.us == t->hook.test_at.us) {
        w->test_at = INSTANT_NONE; /* a test is tried once */
    }
    if (t->n_taken > 0) {
        w->last_success = cx->now;
        w->tries = 0;
        w->next_try = w->failing_since = INSTANT_NONE;
    }
    if (!t->test && w->sent_up_to == t->hook.sent_up_to) { /* else it was set anew meanwhile */
        w->sent_up_to = t->n_taken == t->n ? t->upto
                        : t->n_taken > 0   ? t->messages[t->n_taken - 1].seq
                                           : w->sent_up_to;
    }
}

static void note_failed(struct cx *cx, const struct telling *t, text_t said, struct webhook *w)
{
    w->last_failure = cx->now;
    w->failure = said;
    if (!t || !t->test) {
        w->tries++;
        w->next_try.us = cx->now.us + pause_us(w->tries);
        w->failing_since = instant_none(w->failing_since) ? cx->now : w->failing_since;
    }
}

/* One failure is none yet: most are over at the next try. */
static int64_t next_state(struct cx *cx, const struct telling *t, const struct webhook *w)
{
    bool long_ago = !instant_none(w->failing_since) &&
                    w->failing_since.us + GIVEN_UP_US <= cx->now.us;
    bool works = t && t->n_taken > 0;
    return long_ago || (t && t->gone) ? WEBHOOK_OFF
           : w->tries > 1             ? WEBHOOK_FAILING
           : works                    ? WEBHOOK_ON
                                      : w->state;
}

static enum err note_state(struct cx *cx, int64_t state, struct webhook *w)
{
    static const char *const events[] = { [WEBHOOK_OFF] = "webhook.stopped",
                                          [WEBHOOK_ON] = "webhook.recovered",
                                          [WEBHOOK_FAILING] = "webhook.failing" };
    const struct webhook before = *w;
    if (state == w->state) {
        return OK;
    }
    w->state = state;
    TRY(store_update(cx, &webhook_entity, &before, w));
    return event_publish(cx, events[state], &webhook_entity, w, w);
}

enum err webhook_settle(struct cx *cx, const struct json *args, struct job_progress *progress)
{
    struct outward *o = progress->outward;
    const struct telling *t = o->work;
    struct webhook w;
    bool on;
    (void)args;
    TRY(find_hook(cx, progress->job->subject, &w, &on));
    if (!on) { /* the job ends: turning on makes another */
        o->end = OUTWARD_DONE;
        return OK;
    }
    progress->again = true;
    if (t) {
        note_taken(cx, t, &w);
    }
    if (o->end != OUTWARD_DONE) {
        note_failed(cx, t, o->said, &w);
    }
    TRY(keep_outcome(cx, &w));
    progress->not_before = w.tries > 0 && instant_none(w.test_at) ? w.next_try : cx->now;
    TRY(note_state(cx, next_state(cx, t, &w), &w));
    if (w.state == WEBHOOK_OFF) {
        progress->again = false;
        o->end = OUTWARD_DONE;
    }
    return OK;
}
