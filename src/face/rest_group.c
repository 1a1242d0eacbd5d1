/* GET of a collection with group or sum: rows gathered instead of shown. */
#include "face/rest_own.h"

#include "meta/kinds.h"
#include "meta/list_group.h"
#include "meta/zone.h"

/* "sold_at:month" */
static enum err take_group(struct rest_work *w, struct group_by *by)
{
    text_t cut;
    text_t field = text_trim(text_split(w->group, ':', &cut));
    *by = (struct group_by){ .field = TEXT_NONE };
    if (text_empty(w->group)) {
        return OK;
    }
    by->field = text_copy(w->arena, field);
    if (cut.s && !group_cut_named(text_trim(cut), &by->cut)) {
        return REFUSE(&w->cx, &refusal_unknown_filter, TEXT("group"),
                      cut.n < 100 ? text_copy(w->arena, cut) : TEXT("?"));
    }
    by->zone = zone_of_company(&w->cx);
    return OK;
}

static enum err take_sums(struct rest_work *w, text_t names[static GROUP_SUMS_MAX], size_t *n)
{
    text_t rest = w->sum;
    *n = 0;
    while (rest.s && !text_empty(w->sum)) {
        text_t name = text_copy(w->arena, text_trim(text_split(rest, ',', &rest)));
        if (*n == GROUP_SUMS_MAX) {
            return REFUSE(&w->cx, &refusal_too_large, TEXT("sum"),
                          text_of(cx_text(&w->cx, N_("The number of sums"))),
                          text_fmt(w->arena, "%d", GROUP_SUMS_MAX));
        }
        names[(*n)++] = name;
    }
    return OK;
}

static void put_sums(struct rest_work *w, const struct groups *g, const struct group *x,
                     struct json_out *o)
{
    json_put_i64(o, "count", x->n);
    json_open(o, "sums", '{');
    for (size_t i = 0; i < g->n_sums; i++) {
        const struct field *f = g->sums[i];
        f->kind->to_json(&w->cx, f, &x->sums[i], w->cx.decimals, o, f->name);
    }
    json_close(o, '}');
}

static void put_instant(struct json_out *o, const char *key, instant_t t)
{
    char out[INSTANT_TEXT_MAX];
    size_t n = instant_print(t, out);
    json_put_text(o, key, (text_t){ out, n });
}

static void put_group(struct rest_work *w, const struct groups *g, const struct group *x,
                      struct json_out *o)
{
    json_open(o, NULL, '{');
    json_put_text(o, "key", x->key);
    json_put_text(o, "label", x->label);
    if (g->by->kind == &kind_ref && x->id) {
        json_put_i64(o, "id", x->id);
    }
    if (g->by->kind == &kind_time && x->key.s) {
        put_instant(o, "from", x->from);
        put_instant(o, "until", x->until);
    }
    put_sums(w, g, x, o);
    json_close(o, '}');
}

enum err rest_read_groups(struct rest_work *w)
{
    text_t names[GROUP_SUMS_MAX];
    struct group_by by;
    struct groups g;
    struct buf b;
    struct json_out o;
    size_t n;
    TRY(take_group(w, &by));
    TRY(take_sums(w, names, &n));
    TRY(list_group(&w->cx, &w->list, &by, names, n, &g));
    buf_init(&b, w->arena, REST_BODY_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_open(&o, "groups", '[');
    for (size_t i = 0; i < g.n; i++) {
        put_group(w, &g, &g.items[i], &o);
    }
    json_close(&o, ']');
    json_open(&o, "total", '{');
    put_sums(w, &g, &g.total, &o);
    json_close(&o, '}');
    json_put_bool(&o, "partial", g.partial);
    json_put_bool(&o, "more", g.more);
    json_put_bool(&o, "other_currencies", g.other_currencies);
    json_close(&o, '}');
    rest_json(w, 200, buf_done(&b));
    rest_header_add(w, "Vary", TEXT("Accept, Accept-Language"));
    return b.failed ? ERR_NO_MEMORY : OK;
}
