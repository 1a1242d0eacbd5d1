/* The request arena: blocks from malloc, a bump pointer in the newest, and the process's reserve.
 *
 * Invariants: `first` is the only block that is bumped; pieces of more than half a block get a
 * block of their own behind it, so that one large text does not waste the room that is left.
 * `used_bytes` never passes `max_bytes` while the arena has not failed. Pieces from the reserve
 * belong to no block; the reserve is emptied when its last holder frees or resets its arena.
 *
 * The reserve has one holder at a time, so that each failing request finds enough room to end in
 * order. A waiter gives up waiting after RESERVE_WAIT_S and shares instead (as does a second arena
 * of the holder's thread): handing out is serialised, so sharing is safe, and no lock order can
 * turn the reserve into a deadlock. */
#include "base/arena.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif

#ifdef ARENA_ASAN
/* With the address sanitizer what has not been handed out is poisoned, and so is a gap after each
 * piece. */
#include <sanitizer/asan_interface.h>
#define GAP            16u
#define POISON(p, n)   __asan_poison_memory_region((p), (n))
#define UNPOISON(p, n) __asan_unpoison_memory_region((p), (n))
#else
#define GAP            0u
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

#define ALIGN           ((size_t)16)
#define BLOCK_BYTES_MAX ((size_t)256 * 1024)
#define BYTES_MAX       (SIZE_MAX / 4)
#define RESERVE_WAIT_S  2
#define GUARD_BYTES     ((size_t)1024 * 1024)

struct arena_block {
    struct arena_block *older;
    size_t room; /* bytes in data */
    size_t used;
    size_t pad; /* keeps data aligned on 32-bit machines too */
    _Alignas(16) unsigned char data[];
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    unsigned char *bytes; /* ARENA_RESERVE_BYTES, or NULL before the first need */
    unsigned char *guard; /* GUARD_BYTES that nobody may touch */
    size_t used;
    size_t holders;
    pthread_t owner; /* who took it first; means nothing while holders is 0 */
} reserve = { .lock = PTHREAD_MUTEX_INITIALIZER, .freed = PTHREAD_COND_INITIALIZER };

bool (*arena_fault_hook)(void);

static size_t rounded(size_t bytes)
{
    size_t r = (bytes + GAP + (ALIGN - 1)) & ~(ALIGN - 1);
    return r ? r : ALIGN;
}

/* Under the lock. */
static enum err reserve_fill(void)
{
    if (!reserve.bytes) {
        reserve.bytes = malloc(ARENA_RESERVE_BYTES);
        if (reserve.bytes) {
            /* Touch every page now: memory that is only promised may not be there when it is
             * needed. */
            memset(reserve.bytes, 1, ARENA_RESERVE_BYTES);
            POISON(reserve.bytes, ARENA_RESERVE_BYTES);
        }
    }
    if (!reserve.guard) {
        void *p = mmap(NULL, GUARD_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        reserve.guard = p == MAP_FAILED ? NULL : p;
    }
    return reserve.bytes && reserve.guard ? OK : ERR_NO_MEMORY;
}

enum err arena_reserve_init(void)
{
    pthread_mutex_lock(&reserve.lock);
    enum err e = reserve_fill();
    pthread_mutex_unlock(&reserve.lock);
    return e;
}

/* Under the lock: waits for the turn of this arena, but not for ever. */
static void reserve_wait(struct arena *a)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += RESERVE_WAIT_S;
    while (reserve.holders && !pthread_equal(reserve.owner, pthread_self())) {
        if (pthread_cond_timedwait(&reserve.freed, &reserve.lock, &until) != 0) {
            break;
        }
    }
    if (reserve.holders == 0) {
        reserve.owner = pthread_self();
    }
    reserve.holders++;
    a->holds_reserve = true;
}

/* A piece of the reserve, or NULL when it is used up. */
static void *reserve_take(struct arena *a, size_t bytes)
{
    size_t size = rounded(bytes);
    void *p = NULL;
    pthread_mutex_lock(&reserve.lock);
    if (reserve_fill() == OK) {
        if (!a->holds_reserve) {
            reserve_wait(a);
        }
        if (size <= ARENA_RESERVE_BYTES - reserve.used) {
            p = reserve.bytes + reserve.used;
            reserve.used += size;
            UNPOISON(p, bytes);
        }
    }
    pthread_mutex_unlock(&reserve.lock);
    return p;
}

static void reserve_leave(struct arena *a)
{
    if (!a->holds_reserve) {
        return;
    }
    a->holds_reserve = false;
    pthread_mutex_lock(&reserve.lock);
    if (--reserve.holders == 0) {
        POISON(reserve.bytes, reserve.used);
        reserve.used = 0;
        pthread_cond_broadcast(&reserve.freed);
    }
    pthread_mutex_unlock(&reserve.lock);
}

void arena_init(struct arena *a, size_t max_bytes)
{
    *a = (struct arena){ .max_bytes = max_bytes };
}

static void free_blocks(struct arena_block *b)
{
    while (b) {
        struct arena_block *older = b->older;
        UNPOISON(b->data, b->room);
        free(b);
        b = older;
    }
}

void arena_free(struct arena *a)
{
    free_blocks(a->first);
    reserve_leave(a);
    arena_init(a, a->max_bytes);
}

void arena_reset(struct arena *a)
{
    struct arena_block *b = a->first;
    if (!b || b->room > BLOCK_BYTES_MAX) { /* one huge piece is not worth keeping */
        arena_free(a);
        return;
    }
    free_blocks(b->older);
    b->older = NULL;
    b->used = 0;
    POISON(b->data, b->room);
    reserve_leave(a);
    arena_init(a, a->max_bytes);
    a->first = b;
}

static struct arena_block *block_from_system(size_t room)
{
    if (arena_fault_hook && arena_fault_hook()) {
        return NULL;
    }
    struct arena_block *b = malloc(sizeof *b + room);
    if (b) {
        b->older = NULL;
        b->room = room;
        b->used = 0;
        POISON(b->data, room);
    }
    return b;
}

/* A block with at least `size` bytes free, hung into the arena. */
static struct arena_block *block_for(struct arena *a, size_t size)
{
    size_t usual = a->used_bytes < ARENA_BLOCK_BYTES ? ARENA_BLOCK_BYTES : a->used_bytes;
    usual = usual > BLOCK_BYTES_MAX ? BLOCK_BYTES_MAX : usual;
    usual -= sizeof(struct arena_block);
    bool own = size > ARENA_BLOCK_BYTES / 2;
    struct arena_block *b = block_from_system(own ? size : usual);
    if (!b) {
        return NULL;
    }
    if (own && a->first) {
        b->older = a->first->older;
        a->first->older = b;
    } else {
        b->older = a->first;
        a->first = b;
    }
    return b;
}

static void *bump(struct arena *a, struct arena_block *b, size_t bytes, size_t size)
{
    void *p = b->data + b->used;
    b->used += size;
    a->used_bytes += size;
    UNPOISON(p, bytes);
    return p;
}

static void *take_new_block(struct arena *a, size_t bytes, size_t size)
{
    struct arena_block *b = block_for(a, size);
    return b ? bump(a, b, bytes, size) : NULL;
}

void *arena_try(struct arena *a, size_t bytes)
{
    size_t size = rounded(bytes);
    struct arena_block *b = a->first;
    if (__builtin_expect(a->failed, 0)) {
        return bytes > BYTES_MAX ? NULL : reserve_take(a, bytes);
    }
    if (bytes > BYTES_MAX || a->used_bytes > a->max_bytes || bytes > a->max_bytes - a->used_bytes) {
        a->failed = true;
        return NULL;
    }
    if (b && size <= b->room - b->used) {
        return bump(a, b, bytes, size);
    }
    void *p = take_new_block(a, bytes, size);
    a->failed = !p;
    return p;
}

/* Where arena_try had nothing: the reserve, then the system past the maximum (the memory may well
 * be there when only the maximum was passed), then an address that faults when touched, which is
 * the end of a caller who did not look at `failed` before filling a piece of absurd size. */
static void *take_failed(struct arena *a, size_t bytes)
{
    void *p = NULL;
    a->failed = true;
    if (bytes <= BYTES_MAX) {
        p = reserve_take(a, bytes);
        p = p ? p : take_new_block(a, bytes, rounded(bytes));
    }
    return p;
}

static void *guard(void)
{
    pthread_mutex_lock(&reserve.lock);
    enum err e = reserve_fill();
    pthread_mutex_unlock(&reserve.lock);
    INVARIANT(e == OK || reserve.guard); /* arena_reserve_init was not called at start */
    return reserve.guard;
}

void *arena_take(struct arena *a, size_t bytes)
{
    void *p = arena_try(a, bytes);
    if (__builtin_expect(!p, 0)) {
        p = take_failed(a, bytes);
        p = p ? p : guard();
    }
    return p;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
    void *p = arena_try(a, bytes);
    if (__builtin_expect(!p, 0)) {
        p = take_failed(a, bytes);
        if (!p) {
            return guard();
        }
    }
    return memset(p, 0, bytes);
}

bool arena_extend(struct arena *a, void *p, size_t old_bytes, size_t new_bytes)
{
    struct arena_block *b = a->first;
    size_t old_size = rounded(old_bytes);
    if (a->failed || !b || new_bytes < old_bytes || new_bytes > BYTES_MAX) {
        return false;
    }
    size_t more = rounded(new_bytes) - old_size;
    if ((unsigned char *)p + old_size != b->data + b->used || more > b->room - b->used ||
        a->used_bytes > a->max_bytes || more > a->max_bytes - a->used_bytes) {
        return false;
    }
    b->used += more;
    a->used_bytes += more;
    UNPOISON(p, new_bytes);
    return true;
}

void *arena_array(struct arena *a, size_t n, size_t bytes)
{
    size_t all;
    if (__builtin_mul_overflow(n, bytes, &all)) {
        all = SIZE_MAX;
    }
    return arena_alloc(a, all);
}

char *arena_copy(struct arena *a, const char *bytes, size_t n)
{
    char *p = arena_take(a, n < SIZE_MAX ? n + 1 : n);
    if (n) {
        memcpy(p, bytes, n);
    }
    p[n] = '\0';
    return p;
}
