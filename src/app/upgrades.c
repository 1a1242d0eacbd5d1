/* Changes of data that come with upgrades, by number: see struct upgrade_step. */
#include "app/plan.h"

#include "back/documents/documents.h"
#include "back/stock/stock.h"
#include "front/order/order.h"

const struct upgrade_step upgrades[] = {
    { .number = 1,
      .says = "sales by hour are filled from the orders that are done",
      .run = order_fill_hours },
    { .number = 2,
      .says = "what is sold out is filled from the stock balances",
      .run = stock_fill_outs },
    { .number = 3,
      .says = "a customer's sales are found in the order of time",
      .run = order_drop_index },
    { .number = 4,
      .says = "invoices keep names and addresses as they are now",
      .run = order_keep_invoices },
    { .number = 5,
      .says = "templates of documents show who sold or issued",
      .run = documents_show_person },
};
const size_t n_upgrades = N_ELEMENTS(upgrades);
