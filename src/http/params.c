/* Targets, paths, form parameters and cookies. Everything here reads bytes from strangers: each
 * reader goes forward over a length, writes into a piece of the arena that is as long as its input
 * (decoding never lengthens), and refuses instead of guessing. */
#include "http/params.h"

#include "base/utf8.h"

#include <strings.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that the escape at raw.s[i] stands for, -1 when it is broken. */
static int escaped_byte(text_t raw, size_t i)
{
    if (raw.n - i < 3) {
        return -1;
    }
    int high = hex_digit(raw.s[i + 1]);
    int low = hex_digit(raw.s[i + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Well-formed UTF-8 without NUL; unlike text_utf8_ok it admits control characters: the text of a
 * form may hold any line end. */
static bool form_text_ok(text_t t)
{
    const unsigned char *p = (const unsigned char *)t.s;
    size_t step;
    for (size_t i = 0; i < t.n; i += step) {
        step = utf8_step(p + i, t.n - i);
        if (step == 0 || p[i] == 0) {
            return false;
        }
    }
    return true;
}

static text_t part(text_t t, size_t from, size_t to)
{
    return (text_t){ t.s + from, to - from };
}

/* Position of the first byte of `set` at or after `from`, t.n when there is none. */
static size_t find(text_t t, size_t from, const char *set)
{
    size_t i = from;
    while (i < t.n && !(t.s[i] != '\0' && strchr(set, t.s[i]))) {
        i++;
    }
    return i;
}

static bool target_bytes_ok(text_t target)
{
    for (size_t i = 0; i < target.n; i++) {
        unsigned char c = (unsigned char)target.s[i];
        if (c <= 0x20 || c == 0x7F || c == '#' || c == '\\') {
            return false;
        }
    }
    return target.n > 0;
}

enum err http_target_split(text_t target, struct http_target *out)
{
    *out = (struct http_target){ 0 };
    if (!target_bytes_ok(target)) {
        return ERR_INVALID;
    }
    if (text_is(target, "*")) {
        out->path = TEXT("/");
        return OK;
    }
    size_t at = 0;
    if (target.s[0] != '/') {
        size_t scheme = 0;
        if (target.n > 7 && strncasecmp(target.s, "http://", 7) == 0) {
            scheme = 7;
        } else if (target.n > 8 && strncasecmp(target.s, "https://", 8) == 0) {
            scheme = 8;
        }
        at = find(target, scheme, "/?");
        out->authority = part(target, scheme, at);
        if (scheme == 0 || at == scheme || find(out->authority, 0, "@") < out->authority.n) {
            return ERR_INVALID;
        }
    }
    size_t question = find(target, at, "?");
    out->path = question == at ? TEXT("/") : part(target, at, question);
    out->query = question < target.n ? part(target, question + 1, target.n) : TEXT_NONE;
    return OK;
}

static bool segment_ok(const char *s, size_t n)
{
    return n > 0 && !(n == 1 && s[0] == '.') && !(n == 2 && s[0] == '.' && s[1] == '.');
}

enum err http_path_decode(struct arena *a, text_t raw, text_t *out)
{
    char *p = arena_take(a, raw.n + 1);
    size_t n = 0;
    size_t segment = 1; /* where the current one begins in p */
    if (a->failed) {
        return ERR_NO_MEMORY;
    }
    if (raw.n == 0 || raw.s[0] != '/') {
        return ERR_INVALID;
    }
    for (size_t i = 0; i < raw.n; i++) {
        int c = (unsigned char)raw.s[i];
        if (c == '/') {
            if (i > 0 && !segment_ok(p + segment, n - segment)) {
                return ERR_INVALID;
            }
            segment = n + 1;
        } else if (c == '%') {
            c = escaped_byte(raw, i);
            if (c <= 0 || c == '/') {
                return ERR_INVALID;
            }
            i += 2;
        }
        if (c == '\\') {
            return ERR_INVALID;
        }
        p[n++] = (char)c;
    }
    p[n] = '\0';
    if (n > 1 && !segment_ok(p + segment, n - segment)) {
        return ERR_INVALID;
    }
    *out = (text_t){ p, n };
    return text_utf8_ok(*out, false) ? OK : ERR_INVALID;
}

static enum err form_decode(struct arena *a, text_t raw, text_t *out)
{
    char *p = arena_take(a, raw.n + 1);
    size_t n = 0;
    if (a->failed) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < raw.n; i++) {
        int c = (unsigned char)raw.s[i];
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            c = escaped_byte(raw, i);
            if (c < 0) {
                return ERR_INVALID;
            }
            i += 2;
        }
        p[n++] = (char)c;
    }
    p[n] = '\0';
    *out = (text_t){ p, n };
    return form_text_ok(*out) ? OK : ERR_INVALID;
}

static size_t count_pieces(text_t raw)
{
    size_t n = raw.n > 0;
    for (size_t i = 0; i < raw.n; i++) {
        n += raw.s[i] == '&';
    }
    return n;
}

enum err http_form_parse(struct arena *a, text_t raw, size_t max, const struct http_param **out,
                         size_t *n)
{
    size_t room = count_pieces(raw);
    room = room < max ? room : max;
    struct http_param *list = ARENA_ARRAY(a, room + 1, struct http_param);
    size_t used = 0;
    *out = NULL;
    *n = 0;
    if (a->failed) {
        return ERR_NO_MEMORY;
    }
    for (size_t from = 0; from < raw.n;) {
        size_t end = find(raw, from, "&");
        if (end > from) {
            text_t piece = part(raw, from, end);
            size_t equals = find(piece, 0, "=");
            if (used == max) {
                return ERR_RANGE;
            }
            struct http_param *param = &list[used++];
            TRY(form_decode(a, part(piece, 0, equals), &param->name));
            size_t value = equals < piece.n ? equals + 1 : piece.n;
            TRY(form_decode(a, part(piece, value, piece.n), &param->value));
        }
        from = end + 1;
    }
    *out = list;
    *n = used;
    return OK;
}

/* RFC 6265, section 4.1.1: cookie-octet. */
static bool cookie_value_ok(text_t v)
{
    for (size_t i = 0; i < v.n; i++) {
        unsigned char c = (unsigned char)v.s[i];
        if (c <= 0x20 || c >= 0x7F || c == '"' || c == ',' || c == ';' || c == '\\') {
            return false;
        }
    }
    return true;
}

static text_t without_blanks(text_t t)
{
    while (t.n && (t.s[0] == ' ' || t.s[0] == '\t')) {
        t.s++;
        t.n--;
    }
    while (t.n && (t.s[t.n - 1] == ' ' || t.s[t.n - 1] == '\t')) {
        t.n--;
    }
    return t;
}

text_t http_cookie_find(struct arena *a, text_t header, const char *name)
{
    for (size_t from = 0; from < header.n;) {
        size_t end = find(header, from, ";");
        text_t piece = part(header, from, end);
        size_t equals = find(piece, 0, "=");
        from = end + 1;
        if (equals == piece.n || !text_is(without_blanks(part(piece, 0, equals)), name)) {
            continue;
        }
        text_t value = without_blanks(part(piece, equals + 1, piece.n));
        if (value.n >= 2 && value.s[0] == '"' && value.s[value.n - 1] == '"') {
            value = part(value, 1, value.n - 1);
        }
        if (cookie_value_ok(value)) {
            return text_copy(a, value);
        }
    }
    return TEXT_NONE;
}
