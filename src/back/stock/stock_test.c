/* Stories of stock, on both stores: every command and refusal, and costs by rows computed by hand.
 * The pure arithmetic has a test of its own (stock_cost_test.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit/story_file.h"

#define STORY(name)                                                                                \
    static void test_##name(void **state)                                                          \
    {                                                                                              \
        (void)state;                                                                               \
        story_file("src/back/stock/stories/" #name ".story");                                      \
    }

STORY(receiving)
STORY(average)
STORY(fifo)
STORY(below_zero)
STORY(two_times)
STORY(counting)
STORY(transfers)
STORY(places)
STORY(sales)
STORY(restricted)
STORY(sold_out)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_receiving), cmocka_unit_test(test_average),
        cmocka_unit_test(test_fifo),      cmocka_unit_test(test_below_zero),
        cmocka_unit_test(test_two_times), cmocka_unit_test(test_counting),
        cmocka_unit_test(test_transfers), cmocka_unit_test(test_places),
        cmocka_unit_test(test_sales),     cmocka_unit_test(test_restricted),
        cmocka_unit_test(test_sold_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
