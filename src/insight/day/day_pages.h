/* What people see of a site's day. */
#ifndef KONTOR_DAY_PAGES_H
#define KONTOR_DAY_PAGES_H

#include "face/page.h"
#include "insight/day/day.h"

#define DAY_TILES 1

extern const struct area_face day_face;        /* site_day.c */
extern const struct tile day_tiles[DAY_TILES]; /* first_steps.c */

#endif
