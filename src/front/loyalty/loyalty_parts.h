/* What the files of this area share with each other. */
#ifndef KONTOR_LOYALTY_PARTS_H
#define KONTOR_LOYALTY_PARTS_H

#include "front/loyalty/loyalty.h"
#include "front/loyalty/points.h"
#include "front/order/order.h"

extern const struct refusal refusal_points_not_enough, refusal_points_without_account,
    refusal_points_not_redeemed, refusal_points_worthless, refusal_account_not_empty;

/* Work on one account within one command: reads the account once, gathers what changes, writes the
 * account once. */
struct loyalty_work {
    struct loyalty_account account;
    struct loyalty_program program;
    int64_t sale; /* named by entries and lots */
    site_ref site;
    date_t day;
    int64_t points;                    /* change of the balance so far */
    money_t value;                     /* change of what the lots are worth */
    money_t earned, redeemed, expired; /* for the event; value == earned - redeemed - expired */
};

/* Adds a lot of n > 0 points worth `value`; owed lots are settled from it first. Returns in
 * *grown by how much all lots together are worth more. */
MUST_USE enum err lots_add(struct cx *cx, struct loyalty_work *w, int64_t n, money_t value,
                           money_t *grown);

/* Takes n > 0 points out of the lots, those that expire first before the others; lots that have
 * lapsed by w->day are no longer good. Refuses points_not_enough. *worth is what they were worth.
 */
MUST_USE enum err lots_take(struct cx *cx, struct loyalty_work *w, int64_t n, text_t field,
                            money_t *worth);

/* Takes n > 0 points back that sale w->sale had earned: from its own lot, else from others, and
 * what is left as a lot of points owed. */
MUST_USE enum err lots_reverse(struct cx *cx, struct loyalty_work *w, int64_t n, money_t *worth);

/* Empties a lapsed lot. */
MUST_USE enum err lot_lapse(struct cx *cx, const struct loyalty_lot *lot);

/* The account of a customer, with its programme. *found is false when there is none. */
MUST_USE enum err loyalty_account_of(struct cx *cx, int64_t party, struct loyalty_work *w,
                                     bool *found);

/* An entry, and the change of the balance with it. */
MUST_USE enum err loyalty_note(struct cx *cx, struct loyalty_work *w, enum loyalty_kind kind,
                               int64_t points, money_t value, text_t reason);

/* Writes the account's new balance and publishes the change, when there is one. */
MUST_USE enum err loyalty_finish(struct cx *cx, struct loyalty_work *w);

enum err loyalty_adjust_run(struct cx *cx, void *record, const void *args, void *result);
enum err loyalty_expire_run(struct cx *cx, void *record, const void *args, void *result);
extern const struct shape loyalty_adjust_shape, loyalty_expire_shape, loyalty_expired_shape;

#endif
