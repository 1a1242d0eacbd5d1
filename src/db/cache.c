/* The statement cache: two tables over one array of entries.
 *
 * `slots` maps addresses: a probe of CACHE_PROBES neighbours, each only a hint that the comparison
 * of texts confirms, so that nothing needs to be removed from it when an entry goes. `buckets` maps
 * content hashes and is exact. */
#include "db/cache.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

static size_t slot_of(const char *sql)
{
    uint64_t h = (uint64_t)(uintptr_t)sql * UINT64_C(0x9E3779B97F4A7C15);

    return (size_t)(h >> 53);
}

_Static_assert(CACHE_SLOTS == 1 << 11, "slot_of keeps eleven bits");

void cache_init(struct cache *k, void (*drop)(void *owner, struct cached *c), void *owner)
{
    memset(k, 0, sizeof *k);
    k->drop = drop;
    k->owner = owner;
    for (size_t i = 0; i < CACHE_BUCKETS; i++) {
        k->buckets[i] = -1;
    }
}

/* Remembers where the text was met: in a free hint, or over the first of the probed ones. */
static void hint(struct cache *k, const char *sql, int16_t index)
{
    size_t first = slot_of(sql);

    for (size_t i = 0; i < CACHE_PROBES; i++) {
        struct cache_slot *s = &k->slots[(first + i) % CACHE_SLOTS];

        if (!s->address || s->address == sql) {
            *s = (struct cache_slot){ sql, index };
            return;
        }
    }
    k->slots[first] = (struct cache_slot){ sql, index };
}

static struct cached *find_by_content(struct cache *k, const char *sql)
{
    uint64_t h = hash_bytes(sql, strlen(sql));

    for (int16_t i = k->buckets[h % CACHE_BUCKETS]; i >= 0; i = k->entries[i]->next) {
        struct cached *c = k->entries[i];

        if (c->hash == h && strcmp(c->text, sql) == 0) {
            hint(k, sql, i);
            return c;
        }
    }
    return NULL;
}

struct cached *cache_find(struct cache *k, const char *sql)
{
    size_t first = slot_of(sql);
    struct cached *c = NULL;

    for (size_t i = 0; i < CACHE_PROBES; i++) {
        const struct cache_slot *s = &k->slots[(first + i) % CACHE_SLOTS];

        if (s->address == sql) {
            c = k->entries[s->index];
            break;
        }
    }
    if (!c || strcmp(c->text, sql) != 0) {
        c = find_by_content(k, sql);
    }
    if (c) {
        c->used = ++k->clock;
    }
    return c;
}

static void unlink_bucket(struct cache *k, const struct cached *c)
{
    int16_t *at = &k->buckets[c->hash % CACHE_BUCKETS];

    while (*at != c->index) {
        at = &k->entries[*at]->next;
    }
    *at = c->next;
}

/* Takes the entry out; the last entry moves into the gap so that the array stays dense. */
void cache_remove(struct cache *k, struct cached *c)
{
    int16_t gap = c->index;
    struct cached *last = k->entries[k->n - 1];

    INVARIANT(gap >= 0 && k->entries[gap] == c);
    unlink_bucket(k, c);
    if (last != c) {
        int16_t *at = &k->buckets[last->hash % CACHE_BUCKETS];

        while (*at != last->index) {
            at = &k->entries[*at]->next;
        }
        *at = gap;
        last->index = gap;
        k->entries[gap] = last;
    }
    k->entries[--k->n] = NULL;
    c->index = -1;
    free(c->text);
    c->text = NULL;
    k->drop(k->owner, c);
}

static void make_room(struct cache *k)
{
    struct cached *oldest = NULL;

    for (size_t i = 0; i < k->n; i++) {
        struct cached *c = k->entries[i];

        if (c->users == 0 && (!oldest || c->used < oldest->used)) {
            oldest = c;
        }
    }
    if (oldest) {
        cache_remove(k, oldest);
    }
}

enum err cache_put(struct cache *k, const char *sql, struct cached *c)
{
    size_t n = strlen(sql);

    c->text = malloc(n + 1);
    if (!c->text) {
        return ERR_NO_MEMORY;
    }
    memcpy(c->text, sql, n + 1);
    if (k->n == CACHE_MAX) {
        make_room(k);
    }
    INVARIANT(k->n < CACHE_MAX);
    c->hash = hash_bytes(sql, n);
    c->used = ++k->clock;
    c->index = (int16_t)k->n;
    c->next = k->buckets[c->hash % CACHE_BUCKETS];
    k->buckets[c->hash % CACHE_BUCKETS] = c->index;
    k->entries[k->n++] = c;
    hint(k, sql, c->index);
    return OK;
}

void cache_clear(struct cache *k)
{
    while (k->n > 0) {
        cache_remove(k, k->entries[k->n - 1]);
    }
    memset(k->slots, 0, sizeof k->slots);
}
