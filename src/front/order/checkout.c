/* Checkout and price: a basket becomes a sale that is placed, paid and handed over by one command;
 * or is only priced.
 *
 * Work is ordered so that each row is written once: the handovers run first and fill what stock and
 * loyalty know (costs, points), then order, lines, payments and totals are written. Only the till's
 * number is taken before, because it is part of what the handovers see.
 *
 * A sale that a till sends again, with the number it had, is answered from the stored document. It
 * is the same sale when number, time, customer, lines and tenders agree. Prices are not compared:
 * they may have changed here between the two calls. */
#include "front/order/order_parts.h"

static const struct field line_fields[] = {
    F_REF(checkout_line, product, product, N_("Product")),
    F_TEXT(checkout_line, barcode, N_("Barcode"), .max = 80),
    F_QUANTITY(checkout_line, quantity, N_("Quantity"), .flags = F_REQUIRED | F_POSITIVE,
               .max = QTY_MAX),
    F_MONEY(checkout_line, price, N_("Price"), .flags = F_NULLABLE | F_NOT_NEGATIVE,
            .help = N_("Given only to override what the price lists say.")),
    F_RATE(checkout_line, discount, N_("Discount"), .unit = N_("%"), .flags = F_NOT_NEGATIVE,
           .max = RATE_HUNDRED_PERCENT),
    F_MONEY(checkout_line, discount_amount, N_("Discount amount"), .flags = F_NOT_NEGATIVE),
};
const struct shape checkout_line_shape = SHAPE(checkout_line, line_fields);

static const struct field tender_fields[] = {
    F_CHOICE(tender_arg, kind, tender_choices, N_("Tender"), .flags = F_REQUIRED),
    F_MONEY(tender_arg, amount, N_("Amount"), .flags = F_REQUIRED | F_POSITIVE),
    F_TEXT(tender_arg, reference, N_("Reference")),
};
const struct shape tender_shape = SHAPE(tender_arg, tender_fields);

static const struct field checkout_fields[] = {
    F_REF(checkout_args, till, till, N_("Till")),
    F_REF(checkout_args, site, site, N_("Site"), .help = N_("Where there is no till.")),
    F_REF(checkout_args, customer, party, N_("Customer")),
    F_ROWS(checkout_args, lines, checkout_line_shape, N_("Lines"), .flags = F_REQUIRED,
           .max = ORDER_LINES_MAX),
    F_ROWS(checkout_args, tenders, tender_shape, N_("Tenders"), .max = TENDERS_MAX),
    F_INTEGER(checkout_args, till_number, N_("Number in the till's journal"),
              .flags = F_NULLABLE | F_POSITIVE,
              .help = N_("Given by tills that number their documents themselves.")),
    F_TIME(checkout_args, sold_at, N_("Time"), .help = N_("When it was sold, if not now.")),
    F_CHOICE(checkout_args, channel, channel_choices, N_("Channel")),
    F_TEXT(checkout_args, reference, N_("Reference")),
};
const struct shape checkout_shape = SHAPE(checkout_args, checkout_fields);

static const struct choice receipt_kinds[] = {
    [ORDER_SALE] = { "sale", N_("Sale") },
    [ORDER_RETURN] = { "return", N_("Return") },
};

static const struct field receipt_line_fields[] = {
    F_INTEGER(receipt_line, line, N_("Line")),
    F_INTEGER(receipt_line, position, N_("Position")),
    F_REF(receipt_line, product, product, N_("Product")),
    F_QUANTITY(receipt_line, quantity, N_("Quantity")),
    F_MONEY(receipt_line, unit_price, N_("Price")),
    F_MONEY(receipt_line, discount, N_("Discount")),
    F_MONEY(receipt_line, net, N_("Net")),
    F_MONEY(receipt_line, tax, N_("Tax")),
    F_MONEY(receipt_line, total, N_("Total")),
    F_JSON(receipt_line, why, N_("Why this price")),
};
static const struct shape receipt_line_shape = SHAPE(receipt_line, receipt_line_fields);

static const struct field receipt_fields[] = {
    F_INTEGER(receipt, id, N_("Id")),
    F_TEXT(receipt, number, N_("Number")),
    F_CHOICE(receipt, kind, receipt_kinds, N_("Kind")),
    F_REF(receipt, site, site, N_("Site")),
    F_REF(receipt, customer, party, N_("Customer")),
    F_REF(receipt, till, till, N_("Till")),
    F_INTEGER(receipt, till_number, N_("Number in the till's journal"), .flags = F_NULLABLE),
    F_TEXT(receipt, till_hash, N_("Hash in the till's journal")),
    F_TIME(receipt, sold_at, N_("Time")),
    F_DATE(receipt, business_date, N_("Business day")),
    F_MONEY(receipt, net, N_("Net")),
    F_MONEY(receipt, tax, N_("Tax")),
    F_MONEY(receipt, total, N_("Total")),
    F_MONEY(receipt, discount, N_("Discount")),
    F_MONEY(receipt, rounding, N_("Cash rounding")),
    F_MONEY(receipt, paid, N_("Paid")),
    F_MONEY(receipt, change, N_("Change")),
    F_INTEGER(receipt, points_earned, N_("Points earned"), .flags = F_NULLABLE),
    F_INTEGER(receipt, points_redeemed, N_("Points redeemed"), .flags = F_NULLABLE),
    F_INTEGER(receipt, points_balance, N_("Points balance"), .flags = F_NULLABLE),
    F_ROWS(receipt, lines, receipt_line_shape, N_("Lines")),
};
const struct shape receipt_shape = SHAPE(receipt, receipt_fields);

/* The product and quantity that a line asks for, or false when its barcode is unknown by now. */
static bool same_line(struct cx *cx, const struct checkout_line *in,
                      const struct sales_order_line *stored)
{
    if (text_empty(in->barcode)) {
        return in->product.id == stored->product.id && in->quantity.micro == stored->quantity.micro;
    }
    struct product product;
    qty_t each;
    int64_t micro;
    return product_by_barcode(cx, in->barcode, TEXT("lines"), &product, &each) == OK &&
           product.record.id == stored->product.id &&
           decimal_mul_div(in->quantity.micro, each.micro, QTY_ONE, ROUND_HALF_UP, &micro) == OK &&
           micro == stored->quantity.micro;
}

static bool same_sale(struct cx *cx, const struct sale *s, const struct checkout_args *in)
{
    const struct sales_order *o = s->order;
    const struct checkout_line *lines = in->lines.items;
    if (o->kind != ORDER_SALE || o->customer.id != in->customer.id || s->n != in->lines.n ||
        (!instant_none(in->sold_at) && in->sold_at.us != o->sold_at.us) ||
        !sale_same_tenders(s, &in->tenders)) {
        return false;
    }
    for (size_t i = 0; i < s->n; i++) {
        if (!same_line(cx, &lines[i], &s->lines[i])) {
            return false;
        }
    }
    return true;
}

/* Answers from the stored sale when the till sends it again. */
static enum err replay(struct cx *cx, struct sale *s, const struct checkout_args *in,
                       struct receipt *out, bool *replayed)
{
    TRY(sale_by_till_number(cx, s, in->till_number, replayed));
    if (*replayed) {
        if (!same_sale(cx, s, in)) {
            TRY(sale_till_number_taken(cx, s, in->till_number));
        }
        sale_receipt(cx, s, VALUE_NONE, out);
        flow_status(cx, 200); /* nothing new was made */
    }
    return OK;
}

/* Everything up to the money: the same for a sale and for a price question. */
static enum err begin(struct cx *cx, struct sale *s, const struct checkout_args *in)
{
    s->order->kind = ORDER_SALE;
    s->order->state = ORDER_DONE;
    s->order->channel = sale_channel(s, in->channel);
    s->order->reference = in->reference;
    s->order->till_number = VALUE_NONE;
    TRY(sale_when(cx, s, in->sold_at, in->till_number));
    TRY(sale_customer(cx, s, in->customer));
    return sale_price(cx, s, &in->lines, false);
}

enum err checkout_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct checkout_args *in = args;
    struct sale s = { .order = record };
    struct order_event event;
    bool replayed;
    TRY(sale_where(cx, &s, in->till, in->site));
    TRY(replay(cx, &s, in, result, &replayed));
    if (replayed) {
        return OK;
    }
    TRY(begin(cx, &s, in));
    TRY(sale_ids(cx, &s));
    TRY(sale_pay(cx, &s, &in->tenders, false));
    TRY(sale_number(cx, &s, in->till_number));
    TRY(sale_publish(cx, &s, "sales_order.checked_out", &event));
    TRY(sale_write(cx, &s));
    sale_receipt(cx, &s, event.points_balance, result);
    return OK;
}

enum err price_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct checkout_args *in = args;
    struct sale s = { .order = record };
    struct receipt *out = result;
    TRY(sale_where(cx, &s, in->till, in->site));
    TRY(begin(cx, &s, in));
    if (in->tenders.n > 0) {
        TRY(sale_pay(cx, &s, &in->tenders, true));
    }
    sale_receipt(cx, &s, VALUE_NONE, out);
    out->id = 0;
    /* What points a sale earns is known when it is made, by the loyalty programme of that moment.
     */
    out->points_earned = out->points_redeemed = VALUE_NONE;
    return OK;
}
