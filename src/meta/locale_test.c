/* Catalogues: plural forms by their headers, and the files themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "meta/locale.h"

#include <stdlib.h>

/* -- the expression ------------------------------------------------------------------------------
 */

#define POLISH                                                                                     \
    "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
#define SLOVENE "nplurals=4; plural=n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3;"
#define ARABIC                                                                                     \
    "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? " \
    "4 : 5"

static void forms(void **state)
{
    static const struct {
        const char *header;
        uint64_t n;
        size_t form;
    } rows[] = {
        { "nplurals=1; plural=0;", 7, 0 },
        { "nplurals=2; plural=(n != 1);", 1, 0 },
        { " nplurals = 2 ;\tplural = n != 1 ", 0, 1 },
        { "nplurals=2; plural=n>1;", 0, 0 },
        { "nplurals=2; plural=(n==0 || n==1);", 1, 1 },
        { "nplurals=2; plural=!(n==0 || n==1);", 2, 1 },
        { "nplurals=3; plural=n-n+2*3%4", 9, 2 }, /* (n - n) + ((2 * 3) % 4) */
        { "nplurals=2; plural=8/4/2", 9, 1 },     /* from the left */
        { "nplurals=2; plural=1/0==0", 9, 1 },
        { "nplurals=2; plural=n<=1", 2, 0 },
        { POLISH, 1, 0 },
        { POLISH, 22, 1 },
        { POLISH, 12, 2 },
        { SLOVENE, 102, 1 },
        { SLOVENE, 5, 3 },
        { ARABIC, 0, 0 },
        { ARABIC, 2, 2 },
        { ARABIC, 105, 3 },
        { ARABIC, 111, 4 },
        { ARABIC, 100, 5 },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        size_t form = 99;
        assert_true(plural_form(text_of(rows[i].header), rows[i].n, &form));
        assert_int_equal(form, rows[i].form);
    }
}

static void broken_headers(void **state)
{
    static const char *const headers[] = {
        "",
        "nplurals",
        "nplurals=2",
        "nplurals=2;",
        "nplurals=2; plural=",
        "nplurals=2; plural=n !",
        "nplurals=2; plural=(n",
        "nplurals=2; plural=n)",
        "nplurals=2; plural=n ? 1",
        "nplurals=2; plural=n ? 1 :",
        "nplurals=2; plural=n; n",
        "nplurals=2; plural=m",
        "nplurals=2; plural=2", /* a form that is not there */
        "nplurals=0; plural=0",
        "nplurals=9; plural=0",
        "nplurals=2; plural=1234567890123456789",
        "nplurals=2; plural=!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!n",
        "nplurals=2; plural=((((((((((((((((((((((((((((((((((n))))))))))))))))))))))))))))))))))",
    };
    size_t form;
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(headers); i++) {
        assert_false(plural_form(text_of(headers[i]), 1, &form));
    }
    assert_false(plural_form(TEXT_NONE, 1, &form));
}

/* -- catalogues ----------------------------------------------------------------------------------
 */

#define ENTRIES_MOST 8

struct pair {
    text_t original, translation;
};

static void put_u32(unsigned char *p, size_t v)
{
    for (int i = 0; i < 4; i++) {
        p[i] = (unsigned char)(v >> 8 * i);
    }
}

/* A catalogue of pairs that are in order, as msgfmt writes one. Returns its size. */
static size_t make_mo(unsigned char *mo, const struct pair *pairs, size_t n)
{
    size_t at = 28 + n * 16;
    assert_true(n <= ENTRIES_MOST);
    memset(mo, 0, 28);
    put_u32(mo, 0x950412deu);
    put_u32(mo + 8, n);
    put_u32(mo + 12, 28);
    put_u32(mo + 16, 28 + n * 8);
    for (size_t k = 0; k < 2 * n; k++) {
        text_t t = k < n ? pairs[k].original : pairs[k - n].translation;
        put_u32(mo + 28 + k * 8, t.n);
        put_u32(mo + 32 + k * 8, at);
        memcpy(mo + at, t.s, t.n + 1);
        at += t.n + 1;
    }
    return at;
}

static void catalogues(void **state)
{
    static const struct pair pairs[] = {
        { TEXT_INIT(""), TEXT_INIT("Language: pl\nPlural-Forms: " POLISH "\nX: y\n") },
        { TEXT_INIT("Name"), TEXT_INIT("Nazwa") },
        { TEXT_INIT("{1} file\0{1} files"), TEXT_INIT("{1} plik\0{1} pliki\0{1} plik\u00f3w") },
        { TEXT_INIT("{1} row\0{1} rows"), TEXT_INIT("{1} wiersz") }, /* forms are missing */
    };
    unsigned char mo[1024];
    size_t n = make_mo(mo, pairs, N_ELEMENTS(pairs));
    (void)state;
    assert_string_equal(mo_find(mo, n, "Name"), "Nazwa");
    assert_string_equal(mo_find(mo, n, "{1} file"), "{1} plik");
    assert_null(mo_find(mo, n, "name"));
    assert_string_equal(mo_find_plural(mo, n, "{1} file", 1), "{1} plik");
    assert_string_equal(mo_find_plural(mo, n, "{1} file", 3), "{1} pliki");
    assert_string_equal(mo_find_plural(mo, n, "{1} file", 5), "{1} plik\u00f3w");
    assert_string_equal(mo_find_plural(mo, n, "{1} row", 1), "{1} wiersz");
    assert_null(mo_find_plural(mo, n, "{1} row", 5));
    assert_null(mo_find_plural(mo, n, "{1} box", 5));
    for (size_t cut = 0; cut < n; cut++) { /* a beginning of it is not read past its end */
        unsigned char *part = malloc(cut ? cut : 1);
        assert_non_null(part);
        memcpy(part, mo, cut);
        assert_null(mo_find(part, cut, "{1} row"));
        assert_null(mo_find_plural(part, cut, "{1} row", 5));
        free(part);
    }
}

static void no_header(void **state)
{
    static const struct pair pairs[] = { { TEXT_INIT("a\0as"), TEXT_INIT("b\0bs") } };
    unsigned char mo[256];
    size_t n = make_mo(mo, pairs, 1);
    (void)state;
    assert_string_equal(mo_find(mo, n, "a"), "b");
    assert_null(mo_find_plural(mo, n, "a", 1));
}

/* What the program has: English by its own rule; the others' headers are well-formed. */
static void languages_count(void **state)
{
    (void)state;
    assert_string_equal(locale_plural("en", "{1} thing", "{1} things", 1), "{1} thing");
    assert_string_equal(locale_plural("en", "{1} thing", "{1} things", -1), "{1} thing");
    assert_string_equal(locale_plural("en", "{1} thing", "{1} things", 0), "{1} things");
    assert_string_equal(locale_plural("en", "{1} thing", "{1} things", INT64_MIN), "{1} things");
    for (size_t i = 1; i < n_languages; i++) { /* not translated: the English text */
        assert_string_equal(locale_plural(languages[i], "No such thing", "No such things", 2),
                            "No such things");
        assert_string_not_equal(locale_text(languages[i], "Sites"), "Sites"); /* it is there */
    }
    assert_string_equal(locale_text("es", "Service"), "Servicio");
}

/* One English text, two things: each language has a text for each; the context is never shown. */
static void contexts(void **state)
{
    static const char *const one = NC_("goods to a customer", "Hand over");
    static const char *const other = NC_("a task to a person", "Hand over");
    (void)state;
    for (size_t i = 1; i < n_languages; i++) {
        assert_string_not_equal(locale_text(languages[i], one), locale_text(languages[i], other));
        assert_string_equal(locale_text(languages[i], NC_("nowhere", "No such thing")),
                            "No such thing");
    }
    assert_string_equal(locale_text("en", one), "Hand over");
    assert_string_equal(locale_bare(other), "Hand over");
    assert_string_equal(locale_bare("Name"), "Name");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms),           cmocka_unit_test(broken_headers),
        cmocka_unit_test(catalogues),      cmocka_unit_test(no_header),
        cmocka_unit_test(languages_count), cmocka_unit_test(contexts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
