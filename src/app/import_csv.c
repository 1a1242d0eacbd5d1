/* The generic import: rows of CSV to creates and updates. */
#include "app/import_csv.h"

#include "app/import_own.h"
#include "base/hash.h"
#include "flow/import_rows.h"
#include "meta/locale.h"
#include "os/clock.h"

#include <stdio.h>

#define WINDOW        64
#define ROW_BYTES_MAX ((size_t)64 << 20)
#define TELL_EVERY_US (US_PER_SECOND / 5)

/* One row on its way; in the flight's arena. */
struct row {
    size_t line, n_cells;
    text_t *cells;
    enum import_action action;
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
    size_t n;
    struct import_table table;
    struct rejects rejects;
    struct flights flights;
    struct map seen; /* hash of a row without a code to how often it came */
};

/* -- columns ----------------------------------------------------------------------------------- */

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
    return import_table_open(cx, m->info, &m->arena, &m->table);
}

static void name_fields(struct csv_import *m)
{
    for (size_t i = 0; i < m->table.n && i < IMPORT_FIELDS_MAX; i++) {
        const struct field *f = m->table.fields[i];
        const char *label = f->label ? locale_bare(f->label) : f->name;
        m->names[m->n++] = (struct import_field){
            .name = f->name,
            .columns = { plain_name(&m->arena, f->name), plain_name(&m->arena, label) },
        };
    }
}

/* What header and mapping file say, for the rows. */
static void take_columns(struct csv_import *m)
{
    for (size_t i = 0; i < m->n; i++) {
        m->table.columns[i] = m->file.columns[i];
        m->table.constants[i] = m->file.constants[i];
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
    for (size_t i = 0; i < m->table.n_rows; i++) { /* those that exports have and nobody can give */
        int c = import_can_give(&m->table.rows[i])
                    ? -1
                    : import_column(&m->file, plain_name(&m->arena, m->table.rows[i].name));
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
    struct import_row row;
    text_t reason; /* of a refusal */
    bool unknown_reference;
};

static enum err prepare(struct cx *cx, void *arg)
{
    struct prepared *p = arg;
    struct call told = { 0 };
    const struct csv_row *row = &p->m->file.row;
    enum err e = import_row_prepare(cx, &p->m->table, row->cells, row->n, &p->row);
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
        m->out->taken += row->action == IMPORT_CREATE && !f->call.replayed;
        m->out->changed += row->action == IMPORT_UPDATE;
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
    int64_t slot = (int64_t)(hash_bytes(args.s, args.n) >> 1);
    int64_t *count = map_get(&m->seen, slot);
    if (!count) {
        count = ARENA_NEW(&m->arena, int64_t);
        TRY(map_put(&m->seen, slot, count));
    }
    ++*count;
    f->call.key = import_row_key(&f->arena, m->info->entity, m->company, args, *count);
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
                         .action = p->row.action,
                         .cells = ARENA_ARRAY(&f->arena, m->file.row.n, text_t) };
    for (size_t i = 0; i < row->n_cells; i++) {
        row->cells[i] = text_copy(&f->arena, m->file.row.cells[i]);
    }
    text_t body = text_copy(&f->arena, p->row.args);
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
    f->call.verb = p->row.action == IMPORT_CREATE ? CALL_CREATE : CALL_UPDATE;
    f->call.entity = m->info->entity;
    f->call.record_id = p->row.id;
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
    const struct csv_row *row = &m->file.row;
    text_t code = m->table.code >= 0
                      ? import_row_cell(&m->table, (size_t)m->table.code, row->cells, row->n)
                      : TEXT("");
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
    if (p.row.action == IMPORT_SAME) {
        m->out->skipped++;
    } else if (m->o->dry_run) {
        m->out->taken += p.row.action == IMPORT_CREATE;
        m->out->changed += p.row.action == IMPORT_UPDATE;
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
    if (!import_can_take(e)) {
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
    take_columns(m);
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
