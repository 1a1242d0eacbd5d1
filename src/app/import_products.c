/* Importing products: reads the file, sends batches through command products/take_over, one at a
 * time because a later product may be a variant of an earlier one.
 *
 * A batch that is refused is cut in halves until the line that is at fault stands alone; it goes to
 * the list of the rejected and the others are taken. */
#include "app/import_products_own.h"
#include "common/company/company.h"
#include "os/clock.h"

#include <stdio.h>

#define BATCHES_AHEAD   8
#define WHOLE_ARENA_MAX ((size_t)1 << 30)
#define PROGRESS_US     200000

/* -- batches ------------------------------------------------------------------------------------
 */

void product_reject(struct product_import *p, const struct source_row *row, text_t reason)
{
    rejects_add(&p->rejects, row->line, reason, row->cells, row->n);
    p->report->rejected += row->counts;
}

void product_warn(struct product_import *p, const struct source_row *row, text_t reason)
{
    rejects_add(&p->rejects, row->line, reason, row->cells, row->n);
    p->report->warnings++;
}

struct source_row source_of(const struct product_import *p, struct arena *a)
{
    const struct csv_row *row = &p->file.row;
    struct source_row s = { .line = p->file.line, .n = row->n, .counts = true };
    s.cells = ARENA_ARRAY(a, row->n, text_t);
    for (size_t i = 0; i < row->n; i++) {
        s.cells[i] = text_copy(a, row->cells[i]);
    }
    return s;
}

struct arena *batch_arena(struct product_import *p)
{
    if (!p->flight) {
        p->flight = flight_take(&p->flights, 1);
        if (!p->flight) {
            return NULL;
        }
        struct arena *a = &p->flight->arena;
        struct batch *b = ARENA_NEW(a, struct batch);
        b->lines = ARENA_ARRAY(a, CATALOGUE_LINES, struct catalogue_line);
        b->rows = ARENA_ARRAY(a, CATALOGUE_LINES, struct source_row);
        p->flight->doc = b;
    }
    return &p->flight->arena;
}

/* What became of each line, into the report. */
static void take_results(struct product_import *p, const struct batch *b,
                         const struct catalogue_result *out)
{
    const struct catalogue_result_line *lines = out->lines.items;
    for (size_t i = 0; i < b->n && i < out->lines.n; i++) {
        if (!text_empty(lines[i].barcode_of)) {
            product_warn(p, &b->rows[i],
                         text_fmt(&p->rejects.arena,
                                  "Taken without the barcode %s, which product %s has already.",
                                  b->lines[i].barcode.s, lines[i].barcode_of.s));
        }
        if (!b->rows[i].counts) {
            continue;
        }
        p->report->taken += lines[i].outcome == CATALOGUE_CREATED;
        p->report->changed += lines[i].outcome == CATALOGUE_CHANGED;
        p->report->skipped += lines[i].outcome == CATALOGUE_UNCHANGED;
    }
}

struct dry_run {
    const struct catalogue_args *args;
    struct catalogue_result *out;
};

static enum err dry_take(struct cx *cx, void *arg)
{
    struct dry_run *d = arg;
    enum err e = catalogue_take(cx, d->args, true, d->out);
    if (e == ERR_REFUSED) {
        d->out->lines.n = 0;
    }
    return e;
}

/* Runs a part of a batch now. *said: why it was refused. */
static enum err take_now(struct product_import *p, struct arena *a, const struct batch *b,
                         struct catalogue_result *out, text_t *said)
{
    if (p->o->dry_run) {
        struct dry_run d = { &b->args, out };
        *said = TEXT("The catalogue does not take it.");
        return import_read(p->k, p->company, a, dry_take, &d);
    }
    struct call call = { .house = p->k->house,
                         .arena = a,
                         .who = &p->flights.who,
                         .language = "en",
                         .entity = &product_entity,
                         .command = house_command(p->k->house, &product_entity, TEXT("take_over")),
                         .typed = &b->args,
                         .now = INSTANT_NONE };
    enum err e = flow_call(&call);
    if (e == OK) {
        *out = *(const struct catalogue_result *)call.result;
    } else {
        *said = import_said(a, &call);
    }
    return e;
}

static struct batch part_of(const struct batch *b, size_t from, size_t n)
{
    struct batch part = { .lines = b->lines + from, .rows = b->rows + from, .n = n };
    part.args.lines = (lines_t){ part.lines, n };
    return part;
}

/* Takes a refused batch in ever smaller parts. */
static enum err take_in_parts(struct product_import *p, const struct batch *b)
{
    struct arena a;
    struct catalogue_result out = { 0 };
    text_t said = TEXT_NONE;
    arena_init(&a, (size_t)64 << 20);
    enum err e = take_now(p, &a, b, &out, &said);
    if (e == OK) {
        take_results(p, b, &out);
    } else if (e == ERR_REFUSED && b->n == 1) {
        product_reject(p, &b->rows[0], said);
        e = OK;
    } else if (e == ERR_REFUSED) {
        struct batch first = part_of(b, 0, b->n / 2), rest = part_of(b, b->n / 2, b->n - b->n / 2);
        e = take_in_parts(p, &first);
        e = e == OK ? take_in_parts(p, &rest) : e;
    }
    arena_free(&a);
    return e;
}

static enum err batch_landed(void *arg, struct flight *f, bool *again)
{
    struct product_import *p = arg;
    const struct batch *b = f->doc;
    (void)again;
    if (f->call.outcome == OK) {
        take_results(p, b, f->call.result);
        return OK;
    }
    return f->call.outcome == ERR_REFUSED ? take_in_parts(p, b) : f->call.outcome;
}

enum err batch_send(struct product_import *p)
{
    struct flight *f = p->flight;
    if (!f) {
        return p->flights.failed;
    }
    struct batch *b = f->doc;
    p->flight = NULL;
    b->args.lines = (lines_t){ b->lines, b->n };
    if (b->n == 0) {
        flight_drop(f);
        return OK;
    }
    if (p->o->dry_run) {
        enum err e = take_in_parts(p, b);
        flight_drop(f);
        return e;
    }
    f->call.verb = CALL_COMMAND;
    f->call.entity = &product_entity;
    f->call.command = house_command(p->k->house, &product_entity, TEXT("take_over"));
    f->call.typed = &b->args;
    flight_send(f);
    return OK;
}

enum err batch_add(struct product_import *p, const struct catalogue_line *line,
                   const struct source_row *row)
{
    struct batch *b = p->flight->doc;
    b->lines[b->n] = *line;
    b->rows[b->n] = *row;
    b->n++;
    return b->n == CATALOGUE_LINES ? batch_send(p) : OK;
}

/* -- the run ------------------------------------------------------------------------------------
 */

static enum err read_named(struct cx *cx, const char *sql, struct named_id **out, size_t *n)
{
    struct rows rows;
    const struct value args[] = { v_int(cx->company) };
    TRY(store_query(cx, sql, args, 1, &rows));
    *out = ARENA_ARRAY(cx->arena, rows.n, struct named_id);
    *n = rows.n;
    for (size_t i = 0; i < rows.n; i++) {
        (*out)[i] = (struct named_id){ rows_text(&rows, i, 1), rows_int(&rows, i, 0) };
    }
    return OK;
}

static enum err read_house(struct cx *cx, void *arg)
{
    struct product_import *p = arg;
    p->decimals = cx->decimals;
    TRY(read_named(cx, "SELECT id, code FROM taxes WHERE company = $1 AND archived = 0 ORDER BY id",
                   &p->taxes, &p->n_taxes));
    return read_named(cx,
                      "SELECT id, code FROM units WHERE company = $1 AND archived = 0"
                      " ORDER BY id",
                      &p->units, &p->n_units);
}

static bool stopped(const struct import_options *o)
{
    return o->stop && atomic_load(o->stop);
}

static void tell(struct product_import *p, int64_t *told_us, bool at_end)
{
    int64_t now = clock_monotonic_us();
    if (p->o->progress && (at_end || now - *told_us > PROGRESS_US)) {
        *told_us = now;
        p->o->progress(p->o->arg, at_end ? 1000 : import_file_permille(&p->file), p->report->rows);
    }
}

static enum err read_rows(struct product_import *p)
{
    int64_t told_us = 0;
    while (!stopped(p->o)) {
        enum err e = import_file_next(&p->file);
        if (e == ERR_NOT_FOUND) {
            TRY(product_group_end(p));
            TRY(batch_send(p));
            TRY(flights_drain(&p->flights));
            tell(p, &told_us, true);
            return OK;
        }
        p->report->rows++;
        if (e == ERR_INVALID || e == ERR_RANGE) {
            struct source_row row = { .line = p->file.line, .counts = true };
            product_reject(p, &row,
                           TEXT("The row cannot be read: a quote is not closed, or it is "
                                "too long."));
            continue;
        }
        TRY(e);
        TRY(product_row(p));
        tell(p, &told_us, false);
    }
    return ERR_STOPPED;
}

static enum err begin(struct product_import *p, char why[static 256])
{
    enum err e = kontor_company(p->k, &p->company);
    if (e != OK) {
        snprintf(why, 256, "there is no company yet that could take the products");
        return e;
    }
    TRY(import_file_open(&p->file, p->o, product_fields, P_FIELDS, why));
    e = product_form_of(&p->file, &p->form, why);
    if (e == OK) {
        e = import_read(p->k, p->company, &p->arena, read_house, p);
    }
    if (e != OK) {
        import_file_close(&p->file);
    }
    return e;
}

static enum err run(struct product_import *p, char why[static 256])
{
    rejects_open(&p->rejects, p->o, &p->file);
    flights_open(&p->flights, p->k, p->company, BATCHES_AHEAD, batch_landed, p);
    enum err e = read_rows(p);
    if (e != OK) {
        snprintf(why, 256,
                 e == ERR_STOPPED ? "stopped; what was read is taken, run it again for "
                                    "the rest"
                                  : "the import cannot go on (%s)",
                 err_name(e));
    }
    if (p->flight) {
        flight_drop(p->flight);
    }
    flights_close(&p->flights);
    enum err written = rejects_close(&p->rejects, p->report);
    if (e == OK && written != OK) {
        snprintf(why, 256, "the list of the rejected rows cannot be written (%s)",
                 err_name(written));
        e = written;
    }
    import_file_close(&p->file);
    return e;
}

enum err import_products(struct kontor *k, const struct import_options *o,
                         struct import_report *out, char why[static 256])
{
    struct product_import *p;
    struct arena self;
    int64_t began = clock_monotonic_us();
    *out = (struct import_report){ .rows = 0 };
    why[0] = '\0';
    arena_init(&self, WHOLE_ARENA_MAX);
    p = ARENA_NEW(&self, struct product_import);
    p->k = k;
    p->o = o;
    p->report = out;
    arena_init(&p->arena, WHOLE_ARENA_MAX);
    arena_init(&p->group_arena, (size_t)64 << 20);
    enum err e = begin(p, why);
    if (e == OK) {
        e = run(p, why);
    } else if (why[0] == '\0') {
        snprintf(why, 256, "the import cannot begin (%s)", err_name(e));
    }
    map_free(&p->by_number);
    arena_free(&p->group_arena);
    arena_free(&p->arena);
    arena_free(&self);
    out->milliseconds = (clock_monotonic_us() - began) / 1000;
    return e;
}
