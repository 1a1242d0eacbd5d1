/* What the files of this area share. */
#ifndef KONTOR_SITE_INNER_H
#define KONTOR_SITE_INNER_H

#include "common/company/company.h"
#include "common/site/site.h"

extern const struct refusal site_currency_differs, stock_site_chained;

#endif
