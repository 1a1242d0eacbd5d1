/* The page of a record: what it is, what can be done with it now, its lines, what areas add, and
 * beside it what happened. */
#include "face/office_list.h"

#include "face/office_record.h"
#include "meta/custom.h"
#include "meta/kinds.h"
#include "meta/shape.h"

/* -- what can be done ------------------------------------------------------------------------ */

static int64_t state_of(const struct entity_info *info, const void *record,
                        const struct field **state)
{
    int64_t value = 0;
    *state = office_state_field(info);
    if (*state) {
        memcpy(&value, (const char *)record + (*state)->offset, sizeof value);
    }
    return value;
}

/* The states that a command may run in, in words: "Placed, Done". */
static text_t states_of(struct page_cx *p, const struct field *state, uint32_t from)
{
    struct buf b;
    buf_init(&b, p->cx->arena, 1000);
    for (size_t i = 0; i < state->n_choices && i < 32; i++) {
        if (from >> i & 1) {
            buf_str(&b, b.n ? ", " : "");
            buf_text(&b, page_text(p, state->choices[i].label));
        }
    }
    return buf_done(&b);
}

static bool asks_for_something(const struct command *c)
{
    return c->args && c->args->n_fields > 0;
}

/* Why a command may not run on the record now; TEXT_NONE: it may. */
static enum err why_not_now(struct page_cx *p, const struct entity_info *info, const void *record,
                            const struct command *c, text_t *why)
{
    const struct field *state;
    const char *says = NULL;
    int64_t now = state_of(info, record, &state);
    *why = TEXT_NONE;
    if (state && c->from != ANY_STATE && !(c->from >> now & 1)) {
        *why = PAGE_TEXT(p, N_("Possible only while it is: {1}"), states_of(p, state, c->from));
        return OK;
    }
    if (c->why_not) {
        TRY(c->why_not(p->cx, record, &says));
        *why = says ? page_text(p, says) : TEXT_NONE;
    }
    return OK;
}

static void put_command(struct page_cx *p, const struct entity_info *info, const void *record,
                        const struct command *c)
{
    struct arena *a = p->cx->arena;
    long long id = ((const struct record *)record)->id;
    if (asks_for_something(c)) {
        page_button_link(p, c->label, NULL,
                         text_fmt(a, "/office/%s/%lld/do/%s", info->entity->plural, id, c->name));
        return;
    }
    page_button_call(p, &(struct call_button){ .label = c->label,
                                               .call = text_fmt(a, "POST /api/v1/%s/%lld/%s",
                                                                info->entity->plural, id, c->name),
                                               .then = TEXT("reload") });
}

/* A command that may not run now is there too and says why: nobody has to guess where it went. */
static void put_forbidden(struct page_cx *p, const struct command *c, text_t why)
{
    OPEN(p->h, "button", { "type", TEXT("button") }, { "aria-disabled", TEXT("true") });
    OPEN(p->h, "span");
    html_text(p->h, page_text(p, c->label));
    EL(p->h, "span.help", why);
    html_close(p->h, "span");
    html_close(p->h, "button");
}

static bool may_change(const struct page_cx *p, const struct entity_info *info, const void *record)
{
    const struct entity *e = info->entity;
    return e->write && !(e->flags & (E_POSTED | E_LINE)) &&
           !((const struct record *)record)->archived && cx_may(p->cx, e->write);
}

static bool offered(const struct page_cx *p, const struct command *c)
{
    return (c->flags & C_RECORD) && cx_may(p->cx, c->permission);
}

static void put_more(struct page_cx *p, const struct entity_info *info, const void *record,
                     const text_t *why)
{
    struct arena *a = p->cx->arena;
    long long id = ((const struct record *)record)->id;
    OPEN(p->h, "details.more-menu");
    OPEN(p->h, "summary.button.icon-only", { "title", page_text(p, N_("More")) });
    page_icon(p, "more");
    EL(p->h, "span.visually-hidden", page_text(p, N_("More")));
    html_close(p->h, "summary");
    OPEN(p->h, "div.menu");
    for (size_t i = 0; i < info->n_commands; i++) {
        if (why[i].s) {
            put_forbidden(p, info->commands[i], why[i]);
        }
    }
    EL(p->h, "button", page_text(p, N_("Copy the address")), { "type", TEXT("button") },
       { "data-copy", p->path });
    if (may_change(p, info, record)) {
        EL(p->h, "button.danger", page_text(p, N_("Put away")), { "type", TEXT("button") },
           { "data-call", text_fmt(a, "%s /api/v1/%s/%lld", "DELETE", info->entity->plural, id) },
           { "data-then", office_collection(p, info) },
           { "data-confirm", page_text(p, N_("Put this record away? It stays in the books and can "
                                             "still be read.")) });
    }
    html_close(p->h, "div");
    html_close(p->h, "details");
}

static enum err put_actions(struct page_cx *p, const struct entity_info *info, const void *record)
{
    text_t *why = ARENA_ARRAY(p->cx->arena, info->n_commands + 1, text_t);
    for (size_t i = 0; i < info->n_commands; i++) {
        why[i] = TEXT_NONE;
        if (!offered(p, info->commands[i])) {
            continue;
        }
        TRY(why_not_now(p, info, record, info->commands[i], &why[i]));
        if (!why[i].s) {
            put_command(p, info, record, info->commands[i]);
        }
    }
    office_print_buttons(p, info, record);
    put_more(p, info, record, why);
    return OK;
}

static enum err put_head(struct page_cx *p, const struct entity_info *info, const void *record)
{
    const struct crumb crumbs[] = {
        { page_text(p, info->area->label), TEXT_NONE },
        { page_text(p, info->entity->label_plural),
          office_may_list(p, info) ? office_collection(p, info) : TEXT_NONE },
    };
    const struct field *state = office_state_field(info);
    office_head_open(p, crumbs, N_ELEMENTS(crumbs), office_title(p, info, record));
    if (state) {
        page_value(p, state, info->fields, info->n_fields, record);
    }
    if (((const struct record *)record)->archived) {
        page_badge(p, page_text(p, N_("Put away")), TONE_PLAIN);
    }
    EMPTY(p->h, "span.presence",
          { "data-presence", text_fmt(p->cx->arena, "%s/%lld", info->entity->name,
                                      (long long)((const struct record *)record)->id) });
    office_head_actions(p);
    TRY(put_actions(p, info, record));
    office_head_end(p);
    return OK;
}

/* -- fields ---------------------------------------------------------------------------------- */

static bool shown(const struct field *f)
{
    return !(f->flags & (F_SECRET | F_HIDDEN)) && f->kind != &kind_lines && !field_is_counter(f);
}

/* The state and the number of a document stand in the head already. */
static bool in_head(const struct entity_info *info, const struct field *f)
{
    const struct entity *e = info->entity;
    const struct field *state = office_state_field(info);
    const char *head = e->title ? e->title : e->code;
    return (state && strcmp(f->name, state->name) == 0) || (head && strcmp(f->name, head) == 0);
}

static bool changeable(const struct field *f)
{
    return !(f->flags & (F_READONLY | F_COMPUTED | F_CREATE_ONLY)) && f->kind != &kind_state;
}

static bool same_section(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* A computed value can be asked why. */
static void put_why(struct page_cx *p, const struct entity_info *info, const struct field *f,
                    const void *record)
{
    if (office_why_of(p, info->entity, f->name)) {
        OPEN(p->h, "button.why-button", { "type", TEXT("button") },
             { "data-drawer", text_fmt(p->cx->arena, "/office/why/%s/%lld/%s", info->entity->name,
                                       (long long)((const struct record *)record)->id, f->name) },
             { "aria-label", PAGE_TEXT(p, N_("Why? {1}"), page_text(p, f->label)) });
        page_icon(p, "question");
        html_close(p->h, "button");
    }
}

static void put_fact(struct page_cx *p, const struct entity_info *info, const struct field *rows,
                     size_t n, const struct field *f, const void *record)
{
    OPEN(p->h, "div.fact");
    EL(p->h, "dt", page_text(p, f->label),
       { "title", f->help ? page_text(p, f->help) : TEXT_NONE });
    OPEN(p->h, "dd");
    page_value(p, f, rows, n, record);
    put_why(p, info, f, record);
    html_close(p->h, "dd");
    html_close(p->h, "div");
}

/* A fact is shown when it says something; what a person may fill in has its place in the form. What
 * refers to records that are not the reader's says nothing. */
static bool says_something(const struct field *f, const struct page_cx *p, const void *record)
{
    if (!office_may_refer(p, f)) {
        return false;
    }
    if (f->offset == CUSTOM_FIELD) {
        return custom_text(p->cx, f, record).n > 0;
    }
    if (field_is_none(f, (const char *)record + f->offset) || (f->flags & F_HIDDEN)) {
        return false;
    }
    int64_t number = 1; /* what the program counted and is nothing needs no line */
    if (f->kind == &kind_money || f->kind == &kind_quantity || f->kind == &kind_integer) {
        memcpy(&number, (const char *)record + f->offset, sizeof number);
    }
    return number != 0 || !(f->flags & (F_READONLY | F_COMPUTED));
}

static void put_facts(struct page_cx *p, const struct entity_info *info, const struct field *rows,
                      size_t n, const void *record, bool only_fixed)
{
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &rows[i];
        if (!shown(f) || (only_fixed && changeable(f)) || in_head(info, f) ||
            !says_something(f, p, record)) {
            continue;
        }
        if (!any) {
            OPEN(p->h, "dl.facts.wide");
            any = true;
        }
        put_fact(p, info, rows, n, f, record);
    }
    if (any) {
        html_close(p->h, "dl");
    }
}

static void put_form(struct page_cx *p, const struct entity_info *info, const struct field *rows,
                     size_t n, const void *record)
{
    struct html *h = p->h;
    struct arena *a = p->cx->arena;
    const struct record *r = record;
    const char *section = NULL;
    bool open = false;
    OPEN(h, "form.fields",
         { "data-save",
           text_fmt(a, "PATCH /api/v1/%s/%lld", info->entity->plural, (long long)r->id) },
         { "data-version", text_fmt(a, "%lld", (long long)r->version) },
         { "autocomplete", TEXT("off") });
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &rows[i];
        if (!shown(f) || !changeable(f)) {
            continue;
        }
        if (!open || !same_section(section, f->section)) {
            if (open) {
                html_close(h, "section");
            }
            section = f->section;
            OPEN(h, "section");
            if (section) {
                EL(h, "h2", page_text(p, section));
            }
            open = true;
        }
        page_control(p, f, rows, n, record, text_of(f->name), 0);
    }
    if (open) {
        html_close(h, "section");
    }
    html_close(h, "form");
}

/* -- lines ----------------------------------------------------------------------------------- */

/* The columns of a table of lines: those in which a line says something. */
struct line_table {
    const struct entity_info *info;
    const struct field *columns[OFFICE_TABLE_MAX];
    size_t n;
    const lines_t *lines;
};

static const void *line_at(const struct line_table *t, size_t i)
{
    return (const char *)t->lines->items + i * t->info->entity->shape.size;
}

/* In a table of lines an amount of nothing is an empty cell: no debit is no figure. */
static bool line_says(const struct page_cx *p, const struct field *f, const void *line)
{
    int64_t number = 1;
    if (kind_is_number(f->kind) && f->offset != CUSTOM_FIELD) {
        memcpy(&number, (const char *)line + f->offset, sizeof number);
    }
    return number != 0 && says_something(f, p, line);
}

static bool any_says(const struct page_cx *p, const struct line_table *t, const struct field *f)
{
    for (size_t i = 0; i < t->lines->n; i++) {
        if (line_says(p, f, line_at(t, i))) {
            return true;
        }
    }
    return false;
}

/* Does every line only repeat what the record itself says, as its site or its day? */
static bool repeats_head(struct page_cx *p, const struct line_table *t, const struct field *f,
                         const struct entity_info *head, const void *record)
{
    const struct field *same = info_field(head, text_of(f->name));
    if (!same || same->kind != f->kind || kind_is_number(f->kind) || !shown(same)) {
        return false;
    }
    text_t value = page_value_text(p, same, head->fields, head->n_fields, record);
    for (size_t i = 0; i < t->lines->n; i++) {
        if (!text_eq(value,
                     page_value_text(p, f, t->info->fields, t->info->n_fields, line_at(t, i)))) {
            return false;
        }
    }
    return true;
}

/* The order of the lines is their position: a column of it says nothing more. Words first, then
 * figures, so that the total ends the line. */
static void choose_columns(struct page_cx *p, struct line_table *t, const struct field *via,
                           const struct entity_info *head, const void *record)
{
    size_t n_fields = t->info->n_fields;
    for (size_t i = 0; i < 2 * n_fields && t->n < OFFICE_TABLE_MAX; i++) {
        const struct field *f = &t->info->fields[i % n_fields];
        if (kind_is_number(f->kind) == (i >= n_fields) && shown(f) && f != via &&
            f->kind != &kind_json && strcmp(f->name, "position") != 0 && any_says(p, t, f) &&
            !repeats_head(p, t, f, head, record)) {
            t->columns[t->n++] = f;
        }
    }
}

/* Names wrap, so that amounts have room. */
static const char *line_cell(const struct field *f)
{
    return kind_is_number(f->kind) ? "td.num" : f->kind == &kind_ref ? "td.wrap" : "td";
}

static void put_line_heads(struct page_cx *p, const struct line_table *t)
{
    OPEN(p->h, "thead");
    OPEN(p->h, "tr");
    for (size_t i = 0; i < t->n; i++) {
        EL(p->h, kind_is_number(t->columns[i]->kind) ? "th.num" : "th",
           page_text(p, t->columns[i]->label), { "scope", TEXT("col") });
    }
    html_close(p->h, "tr");
    html_close(p->h, "thead");
}

static void put_line(struct page_cx *p, const struct line_table *t, const void *line)
{
    OPEN(p->h, "tr");
    for (size_t i = 0; i < t->n; i++) {
        const struct field *f = t->columns[i];
        bool says = line_says(p, f, line);
        OPEN(p->h, line_cell(f),
             { "data-label", i > 0 && says ? page_text(p, f->label) : TEXT_NONE });
        if (says) {
            page_value(p, f, t->info->fields, t->info->n_fields, line);
            put_why(p, t->info, f, line);
        }
        html_close(p->h, "td");
    }
    html_close(p->h, "tr");
}

static void put_lines(struct page_cx *p, const struct entity_info *head, const struct field *f,
                      const void *record)
{
    struct html *h = p->h;
    struct line_table t = { .info = house_entity(p->cx->house, text_of(f->target)),
                            .lines = (const void *)((const char *)record + f->offset) };
    if (!t.info || !cx_may(p->cx, t.info->entity->read) || t.lines->n == 0) {
        return;
    }
    choose_columns(p, &t, f->via ? info_field(t.info, text_of(f->via)) : NULL, head, record);
    bool compact = p->compact;
    p->compact = true;
    OPEN(h, "section.card");
    EL(h, "h2.card-head", page_text(p, f->label));
    OPEN(h, "div.table-wrap", { "tabindex", TEXT("0") }, { "role", TEXT("region") },
         { "aria-label", page_text(p, f->label) });
    OPEN(h, "table.sheet.cards");
    put_line_heads(p, &t);
    OPEN(h, "tbody");
    for (size_t i = 0; i < t.lines->n; i++) {
        put_line(p, &t, line_at(&t, i));
    }
    html_close(h, "tbody");
    html_close(h, "table");
    html_close(h, "div");
    html_close(h, "section");
    p->compact = compact;
}

/* -- panels ---------------------------------------------------------------------------------- */

static enum err put_panel(struct page_cx *p, const struct panel *panel, const void *record)
{
    OPEN(p->h, "section.card", { "id", text_of(panel->name) });
    EL(p->h, "h2.card-head", page_text(p, panel->label));
    OPEN(p->h, "div.card-body");
    TRY(panel->show(p, record));
    html_close(p->h, "div");
    html_close(p->h, "section");
    return OK;
}

static enum err put_panels(struct page_cx *p, const struct entity_info *info, const void *record,
                           bool beside)
{
    const struct house_plan *plan = house_plan(p->cx->house);
    for (size_t i = 0; i < plan->n_areas; i++) {
        const struct area_face *face = office_face(plan->areas[i]);
        for (size_t k = 0; k < face->n_panels; k++) {
            const struct panel *panel = &face->panels[k];
            if (panel->entity == info->entity && panel->beside == beside &&
                cx_may(p->cx, panel->permission) && (!panel->when || panel->when(p->cx, record))) {
                TRY(put_panel(p, panel, record));
            }
        }
    }
    return OK;
}

/* -- the page -------------------------------------------------------------------------------- */

static enum err load(struct page_cx *p, const struct entity_info *info, void *record,
                     const struct field **rows, size_t *n)
{
    TRY(store_get(p->cx, info->entity, p->id, record));
    TRY(store_load_lines(p->cx, info->entity, record));
    TRY(custom_rows(p->cx, info, rows, n));
    refs_note(p->cx, *rows, *n, record, info->entity->shape.size, 1);
    return refs_load(p->cx);
}

enum err office_record(struct page_cx *p)
{
    const struct entity_info *info = p->own->place.info;
    void *record = arena_alloc(p->cx->arena, info->entity->shape.size);
    const struct field *rows;
    size_t n;
    TRY(load(p, info, record, &rows, &n));
    TRY(put_head(p, info, record));
    OPEN(p->h, "div.columns");
    OPEN(p->h, "div.column-main");
    bool change = may_change(p, info, record);
    put_facts(p, info, rows, n, record, change);
    for (size_t i = 0; i < n; i++) {
        if (rows[i].kind == &kind_lines) {
            put_lines(p, info, &rows[i], record);
        }
    }
    if (change) {
        put_form(p, info, rows, n, record);
    }
    TRY(put_panels(p, info, record, false));
    html_close(p->h, "div");
    OPEN(p->h, "div.column-side");
    TRY(put_panels(p, info, record, true));
    TRY(office_links(p, info, record));
    TRY(office_stream(p, info, record));
    html_close(p->h, "div");
    html_close(p->h, "div");
    return OK;
}
