/* Whatever fails at whatever moment of a sale, a return or a receipt of goods: it is either done or
 * refused by name, the books hold, and the same request sent again is done exactly once.
 *
 * Walks through the moments one by one: the n-th statement, write and commit of the store, the n-th
 * block of arena memory, the end of a request's own memory at any place, and the n-th allocation of
 * SQLite or (in a build without sanitizers) of the whole process, alone and together with those
 * that follow it.
 *
 *     faults_test [STEP [TESTS]]   every STEP-th allocation; only tests of that name, which may
 *                                  hold a star */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit/shop.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* -- what fails -------------------------------------------------------------------------------- */

static struct {
    atomic_bool armed;
    atomic_int left; /* moments until the fault; it happens when this falls from 1 to 0 */
    int many;        /* how many moments in a row fail */
    enum db_fault point;
    enum err e; /* what the store answers */
    atomic_int happened;
} fault;

static bool strikes(void)
{
    if (!atomic_load_explicit(&fault.armed, memory_order_relaxed)) {
        return false;
    }
    int left = atomic_fetch_sub(&fault.left, 1);
    bool now = left <= 1 && left > 1 - fault.many;
    if (now) {
        atomic_fetch_add(&fault.happened, 1);
    }
    return now;
}

static enum err store_fault(enum db_fault point)
{
    return point == fault.point && strikes() ? fault.e : OK;
}

/* Only a request's own time is dangerous. */
static int next_n, next_many;

static void around(bool begins)
{
    if (begins && next_n > 0) {
        fault.many = next_many;
        atomic_store(&fault.left, next_n);
        atomic_store(&fault.happened, 0);
    }
    atomic_store(&fault.armed, begins && next_n > 0);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WHOLE_PROCESS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WHOLE_PROCESS 0
#endif
#endif
#if !defined(WHOLE_PROCESS) && defined(__clang_analyzer__) /* malloc is not ours to analyse */
#define WHOLE_PROCESS 0
#endif
#ifndef WHOLE_PROCESS
#define WHOLE_PROCESS 1
#endif

static bool whole_process; /* malloc of everybody fails; otherwise only SQLite's */

#if WHOLE_PROCESS
/* The C library's own names for what stands behind malloc; ours come first for all libraries. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

static bool denied(void)
{
    if (!whole_process || !strikes()) {
        return false;
    }
    errno = ENOMEM;
    return true;
}

void *malloc(size_t n)
{
    return denied() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return denied() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    return denied() ? NULL : __libc_realloc(p, n);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#endif

static sqlite3_mem_methods usual;
static bool sqlite_memory;

static void *sqlite_malloc(int n)
{
    return sqlite_memory && strikes() ? NULL : usual.xMalloc(n);
}

static void *sqlite_realloc(void *p, int n)
{
    return sqlite_memory && strikes() ? NULL : usual.xRealloc(p, n);
}

static int take_sqlite_memory(void)
{
    sqlite3_mem_methods ours;
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &usual) != SQLITE_OK) {
        return 1;
    }
    ours = usual;
    ours.xMalloc = sqlite_malloc;
    ours.xRealloc = sqlite_realloc;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) != SQLITE_OK;
}

/* -- what is done meanwhile -------------------------------------------------------------------- */

struct deed {
    const char *name, *path, *body;
    int status;        /* when nothing fails */
    const char *code;  /* of a refusal */
    const char *count; /* SQL: how often it was done */
    long long each;    /* by how much that rises */
};

/* The sale that is taken back piece by piece. */
static char return_path[100];

static const struct deed deeds[] = {
    { "checkout", "/sales_orders/checkout",
      "{\"till\":\"T1\",\"customer\":\"C1\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"2\"},"
      "{\"product\":\"MUG\",\"quantity\":\"1\"},{\"product\":\"BOOK\",\"quantity\":\"1\"}],"
      "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"100.00\"}]}",
      201, NULL, "SELECT COUNT(*) FROM sales_orders WHERE kind = 0", 1 },
    { "return", return_path,
      "{\"till\":\"T1\",\"lines\":[{\"line\":1,\"quantity\":\"1\"}],\"tenders\":[{\"kind\":\"cas"
      "h\","
      "\"amount\":\"20.00\"}],\"reason\":\"cracked\"}",
      200, NULL, "SELECT COUNT(*) FROM sales_orders WHERE kind = 1", 1 },
    { "receive", "/stock_moves/receive",
      "{\"site\":\"S2\",\"reference\":\"R7\",\"lines\":["
      "{\"product\":\"TEA\",\"quantity\":\"3\",\"unit_cost\":\"4.00\"},"
      "{\"product\":\"BOOK\",\"quantity\":\"4\",\"unit_cost\":\"5.003\"}]}",
      201, NULL, "SELECT COUNT(*) FROM stock_moves WHERE reference = 'R7'", 2 },
    { "refused checkout", "/sales_orders/checkout",
      "{\"till\":\"T2\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"1\"},"
      "{\"product\":\"ONE\",\"quantity\":\"2\"}],"
      "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"100.00\"}]}",
      409, "out_of_stock", "SELECT COUNT(*) FROM sales_orders", 0 },
};

/* Pays in cash, which the returns need, and comes back in few enough parts that reading them all
 * costs nothing. */
static void sell_what_comes_back(struct shop *s)
{
    int64_t sale = shop_must(
        s, 201, "POST", "/sales_orders/checkout",
        "{\"till\":\"T1\",\"lines\":[{\"product\":\"BOOK\",\"quantity\":\"50\"}],"
        "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"1000.00\"}]}");
    (void)snprintf(return_path, sizeof return_path, "/sales_orders/%lld/return", (long long)sale);
}

/* -- one moment -------------------------------------------------------------------------------- */

/* What may come of a fault: a status and code, or the deed done all the same. */
struct outcome {
    int status;
    const char *code;
    bool may_succeed;
};

static int attempts;
static bool last_done;  /* the last request with a fault did its deed */
static size_t next_max; /* bytes that it may use; 0: plenty */

static _Noreturn void wrong(const struct shop *s, const struct deed *d, const char *what, int n,
                            const struct shop_answer *a)
{
    fail_msg("%s on %s, %s, moment %d: %d %.*s", d->name, s->url, what, n, a->status,
             (int)a->body.n, a->body.s ? a->body.s : "");
    abort();
}

static bool as_without_fault(const struct deed *d, const struct shop_answer *a)
{
    return a->status == d->status && (!d->code || text_is(a->code, d->code));
}

static bool allowed(const struct outcome *o, size_t n, const struct shop_answer *a)
{
    for (size_t i = 0; i < n; i++) {
        if (a->status == o[i].status && text_is(a->code, o[i].code)) {
            return true;
        }
    }
    return false;
}

/* Does the deed with a fault at its n-th moment, then again without. Returns whether there was that
 * many moments. */
static bool one_moment(struct shop *s, const struct deed *d, int n, int many, const char *what,
                       const struct outcome *o, size_t n_o)
{
    struct shop_answer first, second;
    char key[40];
    if (attempts % 40 == 0) {
        sell_what_comes_back(s);
    }
    long long before = kit_store_sql(s->url, d->count);
    (void)snprintf(key, sizeof key, "attempt-%d", attempts++);
    next_n = n;
    next_many = many;
    s->request_max = next_max;
    (void)shop_ask(s, &first, "POST", d->path, key, d->body);
    s->request_max = 0;
    next_n = 0;
    bool struck = atomic_load(&fault.happened) > 0;
    bool done = last_done = as_without_fault(d, &first);
    long long after = kit_store_sql(s->url, d->count);
    /* What fails behind a refusal, while it is kept under the key, changes nothing. */
    bool may_be_done = !struck || d->status >= 400 || o[0].may_succeed;
    if (done ? !may_be_done : !allowed(o, n_o, &first)) {
        wrong(s, d, what, n, &first);
    }
    if (after - before != (done ? d->each : 0)) {
        fail_msg("%s on %s, %s, moment %d: done %lld times", d->name, s->url, what, n,
                 after - before);
    }
    (void)shop_ask(s, &second, "POST", d->path, key, d->body);
    if (!as_without_fault(d, &second)) {
        wrong(s, d, what, n, &second);
    }
    /* A refusal changes nothing, so it need not be kept when keeping it fails. */
    bool must_replay = done && d->status < 400;
    if (must_replay && !(second.replayed && text_eq(first.body, second.body))) {
        wrong(s, d, what, n, &second);
    }
    if (kit_store_sql(s->url, d->count) - before != d->each) {
        fail_msg("%s on %s, %s, moment %d: a second effect", d->name, s->url, what, n);
    }
    shop_forget(&first);
    shop_forget(&second);
    return struck;
}

/* -- statements, writes and commits ------------------------------------------------------------ */

static const struct {
    enum err e;
    struct outcome o;
} store_faults[] = {
    { ERR_STORE, { 503, "store_unavailable", false } },
    { ERR_DISK_FULL, { 507, "disk_full", false } },
    { ERR_NO_MEMORY, { 503, "out_of_memory", false } },
    { ERR_TIMEOUT, { 503, "timeout", false } },
    { ERR_BUSY, { 503, "store_busy", false } },
    { ERR_IO, { 503, "store_unavailable", false } },
    { ERR_CONFLICT, { 503, "store_busy", true } }, /* run again */
};

static const struct {
    enum db_fault point;
    const char *name;
} points[] = {
    { DB_FAULT_STATEMENT, "statement" },
    { DB_FAULT_WRITE, "write" },
    { DB_FAULT_COMMIT, "commit" },
};

/* A commit that fails once is made again on SQLite, job by job; one that keeps failing is told. */
static void commits_fail(struct shop *s, const struct deed *d)
{
    for (size_t f = 0; f < N_ELEMENTS(store_faults); f++) {
        struct outcome o = store_faults[f].o;
        fault.e = store_faults[f].e;
        if (fault.e != ERR_CONFLICT) {
            (void)one_moment(s, d, 1, 1000, "all commits", &o, 1);
        }
        o.may_succeed = true;
        (void)one_moment(s, d, 1, 1, "commit", &o, 1);
    }
}

/* Each moment with three of the faults, in turn. */
static bool moment_fails(struct shop *s, const struct deed *d, int n, const char *what)
{
    static size_t turn;
    bool more = false;
    for (size_t k = 0; k < 3; k++) {
        size_t f = turn++ % N_ELEMENTS(store_faults);
        fault.e = store_faults[f].e;
        more |= one_moment(s, d, n, 1, what, &store_faults[f].o, 1);
    }
    return more;
}

static void store_fails(void **state)
{
    enum db_store store = kit_store_of(state);
    static struct shop s;
    shop_open(&s, store);
    sell_what_comes_back(&s);
    s.around = around;
    db_fault_hook = store_fault;
    for (size_t d = 0; d < N_ELEMENTS(deeds); d++) {
        for (size_t p = 0; p < N_ELEMENTS(points); p++) {
            fault.point = points[p].point;
            if (fault.point == DB_FAULT_COMMIT) {
                commits_fail(&s, &deeds[d]);
            } else {
                for (int n = 1; moment_fails(&s, &deeds[d], n, points[p].name); n++) {}
            }
        }
        shop_verify(&s, deeds[d].name);
    }
    db_fault_hook = NULL;
    shop_close(&s);
}

/* -- memory ------------------------------------------------------------------------------------ */

/* What a failed allocation may look like: it is told as what it is, unless it befell a connection
 * to PostgreSQL, which libpq then gives up: that is made again. */
static const struct outcome no_memory[] = {
    { 503, "out_of_memory", true },
    { 503, "store_unavailable", true },
    { 503, "store_busy", true },
};

static int step = 7;

#define STEP_BYTES 200

static void walk_memory(struct shop *s, const char *what, int stride, int many)
{
    for (size_t d = 0; d < N_ELEMENTS(deeds); d++) {
        int n = 1;
        while (one_moment(s, &deeds[d], n, many, what, no_memory, N_ELEMENTS(no_memory))) {
            n += stride;
        }
        print_message("%s: %d moments, %s\n", deeds[d].name, n, what);
        shop_verify(s, deeds[d].name);
    }
}

static void blocks_fail(void **state)
{
    enum db_store store = kit_store_of(state);
    static struct shop s;
    shop_open(&s, store);
    sell_what_comes_back(&s);
    s.around = around;
    arena_fault_hook = strikes;
    walk_memory(&s, "block", 1, 1);
    walk_memory(&s, "blocks", 1, 1000000);
    arena_fault_hook = NULL;
    shop_close(&s);
}

/* A request that may use so many bytes and no more: its memory ends at every place in turn. */
static void small_requests(void **state)
{
    enum db_store store = kit_store_of(state);
    static struct shop s;
    shop_open(&s, store);
    for (size_t d = 0; d < N_ELEMENTS(deeds); d++) {
        bool more = true;
        for (int n = 1; more; n++) {
            next_max = (size_t)n * STEP_BYTES;
            (void)one_moment(&s, &deeds[d], 0, 0, "room", no_memory, N_ELEMENTS(no_memory));
            more = !last_done;
            next_max = 0;
        }
        shop_verify(&s, deeds[d].name);
    }
    shop_close(&s);
}

/* A house that has just been opened: what it keeps for its life is not there yet. */
static void first_request_fails(void **state)
{
    enum db_store store = kit_store_of(state);
    static struct shop s;
    struct shop_answer a;
    char url[KIT_URL_MAX], admin[100];
    bool more = true;
    shop_open(&s, store);
    sell_what_comes_back(&s);
    (void)snprintf(url, sizeof url, "%s", s.url);
    (void)snprintf(admin, sizeof admin, "%s", s.admin.s);
    for (int n = 1; more; n++) {
        shop_shut(&s);
        shop_open_again(&s, url);
        s.admin = text_of(admin);
        s.around = around;
        arena_fault_hook = strikes;
        more = one_moment(&s, &deeds[0], n, 1, "first block", no_memory, N_ELEMENTS(no_memory));
        arena_fault_hook = NULL;
        s.around = NULL;
        assert_int_equal(shop_ask(&s, &a, "GET", "/sales_orders?limit=1&expand=lines", NULL, NULL),
                         200);
        shop_forget(&a);
    }
    shop_verify(&s, "first request");
    shop_close(&s);
}

static void allocations_fail(void **state)
{
    enum db_store store = kit_store_of(state);
    static struct shop s;
    shop_open(&s, store);
    sell_what_comes_back(&s);
    s.around = around;
    whole_process = WHOLE_PROCESS;
    sqlite_memory = !WHOLE_PROCESS;
    if (WHOLE_PROCESS || store == DB_SQLITE) {
        walk_memory(&s, "allocation", step, 1);
        /* Many in a row also befall the making of a new connection, which then takes seconds. */
        walk_memory(&s, "allocations", step * 3, store == DB_SQLITE ? 25 : 4);
    }
    whole_process = sqlite_memory = false;
    shop_close(&s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        KIT_ON_BOTH(store_fails),      KIT_ON_BOTH(blocks_fail),
        KIT_ON_BOTH(small_requests),   KIT_ON_BOTH(first_request_fails),
        KIT_ON_BOTH(allocations_fail),
    };
    if (argc > 1) {
        step = (int)strtol(argv[1], NULL, 10);
    }
    if (argc > 2) {
        cmocka_set_test_filter(argv[2]);
    }
    return take_sqlite_memory() != 0 || step < 1 || cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
