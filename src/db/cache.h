/* A connection's prepared statements, found by the address of their text and verified by its
 * content.
 *
 * Statement texts are nearly always literals, so the address decides in a few nanoseconds;
 * comparing the content makes it safe to build a text in a buffer that is used again, and lets
 * equal texts at changing addresses share one statement. Holds CACHE_MAX statements; past that the
 * least recently used goes. Used by one thread. */
#ifndef KONTOR_DB_CACHE_H
#define KONTOR_DB_CACHE_H

#include "base/base.h"

#define CACHE_MAX     512
#define CACHE_BUCKETS 1024
#define CACHE_SLOTS   2048
#define CACHE_PROBES  4

/* A driver's statement begins with this. */
struct cached {
    char *text; /* own copy */
    uint64_t hash;
    uint64_t used; /* the cache's clock at the last use */
    int16_t next;  /* in the bucket of equal hashes; -1 ends */
    int16_t index; /* in entries; -1 while not in the cache */
    uint16_t
        users; /* calls that stand in the middle of this statement's answer: not to be dropped */
};

struct cache_slot {
    const char *address;
    int16_t index;
};

struct cache {
    struct cached *entries[CACHE_MAX];
    int16_t buckets[CACHE_BUCKETS];
    struct cache_slot slots[CACHE_SLOTS];
    size_t n;
    uint64_t clock;
    void (*drop)(void *owner,
                 struct cached *c); /* frees the driver's part and the struct, not the text */
    void *owner;
};

void cache_init(struct cache *k, void (*drop)(void *owner, struct cached *c), void *owner);
/* The statement of this text, or NULL. */
struct cached *cache_find(struct cache *k, const char *sql);
/* Adds a statement for a text that is not there. ERR_NO_MEMORY: not added, still the caller's. */
MUST_USE enum err cache_put(struct cache *k, const char *sql, struct cached *c);
/* Takes one out and drops it. */
void cache_remove(struct cache *k, struct cached *c);
/* Drops all. */
void cache_clear(struct cache *k);

#endif
