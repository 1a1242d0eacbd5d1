/* Texts as other shop programs export them: see import_text.h. */
#include "app/import_text.h"

#include "base/hash.h"
#include "base/utf8.h"

#define ENTITY_MAX 10

static const struct {
    const char *name;
    uint32_t code;
} entities[] = {
    { "amp", '&' },       { "lt", '<' },       { "gt", '>' },       { "quot", '"' },
    { "apos", '\'' },     { "nbsp", ' ' },     { "trade", 0x2122 }, { "copy", 0xA9 },
    { "reg", 0xAE },      { "deg", 0xB0 },     { "ndash", 0x2013 }, { "mdash", 0x2014 },
    { "hellip", 0x2026 }, { "lsquo", 0x2018 }, { "rsquo", 0x2019 }, { "ldquo", 0x201C },
    { "rdquo", 0x201D },  { "bull", 0x2022 },  { "middot", 0xB7 },  { "euro", 0x20AC },
    { "pound", 0xA3 },    { "yen", 0xA5 },     { "times", 0xD7 },   { "frac12", 0xBD },
    { "aacute", 0xE1 },   { "eacute", 0xE9 },  { "iacute", 0xED },  { "oacute", 0xF3 },
    { "uacute", 0xFA },   { "ntilde", 0xF1 },  { "agrave", 0xE0 },  { "egrave", 0xE8 },
    { "ugrave", 0xF9 },   { "ograve", 0xF2 },  { "igrave", 0xEC },  { "ccedil", 0xE7 },
    { "auml", 0xE4 },     { "ouml", 0xF6 },    { "uuml", 0xFC },    { "szlig", 0xDF },
    { "Aacute", 0xC1 },   { "Eacute", 0xC9 },  { "Auml", 0xC4 },    { "Ouml", 0xD6 },
    { "Uuml", 0xDC },     { "ordm", 0xBA },    { "ordf", 0xAA },    { "laquo", 0xAB },
    { "raquo", 0xBB },    { "iexcl", 0xA1 },   { "iquest", 0xBF },  { "sup2", 0xB2 },
};

static void add_code(struct buf *b, uint32_t c)
{
    if (c < 0x80) {
        buf_char(b, (char)c);
    } else if (c < 0x800) {
        buf_char(b, (char)(0xC0 | c >> 6));
        buf_char(b, (char)(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
        buf_char(b, (char)(0xE0 | c >> 12));
        buf_char(b, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_char(b, (char)(0x80 | (c & 0x3F)));
    } else {
        buf_char(b, (char)(0xF0 | c >> 18));
        buf_char(b, (char)(0x80 | (c >> 12 & 0x3F)));
        buf_char(b, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_char(b, (char)(0x80 | (c & 0x3F)));
    }
}

static int digit_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : 99;
}

/* The code of #8217 or #x2019; 0 for what no text may hold. */
static uint32_t numeric_entity(const char *s, size_t n)
{
    uint32_t base = 10, code = 0;
    size_t i = 1;
    if (n > 1 && (s[1] == 'x' || s[1] == 'X')) {
        base = 16;
        i = 2;
    }
    for (; i < n; i++) {
        int d = digit_value(s[i]);
        if (d >= (int)base || code > 0x10FFFF) {
            return 0;
        }
        code = code * base + (uint32_t)d;
    }
    bool bad = code < 0x20 || (code >= 0x7F && code < 0xA0) || code > 0x10FFFF ||
               (code >= 0xD800 && code <= 0xDFFF);
    return bad ? 0 : code == 0xA0 ? ' ' : code;
}

/* Length of the entity at s with its & and ; or 0; its letter goes into b. */
static size_t add_entity(struct buf *b, const char *s, size_t left)
{
    size_t n = 1;
    while (n < left && n <= ENTITY_MAX && s[n] != ';') {
        n++;
    }
    if (n < 3 || n >= left || s[n] != ';') {
        return 0;
    }
    uint32_t code = s[1] == '#' ? numeric_entity(s + 1, n - 1) : 0;
    for (size_t i = 0; i < N_ELEMENTS(entities) && code == 0; i++) {
        if (strlen(entities[i].name) == n - 1 && memcmp(entities[i].name, s + 1, n - 1) == 0) {
            code = entities[i].code;
        }
    }
    if (code != 0) {
        add_code(b, code);
    }
    return code != 0 ? n + 1 : 0;
}

static bool tag_is(const char *s, size_t n, const char *name)
{
    size_t k = strlen(name), i = n > 0 && s[0] == '/' ? 1 : 0;
    for (size_t j = 0; j < k; j++) {
        if (i + j >= n || (s[i + j] | 0x20) != name[j]) {
            return false;
        }
    }
    char after = i + k < n ? s[i + k] : ' ';
    return after == ' ' || after == '/' || after == '\n' || after == '\t';
}

/* Length of the tag at s (which is a <), 0 when it is none. Comments run to their own end. */
static size_t tag_length(const char *s, size_t left)
{
    char next = left > 1 ? s[1] : ' ';
    bool letter = (next | 0x20) >= 'a' && (next | 0x20) <= 'z';
    bool comment = left >= 4 && memcmp(s, "<!--", 4) == 0;
    if (!letter && next != '/' && next != '!') {
        return 0;
    }
    for (size_t i = 1; i < left; i++) {
        if (s[i] == '>' && (!comment || (i >= 6 && s[i - 1] == '-' && s[i - 2] == '-'))) {
            return i + 1;
        }
    }
    return 0;
}

static void break_line(struct buf *b)
{
    while (b->n > 0 && !b->failed && (b->p[b->n - 1] == ' ' || b->p[b->n - 1] == '\n')) {
        b->n--;
    }
    if (b->n > 0) {
        buf_char(b, '\n');
    }
}

static void take_tag(struct buf *b, const char *s, size_t n)
{
    static const char *const blocks[] = { "p",  "br", "div", "ul", "ol", "tr",     "table",
                                          "h1", "h2", "h3",  "h4", "h5", "section" };
    if (tag_is(s, n, "li")) {
        break_line(b);
        if (s[0] != '/') {
            buf_str(b, "- ");
        }
        return;
    }
    for (size_t i = 0; i < N_ELEMENTS(blocks); i++) {
        if (tag_is(s, n, blocks[i])) {
            break_line(b);
            return;
        }
    }
}

text_t import_cut(text_t t, size_t max)
{
    size_t i = 0;
    for (size_t chars = 0; i < t.n && chars < max; chars++) {
        size_t step = utf8_step((const unsigned char *)t.s + i, t.n - i);
        i += step ? step : 1;
    }
    return (text_t){ t.s, i };
}

/* One character of text: blanks are one blank, what is no text is dropped. Gives its length. */
static size_t take_character(struct buf *b, const char *s, size_t left, bool lines)
{
    size_t step = utf8_step((const unsigned char *)s, left);
    unsigned char c = (unsigned char)*s;
    if (step == 0) {
        return 1;
    }
    if (c == '\n' && lines) {
        break_line(b);
    } else if (c <= ' ' || c == 0x7F) {
        if (b->n > 0 && b->p[b->n - 1] != ' ' && b->p[b->n - 1] != '\n') {
            buf_char(b, ' ');
        }
    } else {
        buf_add(b, s, step);
    }
    return step;
}

static text_t plain(struct arena *a, text_t in, size_t max, bool lines)
{
    struct buf b;
    buf_init(&b, a, in.n * 2 + 64);
    for (size_t i = 0; i < in.n;) {
        size_t n = in.s[i] == '<' ? tag_length(in.s + i, in.n - i) : 0;
        if (n > 0) {
            take_tag(&b, in.s + i + 1, n - 2);
            i += n;
            continue;
        }
        n = in.s[i] == '&' ? add_entity(&b, in.s + i, in.n - i) : 0;
        i += n > 0 ? n : take_character(&b, in.s + i, in.n - i, lines);
    }
    text_t out = text_trim(import_cut(text_trim(buf_done(&b)), max));
    return out.n > 0 ? text_copy(a, out) : TEXT_NONE;
}

text_t import_plain(struct arena *a, text_t html, size_t max)
{
    return plain(a, html, max, true);
}

text_t import_line(struct arena *a, text_t html, size_t max)
{
    text_t t = plain(a, html, max, false);
    for (size_t i = 0; i < t.n; i++) {
        if (t.s[i] == '\n') { /* of a block's tag */
            char *p = arena_copy(a, t.s, t.n);
            for (size_t k = i; k < t.n; k++) {
                p[k] = p[k] == '\n' ? ' ' : p[k];
            }
            return (text_t){ p, t.n };
        }
    }
    return t;
}

text_t import_slug(struct arena *a, text_t t, size_t max)
{
    struct buf b;
    char tail[SHA256_HEX + 1];
    sha256_t hash;
    buf_init(&b, a, t.n + 1);
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.s[i];
        bool capital = c >= 'A' && c <= 'Z';
        bool keep = c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || capital;
        if (keep) {
            buf_char(&b, (char)(capital ? c | 0x20 : c));
        } else if (b.n > 0 && b.p[b.n - 1] != '-') {
            buf_char(&b, '-');
        }
    }
    while (b.n > 0 && b.p[b.n - 1] == '-') {
        b.n--;
    }
    text_t slug = { b.p, b.n };
    if (slug.n <= max && slug.n > 0) {
        return text_copy(a, slug);
    }
    sha256(t.s, t.n, &hash);
    sha256_hex(&hash, tail);
    size_t cut = max - 9;
    while (cut > 0 && slug.n > cut && ((unsigned char)slug.s[cut] & 0xC0) == 0x80) {
        cut--;
    }
    cut = slug.n < cut ? slug.n : cut;
    return text_fmt(a, "%.*s-%.8s", (int)cut, slug.s ? slug.s : "", tail);
}

bool import_yes(text_t t)
{
    static const char *const words[] = { "1", "yes", "true", "y", "si", "on" };
    char low[8] = "";
    for (size_t i = 0; i < t.n && i < sizeof low - 1; i++) {
        low[i] = t.s[i] >= 'A' && t.s[i] <= 'Z' ? (char)(t.s[i] | 0x20) : t.s[i];
    }
    for (size_t i = 0; i < N_ELEMENTS(words); i++) {
        if (t.n < sizeof low && strcmp(low, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* -- amounts ----------------------------------------------------------------------------------- */

/* Where the decimals begin: at the last point or comma that has other than three digits behind it,
 * or that is of the other kind than one before it. n when there are none. */
static size_t decimal_mark(const char *s, size_t n)
{
    size_t last = n, others = 0, same = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '.' || s[i] == ',') {
            last = i;
        }
    }
    for (size_t i = 0; i < last && last < n; i++) {
        others += (s[i] == '.' || s[i] == ',') && s[i] != s[last];
        same += s[i] == s[last];
    }
    bool grouping = same > 0 || (n - last - 1 == 3 && s[last] == ',' && others == 0);
    return grouping ? n : last;
}

enum err import_amount(text_t t, int decimals, money_t *out)
{
    char digits[40];
    size_t k = 0;
    t = text_trim(t);
    while (t.n > 0 && !(t.s[0] >= '0' && t.s[0] <= '9') && t.s[0] != '-' && t.s[0] != '.') {
        t.s++; /* a currency sign or code */
        t.n--;
    }
    while (t.n > 0 && !(t.s[t.n - 1] >= '0' && t.s[t.n - 1] <= '9')) {
        t.n--;
    }
    size_t mark = decimal_mark(t.s, t.n);
    for (size_t i = 0; i < t.n; i++) {
        char c = t.s[i];
        bool digit = c >= '0' && c <= '9';
        if (k + 2 >= sizeof digits || (!digit && c != '.' && c != ',' && !(c == '-' && i == 0))) {
            return ERR_INVALID;
        }
        if (i == mark) {
            if (k == 0 || digits[k - 1] == '-') {
                digits[k++] = '0';
            }
            digits[k++] = '.';
        } else if (digit || c == '-') {
            digits[k++] = c;
        }
    }
    TRY(decimal_parse(digits, k, decimals, &out->minor));
    return out->minor > MONEY_MAX || out->minor < -MONEY_MAX ? ERR_RANGE : OK;
}
