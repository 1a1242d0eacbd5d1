/* All kinds by name, and what they share. Each kind is an object in a file of its own. */
#include "meta/kinds.h"
#include "meta/cx.h"

text_t kind_label(struct cx *cx, const struct field *f)
{
    return text_of(cx_text(cx, f->label ? f->label : f->name));
}

enum err kind_wrong_type(struct cx *cx, const struct field *f, text_t path, const char *wanted)
{
    return REFUSE(cx, &refusal_wrong_type, path, kind_label(cx, f), text_of(cx_text(cx, wanted)));
}

static const struct kind *const kinds[] = {
    &kind_text,  &kind_long_text, &kind_integer, &kind_boolean,  &kind_money, &kind_quantity,
    &kind_rate,  &kind_date,      &kind_time,    &kind_choice,   &kind_state, &kind_ref,
    &kind_lines, &kind_file,      &kind_json,    &kind_currency,
};

const struct kind *kind_by_name(text_t name)
{
    for (size_t i = 0; i < N_ELEMENTS(kinds); i++) {
        if (text_is(name, kinds[i]->name)) {
            return kinds[i];
        }
    }
    return NULL;
}

int64_t field_none(const struct field *f)
{
    if (f->kind == &kind_date || f->kind == &kind_time || (f->flags & F_NULLABLE)) {
        return VALUE_NONE;
    }
    return 0;
}

bool field_is_none(const struct field *f, const void *member)
{
    switch (f->kind->storage) {
    case STORE_TEXT:
        return ((const text_t *)member)->n == 0;
    case STORE_LINES:
        return ((const lines_t *)member)->n == 0;
    case STORE_INT:
    default:
        return *(const int64_t *)member == (f->kind == &kind_ref ? 0 : VALUE_NONE);
    }
}

bool field_is_counter(const struct field *f)
{
    return f->offset != CUSTOM_FIELD && f->offset < sizeof(struct record);
}

bool kind_is_number(const struct kind *k)
{
    return k == &kind_money || k == &kind_quantity || k == &kind_rate || k == &kind_integer;
}

union member value_member(const struct kind *k, struct value v)
{
    if (k->storage == STORE_TEXT) {
        return (union member){ .text = v.t };
    }
    return (union member){ .number = v.i };
}
