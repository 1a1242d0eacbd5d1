/* Number series. A number is taken by one conditional update that answers the number it took, so
 * two transactions can never take the same one, and a number is given back when its transaction is
 * rolled back. */
#include "common/company/inner.h"

#include <inttypes.h>

#define DIGITS_USUAL 6
#define DIGITS_MAX   18
#define LEAP_MAX     (INT64_C(1) << 40) /* numbers skipped at once when looking for a free one */

/* clang-format off */
static const struct field rows[] = {
    F_TEXT(number_series, code, N_("Series"), .word = WORD_ENTITY,
           .flags = F_REQUIRED | F_CREATE_ONLY, .max = 32, .help = N_("What is numbered.")),
    F_REF(number_series, site, site, N_("Site"), .flags = F_CREATE_ONLY,
          .help = N_("Empty: for all sites that have no series of their own.")),
    F_TEXT(number_series, prefix, N_("Prefix"), .max = 12,
           .help = N_("Stands before the number. Different for each series of one kind.")),
    F_INTEGER(number_series, next, N_("Next number"), .flags = F_POSITIVE, .fallback = "1",
              .max = INT64_C(1000000000000000),
              .help = N_("It can be raised but never lowered, so that no number is given twice.")),
    F_INTEGER(number_series, digits, N_("Digits"), .flags = F_POSITIVE, .max = DIGITS_MAX,
              .fallback = "6",
              .help = N_("The number is filled up with zeros to this width.")),
};
/* clang-format on */

static const struct index_def indexes[] = {
    { .name = "number_series_of_site", .cols = "company, code, site", .unique = true },
    { .name = "number_series_of_all",
      .cols = "company, code",
      .where = "site IS NULL",
      .unique = true },
};

/* The indexes hold this too; the question here gives the caller the name of the fault. */
static enum err twin_refused(struct cx *cx, const struct number_series *s)
{
    struct number_series *list;
    size_t n;
    struct value v[] = { v_text(s->code), v_int(s->record.id), v_int(s->site.id) };
    TRY(s->site.id ? store_select(cx, &number_series_entity, "code = $1 AND id <> $2 AND site = $3",
                                  v, 3, &list, &n)
                   : store_select(cx, &number_series_entity,
                                  "code = $1 AND id <> $2 AND site IS NULL", v, 2, &list, &n));
    return n > 0 ? REFUSE(cx, &series_taken, TEXT("code"), s->code) : OK;
}

static enum err series_check(struct cx *cx, const void *before, void *after)
{
    const struct number_series *was = before, *s = after;
    if (was && s->next < was->next) {
        return REFUSE(cx, &series_backwards, TEXT("next"),
                      text_fmt(cx->arena, "%" PRId64, was->next));
    }
    return was ? OK : twin_refused(cx, s);
}

const struct entity number_series_entity = {
    .index = E_number_series,
    .name = "number_series",
    .plural = "number_series",
    .label = N_("Number series"),
    .label_plural = N_("Number series"),
    .help = N_("How documents are numbered. A series is made by itself when it is first needed."),
    .shape = SHAPE(number_series, rows),
    .title = "code",
    .read = "company.read",
    .write = "company.write",
    .sort = "code",
    .flags = E_HISTORY,
    .indexes = indexes,
    .n_indexes = N_ELEMENTS(indexes),
    .check = series_check,
};

/* --- Taking numbers */

static const char *usual_prefix(const char *code)
{
    static const struct {
        const char *code, *prefix;
    } usual[] = {
        { "party", "C-" },
        { "invoice", "INV-" },
        { "credit_note", "CN-" },
    };
    for (size_t i = 0; i < N_ELEMENTS(usual); i++) {
        if (strcmp(usual[i].code, code) == 0) {
            return usual[i].prefix;
        }
    }
    return "";
}

static text_t number_text(struct cx *cx, text_t prefix, int64_t number, int64_t digits)
{
    return text_fmt(cx->arena, "%s%0*" PRId64, prefix.s ? prefix.s : "", (int)digits, number);
}

/* The first number of a series that was not there. */
static enum err series_begin(struct cx *cx, const char *code, text_t *number, int64_t *serial)
{
    struct number_series s = {
        .code = text_of(code),
        .prefix = text_of(usual_prefix(code)),
        .next = 2,
        .digits = DIGITS_USUAL,
    };
    TRY(store_insert(cx, &number_series_entity, &s));
    *number = number_text(cx, s.prefix, 1, s.digits);
    *serial = 1;
    return OK;
}

/* Takes `count` numbers and answers the last of them. */
static enum err take(struct cx *cx, const char *code, site_ref site, int64_t count, text_t *number,
                     int64_t *serial)
{
    static const char sql[] =
        "UPDATE number_series SET next = next + $4, version = version + 1 WHERE id = "
        "(SELECT id FROM number_series WHERE company = $1 AND code = $2 AND archived = 0 "
        "AND (site = $3 OR site IS NULL) "
        "ORDER BY CASE WHEN site IS NULL THEN 1 ELSE 0 END LIMIT 1) "
        "RETURNING next - 1, prefix, digits";
    struct value v[] = { v_int(cx->company), v_str(code), v_int(site.id), v_int(count) };
    struct rows found;
    TRY(store_query(cx, sql, v, N_ELEMENTS(v), &found));
    if (found.n == 0) {
        return series_begin(cx, code, number, serial);
    }
    *serial = rows_int(&found, 0, 0);
    *number = number_text(cx, rows_text(&found, 0, 1), *serial, rows_int(&found, 0, 2));
    return OK;
}

enum err series_next(struct cx *cx, const char *code, site_ref site, text_t *number,
                     int64_t *serial)
{
    int64_t taken;
    TRY(take(cx, code, site, 1, number, &taken));
    if (serial) {
        *serial = taken;
    }
    return OK;
}

enum err series_next_free(struct cx *cx, const char *code, site_ref site, const struct entity *e,
                          text_t *number)
{
    void *other = arena_alloc(cx->arena, e->shape.size);
    for (int64_t count = 1; count < LEAP_MAX; count *= 2) {
        int64_t serial;
        TRY(take(cx, code, site, count, number, &serial));
        enum err there = store_find(cx, e, e->code, *number, other);
        if (there != OK) {
            return there == ERR_NOT_FOUND ? OK : there;
        }
    }
    return REFUSE(cx, &series_exhausted, TEXT("code"), text_of(code));
}
