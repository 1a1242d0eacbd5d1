/* What an address of the office means, from the tables: pages of the office and of areas, lists,
 * records, forms of commands, reports. */
#include "face/office_own.h"

#include "face/office_kernel.h"

/* An area without a face of its own stands in the last group with all that it has. */
static const struct area_face no_face = { .group = GROUP_HOUSE, .icon = "gear" };

const struct area_face *office_face(const struct area *area)
{
    if (area->face) {
        return area->face;
    }
    for (size_t i = 0; i < n_office_kernel_faces; i++) {
        if (strcmp(office_kernel_faces[i].area, area->name) == 0) {
            return office_kernel_faces[i].face;
        }
    }
    return &no_face;
}

/* Fits "site_day/:id" to "site_day/7", "why/:word" to "why/product/7/price". */
static bool page_fits(const struct page *page, text_t path, struct place_of *out)
{
    const char *mark = strchr(page->path, ':');
    if (!mark) {
        return text_is(path, page->path);
    }
    size_t n = (size_t)(mark - page->path);
    if (path.n <= n || memcmp(path.s, page->path, n) != 0) {
        return false;
    }
    text_t rest = { path.s + n, path.n - n };
    if (strcmp(mark, ":id") == 0) {
        return text_to_i64(rest, &out->id) == OK && out->id > 0;
    }
    out->rest = rest;
    return true;
}

static bool find_page(const struct page *pages, size_t n, const struct area *area, text_t path,
                      struct place_of *out)
{
    for (size_t i = 0; i < n; i++) {
        struct place_of found = { .page = &pages[i], .area = area };
        if (page_fits(&pages[i], path, &found)) {
            found.show = pages[i].show;
            found.permission = pages[i].permission;
            found.fragment = pages[i].fragment;
            *out = found;
            return true;
        }
    }
    return false;
}

static bool area_page(const struct office *o, text_t path, struct place_of *out)
{
    const struct house_plan *plan = house_plan(o->house);
    for (size_t i = 0; i < plan->n_areas; i++) {
        const struct area_face *face = office_face(plan->areas[i]);
        if (find_page(face->pages, face->n_pages, plan->areas[i], path, out)) {
            return true;
        }
    }
    return false;
}

static bool command_form(const struct office *o, text_t name, bool record, struct place_of *out)
{
    out->command = house_command(o->house, out->info->entity, name);
    out->show = office_do;
    out->permission = out->command ? out->command->permission : NULL;
    return out->command && (out->command->flags & C_RECORD) == (record ? C_RECORD : 0u);
}

/* PLURAL, PLURAL/new, PLURAL/rows, PLURAL/import, PLURAL/do/COMMAND, PLURAL/ID,
 * PLURAL/ID/do/COMMAND */
static bool collection(const struct office *o, text_t path, struct place_of *out)
{
    text_t rest;
    *out = (struct place_of){ .info = house_collection(o->house, text_split(path, '/', &rest)) };
    if (!out->info) {
        return false;
    }
    out->area = out->info->area;
    out->permission = out->info->entity->read;
    if (!rest.s) {
        out->show = office_list;
        return true;
    }
    text_t first = text_split(rest, '/', &rest);
    if (text_is(first, "do")) {
        return rest.s && command_form(o, rest, false, out);
    }
    if (!rest.s && text_is(first, "rows")) {
        out->show = office_rows;
        out->fragment = true;
        return true;
    }
    if (!rest.s && (text_is(first, "new") || text_is(first, "import"))) {
        out->show = text_is(first, "new") ? office_new_record : office_import;
        return true;
    }
    if (text_to_i64(first, &out->id) != OK || out->id <= 0) {
        return false;
    }
    if (!rest.s) {
        out->show = office_record;
        return !(out->info->entity->flags & E_LINE);
    }
    return text_is(text_split(rest, '/', &rest), "do") && rest.s &&
           command_form(o, rest, true, out);
}

static bool named_query(const struct office *o, text_t path, struct place_of *out)
{
    if (!text_starts(path, "reports/")) {
        return false;
    }
    *out = (struct place_of){ .query = house_query(o->house, (text_t){ path.s + 8, path.n - 8 }) };
    out->show = office_report;
    out->permission = out->query ? out->query->permission : NULL;
    return out->query != NULL;
}

bool office_route(const struct office *o, text_t path, struct place_of *out)
{
    text_t inner = TEXT("");
    bool inside = text_is(path, "/office");
    if (text_starts(path, "/office/")) {
        inside = true;
        inner = (text_t){ path.s + 8, path.n - 8 };
    }
    bool found = inside && (find_page(office_pages, n_office_pages, NULL, inner, out) ||
                            area_page(o, inner, out) || named_query(o, inner, out) ||
                            collection(o, inner, out));
    if (!found) { /* doors beside the office: the inbox */
        found = path.n > 1 && find_page(office_doors, n_office_doors, NULL,
                                        (text_t){ path.s + 1, path.n - 1 }, out);
    }
    if (!found) {
        *out = (struct place_of){ 0 };
    }
    return found;
}
