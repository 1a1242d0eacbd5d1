/* CSV: tables of dirty files, whole and in small pieces, limits, faults, and writing back. */
#include "base/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "kit/arena.h"

/* Hands out `all` in pieces of at most `step` bytes; fails after fail_at bytes when that is not 0.
 */
struct pieces {
    text_t all;
    size_t step;
    size_t fail_at;
    size_t given;
};

static enum err read_pieces(void *from, char *buf, size_t room, size_t *got)
{
    struct pieces *p = from;
    if (p->fail_at && p->given >= p->fail_at) {
        return ERR_IO;
    }
    size_t n = p->all.n - p->given;
    n = n < p->step ? n : p->step;
    n = n < room ? n : room;
    if (n) {
        memcpy(buf, p->all.s + p->given, n);
    }
    p->given += n;
    *got = n;
    return OK;
}

/* The whole file as text: cells between <>, rows end with the line they began in. */
static text_t shown(struct csv_reader *r)
{
    struct buf b;
    struct csv_row row;
    enum err e;
    buf_init(&b, &arena, (size_t)1 << 20);
    while ((e = csv_next(r, &row)) != ERR_NOT_FOUND) {
        if (e != OK) {
            assert_int_equal(row.n, 0);
            buf_fmt(&b, "!%s@%zu ", err_name(e), row.line);
            if (e != ERR_RANGE && e != ERR_INVALID) {
                break;
            }
            continue;
        }
        for (size_t i = 0; i < row.n; i++) {
            assert_int_equal(row.cells[i].s[row.cells[i].n], '\0');
            buf_char(&b, '<');
            buf_text(&b, row.cells[i]);
            buf_char(&b, '>');
        }
        buf_fmt(&b, "@%zu ", row.line);
    }
    return buf_done(&b);
}

static const struct csv_case {
    text_t in;
    char sep;
    const char *out;
} cases[] = {
    { TEXT_INIT(""), ',', "" },
    { TEXT_INIT("\n\r\n\r"), ',', "" },
    { TEXT_INIT("\xEF\xBB\xBF"), ',', "" },
    { TEXT_INIT("a"), ',', "<a>@1 " },
    { TEXT_INIT("a,b\nc,d\n"), ',', "<a><b>@1 <c><d>@2 " },
    { TEXT_INIT("a,b\r\nc,d\r\n"), ',', "<a><b>@1 <c><d>@2 " },
    { TEXT_INIT("a,b\rc,d\r"), ',', "<a><b>@1 <c><d>@2 " },
    { TEXT_INIT("a\r\r\nb\n\rc"), ',', "<a>@1 <b>@3 <c>@5 " },
    { TEXT_INIT("a,b\nc,d"), ',', "<a><b>@1 <c><d>@2 " },
    { TEXT_INIT("\xEF\xBB\xBF"
                "a,b\n"),
      ',', "<a><b>@1 " },
    { TEXT_INIT("\xEF\xBB\xBF\"a,b\"\n"), ',', "<a,b>@1 " },
    { TEXT_INIT("a\n\xEF\xBB\xBF\n"), ',', "<a>@1 <\xEF\xBB\xBF>@2 " },
    { TEXT_INIT("a,,b\n,,\n,"), ',', "<a><><b>@1 <><><>@2 <><>@3 " },
    { TEXT_INIT("a\nb,c,d\ne,f\n"), ',', "<a>@1 <b><c><d>@2 <e><f>@3 " },
    { TEXT_INIT("\"a\",\"b,c\"\n"), ',', "<a><b,c>@1 " },
    { TEXT_INIT("\"say \"\"hi\"\"\",x\n"), ',', "<say \"hi\"><x>@1 " },
    { TEXT_INIT("\"\"\"\"\n"), ',', "<\">@1 " },
    { TEXT_INIT("\"\"\n\"\",\"\"\n"), ',', "<>@1 <><>@2 " },
    { TEXT_INIT("\"two\nlines\",x\ny\n"), ',', "<two\nlines><x>@1 <y>@3 " },
    { TEXT_INIT("\"two\r\nlines\",x\r\ny\r\n"), ',', "<two\r\nlines><x>@1 <y>@3 " },
    { TEXT_INIT("\"a\rb\r\r\nc\"\rd"), ',', "<a\rb\r\r\nc>@1 <d>@5 " },
    { TEXT_INIT("\"a\r\"\nb"), ',', "<a\r>@1 <b>@3 " },
    { TEXT_INIT("5\" pipe,6\"\n"), ',', "<5\" pipe><6\">@1 " },
    { TEXT_INIT("\"abc\"def,x\n"), ',', "<abcdef><x>@1 " },
    { TEXT_INIT("\"abc\" \"def\",x\n"), ',', "<abc \"def\"><x>@1 " },
    { TEXT_INIT(" \"a\",b\n"), ',', "< \"a\"><b>@1 " },
    { TEXT_INIT("a , b\n"), ',', "<a >< b>@1 " },
    { TEXT_INIT(" \n"), ',', "< >@1 " },
    { TEXT_INIT("\n\na,b\n\n\nc\n"), ',', "<a><b>@3 <c>@6 " },
    { TEXT_INIT("a,\"open\nx,y\n"), ',', "!invalid@1 " },
    { TEXT_INIT("x\na,\""), ',', "<x>@1 !invalid@2 " },
    { TEXT_INIT("a;b,c\n"), ';', "<a><b,c>@1 " },
    { TEXT_INIT("a\tb\n"), '\t', "<a><b>@1 " },
    { TEXT_INIT("\"a;b\";c\n"), ';', "<a;b><c>@1 " },
    /* the separator found */
    { TEXT_INIT("a,b\n1;2,3\n"), 0, "<a><b>@1 <1;2><3>@2 " },
    { TEXT_INIT("a;b\n1,5;2\n"), 0, "<a><b>@1 <1,5><2>@2 " },
    { TEXT_INIT("a\tb\tc\n1\t2\t3\n"), 0, "<a><b><c>@1 <1><2><3>@2 " },
    { TEXT_INIT("a|b\n"), 0, "<a><b>@1 " },
    { TEXT_INIT("\"x,y,z\";b\n1;2\n"), 0, "<x,y,z><b>@1 <1><2>@2 " },
    { TEXT_INIT("\"x\"\",,\";b\n1;2\n"), 0, "<x\",,><b>@1 <1><2>@2 " },
    { TEXT_INIT("5\" pipe;b;c\n"), 0, "<5\" pipe><b><c>@1 " },
    { TEXT_INIT("\r\n\r\na;b\n1,2,3;4\n"), 0, "<a><b>@3 <1,2,3><4>@4 " },
    { TEXT_INIT("\xEF\xBB\xBF\"a\";\"b\"\r\n"), 0, "<a><b>@1 " },
    { TEXT_INIT("alone\nx,y\n"), 0, "<alone>@1 <x><y>@2 " },
    { TEXT_INIT("a,b;c,d;e\n"), 0, "<a><b;c><d;e>@1 " }, /* as many: the comma */
};

static void files_read_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        text_t out = shown(csv_open_text(&arena, cases[i].in, cases[i].sep));
        if (!text_is(out, cases[i].out)) {
            fail_msg("row %zu: %s instead of %s", i, out.s, cases[i].out);
        }
        arena_reset(&arena);
    }
}

static void files_read_in_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        for (size_t step = 1; step < 9; step++) {
            struct pieces p = { .all = cases[i].in, .step = step };
            text_t out = shown(csv_open(&arena, read_pieces, &p, cases[i].sep));
            if (!text_is(out, cases[i].out)) {
                fail_msg("row %zu by %zu: %s instead of %s", i, step, out.s, cases[i].out);
            }
            arena_reset(&arena);
        }
    }
}

static void nothing_at_all(void **state)
{
    (void)state;
    struct csv_row row;
    struct csv_reader *r = csv_open_text(&arena, TEXT_NONE, 0);
    assert_int_equal(csv_next(r, &row), ERR_NOT_FOUND);
    assert_int_equal(csv_next(r, &row), ERR_NOT_FOUND);
    arena_reset(&arena);
}

/* Many rows, so that line ends, quotes and the reader's chunks meet in every way. */
static void long_files(void **state)
{
    (void)state;
    struct arena a;
    struct buf b;
    arena_init(&a, (size_t)64 << 20);
    buf_init(&b, &a, (size_t)16 << 20);
    buf_str(&b, "number;text;quoted\r\n");
    for (int i = 0; i < 20000; i++) {
        buf_fmt(&b, "%d;\"line\r\n\"\"%d\"\"\";%*s\r\n", i, i, i % 50, "x");
    }
    struct pieces p = { .all = buf_done(&b), .step = SIZE_MAX };
    struct csv_reader *r = csv_open(&arena, read_pieces, &p, 0);
    struct csv_row row;
    assert_int_equal(csv_next(r, &row), OK);
    assert_string_equal(row.cells[2].s, "quoted");
    for (int i = 0; i < 20000; i++) {
        char expected[64];
        assert_int_equal(csv_next(r, &row), OK);
        assert_int_equal(row.n, 3);
        assert_int_equal(row.line, 2 + 2 * i);
        snprintf(expected, sizeof expected, "line\r\n\"%d\"", i);
        assert_string_equal(row.cells[1].s, expected);
        snprintf(expected, sizeof expected, "%*s", i % 50, "x");
        assert_string_equal(row.cells[2].s, expected);
    }
    assert_int_equal(csv_next(r, &row), ERR_NOT_FOUND);
    assert_true(arena.used_bytes < (size_t)256 * 1024); /* bounded by a row, not by the file */
    arena_free(&a);
    arena_reset(&arena);
}

static void limits_drop_one_row(void **state)
{
    (void)state;
    struct arena a;
    struct buf b;
    struct csv_row row;
    arena_init(&a, (size_t)128 << 20);
    buf_init(&b, &a, (size_t)32 << 20);
    for (int i = 0; i < CSV_CELLS_MAX - 1; i++) {
        buf_char(&b, ','); /* as many cells as there may be */
    }
    buf_char(&b, '\n');
    for (int i = 0; i < CSV_CELLS_MAX; i++) {
        buf_char(&b, ','); /* one too many */
    }
    buf_str(&b, "\nfirst\n\"");
    for (size_t i = 0; i < CSV_ROW_BYTES_MAX - 1; i++) {
        buf_char(&b, i % 1000 ? 'x' : '\n'); /* as many bytes as there may be, with the NUL */
    }
    buf_str(&b, "\"\n\"");
    for (size_t i = 0; i < CSV_ROW_BYTES_MAX; i++) {
        buf_char(&b, i % 2 ? 'x' : ',');
    }
    buf_str(&b, "\"\nlast\n");
    assert_false(b.failed);
    struct pieces p = { .all = buf_done(&b), .step = SIZE_MAX };
    struct csv_reader *r = csv_open(&a, read_pieces, &p, ',');
    assert_int_equal(csv_next(r, &row), OK);
    assert_int_equal(row.n, CSV_CELLS_MAX);
    assert_int_equal(csv_next(r, &row), ERR_RANGE);
    assert_int_equal(row.line, 2);
    assert_int_equal(csv_next(r, &row), OK);
    assert_string_equal(row.cells[0].s, "first");
    assert_int_equal(csv_next(r, &row), OK);
    assert_int_equal(row.cells[0].n, CSV_ROW_BYTES_MAX - 1);
    assert_int_equal(csv_next(r, &row), ERR_RANGE);
    assert_int_equal(csv_next(r, &row), OK);
    assert_string_equal(row.cells[0].s, "last");
    assert_int_equal(csv_next(r, &row), ERR_NOT_FOUND);
    arena_free(&a);
}

static void reading_fails(void **state)
{
    (void)state;
    struct csv_row row;
    struct buf b;
    buf_init(&b, &arena, (size_t)1 << 20);
    for (int i = 0; i < 20000; i++) {
        buf_str(&b, "a,b,c\n");
    }
    struct pieces p = { .all = buf_done(&b), .step = 5000, .fail_at = 90000 };
    struct csv_reader *r = csv_open(&arena, read_pieces, &p, ',');
    int rows = 0;
    enum err e;
    while ((e = csv_next(r, &row)) == OK) {
        rows++;
    }
    assert_int_equal(e, ERR_IO);
    assert_int_equal(rows, p.given / 6);         /* every row that came before it */
    assert_int_equal(csv_next(r, &row), ERR_IO); /* for good */
    arena_reset(&arena);
}

static int blocks_left;

static bool fail_after(void)
{
    return blocks_left-- <= 0;
}

static void every_block_can_be_missing(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, &arena, (size_t)1 << 20);
    for (int i = 0; i < 100000; i++) {
        buf_char(&b, 'x');
    }
    enum err e = ERR_NO_MEMORY;
    int n = 0;
    for (; e != OK; n++) {
        struct arena a;
        struct csv_row row;
        struct pieces p = { .all = buf_done(&b), .step = SIZE_MAX };
        arena_init(&a, (size_t)8 << 20);
        blocks_left = n;
        arena_fault_hook = fail_after;
        struct csv_reader *r = csv_open(&a, read_pieces, &p, ',');
        e = csv_next(r, &row);
        arena_fault_hook = NULL;
        assert_int_equal(e, a.failed ? ERR_NO_MEMORY : OK);
        assert_int_equal(csv_next(r, &row), a.failed ? ERR_NO_MEMORY : ERR_NOT_FOUND);
        arena_free(&a);
    }
    assert_true(n > 3);
    arena_reset(&arena);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    static const char *const cells[] = { "plain",        "a,b;c\td|e", "\"", "\"\"",
                                         "two\r\nlines", " x ",        "",   "\xC3\xA4",
                                         "\n",           "=1+1",       "-1" };
    struct buf b;
    struct csv_row row;
    buf_init(&b, &arena, 10000);
    for (size_t i = 0; i < N_ELEMENTS(cells); i++) {
        buf_csv_plain(&b, text_of(cells[i]));
        buf_str(&b, ",");
        buf_csv(&b, text_of(cells[i]));
        buf_str(&b, "\r\n");
    }
    struct csv_reader *r = csv_open_text(&arena, buf_done(&b), 0);
    for (size_t i = 0; i < N_ELEMENTS(cells); i++) {
        assert_int_equal(csv_next(r, &row), OK);
        assert_int_equal(row.n, 2);
        assert_string_equal(row.cells[0].s, cells[i]);
        size_t prefix = row.cells[1].s[0] == '\'';
        assert_int_equal(prefix, cells[i][0] == '=' || cells[i][0] == '-');
        assert_string_equal(row.cells[1].s + prefix, cells[i]);
    }
    assert_int_equal(csv_next(r, &row), ERR_NOT_FOUND);
    arena_reset(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_read_whole),
        cmocka_unit_test(files_read_in_pieces),
        cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(long_files),
        cmocka_unit_test(limits_drop_one_row),
        cmocka_unit_test(reading_fails),
        cmocka_unit_test(every_block_can_be_missing),
        cmocka_unit_test(what_is_written_is_read),
    };
    return cmocka_run_group_tests(tests, arena_begin, arena_end);
}
