/* Price lists, their prices and the discount rules. */
#include "common/pricing/inner.h"

/* clang-format off */
static const struct field list_rows[] = {
    F_TEXT(price_list, code, N_("Code"), .flags = F_REQUIRED | F_UNIQUE | F_SEARCH, .max = 32),
    F_TEXT(price_list, name, N_("Name"), .flags = F_REQUIRED | F_SEARCH, .max = 200),
    F_CURRENCY(price_list, currency, N_("Currency"),
               .help = N_("The company's currency; taken from it when left empty.")),
    F_BOOLEAN(price_list, includes_tax, N_("Prices include tax"), .flags = F_NULLABLE),
    F_DATE(price_list, valid_from, N_("Valid from")),
    F_DATE(price_list, valid_to, N_("Valid to")),
    F_INTEGER(price_list, priority, N_("Priority"), .max = 1000000,
              .help = N_("Of several lists for everybody the highest priority counts.")),
    F_BOOLEAN(price_list, standing, N_("For everybody"),
              .help = N_("Counts for every sale, without being named by customer or site.")),
};

static const struct field price_rows[] = {
    F_REF(price, list, price_list, N_("Price list"), .flags = F_REQUIRED | F_INDEX | F_CREATE_ONLY),
    F_REF(price, product, product, N_("Product"), .flags = F_REQUIRED | F_CREATE_ONLY),
    F_MONEY(price, price, N_("Price"), .flags = F_REQUIRED | F_NOT_NEGATIVE),
    F_QUANTITY(price, minimum_quantity, N_("From quantity"), .flags = F_NOT_NEGATIVE,
               .help = N_("The price counts for lines of this quantity or more.")),
    F_DATE(price, valid_from, N_("Valid from")),
    F_DATE(price, valid_to, N_("Valid to")),
};

static const struct field rule_rows[] = {
    F_TEXT(discount_rule, code, N_("Code"), .flags = F_REQUIRED | F_UNIQUE | F_SEARCH, .max = 32),
    F_TEXT(discount_rule, name, N_("Name"), .flags = F_REQUIRED | F_SEARCH, .max = 200,
           .help = N_("Customers read it on the receipt.")),
    F_REF(discount_rule, product, product, N_("Product"), .section = N_("Holds for")),
    F_REF(discount_rule, category, category, N_("Category"), .section = N_("Holds for"),
          .help = N_("With the categories below it.")),
    F_REF(discount_rule, customer, party, N_("Customer"), .section = N_("Holds for")),
    F_REF(discount_rule, site, site, N_("Site"), .section = N_("Holds for")),
    F_BOOLEAN(discount_rule, basket, N_("On the whole basket"),
              .help = N_("The minimums count for all its lines together; the discount is shared "
                         "over them.")),
    F_QUANTITY(discount_rule, minimum_quantity, N_("From quantity"), .flags = F_NOT_NEGATIVE),
    F_MONEY(discount_rule, minimum_total, N_("From amount"), .flags = F_NOT_NEGATIVE),
    F_RATE(discount_rule, percent, N_("Percent"), .unit = N_("%"), .flags = F_NOT_NEGATIVE,
           .max = RATE_HUNDRED_PERCENT),
    F_MONEY(discount_rule, amount, N_("Amount"), .flags = F_NOT_NEGATIVE,
            .help = N_("Off each unit of a line, or once off a basket.")),
    F_DATE(discount_rule, valid_from, N_("Valid from")),
    F_DATE(discount_rule, valid_to, N_("Valid to")),
};
/* clang-format on */

static enum err list_check(struct cx *cx, const void *before, void *after)
{
    (void)before;
    struct price_list *l = after;
    struct company company;
    TRY(company_get(cx, &company));
    if (text_empty(l->currency)) {
        l->currency = company.currency;
    }
    if (!text_eq(l->currency, company.currency)) {
        return REFUSE(cx, &list_currency_differs, TEXT("currency"), company.currency);
    }
    if (l->includes_tax == VALUE_NONE) {
        l->includes_tax = company.prices_include_tax;
    }
    return validity_check(cx, l->valid_from, l->valid_to);
}

const struct entity price_list_entity = {
    .index = E_price_list,
    .name = "price_list",
    .plural = "price_lists",
    .label = N_("Price list"),
    .label_plural = N_("Price lists"),
    .help = N_("Prices for some customers, for a site or for everybody, for a time or for good."),
    .shape = SHAPE(price_list, list_rows),
    .code = "code",
    .title = "name",
    .read = "price.read",
    .write = "price.write",
    .sort = "code",
    .flags = E_CACHED | E_HISTORY,
    .check = list_check,
};

/* --- Prices */

static const struct index_def price_indexes[] = {
    { .name = "prices_of_product", .cols = "company, product, list" },
};

static enum err price_check(struct cx *cx, const void *before, void *after)
{
    (void)before;
    const struct price *p = after;
    struct price *list;
    size_t n;
    struct value v[] = { v_int(p->product.id), v_int(p->list.id) };
    TRY(validity_check(cx, p->valid_from, p->valid_to));
    TRY(store_select(cx, &price_entity, "product = $1 AND list = $2 AND archived = 0 ORDER BY id",
                     v, 2, &list, &n));
    for (size_t i = 0; i < n; i++) {
        if (list[i].record.id != p->record.id &&
            list[i].minimum_quantity.micro == p->minimum_quantity.micro &&
            list[i].valid_from.days == p->valid_from.days) {
            return refuse(cx, &price_twice, TEXT("product"));
        }
    }
    return OK;
}

const struct entity price_entity = {
    .index = E_price,
    .name = "price",
    .plural = "prices",
    .label = N_("Price"),
    .label_plural = N_("Prices"),
    .help = N_("What one product costs in one list, from some quantity and some day on."),
    .shape = SHAPE(price, price_rows),
    .title = "price",
    .read = "price.read",
    .write = "price.write",
    .sort = "product",
    .flags = E_CACHED | E_HISTORY,
    .indexes = price_indexes,
    .n_indexes = N_ELEMENTS(price_indexes),
    .check = price_check,
};

/* --- Discount rules */

static enum err rule_check(struct cx *cx, const void *before, void *after)
{
    (void)before;
    const struct discount_rule *r = after;
    if ((r->percent.micro != 0) == (r->amount.minor != 0)) {
        return refuse(cx, &discount_value, TEXT("percent"));
    }
    return validity_check(cx, r->valid_from, r->valid_to);
}

const struct entity discount_rule_entity = {
    .index = E_discount_rule,
    .name = "discount_rule",
    .plural = "discount_rules",
    .label = N_("Discount rule"),
    .label_plural = N_("Discount rules"),
    .help = N_("Discounts that are given by themselves. The best one for the customer counts."),
    .shape = SHAPE(discount_rule, rule_rows),
    .code = "code",
    .title = "name",
    .read = "price.read",
    .write = "price.write",
    .sort = "code",
    .flags = E_CACHED | E_HISTORY,
    .check = rule_check,
};
