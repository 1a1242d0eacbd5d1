/* Locales, what threads keep open for them, and what ICU does with words: order, lists, weeks.
 *
 * A locale is made at its first use and stays. Of each pair of language, digits and country there
 * is one, so two threads that make it at once agree on one by an atomic exchange. */
#include "face/format_own.h"

#include "meta/locale.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unicode/ucal.h>
#include <unicode/ucol.h>
#include <unicode/udat.h>
#include <unicode/ulistformatter.h>
#include <unicode/uloc.h>
#include <unicode/ureldatefmt.h>
#include <unicode/ustring.h>

/* -- locales -------------------------------------------------------------------------------------
 */

#define LANGUAGES    4
#define COUNTRIES    (26 * 26 + 1) /* the last one: none */
#define NO_COUNTRY   (COUNTRIES - 1)
#define N_LOCALES    (LANGUAGES * 2 * COUNTRIES)
#define LIST_LONGEST 100

/* The script digits that CLDR calls native, where they are not the usual ones. */
static const struct {
    const char *name, *native;
} spoken[LANGUAGES] = { { "en", NULL }, { "es", NULL }, { "hi", "deva" }, { "id", NULL } };

static _Atomic(struct format *) locales[N_LOCALES];

/* 26 * first + second letter of a country of ISO 3166, or NO_COUNTRY. */
static unsigned country_number(text_t country)
{
    char code[3] = "";
    if (country.n != 2) {
        return NO_COUNTRY;
    }
    for (size_t i = 0; i < 2; i++) {
        char c = country.s[i];
        code[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    for (const char *const *known = uloc_getISOCountries(); *known; known++) {
        if (strcmp(*known, code) == 0) {
            return (unsigned)(code[0] - 'A') * 26 + (unsigned)(code[1] - 'A');
        }
    }
    return NO_COUNTRY;
}

static bool icu_knows(const char *locale)
{
    for (int32_t i = 0, n = uloc_countAvailable(); i < n; i++) {
        if (strcmp(uloc_getAvailable(i), locale) == 0) {
            return true;
        }
    }
    return false;
}

/* English in a country that CLDR has no English of is the international one, not that of the United
 * States, which ICU would take: 21/11/2026. */
static void locale_fill(struct format *f, unsigned language, bool native, unsigned country)
{
    const char *name = spoken[language].name, *digits = native ? spoken[language].native : NULL;
    char land[4] = "", region[8] = "";
    if (country != NO_COUNTRY) {
        land[0] = (char)('A' + country / 26);
        land[1] = (char)('A' + country % 26);
        (void)snprintf(f->land, sizeof f->land, "%s_%s", name, land);
        (void)snprintf(region, sizeof region, "%s",
                       language == 0 && !icu_knows(f->land) ? "001" : land);
    } else {
        (void)snprintf(f->land, sizeof f->land, "%s", name);
    }
    (void)snprintf(f->locale, sizeof f->locale, "%s%s%s%s%s", name, *region ? "-" : "", region,
                   digits ? "-u-nu-" : "", digits ? digits : "");
    (void)snprintf(f->icu, sizeof f->icu, "%s%s%s@calendar=gregorian%s%s", name, *region ? "_" : "",
                   region, digits ? ";numbers=" : "", digits ? digits : "");
}

const struct format *format_for(const char *language, text_t country, enum digits digits)
{
    static const struct format english = { "en", "en@calendar=gregorian", "en", 0 };
    unsigned l = 0, c = country_number(country);
    for (unsigned i = 0; language && i < LANGUAGES; i++) {
        l = strcmp(spoken[i].name, language) == 0 ? i : l;
    }
    bool native = digits == DIGITS_NATIVE && spoken[l].native;
    size_t number = ((size_t)l * 2 + native) * COUNTRIES + c;
    struct format *f = atomic_load_explicit(&locales[number], memory_order_acquire), *mine;
    if (f) {
        return f;
    }
    mine = calloc(1, sizeof *mine);
    if (!mine) {
        return &english;
    }
    locale_fill(mine, l, native, c);
    mine->number = number + 1;
    if (!atomic_compare_exchange_strong(&locales[number], &f, mine)) {
        free(mine); /* another thread was faster: f is its */
        return f;
    }
    return mine;
}

const char *format_locale(const struct format *f)
{
    return f->locale;
}

/* -- what a thread keeps open --------------------------------------------------------------------
 */

#define KEPT_ROWS 64
#define KEPT_WAYS 8

struct kept {
    const struct format *format;
    enum kept_kind kind;
    uint64_t what;
    uint64_t used; /* when, in uses of this thread */
    void *icu;     /* NULL: empty */
};

struct kept_all {
    struct kept rows[KEPT_ROWS][KEPT_WAYS];
    UFormattedNumber *place;
    uint64_t uses;
};

static pthread_once_t kept_once = PTHREAD_ONCE_INIT;
static pthread_key_t kept_end;
static _Thread_local struct kept_all *kept_own;

static void kept_close(struct kept *k)
{
    if (!k->icu) {
        return;
    }
    switch (k->kind) {
    case KEPT_NUMBER:
        unumf_close(k->icu);
        break;
    case KEPT_DATE:
        udat_close((UDateFormat *)k->icu);
        break;
    case KEPT_AGO:
        ureldatefmt_close(k->icu);
        break;
    case KEPT_LIST:
        ulistfmt_close(k->icu);
        break;
    case KEPT_COLLATOR:
    case KEPT_KINDS:
        ucol_close(k->icu);
        break;
    }
    k->icu = NULL;
}

static void kept_free(void *p)
{
    struct kept_all *all = p;
    for (size_t i = 0; i < KEPT_ROWS; i++) {
        for (size_t k = 0; k < KEPT_WAYS; k++) {
            kept_close(&all->rows[i][k]);
        }
    }
    unumf_closeResult(all->place);
    free(all);
    kept_own = NULL;
}

static void kept_key(void)
{
    INVARIANT(pthread_key_create(&kept_end, kept_free) == 0);
}

/* Of this thread; NULL without memory. */
static struct kept_all *kept_here(void)
{
    if (!kept_own) {
        INVARIANT(pthread_once(&kept_once, kept_key) == 0);
        kept_own = calloc(1, sizeof *kept_own);
        if (kept_own && pthread_setspecific(kept_end, kept_own) != 0) {
            free(kept_own);
            kept_own = NULL;
        }
    }
    return kept_own;
}

void *format_kept(const struct format *f, enum kept_kind kind, uint64_t what, kept_open *open)
{
    struct kept_all *all = kept_here();
    if (!all) {
        return NULL;
    }
    uint64_t h = (f->number * KEPT_KINDS + kind) * UINT64_C(0x9E3779B97F4A7C15) +
                 what * UINT64_C(0xD6E8FEB86659FD93);
    struct kept *row = all->rows[(h ^ h >> 32) % KEPT_ROWS], *oldest = row;
    for (size_t i = 0; i < KEPT_WAYS; i++) {
        struct kept *k = &row[i];
        if (k->icu && k->format == f && k->kind == kind && k->what == what) {
            k->used = ++all->uses;
            return k->icu;
        }
        oldest = k->used < oldest->used ? k : oldest;
    }
    void *icu = open(f, what);
    if (icu) {
        kept_close(oldest);
        *oldest = (struct kept){ f, kind, what, ++all->uses, icu };
    }
    return icu;
}

UFormattedNumber *format_number_place(void)
{
    struct kept_all *all = kept_here();
    UErrorCode status = U_ZERO_ERROR;
    if (all && !all->place) {
        all->place = unumf_openResult(&status);
        if (U_FAILURE(status)) {
            unumf_closeResult(all->place);
            all->place = NULL;
        }
    }
    return all ? all->place : NULL;
}

/* -- words ---------------------------------------------------------------------------------------
 */

void format_put_utf16(struct buf *b, const UChar *s, int32_t n)
{
    char piece[256 * 3];
    for (int32_t at = 0; at < n;) {
        UErrorCode status = U_ZERO_ERROR;
        int32_t take = n - at > 256 ? 256 : n - at, bytes = 0;
        take -= take < n - at && U16_IS_LEAD(s[at + take - 1]) ? 1 : 0;
        u_strToUTF8(piece, sizeof piece, &bytes, s + at, take, &status);
        if (U_SUCCESS(status) || status == U_STRING_NOT_TERMINATED_WARNING) {
            buf_add(b, piece, (size_t)bytes);
        }
        at += take;
    }
}

static void *open_collator(const struct format *f, uint64_t what)
{
    UErrorCode status = U_ZERO_ERROR;
    UCollator *c = ucol_open(f->icu, &status);
    (void)what;
    if (U_FAILURE(status)) {
        ucol_close(c);
        return NULL;
    }
    return c;
}

int format_compare(const struct format *f, text_t a, text_t b)
{
    UErrorCode status = U_ZERO_ERROR;
    UCollator *c = format_kept(f, KEPT_COLLATOR, 0, open_collator);
    if (!c || a.n > INT32_MAX || b.n > INT32_MAX) {
        return text_cmp(a, b);
    }
    UCollationResult r = ucol_strcollUTF8(c, a.s ? a.s : "", (int32_t)a.n, b.s ? b.s : "",
                                          (int32_t)b.n, &status);
    return U_FAILURE(status) ? text_cmp(a, b) : r == UCOL_LESS ? -1 : r == UCOL_GREATER;
}

int format_week_begins(const struct format *f)
{
    UErrorCode status = U_ZERO_ERROR;
    UCalendar *c = ucal_open(NULL, 0, f->land, UCAL_GREGORIAN, &status);
    int32_t day = U_SUCCESS(status) ? ucal_getAttribute(c, UCAL_FIRST_DAY_OF_WEEK) : UCAL_MONDAY;
    ucal_close(c);
    return (int)((day + 5) % 7); /* ICU counts from Sunday, 1 */
}

static void *open_list(const struct format *f, uint64_t what)
{
    UErrorCode status = U_ZERO_ERROR;
    UListFormatter *l = ulistfmt_open(f->icu, &status);
    (void)what;
    if (U_FAILURE(status)) {
        ulistfmt_close(l);
        return NULL;
    }
    return l;
}

/* Without ICU, and for lists longer than people read as a sentence. */
static void list_plain(struct buf *b, const text_t *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_str(b, i ? ", " : "");
        buf_text(b, items[i]);
    }
}

void format_list(const struct format *f, struct buf *b, const text_t *items, size_t n)
{
    const UChar *words[LIST_LONGEST];
    int32_t lengths[LIST_LONGEST], length = 0;
    size_t units = 0;
    UErrorCode status = U_ZERO_ERROR;
    UListFormatter *l = n > 1 && n <= LIST_LONGEST ? format_kept(f, KEPT_LIST, 0, open_list) : NULL;
    if (!l) {
        list_plain(b, items, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        UChar *w = ARENA_ARRAY(b->arena, items[i].n + 1, UChar);
        u_strFromUTF8WithSub(w, (int32_t)items[i].n + 1, &lengths[i], items[i].s ? items[i].s : "",
                             (int32_t)items[i].n, 0xFFFD, NULL, &status);
        words[i] = w;
        units += items[i].n + 16; /* words between two items: "and", "tetapi" */
    }
    UChar *out = ARENA_ARRAY(b->arena, units, UChar);
    length = ulistfmt_format(l, words, lengths, (int32_t)n, out, (int32_t)units, &status);
    if (U_FAILURE(status)) {
        list_plain(b, items, n);
        return;
    }
    format_put_utf16(b, out, length);
}

void format_country(const struct format *f, struct buf *b, text_t country)
{
    char land[8];
    UChar name[120];
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = 0;
    if (country_number(country) != NO_COUNTRY) {
        (void)snprintf(land, sizeof land, "und_%c%c", country.s[0], country.s[1]);
        n = uloc_getDisplayCountry(land, f->icu, name, (int32_t)N_ELEMENTS(name), &status);
    }
    if (n > 0 && U_SUCCESS(status)) {
        format_put_utf16(b, name, n);
    } else {
        buf_text(b, country);
    }
}
