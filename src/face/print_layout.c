/* The layout: pieces become lines on pages.
 *
 * It runs twice over the same pieces, first without a surface, which says how many pages there are
 * and how long a receipt is, then drawing. Both passes take the same decisions, because they
 * measure with the same context and nothing else enters. What must not be broken is measured by
 * running it on a copy of the press that draws nothing.
 *
 * A line's baseline stands TYPE_ASCENT sizes below its top, lines follow each other by the style's
 * pitch: neither depends on the fonts that Pango chose for the characters. */
#include "face/print_own.h"

#include <cairo-pdf.h>
#include <stdio.h>

#define GREY_RULE 0.72

struct press {
    const struct paper *paper;
    PangoContext *context;
    cairo_t *cr; /* NULL: only measures */
    double page_width, page_height;
    double x, y, width, top, bottom; /* of the column that is written; y falls */
    double left, full;               /* of the page */
    int page, pages;                 /* pages 0: not known yet */
    int label;                       /* the next one's place on the sheet */
    const struct piece *table;       /* whose head is repeated */
    text_t carry;                    /* after the row before */
    bool tagged;                     /* a table is open in the structure */
    enum err outcome;
    const char *fault;
};

struct sheet {
    double width, height;             /* of the page, tenths of mm; height 0: as contents */
    double left, right, top, bottom;  /* margins */
    int across, down;                 /* labels */
    double label_width, label_height; /* tenths of mm */
    double gap, inset;                /* between columns of labels; within a label */
};

static const struct sheet sheets[PAPER_KINDS] = {
    [PAPER_A4] = { .width = 2100,
                   .height = 2970,
                   .left = 180,
                   .right = 180,
                   .top = 160,
                   .bottom = 150 },
    [PAPER_A4_WIDE] = { .width = 2970,
                        .height = 2100,
                        .left = 150,
                        .right = 150,
                        .top = 160,
                        .bottom = 150 },
    [PAPER_LETTER] = { .width = 2159,
                       .height = 2794,
                       .left = 190,
                       .right = 190,
                       .top = 160,
                       .bottom = 150 },
    [PAPER_RECEIPT] = { .width = 800, .left = 40, .right = 40, .top = 40, .bottom = 60 },
    [PAPER_LABELS_24] = { .width = 2100,
                          .height = 2970,
                          .top = 5,
                          .across = 3,
                          .down = 8,
                          .label_width = 700,
                          .label_height = 370,
                          .inset = 35 },
    [PAPER_LABELS_21] = { .width = 2100,
                          .height = 2970,
                          .left = 72,
                          .top = 151,
                          .across = 3,
                          .down = 7,
                          .label_width = 635,
                          .label_height = 381,
                          .gap = 25,
                          .inset = 30 },
    [PAPER_LABEL_ROLL] = { .width = 570,
                           .height = 320,
                           .across = 1,
                           .down = 1,
                           .label_width = 570,
                           .label_height = 320,
                           .inset = 25 },
};
#define RECEIPT_PAGE_MAX 20000 /* tenths: a roll is cut after two metres */

static void run(struct press *s, const struct piece *from, const struct piece *until);

static void ink(struct press *s, double grey)
{
    cairo_set_source_rgb(s->cr, grey, grey, grey);
}

static void tag(struct press *s, const char *name)
{
    if (s->cr) {
        cairo_tag_begin(s->cr, name, NULL);
    }
}

static void tag_end(struct press *s, const char *name)
{
    if (s->cr) {
        cairo_tag_end(s->cr, name);
    }
}

/* -- lines --------------------------------------------------------------------------------- */

static double pitch(const struct type *t)
{
    return t->size * t->pitch;
}

static double ascent(const struct type *t)
{
    return t->size * (TYPE_ASCENT + (t->pitch - 1.46) / 2);
}

static void draw_line(struct press *s, const struct type *type, PangoLayoutIter *i, double x,
                      double baseline)
{
    PangoRectangle logical;
    if (s->cr) {
        pango_layout_iter_get_line_extents(i, NULL, &logical);
        ink(s, type->grey);
        cairo_move_to(s->cr, x + (double)logical.x / PANGO_SCALE, baseline);
        pango_cairo_show_layout_line(s->cr, pango_layout_iter_get_line_readonly(i));
    }
}

/* All lines from y on, without breaking. Returns the height. */
static double draw_block(struct press *s, const struct type *type, text_t t, double x, double y,
                         double width, enum align align, int lines_max)
{
    int n = 0;
    if (text_empty(t)) {
        return 0;
    }
    PangoLayout *l = type_layout(s->context, type, t, width, align, lines_max);
    PangoLayoutIter *i = pango_layout_get_iter(l);
    do {
        draw_line(s, type, i, x, y + ascent(type) + n * pitch(type));
        n++;
    } while (pango_layout_iter_next_line(i));
    pango_layout_iter_free(i);
    g_object_unref(l);
    return n * pitch(type);
}

/* The same, only measured. */
static double block_height(struct press *s, const struct type *type, text_t t, double width)
{
    if (text_empty(t)) {
        return 0;
    }
    PangoLayout *l = type_layout(s->context, type, t, width, ALIGN_START, 0);
    int n = pango_layout_get_line_count(l);
    g_object_unref(l);
    return n * pitch(type);
}

static void draw_rule(struct press *s, enum rule rule, double y)
{
    static const struct {
        double width, grey;
    } rules[] = {
        [RULE_HAIR] = { 0.4, GREY_RULE },
        [RULE_THIN] = { 0.6, 0.25 },
        [RULE_THICK] = { 1.2, 0.05 },
        [RULE_DASHED] = { 0.7, 0 },
    };
    static const double dashes[] = { 2.2, 2.2 };
    if (s->cr) {
        ink(s, rules[rule].grey);
        cairo_set_line_width(s->cr, rules[rule].width);
        cairo_set_dash(s->cr, dashes, rule == RULE_DASHED ? 2 : 0, 0);
        cairo_move_to(s->cr, s->x, y);
        cairo_line_to(s->cr, s->x + s->width, y);
        cairo_stroke(s->cr);
    }
}

/* -- pages --------------------------------------------------------------------------------- */

static void buf_digits(struct buf *b, const struct paper *p, int n)
{
    char latin[16];
    int length = snprintf(latin, sizeof latin, "%d", n);
    for (int i = 0; i < length; i++) {
        if (p->native_digits && strcmp(p->language, "hi") == 0) {
            buf_fmt(b, "\xe0\xa5%c", (char)(0xa6 + (latin[i] - '0'))); /* U+0966 on */
        } else {
            buf_char(b, latin[i]);
        }
    }
}

/* "Page 2 of 3" */
static text_t page_text(const struct press *s)
{
    struct buf b;
    text_t t = s->paper->page_of;
    buf_init(&b, s->paper->arena, 200);
    for (size_t i = 0; i < t.n; i++) {
        if (i + 2 < t.n && t.s[i] == '{' && t.s[i + 2] == '}') {
            buf_digits(&b, s->paper, t.s[i + 1] == '1' ? s->page : s->pages);
            i += 2;
        } else {
            buf_char(&b, t.s[i]);
        }
    }
    return buf_done(&b);
}

static bool has_sheets(const struct paper *p)
{
    return sheets[p->kind].height != 0 && sheets[p->kind].across == 0;
}

/* What stands on every page outside its text. */
static void margins(struct press *s)
{
    const struct type *muted = type_of(s->paper->kind, TYPE_MUTED);
    double page_part = s->pages > 1 ? 90 : 0;
    if (!s->cr || !has_sheets(s->paper)) {
        return;
    }
    struct press m = *s;
    m.x = s->left;
    m.width = s->full;
    if (s->page > 1) {
        (void)draw_block(&m, muted, s->paper->author, m.x, s->top - 20, m.width / 2, ALIGN_START,
                         1);
        (void)draw_block(&m, muted, s->paper->title, m.x + m.width / 2, s->top - 20, m.width / 2,
                         ALIGN_END, 1);
        draw_rule(&m, RULE_HAIR, s->top - 6);
    }
    if (!text_empty(s->paper->footer) || s->pages > 1) {
        draw_rule(&m, RULE_HAIR, s->bottom + 9);
        (void)draw_block(&m, muted, s->paper->footer, m.x, s->bottom + 12, m.width - page_part,
                         ALIGN_START, 3);
        if (s->pages > 1) {
            (void)draw_block(&m, muted, page_text(s), m.x + m.width - page_part, s->bottom + 12,
                             page_part, ALIGN_END, 1);
        }
    }
}

static void begin_page(struct press *s)
{
    s->page++;
    if (s->page > PRINT_PAGES_MAX) {
        s->outcome = ERR_RANGE;
    }
    s->y = s->page > 1 && has_sheets(s->paper) ? s->top + 2 : s->top;
    margins(s);
}

static void new_page(struct press *s)
{
    if (s->cr) {
        cairo_show_page(s->cr);
    }
    begin_page(s);
}

/* -- tables -------------------------------------------------------------------------------- */

static double gutter(const struct press *s)
{
    return has_sheets(s->paper) ? 7 : 3;
}

/* The type of a cell: figures, which stand at the right and have no blank, are not broken into
 * lines but set smaller, down to a half; whole: other texts neither. */
static struct type fitted(struct press *s, const struct type *given, const text_t *t,
                          enum align align, bool whole, double room)
{
    struct type type = *given;
    PangoRectangle logical;
    if (t->n > 0 && (whole || (align == ALIGN_END && !memchr(t->s, ' ', t->n)))) {
        PangoLayout *l = type_layout(s->context, &type, *t, -1, ALIGN_START, 1);
        pango_layout_get_extents(l, NULL, &logical);
        g_object_unref(l);
        double fits = room * PANGO_SCALE / logical.width;
        type.size *= fits >= 1 ? 1 : fits < 0.5 ? 0.5 : fits * 0.995;
    }
    return type;
}

/* Columns beside each other: texts[i] in the column i, on one baseline. Returns the height. */
static double draw_columns(struct press *s, const struct paper_column *cols, const text_t *texts,
                           size_t n, const struct type *type, double y)
{
    double x = s->x, height = pitch(type);
    for (size_t i = 0; i < n; i++) {
        double width = s->width * cols[i].share / 1000.0;
        double room = width - (i + 1 < n ? gutter(s) : 0);
        struct type fit = fitted(s, type, &texts[i], cols[i].align, false, room);
        double h = draw_block(s, &fit, texts[i], x, y + ascent(type) - ascent(&fit), room,
                              cols[i].align, 0);
        height = h > height ? h : height;
        x += width;
    }
    return height;
}

static double columns_height(struct press *s, const struct paper_column *cols, const text_t *texts,
                             size_t n, const struct type *type)
{
    double height = pitch(type);
    for (size_t i = 0; i < n; i++) {
        double room = s->width * cols[i].share / 1000.0 - (i + 1 < n ? gutter(s) : 0);
        struct type fit = fitted(s, type, &texts[i], cols[i].align, false, room);
        double h = block_height(s, &fit, texts[i], room);
        height = h > height ? h : height;
    }
    return height;
}

static void open_table(struct press *s)
{
    text_t labels[PAPER_COLUMNS_MAX];
    const struct piece *t = s->table;
    bool any = false;
    for (size_t i = 0; i < t->n; i++) {
        labels[i] = t->columns[i].label;
        any |= !text_empty(labels[i]);
    }
    tag(s, "Table");
    s->tagged = s->cr != NULL;
    if (any) {
        tag(s, "TR");
        tag(s, "TH");
        s->y += draw_columns(s, t->columns, labels, t->n, type_of(s->paper->kind, TYPE_MUTED),
                             s->y);
        tag_end(s, "TH");
        tag_end(s, "TR");
        draw_rule(s, has_sheets(s->paper) ? RULE_THIN : RULE_DASHED, s->y + 2);
        s->y += 5;
    }
}

static void close_table(struct press *s)
{
    if (s->tagged) {
        tag_end(s, "Table");
        s->tagged = false;
    }
}

/* "Carried forward" and the sum so far. */
static void carry_row(struct press *s, text_t label)
{
    const struct type *type = type_of(s->paper->kind, TYPE_SMALL);
    double w = s->width;
    (void)draw_block(s, type, label, s->x, s->y, w * 0.6, ALIGN_START, 1);
    (void)draw_block(s, type, s->carry, s->x + w * 0.6, s->y, w * 0.4, ALIGN_END, 1);
    s->y += pitch(type) + 3;
}

static bool carries(const struct press *s)
{
    return has_sheets(s->paper) && !text_empty(s->carry);
}

static double carry_height(const struct press *s)
{
    return pitch(type_of(s->paper->kind, TYPE_SMALL)) + 6;
}

static void table_break(struct press *s)
{
    if (carries(s)) {
        draw_rule(s, RULE_THIN, s->y - 2); /* over the one of the last row */
        s->y += 1;
        carry_row(s, s->paper->carried);
    }
    close_table(s);
    new_page(s);
    open_table(s);
    if (carries(s)) {
        carry_row(s, s->paper->brought);
        draw_rule(s, RULE_HAIR, s->y - 1);
        s->y += 3;
    }
}

static void table_row(struct press *s, const struct piece *p)
{
    const struct piece *t = s->table;
    const struct type *type = type_of(s->paper->kind, p->strong ? TYPE_STRONG : TYPE_BODY);
    const struct type *small = type_of(s->paper->kind, TYPE_MUTED);
    double first = s->width * t->columns[0].share / 1000.0;
    /* A note may run on below the columns beside it, as far as two thirds of the table. */
    double note_width = first > s->width * 0.66 ? first : s->width * 0.66;
    double note = block_height(s, small, p->below, note_width);
    double height = columns_height(s, t->columns, p->texts, p->n, type) + note;
    double gap = has_sheets(s->paper) ? 4 : 1.5;
    if (s->y + height + gap + (carries(s) ? carry_height(s) : 0) > s->bottom) {
        table_break(s);
    }
    tag(s, "TR");
    tag(s, "TD");
    double y = s->y;
    s->y += draw_columns(s, t->columns, p->texts, p->n, type, y);
    (void)draw_block(s, small, p->below, s->x, s->y, note_width, ALIGN_START, 0);
    s->y += note + gap / 2;
    tag_end(s, "TD");
    tag_end(s, "TR");
    if (has_sheets(s->paper) && p->next && p->next->kind == PIECE_TABLE_ROW) {
        draw_rule(s, RULE_HAIR, s->y);
    }
    s->y += gap / 2;
    s->carry = p->carry;
}

static void table(struct press *s, const struct piece *p)
{
    const struct piece *first = p->next;
    double head = 2 * pitch(type_of(s->paper->kind, TYPE_BODY)) + 12;
    if (s->y + head + carry_height(s) > s->bottom) {
        new_page(s);
    }
    s->table = p;
    s->carry = TEXT_NONE;
    open_table(s);
    run(s, first, p->end);
    close_table(s);
    if (has_sheets(s->paper)) {
        draw_rule(s, RULE_THIN, s->y - 2);
    }
    s->table = NULL;
}

/* -- the other pieces ---------------------------------------------------------------------- */

static void text(struct press *s, const struct piece *p)
{
    static const char *const tags[TYPE_STYLES] = { [TYPE_HEAD] = "H2", [TYPE_TITLE] = "H1" };
    const char *name = tags[p->style] ? tags[p->style] : "P";
    const struct type *type = type_of(s->paper->kind, p->style);
    PangoLayout *l = type_layout(s->context, type, p->text, s->width, p->align, p->number);
    PangoLayoutIter *i = pango_layout_get_iter(l);
    tag(s, name);
    do {
        if (s->y + pitch(type) > s->bottom) {
            tag_end(s, name);
            new_page(s);
            tag(s, name);
        }
        draw_line(s, type, i, s->x, s->y + ascent(type));
        s->y += pitch(type);
    } while (s->outcome == OK && pango_layout_iter_next_line(i));
    tag_end(s, name);
    pango_layout_iter_free(i);
    g_object_unref(l);
}

static void row(struct press *s, const struct piece *p)
{
    double top = 0, height = 0;
    for (size_t i = 0; i < p->n; i++) {
        double a = ascent(type_of(s->paper->kind, p->cells[i].style));
        top = a > top ? a : top;
    }
    for (int draws = 0; draws < 2; draws++) { /* first only measured */
        struct press m = *s;
        double x = s->x;
        m.cr = draws ? s->cr : NULL;
        if (draws && s->y + height > s->bottom) {
            new_page(s);
        }
        if (draws) {
            tag(s, "P");
        }
        for (size_t i = 0; i < p->n; i++) {
            const struct cell *c = &p->cells[i];
            double width = s->width * c->share / 1000.0;
            double room = width - (i + 1 < p->n ? gutter(s) / 2 : 0);
            const struct type fit = fitted(s, type_of(s->paper->kind, c->style), &c->text, c->align,
                                           c->style == TYPE_FIGURE, room),
                              *type = &fit;
            double h = draw_block(&m, type, c->text, x, s->y + top - ascent(type), room, c->align,
                                  0);
            h += top - ascent(type);
            height = h > height ? h : height;
            x += width;
        }
        if (draws) {
            tag_end(s, "P");
        }
    }
    s->y += height;
}

static double offset(const struct press *s, enum align align, double width)
{
    return align == ALIGN_START ? 0 : (s->width - width) / (align == ALIGN_CENTRE ? 2 : 1);
}

static void logo(struct press *s, const struct piece *p)
{
    cairo_surface_t *picture;
    enum err e = logo_read(p->text.s, p->text.n, &picture);
    if (e != OK) {
        s->outcome = e;
        s->fault = "the logo cannot be read";
        return;
    }
    double w = cairo_image_surface_get_width(picture), h = cairo_image_surface_get_height(picture);
    double sx = POINTS(p->width) / w, sy = POINTS(p->height) / h, scale = sx < sy ? sx : sy;
    if (s->y + h * scale > s->bottom) {
        new_page(s);
    }
    if (s->cr) {
        cairo_save(s->cr);
        cairo_translate(s->cr, s->x + offset(s, p->align, w * scale), s->y);
        cairo_scale(s->cr, scale, scale);
        cairo_set_source_surface(s->cr, picture, 0, 0);
        cairo_paint(s->cr);
        cairo_restore(s->cr);
    }
    cairo_surface_destroy(picture);
    s->y += h * scale;
}

static void code(struct press *s, const struct piece *p)
{
    const struct type *small = type_of(s->paper->kind, TYPE_SMALL);
    double width = POINTS(p->width), height = POINTS(p->height);
    double below = text_empty(p->below) ? 0 : pitch(small) + 1;
    width = width > s->width ? s->width : width;
    if (s->y + height + below > s->bottom) {
        new_page(s);
    }
    double x = s->x + offset(s, p->align, width);
    enum err e = code_draw(s->cr, p->code, p->text, x, s->y, width, height);
    if (e != OK) {
        s->outcome = e;
        s->fault = "the bar code cannot hold its data";
    }
    (void)draw_block(s, small, p->below, x, s->y + height + 1, width, ALIGN_CENTRE, 1);
    s->y += height + below;
}

static void split(struct press *s, const struct piece *p)
{
    double x = s->x, width = s->width, y = s->y, share = p->number / 1000.0;
    double lower;
    s->width = width * share - 3.5 * gutter(s);
    run(s, p->next, p->split_next);
    lower = s->y;
    s->x = x + width * share;
    s->width = width - width * share;
    s->y = y;
    run(s, p->split_next->next, p->end);
    s->y = s->y > lower ? s->y : lower;
    s->x = x;
    s->width = width;
}

/* How high what begins at p would be. */
static double measured(const struct press *s, const struct piece *p)
{
    struct press m = *s;
    m.cr = NULL;
    m.bottom = m.y + 1e9;
    run(&m, p->next, p->end);
    return m.y - s->y;
}

static void keep(struct press *s, const struct piece *p)
{
    double height = measured(s, p);
    if (s->y + height > s->bottom && s->y > s->top + 1) {
        new_page(s);
    }
    run(s, p->next, p->end);
}

static void one_label(struct press *s, const struct piece *p)
{
    const struct sheet *sheet = &sheets[s->paper->kind];
    int per_page = sheet->across * sheet->down;
    double inset = POINTS(sheet->inset);
    if (per_page == 0) {
        s->outcome = ERR_INVALID;
        s->fault = "a label on paper without labels";
        return;
    }
    if (s->label == per_page) {
        new_page(s);
        s->label = 0;
    }
    int column = s->label % sheet->across, line = s->label / sheet->across;
    s->label++;
    double x = POINTS(sheet->left + column * (sheet->label_width + sheet->gap));
    double y = POINTS(sheet->top + line * sheet->label_height);
    double bottom = s->bottom, height = POINTS(sheet->label_height);
    s->x = x + inset;
    s->y = y + inset * 0.8;
    s->width = POINTS(sheet->label_width) - 2 * inset;
    s->bottom = y + height + 1e6; /* clipped, never broken */
    if (s->cr) {
        cairo_save(s->cr);
        cairo_rectangle(s->cr, x, y, POINTS(sheet->label_width), height);
        cairo_clip(s->cr);
    }
    run(s, p->next, p->end);
    if (s->cr) {
        cairo_restore(s->cr);
    }
    s->bottom = bottom;
}

static void from_bottom(struct press *s, const struct piece *p)
{
    const struct sheet *sheet = &sheets[s->paper->kind];
    int line = (s->label - 1) / (sheet->across ? sheet->across : 1);
    double edge = POINTS(sheet->top + (line + 1) * sheet->label_height - sheet->inset * 0.8);
    s->y = edge - POINTS(p->number);
}

static void rule(struct press *s, const struct piece *p)
{
    double room = has_sheets(s->paper) ? 4 : 3;
    draw_rule(s, p->rule, s->y + room);
    s->y += 2 * room;
}

static const struct piece *set(struct press *s, const struct piece *p)
{
    switch (p->kind) {
    case PIECE_TEXT:
        text(s, p);
        return p->next;
    case PIECE_SPACE:
        s->y += POINTS(p->number);
        return p->next;
    case PIECE_RULE:
        rule(s, p);
        return p->next;
    case PIECE_ROW:
        row(s, p);
        return p->next;
    case PIECE_LOGO:
        logo(s, p);
        return p->next;
    case PIECE_CODE:
        code(s, p);
        return p->next;
    case PIECE_SPLIT:
        split(s, p);
        return p->end->next;
    case PIECE_KEEP:
        keep(s, p);
        return p->end->next;
    case PIECE_TABLE:
        table(s, p);
        return p->end->next;
    case PIECE_TABLE_ROW:
        if (s->table) {
            table_row(s, p);
        }
        return p->next;
    case PIECE_LABEL:
        one_label(s, p);
        return p->end->next;
    case PIECE_FROM_BOTTOM:
        from_bottom(s, p);
        return p->next;
    case PIECE_SPLIT_NEXT:
    case PIECE_END:
        break;
    }
    return p->next;
}

static void run(struct press *s, const struct piece *from, const struct piece *until)
{
    for (const struct piece *p = from; p && p != until && s->outcome == OK;) {
        p = set(s, p);
    }
}

/* -- the file ------------------------------------------------------------------------------ */

static double footer_height(const struct press *s)
{
    const struct type *muted = type_of(s->paper->kind, TYPE_MUTED);
    double h = block_height((struct press *)s, muted, s->paper->footer, s->full - 90);
    double most = 3 * pitch(muted);
    return h > most ? most : h;
}

static void set_up(struct press *s)
{
    const struct sheet *sheet = &sheets[s->paper->kind];
    s->page_width = POINTS(sheet->width);
    s->page_height = POINTS(sheet->height != 0 ? sheet->height : RECEIPT_PAGE_MAX);
    s->left = s->x = POINTS(sheet->left);
    s->full = s->width = s->page_width - POINTS(sheet->left + sheet->right);
    s->top = POINTS(sheet->top);
    s->bottom = s->page_height - POINTS(sheet->bottom);
    if (has_sheets(s->paper)) {
        s->bottom -= footer_height(s) + 4;
    }
}

static cairo_status_t write_some(void *arg, const unsigned char *bytes, unsigned int n)
{
    struct buf *b = arg;
    buf_add(b, (const char *)bytes, n);
    return b->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void metadata(const struct paper *p, cairo_surface_t *surface)
{
    char at[INSTANT_TEXT_MAX];
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, p->title.s ? p->title.s : "");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR,
                                   p->author.s ? p->author.s : "");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Kontor " KONTOR_VERSION);
    instant_t made = { instant_none(p->made) ? 0 : p->made.us };
    (void)instant_print(made, at);
    memcpy(at + 19, "Z", 2); /* without decimals */
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, at);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, at);
}

static enum err draw(struct press *s, struct buf *out)
{
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(write_some, out, s->page_width,
                                                                   s->page_height);
    metadata(s->paper, surface);
    s->cr = cairo_create(surface);
    begin_page(s);
    run(s, s->paper->first, NULL);
    cairo_status_t status = cairo_status(s->cr);
    cairo_show_page(s->cr);
    cairo_destroy(s->cr);
    s->cr = NULL;
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS) {
        status = cairo_surface_status(surface);
    }
    cairo_surface_destroy(surface);
    if (s->outcome != OK) {
        return s->outcome;
    }
    if (out->failed) {
        return out->n > 0 && !out->arena->failed ? ERR_RANGE : ERR_NO_MEMORY;
    }
    s->fault = status == CAIRO_STATUS_SUCCESS ? s->fault : cairo_status_to_string(status);
    return status == CAIRO_STATUS_SUCCESS     ? OK
           : status == CAIRO_STATUS_NO_MEMORY ? ERR_NO_MEMORY
                                              : ERR_INVALID;
}

enum err print_pdf(const struct paper *p, struct arena *a, text_t *pdf, const char **fault)
{
    struct press first = { .paper = p, .context = type_context(p->language) };
    struct buf out;
    enum err e = first.context ? OK : ERR_NO_MEMORY;
    *fault = p->fault ? p->fault : p->n_open > 0 ? "something was begun and not ended" : NULL;
    if (e == OK && *fault) {
        e = ERR_INVALID;
    }
    if (e == OK) {
        set_up(&first);
        struct press second = first;
        begin_page(&first);
        run(&first, p->first, NULL);
        e = first.outcome;
        *fault = first.fault;
        if (p->kind == PAPER_RECEIPT && first.page == 1) {
            second.page_height = first.y + POINTS(sheets[p->kind].bottom);
            second.bottom = second.page_height + 1e6;
        }
        second.pages = first.page;
        if (e == OK) {
            buf_init(&out, a, PRINT_PDF_MAX);
            e = draw(&second, &out);
            *fault = second.fault;
            *pdf = buf_done(&out);
        }
    }
    if (first.context) {
        g_object_unref(first.context);
    }
    return e;
}
