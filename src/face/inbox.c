/* The inbox on a phone: my tasks and those that I may take, one at a time, with their clocks. */
#include "face/inbox.h"

#include "face/office_list.h"
#include "flow/account.h"

#define TASKS_SHOWN  50
#define PEOPLE_SHOWN 500
#define SOON_US      (INT64_C(30) * 60 * US_PER_SECOND)

/* -- which tasks ----------------------------------------------------------------------------- */

static struct list_query open_tasks(int64_t limit)
{
    return (struct list_query){
        .entity = &task_entity,
        .filters = { { .field = TEXT("state"), .op = LIST_IN, .value = TEXT("open,claimed") } },
        .n_filters = 1,
        .sort = TEXT("due"),
        .limit = limit,
    };
}

enum err inbox_mine(struct page_cx *p, int64_t limit, struct list_page *page)
{
    struct list_query q = open_tasks(limit);
    q.filters[q.n_filters++] = (struct list_filter){
        .field = TEXT("assignee"),
        .op = LIST_EQ,
        .value = text_fmt(p->cx->arena, "%lld", (long long)p->cx->who->user),
    };
    return list_read(p->cx, &q, page);
}

/* The names of the person's roles, as a filter takes them; none: TEXT_NONE. */
static text_t my_roles(struct page_cx *p)
{
    const struct house_plan *plan = house_plan(p->cx->house);
    struct buf b;
    buf_init(&b, p->cx->arena, 2000);
    for (size_t i = 0; i < plan->n_roles && i < 64; i++) {
        if (p->cx->who->roles >> i & 1) {
            buf_fmt(&b, b.n ? ",%s" : "%s", plan->roles[i].name);
        }
    }
    return b.n ? buf_done(&b) : TEXT_NONE;
}

enum err inbox_free(struct page_cx *p, int64_t limit, struct list_page *page)
{
    struct list_query q = open_tasks(limit);
    text_t roles = my_roles(p);
    *page = (struct list_page){ .total = -1 };
    if (!roles.s) {
        return OK;
    }
    q.filters[q.n_filters++] = (struct list_filter){ .field = TEXT("assignee"), .op = LIST_EMPTY };
    if (!p->cx->who->all) {
        q.filters[q.n_filters++] =
            (struct list_filter){ .field = TEXT("role"), .op = LIST_IN, .value = roles };
    }
    return list_read(p->cx, &q, page);
}

/* -- one task -------------------------------------------------------------------------------- */

void inbox_clock(struct page_cx *p, const struct task *t)
{
    if (instant_none(t->due)) {
        return;
    }
    int64_t left = t->due.us - p->cx->now.us;
    OPEN(p->h,
         left < 0         ? "span.clock.late"
         : left < SOON_US ? "span.clock.soon"
                          : "span.clock",
         { "title", page_time(p, t->due, TIME_MEDIUM) });
    page_icon(p, "clock");
    html_text(p->h, left < 0 ? PAGE_TEXT(p, N_("late: {1}"), page_ago(p, t->due))
                             : PAGE_TEXT(p, N_("due {1}"), page_ago(p, t->due)));
    html_close(p->h, "span");
}

static void put_card(struct page_cx *p, const struct task *t)
{
    struct html *h = p->h;
    OPEN(h, "li.task-card");
    EL(h, "a.task-title", page_text(p, t->title.s ? t->title.s : ""),
       { "href", text_fmt(p->cx->arena, "/inbox/%lld", (long long)t->record.id) });
    if (t->subject_entity.s && t->subject) {
        OPEN(h, "p.task-about");
        page_source(p, t->subject_entity, t->subject);
        html_close(h, "p");
    }
    OPEN(h, "p.row");
    inbox_clock(p, t);
    if (t->site.id) {
        page_link(p, "site", t->site.id);
    }
    html_close(h, "p");
    if (t->state == TASK_OPEN) {
        page_button_call(
            p, &(struct call_button){
                   .label = N_("Claim"),
                   .icon = "check",
                   .permission = "task.work",
                   .call = text_fmt(p->cx->arena, "POST /api/v1/tasks/%lld/claim",
                                    (long long)t->record.id),
                   .then = text_fmt(p->cx->arena, "/inbox/%lld", (long long)t->record.id) });
    }
    html_close(h, "li");
}

/* What the tasks are about: one statement for each kind of thing. */
static void note_subjects(struct page_cx *p, const struct list_page *page)
{
    const struct task *tasks = page->records;
    for (size_t i = 0; i < page->n; i++) {
        if (tasks[i].subject_entity.s && tasks[i].subject) {
            refs_note_one(p->cx, tasks[i].subject_entity.s, tasks[i].subject);
        }
    }
}

static void put_cards(struct page_cx *p, const char *label, const struct list_page *page)
{
    EL(p->h, "h2", page_text(p, label));
    OPEN(p->h, "ul.task-list");
    for (size_t i = 0; i < page->n; i++) {
        put_card(p, &((const struct task *)page->records)[i]);
    }
    html_close(p->h, "ul");
}

/* -- around ---------------------------------------------------------------------------------- */

static void open_inbox(struct page_cx *p, text_t title, bool home)
{
    struct html *h = p->h;
    p->own->frame = FRAME_INBOX;
    p->script = "inbox.js";
    p->title = title;
    OPEN(h, "header.top");
    if (home) {
        EL(h, "span.brand", TEXT("Kontor"));
    } else {
        OPEN(h, "a.button.quiet", { "href", TEXT("/inbox") });
        page_icon(p, "chevron-left");
        EL(h, "span", page_text(p, N_("Inbox")));
        html_close(h, "a");
    }
    OPEN(h, "a.button.quiet", { "href", TEXT("/office") });
    page_icon(p, "building");
    EL(h, "span", page_text(p, N_("Office")));
    html_close(h, "a");
    html_close(h, "header");
    EL(h, "h1", title);
    EL(h, "p.notice.warn",
       page_text(p, N_("No connection: what you see may be old. What you type is kept until it can "
                       "be sent.")),
       { "data-offline", TEXT("") }, { "role", TEXT("status") }, { "hidden", TEXT("") });
}

static void put_scan(struct page_cx *p)
{
    struct html *h = p->h;
    OPEN(h, "form.inbox-scan", { "method", TEXT("get") }, { "action", TEXT("/inbox/scan") });
    EL(h, "label.visually-hidden", page_text(p, N_("Code")), { "for", TEXT("scan-code") });
    EMPTY(h, "input#scan-code", { "name", TEXT("code") }, { "data-scan", TEXT("") },
          { "autocomplete", TEXT("off") }, { "maxlength", TEXT("200") },
          { "placeholder", page_text(p, N_("Scan or type a code")) });
    OPEN(h, "button.button", { "type", TEXT("submit") });
    page_icon(p, "search");
    EL(h, "span", page_text(p, N_("Find")));
    html_close(h, "button");
    html_close(h, "form");
}

enum err inbox_part(struct page_cx *p)
{
    struct list_page mine, unclaimed;
    TRY(inbox_mine(p, TASKS_SHOWN, &mine));
    TRY(inbox_free(p, TASKS_SHOWN, &unclaimed));
    note_subjects(p, &mine);
    note_subjects(p, &unclaimed);
    TRY(refs_load(p->cx));
    p->compact = true;
    if (mine.n > 0) {
        put_cards(p, N_("Mine"), &mine);
    }
    if (unclaimed.n > 0) {
        put_cards(p, N_("For your roles"), &unclaimed);
    }
    if (mine.n + unclaimed.n == 0) {
        page_empty(p, N_("Nothing to do. New tasks appear here by themselves."), NULL, TEXT_NONE);
    }
    return OK;
}

enum err inbox_page(struct page_cx *p)
{
    struct html *h = p->h;
    open_inbox(p, page_text(p, N_("Inbox")), true);
    put_scan(p);
    OPEN(h, "div", { "data-refresh", TEXT("/inbox/part") }, { "data-events", TEXT("task.*") });
    TRY(inbox_part(p));
    html_close(h, "div");
    OPEN(h, "div.row");
    EL(h, "button.button", page_text(p, N_("Tell me of new tasks")), { "type", TEXT("button") },
       { "data-push", TEXT("") }, { "hidden", TEXT("") });
    EL(h, "button.button", page_text(p, N_("Install on this phone")), { "type", TEXT("button") },
       { "data-install", TEXT("") }, { "hidden", TEXT("") });
    html_close(h, "div");
    return OK;
}

static void put_act(struct page_cx *p, const struct task *t, const char *command, const char *label,
                    bool primary)
{
    struct html *h = p->h;
    text_t id = text_fmt(p->cx->arena, "%s-note", command);
    OPEN(h, "form.task-act",
         { "data-call",
           text_fmt(p->cx->arena, "POST /api/v1/tasks/%lld/%s", (long long)t->record.id, command) },
         { "data-then", TEXT("/inbox") });
    EL(h, "label", page_text(p, N_("Note")), { "for", id });
    EL(h, "textarea", TEXT(""), { "id", id }, { "name", TEXT("note") }, { "rows", TEXT("2") },
       { "maxlength", TEXT("2000") });
    EL(h, "p.error", TEXT(""), { "data-error-for", TEXT("note") }, { "hidden", TEXT("") });
    OPEN(h, primary ? "button.button.primary" : "button.button", { "type", TEXT("submit") });
    EL(h, "span", page_text(p, label));
    html_close(h, "button");
    html_close(h, "form");
}

static enum err put_delegate(struct page_cx *p, const struct task *t)
{
    struct html *h = p->h;
    struct user_account *people;
    size_t n;
    TRY(store_select(p->cx, &user_account_entity,
                     "active = 1 AND archived = 0 ORDER BY name LIMIT 500", NULL, 0, &people, &n));
    OPEN(h, "form.task-act",
         { "data-call",
           text_fmt(p->cx->arena, "POST /api/v1/tasks/%lld/delegate", (long long)t->record.id) },
         { "data-then", TEXT("/inbox") });
    EL(h, "label", page_text(p, N_("To whom")), { "for", TEXT("delegate-to") });
    OPEN(h, "select#delegate-to", { "name", TEXT("to") }, { "required", TEXT("") });
    EL(h, "option", page_text(p, N_("Choose a person")), { "value", TEXT("") });
    for (size_t i = 0; i < n && i < PEOPLE_SHOWN; i++) {
        if (people[i].record.id != p->cx->who->user) {
            EL(h, "option", people[i].name, { "value", people[i].code });
        }
    }
    html_close(h, "select");
    EL(h, "p.error", TEXT(""), { "data-error-for", TEXT("to") }, { "hidden", TEXT("") });
    EL(h, "label", page_text(p, N_("Note")), { "for", TEXT("delegate-note") });
    EL(h, "textarea#delegate-note", TEXT(""), { "name", TEXT("note") }, { "rows", TEXT("2") },
       { "maxlength", TEXT("2000") });
    OPEN(h, "button.button", { "type", TEXT("submit") });
    EL(h, "span", page_text(p, NC_("a task to a person", "Hand over")));
    html_close(h, "button");
    html_close(h, "form");
    return OK;
}

static void put_folded(struct page_cx *p, const char *label)
{
    OPEN(p->h, "details.fold");
    EL(p->h, "summary.button", page_text(p, label));
}

static enum err put_acts(struct page_cx *p, const struct task *t)
{
    if (t->state == TASK_OPEN) {
        page_button_call(p, &(struct call_button){ .label = N_("Claim"),
                                                   .icon = "check",
                                                   .primary = true,
                                                   .permission = "task.work",
                                                   .call = text_fmt(p->cx->arena,
                                                                    "POST /api/v1/tasks/%lld/claim",
                                                                    (long long)t->record.id),
                                                   .then = TEXT("reload") });
    }
    put_act(p, t, "done", NC_("button: say that a task is done", "Done"), t->state == TASK_CLAIMED);
    put_folded(p, NC_("a task to a person", "Hand over"));
    TRY(put_delegate(p, t));
    html_close(p->h, "details");
    put_folded(p, N_("Cannot be done"));
    put_act(p, t, "reject", N_("Reject"), false);
    html_close(p->h, "details");
    return OK;
}

enum err inbox_task(struct page_cx *p)
{
    struct task t;
    struct html *h = p->h;
    TRY(store_get(p->cx, &task_entity, p->id, &t));
    const struct entity_info *info = house_info(p->cx->house, E_task);
    refs_note(p->cx, info->fields, info->n_fields, &t, sizeof t, 1);
    if (t.subject_entity.s) {
        refs_note_one(p->cx, t.subject_entity.s, t.subject);
    }
    TRY(refs_load(p->cx));
    open_inbox(p, page_text(p, t.title.s ? t.title.s : ""), false);
    OPEN(h, "section.task-card");
    OPEN(h, "p.row");
    page_value(p, office_state_field(info), info->fields, info->n_fields, &t);
    inbox_clock(p, &t);
    html_close(h, "p");
    if (t.subject_entity.s && t.subject) {
        OPEN(h, "p");
        page_link(p, t.subject_entity.s, t.subject);
        html_close(h, "p");
    }
    if (!text_empty(t.note)) {
        EL(h, "blockquote", t.note);
    }
    html_close(h, "section");
    bool open = t.state == TASK_OPEN || t.state == TASK_CLAIMED;
    return open && cx_may(p->cx, "task.work") ? put_acts(p, &t) : OK;
}

/* -- scanning -------------------------------------------------------------------------------- */

enum err inbox_scan(struct page_cx *p)
{
    text_t code = text_trim(page_param(p, "code"));
    for (size_t e = 0; code.n > 0 && code.n <= 200 && e < E_COUNT; e++) {
        const struct entity_info *info = house_info(p->cx->house, (enum entity_index)e);
        if (!info || !info->entity || (info->entity->flags & E_LINE) ||
            !cx_may(p->cx, info->entity->read)) {
            continue;
        }
        void *record = arena_alloc(p->cx->arena, info->entity->shape.size);
        enum err found = office_find_exact(p, info, code, record);
        if (found == OK && store_visible(p->cx, info->entity, record)) {
            p->own->redirect = office_row_address(p, info, record);
            return OK;
        }
        if (found != OK && found != ERR_NOT_FOUND) {
            return found;
        }
    }
    open_inbox(p, page_text(p, N_("Nothing has this code")), false);
    p->status = 404;
    EL(p->h, "p.notice.warn",
       PAGE_TEXT(p, N_("Nothing that you may see is called {1}. Scan again, or type it."),
                 code.n <= 200 ? code : TEXT("")));
    put_scan(p);
    return OK;
}

/* -- installable ----------------------------------------------------------------------------- */

static void put_app_icon(struct json_out *o, const char *asset, const char *size,
                         const char *purpose)
{
    json_open(o, NULL, '{');
    json_put_text(o, "src", asset_address(asset));
    json_put_str(o, "type", "image/png");
    json_put_str(o, "sizes", size);
    json_put_str(o, "purpose", purpose);
    json_close(o, '}');
}

/* W3C Web Application Manifest. */
enum err inbox_manifest(struct page_cx *p)
{
    struct json_out o;
    p->own->content_type = "application/manifest+json";
    json_out_init(&o, &p->h->b);
    json_open(&o, NULL, '{');
    json_put_str(&o, "id", "/inbox");
    json_put_str(&o, "name", "Kontor");
    json_put_str(&o, "short_name", "Kontor");
    json_put_str(&o, "start_url", "/inbox");
    json_put_str(&o, "scope", "/");
    json_put_str(&o, "display", "standalone");
    json_put_str(&o, "background_color", "#ffffff");
    json_put_str(&o, "theme_color", "#1f2937");
    json_open(&o, "icons", '[');
    put_app_icon(&o, "icon-192.png", "192x192", "any");
    put_app_icon(&o, "icon-512.png", "512x512", "any");
    put_app_icon(&o, "icon-maskable-512.png", "512x512", "maskable");
    json_close(&o, ']');
    json_close(&o, '}');
    return OK;
}

/* A worker serves only what lies below its own address, so it stands here and not among the assets.
 */
enum err inbox_worker(struct page_cx *p)
{
    const struct asset *a = asset_named("worker.js");
    p->own->content_type = "text/javascript; charset=utf-8";
    if (!a) {
        return refuse(p->cx, &refusal_not_found, TEXT_NONE);
    }
    p->own->header = (struct http_header_line){ "Service-Worker-Allowed", TEXT("/inbox") };
    buf_add(&p->h->b, (const char *)a->bytes, a->n);
    return OK;
}
