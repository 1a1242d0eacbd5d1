/* Lists: what GET /collection answers, as data: filters, search, order, a cursor, columns, with the
 * row filter of the one who asks compiled into the statement. One statement for the rows and one
 * per referenced entity for the labels, however many rows there are. */
#ifndef KONTOR_LIST_H
#define KONTOR_LIST_H

#include "meta/store.h"

#define LIST_LIMIT_DEFAULT 50
#define LIST_LIMIT_MAX     1000
#define LIST_FILTERS_MAX   16
#define LIST_READ_MS       1000   /* what those who answer with lists give the store: tx_limit */
#define LIST_SORT_MAX      100000 /* rows that are sorted without an index that has their order */

enum list_op {
    LIST_EQ,
    LIST_NE,
    LIST_LT,
    LIST_LE,
    LIST_GT,
    LIST_GE,
    LIST_IN,
    LIST_EMPTY,
    LIST_ID, /* holds that number, which is not looked up: for the program's own lists */
};

struct list_filter {
    text_t field; /* name of a row; "line.field" is not offered */
    enum list_op op;
    text_t value; /* text form; LIST_IN: separated by commas */
};

struct list_query {
    const struct entity *entity;
    struct list_filter filters[LIST_FILTERS_MAX];
    size_t n_filters;
    text_t q;     /* search words */
    text_t sort;  /* "-sold_at,number"; TEXT_NONE: the entity's own order. The id is always the last
                     key, so order is total */
    text_t after; /* cursor of the page before, or TEXT_NONE */
    int64_t limit;
    int64_t within;    /* of more rows than these only the newest are sorted where no index has the
                          order; 0: such a sort of more than LIST_SORT_MAX is refused */
    bool archived;     /* also those put away */
    bool expand_lines; /* load F_LINES rows too: one statement per lines field for the whole page */
    bool count;        /* also the total number */
    bool bare;         /* the rows alone: no labels of what they refer to are loaded */
};

struct list_page {
    void *records; /* array of the entity's struct, in the arena; labels of references are loaded
                      (meta/refs.h) */
    size_t n;
    text_t next;   /* cursor, or TEXT_NONE at the end */
    int64_t total; /* when asked for, else -1 */
    bool partial;  /* there are more rows than q->within: only the newest of them were sorted */
};

/* Adds a filter as addresses carry it: "total[gte]" is field total and an operator (gte lte gt lt
 * ne in eq), plain "total" equality. Refuses unknown_filter for another operator and too_large for
 * too many filters; the field itself is looked at by list_read. */
MUST_USE enum err list_filter_param(struct cx *cx, struct list_query *q, text_t name, text_t value);

/* Reads one page. Refuses unknown_filter (field or order by what cannot be: secrets, lines, JSON),
 * bad_cursor, too_many_to_sort, and what the kinds refuse of a value. The caller has checked the
 * permission to read the entity; this holds company and site. */
MUST_USE enum err list_read(struct cx *cx, const struct list_query *q, struct list_page *out);

/* Runs a named query with its parameters by name (text form). Rows beyond limit are not returned;
 * *next is a cursor or TEXT_NONE. Checks the permission. */
MUST_USE enum err query_run(struct cx *cx, const struct query *q, const struct list_filter *params,
                            size_t n_params, int64_t limit, text_t after, struct report *out,
                            text_t *next);

/* Streams all rows that a list query matches, in id order, in constant memory: for exports. */
MUST_USE enum err list_each(struct cx *cx, const struct list_query *q,
                            enum err (*fn)(void *arg, const void *record), void *arg);

#endif
