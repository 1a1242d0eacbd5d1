/* Generations of master data. */
#include "meta/masters.h"

#include "base/hash.h"
#include "base/map.h"
#include "os/thread.h"

#include <stdlib.h>

#define GENERATION_MAX  ((size_t)128 * 1024 * 1024)
#define GENERATION_FULL ((size_t)64 * 1024 * 1024)

struct entry {
    struct entry *next; /* same hash */
    const void *key;
    size_t key_n;
    const void *records;
    size_t n;
};

struct generation {
    int64_t version;
    int64_t holders; /* under the cache's lock */
    struct arena arena;
    struct map entries; /* hash of the key to a chain of entries */
};

struct masters {
    mutex_t lock;
    struct generation *now; /* holds one reference, or NULL */
};

struct masters_view {
    struct ask *asked;
    bool opened, dirty;
    bool past; /* no memory to keep more: read past the cache, but hold what was got from it */
    int64_t version;
    struct generation *generation; /* NULL: read past the cache */
};

static const struct col_def columns[] = {
    { .name = "id", .type = COL_INT, .not_null = true },
    { .name = "version", .type = COL_INT, .not_null = true },
};
const struct table_def masters_table = { .name = "cache_version",
                                         .primary_key = "id",
                                         .cols = columns,
                                         .n_cols = N_ELEMENTS(columns),
                                         .fill_percent = 50 };

struct masters *masters_new(void)
{
    struct masters *c = calloc(1, sizeof *c);
    if (c) {
        pthread_mutex_init(&c->lock, NULL);
    }
    return c;
}

static void let_go(struct generation *g)
{
    if (g && --g->holders == 0) {
        map_free(&g->entries);
        arena_free(&g->arena);
        free(g);
    }
}

void masters_clear(struct masters *c)
{
    mutex_lock(&c->lock);
    let_go(c->now);
    c->now = NULL;
    mutex_unlock(&c->lock);
}

void masters_free(struct masters *c)
{
    if (c) {
        masters_clear(c);
        pthread_mutex_destroy(&c->lock);
        free(c);
    }
}

enum err masters_ask(struct cx *cx)
{
    if (!cx->masters) {
        cx->masters = ARENA_NEW(cx->arena, struct masters_view);
    }
    if (cx->masters->asked || cx->masters->opened) {
        return OK;
    }
    return tx_ask(cx->tx, cx->arena, "SELECT version FROM cache_version WHERE id = 1", NULL, 0,
                  &cx->masters->asked);
}

static void take_generation(struct masters *c, struct masters_view *v)
{
    mutex_lock(&c->lock);
    if (!c->now || c->now->version < v->version) {
        struct generation *g = calloc(1, sizeof *g);
        if (g) {
            g->version = v->version;
            g->holders = 1;
            arena_init(&g->arena, GENERATION_MAX);
            let_go(c->now);
            c->now = g;
        }
    }
    if (c->now && c->now->version == v->version) {
        c->now->holders++;
        v->generation = c->now;
    }
    mutex_unlock(&c->lock);
}

/* The view at the version that this transaction sees; NULL when it has to read past the cache. */
static struct masters_view *view_of(struct cx *cx)
{
    if (!cx->masters || !cx->masters->opened) {
        struct rows rows;
        if (masters_ask(cx) != OK) {
            return NULL;
        }
        struct masters_view *v = cx->masters;
        v->opened = true;
        if (tx_answer(cx->tx, v->asked, &rows) != OK || rows.n != 1) {
            return NULL;
        }
        v->version = rows_int(&rows, 0, 0);
        take_generation(house_masters(cx->house), v);
    }
    struct masters_view *v = cx->masters;
    return v->generation && !v->dirty && !v->past ? v : NULL;
}

void masters_leave(struct cx *cx)
{
    if (cx->masters && cx->masters->generation) {
        struct masters *c = house_masters(cx->house);
        mutex_lock(&c->lock);
        let_go(cx->masters->generation);
        mutex_unlock(&c->lock);
    }
    cx->masters = NULL;
}

static int64_t key_hash(const void *key, size_t n)
{
    return (int64_t)hash_bytes(key, n);
}

static struct entry *entry_find(const struct generation *g, const void *key, size_t n)
{
    struct entry *e = map_get(&g->entries, key_hash(key, n));
    while (e && (e->key_n != n || memcmp(e->key, key, n) != 0)) {
        e = e->next;
    }
    return e;
}

bool masters_get(struct cx *cx, const void *key, size_t key_n, const void **records, size_t *n)
{
    struct masters_view *v = view_of(cx);
    if (!v) {
        return false;
    }
    struct masters *c = house_masters(cx->house);
    mutex_lock(&c->lock);
    struct entry *e = entry_find(v->generation, key, key_n);
    mutex_unlock(&c->lock);
    if (!e) {
        return false;
    }
    *records = e->records;
    *n = e->n;
    return true;
}

/* A deep copy of the records into the generation's arena. */
static void *copy_records(struct arena *a, const struct entity_info *info, const void *records,
                          size_t n)
{
    size_t size = info->entity->shape.size;
    char *copy = arena_array(a, n ? n : 1, size);
    if (n > 0) {
        memcpy(copy, records, n * size);
    }
    for (size_t r = 0; r < n; r++) {
        for (size_t i = 0; i < info->n_fields; i++) {
            const struct field *f = &info->fields[i];
            if (f->kind->storage == STORE_TEXT) {
                text_t *t = (text_t *)(void *)(copy + r * size + f->offset);
                *t = t->s ? text_copy(a, *t) : TEXT_NONE;
            }
        }
    }
    return copy;
}

void masters_put(struct cx *cx, const struct entity_info *info, const void *key, size_t key_n,
                 const void *records, size_t n)
{
    struct masters_view *v = view_of(cx);
    if (!v || cx->arena->failed) {
        return;
    }
    struct masters *c = house_masters(cx->house);
    struct generation *g = v->generation;
    mutex_lock(&c->lock);
    if (!entry_find(g, key, key_n) && !g->arena.failed && g->arena.used_bytes < GENERATION_FULL) {
        struct entry *e = ARENA_NEW(&g->arena, struct entry);
        e->key = arena_copy(&g->arena, key, key_n);
        e->key_n = key_n;
        e->records = copy_records(&g->arena, info, records, n);
        e->n = n;
        e->next = map_get(&g->entries, key_hash(key, key_n));
        if (g->arena.failed || map_put(&g->entries, key_hash(key, key_n), e) != OK) {
            v->past = true;
            if (c->now == g) { /* the next one begins anew */
                let_go(c->now);
                c->now = NULL;
            }
        }
    }
    mutex_unlock(&c->lock);
}

enum err masters_dirty(struct cx *cx)
{
    (void)view_of(cx); /* opens the view: its version was read before the change */
    if (!cx->masters) {
        return ERR_NO_MEMORY;
    }
    if (cx->masters->dirty) {
        return OK;
    }
    cx->masters->dirty = true;
    return tx_exec(cx->tx, "UPDATE cache_version SET version = version + 1 WHERE id = 1", NULL, 0);
}
