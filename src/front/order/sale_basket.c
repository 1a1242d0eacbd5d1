/* The making of a document, first half: where, who, when, and what it costs. */
#include "front/order/order_parts.h"

#define CLOCK_TOLERANCE_US (INT64_C(5) * 60 * US_PER_SECOND)

text_t amount_text(struct cx *cx, money_t amount)
{
    char out[DECIMAL_TEXT_MAX];
    size_t n = decimal_print(amount.minor, cx->decimals, cx->decimals, out);
    return text_copy(cx->arena, (text_t){ out, n });
}

enum err sale_where(struct cx *cx, struct sale *s, till_ref till, site_ref site)
{
    TRY(company_get(cx, &s->company));
    s->at_till = till.id != 0;
    if (s->at_till) {
        TRY(store_get(cx, &till_entity, till.id, &s->till));
        if (site.id != 0 && site.id != s->till.site.id) {
            return REFUSE(cx, &refusal_till_elsewhere, TEXT("till"), s->till.code);
        }
        site = s->till.site;
    }
    if (site.id == 0) {
        return refuse(cx, &refusal_till_or_site, TEXT("till"));
    }
    return store_get(cx, &site_entity, site.id, &s->site);
}

choice_t sale_channel(const struct sale *s, choice_t given)
{
    if (given != CHANNEL_TILL || s->at_till) {
        return given;
    }
    return s->site.kind == SITE_WEB ? CHANNEL_SHOP : CHANNEL_SALES;
}

enum err sale_customer(struct cx *cx, struct sale *s, party_ref customer)
{
    s->customer = NULL;
    if (customer.id != 0) {
        TRY(store_get(cx, &party_entity, customer.id, &s->party));
        s->customer = &s->party;
    }
    s->order->customer = customer;
    return OK;
}

/* A till that was offline sends what it sold since it was opened, numbered. */
static enum err may_lie_back(struct cx *cx, struct sale *s, instant_t sold_at, int64_t till_number)
{
    if (s->at_till && till_number != VALUE_NONE && s->till.state == TILL_OPEN) {
        instant_t opened;
        TRY(till_opened_at(cx, &s->till, &opened));
        if (sold_at.us >= opened.us) {
            return OK;
        }
    }
    return REFUSE(cx, &refusal_forbidden, TEXT("sold_at"), TEXT("till.write"));
}

enum err sale_when(struct cx *cx, struct sale *s, instant_t sold_at, int64_t till_number)
{
    struct sales_order *o = s->order;
    if (instant_none(sold_at)) {
        sold_at = cx->now;
    }
    if (sold_at.us > cx->now.us + CLOCK_TOLERANCE_US) {
        char at[INSTANT_TEXT_MAX];
        return REFUSE(cx, &refusal_sold_at_in_future, TEXT("sold_at"),
                      (text_t){ at, instant_print(sold_at, at) });
    }
    if (sold_at.us < cx->now.us - CLOCK_TOLERANCE_US && !cx_may(cx, "till.write")) {
        TRY(may_lie_back(cx, s, sold_at, till_number));
    }
    o->site = (site_ref){ s->site.record.id };
    o->till = (till_ref){ s->till.record.id };
    o->session = s->till.session;
    o->currency = s->company.currency;
    o->sold_at = sold_at;
    o->business_date = site_date(&s->site, sold_at);
    o->placed_at = INSTANT_NONE;
    if (o->state == ORDER_DONE) {
        o->promised_at = INSTANT_NONE; /* sold at once: nothing was promised */
    }
    return OK;
}

/* -- what -------------------------------------------------------------------------------------- */

/* One line on its way to be priced; `list` and `i` name it in refusals. */
struct wanted {
    struct product *product;
    qty_t quantity;
    size_t i;
};

static enum err check_product(struct cx *cx, const struct wanted *w)
{
    if (w->product->no_sale || w->product->record.archived) {
        return REFUSE(cx, &refusal_product_not_for_sale, path_at(cx, "lines", w->i, "product"),
                      w->product->name);
    }
    if (w->product->unit.id == 0) {
        return OK;
    }
    struct unit unit;
    TRY(store_get_any(cx, &unit_entity, w->product->unit.id, &unit));
    int decimals = unit.decimals >= 0 && unit.decimals <= QTY_SCALE ? (int)unit.decimals
                                                                    : QTY_SCALE;
    if (w->quantity.micro % decimal_pow10(QTY_SCALE - decimals) != 0) {
        return REFUSE(cx, &refusal_quantity_too_fine, path_at(cx, "lines", w->i, "quantity"),
                      w->product->name, text_fmt(cx->arena, "%d", decimals));
    }
    return OK;
}

static enum err resolve(struct cx *cx, const struct checkout_line *in, struct wanted *w)
{
    bool by_code = !text_empty(in->barcode);
    if (by_code == (in->product.id != 0)) {
        return refuse(cx, &refusal_product_or_barcode, path_at(cx, "lines", w->i, "product"));
    }
    w->quantity = in->quantity;
    if (by_code) {
        qty_t each = qty_of(QTY_ONE);
        TRY(product_by_barcode(cx, in->barcode, path_at(cx, "lines", w->i, "barcode"), w->product,
                               &each));
        int64_t micro;
        if (decimal_mul_div(in->quantity.micro, each.micro, QTY_ONE, ROUND_HALF_UP, &micro) != OK ||
            micro > QTY_MAX) {
            return REFUSE(cx, &refusal_too_large, path_at(cx, "lines", w->i, "quantity"),
                          text_of(cx_text(cx, N_("Quantity"))), TEXT("1000000000"));
        }
        w->quantity = qty_of(micro);
    } else {
        TRY(store_get(cx, &product_entity, in->product.id, w->product));
    }
    return check_product(cx, w);
}

/* A price or discount given by hand needs a permission of its own. */
static enum err check_by_hand(struct cx *cx, bool price, bool percent, bool amount, size_t i,
                              const char *price_name, const char *amount_name)
{
    if (!(price || percent || amount) || cx_may(cx, "order.discount")) {
        return OK;
    }
    const char *name = price ? price_name : percent ? "discount" : amount_name;
    return REFUSE(cx, &refusal_forbidden, path_at(cx, "lines", i, name), TEXT("order.discount"));
}

/* What the basket says about a line, into the line. */
static void take_price(struct cx *cx, const struct pricing_line *p, struct sales_order_line *l)
{
    l->product = (product_ref){ p->product };
    l->quantity = p->quantity;
    l->unit_price = p->unit_price;
    l->discount = money_add(p->discount, p->basket_discount);
    l->net = p->net;
    l->tax = p->tax_amount;
    l->total = p->total;
    l->tax_code = (tax_ref){ p->tax };
    l->why = tariff_why(cx, p);
}

/* Prices the lines and fills order and s->lines, which the caller has allocated. */
static enum err price_lines(struct cx *cx, struct sale *s, const struct tariff_line *tariff)
{
    struct pricing_basket *basket;
    TRY(tariff_price(cx, &s->site, s->customer, s->order->business_date, tariff, s->n, &basket));
    for (size_t i = 0; i < s->n; i++) {
        s->lines[i].position = (int64_t)i + 1;
        take_price(cx, &basket->lines[i], &s->lines[i]);
    }
    s->order->net = basket->net;
    s->order->tax = basket->tax;
    s->order->total = basket->total;
    s->order->discount = basket->discount;
    return OK;
}

enum err sale_price(struct cx *cx, struct sale *s, const lines_t *lines, bool free_hand)
{
    const struct checkout_line *in = lines->items;
    struct product *products = ARENA_ARRAY(cx->arena, lines->n, struct product);
    struct tariff_line *tariff = ARENA_ARRAY(cx->arena, lines->n, struct tariff_line);
    s->n = lines->n;
    s->products = ARENA_ARRAY(cx->arena, s->n, const struct product *);
    s->lines = ARENA_ARRAY(cx->arena, s->n, struct sales_order_line);
    for (size_t i = 0; i < s->n; i++) {
        struct wanted w = { .product = &products[i], .i = i };
        bool priced = in[i].price.minor != VALUE_NONE;
        if (!free_hand) {
            TRY(check_by_hand(cx, priced, in[i].discount.micro != 0,
                              in[i].discount_amount.minor != 0, i, "price", "discount_amount"));
        }
        TRY(resolve(cx, &in[i], &w));
        s->products[i] = &products[i];
        tariff[i] = (struct tariff_line){
            .product = &products[i],
            .quantity = w.quantity,
            .price = in[i].price,
            .discount_percent = in[i].discount,
            .discount_amount = in[i].discount_amount,
        };
    }
    return price_lines(cx, s, tariff);
}

enum err sale_price_draft(struct cx *cx, struct sale *s, struct sales_order_line *lines, size_t n)
{
    struct product *products = ARENA_ARRAY(cx->arena, n, struct product);
    struct tariff_line *tariff = ARENA_ARRAY(cx->arena, n, struct tariff_line);
    s->n = n;
    s->lines = lines;
    for (size_t i = 0; i < n; i++) {
        struct wanted w = { .product = &products[i], .quantity = lines[i].quantity, .i = i };
        TRY(check_by_hand(cx, lines[i].unit_price.minor != VALUE_NONE, false,
                          lines[i].discount.minor != 0, i, "unit_price", "discount"));
        TRY(store_get(cx, &product_entity, lines[i].product.id, &products[i]));
        TRY(check_product(cx, &w));
        tariff[i] = (struct tariff_line){
            .product = &products[i],
            .quantity = lines[i].quantity,
            .price = lines[i].unit_price,
            .discount_amount = lines[i].discount,
        };
    }
    return price_lines(cx, s, tariff);
}

enum err sale_products(struct cx *cx, struct sale *s)
{
    struct product *products = ARENA_ARRAY(cx->arena, s->n, struct product);
    s->products = ARENA_ARRAY(cx->arena, s->n, const struct product *);
    for (size_t i = 0; i < s->n; i++) {
        enum err e = store_get_any(cx, &product_entity, s->lines[i].product.id, &products[i]);
        INVARIANT(e != ERR_NOT_FOUND); /* products are archived, never deleted */
        TRY(e);
        s->products[i] = &products[i];
    }
    return OK;
}

enum err order_lines(struct cx *cx, int64_t order, struct sales_order_line **out, size_t *n)
{
    const struct value args[] = { v_int(order) };
    return store_select(cx, &sales_order_line_entity, "sale = $1 ORDER BY position", args, 1, out,
                        n);
}
