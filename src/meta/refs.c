/* Labels of referenced records. */
#include "meta/refs.h"

#include "db/json_sql.h"
#include "meta/command.h"
#include "meta/custom.h"
#include "meta/shape.h"
#include "meta/store.h"

#define BUCKETS 64

struct label {
    int64_t id;
    text_t code, label;
    bool loaded, found;
    struct label *next; /* of the same entity */
    struct label *same; /* of the same bucket */
};

struct target {
    const struct entity_info *info;
    struct label *labels;
    struct label *buckets[BUCKETS]; /* the labels by their ids */
    size_t n_missing;
    struct target *next;
};

struct refs {
    struct target *targets;
};

static struct target *target_of(struct cx *cx, const char *name)
{
    if (!cx->refs) {
        cx->refs = ARENA_NEW(cx->arena, struct refs);
    }
    for (struct target *t = cx->refs->targets; t; t = t->next) {
        if (strcmp(t->info->entity->name, name) == 0) {
            return t;
        }
    }
    struct target *t = ARENA_NEW(cx->arena, struct target);
    t->info = house_entity(cx->house, text_of(name));
    t->next = cx->refs->targets;
    cx->refs->targets = t;
    return t;
}

static struct label **bucket_of(struct target *t, int64_t id)
{
    return &t->buckets[(uint64_t)id % BUCKETS];
}

static struct label *label_of(struct target *t, int64_t id)
{
    for (struct label *l = *bucket_of(t, id); l; l = l->same) {
        if (l->id == id) {
            return l;
        }
    }
    return NULL;
}

void refs_note_one(struct cx *cx, const char *target, int64_t id)
{
    if (id == 0) {
        return;
    }
    struct target *t = target_of(cx, target);
    if (!label_of(t, id)) {
        struct label *l = ARENA_NEW(cx->arena, struct label);
        l->id = id;
        l->next = t->labels;
        t->labels = l;
        l->same = *bucket_of(t, id);
        *bucket_of(t, id) = l;
        t->n_missing++;
    }
}

void refs_note(struct cx *cx, const struct field *fields, size_t n_fields, const void *records,
               size_t size, size_t n)
{
    for (size_t i = 0; i < n_fields; i++) {
        const struct field *f = &fields[i];
        if (f->kind != &kind_ref && f->kind != &kind_lines) {
            continue;
        }
        for (size_t r = 0; r < n; r++) {
            const char *record = (const char *)records + r * size;
            if (f->offset == CUSTOM_FIELD) {
                refs_note_one(cx, f->target, custom_ref(cx, f, record));
                continue;
            }
            const void *member = record + f->offset;
            if (f->kind == &kind_ref) {
                refs_note_one(cx, f->target, *(const int64_t *)member);
                continue;
            }
            const struct field *line_fields;
            size_t n_line_fields, line_size;
            const lines_t *lines = member;
            lines_rows(cx, f, &line_fields, &n_line_fields, &line_size);
            refs_note(cx, line_fields, n_line_fields, lines->items, line_size, lines->n);
        }
    }
}

static text_t member_text(struct cx *cx, const struct entity_info *info, const char *name,
                          const void *record)
{
    const struct field *f = name ? info_field(info, text_of(name)) : NULL;
    if (!f) {
        return TEXT_NONE;
    }
    if (f->kind->storage == STORE_TEXT) {
        return *(const text_t *)((const char *)record + f->offset);
    }
    struct buf b;
    buf_init(&b, cx->arena, 1000);
    f->kind->to_text(cx, f, (const char *)record + f->offset, cx->decimals, &b);
    return buf_done(&b);
}

static void fill(struct cx *cx, struct target *t, struct label *l, const void *record)
{
    const struct entity *e = t->info->entity;
    l->found = store_visible(cx, e,
                             record); /* of what is not theirs to see people get the bare id */
    l->code = member_text(cx, t->info, e->code, record);
    l->label = e->title ? member_text(cx, t->info, e->title, record) : l->code;
}

/* One statement, however many they are. */
static enum err load_many(struct cx *cx, struct target *t, const int64_t *ids, size_t n)
{
    static const char *const where[] = {
        [DB_SQLITE] = "\"id\" " SQLITE_AMONG, [DB_POSTGRES] = "\"id\" " POSTGRES_AMONG
    };
    enum db_store store = db_store(tx_db(cx->tx));
    const struct value args[] = { v_text(among_ids(cx->arena, store, ids, n)), v_int(cx->company) };
    struct rows rows;
    const char *sql = house_select_sql(cx->house, t->info, where[store], 1);
    if (!sql) {
        return ERR_NO_MEMORY;
    }
    TRY(tx_query(cx->tx, cx->arena, sql, args, N_ELEMENTS(args), &rows));
    void *record = arena_alloc(cx->arena, t->info->entity->shape.size);
    for (size_t r = 0; r < rows.n; r++) {
        store_load_row(t->info, rows.v + r * rows.cols, record);
        struct label *l = label_of(t, ((const struct record *)record)->id);
        if (l) {
            fill(cx, t, l, record);
        }
    }
    return OK;
}

static enum err load_one(struct cx *cx, struct target *t, struct label *l)
{
    void *record = arena_alloc(cx->arena, t->info->entity->shape.size);
    enum err e = store_get_any(cx, t->info->entity, l->id, record);
    if (e == OK) {
        fill(cx, t, l, record);
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err load_target(struct cx *cx, struct target *t)
{
    int64_t *missing = ARENA_ARRAY(cx->arena, t->n_missing, int64_t);
    struct label *last = NULL;
    size_t n = 0;
    bool readable = cx_may(cx, t->info->entity->read) && !(t->info->entity->flags & E_LINE);
    for (struct label *l = t->labels; l && readable; l = l->next) {
        if (l->loaded) {
            continue;
        }
        l->loaded = true;
        const void *known = store_read_before(cx, t->info->entity, l->id);
        if (known) {
            fill(cx, t, l, known);
        } else if (t->info->entity->flags & E_CACHED) {
            TRY(load_one(cx, t, l));
        } else {
            missing[n++] = l->id;
            last = l;
        }
    }
    t->n_missing = 0;
    return n == 0 ? OK : n == 1 ? load_one(cx, t, last) : load_many(cx, t, missing, n);
}

void refs_fill(struct cx *cx, const struct entity_info *info, const void *records, size_t n)
{
    struct target *t = target_of(cx, info->entity->name);
    if (!cx_may(cx, info->entity->read) || (info->entity->flags & E_LINE)) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const void *record = (const char *)records + i * info->entity->shape.size;
        int64_t id = ((const struct record *)record)->id;
        refs_note_one(cx, info->entity->name, id);
        struct label *l = label_of(t, id);
        if (!l->loaded) {
            l->loaded = true;
            fill(cx, t, l, record);
        }
    }
}

enum err refs_load(struct cx *cx)
{
    for (struct target *t = cx->refs ? cx->refs->targets : NULL; t; t = t->next) {
        if (t->n_missing) {
            TRY(load_target(cx, t));
        }
    }
    return OK;
}

bool refs_label(struct cx *cx, const char *target, int64_t id, text_t *code, text_t *label)
{
    for (struct target *t = cx->refs ? cx->refs->targets : NULL; t; t = t->next) {
        struct label *l = strcmp(t->info->entity->name, target) == 0 ? label_of(t, id) : NULL;
        if (l && l->found) {
            const char *title = t->info->entity->title;
            const struct field *f = title ? info_field(t->info, text_of(title)) : NULL;
            *code = l->code;
            *label = f && l->label.s && f->word == WORD_TEXT ? text_of(cx_text(cx, l->label.s))
                                                             : l->label;
            return true;
        }
    }
    return false;
}
