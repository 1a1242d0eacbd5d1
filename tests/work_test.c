/* Work that follows from work: tasks and who may do them, rules of an installation, fields of its
 * own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "story.h"

static const char tasks[] =
    "# A transfer tells the other site's clerk; the clerk claims, a stranger cannot.\n"
    "admin POST /stock_moves/transfer "
    "{\"from\":\"S1\",\"to\":\"S2\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"5\"}]} => 201\n"
    "stock_clerk GET /tasks?state=open => 200 items#=1 items[0].role=stock_clerk "
    "items[0].title~\"on their way\" items[0].id->$t\n"
    "accountant POST /tasks/$t/claim => 403 code=task_not_yours\n"
    "stock_clerk POST /tasks/$t/claim => 200 state=claimed\n"
    "stock_clerk POST /tasks/$t/claim => 409 code=wrong_state\n"
    "stock_clerk POST /tasks/$t/done {\"note\":\"all there\"} => 200 state=done note=\"all "
    "there\"\n"
    "stock_clerk POST /tasks/$t/done {} => 409 code=wrong_state\n"
    "admin GET /tasks/$t/history => 200 items[0].command=tasks/done\n"
    "# Work that people give each other.\n"
    "manager POST /tasks {\"title\":\"Clean the "
    "window\",\"role\":\"cashier\",\"due\":\"2026-03-03T10:00:00Z\"} => 201 state=open id->$w\n"
    "manager POST /tasks {\"title\":\"x\",\"role\":\"wizard\"} => 422 code=unknown_role "
    "field=role\n"
    "cashier POST /tasks/$w/reject {\"note\":\"it rains\"} => 200 state=rejected\n"
    /* Neither is a task made one's own by changing it; who runs the shop may put it right. */
    "manager POST /tasks {\"title\":\"Count the safe\",\"role\":\"accountant\"} => 201 id->$safe\n"
    "cashier PATCH /tasks/$safe {\"role\":\"cashier\"} => 403 code=task_not_yours\n"
    "cashier DELETE /tasks/$safe => 403 code=task_not_yours\n"
    "accountant PATCH /tasks/$safe {\"note\":\"on Monday\"} => 200 role=accountant\n"
    "manager PATCH /tasks/$safe {\"title\":\"Count both safes\"} => 200\n"
    "manager DELETE /tasks/$safe => 200\n"
    "auditor GET /tasks => 200\n"
    "auditor POST /tasks/$w/claim => 403 code=forbidden\n"
    "anyone GET /tasks => 401 code=not_signed_in\n"
    "# An untrue drawer opens a task for the manager, a true one does not.\n"
    "admin POST /tills/$t1/close {\"counted\":\"99.50\"} => 200\n"
    "admin POST /tills/$t2/close {\"counted\":\"100.00\"} => 200\n"
    "manager GET /tasks?state=open&role=manager => 200 items#=1 items[0].title~difference\n"
    "verify\n";

static const char rules[] =
    "# A rule of the installation opens a task when something happens.\n"
    "admin POST /handover_rules {\"event\":\"product.created\",\"title\":\"Take a "
    "picture\",\"role\":\"sales\",\"due_minutes\":30} => 201 id->$r\n"
    "admin POST /handover_rules "
    "{\"event\":\"product.created\",\"title\":\"x\",\"role\":\"nobody\"} => 422 code=unknown_role\n"
    "manager POST /handover_rules {\"event\":\"a.b\",\"title\":\"x\",\"role\":\"sales\"} => 403 "
    "code=forbidden\n"
    "admin POST /products "
    "{\"code\":\"NEW\",\"name\":\"New\",\"unit\":\"pc\",\"price\":\"1.00\",\"tax\":\"IVA21\"} => "
    "201 id->$p\n"
    "sales GET /tasks?role=sales => 200 items#=1 items[0].title=\"Take a picture\" "
    "items[0].subject_entity=product items[0].subject=$p\n"
    "admin PATCH /handover_rules/$r {\"active\":false} => 200\n"
    "admin POST /products "
    "{\"code\":\"NEW2\",\"name\":\"New\",\"unit\":\"pc\",\"price\":\"1.00\",\"tax\":\"IVA21\"} "
    "=> 201\n"
    "sales GET /tasks?role=sales => 200 items#=1\n"
    "verify\n";

static const char own_fields[] =
    "admin POST /custom_fields "
    "{\"entity\":\"product\",\"name\":\"dock\",\"label\":\"Dock\",\"kind\":\"text\"} => 422 "
    "code=bad_custom_field field=name\n"
    "admin POST /custom_fields "
    "{\"entity\":\"nothing\",\"name\":\"x_a\",\"label\":\"A\",\"kind\":\"text\"} => 422 "
    "code=bad_custom_field field=entity\n"
    "admin POST /custom_fields "
    "{\"entity\":\"product\",\"name\":\"x_a\",\"label\":\"A\",\"kind\":\"lines\"} => 422 "
    "code=bad_custom_field field=kind\n"
    "admin POST /custom_fields "
    "{\"entity\":\"product\",\"name\":\"x_a\",\"label\":\"A\",\"kind\":\"reference\"} => 422 "
    "code=bad_custom_field field=target\n"
    "cashier POST /custom_fields "
    "{\"entity\":\"product\",\"name\":\"x_a\",\"label\":\"A\",\"kind\":\"text\"} => 403 "
    "code=forbidden\n"
    "admin POST /custom_fields "
    "{\"entity\":\"product\",\"name\":\"x_dock\",\"label\":\"Dock\",\"kind\":\"choice\",\"choice"
    "s\":\"north,south\"} => 201\n"
    "admin POST /custom_fields "
    "{\"entity\":\"product\",\"name\":\"x_dock\",\"label\":\"Dock\",\"kind\":\"text\"} => 422 "
    "code=bad_custom_field field=name\n"
    "admin POST /custom_fields "
    "{\"entity\":\"product\",\"name\":\"x_since\",\"label\":\"Since\",\"kind\":\"date\"} => 201\n"
    "admin POST /custom_fields "
    "{\"entity\":\"product\",\"name\":\"x_fee\",\"label\":\"Fee\",\"kind\":\"money\"} => 201\n"
    "admin POST /custom_fields "
    "{\"entity\":\"product\",\"name\":\"x_home\",\"label\":\"Home\",\"kind\":\"reference\",\"tar"
    "get\":\"site\"} => 201\n"
    "admin POST /products "
    "{\"code\":\"OWN\",\"name\":\"Own\",\"unit\":\"pc\",\"price\":\"1.00\",\"tax\":\"IVA21\",\"x"
    "_dock\":\"south\",\"x_since\":\"2026-01-31\",\n"
    "  \"x_fee\":\"1.50\",\"x_home\":\"S2\"} => 201 x_dock=south x_since=2026-01-31 x_fee=1.50 "
    "x_home=S2 id->$own\n"
    "admin POST /products "
    "{\"code\":\"OWN2\",\"name\":\"Own\",\"unit\":\"pc\",\"price\":\"1.00\",\"x_dock\":\"west\"} "
    "=> 422 code=unknown_choice field=x_dock\n"
    "admin POST /products "
    "{\"code\":\"OWN2\",\"name\":\"Own\",\"unit\":\"pc\",\"price\":\"1.00\",\"x_since\":\"2026-0"
    "2-30\"} => 422 code=bad_date field=x_since\n"
    "admin POST /products "
    "{\"code\":\"OWN2\",\"name\":\"Own\",\"unit\":\"pc\",\"price\":\"1.00\",\"x_none\":\"1\"} => "
    "422 code=unknown_field field=x_none\n"
    "admin PATCH /products/$own {\"x_dock\":null} => 200 x_dock=null x_since=2026-01-31\n"
    "admin GET /products/$own => 200 x_dock=null x_fee=1.50 x_home=S2\n"
    "admin GET /products?code=TEA => 200 items[0].x_dock=null\n"
    "verify\n";

static void test_tasks(void **state)
{
    (void)state;
    story_on_both_stores("tasks", STORY_SETUP, tasks);
}

static void test_rules(void **state)
{
    (void)state;
    story_on_both_stores("rules", STORY_SETUP, rules);
}

static void test_own_fields(void **state)
{
    (void)state;
    story_on_both_stores("own fields", STORY_SETUP, own_fields);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tasks),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_own_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
