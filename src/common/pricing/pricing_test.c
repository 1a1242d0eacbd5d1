/* The pure part of pricing: published vectors (pricing.vectors, read by the browser's test too),
 * properties over random baskets, cash rounding, and parts that add up to their whole. */
#include "common/pricing/pricing.h"

#include "base/text.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define LINES     32
#define RULES     8
#define BASKETS   100000
#define VECTORS   60 /* at least so many must have been found in the file */
#define FILE_ROOM 65536

/* --- Vectors */

struct vector {
    struct pricing_line lines[LINES];
    struct pricing_discount rules[RULES];
    struct pricing_basket basket;
};

static int64_t micro(text_t t)
{
    int64_t v;
    if (decimal_parse(t.s, t.n, 6, &v) != OK) {
        fail_msg("not a number in the vectors: %.*s", (int)t.n, t.s);
    }
    return v;
}

static int64_t whole(text_t t)
{
    int64_t v;
    if (text_to_i64(t, &v) != OK) {
        fail_msg("not a whole number in the vectors: %.*s", (int)t.n, t.s);
    }
    return v;
}

static text_t after(text_t t, size_t n)
{
    return (text_t){ t.s + n, t.n - n };
}

static text_t next_word(text_t *rest)
{
    text_t word;
    do {
        word = text_split(*rest, ' ', rest);
    } while (word.n == 0 && rest->s);
    return word;
}

static bool cut_end(text_t *t, char c)
{
    bool there = t->n > 0 && t->s[t->n - 1] == c;
    t->n -= there;
    return there;
}

static void read_categories(text_t t, int64_t out[static PRICING_CATEGORY_LEVELS])
{
    for (size_t i = 0; t.s && i < PRICING_CATEGORY_LEVELS; i++) {
        out[i] = whole(text_split(t, ',', &t));
    }
}

static void read_line(text_t t, struct pricing_line *l)
{
    text_t word = next_word(&t), quantity = TEXT_NONE;
    *l = (struct pricing_line){ .unit_price = money_of(whole(text_split(word, 'x', &quantity))) };
    l->quantity = qty_of(micro(quantity));
    while (word = next_word(&t), word.n > 0) {
        text_t v = after(word, 1);
        switch (word.s[0]) {
        case 'i':
        case 'o':
            l->tax_included = word.s[0] == 'i';
            l->tax_rate = rate_of(micro(v));
            l->tax = l->tax_rate.micro + 1; /* a tax of 0 % is a tax */
            break;
        case 'n':
            break;
        case 'p':
            l->product = whole(v);
            break;
        case 'c':
            read_categories(v, l->categories);
            break;
        case '-':
            if (cut_end(&v, '%')) {
                l->discount_percent = rate_of(micro(v));
            } else {
                l->discount_amount = money_of(whole(v));
            }
            break;
        default:
            fail_msg("unknown word in the vectors: %.*s", (int)word.n, word.s);
        }
    }
}

static void read_rule(text_t t, struct pricing_discount *d)
{
    text_t word = next_word(&t);
    *d = (struct pricing_discount){ .id = whole(after(word, 1)) };
    while (word = next_word(&t), word.n > 0) {
        text_t v = after(word, 1);
        if (text_is(word, "basket")) {
            d->basket = true;
        } else if (word.s[0] == 'p') {
            d->product = whole(v);
        } else if (word.s[0] == 'c') {
            d->category = whole(v);
        } else if (word.s[0] == 'q') {
            d->minimum_quantity = qty_of(micro(v));
        } else if (word.s[0] == 't') {
            d->minimum_total = money_of(whole(v));
        } else if (cut_end(&word, '%')) {
            d->percent = rate_of(micro(word));
        } else {
            d->amount = money_of(whole(word));
        }
    }
}

static bool listed(text_t *rest, text_t *item)
{
    if (!rest->s) {
        return false;
    }
    *item = text_trim(text_split(*rest, ';', rest));
    return item->n > 0 && !text_is(*item, "-");
}

static void read_vector(text_t mode, text_t lines, text_t rules, struct vector *v)
{
    text_t item = TEXT_NONE;
    v->basket = (struct pricing_basket){ .lines = v->lines, .discounts = v->rules };
    v->basket.round_by_document = text_is(mode, "document");
    while (listed(&lines, &item)) {
        assert_true(v->basket.n_lines < LINES);
        read_line(item, &v->lines[v->basket.n_lines++]);
    }
    while (listed(&rules, &item)) {
        assert_true(v->basket.n_discounts < RULES);
        read_rule(item, &v->rules[v->basket.n_discounts++]);
    }
}

static void expect_line(text_t name, text_t expected, const struct pricing_line *l)
{
    int64_t d = 0, r = 0, b = 0, k = 0;
    text_t rest = expected, tax = TEXT_NONE;
    text_t net = text_split(next_word(&rest), '+', &tax);
    text_t word;
    while (word = next_word(&rest), word.n > 0) {
        int64_t *to = word.s[0] == 'd' ? &d : word.s[0] == 'r' ? &r : word.s[0] == 'b' ? &b : &k;
        *to = whole(after(word, 1));
    }
    if (l->net.minor != whole(net) || l->tax_amount.minor != whole(tax) || l->discount.minor != d ||
        l->discount_rule != r || l->basket_discount.minor != b || l->basket_rule != k) {
        fail_msg("%.*s: expected %.*s, computed %" PRId64 "+%" PRId64 " d%" PRId64 " r%" PRId64
                 " b%" PRId64 " k%" PRId64,
                 (int)name.n, name.s, (int)expected.n, expected.s, l->net.minor,
                 l->tax_amount.minor, l->discount.minor, l->discount_rule, l->basket_discount.minor,
                 l->basket_rule);
    }
    assert_int_equal(l->total.minor, l->net.minor + l->tax_amount.minor);
}

static void run_vector(text_t row)
{
    static struct vector v;
    text_t name = text_trim(text_split(row, '|', &row));
    text_t mode = text_trim(text_split(row, '|', &row));
    text_t lines = text_trim(text_split(row, '|', &row));
    text_t rules = text_trim(text_split(row, '|', &row));
    text_t expected = text_trim(row), item = TEXT_NONE;
    read_vector(mode, lines, rules, &v);
    enum err e = pricing_compute(&v.basket);
    if (text_is(expected, "invalid") || text_is(expected, "range")) {
        if (!text_is(expected, err_name(e))) {
            fail_msg("%.*s: answered %s", (int)name.n, name.s, err_name(e));
        }
        return;
    }
    if (e != OK) {
        fail_msg("%.*s: answered %s", (int)name.n, name.s, err_name(e));
    }
    for (size_t i = 0; i < v.basket.n_lines; i++) {
        assert_true(listed(&expected, &item));
        expect_line(name, item, &v.lines[i]);
    }
    assert_false(listed(&expected, &item));
}

static void published_vectors_hold(void **state)
{
    (void)state;
    static char file[FILE_ROOM];
    char path[4096];
    const char *root = getenv("KONTOR_ROOT");
    (void)snprintf(path, sizeof path, "%s/src/common/pricing/pricing.vectors", root ? root : ".");
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(file, 1, sizeof file - 1, f);
    (void)fclose(f);
    assert_true(n < sizeof file - 1);
    text_t rest = { file, n };
    size_t found = 0;
    while (rest.s) {
        text_t row = text_split(rest, '\n', &rest);
        if (row.n > 0 && row.s[0] != '#') {
            run_vector(row);
            found++;
        }
    }
    assert_true(found >= VECTORS);
}

/* --- Random baskets */

static uint64_t seed;

static int64_t below(int64_t n)
{
    seed += UINT64_C(0x9E3779B97F4A7C15); /* splitmix64 */
    uint64_t z = seed;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (int64_t)((z ^ (z >> 31)) % (uint64_t)n);
}

static bool one_in(int64_t n)
{
    return below(n) == 0;
}

static void random_line(struct pricing_line *l)
{
    static const int64_t rates[] = { 0, 4, 5, 10, 11, 18, 21 };
    int64_t rate = rates[below(N_ELEMENTS(rates))];
    *l = (struct pricing_line){
        .product = 1 + below(5),
        .categories = { 1 + below(3), one_in(2) ? 9 : 0 },
        .quantity = qty_of(one_in(3) ? below(5000000) : QTY_ONE * (1 + below(12))),
        .unit_price = money_of(one_in(20) ? 0 : below(one_in(10) ? 100000000 : 5000)),
        .discount_percent = rate_of(one_in(6) ? below(RATE_HUNDRED_PERCENT + 1) : 0),
        .discount_amount = money_of(one_in(8) ? below(3000) : 0),
        .tax = one_in(10) ? 0 : 1 + rate,
        .tax_rate = rate_of(rate * 1000000),
        .tax_included = one_in(2),
    };
}

static void random_rule(struct pricing_discount *d, int64_t id)
{
    *d = (struct pricing_discount){
        .id = id,
        .product = one_in(2) ? 1 + below(5) : 0,
        .category = one_in(3)   ? 1 + below(3)
                    : one_in(6) ? 9
                                : 0,
        .basket = one_in(2),
        .minimum_quantity = qty_of(one_in(2) ? below(6) * QTY_ONE : 0),
        .minimum_total = money_of(one_in(2) ? below(20000) : 0),
    };
    if (one_in(2)) {
        d->percent = rate_of(below(RATE_HUNDRED_PERCENT + 1));
    } else {
        d->amount = money_of(below(2000));
    }
}

static void random_basket(struct vector *v)
{
    v->basket = (struct pricing_basket){
        .lines = v->lines,
        .n_lines = (size_t)below(LINES + 1),
        .discounts = v->rules,
        .n_discounts = (size_t)below(RULES + 1),
        .round_by_document = one_in(2),
    };
    for (size_t i = 0; i < v->basket.n_lines; i++) {
        random_line(&v->lines[i]);
    }
    for (size_t i = 0; i < v->basket.n_discounts; i++) {
        random_rule(&v->rules[i], 1 + (int64_t)i);
    }
}

static void lines_hold(const struct pricing_basket *b)
{
    int64_t net = 0, tax = 0, total = 0, discount = 0;
    for (size_t i = 0; i < b->n_lines; i++) {
        const struct pricing_line *l = &b->lines[i];
        int64_t off = l->discount.minor + l->basket_discount.minor;
        assert_true(l->discount.minor >= 0 && l->basket_discount.minor >= 0);
        assert_true(off <= l->gross.minor);
        assert_true(l->net.minor >= 0 && l->tax_amount.minor >= 0);
        assert_int_equal(l->total.minor, l->net.minor + l->tax_amount.minor);
        assert_int_equal(l->tax_included ? l->total.minor : l->net.minor, l->gross.minor - off);
        assert_true(l->tax != 0 || l->tax_amount.minor == 0);
        net += l->net.minor;
        tax += l->tax_amount.minor;
        total += l->total.minor;
        discount += off;
    }
    assert_int_equal(b->net.minor, net);
    assert_int_equal(b->tax.minor, tax);
    assert_int_equal(b->total.minor, total);
    assert_int_equal(b->discount.minor, discount);
}

/* The tax of some lines of one tax, reckoned once over their sum, in whole numbers and half up. */
static int64_t tax_once(int64_t amount, const struct pricing_line *l)
{
    int64_t rate = l->tax ? l->tax_rate.micro / 1000000 : 0;
    int64_t den = l->tax_included ? 100 + rate : 100;
    return (2 * amount * rate + den) / (2 * den);
}

/* Each line with itself, or with all lines of its tax: reckoned in another way than pricing.c. */
static void taxes_hold(const struct pricing_basket *b)
{
    for (size_t i = 0; i < b->n_lines; i++) {
        const struct pricing_line *l = &b->lines[i];
        int64_t amount = 0, tax = 0;
        for (size_t k = 0; k < b->n_lines; k++) {
            const struct pricing_line *m = &b->lines[k];
            if (k == i ||
                (b->round_by_document && m->tax == l->tax &&
                 m->tax_rate.micro == l->tax_rate.micro && m->tax_included == l->tax_included)) {
                amount += m->tax_included ? m->total.minor : m->net.minor;
                tax += m->tax_amount.minor;
            }
        }
        assert_int_equal(tax, tax_once(amount, l));
        int64_t alone = tax_once(l->tax_included ? l->total.minor : l->net.minor, l);
        assert_true(llabs(l->tax_amount.minor - alone) <= 1);
    }
}

/* No rule that was not taken would have taken off more. */
static void best_rule_held(const struct pricing_basket *b)
{
    for (size_t i = 0; i < b->n_lines; i++) {
        const struct pricing_line *l = &b->lines[i];
        if (l->discount_percent.micro || l->discount_amount.minor) {
            assert_int_equal(l->discount_rule, 0);
            continue;
        }
        for (size_t k = 0; k < b->n_discounts; k++) {
            const struct pricing_discount *d = &b->discounts[k];
            bool holds = !d->basket && (!d->product || d->product == l->product) &&
                         (!d->category || d->category == l->categories[0] ||
                          d->category == l->categories[1]) &&
                         l->quantity.micro >= d->minimum_quantity.micro &&
                         l->gross.minor >= d->minimum_total.minor;
            money_t by_percent;
            assert_int_equal(money_percent(l->gross, d->percent, ROUND_HALF_UP, &by_percent), OK);
            assert_true(!holds || l->discount.minor >= by_percent.minor);
            assert_true(d->id != l->discount_rule || holds);
        }
    }
}

static void same_again(const struct vector *v)
{
    static struct vector again;
    again = *v;
    again.basket.lines = again.lines;
    again.basket.discounts = again.rules;
    for (size_t i = 0; i < v->basket.n_discounts; i++) { /* in another order */
        again.rules[i] = v->rules[v->basket.n_discounts - 1 - i];
    }
    assert_int_equal(pricing_compute(&again.basket), OK);
    assert_int_equal(again.basket.total.minor, v->basket.total.minor);
    for (size_t i = 0; i < v->basket.n_lines; i++) {
        const struct pricing_line *a = &v->lines[i], *b = &again.lines[i];
        assert_int_equal(a->net.minor, b->net.minor);
        assert_int_equal(a->tax_amount.minor, b->tax_amount.minor);
        assert_int_equal(a->discount_rule, b->discount_rule);
        assert_int_equal(a->basket_rule, b->basket_rule);
    }
}

static void random_baskets_hold(void **state)
{
    (void)state;
    static struct vector v;
    seed = 20261121;
    for (int i = 0; i < BASKETS; i++) {
        random_basket(&v);
        assert_int_equal(pricing_compute(&v.basket), OK);
        lines_hold(&v.basket);
        taxes_hold(&v.basket);
        best_rule_held(&v.basket);
        same_again(&v);
    }
}

static void largest_basket(void **state)
{
    (void)state;
    static struct pricing_line lines[PRICING_LINES_MAX + 1];
    struct pricing_basket b = { .lines = lines, .round_by_document = true };
    seed = 7;
    for (size_t i = 0; i <= PRICING_LINES_MAX; i++) {
        random_line(&lines[i]);
    }
    b.n_lines = PRICING_LINES_MAX;
    assert_int_equal(pricing_compute(&b), OK);
    lines_hold(&b);
    taxes_hold(&b);
    b.n_lines++;
    assert_int_equal(pricing_compute(&b), ERR_RANGE);
}

/* --- Cash and parts */

static void cash_is_rounded(void **state)
{
    (void)state;
    static const struct {
        int64_t total, step, rounded;
    } rows[] = {
        { 1242, 0, 1242 },
        { 1242, 1, 1242 },
        { 1242, 5, 1240 },
        { 1243, 5, 1245 },
        { 1247, 5, 1245 },
        { 1248, 5, 1250 },
        { 0, 5, 0 },
        { 2, 5, 0 },
        { 3, 5, 5 },
        { -1242, 5, -1240 },
        { -1243, 5, -1245 },
        { 15, 10, 20 },
        { -15, 10, -20 },
        { 14, 10, 10 },
        { 1249, 100, 1200 },
        { 1250, 100, 1300 },
        { MONEY_MAX, 5, MONEY_MAX },
        { 7, -5, 7 },
        { 49, 100, 0 },
        { 50, 100, 100 },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        money_t m = pricing_cash_round(money_of(rows[i].total), rows[i].step);
        assert_int_equal(m.minor, rows[i].rounded);
    }
}

static void parts_of_a_return(void **state)
{
    (void)state;
    static const struct {
        int64_t amount, before, part, whole; /* quantities in units */
        enum err err;
        int64_t out;
    } rows[] = {
        { 1000, 0, 1, 3, OK, 333 },
        { 1000, 1, 1, 3, OK, 334 },
        { 1000, 2, 1, 3, OK, 333 },
        { 1000, 0, 3, 3, OK, 1000 },
        { 1, 0, 1, 2, OK, 1 },
        { 1, 1, 1, 2, OK, 0 },
        { -1000, 0, 1, 3, OK, -333 },
        { -1000, 1, 1, 3, OK, -334 },
        { 0, 0, 1, 3, OK, 0 },
        { 1000, 0, 0, 3, OK, 0 },
        { 1000, 3, 0, 3, OK, 0 },
        { 1000, 3, 1, 3, ERR_INVALID, 0 },
        { 1000, 0, 4, 3, ERR_INVALID, 0 },
        { 1000, -1, 1, 3, ERR_INVALID, 0 },
        { 1000, 0, -1, 3, ERR_INVALID, 0 },
        { 1000, 0, 1, 0, ERR_INVALID, 0 },
        { MONEY_MAX, 0, 1, 1, OK, MONEY_MAX },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        money_t m = { 0 };
        enum err e = pricing_part(money_of(rows[i].amount), qty_of(rows[i].before * QTY_ONE),
                                  qty_of(rows[i].part * QTY_ONE), qty_of(rows[i].whole * QTY_ONE),
                                  &m);
        assert_int_equal(e, rows[i].err);
        assert_int_equal(m.minor, rows[i].out);
    }
}

static void parts_add_up(void **state)
{
    (void)state;
    seed = 11;
    for (int i = 0; i < 20000; i++) {
        int64_t amount = below(1000000) - 500000, whole_qty = 1 + below(20000000);
        int64_t taken = 0, sum = 0;
        while (taken < whole_qty) {
            int64_t part = 1 + below(whole_qty - taken);
            money_t m;
            assert_int_equal(
                pricing_part(money_of(amount), qty_of(taken), qty_of(part), qty_of(whole_qty), &m),
                OK);
            assert_true(amount >= 0 ? m.minor >= 0 : m.minor <= 0);
            sum += m.minor;
            taken += part;
        }
        assert_int_equal(sum, amount);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors_hold), cmocka_unit_test(random_baskets_hold),
        cmocka_unit_test(largest_basket),         cmocka_unit_test(cash_is_rounded),
        cmocka_unit_test(parts_of_a_return),      cmocka_unit_test(parts_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
