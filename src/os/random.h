/* Randomness from the system, for secrets, and a small seeded generator for simulations and tests.
 */
#ifndef KONTOR_RANDOM_H
#define KONTOR_RANDOM_H

#include "base/base.h"

/* n bytes fit for keys. Never fails: waits for the system's pool, aborts if there is none. */
void random_bytes(void *out, size_t n);

/* xoshiro256** seeded by SplitMix64: repeatable, not for secrets. */
struct rng {
    uint64_t s[4];
};
void rng_seed(struct rng *r, uint64_t seed);
uint64_t rng_next(struct rng *r);
/* Uniform in 0..n-1 without bias; n > 0. */
uint64_t rng_below(struct rng *r, uint64_t n);

#endif
