/* Values as people read them: numbers, amounts, dates, by ICU (CLDR), in the person's language and
 * digits. Formatters are kept per thread and locale; nothing is opened per value.
 *
 * A locale is one of a handful (4 languages x 2 kinds of digits x countries), immutable, for the
 * life of the process. */
#ifndef KONTOR_FACE_FORMAT_H
#define KONTOR_FACE_FORMAT_H

#include "base/date.h"
#include "base/money.h"
#include "base/text.h"

enum digits {
    DIGITS_USUAL,
    DIGITS_LATIN,
    DIGITS_NATIVE
}; /* usual: what the language's CLDR data
      takes, Latin for all four */

struct format; /* a locale with its formatters */

/* language: "en", "es", "hi", "id"; country: ISO 3166 of the company, or TEXT_NONE ("en" in India
 * groups 1,23,456; "en" elsewhere 123,456; "es" in Mexico writes 1,234.50; "en" where CLDR has no
 * English of the country is the international one: 21/11/2026). Never NULL: what is not known falls
 * back to the language alone, and that to English. */
const struct format *format_for(const char *language, text_t country, enum digits digits);
const char *format_locale(const struct format *f); /* "hi-IN-u-nu-deva": for lang attributes and
                                                      scripts' Intl */

/* All append to b, as plain text (escape it as HTML). No value: nothing is written. */
void format_money(const struct format *f, struct buf *b, money_t m, text_t currency);
/* The number without its currency, with its currency's decimals: for columns headed by it. */
void format_amount(const struct format *f, struct buf *b, money_t m, int decimals);
void format_integer(const struct format *f, struct buf *b, int64_t v);
/* As many decimals as are needed, at most six. */
void format_quantity(const struct format *f, struct buf *b, qty_t q);
void format_rate(const struct format *f, struct buf *b, rate_t r);            /* "21", "5.2" */
void format_percent(const struct format *f, struct buf *b, int64_t permille); /* "12.5%" */
void format_bytes(const struct format *f, struct buf *b, int64_t n);          /* "12 kB" */

enum date_style { DATE_SHORT, DATE_MEDIUM, DATE_LONG, DATE_DAY_MONTH, DATE_WEEKDAY, DATE_MONTH };
void format_date(const struct format *f, struct buf *b, date_t d, enum date_style style);
/* An instant on the clock of a zone ("Europe/Madrid"; UTC when unknown): medium and short with the
 * date as in that style, clock and seconds without. */
enum time_style { TIME_MEDIUM, TIME_SHORT, TIME_CLOCK, TIME_SECONDS };
void format_time(const struct format *f, struct buf *b, instant_t t, text_t zone,
                 enum time_style style);
/* "in 5 minutes", "2 days ago", "now", in words of the language. */
void format_ago(const struct format *f, struct buf *b, instant_t t, instant_t now);
/* The two largest units: "1 h 20 min" in Spanish, "1 hr 20 min" in English. */
void format_duration(const struct format *f, struct buf *b, int64_t us);
/* Sorting as the language does (UCA): <0, 0, >0. */
int format_compare(const struct format *f, text_t a, text_t b);
/* The first day of a week there: 0 Monday .. 6 Sunday. */
int format_week_begins(const struct format *f);
/* The name of a country by its code of two letters: "India"; what is no code stays as it is. */
void format_country(const struct format *f, struct buf *b, text_t country);
/* "a, b and c" */
void format_list(const struct format *f, struct buf *b, const text_t *items, size_t n);

#endif
