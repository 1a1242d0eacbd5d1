/* What people see of loyalty. */
#ifndef KONTOR_LOYALTY_FACE_H
#define KONTOR_LOYALTY_FACE_H

#include "face/page.h"

extern const struct area_face loyalty_face; /* loyalty_pages.c */

#endif
