/* From what is asked for to what is computed: finds the price, the rules and the tax of each line.
 *
 * Everything here is master data from memory: the selections below are kept by the store until
 * master data changes, so a basket costs no statement. Price lists and rules are few and loaded
 * whole; prices are many and loaded by product, and not at all when no list is meant. */
#include "common/pricing/inner.h"

/* A list that may give the price, in the order of asking. */
struct wanted_list {
    int64_t id;
    bool includes_tax;
    enum pricing_why why;
};

struct tariff {
    struct cx *cx;
    const struct site *site;
    const struct party *customer;
    date_t day;
    struct company company;
    struct wanted_list *lists;
    size_t n_lists;
};

/* --- Lists */

static void want(struct tariff *t, const struct price_list *l, enum pricing_why why)
{
    if (!l->record.archived && valid_on(l->valid_from, l->valid_to, t->day)) {
        t->lists[t->n_lists++] = (struct wanted_list){ l->record.id, l->includes_tax != 0, why };
    }
}

static enum err want_by_id(struct tariff *t, price_list_ref list, enum pricing_why why)
{
    struct price_list l;
    if (list.id == 0) {
        return OK;
    }
    enum err e = store_get_any(t->cx, &price_list_entity, list.id, &l);
    if (e == OK) {
        want(t, &l, why);
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err find_lists(struct tariff *t)
{
    struct price_list *standing;
    size_t n;
    TRY(store_select(t->cx, &price_list_entity,
                     "standing = 1 AND archived = 0 ORDER BY priority DESC, id", NULL, 0, &standing,
                     &n));
    t->lists = ARENA_ARRAY(t->cx->arena, n + 2, struct wanted_list);
    if (t->customer) {
        TRY(want_by_id(t, t->customer->price_list, WHY_CUSTOMER_LIST));
    }
    TRY(want_by_id(t, t->site->price_list, WHY_SITE_LIST));
    for (size_t i = 0; i < n; i++) {
        want(t, &standing[i], WHY_PRICE_LIST);
    }
    return OK;
}

/* --- Prices */

/* Every price of a product, in all lists. */
static enum err prices_of(struct cx *cx, int64_t product, struct price **out, size_t *n)
{
    struct value v[] = { v_int(product) };
    return store_select(cx, &price_entity, "product = $1 AND archived = 0 ORDER BY id", v, 1, out,
                        n);
}

static bool price_better(const struct price *p, const struct price *best)
{
    if (!best || p->minimum_quantity.micro != best->minimum_quantity.micro) {
        return !best || p->minimum_quantity.micro > best->minimum_quantity.micro;
    }
    return p->valid_from.days >= best->valid_from.days; /* of equals the later entered */
}

static const struct price *price_in(const struct tariff *t, int64_t list, qty_t quantity,
                                    const struct price *prices, size_t n)
{
    const struct price *best = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct price *p = &prices[i];
        if (p->list.id == list && p->minimum_quantity.micro <= quantity.micro &&
            valid_on(p->valid_from, p->valid_to, t->day) && price_better(p, best)) {
            best = p;
        }
    }
    return best;
}

/* Sets price, reason and terms of a line from the lists; leaves it alone when none has a price. */
static enum err price_from_lists(const struct tariff *t, const struct tariff_line *in,
                                 struct pricing_line *l)
{
    struct price *prices;
    size_t n;
    if (t->n_lists == 0) {
        return OK;
    }
    TRY(prices_of(t->cx, in->product->record.id, &prices, &n));
    for (size_t i = 0; i < t->n_lists && n > 0; i++) {
        const struct price *p = price_in(t, t->lists[i].id, in->quantity, prices, n);
        if (p) {
            l->unit_price = p->price;
            l->price_why = t->lists[i].why;
            l->price_rule = p->record.id;
            l->tax_included = t->lists[i].includes_tax;
            break;
        }
    }
    return OK;
}

static enum err find_price(const struct tariff *t, const struct tariff_line *in, size_t at,
                           struct pricing_line *l)
{
    struct cx *cx = t->cx;
    l->unit_price = in->product->price;
    l->price_why = WHY_PRODUCT_PRICE;
    TRY(price_from_lists(t, in, l));
    if (in->price.minor != VALUE_NONE) {
        if (in->price.minor <= 0) {
            return refuse(cx, &price_not_positive, path_at(cx, "lines", at, "price"));
        }
        l->unit_price = in->price;
        l->price_why = WHY_OVERRIDE;
        l->price_rule = 0;
    }
    if (l->unit_price.minor == VALUE_NONE) {
        return REFUSE(cx, &no_price, path_at(cx, "lines", at, "product"), in->product->code);
    }
    return OK;
}

/* --- Taxes and categories */

/* Must come before the price: the tax says whether a product's own price contains it. */
static enum err find_tax(const struct tariff *t, const struct tariff_line *in, size_t at,
                         struct pricing_line *l)
{
    struct tax tax;
    if (in->product->tax.id == 0) {
        l->tax_included = t->company.prices_include_tax != 0;
        return OK;
    }
    enum err e = tariff_tax_on(t->cx, in->product->tax.id, t->day, &tax);
    if (e == ERR_NOT_FOUND || (e == OK && tax.part_of.id != 0)) {
        return REFUSE(t->cx, &tax_not_valid, path_at(t->cx, "lines", at, "product"),
                      in->product->code);
    }
    TRY(e);
    l->tax = tax.record.id;
    l->tax_rate = tax.rate;
    l->tax_included = tax.included != 0;
    return OK;
}

static enum err find_categories(struct cx *cx, const struct product *p, struct pricing_line *l)
{
    category_ref up = p->category;
    for (size_t i = 0; i < PRICING_CATEGORY_LEVELS && up.id != 0; i++) {
        struct category c;
        l->categories[i] = up.id;
        TRY(store_get_any(cx, &category_entity, up.id, &c));
        up = c.parent;
    }
    return OK;
}

/* --- Discounts */

static bool rule_holds(const struct tariff *t, const struct discount_rule *r)
{
    return valid_on(r->valid_from, r->valid_to, t->day) &&
           (r->site.id == 0 || r->site.id == t->site->record.id) &&
           (r->customer.id == 0 || (t->customer && r->customer.id == t->customer->record.id));
}

static enum err find_rules(const struct tariff *t, struct pricing_basket *b)
{
    struct discount_rule *rules;
    size_t n;
    TRY(store_select(t->cx, &discount_rule_entity, "archived = 0 ORDER BY id", NULL, 0, &rules,
                     &n));
    struct pricing_discount *out = ARENA_ARRAY(t->cx->arena, n, struct pricing_discount);
    b->discounts = out;
    for (size_t i = 0; i < n; i++) {
        const struct discount_rule *r = &rules[i];
        if (rule_holds(t, r)) {
            out[b->n_discounts++] = (struct pricing_discount){
                .id = r->record.id,
                .product = r->product.id,
                .category = r->category.id,
                .basket = r->basket != 0,
                .minimum_quantity = r->minimum_quantity,
                .minimum_total = r->minimum_total,
                .percent = r->percent,
                .amount = r->amount,
            };
        }
    }
    return OK;
}

static enum err given_discount_check(struct cx *cx, const struct tariff_line *in, size_t at)
{
    if (in->discount_percent.micro < 0 || in->discount_percent.micro > RATE_HUNDRED_PERCENT) {
        return refuse(cx, &discount_too_large, path_at(cx, "lines", at, "discount"));
    }
    if (in->discount_amount.minor < 0) {
        return refuse(cx, &discount_too_large, path_at(cx, "lines", at, "discount_amount"));
    }
    return OK;
}

/* --- The whole */

static enum err find_line(const struct tariff *t, const struct tariff_line *in, size_t at,
                          struct pricing_line *l)
{
    struct cx *cx = t->cx;
    if (in->quantity.micro <= 0) {
        return REFUSE(cx, &refusal_not_positive, path_at(cx, "lines", at, "quantity"),
                      text_of(cx_text(cx, N_("Quantity"))));
    }
    TRY(given_discount_check(cx, in, at));
    *l = (struct pricing_line){
        .product = in->product->record.id,
        .quantity = in->quantity,
        .discount_percent = in->discount_percent,
        .discount_amount = in->discount_amount,
    };
    TRY(find_tax(t, in, at, l));
    TRY(find_price(t, in, at, l));
    return find_categories(cx, in->product, l);
}

/* The pure part takes off no more than there is; what somebody typed is refused instead. */
static enum err given_discounts_fit(struct cx *cx, const struct pricing_basket *b)
{
    for (size_t i = 0; i < b->n_lines; i++) {
        if (b->lines[i].discount_amount.minor > b->lines[i].gross.minor) {
            return refuse(cx, &discount_too_large, path_at(cx, "lines", i, "discount_amount"));
        }
    }
    return OK;
}

enum err tariff_price(struct cx *cx, const struct site *site, const struct party *customer,
                      date_t day, const struct tariff_line *lines, size_t n,
                      struct pricing_basket **out)
{
    struct tariff t = { .cx = cx, .site = site, .customer = customer, .day = day };
    struct pricing_basket *b = ARENA_NEW(cx->arena, struct pricing_basket);
    if (n > PRICING_LINES_MAX) {
        return REFUSE(cx, &refusal_too_large, TEXT("lines"), text_of(cx_text(cx, N_("Lines"))),
                      text_fmt(cx->arena, "%d", PRICING_LINES_MAX));
    }
    TRY(company_get(cx, &t.company));
    TRY(find_lists(&t));
    TRY(find_rules(&t, b));
    b->lines = ARENA_ARRAY(cx->arena, n, struct pricing_line);
    b->n_lines = n;
    b->round_by_document = t.company.tax_rounding == TAX_ROUNDING_DOCUMENT;
    for (size_t i = 0; i < n; i++) {
        TRY(find_line(&t, &lines[i], i, &b->lines[i]));
    }
    if (cx->arena->failed) {
        return ERR_NO_MEMORY;
    }
    enum err e = pricing_compute(b);
    if (e == ERR_RANGE) {
        return refuse(cx, &amount_too_large, TEXT("lines"));
    }
    TRY(e);
    *out = b;
    return given_discounts_fit(cx, b);
}
