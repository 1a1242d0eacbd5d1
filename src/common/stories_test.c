/* The rules of the common areas as stories, on both stores: src/common/AREA/AREA.story. */
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define STORY_ROOM 131072

static void story_of(const char *area)
{
    static char story[STORY_ROOM];
    char path[4096];
    const char *root = getenv("KONTOR_ROOT");
    (void)snprintf(path, sizeof path, "%s/src/common/%s/%s.story", root ? root : ".", area, area);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(story, 1, sizeof story - 1, f);
    (void)fclose(f);
    assert_true(n > 0 && n < sizeof story - 1);
    story[n] = '\0';
    story_on_both_stores(area, STORY_SETUP, story);
}

static void company(void **state)
{
    (void)state;
    story_of("company");
}

static void party(void **state)
{
    (void)state;
    story_of("party");
}

static void site(void **state)
{
    (void)state;
    story_of("site");
}

static void product(void **state)
{
    (void)state;
    story_of("product");
}

static void pricing(void **state)
{
    (void)state;
    story_of("pricing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(company), cmocka_unit_test(party),   cmocka_unit_test(site),
        cmocka_unit_test(product), cmocka_unit_test(pricing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
