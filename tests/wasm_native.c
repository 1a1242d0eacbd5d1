/* The native side of tests/wasm.sh: prices a million random lines through the same border as the
 * browser and prints a hash of all answers. tests/wasm.mjs makes the same baskets from the same
 * numbers; whoever changes one changes the other. */
#include "base/base.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LINES 1000000

int64_t *pricing_buffer(void);
void pricing_run(void);

static uint32_t state = 20261121;
static uint32_t hash = 2166136261u;

/* mulberry32: 32 bits only, so that JavaScript's Math.imul gives the same. */
static uint32_t draw(void)
{
    state += 0x6D2B79F5u;
    uint32_t t = (state ^ (state >> 15)) * (state | 1u);
    t ^= t + (t ^ (t >> 7)) * (t | 61u);
    return t ^ (t >> 14);
}

static int64_t below(uint32_t n)
{
    return draw() % n;
}

static void line(int64_t *w)
{
    static const int64_t rates[] = { 0, 4000000, 5000000, 8875000, 11000000, 18000000, 21000000 };
    memset(w, 0, 14 * sizeof *w);
    w[0] = 1 + below(9);
    w[1] = 1 + below(4);
    w[2] = below(3) == 0 ? 9 : 0;
    w[7] = below(3) == 0 ? below(30000000) : 1000000 * (1 + below(12));
    w[8] = below(50) == 0 ? below(4000000000u) * 1000 : below(20000);
    w[9] = below(8) == 0 ? below(100000001) : 0;
    w[10] = below(9) == 0 ? below(5000) : 0;
    int64_t rate = below(7);
    w[11] = below(12) == 0 ? 0 : 1 + rate;
    w[12] = rates[rate];
    w[13] = below(2);
    if (below(20000) == 0) {
        w[7] = -1; /* refused */
    }
}

static void discount(int64_t *w, int64_t id)
{
    w[0] = id;
    w[1] = below(2) == 0 ? 1 + below(9) : 0;
    w[2] = below(3) == 0 ? 1 + below(9) : 0;
    w[3] = below(2);
    w[4] = below(2) == 0 ? below(6) * 1000000 : 0;
    w[5] = below(2) == 0 ? below(60000) : 0;
    w[6] = below(2) == 0 ? below(50000001) : 0;
    w[7] = w[6] == 0 ? below(2000) : 0;
}

static void add(int64_t v)
{
    uint64_t u = (uint64_t)v;
    hash = (hash ^ (uint32_t)u) * 16777619u;
    hash = (hash ^ (uint32_t)(u >> 32)) * 16777619u;
}

int main(void)
{
    int64_t *words = pricing_buffer();
    int64_t refused = 0;
    for (int64_t done = 0; done < LINES;) {
        int64_t n = 1 + below(20), rules = below(6);
        words[0] = n;
        words[1] = rules;
        words[2] = below(2);
        for (int64_t i = 0; i < n; i++) {
            line(words + 3 + i * 14);
        }
        for (int64_t i = 0; i < rules; i++) {
            discount(words + 3 + n * 14 + i * 8, i + 1);
        }
        pricing_run();
        int64_t out = words[0] == OK ? 5 + n * 8 : 1;
        refused += words[0] != OK;
        for (int64_t i = 0; i < out; i++) {
            add(words[i]);
        }
        done += n;
    }
    printf("%08" PRIx32 " refused %" PRId64 "\n", hash, refused);
    return 0;
}
