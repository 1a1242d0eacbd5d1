/* Walks the rows of a struct: JSON in, JSON out. */
#include "meta/shape.h"

#include "meta/custom.h"
#include "meta/kinds.h"
#include "meta/refs.h"

#define ROWS_MAX (64 + CUSTOM_FIELDS_MAX)

static void *member_of(void *record, const struct field *f)
{
    return (char *)record + f->offset;
}

static void clear_member(const struct field *f, void *member)
{
    switch (f->kind->storage) {
    case STORE_TEXT:
        *(text_t *)member = TEXT_NONE;
        break;
    case STORE_LINES:
        *(lines_t *)member = (lines_t){ NULL, 0 };
        break;
    case STORE_INT:
    default:
        *(int64_t *)member = field_none(f);
    }
}

enum err shape_clear(struct cx *cx, const struct field *fields, size_t n, void *out)
{
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &fields[i];
        if (f->offset == CUSTOM_FIELD) {
            continue;
        }
        clear_member(f, member_of(out, f));
        if (f->fallback) {
            TRY(f->kind->from_text(cx, f, text_of(f->fallback), text_of(f->name), cx->decimals,
                                   member_of(out, f)));
        }
    }
    return OK;
}

int field_decimals(struct cx *cx, const struct field *fields, size_t n, const struct field *f,
                   const void *record)
{
    if (!f->currency) {
        return cx->decimals;
    }
    for (size_t i = 0; i < n; i++) {
        if (strcmp(fields[i].name, f->currency) == 0) {
            text_t code = *(const text_t *)((const char *)record + fields[i].offset);
            int decimals = code.s ? currency_decimals(code.s) : -1;
            return decimals >= 0 ? decimals : cx->decimals;
        }
    }
    return cx->decimals;
}

static const struct field *row_named(const struct field *fields, size_t n, text_t name, size_t *at)
{
    for (size_t i = 0; i < n; i++) {
        if (text_is(name, fields[i].name)) {
            *at = i;
            return &fields[i];
        }
    }
    return NULL;
}

static bool may_be_given(const struct field *f, enum shape_mode mode)
{
    if (mode == SHAPE_ARGS) {
        return true;
    }
    if (f->flags & (F_READONLY | F_COMPUTED)) {
        return false;
    }
    return mode == SHAPE_CREATE || !(f->flags & F_CREATE_ONLY);
}

static enum err take_member(struct cx *cx, const struct field *fields, size_t n,
                            enum shape_mode mode, const struct json *in, const struct field *f,
                            void *out)
{
    if (!may_be_given(f, mode)) {
        return REFUSE(cx, &refusal_read_only, in->key, text_of(cx_text(cx, f->label)));
    }
    if (f->offset == CUSTOM_FIELD) {
        return custom_put(cx, f, in, out);
    }
    void *member = member_of(out, f);
    if (in->type == JSON_NULL) {
        clear_member(f, member);
        return OK;
    }
    int decimals = f->kind == &kind_money ? field_decimals(cx, fields, n, f, out) : cx->decimals;
    return f->kind->from_json(cx, f, in, in->key, decimals, member);
}

static bool is_filled(struct cx *cx, const struct field *f, void *out)
{
    return f->offset == CUSTOM_FIELD ? !text_empty(custom_text(cx, f, out))
                                     : !field_is_none(f, member_of(out, f));
}

static enum err required_given(struct cx *cx, const struct field *fields, size_t n,
                               enum shape_mode mode, const bool *given, void *out)
{
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &fields[i];
        if (!(f->flags & F_REQUIRED) || (mode == SHAPE_UPDATE && !given[i])) {
            continue;
        }
        if (mode != SHAPE_ARGS && (f->flags & (F_READONLY | F_COMPUTED))) {
            continue; /* the program's own duty, checked by the tests */
        }
        bool mentioned = given[i] || f->fallback;
        if (!mentioned || !is_filled(cx, f, out)) {
            return REFUSE(cx, &refusal_required, text_of(f->name), text_of(cx_text(cx, f->label)));
        }
    }
    return OK;
}

enum err shape_from_json(struct cx *cx, const struct field *fields, size_t n, enum shape_mode mode,
                         const struct json *in, void *out)
{
    bool given[ROWS_MAX] = { false };
    INVARIANT(n <= ROWS_MAX);
    if (in && in->type != JSON_OBJECT) {
        return REFUSE(cx, &refusal_wrong_type, TEXT_NONE, TEXT("JSON"),
                      text_of(cx_text(cx, N_("an object"))));
    }
    /* Two rounds: amounts need the decimals of the currency that may stand after them. */
    for (int round = 0; round < 2; round++) {
        for (const struct json *m = in ? in->first : NULL; m; m = m->next) {
            size_t at = 0;
            const struct field *f = row_named(fields, n, m->key, &at);
            if (!f) {
                return REFUSE(cx, &refusal_unknown_field, m->key,
                              m->key.n < 100 ? m->key : TEXT("?"));
            }
            if ((f->kind == &kind_money) != (round == 1)) {
                continue;
            }
            TRY(take_member(cx, fields, n, mode, m, f, out));
            given[at] = true;
        }
    }
    return required_given(cx, fields, n, mode, given, out);
}

void shape_to_json(struct cx *cx, const struct field *fields, size_t n, const void *in,
                   struct json_out *o)
{
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &fields[i];
        if (f->flags & F_SECRET) {
            continue;
        }
        if (f->offset == CUSTOM_FIELD) {
            custom_print(cx, f, in, o);
            continue;
        }
        int decimals = f->kind == &kind_money ? field_decimals(cx, fields, n, f, in) : cx->decimals;
        f->kind->to_json(cx, f, (const char *)in + f->offset, decimals, o, f->name);
    }
}
