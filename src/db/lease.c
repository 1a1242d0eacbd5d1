/* Writer slots and blocks of ids, leased in two small tables.
 *
 * A slot is held by writing the connection's name into its row and confirming it every few seconds;
 * a row that was not confirmed for SLOT_STALE_US belongs to a dead process and may be taken over.
 * The old owner, should it only have slept, meets the new name when it confirms and looks for
 * another slot. Ids come in blocks so that no job waits for the counter; the rest of a block is
 * lost when its process ends. */
#include "db/driver.h"

#include "os/clock.h"

const char lease_tables_sql[] =
    "CREATE TABLE IF NOT EXISTS writer (id BIGINT NOT NULL PRIMARY KEY, owner TEXT NOT NULL,"
    " heartbeat_us BIGINT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS id_lease (name TEXT NOT NULL PRIMARY KEY, next BIGINT NOT NULL)";

const char lease_init_sql[] =
    "INSERT INTO id_lease (name, next) VALUES ('id', 1) ON CONFLICT DO NOTHING";

#define LEASE_ARENA_BYTES ((size_t)4 * 1024 * 1024)
#define ID_MAX            (INT64_C(1) << 53)

/* One number from a statement; ERR_NOT_FOUND without a row. */
static enum err ask_int(struct tx *tx, const char *sql, const struct value *args, size_t n,
                        int64_t *out)
{
    struct arena a;
    struct rows rows;
    enum err e;

    arena_init(&a, LEASE_ARENA_BYTES);
    e = tx_query(tx, &a, sql, args, n, &rows);
    if (e == OK && rows.n == 0) {
        e = ERR_NOT_FOUND;
    } else if (e == OK) {
        *out = rows_int(&rows, 0, 0);
    }
    arena_free(&a);
    return e;
}

/* The lowest number that nobody holds. */
static enum err choose_slot(struct tx *tx, int64_t now_us, int64_t *slot)
{
    struct arena a;
    struct rows rows;
    enum err e;

    arena_init(&a, LEASE_ARENA_BYTES);
    e = tx_query(tx, &a, "SELECT id, owner, heartbeat_us FROM writer ORDER BY id", NULL, 0, &rows);
    *slot = 1;
    for (size_t i = 0; e == OK && i < rows.n; i++) {
        text_t owner = rows_text(&rows, i, 1);
        bool held = !text_empty(owner) && !text_is(owner, tx->owner) &&
                    rows_int(&rows, i, 2) >= now_us - SLOT_STALE_US;

        if (rows_int(&rows, i, 0) != *slot || !held) {
            break; /* a gap in the numbers, or a row that is free */
        }
        ++*slot;
    }
    arena_free(&a);
    return e;
}

enum err lease_slot(struct tx *tx)
{
    const struct db_hooks *hooks = tx->db->config.hooks;
    int64_t now_us, slot;

    INVARIANT(tx->slot == 0);
    TRY(ask_int(tx, tx->driver->now_sql, NULL, 0, &now_us));
    TRY(choose_slot(tx, now_us, &slot));
    if (slot > INT32_MAX) {
        return ERR_RANGE;
    }
    const struct value args[] = { v_int(slot), v_str(tx->owner), v_int(now_us) };
    TRY(tx_exec(tx,
                "INSERT INTO writer (id, owner, heartbeat_us) VALUES ($1, $2, $3)"
                " ON CONFLICT (id) DO UPDATE SET owner = $2, heartbeat_us = $3",
                args, N_ELEMENTS(args)));
    tx->slot = (int)slot;
    tx->beat_us = clock_monotonic_us();
    /* Ids must rise within a slot, so what is left of a block from another slot is dropped. */
    tx->ids_next = tx->ids_end = 0;
    TRY(lease_ids(tx));
    if (hooks && hooks->slot_open) {
        return hooks->slot_open(tx, tx->slot, &tx->slot_data);
    }
    return OK;
}

enum err lease_confirm(struct tx *tx, bool always)
{
    int64_t before_us = clock_monotonic_us(), now_us, id;

    INVARIANT(tx->slot != 0);
    const struct value who[] = { v_int(tx->slot), v_str(tx->owner) };
    if (!always && before_us - tx->beat_us < SLOT_BEAT_US) {
        return ask_int(tx, "SELECT id FROM writer WHERE id = $1 AND owner = $2", who, 2, &id);
    }
    TRY(ask_int(tx, tx->driver->now_sql, NULL, 0, &now_us));
    const struct value args[] = { who[0], who[1], v_int(now_us) };
    TRY(ask_int(tx, "UPDATE writer SET heartbeat_us = $3 WHERE id = $1 AND owner = $2 RETURNING id",
                args, N_ELEMENTS(args), &id));
    tx->beat_us = before_us;
    return OK;
}

enum err lease_ids(struct tx *tx)
{
    int64_t end;

    /* Twice a job's share: `refused` may need ids of its own after run took all of them. */
    if (tx->ids_end - tx->ids_next >= 2 * DB_IDS_PER_JOB) {
        return OK;
    }
    const struct value args[] = { v_int(tx->ids_floor), v_int(IDS_BLOCK) };
    TRY(ask_int(tx,
                "UPDATE id_lease SET next = $2 + CASE WHEN next < $1 THEN $1 ELSE next END"
                " WHERE name = 'id' RETURNING next",
                args, N_ELEMENTS(args), &end));
    if (end >= ID_MAX) {
        return tx_break(tx, ERR_RANGE, NULL, "the ids are used up");
    }
    tx->ids_next = end - IDS_BLOCK;
    tx->ids_end = end;
    return OK;
}

enum err lease_release(struct tx *tx)
{
    const struct value args[] = { v_int(tx->slot), v_str(tx->owner) };

    return tx_exec(tx,
                   "UPDATE writer SET owner = '', heartbeat_us = 0 WHERE id = $1 AND owner = $2",
                   args, N_ELEMENTS(args));
}

void lease_forget_ids(struct tx *tx)
{
    if (tx->ids_end > tx->ids_floor) {
        tx->ids_floor = tx->ids_end;
    }
    tx->ids_next = tx->ids_end = 0;
}

void lease_forget_slot(struct tx *tx)
{
    const struct db_hooks *hooks = tx->db->config.hooks;

    if (tx->slot != 0 && hooks && hooks->slot_close) {
        hooks->slot_close(tx->slot_data);
    }
    tx->slot = 0;
    tx->slot_data = NULL;
}
