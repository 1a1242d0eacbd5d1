/* Assets over a real connection: names, types, what is kept for how long, packed and plain. */
#include "face/asset.h"
#include "face/script_texts.h"
#include "kit/http_kit.h"
#include "meta/locale.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include <cmocka.h>

static void answer(void *arg, struct http_request *r)
{
    (void)arg;
    if (!asset_answer(r)) {
        http_reply(r, 404, "text/plain", TEXT("nothing"), NULL, 0);
    }
}

static int with_server(void **state)
{
    struct kit *k = calloc(1, sizeof *k);
    char why[256];
    assert_non_null(k);
    struct http_config config = kit_config();
    config.handler = answer;
    assert_int_equal(http_start(&config, &k->server, why), OK);
    k->port = http_port(k->server);
    *state = k;
    return 0;
}

static int without_server(void **state)
{
    struct kit *k = *state;
    http_stop(k->server, 1000);
    free(k);
    return 0;
}

/* One request on a connection of its own; accept: a value of Accept-Encoding, or NULL. */
static int ask(struct kit *k, const char *method, const char *path, const char *accept,
               struct kit_answer *out)
{
    char request[1024];
    struct kit_conn c;
    (void)snprintf(request, sizeof request, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s%s%s\r\n",
                   method, path, accept ? "Accept-Encoding: " : "", accept ? accept : "",
                   accept ? "\r\n" : "");
    kit_connect(&c, k->port);
    kit_send(&c, request);
    int status = kit_read(&c, out, strcmp(method, "HEAD") == 0);
    kit_close(&c);
    return status;
}

static void the_parts_of_every_page_are_there(void **state)
{
    (void)state;
    static const char *const names[] = {
        "office.css",   "office.js",    "icons.svg",   "favicon.svg", "favicon.ico", "icon-180.png",
        "icon-192.png", "icon-512.png", "texts-en.js", "texts-es.js", "texts-hi.js", "texts-id.js",
    };
    for (size_t i = 0; i < N_ELEMENTS(names); i++) {
        const struct asset *a = asset_named(names[i]);
        assert_non_null(a);
        assert_true(a->n > 0);
        assert_true(text_starts(asset_address(names[i]), "/assets/"));
        assert_string_equal(asset_address(names[i]).s, a->address);
    }
    assert_null(asset_named("office.ts"));
    assert_null(asset_named(""));
}

static void each_is_sent_whole_and_kept_for_a_year(void **state)
{
    struct kit *k = *state;
    struct kit_answer a = { 0 };
    for (size_t i = 0; i < n_assets; i++) {
        char type[128];
        (void)snprintf(type, sizeof type, "Content-Type: %s", assets[i].type);
        assert_int_equal(ask(k, "GET", assets[i].address, NULL, &a), 200);
        assert_int_equal(a.body_n, assets[i].n);
        assert_memory_equal(a.body, assets[i].bytes, assets[i].n);
        assert_true(kit_has_header(&a, type));
        assert_true(kit_has_header(&a, "Cache-Control: public, max-age=31536000, immutable"));
        assert_true(kit_has_header(&a, "X-Content-Type-Options: nosniff"));
        assert_null(strstr(a.head, "Content-Encoding"));
    }
    kit_forget(&a);
}

static size_t unpack(const char *bytes, size_t n, unsigned char *out, size_t room)
{
    z_stream z = { 0 };
    unsigned char *in = malloc(n);
    assert_non_null(in);
    memcpy(in, bytes, n);
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    z.next_in = in;
    z.avail_in = (uInt)n;
    z.next_out = out;
    z.avail_out = (uInt)room;
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    size_t made = z.total_out;
    (void)inflateEnd(&z);
    free(in);
    return made;
}

static void the_packed_form_unpacks_to_the_same(void **state)
{
    struct kit *k = *state;
    struct kit_answer a = { 0 };
    static const char *const names[] = { "office.css", "office.js", "icons.svg", "texts-es.js" };
    for (size_t i = 0; i < N_ELEMENTS(names); i++) {
        const struct asset *as = asset_named(names[i]);
        if (!as->gzip) { /* a catalogue without a text of the scripts */
            assert_true(as->n < 100);
            continue;
        }
        unsigned char *out = malloc(as->n + 1);
        assert_non_null(out);
        assert_int_equal(ask(k, "GET", as->address, "br, gzip", &a), 200);
        assert_true(kit_has_header(&a, "Content-Encoding: gzip"));
        assert_true(kit_has_header(&a, "Vary: Accept-Encoding"));
        assert_true(a.body_n < as->n);
        assert_int_equal(unpack(a.body, a.body_n, out, as->n + 1), as->n);
        assert_memory_equal(out, as->bytes, as->n);
        free(out);
    }
    kit_forget(&a);
}

static void what_is_accepted_decides_the_form(void **state)
{
    struct kit *k = *state;
    struct kit_answer a = { 0 };
    const char *address = asset_address("office.css").s;
    static const struct {
        const char *accept;
        bool packed;
    } rows[] = {
        { "gzip", true },
        { "GZIP;q=0.5, deflate", true },
        { "*", true },
        { "x-gzip", true },
        { "gzip;q=0", false },
        { "gzip;q=0.000, *", false },
        { "br", false },
        { "identity, gzip;q=0.5", false },
        { "identity;q=0.2, gzip;q=0.5", true },
        { "gzip;q=nonsense", false },
        { "", false },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        assert_int_equal(ask(k, "GET", address, rows[i].accept, &a), 200);
        assert_int_equal(kit_has_header(&a, "Content-Encoding: gzip"), rows[i].packed);
    }
    kit_forget(&a);
}

static void heads_icons_and_what_is_not_there(void **state)
{
    struct kit *k = *state;
    struct kit_answer a = { 0 };
    const struct asset *css = asset_named("office.css");
    char length[64];
    (void)snprintf(length, sizeof length, "Content-Length: %zu", css->n);
    assert_int_equal(ask(k, "HEAD", css->address, NULL, &a), 200);
    assert_true(kit_has_header(&a, length));
    assert_int_equal(ask(k, "GET", "/favicon.ico", NULL, &a), 200);
    assert_true(kit_has_header(&a, "Content-Type: image/x-icon"));
    assert_true(kit_has_header(&a, "Cache-Control: public, max-age=86400"));
    assert_int_equal(ask(k, "GET", "/favicon.svg", NULL, &a), 200);
    assert_int_equal(ask(k, "POST", css->address, NULL, &a), 405);
    assert_true(kit_has_header(&a, "Allow: GET, HEAD"));
    assert_int_equal(ask(k, "GET", "/assets/office.css", NULL, &a), 404);
    assert_int_equal(ask(k, "GET", "/assets/office-00000000.css", NULL, &a), 404);
    assert_int_equal(ask(k, "GET", "/assets", NULL, &a), 404);
    kit_forget(&a);
}

/* In each language: the translation where there is one, and nothing that is said in English anyway.
 */
static void the_scripts_have_their_texts(void **state)
{
    (void)state;
    assert_true(n_script_texts > 10);
    assert_non_null(strstr((const char *)asset_named("texts-en.js")->bytes, "kontorTexts={};"));
    for (size_t i = 0; i < n_languages; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "texts-%s.js", languages[i]);
        const char *all = (const char *)asset_named(name)->bytes;
        for (size_t j = 0; j < n_script_texts; j++) {
            struct arena a;
            struct buf b;
            arena_init(&a, 1 << 20);
            buf_init(&b, &a, 1 << 16);
            buf_json(&b, text_of(script_texts[j]));
            buf_char(&b, ':');
            const char *said = locale_text(languages[i], script_texts[j]);
            bool other = strcmp(said, script_texts[j]) != 0;
            buf_json(&b, other ? text_of(said) : TEXT_NONE);
            if (other) {
                assert_non_null(strstr(all, buf_done(&b).s));
            }
            arena_free(&a);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parts_of_every_page_are_there),
        cmocka_unit_test_setup_teardown(each_is_sent_whole_and_kept_for_a_year, with_server,
                                        without_server),
        cmocka_unit_test_setup_teardown(the_packed_form_unpacks_to_the_same, with_server,
                                        without_server),
        cmocka_unit_test_setup_teardown(what_is_accepted_decides_the_form, with_server,
                                        without_server),
        cmocka_unit_test_setup_teardown(heads_icons_and_what_is_not_there, with_server,
                                        without_server),
        cmocka_unit_test(the_scripts_have_their_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
