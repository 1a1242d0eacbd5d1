/* Today, the kernel's part: my tasks with their clocks, and what just happened in the house, in
 * words. */
#include "face/office_work.h"

#include "face/feed.h"
#include "flow/work.h"
#include "meta/refs.h"
#include "meta/word.h"

#define TASKS_SHOWN  8
#define EVENTS_SHOWN 15

/* -- my tasks ------------------------------------------------------------------------------ */

/* $3: the person; $4: who may do everything; $5..: their roles. Open tasks by when they are due:
 * index tasks_open. */
/* clang-format off */
#define MINE                                                                                       \
    "FROM tasks t WHERE t.company = $1 AND t.state IN (0, 1) "                                     \
    "AND " SITES_OPEN_OR_NONE("t.site", "$2")                                                      \
    " AND (t.assignee = $3 OR (t.assignee IS NULL AND "                                            \
    "($4 = 1 OR t.role IN ($5, $6, $7, $8, $9, $10, $11, $12)))) "
/* clang-format on */
#define ROLES_ASKED 8
_Static_assert(TASK_OPEN == 0 && TASK_CLAIMED == 1, "the states above");

static size_t mine_args(struct page_cx *p, struct value *args)
{
    const struct house_plan *plan = house_plan(p->cx->house);
    const struct who *who = p->cx->who;
    size_t n = 0, roles = 0;
    args[n++] = v_int(p->cx->company);
    args[n++] = v_int(p->cx->site_filter);
    args[n++] = v_int(who->user);
    args[n++] = v_int(who->all);
    for (size_t i = 0; i < plan->n_roles && roles < ROLES_ASKED; i++) {
        if (who->roles >> i & 1) {
            args[n++] = v_str(plan->roles[i].name);
            roles++;
        }
    }
    while (roles++ < ROLES_ASKED) {
        args[n++] = v_str("");
    }
    return n;
}

static const struct table_col task_cols[] = {
    { .label = N_("Task"), .grow = true },
    { .label = N_("About") },
    { .label = N_("Due") },
};

static void note_subject(struct page_cx *p, text_t entity, int64_t id)
{
    const struct entity_info *info = text_empty(entity) ? NULL : house_entity(p->cx->house, entity);
    if (info && !(info->entity->flags & E_LINE)) {
        refs_note_one(p->cx, info->entity->name, id);
    }
}

static void task_row(struct page_cx *p, const struct rows *rows, size_t r)
{
    instant_t due = { rows_int(rows, r, 2) };
    bool has_due = rows_at(rows, r, 2).type != V_NULL;
    int64_t left = due.us - p->cx->now.us;
    page_row(p);
    page_cell_link(p, page_text(p, rows_text(rows, r, 1).s ? rows_text(rows, r, 1).s : ""),
                   page_record_address(p, "task", rows_int(rows, r, 0)));
    page_cell_open(p);
    page_source(p, rows_text(rows, r, 3), rows_int(rows, r, 4));
    page_cell_close(p);
    page_cell_open(p);
    if (has_due) {
        EL(p->h,
           left < 0                               ? "span.clock.late"
           : left < INT64_C(3600) * US_PER_SECOND ? "span.clock.soon"
                                                  : "span.clock",
           page_ago(p, due));
    }
    page_cell_close(p);
    page_row_end(p);
}

static enum err tile_my_tasks(struct page_cx *p)
{
    struct value args[5 + ROLES_ASKED];
    struct rows count, rows;
    size_t n = mine_args(p, args);
    args[n] = v_int(p->cx->now.us);
    TRY(store_query(p->cx,
                    "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN t.due < $13 THEN 1 ELSE 0 END), "
                    "0) AS BIGINT) " MINE,
                    args, n + 1, &count));
    OPEN(p->h, "div.figures");
    page_figure(p, N_("To do"), page_integer(p, rows_int(&count, 0, 0)), TEXT("/inbox"));
    page_figure(p, N_("Late"), page_integer(p, rows_int(&count, 0, 1)),
                TEXT("/office/reports/late_tasks"));
    html_close(p->h, "div");
    if (rows_int(&count, 0, 0) == 0) {
        EL(p->h, "p.muted", page_text(p, N_("Nothing to do. Tasks appear here by themselves.")));
        return OK;
    }
    args[n] = v_int(TASKS_SHOWN);
    TRY(store_query(p->cx,
                    "SELECT t.id, t.title, t.due, t.subject_entity, t.subject " MINE
                    "ORDER BY t.due, t.id LIMIT $13",
                    args, n + 1, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        note_subject(p, rows_text(&rows, i, 3), rows_int(&rows, i, 4));
    }
    TRY(refs_load(p->cx));
    page_table(p, N_("My tasks"), task_cols, N_ELEMENTS(task_cols));
    for (size_t i = 0; i < rows.n; i++) {
        task_row(p, &rows, i);
    }
    page_table_end(p);
    return OK;
}

/* -- what just happened -------------------------------------------------------------------- */

/* The amount that the event carries, if it carries one. */
static text_t event_amount(struct page_cx *p, const struct feed_event *e)
{
    struct json_fault trouble;
    struct json *data = NULL;
    int64_t minor;
    if (!e->data.s || json_parse(p->cx->arena, e->data.s, e->data.n, &data, &trouble) != OK) {
        return TEXT_NONE;
    }
    text_t total = json_get_text(data, "total");
    if (!total.s) {
        total = json_get_text(data, "amount");
    }
    return total.s && decimal_parse(total.s, total.n, p->cx->decimals, &minor) == OK
               ? page_money(p, money_of(minor))
               : TEXT_NONE;
}

static void put_event(struct page_cx *p, const struct feed_event *e)
{
    text_t code = TEXT_NONE, label = TEXT_NONE, amount = event_amount(p, e);
    text_t says = word_label(p->cx, WORD_EVENT, e->name);
    text_t address = page_record_address(p, e->entity.s, e->record);
    if (refs_label(p->cx, e->entity.s, e->record, &code, &label) && (label.n || code.n)) {
        says = text_fmt(p->cx->arena, "%s %s", says.s, label.n ? label.s : code.s);
    }
    OPEN(p->h, "li.row");
    if (address.s) {
        EL(p->h, "a", says, { "href", address });
    } else {
        EL(p->h, "span", says);
    }
    if (amount.s) {
        EL(p->h, "span.num", amount);
    }
    EL(p->h, "span.muted", page_ago(p, (instant_t){ e->at }));
    html_close(p->h, "li");
}

static enum err tile_happened(struct page_cx *p)
{
    struct feed_page page;
    TRY(feed_latest(p->cx, EVENTS_SHOWN, &page));
    if (page.n == 0) {
        EL(p->h, "p.muted", page_text(p, N_("Nothing yet.")));
        return OK;
    }
    for (size_t i = 0; i < page.n; i++) {
        note_subject(p, page.events[i].entity, page.events[i].record);
    }
    TRY(refs_load(p->cx));
    OPEN(p->h, "ul.stack.tight");
    for (size_t i = 0; i < page.n; i++) {
        put_event(p, &page.events[i]);
    }
    html_close(p->h, "ul");
    return OK;
}

const struct tile work_tiles[WORK_TILES] = {
    { .name = "my_tasks",
      .label = N_("My tasks"),
      .permission = "task.read",
      .events = "task.*",
      .order = 20,
      .wide = true,
      .show = tile_my_tasks },
    { .name = "happened",
      .label = N_("What just happened"),
      .permission = "user.own",
      .events = "sales_order.* payment.* till_session.* till_cash.* stock.* task.* product.*",
      .order = 60,
      .wide = true,
      .show = tile_happened },
};
