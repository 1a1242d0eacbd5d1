/* The journal as text: names, quoting and amounts in each format, days, pages; whether the programs
 * themselves agree is tests/ledger_export.sh's affair. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/open.h"
#include "back/ledger/ledger.h"
#include "kit/store.h"

#include <stdio.h>
#include <stdlib.h>

struct bench {
    struct kontor kontor;
    struct arena arena;
    struct who who;
    char url[KIT_URL_MAX];
};

static void must(struct bench *b, const char *entity, const char *command, int64_t id,
                 const char *body)
{
    struct call call = { .house = b->kontor.house,
                         .arena = &b->arena,
                         .who = &b->who,
                         .now = { INT64_C(1772442000) * US_PER_SECOND } };
    assert_int_equal(flow_name(&call, entity, command, id, text_of(body)), OK);
    if (flow_call(&call) != OK) {
        fail_msg("%s %s: %s", entity, body, call.answer.s);
    }
    if (strcmp(entity, "company") == 0 && !command) {
        b->who = kontor_system(call.answer_id);
    }
}

static void start(struct bench *b, const char *currency, const char *set_up)
{
    char why[256], body[400];
    *b = (struct bench){ .who = kontor_system(0) };
    arena_init(&b->arena, (size_t)256 << 20);
    kit_store_new(DB_SQLITE, b->url);
    assert_int_equal(kontor_open(&b->kontor, (struct db_config){ .url = b->url }, why), OK);
    snprintf(body, sizeof(body),
             "{\"code\":\"T\",\"name\":\"The \\\"Trading\\\" "
             "House\",\"country\":\"ES\",\"currency\":\"%s\","
             "\"language\":\"en\",\"time_zone\":\"Europe/Madrid\"}",
             currency);
    must(b, "company", NULL, 0, body);
    must(b, "company", "set_up", b->who.company, set_up);
}

static void stop(struct bench *b)
{
    kontor_close(&b->kontor);
    kit_store_drop(b->url);
    arena_free(&b->arena);
}

struct exporting {
    struct bench *bench;
    const char *format;
    date_t from, to;
    struct buf text;
    size_t pieces;
    enum err stop_with, result;
};

static enum err take(void *arg, text_t piece)
{
    struct exporting *x = arg;
    buf_text(&x->text, piece);
    x->pieces++;
    return x->stop_with;
}

static enum err run_export(struct tx *tx, void *arg)
{
    struct exporting *x = arg;
    struct cx cx;
    struct arena a;
    arena_init(&a, (size_t)64 << 20);
    cx_init(&cx, x->bench->kontor.house, &a, tx, &x->bench->who, "en");
    x->result = ledger_export(&cx, x->format, x->from, x->to, take, x);
    cx_done(&cx);
    arena_free(&a);
    return OK;
}

static const char *exported(struct bench *b, const char *format, date_t from, date_t to)
{
    struct exporting x = { .bench = b, .format = format, .from = from, .to = to };
    buf_init(&x.text, &b->arena, (size_t)16 << 20);
    assert_int_equal(db_read(b->kontor.db, run_export, &x), OK);
    assert_int_equal(x.result, OK);
    return buf_done(&x.text).s;
}

static void contains(const char *text, const char *part)
{
    if (!strstr(text, part)) {
        fail_msg("not found:\n%s\nin:\n%s", part, text);
    }
}

static const char awkward[] =
    "{\"posted_on\":\"2026-03-02\",\"memo\":\"Rent (March); date:2026 | \\\"x\\\" \\\\ "
    "y\",\"lines\":["
    "{\"account\":\"6.1-A\",\"debit\":\"1234.50\",\"memo\":\"a; b: c, [d]\"},"
    "{\"account\":\"1020\",\"credit\":\"1234.50\"}]}";

static void euro(struct bench *b)
{
    start(b, "EUR", "{}");
    must(b, "account", NULL, 0,
         "{\"code\":\"6.1-A\",\"name\":\"Rent:  of; shops | \\u00e1rea\",\"kind\":\"expense\"}");
    must(b, "journal_entry", NULL, 0, awkward);
    must(b, "journal_entry", NULL, 0,
         "{\"posted_on\":\"2026-01-31\",\"lines\":[{\"account\":\"6000\",\"debit\":\"0.05\"},"
         "{\"account\":\"1020\",\"credit\":\"0.05\"}]}");
}

static void hledger_and_ledger(void **state)
{
    struct bench b;
    (void)state;
    euro(&b);
    const char *text = exported(&b, "hledger", DATE_NONE, DATE_NONE);
    contains(text, "commodity 1000.00 EUR\n");
    contains(text, "account Assets:1020 Bank  ; type:A\n");
    contains(text, "account Expenses:6.1-A Rent- of- shops - \xc3\xa1rea  ; type:X\n");
    contains(text, "\n2026-03-02 * (000001) Rent -March-- date:2026 - \"x\" \\ y\n    ; entry: ");
    contains(text, "    Expenses:6.1-A Rent- of- shops - \xc3\xa1rea  1234.50 EUR\n"
                   "    ; memo: a- b- c- -d-\n"
                   "    Assets:1020 Bank  -1234.50 EUR\n");
    contains(text, "\n2026-01-31 * (000002) manual\n");
    assert_null(strstr(text, "account Assets:10 Cash")); /* headings have no entries */
    text = exported(&b, "ledger", DATE_NONE, DATE_NONE);
    contains(text, "commodity EUR\n");
    contains(text, "account Assets:1020 Bank\n");
    contains(text, "    Assets:1020 Bank  -0.05 EUR\n");
    stop(&b);
}

static void beancount(void **state)
{
    struct bench b;
    (void)state;
    euro(&b);
    const char *text = exported(&b, "beancount", DATE_NONE, DATE_NONE);
    contains(text,
             "option \"title\" \"The -Trading- House\"\noption \"operating_currency\" \"EUR\"\n");
    contains(text, "1900-01-01 commodity EUR\n");
    contains(text, "1900-01-01 open Assets:1020-Bank EUR\n  name: \"Bank\"\n");
    contains(text, "1900-01-01 open Expenses:6--1-A-Rent-of-shops-rea EUR\n"
                   "  name: \"Rent: of; shops | \xc3\xa1rea\"\n");
    contains(text, "\n2026-03-02 * \"Rent (March); date:2026 | -x- - y\"\n  entry: \"");
    contains(text, "  number: \"000001\"\n  Expenses:6--1-A-Rent-of-shops-rea  1234.50 EUR\n"
                   "    memo: \"a; b: c, [d]\"\n  Assets:1020-Bank  -1234.50 EUR\n");
    stop(&b);
}

static void csv(void **state)
{
    struct bench b;
    (void)state;
    euro(&b);
    const char *text = exported(&b, "csv", DATE_NONE, DATE_NONE);
    contains(text, "posted_on,entry,number,kind,account,account_name,account_kind,site,party,debit,"
                   "credit,memo,source_entity,source,recorded_at\n2026-03-02,");
    contains(text, ",000001,manual,6.1-A,");
    contains(text, ",expense,,,1234.50,,\"a; b: c, [d]\",,,2026-03-02T09:00:00.000000Z\n");
    contains(text, ",000002,manual,1020,Bank,asset,,,,0.05,,,,2026-03-02T09:00:00.000000Z\n");
    stop(&b);
}

/* Amounts have the decimals of the company's currency. */
static void currencies(void **state)
{
    struct bench b;
    (void)state;
    start(&b, "JPY", "{}");
    must(&b, "journal_entry", NULL, 0,
         "{\"posted_on\":\"2026-03-02\",\"lines\":[{\"account\":\"6000\",\"debit\":\"5000\"},"
         "{\"account\":\"1020\",\"credit\":\"5000\"}]}");
    const char *text = exported(&b, "hledger", DATE_NONE, DATE_NONE);
    contains(text, "commodity 1000. JPY\n");
    contains(text, "  5000 JPY\n");
    stop(&b);
    start(&b, "KWD", "{}");
    must(&b, "journal_entry", NULL, 0,
         "{\"posted_on\":\"2026-03-02\",\"lines\":[{\"account\":\"6000\",\"debit\":\"0.005\"},"
         "{\"account\":\"1020\",\"credit\":\"0.005\"}]}");
    contains(exported(&b, "beancount", DATE_NONE, DATE_NONE), "  -0.005 KWD\n");
    stop(&b);
}

/* The Spanish chart: its numbers, no headings, every purpose served. */
static void spanish_numbers(void **state)
{
    struct bench b;
    (void)state;
    start(&b, "EUR", "{\"template\":\"retail_es\"}");
    const char *text = exported(&b, "beancount", DATE_NONE, DATE_NONE);
    contains(text, "open Assets:570-Cash-in-tills EUR");
    contains(text, "open Income:700-Revenue EUR");
    contains(text, "open Liabilities:477-VAT-payable EUR");
    assert_null(strstr(text, "1000-"));
    assert_int_equal(kit_store_sql(b.url, "SELECT COUNT(DISTINCT purpose) FROM posting_rules"),
                     POST_PURPOSES);
    assert_int_equal(kit_store_sql(b.url, "SELECT COUNT(*) FROM accounts WHERE no_entries = 1"), 0);
    stop(&b);
    start(&b, "EUR", "{}");
    assert_int_equal(kit_store_sql(b.url, "SELECT COUNT(DISTINCT purpose) FROM posting_rules"),
                     POST_PURPOSES);
    stop(&b);
}

static size_t count(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *p = strstr(text, part); p; p = strstr(p + 1, part)) {
        n++;
    }
    return n;
}

static void days_pages_and_refusals(void **state)
{
    struct bench b;
    date_t march, february;
    (void)state;
    euro(&b);
    assert_int_equal(date_parse("2026-03-01", 10, &march), OK);
    assert_int_equal(date_parse("2026-02-28", 10, &february), OK);
    const char *text = exported(&b, "ledger", march, DATE_NONE);
    assert_int_equal(count(text, "; entry:"), 1);
    contains(text, "(000001)");
    text = exported(&b, "ledger", DATE_NONE, february);
    assert_int_equal(count(text, "; entry:"), 1);
    contains(text, "(000002)");
    assert_int_equal(count(exported(&b, "ledger", march, march), "; entry:"), 0);
    for (int i = 0; i < 150; i++) { /* more than two pages */
        must(&b, "journal_entry", NULL, 0,
             "{\"posted_on\":\"2026-03-02\",\"lines\":[{\"account\":\"6000\",\"debit\":\"1.00\"},"
             "{\"account\":\"1020\",\"credit\":\"1.00\"}]}");
    }
    text = exported(&b, "hledger", DATE_NONE, DATE_NONE);
    assert_int_equal(count(text, "; entry:"), 152);
    assert_int_equal(count(text, "  1.00 EUR\n"), 150);
    assert_int_equal(count(text, "(000152)"), 1);

    struct exporting x = { .bench = &b, .format = "xls", .from = DATE_NONE, .to = DATE_NONE };
    buf_init(&x.text, &b.arena, 1 << 20);
    assert_int_equal(db_read(b.kontor.db, run_export, &x), OK);
    assert_int_equal(x.result, ERR_REFUSED);
    assert_int_equal(x.pieces, 0);
    x.format = "csv";
    x.stop_with = ERR_DISK_FULL; /* what the writer says ends it */
    assert_int_equal(db_read(b.kontor.db, run_export, &x), OK);
    assert_int_equal(x.result, ERR_DISK_FULL);
    assert_int_equal(x.pieces, 1);
    b.who.all_sites = false; /* half a journal is none */
    x.stop_with = OK;
    assert_int_equal(db_read(b.kontor.db, run_export, &x), OK);
    assert_int_equal(x.result, ERR_REFUSED);
    assert_int_equal(x.pieces, 1);
    stop(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hledger_and_ledger),
        cmocka_unit_test(beancount),
        cmocka_unit_test(csv),
        cmocka_unit_test(currencies),
        cmocka_unit_test(spanish_numbers),
        cmocka_unit_test(days_pages_and_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
