/* JSON: what is read and how it is written back, what is refused and where, limits, missing memory.
 */
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "kit/arena.h"

#define MAX ((size_t)64 << 20)

static void documents_read_and_written_back(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out; /* out NULL: the same */
    } rows[] = {
        { "null", NULL },
        { "true", NULL },
        { "false", NULL },
        { "0", NULL },
        { "-0", NULL },
        { "12.40", NULL }, /* as written: no digit is lost or won */
        { "1e5", NULL },
        { "1E+5", NULL },
        { "-1.5e-300", NULL },
        { "123456789012345678901234567890.123456789", NULL },
        { "  1\n", "1" },
        { "\"\"", NULL },
        { "\"abc\"", NULL },
        { "\"a\\\"b\\\\c\\/d\"", "\"a\\\"b\\\\c/d\"" },
        { "\"\\b\\f\\n\\r\\t\"", NULL },
        { "\"\\u0041\\u00e9\\u20AC\"", "\"A\xC3\xA9\xE2\x82\xAC\"" },
        { "\"\\ud83d\\ude00\"", "\"\xF0\x9F\x98\x80\"" },
        { "\"\\uD800\\uDC00\\uDBFF\\uDFFF\"", "\"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"" },
        { "\"\\u0001\\u007f\"", "\"\\u0001\x7F\"" },
        { "\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80 and more text behind it\"", NULL },
        { "[]", NULL },
        { "{}", NULL },
        { " [ ] ", "[]" },
        { "{ }", "{}" },
        { "[1,2,3]", NULL },
        { "[1 , 2\t,\r\n3 ]", "[1,2,3]" },
        { "[[],[[]],{}]", NULL },
        { "{\"a\":1,\"b\":[true,null],\"c\":{\"a\":\"x\"}}", NULL },
        { "{\"a\" : 1 , \"\" : 2}", "{\"a\":1,\"\":2}" },
        { "{\"a\":{\"a\":{\"a\":1}}}", NULL }, /* the same name in other objects */
        { "{\"\\u0061\":1,\"b\\n\":2}", "{\"a\":1,\"b\\n\":2}" },
        { "[1.0,2]", NULL },
        { "[\"x\",\"y\"]", NULL },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct json *j = NULL;
        struct json_fault fault;
        struct buf b;
        enum err e = json_parse(&arena, rows[i].in, strlen(rows[i].in), &j, &fault);
        if (e != OK) {
            fail_msg("%s: %s at %zu", rows[i].in, fault.what, fault.at);
        }
        buf_init(&b, &arena, 1000);
        json_write(&b, j);
        assert_string_equal(buf_done(&b).s, rows[i].out ? rows[i].out : rows[i].in);
        arena_reset(&arena);
    }
}

static void documents_refused(void **state)
{
    (void)state;
    static const struct {
        text_t in;
        const char *what;
        size_t at;
    } rows[] = {
        { TEXT_INIT(""), "end of text", 0 },
        { TEXT_INIT("  "), "end of text", 2 },
        { TEXT_INIT("nul"), "unknown word", 0 },
        { TEXT_INIT("nulL"), "unknown word", 0 },
        { TEXT_INIT("True"), "value expected", 0 },
        { TEXT_INIT("nan"), "unknown word", 0 },
        { TEXT_INIT("truex"), "text after the value", 4 },
        { TEXT_INIT("1 2"), "text after the value", 2 },
        { TEXT_INIT("{}}"), "text after the value", 2 },
        { TEXT_INIT("[1]\0"), "text after the value", 3 },
        { TEXT_INIT("1\0"), "text after the value", 1 },
        { TEXT_INIT("\0"), "value expected", 0 },
        { TEXT_INIT("\xEF\xBB\xBF{}"), "value expected", 0 },
        { TEXT_INIT("01"), "leading zero", 0 },
        { TEXT_INIT("-01"), "leading zero", 0 },
        { TEXT_INIT("-"), "bad number", 0 },
        { TEXT_INIT("+1"), "value expected", 0 },
        { TEXT_INIT(".5"), "value expected", 0 },
        { TEXT_INIT("5."), "bad number", 0 },
        { TEXT_INIT("5.e1"), "bad number", 0 },
        { TEXT_INIT("1e"), "bad number", 0 },
        { TEXT_INIT("1e+"), "bad number", 0 },
        { TEXT_INIT("[1.2.3]"), "',' or bracket expected", 4 },
        { TEXT_INIT("0x10"), "text after the value", 1 },
        { TEXT_INIT("[-a]"), "bad number", 1 },
        { TEXT_INIT("\"abc"), "open string", 4 },
        { TEXT_INIT("\""), "open string", 1 },
        { TEXT_INIT("\"a\nb\""), "control character in a string", 2 },
        { TEXT_INIT("\"a\0b\""), "control character in a string", 2 },
        { TEXT_INIT("\"long enough for eight\x1F\""), "control character in a string", 22 },
        { TEXT_INIT("\"\\x\""), "bad escape", 1 },
        { TEXT_INIT("\"\\"), "bad escape", 1 },
        { TEXT_INIT("\"\\\0\""), "bad escape", 1 },
        { TEXT_INIT("\"\\u12\""), "bad \\u escape", 1 },
        { TEXT_INIT("\"\\u12g4\""), "bad \\u escape", 1 },
        { TEXT_INIT("\"\\u"), "bad \\u escape", 1 },
        { TEXT_INIT("\"\\u+123\""), "bad \\u escape", 1 },
        { TEXT_INIT("\"a\\u0000\""), "NUL in a string", 2 },
        { TEXT_INIT("\"\\ud83d\""), "lone surrogate", 1 },
        { TEXT_INIT("\"\\ud83dx\""), "lone surrogate", 1 },
        { TEXT_INIT("\"\\ud83d\\n\""), "lone surrogate", 1 },
        { TEXT_INIT("\"\\ud83d\\u0041\""), "lone surrogate", 1 },
        { TEXT_INIT("\"\\ud83d\\ud83d\""), "lone surrogate", 1 },
        { TEXT_INIT("\"\\ude00\""), "lone surrogate", 1 },
        { TEXT_INIT("\"\\ude00\\ud83d\""), "lone surrogate", 1 },
        { TEXT_INIT("\"\\ud83d\\u"), "lone surrogate", 1 },
        { TEXT_INIT("\"a\x80\""), "bad UTF-8", 2 },
        { TEXT_INIT("\"\xC3\""), "bad UTF-8", 1 },
        { TEXT_INIT("\"\xC3"), "bad UTF-8", 1 },
        { TEXT_INIT("\"\xC0\x80\""), "bad UTF-8", 1 },
        { TEXT_INIT("\"\xED\xA0\x80\""), "bad UTF-8", 1 },
        { TEXT_INIT("\"\xF4\x90\x80\x80\""), "bad UTF-8", 1 },
        { TEXT_INIT("\"\xFF\""), "bad UTF-8", 1 },
        { TEXT_INIT("{\"a\xFF\":1}"), "bad UTF-8", 3 },
        { TEXT_INIT("["), "end of text", 1 },
        { TEXT_INIT("[1"), "open bracket", 2 },
        { TEXT_INIT("[1,"), "end of text", 3 },
        { TEXT_INIT("[1,]"), "value expected", 3 },
        { TEXT_INIT("[,1]"), "value expected", 1 },
        { TEXT_INIT("[1 2]"), "',' or bracket expected", 3 },
        { TEXT_INIT("[1}"), "',' or bracket expected", 2 },
        { TEXT_INIT("{"), "member name expected", 1 },
        { TEXT_INIT("{1:2}"), "member name expected", 1 },
        { TEXT_INIT("{\"a\"}"), "':' expected", 4 },
        { TEXT_INIT("{\"a\":}"), "value expected", 5 },
        { TEXT_INIT("{\"a\":1,}"), "member name expected", 7 },
        { TEXT_INIT("{\"a\":1]"), "',' or bracket expected", 6 },
        { TEXT_INIT("{\"a\":1"), "open bracket", 6 },
        { TEXT_INIT("{\"a\":1,\"b\":2,\"a\":3}"), "duplicate key", 13 },
        { TEXT_INIT("{\"\":1,\"\":2}"), "duplicate key", 6 },
        { TEXT_INIT("{\"a\":1,\"\\u0061\":2}"), "duplicate key", 7 },
        { TEXT_INIT("[{\"x\":{\"k\":1,\"k\":1}}]"), "duplicate key", 13 },
        { TEXT_INIT("[1,/* no */2]"), "value expected", 3 },
        { TEXT_INIT("['a']"), "value expected", 1 },
        { TEXT_INIT("[1,\xC2\xA0 2]"), "value expected", 3 },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct json *j = NULL;
        struct json_fault fault = { 0 };
        enum err e = json_parse(&arena, rows[i].in.s, rows[i].in.n, &j, &fault);
        if (e != ERR_INVALID || !fault.what || strcmp(fault.what, rows[i].what) != 0 ||
            fault.at != rows[i].at) {
            fail_msg("row %zu \"%s\": %s, \"%s\" at %zu", i, rows[i].in.s, err_name(e), fault.what,
                     fault.at);
        }
        arena_reset(&arena);
    }
}

static void tree_and_look_up(void **state)
{
    (void)state;
    struct json *j;
    struct json_fault fault;
    char src[] = "{\"number\":12.5, \"text\":\"a\\tb\" ,\"list\":[1,2,3],\"no\":null,\"yes\":true}";
    assert_int_equal(json_parse(&arena, src, sizeof src - 1, &j, &fault), OK);
    memset(src, '#', sizeof src); /* the tree does not lean on it */
    assert_int_equal(j->type, JSON_OBJECT);
    assert_int_equal(j->count, 5);
    assert_string_equal(json_get(j, "number")->text.s, "12.5"); /* closed by a NUL */
    assert_int_equal(json_get(j, "number")->type, JSON_NUMBER);
    assert_string_equal(json_get_text(j, "text").s, "a\tb");
    assert_string_equal(json_get(j, "text")->key.s, "text");
    assert_int_equal(json_get(j, "list")->count, 3);
    assert_string_equal(json_get(j, "list")->first->next->text.s, "2");
    assert_string_equal(json_get(j, "list")->first->next->next->text.s, "3");
    assert_null(json_get(j, "list")->first->next->next->next);
    assert_null(json_get(j, "list")->first->key.s);
    assert_int_equal(json_get(j, "no")->type, JSON_NULL);
    assert_null(json_get(j, "numbe"));
    assert_null(json_get(j, "numbers"));
    assert_null(json_get_text(j, "number").s); /* not a text */
    assert_null(json_get_text(j, "missing").s);
    assert_null(json_get(json_get(j, "list"), "number"));
    assert_null(json_get(NULL, "number"));
    arena_reset(&arena);
}

static enum err nested(int depth, struct json_fault *fault)
{
    char s[256];
    struct json *j;
    size_t n = (size_t)depth;
    for (size_t i = 0; i < n; i++) {
        s[i] = '[';
        s[2 * n - 1 - i] = ']';
    }
    return json_parse(&arena, s, 2 * n, &j, fault);
}

static void depth_is_limited(void **state)
{
    (void)state;
    struct json_fault fault;
    assert_int_equal(nested(JSON_DEPTH_MAX, &fault), OK);
    assert_int_equal(nested(JSON_DEPTH_MAX + 1, &fault), ERR_INVALID);
    assert_string_equal(fault.what, "nested too deep");
    assert_int_equal(fault.at, JSON_DEPTH_MAX);
    /* Depth is how deep, not how often. */
    struct json *j;
    struct buf b;
    buf_init(&b, &arena, 10000);
    buf_char(&b, '[');
    for (int i = 0; i < 100; i++) {
        buf_str(&b, "[[]],");
    }
    buf_str(&b, "{}]");
    assert_int_equal(json_parse(&arena, b.p, b.n, &j, &fault), OK);
    assert_int_equal(j->count, 101);
    arena_reset(&arena);
}

static void values_are_counted(void **state)
{
    (void)state;
    for (size_t n = JSON_MEMBERS_MAX - 2; n <= JSON_MEMBERS_MAX + 1; n++) {
        struct json *j;
        struct json_fault fault;
        struct buf b;
        buf_init(&b, &arena, 1000000);
        buf_char(&b, '[');
        for (size_t i = 0; i < n; i++) {
            buf_str(&b, i ? ",1" : "1");
        }
        buf_char(&b, ']');
        bool fits = n + 1 <= JSON_MEMBERS_MAX; /* the array counts too */
        assert_int_equal(json_parse(&arena, b.p, b.n, &j, &fault), fits ? OK : ERR_INVALID);
        if (!fits) {
            assert_string_equal(fault.what, "too many values");
        }
        arena_reset(&arena);
    }
}

/* Objects of n members, in an order that is not sorted; then the one at `twice` is there again. */
static void wide_objects_keep_their_keys_apart(void **state)
{
    (void)state;
    static const size_t sizes[] = { 1, 2, 15, 16, 17, 18, 33, 1000, 90000 };
    for (size_t s = 0; s < N_ELEMENTS(sizes); s++) {
        for (int duplicate = 0; duplicate < 2; duplicate++) {
            struct json *j;
            struct json_fault fault;
            struct buf b;
            size_t n = sizes[s], twice = n / 2, at = 0;
            buf_init(&b, &arena, 4000000);
            buf_char(&b, '{');
            for (size_t i = 0; i < n; i++) {
                buf_fmt(&b, "%s\"k%zu\":%zu", i ? "," : "", i * 7919 % 100003, i);
            }
            if (duplicate) {
                at = b.n + 1;
                buf_fmt(&b, ",\"k%zu\":0", twice * 7919 % 100003);
            }
            buf_char(&b, '}');
            assert_false(b.failed);
            enum err e = json_parse(&arena, b.p, b.n, &j, &fault);
            assert_int_equal(e, duplicate ? ERR_INVALID : OK);
            if (duplicate) {
                assert_string_equal(fault.what, "duplicate key");
                assert_int_equal(fault.at, at);
            } else {
                assert_int_equal(j->count, n);
                assert_string_equal(j->first->text.s, "0"); /* in the order of the document */
            }
            arena_reset(&arena);
        }
    }
}

static const char story[] =
    "{\"order\":\"SO-1\",\"lines\":[{\"product\":\"\\u00e4\xC3\xA4\",\"quantity\":\"2.5\"},"
    "{\"product\":\"b\\\\\",\"quantity\":-1.5e3,\"tags\":[true,false,null]}],\"note\":\"\"}";

/* No beginning of the document is a document, and none is read past its end. */
static void every_beginning_is_refused(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof story - 1; n++) {
        struct json *j;
        struct json_fault fault;
        char *part = arena_take(&arena, n); /* the sanitizer watches its end */
        memcpy(part, story, n);
        assert_int_equal(json_parse(&arena, part, n, &j, &fault), ERR_INVALID);
        assert_true(fault.at <= n);
        arena_reset(&arena);
    }
}

/* Any one byte changed: refused, or read as something that is written and read again the same. */
static void every_byte_changed(void **state)
{
    (void)state;
    char changed[sizeof story];
    for (size_t at = 0; at < sizeof story - 1; at++) {
        for (int c = 0; c < 256; c++) {
            struct json *j, *again;
            struct json_fault fault;
            struct buf b, b2;
            memcpy(changed, story, sizeof story);
            changed[at] = (char)c;
            if (json_parse(&arena, changed, sizeof story - 1, &j, &fault) == OK) {
                buf_init(&b, &arena, 1000);
                json_write(&b, j);
                assert_int_equal(json_parse(&arena, b.p, b.n, &again, &fault), OK);
                buf_init(&b2, &arena, 1000);
                json_write(&b2, again);
                assert_string_equal(buf_done(&b).s, buf_done(&b2).s);
            } else {
                assert_true(fault.at < sizeof story);
            }
            arena_reset(&arena);
        }
    }
}

static int blocks_left;

static bool fail_after(void)
{
    return blocks_left-- <= 0;
}

static void every_block_can_be_missing(void **state)
{
    (void)state;
    struct arena a;
    struct buf b;
    buf_init(&b, &arena, 1000000);
    buf_char(&b, '{');
    for (int i = 0; i < 3000; i++) {
        buf_fmt(&b, "\"k%d\":%d,", i, i);
    }
    buf_str(&b, "\"last\":[]}");
    enum err e = ERR_NO_MEMORY;
    int n = 0;
    for (; e != OK; n++) {
        struct json *j;
        struct json_fault fault;
        arena_init(&a, MAX);
        blocks_left = n;
        arena_fault_hook = fail_after;
        e = json_parse(&a, b.p, b.n, &j, &fault);
        arena_fault_hook = NULL;
        assert_int_equal(e, a.failed ? ERR_NO_MEMORY : OK);
        assert_false(a.holds_reserve); /* said, not survived */
        arena_free(&a);
    }
    assert_true(n > 4);
    arena_reset(&arena);
}

static void writer_keeps_the_commas(void **state)
{
    (void)state;
    struct buf b;
    struct json_out o;
    buf_init(&b, &arena, 1000);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "text", TEXT("a\"b"));
    json_put_text(&o, "none", TEXT_NONE);
    json_put_str(&o, "na\"me", "x");
    json_put_i64(&o, "least", INT64_MIN);
    json_put_bool(&o, "yes", true);
    json_put_bool(&o, "no", false);
    json_put_null(&o, "null");
    json_open(&o, "empty", '{');
    json_close(&o, '}');
    json_open(&o, "list", '[');
    json_put_i64(&o, NULL, 1);
    json_put_raw(&o, NULL, TEXT("[2,3]"));
    json_open(&o, NULL, '{');
    json_put_str(&o, "k", NULL);
    json_close(&o, '}');
    json_put_str(&o, NULL, "end");
    json_close(&o, ']');
    json_put_i64(&o, "last", 0);
    json_close(&o, '}');
    assert_string_equal(buf_done(&b).s,
                        "{\"text\":\"a\\\"b\",\"none\":null,\"na\\\"me\":\"x\","
                        "\"least\":-9223372036854775808,\"yes\":true,\"no\":false,\"null\":null,"
                        "\"empty\":{},\"list\":[1,[2,3],{\"k\":null},\"end\"],\"last\":0}");
    struct json *j;
    struct json_fault fault;
    assert_int_equal(json_parse(&arena, b.p, b.n, &j, &fault), OK);
    buf_init(&b, &arena, 1000);
    json_out_init(&o, &b);
    for (int i = 0; i <= JSON_DEPTH_MAX; i++) { /* one deeper than what is read */
        json_open(&o, NULL, '[');
    }
    for (int i = 0; i <= JSON_DEPTH_MAX; i++) {
        json_close(&o, ']');
    }
    assert_int_equal(buf_done(&b).n, 2 * (JSON_DEPTH_MAX + 1));
    arena_reset(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_read_and_written_back),
        cmocka_unit_test(documents_refused),
        cmocka_unit_test(tree_and_look_up),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(values_are_counted),
        cmocka_unit_test(wide_objects_keep_their_keys_apart),
        cmocka_unit_test(every_beginning_is_refused),
        cmocka_unit_test(every_byte_changed),
        cmocka_unit_test(every_block_can_be_missing),
        cmocka_unit_test(writer_keeps_the_commas),
    };
    return cmocka_run_group_tests(tests, arena_begin, arena_end);
}
