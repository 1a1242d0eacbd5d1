/* JSON (RFC 8259) into an arena: strict, bounded, exact.
 *
 * Own code rather than a library for three reasons, measured and argued in docs/decisions.md:
 * values live in the request arena (nothing to release on a refusal), numbers keep their text (no
 * double ever touches an amount), and the reader is on the path of every sale. It refuses duplicate
 * keys, bad UTF-8, NUL, lone surrogates, trailing bytes and nesting deeper than JSON_DEPTH_MAX. */
#ifndef KONTOR_JSON_H
#define KONTOR_JSON_H

#include "base/text.h"

#define JSON_DEPTH_MAX   32
#define JSON_MEMBERS_MAX 100000 /* values in one document */

enum json_type {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

struct json {
    enum json_type type;
    text_t key;         /* member name when inside an object */
    text_t text;        /* string: unescaped; number: as written */
    struct json *first; /* array, object: first child */
    struct json *next;  /* next sibling */
    size_t count;       /* number of children */
};

struct json_fault {
    const char *what; /* static English text for the log: "duplicate key" */
    size_t at;        /* byte offset */
};

/* Parses all n bytes. The tree lives in the arena with a copy of src, its texts NUL-terminated.
 * ERR_INVALID with *fault filled, or ERR_NO_MEMORY. */
MUST_USE enum err json_parse(struct arena *a, const char *src, size_t n, struct json **out,
                             struct json_fault *fault);

/* The member of an object, or NULL. */
const struct json *json_get(const struct json *object, const char *key);
/* As json_get, but the text of a string member, or TEXT_NONE. */
text_t json_get_text(const struct json *object, const char *key);

/* Writes a tree back in compact form. */
void json_write(struct buf *b, const struct json *j);

/* Writer: keeps the commas. Nest with json_open/json_close; names and texts are escaped. */
struct json_out {
    struct buf *b;
    int depth;
    bool first[JSON_DEPTH_MAX + 2];
};

void json_out_init(struct json_out *o, struct buf *b);
/* Keys are NULL in arrays and at the top. Brackets are '{' or '[', and '}' or ']'. */
void json_open(struct json_out *o, const char *key, char bracket);
void json_close(struct json_out *o, char bracket);
void json_put_text(struct json_out *o, const char *key, text_t v);
void json_put_str(struct json_out *o, const char *key, const char *v);
void json_put_i64(struct json_out *o, const char *key, int64_t v);
void json_put_bool(struct json_out *o, const char *key, bool v);
void json_put_null(struct json_out *o, const char *key);
/* Text that is JSON already. */
void json_put_raw(struct json_out *o, const char *key, text_t json);

#endif
