/* threads */
/* Numbers, amounts, dates and words in the four languages, as CLDR has them and people there write
 * them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "face/format.h"
#include "kit/arena.h"
#include "meta/field.h"
#include "os/thread.h"

#define NB "\u00a0" /* no-break space */

struct who_reads {
    const char *language, *country;
    enum digits digits;
};

static const struct format *locale(struct who_reads w)
{
    return format_for(w.language, text_of(w.country), w.digits);
}

static struct buf begin(void)
{
    struct buf b;
    buf_init(&b, &arena, 4096);
    return b;
}

static void says(const struct buf *b, const char *expected)
{
    assert_false(b->failed);
    assert_string_equal(b->n ? b->p : "", expected);
}

/* -- amounts -------------------------------------------------------------------------------------
 */

static void amounts(void **state)
{
    static const struct {
        struct who_reads who;
        const char *currency;
        int64_t minor;
        const char *expected;
    } rows[] = {
        { { "en", "US", 0 }, "USD", 123456789, "$1,234,567.89" },
        { { "en", NULL, 0 }, "EUR", 123450, "€1,234.50" },
        { { "en", "ES", 0 }, "EUR", -123450, "-€1,234.50" },
        { { "en", "IN", 0 }, "INR", 1234567890, "₹1,23,45,678.90" },
        { { "es", "ES", 0 }, "EUR", 123450, "1.234,50" NB "€" },
        { { "es", "ES", 0 }, "EUR", 99, "0,99" NB "€" },
        { { "es", "ES", 0 }, "EUR", -123456789, "-1.234.567,89" NB "€" },
        { { "es", NULL, 0 }, "EUR", 123450, "1.234,50" NB "€" },
        { { "es", "MX", 0 }, "MXN", 123450, "$1,234.50" },
        { { "hi", "IN", DIGITS_USUAL }, "INR", 12345678, "₹1,23,456.78" },
        { { "hi", "IN", DIGITS_LATIN }, "INR", -12345678, "-₹1,23,456.78" },
        { { "hi", "IN", DIGITS_NATIVE }, "INR", 12345678, "₹१,२३,४५६.७८" },
        { { "hi", "IN", DIGITS_NATIVE }, "JPY", 1234, "JP¥१,२३४" },
        { { "id", "ID", 0 }, "IDR", 1234567, "Rp" NB "1.234.567" },
        { { "id", "ID", 0 }, "IDR", -1500, "-Rp" NB "1.500" },
        { { "id", "ID", DIGITS_NATIVE }, "IDR", 12, "Rp" NB "12" }, /* has no others */
        { { "id", NULL, 0 }, "USD", 100, "US$1,00" },
        { { "en", "US", 0 }, "KWD", 1234567, "KWD" NB "1,234.567" },
        { { "en", "US", 0 }, "QQQ", 123450, "1,234.50" NB "QQQ" }, /* there is none */
        { { "en", "US", 0 }, "", 123450, "1,234.50" },
        { { "en", "US", 0 }, "EUR", 0, "€0.00" },
        { { "en", "US", 0 }, "EUR", VALUE_NONE, "" },
        /* Past 2^53: no digit is lost. */
        { { "en", "US", 0 }, "USD", INT64_C(9007199254740993), "$90,071,992,547,409.93" },
        { { "es", "ES", 0 }, "EUR", INT64_MAX, "92.233.720.368.547.758,07" NB "€" },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct buf b = begin();
        format_money(locale(rows[i].who), &b, money_of(rows[i].minor), text_of(rows[i].currency));
        says(&b, rows[i].expected);
    }
    struct buf b = begin();
    format_amount(format_for("es", TEXT("ES"), 0), &b, money_of(123450), 2);
    buf_char(&b, '|');
    format_amount(format_for("es", TEXT("ES"), 0), &b, money_of(-1234), 0);
    buf_char(&b, '|');
    format_amount(format_for("es", TEXT("ES"), 0), &b, money_of(VALUE_NONE), 2);
    says(&b, "1.234,50|-1.234|");
}

static void counts(void **state)
{
    enum what { INTEGER, QUANTITY, RATE, PERCENT, BYTES };
    static const struct {
        struct who_reads who;
        enum what what;
        int64_t value;
        const char *expected;
    } rows[] = {
        { { "en", "GB", 0 }, INTEGER, 1234567, "1,234,567" },
        { { "en", "IN", 0 }, INTEGER, 1234567, "12,34,567" },
        { { "es", "ES", 0 }, INTEGER, 1234, "1.234" },
        { { "hi", "IN", DIGITS_NATIVE }, INTEGER, -1234567, "-१२,३४,५६७" },
        { { "hi", "IN", 0 }, INTEGER, 0, "0" },
        { { "id", "ID", 0 }, INTEGER, INT64_MAX, "9.223.372.036.854.775.807" },
        { { "en", "US", 0 }, INTEGER, VALUE_NONE, "" },
        { { "en", "US", 0 }, QUANTITY, 1234500000, "1,234.5" },
        { { "es", "ES", 0 }, QUANTITY, -1234567891, "-1.234,567891" },
        { { "es", "ES", 0 }, QUANTITY, 3000000, "3" },
        { { "hi", "IN", DIGITS_NATIVE }, QUANTITY, 250000, "०.२५" },
        { { "id", "ID", 0 }, QUANTITY, 1, "0,000001" },
        { { "es", "ES", 0 }, RATE, 21000000, "21" },
        { { "es", "ES", 0 }, RATE, 5200000, "5,2" },
        { { "en", "US", 0 }, PERCENT, 125, "12.5%" },
        { { "es", "ES", 0 }, PERCENT, -125, "-12,5" NB "%" },
        { { "hi", "IN", DIGITS_NATIVE }, PERCENT, 1000, "१००%" },
        { { "id", "ID", 0 }, PERCENT, 55, "5,5%" },
        { { "en", "US", 0 }, PERCENT, VALUE_NONE, "" },
        { { "en", "US", 0 }, BYTES, 812, "812 byte" },
        { { "es", "ES", 0 }, BYTES, 812, "812 B" },
        { { "en", "US", 0 }, BYTES, 12345, "12 kB" },
        { { "es", "ES", 0 }, BYTES, 1250000, "1,2 MB" },
        { { "hi", "IN", DIGITS_NATIVE }, BYTES, 12345, "१२ kB" },
        { { "id", "ID", 0 }, BYTES, INT64_C(7000000000), "7 GB" },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        const struct format *f = locale(rows[i].who);
        struct buf b = begin();
        switch (rows[i].what) {
        case INTEGER:
            format_integer(f, &b, rows[i].value);
            break;
        case QUANTITY:
            format_quantity(f, &b, qty_of(rows[i].value));
            break;
        case RATE:
            format_rate(f, &b, rate_of(rows[i].value));
            break;
        case PERCENT:
            format_percent(f, &b, rows[i].value);
            break;
        case BYTES:
            format_bytes(f, &b, rows[i].value);
            break;
        }
        says(&b, rows[i].expected);
    }
}

/* -- time ----------------------------------------------------------------------------------------
 */

static date_t day(int y, int m, int d)
{
    date_t out;
    assert_int_equal(date_from_civil((struct civil){ y, m, d }, &out), OK);
    return out;
}

static instant_t instant(const char *s)
{
    instant_t t;
    assert_int_equal(instant_parse(s, strlen(s), &t), OK);
    return t;
}

static void dates(void **state)
{
    static const struct {
        struct who_reads who;
        enum date_style style;
        const char *expected;
    } rows[] = {
        { { "en", "US", 0 }, DATE_SHORT, "11/2/2026" },
        { { "en", "US", 0 }, DATE_MEDIUM, "Nov 2, 2026" },
        { { "en", "US", 0 }, DATE_LONG, "November 2, 2026" },
        { { "en", "US", 0 }, DATE_DAY_MONTH, "Nov 2" },
        { { "en", "US", 0 }, DATE_WEEKDAY, "Mon, Nov 2" },
        { { "en", "US", 0 }, DATE_MONTH, "November 2026" },
        { { "en", "ES", 0 }, DATE_SHORT, "02/11/2026" },  /* no English of Spain: international */
        { { "en", "TH", 0 }, DATE_MEDIUM, "2 Nov 2026" }, /* not the year 2569 */
        { { "es", "ES", 0 }, DATE_SHORT, "2/11/2026" },
        { { "es", "ES", 0 }, DATE_MEDIUM, "2 nov 2026" },
        { { "es", "ES", 0 }, DATE_LONG, "2 de noviembre de 2026" },
        { { "es", "ES", 0 }, DATE_DAY_MONTH, "2 nov" },
        { { "es", "ES", 0 }, DATE_WEEKDAY, "lun, 2 nov" },
        { { "es", "ES", 0 }, DATE_MONTH, "noviembre de 2026" },
        { { "hi", "IN", 0 }, DATE_SHORT, "2/11/2026" },
        { { "hi", "IN", DIGITS_NATIVE }, DATE_MEDIUM, "२ नव॰ २०२६" },
        { { "hi", "IN", 0 }, DATE_LONG, "2 नवंबर 2026" },
        { { "hi", "IN", DIGITS_NATIVE }, DATE_DAY_MONTH, "२ नव॰" },
        { { "hi", "IN", 0 }, DATE_WEEKDAY, "सोम, 2 नव॰" },
        { { "hi", "IN", 0 }, DATE_MONTH, "नवंबर 2026" },
        { { "id", "ID", 0 }, DATE_SHORT, "2/11/2026" },
        { { "id", "ID", 0 }, DATE_MEDIUM, "2 Nov 2026" },
        { { "id", "ID", 0 }, DATE_LONG, "2 November 2026" },
        { { "id", "ID", 0 }, DATE_DAY_MONTH, "2 Nov" },
        { { "id", "ID", 0 }, DATE_WEEKDAY, "Sen, 2 Nov" },
        { { "id", "ID", 0 }, DATE_MONTH, "November 2026" },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct buf b = begin();
        format_date(locale(rows[i].who), &b, day(2026, 11, 2), rows[i].style);
        says(&b, rows[i].expected);
    }
    const struct format *f = format_for("es", TEXT("ES"), 0);
    struct buf b = begin();
    format_date(f, &b, DATE_NONE, DATE_SHORT);
    format_date(f, &b, day(1, 1, 1), DATE_SHORT); /* the Gregorian calendar, always */
    buf_char(&b, ' ');
    format_date(f, &b, day(1582, 10, 4), DATE_SHORT);
    buf_char(&b, ' ');
    format_date(f, &b, day(9999, 12, 31), DATE_SHORT);
    says(&b, "1/1/1 4/10/1582 31/12/9999");
}

static void instants(void **state)
{
    static const struct {
        struct who_reads who;
        const char *zone, *at;
        enum time_style style;
        const char *expected;
    } rows[] = {
        { { "en", "US", 0 },
          "America/New_York",
          "2026-11-21T18:05:09Z",
          TIME_MEDIUM,
          "Nov 21, 2026, 1:05\u202fPM" },
        { { "es", "ES", 0 },
          "Europe/Madrid",
          "2026-11-21T18:05:09Z",
          TIME_MEDIUM,
          "21 nov 2026, 19:05" },
        { { "es", "ES", 0 },
          "Europe/Madrid",
          "2026-07-21T23:05:09Z",
          TIME_SHORT,
          "22/7/2026, 1:05" }, /* summer, and the next day */
        { { "es", "ES", 0 }, "Europe/Madrid", "2026-11-21T18:05:09Z", TIME_CLOCK, "19:05" },
        { { "es", "ES", 0 }, "Europe/Madrid", "2026-11-21T18:05:09Z", TIME_SECONDS, "19:05:09" },
        { { "hi", "IN", DIGITS_NATIVE },
          "Asia/Kolkata",
          "2026-11-21T18:05:09Z",
          TIME_MEDIUM,
          "२१ नव॰ २०२६, ११:३५ pm" },
        { { "hi", "IN", 0 }, "Asia/Kolkata", "2026-11-21T18:05:09Z", TIME_CLOCK, "11:35 pm" },
        { { "id", "ID", 0 },
          "Asia/Jakarta",
          "2026-11-21T18:05:09Z",
          TIME_MEDIUM,
          "22 Nov 2026, 01.05" },
        { { "en", "ES", 0 },
          "Mars/Base",
          "2026-11-21T18:05:09Z",
          TIME_CLOCK,
          "6:05\u202fpm" }, /* UTC */
        { { "es", "ES", 0 }, NULL, "1969-12-31T23:59:59.5Z", TIME_SECONDS, "23:59:59" },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct buf b = begin();
        format_time(locale(rows[i].who), &b, instant(rows[i].at), text_of(rows[i].zone),
                    rows[i].style);
        says(&b, rows[i].expected);
    }
    struct buf b = begin();
    format_time(format_for("en", TEXT_NONE, 0), &b, INSTANT_NONE, TEXT("UTC"), TIME_SHORT);
    says(&b, "");
}

#define SECOND US_PER_SECOND
#define HOUR   (3600 * US_PER_SECOND)

static void ago(void **state)
{
    static const struct {
        struct who_reads who;
        int64_t away;
        const char *expected;
    } rows[] = {
        { { "en", "US", 0 }, 0, "now" },
        { { "en", "US", 0 }, -59 * SECOND, "now" },
        { { "en", "US", 0 }, -60 * SECOND, "1 minute ago" },
        { { "en", "US", 0 }, 5 * 60 * SECOND, "in 5 minutes" },
        { { "en", "US", 0 }, -48 * HOUR, "2 days ago" },
        { { "en", "US", 0 }, -47 * HOUR, "1 day ago" },
        { { "en", "US", 0 }, 21 * 24 * HOUR, "in 3 weeks" },
        { { "en", "US", 0 }, -400 * 24 * HOUR, "13 months ago" },
        { { "en", "US", 0 }, -800 * 24 * HOUR, "2 years ago" },
        { { "es", "ES", 0 }, 0, "ahora" },
        { { "es", "ES", 0 }, -HOUR, "hace 1 hora" },
        { { "es", "ES", 0 }, -3 * HOUR, "hace 3 horas" },
        { { "es", "ES", 0 }, 24 * HOUR, "dentro de 1 día" },
        { { "es", "ES", 0 }, 5 * 24 * HOUR, "dentro de 5 días" },
        { { "hi", "IN", 0 }, 0, "अब" },
        { { "hi", "IN", DIGITS_NATIVE }, -5 * 60 * SECOND, "५ मिनट पहले" },
        { { "hi", "IN", 0 }, 2 * HOUR, "2 घंटे में" },
        { { "id", "ID", 0 }, 0, "sekarang" },
        { { "id", "ID", 0 }, -5 * 60 * SECOND, "5 menit yang lalu" },
        { { "id", "ID", 0 }, 24 * HOUR, "dalam 1 hari" },
    };
    const instant_t now = instant("2026-11-21T10:00:00Z");
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct buf b = begin();
        format_ago(locale(rows[i].who), &b, (instant_t){ now.us + rows[i].away }, now);
        says(&b, rows[i].expected);
    }
    struct buf b = begin();
    format_ago(format_for("en", TEXT_NONE, 0), &b, INSTANT_NONE, now);
    says(&b, "");
}

static void durations(void **state)
{
    static const struct {
        struct who_reads who;
        int64_t us;
        const char *expected;
    } rows[] = {
        { { "en", "US", 0 }, 4800 * SECOND, "1 hr 20 min" },
        { { "en", "US", 0 }, 76 * HOUR, "3 days 4 hr" },
        { { "en", "US", 0 }, 72 * HOUR + 60 * SECOND, "3 days" },
        { { "en", "US", 0 }, 45 * SECOND + 1000, "45 sec" },
        { { "en", "US", 0 }, 250000, "250 ms" },
        { { "en", "US", 0 }, 0, "0 sec" },
        { { "en", "US", 0 }, -4800 * SECOND, "-1 hr 20 min" },
        { { "en", "US", 0 }, VALUE_NONE, "" },
        { { "es", "ES", 0 }, 4800 * SECOND, "1 h 20 min" },
        { { "hi", "IN", DIGITS_NATIVE }, 4800 * SECOND, "१ घं॰ २० मि॰" },
        { { "id", "ID", 0 }, 4800 * SECOND, "1 j 20 mnt" },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct buf b = begin();
        format_duration(locale(rows[i].who), &b, rows[i].us);
        says(&b, rows[i].expected);
    }
}

/* -- words ---------------------------------------------------------------------------------------
 */

static void lists(void **state)
{
    static const text_t items[] = { TEXT_INIT("a"), TEXT_INIT("Ñu"), TEXT_INIT("iglú") };
    static const struct {
        struct who_reads who;
        size_t n;
        const char *expected;
    } rows[] = {
        { { "en", "US", 0 }, 0, "" },
        { { "en", "US", 0 }, 1, "a" },
        { { "en", "GB", 0 }, 3, "a, Ñu and iglú" },
        { { "es", "ES", 0 }, 2, "a y Ñu" },
        { { "es", "ES", 0 }, 3, "a, Ñu e iglú" }, /* y becomes e before an i */
        { { "hi", "IN", 0 }, 3, "a, Ñu, और iglú" },
        { { "id", "ID", 0 }, 3, "a, Ñu, dan iglú" },
    };
    static text_t many[150];
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct buf b = begin();
        format_list(locale(rows[i].who), &b, items, rows[i].n);
        says(&b, rows[i].expected);
    }
    for (size_t i = 0; i < N_ELEMENTS(many); i++) {
        many[i] = TEXT("ü");
    }
    struct buf b = begin();
    format_list(format_for("en", TEXT_NONE, 0), &b, many, N_ELEMENTS(many));
    assert_int_equal(b.n, 150 * 2 + 149 * 2);
}

static void order(void **state)
{
    const struct format *es = format_for("es", TEXT("ES"), 0),
                        *en = format_for("en", TEXT("GB"), 0);
    const struct format *hi = format_for("hi", TEXT("IN"), 0);
    (void)state;
    assert_true(format_compare(es, TEXT("nz"), TEXT("ña")) < 0); /* a letter behind n */
    assert_true(format_compare(en, TEXT("nz"), TEXT("ña")) > 0); /* an n with a mark */
    assert_true(format_compare(es, TEXT("ñu"), TEXT("oca")) < 0);
    assert_true(format_compare(es, TEXT("Éfeso"), TEXT("efesto")) < 0);
    assert_true(format_compare(es, TEXT("a"), TEXT("B")) < 0);
    assert_true(format_compare(hi, TEXT("क"), TEXT("ख")) < 0);
    assert_int_equal(format_compare(es, TEXT("ñ"), TEXT("n\u0303")), 0);
    assert_int_equal(format_compare(es, TEXT_NONE, TEXT("")), 0);
    assert_true(format_compare(es, TEXT_NONE, TEXT("a")) < 0);
}

static void weeks(void **state)
{
    (void)state;
    assert_int_equal(format_week_begins(format_for("es", TEXT("ES"), 0)), 0);
    assert_int_equal(format_week_begins(format_for("en", TEXT("ES"), 0)), 0);
    assert_int_equal(format_week_begins(format_for("en", TEXT("US"), 0)), 6);
    assert_int_equal(format_week_begins(format_for("hi", TEXT("IN"), DIGITS_NATIVE)), 6);
    assert_int_equal(format_week_begins(format_for("id", TEXT_NONE, 0)), 6);
    assert_int_equal(format_week_begins(format_for("en", TEXT("AE"), 0)), 5);
}

static void locales(void **state)
{
    (void)state;
    assert_string_equal(format_locale(format_for("hi", TEXT("IN"), DIGITS_NATIVE)),
                        "hi-IN-u-nu-deva");
    assert_string_equal(format_locale(format_for("hi", TEXT("IN"), DIGITS_USUAL)), "hi-IN");
    assert_string_equal(format_locale(format_for("es", TEXT("es"), DIGITS_NATIVE)), "es-ES");
    assert_string_equal(format_locale(format_for("en", TEXT("ES"), 0)), "en-001");
    assert_string_equal(format_locale(format_for("en", TEXT("IN"), 0)), "en-IN");
    assert_string_equal(format_locale(format_for("id", TEXT("QQ"), 0)), "id");
    assert_string_equal(format_locale(format_for("id", TEXT("\"><"), 0)), "id");
    assert_string_equal(format_locale(format_for("kl", TEXT("GL"), 0)), "en-001");
    assert_string_equal(format_locale(format_for(NULL, TEXT_NONE, 0)), "en");
    assert_ptr_equal(format_for("es", TEXT("MX"), 0), format_for("es", TEXT("mx"), 0));
}

/* -- threads -------------------------------------------------------------------------------------
 */

struct reader {
    struct thread thread;
    int number, faults;
};

/* More locales and currencies than are kept: what gives way is opened again, and all is freed when
 * the thread ends (the address sanitizer looks). */
static void read_on(void *arg)
{
    static const char *const countries[] = { "ES", "MX", "AR", "CL", "US", "PE", "CO", "UY" };
    struct reader *r = arg;
    struct arena own;
    arena_init(&own, (size_t)1 << 20);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 160 && currency_code_at(i); i++) {
            const struct format *f = format_for("es",
                                                text_of(countries[(i + (size_t)r->number) % 8]), 0);
            struct buf b;
            buf_init(&b, &own, 1024);
            format_money(f, &b, money_of(123), text_of(currency_code_at(i)));
            format_date(f, &b, (date_t){ 20000 }, (enum date_style)(i % 6));
            format_ago(f, &b, (instant_t){ 0 }, (instant_t){ US_PER_DAY * 3 });
            r->faults += b.failed || !strstr(b.p, "hace 3 d\u00edas");
        }
    }
    arena_free(&own);
}

static void many_threads(void **state)
{
    struct reader readers[4] = { 0 };
    (void)state;
    for (int i = 0; i < 4; i++) {
        readers[i].number = i;
        assert_int_equal(thread_start(&readers[i].thread, "reader", read_on, &readers[i]), OK);
    }
    for (int i = 0; i < 4; i++) {
        thread_join(&readers[i].thread);
        assert_int_equal(readers[i].faults, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts),  cmocka_unit_test(counts),       cmocka_unit_test(dates),
        cmocka_unit_test(instants), cmocka_unit_test(ago),          cmocka_unit_test(durations),
        cmocka_unit_test(lists),    cmocka_unit_test(order),        cmocka_unit_test(weeks),
        cmocka_unit_test(locales),  cmocka_unit_test(many_threads),
    };
    if (arena_reserve_init() != OK) {
        return 1;
    }
    return cmocka_run_group_tests(tests, arena_begin, arena_end);
}
