/* Fields added by users at run time: the same `struct field`, with their values in the record's
 * `extra` JSON. */
#ifndef KONTOR_CUSTOM_H
#define KONTOR_CUSTOM_H

#include "meta/store.h"

/* Fields that one entity may have beside its declared ones; what is archived does not count. */
#define CUSTOM_FIELDS_MAX 64

struct custom_field {
    struct record record;
    text_t entity; /* "product" */
    text_t name;   /* "x_dock": begins with x_ */
    text_t label;  /* in the company's own words, one for all languages */
    text_t kind; /* name of a kind: text, long_text, integer, boolean, money, quantity, rate, date,
                    time, choice, reference */
    text_t target;  /* reference: entity */
    text_t choices; /* choice: JSON list of names, never reordered */
    int64_t max;
    flag_t required;
};

extern const struct entity custom_field_entity;
extern const struct refusal refusal_bad_custom_field;

/* An entity's rows with the company's own fields behind them; the plain rows when there are none.
 * Master data: from the cache. */
MUST_USE enum err custom_rows(struct cx *cx, const struct entity_info *info,
                              const struct field **fields, size_t *n);

/* Checks a given value and puts it into record.extra. */
MUST_USE enum err custom_put(struct cx *cx, const struct field *f, const struct json *in,
                             void *record);
/* Writes the value under the field's name. */
void custom_print(struct cx *cx, const struct field *f, const void *record, struct json_out *o);
/* The id that a reference among them holds; 0: none. */
int64_t custom_ref(struct cx *cx, const struct field *f, const void *record);
/* The value as one line of text, references by their code as loaded (meta/refs.h). */
text_t custom_text(struct cx *cx, const struct field *f, const void *record);
/* The same as a cell of CSV. */
void custom_cell(struct cx *cx, const struct field *f, const void *record, struct buf *b);

#endif
