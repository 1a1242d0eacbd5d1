/* JSON: kept as compact text. */
#include "meta/cx.h"
#include "meta/kinds.h"

#define JSON_TEXT_MAX 65536

static enum err json_from_json(struct cx *cx, const struct field *f, const struct json *in,
                               text_t path, int decimals, void *member)
{
    (void)decimals;
    struct buf b;
    buf_init(&b, cx->arena, JSON_TEXT_MAX);
    json_write(&b, in);
    if (b.failed) {
        return REFUSE(cx, &refusal_too_large, path, kind_label(cx, f), TEXT("64 KiB"));
    }
    *(text_t *)member = buf_done(&b);
    return OK;
}

enum err kind_json_text(struct cx *cx, const struct field *f, text_t in, text_t path, int decimals,
                        void *member, const char *wanted)
{
    struct json *j;
    struct json_fault fault;
    if (text_empty(in)) {
        return OK;
    }
    if (json_parse(cx->arena, in.s, in.n, &j, &fault) != OK) {
        return kind_wrong_type(cx, f, path, wanted);
    }
    return f->kind->from_json(cx, f, j, path, decimals, member);
}

static enum err json_from_text(struct cx *cx, const struct field *f, text_t in, text_t path,
                               int decimals, void *member)
{
    *(text_t *)member = TEXT_NONE;
    return kind_json_text(cx, f, in, path, decimals, member, N_("JSON"));
}

static void json_to_json(struct cx *cx, const struct field *f, const void *member, int decimals,
                         struct json_out *o, const char *key)
{
    (void)cx, (void)f, (void)decimals;
    text_t t = *(const text_t *)member;
    if (t.s) {
        json_put_raw(o, key, t);
    } else {
        json_put_null(o, key);
    }
}

const struct kind kind_json = {
    .name = "json",
    .storage = STORE_TEXT,
    .column = COL_TEXT,
    .json_type = "object",
    .control = "area",
    .from_json = json_from_json,
    .to_json = json_to_json,
    .from_text = json_from_text,
    .to_text = kind_text_to_text,
};
