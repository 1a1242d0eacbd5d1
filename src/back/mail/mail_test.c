/* The area mail by its story, on both stores. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit/story_file.h"

static void test_story(void **state)
{
    (void)state;
    story_file("src/back/mail/mail.story");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_story) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
