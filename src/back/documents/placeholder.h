/* Placeholders in the texts of templates: "{company.name}". Pure text work.
 *
 * A brace that shall stand for itself is written twice. */
#ifndef KONTOR_PLACEHOLDER_H
#define KONTOR_PLACEHOLDER_H

#include "base/text.h"

enum placeholder {
    PLACEHOLDER_COMPANY_NAME,
    PLACEHOLDER_COMPANY_TAX_ID,
    PLACEHOLDER_SITE_NAME,
    PLACEHOLDER_SITE_STREET,
    PLACEHOLDER_SITE_CITY,
    PLACEHOLDER_SITE_POSTAL_CODE,
    PLACEHOLDER_SITE_PHONE,
    PLACEHOLDER_DOCUMENT_NUMBER,
    PLACEHOLDER_DOCUMENT_DATE,
    PLACEHOLDER_CUSTOMER_NAME,
    PLACEHOLDER_CUSTOMER_CODE,
    PLACEHOLDER_CUSTOMER_TAX_ID,
    PLACEHOLDER_TOTAL,
    PLACEHOLDER_SERVED_BY,
    PLACEHOLDERS
};

extern const char *const placeholder_names[PLACEHOLDERS];

enum placeholder_fault { PLACEHOLDERS_FINE, PLACEHOLDER_UNKNOWN, PLACEHOLDER_BRACE };

/* *which: the unknown name, or what follows the brace that has no partner. */
enum placeholder_fault placeholders_check(text_t t, text_t *which);

/* Puts the values in; none leaves nothing. The text has been checked. */
text_t placeholders_fill(struct arena *a, text_t t, const text_t values[static PLACEHOLDERS]);

/* All names, for a refusal: "company.name, ..." */
text_t placeholders_known(struct arena *a);

#endif
