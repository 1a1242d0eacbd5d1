/* Lines: an array of structs, either the records of another entity that belong to this one or the
 * rows of a command's shape. */
#include "meta/kinds.h"
#include "meta/shape.h"

#define LINES_MAX_DEFAULT 2000

void lines_rows(struct cx *cx, const struct field *f, const struct field **fields, size_t *n,
                size_t *size)
{
    if (f->of) {
        *fields = f->of->fields;
        *n = f->of->n_fields;
        *size = f->of->size;
        return;
    }
    const struct entity_info *target = house_entity(cx->house, text_of(f->target));
    *fields = target->fields;
    *n = target->n_fields;
    *size = target->entity->shape.size;
}

/* Puts the line in front of the path that a refusal inside it found: "quantity" becomes
 * "lines[3].quantity". */
static enum err refused_inside(struct cx *cx, text_t list, size_t index, enum err e)
{
    if (e == ERR_REFUSED && cx->failure.why) {
        cx->failure.field = text_fmt(cx->arena, "%s[%zu]%s%s", list.s, index,
                                     cx->failure.field.s ? "." : "",
                                     cx->failure.field.s ? cx->failure.field.s : "");
    }
    return e;
}

static enum err lines_from_json(struct cx *cx, const struct field *f, const struct json *in,
                                text_t path, int decimals, void *member)
{
    (void)decimals;
    if (in->type != JSON_ARRAY) {
        return kind_wrong_type(cx, f, path, N_("a list"));
    }
    size_t max = f->max ? (size_t)f->max : LINES_MAX_DEFAULT;
    if (in->count > max) {
        return REFUSE(cx, &refusal_too_large, path, text_of(cx_text(cx, f->label)),
                      text_fmt(cx->arena, "%zu", max));
    }
    const struct field *fields;
    size_t n, size, i = 0;
    lines_rows(cx, f, &fields, &n, &size);
    char *items = arena_array(cx->arena, in->count, size);
    enum shape_mode mode = f->of ? SHAPE_ARGS : SHAPE_CREATE;
    for (const struct json *line = in->first; line; line = line->next, i++) {
        TRY(shape_clear(cx, fields, n, items + i * size));
        enum err e = shape_from_json(cx, fields, n, mode, line, items + i * size);
        if (e != OK) {
            return refused_inside(cx, path, i, e);
        }
    }
    *(lines_t *)member = (lines_t){ items, in->count };
    return OK;
}

static void lines_to_json(struct cx *cx, const struct field *f, const void *member, int decimals,
                          struct json_out *o, const char *key)
{
    (void)decimals;
    const lines_t *lines = member;
    const struct field *fields;
    size_t n, size;
    lines_rows(cx, f, &fields, &n, &size);
    json_open(o, key, '[');
    for (size_t i = 0; i < lines->n; i++) {
        json_open(o, NULL, '{');
        shape_to_json(cx, fields, n, (const char *)lines->items + i * size, o);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static enum err lines_from_text(struct cx *cx, const struct field *f, text_t in, text_t path,
                                int decimals, void *member)
{
    *(lines_t *)member = (lines_t){ NULL, 0 };
    return kind_json_text(cx, f, in, path, decimals, member, N_("a list"));
}

static void lines_to_text(struct cx *cx, const struct field *f, const void *member, int decimals,
                          struct buf *b)
{
    struct json_out o;
    struct buf inner;
    buf_init(&inner, cx->arena, (size_t)1 << 20);
    json_out_init(&o, &inner);
    lines_to_json(cx, f, member, decimals, &o, NULL);
    buf_text(b, buf_done(&inner));
}

const struct kind kind_lines = {
    .name = "lines",
    .storage = STORE_LINES,
    .column = COL_TEXT,
    .json_type = "array",
    .control = "grid",
    .from_json = lines_from_json,
    .to_json = lines_to_json,
    .from_text = lines_from_text,
    .to_text = lines_to_text,
};
