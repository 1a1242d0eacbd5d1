/* Reading the event feed up to the store's horizon with the row filter of the one who asks. */
#include "face/feed.h"

#include "meta/store.h"

#define CHUNK 500

enum err feed_horizon(struct cx *cx, int64_t *out)
{
    struct rows rows;
    TRY(store_query(cx, db_feed_horizon_sql(db_store(tx_db(cx->tx))), NULL, 0, &rows));
    *out = rows.n == 1 ? rows_int(&rows, 0, 0) : 0;
    return OK;
}

static bool site_open(const struct who *who, int64_t site)
{
    if (site == 0 || who->all_sites) {
        return true;
    }
    for (size_t i = 0; i < who->n_sites; i++) {
        if (who->sites[i] == site) {
            return true;
        }
    }
    return false;
}

enum { SEQ, AT, NAME, ENTITY, RECORD, VERSION, SITE, DATA, OWN };

/* Deny by default: events of entities that are not known (any more) are nobody's to read. */
static bool readable(struct cx *cx, const struct rows *rows, size_t r)
{
    const struct entity_info *info = house_entity(cx->house, rows_text(rows, r, ENTITY));
    int64_t own = rows_int(rows, r, OWN);
    return info && cx_may(cx, info->entity->read) && site_open(cx->who, rows_int(rows, r, SITE)) &&
           (own == 0 || own == cx->who->user);
}

static void take_event(const struct rows *rows, size_t r, struct feed_event *e)
{
    *e = (struct feed_event){
        .seq = rows_int(rows, r, SEQ),
        .at = rows_int(rows, r, AT),
        .record = rows_int(rows, r, RECORD),
        .version = rows_int(rows, r, VERSION),
        .name = rows_text(rows, r, NAME),
        .entity = rows_text(rows, r, ENTITY),
        .data = rows_text(rows, r, DATA),
    };
}

static enum err read_chunk(struct cx *cx, int64_t after, int64_t horizon, struct rows *rows)
{
    const struct value args[] = { v_int(cx->company), v_int(after), v_int(horizon), v_int(CHUNK) };
    return store_query(cx,
                       "SELECT seq, at, name, entity, record, version, site, data, own FROM event"
                       " WHERE company = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4",
                       args, N_ELEMENTS(args), rows);
}

enum err feed_read(struct cx *cx, int64_t after, int64_t limit, struct feed_page *out)
{
    int64_t horizon, scanned = 0;
    struct rows rows = { .n = CHUNK };
    *out = (struct feed_page){ .events = ARENA_ARRAY(cx->arena, (size_t)limit, struct feed_event),
                               .last = after };
    TRY(feed_horizon(cx, &horizon));
    while (rows.n == CHUNK && !out->more) {
        TRY(read_chunk(cx, out->last, horizon, &rows));
        for (size_t r = 0; r < rows.n && !out->more; r++) {
            bool mine = readable(cx, &rows, r);
            if ((mine && out->n == (size_t)limit) || scanned == FEED_SCAN_MAX) {
                out->more = true;
                break;
            }
            scanned++;
            out->last = rows_int(&rows, r, SEQ);
            if (mine) {
                take_event(&rows, r, &out->events[out->n++]);
            }
        }
    }
    return cx->arena->failed ? ERR_NO_MEMORY : OK;
}

enum err feed_latest(struct cx *cx, int64_t limit, struct feed_page *out)
{
    struct rows rows;
    const struct value args[] = { v_int(cx->company), v_int(CHUNK) };
    *out = (struct feed_page){ .events = ARENA_ARRAY(cx->arena, (size_t)limit, struct feed_event) };
    TRY(store_query(cx,
                    "SELECT seq, at, name, entity, record, version, site, data, own FROM event"
                    " WHERE company = $1 ORDER BY seq DESC LIMIT $2",
                    args, N_ELEMENTS(args), &rows));
    for (size_t r = 0; r < rows.n && out->n < (size_t)limit; r++) {
        if (readable(cx, &rows, r)) {
            take_event(&rows, r, &out->events[out->n++]);
        }
    }
    out->last = rows.n > 0 ? rows_int(&rows, 0, SEQ) : 0;
    return cx->arena->failed ? ERR_NO_MEMORY : OK;
}

void feed_print(const struct feed_event *e, struct json_out *o)
{
    char at[INSTANT_TEXT_MAX];
    size_t n = instant_print((instant_t){ e->at }, at);
    json_put_i64(o, "seq", e->seq);
    json_put_text(o, "at", (text_t){ at, n });
    json_put_text(o, "name", e->name);
    json_put_text(o, "entity", e->entity);
    json_put_i64(o, "record", e->record);
    json_put_i64(o, "version", e->version);
    if (e->data.s) {
        json_put_raw(o, "data", e->data);
    } else {
        json_put_null(o, "data");
    }
}
