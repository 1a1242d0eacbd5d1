/* Dates and instants as people read them.
 *
 * ICU is given the clock time of the zone as if it were UTC: the zone's offset is asked of os/, so
 * one formatter serves all zones. Patterns are made from skeletons (which parts are wanted), so
 * their order is the language's. */
#include "face/format_own.h"

#include "os/clock.h"

#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/ureldatefmt.h>
#include <unicode/ustring.h>

#define PATTERN_MAX    100
#define TIME_UNITS     160
#define ZONE_NAME_LONG 64

/* Parts by style; j is the hour as the country counts it. */
static const char *const date_parts[] = {
    [DATE_SHORT] = "yMd",      [DATE_MEDIUM] = "yMMMd",  [DATE_LONG] = "yMMMMd",
    [DATE_DAY_MONTH] = "MMMd", [DATE_WEEKDAY] = "MMMEd", [DATE_MONTH] = "yMMMM",
};
static const char *const time_parts[] = {
    [TIME_MEDIUM] = "yMMMdjm",
    [TIME_SHORT] = "yMdjm",
    [TIME_CLOCK] = "jm",
    [TIME_SECONDS] = "jms",
};

/* ICU reads days before October 1582 by the Julian calendar unless it is told not to. */
static void always_gregorian(UDateFormat *d)
{
    UErrorCode status = U_ZERO_ERROR;
    UCalendar *c = ucal_clone(udat_getCalendar(d), &status);
    ucal_setGregorianChange(c, (UDate)INT64_C(-62167219200000) * 2, &status);
    if (U_SUCCESS(status)) {
        udat_setCalendar(d, c); /* copies it */
    }
    ucal_close(c);
}

/* what: an index into date_parts, or into time_parts behind them. */
static void *open_date(const struct format *f, uint64_t what)
{
    static const UChar utc[] = { 'U', 'T', 'C', 0 };
    const char *parts = what < N_ELEMENTS(date_parts) ? date_parts[what]
                                                      : time_parts[what - N_ELEMENTS(date_parts)];
    UErrorCode status = U_ZERO_ERROR;
    UChar wanted[16], pattern[PATTERN_MAX];
    UDateFormat *d = NULL;
    u_uastrncpy(wanted, parts, N_ELEMENTS(wanted));
    UDateTimePatternGenerator *g = udatpg_open(f->icu, &status);
    int32_t n = udatpg_getBestPattern(g, wanted, -1, pattern, PATTERN_MAX, &status);
    if (U_SUCCESS(status)) {
        d = udat_open(UDAT_PATTERN, UDAT_PATTERN, f->icu, utc, -1, pattern, n, &status);
    }
    udatpg_close(g);
    if (U_FAILURE(status)) {
        udat_close(d);
        return NULL;
    }
    always_gregorian(d);
    return d;
}

/* us on the clock to be shown. */
static bool put_date(const struct format *f, struct buf *b, uint64_t what, int64_t us)
{
    UChar units[TIME_UNITS];
    UErrorCode status = U_ZERO_ERROR;
    int64_t ms = us / 1000 - (us % 1000 < 0 ? 1 : 0);
    const UDateFormat *d = format_kept(f, KEPT_DATE, what, open_date);
    if (!d) {
        return false;
    }
    /* ICU's date type counts milliseconds in a double, exact within the years we admit. */
    int32_t n = udat_format(d, (UDate)ms, units, TIME_UNITS, NULL, &status);
    if (U_FAILURE(status)) {
        return false;
    }
    format_put_utf16(b, units, n);
    return true;
}

void format_date(const struct format *f, struct buf *b, date_t d, enum date_style style)
{
    if (date_none(d)) {
        return;
    }
    date_t within;
    if (date_from_civil(date_civil(d), &within) != OK || /* years 1 to 9999 */
        !put_date(f, b, style, date_start(within).us)) {
        char text[DATE_TEXT_MAX];
        buf_add(b, text, date_print(d, text));
    }
}

void format_time(const struct format *f, struct buf *b, instant_t t, text_t zone,
                 enum time_style style)
{
    char name[ZONE_NAME_LONG] = "";
    if (instant_none(t)) {
        return;
    }
    if (zone.n < sizeof name) {
        memcpy(name, zone.s ? zone.s : "", zone.n);
    }
    int64_t us = t.us;
    int64_t offset = zone_offset_seconds(name, t) * US_PER_SECOND;
    if (__builtin_add_overflow(us, offset, &us) ||
        !put_date(f, b, N_ELEMENTS(date_parts) + style, us)) {
        char text[INSTANT_TEXT_MAX];
        buf_add(b, text, instant_print(t, text));
    }
}

/* -- ago -----------------------------------------------------------------------------------------
 */

static void *open_ago(const struct format *f, uint64_t what)
{
    UErrorCode status = U_ZERO_ERROR;
    (void)what;
    URelativeDateTimeFormatter *r = ureldatefmt_open(f->icu, NULL, UDAT_STYLE_LONG,
                                                     UDISPCTX_CAPITALIZATION_NONE, &status);
    if (U_FAILURE(status)) {
        ureldatefmt_close(r);
        return NULL;
    }
    return r;
}

/* Up to which distance which unit is told. Whole units that have passed; never "yesterday", which
 * would need the zone. */
static const struct {
    int64_t below, unit;
    URelativeDateTimeUnit name;
} distances[] = {
    { INT64_C(60) * US_PER_SECOND, 0, UDAT_REL_UNIT_SECOND },
    { INT64_C(3600) * US_PER_SECOND, INT64_C(60) * US_PER_SECOND, UDAT_REL_UNIT_MINUTE },
    { US_PER_DAY, INT64_C(3600) * US_PER_SECOND, UDAT_REL_UNIT_HOUR },
    { 14 * US_PER_DAY, US_PER_DAY, UDAT_REL_UNIT_DAY },
    { 61 * US_PER_DAY, 7 * US_PER_DAY, UDAT_REL_UNIT_WEEK },
    { 730 * US_PER_DAY, 30 * US_PER_DAY + US_PER_DAY / 2, UDAT_REL_UNIT_MONTH },
    { INT64_MAX, 365 * US_PER_DAY + US_PER_DAY / 4, UDAT_REL_UNIT_YEAR },
};

void format_ago(const struct format *f, struct buf *b, instant_t t, instant_t now)
{
    UChar units[TIME_UNITS];
    UErrorCode status = U_ZERO_ERROR;
    int64_t away;
    size_t i = 0;
    if (instant_none(t) || instant_none(now) || __builtin_sub_overflow(t.us, now.us, &away) ||
        away == INT64_MIN) {
        return;
    }
    const URelativeDateTimeFormatter *r = format_kept(f, KEPT_AGO, 0, open_ago);
    if (!r) {
        format_time(f, b, t, TEXT_NONE, TIME_MEDIUM);
        return;
    }
    while (i + 1 < N_ELEMENTS(distances) && (away < 0 ? -away : away) >= distances[i].below) {
        i++;
    }
    int32_t n, count = distances[i].unit ? (int32_t)(away / distances[i].unit) : 0;
    if (count == 0) {
        n = ureldatefmt_format(r, 0, distances[i].name, units, TIME_UNITS, &status); /* "now" */
    } else {
        n = ureldatefmt_formatNumeric(r, count, distances[i].name, units, TIME_UNITS, &status);
    }
    if (U_SUCCESS(status)) {
        format_put_utf16(b, units, n);
    }
}
