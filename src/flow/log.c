/* Command log, event feed, kept answers: tables, chain, verification. */
#include "flow/log.h"

#include "flow/own.h"

#include <stdlib.h>

/* -- tables ------------------------------------------------------------------------------------ */

static const struct col_def log_columns[] = {
    { .name = "writer", .type = COL_INT, .not_null = true },
    { .name = "seq", .type = COL_INT, .not_null = true },
    { .name = "at", .type = COL_INT, .not_null = true },
    { .name = "who", .type = COL_INT, .not_null = true },
    { .name = "company", .type = COL_INT, .not_null = true },
    { .name = "command", .type = COL_TEXT, .not_null = true },
    { .name = "record", .type = COL_INT, .not_null = true },
    { .name = "args", .type = COL_TEXT },
    { .name = "hash", .type = COL_BLOB, .not_null = true },
};
static const struct index_def log_indexes[] = { { .name = "command_log_record",
                                                  .cols = "record" } };

static const struct col_def event_columns[] = {
    { .name = "seq", .type = COL_INT, .not_null = true },
    { .name = "at", .type = COL_INT, .not_null = true },
    { .name = "company", .type = COL_INT, .not_null = true },
    { .name = "name", .type = COL_TEXT, .not_null = true },
    { .name = "entity", .type = COL_TEXT, .not_null = true },
    { .name = "record", .type = COL_INT, .not_null = true },
    { .name = "version", .type = COL_INT, .not_null = true },
    { .name = "site", .type = COL_INT },
    { .name = "data", .type = COL_TEXT },
    { .name = "own", .type = COL_INT }, /* whose alone it is */
};

static const struct col_def key_columns[] = {
    { .name = "who", .type = COL_INT, .not_null = true },
    { .name = "key", .type = COL_TEXT, .not_null = true },
    { .name = "request", .type = COL_BLOB, .not_null = true },
    { .name = "status", .type = COL_INT, .not_null = true },
    { .name = "answer", .type = COL_TEXT, .not_null = true },
    { .name = "record", .type = COL_INT, .not_null = true },
    { .name = "version", .type = COL_INT, .not_null = true },
    { .name = "at", .type = COL_INT, .not_null = true },
};

const struct table_def flow_tables[N_FLOW_TABLES] = {
    { .name = "command_log",
      .primary_key = "writer, seq",
      .cols = log_columns,
      .n_cols = N_ELEMENTS(log_columns),
      .indexes = log_indexes,
      .n_indexes = N_ELEMENTS(log_indexes) },
    { .name = "event",
      .primary_key = "seq",
      .cols = event_columns,
      .n_cols = N_ELEMENTS(event_columns) },
    { .name = "idempotency",
      .primary_key = "who, key",
      .cols = key_columns,
      .n_cols = N_ELEMENTS(key_columns),
      .clustered = true },
};
/* -- the chain of a slot ----------------------------------------------------------------------- */

struct head {
    bool loaded;
    int64_t seq;
    sha256_t hash;
};

struct slot_data {
    struct head durable, pending;
    struct house *house;
    const char *event_sql; /* made at the slot's first event */
};

static enum err slot_open(struct tx *tx, int slot, void **slot_data)
{
    struct slot_data *s = calloc(1, sizeof *s);
    (void)slot;
    if (!s) {
        return ERR_NO_MEMORY;
    }
    s->house = db_user(tx_db(tx));
    *slot_data = s;
    return OK;
}

/* The chain's end, at the first command of the slot: when the slot is opened the table may not be
 * there yet. */
static enum err load_head(struct cx *cx, struct slot_data *s)
{
    struct rows rows;
    const struct value args[] = { v_int(tx_slot(cx->tx)) };
    TRY(tx_query(cx->tx, cx->arena,
                 "SELECT seq, hash FROM command_log WHERE writer = $1 ORDER BY seq DESC LIMIT 1",
                 args, 1, &rows));
    s->pending = (struct head){ 0 };
    if (rows.n == 1 && rows_text(&rows, 0, 1).n == sizeof s->pending.hash.b) {
        s->pending.seq = rows_int(&rows, 0, 0);
        memcpy(s->pending.hash.b, rows_text(&rows, 0, 1).s, sizeof s->pending.hash.b);
    }
    s->pending.loaded = true;
    return OK;
}

static void slot_committed(void *slot_data)
{
    struct slot_data *s = slot_data;
    s->durable = s->pending;
}

/* Master data that others of the same batch read may be gone again: forget what was cached of it.
 */
static void slot_rolled_back(void *slot_data)
{
    struct slot_data *s = slot_data;
    s->pending = s->durable;
    if (s->house) {
        masters_clear(house_masters(s->house));
    }
}

const struct db_hooks flow_db_hooks = {
    .slot_open = slot_open,
    .slot_close = free,
    .committed = slot_committed,
    .rolled_back = slot_rolled_back,
};

/* Numbers enter the hash as 8 bytes, the highest first, on every machine. */
static void put_number(unsigned char out[static 8], int64_t v)
{
    for (int i = 0; i < 8; i++) {
        out[i] = (unsigned char)((uint64_t)v >> (56 - 8 * i));
    }
}

static void link_hash(const sha256_t *before, const int64_t numbers[static 5], text_t command,
                      int64_t record, text_t args, sha256_t *out)
{
    unsigned char packed[48];
    for (size_t i = 0; i < 5; i++) {
        put_number(packed + 8 * i, numbers[i]);
    }
    put_number(packed + 40, record);
    const text_t parts[] = {
        { (const char *)before->b, sizeof before->b },
        { (const char *)packed, sizeof packed },
        command,
        args,
    };
    sha256_parts(parts, N_ELEMENTS(parts), out);
}

enum err log_append(struct cx *cx, text_t command, int64_t record, text_t args)
{
    struct slot_data *s = tx_slot_data(cx->tx);
    INVARIANT(s != NULL);
    if (!s->pending.loaded) {
        TRY(load_head(cx, s));
    }
    struct head next = { .loaded = true, .seq = s->pending.seq + 1 };
    const int64_t numbers[] = { tx_slot(cx->tx), next.seq, cx->now.us, cx->who->user, cx->company };
    link_hash(&s->pending.hash, numbers, command, record, args, &next.hash);
    const struct value values[] = {
        v_int(numbers[0]), v_int(numbers[1]), v_int(numbers[2]),
        v_int(numbers[3]), v_int(numbers[4]), v_text(command),
        v_int(record),     v_text(args),      v_blob(next.hash.b, sizeof next.hash.b)
    };
    TRY(tx_exec(
        cx->tx,
        "INSERT INTO command_log (writer, seq, at, who, company, command, record, args, hash)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values, N_ELEMENTS(values)));
    s->pending = next;
    cx->flow->log_writer = numbers[0];
    cx->flow->log_seq = next.seq;
    cx->flow->log_hash = next.hash;
    return OK;
}

enum err log_settled(struct tx *tx, struct arena *a, int64_t writer, int64_t seq,
                     const sha256_t *hash)
{
    struct rows rows;
    const struct value args[] = { v_int(writer), v_int(seq), v_blob(hash->b, sizeof hash->b) };
    TRY(tx_query(tx, a, "SELECT 1 FROM command_log WHERE writer = $1 AND seq = $2 AND hash = $3",
                 args, N_ELEMENTS(args), &rows));
    return rows.n == 1 ? OK : ERR_NOT_FOUND;
}

/* -- events ------------------------------------------------------------------------------------ */

/* The store's own expression for the next number takes the place of $1: one text for each store,
 * made at the first use. */
static const char *event_sql(struct cx *cx)
{
    const char *expression = db_feed_seq_sql(db_store(tx_db(cx->tx)));
    struct buf b;
    const char *part = strstr(expression, "$PART");
    buf_init(&b, cx->arena, 4000);
    buf_str(&b,
            "INSERT INTO event (seq, at, company, name, entity, record, version, site, data, own) "
            "VALUES (");
    INVARIANT(part != NULL);
    buf_add(&b, expression, (size_t)(part - expression));
    buf_str(&b, "$1");
    buf_str(&b, part + 5);
    buf_str(&b, ", $2, $3, $4, $5, $6, $7, $8, $9, $10)");
    return house_intern(cx->house, buf_done(&b));
}

#define EVENTS_PER_COMMAND 1024

/* What a field of the row filter holds, or NULL. */
static struct value reference_in(struct cx *cx, const struct entity *e, const char *name,
                                 const struct record *r)
{
    const struct entity_info *info = house_info(cx->house, e->index);
    const struct field *f = name ? info_field(info, text_of(name)) : NULL;
    int64_t id = f ? *(const int64_t *)((const char *)(const void *)r + f->offset) : 0;
    return id ? v_int(id) : v_null();
}

enum err log_event(struct cx *cx, const char *name, const struct entity *e, const struct record *r,
                   text_t data)
{
    if (cx->flow->n_events >= EVENTS_PER_COMMAND) {
        return ERR_RANGE;
    }
    struct slot_data *slot = tx_slot_data(cx->tx);
    if (!slot->event_sql) {
        slot->event_sql = event_sql(cx);
    }
    if (!slot->event_sql) {
        return ERR_NO_MEMORY;
    }
    const struct value values[] = { v_int(cx->flow->n_events++),
                                    v_int(cx->now.us),
                                    v_int(cx->company),
                                    v_str(name),
                                    v_str(e->name),
                                    v_int(r->id),
                                    v_int(r->version),
                                    reference_in(cx, e, e->site, r),
                                    v_text(data),
                                    reference_in(cx, e, e->own, r) };
    return tx_exec(cx->tx, slot->event_sql, values, N_ELEMENTS(values));
}

/* -- verification ------------------------------------------------------------------------------ */

struct walk {
    struct head head;
    int64_t writer;
    struct buf *faults;
    size_t n;
    bool broken; /* one line for each chain is enough */
};

static void broken(struct walk *w, int64_t seq, const char *how)
{
    if (!w->broken) {
        buf_fmt(w->faults, "command_log writer=%lld seq=%lld: %s\n", (long long)w->writer,
                (long long)seq, how);
        w->n++;
        w->broken = true;
    }
}

static enum err walk_row(void *arg, const struct value *row, size_t cols)
{
    struct walk *w = arg;
    sha256_t expected;
    INVARIANT(cols == 9);
    if (row[0].i != w->writer) {
        w->writer = row[0].i;
        w->head = (struct head){ 0 };
        w->broken = false;
    }
    const int64_t numbers[] = { row[0].i, row[1].i, row[2].i, row[3].i, row[4].i };
    link_hash(&w->head.hash, numbers, row[5].t, row[6].i, row[7].t, &expected);
    if (row[1].i != w->head.seq + 1) {
        broken(w, row[1].i, "a row before this one is missing");
    } else if (row[8].t.n != sizeof expected.b ||
               memcmp(row[8].t.s, expected.b, sizeof expected.b) != 0) {
        broken(w, row[1].i, "the hash does not fit: this row or the one before was changed");
    }
    w->head.seq = row[1].i;
    if (row[8].t.n == sizeof expected.b) {
        memcpy(w->head.hash.b, row[8].t.s, sizeof expected.b);
    }
    return OK;
}

enum err flow_verify_chains(struct cx *cx, struct buf *faults, size_t *n)
{
    struct walk w = { .faults = faults, .writer = -1 };
    enum err e = tx_each(
        cx->tx,
        "SELECT writer, seq, at, who, company, command, record, args, hash FROM command_log"
        " ORDER BY writer, seq",
        NULL, 0, walk_row, &w);
    *n += w.n;
    return e;
}
