/* Clocks and the civil time of zones. The expected offsets are those of the IANA data. */
#include "os/clock.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <string.h>

static void clocks_advance(void **state)
{
    int64_t a = clock_monotonic_us();
    instant_t w = clock_now();

    (void)state;
    clock_sleep_us(5000);
    clock_sleep_us(-1); /* no time at all */
    assert_true(clock_monotonic_us() - a >= 5000);
    assert_true(clock_now().us - w.us >= 4000);
    assert_true(w.us > INT64_C(1577836800) * US_PER_SECOND); /* later than 2020 */
}

static instant_t at(const char *text)
{
    instant_t t;

    assert_int_equal(instant_parse(text, strlen(text), &t), OK);
    return t;
}

static void zones_have_offsets(void **state)
{
    static const struct {
        const char *zone, *at;
        int64_t seconds;
        const char *day;
    } cases[] = {
        { "Europe/Berlin", "2026-01-15T23:30:00Z", 3600, "2026-01-16" },
        { "Europe/Berlin", "2026-07-15T21:59:59Z", 7200, "2026-07-15" },
        { "Europe/Berlin", "2026-07-15T22:00:00Z", 7200, "2026-07-16" },
        /* the last second of winter time and the first of summer time */
        { "Europe/Berlin", "2026-03-29T00:59:59Z", 3600, "2026-03-29" },
        { "Europe/Berlin", "2026-03-29T01:00:00Z", 7200, "2026-03-29" },
        { "Asia/Kolkata", "2026-06-01T18:30:00Z", 19800, "2026-06-02" },
        { "Asia/Kolkata", "2026-06-01T18:29:59Z", 19800, "2026-06-01" },
        { "Asia/Jakarta", "2026-06-01T17:00:00Z", 25200, "2026-06-02" },
        { "Asia/Kathmandu", "2026-06-01T00:00:00Z", 20700, "2026-06-01" },
        { "America/New_York", "2026-12-31T23:00:00Z", -18000, "2026-12-31" },
        /* half an hour of summer time, changed on a half hour UTC */
        { "Australia/Lord_Howe", "2026-04-04T14:59:59Z", 39600, "2026-04-05" },
        { "Australia/Lord_Howe", "2026-04-04T15:00:00Z", 37800, "2026-04-05" },
        { "Australia/Lord_Howe", "2026-10-03T15:29:59Z", 37800, "2026-10-04" },
        { "Australia/Lord_Howe", "2026-10-03T15:30:00Z", 39600, "2026-10-04" },
        { "UTC", "1969-12-31T23:59:59Z", 0, "1969-12-31" },
        { "Europe/London", "1969-12-31T23:59:59Z", 3600, "1970-01-01" },
        { "No/Such_Zone", "2026-01-15T23:30:00Z", 0, "2026-01-15" },
        { "", "2026-01-15T23:30:00Z", 0, "2026-01-15" },
    };

    (void)state;
    for (int round = 0; round < 2; round++) { /* the second time from the cache */
        for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
            instant_t t = at(cases[i].at);
            date_t day;

            assert_int_equal(date_parse(cases[i].day, strlen(cases[i].day), &day), OK);
            assert_int_equal(zone_offset_seconds(cases[i].zone, t), cases[i].seconds);
            assert_int_equal(zone_date(cases[i].zone, t).days, day.days);
        }
    }
}

static void zones_are_known_by_name(void **state)
{
    (void)state;
    assert_true(zone_known("Europe/Berlin"));
    assert_true(zone_known("Asia/Kolkata"));
    assert_true(zone_known("Asia/Calcutta")); /* its old name */
    assert_true(zone_known("UTC"));
    assert_false(zone_known("Europe/Atlantis"));
    assert_false(zone_known("GMT+25:99"));
    assert_false(zone_known("Zürich"));
    assert_false(zone_known(""));
    assert_false(zone_known(NULL));
    assert_false(zone_known("a name that is longer than any zone in the world has ever had"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_advance),
        cmocka_unit_test(zones_have_offsets),
        cmocka_unit_test(zones_are_known_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
