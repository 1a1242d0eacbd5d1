/* Create, update and archive of any entity by its rows. */
#include "flow/own.h"
#include "meta/custom.h"
#include "meta/kinds.h"
#include "meta/shape.h"

int64_t *record_state(const struct entity_info *info, void *record)
{
    for (size_t i = 0; i < info->n_fields; i++) {
        if (info->fields[i].kind == &kind_state) {
            return (int64_t *)(void *)((char *)record + info->fields[i].offset);
        }
    }
    return NULL;
}

static enum err may_write(struct cx *cx, const struct entity *e)
{
    if (!e->write) {
        return REFUSE(cx, &refusal_method_not_allowed, TEXT_NONE, TEXT("POST"));
    }
    if (!cx_may(cx, e->write)) {
        return REFUSE(cx, &refusal_forbidden, TEXT_NONE, text_of(e->write));
    }
    return OK;
}

static bool is_unique(const struct entity *e, const struct field *f)
{
    bool is_code = e->code && strcmp(e->code, f->name) == 0 && !(e->flags & E_DATED);
    return (is_code || (f->flags & F_UNIQUE)) && f->kind->storage == STORE_TEXT;
}

enum err unique_free(struct cx *cx, const struct entity_info *info, const void *before,
                     const void *record)
{
    void *other = arena_alloc(cx->arena, info->entity->shape.size);
    for (size_t i = 0; i < info->n_columns; i++) {
        const struct field *f = info->columns[i];
        if (!is_unique(info->entity, f)) {
            continue;
        }
        text_t value = *(const text_t *)((const char *)record + f->offset);
        if (text_empty(value) ||
            (before && text_eq(value, *(const text_t *)((const char *)before + f->offset)))) {
            continue;
        }
        enum err e = store_find(cx, info->entity, f->name, value, other);
        if (e == OK && ((struct record *)other)->id != ((const struct record *)record)->id) {
            return REFUSE(cx, &refusal_taken, text_of(f->name), value);
        }
        if (e != OK && e != ERR_NOT_FOUND) {
            return e;
        }
    }
    return OK;
}

/* Writes the lines of a lines field under their new parent. */
static enum err insert_lines(struct cx *cx, const struct field *f, const lines_t *lines,
                             int64_t parent)
{
    const struct entity_info *child = house_entity(cx->house, text_of(f->target));
    const struct field *via = info_field(child, text_of(f->via));
    for (size_t i = 0; i < lines->n; i++) {
        char *line = (char *)lines->items + i * child->entity->shape.size;
        *(int64_t *)(void *)(line + via->offset) = parent;
        enum err e = child->entity->check ? child->entity->check(cx, NULL, line) : OK;
        if (e == OK && !(child->entity->flags & E_POSTED)) {
            e = unique_free(cx, child, NULL, line);
        }
        if (e == OK) {
            e = store_insert(cx, child->entity, line);
        }
        if (e == ERR_REFUSED && cx->failure.why) {
            cx->failure.field = path_at(cx, f->name, i, cx->failure.field.s);
        }
        TRY(e);
    }
    return OK;
}

static enum err insert_all_lines(struct cx *cx, const struct entity_info *info, const void *record)
{
    for (size_t i = 0; i < info->n_fields; i++) {
        const struct field *f = &info->fields[i];
        if (f->kind == &kind_lines && !f->of) {
            TRY(insert_lines(cx, f,
                             (const lines_t *)(const void *)((const char *)record + f->offset),
                             ((const struct record *)record)->id));
        }
    }
    return OK;
}

static enum err publish_verb(struct cx *cx, const struct entity *e, const char *verb, void *record)
{
    const char *name = house_intern(cx->house, text_fmt(cx->arena, "%s.%s", e->name, verb));
    if (!name) {
        return ERR_NO_MEMORY;
    }
    for (const struct happened *h = cx->flow->happened; h; h = h->next) {
        if (h->record == ((struct record *)record)->id && strcmp(h->name, name) == 0) {
            return OK; /* the area told it itself, with a payload of its own */
        }
    }
    return event_publish(cx, name, e, record, record);
}

enum err generic_create(struct call *call, void *record)
{
    struct cx *cx = &call->cx;
    const struct entity *e = call->entity;
    const struct entity_info *info = house_info(cx->house, e->index);
    const struct field *rows;
    size_t n;
    TRY(may_write(cx, e));
    if (call->typed) {
        memcpy(record, call->typed, e->shape.size);
    } else {
        TRY(custom_rows(cx, info, &rows, &n));
        TRY(shape_clear(cx, rows, n, record));
        TRY(shape_from_json(cx, rows, n, SHAPE_CREATE, call->args, record));
    }
    if (e->check) {
        TRY(e->check(cx, NULL, record));
    }
    if (!(e->flags & E_POSTED)) {
        TRY(unique_free(cx, info, NULL, record));
    }
    TRY(store_insert(cx, e, record));
    TRY(insert_all_lines(cx, info, record));
    if (e->saved) {
        TRY(e->saved(cx, NULL, record));
    }
    return publish_verb(cx, e, "created", record);
}

/* A lines field given in a change replaces all lines; lines that only commands write cannot be
 * given. */
static enum err replace_lines(struct call *call, const struct entity_info *info, void *record)
{
    struct cx *cx = &call->cx;
    for (size_t i = 0; i < info->n_fields; i++) {
        const struct field *f = &info->fields[i];
        if (f->kind != &kind_lines || f->of || !call->args || !json_get(call->args, f->name)) {
            continue;
        }
        const struct entity_info *child = house_entity(cx->house, text_of(f->target));
        if (!child->entity->write) {
            return REFUSE(cx, &refusal_read_only, text_of(f->name), text_of(cx_text(cx, f->label)));
        }
        const struct value id[] = { v_int(((struct record *)record)->id) };
        const char *drop = house_drop_lines_sql(cx->house, child, f->via);
        TRY(drop ? store_exec(cx, drop, id, 1) : ERR_NO_MEMORY);
        if (child->entity->flags & E_CACHED) {
            TRY(masters_dirty(cx));
        }
        TRY(insert_lines(cx, f, (const lines_t *)(const void *)((const char *)record + f->offset),
                         id[0].i));
    }
    return OK;
}

static enum err load_for_change(struct call *call, void *record)
{
    struct cx *cx = &call->cx;
    if (call->entity->flags & E_LINE) {
        return refuse(cx, &refusal_not_found, TEXT_NONE);
    }
    TRY(store_get(cx, call->entity, call->record_id, record));
    const struct record *r = record;
    if (call->if_version && call->if_version != r->version) {
        return REFUSE(cx, &refusal_version_conflict, TEXT_NONE,
                      text_fmt(cx->arena, "%lld", (long long)r->version));
    }
    return OK;
}

enum err generic_update(struct call *call, void *record)
{
    struct cx *cx = &call->cx;
    const struct entity *e = call->entity;
    const struct entity_info *info = house_info(cx->house, e->index);
    const struct field *rows;
    size_t n;
    TRY(may_write(cx, e));
    TRY(load_for_change(call, record));
    if (((struct record *)record)->archived) {
        return refuse(cx, &refusal_archived, TEXT_NONE);
    }
    if (e->flags & E_POSTED) {
        return refuse(cx, &refusal_posted, TEXT_NONE);
    }
    void *before = arena_alloc(cx->arena, e->shape.size);
    memcpy(before, record, e->shape.size);
    TRY(custom_rows(cx, info, &rows, &n));
    TRY(shape_from_json(cx, rows, n, SHAPE_UPDATE, call->args, record));
    if (e->check) {
        TRY(e->check(cx, before, record));
    }
    TRY(unique_free(cx, info, before, record));
    TRY(store_update(cx, e, before, record));
    TRY(replace_lines(call, info, record));
    if (e->saved) {
        TRY(e->saved(cx, before, record));
    }
    return publish_verb(cx, e, "updated", record);
}

enum err generic_archive(struct call *call, void *record)
{
    struct cx *cx = &call->cx;
    const struct entity *e = call->entity;
    TRY(may_write(cx, e));
    TRY(load_for_change(call, record));
    if (e->flags & E_POSTED) {
        return refuse(cx, &refusal_posted, TEXT_NONE);
    }
    struct record *r = record;
    if (r->archived) {
        return OK;
    }
    void *before = arena_alloc(cx->arena, e->shape.size);
    memcpy(before, record, e->shape.size);
    r->archived = 1;
    TRY(store_update(cx, e, before, record));
    if (e->saved) {
        TRY(e->saved(cx, before, record));
    }
    return publish_verb(cx, e, "archived", record);
}
