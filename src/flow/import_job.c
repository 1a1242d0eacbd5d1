/* The job that imports rows. Its args say whose it is, which cell is which field, and how far it
 * is; they are written anew after each piece. */
#include "flow/import_job.h"

#include "base/csv.h"
#include "flow/account.h"
#include "flow/work.h"
#include "flow/work_own.h"
#include "os/thread.h"

#define ARGS_MAX     ((size_t)4 << 20)
#define ROW_MEMORY   ((size_t)64 << 20)
#define AT_ONCE      32 /* calls under way */
#define COUNTED      4
#define CELLS_BEFORE 2 /* line and which of several equal rows */

static const struct col_def piece_columns[] = {
    { .name = "job", .type = COL_INT, .not_null = true },
    { .name = "n", .type = COL_INT, .not_null = true },
    { .name = "content", .type = COL_TEXT, .not_null = true },
};
const struct table_def import_piece_table = { .name = "import_piece",
                                              .primary_key = "job, n",
                                              .cols = piece_columns,
                                              .n_cols = N_ELEMENTS(piece_columns) };

enum counted { N_NEW, N_CHANGED, N_SAME, N_REJECTED };
static const char *const counted_names[COUNTED] = { [N_NEW] = "new",
                                                    [N_CHANGED] = "changed",
                                                    [N_SAME] = "same",
                                                    [N_REJECTED] = "rejected" };

static int64_t number_of(const struct json *j, const char *name)
{
    const struct json *m = json_get(j, name);
    int64_t v = 0;
    return m && m->type == JSON_NUMBER && text_to_i64(m->text, &v) == OK ? v : 0;
}

static int64_t number_in(text_t t)
{
    int64_t v = 0;
    return text_to_i64(t, &v) == OK ? v : 0;
}

static bool is_true(const struct json *j, const char *name)
{
    const struct json *m = json_get(j, name);
    return m && m->type == JSON_TRUE;
}

/* -- queueing ------------------------------------------------------------------------------------
 */

static void put_who(struct json_out *o, const struct who *who, const char *language)
{
    json_put_i64(o, "user", who->user);
    json_put_text(o, "name", who->name);
    json_put_str(o, "language", language);
    json_put_i64(o, "roles", (int64_t)who->roles);
    json_put_bool(o, "all", who->all);
    json_put_bool(o, "all_sites", who->all_sites);
    json_open(o, "sites", '[');
    for (size_t i = 0; i < who->n_sites; i++) {
        json_put_i64(o, NULL, who->sites[i]);
    }
    json_close(o, ']');
}

static void put_fields(struct json_out *o, const struct import_table *t)
{
    json_open(o, "fields", '[');
    for (size_t i = 0; i < t->n; i++) {
        if (t->columns[i] < 0 && !t->constants[i].s) {
            continue;
        }
        json_open(o, NULL, '{');
        json_put_str(o, "name", t->fields[i]->name);
        json_put_i64(o, "column", t->columns[i]);
        json_put_text(o, "value", t->constants[i]);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static text_t first_args(struct cx *cx, const struct import_order *order)
{
    struct buf b;
    struct json_out o;
    buf_init(&b, cx->arena, ARGS_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_put_str(&o, "entity", order->table->info->entity->name);
    put_who(&o, cx->who, cx->language);
    put_fields(&o, order->table);
    json_put_i64(&o, "pieces", (int64_t)order->n_pieces);
    json_put_i64(&o, "rows", order->rows);
    json_put_i64(&o, "piece", 0);
    json_put_i64(&o, "done", 0);
    for (int i = 0; i < COUNTED; i++) {
        json_put_i64(&o, counted_names[i], i == N_REJECTED ? order->rejected : 0);
    }
    json_put_raw(&o, "rejects", order->rejects);
    json_close(&o, '}');
    return buf_done(&b);
}

static enum err queue(struct cx *cx, void *record, const void *args, void *result)
{
    const struct import_order *order = flow_prepared(cx);
    struct job *j = record;
    (void)args, (void)result;
    INVARIANT(order != NULL);
    const struct entity *e = order->table->info->entity;
    if (!cx_may(cx, e->write)) {
        return REFUSE(cx, &refusal_forbidden, TEXT_NONE, text_of(e->write));
    }
    *j = (struct job){ .kind = TEXT(IMPORT_JOB),
                       .args = first_args(cx, order),
                       .state = JOB_WAITING,
                       .run_at = cx->now,
                       .claimed_until = INSTANT_NONE,
                       .subject_entity = text_of(e->name),
                       .subject = VALUE_NONE };
    TRY(store_insert(cx, &job_entity, j));
    for (size_t i = 0; i < order->n_pieces; i++) {
        const struct value values[] = { v_int(j->record.id), v_int((int64_t)i),
                                        v_text(order->pieces[i]) };
        TRY(store_exec(cx, "INSERT INTO import_piece (job, n, content) VALUES ($1, $2, $3)", values,
                       N_ELEMENTS(values)));
    }
    return OK;
}

/* Without an address: face/ calls it for the import of a collection. Everybody may who may write
 * the collection, which it looks at itself. */
const struct command import_queue_command = { .name = "import",
                                              .entity = &job_entity,
                                              .permission = "user.own",
                                              .run = queue };

/* -- what a step needs
 * ----------------------------------------------------------------------------- */

struct import_step {
    struct import_table table;
    struct who who;
    const char *language;
    text_t piece;
    int64_t rows, counts[COUNTED];
    struct json_out rejects;
    struct buf said; /* of rejects */
    int64_t n_rejects, room;
};

static void take_who(struct cx *cx, struct arena *a, const struct json *args, struct import_step *s)
{
    const struct json *sites = json_get(args, "sites");
    int64_t *list = ARENA_ARRAY(a, sites && sites->count ? sites->count : 1, int64_t);
    s->who = (struct who){ .user = number_of(args, "user"),
                           .company = cx->company,
                           .name = text_copy(a, json_get_text(args, "name")),
                           .roles = (uint64_t)number_of(args, "roles"),
                           .all = is_true(args, "all"),
                           .all_sites = is_true(args, "all_sites"),
                           .sites = list };
    for (const struct json *m = sites ? sites->first : NULL; m; m = m->next) {
        list[s->who.n_sites++] = number_in(m->text);
    }
    const char *language = json_get_text(args, "language").s;
    s->language = strcmp(language ? language : "en", "es") == 0   ? "es"
                  : strcmp(language ? language : "en", "hi") == 0 ? "hi"
                  : strcmp(language ? language : "en", "id") == 0 ? "id"
                                                                  : "en";
    s->who.language = s->language;
}

static void take_fields(struct arena *a, const struct json *args, struct import_table *t)
{
    const struct json *fields = json_get(args, "fields");
    for (const struct json *m = fields ? fields->first : NULL; m; m = m->next) {
        for (size_t i = 0; i < t->n; i++) {
            if (text_is(json_get_text(m, "name"), t->fields[i]->name)) {
                text_t value = json_get_text(m, "value");
                t->columns[i] = (int)number_of(m, "column");
                t->constants[i] = value.s ? text_copy(a, value) : TEXT_NONE;
            }
        }
    }
}

const struct refusal refusal_import_forbidden = {
    .code = "import_forbidden",
    .status = 403,
    .title = N_("The import may not go on"),
    .detail = N_("{1} may no longer write here ({2}). The rows that are left are not imported."),
};
const struct refusal refusal_import_rows_gone = {
    .code = "import_rows_gone",
    .status = 410,
    .title = N_("The rows are gone"),
    .detail = N_("What is left of this import is no longer kept. Send the file again: what was "
                 "imported stays as it is."),
};

static enum err still_allowed(struct cx *cx, struct import_step *s)
{
    struct cx theirs = *cx;
    const char *permission = s->table.info->entity->write;
    TRY(account_still(cx, &s->who));
    theirs.who = &s->who;
    return cx_may(&theirs, permission)
               ? OK
               : REFUSE(cx, &refusal_import_forbidden, TEXT_NONE, s->who.name, text_of(permission));
}

enum err import_job_gather(struct cx *cx, const struct json *args, struct outward *o)
{
    struct import_step *s = ARENA_NEW(o->arena, struct import_step);
    const struct entity_info *info = house_entity(cx->house, json_get_text(args, "entity"));
    const struct value key[] = { v_int(o->job->record.id), v_int(number_of(args, "piece")) };
    struct rows rows;
    o->work = s;
    INVARIANT(info != NULL);
    TRY(import_table_open(cx, info, o->arena, &s->table));
    take_who(cx, o->arena, args, s);
    TRY(still_allowed(cx, s));
    take_fields(o->arena, args, &s->table);
    TRY(store_query(cx, "SELECT content FROM import_piece WHERE job = $1 AND n = $2", key, 2,
                    &rows));
    if (rows.n != 1 && number_of(args, "pieces") > 0) {
        return refuse(cx, &refusal_import_rows_gone, TEXT_NONE);
    }
    s->piece = rows.n ? text_copy(o->arena, rows_text(&rows, 0, 0)) : TEXT("");
    s->room = IMPORT_REJECTS_MAX - number_of(args, "rejected");
    return OK;
}

/* -- rows
 * ------------------------------------------------------------------------------------------ */

struct row {
    struct call call;
    struct arena arena;
    struct import_row made;
    text_t code, problem;
    int64_t line;
    bool unknown_reference;
};

struct batch {
    struct outward *o;
    struct import_step *s;
    struct row *rows;
    size_t n;
    struct latch landed; /* of those under way */
    const text_t *cells; /* of the row being prepared */
    size_t n_cells;
};

void import_reject(struct arena *a, struct json_out *o, int64_t line, text_t problem)
{
    struct json *j = NULL;
    struct json_fault fault;
    bool read = problem.n > 0 && json_parse(a, problem.s, problem.n, &j, &fault) == OK;
    text_t detail = read ? json_get_text(j, "detail") : problem;
    json_open(o, NULL, '{');
    json_put_i64(o, "line", line);
    json_put_text(o, "field", read ? json_get_text(j, "field") : TEXT_NONE);
    json_put_text(o, "code", read ? json_get_text(j, "code") : TEXT_NONE);
    json_put_text(o, "detail", detail.s || !read ? detail : json_get_text(j, "title"));
    json_close(o, '}');
}

static void reject(struct batch *b, struct row *r, text_t problem)
{
    struct import_step *s = b->s;
    s->counts[N_REJECTED]++;
    if (s->n_rejects < s->room) {
        s->n_rejects++;
        import_reject(&r->arena, &s->rejects, r->line, problem);
    }
}

static void landed(struct call *call)
{
    struct batch *b = call->user;
    latch_down(&b->landed);
}

/* Sends what is prepared and waits for all of it. */
static enum err flush(struct batch *b)
{
    enum err e = OK;
    latch_init(&b->landed, b->n);
    for (size_t i = 0; i < b->n; i++) {
        flow_submit(&b->rows[i].call);
    }
    latch_wait(&b->landed);
    for (size_t i = 0; i < b->n; i++) {
        struct row *r = &b->rows[i];
        bool create = r->made.action == IMPORT_CREATE;
        if (r->call.outcome == OK) {
            b->s->counts[r->call.replayed ? N_SAME : create ? N_NEW : N_CHANGED]++;
        } else if (r->call.status >= 500) {
            e = r->call.outcome;
            b->o->said = text_copy(b->o->arena, r->call.answer);
        } else {
            reject(b, r, r->call.answer);
        }
        arena_free(&r->arena);
    }
    b->n = 0;
    return e;
}

static enum err prepare(struct tx *tx, void *arg)
{
    struct batch *b = arg;
    struct row *r = &b->rows[b->n];
    struct cx cx;
    int status;
    cx_init(&cx, b->o->house, &r->arena, tx, &b->s->who, b->s->language);
    enum err e = import_row_prepare(&cx, &b->s->table, b->cells, b->n_cells, &r->made);
    if (e == ERR_REFUSED) {
        r->unknown_reference = cx.failure.why == &refusal_unknown_reference;
        r->problem = flow_problem(&cx, &cx.failure, e, &status);
    }
    cx_done(&cx);
    return e;
}

static enum err fill_call(struct batch *b, struct row *r, int64_t nth)
{
    const struct entity *e = b->s->table.info->entity;
    struct json *args;
    struct json_fault fault;
    text_t body = text_copy(&r->arena, r->made.args);
    TRY(json_parse(&r->arena, body.s, body.n, &args, &fault));
    r->call = (struct call){ .house = b->o->house,
                             .arena = &r->arena,
                             .who = &b->s->who,
                             .language = b->s->language,
                             .verb = r->made.action == IMPORT_CREATE ? CALL_CREATE : CALL_UPDATE,
                             .entity = e,
                             .record_id = r->made.id,
                             .args = args,
                             .body = body,
                             .now = INSTANT_NONE,
                             .done = landed,
                             .user = b };
    if (r->code.n == 0) {
        r->call.key = import_row_key(&r->arena, e, b->s->who.company, body, nth);
    }
    return OK;
}

/* Is a row with that code under way? */
static bool has_code(const struct batch *b, text_t code)
{
    for (size_t i = 0; i < b->n && code.n > 0; i++) {
        if (text_eq(b->rows[i].code, code)) {
            return true;
        }
    }
    return false;
}

static enum err try_row(struct batch *b, text_t code)
{
    struct row *r = &b->rows[b->n];
    *r = (struct row){ 0 };
    arena_init(&r->arena, ROW_MEMORY);
    r->code = text_copy(&r->arena, code);
    r->line = number_in(b->cells[-CELLS_BEFORE]);
    enum err e = db_read(house_db(b->o->house), prepare, b);
    if (e == ERR_REFUSED && r->unknown_reference && b->n > 0) {
        return ERR_EXISTS; /* a row under way may make it known */
    }
    return e;
}

static enum err take_row(struct batch *b, const struct csv_row *csv)
{
    const struct import_table *t = &b->s->table;
    b->cells = csv->cells + CELLS_BEFORE;
    b->n_cells = csv->n - CELLS_BEFORE;
    text_t code = t->code >= 0 ? import_row_cell(t, (size_t)t->code, b->cells, b->n_cells)
                               : TEXT("");
    if (b->n == AT_ONCE || has_code(b, code)) {
        TRY(flush(b));
    }
    enum err e = try_row(b, code);
    if (e == ERR_EXISTS) {
        arena_free(&b->rows[b->n].arena);
        TRY(flush(b));
        e = try_row(b, code);
    }
    struct row *r = &b->rows[b->n];
    b->s->rows++;
    if (e == OK && r->made.action != IMPORT_SAME) {
        e = fill_call(b, r, number_in(csv->cells[1]));
        b->n += e == OK;
        return e;
    }
    b->s->counts[N_SAME] += e == OK;
    if (e == ERR_REFUSED) {
        reject(b, r, r->problem);
        e = OK;
    }
    arena_free(&r->arena);
    return e;
}

static enum err take_piece(struct batch *b)
{
    struct csv_row row;
    struct csv_reader *csv = csv_open_text(b->o->arena, b->s->piece, ',');
    enum err e;
    while ((e = csv_next(csv, &row)) == OK) {
        if (atomic_load(b->o->stop) || !outward_hold(b->o)) {
            return ERR_STOPPED;
        }
        INVARIANT(row.n >= CELLS_BEFORE);
        TRY(take_row(b, &row));
    }
    return e == ERR_NOT_FOUND ? flush(b) : e;
}

void import_job_reach(struct outward *o)
{
    struct import_step *s = o->work;
    struct batch b = { .o = o, .s = s };
    b.rows = ARENA_ARRAY(o->arena, AT_ONCE + 1, struct row);
    buf_init(&s->said, o->arena, ARGS_MAX);
    json_out_init(&s->rejects, &s->said);
    json_open(&s->rejects, NULL, '[');
    enum err e = take_piece(&b);
    enum err rest = b.n > 0 ? flush(&b) : OK; /* what was sent is waited for, whatever happened */
    e = e == OK ? rest : e;
    json_close(&s->rejects, ']');
    o->end = e == OK ? OUTWARD_DONE : e == ERR_STOPPED ? OUTWARD_STOPPED : OUTWARD_LATER;
    o->said = o->said.s ? flow_detail(o->arena, o->said)
              : e == OK ? TEXT_NONE
                        : text_of(err_name(e));
}

/* -- the end of a step
 * ----------------------------------------------------------------------------- */

static void put_rejects(struct json_out *o, const struct cx *cx, const struct json *args,
                        const struct import_step *s)
{
    const struct json *old = json_get(args, "rejects");
    struct json *new = NULL;
    struct json_fault fault;
    text_t said = buf_done(&s->said);
    json_open(o, "rejects", '[');
    if (json_parse(cx->arena, said.s, said.n, &new, &fault) != OK) {
        new = NULL; /* without memory, which the arena says */
    }
    const struct json *lists[] = { old, new };
    for (size_t i = 0; i < N_ELEMENTS(lists); i++) {
        for (const struct json *m = lists[i] ? lists[i]->first : NULL; m; m = m->next) {
            struct buf one;
            buf_init(&one, cx->arena, ARGS_MAX);
            json_write(&one, m);
            json_put_raw(o, NULL, buf_done(&one));
        }
    }
    json_close(o, ']');
}

static bool is_counter(text_t name, const char **counter, int *which)
{
    for (*which = 0; *which < COUNTED; ++*which) {
        if (text_is(name, counted_names[*which])) {
            *counter = counted_names[*which];
            return true;
        }
    }
    return false;
}

static text_t next_args(struct cx *cx, const struct json *args, const struct import_step *s)
{
    struct buf b;
    struct json_out o;
    buf_init(&b, cx->arena, ARGS_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    for (const struct json *m = args->first; m; m = m->next) {
        const char *counter;
        int which;
        struct buf one;
        if (is_counter(m->key, &counter, &which)) {
            json_put_i64(&o, counter, number_of(args, counter) + s->counts[which]);
        } else if (text_is(m->key, "piece")) {
            json_put_i64(&o, "piece", number_of(args, "piece") + 1);
        } else if (text_is(m->key, "done")) {
            json_put_i64(&o, "done", number_of(args, "done") + s->rows);
        } else if (text_is(m->key, "rejects")) {
            put_rejects(&o, cx, args, s);
        } else {
            buf_init(&one, cx->arena, ARGS_MAX);
            json_write(&one, m);
            json_put_raw(&o, m->key.s, buf_done(&one));
        }
    }
    json_close(&o, '}');
    return buf_done(&b);
}

enum err import_job_run(struct cx *cx, const struct json *args, struct job_progress *progress)
{
    const struct import_step *s = progress->outward->work;
    const struct value key[] = { v_int(progress->job->record.id), v_int(number_of(args, "piece")) };
    if (progress->outward->end != OUTWARD_DONE) {
        return OK;
    }
    TRY(store_exec(cx, "DELETE FROM import_piece WHERE job = $1 AND n = $2", key, 2));
    progress->job->args = next_args(cx, args, s);
    progress->again = number_of(args, "piece") + 1 < number_of(args, "pieces");
    return OK;
}

enum err import_job_forget(struct cx *cx, int64_t job)
{
    const struct value key[] = { v_int(job) };
    return store_exec(cx, "DELETE FROM import_piece WHERE job = $1", key, 1);
}

/* -- told
 * ------------------------------------------------------------------------------------------ */

enum err import_job_print(struct cx *cx, const struct entity *e, int64_t id, struct json_out *o)
{
    static const char *const shown[] = { "rows", "done", "new", "changed", "same", "rejected" };
    static const char *const states[] = {
        [JOB_WAITING] = "waiting", [JOB_DONE] = "done", [JOB_FAILED] = "failed"
    };
    struct job j;
    struct json *args;
    struct json_fault fault;
    TRY(store_get_any(cx, &job_entity, id, &j));
    if (!text_is(j.kind, IMPORT_JOB) || !text_is(j.subject_entity, e->name) ||
        j.record.company != cx->company ||
        json_parse(cx->arena, j.args.s, j.args.n, &args, &fault) != OK ||
        (number_of(args, "user") != cx->who->user && !cx_may(cx, job_entity.read))) {
        return ERR_NOT_FOUND;
    }
    json_open(o, NULL, '{');
    json_put_i64(o, "job", id);
    json_put_str(o, "state", states[j.state]);
    for (size_t i = 0; i < N_ELEMENTS(shown); i++) {
        json_put_i64(o, shown[i], number_of(args, shown[i]));
    }
    struct buf b;
    buf_init(&b, cx->arena, ARGS_MAX);
    const struct json *rejects = json_get(args, "rejects");
    json_open(o, "rejects", '[');
    for (const struct json *m = rejects ? rejects->first : NULL; m; m = m->next) {
        b.n = 0;
        json_write(&b, m);
        json_put_raw(o, NULL, buf_done(&b));
    }
    json_close(o, ']');
    json_put_text(o, "last_error", j.last_error);
    json_close(o, '}');
    return OK;
}
