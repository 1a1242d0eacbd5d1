/* What people see of prices: a product's prices in all lists, with their validity and steps. */
#include "common/pricing/pricing_face.h"
#include "common/pricing/inner.h"
#include "meta/refs.h"

#define PRICES_SHOWN 50

static const struct table_col price_cols[] = {
    { .label = N_("Price list"), .grow = true },
    { .label = N_("Valid") },
    { .label = N_("From quantity"), .number = true },
    { .label = N_("Price"), .number = true },
};

static text_t validity(struct page_cx *p, const struct price *price)
{
    text_t from = page_date(p, price->valid_from, DATE_MEDIUM);
    text_t to = page_date(p, price->valid_to, DATE_MEDIUM);
    if (date_none(price->valid_from) && date_none(price->valid_to)) {
        return page_text(p, N_("Always"));
    }
    if (date_none(price->valid_to)) {
        return PAGE_TEXT(p, N_("from {1}"), from);
    }
    return date_none(price->valid_from) ? PAGE_TEXT(p, N_("until {1}"), to)
                                        : PAGE_TEXT(p, N_("{1} to {2}"), from, to);
}

static void price_row(struct page_cx *p, const struct price *price, date_t today)
{
    page_row(p);
    page_cell_ref(p, "price_list", price->list.id);
    page_cell_open(p);
    page_badge(p, validity(p, price),
               valid_on(price->valid_from, price->valid_to, today) ? TONE_GOOD : TONE_PLAIN);
    page_cell_close(p);
    page_cell(p, page_quantity(p, price->minimum_quantity));
    page_cell_link(p, page_money(p, price->price),
                   page_record_address(p, "price", price->record.id));
    page_row_end(p);
}

static enum err show_prices(struct page_cx *p, const void *record)
{
    const struct product *product = record;
    const struct value args[] = { v_int(product->record.id) };
    struct price *prices;
    size_t n;
    TRY(store_select(p->cx, &price_entity,
                     "product = $1 AND archived = 0 ORDER BY list, minimum_quantity, id", args, 1,
                     &prices, &n));
    if (n == 0) {
        EL(p->h, "p.muted",
           page_text(p, N_("In no price list: the product's own price holds everywhere.")));
        return OK;
    }
    n = n > PRICES_SHOWN ? PRICES_SHOWN : n;
    for (size_t i = 0; i < n; i++) {
        refs_note_one(p->cx, "price_list", prices[i].list.id);
    }
    TRY(refs_load(p->cx));
    page_table(p, N_("Prices in lists"), price_cols, N_ELEMENTS(price_cols));
    for (size_t i = 0; i < n; i++) {
        price_row(p, &prices[i], instant_date(p->cx->now));
    }
    page_table_end(p);
    return OK;
}

static const struct panel panels[] = {
    { .entity = &product_entity,
      .name = "prices",
      .label = N_("Prices in lists"),
      .permission = "price.read",
      .show = show_prices },
};

static const char *const menu[] = { "price_lists", "prices", "discount_rules", "taxes", NULL };

const struct area_face pricing_face = {
    .group = GROUP_FRONT,
    .icon = "percent",
    .menu = menu,
    .panels = panels,
    .n_panels = N_ELEMENTS(panels),
};
