/* Sheets by libxlsxwriter, which writes to a named file only: the name is that of an open, unlinked
 * file. */
#include "face/xlsx.h"

#include "base/decimal.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define EXCEL_EPOCH_DAYS 25569 /* from 1899-12-30, day 0 there, to 1970-01-01 */
#define EXCEL_FIRST_DAY  61    /* 1900-03-01: before it the program counts a day that was not */
#define EXACT_MAX        INT64_C(999999999999999)
#define TEXT_CHARS_MAX   32767
#define NAME_MAX_CHARS   31 /* of a sheet */
#define WIDTH_MIN        8
#define WIDTH_MAX        60

struct xlsx {
    lxw_workbook *book;
    lxw_worksheet *sheet;
    const struct xlsx_column *columns;
    size_t n;
    lxw_format **formats; /* of the columns */
    size_t *widths;
    uint32_t row;
    FILE *file;
    struct arena arena;
    char cut[TEXT_CHARS_MAX + 1]; /* a text that is too long for a cell */
};

static const char *number_format(struct arena *a, const struct xlsx_column *c)
{
    struct buf b;
    if (c->scale == 0) {
        return "#,##0";
    }
    buf_init(&b, a, 64);
    buf_str(&b, "#,##0.");
    for (int i = 0; i < c->scale; i++) {
        buf_char(&b, c->fixed ? '0' : '#');
    }
    return buf_done(&b).s;
}

static lxw_format *format_of(struct xlsx *x, const struct xlsx_column *c)
{
    lxw_format *f = workbook_add_format(x->book);
    switch (c->kind) {
    case XLSX_NUMBER:
        format_set_num_format(f, number_format(&x->arena, c));
        break;
    case XLSX_DATE:
        format_set_num_format(f, "yyyy-mm-dd");
        break;
    case XLSX_TIME:
        format_set_num_format(f, "yyyy-mm-dd hh:mm:ss");
        break;
    case XLSX_TEXT:
    case XLSX_TRUTH:
    default:
        break;
    }
    return f;
}

/* As much as a cell takes, cut at a character. Valid until the next. */
static const char *cell_text(struct xlsx *x, text_t t)
{
    size_t n = t.n < TEXT_CHARS_MAX ? t.n : TEXT_CHARS_MAX;
    while (n > 0 && n < t.n && ((unsigned char)t.s[n] & 0xC0) == 0x80) {
        n--;
    }
    if (n == t.n) {
        return t.s;
    }
    memcpy(x->cut, t.s, n);
    x->cut[n] = '\0';
    return x->cut;
}

static void note_width(struct xlsx *x, size_t column, size_t chars)
{
    if (chars > x->widths[column]) {
        x->widths[column] = chars < WIDTH_MAX ? chars : WIDTH_MAX;
    }
}

static void put_head(struct xlsx *x)
{
    lxw_format *bold = workbook_add_format(x->book);
    format_set_bold(bold);
    for (size_t i = 0; i < x->n; i++) {
        text_t label = x->columns[i].label;
        note_width(x, i, WIDTH_MIN);
        note_width(x, i, text_utf8_length(label) + 3); /* with the arrow of the filter */
        (void)worksheet_write_string(x->sheet, 0, (lxw_col_t)i, label.s ? label.s : "", bold);
    }
    x->row = 1;
}

enum err xlsx_open(const char *sheet, const struct xlsx_column *columns, size_t n,
                   struct xlsx **out)
{
    char path[64];
    lxw_workbook_options options = { .constant_memory = LXW_TRUE };
    struct xlsx *x = calloc(1, sizeof *x);
    if (!x) {
        return ERR_NO_MEMORY;
    }
    arena_init(&x->arena, (size_t)64 << 20);
    x->file = tmpfile();
    if (!x->file) {
        xlsx_drop(x);
        return ERR_IO;
    }
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(x->file));
    x->book = workbook_new_opt(path, &options);
    x->sheet = x->book
                   ? workbook_add_worksheet(x->book, strlen(sheet) <= NAME_MAX_CHARS ? sheet : NULL)
                   : NULL;
    if (!x->sheet) {
        xlsx_drop(x);
        return ERR_NO_MEMORY;
    }
    x->columns = columns;
    x->n = n;
    x->formats = ARENA_ARRAY(&x->arena, n, lxw_format *);
    x->widths = ARENA_ARRAY(&x->arena, n, size_t);
    for (size_t i = 0; i < n; i++) {
        x->formats[i] = format_of(x, &columns[i]);
    }
    put_head(x);
    *out = x;
    return OK;
}

static void put_string(struct xlsx *x, size_t i, text_t t)
{
    note_width(x, i, text_utf8_length(t));
    (void)worksheet_write_string(x->sheet, x->row, (lxw_col_t)i, cell_text(x, t), NULL);
}

static void put_number(struct xlsx *x, size_t i, int64_t v, int scale)
{
    const struct xlsx_column *c = &x->columns[i];
    char text[DECIMAL_TEXT_MAX];
    size_t n = decimal_print(v, scale, c->fixed ? scale : 0, text);
    if (v > EXACT_MAX || v < -EXACT_MAX) {
        put_string(x, i, (text_t){ text, n });
        return;
    }
    note_width(x, i, n + n / 3 + 1);
    (void)worksheet_write_number(x->sheet, x->row, (lxw_col_t)i,
                                 (double)v / (double)decimal_pow10(scale), x->formats[i]);
}

static void put_moment(struct xlsx *x, size_t i, int64_t v)
{
    bool time = x->columns[i].kind == XLSX_TIME;
    int64_t days = time ? v / US_PER_DAY - (v % US_PER_DAY < 0) : v;
    int64_t serial = days + EXCEL_EPOCH_DAYS;
    if (serial < EXCEL_FIRST_DAY) {
        char day[DATE_TEXT_MAX];
        size_t n = date_print((date_t){ days }, day);
        put_string(x, i, (text_t){ day, n });
        return;
    }
    double at = (double)serial;
    if (time) {
        at += (double)(v - days * US_PER_DAY) / (double)US_PER_DAY;
    }
    note_width(x, i, time ? 19 : 10);
    (void)worksheet_write_number(x->sheet, x->row, (lxw_col_t)i, at, x->formats[i]);
}

enum err xlsx_row(struct xlsx *x, const struct xlsx_cell *cells)
{
    if (x->row > XLSX_ROWS_MAX) {
        return ERR_RANGE;
    }
    for (size_t i = 0; i < x->n; i++) {
        const struct xlsx_cell *c = &cells[i];
        enum xlsx_kind kind = x->columns[i].kind;
        if (c->none || (kind == XLSX_TEXT && c->text.n == 0)) {
            continue;
        }
        if (kind == XLSX_TEXT) {
            put_string(x, i, c->text);
        } else if (kind == XLSX_NUMBER) {
            put_number(x, i, c->number, c->scale);
        } else if (kind == XLSX_TRUTH) {
            (void)worksheet_write_boolean(x->sheet, x->row, (lxw_col_t)i, c->number != 0, NULL);
        } else {
            put_moment(x, i, c->number);
        }
    }
    x->row++;
    return x->arena.failed ? ERR_NO_MEMORY : OK;
}

static void free_all(struct xlsx *x)
{
    if (x->file) {
        (void)fclose(x->file);
    }
    arena_free(&x->arena);
    free(x);
}

void xlsx_drop(struct xlsx *x)
{
    if (x) {
        if (x->book) {
            lxw_workbook_free(x->book);
        }
        free_all(x);
    }
}

static enum err read_back(struct xlsx *x, struct arena *a, size_t max, text_t *out)
{
    off_t n = lseek(fileno(x->file), 0, SEEK_END);
    if (n <= 0) {
        return ERR_IO;
    }
    if ((uint64_t)n > max) {
        return ERR_RANGE;
    }
    char *bytes = arena_alloc(a, (size_t)n + 1);
    for (off_t got = 0; got < n;) {
        ssize_t piece = pread(fileno(x->file), bytes + got, (size_t)(n - got), got);
        if (piece <= 0) {
            return ERR_IO;
        }
        got += piece;
    }
    *out = (text_t){ bytes, (size_t)n };
    return a->failed ? ERR_NO_MEMORY : OK;
}

enum err xlsx_close(struct xlsx *x, struct arena *a, size_t max, text_t *out)
{
    for (size_t i = 0; i < x->n; i++) {
        (void)worksheet_set_column(x->sheet, (lxw_col_t)i, (lxw_col_t)i, (double)x->widths[i] + 1,
                                   NULL);
    }
    worksheet_freeze_panes(x->sheet, 1, 0);
    if (x->n > 0) {
        (void)worksheet_autofilter(x->sheet, 0, 0, x->row > 1 ? x->row - 1 : 1,
                                   (lxw_col_t)(x->n - 1));
    }
    lxw_error failed = workbook_close(x->book); /* which frees the book */
    x->book = NULL;
    enum err e = failed == LXW_NO_ERROR ? read_back(x, a, max, out) : ERR_IO;
    free_all(x);
    return e;
}
