/* Reading text: order, trimming, splitting, UTF-8, integers. */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "kit/arena.h"

static void comparing(void **state)
{
    (void)state;
    assert_true(text_cmp(TEXT_NONE, TEXT("")) < 0);
    assert_true(text_cmp(TEXT(""), TEXT_NONE) > 0);
    assert_int_equal(text_cmp(TEXT_NONE, TEXT_NONE), 0);
    assert_true(text_cmp(TEXT("ab"), TEXT("abc")) < 0);
    assert_true(text_cmp(TEXT("b"), TEXT("abc")) > 0);
    assert_true(text_cmp(TEXT("\xC3\xA4"), TEXT("z")) > 0);
    assert_int_equal(text_cmp(TEXT("abc"), TEXT("abc")), 0);
    assert_true(text_eq(TEXT_NONE, TEXT("")));
    assert_true(text_is(TEXT("abc"), "abc"));
    assert_false(text_is(TEXT("abc"), "abd"));
    assert_true(text_starts(TEXT("abc"), "ab"));
    assert_true(text_starts(TEXT("abc"), ""));
    assert_true(text_starts(TEXT_NONE, ""));
    assert_false(text_starts(TEXT("ab"), "abc"));
}

static void copying_and_formatting(void **state)
{
    (void)state;
    text_t t = text_copy(&arena, (text_t){ "abcdef", 3 });
    assert_string_equal(t.s, "abc");
    assert_null(text_copy(&arena, TEXT_NONE).s);
    assert_non_null(text_copy(&arena, TEXT("")).s);
    t = text_fmt(&arena, "%d-%s", 7, "x");
    assert_string_equal(t.s, "7-x");
    assert_int_equal(t.n, 3);
    for (int width = 250; width < 260; width++) { /* around the buffer on the stack */
        t = text_fmt(&arena, "%*d", width, 9);
        assert_int_equal(t.n, width);
        assert_int_equal(strlen(t.s), width);
        assert_int_equal(t.s[t.n - 1], '9');
    }
}

static void trimming(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } rows[] = {
        { "", "" },
        { " \t\r\n", "" },
        { "a b", "a b" },
        { "  a b\n", "a b" },
        { "\xC2\xA0x\xC2\xA0", "x" },
        { "\xEF\xBB\xBFx\xEF\xBB\xBF", "x" },
        { " \xEF\xBB\xBF \xC2\xA0", "" },
        { "\xC3\xA0", "\xC3\xA0" },         /* its last byte looks like that of U+00A0 */
        { "\xC2\xA9\xA0", "\xC2\xA9\xA0" }, /* not well-formed, not touched */
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        text_t t = text_trim(text_of(rows[i].in));
        assert_true(text_is(t, rows[i].out));
    }
    assert_null(text_trim(TEXT_NONE).s);
}

static void splitting(void **state)
{
    (void)state;
    text_t rest = TEXT("a,,b,");
    static const char *const parts[] = { "a", "", "b", "" };
    for (size_t i = 0; i < N_ELEMENTS(parts); i++) {
        assert_non_null(rest.s);
        text_t part = text_split(rest, ',', &rest);
        assert_true(text_is(part, parts[i]));
    }
    assert_null(rest.s);
    assert_null(text_split(TEXT_NONE, ',', &rest).s);
}

static void utf8(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        bool one_line, multiline;
        int length;
    } rows[] = {
        { "", true, true, 0 },
        { "Stra\xC3\x9F"
          "e 12, \xE2\x82\xAC 5 \xF0\x9F\x98\x80",
          true, true, 16 },
        { "tab\tand\nline", false, true, 12 },
        { "long text with a tab at\tits end", false, true, 31 },
        { "carriage\rreturn", false, false, 15 },
        { "bell\a", false, false, 5 },
        { "delete\x7F of long text", false, false, 20 },
        { "next line \xC2\x85", false, false, 11 },
        { "\xC2\x9F", false, false, 1 },
        { "\xC2\xA0", true, true, 1 },
        { "\x80", false, false, -1 },
        { "abcdefgh\xBF", false, false, -1 },
        { "\xC0\x80", false, false, -1 },     /* overlong NUL */
        { "\xC1\xBF", false, false, -1 },     /* overlong */
        { "\xE0\x9F\xBF", false, false, -1 }, /* overlong */
        { "\xF0\x8F\xBF\xBF", false, false, -1 },
        { "\xED\xA0\x80", false, false, -1 }, /* surrogate */
        { "\xED\x9F\xBF", true, true, 1 },
        { "\xEE\x80\x80", true, true, 1 },
        { "\xF4\x8F\xBF\xBF", true, true, 1 },
        { "\xF4\x90\x80\x80", false, false, -1 }, /* past U+10FFFF */
        { "\xF5\x80\x80\x80", false, false, -1 },
        { "\xE2\x82", false, false, -1 }, /* cut */
        { "\xE2\x82 ", false, false, -1 },
        { "\xF0\x9F\x98", false, false, -1 },
        { "\xFF", false, false, -1 },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        text_t t = text_of(rows[i].s);
        if (text_utf8_ok(t, false) != rows[i].one_line) {
            fail_msg("row %zu: one line", i);
        }
        if (text_utf8_ok(t, true) != rows[i].multiline) {
            fail_msg("row %zu: multiline", i);
        }
        if (rows[i].length >= 0) {
            assert_int_equal(text_utf8_length(t), rows[i].length);
        }
    }
    assert_false(text_utf8_ok((text_t){ "a\0b", 3 }, true));
    assert_false(text_utf8_ok((text_t){ "abcdefg\0", 8 }, true));
    assert_true(text_utf8_ok(TEXT_NONE, false));
}

/* Each byte in each of the eight places that are looked at together. */
static void utf8_single_bytes(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        for (size_t at = 0; at < 9; at++) {
            char s[] = "aaaaaaaaa";
            s[at] = (char)c;
            bool good = c >= 0x20 && c < 0x7F;
            assert_int_equal(text_utf8_ok((text_t){ s, 9 }, false), good);
        }
    }
}

static void integers(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        enum err e;
        int64_t v;
    } rows[] = {
        { "0", OK, 0 },
        { "-0", OK, 0 },
        { "+17", OK, 17 },
        { "-17", OK, -17 },
        { "007", OK, 7 },
        { "9223372036854775807", OK, INT64_MAX },
        { "-9223372036854775808", OK, INT64_MIN },
        { "9223372036854775808", ERR_RANGE, 0 },
        { "-9223372036854775809", ERR_RANGE, 0 },
        { "99999999999999999999999", ERR_RANGE, 0 },
        { "99999999999999999999999x", ERR_INVALID, 0 },
        { "", ERR_INVALID, 0 },
        { "-", ERR_INVALID, 0 },
        { "+-1", ERR_INVALID, 0 },
        { "1 ", ERR_INVALID, 0 },
        { " 1", ERR_INVALID, 0 },
        { "1.0", ERR_INVALID, 0 },
        { "0x10", ERR_INVALID, 0 },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        int64_t v = 0;
        enum err e = text_to_i64(text_of(rows[i].s), &v);
        if (e != rows[i].e || v != rows[i].v) {
            fail_msg("%s: %s %lld", rows[i].s, err_name(e), (long long)v);
        }
    }
    int64_t v;
    assert_int_equal(text_to_i64(TEXT_NONE, &v), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparing), cmocka_unit_test(copying_and_formatting),
        cmocka_unit_test(trimming),  cmocka_unit_test(splitting),
        cmocka_unit_test(utf8),      cmocka_unit_test(utf8_single_bytes),
        cmocka_unit_test(integers),
    };
    return cmocka_run_group_tests(tests, arena_begin, arena_end);
}
