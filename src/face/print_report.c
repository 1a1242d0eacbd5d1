/* Named reports on paper: any query's rows, from its declared columns and parameters alone.
 *
 * Widths are reckoned in characters, since fonts are asked only on the thread that draws: figures
 * and days get what they need, texts share the rest. A table that does not fit an upright sheet
 * lies, in smaller type. The only time on the paper is when it was drawn, to the minute: a report
 * of unchanged figures has the same bytes but for that. */
#include "face/print_report.h"

#include "face/page_own.h"
#include "meta/kinds.h"
#include "meta/refs.h"
#include "meta/zone.h"

#define UPRIGHT_CHARS 92  /* of body type across an A4 sheet */
#define LYING_CHARS   170 /* of the smaller type along it */
#define TEXT_CHARS    34  /* a longer text wraps */
#define LEVELS_MAX    8
#define EM_SPACE      "\xe2\x80\x83"

struct sheet_column {
    const struct column *column;
    size_t at; /* in the report's rows */
    struct paper_column paper;
    int chars;
    bool fixed; /* must not wrap */
};

struct sheet_of {
    struct print_cx *print;
    struct page_cx page; /* values in words, as pages write them */
    const struct report *report;
    struct sheet_column columns[PAPER_COLUMNS_MAX];
    size_t n;
    size_t level, row, indented; /* columns; SIZE_MAX: none */
    int64_t highest;             /* level in the report, which is not indented */
};

/* -- values -------------------------------------------------------------------------------- */

static struct value cell(const struct report *r, size_t row, size_t column)
{
    return r->cells[row * r->query->n_columns + column];
}

/* References by code and name, as lists of accounts are read. */
static text_t ref_words(struct page_cx *p, const char *target, int64_t id)
{
    text_t code = TEXT_NONE, label = TEXT_NONE;
    if (refs_label(p->cx, target, id, &code, &label) && code.n && label.n &&
        !text_eq(code, label)) {
        return text_fmt(p->cx->arena, "%.*s %.*s", (int)code.n, code.s, (int)label.n, label.s);
    }
    return TEXT_NONE;
}

static text_t words_of(struct page_cx *p, const struct field *f, const void *member)
{
    text_t t = TEXT_NONE;
    if (f->kind == &kind_ref && *(const int64_t *)member != 0) {
        t = ref_words(p, f->target, *(const int64_t *)member);
    }
    return t.s ? t : page_value_text(p, f, f, 1, member);
}

static text_t cell_words(struct sheet_of *s, const struct column *c, struct value v)
{
    const struct field f = column_field(c);
    if (v.type == V_NULL) {
        return TEXT_NONE;
    }
    union member m = value_member(c->kind, v);
    return words_of(&s->page, &f, &m);
}

/* -- columns ------------------------------------------------------------------------------- */

static size_t column_named(const struct query *q, const char *name)
{
    for (size_t i = 0; i < q->n_columns; i++) {
        if (strcmp(q->columns[i].name, name) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

static int chars_in(text_t t)
{
    int n = 0;
    for (size_t i = 0; i < t.n; i++) {
        n += ((unsigned char)t.s[i] & 0xc0) != 0x80;
    }
    return n;
}

static int longest_word(text_t t)
{
    int longest = 0;
    for (size_t i = 0, from = 0; i <= t.n; i++) {
        if (i == t.n || t.s[i] == ' ') {
            int n = chars_in((text_t){ t.s + from, i - from });
            longest = n > longest ? n : longest;
            from = i + 1;
        }
    }
    return longest;
}

static bool has_values(const struct report *r, size_t column)
{
    for (size_t i = 0; i < r->n; i++) {
        if (cell(r, i, column).type != V_NULL) {
            return true;
        }
    }
    return false;
}

static void choose_columns(struct sheet_of *s)
{
    const struct query *q = s->report->query;
    for (size_t i = 0; i < q->n_columns && s->n < PAPER_COLUMNS_MAX; i++) {
        const struct column *c = &q->columns[i];
        bool number = kind_is_number(c->kind);
        if ((c->flags & F_HIDDEN) || !has_values(s->report, i)) {
            continue;
        }
        s->columns[s->n++] = (struct sheet_column){
            .column = c,
            .at = i,
            .paper = { .label = page_text(&s->page, c->label),
                       .align = number ? ALIGN_END : ALIGN_START },
            .fixed = number || c->kind == &kind_date || c->kind == &kind_time,
        };
    }
    s->level = column_named(q, "level");
    s->row = column_named(q, "row");
    s->indented = SIZE_MAX;
    for (size_t i = s->n; s->level != SIZE_MAX && i-- > 0;) {
        const struct column *c = s->columns[i].column;
        if (c->kind == &kind_text || c->kind == &kind_ref) {
            s->indented = i;
            if (strcmp(c->name, "name") == 0) {
                break;
            }
        }
    }
}

static int64_t highest_level(const struct sheet_of *s)
{
    int64_t highest = INT64_MAX;
    for (size_t i = 0; s->level != SIZE_MAX && i < s->report->n; i++) {
        struct value v = cell(s->report, i, s->level);
        highest = v.type != V_NULL && v.i < highest ? v.i : highest;
    }
    return highest;
}

/* Behind as many blanks as the row's level is deep. */
static text_t indented(const struct sheet_of *s, size_t row, text_t t)
{
    struct value level = cell(s->report, row, s->level);
    struct buf b;
    buf_init(&b, s->report->arena, t.n + (LEVELS_MAX + 1) * sizeof EM_SPACE);
    for (int64_t k = 0; level.type != V_NULL && k < level.i - s->highest && k < LEVELS_MAX; k++) {
        buf_str(&b, EM_SPACE);
    }
    buf_text(&b, t);
    return buf_done(&b);
}

/* The words of all rows, n columns each. */
static text_t *write_cells(struct sheet_of *s)
{
    const struct report *r = s->report;
    text_t *words = ARENA_ARRAY(r->arena, r->n * s->n + 1, text_t);
    s->highest = highest_level(s);
    for (size_t i = 0; i < r->n; i++) {
        for (size_t c = 0; c < s->n; c++) {
            struct sheet_column *column = &s->columns[c];
            text_t t = cell_words(s, column->column, cell(r, i, column->at));
            t = c == s->indented ? indented(s, i, t) : t;
            int n = chars_in(t);
            n = column->fixed || n < TEXT_CHARS ? n : TEXT_CHARS;
            column->chars = n > column->chars ? n : column->chars;
            words[i * s->n + c] = t;
        }
    }
    return words;
}

/* Decides between upright and lying, and shares the width. */
static void share_width(struct sheet_of *s)
{
    int fixed = 0, open = 0, given = 0;
    for (size_t i = 0; i < s->n; i++) {
        struct sheet_column *c = &s->columns[i];
        int word = longest_word(c->paper.label);
        c->chars = (word > c->chars ? word : c->chars) + 2; /* and what is between columns */
        *(c->fixed ? &fixed : &open) += c->chars;
    }
    bool wide = fixed + open > UPRIGHT_CHARS;
    int room = wide ? LYING_CHARS : UPRIGHT_CHARS;
    s->print->paper->kind = wide ? PAPER_A4_WIDE : PAPER_A4;
    /* When all is too much texts give way, down to half of what they want, then figures too. */
    int texts = room - fixed < open / 2 ? open / 2 : room - fixed < open ? room - fixed : open;
    int all = fixed + texts;
    if (all == 0) {
        return; /* no columns */
    }
    struct sheet_column *widest = NULL;
    for (size_t i = 0; i < s->n; i++) {
        struct sheet_column *c = &s->columns[i];
        c->paper.share = c->fixed ? c->chars * 1000 / all : c->chars * texts / open * 1000 / all;
        given += c->paper.share;
        widest = !widest || (!c->fixed && c->chars > widest->chars) ? c : widest;
    }
    if (widest) {
        widest->paper.share += 1000 - given;
    }
}

/* -- pieces -------------------------------------------------------------------------------- */

static text_t company_text(struct cx *cx, const char *name)
{
    const struct entity_info *info = house_entity(cx->house, TEXT("company"));
    const struct field *f = info ? info_field(info, text_of(name)) : NULL;
    char *record = info ? arena_alloc(cx->arena, info->entity->shape.size) : NULL;
    if (!f || store_get_any(cx, info->entity, cx->company, record) != OK) {
        return TEXT_NONE;
    }
    return *(const text_t *)(const void *)(record + f->offset);
}

static text_t param_given(const struct print_report *r, const struct field *f)
{
    for (size_t i = 0; i < r->n_params; i++) {
        if (text_is(r->params[i].field, f->name) && !text_empty(r->params[i].value)) {
            return r->params[i].value;
        }
    }
    return TEXT_NONE;
}

/* A kind of an area's own has no words: it is shown as it was given, a day as one. */
static bool has_words(const struct kind *k)
{
    static const struct kind *const known[] = { &kind_boolean, &kind_date, &kind_time,
                                                &kind_choice,  &kind_ref,  &kind_text };
    for (size_t i = 0; i < N_ELEMENTS(known); i++) {
        if (k == known[i]) {
            return true;
        }
    }
    return kind_is_number(k);
}

static enum err param_words(struct page_cx *p, struct field f, text_t given, text_t *out)
{
    union page_member m;
    date_t day;
    f.offset = 0;
    *out = TEXT_NONE;
    if (!has_words(f.kind)) {
        *out = date_parse(given.s, given.n, &day) == OK ? page_date(p, day, DATE_MEDIUM) : given;
    } else if (page_member_of_text(p, &f, given, &m)) {
        if (f.kind == &kind_ref) {
            refs_note_one(p->cx, f.target, m.number);
            TRY(refs_load(p->cx));
        }
        *out = words_of(p, &f, &m);
    }
    *out = out->s ? *out : given;
    return OK;
}

/* "As of: 31 Dec 2026 · Site: S1 Main street" */
static enum err write_params(struct sheet_of *s, const struct print_report *r)
{
    struct page_cx *p = &s->page;
    struct buf b;
    buf_init(&b, p->cx->arena, (size_t)64 * 1024);
    for (size_t i = 0; i < r->query->n_params; i++) {
        const struct field *f = &r->query->params[i];
        text_t shown, given = param_given(r, f);
        if (!text_empty(given)) {
            TRY(param_words(p, *f, given, &shown));
            buf_fmt(&b, b.n ? " \xc2\xb7 %s: " : "%s: ", page_text(p, f->label).s);
            buf_text(&b, shown);
        }
    }
    paper_text(s->print->paper, TYPE_BODY, ALIGN_START, buf_done(&b));
    return OK;
}

static enum err write_head(struct sheet_of *s, const struct print_report *r)
{
    struct paper *paper = s->print->paper;
    struct page_cx *p = &s->page;
    const struct cell head[] = {
        { .text = paper->title, .style = TYPE_TITLE },
        { .text = paper->author, .share = 350, .align = ALIGN_END, .style = TYPE_STRONG },
    };
    paper_row(paper, head, N_ELEMENTS(head));
    paper_space(paper, 15);
    TRY(write_params(s, r));
    paper_text(paper, TYPE_MUTED, ALIGN_START,
               PAGE_TEXT(p, N_("As of {1}, printed by {2}"),
                         page_time(p, (instant_t){ paper->made.us }, TIME_SHORT),
                         p->cx->who->name));
    paper_space(paper, 40);
    return OK;
}

static bool is_strong(const struct sheet_of *s, size_t row)
{
    const struct report *r = s->report;
    return s->row != SIZE_MAX && r->query->columns[s->row].kind == &kind_choice &&
           cell(r, row, s->row).type != V_NULL && cell(r, row, s->row).i > 0;
}

static void write_table(struct sheet_of *s, const text_t *words)
{
    struct paper *paper = s->print->paper;
    struct paper_column columns[PAPER_COLUMNS_MAX];
    if (s->n == 0) {
        paper_text(paper, TYPE_BODY, ALIGN_START,
                   page_text(&s->page, N_("Nothing to show for these parameters.")));
        return;
    }
    for (size_t i = 0; i < s->n; i++) {
        columns[i] = s->columns[i].paper;
    }
    paper_table(paper, columns, s->n);
    for (size_t i = 0; i < s->report->n; i++) {
        paper_table_row(paper, words + i * s->n, s->n, TEXT_NONE, TEXT_NONE, is_strong(s, i));
    }
    paper_table_end(paper);
}

static void write_proof(struct sheet_of *s)
{
    struct paper *paper = s->print->paper;
    const struct query *q = s->report->query;
    struct page_proof proof;
    if (!page_proof_read(&s->page, s->report->tie_out, q->ties, q->n_ties, &proof)) {
        return;
    }
    paper_space(paper, 40);
    paper_keep(paper);
    paper_rule(paper, RULE_THIN);
    paper_text(paper, TYPE_STRONG, ALIGN_START, proof.verdict);
    for (size_t i = 0; i < proof.n; i++) {
        const struct cell figure[] = {
            { .text = proof.figures[i].label, .share = 350, .style = TYPE_BODY },
            { .text = proof.figures[i].value,
              .share = 250,
              .align = ALIGN_END,
              .style = TYPE_BODY },
            { .text = TEXT_NONE, .style = TYPE_BODY },
        };
        paper_row(paper, figure, N_ELEMENTS(figure));
    }
    paper_rule(paper, RULE_THIN);
    paper_keep_end(paper);
}

static void write_cut(struct sheet_of *s, size_t rows)
{
    struct page_cx *p = &s->page;
    paper_space(s->print->paper, 30);
    paper_text(s->print->paper, TYPE_STRONG, ALIGN_START,
               PAGE_TEXT(p,
                         N_("Rows on this paper: {1}. The report has more: narrow it by its "
                            "parameters."),
                         page_integer(p, (int64_t)rows)));
}

/* -- the whole ----------------------------------------------------------------------------- */

static void name_paper(struct sheet_of *s, const struct query *q)
{
    struct cx *cx = s->print->cx;
    struct paper *paper = s->print->paper;
    const int64_t minute = INT64_C(60000000);
    char day[DATE_TEXT_MAX];
    (void)date_print(zone_day(s->page.zone, cx->now), day);
    paper->title = page_text(&s->page, q->label);
    paper->author = company_text(cx, "name");
    paper->made = (instant_t){ cx->now.us - cx->now.us % minute };
    paper->file = text_fmt(cx->arena, "%s-%s", q->name, day);
}

enum err print_report_gather(struct print_cx *p, void *arg)
{
    struct print_report *r = arg;
    struct sheet_of *s = ARENA_NEW(p->cx->arena, struct sheet_of);
    struct report report;
    text_t next;
    int64_t limit = r->limit > 0 && r->limit < PRINT_REPORT_ROWS ? r->limit : PRINT_REPORT_ROWS;
    print_speak(p, TEXT_NONE, text_of(p->cx->language), company_text(p->cx, "country"));
    *s = (struct sheet_of){
        .print = p,
        .page = { .cx = p->cx, .format = p->format, .zone = zone_of_company(p->cx) },
        .report = &report
    };
    p->paper->file = text_of(r->query->name);
    TRY(query_run(p->cx, r->query, r->params, r->n_params, limit, r->after, &report, &next));
    r->cut = next.s ? report.n : 0;
    name_paper(s, r->query);
    choose_columns(s);
    const text_t *words = write_cells(s);
    if (s->n > 0) {
        share_width(s);
    }
    TRY(write_head(s, r));
    write_table(s, words);
    if (r->cut > 0) {
        write_cut(s, r->cut);
    }
    write_proof(s);
    return OK;
}
