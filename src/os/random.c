/* System randomness, and xoshiro256** by Blackman and Vigna (public domain algorithm). */
#include "os/random.h"

#include <errno.h>
#include <sys/random.h>
#include <sys/types.h>

void random_bytes(void *out, size_t n)
{
    unsigned char *p = out;

    while (n > 0) {
        ssize_t got = getrandom(p, n, 0);

        if (got < 0) {
            INVARIANT(errno == EINTR);
            continue;
        }
        p += got;
        n -= (size_t)got;
    }
}

void rng_seed(struct rng *r, uint64_t seed)
{
    for (size_t i = 0; i < N_ELEMENTS(r->s); i++) {
        uint64_t z = seed += UINT64_C(0x9E3779B97F4A7C15);

        z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
        z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
        r->s[i] = z ^ z >> 31;
    }
}

static uint64_t rotate_left(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

uint64_t rng_next(struct rng *r)
{
    uint64_t *s = r->s;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

uint64_t rng_below(struct rng *r, uint64_t n)
{
    INVARIANT(n > 0);
    /* Numbers below 2^64 mod n would favour small results: draw again. */
    uint64_t reject = (0 - n) % n;
    uint64_t x;

    do {
        x = rng_next(r);
    } while (x < reject);
    return x % n;
}
