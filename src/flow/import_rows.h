/* Tables of text to records: what importing any collection has in common, on the command line and
 * over HTTP.
 *
 * Where the entity has a code, a row whose code exists changes that record, and only in what
 * differs; an empty cell leaves what is there. Where it has none, a row is made once: the same row
 * of the same table (the n-th of several equal ones) is known again by its idempotency key, as long
 * as keys are kept. So a table may be stopped and begun again, and one taken twice changes nothing.
 */
#ifndef KONTOR_FLOW_IMPORT_ROWS_H
#define KONTOR_FLOW_IMPORT_ROWS_H

#include "flow/command.h"

#define IMPORT_ROW_FIELDS_MAX 160

/* Which cells of a row are which fields. */
struct import_table {
    const struct entity_info *info;
    const struct field *rows; /* of the entity, the company's own fields behind them; own texts */
    size_t n_rows;
    const struct field *fields[IMPORT_ROW_FIELDS_MAX]; /* those that can be given */
    int columns[IMPORT_ROW_FIELDS_MAX];                /* -1: none */
    text_t constants[IMPORT_ROW_FIELDS_MAX];           /* a value for all rows, or TEXT_NONE */
    size_t n;
    int code, from; /* which of the fields is the code, and valid_from of dated ones; -1: none */
};

enum import_action { IMPORT_CREATE, IMPORT_UPDATE, IMPORT_SAME };

struct import_row {
    enum import_action action;
    int64_t id;  /* of the record that is there */
    text_t args; /* JSON: what is to be given to create or update */
};

/* May rows of this entity come from outside? */
bool import_can_take(const struct entity *e);
/* May a row give this field? */
bool import_can_give(const struct field *f);

/* The fields of the entity; no column yet. The texts lie in keep. */
MUST_USE enum err import_table_open(struct cx *cx, const struct entity_info *info,
                                    struct arena *keep, struct import_table *out);
/* The field that a column with this head most likely is: by name, else by label in any language of
 * the program. -1: none. */
int import_suggest(struct arena *a, const struct import_table *t, text_t head);
/* The cell of a field, without blanks around it and without the ' that exports put before what a
 * spreadsheet would take for a formula; empty when the row or the table has none. */
text_t import_row_cell(const struct import_table *t, size_t field, const text_t *cells, size_t n);
/* What a row comes to. Refuses what cannot be; whether rules of the business allow it shows only
 * when it is done. */
MUST_USE enum err import_row_prepare(struct cx *cx, const struct import_table *t,
                                     const text_t *cells, size_t n, struct import_row *out);
/* The idempotency key of a row without a code: the nth equal one of its table. */
text_t import_row_key(struct arena *a, const struct entity *e, int64_t company, text_t args,
                      int64_t nth);

#endif
