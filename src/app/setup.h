/* Founding a company's books: command companies/ID/set_up. */
#ifndef KONTOR_SETUP_H
#define KONTOR_SETUP_H

#include "flow/command.h"

struct company_set_up {
    text_t template; /* of ledger_seed */
    date_t first_day;
};

extern const struct area setup_area;

#endif
