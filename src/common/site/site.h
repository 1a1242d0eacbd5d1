/* Sites: where the company trades and works. */
#ifndef KONTOR_SITE_H
#define KONTOR_SITE_H

#include "flow/command.h"

enum site_kind { SITE_STORE, SITE_DISTRIBUTION_CENTRE, SITE_OFFICE, SITE_WEB };

struct site {
    struct record record;
    text_t code, name;
    choice_t kind;    /* enum site_kind */
    text_t currency;  /* must be the company's for now: site_currency_differs */
    text_t time_zone; /* IANA; decides the business date */
    text_t country;
    text_t street, city, postal_code, phone;
    price_list_ref price_list; /* the site's own prices, or 0 */
    site_ref stock_site;       /* whose stock it sells (a web shop: the distribution centre's); 0:
                                  its own */
};

extern const struct entity site_entity;
extern const struct area site_area;

/* The day it is at the site at that instant. */
date_t site_date(const struct site *s, instant_t at);

#endif
