/* The books proved in the background, and who did what, as stories on both stores. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "story.h"

#include <stdio.h>

static const char begins[] =
    "cashier POST /jobs/verify => 403 code=forbidden\n"
    "auditor POST /jobs/verify => 201 id->$job state=waiting\n"
    "auditor POST /jobs/verify => 200 id=$job\n"
    "clock 2026-12-01T10:00:00Z\n"
    "work\n"
    "auditor GET /jobs/$job => 200 args.done=1 args.broken=0 state=waiting\n"
    "auditor GET /jobs/$job => 200 args.results[0].holds=true args.results[0].name! "
    "args.of->$all\n";

static const char ends[] = "auditor GET /jobs/$job => 200 state=done args.done=$all args.broken=0 "
                           "args.results#=$all\n"
                           "auditor POST /jobs/verify => 201\n";

static void books_are_proved_in_the_background(void **state)
{
    static char story[20000];
    size_t n = (size_t)snprintf(story, sizeof story, "%s", begins);
    (void)state;
    for (int i = 0; i < 100; i++) { /* a step each: more than there are invariants */
        n += (size_t)snprintf(story + n, sizeof story - n, "clock 2027-%02d-%02dT10:00:00Z\nwork\n",
                              1 + i / 25, 1 + i % 25);
    }
    (void)snprintf(story + n, sizeof story - n, "%s", ends);
    story_on_both_stores("verify job", STORY_SETUP, story);
}

static void who_did_what(void **state)
{
    (void)state;
    story_on_both_stores(
        "audit", STORY_SETUP,
        "cashier POST /sales_orders/checkout {\"till\":\"T1\",\"lines\":[{\"product\":\"TEA\","
        "\"quantity\":\"2\"}],\"tenders\":[{\"kind\":\"cash\",\"amount\":\"20.00\"}]} => 201 "
        "id->$sale\n"
        "cashier GET /reports/audit => 403 code=forbidden\n"
        "auditor GET /reports/audit?limit=3 => 200 items[0].command=sales_orders/checkout "
        "items[0].record=$sale items[0].user.id! items#=3\n"
        "auditor GET /reports/audit?record=$sale => 200 items#=1 tie_out.complete=true\n"
        "auditor GET /reports/audit?command=sales_orders => 200 items#=1 tie_out.complete=true\n"
        "auditor GET /reports/audit?command=sales_order => 200 items#=0\n"
        "auditor GET /reports/audit?to=2001-01-01 => 200 items#=0 tie_out.complete=true\n"
        "auditor GET /reports/audit?from=2001-01-01&command=sales_orders/checkout => 200 "
        "items#=1\n"
        "auditor GET /reports/audit?before=x => 422 code=bad_cursor field=before\n"
        "auditor GET /reports/audit?before=1.1 => 200 items#=0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(books_are_proved_in_the_background),
        cmocka_unit_test(who_did_what),
    };
    return arena_reserve_init() != OK || cmocka_run_group_tests(tests, NULL, NULL);
}
