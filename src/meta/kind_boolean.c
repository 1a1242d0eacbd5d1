/* Yes and no. */
#include "meta/cx.h"
#include "meta/kinds.h"

static enum err boolean_from_json(struct cx *cx, const struct field *f, const struct json *in,
                                  text_t path, int decimals, void *member)
{
    (void)decimals;
    if (in->type != JSON_TRUE && in->type != JSON_FALSE) {
        return kind_wrong_type(cx, f, path, N_("true or false"));
    }
    *(flag_t *)member = in->type == JSON_TRUE;
    return OK;
}

static void boolean_to_json(struct cx *cx, const struct field *f, const void *member, int decimals,
                            struct json_out *o, const char *key)
{
    (void)cx, (void)f, (void)decimals;
    json_put_bool(o, key, *(const flag_t *)member != 0);
}

static enum err boolean_from_text(struct cx *cx, const struct field *f, text_t in, text_t path,
                                  int decimals, void *member)
{
    static const char *const yes[] = { "true", "1", "yes", "TRUE", "Yes", "YES" };
    static const char *const no[] = { "", "false", "0", "no", "FALSE", "No", "NO" };
    (void)decimals;
    text_t t = text_trim(in);
    for (size_t i = 0; i < N_ELEMENTS(yes); i++) {
        if (text_is(t, yes[i])) {
            *(flag_t *)member = 1;
            return OK;
        }
    }
    for (size_t i = 0; i < N_ELEMENTS(no); i++) {
        if (text_is(t, no[i])) {
            *(flag_t *)member = 0;
            return OK;
        }
    }
    return kind_wrong_type(cx, f, path, N_("true or false"));
}

static void boolean_to_text(struct cx *cx, const struct field *f, const void *member, int decimals,
                            struct buf *b)
{
    (void)cx, (void)f, (void)decimals;
    buf_str(b, *(const flag_t *)member ? "true" : "false");
}

const struct kind kind_boolean = {
    .name = "boolean",
    .storage = STORE_INT,
    .column = COL_INT,
    .json_type = "boolean",
    .control = "checkbox",
    .from_json = boolean_from_json,
    .to_json = boolean_to_json,
    .from_text = boolean_from_text,
    .to_text = boolean_to_text,
};
