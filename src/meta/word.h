/* Names of the program's own in people's words: what a text of a row with `word` names. */
#ifndef KONTOR_WORD_H
#define KONTOR_WORD_H

#include "meta/house.h"

/* The label in the reader's language; the name itself when the program has no such thing (any
 * more). */
text_t word_label(struct cx *cx, enum word w, text_t name);

/* What "sales_orders/checkout" does, without what it does it to: "Check out". */
text_t word_command(struct cx *cx, text_t command);

/* All that a text of that sort can name, with labels of the reader's language, in the arena; 0 for
 * sorts that are not chosen from a list (commands, texts, several roles). */
struct word_one {
    text_t name, label;
    text_t help; /* what a role is for; else none */
};
size_t word_list(struct cx *cx, enum word w, const struct word_one **out);

#endif
