/* The SQL for a member of a JSON object that stands in a text column, which each store writes its
 * own way. */
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

#endif
