/* Codes and labels of referenced records, gathered ahead so that printing a list asks the store
 * once per referenced entity and not once per row. */
#ifndef KONTOR_REFS_H
#define KONTOR_REFS_H

#include "meta/house.h"

struct refs; /* kept in cx->refs */

/* Notes every reference in n records (an array of the shape's struct), lines included. */
void refs_note(struct cx *cx, const struct field *fields, size_t n_fields, const void *records,
               size_t size, size_t n);
void refs_note_one(struct cx *cx, const char *target, int64_t id);
/* Loads what was noted and is not there yet: one statement for each referenced entity (master data
 * from the cache). Entities that the caller may not read stay without code and label. */
MUST_USE enum err refs_load(struct cx *cx);
/* As loaded: labels from records that are at hand. */
void refs_fill(struct cx *cx, const struct entity_info *info, const void *records, size_t n);
/* false: not loaded, not there, or not the caller's to read. */
bool refs_label(struct cx *cx, const char *target, int64_t id, text_t *code, text_t *label);

#endif
