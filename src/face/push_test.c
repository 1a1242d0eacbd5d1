/* Web Push against the standards' own example, against a second reading of the signature, and what
 * may not be reached. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "face/outside_own.h"
#include "face/push_own.h"
#include "kit/arena.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

/* RFC 8291, section 5 and appendix A. */
static const char plain[] = "When I grow up, I want to be a watermelon";
static const char as_public[] =
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
static const char as_private[] = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
static const char ua_public[] =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
static const char salt_text[] = "DGv6ra1nlYgDCS1FRnbzlw";
static const char auth_text[] = "BTBZMqHH6r4Tts7J_aSIgg";
static const char sealed[] =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6T"
    "lzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4"
    "a-fN";

static struct push_device browser(void)
{
    struct push_device d = { .endpoint = TEXT("https://push.example.net/push/JzLQ3raZJfFBR0aq") };
    assert_true(push_unbase64(text_of(ua_public), d.point, PUSH_POINT));
    assert_true(push_unbase64(text_of(auth_text), d.auth, PUSH_AUTH));
    return d;
}

static void the_standards_example(void **state)
{
    struct push_device d = browser();
    struct push_keys once;
    unsigned char salt[PUSH_SALT];
    text_t body;
    (void)state;
    assert_true(push_unbase64(text_of(as_public), once.point, PUSH_POINT));
    assert_true(push_unbase64(text_of(as_private), once.scalar, PUSH_SCALAR));
    assert_true(push_unbase64(text_of(salt_text), salt, PUSH_SALT));
    assert_int_equal(push_encrypt(&d, &once, salt, text_of(plain), &arena, &body), OK);
    assert_string_equal(push_base64(&arena, body.s, body.n).s, sealed);
}

static void bounds_and_bad_keys(void **state)
{
    struct push_device d = browser();
    struct push_keys once;
    unsigned char salt[PUSH_SALT] = { 0 };
    static char much[PUSH_TEXT_MAX + 1];
    text_t body;
    (void)state;
    assert_int_equal(push_keys_make(&once), OK);
    assert_true(push_point_ok(once.point));
    assert_int_equal(push_encrypt(&d, &once, salt, (text_t){ much, PUSH_TEXT_MAX }, &arena, &body),
                     OK);
    assert_int_equal(body.n, 86 + PUSH_TEXT_MAX + 17);
    assert_int_equal(
        push_encrypt(&d, &once, salt, (text_t){ much, PUSH_TEXT_MAX + 1 }, &arena, &body),
        ERR_RANGE);
    d.point[40] ^= 1; /* no longer on the curve */
    assert_false(push_point_ok(d.point));
    assert_int_equal(push_encrypt(&d, &once, salt, TEXT("x"), &arena, &body), ERR_INVALID);
    d.point[0] = 2;
    assert_false(push_point_ok(d.point));
}

static void base64_is_exact(void **state)
{
    static const struct {
        const char *text;
        size_t n;
        bool good;
    } cases[] = {
        { "AQID", 3, true },   { "AQI", 2, true },   { "AQI=", 2, true }, { "AQ", 1, true },
        { "AQ==", 1, true },   { "AQID", 2, false }, { "AQ", 2, false },  { "A", 1, false },
        { "A-_+", 3, false },  { "A-_9", 3, true },  { "", 1, false },    { "", 0, true },
        { "AQ ID", 3, false },
    };
    unsigned char out[4];
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        assert_int_equal(push_unbase64(text_of(cases[i].text), out, cases[i].n), cases[i].good);
    }
}

static EVP_PKEY *public_key(const unsigned char *point)
{
    char group[] = "P-256";
    unsigned char copy[PUSH_POINT];
    EVP_PKEY *key = NULL;
    memcpy(copy, point, PUSH_POINT);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy, PUSH_POINT),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
    assert_int_equal(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

/* Verifies with the key that the header itself names, as a push service does. */
static bool signature_holds(text_t t, text_t signature, const unsigned char *point)
{
    unsigned char raw[64], *der = NULL;
    assert_true(push_unbase64(signature, raw, sizeof raw));
    ECDSA_SIG *sig = ECDSA_SIG_new();
    ECDSA_SIG_set0(sig, BN_bin2bn(raw, 32, NULL), BN_bin2bn(raw + 32, 32, NULL));
    int n = i2d_ECDSA_SIG(sig, &der);
    EVP_PKEY *key = public_key(point);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
    bool holds = EVP_DigestVerify(ctx, der, (size_t)n, (const unsigned char *)t.s, t.n) == 1;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    OPENSSL_free(der);
    ECDSA_SIG_free(sig);
    return holds;
}

static void the_signature(void **state)
{
    struct push_keys house;
    text_t value, k, rest, signature;
    unsigned char point[PUSH_POINT], claims[200];
    (void)state;
    assert_int_equal(push_keys_make(&house), OK);
    assert_int_equal(push_authorization(&house, TEXT("https://push.example.net/p/1"),
                                        TEXT("mailto:shop@example.com"), (instant_t){ 1000000 },
                                        &arena, &value),
                     OK);
    assert_true(text_starts(value, "vapid t="));
    text_t t = text_split((text_t){ value.s + 8, value.n - 8 }, ',', &k);
    assert_true(text_starts(k, " k="));
    assert_true(push_unbase64((text_t){ k.s + 3, k.n - 3 }, point, PUSH_POINT));
    assert_memory_equal(point, house.point, PUSH_POINT);
    (void)text_split(t, '.', &rest);
    text_t body = text_split(rest, '.', &signature);
    text_t signed_part = { t.s, t.n - signature.n - 1 };
    assert_true(signature_holds(signed_part, signature, point));
    point[0] = 4;
    assert_false(signature_holds((text_t){ t.s, signed_part.n - 1 }, signature, point));
    static const char wanted[] = "{\"aud\":\"https://push.example.net\",\"exp\":43201,\"sub\":"
                                 "\"mailto:shop@example.com\"}";
    assert_true(push_unbase64(body, claims, sizeof wanted - 1));
    assert_memory_equal(claims, wanted, sizeof wanted - 1);
}

static void addresses_of_services(void **state)
{
    static const struct {
        const char *endpoint, *origin;
    } cases[] = {
        { "https://fcm.googleapis.com/fcm/send/abc", "https://fcm.googleapis.com" },
        { "https://push.example:8443/x", "https://push.example:8443" },
        { "https://[2001:db8::1]/x", "https://[2001:db8::1]" },
        { "http://push.example/x", NULL },
        { "https://user@push.example/x", NULL },
        { "https:///x", NULL },
        { "ftp://push.example/x", NULL },
        { "file:///etc/passwd", NULL },
        { "https://push.example/a b", NULL },
        { "https://push.example/\r\nHost: x", NULL },
        { "", NULL },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        bool good = push_address_ok(text_of(cases[i].endpoint));
        assert_int_equal(good, cases[i].origin != NULL);
        if (good) {
            assert_string_equal(push_origin(&arena, text_of(cases[i].endpoint)).s, cases[i].origin);
        }
    }
}

static void what_is_public(void **state)
{
    static const struct {
        const char *address;
        bool is;
    } cases[] = {
        { "8.8.8.8", true },
        { "172.15.0.1", true },
        { "172.32.0.1", true },
        { "127.0.0.1", false },
        { "10.1.2.3", false },
        { "172.16.0.1", false },
        { "172.31.255.1", false },
        { "192.168.1.1", false },
        { "169.254.169.254", false },
        { "100.64.0.1", false },
        { "0.0.0.0", false },
        { "224.0.0.1", false },
        { "255.255.255.255", false },
        { "2a00:1450::1", true },
        { "::1", false },
        { "::", false },
        { "fe80::1", false },
        { "fd00::1", false },
        { "ff02::1", false },
        { "::ffff:127.0.0.1", false },
        { "::ffff:8.8.8.8", true },
        { "64:ff9b::7f00:1", false },
        { "2002:7f00:1::", false },
        { "2001:db8::1", false },
        { "::7f00:1", false },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
        struct sockaddr_in four = { .sin_family = AF_INET };
        bool is4 = inet_pton(AF_INET, cases[i].address, &four.sin_addr) == 1;
        if (!is4) {
            assert_int_equal(inet_pton(AF_INET6, cases[i].address, &six.sin6_addr), 1);
        }
        const struct sockaddr *a = is4 ? (const struct sockaddr *)&four
                                       : (const struct sockaddr *)&six;
        if (outside_public(a) != cases[i].is) {
            fail_msg("%s", cases[i].address);
        }
    }
}

/* Nothing listens there, and nobody is asked whether: the connection is not made. */
static void a_private_address_is_not_reached(void **state)
{
    static const atomic_bool never;
    struct push_device d = browser();
    struct push_keys house;
    text_t said;
    (void)state;
    assert_int_equal(push_keys_make(&house), OK);
    d.endpoint = TEXT("https://localhost:1/x");
    struct push_message m = {
        .to = &d, .house = &house, .plain = TEXT("x"), .now = { 1000000 }, .topic = TEXT("t1")
    };
    assert_int_equal(push_send(&(struct outside){ 0 }, &m, &never, 5000, &arena, &said),
                     PUSH_REFUSED);
    assert_non_null(strstr(said.s, "not a public one"));
    /* The one that is allowed is tried, and not there. */
    assert_int_equal(push_send(&(struct outside){ .push_allow = "localhost:1" }, &m, &never, 5000,
                               &arena, &said),
                     PUSH_LATER);
    static const atomic_bool now = true;
    d.endpoint = TEXT("https://192.0.2.1/x");
    assert_int_equal(push_send(&(struct outside){ .push_allow = "192.0.2.1:443" }, &m, &now, 5000,
                               &arena, &said),
                     PUSH_STOPPED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_standards_example, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(bounds_and_bad_keys, arena_begin, arena_end),
        cmocka_unit_test(base64_is_exact),
        cmocka_unit_test_setup_teardown(the_signature, arena_begin, arena_end),
        cmocka_unit_test_setup_teardown(addresses_of_services, arena_begin, arena_end),
        cmocka_unit_test(what_is_public),
        cmocka_unit_test_setup_teardown(a_private_address_is_not_reached, arena_begin, arena_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
