/* Table history: one row for each change of a record, with the old and new text of every field that
 * differs. */
#include "meta/history.h"

#include "meta/store.h"

#define CHANGES_MAX ((size_t)256 * 1024)

static const struct col_def columns[] = {
    { .name = "record", .type = COL_INT, .not_null = true },
    { .name = "version", .type = COL_INT, .not_null = true },
    { .name = "company", .type = COL_INT, .not_null = true },
    { .name = "entity", .type = COL_TEXT, .not_null = true },
    { .name = "at", .type = COL_INT, .not_null = true },
    { .name = "who", .type = COL_INT },
    { .name = "changes", .type = COL_TEXT, .not_null = true },
};
const struct table_def history_table = { .name = "history",
                                         .primary_key = "record, version",
                                         .cols = columns,
                                         .n_cols = N_ELEMENTS(columns),
                                         .clustered = true };

static bool same(const struct field *f, const void *a, const void *b)
{
    if (f->kind->storage == STORE_TEXT) {
        return text_eq(*(const text_t *)a, *(const text_t *)b);
    }
    return *(const int64_t *)a == *(const int64_t *)b;
}

static void put_change(struct cx *cx, const struct field *f, const void *before, const void *after,
                       struct json_out *o)
{
    struct buf old, new;
    buf_init(&old, cx->arena, CHANGES_MAX);
    buf_init(&new, cx->arena, CHANGES_MAX);
    f->kind->to_text(cx, f, before, cx->decimals, &old);
    f->kind->to_text(cx, f, after, cx->decimals, &new);
    json_open(o, f->name, '[');
    json_put_text(o, NULL, buf_done(&old));
    json_put_text(o, NULL, buf_done(&new));
    json_close(o, ']');
}

enum err history_save(struct cx *cx, const struct entity_info *info, const void *before,
                      const void *after)
{
    struct buf b;
    struct json_out o;
    bool any = false;
    buf_init(&b, cx->arena, CHANGES_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    for (size_t i = 0; i < info->n_columns; i++) {
        const struct field *f = info->columns[i];
        const void *old = (const char *)before + f->offset, *new = (const char *)after + f->offset;
        if (strcmp(f->name, "version") == 0 || same(f, old, new)) {
            continue;
        }
        any = true;
        if (f->flags & F_SECRET) {
            json_open(&o, f->name, '['); /* that it changed, never what */
            json_close(&o, ']');
        } else {
            put_change(cx, f, old, new, &o);
        }
    }
    json_close(&o, '}');
    if (!any) {
        return OK;
    }
    const struct record *r = after;
    const struct value args[] = { v_int(r->id),        v_int(r->version),
                                  v_int(r->company),   v_str(info->entity->name),
                                  v_int(cx->now.us),   v_int(cx->who->user),
                                  v_text(buf_done(&b)) };
    return tx_exec(cx->tx,
                   "INSERT INTO history (record, version, company, entity, at, who, changes)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                   args, N_ELEMENTS(args));
}
