/* Members of JSON objects as SQL expressions, and lists of ids as one value. */
#include "db/json_sql.h"

static void put_power_of_ten(struct buf *b, int scale)
{
    buf_char(b, '1');
    for (int i = 0; i < scale; i++) {
        buf_char(b, '0');
    }
}

/* json_extract gives JSON's true as 1. A product of text and number is a REAL there, exact to the
 * unit below 2^53, so the nearest whole number is the right one. */
static void put_sqlite(struct buf *b, const char *column, const char *member,
                       enum json_sql_type type, int scale)
{
    const char *close = ")";
    if (type == JSON_SQL_DECIMAL) {
        buf_str(b, "CAST(ROUND(");
        close = "";
    } else {
        buf_char(b, '(');
    }
    buf_fmt(b, "json_extract(\"%s\", '$.%s')%s", column, member, close);
    if (type == JSON_SQL_DECIMAL) {
        buf_str(b, " * ");
        put_power_of_ten(b, scale);
        buf_str(b, ") AS INTEGER)");
    }
}

static void put_postgres(struct buf *b, const char *column, const char *member,
                         enum json_sql_type type, int scale)
{
    static const char *const cast[] = { [JSON_SQL_TEXT] = " COLLATE \"C\")",
                                        [JSON_SQL_INTEGER] = "::bigint)",
                                        [JSON_SQL_BOOLEAN] = "::boolean::integer::bigint)",
                                        [JSON_SQL_DECIMAL] = "::numeric * " };
    buf_fmt(b, "((\"%s\"::json ->> '%s')%s", column, member, cast[type]);
    if (type == JSON_SQL_DECIMAL) {
        put_power_of_ten(b, scale);
        buf_str(b, ")::bigint");
    }
}

void json_sql_member(struct buf *b, enum db_store store, const char *column, const char *member,
                     enum json_sql_type type, int scale)
{
    if (store == DB_POSTGRES) {
        put_postgres(b, column, member, type, scale);
    } else {
        put_sqlite(b, column, member, type, scale);
    }
}

text_t among_ids(struct arena *a, enum db_store store, const int64_t *ids, size_t n)
{
    struct buf b;
    buf_init(&b, a, n * 21 + 8); /* the longest number with its comma */
    buf_char(&b, store == DB_POSTGRES ? '{' : '[');
    for (size_t i = 0; i < n; i++) {
        buf_fmt(&b, i ? ",%lld" : "%lld", (long long)ids[i]);
    }
    buf_char(&b, store == DB_POSTGRES ? '}' : ']');
    return buf_done(&b);
}
