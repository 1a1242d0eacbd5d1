/* The area `pricing`: taxes, price lists, prices and discount rules, and what a basket costs by
 * them.
 *
 * Permissions: price.read, price.write; tax.read, tax.write. */
#include "common/pricing/inner.h"
#include "common/pricing/pricing_face.h"

const struct refusal validity_reversed = {
    .code = "validity_reversed",
    .status = 422,
    .title = N_("Ends before it begins"),
    .detail = N_("The last day of validity lies before the first one."),
};
const struct refusal list_currency_differs = {
    .code = "list_currency_differs",
    .status = 422,
    .title = N_("Another currency"),
    .detail = N_("Price lists are in the company's currency {1}."),
};
const struct refusal price_twice = {
    .code = "price_twice",
    .status = 409,
    .title = N_("Price exists already"),
    .detail = N_("The list has a price for this product from this quantity and day on. Change that "
                 "one, or give another first day."),
};
const struct refusal discount_value = {
    .code = "discount_value",
    .status = 422,
    .title = N_("Percent or amount"),
    .detail = N_(
        "A discount rule takes off either a percentage or an amount. Give one of the two."),
};
const struct refusal discount_too_large = {
    .code = "discount_too_large",
    .status = 422,
    .title = N_("Discount too large"),
    .detail = N_("A discount is between nothing and the whole price of the line."),
};
const struct refusal tax_twice = {
    .code = "tax_twice",
    .status = 409,
    .title = N_("Rate exists already"),
    .detail = N_("The tax {1} has a rate from this day on already. Give another first day."),
};
const struct refusal tax_part_of_part = {
    .code = "tax_part_of_part",
    .status = 422,
    .title = N_("Not a whole tax"),
    .detail = N_(
        "{1} cannot have this as a part: a part belongs to a whole tax, and not to itself."),
};
const struct refusal tax_parts_exceed = {
    .code = "tax_parts_exceed",
    .status = 422,
    .title = N_("Parts exceed the whole"),
    .detail = N_("The parts of {1} would be more than four, or more than its rate together."),
};
const struct refusal tax_not_valid = {
    .code = "tax_not_valid",
    .status = 409,
    .title = N_("No tax rate for this day"),
    .detail = N_("The tax of {1} has no rate that is valid on this day. Add the rate, or give the "
                 "product another tax."),
};
const struct refusal no_price = {
    .code = "no_price",
    .status = 409,
    .title = N_("No price"),
    .detail = N_("{1} has no price, neither in a list nor of its own. Give one."),
};
const struct refusal price_not_positive = {
    .code = "price_not_positive",
    .status = 422,
    .title = N_("Price must be above zero"),
    .detail = N_("A price given by hand is above zero. For goods given away, give a discount of "
                 "100 %."),
};
const struct refusal amount_too_large = {
    .code = "amount_too_large",
    .status = 422,
    .title = N_("Amount too large"),
    .detail = N_("The amounts are larger than the books can hold. Check quantities and prices."),
};

static const struct entity *const entities[] = {
    &tax_entity,
    &price_list_entity,
    &price_entity,
    &discount_rule_entity,
};

static const struct refusal *const refusals[] = {
    &validity_reversed, &list_currency_differs, &price_twice,
    &discount_value,    &discount_too_large,    &tax_twice,
    &tax_part_of_part,  &tax_parts_exceed,      &tax_not_valid,
    &no_price,          &price_not_positive,    &amount_too_large,
};

static const char *const depends[] = { "company", "party", "site", "product", NULL };

const struct area pricing_area = {
    .name = "pricing",
    .label = N_("Prices and taxes"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .face = &pricing_face,
};
