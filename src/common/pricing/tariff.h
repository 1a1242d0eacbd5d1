/* Price lists, prices, discount rules and taxes as kept in the store, and the loading of what
 * pricing.h computes with. */
#ifndef KONTOR_TARIFF_H
#define KONTOR_TARIFF_H

#include "common/party/party.h"
#include "common/pricing/pricing.h"
#include "common/product/product.h"
#include "common/site/site.h"

struct tax { /* E_DATED */
    struct record record;
    text_t code, name;
    rate_t rate;                 /* per cent */
    flag_t included;             /* in products' own prices; the company's habit when not given */
    date_t valid_from, valid_to; /* inclusive; none: open */
    tax_ref part_of; /* a component of another tax (CGST and SGST of GST); its rate counts towards
                        that one's split, not on its own */
    text_t account;  /* account code for the tax payable; none: the posting rule's */
};

struct price_list {
    struct record record;
    text_t code, name;
    text_t currency;     /* the company's for now */
    flag_t includes_tax; /* its prices; the company's habit when not given */
    date_t valid_from, valid_to;
    int64_t priority; /* among standing lists: the higher one first */
    flag_t standing;  /* for every customer, without being named by customer or site */
};

struct price {
    struct record record;
    price_list_ref list;
    product_ref product;
    money_t price;
    qty_t minimum_quantity; /* quantity break: 0 or more */
    date_t valid_from, valid_to;
};

struct discount_rule {
    struct record record;
    text_t code, name;
    product_ref product; /* what it holds for; all 0: any */
    category_ref category;
    party_ref customer;
    site_ref site;
    flag_t basket;
    qty_t minimum_quantity;
    money_t minimum_total;
    rate_t percent;
    money_t amount;
    date_t valid_from, valid_to;
};

extern const struct entity tax_entity, price_list_entity, price_entity, discount_rule_entity;
extern const struct area pricing_area;

/* One line to be priced, as asked for. */
struct tariff_line {
    const struct product *product;
    qty_t quantity;
    money_t price; /* override, by the terms (with or without tax) of what it overrides;
                      VALUE_NONE: none */
    rate_t discount_percent;
    money_t discount_amount;
};

/* Loads prices, rules and taxes (from the cache where nothing changed) and computes the basket.
 * customer may be NULL. The result and its lines are in the arena. A line's tax is the
 * row valid on the day. Refuses with the line's field: no_price, price_not_positive,
 * discount_too_large, tax_not_valid, amount_too_large. No statement runs while master data is in
 * memory, and none at all for prices when no list is meant for the basket. */
MUST_USE enum err tariff_price(struct cx *cx, const struct site *site, const struct party *customer,
                               date_t day, const struct tariff_line *lines, size_t n,
                               struct pricing_basket **out);

/* The row of the tax's code that is valid on the day, of several the latest. ERR_NOT_FOUND without
 * a refusal. */
MUST_USE enum err tariff_tax_on(struct cx *cx, int64_t tax, date_t day, struct tax *out);

/* The parts of a tax amount by the tax's components valid on the day, so that they sum to it; one
 * part when the tax has none. */
struct tax_part {
    int64_t tax; /* id */
    text_t account;
    money_t amount;
};
MUST_USE enum err tariff_tax_parts(struct cx *cx, int64_t tax, date_t day, money_t amount,
                                   struct tax_part parts[static PRICING_TAX_PARTS_MAX], size_t *n);

/* Reasons of a priced line as a JSON array of {"step","rule","code","label","value"} for people to
 * read. */
text_t tariff_why(struct cx *cx, const struct pricing_line *line);

#endif
