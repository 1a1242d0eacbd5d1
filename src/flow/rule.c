/* Handover rules that an installation adds by data: when something happens, open a task for a role.
 */
#include "flow/own.h"
#include "flow/work.h"
#include "flow/work_own.h"

static const struct field rule_rows[] = {
    F_TEXT(handover_rule, event, N_("When"), .word = WORD_EVENT, .flags = F_REQUIRED, .max = 80,
           .help = N_("What has to happen.")),
    F_TEXT(handover_rule, title, N_("Task"), .flags = F_REQUIRED, .max = 200),
    F_TEXT(handover_rule, role, N_("Role"), .word = WORD_ROLE, .flags = F_REQUIRED, .max = 40),
    F_INTEGER(handover_rule, due_minutes, N_("Due after"), .unit = N_("minutes"),
              .flags = F_NOT_NEGATIVE, .fallback = "60", .max = 527040),
    F_BOOLEAN(handover_rule, active, N_("Active"), .fallback = "true"),
};

static enum err rule_check(struct cx *cx, const void *before, void *after)
{
    const struct handover_rule *r = after;
    (void)before;
    if (house_role(cx->house, r->role) < 0) {
        return REFUSE(cx, &refusal_unknown_role, TEXT("role"), r->role);
    }
    return OK;
}

const struct entity handover_rule_entity = {
    .index = E_handover_rule,
    .name = "handover_rule",
    .plural = "handover_rules",
    .label = N_("Handover rule"),
    .label_plural = N_("Handover rules"),
    .help = N_("Tasks that your company wants opened when something happens."),
    .shape = SHAPE(handover_rule, rule_rows),
    .title = "title",
    .read = "setup.read",
    .write = "setup.write",
    .flags = E_CACHED | E_HISTORY,
    .check = rule_check,
};

enum err rules_follow(struct cx *cx, const char *event, const struct entity *e,
                      const struct record *r)
{
    struct handover_rule *rules;
    size_t n;
    const struct value args[] = { v_str(event) };
    if (!house_info(cx->house, E_handover_rule)) {
        return OK;
    }
    TRY(store_select(cx, &handover_rule_entity,
                     "event = $1 AND active = 1 AND archived = 0 ORDER BY id", args, 1, &rules,
                     &n));
    for (size_t i = 0; i < n; i++) {
        const struct handover_task task = { .title = rules[i].title.s,
                                            .role = rules[i].role.s,
                                            .due_minutes = (int)rules[i].due_minutes };
        TRY(task_open(cx, &task, e, r));
    }
    return OK;
}
