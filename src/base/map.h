/* A hash table from a 64-bit or a text key to a pointer: open addressing, grows by doubling, memory
 * from malloc. Used for caches that outlive a request. Not synchronised. */
#ifndef KONTOR_MAP_H
#define KONTOR_MAP_H

#include "base/text.h"

struct map_slot {
    uint64_t hash; /* 0: free */
    int64_t key;
    text_t name; /* not copied: must live as long as the entry */
    void *value;
};

struct map {
    struct map_slot *slots;
    size_t room; /* power of two, or 0 */
    size_t n;
};

void map_free(struct map *m);
void *map_get(const struct map *m, int64_t key);
/* Adds or replaces. ERR_NO_MEMORY leaves the map as it was. */
MUST_USE enum err map_put(struct map *m, int64_t key, void *value);
void *map_get_text(const struct map *m, text_t key);
MUST_USE enum err map_put_text(struct map *m, text_t key, void *value);
void map_clear(struct map *m);

#endif
