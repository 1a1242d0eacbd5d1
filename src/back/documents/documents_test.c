/* The documents area: placeholders by table, rules by its story, and every document in every
 * language, read back from its PDF as a person or a scanner would. */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "back/documents/placeholder.h"
#include "face/format.h"
#include "flow/slow.h"
#include "kit/shop.h"
#include "kit/story_file.h"
#include "kit/tool.h"
#include "meta/locale.h"
#include "os/thread.h"

/* -- placeholders ---------------------------------------------------------------------------- */

static void placeholders(void **state)
{
    static const struct {
        const char *text;
        enum placeholder_fault fault;
        const char *which, *filled;
    } rows[] = {
        { "", PLACEHOLDERS_FINE, NULL, "" },
        { "plain", PLACEHOLDERS_FINE, NULL, "plain" },
        { "{total}", PLACEHOLDERS_FINE, NULL, "12" },
        { "a{total}b{ total }c", PLACEHOLDERS_FINE, NULL, "a12b12c" },
        { "{site.phone}", PLACEHOLDERS_FINE, NULL, "" },
        { "{{total}}", PLACEHOLDERS_FINE, NULL, "{total}" },
        { "{{{total}}}", PLACEHOLDERS_FINE, NULL, "{12}" },
        { "{}", PLACEHOLDER_UNKNOWN, "", NULL },
        { "{totals}", PLACEHOLDER_UNKNOWN, "totals", NULL },
        { "{Total}", PLACEHOLDER_UNKNOWN, "Total", NULL },
        { "{", PLACEHOLDER_BRACE, "{", NULL },
        { "}", PLACEHOLDER_BRACE, "}", NULL },
        { "x}", PLACEHOLDER_BRACE, "}", NULL },
        { "{total", PLACEHOLDER_BRACE, "{total", NULL },
        { "{to{tal}", PLACEHOLDER_BRACE, "{to{tal}", NULL },
        { "{total}}", PLACEHOLDER_BRACE, "}", NULL },
        { "{to\ntal}", PLACEHOLDER_BRACE, "{to\ntal}", NULL },
    };
    struct arena a;
    text_t values[PLACEHOLDERS] = { [PLACEHOLDER_TOTAL] = TEXT("12") };
    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        text_t which;
        enum placeholder_fault fault = placeholders_check(text_of(rows[i].text), &which);
        if (fault != rows[i].fault || (rows[i].which && !text_is(which, rows[i].which))) {
            fail_msg("%s: %d %s", rows[i].text, (int)fault, which.s);
        }
        if (rows[i].filled) {
            text_t t = placeholders_fill(&a, text_of(rows[i].text), values);
            if (!text_is(t, rows[i].filled)) {
                fail_msg("%s: %s", rows[i].text, t.s);
            }
        }
    }
    for (size_t i = 0; i < PLACEHOLDERS; i++) {
        assert_non_null(strstr(placeholders_known(&a).s, placeholder_names[i]));
    }
    arena_free(&a);
}

static void story(void **state)
{
    (void)state;
    story_file("src/back/documents/documents.story");
}

/* -- every document in every language ---------------------------------------------------------- */

#define HINDI_TEA   "मसाला चाय"
#define HINDI_CLOTH "राष्ट्रीय वस्त्र क्षत्रिय"
#define EAN         "4006381333931"

struct papers {
    struct shop shop;
    int64_t sale, back, invoice, note, order, customer, tea, session;
};

static int64_t find(struct papers *p, const char *path)
{
    struct shop_answer a;
    assert_int_equal(shop_ask(&p->shop, &a, "GET", path, NULL, NULL), 200);
    const struct json *items = json_get(a.json, "items");
    int64_t id = 0;
    assert_non_null(items->first);
    assert_int_equal(text_to_i64(json_get(items->first, "id")->text, &id), OK);
    shop_forget(&a);
    return id;
}

static int64_t at(struct papers *p, int status, const char *body, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
static int64_t at(struct papers *p, int status, const char *body, const char *fmt, ...)
{
    char path[200];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(path, sizeof path, fmt, args);
    va_end(args);
    return shop_must(&p->shop, status, "POST", path, body);
}

static void trade(struct papers *p)
{
    char body[4000];
    size_t n;
    int64_t site = find(p, "/sites?code=S1");
    struct shop_answer a;
    assert_int_equal(
        shop_ask(&p->shop, &a, "PATCH", text_fmt(&p->shop.arena, "/sites/%lld", (long long)site).s,
                 NULL,
                 "{\"street\":\"Calle Mayor 12\",\"postal_code\":\"28013\",\"city\":\"Madrid\","
                 "\"phone\":\"+34 910 000 000\"}"),
        200);
    shop_forget(&a);
    p->tea = at(p, 201,
                "{\"code\":\"CHAI\",\"name\":\"" HINDI_TEA
                " 250 g\",\"unit\":\"pc\",\"kind\":\"service\",\"price\":\"1234.50\",\"tax\":"
                "\"IVA21\",\"barcodes\":[{\"code\":\"" EAN "\"}]}",
                "/products");
    (void)at(p, 201,
             "{\"code\":\"CLOTH\",\"name\":\"" HINDI_CLOTH
             "\",\"unit\":\"pc\",\"kind\":\"service\",\"price\":\"89.90\",\"tax\":\"IVA10\"}",
             "/products");
    (void)at(
        p, 201,
        "{\"code\":\"LONG\",\"name\":\"Mantel de lino lavado con bordado a mano y servilletas a "
        "juego, 180 x 300 cm, color natural\",\"unit\":\"pc\",\"kind\":\"service\","
        "\"price\":\"64.00\",\"tax\":\"IVA21\"}",
        "/products");
    p->customer = at(p, 201,
                     "{\"code\":\"RAVI\",\"name\":\"\xe0\xa4\xb0\xe0\xa4\xb5\xe0\xa4\xbf "
                     "\xe0\xa4\xb6\xe0\xa4\xb0\xe0\xa5\x8d\xe0\xa4\xae\xe0\xa4\xbe\",\"kind\":"
                     "\"person\",\"is_customer\":true,\"credit_limit\":\"90000.00\",\"street\":"
                     "\"12 MG Road\",\"postal_code\":\"560001\",\"city\":\"Bengaluru\","
                     "\"country\":\"IN\",\"tax_id\":\"29ABCDE1234F1Z5\"}",
                     "/parties");
    p->sale = at(p, 201,
                 "{\"till\":\"T1\",\"customer\":\"RAVI\",\"lines\":["
                 "{\"product\":\"CHAI\",\"quantity\":\"2\",\"discount\":\"10\"},"
                 "{\"product\":\"CLOTH\",\"quantity\":\"1\"},{\"product\":\"LONG\",\"quantity\":"
                 "\"3\"}],\"tenders\":[{\"kind\":\"card\",\"amount\":\"2000.00\"},{\"kind\":"
                 "\"cash\",\"amount\":\"600.00\"}]}",
                 "/sales_orders/checkout");
    p->invoice = at(p, 200, "{}", "/sales_orders/%lld/invoice", (long long)p->sale);
    p->back = at(
        p, 200,
        "{\"till\":\"T1\",\"reason\":\"stale\",\"lines\":[{\"line\":1,\"quantity\":\"1\"}]}",
        "/sales_orders/%lld/return", (long long)p->sale);
    p->note = at(p, 200, "{}", "/sales_orders/%lld/invoice", (long long)p->back);
    /* Sixty lines: three pages. */
    n = (size_t)snprintf(body, sizeof body, "{\"site\":\"S1\",\"customer\":\"RAVI\",\"lines\":[");
    for (int i = 0; i < 60; i++) {
        n += (size_t)snprintf(body + n, sizeof body - n,
                              "%s{\"product\":\"%s\",\"quantity\":\"%d\"}", i ? "," : "",
                              i % 7 == 3 ? "LONG"
                              : i % 2    ? "CLOTH"
                                         : "CHAI",
                              i % 5 + 1);
    }
    (void)snprintf(body + n, sizeof body - n, "]}");
    p->order = at(p, 201, body, "/sales_orders");
    (void)at(p, 200, "{}", "/sales_orders/%lld/place", (long long)p->order);
    (void)at(p, 201,
             "{\"site\":\"S1\",\"customer\":\"RAVI\",\"lines\":[{\"product\":\"LONG\","
             "\"quantity\":\"2\"}],\"tenders\":[{\"kind\":\"account\",\"amount\":\"128.00\"}]}",
             "/sales_orders/checkout");
    (void)at(p, 201,
             "{\"customer\":\"RAVI\",\"kind\":\"card\",\"amount\":\"28.00\",\"site\":\"S1\"}",
             "/customer_payments/receive");
    int64_t till = find(p, "/tills?code=T2");
    p->session = find(p, text_fmt(&p->shop.arena, "/till_sessions?till=%lld", (long long)till).s);
    (void)at(p, 201,
             "{\"till\":\"T2\",\"lines\":[{\"product\":\"CHAI\",\"quantity\":\"1\"}],"
             "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"1300.00\"}]}",
             "/sales_orders/checkout");
    (void)at(p, 200, "{\"counted\":\"1330.00\"}", "/tills/%lld/close", (long long)till);
}

/* The PDF as file NAME.pdf in the current folder; its words. */
static text_t printed(struct papers *p, const char *name, const char *path)
{
    struct shop_answer a;
    struct arena *arena = &p->shop.arena;
    int status = shop_ask(&p->shop, &a, "GET", path, NULL, NULL);
    if (status != 200 || !text_starts(a.body, "%PDF-")) {
        fail_msg("%s: %d %s", path, status, a.body.s);
    }
    FILE *f = fopen(text_fmt(arena, "%s.pdf", name).s, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(a.body.s, 1, a.body.n, f), a.body.n);
    assert_int_equal(fclose(f), 0);
    shop_forget(&a);
    const char *const read[] = { "pdftotext", "-layout", text_fmt(arena, "%s.pdf", name).s, "-",
                                 NULL };
    return tool_output(arena, read);
}

static void contains(text_t whole, text_t part, const char *name)
{
    if (!memmem(whole.s, whole.n, part.s, part.n)) {
        fail_msg("%s lacks \"%s\":\n%s", name, part.s, whole.s);
    }
}

/* Without blanks: pdftotext sees some inside words of scripts whose signs reach over each other. */
static text_t closed_up(struct arena *a, text_t t)
{
    struct buf b;
    buf_init(&b, a, t.n + 1);
    for (size_t i = 0; i < t.n; i++) {
        if (t.s[i] != ' ') {
            buf_add(&b, t.s + i, 1);
        }
    }
    return buf_done(&b);
}

static text_t amount(struct papers *p, const char *language, int64_t minor)
{
    struct buf b;
    buf_init(&b, &p->shop.arena, 100);
    format_amount(format_for(language, TEXT("ES"), DIGITS_USUAL), &b, money_of(minor), 2);
    return buf_done(&b);
}

/* What a scanner reads from a picture of the first page. */
static void scans(struct papers *p, const char *name, const char *code)
{
    struct arena *a = &p->shop.arena;
    const char *const draw[] = { "pdftoppm", "-r",   "220",         "-l",
                                 "1",        "-png", "-singlefile", text_fmt(a, "%s.pdf", name).s,
                                 name,       NULL };
    const char *const scan[] = { "zbarimg",
                                 "-q",
                                 "--nodbus",
                                 "-Sdatabar.disable",
                                 "-Sdatabar-exp.disable",
                                 "--raw",
                                 text_fmt(a, "%s.png", name).s,
                                 NULL };
    (void)tool_output(a, draw);
    contains(tool_output(a, scan), text_of(code), name);
}

static const struct wanted {
    const char *document;
    size_t record; /* offset of its id in struct papers */
    const char *query;
    const char *words[4]; /* msgids */
    int64_t amounts[4];
    const char *code;
} documents[] = {
#define OF(member) offsetof(struct papers, member)
    { "receipt",
      OF(sale),
      "",
      { "Sales receipt", "Sold by", "Change", "Card" },
      { 222210, 8990, 19200, 60000 },
      "T1-000001" },
    { "receipt",
      OF(back),
      "return",
      { "Return receipt", "Taken back by", "Original sale" },
      { -111105 },
      "T1-000002" },
    { "invoice",
      OF(invoice),
      "",
      { "Invoice", "Issued by", "With tax", "To be paid" },
      { 222210, 8990, 250400 },
      "INV-000001" },
    { "invoice",
      OF(note),
      "note",
      { "Credit note", "Corrects invoice", "Returned on", "Reason" },
      { -111105, 12345 },
      "CN-000001" },
    { "order_confirmation",
      OF(order),
      "",
      { "Order confirmation", "Carried forward", "Brought forward" },
      { 0 },
      NULL },
    { "statement",
      OF(customer),
      "",
      { "Statement of account", "Open items", "Closing balance" },
      { 12800, 2800, 10000 },
      NULL },
    { "labels", OF(tea), "?count=3", { NULL }, { 123450 }, EAN },
    { "z_report",
      OF(session),
      "",
      { "Z report", "By tender", "Difference" },
      { 123450, 133450, -450 },
      NULL },
};

static void one(struct papers *p, const struct wanted *w, const char *language)
{
    struct arena *a = &p->shop.arena;
    bool query = w->query[0] == '?';
    int64_t id;
    memcpy(&id, (const char *)p + w->record, sizeof id);
    const char *name = text_fmt(a, "%s%s-%s", w->document, query ? "" : w->query, language).s;
    text_t words = printed(p, name,
                           text_fmt(a, "/print/%s/%lld%s%slanguage=%s", w->document, (long long)id,
                                    query ? w->query : "", query ? "&" : "?", language)
                               .s);
    for (size_t i = 0; i < N_ELEMENTS(w->words) && w->words[i]; i++) {
        contains(closed_up(a, words), closed_up(a, text_of(locale_text(language, w->words[i]))),
                 name);
    }
    for (size_t i = 0; i < N_ELEMENTS(w->amounts) && w->amounts[i]; i++) {
        contains(words, amount(p, language, w->amounts[i]), name);
    }
    if (w->code) {
        scans(p, name, w->code);
    }
}

static void all_languages(void **state)
{
    struct papers p = { .sale = 0 };
    (void)state;
    shop_open(&p.shop, DB_SQLITE);
    trade(&p);
    for (size_t i = 0; i < N_ELEMENTS(documents); i++) {
        for (size_t l = 0; l < n_languages; l++) {
            one(&p, &documents[i], languages[l]);
        }
    }
    /* Figures in the digits of the language, where a person chose them. */
    text_t native = printed(
        &p, "receipt-native",
        text_fmt(&p.shop.arena, "/print/receipt/%lld?language=hi&digits=native", (long long)p.sale)
            .s);
    contains(native, TEXT("\xe0\xa5\xa7\xe0\xa5\xaf\xe0\xa5\xa8.\xe0\xa5\xa6\xe0\xa5\xa6"),
             "native"); /* 192.00 */
    contains(native, TEXT("T1-000001"), "native");
    shop_verify(&p.shop, "printing");
    shop_close(&p.shop);
}

/* A template's texts and its absence of a tax table show; the better fitting one is taken. */
static void templates(void **state)
{
    struct papers p = { .sale = 0 };
    (void)state;
    shop_open(&p.shop, DB_SQLITE);
    trade(&p);
    (void)at(&p, 201,
             "{\"code\":\"A\",\"kind\":\"receipt\",\"footer\":\"Hello {customer.name}, {total}\"}",
             "/document_templates");
    (void)at(&p, 201,
             "{\"code\":\"B\",\"kind\":\"receipt\",\"language\":\"es\",\"footer\":\"Adios\"}",
             "/document_templates");
    (void)at(&p, 201,
             "{\"code\":\"C\",\"kind\":\"receipt\",\"site\":\"S2\",\"footer\":\"Elsewhere\"}",
             "/document_templates");
    (void)at(&p, 201,
             "{\"code\":\"D\",\"kind\":\"receipt\",\"footer\":\"Not yet\",\"active\":false,"
             "\"show_taxes\":false,\"show_code\":false}",
             "/document_templates");
    const char *base = text_fmt(&p.shop.arena, "/print/receipt/%lld", (long long)p.sale).s;
    text_t english = printed(&p, "a", text_fmt(&p.shop.arena, "%s?language=en", base).s);
    contains(english, TEXT("Hello \xe0\xa4\xb0\xe0\xa4\xb5\xe0\xa4\xbf"), "a");
    contains(printed(&p, "b", text_fmt(&p.shop.arena, "%s?language=es", base).s), TEXT("Adios"),
             "b");
    text_t tried = printed(&p, "d", text_fmt(&p.shop.arena, "%s?language=en&template=D", base).s);
    contains(tried, TEXT("Not yet"), "d");
    assert_null(strstr(tried.s, "Rate"));
    assert_non_null(strstr(english.s, "Rate"));
    shop_close(&p.shop);
}

/* The same record printed twice is the same file. */
static void repeatable(void **state)
{
    struct papers p = { .sale = 0 };
    struct shop_answer a, b;
    (void)state;
    shop_open(&p.shop, DB_SQLITE);
    trade(&p);
    const char *path = text_fmt(&p.shop.arena, "/print/invoice/%lld", (long long)p.invoice).s;
    assert_int_equal(shop_ask(&p.shop, &a, "GET", path, NULL, NULL), 200);
    assert_int_equal(shop_ask(&p.shop, &b, "GET", path, NULL, NULL), 200);
    assert_int_equal(a.body.n, b.body.n);
    assert_memory_equal(a.body.s, b.body.s, a.body.n);
    shop_forget(&a);
    shop_forget(&b);
    shop_close(&p.shop);
}

/* -- what an issued document says stays ---------------------------------------------------------
 */

static text_t bytes_of(struct papers *p, const char *path)
{
    struct shop_answer a;
    assert_int_equal(shop_ask(&p->shop, &a, "GET", path, NULL, NULL), 200);
    text_t kept = text_copy(&p->shop.arena, a.body);
    shop_forget(&a);
    return kept;
}

static void same_bytes(text_t a, text_t b, const char *when)
{
    if (!text_eq(a, b)) {
        fail_msg("%s: the file is another one", when);
    }
}

static void patch(struct papers *p, const char *collection, int64_t id, const char *body)
{
    struct shop_answer a;
    const char *path = text_fmt(&p->shop.arena, "/%s/%lld", collection, (long long)id).s;
    int status = shop_ask(&p->shop, &a, "PATCH", path, NULL, body);
    if (status != 200) {
        fail_msg("%s: %d %s", path, status, a.body.s);
    }
    shop_forget(&a);
}

/* As if the invoices were issued by a program that did not keep names yet. */
static void forget_and_upgrade(struct papers *p)
{
    kit_store_sql(p->shop.url, "UPDATE invoices SET as_issued = NULL");
    kit_store_sql(p->shop.url, "DELETE FROM house_state WHERE name = 'step'");
    kit_store_sql(p->shop.url, "UPDATE house_state SET value = 'older' WHERE name = 'schema'");
    char url[KIT_URL_MAX], key[200];
    memcpy(url, p->shop.url, sizeof url);
    (void)snprintf(key, sizeof key, "%s", p->shop.admin.s);
    shop_shut(&p->shop);
    shop_open_again(&p->shop, url);
    p->shop.admin = text_fmt(&p->shop.arena, "%s", key);
}

/* Customer, shop, company, goods and taxes get other names: what was issued says what it said, and
 * what is issued now says the new. */
static void kept_on(enum db_store store)
{
    struct papers p = { .sale = 0 };
    shop_open(&p.shop, store);
    trade(&p);
    int64_t tax = find(&p, "/taxes?code=IVA21"), site = find(&p, "/sites?code=S1");
    int64_t company = find(&p, "/companies");
    forget_and_upgrade(&p);
    const char *invoice = text_fmt(&p.shop.arena, "/print/invoice/%lld", (long long)p.invoice).s;
    text_t before = bytes_of(&p, invoice);
    contains(printed(&p, "upgraded", invoice), TEXT("boss"), "upgraded");
    patch(&p, "parties", p.customer,
          "{\"name\":\"Another Name\",\"street\":\"Elsewhere 9\",\"tax_id\":\"X1\"}");
    patch(&p, "products", p.tea, "{\"name\":\"Something else\"}");
    patch(&p, "sites", site, "{\"street\":\"Moved 1\",\"phone\":\"\"}");
    patch(&p, "companies", company, "{\"name\":\"Renamed\"}");
    patch(&p, "taxes", tax, "{\"name\":\"VAT now\"}");
    same_bytes(before, bytes_of(&p, invoice), "after everything was renamed");
    int64_t late = at(&p, 200,
                      "{\"till\":\"T1\",\"reason\":\"late\",\"lines\":[{\"line\":1,"
                      "\"quantity\":\"1\"}]}",
                      "/sales_orders/%lld/return", (long long)p.sale);
    int64_t note = at(&p, 200, "{}", "/sales_orders/%lld/invoice", (long long)late);
    text_t words = printed(&p, "renamed",
                           text_fmt(&p.shop.arena, "/print/invoice/%lld", (long long)note).s);
    contains(words, TEXT("Another Name"), "renamed");
    contains(words, TEXT("Renamed"), "renamed");
    contains(words, TEXT("VAT now"), "renamed");
    shop_close(&p.shop);
}

static void kept(void **state)
{
    (void)state;
    kept_on(DB_SQLITE);
    kept_on(DB_POSTGRES);
}

/* The one at the till is named, where a template does not leave it out; returns of one sale name
 * who took each back. */
static void who_served(void **state)
{
    static const char sale[] = "{\"till\":\"T1\",\"lines\":[{\"product\":\"CHAI\",\"quantity\":"
                               "\"3\"}],\"tenders\":[{\"kind\":\"card\",\"amount\":\"3703.50\"}]}";
    static const char back[] = "{\"till\":\"T1\",\"reason\":\"x\",\"lines\":[{\"line\":1,"
                               "\"quantity\":\"1\"}]}";
    static const char *const names[] = { "zoe", "yan" };
    struct papers p = { .sale = 0 };
    struct shop_answer a;
    (void)state;
    shop_open(&p.shop, DB_SQLITE);
    trade(&p);
    text_t keys[2];
    keys[0] = shop_person(&p.shop, names[0], "cashier", NULL);
    keys[1] = shop_person(&p.shop, names[1], "cashier", NULL);
    assert_int_equal(
        shop_ask_as(&p.shop, &a, keys[0].s, "POST", "/sales_orders/checkout", NULL, NULL, sale),
        201);
    int64_t id = shop_int(&a, "id");
    shop_forget(&a);
    const char *path = text_fmt(&p.shop.arena, "/print/receipt/%lld", (long long)id).s;
    contains(printed(&p, "served", path), TEXT("zoe"), "served");
    for (size_t i = 0; i < 2; i++) {
        const char *take = text_fmt(&p.shop.arena, "/sales_orders/%lld/return", (long long)id).s;
        assert_int_equal(shop_ask_as(&p.shop, &a, keys[i].s, "POST", take, NULL, NULL, back), 200);
        const char *paper =
            text_fmt(&p.shop.arena, "/print/receipt/%lld", (long long)shop_int(&a, "id")).s;
        shop_forget(&a);
        text_t words = printed(&p, "back", paper);
        contains(words, text_of(names[i]), "back");
        assert_null(strstr(words.s, names[1 - i]));
    }
    (void)at(&p, 201, "{\"code\":\"N\",\"kind\":\"receipt\",\"show_person\":false}",
             "/document_templates");
    assert_null(strstr(printed(&p, "nobody", path).s, "zoe"));
    (void)at(&p, 201,
             "{\"code\":\"P\",\"kind\":\"receipt\",\"show_person\":false,\"footer\":"
             "\"Your {served_by}!\"}",
             "/document_templates");
    contains(printed(&p, "own", text_fmt(&p.shop.arena, "%s?template=P", path).s),
             TEXT("Your zoe!"), "own");
    shop_close(&p.shop);
}

/* A tax that divides, as GST does, shows its parts, on an invoice as they were. */
static void divided_tax(void **state)
{
    struct papers p = { .sale = 0 };
    (void)state;
    shop_open(&p.shop, DB_SQLITE);
    trade(&p);
    (void)at(&p, 201, "{\"code\":\"GST18\",\"name\":\"GST\",\"rate\":\"18\"}", "/taxes");
    (void)at(&p, 201, "{\"code\":\"CGST9\",\"name\":\"CGST\",\"rate\":\"9\",\"part_of\":\"GST18\"}",
             "/taxes");
    int64_t state_tax = at(&p, 201,
                           "{\"code\":\"SGST9\",\"name\":\"SGST\",\"rate\":\"9\",\"part_of\":"
                           "\"GST18\"}",
                           "/taxes");
    patch(&p, "products", p.tea, "{\"tax\":\"GST18\"}");
    int64_t sale = at(&p, 201,
                      "{\"till\":\"T1\",\"customer\":\"RAVI\",\"lines\":[{\"product\":\"CHAI\","
                      "\"quantity\":\"1\"}],\"tenders\":[{\"kind\":\"card\",\"amount\":"
                      "\"1234.50\"}]}",
                      "/sales_orders/checkout");
    int64_t invoice = at(&p, 200, "{}", "/sales_orders/%lld/invoice", (long long)sale);
    const char *path = text_fmt(&p.shop.arena, "/print/invoice/%lld", (long long)invoice).s;
    text_t words = printed(&p, "gst", path), before = bytes_of(&p, path); /* 188.31 of tax */
    contains(words, TEXT("CGST 9 % 94.16"), "gst");
    contains(words, TEXT("SGST 9 % 94.15"), "gst");
    contains(printed(&p, "gst-receipt",
                     text_fmt(&p.shop.arena, "/print/receipt/%lld", (long long)sale).s),
             TEXT("CGST 9 % 94.16"), "gst-receipt");
    patch(&p, "taxes", state_tax, "{\"name\":\"UTGST\"}");
    same_bytes(before, bytes_of(&p, path), "after a part was renamed");
    shop_close(&p.shop);
}

/* -- too many at once ---------------------------------------------------------------------------
 */

struct hold {
    mutex_t lock;
    cond_t changed;
    bool open;
    int running;
};

static void hold(void *arg)
{
    struct hold *h = arg;
    mutex_lock(&h->lock);
    h->running++;
    cond_broadcast(&h->changed);
    while (!h->open) {
        cond_wait(&h->changed, &h->lock);
    }
    mutex_unlock(&h->lock);
}

/* Both threads are held and the queue is full: the next document is refused, with the time after
 * which to ask again; afterwards all is well. */
static void busy(void **state)
{
    struct papers p = { .sale = 0 };
    struct hold h = { .lock = MUTEX_INIT };
    static struct slow_work work[SLOW_THREADS + SLOW_QUEUE_MAX];
    (void)state;
    shop_open(&p.shop, DB_SQLITE);
    trade(&p);
    cond_init(&h.changed);
    for (size_t i = 0; i < SLOW_THREADS; i++) {
        work[i] = (struct slow_work){ .run = hold, .arg = &h };
        assert_int_equal(slow_submit(p.shop.kontor.house, &work[i]), OK);
    }
    mutex_lock(&h.lock);
    while (h.running < SLOW_THREADS) {
        cond_wait(&h.changed, &h.lock);
    }
    mutex_unlock(&h.lock);
    for (size_t i = SLOW_THREADS; i < N_ELEMENTS(work); i++) {
        work[i] = (struct slow_work){ .run = hold, .arg = &h };
        assert_int_equal(slow_submit(p.shop.kontor.house, &work[i]), OK);
    }
    struct rest_request r = { .arena = &p.shop.arena,
                              .method = HTTP_GET,
                              .path = text_fmt(&p.shop.arena, "/api/v1/print/receipt/%lld",
                                               (long long)p.sale),
                              .authorization = text_fmt(&p.shop.arena, "Bearer %s", p.shop.admin.s),
                              .peer = TEXT("127.0.0.1") };
    rest_call(p.shop.rest, &r);
    assert_int_equal(r.answer.status, 503);
    assert_true(text_is(rest_header(&r.answer, "Retry-After"), "2"));
    contains(r.answer.body, TEXT("print_busy"), "answer");
    mutex_lock(&h.lock);
    h.open = true;
    cond_broadcast(&h.changed);
    while (h.running < (int)N_ELEMENTS(work)) {
        cond_wait(&h.changed, &h.lock);
    }
    mutex_unlock(&h.lock);
    rest_call(p.shop.rest, &r);
    assert_int_equal(r.answer.status, 200);
    assert_true(text_is(rest_header(&r.answer, "Content-Disposition"),
                        "inline; filename=\"receipt-T1-000001.pdf\""));
    assert_string_equal(r.answer.content_type, "application/pdf");
    shop_close(&p.shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(placeholders),  cmocka_unit_test(story),
        cmocka_unit_test(all_languages), cmocka_unit_test(templates),
        cmocka_unit_test(repeatable),    cmocka_unit_test(kept),
        cmocka_unit_test(who_served),    cmocka_unit_test(divided_tax),
        cmocka_unit_test(busy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
