/* Typed filters: whatever is typed is taken apart, put together again and read as the same. */
#include "meta/filter_text.h"

#include <stdlib.h>

#define CHECK(cond) ((cond) ? (void)0 : abort())
#define ARENA_MAX   ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_value(const struct filter_value *x, const struct filter_value *y)
{
    CHECK(text_eq(x->from, y->from) && !x->from.s == !y->from.s);
    CHECK(text_eq(x->to, y->to) && !x->to.s == !y->to.s);
    CHECK(x->range == y->range && x->quoted == y->quoted);
}

static void same_part(const struct filter_part *x, const struct filter_part *y)
{
    CHECK(text_eq(x->name, y->name) && !x->name.s == !y->name.s);
    CHECK(text_eq(x->words, y->words));
    CHECK(x->op == y->op && x->loose == y->loose && x->n_values == y->n_values);
    for (size_t i = 0; i < x->n_values; i++) {
        same_value(&x->values[i], &y->values[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct buf b;
    size_t n, again;
    arena_init(&a, ARENA_MAX);
    struct filter_part *parts = ARENA_ARRAY(&a, FILTER_PARTS_MAX, struct filter_part);
    struct filter_part *copy = ARENA_ARRAY(&a, FILTER_PARTS_MAX, struct filter_part);
    text_t text = { arena_copy(&a, (const char *)data, size), size };
    enum err e = filter_split(&a, text, parts, FILTER_PARTS_MAX, &n);
    CHECK(e == OK || e == ERR_RANGE);
    CHECK(n <= FILTER_PARTS_MAX);
    buf_init(&b, &a, ARENA_MAX / 2);
    filter_join(&b, parts, e == OK ? n : 0);
    if (e == OK && b.n <= FILTER_TEXT_MAX) {
        CHECK(filter_split(&a, buf_done(&b), copy, FILTER_PARTS_MAX, &again) == OK);
        CHECK(again == n);
        for (size_t i = 0; i < n; i++) {
            CHECK(parts[i].name.s || parts[i].words.n > 0);
            CHECK(!parts[i].name.s || parts[i].n_values > 0);
            same_part(&parts[i], &copy[i]);
        }
    }
    CHECK(!a.failed);
    arena_free(&a);
    return 0;
}
