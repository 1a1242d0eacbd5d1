/* Groups: the store gathers by the plain value (times by quarters of an hour), and what the
 * calendar of a zone makes of them is folded here, where summer time is known. Every change of a
 * zone's clock falls on a quarter of an hour, so no row lands on the wrong side.
 *
 * A sum is gathered in two halves, millions and the rest, so that no store overflows on the way. */
#include "meta/list_group.h"

#include "meta/kinds.h"
#include "meta/list_own.h"
#include "meta/refs.h"
#include "meta/word.h"
#include "meta/zone.h"

#include <stdlib.h>

#define HALF       INT64_C(1000000)
#define QUARTER_US (INT64_C(15) * 60 * US_PER_SECOND)
#define HOUR_US    (INT64_C(3600) * US_PER_SECOND)
#define TEXT_MAX   ((size_t)2000)

struct grouping {
    struct cx *cx;
    const struct entity_info *info;
    const struct list_query *q;
    enum group_cut cut;
    text_t zone;
    struct statement s;
    struct groups *out;
    struct group *last; /* of equal or near values in a row: the group of the one before */
    int64_t offset_day, offset_us; /* the zone's offset on that UTC day, when it has one only */
};

bool group_cut_named(text_t name, enum group_cut *out)
{
    static const char *const names[GROUP_CUTS] = {
        [GROUP_VALUE] = "value", [GROUP_HOUR] = "hour",   [GROUP_DAY] = "day",
        [GROUP_WEEK] = "week",   [GROUP_MONTH] = "month",
    };
    for (int i = 0; i < GROUP_CUTS; i++) {
        if (text_is(name, names[i])) {
            *out = (enum group_cut)i;
            return true;
        }
    }
    return false;
}

/* -- what is asked ------------------------------------------------------------------------- */

static enum err unknown(struct grouping *g, const char *param, text_t name)
{
    return REFUSE(g->cx, &refusal_unknown_filter, text_of(param),
                  name.n < 100 ? text_copy(g->cx->arena, name) : TEXT("?"));
}

static bool is_moment(const struct field *f)
{
    return f->kind == &kind_date || f->kind == &kind_time;
}

static enum err take_field(struct grouping *g, const struct group_by *by)
{
    static const struct kind *const kinds[] = { &kind_text,  &kind_currency, &kind_choice,
                                                &kind_state, &kind_ref,      &kind_boolean,
                                                &kind_date,  &kind_time };
    const struct field *f;
    size_t at;
    bool known = false;
    g->cut = by->cut;
    g->zone = by->zone;
    if (!by->field.s) {
        return OK;
    }
    TRY(list_column_named(g->cx, g->info, by->field, &f, &at));
    for (size_t i = 0; f && i < N_ELEMENTS(kinds); i++) {
        known = known || f->kind == kinds[i];
    }
    if (!known || (f->flags & F_SECRET)) {
        return unknown(g, "group", by->field);
    }
    if (is_moment(f) && g->cut == GROUP_VALUE) {
        g->cut = GROUP_DAY;
    } else if ((!is_moment(f) && g->cut != GROUP_VALUE) ||
               (f->kind == &kind_date && g->cut == GROUP_HOUR)) {
        return unknown(g, "group", by->field);
    }
    g->out->by = f;
    return OK;
}

static enum err take_sums(struct grouping *g, const text_t *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct field *f;
        size_t at;
        TRY(list_column_named(g->cx, g->info, names[i], &f, &at));
        if (!f || (f->flags & F_SECRET) || i == GROUP_SUMS_MAX ||
            (f->kind != &kind_money && f->kind != &kind_quantity && f->kind != &kind_integer)) {
            return unknown(g, "sum", names[i]);
        }
        g->out->sums[g->out->n_sums++] = f;
    }
    return OK;
}

/* -- the statement ----------------------------------------------------------------------------- */

/* The column that names the currency of sums, NULL where all are in the company's; an entity has
 * one. */
static const char *currency_of(const struct grouping *g)
{
    const char *name = NULL;
    for (size_t i = 0; i < g->out->n_sums && !name; i++) {
        name = g->out->sums[i]->currency;
    }
    return name;
}

/* Of the rows that are looked at: what groups them, whether they are in another currency than the
 * company's, and what is summed. */
static void put_inner(struct grouping *g)
{
    struct buf *b = &g->s.sql;
    const struct field *by = g->out->by;
    const char *currency = currency_of(g);
    buf_str(b, "SELECT ");
    if (by && by->kind == &kind_time &&
        by->offset != CUSTOM_FIELD) { /* rounded down, also below 0 */
        long long q = QUARTER_US;
        buf_fmt(b, "(\"%s\" - ((\"%s\" %% %lld + %lld) %% %lld)) / %lld", by->name, by->name, q, q,
                q, q);
    } else if (by) {
        list_column(g->cx, b, by);
    } else {
        buf_str(b, "1");
    }
    buf_str(b, " AS grp, ");
    if (currency) {
        buf_fmt(b, "CASE WHEN \"%s\" <> ", currency);
        statement_bind(&g->s, v_text(g->cx->currency));
        buf_str(b, " THEN 1 ELSE 0 END");
    } else {
        buf_str(b, "0");
    }
    buf_str(b, " AS abroad");
    for (size_t i = 0; i < g->out->n_sums; i++) {
        buf_str(b, ", ");
        list_column(g->cx, b, g->out->sums[i]);
        buf_fmt(b, " AS s%zu", i);
    }
    buf_fmt(b, " FROM \"%s\"", g->info->entity->plural);
}

/* Per group and currency: value, abroad, rows, and for each sum its millions and its rest. */
static enum err put_statement(struct grouping *g)
{
    struct buf *b = &g->s.sql;
    buf_init(b, g->cx->arena, STATEMENT_MAX);
    buf_str(b, "SELECT grp, abroad, COUNT(*)");
    for (size_t i = 0; i < g->out->n_sums; i++) {
        buf_fmt(b, ", CAST(SUM(s%zu / %lld) AS BIGINT), CAST(SUM(s%zu %% %lld) AS BIGINT)", i,
                (long long)HALF, i, (long long)HALF);
    }
    buf_str(b, " FROM (");
    /* The company must be $1: searches and lists count on it. */
    statement_arg(&g->s, v_int(g->cx->company));
    put_inner(g);
    TRY(list_conditions(g->cx, &g->s, g->q, true));
    buf_str(b, " ORDER BY \"id\" DESC LIMIT ");
    statement_bind(&g->s, v_int(GROUP_SCAN_MAX));
    buf_str(b, ") scanned GROUP BY grp, abroad ORDER BY grp");
    return statement_fits(g->cx, &g->s, b);
}

/* -- folding ----------------------------------------------------------------------------------- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* The instant on the zone's clock, as if that were UTC. The zone is asked once a day where its
 * offset does not change within it. */
static int64_t local_us(struct grouping *g, int64_t us)
{
    int64_t day = floor_div(us, US_PER_DAY);
    if (text_empty(g->zone)) {
        return us;
    }
    if (day != g->offset_day) {
        g->offset_us = zone_offset_us(g->zone, (instant_t){ day * US_PER_DAY });
        bool whole = g->offset_us == zone_offset_us(g->zone, (instant_t){ (day + 1) * US_PER_DAY });
        g->offset_day = whole ? day : INT64_MIN;
        if (!whole) {
            return us + zone_offset_us(g->zone, (instant_t){ us });
        }
    }
    return us + g->offset_us;
}

static date_t piece_day(enum group_cut cut, date_t d)
{
    if (cut == GROUP_WEEK) {
        return (date_t){ d.days - (date_weekday(d) - 1) };
    }
    return cut == GROUP_MONTH ? date_month_start(d) : d;
}

static date_t next_piece(enum group_cut cut, date_t d)
{
    if (cut == GROUP_MONTH) {
        return date_add_months(d, 1);
    }
    return (date_t){ d.days + (cut == GROUP_WEEK ? 7 : 1) };
}

/* A date or time in the store's form: a number, or the text in which an own field keeps it. */
static bool moment_of(const struct field *f, struct value v, int64_t *us, date_t *day)
{
    bool time = f->kind == &kind_time;
    instant_t t = INSTANT_NONE;
    if (v.type == V_TEXT) {
        if (time ? instant_parse(v.t.s, v.t.n, &t) != OK : date_parse(v.t.s, v.t.n, day) != OK) {
            return false;
        }
        *us = time ? floor_div(t.us, QUARTER_US) * QUARTER_US : 0;
    } else if (time) {
        *us = v.i * QUARTER_US;
    } else {
        *day = (date_t){ v.i };
    }
    return true;
}

static struct group fold_moment(struct grouping *g, struct value v)
{
    const struct field *f = g->out->by;
    struct group made = { .day = DATE_NONE, .from = INSTANT_NONE, .until = INSTANT_NONE };
    int64_t us = 0;
    date_t day = DATE_NONE;
    if (!moment_of(f, v, &us, &day)) {
        return made;
    }
    if (f->kind == &kind_time) {
        int64_t local = local_us(g, us);
        day.days = floor_div(local, US_PER_DAY);
        made.hour = g->cut == GROUP_HOUR ? (int)((local - day.days * US_PER_DAY) / HOUR_US) : 0;
        made.from.us = us; /* the first quarter with rows: widened to the piece at the end */
    }
    made.day = piece_day(g->cut, day);
    return made;
}

static struct group fold(struct grouping *g, struct value v)
{
    const struct field *f = g->out->by;
    struct group made = { .day = DATE_NONE, .from = INSTANT_NONE, .until = INSTANT_NONE };
    bool counts = f && f->kind->storage == STORE_INT && !is_moment(f) && f->kind != &kind_ref;
    if (counts && v.type == V_NULL && f->offset != CUSTOM_FIELD && field_none(f) == 0) {
        v = v_int(0); /* the column came with a later version of the program: reads as 0 */
    }
    if (!f || v.type == V_NULL) {
        return made;
    }
    if (is_moment(f)) {
        return fold_moment(g, v);
    }
    made.id = v.type == V_INT ? v.i : 0;
    made.key = v.type == V_TEXT ? v.t : TEXT("");
    if (f->kind == &kind_ref && made.id == 0) {
        made.key = TEXT_NONE;
    }
    return made;
}

static bool same_group(const struct group *a, const struct group *b)
{
    return a->id == b->id && a->day.days == b->day.days && a->hour == b->hour &&
           !a->key.s == !b->key.s && text_eq(a->key, b->key);
}

/* Values come in order, so a group nearly always follows itself; when a clock is set back, or an
 * old row reads as 0, it is one before. */
static struct group *group_of(struct grouping *g, const struct group *made)
{
    struct groups *out = g->out;
    if (g->last && same_group(g->last, made)) {
        return g->last;
    }
    size_t near = out->n > 4 ? out->n - 4 : 0;
    bool first = made->id == 0 && text_empty(made->key) && date_none(made->day);
    for (size_t i = first ? 0 : near; i < out->n; i++) {
        if (same_group(&out->items[i], made)) {
            return g->last = &out->items[i];
        }
    }
    out->items[out->n] = *made;
    return g->last = &out->items[out->n++];
}

/* row: see put_statement. Amounts in another currency are not added to those in the company's. */
static enum err add_up(struct grouping *g, struct group *to, const struct value *row)
{
    bool abroad = row[1].i != 0;
    to->n += row[2].i;
    for (size_t i = 0; i < g->out->n_sums; i++) {
        const struct value *sum = row + 3 + 2 * i;
        int64_t whole;
        if (abroad && g->out->sums[i]->currency) {
            g->out->other_currencies = true;
            continue;
        }
        if (__builtin_mul_overflow(sum[0].i, HALF, &whole) ||
            __builtin_add_overflow(whole, sum[1].i, &whole) ||
            __builtin_add_overflow(whole, to->sums[i], &whole)) {
            return REFUSE(g->cx, &refusal_out_of_range, TEXT("sum"),
                          text_of(cx_text(g->cx, g->out->sums[i]->label)));
        }
        to->sums[i] = whole;
    }
    return OK;
}

static enum err fold_all(struct grouping *g)
{
    struct rows rows;
    struct groups *out = g->out;
    TRY(tx_query(g->cx->tx, g->cx->arena, buf_done(&g->s.sql).s, g->s.args, g->s.n, &rows));
    out->items = ARENA_ARRAY(g->cx->arena, rows.n ? rows.n : 1, struct group);
    for (size_t r = 0; r < rows.n; r++) {
        const struct value *row = rows.v + r * rows.cols;
        TRY(add_up(g, &out->total, row));
        if (out->by) {
            struct group made = fold(g, row[0]);
            TRY(add_up(g, group_of(g, &made), row));
        }
    }
    if (out->total.n == GROUP_SCAN_MAX) {
        int64_t beyond;
        TRY(list_beyond(g->cx, g->q, GROUP_SCAN_MAX, &beyond));
        out->partial = beyond != 0;
    }
    return OK;
}

/* -- order, keys, labels ----------------------------------------------------------------------- */

static bool is_choice(const struct field *f)
{
    return f->kind == &kind_choice || f->kind == &kind_state;
}

static bool has_value(const struct field *f, const struct group *x)
{
    return is_moment(f) ? !date_none(x->day) : x->key.s != NULL;
}

static int by_place(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    if (!x->key.s != !y->key.s) {
        return x->key.s ? -1 : 1;
    }
    return (x->id > y->id) - (x->id < y->id);
}

static int by_day(const void *a, const void *b)
{
    const struct group *x = a,
                       *y = b; /* no day is the smallest number: newest first puts it last */
    if (x->day.days != y->day.days) {
        return x->day.days < y->day.days ? 1 : -1;
    }
    return y->hour - x->hour;
}

static int by_rows(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    if (!x->key.s != !y->key.s) {
        return x->key.s ? -1 : 1;
    }
    if (x->n != y->n) {
        return x->n < y->n ? 1 : -1;
    }
    return x->id != y->id ? (x->id > y->id) - (x->id < y->id) : text_cmp(x->key, y->key);
}

static void order(struct groups *out)
{
    const struct field *f = out->by;
    qsort(out->items, out->n, sizeof *out->items,
          is_moment(f)                               ? by_day
          : is_choice(f) || f->kind == &kind_boolean ? by_place
                                                     : by_rows);
    out->more = out->n > GROUPS_MAX;
    if (out->more) {
        bool empty = !has_value(f, &out->items[out->n - 1]); /* no value stays */
        if (empty) {
            out->items[GROUPS_MAX - 1] = out->items[out->n - 1];
        }
        out->n = GROUPS_MAX;
    }
}

/* The bounds of the piece as instants; an hour is that of its first row, which counts once even
 * when the clock shows it twice. */
static void bound(struct grouping *g, struct group *x)
{
    if (g->cut == GROUP_HOUR) {
        instant_t day = zone_day_begins(g->zone, x->day);
        int64_t us = day.us;
        instant_t next = zone_day_begins(g->zone, (date_t){ x->day.days + 1 });
        x->from = INSTANT_NONE;
        for (; us < next.us; us += QUARTER_US) {
            int64_t local = us + zone_offset_us(g->zone, (instant_t){ us });
            bool inside = floor_div(local, HOUR_US) - x->day.days * 24 == x->hour;
            if (inside && instant_none(x->from)) {
                x->from.us = us;
            }
            if (inside) {
                x->until.us = us + QUARTER_US;
            }
        }
        return;
    }
    x->from = zone_day_begins(g->zone, x->day);
    x->until = zone_day_begins(g->zone, next_piece(g->cut, x->day));
}

static void name_moment(struct grouping *g, struct group *x)
{
    char day[DATE_TEXT_MAX];
    if (date_none(x->day)) {
        return;
    }
    size_t n = date_print(x->day, day);
    x->key = g->cut == GROUP_HOUR ? text_fmt(g->cx->arena, "%sT%02d", day, x->hour)
                                  : text_copy(g->cx->arena, (text_t){ day, n });
    x->label = x->key;
    if (g->out->by->kind == &kind_time) {
        bound(g, x);
    }
}

static void name_group(struct grouping *g, struct group *x)
{
    const struct field *f = g->out->by;
    struct cx *cx = g->cx;
    if (is_moment(f)) {
        name_moment(g, x);
        return;
    }
    if (!x->key.s) {
        return;
    }
    x->label = word_label(cx, f->word, x->key);
    if (is_choice(f) && f->offset != CUSTOM_FIELD) {
        bool known = x->id >= 0 && (size_t)x->id < f->n_choices;
        x->key = text_of(known ? f->choices[x->id].name : "");
        x->label = text_of(known ? cx_text(cx, f->choices[x->id].label) : "");
    } else if (f->kind == &kind_boolean) {
        x->key = x->id ? TEXT("true") : TEXT("false");
        x->label = text_of(cx_text(cx, x->id ? N_("Yes") : N_("No")));
    } else if (f->kind == &kind_ref) {
        text_t code = TEXT_NONE, label = TEXT_NONE;
        bool loaded = refs_label(cx, f->target, x->id, &code, &label);
        x->key = loaded && code.s ? code : text_fmt(cx->arena, "%lld", (long long)x->id);
        x->label = loaded && label.s ? label : x->key;
    }
}

static enum err name_all(struct grouping *g)
{
    struct groups *out = g->out;
    for (size_t i = 0; i < out->n && out->by->kind == &kind_ref; i++) {
        if (out->items[i].id) {
            refs_note_one(g->cx, out->by->target, out->items[i].id);
        }
    }
    TRY(refs_load(g->cx));
    for (size_t i = 0; i < out->n; i++) {
        name_group(g, &out->items[i]);
    }
    return g->cx->arena->failed ? ERR_NO_MEMORY : OK;
}

/* -- the whole --------------------------------------------------------------------------------- */

enum err list_group(struct cx *cx, const struct list_query *q, const struct group_by *by,
                    const text_t *sums, size_t n_sums, struct groups *out)
{
    struct grouping *g = ARENA_NEW(cx->arena, struct grouping);
    *out = (struct groups){ 0 };
    g->cx = cx;
    g->info = house_info(cx->house, q->entity->index);
    g->q = q;
    g->out = out;
    g->offset_day = INT64_MIN;
    TRY(take_field(g, by));
    TRY(take_sums(g, sums, n_sums));
    TRY(put_statement(g));
    TRY(fold_all(g));
    if (!out->by) {
        return OK;
    }
    order(out);
    return name_all(g);
}
