/* Which rows a list holds: company, filters, search and row filter as one condition, shared by
 * pages, groups and exports. */
#include "meta/list_own.h"

#include "meta/custom.h"
#include "meta/kinds.h"

#define PARENTS_MAX 4

struct where {
    struct statement *s;
    struct cx *cx;
    const struct entity_info *info;
    const struct list_query *q;
};

static enum err unknown(struct where *w, text_t name)
{
    return REFUSE(w->cx, &refusal_unknown_filter, name, name.n < 100 ? name : TEXT("?"));
}

/* -- filters ----------------------------------------------------------------------------- */

/* A reference is looked up only when its entity is the caller's to read; otherwise only the id that
 * they were shown is taken. */
static bool by_id_only(struct cx *cx, const struct field *f)
{
    if (f->kind != &kind_ref) {
        return false;
    }
    const struct entity *target = house_entity(cx->house, text_of(f->target))->entity;
    return (target->flags & E_LINE) || !cx_may(cx, target->read);
}

/* The text form of a filter's value as the store keeps it. */
static enum err value_of(struct cx *cx, const struct field *f, text_t text, struct value *out)
{
    struct field loose = *f;
    union {
        int64_t number;
        text_t text;
    } member = { .text = TEXT_NONE };
    loose.flags &= ~(unsigned)(F_POSITIVE | F_NOT_NEGATIVE);
    loose.code_of = NULL; /* what was taken before it was checked is found too */
    if (by_id_only(cx, f)) {
        if (text_to_i64(text, &member.number) != OK) {
            return kind_wrong_type(cx, f, text_of(f->name), N_("a whole number"));
        }
        *out = v_int(member.number);
        return OK;
    }
    TRY(f->kind->from_text(cx, &loose, text, text_of(f->name), cx->decimals, &member));
    if (f->offset == CUSTOM_FIELD &&
        list_column_is_text(f)) { /* in the form in which it was kept */
        struct buf b;
        buf_init(&b, cx->arena, STATEMENT_MAX);
        f->kind->to_text(cx, &loose, &member, cx->decimals, &b);
        *out = v_text(buf_done(&b));
        return OK;
    }
    *out = f->kind->storage == STORE_TEXT ? v_text(member.text) : v_int(member.number);
    return OK;
}

/* A column that came with a later version of the program is NULL in older rows, which then read as
 * 0. */
static bool reads_as_null(const struct field *f, struct value v)
{
    return f->offset != CUSTOM_FIELD && f->kind->storage == STORE_INT && v.i == field_none(f);
}

static enum err add_in(struct where *w, const struct field *f, text_t list)
{
    text_t rest = list;
    const char *before = "";
    buf_str(&w->s->sql, " AND ");
    list_column(w->cx, &w->s->sql, f);
    buf_str(&w->s->sql, " IN (");
    while (rest.s) {
        struct value v;
        text_t one = text_split(rest, ',', &rest);
        TRY(value_of(w->cx, f, text_copy(w->cx->arena, one), &v));
        buf_str(&w->s->sql, before);
        statement_bind(w->s, v);
        before = ", ";
    }
    buf_char(&w->s->sql, ')');
    return OK;
}

static enum err add_compare(struct where *w, const struct field *f, enum list_op op, text_t text)
{
    static const char *const operators[] = {
        [LIST_EQ] = "=",  [LIST_NE] = "<>", [LIST_LT] = "<",
        [LIST_LE] = "<=", [LIST_GT] = ">",  [LIST_GE] = ">=",
    };
    struct value v;
    TRY(value_of(w->cx, f, text, &v));
    buf_str(&w->s->sql, " AND (");
    list_column(w->cx, &w->s->sql, f);
    buf_fmt(&w->s->sql, " %s ", operators[op]);
    statement_bind(w->s, v);
    bool null = reads_as_null(f, v);
    if ((op == LIST_NE && !null) || (op == LIST_EQ && null)) {
        buf_str(&w->s->sql, " OR ");
        list_column(w->cx, &w->s->sql, f);
        buf_str(&w->s->sql, " IS NULL");
    }
    buf_char(&w->s->sql, ')');
    return OK;
}

static enum err add_filter(struct where *w, const struct list_filter *filter)
{
    size_t at;
    const struct field *f;
    bool empty = text_empty(filter->value);
    TRY(list_column_named(w->cx, w->info, filter->field, &f, &at));
    if (!f || (f->flags & F_SECRET) || f->kind == &kind_json) {
        return unknown(w, filter->field);
    }
    if (filter->op == LIST_ID) {
        int64_t id;
        TRY(text_to_i64(filter->value, &id));
        buf_str(&w->s->sql, " AND ");
        list_column(w->cx, &w->s->sql, f);
        buf_str(&w->s->sql, " = ");
        statement_bind(w->s, v_int(id));
        return OK;
    }
    if (filter->op == LIST_EMPTY || (empty && (filter->op == LIST_EQ || filter->op == LIST_NE))) {
        buf_str(&w->s->sql, " AND ");
        list_column(w->cx, &w->s->sql, f);
        buf_str(&w->s->sql, filter->op == LIST_NE ? " IS NOT NULL" : " IS NULL");
        return OK;
    }
    if (filter->op == LIST_IN) {
        return add_in(w, f, filter->value);
    }
    return add_compare(w, f, filter->op, filter->value);
}

static const char *site_of(const struct entity *e)
{
    return e->site;
}

static const char *own_of(const struct entity *e)
{
    return e->own;
}

static void statement_own(struct buf *b, text_t column, size_t user)
{
    buf_fmt(b, "(%s IS NULL OR %s = $%zu)", column.s, column.s, user);
}

/* From the entity up to the nearest one that has the column: its own, or for lines a parent's.
 * Returns how many they are, 0 when none has it. */
static size_t bound_chain(const struct where *w, const char *(*column)(const struct entity *e),
                          const struct entity_info *chain[static PARENTS_MAX])
{
    size_t n = 1;
    chain[0] = w->info;
    while (!column(chain[n - 1]->entity) && chain[n - 1]->entity->parent && n < PARENTS_MAX) {
        const struct field *f = info_field(chain[n - 1], text_of(chain[n - 1]->entity->parent));
        chain[n] = f ? house_entity(w->cx->house, text_of(f->target)) : NULL;
        if (!chain[n]) {
            return 0;
        }
        n++;
    }
    return column(chain[n - 1]->entity) ? n : 0;
}

/* A row filter: rows that are bound to nothing by the column, and those that the user may see. */
static void add_bound(struct where *w, const char *(*column)(const struct entity *e),
                      void (*condition)(struct buf *b, text_t column, size_t user), int64_t user)
{
    const struct entity_info *chain[PARENTS_MAX];
    size_t n = bound_chain(w, column, chain);
    struct buf *b = &w->s->sql;
    if (n == 0) {
        return;
    }
    for (size_t i = 1; i < n; i++) {
        const struct entity *child = chain[i - 1]->entity, *parent = chain[i]->entity;
        buf_fmt(b, " AND EXISTS (SELECT 1 FROM \"%s\" WHERE \"%s\".\"id\" = \"%s\".\"%s\"",
                parent->plural, parent->plural, child->plural, child->parent);
    }
    const struct entity *bound = chain[n - 1]->entity;
    buf_str(b, " AND ");
    condition(b, text_fmt(w->cx->arena, "\"%s\".\"%s\"", bound->plural, column(bound)),
              statement_arg(w->s, v_int(user)));
    for (size_t i = 1; i < n; i++) {
        buf_char(b, ')');
    }
}

static void add_row_filter(struct where *w)
{
    if (w->cx->site_filter != 0) {
        add_bound(w, site_of, statement_sites, w->cx->site_filter);
    }
    add_bound(w, own_of, statement_own, w->cx->who->user);
}

/* By the order of ids and without a filter the rows are read from the end of the table: a plus
 * before the company keeps SQLite from gathering all of a company's rows by an index first, to sort
 * them then. */
static bool from_the_end(const struct list_query *q, bool by_id)
{
    return by_id && q->n_filters == 0 && text_empty(q->q) &&
           !(q->entity->flags & (E_NO_COMPANY | E_LINE));
}

/* Does an index of its own lead to the rows with this value, without the company before it? */
static bool leads(const struct entity *e, text_t field)
{
    for (size_t i = 0; i < e->n_indexes; i++) {
        text_t first = { e->indexes[i].cols, strcspn(e->indexes[i].cols, ",") };
        if (text_eq(first, field)) {
            return true;
        }
    }
    return false;
}

/* A filter by a value that few rows have: they are to be found by it and then sorted. SQLite, which
 * knows no figures about the tables, would rather walk all of the company's rows in the order of
 * the list until enough have it. */
static bool by_its_own(const struct list_query *q)
{
    for (size_t i = 0; i < q->n_filters; i++) {
        const struct list_filter *f = &q->filters[i];
        if ((f->op == LIST_EQ || f->op == LIST_ID) && leads(q->entity, f->field)) {
            return true;
        }
    }
    return false;
}

enum err list_conditions(struct cx *cx, struct statement *s, const struct list_query *q, bool by_id)
{
    struct where condition = { .s = s,
                               .cx = cx,
                               .info = house_info(cx->house, q->entity->index),
                               .q = q },
                 *w = &condition;
    const struct entity *e = w->info->entity;
    bool asked = q->archived || (e->flags & (E_POSTED | E_LINE));
    struct searched words;
    TRY(list_search_words(cx, w->info, q->q, &words));
    bool only_checked = from_the_end(q, by_id) || by_its_own(q) ||
                        (words.leads && !(e->flags & E_NO_COMPANY));
    bool checked = only_checked && db_store(tx_db(cx->tx)) == DB_SQLITE;
    buf_fmt(&s->sql, " WHERE %s\"%s\" = ", checked ? "+" : "",
            e->flags & E_NO_COMPANY ? "id" : "company");
    statement_bind(s, v_int(cx->company));
    for (size_t i = 0; i < q->n_filters; i++) {
        TRY(add_filter(w, &q->filters[i]));
        asked = asked || text_is(q->filters[i].field, "archived");
    }
    if (!asked) {
        buf_str(&s->sql, " AND \"archived\" = 0");
    }
    list_search(s, w->info, &words);
    add_row_filter(w);
    return OK;
}
