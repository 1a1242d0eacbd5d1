/* Dates and instants. */
#include "meta/cx.h"
#include "meta/kinds.h"

static enum err date_take(struct cx *cx, const struct field *f, text_t in, text_t path,
                          void *member)
{
    date_t d = DATE_NONE;
    if (!text_empty(in) && date_parse(in.s, in.n, &d) != OK) {
        return REFUSE(cx, &refusal_bad_date, path, kind_label(cx, f), TEXT("2026-11-21"));
    }
    *(date_t *)member = d;
    return OK;
}

static enum err time_take(struct cx *cx, const struct field *f, text_t in, text_t path,
                          void *member)
{
    instant_t t = INSTANT_NONE;
    if (!text_empty(in) && instant_parse(in.s, in.n, &t) != OK) {
        return REFUSE(cx, &refusal_bad_date, path, kind_label(cx, f), TEXT("2026-11-21T10:00:00Z"));
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
