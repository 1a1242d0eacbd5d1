/* Time zones as the business sees them: which day it is somewhere. Areas know no system layer, so
 * this is their way to the civil time of a named zone. */
#ifndef KONTOR_ZONE_H
#define KONTOR_ZONE_H

#include "base/date.h"
#include "base/text.h"

struct cx;

/* Is that an IANA name such as "Asia/Kolkata"? */
bool zone_exists(text_t zone);

/* The day it is in the zone at that instant; in UTC when the zone is none or unknown. */
date_t zone_day(text_t zone, instant_t at);
/* The hour of that day on the zone's clock, 0..23. */
int zone_hour(text_t zone, instant_t at);
/* When the day begins there. */
instant_t zone_day_start(text_t zone, date_t day);

/* What its clock is ahead of UTC at that instant; 0 when the zone is none or unknown. */
int64_t zone_offset_us(text_t zone, instant_t at);

/* The first instant at which it is that day there: midnight, or where clocks skip midnight what
 * comes instead. */
instant_t zone_day_begins(text_t zone, date_t day);

/* The zone of the company, whose clock says what "today" is where no site does; TEXT_NONE: UTC. */
text_t zone_of_company(struct cx *cx);

#endif
