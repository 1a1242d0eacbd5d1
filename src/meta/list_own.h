/* What lists and named queries share: building a statement with bound values, the row filter,
 * cursors. */
#ifndef KONTOR_META_LIST_OWN_H
#define KONTOR_META_LIST_OWN_H

#include "meta/list.h"

#define STATEMENT_MAX ((size_t)64 * 1024)
#define CURSOR_MAX    ((size_t)8 * 1024)

/* A statement being built: its text names only what is declared, its values are bound. */
struct statement {
    struct buf sql;
    struct value args[DB_ARGS_MAX];
    size_t n;
    bool full;    /* more values than a statement takes: not to be run */
    bool nothing; /* the condition holds for no row: need not be run */
};

/* Keeps one more value; returns n of its $n. */
size_t statement_arg(struct statement *s, struct value v);
/* Keeps one more value and writes its $n. */
void statement_bind(struct statement *s, struct value v);

/* Refuses too_large for a statement with more text or values than one takes. */
MUST_USE enum err statement_fits(struct cx *cx, const struct statement *s, const struct buf *sql);

/* Begins the statement's condition: " WHERE ..." with company, filters, search and row filter of
 * the query. Columns stand by their names alone, so the entity's table must be the only one around.
 * by_id: some rows will be taken in the order of ids. Refuses as list_read. */
MUST_USE enum err list_conditions(struct cx *cx, struct statement *s, const struct list_query *q,
                                  bool by_id);

/* The newest row (by id) behind the n newest that the query holds; 0 when it holds no more. */
MUST_USE enum err list_beyond(struct cx *cx, const struct list_query *q, int64_t n, int64_t *id);

/* The row filter on a column that refers to a site: rows of no site, and of those of the user whose
 * id is $user (0: every site). */
void statement_sites(struct buf *b, text_t column, size_t user);

/* The column of that name, *at its place in info->columns; or the company's own field, with *at
 * behind the last column. *out is NULL when there is neither. */
MUST_USE enum err list_column_named(struct cx *cx, const struct entity_info *info, text_t name,
                                    const struct field **out, size_t *at);
/* Whether the store has its values as text, else as numbers. Of the company's own fields all are
 * text but numbers, booleans and references: dates and choices as JSON writes them. */
bool list_column_is_text(const struct field *f);
/* Writes the column, or the expression that stands for one. */
void list_column(struct cx *cx, struct buf *b, const struct field *f);

/* What a search looks for. */
#define SEARCHED_WORDS_MAX 8
struct searched {
    struct searched_word {
        text_t first, behind; /* every word that begins so lies in [first, behind) */
        bool common;          /* nearly every record has it */
    } words[SEARCHED_WORDS_MAX];
    size_t n;
    bool none;  /* nothing that a word could begin with was asked for, or no record has one */
    bool leads; /* some word is in few records only: they are found by it */
};
/* Refuses unknown_filter where nothing can be searched. */
MUST_USE enum err list_search_words(struct cx *cx, const struct entity_info *info, text_t q,
                                    struct searched *out);
/* Adds the condition. */
void list_search(struct statement *s, const struct entity_info *info, const struct searched *words);

/* base64url without padding (RFC 4648 section 5). */
text_t cursor_pack(struct arena *a, text_t plain);
/* ERR_INVALID when it is not that. */
MUST_USE enum err cursor_unpack(struct arena *a, text_t packed, text_t *plain);

#endif
