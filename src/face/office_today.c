/* Today: what areas show of the house now, each part put anew when something happens. */
#include "face/office_list.h"

static const struct tile *tile_named(const struct page_cx *p, text_t name)
{
    const struct house_plan *plan = house_plan(p->cx->house);
    for (size_t i = 0; i < plan->n_areas; i++) {
        const struct area_face *face = office_face(plan->areas[i]);
        for (size_t k = 0; k < face->n_tiles; k++) {
            if (text_is(name, face->tiles[k].name)) {
                return &face->tiles[k];
            }
        }
    }
    return NULL;
}

/* Empty when there is nothing to show now: the style gives an empty tile no box. */
static enum err put_inside(struct page_cx *p, const struct tile *t)
{
    bool shown = true;
    if (t->when) {
        TRY(t->when(p, &shown));
    }
    if (!shown) {
        return OK;
    }
    EL(p->h, "h2.tile-head", page_text(p, t->label));
    return t->show(p);
}

enum err office_tile(struct page_cx *p)
{
    const struct tile *t = tile_named(p, p->rest);
    if (!t || !cx_may(p->cx, t->permission)) {
        return refuse(p->cx, &refusal_not_found, TEXT_NONE);
    }
    return put_inside(p, t);
}

/* The tiles that this person may see, in their order. */
static size_t tiles_of(const struct page_cx *p, const struct tile **tiles, size_t max)
{
    const struct house_plan *plan = house_plan(p->cx->house);
    size_t n = 0;
    for (size_t i = 0; i < plan->n_areas; i++) {
        const struct area_face *face = office_face(plan->areas[i]);
        for (size_t k = 0; k < face->n_tiles && n < max; k++) {
            if (!cx_may(p->cx, face->tiles[k].permission)) {
                continue;
            }
            size_t at = n++;
            while (at > 0 && tiles[at - 1]->order > face->tiles[k].order) {
                tiles[at] = tiles[at - 1];
                at--;
            }
            tiles[at] = &face->tiles[k];
        }
    }
    return n;
}

enum err office_today(struct page_cx *p)
{
    const struct tile *tiles[64];
    size_t n = tiles_of(p, tiles, N_ELEMENTS(tiles));
    office_head(p, NULL, 0, page_text(p, N_("Today")));
    EL(p->h, "p.muted", page_time(p, p->cx->now, TIME_MEDIUM));
    office_head_end(p);
    if (n == 0) {
        page_empty(p, N_("Your roles have nothing to show here. The menu has what you may use."),
                   NULL, TEXT_NONE);
        return OK;
    }
    OPEN(p->h, "div.tiles");
    for (size_t i = 0; i < n; i++) {
        OPEN(p->h, tiles[i]->wide ? "section.tile.wide" : "section.tile",
             { "data-refresh", text_fmt(p->cx->arena, "/office/tile/%s", tiles[i]->name) },
             { "data-events", text_of(tiles[i]->events) });
        TRY(put_inside(p, tiles[i]));
        html_close(p->h, "section");
    }
    html_close(p->h, "div");
    return OK;
}
