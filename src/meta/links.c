/* The connections of a record. */
#include "meta/links.h"

#include "meta/custom.h"
#include "meta/kinds.h"
#include "meta/list.h"
#include "meta/refs.h"

#define LINE_ROWS          50 /* lines looked at for the records that they stand in */
#define COMMANDS_LOOKED_AT 20

/* -- which fields lead here ----------------------------------------------------------------------
 */

/* Does the index begin with this column (behind the company), for every row that has it? *rest:
 * the columns behind it. */
static bool index_leads(const struct index_def *d, const char *name, text_t *rest)
{
    text_t first = text_trim(text_split(text_of(d->cols), ',', rest));
    if (text_is(first, "company") && rest->s) {
        first = text_trim(text_split(*rest, ',', rest));
    }
    if (!text_is(first, name)) {
        return false;
    }
    if (!d->where) {
        return true;
    }
    size_t n = strlen(name);
    return strncmp(d->where, name, n) == 0 && strcmp(d->where + n, " IS NOT NULL") == 0;
}

/* Is there an index that finds rows by this column? *order: the sort that it gives for nothing, or
 * TEXT_NONE. */
static bool indexed(struct cx *cx, const struct entity *e, const struct field *f, text_t *order)
{
    *order = TEXT_NONE;
    for (size_t i = 0; i < e->n_indexes; i++) {
        text_t rest = TEXT_NONE;
        if (index_leads(&e->indexes[i], f->name, &rest)) {
            text_t next = rest.s ? text_trim(text_split(rest, ',', &rest)) : TEXT_NONE;
            *order = next.s ? text_fmt(cx->arena, "-%.*s", (int)next.n, next.s) : TEXT_NONE;
            return true;
        }
    }
    bool parent = e->parent && strcmp(e->parent, f->name) == 0;
    return (f->flags & (F_INDEX | F_UNIQUE)) || ((e->flags & E_LINE) && parent);
}

/* "source_entity" beside "source": which kind of record the number is of. NULL: none. */
static const struct field *kind_beside(struct cx *cx, const struct entity_info *info,
                                       const struct field *f)
{
    const struct field *k = f->kind == &kind_integer
                                ? info_field(info, text_fmt(cx->arena, "%s_entity", f->name))
                                : NULL;
    return k && k->kind == &kind_text ? k : NULL;
}

/* Lines that the record shows itself. */
static bool shown_inside(const struct entity_info *info, const struct entity *line)
{
    for (size_t i = 0; i < info->n_fields; i++) {
        const struct field *f = &info->fields[i];
        if (f->kind == &kind_lines && f->target && strcmp(f->target, line->name) == 0) {
            return true;
        }
    }
    return false;
}

/* Notes and files are shown as such, and are read through the record alone. */
static bool walked(struct cx *cx, const struct entity_info *info, const struct entity_info *other)
{
    const struct entity *e = other->entity;
    bool own_line = (e->flags & E_LINE) && shown_inside(info, e);
    return !own_line && e->index != E_note && e->index != E_attachment && cx_may(cx, e->read);
}

/* -- reading -------------------------------------------------------------------------------------
 */

static text_t text_member(struct cx *cx, const struct entity_info *info, const char *name,
                          const void *record)
{
    const struct field *f = name ? info_field(info, text_of(name)) : NULL;
    struct buf b;
    if (!f) {
        return TEXT_NONE;
    }
    const void *member = (const char *)record + f->offset;
    if (f->kind->storage == STORE_TEXT) {
        return *(const text_t *)member;
    }
    buf_init(&b, cx->arena, 1000);
    f->kind->to_text(cx, f, member, cx->decimals, &b);
    return buf_done(&b);
}

static void take_records(struct cx *cx, struct link_group *g, const struct list_page *page)
{
    const struct entity *e = g->info->entity;
    for (size_t i = 0; i < page->n && g->n < LINKS_SHOWN; i++) {
        const void *record = (const char *)page->records + i * e->shape.size;
        g->links[g->n++] = (struct link){ .id = ((const struct record *)record)->id,
                                          .code = text_member(cx, g->info, e->code, record),
                                          .label = text_member(cx, g->info, e->title, record),
                                          .record = record };
    }
    g->more = page->n > LINKS_SHOWN;
}

static bool is_among(const struct link_group *g, int64_t id)
{
    for (size_t i = 0; i < g->n; i++) {
        if (g->links[i].id == id) {
            return true;
        }
    }
    return false;
}

/* Lines: the records that they stand in, each once; their labels are loaded with all others'. */
static void take_parents(struct cx *cx, struct link_group *g, const struct entity_info *line,
                         const struct list_page *page)
{
    const struct field *parent = info_field(line, text_of(line->entity->parent));
    g->info = house_entity(cx->house, text_of(parent->target));
    g->by_lines = true;
    for (size_t i = 0; i < page->n && !g->more; i++) {
        const char *record = (const char *)page->records + i * line->entity->shape.size;
        int64_t id = *(const int64_t *)(const void *)(record + parent->offset);
        if (is_among(g, id)) {
            continue;
        }
        g->more = g->n == LINKS_SHOWN;
        if (!g->more) {
            g->links[g->n++] = (struct link){ .id = id };
            refs_note_one(cx, parent->target, id);
        }
    }
    g->more = g->more || page->n == LINE_ROWS;
}

/* By the entity's own order, when that begins with the newest. Numbers alone do not tell on
 * PostgreSQL, where each connection gives out its own. */
static text_t newest_first(const struct entity *e)
{
    return e->sort && e->sort[0] == '-' ? text_of(e->sort) : TEXT("-id");
}

/* What must hold besides the number. */
struct beside {
    const struct field *kind; /* this field names the record's entity; NULL: a plain reference */
    text_t times;             /* recorded at one of these; TEXT_NONE: at any time */
};

static enum err read_group(struct cx *cx, const struct entity_info *info, int64_t id,
                           const struct entity_info *other, const struct field *f,
                           const struct beside *beside, text_t order, struct link_group *g)
{
    bool lines = (other->entity->flags & E_LINE) != 0;
    struct list_query q = {
        .entity = other->entity,
        .filters = { { .field = text_of(f->name),
                       .op = LIST_ID,
                       .value = text_fmt(cx->arena, "%lld", (long long)id) } },
        .n_filters = 1,
        .sort = order.s ? order : newest_first(other->entity),
        .limit = lines ? LINE_ROWS : LINKS_SHOWN + 1,
        .bare = true,
    };
    struct list_page page;
    if (beside->kind) {
        q.filters[q.n_filters++] = (struct list_filter){ .field = text_of(beside->kind->name),
                                                         .op = LIST_EQ,
                                                         .value = text_of(info->entity->name) };
    }
    if (beside->times.s) {
        q.filters[q.n_filters++] = (struct list_filter){ .field = TEXT("recorded_at"),
                                                         .op = LIST_IN,
                                                         .value = beside->times };
    }
    *g = (struct link_group){ .info = other, .field = f };
    TRY(list_read(cx, &q, &page));
    if (lines) {
        take_parents(cx, g, other, &page);
    } else {
        take_records(cx, g, &page);
    }
    return OK;
}

/* -- walking -------------------------------------------------------------------------------------
 */

struct walk {
    struct cx *cx;
    const struct entity_info *info;
    int64_t id;
    struct record_links *out;
    size_t room;
    text_t times; /* of the commands on it, as a list; s == NULL: not read */
};

static struct link_group *room_for(struct walk *w)
{
    struct record_links *out = w->out;
    if (out->n_in == w->room) {
        size_t room = w->room ? w->room * 2 : 16;
        struct link_group *in = ARENA_ARRAY(w->cx->arena, room, struct link_group);
        if (out->n_in) {
            memcpy(in, out->in, out->n_in * sizeof *in);
        }
        out->in = in;
        w->room = room;
    }
    return &out->in[out->n_in];
}

/* Movements of goods name their document by number alone and have no index on it, because a sale
 * writes one a line. They were recorded at the very time of a command on the document, and by that
 * time there is an index. */
static bool found_by_time(struct cx *cx, const struct entity_info *other, const struct field *f)
{
    const struct field *at = info_field(other, TEXT("recorded_at"));
    text_t order;
    return f->kind == &kind_integer && strcmp(f->name, "source") == 0 && at &&
           indexed(cx, other->entity, at, &order);
}

/* When commands ran on the record, the newest first; read once. */
static enum err command_times(struct walk *w, text_t *out)
{
    const struct value args[] = { v_int(w->id), v_int(w->cx->company), v_int(COMMANDS_LOOKED_AT) };
    struct rows rows;
    struct buf b;
    if (!w->times.s) {
        TRY(store_query(w->cx,
                        "SELECT at FROM command_log WHERE record = $1 AND company = $2 ORDER BY at "
                        "DESC LIMIT $3",
                        args, N_ELEMENTS(args), &rows));
        buf_init(&b, w->cx->arena, 4000);
        for (size_t i = 0; i < rows.n; i++) {
            char at[INSTANT_TEXT_MAX];
            size_t n = instant_print((instant_t){ rows_int(&rows, i, 0) }, at);
            buf_str(&b, i ? "," : "");
            buf_text(&b, (text_t){ at, n });
        }
        w->times = buf_done(&b);
    }
    *out = w->times;
    return OK;
}

static enum err walk_field(struct walk *w, const struct entity_info *other, const struct field *f)
{
    struct beside beside = { .kind = kind_beside(w->cx, other, f) };
    bool refers = f->kind == &kind_ref && strcmp(f->target, w->info->entity->name) == 0;
    text_t order = TEXT_NONE;
    if (!beside.kind && found_by_time(w->cx, other, f)) {
        TRY(command_times(w, &beside.times));
        if (text_empty(beside.times)) {
            return OK;
        }
    } else if ((!refers && !beside.kind) || !indexed(w->cx, other->entity, f, &order)) {
        return OK;
    }
    struct link_group *g = room_for(w);
    TRY(read_group(w->cx, w->info, w->id, other, f, &beside, order, g));
    w->out->n_in += g->n > 0;
    return OK;
}

static enum err walk_entity(struct walk *w, const struct entity_info *other)
{
    for (size_t i = 0; i < other->n_columns; i++) {
        TRY(walk_field(w, other, other->columns[i]));
    }
    return OK;
}

static void note_out(struct walk *w, const void *record)
{
    struct record_links *out = w->out;
    out->out = ARENA_ARRAY(w->cx->arena, w->info->n_columns, struct link_out);
    for (size_t i = 0; i < w->info->n_columns; i++) {
        const struct field *f = w->info->columns[i];
        const struct field *kind = kind_beside(w->cx, w->info, f);
        if (f->kind != &kind_ref && !kind) {
            continue;
        }
        int64_t id = *(const int64_t *)(const void *)((const char *)record + f->offset);
        const struct entity_info *target =
            kind
                ? house_entity(w->cx->house,
                               *(const text_t *)(const void *)((const char *)record + kind->offset))
                : house_entity(w->cx->house, text_of(f->target));
        if (id > 0 && target) {
            out->out[out->n_out++] =
                (struct link_out){ .info = target, .field = f, .link = { .id = id } };
            refs_note_one(w->cx, target->entity->name, id);
        }
    }
}

/* Records that lines stand in: those that the caller may see. */
static void label_parents(struct cx *cx, struct link_group *g)
{
    size_t seen = 0;
    for (size_t k = 0; k < g->n; k++) {
        struct link l = g->links[k];
        if (refs_label(cx, g->info->entity->name, l.id, &l.code, &l.label)) {
            g->links[seen++] = l;
        }
    }
    g->n = seen;
}

/* Labels of what was only noted. What is not the caller's to read is left out. */
static void label_all(struct walk *w)
{
    struct record_links *out = w->out;
    size_t kept = 0, groups = 0;
    for (size_t i = 0; i < out->n_out; i++) {
        struct link_out *l = &out->out[i];
        if (refs_label(w->cx, l->info->entity->name, l->link.id, &l->link.code, &l->link.label)) {
            out->out[kept++] = *l;
        }
    }
    out->n_out = kept;
    for (size_t i = 0; i < out->n_in; i++) {
        struct link_group *g = &out->in[i];
        if (g->by_lines) {
            label_parents(w->cx, g);
        }
        if (g->n > 0) {
            out->in[groups++] = *g;
        }
    }
    out->n_in = groups;
}

enum err record_links(struct cx *cx, const struct entity_info *info, const void *record,
                      struct record_links *out)
{
    struct walk w = {
        .cx = cx, .info = info, .id = ((const struct record *)record)->id, .out = out
    };
    *out = (struct record_links){ .n_out = 0 };
    note_out(&w, record);
    for (size_t i = 0; i < E_COUNT; i++) {
        const struct entity_info *other = house_info(cx->house, (enum entity_index)i);
        if (other && walked(cx, info, other)) {
            TRY(walk_entity(&w, other));
        }
    }
    TRY(refs_load(cx));
    label_all(&w);
    return cx->arena->failed ? ERR_NO_MEMORY : OK;
}

/* -- as JSON -------------------------------------------------------------------------------------
 */

static void put_link(const struct link *l, struct json_out *o)
{
    json_put_i64(o, "id", l->id);
    json_put_text(o, "code", l->code);
    json_put_text(o, "label", l->label.s ? l->label : l->code);
}

void links_print(struct cx *cx, const struct record_links *links, struct json_out *o)
{
    json_open(o, "refers_to", '[');
    for (size_t i = 0; i < links->n_out; i++) {
        const struct link_out *l = &links->out[i];
        json_open(o, NULL, '{');
        json_put_str(o, "field", l->field->name);
        json_put_str(o, "field_label", cx_text(cx, l->field->label));
        json_put_str(o, "collection", l->info->entity->plural);
        put_link(&l->link, o);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_open(o, "referred_by", '[');
    for (size_t i = 0; i < links->n_in; i++) {
        const struct link_group *g = &links->in[i];
        json_open(o, NULL, '{');
        json_put_str(o, "collection", g->info->entity->plural);
        json_put_str(o, "collection_label", cx_text(cx, g->info->entity->label_plural));
        json_put_str(o, "field", g->field->name);
        json_put_str(o, "field_label", cx_text(cx, g->field->label));
        json_open(o, "items", '[');
        for (size_t k = 0; k < g->n; k++) {
            json_open(o, NULL, '{');
            put_link(&g->links[k], o);
            json_close(o, '}');
        }
        json_close(o, ']');
        json_put_bool(o, "more", g->more);
        json_close(o, '}');
    }
    json_close(o, ']');
}
