/* Counting a place while it trades.
 *
 * Each line carries the instant at which it was scanned. What should have been there at that
 * instant is what is on hand now minus everything that has happened since; the difference to what
 * was counted is booked as of the scan. So sales between the scan and the posting are netted
 * exactly, and counting never stops trade. */
#include "back/stock/stock_book.h"
#include "back/stock/stock_parts.h"

static const struct field count_fields[] = {
    F_TEXT(stock_count, number, N_("Number"), .flags = F_UNIQUE | F_SEARCH, .max = 40),
    F_REF(stock_count, site, site, N_("Site")),
    F_REF(stock_count, place, place, N_("Place")),
    F_TIME(stock_count, posted_at, N_("Posted at")),
    F_TEXT(stock_count, reason, N_("Reason"), .max = 200),
    F_MONEY(stock_count, value, N_("Value of differences")),
    F_LINES(stock_count, lines, stock_count_line, stock_count, N_("Lines")),
};

const struct entity stock_count_entity = {
    .index = E_stock_count,
    .name = "stock_count",
    .plural = "stock_counts",
    .label = N_("Stock count"),
    .label_plural = N_("Stock counts"),
    .help = N_("What was found at a place, against what the books said for the same moment."),
    .shape = SHAPE(stock_count, count_fields),
    .code = "number",
    .read = "stock.read",
    .site = "site",
    .sort = "-posted_at",
    .flags = E_POSTED,
};

static const struct field count_line_fields[] = {
    F_REF(stock_count_line, stock_count, stock_count, N_("Count")),
    F_REF(stock_count_line, product, product, N_("Product")),
    F_QUANTITY(stock_count_line, counted, N_("Counted")),
    F_TIME(stock_count_line, counted_at, N_("Counted at")),
    F_QUANTITY(stock_count_line, expected, N_("Expected")),
    F_QUANTITY(stock_count_line, difference, N_("Difference")),
    F_MONEY(stock_count_line, value, N_("Value of difference")),
};

const struct entity stock_count_line_entity = {
    .index = E_stock_count_line,
    .name = "stock_count_line",
    .plural = "stock_count_lines",
    .label = N_("Count line"),
    .label_plural = N_("Count lines"),
    .help = N_("One product of a count: found, expected, and what the difference is worth."),
    .shape = SHAPE(stock_count_line, count_line_fields),
    .read = "stock.read",
    .parent = "stock_count",
    .flags = E_POSTED | E_LINE,
};

/* -- command count --------------------------------------------------------------------------------
 */

static const struct field args_line_fields[] = {
    F_REF(stock_count_args_line, product, product, N_("Product"), .flags = F_REQUIRED),
    F_QUANTITY(stock_count_args_line, counted, N_("Counted"), .flags = F_REQUIRED | F_NOT_NEGATIVE),
    F_TIME(stock_count_args_line, counted_at, N_("Counted at"),
           .help = N_("When this product was counted; none: now.")),
};
static const struct shape args_line_shape = SHAPE(stock_count_args_line, args_line_fields);

static const struct field args_fields[] = {
    F_REF(stock_count_args, site, site, N_("Site"), .flags = F_REQUIRED),
    F_REF(stock_count_args, place, place, N_("Place")),
    F_TEXT(stock_count_args, reason, N_("Reason"), .max = 200),
    F_ROWS(stock_count_args, lines, args_line_shape, N_("Lines"), .flags = F_REQUIRED,
           .max = STOCK_LINES_MAX),
};
const struct shape stock_count_shape = SHAPE(stock_count_args, args_fields);

static const struct field counted_line_fields[] = {
    F_REF(stock_counted_line, product, product, N_("Product")),
    F_QUANTITY(stock_counted_line, counted, N_("Counted")),
    F_QUANTITY(stock_counted_line, expected, N_("Expected")),
    F_QUANTITY(stock_counted_line, difference, N_("Difference")),
    F_MONEY(stock_counted_line, value, N_("Value of difference")),
};
static const struct shape counted_line_shape = SHAPE(stock_counted_line, counted_line_fields);

static const struct field counted_fields[] = {
    F_REF(stock_counted, stock_count, stock_count, N_("Count")),
    F_TEXT(stock_counted, number, N_("Number")),
    F_MONEY(stock_counted, value, N_("Value of differences")),
    F_ROWS(stock_counted, lines, counted_line_shape, N_("Lines")),
};
const struct shape stock_counted_shape = SHAPE(stock_counted, counted_fields);

struct counting {
    struct stock_count_line line;
    struct shelf *shelf;
    struct ask *since;
};

static const char moved_since[] =
    "SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM stock_moves "
    "WHERE company = $1 AND product = $2 AND place = $3 AND occurred_at > $4";

static enum err count_lines(struct book *b, const struct stock_count_args *a,
                            const struct stock_count *head, struct counting *work)
{
    struct cx *cx = b->cx;
    const struct stock_count_args_line *lines = a->lines.items;
    for (size_t i = 0; i < a->lines.n; i++) {
        struct stock_count_line *l = &work[i].line;
        const struct product *p;
        TRY(stock_product(cx, lines[i].product, i, &p));
        for (size_t k = 0; k < i; k++) {
            if (lines[k].product.id == lines[i].product.id) {
                return REFUSE(cx, &stock_refusal_product_twice, path_at(cx, "lines", i, "product"),
                              p->code);
            }
        }
        TRY(product_quantity_check(cx, p, lines[i].counted, path_at(cx, "lines", i, "counted")));
        TRY(stock_time(cx, lines[i].counted_at, path_at(cx, "lines", i, "counted_at"),
                       &l->counted_at));
        TRY(cx_new_id(cx, &l->record.id));
        l->stock_count.id = head->record.id;
        l->product = lines[i].product;
        l->counted = lines[i].counted;
        work[i].shelf = book_shelf(b, head->place.id, 0, p);
        struct value args[] = { v_int(cx->company), v_int(l->product.id), v_int(head->place.id),
                                v_int(l->counted_at.us) };
        TRY(store_ask(cx, moved_since, args, N_ELEMENTS(args), &work[i].since));
    }
    return OK;
}

static enum err count_difference(struct book *b, struct counting *c, size_t line)
{
    struct stock_count_line *l = &c->line;
    struct shelf *s = c->shelf;
    struct rows rows;
    TRY(store_answer(b->cx, c->since, &rows));
    l->expected = qty_sub(s->cost.on_hand, qty_of(rows_int(&rows, 0, 0)));
    l->difference = qty_sub(l->counted, l->expected);
    struct book_line w = { .shelf = s,
                           .kind = MOVE_COUNT,
                           .quantity = l->difference,
                           .source_line = l->record.id,
                           .line = line };
    b->like.occurred_at = l->counted_at;
    if (l->difference.micro > 0) {
        enum err e = cost_worth(&s->cost, s->fifo, w.quantity, &w.value);
        TRY(book_range(b, e, s, line));
        TRY(book_enter(b, &w));
        l->value = w.value;
    } else if (l->difference.micro < 0) {
        w.quantity = qty_of(-l->difference.micro);
        if (!s->negative_ok && w.quantity.micro > s->cost.on_hand.micro) {
            return REFUSE(b->cx, &stock_refusal_count_below_zero,
                          path_at(b->cx, "lines", line, "counted"), s->product->code);
        }
        TRY(book_issue(b, &w, FROM_ON_HAND));
        l->value = money_neg(w.value);
    }
    return store_insert(b->cx, &stock_count_line_entity, l);
}

enum err stock_count_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct stock_count_args *a = args;
    struct stock_counted *answer = result;
    struct stock_count head = { .posted_at = cx->now, .reason = a->reason };
    struct place place;
    struct book b;
    lines_t moves;
    TRY(book_open(&b, cx));
    TRY(stock_place_for(cx, a->site, a->place, &place));
    head.site = place.site;
    head.place.id = place.record.id;
    TRY(cx_new_id(cx, &head.record.id));
    TRY(series_next(cx, "stock_count", place.site, &head.number, NULL));
    b.like.source = head.record.id;
    b.like.reference = head.number;
    b.like.reason = a->reason;
    struct counting *work = ARENA_ARRAY(cx->arena, a->lines.n, struct counting);
    struct stock_counted_line *out = ARENA_ARRAY(cx->arena, a->lines.n, struct stock_counted_line);
    TRY(count_lines(&b, a, &head, work));
    TRY(book_load(&b));
    for (size_t i = 0; i < a->lines.n; i++) {
        const struct stock_count_line *l = &work[i].line;
        TRY(count_difference(&b, &work[i], i));
        head.value = money_add(head.value, l->value);
        out[i] = (struct stock_counted_line){ .product = l->product,
                                              .counted = l->counted,
                                              .expected = l->expected,
                                              .difference = l->difference,
                                              .value = l->value };
    }
    TRY(store_insert(cx, &stock_count_entity, &head));
    TRY(book_close(&b));
    (void)stock_answer(&b, record, &moves, NULL);
    answer->stock_count.id = head.record.id;
    answer->number = head.number;
    answer->value = head.value;
    answer->lines = (lines_t){ .items = out, .n = a->lines.n };
    return event_publish(cx, "stock_count.posted", &stock_count_entity, &head, &head);
}
