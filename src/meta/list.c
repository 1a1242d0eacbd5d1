/* Lists over an entity's table: filters, search, order, cursor, row filter in one statement.
 *
 * Order. A list is sorted by up to LIST_KEYS_MAX fields and last by the id, so the order is total and a cursor, which is the values of
 * the last row's keys, says exactly where the next page begins: no row comes twice or is left out however many were added or taken away
 * meanwhile. No value counts as the largest on both stores (NULLS LAST upwards, NULLS FIRST downwards), which every index can serve. */
#include "meta/list_own.h"

#include "meta/kinds.h"
#include "meta/refs.h"
#include "meta/search.h"

#define LIST_KEYS_MAX 4
#define SEARCHED_WORDS_MAX 8
#define PARENTS_MAX 4
#define EACH_CHUNK 500

struct key {
    const struct field *field;
    size_t column; /* in info->columns */
    bool down;
    struct value after; /* from the cursor */
};

struct listing {
    struct statement s; /* the condition so far */
    struct cx *cx;
    const struct entity_info *info;
    const struct list_query *q;
    struct key keys[LIST_KEYS_MAX + 1];
    size_t n_keys;
    size_t n_condition_args;
};

void statement_bind(struct statement *s, struct value v)
{
    if (s->n == DB_ARGS_MAX) {
        s->full = true;
        return;
    }
    s->args[s->n++] = v;
    buf_fmt(&s->sql, "$%zu", s->n);
}

void statement_sites(struct buf *b, const char *column, const char *user)
{
    buf_fmt(b, "(%s = 0 OR %s IS NULL OR %s IN (SELECT us.site FROM user_sites us WHERE us.user_account = %s))", user, column,
            column, user);
}

static enum err unknown(struct listing *l, text_t name)
{
    return REFUSE(l->cx, &refusal_unknown_filter, name, name.n < 100 ? name : TEXT("?"));
}

static enum err too_many(struct listing *l, text_t field)
{
    return REFUSE(l->cx, &refusal_too_large, field, TEXT("?"), text_fmt(l->cx->arena, "%d", DB_ARGS_MAX));
}

static const struct field *column_named(const struct entity_info *info, text_t name, size_t *at)
{
    for (size_t i = 0; i < info->n_columns; i++) {
        if (text_is(name, info->columns[i]->name)) {
            *at = i;
            return info->columns[i];
        }
    }
    return NULL;
}

static bool filterable(const struct field *f)
{
    return f->offset != CUSTOM_FIELD && !(f->flags & F_SECRET) && f->kind != &kind_json && f->kind->storage != STORE_LINES;
}

/* -- conditions ---------------------------------------------------------------------------------------------------- */

/* The text form of a filter's value as the store keeps it. A reference is looked up only when its entity is the caller's to read;
 * otherwise only the number that they were shown is taken. */
static enum err value_of(struct listing *l, const struct field *f, text_t text, struct value *out)
{
    struct field loose = *f;
    union {
        int64_t number;
        text_t text;
    } member = { .text = TEXT_NONE };
    loose.flags &= ~(unsigned)(F_POSITIVE | F_NOT_NEGATIVE);
    if (f->kind == &kind_ref) {
        const struct entity_info *target = house_entity(l->cx->house, text_of(f->target));
        if (!cx_may(l->cx, target->entity->read) || (target->entity->flags & E_LINE)) {
            return text_to_i64(text, &out->i) == OK ? (*out = v_int(out->i), OK) : kind_wrong_type(l->cx, f, text_of(f->name),
                                                                                                   N_("a whole number"));
        }
    }
    TRY(f->kind->from_text(l->cx, &loose, text, text_of(f->name), l->cx->decimals, &member));
    *out = f->kind->storage == STORE_TEXT ? v_text(member.text) : v_int(member.number);
    return OK;
}

static const char *const operators[] = {
    [LIST_EQ] = "=", [LIST_NE] = "<>", [LIST_LT] = "<", [LIST_LE] = "<=", [LIST_GT] = ">", [LIST_GE] = ">=",
};

/* A column that a later version of the program added may be NULL where a record says 0. */
static bool is_none_value(const struct field *f, struct value v)
{
    return f->kind->storage == STORE_INT && f->kind != &kind_ref && v.type == V_INT && v.i == field_none(f);
}

static enum err add_in(struct listing *l, const struct field *f, text_t list)
{
    text_t rest = list;
    const char *before = "";
    buf_fmt(&l->s.sql, " AND \"%s\" IN (", f->name);
    while (rest.s) {
        struct value v;
        text_t one = text_copy(l->cx->arena, text_split(rest, ',', &rest));
        TRY(value_of(l, f, one, &v));
        buf_str(&l->s.sql, before);
        statement_bind(&l->s, v);
        before = ", ";
    }
    buf_char(&l->s.sql, ')');
    return OK;
}

static enum err add_compare(struct listing *l, const struct field *f, enum list_op op, text_t text)
{
    struct value v;
    struct buf *b = &l->s.sql;
    TRY(value_of(l, f, text, &v));
    buf_fmt(b, " AND (\"%s\" %s ", f->name, operators[op]);
    statement_bind(&l->s, v);
    bool none = is_none_value(f, v);
    if ((op == LIST_NE && !none) || (op == LIST_EQ && none)) {
        buf_fmt(b, " OR \"%s\" IS NULL", f->name);
    }
    buf_char(b, ')');
    return OK;
}

static enum err add_filter(struct listing *l, const struct list_filter *filter)
{
    size_t at;
    const struct field *f = column_named(l->info, filter->field, &at);
    if (!f || !filterable(f)) {
        return unknown(l, filter->field);
    }
    if (filter->op == LIST_EMPTY || (text_empty(filter->value) && filter->op == LIST_EQ)) {
        buf_fmt(&l->s.sql, " AND \"%s\" IS NULL", f->name);
        return OK;
    }
    if (text_empty(filter->value) && filter->op == LIST_NE) {
        buf_fmt(&l->s.sql, " AND \"%s\" IS NOT NULL", f->name);
        return OK;
    }
    if (filter->op == LIST_IN) {
        return add_in(l, f, filter->value);
    }
    return add_compare(l, f, filter->op, filter->value);
}

/* Records all of whose searched words begin some word of theirs. */
static enum err add_search(struct listing *l)
{
    static const char last[] = "\xF4\x8F\xBF\xBF"; /* U+10FFFF: after everything that begins with the word */
    text_t words[SEARCHED_WORDS_MAX];
    struct buf *b = &l->s.sql;
    if (text_empty(l->q->q)) {
        return OK;
    }
    if (!search_indexed(l->info)) {
        return unknown(l, TEXT("q"));
    }
    size_t n = search_words(l->cx->arena, l->q->q, words, N_ELEMENTS(words));
    if (n == 0) {
        buf_str(b, " AND 1 = 0");
    }
    for (size_t i = 0; i < n; i++) {
        buf_str(b, " AND \"id\" IN (SELECT w.record FROM search_word w WHERE w.company = $1 AND w.entity = ");
        statement_bind(&l->s, v_str(l->info->entity->name));
        buf_str(b, " AND w.word >= ");
        statement_bind(&l->s, v_text(words[i]));
        buf_str(b, " AND w.word < ");
        statement_bind(&l->s, v_text(text_fmt(l->cx->arena, "%s%s", words[i].s, last)));
        buf_char(b, ')');
    }
    return OK;
}

/* The row filter: by the entity's own site, or for lines by their parent's. */
static void add_sites(struct listing *l)
{
    struct buf *b = &l->s.sql;
    const struct entity_info *info = l->info;
    char user[8];
    if (l->cx->site_filter == 0) {
        return;
    }
    const char *table = info->entity->plural;
    size_t open = 0;
    for (size_t depth = 0; !info->entity->site && info->entity->parent && depth < PARENTS_MAX; depth++) {
        const struct field *f = info_field(info, text_of(info->entity->parent));
        const struct entity_info *parent = f ? house_entity(l->cx->house, text_of(f->target)) : NULL;
        if (!parent) {
            break;
        }
        buf_fmt(b, " AND EXISTS (SELECT 1 FROM \"%s\" WHERE \"%s\".\"id\" = \"%s\".\"%s\"", parent->entity->plural,
                parent->entity->plural, table, info->entity->parent);
        open++;
        info = parent;
        table = parent->entity->plural;
    }
    if (info->entity->site) {
        buf_str(b, " AND ");
        struct buf column;
        buf_init(&column, l->cx->arena, 300);
        buf_fmt(&column, "\"%s\".\"%s\"", table, info->entity->site);
        if (l->s.n < DB_ARGS_MAX) {
            l->s.args[l->s.n++] = v_int(l->cx->site_filter);
        } else {
            l->s.full = true;
        }
        buf_init(&(struct buf){ 0 }, l->cx->arena, 1);
        text_t parameter = text_fmt(l->cx->arena, "$%zu", l->s.n);
        (void)user;
        statement_sites(b, buf_done(&column).s, parameter.s);
    }
    while (open-- > 0) {
        buf_char(b, ')');
    }
}
