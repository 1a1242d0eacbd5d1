/* Forms: a new record, and what a command asks for. */
#include "face/office_list.h"

#include "face/office_record.h"
#include "meta/custom.h"
#include "meta/kinds.h"
#include "meta/shape.h"

static bool can_be_given(const struct field *f)
{
    return !field_is_counter(f) && !(f->flags & (F_READONLY | F_COMPUTED | F_HIDDEN)) &&
           f->kind != &kind_state;
}

static void put_controls(struct page_cx *p, const struct field *rows, size_t n, const void *record,
                         bool record_rows)
{
    const char *section = NULL;
    bool first = true;
    OPEN(p->h, "section");
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &rows[i];
        if (record_rows ? !can_be_given(f) : (f->flags & F_READONLY) != 0) {
            continue;
        }
        if (f->section && (!section || strcmp(section, f->section) != 0)) {
            html_close(p->h, "section");
            OPEN(p->h, "section");
            EL(p->h, "h2", page_text(p, f->section));
            section = f->section;
        }
        page_control(p, f, rows, n, record, text_of(f->name), first ? CONTROL_FOCUS : 0);
        first = false;
    }
    html_close(p->h, "section");
}

static void put_send(struct page_cx *p, const char *label, text_t back)
{
    OPEN(p->h, "div.form-actions");
    OPEN(p->h, "button.button.primary", { "type", TEXT("submit") });
    EL(p->h, "span", page_text(p, label));
    html_close(p->h, "button");
    page_button_link(p, N_("Back"), NULL, back);
    html_close(p->h, "div");
}

/* The site where this person works, or the only one there is: nobody is asked for it. */
static text_t usual_site(struct page_cx *p, const struct field *f)
{
    const struct entity_info *info = house_entity(p->cx->house, TEXT("site"));
    struct list_page sites = { .n = 0 };
    int64_t id = p->site;
    if (f->kind != &kind_ref || !(f->flags & F_REQUIRED) || strcmp(f->name, "site") != 0 || !info) {
        return TEXT_NONE;
    }
    if (!id && cx_may(p->cx, info->entity->read)) {
        const struct list_query q = { .entity = info->entity, .limit = 2, .bare = true };
        struct failure before = p->cx->failure;
        if (list_read(p->cx, &q, &sites) != OK) {
            p->cx->failure = before;
        }
        id = sites.n == 1 ? ((const struct record *)sites.records)->id : 0;
    }
    return id ? text_fmt(p->cx->arena, "#%lld", (long long)id) : TEXT_NONE;
}

/* What the address gives stands in the form already: "?customer=C-000020". What is no value of the
 * field, or not the reader's, does not. */
static void prefill(struct page_cx *p, const struct field *rows, size_t n, void *record)
{
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &rows[i];
        text_t given = page_param(p, f->name);
        given = text_empty(given) ? usual_site(p, f) : given;
        if (text_empty(given) || !f->kind->from_text || f->offset == CUSTOM_FIELD ||
            (f->flags & (F_SECRET | F_READONLY))) {
            continue;
        }
        struct failure before = p->cx->failure;
        int decimals = field_decimals(p->cx, rows, n, f, record);
        if (f->kind->from_text(p->cx, f, given, text_of(f->name), decimals,
                               (char *)record + f->offset) != OK) {
            p->cx->failure = before;
        }
    }
}

static enum err labels(struct page_cx *p, const struct field *rows, size_t n, const void *record,
                       size_t size)
{
    refs_note(p->cx, rows, n, record, size, 1);
    return refs_load(p->cx);
}

const struct command *office_create(const struct page_cx *p, const struct entity_info *info)
{
    return house_command(p->cx->house, info->entity, TEXT("create"));
}

text_t office_new_address(struct page_cx *p, const struct entity_info *info)
{
    const struct entity *e = info->entity;
    if (!e->write || (e->flags & (E_POSTED | E_LINE)) || !cx_may(p->cx, e->write)) {
        return TEXT_NONE;
    }
    return text_fmt(p->cx->arena, "/office/%s/%s", e->plural,
                    office_create(p, info) ? "do/create" : "new");
}

enum err office_new_record(struct page_cx *p)
{
    const struct entity_info *info = p->own->place.info;
    const struct entity *e = info->entity;
    const struct field *rows;
    size_t n;
    if (!e->write || (e->flags & (E_POSTED | E_LINE))) {
        return refuse(p->cx, &refusal_not_found, TEXT_NONE);
    }
    if (!cx_may(p->cx, e->write)) {
        return REFUSE(p->cx, &refusal_forbidden, TEXT_NONE, text_of(e->write));
    }
    p->own->place.command = office_create(p, info);
    if (p->own->place.command) {
        return office_do(p);
    }
    TRY(custom_rows(p->cx, info, &rows, &n));
    void *blank = arena_alloc(p->cx->arena, e->shape.size);
    TRY(shape_clear(p->cx, info->fields, info->n_fields, blank));
    prefill(p, info->fields, info->n_fields, blank);
    TRY(labels(p, info->fields, info->n_fields, blank, e->shape.size));
    const struct crumb crumbs[] = { { page_text(p, info->area->label), TEXT_NONE },
                                    { page_text(p, e->label_plural), office_collection(p, info) } };
    office_head(p, crumbs, 2, PAGE_TEXT(p, N_("New: {1}"), page_text(p, e->label)));
    office_head_end(p);
    OPEN(p->h, "form.fields", { "data-call", text_fmt(p->cx->arena, "POST /api/v1/%s", e->plural) },
         { "data-then", text_fmt(p->cx->arena, "/office/%s/{id}", e->plural) },
         { "novalidate", TEXT("") });
    put_controls(p, rows, n, blank, true);
    put_send(p, N_("Save"), office_collection(p, info));
    html_close(p->h, "form");
    return OK;
}

/* Where to go when a command has done its work: the record that it made or changed. */
static text_t after(struct page_cx *p, const struct command *c)
{
    struct arena *a = p->cx->arena;
    const char *plural = c->entity->plural;
    if (c->flags & (C_SECRET_RESULT | C_READ)) {
        return TEXT_NONE; /* the answer is shown below the form */
    }
    if (c->flags & C_RECORD) {
        return cx_may(p->cx, c->entity->read)
                   ? text_fmt(a, "/office/%s/%lld", plural, (long long)p->id)
                   : TEXT("/office/you");
    }
    for (size_t i = 0; c->result && i < c->result->n_fields; i++) {
        if (strcmp(c->result->fields[i].name, "id") == 0) {
            return text_fmt(a, "/office/%s/{id}", plural);
        }
    }
    return c->result ? TEXT_NONE : text_fmt(a, "/office/%s/{id}", plural);
}

static enum err head_of_command(struct page_cx *p, const struct entity_info *info,
                                const struct command *c)
{
    const struct crumb crumbs[] = { { page_text(p, info->area->label), TEXT_NONE },
                                    { page_text(p, info->entity->label_plural),
                                      office_may_list(p, info) ? office_collection(p, info)
                                                               : TEXT_NONE },
                                    { TEXT_NONE, TEXT_NONE } };
    struct crumb way[3];
    size_t n = 2;
    memcpy(way, crumbs, sizeof way);
    if ((c->flags & C_RECORD) && office_may_list(p, info)) {
        void *record = arena_alloc(p->cx->arena, info->entity->shape.size);
        TRY(store_get(p->cx, info->entity, p->id, record));
        way[n++] = (struct crumb){ office_title(p, info, record),
                                   office_row_address(p, info, record) };
    }
    office_head(p, way, n, page_text(p, c->label));
    office_head_end(p);
    if (c->help) {
        EL(p->h, "p.lead", page_text(p, c->help));
    }
    return OK;
}

/* Where one came from: the record or the list; who may read neither came from their own account. */
static text_t back_address(struct page_cx *p, const struct entity_info *info,
                           const struct command *c)
{
    if (!office_may_list(p, info)) {
        return TEXT("/office/you");
    }
    return c->flags & C_RECORD
               ? text_fmt(p->cx->arena, "/office/%s/%lld", info->entity->plural, (long long)p->id)
               : office_collection(p, info);
}

/* Where the answer is shown, and what its parts are called. */
static void put_answer(struct page_cx *p, const struct command *c)
{
    EMPTY(p->h, "div#answer.answer", { "role", TEXT("status") },
          { "data-secret", c->flags & C_SECRET_RESULT ? TEXT("") : TEXT_NONE },
          { "data-record", text_fmt(p->cx->arena, "/office/%s/{id}", c->entity->plural) });
    for (size_t i = 0; c->result && i < c->result->n_fields; i++) {
        const struct field *f = &c->result->fields[i];
        EL(p->h, "span", page_text(p, f->label), { "hidden", TEXT("") },
           { "data-answer", text_of(f->name) });
        if (f->help) {
            EL(p->h, "span", page_text(p, f->help), { "hidden", TEXT("") },
               { "data-answer-help", text_of(f->name) });
        }
    }
}

enum err office_do(struct page_cx *p)
{
    const struct entity_info *info = p->own->place.info;
    const struct command *c = p->own->place.command;
    struct arena *a = p->cx->arena;
    if (!cx_may(p->cx, c->permission)) {
        return REFUSE(p->cx, &refusal_forbidden, TEXT_NONE, text_of(c->permission));
    }
    TRY(head_of_command(p, info, c));
    text_t call = c->flags & C_RECORD
                      ? text_fmt(a, "POST /api/v1/%s/%lld/%s", info->entity->plural,
                                 (long long)p->id, c->name)
                      : text_fmt(a, "POST /api/v1/%s/%s", info->entity->plural, c->name);
    OPEN(p->h, "form.fields", { "data-call", call }, { "data-then", after(p, c) },
         { "data-show", TEXT("#answer") }, { "novalidate", TEXT("") });
    if (c->args) {
        void *blank = arena_alloc(a, c->args->size);
        TRY(shape_clear(p->cx, c->args->fields, c->args->n_fields, blank));
        prefill(p, c->args->fields, c->args->n_fields, blank);
        TRY(labels(p, c->args->fields, c->args->n_fields, blank, c->args->size));
        put_controls(p, c->args->fields, c->args->n_fields, blank, false);
    }
    put_send(p, c->label, back_address(p, info, c));
    html_close(p->h, "form");
    put_answer(p, c);
    return OK;
}
