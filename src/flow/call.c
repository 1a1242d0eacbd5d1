/* One call of a command, from the queue to its durable answer. The order of the steps is the
 * promise of flow/command.h. */
#include "flow/log.h"
#include "flow/own.h"
#include "meta/custom.h"
#include "meta/kinds.h"
#include "meta/refs.h"
#include "meta/shape.h"
#include "os/clock.h"
#include "os/thread.h"

#define ANSWER_MAX      ((size_t)8 * 1024 * 1024)
#define KEPT_ANSWER_MAX ((size_t)1024 * 1024)

/* -- the context ------------------------------------------------------------------------------- */

/* The company's currency, read through its rows: this layer does not know the area. */
static void company_of(struct cx *cx)
{
    const struct entity_info *info = house_info(cx->house, E_company);
    cx->decimals = 2;
    if (!info || cx->company == 0) {
        return;
    }
    const struct field *f = info_field(info, TEXT("currency"));
    void *company = arena_alloc(cx->arena, info->entity->shape.size);
    if (f && store_get_any(cx, info->entity, cx->company, company) == OK) {
        cx->currency = *(const text_t *)((const char *)company + f->offset);
        int decimals = cx->currency.s ? currency_decimals(cx->currency.s) : -1;
        cx->decimals = decimals >= 0 ? decimals : 2;
    }
}

static void cx_begin(struct cx *cx, struct house *h, struct arena *a, struct tx *tx,
                     const struct who *who, const char *language)
{
    *cx = (struct cx){
        .arena = a,
        .tx = tx,
        .house = h,
        .who = who,
        .language = language ? language : "en",
        .company = who->company,
        .now = clock_now(),
        .site_filter = who->all_sites ? 0 : who->user,
        .decimals = 2,
    };
    tx_watch(tx, a);
}

void cx_init(struct cx *cx, struct house *h, struct arena *a, struct tx *tx, const struct who *who,
             const char *language)
{
    cx_begin(cx, h, a, tx, who, language);
    company_of(cx);
}

void cx_done(struct cx *cx)
{
    masters_leave(cx);
    tx_watch(cx->tx, NULL); /* the arena may end with the job */
}

/* -- the answer -------------------------------------------------------------------------------- */

static enum err print_answer(struct call *call, const struct field *rows, size_t n,
                             const void *what, size_t size)
{
    struct cx *cx = &call->cx;
    struct buf b;
    struct json_out o;
    refs_note(cx, rows, n, what, size, 1);
    TRY(refs_load(cx));
    buf_init(&b, cx->arena, ANSWER_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    shape_to_json(cx, rows, n, what, &o);
    json_close(&o, '}');
    call->answer = buf_done(&b);
    return b.failed ? ERR_NO_MEMORY : OK;
}

static enum err answer_record(struct call *call, const void *record)
{
    const struct entity_info *info = house_info(call->house, call->entity->index);
    const struct field *rows;
    size_t n;
    TRY(custom_rows(&call->cx, info, &rows, &n));
    return print_answer(call, rows, n, record, call->entity->shape.size);
}

/* Texts of a typed result may lie in a generation of master data: move them to the call's arena. */
static void keep_texts(struct cx *cx, const struct field *rows, size_t n, void *what)
{
    for (size_t i = 0; i < n; i++) {
        void *member = (char *)what + rows[i].offset;
        if (rows[i].offset == CUSTOM_FIELD) {
            continue;
        }
        if (rows[i].kind->storage == STORE_TEXT) {
            text_t *t = member;
            *t = t->s ? text_copy(cx->arena, *t) : TEXT_NONE;
        } else if (rows[i].kind->storage == STORE_LINES) {
            const struct field *line_rows;
            size_t n_line_rows, size;
            lines_t *lines = member;
            lines_rows(cx, &rows[i], &line_rows, &n_line_rows, &size);
            for (size_t k = 0; k < lines->n; k++) {
                keep_texts(cx, line_rows, n_line_rows, (char *)lines->items + k * size);
            }
        }
    }
}

/* -- the log's arguments ----------------------------------------------------------------------- */

static bool has_secret(const struct field *rows, size_t n, text_t name)
{
    for (size_t i = 0; i < n; i++) {
        if ((rows[i].flags & F_SECRET) && (!name.s || text_is(name, rows[i].name))) {
            return true;
        }
    }
    return false;
}

/* What the log keeps of the arguments: the body as it came, unless it holds secrets or there is
 * none. */
static text_t logged_args(struct call *call)
{
    const struct shape *shape = call->verb == CALL_COMMAND ? call->command->args
                                                           : &call->entity->shape;
    struct buf b;
    struct json_out o;
    if (!shape || (call->body.s && !has_secret(shape->fields, shape->n_fields, TEXT_NONE))) {
        return call->body;
    }
    buf_init(&b, call->arena, ANSWER_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    if (call->typed) {
        shape_to_json(&call->cx, shape->fields, shape->n_fields, call->typed, &o);
    }
    for (const struct json *m = call->args ? call->args->first : NULL; m && !call->typed;
         m = m->next) {
        if (!has_secret(shape->fields, shape->n_fields, m->key)) {
            struct buf one;
            buf_init(&one, call->arena, ANSWER_MAX);
            json_write(&one, m);
            json_put_raw(&o, m->key.s, buf_done(&one));
        }
    }
    json_close(&o, '}');
    return buf_done(&b);
}

/* -- idempotency keys -------------------------------------------------------------------------- */

/* Nearly every key is new, so nobody looks for it first: on PostgreSQL a look for what is not there
 * makes neighbours in the index conflict. The key is written with the answer as the command's last
 * row. If another has written it, the unique index says so: everything is rolled back and the call
 * runs once more, looking first, and gives the kept answer. A command that is refused looks too,
 * before it says no: perhaps it was refused because it has been done already. */

static const char *verb_name(const struct call *call)
{
    static const char *const names[] = { NULL, "create", "update", "archive" };
    return call->verb == CALL_COMMAND ? call->command->name : names[call->verb];
}

static void hash_request(struct call *call)
{
    char record[32];
    sha256_t h;
    decimal_print(call->record_id, 0, 0, record);
    /* As the log has it: a fast hash of a password must not be kept. */
    const text_t parts[] = { text_of(call->entity->name), text_of(verb_name(call)), text_of(record),
                             call->typed ? call->body : logged_args(call) };
    sha256_parts(parts, N_ELEMENTS(parts), &h);
    memcpy(call->request_hash, h.b, sizeof call->request_hash);
}

/* *found: the call is answered as it was before. */
static enum err key_answer(struct call *call, struct tx *tx, bool *found)
{
    struct rows rows;
    const struct value args[] = { v_int(call->who->user), v_text(call->key) };
    *found = false;
    TRY(tx_query(
        tx, call->arena,
        "SELECT request, status, answer, record, version FROM idempotency WHERE who = $1 AND "
        "\"key\" = $2",
        args, N_ELEMENTS(args), &rows));
    if (rows.n == 0) {
        return OK;
    }
    text_t request = rows_text(&rows, 0, 0);
    if (request.n != sizeof call->request_hash ||
        memcmp(request.s, call->request_hash, request.n) != 0) {
        call->cx.failure = (struct failure){ 0 };
        return refuse(&call->cx, &refusal_key_reused, TEXT_NONE);
    }
    call->status = (int)rows_int(&rows, 0, 1);
    call->answer = rows_text(&rows, 0, 2);
    call->answer_id = rows_int(&rows, 0, 3);
    call->version = rows_int(&rows, 0, 4);
    call->replayed = true;
    *found = true;
    return OK;
}

static enum err key_keep(struct call *call, struct tx *tx)
{
    bool secret = call->verb == CALL_COMMAND && (call->command->flags & C_SECRET_RESULT);
    text_t answer = call->answer.n <= KEPT_ANSWER_MAX && !secret ? call->answer : TEXT("{}");
    const struct value args[] = { v_int(call->who->user),
                                  v_text(call->key),
                                  v_blob(call->request_hash, sizeof call->request_hash),
                                  v_int(call->status),
                                  v_text(answer),
                                  v_int(call->answer_id),
                                  v_int(call->version),
                                  v_int(call->cx.now.us) };
    return tx_exec(
        tx,
        "INSERT INTO idempotency (who, \"key\", request, status, answer, record, version, at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args, N_ELEMENTS(args));
}

/* -- running ----------------------------------------------------------------------------------- */

static enum err state_fits(struct cx *cx, const struct command *c, void *record)
{
    const struct entity_info *info = house_info(cx->house, c->entity->index);
    int64_t *state = record_state(info, record);
    if (c->from == ANY_STATE || !state || (c->from >> *state & 1)) {
        return OK;
    }
    for (size_t i = 0; i < info->n_fields; i++) {
        const struct field *f = &info->fields[i];
        if (f->kind == &kind_state && *state >= 0 && (size_t)*state < f->n_choices) {
            return REFUSE(cx, &refusal_wrong_state, TEXT_NONE,
                          text_of(cx_text(cx, f->choices[*state].label)));
        }
    }
    return refuse(cx, &refusal_wrong_state, TEXT_NONE);
}

/* Runs the area's function on a record and writes back what it changed. */
static enum err run_on_record(struct cx *cx, const struct command *c, void *record,
                              const void *args, void *result)
{
    const struct entity_info *info = house_info(cx->house, c->entity->index);
    void *before = arena_alloc(cx->arena, c->entity->shape.size);
    memcpy(before, record, c->entity->shape.size);
    TRY(c->run(cx, record, args, result));
    int64_t *state = record_state(info, record);
    if (c->to >= 0 && state) {
        *state = c->to;
    }
    bool changed = memcmp(before, record, c->entity->shape.size) != 0;
    bool written = ((struct record *)record)->version != ((struct record *)before)->version;
    if (changed && !written && !(c->flags & C_READ)) {
        TRY(store_update(cx, c->entity, before, record));
    }
    return OK;
}

static enum err find_record(struct call *call, void *record)
{
    struct cx *cx = &call->cx;
    TRY(store_get(cx, call->entity, call->record_id, record));
    const struct record *r = record;
    if (call->if_version && call->if_version != r->version) {
        return REFUSE(cx, &refusal_version_conflict, TEXT_NONE,
                      text_fmt(cx->arena, "%lld", (long long)r->version));
    }
    return r->archived ? refuse(cx, &refusal_archived, TEXT_NONE) : OK;
}

static enum err take_args(struct call *call, const void **args)
{
    struct cx *cx = &call->cx;
    const struct shape *shape = call->command->args;
    *args = call->typed;
    if (call->typed) {
        return OK;
    }
    if (!shape) {
        return call->args && call->args->count > 0
                   ? REFUSE(cx, &refusal_unknown_field, call->args->first->key,
                            call->args->first->key)
                   : OK;
    }
    void *taken = arena_alloc(cx->arena, shape->size);
    *args = taken;
    TRY(shape_clear(cx, shape->fields, shape->n_fields, taken));
    return shape_from_json(cx, shape->fields, shape->n_fields, SHAPE_ARGS, call->args, taken);
}

static enum err run_command(struct call *call, void *record)
{
    struct cx *cx = &call->cx;
    const struct command *c = call->command;
    const void *args;
    if (!cx_may(cx, c->permission)) {
        return REFUSE(cx, &refusal_forbidden, TEXT_NONE, text_of(c->permission));
    }
    if (c->flags & C_RECORD) {
        TRY(find_record(call, record));
        TRY(state_fits(cx, c, record));
    }
    TRY(take_args(call, &args));
    call->result = c->result ? arena_alloc(cx->arena, c->result->size) : record;
    if (c->result) {
        TRY(shape_clear(cx, c->result->fields, c->result->n_fields, call->result));
    }
    if (c->flags & C_RECORD) {
        return run_on_record(cx, c, record, args, call->result);
    }
    return c->run(cx, record, args, call->result);
}

static enum err run_verb(struct call *call, void *record)
{
    switch (call->verb) {
    case CALL_CREATE:
        return generic_create(call, record);
    case CALL_UPDATE:
        return generic_update(call, record);
    case CALL_ARCHIVE:
        return generic_archive(call, record);
    case CALL_COMMAND:
    default:
        return run_command(call, record);
    }
}

static enum err run_end_work(struct cx *cx)
{
    for (struct end_work *w = cx->flow->end_first; w;
         w = w->next) { /* work may add work behind it */
        TRY(w->fn(cx, w->state));
    }
    return OK;
}

static bool is_reading(const struct call *call)
{
    return call->verb == CALL_COMMAND && (call->command->flags & C_READ);
}

static enum err make_answer(struct call *call, void *record)
{
    const struct command *c = call->verb == CALL_COMMAND ? call->command : NULL;
    bool created = call->verb == CALL_CREATE ||
                   (c && !(c->flags & (C_RECORD | C_READ | C_ACCEPTED_200)));
    call->status = call->cx.flow && call->cx.flow->status ? call->cx.flow->status
                   : created                              ? 201
                                                          : 200;
    call->answer_id = ((struct record *)record)->id;
    call->version = ((struct record *)record)->version;
    if (c && c->result) {
        TRY(print_answer(call, c->result->fields, c->result->n_fields, call->result,
                         c->result->size));
        if (call->typed) {
            keep_texts(&call->cx, c->result->fields, c->result->n_fields, call->result);
        }
        return OK;
    }
    call->result = record;
    if (call->verb != CALL_CREATE) { /* a new record has its lines from the request */
        TRY(store_load_lines(&call->cx, call->entity, record));
    }
    TRY(answer_record(call, record));
    if (call->typed) {
        const struct entity_info *info = house_info(call->house, call->entity->index);
        keep_texts(&call->cx, info->fields, info->n_fields, record);
    }
    return OK;
}

static enum err finish_write(struct call *call, struct tx *tx, void *record)
{
    TRY(run_end_work(&call->cx));
    TRY(make_answer(call, record));
    if (call->key.s) {
        TRY(key_keep(call, tx));
    }
    text_t command = text_fmt(call->arena, "%s/%s", call->entity->plural, verb_name(call));
    return log_append(&call->cx, command, call->answer_id, logged_args(call));
}

/* Records that the arguments name by code are asked for together with the version of the master
 * data: one round trip instead of one each. */
static enum err ask_ahead(struct call *call)
{
    const struct shape *shape = call->verb == CALL_COMMAND && !call->typed ? call->command->args
                                                                           : NULL;
    for (size_t i = 0; shape && i < shape->n_fields; i++) {
        const struct field *f = &shape->fields[i];
        const struct json *given = f->kind == &kind_ref ? json_get(call->args, f->name) : NULL;
        const struct entity_info *target = given && given->type == JSON_STRING
                                               ? house_entity(call->house, text_of(f->target))
                                               : NULL;
        text_t code = target ? text_trim(given->text) : TEXT_NONE;
        if (!text_empty(code)) {
            TRY(store_find_ahead(&call->cx, target->entity, code));
        }
    }
    return OK;
}

static enum err call_run(struct tx *tx, void *arg)
{
    struct call *call = arg;
    struct cx *cx = &call->cx;
    bool found = false;
    cx_begin(cx, call->house, call->arena, tx, call->who, call->language);
    if (!instant_none(call->now)) {
        cx->now = call->now;
    }
    cx->flow = is_reading(call) ? NULL : ARENA_NEW(call->arena, struct flow);
    if (cx->flow) {
        cx->flow->prepared = call->prepared;
    }
    call->status = 0;
    call->replayed = false;
    call->answer = TEXT_NONE;
    TRY(masters_ask(cx));
    TRY(ask_ahead(call));
    if (call->look_first) {
        TRY(key_answer(call, tx, &found));
        if (found) {
            return OK;
        }
    }
    company_of(cx);
    void *record = arena_alloc(call->arena, call->entity->shape.size);
    TRY(run_verb(call, record));
    if (is_reading(call)) {
        return make_answer(call, record);
    }
    return finish_write(call, tx, record);
}

static enum err call_job(struct tx *tx, void *arg)
{
    struct call *call = arg;
    enum err e = call_run(tx, arg);
    masters_leave(&call->cx);
    return e;
}

/* -- the end ----------------------------------------------------------------------------------- */

/* The unique value of a race that the store's index decided. */
static void name_taken(struct call *call)
{
    if (!call->cx.failure.why) {
        (void)REFUSE(&call->cx, &refusal_taken, text_of(call->entity->code),
                     text_of(cx_text(&call->cx, call->entity->label)));
    }
}

static void answer_problem(struct call *call, enum err outcome)
{
    if (outcome == ERR_EXISTS) {
        name_taken(call);
        outcome = ERR_REFUSED;
    }
    call->failure = call->cx.failure;
    call->answer = flow_problem(&call->cx, &call->cx.failure, outcome, &call->status);
    call->version = 0;
}

/* A kept answer is for who may ask: a person's other key may hold less than the one that did. */
static bool may_ask(const struct call *call)
{
    const char *permission = call->verb == CALL_COMMAND ? call->command->permission
                                                        : call->entity->write;
    return !permission || cx_may(&call->cx, permission);
}

/* A refusal under a key is kept, so that the same request again gets the same answer. Who is not
 * signed in, or sends too much, may try again. */
static enum err keep_refusal(struct tx *tx, void *arg, enum err why)
{
    struct call *call = arg;
    bool found = false;
    if (!call->key.s || why != ERR_REFUSED || !call->cx.failure.why ||
        call->cx.failure.why == &refusal_key_reused || !may_ask(call)) {
        return ERR_NOT_FOUND;
    }
    if (key_answer(call, tx, &found) != OK || found) {
        return ERR_NOT_FOUND; /* nothing to keep */
    }
    answer_problem(call, why);
    if (call->status < 400 || call->status > 499 || call->status == 401 || call->status == 403 ||
        call->status == 429) {
        return ERR_NOT_FOUND;
    }
    call->answer_id = 0;
    return key_keep(call, tx);
}

static enum err call_settled(struct tx *tx, void *arg)
{
    struct call *call = arg;
    const struct flow *f = call->cx.flow;
    if (!f || f->log_seq == 0) {
        return ERR_NOT_FOUND;
    }
    return log_settled(tx, call->arena, f->log_writer, f->log_seq, &f->log_hash);
}

#define AGAIN_MAX 3

/* Another transaction has taken a unique key between our look and our write. Run once more, we see
 * it and say so precisely: which value is taken, or, for an idempotency key, the answer that the
 * other one gave. */
static bool run_again(struct call *call)
{
    call->look_first = call->key.s != NULL;
    return call->again++ < AGAIN_MAX && db_submit(house_db(call->house), &call->job) == OK;
}

static void call_done(void *arg, enum err outcome)
{
    struct call *call = arg;
    if (outcome == ERR_EXISTS && run_again(call)) {
        return;
    }
    if (outcome == ERR_REFUSED && call->replayed) {
        outcome = OK; /* it was refused because it has been done already */
    }
    if (outcome == ERR_REFUSED && call->arena->failed) {
        outcome = ERR_NO_MEMORY; /* what was refused without memory may be right with it */
        call->cx.failure = (struct failure){ 0 };
        call->answer = TEXT_NONE;
    }
    call->outcome = outcome;
    bool kept = outcome == ERR_REFUSED && call->answer.s &&
                call->status >= 400; /* under the key: answered in those very bytes */
    if (outcome != OK && !kept) {
        answer_problem(call, outcome);
    }
    call->done(call);
}

void *flow_prepared(struct cx *cx)
{
    return cx->flow ? cx->flow->prepared : NULL;
}

static void queue(struct call *call)
{
    enum err e = db_submit(house_db(call->house), &call->job);
    if (e != OK) {
        call_done(call, e);
    }
}

static void prepare_and_queue(void *arg)
{
    struct call *call = arg;
    enum err e = call->command->prepare(call);
    if (e == OK) {
        queue(call);
    } else {
        call_done(call, e);
    }
}

/* The queue of slow work is short on purpose: who comes too many is asked to come again. */
static void prepare(struct call *call)
{
    call->slow = (struct slow_work){ .run = prepare_and_queue, .arg = call };
    enum err e = slow_submit(call->house, &call->slow);
    if (e == ERR_BUSY) {
        e = REFUSE(&call->cx, &refusal_too_many, TEXT_NONE, TEXT("1"));
    }
    if (e != OK) {
        call_done(call, e);
    }
}

void flow_submit(struct call *call)
{
    if (call->verb == CALL_COMMAND && !call->entity) {
        call->entity = call->command->entity;
    }
    call->cx = (struct cx){ .arena = call->arena,
                            .house = call->house,
                            .who = call->who,
                            .language = call->language ? call->language : "en",
                            .decimals = 2 };
    if (call->key.s) {
        hash_request(call);
    }
    call->job = (struct db_job){ .run = call_job,
                                 .refused = keep_refusal,
                                 .settled = call_settled,
                                 .done = call_done,
                                 .arg = call,
                                 .write = !is_reading(call) };
    if (call->verb == CALL_COMMAND && call->command->prepare) {
        prepare(call);
    } else {
        queue(call);
    }
}

enum err flow_name(struct call *call, const char *entity, const char *command, int64_t record,
                   text_t body)
{
    const struct entity_info *info = house_entity(call->house, text_of(entity));
    struct json_fault fault;
    struct json *args;
    call->command = info && command ? house_command(call->house, info->entity, text_of(command))
                                    : NULL;
    if (!info || (command && !call->command)) {
        return ERR_NOT_FOUND;
    }
    call->body = text_copy(call->arena, body);
    TRY(json_parse(call->arena, call->body.s, call->body.n, &args, &fault));
    call->args = args;
    call->verb = command ? CALL_COMMAND : record ? CALL_UPDATE : CALL_CREATE;
    call->entity = info->entity;
    call->record_id = record;
    return OK;
}

static void wake(struct call *call)
{
    latch_down(call->user);
}

enum err flow_call(struct call *call)
{
    struct latch answered;
    void *user = call->user;
    latch_init(&answered, 1);
    call->done = wake;
    call->user = &answered;
    flow_submit(call);
    latch_wait(&answered);
    call->user = user;
    return call->outcome;
}

/* -- commands inside commands ------------------------------------------------------------------ */

enum err flow_run(struct cx *cx, const struct command *c, int64_t record_id, void *record,
                  const void *args, void *result)
{
    if (!(c->flags & C_RECORD)) {
        return c->run(cx, record, args, result);
    }
    TRY(store_get_any(cx, c->entity, record_id, record));
    TRY(state_fits(cx, c, record));
    return run_on_record(cx, c, record, args, result);
}
