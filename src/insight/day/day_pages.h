/* What people see of a site's day. */
#ifndef KONTOR_DAY_PAGES_H
#define KONTOR_DAY_PAGES_H

#include "face/page.h"
#include "insight/day/day.h"

extern const struct area_face day_face; /* site_day.c */

#endif
