/* Text: comparing, cutting, checking. Everything here reads; building is buf.c. */
#include "base/text.h"

#include "base/utf8.h"

#include <stdio.h>

int text_cmp(text_t a, text_t b)
{
    if (!a.s || !b.s) {
        return (a.s != NULL) - (b.s != NULL);
    }
    size_t n = a.n < b.n ? a.n : b.n;
    int d = n ? memcmp(a.s, b.s, n) : 0;
    if (d != 0) {
        return d;
    }
    return (a.n > b.n) - (a.n < b.n);
}

bool text_starts(text_t t, const char *prefix)
{
    size_t n = strlen(prefix);
    return t.n >= n && (n == 0 || memcmp(t.s, prefix, n) == 0);
}

text_t text_copy(struct arena *a, text_t t)
{
    if (!t.s) {
        return TEXT_NONE;
    }
    return (text_t){ arena_copy(a, t.s, t.n), t.n };
}

text_t text_fmt(struct arena *a, const char *fmt, ...)
{
    char small[256];
    va_list args;
    va_list again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(small, sizeof small, fmt, args);
    va_end(args);
    INVARIANT(n >= 0); /* the format is ours */
    text_t t = { NULL, (size_t)n };
    if (t.n < sizeof small) {
        t.s = arena_copy(a, small, t.n);
    } else {
        char *p = arena_take(a, t.n + 1);
        vsnprintf(p, t.n + 1, fmt, again);
        t.s = p;
    }
    va_end(again);
    return t;
}

/* Bytes of the blank that begins at s, 0 when there is none. */
static size_t blank_at(const char *s, size_t n)
{
    if (n >= 1 && (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n')) {
        return 1;
    }
    if (n >= 2 && memcmp(s, "\xC2\xA0", 2) == 0) { /* U+00A0 no-break space */
        return 2;
    }
    if (n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0) { /* U+FEFF byte order mark */
        return 3;
    }
    return 0;
}

/* Bytes of the blank that ends at s + n. */
static size_t blank_before(const char *s, size_t n)
{
    for (size_t k = 1; k <= 3 && k <= n; k++) {
        if (blank_at(s + n - k, k) == k) {
            return k;
        }
    }
    return 0;
}

text_t text_trim(text_t t)
{
    size_t k;
    while ((k = blank_at(t.s, t.n)) != 0) {
        t.s += k;
        t.n -= k;
    }
    while ((k = blank_before(t.s, t.n)) != 0) {
        t.n -= k;
    }
    return t;
}

text_t text_split(text_t t, char sep, text_t *rest)
{
    const char *p = t.n ? memchr(t.s, sep, t.n) : NULL;
    if (!p) {
        *rest = TEXT_NONE;
        return t;
    }
    text_t head = { t.s, (size_t)(p - t.s) };
    *rest = (text_t){ p + 1, t.n - head.n - 1 };
    return head;
}

#define EACH_BYTE(c) (UINT64_C(0x0101010101010101) * (c))

/* Eight bytes that are all printable ASCII but possibly DEL, which the slow way looks at. */
static bool eight_plain(const char *s)
{
    uint64_t w;
    memcpy(&w, s, sizeof w);
    uint64_t control = w - EACH_BYTE(0x20); /* borrows into the top bit below a blank */
    uint64_t del = (w ^ EACH_BYTE(0x7F)) - EACH_BYTE(1);
    return ((w | control | del) & EACH_BYTE(0x80)) == 0;
}

bool text_utf8_ok(text_t t, bool multiline)
{
    const unsigned char *p = (const unsigned char *)t.s;
    size_t i = 0;
    while (i < t.n) {
        if (t.n - i >= 8 && eight_plain(t.s + i)) {
            i += 8;
            continue;
        }
        unsigned char c = p[i];
        bool control = (c < 0x20 && !(multiline && (c == '\t' || c == '\n'))) || c == 0x7F;
        size_t k = utf8_step(p + i, t.n - i);
        bool c1 = k == 2 && c == 0xC2 && p[i + 1] < 0xA0; /* U+0080..U+009F */
        if (k == 0 || control || c1) {
            return false;
        }
        i += k;
    }
    return true;
}

size_t text_utf8_length(text_t t)
{
    size_t n = 0;
    for (size_t i = 0; i < t.n; i++) {
        n += ((unsigned char)t.s[i] & 0xC0) != 0x80;
    }
    return n;
}

enum err text_to_i64(text_t t, int64_t *out)
{
    size_t i = t.n && (t.s[0] == '-' || t.s[0] == '+');
    bool minus = i && t.s[0] == '-';
    bool over = false;
    int64_t v = 0; /* kept negative: the range is larger there */
    if (i == t.n) {
        return ERR_INVALID;
    }
    for (; i < t.n; i++) {
        if (t.s[i] < '0' || t.s[i] > '9') {
            return ERR_INVALID;
        }
        over = over || mul_i64(v, 10, &v) != OK || sub_i64(v, t.s[i] - '0', &v) != OK;
    }
    if (over || (!minus && v == INT64_MIN)) {
        return ERR_RANGE;
    }
    *out = minus ? v : -v;
    return OK;
}
