/* POST /PLURAL/import: a CSV file into a collection, looked at (dry_run) or given to a job; GET
 * tells how far the job is. What rows come to is flow/import_rows.h. */
#include "face/rest_own.h"

#include "base/csv.h"
#include "base/hash.h"
#include "base/map.h"
#include "flow/import_job.h"
#include "flow/import_rows.h"
#include "meta/kinds.h"

#include <strings.h>

#define IMPORT_BYTES_MAX ((size_t)8 << 20)
#define PIECE_BYTES      ((size_t)1 << 20)
#define CHECKED_MAX      2000 /* rows that a dry run looks at one by one */
#define PREVIEW_ROWS     10
#define SAMPLES          3
#define DRY_REJECTS_MAX  200

const struct refusal refusal_not_csv = {
    .code = "not_csv",
    .status = 415,
    .title = N_("Not CSV"),
    .detail = N_("The table must be sent as text/csv."),
};
const struct refusal refusal_import_size = {
    .code = "import_too_large",
    .status = 413,
    .title = N_("The table is too large"),
    .detail = N_("A table may have at most {1} MiB. Send it in parts: what is there already is not "
                 "made twice."),
};
const struct refusal refusal_no_column = {
    .code = "import_column",
    .status = 422,
    .title = N_("Columns do not fit"),
    .detail = N_("The table has no column {1}."),
};

struct table_text {
    struct rest_work *w;
    struct import_table table;
    text_t csv, map;
    char delimiter; /* 0: found in the first row */
    bool dry_run, latin1;
    int64_t job; /* GET */
    text_t *head;
    size_t n_head;
    text_t (*samples)[SAMPLES];
    size_t *n_samples;
    /* what is found */
    int64_t rows, checked, counts[3], rejected;
    struct buf said_rejects, said_preview;
    struct json_out rejects, preview;
    size_t n_preview;
    /* pieces for the job */
    struct map seen;
    text_t *pieces;
    size_t n_pieces, room;
    struct buf piece;
    size_t piece_rows;
    struct import_order order;
    struct db_job job_read;
};

/* -- what is sent --------------------------------------------------------------------------------
 */

static bool is_csv(text_t content_type)
{
    text_t rest;
    text_t type = text_trim(text_split(content_type, ';', &rest));
    return type.n == 8 && strncasecmp(type.s, "text/csv", 8) == 0;
}

static bool is_yes(text_t value)
{
    return text_is(value, "1") || text_is(value, "true");
}

static enum err take_delimiter(struct table_text *t, text_t value)
{
    static const struct {
        const char *name;
        char sign;
    } known[] = { { "auto", 0 },        { "comma", ',' }, { ",", ',' },
                  { "semicolon", ';' }, { ";", ';' },     { "tab", '\t' },
                  { "\t", '\t' },       { "pipe", '|' },  { "|", '|' } };
    for (size_t i = 0; i < N_ELEMENTS(known); i++) {
        if (text_is(value, known[i].name)) {
            t->delimiter = known[i].sign;
            return OK;
        }
    }
    return REFUSE(&t->w->cx, &refusal_unknown_choice, TEXT("delimiter"),
                  value.n < 100 ? value : TEXT("?"), TEXT("auto, comma, semicolon, tab, pipe"));
}

static enum err take_params(struct table_text *t)
{
    struct rest_work *w = t->w;
    for (size_t i = 0; i < w->n_params; i++) {
        text_t name = w->params[i].name, value = w->params[i].value;
        if (w->request->method != HTTP_POST && text_is(name, "job")) {
            TRY(rest_number(w, "job", value, 1, INT64_C(9007199254740991), &t->job));
        } else if (w->request->method == HTTP_POST && text_is(name, "dry_run")) {
            t->dry_run = is_yes(value);
        } else if (w->request->method == HTTP_POST && text_is(name, "map")) {
            t->map = value;
        } else if (w->request->method == HTTP_POST && text_is(name, "delimiter")) {
            TRY(take_delimiter(t, value));
        } else {
            return REFUSE(&w->cx, &refusal_unknown_filter, name.n < 100 ? name : TEXT_NONE,
                          name.n < 100 ? name : TEXT("?"));
        }
    }
    return OK;
}

/* Bytes that are no UTF-8 are taken for ISO 8859-1. */
static text_t decoded(struct table_text *t)
{
    text_t in = t->w->request->body;
    struct buf b;
    if (in.n >= 3 && memcmp(in.s, "\xEF\xBB\xBF", 3) == 0) {
        in = (text_t){ in.s + 3, in.n - 3 };
    }
    if (!memchr(in.s, '\0', in.n) && text_utf8_length(in) > 0) {
        bool good = true;
        for (size_t i = 0; i < in.n && good;) { /* tab, CR and LF are fine, so line by line */
            const char *end = memchr(in.s + i, '\n', in.n - i);
            size_t n = end ? (size_t)(end - in.s) - i : in.n - i;
            size_t m = n > 0 && in.s[i + n - 1] == '\r' ? n - 1 : n;
            good = text_utf8_ok((text_t){ in.s + i, m }, true);
            i += n + 1;
        }
        if (good) {
            return in;
        }
    }
    t->latin1 = true;
    buf_init(&b, t->w->arena, 2 * IMPORT_BYTES_MAX);
    for (size_t i = 0; i < in.n; i++) {
        unsigned char c = (unsigned char)in.s[i];
        if (c < 0x80) {
            buf_char(&b, c ? (char)c : ' ');
        } else {
            buf_char(&b, (char)(0xC0 | c >> 6));
            buf_char(&b, (char)(0x80 | (c & 0x3F)));
        }
    }
    return buf_done(&b);
}

/* -- columns -------------------------------------------------------------------------------------
 */

static int head_named(const struct table_text *t, text_t name)
{
    for (size_t i = 0; i < t->n_head; i++) {
        if (text_eq(text_trim(t->head[i]), text_trim(name))) {
            return (int)i;
        }
    }
    return -1;
}

static int field_named(const struct table_text *t, text_t name)
{
    for (size_t i = 0; i < t->table.n; i++) {
        if (text_is(name, t->table.fields[i]->name)) {
            return (int)i;
        }
    }
    return -1;
}

/* {"name": "Bezeichnung", "tax": {"value": "IVA21"}} */
static enum err take_map(struct table_text *t)
{
    struct cx *cx = &t->w->cx;
    struct json *map;
    struct json_fault fault = { 0 };
    if (json_parse(t->w->arena, t->map.s, t->map.n, &map, &fault) != OK ||
        map->type != JSON_OBJECT) {
        return REFUSE(cx, &refusal_bad_json, TEXT("map"), text_of(fault.what ? fault.what : "map"),
                      text_fmt(t->w->arena, "%zu", fault.at));
    }
    for (const struct json *m = map->first; m; m = m->next) {
        int field = field_named(t, m->key);
        if (field < 0) {
            return REFUSE(cx, &refusal_unknown_field, TEXT("map"), m->key);
        }
        if (m->type == JSON_OBJECT) {
            t->table.constants[field] = json_get_text(m, "value");
            continue;
        }
        int column = m->type == JSON_STRING ? head_named(t, m->text) : -1;
        if (column < 0 && m->type == JSON_STRING && m->text.n > 0) {
            return REFUSE(cx, &refusal_no_column, TEXT("map"),
                          m->text.n < 100 ? m->text : TEXT("?"));
        }
        t->table.columns[field] = column;
    }
    return OK;
}

static enum err take_head(struct table_text *t, struct csv_reader *csv)
{
    struct rest_work *w = t->w;
    struct csv_row row;
    enum err e = csv_next(csv, &row);
    if (e != OK) {
        return REFUSE(&w->cx, &refusal_no_column, TEXT_NONE, TEXT("?"));
    }
    t->n_head = row.n;
    t->head = ARENA_ARRAY(w->arena, row.n, text_t);
    t->samples = arena_array(w->arena, row.n, sizeof *t->samples);
    t->n_samples = ARENA_ARRAY(w->arena, row.n, size_t);
    for (size_t i = 0; i < row.n; i++) {
        t->head[i] = text_copy(w->arena, row.cells[i]);
    }
    if (t->map.s) {
        TRY(take_map(t));
    } else {
        for (size_t i = 0; i < row.n; i++) {
            int field = import_suggest(w->arena, &t->table, t->head[i]);
            if (field >= 0 && t->table.columns[field] < 0) {
                t->table.columns[field] = (int)i;
            }
        }
    }
    bool any = false;
    for (size_t i = 0; i < t->table.n; i++) {
        any = any || t->table.columns[i] >= 0;
    }
    return any ? OK
               : REFUSE(&w->cx, &refusal_no_column, t->map.s ? TEXT("map") : TEXT_NONE,
                        text_of(w->route.info->entity->code ? w->route.info->entity->code
                                                            : t->table.fields[0]->name));
}

/* -- a dry run -----------------------------------------------------------------------------------
 */

static void keep_samples(struct table_text *t, const struct csv_row *row)
{
    for (size_t i = 0; i < t->n_head && i < row->n; i++) {
        text_t cell = text_trim(row->cells[i]);
        if (cell.n > 0 && t->n_samples[i] < SAMPLES) {
            size_t n = cell.n < 80 ? cell.n : 80;
            while (n < cell.n && n > 0 && ((unsigned char)cell.s[n] & 0xC0) == 0x80) {
                n--;
            }
            t->samples[i][t->n_samples[i]++] = text_copy(t->w->arena, (text_t){ cell.s, n });
        }
    }
}

static void dry_reject(struct table_text *t, int64_t line, text_t problem)
{
    if (t->rejected++ < DRY_REJECTS_MAX) {
        import_reject(t->w->arena, &t->rejects, line, problem);
    }
}

static void show_row(struct table_text *t, int64_t line, const struct import_row *made)
{
    static const char *const names[] = {
        [IMPORT_CREATE] = "create", [IMPORT_UPDATE] = "update", [IMPORT_SAME] = "none"
    };
    if (t->n_preview++ < PREVIEW_ROWS) {
        json_open(&t->preview, NULL, '{');
        json_put_i64(&t->preview, "line", line);
        json_put_str(&t->preview, "action", names[made->action]);
        json_put_raw(&t->preview, "values", made->args);
        json_close(&t->preview, '}');
    }
}

static enum err check_row(struct table_text *t, const struct csv_row *row)
{
    struct cx *cx = &t->w->cx;
    struct import_row made;
    struct failure before = cx->failure;
    int status;
    if (t->checked == CHECKED_MAX) {
        return OK;
    }
    t->checked++;
    keep_samples(t, row);
    enum err e = import_row_prepare(cx, &t->table, row->cells, row->n, &made);
    if (e == ERR_REFUSED) {
        dry_reject(t, (int64_t)row->line, flow_problem(cx, &cx->failure, e, &status));
        cx->failure = before;
        return OK;
    }
    TRY(e);
    t->counts[made.action]++;
    show_row(t, (int64_t)row->line, &made);
    return OK;
}

static void put_column(struct table_text *t, size_t i, struct json_out *o)
{
    const char *field = NULL;
    for (size_t k = 0; k < t->table.n; k++) {
        field = t->table.columns[k] == (int)i ? t->table.fields[k]->name : field;
    }
    json_open(o, NULL, '{');
    json_put_text(o, "name", t->head[i]);
    json_put_str(o, "field", field);
    json_open(o, "samples", '[');
    for (size_t k = 0; k < t->n_samples[i]; k++) {
        json_put_text(o, NULL, t->samples[i][k]);
    }
    json_close(o, ']');
    json_close(o, '}');
}

static void put_fields(struct table_text *t, struct json_out *o)
{
    json_open(o, "fields", '[');
    for (size_t i = 0; i < t->table.n; i++) {
        const struct field *f = t->table.fields[i];
        json_open(o, NULL, '{');
        json_put_str(o, "name", f->name);
        json_put_text(o, "label", kind_label(&t->w->cx, f));
        json_put_bool(o, "required", (f->flags & F_REQUIRED) && !f->fallback);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static enum err answer_dry(struct table_text *t)
{
    struct rest_work *w = t->w;
    struct buf b;
    struct json_out o;
    buf_init(&b, w->arena, REST_BODY_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_open(&o, "columns", '[');
    for (size_t i = 0; i < t->n_head; i++) {
        put_column(t, i, &o);
    }
    json_close(&o, ']');
    put_fields(t, &o);
    json_put_str(&o, "encoding", t->latin1 ? "latin-1" : "utf-8");
    json_put_i64(&o, "rows", t->rows);
    json_put_i64(&o, "checked", t->checked);
    json_put_i64(&o, "good", t->checked - t->rejected);
    json_put_i64(&o, "new", t->counts[IMPORT_CREATE]);
    json_put_i64(&o, "changed", t->counts[IMPORT_UPDATE]);
    json_put_i64(&o, "same", t->counts[IMPORT_SAME]);
    json_put_i64(&o, "rejected", t->rejected);
    json_put_raw(&o, "rejects", buf_done(&t->said_rejects));
    json_put_raw(&o, "preview", buf_done(&t->said_preview));
    json_close(&o, '}');
    rest_json(w, 200, buf_done(&b));
    return b.failed ? ERR_NO_MEMORY : OK;
}

/* -- pieces for the job ---------------------------------------------------------------------------
 */

static void end_piece(struct table_text *t)
{
    if (t->piece_rows == 0) {
        return;
    }
    if (t->n_pieces == t->room) {
        size_t room = t->room ? 2 * t->room : 64;
        text_t *more = ARENA_ARRAY(t->w->arena, room, text_t);
        if (t->n_pieces > 0) {
            memcpy(more, t->pieces, t->n_pieces * sizeof *more);
        }
        t->pieces = more;
        t->room = room;
    }
    t->pieces[t->n_pieces++] = text_copy(t->w->arena, buf_done(&t->piece));
    t->piece.n = 0;
    t->piece_rows = 0;
}

/* Which of several equal rows this is: 1, 2, ... */
static enum err count_equal(struct table_text *t, const struct csv_row *row, int64_t *nth)
{
    uint64_t h = 0;
    for (size_t i = 0; i < row->n; i++) {
        h = (h ^ hash_bytes(row->cells[i].s, row->cells[i].n)) * UINT64_C(1099511628211) + 1;
    }
    int64_t slot = (int64_t)(h >> 1);
    int64_t *count = map_get(&t->seen, slot);
    if (!count) {
        count = ARENA_NEW(t->w->arena, int64_t);
        TRY(map_put(&t->seen, slot, count));
    }
    *nth = ++*count;
    return OK;
}

static enum err keep_row(struct table_text *t, const struct csv_row *row)
{
    int64_t nth = 0;
    TRY(count_equal(t, row, &nth));
    buf_fmt(&t->piece, "%zu,%lld", row->line, (long long)nth);
    for (size_t i = 0; i < row->n; i++) {
        buf_char(&t->piece, ',');
        buf_csv_plain(&t->piece, row->cells[i]);
    }
    buf_str(&t->piece, "\r\n");
    if (++t->piece_rows == IMPORT_PIECE_ROWS || t->piece.n > PIECE_BYTES / 4) {
        end_piece(t);
    }
    return t->piece.failed ? ERR_NO_MEMORY : OK;
}

/* -- reading --------------------------------------------------------------------------------------
 */

static enum err take_rows(struct table_text *t, struct csv_reader *csv)
{
    struct csv_row row;
    for (;;) {
        enum err e = csv_next(csv, &row);
        if (e == ERR_NOT_FOUND) {
            end_piece(t);
            json_close(&t->rejects, ']');
            json_close(&t->preview, ']');
            return OK;
        }
        t->rows++;
        if (e == ERR_INVALID ||
            e == ERR_RANGE) { /* also said by the job: it gets the row as read */
            dry_reject(t, (int64_t)row.line,
                       e == ERR_INVALID ? text_of(cx_text(&t->w->cx, N_("A quote is not closed.")))
                                        : text_of(cx_text(&t->w->cx, N_("The row is too long."))));
            continue;
        }
        TRY(e);
        TRY(t->dry_run ? check_row(t, &row) : keep_row(t, &row));
    }
}

static enum err read_table(struct table_text *t)
{
    struct rest_work *w = t->w;
    const struct entity *e = w->route.info->entity;
    if (!cx_may(&w->cx, e->write)) {
        return REFUSE(&w->cx, &refusal_forbidden, TEXT_NONE, text_of(e->write));
    }
    *t = (struct table_text){ .w = w,
                              .map = t->map,
                              .delimiter = t->delimiter,
                              .dry_run = t->dry_run,
                              .job_read = t->job_read };
    TRY(import_table_open(&w->cx, w->route.info, w->arena, &t->table));
    buf_init(&t->said_rejects, w->arena, REST_BODY_MAX);
    buf_init(&t->said_preview, w->arena, REST_BODY_MAX);
    buf_init(&t->piece, w->arena, PIECE_BYTES * 8);
    json_out_init(&t->rejects, &t->said_rejects);
    json_out_init(&t->preview, &t->said_preview);
    json_open(&t->rejects, NULL, '[');
    json_open(&t->preview, NULL, '[');
    t->csv = decoded(t);
    struct csv_reader *csv = csv_open_text(w->arena, t->csv, t->delimiter);
    TRY(take_head(t, csv));
    TRY(take_rows(t, csv));
    return t->dry_run ? answer_dry(t) : OK;
}

static enum err run_read(struct tx *tx, void *arg)
{
    struct table_text *t = arg;
    struct rest_work *w = t->w;
    rest_begin_read(w, tx);
    enum err e = read_table(t);
    map_free(&t->seen);
    t->seen = (struct map){ 0 };
    cx_done(&w->cx);
    return e == OK && w->arena->failed ? ERR_NO_MEMORY : e;
}

/* -- the job --------------------------------------------------------------------------------------
 */

static void queued(struct call *call)
{
    struct rest_work *w = call->user;
    struct rest_answer *a = &w->request->answer;
    if (call->outcome != OK) {
        a->status = call->status;
        a->content_type = "application/problem+json";
        a->body = call->answer;
        w->cx.failure = call->failure;
        rest_problem_headers(w);
        rest_end(w);
        return;
    }
    rest_json(w, 202, text_fmt(w->arena, "{\"job\":%lld}", (long long)call->answer_id));
    rest_header_add(w, "Location",
                    text_fmt(w->arena, "/api/v1/%s/import?job=%lld", w->route.info->entity->plural,
                             (long long)call->answer_id));
    if (call->replayed) {
        rest_header_add(w, "Idempotent-Replay", TEXT("true"));
    }
    rest_end(w);
}

static void queue(struct table_text *t)
{
    struct rest_work *w = t->w;
    const struct rest_config *config = &w->server->config;
    text_t key = w->request->idempotency_key;
    t->order = (struct import_order){ .table = &t->table,
                                      .pieces = t->pieces,
                                      .n_pieces = t->n_pieces,
                                      .rows = t->rows,
                                      .rejected = t->rejected,
                                      .rejects = buf_done(&t->said_rejects) };
    w->call = (struct call){ .house = w->server->house,
                             .arena = w->arena,
                             .who = &w->who,
                             .language = w->language,
                             .command = &import_queue_command,
                             .verb = CALL_COMMAND,
                             .entity = import_queue_command.entity,
                             .body = w->request->body,
                             .key = key.n > 0 && key.n <= REST_KEY_MAX ? key : TEXT_NONE,
                             .prepared = &t->order,
                             .now = config->now ? config->now(config->arg) : INSTANT_NONE,
                             .done = queued,
                             .user = w };
    flow_submit(&w->call);
}

static void read_done(void *arg, enum err outcome)
{
    struct table_text *t = arg;
    if (outcome == OK && !t->dry_run) {
        queue(t);
        return;
    }
    if (outcome != OK) {
        rest_problem(t->w, outcome);
    }
    rest_end(t->w);
}

/* How far it is. */
static enum err read_progress(struct rest_work *w)
{
    struct table_text t = { .w = w };
    struct buf b;
    struct json_out o;
    const struct entity *e = w->route.info->entity;
    TRY(take_params(&t));
    if (!cx_may(&w->cx, e->write)) {
        return REFUSE(&w->cx, &refusal_forbidden, TEXT_NONE, text_of(e->write));
    }
    buf_init(&b, w->arena, REST_BODY_MAX);
    json_out_init(&o, &b);
    if (import_job_print(&w->cx, e, t.job, &o) != OK) {
        return refuse(&w->cx, &refusal_not_found, TEXT_NONE);
    }
    rest_json(w, 200, buf_done(&b));
    return b.failed ? ERR_NO_MEMORY : OK;
}

static enum err begin(struct table_text *t)
{
    struct rest_work *w = t->w;
    TRY(take_params(t));
    if (!is_csv(w->request->content_type)) {
        return refuse(&w->cx, &refusal_not_csv, TEXT_NONE);
    }
    if (w->request->body.n > IMPORT_BYTES_MAX) {
        return REFUSE(&w->cx, &refusal_import_size, TEXT_NONE,
                      text_fmt(w->arena, "%d", (int)(IMPORT_BYTES_MAX >> 20)));
    }
    return OK;
}

void rest_import(struct rest_work *w)
{
    if (w->request->method != HTTP_POST) {
        rest_read(w, read_progress);
        return;
    }
    struct table_text *t = ARENA_NEW(w->arena, struct table_text);
    t->w = w;
    enum err e = begin(t);
    if (e == OK) {
        t->job_read = (struct db_job){ .run = run_read, .done = read_done, .arg = t };
        e = db_submit(house_db(w->server->house), &t->job_read);
    }
    if (e != OK) {
        rest_problem(w, e);
        rest_end(w);
    }
}
