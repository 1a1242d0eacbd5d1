/* One row of a transaction file: amounts, quantities and times as tills and shop programs write
 * them. */
#include "app/import_sales_own.h"
#include "os/clock.h"

#include <stdio.h>

/* clang-format off */
const struct import_field past_fields[S_FIELDS] = {
    [S_INVOICE] = { "invoice", { "invoiceno", "invoice", "invoicenumber", "receipt",
                                "receiptno", "orderno", "ordernumber" } },
    [S_PRODUCT] = { "product", { "stockcode", "sku", "productcode", "itemcode", "product",
                                "item" } },
    [S_DESCRIPTION] = { "description", { "description", "productname", "itemname" } },
    [S_QUANTITY] = { "quantity", { "quantity", "qty" } },
    [S_TIME] = { "time", { "invoicedate", "soldat", "datetime", "timestamp", "date" } },
    [S_PRICE] = { "price", { "unitprice", "price" } },
    [S_CUSTOMER] = { "customer", { "customerid", "customer", "customerno", "customernumber" } },
    [S_CUSTOMER_NAME] = { "customer_name", { "customername" } },
    [S_COUNTRY] = { "country", { "country" } },
    [S_TENDER] = { "tender", { "tender", "paymentmethod" } },
    [S_DATE_ORDER] = { "date_order", { NULL } },
    [S_SERVICES] = { "services", { NULL } },
};
/* clang-format on */

void past_reject(struct sales_import *s, const struct sale_row *r, text_t reason)
{
    rejects_add(&s->rejects, r->line, reason, r->cells, r->n_cells);
    s->report->rejected++;
}

/* -- times --------------------------------------------------------------------------------------
 */

/* Up to `max` digits at *t as a number, or -1. */
static int take_number(text_t *t, size_t max)
{
    int v = 0;
    size_t i = 0;
    while (i < t->n && i < max && t->s[i] >= '0' && t->s[i] <= '9') {
        v = v * 10 + (t->s[i++] - '0');
    }
    t->s += i;
    t->n -= i;
    return i > 0 ? v : -1;
}

static bool take_char(text_t *t, const char *any)
{
    if (t->n > 0 && strchr(any, t->s[0])) {
        t->s++;
        t->n--;
        return true;
    }
    return false;
}

/* 2010-12-01, 12/1/2010 or 1/12/2010; the order of the latter must be known. */
static enum err take_day(const struct sales_import *s, text_t *t, date_t *out)
{
    int a = take_number(t, 4);
    bool iso = a > 31;
    if (!take_char(t, iso ? "-/." : "/.-")) {
        return ERR_INVALID;
    }
    int b = take_number(t, 2);
    if (!take_char(t, "-/.")) {
        return ERR_INVALID;
    }
    int c = take_number(t, iso ? 2 : 4);
    struct civil day = { a, b, c };
    if (!iso) {
        bool month_first = s->month_first || (!s->day_first && b > 12);
        bool known = s->month_first || s->day_first || a > 12 || b > 12;
        day = (struct civil){ c, month_first ? a : b, month_first ? b : a };
        if (!known) {
            return ERR_INVALID;
        }
    }
    return date_from_civil(day, out);
}

/* 8:26, 08:26:00, 08:26:00.123, with am or pm behind it. Nothing is midnight. */
static enum err take_clock(text_t *t, int64_t *us)
{
    *us = 0;
    (void)take_char(t, "T ");
    *t = text_trim(*t);
    if (t->n == 0) {
        return OK;
    }
    int hour = take_number(t, 2), minute = -1, second = 0;
    if (take_char(t, ":")) {
        minute = take_number(t, 2);
    }
    if (take_char(t, ":")) {
        second = take_number(t, 2);
    }
    if (take_char(t, ".,")) {
        (void)take_number(t, 9);
    }
    *t = text_trim(*t);
    if (t->n == 2 && (t->s[1] | 0x20) == 'm') {
        bool pm = (t->s[0] | 0x20) == 'p';
        hour = hour % 12 + (pm ? 12 : 0);
        t->n = 0;
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
        return ERR_INVALID;
    }
    *us = ((int64_t)hour * 3600 + minute * 60 + second) * US_PER_SECOND;
    return t->n == 0 ? OK : ERR_INVALID;
}

/* A time as the clock on the wall showed it, unless it names its offset. */
static enum err time_from(const struct sales_import *s, text_t given, instant_t *at, date_t *day)
{
    text_t t = given;
    int64_t us;
    if (given.n > 11 && given.s[10] == 'T' && instant_parse(given.s, given.n, at) == OK) {
        *day = zone_date(s->zone.s, *at);
        return OK;
    }
    TRY(take_day(s, &t, day));
    TRY(take_clock(&t, &us));
    int64_t wall = date_start(*day).us + us;
    int64_t offset = zone_offset_seconds(s->zone.s, (instant_t){ wall });
    offset = zone_offset_seconds(s->zone.s, (instant_t){ wall - offset * US_PER_SECOND });
    at->us = wall - offset * US_PER_SECOND;
    *day = zone_date(s->zone.s, *at);
    return OK;
}

/* -- the row ------------------------------------------------------------------------------------
 */

/* A customer number that went through a spreadsheet: "17850.0" is 17850. */
static text_t without_point_zero(text_t t)
{
    return t.n > 2 && t.s[t.n - 1] == '0' && t.s[t.n - 2] == '.' ? (text_t){ t.s, t.n - 2 } : t;
}

static enum err wrong(struct sales_import *s, text_t *reason, const char *what, text_t value)
{
    *reason = text_fmt(&s->rejects.arena, "%s: \"%.*s\".", what, (int)(value.n < 60 ? value.n : 60),
                       value.s ? value.s : "");
    return ERR_INVALID;
}

static enum err figures(struct sales_import *s, struct sale_row *r, text_t *reason)
{
    text_t quantity = import_cell(&s->file, S_QUANTITY), price = import_cell(&s->file, S_PRICE);
    text_t at = import_cell(&s->file, S_TIME);
    if (decimal_parse(quantity.s, quantity.n, QTY_SCALE, &r->quantity) != OK ||
        r->quantity > QTY_MAX || r->quantity < -QTY_MAX) {
        return wrong(s, reason, "The quantity is no number", quantity);
    }
    if (r->quantity == 0) {
        return wrong(s, reason, "The quantity is zero", quantity);
    }
    if (import_amount(price, s->decimals, &r->price) != OK) {
        return wrong(s, reason, "The price is no amount of the currency", price);
    }
    if (time_from(s, at, &r->at, &r->day) != OK) {
        return wrong(s, reason,
                     s->month_first || s->day_first
                         ? "The date cannot be read"
                         : "The date cannot be read (a mapping file can say date_order = \"mdy\" "
                           "or \"dmy\")",
                     at);
    }
    return OK;
}

enum err past_row_read(struct sales_import *s, struct arena *a, struct sale_row *out,
                       text_t *reason)
{
    const struct csv_row *row = &s->file.row;
    struct sale_row r = { .line = s->file.line, .n_cells = row->n };
    r.cells = ARENA_ARRAY(a, row->n, text_t);
    for (size_t i = 0; i < row->n; i++) {
        r.cells[i] = text_copy(a, row->cells[i]);
    }
    r.invoice = text_copy(a, import_cell(&s->file, S_INVOICE));
    r.product = text_copy(a, import_cell(&s->file, S_PRODUCT));
    r.description = import_line(a, import_cell(&s->file, S_DESCRIPTION), 200);
    r.customer = text_copy(a, without_point_zero(import_cell(&s->file, S_CUSTOMER)));
    r.customer_name = import_line(a, import_cell(&s->file, S_CUSTOMER_NAME), 200);
    r.country = import_line(a, import_cell(&s->file, S_COUNTRY), 80);
    r.tender = text_copy(a, import_cell(&s->file, S_TENDER));
    *out = r;
    if (r.invoice.n == 0 || r.invoice.n > 60 || !text_utf8_ok(r.invoice, false)) {
        return wrong(s, reason, "There is no good invoice number", r.invoice);
    }
    if (r.product.n == 0 || r.product.n > 64 || !text_utf8_ok(r.product, false)) {
        return wrong(s, reason, "There is no good product code", r.product);
    }
    if (r.customer.n > 20 || !text_utf8_ok(r.customer, false)) {
        return wrong(s, reason, "The customer number is too long or no text", r.customer);
    }
    return figures(s, out, reason);
}

/* -- what is what -------------------------------------------------------------------------------
 */

static bool same_letters(text_t a, const char *b)
{
    if (a.n != strlen(b)) {
        return false;
    }
    for (size_t i = 0; i < a.n; i++) {
        char x = a.s[i] >= 'a' && a.s[i] <= 'z' ? (char)(a.s[i] & ~0x20) : a.s[i];
        if (x != b[i]) {
            return false;
        }
    }
    return true;
}

bool past_is_service(const struct sales_import *s, text_t code)
{
    static const char *const usual[] = { "POST", "DOT", "C2",   "C3",        "M",           "D",
                                         "S",    "B",   "CRUK", "AMAZONFEE", "BANK CHARGES" };
    text_t rest = s->services;
    if (rest.s) {
        while (rest.s) {
            text_t one = text_trim(text_split(rest, ',', &rest));
            if (one.n > 0 && text_eq(one, code)) {
                return true;
            }
        }
        return false;
    }
    for (size_t i = 0; i < N_ELEMENTS(usual); i++) {
        if (same_letters(code, usual[i])) {
            return true;
        }
    }
    return text_starts(code, "gift_");
}

bool past_is_adjustment(const struct sale_row *r)
{
    bool letter = r->invoice.n > 1 && (r->invoice.s[0] | 0x20) == 'a' && r->invoice.s[1] >= '0' &&
                  r->invoice.s[1] <= '9';
    return letter || r->price.minor < 0;
}

text_t past_customer_key(struct arena *a, const struct sale_row *r)
{
    return text_fmt(a, "%s\n%s", r->customer.s ? r->customer.s : "",
                    r->country.s ? r->country.s : "");
}
