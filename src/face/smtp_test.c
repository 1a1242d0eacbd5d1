/* Mail as it goes over the wire, read again by the library; addresses; what a header must not hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "face/outside_own.h"
#include "face/smtp.h"
#include "kit/arena.h"

#include <gmime/gmime.h>

static const text_t readers[] = { TEXT_INIT("asha@example.in"), TEXT_INIT("b@example.com") };

static struct smtp_message message(void)
{
    return (struct smtp_message){
        .from_name = TEXT("काग़ज़ घर"),
        .from = TEXT("shop@example.com"),
        .to = readers,
        .n_to = 2,
        .subject = TEXT("आपकी रसीद T1-000123"),
        .text = TEXT("नमस्ते\n.\nFrom here on = more\n"),
        .message_id = TEXT("7.abc@example.com"),
        .date = { INT64_C(1772442000) * US_PER_SECOND },
        .automatic = true,
    };
}

static GMimeMessage *parsed(text_t bytes)
{
    GMimeStream *in = g_mime_stream_mem_new_with_buffer(bytes.s, bytes.n);
    GMimeParser *parser = g_mime_parser_new_with_stream(in);
    GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    g_object_unref(in);
    assert_non_null(m);
    return m;
}

static char *without_cr(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (*from != '\r') {
            *to++ = *from;
        }
    }
    *to = '\0';
    return text;
}

static void is_for_the_wire(text_t bytes)
{
    for (size_t i = 0, line = 0; i < bytes.n; i++, line++) {
        assert_true((unsigned char)bytes.s[i] < 128);
        if (bytes.s[i] == '\n') {
            assert_true(i > 0 && bytes.s[i - 1] == '\r');
            assert_true(line <= 998);
            line = 0;
        }
    }
}

static void text_and_a_file(void **state)
{
    char pdf[5000];
    text_t bytes;
    (void)state;
    for (size_t i = 0; i < sizeof pdf; i++) {
        pdf[i] = (char)(i * 7);
    }
    const struct smtp_file file = { TEXT("रसीद.pdf"),
                                    TEXT("application/pdf"),
                                    { pdf, sizeof pdf } };
    struct smtp_message m = message();
    m.files = &file;
    m.n_files = 1;
    m.html = TEXT("<p>नमस्ते</p>");
    assert_int_equal(smtp_compose(&m, &arena, &bytes), OK);
    is_for_the_wire(bytes);
    assert_non_null(strstr(bytes.s, "Message-Id: <7.abc@example.com>\r\n"));
    assert_non_null(strstr(bytes.s, "Auto-Submitted: auto-generated\r\n"));
    assert_non_null(strstr(bytes.s, "Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n"));
    GMimeMessage *read = parsed(bytes);
    assert_string_equal(g_mime_message_get_subject(read), m.subject.s);
    InternetAddressList *from = g_mime_message_get_from(read);
    assert_string_equal(internet_address_get_name(internet_address_list_get_address(from, 0)),
                        m.from_name.s);
    assert_int_equal(internet_address_list_length(g_mime_message_get_to(read)), 2);
    GMimeMultipart *all = GMIME_MULTIPART(g_mime_message_get_mime_part(read));
    assert_int_equal(g_mime_multipart_get_count(all), 2);
    GMimeMultipart *both = GMIME_MULTIPART(g_mime_multipart_get_part(all, 0));
    char *text = g_mime_text_part_get_text(GMIME_TEXT_PART(g_mime_multipart_get_part(both, 0)));
    assert_string_equal(without_cr(text), m.text.s);
    g_free(text);
    GMimePart *part = GMIME_PART(g_mime_multipart_get_part(all, 1));
    assert_string_equal(g_mime_part_get_filename(part), "रसीद.pdf");
    GMimeStream *out = g_mime_stream_mem_new();
    g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(part), out);
    const GByteArray *got = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(out));
    assert_int_equal(got->len, sizeof pdf);
    assert_memory_equal(got->data, pdf, sizeof pdf);
    g_object_unref(out);
    g_object_unref(read);
}

static void the_same_bytes_again(void **state)
{
    text_t one, two;
    struct smtp_message m = message();
    (void)state;
    assert_int_equal(smtp_compose(&m, &arena, &one), OK);
    assert_int_equal(smtp_compose(&m, &arena, &two), OK);
    assert_true(text_eq(one, two));
}

static void nothing_slips_into_the_head(void **state)
{
    text_t bytes;
    (void)state;
    struct smtp_message m = message();
    m.subject = TEXT("hello\r\nBcc: everybody@example.com");
    assert_int_equal(smtp_compose(&m, &arena, &bytes), ERR_INVALID);
    m = message();
    m.from_name = TEXT("a\nb");
    assert_int_equal(smtp_compose(&m, &arena, &bytes), ERR_INVALID);
    m = message();
    const text_t two[] = { TEXT("a@b.example>\r\nRCPT TO:<c@d.example") };
    m.to = two;
    m.n_to = 1;
    assert_int_equal(smtp_compose(&m, &arena, &bytes), ERR_INVALID);
    m = message();
    m.n_to = 0;
    assert_int_equal(smtp_compose(&m, &arena, &bytes), ERR_INVALID);
}

#define TEN "aaaaaaaaaa"

static void addresses(void **state)
{
    static const struct {
        const char *address;
        bool good;
    } cases[] = {
        { "a@b", true },
        { "asha.rao+shop@example.co.in", true },
        { "o'neill@x-y.example", true },
        { TEN TEN TEN TEN TEN TEN "aaaa@b.example", true },
        { TEN TEN TEN TEN TEN TEN "aaaaa@b.example", false },
        { "a@" TEN TEN TEN TEN TEN TEN "aaa.example", true },
        { "a@" TEN TEN TEN TEN TEN TEN "aaaa.example", false },
        { "", false },
        { "a", false },
        { "@b.example", false },
        { "a@", false },
        { "a@b@c", false },
        { "a b@c.example", false },
        { ".a@c.example", false },
        { "a.@c.example", false },
        { "a..b@c.example", false },
        { "a@-c.example", false },
        { "a@c-.example", false },
        { "a@c..example", false },
        { "a@c.example.", false },
        { "a@[127.0.0.1]", false },
        { "\"a b\"@c.example", false },
        { "a@münchen.example", false },
        { "आशा@example.in", false },
        { "a@c.example\r\n", false },
        { "<a@c.example>", false },
    };
    char longest[300];
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        if (smtp_address_ok(text_of(cases[i].address)) != cases[i].good) {
            fail_msg("%s", cases[i].address);
        }
    }
    memset(longest, 'a', sizeof longest);
    for (size_t i = 2; i < sizeof longest; i += 50) {
        longest[i] = '.';
    }
    longest[1] = '@';
    longest[2] = 'a';
    assert_true(smtp_address_ok((text_t){ longest, 254 }));
    assert_false(smtp_address_ok((text_t){ longest, 255 }));
}

static void relays(void **state)
{
    static const struct {
        const char *text, *url, *user, *password;
    } cases[] = {
        { "smtp://mail.example:587", "smtp://mail.example:587/", NULL, NULL },
        { "smtp://u%40x:p%3Aw@mail.example:587", "smtp://mail.example:587/", "u@x", "p:w" },
        { "smtps://u:p@mail.example", "smtps://mail.example/", "u", "p" },
        { "smtp+plain://127.0.0.1:2525", "smtp://127.0.0.1:2525/", NULL, NULL },
        { "http://mail.example", NULL, NULL, NULL },
        { "mail.example:25", NULL, NULL, NULL },
        { "smtp://", NULL, NULL, NULL },
        { "smtp://mail.example/path", NULL, NULL, NULL },
        { "smtp://mail.example:99999", NULL, NULL, NULL },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        struct outside_relay r;
        bool good = outside_relay_read(cases[i].text, &r);
        if (good != (cases[i].url != NULL)) {
            fail_msg("%s", cases[i].text);
        }
        if (good) {
            assert_string_equal(r.url, cases[i].url);
            assert_true(text_eq(text_of(r.user), text_of(cases[i].user)));
            assert_true(text_eq(text_of(r.password), text_of(cases[i].password)));
        }
        outside_relay_free(&r);
    }
    char why[256];
    const struct outside bad = { .smtp = "smtp://u:secret@mail.example/path" };
    assert_false(outside_good(&bad, why));
    assert_null(strstr(why, "secret"));
}

static void no_server_and_stopping(void **state)
{
    static const atomic_bool never, now = true;
    struct smtp_message m = message();
    text_t said;
    (void)state;
    assert_int_equal(smtp_send(&(struct outside){ 0 }, &m, TEXT("x"), &never, 1000, &arena, &said),
                     SMTP_NO_SERVER);
    const struct outside nobody = { .smtp = "smtp+plain://u:secret@127.0.0.1:1" };
    assert_int_equal(smtp_send(&nobody, &m, TEXT("x"), &never, 1000, &arena, &said), SMTP_LATER);
    assert_true(said.n > 0);
    assert_null(strstr(said.s, "secret"));
    const struct outside far = { .smtp = "smtp+plain://192.0.2.1:25" };
    assert_int_equal(smtp_send(&far, &m, TEXT("x"), &now, 20000, &arena, &said), SMTP_STOPPED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_and_a_file, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(the_same_bytes_again, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(nothing_slips_into_the_head, arena_begin, arena_end),
        cmocka_unit_test(addresses),
        cmocka_unit_test(relays),
        cmocka_unit_test_setup_teardown(no_server_and_stopping, arena_begin, arena_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
