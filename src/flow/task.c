/* Tasks: the inbox of a person or a role. */
#include "flow/own.h"
#include "flow/work.h"
#include "flow/work_own.h"
#include "meta/custom.h"

static const struct choice states[] = {
    [TASK_OPEN] = { "open", NC_("a task", "Open") },
    [TASK_CLAIMED] = { "claimed", N_("In work") },
    [TASK_DONE] = { "done", NC_("a task", "Done") },
    [TASK_REJECTED] = { "rejected", N_("Rejected") },
};

static const struct field fields[] = {
    F_TEXT(task, title, N_("Title"), .word = WORD_TEXT, .flags = F_REQUIRED | F_SEARCH, .max = 200),
    F_TEXT(task, role, N_("Role"), .word = WORD_ROLE, .flags = F_REQUIRED, .max = 40,
           .help = N_("Who may take it.")),
    F_REF(task, assignee, user_account, N_("Assignee"), .flags = F_READONLY),
    F_REF(task, delegated_by, user_account, N_("Delegated by"), .flags = F_READONLY),
    F_STATE(task, state, states, N_("State"), .flags = F_READONLY),
    F_TIME(task, opened_at, N_("Opened at"), .flags = F_READONLY),
    F_TIME(task, due, N_("Due")),
    F_TIME(task, claimed_at, N_("Claimed at"), .flags = F_READONLY),
    F_TIME(task, closed_at, N_("Closed at"), .flags = F_READONLY),
    F_TEXT(task, subject_entity, N_("About (kind)"), .word = WORD_ENTITY, .max = 60),
    F_INTEGER(task, subject, N_("About (number)"), .flags = F_NULLABLE),
    F_REF(task, site, site, N_("Site")),
    F_LONG_TEXT(task, note, N_("Note"), .max = 2000),
};

const struct refusal refusal_task_not_yours = {
    .code = "task_not_yours",
    .status = 403,
    .title = N_("Not your task"),
    .detail = N_(
        "This task belongs to role {1} or to another person. Ask for it to be delegated to you."),
};
const struct refusal refusal_unknown_role = {
    .code = "unknown_role",
    .status = 422,
    .title = N_("Unknown role"),
    .detail = N_("There is no role {1}."),
};

static enum err check(struct cx *cx, const void *before, void *after)
{
    struct task *t = after;
    if (house_role(cx->house, t->role) < 0) {
        return REFUSE(cx, &refusal_unknown_role, TEXT("role"), t->role);
    }
    if (!before) {
        t->opened_at = cx->now;
    }
    return OK;
}

/* May the one who asks work on it: it is theirs, or open for a role they have. */
static enum err is_mine(struct cx *cx, const struct task *t)
{
    int role = house_role(cx->house, t->role);
    bool in_role = cx->who->all || (role >= 0 && (cx->who->roles >> role & 1));
    if (t->assignee.id == cx->who->user || (t->assignee.id == 0 && in_role) || cx->who->all) {
        return OK;
    }
    return REFUSE(cx, &refusal_task_not_yours, TEXT_NONE, t->role);
}

/* Nobody comes round a task's role by changing the task. Who runs the shop may put other people's
 * tasks right. */
static enum err saved(struct cx *cx, const void *before, const void *after)
{
    (void)after;
    return !before || cx_may(cx, "task.manage") ? OK : is_mine(cx, before);
}

const struct entity task_entity = {
    .index = E_task,
    .name = "task",
    .plural = "tasks",
    .label = N_("Task"),
    .label_plural = N_("Tasks"),
    .help = N_(
        "Work for a person or a role. Tasks appear by themselves when something has to be done "
        "next."),
    .shape = SHAPE(task, fields),
    .title = "title",
    .read = "task.read",
    .write = "task.work",
    .site = "site",
    .sort = "due",
    .columns = "title,state,due,assignee,role,site",
    .flags = E_HISTORY,
    .indexes = (const struct index_def[]){ { .name = "tasks_open", .cols = "company, state, due" },
                                           { .name = "tasks_subject",
                                             .cols = "subject",
                                             .where = "subject IS NOT NULL" } },
    .n_indexes = 2,
    .check = check,
    .saved = saved,
};

enum err task_open(struct cx *cx, const struct handover_task *h, const struct entity *e,
                   const struct record *r)
{
    struct task t = {
        .title = text_of(h->title),
        .role = text_of(h->role),
        .state = TASK_OPEN,
        .opened_at = cx->now,
        .due = { cx->now.us + (int64_t)h->due_minutes * 60 * US_PER_SECOND },
        .claimed_at = INSTANT_NONE,
        .closed_at = INSTANT_NONE,
        .subject_entity = text_of(e->name),
        .subject = r->id,
    };
    const struct entity_info *info = house_info(cx->house, e->index);
    const struct field *site = e->site ? info_field(info, text_of(e->site)) : NULL;
    t.site.id = site ? *(const int64_t *)((const char *)(const void *)r + site->offset) : 0;
    TRY(store_insert(cx, &task_entity, &t));
    return event_of_task(cx, "task.opened", &task_entity, &t.record);
}

struct task_note {
    text_t note;
};
static const struct field note_rows[] = { F_LONG_TEXT(task_note, note, N_("Note"), .max = 2000) };
static const struct shape note_shape = SHAPE(task_note, note_rows);

struct task_delegate {
    user_account_ref to;
    text_t note;
};
static const struct field delegate_rows[] = {
    F_REF(task_delegate, to, user_account, N_("New assignee"), .flags = F_REQUIRED),
    F_LONG_TEXT(task_delegate, note, N_("Note"), .max = 2000),
};
static const struct shape delegate_shape = SHAPE(task_delegate, delegate_rows);

static enum err claim(struct cx *cx, void *record, const void *args, void *result)
{
    struct task *t = record;
    (void)args, (void)result;
    TRY(is_mine(cx, t));
    t->assignee.id = cx->who->user;
    t->claimed_at = cx->now;
    return log_event(cx, "task.claimed", &task_entity, &t->record, TEXT("{}"));
}

static enum err close_task(struct cx *cx, struct task *t, text_t note, const char *event)
{
    TRY(is_mine(cx, t));
    t->assignee.id = t->assignee.id ? t->assignee.id : cx->who->user;
    t->closed_at = cx->now;
    t->note = note.s ? note : t->note;
    return log_event(cx, event, &task_entity, &t->record, TEXT("{}"));
}

static enum err done(struct cx *cx, void *record, const void *args, void *result)
{
    (void)result;
    return close_task(cx, record, ((const struct task_note *)args)->note, "task.done");
}

static enum err reject(struct cx *cx, void *record, const void *args, void *result)
{
    (void)result;
    return close_task(cx, record, ((const struct task_note *)args)->note, "task.rejected");
}

static enum err delegate(struct cx *cx, void *record, const void *args, void *result)
{
    const struct task_delegate *d = args;
    struct task *t = record;
    (void)result;
    TRY(is_mine(cx, t));
    t->delegated_by.id = cx->who->user;
    t->assignee = d->to;
    t->claimed_at = INSTANT_NONE;
    t->note = d->note.s ? d->note : t->note;
    return event_of_task(cx, "task.delegated", &task_entity, &t->record);
}

static const struct command commands[] = {
    { .name = "claim",
      .entity = &task_entity,
      .label = N_("Claim"),
      .help = N_("Take the task: it is yours until done or handed on."),
      .permission = "task.work",
      .flags = C_RECORD,
      .from = STATE(TASK_OPEN),
      .to = TASK_CLAIMED,
      .run = claim },
    { .name = "done",
      .entity = &task_entity,
      .label = NC_("button: say that a task is done", "Done"),
      .help = N_("The work is done."),
      .permission = "task.work",
      .flags = C_RECORD,
      .args = &note_shape,
      .from = STATE(TASK_OPEN) | STATE(TASK_CLAIMED),
      .to = TASK_DONE,
      .run = done },
    { .name = "delegate",
      .entity = &task_entity,
      .label = N_("Delegate"),
      .help = N_("Hand the task to another person."),
      .permission = "task.work",
      .flags = C_RECORD,
      .args = &delegate_shape,
      .from = STATE(TASK_OPEN) | STATE(TASK_CLAIMED),
      .to = TASK_OPEN,
      .run = delegate },
    { .name = "reject",
      .entity = &task_entity,
      .label = N_("Reject"),
      .help = N_("It cannot or need not be done. Say why in the note."),
      .permission = "task.work",
      .flags = C_RECORD,
      .args = &note_shape,
      .from = STATE(TASK_OPEN) | STATE(TASK_CLAIMED),
      .to = TASK_REJECTED,
      .run = reject },
};

static const struct entity *const entities[] = { &custom_field_entity, &task_entity,
                                                 &handover_rule_entity };
static const struct refusal *const refusals[] = { &refusal_bad_custom_field,
                                                  &refusal_task_not_yours, &refusal_unknown_role };
static const char *const depends[] = { NULL };

/* The kernel's own area: tasks, rules of the installation, own fields, and the tables of the log.
 */
const struct area work_area = {
    .name = "work",
    .label = N_("Work"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .commands = commands,
    .n_commands = N_ELEMENTS(commands),
    .queries = work_queries,
    .n_queries = WORK_QUERIES,
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .tables = flow_tables,
    .n_tables = N_FLOW_TABLES,
};
