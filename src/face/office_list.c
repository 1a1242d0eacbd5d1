/* The list of an entity: filters, views, columns, rows that go on as one scrolls, and what can be
 * done with those that are selected. */
#include "face/office_list.h"

#include "meta/custom.h"
#include "meta/kinds.h"

#define COLUMNS_DEFAULT 7
#define WORDS_FIT       20 /* bytes that no column cuts */

/* -- what is asked for ----------------------------------------------------------------------- */

/* Parameters of the page itself; all others are filters, as in the HTTP interface. */
static bool is_own(text_t name)
{
    static const char *const own[] = { "view",  "columns", "after", "group", "by",
                                       "month", "saved",   "f",     "sum" };
    for (size_t i = 0; i < N_ELEMENTS(own); i++) {
        if (text_is(name, own[i])) {
            return true;
        }
    }
    return false;
}

static enum err take_params(struct page_cx *p, struct office_list *l)
{
    struct list_query *q = &l->query;
    *q = (struct list_query){ .entity = l->info->entity,
                              .limit = OFFICE_LIST_ROWS,
                              .within = OFFICE_SORT_ROWS };
    q->after = page_param(p, "after");
    for (size_t i = 0; i < p->n_params; i++) {
        text_t name = p->params[i].name, value = p->params[i].value;
        if (text_is(name, "q")) {
            q->q = value;
        } else if (text_is(name, "sort")) {
            q->sort = value;
        } else if (text_is(name, "archived")) {
            q->archived = text_is(value, "1") || text_is(value, "true");
        } else if (!is_own(name)) {
            TRY(list_filter_param(p->cx, q, name, value));
        }
    }
    return filter_text_take(p->cx, l->info, page_param(p, "f"), q);
}

/* -- columns --------------------------------------------------------------------------------- */

static bool can_stand(const struct field *f)
{
    return !(f->flags & F_SECRET) && f->kind != &kind_lines && f->kind != &kind_json &&
           f->kind != &kind_file && f->kind != &kind_long_text;
}

/* Shown unless the person chose otherwise: neither hidden nor the record's own counters. */
static bool by_default(const struct field *f)
{
    return can_stand(f) && !field_is_counter(f) && !(f->flags & F_HIDDEN);
}

static void add_column(struct office_list *l, const struct field *f)
{
    for (size_t i = 0; i < l->n_columns; i++) {
        if (l->columns[i] == f) {
            return;
        }
    }
    if (l->n_columns < OFFICE_TABLE_MAX) {
        l->columns[l->n_columns++] = f;
    }
}

static const struct field *row_named(const struct office_list *l, text_t name)
{
    for (size_t i = 0; i < l->n_rows; i++) {
        if (text_is(name, l->rows[i].name)) {
            return &l->rows[i];
        }
    }
    return NULL;
}

bool office_may_refer(const struct page_cx *p, const struct field *f)
{
    const struct entity_info *to = f->kind == &kind_ref
                                       ? house_entity(p->cx->house, text_of(f->target))
                                       : NULL;
    return !to || cx_may(p->cx, to->entity->read);
}

static bool is_due(const struct field *f)
{
    return strcmp(f->name, "due") == 0;
}

/* What people look for first: how it stands, when, who, how much; then words; then kinds; last
 * other records of the same sort, which few have. */
static int rank_of(const struct entity *e, const struct field *f)
{
    if (f->kind == &kind_ref && f->target && strcmp(f->target, e->name) == 0) {
        return 3;
    }
    bool when = (f->kind == &kind_date || f->kind == &kind_time) && (f->flags & F_READONLY);
    bool first = f->kind == &kind_state || when || f->kind == &kind_ref ||
                 strcmp(f->name, "total") == 0 || strcmp(f->name, "price") == 0 ||
                 strcmp(f->name, "amount") == 0 || strcmp(f->name, "quantity") == 0 || is_due(f);
    return first ? 0 : f->kind == &kind_choice || f->kind == &kind_boolean ? 2 : 1;
}

/* Amounts and numbers stand at the right, in the order of the table. */
static void numbers_last(struct office_list *l)
{
    const struct field *sorted[OFFICE_TABLE_MAX];
    size_t n = 0;
    for (int last = 0; last < 2; last++) {
        for (size_t i = 0; i < l->n_columns; i++) {
            if ((i > 0 && kind_is_number(l->columns[i]->kind)) == (last == 1)) {
                sorted[n++] = l->columns[i];
            }
        }
    }
    memcpy(l->columns, sorted, n * sizeof sorted[0]);
}

/* One moment says enough, and when it is due: not when it was recorded or closed too. */
static bool another_when(const struct office_list *l, const struct field *f)
{
    for (size_t i = 0; f->kind == &kind_time && !is_due(f) && i < l->n_columns; i++) {
        if (l->columns[i]->kind == &kind_time) {
            return true;
        }
    }
    return false;
}

static void add_named(const struct page_cx *p, struct office_list *l, text_t names)
{
    text_t rest = names;
    while (rest.s && rest.n > 0) {
        const struct field *f = row_named(l, text_trim(text_split(rest, ',', &rest)));
        if (f && can_stand(f) && office_may_refer(p, f)) {
            add_column(l, f);
        }
    }
}

static void default_columns(const struct page_cx *p, struct office_list *l)
{
    const struct entity *e = l->info->entity;
    if (e->columns) {
        add_named(p, l, text_of(e->columns));
        return;
    }
    const char *first[] = { e->code, e->title };
    for (size_t i = 0; i < N_ELEMENTS(first); i++) {
        const struct field *f = first[i] ? row_named(l, text_of(first[i])) : NULL;
        if (f && can_stand(f)) {
            add_column(l, f);
        }
    }
    for (int rank = 0; rank < 4; rank++) {
        for (size_t i = 0; i < l->n_rows && l->n_columns < COLUMNS_DEFAULT; i++) {
            if (by_default(&l->rows[i]) && rank_of(e, &l->rows[i]) == rank &&
                office_may_refer(p, &l->rows[i]) && !another_when(l, &l->rows[i])) {
                add_column(l, &l->rows[i]);
            }
        }
    }
    if (l->n_columns == 0) {
        add_column(l, &l->rows[0]);
    }
    numbers_last(l);
}

static void chosen_columns(struct page_cx *p, struct office_list *l)
{
    text_t rest = page_param(p, "columns");
    while (rest.s && rest.n > 0) {
        const struct field *f = row_named(l, text_trim(text_split(rest, ',', &rest)));
        if (f && can_stand(f)) {
            add_column(l, f);
        }
    }
    if (l->n_columns == 0) {
        default_columns(p, l);
    }
}

enum err office_list_open(struct page_cx *p, struct office_list *l)
{
    *l = (struct office_list){ .info = p->own->place.info };
    TRY(custom_rows(p->cx, l->info, &l->rows, &l->n_rows));
    chosen_columns(p, l);
    return take_params(p, l);
}

/* -- rows ------------------------------------------------------------------------------------ */

text_t office_title(struct page_cx *p, const struct entity_info *info, const void *record)
{
    const char *names[] = { info->entity->title, info->entity->code };
    for (size_t i = 0; i < N_ELEMENTS(names); i++) {
        const struct field *f = names[i] ? info_field(info, text_of(names[i])) : NULL;
        text_t t = f ? page_value_text(p, f, info->fields, info->n_fields, record) : TEXT_NONE;
        if (!text_empty(t)) {
            return t;
        }
    }
    return PAGE_TEXT(
        p, N_("{1} {2}"), page_text(p, info->entity->label),
        text_fmt(p->cx->arena, "%lld", (long long)((const struct record *)record)->id));
}

/* Where a row leads: the record, or of a line the record that it belongs to. */
text_t office_row_address(struct page_cx *p, const struct entity_info *info, const void *record)
{
    const struct entity *e = info->entity;
    const struct field *parent = e->parent ? info_field(info, text_of(e->parent)) : NULL;
    if (parent) {
        int64_t id;
        memcpy(&id, (const char *)record + parent->offset, sizeof id);
        return page_record_address(p, parent->target, id);
    }
    return text_fmt(p->cx->arena, "/office/%s/%lld", e->plural,
                    (long long)((const struct record *)record)->id);
}

/* Words that a column may cut; the rest of them is told to whoever points there. */
static text_t long_words(struct page_cx *p, const struct office_list *l, const struct field *f,
                         const void *record)
{
    text_t words = f->kind->storage == STORE_TEXT
                       ? page_value_text(p, f, l->rows, l->n_rows, record)
                       : TEXT_NONE;
    return words.n > WORDS_FIT ? words : TEXT_NONE;
}

static void put_row(struct page_cx *p, const struct office_list *l, const void *record)
{
    struct html *h = p->h;
    text_t address = office_row_address(p, l->info, record);
    int64_t id = ((const struct record *)record)->id;
    text_t number = text_fmt(p->cx->arena, "%lld", (long long)id);
    OPEN(h, "tr", { "data-id", number }, { "data-href", address });
    OPEN(h, "td.select");
    EMPTY(h, "input", { "type", TEXT("checkbox") }, { "data-select", TEXT("") },
          { "value", number },
          { "aria-label", PAGE_TEXT(p, N_("Select {1}"), office_title(p, l->info, record)) });
    html_close(h, "td");
    for (size_t i = 0; i < l->n_columns; i++) {
        const struct field *f = l->columns[i];
        if (i > 0) {
            bool right = kind_is_number(f->kind);
            OPEN(h, right ? "td.num" : "td",
                 { "data-label", right ? page_text(p, f->label) : TEXT_NONE },
                 { "title", long_words(p, l, f, record) });
            page_value(p, f, l->rows, l->n_rows, record);
            html_close(h, "td");
            continue;
        }
        text_t name = page_value_text(p, f, l->rows, l->n_rows, record);
        OPEN(h, kind_is_number(f->kind) ? "th.num" : "th", { "scope", TEXT("row") });
        EL(h, "a", text_empty(name) ? office_title(p, l->info, record) : name, { "href", address });
        html_close(h, "th");
    }
    html_close(h, "tr");
}

static void put_rows(struct page_cx *p, const struct office_list *l, const struct list_page *page)
{
    for (size_t i = 0; i < page->n; i++) {
        put_row(p, l, (const char *)page->records + i * l->info->entity->shape.size);
    }
}

/* The address that gives the rows behind these; TEXT_NONE at the end. */
static text_t more_address(struct page_cx *p, const struct office_list *l, text_t next)
{
    if (!next.s) {
        return TEXT_NONE;
    }
    struct page_cx rows = *p;
    rows.path = text_fmt(p->cx->arena, "/office/%s/rows", l->info->entity->plural);
    return page_address(&rows, text_fmt(p->cx->arena, "after=%s", next.s).s);
}

enum err office_rows(struct page_cx *p)
{
    struct office_list l;
    struct list_page page;
    TRY(office_list_open(p, &l));
    p->compact = true;
    TRY(list_read(p->cx, &l.query, &page));
    OPEN(p->h, "tbody", { "data-more", more_address(p, &l, page.next) });
    put_rows(p, &l, &page);
    html_close(p->h, "tbody");
    return OK;
}

/* -- the table ------------------------------------------------------------------------------- */

static void put_heading(struct page_cx *p, const struct office_list *l, const struct field *f)
{
    struct html *h = p->h;
    text_t sort = l->query.sort.s ? l->query.sort : text_of(l->info->entity->sort);
    bool down = sort.n > 1 && sort.s[0] == '-' &&
                text_is((text_t){ sort.s + 1, sort.n - 1 }, f->name);
    bool up = text_is(sort, f->name);
    text_t label = page_text(p, f->label);
    OPEN(h, kind_is_number(f->kind) ? "th.num" : "th", { "scope", TEXT("col") },
         { "aria-sort", up     ? TEXT("ascending")
                        : down ? TEXT("descending")
                               : TEXT_NONE });
    OPEN(h, "a",
         { "href",
           page_address(p, text_fmt(p->cx->arena, "after=&sort=%s%s", up ? "-" : "", f->name).s) });
    html_text(h, label);
    if (up || down) {
        page_icon(p, up ? "chevron-up" : "chevron-down");
    }
    html_close(h, "a");
    html_close(h, "th");
}

static void put_table(struct page_cx *p, const struct office_list *l, const struct list_page *page)
{
    struct html *h = p->h;
    text_t label = page_text(p, l->info->entity->label_plural);
    OPEN(h, "div.table-wrap", { "tabindex", TEXT("0") }, { "role", TEXT("region") },
         { "aria-label", label });
    OPEN(h, "table.list.cards", { "data-list", TEXT("") },
         { "data-more", more_address(p, l, page->next) });
    EL(h, "caption.visually-hidden", label);
    OPEN(h, "thead");
    OPEN(h, "tr");
    OPEN(h, "th.select", { "scope", TEXT("col") });
    EMPTY(h, "input", { "type", TEXT("checkbox") }, { "data-select-all", TEXT("") },
          { "aria-label", page_text(p, N_("Select all that are shown")) });
    html_close(h, "th");
    for (size_t i = 0; i < l->n_columns; i++) {
        put_heading(p, l, l->columns[i]);
    }
    html_close(h, "tr");
    html_close(h, "thead");
    OPEN(h, "tbody");
    put_rows(p, l, page);
    html_close(h, "tbody");
    html_close(h, "table");
    html_close(h, "div");
}

/* -- around the table ------------------------------------------------------------------------ */

/* What makes a new one has a button of its own. */
static bool is_offered(const struct page_cx *p, const struct office_list *l,
                       const struct command *c)
{
    return !(c->flags & (C_RECORD | C_READ)) && cx_may(p->cx, c->permission) &&
           !(l->info->entity->write && c == office_create(p, l->info));
}

/* What can be done with the collection, behind one button. */
static void put_commands(struct page_cx *p, const struct office_list *l, bool writes)
{
    const struct entity *e = l->info->entity;
    struct arena *a = p->cx->arena;
    bool any = writes;
    for (size_t i = 0; i < l->info->n_commands && !any; i++) {
        any = is_offered(p, l, l->info->commands[i]);
    }
    if (!any) {
        return;
    }
    OPEN(p->h, "details.more-menu");
    OPEN(p->h, "summary.button");
    EL(p->h, "span", page_text(p, N_("Actions")));
    page_icon(p, "chevron-down");
    html_close(p->h, "summary");
    OPEN(p->h, "div.menu");
    for (size_t i = 0; i < l->info->n_commands; i++) {
        const struct command *c = l->info->commands[i];
        if (is_offered(p, l, c)) {
            EL(p->h, "a", page_text(p, c->label),
               { "href", text_fmt(a, "/office/%s/do/%s", e->plural, c->name) });
        }
    }
    if (writes) {
        EL(p->h, "a", page_text(p, N_("Import")),
           { "href", text_fmt(a, "/office/%s/import", e->plural) });
    }
    html_close(p->h, "div");
    html_close(p->h, "details");
}

static void put_actions(struct page_cx *p, const struct office_list *l)
{
    text_t new = office_new_address(p, l->info);
    put_commands(p, l, new.s && !office_create(p, l->info));
    if (new.s) {
        OPEN(p->h, "a.button.primary", { "href", new }, { "data-key", TEXT("n") });
        page_icon(p, "plus");
        EL(p->h, "span", page_text(p, N_("New")));
        html_close(p->h, "a");
    }
}

static void put_filter(struct page_cx *p, const struct office_list *l)
{
    struct html *h = p->h;
    OPEN(h, "form.filter", { "method", TEXT("get") }, { "action", p->path },
         { "role", TEXT("search") });
    page_icon(p, "filter");
    EMPTY(h, "input", { "type", TEXT("search") }, { "name", TEXT("f") },
          { "value", page_param(p, "f") }, { "data-filter", text_of(l->info->entity->plural) },
          { "placeholder", page_text(p, N_("Filter: words, state: placed, total > 100")) },
          { "aria-label", page_text(p, N_("Filter")) }, { "autocomplete", TEXT("off") });
    for (size_t i = 0; i < p->n_params; i++) {
        if (!text_is(p->params[i].name, "f") && !text_is(p->params[i].name, "after")) {
            EMPTY(h, "input", { "type", TEXT("hidden") }, { "name", p->params[i].name },
                  { "value", p->params[i].value });
        }
    }
    EL(h, "button.visually-hidden", page_text(p, N_("Filter")), { "type", TEXT("submit") });
    html_close(h, "form");
}

static void put_view(struct page_cx *p, const char *name, const char *icon, const char *label)
{
    text_t now = page_param(p, "view");
    bool here = text_is(now, name) || (text_empty(now) && strcmp(name, "table") == 0);
    OPEN(p->h, "a.button.quiet",
         { "href", page_address(p, text_fmt(p->cx->arena, "after=&view=%s", name).s) },
         { "aria-current", here ? TEXT("true") : TEXT_NONE }, { "title", page_text(p, label) });
    page_icon(p, icon);
    EL(p->h, "span.visually-hidden", page_text(p, label));
    html_close(p->h, "a");
}

static void put_columns(struct page_cx *p, const struct office_list *l)
{
    struct html *h = p->h;
    OPEN(h, "details.more-menu");
    OPEN(h, "summary.button.quiet.icon-only", { "title", page_text(p, N_("Columns")) });
    page_icon(p, "columns");
    EL(h, "span.visually-hidden", page_text(p, N_("Columns")));
    html_close(h, "summary");
    OPEN(h, "form.menu", { "method", TEXT("get") }, { "action", p->path },
         { "data-columns", TEXT("") });
    for (size_t i = 0; i < l->n_rows; i++) {
        const struct field *f = &l->rows[i];
        bool on = false;
        if (!can_stand(f)) {
            continue;
        }
        for (size_t c = 0; c < l->n_columns; c++) {
            on = on || l->columns[c] == f;
        }
        OPEN(h, "label");
        EMPTY(h, "input", { "type", TEXT("checkbox") }, { "value", text_of(f->name) },
              { "checked", on ? TEXT("") : TEXT_NONE });
        html_text(h, page_text(p, f->label));
        html_close(h, "label");
    }
    EL(h, "button.button", page_text(p, N_("Show these")), { "type", TEXT("submit") });
    html_close(h, "form");
    html_close(h, "details");
}

static text_t export_address(struct page_cx *p, const struct office_list *l, const char *format)
{
    struct page_cx api = *p;
    api.path = text_fmt(p->cx->arena, "/api/v1/%s/export", l->info->entity->plural);
    struct buf b;
    buf_init(&b, p->cx->arena, (size_t)8 * 1024);
    buf_fmt(&b, "view=&columns=&after=&group=&by=&month=&saved=&f=&filter=%s&format=%s&fields=",
            page_encode(p, page_param(p, "f")).s ? page_encode(p, page_param(p, "f")).s : "",
            format);
    for (size_t i = 0; i < l->n_columns; i++) {
        buf_fmt(&b, i ? ",%s" : "%s", l->columns[i]->name);
    }
    return page_address(&api, buf_done(&b).s);
}

static void put_export(struct page_cx *p, const struct office_list *l)
{
    struct html *h = p->h;
    OPEN(h, "details.more-menu");
    OPEN(h, "summary.button.quiet.icon-only", { "title", page_text(p, N_("Export")) });
    page_icon(p, "download");
    EL(h, "span.visually-hidden", page_text(p, N_("Export")));
    html_close(h, "summary");
    OPEN(h, "div.menu");
    EL(h, "a", page_text(p, N_("Spreadsheet (XLSX)")), { "href", export_address(p, l, "xlsx") },
       { "download", TEXT("") });
    EL(h, "a", TEXT("CSV"), { "href", export_address(p, l, "csv") }, { "download", TEXT("") });
    html_close(h, "div");
    html_close(h, "details");
}

static void put_bar(struct page_cx *p, const struct office_list *l)
{
    OPEN(p->h, "div.list-bar");
    put_filter(p, l);
    OPEN(p->h, "div.row");
    put_view(p, "table", "list", N_("Table"));
    if (office_state_field(l->info)) {
        put_view(p, "board", "board", N_("Board by state"));
    }
    if (office_date_field(l->info)) {
        put_view(p, "calendar", "calendar", N_("Calendar"));
    }
    put_view(p, "chart", "chart", N_("Groups and chart"));
    put_columns(p, l);
    put_export(p, l);
    html_close(p->h, "div");
    html_close(p->h, "div");
}

/* The filters in force, each with a way to take it away. */
static void put_chips(struct page_cx *p, const struct office_list *l)
{
    struct html *h = p->h;
    if (l->query.n_filters == 0 && text_empty(l->query.q)) {
        return;
    }
    OPEN(h, "ul.chips");
    for (size_t i = 0; i < p->n_params; i++) {
        text_t name = p->params[i].name;
        struct list_query one = { .entity = l->info->entity };
        if (is_own(name) || text_is(name, "sort") || text_is(name, "archived") ||
            text_is(name, "q") || list_filter_param(p->cx, &one, name, p->params[i].value) != OK) {
            continue;
        }
        OPEN(h, "li.chip");
        EL(h, "span", filter_text_show(p->cx, l->info, &one.filters[0]));
        EL(h, "a.remove", TEXT("×"),
           { "href",
             page_address(p, text_fmt(p->cx->arena, "after=&%s=", page_encode(p, name).s).s) },
           { "aria-label", page_text(p, N_("Take this filter away")) });
        html_close(h, "li");
    }
    html_close(h, "ul");
}

static bool needs_nothing(const struct command *c)
{
    for (size_t i = 0; c->args && i < c->args->n_fields; i++) {
        if (c->args->fields[i].flags & F_REQUIRED) {
            return false;
        }
    }
    return true;
}

static void put_bulk(struct page_cx *p, const struct office_list *l)
{
    struct html *h = p->h;
    const struct entity *e = l->info->entity;
    OPEN(h, "div.bulk", { "hidden", TEXT("") }, { "role", TEXT("region") },
         { "aria-label", page_text(p, N_("What to do with the selected rows")) });
    EL(h, "span.bulk-count", TEXT(""));
    for (size_t i = 0; i < l->info->n_commands; i++) {
        const struct command *c = l->info->commands[i];
        if ((c->flags & C_RECORD) && !(c->flags & C_READ) && needs_nothing(c) &&
            cx_may(p->cx, c->permission)) {
            EL(h, "button.button", page_text(p, c->label), { "type", TEXT("button") },
               { "data-bulk",
                 text_fmt(p->cx->arena, "POST /api/v1/%s/{id}/%s", e->plural, c->name) });
        }
    }
    if (e->write && !(e->flags & E_POSTED) && cx_may(p->cx, e->write)) {
        EL(h, "button.button.danger", page_text(p, N_("Put away")), { "type", TEXT("button") },
           { "data-bulk", text_fmt(p->cx->arena, "%s /api/v1/%s/{id}", "DELETE", e->plural) },
           { "data-confirm", page_text(p, N_("Put the selected records away?")) });
    }
    html_close(h, "div");
}

static enum err put_contents(struct page_cx *p, struct office_list *l)
{
    struct list_page page;
    text_t view = page_param(p, "view");
    if (text_is(view, "board") && office_state_field(l->info)) {
        return office_board(p, l);
    }
    if (text_is(view, "calendar") && office_date_field(l->info)) {
        return office_calendar(p, l);
    }
    if (text_is(view, "chart")) {
        return office_groups(p, l);
    }
    TRY(list_read(p->cx, &l->query, &page));
    if (page.n == 0) {
        bool narrowed = l->query.n_filters > 0 || !text_empty(l->query.q);
        text_t new = office_new_address(p, l->info);
        page_empty(p, narrowed ? N_("Nothing fits this filter.") : l->info->entity->help,
                   narrowed ? N_("Show all")
                   : new.s  ? N_("Make the first one")
                            : NULL,
                   narrowed ? office_collection(p, l->info) : new);
        return OK;
    }
    put_table(p, l, &page);
    if (page.partial) {
        EL(p->h, "p.notice",
           PAGE_TEXT(p,
                     N_("Only the newest {1} of these are sorted here: filter for the others, or "
                        "sort by something else."),
                     page_integer(p, OFFICE_SORT_ROWS)));
    }
    put_bulk(p, l);
    return OK;
}

text_t office_collection(struct page_cx *p, const struct entity_info *info)
{
    return text_fmt(p->cx->arena, "/office/%s", info->entity->plural);
}

bool office_may_list(const struct page_cx *p, const struct entity_info *info)
{
    return cx_may(p->cx, info->entity->read);
}

/* A filter that cannot be understood is no reason to take the list away: what was typed stays and
 * what is wrong with it is said below. */
static enum err put_trouble(struct page_cx *p, const struct failure *why)
{
    p->status = why->why->status == 403 ? 403 : 200;
    OPEN(p->h, "div.notice.warn", { "role", TEXT("alert") });
    EL(p->h, "p", page_text_with(p, why->why->detail, why->args, N_ELEMENTS(why->args)));
    html_close(p->h, "div");
    return OK;
}

enum err office_list(struct page_cx *p)
{
    struct office_list l;
    const struct crumb crumbs[] = { { page_text(p, p->own->place.area->label), TEXT_NONE } };
    enum err trouble = office_list_open(p, &l);
    struct failure why = p->cx->failure;
    if (trouble != OK && trouble != ERR_REFUSED) {
        return trouble;
    }
    p->compact = true;
    office_head(p, crumbs, 1, page_text(p, l.info->entity->label_plural));
    put_actions(p, &l);
    office_head_end(p);
    TRY(office_saved_views(p, &l));
    put_bar(p, &l);
    if (trouble == OK) {
        put_chips(p, &l);
        trouble = put_contents(p, &l);
        why = p->cx->failure;
    }
    return trouble == ERR_REFUSED ? put_trouble(p, &why) : trouble;
}
