/* The system layer's zones, for texts that may have no value. */
#include "meta/zone.h"

#include "meta/store.h"

#include "os/clock.h"

bool zone_exists(text_t zone)
{
    return !text_empty(zone) && zone_known(zone.s);
}

date_t zone_day(text_t zone, instant_t at)
{
    return text_empty(zone) ? instant_date(at) : zone_date(zone.s, at);
}

int64_t zone_offset_us(text_t zone, instant_t at)
{
    return text_empty(zone) ? 0 : zone_offset_seconds(zone.s, at) * US_PER_SECOND;
}

instant_t zone_day_begins(text_t zone, date_t day)
{
    instant_t utc = date_start(day);
    int64_t before = zone_offset_us(zone, (instant_t){ utc.us - US_PER_DAY });
    int64_t after = zone_offset_us(zone, (instant_t){ utc.us + US_PER_DAY });
    int64_t most = before > after ? before : after;
    int64_t least = before > after ? after : before;
    instant_t early = { utc.us - most };
    /* Set forward or back on the way, the earlier of the two counts when it is that day then. */
    return zone_day(zone, early).days >= day.days ? early : (instant_t){ utc.us - least };
}

int zone_hour(text_t zone, instant_t at)
{
    int64_t offset = text_empty(zone) ? 0 : zone_offset_seconds(zone.s, at);
    int64_t second = (at.us / US_PER_SECOND + offset) % 86400;
    return (int)((second < 0 ? second + 86400 : second) / 3600);
}

instant_t zone_day_start(text_t zone, date_t day)
{
    /* Zones are at most 14 hours ahead and 12 behind UTC: the day's first moment lies between. */
    int64_t before = date_start(day).us - 15 * (US_PER_DAY / 24);
    int64_t after = date_start(day).us + 13 * (US_PER_DAY / 24);
    while (after - before > 1) {
        int64_t middle = before + (after - before) / 2;
        if (zone_day(zone, (instant_t){ middle }).days >= day.days) {
            after = middle;
        } else {
            before = middle;
        }
    }
    return (instant_t){ after };
}

text_t zone_of_company(struct cx *cx)
{
    const struct entity_info *info = house_info(cx->house, E_company);
    const struct field *f = info ? info_field(info, TEXT("time_zone")) : NULL;
    if (!f) {
        return TEXT_NONE;
    }
    char *record = arena_alloc(cx->arena, info->entity->shape.size);
    if (store_get_any(cx, info->entity, cx->company, record) != OK) {
        return TEXT_NONE;
    }
    text_t zone = *(const text_t *)(const void *)(record + f->offset);
    return zone_exists(zone) ? zone : TEXT_NONE;
}
