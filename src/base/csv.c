/* The CSV reader: a state machine over chunks of input, gathering one row at a time.
 *
 * The bytes of a row stand one cell after the other in `row`, each closed by a NUL; where a cell
 * begins is kept as an offset, because `row` may move while it grows. A row that passes a limit is
 * still read to its end, so that the following one is found; only its bytes are dropped (`over`).
 *
 * Leniency, from files people really send: a quote inside an unquoted cell is an ordinary
 * character; what follows a closing quote up to the separator is added as it stands. */
#include "base/csv.h"

#define CHUNK_BYTES ((size_t)64 * 1024)
#define ROOM_FIRST  ((size_t)1024)

enum state {
    CELL_START,
    PLAIN,
    QUOTED,
    QUOTE_IN_QUOTED /* the end of the quotes, or the first of a doubled one */
};

struct csv_reader {
    struct arena *arena;
    csv_read_fn read; /* NULL: everything is in `in` already */
    void *from;
    char *chunk;    /* CHUNK_BYTES for read to fill */
    const char *in; /* what has been read and not been used yet: in[at..got) */
    size_t at;
    size_t got;
    enum err failed; /* sticky: reading or memory failed */
    bool ended;
    bool started; /* the mark and the separator have been looked for */
    char sep;
    bool after_cr; /* the last byte was CR: LF after it is the same line end */
    size_t line;   /* of the next byte */

    enum state state;
    bool quotes; /* the row has a quoted cell */
    bool over;   /* the row has passed a limit */
    char *row;
    size_t n;
    size_t room;
    size_t n_cells;
    size_t starts[CSV_CELLS_MAX];
    text_t cells[CSV_CELLS_MAX];
};

static struct csv_reader *reader_new(struct arena *a, char sep)
{
    INVARIANT(sep != '"' && sep != '\r' && sep != '\n');
    struct csv_reader *r = ARENA_NEW(a, struct csv_reader);
    r->arena = a;
    r->sep = sep;
    r->line = 1;
    r->row = arena_take(a, ROOM_FIRST);
    r->room = ROOM_FIRST;
    return r;
}

struct csv_reader *csv_open(struct arena *a, csv_read_fn read, void *from, char sep)
{
    struct csv_reader *r = reader_new(a, sep);
    r->read = read;
    r->from = from;
    r->chunk = arena_take(a, CHUNK_BYTES);
    r->in = r->chunk;
    return r;
}

struct csv_reader *csv_open_text(struct arena *a, text_t all, char sep)
{
    struct csv_reader *r = reader_new(a, sep);
    r->in = all.s ? all.s : "";
    r->got = all.n;
    return r;
}

/* Adds to the chunk what one read gives. */
static void read_more(struct csv_reader *r)
{
    size_t got = 0;
    if (!r->read) {
        r->ended = true;
        return;
    }
    r->failed = r->read(r->from, r->chunk + r->got, CHUNK_BYTES - r->got, &got);
    if (r->failed != OK) {
        return;
    }
    INVARIANT(got <= CHUNK_BYTES - r->got);
    r->got += got;
    r->ended = got == 0;
}

/* Whether there is a byte at in[at]; reads on when there is none. */
static bool have_byte(struct csv_reader *r)
{
    if (r->at == r->got && !r->ended && r->failed == OK) {
        if (r->read) {
            r->at = r->got = 0;
        }
        read_more(r);
    }
    return r->at < r->got;
}

/* The separator that the first row has most of, outside quotes. */
static char sep_of(const char *s, size_t n)
{
    static const char seps[] = { ',', ';', '\t', '|' };
    size_t counts[N_ELEMENTS(seps)] = { 0 };
    bool quoted = false, seen = false, at_start = true;
    for (size_t i = 0; i < n; i++) {
        bool end = (s[i] == '\n' || s[i] == '\r') && !quoted;
        if (end && seen) {
            break;
        }
        seen = seen || !end;
        if (s[i] == '"' && (quoted || at_start)) { /* a doubled quote closes and opens again */
            quoted = !quoted;
            at_start = true;
            continue;
        }
        at_start = end;
        for (size_t k = 0; k < N_ELEMENTS(seps) && !quoted; k++) {
            counts[k] += s[i] == seps[k];
            at_start = at_start || s[i] == seps[k];
        }
    }
    size_t best = 0;
    for (size_t k = 1; k < N_ELEMENTS(seps); k++) {
        best = counts[k] > counts[best] ? k : best;
    }
    return seps[best];
}

/* Looks for the byte order mark and the separator, which needs as much of the first row as fits. */
static void start(struct csv_reader *r)
{
    r->started = true;
    while (r->read && r->got < CHUNK_BYTES && !r->ended && r->failed == OK) {
        read_more(r);
    }
    if (r->got >= 3 && memcmp(r->in, "\xEF\xBB\xBF", 3) == 0) {
        r->at = 3;
    }
    if (!r->sep) {
        r->sep = sep_of(r->in + r->at, r->got - r->at);
    }
}

/* ---- the row ---- */

static bool row_grow(struct csv_reader *r, size_t n)
{
    size_t room = r->room * 2 > r->n + n ? r->room * 2 : r->n + n;
    if (arena_extend(r->arena, r->row, r->room, room)) {
        r->room = room;
        return true;
    }
    char *p = arena_try(r->arena, room);
    if (!p) {
        r->failed = ERR_NO_MEMORY;
        return false;
    }
    memcpy(p, r->row, r->n);
    r->row = p;
    r->room = room;
    return true;
}

static void row_add(struct csv_reader *r, const char *bytes, size_t n)
{
    r->over = r->over || n > CSV_ROW_BYTES_MAX - r->n;
    if (n == 0 || r->over || (n > r->room - r->n && !row_grow(r, n))) {
        return;
    }
    memcpy(r->row + r->n, bytes, n);
    r->n += n;
}

static void cell_begin(struct csv_reader *r)
{
    r->state = CELL_START;
    r->over = r->over || r->n_cells == CSV_CELLS_MAX;
    if (!r->over) {
        r->starts[r->n_cells++] = r->n;
    }
}

static void cell_end(struct csv_reader *r)
{
    row_add(r, "", 1);
}

static void row_begin(struct csv_reader *r)
{
    r->n = 0;
    r->n_cells = 0;
    r->quotes = false;
    r->over = false;
    cell_begin(r);
}

static void count_line(struct csv_reader *r, char c)
{
    r->line += c == '\r' || (c == '\n' && !r->after_cr);
    r->after_cr = c == '\r';
}

/* Adds the unquoted bytes up to the next separator or line end, or what there is of them. */
static void read_plain(struct csv_reader *r)
{
    size_t from = r->at;
    while (r->at < r->got && r->in[r->at] != r->sep && r->in[r->at] != '\n' &&
           r->in[r->at] != '\r') {
        r->at++;
    }
    row_add(r, r->in + from, r->at - from);
    r->after_cr = false;
}

/* Adds the quoted bytes up to the next quote, or what there is of them. */
static void read_quoted(struct csv_reader *r)
{
    size_t from = r->at;
    while (r->at < r->got && r->in[r->at] != '"') {
        count_line(r, r->in[r->at++]);
    }
    row_add(r, r->in + from, r->at - from);
    if (r->at < r->got) {
        r->at++;
        r->after_cr = false;
        r->state = QUOTE_IN_QUOTED;
    }
}

/* One step outside quotes; true at the end of the row. */
static bool read_outside(struct csv_reader *r)
{
    char c = r->in[r->at];
    if (c == '\n' || c == '\r') {
        r->at++;
        count_line(r, c);
        cell_end(r);
        return true;
    }
    if (c == r->sep) {
        r->at++;
        r->after_cr = false;
        cell_end(r);
        cell_begin(r);
    } else if (c == '"' && r->state != PLAIN) {
        r->at++;
        r->after_cr = false;
        if (r->state == QUOTE_IN_QUOTED) {
            row_add(r, "\"", 1);
        }
        r->state = QUOTED;
        r->quotes = true;
    } else {
        r->state = PLAIN;
        read_plain(r);
    }
    return false;
}

/* Reads up to the end of the row or of the input. ERR_NOT_FOUND: there was none. */
static enum err read_row(struct csv_reader *r)
{
    bool done = false;
    row_begin(r);
    while (!done && have_byte(r)) {
        if (r->state == QUOTED) {
            read_quoted(r);
        } else {
            done = read_outside(r);
        }
    }
    if (r->failed != OK) {
        return r->failed;
    }
    if (!done) {
        if (r->state == QUOTED) {
            return ERR_INVALID;
        }
        if (r->n == 0 && r->n_cells == 1 && !r->quotes && !r->over) {
            return ERR_NOT_FOUND;
        }
        cell_end(r);
    }
    return r->failed != OK ? r->failed : r->over ? ERR_RANGE : OK;
}

/* The line feed of a CR LF, left over from the row before. */
static void skip_line_feed(struct csv_reader *r)
{
    if (have_byte(r) && r->after_cr && r->in[r->at] == '\n') {
        r->at++;
        r->after_cr = false;
    }
}

enum err csv_next(struct csv_reader *r, struct csv_row *row)
{
    bool empty;
    *row = (struct csv_row){ .cells = r->cells };
    if (!r->started && r->failed == OK) {
        start(r);
    }
    if (r->failed == OK && r->arena->failed) {
        r->failed = ERR_NO_MEMORY;
    }
    do {
        if (r->failed != OK) {
            return r->failed;
        }
        skip_line_feed(r);
        row->line = r->line;
        TRY(read_row(r));
        empty = r->n == 1 && !r->quotes; /* nothing but the NUL of its one cell */
    } while (empty);
    for (size_t i = 0; i < r->n_cells; i++) {
        size_t end = i + 1 < r->n_cells ? r->starts[i + 1] : r->n;
        r->cells[i] = (text_t){ r->row + r->starts[i], end - r->starts[i] - 1 };
    }
    row->n = r->n_cells;
    return OK;
}
