/* Papers in the making: pieces in the order in which they will stand, in one arena.
 *
 * What is begun must be ended in order; a misuse is noted and the paper is refused when it is to be
 * drawn, so gatherers need no checks of their own. */
#include "face/print_own.h"

#define PIECES_MAX ((size_t)PRINT_LINES_MAX * 12)

void paper_init(struct paper *p, struct arena *a, enum paper_kind kind)
{
    *p = (struct paper){ .arena = a, .kind = kind, .language = "en", .made = INSTANT_NONE };
}

static struct piece *add(struct paper *p, enum piece_kind kind)
{
    struct piece *piece = ARENA_NEW(p->arena, struct piece);
    piece->kind = kind;
    if (p->n_pieces == PIECES_MAX) {
        p->fault = p->fault ? p->fault : "too many pieces";
        return piece; /* not part of the paper */
    }
    p->n_pieces++;
    if (p->last) {
        p->last->next = piece;
    } else {
        p->first = piece;
    }
    p->last = piece;
    return piece;
}

static struct piece *begin(struct paper *p, enum piece_kind kind)
{
    struct piece *piece = add(p, kind);
    if (p->n_open == N_ELEMENTS(p->open)) {
        p->fault = "nested too deeply";
        return piece;
    }
    p->open[p->n_open++] = piece;
    return piece;
}

static void end(struct paper *p, enum piece_kind kind)
{
    if (p->n_open == 0 || p->open[p->n_open - 1]->kind != kind) {
        p->fault = "ended what was not begun";
        return;
    }
    p->open[--p->n_open]->end = add(p, PIECE_END);
}

void paper_text_within(struct paper *p, enum type_style style, enum align align, text_t t,
                       int lines_max)
{
    if (!text_empty(t)) {
        struct piece *piece = add(p, PIECE_TEXT);
        piece->style = style;
        piece->align = align;
        piece->text = t;
        piece->number = lines_max;
    }
}

void paper_text(struct paper *p, enum type_style style, enum align align, text_t t)
{
    paper_text_within(p, style, align, t, 0);
}

void paper_space(struct paper *p, int tenths)
{
    add(p, PIECE_SPACE)->number = tenths;
}

void paper_rule(struct paper *p, enum rule rule)
{
    add(p, PIECE_RULE)->rule = rule;
}

void paper_row(struct paper *p, const struct cell *cells, size_t n)
{
    struct piece *piece = add(p, PIECE_ROW);
    struct cell *kept = ARENA_ARRAY(p->arena, n, struct cell);
    int left = 1000;
    if (n == 0 || n > PAPER_COLUMNS_MAX) {
        p->fault = "a row without cells, or with too many";
        return;
    }
    for (size_t i = 0; i < n; i++) {
        kept[i] = cells[i];
        left -= cells[i].share;
    }
    for (size_t i = 0; i < n; i++) {
        if (kept[i].share == 0) {
            kept[i].share = left > 0 ? left : 0;
            left = 0;
        }
    }
    piece->cells = kept;
    piece->n = n;
}

void paper_logo(struct paper *p, enum align align, const void *picture, size_t n, int width,
                int height)
{
    struct piece *piece = add(p, PIECE_LOGO);
    piece->align = align;
    piece->text = (text_t){ picture, n };
    piece->width = width;
    piece->height = height;
}

void paper_code(struct paper *p, enum code_kind kind, enum align align, text_t data, int width,
                int height, text_t shown)
{
    struct piece *piece = add(p, PIECE_CODE);
    piece->code = kind;
    piece->align = align;
    piece->text = data;
    piece->width = width;
    piece->height = height;
    piece->below = shown;
}

void paper_split(struct paper *p, int share)
{
    begin(p, PIECE_SPLIT)->number = share;
}

void paper_split_next(struct paper *p)
{
    if (p->n_open == 0 || p->open[p->n_open - 1]->kind != PIECE_SPLIT ||
        p->open[p->n_open - 1]->split_next) {
        p->fault = "no columns to go on with";
        return;
    }
    p->open[p->n_open - 1]->split_next = add(p, PIECE_SPLIT_NEXT);
}

void paper_split_end(struct paper *p)
{
    if (p->n_open > 0 && !p->open[p->n_open - 1]->split_next) {
        p->fault = "columns without a second one";
    }
    end(p, PIECE_SPLIT);
}

void paper_keep(struct paper *p)
{
    begin(p, PIECE_KEEP);
}

void paper_keep_end(struct paper *p)
{
    end(p, PIECE_KEEP);
}

void paper_table(struct paper *p, const struct paper_column *cols, size_t n)
{
    struct piece *piece = begin(p, PIECE_TABLE);
    struct paper_column *kept = ARENA_ARRAY(p->arena, n, struct paper_column);
    if (n == 0 || n > PAPER_COLUMNS_MAX) {
        p->fault = "a table without columns, or with too many";
        return;
    }
    memcpy(kept, cols, n * sizeof *cols);
    piece->columns = kept;
    piece->n = n;
}

void paper_table_row(struct paper *p, const text_t *cells, size_t n, text_t note, text_t carry,
                     bool strong)
{
    const struct piece *table = p->n_open > 0 ? p->open[p->n_open - 1] : NULL;
    struct piece *piece = add(p, PIECE_TABLE_ROW);
    text_t *kept = ARENA_ARRAY(p->arena, n, text_t);
    if (!table || table->kind != PIECE_TABLE || table->n != n) {
        p->fault = "a row that does not fit its table";
        return;
    }
    memcpy(kept, cells, n * sizeof *cells);
    piece->texts = kept;
    piece->n = n;
    piece->below = note;
    piece->carry = carry;
    piece->strong = strong;
}

void paper_table_end(struct paper *p)
{
    end(p, PIECE_TABLE);
}

void paper_label(struct paper *p)
{
    begin(p, PIECE_LABEL);
}

void paper_label_end(struct paper *p)
{
    end(p, PIECE_LABEL);
}

void paper_from_bottom(struct paper *p, int tenths)
{
    add(p, PIECE_FROM_BOTTOM)->number = tenths;
}
