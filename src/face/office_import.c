/* Importing a file into a list: choose, see what would happen, decide about columns, do it. The
 * script sends the file to /api/v1/PLURAL/import and shows what it answers. */
#include "face/office_list.h"

#include "meta/custom.h"
#include "meta/kinds.h"

static void put_fields(struct page_cx *p, const struct entity_info *info)
{
    struct html *h = p->h;
    const struct field *rows;
    size_t n;
    if (custom_rows(p->cx, info, &rows, &n) != OK) {
        return;
    }
    const struct table_col cols[] = { { .label = N_("Column") },
                                      { .label = N_("What it is"), .grow = true },
                                      { .label = N_("Needed") } };
    EL(h, "h2", page_text(p, N_("Columns that can be imported")));
    page_table(p, N_("Columns that can be imported"), cols, N_ELEMENTS(cols));
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &rows[i];
        if (field_is_counter(f) || (f->flags & (F_READONLY | F_COMPUTED | F_SECRET)) ||
            f->kind == &kind_lines || f->kind == &kind_state) {
            continue;
        }
        page_row(p);
        page_cell_open(p);
        EL(p->h, "code.mono", text_of(f->name));
        page_cell_close(p);
        page_cell(p, page_text(p, f->label));
        page_cell(p, f->flags & F_REQUIRED && !f->fallback ? page_text(p, N_("yes")) : TEXT(""));
        page_row_end(p);
    }
    page_table_end(p);
}

enum err office_import(struct page_cx *p)
{
    struct html *h = p->h;
    const struct entity_info *info = p->own->place.info;
    const struct entity *e = info->entity;
    if (!e->write || (e->flags & (E_POSTED | E_LINE))) {
        return refuse(p->cx, &refusal_not_found, TEXT_NONE);
    }
    if (!cx_may(p->cx, e->write)) {
        return REFUSE(p->cx, &refusal_forbidden, TEXT_NONE, text_of(e->write));
    }
    const struct crumb crumbs[] = { { page_text(p, info->area->label), TEXT_NONE },
                                    { page_text(p, e->label_plural), office_collection(p, info) } };
    office_head(p, crumbs, 2, page_text(p, N_("Import")));
    office_head_end(p);
    EL(h, "p.lead",
       page_text(p, N_("Choose a CSV file whose first line names the columns. Nothing is changed "
                       "before you have seen what would happen.")));
    OPEN(h, "form.import",
         { "data-import", text_fmt(p->cx->arena, "/api/v1/%s/import", e->plural) },
         { "data-fields", text_of(e->plural) }, { "data-then", office_collection(p, info) });
    OPEN(h, "div.field");
    EL(h, "label", page_text(p, N_("File")), { "for", TEXT("import-file") });
    EMPTY(h, "input#import-file", { "type", TEXT("file") }, { "accept", TEXT(".csv,text/csv") },
          { "required", TEXT("") });
    html_close(h, "div");
    EMPTY(h, "div.import-preview", { "role", TEXT("status") });
    OPEN(h, "div.form-actions");
    OPEN(h, "button.button.primary", { "type", TEXT("submit") }, { "disabled", TEXT("") });
    EL(h, "span", page_text(p, N_("Import these rows")));
    html_close(h, "button");
    html_close(h, "div");
    html_close(h, "form");
    put_fields(p, info);
    return OK;
}
