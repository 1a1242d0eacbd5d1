/* Dates and instants, proleptic Gregorian, no time zone database here (a site's zone is os/'s
 * affair).
 *
 * date_t counts days since 1970-01-01 (may be negative), instant_t microseconds since then in UTC.
 * Both use the wrapped value DATE_NONE / INSTANT_NONE for "no value", which is stored as NULL. */
#ifndef KONTOR_DATE_H
#define KONTOR_DATE_H

#include "base/base.h"

typedef struct {
    int64_t days;
} date_t;

typedef struct {
    int64_t us;
} instant_t;

#define DATE_NONE        ((date_t){ INT64_MIN })
#define INSTANT_NONE     ((instant_t){ INT64_MIN })
#define DATE_TEXT_MAX    16
#define INSTANT_TEXT_MAX 32
#define US_PER_SECOND    INT64_C(1000000)
#define US_PER_DAY       (INT64_C(86400) * US_PER_SECOND)

static inline bool date_none(date_t d)
{
    return d.days == INT64_MIN;
}
static inline bool instant_none(instant_t t)
{
    return t.us == INT64_MIN;
}

struct civil {
    int year, month, day; /* 1..9999, 1..12, 1..31 */
};

/* Days before year 1 or after 9999 are read as the first or the last day of those years, here and
 * below; no value stays no value, and prints as the empty text. */
struct civil date_civil(date_t d);
/* ERR_INVALID when there is no such day (30 February) or the year is outside 1..9999. */
MUST_USE enum err date_from_civil(struct civil c, date_t *out);
/* "2026-11-21" and nothing else. */
MUST_USE enum err date_parse(const char *s, size_t n, date_t *out);
size_t date_print(date_t d, char out[static DATE_TEXT_MAX]);
/* Monday is 1, Sunday 7 (ISO 8601). */
int date_weekday(date_t d);
/* Same day n months later; 31 January + 1 month is the last day of February. Clamped to years
 * 1..9999. */
date_t date_add_months(date_t d, int months);
date_t date_month_start(date_t d);
date_t date_month_end(date_t d);

/* RFC 3339 with Z or an offset, or "YYYY-MM-DD HH:MM:SS" read as UTC; 0 to 6 decimals of a second.
 * A leap second (23:59:60 UTC) is read as the second after it. */
MUST_USE enum err instant_parse(const char *s, size_t n, instant_t *out);
/* "2026-11-21T10:00:00.000000Z" */
size_t instant_print(instant_t t, char out[static INSTANT_TEXT_MAX]);
/* The UTC day an instant falls in. */
date_t instant_date(instant_t t);
instant_t date_start(date_t d);

#endif
