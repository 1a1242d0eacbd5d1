/* Imports on both stores: every form of catalogue, past sales with everything that is wrong in real
 * ones, twice, in parts, interrupted. The samples are small and made for this. */
/* threads */
#include "app/import.h"

#include "app/import_text.h"
#include "app/verify.h"
#include "flow/command.h"
#include "kit/store.h"
#include "os/clock.h"
#include "os/thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* -- texts --------------------------------------------------------------------------------------
 */

static void texts_become_plain(void **state)
{
    static const struct {
        const char *html, *plain;
    } rows[] = {
        { "<p>One</p><p>Two</p>", "One\nTwo" },
        { "<ul>\n<li>Red.</li>\n<li> Blue.\n</ul>", "- Red.\n- Blue." },
        { "Tone Band&trade; &amp; more", "Tone Band\xE2\x84\xA2 & more" },
        { "5 &lt; 6 &#8211; &#x2019;", "5 < 6 \xE2\x80\x93 \xE2\x80\x99" },
        { "no & entity; a < b", "no & entity; a < b" },
        { "a<br/>b<!-- x > y -->c", "a\nbc" },
        { "  many \t blanks ", "many blanks" },
        { "bad \xFF byte", "bad byte" },
        { "&#0;&#xD800;x", "&#0;&#xD800;x" },
    };
    struct arena a;
    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        assert_string_equal(import_plain(&a, text_of(rows[i].html), 1000).s, rows[i].plain);
    }
    assert_string_equal(import_line(&a, TEXT("<p>One</p><p>Two</p>"), 100).s, "One Two");
    assert_string_equal(import_plain(&a, TEXT("caf\xC3\xA9s"), 4).s, "caf\xC3\xA9");
    assert_null(import_plain(&a, TEXT("<p> </p>"), 10).s);
    arena_free(&a);
}

static void amounts_are_read(void **state)
{
    static const struct {
        const char *text;
        enum err e;
        int64_t cents;
    } rows[] = {
        { "12", OK, 1200 },
        { "12.5", OK, 1250 },
        { "1,234.50", OK, 123450 },
        { "1.234,50 EUR", OK, 123450 },
        { "\xC2\xA3"
          "3.00",
          OK, 300 },
        { "1,234", OK, 123400 },
        { ".99", OK, 99 },
        { "-11062.06", OK, -1106206 },
        { "12,5", OK, 1250 },
        { "1.234.567", OK, 123456700 },
        { "1.234", ERR_INVALID, 0 },
        { "abc", ERR_INVALID, 0 },
        { "", ERR_INVALID, 0 },
        { "1 2", ERR_INVALID, 0 },
        { "99999999999999999", ERR_RANGE, 0 },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        money_t m = money_of(0);
        assert_int_equal(import_amount(text_of(rows[i].text), 2, &m), rows[i].e);
        if (rows[i].e == OK) {
            assert_int_equal(m.minor, rows[i].cents);
        }
    }
}

static void slugs_are_stable(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 1 << 20);
    assert_string_equal(import_slug(&a, TEXT("Clothing > Hoodies"), 32).s, "clothing-hoodies");
    text_t cut = import_slug(&a, TEXT("A very long name of a category that goes on"), 32);
    assert_int_equal(cut.n, 32);
    assert_memory_equal(cut.s, "a-very-long-name-of-a-c-", 24);
    assert_true(
        text_eq(cut, import_slug(&a, TEXT("A very long name of a category that goes on"), 32)));
    text_t other = import_slug(&a, TEXT("A very long name of a category that goes off"), 32);
    assert_false(text_eq(cut, other));
    assert_true(text_utf8_ok(import_slug(&a,
                                         TEXT("\xE0\xA4\xB9\xE0\xA4\xB2\xE0\xA5\x8D\xE0\xA4"
                                              "\xA6\xE0\xA5\x80"),
                                         14),
                             false));
    assert_true(import_yes(TEXT("TRUE")) && import_yes(TEXT("1")) && !import_yes(TEXT("0")) &&
                !import_yes(TEXT("")));
    arena_free(&a);
}

/* -- a house to import into ---------------------------------------------------------------------
 */

struct house_kit {
    struct kontor k;
    char url[KIT_URL_MAX];
    struct import_report r;
    char why[256];
};

static int64_t made(struct house_kit *h, int64_t company, const char *entity, const char *command,
                    int64_t id, const char *args)
{
    struct arena a;
    struct who who = kontor_system(company);
    arena_init(&a, (size_t)64 << 20);
    struct call c = {
        .house = h->k.house, .arena = &a, .who = &who, .language = "en", .now = INSTANT_NONE
    };
    assert_int_equal(flow_name(&c, entity, command, id, text_of(args)), OK);
    if (flow_call(&c) != OK) {
        fail_msg("%s: %.*s", entity, (int)c.answer.n, c.answer.s);
    }
    int64_t made_id = c.answer_id;
    arena_free(&a);
    return made_id;
}

static void kit_open(struct house_kit *h, enum db_store store)
{
    memset(h, 0, sizeof *h);
    kit_store_new(store, h->url);
    if (kontor_open(&h->k, (struct db_config){ .url = h->url }, h->why) != OK) {
        fail_msg("%s", h->why);
    }
    int64_t company = made(h, 0, "company", NULL, 0,
                           "{\"code\":\"T\",\"name\":\"Test\",\"country\":\"GB\",\"currency\":"
                           "\"GBP\",\"time_zone\":\"Europe/London\"}");
    (void)made(h, company, "company", "set_up", company, "{}");
}

static void holds(void *arg, const struct verify_result *v)
{
    (void)arg;
    if (v->n > 0) {
        fail_msg("%s: %.*s", v->invariant->name, (int)v->faults.n, v->faults.s);
    }
}

static void kit_close(struct house_kit *h)
{
    size_t broken = 0;
    assert_int_equal(verify_house(&h->k, holds, NULL, &broken), OK);
    assert_int_equal(broken, 0);
    kontor_close(&h->k);
    kit_store_drop(h->url);
}

static void file_put(const char *name, const char *text)
{
    FILE *f = fopen(name, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

static bool file_has(const char *name, const char *text)
{
    static char all[65536];
    FILE *f = fopen(name, "rb");
    if (!f) {
        return false;
    }
    size_t n = fread(all, 1, sizeof all - 1, f);
    (void)fclose(f);
    all[n] = '\0';
    return strstr(all, text) != NULL;
}

static void products(struct house_kit *h, struct import_options o)
{
    if (import_products(&h->k, &o, &h->r, h->why) != OK) {
        fail_msg("%s: %s", o.file, h->why);
    }
    assert_int_equal(h->r.rows, h->r.taken + h->r.changed + h->r.skipped + h->r.rejected);
}

static void sales(struct house_kit *h, struct import_options o)
{
    if (import_sales(&h->k, &o, &h->r, h->why) != OK) {
        fail_msg("%s: %s", o.file, h->why);
    }
    assert_int_equal(h->r.rows, h->r.taken + h->r.changed + h->r.skipped + h->r.rejected);
}

#define SQL(h, text) kit_store_sql((h)->url, text)

/* -- catalogues ---------------------------------------------------------------------------------
 */

static const char woo[] =
    "\xEF\xBB\xBFID,Type,SKU,Name,Published,Short description,Description,Date sale price starts,"
    "Date sale price ends,Sale price,Regular price,Categories,Parent,Grouped products,External URL,"
    "Attribute 1 name,Attribute 1 value(s),Attribute 2 name,Attribute 2 value(s)\r\n"
    "1,variable,w-tee,T-Shirt,1,A tee,,,,,,Clothing > Tees,,,,Color,\"Blue, Red\",,\r\n"
    "2,variation,w-tee-b,T-Shirt - Blue,1,,,,,,25,,w-tee,,,Color,Blue,Logo,Yes\r\n"
    "3,variation,,T-Shirt - Red,1,,,2026-01-01,2026-12-31,20.50,25,,id:1,,,Color,Red,Logo,No\r\n"
    "4,\"simple, downloadable, virtual\",w-song,Song,1,,<b>Nice</b> song,,,2,3,Music,,,,,,,\r\n"
    "5,grouped,w-set,Set,1,,,,,,,\"Clothing, Clothing > Tees\",,w-song,,,,,\r\n"
    "6,external,w-ext,Elsewhere,1,,,,,,30,Clothing,,,https://example.org,,,,\r\n"
    "7,simple,w-bad,Bad price,1,,,,,,abc,,,,,,,,\r\n"
    "8,variation,w-lost,Lost,1,,,,,,5,,w-nowhere,,,Color,Pink,,\r\n";

static void woocommerce(struct house_kit *h)
{
    file_put("woo.csv", woo);
    products(h, (struct import_options){ .file = "woo.csv", .dry_run = true });
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM products"), 0);
    assert_int_equal(h->r.taken, 7); /* that a parent is missing shows only in earnest */
    products(h, (struct import_options){ .file = "woo.csv" });
    assert_int_equal(h->r.taken, 6);
    assert_int_equal(h->r.rejected, 2);
    assert_true(file_has("woo.csv.rejected.csv", "8,abc is no price."));
    assert_true(file_has("woo.csv.rejected.csv", "w-nowhere"));
    assert_int_equal(SQL(h, "SELECT SUM(price) FROM products"), 2500 + 2500 + 300 + 3000);
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM products WHERE no_sale = 1"), 3);
    assert_int_equal(SQL(h, "SELECT kind FROM products WHERE code = 'w-song'"), 1);
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM products c JOIN products p ON p.id = c.variant_of"
                            " WHERE p.code = 'w-tee' AND c.code IN ('w-tee-b', 'woo-3')"),
                     2);
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM products WHERE options = 'Blue / Yes'"), 1);
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM products WHERE description = 'Nice song'"), 1);
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM categories"), 3);
    assert_int_equal(SQL(h, "SELECT SUM(x.price) FROM prices x JOIN price_lists l ON l.id = x.list"
                            " WHERE l.code = 'OFFERS'"),
                     2050 + 200);
    products(h, (struct import_options){ .file = "woo.csv" });
    assert_int_equal(h->r.skipped, 6);
    assert_int_equal(h->r.taken + h->r.changed, 0);
}

static const char shopify[] =
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,"
    "Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Barcode,Image Src\n"
    "blue-shirt,Blue Shirt,<p>Cotton.</p>,Acme,Shirts,men,true,Title,Default Title,,50,60,true,,a\n"
    "varsity-top,Varsity Top,Warm.,Acme,Tops,,true,Size,Small,,60,,true,4006381333931,b\n"
    "varsity-top,,,,,,,,Medium,VT-M,60.50,,true,,\n"
    "varsity-top,,,,,,,,,,,,,,c\n"
    "gift-card,Gift card,,Acme,,,false,Title,Default Title,,10,,false,,\n"
    ",,,,,,,,,,,,,,d\n";

static void shopify_rows(struct house_kit *h)
{
    file_put("shopify.csv", shopify);
    products(h, (struct import_options){ .file = "shopify.csv" });
    assert_int_equal(h->r.taken, 4);
    assert_int_equal(h->r.skipped, 1); /* an image */
    assert_int_equal(h->r.rejected, 1);
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM products WHERE brand = 'Acme'"), 5);
    assert_int_equal(SQL(h, "SELECT SUM(price) FROM products WHERE brand = 'Acme'"), 18050);
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM products WHERE code IN ('blue-shirt',"
                            "'varsity-top', 'varsity-top-small', 'VT-M', 'gift-card')"),
                     5);
    assert_int_equal(SQL(h, "SELECT no_sale + kind * 10 FROM products WHERE code = 'gift-card'"),
                     11);
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM barcodes b JOIN products p ON p.id = b.product"
                            " WHERE p.code = 'varsity-top-small' AND b.code = '4006381333931'"),
                     1);
    products(h, (struct import_options){ .file = "shopify.csv" });
    assert_int_equal(h->r.taken + h->r.changed, 0);
    assert_int_equal(h->r.skipped, 5);
}

static const char magento[] =
    "category,name,sku,price,qty,description,special_price,attribute_set\n"
    "\"Gear\nBags\nCollections\nNew\",\"Band&trade;\",M-1,32,100,\"<ul>\n<li>L 29\"\"\n</ul>\",24,"
    "Bag\n"
    "\"Gear\nBags\",Pack,M-2,38,100,,38,Bag\n";

static const char barcode_list[] =
    "code,product_name,generic_name,quantity,brands,categories,ingredients_text\n"
    "8012666011223,Riso,,1 kg,Carrefour,\"Semi, Riso\",Riso\n"
    "8012666011224,Pasta,,500 g,Barilla,Pasta,\"Grano, acqua\"\n"
    "4462,,Zucchero di canna,,,,\n"
    "12345670,,,,Ferrero,,\n";

static void other_forms(struct house_kit *h)
{
    file_put("magento.csv", magento);
    products(h, (struct import_options){ .file = "magento.csv" });
    assert_int_equal(h->r.taken, 2);
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM prices x JOIN products p ON p.id = x.product"
                            " WHERE p.code = 'M-1' AND x.price = 2400"),
                     1);
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM prices x JOIN products p ON p.id = x.product"
                            " WHERE p.code = 'M-2'"),
                     0);
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM categories WHERE code = 'gear-bags'"), 1);
    file_put("ean.csv", barcode_list);
    products(h, (struct import_options){ .file = "ean.csv" });
    assert_int_equal(h->r.taken, 4);
    assert_int_equal(h->r.warnings, 2);
    assert_true(file_has("ean.csv.rejected.csv", "Taken without the barcode 8012666011224"));
    assert_true(file_has("ean.csv.rejected.csv", "Taken without the barcode 4462"));
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM products WHERE name IN ('Riso', 'Pasta',"
                            "'Zucchero di canna', 'Ferrero 12345670')"),
                     4);
    file_put("reviews.csv", "sku,title,review\nM-1,Good,Very\n");
    struct import_options o = { .file = "reviews.csv" };
    assert_int_equal(import_products(&h->k, &o, &h->r, h->why), ERR_INVALID);
    o.file = "nowhere.csv";
    assert_int_equal(import_products(&h->k, &o, &h->r, h->why), ERR_NOT_FOUND);
}

/* A table of somebody's own, with a mapping file; then one price and one name change. */
static void mapped(struct house_kit *h)
{
    file_put("own.map", "# ours = theirs\ncode = Art\nname = Bezeichnung\nprice = VK\nbarcode=EAN\n"
                        "unit = \"kg\"\n");
    file_put("own.tsv", "Art\tBezeichnung\tVK\tEAN\nA1\tApfel\t1,99\t4006381333931\n"
                        "A2\tBirne\t2,49\t96385074\nA1\tApfel\t1,99\t\n");
    products(h, (struct import_options){ .file = "own.tsv", .map = "own.map" });
    assert_int_equal(h->r.taken, 2);
    assert_int_equal(h->r.skipped, 1);
    assert_int_equal(h->r.warnings, 1); /* the first barcode is a shirt's */
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM products p JOIN units u ON u.id = p.unit"
                            " WHERE u.code = 'kg' AND p.price IN (199, 249)"),
                     2);
    file_put("own.tsv", "Art\tBezeichnung\tVK\tEAN\nA1\tBoskoop\t1,99\t\nA2\tBirne\t2,59\t\n"
                        "A3\t\t1,00\t\n");
    products(h, (struct import_options){ .file = "own.tsv", .map = "own.map" });
    assert_int_equal(h->r.changed, 2);
    assert_int_equal(h->r.rejected, 1); /* a new product needs a name */
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM products WHERE name = 'Boskoop'"), 1);
    assert_int_equal(SQL(h, "SELECT price FROM products WHERE code = 'A2'"), 259);
    file_put("own.map", "code = Nowhere\n");
    struct import_options o = { .file = "own.tsv", .map = "own.map" };
    assert_int_equal(import_products(&h->k, &o, &h->r, h->why), ERR_INVALID);
    assert_non_null(strstr(h->why, "Nowhere"));
}

static void catalogues(void **state)
{
    (void)state;
    for (int store = DB_SQLITE; store <= DB_POSTGRES; store++) {
        struct house_kit h;
        kit_open(&h, (enum db_store)store);
        woocommerce(&h);
        shopify_rows(&h);
        other_forms(&h);
        mapped(&h);
        kit_close(&h);
    }
}

/* -- past sales ---------------------------------------------------------------------------------
 */

#define SALES_HEAD                                                                                 \
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

static const char past[] = SALES_HEAD
    "536365,85123A,WHITE HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
    "536365,71053,LANTERN,2,2010-12-01 08:26:00,3.39,17850.0,United Kingdom\n"
    "536365,POST,POSTAGE,1,2010-12-01 08:26:00,18.00,17850.0,United Kingdom\n"
    "536370,85123A,WHITE HEART,10,2010-12-01 09:00:00,2.55,12431.0,Australia\n"
    "536371,85123A,WHITE HEART,4,2010-12-02 09:00:00,2.55,12431.0,Belgium\n"
    "536372,71053,LANTERN,3,2010-12-02 10:00:00,3.75,,EIRE\n"
    "536372,22841,ROUND TIN,1,2010-12-02 10:00:00,0.0,,EIRE\n" /* given away */
    "536373,85123A,damages,-5,2010-12-02 11:00:00,0.0,,United Kingdom\n"
    "536374,71053,,56,2010-12-02 12:00:00,0.0,,United Kingdom\n" /* found */
    "C536379,85123A,WHITE HEART,-2,2010-12-03 09:41:00,2.55,17850.0,United Kingdom\n"
    "C536379,71053,LANTERN,-1,2010-12-03 09:41:00,9.99,17850.0,United Kingdom\n"
    "C536380,D,Discount,-1,2010-12-03 10:00:00,27.50,17850.0,United Kingdom\n"
    "C536381,85123A,WHITE HEART,-4,2010-12-03 11:00:00,2.55,17850.0,United Kingdom\n"
    "C536382,85123A,WHITE HEART,-1,2010-12-03 11:30:00,2.55,17850.0,United Kingdom\n"
    "A563185,B,Adjust bad debt,1,2010-12-04 14:50:00,110.06,,United Kingdom\n"
    "A563186,B,Adjust bad debt,1,2010-12-04 14:51:00,-10.06,,United Kingdom\n"
    "536390,85123A,WHITE HEART,0,2010-12-04 15:00:00,2.55,,United Kingdom\n"
    "536391,85123A,WHITE HEART,x,2010-12-04 15:00:00,2.55,,United Kingdom\n"
    "536391,85123A,WHITE HEART,1,2010-12-04 15:00:00,2.555,,United Kingdom\n"
    "536391,85123A,WHITE HEART,1,2010-13-04 15:00:00,2.55,,United Kingdom\n"
    "536391,85123A,WHITE HEART,1,2010-12-04 23:59:00,2.50,,United Kingdom\n"
    "536365,71053,LANTERN,1,2010-12-05 08:26:00,3.39,17850.0,United Kingdom\n";

#define NET_OF_PAST                                                                                \
    (1530 + 678 + 1800 + 2550 + 1020 + 1125 - 510 - 999 - 2750 - 1020 - 255 + 250 + 339)

static void sales_are_right(struct house_kit *h)
{
    assert_int_equal(SQL(h, "SELECT SUM(net) FROM sales_total"), NET_OF_PAST);
    assert_int_equal(SQL(h, "SELECT SUM(net) FROM sales_total WHERE country = 'Australia'"), 2550);
    assert_int_equal(SQL(h, "SELECT SUM(net) FROM sales_total WHERE country = 'Belgium'"), 1020);
    assert_int_equal(SQL(h, "SELECT SUM(net) FROM sales_total WHERE country = 'EIRE'"), 1125);
    assert_int_equal(SQL(h, "SELECT SUM(t.net) FROM sales_total t JOIN products p ON p.id ="
                            " t.product WHERE p.code = '71053'"),
                     678 + 1125 - 999 + 339);
    /* two pieces and all that was left after them were matched, the last one was not */
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM sales_orders WHERE kind = 1 AND origin IS NOT"
                            " NULL"),
                     2);
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM sales_orders WHERE kind = 1 AND origin IS NULL"),
                     3);
    assert_int_equal(SQL(h, "SELECT SUM(l.returned) FROM sales_order_lines l JOIN sales_orders o ON"
                            " o.id = l.sale WHERE o.reference = '536365'"),
                     6000000);
    assert_int_equal(SQL(h, "SELECT SUM(quantity) FROM stock_moves WHERE kind = 5"), 51000000);
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM stock_moves WHERE reason ="
                            " 'Invoice 536373: damages'"),
                     1);
    assert_int_equal(SQL(h, "SELECT SUM(b.credit - b.debit) FROM account_balance b JOIN accounts a"
                            " ON a.id = b.account WHERE a.code = '4910'"),
                     10000);
    assert_int_equal(SQL(h, "SELECT SUM(b.credit - b.debit) FROM account_balance b JOIN accounts a"
                            " ON a.id = b.account WHERE a.code = '4030'"),
                     -2750);
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM sales_orders WHERE reference IN ('536365',"
                            "'536365/2', 'C536379#1', 'C536379#2', '536391#4')"),
                     5);
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM parties WHERE code IN ('17850', '12431',"
                            "'12431, Belgium', 'No number, EIRE', 'No number, United Kingdom')"),
                     5);
    assert_int_equal(SQL(h, "SELECT COUNT(*) FROM tills WHERE state = 1"), 0);
}

static int64_t log_length(struct house_kit *h)
{
    return SQL(h, "SELECT COUNT(*) FROM command_log");
}

static void past_sales(void **state)
{
    (void)state;
    for (int store = DB_SQLITE; store <= DB_POSTGRES; store++) {
        struct house_kit h;
        kit_open(&h, (enum db_store)store);
        file_put("past.csv", past);
        sales(&h, (struct import_options){ .file = "past.csv", .dry_run = true });
        assert_int_equal(h.r.taken, 18);
        assert_int_equal(SQL(&h, "SELECT COUNT(*) FROM sales_orders"), 0);
        assert_int_equal(SQL(&h, "SELECT COUNT(*) FROM products"), 0);
        sales(&h, (struct import_options){ .file = "past.csv", .site = "SHOP" });
        assert_int_equal(h.r.taken, 18);
        assert_int_equal(h.r.rejected, 4);
        assert_true(file_has("past.csv.rejected.csv", "18,\"The quantity is zero"));
        assert_true(file_has("past.csv.rejected.csv", "19,\"The quantity is no number"));
        assert_true(file_has("past.csv.rejected.csv", "The price is no amount"));
        assert_true(file_has("past.csv.rejected.csv", "The date cannot be read"));
        sales_are_right(&h);
        int64_t logged = log_length(&h);
        sales(&h, (struct import_options){ .file = "past.csv", .site = "SHOP" });
        assert_int_equal(h.r.skipped, 18);
        assert_int_equal(h.r.taken, 0);
        assert_int_equal(log_length(&h), logged); /* nothing at all was changed */
        sales_are_right(&h);
        kit_close(&h);
    }
}

/* A row is mended, and rows are added to an invoice that was taken: only they are new. */
static void files_grow(void **state)
{
    struct house_kit h;
    (void)state;
    kit_open(&h, DB_SQLITE);
    file_put("grow.csv", SALES_HEAD "1,A,Apple,2,2011-01-04 10:00:00,1.00,7,France\n"
                                    "1,B2,Bread,bad,2011-01-04 10:00:00,2.00,7,France\n"
                                    "1,C9,Cheese,1,2011-01-04 10:00:00,3.00,7,France\n");
    sales(&h, (struct import_options){ .file = "grow.csv" });
    assert_int_equal(h.r.taken, 2);
    assert_int_equal(SQL(&h, "SELECT SUM(net) FROM sales_total"), 500);
    file_put("grow.csv", SALES_HEAD "1,A,Apple,2,2011-01-04 10:00:00,1.00,7,France\n"
                                    "1,B2,Bread,1,2011-01-04 10:00:00,2.00,7,France\n"
                                    "1,C9,Cheese,1,2011-01-04 10:00:00,3.00,7,France\n"
                                    "1,D4,Dates,1,2011-01-04 10:00:00,4.00,7,France\n");
    sales(&h, (struct import_options){ .file = "grow.csv" });
    assert_int_equal(h.r.taken, 2);
    assert_int_equal(h.r.skipped, 2);
    assert_int_equal(SQL(&h, "SELECT SUM(net) FROM sales_total"), 1100);
    sales(&h, (struct import_options){ .file = "grow.csv" });
    assert_int_equal(h.r.skipped, 4);
    kit_close(&h);
}

/* Other columns, other dates, and services by name. */
static void sales_mapped(void **state)
{
    struct house_kit h;
    (void)state;
    kit_open(&h, DB_SQLITE);
    file_put("till.csv", "Bon;Artikel;Text;Menge;Wann;Preis;Art der Zahlung\n"
                         "7;10;Brot;1,5;31/12/2011 9:05 pm;2.00;card\n"
                         "7;VERS;Versand;1;31/12/2011 9:05 pm;4.90;card\n");
    file_put("till.map", "invoice = Bon\nproduct = Artikel\ndescription = Text\nquantity = Menge\n"
                         "time = Wann\nprice = Preis\ntender = Art der Zahlung\n"
                         "services = \"VERS\"\ndate_order = \"dmy\"\n");
    struct import_options o = { .file = "till.csv", .map = "till.map" };
    assert_int_equal(import_sales(&h.k, &o, &h.r, h.why), OK);
    assert_int_equal(h.r.rejected, 1); /* 1,5 */
    file_put("till.csv", "Bon;Artikel;Text;Menge;Wann;Preis;Art der Zahlung\n"
                         "7;10;Brot;1.5;31/12/2011 9:05 pm;2.00;card\n"
                         "7;VERS;Versand;1;31/12/2011 9:05 pm;4.90;card\n");
    sales(&h, o);
    assert_int_equal(h.r.taken, 1);
    assert_int_equal(SQL(&h, "SELECT SUM(net) FROM sales_total"), 790);
    assert_int_equal(SQL(&h, "SELECT kind FROM products WHERE code = 'VERS'"), 1);
    assert_int_equal(SQL(&h, "SELECT COUNT(*) FROM payments WHERE kind = 1"), 2);
    assert_int_equal(SQL(&h, "SELECT COUNT(*) FROM sales_orders WHERE sold_at = 1325365500000000"),
                     2);
    file_put("sums.csv", "Month,Total\n2011-01,5\n");
    o = (struct import_options){ .file = "sums.csv" };
    assert_int_equal(import_sales(&h.k, &o, &h.r, h.why), ERR_INVALID);
    file_put("sums.csv", "line,reason,InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice\n");
    assert_int_equal(import_sales(&h.k, &o, &h.r, h.why), ERR_INVALID);
    assert_non_null(strstr(h.why, "rejected rows"));
    kit_close(&h);
}

/* -- interrupted --------------------------------------------------------------------------------
 */

#define INVOICES 600
#define LINES    5

static void many_sales(const char *name)
{
    FILE *f = fopen(name, "wb");
    assert_non_null(f);
    assert_true(fputs(SALES_HEAD, f) >= 0);
    for (int i = 0; i < INVOICES; i++) {
        for (int l = 0; l < LINES; l++) {
            assert_true(fprintf(f, "%s%d,P%d,Thing,%d,2011-02-%02d %02d:%02d:00,1.25,%d,France\n",
                                i % 7 == 6 ? "C" : "", 1000 + i, (i + l) % 40, i % 7 == 6 ? -1 : 2,
                                1 + i / 30, 8 + i % 30 / 3, i % 60, 100 + i % 20) > 0);
        }
    }
    assert_int_equal(fclose(f), 0);
}

struct interruption {
    atomic_bool stop;
    int64_t after_us;
};

static void interrupt(void *arg)
{
    struct interruption *in = arg;
    clock_sleep_us(in->after_us);
    atomic_store(&in->stop, true);
}

static void interrupted(void **state)
{
    int64_t returns = (int64_t)(INVOICES / 7) * LINES, sold = INVOICES * (int64_t)LINES - returns;
    (void)state;
    many_sales("many.csv");
    for (int store = DB_SQLITE; store <= DB_POSTGRES; store++) {
        struct house_kit h;
        int64_t taken = 0;
        kit_open(&h, (enum db_store)store);
        for (int round = 0; round < 4; round++) {
            struct interruption in = { .after_us = 15000 + round * 40000 };
            struct thread t;
            struct import_options o = { .file = "many.csv", .stop = &in.stop };
            assert_int_equal(thread_start(&t, "interrupt", interrupt, &in), OK);
            enum err e = import_sales(&h.k, &o, &h.r, h.why);
            thread_join(&t);
            assert_true(e == OK || e == ERR_STOPPED);
            taken += h.r.taken;
        }
        sales(&h, (struct import_options){ .file = "many.csv" });
        assert_int_equal(taken + h.r.taken, INVOICES * LINES);
        assert_int_equal(SQL(&h, "SELECT SUM(net) FROM sales_total"), sold * 250 - returns * 125);
        assert_int_equal(SQL(&h, "SELECT COUNT(*) FROM sales_order_lines"), INVOICES * LINES);
        kit_close(&h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_become_plain), cmocka_unit_test(amounts_are_read),
        cmocka_unit_test(slugs_are_stable),   cmocka_unit_test(catalogues),
        cmocka_unit_test(past_sales),         cmocka_unit_test(files_grow),
        cmocka_unit_test(sales_mapped),       cmocka_unit_test(interrupted),
    };
    if (arena_reserve_init() != OK) {
        return 2;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
