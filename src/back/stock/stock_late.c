/* Costs that arrive late: a new event dated as the receipt, recorded now.
 *
 * The share of what is still there goes to the stock, the rest is an expense. Still there is what
 * lies at the receipt's place (by average, stock on hand counts as the receipt's first; by layers,
 * what is left of the receipt's own) and, of what has left it, what transfers have brought to other
 * sites and lies there. */
#include "back/stock/stock_book.h"
#include "back/stock/stock_parts.h"

/* Transfers that are followed; goods beyond that count as gone. */
#define LATE_TRANSFERS_MAX 500

static const struct field revalue_fields[] = {
    F_REF(stock_revalue_args, receipt, stock_move, N_("Goods receipt"), .flags = F_REQUIRED),
    F_MONEY(stock_revalue_args, amount, N_("Amount"), .flags = F_REQUIRED,
            .help = N_("A cost that came later, such as freight; below zero: a rebate.")),
    F_TEXT(stock_revalue_args, reason, N_("Reason"), .flags = F_REQUIRED, .max = 200),
};
const struct shape stock_revalue_shape = SHAPE(stock_revalue_args, revalue_fields);

/* What was brought from the receipt's place to other storage places since. */
static const char brought_on[] =
    "SELECT m.id, m.place, m.quantity FROM stock_moves m "
    "JOIN stock_transfers t ON t.id = m.source JOIN places p ON p.id = m.place "
    "WHERE m.company = $1 AND m.product = $2 AND m.occurred_at >= $3 AND m.kind = 4 "
    "AND m.quantity > 0 AND m.place <> $4 AND p.kind = 0 AND t.from_place = $4 "
    "ORDER BY m.id LIMIT $5";

struct late_part {
    struct shelf *shelf;
    struct cost_layer *layer; /* NULL: by average */
    qty_t there;
};

struct late {
    struct cx *cx;
    struct book book;
    struct stock_move receipt;
    struct shelf *own;
    struct rows brought;
    struct shelf **brought_to; /* of each row */
    struct late_part *parts;
    size_t n;
    qty_t gone; /* of the receipt, not found yet */
};

static struct cost_layer *layer_of(struct shelf *s, int64_t receipt)
{
    for (size_t i = 0; i < s->n_layers; i++) {
        if (s->layers[i].receipt == receipt) {
            return &s->layers[i];
        }
    }
    return NULL;
}

static enum err late_load(struct late *l, const struct product *p)
{
    struct cx *cx = l->cx;
    const struct stock_move *r = &l->receipt;
    struct value args[] = { v_int(cx->company), v_int(r->product.id), v_int(r->occurred_at.us),
                            v_int(r->place.id), v_int(LATE_TRANSFERS_MAX) };
    TRY(store_query(cx, brought_on, args, N_ELEMENTS(args), &l->brought));
    l->brought_to = ARENA_ARRAY(cx->arena, l->brought.n, struct shelf *);
    l->parts = ARENA_ARRAY(cx->arena, l->brought.n + 1, struct late_part);
    if (cx->arena->failed) {
        return ERR_NO_MEMORY;
    }
    l->own = book_shelf(&l->book, r->place.id, 0, p);
    for (size_t i = 0; i < l->brought.n; i++) {
        l->brought_to[i] = book_shelf(&l->book, rows_int(&l->brought, i, 1), 0, p);
    }
    return book_load(&l->book);
}

static void part_add(struct late *l, struct shelf *s, struct cost_layer *layer, qty_t there)
{
    if (there.micro > l->gone.micro) {
        there = l->gone;
    }
    if (there.micro <= 0) {
        return;
    }
    l->gone = qty_sub(l->gone, there);
    for (size_t i = 0; i < l->n && !layer; i++) {
        if (l->parts[i].shelf == s) {
            l->parts[i].there = qty_add(l->parts[i].there, there);
            return;
        }
    }
    l->parts[l->n++] = (struct late_part){ .shelf = s, .layer = layer, .there = there };
}

/* What is found of it at a shelf that has been counted for some of it already. */
static qty_t found_at(const struct late *l, const struct shelf *s)
{
    for (size_t i = 0; i < l->n; i++) {
        if (l->parts[i].shelf == s) {
            return l->parts[i].there;
        }
    }
    return qty_of(0);
}

static void late_find(struct late *l)
{
    struct cost_layer *layer = l->own->fifo ? layer_of(l->own, l->receipt.record.id) : NULL;
    l->gone = l->receipt.quantity;
    if (!l->own->fifo || layer) {
        part_add(l, l->own, layer, cost_still_there(&l->own->cost, layer, l->gone));
    }
    for (size_t i = 0; i < l->brought.n; i++) {
        struct shelf *s = l->brought_to[i];
        qty_t came = qty_of(rows_int(&l->brought, i, 2));
        layer = s->fifo ? layer_of(s, rows_int(&l->brought, i, 0)) : NULL;
        if (layer) {
            part_add(l, s, layer, cost_still_there(&s->cost, layer, came));
        } else if (!s->fifo) {
            struct cost uncounted = s->cost;
            uncounted.on_hand = qty_sub(s->cost.on_hand, found_at(l, s));
            part_add(l, s, NULL, cost_still_there(&uncounted, NULL, came));
        }
    }
}

/* One event for each place; what goes to no stock is an expense of the receipt's site. */
static enum err late_book(struct late *l, money_t amount)
{
    int64_t *weights = ARENA_ARRAY(l->cx->arena, l->n + 1, int64_t);
    int64_t *shares = ARENA_ARRAY(l->cx->arena, l->n + 1, int64_t);
    money_t *added = ARENA_ARRAY(l->cx->arena, l->n + 1, money_t);
    money_t to_stock, expense = amount;
    bool own_done = false;
    if (l->cx->arena->failed) {
        return ERR_NO_MEMORY;
    }
    qty_t there = qty_sub(l->receipt.quantity, l->gone);
    TRY(money_ratio(amount, there.micro, l->receipt.quantity.micro, ROUND_HALF_EVEN, &to_stock));
    for (size_t i = 0; i < l->n; i++) {
        weights[i] = l->parts[i].there.micro;
    }
    if (l->n > 0) {
        bool rebate = to_stock.minor < 0;
        TRY(decimal_share(rebate ? -to_stock.minor : to_stock.minor, weights, l->n, shares));
        for (size_t i = 0; i < l->n; i++) {
            TRY(cost_add(&l->parts[i].shelf->cost, l->parts[i].layer,
                         money_of(rebate ? -shares[i] : shares[i]), &added[i]));
            expense = money_sub(expense, added[i]);
        }
    }
    for (size_t i = 0; i < l->n; i++) {
        bool own = l->parts[i].shelf == l->own;
        own_done = own_done || own;
        if (added[i].minor == 0 && (!own || expense.minor == 0)) {
            continue;
        }
        TRY(book_revalue(&l->book, l->parts[i].shelf, l->receipt.occurred_at, added[i],
                         own ? expense : money_of(0), l->receipt.record.id));
    }
    return own_done || expense.minor == 0
               ? OK
               : book_revalue(&l->book, l->own, l->receipt.occurred_at, money_of(0), expense,
                              l->receipt.record.id);
}

enum err stock_revalue_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct stock_revalue_args *a = args;
    struct stock_posted *answer = result;
    struct late l = { .cx = cx };
    struct product *p = ARENA_NEW(cx->arena, struct product);
    TRY(store_get(cx, &stock_move_entity, a->receipt.id, &l.receipt));
    if (l.receipt.kind != MOVE_RECEIPT) {
        return refuse(cx, &stock_refusal_not_a_receipt, TEXT("receipt"));
    }
    if (a->amount.minor == 0) {
        return refuse(cx, &stock_refusal_amount_zero, TEXT("amount"));
    }
    TRY(store_get(cx, &product_entity, l.receipt.product.id, p));
    TRY(book_open(&l.book, cx));
    l.book.like.reason = a->reason;
    l.book.like.supplier = l.receipt.supplier;
    l.book.like.reference = l.receipt.reference;
    TRY(late_load(&l, p));
    late_find(&l);
    enum err e = late_book(&l, a->amount);
    if (e == ERR_RANGE) {
        return REFUSE(cx, &stock_refusal_stock_too_large, TEXT("amount"), p->code);
    }
    TRY(e);
    TRY(book_close(&l.book));
    answer->id = stock_answer(&l.book, record, &answer->moves, &answer->value);
    return OK;
}
