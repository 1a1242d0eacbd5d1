/* The whole ledger as text that hledger, ledger and beancount read, or as CSV.
 *
 * In constant memory: entries are read in pages by id, each page in an arena of its own, and
 * written out before the next one is read. Formats: hledger 1.25 manual ("Journal"), ledger 3.3
 * manual ("Keeping a Journal"), beancount 2 language syntax.
 *
 * Account names: the kind's root, then the account's number and name. hledger and ledger end a name
 * at two blanks and read
 * ':' as a level, so both are taken out. beancount allows only letters, digits and dashes in a part
 * that begins with a capital or a digit, which account numbers do (account_code_form). */
#include "back/ledger/books.h"

#define PAGE_ENTRIES   64
#define PAGE_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define TEXT_BYTES_MAX ((size_t)64 * 1024 * 1024)

enum format { HLEDGER, LEDGER, BEANCOUNT, CSV, FORMATS };

static const char *const formats[FORMATS] = {
    [HLEDGER] = "hledger",
    [LEDGER] = "ledger",
    [BEANCOUNT] = "beancount",
    [CSV] = "csv",
};

static const char *const roots[] = {
    [ACCOUNT_ASSET] = "Assets",  [ACCOUNT_LIABILITY] = "Liabilities", [ACCOUNT_EQUITY] = "Equity",
    [ACCOUNT_INCOME] = "Income", [ACCOUNT_EXPENSE] = "Expenses",
};

/* hledger's letters for the kinds of accounts. */
static const char *const hledger_types[] = {
    [ACCOUNT_ASSET] = "A",  [ACCOUNT_LIABILITY] = "L", [ACCOUNT_EQUITY] = "E",
    [ACCOUNT_INCOME] = "R", [ACCOUNT_EXPENSE] = "X",
};

struct export
{
    struct cx *cx;
    enum format format;
    date_t from, to;
    enum err (*write)(void *arg, text_t piece);
    void *arg;
    struct buf b;
};

/* Columns of page_sql. */
enum {
    ENTRY,
    POSTED_ON,
    NUMBER,
    KIND,
    MEMO,
    SOURCE_ENTITY,
    SOURCE,
    RECORDED_AT,
    LINE,
    CODE,
    NAME,
    ACCOUNT_KIND,
    SITE,
    PARTY,
    DEBIT,
    CREDIT,
    LINE_MEMO
};

static const char page_sql[] =
    "SELECT e.id, e.posted_on, e.number, e.kind, e.memo, e.source_entity, e.source, e.recorded_at, "
    "l.id, a.code, a.name, a.kind, s.code, p.code, l.debit, l.credit, l.memo "
    "FROM (SELECT id, posted_on, number, kind, memo, source_entity, source, recorded_at "
    "FROM journal_entries WHERE company = $1 AND id > $2 AND posted_on >= $3 AND posted_on <= $4 "
    "ORDER BY id LIMIT $5) e "
    "JOIN journal_lines l ON l.entry = e.id JOIN accounts a ON a.id = l.account "
    "LEFT JOIN sites s ON s.id = l.site LEFT JOIN parties p ON p.id = l.party "
    "ORDER BY e.id, l.id";

/* -- texts --------------------------------------------------------------------------------- */

/* On one line, without what the format would read as something else. */
static void put_clean(struct buf *b, text_t t, const char *not_these)
{
    bool blank = false;
    for (size_t i = 0; i < t.n; i++) {
        char c = t.s[i];
        bool now = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (now && blank) {
            continue;
        }
        blank = now;
        buf_char(b, now || strchr(not_these, c) ? (now ? ' ' : '-') : c);
    }
}

static void put_quoted(struct buf *b, text_t t)
{
    buf_char(b, '"');
    put_clean(b, t, "\"\\");
    buf_char(b, '"');
}

/* "1000-Cash-in-tills": bytes outside ASCII become dashes too, and the name stands in full beside
 * the open directive. */
static void put_beancount_part(struct buf *b, text_t code, text_t name)
{
    for (size_t i = 0; i < code.n; i++) {
        buf_str(b, code.s[i] == '.' ? "--" : (char[]){ code.s[i], 0 });
    }
    bool dash = false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.s[i];
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
            buf_str(b, i == 0 || dash ? "-" : "");
            buf_char(b, c);
            dash = false;
        } else {
            dash = true;
        }
    }
}

static void put_account(struct export *x, int64_t kind, text_t code, text_t name)
{
    buf_str(&x->b, roots[kind]);
    buf_char(&x->b, ':');
    if (x->format == BEANCOUNT) {
        put_beancount_part(&x->b, code, name);
        return;
    }
    buf_text(&x->b, code);
    buf_char(&x->b, ' ');
    put_clean(&x->b, name, ":;|");
}

static void put_amount(struct export *x, int64_t minor)
{
    char text[DECIMAL_TEXT_MAX];
    decimal_print(minor, x->cx->decimals, x->cx->decimals, text);
    buf_fmt(&x->b, "%s %s", text, x->cx->currency.s);
}

static void put_date(struct buf *b, int64_t days)
{
    char text[DATE_TEXT_MAX];
    date_print((date_t){ days }, text);
    buf_str(b, text);
}

static enum err flush(struct export *x)
{
    if (x->b.failed) {
        return ERR_NO_MEMORY;
    }
    return x->b.n > 0 ? x->write(x->arg, buf_done(&x->b)) : OK;
}

/* -- head: commodity and accounts ----------------------------------------------------------- */

static void head_account(struct export *x, const struct account *a)
{
    struct buf *b = &x->b;
    if (x->format == BEANCOUNT) {
        buf_str(b, "1900-01-01 open ");
        put_account(x, a->kind, a->code, a->name);
        buf_fmt(b, " %s\n  name: ", x->cx->currency.s);
        put_quoted(b, a->name);
    } else {
        buf_str(b, "account ");
        put_account(x, a->kind, a->code, a->name);
        if (x->format == HLEDGER) {
            buf_fmt(b, "  ; type:%s", hledger_types[a->kind]);
        }
    }
    buf_char(b, '\n');
}

static enum err write_head(struct export *x)
{
    struct account *accounts;
    struct company company;
    size_t n;
    struct buf *b = &x->b;
    buf_init(b, x->cx->arena, TEXT_BYTES_MAX);
    TRY(company_get(x->cx, &company));
    TRY(store_select(x->cx, &account_entity, "no_entries = 0 ORDER BY code", NULL, 0, &accounts,
                     &n));
    const char *currency = x->cx->currency.s;
    if (x->format == BEANCOUNT) {
        buf_str(b, "option \"title\" ");
        put_quoted(b, company.name);
        buf_fmt(b, "\noption \"operating_currency\" \"%s\"\n\n1900-01-01 commodity %s\n", currency,
                currency);
    } else if (x->format == HLEDGER) {
        char sample[DECIMAL_TEXT_MAX];
        decimal_print(1000 * decimal_pow10(x->cx->decimals), x->cx->decimals, x->cx->decimals,
                      sample);
        buf_fmt(b, "commodity %s%s %s\n", sample, x->cx->decimals == 0 ? "." : "", currency);
    } else if (x->format == LEDGER) {
        buf_fmt(b, "commodity %s\ntag entry\ntag source\ntag site\ntag party\ntag memo\n",
                currency);
    } else {
        buf_str(b, "posted_on,entry,number,kind,account,account_name,account_kind,site,party,"
                   "debit,credit,memo,"
                   "source_entity,source,recorded_at\n");
    }
    for (size_t i = 0; i < n && x->format != CSV; i++) {
        head_account(x, &accounts[i]);
    }
    return flush(x);
}

/* -- entries -------------------------------------------------------------------------------- */

static void entry_head(struct export *x, const struct value *row)
{
    struct buf *b = &x->b;
    const char *kind = entry_kinds[row[KIND].i].name;
    text_t memo = row[MEMO].t.s ? row[MEMO].t : text_of(kind);
    buf_char(b, '\n');
    put_date(b, row[POSTED_ON].i);
    if (x->format == BEANCOUNT) {
        buf_str(b, " * ");
        put_quoted(b, memo);
        buf_fmt(b, "\n  entry: \"%lld\"\n", (long long)row[ENTRY].i);
        if (row[NUMBER].t.s) {
            buf_str(b, "  number: ");
            put_quoted(b, row[NUMBER].t);
            buf_char(b, '\n');
        }
        if (row[SOURCE_ENTITY].t.s) {
            buf_fmt(b, "  source: \"%s/%lld\"\n", row[SOURCE_ENTITY].t.s, (long long)row[SOURCE].i);
        }
        return;
    }
    buf_str(b, " * ");
    if (row[NUMBER].t.s) {
        buf_char(b, '(');
        put_clean(b, row[NUMBER].t, "();");
        buf_str(b, ") ");
    }
    put_clean(b, memo, ";|()");
    buf_fmt(b, "\n    ; entry: %lld\n", (long long)row[ENTRY].i);
    if (row[SOURCE_ENTITY].t.s) {
        buf_fmt(b, "    ; source: %s/%lld\n", row[SOURCE_ENTITY].t.s, (long long)row[SOURCE].i);
    }
}

/* A tag of a line: hledger and ledger read "name: value" in a comment, beancount metadata below the
 * line. */
static void line_tag(struct export *x, const char *name, text_t value)
{
    if (!value.s) {
        return;
    }
    if (x->format == BEANCOUNT) {
        buf_fmt(&x->b, "    %s: ", name);
        put_quoted(&x->b, value);
        buf_char(&x->b, '\n');
        return;
    }
    buf_fmt(&x->b, "    ; %s: ", name);
    put_clean(&x->b, value, ":;,[]()");
    buf_char(&x->b, '\n');
}

static void entry_line(struct export *x, const struct value *row)
{
    buf_str(&x->b, x->format == BEANCOUNT ? "  " : "    ");
    put_account(x, row[ACCOUNT_KIND].i, row[CODE].t, row[NAME].t);
    buf_str(&x->b, "  ");
    put_amount(x, row[DEBIT].i - row[CREDIT].i);
    buf_char(&x->b, '\n');
    line_tag(x, "site", row[SITE].t);
    line_tag(x, "party", row[PARTY].t);
    line_tag(x, "memo", row[LINE_MEMO].t);
}

static void csv_money(struct export *x, int64_t minor)
{
    char text[DECIMAL_TEXT_MAX];
    decimal_print(minor, x->cx->decimals, x->cx->decimals, text);
    buf_fmt(&x->b, ",%s", minor == 0 ? "" : text);
}

static void csv_text(struct export *x, text_t t)
{
    buf_char(&x->b, ',');
    buf_csv(&x->b, t);
}

static void csv_line(struct export *x, const struct value *row)
{
    struct buf *b = &x->b;
    char at[INSTANT_TEXT_MAX];
    put_date(b, row[POSTED_ON].i);
    buf_fmt(b, ",%lld", (long long)row[ENTRY].i);
    csv_text(x, row[NUMBER].t);
    csv_text(x, text_of(entry_kinds[row[KIND].i].name));
    csv_text(x, row[CODE].t);
    csv_text(x, row[NAME].t);
    csv_text(x, text_of(account_kinds[row[ACCOUNT_KIND].i].name));
    csv_text(x, row[SITE].t);
    csv_text(x, row[PARTY].t);
    csv_money(x, row[DEBIT].i);
    csv_money(x, row[CREDIT].i);
    csv_text(x, row[LINE_MEMO].t.s ? row[LINE_MEMO].t : row[MEMO].t);
    csv_text(x, row[SOURCE_ENTITY].t);
    buf_char(b, ',');
    if (row[SOURCE].type != V_NULL) {
        buf_i64(b, row[SOURCE].i);
    }
    instant_print((instant_t){ row[RECORDED_AT].i }, at);
    buf_fmt(b, ",%s\n", at);
}

/* The entries after *last in id order; *n of rows read, 0 at the end. */
static enum err write_page(struct export *x, int64_t *last, size_t *n)
{
    struct rows rows;
    const struct value args[] = { v_int(x->cx->company), v_int(*last), v_int(x->from.days),
                                  v_int(x->to.days), v_int(PAGE_ENTRIES) };
    TRY(store_query(x->cx, page_sql, args, N_ELEMENTS(args), &rows));
    buf_init(&x->b, x->cx->arena, TEXT_BYTES_MAX);
    for (size_t r = 0; r < rows.n; r++) {
        const struct value *row = rows.v + r * rows.cols;
        if (x->format == CSV) {
            csv_line(x, row);
        } else {
            if (row[ENTRY].i != *last) {
                entry_head(x, row);
            }
            entry_line(x, row);
        }
        *last = row[ENTRY].i;
    }
    *n = rows.n;
    return flush(x);
}

static enum err write_pages(struct export *x, struct arena *page)
{
    int64_t last = 0;
    size_t n = 1;
    while (n > 0) {
        arena_reset(page);
        TRY(write_page(x, &last, &n));
    }
    return OK;
}

enum err ledger_export(struct cx *cx, const char *format, date_t from, date_t to,
                       enum err (*write)(void *arg, text_t piece), void *arg)
{
    struct export x = {
        .cx = cx, .format = FORMATS, .from = from, .to = to, .write = write, .arg = arg
    };
    for (int i = 0; i < FORMATS; i++) {
        if (strcmp(formats[i], format) == 0) {
            x.format = (enum format)i;
        }
    }
    if (x.format == FORMATS) {
        return REFUSE(cx, &refusal_unknown_format, TEXT("format"),
                      text_copy(cx->arena, text_of(format)));
    }
    if (!cx_may(cx, "ledger.read") || !cx->who->all_sites) {
        return REFUSE(cx, &refusal_forbidden, TEXT_NONE, TEXT("ledger.read"));
    }
    x.from.days = date_none(from) ? INT32_MIN : from.days;
    x.to.days = date_none(to) ? INT32_MAX : to.days;
    TRY(write_head(
        &x)); /* in the caller's arena, where the cache of master data may keep its view */
    struct arena *own = cx->arena, page;
    arena_init(&page, PAGE_BYTES_MAX);
    cx->arena = &page;
    enum err e = write_pages(&x, &page);
    cx->arena = own;
    arena_free(&page);
    return e;
}
