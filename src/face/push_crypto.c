/* The cryptography of Web Push by OpenSSL: ECDH on P-256, HKDF with SHA-256, AES-128-GCM, ES256. */
#include "face/push_own.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>

#define RECORD_BYTES 4096
#define TAG_BYTES    16
#define JWT_SECONDS  (INT64_C(12) * 3600)

/* -- base64url --------------------------------------------------------------------------------- */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

text_t push_base64(struct arena *a, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    char *out = arena_alloc(a, n / 3 * 4 + 5);
    size_t at = 0;
    for (size_t i = 0; i < n; i += 3) {
        unsigned v = (unsigned)p[i] << 16;
        v |= i + 1 < n ? (unsigned)p[i + 1] << 8 : 0;
        v |= i + 2 < n ? (unsigned)p[i + 2] : 0;
        out[at++] = alphabet[v >> 18 & 63];
        out[at++] = alphabet[v >> 12 & 63];
        if (i + 1 < n) {
            out[at++] = alphabet[v >> 6 & 63];
        }
        if (i + 2 < n) {
            out[at++] = alphabet[v & 63];
        }
    }
    return (text_t){ out, at };
}

bool push_unbase64(text_t t, unsigned char *out, size_t n)
{
    unsigned v = 0, bits = 0;
    size_t at = 0;
    while (t.n > 0 && t.s[t.n - 1] == '=') {
        t.n--;
    }
    for (size_t i = 0; i < t.n; i++) {
        const char *c = t.s[i] ? strchr(alphabet, t.s[i]) : NULL;
        if (!c) {
            return false;
        }
        v = v << 6 | (unsigned)(c - alphabet);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            if (at == n) {
                return false;
            }
            out[at++] = (unsigned char)(v >> bits & 255);
        }
    }
    return at == n && t.n == (n * 4 + 2) / 3;
}

/* -- keys -------------------------------------------------------------------------------------- */

static EVP_PKEY *pair_of(const struct push_keys *k, bool with_scalar)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
    BIGNUM *scalar = with_scalar ? BN_bin2bn(k->scalar, PUSH_SCALAR, BN_secure_new()) : NULL;
    bool ok = ctx && b && (scalar || !with_scalar) &&
              OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) &&
              OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, k->point, PUSH_POINT) &&
              (!scalar || OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_PRIV_KEY, scalar));
    OSSL_PARAM *params = ok ? OSSL_PARAM_BLD_to_param(b) : NULL;
    if (params && EVP_PKEY_fromdata_init(ctx) == 1 &&
        EVP_PKEY_fromdata(ctx, &key, with_scalar ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                          params) != 1) {
        key = NULL;
    }
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(b);
    BN_clear_free(scalar);
    EVP_PKEY_CTX_free(ctx);
    ERR_clear_error();
    return key;
}

bool push_point_ok(const unsigned char point[static PUSH_POINT])
{
    struct push_keys k = { .scalar = { 0 } };
    memcpy(k.point, point, PUSH_POINT);
    EVP_PKEY *key = point[0] == 4 ? pair_of(&k, false) : NULL;
    EVP_PKEY_CTX *ctx = key ? EVP_PKEY_CTX_new(key, NULL) : NULL;
    bool ok = ctx && EVP_PKEY_public_check(ctx) == 1;
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return ok;
}

enum err push_keys_make(struct push_keys *out)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    BIGNUM *scalar = NULL;
    size_t n = 0;
    bool ok = key &&
              EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, out->point, PUSH_POINT,
                                              &n) == 1 &&
              n == PUSH_POINT &&
              EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &scalar) == 1 &&
              BN_bn2binpad(scalar, out->scalar, PUSH_SCALAR) == PUSH_SCALAR;
    BN_clear_free(scalar);
    EVP_PKEY_free(key);
    return ok ? OK : ERR_NO_MEMORY;
}

/* -- encryption -------------------------------------------------------------------------------- */

static bool shared_secret(const struct push_keys *mine, const struct push_device *to,
                          unsigned char out[static 32])
{
    struct push_keys theirs = { .scalar = { 0 } };
    size_t n = 32;
    memcpy(theirs.point, to->point, PUSH_POINT);
    EVP_PKEY *me = pair_of(mine, true), *peer = pair_of(&theirs, false);
    EVP_PKEY_CTX *ctx = me && peer ? EVP_PKEY_CTX_new(me, NULL) : NULL;
    bool ok = ctx && EVP_PKEY_derive_init(ctx) == 1 && EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
              EVP_PKEY_derive(ctx, out, &n) == 1 && n == 32;
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(peer);
    EVP_PKEY_free(me);
    ERR_clear_error();
    return ok;
}

static bool hmac(const unsigned char *key, size_t key_n, const unsigned char *in, size_t n,
                 unsigned char out[static 32])
{
    unsigned size = 32;
    return HMAC(EVP_sha256(), key, (int)key_n, in, n, out, &size) != NULL && size == 32;
}

/* HKDF (RFC 5869) for at most one block: the first bytes of HMAC(HMAC(salt, secret), info | 1). */
static bool hkdf(const unsigned char *salt, size_t salt_n, const unsigned char *secret,
                 size_t secret_n, const unsigned char *info, size_t info_n, unsigned char *out,
                 size_t n)
{
    unsigned char between[32], block[32], last[256];
    memcpy(last, info, info_n);
    last[info_n] = 1;
    bool ok = hmac(salt, salt_n, secret, secret_n, between) &&
              hmac(between, sizeof between, last, info_n + 1, block);
    memcpy(out, block, n);
    OPENSSL_cleanse(between, sizeof between);
    OPENSSL_cleanse(block, sizeof block);
    return ok;
}

/* The content's key and nonce (RFC 8291, 3.4; RFC 8188, 2.2 and 2.3). */
static bool content_keys(const struct push_device *to, const struct push_keys *once,
                         const unsigned char *salt, unsigned char key[static 16],
                         unsigned char nonce[static 12])
{
    unsigned char shared[32], ikm[32], info[14 + 2 * PUSH_POINT];
    memcpy(info, "WebPush: info", 14); /* its NUL belongs to it */
    memcpy(info + 14, to->point, PUSH_POINT);
    memcpy(info + 14 + PUSH_POINT, once->point, PUSH_POINT);
    bool ok = shared_secret(once, to, shared) &&
              hkdf(to->auth, PUSH_AUTH, shared, sizeof shared, info, sizeof info, ikm, 32) &&
              hkdf(salt, PUSH_SALT, ikm, 32, (const unsigned char *)"Content-Encoding: aes128gcm",
                   28, key, 16) &&
              hkdf(salt, PUSH_SALT, ikm, 32, (const unsigned char *)"Content-Encoding: nonce", 24,
                   nonce, 12);
    OPENSSL_cleanse(shared, sizeof shared);
    OPENSSL_cleanse(ikm, sizeof ikm);
    return ok;
}

static bool seal(const unsigned char *key, const unsigned char *nonce, text_t plain,
                 unsigned char *out)
{
    static const unsigned char last_record = 2;
    int n = 0, more = 0, end = 0;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    bool ok = c && EVP_EncryptInit_ex(c, EVP_aes_128_gcm(), NULL, key, nonce) == 1 &&
              EVP_EncryptUpdate(c, out, &n, (const unsigned char *)plain.s, (int)plain.n) == 1 &&
              EVP_EncryptUpdate(c, out + n, &more, &last_record, 1) == 1 &&
              EVP_EncryptFinal_ex(c, out + n + more, &end) == 1 &&
              EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, out + n + more) == 1;
    EVP_CIPHER_CTX_free(c);
    return ok;
}

enum err push_encrypt(const struct push_device *to, const struct push_keys *once,
                      const unsigned char salt[static PUSH_SALT], text_t plain, struct arena *a,
                      text_t *body)
{
    enum { HEAD = PUSH_SALT + 4 + 1 + PUSH_POINT };
    unsigned char key[16], nonce[12];
    if (plain.n > PUSH_TEXT_MAX) {
        return ERR_RANGE;
    }
    if (!content_keys(to, once, salt, key, nonce)) {
        return ERR_INVALID;
    }
    size_t n = HEAD + plain.n + 1 + TAG_BYTES;
    unsigned char *out = arena_alloc(a, n + 1);
    memcpy(out, salt, PUSH_SALT);
    out[PUSH_SALT + 2] = RECORD_BYTES >> 8;
    out[PUSH_SALT + 3] = RECORD_BYTES & 255;
    out[PUSH_SALT + 4] = PUSH_POINT;
    memcpy(out + PUSH_SALT + 5, once->point, PUSH_POINT);
    bool ok = seal(key, nonce, plain, out + HEAD);
    OPENSSL_cleanse(key, sizeof key);
    *body = (text_t){ (const char *)out, n };
    return ok && !a->failed ? OK : ERR_NO_MEMORY;
}

/* -- the signature ----------------------------------------------------------------------------- */

/* JSON Web Signatures want r and s one after the other (RFC 7518, 3.4), OpenSSL gives DER. */
static bool raw_signature(const unsigned char *der, size_t n, unsigned char out[static 64])
{
    const unsigned char *p = der;
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)n);
    bool ok = sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, 32) == 32 &&
              BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + 32, 32) == 32;
    ECDSA_SIG_free(sig);
    return ok;
}

static bool sign(const struct push_keys *house, text_t what, unsigned char out[static 64])
{
    unsigned char der[80];
    size_t n = sizeof der;
    EVP_PKEY *key = pair_of(house, true);
    EVP_MD_CTX *ctx = key ? EVP_MD_CTX_new() : NULL;
    bool ok = ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
              EVP_DigestSign(ctx, der, &n, (const unsigned char *)what.s, what.n) == 1 &&
              raw_signature(der, n, out);
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return ok;
}

enum err push_authorization(const struct push_keys *house, text_t endpoint, text_t subject,
                            instant_t now, struct arena *a, text_t *value)
{
    static const char head[] = "{\"typ\":\"JWT\",\"alg\":\"ES256\"}";
    unsigned char signature[64];
    struct buf claims;
    struct json_out o;
    text_t origin = push_origin(a, endpoint);
    if (!origin.s) {
        return ERR_INVALID;
    }
    buf_init(&claims, a, 4096);
    json_out_init(&o, &claims);
    json_open(&o, NULL, '{');
    json_put_text(&o, "aud", origin);
    json_put_i64(&o, "exp", now.us / US_PER_SECOND + JWT_SECONDS);
    if (subject.s) {
        json_put_text(&o, "sub", subject);
    }
    json_close(&o, '}');
    text_t parts = text_fmt(a, "%s.%s", push_base64(a, head, sizeof head - 1).s,
                            push_base64(a, claims.p, claims.n).s);
    if (claims.failed || !sign(house, parts, signature)) {
        return ERR_NO_MEMORY;
    }
    *value = text_fmt(a, "vapid t=%s.%s, k=%s", parts.s, push_base64(a, signature, 64).s,
                      push_base64(a, house->point, PUSH_POINT).s);
    return OK;
}
