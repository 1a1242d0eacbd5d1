/* Currency codes of ISO 4217. */
#include "meta/cx.h"
#include "meta/kinds.h"

static enum err currency_take(struct cx *cx, const struct field *f, text_t in, text_t path,
                              void *member)
{
    (void)f;
    if (text_empty(in)) {
        *(text_t *)member = TEXT_NONE;
        return OK;
    }
    text_t code = text_copy(cx->arena, in);
    if (currency_decimals(code.s) < 0) {
        return REFUSE(cx, &refusal_bad_currency, path, code);
    }
    *(text_t *)member = code;
    return OK;
}

static enum err currency_from_json(struct cx *cx, const struct field *f, const struct json *in,
                                   text_t path, int decimals, void *member)
{
    (void)decimals;
    if (in->type != JSON_STRING) {
        return kind_wrong_type(cx, f, path, N_("text"));
    }
    return currency_take(cx, f, in->text, path, member);
}

static enum err currency_from_text(struct cx *cx, const struct field *f, text_t in, text_t path,
                                   int decimals, void *member)
{
    (void)decimals;
    return currency_take(cx, f, text_trim(in), path, member);
}

const struct kind kind_currency = {
    .name = "currency",
    .storage = STORE_TEXT,
    .column = COL_TEXT,
    .json_type = "string",
    .json_format = "iso-4217",
    .control = "select",
    .from_json = currency_from_json,
    .to_json = kind_text_to_json,
    .from_text = currency_from_text,
    .to_text = kind_text_to_text,
};
