/* Why goods cost what they did: for a line of a sale by its movements, for a movement by what it
 * kept when it was booked: the layers that were taken, or the average of what lay there. */
#include "back/stock/stock_cost.h"
#include "back/stock/stock_face.h"
#include "back/stock/stock_parts.h"
#include "front/order/order.h"
#include "meta/refs.h"

/* Goods leave at the time of the sale, or when it reached the house: a till's clock may run ahead
 * by some minutes. */
#define CLOCK_US (INT64_C(10) * 60 * US_PER_SECOND)

#define RECEIPTS_SHOWN 5

static bool sees_value(const struct page_cx *p)
{
    return cx_may(p->cx, "stock.value");
}

/* -- the layers ---------------------------------------------------------------------------- */

/* Cost of one, in up to six decimals. */
static void put_unit_cost(struct page_cx *p, struct why_out *out, qty_t q, money_t value)
{
    rate_t each;
    if (q.micro > 0 && cost_rate(value, q, p->cx->decimals, &each) == OK) {
        why_input(out, N_("Unit cost"), page_quantity(p, qty_of(each.micro)));
    }
}

_Static_assert(RATE_SCALE == QTY_SCALE, "a cost of one written as a quantity is");

static void put_part(struct page_cx *p, struct why_out *out, qty_t q, money_t value)
{
    why_input(out, N_("Quantity"), page_quantity(p, q));
    put_unit_cost(p, out, q, value);
    why_input(out, N_("Value"), page_money(p, value));
}

/* What the layers do not account for: what came by average before there were layers, or was not
 * there at all. */
static void put_rest(struct page_cx *p, struct why_out *out, qty_t q, money_t value)
{
    if (q.micro > 0) {
        why_step(out,
                 page_text(p, N_("Without a layer: at the average of before, or, where nothing "
                                 "was left, at the last known cost")));
        put_part(p, out, q, value);
    } else if (value.minor != 0) {
        why_step(out, page_text(p, N_("Rounding")));
        why_input(out, N_("Value"), page_money(p, value));
    }
}

static enum err put_layers(struct page_cx *p, const struct stock_move *m, struct why_out *out)
{
    struct json *list;
    struct json_fault fault;
    qty_t rest = qty_of(-m->quantity.micro);
    money_t left = money_neg(m->value);
    TRY(json_parse(p->cx->arena, m->layers.s, m->layers.n, &list, &fault));
    for (const struct json *l = list->first; l; l = l->next) {
        text_t quantity = json_get_text(l, "quantity"), value = json_get_text(l, "value");
        text_t at = json_get_text(l, "received_at");
        const struct json *receipt = json_get(l, "receipt");
        qty_t q;
        money_t worth;
        instant_t when;
        int64_t id;
        TRY(decimal_parse(quantity.s, quantity.n, QTY_SCALE, &q.micro));
        TRY(decimal_parse(value.s, value.n, p->cx->decimals, &worth.minor));
        TRY(instant_parse(at.s, at.n, &when));
        TRY(text_to_i64(receipt ? receipt->text : TEXT_NONE, &id));
        why_step(out,
                 PAGE_TEXT(p, N_("From the layer received {1}"), page_time(p, when, TIME_SHORT)));
        put_part(p, out, q, worth);
        refs_note_one(p->cx, "stock_move", id);
        TRY(refs_load(p->cx));
        why_rule(out, &stock_move_entity, id, 0);
        rest = qty_sub(rest, q);
        left = money_sub(left, worth);
    }
    put_rest(p, out, rest, left);
    return OK;
}

/* -- the average --------------------------------------------------------------------------- */

static const char receipts_sql[] =
    "SELECT m.id, m.occurred_at, m.quantity, m.value FROM stock_moves m WHERE m.product = $1 "
    "AND m.place = $2 AND m.occurred_at <= $3 AND m.recorded_at <= $4 AND m.company = $5 "
    "AND m.quantity > 0 AND m.kind IN (0, 4) ORDER BY m.occurred_at DESC, m.id DESC LIMIT $6";
_Static_assert(MOVE_RECEIPT == 0 && MOVE_TRANSFER_IN == 4, "the kinds above");

static enum err put_receipts(struct page_cx *p, const struct stock_move *m, struct why_out *out)
{
    struct rows rows;
    const struct value args[] = { v_int(m->product.id),     v_int(m->place.id),
                                  v_int(m->occurred_at.us), v_int(m->recorded_at.us),
                                  v_int(p->cx->company),    v_int(RECEIPTS_SHOWN) };
    TRY(store_query(p->cx, receipts_sql, args, N_ELEMENTS(args), &rows));
    for (size_t i = 0; i < rows.n; i++) {
        refs_note_one(p->cx, "stock_move", rows_int(&rows, i, 0));
    }
    TRY(refs_load(p->cx));
    for (size_t i = 0; i < rows.n; i++) {
        why_step(out, PAGE_TEXT(p, N_("Received before, {1}"),
                                page_time(p, (instant_t){ rows_int(&rows, i, 1) }, TIME_SHORT)));
        put_part(p, out, qty_of(rows_int(&rows, i, 2)), money_of(rows_int(&rows, i, 3)));
        why_rule(out, &stock_move_entity, rows_int(&rows, i, 0), 0);
    }
    return OK;
}

static enum err put_average(struct page_cx *p, const struct stock_move *m, struct why_out *out)
{
    qty_t q = qty_of(-m->quantity.micro), before = m->on_hand_before;
    TRY(put_receipts(p, m, out));
    if (before.micro > 0) {
        why_step(out, page_text(p, N_("Before it there were, at their average")));
        put_part(p, out, before, m->value_before);
    }
    if (q.micro > (before.micro > 0 ? before.micro : 0)) {
        why_step(out, page_text(p, N_("More left than there was: the rest at the last known cost, "
                                      "which the next receipt makes exact")));
    }
    return OK;
}

/* -- a movement ---------------------------------------------------------------------------- */

static enum err put_basis(struct page_cx *p, const struct stock_move *m, struct why_out *out)
{
    if (!sees_value(p) || m->quantity.micro >= 0) {
        return OK;
    }
    if (m->on_hand_before.micro == VALUE_NONE) {
        return OK; /* of goods in transit, which keep their value, or booked before it was kept */
    }
    return text_empty(m->layers) ? put_average(p, m, out) : put_layers(p, m, out);
}

static enum err put_move(struct page_cx *p, const struct stock_move *m, struct why_out *out)
{
    text_t code = TEXT_NONE, label = TEXT_NONE;
    TRY(put_basis(p, m, out));
    refs_note_one(p->cx, "stock_move", m->record.id);
    refs_note_one(p->cx, "place", m->place.id);
    TRY(refs_load(p->cx));
    (void)refs_label(p->cx, "place", m->place.id, &code, &label);
    why_step(out, page_text(p, stock_move_kinds[m->kind].label));
    why_input(out, N_("Place"), label.n ? label : code);
    why_input(out, N_("Quantity"), page_quantity(p, m->quantity));
    if (sees_value(p)) {
        why_input(out, N_("Value"), page_money(p, m->value));
    }
    why_input(out, N_("When"), page_time(p, m->occurred_at, TIME_MEDIUM));
    why_rule(out, &stock_move_entity, m->record.id, 0);
    return OK;
}

static const char *method_of(const struct product *product, const struct company *company)
{
    choice_t costing = product->costing ? product->costing - 1 : company->costing;
    return costing == COSTING_FIFO
               ? N_("First in, first out: the goods took the cost of the oldest layers.")
               : N_("Moving average: the goods took their share of what the stock was worth.");
}

static enum err explain_move(struct page_cx *p, const void *record, struct why_out *out)
{
    const struct stock_move *m = record;
    struct product product;
    struct company company;
    TRY(company_get(p->cx, &company));
    TRY(store_get_any(p->cx, &product_entity, m->product.id, &product));
    if (m->quantity.micro < 0 && m->kind != MOVE_RETURN) {
        why_step(out, page_text(p, m->on_hand_before.micro == VALUE_NONE || text_empty(m->layers)
                                       ? method_of(&product, &company)
                                       : N_("First in, first out: the goods took the cost of the "
                                            "oldest layers.")));
    }
    return put_move(p, m, out);
}

/* -- a line of a sale ---------------------------------------------------------------------- */

static enum err explain_cost(struct page_cx *p, const void *record, struct why_out *out)
{
    const struct sales_order_line *l = record;
    struct sales_order order;
    struct product product;
    struct company company;
    struct stock_move *moves;
    size_t n;
    TRY(company_get(p->cx, &company));
    TRY(store_get(p->cx, &sales_order_entity, l->sale.id, &order));
    TRY(store_get_any(p->cx, &product_entity, l->product.id, &product));
    if (product.kind != PRODUCT_STOCKED) {
        why_step(out, page_text(p, N_("A service: no goods leave the stock, so nothing is their "
                                      "cost.")));
        return OK;
    }
    const struct value args[] = { v_int(l->product.id), v_int(order.sold_at.us - CLOCK_US),
                                  v_int(order.sold_at.us + CLOCK_US), v_int(l->sale.id),
                                  v_int(l->record.id) };
    TRY(store_select(p->cx, &stock_move_entity,
                     "product = $1 AND occurred_at >= $2 AND occurred_at <= $3 AND source = $4 "
                     "AND source_line = $5 AND kind IN (1, 2) ORDER BY id LIMIT 20",
                     args, N_ELEMENTS(args), &moves, &n));
    why_step(out, page_text(p, order.kind == ORDER_RETURN
                                   ? N_("Goods that come back are worth what they left with.")
                                   : method_of(&product, &company)));
    for (size_t i = 0; i < n; i++) {
        TRY(put_move(p, &moves[i], out));
    }
    if (n == 0) {
        why_step(out, page_text(p, N_("The goods have not left yet.")));
    }
    return OK;
}
_Static_assert(MOVE_ISSUE == 1 && MOVE_RETURN == 2, "the kinds above");

const struct why stock_whys[STOCK_WHYS] = {
    { .entity = &sales_order_line_entity, .field = "cost", .explain = explain_cost },
    { .entity = &stock_move_entity, .field = "value", .explain = explain_move },
};
