/* Structs described by rows, from JSON and to JSON: records, commands' arguments and results. */
#ifndef KONTOR_SHAPE_H
#define KONTOR_SHAPE_H

#include "meta/house.h"

enum shape_mode {
    SHAPE_ARGS,   /* a command's arguments: every row may be given */
    SHAPE_CREATE, /* a new record: read-only rows may not */
    SHAPE_UPDATE, /* a change: only the rows that are given are touched, read-only and create-only
                     ones may not */
};

/* Sets every member to its "no value", then to its fallback (not for SHAPE_UPDATE). */
MUST_USE enum err shape_clear(struct cx *cx, const struct field *fields, size_t n, void *out);

/* Reads a JSON object into a struct by its rows. Refusals carry the path of the member
 * ("lines[1].quantity"). Unknown members are refused. custom: rows of fields added by users, whose
 * values go into record.extra; NULL for shapes. */
MUST_USE enum err shape_from_json(struct cx *cx, const struct field *fields, size_t n,
                                  enum shape_mode mode, const struct json *in, void *out);

/* Writes the members of a struct into an open JSON object. Rows F_SECRET are left out. */
void shape_to_json(struct cx *cx, const struct field *fields, size_t n, const void *in,
                   struct json_out *o);

/* Decimals of a money field: by its currency sibling in the same struct, else the company's. */
int field_decimals(struct cx *cx, const struct field *fields, size_t n, const struct field *f,
                   const void *record);

/* The rows of one line of a lines field: the target entity's or the shape's, and the line's size.
 */
void lines_rows(struct cx *cx, const struct field *f, const struct field **fields, size_t *n,
                size_t *size);

#endif
