/* The table that is read, by its header row or by a mapping file, and the list of what was not
 * taken. */
#include "app/import_own.h"
#include "os/file.h"

#include <stdio.h>

#define MAP_FILE_MAX      ((size_t)64 * 1024)
#define FILE_ARENA_MAX    ((size_t)64 << 20)
#define REJECTS_BYTES_MAX ((size_t)256 << 20)

/* -- columns ----------------------------------------------------------------------------------- */

/* Compares by letters and digits only, without their case. */
static bool same_name(text_t a, const char *b)
{
    size_t i = 0;
    for (;;) {
        while (i < a.n && !(((a.s[i] | 0x20) >= 'a' && (a.s[i] | 0x20) <= 'z') ||
                            (a.s[i] >= '0' && a.s[i] <= '9') || (a.s[i] & 0x80))) {
            i++;
        }
        if (i == a.n || *b == '\0') {
            return i == a.n && *b == '\0';
        }
        char c = a.s[i] >= 'A' && a.s[i] <= 'Z' ? (char)(a.s[i] | 0x20) : a.s[i];
        if (c != *b) {
            return false;
        }
        i++;
        b++;
    }
}

int import_column(const struct import_file *f, const char *header)
{
    for (size_t c = 0; c < f->n_header; c++) {
        if (same_name(f->header[c], header)) {
            return (int)c;
        }
    }
    return -1;
}

static void columns_by_name(struct import_file *f)
{
    for (size_t i = 0; i < f->n_fields; i++) {
        f->columns[i] = -1;
        for (size_t k = 0; k < IMPORT_NAMES_MAX && f->fields[i].columns[k]; k++) {
            int c = import_column(f, f->fields[i].columns[k]);
            if (c >= 0) {
                f->columns[i] = c;
                break;
            }
        }
    }
}

static int field_named(const struct import_file *f, text_t name)
{
    for (size_t i = 0; i < f->n_fields; i++) {
        if (text_is(name, f->fields[i].name)) {
            return (int)i;
        }
    }
    return -1;
}

/* One line `our_field = Their column`, or `our_field = "a value for all rows"`. */
static enum err map_line(struct import_file *f, text_t line, size_t number, char why[static 256])
{
    text_t value = TEXT_NONE, name = text_trim(text_split(line, '=', &value));
    value = text_trim(value);
    int field = field_named(f, name);
    if (field < 0) {
        snprintf(why, 256, "line %zu of the mapping file: there is no field %.*s", number,
                 (int)(name.n < 60 ? name.n : 60), name.s);
        return ERR_INVALID;
    }
    f->mapped[field] = true;
    if (value.n >= 2 && value.s[0] == '"' && value.s[value.n - 1] == '"') {
        f->constants[field] = text_copy(&f->arena, (text_t){ value.s + 1, value.n - 2 });
        f->columns[field] = -1;
        return OK;
    }
    for (size_t c = 0; c < f->n_header; c++) {
        if (text_eq(text_trim(f->header[c]), value)) {
            f->columns[field] = (int)c;
            return OK;
        }
    }
    snprintf(why, 256, "line %zu of the mapping file: the table has no column %.*s", number,
             (int)(value.n < 80 ? value.n : 80), value.s ? value.s : "");
    return ERR_INVALID;
}

static enum err columns_by_map(struct import_file *f, const char *path, char why[static 256])
{
    text_t all, rest;
    enum err e = file_read(&f->arena, path, MAP_FILE_MAX, &all);
    if (e != OK) {
        snprintf(why, 256, "the mapping file %.150s cannot be read (%s)", path, err_name(e));
        return e;
    }
    rest = all;
    for (size_t number = 1; rest.s; number++) {
        text_t line = text_trim(text_split(rest, '\n', &rest));
        if (line.n > 0 && line.s[0] != '#') {
            TRY(map_line(f, line, number, why));
        }
    }
    return OK;
}

static enum err read_header(struct import_file *f, char why[static 256])
{
    enum err e = csv_next(f->csv, &f->row);
    if (e != OK) {
        snprintf(why, 256, "the file has no header row (%s)", err_name(e));
        return e == ERR_NOT_FOUND ? ERR_INVALID : e;
    }
    f->n_header = f->row.n < CSV_CELLS_MAX ? f->row.n : CSV_CELLS_MAX;
    for (size_t c = 0; c < f->n_header; c++) {
        f->header[c] = text_copy(&f->arena, f->row.cells[c]);
    }
    columns_by_name(f);
    return OK;
}

enum err import_file_open(struct import_file *f, const struct import_options *o,
                          const struct import_field *fields, size_t n_fields, char why[static 256])
{
    INVARIANT(n_fields <= IMPORT_FIELDS_MAX);
    memset(f, 0, sizeof *f);
    f->fields = fields;
    f->n_fields = n_fields;
    arena_init(&f->arena, FILE_ARENA_MAX);
    enum err e = file_in_open(o->file, &f->in);
    if (e != OK) {
        snprintf(why, 256, "%.180s cannot be read (%s)", o->file, err_name(e));
        return e;
    }
    f->csv = csv_open(&f->arena, file_in_read, f->in, 0);
    e = read_header(f, why);
    if (e == OK && o->map) {
        e = columns_by_map(f, o->map, why);
    }
    if (e != OK) {
        import_file_close(f);
    }
    return e;
}

void import_file_close(struct import_file *f)
{
    file_in_close(f->in);
    f->in = NULL;
    arena_free(&f->arena);
}

enum err import_file_next(struct import_file *f)
{
    enum err e = csv_next(f->csv, &f->row);
    f->line = f->row.line;
    return e;
}

int import_file_permille(const struct import_file *f)
{
    return file_in_permille(f->in);
}

text_t import_cell_at(const struct import_file *f, int column)
{
    return column >= 0 && (size_t)column < f->row.n ? text_trim(f->row.cells[column]) : TEXT("");
}

text_t import_cell(const struct import_file *f, size_t field)
{
    return f->constants[field].s ? f->constants[field] : import_cell_at(f, f->columns[field]);
}

bool import_has(const struct import_file *f, size_t field)
{
    return f->columns[field] >= 0 || f->constants[field].s;
}

/* -- rows that are not taken ------------------------------------------------------------------- */

/* Numbers stand as they are, so that the file can be mended and imported; all else is guarded
 * against spreadsheets. */
static void add_cell(struct buf *b, text_t cell)
{
    int64_t ignored;
    if (decimal_parse(cell.s ? cell.s : "", cell.n, 9, &ignored) == OK) {
        buf_csv_plain(b, cell);
    } else {
        buf_csv(b, cell);
    }
}

void rejects_open(struct rejects *r, const struct import_options *o, const struct import_file *f)
{
    memset(r, 0, sizeof *r);
    arena_init(&r->arena, REJECTS_BYTES_MAX);
    buf_init(&r->out, &r->arena, REJECTS_BYTES_MAX / 2);
    if (o->rejected) {
        snprintf(r->path, sizeof r->path, "%s", o->rejected);
    } else {
        snprintf(r->path, sizeof r->path, "%s.rejected.csv", o->file);
    }
    buf_str(&r->out, "line,reason");
    for (size_t c = 0; c < f->n_header; c++) {
        buf_char(&r->out, ',');
        add_cell(&r->out, f->header[c]);
    }
    buf_str(&r->out, "\r\n");
}

void rejects_add(struct rejects *r, size_t line, text_t reason, const text_t *cells, size_t n)
{
    text_t cut = import_cut(reason, IMPORT_REASON_MAX);
    buf_i64(&r->out, (int64_t)line);
    buf_char(&r->out, ',');
    buf_csv(&r->out, cut);
    for (size_t c = 0; c < n; c++) {
        buf_char(&r->out, ',');
        add_cell(&r->out, cells[c]);
    }
    buf_str(&r->out, "\r\n");
    r->n++;
}

enum err rejects_close(struct rejects *r, struct import_report *out)
{
    enum err e = OK;
    out->rejected_file[0] = '\0';
    if (r->n > 0) {
        e = r->out.failed ? ERR_NO_MEMORY : file_write(r->path, buf_done(&r->out), 0600);
        snprintf(out->rejected_file, sizeof out->rejected_file, "%s", r->path);
    } else if (file_exists(r->path)) {
        e = file_remove(r->path);
    }
    arena_free(&r->arena);
    return e;
}
