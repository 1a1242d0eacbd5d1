/* What people see of tills beyond lists and forms. */
#include "front/till/counter.h"
#include "front/till/till.h"
#include "front/till/till_parts.h"

static const char *const menu[] = { "counter", "tills", "till_sessions", "till_cash_moves", NULL };

static const struct page pages[] = {
    { .path = "counter",
      .label = N_("Counter"),
      .icon = "till",
      .permission = "order.sell",
      .in_menu = true,
      .show = counter_page },
};

const struct area_face till_face = {
    .group = GROUP_FRONT,
    .icon = "till",
    .menu = menu,
    .pages = pages,
    .n_pages = N_ELEMENTS(pages),
    .panels = till_panels,
    .n_panels = TILL_PANELS,
    .tiles = till_tiles,
    .n_tiles = TILL_TILES,
};
