/* Typed filters: the grammar alone, and against a store through the REST face. */
#include "face/crate_kit.h"

#include "flow/command.h"
#include "meta/filter_text.h"

/* -- the grammar ------------------------------------------------------------------------------- */

static void texts_are_taken_apart(void **state)
{
    static const struct {
        const char *text, *joined;
    } rows[] = {
        { "customer: Sharma, total > 100, state: late, \"green tea\"",
          "customer : Sharma, total > 100, state : late, \"green tea\"" },
        { "green tea", "\"green tea\"" },
        { " , ,x:1,, ", "x : 1" },
        { "total > 1.234,56, x<=2", "total > 1.234,56, x <= 2" },
        { "total > 100,state = a", "total > 100, state = a" },
        { "size = 12 XL,34 = b", "size = 12 XL, \"34 = b\"" }, /* no comma of a number */
        { "total > १,२३४, x: 1", "total > १,२३४, x : 1" },
        { "a: 1..2", "a : 1 .. 2" },
        { "a: ..2 | 3..", "a :  .. 2 | 3 .. " },
        { "a: \"1..2\"", "a : \"1..2\"" },
        { "a: x | \"y, z\" | \"say \"\"hi\"\"\"", "a : x | \"y, z\" | \"say \"\"hi\"\"\"" },
        { "a:", "a : " },
        { "a: \"\"", "a : \"\"" },
        { "a ≠ 1, b ≤ 2, c ≥ 3", "a != 1, b <= 2, c >= 3" },
        { "10:30, > 5", "\"10:30\", \"> 5\"" },
        { "a: \"not closed, b: 2", "a : \"not closed, b: 2\"" },
        { "sold_at: 2026-11-01..2026-11-21", "sold_at : 2026-11-01 .. 2026-11-21" },
        { "a = b = c", "a = b = c" },
        { "", "" },
    };
    struct arena a;
    (void)state;
    arena_init(&a, (size_t)16 << 20);
    struct filter_part *parts = ARENA_ARRAY(&a, FILTER_PARTS_MAX, struct filter_part);
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct buf b;
        size_t n;
        buf_init(&b, &a, FILTER_TEXT_MAX);
        assert_int_equal(filter_split(&a, text_of(rows[i].text), parts, FILTER_PARTS_MAX, &n), OK);
        filter_join(&b, parts, n);
        assert_string_equal(b.n ? buf_done(&b).s : "", rows[i].joined);
    }
    size_t n;
    char *lots = arena_alloc(&a, 3000);
    memset(lots, 'x', 2500);
    assert_int_equal(filter_split(&a, text_of(lots), parts, FILTER_PARTS_MAX, &n), ERR_RANGE);
    assert_int_equal(filter_split(&a, TEXT("a,b,c"), parts, 2, &n), ERR_RANGE);
    arena_free(&a);
}

/* -- against a store --------------------------------------------------------------------------- */

static const char *encoded(const char *text)
{
    static char out[4000];
    size_t n = 0;
    out[0] = '\0';
    for (const char *p = text; *p; p++) {
        n += (size_t)snprintf(out + n, sizeof out - n, "%%%02X", (unsigned)(unsigned char)*p);
    }
    return out;
}

static void type(struct crates *f, const char *who, const char *language, const char *text)
{
    char target[5000];
    (void)snprintf(target, sizeof target, "/crates?count=1&sort=code&fields=code&filter=%s",
                   encoded(text));
    begin(f, who, "GET", target, NULL);
    f->last.accept_language = text_of(language);
}

static void make_six(struct crates *f)
{
    static const char *const rows[] = {
        "{\"code\":\"A\",\"name\":\"Green tea\",\"price\":\"100.00\",\"colour\":\"green\","
        "\"site\":\"S1\",\"packed_on\":\"2026-11-01\",\"pieces\":5}",
        "{\"code\":\"B\",\"name\":\"Té de Ceilán\",\"price\":\"1234.50\",\"colour\":\"red\","
        "\"site\":\"S2\",\"packed_on\":\"2026-11-21\",\"above\":\"A\",\"weight\":\"1.5\"}",
        "{\"code\":\"C\",\"name\":\"Coffee, ground\",\"price\":\"-3.00\",\"colour\":\"blue\","
        "\"fragile\":true,\"packed_at\":\"2026-11-21T10:00:00Z\",\"spare\":0}",
        "{\"code\":\"D\",\"name\":\"Green cup\",\"price\":\"1500.00\",\"above\":\"C\","
        "\"packed_on\":\"2025-12-31\",\"packed_at\":\"2026-11-20T23:59:59Z\",\"spare\":7}",
        "{\"code\":\"E\",\"name\":\"Saucer\",\"price\":\"1.50\",\"above\":\"A\"}",
        "{\"code\":\"F\",\"name\":\"Say \\\"hi\\\"\",\"currency\":\"EUR\"}",
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        ask(f, "packer", "POST", "/crates", rows[i], 201);
    }
}

static void typed_filters_find(void **state)
{
    static const struct {
        const char *language, *text, *codes;
    } rows[] = {
        { "en", "", "ABCDEF" },
        { "en", "green", "AD" },
        { "en", "\"green tea\"", "A" },
        { "en", "colour: green", "ADEF" }, /* their fallback */
        { "en", "COLOUR = Red", "B" },
        { "en", "colour: red | blue", "BC" },
        { "en", "colour != green", "BC" },
        { "en", "colour != red | blue", "ADEF" },
        { "en", "price > 100", "BD" },
        { "en", "Price >= 100", "ABD" },
        { "en", "price > 1,234.49, price <= 1,500", "BD" },
        { "en", "price: 100..1234.50", "AB" },
        { "en", "price: 100..", "ABD" },
        { "en", "price: ..0", "CF" },
        { "en", "price = 1234.5 | 1.50", "BE" },
        { "en", "price < 0", "C" },
        { "es", "Precio > 1.234,49", "BD" },
        { "hi", "price > १,२३४.४९", "BD" },
        { "hi", "price > १,२३४.४९, colour: red", "B" },
        { "hi", "price: १,२३४.५०..१,५००", "BD" },
        { "es", "precio: 1.500", "D" },
        { "es", "precio: 1,5", "E" },
        { "es", "price: 1.50", "E" },
        { "es", "piezas: 5", "A" },
        { "es", "PRECIO >= €100", "ABD" },
        { "en", "name: gre", "AD" },
        { "en", "name = Green tea", "A" },
        { "en", "name: ceilan", "B" },
        { "en", "name = \"Coffee, ground\"", "C" },
        { "en", "name = \"Say \"\"hi\"\"\"", "F" },
        { "en", "site: S1", "A" },
        { "en", "site: S1 | S2", "AB" },
        { "en", "site != S1", "BCDEF" },
        { "en", "site: -", "CDEF" },
        { "en", "site: none", "CDEF" },
        { "en", "site != -", "AB" },
        { "en", "stands on: A", "BE" },
        { "en", "above: green tea", "BE" },
        { "en", "above: coffee", "D" },
        { "en", "above: tea | coffee", "BDE" },
        { "en", "fragile: yes", "C" },
        { "en", "fragile: no, green", "AD" },
        { "en", "spare pieces: -", "ABEF" },
        { "en", "spare = 0", "C" },
        { "en", "currency: EUR", "F" },
        { "en", "weight > 1", "B" },
        { "en", "packed on: 2026-11-21", "B" },
        { "en", "packed on: today", "B" },
        { "en", "packed on: this month", "AB" },
        { "en", "packed on: 2026-11", "AB" },
        { "en", "packed on: 11/2026", "AB" },
        { "en", "packed on: 2026", "AB" },
        { "en", "packed on: last year", "D" },
        { "en", "packed on: this week", "B" },
        { "en", "packed on < 2026-11-21", "AD" },
        { "en", "packed on <= 2026-11-21", "ABD" },
        { "en", "packed on > 2025", "AB" },
        { "en", "packed on: 1/11/2026", "A" },
        { "en", "packed on: 1.11.26", "A" },
        { "en", "packed on: १-११-२०२६", "A" },
        { "en", "packed on: 2026-11-01..2026-11-20", "A" },
        { "en", "packed on: ..2026-11-01", "AD" },
        { "en", "packed on: 2026-11-01 | 2025-12-31", "AD" },
        { "en", "packed at: today", "C" },
        { "en", "packed at: yesterday", "D" },
        { "en", "packed at: 2026-11-20..2026-11-21", "CD" },
        { "en", "packed at > 2026-11-20", "C" },
        { "en", "packed at <= 2026-11-20", "D" },
        { "en", "packed at: 2026-11-21T10:00:00Z", "C" },
        { "en", "archived: no, colour: red", "B" },
        { "en", "10:30", "" },
    };
    struct crates *f = *state;
    make_six(f);
    assert_int_equal(instant_parse("2026-11-21T12:00:00Z", 20, &f->clock), OK);
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        char found[20] = "";
        size_t n = 0;
        type(f, "packer", rows[i].language, rows[i].text);
        int status = send(f);
        if (rows[i].codes[0] == '\0' && status == 422) {
            continue;
        }
        if (status != 200) {
            fail_msg("%s: %s", rows[i].text, f->last.answer.body.s);
        }
        for (const struct json *j = at(f, "items")->first; j; j = j->next) {
            found[n++] = json_get_text(j, "code").s[0];
        }
        if (strcmp(found, rows[i].codes) != 0) {
            fail_msg("%s finds %s, not %s", rows[i].text, found, rows[i].codes);
        }
    }
}

static void what_does_not_fit_is_said(void **state)
{
    static const struct {
        const char *language, *text, *code, *says;
    } rows[] = {
        { "en", "prise > 1", "filter_unknown_field", "Did you mean Price?" },
        { "es", "prezio > 1", "filter_unknown_field", "Precio" },
        { "en", "secret: x", "filter_no_field", "There is no field secret here. There are: Code" },
        { "en", "tags: x", "filter_no_field", "tags" },
        { "en", "ordered_on: yesterday", "filter_no_field", "ordered_on" },
        { "hi", "राज्य: x", "filter_no_field", "राज्य" },
        { "en", "price >", "required", "Price" },
        { "en", "price < -", "required", "Price" },
        { "en", "colour: pink", "filter_no_match", "Red, Green, Blue" },
        { "en", "above: zebra", "filter_no_match", "zebra" },
        { "en", "site: nowhere", "filter_no_match", "nowhere" },
        { "en", "fragile: perhaps", "filter_no_match", "yes, no" },
        { "en", "price > cheap", "bad_number", "Price" },
        { "en", "price > 1 | 2", "filter_no_match", "Price" },
        { "en", "packed on: soon", "bad_date", "Packed on" },
        { "en", "packed on: 31/2/2026", "bad_date", "Packed on" },
        { "en", "packed on: 2026-13", "bad_date", "Packed on" },
        { "en", "name = a..b", "filter_no_match", "Name" },
        { "en", "packed at: today | yesterday", "filter_no_match", "Packed at" },
    };
    struct crates *f = *state;
    make_six(f);
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        type(f, "packer", rows[i].language, rows[i].text);
        if (send(f) != 422) {
            fail_msg("%s: %d", rows[i].text, f->last.answer.status);
        }
        has(f, "code", rows[i].code);
        has(f, "field", "filter");
        if (!strstr(at(f, "detail")->text.s, rows[i].says)) {
            fail_msg("%s: %s", rows[i].text, at(f, "detail")->text.s);
        }
    }
    type(f, "packer", "en",
         "price>1,price>2,price>3,price>4,price>5,price>6,price>7,price>8,price>9,price>10,"
         "price>11,price>12,price>13,price>14,price>15,price>16,price>17");
    assert_int_equal(send(f), 422);
    type(f, "reader", "en", "site: S1"); /* may not read sites */
    assert_int_equal(send(f), 422);
    has(f, "code", "filter_no_match");
    type(f, "packer@0", "en", "colour: red"); /* the row filter stays */
    assert_int_equal(send(f), 200);
    has(f, "total", "0");
    ask(f, "packer", "GET", "/crates?group=colour&filter=colour%3Ared", NULL, 200);
    has(f, "total.count", "1");
}

struct showing {
    struct crates *f;
    struct list_filter filter;
    const char *language;
    char out[300];
};

static enum err show(struct tx *tx, void *arg)
{
    struct showing *s = arg;
    struct arena a;
    struct cx cx;
    const struct who who = { .user = 10, .company = 1, .all = true, .all_sites = true };
    arena_init(&a, (size_t)16 << 20);
    cx_init(&cx, s->f->house, &a, tx, &who, s->language);
    text_t t = filter_text_show(&cx, house_entity(s->f->house, TEXT("crate")), &s->filter);
    (void)snprintf(s->out, sizeof s->out, "%s", t.s);
    cx_done(&cx);
    arena_free(&a);
    return OK;
}

static void filters_are_shown_as_one_reads_them(void **state)
{
    static const struct {
        const char *language, *field;
        enum list_op op;
        const char *value, *shown;
    } rows[] = {
        { "en", "price", LIST_GT, "100.00", "Price > 100.00" },
        { "es", "price", LIST_LE, "100.00", "Precio ≤ 100.00" },
        { "en", "colour", LIST_EQ, "red", "Colour: Red" },
        { "en", "colour", LIST_IN, "red,blue", "Colour: Red | Blue" },
        { "en", "colour", LIST_NE, "red", "Colour ≠ Red" },
        { "en", "site", LIST_EMPTY, "", "Site: none" },
        { "en", "site", LIST_NE, "", "Site ≠ none" },
        { "en", "fragile", LIST_EQ, "true", "Fragile: yes" },
        { "en", "packed_at", LIST_GE, "2026-11-21T00:00:00.000000Z", "Packed at ≥ 2026-11-21" },
        { "en", "packed_at", LIST_LT, "2026-11-21T10:05:00Z", "Packed at < 2026-11-21 10:05" },
        { "en", "name", LIST_EQ, "x", "Name: x" },
        { "en", "gone", LIST_EQ, "x", "gone: x" },
    };
    struct crates *f = *state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct showing s = { .f = f,
                             .language = rows[i].language,
                             .filter = { .field = text_of(rows[i].field),
                                         .op = rows[i].op,
                                         .value = text_of(rows[i].value) } };
        assert_int_equal(db_read(f->db, show, &s), OK);
        assert_string_equal(s.out, rows[i].shown);
    }
    char id[30];
    ask(f, "packer", "GET", "/sites?code=S2", NULL, 200);
    (void)snprintf(id, sizeof id, "#%lld", (long long)number(f, "items[0].id"));
    struct showing s = { .f = f,
                         .language = "en",
                         .filter = { .field = TEXT("site"), .op = LIST_EQ, .value = text_of(id) } };
    const char *label = at(f, "items[0].name")->text.s;
    char expected[100];
    (void)snprintf(expected, sizeof expected, "Site: %s", label);
    assert_int_equal(db_read(f->db, show, &s), OK);
    assert_string_equal(s.out, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_taken_apart),
        ON_BOTH(typed_filters_find),
        ON_BOTH(what_does_not_fit_is_said),
        ON_BOTH(filters_are_shown_as_one_reads_them),
    };
    return arena_reserve_init() != OK || cmocka_run_group_tests(tests, NULL, NULL);
}
