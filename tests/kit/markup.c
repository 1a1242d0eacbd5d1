/* See markup.h. */
#include "kit/markup.h"

#include <string.h>

#define DEPTH_MAX 64
#define IDS_MAX   4000

struct tag {
    text_t name;
    size_t text_at; /* bytes of words seen when it was opened */
    bool named;     /* aria-label, title: words beside its text */
    bool hidden;
    bool code; /* what stands in it may be for programs */
};

struct reader {
    struct markup *m;
    text_t html;
    size_t at;
    struct tag open[DEPTH_MAX];
    size_t depth;
    size_t words; /* visible characters so far */
    text_t ids[IDS_MAX];
    size_t n_ids;
};

static void wrong(struct reader *r, const char *what, text_t at)
{
    if (!r->m->fault) {
        r->m->fault =
            text_fmt(r->m->arena, "%s: %.*s", what, (int)(at.n < 200 ? at.n : 200), at.s).s;
    }
}

static bool one_of(text_t name, const char *const *names)
{
    for (; *names; names++) {
        if (text_is(name, *names)) {
            return true;
        }
    }
    return false;
}

static bool is_void(text_t name)
{
    static const char *const voids[] = { "area", "br",   "col",    "hr",  "img", "input",
                                         "link", "meta", "source", "wbr", NULL };
    return one_of(name, voids);
}

/* Elements that say something, or are a fault. */
static bool must_speak(text_t name)
{
    static const char *const names[] = { "h1",     "h2",     "h3",      "h4",      "th",
                                         "label",  "legend", "title",   "caption", "figcaption",
                                         "button", "a",      "summary", NULL };
    return one_of(name, names);
}

static void keep(struct markup *m, text_t **list, size_t *n, size_t *room, text_t value)
{
    for (size_t i = 0; i < *n; i++) {
        if (text_eq((*list)[i], value)) {
            return;
        }
    }
    if (*n == *room) {
        size_t more = *room ? *room * 2 : 64;
        text_t *grown = ARENA_ARRAY(m->arena, more, text_t);
        if (*n) {
            memcpy(grown, *list, *n * sizeof **list);
        }
        *list = grown;
        *room = more;
    }
    (*list)[(*n)++] = value;
}

static text_t unescaped(struct arena *a, text_t t)
{
    static const struct {
        const char *entity, *c;
    } table[] = {
        { "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" }, { "&#39;", "'" }
    };
    struct buf b;
    buf_init(&b, a, t.n + 1);
    for (size_t i = 0; i < t.n;) {
        size_t k = 0, n = 1;
        for (; k < N_ELEMENTS(table); k++) {
            n = strlen(table[k].entity);
            if (t.n - i >= n && memcmp(t.s + i, table[k].entity, n) == 0) {
                break;
            }
        }
        if (k < N_ELEMENTS(table)) {
            buf_str(&b, table[k].c);
            i += n;
        } else {
            buf_char(&b, t.s[i++]);
        }
    }
    return buf_done(&b);
}

struct attributes {
    text_t id, href, named;
    bool hidden, code;
};

static bool has_word(text_t words, const char *word)
{
    text_t rest = words;
    while (rest.s) {
        if (text_is(text_split(rest, ' ', &rest), word)) {
            return true;
        }
    }
    return false;
}

static void take_attribute(struct reader *r, text_t tag, text_t name, text_t value,
                           struct attributes *out)
{
    static const char *const calls[] = { "data-call", "data-save", "data-bulk", NULL };
    static const char *const names[] = { "aria-label", "title", "aria-labelledby", "alt", NULL };
    if (text_starts(name, "on") || text_is(name, "style")) {
        wrong(r, "an attribute that runs or styles", tag);
    }
    if (text_is(name, "class")) { /* help tells what programs send, too */
        out->code |= has_word(value, "mono") || has_word(value, "help");
    } else if (text_is(name, "id")) {
        out->id = value;
    } else if (text_is(name, "href")) {
        out->href = value;
    } else if (one_of(name, names) && value.n) {
        out->named = value;
    } else if (one_of(name, calls)) {
        keep(r->m, &r->m->calls, &r->m->n_calls, &r->m->calls_room, unescaped(r->m->arena, value));
    } else if (text_is(name, "hidden") ||
               (text_is(name, "aria-hidden") && text_is(value, "true"))) {
        out->hidden = true;
    }
}

static void take_id(struct reader *r, text_t id)
{
    for (size_t i = 0; i < r->n_ids; i++) {
        if (text_eq(r->ids[i], id)) {
            wrong(r, "an id twice", id);
            return;
        }
    }
    if (r->n_ids < IDS_MAX) {
        r->ids[r->n_ids++] = id;
    }
}

static bool name_char(char c)
{
    return c != ' ' && c != '>' && c != '=' && c != '/' && c != '\n' && c != '\0';
}

/* Reads attributes up to the end of the tag. */
static void attributes(struct reader *r, text_t tag, struct attributes *out)
{
    const char *s = r->html.s;
    while (r->at < r->html.n && s[r->at] != '>') {
        if (!name_char(s[r->at])) {
            r->at++;
            continue;
        }
        size_t from = r->at;
        while (r->at < r->html.n && name_char(s[r->at])) {
            r->at++;
        }
        text_t name = { s + from, r->at - from }, value = TEXT("");
        if (s[r->at] == '=') {
            if (s[r->at + 1] != '"') {
                wrong(r, "an attribute without quotes", tag);
                return;
            }
            from = r->at + 2;
            const char *end = memchr(s + from, '"', r->html.n - from);
            r->at = end ? (size_t)(end - s) + 1 : r->html.n;
            value = (text_t){ s + from, end ? (size_t)(end - s) - from : 0 };
            if (memchr(value.s, '<', value.n)) {
                wrong(r, "an attribute that is not escaped", tag);
            }
        }
        take_attribute(r, tag, name, value, out);
    }
    r->at++;
}

static void opened(struct reader *r, text_t tag, text_t name)
{
    static const char *const codes[] = { "code", "pre", "script", "style", "template", NULL };
    struct attributes a = { .hidden = r->depth > 0 && r->open[r->depth - 1].hidden,
                            .code = (r->depth > 0 && r->open[r->depth - 1].code) ||
                                    one_of(name, codes) };
    attributes(r, tag, &a);
    if (a.id.s) {
        take_id(r, a.id);
    }
    if (text_is(name, "a") && a.href.n && !a.hidden) {
        keep(r->m, &r->m->links, &r->m->n_links, &r->m->links_room, unescaped(r->m->arena, a.href));
    }
    r->m->headings += text_is(name, "h1");
    r->words += a.named.n > 0; /* a picture or a control that says what it is */
    if (is_void(name)) {
        return;
    }
    if (r->depth == DEPTH_MAX) {
        wrong(r, "too deep", tag);
        return;
    }
    r->open[r->depth++] = (struct tag){ .name = name,
                                        .text_at = r->words,
                                        .named = a.named.n > 0,
                                        .hidden = a.hidden || text_is(name, "template"),
                                        .code = a.code };
}

static void closed(struct reader *r, text_t tag, text_t name)
{
    if (r->depth == 0 || !text_eq(r->open[r->depth - 1].name, name)) {
        wrong(r, "a tag that closes another", tag);
        return;
    }
    struct tag *t = &r->open[--r->depth];
    if (must_speak(name) && r->words == t->text_at && !t->named && !t->hidden) {
        wrong(r, "nothing said in", tag);
    }
}

static void read_tag(struct reader *r)
{
    const char *s = r->html.s;
    size_t from = r->at;
    text_t tag = { s + (from > 120 ? from - 120 : 0), r->html.n - from };
    tag.n = from > 120 ? 240 : from + 120;
    if (tag.n > r->html.n - (size_t)(tag.s - s)) {
        tag.n = r->html.n - (size_t)(tag.s - s);
    }
    bool closing = s[r->at + 1] == '/';
    r->at += closing ? 2 : 1;
    size_t name_at = r->at;
    while (r->at < r->html.n && name_char(s[r->at])) {
        r->at++;
    }
    text_t name = { s + name_at, r->at - name_at };
    if (closing) {
        const char *end = memchr(s + r->at, '>', r->html.n - r->at);
        r->at = end ? (size_t)(end - s) + 1 : r->html.n;
        closed(r, tag, name);
    } else if (name.n == 0) {
        wrong(r, "a < that is not escaped", tag);
        r->at++;
    } else {
        opened(r, tag, name);
    }
}

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

/* "till_session" where people read: a name of the program's own that has a label. What people gave
 * a name themselves has more in it, such as a dash, which may be cut off with an ellipsis. */
static bool is_snake(text_t words, size_t at)
{
    if (at == 0 || at + 1 >= words.n || !is_small(words.s[at - 1]) || !is_small(words.s[at + 1])) {
        return false;
    }
    size_t from = at, end = at;
    while (from > 0 && (is_small(words.s[from - 1]) || words.s[from - 1] == '_')) {
        from--;
    }
    while (end < words.n && (is_small(words.s[end]) || words.s[end] == '_')) {
        end++;
    }
    return !(from > 0 && words.s[from - 1] == '-') &&
           !(end < words.n && (words.s[end] == '-' || (unsigned char)words.s[end] >= 0x80));
}

static void read_words(struct reader *r)
{
    static const char *const slips[] = { "{1}", "{2}", "(null)", "[object " };
    size_t from = r->at;
    while (r->at < r->html.n && r->html.s[r->at] != '<') {
        r->words += (unsigned char)r->html.s[r->at] > ' ';
        r->at++;
    }
    text_t words = { r->html.s + from, r->at - from };
    for (size_t i = 0; i < words.n; i++) {
        if (words.s[i] == '\004') {
            wrong(r, "the context of a text", words);
        } else if (words.s[i] == '_' && !(r->depth && r->open[r->depth - 1].code) &&
                   is_snake(words, i)) {
            wrong(r, "a name of the program's for people", words);
        }
    }
    for (size_t i = 0; i < N_ELEMENTS(slips); i++) {
        size_t n = strlen(slips[i]);
        for (size_t k = 0; words.n >= n && k + n <= words.n; k++) {
            if (memcmp(words.s + k, slips[i], n) == 0) {
                wrong(r, "words of a program", words);
            }
        }
    }
}

void markup_read(struct markup *m, struct arena *a, text_t html, bool fragment)
{
    static const char doctype[] = "<!DOCTYPE html>";
    struct reader *r = ARENA_NEW(a, struct reader);
    *m = (struct markup){ .arena = a };
    *r = (struct reader){ .m = m, .html = html };
    if (!fragment) {
        if (!text_starts(html, doctype)) {
            wrong(r, "not a document", html);
        }
        r->at = sizeof doctype - 1;
    }
    while (r->at < html.n && !m->fault) {
        if (html.s[r->at] == '<') {
            read_tag(r);
        } else {
            read_words(r);
        }
    }
    if (r->depth > 0) {
        wrong(r, "not closed", r->open[r->depth - 1].name);
    }
    if (!fragment && m->headings != 1) {
        wrong(r, "not one h1", TEXT("document"));
    }
}
