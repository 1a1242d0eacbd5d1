/* A site's day on one page: what was sold by the hour, what the tills hold, what was paid how, what
 * is missing. Brings no records of its own. */
#ifndef KONTOR_DAY_H
#define KONTOR_DAY_H

#include "meta/house.h"

extern const struct area day_area;

#endif
