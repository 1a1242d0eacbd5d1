/* The area `push`: devices that are told of new tasks.
 *
 * Permissions: user.own for one's own devices, user.read to see which there are. */
#include "common/push/push_parts.h"
#include "face/page.h"

const struct refusal push_not_a_person = {
    .code = "push_not_a_person",
    .status = 409,
    .title = N_("Not signed in as a person"),
    .detail = N_("Only a person with an account can be told on a device."),
};
const struct refusal push_endpoint_wrong = {
    .code = "push_endpoint_wrong",
    .status = 422,
    .title = N_("Not a push service's address"),
    .detail = N_("The address that the browser gave is not one of a push service: it must begin "
                 "with https."),
};
const struct refusal push_key_wrong = {
    .code = "push_key_wrong",
    .status = 422,
    .title = N_("Not a browser's key"),
    .detail = N_("The key that the browser gave cannot be used. Allow messages in the browser once "
                 "more."),
};

static const struct entity *const entities[] = { &push_subscription_entity };
static const struct refusal *const refusals[] = { &push_not_a_person, &push_endpoint_wrong,
                                                  &push_key_wrong };
static const char *const depends[] = { "access", "work", "company", "site", NULL };

/* Keys of the house. Not an entity: no list, no record, no history, no export has it. */
static const struct col_def secret_columns[] = {
    { .name = "name", .type = COL_TEXT, .not_null = true },
    { .name = "value", .type = COL_BLOB, .not_null = true },
};
static const struct table_def tables[] = {
    { .name = "secret",
      .primary_key = "name",
      .cols = secret_columns,
      .n_cols = N_ELEMENTS(secret_columns) },
};

static const struct area_face face = { .group = GROUP_HOUSE, .icon = "bell" };

const struct area push_area = {
    .name = "push",
    .label = N_("Messages to devices"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .commands = push_commands,
    .n_commands = PUSH_COMMANDS,
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .tables = tables,
    .n_tables = N_ELEMENTS(tables),
    .face = &face,
};
