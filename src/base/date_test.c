/* Dates against a walk through every day there is, by the rules of the calendar alone. */
#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <string.h>

static bool leap(int year)
{
    if (year % 400 == 0) {
        return true;
    }
    return year % 4 == 0 && year % 100 != 0;
}

static int length_of_month(int year, int month)
{
    switch (month) {
    case 2:
        return leap(year) ? 29 : 28;
    case 4:
    case 6:
    case 9:
    case 11:
        return 30;
    default:
        return 31;
    }
}

/* Years 1 to 9999, one day after the other; text in the 400 years in the middle, a whole cycle. */
static void every_day_in_turn(void **state)
{
    (void)state;
    date_t d;
    int weekday = 1; /* 0001-01-01 was a Monday, as 2001-01-01 five cycles later */
    assert_int_equal(date_from_civil((struct civil){ 1, 1, 1 }, &d), OK);
    int64_t days = d.days;
    for (int year = 1; year <= 9999; year++) {
        for (int month = 1; month <= 12; month++) {
            int last = length_of_month(year, month);
            for (int day = 1; day <= last; day++, days++, weekday = weekday % 7 + 1) {
                struct civil c = date_civil((date_t){ days });
                date_t back = { 0 };
                enum err e = date_from_civil(c, &back);
                bool same = c.year == year && c.month == month && c.day == day;
                if (!same || e != OK || back.days != days ||
                    date_weekday((date_t){ days }) != weekday) {
                    fail_msg("%d-%d-%d came back as %d-%d-%d", year, month, day, c.year, c.month,
                             c.day);
                }
                if (year >= 1800 && year < 2200) {
                    char text[DATE_TEXT_MAX], expected[64];
                    snprintf(expected, sizeof expected, "%04d-%02d-%02d", year, month, day);
                    assert_int_equal(date_print((date_t){ days }, text), 10);
                    assert_string_equal(text, expected);
                    assert_int_equal(date_parse(text, 10, &back), OK);
                    assert_true(back.days == days);
                    assert_true(date_month_start(back).days == days - day + 1);
                    assert_true(date_month_end(back).days == days - day + last);
                }
            }
            assert_int_equal(date_from_civil((struct civil){ year, month, last + 1 }, &d),
                             ERR_INVALID);
        }
    }
    assert_int_equal(days, 2932897);
}

static void known_days(void **state)
{
    (void)state;
    static const struct {
        struct civil c;
        int64_t days;
        int weekday;
    } rows[] = {
        { { 1970, 1, 1 }, 0, 4 },         { { 1969, 12, 31 }, -1, 3 },
        { { 2000, 2, 29 }, 11016, 2 },    { { 2026, 11, 21 }, 20778, 6 },
        { { 1582, 10, 15 }, -141427, 5 }, { { 1, 1, 1 }, -719162, 1 },
        { { 9999, 12, 31 }, 2932896, 5 },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        date_t d;
        assert_int_equal(date_from_civil(rows[i].c, &d), OK);
        assert_int_equal(d.days, rows[i].days);
        assert_int_equal(date_weekday(d), rows[i].weekday);
    }
}

static void dates_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "2026-02-29", "2100-02-29",  "1900-02-29",  "2026-02-30", "2026-13-01",
        "2026-00-10", "2026-01-00",  "2026-04-31",  "0000-01-01", "2026-1-01",
        "2026-01-1",  "2026-01-01 ", " 2026-01-01", "20260101",   "2026/01/01",
        "+026-01-01", "2026-01-0x",  "-001-01-01",  "",           "10000-01-01",
        "2026-01",    "2026-01-32",
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        date_t d = { 5 };
        if (date_parse(rows[i], strlen(rows[i]), &d) != ERR_INVALID || d.days != 5) {
            fail_msg("\"%s\" was accepted", rows[i]);
        }
    }
    date_t d;
    assert_int_equal(date_parse("2000-02-29", 10, &d), OK);
    assert_int_equal(date_parse("2024-02-29", 10, &d), OK);
    assert_int_equal(date_from_civil((struct civil){ 10000, 1, 1 }, &d), ERR_INVALID);
    assert_int_equal(date_from_civil((struct civil){ 2026, INT32_MAX, 1 }, &d), ERR_INVALID);
    assert_int_equal(date_from_civil((struct civil){ 2026, -1, 1 }, &d), ERR_INVALID);
    assert_int_equal(date_from_civil((struct civil){ 2026, 1, -1 }, &d), ERR_INVALID);
}

static void adding_months(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        int months;
        const char *to;
    } rows[] = {
        { "2026-01-31", 1, "2026-02-28" },         { "2024-01-31", 1, "2024-02-29" },
        { "2026-01-31", 2, "2026-03-31" },         { "2026-01-31", 3, "2026-04-30" },
        { "2026-11-21", 2, "2027-01-21" },         { "2026-01-15", -1, "2025-12-15" },
        { "2026-03-31", -1, "2026-02-28" },        { "2024-02-29", 12, "2025-02-28" },
        { "2024-02-29", 48, "2028-02-29" },        { "2026-12-31", 0, "2026-12-31" },
        { "2026-01-01", -12, "2025-01-01" },       { "9999-12-15", 1, "9999-12-31" },
        { "0001-01-15", -1, "0001-01-01" },        { "2026-01-01", INT32_MAX, "9999-12-31" },
        { "2026-01-01", INT32_MIN, "0001-01-01" },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        date_t d;
        char text[DATE_TEXT_MAX];
        assert_int_equal(date_parse(rows[i].from, 10, &d), OK);
        date_print(date_add_months(d, rows[i].months), text);
        assert_string_equal(text, rows[i].to);
    }
}

static void no_value_stays_no_value(void **state)
{
    (void)state;
    char text[INSTANT_TEXT_MAX] = "x";
    assert_int_equal(date_print(DATE_NONE, text), 0);
    assert_string_equal(text, "");
    assert_int_equal(instant_print(INSTANT_NONE, text), 0);
    assert_true(date_none(date_add_months(DATE_NONE, 3)));
    assert_true(date_none(date_month_start(DATE_NONE)));
    assert_true(date_none(date_month_end(DATE_NONE)));
    assert_true(date_none(instant_date(INSTANT_NONE)));
    assert_true(instant_none(date_start(DATE_NONE)));
}

static void far_dates_are_clamped(void **state)
{
    (void)state;
    char text[INSTANT_TEXT_MAX];
    date_print((date_t){ INT64_MAX }, text);
    assert_string_equal(text, "9999-12-31");
    date_print((date_t){ INT64_MIN + 1 }, text);
    assert_string_equal(text, "0001-01-01");
    instant_print((instant_t){ INT64_MAX }, text);
    assert_string_equal(text, "9999-12-31T23:59:59.999999Z");
    instant_print((instant_t){ INT64_MIN + 1 }, text);
    assert_string_equal(text, "0001-01-01T00:00:00.000000Z");
    assert_int_equal(instant_date((instant_t){ INT64_MAX }).days, 2932896);
    assert_int_equal(date_start((date_t){ INT64_MAX }).us, 2932896 * US_PER_DAY);
    assert_int_equal(date_weekday((date_t){ INT64_MAX }), 5);
}

static void instants(void **state)
{
    (void)state;
    static const struct {
        const char *s, *utc; /* NULL: refused */
    } rows[] = {
        { "2026-11-21T10:00:00Z", "2026-11-21T10:00:00.000000Z" },
        { "2026-11-21t10:00:00z", "2026-11-21T10:00:00.000000Z" },
        { "2026-11-21 10:00:00", "2026-11-21T10:00:00.000000Z" },
        { "2026-11-21 10:00:00.25", "2026-11-21T10:00:00.250000Z" },
        { "2026-11-21T10:00:00.1Z", "2026-11-21T10:00:00.100000Z" },
        { "2026-11-21T10:00:00.000001Z", "2026-11-21T10:00:00.000001Z" },
        { "2026-11-21T10:00:00.123456+00:00", "2026-11-21T10:00:00.123456Z" },
        { "2026-11-21T01:30:00+05:30", "2026-11-20T20:00:00.000000Z" },
        { "2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00.000000Z" },
        { "2026-11-21 10:00:00-00:00", "2026-11-21T10:00:00.000000Z" },
        { "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z" },
        { "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z" },
        { "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z" },
        { "2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z" },
        { "2017-01-01T00:59:60.5+01:00", "2017-01-01T00:00:00.000000Z" },
        { "2016-12-31T22:59:60Z", NULL },
        { "9999-12-31T23:59:60Z", NULL },
        { "0001-01-01T00:00:00+00:01", NULL },
        { "9999-12-31T23:59:59-00:01", NULL },
        { "2026-11-21T10:00:00", NULL }, /* which zone? */
        { "2026-11-21T24:00:00Z", NULL },
        { "2026-11-21T10:60:00Z", NULL },
        { "2026-11-21T10:00:61Z", NULL },
        { "2026-11-21T10:00Z", NULL },
        { "2026-11-21T10:00:00.Z", NULL },
        { "2026-11-21T10:00:00.1234567Z", NULL },
        { "2026-11-21T10:00:00+24:00", NULL },
        { "2026-11-21T10:00:00+05:60", NULL },
        { "2026-11-21T10:00:00+0530", NULL },
        { "2026-11-21T10:00:00+05:3", NULL },
        { "2026-11-21T10:00:00ZZ", NULL },
        { "2026-11-21_10:00:00Z", NULL },
        { "2026-02-30T10:00:00Z", NULL },
        { "2026-11-21T1a:00:00Z", NULL },
        { "2026-11-21", NULL },
        { "", NULL },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        instant_t t = INSTANT_NONE;
        char text[INSTANT_TEXT_MAX];
        enum err e = instant_parse(rows[i].s, strlen(rows[i].s), &t);
        if (e != (rows[i].utc ? OK : ERR_INVALID)) {
            fail_msg("\"%s\": %s", rows[i].s, err_name(e));
        }
        instant_print(t, text);
        assert_string_equal(text, rows[i].utc ? rows[i].utc : "");
    }
}

static void instants_and_days(void **state)
{
    (void)state;
    assert_int_equal(instant_date((instant_t){ 0 }).days, 0);
    assert_int_equal(instant_date((instant_t){ -1 }).days, -1);
    assert_int_equal(instant_date((instant_t){ US_PER_DAY - 1 }).days, 0);
    assert_int_equal(instant_date((instant_t){ US_PER_DAY }).days, 1);
    assert_int_equal(instant_date((instant_t){ -US_PER_DAY }).days, -1);
    assert_int_equal(instant_date((instant_t){ -US_PER_DAY - 1 }).days, -2);
    for (int64_t days = -1000; days < 1000; days++) {
        assert_int_equal(instant_date(date_start((date_t){ days })).days, days);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_in_turn),
        cmocka_unit_test(known_days),
        cmocka_unit_test(dates_refused),
        cmocka_unit_test(adding_months),
        cmocka_unit_test(no_value_stays_no_value),
        cmocka_unit_test(far_dates_are_clamped),
        cmocka_unit_test(instants),
        cmocka_unit_test(instants_and_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
