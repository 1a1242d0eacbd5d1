/* Sheets for spreadsheet programs (Office Open XML), by libxlsxwriter, row by row in constant
 * memory: the rows lie in an unlinked temporary file until the end.
 *
 * Texts are text cells, so that nothing that people typed can be a formula; numbers, dates and
 * times are numbers with a format. One head row, frozen, with a filter on each column. */
#ifndef KONTOR_FACE_XLSX_H
#define KONTOR_FACE_XLSX_H

#include "base/date.h"
#include "base/text.h"

#define XLSX_ROWS_MAX 1048575 /* of a sheet, below its head */

enum xlsx_kind { XLSX_TEXT, XLSX_NUMBER, XLSX_DATE, XLSX_TIME, XLSX_TRUTH };

struct xlsx_column {
    text_t label;
    enum xlsx_kind kind;
    int scale;  /* XLSX_NUMBER: the number counts units of 10^-scale */
    bool fixed; /* XLSX_NUMBER: always shows all decimals */
};

struct xlsx_cell {
    bool none;
    text_t text;
    int scale;      /* of this number, which may differ from its column's: another currency */
    int64_t number; /* number; days since 1970; microseconds since 1970 on the clock to be shown; 0,
                       1 */
};

struct xlsx;

/* ERR_IO when there is no room for temporary files, ERR_NO_MEMORY. The labels must live until the
 * end. */
MUST_USE enum err xlsx_open(const char *sheet, const struct xlsx_column *columns, size_t n,
                            struct xlsx **out);
/* The next row: a cell for each column. Numbers of more than 15 digits become text, for a
 * spreadsheet would round them. ERR_RANGE past XLSX_ROWS_MAX. */
MUST_USE enum err xlsx_row(struct xlsx *x, const struct xlsx_cell *cells);
/* Ends it: the file's bytes in the arena. ERR_RANGE when they are more than max. Frees x in any
 * case. */
MUST_USE enum err xlsx_close(struct xlsx *x, struct arena *a, size_t max, text_t *out);
/* Forgets it. */
void xlsx_drop(struct xlsx *x);

#define XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#endif
