/* References: given as an id or as the code of the record, returned as id, code and label. */
#include "meta/kinds.h"
#include "meta/refs.h"
#include "meta/store.h"

/* The record named by id or code must exist and be the caller's to see. */
static enum err ref_unknown(struct cx *cx, const struct entity_info *target, text_t path,
                            text_t given)
{
    return REFUSE(cx, &refusal_unknown_reference, path, given.n < 100 ? given : TEXT("?"),
                  text_of(cx_text(cx, target->entity->label)));
}

/* What was found under an id or a code, as the member's value: it must be the caller's to see,
 * unless the row says F_ANY_SITE, and not be put away when it is given for new work. */
static enum err ref_take(struct cx *cx, const struct field *f, enum err found,
                         const struct record *record, bool for_work, text_t path, text_t given,
                         void *member)
{
    const struct entity_info *target = house_entity(cx->house, text_of(f->target));
    if (found == ERR_NOT_FOUND) {
        return ref_unknown(cx, target, path, given);
    }
    TRY(found);
    if (!(f->flags & F_ANY_SITE) && !store_visible(cx, target->entity, record)) {
        return ref_unknown(cx, target, path, given);
    }
    if (for_work && record->archived) {
        return refuse(cx, &refusal_archived, path);
    }
    *(int64_t *)member = record->id;
    return OK;
}

static enum err ref_by_id(struct cx *cx, const struct field *f, int64_t id, bool for_work,
                          text_t path, text_t given, void *member)
{
    const struct entity_info *target = house_entity(cx->house, text_of(f->target));
    if (target->entity->flags &
        E_LINE) { /* lines are addressed within their parent; the command checks */
        *(int64_t *)member = id;
        return OK;
    }
    void *record = arena_alloc(cx->arena, target->entity->shape.size);
    return ref_take(cx, f, store_get_any(cx, target->entity, id, record), record, for_work, path,
                    given, member);
}

static enum err ref_by_code(struct cx *cx, const struct field *f, text_t code, bool for_work,
                            text_t path, void *member)
{
    const struct entity_info *target = house_entity(cx->house, text_of(f->target));
    if (!target->entity->code) {
        return ref_unknown(cx, target, path, code);
    }
    void *record = arena_alloc(cx->arena, target->entity->shape.size);
    enum err found = store_find(cx, target->entity, target->entity->code, code, record);
    return ref_take(cx, f, found, record, for_work, path, code, member);
}

static enum err ref_from_json(struct cx *cx, const struct field *f, const struct json *in,
                              text_t path, int decimals, void *member)
{
    (void)decimals;
    if (in->type == JSON_OBJECT) { /* what a list or record returned: {"id": 7, ...} */
        in = json_get(in, "id");
    }
    int64_t id;
    if (in && in->type == JSON_NUMBER && text_to_i64(in->text, &id) == OK && id > 0) {
        return ref_by_id(cx, f, id, true, path, in->text, member);
    }
    if (in && in->type == JSON_STRING) {
        text_t code = text_trim(in->text);
        if (text_empty(code)) {
            *(int64_t *)member = 0;
            return OK;
        }
        return ref_by_code(cx, f, code, true, path, member);
    }
    return kind_wrong_type(cx, f, path, N_("a number or a code"));
}

static enum err ref_from_text(struct cx *cx, const struct field *f, text_t in, text_t path,
                              int decimals, void *member)
{
    (void)decimals;
    const struct entity_info *target = house_entity(cx->house, text_of(f->target));
    text_t t = text_trim(in);
    int64_t id;
    if (text_empty(t)) {
        *(int64_t *)member = 0;
        return OK;
    }
    if (target->entity->code) {
        /* A code made of digits is a code first; "#7" is always the number. */
        void *record = arena_alloc(cx->arena, target->entity->shape.size);
        enum err e = store_find(cx, target->entity, target->entity->code, t, record);
        if (e != ERR_NOT_FOUND) {
            return e == OK ? ref_take(cx, f, e, record, false, path, t, member) : e;
        }
    }
    text_t number = t.s[0] == '#' ? (text_t){ t.s + 1, t.n - 1 } : t;
    if (text_to_i64(number, &id) == OK && id > 0) {
        return ref_by_id(cx, f, id, false, path, t, member);
    }
    return ref_unknown(cx, target, path, t);
}

static void ref_to_json(struct cx *cx, const struct field *f, const void *member, int decimals,
                        struct json_out *o, const char *key)
{
    (void)decimals;
    int64_t id = *(const int64_t *)member;
    if (id == 0) {
        json_put_null(o, key);
        return;
    }
    text_t code = TEXT_NONE, label = TEXT_NONE;
    json_open(o, key, '{');
    json_put_i64(o, "id", id);
    if (refs_label(cx, f->target, id, &code, &label)) {
        if (code.s) {
            json_put_text(o, "code", code);
        }
        json_put_text(o, "label", label);
    }
    json_close(o, '}');
}

static void ref_to_text(struct cx *cx, const struct field *f, const void *member, int decimals,
                        struct buf *b)
{
    (void)decimals;
    int64_t id = *(const int64_t *)member;
    text_t code = TEXT_NONE, label = TEXT_NONE;
    if (id == 0) {
        return;
    }
    if (refs_label(cx, f->target, id, &code, &label) && code.s) {
        buf_text(b, code);
    } else {
        buf_i64(b, id);
    }
}

const struct kind kind_ref = {
    .name = "reference",
    .storage = STORE_INT,
    .column = COL_INT,
    .json_type = "object",
    .control = "lookup",
    .from_json = ref_from_json,
    .to_json = ref_to_json,
    .from_text = ref_from_text,
    .to_text = ref_to_text,
};
