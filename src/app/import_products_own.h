/* What the files of the product import share: the reading of rows by the form of the file, and the
 * batches that products are sent in. */
#ifndef KONTOR_IMPORT_PRODUCTS_OWN_H
#define KONTOR_IMPORT_PRODUCTS_OWN_H

#include "app/catalogue.h"
#include "app/import_own.h"

enum product_field {
    P_CODE,
    P_NAME,
    P_DESCRIPTION,
    P_SHORT,
    P_BRAND,
    P_CATEGORY,
    P_PRICE,
    P_OFFER,
    P_OFFER_FROM,
    P_OFFER_TO,
    P_BARCODE,
    P_KIND,
    P_VARIANT_OF,
    P_OPTIONS,
    P_TAX,
    P_UNIT,
    P_COST,
    P_FIELDS
};

/* Who wrote the file. */
enum product_form {
    FORM_PLAIN,       /* a table with a code or a name, and a price or a barcode */
    FORM_WOOCOMMERCE, /* product export of WooCommerce */
    FORM_SHOPIFY,     /* product export of Shopify: several rows a product */
    FORM_MAGENTO,     /* Magento / Adobe Commerce */
    FORM_BARCODES     /* a list of goods by their EAN, as Open Food Facts gives it */
};

struct named_id { /* a tax or unit by its code */
    text_t code;
    int64_t id;
};

/* A row of the file on its way, for the list of the rejected. */
struct source_row {
    size_t line;
    text_t *cells;
    size_t n;
    bool counts; /* false: made from several rows, such as the product above its variants */
};

struct batch { /* in the arena of its flight */
    struct catalogue_args args;
    struct catalogue_line *lines;
    struct source_row *rows;
    size_t n;
};

struct product_import {
    struct kontor *k;
    const struct import_options *o;
    struct import_report *report;
    struct import_file file;
    struct rejects rejects;
    struct flights flights;
    struct arena arena; /* for the whole run */
    int64_t company;
    int decimals;
    enum product_form form;
    struct named_id *taxes, *units;
    size_t n_taxes, n_units;
    struct map by_number;  /* WooCommerce: the SKU of "id:741" */
    struct flight *flight; /* the batch that is being filled; NULL: none */
    struct arena group_arena;
    struct source_row *group; /* Shopify: rows of one product */
    size_t n_group, room_group;
};

extern const struct import_field product_fields[P_FIELDS];

/* ERR_INVALID when it is no catalogue at all. */
MUST_USE enum err product_form_of(const struct import_file *f, enum product_form *out,
                                  char why[static 256]);

/* Takes the current row of the file into batches. Rows that cannot be read are rejected. */
MUST_USE enum err product_row(struct product_import *p);
/* The rows of the last product of a Shopify file. */
MUST_USE enum err product_group_end(struct product_import *p);

/* Adds a line to the batch, which is sent when it is full. Texts must lie in its arena, see
 * batch_arena. */
MUST_USE enum err batch_add(struct product_import *p, const struct catalogue_line *line,
                            const struct source_row *row);
/* Where the texts of the next line go; NULL when the import has failed. */
struct arena *batch_arena(struct product_import *p);
MUST_USE enum err batch_send(struct product_import *p);

/* A row that is not taken, or taken without a part that is wrong. */
void product_reject(struct product_import *p, const struct source_row *row, text_t reason);
void product_warn(struct product_import *p, const struct source_row *row, text_t reason);
/* The current row of the file, copied into the arena. */
struct source_row source_of(const struct product_import *p, struct arena *a);

#endif
