/* Typed filters taken apart: quotes, commas, operators, alternatives, ranges. Pure: bytes in,
 * pieces out; nothing is looked up. */
#include "meta/filter_text.h"

struct operator_name {
    const char *text;
    enum list_op op;
};

/* The longest first. */
static const struct operator_name operators[] = {
    { "!=", LIST_NE },
    { "<=", LIST_LE },
    { ">=", LIST_GE },
    { "\xE2\x89\xA0", LIST_NE },
    { "\xE2\x89\xA4", LIST_LE },
    { "\xE2\x89\xA5", LIST_GE },
    { ":", LIST_EQ },
    { "=", LIST_EQ },
    { "<", LIST_LT },
    { ">", LIST_GT },
};

/* U+0966 to U+096F, E0 A5 A6 to E0 A5 AF. */
static bool devanagari_at(text_t t, size_t i)
{
    return i + 3 <= t.n && memcmp(t.s + i, "\xE0\xA5", 2) == 0 &&
           (unsigned char)t.s[i + 2] >= 0xA6 && (unsigned char)t.s[i + 2] <= 0xAF;
}

static bool digit_at(text_t t, size_t i)
{
    return (i < t.n && t.s[i] >= '0' && t.s[i] <= '9') || devanagari_at(t, i);
}

static bool digit_before(text_t t, size_t from, size_t i)
{
    return (i > from && t.s[i - 1] >= '0' && t.s[i - 1] <= '9') ||
           (i >= from + 3 && devanagari_at(t, i - 3));
}

static text_t slice(text_t t, size_t from, size_t to)
{
    return text_trim((text_t){ t.s + from, to - from });
}

/* The operator that begins there, or NULL. */
static const struct operator_name *operator_at(text_t t, size_t i)
{
    for (size_t k = 0; k < N_ELEMENTS(operators); k++) {
        size_t n = strlen(operators[k].text);
        if (t.n - i >= n && memcmp(t.s + i, operators[k].text, n) == 0) {
            return &operators[k];
        }
    }
    return NULL;
}

/* Where the part that begins at `from` ends. A quote that is not closed holds to the end. */
static size_t part_end(text_t t, size_t from)
{
    bool quoted = false, compared = false;
    for (size_t i = from; i < t.n; i++) {
        if (t.s[i] == '"') {
            quoted = !quoted;
        } else if (quoted) {
            continue;
        } else if (t.s[i] == ',') {
            if (!compared || !digit_before(t, from, i) || !digit_at(t, i + 1)) {
                return i;
            }
        } else if (operator_at(t, i)) {
            compared = true;
        }
    }
    return t.n;
}

/* "a ""b""" is a "b". */
static text_t unquote(struct arena *a, text_t t)
{
    char *s = arena_alloc(a, t.n + 1);
    size_t n = 0;
    bool inside = false;
    for (size_t i = 0; i < t.n; i++) {
        bool twice = inside && t.s[i] == '"' && i + 1 < t.n && t.s[i + 1] == '"';
        if (t.s[i] == '"' && !twice) {
            inside = !inside;
            continue;
        }
        i += twice;
        s[n++] = t.s[i];
    }
    return text_trim((text_t){ s, n });
}

static struct filter_value value_of(struct arena *a, text_t t)
{
    struct filter_value v = { .quoted = t.n > 0 && memchr(t.s, '"', t.n) };
    if (v.quoted) {
        v.from = text_copy(a, unquote(a, t));
        return v;
    }
    for (size_t i = 0; i + 1 < t.n; i++) {
        if (t.s[i] == '.' && t.s[i + 1] == '.') {
            text_t from = slice(t, 0, i), to = slice(t, i + 2, t.n);
            v.range = true;
            v.from = from.n ? text_copy(a, from) : TEXT_NONE;
            v.to = to.n ? text_copy(a, to) : TEXT_NONE;
            return v;
        }
    }
    v.from = text_copy(a, t);
    return v;
}

/* Values between | outside quotes; an empty one is none. */
static enum err take_values(struct arena *a, text_t t, struct filter_part *p)
{
    bool quoted = false;
    size_t from = 0;
    for (size_t i = 0; i <= t.n; i++) {
        if (i < t.n && t.s[i] == '"') {
            quoted = !quoted;
        }
        if (i < t.n && (quoted || t.s[i] != '|')) {
            continue;
        }
        if (p->n_values == FILTER_VALUES_MAX) {
            return ERR_RANGE;
        }
        p->values[p->n_values++] = value_of(a, slice(t, from, i));
        from = i + 1;
    }
    return OK;
}

static enum err take_part(struct arena *a, text_t t, struct filter_part *p)
{
    *p = (struct filter_part){ .name = TEXT_NONE, .words = TEXT_NONE };
    for (size_t i = 0; i < t.n && t.s[i] != '"'; i++) {
        const struct operator_name *o = operator_at(t, i);
        text_t name = slice(t, 0, i);
        if (!o) {
            continue;
        }
        if (name.n == 0 || digit_at(name, 0)) { /* "10:30" and "> 5" are words */
            break;
        }
        p->name = text_copy(a, name);
        p->op = o->op;
        p->loose = o->text[0] == ':';
        return take_values(a, slice(t, i + strlen(o->text), t.n), p);
    }
    p->words = text_copy(a, unquote(a, t));
    return OK;
}

enum err filter_split(struct arena *a, text_t text, struct filter_part *parts, size_t max,
                      size_t *n)
{
    *n = 0;
    if (text.n > FILTER_TEXT_MAX) {
        return ERR_RANGE;
    }
    for (size_t at = 0; at < text.n;) {
        size_t end = part_end(text, at);
        text_t one = slice(text, at, end);
        at = end + 1;
        if (one.n == 0) {
            continue;
        }
        if (*n == max) {
            return ERR_RANGE;
        }
        TRY(take_part(a, one, &parts[*n]));
        *n += parts[*n].name.s || parts[*n].words.n > 0;
    }
    return OK;
}

static void put_quoted(struct buf *b, text_t t)
{
    buf_char(b, '"');
    for (size_t i = 0; i < t.n; i++) {
        if (t.s[i] == '"') {
            buf_char(b, '"');
        }
        buf_char(b, t.s[i]);
    }
    buf_char(b, '"');
}

static void put_value(struct buf *b, const struct filter_value *v)
{
    if (v->range) {
        if (v->from.s) {
            buf_text(b, v->from);
        }
        buf_str(b, " .. ");
        if (v->to.s) {
            buf_text(b, v->to);
        }
    } else if (v->quoted) {
        put_quoted(b, v->from);
    } else {
        buf_text(b, v->from);
    }
}

void filter_join(struct buf *b, const struct filter_part *parts, size_t n)
{
    static const char *const names[] = { [LIST_EQ] = "=",  [LIST_NE] = "!=", [LIST_LT] = "<",
                                         [LIST_LE] = "<=", [LIST_GT] = ">",  [LIST_GE] = ">=" };
    for (size_t i = 0; i < n; i++) {
        const struct filter_part *p = &parts[i];
        buf_str(b, i ? ", " : "");
        if (!p->name.s) {
            put_quoted(b, p->words);
            continue;
        }
        buf_text(b, p->name);
        buf_fmt(b, " %s ", p->loose ? ":" : names[p->op]);
        for (size_t k = 0; k < p->n_values; k++) {
            buf_str(b, k ? " | " : "");
            put_value(b, &p->values[k]);
        }
    }
}
