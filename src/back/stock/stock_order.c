/* What sales orders do to stock: goods leave, are held, are let go, come back. Handovers of the
 * order's events; per sold line one question, one balance and one movement. */
#include "back/stock/stock_book.h"
#include "back/stock/stock_parts.h"
#include "front/order/order.h"

static bool stocked(const struct order_event *e, size_t i)
{
    return e->products[i]->kind == PRODUCT_STOCKED && e->lines[i].quantity.micro != 0;
}

/* The site whose stock is meant. */
static int64_t selling_site(const struct order_event *e)
{
    return e->site->stock_site.id ? e->site->stock_site.id : e->site->record.id;
}

static enum err order_book(struct cx *cx, const struct order_event *e, instant_t at, struct book *b,
                           struct shelf ***shelves)
{
    TRY(book_open(b, cx));
    if (!instant_none(at) && at.us < cx->now.us) {
        b->like.occurred_at = at; /* a till's clock may run ahead: never later than now */
    }
    b->like.source = e->order->record.id;
    b->like.reference = e->order->number;
    *shelves = ARENA_ARRAY(cx->arena, e->n_lines, struct shelf *);
    return cx->arena->failed ? ERR_NO_MEMORY : OK;
}

/* The main place's shelf of every stocked line. */
static enum err main_shelves(struct book *b, const struct order_event *e, struct shelf **shelves)
{
    for (size_t i = 0; i < e->n_lines; i++) {
        if (stocked(e, i)) {
            shelves[i] = book_shelf(b, 0, selling_site(e), e->products[i]);
        }
    }
    return book_load(b);
}

/* fn for every stocked line, with its shelf at the selling site. */
static enum err each_shelved(struct cx *cx, const struct order_event *e, instant_t at,
                             enum err (*fn)(struct book *b, const struct order_event *e, size_t i,
                                            struct shelf *s))
{
    struct shelf **shelves;
    struct book b;
    TRY(order_book(cx, e, at, &b, &shelves));
    TRY(main_shelves(&b, e, shelves));
    for (size_t i = 0; i < e->n_lines; i++) {
        if (shelves[i]) {
            TRY(fn(&b, e, i, shelves[i]));
        }
    }
    return book_close(&b);
}

static enum err issue_line(struct book *b, const struct order_event *e, size_t i, struct shelf *s,
                           enum book_from from)
{
    struct book_line w = { .shelf = s,
                           .kind = MOVE_ISSUE,
                           .quantity = e->lines[i].quantity,
                           .source_line = e->lines[i].record.id,
                           .line = i };
    TRY(book_issue(b, &w, from));
    e->lines[i].cost = w.value;
    return OK;
}

static enum err issue_available(struct book *b, const struct order_event *e, size_t i,
                                struct shelf *s)
{
    return issue_line(b, e, i, s, FROM_AVAILABLE);
}

enum err stock_issue_order(struct cx *cx, const void *record, void *payload)
{
    const struct order_event *e = payload;
    (void)record;
    return each_shelved(cx, e, e->order->sold_at, issue_available);
}

static enum err reserve_line(struct book *b, const struct order_event *e, size_t i, struct shelf *s)
{
    TRY(book_check(b, s, e->lines[i].quantity, FROM_AVAILABLE, i));
    s->reserved = qty_add(s->reserved, e->lines[i].quantity);
    if (s->reserved.micro > QTY_MAX) {
        TRY(book_range(b, ERR_RANGE, s, i));
    }
    struct stock_reservation r = {
        .sale = { e->order->record.id },
        .sale_line = e->lines[i].record.id,
        .product = { e->products[i]->record.id },
        .place = { s->place },
        .site = s->site,
        .quantity = e->lines[i].quantity,
        .state = RESERVATION_HELD,
    };
    return store_insert(b->cx, &stock_reservation_entity, &r);
}

enum err stock_reserve_order(struct cx *cx, const void *record, void *payload)
{
    (void)record;
    return each_shelved(cx, payload, INSTANT_NONE, reserve_line);
}

static enum err held_for(struct cx *cx, const struct order_event *e, struct stock_reservation **out,
                         size_t *n)
{
    struct value args[] = { v_int(e->order->record.id), v_int(RESERVATION_HELD) };
    return store_select(cx, &stock_reservation_entity, "sale = $1 AND state = $2 ORDER BY id", args,
                        2, out, n);
}

static enum err let_go(struct book *b, struct stock_reservation *r, struct shelf *s,
                       enum reservation_state state)
{
    struct stock_reservation was = *r;
    s->reserved = qty_sub(s->reserved, r->quantity);
    r->quantity = qty_of(0);
    r->state = state;
    return store_update(b->cx, &stock_reservation_entity, &was, r);
}

/* The reservation of each line of the order, or NULL. */
static enum err reservations_by_line(struct cx *cx, const struct order_event *e,
                                     struct stock_reservation ***out)
{
    struct stock_reservation *held;
    size_t n;
    TRY(held_for(cx, e, &held, &n));
    struct stock_reservation **by_line = ARENA_ARRAY(cx->arena, e->n_lines,
                                                     struct stock_reservation *);
    if (cx->arena->failed) {
        return ERR_NO_MEMORY;
    }
    size_t k = 0; /* both are in the order of the lines */
    for (size_t i = 0; i < e->n_lines && k < n; i++) {
        if (held[k].sale_line == e->lines[i].record.id) {
            by_line[i] = &held[k++];
        }
    }
    *out = by_line;
    return OK;
}

enum err stock_issue_reserved(struct cx *cx, const void *record, void *payload)
{
    (void)record;
    const struct order_event *e = payload;
    struct stock_reservation **held;
    struct place main_place = { .record = { .id = 0 } };
    struct shelf **shelves;
    struct book b;
    TRY(order_book(cx, e, INSTANT_NONE, &b, &shelves));
    TRY(reservations_by_line(cx, e, &held));
    for (size_t i = 0; i < e->n_lines; i++) {
        if (!stocked(e, i)) {
            continue;
        }
        if (!held[i] && main_place.record.id == 0) {
            site_ref site = { selling_site(e) };
            TRY(stock_site_place(cx, site, PLACE_STORAGE, TEXT("site"), &main_place));
        }
        int64_t place = held[i] ? held[i]->place.id : main_place.record.id;
        shelves[i] = book_shelf(&b, place, 0, e->products[i]);
    }
    TRY(book_load(&b));
    for (size_t i = 0; i < e->n_lines; i++) {
        if (shelves[i] && held[i]) {
            TRY(let_go(&b, held[i], shelves[i], RESERVATION_ISSUED));
        }
    }
    for (size_t i = 0; i < e->n_lines; i++) {
        if (shelves[i]) {
            TRY(issue_line(&b, e, i, shelves[i], held[i] ? FROM_ON_HAND : FROM_AVAILABLE));
        }
    }
    return book_close(&b);
}

enum err stock_release_order(struct cx *cx, const void *record, void *payload)
{
    (void)record;
    const struct order_event *e = payload;
    struct stock_reservation *held;
    struct book b;
    size_t n;
    TRY(held_for(cx, e, &held, &n));
    if (n == 0) {
        return OK;
    }
    TRY(book_open(&b, cx));
    struct shelf **shelves = ARENA_ARRAY(cx->arena, n, struct shelf *);
    for (size_t i = 0; i < n; i++) {
        struct product *p = ARENA_NEW(cx->arena, struct product);
        TRY(store_get_any(cx, &product_entity, held[i].product.id, p));
        shelves[i] = book_shelf(&b, held[i].place.id, 0, p);
    }
    TRY(book_load(&b));
    for (size_t i = 0; i < n; i++) {
        TRY(let_go(&b, &held[i], shelves[i], RESERVATION_RELEASED));
    }
    return book_close(&b);
}

/* What comes back is worth what it left with; without a receipt, what the same goods cost now. */
static enum err take_back_line(struct book *b, const struct order_event *e, size_t i,
                               struct shelf *s)
{
    const struct sales_order_line *l = &e->lines[i];
    const struct sales_order_line *origin = e->origin_lines ? &e->origin_lines[i] : NULL;
    struct book_line w = { .shelf = s,
                           .kind = MOVE_RETURN,
                           .quantity = qty_of(-l->quantity.micro),
                           .source_line = l->record.id,
                           .line = i };
    INVARIANT(l->quantity.micro < 0);
    enum err err = origin && origin->record.id
                       ? pricing_part(origin->cost, origin->returned, w.quantity, origin->quantity,
                                      &w.value)
                       : cost_worth(&s->cost, s->fifo, w.quantity, &w.value);
    TRY(book_range(b, err, s, i));
    TRY(book_enter(b, &w));
    e->lines[i].cost = money_neg(w.value);
    return OK;
}

enum err stock_take_back(struct cx *cx, const void *record, void *payload)
{
    const struct order_event *e = payload;
    (void)record;
    return each_shelved(cx, e, e->order->sold_at, take_back_line);
}
