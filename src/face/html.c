/* HTML, escaped by what each piece is. */
#include "face/html.h"

#include <strings.h>

static const char *const voids[] = { "area", "br",     "col",      "hr",  "img",     "input",
                                     "link", "meta",   "source",   "wbr", "path",    "rect",
                                     "line", "circle", "polyline", "use", "polygon", "ellipse" };

/* Attributes that hold addresses which a browser, or a script of ours, will follow. */
static const char *const address_attrs[] = { "href",        "src",       "action",
                                             "formaction",  "data-more", "data-refresh",
                                             "data-drawer", "data-then", "data-upload",
                                             "xlink:href" };

static bool named(const char *const *names, size_t n, const char *name, size_t length)
{
    for (size_t i = 0; i < n; i++) {
        if (strlen(names[i]) == length && strncasecmp(names[i], name, length) == 0) {
            return true;
        }
    }
    return false;
}

static void fault(struct html *h, const char *what)
{
    if (!h->fault) {
        h->fault = what;
    }
}

void html_init(struct html *h, struct arena *a, size_t max)
{
    *h = (struct html){ 0 };
    buf_init(&h->b, a, max);
}

/* A path of this server ("//host" and "/\host" are none), a fragment or query of this page, or one
 * of the schemes that run nothing. */
bool html_address_good(text_t url)
{
    static const char *const schemes[] = { "https://", "http://", "mailto:", "tel:" };
    if (!text_utf8_ok(url, false)) {
        return false;
    }
    if (url.n > 0 && (url.s[0] == '#' || url.s[0] == '?')) {
        return true;
    }
    if (url.n > 0 && url.s[0] == '/') {
        return url.n == 1 || (url.s[1] != '/' && url.s[1] != '\\');
    }
    for (size_t i = 0; i < N_ELEMENTS(schemes); i++) {
        size_t n = strlen(schemes[i]);
        if (url.n >= n && strncasecmp(url.s, schemes[i], n) == 0) {
            return true;
        }
    }
    return false;
}

/* "reload" is a word that data-then knows; the other attributes hold addresses only. */
static bool may_stand(const char *name, text_t value)
{
    return !named(address_attrs, N_ELEMENTS(address_attrs), name, strlen(name)) ||
           html_address_good(value) || (strcmp(name, "data-then") == 0 && text_is(value, "reload"));
}

static void put_attr(struct html *h, const char *name, size_t n, text_t value)
{
    buf_char(&h->b, ' ');
    buf_add(&h->b, name, n);
    if (value.n > 0 || strcmp(name, "value") == 0 || strcmp(name, "alt") == 0 ||
        strcmp(name, "content") == 0) {
        buf_str(&h->b, "=\"");
        buf_html(&h->b, value);
        buf_char(&h->b, '"');
    }
}

/* The classes and the id behind the tag in "tag#id.class.class". */
static void put_marks(struct html *h, const char *marks)
{
    bool class_open = false;
    while (*marks) {
        char mark = *marks++;
        size_t n = strcspn(marks, ".#");
        if (mark == '#') {
            if (class_open) {
                fault(h, "an id stands behind a class");
            }
            put_attr(h, "id", 2, (text_t){ marks, n });
        } else {
            buf_str(&h->b, class_open ? " " : " class=\"");
            buf_html(&h->b, (text_t){ marks, n });
            class_open = true;
        }
        marks += n;
    }
    if (class_open) {
        buf_char(&h->b, '"');
    }
}

static bool put_start(struct html *h, const char *what, const struct attr *attrs, size_t n)
{
    size_t tag = strcspn(what, ".#");
    buf_char(&h->b, '<');
    buf_add(&h->b, what, tag);
    put_marks(h, what + tag);
    for (size_t i = 0; i < n; i++) {
        const struct attr *a = &attrs[i];
        if (!a->name || !a->value.s) {
            continue;
        }
        if (strncasecmp(a->name, "on", 2) == 0 || strcasecmp(a->name, "style") == 0) {
            fault(h, "scripts and styles do not stand in attributes");
        } else if (may_stand(a->name, a->value)) {
            put_attr(h, a->name, strlen(a->name), a->value);
        }
    }
    buf_char(&h->b, '>');
    return !named(voids, N_ELEMENTS(voids), what, tag);
}

static void put_end(struct html *h, const char *tag, size_t n)
{
    buf_str(&h->b, "</");
    buf_add(&h->b, tag, n);
    buf_char(&h->b, '>');
}

/* The shapes of SVG are void in our pages, but HTML's parser wants them closed. */
static void close_shape(struct html *h, const char *what)
{
    size_t tag = strcspn(what, ".#");
    if (named(voids + 10, N_ELEMENTS(voids) - 10, what, tag)) {
        put_end(h, what, tag);
    }
}

void html_open_with(struct html *h, const char *what, const struct attr *attrs, size_t n)
{
    if (!put_start(h, what, attrs, n)) {
        close_shape(h, what);
        return;
    }
    if (h->depth == HTML_DEPTH_MAX) {
        fault(h, "elements are nested too deeply");
        return;
    }
    h->open[h->depth++] = what;
}

void html_close(struct html *h, const char *tag)
{
    size_t n = strlen(tag);
    if (h->depth == 0) {
        fault(h, "an element is closed that is not open");
        return;
    }
    const char *open = h->open[--h->depth];
    if (strcspn(open, ".#") != n || strncmp(open, tag, n) != 0) {
        fault(h, "elements are not closed in order");
    }
    put_end(h, tag, n);
}

void html_text(struct html *h, text_t t)
{
    buf_html(&h->b, t);
}

void html_el_with(struct html *h, const char *what, text_t t, const struct attr *attrs, size_t n)
{
    if (!put_start(h, what, attrs, n)) {
        if (!text_empty(t)) {
            fault(h, "an element that holds nothing was given text");
        }
        close_shape(h, what);
        return;
    }
    buf_html(&h->b, t);
    put_end(h, what, strcspn(what, ".#"));
}

bool html_good(const struct html *h)
{
    return h->depth == 0 && !h->fault && !h->b.failed;
}
