/* Settings: the small part of TOML that is read, addresses, and which place wins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/config.h"
#include "os/file.h"

#include <stdlib.h>

static struct arena a;

static void write_file(const char *text)
{
    assert_int_equal(file_write("test.toml", text_of(text), 0600), OK);
}

static void files(void **state)
{
    static const struct {
        const char *text;
        enum err e;
        const char *data, *listen;
    } rows[] = {
        { "", OK, NULL, NULL },
        { "# only a comment\n\n", OK, NULL, NULL },
        { "data = \"x\"", OK, "x", NULL },
        { "data=\"x\"\r\nlisten = \":1\" # why\n", OK, "x", ":1" },
        { "data = \"a # b\"\n", OK, "a # b", NULL },
        { "data = \"a\\\\b\\\"c\"\n", OK, "a\\b\"c", NULL },
        { "data = \"\"\n", OK, "", NULL },
        { "data = \"x\"\ndata = \"y\"\n", OK, "x", NULL },
        { "data = x\n", ERR_INVALID, NULL, NULL },
        { "data = \"x\n", ERR_INVALID, NULL, NULL },
        { "data = \"x\" y\n", ERR_INVALID, NULL, NULL },
        { "data = \"\\n\"\n", ERR_INVALID, NULL, NULL },
        { "data = \"\\", ERR_INVALID, NULL, NULL },
        { "data\n", ERR_INVALID, NULL, NULL },
        { "[server]\n", ERR_INVALID, NULL, NULL },
        { "colour = \"x\"\n", ERR_INVALID, NULL, NULL },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        struct config c = { 0 };
        char why[256];
        write_file(rows[i].text);
        assert_int_equal(config_read(&a, "test.toml", &c, why), rows[i].e);
        assert_int_equal(why[0] == '\0', rows[i].e == OK);
        if (rows[i].e == OK) {
            assert_true(text_eq(text_of(c.data), text_of(rows[i].data)));
            assert_int_equal(c.data == NULL, rows[i].data == NULL);
            assert_true(text_eq(text_of(c.listen), text_of(rows[i].listen)));
        }
    }
    struct config c = { 0 };
    char why[256];
    assert_int_equal(config_read(&a, "missing.toml", &c, why), ERR_NOT_FOUND);
}

static void addresses(void **state)
{
    static const struct {
        const char *listen, *address;
        int port;
    } rows[] = {
        { "127.0.0.1:8480", "127.0.0.1", 8480 },
        { "localhost:1", "127.0.0.1", 1 },
        { "[::1]:65535", "::1", 65535 },
        { ":8480", "::", 8480 },
        { "0.0.0.0:0", "0.0.0.0", 0 },
        { "8480", NULL, 0 },
        { "127.0.0.1", NULL, 0 },
        { "127.0.0.1:", NULL, 0 },
        { "127.0.0.1:65536", NULL, 0 },
        { "127.0.0.1:-1", NULL, 0 },
        { "127.0.0.1:+1", NULL, 0 },
        { "127.0.0.1:8o", NULL, 0 },
        { "::1:8480", NULL, 0 },
        { "", NULL, 0 },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        const char *address = NULL;
        int port = -1;
        enum err e = config_address(&a, rows[i].listen, &address, &port);
        assert_int_equal(e, rows[i].address ? OK : ERR_INVALID);
        if (e == OK) {
            assert_string_equal(address, rows[i].address);
            assert_int_equal(port, rows[i].port);
        }
    }
}

/* The command line wins over the environment, that over the file, that over the default. */
static void order(void **state)
{
    char why[256];
    (void)state;
    write_file("data = \"file\"\nlisten = \"file:1\"\n");
    unsetenv("KONTOR_DB");
    unsetenv("KONTOR_LISTEN");
    struct config c = { .data = "line", .listen = "line:1" };
    assert_int_equal(config_settle(&a, "test.toml", &c, why), OK);
    assert_string_equal(c.db, "sqlite:line/kontor.db");
    assert_string_equal(c.listen, "line:1");
    c = (struct config){ 0 };
    assert_int_equal(config_settle(&a, "test.toml", &c, why), OK);
    assert_string_equal(c.db, "sqlite:file/kontor.db");
    assert_string_equal(c.listen, "file:1");
    setenv("KONTOR_DB", "postgresql://env/x", 1);
    setenv("KONTOR_LISTEN", "env:1", 1);
    c = (struct config){ 0 };
    assert_int_equal(config_settle(&a, "test.toml", &c, why), OK);
    assert_string_equal(c.db, "postgresql://env/x");
    assert_null(c.data);
    assert_string_equal(c.listen, "env:1");
    c = (struct config){ .data = "line" };
    assert_int_equal(config_settle(&a, "test.toml", &c, why), OK);
    assert_string_equal(c.db, "sqlite:line/kontor.db");
    unsetenv("KONTOR_DB");
    unsetenv("KONTOR_LISTEN");
    c = (struct config){ 0 };
    assert_int_equal(config_settle(&a, NULL, &c, why), OK); /* no kontor.toml here */
    assert_string_equal(c.db, "sqlite:" CONFIG_DATA "/kontor.db");
    assert_string_equal(c.listen, CONFIG_LISTEN);
    c = (struct config){ 0 };
    assert_int_equal(config_settle(&a, "missing.toml", &c, why), ERR_NOT_FOUND);
    assert_string_equal(config_sqlite_path("sqlite:a/b.db"), "a/b.db");
    assert_null(config_sqlite_path("postgresql://x/y"));
}

/* The mail server's address may hold a password: the environment wins over the file. */
static void outside(void **state)
{
    char why[256];
    (void)state;
    write_file("smtp = \"smtp://u:p@mail.example:587\"\npush_allow = \"push.example:8443\"\n"
               "webhook_allow = \"shop.internal:8080, 127.0.0.1:9000\"\n"
               "ca_file = \"test.toml\"\n");
    unsetenv("KONTOR_SMTP");
    struct config c = { 0 };
    assert_int_equal(config_settle(&a, "test.toml", &c, why), OK);
    assert_string_equal(c.outside.smtp, "smtp://u:p@mail.example:587");
    assert_string_equal(c.outside.push_allow, "push.example:8443");
    assert_string_equal(c.outside.webhook_allow, "shop.internal:8080, 127.0.0.1:9000");
    assert_string_equal(c.outside.ca_file, "test.toml");
    assert_true(outside_good(&c.outside, why));
    setenv("KONTOR_SMTP", "mail.example", 1);
    c = (struct config){ 0 };
    assert_int_equal(config_settle(&a, "test.toml", &c, why), OK);
    assert_string_equal(c.outside.smtp, "mail.example");
    assert_false(outside_good(&c.outside, why));
    unsetenv("KONTOR_SMTP");
    c.outside = (struct outside){ .ca_file = "missing.pem" };
    assert_false(outside_good(&c.outside, why));
    c.outside = (struct outside){ .push_allow = "push.example" };
    assert_false(outside_good(&c.outside, why));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outside),
        cmocka_unit_test(files),
        cmocka_unit_test(addresses),
        cmocka_unit_test(order),
    };
    if (arena_reserve_init() != OK) {
        return 1;
    }
    arena_init(&a, (size_t)16 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&a);
    return failed;
}
