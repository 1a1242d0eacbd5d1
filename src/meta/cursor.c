/* Cursors as programs see them: base64url (RFC 4648 section 5), so that they stand in a query
 * string as they are. */
#include "meta/list_own.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

text_t cursor_pack(struct arena *a, text_t plain)
{
    struct buf b;
    const unsigned char *p = (const unsigned char *)plain.s;
    buf_init(&b, a, CURSOR_MAX * 2);
    for (size_t i = 0; i < plain.n; i += 3) {
        size_t left = plain.n - i;
        unsigned v = (unsigned)p[i] << 16 | (left > 1 ? (unsigned)p[i + 1] << 8 : 0u) |
                     (left > 2 ? p[i + 2] : 0u);
        buf_char(&b, digits[v >> 18]);
        buf_char(&b, digits[v >> 12 & 63]);
        if (left > 1) {
            buf_char(&b, digits[v >> 6 & 63]);
        }
        if (left > 2) {
            buf_char(&b, digits[v & 63]);
        }
    }
    return buf_done(&b);
}

enum err cursor_unpack(struct arena *a, text_t packed, text_t *plain)
{
    if (packed.n > CURSOR_MAX * 2 || packed.n % 4 == 1) {
        return ERR_INVALID;
    }
    char *out = arena_alloc(a, packed.n + 1);
    size_t n = 0;
    unsigned v = 0, bits = 0;
    for (size_t i = 0; i < packed.n; i++) {
        const char *at = packed.s[i] ? strchr(digits, packed.s[i]) : NULL;
        if (!at) {
            return ERR_INVALID;
        }
        v = v << 6 | (unsigned)(at - digits);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[n++] = (char)(v >> bits & 255);
            v &= (1u << bits) - 1;
        }
    }
    if (v != 0) { /* bits that no byte has: not the one way to write it */
        return ERR_INVALID;
    }
    *plain = (text_t){ out, n };
    return OK;
}
