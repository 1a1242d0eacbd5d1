/* Settlement of tenders: change, cash rounding, split tenders, refunds. */
#include "front/order/tender.h"

/* cmocka wants these four before its own header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct row {
    const char *what;
    int64_t due, step;
    bool refund, partly;
    struct {
        bool cash;
        int64_t amount, kept;
    } parts[4];
    size_t n;
    enum tender_fault fault;
    int64_t kept, change, rounding;
    bool settled;
};

#define CASH(a, k)                                                                                 \
    {                                                                                              \
        true, a, k                                                                                 \
    }
#define CARD(a, k)                                                                                 \
    {                                                                                              \
        false, a, k                                                                                \
    }

static const struct row rows[] = {
    { .what = "exact cash",
      .due = 1240,
      .parts = { CASH(1240, 1240) },
      .n = 1,
      .kept = 1240,
      .settled = true },
    { .what = "change",
      .due = 1240,
      .parts = { CASH(2000, 1240) },
      .n = 1,
      .kept = 1240,
      .change = 760,
      .settled = true },
    { .what = "exact card",
      .due = 1240,
      .parts = { CARD(1240, 1240) },
      .n = 1,
      .kept = 1240,
      .settled = true },
    { .what = "card above the total",
      .due = 1240,
      .parts = { CARD(1241, 0) },
      .n = 1,
      .fault = TENDER_NO_CHANGE },
    { .what = "two cards above the total",
      .due = 100,
      .parts = { CARD(60, 0), CARD(60, 0) },
      .n = 2,
      .fault = TENDER_NO_CHANGE },
    { .what = "card above the total beside cash",
      .due = 1240,
      .parts = { CASH(500, 0), CARD(1300, 0) },
      .n = 2,
      .fault = TENDER_NO_CHANGE },
    { .what = "cash too small",
      .due = 1240,
      .parts = { CASH(1239, 0) },
      .n = 1,
      .fault = TENDER_TOO_SMALL },
    { .what = "card too small",
      .due = 1240,
      .parts = { CARD(1239, 0) },
      .n = 1,
      .fault = TENDER_TOO_SMALL },
    { .what = "nothing tendered", .due = 1240, .n = 0, .fault = TENDER_TOO_SMALL },
    { .what = "nothing due, nothing tendered", .due = 0, .n = 0, .settled = true },
    { .what = "nothing due, cash comes back",
      .due = 0,
      .parts = { CASH(500, 0) },
      .n = 1,
      .change = 500,
      .settled = true },
    { .what = "split with change",
      .due = 3330,
      .parts = { CARD(2000, 2000), CASH(1500, 1330) },
      .n = 2,
      .kept = 3330,
      .change = 170,
      .settled = true },
    { .what = "cash first, card after",
      .due = 3330,
      .parts = { CASH(1500, 1330), CARD(2000, 2000) },
      .n = 2,
      .kept = 3330,
      .change = 170,
      .settled = true },
    { .what = "change out of the last cash",
      .due = 1000,
      .parts = { CASH(700, 700), CASH(500, 300) },
      .n = 2,
      .kept = 1000,
      .change = 200,
      .settled = true },
    { .what = "change out of two pieces",
      .due = 100,
      .parts = { CASH(300, 100), CASH(500, 0) },
      .n = 2,
      .kept = 100,
      .change = 700,
      .settled = true },
    { .what = "rounded down in steps of 5",
      .due = 1242,
      .step = 5,
      .parts = { CASH(1240, 1240) },
      .n = 1,
      .kept = 1240,
      .rounding = -2,
      .settled = true },
    { .what = "rounded up in steps of 5",
      .due = 1243,
      .step = 5,
      .parts = { CASH(2000, 1245) },
      .n = 1,
      .kept = 1245,
      .change = 755,
      .rounding = 2,
      .settled = true },
    { .what = "rounded up, exact is too small",
      .due = 1243,
      .step = 5,
      .parts = { CASH(1243, 0) },
      .n = 1,
      .fault = TENDER_TOO_SMALL },
    { .what = "card is never rounded",
      .due = 1243,
      .step = 5,
      .parts = { CARD(1243, 1243) },
      .n = 1,
      .kept = 1243,
      .settled = true },
    { .what = "only the cash part is rounded",
      .due = 1243,
      .step = 5,
      .parts = { CARD(1000, 1000), CASH(245, 245) },
      .n = 2,
      .kept = 1245,
      .rounding = 2,
      .settled = true },
    { .what = "half step up",
      .due = 50,
      .step = 100,
      .parts = { CASH(100, 100) },
      .n = 1,
      .kept = 100,
      .rounding = 50,
      .settled = true },
    { .what = "partly",
      .due = 5000,
      .partly = true,
      .parts = { CARD(2000, 2000) },
      .n = 1,
      .kept = 2000 },
    { .what = "partly in cash is not rounded",
      .due = 5003,
      .step = 5,
      .partly = true,
      .parts = { CASH(1002, 1002) },
      .n = 1,
      .kept = 1002 },
    { .what = "partly that settles",
      .due = 5003,
      .step = 5,
      .partly = true,
      .parts = { CASH(6000, 5005) },
      .n = 1,
      .kept = 5005,
      .change = 995,
      .rounding = 2,
      .settled = true },
    { .what = "refund in cash",
      .due = 620,
      .refund = true,
      .parts = { CASH(620, 620) },
      .n = 1,
      .kept = 620,
      .settled = true },
    { .what = "refund split",
      .due = 620,
      .refund = true,
      .parts = { CASH(120, 120), CARD(500, 500) },
      .n = 2,
      .kept = 620,
      .settled = true },
    { .what = "refund too small",
      .due = 620,
      .refund = true,
      .parts = { CASH(619, 0) },
      .n = 1,
      .fault = TENDER_NOT_EXACT },
    { .what = "refund too large",
      .due = 620,
      .refund = true,
      .parts = { CARD(621, 0) },
      .n = 1,
      .fault = TENDER_NOT_EXACT },
    { .what = "refund above, made up in no way",
      .due = 620,
      .refund = true,
      .parts = { CARD(700, 0), CASH(1, 0) },
      .n = 2,
      .fault = TENDER_NOT_EXACT },
    { .what = "refund rounded",
      .due = 622,
      .step = 5,
      .refund = true,
      .parts = { CASH(620, 620) },
      .n = 1,
      .kept = 620,
      .rounding = -2,
      .settled = true },
    { .what = "refund not rounded is refused",
      .due = 622,
      .step = 5,
      .refund = true,
      .parts = { CASH(622, 0) },
      .n = 1,
      .fault = TENDER_NOT_EXACT },
    { .what = "nothing to refund", .due = 0, .refund = true, .n = 0, .settled = true },
};

static void check(const struct row *r)
{
    struct tender_part parts[4];
    struct tender_sum sum;
    for (size_t i = 0; i < r->n; i++) {
        parts[i] = (struct tender_part){ .cash = r->parts[i].cash,
                                         .amount = money_of(r->parts[i].amount) };
    }
    enum tender_fault fault = r->refund
                                  ? tender_refund(money_of(r->due), r->step, parts, r->n, &sum)
                                  : tender_settle(money_of(r->due), r->step, r->partly, parts, r->n,
                                                  &sum);
    if (fault != r->fault) {
        fail_msg("%s: fault %d, not %d", r->what, (int)fault, (int)r->fault);
    }
    if (fault != TENDER_FINE) {
        return;
    }
    if (sum.kept.minor != r->kept || sum.change.minor != r->change ||
        sum.rounding.minor != r->rounding || sum.settled != r->settled) {
        fail_msg("%s: kept %lld change %lld rounding %lld settled %d", r->what,
                 (long long)sum.kept.minor, (long long)sum.change.minor,
                 (long long)sum.rounding.minor, sum.settled);
    }
    for (size_t i = 0; i < r->n; i++) {
        if (parts[i].kept.minor != r->parts[i].kept) {
            fail_msg("%s: part %zu keeps %lld, not %lld", r->what, i,
                     (long long)parts[i].kept.minor, (long long)r->parts[i].kept);
        }
    }
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        check(&rows[i]);
    }
}

/* Whatever is tendered: what is kept plus change is what was tendered, and what is kept is what was
 * due plus rounding. */
static void test_sums(void **state)
{
    (void)state;
    for (int64_t due = 0; due < 60; due++) {
        for (int64_t a = 1; a < 40; a += 3) {
            for (int64_t b = 1; b < 60; b += 7) {
                struct tender_part parts[] = {
                    { .cash = false, .amount = { a } },
                    { .cash = true, .amount = { b } },
                };
                struct tender_sum sum;
                if (tender_settle(money_of(due), 5, false, parts, 2, &sum) != TENDER_FINE) {
                    continue;
                }
                assert_int_equal(sum.kept.minor + sum.change.minor, a + b);
                assert_int_equal(sum.kept.minor, due + sum.rounding.minor);
                assert_int_equal(parts[0].kept.minor + parts[1].kept.minor, sum.kept.minor);
                assert_int_equal(parts[0].kept.minor, a);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
