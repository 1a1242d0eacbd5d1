/* Calendar arithmetic on day numbers, and the two text forms of dates and instants.
 *
 * Years are counted from March inside, so that the leap day is the last of a year and the months
 * before it have fixed starts: month m after March begins on day (153 m + 2) / 5. A calendar cycle
 * is 400 years or 146097 days. Every public function clamps to 0001-01-01 .. 9999-12-31, the years
 * the text form can write, so that arithmetic on a far date stays a date. */
#include "base/date.h"

#define CYCLE_DAYS 146097
#define EPOCH_DAYS 719468           /* from 0000-03-01 to 1970-01-01 */
#define DAYS_FIRST INT64_C(-719162) /* 0001-01-01 */
#define DAYS_LAST  INT64_C(2932896) /* 9999-12-31 */

static int64_t clamped(int64_t days)
{
    return days < DAYS_FIRST ? DAYS_FIRST : days > DAYS_LAST ? DAYS_LAST : days;
}

/* Towards minus infinity, as calendars need before 1970. */
static int64_t div_floor(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct civil date_civil(date_t d)
{
    int64_t since = clamped(d.days) + EPOCH_DAYS; /* never negative: year 1 begins 306 days in */
    int cycle = (int)(since / CYCLE_DAYS);
    int day = (int)(since % CYCLE_DAYS); /* 0..146096 in the cycle */
    /* Take out the leap days: one in 1461 days, but none at the end of three centuries. */
    int year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100; /* 0..365, from 1 March */
    int month = (5 * day + 2) / 153;           /* 0 is March */
    struct civil c = {
        .year = cycle * 400 + year + (month >= 10),
        .month = month < 10 ? month + 3 : month - 9,
        .day = day - (153 * month + 2) / 5 + 1,
    };
    return c;
}

static int64_t days_of(struct civil c)
{
    int month = c.month > 2 ? c.month - 3 : c.month + 9;
    int year = c.month > 2 ? c.year : c.year - 1;
    int of_cycle = year % 400;
    int64_t days = of_cycle * 365 + of_cycle / 4 - of_cycle / 100;
    return year / 400 * INT64_C(146097) + days + (153 * month + 2) / 5 + c.day - 1 - EPOCH_DAYS;
}

static int month_days(int year, int month)
{
    static const int days[13] = { 0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month] + (month == 2 && leap);
}

enum err date_from_civil(struct civil c, date_t *out)
{
    if (c.year < 1 || c.year > 9999 || c.month < 1 || c.month > 12 || c.day < 1 ||
        c.day > month_days(c.year, c.month)) {
        return ERR_INVALID;
    }
    out->days = days_of(c);
    return OK;
}

/* Reads exactly `width` digits; -1 when they are not there. */
static int digits_at(const char *s, size_t width)
{
    int v = 0;
    for (size_t i = 0; i < width; i++) {
        if (s[i] < '0' || s[i] > '9') {
            return -1;
        }
        v = v * 10 + (s[i] - '0');
    }
    return v;
}

static char *digits_put(char *p, int v, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        p[i] = (char)('0' + v % 10);
        v /= 10;
    }
    return p + width;
}

enum err date_parse(const char *s, size_t n, date_t *out)
{
    if (n != 10 || s[4] != '-' || s[7] != '-') {
        return ERR_INVALID;
    }
    struct civil c = { .year = digits_at(s, 4),
                       .month = digits_at(s + 5, 2),
                       .day = digits_at(s + 8, 2) };
    return date_from_civil(c, out);
}

size_t date_print(date_t d, char out[static DATE_TEXT_MAX])
{
    char *p = out;
    if (!date_none(d)) {
        struct civil c = date_civil(d);
        p = digits_put(p, c.year, 4);
        *p++ = '-';
        p = digits_put(p, c.month, 2);
        *p++ = '-';
        p = digits_put(p, c.day, 2);
    }
    *p = '\0';
    return (size_t)(p - out);
}

int date_weekday(date_t d)
{
    int64_t since_monday = clamped(d.days) - DAYS_FIRST; /* 0001-01-01 was a Monday */
    return (int)(since_monday % 7) + 1;
}

date_t date_add_months(date_t d, int months)
{
    if (date_none(d)) {
        return d;
    }
    struct civil c = date_civil(d);
    int64_t count = c.year * INT64_C(12) + c.month - 1 + months;
    if (count < 12) {
        return (date_t){ DAYS_FIRST };
    }
    if (count >= INT64_C(10000) * 12) {
        return (date_t){ DAYS_LAST };
    }
    c.year = (int)(count / 12);
    c.month = (int)(count % 12) + 1;
    int last = month_days(c.year, c.month);
    c.day = c.day < last ? c.day : last;
    return (date_t){ days_of(c) };
}

date_t date_month_start(date_t d)
{
    if (date_none(d)) {
        return d;
    }
    return (date_t){ clamped(d.days) - date_civil(d).day + 1 };
}

date_t date_month_end(date_t d)
{
    if (date_none(d)) {
        return d;
    }
    struct civil c = date_civil(d);
    c.day = month_days(c.year, c.month);
    return (date_t){ days_of(c) };
}

/* ".5" to ".123456" at *i; moves *i past it. No point means no fraction. */
static enum err fraction_parse(const char *s, size_t n, size_t *i, int64_t *us)
{
    int64_t unit = US_PER_SECOND;
    *us = 0;
    if (*i >= n || s[*i] != '.') {
        return OK;
    }
    for (++*i; *i < n && s[*i] >= '0' && s[*i] <= '9'; ++*i) {
        unit /= 10;
        if (unit == 0) {
            return ERR_INVALID;
        }
        *us += unit * (s[*i] - '0');
    }
    return unit == US_PER_SECOND ? ERR_INVALID : OK;
}

/* The end of an instant from s: Z, or an offset in minutes. */
static enum err offset_parse(const char *s, size_t n, bool bare_ok, int *minutes)
{
    *minutes = 0;
    if (n == 0) {
        return bare_ok ? OK : ERR_INVALID;
    }
    if (n == 1 && (s[0] == 'Z' || s[0] == 'z')) {
        return OK;
    }
    if (n != 6 || (s[0] != '+' && s[0] != '-') || s[3] != ':') {
        return ERR_INVALID;
    }
    int hour = digits_at(s + 1, 2), minute = digits_at(s + 4, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) {
        return ERR_INVALID;
    }
    *minutes = (hour * 60 + minute) * (s[0] == '-' ? -1 : 1);
    return OK;
}

enum err instant_parse(const char *s, size_t n, instant_t *out)
{
    date_t day;
    size_t i = 19;
    int64_t us;
    int offset;
    if (n < i || s[13] != ':' || s[16] != ':' || (s[10] != 'T' && s[10] != 't' && s[10] != ' ')) {
        return ERR_INVALID;
    }
    TRY(date_parse(s, 10, &day));
    int hour = digits_at(s + 11, 2), minute = digits_at(s + 14, 2), second = digits_at(s + 17, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
        return ERR_INVALID;
    }
    TRY(fraction_parse(s, n, &i, &us));
    TRY(offset_parse(s + i, n - i, s[10] == ' ', &offset));
    int64_t minutes = day.days * 1440 + hour * 60 + minute - offset;
    if (second == 60) {
        /* A leap second ends a UTC day; clocks that count without it read the next second. */
        if (minutes - div_floor(minutes, 1440) * 1440 != 1439) {
            return ERR_INVALID;
        }
        us = 0;
    }
    int64_t t = (minutes * 60 + second) * US_PER_SECOND + us;
    if (t < DAYS_FIRST * US_PER_DAY || t >= (DAYS_LAST + 1) * US_PER_DAY) {
        return ERR_INVALID;
    }
    out->us = t;
    return OK;
}

date_t instant_date(instant_t t)
{
    if (instant_none(t)) {
        return DATE_NONE;
    }
    return (date_t){ clamped(div_floor(t.us, US_PER_DAY)) };
}

instant_t date_start(date_t d)
{
    if (date_none(d)) {
        return INSTANT_NONE;
    }
    return (instant_t){ clamped(d.days) * US_PER_DAY };
}

size_t instant_print(instant_t t, char out[static INSTANT_TEXT_MAX])
{
    if (instant_none(t)) {
        out[0] = '\0';
        return 0;
    }
    int64_t first = DAYS_FIRST * US_PER_DAY, last = (DAYS_LAST + 1) * US_PER_DAY - 1;
    int64_t us = t.us < first ? first : t.us > last ? last : t.us;
    date_t day = { div_floor(us, US_PER_DAY) };
    us -= day.days * US_PER_DAY;
    int seconds = (int)(us / US_PER_SECOND);
    char *p = out + date_print(day, out);
    *p++ = 'T';
    p = digits_put(p, seconds / 3600, 2);
    *p++ = ':';
    p = digits_put(p, seconds / 60 % 60, 2);
    *p++ = ':';
    p = digits_put(p, seconds % 60, 2);
    *p++ = '.';
    p = digits_put(p, (int)(us % US_PER_SECOND), 6);
    *p++ = 'Z';
    *p = '\0';
    return (size_t)(p - out);
}
