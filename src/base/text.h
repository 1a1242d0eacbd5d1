/* Text: UTF-8 with a length, NUL-terminated wherever it lives in a record or an arena; and `buf`,
 * the one way to build text. A buf grows inside an arena up to a stated maximum; past it, or
 * without memory, it becomes `failed` and ignores what follows, so a run of appends is checked
 * once. */
#ifndef KONTOR_TEXT_H
#define KONTOR_TEXT_H

#include "base/arena.h"

#include <stdarg.h>
#include <string.h>

typedef struct {
    const char *s; /* NUL-terminated; NULL means "no value", which prints as nothing */
    size_t n;      /* bytes without the NUL */
} text_t;

#define TEXT(literal) ((text_t){ "" literal, sizeof(literal) - 1 })
#define TEXT_NONE     ((text_t){ NULL, 0 })

/* As TEXT, for the rows of static tables, where a compound literal is not a constant. */
#define TEXT_INIT(literal)                                                                         \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

static inline text_t text_of(const char *s)
{
    return (text_t){ s, s ? strlen(s) : 0 };
}

static inline bool text_empty(text_t t)
{
    return t.n == 0;
}

static inline bool text_eq(text_t a, text_t b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0);
}

static inline bool text_is(text_t a, const char *s)
{
    return text_eq(a, text_of(s));
}

/* Byte order; no value sorts first. */
int text_cmp(text_t a, text_t b);
bool text_starts(text_t t, const char *prefix);

/* A copy in the arena, NUL-terminated. */
text_t text_copy(struct arena *a, text_t t);
text_t text_fmt(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Without the blanks (space, tab, CR, LF, U+00A0, U+FEFF) at both ends; points into t. */
text_t text_trim(text_t t);

/* The part up to the separator; *rest becomes what follows it, or TEXT_NONE at the end. */
text_t text_split(text_t t, char sep, text_t *rest);

/* Well-formed UTF-8 by RFC 3629 (no surrogates, no overlong forms), no NUL and, unless multiline,
 * no control characters; multiline admits tab and line feed. */
bool text_utf8_ok(text_t t, bool multiline);

/* Number of code points in well-formed UTF-8: what people count as characters in limits. */
size_t text_utf8_length(text_t t);

/* Decimal integer with optional sign, nothing else around it. ERR_INVALID or ERR_RANGE. */
MUST_USE enum err text_to_i64(text_t t, int64_t *out);

struct buf {
    struct arena *arena;
    char *p;     /* NUL-terminated while not failed */
    size_t n;    /* bytes in use */
    size_t room; /* bytes allocated */
    size_t max;  /* n never passes it */
    bool failed;
};

/* An empty builder in the arena that refuses to grow past max bytes. */
void buf_init(struct buf *b, struct arena *a, size_t max);
void buf_add(struct buf *b, const char *bytes, size_t n);
void buf_char(struct buf *b, char c);
void buf_str(struct buf *b, const char *s);
void buf_text(struct buf *b, text_t t);
void buf_i64(struct buf *b, int64_t v);
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Escapes by the type of the output. buf_json writes the quotes too; NULL text becomes null.
 * buf_csv quotes when needed and puts ' before = + - @ TAB CR at the start of a text cell, so that
 * a spreadsheet runs nothing. */
void buf_json(struct buf *b, text_t t);
void buf_html(struct buf *b, text_t t);
void buf_csv(struct buf *b, text_t t);
/* A CSV cell that is known to be a number, date or code of ours: quoted when needed, never
 * prefixed. */
void buf_csv_plain(struct buf *b, text_t t);
void buf_hex(struct buf *b, const void *bytes, size_t n);

/* What was built, valid as long as the arena. Empty after a failure. */
text_t buf_done(const struct buf *b);

#endif
