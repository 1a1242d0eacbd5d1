/* What goods cost: average and first in, first out, in integers, without a store.
 *
 * The state of one product at one place is a quantity and its value. Rules that always hold after a
 * call that returned OK:
 *   - a quantity of 0 has the value 0 exactly: whoever takes the last unit takes the last cent;
 *   - first in, first out: while the quantity is above 0 the layers add up to quantity and value;
 *   - |quantity| <= QTY_MAX and |value| <= MONEY_MAX (otherwise ERR_RANGE; the state is as before,
 *     the layers are not to be used any more).
 *
 * Below zero: what leaves without being there is valued at the last known cost, so the value is
 * negative too: a provisional debt. The next goods that come in first pay it back at their own
 * cost; the difference between the two is `correction`, to be booked as an event of its own. All
 * roundings are half to even. */
#ifndef KONTOR_STOCK_COST_H
#define KONTOR_STOCK_COST_H

#include "base/date.h"
#include "base/money.h"

struct cost {
    qty_t on_hand;
    money_t value;
    rate_t last_cost; /* of one unit, at the last receipt */
    int decimals;     /* of the currency */
};

/* What is left of a receipt. */
struct cost_layer {
    int64_t id, receipt; /* the caller's, as are the next two */
    instant_t received_at;
    bool fresh;   /* not stored yet */
    bool changed; /* by a call below */
    qty_t received, remaining;
    money_t value_left;
    qty_t taken; /* by the last cost_issue, with its share of the value */
    money_t taken_value;
};

struct cost_entry {
    money_t correction; /* how far the value changes beyond what came in: old provisional costs made
                           exact. 0 unless stock was below zero */
    qty_t kept;         /* of what came in, still there */
    money_t kept_value;
};

/* Takes q (> 0) out and gives its value. layers: oldest first, for first in, first out; NULL for
 * the average. When the layers hold less than the stock (the product was valued by average before),
 * the rest counts as the oldest layer; when they hold more, the oldest are cut. What they do not
 * account for of the value came from that rest, or was not there and has the last known cost. */
MUST_USE enum err cost_issue(struct cost *c, struct cost_layer *layers, size_t n, qty_t q,
                             money_t *value);

/* Takes q out at a value known to the caller: goods in transit keep the value they left with. */
MUST_USE enum err cost_take(struct cost *c, qty_t q, money_t value);

/* Puts q (> 0) of that value in. The last cost is not touched: see cost_rate. */
MUST_USE enum err cost_enter(struct cost *c, qty_t q, money_t value, struct cost_entry *out);

/* What q is worth when nobody says: at the average of what is there or, when nothing is there or
 * `by_last` is set, at the last cost. */
MUST_USE enum err cost_worth(const struct cost *c, bool by_last, qty_t q, money_t *value);

/* Cost per unit of q that is worth value. ERR_RANGE for a trace of something dear. */
MUST_USE enum err cost_rate(money_t value, qty_t q, int decimals, rate_t *out);

/* How much of a receipt of `received` is still there: what is left of its layer; without a layer,
 * stock on hand counts as the receipt's first. */
qty_t cost_still_there(const struct cost *c, const struct cost_layer *layer, qty_t received);

/* Adds a share of a cost that arrives late (or, negative, of a rebate) to the value, and to the
 * layer when there is one. A rebate never makes a value negative: *added is what was really added.
 */
MUST_USE enum err cost_add(struct cost *c, struct cost_layer *layer, money_t share, money_t *added);

#endif
