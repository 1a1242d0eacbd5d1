/* The arithmetic of costs: see the header for the rules. Every function works on a copy of
 * the state and gives it back only when all of it is in range. */
#include "back/stock/stock_cost.h"

static enum err bounded(struct cost *c, const struct cost *next)
{
    if (next->on_hand.micro > QTY_MAX || next->on_hand.micro < -QTY_MAX ||
        next->value.minor > MONEY_MAX || next->value.minor < -MONEY_MAX) {
        return ERR_RANGE;
    }
    INVARIANT(next->on_hand.micro != 0 || next->value.minor == 0);
    *c = *next;
    return OK;
}

static enum err at_last_cost(const struct cost *c, qty_t q, money_t *value)
{
    return money_from_cost(c->last_cost, q, c->decimals, ROUND_HALF_EVEN, value);
}

/* The value of q out of a layer that holds more than nothing. */
static enum err layer_take(struct cost_layer *l, qty_t q, money_t *value)
{
    INVARIANT(q.micro > 0 && q.micro <= l->remaining.micro);
    money_t part = l->value_left;
    if (q.micro < l->remaining.micro) {
        TRY(money_ratio(l->value_left, q.micro, l->remaining.micro, ROUND_HALF_EVEN, &part));
    }
    l->remaining = qty_sub(l->remaining, q);
    l->value_left = money_sub(l->value_left, part);
    l->changed = true;
    *value = money_add(*value, part);
    return OK;
}

static void layers_sum(const struct cost_layer *layers, size_t n, qty_t *q, money_t *value)
{
    *q = qty_of(0);
    *value = money_of(0);
    for (size_t i = 0; i < n; i++) {
        *q = qty_add(*q, layers[i].remaining);
        *value = money_add(*value, layers[i].value_left);
    }
}

static void layers_empty(struct cost_layer *layers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (layers[i].remaining.micro != 0 || layers[i].value_left.minor != 0) {
            layers[i].remaining = qty_of(0);
            layers[i].value_left = money_of(0);
            layers[i].changed = true;
        }
    }
}

/* Takes up to *q from the layers in order; *q becomes what they did not have. */
static enum err layers_take(struct cost_layer *layers, size_t n, qty_t *q, money_t *value)
{
    for (size_t i = 0; i < n && q->micro > 0; i++) {
        int64_t part = layers[i].remaining.micro < q->micro ? layers[i].remaining.micro : q->micro;
        if (part > 0) {
            money_t before = *value;
            TRY(layer_take(&layers[i], qty_of(part), value));
            layers[i].taken = qty_of(part);
            layers[i].taken_value = money_sub(*value, before);
            *q = qty_sub(*q, qty_of(part));
        }
    }
    return OK;
}

static void layers_untaken(struct cost_layer *layers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        layers[i].taken = qty_of(0);
        layers[i].taken_value = money_of(0);
    }
}

/* Layers never hold more than the stock: the oldest are cut. */
static enum err layers_cut(const struct cost *c, struct cost_layer *layers, size_t n)
{
    qty_t held;
    money_t dropped = money_of(0);
    layers_sum(layers, n, &held, &dropped);
    if (held.micro > c->on_hand.micro) {
        qty_t surplus = qty_sub(held, c->on_hand);
        TRY(layers_take(layers, n, &surplus, &dropped));
    }
    layers_untaken(layers, n);
    return OK;
}

/* Everything that they hold, whose value is known already. */
static enum err layers_take_all(const struct cost *c, struct cost_layer *layers, size_t n)
{
    qty_t all = c->on_hand;
    money_t worth = money_of(0);
    if (all.micro > 0) {
        TRY(layers_cut(c, layers, n));
        TRY(layers_take(layers, n, &all, &worth));
    }
    layers_empty(layers, n);
    return OK;
}

/* Value of q < on_hand by layers. */
static enum err issue_fifo(const struct cost *c, struct cost_layer *layers, size_t n, qty_t q,
                           money_t *value)
{
    qty_t held;
    money_t held_value;
    TRY(layers_cut(c, layers, n));
    layers_sum(layers, n, &held, &held_value);
    struct cost_layer loose = { .remaining = qty_sub(c->on_hand, held),
                                .value_left = money_sub(c->value, held_value) };
    *value = money_of(0);
    TRY(layers_take(&loose, 1, &q, value));
    TRY(layers_take(layers, n, &q, value));
    INVARIANT(q.micro == 0);
    if (value->minor > c->value.minor && c->value.minor >= 0) {
        *value = c->value;
    }
    return OK;
}

enum err cost_issue(struct cost *c, struct cost_layer *layers, size_t n, qty_t q, money_t *value)
{
    INVARIANT(q.micro > 0 && q.micro <= QTY_MAX);
    struct cost next = *c;
    layers_untaken(layers, layers ? n : 0);
    if (q.micro < c->on_hand.micro) {
        if (layers) {
            TRY(issue_fifo(c, layers, n, q, value));
        } else {
            TRY(money_ratio(c->value, q.micro, c->on_hand.micro, ROUND_HALF_EVEN, value));
        }
    } else {
        /* Everything that is there, and what is not there at the last cost. */
        bool some = c->on_hand.micro > 0;
        money_t owed;
        TRY(at_last_cost(c, some ? qty_sub(q, c->on_hand) : q, &owed));
        *value = some ? money_add(c->value, owed) : owed;
        TRY(layers_take_all(c, layers, layers ? n : 0));
    }
    next.on_hand = qty_sub(c->on_hand, q);
    next.value = money_sub(c->value, *value);
    return bounded(c, &next);
}

enum err cost_take(struct cost *c, qty_t q, money_t value)
{
    struct cost next = *c;
    next.on_hand = qty_sub(c->on_hand, q);
    next.value = money_sub(c->value, value);
    return bounded(c, &next);
}

enum err cost_enter(struct cost *c, qty_t q, money_t value, struct cost_entry *out)
{
    INVARIANT(q.micro > 0 && q.micro <= QTY_MAX);
    struct cost next = *c;
    next.on_hand = qty_add(c->on_hand, q);
    *out = (struct cost_entry){ .kept = q, .kept_value = value };
    if (c->on_hand.micro >= 0) {
        next.value = money_add(c->value, value);
    } else if (next.on_hand.micro >= 0) {
        /* The whole debt is paid back: what stays has its share of the new cost. */
        out->kept = next.on_hand;
        TRY(money_ratio(value, next.on_hand.micro, q.micro, ROUND_HALF_EVEN, &out->kept_value));
        out->correction = money_sub(out->kept_value, money_add(c->value, value));
        next.value = out->kept_value;
    } else {
        /* A part of it: that part of the provisional value goes away. */
        money_t paid;
        TRY(money_ratio(c->value, q.micro, -c->on_hand.micro, ROUND_HALF_EVEN, &paid));
        next.value = money_sub(c->value, paid);
        out->kept = qty_of(0);
        out->kept_value = money_of(0);
        out->correction = money_sub(money_neg(paid), value);
    }
    return bounded(c, &next);
}

enum err cost_worth(const struct cost *c, bool by_last, qty_t q, money_t *value)
{
    if (by_last || c->on_hand.micro <= 0) {
        return at_last_cost(c, q, value);
    }
    return money_ratio(c->value, q.micro, c->on_hand.micro, ROUND_HALF_EVEN, value);
}

enum err cost_rate(money_t value, qty_t q, int decimals, rate_t *out)
{
    INVARIANT(q.micro > 0 && decimals >= 0 && decimals <= RATE_SCALE + QTY_SCALE);
    return decimal_mul_div(value.minor, decimal_pow10(RATE_SCALE + QTY_SCALE - decimals), q.micro,
                           ROUND_HALF_EVEN, &out->micro);
}

qty_t cost_still_there(const struct cost *c, const struct cost_layer *layer, qty_t received)
{
    int64_t there = layer ? layer->remaining.micro : c->on_hand.micro;
    there = there < 0 || c->on_hand.micro <= 0 ? 0 : there;
    return there > received.micro ? received : qty_of(there);
}

enum err cost_add(struct cost *c, struct cost_layer *layer, money_t share, money_t *added)
{
    struct cost next = *c;
    int64_t worth = layer ? layer->value_left.minor : c->value.minor;
    *added = share;
    if (share.minor < 0 && share.minor < -worth) {
        *added = money_of(worth > 0 ? -worth : 0);
    }
    if (c->on_hand.micro == 0) {
        *added = money_of(0);
    }
    next.value = money_add(c->value, *added);
    TRY(bounded(c, &next));
    if (layer && added->minor != 0) {
        layer->value_left = money_add(layer->value_left, *added);
        layer->changed = true;
    }
    return OK;
}
