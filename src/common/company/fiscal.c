/* Fiscal years and their monthly periods.
 *
 * All years of a company begin in the same month and have twelve calendar months, so years never
 * overlap and the period of a day is found by its month's code, without a search by dates: one look
 * into memory for each posting. A locked period takes no entries; unlocking is for those who close
 * the books, and stays in the history. */
#include "common/company/inner.h"

#include <inttypes.h>

#define MONTHS 12

static const struct choice states[] = {
    [PERIOD_OPEN] = { "open", N_("Open") },
    [PERIOD_LOCKED] = { "locked", N_("Locked") },
};

/* clang-format off */
static const struct field year_rows[] = {
    F_TEXT(fiscal_year, code, N_("Year"), .flags = F_READONLY | F_UNIQUE, .max = 16),
    F_DATE(fiscal_year, first_day, N_("First day"), .flags = F_READONLY),
    F_DATE(fiscal_year, last_day, N_("Last day"), .flags = F_READONLY),
    F_STATE(fiscal_year, state, states, N_("State"), .flags = F_READONLY),
};

static const struct field period_rows[] = {
    F_REF(fiscal_period, year, fiscal_year, N_("Fiscal year"), .flags = F_READONLY | F_INDEX),
    F_TEXT(fiscal_period, code, N_("Month"), .flags = F_READONLY | F_UNIQUE, .max = 16),
    F_DATE(fiscal_period, first_day, N_("First day"), .flags = F_READONLY),
    F_DATE(fiscal_period, last_day, N_("Last day"), .flags = F_READONLY),
    F_STATE(fiscal_period, state, states, N_("State"), .flags = F_READONLY),
};
/* clang-format on */

const struct entity fiscal_year_entity = {
    .index = E_fiscal_year,
    .name = "fiscal_year",
    .plural = "fiscal_years",
    .label = N_("Fiscal year"),
    .label_plural = N_("Fiscal years"),
    .help = N_(
        "Twelve months of the books. A year is made by itself when business goes on into it."),
    .shape = SHAPE(fiscal_year, year_rows),
    .code = "code",
    .read = "company.read",
    .sort = "-first_day",
    .flags = E_CACHED | E_HISTORY,
};

const struct entity fiscal_period_entity = {
    .index = E_fiscal_period,
    .name = "fiscal_period",
    .plural = "fiscal_periods",
    .label = N_("Period"),
    .label_plural = N_("Periods"),
    .help = N_("A month of the books. Lock it when nothing more may be posted to it."),
    .shape = SHAPE(fiscal_period, period_rows),
    .code = "code",
    .read = "company.read",
    .sort = "-first_day",
    .flags = E_CACHED | E_HISTORY,
};

/* --- Making years */

static text_t month_code(struct cx *cx, date_t day)
{
    struct civil c = date_civil(day);
    return text_fmt(cx->arena, "%04d-%02d", c.year, c.month);
}

/* "2026" for a calendar year, "2026-27" for one that ends in the next. */
static text_t year_code(struct cx *cx, date_t first_day, date_t last_day)
{
    int from = date_civil(first_day).year, to = date_civil(last_day).year;
    return from == to ? text_fmt(cx->arena, "%04d", from)
                      : text_fmt(cx->arena, "%04d-%02d", from, to % 100);
}

static enum err years(struct cx *cx, struct fiscal_year **out, size_t *n)
{
    return store_select(cx, &fiscal_year_entity, "1 = 1 ORDER BY first_day", NULL, 0, out, n);
}

/* The first day of the year that holds `day` when years begin in `month`. */
static enum err year_start(date_t day, int month, date_t *out)
{
    struct civil c = date_civil(day);
    return date_from_civil((struct civil){ c.year - (c.month < month), month, 1 }, out);
}

static date_t year_end(date_t first_day)
{
    return date_month_end(date_add_months(first_day, MONTHS - 1));
}

static enum err year_make(struct cx *cx, date_t first_day, struct fiscal_year *year)
{
    *year = (struct fiscal_year){ .first_day = first_day, .last_day = year_end(first_day) };
    year->code = year_code(cx, year->first_day, year->last_day);
    TRY(store_insert(cx, &fiscal_year_entity, year));
    for (int i = 0; i < MONTHS; i++) {
        struct fiscal_period period = { .year = { year->record.id } };
        period.first_day = date_add_months(first_day, i);
        period.last_day = date_month_end(period.first_day);
        period.code = month_code(cx, period.first_day);
        TRY(store_insert(cx, &fiscal_period_entity, &period));
    }
    return OK;
}

static enum err period_find(struct cx *cx, date_t day, struct fiscal_period *out)
{
    return store_find(cx, &fiscal_period_entity, "code", month_code(cx, day), out);
}

enum err fiscal_year_ensure(struct cx *cx, date_t day)
{
    struct fiscal_period period;
    struct fiscal_year *list, year;
    size_t n;
    date_t first_day;
    enum err e = period_find(cx, day, &period);
    if (e != ERR_NOT_FOUND) {
        return e;
    }
    TRY(years(cx, &list, &n));
    TRY(year_start(day, n > 0 ? date_civil(list[0].first_day).month : 1, &first_day));
    return year_make(cx, first_day, &year);
}

/* --- Posting */

enum err period_for(struct cx *cx, date_t day, bool to_post, struct fiscal_period *out)
{
    enum err e = period_find(cx, day, out);
    if (e == ERR_NOT_FOUND) {
        return REFUSE(cx, &period_missing, TEXT_NONE, month_code(cx, day));
    }
    TRY(e);
    if (to_post && out->state == PERIOD_LOCKED) {
        return REFUSE(cx, &period_locked, TEXT_NONE, out->code);
    }
    return OK;
}

/* --- Commands */

struct year_open_args {
    date_t first_day;
};

static const struct field year_open_rows[] = {
    F_DATE(year_open_args, first_day, N_("First day"), .flags = F_REQUIRED,
           .help = N_("The first day of the month in which the year begins.")),
};
const struct shape year_open_shape = SHAPE(year_open_args, year_open_rows);

enum err year_open(struct cx *cx, void *record, const void *args, void *result)
{
    (void)result;
    const struct year_open_args *a = args;
    struct civil first = date_civil(a->first_day);
    struct fiscal_year *list;
    size_t n;
    if (first.day != 1) {
        return refuse(cx, &year_not_month_start, TEXT("first_day"));
    }
    TRY(years(cx, &list, &n));
    for (size_t i = 0; i < n; i++) {
        struct civil other = date_civil(list[i].first_day);
        if (other.month != first.month) {
            return REFUSE(cx, &year_start_differs, TEXT("first_day"),
                          month_code(cx, list[i].first_day));
        }
        if (other.year == first.year) {
            return REFUSE(cx, &year_exists, TEXT("first_day"), list[i].code);
        }
    }
    return year_make(cx, a->first_day, record);
}

enum err year_lock(struct cx *cx, void *record, const void *args, void *result)
{
    (void)args;
    (void)result;
    const struct fiscal_year *year = record;
    struct fiscal_period *periods;
    size_t n;
    struct value v[] = { v_int(year->record.id), v_int(PERIOD_OPEN) };
    TRY(store_select(cx, &fiscal_period_entity, "year = $1 AND state = $2 ORDER BY first_day", v, 2,
                     &periods, &n));
    for (size_t i = 0; i < n; i++) {
        struct fiscal_period before = periods[i];
        periods[i].state = PERIOD_LOCKED;
        TRY(store_update(cx, &fiscal_period_entity, &before, &periods[i]));
    }
    return OK;
}

/* The year's periods stay locked: each is unlocked for itself, by someone who says so. */
enum err year_unlock(struct cx *cx, void *record, const void *args, void *result)
{
    (void)cx;
    (void)record;
    (void)args;
    (void)result;
    return OK;
}

enum err period_lock(struct cx *cx, void *record, const void *args, void *result)
{
    (void)cx;
    (void)record;
    (void)args;
    (void)result;
    return OK;
}

enum err period_unlock(struct cx *cx, void *record, const void *args, void *result)
{
    (void)args;
    (void)result;
    const struct fiscal_period *period = record;
    struct fiscal_year year;
    TRY(store_get_any(cx, &fiscal_year_entity, period->year.id, &year));
    if (year.state == PERIOD_LOCKED) {
        return REFUSE(cx, &year_locked, TEXT_NONE, year.code);
    }
    return OK;
}
