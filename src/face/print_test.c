/* The layout: breaking over pages, sums carried forward, the same bytes for the same paper, bar
 * codes and logos that are refused. What stands on a page is asked of pdftotext, which reads it as
 * a person would. */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "face/print_own.h"
#include "kit/arena.h"
#include "kit/tool.h"

static text_t pdf_of(const struct paper *p)
{
    text_t pdf = TEXT_NONE;
    const char *fault;
    enum err e = print_pdf(p, &arena, &pdf, &fault);
    if (e != OK) {
        fprintf(stderr, "%s: %s\n", err_name(e), fault ? fault : "");
    }
    assert_int_equal(e, OK);
    assert_true(text_starts(pdf, "%PDF-"));
    return pdf;
}

/* The words on the pages, as pdftotext reads them; pages end with a form feed. */
static text_t read_back(text_t pdf)
{
    const char *const read[] = { "pdftotext", "-layout", "page.pdf", "-", NULL };
    FILE *f = fopen("page.pdf", "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(pdf.s, 1, pdf.n, f), pdf.n);
    assert_int_equal(fclose(f), 0);
    return tool_output(&arena, read);
}

static size_t count(text_t whole, const char *part)
{
    size_t n = 0;
    for (const char *at = whole.s; (at = strstr(at, part)) != NULL; at += strlen(part)) {
        n++;
    }
    return n;
}

/* The number that follows the word, from there on. */
static long number_after(const char *from, const char *word)
{
    const char *at = from ? strstr(from, word) : NULL;
    char *end;
    if (!at) {
        fail_msg("there is no %s", word);
        return 0;
    }
    at += strlen(word);
    long n = strtol(at, &end, 10);
    assert_ptr_not_equal(at, end);
    return n;
}

static void begin(struct paper *p, enum paper_kind kind)
{
    paper_init(p, &arena, kind);
    p->title = TEXT("Invoice INV-000007");
    p->author = TEXT("Casa Sharma");
    p->page_of = TEXT("Page {1} of {2}");
    p->carried = TEXT("Carried forward");
    p->brought = TEXT("Brought forward");
    p->made = (instant_t){ INT64_C(1774000000000000) };
}

static void table_of(struct paper *p, int rows)
{
    const struct paper_column cols[] = { { TEXT("Article"), 600, ALIGN_START },
                                         { TEXT("Quantity"), 200, ALIGN_END },
                                         { TEXT("Amount"), 200, ALIGN_END } };
    paper_table(p, cols, N_ELEMENTS(cols));
    for (int i = 1; i <= rows; i++) {
        const text_t cells[] = { text_fmt(&arena, "Thing %d \xe0\xa4\x9a\xe0\xa4\xbe\xe0\xa4\xaf",
                                          i),
                                 TEXT("1"), TEXT("2.00") };
        paper_table_row(p, cells, N_ELEMENTS(cells), TEXT_NONE, text_fmt(&arena, "sum%d", 2 * i),
                        false);
    }
    paper_table_end(p);
}

static void one_page(void **state)
{
    struct paper p;
    (void)state;
    begin(&p, PAPER_A4);
    paper_text(&p, TYPE_TITLE, ALIGN_START, TEXT("Invoice"));
    table_of(&p, 5);
    text_t t = read_back(pdf_of(&p));
    assert_int_equal(count(t, "\f"), 1);
    assert_int_equal(count(t, "Page"), 0);
    assert_int_equal(count(t, "Carried"), 0);
    assert_int_equal(count(t, "Article"), 1);
    assert_int_equal(count(t, "Thing"), 5);
}

static void breaks_with_sums(void **state)
{
    struct paper p;
    (void)state;
    begin(&p, PAPER_A4);
    table_of(&p, 120);
    text_t t = read_back(pdf_of(&p));
    size_t pages = count(t, "\f");
    assert_true(pages >= 3 && pages <= 5);
    assert_int_equal(count(t, "Article"), pages);
    assert_int_equal(count(t, "Carried forward"), pages - 1);
    assert_int_equal(count(t, "Brought forward"), pages - 1);
    assert_int_equal(count(t, "Thing"), 120);
    assert_int_equal(count(t, "Invoice INV-000007"), pages - 1); /* on every further page */
    assert_int_equal(count(t, text_fmt(&arena, "Page 1 of %zu", pages).s), 1);
    assert_int_equal(count(t, text_fmt(&arena, "Page %zu of %zu", pages, pages).s), 1);
    /* The sum that is carried is the one that is brought, and belongs to the last row before it. */
    const char *carried = strstr(t.s, "Carried forward"), *brought = strstr(t.s, "Brought forward");
    long a = number_after(carried, "sum"), b = number_after(brought, "sum"), last = 0;
    for (const char *at = t.s; (at = strstr(at, "Thing ")) != NULL && at < carried; at++) {
        last = number_after(at, "Thing ");
    }
    assert_int_equal(a, b);
    assert_int_equal(a, 2 * last);
}

/* Every number of rows around a break: nothing is lost, doubled, or left alone. */
static void every_height(void **state)
{
    (void)state;
    for (int rows = 30; rows < 60; rows++) {
        struct paper p;
        begin(&p, PAPER_A4);
        table_of(&p, rows);
        paper_keep(&p);
        paper_text(&p, TYPE_BODY, ALIGN_END, TEXT("Net"));
        paper_text(&p, TYPE_BODY, ALIGN_END, TEXT("Tax"));
        paper_text(&p, TYPE_FIGURE, ALIGN_END, TEXT("TOTAL"));
        paper_keep_end(&p);
        text_t t = read_back(pdf_of(&p));
        assert_int_equal(count(t, "Thing"), rows);
        const char *feed = strchr(t.s, '\f'), *net = strstr(t.s, "Net"),
                   *total = strstr(t.s, "TOTAL");
        assert_true((net < feed) == (total < feed));
    }
}

static void same_bytes(void **state)
{
    (void)state;
    text_t pdfs[2];
    for (int i = 0; i < 2; i++) {
        struct paper p;
        begin(&p, PAPER_RECEIPT);
        paper_text(&p, TYPE_HEAD, ALIGN_CENTRE,
                   TEXT("\xe0\xa4\xb8\xe0\xa5\x8d\xe0\xa4\xa4\xe0\xa5\x8d"
                        "\xe0\xa4\xb0\xe0\xa5\x80 Tienda"));
        table_of(&p, 9);
        paper_code(&p, CODE_128, ALIGN_CENTRE, TEXT("T1-000123"), 600, 120, TEXT("T1-000123"));
        pdfs[i] = pdf_of(&p);
    }
    assert_int_equal(pdfs[0].n, pdfs[1].n);
    assert_memory_equal(pdfs[0].s, pdfs[1].s, pdfs[0].n);
    assert_non_null(memmem(pdfs[0].s, pdfs[0].n, "(2026032009", 11)); /* the document's own time */
}

static void long_text_breaks(void **state)
{
    struct paper p;
    struct buf b;
    (void)state;
    begin(&p, PAPER_A4);
    buf_init(&b, &arena, 1 << 20);
    for (int i = 0; i < 200; i++) {
        buf_fmt(&b, "Condition %d.\n", i);
    }
    paper_text(&p, TYPE_BODY, ALIGN_START, buf_done(&b));
    text_t t = read_back(pdf_of(&p));
    assert_int_equal(count(t, "Condition"), 200);
    assert_true(count(t, "\f") > 2);
}

static void too_long(void **state)
{
    struct paper p;
    text_t pdf;
    const char *fault;
    (void)state;
    begin(&p, PAPER_A4);
    for (int i = 0; i < 2000; i++) {
        paper_space(&p, 1500);
        paper_text(&p, TYPE_BODY, ALIGN_START, TEXT("x"));
    }
    assert_int_equal(print_pdf(&p, &arena, &pdf, &fault), ERR_RANGE);
}

static void misuse(void **state)
{
    struct paper p;
    text_t pdf;
    const char *fault;
    (void)state;
    begin(&p, PAPER_A4);
    paper_keep(&p);
    assert_int_equal(print_pdf(&p, &arena, &pdf, &fault), ERR_INVALID);
    assert_non_null(fault);
    begin(&p, PAPER_A4);
    paper_table_end(&p);
    assert_int_equal(print_pdf(&p, &arena, &pdf, &fault), ERR_INVALID);
    begin(&p, PAPER_A4);
    paper_label(&p);
    paper_label_end(&p);
    assert_int_equal(print_pdf(&p, &arena, &pdf, &fault), ERR_INVALID);
}

static void codes(void **state)
{
    static const struct {
        enum code_kind kind;
        const char *data;
        enum err outcome;
    } rows[] = {
        { CODE_EAN13, "4006381333931", OK },
        { CODE_EAN13, "4006381333932", ERR_INVALID }, /* check digit */
        { CODE_EAN8, "96385074", OK },
        { CODE_EAN8, "96385075", ERR_INVALID },
        { CODE_GS1_128, "[01]04006381333931[10]AB-12", OK },
        { CODE_GS1_128, "[01]04006381333932", ERR_INVALID },
        { CODE_128, "T1-000123", OK },
        { CODE_128, "", ERR_INVALID },
        { CODE_128, "\xe0\xa4\x9a", ERR_INVALID },
        { CODE_QR, "\xe0\xa4\x9a\xe0\xa4\xbe\xe0\xa4\xaf-1", OK },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        enum err e = code_draw(NULL, rows[i].kind, text_of(rows[i].data), 0, 0, 100, 30);
        if (e != rows[i].outcome) {
            fail_msg("%s: %s", rows[i].data, err_name(e));
        }
    }
}

static void logos(void **state)
{
    /* 1 x 1, grey */
    static const unsigned char good[] = {
        0x89, 'P',  'N',  'G',  0x0d, 0x0a, 0x1a, 0x0a, 0,    0,    0,    13,   'I',  'H',
        'D',  'R',  0,    0,    0,    1,    0,    0,    0,    1,    8,    0,    0,    0,
        0,    0x3a, 0x7e, 0x9b, 0x55, 0,    0,    0,    10,   'I',  'D',  'A',  'T',  0x78,
        0x9c, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0,
        0,    0,    0,    'I',  'E',  'N',  'D',  0xae, 0x42, 0x60, 0x82,
    };
    unsigned char bad[sizeof good];
    (void)state;
    assert_int_equal(print_logo_check(good, sizeof good), OK);
    assert_int_equal(print_logo_check(good, sizeof good - 20), ERR_INVALID);
    assert_int_equal(print_logo_check(good, 0), ERR_INVALID);
    assert_int_equal(print_logo_check("GIF89a", 6), ERR_INVALID);
    memcpy(bad, good, sizeof good);
    bad[16] = 0x10; /* 268 million pixels wide: not unpacked */
    assert_int_equal(print_logo_check(bad, sizeof bad), ERR_RANGE);
    memcpy(bad, good, sizeof good);
    bad[45] ^= 0xff;
    assert_int_equal(print_logo_check(bad, sizeof bad), ERR_INVALID);
}

/* 2 x 1, grey, as the smallest that a program writes; drawn by whoever reads the file. */
static void logo_jpeg(void **state)
{
    static const char base64[] =
        "data:image/jpeg;base64,"
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9V"
        "XVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/wAALCAABAAIBAREA/8QAFAABAAAAAAAA"
        "AAAAAAAAAAAABf/EABsQAAAHAQAAAAAAAAAAAAAAAAABAgQFNXOy/9oACAEBAAA/AHIuraYo5If/"
        "2Q==";
    struct paper p;
    text_t picture;
    (void)state;
    assert_int_equal(print_logo_decode(&arena, text_of(base64), &picture), OK);
    assert_int_equal(print_logo_check(picture.s, picture.n - 1), ERR_INVALID);
    assert_int_equal(print_logo_check(picture.s, 3), ERR_INVALID);
    char *bad = arena_take(&arena, picture.n);
    static const unsigned char cut[] = { 0xff, 0xd8, 0xff, 0xc0, 0, 2, 0xff, 0xd9 };
    void *alone = malloc(sizeof cut); /* of that size: sanitizers see who reads behind it */
    assert_non_null(alone);
    memcpy(alone, cut, sizeof cut);
    assert_int_equal(print_logo_check(alone, sizeof cut), ERR_INVALID);
    free(alone);
    for (size_t i = 0; i + 9 < picture.n; i++) {
        if ((unsigned char)picture.s[i] == 0xff && (unsigned char)picture.s[i + 1] == 0xc0) {
            memcpy(bad, picture.s, picture.n);
            bad[i + 7] = 0x7f; /* 32,000 pixels wide */
            assert_int_equal(print_logo_check(bad, picture.n), ERR_RANGE);
            memcpy(bad, picture.s, picture.n);
            bad[i + 9] = 4; /* four inks */
            assert_int_equal(print_logo_check(bad, picture.n), ERR_INVALID);
        }
    }
    begin(&p, PAPER_A4);
    paper_logo(&p, ALIGN_START, picture.s, picture.n, 600, 180);
    text_t pdf = pdf_of(&p);
    assert_non_null(memmem(pdf.s, pdf.n, "/DCTDecode", 10));
    assert_non_null(memmem(pdf.s, pdf.n, picture.s, picture.n));
}

/* A figure is set smaller where it does not fit, a text is broken into lines. */
static void figures_whole(void **state)
{
    static const struct paper_column cols[] = { { TEXT_INIT("What"), 560, ALIGN_START },
                                                { TEXT_INIT("In all"), 240, ALIGN_END },
                                                { TEXT_INIT("Rest"), 200, ALIGN_END } };
    const text_t cells[] = { TEXT("Tea"), TEXT("123,456,789,012.34"), TEXT("-9,876,543.21") };
    const struct cell row[] = { { TEXT("Tea"), 800, ALIGN_START, TYPE_BODY },
                                { TEXT("555,444,333,222.11"), 0, ALIGN_END, TYPE_BODY } };
    struct paper p;
    (void)state;
    begin(&p, PAPER_RECEIPT);
    paper_table(&p, cols, N_ELEMENTS(cols));
    paper_table_row(&p, cells, N_ELEMENTS(cells), TEXT_NONE, TEXT_NONE, false);
    paper_table_end(&p);
    paper_row(&p, row, N_ELEMENTS(row));
    text_t t = read_back(pdf_of(&p));
    assert_int_equal(count(t, "123,456,789,012.34"), 1);
    assert_int_equal(count(t, "-9,876,543.21"), 1);
    assert_int_equal(count(t, "555,444,333,222.11"), 1);
}

/* What is written from the right begins where everything begins. */
static void from_the_right(void **state)
{
    static const char *const texts[] = { "\xd8\xb4\xd8\xb1\xd9\x83\xd8\xa9",
                                         "13001 \xd8\xb4\xd8\xb1\xd9\x83\xd8\xa9", "Shop",
                                         "\xe0\xa4\x9a\xe0\xa4\xbe\xe0\xa4\xaf" };
    PangoContext *c = type_context("en");
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(texts); i++) {
        PangoRectangle ink;
        PangoLayout *l = type_layout(c, type_of(PAPER_A4, TYPE_BODY), text_of(texts[i]), 300,
                                     ALIGN_START, 0);
        pango_layout_get_extents(l, &ink, NULL);
        assert_true(ink.x < 10 * PANGO_SCALE);
        g_object_unref(l);
        l = type_layout(c, type_of(PAPER_A4, TYPE_BODY), text_of(texts[i]), 300, ALIGN_END, 0);
        pango_layout_get_extents(l, &ink, NULL);
        assert_true(ink.x + ink.width > 290 * PANGO_SCALE);
        g_object_unref(l);
    }
    g_object_unref(c);
}

static void fonts(void **state)
{
    char why[256];
    text_t missing;
    (void)state;
    assert_true(print_check(why));
    assert_string_equal(why, "");
    assert_true(print_can_draw(TEXT("Gracias \xe0\xa4\xa7\xe0\xa4\xa8\xe0\xa5\x8d\xe0\xa4\xaf"
                                    "\xe0\xa4\xb5\xe0\xa4\xbe\xe0\xa4\xa6 \xe2\x82\xac\nx"),
                               &missing));
    assert_true(print_can_draw(TEXT_NONE, &missing));
    /* A character of a private area is in no font. */
    assert_false(print_can_draw(TEXT("a \xee\x80\x81 b"), &missing));
    assert_int_equal(missing.n, 3);
}

static void dispositions(void **state)
{
    (void)state;
    assert_string_equal(print_disposition(&arena, TEXT("receipt-T1-000123")).s,
                        "inline; filename=\"receipt-T1-000123.pdf\"");
    assert_string_equal(
        print_disposition(&arena, TEXT("a\"\r\nb/\xc3\xb1")).s,
        "inline; filename=\"a---b--.pdf\"; filename*=UTF-8''a%22%0D%0Ab%2F%C3%B1.pdf");
}

/* A price that is too wide for its label stays on one line. */
static void wide_price(void **state)
{
    static const char *const prices[] = { "9.99", "Rp123.456.789.012,00" };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(prices); i++) {
        struct paper p;
        begin(&p, PAPER_LABEL_ROLL);
        const struct cell cells[] = { { TEXT("per kg"), 300, ALIGN_START, TYPE_MUTED },
                                      { text_of(prices[i]), 0, ALIGN_END, TYPE_FIGURE } };
        paper_label(&p);
        paper_row(&p, cells, N_ELEMENTS(cells));
        paper_from_bottom(&p, 120);
        paper_code(&p, CODE_EAN13, ALIGN_START, TEXT("4006381333931"), 370, 85, TEXT_NONE);
        paper_label_end(&p);
        text_t t = read_back(pdf_of(&p));
        assert_int_equal(count(t, prices[i]), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_page, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(breaks_with_sums, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(every_height, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(same_bytes, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(long_text_breaks, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(too_long, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(misuse, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(codes, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(logos, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(logo_jpeg, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(figures_whole, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(from_the_right, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(fonts, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(wide_price, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(dispositions, arena_begin, arena_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
