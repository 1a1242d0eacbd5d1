/* One command's work on stock: the shelves (balance rows) that it touches are read in one round
 * trip, changed in memory by movements, and written back at the end in the order of product ids, so
 * that no two commands wait for each other in a circle. A balance row is written only if it still
 * is what was read, whatever the store's isolation; with serializable transactions that never
 * fails.
 *
 *   book_open -> book_shelf for each product and place -> book_load -> book_issue, book_enter ...
 *   -> book_close, which also publishes "stock.moved". */
#ifndef KONTOR_STOCK_BOOK_H
#define KONTOR_STOCK_BOOK_H

#include "back/stock/stock.h"
#include "back/stock/stock_cost.h"

/* A product at a place. */
struct shelf {
    const struct product *product;
    int64_t place;   /* 0 before book_load when asked for by site */
    int64_t main_of; /* the site whose main place it is; 0 when asked for by place */
    site_ref site;
    choice_t kind; /* enum place_kind */
    bool negative_ok, fifo;
    bool stored;              /* the balance row exists */
    struct cost cost, before; /* before: as read */
    qty_t reserved, reserved_before;
    struct cost_layer *layers; /* fifo: oldest first */
    size_t n_layers, room_layers;
    struct ask *ask, *ask_layers;
};

struct book {
    struct cx *cx;
    struct stock_move like; /* what all movements of the command share: times, source, texts */
    choice_t costing;       /* the company's */
    struct shelf **shelves;
    size_t n_shelves, room_shelves;
    struct stock_move *moves;
    const struct product **products; /* of moves */
    choice_t *kinds;                 /* of the places of moves */
    size_t n_moves, room_moves;
};

/* Which goods an issue may take. */
enum book_from {
    FROM_AVAILABLE, /* what is not held for others */
    FROM_ON_HAND,   /* what is there: goods that were held, or are found to be gone */
    FROM_TRANSIT,   /* at the value given, not at the place's cost */
};

struct book_line { /* one movement to be made */
    struct shelf *shelf;
    enum move_kind kind;
    qty_t quantity; /* > 0 */
    money_t value;  /* of what enters, or leaves FROM_TRANSIT; filled by the other issues */
    bool sets_cost; /* enters: its cost is the last known one from now on */
    int64_t source_line;
    size_t line;  /* for refusals: lines[line].quantity */
    int64_t move; /* filled: id */
};

MUST_USE enum err book_open(struct book *b, struct cx *cx);
/* The shelf, asked for by place or, with place 0, as the main place of a site; a book uses one of
 * the two ways only. The product must outlive the book. */
struct shelf *book_shelf(struct book *b, int64_t place, int64_t main_of, const struct product *p);
/* Reads all shelves. Refuses no_place. */
MUST_USE enum err book_load(struct book *b);
/* Refuses out_of_stock unless that much is there (or the place may go below zero). */
MUST_USE enum err book_check(struct book *b, const struct shelf *s, qty_t q, enum book_from from,
                             size_t line);
MUST_USE enum err book_issue(struct book *b, struct book_line *l, enum book_from from);
MUST_USE enum err book_enter(struct book *b, struct book_line *l);
/* A change of value without goods; occurred_at INSTANT_NONE: the book's. */
MUST_USE enum err book_revalue(struct book *b, struct shelf *s, instant_t occurred_at,
                               money_t value, money_t expense, int64_t corrects);
/* Turns ERR_RANGE into a refusal that names the product. */
MUST_USE enum err book_range(struct book *b, enum err e, const struct shelf *s, size_t line);
MUST_USE enum err book_close(struct book *b);

#endif
