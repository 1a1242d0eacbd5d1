/* Search: the words of a record's F_SEARCH fields, folded (case, accents, width), in one indexed
 * table; ?q= finds by the beginnings of words. Works the same on both stores and in every script.
 */
#ifndef KONTOR_SEARCH_H
#define KONTOR_SEARCH_H

#include "meta/house.h"

#define SEARCH_WORDS_MAX      64 /* of one record */
#define SEARCH_WORD_BYTES_MAX 60

/* Folded for comparison: compatibility forms and case equal, European accents gone. */
text_t search_fold(struct arena *a, text_t t);

/* The folded words of a text: runs of letters, marks and digits. Returns how many were written. */
size_t search_words(struct arena *a, text_t t, text_t *words, size_t max);

bool search_indexed(const struct entity_info *info);
/* Replaces the words of a record (before NULL: a new one). */
MUST_USE enum err search_save(struct cx *cx, const struct entity_info *info, const void *before,
                              const void *after);

extern const struct table_def search_table;

#endif
