/* What the files of formats share: a locale, and what a thread keeps open for it.
 *
 * ICU's objects for dates, collation and relative times are not to be used by two threads at once,
 * so each thread has its own. They are kept in a table of fixed size in which the oldest of a row
 * gives way: whatever countries and currencies are asked for, a thread holds at most KEPT_ROWS *
 * KEPT_WAYS of them, and closes them when it ends. */
#ifndef KONTOR_FORMAT_OWN_H
#define KONTOR_FORMAT_OWN_H

#include "face/format.h"
#include "meta/field.h"

#include <unicode/unumberformatter.h>

#define FORMAT_LOCALE_MAX 64

struct format {
    char locale[FORMAT_LOCALE_MAX]; /* BCP 47 */
    char icu[FORMAT_LOCALE_MAX];    /* the same for ICU; the Gregorian calendar is always named,
                                       because ICU takes another one for some countries */
    char land[FORMAT_LOCALE_MAX];   /* with the country, also where ICU has no texts for both */
    uint64_t number;                /* of the locale, for hashing */
};

/* What is kept open. */
enum kept_kind { KEPT_NUMBER, KEPT_DATE, KEPT_AGO, KEPT_LIST, KEPT_COLLATOR, KEPT_KINDS };

/* Opens what stands for `what` in that locale; NULL when ICU cannot. */
typedef void *kept_open(const struct format *f, uint64_t what);

/* This thread's object of that kind, opened when it is not there. NULL: without memory. */
void *format_kept(const struct format *f, enum kept_kind kind, uint64_t what, kept_open *open);
/* This thread's place for a number that is being formatted; NULL: without memory. */
UFormattedNumber *format_number_place(void);
void format_put_utf16(struct buf *b, const UChar *s, int32_t n);

#endif
