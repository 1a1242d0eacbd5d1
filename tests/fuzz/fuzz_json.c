/* JSON: what is read is well-formed and bounded, comes back the same when written and read again,
 * and no beginning of a text that ends with its bracket is a text itself. */
#include "base/json.h"

#include <stdlib.h>

#define CHECK(cond) ((cond) ? (void)0 : abort())
#define ARENA_MAX   ((size_t)256 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What json.h promises of every tree. */
static size_t check_tree(const struct json *j, int depth)
{
    size_t n = 1, children = 0;
    CHECK(depth <= JSON_DEPTH_MAX);
    if (j->type == JSON_STRING || j->type == JSON_NUMBER) {
        CHECK(j->text.s && j->text.s[j->text.n] == '\0');
        CHECK(strlen(j->text.s) == j->text.n); /* no NUL inside */
        CHECK(j->type == JSON_STRING || j->text.n > 0);
    } else {
        CHECK(!j->text.s);
    }
    if (j->type != JSON_ARRAY && j->type != JSON_OBJECT) {
        CHECK(!j->first && j->count == 0);
        return n;
    }
    CHECK(depth < JSON_DEPTH_MAX);
    for (const struct json *m = j->first; m; m = m->next) {
        CHECK((m->key.s != NULL) == (j->type == JSON_OBJECT));
        /* The first member of the name is the only one: a later twin would not be found. */
        CHECK(!m->key.s || children > 200 || json_get(j, m->key.s) == m);
        n += check_tree(m, depth + 1);
        children++;
    }
    CHECK(children == j->count);
    return n;
}

static bool same(const struct json *a, const struct json *b)
{
    if (a->type != b->type || a->count != b->count || !text_eq(a->text, b->text) ||
        !text_eq(a->key, b->key)) {
        return false;
    }
    const struct json *x = a->first, *y = b->first;
    for (; x && y; x = x->next, y = y->next) {
        if (!same(x, y)) {
            return false;
        }
    }
    return !x && !y;
}

static void check_refused_when_cut(struct arena *a, const char *text, size_t n)
{
    struct json *j;
    struct json_fault fault;
    for (size_t cut = 0; cut < n && cut < 64; cut++) {
        CHECK(json_parse(a, text, cut, &j, &fault) == ERR_INVALID);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct json *j = NULL, *again = NULL;
    struct json_fault fault;
    arena_init(&a, ARENA_MAX);
    char *src = malloc(size ? size : 1); /* exactly as long, so that the sanitizer sees its end */
    CHECK(src);
    if (size) {
        memcpy(src, data, size);
    }
    enum err e = json_parse(&a, src, size, &j, &fault);
    memset(src, '#', size); /* the tree must not lean on it */
    free(src);
    if (e == OK) {
        CHECK(check_tree(j, 0) <= JSON_MEMBERS_MAX);
        struct buf b;
        buf_init(&b, &a, ARENA_MAX);
        json_write(&b, j);
        text_t out = buf_done(&b);
        CHECK(!b.failed);
        CHECK(json_parse(&a, out.s, out.n, &again, &fault) == OK);
        CHECK(same(j, again));
        if (j->type == JSON_ARRAY || j->type == JSON_OBJECT || j->type == JSON_STRING) {
            check_refused_when_cut(&a, out.s, out.n);
        }
        struct buf b2;
        buf_init(&b2, &a, ARENA_MAX);
        json_write(&b2, again);
        CHECK(text_eq(out, buf_done(&b2)));
    } else {
        CHECK(e == ERR_INVALID);
        CHECK(fault.what && fault.at <= size);
    }
    CHECK(!a.failed);
    arena_free(&a);
    return 0;
}
