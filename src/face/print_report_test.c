/* Reports on paper: every report of a working shop in every language, read back from its PDF; the
 * figures and words of some of them; what is cut, empty, wide or not one's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "face/format.h"
#include "face/print_report.h"
#include "kit/shop.h"
#include "kit/tool.h"
#include "meta/locale.h"

/* The PDF as file NAME.pdf in the current folder; its words. */
static text_t words_in(struct shop *s, const char *language, const char *name, const char *path)
{
    text_t query, plain = text_split(text_of(path), '?', &query);
    struct rest_request r = { .arena = &s->arena,
                              .method = HTTP_GET,
                              .path = text_fmt(&s->arena, "/api/v1%.*s", (int)plain.n, plain.s),
                              .query = query,
                              .authorization = text_fmt(&s->arena, "Bearer %s", s->admin.s),
                              .accept_language = text_of(language),
                              .peer = TEXT("127.0.0.1") };
    rest_call(s->rest, &r);
    if (r.answer.status != 200 || !text_starts(r.answer.body, "%PDF-")) {
        fail_msg("%s: %d %s", path, r.answer.status, r.answer.body.s);
    }
    const char *file = text_fmt(&s->arena, "%s.pdf", name).s;
    FILE *f = fopen(file, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(r.answer.body.s, 1, r.answer.body.n, f), r.answer.body.n);
    assert_int_equal(fclose(f), 0);
    const char *const read[] = { "pdftotext", "-layout", file, "-", NULL };
    return tool_output(&s->arena, read);
}

static text_t words(struct shop *s, const char *name, const char *path)
{
    return words_in(s, "en", name, path);
}

/* Without blanks: pdftotext sees some inside words of scripts whose signs reach over each other. */
static text_t closed_up(struct arena *a, text_t t)
{
    struct buf b;
    buf_init(&b, a, t.n + 1);
    for (size_t i = 0; i < t.n; i++) {
        if (t.s[i] != ' ' && t.s[i] != '\n') {
            buf_add(&b, t.s + i, 1);
        }
    }
    return buf_done(&b);
}

static void says(struct shop *s, text_t whole, const char *part)
{
    const char *wanted = closed_up(&s->arena, text_of(part)).s;
    if (!strstr(closed_up(&s->arena, whole).s, wanted)) {
        fail_msg("\"%s\" is not in:\n%s", part, whole.s);
    }
}

static size_t count(text_t whole, const char *part)
{
    size_t n = 0;
    for (const char *at = whole.s; (at = strstr(at, part)) != NULL; at += strlen(part)) {
        n++;
    }
    return n;
}

static const char *amount(struct shop *s, const char *language, int64_t minor)
{
    struct buf b;
    buf_init(&b, &s->arena, 100);
    format_money(format_for(language, TEXT("ES"), DIGITS_USUAL), &b, money_of(minor), TEXT("EUR"));
    return buf_done(&b).s;
}

static int64_t first_id(struct shop *s, const char *path)
{
    struct shop_answer a;
    int64_t id = 0;
    assert_int_equal(shop_ask(s, &a, "GET", path, NULL, NULL), 200);
    const struct json *items = json_get(a.json, "items");
    assert_non_null(items->first);
    assert_int_equal(text_to_i64(json_get(items->first, "id")->text, &id), OK);
    shop_forget(&a);
    return id;
}

static void trade(struct shop *s)
{
    (void)shop_must(s, 201, "POST", "/sales_orders/checkout",
                    "{\"till\":\"T1\",\"lines\":[{\"product\":\"GIFT\",\"quantity\":\"3\"},"
                    "{\"product\":\"TEA\",\"quantity\":\"2\"}],\"tenders\":[{\"kind\":\"card\","
                    "\"amount\":\"35.00\"}]}");
}

/* -- every report ---------------------------------------------------------------------------- */

/* Parameters that must be given. */
static const char *needed(struct shop *s, const struct query *q)
{
    static const struct {
        const char *param, *path;
    } ids[] = { { "account", "/accounts?code=4000" }, { "product", "/products?code=TEA" } };
    struct buf b;
    buf_init(&b, &s->arena, 1000);
    buf_str(&b, "format=pdf");
    for (size_t i = 0; i < q->n_params; i++) {
        const struct field *f = &q->params[i];
        if (!(f->flags & F_REQUIRED) || f->fallback) {
            continue;
        }
        bool known = false;
        for (size_t k = 0; k < N_ELEMENTS(ids); k++) {
            if (f->target && strcmp(f->target, ids[k].param) == 0) {
                buf_fmt(&b, "&%s=%lld", f->name, (long long)first_id(s, ids[k].path));
                known = true;
            }
        }
        if (!known) {
            buf_fmt(&b, "&%s=%s", f->name, f->kind->name[0] == 'd' ? "2026-03-01" : "1");
        }
    }
    return buf_done(&b).s;
}

static void every_report(void **state)
{
    struct shop s;
    size_t printed = 0;
    (void)state;
    shop_open(&s, DB_SQLITE);
    trade(&s);
    const struct house_plan *plan = house_plan(s.kontor.house);
    for (size_t a = 0; a < plan->n_areas; a++) {
        for (size_t i = 0; i < plan->areas[a]->n_queries; i++) {
            const struct query *q = &plan->areas[a]->queries[i];
            text_t t = words(&s, q->name,
                             text_fmt(&s.arena, "/reports/%s?%s", q->name, needed(&s, q)).s);
            says(&s, t, locale_bare(q->label));
            printed++;
        }
    }
    assert_true(printed > 20);
    shop_close(&s);
}

/* -- words and figures ------------------------------------------------------------------------ */

static void in_words(struct shop *s, const char *language, const char *path,
                     const char *const *msgids, int64_t minor)
{
    const char *name = text_fmt(&s->arena, "%s-%s", msgids[0], language).s;
    text_t t = words_in(s, language, name, path);
    for (; *msgids; msgids++) {
        says(s, t, locale_text(language, *msgids));
    }
    if (minor) {
        says(s, t, amount(s, language, minor));
    }
}

static void figures_on(enum db_store store)
{
    static const char *const trial[] = { "Trial balance", "Opening balance",
                                         "Debit",         "The figures agree with the books.",
                                         "Difference",    NULL };
    static const char *const general[] = { "General ledger", "Posted on", "Entry", "Account",
                                           NULL };
    static const char *const stock[] = { "Stock", "Product", "Site", "On hand", NULL };
    static const char *const languages_read[] = { "en", "hi" };
    struct shop s;
    shop_open(&s, store);
    trade(&s);
    for (size_t i = 0; i < N_ELEMENTS(languages_read); i++) {
        const char *l = languages_read[i];
        in_words(&s, l, "/reports/trial_balance?format=pdf&tree=true", trial, 3500);
        in_words(&s, l, "/reports/general_ledger?format=pdf&account=4000", general, 0);
        in_words(&s, l, "/reports/stock?format=pdf", stock, 0);
    }
    text_t t = words(&s, "stock", "/reports/stock?format=pdf&site=S2&as_of=2027-03-31");
    says(&s, t, "Site: S2 Dos");
    says(&s, t, "As of: 31 Mar 2027");
    assert_int_equal(count(t, "GIFT"), 0);
    assert_true(count(t, "TEA") > 0);
    text_t empty = words(&s, "empty", "/reports/transfers_in_transit?format=pdf");
    says(&s, empty, "Nothing to show for these parameters.");
    /* Many columns lie. */
    t = words(&s, "wide", "/reports/stock_ledger?format=pdf&product=TEA&site=S1");
    says(&s, t, "Product: TEA Green tea");
    const char *const size[] = { "pdfinfo", "wide.pdf", NULL };
    assert_int_equal(count(tool_output(&s.arena, size), "841.89 x 595.276"), 1);
    shop_close(&s);
}

static void figures(void **state)
{
    (void)state;
    figures_on(DB_SQLITE);
    figures_on(DB_POSTGRES);
}

/* The same figures are the same file, within a minute; the language is the caller's. */
static void repeatable(void **state)
{
    static const char path[] = "/reports/trial_balance?format=pdf";
    struct shop s;
    struct shop_answer a, b;
    (void)state;
    shop_open(&s, DB_SQLITE);
    trade(&s);
    s.clock = (instant_t){ INT64_C(1800000000000000) };
    assert_int_equal(shop_ask(&s, &a, "GET", path, NULL, NULL), 200);
    assert_int_equal(shop_ask(&s, &b, "GET", path, NULL, NULL), 200);
    assert_true(text_eq(a.body, b.body));
    shop_forget(&a);
    shop_forget(&b);
    assert_int_equal(shop_ask_as(&s, &a, shop_person(&s, "tim", "cashier", NULL).s, "GET", path,
                                 NULL, NULL, NULL),
                     403);
    assert_true(text_is(a.code, "forbidden"));
    shop_forget(&a);
    shop_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_report),
        cmocka_unit_test(figures),
        cmocka_unit_test(repeatable),
    };
    return arena_reserve_init() != OK || cmocka_run_group_tests(tests, NULL, NULL);
}
