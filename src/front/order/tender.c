/* Settlement of tenders; see tender.h. */
#include "front/order/tender.h"

#include "common/pricing/pricing.h"

struct sums {
    money_t cash, other;
    bool any_cash;
};

static struct sums sums_of(const struct tender_part *parts, size_t n)
{
    struct sums s = { 0 };
    for (size_t i = 0; i < n; i++) {
        money_t *to = parts[i].cash ? &s.cash : &s.other;
        *to = money_add(*to, parts[i].amount);
        s.any_cash = s.any_cash || parts[i].cash;
    }
    return s;
}

/* Change comes out of the cash handed over last. */
static void give_change(struct tender_part *parts, size_t n, money_t change)
{
    for (size_t i = n; i > 0 && change.minor > 0; i--) {
        struct tender_part *p = &parts[i - 1];
        if (p->cash) {
            money_t back = p->kept.minor < change.minor ? p->kept : change;
            p->kept = money_sub(p->kept, back);
            change = money_sub(change, back);
        }
    }
    INVARIANT(change.minor == 0);
}

enum tender_fault tender_settle(money_t due, int64_t cash_step, bool partly,
                                struct tender_part *parts, size_t n, struct tender_sum *out)
{
    INVARIANT(due.minor >= 0 && n <= TENDERS_MAX);
    struct sums s = sums_of(parts, n);
    *out = (struct tender_sum){ 0 };
    if (s.other.minor > due.minor) {
        return TENDER_NO_CHANGE;
    }
    for (size_t i = 0; i < n; i++) {
        parts[i].kept = parts[i].amount;
    }
    money_t left = money_sub(due, s.other);
    money_t cash_due = s.any_cash ? pricing_cash_round(left, cash_step) : left;
    if (s.cash.minor < cash_due.minor) {
        if (!partly) {
            return TENDER_TOO_SMALL;
        }
        out->kept = money_add(s.other, s.cash);
        return TENDER_FINE;
    }
    out->settled = true;
    out->rounding = money_sub(cash_due, left);
    out->change = money_sub(s.cash, cash_due);
    give_change(parts, n, out->change);
    out->kept = money_add(s.other, cash_due);
    return TENDER_FINE;
}

enum tender_fault tender_refund(money_t due, int64_t cash_step, struct tender_part *parts, size_t n,
                                struct tender_sum *out)
{
    INVARIANT(due.minor >= 0 && n <= TENDERS_MAX);
    struct sums s = sums_of(parts, n);
    *out = (struct tender_sum){ 0 };
    money_t left = money_sub(due, s.other);
    money_t cash_due = s.any_cash ? pricing_cash_round(left, cash_step) : left;
    if (left.minor < 0 || s.cash.minor != cash_due.minor) {
        return TENDER_NOT_EXACT;
    }
    for (size_t i = 0; i < n; i++) {
        parts[i].kept = parts[i].amount;
    }
    out->settled = true;
    out->kept = money_add(s.other, s.cash);
    out->rounding = money_sub(cash_due, left);
    return TENDER_FINE;
}
