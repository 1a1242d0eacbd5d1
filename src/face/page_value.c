/* Values of fields as people read them: as HTML and as plain text, by kind. */
#include "face/page_own.h"

#include "meta/custom.h"
#include "meta/kinds.h"
#include "meta/refs.h"
#include "meta/word.h"

/* -- taking values ---------------------------------------------------------------------------- */

bool page_member_of_text(struct page_cx *p, const struct field *f, text_t t, union page_member *out)
{
    struct failure before = p->cx->failure;
    if (text_empty(t)) {
        return false;
    }
    if (f->kind->storage == STORE_TEXT) {
        out->text = t;
        return true;
    }
    out->number = VALUE_NONE;
    enum err e = f->kind->from_text(p->cx, f, t, TEXT_NONE, p->cx->decimals, out);
    p->cx->failure = before; /* a page that cannot print one value has not failed */
    return e == OK && !field_is_none(f, out);
}

bool page_member(struct page_cx *p, const struct field *f, const void *record,
                 union page_member *out)
{
    if (!record || f->kind->storage == STORE_LINES || (f->flags & F_SECRET)) {
        return false;
    }
    if (f->offset == CUSTOM_FIELD) {
        if (f->kind == &kind_ref) {
            out->number = custom_ref(p->cx, f, record);
            return out->number != 0;
        }
        return page_member_of_text(p, f, custom_text(p->cx, f, record), out);
    }
    const char *at = (const char *)record + f->offset;
    if (f->kind->storage == STORE_TEXT) {
        memcpy(&out->text, at, sizeof out->text);
    } else {
        memcpy(&out->number, at, sizeof out->number);
    }
    return !field_is_none(f, at);
}

text_t page_currency(struct page_cx *p, const struct field *f, const struct field *rows,
                     size_t n_rows, const void *record)
{
    for (size_t i = 0; f->currency && record && i < n_rows; i++) {
        union page_member code;
        if (strcmp(rows[i].name, f->currency) == 0 && rows[i].kind->storage == STORE_TEXT &&
            page_member(p, &rows[i], record, &code)) {
            return code.text;
        }
    }
    return p->cx->currency;
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

bool page_is_number_name(const struct field *f)
{
    static const char *const whole[] = { "id", "subject", "source", "year", "line" };
    static const char *const ends[] = { "number", "_id", "_line", "_year" };
    bool is = false;
    for (size_t i = 0; i < N_ELEMENTS(whole); i++) {
        is |= strcmp(f->name, whole[i]) == 0;
    }
    for (size_t i = 0; i < N_ELEMENTS(ends); i++) {
        is |= ends_with(f->name, ends[i]);
    }
    return is && f->kind == &kind_integer;
}

/* -- states ------------------------------------------------------------------------------------ */

static bool among(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* TONE_PLAIN: the name alone says nothing. */
static enum tone tone_of_name(const char *name)
{
    static const char *const bad[] = { "cancelled", "rejected", "failed",  "refused", "declined",
                                       "lost",      "void",     "expired", "broken",  "blocked",
                                       "unsent",    "bounced",  "scrapped" };
    static const char *const warn[] = { "late", "overdue", "on_hold", "held", "short", "disputed" };
    if (among(name, bad, N_ELEMENTS(bad))) {
        return TONE_BAD;
    }
    return among(name, warn, N_ELEMENTS(warn)) ? TONE_WARN : TONE_PLAIN;
}

enum tone page_state_tone(const struct field *f, int64_t state)
{
    if (state < 0 || (size_t)state >= f->n_choices || !f->choices[state].name) {
        return TONE_PLAIN;
    }
    enum tone named = tone_of_name(f->choices[state].name);
    size_t first = f->n_choices, last = 0;
    for (size_t i = f->n_choices; i > 0; i--) {
        const char *name = f->choices[i - 1].name;
        if (name && tone_of_name(name) == TONE_PLAIN) {
            first = i - 1;
            last = last ? last : i - 1;
        }
    }
    if (named != TONE_PLAIN || (size_t)state == first) {
        return named;
    }
    return (size_t)state == last ? TONE_GOOD : TONE_BUSY;
}

void page_badge(struct page_cx *p, text_t label, enum tone tone)
{
    static const char *const what[] = { [TONE_PLAIN] = "span.badge.plain",
                                        [TONE_GOOD] = "span.badge.good",
                                        [TONE_BUSY] = "span.badge.busy",
                                        [TONE_WARN] = "span.badge.warn",
                                        [TONE_BAD] = "span.badge.bad" };
    EL(p->h, what[tone], label);
}

/* -- plain text -------------------------------------------------------------------------------- */

static text_t choice_label(struct page_cx *p, const struct field *f, int64_t i)
{
    return i >= 0 && (size_t)i < f->n_choices && f->choices[i].label
               ? page_text(p, f->choices[i].label)
               : TEXT_NONE;
}

static text_t ref_text(struct page_cx *p, const char *target, int64_t id)
{
    text_t code = TEXT_NONE, label = TEXT_NONE;
    if (refs_label(p->cx, target, id, &code, &label) && (label.n || code.n)) {
        return label.n ? label : code;
    }
    return text_fmt(p->cx->arena, "#%lld", (long long)id);
}

static text_t number_text(struct page_cx *p, const struct field *f, const struct field *rows,
                          size_t n_rows, const void *record, int64_t v)
{
    struct arena *a = p->cx->arena;
    text_t t;
    if (f->kind == &kind_money) {
        return page_money_in(p, money_of(v), page_currency(p, f, rows, n_rows, record));
    }
    if (f->kind == &kind_integer) {
        t = page_is_number_name(f) ? text_fmt(a, "%lld", (long long)v) : page_integer(p, v);
    } else {
        t = page_quantity(p, qty_of(v)); /* rates are millionths too */
    }
    return f->unit ? text_fmt(a, "%s\u00a0%s", t.s, page_text(p, f->unit).s) : t;
}

static text_t lines_text(struct page_cx *p, const struct field *f, const void *record)
{
    if (f->offset == CUSTOM_FIELD) {
        return TEXT_NONE;
    }
    const lines_t *lines = (const lines_t *)(const void *)((const char *)record + f->offset);
    return lines->n ? page_plural(p, "{1} line", "{1} lines", (int64_t)lines->n) : TEXT_NONE;
}

/* The record that a code of another area names; 0: not there, or not the reader's. */
static int64_t id_of_code(struct page_cx *p, const struct field *f, text_t code)
{
    const struct entity_info *info = house_entity(p->cx->house, text_of(f->code_of));
    if (!info || !cx_may(p->cx, info->entity->read)) {
        return 0;
    }
    struct record *record = arena_alloc(p->cx->arena, info->entity->shape.size);
    if (store_find(p->cx, info->entity, info->entity->code, code, record) != OK) {
        return 0;
    }
    refs_note_one(p->cx, info->entity->name, record->id);
    return refs_load(p->cx) == OK ? record->id : 0;
}

static text_t member_text(struct page_cx *p, const struct field *f, const struct field *rows,
                          size_t n_rows, const void *record, const union page_member *m)
{
    int64_t named = f->code_of ? id_of_code(p, f, m->text) : 0;
    if (named) {
        return ref_text(p, f->code_of, named);
    }
    if (f->kind->storage == STORE_TEXT) {
        return word_label(p->cx, f->word, m->text);
    }
    if (f->kind == &kind_boolean) {
        return m->number ? page_text(p, N_("Yes")) : page_text(p, N_("No"));
    }
    if (f->kind == &kind_date) {
        return page_date(p, (date_t){ m->number }, DATE_MEDIUM);
    }
    if (f->kind == &kind_time) {
        return page_time(p, (instant_t){ m->number }, TIME_MEDIUM);
    }
    if (f->kind == &kind_choice || f->kind == &kind_state) {
        return choice_label(p, f, m->number);
    }
    if (f->kind == &kind_ref) {
        return ref_text(p, f->target, m->number);
    }
    return number_text(p, f, rows, n_rows, record, m->number);
}

text_t page_value_text(struct page_cx *p, const struct field *f, const struct field *rows,
                       size_t n_rows, const void *record)
{
    union page_member m;
    if (f->kind == &kind_lines && record) {
        return lines_text(p, f, record);
    }
    return page_member(p, f, record, &m) ? member_text(p, f, rows, n_rows, record, &m) : TEXT_NONE;
}

/* -- links ------------------------------------------------------------------------------------- */

text_t page_record_address(struct page_cx *p, const char *entity, int64_t id)
{
    const struct entity_info *info = entity ? house_entity(p->cx->house, text_of(entity)) : NULL;
    if (!info || id <= 0 || (info->entity->flags & E_LINE) || !cx_may(p->cx, info->entity->read)) {
        return TEXT_NONE; /* a line stands on the page of what it is a line of */
    }
    return text_fmt(p->cx->arena, "/office/%s/%lld", info->entity->plural, (long long)id);
}

/* Label, and the code where it says something more. */
static void put_name(struct page_cx *p, text_t code, text_t label)
{
    html_text(p->h, label.n ? label : code);
    if (label.n && code.n && !text_eq(label, code) && !p->compact) {
        html_literal(p->h, " ");
        EL(p->h, "span.muted.mono", code);
    }
}

/* What a list cuts to the width of its column, and the code that it leaves out. */
static text_t whole_name(struct page_cx *p, text_t code, text_t label)
{
    return label.n && code.n && !text_eq(label, code)
               ? text_fmt(p->cx->arena, "%s (%s)", label.s, code.s)
           : label.n ? label
                     : code;
}

void page_link(struct page_cx *p, const char *entity, int64_t id)
{
    text_t code = TEXT_NONE, label = TEXT_NONE;
    if (id == 0) {
        return;
    }
    bool known = refs_label(p->cx, entity, id, &code, &label);
    if (label.n && strcmp(entity, "task") == 0) {
        label = page_text(p, label.s); /* titles of tasks are the program's, as a rule */
    }
    if (!label.n && !code.n) {
        code = text_fmt(p->cx->arena, "#%lld", (long long)id);
    }
    if (!known) { /* not there, or not the reader's: no way leads to it */
        EL(p->h, "span.muted", code);
        return;
    }
    text_t address = page_record_address(p, entity, id);
    if (address.s) {
        OPEN(p->h, "a", { "href", address },
             { "title", p->compact ? whole_name(p, code, label) : TEXT_NONE });
        put_name(p, code, label);
        html_close(p->h, "a");
    } else {
        put_name(p, code, label);
    }
}

/* A reference to a line leads to the page of the record that it is a line of, when the same record
 * refers to that too. */
static void put_line_link(struct page_cx *p, const struct field *f, const struct field *rows,
                          size_t n_rows, const void *record, int64_t id)
{
    const struct entity_info *line = house_entity(p->cx->house, text_of(f->target));
    const struct field *via = line && line->entity->parent
                                  ? info_field(line, text_of(line->entity->parent))
                                  : NULL;
    text_t shown = text_fmt(p->cx->arena, "#%lld", (long long)id);
    for (size_t i = 0; via && i < n_rows; i++) {
        union page_member parent;
        if (rows[i].kind == &kind_ref && strcmp(rows[i].target, via->target) == 0 &&
            page_member(p, &rows[i], record, &parent)) {
            text_t address = page_record_address(p, via->target, parent.number);
            if (address.s) {
                EL(p->h, "a", shown, { "href", address });
                return;
            }
        }
    }
    EL(p->h, "span.muted", shown);
}

static bool is_line(struct page_cx *p, const char *target)
{
    const struct entity_info *info = house_entity(p->cx->house, text_of(target));
    return info && (info->entity->flags & E_LINE);
}

/* -- HTML -------------------------------------------------------------------------------------- */

static void put_moment(struct page_cx *p, const struct field *f, int64_t v, text_t shown)
{
    char machine[INSTANT_TEXT_MAX];
    size_t n = f->kind == &kind_date ? date_print((date_t){ v }, machine)
                                     : instant_print((instant_t){ v }, machine);
    EL(p->h, "time", shown, { "datetime", text_copy(p->cx->arena, (text_t){ machine, n }) });
}

/* Text that people wrote: with its lines. A file is named by its content: enough to compare two. */
static void put_words(struct page_cx *p, const struct field *f, text_t t)
{
    if (f->kind == &kind_json || f->word == WORD_CODE) {
        EL(p->h, "code.mono", t);
    } else if (f->kind == &kind_file) {
        text_t begins = { t.s, t.n > 12 ? 12 : t.n };
        EL(p->h, "code.mono", begins, { "title", t });
    } else if (f->kind == &kind_long_text) {
        EL(p->h, "span.long-text", t);
    } else {
        html_text(p->h, t);
    }
}

void page_value(struct page_cx *p, const struct field *f, const struct field *rows, size_t n_rows,
                const void *record)
{
    union page_member m;
    if (f->kind == &kind_lines) {
        html_text(p->h, page_value_text(p, f, rows, n_rows, record));
        return;
    }
    if (!page_member(p, f, record, &m)) {
        return;
    }
    if (f->kind == &kind_ref) {
        if (is_line(p, f->target)) {
            put_line_link(p, f, rows, n_rows, record, m.number);
        } else {
            page_link(p, f->target, m.number);
        }
        return;
    }
    int64_t id;
    text_t shown = member_text(p, f, rows, n_rows, record, &m);
    if (f->kind == &kind_state) {
        page_badge(p, shown, page_state_tone(f, m.number));
    } else if (f->kind == &kind_date || f->kind == &kind_time) {
        put_moment(p, f, m.number, shown);
    } else if (f->kind->storage != STORE_TEXT) {
        html_text(p->h, shown);
    } else if (f->code_of && (id = id_of_code(p, f, m.text)) != 0) {
        page_link(p, f->code_of, id);
    } else {
        put_words(p, f, shown);
    }
}
