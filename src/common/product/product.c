/* Categories, units and products. All of it is master data that every sale reads, so it is kept in
 * memory. What stock and books stand on, the kind and the costing of a product, is chosen once. */
#include "common/product/inner.h"

#define CATEGORY_LEVELS_MAX 6 /* as many as pricing looks at */
#define UNIT_DECIMALS_MAX   6

static const struct choice product_kinds[] = {
    [PRODUCT_STOCKED] = { "stocked", N_("Stocked goods") },
    [PRODUCT_SERVICE] = { "service", N_("Service") },
};

static const struct choice costings[] = {
    /* enum costing + 1 */
    { "company", N_("As the company") },
    { "average", N_("Moving average") },
    { "fifo", N_("First in, first out") },
};

/* clang-format off */
static const struct field category_rows[] = {
    F_TEXT(category, code, N_("Code"), .flags = F_REQUIRED | F_UNIQUE | F_SEARCH, .max = 32),
    F_TEXT(category, name, N_("Name"), .flags = F_REQUIRED | F_SEARCH, .max = 200),
    F_REF(category, parent, category, N_("Part of"), .flags = F_INDEX),
};

static const struct field unit_rows[] = {
    F_TEXT(unit, code, N_("Code"), .flags = F_REQUIRED | F_UNIQUE, .max = 16),
    F_TEXT(unit, name, N_("Name"), .flags = F_REQUIRED, .max = 80),
    F_INTEGER(unit, decimals, N_("Decimals"), .flags = F_NOT_NEGATIVE, .max = UNIT_DECIMALS_MAX,
              .help = N_("0 for what is counted, 3 for kilograms weighed to the gram.")),
};

static const struct field product_rows[] = {
    F_TEXT(product, code, N_("Code"), .flags = F_REQUIRED | F_UNIQUE | F_SEARCH | F_EVENT,
           .max = 64),
    F_TEXT(product, name, N_("Name"), .flags = F_REQUIRED | F_SEARCH | F_INDEX | F_EVENT,
           .max = 200),
    F_LONG_TEXT(product, description, N_("Description"), .max = 10000),
    F_REF(product, unit, unit, N_("Unit"),
          .help = N_("What it is counted or weighed in. Its decimals hold for all quantities.")),
    F_CHOICE(product, kind, product_kinds, N_("Kind"), .flags = F_CREATE_ONLY,
             .help = N_("Stocked goods have stock and cost; services do not.")),
    F_MONEY(product, price, N_("Price"), .flags = F_NULLABLE | F_NOT_NEGATIVE,
            .section = N_("Prices"),
            .help = N_("The list price of one unit, with or without tax as its tax says.")),
    F_REF(product, tax, tax, N_("Tax"), .section = N_("Prices"),
          .help = N_("Empty: not taxed. The rate is the one valid on the day of the sale.")),
    F_REF(product, category, category, N_("Category"), .flags = F_INDEX),
    F_TEXT(product, brand, N_("Brand"), .flags = F_SEARCH | F_INDEX, .max = 100),
    F_RATE(product, cost, N_("Cost"), .flags = F_NOT_NEGATIVE, .section = N_("Stock"),
           .help = N_("The last known cost of one unit. The stock has what was really paid.")),
    F_CHOICE(product, costing, costings, N_("Costing"), .flags = F_CREATE_ONLY,
             .section = N_("Stock")),
    F_REF(product, variant_of, product, N_("Variant of"), .flags = F_INDEX,
          .section = N_("Variants")),
    F_TEXT(product, options, N_("Options"), .max = 200, .section = N_("Variants"),
           .help = N_("What tells this variant from its siblings, such as Blue / L.")),
    F_TEXT(product, revenue_account, N_("Revenue account"), .max = 32, .code_of = "account",
           .section = N_("Books"),
           .help = N_("The code of an account. Empty: the one of the posting rules.")),
    F_BOOLEAN(product, no_sale, N_("Not for sale")),
    F_LINES(product, barcodes, barcode, product, N_("Barcodes"), .max = 100),
    F_LINES(product, units, product_unit, product, N_("Packs"), .max = 100),
};
/* clang-format on */

/* --- Categories and units */

/* A category may not stand below itself, and the tree has few levels. */
static enum err category_check(struct cx *cx, const void *before, void *after)
{
    (void)before;
    const struct category *c = after;
    category_ref up = c->parent;
    for (int depth = 0; up.id != 0; depth++) {
        struct category parent;
        if (up.id == c->record.id || depth == CATEGORY_LEVELS_MAX - 1) {
            return REFUSE(cx, &category_loop, TEXT("parent"), c->code);
        }
        TRY(store_get_any(cx, &category_entity, up.id, &parent));
        up = parent.parent;
    }
    return OK;
}

const struct entity category_entity = {
    .index = E_category,
    .name = "category",
    .plural = "categories",
    .label = N_("Category"),
    .label_plural = N_("Categories"),
    .help = N_("Groups of products, for discounts, accounts and reports."),
    .shape = SHAPE(category, category_rows),
    .code = "code",
    .title = "name",
    .read = "product.read",
    .write = "product.write",
    .sort = "code",
    .flags = E_CACHED | E_HISTORY,
    .check = category_check,
};

const struct entity unit_entity = {
    .index = E_unit,
    .name = "unit",
    .plural = "units",
    .label = N_("Unit"),
    .label_plural = N_("Units"),
    .help = N_("What products are counted or weighed in."),
    .shape = SHAPE(unit, unit_rows),
    .code = "code",
    .title = "name",
    .read = "product.read",
    .write = "product.write",
    .sort = "code",
    .flags = E_CACHED | E_HISTORY,
};

/* --- Products */

/* Variants stand directly below the product that they are variants of. */
static enum err variant_check(struct cx *cx, const struct product *p)
{
    struct product other;
    if (p->variant_of.id == 0) {
        return OK;
    }
    if (p->variant_of.id == p->record.id) {
        return REFUSE(cx, &variant_loop, TEXT("variant_of"), p->code);
    }
    TRY(store_get_any(cx, &product_entity, p->variant_of.id, &other));
    if (other.variant_of.id != 0) {
        return REFUSE(cx, &variant_loop, TEXT("variant_of"), other.code);
    }
    if (text_empty(p->options)) {
        return REFUSE(cx, &variant_needs_options, TEXT("options"), other.code);
    }
    return OK;
}

static enum err product_check(struct cx *cx, const void *before, void *after)
{
    (void)before;
    return variant_check(cx, after);
}

const struct entity product_entity = {
    .index = E_product,
    .name = "product",
    .plural = "products",
    .label = N_("Product"),
    .label_plural = N_("Products"),
    .help = N_("What is sold and stocked, with its barcodes and packs."),
    .shape = SHAPE(product, product_rows),
    .code = "code",
    .title = "name",
    .read = "product.read",
    .write = "product.write",
    .sort = "code",
    .flags = E_CACHED | E_HISTORY,
    .check = product_check,
    .scanned = product_scanned,
};

enum err product_quantity_check(struct cx *cx, const struct product *p, qty_t quantity,
                                text_t field)
{
    struct unit unit;
    if (p->unit.id == 0) {
        return OK;
    }
    TRY(store_get_any(cx, &unit_entity, p->unit.id, &unit));
    if (quantity.micro % decimal_pow10(QTY_SCALE - (int)unit.decimals) == 0) {
        return OK;
    }
    return REFUSE(cx, &quantity_decimals, field, p->code, unit.code,
                  text_fmt(cx->arena, "%d", (int)unit.decimals));
}
