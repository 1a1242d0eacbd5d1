/* SHA-256 against the vectors of the standard, hashes of parts, hashes of tables. */
/* threads */
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <pthread.h>

static void standard_vectors(void **state)
{
    (void)state;
    /* FIPS 180-4 examples, and the empty message. */
    static const struct {
        text_t in;
        const char *hex;
    } rows[] = {
        { TEXT_INIT(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { TEXT_INIT("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { TEXT_INIT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        sha256_t h;
        char hex[SHA256_HEX + 1];
        sha256(rows[i].in.s, rows[i].in.n, &h);
        sha256_hex(&h, hex);
        assert_string_equal(hex, rows[i].hex);
    }
    sha256_t none, empty;
    sha256(NULL, 0, &none);
    sha256("", 0, &empty);
    assert_true(sha256_eq(&none, &empty));
}

/* The parts written one after the other, each after its length in 8 bytes. */
static void by_hand(const text_t *parts, size_t n, sha256_t *out)
{
    struct arena a;
    struct buf b;
    arena_init(&a, (size_t)1 << 20);
    buf_init(&b, &a, (size_t)1 << 20);
    for (size_t i = 0; i < n; i++) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            buf_char(&b, (char)(unsigned char)((uint64_t)parts[i].n >> shift));
        }
        buf_text(&b, parts[i]);
    }
    assert_false(b.failed);
    sha256(b.p, b.n, out);
    arena_free(&a);
}

static void parts_of_every_size(void **state)
{
    (void)state;
    static char bytes[3000];
    memset(bytes, 'x', sizeof bytes);
    for (size_t n = 0; n < sizeof bytes; n += 37) {
        const text_t parts[] = { { bytes, n },     TEXT("ab"),
                                 TEXT_NONE,        { bytes, 1024 - n % 1024 },
                                 { bytes, n / 2 }, TEXT("") };
        sha256_t got, expected;
        sha256_parts(parts, N_ELEMENTS(parts), &got);
        by_hand(parts, N_ELEMENTS(parts), &expected);
        assert_true(sha256_eq(&got, &expected));
    }
}

static void parts_do_not_run_together(void **state)
{
    (void)state;
    static const text_t rows[][3] = {
        { TEXT_INIT("ab"), TEXT_INIT("c"), TEXT_INIT("") },
        { TEXT_INIT("a"), TEXT_INIT("bc"), TEXT_INIT("") },
        { TEXT_INIT("abc"), TEXT_INIT(""), TEXT_INIT("") },
        { TEXT_INIT(""), TEXT_INIT("abc"), TEXT_INIT("") },
    };
    sha256_t h[N_ELEMENTS(rows)];
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        sha256_parts(rows[i], 3, &h[i]);
        for (size_t k = 0; k < i; k++) {
            assert_false(sha256_eq(&h[i], &h[k]));
        }
    }
    sha256_t shorter;
    sha256_parts(rows[0], 2, &shorter);
    assert_false(sha256_eq(&shorter, &h[0]));
}

static void equality_looks_at_every_byte(void **state)
{
    (void)state;
    sha256_t a, b;
    sha256("abc", 3, &a);
    for (size_t i = 0; i < sizeof a.b; i++) {
        b = a;
        assert_true(sha256_eq(&a, &b));
        b.b[i] ^= 0x80;
        assert_false(sha256_eq(&a, &b));
    }
}

static char threads_wrong[] = "a hash was wrong";

static void *hash_much(void *unused)
{
    (void)unused;
    sha256_t h, expected;
    sha256("abc", 3, &expected);
    for (int i = 0; i < 2000; i++) {
        sha256("abc", 3, &h);
        if (!sha256_eq(&h, &expected)) {
            return threads_wrong;
        }
    }
    return NULL;
}

static void threads_have_their_own_context(void **state)
{
    (void)state;
    pthread_t threads[4];
    for (size_t i = 0; i < N_ELEMENTS(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, hash_much, NULL), 0);
    }
    for (size_t i = 0; i < N_ELEMENTS(threads); i++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
}

static void table_hashes(void **state)
{
    (void)state;
    /* Published vectors of 64-bit FNV-1a. */
    assert_true(hash_bytes("", 0) == UINT64_C(0xcbf29ce484222325));
    assert_true(hash_bytes("a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(hash_bytes("foobar", 6) == UINT64_C(0x85944171f73967e8));
    /* Neighbours, and multiples of large powers of two, spread over the places of a small table. */
    for (int shift = 0; shift < 48; shift += 8) {
        bool taken[64] = { false };
        int places = 0;
        for (int64_t v = 0; v < 64; v++) {
            size_t at = hash_i64(v << shift) & 63;
            places += !taken[at];
            taken[at] = true;
        }
        assert_true(places >= 30); /* chance alone gives 40 */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standard_vectors),
        cmocka_unit_test(parts_of_every_size),
        cmocka_unit_test(parts_do_not_run_together),
        cmocka_unit_test(equality_looks_at_every_byte),
        cmocka_unit_test(threads_have_their_own_context),
        cmocka_unit_test(table_hashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
