/* Spans of days that statements are compared with, and the tree of accounts that gives them their
 * subtotals. */
#include "back/ledger/books.h"

/* -- spans --------------------------------------------------------------------------------- */

static bool month_end(date_t d)
{
    return date_month_end(d).days == d.days;
}

/* The last day of a month stays one. */
static date_t months_on(date_t d, int months)
{
    date_t out = date_add_months(d, months);
    return month_end(d) ? date_month_end(out) : out;
}

/* Whole months move by months, other spans by days. */
static struct span previous(struct span now)
{
    if (date_none(now.from)) {
        return (struct span){ DATE_NONE, months_on(now.to, -1) };
    }
    date_t to = { now.from.days - 1 };
    if (date_month_start(now.from).days == now.from.days && month_end(now.to)) {
        struct civil a = date_civil(now.from), b = date_civil(now.to);
        int months = (b.year - a.year) * 12 + b.month - a.month + 1;
        return (struct span){ date_add_months(now.from, -months), to };
    }
    return (struct span){ { now.from.days - (now.to.days - now.from.days) - 1 }, to };
}

static enum err day_of(struct cx *cx, text_t t, date_t *out)
{
    if (t.n > 0 && date_parse(t.s, t.n, out) == OK) {
        return OK;
    }
    return REFUSE(cx, &refusal_bad_date, TEXT("compare"), text_of(cx_text(cx, N_("Compared with"))),
                  TEXT("2026-11-21"));
}

enum err report_span_good(struct cx *cx, struct span s, const char *field)
{
    if (date_none(s.from) || s.from.days <= s.to.days) {
        return OK;
    }
    return REFUSE(cx, &refusal_dates_backwards, text_of(field), text_of(cx_text(cx, N_("To"))),
                  text_of(cx_text(cx, N_("From"))));
}

enum err report_compare(struct cx *cx, const struct value *v, struct span now, bool *given,
                        struct span *then)
{
    *given = v->type != V_NULL && !text_empty(v->t);
    *then = (struct span){ DATE_NONE, DATE_NONE };
    TRY(report_span_good(cx, now, "to"));
    if (!*given) {
        return OK;
    }
    if (text_is(v->t, "previous_period")) {
        *then = previous(now);
        return OK;
    }
    if (text_is(v->t, "previous_year")) {
        *then = (struct span){ date_none(now.from) ? DATE_NONE : date_add_months(now.from, -12),
                               months_on(now.to, -12) };
        return OK;
    }
    text_t rest, first = text_split(v->t, '.', &rest);
    if (rest.s && rest.n > 0) {
        TRY(day_of(cx, first, &then->from));
        TRY(day_of(cx, (text_t){ rest.s + 1, rest.n - 1 }, &then->to));
        if (date_none(now.from)) {
            then->from = DATE_NONE;
        }
        return report_span_good(cx, *then, "compare");
    }
    TRY(day_of(cx, v->t, &then->to));
    if (!date_none(now.from)) {
        then->from.days = then->to.days - (now.to.days - now.from.days);
    }
    return OK;
}

/* -- the tree ------------------------------------------------------------------------------ */

/* Appends an account with all that stand under it. next[i] is the next one under the same, first[i]
 * the first under i: lists within arrays, so that each account is looked at once. */
static void place(struct account_tree *t, const size_t *first, const size_t *next, size_t i,
                  int level)
{
    t->order[t->n++] = i;
    t->level[i] = level;
    for (size_t j = first[i]; j != SIZE_MAX; j = next[j]) {
        place(t, first, next, j, level + 1);
    }
}

static size_t index_of(const struct sums *sums, int64_t account)
{
    for (size_t i = 0; account != 0 && i < sums->n; i++) {
        if (sums->at[i].account.record.id == account) {
            return i;
        }
    }
    return SIZE_MAX;
}

enum err account_tree_make(struct cx *cx, const struct sums *sums, struct account_tree *out)
{
    size_t n = sums->n;
    *out = (struct account_tree){ .sums = sums };
    out->order = ARENA_ARRAY(cx->arena, n + 1, size_t);
    out->level = ARENA_ARRAY(cx->arena, n + 1, int);
    out->parent = ARENA_ARRAY(cx->arena, n + 1, size_t);
    size_t *first = ARENA_ARRAY(cx->arena, n + 1, size_t);
    size_t *next = ARENA_ARRAY(cx->arena, n + 1, size_t);
    if (cx->arena->failed) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        first[i] = next[i] = SIZE_MAX;
        out->parent[i] = index_of(sums, sums->at[i].account.parent.id);
    }
    for (size_t i = n; i-- > 0;) { /* from the end, so that the lists are by code */
        size_t above = out->parent[i];
        if (above != SIZE_MAX) {
            next[i] = first[above];
            first[above] = i;
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (out->parent[i] == SIZE_MAX) {
            place(out, first, next, i, 1);
        }
    }
    return OK;
}

void account_tree_sum(const struct account_tree *t, int64_t *values)
{
    for (size_t k = t->n; k-- > 0;) {
        size_t i = t->order[k];
        if (t->parent[i] != SIZE_MAX) {
            values[t->parent[i]] += values[i];
        }
    }
}
