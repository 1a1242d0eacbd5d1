/* Documents on paper: receipts, invoices, labels as PDF.
 *
 * Made in two steps on different threads. A reading job gathers a `struct paper`: plain data in one
 * arena, every text formatted already, nothing that points into the store. Then a thread of slow
 * work (flow/slow.h) lays it out and draws it with Pango and Cairo, so that neither the store nor
 * the server waits for fonts. The same paper gives the same bytes: the only time in a document is
 * its own.
 *
 * Lengths are tenths of a millimetre, shares are thousandths of the width at hand. Lines of one row
 * stand on one baseline, whatever their scripts: Latin and Devanagari fonts differ in height. */
#ifndef KONTOR_FACE_PRINT_H
#define KONTOR_FACE_PRINT_H

#include "db/db.h"
#include "face/format.h"
#include "flow/slow.h"
#include "http/http.h"
#include "meta/store.h"

#define PRINT_PAGES_MAX     200
#define PRINT_LINES_MAX     2000 /* lines of a document; labels on sheets */
#define PRINT_PDF_MAX       ((size_t)24 * 1024 * 1024)
#define PRINT_LOGO_MAX      ((size_t)200 * 1024) /* bytes of a PNG or JPEG */
#define PRINT_LOGO_SIDE_MAX 2000                 /* pixels */

enum paper_kind {
    PAPER_A4,
    PAPER_LETTER,
    PAPER_RECEIPT,    /* roll of 80 mm, as long as its contents */
    PAPER_LABELS_24,  /* A4 of 3 x 8 labels, 70 x 37 mm */
    PAPER_LABELS_21,  /* A4 of 3 x 7 labels, 63.5 x 38.1 mm */
    PAPER_LABEL_ROLL, /* roll of labels, 57 x 32 mm */
    PAPER_A4_WIDE,    /* lying, in smaller type: tables of many columns */
    PAPER_KINDS
};

enum type_style {
    TYPE_BODY,
    TYPE_STRONG,
    TYPE_SMALL,
    TYPE_MUTED,  /* small and grey */
    TYPE_HEAD,   /* of a section; on receipts the shop's name */
    TYPE_TITLE,  /* of the document */
    TYPE_FIGURE, /* the sum; the price on a label */
    TYPE_STYLES
};

enum align { ALIGN_START, ALIGN_CENTRE, ALIGN_END };

enum code_kind { CODE_EAN13, CODE_EAN8, CODE_GS1_128, CODE_128, CODE_QR };

struct cell {
    text_t text;
    int share;
    enum align align;
    enum type_style style;
};

#define PAPER_COLUMNS_MAX 24

struct paper_column {
    text_t label;
    int share; /* all columns of a table together: 1000 */
    enum align align;
};

/* A document, as it will stand on paper. */
struct paper {
    struct arena *arena;
    enum paper_kind kind;
    const char *language;
    bool native_digits;      /* numbers of pages in the language's own digits */
    text_t title, author;    /* of the file; title also stands on every further page */
    text_t file;             /* "receipt-T1-000123", without .pdf */
    instant_t made;          /* the document's own time */
    text_t page_of;          /* "Page {1} of {2}", translated */
    text_t carried, brought; /* "Carried forward", "Brought forward", translated */
    text_t footer;           /* at the foot of every page; on receipts gatherers write it */
    struct piece *first, *last;
    struct piece *open[8]; /* what was begun and not ended */
    size_t n_open, n_pieces;
    const char *fault; /* the first misuse; a paper with one is not drawn */
};

void paper_init(struct paper *p, struct arena *a, enum paper_kind kind);

/* Text that wraps, paragraphs separated by line feeds. lines_max 0: any number, over pages. No text
 * writes nothing. */
void paper_text(struct paper *p, enum type_style style, enum align align, text_t t);
void paper_text_within(struct paper *p, enum type_style style, enum align align, text_t t,
                       int lines_max);
void paper_space(struct paper *p, int tenths);
enum rule { RULE_HAIR, RULE_THIN, RULE_THICK, RULE_DASHED };
void paper_rule(struct paper *p, enum rule rule);
/* Cells beside each other on one baseline; a share of 0 takes what the others leave. */
void paper_row(struct paper *p, const struct cell *cells, size_t n);
/* A PNG or JPEG that print_logo_check has found good, at most as large as given. */
void paper_logo(struct paper *p, enum align align, const void *picture, size_t n, int width,
                int height);
/* A bar code as wide and high as given; shown: the text below it, or TEXT_NONE. */
void paper_code(struct paper *p, enum code_kind kind, enum align align, text_t data, int width,
                int height, text_t shown);
/* Two columns: what is written until paper_split_next stands left of the rest. */
void paper_split(struct paper *p, int share);
void paper_split_next(struct paper *p);
void paper_split_end(struct paper *p);
/* What stands between the two is not broken over pages. */
void paper_keep(struct paper *p);
void paper_keep_end(struct paper *p);
/* A table whose head is repeated on every page. carry: the running sum after this row, formatted,
 * shown in the last column where the page breaks after it; TEXT_NONE: none. note: small, below the
 * first column. */
void paper_table(struct paper *p, const struct paper_column *cols, size_t n);
void paper_table_row(struct paper *p, const text_t *cells, size_t n, text_t note, text_t carry,
                     bool strong);
void paper_table_end(struct paper *p);
/* One label of a sheet or roll; nothing leaves its edges. */
void paper_label(struct paper *p);
void paper_label_end(struct paper *p);
/* Goes on so far above the lower edge of the label. */
void paper_from_bottom(struct paper *p, int tenths);

/* Lays out and draws. The PDF lies in the arena. ERR_RANGE: longer than PRINT_PAGES_MAX or
 * PRINT_PDF_MAX; ERR_INVALID: a bar code that cannot hold its data, or a misuse (*fault says
 * which); ERR_NO_MEMORY. */
MUST_USE enum err print_pdf(const struct paper *p, struct arena *a, text_t *pdf,
                            const char **fault);

/* Is that a PNG or JPEG within the bounds above that can be drawn? ERR_RANGE: too large;
 * ERR_INVALID: neither. */
MUST_USE enum err print_logo_check(const void *picture, size_t n);
/* The bytes of a picture that is kept as base64, with or without "data:image/png;base64," before it
 * and with line breaks in it, and checked as above. */
MUST_USE enum err print_logo_decode(struct arena *a, text_t base64, text_t *picture);
/* Is there a glyph in the fonts for every character? Otherwise *missing is the first one without.
 */
bool print_can_draw(text_t t, text_t *missing);
/* Do the fonts draw a sample of each language? Otherwise why says what is missing. For the start of
 * the program. */
bool print_check(char why[static 256]);

/* -- what areas declare -------------------------------------------------------------------- */

/* What a function that gathers a document gets. */
struct print_cx {
    struct cx *cx; /* reading */
    const struct document *document;
    struct paper *paper;         /* initialised as A4, to be filled */
    const struct format *format; /* by print_speak */
    const char *language;        /* by print_speak */
    enum digits digits;
    const char *wanted; /* language asked for, or NULL */
    const struct http_param *params;
    size_t n_params;
};

/* A document that can be printed of a record: GET /api/v1/print/NAME/ID. */
struct document {
    const char *name;  /* "receipt" */
    const char *label; /* N_() */
    const char *help;  /* N_() */
    const struct entity *entity;
    const char *permission;    /* beside the entity's own for reading */
    const char *const *params; /* names beside language, digits and template; NULL at the end */
    /* The record is loaded, without its lines, and the caller may read it. */
    enum err (*gather)(struct print_cx *p, const void *record);
};

/* The document of that name, or NULL. */
const struct document *print_document(const struct house *h, text_t name);

/* Decides the language: the one asked for, else the first of these that the program speaks. From
 * here on cx speaks it too. country: the company's, for the forms of numbers. */
void print_speak(struct print_cx *p, text_t customers, text_t companys, text_t country);
/* A parameter of the address, or TEXT_NONE. */
text_t print_param(const struct print_cx *p, const char *name);
/* A text of the program in the document's language; {1}, {2}, {3} stand for values. */
text_t print_text(const struct print_cx *p, const char *msgid);
text_t print_text_with(const struct print_cx *p, const char *msgid, const text_t *values, size_t n);
#define PRINT_TEXT(p, msgid, ...)                                                                  \
    print_text_with((p), (msgid), (const text_t[]){ __VA_ARGS__ },                                 \
                    N_ELEMENTS(((const text_t[]){ __VA_ARGS__ })))

extern const struct refusal *const print_refusals[];
extern const size_t n_print_refusals;

/* -- answering ----------------------------------------------------------------------------- */

#define PRINT_HEADERS 2

/* One request for a document or a report, for whatever face it comes through. The caller fills the
 * first part and keeps the struct and its arena until done was called, exactly once, on any thread.
 */
struct print_request {
    struct house *house;
    struct arena *arena;
    const struct who *who;           /* who is signed in */
    const char *language;            /* of refusals */
    instant_t now;                   /* INSTANT_NONE: the clock's */
    const struct document *document; /* NULL: gather is what is asked for */
    int64_t id;
    const struct http_param *params;
    size_t n_params;
    /* Instead of a document: fills the paper, names its file, and checks who asks. May run more
     * than once. */
    enum err (*gather)(struct print_cx *p, void *arg);
    void *gather_arg;
    void (*done)(struct print_request *r, void *arg);
    void *arg;
    /* out */
    int status; /* 200, or a problem's */
    const char *content_type;
    text_t body;
    struct http_header_line headers[PRINT_HEADERS]; /* Content-Disposition; Retry-After */
    size_t n_headers;
    /* print's own */
    struct paper paper;
    struct print_cx print;
    struct cx cx;
    struct db_job job;
    struct slow_work slow;
};

/* Checks the permission and the row filter, gathers, draws, answers: application/pdf with
 * Content-Disposition: inline, or a problem. 503 with Retry-After while too many others are being
 * drawn. */
void print_answer(struct print_request *r);

#endif
