/* Text, long text and files: UTF-8 in Unicode normal form, bounded in characters. */
#include "base/utf8.h"
#include "meta/cx.h"
#include "meta/kinds.h"
#include "meta/store.h"

#define TEXT_MAX_DEFAULT      200
#define LONG_TEXT_MAX_DEFAULT 20000

/* What people could not see, and what turns round how the rest of a line is read: U+202A to U+202E
 * hold to its end, beyond the value. */
static bool turns_round(text_t t, bool *seen)
{
    bool turns = false;
    *seen = false;
    for (size_t i = 0, n; i < t.n; i += n) {
        uint32_t c = utf8_next(t.s + i, &n);
        turns = turns || (c >= 0x202A && c <= 0x202E);
        *seen = *seen || !(c == ' ' || c == 0x200C || c == 0x200D || text_misleads(c));
    }
    return turns;
}

/* A house without the area that knows such codes takes any. */
static enum err code_known(struct cx *cx, const struct field *f, text_t code, text_t path)
{
    const struct entity_info *target = f->code_of ? house_entity(cx->house, text_of(f->code_of))
                                                  : NULL;
    if (!target || text_empty(code)) {
        return OK;
    }
    struct record *record = arena_alloc(cx->arena, target->entity->shape.size);
    enum err e = store_find(cx, target->entity, target->entity->code, code, record);
    if (e == ERR_NOT_FOUND) {
        return REFUSE(cx, &refusal_unknown_reference, path, code,
                      text_of(cx_text(cx, target->entity->label)));
    }
    TRY(e);
    return record->archived ? refuse(cx, &refusal_archived, path) : OK;
}

static enum err text_take(struct cx *cx, const struct field *f, text_t in, text_t path,
                          void *member)
{
    bool multiline = f->kind == &kind_long_text;
    int64_t max = f->max ? f->max : multiline ? LONG_TEXT_MAX_DEFAULT : TEXT_MAX_DEFAULT;
    text_t t = text_trim(in);
    bool seen = true;
    if (!text_utf8_ok(t, multiline) || (!multiline && turns_round(t, &seen))) {
        return REFUSE(cx, &refusal_bad_text, path, kind_label(cx, f));
    }
    if (t.n > (size_t)max && text_utf8_length(t) > (size_t)max) {
        return REFUSE(cx, &refusal_too_long, path, kind_label(cx, f),
                      text_fmt(cx->arena, "%lld", (long long)max));
    }
    t = t.n == 0 || !seen ? TEXT_NONE : text_copy(cx->arena, text_normal(cx->arena, t));
    TRY(code_known(cx, f, t, path));
    *(text_t *)member = t;
    return OK;
}

static enum err text_from_json(struct cx *cx, const struct field *f, const struct json *in,
                               text_t path, int decimals, void *member)
{
    (void)decimals;
    if (in->type != JSON_STRING) {
        return kind_wrong_type(cx, f, path, N_("text"));
    }
    return text_take(cx, f, in->text, path, member);
}

void kind_text_to_json(struct cx *cx, const struct field *f, const void *member, int decimals,
                       struct json_out *o, const char *key)
{
    (void)cx, (void)f, (void)decimals;
    json_put_text(o, key, *(const text_t *)member);
}

static enum err text_from_text(struct cx *cx, const struct field *f, text_t in, text_t path,
                               int decimals, void *member)
{
    (void)decimals;
    return text_take(cx, f, in, path, member);
}

void kind_text_to_text(struct cx *cx, const struct field *f, const void *member, int decimals,
                       struct buf *b)
{
    (void)cx, (void)f, (void)decimals;
    buf_text(b, *(const text_t *)member);
}

const struct kind kind_text = {
    .name = "text",
    .storage = STORE_TEXT,
    .column = COL_TEXT,
    .json_type = "string",
    .control = "text",
    .from_json = text_from_json,
    .to_json = kind_text_to_json,
    .from_text = text_from_text,
    .to_text = kind_text_to_text,
};

const struct kind kind_long_text = {
    .name = "long_text",
    .storage = STORE_TEXT,
    .column = COL_TEXT,
    .json_type = "string",
    .control = "area",
    .from_json = text_from_json,
    .to_json = kind_text_to_json,
    .from_text = text_from_text,
    .to_text = kind_text_to_text,
};

/* A file is kept by its content's SHA-256 in hex; the bytes live in the document store. */
const struct kind kind_file = {
    .name = "file",
    .storage = STORE_TEXT,
    .column = COL_TEXT,
    .json_type = "string",
    .control = "file",
    .from_json = text_from_json,
    .to_json = kind_text_to_json,
    .from_text = text_from_text,
    .to_text = kind_text_to_text,
};
