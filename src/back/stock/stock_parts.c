/* Refusals and helpers that the commands of this area share. */
#include "back/stock/stock_parts.h"

#include "back/stock/stock_book.h"

#define R(name, status_, title_, detail_)                                                          \
    const struct refusal stock_refusal_##name = {                                                  \
        .code = #name, .status = status_, .title = title_, .detail = detail_                       \
    }

R(out_of_stock, 409, N_("Out of stock"),
  N_("Only {1} of {2} can be taken here, {3} were asked for. Take less, or receive goods first."));
R(stock_changed, 409, N_("Stock changed meanwhile"),
  N_("The stock of {1} was changed at the same moment. Nothing was done; try again."));
R(stock_too_large, 422, N_("Too large for the stock"),
  N_("The quantity or the value of {1} would become larger than can be kept. Check the figures."));
R(no_place, 409, N_("No place for stock"),
  N_("This site has no main or transit place. Choose a main place for it first."));
R(not_stocked, 422, N_("Not a stocked product"), N_("{1} is a service: it has no stock."));
R(unknown_pack, 422, N_("Unknown pack"),
  N_("{1} is not sold or bought in {2}. Add the pack first."));
R(product_not_given, 422, N_("No product"), N_("Give the product or its barcode."));
R(in_the_future, 422, N_("In the future"),
  N_("This cannot have happened yet. Give a time in the past."));
R(place_of_other_site, 422, N_("Place of another site"),
  N_("The place {1} belongs to another site."));
R(place_in_transit, 422, N_("Goods in transit"),
  N_("{1} holds goods in transit. Receive or cancel the transfer instead."));
R(quantity_zero, 422, N_("No quantity"), N_("The quantity must not be zero."));
R(product_twice, 422, N_("Product given twice"),
  N_("{1} stands on two lines. Put all of it on one line."));
R(count_below_zero, 409, N_("Count cannot be right"),
  N_("More of {1} has left since this count than was counted. Count it again."));
R(same_site, 422, N_("Same site"), N_("Both sites use the same stock. Choose two different ones."));
R(not_in_transfer, 422, N_("Not in this transfer"), N_("{1} is not part of this transfer."));
R(more_than_sent, 422, N_("More than was sent"), N_("Only {1} of {2} is still in transit."));
R(before_sent, 422, N_("Before it was sent"), N_("Goods cannot arrive before they were sent."));
R(not_a_receipt, 422, N_("Not a receipt"),
  N_("Only the cost of received goods can be changed later."));
R(amount_zero, 422, N_("No amount"), N_("The amount must not be zero."));
R(main_place_needed, 409, N_("The site needs this place"),
  N_("Every site has a main place and a transit place. Make another place the main one first."));
R(transit_place, 422, N_("Goods in transit"),
  N_("A transit place cannot be the main place and cannot go below zero."));
R(place_not_empty, 409, N_("Place not empty"), N_("There is still stock at {1}. Move it first."));

const struct refusal *const stock_refusals[STOCK_REFUSALS] = {
    &stock_refusal_out_of_stock,        &stock_refusal_stock_changed,
    &stock_refusal_stock_too_large,     &stock_refusal_no_place,
    &stock_refusal_not_stocked,         &stock_refusal_unknown_pack,
    &stock_refusal_product_not_given,   &stock_refusal_in_the_future,
    &stock_refusal_place_of_other_site, &stock_refusal_place_in_transit,
    &stock_refusal_quantity_zero,       &stock_refusal_product_twice,
    &stock_refusal_count_below_zero,    &stock_refusal_same_site,
    &stock_refusal_not_in_transfer,     &stock_refusal_more_than_sent,
    &stock_refusal_before_sent,         &stock_refusal_not_a_receipt,
    &stock_refusal_amount_zero,         &stock_refusal_main_place_needed,
    &stock_refusal_transit_place,       &stock_refusal_place_not_empty,
};

enum err stock_site_of(struct cx *cx, site_ref site, site_ref *out)
{
    struct site s;
    TRY(store_get_any(cx, &site_entity, site.id, &s));
    *out = s.stock_site.id ? s.stock_site : site;
    return OK;
}

enum err stock_site_place(struct cx *cx, site_ref site, enum place_kind kind, text_t field,
                          struct place *out)
{
    struct value args[] = { v_int(site.id), v_int(kind) };
    struct place *places;
    size_t n;
    TRY(store_select(
        cx, &place_entity,
        "site = $1 AND kind = $2 AND (kind = 1 OR main = 1) AND archived = 0 ORDER BY id", args, 2,
        &places, &n));
    if (n == 0) {
        return refuse(cx, &stock_refusal_no_place, field);
    }
    *out = places[0];
    return OK;
}

enum err stock_place_for(struct cx *cx, site_ref site, place_ref place, struct place *out)
{
    site_ref stock_site;
    TRY(stock_site_of(cx, site, &stock_site));
    if (place.id == 0) {
        return stock_site_place(cx, stock_site, PLACE_STORAGE, TEXT("site"), out);
    }
    TRY(store_get(cx, &place_entity, place.id, out));
    if (out->site.id != site.id && out->site.id != stock_site.id) {
        return REFUSE(cx, &stock_refusal_place_of_other_site, TEXT("place"), out->code);
    }
    if (out->kind == PLACE_TRANSIT) {
        return REFUSE(cx, &stock_refusal_place_in_transit, TEXT("place"), out->code);
    }
    return out->record.archived ? refuse(cx, &refusal_archived, TEXT("place")) : OK;
}

enum err stock_time(struct cx *cx, instant_t given, text_t field, instant_t *out)
{
    *out = instant_none(given) ? cx->now : given;
    return out->us > cx->now.us ? refuse(cx, &stock_refusal_in_the_future, field) : OK;
}

enum err stock_product(struct cx *cx, product_ref ref, size_t line, const struct product **out)
{
    text_t field = path_at(cx, "lines", line, "product");
    if (ref.id == 0) {
        return refuse(cx, &stock_refusal_product_not_given, field);
    }
    struct product *p = ARENA_NEW(cx->arena, struct product);
    TRY(store_get(cx, &product_entity, ref.id, p));
    if (p->kind != PRODUCT_STOCKED) {
        return REFUSE(cx, &stock_refusal_not_stocked, field, p->code);
    }
    *out = p;
    return OK;
}

text_t stock_quantity_text(struct cx *cx, int64_t micro)
{
    char digits[DECIMAL_TEXT_MAX];
    size_t n = decimal_print(micro < 0 ? 0 : micro, QTY_SCALE, 0, digits);
    return text_copy(cx->arena, (text_t){ digits, n });
}

int64_t stock_answer(struct book *b, void *record, lines_t *moves, money_t *value)
{
    struct stock_posted_move *out = ARENA_ARRAY(b->cx->arena, b->n_moves, struct stock_posted_move);
    money_t sum = money_of(0);
    for (size_t i = 0; i < b->n_moves && !b->cx->arena->failed; i++) {
        const struct stock_move *m = &b->moves[i];
        out[i] = (struct stock_posted_move){
            .id = m->record.id,
            .kind = m->kind,
            .product = m->product,
            .place = m->place,
            .quantity = m->quantity,
            .value = m->value,
            .expense = m->expense,
        };
        sum = money_add(sum, m->value);
    }
    *moves = (lines_t){ .items = out, .n = b->n_moves };
    if (value) {
        *value = sum;
    }
    if (b->n_moves == 0) {
        return 0;
    }
    *(struct stock_move *)record = b->moves[0];
    return b->moves[0].record.id;
}
