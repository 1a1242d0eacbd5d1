/* Taking over products in lists. Everything that a list needs is read by a few statements before
 * anything is written, because writing master data leads past the cache. */
#include "app/catalogue.h"

#include "app/import_text.h"
#include "common/company/company.h"

#define PATH_LEVELS_MAX   6
#define ASKED_AT_ONCE     60
#define CATEGORY_CODE_MAX 32

/* clang-format off */
static const struct choice kinds[] = {
    [PRODUCT_STOCKED] = { "stocked", N_("Stocked goods") },
    [PRODUCT_SERVICE] = { "service", N_("Service") },
};

static const struct field line_rows[] = {
    F_TEXT(catalogue_line, code, N_("Code"), .flags = F_REQUIRED, .max = 64),
    F_TEXT(catalogue_line, name, N_("Name"), .max = 200, .help = N_("A new product needs one.")),
    F_LONG_TEXT(catalogue_line, description, N_("Description"), .max = 10000),
    F_TEXT(catalogue_line, brand, N_("Brand"), .max = 100),
    F_TEXT(catalogue_line, category, N_("Category"), .max = 400,
           .help = N_("Names from the top down, such as Clothing > Hoodies. Missing ones are "
                      "made.")),
    F_MONEY(catalogue_line, price, N_("Price"), .flags = F_NULLABLE | F_NOT_NEGATIVE),
    F_MONEY(catalogue_line, offer, N_("Offer"), .flags = F_NULLABLE | F_NOT_NEGATIVE,
            .help = N_("A lower price for a while. It goes into the price list OFFERS.")),
    F_DATE(catalogue_line, offer_from, N_("Offer from")),
    F_DATE(catalogue_line, offer_to, N_("Offer to")),
    F_CHOICE(catalogue_line, kind, kinds, N_("Kind")),
    F_BOOLEAN(catalogue_line, no_sale, N_("Not for sale")),
    F_TEXT(catalogue_line, variant_of, N_("Variant of"), .max = 64,
           .help = N_("Code of a product that exists or stands before it in the list.")),
    F_TEXT(catalogue_line, options, N_("Options"), .max = 200),
    F_TEXT(catalogue_line, barcode, N_("Barcode"), .max = 48),
    F_REF(catalogue_line, tax, tax, N_("Tax")),
    F_REF(catalogue_line, unit, unit, N_("Unit")),
    F_RATE(catalogue_line, cost, N_("Cost"), .flags = F_NOT_NEGATIVE),
    F_TEXT(catalogue_line, revenue_account, N_("Revenue account"), .max = 32,
           .code_of = "account"),
};
static const struct shape line_shape = SHAPE(catalogue_line, line_rows);

static const struct field args_rows[] = {
    F_ROWS(catalogue_args, lines, line_shape, N_("Products"), .flags = F_REQUIRED,
           .max = CATALOGUE_LINES_MAX),
};
static const struct shape args_shape = SHAPE(catalogue_args, args_rows);

static const struct choice outcomes[] = {
    [CATALOGUE_UNCHANGED] = { "unchanged", N_("Unchanged") },
    [CATALOGUE_CREATED] = { "created", N_("Created") },
    [CATALOGUE_CHANGED] = { "changed", N_("Changed") },
};

static const struct field result_line_rows[] = {
    F_CHOICE(catalogue_result_line, outcome, outcomes, N_("Outcome")),
    F_TEXT(catalogue_result_line, barcode_of, N_("Barcode belongs to"),
           .help = N_("The product that has the barcode already; it was not taken.")),
};
static const struct shape result_line_shape = SHAPE(catalogue_result_line, result_line_rows);

static const struct field result_rows[] = {
    F_INTEGER(catalogue_result, created, N_("Created")),
    F_INTEGER(catalogue_result, changed, N_("Changed")),
    F_INTEGER(catalogue_result, unchanged, N_("Unchanged")),
    F_ROWS(catalogue_result, lines, result_line_shape, N_("Products")),
};
static const struct shape result_shape = SHAPE(catalogue_result, result_rows);
/* clang-format on */

static const struct refusal refusal_variant_first = {
    .code = "variant_of_unknown",
    .status = 422,
    .title = N_("Unknown product"),
    .detail = N_("There is no product {1} that this could be a variant of."),
};

/* -- what is there ------------------------------------------------------------------------------
 */

struct known_category {
    text_t path;
    category_ref id;
};

struct work {
    struct cx *cx;
    bool dry;
    struct product *products; /* those that the list names, and those it has made */
    size_t n_products;
    struct barcode *barcodes;
    size_t n_barcodes;
    struct price *offers; /* of those products */
    size_t n_offers;
    struct known_category *categories;
    size_t n_categories;
    price_list_ref list; /* of offers; 0: not made yet */
    int64_t made;        /* dry runs give negative ids */
};

static struct product *product_known(const struct work *w, text_t code)
{
    for (size_t i = w->n_products; i-- > 0;) {
        if (text_eq(w->products[i].code, code)) {
            return &w->products[i];
        }
    }
    return NULL;
}

static const struct barcode *barcode_known(const struct work *w, text_t code)
{
    for (size_t i = 0; i < w->n_barcodes; i++) {
        if (text_eq(w->barcodes[i].code, code)) {
            return &w->barcodes[i];
        }
    }
    return NULL;
}

/* A condition on ASKED_AT_ONCE codes; the places that are not needed repeat one. */
#define TEN(d) "$" d "1,$" d "2,$" d "3,$" d "4,$" d "5,$" d "6,$" d "7,$" d "8,$" d "9"
#define CODE_IN                                                                                    \
    "code IN ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10," TEN("1") ",$20," TEN("2") ",$30," TEN(              \
        "3") ",$40," TEN("4") ",$50," TEN("5") ",$60) ORDER BY id"

/* Reads the records of an entity that have one of these codes, `size` bytes each, behind *items. */
static enum err by_codes(struct cx *cx, const struct entity *e, const text_t *codes, size_t n,
                         size_t size, char *items, size_t *n_items)
{
    for (size_t from = 0; from < n; from += ASKED_AT_ONCE) {
        struct value args[ASKED_AT_ONCE];
        void *found;
        size_t n_found;
        for (size_t i = 0; i < ASKED_AT_ONCE; i++) {
            args[i] = v_text(codes[from + i < n ? from + i : from]);
        }
        TRY(store_select(cx, e, CODE_IN, args, ASKED_AT_ONCE, &found, &n_found));
        if (n_found > 0) {
            memcpy(items + *n_items * size, found, n_found * size);
        }
        *n_items += n_found;
    }
    return OK;
}

static enum err read_products(struct work *w, const struct catalogue_args *in)
{
    const struct catalogue_line *lines = in->lines.items;
    size_t n = 0, n_codes = 0;
    text_t *names = ARENA_ARRAY(w->cx->arena, in->lines.n * 2, text_t);
    text_t *codes = ARENA_ARRAY(w->cx->arena, in->lines.n, text_t);
    for (size_t i = 0; i < in->lines.n; i++) {
        names[n++] = lines[i].code;
        if (!text_empty(lines[i].variant_of)) {
            names[n++] = lines[i].variant_of;
        }
        if (!text_empty(lines[i].barcode)) {
            codes[n_codes++] = lines[i].barcode;
        }
    }
    /* Codes that repeat at a border of two statements are found twice. */
    size_t room = n * 2 + in->lines.n + ASKED_AT_ONCE;
    w->products = ARENA_ARRAY(w->cx->arena, room, struct product);
    w->barcodes = ARENA_ARRAY(w->cx->arena, room, struct barcode);
    TRY(by_codes(w->cx, &product_entity, names, n, sizeof *w->products, (char *)w->products,
                 &w->n_products));
    return by_codes(w->cx, &barcode_entity, codes, n_codes, sizeof *w->barcodes,
                    (char *)w->barcodes, &w->n_barcodes);
}

static enum err read_offers(struct work *w, const struct catalogue_args *in)
{
    const struct catalogue_line *lines = in->lines.items;
    struct price_list list;
    w->offers = ARENA_ARRAY(w->cx->arena, in->lines.n * 2, struct price);
    enum err e = store_find(w->cx, &price_list_entity, "code", TEXT(CATALOGUE_OFFERS), &list);
    if (e != OK) {
        return e == ERR_NOT_FOUND ? OK : e;
    }
    w->list.id = list.record.id;
    for (size_t i = 0; i < in->lines.n; i++) {
        const struct product *p = product_known(w, lines[i].code);
        if (lines[i].offer.minor == VALUE_NONE || !p) {
            continue;
        }
        const struct value args[] = { v_int(w->list.id), v_int(p->record.id) };
        const struct price *found;
        size_t n;
        TRY(store_select(w->cx, &price_entity,
                         "list = $1 AND product = $2 AND archived = 0 ORDER BY id", args, 2, &found,
                         &n));
        if (n > 0) {
            w->offers[w->n_offers++] = found[0];
        }
    }
    return OK;
}

/* -- categories ---------------------------------------------------------------------------------
 */

static enum err category_make(struct work *w, text_t path, text_t name, category_ref parent,
                              category_ref *out)
{
    struct cx *cx = w->cx;
    struct category c = { .code = import_slug(cx->arena, path, CATEGORY_CODE_MAX),
                          .name = name,
                          .parent = parent };
    enum err e = store_find(cx, &category_entity, "code", c.code, &c);
    if (e == ERR_NOT_FOUND && w->dry) {
        out->id = --w->made;
        return OK;
    }
    if (e == ERR_NOT_FOUND) {
        TRY(category_entity.check(cx, NULL, &c));
        TRY(store_insert(cx, &category_entity, &c));
        TRY(event_publish(cx, "category.created", &category_entity, &c, &c));
        e = OK;
    }
    out->id = c.record.id;
    return e;
}

/* The category at the end of the path; what is missing on the way is made. */
static enum err category_for(struct work *w, text_t path, category_ref *out)
{
    struct cx *cx = w->cx;
    text_t rest = path;
    struct buf so_far;
    category_ref parent = { 0 };
    buf_init(&so_far, cx->arena, path.n + 32);
    for (size_t level = 0; rest.s && level < PATH_LEVELS_MAX; level++) {
        text_t name = text_copy(cx->arena, text_trim(text_split(rest, '>', &rest)));
        if (name.n == 0) {
            continue;
        }
        buf_str(&so_far, so_far.n > 0 ? " > " : "");
        buf_text(&so_far, name);
        text_t whole = text_copy(cx->arena, buf_done(&so_far));
        size_t i = 0;
        while (i < w->n_categories && !text_eq(w->categories[i].path, whole)) {
            i++;
        }
        if (i == w->n_categories) {
            TRY(category_make(w, whole, name, parent, &w->categories[i].id));
            w->categories[i].path = whole;
            w->n_categories++;
        }
        parent = w->categories[i].id;
    }
    *out = parent;
    return OK;
}

/* -- products -----------------------------------------------------------------------------------
 */

static void set_text(text_t *to, text_t given, bool *changed)
{
    if (!text_empty(given) && !text_eq(*to, given)) {
        *to = given;
        *changed = true;
    }
}

static void set_id(int64_t *to, int64_t given, bool *changed)
{
    if (given != 0 && *to != given) {
        *to = given;
        *changed = true;
    }
}

/* Puts what is known of the line into the product. */
static enum err apply(struct work *w, const struct catalogue_line *l, size_t at, struct product *p,
                      bool *changed)
{
    category_ref category = { 0 };
    set_text(&p->name, l->name, changed);
    set_text(&p->description, l->description, changed);
    set_text(&p->brand, l->brand, changed);
    set_text(&p->options, l->options, changed);
    set_text(&p->revenue_account, l->revenue_account, changed);
    if (l->price.minor != VALUE_NONE && p->price.minor != l->price.minor) {
        p->price = l->price;
        *changed = true;
    }
    set_id(&p->tax.id, l->tax.id, changed);
    set_id(&p->cost.micro, l->cost.micro, changed);
    if (!text_empty(l->category)) {
        TRY(category_for(w, l->category, &category));
        set_id(&p->category.id, category.id, changed);
    }
    if (!text_empty(l->variant_of) && !text_eq(l->variant_of, l->code)) {
        const struct product *parent = product_known(w, l->variant_of);
        if (!parent && !w->dry) { /* a dry run has not made what came before */
            return REFUSE(w->cx, &refusal_variant_first, path_at(w->cx, "lines", at, "variant_of"),
                          l->variant_of);
        }
        set_id(&p->variant_of.id, parent ? parent->record.id : 0, changed);
    }
    return OK;
}

static enum err product_make(struct work *w, const struct catalogue_line *l, size_t at)
{
    struct cx *cx = w->cx;
    bool changed = false;
    struct product *p = &w->products[w->n_products];
    memset(p, 0, sizeof *p);
    p->code = l->code;
    p->price = money_of(VALUE_NONE);
    p->kind = l->kind;
    p->no_sale = l->no_sale;
    p->unit = l->unit;
    if (text_empty(l->name)) {
        return REFUSE(cx, &refusal_required, path_at(cx, "lines", at, "name"),
                      text_of(cx_text(cx, N_("Name"))));
    }
    TRY(apply(w, l, at, p, &changed));
    w->n_products++;
    if (w->dry) {
        p->record.id = --w->made;
        return OK;
    }
    TRY(product_entity.check(cx, NULL, p));
    TRY(store_insert(cx, &product_entity, p));
    return event_publish(cx, "product.created", &product_entity, p, p);
}

static enum err product_change(struct work *w, const struct catalogue_line *l, size_t at,
                               struct product *p, bool *changed)
{
    struct cx *cx = w->cx;
    struct product after = *p;
    if (p->record.archived) {
        return refuse(cx, &refusal_archived, path_at(cx, "lines", at, "code"));
    }
    TRY(apply(w, l, at, &after, changed));
    if (!*changed || w->dry) {
        return OK;
    }
    TRY(product_entity.check(cx, p, &after));
    TRY(store_update(cx, &product_entity, p, &after));
    *p = after;
    return event_publish(cx, "product.updated", &product_entity, p, p);
}

static text_t code_of(const struct work *w, int64_t product)
{
    for (size_t i = 0; i < w->n_products; i++) {
        if (w->products[i].record.id == product) {
            return w->products[i].code;
        }
    }
    struct product other;
    enum err e = store_get_any(w->cx, &product_entity, product, &other);
    return e == OK ? other.code : TEXT("?");
}

static enum err barcode_take(struct work *w, const struct catalogue_line *l,
                             const struct product *p, struct catalogue_result_line *out,
                             bool *changed)
{
    struct cx *cx = w->cx;
    const struct barcode *there = barcode_known(w, l->barcode);
    if (there && there->product.id != p->record.id) {
        out->barcode_of = code_of(w, there->product.id);
    }
    if (there) {
        return OK;
    }
    struct barcode *b = &w->barcodes[w->n_barcodes];
    *b = (struct barcode){
        .product = { p->record.id },
        .code = l->barcode,
        .quantity = qty_of(QTY_ONE),
    };
    w->n_barcodes++;
    *changed = true;
    if (w->dry) {
        return OK;
    }
    TRY(barcode_entity.check(cx, NULL, b));
    return store_insert(cx, &barcode_entity, b);
}

/* -- offers -------------------------------------------------------------------------------------
 */

static enum err list_make(struct work *w)
{
    struct price_list list = {
        .code = TEXT_INIT(CATALOGUE_OFFERS),
        .name = text_of(cx_text(w->cx, N_("Offers"))),
        .currency = w->cx->currency,
        .valid_from = DATE_NONE,
        .valid_to = DATE_NONE,
        .priority = 100,
        .standing = 1,
    };
    struct company company;
    TRY(company_get(w->cx, &company));
    list.includes_tax = company.prices_include_tax;
    TRY(price_list_entity.check(w->cx, NULL, &list));
    TRY(store_insert(w->cx, &price_list_entity, &list));
    w->list.id = list.record.id;
    return event_publish(w->cx, "price_list.created", &price_list_entity, &list, &list);
}

static enum err offer_take(struct work *w, const struct catalogue_line *l, const struct product *p,
                           bool *changed)
{
    struct price *there = NULL;
    for (size_t i = 0; i < w->n_offers; i++) {
        if (w->offers[i].product.id == p->record.id) {
            there = &w->offers[i];
        }
    }
    if (there && there->price.minor == l->offer.minor &&
        there->valid_from.days == l->offer_from.days && there->valid_to.days == l->offer_to.days) {
        return OK;
    }
    *changed = true;
    if (w->dry) {
        return OK;
    }
    if (w->list.id == 0) {
        TRY(list_make(w));
    }
    struct price after = there ? *there : (struct price){ .list = w->list };
    after.product.id = p->record.id;
    after.price = l->offer;
    after.valid_from = l->offer_from;
    after.valid_to = l->offer_to;
    if (price_entity.check) {
        TRY(price_entity.check(w->cx, there, &after));
    }
    if (there) {
        TRY(store_update(w->cx, &price_entity, there, &after));
        *there = after;
        return OK;
    }
    TRY(store_insert(w->cx, &price_entity, &after));
    w->offers[w->n_offers++] = after;
    return OK;
}

/* -- the whole ----------------------------------------------------------------------------------
 */

static enum err take_line(struct work *w, const struct catalogue_line *l, size_t at,
                          struct catalogue_result_line *out)
{
    bool changed = false;
    struct product *p = product_known(w, l->code);
    if (p) {
        TRY(product_change(w, l, at, p, &changed));
    } else {
        TRY(product_make(w, l, at));
        p = &w->products[w->n_products - 1];
        out->outcome = CATALOGUE_CREATED;
    }
    if (!text_empty(l->barcode)) {
        TRY(barcode_take(w, l, p, out, &changed));
    }
    if (l->offer.minor != VALUE_NONE) {
        TRY(offer_take(w, l, p, &changed));
    }
    if (changed && out->outcome == CATALOGUE_UNCHANGED) {
        out->outcome = CATALOGUE_CHANGED;
    }
    return OK;
}

enum err catalogue_take(struct cx *cx, const struct catalogue_args *in, bool dry,
                        struct catalogue_result *out)
{
    const struct catalogue_line *lines = in->lines.items;
    struct work w = { .cx = cx, .dry = dry };
    struct catalogue_result_line *results = ARENA_ARRAY(cx->arena, in->lines.n,
                                                        struct catalogue_result_line);
    w.categories = ARENA_ARRAY(cx->arena, in->lines.n * PATH_LEVELS_MAX, struct known_category);
    TRY(read_products(&w, in));
    TRY(read_offers(&w, in));
    for (size_t i = 0; i < in->lines.n; i++) {
        enum err e = take_line(&w, &lines[i], i, &results[i]);
        if (e == ERR_REFUSED && text_empty(cx->failure.field)) {
            cx->failure.field = path_at(cx, "lines", i, "code");
        }
        TRY(e);
        out->created += results[i].outcome == CATALOGUE_CREATED;
        out->changed += results[i].outcome == CATALOGUE_CHANGED;
        out->unchanged += results[i].outcome == CATALOGUE_UNCHANGED;
    }
    out->lines = (lines_t){ results, in->lines.n };
    return OK;
}

static enum err take_over(struct cx *cx, void *record, const void *args, void *result)
{
    (void)record;
    return catalogue_take(cx, args, false, result);
}

static const struct command commands[] = {
    { .name = "take_over",
      .entity = &product_entity,
      .label = N_("Take over"),
      .help = N_("Makes and updates up to 200 products by their codes, with categories, barcodes "
                 "and offers. What is already so is left alone."),
      .permission = "product.write",
      .flags = C_ACCEPTED_200,
      .args = &args_shape,
      .result = &result_shape,
      .to = -1,
      .run = take_over },
};
static const struct refusal *const refusals[] = { &refusal_variant_first };
static const char *const depends[] = { "company", "product", "pricing", NULL };

const struct area catalogue_area = {
    .name = "catalogue",
    .label = N_("Catalogues"),
    .depends = depends,
    .commands = commands,
    .n_commands = N_ELEMENTS(commands),
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
};
