/* One-time passwords by the clock. */
#include "flow/totp.h"

#include "base/decimal.h"
#include "os/random.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

text_t base32_text(struct arena *a, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    struct buf b;
    uint32_t bits = 0;
    unsigned held = 0;
    buf_init(&b, a, n * 2 + 8);
    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | p[i];
        for (held += 8; held >= 5; held -= 5) {
            buf_char(&b, alphabet[bits >> (held - 5) & 31]);
        }
    }
    if (held > 0) {
        buf_char(&b, alphabet[bits << (5 - held) & 31]);
    }
    return buf_done(&b);
}

size_t base32_bytes(text_t t, unsigned char *out, size_t room)
{
    uint32_t bits = 0;
    unsigned held = 0;
    size_t n = 0;
    for (size_t i = 0; i < t.n; i++) {
        const char *digit = t.s[i] ? strchr(alphabet, t.s[i]) : NULL;
        if (!digit) {
            return 0;
        }
        bits = bits << 5 | (uint32_t)(digit - alphabet);
        held += 5;
        if (held >= 8) {
            if (n == room) {
                return 0;
            }
            held -= 8;
            out[n++] = (unsigned char)(bits >> held);
        }
    }
    return n;
}

uint32_t totp_value(const void *secret, size_t n, int64_t step, int digits)
{
    unsigned char counter[8], mac[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    for (int i = 0; i < 8; i++) {
        counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
    }
    INVARIANT(HMAC(EVP_sha1(), secret, (int)n, counter, sizeof counter, mac, &len) != NULL);
    /* Dynamic truncation: RFC 4226 section 5.3. */
    const unsigned char *p = mac + (mac[len - 1] & 15);
    uint32_t value = (uint32_t)(p[0] & 0x7F) << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
                     p[3];
    return value % (uint32_t)decimal_pow10(digits);
}

bool totp_good(text_t secret, text_t code, instant_t now, int64_t last_step, int64_t *step)
{
    unsigned char key[64];
    size_t n = base32_bytes(secret, key, sizeof key);
    int64_t here = now.us / US_PER_SECOND / TOTP_STEP_SECONDS;
    bool good = false;
    if (n == 0 || code.n != TOTP_DIGITS) {
        return false;
    }
    for (int64_t s = here - 1; s <= here + 1; s++) {
        char wanted[16];
        (void)snprintf(wanted, sizeof wanted, "%06u", totp_value(key, n, s, TOTP_DIGITS));
        bool same = CRYPTO_memcmp(wanted, code.s, TOTP_DIGITS) == 0;
        if (same && s > last_step && !good) {
            *step = s;
            good = true;
        }
    }
    OPENSSL_cleanse(key, sizeof key);
    return good;
}

text_t totp_secret(struct arena *a)
{
    unsigned char bytes[TOTP_SECRET_BYTES];
    random_bytes(bytes, sizeof bytes);
    text_t t = base32_text(a, bytes, sizeof bytes);
    OPENSSL_cleanse(bytes, sizeof bytes);
    return t;
}

static void put_escaped(struct buf *b, text_t t)
{
    for (size_t i = 0; i < t.n; i++) {
        char c = t.s[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            buf_char(b, c);
        } else {
            buf_fmt(b, "%%%02X", (unsigned)(unsigned char)c);
        }
    }
}

text_t totp_url(struct arena *a, text_t issuer, text_t name, text_t secret)
{
    struct buf b;
    buf_init(&b, a, 4096);
    buf_str(&b, "otpauth://totp/");
    put_escaped(&b, issuer);
    buf_char(&b, ':');
    put_escaped(&b, name);
    buf_str(&b, "?secret=");
    buf_text(&b, secret);
    buf_str(&b, "&issuer=");
    put_escaped(&b, issuer);
    return buf_done(&b);
}
