/* Form controls, one for each kind of field.
 *
 * A control has the name of the member in the JSON that the script sends, a label, its help, and a
 * place for what the server says is wrong with it. Ids come from the place in the page where they
 * are written, so that two forms with the same fields do not share one. Rows of a grid have "[#]"
 * in their names and "-#" in their ids where the script puts the row's number. */
#include "face/page_own.h"

#include "meta/kinds.h"
#include "meta/shape.h"
#include "meta/word.h"
#include "os/clock.h"

#define ATTRS_MAX 24

struct control {
    struct page_cx *p;
    const struct field *f;
    const struct field *rows;
    size_t n_rows;
    const void *record;
    text_t name, id;
    text_t about; /* ids of what describes it */
    unsigned flags;
    bool stored; /* of a record that is there: emptied controls take values away */
    bool has;    /* a value */
    union page_member m;
    struct attr attrs[ATTRS_MAX];
    size_t n;
};

static void add(struct control *c, const char *name, text_t value)
{
    INVARIANT(c->n < ATTRS_MAX);
    c->attrs[c->n++] = (struct attr){ name, value };
}

static text_t mark(bool yes)
{
    return yes ? TEXT("") : TEXT_NONE;
}

static bool is_checkbox(const struct field *f)
{
    return f->kind == &kind_boolean;
}

/* "lines[#].product" as a part of an id: "lines-#-product". */
static text_t id_of(struct page_cx *p, text_t name)
{
    struct buf b;
    buf_init(&b, p->cx->arena, 1000);
    buf_fmt(&b, "f%zu-", p->h->b.n);
    for (size_t i = 0; i < name.n; i++) {
        if (name.s[i] != ']') {
            buf_char(&b, name.s[i] == '[' || name.s[i] == '.' ? '-' : name.s[i]);
        }
    }
    return buf_done(&b);
}

/* What every control has. */
static void begin_attrs(struct control *c)
{
    const struct field *f = c->f;
    bool readonly = (c->flags & CONTROL_READONLY) != 0;
    c->n = 0;
    add(c, "id", c->id);
    add(c, "aria-label",
        c->flags & CONTROL_BARE ? page_text(c->p, f->label ? f->label : f->name) : TEXT_NONE);
    add(c, "aria-required", (f->flags & F_REQUIRED) && !readonly ? TEXT("true") : TEXT_NONE);
    add(c, "aria-describedby", c->about);
    add(c, "autofocus", mark((c->flags & CONTROL_FOCUS) != 0));
}

static void add_name(struct control *c)
{
    add(c, "name", c->name);
    add(c, "data-null", mark(c->stored && !(c->f->flags & F_REQUIRED)));
}

static void put(struct control *c, const char *what, text_t text)
{
    html_el_with(c->p->h, what, text, c->attrs, c->n);
}

/* -- values -------------------------------------------------------------------------------------
 */

/* What is not entered yet reads better empty than as a zero that nobody wrote. */
static bool worth_showing(const struct control *c)
{
    return c->m.number != 0 || c->f->fallback || (c->stored && !(c->f->flags & F_POSITIVE));
}

static text_t number_value(const struct control *c)
{
    struct page_cx *p = c->p;
    const struct field *f = c->f;
    struct buf b;
    if (!c->has || !worth_showing(c)) {
        return TEXT("");
    }
    if (f->kind == &kind_money) {
        buf_init(&b, p->cx->arena, 200);
        format_amount(p->format, &b, money_of(c->m.number),
                      c->record ? field_decimals(p->cx, c->rows, c->n_rows, f, c->record)
                                : p->cx->decimals);
        return buf_done(&b);
    }
    if (f->kind == &kind_integer) {
        return page_is_number_name(f) ? text_fmt(p->cx->arena, "%lld", (long long)c->m.number)
                                      : page_integer(p, c->m.number);
    }
    return page_quantity(p, qty_of(c->m.number));
}

static text_t date_value(const struct control *c)
{
    char day[DATE_TEXT_MAX];
    size_t n = c->has ? date_print((date_t){ c->m.number }, day) : 0;
    return n ? text_copy(c->p->cx->arena, (text_t){ day, n }) : TEXT("");
}

/* On the clock of the page's zone, to the minute, or to the second where there are some. */
static text_t time_value(const struct control *c)
{
    char text[INSTANT_TEXT_MAX];
    instant_t t = { c->m.number };
    if (!c->has) {
        return TEXT("");
    }
    t.us += zone_offset_seconds(c->p->zone.s, t) * US_PER_SECOND;
    size_t n = instant_print(t, text);
    bool seconds = n >= 19 && memcmp(text + 16, ":00", 3) != 0;
    size_t keep = seconds ? 19 : 16;
    return text_copy(c->p->cx->arena, (text_t){ text, n < keep ? n : keep });
}

static void take_value(struct control *c)
{
    const struct field *f = c->f;
    if (c->record) {
        c->has = page_member(c->p, f, c->record, &c->m);
    } else if (f->fallback && f->kind != &kind_ref && f->kind->storage != STORE_LINES) {
        c->has = page_member_of_text(c->p, f, text_of(f->fallback), &c->m);
    } else if (f->kind->storage == STORE_INT) {
        c->m.number = field_none(f);
    }
}

/* -- one for each kind --------------------------------------------------------------------------
 */

static text_t length_max(const struct control *c)
{
    return c->f->max > 0 ? text_fmt(c->p->cx->arena, "%lld", (long long)c->f->max) : TEXT_NONE;
}

/* What a browser can help with, told by the name of the member. */
static const struct hint {
    const char *name, *type, *complete;
} hints[] = {
    { "email", "email", "off" },
    { "phone", "tel", "off" },
    { "website", "url", "off" },
    { "password", "password", "new-password" },
    { "current", "password", "current-password" },
};

static void put_text(struct control *c)
{
    const struct hint *hint = NULL;
    bool secret = (c->f->flags & F_SECRET) != 0;
    for (size_t i = 0; i < N_ELEMENTS(hints); i++) {
        hint = strcmp(hints[i].name, c->f->name) == 0 ? &hints[i] : hint;
    }
    begin_attrs(c);
    add_name(c);
    add(c, "type", hint ? text_of(hint->type) : secret ? TEXT("password") : TEXT("text"));
    add(c, "autocomplete", hint ? text_of(hint->complete) : TEXT("off"));
    add(c, "maxlength", c->f->kind == &kind_currency ? TEXT("3") : length_max(c));
    add(c, "value", c->has ? c->m.text : TEXT(""));
    add(c, "readonly", mark((c->flags & CONTROL_READONLY) != 0));
    put(c, c->f->kind == &kind_file ? "input.mono" : "input", TEXT_NONE);
}

static void put_area(struct control *c)
{
    bool json = c->f->kind == &kind_json;
    begin_attrs(c);
    add_name(c);
    add(c, "rows", TEXT("3"));
    add(c, "maxlength", length_max(c));
    add(c, "data-json", mark(json));
    add(c, "readonly", mark((c->flags & CONTROL_READONLY) != 0));
    put(c, json ? "textarea.mono" : "textarea", c->has ? c->m.text : TEXT(""));
}

static void put_number(struct control *c)
{
    bool whole = c->f->kind == &kind_integer;
    begin_attrs(c);
    add_name(c);
    add(c, "type", TEXT("text"));
    add(c, "inputmode", whole ? TEXT("numeric") : TEXT("decimal"));
    add(c, "data-number", whole ? TEXT("integer") : TEXT("decimal"));
    add(c, "autocomplete", TEXT("off"));
    add(c, "value", number_value(c));
    add(c, "readonly", mark((c->flags & CONTROL_READONLY) != 0));
    put(c, "input.num", TEXT_NONE);
}

static void put_date(struct control *c)
{
    bool time = c->f->kind == &kind_time;
    begin_attrs(c);
    add_name(c);
    add(c, "type", time ? TEXT("datetime-local") : TEXT("date"));
    text_t value = time ? time_value(c) : date_value(c);
    add(c, "data-zone", time && c->p->zone.n ? c->p->zone : TEXT_NONE);
    add(c, "step", time && value.n > 16 ? TEXT("1") : TEXT_NONE);
    add(c, "value", value);
    add(c, "readonly", mark((c->flags & CONTROL_READONLY) != 0));
    put(c, "input", TEXT_NONE);
}

static void put_checkbox(struct control *c)
{
    begin_attrs(c);
    add(c, "name", c->name);
    add(c, "type", TEXT("checkbox"));
    add(c, "value", TEXT("true"));
    add(c, "checked", mark(c->has && c->m.number != 0));
    add(c, "disabled", mark((c->flags & CONTROL_READONLY) != 0));
    put(c, "input", TEXT_NONE);
}

/* An empty choice where none may be made, or where one must be made and none is made yet. */
static void put_select(struct control *c)
{
    const struct field *f = c->f;
    bool open = !c->stored && (f->flags & F_REQUIRED) && !f->fallback;
    begin_attrs(c);
    add_name(c);
    add(c, "disabled", mark((c->flags & CONTROL_READONLY) != 0));
    html_open_with(c->p->h, "select", c->attrs, c->n);
    if (open || (f->flags & F_NULLABLE)) {
        EL(c->p->h, "option", open ? page_text(c->p, N_("Choose")) : TEXT(""),
           { "value", TEXT("") });
    }
    for (size_t i = 0; i < f->n_choices; i++) {
        const struct choice *one = &f->choices[i];
        if (one->name) {
            EL(c->p->h, "option", page_text(c->p, one->label ? one->label : one->name),
               { "value", text_of(one->name) },
               { "selected", mark(!open && c->has && c->m.number == (int64_t)i) });
        }
    }
    html_close(c->p->h, "select");
}

/* A name of the program's own: its label to choose, the name to send. One that is not in the list
 * (any more) stays. */
static void put_words(struct control *c, const struct word_one *words, size_t n)
{
    text_t now = c->has ? c->m.text : TEXT("");
    bool listed = now.n == 0;
    begin_attrs(c);
    add_name(c);
    add(c, "disabled", mark((c->flags & CONTROL_READONLY) != 0));
    html_open_with(c->p->h, "select", c->attrs, c->n);
    EL(c->p->h, "option", c->f->flags & F_REQUIRED ? page_text(c->p, N_("Choose")) : TEXT(""),
       { "value", TEXT("") });
    for (size_t i = 0; i < n; i++) {
        listed |= text_eq(words[i].name, now);
        EL(c->p->h, "option", words[i].label, { "value", words[i].name },
           { "selected", mark(text_eq(words[i].name, now)) });
    }
    if (!listed) {
        EL(c->p->h, "option", now, { "value", now }, { "selected", TEXT("") });
    }
    html_close(c->p->h, "select");
}

/* What the control is called, with a mark when it must be filled in. */
static void put_name(struct control *c)
{
    bool required = (c->f->flags & F_REQUIRED) && !(c->flags & CONTROL_READONLY);
    html_text(c->p->h, page_text(c->p, c->f->label ? c->f->label : c->f->name));
    if (required && !is_checkbox(c->f)) {
        html_literal(c->p->h, " ");
        EL(c->p->h, "span.required", TEXT("*"), { "aria-hidden", TEXT("true") });
    }
}

static bool is_roles(const struct field *f)
{
    return f->word == WORD_ROLES;
}

static bool names_one(text_t names, text_t name)
{
    text_t rest = names;
    while (rest.s && rest.n > 0) {
        if (text_eq(text_trim(text_split(rest, ',', &rest)), name)) {
            return true;
        }
    }
    return false;
}

static void put_box(struct control *c, size_t place, const struct word_one *one, bool ticked)
{
    struct html *h = c->p->h;
    text_t id = text_fmt(c->p->cx->arena, "%s-%zu", c->id.s, place);
    text_t help = text_fmt(c->p->cx->arena, "%s-help", id.s);
    OPEN(h, "div.box");
    OPEN(h, "label.check", { "for", id });
    EMPTY(h, "input", { "id", id }, { "type", TEXT("checkbox") }, { "value", one->name },
          { "checked", mark(ticked) },
          { "autofocus", mark(place == 0 && (c->flags & CONTROL_FOCUS)) },
          { "aria-describedby", one->help.n ? help : TEXT_NONE });
    html_text(h, one->label);
    html_close(h, "label");
    if (one->help.n) {
        EL(h, "p.help", one->help, { "id", help });
    }
    html_close(h, "div");
}

/* Names that the program does not have (any more) stay until they are taken away. */
static void put_unknown(struct control *c, const struct word_one *words, size_t n)
{
    size_t place = n;
    text_t rest = c->has ? c->m.text : TEXT_NONE;
    while (rest.s && rest.n > 0) {
        text_t name = text_trim(text_split(rest, ',', &rest));
        bool listed = name.n == 0;
        for (size_t i = 0; i < n; i++) {
            listed |= text_eq(words[i].name, name);
        }
        if (!listed) {
            put_box(c, place++, &(struct word_one){ .name = name, .label = name }, true);
        }
    }
}

/* Several names as boxes to tick. The names with commas between them, as they are stored and sent,
 * are in the hidden control, which follows the boxes. */
static void put_boxes(struct control *c)
{
    struct html *h = c->p->h;
    bool readonly = (c->flags & CONTROL_READONLY) != 0;
    text_t now = c->has ? c->m.text : TEXT("");
    const struct word_one *words;
    size_t n = word_list(c->p->cx, WORD_ROLE, &words);
    c->n = 0;
    add(c, "id", c->id);
    add(c, "aria-describedby", c->about);
    add(c, "data-joined", TEXT(""));
    add(c, "tabindex", TEXT("-1"));
    add(c, "disabled", mark(readonly));
    html_open_with(h, "fieldset.boxes", c->attrs, c->n);
    OPEN(h, c->flags & CONTROL_BARE ? "legend.visually-hidden" : "legend");
    put_name(c);
    html_close(h, "legend");
    for (size_t i = 0; i < n; i++) {
        put_box(c, i, &words[i], names_one(now, words[i].name));
    }
    put_unknown(c, words, n);
    if (!readonly) {
        c->n = 0;
        add_name(c);
        add(c, "type", TEXT("hidden"));
        add(c, "data-was", now);
        add(c, "value", now);
        put(c, "input", TEXT_NONE);
    }
    html_close(h, "fieldset");
}

static bool of_line(const struct control *c)
{
    const struct entity_info *info = house_entity(c->p->cx->house, text_of(c->f->target));
    return info && (info->entity->flags & E_LINE);
}

/* Is it found by looking, and may the reader look? */
static bool is_looked_up(const struct control *c)
{
    const struct field *f = c->f;
    if (f->code_of) {
        const struct entity_info *info = house_entity(c->p->cx->house, text_of(f->code_of));
        return info && cx_may(c->p->cx, info->entity->read);
    }
    return f->kind == &kind_ref && !of_line(c);
}

/* The field that is typed into has no name; the number or code of what was found is in the hidden
 * one. */
static void put_lookup(struct control *c)
{
    bool readonly = (c->flags & CONTROL_READONLY) != 0;
    bool code = c->f->code_of != NULL;
    text_t id = !c->has ? TEXT("")
                : code  ? c->m.text
                        : text_fmt(c->p->cx->arena, "%lld", (long long)c->m.number);
    text_t shown = c->has ? page_value_text(c->p, c->f, c->rows, c->n_rows, c->record) : TEXT("");
    OPEN(c->p->h, "span.lookup");
    begin_attrs(c);
    add(c, "type", TEXT("text"));
    add(c, "data-lookup", readonly ? TEXT_NONE : text_of(code ? c->f->code_of : c->f->target));
    add(c, "data-lookup-value", code && !readonly ? TEXT("code") : TEXT_NONE);
    add(c, "role", readonly ? TEXT_NONE : TEXT("combobox"));
    add(c, "aria-expanded", readonly ? TEXT_NONE : TEXT("false"));
    add(c, "aria-autocomplete", readonly ? TEXT_NONE : TEXT("list"));
    add(c, "autocomplete", TEXT("off"));
    add(c, "value", shown);
    add(c, "readonly", mark(readonly));
    put(c, "input", TEXT_NONE);
    c->n = 0;
    add_name(c);
    add(c, "type", TEXT("hidden"));
    add(c, "data-number", code ? TEXT_NONE : TEXT("integer"));
    add(c, "data-was", id);
    add(c, "value", id);
    put(c, "input", TEXT_NONE);
    html_close(c->p->h, "span");
}

static void put_kind(struct control *c)
{
    const struct kind *k = c->f->kind;
    const struct word_one *words;
    size_t n = c->f->word ? word_list(c->p->cx, c->f->word, &words) : 0;
    if (is_roles(c->f)) {
        put_boxes(c);
    } else if (n > 0) {
        put_words(c, words, n);
    } else if (kind_is_number(c->f->kind)) {
        put_number(c);
    } else if (k == &kind_date || k == &kind_time) {
        put_date(c);
    } else if (is_checkbox(c->f)) {
        put_checkbox(c);
    } else if (k == &kind_choice || k == &kind_state) {
        put_select(c);
    } else if (is_looked_up(c)) {
        put_lookup(c);
    } else if (k == &kind_ref) {
        put_number(c);
    } else if (k == &kind_json || (k == &kind_long_text && !(c->flags & CONTROL_BARE))) {
        put_area(c);
    } else {
        put_text(c);
    }
}

/* -- around it ----------------------------------------------------------------------------------
 */

/* What stands behind a number. */
static text_t unit_of(const struct control *c)
{
    const struct field *f = c->f;
    if (f->unit) {
        return page_text(c->p, f->unit);
    }
    if (f->kind == &kind_money && (c->record || !f->currency)) {
        return page_currency(c->p, f, c->rows, c->n_rows, c->record);
    }
    return TEXT_NONE;
}

/* The box stands in its label, so that the words can be pressed too. */
static void put_label(struct control *c)
{
    OPEN(c->p->h, is_checkbox(c->f) ? "label.check" : "label", { "for", c->id });
    if (is_checkbox(c->f)) {
        put_kind(c);
    }
    put_name(c);
    html_close(c->p->h, "label");
}

static void put_with_unit(struct control *c)
{
    text_t unit = unit_of(c);
    if (!unit.n) {
        put_kind(c);
        return;
    }
    OPEN(c->p->h, "span.row");
    put_kind(c);
    EL(c->p->h, "span.unit.muted", unit, { "id", text_fmt(c->p->cx->arena, "%s-unit", c->id.s) });
    html_close(c->p->h, "span");
}

static void put_field(struct control *c)
{
    struct html *h = c->p->h;
    struct arena *a = c->p->cx->arena;
    text_t error = text_fmt(a, "%s-error", c->id.s);
    c->about = text_fmt(a, "%s%s%s%s%s", unit_of(c).n ? c->id.s : "", unit_of(c).n ? "-unit " : "",
                        c->f->help ? c->id.s : "", c->f->help ? "-help " : "", error.s);
    bool wide = c->f->kind == &kind_long_text || c->f->kind == &kind_json || is_roles(c->f);
    OPEN(h, wide ? "div.field.wide" : "div.field");
    if (!is_roles(c->f)) {
        put_label(c); /* boxes have a legend */
    }
    if (!is_checkbox(c->f)) {
        put_with_unit(c);
    }
    if (c->f->help) {
        EL(h, "p.help", page_text(c->p, c->f->help), { "id", text_fmt(a, "%s-help", c->id.s) });
    }
    EL(h, "p.error", TEXT(""), { "id", error }, { "data-error-for", c->name },
       { "hidden", TEXT("") });
    html_close(h, "div");
}

/* -- lines --------------------------------------------------------------------------------------
 */

struct grid {
    struct page_cx *p;
    const struct field *f; /* the lines */
    const struct field *rows;
    size_t n_rows, size;
    text_t name;
};

/* Lines of an entity hold what the record's frame holds too; lines of arguments do not. */
static bool is_column(const struct grid *g, const struct field *f)
{
    bool counter = g->f->target && field_is_counter(f);
    bool parent = g->f->via && strcmp(f->name, g->f->via) == 0;
    return !counter && !parent && f->kind != &kind_lines && f->kind != &kind_state &&
           !(f->flags & (F_READONLY | F_COMPUTED | F_SECRET | F_HIDDEN));
}

static void put_heads(const struct grid *g)
{
    struct html *h = g->p->h;
    OPEN(h, "thead");
    OPEN(h, "tr");
    for (size_t i = 0; i < g->n_rows; i++) {
        const struct field *f = &g->rows[i];
        if (!is_column(g, f)) {
            continue;
        }
        OPEN(h, kind_is_number(f->kind) ? "th.num" : "th", { "scope", TEXT("col") });
        html_text(h, page_text(g->p, f->label ? f->label : f->name));
        if (f->flags & F_REQUIRED) {
            html_literal(h, " ");
            EL(h, "span.required", TEXT("*"), { "aria-hidden", TEXT("true") });
        }
        html_close(h, "th");
    }
    EMPTY(h, "td");
    html_close(h, "tr");
    html_close(h, "thead");
}

/* line NULL: the row of the template. */
static void put_row(const struct grid *g, const void *line, size_t place)
{
    struct html *h = g->p->h;
    struct arena *a = g->p->cx->arena;
    const char *number = line ? text_fmt(a, "%zu", place).s : "#";
    OPEN(h, "tr", { "data-kept", mark(line != NULL) });
    for (size_t i = 0; i < g->n_rows; i++) {
        const struct field *f = &g->rows[i];
        if (is_column(g, f)) {
            OPEN(h, kind_is_number(f->kind) ? "td.num" : "td");
            page_control(g->p, f, g->rows, g->n_rows, line,
                         text_fmt(a, "%s[%s].%s", g->name.s, number, f->name), CONTROL_BARE);
            html_close(h, "td");
        }
    }
    OPEN(h, "td");
    OPEN(h, "button.button.quiet.icon-only", { "type", TEXT("button") },
         { "data-row-remove", TEXT("") },
         { "aria-label", page_text(g->p, N_("Remove this line")) });
    page_icon(g->p, "cross");
    html_close(h, "button");
    html_close(h, "td");
    html_close(h, "tr");
}

static void put_grid(struct control *c)
{
    struct html *h = c->p->h;
    struct grid g = { .p = c->p, .f = c->f, .name = c->name };
    text_t label = page_text(c->p, c->f->label ? c->f->label : c->f->name);
    lines_t lines = { NULL, 0 };
    if (c->record && c->f->offset != CUSTOM_FIELD) {
        memcpy(&lines, (const char *)c->record + c->f->offset, sizeof lines);
    }
    lines_rows(c->p->cx, c->f, &g.rows, &g.n_rows, &g.size);
    OPEN(h, "div.field.wide");
    EL(h, "span.label", label, { "id", c->id });
    OPEN(h, "div.table-wrap");
    OPEN(h, "table.grid", { "data-grid", c->name }, { "aria-labelledby", c->id });
    put_heads(&g);
    OPEN(h, "tbody");
    for (size_t i = 0; i < lines.n; i++) {
        put_row(&g, (const char *)lines.items + i * g.size, i);
    }
    html_close(h, "tbody");
    OPEN(h, "template");
    put_row(&g, NULL, 0);
    html_close(h, "template");
    html_close(h, "table");
    html_close(h, "div");
    OPEN(h, "div.grid-foot");
    OPEN(h, "button.button.quiet", { "type", TEXT("button") }, { "data-row-add", c->name });
    page_icon(c->p, "plus");
    EL(h, "span", page_text(c->p, N_("Add a line")));
    html_close(h, "button");
    html_close(h, "div");
    if (c->f->help) {
        EL(h, "p.help", page_text(c->p, c->f->help));
    }
    EL(h, "p.error", TEXT(""), { "data-error-for", c->name }, { "hidden", TEXT("") });
    html_close(h, "div");
}

/* -- the contract -------------------------------------------------------------------------------
 */

/* Rows of an entity begin with the record's own; a number there means that it is stored. */
static bool is_stored(const struct field *rows, size_t n_rows, const void *record)
{
    return record && n_rows > 0 && rows[0].offset == offsetof(struct record, id) &&
           strcmp(rows[0].name, "id") == 0 && ((const struct record *)record)->id != 0;
}

void page_control(struct page_cx *p, const struct field *f, const struct field *rows, size_t n_rows,
                  const void *record, text_t name, unsigned flags)
{
    struct control c = { .p = p,
                         .f = f,
                         .rows = rows,
                         .n_rows = n_rows,
                         .record = record,
                         .name = name,
                         .id = id_of(p, name),
                         .flags = flags,
                         .stored = is_stored(rows, n_rows, record) };
    if (f->kind == &kind_lines) {
        put_grid(&c);
        return;
    }
    take_value(&c);
    if (flags & CONTROL_BARE) {
        put_kind(&c);
    } else {
        put_field(&c);
    }
}
