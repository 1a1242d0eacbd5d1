/* What a list filters and sorts by: columns, and fields added by users, which stand in the JSON of
 * the column `extra`. */
#include "meta/list_own.h"

#include "db/json_sql.h"
#include "meta/custom.h"
#include "meta/kinds.h"

enum err list_column_named(struct cx *cx, const struct entity_info *info, text_t name,
                           const struct field **out, size_t *at)
{
    const struct field *rows;
    size_t n;
    *out = NULL;
    for (*at = 0; *at < info->n_columns; (*at)++) {
        if (text_is(name, info->columns[*at]->name)) {
            *out = info->columns[*at];
            return OK;
        }
    }
    TRY(custom_rows(cx, info, &rows, &n));
    for (size_t i = info->n_fields; i < n && !*out; i++) {
        *out = text_is(name, rows[i].name) ? &rows[i] : NULL;
    }
    return OK;
}

static bool is_decimal(const struct field *f)
{
    return f->kind == &kind_money || f->kind == &kind_quantity || f->kind == &kind_rate;
}

bool list_column_is_text(const struct field *f)
{
    if (f->offset != CUSTOM_FIELD) {
        return f->kind->storage == STORE_TEXT;
    }
    return !is_decimal(f) && f->kind != &kind_integer && f->kind != &kind_boolean &&
           f->kind != &kind_ref;
}

void list_column(struct cx *cx, struct buf *b, const struct field *f)
{
    if (f->offset != CUSTOM_FIELD) {
        buf_fmt(b, "\"%s\"", f->name);
        return;
    }
    enum json_sql_type type = is_decimal(f)              ? JSON_SQL_DECIMAL
                              : f->kind == &kind_boolean ? JSON_SQL_BOOLEAN
                              : list_column_is_text(f)   ? JSON_SQL_TEXT
                                                         : JSON_SQL_INTEGER;
    int scale = f->kind == &kind_money  ? cx->decimals
                : f->kind == &kind_rate ? RATE_SCALE
                                        : QTY_SCALE;
    json_sql_member(b, db_store(tx_db(cx->tx)), "extra", f->name, type, scale);
}
