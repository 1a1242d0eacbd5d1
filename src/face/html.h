/* HTML, written piece by piece and escaped by what each piece is.
 *
 * There are no templates: a page is a C function that opens and closes elements. Text and attribute
 * values are always escaped; addresses (href, src, action, and data-* that the scripts follow) must
 * be a path of this server or http(s), mailto, tel, else they are left out; only literals of the
 * program can be written as they are. Elements must be closed in order: a page that is not
 * well-formed is answered 500 in every test that shows it. */
#ifndef KONTOR_FACE_HTML_H
#define KONTOR_FACE_HTML_H

#include "base/text.h"

#define HTML_DEPTH_MAX 64

struct html {
    struct buf b;
    const char *open[HTML_DEPTH_MAX]; /* names of the elements that are open */
    size_t depth;
    const char *fault; /* the first misuse, in plain English; NULL: none */
};

struct attr {
    const char *name; /* NULL: nothing */
    text_t value;     /* TEXT_NONE: the attribute is left out; TEXT(""): present without a value */
};

/* An empty writer in the arena that refuses to grow past max bytes (b.failed). */
void html_init(struct html *h, struct arena *a, size_t max);

/* OPEN and EL may end without an attribute, which C17 allows only in words that clang takes for
 * GNU's (C23 allows it). */
#ifdef __clang__
#pragma clang diagnostic ignored "-Wgnu-zero-variadic-macro-arguments"
#endif

/* Opens an element: what is "tag", "tag.class.class", "tag#id.class". Void elements (input, img,
 * br, hr, link, meta, col, source, wbr, and the shapes of SVG: path, rect, line, circle, use,
 * polyline, polygon, ellipse) are closed at once. */
void html_open_with(struct html *h, const char *what, const struct attr *attrs, size_t n);
#define OPEN(h, what, ...)                                                                         \
    html_open_with((h), (what), (const struct attr[]){ { NULL, TEXT_INIT("") }, __VA_ARGS__ },     \
                   N_ELEMENTS(((const struct attr[]){ { NULL, TEXT_INIT("") }, __VA_ARGS__ })))
/* Closes the element that was opened last, which must have that tag. */
void html_close(struct html *h, const char *tag);

/* Text, escaped. */
void html_text(struct html *h, text_t t);
/* A whole element with text in it; attributes may follow. */
void html_el_with(struct html *h, const char *what, text_t t, const struct attr *attrs, size_t n);
#define EL(h, what, t, ...)                                                                        \
    html_el_with((h), (what), (t), (const struct attr[]){ { NULL, TEXT_INIT("") }, __VA_ARGS__ },  \
                 N_ELEMENTS(((const struct attr[]){ { NULL, TEXT_INIT("") }, __VA_ARGS__ })))
/* An element that is void or empty. */
#define EMPTY(h, what, ...) EL((h), (what), TEXT_NONE, __VA_ARGS__)
/* Markup of the program's own: a literal, nothing else. */
#define html_literal(h, s) buf_add(&(h)->b, "" s, sizeof(s) - 1)

/* true when everything that was opened is closed and nothing went wrong. */
bool html_good(const struct html *h);

/* Would an address be written? For tests, and for those who make links from what people typed. */
bool html_address_good(text_t url);

#endif
