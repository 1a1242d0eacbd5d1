/* Civil time of named zones, from ICU's copy of the IANA data.
 *
 * Asking ICU costs tens of microseconds, so every thread keeps the last answers in a small table of
 * its own (no lock). An answer holds for a quarter of an hour: every change of offset since zones
 * were standardised falls on one (Lord Howe Island changes on a half hour UTC). */
#include "os/clock.h"

#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#define ZONE_NAME_MAX 48
#define ZONE_CACHE    64
#define ZONE_STEP_US  (15 * 60 * US_PER_SECOND)

struct zone_answer {
    char zone[ZONE_NAME_MAX];
    int64_t step;
    int64_t offset_seconds;
};

static _Thread_local struct zone_answer zone_cache[ZONE_CACHE];

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* false when the name is too long or not ASCII. */
static bool zone_utf16(const char *zone, UChar out[static ZONE_NAME_MAX])
{
    size_t n = strlen(zone);

    if (n == 0 || n >= ZONE_NAME_MAX) {
        return false;
    }
    for (size_t i = 0; i <= n; i++) {
        if ((unsigned char)zone[i] >= 0x80) {
            return false;
        }
        out[i] = (UChar)zone[i];
    }
    return true;
}

bool zone_known(const char *zone)
{
    UChar name[ZONE_NAME_MAX], canonical[ZONE_NAME_MAX * 2];
    UBool system_id = 0;
    UErrorCode status = U_ZERO_ERROR;

    if (!zone || !zone_utf16(zone, name)) {
        return false;
    }
    ucal_getCanonicalTimeZoneID(name, -1, canonical, ZONE_NAME_MAX * 2, &system_id, &status);
    return U_SUCCESS(status) && system_id;
}

/* From ICU; 0 for a zone it does not know. */
static int64_t zone_ask(const char *zone, int64_t us)
{
    UChar name[ZONE_NAME_MAX];
    UErrorCode status = U_ZERO_ERROR;
    int64_t ms = 0;

    if (!zone_utf16(zone, name) || !zone_known(zone)) {
        return 0;
    }
    UCalendar *cal = ucal_open(name, -1, "en_US_POSIX", UCAL_GREGORIAN, &status);
    if (U_SUCCESS(status)) {
        /* ICU's date type counts milliseconds in a double, exact within the years we admit. */
        ucal_setMillis(cal, (UDate)floor_div(us, 1000), &status);
        ms = (int64_t)ucal_get(cal, UCAL_ZONE_OFFSET, &status) +
             ucal_get(cal, UCAL_DST_OFFSET, &status);
        ucal_close(cal);
    }
    return U_SUCCESS(status) ? ms / 1000 : 0;
}

int64_t zone_offset_seconds(const char *zone, instant_t at)
{
    int64_t step = floor_div(at.us, ZONE_STEP_US);
    uint64_t h = (uint64_t)step * UINT64_C(0x9E3779B97F4A7C15);
    struct zone_answer *slot;
    size_t n = zone ? strlen(zone) : 0;

    if (n == 0 || n >= ZONE_NAME_MAX) {
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        h = (h ^ (unsigned char)zone[i]) * UINT64_C(0x100000001B3);
    }
    slot = &zone_cache[(h ^ h >> 32) % ZONE_CACHE];
    if (slot->step != step || strcmp(slot->zone, zone) != 0) {
        slot->offset_seconds = zone_ask(zone, at.us);
        slot->step = step;
        memcpy(slot->zone, zone, n + 1);
    }
    return slot->offset_seconds;
}

date_t zone_date(const char *zone, instant_t at)
{
    int64_t us = at.us + zone_offset_seconds(zone, at) * US_PER_SECOND;

    return (date_t){ floor_div(us, US_PER_DAY) };
}
