/* The tables as documents: for readers (Markdown) and for translators (a gettext template). */
#ifndef KONTOR_FACE_DOCS_H
#define KONTOR_FACE_DOCS_H

#include "meta/house.h"

/* Appends what exists, what can be done, what is refused and which reports there are, area by area.
 */
void docs_markdown(struct house *h, struct buf *b);

/* Appends a .pot template (GNU gettext manual, "The Format of PO Files") with every text of the
 * tables, each once, with where it stands. */
void docs_pot(struct house *h, struct buf *b);

#endif
