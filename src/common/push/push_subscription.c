/* Which devices a person wants to be told on, and the house's key that their browsers ask for. */
#include "common/push/push_parts.h"

#define KEY_NAME  "push"
#define KEY_BYTES (PUSH_SCALAR + PUSH_POINT)

static const struct field rows[] = {
    F_REF(push_subscription, user_account, user_account, N_("User"), .flags = F_READONLY | F_INDEX),
    F_TEXT(push_subscription, service, N_("Push service"), .flags = F_READONLY, .max = 255),
    F_TEXT(push_subscription, endpoint, NC_("network", "Address"),
           .flags = F_READONLY | F_SECRET | F_UNIQUE, .max = PUSH_ADDRESS_MAX),
    F_TEXT(push_subscription, p256dh, N_("Key"), .flags = F_READONLY | F_SECRET, .max = 100),
    F_TEXT(push_subscription, auth, N_("Secret"), .flags = F_READONLY | F_SECRET, .max = 100),
    F_TIME(push_subscription, created_at, N_("Since"), .flags = F_READONLY),
    F_TEXT(push_subscription, last_error, N_("Last error"), .flags = F_READONLY, .max = 500),
    F_BOOLEAN(push_subscription, ended, N_("Ended"), .flags = F_READONLY),
};

const struct entity push_subscription_entity = {
    .index = E_push_subscription,
    .name = "push_subscription",
    .plural = "push_subscriptions",
    .label = N_("Device that is told"),
    .label_plural = N_("Devices that are told"),
    .help = N_("Browsers in which people have allowed messages about new tasks."),
    .shape = SHAPE(push_subscription, rows),
    .title = "service",
    .read = "user.read",
    .write = NULL,
};

/* -- the house's keys -------------------------------------------------------------------------- */

enum err push_house_keys(struct cx *cx, struct push_keys *out)
{
    struct rows found;
    const struct value name[] = { v_str(KEY_NAME) };
    TRY(store_query(cx, "SELECT value FROM secret WHERE name = $1", name, 1, &found));
    text_t value = found.n ? rows_text(&found, 0, 0) : TEXT_NONE;
    if (value.n != KEY_BYTES) {
        return ERR_NOT_FOUND;
    }
    memcpy(out->scalar, value.s, PUSH_SCALAR);
    memcpy(out->point, value.s + PUSH_SCALAR, PUSH_POINT);
    return OK;
}

enum err push_house_keys_ensure(struct cx *cx, struct push_keys *out)
{
    unsigned char value[KEY_BYTES];
    enum err e = push_house_keys(cx, out);
    if (e != ERR_NOT_FOUND) {
        return e;
    }
    TRY(push_keys_make(out));
    memcpy(value, out->scalar, PUSH_SCALAR);
    memcpy(value + PUSH_SCALAR, out->point, PUSH_POINT);
    /* Whoever comes second runs again and finds the first one's. */
    const struct value row[] = { v_str(KEY_NAME), v_blob(value, sizeof value) };
    return store_exec(cx, "INSERT INTO secret (name, value) VALUES ($1, $2)", row, 2);
}

/* -- commands ---------------------------------------------------------------------------------- */

struct push_key_out {
    text_t key;
};
static const struct field key_rows[] = {
    F_TEXT(push_key_out, key, N_("Key"),
           .help = N_("The house's public key, as a browser wants it: applicationServerKey."),
           .max = 100),
};
static const struct shape key_shape = SHAPE(push_key_out, key_rows);

struct push_device_in {
    text_t endpoint, p256dh, auth;
};
static const struct field device_rows[] = {
    F_TEXT(push_device_in, endpoint, NC_("network", "Address"), .flags = F_REQUIRED | F_SECRET,
           .max = PUSH_ADDRESS_MAX),
    F_TEXT(push_device_in, p256dh, N_("Key"), .flags = F_REQUIRED | F_SECRET, .max = 100),
    F_TEXT(push_device_in, auth, N_("Secret"), .flags = F_REQUIRED | F_SECRET, .max = 100),
};
static const struct shape device_shape = SHAPE(push_device_in, device_rows);

struct push_endpoint_in {
    text_t endpoint;
};
static const struct field endpoint_rows[] = {
    F_TEXT(push_endpoint_in, endpoint, NC_("network", "Address"), .flags = F_REQUIRED | F_SECRET,
           .max = PUSH_ADDRESS_MAX),
};
static const struct shape endpoint_shape = SHAPE(push_endpoint_in, endpoint_rows);

static enum err key_run(struct cx *cx, void *record, const void *args, void *result)
{
    struct push_key_out *out = result;
    struct push_keys keys;
    (void)record, (void)args;
    TRY(push_house_keys_ensure(cx, &keys));
    out->key = push_base64(cx->arena, keys.point, PUSH_POINT);
    return OK;
}

static enum err check_device(struct cx *cx, const struct push_device_in *in)
{
    unsigned char point[PUSH_POINT], auth[PUSH_AUTH];
    if (cx->who->user == 0) {
        return refuse(cx, &push_not_a_person, TEXT_NONE);
    }
    if (!push_address_ok(in->endpoint)) {
        return refuse(cx, &push_endpoint_wrong, TEXT("endpoint"));
    }
    if (!push_unbase64(in->p256dh, point, PUSH_POINT) || !push_point_ok(point)) {
        return refuse(cx, &push_key_wrong, TEXT("p256dh"));
    }
    if (!push_unbase64(in->auth, auth, PUSH_AUTH)) {
        return refuse(cx, &push_key_wrong, TEXT("auth"));
    }
    return OK;
}

/* A browser has one address: whoever signs in there and allows messages has it from then on. */
static enum err subscribe_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct push_device_in *in = args;
    struct push_subscription *s = record, before;
    (void)result;
    TRY(check_device(cx, in));
    enum err e = store_find(cx, &push_subscription_entity, "endpoint", in->endpoint, s);
    if (e != OK && e != ERR_NOT_FOUND) {
        return e;
    }
    before = *s;
    text_t origin = push_origin(cx->arena, in->endpoint);
    s->user_account.id = cx->who->user;
    s->service = (text_t){ origin.s + strlen("https://"), origin.n - strlen("https://") };
    s->endpoint = in->endpoint;
    s->p256dh = in->p256dh;
    s->auth = in->auth;
    s->created_at = cx->now;
    s->last_error = TEXT_NONE;
    s->ended = 0;
    return e == OK ? store_update(cx, &push_subscription_entity, &before, s)
                   : store_insert(cx, &push_subscription_entity, s);
}

/* Of a device that one does not have there is nothing to end: that is no fault. */
static enum err unsubscribe_run(struct cx *cx, void *record, const void *args, void *result)
{
    struct push_subscription *s = record, before;
    struct push_key_out *out = result;
    out->key = TEXT_NONE;
    enum err e = store_find(cx, &push_subscription_entity, "endpoint",
                            ((const struct push_endpoint_in *)args)->endpoint, s);
    if (e == ERR_NOT_FOUND || (e == OK && s->user_account.id != cx->who->user)) {
        return OK;
    }
    TRY(e);
    before = *s;
    s->ended = 1;
    return store_update(cx, &push_subscription_entity, &before, s);
}

const struct command push_commands[PUSH_COMMANDS] = {
    [PUSH_KEY] = { .name = "key",
                   .entity = &push_subscription_entity,
                   .label = N_("The house's key"),
                   .help = N_("The public key that a browser needs to allow messages."),
                   .permission = "user.own",
                   .flags = C_ACCEPTED_200,
                   .result = &key_shape,
                   .to = -1,
                   .run = key_run },
    [PUSH_SUBSCRIBE] = { .name = "subscribe",
                         .entity = &push_subscription_entity,
                         .label = N_("Tell me on this device"),
                         .help = N_("Messages about new tasks come to this browser."),
                         .permission = "user.own",
                         .flags = C_ACCEPTED_200,
                         .args = &device_shape,
                         .to = -1,
                         .run = subscribe_run },
    [PUSH_UNSUBSCRIBE] = { .name = "unsubscribe",
                           .entity = &push_subscription_entity,
                           .label = N_("No messages on this device"),
                           .help = N_("No more messages come to this browser."),
                           .permission = "user.own",
                           .flags = C_ACCEPTED_200,
                           .args = &endpoint_shape,
                           .result = &key_shape,
                           .to = -1,
                           .run = unsubscribe_run },
};
