/* Hashing and inventing passwords. */
#include "flow/password.h"

#include "meta/kinds.h"
#include "os/random.h"

#include <sodium.h>

#define PASSES       2U
#define MEMORY_BYTES ((size_t)19 * 1024 * 1024)

text_t password_normal(struct arena *a, text_t password)
{
    return password.s && text_utf8_ok(password, false) ? text_normal(a, password) : TEXT_NONE;
}

enum err password_hash(struct arena *a, text_t password, text_t *out)
{
    char hash[crypto_pwhash_STRBYTES];
    if (sodium_init() < 0 ||
        crypto_pwhash_str_alg(hash, password.s, password.n, PASSES, MEMORY_BYTES,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return ERR_NO_MEMORY;
    }
    *out = text_copy(a, text_of(hash));
    return OK;
}

/* Any hash by today's parameters: its salt and value are 16 and 32 zero bytes, and nobody can say
 * what password would give that value. */
static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA"
                             "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

enum err password_check(text_t stored, text_t password)
{
    bool known = stored.n > 0;
    if (sodium_init() < 0) {
        return ERR_NO_MEMORY;
    }
    bool same = crypto_pwhash_str_verify(known ? stored.s : nobody, password.s ? password.s : "",
                                         password.n) == 0; /* libsodium compares in constant time */
    return same && known ? OK : ERR_NOT_FOUND;
}

bool password_outdated(text_t stored)
{
    return crypto_pwhash_str_needs_rehash(stored.s, PASSES, MEMORY_BYTES) != 0;
}

/* Letters and digits that cannot be taken for each other (no i l o u, as Crockford's base 32). */
text_t password_invent(struct arena *a)
{
    static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
    unsigned char bytes[16];
    struct buf b;
    random_bytes(bytes, sizeof bytes);
    buf_init(&b, a, 32);
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (i > 0 && i % 4 == 0) {
            buf_char(&b, '-');
        }
        buf_char(&b, digits[bytes[i] & 31]);
    }
    sodium_memzero(bytes, sizeof bytes);
    return buf_done(&b);
}
