/* Barcodes and packs. A code made of digits in one of the lengths of a GTIN must have a right check
 * digit, since otherwise no scanner would ever read it; all other codes are the house's own. */
#include "common/product/inner.h"

#define GTIN_DIGITS_MAX 14

/* The product is not F_REQUIRED: inside a product's own list it goes without saying. */
/* clang-format off */
static const struct field barcode_rows[] = {
    F_REF(barcode, product, product, N_("Product"), .flags = F_INDEX | F_CREATE_ONLY),
    F_TEXT(barcode, code, N_("Barcode"), .flags = F_REQUIRED | F_UNIQUE | F_SEARCH, .max = 48),
    F_QUANTITY(barcode, quantity, N_("Quantity"), .flags = F_POSITIVE, .fallback = "1",
               .help = N_("How much is in what the code stands on: 24 for a carton of 24.")),
};

static const struct field product_unit_rows[] = {
    F_REF(product_unit, product, product, N_("Product"), .flags = F_INDEX | F_CREATE_ONLY),
    F_REF(product_unit, unit, unit, N_("Unit"), .flags = F_REQUIRED),
    F_QUANTITY(product_unit, factor, N_("Contains"), .flags = F_REQUIRED | F_POSITIVE,
               .help = N_("How much of the product's own unit is in one of this.")),
};
/* clang-format on */

static bool only_digits(text_t t)
{
    for (size_t i = 0; i < t.n; i++) {
        if (t.s[i] < '0' || t.s[i] > '9') {
            return false;
        }
    }
    return true;
}

static bool has_blank(text_t t)
{
    for (size_t i = 0; i < t.n; i++) {
        if (t.s[i] == ' ') {
            return true;
        }
    }
    return false;
}

static bool gtin_shaped(text_t t)
{
    return (t.n == 8 || (t.n >= 12 && t.n <= GTIN_DIGITS_MAX)) && only_digits(t);
}

static enum err barcode_check(struct cx *cx, const void *before, void *after)
{
    (void)before;
    const struct barcode *b = after;
    if (b->product.id == 0) {
        return refuse(cx, &product_missing, TEXT("product"));
    }
    if (has_blank(b->code)) {
        return REFUSE(cx, &barcode_blank, TEXT("code"), b->code);
    }
    if (gtin_shaped(b->code) && !gtin_ok(b->code)) {
        return REFUSE(cx, &barcode_check_digit, TEXT("code"), b->code);
    }
    return OK;
}

const struct entity barcode_entity = {
    .index = E_barcode,
    .name = "barcode",
    .plural = "barcodes",
    .label = N_("Barcode"),
    .label_plural = N_("Barcodes"),
    .help = N_("What scanners read; a product can have any number of them."),
    .shape = SHAPE(barcode, barcode_rows),
    .code = "code",
    .read = "product.read",
    .write = "product.write",
    .sort = "code",
    .flags = E_CACHED | E_HISTORY,
    .check = barcode_check,
};

/* --- Packs */

static const struct index_def product_unit_indexes[] = {
    { .name = "product_units_once", .cols = "company, product, unit", .unique = true },
};

/* The index holds that a pack stands once; the question here gives the caller its name. */
static enum err pack_twin_refused(struct cx *cx, const struct product_unit *u)
{
    struct product_unit *list;
    size_t n;
    struct value v[] = { v_int(u->product.id), v_int(u->unit.id), v_int(u->record.id) };
    TRY(store_select(cx, &product_unit_entity, "product = $1 AND unit = $2 AND id <> $3", v, 3,
                     &list, &n));
    return n > 0 ? refuse(cx, &unit_twice, TEXT("unit")) : OK;
}

static enum err product_unit_check(struct cx *cx, const void *before, void *after)
{
    (void)before;
    const struct product_unit *u = after;
    struct product product;
    if (u->product.id == 0) {
        return refuse(cx, &product_missing, TEXT("product"));
    }
    TRY(store_get(cx, &product_entity, u->product.id, &product));
    if (u->unit.id == product.unit.id) {
        return REFUSE(cx, &unit_is_own, TEXT("unit"), product.code);
    }
    return pack_twin_refused(cx, u);
}

const struct entity product_unit_entity = {
    .index = E_product_unit,
    .name = "product_unit",
    .plural = "product_units",
    .label = N_("Pack"),
    .label_plural = N_("Packs"),
    .help = N_("Other units of a product with their exact contents: a carton of 24 pieces."),
    .shape = SHAPE(product_unit, product_unit_rows),
    .read = "product.read",
    .write = "product.write",
    .sort = "product",
    .flags = E_CACHED | E_HISTORY,
    .indexes = product_unit_indexes,
    .n_indexes = N_ELEMENTS(product_unit_indexes),
    .check = product_unit_check,
};

/* --- Scanning */

static enum err barcode_find(struct cx *cx, text_t code, struct barcode *out)
{
    enum err e = store_find(cx, &barcode_entity, "code", code, out);
    return e == OK && out->record.archived ? ERR_NOT_FOUND : e;
}

/* Scanners may read a UPC-A as the EAN-13 that it is, and a GTIN-14 may hold a shorter one: the
 * same number, with zeros before it. */
static enum err gtin_find(struct cx *cx, text_t code, struct barcode *out)
{
    static const size_t lengths[] = { 13, 12, 14, 8 };
    char padded[GTIN_DIGITS_MAX];
    if (!gtin_shaped(code)) {
        return ERR_NOT_FOUND;
    }
    memset(padded, '0', sizeof padded);
    memcpy(padded + sizeof padded - code.n, code.s, code.n);
    size_t zeros = 0;
    while (zeros < sizeof padded && padded[zeros] == '0') {
        zeros++;
    }
    for (size_t i = 0; i < N_ELEMENTS(lengths); i++) {
        size_t n = lengths[i];
        if (n == code.n || sizeof padded - n > zeros) {
            continue;
        }
        text_t other = { padded + sizeof padded - n, n };
        enum err e = barcode_find(cx, text_copy(cx->arena, other), out);
        if (e != ERR_NOT_FOUND) {
            return e;
        }
    }
    return ERR_NOT_FOUND;
}

/* The code of a scan in whatever form it came. */
static enum err scan_find(struct cx *cx, text_t said, struct barcode *out)
{
    text_t code = text_copy(cx->arena, text_trim(said));
    enum err e = barcode_find(cx, code, out);
    return e == ERR_NOT_FOUND ? gtin_find(cx, code, out) : e;
}

enum err product_by_barcode(struct cx *cx, text_t code, text_t field, struct product *out,
                            qty_t *quantity)
{
    struct barcode barcode;
    enum err e = scan_find(cx, code, &barcode);
    if (e == ERR_NOT_FOUND) {
        return REFUSE(cx, &unknown_barcode, field, text_trim(code));
    }
    TRY(e);
    *quantity = barcode.quantity;
    return store_get(cx, &product_entity, barcode.product.id, out);
}

enum err product_scanned(struct cx *cx, text_t said, void *record)
{
    struct barcode barcode;
    TRY(scan_find(cx, said, &barcode));
    return store_get_visible(cx, &product_entity, barcode.product.id, record);
}
