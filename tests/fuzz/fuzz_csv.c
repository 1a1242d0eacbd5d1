/* CSV: the pieces in which a file arrives make no difference, and what was read, written and read
 * again is the same. The first byte of the input chooses the separator and the size of the pieces.
 */
#include "base/csv.h"

#include <stdlib.h>

#define CHECK(cond) ((cond) ? (void)0 : abort())
#define ARENA_MAX   ((size_t)512 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct pieces {
    text_t all;
    size_t step;
    size_t given;
};

static enum err read_pieces(void *from, char *buf, size_t room, size_t *got)
{
    struct pieces *p = from;
    size_t n = p->all.n - p->given;
    n = n < p->step ? n : p->step;
    n = n < room ? n : room;
    if (n) {
        memcpy(buf, p->all.s + p->given, n);
    }
    p->given += n;
    *got = n;
    return OK;
}

static bool same_rows(const struct csv_row *x, const struct csv_row *y)
{
    if (x->n != y->n || x->line != y->line) {
        return false;
    }
    for (size_t i = 0; i < x->n; i++) {
        CHECK(x->cells[i].s[x->cells[i].n] == '\0');
        if (!text_eq(x->cells[i], y->cells[i])) {
            return false;
        }
    }
    return true;
}

/* Writes a row so that it cannot be taken for an empty line or a byte order mark. */
static void write_row(struct buf *out, const struct csv_row *row)
{
    for (size_t i = 0; i < row->n; i++) {
        if (i > 0) {
            buf_char(out, ',');
        }
        if (row->cells[i].n == 0) {
            buf_str(out, "\"\"");
        } else {
            buf_csv_plain(out, row->cells[i]);
        }
    }
    buf_str(out, "\r\n");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char seps[] = { 0, ',', ';', '\t' };
    struct arena a;
    if (size == 0) {
        return 0;
    }
    char sep = seps[data[0] % sizeof seps];
    text_t all = { (const char *)data + 1, size - 1 };
    struct pieces p = { .all = all, .step = 1 + data[0] / sizeof seps };
    arena_init(&a, ARENA_MAX);

    struct csv_reader *whole = csv_open_text(&a, all, sep);
    struct csv_reader *cut = csv_open(&a, read_pieces, &p, sep);
    struct csv_row x, y;
    struct buf out;
    enum err e;
    size_t line = 0, bytes = 0;
    buf_init(&out, &a, ARENA_MAX);
    buf_str(&out, "head\r\n"); /* keeps a mark in the first cell from being one */
    while ((e = csv_next(whole, &x)) != ERR_NOT_FOUND) {
        CHECK(csv_next(cut, &y) == e);
        CHECK(x.line > line);
        line = x.line;
        if (e == OK) {
            CHECK(x.n > 0 && x.n <= CSV_CELLS_MAX);
            CHECK(same_rows(&x, &y));
            for (size_t i = 0; i < x.n; i++) {
                bytes += x.cells[i].n;
            }
            write_row(&out, &x);
        } else {
            CHECK(e == ERR_INVALID || e == ERR_RANGE);
        }
    }
    CHECK(csv_next(cut, &y) == ERR_NOT_FOUND);
    CHECK(bytes <= size);

    struct csv_reader *first = csv_open_text(&a, all, sep);
    struct csv_reader *again = csv_open_text(&a, buf_done(&out), ',');
    CHECK(csv_next(again, &y) == OK && text_is(y.cells[0], "head"));
    while ((e = csv_next(first, &x)) != ERR_NOT_FOUND) {
        if (e == OK) {
            CHECK(csv_next(again, &y) == OK);
            y.line = x.line; /* only the lines may differ */
            CHECK(same_rows(&x, &y));
        }
    }
    CHECK(csv_next(again, &y) == ERR_NOT_FOUND);
    CHECK(!a.failed);
    arena_free(&a);
    return 0;
}
