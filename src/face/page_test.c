/* Values, controls and charts of pages: what is written for each kind of field, in the person's
 * format, escaped, and linked only where they may go. */
#include "face/crate_kit.h"

#include "face/page_own.h"
#include "kit/markup.h"
#include "meta/refs.h"

struct paper {
    struct arena arena;
    struct house_plan plan;
    struct house *house;
    struct who who;
    struct cx cx;
    struct html html;
    struct page_cx page;
    struct crate crate;
    struct depot depot;
    const struct entity_info *info;
};

/* -- making --------------------------------------------------------------------------------------
 */

/* Formats of a country; the words stay English. */
static void write_as(struct paper *t, const char *language, const char *country, enum digits digits)
{
    t->page.format = format_for(language, text_of(country), digits);
}

static void ask_as(struct paper *t, const char *role)
{
    int i = house_role(t->house, text_of(role));
    t->who.roles = UINT64_C(1) << i;
    t->who.all = i == 0;
}

static void fresh(struct paper *t)
{
    html_init(&t->html, &t->arena, (size_t)4 << 20);
}

static const char *written(struct paper *t)
{
    assert_true(html_good(&t->html));
    return t->html.b.n ? t->html.b.p : "";
}

static const struct field *row(const struct paper *t, const char *name)
{
    const struct field *f = info_field(t->info, text_of(name));
    assert_non_null(f);
    return f;
}

static int setup(void **state)
{
    struct paper *t = calloc(1, sizeof *t);
    assert_non_null(t);
    arena_init(&t->arena, (size_t)64 << 20);
    t->plan = (struct house_plan){
        .areas = crate_areas, .n_areas = 1, .roles = crate_roles, .n_roles = N_ELEMENTS(crate_roles)
    };
    t->house = house_new(&t->plan, NULL);
    t->info = house_entity(t->house, TEXT("crate"));
    t->who = (struct who){ .user = 1, .company = 1, .all_sites = true, .language = "en" };
    t->cx = (struct cx){ .arena = &t->arena,
                         .language = "en",
                         .house = t->house,
                         .who = &t->who,
                         .company = 1,
                         .decimals = 2,
                         .currency = TEXT("EUR"),
                         .now = { INT64_C(1795255505) * US_PER_SECOND } };
    t->page = (struct page_cx){ .cx = &t->cx, .h = &t->html, .zone = TEXT("Europe/Madrid") };
    t->depot = (struct depot){ .record = { .id = 4, .version = 1, .company = 1 },
                               .code = TEXT("S1"),
                               .name = TEXT("Shop <1>") };
    t->crate = (struct crate){ .record = { .id = 7, .version = 3, .company = 1 },
                               .code = TEXT("C-7"),
                               .name = TEXT("<b>Tea & \"Co\"</b>"),
                               .note = TEXT("one\ntwo"),
                               .pieces = 1234,
                               .spare = VALUE_NONE,
                               .fragile = 1,
                               .price = money_of(-123450),
                               .fee = money_of(1500),
                               .currency = TEXT("JPY"),
                               .weight = qty_of(1234500000),
                               .fill = rate_of(5200000),
                               .packed_on = { 20778 },
                               .packed_at = { INT64_C(1795255505) * US_PER_SECOND },
                               .colour = 2,
                               .state = 1,
                               .site = { 4 },
                               .paper = TEXT("0123456789abcdef"),
                               .tags = TEXT("{\"a\":1}"),
                               .secret = TEXT("hush"),
                               .seals = 0 };
    ask_as(t, "admin");
    write_as(t, "es", "ES", DIGITS_USUAL);
    refs_fill(&t->cx, house_entity(t->house, TEXT("site")), &t->depot, 1);
    fresh(t);
    *state = t;
    return 0;
}

static int teardown(void **state)
{
    struct paper *t = *state;
    house_free(t->house);
    arena_free(&t->arena);
    free(t);
    return 0;
}

/* -- values --------------------------------------------------------------------------------------
 */

static void value_is(struct paper *t, const char *name, const char *html, const char *text)
{
    fresh(t);
    page_value(&t->page, row(t, name), t->info->fields, t->info->n_fields, &t->crate);
    assert_string_equal(written(t), html);
    text_t plain = page_value_text(&t->page, row(t, name), t->info->fields, t->info->n_fields,
                                   &t->crate);
    assert_string_equal(plain.s ? plain.s : "", text);
}

static void values(void **state)
{
    struct paper *t = *state;
    value_is(t, "name", "&lt;b&gt;Tea &amp; &quot;Co&quot;&lt;/b&gt;", "<b>Tea & \"Co\"</b>");
    value_is(t, "note", "<span class=\"long-text\">one\ntwo</span>", "one\ntwo");
    value_is(t, "pieces", "1.234", "1.234");
    value_is(t, "spare", "", "");
    value_is(t, "price", "-1.234,50\u00a0€", "-1.234,50\u00a0€");
    value_is(t, "fee", "1.500\u00a0JPY", "1.500\u00a0JPY"); /* its own currency: no decimals */
    value_is(t, "weight", "1.234,5\u00a0kg", "1.234,5\u00a0kg");
    value_is(t, "fill", "5,2\u00a0%", "5,2\u00a0%");
    value_is(t, "packed_on", "<time datetime=\"2026-11-21\">21 nov 2026</time>", "21 nov 2026");
    value_is(t, "packed_at",
             "<time datetime=\"2026-11-21T10:05:05.000000Z\">21 nov 2026, 11:05</time>",
             "21 nov 2026, 11:05");
    value_is(t, "colour", "Blue", "Blue");
    value_is(t, "state", "<span class=\"badge busy\">Sealed</span>", "Sealed");
    value_is(t, "site",
             "<a href=\"/office/sites/4\">Shop &lt;1&gt; <span class=\"muted mono\">S1</span></a>",
             "Shop <1>");
    value_is(t, "above", "", "");
    value_is(t, "paper", "<code class=\"mono\" title=\"0123456789abcdef\">0123456789ab</code>",
             "0123456789abcdef");
    value_is(t, "tags", "<code class=\"mono\">{&quot;a&quot;:1}</code>", "{\"a\":1}");
    value_is(t, "secret", "", "");
    value_is(t, "lines", "", "");
    value_is(t, "id", "7", "7");
    write_as(t, "hi", "IN", DIGITS_NATIVE);
    value_is(t, "pieces", "१,२३४", "१,२३४");
}

static void no_way_where_nobody_may_go(void **state)
{
    struct paper *t = *state;
    ask_as(t, "reader"); /* crates, but not sites */
    assert_null(page_record_address(&t->page, "site", 4).s);
    assert_string_equal(page_record_address(&t->page, "crate", 7).s, "/office/crates/7");
    assert_null(page_record_address(&t->page, "crate_line", 9).s);
    assert_null(page_record_address(&t->page, "nothing", 9).s);
    assert_null(page_record_address(&t->page, "crate", 0).s);
    fresh(t);
    page_link(&t->page, "crate", 99); /* not loaded */
    assert_string_equal(written(t), "<span class=\"muted\">#99</span>");
}

static void states_have_tones(void **state)
{
    static const struct choice life[] = {
        { "draft", "Draft" },         { "placed", "Placed" }, { "late", "Late" },
        { "cancelled", "Cancelled" }, { "done", "Done" },     { "failed", "Failed" },
    };
    static const struct field f = {
        .name = "state", .kind = &kind_state, .choices = life, .n_choices = N_ELEMENTS(life)
    };
    static const enum tone tones[] = { TONE_PLAIN, TONE_BUSY, TONE_WARN,
                                       TONE_BAD,   TONE_GOOD, TONE_BAD };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(tones); i++) {
        assert_int_equal(page_state_tone(&f, (int64_t)i), tones[i]);
    }
    assert_int_equal(page_state_tone(&f, -1), TONE_PLAIN);
    assert_int_equal(page_state_tone(&f, 6), TONE_PLAIN);
}

static void own_fields(void **state)
{
    static const struct {
        const struct kind *kind;
        const char *name, *html;
    } rows[] = {
        { &kind_money, "x_money", "1.234,50\u00a0€" },
        { &kind_date, "x_date", "<time datetime=\"2026-11-21\">21 nov 2026</time>" },
        { &kind_boolean, "x_flag", "Yes" },
        { &kind_integer, "x_count", "5.000" },
        { &kind_text, "x_text", "&lt;i&gt;" },
        { &kind_ref, "x_site",
          "<a href=\"/office/sites/4\">Shop &lt;1&gt; <span class=\"muted mono\">S1</span></a>" },
        { &kind_quantity, "x_bad", "" }, /* what cannot be read prints nothing */
        { &kind_text, "x_none", "" },
    };
    struct paper *t = *state;
    t->crate.record.extra = TEXT(
        "{\"x_money\":\"1234.50\",\"x_date\":\"2026-11-21\",\"x_flag\":true,"
        "\"x_count\":5000,\"x_text\":\"<i>\",\"x_site\":4,"
        "\"x_bad\":\"many\"}");
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        const struct field f = { .name = rows[i].name,
                                 .kind = rows[i].kind,
                                 .offset = CUSTOM_FIELD,
                                 .label = "Own",
                                 .target = "site",
                                 .flags = F_NULLABLE };
        fresh(t);
        page_value(&t->page, &f, &f, 1, &t->crate);
        assert_string_equal(written(t), rows[i].html);
    }
    assert_null(t->cx.failure.why);
}

/* -- controls ------------------------------------------------------------------------------------
 */

static const char *control(struct paper *t, const char *name, const void *record, unsigned flags)
{
    struct markup m;
    fresh(t);
    page_control(&t->page, row(t, name), t->info->fields, t->info->n_fields, record, text_of(name),
                 flags);
    const char *html = written(t);
    markup_read(&m, &t->arena, text_of(html), true);
    if (m.fault) {
        fail_msg("%s: %s in %s", name, m.fault, html);
    }
    return html;
}

static void shows(const char *html, const char *piece)
{
    if (!strstr(html, piece)) {
        fail_msg("%s is not in %s", piece, html);
    }
}

static void shows_not(const char *html, const char *piece)
{
    if (strstr(html, piece)) {
        fail_msg("%s is in %s", piece, html);
    }
}

static void controls_of_a_record(void **state)
{
    static const struct {
        const char *name, *piece;
    } rows[] = {
        { "name", "<label for=\"f0-name\">Name <span class=\"required\" aria-hidden=\"true\">*" },
        { "name", "<input id=\"f0-name\" aria-required=\"true\" aria-describedby=\"f0-name-error\" "
                  "name=\"name\" type=\"text\" autocomplete=\"off\" maxlength=\"60\" "
                  "value=\"&lt;b&gt;Tea &amp; &quot;Co&quot;&lt;/b&gt;\">" },
        { "name", "<p class=\"error\" id=\"f0-name-error\" data-error-for=\"name\" hidden></p>" },
        { "note", "<textarea id=\"f0-note\"" },
        { "note", ">one\ntwo</textarea>" },
        { "note", " data-null" },
        { "pieces", "inputmode=\"numeric\" data-number=\"integer\"" },
        { "pieces", "value=\"1.234\"" },
        { "price", "inputmode=\"decimal\" data-number=\"decimal\"" },
        { "price", "value=\"-1.234,50\"" },
        { "price", "id=\"f0-price-unit\">EUR</span>" },
        { "fee", "value=\"1.500\"" },
        { "fee", ">JPY</span>" },
        { "weight", "value=\"1.234,5\"" },
        { "weight", "aria-describedby=\"f0-weight-unit f0-weight-error\"" },
        { "spare", "value=\"\"" },
        { "packed_on", "type=\"date\" value=\"2026-11-21\"" },
        { "packed_at", "type=\"datetime-local\" data-zone=\"Europe/Madrid\" step=\"1\" "
                       "value=\"2026-11-21T11:05:05\"" },
        { "colour", "<option value=\"red\">Red</option>" },
        { "colour", "<option value=\"blue\" selected>Blue</option>" },
        { "fragile", "<label class=\"check\" for=\"f0-fragile\"><input " },
        { "fragile", "type=\"checkbox\" value=\"true\" checked>" },
        { "site", "data-lookup=\"site\" role=\"combobox\"" },
        { "site", "value=\"Shop &lt;1&gt;\"" },
        { "site", "name=\"site\" data-null type=\"hidden\" data-number=\"integer\" data-was=\"4\" "
                  "value=\"4\">" },
        { "currency", "maxlength=\"3\"" },
        { "tags", " data-json" },
        { "secret", "type=\"password\"" },
        { "secret", "value=\"\"" },
    };
    struct paper *t = *state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        shows(control(t, rows[i].name, &t->crate, 0), rows[i].piece);
    }
    shows_not(control(t, "name", &t->crate, 0), "data-null"); /* it must have one */
    shows_not(control(t, "secret", &t->crate, 0), "hush");
    write_as(t, "hi", "IN", DIGITS_NATIVE);
    shows(control(t, "weight", &t->crate, 0), "value=\"१,२३४.५\"");
}

/* Boxes to tick instead of names to type; what is sent is the text as it is stored. */
static void roles_are_ticked(void **state)
{
    struct roles_row {
        text_t roles;
    };
    const struct roles_row stored = { TEXT("packer, lamplighter") };
    static const struct field rows[] = {
        F_TEXT(roles_row, roles, "Roles", .word = WORD_ROLES, .flags = F_REQUIRED),
    };
    struct paper *t = *state;
    struct markup m;
    fresh(t);
    page_control(&t->page, rows, rows, 1, &stored, TEXT("roles"), 0);
    const char *html = written(t);
    markup_read(&m, &t->arena, text_of(html), true);
    assert_null(m.fault);
    shows(html, "<legend>Roles <span class=\"required\"");
    shows(html, " value=\"packer\" checked");
    shows(html, ">Packer</label><p class=\"help\"");
    shows(html, ">Packs crates.</p>");
    shows(html, " value=\"reader\"");
    shows_not(html, " value=\"reader\" checked");
    shows(html, " value=\"lamplighter\" checked"); /* no such role: it stays until unticked */
    shows(html, "<input name=\"roles\" type=\"hidden\" data-was=\"packer, lamplighter\" "
                "value=\"packer, lamplighter\">");
    shows_not(html, "<label for=\"f0-roles\"");
    fresh(t);
    page_control(&t->page, rows, rows, 1, NULL, TEXT("roles"), CONTROL_FOCUS);
    html = written(t);
    shows_not(html, "checked");
    shows(html, " value=\"admin\" autofocus");
    fresh(t);
    page_control(&t->page, rows, rows, 1, &stored, TEXT("roles"), CONTROL_READONLY | CONTROL_BARE);
    html = written(t);
    shows(html, " disabled>");
    shows_not(html, "type=\"hidden\"");
}

static void controls_of_nothing_yet(void **state)
{
    struct paper *t = *state;
    const struct field must = { .name = "colour",
                                .kind = &kind_choice,
                                .label = "Colour",
                                .flags = F_REQUIRED,
                                .choices = colours,
                                .n_choices = N_ELEMENTS(colours) };
    shows(control(t, "pieces", NULL, CONTROL_FOCUS), " autofocus");
    shows(control(t, "pieces", NULL, 0), "value=\"\"");
    shows(control(t, "price", NULL, 0), "value=\"\"");
    shows_not(control(t, "fee", NULL, 0), "EUR"); /* in which currency is not known yet */
    shows(control(t, "colour", NULL, 0), "<option value=\"green\" selected>"); /* the fallback */
    shows_not(control(t, "fragile", NULL, 0), "checked");
    shows_not(control(t, "note", NULL, 0), "data-null");
    shows(control(t, "site", NULL, 0), "data-was value=\"\">");
    fresh(t);
    page_control(&t->page, &must, &must, 1, NULL, TEXT("colour"), 0);
    shows(written(t), "<option value=\"\">");
    shows_not(written(t), "selected");
}

static void bare_and_fixed(void **state)
{
    struct paper *t = *state;
    const char *bare = control(t, "note", &t->crate, CONTROL_BARE);
    shows(bare, "aria-label=\"");
    shows(bare, "<input");
    shows_not(bare, "<label");
    shows(control(t, "name", &t->crate, CONTROL_READONLY), " readonly");
    shows_not(control(t, "name", &t->crate, CONTROL_READONLY), "aria-required");
    shows(control(t, "colour", &t->crate, CONTROL_READONLY), " disabled");
    shows(control(t, "fragile", &t->crate, CONTROL_READONLY), " disabled");
    shows_not(control(t, "site", &t->crate, CONTROL_READONLY), "combobox");
}

static void grids(void **state)
{
    struct paper *t = *state;
    struct crate_line lines[] = {
        { .record = { .id = 8 }, .crate = { 7 }, .item = TEXT("tea"), .quantity = qty_of(1500000) },
        { .record = { .id = 9 }, .crate = { 7 }, .item = TEXT("mug"), .quantity = qty_of(2000000) },
    };
    t->crate.lines = (lines_t){ lines, 2 };
    const char *html = control(t, "lines", &t->crate, 0);
    shows(html, "data-grid=\"lines\"");
    shows(html, "name=\"lines[0].item\"");
    shows(html, "name=\"lines[1].quantity\"");
    shows(html, "value=\"1,5\"");
    shows(html, "<template><tr>");
    shows(html, "name=\"lines[#].item\"");
    shows(html, "-lines-#-item\"");
    shows(html, "data-row-add=\"lines\"");
    shows_not(html, "lines[0].crate"); /* what they are lines of */
    shows_not(html, "lines[0].version");
    value_is(t, "lines", "2 lines", "2 lines");
    /* Lines of a command's arguments. */
    static const struct field lines_of_args = {
        .name = "lines", .kind = &kind_lines, .label = "Lines", .of = &pack_line_shape
    };
    fresh(t);
    page_control(&t->page, &lines_of_args, &lines_of_args, 1, NULL, TEXT("lines"), 0);
    shows(written(t), "name=\"lines[#].item\"");
    shows(written(t), "name=\"lines[#].quantity\"");
}

/* -- charts --------------------------------------------------------------------------------------
 */

#define MANY 200

static const char *chart(struct paper *t, enum chart_kind kind, const struct chart_point *points,
                         size_t n)
{
    struct markup m;
    fresh(t);
    page_chart(&t->page, kind, "Sales", points, n, "Now", "A year ago");
    const char *html = written(t);
    markup_read(&m, &t->arena, text_of(html), true);
    if (m.fault) {
        fail_msg("%s in %s", m.fault, html);
    }
    shows_not(html, "style");
    return html;
}

static size_t count(const char *html, const char *piece)
{
    size_t n = 0;
    for (const char *s = html; (s = strstr(s, piece)) != NULL; s++) {
        n++;
    }
    return n;
}

static void charts(void **state)
{
    struct paper *t = *state;
    const struct chart_point months[] = {
        { TEXT("Jan"), 100000, 80000, TEXT("1.000 €"), TEXT("800 €") },
        { TEXT("Feb <i>"), 0, VALUE_NONE, TEXT("0 €"), TEXT_NONE },
        { TEXT("Mar"), -25000, 90000, TEXT("-250 €"), TEXT("900 €") },
        { TEXT("Apr"), VALUE_NONE, 10, TEXT_NONE, TEXT("0,10 €") },
    };
    const char *bars = chart(t, CHART_BARS, months, 4);
    shows(bars, "<svg viewBox=\"0 0 720 240\" role=\"img\" aria-label=\"Sales. ");
    shows(bars, "<title>Sales</title><desc>");
    shows(bars, "Jan");
    shows(bars, "Feb &lt;i&gt;");
    assert_int_equal(count(bars, "class=\"bar\""), 2); /* nothing is drawn for nothing */
    assert_int_equal(count(bars, "class=\"bar compare\""), 3);
    assert_int_equal(count(bars, "class=\"axis\""), 1);
    shows(bars, "height=\"1\""); /* ten cents are seen */
    shows(bars, "class=\"key compare\">A year ago<");
    const char *line = chart(t, CHART_LINE, months, 4);
    assert_int_equal(count(line, "class=\"line\""), 1);
    assert_int_equal(count(line, "class=\"line compare\""), 1); /* one point alone is no line */
    assert_int_equal(count(line, "class=\"dot\""), 3);
    shows(chart(t, CHART_BARS, months, 1), "height=\"");
}

static void charts_at_their_bounds(void **state)
{
    struct paper *t = *state;
    static struct chart_point many[MANY];
    const struct chart_point nothing[] = { { TEXT("a"), VALUE_NONE, VALUE_NONE, TEXT_NONE,
                                             TEXT_NONE } },
                             zeros[] = { { TEXT("a"), 0, VALUE_NONE, TEXT("0"), TEXT_NONE },
                                         { TEXT("b"), 0, VALUE_NONE, TEXT("0"), TEXT_NONE } },
                             wide[] = {
                                 { TEXT("a"), INT64_MAX, INT64_MIN + 1, TEXT("+"), TEXT("-") },
                                 { TEXT("b"), INT64_MIN + 1, VALUE_NONE, TEXT("-"), TEXT_NONE }
                             };
    for (size_t i = 0; i < MANY; i++) {
        many[i] = (struct chart_point){ text_fmt(&t->arena, "a long label %zu", i), (int64_t)i,
                                        VALUE_NONE, text_fmt(&t->arena, "%zu", i), TEXT_NONE };
    }
    shows(chart(t, CHART_BARS, NULL, 0), "class=\"empty\"");
    shows(chart(t, CHART_LINE, nothing, 1), "class=\"empty\"");
    assert_int_equal(count(chart(t, CHART_BARS, zeros, 2), "<rect"), 0);
    shows(chart(t, CHART_LINE, zeros, 2), "<polyline");
    shows(chart(t, CHART_BARS, wide, 2), "height=\"");
    shows(chart(t, CHART_LINE, wide, 1), "<circle");
    const char *html = chart(t, CHART_BARS, many, MANY);
    assert_true(count(html, "<rect") == 60);
    assert_true(count(html, "chart-label") <= 10 && count(html, "chart-label") >= 4);
    shows(html, "a long labe\u2026");
    shows_not(html, ">139<");
}

/* Every place in a drawing lies within it, whatever the values. */
static void nothing_is_drawn_outside(void **state)
{
    struct paper *t = *state;
    static const int64_t values[] = { 0,    1,    -1,         7,         999,
                                      1000, 1001, -123456789, INT64_MAX, INT64_MIN + 1 };
    for (size_t a = 0; a < N_ELEMENTS(values); a++) {
        for (size_t b = 0; b < N_ELEMENTS(values); b++) {
            const struct chart_point points[] = {
                { TEXT("a"), values[a], VALUE_NONE, TEXT("x"), TEXT_NONE },
                { TEXT("b"), values[b], values[a], TEXT("y"), TEXT("x") },
            };
            const char *html = chart(t, CHART_BARS, points, 2);
            static const char *const names[] = { " y=\"", " y1=\"", " height=\"" };
            for (size_t k = 0; k < N_ELEMENTS(names); k++) {
                for (const char *s = html; (s = strstr(s, names[k])) != NULL; s++) {
                    long at = strtol(s + strlen(names[k]), NULL, 10);
                    assert_true(at >= 0 && at <= 240);
                }
            }
        }
        arena_reset(&t->arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values, setup, teardown),
        cmocka_unit_test_setup_teardown(no_way_where_nobody_may_go, setup, teardown),
        cmocka_unit_test_setup_teardown(states_have_tones, setup, teardown),
        cmocka_unit_test_setup_teardown(own_fields, setup, teardown),
        cmocka_unit_test_setup_teardown(controls_of_a_record, setup, teardown),
        cmocka_unit_test_setup_teardown(controls_of_nothing_yet, setup, teardown),
        cmocka_unit_test_setup_teardown(roles_are_ticked, setup, teardown),
        cmocka_unit_test_setup_teardown(bare_and_fixed, setup, teardown),
        cmocka_unit_test_setup_teardown(grids, setup, teardown),
        cmocka_unit_test_setup_teardown(charts, setup, teardown),
        cmocka_unit_test_setup_teardown(charts_at_their_bounds, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_is_drawn_outside, setup, teardown),
    };
    if (arena_reserve_init() != OK) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
