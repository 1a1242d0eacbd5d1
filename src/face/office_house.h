/* Pages about the house itself. */
#ifndef KONTOR_FACE_OFFICE_HOUSE_H
#define KONTOR_FACE_OFFICE_HOUSE_H

#include "face/page.h"

enum err house_you(struct page_cx *p);
enum err house_roles(struct page_cx *p);
enum err house_handovers(struct page_cx *p);
enum err house_health(struct page_cx *p);

#endif
