/* The JSON reader.
 *
 * It copies the document once into the arena and works in that copy: strings are unescaped where
 * they stand and closed with a NUL in the place of their quote, so every text_t of the tree is a C
 * string too and nothing points into the caller's buffer. A number gets its NUL only after the byte
 * behind it has been read; until then its place waits in `pending`.
 *
 * Invariants: the copy ends with PADDING NUL bytes, so looking 8 bytes ahead stays inside, and as
 * NUL is no JSON byte, every scan stops there; a NUL before `end` is a fault like any other byte.
 * Nesting bounds the recursion. */
#include "base/json.h"

#include "base/utf8.h"

#include <stdlib.h>

#define PADDING     8
#define LINEAR_KEYS 16 /* members up to which comparing each with each is the fastest */

struct reader {
    struct arena *arena;
    char *begin;
    char *p; /* next byte */
    char *end;
    char *pending; /* where the NUL of the last number belongs, or NULL */
    size_t values;
    int depth;
    enum err err;
    const char *what;
    const char *where;
};

static bool fault(struct reader *r, const char *at, const char *what)
{
    r->err = ERR_INVALID;
    r->what = what;
    r->where = at;
    return false;
}

static bool no_memory(struct reader *r)
{
    r->err = ERR_NO_MEMORY;
    r->what = "out of memory";
    r->where = r->p;
    return false;
}

/* The next byte that is not a blank, not consumed. */
static inline char peek(struct reader *r)
{
    char c = *r->p;
    while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
        c = *++r->p;
    }
    if (r->pending) {
        *r->pending = '\0'; /* c has been read, even if it stands there */
        r->pending = NULL;
    }
    return c;
}

/* ---- strings ---- */

#define EACH_BYTE(c) (UINT64_C(0x0101010101010101) * (c))

/* Skips bytes that stand for themselves in a string: ASCII but quote, backslash and controls. */
static inline char *skip_plain(char *p)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (;;) {
        uint64_t w;
        memcpy(&w, p, sizeof w);
        uint64_t quote = w ^ EACH_BYTE('"'), slash = w ^ EACH_BYTE('\\');
        /* A borrow can only spoil bytes above the first real hit, and only the first is used. */
        uint64_t hit = (((quote - EACH_BYTE(1)) & ~quote) | ((slash - EACH_BYTE(1)) & ~slash) |
                        ((w - EACH_BYTE(0x20)) & ~w) | w) &
                       EACH_BYTE(0x80);
        if (hit) {
            return p + (__builtin_ctzll(hit) >> 3);
        }
        p += 8;
    }
#else
    while ((unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80 && *p != '"' && *p != '\\') {
        p++;
    }
    return p;
#endif
}

/* Four hex digits at p, or -1. */
static int hex4(const char *p)
{
    int v = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int d = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
        if (d < 0) {
            return -1;
        }
        v = v << 4 | d;
    }
    return v;
}

/* Writes a code point as UTF-8; an escape is always longer than what it stands for. */
static char *utf8_put(char *to, int c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xC0 | c >> 6);
        *to++ = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *to++ = (char)(0xE0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (char)(0x80 | (c & 0x3F));
    } else {
        *to++ = (char)(0xF0 | c >> 18);
        *to++ = (char)(0x80 | (c >> 12 & 0x3F));
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (char)(0x80 | (c & 0x3F));
    }
    return to;
}

/* Reads \uXXXX, or a pair of them, at r->p. */
static bool unicode_escape(struct reader *r, char **to)
{
    char *at = r->p;
    int c = hex4(at + 2);
    r->p += 6;
    if (c < 0) {
        return fault(r, at, "bad \\u escape");
    }
    if (c == 0) {
        return fault(r, at, "NUL in a string");
    }
    if (c >= 0xD800 && c <= 0xDFFF) {
        int low = c < 0xDC00 && at[6] == '\\' && at[7] == 'u' ? hex4(at + 8) : -1;
        if (low < 0xDC00 || low > 0xDFFF) {
            return fault(r, at, "lone surrogate");
        }
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        r->p += 6;
    }
    *to = utf8_put(*to, c);
    return true;
}

/* Reads a backslash escape at r->p. */
static bool escape(struct reader *r, char **to)
{
    static const char meaning[256] = {
        ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
        ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
    };
    char c = meaning[(unsigned char)r->p[1]];
    if (c) {
        *(*to)++ = c;
        r->p += 2;
        return true;
    }
    if (r->p[1] == 'u') {
        return unicode_escape(r, to);
    }
    return fault(r, r->p, "bad escape");
}

/* Reads the string whose opening quote is at r->p. */
static bool read_string(struct reader *r, text_t *out)
{
    char *from = r->p + 1;
    char *to = from; /* where the next byte of the result belongs */
    r->p = from;
    for (;;) {
        char *run = r->p;
        r->p = skip_plain(run);
        size_t n = (size_t)(r->p - run);
        unsigned char c = (unsigned char)*r->p;
        if (c >= 0x80) {
            size_t k = utf8_step((unsigned char *)r->p, (size_t)(r->end - r->p));
            if (k == 0) {
                return fault(r, r->p, "bad UTF-8");
            }
            r->p += k;
            n += k;
        }
        if (to != run) {
            memmove(to, run, n);
        }
        to += n;
        if (c == '"') {
            break;
        }
        if (c == '\\') {
            if (!escape(r, &to)) {
                return false;
            }
        } else if (c < 0x20) {
            return fault(r, r->p, r->p < r->end ? "control character in a string" : "open string");
        }
    }
    r->p++;
    *to = '\0';
    *out = (text_t){ from, (size_t)(to - from) };
    return true;
}

/* ---- numbers and words ---- */

static char *skip_digits(char *p)
{
    while (*p >= '0' && *p <= '9') {
        p++;
    }
    return p;
}

static bool read_number(struct reader *r, text_t *out)
{
    char *from = r->p;
    char *p = from + (*from == '-');
    char *digits = p;
    p = skip_digits(p);
    if (p == digits) {
        return fault(r, from, "bad number");
    }
    if (*digits == '0' && p - digits > 1) {
        return fault(r, from, "leading zero");
    }
    if (*p == '.') {
        digits = ++p;
        p = skip_digits(p);
        if (p == digits) {
            return fault(r, from, "bad number");
        }
    }
    if (*p == 'e' || *p == 'E') {
        p++;
        p += *p == '+' || *p == '-';
        digits = p;
        p = skip_digits(p);
        if (p == digits) {
            return fault(r, from, "bad number");
        }
    }
    *out = (text_t){ from, (size_t)(p - from) };
    r->p = p;
    r->pending = p;
    return true;
}

static bool read_word(struct reader *r, const char *word, size_t n)
{
    if ((size_t)(r->end - r->p) < n || memcmp(r->p, word, n) != 0) {
        return fault(r, r->p, "unknown word");
    }
    r->p += n;
    return true;
}

/* ---- keys ---- */

static int key_order(const void *a, const void *b)
{
    const text_t *x = &(*(struct json *const *)a)->key;
    const text_t *y = &(*(struct json *const *)b)->key;
    if (x->n != y->n) {
        return x->n < y->n ? -1 : 1;
    }
    return x->n ? memcmp(x->s, y->s, x->n) : 0;
}

static bool key_is_new(const struct json *object, text_t key)
{
    for (const struct json *m = object->first; m; m = m->next) {
        if (text_eq(m->key, key)) {
            return false;
        }
    }
    return true;
}

/* For objects of many members: sorted, because comparing each with each would let a hostile
 * document hold the thread for seconds. */
static bool keys_differ(struct reader *r, const struct json *object)
{
    size_t n = 0;
    struct json **all = arena_try(r->arena, object->count * sizeof *all);
    if (!all) {
        return no_memory(r);
    }
    for (struct json *m = object->first; m; m = m->next) {
        all[n++] = m;
    }
    qsort(all, n, sizeof all[0], key_order);
    for (size_t i = 1; i < n; i++) {
        if (key_order(&all[i - 1], &all[i]) == 0) {
            const char *later = all[i - 1]->key.s > all[i]->key.s ? all[i - 1]->key.s
                                                                  : all[i]->key.s;
            return fault(r, later - 1, "duplicate key");
        }
    }
    return true;
}

/* ---- values ---- */

static struct json *read_value(struct reader *r);

/* A member's key and its colon. */
static bool read_key(struct reader *r, const struct json *object, text_t *key)
{
    char *at = r->p;
    if (*at != '"') {
        return fault(r, at, "member name expected");
    }
    if (!read_string(r, key)) {
        return false;
    }
    if (object->count < LINEAR_KEYS && !key_is_new(object, *key)) {
        return fault(r, at, "duplicate key");
    }
    if (peek(r) != ':') {
        return fault(r, r->p, "':' expected");
    }
    r->p++;
    return true;
}

/* The children of j up to the closing bracket; the opening one has been read. */
static bool read_children(struct reader *r, struct json *j, char closing)
{
    struct json **tail = &j->first;
    if (++r->depth > JSON_DEPTH_MAX) {
        return fault(r, r->p - 1, "nested too deep");
    }
    bool more = peek(r) != closing;
    while (more) {
        text_t key = TEXT_NONE;
        peek(r);
        if (j->type == JSON_OBJECT && !read_key(r, j, &key)) {
            return false;
        }
        struct json *child = read_value(r);
        if (!child) {
            return false;
        }
        child->key = key;
        *tail = child;
        tail = &child->next;
        j->count++;
        char c = peek(r);
        more = c == ',';
        if (!more && c != closing) {
            return fault(r, r->p, r->p < r->end ? "',' or bracket expected" : "open bracket");
        }
        r->p += more;
    }
    r->p++;
    r->depth--;
    return j->type != JSON_OBJECT || j->count <= LINEAR_KEYS || keys_differ(r, j);
}

static bool read_by_first(struct reader *r, struct json *j, char c)
{
    switch (c) {
    case '"':
        j->type = JSON_STRING;
        return read_string(r, &j->text);
    case '{':
        j->type = JSON_OBJECT;
        r->p++;
        return read_children(r, j, '}');
    case '[':
        j->type = JSON_ARRAY;
        r->p++;
        return read_children(r, j, ']');
    case 't':
        j->type = JSON_TRUE;
        return read_word(r, "true", 4);
    case 'f':
        j->type = JSON_FALSE;
        return read_word(r, "false", 5);
    case 'n':
        j->type = JSON_NULL;
        return read_word(r, "null", 4);
    default:
        if (c == '-' || (c >= '0' && c <= '9')) {
            j->type = JSON_NUMBER;
            return read_number(r, &j->text);
        }
        return fault(r, r->p, r->p < r->end ? "value expected" : "end of text");
    }
}

static struct json *read_value(struct reader *r)
{
    char c = peek(r);
    if (r->values == JSON_MEMBERS_MAX) {
        fault(r, r->p, "too many values");
        return NULL;
    }
    r->values++;
    struct json *j = arena_try(r->arena, sizeof *j);
    if (!j) {
        no_memory(r);
        return NULL;
    }
    *j = (struct json){ .type = JSON_NULL };
    return read_by_first(r, j, c) ? j : NULL;
}

enum err json_parse(struct arena *a, const char *src, size_t n, struct json **out,
                    struct json_fault *at)
{
    struct reader r = { .arena = a, .err = OK };
    *at = (struct json_fault){ .what = NULL };
    r.begin = n < SIZE_MAX - PADDING ? arena_try(a, n + PADDING) : NULL;
    if (!r.begin) {
        at->what = "out of memory";
        return ERR_NO_MEMORY;
    }
    if (n) {
        memcpy(r.begin, src, n);
    }
    memset(r.begin + n, 0, PADDING);
    r.p = r.begin;
    r.end = r.begin + n;
    struct json *j = read_value(&r);
    if (j && (peek(&r) != '\0' || r.p != r.end)) {
        fault(&r, r.p, "text after the value");
    }
    if (r.err != OK) {
        at->what = r.what;
        at->at = (size_t)(r.where - r.begin);
        return r.err;
    }
    *out = j;
    return OK;
}

const struct json *json_get(const struct json *object, const char *key)
{
    if (!object || object->type != JSON_OBJECT) {
        return NULL;
    }
    size_t n = strlen(key);
    for (const struct json *m = object->first; m; m = m->next) {
        if (m->key.n == n && memcmp(m->key.s, key, n) == 0) {
            return m;
        }
    }
    return NULL;
}

text_t json_get_text(const struct json *object, const char *key)
{
    const struct json *m = json_get(object, key);
    return m && m->type == JSON_STRING ? m->text : TEXT_NONE;
}
