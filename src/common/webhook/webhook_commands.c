/* What is done with webhooks, and the area. */
#include "common/webhook/webhook_parts.h"
#include "face/feed.h"
#include "face/hook.h"
#include "face/page.h"

#define OVERLAP_HOURS     "24"
#define OVERLAP_HOURS_MAX 168
#define HOUR_US           (INT64_C(3600) * US_PER_SECOND)

/* -- arguments and answers --------------------------------------------------------------------- */

struct webhook_create {
    text_t name, url, events;
};
static const struct field create_rows[] = {
    F_TEXT(webhook_create, name, N_("Name"), .flags = F_REQUIRED, .max = 120,
           .help = N_("What the receiver is.")),
    F_TEXT(webhook_create, url, N_("Address"), .flags = F_REQUIRED, .max = OUTSIDE_ADDRESS_MAX,
           .help = N_("Where the messages go: https://...")),
    F_TEXT(webhook_create, events, N_("Events"), .flags = F_REQUIRED, .max = 1000,
           .fallback = "sales_order.*",
           .help = N_("What is told, separated by commas: sales_order.* for all that happens to "
                      "orders, sales_order.placed for one thing, * for everything.")),
};
static const struct shape create_shape = SHAPE(webhook_create, create_rows);

struct webhook_secret {
    int64_t id;
    text_t secret;
    instant_t old_until;
};
static const struct field secret_rows[] = {
    F_INTEGER(webhook_secret, id, N_("Number of the record")),
    F_TEXT(webhook_secret, secret, N_("Secret"),
           .help = N_("Shown this once. Keep it in a safe place.")),
    F_TIME(webhook_secret, old_until, N_("Old secret holds until")),
};
static const struct shape secret_shape = SHAPE(webhook_secret, secret_rows);

struct webhook_rotate {
    int64_t hours;
};
static const struct field rotate_rows[] = {
    F_INTEGER(webhook_rotate, hours, N_("The old secret holds for"), .unit = N_("hours"),
              .flags = F_NOT_NEGATIVE, .max = OVERLAP_HOURS_MAX, .fallback = OVERLAP_HOURS,
              .help = N_("Until then messages are signed with both, so that the receiver can "
                         "change over.")),
};
static const struct shape rotate_shape = SHAPE(webhook_rotate, rotate_rows);

struct webhook_on {
    flag_t skip;
};
static const struct field on_rows[] = {
    F_BOOLEAN(webhook_on, skip, N_("Leave out what has happened meanwhile"),
              .help = N_("Otherwise it goes on where it stopped.")),
};
static const struct shape on_shape = SHAPE(webhook_on, on_rows);

struct webhook_resend {
    int64_t from;
};
static const struct field resend_rows[] = {
    F_INTEGER(webhook_resend, from, N_("From event"), .flags = F_REQUIRED | F_POSITIVE,
              .max = INT64_MAX - 1,
              .help = N_("The number (seq) of the first event to be sent, earlier or later than "
                         "the one whose turn it is.")),
};
static const struct shape resend_shape = SHAPE(webhook_resend, resend_rows);

/* -- commands ---------------------------------------------------------------------------------- */

static enum err create_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct webhook_create *in = args;
    struct webhook_secret *out = result;
    struct webhook *w = record;
    *w = (struct webhook){ .name = in->name,
                           .url = in->url,
                           .events = in->events,
                           .state = WEBHOOK_ON,
                           .maker = { cx->who->user },
                           .last_success = INSTANT_NONE,
                           .last_failure = INSTANT_NONE,
                           .next_try = INSTANT_NONE,
                           .failing_since = INSTANT_NONE,
                           .secret = hook_secret(cx->arena),
                           .old_until = INSTANT_NONE,
                           .test_at = INSTANT_NONE };
    TRY(webhook_entity.check(cx, NULL, w));
    TRY(feed_horizon(cx, &w->sent_up_to)); /* what happens from now on */
    TRY(store_insert(cx, &webhook_entity, w));
    TRY(job_wake(cx, WEBHOOK_JOB, &webhook_entity, w->record.id));
    *out = (struct webhook_secret){ w->record.id, w->secret, INSTANT_NONE };
    return event_publish(cx, "webhook.created", &webhook_entity, w, w);
}

static enum err rotate_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct webhook_rotate *in = args;
    struct webhook_secret *out = result;
    struct webhook *w = record;
    w->old_secret = in->hours ? w->secret : TEXT_NONE;
    w->old_until = INSTANT_NONE;
    if (in->hours) {
        w->old_until.us = cx->now.us + in->hours * HOUR_US;
    }
    w->secret = hook_secret(cx->arena);
    *out = (struct webhook_secret){ w->record.id, w->secret, w->old_until };
    return event_publish(cx, "webhook.rotated", &webhook_entity, w, w);
}

static enum err wake(struct cx *cx, const struct webhook *w)
{
    return job_wake(cx, WEBHOOK_JOB, &webhook_entity, w->record.id);
}

static enum err test_run(struct cx *cx, void *record, const void *args, void *result)
{
    struct webhook *w = record;
    (void)args, (void)result;
    w->test_at = cx->now;
    return wake(cx, w);
}

static void begin_anew(struct webhook *w)
{
    w->tries = 0;
    w->next_try = INSTANT_NONE;
    w->failing_since = INSTANT_NONE;
}

static enum err on_run(struct cx *cx, void *record, const void *args, void *result)
{
    struct webhook *w = record;
    (void)result;
    begin_anew(w);
    if (((const struct webhook_on *)args)->skip) {
        TRY(feed_horizon(cx, &w->sent_up_to));
    }
    TRY(wake(cx, w));
    return event_publish(cx, "webhook.turned_on", &webhook_entity, w, w);
}

/* Its job sees it and ends. */
static enum err off_run(struct cx *cx, void *record, const void *args, void *result)
{
    struct webhook *w = record;
    (void)args, (void)result;
    begin_anew(w);
    w->test_at = INSTANT_NONE;
    return event_publish(cx, "webhook.turned_off", &webhook_entity, w, w);
}

static enum err resend_run(struct cx *cx, void *record, const void *args, void *result)
{
    struct webhook *w = record;
    (void)result;
    begin_anew(w);
    w->sent_up_to = ((const struct webhook_resend *)args)->from - 1;
    return wake(cx, w);
}

const struct command webhook_commands[WEBHOOK_COMMANDS] = {
    [WEBHOOK_CREATE] = { .name = "create",
                         .entity = &webhook_entity,
                         .label = N_("New webhook"),
                         .help = N_("Another program is told from now on. The answer shows the "
                                    "secret by which it can tell that the messages are yours."),
                         .permission = "webhook.write",
                         .flags = C_SECRET_RESULT,
                         .args = &create_shape,
                         .result = &secret_shape,
                         .to = -1,
                         .run = create_run },
    [WEBHOOK_ROTATE] = { .name = "rotate",
                         .entity = &webhook_entity,
                         .label = N_("New secret"),
                         .help = N_(
                             "Makes a new secret and shows it. The old one holds for a while "
                             "too."),
                         .permission = "webhook.write",
                         .flags = C_RECORD | C_SECRET_RESULT,
                         .args = &rotate_shape,
                         .result = &secret_shape,
                         .to = -1,
                         .run = rotate_run },
    [WEBHOOK_TEST] = { .name = "test",
                       .entity = &webhook_entity,
                       .label = N_("Send a test"),
                       .help = N_("Sends a message webhook.test at once. The record then says how "
                                  "it went."),
                       .permission = "webhook.write",
                       .flags = C_RECORD,
                       .from = STATE(WEBHOOK_ON) | STATE(WEBHOOK_FAILING),
                       .to = -1,
                       .run = test_run },
    [WEBHOOK_TURN_ON] = { .name = "on",
                          .entity = &webhook_entity,
                          .label = N_("Turn on"),
                          .help = N_("Messages are sent again, at once."),
                          .permission = "webhook.write",
                          .flags = C_RECORD,
                          .args = &on_shape,
                          .from = STATE(WEBHOOK_OFF) | STATE(WEBHOOK_FAILING),
                          .to = WEBHOOK_ON,
                          .run = on_run },
    [WEBHOOK_TURN_OFF] = { .name = "off",
                           .entity = &webhook_entity,
                           .label = N_("Turn off"),
                           .help = N_("No messages are sent until it is turned on again."),
                           .permission = "webhook.write",
                           .flags = C_RECORD,
                           .from = STATE(WEBHOOK_ON) | STATE(WEBHOOK_FAILING),
                           .to = WEBHOOK_OFF,
                           .run = off_run },
    [WEBHOOK_RESEND] = { .name = "resend",
                         .entity = &webhook_entity,
                         .label = N_("Send again from an event"),
                         .help = N_(
                             "Goes on from that event: an earlier one to send again what was "
                             "lost, under the same ids; a later one to leave something "
                             "out."),
                         .permission = "webhook.write",
                         .flags = C_RECORD,
                         .args = &resend_shape,
                         .from = STATE(WEBHOOK_ON) | STATE(WEBHOOK_FAILING),
                         .to = -1,
                         .run = resend_run },
};

/* -- the area ---------------------------------------------------------------------------------- */

static const struct entity *const entities[] = { &webhook_entity };
static const struct refusal *const refusals[] = { &webhook_address_wrong, &webhook_address_plain,
                                                  &webhook_address_private, &webhook_events_wrong };
static const char *const depends[] = { "access", "work", "jobs", NULL };

static const struct area_face face = { .group = GROUP_HOUSE, .icon = "plug" };

const struct area webhook_area = {
    .name = "webhook",
    .label = N_("Webhooks"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .commands = webhook_commands,
    .n_commands = WEBHOOK_COMMANDS,
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .face = &face,
};
