/* Targets, paths, forms, cookies and the judgement of header fields, as tables. */
#include "http/server.h"

#include <setjmp.h>
#include <stdio.h>

#include <cmocka.h>

/* What a target comes to: "authority path query", with '-' for what is not there. */
static void targets_are_split(void **state)
{
    static const struct {
        const char *target, *result;
    } rows[] = {
        { "/", "- / -" },
        { "/a/b?c=d&e", "- /a/b c=d&e" },
        { "/a?", "- /a " },
        { "/a?b?c", "- /a b?c" },
        { "*", "- / -" },
        { "http://a.b:80/x", "a.b:80 /x -" },
        { "HTTPS://[::1]/x?y", "[::1] /x y" },
        { "http://a", "a / -" },
        { "http://a?q", "a / q" },
        { "", NULL },
        { "a/b", NULL },
        { "?a", NULL },
        { "http://", NULL },
        { "http:///a", NULL },
        { "http://user@a/", NULL },
        { "ftp://a/", NULL },
        { "a:80", NULL },
        { "/a b", NULL },
        { "/a\tb", NULL },
        { "/a\x7F", NULL },
        { "/a#b", NULL },
        { "/a\\b", NULL },
    };
    struct arena a;
    (void)state;
    arena_init(&a, 65536);
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct http_target t;
        enum err e = http_target_split(text_of(rows[i].target), &t);
        assert_int_equal(e, rows[i].result ? OK : ERR_INVALID);
        if (rows[i].result) {
            text_t got = text_fmt(&a, "%.*s %.*s %.*s", t.authority.s ? (int)t.authority.n : 1,
                                  t.authority.s ? t.authority.s : "-", (int)t.path.n, t.path.s,
                                  t.query.s ? (int)t.query.n : 1, t.query.s ? t.query.s : "-");
            assert_string_equal(got.s, rows[i].result);
        }
    }
    arena_free(&a);
}

static void paths_are_decoded_once(void **state)
{
    static const struct {
        const char *raw, *path;
    } rows[] = {
        { "/", "/" },
        { "/a/b.c", "/a/b.c" },
        { "/a%20b", "/a b" },
        { "/%E0%A4%B9%e0%a4%bf", "/\xE0\xA4\xB9\xE0\xA4\xBF" },
        { "/\xC3\xA9", "/\xC3\xA9" },
        { "/...", "/..." },
        { "/.a/..b/a..", "/.a/..b/a.." },
        { "/%252e%252e", "/%2e%2e" },
        { "/a+b", "/a+b" },
        { "", NULL },
        { "a", NULL },
        { "//", NULL },
        { "/a//b", NULL },
        { "/a/", NULL },
        { "/.", NULL },
        { "/..", NULL },
        { "/a/../b", NULL },
        { "/a/./b", NULL },
        { "/a/..", NULL },
        { "/%2e%2E/etc/passwd", NULL },
        { "/a/.%2e/b", NULL },
        { "/a%2Fb", NULL },
        { "/..%2f..%2fetc", NULL },
        { "/a%5cb", NULL },
        { "/a\\b", NULL },
        { "/a%00b", NULL },
        { "/a%0Ab", NULL },
        { "/a%7F", NULL },
        { "/%C2%80", NULL },
        { "/%", NULL },
        { "/%4", NULL },
        { "/%4g", NULL },
        { "/%g4", NULL },
        { "/% 41", NULL },
        { "/%u0041", NULL },
        { "/%C3", NULL },
        { "/%C0%AF", NULL },
        { "/%ED%A0%80", NULL },
        { "/\xFF", NULL },
    };
    struct arena a;
    (void)state;
    arena_init(&a, 65536);
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        text_t path = TEXT_NONE;
        enum err e = http_path_decode(&a, text_of(rows[i].raw), &path);
        if (e != (rows[i].path ? OK : ERR_INVALID)) {
            fail_msg("%s: %s", rows[i].raw, err_name(e));
        }
        if (rows[i].path) {
            assert_string_equal(path.s, rows[i].path);
            assert_int_equal(path.n, strlen(rows[i].path));
        }
    }
    arena_free(&a);
}

static void forms_are_parsed(void **state)
{
    static const struct {
        const char *raw, *result;
    } rows[] = {
        { "", "" },
        { "a=1", "[a=1]" },
        { "a=1&b=2&a=3", "[a=1][b=2][a=3]" },
        { "a", "[a=]" },
        { "a=", "[a=]" },
        { "=1", "[=1]" },
        { "&&a=1&&", "[a=1]" },
        { "a=b=c", "[a=b=c]" },
        { "a+b=c+d%2B", "[a b=c d+]" },
        { "total%5Bgte%5D=100.00&sort=-x", "[total[gte]=100.00][sort=-x]" },
        { "n=%0D%0Ax", "[n=\r\nx]" },
        { "%E2%82%AC=%f0%9f%99%82", "[\xE2\x82\xAC=\xF0\x9F\x99\x82]" },
        { "a=1;b=2", "[a=1;b=2]" },
        { "a=%", NULL },
        { "a=%1", NULL },
        { "a=%zz", NULL },
        { "%=a", NULL },
        { "a=%00", NULL },
        { "a=%ff", NULL },
        { "a=%C0%80", NULL },
    };
    struct arena a;
    (void)state;
    arena_init(&a, 65536);
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        const struct http_param *list;
        size_t n = 0;
        enum err e = http_form_parse(&a, text_of(rows[i].raw), 8, &list, &n);
        assert_int_equal(e, rows[i].result ? OK : ERR_INVALID);
        if (rows[i].result) {
            struct buf b;
            buf_init(&b, &a, 1024);
            for (size_t k = 0; k < n; k++) {
                buf_fmt(&b, "[%s=%s]", list[k].name.s, list[k].value.s);
            }
            assert_string_equal(buf_done(&b).s, rows[i].result);
        } else {
            assert_int_equal(n, 0);
        }
    }
    arena_free(&a);
}

static void forms_are_bounded(void **state)
{
    const struct http_param *list;
    size_t n;
    struct arena a;
    (void)state;
    arena_init(&a, 65536);
    assert_int_equal(http_form_parse(&a, TEXT("a&b&c"), 3, &list, &n), OK);
    assert_int_equal(n, 3);
    assert_int_equal(http_form_parse(&a, TEXT("a&b&c&d"), 3, &list, &n), ERR_RANGE);
    assert_int_equal(http_form_parse(&a, TEXT("a&b&c&&&"), 3, &list, &n), OK);
    arena_free(&a);
    arena_init(&a, 64);
    assert_int_equal(http_form_parse(&a, TEXT("a&b&c&d"), 4, &list, &n), ERR_NO_MEMORY);
    arena_free(&a);
}

static void cookies_are_found(void **state)
{
    static const struct {
        const char *header, *value;
    } rows[] = {
        { "sid=abc", "abc" },
        { "a=1; sid=abc; b=2", "abc" },
        { "a=1;sid=abc;b=2", "abc" },
        { "sid=", "" },
        { "sid=\"abc\"", "abc" },
        { "sid=a=b", "a=b" },
        { "sid=1; sid=2", "1" },
        { "sid=a b; sid=2", "2" },
        { " sid = abc ", "abc" },
        { "", NULL },
        { "sid", NULL },
        { "xsid=1; sidx=2; SID=3", NULL },
        { "sid=a\\b", NULL },
        { "sid=a,b", NULL },
        { "sid=\xC3\xA9", NULL },
        { "sid=\"", NULL },
        { "; ;=;", NULL },
    };
    struct arena a;
    (void)state;
    arena_init(&a, 65536);
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        text_t value = http_cookie_find(&a, text_of(rows[i].header), "sid");
        if (!rows[i].value) {
            assert_null(value.s);
        } else {
            assert_non_null(value.s);
            assert_string_equal(value.s, rows[i].value);
        }
    }
    arena_free(&a);
}

#define FIELD(name, value)                                                                         \
    {                                                                                              \
        { name, sizeof(name) - 1 },                                                                \
        {                                                                                          \
            value, sizeof(value) - 1                                                               \
        }                                                                                          \
    }
#define LONG_VALUE "99999999999999999999"

static void fields_are_judged(void **state)
{
    static const struct {
        struct field_line fields[4];
        bool http_1_0;
        int status;
        uint64_t declared;
    } rows[] = {
        { { FIELD("Host", "a") }, false, 0, 0 },
        { { FIELD("host", "a:80"), FIELD("CONTENT-LENGTH", "12") }, false, 0, 12 },
        { { FIELD("Host", "a"), FIELD("Content-Length", "007") }, false, 0, 7 },
        { { FIELD("Host", "a"), FIELD("Transfer-Encoding", "Chunked") }, false, 0, HTTP_NO_LENGTH },
        { { FIELD("X", "") }, true, 0, 0 },
        { { FIELD("Host", "a"), FIELD("X", "\t\xC3\xA9\xFF") }, false, 0, 0 },
        { { FIELD("X", "") }, false, 400, 0 },
        { { FIELD("Host", "a"), FIELD("Host", "a") }, false, 400, 0 },
        { { FIELD("Host", "a"), FIELD("Host", "b") }, true, 400, 0 },
        { { FIELD("Host", "") }, false, 400, 0 },
        { { FIELD("Host", "a b") }, false, 400, 0 },
        { { FIELD("Host", "a/b") }, false, 400, 0 },
        { { FIELD("Host", "u@a") }, false, 400, 0 },
        { { FIELD("Host", "a"), FIELD("Content-Length", "1"), FIELD("Content-Length", "1") },
          false,
          400,
          0 },
        { { FIELD("Host", "a"), FIELD("Content-Length", "1, 1") }, false, 400, 0 },
        { { FIELD("Host", "a"), FIELD("Content-Length", "+1") }, false, 400, 0 },
        { { FIELD("Host", "a"), FIELD("Content-Length", "-1") }, false, 400, 0 },
        { { FIELD("Host", "a"), FIELD("Content-Length", "0x1") }, false, 400, 0 },
        { { FIELD("Host", "a"), FIELD("Content-Length", "") }, false, 400, 0 },
        { { FIELD("Host", "a"), FIELD("Content-Length", LONG_VALUE) }, false, 413, 0 },
        { { FIELD("Host", "a"), FIELD("Content-Length", "1"),
            FIELD("Transfer-Encoding", "chunked") },
          false,
          400,
          0 },
        { { FIELD("Host", "a"), FIELD("Transfer-Encoding", "gzip, chunked") }, false, 400, 0 },
        { { FIELD("Host", "a"), FIELD("Transfer-Encoding", "identity") }, false, 400, 0 },
        { { FIELD("Host", "a"), FIELD("Transfer-Encoding", "chunked"),
            FIELD("Transfer-Encoding", "chunked") },
          false,
          400,
          0 },
        { { FIELD("Transfer-Encoding", "chunked") }, true, 400, 0 },
        { { FIELD("Host", "a"), FIELD("Content-Length ", "1") }, false, 400, 0 },
        { { FIELD("Host", "a"), FIELD("X(", "1") }, false, 400, 0 },
        { { FIELD("Host", "a"), FIELD("\xC3\xA9", "1") }, false, 400, 0 },
        { { FIELD("Host", "a"), FIELD("X", "a\rb") }, false, 400, 0 },
        { { FIELD("Host", "a"), FIELD("X", "a\x01") }, false, 400, 0 },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct guard_facts facts;
        size_t n = 0;
        while (n < 4 && rows[i].fields[n].name.s) {
            n++;
        }
        int status = guard_fields(rows[i].fields, n, rows[i].http_1_0, &facts);
        if (status != rows[i].status) {
            fail_msg("row %zu: %d", i, status);
        }
        if (status == 0) {
            assert_int_equal(facts.declared, rows[i].declared);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_are_split), cmocka_unit_test(paths_are_decoded_once),
        cmocka_unit_test(forms_are_parsed),  cmocka_unit_test(forms_are_bounded),
        cmocka_unit_test(cookies_are_found), cmocka_unit_test(fields_are_judged),
    };
    if (arena_reserve_init() != OK) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
