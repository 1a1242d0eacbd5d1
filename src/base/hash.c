/* SHA-256 through OpenSSL, and the hash of the tables in memory.
 *
 * The digest is fetched once for the process: a lookup by name costs more than the hash of a short
 * text. Each thread keeps one context, freed when the thread ends. */
#include "base/hash.h"

#include <openssl/evp.h>
#include <pthread.h>
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
    INVARIANT(digest); /* an OpenSSL without it cannot run this program */
    INVARIANT(pthread_key_create(&thread_end, context_free) == 0);
}

static EVP_MD_CTX *context_get(void)
{
    if (__builtin_expect(!context, 0)) {
        INVARIANT(pthread_once(&once, digest_fetch) == 0);
        context = EVP_MD_CTX_new();
        INVARIANT(context);
        INVARIANT(pthread_setspecific(thread_end, context) == 0);
    }
    return context;
}

void sha256(const void *bytes, size_t n, sha256_t *out)
{
    EVP_MD_CTX *ctx = context_get();
    bool done = EVP_DigestInit_ex2(ctx, digest, NULL) && EVP_DigestUpdate(ctx, bytes, n) &&
                EVP_DigestFinal_ex(ctx, out->b, NULL);
    INVARIANT(done);
}

/* Small parts are gathered first: an update costs as much as the hash of some hundred bytes. */
struct gather {
    EVP_MD_CTX *ctx;
    size_t n;
    unsigned char bytes[1024];
};

static void gather_add(struct gather *g, const void *bytes, size_t n)
{
    if (n > sizeof g->bytes - g->n) {
        INVARIANT(EVP_DigestUpdate(g->ctx, g->bytes, g->n));
        g->n = 0;
    }
    if (n > sizeof g->bytes) {
        INVARIANT(EVP_DigestUpdate(g->ctx, bytes, n));
    } else if (n > 0) {
        memcpy(g->bytes + g->n, bytes, n);
        g->n += n;
    }
}

void sha256_parts(const text_t *parts, size_t n, sha256_t *out)
{
    struct gather g;
    g.ctx = context_get();
    g.n = 0;
    INVARIANT(EVP_DigestInit_ex2(g.ctx, digest, NULL));
    for (size_t i = 0; i < n; i++) {
        unsigned char length[8];
        for (int k = 0; k < 8; k++) {
            length[k] = (unsigned char)((uint64_t)parts[i].n >> (56 - 8 * k));
        }
        gather_add(&g, length, sizeof length);
        gather_add(&g, parts[i].s, parts[i].n);
    }
    bool done = EVP_DigestUpdate(g.ctx, g.bytes, g.n) && EVP_DigestFinal_ex(g.ctx, out->b, NULL);
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
