/* Numbers as people read them.
 *
 * One of ICU's two interfaces is used and no other (unumf: they disagree about the grouping of
 * 1.234 in Spanish, and this one groups always when told to), and digits go in as decimal text, so
 * no value is ever a binary fraction. How many decimals a currency has is said by our own table,
 * which knows that nobody writes sen in Indonesia. */
#include "face/format_own.h"

#include <stdio.h>
#include <unicode/ustring.h>

#define SKELETON_MAX 96
#define TEXT_UNITS   160

/* What a number formatter is for, in `what`: the shape, beside it its decimals or its currency. */
enum shape_of_number {
    NUMBER_FIXED, /* with exactly so many decimals */
    NUMBER_UP_TO, /* with as many as are needed, at most so many */
    NUMBER_PERCENT,
    NUMBER_CURRENCY,
    NUMBER_UNIT,
};

enum unit {
    UNIT_BYTE,
    UNIT_KILOBYTE,
    UNIT_MEGABYTE,
    UNIT_GIGABYTE,
    UNIT_TERABYTE,
    UNIT_DAY,
    UNIT_HOUR,
    UNIT_MINUTE,
    UNIT_SECOND,
    UNIT_MILLISECOND
};
static const char *const unit_names[] = {
    [UNIT_BYTE] = "byte",         [UNIT_KILOBYTE] = "kilobyte",
    [UNIT_MEGABYTE] = "megabyte", [UNIT_GIGABYTE] = "gigabyte",
    [UNIT_TERABYTE] = "terabyte", [UNIT_DAY] = "day",
    [UNIT_HOUR] = "hour",         [UNIT_MINUTE] = "minute",
    [UNIT_SECOND] = "second",     [UNIT_MILLISECOND] = "millisecond",
};

static uint64_t what_of(enum shape_of_number shape, uint64_t beside)
{
    return (uint64_t)shape | beside << 8;
}

static uint64_t what_currency(const char code[static 3], int decimals)
{
    return what_of(NUMBER_CURRENCY, (uint64_t)(unsigned char)code[0] << 24 |
                                        (uint64_t)(unsigned char)code[1] << 16 |
                                        (uint64_t)(unsigned char)code[2] << 8 | (uint64_t)decimals);
}

/* ".00" or ".##"; "." alone: none. */
static void put_decimals(char out[static 12], int n, char mark)
{
    int i = 0;
    out[i++] = '.';
    for (; i <= n && i < 11; i++) {
        out[i] = mark;
    }
    out[i] = 0;
}

static void skeleton(uint64_t what, char out[static SKELETON_MAX])
{
    uint64_t beside = what >> 8;
    char decimals[12];
    switch ((enum shape_of_number)(what & 0xff)) {
    case NUMBER_FIXED:
        put_decimals(decimals, (int)beside, '0');
        (void)snprintf(out, SKELETON_MAX, "%s group-on-aligned", decimals);
        break;
    case NUMBER_UP_TO:
        put_decimals(decimals, (int)beside, '#');
        (void)snprintf(out, SKELETON_MAX, "%s group-on-aligned", decimals);
        break;
    case NUMBER_PERCENT:
        (void)snprintf(out, SKELETON_MAX, "percent .# group-on-aligned");
        break;
    case NUMBER_CURRENCY:
        put_decimals(decimals, (int)(beside & 0xff), '0');
        (void)snprintf(out, SKELETON_MAX, "currency/%c%c%c %s group-on-aligned",
                       (char)(beside >> 24), (char)(beside >> 16 & 0xff),
                       (char)(beside >> 8 & 0xff), decimals);
        break;
    case NUMBER_UNIT:
        (void)snprintf(out, SKELETON_MAX, "unit/%s unit-width-short .# group-on-aligned",
                       unit_names[beside]);
        break;
    }
}

static void *open_number(const struct format *f, uint64_t what)
{
    UErrorCode status = U_ZERO_ERROR;
    char text[SKELETON_MAX];
    UChar units[SKELETON_MAX];
    skeleton(what, text);
    u_uastrncpy(units, text, SKELETON_MAX);
    UNumberFormatter *n = unumf_openForSkeletonAndLocale(units, -1, f->icu, &status);
    if (U_FAILURE(status)) {
        unumf_close(n);
        return NULL;
    }
    return n;
}

/* v with `scale` decimals. Without ICU's help (no memory) as machines write it. */
static void put(const struct format *f, struct buf *b, uint64_t what, int64_t v, int scale)
{
    char digits[DECIMAL_TEXT_MAX];
    UChar units[TEXT_UNITS];
    UErrorCode status = U_ZERO_ERROR;
    size_t n = decimal_print(v, scale, 0, digits);
    const UNumberFormatter *number = format_kept(f, KEPT_NUMBER, what, open_number);
    UFormattedNumber *place = format_number_place();
    if (number && place) {
        unumf_formatDecimal(number, digits, (int32_t)n, place, &status);
        int32_t length = unumf_resultToString(place, units, TEXT_UNITS, &status);
        if (U_SUCCESS(status)) {
            format_put_utf16(b, units, length);
            return;
        }
    }
    buf_add(b, digits, n);
}

/* -- amounts -------------------------------------------------------------------------------------
 */

void format_amount(const struct format *f, struct buf *b, money_t m, int decimals)
{
    if (m.minor != VALUE_NONE) {
        put(f, b, what_of(NUMBER_FIXED, (uint64_t)decimals), m.minor, decimals);
    }
}

void format_money(const struct format *f, struct buf *b, money_t m, text_t currency)
{
    char code[4] = "";
    if (m.minor == VALUE_NONE) {
        return;
    }
    if (currency.n == 3) {
        memcpy(code, currency.s, 3);
    }
    int decimals = currency_decimals(code);
    if (decimals < 0) { /* a currency that nobody knows: its code as it stands */
        format_amount(f, b, m, 2);
        buf_str(b, currency.n ? "\u00a0" : "");
        buf_text(b, currency);
        return;
    }
    put(f, b, what_currency(code, decimals), m.minor, decimals);
}

/* -- counts --------------------------------------------------------------------------------------
 */

void format_integer(const struct format *f, struct buf *b, int64_t v)
{
    if (v != VALUE_NONE) {
        put(f, b, what_of(NUMBER_FIXED, 0), v, 0);
    }
}

void format_quantity(const struct format *f, struct buf *b, qty_t q)
{
    if (q.micro != VALUE_NONE) {
        put(f, b, what_of(NUMBER_UP_TO, QTY_SCALE), q.micro, QTY_SCALE);
    }
}

void format_rate(const struct format *f, struct buf *b, rate_t r)
{
    format_quantity(f, b, qty_of(r.micro)); /* millionths alike */
}

void format_percent(const struct format *f, struct buf *b, int64_t permille)
{
    if (permille != VALUE_NONE) {
        put(f, b, what_of(NUMBER_PERCENT, 0), permille, 1);
    }
}

/* -- units ---------------------------------------------------------------------------------------
 */

static void put_unit(const struct format *f, struct buf *b, enum unit unit, int64_t v, int scale)
{
    put(f, b, what_of(NUMBER_UNIT, unit), v, scale);
}

/* Below ten with one decimal: 1.2 MB, 12 MB. */
void format_bytes(const struct format *f, struct buf *b, int64_t n)
{
    int64_t size = 1;
    enum unit unit = UNIT_BYTE;
    if (n == VALUE_NONE) {
        return;
    }
    while (unit < UNIT_TERABYTE && n / size >= 1000) {
        size *= 1000;
        unit++;
    }
    if (unit > UNIT_BYTE && n / size < 10) {
        put_unit(f, b, unit, n / (size / 10), 1);
    } else {
        put_unit(f, b, unit, n / size, 0);
    }
}

/* The two largest units that there are: "3 days 4 hr", "1 h 20 min", "45 s". */
void format_duration(const struct format *f, struct buf *b, int64_t us)
{
    static const struct {
        enum unit unit;
        int64_t us;
    } parts[] = {
        { UNIT_DAY, US_PER_DAY },
        { UNIT_HOUR, INT64_C(3600) * US_PER_SECOND },
        { UNIT_MINUTE, INT64_C(60) * US_PER_SECOND },
        { UNIT_SECOND, US_PER_SECOND },
        { UNIT_MILLISECOND, US_PER_SECOND / 1000 },
    };
    if (us == VALUE_NONE) {
        return;
    }
    int64_t left = us < 0 ? -us : us, sign = us < 0 ? -1 : 1;
    size_t i = 0;
    while (i + 1 < N_ELEMENTS(parts) && left < parts[i].us) {
        i++;
    }
    if (left < parts[i].us) {
        put_unit(f, b, UNIT_SECOND, 0, 0);
        return;
    }
    put_unit(f, b, parts[i].unit, sign * (left / parts[i].us), 0);
    left %= parts[i].us;
    if (i + 2 < N_ELEMENTS(parts) && left >= parts[i + 1].us) { /* no thousandths beside seconds */
        buf_char(b, ' ');
        put_unit(f, b, parts[i + 1].unit, left / parts[i + 1].us, 0);
    }
}
