/* What the kinds share with each other and with the walkers of rows. */
#ifndef KONTOR_KINDS_H
#define KONTOR_KINDS_H

#include "meta/field.h"

/* The field's label in the language of the answer, for refusals. */
text_t kind_label(struct cx *cx, const struct field *f);

/* Refuses wrong_type: "{label} must be given as {wanted}". */
enum err kind_wrong_type(struct cx *cx, const struct field *f, text_t path, const char *wanted);

/* The from_text of kinds whose text is JSON: as their from_json, with the member as it is where the
 * text is empty. */
MUST_USE enum err kind_json_text(struct cx *cx, const struct field *f, text_t in, text_t path,
                                 int decimals, void *member, const char *wanted);

/* How members that are text print: for every kind kept as text. */
void kind_text_to_json(struct cx *cx, const struct field *f, const void *member, int decimals,
                       struct json_out *o, const char *key);
void kind_text_to_text(struct cx *cx, const struct field *f, const void *member, int decimals,
                       struct buf *b);

/* What an integer member holds when there is no value: 0 or VALUE_NONE. */
int64_t field_none(const struct field *f);
/* No value: empty text, no lines, reference 0, VALUE_NONE. A number 0 is a value. */
bool field_is_none(const struct field *f, const void *member);

/* Is it one of the record's own rows (id, version, company, archived, extra)? */
bool field_is_counter(const struct field *f);
/* Does the kind hold a number that people read as one: an amount, a quantity, a rate, a count? */
bool kind_is_number(const struct kind *k);

/* What a value of the store is as a member of that kind: its address can be given to the kind. */
union member {
    int64_t number;
    text_t text;
};
union member value_member(const struct kind *k, struct value v);

/* A character that shows nothing and changes how the rest is read: "fdp.exe" after U+202E looks
 * like "exe.pdf". The joiners U+200C and U+200D are none, since Hindi and emoji are written with
 * them. */
bool text_misleads(uint32_t character);
/* Unicode NFC, so that equal texts are equal bytes (UAX #15). */
text_t text_normal(struct arena *a, text_t t);

#endif
