/* Costs by rows computed by hand, and long random histories that must keep the rules. */
#include "back/stock/stock_cost.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* One step: kind, quantity in units, an amount in cents; what follows must be exactly this. */
enum step_kind { IN, OUT, LATE };

struct step {
    enum step_kind kind;
    int64_t quantity; /* units; LATE: received */
    int64_t amount;   /* cents: IN its value, OUT the value expected, LATE the cost that comes */
    int64_t on_hand, value; /* after it: units, cents */
    int64_t correction;     /* IN: expected; LATE: expected share of the stock */
};

struct story {
    const char *name;
    bool fifo;
    int64_t last_cost; /* cents per unit at the start */
    struct step steps[10];
    size_t n;
};

static const struct story stories[] = {
    { "average with odd cents: 3 for 10.00, the last one takes the cent",
      false,
      0,
      { { IN, 3, 1000, 3, 1000, 0 },
        { OUT, 1, 333, 2, 667, 0 },
        { OUT, 1, 334, 1, 333, 0 }, /* 333.5 to the even 334 */
        { OUT, 1, 333, 0, 0, 0 } },
      4 },
    { "average of two receipts",
      false,
      0,
      { { IN, 10, 400, 10, 400, 0 },
        { IN, 5, 350, 15, 750, 0 },
        { OUT, 7, 350, 8, 400, 0 },
        { IN, 1, 99, 9, 499, 0 },
        { OUT, 2, 111, 7, 388, 0 }, /* 110.89 */
        { OUT, 7, 388, 0, 0, 0 } },
      6 },
    { "half a cent goes to the even neighbour",
      false,
      0,
      { { IN, 2, 5, 2, 5, 0 }, { OUT, 1, 2, 1, 3, 0 }, { OUT, 1, 3, 0, 0, 0 } },
      3 },
    { "first in, first out over three receipts, in parts",
      true,
      0,
      { { IN, 10, 1000, 10, 1000, 0 },
        { IN, 10, 1200, 20, 2200, 0 },
        { IN, 3, 500, 23, 2700, 0 },
        { OUT, 4, 400, 19, 2300, 0 },
        { OUT, 10, 1080, 9, 1220, 0 }, /* 6 at 1.00, 4 at 1.20 */
        { OUT, 7, 887, 2, 333, 0 },    /* 6 at 1.20 = 720, 1 of 3 for 5.00 = 167 */
        { OUT, 1, 166, 1, 167, 0 },    /* 166.5 to the even 166 */
        { OUT, 1, 167, 0, 0, 0 } },
      8 },
    { "below zero at the last cost, corrected by a dearer receipt",
      false,
      400,
      { { OUT, 3, 1200, -3, -1200, 0 },
        /* 5 at 5.00: the 3 that were sold cost 15.00, not 12.00; 2 stay at 10.00 */
        { IN, 5, 2500, 2, 1000, -300 },
        { OUT, 2, 1000, 0, 0, 0 } },
      3 },
    { "below zero from above zero, then a cheaper receipt that covers it exactly",
      false,
      400,
      { { IN, 2, 800, 2, 800, 0 }, { OUT, 5, 2000, -3, -1200, 0 }, { IN, 3, 1000, 0, 0, 200 } },
      3 },
    { "a receipt that covers a part of what is owed",
      false,
      400,
      { { OUT, 10, 4000, -10, -4000, 0 },
        { IN, 4, 2000, -6, -2400, -400 }, /* 4 were 16.00, cost 20.00 */
        { OUT, 1, 500, -7, -2900, 0 },    /* the last cost is 5.00 now */
        { IN, 7, 2801, 0, 0, 99 } },
      4 },
    { "first in, first out below zero",
      true,
      250,
      { { IN, 1, 300, 1, 300, 0 },
        { OUT, 3, 900, -2, -600, 0 }, /* 3.00, and 2 at the last cost of 3.00 */
        { IN, 5, 2001, 3, 1201, -200 },
        { IN, 2, 1000, 5, 2201, 0 },
        { OUT, 4, 1701, 1, 500, 0 },
        { OUT, 1, 500, 0, 0, 0 } },
      6 },
    { "a late cost with half of the receipt sold",
      false,
      0,
      { { IN, 10, 1000, 10, 1000, 0 },
        { OUT, 5, 500, 5, 500, 0 },
        { LATE, 10, 333, 5, 666, 166 }, /* 166.5 to the even 166, 1.67 is an expense */
        { OUT, 5, 666, 0, 0, 0 },
        { LATE, 10, 100, 0, 0, 0 } },
      5 },
    { "a late cost when more is there than was received",
      false,
      0,
      { { IN, 10, 1000, 10, 1000, 0 },
        { IN, 10, 1000, 20, 2000, 0 },
        { OUT, 5, 500, 15, 1500, 0 },
        { LATE, 10, 300, 15, 1800, 300 } },
      4 },
    { "a rebate never makes the value negative",
      false,
      0,
      { { IN, 10, 100, 10, 100, 0 },
        { LATE, 10, -60, 10, 40, -60 },
        { LATE, 10, -60, 10, 0, -40 },
        { OUT, 10, 0, 0, 0, 0 } },
      4 },
    { "a late cost below zero is all expense",
      false,
      100,
      { { OUT, 2, 200, -2, -200, 0 }, { LATE, 10, 50, -2, -200, 0 } },
      2 },
};

#define LAYERS_MAX 4096

struct world {
    struct cost cost;
    struct cost_layer layers[LAYERS_MAX];
    size_t n_layers;
    bool fifo;
};

static qty_t units(int64_t n)
{
    return qty_of(n * QTY_ONE);
}

static enum err world_in(struct world *w, qty_t q, money_t value, struct cost_entry *entry)
{
    enum err e = cost_enter(&w->cost, q, value, entry);
    if (e == OK && w->fifo && entry->kept.micro > 0) {
        assert_true(w->n_layers < LAYERS_MAX);
        w->layers[w->n_layers++] = (struct cost_layer){ .received = q,
                                                        .remaining = entry->kept,
                                                        .value_left = entry->kept_value };
    }
    rate_t rate;
    if (e == OK && cost_rate(value, q, w->cost.decimals, &rate) == OK) {
        w->cost.last_cost = rate;
    }
    return e;
}

/* What the layers say was taken is what left them, and what was there of it is what it is worth. */
static enum err world_out(struct world *w, qty_t q, money_t *value)
{
    struct cost was = w->cost;
    enum err e = cost_issue(&w->cost, w->fifo ? w->layers : NULL, w->n_layers, q, value);
    if (e == OK && w->fifo) {
        qty_t taken = qty_of(0), there = was.on_hand.micro > 0 ? was.on_hand : qty_of(0);
        money_t worth = money_of(0);
        for (size_t i = 0; i < w->n_layers; i++) {
            taken = qty_add(taken, w->layers[i].taken);
            worth = money_add(worth, w->layers[i].taken_value);
        }
        assert_int_equal(taken.micro, q.micro < there.micro ? q.micro : there.micro);
        if (q.micro <= there.micro) {
            assert_int_equal(worth.minor, value->minor);
        } else {
            assert_int_equal(worth.minor, there.micro ? was.value.minor : 0);
        }
    }
    return e;
}

/* A late cost as it is booked: the share of what is still there. */
static enum err late(struct cost *c, struct cost_layer *layer, qty_t received, money_t amount,
                     money_t *added)
{
    money_t share;
    qty_t there = cost_still_there(c, layer, received);
    TRY(money_ratio(amount, there.micro, received.micro, ROUND_HALF_EVEN, &share));
    return cost_add(c, layer, share, added);
}

/* The rules that hold after each step. */
static void world_check(const struct world *w)
{
    if (w->cost.on_hand.micro == 0) {
        assert_int_equal(w->cost.value.minor, 0);
    }
    int64_t remaining = 0, value = 0;
    for (size_t i = 0; i < w->n_layers; i++) {
        assert_true(w->layers[i].remaining.micro >= 0);
        assert_true(w->layers[i].remaining.micro > 0 || w->layers[i].value_left.minor == 0);
        remaining += w->layers[i].remaining.micro;
        value += w->layers[i].value_left.minor;
    }
    if (w->fifo && w->cost.on_hand.micro >= 0) {
        assert_int_equal(remaining, w->cost.on_hand.micro);
        assert_int_equal(value, w->cost.value.minor);
    } else if (w->fifo) {
        assert_int_equal(remaining, 0);
    }
}

static void step_play(struct world *w, const struct step *s)
{
    struct cost_entry entry;
    money_t value;
    switch (s->kind) {
    case IN:
        assert_int_equal(world_in(w, units(s->quantity), money_of(s->amount), &entry), OK);
        assert_int_equal(entry.correction.minor, s->correction);
        break;
    case OUT:
        assert_int_equal(world_out(w, units(s->quantity), &value), OK);
        assert_int_equal(value.minor, s->amount);
        break;
    case LATE:
        assert_int_equal(late(&w->cost, NULL, units(s->quantity), money_of(s->amount), &value), OK);
        assert_int_equal(value.minor, s->correction);
        break;
    }
    assert_int_equal(w->cost.on_hand.micro, units(s->on_hand).micro);
    assert_int_equal(w->cost.value.minor, s->value);
    world_check(w);
}

static void test_stories(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(stories); i++) {
        static struct world w;
        w = (struct world){ .fifo = stories[i].fifo };
        w.cost.decimals = 2;
        w.cost.last_cost = rate_of(stories[i].last_cost * 10000);
        for (size_t k = 0; k < stories[i].n; k++) {
            print_message("%s, step %zu\n", stories[i].name, k + 1);
            step_play(&w, &stories[i].steps[k]);
        }
    }
}

/* A late cost goes to the receipt's own layer, by what is left of it. */
static void test_late_layer(void **state)
{
    (void)state;
    struct cost c = { .on_hand = units(13), .value = money_of(1500), .decimals = 2 };
    struct cost_layer layer = { .received = units(10),
                                .remaining = units(3),
                                .value_left = money_of(300) };
    money_t share;
    assert_int_equal(late(&c, &layer, units(10), money_of(1000), &share), OK);
    assert_int_equal(share.minor, 300);
    assert_int_equal(layer.value_left.minor, 600);
    assert_int_equal(c.value.minor, 1800);
    assert_true(layer.changed);
    /* A rebate beyond what the layer is worth. */
    assert_int_equal(late(&c, &layer, units(3), money_of(-900), &share), OK);
    assert_int_equal(share.minor, -600);
    assert_int_equal(layer.value_left.minor, 0);
    /* Nothing left of it. */
    struct cost_layer gone = { .received = units(10) };
    assert_int_equal(late(&c, &gone, units(10), money_of(1000), &share), OK);
    assert_int_equal(share.minor, 0);
    assert_false(gone.changed);
}

/* Stock that was valued by average before counts as the oldest layer; layers of more than is there
 * are cut from the oldest. */
static void test_method_changes(void **state)
{
    (void)state;
    struct cost c = { .on_hand = units(10), .value = money_of(1000), .decimals = 2 };
    struct cost_layer layers[2] = {
        { .received = units(4), .remaining = units(4), .value_left = money_of(800) },
    };
    money_t value;
    assert_int_equal(cost_issue(&c, layers, 1, units(6), &value), OK);
    assert_int_equal(value.minor, 200);
    assert_int_equal(layers[0].remaining.micro, units(4).micro);
    assert_int_equal(cost_issue(&c, layers, 1, units(3), &value), OK);
    assert_int_equal(value.minor, 600);

    c = (struct cost){ .on_hand = units(3), .value = money_of(300), .decimals = 2 };
    layers[0] = (struct cost_layer){ .remaining = units(5), .value_left = money_of(500) };
    layers[1] = (struct cost_layer){ .remaining = units(2), .value_left = money_of(240) };
    assert_int_equal(cost_issue(&c, layers, 2, units(2), &value), OK);
    assert_int_equal(value.minor, 220); /* 1 of the older at 1.00, 1 of the newer at 1.20 */
    assert_int_equal(cost_issue(&c, layers, 2, units(1), &value), OK);
    assert_int_equal(value.minor, 80); /* the last one takes what is left */
    assert_int_equal(c.value.minor, 0);
}

static void test_worth_and_rate(void **state)
{
    (void)state;
    struct cost c = { .on_hand = units(3), .value = money_of(1000), .decimals = 2 };
    c.last_cost = rate_of(5123456);
    money_t value;
    assert_int_equal(cost_worth(&c, false, units(2), &value), OK);
    assert_int_equal(value.minor, 667);
    assert_int_equal(cost_worth(&c, true, units(2), &value), OK);
    assert_int_equal(value.minor, 1025); /* 10.246912 */
    c.on_hand = qty_of(0);
    assert_int_equal(cost_worth(&c, false, units(1), &value), OK);
    assert_int_equal(value.minor, 512);

    static const struct {
        int64_t value, micro;
        int decimals;
        int64_t rate;
    } rates[] = {
        { 1000, 3 * QTY_ONE, 2, 3333333 },
        { 1000, 3 * QTY_ONE, 0, 333333333 },
        { 1000, QTY_ONE / 2, 3, 2000000 },
        { 0, QTY_ONE, 2, 0 },
    };
    for (size_t i = 0; i < N_ELEMENTS(rates); i++) {
        rate_t rate;
        assert_int_equal(
            cost_rate(money_of(rates[i].value), qty_of(rates[i].micro), rates[i].decimals, &rate),
            OK);
        assert_int_equal(rate.micro, rates[i].rate);
    }
    rate_t rate;
    assert_int_equal(cost_rate(money_of(MONEY_MAX), qty_of(1), 2, &rate), ERR_RANGE);
}

/* What cannot be kept changes nothing. */
static void test_ranges(void **state)
{
    (void)state;
    struct cost c = { .on_hand = qty_of(QTY_MAX), .value = money_of(5), .decimals = 2 };
    struct cost_entry entry;
    money_t value;
    assert_int_equal(cost_enter(&c, qty_of(1), money_of(0), &entry), ERR_RANGE);
    assert_int_equal(c.on_hand.micro, QTY_MAX);
    c = (struct cost){ .on_hand = units(1), .value = money_of(MONEY_MAX), .decimals = 2 };
    assert_int_equal(cost_enter(&c, units(1), money_of(1), &entry), ERR_RANGE);
    assert_int_equal(c.value.minor, MONEY_MAX);
    c = (struct cost){ .last_cost = rate_of(MONEY_MAX), .decimals = 2 };
    assert_int_equal(cost_issue(&c, NULL, 0, qty_of(QTY_MAX), &value), ERR_RANGE);
    assert_int_equal(c.on_hand.micro, 0);
    assert_int_equal(late(&c, NULL, units(1), money_of(1), &value), OK);
    assert_int_equal(value.minor, 0);
}

static void test_take(void **state)
{
    (void)state;
    struct cost c = { .on_hand = units(3), .value = money_of(1000), .decimals = 2 };
    assert_int_equal(cost_take(&c, units(1), money_of(700)), OK);
    assert_int_equal(c.value.minor, 300);
    assert_int_equal(cost_take(&c, units(2), money_of(300)), OK);
    assert_int_equal(c.on_hand.micro, 0);
}

static uint64_t chance(uint64_t *seed, uint64_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*seed >> 33) % below;
}

/* What went in, with corrections and late costs, minus what went out is what is there. */
static void random_history(bool fifo, bool negative, uint64_t seed)
{
    static struct world w;
    w = (struct world){ .fifo = fifo };
    w.cost.decimals = 2;
    w.cost.last_cost = rate_of(1234567);
    int64_t balance = 0;
    for (int i = 0; i < 4000; i++) {
        qty_t q = qty_of((int64_t)chance(&seed, 5000000) + 1);
        money_t value = money_of((int64_t)chance(&seed, 3000));
        struct cost_entry entry;
        if (chance(&seed, 2) == 0) {
            assert_int_equal(world_in(&w, q, value, &entry), OK);
            balance += value.minor + entry.correction.minor;
        } else if (negative || w.cost.on_hand.micro > 0) {
            if ((!negative && q.micro > w.cost.on_hand.micro) ||
                (w.cost.on_hand.micro > 0 && chance(&seed, 8) == 0)) {
                q = w.cost.on_hand; /* the last one */
            }
            assert_int_equal(world_out(&w, q, &value), OK);
            balance -= value.minor;
        }
        assert_int_equal(w.cost.value.minor, balance);
        assert_true(negative || w.cost.value.minor >= 0);
        world_check(&w);
    }
}

static void test_random(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        random_history(false, false, seed);
        random_history(false, true, seed);
        random_history(true, false, seed);
        random_history(true, true, seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stories),        cmocka_unit_test(test_late_layer),
        cmocka_unit_test(test_method_changes), cmocka_unit_test(test_worth_and_rate),
        cmocka_unit_test(test_ranges),         cmocka_unit_test(test_take),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
