/* What the files of this area share. */
#ifndef KONTOR_PRICING_INNER_H
#define KONTOR_PRICING_INNER_H

#include "common/company/company.h"
#include "common/pricing/tariff.h"

extern const struct refusal validity_reversed, list_currency_differs, price_twice, discount_value,
    discount_too_large, tax_twice, tax_part_of_part, tax_parts_exceed, tax_not_valid, no_price,
    price_not_positive, amount_too_large;

/* Refuses validity_reversed when a validity ends before it begins. */
enum err validity_check(struct cx *cx, date_t from, date_t to);
bool valid_on(date_t from, date_t to, date_t day);

#endif
