/* The inside of struct house, for the files of meta/ that build it. */
#ifndef KONTOR_HOUSE_OWN_H
#define KONTOR_HOUSE_OWN_H

#include "base/map.h"
#include "meta/house.h"
#include "os/thread.h"

struct house {
    const struct house_plan *plan;
    struct db *db;
    struct masters *masters;
    struct arena arena; /* what is derived, for the life of the house */
    struct entity_info info[E_COUNT];
    bool known[E_COUNT];
    struct map by_name, by_plural;
    mutex_t lock; /* over arena and interned once the house is in use */
    struct map interned, derived;
    struct attachment {
        const void *key;
        void *it;
        void (*free_it)(void *);
    } attached[8];
    size_t n_attached;
};

/* Under the lock: a copy with a NUL behind it for the life of the house; NULL without memory. */
char *house_keep(struct house *h, const void *bytes, size_t n);

void house_derive_sql(struct house *h, struct entity_info *info);

#endif
