/* Time of day, elapsed time, and the civil time of a named zone (IANA names, by ICU's data). */
#ifndef KONTOR_CLOCK_H
#define KONTOR_CLOCK_H

#include "base/date.h"

instant_t clock_now(void); /* UTC */
int64_t clock_monotonic_us(void);
int64_t clock_thread_us(void); /* processor time of the calling thread */
void clock_sleep_us(int64_t us);

bool zone_known(const char *zone);
/* Offset of the zone from UTC at that instant, in seconds. Thread-safe; offsets are cached per
 * hour. Unknown zones count as UTC. */
int64_t zone_offset_seconds(const char *zone, instant_t at);
/* The day it is in the zone at that instant. */
date_t zone_date(const char *zone, instant_t at);

#endif
