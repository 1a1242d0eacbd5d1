/* Command products/take_over: makes and updates up to 200 products at once, with their categories,
 * barcodes and offers, by their codes. What is already so is left alone, so that sending the same
 * list twice changes nothing the second time. */
#ifndef KONTOR_CATALOGUE_H
#define KONTOR_CATALOGUE_H

#include "common/pricing/tariff.h"
#include "common/product/product.h"

#define CATALOGUE_LINES_MAX 200      /* of one call */
#define CATALOGUE_LINES     100      /* that hold the store's writer for less than 20 ms */
#define CATALOGUE_OFFERS    "OFFERS" /* code of the price list that sale prices go into */

/* One product as some other program knows it. What is empty is not known and stays as it is. */
struct catalogue_line {
    text_t code, name, description, brand;
    text_t category; /* names from the top down: "Clothing > Hoodies" */
    money_t price;   /* VALUE_NONE: not known */
    money_t offer;   /* a lower price for a while; VALUE_NONE: none is known */
    date_t offer_from, offer_to;
    choice_t kind;     /* enum product_kind; of new products */
    flag_t no_sale;    /* of new products */
    text_t variant_of; /* code of a product that exists or comes before */
    text_t options;
    text_t barcode; /* one more, unless the product has it */
    tax_ref tax;
    unit_ref unit;          /* of new products */
    rate_t cost;            /* 0: not known */
    text_t revenue_account; /* code of an account */
};

struct catalogue_args {
    lines_t lines; /* struct catalogue_line */
};

enum catalogue_outcome { CATALOGUE_UNCHANGED, CATALOGUE_CREATED, CATALOGUE_CHANGED };

struct catalogue_result_line {
    choice_t outcome;  /* enum catalogue_outcome */
    text_t barcode_of; /* code of the other product that has the barcode: it was not taken */
};

struct catalogue_result {
    int64_t created, changed, unchanged;
    lines_t lines; /* struct catalogue_result_line, as the arguments */
};

extern const struct area catalogue_area;

/* What the command does; `dry` only says what it would do. */
MUST_USE enum err catalogue_take(struct cx *cx, const struct catalogue_args *in, bool dry,
                                 struct catalogue_result *out);

#endif
