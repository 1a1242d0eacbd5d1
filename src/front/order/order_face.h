/* What people see of sales: shared by its pages and panels. */
#ifndef KONTOR_ORDER_FACE_H
#define KONTOR_ORDER_FACE_H

#include "face/page.h"

extern const struct area_face order_face;

#define ORDER_PANELS 4
extern const struct panel order_panels[ORDER_PANELS];
#define ORDER_WHYS 5
extern const struct why order_whys[ORDER_WHYS];

#endif
