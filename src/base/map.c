/* Open addressing with linear probing, at most three quarters full, grown by doubling.
 *
 * Invariants: room is 0 or a power of two and n < room, so that every probe ends at a free slot. A
 * slot with name.s NULL has a numeric key, any other a text key, so that the two kinds never match
 * each other. */
#include "base/map.h"

#include "base/hash.h"

#include <stdlib.h>

#define ROOM_FIRST 16

/* 0 marks a free slot. */
static uint64_t never_zero(uint64_t h)
{
    return h ? h : 1;
}

static bool same_key(const struct map_slot *s, const struct map_slot *k)
{
    if (s->hash != k->hash || !s->name.s != !k->name.s) {
        return false;
    }
    return k->name.s ? text_eq(s->name, k->name) : s->key == k->key;
}

/* The slot that has the key, or the free slot where it belongs. The map has room. */
static struct map_slot *slot_of(struct map_slot *slots, size_t room, const struct map_slot *k)
{
    size_t i = (size_t)k->hash & (room - 1);
    while (slots[i].hash && !same_key(&slots[i], k)) {
        i = (i + 1) & (room - 1);
    }
    return &slots[i];
}

static enum err grow(struct map *m)
{
    size_t room = m->room ? m->room * 2 : ROOM_FIRST;
    struct map_slot *slots = calloc(room, sizeof *slots);
    if (!slots) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < m->room; i++) {
        if (m->slots[i].hash) {
            *slot_of(slots, room, &m->slots[i]) = m->slots[i];
        }
    }
    free(m->slots);
    m->slots = slots;
    m->room = room;
    return OK;
}

static void *get(const struct map *m, const struct map_slot *k)
{
    return m->room ? slot_of(m->slots, m->room, k)->value : NULL;
}

static enum err put(struct map *m, struct map_slot k)
{
    struct map_slot *s = m->room ? slot_of(m->slots, m->room, &k) : NULL;
    if (!s || !s->hash) {
        if (m->n + 1 > m->room / 4 * 3) {
            TRY(grow(m));
        }
        s = slot_of(m->slots, m->room, &k);
        m->n++;
    }
    *s = k;
    return OK;
}

static struct map_slot number_key(int64_t key)
{
    return (struct map_slot){ .hash = never_zero(hash_i64(key)), .key = key };
}

static struct map_slot text_key(text_t key)
{
    return (struct map_slot){
        .hash = never_zero(hash_bytes(key.s, key.n)),
        .name = key.s ? key : TEXT(""),
    };
}

void *map_get(const struct map *m, int64_t key)
{
    struct map_slot k = number_key(key);
    return get(m, &k);
}

enum err map_put(struct map *m, int64_t key, void *value)
{
    struct map_slot k = number_key(key);
    k.value = value;
    return put(m, k);
}

void *map_get_text(const struct map *m, text_t key)
{
    struct map_slot k = text_key(key);
    return get(m, &k);
}

enum err map_put_text(struct map *m, text_t key, void *value)
{
    struct map_slot k = text_key(key);
    k.value = value;
    return put(m, k);
}

void map_clear(struct map *m)
{
    if (m->room) {
        memset(m->slots, 0, m->room * sizeof *m->slots);
    }
    m->n = 0;
}

void map_free(struct map *m)
{
    free(m->slots);
    *m = (struct map){ .slots = NULL };
}
