/* What people see of the ledger: shared by its pages and panels. */
#ifndef KONTOR_LEDGER_FACE_H
#define KONTOR_LEDGER_FACE_H

#include "back/ledger/books.h"
#include "face/page.h"

extern const struct area_face ledger_face;

#define LEDGER_PANELS 3
extern const struct panel ledger_panels[LEDGER_PANELS];
#define LEDGER_WHYS 1
extern const struct why ledger_whys[LEDGER_WHYS];

/* Which lines of the general ledger are asked for. */
struct ledger_asked {
    int64_t account, site; /* site 0: all */
    struct span span;      /* with both ends */
};
/* ledger_summary.c: when they are too many to read, their months, days or sites instead; each opens
 * to what is below it. *shown is false when the lines can be shown. */
MUST_USE enum err ledger_put_summary(struct page_cx *p, const struct ledger_asked *a, bool *shown);

/* Notes a document for refs_load, when it is of an entity that there is. */
void ledger_note_source(struct page_cx *p, text_t entity, int64_t id);

#endif
