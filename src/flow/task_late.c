/* Report: open tasks whose time has passed, by the index of open tasks. */
#include "flow/work.h"
#include "flow/work_own.h"

#define LATE_MAX "2000"

static const struct field params[] = {
    { .name = "site", .kind = &kind_ref, .label = N_("Site"), .target = "site" },
};
static const struct column columns[] = {
    COLUMN_REF("task", "task", N_("Task")),
    COLUMN("role", kind_text, N_("Role"), .word = WORD_ROLE),
    COLUMN_REF("assignee", "user_account", N_("Assignee")),
    COLUMN_REF("site", "site", N_("Site")),
    COLUMN("opened_at", kind_time, N_("Opened at")),
    COLUMN("due", kind_time, N_("Due")),
};

static enum err run(struct cx *cx, const struct value *args, struct report *out)
{
    struct rows rows;
    const struct value v[] = { v_int(cx->company), v_int(cx->now.us),
                               v_int(args[0].type == V_NULL ? 0 : args[0].i),
                               v_int(cx->site_filter) };
    TRY(store_query(cx,
                    "SELECT t.id, t.role, t.assignee, t.site, t.opened_at, t.due FROM tasks t "
                    "WHERE t.company = $1 AND t.state IN (0, 1) AND t.due < $2 "
                    "AND ($3 = 0 OR t.site = $3) AND " SITES_OPEN_OR_NONE(
                        "t.site", "$4") " ORDER BY t.due, t.id LIMIT " LATE_MAX,
                    v, N_ELEMENTS(v), &rows));
    for (size_t i = 0; i < rows.n; i++) {
        report_add(out, rows.v + i * rows.cols);
    }
    return OK;
}
_Static_assert(TASK_OPEN == 0 && TASK_CLAIMED == 1, "the states above");

const struct query work_queries[WORK_QUERIES] = {
    { .name = "late_tasks",
      .label = N_("Late tasks"),
      .help = N_("Open tasks whose time has passed, the most urgent first."),
      .permission = "task.read",
      .open = "It computes; the row filter stands in its own statement.",
      .params = params,
      .n_params = N_ELEMENTS(params),
      .columns = columns,
      .n_columns = N_ELEMENTS(columns),
      .run = run },
};
