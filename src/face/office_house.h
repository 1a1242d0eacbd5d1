/* Pages about the house itself. */
#ifndef KONTOR_FACE_OFFICE_HOUSE_H
#define KONTOR_FACE_OFFICE_HOUSE_H

#include "face/page.h"

enum err house_you(struct page_cx *p);
enum err house_second_factor(struct page_cx *p); /* setting it up: secret, code, recovery codes */
enum err house_roles(struct page_cx *p);
enum err house_handovers(struct page_cx *p);
enum err house_health(struct page_cx *p);
enum err house_proof(struct page_cx *p);      /* the latest proof of the books */
enum err house_proof_part(struct page_cx *p); /* its result alone, to be put anew */

#endif
