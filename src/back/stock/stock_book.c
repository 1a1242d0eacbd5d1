/* Shelves and movements of one command: see the header. */
#include "back/stock/stock_book.h"

#include "back/stock/stock_parts.h"

#include <stdlib.h>

static const char balance_of_place[] =
    "SELECT p.id, p.site, p.kind, p.allow_negative, b.on_hand, b.reserved, b.value, b.last_cost "
    "FROM places p LEFT JOIN stock_balance b ON b.place = p.id AND b.product = $2 "
    "WHERE p.id = $1 AND p.company = $3";

static const char balance_of_site[] =
    "SELECT p.id, p.site, p.kind, p.allow_negative, b.on_hand, b.reserved, b.value, b.last_cost "
    "FROM places p LEFT JOIN stock_balance b ON b.place = p.id AND b.product = $2 "
    "WHERE p.site = $1 AND p.company = $3 AND p.main = 1 AND p.archived = 0";

static const char layers_of_place[] =
    "SELECT l.id, l.receipt, l.received_at, l.received, l.remaining, l.value_left "
    "FROM stock_layers l WHERE l.place = $1 AND l.product = $2 AND l.company = $3 "
    "AND l.remaining > 0 ORDER BY l.received_at, l.id";

static const char layers_of_site[] =
    "SELECT l.id, l.receipt, l.received_at, l.received, l.remaining, l.value_left "
    "FROM places p JOIN stock_layers l ON l.place = p.id AND l.product = $2 AND l.remaining > 0 "
    "WHERE p.site = $1 AND p.company = $3 AND p.main = 1 AND p.archived = 0 "
    "ORDER BY l.received_at, l.id";

static const char balance_new[] =
    "INSERT INTO stock_balance "
    "(place, product, company, site, on_hand, reserved, value, last_cost) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

static const char balance_change[] =
    "UPDATE stock_balance SET on_hand = $3, reserved = $4, value = $5, last_cost = $6 "
    "WHERE place = $1 AND product = $2 AND on_hand = $7 AND reserved = $8 AND value = $9";

static const char layer_change[] =
    "UPDATE stock_layers SET remaining = $3, value_left = $4, version = version + 1 "
    "WHERE id = $1 AND company = $2";

#define TAKEN_MAX ((size_t)4 << 20)

enum err book_open(struct book *b, struct cx *cx)
{
    struct company company;
    *b = (struct book){ .cx = cx };
    TRY(company_get(cx, &company));
    b->costing = company.costing;
    b->like.occurred_at = cx->now;
    b->like.recorded_at = cx->now;
    b->like.on_hand_before = qty_of(VALUE_NONE);
    b->like.value_before = money_of(VALUE_NONE);
    return OK;
}

/* Room for one more in an array of the arena. */
static void *grown(struct cx *cx, void *items, size_t n, size_t *room, size_t size)
{
    if (n < *room) {
        return items;
    }
    size_t more = *room ? *room * 2 : 8;
    void *p = arena_array(cx->arena, more, size);
    if (cx->arena->failed) {
        return NULL;
    }
    if (n) {
        memcpy(p, items, n * size);
    }
    *room = more;
    return p;
}

struct shelf *book_shelf(struct book *b, int64_t place, int64_t main_of, const struct product *p)
{
    for (size_t i = b->n_shelves; i-- > 0;) {
        struct shelf *s = b->shelves[i];
        if (s->product->record.id == p->record.id && s->place == place && s->main_of == main_of) {
            return s;
        }
    }
    struct shelf *s = ARENA_NEW(b->cx->arena, struct shelf);
    *s = (struct shelf){ .product = p, .place = place, .main_of = main_of };
    s->fifo = (p->costing ? p->costing - 1 : b->costing) == COSTING_FIFO;
    void *room = grown(b->cx, b->shelves, b->n_shelves, &b->room_shelves, sizeof(s));
    if (room) {
        b->shelves = room;
        b->shelves[b->n_shelves++] = s;
    }
    return s;
}

/* By product, then by place: the order in which all commands take rows. */
static int shelf_order(const void *x, const void *y)
{
    const struct shelf *a = *(struct shelf *const *)x, *b = *(struct shelf *const *)y;
    if (a->product->record.id != b->product->record.id) {
        return a->product->record.id < b->product->record.id ? -1 : 1;
    }
    return a->place < b->place ? -1 : a->place > b->place;
}

static enum err shelf_ask(struct book *b, struct shelf *s)
{
    bool by_site = s->main_of != 0;
    struct value args[] = { v_int(by_site ? s->main_of : s->place), v_int(s->product->record.id),
                            v_int(b->cx->company) };
    TRY(store_ask(b->cx, by_site ? balance_of_site : balance_of_place, args, 3, &s->ask));
    if (s->fifo) {
        TRY(store_ask(b->cx, by_site ? layers_of_site : layers_of_place, args, 3, &s->ask_layers));
    }
    return OK;
}

static enum err layers_answer(struct book *b, struct shelf *s)
{
    struct rows rows;
    TRY(store_answer(b->cx, s->ask_layers, &rows));
    s->fifo = s->kind == PLACE_STORAGE;
    s->room_layers = rows.n + 4;
    s->layers = ARENA_ARRAY(b->cx->arena, s->room_layers, struct cost_layer);
    if (b->cx->arena->failed) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < rows.n; i++) {
        s->layers[s->n_layers++] = (struct cost_layer){
            .id = rows_int(&rows, i, 0),
            .receipt = rows_int(&rows, i, 1),
            .received_at = { rows_int(&rows, i, 2) },
            .received = qty_of(rows_int(&rows, i, 3)),
            .remaining = qty_of(rows_int(&rows, i, 4)),
            .value_left = money_of(rows_int(&rows, i, 5)),
        };
    }
    return OK;
}

static enum err shelf_answer(struct book *b, struct shelf *s)
{
    struct rows rows;
    TRY(store_answer(b->cx, s->ask, &rows));
    if (rows.n > 0) {
        s->place = rows_int(&rows, 0, 0);
        s->site.id = rows_int(&rows, 0, 1);
        s->kind = rows_int(&rows, 0, 2);
        s->negative_ok = rows_int(&rows, 0, 3) != 0;
        s->stored = rows_at(&rows, 0, 4).type != V_NULL;
        s->cost = (struct cost){
            .on_hand = qty_of(rows_int(&rows, 0, 4)),
            .value = money_of(rows_int(&rows, 0, 6)),
            .last_cost = s->stored ? rate_of(rows_int(&rows, 0, 7)) : s->product->cost,
            .decimals = b->cx->decimals,
        };
        s->reserved = qty_of(rows_int(&rows, 0, 5));
    }
    s->before = s->cost;
    s->reserved_before = s->reserved;
    return s->fifo ? layers_answer(b, s) : OK;
}

enum err book_load(struct book *b)
{
    if (b->cx->arena->failed) {
        return ERR_NO_MEMORY;
    }
    if (b->n_shelves > 1) {
        qsort(b->shelves, b->n_shelves, sizeof(struct shelf *), shelf_order);
    }
    for (size_t i = 0; i < b->n_shelves; i++) {
        TRY(shelf_ask(b, b->shelves[i]));
    }
    for (size_t i = 0; i < b->n_shelves; i++) {
        TRY(shelf_answer(b, b->shelves[i]));
    }
    for (size_t i = 0; i < b->n_shelves; i++) {
        if (b->shelves[i]->site.id == 0) {
            return refuse(b->cx, &stock_refusal_no_place, TEXT("site"));
        }
    }
    return OK;
}

enum err book_check(struct book *b, const struct shelf *s, qty_t q, enum book_from from,
                    size_t line)
{
    int64_t held = from == FROM_AVAILABLE ? s->reserved.micro : 0;
    if (s->negative_ok || s->cost.on_hand.micro - held >= q.micro) {
        return OK;
    }
    held = from == FROM_AVAILABLE ? s->reserved_before.micro : 0;
    return REFUSE(b->cx, &stock_refusal_out_of_stock, path_at(b->cx, "lines", line, "quantity"),
                  stock_quantity_text(b->cx, s->before.on_hand.micro - held), s->product->code,
                  stock_quantity_text(b->cx, q.micro));
}

enum err book_range(struct book *b, enum err e, const struct shelf *s, size_t line)
{
    if (e != ERR_RANGE) {
        return e;
    }
    return REFUSE(b->cx, &stock_refusal_stock_too_large, path_at(b->cx, "lines", line, "quantity"),
                  s->product->code);
}

/* A new movement, after the pattern of the command's others. */
static enum err move_add(struct book *b, const struct shelf *s, enum move_kind kind, qty_t quantity,
                         money_t value, struct stock_move **out)
{
    struct cx *cx = b->cx;
    size_t room = b->room_moves;
    void *moves = grown(cx, b->moves, b->n_moves, &room, sizeof(struct stock_move));
    room = b->room_moves;
    void *products = grown(cx, b->products, b->n_moves, &room, sizeof(struct product *));
    room = b->room_moves;
    void *kinds = grown(cx, b->kinds, b->n_moves, &room, sizeof(choice_t));
    if (!moves || !products || !kinds) {
        return ERR_NO_MEMORY;
    }
    b->moves = moves;
    b->products = products;
    b->kinds = kinds;
    b->room_moves = room;
    struct stock_move *m = &b->moves[b->n_moves];
    *m = b->like;
    TRY(cx_new_id(cx, &m->record.id));
    m->kind = kind;
    m->product.id = s->product->record.id;
    m->place.id = s->place;
    m->site = s->site;
    m->quantity = quantity;
    m->value = value;
    b->products[b->n_moves] = s->product;
    b->kinds[b->n_moves] = s->kind;
    b->n_moves++;
    *out = m;
    return OK;
}

enum err book_revalue(struct book *b, struct shelf *s, instant_t occurred_at, money_t value,
                      money_t expense, int64_t corrects)
{
    struct stock_move *m;
    TRY(move_add(b, s, MOVE_REVALUATION, qty_of(0), value, &m));
    m->expense = expense;
    m->source = corrects;
    m->source_line = 0;
    if (!instant_none(occurred_at)) {
        m->occurred_at = occurred_at;
    }
    return OK;
}

/* The layers that the last issue took, oldest first: nothing else tells it later. */
static text_t layers_taken(struct book *b, const struct shelf *s)
{
    struct buf out;
    struct json_out o;
    char written[DECIMAL_TEXT_MAX], at[INSTANT_TEXT_MAX];
    buf_init(&out, b->cx->arena, TAKEN_MAX);
    json_out_init(&o, &out);
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < s->n_layers; i++) {
        const struct cost_layer *l = &s->layers[i];
        if (l->taken.micro == 0) {
            continue;
        }
        json_open(&o, NULL, '{');
        json_put_i64(&o, "receipt", l->receipt);
        size_t n = instant_print(l->received_at, at);
        json_put_text(&o, "received_at", (text_t){ at, n });
        n = decimal_print(l->taken.micro, QTY_SCALE, 0, written);
        json_put_text(&o, "quantity", (text_t){ written, n });
        n = decimal_print(l->taken_value.minor, s->cost.decimals, s->cost.decimals, written);
        json_put_text(&o, "value", (text_t){ written, n });
        json_close(&o, '}');
    }
    json_close(&o, ']');
    return buf_done(&out);
}

enum err book_issue(struct book *b, struct book_line *l, enum book_from from)
{
    struct shelf *s = l->shelf;
    struct cost was = s->cost;
    struct stock_move *m;
    INVARIANT(l->quantity.micro > 0);
    TRY(book_check(b, s, l->quantity, from, l->line));
    enum err e = from == FROM_TRANSIT ? cost_take(&s->cost, l->quantity, l->value)
                                      : cost_issue(&s->cost, s->fifo ? s->layers : NULL,
                                                   s->n_layers, l->quantity, &l->value);
    TRY(book_range(b, e, s, l->line));
    TRY(move_add(b, s, l->kind, qty_of(-l->quantity.micro), money_neg(l->value), &m));
    if (from != FROM_TRANSIT) {
        m->on_hand_before = was.on_hand;
        m->value_before = was.value;
        m->layers = s->fifo ? layers_taken(b, s) : TEXT_NONE;
    }
    m->source_line = l->source_line;
    l->move = m->record.id;
    return OK;
}

/* First in, first out: what entered and is still there can be issued later at its own cost. */
static enum err layer_add(struct book *b, struct shelf *s, const struct book_line *l,
                          const struct stock_move *m, const struct cost_entry *entry)
{
    int64_t id;
    TRY(cx_new_id(b->cx, &id));
    void *room = grown(b->cx, s->layers, s->n_layers, &s->room_layers, sizeof(struct cost_layer));
    if (!room) {
        return ERR_NO_MEMORY;
    }
    s->layers = room;
    s->layers[s->n_layers++] = (struct cost_layer){
        .id = id,
        .receipt = m->record.id,
        .received_at = m->occurred_at,
        .fresh = true,
        .received = l->quantity,
        .remaining = entry->kept,
        .value_left = entry->kept_value,
    };
    return OK;
}

enum err book_enter(struct book *b, struct book_line *l)
{
    struct shelf *s = l->shelf;
    struct cost_entry entry;
    struct stock_move *m;
    INVARIANT(l->quantity.micro > 0);
    TRY(book_range(b, cost_enter(&s->cost, l->quantity, l->value, &entry), s, l->line));
    rate_t rate;
    if (l->sets_cost && l->value.minor > 0 &&
        cost_rate(l->value, l->quantity, s->cost.decimals, &rate) == OK &&
        rate.micro <= MONEY_MAX) {
        s->cost.last_cost = rate;
    }
    TRY(move_add(b, s, l->kind, l->quantity, l->value, &m));
    m->source_line = l->source_line;
    l->move = m->record.id;
    if (s->fifo && entry.kept.micro > 0) {
        TRY(layer_add(b, s, l, m, &entry));
    }
    if (entry.correction.minor != 0) {
        TRY(book_revalue(b, s, m->occurred_at, entry.correction, money_neg(entry.correction),
                         l->move));
    }
    return OK;
}

static const char out_add[] =
    "INSERT INTO stock_out (place, product, company, site, since, wanted_at) "
    "VALUES ($1, $2, $3, $4, $5, $5) "
    "ON CONFLICT (place, product) DO UPDATE SET wanted_at = excluded.wanted_at";

static const char out_drop[] = "DELETE FROM stock_out WHERE place = $1 AND product = $2";

/* Keeps stock_out: exactly the storage shelves with nothing available. Most sales write nothing
 * here. */
static enum err out_write(struct book *b, const struct shelf *s)
{
    struct cx *cx = b->cx;
    int64_t left = s->cost.on_hand.micro - s->reserved.micro;
    int64_t before = s->before.on_hand.micro - s->reserved_before.micro;
    bool was_out = s->stored && before <= 0;
    if (s->kind != PLACE_STORAGE || (left > 0 && !was_out)) {
        return OK;
    }
    struct value args[] = { v_int(s->place), v_int(s->product->record.id), v_int(cx->company),
                            v_int(s->site.id), v_int(cx->now.us) };
    if (left > 0) {
        return store_exec(cx, out_drop, args, 2);
    }
    return !was_out || left < before ? store_exec(cx, out_add, args, N_ELEMENTS(args)) : OK;
}

static enum err shelf_write(struct book *b, const struct shelf *s)
{
    struct cx *cx = b->cx;
    const struct cost *c = &s->cost, *was = &s->before;
    TRY(out_write(b, s));
    if (!s->stored) {
        struct value args[] = { v_int(s->place),         v_int(s->product->record.id),
                                v_int(cx->company),      v_int(s->site.id),
                                v_int(c->on_hand.micro), v_int(s->reserved.micro),
                                v_int(c->value.minor),   v_int(c->last_cost.micro) };
        return store_exec(cx, balance_new, args, N_ELEMENTS(args));
    }
    if (c->on_hand.micro == was->on_hand.micro && c->value.minor == was->value.minor &&
        c->last_cost.micro == was->last_cost.micro &&
        s->reserved.micro == s->reserved_before.micro) {
        return OK;
    }
    struct value args[] = { v_int(s->place),           v_int(s->product->record.id),
                            v_int(c->on_hand.micro),   v_int(s->reserved.micro),
                            v_int(c->value.minor),     v_int(c->last_cost.micro),
                            v_int(was->on_hand.micro), v_int(s->reserved_before.micro),
                            v_int(was->value.minor) };
    return store_exec_or(cx, balance_change, args, N_ELEMENTS(args), &stock_refusal_stock_changed,
                         TEXT_NONE, s->product->code, TEXT_NONE);
}

static enum err layers_write(struct book *b, const struct shelf *s)
{
    for (size_t i = 0; i < s->n_layers; i++) {
        const struct cost_layer *l = &s->layers[i];
        if (l->fresh) {
            struct stock_layer row = {
                .record = { .id = l->id },
                .product = { s->product->record.id },
                .place = { s->place },
                .site = s->site,
                .receipt = { l->receipt },
                .received_at = l->received_at,
                .received = l->received,
                .remaining = l->remaining,
                .value_left = l->value_left,
            };
            TRY(store_insert(b->cx, &stock_layer_entity, &row));
        } else if (l->changed) {
            struct value args[] = { v_int(l->id), v_int(b->cx->company), v_int(l->remaining.micro),
                                    v_int(l->value_left.minor) };
            TRY(store_exec(b->cx, layer_change, args, N_ELEMENTS(args)));
        }
    }
    return OK;
}

enum err book_close(struct book *b)
{
    for (size_t i = 0; i < b->n_shelves; i++) {
        TRY(shelf_write(b, b->shelves[i]));
        TRY(layers_write(b, b->shelves[i]));
    }
    for (size_t i = 0; i < b->n_moves; i++) {
        TRY(store_insert(b->cx, &stock_move_entity, &b->moves[i]));
    }
    if (b->n_moves == 0) {
        return OK;
    }
    struct stock_event event = {
        .moves = b->moves, .products = b->products, .place_kinds = b->kinds, .n = b->n_moves
    };
    return event_publish(b->cx, "stock.moved", &stock_move_entity, &b->moves[0], &event);
}
