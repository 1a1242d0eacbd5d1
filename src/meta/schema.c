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
    bool rehearse, current;
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
    if (missing.n) {
        return OK; /* an empty store */
    }
    TRY(tx_query(tx, &u->arena, "SELECT value FROM house_state WHERE name = 'schema'", NULL, 0,
                 &rows));
    u->current = rows.n == 1 && text_is(rows_text(&rows, 0, 0), u->fingerprint);
    return OK;
}

static enum err run_upgrade(struct tx *tx, void *arg)
{
    struct upgrade *u = arg;
    TRY(migrate_run(tx, &state_table, 1, u->rehearse, NULL));
    TRY(migrate_run(tx, u->tables, u->n, u->rehearse, u->changes));
    if (u->rehearse) {
        return OK;
    }
    const struct value args[] = { v_str(u->fingerprint) };
    TRY(tx_exec(
        tx,
        "INSERT INTO cache_version (id, version) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET "
        "version = cache_version.version + 1",
        NULL, 0));
    return tx_exec(tx,
                   "INSERT INTO house_state (name, value) VALUES ('schema', $1)"
                   " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                   args, 1);
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
    sha256(buf_done(&sql).s, buf_done(&sql).n, &hash);
    sha256_hex(&hash, u.fingerprint);
    enum err e = db_read(house_db(h), read_fingerprint, &u);
    if (e != OK || !u.current || rehearse) {
        e = db_write(house_db(h), run_upgrade, &u);
    }
    arena_free(&u.arena);
    return e;
}
