/* Time zones as the business sees them: which day it is somewhere. Areas know no system layer, so
 * this is their way to the civil time of a named zone. */
#ifndef KONTOR_ZONE_H
#define KONTOR_ZONE_H

#include "base/date.h"
#include "base/text.h"

/* Is that an IANA name such as "Asia/Kolkata"? */
bool zone_exists(text_t zone);

/* The day it is in the zone at that instant; in UTC when the zone is none or unknown. */
date_t zone_day(text_t zone, instant_t at);

#endif
