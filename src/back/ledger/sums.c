/* Debits and credits of accounts up to the end of a day: the one source of every figure in the
 * reports.
 *
 * Whole periods come from account_balance. A day inside a period needs lines too, and takes the
 * shorter way: the lines of the period up to the day added to the periods before, or the lines
 * after the day taken from the period's balance. Closing entries stand on the last day of a period
 * only, so neither way ever adds one: with the second way they are in the period's balance and in
 * the lines alike. */
#include "back/ledger/books.h"

#include <stdlib.h>

/* $2 the last day of the last period taken whole, or the first day of the one that holds the day:
 * see `whole`. */
static const char periods_sql[] =
    "SELECT b.account, CAST(SUM(b.debit) AS BIGINT), CAST(SUM(b.credit) AS BIGINT) "
    "FROM account_balance b JOIN fiscal_periods p ON p.id = b.period "
    "WHERE b.company = $1 AND p.first_day <= $2 AND ($3 = 0 OR b.site = $3) "
    "AND ($4 = 0 OR b.account = $4) AND (b.slot >= 0 OR $5 = 1 OR b.period = $6) "
    "AND " SITES_OPEN_OR_NONE("b.site", "$7") " GROUP BY b.account";

static const char lines_sql[] =
    "SELECT a.id, CAST(SUM(l.debit) AS BIGINT), CAST(SUM(l.credit) AS BIGINT) "
    "FROM accounts a JOIN journal_lines l ON l.account = a.id "
    "WHERE a.company = $1 AND l.posted_on >= $2 AND l.posted_on <= $3 "
    "AND ($4 = 0 OR l.site = $4) AND ($5 = 0 OR a.id = $5) "
    "AND " SITES_OPEN_OR_NONE("l.site", "$6") " GROUP BY a.id";

/* How a day is reached. */
struct way {
    date_t until;    /* periods that begin on or before it are taken whole */
    int64_t period;  /* the one whose lines after the day are taken away; 0: none */
    date_t from, to; /* lines; from DATE_NONE: none */
    int sign;        /* of the lines: +1 or -1 */
};

/* The period that holds the day, unless the day is its last; NULL: none. The list is one and the
 * same for every day, so that it stays in memory once. */
static enum err period_inside(struct cx *cx, date_t day, const struct fiscal_period **out)
{
    struct fiscal_period *all;
    size_t n;
    *out = NULL;
    TRY(store_select(cx, &fiscal_period_entity, "ORDER BY first_day", NULL, 0, &all, &n));
    for (size_t i = 0; i < n; i++) {
        if (all[i].first_day.days <= day.days && all[i].last_day.days > day.days) {
            *out = &all[i];
        }
    }
    return OK;
}

static enum err way_to(struct cx *cx, date_t day, struct way *way)
{
    const struct fiscal_period *p;
    *way = (struct way){ .until = day, .from = DATE_NONE, .to = DATE_NONE };
    TRY(period_inside(cx, day, &p));
    if (!p) {
        return OK;
    }
    int64_t today = report_today(cx).days;
    int64_t last_used = p->last_day.days < today ? p->last_day.days : today;
    if (last_used - day.days <= day.days - p->first_day.days) {
        way->period = p->record.id;
        way->from.days = day.days + 1;
        way->to = p->last_day;
        way->sign = -1;
    } else {
        way->until.days = p->first_day.days - 1;
        way->from = p->first_day;
        way->to = day;
        way->sign = 1;
    }
    return OK;
}

static int by_id(const void *a, const void *b)
{
    const struct account_sum *const *x = a, *const *y = b;
    int64_t i = (*x)->account.record.id, j = (*y)->account.record.id;
    return (i > j) - (i < j);
}

/* The accounts by code, and the same by id for looking up. */
static enum err accounts_load(struct cx *cx, struct sums *out, struct account_sum ***index)
{
    struct account *accounts;
    TRY(store_select(cx, &account_entity, "1 = 1 ORDER BY code", NULL, 0, &accounts, &out->n));
    out->at = ARENA_ARRAY(cx->arena, out->n, struct account_sum);
    *index = ARENA_ARRAY(cx->arena, out->n, struct account_sum *);
    for (size_t i = 0; i < out->n; i++) {
        out->at[i].account = accounts[i];
        (*index)[i] = &out->at[i];
    }
    if (out->n > 0) {
        qsort(*index, out->n, sizeof(**index), by_id);
    }
    return OK;
}

static void sums_add(struct account_sum **index, size_t n, const struct rows *rows, int sign)
{
    for (size_t r = 0; r < rows->n; r++) {
        struct account_sum key = { .account.record.id = rows_int(rows, r, 0) };
        struct account_sum *wanted = &key;
        struct account_sum **found = bsearch(&wanted, index, n, sizeof(*index), by_id);
        INVARIANT(found != NULL);
        (*found)->debit += sign * rows_int(rows, r, 1);
        (*found)->credit += sign * rows_int(rows, r, 2);
    }
}

enum err sums_until(struct cx *cx, const struct sums_ask *ask, struct sums *out)
{
    struct account_sum **index;
    struct rows rows;
    struct way way;
    TRY(accounts_load(cx, out, &index));
    if (date_none(ask->day)) {
        return OK;
    }
    TRY(way_to(cx, ask->day, &way));
    const struct value args[] = { v_int(cx->company),    v_int(way.until.days), v_int(ask->site),
                                  v_int(ask->account),   v_int(ask->closing),   v_int(way.period),
                                  v_int(cx->site_filter) };
    TRY(store_query(cx, periods_sql, args, N_ELEMENTS(args), &rows));
    sums_add(index, out->n, &rows, 1);
    if (date_none(way.from)) {
        return OK;
    }
    const struct value lines[] = {
        v_int(cx->company), v_int(way.from.days), v_int(way.to.days),
        v_int(ask->site),   v_int(ask->account),  v_int(cx->site_filter)
    };
    TRY(store_query(cx, lines_sql, lines, N_ELEMENTS(lines), &rows));
    sums_add(index, out->n, &rows, way.sign);
    return OK;
}

/* -- parameters and proofs of reports ------------------------------------------------------- */

date_t report_today(const struct cx *cx)
{
    return instant_date(cx->now);
}

date_t report_date(const struct value *v, date_t otherwise)
{
    return v->type == V_NULL ? otherwise : (date_t){ v->i };
}

int64_t report_ref(const struct value *v)
{
    return v->type == V_NULL ? 0 : v->i;
}

enum err report_year_start(struct cx *cx, date_t day, date_t *out)
{
    struct fiscal_year *all;
    size_t n;
    TRY(store_select(cx, &fiscal_year_entity, "ORDER BY first_day", NULL, 0, &all, &n));
    for (size_t i = 0; i < n; i++) {
        if (all[i].first_day.days <= day.days && all[i].last_day.days >= day.days) {
            *out = all[i].first_day;
            return OK;
        }
    }
    struct civil c = date_civil(day);
    return date_from_civil((struct civil){ c.year, 1, 1 }, out);
}

text_t report_tie(struct cx *cx, const struct tie *ties, size_t n)
{
    struct buf b;
    struct json_out o;
    buf_init(&b, cx->arena, 4096);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    for (size_t i = 0; i < n; i++) {
        char text[DECIMAL_TEXT_MAX];
        decimal_print(ties[i].minor, cx->decimals, cx->decimals, text);
        json_put_str(&o, ties[i].name, text);
    }
    json_close(&o, '}');
    return buf_done(&b);
}
