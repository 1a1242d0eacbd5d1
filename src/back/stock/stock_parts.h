/* What the files of this area share: refusals, shapes, small helpers. Nobody else includes it. */
#ifndef KONTOR_STOCK_PARTS_H
#define KONTOR_STOCK_PARTS_H

#include "back/stock/stock.h"
#include "common/company/company.h"

/* Lines of one command: each makes up to five rows, and a command has DB_IDS_PER_JOB ids. */
#define STOCK_LINES_MAX 600

extern const struct refusal stock_refusal_out_of_stock, stock_refusal_stock_changed,
    stock_refusal_stock_too_large, stock_refusal_no_place, stock_refusal_not_stocked,
    stock_refusal_unknown_pack, stock_refusal_product_not_given, stock_refusal_in_the_future,
    stock_refusal_place_of_other_site, stock_refusal_place_in_transit, stock_refusal_quantity_zero,
    stock_refusal_product_twice, stock_refusal_count_below_zero, stock_refusal_same_site,
    stock_refusal_not_in_transfer, stock_refusal_more_than_sent, stock_refusal_before_sent,
    stock_refusal_not_a_receipt, stock_refusal_amount_zero, stock_refusal_main_place_needed,
    stock_refusal_transit_place, stock_refusal_place_not_empty;
#define STOCK_REFUSALS 22
extern const struct refusal *const stock_refusals[STOCK_REFUSALS];

#define STOCK_TABLES 2
extern const struct table_def stock_tables[STOCK_TABLES];

#define STOCK_QUERIES 7
extern const struct query stock_queries[STOCK_QUERIES];
enum err report_stock_outs(struct cx *cx, const struct value *args, struct report *out);

/* -- results of commands --------------------------------------------------------------------------
 */

struct stock_posted_move {
    int64_t id;
    choice_t kind; /* enum move_kind */
    product_ref product;
    place_ref place;
    qty_t quantity;
    money_t value, expense;
};

struct stock_posted {
    int64_t id;    /* of the first movement; 0: none was needed */
    money_t value; /* of all movements */
    lines_t moves; /* struct stock_posted_move */
};

struct stock_transferred {
    stock_transfer_ref transfer;
    text_t number;
    choice_t state; /* enum transfer_state */
    money_t value;  /* sent */
    lines_t moves;
};

struct stock_counted_line {
    product_ref product;
    qty_t counted, expected, difference;
    money_t value;
};

struct stock_counted {
    stock_count_ref stock_count;
    text_t number;
    money_t value;
    lines_t lines; /* struct stock_counted_line */
};

extern const struct shape stock_receive_shape, stock_adjust_shape, stock_revalue_shape,
    stock_transfer_shape, stock_arrive_shape, stock_cancel_shape, stock_count_shape,
    stock_posted_shape, stock_posted_move_shape, stock_transferred_shape, stock_counted_shape;

extern const struct choice stock_move_kinds[8];
extern const struct choice stock_transfer_states[3];

enum err stock_receive_run(struct cx *cx, void *record, const void *args, void *result);
enum err stock_adjust_run(struct cx *cx, void *record, const void *args, void *result);
enum err stock_revalue_run(struct cx *cx, void *record, const void *args, void *result);
enum err stock_transfer_run(struct cx *cx, void *record, const void *args, void *result);
enum err stock_count_run(struct cx *cx, void *record, const void *args, void *result);
enum err stock_arrive_run(struct cx *cx, void *record, const void *args, void *result);
enum err stock_cancel_run(struct cx *cx, void *record, const void *args, void *result);

/* -- helpers --------------------------------------------------------------------------------------
 */

/* The site whose stock a site uses: its stock_site, or itself. */
MUST_USE enum err stock_site_of(struct cx *cx, site_ref site, site_ref *out);
/* The main or the transit place of a site. Refuses no_place on `field`. */
MUST_USE enum err stock_site_place(struct cx *cx, site_ref site, enum place_kind kind, text_t field,
                                   struct place *out);
/* The storage place that a command's `site` (its stock site) and `place` mean. Refuses
 * place_of_other_site and place_in_transit on "place". */
MUST_USE enum err stock_place_for(struct cx *cx, site_ref site, place_ref place, struct place *out);
/* When something happened: now when not given; refuses in_the_future. */
MUST_USE enum err stock_time(struct cx *cx, instant_t given, text_t field, instant_t *out);
/* A stocked product in the arena. Refuses product_not_given, not_stocked on the line. */
MUST_USE enum err stock_product(struct cx *cx, product_ref ref, size_t line,
                                const struct product **out);
/* "12.5"; "0" for what is below zero: how much can be taken. */
text_t stock_quantity_text(struct cx *cx, int64_t micro);

struct book;
/* The movements of a book as a command's answer; the first one becomes the command's record and its
 * id is returned, 0 without movements. */
int64_t stock_answer(struct book *b, void *record, lines_t *moves, money_t *value);

#endif
