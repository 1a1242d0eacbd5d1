/* Typed filters: which field is meant, and filters shown as one reads them. */
#include "meta/filter_text.h"

#include "base/utf8.h"
#include "meta/custom.h"
#include "meta/filter_own.h"
#include "meta/kinds.h"
#include "meta/locale.h"
#include "meta/refs.h"
#include "meta/search.h"
#include "meta/word.h"
#include "meta/zone.h"

#define NAME_LETTERS_MAX 60
#define FIELDS_SHOWN     8
#define SHOWN_MAX        ((size_t)4000)

const struct refusal refusal_filter_unknown_field = {
    .code = "filter_unknown_field",
    .status = 422,
    .title = N_("Unknown field"),
    .detail = N_("There is no field {1} here. Did you mean {2}?"),
};
const struct refusal refusal_filter_no_field = {
    .code = "filter_no_field",
    .status = 422,
    .title = N_("Unknown field"),
    .detail = N_("There is no field {1} here. There are: {2}."),
};
const struct refusal refusal_filter_words = {
    .code = "filter_words",
    .status = 422,
    .title = N_("Nothing to search here"),
    .detail = N_("This list is not searched by words alone. Write which field is meant, such as "
                 "{1}: {2}"),
};
const struct refusal refusal_filter_no_match = {
    .code = "filter_no_match",
    .status = 422,
    .title = N_("This filter cannot be used"),
    .detail = N_("{1} does not fit {2}: {3}."),
};

/* -- texts compared ---------------------------------------------------------------------------- */

text_t filter_fold(struct cx *cx, text_t text)
{
    text_t folded = text_trim(search_fold(cx->arena, text));
    char *s = arena_copy(cx->arena, folded.s ? folded.s : "", folded.n);
    for (size_t i = 0; i < folded.n; i++) {
        s[i] = s[i] == '_' ? ' ' : s[i];
    }
    return (text_t){ s, folded.n };
}

bool filter_is(struct cx *cx, text_t text, const char *msgid)
{
    text_t folded = filter_fold(cx, text);
    return text_eq(folded, filter_fold(cx, text_of(msgid))) ||
           text_eq(folded, filter_fold(cx, text_of(cx_text(cx, msgid))));
}

bool filter_is_none(struct cx *cx, const struct filter_value *v)
{
    return !v->quoted && !v->range &&
           (v->from.n == 0 || text_is(v->from, "-") || filter_is(cx, v->from, FILTER_NONE) ||
            filter_is(cx, v->from, N_("empty")));
}

/* -- which field ------------------------------------------------------------------------------- */

static bool can_filter(const struct field *f)
{
    return !(f->flags & F_SECRET) && f->kind != &kind_json && f->kind != &kind_lines;
}

struct letters {
    uint32_t at[NAME_LETTERS_MAX];
    size_t n;
};

/* Of well-formed UTF-8; what a letter is made of, not what it stands for. */
static struct letters letters_of(text_t t)
{
    struct letters out = { .n = 0 };
    for (size_t i = 0; i < t.n && out.n < NAME_LETTERS_MAX;) {
        size_t step = utf8_step((const unsigned char *)t.s + i, t.n - i);
        uint32_t c = 0;
        for (size_t k = 0; k < (step ? step : 1); k++) {
            c = c << 8 | (unsigned char)t.s[i + k];
        }
        out.at[out.n++] = c;
        i += step ? step : 1;
    }
    return out;
}

/* Levenshtein's distance in letters, of names that are cut at NAME_LETTERS_MAX. */
static size_t distance(const struct letters *a, const struct letters *b)
{
    size_t row[NAME_LETTERS_MAX + 1];
    for (size_t j = 0; j <= b->n; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a->n; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b->n; j++) {
            size_t above = row[j];
            size_t change = corner + (a->at[i - 1] != b->at[j - 1]);
            size_t gap = (above < row[j - 1] ? above : row[j - 1]) + 1;
            row[j] = change < gap ? change : gap;
            corner = above;
        }
    }
    return row[b->n];
}

static const char *label_of(const struct field *f)
{
    return f->label ? f->label : f->name;
}

/* The first max fields that there are. */
static text_t some_fields(struct filtering *f, size_t max)
{
    struct buf b;
    size_t n = 0;
    buf_init(&b, f->cx->arena, SHOWN_MAX);
    for (size_t i = 0; i < f->n_rows && n < max; i++) {
        const struct field *row = &f->rows[i];
        if (can_filter(row) && !(row->flags & F_HIDDEN)) {
            buf_fmt(&b, n++ ? ", %s" : "%s", cx_text(f->cx, label_of(row)));
        }
    }
    return buf_done(&b);
}

/* Suggests only what is nearer than half of the name away: further off it is a guess. */
static enum err unknown(struct filtering *f, text_t name)
{
    const struct letters wanted = letters_of(filter_fold(f->cx, name));
    text_t best = TEXT("?"), said = name.n < 100 ? name : TEXT("?");
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < f->n_rows; i++) {
        text_t shown = text_of(cx_text(f->cx, label_of(&f->rows[i])));
        text_t names[] = { shown, text_of(f->rows[i].name) };
        for (size_t k = 0; k < N_ELEMENTS(names) && can_filter(&f->rows[i]); k++) {
            const struct letters there = letters_of(filter_fold(f->cx, names[k]));
            size_t d = distance(&wanted, &there);
            if (d < least) {
                least = d;
                best = shown;
            }
        }
    }
    if (least >= wanted.n - wanted.n / 2) {
        return REFUSE(f->cx, &refusal_filter_no_field, TEXT("filter"), said,
                      some_fields(f, FIELDS_SHOWN));
    }
    return REFUSE(f->cx, &refusal_filter_unknown_field, TEXT("filter"), said, best);
}

/* By name, by label in the reader's language, by English label: in this order, so that a label
 * never hides the name of another field. */
static const struct field *field_named(struct filtering *f, text_t name)
{
    text_t wanted = filter_fold(f->cx, name);
    for (int pass = 0; pass < 3; pass++) {
        for (size_t i = 0; i < f->n_rows; i++) {
            const struct field *row = &f->rows[i];
            const char *text = pass == 0   ? row->name
                               : pass == 1 ? cx_text(f->cx, label_of(row))
                                           : locale_bare(label_of(row));
            if (can_filter(row) && text_eq(wanted, filter_fold(f->cx, text_of(text)))) {
                return row;
            }
        }
    }
    return NULL;
}

void filter_add_words(struct filtering *f, text_t words)
{
    f->q->q = text_empty(f->q->q) ? words : text_fmt(f->cx->arena, "%s %s", f->q->q.s, words.s);
}

static enum err take_words(struct filtering *f, text_t words)
{
    if (!search_indexed(f->info)) {
        return REFUSE(f->cx, &refusal_filter_words, TEXT("filter"), some_fields(f, 1),
                      words.n < 100 ? words : TEXT("?"));
    }
    filter_add_words(f, words);
    return OK;
}

enum err filter_text_take(struct cx *cx, const struct entity_info *info, text_t text,
                          struct list_query *q)
{
    struct filtering f = { .cx = cx, .info = info, .q = q };
    size_t n;
    if (text_empty(text)) {
        return OK;
    }
    struct filter_part *parts = ARENA_ARRAY(cx->arena, FILTER_PARTS_MAX, struct filter_part);
    if (filter_split(cx->arena, text, parts, FILTER_PARTS_MAX, &n) != OK) {
        return REFUSE(cx, &refusal_too_large, TEXT("filter"),
                      text_of(cx_text(cx, N_("The number of filters"))),
                      text_fmt(cx->arena, "%d", FILTER_PARTS_MAX));
    }
    TRY(custom_rows(cx, info, &f.rows, &f.n_rows));
    for (size_t i = 0; i < n; i++) {
        if (!parts[i].name.s) {
            TRY(take_words(&f, parts[i].words));
            continue;
        }
        const struct field *field = field_named(&f, parts[i].name);
        TRY(field ? filter_apply(&f, field, &parts[i]) : unknown(&f, parts[i].name));
    }
    return cx->arena->failed ? ERR_NO_MEMORY : OK;
}

/* -- shown ------------------------------------------------------------------------------------- */

static text_t shown_ref(struct cx *cx, const struct field *f, text_t value)
{
    int64_t id;
    text_t code = TEXT_NONE, label = TEXT_NONE;
    text_t number = value.n > 1 && value.s[0] == '#' ? (text_t){ value.s + 1, value.n - 1 } : value;
    if (text_to_i64(number, &id) != OK) {
        return value;
    }
    refs_note_one(cx, f->target, id);
    if (refs_load(cx) != OK || !refs_label(cx, f->target, id, &code, &label)) {
        return value;
    }
    return label.n ? label : code.n ? code : value;
}

/* On the company's clock, without the time at midnight. */
static text_t shown_time(struct cx *cx, text_t value)
{
    instant_t t;
    char day[DATE_TEXT_MAX];
    if (instant_parse(value.s ? value.s : "", value.n, &t) != OK) {
        return value;
    }
    text_t zone = zone_of_company(cx);
    date_t d = zone_day(zone, t);
    (void)date_print(d, day);
    if (zone_day_begins(zone, d).us == t.us) {
        return text_fmt(cx->arena, "%s", day);
    }
    int64_t us = t.us + zone_offset_us(zone, t) - d.days * US_PER_DAY;
    int minutes = (int)(us / (60 * US_PER_SECOND));
    return text_fmt(cx->arena, "%s %02d:%02d", day, minutes / 60 % 24, minutes % 60);
}

static text_t shown_value(struct cx *cx, const struct field *f, text_t value)
{
    if (f->kind == &kind_ref) {
        return shown_ref(cx, f, value);
    }
    if (f->kind == &kind_time) {
        return shown_time(cx, value);
    }
    if (f->kind == &kind_boolean) {
        return text_of(
            cx_text(cx, text_is(value, "true") || text_is(value, "1") ? N_("yes") : N_("no")));
    }
    for (size_t i = 0; i < f->n_choices; i++) {
        if (text_is(value, f->choices[i].name)) {
            return text_of(
                cx_text(cx, f->choices[i].label ? f->choices[i].label : f->choices[i].name));
        }
    }
    return word_label(cx, f->word, value);
}

text_t filter_text_show(struct cx *cx, const struct entity_info *info,
                        const struct list_filter *filter)
{
    static const char *const names[] = { [LIST_EQ] = ": ",  [LIST_NE] = " ≠ ",   [LIST_LT] = " < ",
                                         [LIST_LE] = " ≤ ", [LIST_GT] = " > ",   [LIST_GE] = " ≥ ",
                                         [LIST_IN] = ": ",  [LIST_EMPTY] = ": ", [LIST_ID] = ": " };
    struct filtering f = { .cx = cx, .info = info };
    struct buf b;
    const struct field *field = NULL;
    buf_init(&b, cx->arena, SHOWN_MAX);
    if (custom_rows(cx, info, &f.rows, &f.n_rows) == OK) {
        field = field_named(&f, filter->field);
    }
    buf_text(&b, field ? text_of(cx_text(cx, label_of(field))) : filter->field);
    buf_str(&b, names[filter->op]);
    if (filter->op == LIST_EMPTY || text_empty(filter->value)) {
        buf_str(&b, cx_text(cx, FILTER_NONE));
        return buf_done(&b);
    }
    text_t rest = filter->op == LIST_IN ? filter->value : TEXT_NONE;
    text_t one = filter->op == LIST_IN ? text_split(rest, ',', &rest) : filter->value;
    for (;;) {
        text_t copy = text_copy(cx->arena, one);
        buf_text(&b, field ? shown_value(cx, field, copy) : copy);
        if (!rest.s) {
            return buf_done(&b);
        }
        buf_str(&b, " | ");
        one = text_split(rest, ',', &rest);
    }
}
