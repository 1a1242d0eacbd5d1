/* Why?: how a computed value came to be, and why somebody may or may not do something. */
#include "face/office_list.h"

#include "face/office_record.h"

struct why_out {
    struct page_cx *page;
    bool step, inputs; /* which elements are open */
    size_t n;
};

static void end_inputs(struct why_out *o)
{
    if (o->inputs) {
        html_close(o->page->h, "dl");
        o->inputs = false;
    }
}

static void end_step(struct why_out *o)
{
    end_inputs(o);
    if (o->step) {
        html_close(o->page->h, "li");
        o->step = false;
    }
}

void why_step(struct why_out *o, text_t rule)
{
    end_step(o);
    OPEN(o->page->h, "li");
    EL(o->page->h, "p.why-rule", rule);
    o->step = true;
    o->n++;
}

void why_input(struct why_out *o, const char *label, text_t value)
{
    if (!o->step) {
        why_step(o, TEXT(""));
    }
    if (!o->inputs) {
        OPEN(o->page->h, "dl.why-inputs");
        o->inputs = true;
    }
    EL(o->page->h, "dt", page_text(o->page, label));
    EL(o->page->h, "dd", value);
}

void why_rule(struct why_out *o, const struct entity *e, int64_t id, int64_t version)
{
    struct page_cx *p = o->page;
    end_inputs(o);
    OPEN(p->h, "p.why-source");
    page_link(p, e->name, id);
    if (version > 0) {
        EL(p->h, "span.muted", PAGE_TEXT(p, N_("version {1}"), page_integer(p, version)));
    }
    html_close(p->h, "p");
}

const struct why *office_why_of(const struct page_cx *p, const struct entity *e, const char *field)
{
    const struct house_plan *plan = house_plan(p->cx->house);
    for (size_t i = 0; i < plan->n_areas; i++) {
        const struct area_face *face = office_face(plan->areas[i]);
        for (size_t k = 0; k < face->n_whys; k++) {
            if (face->whys[k].entity == e && strcmp(face->whys[k].field, field) == 0) {
                return &face->whys[k];
            }
        }
    }
    return NULL;
}

/* -- why may I, why may I not ---------------------------------------------------------------- */

static bool role_holds(const struct role *role, text_t permission)
{
    for (const char *const *held = role->permissions; *held; held++) {
        size_t n = strlen(*held);
        bool all = n > 0 && (*held)[n - 1] == '*';
        if (all ? permission.n >= n - 1 && memcmp(*held, permission.s, n - 1) == 0
                : text_is(permission, *held)) {
            return true;
        }
    }
    return false;
}

/* Which roles hold a permission, and which of them the person has. */
static enum err explain_permission(struct page_cx *p, text_t permission)
{
    const struct house_plan *plan = house_plan(p->cx->house);
    struct why_out out = { .page = p };
    text_t may = cx_may(p->cx, permission.s) ? page_text(p, N_("You may do this."))
                                             : page_text(p, N_("You may not do this."));
    OPEN(p->h, "section.why");
    EL(p->h, "h2", page_text(p, N_("Why?")));
    EL(p->h, "p.why-answer", may);
    OPEN(p->h, "ol.why-steps");
    why_step(&out, PAGE_TEXT(p, N_("It needs the permission {1}."), permission));
    for (size_t i = 0; i < plan->n_roles; i++) {
        if (role_holds(&plan->roles[i], permission)) {
            bool held = p->cx->who->roles >> i & 1;
            why_step(&out, PAGE_TEXT(p,
                                     held ? N_("The role {1} holds it, and you have that role.")
                                          : N_("The role {1} holds it; you do not have it."),
                                     page_text(p, plan->roles[i].label)));
        }
    }
    end_step(&out);
    html_close(p->h, "ol");
    html_close(p->h, "section");
    return OK;
}

/* -- why this value -------------------------------------------------------------------------- */

static enum err find_subject(struct page_cx *p, const struct entity_info *info, int64_t id,
                             void **record)
{
    const struct entity *e = info->entity;
    *record = arena_alloc(p->cx->arena, e->shape.size);
    if (!(e->flags & E_LINE)) {
        TRY(store_get(p->cx, e, id, *record));
        return store_load_lines(p->cx, e, *record);
    }
    /* A line is found by its id in the list of lines, which holds the row filter of its parent. */
    struct list_page page;
    const struct list_query query = {
        .entity = e,
        .filters = { { .field = TEXT("id"),
                       .op = LIST_EQ,
                       .value = text_fmt(p->cx->arena, "%lld", (long long)id) } },
        .n_filters = 1,
        .limit = 1,
    };
    TRY(list_read(p->cx, &query, &page));
    if (page.n == 0) {
        return refuse(p->cx, &refusal_not_found, TEXT_NONE);
    }
    memcpy(*record, page.records, e->shape.size);
    return OK;
}

static enum err explain(struct page_cx *p, const struct entity_info *info, const struct field *f,
                        const struct why *why, const void *record)
{
    struct why_out out = { .page = p };
    refs_note(p->cx, info->fields, info->n_fields, record, info->entity->shape.size, 1);
    TRY(refs_load(p->cx));
    OPEN(p->h, "section.why");
    EL(p->h, "h2", PAGE_TEXT(p, N_("Why? {1}"), page_text(p, f->label)));
    OPEN(p->h, "p.why-answer");
    page_value(p, f, info->fields, info->n_fields, record);
    html_close(p->h, "p");
    OPEN(p->h, "ol.why-steps");
    enum err e = why->explain(p, record, &out);
    end_step(&out);
    html_close(p->h, "ol");
    html_close(p->h, "section");
    return e;
}

/* ENTITY/ID/FIELD, or permission/NAME. */
enum err office_why(struct page_cx *p)
{
    text_t rest;
    text_t first = text_copy(p->cx->arena, text_split(p->rest, '/', &rest));
    if (text_is(first, "permission")) {
        text_t name = text_copy(p->cx->arena, rest);
        return name.n > 0 && name.n < 60 ? explain_permission(p, name)
                                         : refuse(p->cx, &refusal_not_found, TEXT_NONE);
    }
    const struct entity_info *info = house_entity(p->cx->house, first);
    int64_t id;
    void *record;
    if (!info || text_to_i64(text_split(rest, '/', &rest), &id) != OK ||
        !cx_may(p->cx, info->entity->read)) {
        return refuse(p->cx, &refusal_not_found, TEXT_NONE);
    }
    const struct field *f = info_field(info, rest);
    const struct why *why = f ? office_why_of(p, info->entity, f->name) : NULL;
    if (!why || (f->flags & F_SECRET)) {
        return refuse(p->cx, &refusal_not_found, TEXT_NONE);
    }
    TRY(find_subject(p, info, id, &record));
    return explain(p, info, f, why, record);
}
