/* Returns: a document of its own with negative amounts, made in any site, in parts and as often as
 * there is something left.
 *
 * Each part takes its share of the line's amounts so that all parts together take exactly what was
 * paid, to the last cent, taxes included (pricing_part). What is left of a line is guarded by a
 * conditional update, so two tills cannot take back the same piece. */
#include "front/order/order_parts.h"

struct return_line {
    int64_t line; /* position, or id */
    qty_t quantity;
};

struct return_args {
    lines_t lines;   /* struct return_line */
    lines_t tenders; /* struct tender_arg */
    text_t reason;
    till_ref till;
    site_ref site;
    int64_t till_number;
    instant_t sold_at;
    text_t reference;
};

struct return_receipt_args {
    text_t number;
    lines_t lines, tenders;
    text_t reason;
    till_ref till;
    site_ref site;
    int64_t till_number;
    instant_t sold_at;
    text_t reference;
};

struct return_without_receipt_args {
    till_ref till;
    site_ref site;
    party_ref customer;
    lines_t lines;   /* struct checkout_line */
    lines_t tenders; /* struct tender_arg */
    text_t reason;
    int64_t till_number;
    instant_t sold_at;
    text_t reference;
};

static const struct field line_fields[] = {
    F_INTEGER(return_line, line, N_("Line"), .flags = F_REQUIRED | F_POSITIVE,
              .help = N_("The line's position on the receipt, or its id.")),
    F_QUANTITY(return_line, quantity, N_("Quantity"), .flags = F_REQUIRED | F_POSITIVE,
               .max = QTY_MAX),
};
static const struct shape return_line_shape = SHAPE(return_line, line_fields);

#define RETURN_ROWS(s)                                                                             \
    F_ROWS(s, lines, return_line_shape, N_("Lines"), .flags = F_REQUIRED, .max = ORDER_LINES_MAX), \
        F_ROWS(s, tenders, tender_shape, N_("Tenders"), .max = TENDERS_MAX,                        \
               .help = N_("What the customer gets back, and how.")),                               \
        F_TEXT(s, reason, N_("Reason")), F_REF(s, till, till, N_("Till")),                         \
        F_REF(s, site, site, N_("Site"),                                                           \
              .help = N_("Where it is taken back, if not where it was sold.")),                    \
        F_INTEGER(s, till_number, N_("Number in the till's journal"),                              \
                  .flags = F_NULLABLE | F_POSITIVE),                                               \
        F_TIME(s, sold_at, N_("Time")), F_TEXT(s, reference, N_("Reference"))

static const struct field return_fields[] = { RETURN_ROWS(return_args) };
const struct shape return_shape = SHAPE(return_args, return_fields);

static const struct field return_receipt_fields[] = {
    F_TEXT(return_receipt_args, number, N_("Receipt number"), .flags = F_REQUIRED, .max = 40,
           .help = N_("The number on the receipt.")),
    RETURN_ROWS(return_receipt_args),
};
const struct shape return_receipt_shape = SHAPE(return_receipt_args, return_receipt_fields);

static const struct field without_receipt_fields[] = {
    F_REF(return_without_receipt_args, till, till, N_("Till")),
    F_REF(return_without_receipt_args, site, site, N_("Site")),
    F_REF(return_without_receipt_args, customer, party, N_("Customer")),
    F_ROWS(return_without_receipt_args, lines, checkout_line_shape, N_("Lines"),
           .flags = F_REQUIRED, .max = ORDER_LINES_MAX),
    F_ROWS(return_without_receipt_args, tenders, tender_shape, N_("Tenders"), .max = TENDERS_MAX),
    F_TEXT(return_without_receipt_args, reason, N_("Reason"), .flags = F_REQUIRED),
    F_INTEGER(return_without_receipt_args, till_number, N_("Number in the till's journal"),
              .flags = F_NULLABLE | F_POSITIVE),
    F_TIME(return_without_receipt_args, sold_at, N_("Time")),
    F_TEXT(return_without_receipt_args, reference, N_("Reference")),
};
const struct shape return_without_receipt_shape = SHAPE(return_without_receipt_args,
                                                        without_receipt_fields);

/* The line of the sale by its position or, being larger than any position, by its id. */
static struct sales_order_line *line_named(struct sales_order_line *lines, size_t n, int64_t name)
{
    for (size_t i = 0; i < n; i++) {
        if (name <= (int64_t)n ? lines[i].position == name : lines[i].record.id == name) {
            return &lines[i];
        }
    }
    return NULL;
}

/* What `part` of the original line is worth, negative, given what has come back before. */
static enum err reverse_line(const struct sales_order_line *from, qty_t part,
                             struct sales_order_line *to)
{
    money_t tax, total;
    TRY(pricing_part(from->tax, from->returned, part, from->quantity, &tax));
    TRY(pricing_part(from->total, from->returned, part, from->quantity, &total));
    TRY(pricing_part(from->discount, from->returned, part, from->quantity, &to->discount));
    to->product = from->product;
    to->quantity = qty_of(-part.micro);
    to->unit_price = from->unit_price;
    to->tax = money_neg(tax);
    to->total = money_neg(total);
    to->net = money_sub(to->total, to->tax);
    to->tax_code = from->tax_code;
    to->origin_line = (sales_order_line_ref){ from->record.id };
    return OK;
}

static text_t quantity_text(struct cx *cx, qty_t q)
{
    char out[DECIMAL_TEXT_MAX];
    return text_copy(cx->arena, (text_t){ out, decimal_print(q.micro, QTY_SCALE, 0, out) });
}

/* Takes one line back: its amounts, and the guard over what is left of it. */
static enum err take_back(struct cx *cx, struct sale *s, const struct return_line *in, size_t i,
                          struct sales_order_line *from)
{
    struct sales_order_line *to = &s->lines[i];
    struct product product;
    qty_t left = qty_sub(from->quantity, from->returned);
    text_t path = path_at(cx, "lines", i, "quantity");
    enum err e = store_get_any(cx, &product_entity, from->product.id, &product);
    INVARIANT(e != ERR_NOT_FOUND);
    TRY(e);
    if (in->quantity.micro > left.micro) {
        return REFUSE(cx, &refusal_return_too_much, path, product.name, quantity_text(cx, left));
    }
    to->position = (int64_t)i + 1;
    TRY(reverse_line(from, in->quantity, to));
    const struct value args[] = {
        v_int(in->quantity.micro),
        v_int(from->sale.id),
        v_int(from->record.id),
    };
    TRY(store_exec_or(cx,
                      "UPDATE sales_order_lines SET returned = returned + $1,"
                      " version = version + 1"
                      " WHERE sale = $2 AND id = $3 AND returned + $1 <= quantity",
                      args, N_ELEMENTS(args), &refusal_return_too_much, path, product.name,
                      quantity_text(cx, left)));
    s->origin_lines[i] = *from;
    from->returned = qty_add(from->returned, in->quantity);
    struct sales_order *o = s->order;
    o->net = money_add(o->net, to->net);
    o->tax = money_add(o->tax, to->tax);
    o->total = money_add(o->total, to->total);
    o->discount = money_add(o->discount, to->discount);
    return OK;
}

static enum err take_back_all(struct cx *cx, struct sale *s, const struct return_args *in)
{
    const struct return_line *lines = in->lines.items;
    struct sales_order_line *sold;
    size_t n;
    TRY(order_lines(cx, s->origin.record.id, &sold, &n));
    s->n = in->lines.n;
    s->lines = ARENA_ARRAY(cx->arena, s->n, struct sales_order_line);
    s->origin_lines = ARENA_ARRAY(cx->arena, s->n, struct sales_order_line);
    for (size_t i = 0; i < s->n; i++) {
        struct sales_order_line *from = line_named(sold, n, lines[i].line);
        if (!from) {
            return REFUSE(cx, &refusal_line_unknown, path_at(cx, "lines", i, "line"),
                          text_fmt(cx->arena, "%lld", (long long)lines[i].line));
        }
        TRY(take_back(cx, s, &lines[i], i, from));
    }
    return sale_products(cx, s);
}

/* -- sent again -------------------------------------------------------------------------------- */

static bool same_return(struct sale *s, const struct return_args *in, struct sales_order_line *sold,
                        size_t n)
{
    const struct return_line *lines = in->lines.items;
    const struct sales_order *o = s->order;
    if (o->kind != ORDER_RETURN || o->origin.id != s->origin.record.id || s->n != in->lines.n ||
        (!instant_none(in->sold_at) && in->sold_at.us != o->sold_at.us) ||
        (in->tenders.n > 0 && !sale_same_tenders(s, &in->tenders))) {
        return false;
    }
    for (size_t i = 0; i < s->n; i++) {
        const struct sales_order_line *from = line_named(sold, n, lines[i].line);
        if (!from || from->record.id != s->lines[i].origin_line.id ||
            s->lines[i].quantity.micro != -lines[i].quantity.micro) {
            return false;
        }
    }
    return true;
}

static enum err replay(struct cx *cx, struct sale *s, const struct return_args *in,
                       struct receipt *out, bool *replayed)
{
    struct sales_order_line *sold;
    size_t n;
    TRY(sale_by_till_number(cx, s, in->till_number, replayed));
    if (*replayed) {
        TRY(order_lines(cx, s->origin.record.id, &sold, &n));
        if (!same_return(s, in, sold, n)) {
            TRY(sale_till_number_taken(cx, s, in->till_number));
        }
        sale_receipt(cx, s, VALUE_NONE, out);
        flow_status(cx, 200); /* nothing new was made */
    }
    return OK;
}

/* -- commands ---------------------------------------------------------------------------------- */

/* The last steps of every return: money, number, handovers, rows. Where it is not said how the
 * money goes back, it does so as it came. */
static enum err finish(struct cx *cx, struct sale *s, const lines_t *tenders, int64_t till_number,
                       struct receipt *out)
{
    struct order_event event;
    TRY(sale_ids(cx, s));
    money_t due = money_neg(s->order->total);
    lines_t how = *tenders;
    if (how.n == 0 && s->origin.record.id != 0) {
        TRY(refund_as_paid(cx, s, due, &how));
    }
    TRY(sale_refund(cx, s, &how, due));
    TRY(sale_number(cx, s, till_number));
    TRY(sale_publish(cx, s, "sales_order.returned", &event));
    TRY(sale_write(cx, s));
    sale_receipt(cx, s, event.points_balance, out);
    return OK;
}

/* Takes back lines of s->origin into the new document s->order. */
static enum err return_lines(struct cx *cx, struct sale *s, const struct return_args *in,
                             struct receipt *out)
{
    bool replayed;
    bool somewhere = in->till.id != 0 || in->site.id != 0;
    if (s->origin.kind == ORDER_RETURN) {
        return refuse(cx, &refusal_return_of_return, TEXT_NONE);
    }
    TRY(sale_where(cx, s, in->till, somewhere ? in->site : s->origin.site));
    TRY(replay(cx, s, in, out, &replayed));
    if (replayed) {
        return OK;
    }
    struct sales_order *o = s->order;
    o->kind = ORDER_RETURN;
    o->state = ORDER_DONE;
    o->channel = s->at_till ? CHANNEL_TILL : s->origin.channel;
    o->origin = (sales_order_ref){ s->origin.record.id };
    o->reason = in->reason;
    o->reference = in->reference;
    TRY(sale_when(cx, s, in->sold_at, in->till_number));
    TRY(sale_customer(cx, s, s->origin.customer));
    TRY(take_back_all(cx, s, in));
    return finish(cx, s, &in->tenders, in->till_number, out);
}

enum err return_run(struct cx *cx, void *record, const void *args, void *result)
{
    struct sale s = {
        .order = ARENA_NEW(cx->arena, struct sales_order),
        .origin = *(struct sales_order *)record,
    };
    return return_lines(cx, &s, args, result);
}

enum err return_receipt_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct return_receipt_args *in = args;
    struct sale s = { .order = record };
    enum err e = store_find(cx, &sales_order_entity, "number", in->number, &s.origin);
    if (e == ERR_NOT_FOUND || (e == OK && s.origin.state != ORDER_DONE)) {
        return REFUSE(cx, &refusal_unknown_reference, TEXT("number"), in->number,
                      text_of(cx_text(cx, sales_order_entity.label)));
    }
    TRY(e);
    struct return_args rest = {
        .lines = in->lines,
        .tenders = in->tenders,
        .reason = in->reason,
        .till = in->till,
        .site = in->site,
        .till_number = in->till_number,
        .sold_at = in->sold_at,
        .reference = in->reference,
    };
    return return_lines(cx, &s, &rest, result);
}

/* Turns the priced sale in s into its reverse. */
static void negate(struct sale *s)
{
    struct sales_order *o = s->order;
    o->net = money_neg(o->net);
    o->tax = money_neg(o->tax);
    o->total = money_neg(o->total);
    for (size_t i = 0; i < s->n; i++) {
        struct sales_order_line *l = &s->lines[i];
        l->quantity = qty_of(-l->quantity.micro);
        l->net = money_neg(l->net);
        l->tax = money_neg(l->tax);
        l->total = money_neg(l->total);
    }
}

/* Is the stored document this return without receipt? */
static bool same_without(const struct sale *s, const struct return_without_receipt_args *in)
{
    const struct checkout_line *lines = in->lines.items;
    const struct sales_order *o = s->order;
    if (o->kind != ORDER_RETURN || o->origin.id != 0 || o->customer.id != in->customer.id ||
        s->n != in->lines.n || (!instant_none(in->sold_at) && in->sold_at.us != o->sold_at.us) ||
        !sale_same_tenders(s, &in->tenders)) {
        return false;
    }
    for (size_t i = 0; i < s->n; i++) {
        if (lines[i].product.id != 0 && (lines[i].product.id != s->lines[i].product.id ||
                                         lines[i].quantity.micro != -s->lines[i].quantity.micro)) {
            return false;
        }
    }
    return true;
}

enum err return_without_receipt_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct return_without_receipt_args *in = args;
    struct sale s = { .order = record };
    bool found;
    TRY(sale_where(cx, &s, in->till, in->site));
    TRY(sale_by_till_number(cx, &s, in->till_number, &found));
    if (found) {
        if (!same_without(&s, in)) {
            TRY(sale_till_number_taken(cx, &s, in->till_number));
        }
        sale_receipt(cx, &s, VALUE_NONE, result);
        flow_status(cx, 200); /* nothing new was made */
        return OK;
    }
    s.order->kind = ORDER_RETURN;
    s.order->state = ORDER_DONE;
    s.order->channel = CHANNEL_TILL;
    s.order->reason = in->reason;
    s.order->reference = in->reference;
    TRY(sale_when(cx, &s, in->sold_at, in->till_number));
    TRY(sale_customer(cx, &s, in->customer));
    TRY(sale_price(cx, &s, &in->lines, true));
    negate(&s);
    return finish(cx, &s, &in->tenders, in->till_number, result);
}
