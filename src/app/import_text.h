/* Texts as other shop programs export them: HTML, entities, amounts in several notations. Results
 * lie in the arena. */
#ifndef KONTOR_IMPORT_TEXT_H
#define KONTOR_IMPORT_TEXT_H

#include "base/money.h"
#include "base/text.h"

/* Plain text of HTML: no tags, entities as letters, blocks and items on lines of their own. At most
 * `max` characters. */
text_t import_plain(struct arena *a, text_t html, size_t max);
/* One line of it. */
text_t import_line(struct arena *a, text_t html, size_t max);
/* Lower-case letters, digits and dashes, at most max bytes; a longer one ends in a hash, so that it
 * stays unique and stable. */
text_t import_slug(struct arena *a, text_t t, size_t max);
/* The first max characters. */
text_t import_cut(text_t t, size_t max);
/* An amount such as "1,234.50", "1.234,50 EUR" or "12" in minor units; ERR_INVALID, ERR_RANGE. */
MUST_USE enum err import_amount(text_t t, int decimals, money_t *out);
/* "yes", "true", "1", "y" */
bool import_yes(text_t t);

#endif
