/* The text builder, and the escapes of each kind of output.
 *
 * Invariant: while not failed, n <= max, room <= max + 1, p[n] is NUL and n < room, unless nothing
 * was ever added (then room is 0). */
#include "base/text.h"

#include <stdio.h>

#define ROOM_FIRST ((size_t)256)

static char nothing[1]; /* where an empty builder points; never written */

void buf_init(struct buf *b, struct arena *a, size_t max)
{
    *b = (struct buf){ .arena = a, .p = nothing, .max = max };
}

/* Makes room for n more bytes and the NUL. */
static bool buf_grow(struct buf *b, size_t n)
{
    if (b->failed || n > b->max - b->n || n > SIZE_MAX / 4) {
        b->failed = true;
        return false;
    }
    size_t need = b->n + n + 1;
    size_t room = b->room * 2 > ROOM_FIRST ? b->room * 2 : ROOM_FIRST;
    room = room > need ? room : need;
    room = b->max < room ? b->max + 1 : room;
    if (b->room && arena_extend(b->arena, b->p, b->room, room)) {
        b->room = room;
        return true;
    }
    char *p = arena_try(b->arena, room);
    if (!p) {
        b->failed = true;
        return false;
    }
    memcpy(p, b->p, b->n + 1);
    b->p = p;
    b->room = room;
    return true;
}

/* The place for n more bytes, or NULL when the builder has failed. */
static inline char *buf_room(struct buf *b, size_t n)
{
    if (__builtin_expect(b->failed || n >= b->room - b->n, 0) && !buf_grow(b, n)) {
        return NULL;
    }
    return b->p + b->n;
}

static inline void buf_end(struct buf *b, const char *end)
{
    b->n = (size_t)(end - b->p);
    b->p[b->n] = '\0';
}

void buf_add(struct buf *b, const char *bytes, size_t n)
{
    if (n == 0) {
        return;
    }
    char *p = buf_room(b, n);
    if (p) {
        memcpy(p, bytes, n);
        buf_end(b, p + n);
    }
}

void buf_char(struct buf *b, char c)
{
    char *p = buf_room(b, 1);
    if (p) {
        *p = c;
        buf_end(b, p + 1);
    }
}

void buf_str(struct buf *b, const char *s)
{
    if (s) {
        buf_add(b, s, strlen(s));
    }
}

void buf_text(struct buf *b, text_t t)
{
    buf_add(b, t.s, t.n);
}

void buf_i64(struct buf *b, int64_t v)
{
    static const char two[] = "00010203040506070809101112131415161718192021222324"
                              "25262728293031323334353637383940414243444546474849"
                              "50515253545556575859606162636465666768697071727374"
                              "75767778798081828384858687888990919293949596979899";
    char digits[20];
    char *end = digits + sizeof digits;
    char *p = end;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    while (u >= 10) {
        p -= 2;
        memcpy(p, two + u % 100 * 2, 2);
        u /= 100;
    }
    if (u > 0 || p == end) {
        *--p = (char)('0' + u);
    }
    if (v < 0) {
        *--p = '-';
    }
    buf_add(b, p, (size_t)(end - p));
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
    char small[256];
    va_list args;
    va_list again;
    va_start(args, fmt);
    va_copy(again, args);
    int len = vsnprintf(small, sizeof small, fmt, args);
    va_end(args);
    INVARIANT(len >= 0); /* the format is ours */
    size_t n = (size_t)len;
    if (n < sizeof small) {
        buf_add(b, small, n);
    } else {
        char *p = buf_room(b, n);
        if (p) {
            vsnprintf(p, n + 1, fmt, again);
            buf_end(b, p + n);
        }
    }
    va_end(again);
}

/* What stands for a byte inside a JSON string: 0 itself, 'u' \u00xx, else the letter after the
 * backslash. */
static const char json_escape[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r',
    ['\t'] = 't', [0x00] = 'u',  [0x01] = 'u', [0x02] = 'u', [0x03] = 'u', [0x04] = 'u',
    [0x05] = 'u', [0x06] = 'u',  [0x07] = 'u', [0x0B] = 'u', [0x0E] = 'u', [0x0F] = 'u',
    [0x10] = 'u', [0x11] = 'u',  [0x12] = 'u', [0x13] = 'u', [0x14] = 'u', [0x15] = 'u',
    [0x16] = 'u', [0x17] = 'u',  [0x18] = 'u', [0x19] = 'u', [0x1A] = 'u', [0x1B] = 'u',
    [0x1C] = 'u', [0x1D] = 'u',  [0x1E] = 'u', [0x1F] = 'u',
};

static const char hex_digits[] = "0123456789abcdef";

static void json_escaped(struct buf *b, unsigned char c)
{
    char e[6] = { '\\', json_escape[c], '0', '0', hex_digits[c >> 4], hex_digits[c & 15] };
    buf_add(b, e, e[1] == 'u' ? 6 : 2);
}

void buf_json(struct buf *b, text_t t)
{
    if (!t.s) {
        buf_add(b, "null", 4);
        return;
    }
    size_t i = 0;
    while (i < t.n && !json_escape[(unsigned char)t.s[i]]) {
        i++;
    }
    if (i == t.n) { /* nearly every text */
        char *p = buf_room(b, t.n <= SIZE_MAX - 2 ? t.n + 2 : t.n);
        if (p) {
            *p = '"';
            memcpy(p + 1, t.s, t.n);
            p[t.n + 1] = '"';
            buf_end(b, p + t.n + 2);
        }
        return;
    }
    buf_char(b, '"');
    size_t from = 0;
    for (; i < t.n; i++) {
        unsigned char c = (unsigned char)t.s[i];
        if (json_escape[c]) {
            buf_add(b, t.s + from, i - from);
            json_escaped(b, c);
            from = i + 1;
        }
    }
    buf_add(b, t.s + from, t.n - from);
    buf_char(b, '"');
}

void buf_html(struct buf *b, text_t t)
{
    static const char *const names[256] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
    };
    size_t from = 0;
    for (size_t i = 0; i < t.n; i++) {
        const char *name = names[(unsigned char)t.s[i]];
        if (name) {
            buf_add(b, t.s + from, i - from);
            buf_str(b, name);
            from = i + 1;
        }
    }
    if (t.n > from) {
        buf_add(b, t.s + from, t.n - from);
    }
}

/* Any separator a reader may choose counts, and blanks at the ends, which some readers drop. */
static bool csv_needs_quotes(text_t t)
{
    if (t.n && (t.s[0] == ' ' || t.s[t.n - 1] == ' ')) {
        return true;
    }
    for (size_t i = 0; i < t.n; i++) {
        if (t.s[i] && strchr(",;\t|\"\r\n", t.s[i])) {
            return true;
        }
    }
    return false;
}

static void csv_cell(struct buf *b, text_t t, bool prefix)
{
    bool quotes = csv_needs_quotes(t);
    if (quotes) {
        buf_char(b, '"');
    }
    if (prefix) {
        buf_char(b, '\'');
    }
    size_t from = 0;
    for (size_t i = 0; quotes && i < t.n; i++) {
        if (t.s[i] == '"') {
            buf_add(b, t.s + from, i + 1 - from);
            from = i; /* once more with the next run: the quote is doubled */
        }
    }
    if (t.n > from) {
        buf_add(b, t.s + from, t.n - from);
    }
    if (quotes) {
        buf_char(b, '"');
    }
}

void buf_csv(struct buf *b, text_t t)
{
    csv_cell(b, t, t.n && t.s[0] && strchr("=+-@\t\r", t.s[0]));
}

void buf_csv_plain(struct buf *b, text_t t)
{
    csv_cell(b, t, false);
}

void buf_hex(struct buf *b, const void *bytes, size_t n)
{
    const unsigned char *in = bytes;
    char *p = n <= SIZE_MAX / 2 ? buf_room(b, 2 * n) : NULL;
    if (!p) {
        b->failed = true;
        return;
    }
    if (n == 0) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        *p++ = hex_digits[in[i] >> 4];
        *p++ = hex_digits[in[i] & 15];
    }
    buf_end(b, p);
}

text_t buf_done(const struct buf *b)
{
    return b->failed ? TEXT("") : (text_t){ b->p, b->n };
}
