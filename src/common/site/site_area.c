/* The area `site`: where the company trades and works.
 *
 * Permissions: site.read, site.write. */
#include "common/site/inner.h"
#include "face/page.h"

const struct refusal site_currency_differs = {
    .code = "site_currency_differs",
    .status = 422,
    .title = N_("Another currency"),
    .detail = N_("A site trades in the company's currency {1}. For another currency, make another "
                 "company."),
};
const struct refusal stock_site_chained = {
    .code = "stock_site_chained",
    .status = 422,
    .title = N_("Sells no stock of its own"),
    .detail = N_("The stock of {1} cannot be sold here: a site sells its own stock, or that of "
                 "another site which sells its own."),
};

static const struct entity *const entities[] = { &site_entity };
static const struct refusal *const refusals[] = {
    &site_currency_differs,
    &stock_site_chained,
};
static const char *const depends[] = { "company", NULL };

static const struct area_face face = { .group = GROUP_HOUSE, .icon = "building" };

const struct area site_area = {
    .name = "site",
    .label = N_("Sites"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .face = &face,
};
