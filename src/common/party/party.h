/* Parties: the one record for every person and organisation, whatever their roles. */
#ifndef KONTOR_PARTY_H
#define KONTOR_PARTY_H

#include "flow/command.h"

enum party_kind { PARTY_PERSON, PARTY_ORGANISATION };

struct party {
    struct record record;
    text_t code; /* "C-000123": from the series party when none is given */
    text_t name;
    choice_t kind; /* enum party_kind */
    text_t email, phone, language, tax_id;
    text_t country; /* ISO 3166 alpha-2 or, from imports, the name as given */
    text_t street, city, postal_code;
    flag_t is_customer, is_supplier, is_employee, is_contact;
    text_t roles; /* the same as a JSON list, ["customer","supplier"]; whichever of the two is given
                     decides the other */
    price_list_ref price_list; /* the customer's own prices, or 0 */
    money_t credit_limit;      /* for tender `account`; 0: none allowed */
};

extern const struct entity party_entity;
extern const struct area party_area;

#endif
