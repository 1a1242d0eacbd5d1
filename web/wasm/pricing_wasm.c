/* Pricing for the browser: the border between JavaScript and pricing.c.
 *
 * Structs differ between a 32-bit and a 64-bit machine, so a basket crosses as an array of 64-bit
 * integers: JavaScript writes it at pricing_buffer(), calls pricing_run(), and reads the answer at
 * the same place. Amounts are in the smallest unit of the currency, quantities and rates in
 * millionths. Compiled natively the file behaves the same; that is how it is compared.
 *
 *   in   lines, discounts, round_by_document
 *        each line: product, 6 categories, quantity, unit_price, discount_percent,
 *                   discount_amount, tax, tax_rate, tax_included
 *        each discount: id, product, category, basket, minimum_quantity, minimum_total, percent,
 *                       amount
 *   out  enum err, net, tax, total, discount
 *        each line: gross, discount, basket_discount, discount_rule, basket_rule, net, tax, total
 */
#include "common/pricing/pricing.h"

#define RULES_MAX  512
#define HEAD_WORDS 3
#define LINE_WORDS 14
#define RULE_WORDS 8
#define SUM_WORDS  5
#define WORDS_MAX  (HEAD_WORDS + PRICING_LINES_MAX * LINE_WORDS + RULES_MAX * RULE_WORDS)

_Static_assert(PRICING_CATEGORY_LEVELS == 6, "the layout names six categories");

#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(name)))

/* The compiler makes calls of these from struct assignments. */
void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memset(void *to, int byte, size_t n);

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ((unsigned char *)to)[i] = ((const unsigned char *)from)[i];
    }
    return to;
}

void *memset(void *to, int byte, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ((unsigned char *)to)[i] = (unsigned char)byte;
    }
    return to;
}

_Noreturn void invariant_broken(const char *what, const char *file, int line)
{
    (void)what;
    (void)file;
    (void)line;
    __builtin_trap(); /* JavaScript sees a RuntimeError */
}
#else
#define EXPORT(name)
#endif

int64_t *pricing_buffer(void);
void pricing_run(void);

static int64_t words[WORDS_MAX];
static struct pricing_line lines[PRICING_LINES_MAX];
static struct pricing_discount discounts[RULES_MAX];

EXPORT("pricing_buffer") int64_t *pricing_buffer(void)
{
    return words;
}

static void take_line(const int64_t w[static LINE_WORDS], struct pricing_line *l)
{
    *l = (struct pricing_line){ .product = w[0] };
    for (size_t i = 0; i < PRICING_CATEGORY_LEVELS; i++) {
        l->categories[i] = w[1 + i];
    }
    l->quantity = qty_of(w[7]);
    l->unit_price = money_of(w[8]);
    l->discount_percent = rate_of(w[9]);
    l->discount_amount = money_of(w[10]);
    l->tax = w[11];
    l->tax_rate = rate_of(w[12]);
    l->tax_included = w[13] != 0;
}

static void take_discount(const int64_t w[static RULE_WORDS], struct pricing_discount *d)
{
    *d = (struct pricing_discount){
        .id = w[0],
        .product = w[1],
        .category = w[2],
        .basket = w[3] != 0,
        .minimum_quantity = qty_of(w[4]),
        .minimum_total = money_of(w[5]),
        .percent = rate_of(w[6]),
        .amount = money_of(w[7]),
    };
}

static void give_line(const struct pricing_line *l, int64_t *w)
{
    w[0] = l->gross.minor;
    w[1] = l->discount.minor;
    w[2] = l->basket_discount.minor;
    w[3] = l->discount_rule;
    w[4] = l->basket_rule;
    w[5] = l->net.minor;
    w[6] = l->tax_amount.minor;
    w[7] = l->total.minor;
}

static void take_all(struct pricing_basket *b)
{
    const int64_t *at = words + HEAD_WORDS;
    b->round_by_document = words[2] != 0;
    b->n_lines = (size_t)words[0];
    b->n_discounts = (size_t)words[1];
    for (size_t i = 0; i < b->n_lines; i++, at += LINE_WORDS) {
        take_line(at, &lines[i]);
    }
    for (size_t i = 0; i < b->n_discounts; i++, at += RULE_WORDS) {
        take_discount(at, &discounts[i]);
    }
}

EXPORT("pricing_run") void pricing_run(void)
{
    struct pricing_basket b = { .lines = lines, .discounts = discounts };
    if (words[0] < 0 || words[0] > PRICING_LINES_MAX || words[1] < 0 || words[1] > RULES_MAX) {
        words[0] = ERR_RANGE;
        return;
    }
    take_all(&b);
    words[0] = pricing_compute(&b);
    if (words[0] != OK) {
        return; /* the sums are not to be read */
    }
    words[1] = b.net.minor;
    words[2] = b.tax.minor;
    words[3] = b.total.minor;
    words[4] = b.discount.minor;
    for (size_t i = 0; i < b.n_lines; i++) {
        give_line(&lines[i], words + SUM_WORDS + i * 8);
    }
}
