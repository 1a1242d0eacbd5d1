/* A table of fixed size: buckets by record, a free list, one lock. Each look sweeps what has
 * expired out of the bucket that it looks at; when the table is full, everything that has expired
 * goes. */
#include "flow/presence.h"

#include "base/hash.h"
#include "meta/house.h"
#include "os/thread.h"

#include <stdlib.h>

#define BUCKETS     4096
#define NAME_BYTES  121
#define FIELD_BYTES 81

struct entry {
    const struct entity *entity;
    int64_t id, user, until_us, looked_us;
    char name[NAME_BYTES], field[FIELD_BYTES];
    int32_t next; /* in the bucket, or of the free ones; -1 ends */
};

struct presence {
    mutex_t lock;
    struct entry entries[PRESENCE_MAX];
    int32_t buckets[BUCKETS];
    int32_t free;
};

static void presence_free(void *p)
{
    struct presence *t = p;
    pthread_mutex_destroy(&t->lock);
    free(t);
}

static void *presence_new(void)
{
    struct presence *t = calloc(1, sizeof *t);
    if (!t) {
        return NULL;
    }
    pthread_mutex_init(&t->lock, NULL);
    for (int32_t i = 0; i < PRESENCE_MAX; i++) {
        t->entries[i].next = i + 1 < PRESENCE_MAX ? i + 1 : -1;
    }
    for (size_t i = 0; i < BUCKETS; i++) {
        t->buckets[i] = -1;
    }
    return t;
}

static struct presence *table_of(struct house *h)
{
    static const char key;
    return house_attached(h, &key, presence_new, presence_free);
}

static int32_t *bucket_of(struct presence *t, int64_t id)
{
    return &t->buckets[hash_i64(id) % BUCKETS];
}

/* Gives back what has expired of one bucket. */
static void sweep(struct presence *t, int32_t *at, int64_t now_us)
{
    while (*at >= 0) {
        struct entry *e = &t->entries[*at];
        if (e->until_us > now_us) {
            at = &e->next;
            continue;
        }
        int32_t gone = *at;
        *at = e->next;
        e->next = t->free;
        t->free = gone;
    }
}

static struct entry *find(struct presence *t, const struct entity *e, int64_t id, int64_t user)
{
    for (int32_t i = *bucket_of(t, id); i >= 0; i = t->entries[i].next) {
        struct entry *x = &t->entries[i];
        if (x->entity == e && x->id == id && x->user == user) {
            return x;
        }
    }
    return NULL;
}

/* A text that fits, cut at a character. */
static void copy(char *out, size_t room, text_t t)
{
    size_t n = t.n < room ? t.n : room - 1;
    while (n < t.n && n > 0 && ((unsigned char)t.s[n] & 0xC0) == 0x80) {
        n--;
    }
    if (n) {
        memcpy(out, t.s, n);
    }
    out[n] = '\0';
}

bool presence_known(struct house *h, const struct entity *e, int64_t id, int64_t user,
                    int64_t now_us)
{
    struct presence *t = table_of(h);
    bool known = false;
    if (t) {
        mutex_lock(&t->lock);
        sweep(t, bucket_of(t, id), now_us);
        const struct entry *x = find(t, e, id, user);
        known = x && now_us - x->looked_us < PRESENCE_LOOK_US;
        mutex_unlock(&t->lock);
    }
    return known;
}

/* A free place in the record's bucket; NULL when all are taken. */
static struct entry *take(struct presence *t, int64_t id, int64_t now_us)
{
    for (size_t i = 0; t->free < 0 && i < BUCKETS; i++) {
        sweep(t, &t->buckets[i], now_us);
    }
    if (t->free < 0) {
        return NULL;
    }
    int32_t taken = t->free, *bucket = bucket_of(t, id);
    struct entry *e = &t->entries[taken];
    t->free = e->next;
    e->next = *bucket;
    *bucket = taken;
    return e;
}

void presence_touch(struct house *h, const struct entity *e, int64_t id, int64_t user, text_t name,
                    text_t field, int64_t now_us, bool looked)
{
    struct presence *t = table_of(h);
    if (!t) {
        return;
    }
    mutex_lock(&t->lock);
    struct entry *x = find(t, e, id, user);
    x = x ? x : take(t, id, now_us);
    if (x) {
        x->entity = e;
        x->id = id;
        x->user = user;
        x->until_us = now_us + PRESENCE_US;
        x->looked_us = looked ? now_us : x->looked_us;
        copy(x->name, sizeof x->name, name);
        copy(x->field, sizeof x->field, field);
    }
    mutex_unlock(&t->lock);
}

void presence_leave(struct house *h, const struct entity *e, int64_t id, int64_t user)
{
    struct presence *t = table_of(h);
    if (!t) {
        return;
    }
    mutex_lock(&t->lock);
    struct entry *x = find(t, e, id, user);
    if (x) {
        x->until_us = 0;
        sweep(t, bucket_of(t, id), 0);
    }
    mutex_unlock(&t->lock);
}

size_t presence_others(struct house *h, const struct entity *e, int64_t id, int64_t user,
                       int64_t now_us, struct arena *a, struct present *out, size_t max)
{
    struct presence *t = table_of(h);
    size_t n = 0;
    if (!t) {
        return 0;
    }
    mutex_lock(&t->lock);
    sweep(t, bucket_of(t, id), now_us);
    for (int32_t i = *bucket_of(t, id); i >= 0 && n < max; i = t->entries[i].next) {
        const struct entry *x = &t->entries[i];
        if (x->entity == e && x->id == id && x->user != user) {
            out[n++] = (struct present){ .user = x->user,
                                         .name = text_copy(a, text_of(x->name)),
                                         .field = x->field[0] ? text_copy(a, text_of(x->field))
                                                              : TEXT_NONE };
        }
    }
    mutex_unlock(&t->lock);
    return n;
}
