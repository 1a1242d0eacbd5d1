/* Pages: HTML made from the tables, and what areas add to it.
 *
 * A page is made in one reading job, from one snapshot, by C functions that read records and write
 * HTML. Nothing is changed by a page: its forms and buttons say which call of the HTTP interface
 * they make (data-call, see docs/kernel/pages.md), the script makes it, so that a person, a program
 * and a test all come through the same door.
 *
 * Addresses: /office/PLURAL (list), /office/PLURAL/new, /office/PLURAL/ID (record),
 * /office/reports/NAME, /office/NAME (an area's own page). */
#ifndef KONTOR_FACE_PAGE_H
#define KONTOR_FACE_PAGE_H

#include "face/format.h"
#include "face/html.h"
#include "http/http.h"
#include "meta/list.h"

/* Where something stands in the house, as the left side of the frame shows it. */
enum office_group { GROUP_FRONT, GROUP_BACK, GROUP_INSIGHT, GROUP_HOUSE };

/* What a function that makes (part of) a page gets. */
struct page_cx {
    struct cx *cx;  /* reading; its arena is the page's */
    struct html *h; /* where to write */
    const struct format *format;
    text_t zone;  /* IANA: the person's home site's, else the company's */
    int64_t site; /* the site that the person works for (may be 0: all) */
    text_t path;  /* "/office/products/7" */
    int64_t id;   /* the number at the end of the path of a page declared with ":id"; else 0 */
    text_t rest;  /* the word at the end of the path of a page declared with ":word" */
    const struct http_param *params;
    size_t n_params;
    text_t title;       /* set by the page: what the tab says; else the page's label */
    int status;         /* 200 unless the page sets it */
    bool compact;       /* references as names alone, without their codes: in lists */
    const char *script; /* asset that this page needs beside office.js: "counter.js"; NULL: none */
    struct page_own *own; /* the frame's */
};

/* -- what areas declare ------------------------------------------------------------------- */

/* A page of an area's own. */
struct page {
    const char *path;  /* behind /office/: "trial_balance", "site_day/:id", "guide/:word" */
    const char *label; /* N_(): in the menu and as its heading */
    const char *help;  /* N_() or NULL: one sentence below the heading */
    const char *icon;  /* name of an icon, or NULL: the area's */
    const char *permission;
    bool in_menu;  /* false: reached from other pages only (":id") */
    bool fragment; /* no frame around it: for the scripts that put it into a page */
    enum err (*show)(struct page_cx *p);
};

/* A part that an area adds to the page of a record, its own or another area's: stock to a product,
 * points to a customer. Runs a constant number of statements. */
struct panel {
    const struct entity *entity;
    const char *name;  /* "stock_by_site": its anchor */
    const char *label; /* N_() */
    const char *permission;
    bool beside; /* in the narrow column, with the history; else below the fields */
    bool (*when)(const struct cx *cx, const void *record); /* optional */
    enum err (*show)(struct page_cx *p, const void *record);
};

/* A part of Today. */
struct tile {
    const char *name;  /* "sales_today": its address for refreshing: /office/tile/sales_today */
    const char *label; /* N_() */
    const char *permission;
    const char *events; /* names of events after which it is shown anew: "sales_order.* till.*" */
    int order;          /* 10, 20, ... */
    bool wide;
    /* Optional: whether there is anything to show now. What is not shown has no box either. */
    enum err (*when)(struct page_cx *p, bool *shown);
    enum err (*show)(struct page_cx *p);
};

/* Why?: how a computed value came to be. */
struct why_out;
struct why {
    const struct entity *entity;
    const char *field;
    /* Tells the steps, the last one leading to the value. record: as stored, lines loaded for
     * parents. */
    enum err (*explain)(struct page_cx *p, const void *record, struct why_out *out);
};
/* A step: a rule that decided ("Price list SUMMER"), in words of the person's language. */
void why_step(struct why_out *o, text_t rule);
/* Facts that it took: name and value, shown below the step. */
void why_input(struct why_out *o, const char *label, text_t value);
/* The record that holds the rule, with the version that was in force (0: the present one). */
void why_rule(struct why_out *o, const struct entity *e, int64_t id, int64_t version);

/* Everything of an area that people see. One const table, named by struct area. */
struct area_face {
    enum office_group group;
    const char *icon;
    const char *const *menu; /* paths in the order of the menu: "sales_orders", "reports/stock",
                                "counter"; NULL at the end. NULL: all lists that are not lines, then
                                pages and reports */
    const struct page *pages;
    size_t n_pages;
    const struct panel *panels;
    size_t n_panels;
    const struct tile *tiles;
    size_t n_tiles;
    const struct why *whys;
    size_t n_whys;
};

/* -- what pages are made of ----------------------------------------------------------------- */

/* A text of the program in the person's language. {1}, {2}, {3} stand for values. */
text_t page_text(struct page_cx *p, const char *msgid);
text_t page_text_with(struct page_cx *p, const char *msgid, const text_t *values, size_t n);
#define PAGE_TEXT(p, msgid, ...)                                                                   \
    page_text_with((p), (msgid), (const text_t[]){ __VA_ARGS__ },                                  \
                   N_ELEMENTS(((const text_t[]){ __VA_ARGS__ })))
/* One or many, as the language counts (gettext plural forms): {1} is the number. */
text_t page_plural(struct page_cx *p, const char *one, const char *many, int64_t n);
/* Writes a text of the program, escaped. */
void page_say(struct page_cx *p, const char *msgid);

/* A parameter of the address, or TEXT_NONE. */
text_t page_param(const struct page_cx *p, const char *name);
/* The same as a date, id or whole number; the fallback when it is not there or not one. */
date_t page_param_date(const struct page_cx *p, const char *name, date_t fallback);
int64_t page_param_id(const struct page_cx *p, const char *name, int64_t fallback);
/* This page's address with parameters changed: "name=value&name2=" (an empty value takes it away),
 * values already encoded with page_encode. */
text_t page_address(struct page_cx *p, const char *changes);
text_t page_encode(struct page_cx *p, text_t value); /* for a query string */

/* Values as people read them, in the arena. */
text_t page_money(struct page_cx *p, money_t m); /* in the company's currency */
text_t page_money_in(struct page_cx *p, money_t m, text_t currency);
text_t page_quantity(struct page_cx *p, qty_t q);
text_t page_integer(struct page_cx *p, int64_t v);
text_t page_date(struct page_cx *p, date_t d, enum date_style style);
text_t page_time(struct page_cx *p, instant_t t, enum time_style style);
text_t page_ago(struct page_cx *p, instant_t t);

/* A field's value: text, a link to what it refers to, a state's badge, a mark. rows: the rows that
 * the record is of (for currencies). Labels of references must be loaded (meta/refs.h). */
void page_value(struct page_cx *p, const struct field *f, const struct field *rows, size_t n_rows,
                const void *record);
/* The same as plain text: for titles and exports. */
text_t page_value_text(struct page_cx *p, const struct field *f, const struct field *rows,
                       size_t n_rows, const void *record);
/* A link to a record: its label and code as loaded; plain text where the person may not read it. */
void page_link(struct page_cx *p, const char *entity, int64_t id);
text_t page_record_address(struct page_cx *p, const char *entity, int64_t id);
/* A state or choice as a coloured badge; its tone follows from its place in the life of the record
 * and is stated in words too. */
enum tone { TONE_PLAIN, TONE_GOOD, TONE_BUSY, TONE_WARN, TONE_BAD };
void page_badge(struct page_cx *p, text_t label, enum tone tone);
void page_icon(struct page_cx *p, const char *name); /* decorative: hidden from readers */
/* A button-shaped link; one that makes a call. confirm: question asked before, or NULL. permission:
 * when the person lacks it the button is shown disabled and says so. */
void page_button_link(struct page_cx *p, const char *label, const char *icon, text_t address);
struct call_button {
    const char *label, *icon;
    text_t call;         /* "POST /api/v1/tasks/7/claim" */
    text_t body;         /* JSON, or TEXT_NONE */
    text_t then;         /* where to go after: an address, "reload" or TEXT_NONE: stays */
    const char *confirm; /* N_() or NULL */
    const char *permission;
    bool primary, danger;
};
void page_button_call(struct page_cx *p, const struct call_button *b);
/* A figure with its name: for tiles and panel heads; address TEXT_NONE: no link. */
void page_figure(struct page_cx *p, const char *label, text_t value, text_t address);
/* What an empty place says: what belongs there and how to begin. */
void page_empty(struct page_cx *p, const char *says, const char *link_label, text_t address);

/* A form control for a field, with label, help, and a place for its error. name: the path in the
 * JSON that is sent ("lines[0].quantity"). value: record that holds it, or NULL: the fallback. */
enum control_flags { CONTROL_BARE = 1, CONTROL_FOCUS = 2, CONTROL_READONLY = 4 };
void page_control(struct page_cx *p, const struct field *f, const struct field *rows, size_t n_rows,
                  const void *record, text_t name, unsigned flags);

/* Tables of a page's own: page_table(p, cols, n), then rows of cells, page_table_end. Numbers are
 * set right; the first cell of a row is its heading. */
struct table_col {
    const char *label; /* N_() */
    bool number;       /* right, tabular figures */
    bool grow;         /* takes the room that is left */
};
void page_table(struct page_cx *p, const char *caption, const struct table_col *cols, size_t n);
void page_row(struct page_cx *p);
void page_cell(struct page_cx *p, text_t value); /* text, or a number set by column */
void page_cell_link(struct page_cx *p, text_t value, text_t address);
void page_cell_ref(struct page_cx *p, const char *entity, int64_t id);
void page_cell_open(struct page_cx *p); /* any contents */
void page_cell_close(struct page_cx *p);
void page_row_end(struct page_cx *p);
void page_row_total(struct page_cx *p); /* instead of page_row: a sum */
void page_table_end(struct page_cx *p);

/* A chart of what stands in a table beside it: bars or a line, drawn as SVG, with a text for those
 * who cannot see it. Values in minor units or millionths: only their proportion counts; `shown` are
 * their texts. Two series: now and compared with. */
struct chart_point {
    text_t label;
    int64_t value, compare; /* compare: VALUE_NONE for none */
    text_t shown, compare_shown;
};
enum chart_kind { CHART_BARS, CHART_LINE };
void page_chart(struct page_cx *p, enum chart_kind kind, const char *title,
                const struct chart_point *points, size_t n, const char *series,
                const char *compared);

/* -- statements: what pages of figures share ------------------------------------------------- */

/* The heading of an area's own page: its title (TEXT_NONE: the page's label) and the page's help.
 * Buttons written between the two calls stand beside it. */
void page_head(struct page_cx *p, text_t title);
void page_head_end(struct page_cx *p);
/* Buttons: the report with these parameters as a spreadsheet and as CSV, and this page on paper. */
void page_downloads(struct page_cx *p, const char *query, const struct list_filter *params,
                    size_t n);
/* The parameters of a page: page_form, its fields, page_form_end (button Show). Each takes its
 * value from the address, else the fallback. */
void page_form(struct page_cx *p);
void page_form_date(struct page_cx *p, const char *name, const char *label, date_t fallback);
void page_form_ref(struct page_cx *p, const char *name, const char *label, const char *entity);
void page_form_choice(struct page_cx *p, const char *name, const char *label,
                      const struct choice *choices, size_t n, const char *fallback);
void page_form_end(struct page_cx *p);
/* Instead of page_row: a row of a hierarchy, 0 at the top, at most 5; bold when it is a sum. */
void page_row_level(struct page_cx *p, int64_t level, bool sum);
/* The proof of a report: a tick or a cross, and the figures of its tie_out by the query's ties. */
void page_proof(struct page_cx *p, text_t tie_out, const struct choice *ties, size_t n);
/* A cell with the code alone, as a link that says the name: where columns are many. */
void page_cell_code(struct page_cx *p, const char *entity, int64_t id);
/* A link to the record, or its kind and number, for pairs of entity and id as journal entries name
 * their source. */
void page_source(struct page_cx *p, text_t entity, int64_t id);

#endif
