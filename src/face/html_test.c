/* What is written is what was meant, whatever is put into it. */
#include "face/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "kit/arena.h"

static struct html fresh(void)
{
    struct html h;
    html_init(&h, &arena, (size_t)1 << 18);
    return h;
}

static void says(const struct html *h, const char *expected)
{
    assert_string_equal(buf_done(&h->b).s, expected);
}

static void elements(void **state)
{
    (void)state;
    struct html h = fresh();
    OPEN(&h, "section#s.card.wide", { "data-x", TEXT("1") }, { "hidden", TEXT("") },
         { "title", TEXT_NONE });
    EL(&h, "h2", TEXT("Tea & Co"));
    EMPTY(&h, "input", { "value", TEXT("") }, { "name", TEXT("q") });
    EMPTY(&h, "td");
    html_close(&h, "section");
    says(&h, "<section id=\"s\" class=\"card wide\" data-x=\"1\" hidden><h2>Tea &amp; Co</h2>"
             "<input value=\"\" name=\"q\"><td></td></section>");
    assert_true(html_good(&h));
}

static void strangers_text(void **state)
{
    (void)state;
    struct html h = fresh();
    EL(&h, "p", TEXT("<script>alert(1)</script>"), { "title", TEXT("\"' onmouseover=x") });
    says(&h, "<p title=\"&quot;&#39; onmouseover=x\">&lt;script&gt;alert(1)&lt;/script&gt;</p>");
}

static void addresses(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool good;
    } rows[] = {
        { "/office/products/7", true },
        { "/", true },
        { "#lines", true },
        { "?sort=-total", true },
        { "https://example.com/a?b=c", true },
        { "mailto:ana@example.com", true },
        { "tel:+34910000000", true },
        { "//example.com", false },
        { "/\\example.com", false },
        { "javascript:alert(1)", false },
        { " javascript:alert(1)", false },
        { "JaVaScRiPt:alert(1)", false },
        { "java\tscript:alert(1)", false },
        { "data:text/html,x", false },
        { "vbscript:x", false },
        { "office", false },
        { "", false },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct html h = fresh();
        assert_int_equal(html_address_good(text_of(rows[i].url)), rows[i].good);
        EL(&h, "a", TEXT("x"), { "href", text_of(rows[i].url) });
        assert_int_equal(strstr(buf_done(&h.b).s, "href") != NULL, rows[i].good);
    }
}

static void misuse(void **state)
{
    (void)state;
    struct html h = fresh();
    OPEN(&h, "div.a");
    html_close(&h, "p");
    assert_false(html_good(&h));
    h = fresh();
    OPEN(&h, "div");
    assert_false(html_good(&h));
    h = fresh();
    html_close(&h, "div");
    assert_false(html_good(&h));
    h = fresh();
    EMPTY(&h, "p", { "onclick", TEXT("x()") });
    assert_false(html_good(&h));
    assert_null(strstr(buf_done(&h.b).s, "onclick"));
    h = fresh();
    EMPTY(&h, "p", { "style", TEXT("color:red") });
    assert_false(html_good(&h));
}

static void too_long(void **state)
{
    (void)state;
    struct html h;
    html_init(&h, &arena, 20);
    EL(&h, "p", TEXT("more than there is room for"));
    assert_false(html_good(&h));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements), cmocka_unit_test(strangers_text), cmocka_unit_test(addresses),
        cmocka_unit_test(misuse),   cmocka_unit_test(too_long),
    };
    return cmocka_run_group_tests(tests, arena_begin, arena_end);
}
