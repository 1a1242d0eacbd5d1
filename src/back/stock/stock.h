/* Stock: places within sites, append-only movements, and the balances that they keep.
 *
 * Every change of quantity or value is a movement with two times: occurred_at (when it happened for
 * the goods) and recorded_at (when the house learned it; never earlier). A cost that arrives late
 * is a new movement with quantity 0. Nothing is ever rewritten, so both "as of" and "as known on"
 * have an answer.
 *
 * Balance rows (table stock_balance: place x product: on_hand, reserved, value, last_cost) are
 * changed in the same transaction as the movements: their sum over the movements is an invariant,
 * and their value is the ledger's stock accounts. */
#ifndef KONTOR_STOCK_H
#define KONTOR_STOCK_H

#include "common/product/product.h"
#include "common/site/site.h"

enum place_kind { PLACE_STORAGE, PLACE_TRANSIT };
enum move_kind {
    MOVE_RECEIPT,
    MOVE_ISSUE,
    MOVE_RETURN,
    MOVE_TRANSFER_OUT,
    MOVE_TRANSFER_IN,
    MOVE_ADJUSTMENT,
    MOVE_COUNT,
    MOVE_REVALUATION
};
enum transfer_state { TRANSFER_IN_TRANSIT, TRANSFER_RECEIVED, TRANSFER_CANCELLED };
enum reservation_state { RESERVATION_HELD, RESERVATION_ISSUED, RESERVATION_RELEASED };

struct place {
    struct record record;
    text_t code, name;
    site_ref site;
    choice_t kind;         /* enum place_kind; each site has one transit place for goods on their
                              way to it */
    flag_t allow_negative; /* may go below 0; then valued provisionally at the last known cost and
                              corrected by a dated event at the next receipt */
    flag_t main;           /* where a site's sales are issued from and receipts go to by default */
};

struct stock_move {
    struct record record;
    instant_t occurred_at, recorded_at;
    choice_t kind; /* enum move_kind */
    product_ref product;
    place_ref place;
    site_ref site;   /* of the place */
    qty_t quantity;  /* signed; 0 for a revaluation */
    money_t value;   /* signed, company currency */
    money_t expense; /* revaluation: the part that belongs to goods already gone. A late cost of
                        value + expense; a correction of stock that was below zero has
                        expense == -value */
    int64_t source;  /* id of the document: order, transfer, count; of a revaluation: the movement
                        that it corrects; 0: none */
    int64_t source_line;
    party_ref supplier;
    text_t reference, reason;
    /* What an issue took its cost from; VALUE_NONE and none for others, and for what was booked
     * before it was kept. */
    qty_t on_hand_before; /* at the place */
    money_t value_before;
    text_t layers; /* JSON: the layers taken, [{"receipt","received_at","quantity","value"}] */
};

struct stock_layer { /* FIFO only: what is left of a receipt */
    struct record record;
    product_ref product;
    place_ref place;
    site_ref site; /* of the place */
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
    qty_t quantity; /* still held */
    choice_t state; /* enum reservation_state */
};

/* Goods on their way from one site to another: they lie in the transit place of the site they go
 * to, at the value they left with. */
struct stock_transfer {
    struct record record;
    text_t number; /* from the series stock_transfer of the sending site */
    site_ref from_site, to_site;
    place_ref from_place, to_place; /* to_place: the transit place, or where they arrived at once */
    choice_t state;                 /* enum transfer_state */
    instant_t sent_at;
    instant_t received_at; /* of the last goods; none while in transit */
    text_t reference, reason;
    lines_t lines;
};

struct stock_transfer_line { /* E_LINE; each product once */
    struct record record;
    stock_transfer_ref transfer;
    product_ref product;
    qty_t quantity;     /* sent */
    qty_t received;     /* so far */
    qty_t returned;     /* by cancelling */
    money_t value;      /* sent */
    money_t value_left; /* of what is still in transit */
};

/* A posted count of a place: what was found at the instant of each scan, against what the books
 * said for that instant. */
struct stock_count {
    struct record record;
    text_t number; /* from the series stock_count of the site */
    site_ref site;
    place_ref place;
    instant_t posted_at;
    text_t reason;
    money_t value; /* of all differences */
    lines_t lines;
};

struct stock_count_line { /* E_LINE; each product once */
    struct record record;
    stock_count_ref stock_count;
    product_ref product;
    qty_t counted;
    instant_t counted_at;
    qty_t expected;   /* on hand at counted_at, by what is known when the count is posted */
    qty_t difference; /* counted - expected */
    money_t value;    /* of the difference */
};

extern const struct entity place_entity, stock_move_entity, stock_layer_entity,
    stock_reservation_entity, stock_transfer_entity, stock_transfer_line_entity, stock_count_entity,
    stock_count_line_entity;
extern const struct area stock_area;

/* -- arguments of the commands, for those who run them with typed arguments -----------------------
 */

struct stock_receive_line {
    product_ref product; /* or barcode */
    text_t barcode;      /* what it stands for (a carton) is one of `quantity` */
    qty_t quantity;      /* > 0, in `unit` or, without one, in the product's own */
    unit_ref unit;       /* a pack of the product (product_unit) */
    rate_t unit_cost;    /* of one of what `quantity` counts; VALUE_NONE is refused */
};

struct stock_receive_args { /* stock_moves/receive */
    site_ref site;
    party_ref supplier;
    text_t reference;
    instant_t occurred_at; /* INSTANT_NONE: now */
    place_ref place;       /* 0: the site's main place */
    lines_t lines;         /* struct stock_receive_line */
};

struct stock_transfer_args_line {
    product_ref product;
    qty_t quantity;
};

struct stock_transfer_args { /* stock_moves/transfer */
    site_ref from, to;
    text_t reference;
    instant_t occurred_at;
    flag_t arrive; /* received at once; otherwise the goods are in transit */
    lines_t lines; /* struct stock_transfer_args_line */
};

struct stock_adjust_line {
    product_ref product;
    qty_t quantity;   /* signed, not 0 */
    rate_t unit_cost; /* of what is found; VALUE_NONE: the current cost */
};

struct stock_adjust_args { /* stock_moves/adjust */
    site_ref site;
    place_ref place;
    instant_t occurred_at;
    text_t reason; /* must be given */
    lines_t lines; /* struct stock_adjust_line */
};

struct stock_count_args_line {
    product_ref product;
    qty_t counted;
    instant_t counted_at; /* INSTANT_NONE: now */
};

struct stock_count_args { /* stock_moves/count */
    site_ref site;
    place_ref place;
    text_t reason;
    lines_t lines; /* struct stock_count_args_line */
};

struct stock_revalue_args { /* stock_moves/revalue */
    stock_move_ref receipt;
    money_t amount; /* signed: a rebate is negative */
    text_t reason;
};

struct stock_transfer_part { /* of stock_transfers/ID/receive */
    product_ref product;
    qty_t quantity;
};

struct stock_arrive_args { /* stock_transfers/ID/receive */
    place_ref place;       /* 0: the site's main place */
    instant_t occurred_at;
    lines_t lines; /* struct stock_transfer_part; none: everything that is still in transit */
};

struct stock_cancel_args { /* stock_transfers/ID/cancel */
    text_t reason;
};

/* -- events and handovers -------------------------------------------------------------------------
 */

/* Payload of "stock.moved", published once per command with all its movements; the ledger posts
 * them. The record of the event is the first movement. A movement whose occurred_at lies back
 * (a late cost above all) belongs to the day of recorded_at in books that are closed. */
struct stock_event {
    const struct stock_move *moves;
    const struct product **products; /* products[i] belongs to moves[i] */
    const choice_t *place_kinds;     /* enum place_kind of moves[i].place */
    size_t n;
};

/* On "site.created" (payload struct site): the new site gets its main storage place, which has the
 * site's code and name, and its transit place. */
enum err stock_make_places(struct cx *cx, const void *record, void *payload);

/* How many products of a site (0: all that the caller may see) were sold or held in the last `days`
 * days and are not available now. One statement; looks at what ran out in that time only. */
MUST_USE enum err stock_outs_count(struct cx *cx, int64_t site, int64_t days, int64_t *out);

/* Upgrade: fills stock_out from the balances. */
enum err stock_fill_outs(struct tx *tx, struct arena *a);

/* Handovers (payload struct order_event): goods leave, are held, are let go, come back. They fill
 * lines[i].cost. Services are skipped. A site sells the stock of its stock_site when it has one.
 * Refuse out_of_stock on lines[i].quantity with what is available. */

/* Issues every line from the site's main place, at the sale's time. */
enum err stock_issue_order(struct cx *cx, const void *record, void *payload);
/* Holds every line at the site's main place: all lines or none. */
enum err stock_reserve_order(struct cx *cx, const void *record, void *payload);
/* Issues what was held for the order, from where it was held; lines that were not held leave from
 * the main place. */
enum err stock_issue_reserved(struct cx *cx, const void *record, void *payload);
/* Lets go of whatever is still held for the order. */
enum err stock_release_order(struct cx *cx, const void *record, void *payload);
/* Takes returned goods into the main place of the site of the return, at the cost they left with;
 * without a receipt at the current average or last cost. */
enum err stock_take_back(struct cx *cx, const void *record, void *payload);

#endif
