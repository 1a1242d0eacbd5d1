/* Reads the HTML that a page wrote as a strict reader would: for tests of pages. */
#ifndef KONTOR_KIT_MARKUP_H
#define KONTOR_KIT_MARKUP_H

#include "base/text.h"

struct markup {
    struct arena *arena;
    const char *fault; /* the first thing that is wrong, with where; NULL: none */
    text_t *links;     /* href of every a, each once */
    size_t n_links, links_room;
    text_t *calls; /* data-call and data-save, and data-bulk, each once: "POST /api/v1/..." */
    size_t n_calls, calls_room;
    size_t headings; /* h1 */
};

/* What is wrong: tags that do not nest, an id twice, a label, heading, button, link or
 * table heading without words, an attribute that holds script or style or is not escaped, words of
 * a program ("{1}", "(null)"), its own names ("till_session") outside of code, .mono and .help, not
 * exactly one h1. fragment: a part of a page. */
void markup_read(struct markup *m, struct arena *a, text_t html, bool fragment);

#endif
