/* What lies beside the records: views that are one's own, notes, files, the stream, connections,
 * who else is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/product/product.h"
#include "flow/desk.h"
#include "flow/record_stream.h"
#include "kit/shop.h"
#include "meta/links.h"
#include "story.h"

#include <stdio.h>
#include <stdlib.h>

static const char views[] =
    "# A view is its maker's alone, whatever others may do.\n"
    "cashier POST /saved_views {\"name\":\"Cheap tea\",\"entity\":\"products\","
    "\"query\":\"q=tea&price[lt]=20.00&fields=code,name\"} => 201 shared=false id->$mine\n"
    "cashier GET /saved_views => 200 items#=1 items[0].name=\"Cheap tea\"\n"
    "cashier GET /saved_views/$mine => 200 query~\"price[lt]\"\n"
    "manager GET /saved_views => 200 items#=0\n"
    "manager GET /saved_views?group=entity => 200 groups#=0\n"
    "manager GET /saved_views?filter=name:Cheap => 200 items#=0\n"
    "manager GET /saved_views/$mine => 404 code=not_found\n"
    "manager GET /saved_views/$mine/history => 404 code=not_found\n"
    "manager PATCH /saved_views/$mine {\"name\":\"x\"} => 404 code=not_found\n"
    "manager DELETE /saved_views/$mine => 404 code=not_found\n"
    "admin GET /saved_views/$mine => 404 code=not_found\n"
    "admin PATCH /saved_views/$mine {\"name\":\"x\"} => 404 code=not_found\n"
    "admin GET /saved_views?count=1 => 200 total=0\n"
    "manager GET /events?limit=1000 => 200 items[0].name!=saved_view.created\n"
    "# Shared ones are everybody's to see, their maker's and an administrator's to change.\n"
    "cashier PATCH /saved_views/$mine {\"shared\":true,\"position\":3} => 200 shared=true\n"
    "manager GET /saved_views?entity=products => 200 items#=1 items[0].position=3\n"
    "manager PATCH /saved_views/$mine {\"name\":\"x\"} => 403 code=view_not_yours\n"
    "manager DELETE /saved_views/$mine => 403 code=view_not_yours\n"
    "admin PATCH /saved_views/$mine {\"name\":\"Tea below 20\"} => 200 name=\"Tea below 20\"\n"
    "cashier PATCH /saved_views/$mine {\"shared\":false} => 200\n"
    "manager GET /saved_views => 200 items#=0\n"
    "cashier DELETE /saved_views/$mine => 200 archived=true\n"
    "# Only of lists and reports that one may read; the list stays what it was.\n"
    "cashier POST /saved_views {\"name\":\"x\",\"entity\":\"journal_entries\"} => 422 "
    "code=unknown_list field=entity\n"
    "cashier POST /saved_views {\"name\":\"x\",\"entity\":\"nothing\"} => 422 code=unknown_list\n"
    "accountant POST /saved_views {\"name\":\"x\",\"entity\":\"reports/trial_balance\"} => 201 "
    "id->$r\n"
    "cashier POST /saved_views {\"name\":\"x\",\"entity\":\"reports/trial_balance\"} => 422 "
    "code=unknown_list\n"
    "accountant PATCH /saved_views/$r {\"entity\":\"products\"} => 422 code=read_only\n"
    "accountant PATCH /saved_views/$r {\"owner\":1} => 422 code=read_only\n"
    "anyone GET /saved_views => 401 code=not_signed_in\n"
    "verify\n";

static const char notes[] =
    "cashier GET /products?code=TEA => 200 items[0].id->$tea\n"
    "cashier GET /products/$tea/notes => 200 items#=0 next=null\n"
    "cashier POST /products/$tea/notes {\"text\":\"The tin has a dent.\"} => 201 text~dent "
    "subject_entity=product subject=$tea id->$n\n"
    "manager POST /products/$tea/notes {\"text\":\"Sold at a discount.\"} => 201\n"
    "buyer GET /products/$tea/notes => 200 items#=2 items[0].text~discount items[1].text~dent "
    "items[1].id=$n\n"
    "buyer GET /products/$tea/notes?limit=1 => 200 items#=1 next->$more\n"
    "buyer GET /products/$tea/notes?limit=1&after=$more => 200 items#=1 items[0].id=$n next=null\n"
    "buyer GET /products/$tea/notes?q=tin => 422 code=unknown_filter\n"
    "# Their own list is the auditors'.\n"
    "buyer GET /notes => 403 code=forbidden\n"
    "cashier GET /notes/$n => 403 code=forbidden\n"
    "auditor GET /notes => 200 items#=2\n"
    "auditor POST /products/$tea/notes {\"text\":\"x\"} => 403 code=forbidden\n"
    "# The writer changes and takes away; others do not.\n"
    "cashier PATCH /notes/$n {\"text\":\"The tin has two dents.\"} => 200\n"
    "manager PATCH /notes/$n {\"text\":\"x\"} => 403 code=note_not_yours\n"
    "manager DELETE /notes/$n => 403 code=note_not_yours\n"
    "cashier PATCH /notes/$n {\"author\":1} => 422 code=read_only\n"
    "cashier PATCH /notes/$n {\"subject\":1} => 422 code=read_only\n"
    "cashier DELETE /notes/$n => 200 archived=true\n"
    "buyer GET /products/$tea/notes => 200 items#=1\n"
    "# What they must say.\n"
    "cashier POST /products/$tea/notes {} => 422 code=required field=text\n"
    "cashier POST /products/$tea/notes {\"text\":\"x\",\"subject\":1} => 422 code=unknown_field\n"
    "cashier POST /products/$tea/notes {\"text\":\"x\",\"author\":1} => 422 code=read_only\n"
    "cashier POST /products/999999999/notes {\"text\":\"x\"} => 404 code=not_found\n"
    "cashier POST /notes {\"subject_entity\":\"nothing\",\"subject\":1,\"text\":\"x\"} => 404\n"
    "cashier POST /notes {\"subject_entity\":\"account\",\"subject\":1,\"text\":\"x\"} => 403\n"
    "# Not beside what has no page of its own.\n"
    "admin GET /notes/1/notes => 404 code=not_found\n"
    "admin GET /saved_views/1/notes => 404 code=not_found\n"
    "# Of a record of another site there is nothing, and the feed says nothing either.\n"
    "admin GET /sales_orders => 200\n"
    "admin POST /tills/$t2/notes {\"text\":\"The drawer sticks.\"} => 201\n"
    "cashier@S2 GET /tills/$t2/notes => 200 items#=1\n"
    "cashier@S1 GET /tills/$t2/notes => 404 code=not_found\n"
    "cashier@S1 POST /tills/$t2/notes {\"text\":\"x\"} => 404 code=not_found\n"
    "cashier@S1 GET /tills/$t2/stream => 404 code=not_found\n"
    "cashier@S1 GET /tills/$t2/links => 404 code=not_found\n"
    "auditor@S1 GET /notes => 200 items#=1\n"
    "cashier GET /accounts/1/notes => 403 code=forbidden\n"
    "anyone GET /tills/$t1/notes => 401 code=not_signed_in\n"
    "# Beside the record stands in the feed that something was noted.\n"
    "verify\n";

static const char mentions[] =
    "admin POST /user_accounts {\"code\":\"bea.ruiz\",\"name\":\"Bea\",\"roles\":\"buyer\","
    "\"all_sites\":true} => 201\n"
    "admin POST /user_accounts {\"code\":\"cem\",\"name\":\"Cem\",\"roles\":\"cashier\","
    "\"sites\":[{\"site\":\"S1\"}]} => 201\n"
    "admin POST /user_accounts {\"code\":\"gone\",\"name\":\"Gone\",\"roles\":\"buyer\","
    "\"all_sites\":true,\"active\":false} => 201\n"
    "admin GET /products?code=TEA => 200 items[0].id->$tea\n"
    "admin POST /products/$tea/notes {\"text\":\"Please order more, @bea.ruiz. cem@example.com "
    "@gone @nobody @bea.ruiz @\"} => 201 id->$n\n"
    "admin GET /tasks => 200 items#=1 items[0].title~mentioned items[0].assignee=bea.ruiz "
    "items[0].role=buyer items[0].subject=$tea items[0].state=open\n"
    "# Written again, only who is new to it is told.\n"
    "admin PATCH /notes/$n {\"text\":\"@bea.ruiz (@cem helps)\"} => 200\n"
    "admin GET /tasks?assignee=bea.ruiz => 200 items#=1\n"
    "admin GET /tasks?assignee=cem => 200 items#=1\n"
    "admin DELETE /notes/$n => 200\n"
    "# Of what they may not see nobody is told.\n"
    "admin GET /accounts?limit=1 => 200 items[0].id->$account\n"
    "admin POST /accounts/$account/notes {\"text\":\"@cem @bea.ruiz\"} => 201\n"
    "admin POST /tills/$t2/notes {\"text\":\"@cem\"} => 201\n"
    "admin GET /tasks?count=1 => 200 total=2\n"
    "admin POST /tills/$t1/notes {\"text\":\"@cem\"} => 201\n"
    "admin GET /tasks?assignee=cem&count=1 => 200 total=2\n"
    "verify\n";

static const char files[] =
    "cashier GET /products?code=TEA => 200 items[0].id->$tea\n"
    "cashier POST /products/$tea/attachments?name=..%2Flist.json {\"tins\":12} => 201 "
    "name=list.json type=application/json size=11 id->$f\n"
    "cashier POST /products/$tea/attachments?name=page.html {\"a\":1} => 201 "
    "type=application/octet-stream id->$h\n"
    "cashier POST /products/$tea/attachments {\"a\":1} => 201 name=file\n"
    "buyer GET /products/$tea/attachments => 200 items#=3 items[2].name=list.json "
    "items[2].content=/api/v1/attachments/$f/content\n"
    "buyer GET /attachments/$f/content => 200 tins=12\n"
    "buyer GET /attachments => 403 code=forbidden\n"
    "auditor GET /attachments => 200 items#=3\n"
    "cashier POST /attachments {\"name\":\"x\"} => 405 code=method_not_allowed\n"
    "cashier POST /products/$tea/attachments => 422 code=empty_file\n"
    "cashier POST /products/$tea/attachments?nam=x {\"a\":1} => 422 code=unknown_filter\n"
    "auditor POST /products/$tea/attachments?name=x {\"a\":1} => 403 code=forbidden\n"
    "manager DELETE /attachments/$f => 403 code=note_not_yours\n"
    "cashier PATCH /attachments/$f {\"name\":\"tins.json\"} => 200 name=tins.json\n"
    "cashier PATCH /attachments/$f {\"type\":\"text/html\"} => 422 code=read_only\n"
    "cashier DELETE /attachments/$f => 200\n"
    "cashier GET /attachments/$f/content => 404 code=not_found\n"
    "buyer GET /products/$tea/attachments => 200 items#=2\n"
    "# The same key gives the same file.\n"
    "cashier POST /products/$tea/attachments?name=a KEY=k1 {\"a\":1} => 201 id->$once\n"
    "cashier POST /products/$tea/attachments?name=a KEY=k1 {\"a\":1} => 201 id=$once\n"
    "cashier POST /products/$tea/attachments?name=a KEY=k1 {\"a\":2} => 422 "
    "code=idempotency_key_reused\n"
    "# Of another site's record there is none.\n"
    "admin POST /tills/$t2/attachments?name=key.json {\"a\":1} => 201 id->$k\n"
    "cashier@S2 GET /attachments/$k/content => 200 a=1\n"
    "cashier@S1 GET /attachments/$k/content => 404 code=not_found\n"
    "cashier@S1 DELETE /attachments/$k => 404 code=not_found\n"
    "cashier@S1 POST /tills/$t2/attachments?name=x {\"a\":1} => 404 code=not_found\n"
    "buyer GET /attachments/$k/content => 404 code=not_found\n"
    "verify\n";

static const char stream[] =
    "admin GET /products?code=TEA => 200 items[0].id->$tea\n"
    "admin PATCH /products/$tea {\"name\":\"Green tea\",\"no_sale\":true} => 200\n"
    "admin POST /tasks {\"title\":\"Count the tea\",\"role\":\"stock_clerk\","
    "\"subject_entity\":\"product\",\"subject\":$tea} => 201 id->$t\n"
    "stock_clerk POST /tasks/$t/claim => 200\n"
    "cashier POST /products/$tea/notes {\"text\":\"The tin has a dent.\"} => 201\n"
    "cashier POST /products/$tea/attachments?name=dent.txt {\"a\":1} => 201\n"
    "buyer GET /products/$tea/stream => 200 items#=5 next=null items[0].kind=file "
    "items[0].title=dent.txt items[0].type=text/plain items[1].kind=note items[1].text~dent "
    "items[2].kind=task items[2].title=\"Count the tea\" items[2].state=claimed "
    "items[3].kind=change items[3].title=Changed items[3].changes#=2 "
    "items[3].changes[0].field=name items[3].changes[0].label=Name "
    "items[3].changes[0].old~250 items[3].changes[0].new=\"Green tea\" "
    "items[3].changes[1].old=No items[3].changes[1].new=Yes "
    "items[3].command=products/update items[4].title=Created\n"
    "# Page by page it is the same.\n"
    "buyer GET /products/$tea/stream?limit=2 => 200 items#=2 items[1].kind=note next->$a\n"
    "buyer GET /products/$tea/stream?limit=2&after=$a => 200 items#=2 items[0].kind=task "
    "items[1].title=Changed next->$b\n"
    "buyer GET /products/$tea/stream?limit=2&after=$b => 200 items#=1 items[0].title=Created "
    "next=null\n"
    "buyer GET /products/$tea/stream?after=x => 422 code=bad_cursor\n"
    "buyer GET /products/$tea/stream?after=1.9.1 => 422 code=bad_cursor\n"
    "buyer GET /products/$tea/stream?limit=0 => 422\n"
    "buyer GET /accounts/1/stream => 403 code=forbidden\n"
    "admin GET /parties?code=C1 => 200 items[0].id->$c\n"
    "admin PATCH /parties/$c {\"kind\":\"organisation\"} => 200\n"
    "admin GET /parties/$c/stream?limit=1 => 200 items[0].changes[0].label=Kind "
    "items[0].changes[0].old=Person items[0].changes[0].new=Organisation\n"
    "# A sale has what was done to it, though no change of it is kept.\n"
    "cashier POST /sales_orders/checkout {\"till\":\"T1\",\"lines\":[{\"product\":\"MUG\","
    "\"quantity\":\"2\"}],\"tenders\":[{\"kind\":\"cash\",\"amount\":\"24.20\"}]} => 201 id->$s\n"
    "cashier POST /sales_orders/$s/return {\"till\":\"T1\",\"lines\":["
    "{\"line\":1,\"quantity\":\"1\"}],"
    "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"12.10\"}]} => 200 id->$ret\n"
    "cashier GET /sales_orders/$s/stream => 200 items[0].kind=change\n"
    "cashier@S2 GET /sales_orders/$s/stream => 404 code=not_found\n"
    "# Tasks of another site are not told of.\n"
    "admin POST /tasks {\"title\":\"Far away\",\"role\":\"cashier\",\"site\":\"S2\","
    "\"subject_entity\":\"product\",\"subject\":$tea} => 201\n"
    "cashier@S1 GET /products/$tea/stream?limit=1 => 200 items[0].kind=file\n"
    "cashier@S2 GET /products/$tea/stream?limit=1 => 200 items[0].title=\"Far away\"\n"
    "verify\n";

static const char connections[] =
    "cashier POST /sales_orders/checkout {\"till\":\"T1\",\"customer\":\"C1\",\"lines\":["
    "{\"product\":\"MUG\",\"quantity\":\"2\"},{\"product\":\"TEA\",\"quantity\":\"1\"}],"
    "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"34.20\"}]} => 201 id->$s\n"
    "admin GET /sales_orders/$s/links => 200 refers_to[0].field=site "
    "refers_to[0].collection=sites refers_to[1].label=\"Ana Garcia\"\n"
    "admin GET /parties?code=C1 => 200 items[0].id->$c\n"
    "admin GET /parties/$c/links => 200 referred_by~\"sales_orders\"\n"
    "# From the order to the goods that left and the entry that booked it.\n"
    "admin GET /sales_orders/$s/links => 200 referred_by~\"stock_moves\"\n"
    "admin GET /sales_orders/$s/links => 200 referred_by~\"journal_entries\"\n"
    "stock_clerk GET /sales_orders/$s/links => 200 referred_by#=1 "
    "referred_by[0].collection=stock_moves referred_by[0].items#=2\n"
    "cashier@S2 GET /sales_orders/$s/links => 404 code=not_found\n"
    "cashier@S2 GET /parties/$c/links => 200 referred_by#=1 "
    "referred_by[0].collection=loyalty_accounts\n"
    "cashier@S1 GET /parties/$c/links => 200 referred_by#=2\n"
    "# At most five are shown of each.\n"
    "admin GET /categories => 200 items#=0\n"
    "admin POST /categories {\"code\":\"K\",\"name\":\"Kitchen\"} => 201 id->$k\n"
    "admin POST /categories {\"code\":\"K1\",\"name\":\"a\",\"parent\":\"K\"} => 201\n"
    "admin POST /categories {\"code\":\"K2\",\"name\":\"b\",\"parent\":\"K\"} => 201\n"
    "admin POST /categories {\"code\":\"K3\",\"name\":\"c\",\"parent\":\"K\"} => 201\n"
    "admin POST /categories {\"code\":\"K4\",\"name\":\"d\",\"parent\":\"K\"} => 201\n"
    "admin POST /categories {\"code\":\"K5\",\"name\":\"e\",\"parent\":\"K\"} => 201\n"
    "admin GET /categories/$k/links => 200 referred_by#=1 referred_by[0].items#=5 "
    "referred_by[0].more=false referred_by[0].field=parent\n"
    "admin POST /categories {\"code\":\"K6\",\"name\":\"f\",\"parent\":\"K\"} => 201\n"
    "admin GET /categories/$k/links => 200 referred_by[0].items#=5 referred_by[0].more=true\n"
    "admin GET /journal_entries?limit=1 => 200 items[0].id->$j\n"
    "admin GET /journal_entries/$j/links => 200 refers_to~source\n"
    "verify\n";

static const char presence[] =
    "cashier GET /products?code=TEA => 200 items[0].id->$tea\n"
    "cashier POST /presence {\"record\":\"product/$tea\",\"field\":\"price\"} => 200 people#=0\n"
    "buyer POST /presence {\"record\":\"product/$tea\"} => 200 people#=1 people[0].name=cashier "
    "people[0].field=price\n"
    "cashier POST /presence {\"record\":\"product/$tea\"} => 200 people#=1 people[0].name=buyer "
    "people[0].field=null\n"
    "buyer POST /presence {\"record\":\"product/$tea\",\"leave\":true} => 200\n"
    "cashier POST /presence {\"record\":\"product/$tea\"} => 200 people#=0\n"
    "cashier POST /presence {\"record\":\"product/999999999\"} => 404 code=not_found\n"
    "cashier POST /presence {\"record\":\"nothing/1\"} => 404 code=not_found\n"
    "cashier POST /presence {\"record\":\"product\"} => 404 code=not_found\n"
    "cashier POST /presence {\"record\":\"account/1\"} => 403 code=forbidden\n"
    "cashier POST /presence {} => 422 code=required field=record\n"
    "cashier@S1 POST /presence {\"record\":\"till/$t2\"} => 404 code=not_found\n"
    "cashier GET /presence => 405 code=method_not_allowed\n"
    "anyone POST /presence {\"record\":\"product/$tea\"} => 401 code=not_signed_in\n";

#define STORY(name)                                                                                \
    static void test_##name(void **state)                                                          \
    {                                                                                              \
        (void)state;                                                                               \
        story_on_both_stores(#name, STORY_SETUP, name);                                            \
    }
STORY(views)
STORY(notes)
STORY(mentions)
STORY(files)
STORY(stream)
STORY(connections)
STORY(presence)

/* -- what a file is ------------------------------------------------------------------------------
 */

static void types_are_what_the_bytes_say(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t n;
        const char *type;
    } rows[] = {
        { "a.png", "\x89PNG\r\n\x1a\n.....", 13, "image/png" },
        { "a.html", "\x89PNG\r\n\x1a\n.....", 13, "image/png" },
        { "a.jpg", "\xff\xd8\xff\xe0", 4, "image/jpeg" },
        { "a.gif", "GIF89a..", 8, "image/gif" },
        { "a.webp", "RIFF....WEBPVP8 ", 16, "image/webp" },
        { "a.pdf", "%PDF-1.7", 8, "application/pdf" },
        { "a.txt", "hello", 5, "text/plain" },
        { "a.CSV", "a,b", 3, "text/csv" },
        { "a.txt", "he\0llo", 6, "application/octet-stream" },
        { "a.html", "<html>", 6, "application/octet-stream" },
        { "a.svg", "<svg>", 5, "application/octet-stream" },
        { "a.xml", "<?xml ", 6, "application/octet-stream" },
        { "a.js", "alert(1)", 8, "application/octet-stream" },
        { "a.xlsx", "PK\x03\x04....", 8,
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
        { "a.xlsx", "hello", 5, "application/octet-stream" },
        { "a.csv", "PK\x03\x04....", 8, "application/octet-stream" },
        { "png", "x", 1, "application/octet-stream" },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        assert_string_equal(
            attachment_type(text_of(rows[i].name), (text_t){ rows[i].bytes, rows[i].n }),
            rows[i].type);
    }
}

static void names_have_no_folders(void **state)
{
    static const char *const rows[][2] = {
        { "a.txt", "a.txt" },
        { "/etc/passwd", "passwd" },
        { "..\\..\\boot.ini", "boot.ini" },
        { "..", "file" },
        { "", "file" },
        { "a/", "file" },
        { " tea list.csv ", "tea list.csv" },
        { "a\"b\nc.txt", "a_b_c.txt" },
        { "\xc4\x8d"
          "aj.txt",
          "\xc4\x8d"
          "aj.txt" },
        { "\xff\xfe", "file" },
        /* What turns the reading around, hides, or breaks the line is not there any more... */
        { "invoice\xe2\x80\xae" /* NOLINT(misc-misleading-bidirectional): what is tried */
          "fdp.exe",
          "invoicefdp.exe" },
        { "\xe2\x81\xa6"
          "a\xe2\x81\xa9\xe2\x80\x8b.p\xc2\xad"
          "df\xef\xbb\xbf",
          "a.pdf" },
        { "a\xe2\x80\xa9"
          "b.txt\xf3\xa0\x81\xa1",
          "ab.txt" },
        { "\xe2\x80\x8f", "file" },
        /* ... and what words are written with is. */
        { "\xe0\xa4\x95\xe0\xa5\x8d\xe2\x80\x8d\xe0\xa4\xb7.txt",
          "\xe0\xa4\x95\xe0\xa5\x8d\xe2\x80\x8d\xe0\xa4\xb7.txt" },
    };
    struct arena a;
    (void)state;
    arena_init(&a, (size_t)1 << 20);
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        assert_string_equal(attachment_name(&a, text_of(rows[i][0])).s, rows[i][1]);
    }
    struct buf b;
    buf_init(&b, &a, 4000);
    for (int i = 0; i < 500; i++) {
        buf_str(&b, "\xc3\xa1");
    }
    assert_int_equal(text_utf8_length(attachment_name(&a, buf_done(&b))), ATTACHMENT_NAME_MAX);
    arena_free(&a);
}

/* -- large ones, byte for byte --------------------------------------------------------------------
 */

static int ask(struct shop *s, struct arena *a, struct rest_request *r, enum http_method method,
               const char *path, text_t body)
{
    *r = (struct rest_request){ .arena = a,
                                .method = method,
                                .path = text_of(path),
                                .body = body,
                                .content_type = TEXT("image/png"),
                                .disposition = TEXT("attachment; filename=\"sea \xc3\xa1.png\""),
                                .authorization = text_fmt(&s->arena, "Bearer %s", s->admin.s) };
    rest_call(s->rest, r);
    return r->answer.status;
}

static void large_files(void **state)
{
    enum db_store store = kit_store_of(state);
    static struct shop s;
    struct rest_request r;
    struct json *j;
    struct json_fault fault;
    char path[100];
    shop_open(&s, store);
    int64_t product = kit_store_sql(s.url, "SELECT MIN(id) FROM products");
    const size_t sizes[] = { 1, ATTACHMENT_CHUNK, ATTACHMENT_CHUNK + 1, ATTACHMENT_BYTES_MAX,
                             ATTACHMENT_BYTES_MAX + 1 };
    char *bytes = malloc(ATTACHMENT_BYTES_MAX + 2);
    assert_non_null(bytes);
    for (size_t i = 0; i <= ATTACHMENT_BYTES_MAX; i++) {
        bytes[i] = (char)(i * 7 + i / 251);
    }
    for (size_t i = 0; i < N_ELEMENTS(sizes); i++) {
        struct arena a, b;
        arena_init(&a, (size_t)64 << 20);
        arena_init(&b, (size_t)64 << 20);
        (void)snprintf(path, sizeof path, "/api/v1/products/%lld/attachments", (long long)product);
        int status = ask(&s, &a, &r, HTTP_POST, path, (text_t){ bytes, sizes[i] });
        assert_int_equal(status, sizes[i] > ATTACHMENT_BYTES_MAX ? 422 : 201);
        if (status == 201) {
            int64_t id;
            assert_int_equal(json_parse(&a, r.answer.body.s, r.answer.body.n, &j, &fault), OK);
            assert_int_equal(text_to_i64(json_get(j, "id")->text, &id), OK);
            (void)snprintf(path, sizeof path, "/api/v1/attachments/%lld/content", (long long)id);
            assert_int_equal(ask(&s, &b, &r, HTTP_GET, path, TEXT_NONE), 200);
            assert_int_equal(r.answer.body.n, sizes[i]);
            assert_memory_equal(r.answer.body.s, bytes, sizes[i]);
            assert_string_equal(r.answer.content_type, "application/octet-stream");
            assert_string_equal(rest_header(&r.answer, "Content-Disposition").s,
                                "attachment; filename=\"sea __.png\"; "
                                "filename*=UTF-8''sea%20%C3%A1.png");
            assert_string_equal(rest_header(&r.answer, "X-Content-Type-Options").s, "nosniff");
        }
        arena_free(&a);
        arena_free(&b);
    }
    free(bytes);
    assert_int_equal(kit_store_sql(s.url, "SELECT COUNT(*) FROM attachment_chunk"), 1 + 1 + 2 + 80);
    shop_verify(&s, "after the files");
    shop_close(&s);
}

/* -- what it costs
 * --------------------------------------------------------------------------------- */

struct cost {
    struct shop *shop;
    int64_t id;
    int64_t stream, links; /* statements */
    size_t items, groups;
};

static enum err measure(struct tx *tx, void *arg)
{
    struct cost *c = arg;
    struct cx cx;
    struct arena a;
    struct who who = kontor_system(c->shop->company);
    struct stream_item *items;
    struct record_links links;
    struct product product;
    text_t next;
    arena_init(&a, (size_t)16 << 20);
    cx_init(&cx, c->shop->kontor.house, &a, tx, &who, "en");
    const struct entity_info *info = house_info(c->shop->kontor.house, E_product);
    enum err e = store_get(&cx, info->entity, c->id, &product);
    int64_t before = tx_statements(tx);
    if (e == OK) {
        e = record_stream(&cx, info, c->id, STREAM_LIMIT_MAX, TEXT_NONE, &items, &c->items, &next);
    }
    c->stream = tx_statements(tx) - before;
    before = tx_statements(tx);
    if (e == OK) {
        e = record_links(&cx, info, &product, &links);
        c->groups = links.n_in;
    }
    c->links = tx_statements(tx) - before;
    cx_done(&cx);
    arena_free(&a);
    return e;
}

static void statements_do_not_grow(void **state)
{
    enum db_store store = kit_store_of(state);
    static struct shop s;
    char path[100], body[200];
    shop_open(&s, store);
    struct cost warm = { .shop = &s,
                         .id = kit_store_sql(s.url, "SELECT MIN(id) FROM products WHERE code = "
                                                    "'TEA'") };
    struct cost few = warm, many = warm;
    assert_int_equal(db_read(s.kontor.db, measure, &warm), OK);
    assert_int_equal(db_read(s.kontor.db, measure, &few), OK);
    for (int i = 0; i < 20; i++) {
        (void)snprintf(path, sizeof path, "/products/%lld/notes", (long long)few.id);
        (void)shop_must(&s, 201, "POST", path, "{\"text\":\"x\"}");
        (void)snprintf(path, sizeof path, "/products/%lld/attachments", (long long)few.id);
        (void)shop_must(&s, 201, "POST", path, "{\"x\":1}");
        (void)snprintf(path, sizeof path, "/products/%lld", (long long)few.id);
        (void)snprintf(body, sizeof body, "{\"name\":\"Tea %d\"}", i);
        (void)shop_must(&s, 200, "PATCH", path, body);
        (void)snprintf(body, sizeof body,
                       "{\"title\":\"x\",\"role\":\"sales\",\"subject_entity\":\"product\","
                       "\"subject\":%lld}",
                       (long long)few.id);
        (void)shop_must(&s, 201, "POST", "/tasks", body);
        (void)snprintf(
            body, sizeof body,
            "{\"code\":\"V%d\",\"name\":\"V\",\"variant_of\":\"TEA\",\"options\":\"%d\"}", i, i);
        (void)shop_must(&s, 201, "POST", "/products", body);
    }
    assert_int_equal(db_read(s.kontor.db, measure, &warm), OK);
    assert_int_equal(db_read(s.kontor.db, measure, &many), OK);
    assert_int_equal(many.items, few.items + 80);
    assert_int_equal(many.groups, few.groups + 2); /* tasks, variants */
    assert_int_equal(many.stream, few.stream);
    assert_true(many.stream <= 6);
    assert_int_equal(many.links, few.links);
    shop_close(&s);
}

static void only_files_may_be_large(void **state)
{
    (void)state;
    assert_true(rest_takes_files(HTTP_POST, "/api/v1/products/7/attachments"));
    assert_false(rest_takes_files(HTTP_GET, "/api/v1/products/7/attachments"));
    assert_false(rest_takes_files(HTTP_POST, "/api/v1/products/7/notes"));
    assert_false(rest_takes_files(HTTP_POST, "/attachments"));
    assert_false(rest_takes_files(HTTP_POST, "/api/v1/attachments/x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_are_what_the_bytes_say),
        cmocka_unit_test(names_have_no_folders),
        cmocka_unit_test(only_files_may_be_large),
        cmocka_unit_test(test_views),
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_mentions),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_connections),
        cmocka_unit_test(test_presence),
        KIT_ON_BOTH(statements_do_not_grow),
        KIT_ON_BOTH(large_files),
    };
    return arena_reserve_init() != OK || cmocka_run_group_tests(tests, NULL, NULL);
}
