/* What the files of printing share. */
#ifndef KONTOR_FACE_PRINT_OWN_H
#define KONTOR_FACE_PRINT_OWN_H

#include "face/print.h"

#include <pango/pangocairo.h>

#define POINTS(tenths) ((double)(tenths)*72.0 / 254.0)

enum piece_kind {
    PIECE_TEXT,
    PIECE_SPACE,
    PIECE_RULE,
    PIECE_ROW,
    PIECE_LOGO,
    PIECE_CODE,
    PIECE_SPLIT,
    PIECE_SPLIT_NEXT,
    PIECE_KEEP,
    PIECE_TABLE,
    PIECE_TABLE_ROW,
    PIECE_LABEL,
    PIECE_FROM_BOTTOM,
    PIECE_END, /* of what was begun last */
};

struct piece {
    enum piece_kind kind;
    enum type_style style;
    enum align align;
    enum rule rule;
    enum code_kind code;
    text_t text;  /* or the data of a bar code, or a picture */
    text_t below; /* note of a row, text below a bar code */
    text_t carry;
    int number; /* tenths of a space, most lines of a text, share of a split */
    int width, height;
    bool strong;
    const struct cell *cells; /* row */
    const struct paper_column *columns;
    const text_t *texts; /* table row */
    size_t n;
    const struct piece *end;        /* of what begins here */
    const struct piece *split_next; /* of a split */
    struct piece *next;
};

/* A size of type on one kind of paper. Lines of one style have one pitch, whatever their script:
 * ascent and pitch leave room for what Devanagari sets above and below. */
struct type {
    double size; /* points */
    bool bold;
    double grey;  /* 0: black */
    double pitch; /* times the size */
};
#define TYPE_ASCENT 1.04 /* times the size: from the top of a line to its baseline */

/* -- print_type.c -------------------------------------------------------------------------- */

const struct type *type_of(enum paper_kind kind, enum type_style style);
/* A context that measures alike for every surface; g_object_unref it. NULL without memory. */
PangoContext *type_context(const char *language);
/* A layout of the text; width < 0: one line as long as it is. g_object_unref it. */
PangoLayout *type_layout(PangoContext *context, const struct type *type, text_t t, double width,
                         enum align align, int lines_max);

/* -- print_code.c -------------------------------------------------------------------------- */

/* Draws the bars into the box; ERR_INVALID when the data cannot be held. cr NULL: only looks. */
MUST_USE enum err code_draw(cairo_t *cr, enum code_kind kind, text_t data, double x, double y,
                            double width, double height);
/* The picture of a PNG or JPEG; cairo_surface_destroy it before the bytes go. */
MUST_USE enum err logo_read(const void *picture, size_t n, cairo_surface_t **out);

/* -- print_answer.c ------------------------------------------------------------------------ */

/* "receipt-T1-000123.pdf" as a header may carry it (RFC 6266, RFC 8187). */
text_t print_disposition(struct arena *a, text_t file);

#endif
