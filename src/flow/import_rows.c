/* Rows of tables to what create and update are given. */
#include "flow/import_rows.h"

#include "base/hash.h"
#include "meta/custom.h"
#include "meta/kinds.h"
#include "meta/locale.h"
#include "meta/search.h"
#include "meta/shape.h"

#include <strings.h>

#define ARGS_MAX ((size_t)8 << 20)

/* -- fields and columns --------------------------------------------------------------------------
 */

bool import_can_take(const struct entity *e)
{
    return e->write && !(e->flags & (E_POSTED | E_LINE));
}

bool import_can_give(const struct field *f)
{
    static const char *const own[] = { "id", "version", "company", "archived", "extra" };
    for (size_t i = 0; i < N_ELEMENTS(own); i++) {
        if (strcmp(f->name, own[i]) == 0) {
            return false;
        }
    }
    return !(f->flags & (F_READONLY | F_COMPUTED | F_SECRET)) && f->kind != &kind_lines;
}

static void add_field(struct import_table *t, const struct field *f)
{
    const struct entity *e = t->info->entity;
    if (e->code && strcmp(f->name, e->code) == 0) {
        t->code = (int)t->n;
    }
    if ((e->flags & E_DATED) && strcmp(f->name, "valid_from") == 0) {
        t->from = (int)t->n;
    }
    t->columns[t->n] = -1;
    t->fields[t->n++] = f;
}

enum err import_table_open(struct cx *cx, const struct entity_info *info, struct arena *keep,
                           struct import_table *out)
{
    const struct field *rows;
    *out = (struct import_table){ .info = info, .code = -1, .from = -1 };
    TRY(custom_rows(cx, info, &rows, &out->n_rows));
    struct field *copy = ARENA_ARRAY(keep, out->n_rows, struct field);
    for (size_t i = 0; i < out->n_rows; i++) {
        copy[i] = rows[i];
        if (i >= info->n_fields) { /* with texts of its own: these may lie in the cache */
            struct choice *choices = ARENA_ARRAY(keep, rows[i].n_choices + 1, struct choice);
            copy[i].name = text_copy(keep, text_of(rows[i].name)).s;
            copy[i].label = text_copy(keep, text_of(rows[i].label)).s;
            copy[i].target = rows[i].target ? text_copy(keep, text_of(rows[i].target)).s : NULL;
            for (size_t k = 0; k < rows[i].n_choices; k++) {
                choices[k] = rows[i].choices[k];
                choices[k].name = text_copy(keep, text_of(choices[k].name)).s;
                choices[k].label = text_copy(keep, text_of(choices[k].label)).s;
            }
            copy[i].choices = choices;
        }
        if (import_can_give(&copy[i]) && out->n < IMPORT_ROW_FIELDS_MAX) {
            add_field(out, &copy[i]);
        }
    }
    out->rows = copy;
    return OK;
}

/* Letters and digits only, folded: "Art.-Nr." is "artnr". */
static text_t plain(struct arena *a, text_t t)
{
    text_t words[16];
    struct buf b;
    size_t n = search_words(a, t, words, N_ELEMENTS(words));
    buf_init(&b, a, 2000);
    for (size_t i = 0; i < n; i++) {
        buf_text(&b, words[i]);
    }
    return buf_done(&b);
}

int import_suggest(struct arena *a, const struct import_table *t, text_t head)
{
    text_t wanted = plain(a, head);
    for (size_t i = 0; i < t->n && wanted.n; i++) {
        if (text_eq(plain(a, text_of(t->fields[i]->name)), wanted)) {
            return (int)i;
        }
    }
    for (size_t l = 0; l < n_languages && wanted.n; l++) {
        for (size_t i = 0; i < t->n; i++) {
            const char *label = t->fields[i]->label ? t->fields[i]->label : t->fields[i]->name;
            if (text_eq(plain(a, text_of(locale_text(languages[l], label))), wanted)) {
                return (int)i;
            }
        }
    }
    return -1;
}

text_t import_row_cell(const struct import_table *t, size_t field, const text_t *cells, size_t n)
{
    int column = t->columns[field];
    text_t cell = t->constants[field].s               ? t->constants[field]
                  : column >= 0 && (size_t)column < n ? text_trim(cells[column])
                                                      : TEXT("");
    if (cell.n > 1 && cell.s[0] == '\'' && strchr("=+-@\t\r", cell.s[1])) {
        return (text_t){ cell.s + 1, cell.n - 1 };
    }
    return cell;
}

/* -- one row -------------------------------------------------------------------------------------
 */

struct preparing {
    struct cx *cx;
    const struct import_table *t;
    const text_t *cells;
    size_t n;
    struct import_row *row;
};

static text_t cell_of(const struct preparing *p, size_t field)
{
    return import_row_cell(p->t, field, p->cells, p->n);
}

/* Of an entity with dated rows: the one that begins on the same day. */
static enum err find_dated(struct preparing *p, text_t code, void *record)
{
    struct cx *cx = p->cx;
    const struct import_table *m = p->t;
    const struct entity *e = m->info->entity;
    date_t day = DATE_NONE;
    char *items = NULL;
    size_t n = 0;
    const struct value args[] = { v_text(code) };
    text_t cell = m->from >= 0 ? cell_of(p, (size_t)m->from) : TEXT("");
    const struct field *f = info_field(m->info, TEXT("valid_from"));
    INVARIANT(f != NULL);
    TRY(f->kind->from_text(cx, f, cell, text_of(f->name), 0, &day));
    TRY(store_select(cx, e,
                     house_intern(cx->house, text_fmt(cx->arena, "%s = $1 ORDER BY id", e->code)),
                     args, 1, &items, &n));
    for (size_t i = 0; i < n; i++) {
        char *item = items + i * e->shape.size;
        if (((const date_t *)(void *)(item + f->offset))->days == day.days) {
            memcpy(record, item, e->shape.size);
            return OK;
        }
    }
    return ERR_NOT_FOUND;
}

static enum err find_record(struct preparing *p, void *record)
{
    const struct import_table *m = p->t;
    const struct entity *e = m->info->entity;
    text_t code = m->code >= 0 ? cell_of(p, (size_t)m->code) : TEXT("");
    if (!code.n) {
        return ERR_NOT_FOUND;
    }
    return e->flags & E_DATED ? find_dated(p, code, record)
                              : store_find(p->cx, e, e->code, code, record);
}

static bool is_yes(text_t t)
{
    static const char *const words[] = { "1", "yes", "true", "y", "si", "on" };
    for (size_t i = 0; i < N_ELEMENTS(words); i++) {
        if (t.n == strlen(words[i]) && strncasecmp(t.s, words[i], t.n) == 0) {
            return true;
        }
    }
    return false;
}

static bool same_member(const struct field *f, const void *a, const void *b)
{
    return f->kind->storage == STORE_TEXT ? text_eq(*(const text_t *)a, *(const text_t *)b)
                                          : *(const int64_t *)a == *(const int64_t *)b;
}

/* A field of the company's own: its kind says what JSON it wants. */
static void put_custom(struct preparing *p, const struct field *f, text_t cell, const void *before,
                       struct json_out *o)
{
    const char *type = f->kind->json_type;
    if (text_eq(custom_text(p->cx, f, before), cell)) {
        return;
    }
    if (strcmp(type, "integer") == 0 || strcmp(type, "number") == 0) {
        int64_t v;
        if (text_to_i64(cell, &v) == OK) {
            json_put_i64(o, f->name, v);
            return;
        }
    } else if (strcmp(type, "boolean") == 0) {
        json_put_bool(o, f->name, is_yes(cell));
        return;
    }
    json_put_text(o, f->name, cell);
}

/* Puts what the row says, and of a record that is there only what differs, into JSON. */
static enum err put_fields(struct preparing *p, const void *before, void *after, struct json_out *o,
                           size_t *put)
{
    struct cx *cx = p->cx;
    const struct import_table *m = p->t;
    *put = 0;
    for (size_t i = 0; i < m->n; i++) {
        const struct field *f = m->fields[i];
        text_t cell = cell_of(p, i);
        if (!cell.n) {
            continue;
        }
        size_t length = o->b->n;
        if (f->offset == CUSTOM_FIELD) {
            put_custom(p, f, cell, before, o);
        } else {
            void *member = (char *)after + f->offset;
            int decimals = field_decimals(cx, m->rows, m->n_rows, f, after);
            TRY(f->kind->from_text(cx, f, cell, text_of(f->name), decimals, member));
            if (p->row->action == IMPORT_CREATE ||
                !same_member(f, (const char *)before + f->offset, member)) {
                f->kind->to_json(cx, f, member, decimals, o, f->name);
            }
        }
        *put += o->b->n > length;
    }
    return OK;
}

static enum err prepare_row(struct cx *cx, struct preparing *p)
{
    const struct import_table *m = p->t;
    const struct entity *e = m->info->entity;
    void *before = arena_alloc(cx->arena, e->shape.size);
    void *after = arena_alloc(cx->arena, e->shape.size);
    struct buf b;
    struct json_out o;
    size_t put;
    enum err found = find_record(p, before);
    if (found == ERR_NOT_FOUND) {
        p->row->action = IMPORT_CREATE;
        TRY(shape_clear(cx, m->info->fields, m->info->n_fields, before));
    } else {
        TRY(found);
        p->row->action = IMPORT_UPDATE;
        p->row->id = ((const struct record *)before)->id;
    }
    memcpy(after, before, e->shape.size);
    buf_init(&b, cx->arena, ARGS_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    TRY(put_fields(p, before, after, &o, &put));
    json_close(&o, '}');
    if (p->row->action == IMPORT_UPDATE && put == 0) {
        p->row->action = IMPORT_SAME;
    }
    for (size_t i = 0; p->row->action == IMPORT_CREATE && i < m->n_rows; i++) {
        const struct field *f = &m->rows[i];
        if ((f->flags & F_REQUIRED) && import_can_give(f) && f->offset != CUSTOM_FIELD &&
            field_is_none(f, (const char *)after + f->offset)) {
            return REFUSE(cx, &refusal_required, text_of(f->name), text_of(cx_text(cx, f->label)));
        }
    }
    p->row->args = buf_done(&b);
    return OK;
}

enum err import_row_prepare(struct cx *cx, const struct import_table *t, const text_t *cells,
                            size_t n, struct import_row *out)
{
    struct preparing p = { .cx = cx, .t = t, .cells = cells, .n = n, .row = out };
    *out = (struct import_row){ .args = TEXT_NONE };
    return prepare_row(cx, &p);
}

text_t import_row_key(struct arena *a, const struct entity *e, int64_t company, text_t args,
                      int64_t nth)
{
    sha256_t h;
    char hex[SHA256_HEX + 1];
    const text_t parts[] = { text_of(e->name), args,
                             text_fmt(a, "%lld/%lld", (long long)company, (long long)nth) };
    sha256_parts(parts, N_ELEMENTS(parts), &h);
    sha256_hex(&h, hex);
    return text_fmt(a, "csv-%s", hex);
}
