/* Choices and states: the name outside, its place in the list inside. */
#include "meta/cx.h"
#include "meta/kinds.h"

static enum err choice_take(struct cx *cx, const struct field *f, text_t in, text_t path,
                            void *member)
{
    for (size_t i = 0; i < f->n_choices; i++) {
        if (text_is(in, f->choices[i].name)) {
            *(choice_t *)member = (choice_t)i;
            return OK;
        }
    }
    struct buf b;
    buf_init(&b, cx->arena, 1000);
    for (size_t i = 0; i < f->n_choices; i++) {
        buf_fmt(&b, i ? ", %s" : "%s", f->choices[i].name);
    }
    return REFUSE(cx, &refusal_unknown_choice, path, in.n < 100 ? in : TEXT("?"), buf_done(&b));
}

static enum err choice_from_json(struct cx *cx, const struct field *f, const struct json *in,
                                 text_t path, int decimals, void *member)
{
    (void)decimals;
    if (in->type != JSON_STRING) {
        return kind_wrong_type(cx, f, path, N_("text"));
    }
    return choice_take(cx, f, in->text, path, member);
}

static enum err choice_from_text(struct cx *cx, const struct field *f, text_t in, text_t path,
                                 int decimals, void *member)
{
    (void)decimals;
    text_t t = text_trim(in);
    if (text_empty(t)) {
        *(choice_t *)member = f->flags & F_NULLABLE ? VALUE_NONE : 0;
        return OK;
    }
    return choice_take(cx, f, t, path, member);
}

static const char *choice_name(const struct field *f, const void *member)
{
    int64_t v = *(const choice_t *)member;
    return v >= 0 && (size_t)v < f->n_choices ? f->choices[v].name : NULL;
}

static void choice_to_json(struct cx *cx, const struct field *f, const void *member, int decimals,
                           struct json_out *o, const char *key)
{
    (void)cx, (void)decimals;
    json_put_str(o, key, choice_name(f, member));
}

static void choice_to_text(struct cx *cx, const struct field *f, const void *member, int decimals,
                           struct buf *b)
{
    (void)cx, (void)decimals;
    const char *name = choice_name(f, member);
    buf_str(b, name ? name : "");
}

const struct kind kind_choice = {
    .name = "choice",
    .storage = STORE_INT,
    .column = COL_INT,
    .json_type = "string",
    .control = "select",
    .from_json = choice_from_json,
    .to_json = choice_to_json,
    .from_text = choice_from_text,
    .to_text = choice_to_text,
};

const struct kind kind_state = {
    .name = "state",
    .storage = STORE_INT,
    .column = COL_INT,
    .json_type = "string",
    .control = "state",
    .from_json = choice_from_json,
    .to_json = choice_to_json,
    .from_text = choice_from_text,
    .to_text = choice_to_text,
};
