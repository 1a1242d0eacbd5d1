/* CSV by RFC 4180 as found in the wild: quoted fields with line breaks and doubled quotes, LF, CRLF
 * or CR ends, a byte order mark, ragged rows. Streaming: feed bytes, get rows; memory is bounded by
 * one row. */
#ifndef KONTOR_CSV_H
#define KONTOR_CSV_H

#include "base/text.h"

#define CSV_CELLS_MAX     1024
#define CSV_ROW_BYTES_MAX ((size_t)4 * 1024 * 1024)

struct csv_row {
    const text_t *cells; /* valid until the reader reads on */
    size_t n;
    size_t line; /* where the row begins in the file, counted from 1 */
};

struct csv_reader;

/* Reads more bytes into buf, up to room; *got 0 at the end. */
typedef enum err (*csv_read_fn)(void *from, char *buf, size_t room, size_t *got);

/* A reader over `read`. sep 0 finds the separator itself among , ; TAB | in the first row. Lives in
 * the arena. */
struct csv_reader *csv_open(struct arena *a, csv_read_fn read, void *from, char sep);
struct csv_reader *csv_open_text(struct arena *a, text_t all, char sep);

/* The next row; ERR_NOT_FOUND at the end; ERR_INVALID for an unclosed quote, ERR_RANGE past a limit
 * (the reader goes on with the following row; row->line tells where the bad one began). Empty lines
 * are skipped. A failure of `read` or of memory is returned for good. */
MUST_USE enum err csv_next(struct csv_reader *r, struct csv_row *row);

#endif
