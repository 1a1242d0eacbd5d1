/* What follows what. Read from top to bottom, this is the business.
 *
 * Nothing in front calls the back: an area tells what happened, and this table says who acts on it.
 * A row with a function runs at once, in the same transaction, in the order written here; if it
 * refuses, nothing has happened at all. A row with a task opens work for people; a row with a job
 * runs after the commit and is tried again until it is done. */
#include "app/plan.h"

#include "back/ledger/ledger.h"
#include "back/mail/mail.h"
#include "back/stock/stock.h"
#include "common/push/push_area.h"
#include "front/loyalty/loyalty.h"
#include "front/order/order.h"
#include "front/till/till.h"

static bool is_for_collection(const void *record, const void *payload)
{
    const struct sales_order *o = record;
    (void)payload;
    return o->channel == CHANNEL_SHOP || o->channel == CHANNEL_PHONE ||
           o->channel == CHANNEL_MARKETPLACE;
}

static bool has_difference(const void *record, const void *payload)
{
    (void)payload;
    return !money_is_zero(((const struct till_session *)record)->cash_difference);
}

static const struct handover_task pick_order = { .title = N_("Pick the order"),
                                                 .role = "stock_clerk",
                                                 .due_minutes = 60 };
static const struct handover_task explain_difference = { .title = N_(
                                                             "Explain the difference in the till"),
                                                         .role = "manager",
                                                         .due_minutes = 24 * 60 };
static const struct handover_task receive_transfer = {
    .title = N_("Receive the goods that are on their way"),
    .role = "stock_clerk",
    .due_minutes = 24 * 60
};

static const struct handover_task look_after_webhook = {
    .title = N_("A webhook was turned off: its receiver takes no messages"),
    .role = "admin",
    .due_minutes = 24 * 60
};

const struct handover handovers[] = {
    /* A new shop, warehouse or office opens */
    { .event = "site.created",
      .run = stock_make_places,
      .says = N_("it gets places for its goods and for goods on their way to it") },

    /* A cashier begins the day */
    { .event = "till_session.opened",
      .run = ledger_post_till_open,
      .says = N_("the float that was put into the drawer is booked") },
    { .event = "till_cash.moved",
      .run = ledger_post_till_cash,
      .says = N_("cash put in or taken out is booked") },

    /* A customer pays at a till */
    { .event = "sales_order.checked_out",
      .run = stock_issue_order,
      .says = N_("the goods leave the shelf") },
    { .event = "sales_order.checked_out",
      .run = loyalty_on_sale,
      .says = N_("points are redeemed and credited") },
    { .event = "sales_order.checked_out",
      .run = ledger_post_sale,
      .says = N_("money, revenue and tax are booked") },

    /* A customer orders for later */
    { .event = "sales_order.placed",
      .run = stock_reserve_order,
      .says = N_("the goods are held"),
      .unless = "checked_out" },
    { .event = "sales_order.placed",
      .says = N_("someone picks the goods"),
      .unless = "checked_out",
      .when = is_for_collection,
      .task = &pick_order },
    { .event = "sales_order.placed",
      .run = mail_confirm_order,
      .says = N_("a customer with an e-mail address gets a confirmation"),
      .unless = "checked_out" },
    { .event = "sales_order.paid",
      .run = loyalty_on_payment,
      .says = N_("points that pay ahead are redeemed") },
    { .event = "sales_order.paid",
      .run = ledger_post_payment,
      .says = N_("what is paid ahead is owed to the customer") },
    { .event = "sales_order.handed_over",
      .run = stock_issue_reserved,
      .says = N_("the goods that were held leave") },
    { .event = "sales_order.handed_over",
      .run = loyalty_on_sale,
      .says = N_("points are redeemed and credited") },
    { .event = "sales_order.handed_over",
      .run = ledger_post_handover,
      .says = N_("revenue and tax are booked") },
    { .event = "sales_order.cancelled",
      .run = stock_release_order,
      .says = N_("the goods are free again") },
    { .event = "sales_order.cancelled",
      .run = loyalty_on_cancel,
      .says = N_("points that paid ahead are given back") },
    { .event = "sales_order.cancelled",
      .run = ledger_post_cancel,
      .says = N_("what was paid ahead is given back") },

    /* A customer brings something back, to whichever shop */
    { .event = "sales_order.returned",
      .run = stock_take_back,
      .says = N_("the goods come back at the cost at which they left") },
    { .event = "sales_order.returned",
      .run = loyalty_on_return,
      .says = N_("the points of the sale are reversed") },
    { .event = "sales_order.returned",
      .run = ledger_post_return,
      .says = N_("money, revenue and tax are reversed") },

    /* A customer with an account pays what is open */
    { .event = "payment.received",
      .run = ledger_post_received,
      .says = N_("the payment settles what the customer owes") },

    /* Goods arrive, leave, move, are counted, or turn out to have cost more */
    { .event = "stock.moved",
      .run = ledger_post_stock,
      .says = N_("the stock accounts follow the goods") },
    { .event = "stock_transfer.sent",
      .says = N_("the other site expects the goods"),
      .task = &receive_transfer },

    /* Points are earned, used, expire or are reversed */
    { .event = "loyalty.changed",
      .run = ledger_post_points,
      .says = N_("what the points are worth is owed to the customers") },

    /* A cashier ends the day */
    { .event = "till_session.closed",
      .run = ledger_post_till_close,
      .says = N_("the difference between drawer and books is booked") },
    { .event = "till_session.closed",
      .says = N_("someone explains the difference"),
      .when = has_difference,
      .task = &explain_difference },

    /* People are told, in the house and outside */
    { .event = "mail_message.queued",
      .says = N_("the message is handed to the mail server"),
      .job = "mail_send" },
    { .event = "task.created",
      .run = push_task,
      .says = N_("those who may do it are told on their devices") },
    { .event = "task.opened",
      .run = push_task,
      .says = N_("those who may do it are told on their devices") },
    { .event = "task.delegated",
      .run = push_task,
      .says = N_("the person is told on their devices") },

    /* Another program takes no messages any more */
    { .event = "webhook.stopped",
      .task = &look_after_webhook,
      .says = N_("an administrator finds out why") },
};
const size_t n_handovers = N_ELEMENTS(handovers);
