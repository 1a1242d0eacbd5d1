/* Numbers: whole numbers, money, quantities, rates. All are scaled integers, all but whole numbers
 * travel as decimal text. */
#include "meta/cx.h"
#include "meta/kinds.h"

/* Decimals that a number of this field carries. */
static int scale_of(const struct field *f, int decimals)
{
    if (f->kind == &kind_money) {
        return decimals;
    }
    return f->kind == &kind_quantity ? QTY_SCALE : f->kind == &kind_rate ? RATE_SCALE : 0;
}

static int64_t number_max(const struct field *f)
{
    if (f->max) {
        return f->max;
    }
    return f->kind == &kind_money || f->kind == &kind_quantity || f->kind == &kind_rate
               ? MONEY_MAX
               : INT64_C(9007199254740991); /* 2^53 - 1: what every JSON reader keeps exactly */
}

static enum err number_check(struct cx *cx, const struct field *f, int64_t v, int scale,
                             text_t path)
{
    if (v > number_max(f) || v < -number_max(f)) {
        char most[DECIMAL_TEXT_MAX];
        decimal_print(number_max(f), scale, 0, most);
        return REFUSE(cx, &refusal_too_large, path, kind_label(cx, f), text_of(most));
    }
    if ((f->flags & F_POSITIVE) && v <= 0) {
        return REFUSE(cx, &refusal_not_positive, path, kind_label(cx, f));
    }
    if ((f->flags & F_NOT_NEGATIVE) && v < 0) {
        return REFUSE(cx, &refusal_negative, path, kind_label(cx, f));
    }
    return OK;
}

static enum err number_take(struct cx *cx, const struct field *f, text_t in, text_t path,
                            int decimals, void *member)
{
    int64_t v;
    int scale = scale_of(f, decimals);
    enum err e = decimal_parse(in.s, in.n, scale, &v);
    if (e == ERR_RANGE) {
        return number_check(cx, f, INT64_MAX, scale, path);
    }
    if (e != OK) {
        const char *example = scale == 0 ? "12" : scale == 2 ? "12.40" : "1.5";
        return REFUSE(cx, &refusal_bad_number, path, kind_label(cx, f), text_of(example));
    }
    TRY(number_check(cx, f, v, scale, path));
    *(int64_t *)member = v;
    return OK;
}

static enum err decimal_from_json(struct cx *cx, const struct field *f, const struct json *in,
                                  text_t path, int decimals, void *member)
{
    if (in->type != JSON_STRING) {
        return kind_wrong_type(cx, f, path, N_("a decimal number in quotes"));
    }
    return number_take(cx, f, in->text, path, decimals, member);
}

static enum err number_from_text(struct cx *cx, const struct field *f, text_t in, text_t path,
                                 int decimals, void *member)
{
    text_t t = text_trim(in);
    if (text_empty(t)) {
        *(int64_t *)member = f->flags & F_NULLABLE ? VALUE_NONE : 0;
        return OK;
    }
    return number_take(cx, f, t, path, decimals, member);
}

static size_t number_print(const struct field *f, int64_t v, int decimals,
                           char out[static DECIMAL_TEXT_MAX])
{
    int scale = scale_of(f, decimals);
    return decimal_print(v, scale, f->kind == &kind_money ? scale : 0, out);
}

static void decimal_to_json(struct cx *cx, const struct field *f, const void *member, int decimals,
                            struct json_out *o, const char *key)
{
    (void)cx;
    int64_t v = *(const int64_t *)member;
    if (v == VALUE_NONE) {
        json_put_null(o, key);
        return;
    }
    char out[DECIMAL_TEXT_MAX];
    size_t n = number_print(f, v, decimals, out);
    json_put_text(o, key, (text_t){ out, n });
}

static void number_to_text(struct cx *cx, const struct field *f, const void *member, int decimals,
                           struct buf *b)
{
    (void)cx;
    int64_t v = *(const int64_t *)member;
    if (v != VALUE_NONE) {
        char out[DECIMAL_TEXT_MAX];
        buf_add(b, out, number_print(f, v, decimals, out));
    }
}

#define DECIMAL_KIND(name_)                                                                        \
    {                                                                                              \
        .name = name_, .storage = STORE_INT, .column = COL_INT, .json_type = "string",             \
        .json_format = "decimal", .control = "number", .from_json = decimal_from_json,             \
        .to_json = decimal_to_json, .from_text = number_from_text, .to_text = number_to_text       \
    }
const struct kind kind_money = DECIMAL_KIND("money");
const struct kind kind_quantity = DECIMAL_KIND("quantity");
const struct kind kind_rate = DECIMAL_KIND("rate");

static enum err integer_from_json(struct cx *cx, const struct field *f, const struct json *in,
                                  text_t path, int decimals, void *member)
{
    (void)decimals;
    int64_t v;
    if (in->type != JSON_NUMBER || text_to_i64(in->text, &v) != OK) {
        return kind_wrong_type(cx, f, path, N_("a whole number"));
    }
    TRY(number_check(cx, f, v, 0, path));
    *(int64_t *)member = v;
    return OK;
}

static void integer_to_json(struct cx *cx, const struct field *f, const void *member, int decimals,
                            struct json_out *o, const char *key)
{
    (void)cx, (void)f, (void)decimals;
    int64_t v = *(const int64_t *)member;
    if (v == VALUE_NONE) {
        json_put_null(o, key);
    } else {
        json_put_i64(o, key, v);
    }
}

const struct kind kind_integer = {
    .name = "integer",
    .storage = STORE_INT,
    .column = COL_INT,
    .json_type = "integer",
    .json_format = "int64",
    .control = "number",
    .from_json = integer_from_json,
    .to_json = integer_to_json,
    .from_text = number_from_text,
    .to_text = number_to_text,
};
