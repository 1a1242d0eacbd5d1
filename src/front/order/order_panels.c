/* What sales add to customers, and why a line costs what it costs. */
#include "front/order/order_face.h"
#include "front/order/order_parts.h"
#include "meta/refs.h"

static bool is_customer(const struct cx *cx, const void *record)
{
    (void)cx;
    return ((const struct party *)record)->is_customer != 0;
}

/* -- a customer's orders ------------------------------------------------------------------- */

static const struct table_col order_cols[] = {
    { .label = N_("Order"), .grow = true },
    { .label = N_("When") },
    { .label = N_("Site") },
    { .label = N_("State") },
    { .label = N_("Total"), .number = true },
};

static const struct field *row_named(const struct page_cx *p, const char *name)
{
    return info_field(house_info(p->cx->house, E_sales_order), text_of(name));
}

/* In the order of the customer's index. */
static enum err show_orders(struct page_cx *p, const void *record)
{
    const struct party *party = record;
    const struct value args[] = { v_int(party->record.id), v_int(p->cx->site_filter) };
    const struct entity_info *info = house_info(p->cx->house, E_sales_order);
    struct sales_order *orders;
    size_t n;
    TRY(store_select(p->cx, &sales_order_entity,
                     "customer = $1 AND " SITES_OPEN(
                         "site", "$2") " ORDER BY sold_at DESC NULLS FIRST, id DESC LIMIT 10",
                     args, N_ELEMENTS(args), &orders, &n));
    if (n == 0) {
        EL(p->h, "p.muted", page_text(p, N_("Has not bought anything yet.")));
        return OK;
    }
    refs_note(p->cx, info->fields, info->n_fields, orders, sizeof *orders, n);
    TRY(refs_load(p->cx));
    page_table(p, N_("Orders"), order_cols, N_ELEMENTS(order_cols));
    for (size_t i = 0; i < n; i++) {
        page_row(p);
        page_cell_link(p, orders[i].number.n ? orders[i].number : page_text(p, N_("Draft")),
                       page_record_address(p, "sales_order", orders[i].record.id));
        page_cell(p, page_time(p, orders[i].sold_at, TIME_SHORT));
        page_cell_code(p, "site", orders[i].site.id);
        page_cell_open(p);
        page_value(p, row_named(p, "state"), info->fields, info->n_fields, &orders[i]);
        page_cell_close(p);
        page_cell(p, page_money_in(p, orders[i].total, orders[i].currency));
        page_row_end(p);
    }
    page_table_end(p);
    OPEN(p->h, "p");
    EL(p->h, "a", page_text(p, N_("All orders")),
       { "href", text_fmt(p->cx->arena, "/office/sales_orders?customer=%%23%lld",
                          (long long)party->record.id) });
    html_close(p->h, "p");
    return OK;
}

/* -- what a customer owes ------------------------------------------------------------------ */

static const char account_sql[] =
    "SELECT CAST(COALESCE(SUM(a.open_amount), 0) AS BIGINT) FROM customer_account a "
    "WHERE a.party = $1 AND a.company = $2";

static const char paid_sql[] =
    "SELECT c.id, c.number, c.paid_at, c.amount FROM customer_payments c WHERE c.customer = $1 "
    "AND c.company = $2 AND " SITES_OPEN("c.site", "$3") " ORDER BY c.id + 0 DESC LIMIT 5";

static const struct table_col paid_cols[] = {
    { .label = N_("Payment"), .grow = true },
    { .label = N_("When") },
    { .label = N_("Amount"), .number = true },
};

static enum err show_account(struct page_cx *p, const void *record)
{
    const struct party *party = record;
    const struct value args[] = { v_int(party->record.id), v_int(p->cx->company),
                                  v_int(p->cx->site_filter) };
    struct rows open, paid;
    TRY(store_query(p->cx, account_sql, args, 2, &open));
    TRY(store_query(p->cx, paid_sql, args, N_ELEMENTS(args), &paid));
    OPEN(p->h, "div.figures");
    page_figure(p, N_("Owes"), page_money(p, money_of(rows_int(&open, 0, 0))), TEXT_NONE);
    page_figure(p, N_("Credit limit"), page_money(p, party->credit_limit), TEXT_NONE);
    html_close(p->h, "div");
    if (paid.n == 0) {
        return OK;
    }
    page_table(p, N_("Latest payments"), paid_cols, N_ELEMENTS(paid_cols));
    for (size_t i = 0; i < paid.n; i++) {
        page_row(p);
        page_cell_link(p, rows_text(&paid, i, 1),
                       page_record_address(p, "customer_payment", rows_int(&paid, i, 0)));
        page_cell(p, page_time(p, (instant_t){ rows_int(&paid, i, 2) }, TIME_SHORT));
        page_cell(p, page_money(p, money_of(rows_int(&paid, i, 3))));
        page_row_end(p);
    }
    page_table_end(p);
    return OK;
}

/* -- who sold ------------------------------------------------------------------------------ */

static bool is_sale(const struct cx *cx, const void *record)
{
    (void)cx;
    return ((const struct sales_order *)record)->kind == ORDER_SALE;
}

static bool is_return(const struct cx *cx, const void *record)
{
    return !is_sale(cx, record);
}

static enum err show_person(struct page_cx *p, const void *record)
{
    text_t name;
    TRY(order_sold_by(p->cx, record, &name));
    if (text_empty(name)) {
        EL(p->h, "p.muted",
           page_text(p, N_("Not known here: it was imported, or made by the program itself.")));
    } else {
        EL(p->h, "p", name);
    }
    return OK;
}

const struct panel order_panels[ORDER_PANELS] = {
    { .entity = &sales_order_entity,
      .name = "sold_by",
      .label = N_("Sold by"),
      .permission = "order.read",
      .beside = true,
      .when = is_sale,
      .show = show_person },
    { .entity = &sales_order_entity,
      .name = "taken_back_by",
      .label = N_("Taken back by"),
      .permission = "order.read",
      .beside = true,
      .when = is_return,
      .show = show_person },
    { .entity = &party_entity,
      .name = "orders",
      .label = N_("Orders"),
      .permission = "order.read",
      .when = is_customer,
      .show = show_orders },
    { .entity = &party_entity,
      .name = "account",
      .label = N_("Account"),
      .permission = "order.read",
      .beside = true,
      .when = is_customer,
      .show = show_account },
};

/* -- why this price ------------------------------------------------------------------------ */

/* What the steps of a line's `why` are called. */
static const struct {
    const char *step, *says;
    const struct entity *rule;
    enum { ABOUT_PRICE, ABOUT_DISCOUNT, ABOUT_TAX } about;
} steps[] = {
    { "product_price", N_("List price of the product"), NULL, ABOUT_PRICE },
    { "price_list", N_("Price list"), &price_entity, ABOUT_PRICE },
    { "customer_list", N_("Customer's price list"), &price_entity, ABOUT_PRICE },
    { "site_list", N_("Site's price list"), &price_entity, ABOUT_PRICE },
    { "override", N_("Price given by hand"), NULL, ABOUT_PRICE },
    { "line_discount", N_("Discount given by hand"), NULL, ABOUT_DISCOUNT },
    { "discount_rule", N_("Discount rule of the line"), &discount_rule_entity, ABOUT_DISCOUNT },
    { "basket_rule", N_("Discount rule of the basket, its share"), &discount_rule_entity,
      ABOUT_DISCOUNT },
    { "tax", N_("Tax"), &tax_entity, ABOUT_TAX },
    { "no_tax", N_("Not taxed"), NULL, ABOUT_TAX },
};

/* From when until when the rule holds, by its rows valid_from and valid_to: for those who may read
 * rules. */
static enum err put_validity(struct page_cx *p, const struct entity *e, int64_t id,
                             struct why_out *out)
{
    const struct entity_info *info = house_info(p->cx->house, e->index);
    static const char *const names[] = { "valid_from", "valid_to" };
    static const char *const labels[] = { N_("Valid from"), N_("Valid until") };
    if (!cx_may(p->cx, e->read)) {
        return OK;
    }
    void *record = arena_alloc(p->cx->arena, e->shape.size);
    enum err found = store_get_visible(p->cx, e, id, record);
    if (found != OK) {
        return found == ERR_NOT_FOUND ? OK : found;
    }
    for (size_t i = 0; i < N_ELEMENTS(names); i++) {
        const struct field *f = info_field(info, text_of(names[i]));
        date_t day = f ? *(const date_t *)(const void *)((const char *)record + f->offset)
                       : DATE_NONE;
        if (!date_none(day)) {
            why_input(out, labels[i], page_date(p, day, DATE_MEDIUM));
        }
    }
    why_rule(out, e, id, ((const struct record *)record)->version);
    return OK;
}

/* "-1.50" as people read it; what is no amount ("21 %") stays as it is. */
static text_t value_shown(struct page_cx *p, text_t value)
{
    int64_t minor;
    return value.n && decimal_parse(value.s, value.n, p->cx->decimals, &minor) == OK
               ? page_money(p, money_of(minor))
               : value;
}

static enum err put_step(struct page_cx *p, const struct json *j, int about, struct why_out *out)
{
    const struct json *rule = json_get(j, "rule");
    text_t code = json_get_text(j, "code"), label = json_get_text(j, "label");
    int64_t id;
    for (size_t i = 0; i < N_ELEMENTS(steps); i++) {
        if (!text_is(json_get_text(j, "step"), steps[i].step) ||
            (about >= 0 && (int)steps[i].about != about)) {
            continue;
        }
        text_t says = page_text(p, steps[i].says);
        why_step(out, code.n ? text_fmt(p->cx->arena, "%s %s", says.s, code.s) : says);
        if (steps[i].rule && label.n) {
            why_input(out, N_("Name"), label);
        }
        why_input(out, N_("Value"), value_shown(p, json_get_text(j, "value")));
        if (steps[i].rule && rule && rule->type == JSON_NUMBER &&
            text_to_i64(rule->text, &id) == OK) {
            refs_note_one(p->cx, steps[i].rule->name, id);
            TRY(refs_load(p->cx));
            TRY(put_validity(p, steps[i].rule, id, out));
        }
    }
    return OK;
}

static enum err put_why(struct page_cx *p, text_t why, int about, struct why_out *out)
{
    struct json_fault trouble;
    struct json *j = NULL;
    if (!why.s || json_parse(p->cx->arena, why.s, why.n, &j, &trouble) != OK || !j) {
        return OK;
    }
    for (const struct json *one = j->first; one; one = one->next) {
        TRY(put_step(p, one, about, out));
    }
    return OK;
}

/* A line that reverses another one has no reasons of its own: the original's hold. */
static enum err explain_line(struct page_cx *p, const void *record, int about, struct why_out *out)
{
    const struct sales_order_line *l = record;
    if (l->origin_line.id != 0) {
        why_step(out, page_text(p, N_("Taken back at what the original line cost, in proportion to "
                                      "the quantity.")));
        struct sales_order order;
        TRY(store_get(p->cx, &sales_order_entity, l->sale.id, &order));
        refs_note_one(p->cx, "sales_order", order.origin.id);
        TRY(refs_load(p->cx));
        if (order.origin.id != 0) {
            why_rule(out, &sales_order_entity, order.origin.id, 0);
        }
        return OK;
    }
    return put_why(p, l->why, about, out);
}

static enum err explain_price(struct page_cx *p, const void *record, struct why_out *out)
{
    return explain_line(p, record, ABOUT_PRICE, out);
}

static enum err explain_discount(struct page_cx *p, const void *record, struct why_out *out)
{
    const struct sales_order_line *l = record;
    if (l->discount.minor == 0 && l->origin_line.id == 0) {
        why_step(out, page_text(p, N_("No rule takes anything off this line.")));
        return OK;
    }
    return explain_line(p, record, ABOUT_DISCOUNT, out);
}

static enum err explain_tax(struct page_cx *p, const void *record, struct why_out *out)
{
    const struct sales_order_line *l = record;
    TRY(explain_line(p, record, ABOUT_TAX, out));
    why_step(out, page_text(p, N_("Net and tax make the total")));
    why_input(out, N_("Net"), page_money(p, l->net));
    why_input(out, N_("Tax"), page_money(p, l->tax));
    why_input(out, N_("Total"), page_money(p, l->total));
    return OK;
}

static enum err explain_total(struct page_cx *p, const void *record, struct why_out *out)
{
    const struct sales_order_line *l = record;
    TRY(explain_line(p, record, -1, out));
    why_step(out, page_text(p, N_("Price times quantity, less the discount, with the tax")));
    why_input(out, N_("Price"), page_money(p, l->unit_price));
    why_input(out, N_("Quantity"), page_quantity(p, l->quantity));
    why_input(out, N_("Discount"), page_money(p, l->discount));
    why_input(out, N_("Tax"), page_money(p, l->tax));
    why_input(out, N_("Total"), page_money(p, l->total));
    return OK;
}

/* What it would cost now, here: one piece for nobody in particular. */
static enum err explain_product(struct page_cx *p, const void *record, struct why_out *out)
{
    const struct product *product = record;
    struct site *sites, site;
    struct pricing_basket *basket;
    size_t n = 0;
    if (p->site == 0 || store_get_visible(p->cx, &site_entity, p->site, &site) != OK) {
        TRY(store_select(p->cx, &site_entity, "archived = 0 ORDER BY code", NULL, 0, &sites, &n));
        size_t i = 0;
        while (i < n && !store_visible(p->cx, &site_entity, &sites[i])) {
            i++;
        }
        if (i == n) {
            return OK;
        }
        site = sites[i];
    }
    why_step(out, PAGE_TEXT(p,
                            N_("What one costs now at {1}, for a customer without a list of "
                               "their own"),
                            site.name));
    struct tariff_line line = { .product = product,
                                .quantity = qty_of(QTY_ONE),
                                .price = money_of(VALUE_NONE) };
    enum err e = tariff_price(p->cx, &site, NULL, site_date(&site, p->cx->now), &line, 1, &basket);
    if (e == ERR_REFUSED) { /* no price: said by the refusal */
        struct failure f = p->cx->failure;
        p->cx->failure = (struct failure){ .why = NULL };
        why_step(out, page_text_with(p, f.why->detail, f.args, N_ELEMENTS(f.args)));
        return OK;
    }
    TRY(e);
    TRY(put_why(p, tariff_why(p->cx, &basket->lines[0]), -1, out));
    why_step(out, page_text(p, N_("Total with tax")));
    why_input(out, N_("Total"), page_money(p, basket->total));
    return OK;
}

const struct why order_whys[ORDER_WHYS] = {
    { .entity = &sales_order_line_entity, .field = "unit_price", .explain = explain_price },
    { .entity = &sales_order_line_entity, .field = "discount", .explain = explain_discount },
    { .entity = &sales_order_line_entity, .field = "tax", .explain = explain_tax },
    { .entity = &sales_order_line_entity, .field = "total", .explain = explain_total },
    { .entity = &product_entity, .field = "price", .explain = explain_product },
};
