/* The order area: sales, orders and returns of every channel, customers' accounts, sales reports.
 *
 * Permissions: order.read order.sell order.return order.cancel order.discount; also till.write, to
 * enter sales with a time in the past. */
#include "front/order/order_parts.h"

/* clang-format off */
static const struct command commands[] = {
    {
        .name = "checkout", .entity = &sales_order_entity, .label = N_("Check out"),
        .help = N_("Sells a basket: places, pays and hands over in one step."),
        .permission = "order.sell", .args = &checkout_shape, .result = &receipt_shape, .to = -1,
        .run = checkout_run,
    },
    {
        .name = "price", .entity = &sales_order_entity, .label = N_("Price"),
        .help = N_("Says what a basket costs and why, without selling it."),
        .permission = "order.read", .flags = C_READ | C_ACCEPTED_200, .args = &checkout_shape,
        .result = &receipt_shape, .to = -1, .run = price_run,
    },
    {
        .name = "return", .entity = &sales_order_entity, .label = N_("Take back"),
        .help = N_("Takes back lines of this sale, in part and as often as something is left, in any site."),
        .permission = "order.return", .flags = C_RECORD, .args = &return_shape, .result = &receipt_shape,
        .from = STATE(ORDER_DONE), .to = -1, .run = return_run,
    },
    {
        .name = "return_receipt", .entity = &sales_order_entity, .label = N_("Take back by receipt"),
        .help = N_("Takes back lines of the sale with the number on the receipt, wherever it was sold."),
        .permission = "order.return", .args = &return_receipt_shape, .result = &receipt_shape, .to = -1,
        .run = return_receipt_run,
    },
    {
        .name = "return_without_receipt", .entity = &sales_order_entity, .label = N_("Take back without receipt"),
        .help = N_("Takes goods back for which no sale is known, at the price given."),
        .permission = "order.return", .args = &return_without_receipt_shape, .result = &receipt_shape, .to = -1,
        .run = return_without_receipt_run,
    },
    {
        .name = "place", .entity = &sales_order_entity, .label = N_("Place"),
        .help = N_("Makes the draft an order: it gets its number, and the goods are held."),
        .permission = "order.sell", .flags = C_RECORD, .from = STATE(ORDER_DRAFT), .to = ORDER_PLACED,
        .run = place_run,
    },
    {
        .name = "pay", .entity = &sales_order_entity, .label = N_("Pay"),
        .help = N_("Takes a payment for a placed order, in full or in part."),
        .permission = "order.sell", .flags = C_RECORD, .args = &pay_shape, .from = STATE(ORDER_PLACED), .to = -1,
        .run = pay_run,
    },
    {
        .name = "hand_over", .entity = &sales_order_entity, .label = N_("Hand over"),
        .help = N_("Gives the goods of a paid order to the customer and books the revenue."),
        .permission = "order.sell", .flags = C_RECORD, .args = &hand_over_shape, .from = STATE(ORDER_PLACED),
        .to = ORDER_DONE, .run = hand_over_run,
    },
    {
        .name = "cancel", .entity = &sales_order_entity, .label = N_("Cancel"),
        .help = N_("Ends a draft or placed order. Payments go back by the tenders they came by."),
        .permission = "order.cancel", .flags = C_RECORD, .args = &cancel_shape,
        .from = STATE(ORDER_DRAFT) | STATE(ORDER_PLACED), .to = ORDER_CANCELLED, .run = cancel_run,
    },
    {
        .name = "receive", .entity = &customer_payment_entity, .label = N_("Receive a payment"),
        .help = N_("Takes a customer's payment for what is open on the account."),
        .permission = "order.sell", .args = &receive_payment_shape, .to = -1, .run = receive_payment_run,
    },
};
/* clang-format on */

static const struct entity *const entities[] = {
    &sales_order_entity,
    &sales_order_line_entity,
    &payment_entity,
    &customer_payment_entity,
};

static const struct refusal *const refusals[] = {
    &refusal_tenders_too_small,
    &refusal_change_only_from_cash,
    &refusal_tenders_mismatch,
    &refusal_gift_card_unknown,
    &refusal_account_needs_customer,
    &refusal_credit_limit_exceeded,
    &refusal_product_not_for_sale,
    &refusal_quantity_too_fine,
    &refusal_product_or_barcode,
    &refusal_till_or_site,
    &refusal_till_elsewhere,
    &refusal_sold_at_in_future,
    &refusal_line_unknown,
    &refusal_return_too_much,
    &refusal_return_of_return,
    &refusal_order_not_paid,
    &refusal_order_empty,
};

static const char *const depends[] = {
    "company", "party", "site", "product", "pricing", "till", NULL,
};

const struct area order_area = {
    .name = "order",
    .label = N_("Sales"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .commands = commands,
    .n_commands = N_ELEMENTS(commands),
    .queries = order_reports,
    .n_queries = N_ELEMENTS(order_reports),
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .tables = order_tables,
    .n_tables = N_ELEMENTS(order_tables),
};
