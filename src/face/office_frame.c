/* The frame of the office: head of the document, top bar, the house at the left, the page. */
#include "face/office_own.h"

#include "meta/locale.h"
#include "meta/zone.h"

#define SITES_SHOWN 50

static const char *const group_labels[] = {
    [GROUP_FRONT] = N_("Front office"),
    [GROUP_BACK] = N_("Back office"),
    [GROUP_INSIGHT] = N_("Insight"),
    [GROUP_HOUSE] = N_("The house"),
};

/* -- head ------------------------------------------------------------------------------------ */

static void put_script(struct html *h, const char *name)
{
    EL(h, "script", TEXT(""), { "type", TEXT("module") }, { "src", asset_address(name) });
}

static void put_head(struct page_cx *p, struct html *h)
{
    text_t title = p->title.s ? p->title : page_text(p, N_("Today"));
    OPEN(h, "head");
    EMPTY(h, "meta", { "charset", TEXT("utf-8") });
    EMPTY(h, "meta", { "name", TEXT("viewport") },
          { "content", TEXT("width=device-width, initial-scale=1") });
    EMPTY(h, "meta", { "name", TEXT("robots") }, { "content", TEXT("noindex") });
    EMPTY(h, "meta", { "name", TEXT("color-scheme") }, { "content", TEXT("light dark") });
    EMPTY(h, "meta", { "name", TEXT("description") },
          { "content", page_text(p, N_("The office of the trading house.")) });
    EL(h, "title", text_fmt(p->cx->arena, "%s · Kontor", title.s));
    EMPTY(h, "link", { "rel", TEXT("stylesheet") }, { "href", asset_address("office.css") });
    EMPTY(h, "link", { "rel", TEXT("icon") }, { "type", TEXT("image/svg+xml") },
          { "href", asset_address("favicon.svg") });
    EMPTY(h, "link", { "rel", TEXT("manifest") }, { "href", TEXT("/inbox/manifest.json") });
    text_t texts = text_fmt(p->cx->arena, "texts-%s.js", p->cx->language);
    EL(h, "script", TEXT(""), { "defer", TEXT("") }, { "src", asset_address(texts.s) });
    put_script(h, "office.js");
    if (p->script) {
        put_script(h, p->script);
    }
    html_close(h, "head");
}

/* -- top bar --------------------------------------------------------------------------------- */

static void put_icon(struct html *h, const char *name, struct arena *a)
{
    OPEN(h, "svg.icon", { "aria-hidden", TEXT("true") }, { "focusable", TEXT("false") });
    EMPTY(h, "use", { "href", text_fmt(a, "%s#%s", asset_address("icons.svg").s, name) });
    html_close(h, "svg");
}

static void put_preference(struct page_cx *p, struct html *h, text_t label, text_t body, bool now)
{
    EL(h, "button", label, { "type", TEXT("button") },
       { "data-call", TEXT("POST /api/v1/user_accounts/preferences") }, { "data-body", body },
       { "data-then", TEXT("reload") }, { "aria-pressed", now ? TEXT("true") : TEXT("false") });
    (void)p;
}

static void open_menu(struct page_cx *p, struct html *h, const char *icon, text_t name,
                      text_t shown)
{
    OPEN(h, "details.more-menu");
    OPEN(h, "summary.button.quiet", { "title", name });
    put_icon(h, icon, p->cx->arena);
    EL(h, shown.s ? "span.menu-shown" : "span.visually-hidden", shown.s ? shown : name);
    html_close(h, "summary");
    OPEN(h, "div.menu", { "role", TEXT("group") }, { "aria-label", name });
}

static void close_menu(struct html *h)
{
    html_close(h, "div");
    html_close(h, "details");
}

static void put_language(struct page_cx *p, struct html *h)
{
    struct arena *a = p->cx->arena;
    open_menu(p, h, "globe", page_text(p, N_("Language")), language_name(text_of(p->cx->language)));
    for (size_t i = 0; i < n_languages; i++) {
        EL(h, "button", language_name(text_of(languages[i])), { "type", TEXT("button") },
           { "lang", text_of(languages[i]) },
           { "data-call", TEXT("POST /api/v1/user_accounts/preferences") },
           { "data-body", text_fmt(a, "{\"language\":\"%s\"}", languages[i]) },
           { "data-then", TEXT("reload") },
           { "aria-pressed",
             strcmp(languages[i], p->cx->language) == 0 ? TEXT("true") : TEXT("false") });
    }
    close_menu(h);
}

static text_t text_member(const struct entity_info *info, const void *record, const char *name)
{
    const struct field *f = info_field(info, text_of(name));
    return f && f->kind->storage == STORE_TEXT
               ? *(const text_t *)(const void *)((const char *)record + f->offset)
               : TEXT_NONE;
}

/* The site that one works for: what Today and the counter show first. Master data: no statement. */
static void put_site(struct page_cx *p, struct html *h)
{
    const struct entity_info *info = house_entity(p->cx->house, TEXT("site"));
    const struct record *seen[SITES_SHOWN];
    char *sites = NULL;
    size_t n = 0, n_seen = 0;
    text_t shown = page_text(p, N_("All sites"));
    if (!info || !cx_may(p->cx, info->entity->read) ||
        store_select(p->cx, info->entity, "archived = 0 ORDER BY code", NULL, 0, &sites, &n) !=
            OK) {
        return;
    }
    for (size_t i = 0; i < n && n_seen < SITES_SHOWN; i++) {
        const struct record *r = (const void *)(sites + i * info->entity->shape.size);
        if (store_visible(p->cx, info->entity, r)) {
            seen[n_seen++] = r;
        }
    }
    for (size_t i = 0; i < n_seen; i++) {
        shown = seen[i]->id == p->site || n_seen == 1 ? text_member(info, seen[i], "name") : shown;
    }
    open_menu(p, h, "site", page_text(p, N_("Site")), shown);
    if (n_seen > 1) {
        put_preference(p, h, page_text(p, N_("All sites")), TEXT("{\"no_home_site\":true}"),
                       !p->site);
    }
    for (size_t i = 0; i < n_seen; i++) {
        put_preference(p, h, text_member(info, seen[i], "name"),
                       text_fmt(p->cx->arena, "{\"home_site\":%lld}", (long long)seen[i]->id),
                       seen[i]->id == p->site || n_seen == 1);
    }
    close_menu(h);
}

static void put_person(struct page_cx *p, struct html *h)
{
    static const struct {
        const char *label, *body;
    } themes[] = { { N_("As the system"), "{\"theme\":\"auto\"}" },
                   { N_("Light"), "{\"theme\":\"light\"}" },
                   { N_("Dark"), "{\"theme\":\"dark\"}" } };
    open_menu(p, h, "person", page_text(p, N_("You")), p->own->account.name);
    EL(h, "p.menu-title", page_text(p, N_("Appearance")));
    for (size_t i = 0; i < N_ELEMENTS(themes); i++) {
        put_preference(p, h, page_text(p, themes[i].label), text_of(themes[i].body),
                       p->own->account.theme == (int64_t)i);
    }
    EL(h, "p.menu-title", page_text(p, N_("Digits")));
    put_preference(p, h, TEXT("1 2 3"), TEXT("{\"digits\":\"latin\"}"),
                   p->own->account.digits != DIGITS_NATIVE);
    put_preference(p, h, TEXT("१ २ ३"), TEXT("{\"digits\":\"native\"}"),
                   p->own->account.digits == DIGITS_NATIVE);
    EMPTY(h, "hr");
    EL(h, "a", page_text(p, N_("Your account and sessions")), { "href", TEXT("/office/you") });
    EL(h, "button", page_text(p, N_("Keys of this page")), { "type", TEXT("button") },
       { "data-keys", TEXT("") });
    EL(h, "button", page_text(p, N_("Sign out")), { "type", TEXT("button") },
       { "data-call", TEXT("DELETE /api/v1/session") }, { "data-then", TEXT("/office/sign-in") });
    close_menu(h);
}

static void put_top(struct page_cx *p, struct html *h)
{
    struct arena *a = p->cx->arena;
    OPEN(h, "header.top");
    OPEN(h, "button.button.quiet.menu-button", { "type", TEXT("button") },
         { "aria-controls", TEXT("side") }, { "aria-expanded", TEXT("false") });
    put_icon(h, "menu", a);
    EL(h, "span.visually-hidden", page_text(p, N_("Menu")));
    html_close(h, "button");
    EL(h, "a.brand", TEXT("Kontor"), { "href", TEXT("/office") });
    OPEN(h, "button.find", { "type", TEXT("button") }, { "data-palette", TEXT("") },
         { "aria-keyshortcuts", TEXT("Control+K") });
    put_icon(h, "search", a);
    EL(h, "span.find-text", page_text(p, N_("Search or go to")));
    EL(h, "kbd", TEXT("Ctrl K"));
    html_close(h, "button");
    OPEN(h, "div.top-tools");
    OPEN(h, "a.button.quiet", { "href", TEXT("/inbox") }, { "title", page_text(p, N_("Tasks")) });
    put_icon(h, "inbox", a);
    EL(h, "span.visually-hidden", page_text(p, N_("Tasks")));
    html_close(h, "a");
    put_site(p, h);
    put_language(p, h);
    put_person(p, h);
    html_close(h, "div");
    html_close(h, "header");
}

/* -- the house at the left --------------------------------------------------------------------- */

struct menu_item {
    text_t label, address;
};
struct menu {
    struct page_cx *page;
    struct menu_item *items;
    size_t n, room;
};

static void menu_add(struct menu *m, const char *label, text_t address)
{
    if (m->n < m->room) {
        m->items[m->n++] = (struct menu_item){ page_text(m->page, label), address };
    }
}

static void menu_query(struct menu *m, const struct query *q)
{
    if (cx_may(m->page->cx, q->permission)) {
        menu_add(m, q->label, text_fmt(m->page->cx->arena, "/office/reports/%s", q->name));
    }
}

static void menu_page(struct menu *m, const struct page *page)
{
    if (page->in_menu && (!page->permission || cx_may(m->page->cx, page->permission))) {
        menu_add(m, page->label, text_fmt(m->page->cx->arena, "/office/%s", page->path));
    }
}

static void menu_entity(struct menu *m, const struct entity_info *info)
{
    if (office_may_list(m->page, info)) {
        menu_add(m, info->entity->label_plural, office_collection(m->page, info));
    }
}

static void menu_named(struct menu *m, const struct area *area, const struct area_face *face,
                       const char *path)
{
    const struct house *house = m->page->cx->house;
    for (size_t i = 0; i < face->n_pages; i++) {
        if (strcmp(face->pages[i].path, path) == 0) {
            menu_page(m, &face->pages[i]);
            return;
        }
    }
    if (strncmp(path, "reports/", 8) == 0) {
        const struct query *q = house_query(house, text_of(path + 8));
        if (q) {
            menu_query(m, q);
        }
        return;
    }
    const struct entity_info *info = house_collection(house, text_of(path));
    if (info) {
        menu_entity(m, info);
    }
    (void)area;
}

static void menu_all(struct menu *m, const struct area *area, const struct area_face *face)
{
    for (size_t i = 0; i < face->n_pages; i++) {
        menu_page(m, &face->pages[i]);
    }
    for (size_t i = 0; i < area->n_entities; i++) {
        if (!(area->entities[i]->flags & E_LINE)) {
            menu_entity(m, house_info(m->page->cx->house, area->entities[i]->index));
        }
    }
    for (size_t i = 0; i < area->n_queries; i++) {
        menu_query(m, &area->queries[i]);
    }
}

static struct menu menu_of(struct page_cx *p, const struct area *area)
{
    const struct area_face *face = office_face(area);
    size_t room = area->n_entities + area->n_queries + face->n_pages;
    for (const char *const *path = face->menu; path && *path; path++) {
        room++;
    }
    struct menu m = { .page = p,
                      .items = ARENA_ARRAY(p->cx->arena, room ? room : 1, struct menu_item),
                      .room = room };
    if (face->menu) {
        for (const char *const *path = face->menu; *path; path++) {
            menu_named(&m, area, face, *path);
        }
    } else {
        menu_all(&m, area, face);
    }
    return m;
}

static bool is_here(const struct page_cx *p, text_t address)
{
    return text_eq(p->path, address) ||
           (text_starts(p->path, address.s) && p->path.s[address.n] == '/');
}

static void put_menu_link(struct page_cx *p, struct html *h, text_t label, text_t address)
{
    OPEN(h, "li");
    EL(h, "a", label, { "href", address },
       { "aria-current", is_here(p, address) ? TEXT("page") : TEXT_NONE });
    html_close(h, "li");
}

static void put_area(struct page_cx *p, struct html *h, const struct area *area, bool *begun,
                     enum office_group group)
{
    struct menu m = menu_of(p, area);
    bool here = p->own->place.area == area;
    if (m.n == 0) {
        return;
    }
    for (size_t i = 0; i < m.n && !here; i++) {
        here = is_here(p, m.items[i].address);
    }
    if (!*begun) {
        OPEN(h, "section");
        EL(h, "h2", page_text(p, group_labels[group]));
        *begun = true;
    }
    if (m.n == 1) { /* nothing to unfold */
        OPEN(h, "a", { "href", m.items[0].address },
             { "aria-current", here ? TEXT("page") : TEXT_NONE });
        put_icon(h, office_face(area)->icon ? office_face(area)->icon : "box", p->cx->arena);
        EL(h, "span", page_text(p, area->label));
        html_close(h, "a");
        return;
    }
    OPEN(h, "details", { "open", here ? TEXT("") : TEXT_NONE });
    OPEN(h, "summary");
    put_icon(h, office_face(area)->icon ? office_face(area)->icon : "box", p->cx->arena);
    EL(h, "span", page_text(p, area->label));
    html_close(h, "summary");
    OPEN(h, "ul");
    for (size_t i = 0; i < m.n; i++) {
        put_menu_link(p, h, m.items[i].label, m.items[i].address);
    }
    html_close(h, "ul");
    html_close(h, "details");
}

static void put_side(struct page_cx *p, struct html *h)
{
    const struct house_plan *plan = house_plan(p->cx->house);
    OPEN(h, "nav#side.side", { "aria-label", page_text(p, N_("The house")) });
    OPEN(h, "ul.side-first");
    OPEN(h, "li");
    OPEN(h, "a", { "href", TEXT("/office") },
         { "aria-current", text_is(p->path, "/office") ? TEXT("page") : TEXT_NONE });
    put_icon(h, "home", p->cx->arena);
    EL(h, "span", page_text(p, N_("Today")));
    html_close(h, "a");
    html_close(h, "li");
    html_close(h, "ul");
    for (int group = GROUP_FRONT; group <= GROUP_HOUSE; group++) {
        bool begun = false;
        for (size_t i = 0; i < plan->n_areas; i++) {
            if ((int)office_face(plan->areas[i])->group == group) {
                put_area(p, h, plan->areas[i], &begun, (enum office_group)group);
            }
        }
        if (begun) {
            html_close(h, "section");
        }
    }
    html_close(h, "nav");
}

/* -- the document ------------------------------------------------------------------------------ */

/* What a printed page says of itself: of when it is, and whose. */
static void put_printed(struct page_cx *p, struct html *h)
{
    EL(h, "p.printed",
       PAGE_TEXT(p, N_("As of {1}, printed by {2}"), page_time(p, p->cx->now, TIME_SHORT),
                 p->own->account.name));
}

static void put_closing(struct page_cx *p, struct html *h)
{
    OPEN(h, "dialog#palette", { "aria-label", page_text(p, N_("Search or go to")) });
    EMPTY(h, "input", { "type", TEXT("search") }, { "autocomplete", TEXT("off") },
          { "role", TEXT("combobox") }, { "aria-expanded", TEXT("false") },
          { "aria-controls", TEXT("palette-results") }, { "aria-autocomplete", TEXT("list") },
          { "aria-label", page_text(p, N_("Search or go to")) },
          { "placeholder", page_text(p, N_("A name, number, page or command")) });
    EMPTY(h, "div#palette-results");
    html_close(h, "dialog");
    EMPTY(h, "aside#drawer.drawer", { "hidden", TEXT("") },
          { "aria-label", page_text(p, N_("Details")) });
    EMPTY(h, "div#toasts", { "role", TEXT("status") }, { "aria-live", TEXT("polite") });
}

static const char *theme_name(int64_t theme)
{
    static const char *const names[] = { "auto", "light", "dark" };
    return theme >= 0 && theme < (int64_t)N_ELEMENTS(names) ? names[theme] : "auto";
}

/* Whose page it is: scripts keep what was typed for that person alone. At the door nobody's. */
static text_t user_here(const struct page_cx *p)
{
    int64_t user = p->own->frame == FRAME_DOOR ? 0 : p->cx->who->user;
    return user ? text_fmt(p->cx->arena, "%lld", (long long)user) : TEXT_NONE;
}

text_t office_framed(struct page_cx *p)
{
    struct html frame, *h = &frame;
    html_init(h, p->cx->arena, OFFICE_PAGE_MAX + (size_t)256 * 1024);
    html_literal(h, "<!DOCTYPE html>\n");
    OPEN(h, "html", { "lang", text_of(p->cx->language) },
         { "data-theme", text_of(theme_name(p->own->account.theme)) },
         { "data-locale", text_of(format_locale(p->format)) }, { "data-user", user_here(p) });
    put_head(p, h);
    if (p->own->frame != FRAME_OFFICE) {
        OPEN(h, p->own->frame == FRAME_INBOX ? "body.inbox" : "body.plain");
        OPEN(h, p->own->frame == FRAME_DOOR ? "main#main.door" : "main#main",
             { "tabindex", TEXT("-1") });
        buf_text(&h->b, buf_done(&p->h->b));
        html_close(h, "main");
        EMPTY(h, "div#toasts", { "role", TEXT("status") }, { "aria-live", TEXT("polite") });
    } else {
        OPEN(h, "body.office");
        EL(h, "a.skip", page_text(p, N_("Skip to the page")), { "href", TEXT("#main") });
        put_top(p, h);
        put_side(p, h);
        OPEN(h, "main#main", { "tabindex", TEXT("-1") });
        buf_text(&h->b, buf_done(&p->h->b));
        put_printed(p, h);
        html_close(h, "main");
        put_closing(p, h);
    }
    html_close(h, "body");
    html_close(h, "html");
    if (!html_good(h) || !html_good(p->h)) {
        p->h->b.failed = true; /* answered 500: a page that is not well-formed hides something */
    }
    return buf_done(&h->b);
}

void office_person(struct page_cx *p)
{
    static const struct field zone_row = { .name = "time_zone", .label = "", .kind = &kind_text };
    const struct entity_info *company = house_entity(p->cx->house, TEXT("company"));
    text_t country = TEXT_NONE;
    void *record = company ? arena_alloc(p->cx->arena, company->entity->shape.size) : NULL;
    if (record && store_get_any(p->cx, company->entity, p->cx->company, record) == OK) {
        const struct field *zone = info_field(company, text_of(zone_row.name));
        const struct field *land = info_field(company, TEXT("country"));
        p->zone = zone ? *(const text_t *)((const char *)record + zone->offset) : TEXT_NONE;
        country = land ? *(const text_t *)((const char *)record + land->offset) : TEXT_NONE;
    }
    p->format = format_for(p->cx->language, country, (enum digits)p->own->account.digits);
}

/* -- headings, problems ------------------------------------------------------------------------ */

/* A place that is called like the page itself is not on the way to it. */
static void put_crumb(struct page_cx *p, const struct crumb *c, text_t title)
{
    if (text_empty(c->label) || text_eq(c->label, title)) {
        return;
    }
    OPEN(p->h, "li");
    if (c->address.s) {
        EL(p->h, "a", c->label, { "href", c->address });
    } else {
        EL(p->h, "span", c->label);
    }
    html_close(p->h, "li");
}

void office_head_open(struct page_cx *p, const struct crumb *crumbs, size_t n, text_t title)
{
    struct html *h = p->h;
    p->title = title;
    OPEN(h, "div.page-head");
    if (n > 0) {
        OPEN(h, "nav.crumbs", { "aria-label", page_text(p, N_("Where you are")) });
        OPEN(h, "ol");
        for (size_t i = 0; i < n; i++) {
            bool again = i + 1 < n && text_eq(crumbs[i].label, crumbs[i + 1].label);
            put_crumb(p, &crumbs[i], again ? crumbs[i].label : title);
        }
        html_close(h, "ol");
        html_close(h, "nav");
    }
    OPEN(h, "div.page-title");
    EL(h, "h1", title);
}

void office_head_actions(struct page_cx *p)
{
    html_close(p->h, "div");
    OPEN(p->h, "div.page-actions");
}

void office_head(struct page_cx *p, const struct crumb *crumbs, size_t n, text_t title)
{
    office_head_open(p, crumbs, n, title);
    office_head_actions(p);
}

void office_head_end(struct page_cx *p)
{
    html_close(p->h, "div");
    html_close(p->h, "div");
}

static text_t filled(struct page_cx *p, const char *msgid, const struct failure *f)
{
    return page_text_with(p, msgid, f->args, N_ELEMENTS(f->args));
}

void office_problem_page(struct page_cx *p, enum err outcome)
{
    struct failure f = p->cx->failure;
    if (!f.why) {
        f.why = outcome == ERR_NOT_FOUND ? &refusal_not_found : &refusal_internal;
    }
    p->status = f.why->status;
    p->own->place.fragment = false;
    office_head(p, NULL, 0, filled(p, f.why->title, &f));
    office_head_end(p);
    OPEN(p->h, "div.notice.warn", { "role", TEXT("alert") });
    EL(p->h, "p", filled(p, f.why->detail, &f));
    html_close(p->h, "div");
    OPEN(p->h, "p.row");
    if (f.why == &refusal_forbidden && f.args[0].s) {
        OPEN(p->h, "button.button", { "type", TEXT("button") },
             { "data-drawer", text_fmt(p->cx->arena, "/office/why/permission/%s", f.args[0].s) });
        page_icon(p, "question");
        EL(p->h, "span", page_text(p, N_("Why?")));
        html_close(p->h, "button");
    }
    if (f.why->status == 422 && p->n_params > 0) { /* the same page with nothing asked yet */
        page_button_link(p, N_("Start again"), "undo", p->path);
    }
    page_button_link(p, N_("Go to Today"), "home", TEXT("/office"));
    html_close(p->h, "p");
}
