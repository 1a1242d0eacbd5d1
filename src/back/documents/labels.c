/* Shelf labels: name, price with tax, price per unit, bar code. */
#include "back/documents/document_parts.h"

#define PRODUCTS_MAX 500
#define COUNT_MAX    500

/* -- what stands on them --------------------------------------------------------------------- */

/* Bars are for what can be typed on any keyboard; other codes are printed as a square. */
static bool bars_hold(text_t code)
{
    for (size_t i = 0; i < code.n; i++) {
        if (code.s[i] <= ' ' || code.s[i] > '~') {
            return false;
        }
    }
    return true;
}

/* The code with the product's own below it, where that is another one. */
static void put_barcode(struct document_cx *d, const struct label_data *l)
{
    text_t code = l->barcode;
    text_t shown = text_eq(code, l->product->code)
                       ? code
                       : JOINED(d, " \xc2\xb7 ", code, l->product->code);
    int width = d->paper->kind == PAPER_LABEL_ROLL ? 370 : 430;
    int height = d->paper->kind == PAPER_LABEL_ROLL ? 85 : 95;
    bool gtin = gtin_ok(code), square = !bars_hold(code);
    height = square ? height * 3 / 2 : height;
    paper_from_bottom(d->paper, height + 35);
    if (gtin && code.n == 13) {
        paper_code(d->paper, CODE_EAN13, ALIGN_START, code, width, height, shown);
    } else if (gtin && code.n == 12) { /* UPC-A is EAN-13 with a zero before it */
        paper_code(d->paper, CODE_EAN13, ALIGN_START, text_fmt(d->cx->arena, "0%s", code.s), width,
                   height, shown);
    } else if (gtin && code.n == 8) {
        paper_code(d->paper, CODE_EAN8, ALIGN_START, code, width * 3 / 4, height, shown);
    } else {
        paper_code(d->paper, square ? CODE_QR : CODE_128, ALIGN_START, code,
                   square ? height : width, height, shown);
    }
}

void compose_label(struct document_cx *d, const struct label_data *l)
{
    text_t each = text_empty(l->unit)
                      ? TEXT_NONE
                      : PRINT_TEXT(d->p, N_("{1} per {2}"), as_money(d, l->price), l->unit);
    const struct cell cells[] = {
        { each, 300, ALIGN_START, TYPE_MUTED },
        { as_money(d, l->price), 0, ALIGN_END, TYPE_FIGURE },
    };
    paper_label(d->paper);
    paper_text_within(d->paper, TYPE_STRONG, ALIGN_START, l->product->name, 2);
    paper_text_within(d->paper, TYPE_SMALL, ALIGN_START, l->product->options, 1);
    paper_row(d->paper, cells, N_ELEMENTS(cells));
    paper_text_within(d->paper, TYPE_MUTED, ALIGN_END, filled(d, d->template.header), 1);
    if (d->template.show_code && !text_empty(l->barcode)) {
        put_barcode(d, l);
    }
    paper_label_end(d->paper);
}

/* -- gathering ------------------------------------------------------------------------------- */

/* The site whose prices they are: named, the caller's only one, or the company's first shop. */
static enum err choose_site(struct print_cx *p, int64_t *out)
{
    struct cx *cx = p->cx;
    text_t wanted = print_param(p, "site");
    struct site site, *list;
    size_t n;
    if (!text_empty(wanted)) {
        enum err e = store_find(cx, &site_entity, "code", wanted, &site);
        if (e == ERR_NOT_FOUND && text_to_i64(wanted, out) == OK) {
            e = store_get_visible(cx, &site_entity, *out, &site);
        }
        if (e == ERR_NOT_FOUND || (e == OK && !store_visible(cx, &site_entity, &site))) {
            return REFUSE(cx, &refusal_unknown_reference, TEXT("site"), wanted,
                          text_of(cx_text(cx, site_entity.label)));
        }
        TRY(e);
        *out = site.record.id;
        return OK;
    }
    TRY(store_select(cx, &site_entity, "archived = 0 ORDER BY kind, id", NULL, 0, &list, &n));
    for (size_t i = 0; i < n; i++) {
        if (store_visible(cx, &site_entity, &list[i])) {
            *out = list[i].record.id;
            return OK;
        }
    }
    return refuse(cx, &refusal_no_site_for_price, TEXT("site"));
}

static enum err price_of(struct document_cx *d, const struct product *product, money_t *out)
{
    const struct tariff_line line = { .product = product,
                                      .quantity = { QTY_ONE },
                                      .price = { VALUE_NONE } };
    struct pricing_basket *basket;
    TRY(tariff_price(d->cx, &d->site, NULL, site_date(&d->site, d->cx->now), &line, 1, &basket));
    *out = basket->lines[0].total;
    return OK;
}

/* The code on a single piece, a GTIN before others; else the product's own. */
static enum err barcode_of(struct cx *cx, const struct product *product, text_t *out)
{
    struct barcode *list;
    size_t n;
    const struct value args[] = { v_int(product->record.id), v_int(QTY_ONE) };
    TRY(store_select(cx, &barcode_entity,
                     "product = $1 AND quantity = $2 AND archived = 0 ORDER BY id", args,
                     N_ELEMENTS(args), &list, &n));
    *out = n > 0 ? list[0].code : product->code;
    for (size_t i = 0; i < n; i++) {
        if (gtin_ok(list[i].code)) {
            *out = list[i].code;
            break;
        }
    }
    return OK;
}

static enum err put_product(struct document_cx *d, const struct product *product, int64_t count)
{
    struct unit unit;
    struct label_data l = { .product = product };
    TRY(price_of(d, product, &l.price));
    TRY(barcode_of(d->cx, product, &l.barcode));
    if (product->unit.id != 0) {
        TRY(store_get_any(d->cx, &unit_entity, product->unit.id, &unit));
        l.unit = unit.name;
    }
    for (int64_t i = 0; i < count; i++) {
        compose_label(d, &l);
    }
    return OK;
}

static enum err count_param(struct print_cx *p, const char *name, int64_t most, int64_t without,
                            int64_t *out)
{
    text_t t = print_param(p, name);
    *out = without;
    if (!text_empty(t) && (text_to_i64(t, out) != OK || *out < 1 || *out > most)) {
        return REFUSE(p->cx, &refusal_bad_number, text_of(name), text_of(name));
    }
    return OK;
}

/* The products of ?ids= beside the one of the address. */
static enum err more_products(struct document_cx *d, int64_t first, int64_t count, size_t *n)
{
    text_t rest = print_param(d->p, "ids");
    while (!text_empty(rest)) {
        int64_t id;
        struct product product;
        text_t one = text_trim(text_split(rest, ',', &rest));
        enum err e = text_to_i64(one, &id) == OK
                         ? store_get_visible(d->cx, &product_entity, id, &product)
                         : ERR_NOT_FOUND;
        if (e == ERR_NOT_FOUND) {
            return REFUSE(d->cx, &refusal_unknown_reference, TEXT("ids"), one,
                          text_of(cx_text(d->cx, product_entity.label)));
        }
        TRY(e);
        if (++*n > PRODUCTS_MAX || (int64_t)*n * count > PRINT_LINES_MAX) {
            return REFUSE(d->cx, &refusal_too_many_labels, TEXT("ids"),
                          text_fmt(d->cx->arena, "%d", PRINT_LINES_MAX));
        }
        if (id != first) {
            TRY(put_product(d, &product, count));
        }
    }
    return OK;
}

static enum err choose_sheet(struct document_cx *d)
{
    static const struct {
        const char *name;
        enum paper_kind kind;
    } sheets[] = { { "24", PAPER_LABELS_24 },
                   { "21", PAPER_LABELS_21 },
                   { "roll", PAPER_LABEL_ROLL } };
    text_t wanted = print_param(d->p, "sheet");
    for (size_t i = 0; i < N_ELEMENTS(sheets); i++) {
        if (text_is(wanted, sheets[i].name)) {
            d->paper->kind = sheets[i].kind;
            return OK;
        }
    }
    return text_empty(wanted) ? OK
                              : REFUSE(d->cx, &refusal_unknown_choice, TEXT("sheet"), wanted,
                                       TEXT("24, 21, roll"));
}

enum err gather_labels(struct print_cx *p, const void *record)
{
    const struct product *product = record;
    struct document_cx d;
    int64_t site, count;
    size_t n = 1;
    TRY(choose_site(p, &site));
    TRY(document_begin(&d, p, site, 0));
    TRY(count_param(p, "count", COUNT_MAX, 1, &count));
    TRY(document_speak(&d, TEMPLATE_LABEL, TEXT_NONE));
    TRY(choose_sheet(&d));
    document_name(&d, "labels", say(&d, N_("Labels")), product->code,
                  as_date(&d, site_date(&d.site, p->cx->now), DATE_MEDIUM),
                  date_start(site_date(&d.site, p->cx->now)));
    TRY(put_product(&d, product, count));
    return more_products(&d, product->record.id, count, &n);
}
