/* Stock: places within sites, append-only movements, and the balances that they keep.
 *
 * Every change of quantity or value is a movement with two times: occurred_at (when it happened for the goods) and recorded_at (when the house
 * learned it). A cost that arrives late is a new movement with quantity 0. Nothing is ever rewritten, so both "as of" and "as known on" have an answer.
 * Balance rows (table stock_balance: product x place: on_hand, reserved, value) are changed in the same transaction; their sum over the movements is an invariant, and
 * their value is the ledger's stock accounts. */
#ifndef KONTOR_STOCK_H
#define KONTOR_STOCK_H

#include "common/product/product.h"
#include "common/site/site.h"

enum place_kind { PLACE_STORAGE, PLACE_TRANSIT };
enum move_kind { MOVE_RECEIPT, MOVE_ISSUE, MOVE_RETURN, MOVE_TRANSFER_OUT, MOVE_TRANSFER_IN, MOVE_ADJUSTMENT, MOVE_COUNT, MOVE_REVALUATION };

struct place {
    struct record record;
    text_t code, name;
    site_ref site;
    choice_t kind;          /* enum place_kind; each site has one transit place for goods on their way to it */
    flag_t allow_negative;  /* may go below 0; then valued provisionally at the last known cost and corrected by a dated event at the next receipt */
    flag_t main;            /* where a site's sales are issued from and receipts go to by default */
};

struct stock_move {
    struct record record;
    instant_t occurred_at, recorded_at;
    choice_t kind;          /* enum move_kind */
    product_ref product;
    place_ref place;
    site_ref site;          /* of the place */
    qty_t quantity;         /* signed; 0 for a revaluation */
    money_t value;          /* signed, company currency */
    money_t expense;        /* revaluation: the part of a late cost that belongs to goods already sold */
    int64_t source;         /* id of the document: order, transfer, count; 0: none */
    int64_t source_line;
    party_ref supplier;
    text_t reference, reason;
};

struct stock_layer { /* FIFO only: what is left of a receipt */
    struct record record;
    product_ref product;
    place_ref place;
    stock_move_ref receipt;
    instant_t received_at;
    qty_t received, remaining;
    money_t value_left;
};

struct stock_reservation {
    struct record record;
    sales_order_ref sale;
    int64_t sale_line;
    product_ref product;
    place_ref place;
    site_ref site;
    qty_t quantity;      /* still held */
    choice_t state;      /* held, issued, released */
};

extern const struct entity place_entity, stock_move_entity, stock_layer_entity, stock_reservation_entity, stock_transfer_entity,
    stock_count_entity, stock_count_line_entity;
extern const struct area stock_area;

/* Payload of "stock.moved", published once per command with all its movements; the ledger posts them. */
struct stock_event {
    const struct stock_move *moves;
    const struct product **products; /* products[i] belongs to moves[i] */
    const choice_t *place_kinds;     /* enum place_kind of moves[i].place */
    size_t n;
};

/* Handovers (payload struct order_event): goods leave, are held, are let go, come back. They fill lines[i].cost. */
enum err stock_issue_order(struct cx *cx, const void *record, void *payload);
enum err stock_reserve_order(struct cx *cx, const void *record, void *payload);
enum err stock_issue_reserved(struct cx *cx, const void *record, void *payload);
enum err stock_release_order(struct cx *cx, const void *record, void *payload);
enum err stock_take_back(struct cx *cx, const void *record, void *payload);

#endif
