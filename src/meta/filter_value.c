/* The values of a typed filter by the kind of its field, as list_read takes them. */
#include "meta/filter_own.h"
#include "meta/kinds.h"
#include "meta/locale.h"
#include "meta/search.h"
#include "meta/word.h"
#include "meta/zone.h"

#define LIST_TEXT_MAX ((size_t)8000)

static enum err add(struct filtering *f, const struct field *field, enum list_op op, text_t value)
{
    if (f->q->n_filters == LIST_FILTERS_MAX) {
        return REFUSE(f->cx, &refusal_too_large, TEXT("filter"),
                      text_of(cx_text(f->cx, N_("The number of filters"))),
                      text_fmt(f->cx->arena, "%d", LIST_FILTERS_MAX));
    }
    f->q->filters[f->q->n_filters++] =
        (struct list_filter){ .field = text_of(field->name), .op = op, .value = value };
    return OK;
}

static enum err no_match(struct filtering *f, const struct field *field, text_t value, text_t what)
{
    return REFUSE(f->cx, &refusal_filter_no_match, TEXT("filter"),
                  value.n < 100 ? value : TEXT("?"), kind_label(f->cx, field), what);
}

static bool is_number(const struct field *field)
{
    return field->kind == &kind_integer || field->kind == &kind_money ||
           field->kind == &kind_quantity || field->kind == &kind_rate;
}

/* -- numbers ----------------------------------------------------------------------------------- */

/* What separates thousands where the reader's language is written. */
static char grouping_of(const struct cx *cx)
{
    return strcmp(cx->language, "es") == 0 || strcmp(cx->language, "id") == 0 ? '.' : ',';
}

/* Which of , and . is the decimal sign here, 0 for none: the last one when both stand there, none
 * when one stands there several times; one alone groups thousands when it is the language's sign
 * for that and three digits follow. */
static char decimal_sign(const struct cx *cx, text_t t)
{
    size_t n_comma = 0, n_point = 0, last = 0;
    for (size_t i = 0; i < t.n; i++) {
        n_comma += t.s[i] == ',';
        n_point += t.s[i] == '.';
        last = t.s[i] == ',' || t.s[i] == '.' ? i : last;
    }
    if (n_comma + n_point == 0) {
        return 0;
    }
    if (n_comma > 0 && n_point > 0) {
        return t.s[last];
    }
    if (n_comma > 1 || n_point > 1) {
        return 0;
    }
    return t.s[last] == grouping_of(cx) && t.n - last - 1 == 3 ? 0 : t.s[last];
}

/* With plain digits instead of those of Devanagari (U+0966 to U+096F). Never longer. */
static text_t plain_digits(struct cx *cx, text_t t)
{
    char *s = arena_alloc(cx->arena, t.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < t.n; i++) {
        bool other = i + 3 <= t.n && memcmp(t.s + i, "\xE0\xA5", 2) == 0 &&
                     (unsigned char)t.s[i + 2] >= 0xA6 && (unsigned char)t.s[i + 2] <= 0xAF;
        s[n++] = other ? (char)('0' + (unsigned char)t.s[i + 2] - 0xA6) : t.s[i];
        i += other ? 2 : 0;
    }
    return (text_t){ s, n };
}

/* "1.234,5 €" as "1234.5": signs of currency, units and blanks at the ends go. Never longer. */
static text_t plain_number(struct cx *cx, text_t typed)
{
    text_t t = plain_digits(cx, typed);
    char *s = arena_alloc(cx->arena, t.n + 1);
    size_t n = 0;
    char sign = decimal_sign(cx, t);
    for (size_t i = 0; i < t.n; i++) {
        char c = t.s[i];
        if ((c >= '0' && c <= '9') || (c == '-' && n == 0)) {
            s[n++] = c;
        } else if (c == sign && sign) {
            s[n++] = '.';
        } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            return typed; /* not a number: the kind says so */
        }
    }
    return n > 0 ? (text_t){ s, n } : typed;
}

static enum err number_text(struct filtering *f, const struct field *field, text_t in, text_t *out)
{
    struct field loose = *field;
    union {
        int64_t number;
        text_t text;
    } member = { .number = 0 };
    struct buf b;
    loose.flags &= ~(unsigned)(F_POSITIVE | F_NOT_NEGATIVE);
    text_t plain = plain_number(f->cx, in);
    enum err e = plain.n ? loose.kind->from_text(f->cx, &loose, plain, TEXT("filter"),
                                                 f->cx->decimals, &member)
                         : REFUSE(f->cx, &refusal_bad_number, TEXT("filter"),
                                  kind_label(f->cx, field), TEXT("12"));
    TRY(e);
    buf_init(&b, f->cx->arena, LIST_TEXT_MAX);
    loose.kind->to_text(f->cx, &loose, &member, f->cx->decimals, &b);
    *out = buf_done(&b);
    return OK;
}

/* -- choices and yes or no --------------------------------------------------------------------- */

static enum err choice_text(struct filtering *f, const struct field *field, text_t in, text_t *out)
{
    text_t wanted = filter_fold(f->cx, in);
    struct buf b;
    buf_init(&b, f->cx->arena, LIST_TEXT_MAX);
    for (size_t i = 0; i < field->n_choices; i++) {
        const struct choice *c = &field->choices[i];
        const char *label = c->label ? c->label : c->name;
        text_t shown = text_of(cx_text(f->cx, label));
        if (text_eq(wanted, filter_fold(f->cx, shown)) ||
            text_eq(wanted, filter_fold(f->cx, text_of(locale_bare(label)))) ||
            text_eq(wanted, filter_fold(f->cx, text_of(c->name)))) {
            *out = text_of(c->name);
            return OK;
        }
        buf_fmt(&b, i ? ", %s" : "%s", shown.s);
    }
    return no_match(f, field, in, buf_done(&b));
}

static enum err boolean_text(struct filtering *f, const struct field *field, text_t in, text_t *out)
{
    if (filter_is(f->cx, in, N_("yes")) || text_is(in, "true") || text_is(in, "1")) {
        *out = TEXT("true");
        return OK;
    }
    if (filter_is(f->cx, in, N_("no")) || text_is(in, "false") || text_is(in, "0")) {
        *out = TEXT("false");
        return OK;
    }
    return no_match(
        f, field, in,
        text_fmt(f->cx->arena, "%s, %s", cx_text(f->cx, N_("yes")), cx_text(f->cx, N_("no"))));
}

/* -- references -------------------------------------------------------------------------------- */

/* Those whom the words find, as "#7,#9". */
static enum err found_by_words(struct filtering *f, const struct field *field,
                               const struct entity_info *target, text_t in, struct buf *out,
                               size_t *n)
{
    const struct list_query q = {
        .entity = target->entity, .q = in, .limit = FILTER_MATCHES_MAX + 1, .archived = true
    };
    struct list_page page;
    TRY(list_read(f->cx, &q, &page));
    if (page.n == 0) {
        return no_match(f, field, in, text_of(cx_text(f->cx, N_("Nothing is found by this word"))));
    }
    if (page.n > FILTER_MATCHES_MAX) {
        return no_match(f, field, in,
                        text_of(cx_text(f->cx, N_("Too many fit: write more of it"))));
    }
    for (size_t i = 0; i < page.n; i++) {
        const void *record = (const char *)page.records + i * target->entity->shape.size;
        buf_fmt(out, out->n ? ",#%lld" : "#%lld", (long long)((const struct record *)record)->id);
    }
    *n += page.n;
    return OK;
}

static enum err found_by_code(struct filtering *f, const struct field *field, text_t in,
                              int64_t *id)
{
    struct failure before = f->cx->failure;
    struct field loose = *field;
    enum err e = field->kind->from_text(f->cx, &loose, in, TEXT("filter"), 0, id);
    if (e == ERR_REFUSED) {
        f->cx->failure = before; /* the words may find it */
    }
    return e;
}

static enum err ref_text(struct filtering *f, const struct field *field, text_t in, struct buf *out,
                         size_t *n)
{
    const struct entity_info *target = house_entity(f->cx->house, text_of(field->target));
    int64_t id = 0;
    if ((target->entity->flags & E_LINE) || !cx_may(f->cx, target->entity->read)) {
        text_t number = in.n > 1 && in.s[0] == '#' ? (text_t){ in.s + 1, in.n - 1 } : in;
        if (text_to_i64(number, &id) != OK) {
            return no_match(f, field, in, text_of(cx_text(f->cx, N_("Give its number"))));
        }
        buf_fmt(out, out->n ? ",%lld" : "%lld", (long long)id);
        ++*n;
        return OK;
    }
    enum err e = found_by_code(f, field, in, &id);
    if (e == OK) {
        buf_fmt(out, out->n ? ",#%lld" : "#%lld", (long long)id);
        ++*n;
        return OK;
    }
    if (e != ERR_REFUSED) {
        return e;
    }
    if (!search_indexed(target)) {
        return no_match(f, field, in, text_of(cx_text(f->cx, N_("Give its code"))));
    }
    return found_by_words(f, field, target, in, out, n);
}

/* -- days and times ---------------------------------------------------------------------------- */

static text_t date_text(struct filtering *f, date_t d)
{
    char out[DATE_TEXT_MAX];
    size_t n = date_print(d, out);
    return text_copy(f->cx->arena, (text_t){ out, n });
}

static text_t instant_text(struct filtering *f, date_t d)
{
    char out[INSTANT_TEXT_MAX];
    size_t n = instant_print(zone_day_begins(zone_of_company(f->cx), d), out);
    return text_copy(f->cx->arena, (text_t){ out, n });
}

/* From the first day on. */
static enum err add_from(struct filtering *f, const struct field *field, date_t d)
{
    return add(f, field, LIST_GE, field->kind == &kind_time ? instant_text(f, d) : date_text(f, d));
}

/* Up to the last day and with it. */
static enum err add_to(struct filtering *f, const struct field *field, date_t d)
{
    if (field->kind == &kind_time) {
        return add(f, field, LIST_LT, instant_text(f, (date_t){ d.days + 1 }));
    }
    return add(f, field, LIST_LE, date_text(f, d));
}

static enum err add_between(struct filtering *f, const struct field *field, date_t from, date_t to)
{
    if (field->kind == &kind_date && from.days == to.days) {
        return add(f, field, LIST_EQ, date_text(f, from));
    }
    TRY(add_from(f, field, from));
    return add_to(f, field, to);
}

static enum err apply_instant(struct filtering *f, const struct field *field,
                              const struct filter_part *part, bool *taken)
{
    instant_t t;
    text_t in = part->values[0].from;
    *taken = field->kind == &kind_time && !part->values[0].range &&
             instant_parse(in.s ? in.s : "", in.n, &t) == OK;
    return *taken ? add(f, field, part->op, in) : OK;
}

static enum err apply_range_of_days(struct filtering *f, const struct field *field,
                                    const struct filter_value *v)
{
    date_t from, to, ignored;
    if (v->from.s) {
        TRY(filter_days(f->cx, field, v->from, &from, &ignored));
        TRY(add_from(f, field, from));
    }
    if (v->to.s) {
        TRY(filter_days(f->cx, field, v->to, &ignored, &to));
        TRY(add_to(f, field, to));
    }
    return OK;
}

static enum err apply_days(struct filtering *f, const struct field *field,
                           const struct filter_part *part)
{
    date_t from, to;
    bool taken;
    TRY(apply_instant(f, field, part, &taken));
    if (taken) {
        return OK;
    }
    if (part->values[0].range) {
        return apply_range_of_days(f, field, &part->values[0]);
    }
    TRY(filter_days(f->cx, field, part->values[0].from, &from, &to));
    switch (part->op) {
    case LIST_LT:
        return add_to(f, field, (date_t){ from.days - 1 });
    case LIST_LE:
        return add_to(f, field, to);
    case LIST_GT:
        return add_from(f, field, (date_t){ to.days + 1 });
    case LIST_GE:
        return add_from(f, field, from);
    case LIST_NE:
        return field->kind == &kind_date && from.days == to.days
                   ? add(f, field, LIST_NE, date_text(f, from))
                   : no_match(f, field, part->values[0].from, TEXT("<, >"));
    case LIST_EQ:
    default:
        return add_between(f, field, from, to);
    }
}

/* -- the whole --------------------------------------------------------------------------------- */

/* A name of the program's own by the label that people see, or as it is. */
static text_t word_text(struct filtering *f, const struct field *field, text_t in)
{
    const struct word_one *words;
    text_t wanted = filter_fold(f->cx, in);
    size_t n = word_list(f->cx, field->word, &words);
    for (size_t i = 0; i < n; i++) {
        if (text_eq(wanted, filter_fold(f->cx, words[i].label))) {
            return words[i].name;
        }
    }
    return in;
}

static enum err value_text(struct filtering *f, const struct field *field,
                           const struct filter_value *v, struct buf *list, size_t *n)
{
    text_t out = v->from;
    if (field->kind == &kind_ref) {
        return ref_text(f, field, v->from, list, n);
    }
    if (is_number(field)) {
        TRY(number_text(f, field, v->from, &out));
    } else if (field->kind == &kind_boolean) {
        TRY(boolean_text(f, field, v->from, &out));
    } else if ((field->kind == &kind_choice || field->kind == &kind_state) && field->n_choices) {
        TRY(choice_text(f, field, v->from, &out));
    } else if (field->word) {
        out = word_text(f, field, v->from);
    }
    buf_str(list, list->n ? "," : "");
    buf_text(list, out);
    ++*n;
    return OK;
}

static enum err apply_range(struct filtering *f, const struct field *field,
                            const struct filter_value *v)
{
    text_t out;
    if (!is_number(field)) {
        return no_match(f, field, v->from.s ? v->from : TEXT(".."), TEXT("="));
    }
    if (v->from.s) {
        TRY(number_text(f, field, v->from, &out));
        TRY(add(f, field, LIST_GE, out));
    }
    if (v->to.s) {
        TRY(number_text(f, field, v->to, &out));
        TRY(add(f, field, LIST_LE, out));
    }
    return OK;
}

/* Several values: one of them; with != none of them. */
static enum err add_list(struct filtering *f, const struct field *field, enum list_op op,
                         text_t list, size_t n)
{
    text_t rest = list;
    if (n == 1) {
        return add(f, field, op, list);
    }
    if (op == LIST_EQ) {
        return add(f, field, LIST_IN, list);
    }
    while (rest.s && op == LIST_NE) {
        text_t one = text_split(rest, ',', &rest);
        TRY(add(f, field, LIST_NE, text_copy(f->cx->arena, one)));
    }
    return op == LIST_NE ? OK : no_match(f, field, list, TEXT("="));
}

enum err filter_apply(struct filtering *f, const struct field *field,
                      const struct filter_part *part)
{
    const struct filter_value *first = &part->values[0];
    struct buf list;
    size_t n = 0;
    bool is_text = field->kind->storage == STORE_TEXT && !field->n_choices;
    if (part->n_values == 1 && filter_is_none(f->cx, first)) {
        if (part->op != LIST_EQ && part->op != LIST_NE) { /* nothing is more or less than none */
            return REFUSE(f->cx, &refusal_required, TEXT("filter"), kind_label(f->cx, field));
        }
        return add(f, field, part->op == LIST_NE ? LIST_NE : LIST_EMPTY, TEXT(""));
    }
    if (part->n_values == 1 && (field->kind == &kind_date || field->kind == &kind_time)) {
        return apply_days(f, field, part);
    }
    if (part->n_values == 1 && first->range) {
        return apply_range(f, field, first);
    }
    if (part->loose && part->n_values == 1 && is_text && (field->flags & F_SEARCH) &&
        field->offset != CUSTOM_FIELD) {
        filter_add_words(f, first->from);
        return OK;
    }
    buf_init(&list, f->cx->arena, LIST_TEXT_MAX);
    for (size_t i = 0; i < part->n_values; i++) {
        const struct filter_value *v = &part->values[i];
        bool comma = is_text && part->n_values > 1 && memchr(v->from.s, ',', v->from.n);
        if (v->range || filter_is_none(f->cx, v) || comma || field->kind == &kind_time) {
            return no_match(f, field, v->from.s ? v->from : TEXT(".."), TEXT("|"));
        }
        if (field->kind == &kind_date) {
            date_t from, to;
            TRY(filter_days(f->cx, field, v->from, &from, &to));
            buf_str(&list, list.n ? "," : "");
            buf_text(&list, date_text(f, from));
            n++;
            continue;
        }
        TRY(value_text(f, field, v, &list, &n));
    }
    return add_list(f, field, part->op, buf_done(&list), n);
}
