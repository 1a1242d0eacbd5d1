/* What people see of the ledger: shared by its pages and panels. */
#ifndef KONTOR_LEDGER_FACE_H
#define KONTOR_LEDGER_FACE_H

#include "face/page.h"

extern const struct area_face ledger_face;

#define LEDGER_PANELS 3
extern const struct panel ledger_panels[LEDGER_PANELS];
#define LEDGER_WHYS 1
extern const struct why ledger_whys[LEDGER_WHYS];

/* Notes a document for refs_load, when it is of an entity that there is. */
void ledger_note_source(struct page_cx *p, text_t entity, int64_t id);

#endif
