/* The area `party`: people and organisations.
 *
 * Permissions: party.read, party.write. */
#include "common/party/inner.h"
#include "face/page.h"

const struct refusal email_invalid = {
    .code = "email_invalid",
    .status = 422,
    .title = N_("Not an e-mail address"),
    .detail = N_("{1} is not an e-mail address. It must look like name@example.org."),
};
static const struct entity *const entities[] = { &party_entity };
static const struct refusal *const refusals[] = { &email_invalid };
static const char *const depends[] = { "company", NULL };

static const struct area_face face = { .group = GROUP_FRONT, .icon = "person" };

const struct area party_area = {
    .name = "party",
    .label = N_("Parties"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .face = &face,
};
