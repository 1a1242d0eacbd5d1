/* The request arena: everything a request, a command or a report allocates, freed in one go.
 *
 * arena_alloc never returns NULL. When the system has no memory left the arena takes the process's
 * one emergency reserve (waiting for its turn), marks itself `failed` and goes on: the caller's
 * straight-line code stays valid, every store operation refuses while `failed` is set (so nothing
 * can be committed), and the request ends with 503 out_of_memory. An arena that passes its stated
 * maximum fails in the same way.
 *
 * An arena belongs to one thread at a time. */
#ifndef KONTOR_ARENA_H
#define KONTOR_ARENA_H

#include "base/base.h"

struct arena_block;

struct arena {
    struct arena_block *first; /* newest block; allocation bumps inside it */
    size_t used_bytes;         /* in all blocks, for the maximum */
    size_t max_bytes;
    bool failed;        /* sticky: memory ran out or the maximum was passed */
    bool holds_reserve; /* this arena owns the emergency reserve until arena_free */
};

#define ARENA_BLOCK_BYTES   ((size_t)16 * 1024)
#define ARENA_RESERVE_BYTES ((size_t)8 * 1024 * 1024)

/* Reserves the process's emergency memory. Call once at start, before any arena_init. */
MUST_USE enum err arena_reserve_init(void);

/* Prepares an empty arena that may hand out up to max_bytes (more: `failed`). Allocates nothing
 * yet. */
void arena_init(struct arena *a, size_t max_bytes);

/* Frees every block. The arena is then as after arena_init. */
void arena_free(struct arena *a);

/* Forgets everything allocated, and a failure, but keeps the newest block, for reuse by the next
 * request. */
void arena_reset(struct arena *a);

/* Zeroed memory, aligned for any type, that lives until arena_free or arena_reset. Never NULL. */
void *arena_alloc(struct arena *a, size_t bytes);

/* As arena_alloc, but the memory is not zeroed: for what is overwritten at once. */
void *arena_take(struct arena *a, size_t bytes);

/* As arena_take, but NULL (and `failed`) where arena_take would fall back on the reserve for the
 * first time, or where the reserve has no room: for those who can report the failure themselves. */
void *arena_try(struct arena *a, size_t bytes);

/* Grows the newest piece of the arena where it stands; false when that is not possible. */
bool arena_extend(struct arena *a, void *p, size_t old_bytes, size_t new_bytes);

/* As arena_alloc for n objects of size bytes; an overflowing product makes the arena fail (and
 * gives an address that nobody can read or write, as arena_alloc does for a size that neither
 * system nor reserve can give). */
void *arena_array(struct arena *a, size_t n, size_t bytes);

#define ARENA_NEW(a, type)      ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))

/* A NUL-terminated copy of n bytes. */
char *arena_copy(struct arena *a, const char *bytes, size_t n);

/* Fault injection: called before each block is taken from the system; returning true makes it fail.
 * NULL outside the tests. */
extern bool (*arena_fault_hook)(void);

#endif
