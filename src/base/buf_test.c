/* Building text: growth to the maximum, failure, numbers, escapes. */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "kit/arena.h"

static bool no_block(void)
{
    return true;
}

static void grows_to_its_maximum_and_no_further(void **state)
{
    (void)state;
    for (size_t max = 0; max < 2000; max += 7) {
        struct buf b;
        buf_init(&b, &arena, max);
        assert_string_equal(buf_done(&b).s, "");
        for (size_t i = 0; i < max; i++) {
            buf_char(&b, (char)('a' + i % 26));
            assert_false(b.failed);
            assert_int_equal(b.p[b.n], '\0');
        }
        text_t t = buf_done(&b);
        assert_int_equal(t.n, max);
        for (size_t i = 0; i < max; i++) {
            assert_int_equal(t.s[i], 'a' + i % 26);
        }
        buf_add(&b, "", 0);
        assert_false(b.failed);
        buf_char(&b, 'x');
        assert_true(b.failed);
        assert_int_equal(buf_done(&b).n, 0);
        assert_string_equal(buf_done(&b).s, "");
        buf_char(&b, 'x'); /* stays failed, touches nothing */
        buf_i64(&b, 12);
        buf_fmt(&b, "%d", 12);
        buf_json(&b, TEXT("a\"b"));
        buf_hex(&b, "ab", 2);
        assert_true(b.failed);
        arena_reset(&arena);
    }
}

static void two_builders_do_not_meet(void **state)
{
    (void)state;
    struct buf x, y;
    buf_init(&x, &arena, 100000);
    buf_init(&y, &arena, 100000);
    for (int i = 0; i < 20000; i++) {
        buf_char(&x, 'x');
        buf_char(&y, 'y');
    }
    assert_int_equal(buf_done(&x).n, 20000);
    assert_int_equal(strspn(buf_done(&x).s, "x"), 20000);
    assert_int_equal(strspn(buf_done(&y).s, "y"), 20000);
    arena_reset(&arena);
}

static void fails_without_memory(void **state)
{
    (void)state;
    struct arena a;
    struct buf b;
    arena_init(&a, (size_t)1 << 20);
    buf_init(&b, &a, SIZE_MAX);
    arena_fault_hook = no_block;
    buf_str(&b, "text");
    arena_fault_hook = NULL;
    assert_true(b.failed);
    assert_true(a.failed);
    buf_init(&b, &a, 100); /* the answer that says so is built from the reserve */
    buf_str(&b, "out_of_memory");
    assert_string_equal(buf_done(&b).s, "out_of_memory");
    arena_free(&a);
    buf_init(&b, &a, SIZE_MAX);
    buf_char(&b, 'a');
    buf_add(&b, "a", SIZE_MAX - 1); /* a length gone wrong is refused before it is read */
    assert_true(b.failed);
    arena_free(&a);
}

static void integers(void **state)
{
    (void)state;
    static const int64_t rows[] = { 0,   1,   -1,   9,      10,        -10,      99,
                                    100, 101, 1005, -12345, INT64_MAX, INT64_MIN };
    struct buf b;
    char expected[32];
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        buf_init(&b, &arena, 100);
        buf_i64(&b, rows[i]);
        snprintf(expected, sizeof expected, "%lld", (long long)rows[i]);
        assert_string_equal(buf_done(&b).s, expected);
    }
    int64_t power = 1;
    for (int digits = 1; digits < 19; digits++, power *= 10) {
        for (int64_t v = power - 2; v <= power + 2; v++) {
            buf_init(&b, &arena, 100);
            buf_i64(&b, v);
            snprintf(expected, sizeof expected, "%lld", (long long)v);
            assert_string_equal(buf_done(&b).s, expected);
        }
    }
    arena_reset(&arena);
}

static void formats_of_any_length(void **state)
{
    (void)state;
    for (int width = 250; width < 260; width++) {
        struct buf b;
        buf_init(&b, &arena, 300);
        buf_str(&b, "<");
        buf_fmt(&b, "%*d", width, 7);
        buf_str(&b, ">");
        buf_str(&b, NULL);
        assert_int_equal(buf_done(&b).n, width + 2);
        assert_string_equal(buf_done(&b).s + width, "7>");
    }
    arena_reset(&arena);
}

struct escape_row {
    const char *in, *out;
};

static void escapes(void (*add)(struct buf *, text_t), const struct escape_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct buf b;
        buf_init(&b, &arena, 1000);
        add(&b, text_of(rows[i].in));
        assert_string_equal(buf_done(&b).s, rows[i].out);
    }
    arena_reset(&arena);
}

static void json_escapes(void **state)
{
    (void)state;
    static const struct escape_row rows[] = {
        { NULL, "null" },
        { "", "\"\"" },
        { "plain \xC3\xA4", "\"plain \xC3\xA4\"" },
        { "a\"b\\c/d", "\"a\\\"b\\\\c/d\"" },
        { "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
        { "\x01\x1F\x7F", "\"\\u0001\\u001f\x7F\"" },
        { "\"", "\"\\\"\"" },
    };
    escapes(buf_json, rows, N_ELEMENTS(rows));
    struct buf b;
    buf_init(&b, &arena, 100);
    buf_json(&b, (text_t){ "a\0b", 3 });
    assert_string_equal(buf_done(&b).s, "\"a\\u0000b\"");
}

static void html_escapes(void **state)
{
    (void)state;
    static const struct escape_row rows[] = {
        { NULL, "" },
        { "", "" },
        { "plain", "plain" },
        { "<a href=\"x\">&'</a>", "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;" },
        { "1 < 2", "1 &lt; 2" },
    };
    escapes(buf_html, rows, N_ELEMENTS(rows));
}

static void csv_escapes(void **state)
{
    (void)state;
    static const struct escape_row rows[] = {
        { NULL, "" },
        { "", "" },
        { "plain", "plain" },
        { "a,b", "\"a,b\"" },
        { "a;b", "\"a;b\"" },
        { "say \"hi\"", "\"say \"\"hi\"\"\"" },
        { "\"", "\"\"\"\"" },
        { "two\nlines", "\"two\nlines\"" },
        { " blank", "\" blank\"" },
        { "=1+1", "'=1+1" },
        { "+49", "'+49" },
        { "-5", "'-5" },
        { "@SUM(A1)", "'@SUM(A1)" },
        { "\tx", "\"'\tx\"" },
        { "\rx", "\"'\rx\"" },
        { "=A1,\"b\"", "\"'=A1,\"\"b\"\"\"" },
        { "a=b", "a=b" },
    };
    escapes(buf_csv, rows, N_ELEMENTS(rows));
    static const struct escape_row plain[] = {
        { "-12.40", "-12.40" },
        { "2026-11-21", "2026-11-21" },
        { "1,5", "\"1,5\"" },
        { "+1", "+1" },
    };
    escapes(buf_csv_plain, plain, N_ELEMENTS(plain));
}

static void hexadecimal(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, &arena, 6);
    buf_hex(&b, "\x00\xAB\x7F", 3);
    buf_hex(&b, "", 0);
    assert_string_equal(buf_done(&b).s, "00ab7f");
    buf_hex(&b, "x", 1);
    assert_true(b.failed);
    arena_reset(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_to_its_maximum_and_no_further),
        cmocka_unit_test(two_builders_do_not_meet),
        cmocka_unit_test(fails_without_memory),
        cmocka_unit_test(integers),
        cmocka_unit_test(formats_of_any_length),
        cmocka_unit_test(json_escapes),
        cmocka_unit_test(html_escapes),
        cmocka_unit_test(csv_escapes),
        cmocka_unit_test(hexadecimal),
    };
    return cmocka_run_group_tests(tests, arena_begin, arena_end);
}
