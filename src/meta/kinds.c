/* Field kinds with one value: text, numbers, dates, choices, yes/no, currency codes, JSON.
 * References and lines have files of their own (kind_ref.c, kind_lines.c). */
#include "meta/kinds.h"

#include "meta/cx.h"

static text_t label_of(struct cx *cx, const struct field *f)
{
    return text_of(cx_text(cx, f->label ? f->label : f->name));
}

enum err kind_wrong_type(struct cx *cx, const struct field *f, text_t path, const char *wanted)
{
    return REFUSE(cx, &refusal_wrong_type, path, label_of(cx, f), text_of(cx_text(cx, wanted)));
}

/* -- text -------------------------------------------------------------------------------------- */

#define TEXT_MAX_DEFAULT      200
#define LONG_TEXT_MAX_DEFAULT 20000

static enum err text_take(struct cx *cx, const struct field *f, text_t in, text_t path,
                          void *member)
{
    bool multiline = f->kind == &kind_long_text;
    int64_t max = f->max ? f->max : multiline ? LONG_TEXT_MAX_DEFAULT : TEXT_MAX_DEFAULT;
    text_t t = text_trim(in);
    if (!text_utf8_ok(t, multiline)) {
        return REFUSE(cx, &refusal_bad_text, path, label_of(cx, f));
    }
    if (t.n > (size_t)max && text_utf8_length(t) > (size_t)max) {
        return REFUSE(cx, &refusal_too_long, path, label_of(cx, f),
                      text_fmt(cx->arena, "%lld", (long long)max));
    }
    *(text_t *)member = t.n == 0 ? TEXT_NONE : text_copy(cx->arena, text_normal(cx->arena, t));
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

static void text_to_json(struct cx *cx, const struct field *f, const void *member, int decimals,
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

static void text_to_text(struct cx *cx, const struct field *f, const void *member, int decimals,
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
    .to_json = text_to_json,
    .from_text = text_from_text,
    .to_text = text_to_text,
};

const struct kind kind_long_text = {
    .name = "long_text",
    .storage = STORE_TEXT,
    .column = COL_TEXT,
    .json_type = "string",
    .control = "area",
    .from_json = text_from_json,
    .to_json = text_to_json,
    .from_text = text_from_text,
    .to_text = text_to_text,
};

/* A file is kept by its content's SHA-256 in hex; the bytes live in the document store. */
const struct kind kind_file = {
    .name = "file",
    .storage = STORE_TEXT,
    .column = COL_TEXT,
    .json_type = "string",
    .control = "file",
    .from_json = text_from_json,
    .to_json = text_to_json,
    .from_text = text_from_text,
    .to_text = text_to_text,
};

/* -- currency ---------------------------------------------------------------------------------- */

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
    .to_json = text_to_json,
    .from_text = currency_from_text,
    .to_text = text_to_text,
};

/* -- JSON -------------------------------------------------------------------------------------- */

#define JSON_TEXT_MAX 65536

static enum err json_from_json(struct cx *cx, const struct field *f, const struct json *in,
                               text_t path, int decimals, void *member)
{
    (void)decimals;
    struct buf b;
    buf_init(&b, cx->arena, JSON_TEXT_MAX);
    json_write(&b, in);
    if (b.failed) {
        return REFUSE(cx, &refusal_too_large, path, label_of(cx, f), TEXT("64 KiB"));
    }
    *(text_t *)member = buf_done(&b);
    return OK;
}

static enum err json_from_text(struct cx *cx, const struct field *f, text_t in, text_t path,
                               int decimals, void *member)
{
    struct json *j;
    struct json_fault fault;
    if (text_empty(in)) {
        *(text_t *)member = TEXT_NONE;
        return OK;
    }
    if (json_parse(cx->arena, in.s, in.n, &j, &fault) != OK) {
        return kind_wrong_type(cx, f, path, N_("JSON"));
    }
    return json_from_json(cx, f, j, path, decimals, member);
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
    .to_text = text_to_text,
};

/* -- numbers ----------------------------------------------------------------------------------- */

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
        return REFUSE(cx, &refusal_too_large, path, label_of(cx, f), text_of(most));
    }
    if ((f->flags & F_POSITIVE) && v <= 0) {
        return REFUSE(cx, &refusal_not_positive, path, label_of(cx, f));
    }
    if ((f->flags & F_NOT_NEGATIVE) && v < 0) {
        return REFUSE(cx, &refusal_negative, path, label_of(cx, f));
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
        return REFUSE(cx, &refusal_bad_number, path, label_of(cx, f), text_of(example));
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

const struct kind kind_money = {
    .name = "money",
    .storage = STORE_INT,
    .column = COL_INT,
    .json_type = "string",
    .json_format = "decimal",
    .control = "number",
    .from_json = decimal_from_json,
    .to_json = decimal_to_json,
    .from_text = number_from_text,
    .to_text = number_to_text,
};

const struct kind kind_quantity = {
    .name = "quantity",
    .storage = STORE_INT,
    .column = COL_INT,
    .json_type = "string",
    .json_format = "decimal",
    .control = "number",
    .from_json = decimal_from_json,
    .to_json = decimal_to_json,
    .from_text = number_from_text,
    .to_text = number_to_text,
};

const struct kind kind_rate = {
    .name = "rate",
    .storage = STORE_INT,
    .column = COL_INT,
    .json_type = "string",
    .json_format = "decimal",
    .control = "number",
    .from_json = decimal_from_json,
    .to_json = decimal_to_json,
    .from_text = number_from_text,
    .to_text = number_to_text,
};

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

/* -- yes and no -------------------------------------------------------------------------------- */

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

/* -- dates and instants ------------------------------------------------------------------------ */

static enum err date_take(struct cx *cx, const struct field *f, text_t in, text_t path,
                          void *member)
{
    date_t d = DATE_NONE;
    if (!text_empty(in) && date_parse(in.s, in.n, &d) != OK) {
        return REFUSE(cx, &refusal_bad_date, path, label_of(cx, f), TEXT("2026-11-21"));
    }
    *(date_t *)member = d;
    return OK;
}

static enum err time_take(struct cx *cx, const struct field *f, text_t in, text_t path,
                          void *member)
{
    instant_t t = INSTANT_NONE;
    if (!text_empty(in) && instant_parse(in.s, in.n, &t) != OK) {
        return REFUSE(cx, &refusal_bad_date, path, label_of(cx, f), TEXT("2026-11-21T10:00:00Z"));
    }
    *(instant_t *)member = t;
    return OK;
}

static enum err date_from_json(struct cx *cx, const struct field *f, const struct json *in,
                               text_t path, int decimals, void *member)
{
    (void)decimals;
    if (in->type != JSON_STRING) {
        return kind_wrong_type(cx, f, path, N_("a date in quotes"));
    }
    return f->kind == &kind_time ? time_take(cx, f, in->text, path, member)
                                 : date_take(cx, f, in->text, path, member);
}

static enum err date_from_text(struct cx *cx, const struct field *f, text_t in, text_t path,
                               int decimals, void *member)
{
    (void)decimals;
    text_t t = text_trim(in);
    return f->kind == &kind_time ? time_take(cx, f, t, path, member)
                                 : date_take(cx, f, t, path, member);
}

static size_t moment_print(const struct field *f, const void *member,
                           char out[static INSTANT_TEXT_MAX])
{
    if (*(const int64_t *)member == INT64_MIN) {
        return 0;
    }
    return f->kind == &kind_time ? instant_print(*(const instant_t *)member, out)
                                 : date_print(*(const date_t *)member, out);
}

static void date_to_json(struct cx *cx, const struct field *f, const void *member, int decimals,
                         struct json_out *o, const char *key)
{
    (void)cx, (void)decimals;
    char out[INSTANT_TEXT_MAX];
    size_t n = moment_print(f, member, out);
    json_put_text(o, key, n ? (text_t){ out, n } : TEXT_NONE);
}

static void date_to_text(struct cx *cx, const struct field *f, const void *member, int decimals,
                         struct buf *b)
{
    (void)cx, (void)decimals;
    char out[INSTANT_TEXT_MAX];
    buf_add(b, out, moment_print(f, member, out));
}

const struct kind kind_date = {
    .name = "date",
    .storage = STORE_INT,
    .column = COL_INT,
    .json_type = "string",
    .json_format = "date",
    .control = "date",
    .from_json = date_from_json,
    .to_json = date_to_json,
    .from_text = date_from_text,
    .to_text = date_to_text,
};

const struct kind kind_time = {
    .name = "time",
    .storage = STORE_INT,
    .column = COL_INT,
    .json_type = "string",
    .json_format = "date-time",
    .control = "datetime",
    .from_json = date_from_json,
    .to_json = date_to_json,
    .from_text = date_from_text,
    .to_text = date_to_text,
};

/* -- choices and states ------------------------------------------------------------------------ */

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

/* -- all of them ------------------------------------------------------------------------------- */

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
