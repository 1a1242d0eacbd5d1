/* Products: what is sold and stocked, with any number of barcodes and packs. */
#ifndef KONTOR_PRODUCT_H
#define KONTOR_PRODUCT_H

#include "flow/command.h"

enum product_kind { PRODUCT_STOCKED, PRODUCT_SERVICE };

struct category {
    struct record record;
    text_t code, name;
    category_ref parent;
};

struct unit {
    struct record record;
    text_t code, name; /* "pc", "kg" */
    int64_t decimals;  /* 0: whole numbers only; up to 6 */
};

struct product {
    struct record record;
    text_t code; /* SKU */
    text_t name;
    text_t description;
    unit_ref unit; /* 0: counted without a unit, any number of decimals */
    choice_t kind; /* enum product_kind; chosen once */
    money_t price; /* list price in the company's currency, with or without tax as its tax
                      says (tax.included); VALUE_NONE: only by lists or by hand */
    tax_ref tax;   /* any of the dated rows of the tax's code; the day chooses the row */
    category_ref category;
    text_t brand;
    rate_t cost;            /* last known cost per unit, in major units of the company's currency: a
                               hint, the stock ledger has the truth */
    choice_t costing;       /* enum costing + 1, or 0: the company's; chosen once */
    product_ref variant_of; /* 0: none */
    text_t options;         /* variant values: "Blue / L" */
    text_t revenue_account; /* account code that overrides the posting rule, or none */
    flag_t no_sale;         /* not to be sold */
    lines_t barcodes;       /* struct barcode; filled by store_load_lines */
    lines_t units;          /* struct product_unit; filled by store_load_lines */
};

struct barcode {
    struct record record;
    product_ref product;
    text_t code;    /* digits as scanned; unique within the company */
    qty_t quantity; /* of the product's unit in what the code stands on: 1, or 24 for a carton */
};

/* A pack or other unit of a product with its exact factor: 1 carton = 24 pc. */
struct product_unit {
    struct record record;
    product_ref product;
    unit_ref unit;
    qty_t factor; /* of the product's own unit in one of this */
};

extern const struct entity category_entity, unit_entity, product_entity, barcode_entity,
    product_unit_entity;
extern const struct area product_area;

/* Refuses quantity_decimals on `field` when the product's unit has fewer decimals than the quantity
 * (2.5 pieces). */
MUST_USE enum err product_quantity_check(struct cx *cx, const struct product *p, qty_t quantity,
                                         text_t field);

/* The product for a barcode as scanned, and how much of it the code stands for. UPC-A, EAN-13
 * and GTIN-14 of one number are one code, whatever zeros stand before it. Refuses unknown_barcode
 * on `field`. */
MUST_USE enum err product_by_barcode(struct cx *cx, text_t code, text_t field, struct product *out,
                                     qty_t *quantity);

/* GTIN-8, -12, -13, -14 (GS1 General Specifications): digits only, a valid length and a right check
 * digit. */
bool gtin_ok(text_t code);

#endif
