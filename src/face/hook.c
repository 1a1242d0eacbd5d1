/* Signing by OpenSSL's HMAC, and one POST. */
#include "face/hook.h"

#include "os/random.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#define PREFIX       "whsec_"
#define DIGEST_BYTES 32

static text_t base64(struct arena *a, const unsigned char *bytes, size_t n)
{
    char *out = arena_alloc(a, (n + 2) / 3 * 4 + 1);
    int length = EVP_EncodeBlock((unsigned char *)out, bytes, (int)n);
    return (text_t){ out, (size_t)length };
}

text_t hook_secret(struct arena *a)
{
    unsigned char bytes[HOOK_SECRET_BYTES];
    random_bytes(bytes, sizeof bytes);
    return text_fmt(a, PREFIX "%s", base64(a, bytes, sizeof bytes).s);
}

/* The bytes that a secret stands for; 0: it is none. */
static size_t key_of(text_t secret, unsigned char out[static HOOK_KEY_MAX + 3])
{
    if (!text_starts(secret, PREFIX)) {
        return 0;
    }
    text_t t = { secret.s + sizeof PREFIX - 1, secret.n - (sizeof PREFIX - 1) };
    if (t.n == 0 || t.n % 4 != 0 || t.n / 4 * 3 > HOOK_KEY_MAX + 2) {
        return 0;
    }
    int n = EVP_DecodeBlock(out, (const unsigned char *)t.s, (int)t.n);
    for (size_t i = t.n; n > 0 && i > t.n - 2 && t.s[i - 1] == '='; i--) {
        n--; /* what stands for padding is no part of the key */
    }
    return n > 0 ? (size_t)n : 0;
}

enum err hook_signature(const text_t *secrets, size_t n, text_t id, int64_t seconds, text_t body,
                        struct arena *a, text_t *value)
{
    struct buf b;
    text_t content = text_fmt(a, "%s.%lld.%s", id.s, (long long)seconds, body.s);
    buf_init(&b, a, n * (HOOK_KEY_MAX + 8));
    for (size_t i = 0; i < n; i++) {
        unsigned char key[HOOK_KEY_MAX + 3], digest[DIGEST_BYTES];
        size_t n_key = key_of(secrets[i], key);
        if (n_key == 0) {
            return ERR_INVALID;
        }
        if (!HMAC(EVP_sha256(), key, (int)n_key, (const unsigned char *)content.s, content.n,
                  digest, NULL)) {
            return ERR_NO_MEMORY;
        }
        buf_fmt(&b, "%sv1,%s", i ? " " : "", base64(a, digest, sizeof digest).s);
    }
    *value = buf_done(&b);
    return b.failed ? ERR_NO_MEMORY : OK;
}

enum hook_end hook_send(const struct outside *o, struct outside_line *line,
                        const struct hook_message *m, int64_t timeout_ms, struct arena *a,
                        text_t *said)
{
    text_t signature;
    int64_t seconds = m->now.us / US_PER_SECOND;
    *said = TEXT_NONE;
    if (hook_signature(m->secrets, m->n_secrets, m->id, seconds, m->body, a, &signature) != OK) {
        *said = TEXT("the message cannot be signed");
        return HOOK_LATER;
    }
    const text_t headers[] = {
        TEXT("Content-Type: application/json"),
        TEXT("User-Agent: Kontor"),
        text_fmt(a, "webhook-id: %s", m->id.s),
        text_fmt(a, "webhook-timestamp: %lld", (long long)seconds),
        text_fmt(a, "webhook-signature: %s", signature.s),
    };
    const struct outside_post post = { .url = m->url,
                                       .allow = o->webhook_allow,
                                       .headers = headers,
                                       .n_headers = N_ELEMENTS(headers),
                                       .body = m->body,
                                       .timeout_ms = timeout_ms };
    struct outside_answer got = outside_post(line, &post, a);
    if (got.end == OUTSIDE_STOPPED) {
        return HOOK_STOPPED;
    }
    if (got.end == OUTSIDE_ANSWERED && got.status >= 200 && got.status <= 299) {
        return HOOK_TAKEN;
    }
    *said = got.end == OUTSIDE_REFUSED    ? TEXT("the address is not a public one")
            : got.end == OUTSIDE_ANSWERED ? text_fmt(a, "the receiver answered %d", got.status)
                                          : got.said;
    return got.end == OUTSIDE_ANSWERED && got.status == 410 ? HOOK_GONE : HOOK_LATER;
}
