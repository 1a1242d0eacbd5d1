/* Pricing: what a basket costs, and why. The pure part (pricing.c) is integer C without any store
 * and is compiled for the server and for WebAssembly from the same file; the other part loads what
 * the pure part needs.
 *
 * Order of decisions for a line, each recorded as a reason:
 *
 *   1. Unit price: given by hand (override) > customer's list > site's list > the company's
 * standing lists by priority > the product's list price. Within a list: valid on the day, the
 * largest quantity break not above the line's quantity, the latest start of validity.
 *   2. Discount of the line: the given one (percent of the gross amount, then the amount off the
 *      rest), else the one rule for product, category, customer or site that takes off most, of
 *      those whose minimum quantity and minimum total the line reaches.
 *   3. Basket discount: the one rule that takes off most, of those whose minimums the lines that it
 *      concerns reach together; shared over those lines by their amounts (largest remainder).
 *   4. Tax: by the product's tax valid on the day, included or on top as the price list says, and
 *      for other prices as the tax says; rounded by line, or by document with the document's tax
 *      shared over the lines of the tax so that lines add up to it exactly.
 *
 * Of rules that take off the same the one with the smallest id holds. Nothing is ever taken off
 * beyond the amount of a line. */
#ifndef KONTOR_PRICING_H
#define KONTOR_PRICING_H

#include "base/money.h"

#define PRICING_LINES_MAX       2000
#define PRICING_TAX_PARTS_MAX   4
#define PRICING_CATEGORY_LEVELS 6

enum pricing_why {
    WHY_PRODUCT_PRICE,
    WHY_PRICE_LIST,
    WHY_CUSTOMER_LIST,
    WHY_SITE_LIST,
    WHY_OVERRIDE,
    WHY_LINE_DISCOUNT,
    WHY_DISCOUNT_RULE,
    WHY_BASKET_RULE,
    WHY_TAX,
    WHY_NO_TAX
};

struct pricing_line {
    /* in */
    int64_t product;                             /* id */
    int64_t categories[PRICING_CATEGORY_LEVELS]; /* the product's, then those above it; 0: none */
    qty_t quantity;                              /* >= 0 */
    money_t unit_price;                          /* as decided by step 1 */
    enum pricing_why price_why;
    int64_t price_rule;      /* id of the price record, or 0 */
    rate_t discount_percent; /* given by hand, or 0 */
    money_t discount_amount; /* given by hand, or 0 */
    int64_t tax;             /* id of the tax, 0: untaxed */
    rate_t tax_rate;         /* per cent, all parts together */
    bool tax_included;       /* in unit_price */
    /* out */
    money_t gross;                      /* unit_price * quantity, rounded half up */
    money_t discount;                   /* line and rule discounts, >= 0 */
    money_t basket_discount;            /* its share, >= 0 */
    int64_t discount_rule, basket_rule; /* ids, or 0 */
    money_t net, tax_amount, total;     /* total = net + tax_amount */
};

/* A discount rule that is valid for the day, site and customer: of a line, or of the basket of all
 * lines that it concerns. */
struct pricing_discount {
    int64_t id;
    int64_t product, category; /* 0: any */
    bool basket;
    qty_t minimum_quantity;
    money_t minimum_total;
    rate_t percent;
    money_t amount; /* per unit for lines, once for a basket */
};

struct pricing_basket {
    struct pricing_line *lines;
    size_t n_lines;
    const struct pricing_discount *discounts;
    size_t n_discounts;
    bool round_by_document; /* taxes */
    /* out */
    money_t net, tax, total, discount;
};

/* Computes a basket. ERR_RANGE when an amount leaves MONEY_MAX; ERR_INVALID for a quantity, a
 * price, a discount or a tax rate below 0, for a discount above 100 % and a tax above 1000 %. What
 * is out of the basket and its lines is then not to be read. */
MUST_USE enum err pricing_compute(struct pricing_basket *b);

/* The cash amount nearest to total in steps (0, 1: total itself), half up. */
money_t pricing_cash_round(money_t total, int64_t step);

/* The part of amount that belongs to `part` of `whole` when `before` of it was taken already, so
 * that repeated parts add up to the amount exactly: round(amount * (before + part) / whole) -
 * round(amount * before / whole). For partial returns. */
MUST_USE enum err pricing_part(money_t amount, qty_t before, qty_t part, qty_t whole, money_t *out);

#endif
