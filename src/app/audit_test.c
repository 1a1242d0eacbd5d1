/* Every declaration of the program against every other one; and that the audit finds what it is
 * there for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/plan.h"
#include "flow/command.h"

#include <stdio.h>

static size_t audit(const struct house_plan *plan, char *text, size_t room)
{
    struct arena a;
    struct buf faults;
    arena_init(&a, (size_t)8 << 20);
    buf_init(&faults, &a, (size_t)1 << 20);
    struct house *h = house_new(plan, NULL);
    size_t n = house_audit(h, &faults);
    snprintf(text, room, "%s", buf_done(&faults).s ? buf_done(&faults).s : "");
    house_free(h);
    arena_free(&a);
    return n;
}

static void the_program_is_sound(void **state)
{
    char text[20000];
    struct house_plan plan = kontor_plan_make();
    (void)state;
    size_t n = audit(&plan, text, sizeof text);
    if (n) {
        fail_msg("%zu faults:\n%s", n, text);
    }
}

static bool is_named(const struct choice *list, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* What happens to every record has its words already. */
static bool is_general(const char *event)
{
    static const char *const verbs[] = { ".created", ".updated", ".archived" };
    for (size_t i = 0; i < N_ELEMENTS(verbs); i++) {
        const char *dot = strchr(event, '.');
        if (dot && strcmp(dot, verbs[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* People read what the program calls "till_session.closed" or "mail_send". */
static void what_happens_has_words(void **state)
{
    struct house_plan plan = kontor_plan_make();
    (void)state;
    for (size_t i = 0; i < plan.n_handovers; i++) {
        const char *event = plan.handovers[i].event;
        if (!is_general(event) && !is_named(plan.events, plan.n_events, event)) {
            fail_msg("event without words: %s", event);
        }
    }
    for (size_t i = 0; i < plan.n_job_kinds; i++) {
        if (!is_named(plan.jobs, plan.n_jobs, plan.job_kinds[i].name)) {
            fail_msg("job without words: %s", plan.job_kinds[i].name);
        }
    }
}

/* An entity with one fault after the other. */
struct bad {
    struct record record;
    text_t name;
    int64_t forgotten;
    choice_t state;
};
static const struct choice states[] = { { "open", "Open" } };
static const struct field bad_rows[] = {
    F_TEXT(bad, name, N_("Name")),
    F_STATE(bad, state, states, NULL),
};
static const struct entity bad_entity = {
    .index = E_task,
    .name = "bad",
    .plural = "Bads",
    .label = "Bad",
    .label_plural = "Bads",
    .help = "Bad.",
    .shape = SHAPE(bad, bad_rows),
    .title = "nowhere",
    .read = "unknown.read",
};
static const struct entity *const bad_entities[] = { &bad_entity };
static const struct query bad_query = { .name = "q",
                                        .label = "Q",
                                        .help = "Q.",
                                        .permission = "x.y",
                                        .sql = "SELECT 1" };
static const char *const bad_depends[] = { "bad", NULL };
static const struct area bad_area = { .name = "bad",
                                      .label = "Bad",
                                      .depends = bad_depends,
                                      .entities = bad_entities,
                                      .n_entities = 1,
                                      .queries = &bad_query,
                                      .n_queries = 1 };
static const struct area *const bad_areas[] = { &bad_area };

static void faults_are_found(void **state)
{
    static const char *const wanted[] = {
        "the row does not follow", "no label",      "not read-only",        "not a lower-case name",
        "names no field",          "no role holds", "not filtered by site", "depends on itself",
    };
    char text[20000];
    struct house_plan plan = { .areas = bad_areas, .n_areas = 1 };
    (void)state;
    assert_true(audit(&plan, text, sizeof text) >= N_ELEMENTS(wanted));
    for (size_t i = 0; i < N_ELEMENTS(wanted); i++) {
        if (!strstr(text, wanted[i])) {
            fail_msg("not found: %s in\n%s", wanted[i], text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_program_is_sound),
        cmocka_unit_test(what_happens_has_words),
        cmocka_unit_test(faults_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
