/* What people see of prices and taxes. */
#ifndef KONTOR_PRICING_FACE_H
#define KONTOR_PRICING_FACE_H

#include "face/page.h"

extern const struct area_face pricing_face; /* pricing_face.c */

#endif
