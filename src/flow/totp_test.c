/* One-time passwords against the vectors of RFC 6238 (appendix B, SHA-1) and RFC 4226 (appendix D),
 * base 32 against those of RFC 4648 (section 10, without padding). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow/totp.h"

#include <stdio.h>

static const char secret[] = "12345678901234567890";

static void rfc_4226(void **state)
{
    static const uint32_t values[] = { 755224, 287082, 359152, 969429, 338314,
                                       254676, 287922, 162583, 399871, 520489 };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(values); i++) {
        assert_int_equal(totp_value(secret, 20, (int64_t)i, 6), values[i]);
    }
}

static void rfc_6238(void **state)
{
    static const struct {
        int64_t seconds;
        uint32_t value;
    } rows[] = {
        { 59, 94287082 },         { 1111111109, 7081804 },  { 1111111111, 14050471 },
        { 1234567890, 89005924 }, { 2000000000, 69279037 }, { INT64_C(20000000000), 65353130 },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        assert_int_equal(totp_value(secret, 20, rows[i].seconds / 30, 8), rows[i].value);
    }
}

static void rfc_4648(void **state)
{
    static const struct {
        const char *bytes, *text;
    } rows[] = { { "", "" },
                 { "f", "MY" },
                 { "fo", "MZXQ" },
                 { "foo", "MZXW6" },
                 { "foob", "MZXW6YQ" },
                 { "fooba", "MZXW6YTB" },
                 { "foobar", "MZXW6YTBOI" } };
    struct arena a;
    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        unsigned char out[16];
        size_t n = strlen(rows[i].bytes);
        assert_true(text_is(base32_text(&a, rows[i].bytes, n), rows[i].text));
        assert_int_equal(base32_bytes(text_of(rows[i].text), out, sizeof out), n);
        assert_memory_equal(out, rows[i].bytes, n);
    }
    unsigned char out[3];
    assert_int_equal(base32_bytes(TEXT("MZXW6YQ"), out, sizeof out), 0); /* too long */
    assert_int_equal(base32_bytes(TEXT("mzxw"), out, sizeof out), 0);
    assert_int_equal(base32_bytes(TEXT("MZ=="), out, sizeof out), 0);
    arena_free(&a);
}

/* The step before and the one after count, others do not; none counts twice. */
static void window(void **state)
{
    struct arena a;
    char code[16];
    const int64_t step = 61728394;
    (void)state;
    arena_init(&a, 1 << 20);
    text_t s = base32_text(&a, secret, 20);
    (void)snprintf(code, sizeof code, "%06u", totp_value(secret, 20, step, 6));
    for (int64_t d = -3; d <= 3; d++) {
        instant_t now = { ((step + d) * 30 + 7) * US_PER_SECOND };
        int64_t used = 0;
        bool good = totp_good(s, text_of(code), now, 0, &used);
        assert_int_equal(good, d >= -1 && d <= 1);
        assert_true(!good || used == step);
        assert_false(totp_good(s, text_of(code), now, step, &used));
        assert_int_equal(totp_good(s, text_of(code), now, step - 1, &used), good);
    }
    instant_t now = { step * 30 * US_PER_SECOND };
    int64_t used;
    assert_false(totp_good(s, TEXT("12345"), now, 0, &used));
    assert_false(totp_good(s, TEXT("1234567"), now, 0, &used));
    assert_false(totp_good(TEXT("not base 32"), text_of(code), now, 0, &used));
    arena_free(&a);
}

static void url(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 1 << 20);
    assert_string_equal(totp_url(&a, TEXT("Kontor"), TEXT("ana@x y"), TEXT("MZXW6")).s,
                        "otpauth://totp/Kontor:ana%40x%20y?secret=MZXW6&issuer=Kontor");
    text_t one = totp_secret(&a), two = totp_secret(&a);
    assert_int_equal(one.n, 32);
    assert_false(text_eq(one, two));
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_4226), cmocka_unit_test(rfc_6238), cmocka_unit_test(rfc_4648),
        cmocka_unit_test(window),   cmocka_unit_test(url),
    };
    if (arena_reserve_init() != OK) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
