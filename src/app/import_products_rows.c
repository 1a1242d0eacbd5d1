/* From the rows of a catalogue to products, by the form of the file.
 *
 * A row is one product, except in Shopify's files: there all rows with one handle are one product,
 * the first with its title, further ones with a variant or only with an image. A product with
 * variants becomes one that is not for sale, and one below it for each variant. */
#include "app/import_products_own.h"

#include <stdio.h>

#define NAME_MAX_CHARS        200
#define DESCRIPTION_MAX_CHARS 10000
#define BRAND_MAX_CHARS       100
#define OPTIONS_MAX_CHARS     200
#define CODE_MAX_BYTES        64
#define ATTRIBUTES_MAX        6

/* clang-format off */
const struct import_field product_fields[P_FIELDS] = {
    [P_CODE] = { "code", { "sku", "variantsku", "productcode", "stockcode", "itemcode", "code" } },
    [P_NAME] = { "name", { "name", "title", "productname", "itemname" } },
    [P_DESCRIPTION] = { "description", { "description", "bodyhtml", "body", "ingredientstext" } },
    [P_SHORT] = { "short_description", { "shortdescription", "genericname" } },
    [P_BRAND] = { "brand", { "brand", "vendor", "brands", "manufacturer" } },
    [P_CATEGORY] = { "category", { "categories", "category", "productcategory" } },
    [P_PRICE] = { "price", { "regularprice", "variantprice", "price", "listprice", "unitprice" } },
    [P_OFFER] = { "sale_price", { "saleprice", "specialprice" } },
    [P_OFFER_FROM] = { "sale_from", { "datesalepricestarts", "specialpricefromdate",
                                    "specialfromdate" } },
    [P_OFFER_TO] = { "sale_to", { "datesalepriceends", "specialpricetodate", "specialtodate" } },
    [P_BARCODE] = { "barcode", { "barcode", "variantbarcode", "ean", "gtin", "upc",
                                "gtinupceanorisbn" } },
    [P_KIND] = { "kind", { "kind", "producttype" } },
    [P_VARIANT_OF] = { "variant_of", { "parent", "variantof", "parentsku" } },
    [P_OPTIONS] = { "options", { "options", "variant" } },
    [P_TAX] = { "tax", { "taxcode" } },
    [P_UNIT] = { "unit", { "unit", "unitofmeasure" } },
    [P_COST] = { "cost", { "cost", "costprice", "costperitem" } },
};
/* clang-format on */

enum err product_form_of(const struct import_file *f, enum product_form *out, char why[static 256])
{
    bool named = import_has(f, P_NAME), coded = import_has(f, P_CODE);
    bool offered = import_has(f, P_PRICE) || import_has(f, P_BARCODE);
    if (import_column(f, "handle") >= 0 && import_column(f, "variantprice") >= 0) {
        *out = FORM_SHOPIFY;
    } else if (import_column(f, "regularprice") >= 0 && import_column(f, "type") >= 0 && named) {
        *out = FORM_WOOCOMMERCE;
    } else if (named && coded &&
               (import_column(f, "attributeset") >= 0 ||
                import_column(f, "attributesetcode") >= 0)) {
        *out = FORM_MAGENTO;
    } else if (named && import_column(f, "code") >= 0 && import_column(f, "brands") >= 0) {
        *out = FORM_BARCODES;
    } else if (named && (coded || offered) && (offered || f->mapped[P_NAME] || f->mapped[P_CODE])) {
        *out = FORM_PLAIN;
    } else {
        snprintf(why, 256,
                 "this is no list of products: there is no column for the name, or none for code, "
                 "price or barcode. A mapping file can name the columns");
        return ERR_INVALID;
    }
    return OK;
}

/* -- parts of a row -----------------------------------------------------------------------------
 */

static bool has_word(text_t t, const char *word)
{
    size_t k = strlen(word);
    for (size_t i = 0; i + k <= t.n; i++) {
        size_t j = 0;
        while (j < k && (t.s[i + j] | 0x20) == word[j]) {
            j++;
        }
        if (j == k) {
            return true;
        }
    }
    return false;
}

/* What other programs call kinds: what is sent by wire is a service, what only groups others or is
 * sold by somebody else is not for sale. */
static void kind_from(text_t given, struct catalogue_line *l)
{
    static const char *const services[] = { "virtual", "downloadable", "service" };
    static const char *const unsold[] = { "variable", "configurable", "grouped",
                                          "external", "bundle",       "affiliate" };
    for (size_t i = 0; i < N_ELEMENTS(services); i++) {
        l->kind = has_word(given, services[i]) ? PRODUCT_SERVICE : l->kind;
    }
    for (size_t i = 0; i < N_ELEMENTS(unsold); i++) {
        l->no_sale |= has_word(given, unsold[i]) ? 1 : 0;
    }
}

/* The deepest of "A > B, C": a comma with \ before it belongs to a name. */
static text_t deepest(text_t list)
{
    text_t best = TEXT_NONE;
    size_t best_depth = 0;
    for (size_t from = 0, i = 0; i <= list.n; i++) {
        if (i < list.n && (list.s[i] != ',' || (i > 0 && list.s[i - 1] == '\\'))) {
            continue;
        }
        text_t one = text_trim((text_t){ list.s + from, i - from });
        size_t depth = one.n > 0;
        for (size_t k = 0; k < one.n; k++) {
            depth += one.s[k] == '>';
        }
        if (depth > best_depth) {
            best = one;
            best_depth = depth;
        }
        from = i + 1;
    }
    return best;
}

static text_t replaced(struct arena *a, text_t t, char from, const char *to)
{
    struct buf b;
    buf_init(&b, a, t.n * 4 + 1);
    for (size_t i = 0; i < t.n; i++) {
        if (t.s[i] == from) {
            buf_str(&b, to);
        } else {
            buf_char(&b, t.s[i]);
        }
    }
    return buf_done(&b);
}

/* Magento: "Gear" LF "Bags" LF ... is a path of two and then other categories; in exports of whole
 * shops it is "Default Category/Gear/Bags,...". */
static text_t magento_category(struct arena *a, text_t given)
{
    text_t rest = given, first = text_trim(text_split(rest, '\n', &rest));
    if (rest.s) {
        text_t second = text_trim(text_split(rest, '\n', &rest));
        return text_fmt(a, "%.*s > %.*s", (int)first.n, first.s, (int)second.n, second.s);
    }
    first = deepest(replaced(a, first, '/', " > "));
    static const char root[] = "Default Category > ";
    if (text_starts(first, root)) {
        first.s += sizeof root - 1;
        first.n -= sizeof root - 1;
    }
    return first;
}

static text_t category_from(struct product_import *p, struct arena *a)
{
    text_t given = import_cell(&p->file, P_CATEGORY);
    switch (p->form) {
    case FORM_WOOCOMMERCE:
        return import_line(a, replaced(a, deepest(given), '\\', ""), 400);
    case FORM_MAGENTO:
        return import_line(a, magento_category(a, given), 400);
    case FORM_BARCODES:
        return import_line(a, replaced(a, text_split(given, ',', &given), '>', "-"), 400);
    case FORM_SHOPIFY:
        if (given.n == 0) {
            given = import_cell_at(&p->file, import_column(&p->file, "type"));
        }
        return import_line(a, given, 400);
    case FORM_PLAIN:
    default:
        return import_line(a, given, 400);
    }
}

static int64_t named(const struct named_id *list, size_t n, text_t code)
{
    for (size_t i = 0; i < n; i++) {
        if (text_eq(list[i].code, code)) {
            return list[i].id;
        }
    }
    return 0;
}

static date_t day_from(text_t t)
{
    date_t day;
    return t.n >= 10 && date_parse(t.s, 10, &day) == OK ? day : DATE_NONE;
}

/* A price that is there; *reason says what is wrong with it. */
static bool price_from(struct product_import *p, size_t field, money_t *out, text_t *reason)
{
    text_t t = import_cell(&p->file, field);
    *out = money_of(VALUE_NONE);
    if (t.n > 0 && (import_amount(t, p->decimals, out) != OK || out->minor < 0)) {
        *reason = text_fmt(&p->rejects.arena, "%.*s is no price.", (int)(t.n < 60 ? t.n : 60), t.s);
        return false;
    }
    return true;
}

/* Prices, tax and unit. false: the row is wrong. */
static bool figures_from(struct product_import *p, struct catalogue_line *l, text_t *reason)
{
    money_t cost;
    text_t tax = import_cell(&p->file, P_TAX), unit = import_cell(&p->file, P_UNIT);
    if (!price_from(p, P_PRICE, &l->price, reason) || !price_from(p, P_OFFER, &l->offer, reason) ||
        !price_from(p, P_COST, &cost, reason)) {
        return false;
    }
    if (l->offer.minor != VALUE_NONE && l->price.minor != VALUE_NONE &&
        l->offer.minor >= l->price.minor) {
        l->offer = money_of(VALUE_NONE); /* no offer at all */
    }
    l->offer_from = day_from(import_cell(&p->file, P_OFFER_FROM));
    l->offer_to = day_from(import_cell(&p->file, P_OFFER_TO));
    if (cost.minor != VALUE_NONE) {
        l->cost = rate_of(cost.minor * decimal_pow10(RATE_SCALE - p->decimals));
    }
    l->tax.id = named(p->taxes, p->n_taxes, tax);
    l->unit.id = named(p->units, p->n_units, unit.n > 0 ? unit : TEXT("pc"));
    if ((tax.n > 0 && l->tax.id == 0) || (unit.n > 0 && l->unit.id == 0)) {
        *reason = text_fmt(&p->rejects.arena, "There is no %s %.*s.", l->tax.id ? "unit" : "tax",
                           (int)(l->tax.id ? unit.n : tax.n), l->tax.id ? unit.s : tax.s);
        return false;
    }
    return true;
}

/* A code of digits must be a GTIN; others are the house's own. */
static void barcode_from(struct product_import *p, struct arena *a, text_t given,
                         const struct source_row *row, struct catalogue_line *l)
{
    bool digits = given.n > 0, blank = given.n > 48;
    for (size_t i = 0; i < given.n; i++) {
        digits = digits && given.s[i] >= '0' && given.s[i] <= '9';
        blank = blank || given.s[i] == ' ';
    }
    if (given.n == 0) {
        return;
    }
    if (blank || (digits && !gtin_ok(given))) {
        product_warn(p, row,
                     text_fmt(&p->rejects.arena,
                              "Taken without the barcode %.*s: its length or check digit is wrong.",
                              (int)(given.n < 60 ? given.n : 60), given.s));
        return;
    }
    l->barcode = text_copy(a, given);
}

static text_t description_from(struct product_import *p, struct arena *a)
{
    text_t brief = import_plain(a, import_cell(&p->file, P_SHORT), DESCRIPTION_MAX_CHARS / 2);
    text_t whole = import_plain(a, import_cell(&p->file, P_DESCRIPTION), DESCRIPTION_MAX_CHARS / 2);
    if (brief.n == 0 || whole.n == 0) {
        return brief.n > 0 ? brief : whole;
    }
    return text_fmt(a, "%s\n%s", brief.s, whole.s);
}

/* "Blue / L" of the attributes 1, 2, ... of a WooCommerce row. */
static text_t woo_options(struct product_import *p, struct arena *a)
{
    struct buf b;
    buf_init(&b, a, 4096);
    for (int i = 1; i <= ATTRIBUTES_MAX; i++) {
        char name[40];
        snprintf(name, sizeof name, "attribute%dvalues", i);
        text_t value = import_cell_at(&p->file, import_column(&p->file, name));
        if (value.n > 0) {
            buf_str(&b, b.n > 0 ? " / " : "");
            buf_text(&b, value);
        }
    }
    return import_line(a, buf_done(&b), OPTIONS_MAX_CHARS);
}

/* -- WooCommerce --------------------------------------------------------------------------------
 */

/* The number that WooCommerce knows a product by, for "id:741" in rows that follow. */
static enum err woo_note(struct product_import *p, text_t code)
{
    int64_t id;
    text_t number = import_cell_at(&p->file, import_column(&p->file, "id"));
    if (text_to_i64(number, &id) != OK) {
        return OK;
    }
    text_t *kept = ARENA_NEW(&p->arena, text_t);
    *kept = text_copy(&p->arena, code);
    return map_put(&p->by_number, id, kept);
}

static text_t woo_parent(struct product_import *p, struct arena *a, text_t given)
{
    int64_t id;
    if (text_starts(given, "id:") && text_to_i64((text_t){ given.s + 3, given.n - 3 }, &id) == OK) {
        const text_t *code = map_get(&p->by_number, id);
        return code ? text_copy(a, *code) : text_copy(a, given);
    }
    return text_copy(a, given);
}

static void woo_details(struct product_import *p, struct arena *a, struct catalogue_line *l)
{
    text_t type = import_cell_at(&p->file, import_column(&p->file, "type"));
    text_t published = import_cell_at(&p->file, import_column(&p->file, "published"));
    kind_from(type, l);
    l->no_sale |= published.n > 0 && !import_yes(published) ? 1 : 0;
    if (has_word(type, "variation")) {
        l->variant_of = woo_parent(p, a, import_cell(&p->file, P_VARIANT_OF));
        l->options = woo_options(p, a);
        if (l->options.n == 0) {
            l->options = l->name;
        }
    } else {
        l->variant_of = TEXT_NONE;
    }
}

/* -- rows of one product each -------------------------------------------------------------------
 */

static text_t code_from(struct product_import *p, struct arena *a, const struct catalogue_line *l)
{
    text_t code = import_cell(&p->file, P_CODE);
    if (code.n > 0) {
        return text_copy(a, code);
    }
    text_t number = import_cell_at(&p->file, import_column(&p->file, "id"));
    if (p->form == FORM_WOOCOMMERCE && number.n > 0) {
        return text_fmt(a, "woo-%.*s", (int)number.n, number.s);
    }
    text_t from = l->options.n > 0 ? text_fmt(a, "%s-%s", l->name.s, l->options.s) : l->name;
    return from.n > 0 ? import_slug(a, from, CODE_MAX_BYTES) : TEXT_NONE;
}

/* A list of goods by their EAN knows no SKU, and not always a name. */
static void barcode_list_details(struct product_import *p, struct arena *a,
                                 const struct source_row *row, struct catalogue_line *l)
{
    text_t number = import_cell_at(&p->file, import_column(&p->file, "code"));
    text_t pack = import_cell_at(&p->file, import_column(&p->file, "quantity"));
    barcode_from(p, a, number, row, l);
    if (l->name.n == 0) {
        l->name = import_line(a, import_cell(&p->file, P_SHORT), NAME_MAX_CHARS);
    }
    if (l->name.n == 0) {
        l->name = l->brand.n > 0 ? text_fmt(a, "%s %.*s", l->brand.s, (int)number.n, number.s)
                                 : text_copy(a, number);
    }
    if (pack.n > 0) {
        l->description = text_fmt(a, "%.*s%s%s", (int)pack.n, pack.s,
                                  l->description.n > 0 ? "\n" : "",
                                  l->description.n > 0 ? l->description.s : "");
    }
}

static enum err plain_row(struct product_import *p)
{
    struct arena *a = batch_arena(p);
    if (!a) {
        return p->flights.failed;
    }
    struct source_row row = source_of(p, a);
    text_t reason = TEXT_NONE;
    struct catalogue_line l = {
        .name = import_line(a, import_cell(&p->file, P_NAME), NAME_MAX_CHARS),
        .description = description_from(p, a),
        .brand = import_line(a, import_cell(&p->file, P_BRAND), BRAND_MAX_CHARS),
        .category = category_from(p, a),
        .options = import_line(a, import_cell(&p->file, P_OPTIONS), OPTIONS_MAX_CHARS),
        .variant_of = text_copy(a, import_cell(&p->file, P_VARIANT_OF)),
    };
    l.code = code_from(p, a, &l);
    if (!figures_from(p, &l, &reason)) {
        product_reject(p, &row, reason);
        return OK;
    }
    if (l.code.n == 0 || !text_utf8_ok(l.code, false)) {
        product_reject(p, &row,
                       l.code.n == 0 ? TEXT("The row has neither code nor name.")
                                     : TEXT("The code is no valid text."));
        return OK;
    }
    if (p->form == FORM_WOOCOMMERCE) {
        woo_details(p, a, &l);
        TRY(woo_note(p, l.code));
    } else {
        kind_from(import_cell(&p->file, P_KIND), &l);
    }
    if (p->form == FORM_BARCODES) {
        barcode_list_details(p, a, &row, &l);
    } else {
        barcode_from(p, a, import_cell(&p->file, P_BARCODE), &row, &l);
    }
    if (l.variant_of.n > 0 && l.options.n == 0) {
        l.options = l.name;
    }
    return batch_add(p, &l, &row);
}

/* -- Shopify: rows of one product together ------------------------------------------------------
 */

/* Lets the columns be read from a row that was kept. */
static void show_row(struct product_import *p, const struct source_row *row)
{
    p->file.row = (struct csv_row){ .cells = row->cells, .n = row->n, .line = row->line };
    p->file.line = row->line;
}

static text_t shopify_cell(struct product_import *p, const char *column)
{
    return import_cell_at(&p->file, import_column(&p->file, column));
}

static text_t shopify_options(struct product_import *p, struct arena *a)
{
    static const char *const columns[] = { "option1value", "option2value", "option3value" };
    struct buf b;
    buf_init(&b, a, 4096);
    for (size_t i = 0; i < N_ELEMENTS(columns); i++) {
        text_t value = shopify_cell(p, columns[i]);
        if (value.n > 0 && !text_is(value, "Default Title")) {
            buf_str(&b, b.n > 0 ? " / " : "");
            buf_text(&b, value);
        }
    }
    return import_line(a, buf_done(&b), OPTIONS_MAX_CHARS);
}

static bool is_variant(struct product_import *p, const struct source_row *row)
{
    show_row(p, row);
    return import_cell(&p->file, P_PRICE).n > 0 || import_cell(&p->file, P_CODE).n > 0 ||
           shopify_cell(p, "option1value").n > 0;
}

/* What the first row tells of all. */
static struct catalogue_line shopify_product(struct product_import *p, struct arena *a)
{
    text_t published = shopify_cell(p, "published"), status = shopify_cell(p, "status");
    struct catalogue_line l = {
        .code = import_slug(a, shopify_cell(p, "handle"), CODE_MAX_BYTES),
        .name = import_line(a, import_cell(&p->file, P_NAME), NAME_MAX_CHARS),
        .description = description_from(p, a),
        .brand = import_line(a, import_cell(&p->file, P_BRAND), BRAND_MAX_CHARS),
        .category = category_from(p, a),
        .price = money_of(VALUE_NONE),
        .offer = money_of(VALUE_NONE),
        .offer_from = DATE_NONE,
        .offer_to = DATE_NONE,
    };
    l.no_sale = (published.n > 0 && !import_yes(published)) ||
                (status.n > 0 && !has_word(status, "active"));
    l.unit.id = named(p->units, p->n_units, TEXT("pc"));
    return l;
}

static enum err shopify_variant(struct product_import *p, struct arena *a,
                                const struct source_row *row, const struct catalogue_line *whole,
                                bool alone)
{
    struct catalogue_line l = *whole;
    text_t code, reason = TEXT_NONE, ships;
    show_row(p, row);
    struct source_row kept = source_of(p, a);
    if (!figures_from(p, &l, &reason)) {
        product_reject(p, &kept, reason);
        return OK;
    }
    l.options = shopify_options(p, a);
    code = import_cell(&p->file, P_CODE);
    ships = shopify_cell(p, "variantrequiresshipping");
    l.kind = ships.n > 0 && !import_yes(ships) ? PRODUCT_SERVICE : PRODUCT_STOCKED;
    if (!alone) {
        l.variant_of = whole->code;
        l.options = l.options.n > 0 ? l.options : text_fmt(a, "%zu", row->line);
        l.name = import_line(
            a, text_fmt(a, "%s - %s", whole->name.s ? whole->name.s : "", l.options.s),
            NAME_MAX_CHARS);
        l.code = import_slug(a, text_fmt(a, "%s-%s", whole->code.s, l.options.s), CODE_MAX_BYTES);
    }
    if (code.n > 0) {
        l.code = text_copy(a, code);
    }
    if (!text_utf8_ok(l.code, false)) {
        product_reject(p, &kept, TEXT("The code is no valid text."));
        return OK;
    }
    barcode_from(p, a, import_cell(&p->file, P_BARCODE), &kept, &l);
    return batch_add(p, &l, &kept);
}

/* What all variants share lies in the arena of the group, which is let go of before the batch. */
static struct catalogue_line shared_in(struct arena *a, const struct catalogue_line *whole)
{
    struct catalogue_line l = *whole;
    text_t *texts[] = { &l.code, &l.name, &l.description, &l.brand, &l.category };
    for (size_t t = 0; t < N_ELEMENTS(texts); t++) {
        *texts[t] = texts[t]->n > 0 ? text_copy(a, *texts[t]) : TEXT_NONE;
    }
    return l;
}

/* The product itself, when there are variants below it. */
static enum err shopify_parent(struct product_import *p, const struct catalogue_line *whole)
{
    struct arena *a = batch_arena(p);
    if (!a) {
        return p->flights.failed;
    }
    show_row(p, &p->group[0]);
    struct source_row first = source_of(p, a);
    struct catalogue_line parent = shared_in(a, whole);
    first.counts = false;
    parent.no_sale = 1;
    return batch_add(p, &parent, &first);
}

static enum err shopify_variants(struct product_import *p, const struct catalogue_line *whole,
                                 size_t n_variants)
{
    if (n_variants > 1) {
        TRY(shopify_parent(p, whole));
    }
    for (size_t i = 0; i < p->n_group; i++) {
        if (!is_variant(p, &p->group[i])) {
            p->report->skipped++; /* an image */
            continue;
        }
        struct arena *a = batch_arena(p);
        if (!a) {
            return p->flights.failed;
        }
        struct catalogue_line l = shared_in(a, whole);
        TRY(shopify_variant(p, a, &p->group[i], &l, n_variants == 1));
    }
    return OK;
}

enum err product_group_end(struct product_import *p)
{
    size_t n_variants = 0;
    if (p->n_group == 0) {
        return OK;
    }
    struct csv_row row = p->file.row;
    size_t line = p->file.line;
    for (size_t i = 0; i < p->n_group; i++) {
        n_variants += is_variant(p, &p->group[i]);
    }
    show_row(p, &p->group[0]);
    struct catalogue_line whole = shopify_product(p, &p->group_arena);
    enum err e = shopify_variants(p, &whole, n_variants);
    p->file.row = row;
    p->file.line = line;
    p->n_group = p->room_group = 0;
    p->group = NULL;
    arena_reset(&p->group_arena);
    return e;
}

static enum err shopify_row(struct product_import *p)
{
    text_t handle = shopify_cell(p, "handle");
    if (handle.n == 0) {
        struct source_row row = source_of(p, &p->group_arena);
        product_reject(p, &row, TEXT("The row has no handle."));
        return OK;
    }
    if (p->n_group > 0) {
        const struct source_row *first = &p->group[0];
        int column = import_column(&p->file, "handle");
        text_t other = column >= 0 && (size_t)column < first->n ? text_trim(first->cells[column])
                                                                : TEXT("");
        if (!text_eq(handle, other)) {
            TRY(product_group_end(p));
        }
    }
    if (p->n_group == p->room_group) {
        size_t room = p->room_group ? p->room_group * 2 : 16;
        struct source_row *more = ARENA_ARRAY(&p->group_arena, room, struct source_row);
        if (p->n_group > 0) {
            memcpy(more, p->group, p->n_group * sizeof *more);
        }
        p->group = more;
        p->room_group = room;
    }
    p->group[p->n_group++] = source_of(p, &p->group_arena);
    return p->group_arena.failed ? ERR_NO_MEMORY : OK;
}

enum err product_row(struct product_import *p)
{
    return p->form == FORM_SHOPIFY ? shopify_row(p) : plain_row(p);
}
