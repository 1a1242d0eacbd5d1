/* What the files of this area share. */
#ifndef KONTOR_PRODUCT_INNER_H
#define KONTOR_PRODUCT_INNER_H

#include "common/product/product.h"

extern const struct refusal category_loop, variant_loop, variant_needs_options, barcode_check_digit,
    barcode_blank, unknown_barcode, quantity_decimals, unit_is_own, unit_twice, product_missing;

/* struct entity's scanned: the product that a barcode stands on. */
enum err product_scanned(struct cx *cx, text_t said, void *record);

#endif
