/* What pages are made of: texts, parameters, links, buttons, tables. */
#include "face/office_own.h"

#include "meta/locale.h"

/* -- texts ----------------------------------------------------------------------------------- */

text_t page_text(struct page_cx *p, const char *msgid)
{
    return text_of(cx_text(p->cx, msgid));
}

/* {1}, {2}, {3} in a text become the values. */
static text_t fill(struct page_cx *p, const char *text, const text_t *values, size_t n)
{
    struct buf b;
    buf_init(&b, p->cx->arena, (size_t)64 * 1024);
    for (const char *s = text; *s; s++) {
        size_t which = s[0] == '{' && s[1] >= '1' && s[1] <= '9' && s[2] == '}'
                           ? (size_t)(s[1] - '1')
                           : SIZE_MAX;
        if (which == SIZE_MAX) {
            buf_char(&b, *s);
            continue;
        }
        buf_text(&b, which < n ? values[which] : TEXT_NONE);
        s += 2;
    }
    return buf_done(&b);
}

text_t page_text_with(struct page_cx *p, const char *msgid, const text_t *values, size_t n)
{
    return fill(p, cx_text(p->cx, msgid), values, n);
}

text_t page_plural(struct page_cx *p, const char *one, const char *many, int64_t n)
{
    text_t value = page_integer(p, n);
    return fill(p, locale_plural(p->cx->language, one, many, n), &value, 1);
}

void page_say(struct page_cx *p, const char *msgid)
{
    html_text(p->h, page_text(p, msgid));
}

/* -- parameters ------------------------------------------------------------------------------ */

text_t page_param(const struct page_cx *p, const char *name)
{
    for (size_t i = 0; i < p->n_params; i++) {
        if (text_is(p->params[i].name, name)) {
            return p->params[i].value;
        }
    }
    return TEXT_NONE;
}

date_t page_param_date(const struct page_cx *p, const char *name, date_t fallback)
{
    text_t t = page_param(p, name);
    date_t d;
    return !text_empty(t) && date_parse(t.s, t.n, &d) == OK ? d : fallback;
}

int64_t page_param_id(const struct page_cx *p, const char *name, int64_t fallback)
{
    int64_t id;
    return text_to_i64(page_param(p, name), &id) == OK ? id : fallback;
}

text_t page_encode(struct page_cx *p, text_t value)
{
    struct buf b;
    buf_init(&b, p->cx->arena, (size_t)64 * 1024);
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.s[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_' || c == '.' || c == '~' || c == ',' || c == ':';
        buf_fmt(&b, plain ? "%c" : "%%%02X", c);
    }
    return buf_done(&b);
}

/* Is the parameter named in changes such as "sort=-total&after="? */
static bool changed(text_t changes, text_t name)
{
    text_t rest = changes;
    while (rest.s) {
        text_t value;
        if (text_eq(text_split(text_split(rest, '&', &rest), '=', &value), name)) {
            return true;
        }
    }
    return false;
}

text_t page_address(struct page_cx *p, const char *changes)
{
    struct buf b;
    text_t rest = text_of(changes);
    char separator = '?';
    buf_init(&b, p->cx->arena, (size_t)64 * 1024);
    buf_text(&b, p->path);
    for (size_t i = 0; i < p->n_params; i++) {
        if (!changed(rest, p->params[i].name)) {
            buf_char(&b, separator);
            buf_text(&b, page_encode(p, p->params[i].name));
            buf_char(&b, '=');
            buf_text(&b, page_encode(p, p->params[i].value));
            separator = '&';
        }
    }
    while (rest.s && rest.n > 0) {
        text_t one = text_split(rest, '&', &rest);
        if (one.n > 0 && one.s[one.n - 1] != '=') {
            buf_char(&b, separator);
            buf_text(&b, one);
            separator = '&';
        }
    }
    return buf_done(&b);
}

/* -- small parts ----------------------------------------------------------------------------- */

void page_icon(struct page_cx *p, const char *name)
{
    OPEN(p->h, "svg.icon", { "aria-hidden", TEXT("true") }, { "focusable", TEXT("false") });
    EMPTY(p->h, "use",
          { "href", text_fmt(p->cx->arena, "%s#%s", asset_address("icons.svg").s, name) });
    html_close(p->h, "svg");
}

static void face_of_button(struct page_cx *p, const char *icon, const char *label)
{
    if (icon) {
        page_icon(p, icon);
    }
    EL(p->h, "span", page_text(p, label));
}

void page_button_link(struct page_cx *p, const char *label, const char *icon, text_t address)
{
    OPEN(p->h, "a.button", { "href", address });
    face_of_button(p, icon, label);
    html_close(p->h, "a");
}

void page_button_call(struct page_cx *p, const struct call_button *b)
{
    bool may = !b->permission || cx_may(p->cx, b->permission);
    text_t why = may ? TEXT_NONE
                     : PAGE_TEXT(p, N_("You may not do this: it needs the permission {1}."),
                                 text_of(b->permission));
    const char *what = b->primary  ? "button.button.primary"
                       : b->danger ? "button.button.danger"
                                   : "button.button";
    OPEN(p->h, what, { "type", TEXT("button") }, { "data-call", may ? b->call : TEXT_NONE },
         { "data-body", b->body }, { "data-then", b->then },
         { "data-confirm", b->confirm ? page_text(p, b->confirm) : TEXT_NONE },
         { "aria-disabled", may ? TEXT_NONE : TEXT("true") }, { "title", why });
    face_of_button(p, b->icon, b->label);
    html_close(p->h, "button");
}

void page_figure(struct page_cx *p, const char *label, text_t value, text_t address)
{
    OPEN(p->h, "div.figure");
    EL(p->h, "span.figure-label", page_text(p, label));
    if (address.s) {
        EL(p->h, "a.figure-value", value, { "href", address });
    } else {
        EL(p->h, "span.figure-value", value);
    }
    html_close(p->h, "div");
}

void page_empty(struct page_cx *p, const char *says, const char *link_label, text_t address)
{
    OPEN(p->h, "div.empty");
    EL(p->h, "p", page_text(p, says));
    if (link_label && address.s) {
        page_button_link(p, link_label, "plus", address);
    }
    html_close(p->h, "div");
}

/* -- tables ---------------------------------------------------------------------------------- */

/* Tables of more columns are cards on a phone: each cell says the name of its column. */
#define CARDS_FROM 3

void page_table(struct page_cx *p, const char *caption, const struct table_col *cols, size_t n)
{
    struct html *h = p->h;
    p->own->cols = cols;
    p->own->n_cols = n;
    OPEN(h, "div.table-wrap", { "tabindex", TEXT("0") }, { "role", TEXT("region") },
         { "aria-label", page_text(p, caption) });
    OPEN(h, n > CARDS_FROM ? "table.sheet.cards" : "table.sheet");
    EL(h, "caption.visually-hidden", page_text(p, caption));
    OPEN(h, "thead");
    OPEN(h, "tr");
    for (size_t i = 0; i < n; i++) {
        text_t label = page_text(p, cols[i].label);
        const char *what = cols[i].number ? "th.num" : cols[i].grow ? "th.grow" : "th";
        EL(h, label.n ? what : "td", label, { "scope", label.n ? TEXT("col") : TEXT_NONE });
    }
    html_close(h, "tr");
    html_close(h, "thead");
    OPEN(h, "tbody");
}

void page_row(struct page_cx *p)
{
    p->own->col = 0;
    OPEN(p->h, "tr");
}

void page_row_total(struct page_cx *p)
{
    p->own->col = 0;
    OPEN(p->h, "tr.total");
}

void page_cell_open(struct page_cx *p)
{
    struct page_own *o = p->own;
    bool number = o->col < o->n_cols && o->cols[o->col].number;
    bool grow = o->col < o->n_cols && o->cols[o->col].grow;
    if (o->col == 0) {
        OPEN(p->h, number ? "th.num" : grow ? "th.grow" : "th", { "scope", TEXT("row") });
    } else {
        OPEN(p->h,
             number ? "td.num"
             : grow ? "td.grow"
                    : "td",
             { "data-label", o->n_cols > CARDS_FROM && o->col < o->n_cols
                                 ? page_text(p, o->cols[o->col].label)
                                 : TEXT_NONE });
    }
}

void page_cell_close(struct page_cx *p)
{
    html_close(p->h, p->own->col++ == 0 ? "th" : "td");
}

void page_cell(struct page_cx *p, text_t value)
{
    page_cell_open(p);
    html_text(p->h, value);
    page_cell_close(p);
}

void page_cell_link(struct page_cx *p, text_t value, text_t address)
{
    page_cell_open(p);
    if (address.s) {
        EL(p->h, "a", value, { "href", address });
    } else {
        html_text(p->h, value);
    }
    page_cell_close(p);
}

void page_cell_ref(struct page_cx *p, const char *entity, int64_t id)
{
    page_cell_open(p);
    page_link(p, entity, id);
    page_cell_close(p);
}

void page_row_end(struct page_cx *p)
{
    html_close(p->h, "tr");
}

void page_table_end(struct page_cx *p)
{
    html_close(p->h, "tbody");
    html_close(p->h, "table");
    html_close(p->h, "div");
}
