/* The job push_send: those who may take a task are told on their devices. */
#include "common/company/company.h"
#include "common/push/push_parts.h"
#include "common/site/site.h"
#include "face/format.h"
#include "meta/locale.h"

#define DEVICES_MAX 200
#define LOOKED_AT   2000
#define TEXT_MAX    1000
#define ONE_MS      10000
#define ALL_MS      20000 /* who has not been told by then is told in the next step */

struct told {
    int64_t id; /* of the subscription */
    struct push_device device;
    text_t plain;
    enum push_end end;
    bool tried;
    text_t said;
};

struct telling {
    struct push_keys keys;
    text_t subject, topic;
    struct told *devices;
    size_t n;
};

enum err push_task(struct cx *cx, const void *record, void *payload)
{
    const struct task *t = record;
    struct rows any;
    const struct value company[] = { v_int(cx->company) };
    (void)payload;
    TRY(store_query(cx, "SELECT 1 FROM push_subscriptions WHERE company = $1 AND ended = 0 LIMIT 1",
                    company, 1, &any));
    return any.n ? job_queue(cx, "push_send", TEXT_NONE, &task_entity, t->record.id) : OK;
}

/* -- whom, and what ---------------------------------------------------------------------------- */

/* The newest devices of those who work at the task's site; filtered by role in holds(). */
static enum err find_devices(struct cx *cx, const struct task *t, struct rows *out)
{
    const struct value args[] = { v_int(cx->company), v_int(t->site.id), v_int(t->assignee.id),
                                  v_int(LOOKED_AT) };
    return store_query(cx,
                       "SELECT s.id, s.endpoint, s.p256dh, s.auth, u.language, u.roles"
                       " FROM push_subscriptions s JOIN user_accounts u ON u.id = s.user_account"
                       " WHERE s.company = $1 AND s.ended = 0 AND s.archived = 0 AND u.archived = 0"
                       " AND u.active = 1 AND ($3 = 0 OR u.id = $3)"
                       " AND ($2 = 0 OR u.all_sites = 1 OR EXISTS (SELECT 1 FROM user_sites x"
                       " WHERE x.user_account = u.id AND x.site = $2 AND x.archived = 0))"
                       " ORDER BY s.id DESC LIMIT $4",
                       args, N_ELEMENTS(args), out);
}

/* A task that has been handed to a person is theirs whatever their roles. */
static bool holds(struct cx *cx, const struct task *t, text_t roles)
{
    uint64_t bits;
    text_t unknown;
    int role = house_role(cx->house, t->role);
    return t->assignee.id || (role >= 0 && account_roles(cx->house, roles, &bits, &unknown) == OK &&
                              (bits >> role & 1));
}

/* A task of several steps is told to those who are left: all of them at first. */
static bool is_left(const struct json *args, int64_t id)
{
    const struct json *left = args ? json_get(args, "left") : NULL;
    for (const struct json *j = left ? left->first : NULL; j; j = j->next) {
        int64_t one;
        if (text_to_i64(j->text, &one) == OK && one == id) {
            return true;
        }
    }
    return !left;
}

/* "Due 3 Mar 2026, 10:00": on the clock of the task's site. */
static text_t due_of(struct cx *cx, const struct task *t, const char *language,
                     const struct company *company)
{
    struct site site;
    struct buf b;
    bool known = t->site.id && store_get_any(cx, &site_entity, t->site.id, &site) == OK;
    buf_init(&b, cx->arena, TEXT_MAX);
    const char *words = locale_text(language, N_("Due {1}"));
    const char *at = strstr(words, "{1}");
    buf_add(&b, words, at ? (size_t)(at - words) : strlen(words));
    format_time(format_for(language, company->country, DIGITS_USUAL), &b, t->due,
                known && site.time_zone.s ? site.time_zone : company->time_zone, TIME_MEDIUM);
    buf_str(&b, at ? at + 3 : "");
    return buf_done(&b);
}

/* Small and without personal data: what kind of work, until when, and where to look. */
static text_t plain_of(struct cx *cx, const struct task *t, const struct company *company,
                       text_t theirs)
{
    char due[INSTANT_TEXT_MAX];
    struct buf b;
    struct json_out o;
    const char *language = theirs.s ? language_known(theirs) : NULL;
    language = language ? language : "en";
    buf_init(&b, cx->arena, PUSH_TEXT_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_put_str(&o, "title", locale_text(language, t->title.s));
    if (!instant_none(t->due)) {
        (void)instant_print(t->due, due);
        json_put_str(&o, "due", due);
        json_put_text(&o, "body", due_of(cx, t, language, company));
    }
    json_put_text(&o, "url", text_fmt(cx->arena, "/inbox?task=%lld", (long long)t->record.id));
    json_close(&o, '}');
    return buf_done(&b);
}

static bool device_of(struct cx *cx, const struct rows *r, size_t i, struct told *out)
{
    out->id = rows_int(r, i, 0);
    out->device.endpoint = text_copy(cx->arena, rows_text(r, i, 1));
    return push_unbase64(rows_text(r, i, 2), out->device.point, PUSH_POINT) &&
           push_unbase64(rows_text(r, i, 3), out->device.auth, PUSH_AUTH);
}

enum err push_gather(struct cx *cx, const struct json *args, struct outward *o)
{
    struct task t;
    struct company company;
    struct rows found;
    struct telling *all = ARENA_NEW(cx->arena, struct telling);
    all->devices = ARENA_ARRAY(cx->arena, DEVICES_MAX, struct told);
    enum err e = store_get_any(cx, &task_entity, o->job->subject, &t);
    if (e == OK) {
        e = push_house_keys(cx, &all->keys);
    }
    if (e != OK && e != ERR_NOT_FOUND) {
        return e;
    }
    o->work = all;
    if (e == ERR_NOT_FOUND || t.state == TASK_DONE || t.state == TASK_REJECTED) {
        return OK; /* nobody needs to be told any more */
    }
    TRY(company_get(cx, &company));
    all->subject = text_empty(company.mail_from)
                       ? TEXT_NONE
                       : text_fmt(cx->arena, "mailto:%s", company.mail_from.s);
    all->topic = text_fmt(cx->arena, "task-%lld", (long long)t.record.id);
    TRY(find_devices(cx, &t, &found));
    for (size_t i = 0; i < found.n && all->n < DEVICES_MAX; i++) {
        struct told *d = &all->devices[all->n];
        if (is_left(args, rows_int(&found, i, 0)) && holds(cx, &t, rows_text(&found, i, 5)) &&
            device_of(cx, &found, i, d)) {
            d->plain = plain_of(cx, &t, &company, rows_text(&found, i, 4));
            all->n++;
        }
    }
    return OK;
}

/* -- telling ----------------------------------------------------------------------------------- */

void push_reach(struct outward *o)
{
    struct telling *all = o->work;
    int64_t end = outside_ms() + ALL_MS;
    for (size_t i = 0; i < all->n && outside_ms() < end; i++) {
        struct told *d = &all->devices[i];
        const struct push_message m = { .to = &d->device,
                                        .house = &all->keys,
                                        .subject = all->subject,
                                        .topic = all->topic,
                                        .plain = d->plain,
                                        .now = o->now };
        d->end = push_send(outside_of(o->house), &m, o->stop, ONE_MS, o->arena, &d->said);
        d->tried = d->end != PUSH_STOPPED;
        if (d->end == PUSH_LATER) {
            o->end = OUTWARD_LATER;
            o->said = d->said;
        } else if (d->end == PUSH_STOPPED) {
            break; /* what is left is told by the next step, at the next start */
        }
    }
}

/* -- how it went ------------------------------------------------------------------------------- */

static enum err note(struct cx *cx, const struct told *d)
{
    struct push_subscription s, before;
    enum err e = store_get_any(cx, &push_subscription_entity, d->id, &s);
    if (e != OK) {
        return e == ERR_NOT_FOUND ? OK : e;
    }
    before = s;
    s.last_error = d->end == PUSH_SENT ? TEXT_NONE : d->said;
    s.ended = s.ended || d->end == PUSH_GONE;
    bool changed = s.ended != before.ended || !text_eq(s.last_error, before.last_error);
    return changed ? store_update(cx, &push_subscription_entity, &before, &s) : OK;
}

enum err push_settle(struct cx *cx, const struct json *args, struct job_progress *progress)
{
    const struct telling *all = progress->outward->work;
    struct buf b;
    struct json_out o;
    size_t untold = 0, again = 0;
    (void)args;
    if (!all) { /* whom to tell could not be read */
        return OK;
    }
    buf_init(&b, cx->arena, (size_t)64 * 1024);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_open(&o, "left", '[');
    for (size_t i = 0; i < all->n; i++) {
        const struct told *d = &all->devices[i];
        if (d->tried) {
            TRY(note(cx, d));
        }
        if (!d->tried || d->end == PUSH_LATER) {
            json_put_i64(&o, NULL, d->id);
            untold += !d->tried;
            again += d->tried;
        }
    }
    json_close(&o, ']');
    json_close(&o, '}');
    progress->job->args = buf_done(&b);
    progress->again = untold > 0 && again == 0;
    return OK;
}
