/* Places: where goods stand within a site, and where they are while they travel to it.
 *
 * Every site has exactly one main storage place and one transit place, made together with it. */
#include "back/stock/stock_parts.h"

static const struct choice place_kinds[] = {
    { .name = "storage", .label = N_("Storage") },
    { .name = "transit", .label = N_("In transit") },
};

static const struct field place_fields[] = {
    F_TEXT(place, code, N_("Code"), .flags = F_REQUIRED | F_UNIQUE | F_SEARCH, .max = 40),
    F_TEXT(place, name, N_("Name"), .flags = F_REQUIRED | F_SEARCH, .max = 120),
    F_REF(place, site, site, N_("Site"), .flags = F_REQUIRED | F_CREATE_ONLY | F_INDEX),
    F_CHOICE(place, kind, place_kinds, N_("Kind"), .flags = F_READONLY,
             .help = N_("Goods on their way to the site lie in its one transit place.")),
    F_BOOLEAN(
        place, allow_negative, N_("May go below zero"),
        .help = N_("Goods may be sold before their receipt is entered. They are valued at the "
                   "last known cost and corrected when the receipt comes.")),
    F_BOOLEAN(place, main, N_("Main place"),
              .help = N_("Sales of the site leave from here, and receipts arrive here.")),
};

static enum err place_check(struct cx *cx, const void *before, void *after)
{
    const struct place *was = before, *is = after;
    if (is->kind == PLACE_TRANSIT && (is->main || is->allow_negative)) {
        return refuse(cx, &stock_refusal_transit_place,
                      is->main ? TEXT("main") : TEXT("allow_negative"));
    }
    return was && was->main && !is->main
               ? refuse(cx, &stock_refusal_main_place_needed, TEXT("main"))
               : OK;
}

/* There is one main place: the one that became it last. */
static enum err others_not_main(struct cx *cx, const struct place *p)
{
    struct value args[] = { v_int(p->site.id), v_int(p->record.id) };
    const struct place *others;
    size_t n;
    TRY(store_select(cx, &place_entity, "site = $1 AND id <> $2 AND main = 1 ORDER BY id", args, 2,
                     &others, &n));
    for (size_t i = 0; i < n; i++) {
        struct place other = others[i]; /* what was selected is shared master data */
        other.main = 0;
        TRY(store_update(cx, &place_entity, &others[i], &other));
    }
    return OK;
}

static enum err place_put_away(struct cx *cx, const struct place *p)
{
    struct value args[] = { v_int(p->record.id) };
    struct rows rows;
    if (p->main || p->kind == PLACE_TRANSIT) {
        return refuse(cx, &stock_refusal_main_place_needed, TEXT_NONE);
    }
    TRY(store_query(cx,
                    "SELECT product FROM stock_balance "
                    "WHERE place = $1 AND (on_hand <> 0 OR reserved <> 0) LIMIT 1",
                    args, 1, &rows));
    return rows.n ? REFUSE(cx, &stock_refusal_place_not_empty, TEXT_NONE, p->code) : OK;
}

static enum err place_saved(struct cx *cx, const void *before, const void *after)
{
    const struct place *was = before, *is = after;
    if (is->record.archived && !(was && was->record.archived)) {
        return place_put_away(cx, is);
    }
    return is->main && !(was && was->main) ? others_not_main(cx, is) : OK;
}

static const struct index_def place_indexes[] = {
    { .name = "places_site_kind", .cols = "site, kind, main" },
};

const struct entity place_entity = {
    .index = E_place,
    .name = "place",
    .plural = "places",
    .label = N_("Place"),
    .label_plural = N_("Places"),
    .help = N_("Where goods stand within a site: the shop floor, the back room, a bay."),
    .shape = SHAPE(place, place_fields),
    .code = "code",
    .title = "name",
    .read = "stock.read",
    .write = "site.write",
    .site = "site",
    .sort = "code",
    .flags = E_CACHED | E_HISTORY,
    .indexes = place_indexes,
    .n_indexes = N_ELEMENTS(place_indexes),
    .check = place_check,
    .saved = place_saved,
};

enum err stock_make_places(struct cx *cx, const void *record, void *payload)
{
    const struct site *site = payload ? payload : record;
    struct place storage = {
        .code = site->code,
        .name = site->name,
        .site = { site->record.id },
        .kind = PLACE_STORAGE,
        .main = 1,
    };
    struct place transit = {
        .code = text_fmt(cx->arena, "%s-TRANSIT", site->code.s),
        .name = text_fmt(cx->arena, "%s: %s", site->name.s, cx_text(cx, N_("in transit"))),
        .site = { site->record.id },
        .kind = PLACE_TRANSIT,
    };
    TRY(store_insert(cx, &place_entity, &storage));
    return store_insert(cx, &place_entity, &transit);
}
