/* Fingerprint of the declarations, and the upgrade when it differs from the store's. */
#include "meta/schema.h"

#include "base/hash.h"
#include "base/log.h"

static const struct col_def columns[] = {
    { .name = "name", .type = COL_TEXT, .not_null = true },
    { .name = "value", .type = COL_TEXT, .not_null = true },
};
static const struct table_def state_table = { .name = "house_state",
                                              .primary_key = "name",
                                              .cols = columns,
                                              .n_cols = N_ELEMENTS(columns) };

struct upgrade {
    struct house *house;
    const struct table_def *tables;
    size_t n;
    char fingerprint[SHA256_HEX + 1];
    bool rehearse, current, empty;
    struct buf *changes;
    struct arena arena;
};

static enum err read_fingerprint(struct tx *tx, void *arg)
{
    struct upgrade *u = arg;
    struct rows rows;
    struct buf missing;
    buf_init(&missing, &u->arena, 4096);
    TRY(migrate_run(tx, &state_table, 1, true, &missing));
    u->empty = missing.n > 0;
    if (u->empty) {
        return OK;
    }
    TRY(tx_query(tx, &u->arena, "SELECT value FROM house_state WHERE name = 'schema'", NULL, 0,
                 &rows));
    u->current = rows.n == 1 && text_is(rows_text(&rows, 0, 0), u->fingerprint);
    return OK;
}

static const char put_state[] = "INSERT INTO house_state (name, value) VALUES ($1, $2)"
                                " ON CONFLICT (name) DO UPDATE SET value = excluded.value";

/* The steps that this store has not taken yet. A rehearsal tells of them only where the store has
 * the table to look in. */
static enum err run_steps(struct tx *tx, struct upgrade *u)
{
    const struct house_plan *plan = house_plan(u->house);
    struct rows rows;
    int64_t done = 0;
    TRY(tx_query(tx, &u->arena, "SELECT value FROM house_state WHERE name = 'step'", NULL, 0,
                 &rows));
    if (rows.n == 1) {
        TRY(text_to_i64(rows_text(&rows, 0, 0), &done));
    }
    for (size_t i = 0; i < plan->n_steps; i++) {
        const struct upgrade_step *step = &plan->steps[i];
        if (step->number <= done) {
            continue;
        }
        if (u->changes) {
            buf_fmt(u->changes, "step %lld: %s\n", (long long)step->number, step->says);
        }
        if (!u->rehearse) {
            TRY(step->run(tx, &u->arena));
            const struct value args[] = {
                v_str("step"), v_text(text_fmt(&u->arena, "%lld", (long long)step->number))
            };
            TRY(tx_exec(tx, put_state, args, 2));
        }
    }
    return OK;
}

static enum err run_upgrade(struct tx *tx, void *arg)
{
    struct upgrade *u = arg;
    TRY(migrate_run(tx, &state_table, 1, u->rehearse, NULL));
    TRY(migrate_run(tx, u->tables, u->n, u->rehearse, u->changes));
    if (!u->empty || !u->rehearse) {
        TRY(run_steps(tx, u));
    }
    if (u->rehearse) {
        return OK;
    }
    const struct value args[] = { v_str("schema"), v_str(u->fingerprint) };
    TRY(tx_exec(
        tx,
        "INSERT INTO cache_version (id, version) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET "
        "version = cache_version.version + 1",
        NULL, 0));
    return tx_exec(tx, put_state, args, 2);
}

enum err schema_ensure(struct house *h, bool rehearse, struct buf *changes)
{
    struct upgrade u = { .house = h, .rehearse = rehearse, .changes = changes };
    struct buf sql;
    sha256_t hash;
    arena_init(&u.arena, (size_t)64 << 20);
    house_tables(h, &u.arena, &u.tables, &u.n);
    buf_init(&sql, &u.arena, (size_t)8 << 20);
    migrate_sql(&sql, db_store(house_db(h)), u.tables, u.n);
    const struct house_plan *plan = house_plan(h);
    if (plan->n_steps > 0) {
        buf_fmt(&sql, "-- step %lld\n", (long long)plan->steps[plan->n_steps - 1].number);
    }
    sha256(buf_done(&sql).s, buf_done(&sql).n, &hash);
    sha256_hex(&hash, u.fingerprint);
    enum err e = db_read(house_db(h), read_fingerprint, &u);
    if (e != OK || !u.current || rehearse) {
        e = db_write(house_db(h), run_upgrade, &u);
    }
    arena_free(&u.arena);
    return e;
}
