/* The system layer's zones, for texts that may have no value. */
#include "meta/zone.h"

#include "os/clock.h"

bool zone_exists(text_t zone)
{
    return !text_empty(zone) && zone_known(zone.s);
}

date_t zone_day(text_t zone, instant_t at)
{
    return text_empty(zone) ? instant_date(at) : zone_date(zone.s, at);
}
