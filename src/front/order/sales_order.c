/* The entities of the order area: the sales order with its lines and payments, and payments by
 * customers on account.
 *
 * A draft is created from outside with its lines and priced as it is written; every other change is
 * a command's. Money of a document never changes after it was placed. */
#include "front/order/order_parts.h"

const struct choice channel_choices[6] = {
    [CHANNEL_TILL] = { "till", N_("Till") },
    [CHANNEL_KIOSK] = { "kiosk", N_("Self-checkout") },
    [CHANNEL_SHOP] = { "shop", N_("Web shop") },
    [CHANNEL_PHONE] = { "phone", N_("Phone") },
    [CHANNEL_SALES] = { "sales", N_("Salesperson") },
    [CHANNEL_MARKETPLACE] = { "marketplace", N_("Marketplace") },
};

const struct choice tender_choices[6] = {
    [TENDER_CASH] = { "cash", N_("Cash") },
    [TENDER_CARD] = { "card", N_("Card") },
    [TENDER_GIFT_CARD] = { "gift_card", N_("Gift card") },
    [TENDER_POINTS] = { "points", N_("Points") },
    [TENDER_ACCOUNT] = { "account", N_("On account") },
    [TENDER_TRANSFER] = { "transfer", N_("Bank transfer") },
};

static const struct choice order_kinds[] = {
    [ORDER_SALE] = { "sale", N_("Sale") },
    [ORDER_RETURN] = { "return", N_("Return") },
};

static const struct choice order_states[] = {
    [ORDER_DRAFT] = { "draft", N_("Draft") },
    [ORDER_PLACED] = { "placed", N_("Placed") },
    [ORDER_DONE] = { "done", N_("Done") },
    [ORDER_CANCELLED] = { "cancelled", N_("Cancelled") },
};

static const struct field order_fields[] = {
    F_TEXT(sales_order, number, N_("Number"), .flags = F_READONLY | F_UNIQUE | F_EVENT, .max = 40),
    F_CHOICE(sales_order, kind, order_kinds, N_("Kind"), .flags = F_READONLY | F_EVENT),
    F_CHOICE(sales_order, channel, channel_choices, N_("Channel"),
             .flags = F_CREATE_ONLY | F_EVENT),
    F_STATE(sales_order, state, order_states, N_("State"), .flags = F_READONLY | F_EVENT),
    F_REF(sales_order, site, site, N_("Site"), .flags = F_REQUIRED | F_CREATE_ONLY | F_EVENT),
    F_REF(sales_order, customer, party, N_("Customer"), .flags = F_CREATE_ONLY | F_EVENT),
    F_REF(sales_order, till, till, N_("Till"), .flags = F_READONLY),
    F_REF(sales_order, session, till_session, N_("Till session"), .flags = F_READONLY | F_HIDDEN),
    F_INTEGER(sales_order, till_number, N_("Number in the till's journal"),
              .flags = F_READONLY | F_NULLABLE | F_HIDDEN),
    F_TEXT(sales_order, till_hash, N_("Hash in the till's journal"), .flags = F_READONLY | F_HIDDEN,
           .max = 64),
    F_CURRENCY(sales_order, currency, N_("Currency"), .flags = F_READONLY | F_HIDDEN | F_EVENT),
    F_TIME(sales_order, sold_at, N_("Time"), .flags = F_READONLY | F_INDEX),
    F_DATE(sales_order, business_date, N_("Business day"), .flags = F_READONLY | F_HIDDEN,
           .help = N_("The day at the site: the day on which it is booked.")),
    F_TIME(sales_order, placed_at, N_("Placed at"), .flags = F_READONLY | F_HIDDEN,
           .help = N_("When it became an order.")),
    F_TIME(sales_order, promised_at, N_("Promised for"), .flags = F_EVENT,
           .help = N_("Until when the customer was promised the goods.")),
    F_MONEY(sales_order, net, N_("Net"), .flags = F_READONLY | F_COMPUTED, .currency = "currency"),
    F_MONEY(sales_order, tax, N_("Tax"), .flags = F_READONLY | F_COMPUTED, .currency = "currency"),
    F_MONEY(sales_order, total, N_("Total"), .flags = F_READONLY | F_COMPUTED | F_EVENT,
            .currency = "currency"),
    F_MONEY(sales_order, discount, N_("Discount"), .flags = F_READONLY | F_COMPUTED,
            .currency = "currency"),
    F_MONEY(sales_order, rounding, N_("Cash rounding"), .flags = F_READONLY | F_HIDDEN,
            .currency = "currency"),
    F_MONEY(sales_order, paid, N_("Paid"), .flags = F_READONLY, .currency = "currency"),
    F_MONEY(sales_order, change, N_("Change"), .flags = F_READONLY | F_HIDDEN,
            .currency = "currency"),
    F_REF(sales_order, origin, sales_order, N_("Original sale"), .flags = F_READONLY,
          .help = N_("The sale that this return takes back.")),
    F_TEXT(sales_order, reason, N_("Reason"), .flags = F_READONLY),
    F_INTEGER(sales_order, points_earned, N_("Points earned"), .flags = F_READONLY | F_HIDDEN),
    F_INTEGER(sales_order, points_redeemed, N_("Points redeemed"), .flags = F_READONLY | F_HIDDEN),
    F_TEXT(sales_order, reference, N_("Reference"),
           .help = N_("The number that another system or the customer gave it.")),
    F_LINES(sales_order, lines, sales_order_line, sale, N_("Lines"), .flags = F_CREATE_ONLY,
            .max = ORDER_LINES_MAX),
    F_LINES(sales_order, payments, payment, sale, N_("Payments"), .flags = F_READONLY),
};

static const struct field line_fields[] = {
    F_REF(sales_order_line, sale, sales_order, N_("Order"), .flags = F_READONLY),
    F_INTEGER(sales_order_line, position, N_("Position"), .flags = F_READONLY),
    F_REF(sales_order_line, product, product, N_("Product"), .flags = F_REQUIRED | F_CREATE_ONLY),
    F_QUANTITY(sales_order_line, quantity, N_("Quantity"),
               .flags = F_REQUIRED | F_CREATE_ONLY | F_POSITIVE, .max = QTY_MAX),
    F_MONEY(sales_order_line, unit_price, N_("Price"),
            .flags = F_CREATE_ONLY | F_NULLABLE | F_NOT_NEGATIVE,
            .help = N_("Given only to override what the price lists say.")),
    F_MONEY(sales_order_line, discount, N_("Discount"), .flags = F_CREATE_ONLY | F_NOT_NEGATIVE),
    F_MONEY(sales_order_line, net, N_("Net"), .flags = F_READONLY | F_COMPUTED),
    F_MONEY(sales_order_line, tax, N_("Tax"), .flags = F_READONLY | F_COMPUTED),
    F_MONEY(sales_order_line, total, N_("Total"), .flags = F_READONLY | F_COMPUTED),
    F_REF(sales_order_line, tax_code, tax, N_("Tax code"), .flags = F_READONLY),
    F_MONEY(sales_order_line, cost, N_("Cost"), .flags = F_READONLY | F_HIDDEN),
    F_QUANTITY(sales_order_line, returned, N_("Returned"), .flags = F_READONLY),
    F_REF(sales_order_line, origin_line, sales_order_line, N_("Original line"),
          .flags = F_READONLY | F_HIDDEN),
    F_JSON(sales_order_line, why, N_("Why this price"), .flags = F_READONLY | F_HIDDEN),
};

static const struct field payment_fields[] = {
    F_REF(payment, sale, sales_order, N_("Order"), .flags = F_READONLY),
    F_CHOICE(payment, kind, tender_choices, N_("Tender"), .flags = F_READONLY),
    F_MONEY(payment, amount, N_("Amount"), .flags = F_READONLY, .currency = "currency"),
    F_CURRENCY(payment, currency, N_("Currency"), .flags = F_READONLY | F_HIDDEN),
    F_TIME(payment, paid_at, N_("Time"), .flags = F_READONLY),
    F_REF(payment, session, till_session, N_("Till session"), .flags = F_READONLY | F_HIDDEN),
    F_TEXT(payment, reference, N_("Reference"), .flags = F_READONLY),
};

static const struct field customer_payment_fields[] = {
    F_TEXT(customer_payment, number, N_("Number"), .flags = F_READONLY | F_UNIQUE, .max = 40),
    F_REF(customer_payment, customer, party, N_("Customer"),
          .flags = F_READONLY | F_REQUIRED | F_INDEX | F_EVENT),
    F_REF(customer_payment, site, site, N_("Site"), .flags = F_READONLY | F_REQUIRED | F_EVENT),
    F_CHOICE(customer_payment, kind, tender_choices, N_("Tender"), .flags = F_READONLY),
    F_MONEY(customer_payment, amount, N_("Amount"), .flags = F_READONLY | F_EVENT,
            .currency = "currency"),
    F_CURRENCY(customer_payment, currency, N_("Currency"),
               .flags = F_READONLY | F_HIDDEN | F_EVENT),
    F_TIME(customer_payment, paid_at, N_("Time"), .flags = F_READONLY),
    F_DATE(customer_payment, business_date, N_("Business day"), .flags = F_READONLY | F_HIDDEN),
    F_REF(customer_payment, session, till_session, N_("Till session"),
          .flags = F_READONLY | F_HIDDEN),
    F_TEXT(customer_payment, reference, N_("Reference"), .flags = F_READONLY),
};

/* The journal of a till, returns of a sale, a customer's orders by time, other systems' numbers.
 * What waits, and what was placed before it was handed over. Partial, so that a sale pays only for
 * those that it is in. */
static const struct index_def order_indexes[] = {
    { .name = "sales_orders_till_number",
      .cols = "till, till_number",
      .where = "till_number IS NOT NULL",
      .unique = true },
    { .name = "sales_orders_origin", .cols = "origin", .where = "origin IS NOT NULL" },
    { .name = "sales_orders_customer_at",
      .cols = "customer, sold_at",
      .where = "customer IS NOT NULL" },
    { .name = "sales_orders_reference",
      .cols = "company, reference",
      .where = "reference IS NOT NULL" },
    { .name = "sales_orders_waiting", .cols = "company, site", .where = "state = 1" },
    { .name = "sales_orders_placed",
      .cols = "company, business_date",
      .where = "placed_at IS NOT NULL" },
};
_Static_assert(ORDER_PLACED == 1, "the state in the index of orders that wait");

/* Prices a new draft. Documents that commands write are priced already and not drafts. */
static enum err order_check(struct cx *cx, const void *before, void *after)
{
    const struct sales_order *was = before;
    struct sales_order *order = after;
    if (was && was->state >= ORDER_DONE && was->promised_at.us != order->promised_at.us) {
        return refuse(cx, &refusal_posted, TEXT("promised_at"));
    }
    if (before || order->state != ORDER_DRAFT) {
        return OK;
    }
    struct sale s = { .order = order };
    if (order->lines.n == 0) {
        return refuse(cx, &refusal_order_empty, TEXT("lines"));
    }
    TRY(sale_where(cx, &s, (till_ref){ 0 }, order->site));
    TRY(sale_customer(cx, &s, order->customer));
    TRY(sale_when(cx, &s, INSTANT_NONE, VALUE_NONE));
    order->channel = sale_channel(&s, order->channel);
    order->till_number = VALUE_NONE;
    return sale_price_draft(cx, &s, order->lines.items, order->lines.n);
}

/* A draft may be put away; what was placed is cancelled or returned instead. */
static enum err order_saved(struct cx *cx, const void *before, const void *after)
{
    const struct sales_order *was = before, *is = after;
    if (was && is->record.archived && !was->record.archived && is->state != ORDER_DRAFT &&
        is->state != ORDER_CANCELLED) {
        return refuse(cx, &refusal_posted, TEXT_NONE);
    }
    return OK;
}

const struct entity sales_order_entity = {
    .index = E_sales_order,
    .name = "sales_order",
    .plural = "sales_orders",
    .label = N_("Sales order"),
    .label_plural = N_("Sales orders"),
    .help = N_("Sales, orders and returns of every channel. A sale at a till is done at once; an "
               "order is placed, paid and handed over one after the other."),
    .shape = SHAPE(sales_order, order_fields),
    .code = "number",
    .read = "order.read",
    .write = "order.sell",
    .site = "site",
    .sort = "-sold_at",
    .indexes = order_indexes,
    .n_indexes = N_ELEMENTS(order_indexes),
    .check = order_check,
    .saved = order_saved,
};

const struct entity sales_order_line_entity = {
    .index = E_sales_order_line,
    .name = "sales_order_line",
    .plural = "sales_order_lines",
    .label = N_("Order line"),
    .label_plural = N_("Order lines"),
    .help = N_("What was sold or taken back, line by line."),
    .shape = SHAPE(sales_order_line, line_fields),
    .read = "order.read",
    .parent = "sale",
    .sort = "position",
    .flags = E_LINE,
};

const struct entity payment_entity = {
    .index = E_payment,
    .name = "payment",
    .plural = "payments",
    .label = N_("Payment"),
    .label_plural = N_("Payments"),
    .help = N_("What an order was paid with, and what was given back."),
    .shape = SHAPE(payment, payment_fields),
    .read = "order.read",
    .parent = "sale",
    .flags = E_LINE | E_POSTED,
};

const struct entity customer_payment_entity = {
    .index = E_customer_payment,
    .name = "customer_payment",
    .plural = "customer_payments",
    .label = N_("Customer payment"),
    .label_plural = N_("Customer payments"),
    .help = N_("Payments by customers for what they bought on account."),
    .shape = SHAPE(customer_payment, customer_payment_fields),
    .code = "number",
    .read = "order.read",
    .site = "site",
    .flags = E_POSTED,
};
