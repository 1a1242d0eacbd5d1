/* What lists and named queries share: building a statement with bound values, cursors. */
#ifndef KONTOR_META_LIST_OWN_H
#define KONTOR_META_LIST_OWN_H

#include "meta/list.h"

#define STATEMENT_MAX ((size_t)64 * 1024)
#define CURSOR_MAX ((size_t)6 * 1024)

/* A statement being built; its text names only what is declared, its values are bound. */
struct statement {
    struct cx *cx;
    struct buf sql;
    struct value args[DB_ARGS_MAX];
    size_t n;
    bool full; /* more values than a statement takes */
};

/* Binds one more value and writes its $n. */
void statement_bind(struct statement *s, struct value v);

/* The row filter on a column that refers to a site: what belongs to none, or to one of the caller's. user: the parameter with the
 * caller's id ("$2"). */
void statement_sites(struct buf *b, const char *column, const char *user);

/* base64url without padding (RFC 4648 section 5). */
text_t cursor_pack(struct arena *a, text_t plain);
/* ERR_INVALID when it is not that. */
MUST_USE enum err cursor_unpack(struct arena *a, text_t packed, text_t *plain);

#endif
