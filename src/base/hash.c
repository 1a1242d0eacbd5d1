/* SHA-256 through OpenSSL, and the hash of the tables in memory.
 *
 * The digest is fetched once for the process: a lookup by name costs more than the hash of a short
 * text. Each thread keeps one context, freed when the thread ends. Where there is no memory for
 * one, libsodium's slower function, which needs none, gives the same hash. */
#include "base/hash.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MD *digest;
static pthread_key_t thread_end;
static _Thread_local EVP_MD_CTX *context;

static void context_free(void *ctx)
{
    EVP_MD_CTX_free(ctx);
}

static void digest_fetch(void)
{
    digest = EVP_MD_fetch(NULL, "SHA2-256", NULL);
    INVARIANT(pthread_key_create(&thread_end, context_free) == 0);
}

/* The thread's context, ready for a new hash, or NULL without memory. */
static EVP_MD_CTX *begin(void)
{
    if (__builtin_expect(context != NULL, 1)) {
        return EVP_DigestInit_ex2(context, digest, NULL) ? context : NULL;
    }
    INVARIANT(pthread_once(&once, digest_fetch) == 0);
    EVP_MD_CTX *ctx = digest ? EVP_MD_CTX_new() : NULL;
    if (!ctx || !EVP_DigestInit_ex2(ctx, digest, NULL) ||
        pthread_setspecific(thread_end, ctx) != 0) {
        EVP_MD_CTX_free(ctx);
        return NULL;
    }
    context = ctx;
    return context;
}

void sha256(const void *bytes, size_t n, sha256_t *out)
{
    EVP_MD_CTX *ctx = begin();
    bool done = ctx ? EVP_DigestUpdate(ctx, bytes, n) && EVP_DigestFinal_ex(ctx, out->b, NULL)
                    : crypto_hash_sha256(out->b, bytes, n) == 0;
    INVARIANT(done);
}

/* Small parts are gathered first: an update costs as much as the hash of some hundred bytes. */
struct gather {
    EVP_MD_CTX *ctx;                /* NULL: `slow` is used */
    crypto_hash_sha256_state *slow; /* of the caller */
    size_t n;
    unsigned char bytes[1024];
};

static void gather_begin(struct gather *g, crypto_hash_sha256_state *slow)
{
    g->ctx = begin();
    g->slow = slow;
    g->n = 0;
    if (!g->ctx) {
        (void)crypto_hash_sha256_init(slow);
    }
}

static void gather_update(struct gather *g, const void *bytes, size_t n)
{
    bool done = g->ctx ? EVP_DigestUpdate(g->ctx, bytes, n)
                       : crypto_hash_sha256_update(g->slow, bytes, n) == 0;
    INVARIANT(done);
}

static void gather_add(struct gather *g, const void *bytes, size_t n)
{
    if (n > sizeof g->bytes - g->n) {
        gather_update(g, g->bytes, g->n);
        g->n = 0;
    }
    if (n > sizeof g->bytes) {
        gather_update(g, bytes, n);
    } else if (n > 0) {
        memcpy(g->bytes + g->n, bytes, n);
        g->n += n;
    }
}

void sha256_parts(const text_t *parts, size_t n, sha256_t *out)
{
    struct gather g;
    crypto_hash_sha256_state slow;
    gather_begin(&g, &slow);
    for (size_t i = 0; i < n; i++) {
        unsigned char length[8];
        for (int k = 0; k < 8; k++) {
            length[k] = (unsigned char)((uint64_t)parts[i].n >> (56 - 8 * k));
        }
        gather_add(&g, length, sizeof length);
        gather_add(&g, parts[i].s, parts[i].n);
    }
    gather_update(&g, g.bytes, g.n);
    bool done = g.ctx ? EVP_DigestFinal_ex(g.ctx, out->b, NULL)
                      : crypto_hash_sha256_final(&slow, out->b) == 0;
    INVARIANT(done);
}

void sha256_hex(const sha256_t *h, char out[static SHA256_HEX + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof h->b; i++) {
        out[2 * i] = digits[h->b[i] >> 4];
        out[2 * i + 1] = digits[h->b[i] & 15];
    }
    out[SHA256_HEX] = '\0';
}

bool sha256_eq(const sha256_t *a, const sha256_t *b)
{
    volatile unsigned char differ = 0;
    for (size_t i = 0; i < sizeof a->b; i++) {
        differ |= a->b[i] ^ b->b[i];
    }
    return differ == 0;
}

uint64_t hash_bytes(const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++) {
        h = (h ^ p[i]) * UINT64_C(0x100000001b3);
    }
    return h;
}

uint64_t hash_i64(int64_t v)
{
    /* A multiplication carries each bit upwards only, so the upper half is folded down before it,
     * for keys that differ only there, and after it, because tables look at the lowest bits. */
    uint64_t h = (uint64_t)v ^ ((uint64_t)v >> 32);
    h *= UINT64_C(0x9e3779b97f4a7c15);
    return h ^ (h >> 32);
}
