/* Transfers: goods leave one site, lie in the transit place of another one, and arrive there whole,
 * in parts, or not at all.
 *
 *   in_transit --receive (everything has arrived)--> received
 *   in_transit --receive (some)--------------------> in_transit: what is short stays in transit
 *   in_transit --cancel----------------------------> cancelled: the rest goes back
 *
 * Each line keeps the value it left with; parts take their share, so that the transit place is
 * worth exactly what its open lines are worth. */
#include "back/stock/stock_book.h"
#include "back/stock/stock_parts.h"
#include "common/pricing/pricing.h"

const struct choice stock_transfer_states[3] = {
    [TRANSFER_IN_TRANSIT] = { .name = "in_transit", .label = N_("In transit") },
    [TRANSFER_RECEIVED] = { .name = "received", .label = N_("Received") },
    [TRANSFER_CANCELLED] = { .name = "cancelled", .label = N_("Cancelled") },
};

static const struct field transfer_fields[] = {
    F_TEXT(stock_transfer, number, N_("Number"), .flags = F_UNIQUE | F_SEARCH, .max = 40),
    F_REF(stock_transfer, from_site, site, N_("From site")),
    F_REF(stock_transfer, to_site, site, N_("To site")),
    F_REF(stock_transfer, from_place, place, N_("From place")),
    F_REF(stock_transfer, to_place, place, N_("To place")),
    F_STATE(stock_transfer, state, stock_transfer_states, N_("State"),
            .flags = F_READONLY | F_EVENT),
    F_TIME(stock_transfer, sent_at, N_("Sent at")),
    F_TIME(stock_transfer, received_at, N_("Received at")),
    F_TEXT(stock_transfer, reference, N_("Reference"), .flags = F_SEARCH, .max = 120),
    F_TEXT(stock_transfer, reason, N_("Reason"), .max = 200),
    F_LINES(stock_transfer, lines, stock_transfer_line, transfer, N_("Lines")),
};

static const struct index_def transfer_indexes[] = {
    { .name = "stock_transfers_open", .cols = "company, to_site", .where = "state = 0" },
};

const struct entity stock_transfer_entity = {
    .index = E_stock_transfer,
    .name = "stock_transfer",
    .plural = "stock_transfers",
    .label = N_("Transfer"),
    .label_plural = N_("Transfers"),
    .help = N_("Goods on their way from one site to another, until they are received there."),
    .shape = SHAPE(stock_transfer, transfer_fields),
    .code = "number",
    .read = "stock.read",
    .site = "to_site",
    .sort = "-sent_at",
    .columns = "number,state,from_site,to_site,sent_at,received_at",
    .flags = E_POSTED,
    .indexes = transfer_indexes,
    .n_indexes = N_ELEMENTS(transfer_indexes),
};

static const struct field transfer_line_fields[] = {
    F_REF(stock_transfer_line, transfer, stock_transfer, N_("Transfer")),
    F_REF(stock_transfer_line, product, product, N_("Product")),
    F_QUANTITY(stock_transfer_line, quantity, N_("Sent")),
    F_QUANTITY(stock_transfer_line, received, N_("Received")),
    F_QUANTITY(stock_transfer_line, returned, N_("Went back")),
    F_MONEY(stock_transfer_line, value, N_("Value sent")),
    F_MONEY(stock_transfer_line, value_left, N_("Value in transit")),
};

const struct entity stock_transfer_line_entity = {
    .index = E_stock_transfer_line,
    .name = "stock_transfer_line",
    .plural = "stock_transfer_lines",
    .label = N_("Transfer line"),
    .label_plural = N_("Transfer lines"),
    .help = N_("What a transfer carries, and how much of it has arrived."),
    .shape = SHAPE(stock_transfer_line, transfer_line_fields),
    .read = "stock.read",
    .parent = "transfer",
    .flags = E_POSTED | E_LINE,
};

static const struct field transferred_fields[] = {
    F_REF(stock_transferred, transfer, stock_transfer, N_("Transfer")),
    F_TEXT(stock_transferred, number, N_("Number")),
    F_CHOICE(stock_transferred, state, stock_transfer_states, N_("State")),
    F_MONEY(stock_transferred, value, N_("Value sent")),
    F_ROWS(stock_transferred, moves, stock_posted_move_shape, N_("Movements")),
};
const struct shape stock_transferred_shape = SHAPE(stock_transferred, transferred_fields);

/* -- transfer: sends ------------------------------------------------------------------------------
 */

static const struct field transfer_args_line_fields[] = {
    F_REF(stock_transfer_args_line, product, product, N_("Product"), .flags = F_REQUIRED),
    F_QUANTITY(stock_transfer_args_line, quantity, N_("Quantity"),
               .flags = F_REQUIRED | F_POSITIVE),
};
static const struct shape transfer_args_line_shape = SHAPE(stock_transfer_args_line,
                                                           transfer_args_line_fields);

static const struct field transfer_args_fields[] = {
    F_REF(stock_transfer_args, from, site, N_("From site"), .flags = F_REQUIRED),
    F_REF(stock_transfer_args, to, site, N_("To site"), .flags = F_REQUIRED | F_ANY_SITE),
    F_TEXT(stock_transfer_args, reference, N_("Reference"), .max = 120),
    F_TIME(stock_transfer_args, occurred_at, N_("Sent at")),
    F_BOOLEAN(stock_transfer_args, arrive, N_("Received at once"),
              .help = N_("Otherwise the goods are in transit until the other site receives them.")),
    F_ROWS(stock_transfer_args, lines, transfer_args_line_shape, N_("Lines"), .flags = F_REQUIRED,
           .max = STOCK_LINES_MAX),
};
const struct shape stock_transfer_shape = SHAPE(stock_transfer_args, transfer_args_fields);

/* One product to be sent: its line and its two shelves. */
struct sending {
    struct stock_transfer_line line;
    struct shelf *from, *to;
};

static enum err transfer_open(struct cx *cx, const struct stock_transfer_args *a,
                              struct stock_transfer *t)
{
    struct place from, to;
    site_ref from_site, to_site;
    TRY(stock_site_of(cx, a->from, &from_site));
    TRY(stock_site_of(cx, a->to, &to_site));
    if (from_site.id == to_site.id) {
        return refuse(cx, &stock_refusal_same_site, TEXT("to"));
    }
    TRY(stock_time(cx, a->occurred_at, TEXT("occurred_at"), &t->sent_at));
    TRY(stock_site_place(cx, from_site, PLACE_STORAGE, TEXT("from"), &from));
    TRY(stock_site_place(cx, to_site, a->arrive ? PLACE_STORAGE : PLACE_TRANSIT, TEXT("to"), &to));
    t->from_site = from_site;
    t->to_site = to_site;
    t->from_place.id = from.record.id;
    t->to_place.id = to.record.id;
    t->state = a->arrive ? TRANSFER_RECEIVED : TRANSFER_IN_TRANSIT;
    t->received_at = a->arrive ? t->sent_at : INSTANT_NONE;
    t->reference = a->reference;
    TRY(cx_new_id(cx, &t->record.id));
    return series_next(cx, "stock_transfer", from_site, &t->number, NULL);
}

static enum err transfer_lines(struct book *b, const struct stock_transfer_args *a,
                               const struct stock_transfer *t, struct sending *work)
{
    const struct stock_transfer_args_line *lines = a->lines.items;
    for (size_t i = 0; i < a->lines.n; i++) {
        const struct product *p;
        TRY(stock_product(b->cx, lines[i].product, i, &p));
        for (size_t k = 0; k < i; k++) {
            if (lines[k].product.id == lines[i].product.id) {
                return REFUSE(b->cx, &stock_refusal_product_twice,
                              path_at(b->cx, "lines", i, "product"), p->code);
            }
        }
        TRY(product_quantity_check(b->cx, p, lines[i].quantity,
                                   path_at(b->cx, "lines", i, "quantity")));
        work[i].line.transfer.id = t->record.id;
        work[i].line.product = lines[i].product;
        work[i].line.quantity = lines[i].quantity;
        work[i].from = book_shelf(b, t->from_place.id, 0, p);
        work[i].to = book_shelf(b, t->to_place.id, 0, p);
    }
    return OK;
}

static enum err send(struct book *b, struct sending *s, bool arrive, size_t line)
{
    struct stock_transfer_line *l = &s->line;
    TRY(cx_new_id(b->cx, &l->record.id));
    struct book_line out = { .shelf = s->from,
                             .kind = MOVE_TRANSFER_OUT,
                             .quantity = l->quantity,
                             .source_line = l->record.id,
                             .line = line };
    TRY(book_issue(b, &out, FROM_AVAILABLE));
    struct book_line in = { .shelf = s->to,
                            .kind = MOVE_TRANSFER_IN,
                            .quantity = l->quantity,
                            .value = out.value,
                            .sets_cost = true,
                            .source_line = l->record.id,
                            .line = line };
    TRY(book_enter(b, &in));
    l->value = out.value;
    l->value_left = arrive ? money_of(0) : out.value;
    l->received = arrive ? l->quantity : qty_of(0);
    return store_insert(b->cx, &stock_transfer_line_entity, l);
}

enum err stock_transfer_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct stock_transfer_args *a = args;
    struct stock_transferred *answer = result;
    struct stock_transfer t = { 0 };
    struct book b;
    TRY(book_open(&b, cx));
    TRY(transfer_open(cx, a, &t));
    b.like.occurred_at = t.sent_at;
    b.like.source = t.record.id;
    b.like.reference = a->reference;
    struct sending *work = ARENA_ARRAY(cx->arena, a->lines.n, struct sending);
    TRY(transfer_lines(&b, a, &t, work));
    TRY(book_load(&b));
    TRY(store_insert(cx, &stock_transfer_entity, &t));
    for (size_t i = 0; i < a->lines.n; i++) {
        TRY(send(&b, &work[i], a->arrive != 0, i));
        answer->value = money_add(answer->value, work[i].line.value);
    }
    TRY(book_close(&b));
    answer->transfer.id = t.record.id;
    answer->number = t.number;
    answer->state = t.state;
    (void)stock_answer(&b, record, &answer->moves, NULL);
    return event_publish(cx, a->arrive ? "stock_transfer.received" : "stock_transfer.sent",
                         &stock_transfer_entity, &t, &t);
}

/* -- receive and cancel ---------------------------------------------------------------------------
 */

static const struct field transfer_part_fields[] = {
    F_REF(stock_transfer_part, product, product, N_("Product"), .flags = F_REQUIRED),
    F_QUANTITY(stock_transfer_part, quantity, N_("Quantity"), .flags = F_REQUIRED | F_POSITIVE),
};
static const struct shape transfer_part_shape = SHAPE(stock_transfer_part, transfer_part_fields);

static const struct field arrive_fields[] = {
    F_REF(stock_arrive_args, place, place, N_("Place")),
    F_TIME(stock_arrive_args, occurred_at, N_("Received at")),
    F_ROWS(stock_arrive_args, lines, transfer_part_shape, N_("Lines"), .max = STOCK_LINES_MAX,
           .help = N_("What has arrived; none: everything. What is short stays in transit.")),
};
const struct shape stock_arrive_shape = SHAPE(stock_arrive_args, arrive_fields);

static const struct field cancel_fields[] = {
    F_TEXT(stock_cancel_args, reason, N_("Reason"), .max = 200),
};
const struct shape stock_cancel_shape = SHAPE(stock_cancel_args, cancel_fields);

/* A line of the transfer and how much of it moves on now. */
struct moving {
    struct stock_transfer_line line;
    qty_t part;
    size_t at; /* index in the arguments, for refusals */
    struct shelf *transit, *to;
};

static qty_t left_of(const struct stock_transfer_line *l)
{
    return qty_sub(qty_sub(l->quantity, l->received), l->returned);
}

static enum err moving_all(struct cx *cx, const struct stock_transfer *t, struct moving **out,
                           size_t *n)
{
    struct value args[] = { v_int(t->record.id) };
    struct stock_transfer_line *lines;
    TRY(store_select(cx, &stock_transfer_line_entity, "transfer = $1 ORDER BY id", args, 1, &lines,
                     n));
    struct moving *m = ARENA_ARRAY(cx->arena, *n, struct moving);
    for (size_t i = 0; i < *n; i++) {
        m[i].line = lines[i];
        m[i].part = left_of(&lines[i]);
        m[i].at = i;
    }
    *out = m;
    return OK;
}

/* Only the parts that the caller names. */
static enum err moving_named(struct cx *cx, const struct stock_arrive_args *a, struct moving *m,
                             size_t n)
{
    const struct stock_transfer_part *parts = a->lines.items;
    for (size_t i = 0; i < n; i++) {
        m[i].part = qty_of(0);
    }
    for (size_t k = 0; k < a->lines.n; k++) {
        const struct product *p;
        size_t i = 0;
        TRY(stock_product(cx, parts[k].product, k, &p));
        while (i < n && m[i].line.product.id != p->record.id) {
            i++;
        }
        if (i == n) {
            return REFUSE(cx, &stock_refusal_not_in_transfer, path_at(cx, "lines", k, "product"),
                          p->code);
        }
        if (m[i].part.micro != 0) {
            return REFUSE(cx, &stock_refusal_product_twice, path_at(cx, "lines", k, "product"),
                          p->code);
        }
        text_t field = path_at(cx, "lines", k, "quantity");
        TRY(product_quantity_check(cx, p, parts[k].quantity, field));
        qty_t left = left_of(&m[i].line);
        if (parts[k].quantity.micro > left.micro) {
            return REFUSE(cx, &stock_refusal_more_than_sent, field,
                          stock_quantity_text(cx, left.micro), p->code);
        }
        m[i].part = parts[k].quantity;
        m[i].at = k;
    }
    return OK;
}

/* Out of transit, into the place, at the share of the line's value. */
static enum err move_on(struct book *b, struct moving *m, bool back)
{
    struct stock_transfer_line was = m->line, *l = &m->line;
    struct book_line out = { .shelf = m->transit,
                             .kind = MOVE_TRANSFER_OUT,
                             .quantity = m->part,
                             .source_line = l->record.id,
                             .line = m->at };
    TRY(pricing_part(l->value, qty_add(l->received, l->returned), m->part, l->quantity,
                     &out.value));
    struct book_line in = out;
    TRY(book_issue(b, &out, FROM_TRANSIT));
    in.shelf = m->to;
    in.kind = MOVE_TRANSFER_IN;
    in.sets_cost = !back;
    TRY(book_enter(b, &in));
    qty_t *moved = back ? &l->returned : &l->received;
    *moved = qty_add(*moved, m->part);
    l->value_left = money_sub(l->value_left, out.value);
    return store_update(b->cx, &stock_transfer_line_entity, &was, l);
}

/* Moves the parts on to a place and tells whether anything is left in transit. */
static enum err move_all_on(struct book *b, const struct stock_transfer *t, struct moving *m,
                            size_t n, int64_t to, bool back, bool *left)
{
    struct cx *cx = b->cx;
    b->like.source = t->record.id;
    b->like.reference = t->reference;
    for (size_t i = 0; i < n; i++) {
        if (m[i].part.micro > 0) {
            struct product *p = ARENA_NEW(cx->arena, struct product);
            TRY(store_get(cx, &product_entity, m[i].line.product.id, p));
            m[i].transit = book_shelf(b, t->to_place.id, 0, p);
            m[i].to = book_shelf(b, to, 0, p);
        }
    }
    TRY(book_load(b));
    *left = false;
    for (size_t i = 0; i < n; i++) {
        if (m[i].part.micro > 0) {
            TRY(move_on(b, &m[i], back));
        }
        *left = *left || left_of(&m[i].line).micro > 0;
    }
    return book_close(b);
}

enum err stock_arrive_run(struct cx *cx, void *record, const void *args, void *result)
{
    (void)result;
    const struct stock_arrive_args *a = args;
    struct stock_transfer *t = record;
    struct moving *m;
    struct place place;
    struct book b;
    bool left;
    size_t n;
    TRY(book_open(&b, cx));
    TRY(stock_time(cx, a->occurred_at, TEXT("occurred_at"), &b.like.occurred_at));
    if (b.like.occurred_at.us < t->sent_at.us) {
        return refuse(cx, &stock_refusal_before_sent, TEXT("occurred_at"));
    }
    TRY(stock_place_for(cx, t->to_site, a->place, &place));
    TRY(moving_all(cx, t, &m, &n));
    if (a->lines.n) {
        TRY(moving_named(cx, a, m, n));
    }
    TRY(move_all_on(&b, t, m, n, place.record.id, false, &left));
    t->received_at = b.like.occurred_at;
    t->state = left ? TRANSFER_IN_TRANSIT : TRANSFER_RECEIVED;
    TRY(store_load_lines(cx, &stock_transfer_entity, t));
    return left ? OK : event_publish(cx, "stock_transfer.received", &stock_transfer_entity, t, t);
}

enum err stock_cancel_run(struct cx *cx, void *record, const void *args, void *result)
{
    (void)result;
    const struct stock_cancel_args *a = args;
    struct stock_transfer *t = record;
    struct moving *m;
    struct book b;
    bool left;
    size_t n;
    TRY(book_open(&b, cx));
    b.like.reason = a->reason;
    TRY(moving_all(cx, t, &m, &n));
    TRY(move_all_on(&b, t, m, n, t->from_place.id, true, &left));
    INVARIANT(!left);
    t->reason = a->reason;
    t->state = TRANSFER_CANCELLED;
    TRY(store_load_lines(cx, &stock_transfer_entity, t));
    return event_publish(cx, "stock_transfer.cancelled", &stock_transfer_entity, t, t);
}
