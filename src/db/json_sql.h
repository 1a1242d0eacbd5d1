/* What each store writes its own way: a member of a JSON object that stands in a text column, and a
 * column among any number of ids that are one argument. */
#ifndef KONTOR_DB_JSON_SQL_H
#define KONTOR_DB_JSON_SQL_H

#include "base/text.h"
#include "db/db.h"

enum json_sql_type {
    JSON_SQL_TEXT,    /* compared by bytes */
    JSON_SQL_INTEGER, /* a JSON number */
    JSON_SQL_BOOLEAN, /* true: 1, false: 0 */
    JSON_SQL_DECIMAL, /* decimal text such as "12.40", times 10 to the power of scale */
};

/* Writes an expression for "column" -> member, in parentheses; NULL where the member or the object
 * is not there. column and member are names of letters, digits and _ only: they become part of the
 * statement's text. */
void json_sql_member(struct buf *b, enum db_store store, const char *column, const char *member,
                     enum json_sql_type type, int scale);

/* Behind a column: its value is among the ids that $1 holds, written by among_ids. Both find rows
 * by the column's index. */
#define SQLITE_AMONG   "IN (SELECT value FROM json_each($1))"
#define POSTGRES_AMONG "IN (SELECT unnest(CAST($1 AS BIGINT[])))"
text_t among_ids(struct arena *a, enum db_store store, const int64_t *ids, size_t n);

#endif
