/* Finding: the search over everything (Ctrl-K) and the choices of a reference while one types. */
#include "face/office_list.h"

#include "face/office_record.h"
#include "meta/search.h"

#define FIND_RECORDS 5 /* of one kind */
#define FIND_PLACES  8
#define LOOKUP_MAX   10

/* -- go to ----------------------------------------------------------------------------------- */

struct finding {
    struct page_cx *page;
    text_t words[8];
    size_t n_words;
    size_t n; /* what was found so far */
};

static bool fits(const struct finding *f, text_t label)
{
    text_t folded = search_fold(f->page->cx->arena, label);
    for (size_t i = 0; i < f->n_words; i++) {
        if (!strstr(folded.s, f->words[i].s)) {
            return false;
        }
    }
    return f->n_words > 0;
}

static void put_option(struct finding *f, const char *icon, text_t label, text_t note,
                       text_t address)
{
    struct html *h = f->page->h;
    OPEN(h, "li", { "role", TEXT("none") });
    OPEN(h, "a", { "href", address }, { "tabindex", TEXT("-1") }, { "role", TEXT("option") },
         { "id", text_fmt(f->page->cx->arena, "found-%zu", f->n) },
         { "aria-selected", TEXT("false") });
    page_icon(f->page, icon);
    EL(h, "span.found-label", label);
    EL(h, "span.found-note", note);
    html_close(h, "a");
    html_close(h, "li");
    f->n++;
}

static void find_place(struct finding *f, const char *icon, const char *label, const char *note,
                       text_t address)
{
    text_t t = page_text(f->page, label);
    if (f->n < FIND_PLACES && fits(f, t)) {
        put_option(f, icon, t, page_text(f->page, note), address);
    }
}

static void find_in_entity(struct finding *f, const struct entity_info *info)
{
    struct page_cx *p = f->page;
    const struct entity *e = info->entity;
    if (!office_may_list(p, info)) {
        return;
    }
    find_place(f, "list", e->label_plural, info->area->label, office_collection(p, info));
    text_t new = office_new_address(p, info);
    if (new.s) {
        text_t label = PAGE_TEXT(p, N_("New: {1}"), page_text(p, e->label));
        if (f->n < FIND_PLACES && fits(f, label)) {
            put_option(f, "plus", label, page_text(p, info->area->label), new);
        }
    }
    for (size_t i = 0; i < info->n_commands; i++) {
        const struct command *c = info->commands[i];
        bool told = new.s &&c == office_create(p, info);
        if (!told && !(c->flags & (C_RECORD | C_READ)) && cx_may(p->cx, c->permission)) {
            find_place(f, "arrow-right", c->label, e->label_plural,
                       text_fmt(p->cx->arena, "/office/%s/do/%s", e->plural, c->name));
        }
    }
}

static void find_places(struct finding *f)
{
    struct page_cx *p = f->page;
    const struct house_plan *plan = house_plan(p->cx->house);
    find_place(f, "home", N_("Today"), N_("Office"), TEXT("/office"));
    for (size_t i = 0; i < plan->n_areas; i++) {
        const struct area *area = plan->areas[i];
        const struct area_face *face = office_face(area);
        for (size_t k = 0; k < face->n_pages; k++) {
            const struct page *page = &face->pages[k];
            if (page->in_menu && (!page->permission || cx_may(p->cx, page->permission))) {
                find_place(f, page->icon ? page->icon : "file", page->label, area->label,
                           text_fmt(p->cx->arena, "/office/%s", page->path));
            }
        }
        for (size_t k = 0; k < area->n_entities; k++) {
            find_in_entity(f, house_info(p->cx->house, area->entities[k]->index));
        }
        for (size_t k = 0; k < area->n_queries; k++) {
            if (cx_may(p->cx, area->queries[k].permission)) {
                find_place(f, "chart", area->queries[k].label, N_("Report"),
                           text_fmt(p->cx->arena, "/office/reports/%s", area->queries[k].name));
            }
        }
    }
}

/* -- records --------------------------------------------------------------------------------- */

static enum err find_records(struct finding *f, text_t q)
{
    struct page_cx *p = f->page;
    for (size_t e = 0; e < E_COUNT; e++) {
        const struct entity_info *info = house_info(p->cx->house, (enum entity_index)e);
        struct list_page page;
        if (!info || !info->entity || (info->entity->flags & E_LINE) || !search_indexed(info) ||
            !office_may_list(p, info)) {
            continue;
        }
        const struct list_query query = { .entity = info->entity, .q = q, .limit = FIND_RECORDS };
        TRY(list_read(p->cx, &query, &page));
        for (size_t i = 0; i < page.n; i++) {
            const void *record = (const char *)page.records + i * info->entity->shape.size;
            const struct field *code = info->entity->code
                                           ? info_field(info, text_of(info->entity->code))
                                           : NULL;
            text_t shown = code ? page_value_text(p, code, info->fields, info->n_fields, record)
                                : TEXT("");
            text_t note = PAGE_TEXT(p, N_("{1} {2}"), page_text(p, info->entity->label), shown);
            put_option(f, office_face(info->area)->icon ? office_face(info->area)->icon : "box",
                       office_title(p, info, record), note, office_row_address(p, info, record));
        }
    }
    return OK;
}

enum err office_find(struct page_cx *p)
{
    struct finding f = { .page = p };
    text_t q = text_trim(page_param(p, "q"));
    if (q.n > 100) {
        q = TEXT("");
    }
    f.n_words = search_words(p->cx->arena, q, f.words, N_ELEMENTS(f.words));
    OPEN(p->h, "ul.found", { "role", TEXT("listbox") },
         { "aria-label", page_text(p, N_("What was found")) });
    find_places(&f);
    if (f.n_words > 0) {
        TRY(find_records(&f, q));
    }
    html_close(p->h, "ul");
    if (f.n == 0) {
        EL(p->h, "p.empty",
           f.n_words ? page_text(p, N_("Nothing was found. Try a part of the name or number."))
                     : page_text(p, N_("Type a name, a number, or what you want to do.")));
    }
    return OK;
}

/* -- choices of a reference ------------------------------------------------------------------ */

static void put_choice(struct page_cx *p, const struct entity_info *info, const void *record,
                       struct json_out *o)
{
    const struct entity *e = info->entity;
    const struct field *code = e->code ? info_field(info, text_of(e->code)) : NULL;
    const struct field *price = info_field(info, TEXT("price"));
    json_open(o, NULL, '{');
    json_put_i64(o, "id", ((const struct record *)record)->id);
    json_put_text(o, "code",
                  code ? page_value_text(p, code, info->fields, info->n_fields, record)
                       : TEXT_NONE);
    json_put_text(o, "label", office_title(p, info, record));
    if (price && price->kind == &kind_money) {
        json_put_text(o, "note", page_value_text(p, price, info->fields, info->n_fields, record));
        price->kind->to_json(p->cx, price, (const char *)record + price->offset, p->cx->decimals, o,
                             "price");
    }
    json_close(o, '}');
}

enum err office_find_exact(struct page_cx *p, const struct entity_info *info, text_t code,
                           void *record)
{
    const struct entity *entity = info->entity;
    enum err e = entity->code ? store_find(p->cx, entity, entity->code, code, record)
                              : ERR_NOT_FOUND;
    return e == ERR_NOT_FOUND && entity->scanned ? entity->scanned(p->cx, code, record) : e;
}

enum err office_lookup(struct page_cx *p)
{
    const struct entity_info *info = house_entity(p->cx->house, p->rest);
    text_t q = text_trim(page_param(p, "q"));
    struct json_out o;
    if (!info || !cx_may(p->cx, info->entity->read)) {
        return refuse(p->cx, &refusal_not_found, TEXT_NONE);
    }
    p->own->content_type = "application/json";
    json_out_init(&o, &p->h->b);
    json_open(&o, NULL, '[');
    if (!text_empty(page_param(p, "exact"))) {
        void *record = arena_alloc(p->cx->arena, info->entity->shape.size);
        enum err e = q.n > 0 && q.n <= 200 ? office_find_exact(p, info, q, record) : ERR_NOT_FOUND;
        if (e == OK && store_visible(p->cx, info->entity, record)) {
            put_choice(p, info, record, &o);
        } else if (e != OK && e != ERR_NOT_FOUND) {
            return e;
        }
    } else {
        struct list_page page;
        const struct list_query query = { .entity = info->entity,
                                          .q = search_indexed(info) ? q : TEXT_NONE,
                                          .limit = LOOKUP_MAX };
        TRY(list_read(p->cx, &query, &page));
        for (size_t i = 0; i < page.n; i++) {
            put_choice(p, info, (const char *)page.records + i * info->entity->shape.size, &o);
        }
    }
    json_close(&o, ']');
    return OK;
}
