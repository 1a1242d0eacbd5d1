/* Goods that come in, and differences that are found. */
#include "back/stock/stock_book.h"
#include "back/stock/stock_parts.h"

static const struct field posted_move_fields[] = {
    F_INTEGER(stock_posted_move, id, N_("Id")),
    F_CHOICE(stock_posted_move, kind, stock_move_kinds, N_("Kind")),
    F_REF(stock_posted_move, product, product, N_("Product")),
    F_REF(stock_posted_move, place, place, N_("Place")),
    F_QUANTITY(stock_posted_move, quantity, N_("Quantity")),
    F_MONEY(stock_posted_move, value, N_("Value")),
    F_MONEY(stock_posted_move, expense, N_("Expense")),
};
const struct shape stock_posted_move_shape = SHAPE(stock_posted_move, posted_move_fields);

static const struct field posted_fields[] = {
    F_INTEGER(stock_posted, id, N_("Id")),
    F_MONEY(stock_posted, value, N_("Value")),
    F_ROWS(stock_posted, moves, stock_posted_move_shape, N_("Movements")),
};
const struct shape stock_posted_shape = SHAPE(stock_posted, posted_fields);

/* -- receive --------------------------------------------------------------------------------------
 */

static const struct field receive_line_fields[] = {
    F_REF(stock_receive_line, product, product, N_("Product")),
    F_TEXT(stock_receive_line, barcode, N_("Barcode"), .max = 80),
    F_QUANTITY(stock_receive_line, quantity, N_("Quantity"), .flags = F_REQUIRED | F_POSITIVE),
    F_REF(stock_receive_line, unit, unit, N_("Pack"),
          .help = N_("A pack of the product; none: the product's own unit.")),
    F_RATE(stock_receive_line, unit_cost, N_("Cost of one"),
           .flags = F_REQUIRED | F_NULLABLE | F_NOT_NEGATIVE,
           .help = N_("Cost of one of what the quantity counts: of a pack when a pack is given.")),
};
static const struct shape receive_line_shape = SHAPE(stock_receive_line, receive_line_fields);

static const struct field receive_fields[] = {
    F_REF(stock_receive_args, site, site, N_("Site"), .flags = F_REQUIRED),
    F_REF(stock_receive_args, supplier, party, N_("Supplier")),
    F_TEXT(stock_receive_args, reference, N_("Reference"), .max = 120,
           .help = N_("Number of the delivery note or invoice.")),
    F_TIME(stock_receive_args, occurred_at, N_("Received at")),
    F_REF(stock_receive_args, place, place, N_("Place")),
    F_ROWS(stock_receive_args, lines, receive_line_shape, N_("Lines"), .flags = F_REQUIRED,
           .max = STOCK_LINES_MAX),
};
const struct shape stock_receive_shape = SHAPE(stock_receive_args, receive_fields);

/* How many of the product's unit are in one of the unit that a line names. */
static enum err pack_factor(struct cx *cx, const struct product *p, unit_ref unit, size_t line,
                            qty_t *factor)
{
    struct value args[] = { v_int(p->record.id), v_int(unit.id) };
    struct product_unit *packs;
    struct unit named;
    size_t n;
    *factor = qty_of(QTY_ONE);
    if (unit.id == 0 || unit.id == p->unit.id) {
        return OK;
    }
    TRY(store_select(cx, &product_unit_entity,
                     "product = $1 AND unit = $2 AND archived = 0 ORDER BY id", args, 2, &packs,
                     &n));
    if (n > 0) {
        *factor = packs[0].factor;
        return OK;
    }
    TRY(store_get(cx, &unit_entity, unit.id, &named));
    return REFUSE(cx, &stock_refusal_unknown_pack, path_at(cx, "lines", line, "unit"), p->code,
                  named.code);
}

/* The product of a line, and the factor from what the line counts to the product's unit. */
static enum err receive_product(struct cx *cx, const struct stock_receive_line *l, size_t line,
                                const struct product **p, qty_t *factor)
{
    product_ref ref = l->product;
    qty_t scanned = qty_of(QTY_ONE);
    if (ref.id == 0 && l->barcode.s) {
        struct product found;
        TRY(product_by_barcode(cx, l->barcode, path_at(cx, "lines", line, "barcode"), &found,
                               &scanned));
        ref.id = found.record.id;
    }
    TRY(stock_product(cx, ref, line, p));
    if (l->unit.id == 0) {
        *factor = scanned;
        return OK;
    }
    return pack_factor(cx, *p, l->unit, line, factor);
}

/* Quantity in the product's unit, and the value of the line. */
static enum err receive_figures(struct cx *cx, const struct stock_receive_line *l, size_t line,
                                const struct product *p, qty_t factor, struct book_line *out)
{
    text_t field = path_at(cx, "lines", line, "quantity");
    enum err e = decimal_mul_div(l->quantity.micro, factor.micro, QTY_ONE, ROUND_HALF_EVEN,
                                 &out->quantity.micro);
    if (e == OK && out->quantity.micro > QTY_MAX) {
        e = ERR_RANGE;
    }
    if (e == OK) {
        e = money_from_cost(l->unit_cost, l->quantity, cx->decimals, ROUND_HALF_EVEN, &out->value);
    }
    if (e == ERR_RANGE) {
        return REFUSE(cx, &stock_refusal_stock_too_large, field, p->code);
    }
    TRY(e);
    if (out->quantity.micro <= 0) {
        return refuse(cx, &stock_refusal_quantity_zero, field);
    }
    return product_quantity_check(cx, p, out->quantity, field);
}

/* A book of what happened then at that place. */
static enum err book_at(struct book *b, struct cx *cx, instant_t occurred_at, site_ref site,
                        place_ref place, struct place *out)
{
    TRY(book_open(b, cx));
    TRY(stock_time(cx, occurred_at, TEXT("occurred_at"), &b->like.occurred_at));
    return stock_place_for(cx, site, place, out);
}

enum err stock_receive_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct stock_receive_args *a = args;
    const struct stock_receive_line *lines = a->lines.items;
    struct stock_posted *answer = result;
    struct book b;
    struct place place;
    TRY(book_at(&b, cx, a->occurred_at, a->site, a->place, &place));
    b.like.supplier = a->supplier;
    b.like.reference = a->reference;
    struct book_line *work = ARENA_ARRAY(cx->arena, a->lines.n, struct book_line);
    for (size_t i = 0; i < a->lines.n; i++) {
        const struct product *p;
        qty_t factor;
        if (lines[i].unit_cost.micro == VALUE_NONE) {
            return REFUSE(cx, &refusal_required, path_at(cx, "lines", i, "unit_cost"),
                          text_of(cx_text(cx, N_("Cost of one"))));
        }
        TRY(receive_product(cx, &lines[i], i, &p, &factor));
        work[i] = (struct book_line){ .kind = MOVE_RECEIPT, .sets_cost = true, .line = i };
        TRY(receive_figures(cx, &lines[i], i, p, factor, &work[i]));
        work[i].shelf = book_shelf(&b, place.record.id, 0, p);
    }
    TRY(book_load(&b));
    for (size_t i = 0; i < a->lines.n; i++) {
        TRY(book_enter(&b, &work[i]));
    }
    TRY(book_close(&b));
    answer->id = stock_answer(&b, record, &answer->moves, &answer->value);
    return OK;
}

/* -- adjust ---------------------------------------------------------------------------------------
 */

static const struct field adjust_line_fields[] = {
    F_REF(stock_adjust_line, product, product, N_("Product"), .flags = F_REQUIRED),
    F_QUANTITY(stock_adjust_line, quantity, N_("Quantity"), .flags = F_REQUIRED,
               .help = N_("Above zero: found; below zero: gone.")),
    F_RATE(stock_adjust_line, unit_cost, N_("Cost of one"), .flags = F_NULLABLE | F_NOT_NEGATIVE,
           .help = N_("Of goods that were found; none: the current cost.")),
};
static const struct shape adjust_line_shape = SHAPE(stock_adjust_line, adjust_line_fields);

static const struct field adjust_fields[] = {
    F_REF(stock_adjust_args, site, site, N_("Site"), .flags = F_REQUIRED),
    F_REF(stock_adjust_args, place, place, N_("Place")),
    F_TIME(stock_adjust_args, occurred_at, N_("Happened at")),
    F_TEXT(stock_adjust_args, reason, N_("Reason"), .flags = F_REQUIRED, .max = 200),
    F_ROWS(stock_adjust_args, lines, adjust_line_shape, N_("Lines"), .flags = F_REQUIRED,
           .max = STOCK_LINES_MAX),
};
const struct shape stock_adjust_shape = SHAPE(stock_adjust_args, adjust_fields);

static enum err adjust_line(struct book *b, const struct stock_adjust_line *l, struct book_line *w)
{
    struct cx *cx = b->cx;
    if (l->quantity.micro < 0) {
        w->quantity = qty_of(-l->quantity.micro);
        return book_issue(b, w, FROM_ON_HAND);
    }
    w->quantity = l->quantity;
    w->sets_cost = l->unit_cost.micro != VALUE_NONE;
    enum err e = w->sets_cost ? money_from_cost(l->unit_cost, w->quantity, cx->decimals,
                                                ROUND_HALF_EVEN, &w->value)
                              : cost_worth(&w->shelf->cost, w->shelf->fifo, w->quantity, &w->value);
    TRY(book_range(b, e, w->shelf, w->line));
    return book_enter(b, w);
}

enum err stock_adjust_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct stock_adjust_args *a = args;
    const struct stock_adjust_line *lines = a->lines.items;
    struct stock_posted *answer = result;
    struct book b;
    struct place place;
    TRY(book_at(&b, cx, a->occurred_at, a->site, a->place, &place));
    b.like.reason = a->reason;
    struct book_line *work = ARENA_ARRAY(cx->arena, a->lines.n, struct book_line);
    for (size_t i = 0; i < a->lines.n; i++) {
        const struct product *p;
        text_t field = path_at(cx, "lines", i, "quantity");
        TRY(stock_product(cx, lines[i].product, i, &p));
        if (lines[i].quantity.micro == 0) {
            return refuse(cx, &stock_refusal_quantity_zero, field);
        }
        TRY(product_quantity_check(cx, p, lines[i].quantity, field));
        work[i] = (struct book_line){ .kind = MOVE_ADJUSTMENT, .line = i };
        work[i].shelf = book_shelf(&b, place.record.id, 0, p);
    }
    TRY(book_load(&b));
    for (size_t i = 0; i < a->lines.n; i++) {
        TRY(adjust_line(&b, &lines[i], &work[i]));
    }
    TRY(book_close(&b));
    answer->id = stock_answer(&b, record, &answer->moves, &answer->value);
    return OK;
}
