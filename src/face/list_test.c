/* Lists, searches, reports, history and events through the REST face, on both stores. */
#include "face/crate_kit.h"
#include "os/clock.h"

#include "flow/command.h"
#include "meta/list.h"
#include "meta/shape.h"

#define MANY 1000

/* Inserts crates in writing jobs, so that a thousand take no thousand commits. */
struct making {
    struct crates *f;
    int from, to;
};

static int64_t
    last_crate_id; /* each stands on the one before: a reference to what is not in memory */

static void fill_crate(struct crates *f, struct cx *cx, struct crate *c, int i)
{
    c->code = text_fmt(cx->arena, "C%04d", i);
    c->name = text_fmt(cx->arena, i % 3 ? "Green tea %d" : "Čaj z Japonska %d", i);
    c->pieces = i % 7;
    c->spare = i % 5 ? VALUE_NONE : i % 11;
    c->price = money_of(i * 10);
    c->weight = qty_of((i % 13) * QTY_ONE);
    c->packed_on = i % 4 ? (date_t){ 20000 + i % 6 } : DATE_NONE;
    c->packed_at = INSTANT_NONE;
    c->colour = i % 3;
    c->above.id = last_crate_id;
    c->site.id = i % 10 == 0 ? 0 : f->sites[i % 2];
}

static enum err make_some(struct tx *tx, void *arg)
{
    struct making *m = arg;
    struct cx cx;
    struct arena a;
    enum err e = OK;
    const struct who who = { .user = 1, .company = 1, .all = true, .all_sites = true };
    arena_init(&a, (size_t)64 << 20);
    cx_init(&cx, m->f->house, &a, tx, &who, "en");
    for (int i = m->from; i < m->to && e == OK; i++) {
        struct crate c = { 0 };
        fill_crate(m->f, &cx, &c, i);
        e = store_insert(&cx, &crate_entity, &c);
        last_crate_id = c.record.id;
        struct crate_line line = { .crate = { c.record.id },
                                   .item = TEXT("tin"),
                                   .quantity = qty_of((i + 1) * QTY_ONE) };
        for (int k = 0; k < i % 3 && e == OK; k++) {
            line.record = (struct record){ 0 };
            e = store_insert(&cx, &crate_line_entity, &line);
        }
    }
    cx_done(&cx);
    arena_free(&a);
    return e;
}

static void make(struct crates *f, int n)
{
    last_crate_id = 0;
    for (int i = 0; i < n; i += 250) {
        struct making m = { f, i, i + 250 < n ? i + 250 : n };
        assert_int_equal(db_write(f->db, make_some, &m), OK);
    }
}

/* -- pages ------------------------------------------------------------------------------- */

/* Walks all pages of a list and checks that every record comes once; returns how many pages there
 * were. */
static int walk(struct crates *f, const char *sort, int limit, int expected)
{
    static bool seen[MANY];
    char target[8200], next[8000] = "";
    int pages = 0, n = 0;
    memset(seen, 0, sizeof seen);
    do {
        (void)snprintf(target, sizeof target, "/crates?sort=%s&limit=%d&fields=code%s%s", sort,
                       limit, *next ? "&after=" : "", next);
        ask(f, "packer", "GET", target, NULL, 200);
        for (const struct json *j = at(f, "items")->first; j; j = j->next, n++) {
            long i = strtol(json_get_text(j, "code").s + 1, NULL, 10);
            if (seen[i]) {
                fail_msg("%ld comes twice, sorted by %s", i, sort);
            }
            seen[i] = true;
        }
        const struct json *cursor = at(f, "next");
        assert_true(!cursor->text.s || cursor->text.n < sizeof next);
        (void)snprintf(next, sizeof next, "%s", cursor->text.s ? cursor->text.s : "");
        pages++;
    } while (*next);
    assert_int_equal(n, expected);
    return pages;
}

static void a_thousand_rows_page_without_gap_or_double(void **state)
{
    static const char *const sorts[] = { "-id",
                                         "id",
                                         "code",
                                         "-code",
                                         "name",
                                         "-name,code",
                                         "spare",
                                         "-spare",
                                         "packed_on",
                                         "-packed_on",
                                         "spare,-packed_on,colour",
                                         "-spare,packed_on,-colour",
                                         "-packed_at,price",
                                         "site",
                                         "-pieces,-weight,spare,-packed_on",
                                         "fragile" };
    struct crates *f = *state;
    make(f, MANY);
    for (size_t i = 0; i < N_ELEMENTS(sorts); i++) {
        assert_int_equal(walk(f, sorts[i], 97, MANY), 11);
    }
    assert_int_equal(walk(f, "-code", 1000, MANY), 1);
    assert_int_equal(walk(f, "price", 500, MANY), 2);
}

static void order_is_the_same_on_both_stores(void **state)
{
    struct crates *f = *state;
    make(f, 40);
    ask(f, "packer", "GET", "/crates?sort=spare,code&limit=1000&fields=code,spare", NULL, 200);
    has(f, "items[0].spare", "0");
    has(f, "items[0].code", "C0000");
    has(f, "items[39].spare", "null"); /* no value is the largest */
    ask(f, "packer", "GET", "/crates?sort=-spare,code&limit=1000&fields=code,spare", NULL, 200);
    has(f, "items[0].spare", "null");
    has(f, "items[0].code", "C0001");
    has(f, "items[39].spare", "0");
    ask(f, "packer", "GET", "/crates?limit=2&fields=code", NULL, 200);
    has(f, "items[0].code", "C0039"); /* newest first unless the entity says otherwise */
}

static void a_cursor_belongs_to_its_list(void **state)
{
    struct crates *f = *state;
    char target[3000], cursor[2000];
    make(f, 10);
    ask(f, "packer", "GET", "/crates?sort=code&limit=5", NULL, 200);
    (void)snprintf(cursor, sizeof cursor, "%s", at(f, "next")->text.s);
    (void)snprintf(target, sizeof target, "/crates?sort=-code&after=%s", cursor);
    refused(f, "packer", "GET", target, NULL, 422, "bad_cursor", "after");
    (void)snprintf(target, sizeof target, "/crate_lines?sort=id&after=%s", cursor);
    refused(f, "packer", "GET", target, NULL, 422, "bad_cursor", "after");
    for (size_t i = 0; cursor[i];
         i++) { /* whatever is changed in it, it is refused or pages on, and never breaks */
        char was = cursor[i];
        cursor[i] = was == 'A' ? 'B' : 'A';
        (void)snprintf(target, sizeof target, "/crates?sort=code&after=%s", cursor);
        begin(f, "packer", "GET", target, NULL);
        int status = send(f);
        assert_true(status == 200 || status == 422);
        cursor[i] = was;
    }
}

/* -- filters ----------------------------------------------------------------------------- */

static void filters_choose(void **state)
{
    static const struct {
        const char *filter;
        int n;
    } rows[] = {
        { "code=C0007", 1 },
        { "code=nothing", 0 },
        { "pieces=3", 14 },
        { "pieces=0", 15 },
        { "pieces[ne]=0", 85 },
        { "price[gte]=5.00", 50 },
        { "price[gt]=5.00", 49 },
        { "price[lt]=1.00", 10 },
        { "price[lte]=1.00", 11 },
        { "price[gte]=1.00&price[lt]=2.00", 10 },
        { "price[lt]=-1", 0 },
        { "spare=", 80 },
        { "spare[ne]=", 20 },
        { "spare=0", 2 },
        { "packed_on=", 25 },
        { "packed_on=2024-10-05", 17 },
        { "packed_on[gt]=2024-10-05", 50 },
        { "colour=blue", 33 },
        { "colour[in]=red,blue", 67 },
        { "colour[ne]=red", 66 },
        { "site=S1", 40 },
        { "site=", 10 },
        { "site[in]=S1,S2", 90 },
        { "fragile=true", 0 },
        { "fragile=false", 100 },
        { "weight[gte]=12.000000", 7 },
        { "code[in]=C0001,C0002,C0999", 2 },
        { "q=green", 66 },
        { "q=GREEN+te", 66 },
        { "q=caj", 34 },
        { "q=%C4%8DAJ+japon", 34 },
        { "q=green+japon", 0 },
        { "q=reen", 0 },
        { "q=42", 1 },
        { "q=--", 0 },
        { "q=", 100 },
        { "q=green&site=S1&pieces=1", 0 },
        { "name=Green+tea+1", 1 },
        { "archived=false", 100 },
        { "version=1", 100 },
    };
    struct crates *f = *state;
    char target[300];
    make(f, 100);
    ask(f, "packer", "GET", "/crates?q=green&site=S1&pieces=1&count=1", NULL, 200);
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        (void)snprintf(target, sizeof target, "/crates?%s&count=1&limit=1", rows[i].filter);
        ask(f, "packer", "GET", target, NULL, 200);
        if (strncmp(rows[i].filter, "q=green&", 8) != 0 && number(f, "total") != rows[i].n) {
            fail_msg("%s finds %d, not %d", rows[i].filter, (int)number(f, "total"), rows[i].n);
        }
    }
    (void)snprintf(target, sizeof target, "/crates?site=%lld&count=1", (long long)f->sites[0]);
    ask(f, "reader", "GET", target, NULL, 200); /* by the id that they were shown */
    has(f, "total", "40");
}

static void too_many_filters_are_refused(void **state)
{
    struct crates *f = *state;
    char target[2000] = "/crates?code[in]=a";
    for (int i = 0; i < 70; i++) {
        (void)snprintf(target + strlen(target), sizeof target - strlen(target), ",a%d", i);
    }
    refused(f, "packer", "GET", target, NULL, 422, "too_large", NULL);
    (void)snprintf(target, sizeof target, "/crates?");
    for (int i = 0; i < 17; i++) {
        (void)snprintf(target + strlen(target), sizeof target - strlen(target), "&price[gt]=%d", i);
    }
    refused(f, "packer", "GET", target, NULL, 422, "too_large", "price[gt]");
}

/* -- the row filter ---------------------------------------------------------------------- */

static void other_sites_are_not_there(void **state)
{
    struct crates *f = *state;
    char path[200], theirs[100];
    make(f, 100);
    ask(f, "packer@0", "GET", "/crates?count=1&limit=1000&expand=lines", NULL, 200);
    has(f, "total", "50"); /* S1's 40 and 10 of no site */
    ask(f, "packer@0", "GET", "/sites", NULL, 200);
    has(f, "items[0].code", "S1");
    assert_null(at(f, "items[1]"));
    ask(f, "packer", "GET", "/crates?site=S2&limit=1", NULL, 200);
    (void)snprintf(theirs, sizeof theirs, "/crates/%lld", (long long)number(f, "items[0].id"));
    refused(f, "packer@0", "GET", theirs, NULL, 404, "not_found", NULL);
    refused(f, "packer@0", "PATCH", theirs, "{\"pieces\":1}", 404, "not_found", NULL);
    refused(f, "packer@0", "DELETE", theirs, NULL, 404, "not_found", NULL);
    (void)snprintf(path, sizeof path, "%s/seal", theirs);
    refused(f, "packer@0", "POST", path, "", 404, "not_found", NULL);
    (void)snprintf(path, sizeof path, "%s/history", theirs);
    refused(f, "packer@0", "GET", path, NULL, 404, "not_found", NULL);
    refused(f, "packer@0", "POST", "/crates", "{\"code\":\"X\",\"name\":\"x\",\"site\":\"S2\"}",
            422, "unknown_reference", "site");
    ask(f, "packer", "GET", "/crate_lines?count=1", NULL, 200);
    has(f, "total", "99");
    ask(f, "packer@0", "GET", "/crate_lines?count=1", NULL, 200);
    assert_true(number(f, "total") > 0 && number(f, "total") < 99); /* by their crate's site */
    ask(f, "packer@0", "GET", "/reports/crates_by_site", NULL, 200);
    assert_int_equal(at(f, "items")->count, 2); /* S1 and none */
    ask(f, "admin@other", "GET", "/crates?count=1", NULL, 200);
    has(f, "total", "0"); /* another company sees nothing of this one */
    refused(f, "admin@other", "GET", theirs, NULL, 404, "not_found", NULL);
}

/* -- statements -------------------------------------------------------------------------- */

struct counting {
    struct crates *f;
    int64_t limit, statements;
    size_t n, n_lines;
};

static enum err count_statements(struct tx *tx, void *arg)
{
    struct counting *c = arg;
    struct arena a;
    struct cx cx;
    struct list_page page;
    const struct who who = { .user = 10, .company = 1, .all = true, .all_sites = true };
    const struct list_query q = {
        .entity = &crate_entity, .limit = c->limit, .expand_lines = true, .count = true
    };
    arena_init(&a, (size_t)64 << 20);
    cx_init(&cx, c->f->house, &a, tx, &who, "en");
    int64_t before = tx_statements(tx);
    enum err e = list_read(&cx, &q, &page);
    c->statements = tx_statements(tx) - before;
    c->n = page.n;
    c->n_lines = 0;
    for (size_t i = 0; e == OK && i < page.n; i++) {
        const struct crate *r = (const struct crate *)page.records + i;
        c->n_lines += r->lines.n;
        for (size_t k = 0; k < r->lines.n; k++) {
            assert_int_equal(((const struct crate_line *)r->lines.items)[k].crate.id, r->record.id);
        }
    }
    cx_done(&cx);
    arena_free(&a);
    return e;
}

static void statements_do_not_grow_with_rows(void **state)
{
    struct crates *f = *state;
    struct counting warm = { .f = f, .limit = 5 }, few = { .f = f, .limit = 10 },
                    many = { .f = f, .limit = 300 };
    make(f, 300);
    assert_int_equal(db_read(f->db, count_statements, &warm), OK);
    assert_int_equal(db_read(f->db, count_statements, &few), OK);
    assert_int_equal(db_read(f->db, count_statements, &many), OK);
    assert_int_equal(few.n, 10);
    assert_int_equal(many.n, 300);
    assert_int_equal(many.n_lines, 300);
    assert_int_equal(few.statements, many.statements);
    assert_true(many.statements <= 5);
    ask(f, "packer", "GET", "/crates?limit=300&sort=code", NULL, 200);
    has(f, "items[299].above.code", "C0298");
    has(f, "items[1].above.label", "Čaj z Japonska 0");
}

struct each {
    struct crates *f;
    int64_t last;
    size_t n;
};

static enum err each_one(void *arg, const void *record)
{
    struct each *e = arg;
    const struct crate *c = record;
    assert_true(c->record.id > e->last);
    e->last = c->record.id;
    e->n++;
    return OK;
}

static enum err walk_each(struct tx *tx, void *arg)
{
    struct each *each = arg;
    struct arena a;
    struct cx cx;
    const struct who who = { .user = 100, .company = 1, .all = true, .all_sites = false };
    const struct list_query q = { .entity = &crate_entity,
                                  .filters = { { TEXT("pieces"), LIST_NE, TEXT("0") } },
                                  .n_filters = 1 };
    arena_init(&a, (size_t)1 << 20); /* less than the rows need: they must not gather */
    cx_init(&cx, each->f->house, &a, tx, &who, "en");
    enum err e = list_each(&cx, &q, each_one, each);
    cx_done(&cx);
    arena_free(&a);
    return e;
}

static void exports_stream_in_constant_memory(void **state)
{
    struct crates *f = *state;
    struct each each = { .f = f };
    make(f, MANY);
    assert_int_equal(db_read(f->db, walk_each, &each), OK);
    assert_int_equal(each.n, 428); /* of S1 or none, and with pieces */
}

/* -- CSV --------------------------------------------------------------------------------- */

static void ask_csv(struct crates *f, const char *target)
{
    begin(f, "packer", "GET", target, NULL);
    f->last.accept = TEXT("text/csv, application/json;q=0.5");
    assert_int_equal(send(f), 200);
    assert_string_equal(f->last.answer.content_type, "text/csv; charset=utf-8; header=present");
}

static void pages_come_as_csv(void **state)
{
    struct crates *f = *state;
    ask(f, "packer", "POST", "/crates",
        "{\"code\":\"A\",\"name\":\"=1+1\",\"note\":\"a, \\\"b\\\"\\nc\",\"price\":\"-3.50\","
        "\"site\":\"S1\",\"packed_on\":\"2026-01-02\"}",
        201);
    ask(f, "packer", "POST", "/crates", "{\"code\":\"B\",\"name\":\"x\"}", 201);
    ask_csv(f, "/crates?sort=code&fields=code,name,note,spare,fragile,price,packed_on,colour,site");
    assert_string_equal(f->last.answer.body.s,
                        "code,name,note,spare,fragile,price,packed_on,colour,site\r\n"
                        "A,'=1+1,\"a, \"\"b\"\"\nc\",,false,-3.50,2026-01-02,green,S1\r\n"
                        "B,x,,,false,0.00,,green,\r\n");
    header_is(f, "Link", NULL);
    ask_csv(f, "/crates?sort=code&fields=code&limit=1&count=1");
    assert_string_equal(f->last.answer.body.s, "code\r\nA\r\n");
    header_is(f, "Total-Count", "2");
    text_t link = rest_header(&f->last.answer, "Link");
    assert_true(text_starts(link, "</api/v1/crates?sort=code&fields=code&limit=1&count=1&after="));
    char target[500];
    (void)snprintf(target, sizeof target, "%.*s", (int)(strchr(link.s, '>') - link.s - 1),
                   link.s + 1);
    ask_csv(f, target);
    assert_string_equal(f->last.answer.body.s, "code\r\nB\r\n");
    header_is(f, "Link", NULL);
    begin(f, "packer", "GET", "/crates", NULL);
    f->last.accept = TEXT("text/html, */*");
    assert_int_equal(send(f), 200);
    assert_string_equal(f->last.answer.content_type, "application/json");
    begin(f, "packer", "GET", "/reports/crates_by_site", NULL);
    f->last.accept = TEXT("text/csv");
    assert_int_equal(send(f), 200);
    assert_true(text_starts(f->last.answer.body, "site,crates,weight,price,last,name\r\n"));
    assert_non_null(strstr(f->last.answer.body.s, "\r\nS1,1,0,-3.50,,'=1+1\r\n"));
}

/* -- reports ----------------------------------------------------------------------------- */

static void reports_answer_rows(void **state)
{
    struct crates *f = *state;
    char target[500];
    make(f, 100);
    ask(f, "packer", "GET", "/reports/crates_by_site?site=S1", NULL, 200);
    has(f, "columns[0].name", "site");
    has(f, "columns[0].target", "site");
    has(f, "columns[2].kind", "quantity");
    has(f, "items[0].site.code", "S1");
    has(f, "items[0].crates", "40");
    has(f, "items[0].last", "null");
    has(f, "items[0].name", "Green tea 14");
    has(f, "next", "null");
    has(f, "tie_out", "null");
    assert_null(at(f, "items[1]"));
    ask(f, "packer", "GET", "/reports/crates_by_site?least=12&colour=Green%20tea%2025", NULL, 200);
    has(f, "items[0].crates", "1");
    ask(f, "packer", "GET", "/reports/crates_by_site?limit=2", NULL, 200);
    (void)snprintf(target, sizeof target, "/reports/crates_by_site?limit=2&after=%s",
                   at(f, "next")->text.s);
    ask(f, "packer", "GET", target, NULL, 200);
    assert_int_equal(at(f, "items")->count, 1);
    has(f, "next", "null");
    ask(f, "reader", "GET", "/reports/crates_by_site?site=", NULL, 200);
    assert_null(at(f, "items[0].site.code")); /* may not read sites */
    ask(f, "admin", "GET", "/reports/counting?to=25&limit=10", NULL, 200);
    has(f, "items[9].n", "9");
    has(f, "tie_out.sum", "0.00");
    (void)snprintf(target, sizeof target, "/reports/counting?to=25&limit=10&after=%s",
                   at(f, "next")->text.s);
    ask(f, "admin", "GET", target, NULL, 200);
    has(f, "items[0].n", "10");
    (void)snprintf(target, sizeof target, "/reports/counting?to=25&limit=10&after=%s",
                   at(f, "next")->text.s);
    ask(f, "admin", "GET", target, NULL, 200);
    has(f, "items[4].n", "24");
    has(f, "next", "null");
    ask(f, "packer", "GET", "/reports", NULL, 200);
    has(f, "items[0].name", "crates_by_site");
    assert_null(at(f, "items[1]")); /* only what they may run */
}

/* -- history and events ------------------------------------------------------------------ */

static void history_tells_who_changed_what(void **state)
{
    struct crates *f = *state;
    char path[100], sub[150];
    ask(f, "packer", "POST", "/crates", "{\"code\":\"A\",\"name\":\"x\",\"secret\":\"one\"}", 201);
    (void)snprintf(path, sizeof path, "/crates/%lld", (long long)number(f, "id"));
    ask(f, "admin", "PATCH", path, "{\"name\":\"y\",\"price\":\"2.00\",\"secret\":\"two\"}", 200);
    (void)snprintf(sub, sizeof sub, "%s/seal", path);
    ask(f, "packer", "POST", sub, "", 200);
    (void)snprintf(sub, sizeof sub, "%s/history", path);
    ask(f, "reader", "GET", sub, NULL, 200);
    assert_int_equal(at(f, "items")->count, 3);
    has(f, "items[0].command", "crates/seal");
    has(f, "items[0].changes.state[1]", "sealed");
    has(f, "items[0].by.id", "11");
    has(f, "items[1].command", "crates/update");
    has(f, "items[1].changes.name[0]", "x");
    has(f, "items[1].changes.name[1]", "y");
    has(f, "items[1].changes.price[1]", "2.00");
    has(f, "items[1].version", "2");
    assert_int_equal(at(f, "items[1].changes.secret")->count, 0); /* that, never what */
    has(f, "items[2].command", "crates/create");
    has(f, "items[2].changes", "null");
    has(f, "items[2].by.id", "11");
}

static void events_page_in_order(void **state)
{
    struct crates *f = *state;
    char body[200], target[200] = "/events?limit=7";
    int64_t last = 0;
    int n = 0;
    for (int i = 0; i < 20; i++) {
        (void)snprintf(body, sizeof body,
                       "{\"code\":\"E%d\",\"name\":\"x\",\"pieces\":%d,\"site\":\"S%d\"}", i, i,
                       1 + i % 2);
        ask(f, "packer", "POST", "/crates", body, 201);
    }
    /* On PostgreSQL the feed waits for every open transaction of the cluster, other tests' too. */
    for (int i = 0; i < 1000; i++) {
        ask(f, "packer", "GET", "/events?limit=100", NULL, 200);
        if (at(f, "items")->count == 22) {
            break;
        }
        clock_sleep_us(10000);
    }
    ask(f, "packer", "GET", target, NULL, 200);
    while (at(f, "items[0]")) {
        for (const struct json *j = at(f, "items")->first; j; j = j->next, n++) {
            int64_t seq;
            assert_int_equal(text_to_i64(json_get(j, "seq")->text, &seq), OK);
            assert_true(seq > last);
            last = seq;
            if (text_is(json_get_text(j, "name"), "site.created")) {
                continue;
            }
            assert_string_equal(json_get_text(j, "name").s, "crate.created");
            (void)snprintf(body, sizeof body, "E%d", n - 2);
            assert_string_equal(json_get_text(json_get(j, "data"), "code").s, body);
        }
        (void)snprintf(target, sizeof target, "/events?limit=7&after=%lld",
                       (long long)number(f, "last"));
        ask(f, "packer", "GET", target, NULL, 200);
    }
    assert_int_equal(n, 22); /* the two sites, too */
    ask(f, "reader", "GET", "/events?limit=100", NULL, 200);
    assert_int_equal(at(f, "items")->count, 20); /* may not read sites */
    has(f, "items[0].data.pieces", "0");
    has(f, "next", "null");
    ask(f, "packer@1", "GET", "/events?limit=100", NULL, 200);
    assert_int_equal(at(f, "items")->count, 11); /* their site, and what happened there */
    ask(f, "stranger", "GET", "/events", NULL, 200);
    assert_int_equal(at(f, "items")->count, 0);
    ask(f, "admin@other", "GET", "/events", NULL, 200);
    assert_int_equal(at(f, "items")->count, 0);
}

/* -- what is bounded --------------------------------------------------------------------------- */

struct sorting {
    struct crates *f;
    struct list_query q;
    struct list_page page;
    text_t code; /* of the first row */
    struct arena a;
};

static enum err sort_within(struct tx *tx, void *arg)
{
    struct sorting *s = arg;
    struct cx cx;
    const struct who who = { .user = 1, .company = 1, .all = true, .all_sites = true };
    cx_init(&cx, s->f->house, &s->a, tx, &who, "en");
    enum err e = list_read(&cx, &s->q, &s->page);
    s->code = e == OK && s->page.n ? ((const struct crate *)s->page.records)->code : TEXT_NONE;
    cx_done(&cx);
    return e;
}

/* Where no index has the order only the newest are sorted, and that is said; filters decide which
 * those are. */
static void sorts_without_an_index_are_bounded(void **state)
{
    struct sorting s = { .f = *state };
    make(s.f, 60);
    arena_init(&s.a, (size_t)16 << 20);
    s.q = (struct list_query){ .entity = &crate_entity, .sort = TEXT("weight"), .within = 10 };
    assert_int_equal(db_read(s.f->db, sort_within, &s), OK);
    assert_true(s.page.partial);
    assert_int_equal(s.page.n, 10);
    assert_string_equal(s.code.s, "C0052"); /* the lightest of the newest ten */
    s.q.limit = 4;
    assert_int_equal(db_read(s.f->db, sort_within, &s), OK);
    assert_non_null(s.page.next.s);
    s.q.after = text_copy(&s.a, s.page.next);
    assert_int_equal(db_read(s.f->db, sort_within, &s), OK);
    assert_string_equal(s.code.s, "C0056");
    s.q.after = TEXT_NONE;
    s.q.filters[s.q.n_filters++] =
        (struct list_filter){ .field = TEXT("price"), .op = LIST_LT, .value = TEXT("0.50") };
    assert_int_equal(db_read(s.f->db, sort_within, &s), OK);
    assert_false(s.page.partial); /* five: fewer than may be sorted */
    assert_string_equal(s.code.s, "C0000");
    s.q.n_filters = 0;
    s.q.within = 60;
    assert_int_equal(db_read(s.f->db, sort_within, &s), OK);
    assert_false(s.page.partial);
    s.q.within = 10;
    s.q.sort = TEXT("-code"); /* has an index */
    assert_int_equal(db_read(s.f->db, sort_within, &s), OK);
    assert_false(s.page.partial);
    arena_free(&s.a);
}

static enum err make_very_many(struct tx *tx, void *arg)
{
    (void)arg;
    const struct value args[] = { v_int(INT64_C(1) << 50), v_int(LIST_SORT_MAX) };
    return tx_exec(tx,
                   "INSERT INTO crates (id, version, company, archived, code, name, pieces) WITH "
                   "RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= $2) "
                   "SELECT $1 + i, 1, 1, 0, 'M' || i, 'Many', 1 FROM n",
                   args, N_ELEMENTS(args));
}

static void too_many_to_sort_are_refused(void **state)
{
    struct crates *f = *state;
    assert_int_equal(db_write(f->db, make_very_many, NULL), OK);
    ask(f, "packer", "GET", "/crates?sort=name", NULL, 422);
    has(f, "code", "too_many_to_sort");
    has(f, "field", "sort");
    ask(f, "packer", "GET", "/crates?sort=name&code[lt]=M2", NULL, 200);
    ask(f, "packer", "GET", "/crates?sort=code", NULL, 200);
    has(f, "items[0].code", "M1");
    ask(f, "packer", "GET", "/crates?sort=nothing", NULL, 422);
    has(f, "code", "unknown_filter");
}

static void who_am_i(void **state)
{
    struct crates *f = *state;
    ask(f, "packer@1", "GET", "/session", NULL, 200);
    has(f, "name", "packer");
    has(f, "roles[0]", "packer");
    assert_int_equal(number(f, "sites[0]"), f->sites[1]);
    ask(f, "admin", "GET", "/session", NULL, 200);
    has(f, "sites", "all");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(a_thousand_rows_page_without_gap_or_double),
        ON_BOTH(order_is_the_same_on_both_stores),
        ON_BOTH(a_cursor_belongs_to_its_list),
        ON_BOTH(filters_choose),
        ON_BOTH(too_many_filters_are_refused),
        ON_BOTH(other_sites_are_not_there),
        ON_BOTH(statements_do_not_grow_with_rows),
        ON_BOTH(exports_stream_in_constant_memory),
        ON_BOTH(pages_come_as_csv),
        ON_BOTH(reports_answer_rows),
        ON_BOTH(history_tells_who_changed_what),
        ON_BOTH(events_page_in_order),
        ON_BOTH(who_am_i),
        ON_BOTH(sorts_without_an_index_are_bounded),
        ON_BOTH(too_many_to_sort_are_refused),
    };
    return arena_reserve_init() != OK || cmocka_run_group_tests(tests, NULL, NULL);
}
