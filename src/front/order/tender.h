/* What is kept of the tenders, and what goes back as change. Pure integer arithmetic: the server
 * and an offline till compute the same.
 *
 * Only cash gives change. What is paid in cash is rounded to the steps in which cash exists (5
 * where there are no 1 and 2 cent coins); what other tenders pay is never rounded, so the part that
 * is left for cash is what gets rounded. */
#ifndef KONTOR_TENDER_H
#define KONTOR_TENDER_H

#include "base/money.h"

#define TENDERS_MAX 20

struct tender_part {
    bool cash;
    money_t amount; /* in: tendered, > 0 */
    money_t kept;   /* out: after change, >= 0 */
};

struct tender_sum {
    money_t kept;     /* sum of the parts' */
    money_t change;   /* >= 0 */
    money_t rounding; /* added to what is due by cash rounding; may be negative */
    bool settled;     /* kept == due + rounding */
};

enum tender_fault {
    TENDER_FINE,
    TENDER_TOO_SMALL, /* less than what is due */
    TENDER_NO_CHANGE, /* other tenders than cash exceed what is due */
    TENDER_NOT_EXACT, /* refund: the parts do not add up to what is due */
};

/* Settles `due` (>= 0). With `partly` less than due may be paid. n <= TENDERS_MAX. */
enum tender_fault tender_settle(money_t due, int64_t cash_step, bool partly,
                                struct tender_part *parts, size_t n, struct tender_sum *out);

/* Refunds `due` (>= 0): the parts must add up to it exactly, the cash part to its rounded amount.
 * out->kept is what is paid back (> 0), out->rounding what rounding adds to it. */
enum tender_fault tender_refund(money_t due, int64_t cash_step, struct tender_part *parts, size_t n,
                                struct tender_sum *out);

#endif
