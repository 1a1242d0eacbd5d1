/* Days as people type them: words, dates in ISO form or as the country writes them, months, years.
 */
#include "meta/filter_own.h"
#include "meta/kinds.h"
#include "meta/zone.h"

#define NUMBERS_MAX 3

struct day_word {
    const char *word; /* N_() */
    enum { DAYS, WEEKS, MONTHS, YEARS } of;
    int back; /* how many of them ago */
};

static const struct day_word words[] = {
    { N_("today"), DAYS, 0 },         { N_("yesterday"), DAYS, 1 },
    { N_("tomorrow"), DAYS, -1 },     { N_("this week"), WEEKS, 0 },
    { N_("last week"), WEEKS, 1 },    { N_("next week"), WEEKS, -1 },
    { N_("this month"), MONTHS, 0 },  { N_("last month"), MONTHS, 1 },
    { N_("next month"), MONTHS, -1 }, { N_("this year"), YEARS, 0 },
    { N_("last year"), YEARS, 1 },
};

static enum err month_of(int year, int month, date_t *from, date_t *to)
{
    TRY(date_from_civil((struct civil){ year, month, 1 }, from));
    *to = date_month_end(*from);
    return OK;
}

static enum err year_of(int year, date_t *from, date_t *to)
{
    TRY(date_from_civil((struct civil){ year, 1, 1 }, from));
    return date_from_civil((struct civil){ year, 12, 31 }, to);
}

static enum err days_of(const struct day_word *w, date_t today, date_t *from, date_t *to)
{
    struct civil c = date_civil(today);
    date_t month = date_add_months(date_month_start(today), -w->back);
    switch (w->of) {
    case WEEKS:
        from->days = today.days - (date_weekday(today) - 1) - 7 * w->back;
        to->days = from->days + 6;
        return OK;
    case MONTHS:
        *from = month;
        *to = date_month_end(month);
        return OK;
    case YEARS:
        return year_of(c.year - w->back, from, to);
    case DAYS:
    default:
        from->days = today.days - w->back;
        *to = *from;
        return OK;
    }
}

/* One to three whole numbers between / . or -. Devanagari digits count as digits. */
static size_t numbers_of(text_t t, int out[static NUMBERS_MAX], size_t digits[static NUMBERS_MAX])
{
    size_t n = 0;
    bool inside = false;
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.s[i];
        int value = c >= '0' && c <= '9' ? c - '0' : -1;
        if (c == 0xE0 && i + 2 < t.n && (unsigned char)t.s[i + 1] == 0xA5 &&
            (unsigned char)t.s[i + 2] >= 0xA6 && (unsigned char)t.s[i + 2] <= 0xAF) {
            value = (unsigned char)t.s[i + 2] - 0xA6;
            i += 2;
        }
        if (value < 0 && (!inside || !strchr("/.-", c))) {
            return 0;
        }
        if (value < 0) {
            inside = false;
            continue;
        }
        if (!inside && n == NUMBERS_MAX) {
            return 0;
        }
        if (!inside) {
            out[n] = 0;
            digits[n++] = 0;
        }
        inside = true;
        out[n - 1] = out[n - 1] * 10 + value;
        if (++digits[n - 1] > 4) {
            return 0;
        }
    }
    return inside ? n : 0;
}

/* Only there the month stands before the day. */
static bool month_first(struct cx *cx)
{
    const struct entity_info *info = house_info(cx->house, E_company);
    const struct field *f = info ? info_field(info, TEXT("country")) : NULL;
    char *record = f ? arena_alloc(cx->arena, info->entity->shape.size) : NULL;
    return record && store_get_any(cx, info->entity, cx->company, record) == OK &&
           text_is(*(const text_t *)(const void *)(record + f->offset), "US");
}

static enum err by_numbers(struct cx *cx, text_t t, date_t *from, date_t *to)
{
    int x[NUMBERS_MAX];
    size_t digits[NUMBERS_MAX];
    size_t n = numbers_of(t, x, digits);
    if (n == 1 && digits[0] == 4) {
        return year_of(x[0], from, to);
    }
    if (n == 2 && digits[0] == 4) {
        return month_of(x[0], x[1], from, to);
    }
    if (n == 2 && digits[1] == 4) {
        return month_of(x[1], x[0], from, to);
    }
    if (n != 3) {
        return ERR_INVALID;
    }
    struct civil c = { x[2], x[1], x[0] };
    if (digits[0] == 4) {
        c = (struct civil){ x[0], x[1], x[2] };
    } else if (month_first(cx)) {
        c = (struct civil){ x[2], x[0], x[1] };
    }
    c.year += digits[0] != 4 && digits[2] <= 2 ? 2000 : 0;
    TRY(date_from_civil(c, from));
    *to = *from;
    return OK;
}

enum err filter_days(struct cx *cx, const struct field *field, text_t text, date_t *from,
                     date_t *to)
{
    for (size_t i = 0; i < N_ELEMENTS(words); i++) {
        if (filter_is(cx, text, words[i].word)) {
            date_t today = zone_day(zone_of_company(cx), cx->now);
            TRY(days_of(&words[i], today, from, to));
            return OK;
        }
    }
    if (by_numbers(cx, text, from, to) != OK) {
        return REFUSE(cx, &refusal_bad_date, TEXT("filter"), kind_label(cx, field),
                      TEXT("2026-11-21"));
    }
    return OK;
}
