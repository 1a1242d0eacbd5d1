/* What was sold, as documents need it: an order with its lines, products, payments and taxes. */
#include "back/documents/document_parts.h"

const char *const tender_labels[6] = {
    [TENDER_CASH] = N_("Cash"),           [TENDER_CARD] = N_("Card"),
    [TENDER_GIFT_CARD] = N_("Gift card"), [TENDER_POINTS] = N_("Points"),
    [TENDER_ACCOUNT] = N_("On account"),  [TENDER_TRANSFER] = N_("Bank transfer"),
};

static enum err load_products(struct cx *cx, struct sale_document *s)
{
    struct product *products = ARENA_ARRAY(cx->arena, s->n, struct product);
    const struct product **refs = ARENA_ARRAY(cx->arena, s->n, const struct product *);
    text_t *units = ARENA_ARRAY(cx->arena, s->n, text_t);
    for (size_t i = 0; i < s->n; i++) {
        struct unit u;
        TRY(store_get_any(cx, &product_entity, s->lines[i].product.id, &products[i]));
        refs[i] = &products[i];
        if (products[i].unit.id != 0) {
            TRY(store_get_any(cx, &unit_entity, products[i].unit.id, &u));
            units[i] = u.code;
        }
    }
    s->products = refs;
    s->units = units;
    return OK;
}

enum err sale_sum_taxes(struct cx *cx, struct sale_document *s)
{
    s->n_taxes = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct sales_order_line *l = &s->lines[i];
        size_t t = 0;
        while (t < s->n_taxes && s->taxes[t].tax != l->tax_code.id) {
            t++;
        }
        if (t == SALE_TAXES_MAX) {
            t--; /* so many rates on one document are summed in the last row */
        } else if (t == s->n_taxes) {
            struct tax tax = { .rate = { 0 } };
            if (l->tax_code.id != 0) {
                TRY(store_get_any(cx, &tax_entity, l->tax_code.id, &tax));
            }
            s->taxes[s->n_taxes++] =
                (struct sale_tax){ .tax = l->tax_code.id, .name = tax.name, .rate = tax.rate };
        }
        s->taxes[t].net = money_add(s->taxes[t].net, l->net);
        s->taxes[t].amount = money_add(s->taxes[t].amount, l->tax);
        s->taxes[t].total = money_add(s->taxes[t].total, l->total);
    }
    return OK;
}

void sale_tax_parts(const struct document_cx *d, const struct json *parts, bool reversed,
                    struct sale_document *s)
{
    for (const struct json *part = parts ? parts->first : NULL; part; part = part->next) {
        text_t rate = json_get_text(part, "rate"), amount = json_get_text(part, "amount");
        const struct json *whole = json_get(part, "tax");
        int64_t id;
        rate_t r;
        money_t m;
        if (!whole || text_to_i64(whole->text, &id) != OK ||
            decimal_parse(rate.s, rate.n, RATE_SCALE, &r.micro) != OK ||
            decimal_parse(amount.s, amount.n, d->decimals, &m.minor) != OK) {
            continue;
        }
        for (size_t t = 0; t < s->n_taxes; t++) {
            if (s->taxes[t].tax == id) {
                text_t name = json_get_text(part, "name");
                s->taxes[t].parts = JOINED(d, "\n", s->taxes[t].parts,
                                           JOINED(d, " ", name, as_percent(d, r),
                                                  as_amount(d, reversed ? money_neg(m) : m)));
            }
        }
    }
}

enum err sale_said_now(const struct document_cx *d, struct sale_document *s)
{
    text_t parts;
    struct json *list;
    struct json_fault fault;
    TRY(order_sold_by(d->cx, &s->order, &s->person));
    TRY(order_tax_parts(d->cx, &s->order, &parts));
    TRY(json_parse(d->cx->arena, parts.s, parts.n, &list, &fault));
    sale_tax_parts(d, list, false, s);
    return OK;
}

enum err sale_load(struct cx *cx, const struct sales_order *order, struct sale_document *out)
{
    const struct value args[] = { v_int(order->record.id) };
    *out = (struct sale_document){ .order = *order };
    TRY(store_select(cx, &sales_order_line_entity, "sale = $1 ORDER BY position", args, 1,
                     &out->lines, &out->n));
    TRY(store_select(cx, &payment_entity, "sale = $1 ORDER BY id", args, 1, &out->payments,
                     &out->n_payments));
    TRY(load_products(cx, out));
    if (order->till.id != 0) {
        TRY(store_get_any(cx, &till_entity, order->till.id, &out->till));
    }
    if (order->origin.id != 0) {
        TRY(store_get_any(cx, &sales_order_entity, order->origin.id, &out->origin));
    }
    return sale_sum_taxes(cx, out);
}

money_t line_amount(const struct document_cx *d, const struct sales_order_line *l)
{
    return d->company.prices_include_tax ? l->total : l->net;
}

/* The labels of the rules, in the words of the time and language of the sale. */
static text_t reasons(const struct document_cx *d, text_t why)
{
    struct json *list;
    struct json_fault fault;
    struct buf b;
    if (!d->template.show_why || text_empty(why) ||
        json_parse(d->cx->arena, why.s, why.n, &list, &fault) != OK || list->type != JSON_ARRAY) {
        return TEXT_NONE;
    }
    buf_init(&b, d->cx->arena, 4000);
    for (const struct json *step = list->first; step; step = step->next) {
        text_t label = json_get_text(step, "label"), name = json_get_text(step, "step");
        if (!text_empty(label) && !text_is(name, "tax") && !text_is(name, "no_tax")) {
            buf_str(&b, b.n ? " \xc2\xb7 " : "");
            buf_text(&b, label);
        }
    }
    return buf_done(&b);
}

text_t line_note(const struct document_cx *d, const struct sales_order_line *l, bool reversed)
{
    text_t discount = TEXT_NONE;
    if (!money_is_zero(l->discount)) {
        bool back = (l->quantity.micro < 0) != reversed;
        discount = JOINED(d, " ", say(d, N_("Discount")),
                          as_amount(d, back ? l->discount : money_neg(l->discount)));
    }
    return JOINED(d, " \xc2\xb7 ", discount, reasons(d, l->why));
}
