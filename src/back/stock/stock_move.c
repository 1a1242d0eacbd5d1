/* What stock consists of: movements, FIFO layers, reservations, and the table of balances. */
#include "back/stock/stock_parts.h"

const struct choice stock_move_kinds[8] = {
    [MOVE_RECEIPT] = { .name = "receipt", .label = N_("Goods receipt") },
    [MOVE_ISSUE] = { .name = "issue", .label = N_("Issue") },
    [MOVE_RETURN] = { .name = "return", .label = N_("Return") },
    [MOVE_TRANSFER_OUT] = { .name = "transfer_out", .label = N_("Transfer out") },
    [MOVE_TRANSFER_IN] = { .name = "transfer_in", .label = N_("Transfer in") },
    [MOVE_ADJUSTMENT] = { .name = "adjustment", .label = N_("Adjustment") },
    [MOVE_COUNT] = { .name = "count", .label = N_("Count") },
    [MOVE_REVALUATION] = { .name = "revaluation", .label = N_("Revaluation") },
};

static const struct field move_fields[] = {
    F_TIME(stock_move, occurred_at, N_("Happened at")),
    F_TIME(stock_move, recorded_at, N_("Recorded at")),
    F_CHOICE(stock_move, kind, stock_move_kinds, N_("Kind")),
    F_REF(stock_move, product, product, N_("Product")),
    F_REF(stock_move, place, place, N_("Place")),
    F_REF(stock_move, site, site, N_("Site")),
    F_QUANTITY(stock_move, quantity, N_("Quantity")),
    F_MONEY(stock_move, value, N_("Value")),
    F_MONEY(stock_move, expense, N_("Expense"),
            .help = N_("The part of a late cost that belongs to goods already gone.")),
    F_INTEGER(stock_move, source, N_("Source"), .flags = F_HIDDEN,
              .help = N_("Number of the order, transfer or count that moved the goods.")),
    F_INTEGER(stock_move, source_line, N_("Line of the source"), .flags = F_HIDDEN),
    F_REF(stock_move, supplier, party, N_("Supplier")),
    F_TEXT(stock_move, reference, N_("Reference"), .max = 120),
    F_TEXT(stock_move, reason, N_("Reason"), .max = 200),
    F_QUANTITY(stock_move, on_hand_before, N_("On hand before"), .flags = F_HIDDEN | F_NULLABLE),
    F_MONEY(stock_move, value_before, N_("Value before"), .flags = F_HIDDEN | F_NULLABLE),
    F_JSON(stock_move, layers, N_("Layers taken"), .flags = F_HIDDEN),
};

/* Two indexes only, because a sale writes one movement a line: one that grows at its end, for what
 * was recorded since some time, and one for the movements of a product. */
static const struct index_def move_indexes[] = {
    { .name = "stock_moves_recorded", .cols = "company, recorded_at" },
    { .name = "stock_moves_product", .cols = "product, occurred_at" },
};

const struct entity stock_move_entity = {
    .index = E_stock_move,
    .name = "stock_move",
    .plural = "stock_moves",
    .label = N_("Stock movement"),
    .label_plural = N_("Stock movements"),
    .help = N_(
        "Every change of stock: when it happened, when it was recorded, how much and what it "
        "is worth. Movements are never changed."),
    .shape = SHAPE(stock_move, move_fields),
    .columns = "product,kind,place,occurred_at,quantity,value",
    .read = "stock.read",
    .site = "site",
    .flags = E_POSTED,
    .indexes = move_indexes,
    .n_indexes = N_ELEMENTS(move_indexes),
};

static const struct field layer_fields[] = {
    F_REF(stock_layer, product, product, N_("Product")),
    F_REF(stock_layer, place, place, N_("Place")),
    F_REF(stock_layer, site, site, N_("Site")),
    F_REF(stock_layer, receipt, stock_move, N_("Goods receipt")),
    F_TIME(stock_layer, received_at, N_("Received at")),
    F_QUANTITY(stock_layer, received, N_("Received")),
    F_QUANTITY(stock_layer, remaining, N_("Remaining")),
    F_MONEY(stock_layer, value_left, N_("Value left")),
};

static const struct index_def layer_indexes[] = {
    { .name = "stock_layers_open",
      .cols = "place, product, received_at",
      .where = "remaining > 0" },
};

const struct entity stock_layer_entity = {
    .index = E_stock_layer,
    .name = "stock_layer",
    .plural = "stock_layers",
    .label = N_("Stock layer"),
    .label_plural = N_("Stock layers"),
    .help = N_("What is left of each receipt of products that are valued first in, first out."),
    .shape = SHAPE(stock_layer, layer_fields),
    .read = "stock.value",
    .site = "site",
    .flags = E_POSTED,
    .indexes = layer_indexes,
    .n_indexes = N_ELEMENTS(layer_indexes),
};

static const struct choice reservation_states[] = {
    [RESERVATION_HELD] = { .name = "held", .label = N_("Held") },
    [RESERVATION_ISSUED] = { .name = "issued", .label = N_("Issued") },
    [RESERVATION_RELEASED] = { .name = "released", .label = N_("Released") },
};

static const struct field reservation_fields[] = {
    F_REF(stock_reservation, sale, sales_order, N_("Order"), .flags = F_INDEX),
    F_INTEGER(stock_reservation, sale_line, N_("Line of the order"), .flags = F_HIDDEN),
    F_REF(stock_reservation, product, product, N_("Product")),
    F_REF(stock_reservation, place, place, N_("Place")),
    F_REF(stock_reservation, site, site, N_("Site")),
    F_QUANTITY(stock_reservation, quantity, N_("Quantity")),
    F_STATE(stock_reservation, state, reservation_states, N_("State"), .flags = F_READONLY),
};

/* Who holds a product: few rows, since what is handed over leaves the index. */
static const struct index_def reservation_indexes[] = {
    { .name = "stock_reservations_held", .cols = "product", .where = "state = 0" },
};
_Static_assert(RESERVATION_HELD == 0, "the state above");

const struct entity stock_reservation_entity = {
    .index = E_stock_reservation,
    .name = "stock_reservation",
    .plural = "stock_reservations",
    .label = N_("Reservation"),
    .label_plural = N_("Reservations"),
    .help = N_("Goods that are held for an order until they are handed over."),
    .shape = SHAPE(stock_reservation, reservation_fields),
    .read = "stock.read",
    .site = "site",
    .flags = E_POSTED,
    .indexes = reservation_indexes,
    .n_indexes = N_ELEMENTS(reservation_indexes),
};

static const struct col_def balance_cols[] = {
    { .name = "place", .type = COL_INT, .not_null = true },
    { .name = "product", .type = COL_INT, .not_null = true },
    { .name = "company", .type = COL_INT, .not_null = true },
    { .name = "site", .type = COL_INT, .not_null = true },
    { .name = "on_hand", .type = COL_INT, .not_null = true },
    { .name = "reserved", .type = COL_INT, .not_null = true },
    { .name = "value", .type = COL_INT, .not_null = true },
    { .name = "last_cost", .type = COL_INT, .not_null = true },
};

static const struct index_def balance_indexes[] = {
    { .name = "stock_balance_product", .cols = "product" },
};

/* What is sold out: storage shelves with nothing available, written only when a shelf gets empty,
 * is sold from while it is, or is no longer. So nobody has to look through all balances for them.
 */
static const struct col_def out_cols[] = {
    { .name = "place", .type = COL_INT, .not_null = true },
    { .name = "product", .type = COL_INT, .not_null = true },
    { .name = "company", .type = COL_INT, .not_null = true },
    { .name = "site", .type = COL_INT, .not_null = true },
    { .name = "since", .type = COL_INT, .not_null = true },
    { .name = "wanted_at", .type = COL_INT, .not_null = true }, /* the last goods taken or held */
};

static const struct index_def out_indexes[] = {
    { .name = "stock_out_wanted", .cols = "company, wanted_at" },
};

const struct table_def stock_tables[STOCK_TABLES] = {
    { .name = "stock_out",
      .primary_key = "place, product",
      .cols = out_cols,
      .n_cols = N_ELEMENTS(out_cols),
      .indexes = out_indexes,
      .n_indexes = N_ELEMENTS(out_indexes),
      .clustered = true },
    { .name = "stock_balance",
      .primary_key = "place, product",
      .cols = balance_cols,
      .n_cols = N_ELEMENTS(balance_cols),
      .indexes = balance_indexes,
      .n_indexes = N_ELEMENTS(balance_indexes),
      .clustered = true,
      .fill_percent = 70 },
};
