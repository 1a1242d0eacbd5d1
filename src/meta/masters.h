/* Master data in memory: what E_CACHED entities and selections of them looked like at one version
 * of the store.
 *
 * Table cache_version holds one number, raised by every transaction that writes master data. A
 * transaction reads it once; if the generation in memory has that number its contents are exactly
 * what the transaction would read, on any node, whoever wrote. A generation is counted by
 * reference, so a text from it stays valid until the context that took it ends. A transaction that
 * has itself written master data reads past the cache until its end. */
#ifndef KONTOR_MASTERS_H
#define KONTOR_MASTERS_H

#include "meta/house.h"

struct masters;
struct masters_view;

struct masters *masters_new(void);
void masters_free(struct masters *c);
/* Forgets everything: after a rollback of a transaction whose version others may have seen. */
void masters_clear(struct masters *c);

/* Opens the view of this context: asks for the version (masters_ask) and takes the generation at
 * the first look-up. */
MUST_USE enum err masters_ask(struct cx *cx);
/* Gives the generation back. Call at the end of every context. */
void masters_leave(struct cx *cx);

/* Records kept under a key, or false. The array belongs to the generation. */
bool masters_get(struct cx *cx, const void *key, size_t key_n, const void **records, size_t *n);
/* Keeps a deep copy of records; does nothing when the view is not the current generation's. */
void masters_put(struct cx *cx, const struct entity_info *info, const void *key, size_t key_n,
                 const void *records, size_t n);

/* This transaction writes master data: raises the version (once) and reads past the cache from now
 * on. */
MUST_USE enum err masters_dirty(struct cx *cx);

extern const struct table_def masters_table;

#endif
