/* The description of the interface: well-formed, nothing named twice, every reference there; and
 * the same tables as Markdown and as a template for translators. */
#include "face/crate_kit.h"

#include "face/docs.h"
#include "face/openapi.h"

struct document {
    struct arena arena;
    struct json *root;
};

static void open_document(struct document *d, struct crates *f)
{
    struct buf b;
    struct json_fault fault = { 0 };
    arena_init(&d->arena, (size_t)256 << 20);
    buf_init(&b, &d->arena, (size_t)64 << 20);
    openapi_print(f->house, &b);
    assert_false(b.failed);
    if (json_parse(&d->arena, b.p, b.n, &d->root, &fault) != OK) { /* which refuses a name twice */
        fail_msg("%s at %zu: %.200s", fault.what, fault.at,
                 b.p + (fault.at > 100 ? fault.at - 100 : 0));
    }
}

/* "#/components/schemas/crate" */
static const struct json *find(const struct document *d, text_t ref)
{
    const struct json *j = d->root;
    assert_true(text_starts(ref, "#/"));
    text_t rest = { ref.s + 2, ref.n - 2 };
    while (rest.s && j) {
        text_t name = text_split(rest, '/', &rest);
        const struct json *m = j->first;
        while (m && !text_eq(m->key, name)) {
            m = m->next;
        }
        j = m;
    }
    return j;
}

static size_t check_references(const struct document *d, const struct json *j)
{
    size_t n = 0;
    for (const struct json *m = j->first; m; m = m->next) {
        if (text_is(m->key, "$ref")) {
            if (!find(d, m->text)) {
                fail_msg("%s is nowhere", m->text.s);
            }
            n++;
        }
        n += check_references(d, m);
    }
    return n;
}

static void references_resolve(void **state)
{
    struct document d;
    open_document(&d, *state);
    assert_true(check_references(&d, d.root) > 100);
    arena_free(&d.arena);
}

static void operations_are_named_once(void **state)
{
    struct document d;
    text_t seen[300];
    size_t n = 0;
    open_document(&d, *state);
    for (const struct json *p = json_get(d.root, "paths")->first; p; p = p->next) {
        for (const struct json *o = p->first; o; o = o->next) {
            text_t id = json_get_text(o, "operationId");
            if (o->type != JSON_OBJECT) {
                continue;
            }
            assert_non_null(id.s);
            for (size_t i = 0; i < n; i++) {
                assert_false(text_eq(seen[i], id));
            }
            assert_true(n < N_ELEMENTS(seen));
            seen[n++] = id;
            assert_non_null(json_get(o, "responses"));
            assert_non_null(json_get_text(o, "summary").s);
        }
    }
    arena_free(&d.arena);
}

static const struct json *member(const struct json *j, const char *path)
{
    struct crates f = { .body = (struct json *)(uintptr_t)j };
    return at(&f, path);
}

static void it_says_what_the_tables_say(void **state)
{
    struct document d;
    open_document(&d, *state);
    const struct json *schemas = json_get(json_get(d.root, "components"), "schemas"),
                      *paths = json_get(d.root, "paths");
    const struct json *read = json_get(schemas, "crate"),
                      *create = json_get(schemas, "crate_create");
    assert_string_equal(member(json_get(schemas, "crate_line"), "properties.item.title")->text.s,
                        "Item"); /* what translators are told about it is not shown */
    const struct json *report = member(json_get(paths, "/api/v1/reports/counting"),
                                       "get.responses.200.content");
    report = member(json_get(report, "application/json"), "schema.properties");
    assert_string_equal(member(report, "tie_out.properties.sum.title")->text.s, "Sum of all");
    assert_string_equal(member(report, "items.items.properties.colour.enum[0]")->text.s, "red");
    assert_null(member(read, "properties.secret"));
    assert_non_null(member(create, "properties.secret"));
    assert_null(member(create, "properties.state"));
    assert_string_equal(member(read, "properties.state.enum[1]")->text.s, "sealed");
    assert_int_equal(member(read, "properties.state.readOnly")->type, JSON_TRUE);
    assert_string_equal(member(create, "required[0]")->text.s, "code");
    assert_string_equal(member(read, "properties.price.type")->text.s, "string");
    assert_string_equal(member(read, "properties.spare.type[1]")->text.s, "null");
    assert_string_equal(member(read, "properties.packed_at.format")->text.s, "date-time");
    assert_string_equal(member(read, "properties.lines.items.$ref")->text.s,
                        "#/components/schemas/crate_line");
    assert_string_equal(member(create, "properties.lines.items.$ref")->text.s,
                        "#/components/schemas/crate_line_create");
    assert_string_equal(member(create, "properties.lines.maxItems")->text.s, "3");
    assert_string_equal(
        member(json_get(schemas, "crate_pack_args"), "properties.lines.items.required[1]")->text.s,
        "quantity");
    assert_string_equal(
        member(json_get(schemas, "problem"), "properties.code.x-codes.too_heavy.status")->text.s,
        "409");
    assert_non_null(member(json_get(paths, "/api/v1/crates/{id}/seal"), "post"));
    assert_non_null(member(json_get(paths, "/api/v1/crates/pack"), "post.responses.201"));
    assert_non_null(member(json_get(paths, "/api/v1/crates/peek"), "post.responses.200"));
    assert_null(json_get(paths, "/api/v1/crate_lines/{id}"));
    assert_null(member(json_get(paths, "/api/v1/weighings/{id}"), "patch"));
    assert_int_equal(
        member(json_get(paths, "/api/v1/reports/counting"), "get.parameters[0].required")->type,
        JSON_TRUE);
    arena_free(&d.arena);
}

static void the_server_hands_it_out(void **state)
{
    struct crates *f = *state;
    ask(f, NULL, "GET", "/api/openapi.json", NULL, 200);
    has(f, "openapi", "3.1.0");
    ask(f, NULL, "GET", "/api/openapi.json", NULL, 200);
}

static void readers_find_everything(void **state)
{
    static const char *const parts[] = {
        "### Crates: `/api/v1/crates`",
        "#### `POST /api/v1/crates/ID/seal`",
        "Needs `crate.seal`. From open to sealed.",
        "#### `POST /api/v1/crates/pack`",
        "| `lines[].quantity` | quantity | Quantity | required, above zero |",
        "| `colour` | choice: red, green, blue | Colour | otherwise green |",
        "| `weight` | quantity | Weight, kg |",
        "### Report Crates by site: `/api/v1/reports/crates_by_site`",
        "| `too_heavy` | 409 | {1} weighs {2} kg; {3} kg is the most. |",
        "| `not_found` | 404 |",
    };
    struct crates *f = *state;
    struct arena a;
    struct buf b;
    arena_init(&a, (size_t)64 << 20);
    buf_init(&b, &a, (size_t)16 << 20);
    docs_markdown(f->house, &b);
    for (size_t i = 0; i < N_ELEMENTS(parts); i++) {
        if (!strstr(buf_done(&b).s, parts[i])) {
            fail_msg("%s is not in the document", parts[i]);
        }
    }
    arena_free(&a);
}

/* How often a line stands in the text. */
static int times(const char *text, const char *line)
{
    int n = 0;
    for (const char *p = strstr(text, line); p; p = strstr(p + 1, line)) {
        n++;
    }
    return n;
}

static void translators_get_each_text_once(void **state)
{
    static const char *const once[] = {
        "\nmsgid \"Crate\"\n",
        "\nmsgid \"Quantity\"\n",
        "\nmsgid \"Packed on\"\n",
        "\nmsgid \"Red\"\n",
        "\nmsgid \"kg\"\n",
        "\nmsgid \"Too heavy\"\n",
        "\nmsgid \"Packer\"\n",
        "\nmsgid \"Seal\"\n",
        "\nmsgid \"Counting\"\n",
        "\nmsgctxt \"in a crate\"\nmsgid \"Item\"\n",
        "\nmsgid \"Not found\"\n",
        "\nmsgid \"Form token missing\"\n",
        "\n#. crate.colour.red\n",
        "\n#. refusal.too_heavy.detail\n",
        "\n#. crate.pack.lines.quantity\n",
    };
    struct crates *f = *state;
    struct arena a;
    struct buf b;
    arena_init(&a, (size_t)64 << 20);
    buf_init(&b, &a, (size_t)16 << 20);
    docs_pot(f->house, &b);
    for (size_t i = 0; i < N_ELEMENTS(once); i++) {
        if (times(buf_done(&b).s, once[i]) != 1) {
            fail_msg("%d times: %s", times(buf_done(&b).s, once[i]), once[i]);
        }
    }
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(references_resolve, crates_setup_sqlite, crates_teardown),
        cmocka_unit_test_setup_teardown(operations_are_named_once, crates_setup_sqlite,
                                        crates_teardown),
        cmocka_unit_test_setup_teardown(it_says_what_the_tables_say, crates_setup_sqlite,
                                        crates_teardown),
        cmocka_unit_test_setup_teardown(readers_find_everything, crates_setup_sqlite,
                                        crates_teardown),
        cmocka_unit_test_setup_teardown(translators_get_each_text_once, crates_setup_sqlite,
                                        crates_teardown),
        cmocka_unit_test_setup_teardown(the_server_hands_it_out, crates_setup_sqlite,
                                        crates_teardown),
    };
    return arena_reserve_init() != OK || cmocka_run_group_tests(tests, NULL, NULL);
}
