/* What people see of stock: shared by its pages and panels. */
#ifndef KONTOR_STOCK_FACE_H
#define KONTOR_STOCK_FACE_H

#include "face/page.h"

extern const struct area_face stock_face;

#define STOCK_PANELS 3
extern const struct panel stock_panels[STOCK_PANELS];
#define STOCK_WHYS 2
extern const struct why stock_whys[STOCK_WHYS];

/* Fragment stock_available/:id?site=: what is on hand, and who holds what of it. */
enum err stock_show_available(struct page_cx *p);

#endif
