/* The till area.
 *
 * Permissions: till.read till.write till.use. */
#include "front/till/till_parts.h"

static const struct entity *const entities[] = {
    &till_entity,
    &till_session_entity,
    &till_cash_entity,
};

static const struct refusal *const refusals[] = {
    &refusal_till_closed,     &refusal_till_open,     &refusal_till_number_taken,
    &refusal_till_number_gap, &refusal_count_missing, &refusal_count_mismatch,
};

static const char *const depends[] = { "site", "pricing", NULL };

const struct area till_area = {
    .name = "till",
    .label = N_("Tills"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .commands = till_commands,
    .n_commands = TILL_COMMANDS,
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
};
