/* GET of one record and of its history. */
#include "face/rest_own.h"

#include "meta/kinds.h"
#include "meta/refs.h"

#define HISTORY_MAX 1000

enum err rest_find(struct rest_work *w, void *record)
{
    const struct entity *e = w->route.info->entity;
    if (!cx_may(&w->cx, e->read)) {
        return REFUSE(&w->cx, &refusal_forbidden, TEXT_NONE, text_of(e->read));
    }
    return store_get(&w->cx, e, w->route.id, record);
}

/* Is the record's tag in an If-None-Match header? Weak comparison (RFC 9110 section 13.1.2). */
static bool tag_listed(struct rest_work *w, int64_t version)
{
    text_t rest = w->request->if_none_match;
    text_t wanted = text_fmt(w->arena, "\"%lld\"", (long long)version);
    while (rest.s) {
        text_t one = text_trim(text_split(rest, ',', &rest));
        if (text_starts(one, "W/")) {
            one = (text_t){ one.s + 2, one.n - 2 };
        }
        if (text_is(one, "*") || text_eq(one, wanted)) {
            return true;
        }
    }
    return false;
}

enum err rest_read_record(struct rest_work *w)
{
    const struct entity_info *info = w->route.info;
    void *record = arena_alloc(w->arena, info->entity->shape.size);
    struct chosen c;
    struct buf b;
    struct json_out o;
    TRY(rest_find(w, record));
    int64_t version = ((const struct record *)record)->version;
    if (tag_listed(w, version)) {
        w->request->answer.status = 304;
        rest_etag(w, version);
        return OK;
    }
    TRY(store_load_lines(&w->cx, info->entity, record));
    TRY(rest_choose(w, info, true, &c));
    for (size_t i = 0; i < c.n; i++) {
        refs_note(&w->cx, c.rows[i], 1, record, info->entity->shape.size, 1);
    }
    TRY(refs_load(&w->cx));
    buf_init(&b, w->arena, REST_BODY_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    rest_print(w, &c, record, &o);
    json_close(&o, '}');
    rest_json(w, 200, buf_done(&b));
    rest_etag(w, version);
    rest_header_add(w, "Vary", TEXT("Accept-Language"));
    return b.failed ? ERR_NO_MEMORY : OK;
}

/* -- history ----------------------------------------------------------------------------- */

static void put_who(struct rest_work *w, int64_t user, struct json_out *o)
{
    static const struct field by = {
        .name = "by", .kind = &kind_ref, .target = "user_account", .label = ""
    };
    if (user && house_entity(w->server->house, TEXT("user_account"))) {
        kind_ref.to_json(&w->cx, &by, &user, 0, o, "by");
    } else if (user) {
        json_open(o, "by", '{');
        json_put_i64(o, "id", user);
        json_close(o, '}');
    } else {
        json_put_null(o, "by"); /* the program itself */
    }
}

static void put_instant(struct json_out *o, const char *key, int64_t us)
{
    char out[INSTANT_TEXT_MAX];
    size_t n = instant_print((instant_t){ us }, out);
    json_put_text(o, key, (text_t){ out, n });
}

/* A command of the log and the change of the record that it made belong together: same time, same
 * person. */
static bool same_act(const struct rows *log, size_t l, const struct rows *changes, size_t c)
{
    return rows_int(log, l, 0) == rows_int(changes, c, 1) &&
           rows_int(log, l, 1) == rows_int(changes, c, 2);
}

static void put_act(struct rest_work *w, const struct rows *log, size_t l,
                    const struct rows *changes, size_t c, struct json_out *o)
{
    bool from_log = l < log->n, from_changes = c < changes->n;
    json_open(o, NULL, '{');
    put_instant(o, "at", from_log ? rows_int(log, l, 0) : rows_int(changes, c, 1));
    put_who(w, from_log ? rows_int(log, l, 1) : rows_int(changes, c, 2), o);
    json_put_text(o, "command", from_log ? rows_text(log, l, 2) : TEXT_NONE);
    if (from_changes) {
        json_put_i64(o, "version", rows_int(changes, c, 0));
        json_put_raw(o, "changes", rows_text(changes, c, 3));
    } else {
        json_put_null(o, "version");
        json_put_null(o, "changes");
    }
    json_close(o, '}');
}

/* Both newest first: steps through them like a merge. */
static void put_acts(struct rest_work *w, const struct rows *log, const struct rows *changes,
                     struct json_out *o)
{
    size_t l = 0, c = 0;
    while (l < log->n || c < changes->n) {
        bool both = l < log->n && c < changes->n;
        if (both && same_act(log, l, changes, c)) {
            put_act(w, log, l++, changes, c++, o);
        } else if (c == changes->n || (both && rows_int(log, l, 0) >= rows_int(changes, c, 1))) {
            put_act(w, log, l++, changes, changes->n, o);
        } else {
            put_act(w, log, log->n, changes, c++, o);
        }
    }
}

static void note_people(struct rest_work *w, const struct rows *rows, size_t column)
{
    for (size_t i = 0; house_entity(w->server->house, TEXT("user_account")) && i < rows->n; i++) {
        refs_note_one(&w->cx, "user_account", rows_int(rows, i, column));
    }
}

enum err rest_read_history(struct rest_work *w)
{
    struct rows log, changes;
    struct buf b;
    struct json_out o;
    const struct value args[] = { v_int(w->route.id), v_int(w->cx.company), v_int(HISTORY_MAX) };
    void *record = arena_alloc(w->arena, w->route.info->entity->shape.size);
    TRY(rest_find(w, record));
    TRY(store_query(&w->cx,
                    "SELECT at, who, command FROM command_log WHERE record = $1 AND company = $2"
                    " ORDER BY at DESC, writer DESC, seq DESC LIMIT $3",
                    args, N_ELEMENTS(args), &log));
    TRY(store_query(
        &w->cx,
        "SELECT version, at, who, changes FROM history WHERE record = $1 AND company = $2"
        " ORDER BY at DESC, version DESC LIMIT $3",
        args, N_ELEMENTS(args), &changes));
    note_people(w, &log, 1);
    note_people(w, &changes, 2);
    TRY(refs_load(&w->cx));
    buf_init(&b, w->arena, REST_BODY_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_open(&o, "items", '[');
    put_acts(w, &log, &changes, &o);
    json_close(&o, ']');
    json_put_null(&o, "next");
    json_close(&o, '}');
    rest_json(w, 200, buf_done(&b));
    return b.failed ? ERR_NO_MEMORY : OK;
}
