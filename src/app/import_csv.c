/* The generic import: rows of CSV to creates and updates. */
#include "app/import_csv.h"

#include "app/import_own.h"
#include "base/hash.h"
#include "meta/custom.h"
#include "meta/kinds.h"
#include "meta/shape.h"
#include "os/clock.h"

#include <stdio.h>

#define WINDOW        64
#define ROW_BYTES_MAX ((size_t)64 << 20)
#define ARGS_MAX      ((size_t)8 << 20)
#define TELL_EVERY_US (US_PER_SECOND / 5)

enum action { ROW_CREATE, ROW_UPDATE, ROW_SAME };

/* One row on its way; in the flight's arena. */
struct row {
    size_t line, n_cells;
    text_t *cells;
    enum action action;
};

struct csv_import {
    struct kontor *k;
    const struct entity_info *info;
    const struct import_options *o;
    struct import_report *out;
    int64_t company, began_us, told_us;
    struct arena arena;   /* of the whole run */
    struct arena scratch; /* of the row that is read */
    struct import_file file;
    struct import_field names[IMPORT_FIELDS_MAX];
    const struct field *fields[IMPORT_FIELDS_MAX]; /* as names */
    size_t n;
    int code, from;           /* which of them is the code, and valid_from; -1: none */
    const struct field *rows; /* of the entity, the company's own fields behind them */
    size_t n_rows;
    struct rejects rejects;
    struct flights flights;
    struct map seen; /* hash of a row without a code to how often it came */
};

/* -- columns ----------------------------------------------------------------------------------- */

static bool can_be_given(const struct field *f)
{
    static const char *const own[] = { "id", "version", "company", "archived", "extra" };
    for (size_t i = 0; i < N_ELEMENTS(own); i++) {
        if (strcmp(f->name, own[i]) == 0) {
            return false;
        }
    }
    return !(f->flags & (F_READONLY | F_COMPUTED | F_SECRET)) && f->kind != &kind_lines;
}

/* Lower-case letters and digits, as the columns of import_own.h are compared. */
static const char *plain_name(struct arena *a, const char *name)
{
    struct buf b;
    buf_init(&b, a, 200);
    for (const char *p = name; *p; p++) {
        char c = *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80)) {
            buf_char(&b, c);
        }
    }
    return b.n ? b.p : "";
}

static enum err read_rows(struct cx *cx, void *arg)
{
    struct csv_import *m = arg;
    const struct field *rows;
    TRY(custom_rows(cx, m->info, &rows, &m->n_rows));
    struct field *copy = ARENA_ARRAY(&m->arena, m->n_rows, struct field);
    for (size_t i = 0; i < m->n_rows; i++) {
        copy[i] = rows[i]; /* with texts of its own: these may lie in the cache */
        copy[i].name = text_copy(&m->arena, text_of(rows[i].name)).s;
        copy[i].label = text_copy(&m->arena, text_of(rows[i].label)).s;
        copy[i].target = text_copy(&m->arena, text_of(rows[i].target)).s;
    }
    m->rows = copy;
    return OK;
}

static void name_fields(struct csv_import *m)
{
    m->code = m->from = -1;
    for (size_t i = 0; i < m->n_rows && m->n < IMPORT_FIELDS_MAX; i++) {
        const struct field *f = &m->rows[i];
        if (!can_be_given(f)) {
            continue;
        }
        const char *label = f->label ? f->label : f->name;
        m->names[m->n] = (struct import_field){
            .name = f->name,
            .columns = { plain_name(&m->arena, f->name), plain_name(&m->arena, label) },
        };
        if (m->info->entity->code && strcmp(f->name, m->info->entity->code) == 0) {
            m->code = (int)m->n;
        }
        if ((m->info->entity->flags & E_DATED) && strcmp(f->name, "valid_from") == 0) {
            m->from = (int)m->n;
        }
        m->fields[m->n++] = f;
    }
}

/* Without a mapping file every column must be known: nothing is lost by a misspelt name. */
static enum err all_columns_known(struct csv_import *m, char why[static 256])
{
    bool used[CSV_CELLS_MAX] = { false };
    for (size_t i = 0; i < m->n; i++) {
        if (m->file.columns[i] >= 0) {
            used[m->file.columns[i]] = true;
        }
    }
    for (size_t i = 0; i < m->n_rows; i++) { /* those that exports have and nobody can give */
        int c = can_be_given(&m->rows[i])
                    ? -1
                    : import_column(&m->file, plain_name(&m->arena, m->rows[i].name));
        if (c >= 0) {
            used[c] = true;
        }
    }
    for (size_t c = 0; c < m->file.n_header && !m->o->map; c++) {
        if (!used[c]) {
            text_t h = m->file.header[c];
            (void)snprintf(why, 256, "column \"%.*s\" is no field of %s: use a mapping file",
                           (int)(h.n < 80 ? h.n : 80), h.s, m->info->entity->plural);
            return ERR_INVALID;
        }
    }
    return OK;
}

/* -- one row -------------------------------------------------------------------------------------
 */

struct prepared {
    struct csv_import *m;
    struct cx *cx;
    enum action action;
    int64_t id;
    text_t args;   /* JSON */
    text_t reason; /* of a refusal */
    bool unknown_reference;
};

/* Exports put ' before what a spreadsheet would take for a formula. */
static text_t cell_of(const struct csv_import *m, size_t i)
{
    text_t t = import_cell(&m->file, i);
    if (t.n > 1 && t.s[0] == '\'' && strchr("=+-@\t\r", t.s[1])) {
        return (text_t){ t.s + 1, t.n - 1 };
    }
    return t;
}

/* Of an entity with dated rows: the one that begins on the same day. */
static enum err find_dated(struct prepared *p, text_t code, void *record)
{
    struct cx *cx = p->cx;
    const struct csv_import *m = p->m;
    const struct entity *e = m->info->entity;
    date_t day = DATE_NONE;
    char *items = NULL;
    size_t n = 0;
    const struct value args[] = { v_text(code) };
    text_t cell = m->from >= 0 ? cell_of(m, (size_t)m->from) : TEXT("");
    const struct field *f = info_field(m->info, TEXT("valid_from"));
    INVARIANT(f != NULL);
    TRY(f->kind->from_text(cx, f, cell, text_of(f->name), 0, &day));
    TRY(store_select(cx, e,
                     house_intern(cx->house, text_fmt(cx->arena, "%s = $1 ORDER BY id", e->code)),
                     args, 1, &items, &n));
    for (size_t i = 0; i < n; i++) {
        char *item = items + i * e->shape.size;
        if (((const date_t *)(void *)(item + f->offset))->days == day.days) {
            memcpy(record, item, e->shape.size);
            return OK;
        }
    }
    return ERR_NOT_FOUND;
}

static enum err find_record(struct prepared *p, void *record)
{
    const struct csv_import *m = p->m;
    const struct entity *e = m->info->entity;
    text_t code = m->code >= 0 ? cell_of(m, (size_t)m->code) : TEXT("");
    if (!code.n) {
        return ERR_NOT_FOUND;
    }
    return e->flags & E_DATED ? find_dated(p, code, record)
                              : store_find(p->cx, e, e->code, code, record);
}

static bool same_member(const struct field *f, const void *a, const void *b)
{
    return f->kind->storage == STORE_TEXT ? text_eq(*(const text_t *)a, *(const text_t *)b)
                                          : *(const int64_t *)a == *(const int64_t *)b;
}

/* A field of the company's own: its kind says what JSON it wants. */
static void put_custom(struct prepared *p, const struct field *f, text_t cell, const void *before,
                       struct json_out *o)
{
    const char *type = f->kind->json_type;
    if (text_eq(custom_text(p->cx, f, before), cell)) {
        return;
    }
    if (strcmp(type, "integer") == 0 || strcmp(type, "number") == 0) {
        int64_t v;
        if (text_to_i64(cell, &v) == OK) {
            json_put_i64(o, f->name, v);
            return;
        }
    } else if (strcmp(type, "boolean") == 0) {
        json_put_bool(o, f->name, import_yes(cell));
        return;
    }
    json_put_text(o, f->name, cell);
}

/* Puts what the row says, and of a record that is there only what differs, into JSON. */
static enum err put_fields(struct prepared *p, const void *before, void *after, struct json_out *o,
                           size_t *put)
{
    struct cx *cx = p->cx;
    const struct csv_import *m = p->m;
    *put = 0;
    for (size_t i = 0; i < m->n; i++) {
        const struct field *f = m->fields[i];
        text_t cell = import_has(&m->file, i) ? cell_of(m, i) : TEXT("");
        if (!cell.n) {
            continue;
        }
        size_t length = o->b->n;
        if (f->offset == CUSTOM_FIELD) {
            put_custom(p, f, cell, before, o);
        } else {
            void *member = (char *)after + f->offset;
            int decimals = field_decimals(cx, m->rows, m->n_rows, f, after);
            TRY(f->kind->from_text(cx, f, cell, text_of(f->name), decimals, member));
            if (p->action == ROW_CREATE ||
                !same_member(f, (const char *)before + f->offset, member)) {
                f->kind->to_json(cx, f, member, decimals, o, f->name);
            }
        }
        *put += o->b->n > length;
    }
    return OK;
}

static enum err prepare_row(struct cx *cx, struct prepared *p)
{
    const struct csv_import *m = p->m;
    const struct entity *e = m->info->entity;
    void *before = arena_alloc(cx->arena, e->shape.size);
    void *after = arena_alloc(cx->arena, e->shape.size);
    struct buf b;
    struct json_out o;
    size_t put;
    enum err found = find_record(p, before);
    if (found == ERR_NOT_FOUND) {
        p->action = ROW_CREATE;
        TRY(shape_clear(cx, m->info->fields, m->info->n_fields, before));
    } else {
        TRY(found);
        p->action = ROW_UPDATE;
        p->id = ((const struct record *)before)->id;
    }
    memcpy(after, before, e->shape.size);
    buf_init(&b, cx->arena, ARGS_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    TRY(put_fields(p, before, after, &o, &put));
    json_close(&o, '}');
    if (p->action == ROW_UPDATE && put == 0) {
        p->action = ROW_SAME;
    }
    for (size_t i = 0; p->action == ROW_CREATE && i < m->n_rows; i++) {
        const struct field *f = &m->rows[i];
        if ((f->flags & F_REQUIRED) && can_be_given(f) && f->offset != CUSTOM_FIELD &&
            field_is_none(f, (const char *)after + f->offset)) {
            return REFUSE(cx, &refusal_required, text_of(f->name), text_of(cx_text(cx, f->label)));
        }
    }
    p->args = buf_done(&b);
    return OK;
}

static enum err prepare(struct cx *cx, void *arg)
{
    struct prepared *p = arg;
    struct call told = { 0 };
    p->cx = cx;
    enum err e = prepare_row(cx, p);
    if (e == ERR_REFUSED) {
        p->unknown_reference = cx->failure.why == &refusal_unknown_reference;
        told.answer = flow_problem(cx, &cx->failure, e, &told.status);
        p->reason = import_said(cx->arena, &told);
    }
    return e;
}

/* -- sending -------------------------------------------------------------------------------------
 */

static enum err landed(void *arg, struct flight *f, bool *again)
{
    struct csv_import *m = arg;
    const struct row *row = f->doc;
    *again = false;
    if (f->call.outcome == OK) {
        m->out->taken += row->action == ROW_CREATE && !f->call.replayed;
        m->out->changed += row->action == ROW_UPDATE;
        m->out->skipped += f->call.replayed;
        return OK;
    }
    if (f->call.status >= 500) {
        return f->call.outcome;
    }
    m->out->rejected++;
    rejects_add(&m->rejects, row->line, import_said(&f->arena, &f->call), row->cells, row->n_cells);
    return OK;
}

/* The n-th equal row of this table, for entities without a code. */
static enum err row_key(struct csv_import *m, struct flight *f, text_t args)
{
    sha256_t h;
    char hex[SHA256_HEX + 1];
    int64_t slot = (int64_t)(hash_bytes(args.s, args.n) >> 1);
    int64_t *count = map_get(&m->seen, slot);
    if (!count) {
        count = ARENA_NEW(&m->arena, int64_t);
        TRY(map_put(&m->seen, slot, count));
    }
    ++*count;
    const text_t parts[] = { text_of(m->info->entity->name), args,
                             text_fmt(&f->arena, "%lld/%lld", (long long)m->company,
                                      (long long)*count) };
    sha256_parts(parts, N_ELEMENTS(parts), &h);
    sha256_hex(&h, hex);
    f->call.key = text_fmt(&f->arena, "csv-%s", hex);
    return OK;
}

static enum err send(struct csv_import *m, const struct prepared *p, int64_t about)
{
    struct json_fault fault;
    struct json *args;
    struct flight *f = flight_take(&m->flights, about);
    if (!f) {
        return m->flights.failed;
    }
    struct row *row = ARENA_NEW(&f->arena, struct row);
    *row = (struct row){ .line = m->file.line,
                         .n_cells = m->file.row.n,
                         .action = p->action,
                         .cells = ARENA_ARRAY(&f->arena, m->file.row.n, text_t) };
    for (size_t i = 0; i < row->n_cells; i++) {
        row->cells[i] = text_copy(&f->arena, m->file.row.cells[i]);
    }
    text_t body = text_copy(&f->arena, p->args);
    enum err e = json_parse(&f->arena, body.s, body.n, &args, &fault);
    if (e == OK && about == 0) {
        e = row_key(m, f, body);
    }
    if (e != OK) {
        flight_drop(f);
        return e;
    }
    f->doc = row;
    f->about = about;
    f->call.verb = p->action == ROW_CREATE ? CALL_CREATE : CALL_UPDATE;
    f->call.entity = m->info->entity;
    f->call.record_id = p->id;
    f->call.args = args;
    f->call.body = body;
    flight_send(f);
    return OK;
}

static void reject(struct csv_import *m, text_t reason, bool with_cells)
{
    m->out->rejected++;
    rejects_add(&m->rejects, m->file.line, reason, m->file.row.cells,
                with_cells ? m->file.row.n : 0);
}

static enum err take_row(struct csv_import *m)
{
    struct prepared p = { .m = m };
    text_t code = m->code >= 0 ? cell_of(m, (size_t)m->code) : TEXT("");
    int64_t about = code.n ? (int64_t)(hash_bytes(code.s, code.n) >> 1) | 1 : 0;
    TRY(flights_wait_for(&m->flights, about));
    arena_reset(&m->scratch);
    enum err e = import_read(m->k, m->company, &m->scratch, prepare, &p);
    if (e == ERR_REFUSED && p.unknown_reference && m->flights.n_used > 0) {
        TRY(flights_drain(&m->flights)); /* a row before this one may make it known */
        arena_reset(&m->scratch);
        p = (struct prepared){ .m = m };
        e = import_read(m->k, m->company, &m->scratch, prepare, &p);
    }
    if (e == ERR_REFUSED) {
        reject(m, p.reason, true);
        return OK;
    }
    TRY(e);
    if (p.action == ROW_SAME) {
        m->out->skipped++;
    } else if (m->o->dry_run) {
        m->out->taken += p.action == ROW_CREATE;
        m->out->changed += p.action == ROW_UPDATE;
    } else {
        return send(m, &p, about);
    }
    return OK;
}

static void tell(struct csv_import *m)
{
    int64_t now = clock_monotonic_us();
    if (m->o->progress && now - m->told_us > TELL_EVERY_US) {
        m->told_us = now;
        m->o->progress(m->o->arg, import_file_permille(&m->file), m->out->rows);
    }
}

static enum err take_all(struct csv_import *m)
{
    for (;;) {
        if (m->o->stop && atomic_load(m->o->stop)) {
            return ERR_STOPPED;
        }
        enum err e = import_file_next(&m->file);
        if (e == ERR_NOT_FOUND) {
            return OK;
        }
        m->out->rows++;
        if (e == ERR_INVALID || e == ERR_RANGE) {
            reject(m,
                   e == ERR_INVALID ? TEXT("a quote is not closed") : TEXT("the row is too long"),
                   false);
        } else if (e != OK) {
            return e;
        } else {
            TRY(take_row(m));
        }
        tell(m);
    }
}

/* -- the whole ------------------------------------------------------------------------------------
 */

static enum err check_entity(const struct entity *e, char why[static 256])
{
    if (!e->write || (e->flags & (E_POSTED | E_LINE))) {
        (void)snprintf(why, 256, "%s are made by commands and cannot be imported as rows",
                       e->plural);
        return ERR_INVALID;
    }
    return OK;
}

static enum err open_table(struct csv_import *m, char why[static 256])
{
    enum err e = import_read(m->k, m->company, &m->scratch, read_rows, m);
    if (e != OK) {
        (void)snprintf(why, 256, "the store cannot be read (%s)", err_name(e));
        return e;
    }
    name_fields(m);
    TRY(import_file_open(&m->file, m->o, m->names, m->n, why));
    e = all_columns_known(m, why);
    if (e != OK) {
        import_file_close(&m->file);
    }
    return e;
}

static enum err run(struct csv_import *m, char why[static 256])
{
    rejects_open(&m->rejects, m->o, &m->file);
    flights_open(&m->flights, m->k, m->company, WINDOW, landed, m);
    enum err e = take_all(m);
    enum err drained = flights_drain(&m->flights);
    flights_close(&m->flights);
    e = e == OK ? drained : e;
    enum err closed = rejects_close(&m->rejects, m->out);
    if (e == OK && closed != OK) {
        (void)snprintf(why, 256, "the list of rejected rows cannot be written (%s)",
                       err_name(closed));
        e = closed;
    } else if (e != OK) {
        (void)snprintf(why, 256, "stopped at line %zu (%s)", m->file.line, err_name(e));
    }
    return e;
}

enum err import_csv(struct kontor *k, const struct entity *entity, const struct import_options *o,
                    struct import_report *out, char why[static 256])
{
    struct csv_import m = { .k = k,
                            .info = house_info(k->house, entity->index),
                            .o = o,
                            .out = out,
                            .began_us = clock_monotonic_us() };
    *out = (struct import_report){ 0 };
    why[0] = '\0';
    TRY(check_entity(entity, why));
    enum err e = kontor_company(k, &m.company);
    if (e != OK) {
        (void)snprintf(why, 256, "there is no company in this house");
        return e;
    }
    arena_init(&m.arena, ROW_BYTES_MAX);
    arena_init(&m.scratch, ROW_BYTES_MAX);
    e = open_table(&m, why);
    if (e == OK) {
        e = run(&m, why);
        import_file_close(&m.file);
    }
    out->milliseconds = (clock_monotonic_us() - m.began_us) / 1000;
    map_free(&m.seen);
    arena_free(&m.scratch);
    arena_free(&m.arena);
    return e;
}
