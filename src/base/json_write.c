/* The JSON writers: a tree back to text, and the writer that keeps the commas. */
#include "base/json.h"

void json_write(struct buf *b, const struct json *j)
{
    switch (j->type) {
    case JSON_NULL:
        buf_add(b, "null", 4);
        return;
    case JSON_FALSE:
        buf_add(b, "false", 5);
        return;
    case JSON_TRUE:
        buf_add(b, "true", 4);
        return;
    case JSON_NUMBER:
        buf_text(b, j->text);
        return;
    case JSON_STRING:
        buf_json(b, j->text);
        return;
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    bool object = j->type == JSON_OBJECT;
    buf_char(b, object ? '{' : '[');
    for (const struct json *m = j->first; m; m = m->next) {
        if (m != j->first) {
            buf_char(b, ',');
        }
        if (object) {
            buf_json(b, m->key);
            buf_char(b, ':');
        }
        json_write(b, m);
    }
    buf_char(b, object ? '}' : ']');
}

void json_out_init(struct json_out *o, struct buf *b)
{
    o->b = b;
    o->depth = 0;
    o->first[0] = true;
}

/* The comma before a value, and its name. */
static void before(struct json_out *o, const char *key)
{
    if (!o->first[o->depth]) {
        buf_char(o->b, ',');
    }
    o->first[o->depth] = false;
    if (key) {
        buf_json(o->b, text_of(key));
        buf_char(o->b, ':');
    }
}

void json_open(struct json_out *o, const char *key, char bracket)
{
    INVARIANT(bracket == '{' || bracket == '[');
    INVARIANT(o->depth <= JSON_DEPTH_MAX);
    before(o, key);
    buf_char(o->b, bracket);
    o->first[++o->depth] = true;
}

void json_close(struct json_out *o, char bracket)
{
    INVARIANT(bracket == '}' || bracket == ']');
    INVARIANT(o->depth > 0);
    o->depth--;
    buf_char(o->b, bracket);
}

void json_put_text(struct json_out *o, const char *key, text_t v)
{
    before(o, key);
    buf_json(o->b, v);
}

void json_put_str(struct json_out *o, const char *key, const char *v)
{
    json_put_text(o, key, text_of(v));
}

void json_put_i64(struct json_out *o, const char *key, int64_t v)
{
    before(o, key);
    buf_i64(o->b, v);
}

void json_put_bool(struct json_out *o, const char *key, bool v)
{
    before(o, key);
    buf_str(o->b, v ? "true" : "false");
}

void json_put_null(struct json_out *o, const char *key)
{
    before(o, key);
    buf_add(o->b, "null", 4);
}

void json_put_raw(struct json_out *o, const char *key, text_t json)
{
    before(o, key);
    buf_text(o->b, json);
}
