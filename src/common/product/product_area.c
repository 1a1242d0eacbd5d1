/* The area `product`: what is sold and stocked.
 *
 * Permissions: product.read, product.write. */
#include "common/product/inner.h"
#include "face/page.h"

const struct refusal category_loop = {
    .code = "category_loop",
    .status = 422,
    .title = N_("Category below itself"),
    .detail = N_("The category {1} cannot stand there: it would be below itself or too deep."),
};
const struct refusal variant_loop = {
    .code = "variant_loop",
    .status = 422,
    .title = N_("Is a variant itself"),
    .detail = N_("The product {1} is a variant itself. Choose the product that stands above it."),
};
const struct refusal variant_needs_options = {
    .code = "variant_needs_options",
    .status = 422,
    .title = N_("Options are missing"),
    .detail = N_("Say what tells this variant of {1} from the others, such as Blue / L."),
};
const struct refusal barcode_check_digit = {
    .code = "barcode_check_digit",
    .status = 422,
    .title = N_("Wrong check digit"),
    .detail = N_("The last digit of the barcode {1} does not fit the others. One digit is probably "
                 "mistyped."),
};
const struct refusal barcode_blank = {
    .code = "barcode_blank",
    .status = 422,
    .title = N_("Blank in a barcode"),
    .detail = N_("The barcode {1} has a blank in it. Give the characters only."),
};
const struct refusal unknown_barcode = {
    .code = "unknown_barcode",
    .status = 422,
    .title = N_("Unknown barcode"),
    .detail = N_("No product has the barcode {1}."),
};
const struct refusal quantity_decimals = {
    .code = "quantity_decimals",
    .status = 422,
    .title = N_("Too many decimals"),
    .detail = N_("{1} is counted in {2}, with at most {3} decimals."),
};
const struct refusal unit_is_own = {
    .code = "unit_is_own",
    .status = 422,
    .title = N_("The product's own unit"),
    .detail = N_("{1} is counted in this unit already. A pack has another unit."),
};
const struct refusal unit_twice = {
    .code = "unit_twice",
    .status = 409,
    .title = N_("Pack exists already"),
    .detail = N_("The product has a pack of this unit already. Change that one."),
};
const struct refusal product_missing = {
    .code = "product_missing",
    .status = 422,
    .title = N_("Product is missing"),
    .detail = N_("Say which product this belongs to."),
};

static const struct entity *const entities[] = {
    &category_entity, &unit_entity, &product_entity, &barcode_entity, &product_unit_entity,
};

static const struct refusal *const refusals[] = {
    &category_loop, &variant_loop,    &variant_needs_options, &barcode_check_digit,
    &barcode_blank, &unknown_barcode, &quantity_decimals,     &unit_is_own,
    &unit_twice,    &product_missing,
};

static const char *const depends[] = { NULL };

static const char *const menu[] = { "products", "categories", "units", NULL };
static const struct area_face face = { .group = GROUP_FRONT, .icon = "tag", .menu = menu };

const struct area product_area = {
    .name = "product",
    .label = N_("Products"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .face = &face,
};
