/* Limits on guessing: tries at signing in, counted by name and by address in the store.
 *
 * Names and addresses are counted in one of 65,536 rows each by their hash, whether there is such a
 * name or not: so the table cannot grow with what strangers send, and an unknown name behaves like
 * a known one. Two that share a row share their count, which costs a wait at worst. */
#include "flow/account_own.h"

#include "base/hash.h"
#include "meta/search.h"

#include <arpa/inet.h>
#include <stdio.h>

#define BUCKETS    UINT64_C(65536)
#define DELAY_MAX  INT64_C(900)                    /* seconds */
#define FORGET_US  (INT64_C(3600) * US_PER_SECOND) /* after so long without a try */
#define DOUBLE_MAX 10

static const struct col_def columns[] = {
    { .name = "id", .type = COL_INT, .not_null = true },
    { .name = "tries", .type = COL_INT, .not_null = true },
    { .name = "tried_at", .type = COL_INT, .not_null = true },
    { .name = "locked_until", .type = COL_INT, .not_null = true },
};
static const struct col_def step_columns[] = {
    { .name = "user_account", .type = COL_INT, .not_null = true },
    { .name = "step", .type = COL_INT, .not_null = true },
};
const struct table_def access_tables[ACCESS_TABLES] = {
    { .name = "sign_in_guard",
      .primary_key = "id",
      .cols = columns,
      .n_cols = N_ELEMENTS(columns) },
    { .name = "second_factor_step", /* of the code used last: a code works once */
      .primary_key = "user_account",
      .cols = step_columns,
      .n_cols = N_ELEMENTS(step_columns) },
};

enum { BY_NAME, BY_ADDRESS, COUNTED };

struct guard {
    struct arena *arena;
    int64_t id[COUNTED];
    int counted; /* only by name where there is no address */
    instant_t now;
    int64_t wait;
};

static int64_t name_id(struct arena *a, text_t name)
{
    text_t folded = search_fold(a, name);
    return (int64_t)(hash_bytes(folded.s, folded.n) % BUCKETS);
}

/* Of IPv6 the first 64 bits, which are what one subscriber has. */
static int64_t address_id(text_t peer)
{
    struct in6_addr six;
    uint64_t h = peer.s && inet_pton(AF_INET6, peer.s, &six) == 1 ? hash_bytes(&six, 8)
                                                                  : hash_bytes(peer.s, peer.n);
    return (int64_t)(BUCKETS + h % BUCKETS);
}

static struct guard guard_of(struct arena *a, text_t name, text_t peer, instant_t now)
{
    return (struct guard){
        .arena = a,
        .id = { [BY_NAME] = name_id(a, name), [BY_ADDRESS] = address_id(peer) },
        .counted = peer.n ? COUNTED : BY_ADDRESS,
        .now = now,
    };
}

/* Microseconds that must pass before the try after this one. */
static int64_t delay_us(int64_t tries, int64_t free)
{
    int64_t over = tries - free;
    if (over < 0) {
        return 0;
    }
    int64_t seconds = INT64_C(1) << (over < DOUBLE_MAX ? over : DOUBLE_MAX);
    return (seconds < DELAY_MAX ? seconds : DELAY_MAX) * US_PER_SECOND;
}

static enum err count_try(struct tx *tx, void *arg)
{
    struct guard *g = arg;
    static const int64_t free_tries[] = {
        [BY_NAME] = SIGN_IN_FREE_TRIES, [BY_ADDRESS] = SIGN_IN_FREE_TRIES_ADDRESS
    };
    int64_t tries[COUNTED] = { 0 };
    g->wait = 0;
    for (int i = 0; i < g->counted; i++) {
        struct rows rows;
        const struct value id[] = { v_int(g->id[i]) };
        TRY(tx_query(tx, g->arena,
                     "SELECT tries, tried_at, locked_until FROM sign_in_guard WHERE id = $1", id, 1,
                     &rows));
        if (rows.n && g->now.us - rows_int(&rows, 0, 1) < FORGET_US) {
            int64_t wait = rows_int(&rows, 0, 2) - g->now.us;
            tries[i] = rows_int(&rows, 0, 0);
            g->wait = wait > g->wait ? wait : g->wait;
        }
    }
    for (int i = 0; i < g->counted && g->wait == 0; i++) {
        const struct value row[] = { v_int(g->id[i]), v_int(tries[i] + 1), v_int(g->now.us),
                                     v_int(g->now.us + delay_us(tries[i] + 1, free_tries[i])) };
        TRY(tx_exec(tx,
                    "INSERT INTO sign_in_guard (id, tries, tried_at, locked_until)"
                    " VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET"
                    " tries = excluded.tries, tried_at = excluded.tried_at,"
                    " locked_until = excluded.locked_until",
                    row, N_ELEMENTS(row)));
    }
    return OK;
}

enum err guard_try(struct house *h, struct arena *a, text_t name, text_t peer, instant_t now,
                   int64_t *wait_seconds)
{
    struct guard g = guard_of(a, name, peer, now);
    TRY(db_write(house_db(h), count_try, &g));
    *wait_seconds = (g.wait + US_PER_SECOND - 1) / US_PER_SECOND;
    return g.wait > 0 ? ERR_BUSY : OK;
}

static enum err count_passed(struct tx *tx, void *arg)
{
    const struct guard *g = arg;
    const struct value name[] = { v_int(g->id[BY_NAME]) };
    const struct value address[] = { v_int(g->id[BY_ADDRESS]) };
    TRY(tx_exec(tx, "UPDATE sign_in_guard SET tries = 0, locked_until = 0 WHERE id = $1", name, 1));
    if (g->counted == BY_ADDRESS) {
        return OK;
    }
    return tx_exec(tx,
                   "UPDATE sign_in_guard SET tries = tries - 1, locked_until = 0"
                   " WHERE id = $1 AND tries > 0",
                   address, 1);
}

enum err guard_passed(struct house *h, struct arena *a, text_t name, text_t peer)
{
    struct guard g = guard_of(a, name, peer, INSTANT_NONE);
    return db_write(house_db(h), count_passed, &g);
}
