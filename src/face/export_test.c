/* Whole lists and reports as CSV and as sheets, on both stores. Sheets are unpacked and their XML
 * looked at. */
#include "face/crate_kit.h"

#include "base/csv.h"
#include "face/xlsx.h"
#include "kit/tool.h"

#include <zlib.h>

/* -- what is in a sheet ------------------------------------------------------------------------ */

static uint32_t le(const char *p, int n)
{
    uint32_t v = 0;
    for (int i = n - 1; i >= 0; i--) {
        v = v << 8 | (unsigned char)p[i];
    }
    return v;
}

/* The part of a zip whose name is that, unpacked; by the central directory (APPNOTE 4.3.12). */
static text_t zip_part(struct arena *a, text_t zip, const char *name)
{
    size_t at = zip.n - 22;
    while (at > 0 && le(zip.s + at, 4) != 0x06054b50) {
        at--;
    }
    size_t n = le(zip.s + at + 10, 2), entry = le(zip.s + at + 16, 4);
    for (size_t i = 0; i < n; i++) {
        const char *p = zip.s + entry;
        size_t name_n = le(p + 28, 2);
        assert_int_equal(le(p, 4), 0x02014b50);
        if (name_n == strlen(name) && memcmp(p + 46, name, name_n) == 0) {
            const char *local = zip.s + le(p + 42, 4);
            size_t packed = le(p + 20, 4), size = le(p + 24, 4);
            char *out = arena_alloc(a, size + 1);
            z_stream z = { .next_in = (Bytef *)(uintptr_t)(local + 30 + le(local + 26, 2) +
                                                           le(local + 28, 2)),
                           .avail_in = (uInt)packed,
                           .next_out = (Bytef *)out,
                           .avail_out = (uInt)size };
            assert_int_equal(inflateInit2(&z, -MAX_WBITS), Z_OK);
            assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
            inflateEnd(&z);
            return (text_t){ out, size };
        }
        entry += 46 + name_n + le(p + 30, 2) + le(p + 32, 2);
    }
    fail_msg("there is no %s", name);
    return TEXT("");
}

static void holds(text_t xml, const char *part)
{
    if (!strstr(xml.s, part)) {
        fail_msg("%s is not in %.3000s", part, xml.s);
    }
}

static size_t times(text_t xml, const char *part)
{
    size_t n = 0;
    for (const char *p = strstr(xml.s, part); p; p = strstr(p + 1, part)) {
        n++;
    }
    return n;
}

static void cells_are_what_they_are(void **state)
{
    static const struct xlsx_column columns[] = {
        { .label = TEXT_INIT("Name & more"), .kind = XLSX_TEXT },
        { .label = TEXT_INIT("Total"), .kind = XLSX_NUMBER, .scale = 2, .fixed = true },
        { .label = TEXT_INIT("Day"), .kind = XLSX_DATE },
        { .label = TEXT_INIT("At"), .kind = XLSX_TIME },
        { .label = TEXT_INIT("Yes"), .kind = XLSX_TRUTH },
    };
    const struct xlsx_cell rows[][5] = {
        { { .text = TEXT("=HYPERLINK(\"x\")") },
          { .number = -1240, .scale = 2 },
          { .number = 20778 },
          { .number = 20778 * US_PER_DAY + US_PER_DAY / 2 },
          { .number = 1 } },
        { { .text = TEXT("+1") },
          { .number = INT64_C(1234567890123456), .scale = 2 },
          { .none = true },
          { .none = true },
          { .none = true } },
        { { .none = true },
          { .number = 5, .scale = 0 },
          { .number = -30000 },
          { .none = true },
          { .number = 0 } },
    };
    struct arena a;
    struct xlsx *x;
    text_t bytes;
    (void)state;
    arena_init(&a, (size_t)16 << 20);
    assert_int_equal(xlsx_open("test", columns, 5, &x), OK);
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        assert_int_equal(xlsx_row(x, rows[i]), OK);
    }
    assert_int_equal(xlsx_close(x, &a, (size_t)1 << 20, &bytes), OK);
    text_t sheet = zip_part(&a, bytes, "xl/worksheets/sheet1.xml");
    holds(sheet, "<t>=HYPERLINK(\"x\")</t>"); /* a text, not a formula */
    assert_int_equal(times(sheet, "<f>"), 0);
    holds(sheet, "<t>+1</t>");
    holds(sheet, "Name &amp; more");
    holds(sheet, "<v>-12.4</v>");
    holds(sheet, "<t>12345678901234.56</t>"); /* more digits than a spreadsheet keeps */
    holds(sheet, "<v>5</v>");
    holds(sheet, "<v>46347</v>"); /* 2026-11-21 */
    holds(sheet, "<v>46347.5</v>");
    holds(sheet, "t=\"b\"");
    holds(sheet, "<t>1887-11-12</t>"); /* before what spreadsheets count */
    holds(sheet, "<autoFilter ref=\"A1:E4\"/>");
    holds(sheet, "state=\"frozen\"");
    holds(zip_part(&a, bytes, "xl/styles.xml"), "formatCode=\"#,##0.00\"");
    assert_int_equal(xlsx_open("test", columns, 5, &x), OK);
    assert_int_equal(xlsx_close(x, &a, 100, &bytes), ERR_RANGE);
    assert_int_equal(xlsx_open("test", columns, 5, &x), OK);
    xlsx_drop(x);
    arena_free(&a);
}

/* -- lists ------------------------------------------------------------------------------------- */

struct making {
    struct crates *f;
    int from, to;
};

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
        struct crate c = { .packed_on = DATE_NONE, .packed_at = INSTANT_NONE, .spare = VALUE_NONE };
        c.code = text_fmt(&a, "C%05d", i);
        c.name = TEXT("=1+1");
        c.price = money_of(i);
        c.site.id = m->f->sites[i % 2];
        e = store_insert(&cx, &crate_entity, &c);
    }
    cx_done(&cx);
    arena_free(&a);
    return e;
}

static void make(struct crates *f, int n)
{
    for (int i = 0; i < n; i += 500) {
        struct making m = { f, i, i + 500 < n ? i + 500 : n };
        assert_int_equal(db_write(f->db, make_some, &m), OK);
    }
}

static size_t rows_of(struct arena *a, text_t csv)
{
    struct csv_row row;
    struct csv_reader *r = csv_open_text(a, csv, ',');
    size_t n = 0;
    while (csv_next(r, &row) == OK) {
        assert_int_equal(row.n, 3);
        n++;
    }
    return n;
}

static void a_short_list_is_one_piece(void **state)
{
    struct crates *f = *state;
    make(f, 3);
    ask(f, "packer", "GET", "/crates/export?fields=code,name,price", NULL, 200);
    assert_string_equal(f->last.answer.content_type, "text/csv; charset=utf-8; header=present");
    assert_string_equal(f->last.answer.body.s, "code,name,price\r\n"
                                               "C00000,'=1+1,0.00\r\n"
                                               "C00001,'=1+1,0.01\r\n"
                                               "C00002,'=1+1,0.02\r\n");
    header_is(f, "Content-Disposition", "attachment; filename=\"crates-2026-03-20.csv\"");
    ask(f, "packer", "GET", "/crates/export?fields=code,site&filter=price%3E0&site=S2", NULL, 200);
    assert_string_equal(f->last.answer.body.s, "code,site\r\nC00001,S2\r\n");
    ask(f, "packer@0", "GET", "/crates/export?fields=code", NULL, 200);
    assert_string_equal(f->last.answer.body.s, "code\r\nC00000\r\nC00002\r\n");
    ask(f, "admin@other", "GET", "/crates/export?fields=code", NULL, 200);
    assert_string_equal(f->last.answer.body.s, "code\r\n");
    refused(f, "stranger", "GET", "/crates/export", NULL, 403, "forbidden", NULL);
    refused(f, "packer", "GET", "/crates/export?format=doc", NULL, 422, "unknown_choice", "format");
    refused(f, "packer", "GET", "/crates/export?fields=secret", NULL, 422, "unknown_filter",
            "fields");
    refused(f, "packer", "GET", "/crates/export?filter=nowhere%3A1", NULL, 422, "filter_no_field",
            "filter");
    refused(f, "packer", "POST", "/crates/export", "{}", 405, "method_not_allowed", NULL);
    refused(f, NULL, "GET", "/crates/export", NULL, 401, "not_signed_in", NULL);
}

static void a_long_list_comes_in_pieces(void **state)
{
    struct crates *f = *state;
    struct arena a;
    struct buf all;
    text_t piece;
    size_t pieces = 0;
    enum err e;
    make(f, 2500);
    arena_init(&a, (size_t)64 << 20);
    buf_init(&all, &a, (size_t)16 << 20);
    ask(f, "packer", "GET", "/crates/export?fields=code,name,site", NULL, 200);
    struct rest_export *x = f->last.answer.export;
    assert_non_null(x);
    while ((e = rest_export_next(x, &piece)) == OK) {
        buf_text(&all, piece);
        pieces++;
        if (pieces == 1) { /* what is made meanwhile may be in it */
            arena_reset(&f->arena);
            ask(f, "packer", "POST", "/crates", "{\"code\":\"NEW\",\"name\":\"new\"}", 201);
        }
    }
    assert_int_equal(e, ERR_NOT_FOUND);
    assert_int_equal(rest_export_next(x, &piece), ERR_NOT_FOUND);
    rest_export_free(x);
    assert_int_equal(pieces, 3);
    /* Ids rise within one writer only: the new one may be before or behind what was sent. */
    assert_int_equal(rows_of(&a, buf_done(&all)), 2501 + times(buf_done(&all), "\r\nNEW,new,\r\n"));
    for (int i = 0; i < 2500; i++) {
        assert_int_equal(
            times(buf_done(&all), text_fmt(&a, "\r\nC%05d,'=1+1,S%d\r\n", i, 1 + i % 2).s), 1);
    }
    arena_free(&a);
}

static enum err no_store(enum db_fault point)
{
    return point == DB_FAULT_STATEMENT ? ERR_STORE : OK;
}

static void a_failing_store_breaks_it_off(void **state)
{
    struct crates *f = *state;
    text_t piece;
    make(f, 1500);
    ask(f, "packer", "GET", "/crates/export?fields=code", NULL, 200);
    struct rest_export *x = f->last.answer.export;
    assert_int_equal(rest_export_next(x, &piece), OK);
    db_fault_hook = no_store;
    enum err e = rest_export_next(x, &piece);
    db_fault_hook = NULL;
    assert_int_not_equal(e, OK);
    assert_int_not_equal(e, ERR_NOT_FOUND); /* what came must not pass for the whole */
    rest_export_free(x);
    ask(f, "packer", "GET", "/crates/export?fields=code", NULL, 200);
    rest_export_free(f->last.answer.export); /* also when nothing of it was taken */
}

static void a_sheet_has_labels_and_numbers(void **state)
{
    struct crates *f = *state;
    struct arena a;
    make(f, 2100);
    arena_init(&a, (size_t)64 << 20);
    ask(f, "packer", "GET", "/crates/export?format=xlsx&fields=code,name,price,site,colour", NULL,
        200);
    assert_string_equal(f->last.answer.content_type, XLSX_TYPE);
    header_is(f, "Content-Disposition", "attachment; filename=\"crates-2026-03-20.xlsx\"");
    header_is(f, "Rows-Cut", NULL);
    text_t sheet = zip_part(&a, f->last.answer.body, "xl/worksheets/sheet1.xml");
    assert_int_equal(times(sheet, "<row "), 2101);
    holds(sheet, "<t>Price</t>");
    holds(sheet, "<v>20.99</v>");
    holds(sheet, "<t>=1+1</t>");
    holds(sheet, "<t>Red</t>");
    assert_int_equal(times(sheet, "<f>"), 0);
    begin(f, "packer", "GET", "/crates/export?format=xlsx&fields=price&q=nothing", NULL);
    f->last.accept_language = TEXT("es");
    assert_int_equal(send(f), 200);
    sheet = zip_part(&a, f->last.answer.body, "xl/worksheets/sheet1.xml");
    holds(sheet, "<t>Precio</t>");
    assert_int_equal(times(sheet, "<row "), 1);
    refused(f, "stranger", "GET", "/crates/export?format=xlsx", NULL, 403, "forbidden", NULL);
    arena_free(&a);
}

static void reports_are_files_too(void **state)
{
    struct crates *f = *state;
    struct arena a;
    make(f, 4);
    arena_init(&a, (size_t)16 << 20);
    ask(f, "packer", "GET", "/reports/crates_by_site?format=xlsx", NULL, 200);
    assert_string_equal(f->last.answer.content_type, XLSX_TYPE);
    text_t sheet = zip_part(&a, f->last.answer.body, "xl/worksheets/sheet1.xml");
    assert_int_equal(times(sheet, "<row "), 3);
    holds(sheet, "<t>S1</t>");
    ask(f, "packer", "GET", "/reports/crates_by_site?format=csv", NULL, 200);
    assert_true(text_starts(f->last.answer.body, "site,crates,"));
    assert_true(
        text_starts(rest_header(&f->last.answer, "Content-Disposition"), "attachment; filename="));
    ask(f, "packer", "GET", "/reports/crates_by_site?format=json", NULL, 200);
    has(f, "items[0].crates", "2");
    refused(f, "packer", "GET", "/reports/crates_by_site?format=doc", NULL, 422, "unknown_choice",
            "format");
    arena_free(&a);
}

static text_t paper(struct crates *f, struct arena *a, const char *who, const char *target)
{
    static const char *const read[] = { "pdftotext", "-layout", "report.pdf", "-", NULL };
    ask(f, who, "GET", target, NULL, 200);
    assert_string_equal(f->last.answer.content_type, "application/pdf");
    FILE *file = fopen("report.pdf", "wb");
    assert_non_null(file);
    text_t pdf = f->last.answer.body;
    assert_int_equal(fwrite(pdf.s, 1, pdf.n, file), pdf.n);
    assert_int_equal(fclose(file), 0);
    return tool_output(a, read);
}

static void reports_are_papers_too(void **state)
{
    struct crates *f = *state;
    struct arena a;
    make(f, 4);
    arena_init(&a, (size_t)64 << 20);
    text_t t = paper(f, &a, "packer", "/reports/crates_by_site?format=pdf&site=S1");
    header_is(f, "Content-Disposition", "inline; filename=\"crates_by_site-2026-03-20.pdf\"");
    header_is(f, "Rows-Cut", NULL);
    holds(t, "Crates by site");
    holds(t, "Site: S1 One");
    holds(t, "printed by");
    assert_int_equal(times(t, "S2"), 0);
    t = paper(f, &a, "packer", "/reports/crates_by_site?format=pdf&least=99999");
    holds(t, "Nothing to show for these parameters.");
    refused(f, "stranger", "GET", "/reports/crates_by_site?format=pdf", NULL, 403, "forbidden",
            NULL);
    refused(f, "packer", "GET", "/reports/crates_by_site?format=pdf&nonsense=1", NULL, 422,
            "unknown_filter", NULL);
    t = paper(f, &a, "admin", "/reports/counting?format=pdf&to=1500");
    size_t pages = times(t, "\f");
    assert_true(pages > 20 && pages < 60);
    assert_int_equal(times(t, "Colour"), pages); /* the head on each */
    holds(t, "1,499");
    holds(t, text_fmt(&a, "Page %zu of %zu", pages, pages).s);
    holds(t, "Sum of all");
    header_is(f, "Rows-Cut", NULL);
    t = paper(f, &a, "admin", "/reports/counting?format=pdf&to=2500");
    header_is(f, "Rows-Cut", "2000");
    holds(t, "Rows on this paper: 2,000.");
    assert_int_equal(times(t, "2,000"), 1); /* the last row is 1,999 */
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_what_they_are), ON_BOTH(a_short_list_is_one_piece),
        ON_BOTH(a_long_list_comes_in_pieces),      ON_BOTH(a_failing_store_breaks_it_off),
        ON_BOTH(a_sheet_has_labels_and_numbers),   ON_BOTH(reports_are_files_too),
        ON_BOTH(reports_are_papers_too),
    };
    return arena_reserve_init() != OK || cmocka_run_group_tests(tests, NULL, NULL);
}
