/* What a basket costs. Pure integer C: no store, no libc, no memory but the stack, so that the till
 * in the browser and the server run the same code and cannot come to different cents.
 *
 * Held by construction, and tested on random baskets:
 *   - the sum of the lines is the basket, in net, tax, total and discount;
 *   - 0 <= discount + basket_discount <= gross on every line;
 *   - rounded by document, the taxes of the lines of one tax sum to the rounded tax of their sum;
 *   - equal input gives equal output, whatever order the discounts stand in. */
#include "common/pricing/pricing.h"

#define PERCENT_MAX  RATE_HUNDRED_PERCENT
#define TAX_RATE_MAX (INT64_C(10) * RATE_HUNDRED_PERCENT) /* 1000 %: far above any tax there is */

_Static_assert(PRICING_LINES_MAX <= DECIMAL_SHARE_MAX, "a basket is shared in one go");

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What is left of a line after its own discounts: what a basket discount is reckoned on. */
static int64_t after_line_discount(const struct pricing_line *l)
{
    return l->gross.minor - l->discount.minor;
}

/* What is taxed, by the terms of the price: with the tax in it, or without. */
static int64_t taxable(const struct pricing_line *l)
{
    return after_line_discount(l) - l->basket_discount.minor;
}

static bool line_valid(const struct pricing_line *l)
{
    return l->quantity.micro >= 0 && l->unit_price.minor >= 0 && l->discount_percent.micro >= 0 &&
           l->discount_percent.micro <= PERCENT_MAX && l->discount_amount.minor >= 0 &&
           l->discount_amount.minor <= MONEY_MAX && l->tax_rate.micro >= 0 &&
           l->tax_rate.micro <= TAX_RATE_MAX;
}

static bool discount_valid(const struct pricing_discount *d)
{
    return d->percent.micro >= 0 && d->percent.micro <= PERCENT_MAX && d->amount.minor >= 0 &&
           d->amount.minor <= MONEY_MAX;
}

static bool in_category(const struct pricing_line *l, int64_t category)
{
    for (size_t i = 0; i < PRICING_CATEGORY_LEVELS && l->categories[i] != 0; i++) {
        if (l->categories[i] == category) {
            return true;
        }
    }
    return false;
}

static bool concerns(const struct pricing_discount *d, const struct pricing_line *l)
{
    return (d->product == 0 || d->product == l->product) &&
           (d->category == 0 || in_category(l, d->category));
}

/* Percent of the amount and then so much off the rest; never more than the amount. */
static enum err reduction(int64_t amount, rate_t percent, money_t off, int64_t *out)
{
    money_t by_percent = { 0 };
    if (percent.micro != 0) {
        TRY(money_percent(money_of(amount), percent, ROUND_HALF_UP, &by_percent));
    }
    *out = least(amount, by_percent.minor + off.minor);
    return OK;
}

/* Of two rules that take off the same the one with the smaller id holds, so that the order in which
 * a store hands them out decides nothing. Before any rule, nothing is taken off by id 0. */
static bool better(int64_t off, int64_t id, int64_t best_off, int64_t best_id)
{
    return off > best_off || (off == best_off && id < best_id);
}

/* --- Lines */

static enum err best_line_rule(const struct pricing_basket *b, struct pricing_line *l)
{
    for (size_t i = 0; i < b->n_discounts; i++) {
        const struct pricing_discount *d = &b->discounts[i];
        if (d->basket || !concerns(d, l) || l->quantity.micro < d->minimum_quantity.micro ||
            l->gross.minor < d->minimum_total.minor) {
            continue;
        }
        money_t per_line = { 0 };
        int64_t off;
        if (d->amount.minor != 0) {
            TRY(money_times_qty(d->amount, l->quantity, ROUND_HALF_UP, &per_line));
        }
        TRY(reduction(l->gross.minor, d->percent, per_line, &off));
        if (better(off, d->id, l->discount.minor, l->discount_rule)) {
            l->discount.minor = off;
            l->discount_rule = d->id;
        }
    }
    return OK;
}

static enum err price_line(const struct pricing_basket *b, struct pricing_line *l)
{
    if (!line_valid(l)) {
        return ERR_INVALID;
    }
    l->discount = l->basket_discount = money_of(0);
    l->discount_rule = l->basket_rule = 0;
    TRY(money_times_qty(l->unit_price, l->quantity, ROUND_HALF_UP, &l->gross));
    if (l->discount_percent.micro != 0 || l->discount_amount.minor != 0) {
        return reduction(l->gross.minor, l->discount_percent, l->discount_amount,
                         &l->discount.minor);
    }
    return best_line_rule(b, l);
}

/* --- The basket */

/* What a basket rule takes off the lines it concerns; 0 when its minimum is not reached. */
static enum err basket_reduction(const struct pricing_basket *b, const struct pricing_discount *d,
                                 int64_t *off)
{
    int64_t sum = 0, quantity = 0;
    for (size_t i = 0; i < b->n_lines; i++) {
        if (concerns(d, &b->lines[i])) {
            sum += after_line_discount(&b->lines[i]);
            TRY(add_i64(quantity, b->lines[i].quantity.micro, &quantity));
        }
    }
    *off = 0;
    if (sum < d->minimum_total.minor || quantity < d->minimum_quantity.micro) {
        return OK;
    }
    return reduction(sum, d->percent, d->amount, off);
}

static enum err share_basket_discount(struct pricing_basket *b, const struct pricing_discount *d,
                                      int64_t off)
{
    int64_t weights[PRICING_LINES_MAX], parts[PRICING_LINES_MAX];
    for (size_t i = 0; i < b->n_lines; i++) {
        weights[i] = concerns(d, &b->lines[i]) ? after_line_discount(&b->lines[i]) : 0;
    }
    TRY(decimal_share(off, weights, b->n_lines, parts));
    for (size_t i = 0; i < b->n_lines; i++) {
        b->lines[i].basket_discount.minor = parts[i];
        b->lines[i].basket_rule = parts[i] != 0 ? d->id : 0;
    }
    return OK;
}

static enum err discount_basket(struct pricing_basket *b)
{
    const struct pricing_discount *best = NULL;
    int64_t best_off = 0;
    for (size_t i = 0; i < b->n_discounts; i++) {
        const struct pricing_discount *d = &b->discounts[i];
        if (!d->basket) {
            continue;
        }
        int64_t off;
        TRY(basket_reduction(b, d, &off));
        if (better(off, d->id, best_off, best ? best->id : 0)) {
            best = d;
            best_off = off;
        }
    }
    return best ? share_basket_discount(b, best, best_off) : OK;
}

/* --- Taxes */

static enum err tax_of(int64_t amount, const struct pricing_line *terms, money_t *out)
{
    *out = money_of(0);
    if (terms->tax == 0 || terms->tax_rate.micro == 0) {
        return OK;
    }
    if (terms->tax_included) {
        return money_ratio(money_of(amount), terms->tax_rate.micro,
                           RATE_HUNDRED_PERCENT + terms->tax_rate.micro, ROUND_HALF_UP, out);
    }
    return money_percent(money_of(amount), terms->tax_rate, ROUND_HALF_UP, out);
}

static void set_tax(struct pricing_line *l, int64_t tax)
{
    int64_t amount = taxable(l);
    l->tax_amount.minor = tax;
    l->net.minor = l->tax_included ? amount - tax : amount;
    l->total.minor = l->tax_included ? amount : amount + tax;
}

static enum err tax_by_line(struct pricing_basket *b)
{
    for (size_t i = 0; i < b->n_lines; i++) {
        struct pricing_line *l = &b->lines[i];
        TRY(tax_of(taxable(l), l, &l->tax_amount));
        set_tax(l, l->tax_amount.minor);
    }
    return OK;
}

static bool same_tax(const struct pricing_line *a, const struct pricing_line *b)
{
    return a->tax == b->tax && a->tax_included == b->tax_included &&
           a->tax_rate.micro == b->tax_rate.micro;
}

/* The lines of one tax, from the first on: their tax is rounded once and shared over them. A line
 * that pays nothing has weight 0 and gets no tax. */
static enum err tax_group(struct pricing_basket *b, size_t first, bool done[])
{
    int64_t weights[PRICING_LINES_MAX], parts[PRICING_LINES_MAX];
    uint32_t members[PRICING_LINES_MAX];
    size_t n = 0;
    int64_t sum = 0;
    for (size_t i = first; i < b->n_lines; i++) {
        if (!done[i] && same_tax(&b->lines[first], &b->lines[i])) {
            done[i] = true;
            members[n] = (uint32_t)i;
            weights[n] = taxable(&b->lines[i]);
            sum += weights[n++];
        }
    }
    money_t tax;
    TRY(tax_of(sum, &b->lines[first], &tax));
    TRY(decimal_share(tax.minor, weights, n, parts));
    for (size_t i = 0; i < n; i++) {
        set_tax(&b->lines[members[i]], parts[i]);
    }
    return OK;
}

static enum err tax_by_document(struct pricing_basket *b)
{
    bool done[PRICING_LINES_MAX];
    for (size_t i = 0; i < b->n_lines; i++) {
        done[i] = false;
    }
    for (size_t i = 0; i < b->n_lines; i++) {
        if (!done[i]) {
            TRY(tax_group(b, i, done));
        }
    }
    return OK;
}

/* --- The whole */

/* Every amount is within MONEY_MAX when priced, and a basket has at most PRICING_LINES_MAX lines,
 * so the sum of the gross amounts fits; once that is within MONEY_MAX too, all that is taken off or
 * shared out of it is. */
static enum err check_gross(const struct pricing_basket *b)
{
    int64_t sum = 0;
    for (size_t i = 0; i < b->n_lines; i++) {
        sum += b->lines[i].gross.minor;
    }
    return sum > MONEY_MAX ? ERR_RANGE : OK;
}

static enum err sum_up(struct pricing_basket *b)
{
    b->net = b->tax = b->total = b->discount = money_of(0);
    for (size_t i = 0; i < b->n_lines; i++) {
        const struct pricing_line *l = &b->lines[i];
        b->net = money_add(b->net, l->net);
        b->tax = money_add(b->tax, l->tax_amount);
        b->total = money_add(b->total, l->total);
        b->discount = money_add(b->discount, money_add(l->discount, l->basket_discount));
    }
    return b->total.minor > MONEY_MAX ? ERR_RANGE : OK;
}

enum err pricing_compute(struct pricing_basket *b)
{
    if (b->n_lines > PRICING_LINES_MAX) {
        return ERR_RANGE;
    }
    for (size_t i = 0; i < b->n_discounts; i++) {
        if (!discount_valid(&b->discounts[i])) {
            return ERR_INVALID;
        }
    }
    for (size_t i = 0; i < b->n_lines; i++) {
        TRY(price_line(b, &b->lines[i]));
    }
    TRY(check_gross(b));
    TRY(discount_basket(b));
    TRY(b->round_by_document ? tax_by_document(b) : tax_by_line(b));
    return sum_up(b);
}

money_t pricing_cash_round(money_t total, int64_t step)
{
    int64_t steps;
    if (step <= 1 || decimal_mul_div(total.minor, 1, step, ROUND_HALF_UP, &steps) != OK) {
        return total;
    }
    int64_t rounded;
    return __builtin_mul_overflow(steps, step, &rounded) ? total : money_of(rounded);
}

enum err pricing_part(money_t amount, qty_t before, qty_t part, qty_t whole, money_t *out)
{
    if (whole.micro <= 0 || before.micro < 0 || part.micro < 0 ||
        part.micro > whole.micro - before.micro) {
        return ERR_INVALID;
    }
    money_t up_to, already;
    TRY(money_ratio(amount, before.micro + part.micro, whole.micro, ROUND_HALF_UP, &up_to));
    TRY(money_ratio(amount, before.micro, whole.micro, ROUND_HALF_UP, &already));
    *out = money_sub(up_to, already);
    return OK;
}
