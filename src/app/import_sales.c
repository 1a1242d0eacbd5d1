/* Importing past sales: reads the file twice. The first time it learns which products, customers
 * and days it speaks of, and makes what is missing; the second time it books invoice by invoice. */
#include "app/import_sales_own.h"
#include "os/clock.h"

#include <stdio.h>

#define WHOLE_ARENA_MAX ((size_t)4 << 30)
#define ROWS_ARENA_MAX  ((size_t)256 << 20)
#define ROWS_MAX        20000 /* of one invoice; more are another document */
#define PROGRESS_US     200000

static void tell(struct sales_import *s, int64_t *told_us, bool at_end)
{
    int64_t now = clock_monotonic_us();
    if (s->o->progress && (at_end || now - *told_us > PROGRESS_US)) {
        *told_us = now;
        s->o->progress(s->o->arg, at_end ? 1000 : import_file_permille(&s->file), s->report->rows);
    }
}

/* Does the row go on with the invoice of the rows before it? */
static bool same_invoice(const struct sales_import *s, const struct sale_row *r)
{
    const struct sale_row *first = &s->rows[0];
    return s->n_rows < ROWS_MAX && text_eq(first->invoice, r->invoice) &&
           text_eq(first->customer, r->customer) && text_eq(first->country, r->country) &&
           first->day.days == r->day.days;
}

static enum err end_invoice(struct sales_import *s)
{
    TRY(past_document(s));
    s->n_rows = s->room_rows = s->n_positions = 0;
    s->number[0] = '\0';
    s->rows = NULL;
    arena_reset(&s->row_arena);
    return OK;
}

/* Rows that are rejected have a position too, so that it stays when they are mended. */
static void begin_invoice(struct sales_import *s, const char *number)
{
    if (s->n_positions == 0) {
        snprintf(s->number, sizeof s->number, "%s", number);
    }
    s->n_positions++;
}

static enum err keep_row(struct sales_import *s, const struct sale_row *r)
{
    if (s->n_rows == s->room_rows) {
        size_t room = s->room_rows ? s->room_rows * 2 : 32;
        struct sale_row *more = ARENA_ARRAY(&s->row_arena, room, struct sale_row);
        if (s->n_rows > 0) {
            memcpy(more, s->rows, s->n_rows * sizeof *more);
        }
        s->rows = more;
        s->room_rows = room;
    }
    s->rows[s->n_rows] = *r;
    s->rows[s->n_rows].position = s->n_positions;
    s->n_rows++;
    return s->row_arena.failed ? ERR_NO_MEMORY : OK;
}

/* The row that was read, in the arena of the invoice that it belongs to. */
static enum err take_row(struct sales_import *s)
{
    struct sale_row row;
    text_t reason;
    char number[sizeof s->number];
    enum err e = past_row_read(s, &s->row_arena, &row, &reason);
    snprintf(number, sizeof number, "%.*s", (int)row.invoice.n, row.invoice.s ? row.invoice.s : "");
    bool same = s->n_positions > 0 && strcmp(number, s->number) == 0;
    if (e != OK) {
        past_reject(s, &row, reason);
    }
    if (!same || (e == OK && s->n_rows > 0 && !same_invoice(s, &row))) {
        TRY(end_invoice(s));
        if (e == OK && past_row_read(s, &s->row_arena, &row, &reason) != OK) {
            return ERR_INVALID; /* it was read a moment ago */
        }
    }
    begin_invoice(s, number);
    return e == OK ? keep_row(s, &row) : OK;
}

static enum err book(struct sales_import *s)
{
    int64_t told_us = 0;
    while (!past_stopped(s)) {
        enum err e = import_file_next(&s->file);
        if (e == ERR_NOT_FOUND) {
            TRY(end_invoice(s));
            TRY(flights_drain(&s->flights));
            tell(s, &told_us, true);
            return OK;
        }
        s->report->rows++;
        if (e == ERR_INVALID || e == ERR_RANGE) {
            struct sale_row row = { .line = s->file.line };
            past_reject(s, &row,
                        TEXT("The row cannot be read: a quote is not closed, or it is too "
                             "long."));
            continue;
        }
        TRY(e);
        TRY(take_row(s));
        tell(s, &told_us, false);
    }
    return ERR_STOPPED;
}

static enum err open_file(struct sales_import *s, char why[static 256])
{
    static const enum sale_field needed[] = { S_INVOICE, S_PRODUCT, S_QUANTITY, S_TIME, S_PRICE };
    TRY(import_file_open(&s->file, s->o, past_fields, S_FIELDS, why));
    for (size_t i = 0; i < N_ELEMENTS(needed); i++) {
        if (!import_has(&s->file, needed[i])) {
            snprintf(why, 256,
                     "this is no list of sales: there is no column for the %s. A mapping "
                     "file can name it",
                     past_fields[needed[i]].name);
            import_file_close(&s->file);
            return ERR_INVALID;
        }
    }
    if (import_column(&s->file, "line") == 0 && import_column(&s->file, "reason") == 1) {
        /* A row's place in its invoice says whether it is taken, and here it has lost it. */
        snprintf(why, 256,
                 "these are rejected rows: mend them in the file that they came from, and "
                 "import that one again");
        import_file_close(&s->file);
        return ERR_INVALID;
    }
    text_t order = s->file.constants[S_DATE_ORDER], services = s->file.constants[S_SERVICES];
    s->month_first = text_is(order, "mdy");
    s->day_first = text_is(order, "dmy");
    s->services = services.s ? text_copy(&s->arena, services) : TEXT_NONE;
    return OK;
}

static enum err survey(struct sales_import *s, char why[static 256])
{
    TRY(open_file(s, why));
    rejects_open(&s->rejects, s->o, &s->file);
    enum err e = past_survey(s);
    import_file_close(&s->file);
    return e;
}

static enum err second_reading(struct sales_import *s, char why[static 256])
{
    TRY(open_file(s, why));
    enum err e = s->o->dry_run ? OK : past_prepare(s, why);
    e = e == OK && !s->o->dry_run ? past_names(s) : e;
    e = e == OK ? book(s) : e;
    import_file_close(&s->file);
    return e;
}

static enum err run(struct sales_import *s, char why[static 256])
{
    enum err e = kontor_company(s->k, &s->company);
    if (e != OK) {
        snprintf(why, 256, "there is no company yet that could take the sales");
        return e;
    }
    TRY(past_look(s, why));
    flights_open(&s->flights, s->k, s->company, FLIGHTS_MAX, past_landed, s);
    e = survey(s, why);
    e = e == OK ? second_reading(s, why) : e;
    flights_close(&s->flights);
    if (e == OK) {
        e = s->flights.failed;
    }
    if (e == OK) {
        e = past_close_till(s, why);
    }
    enum err written = s->rejects.path[0] ? rejects_close(&s->rejects, s->report) : OK;
    return e == OK ? written : e;
}

enum err import_sales(struct kontor *k, const struct import_options *o, struct import_report *out,
                      char why[static 256])
{
    struct arena self;
    int64_t began = clock_monotonic_us();
    *out = (struct import_report){ .rows = 0 };
    why[0] = '\0';
    arena_init(&self, WHOLE_ARENA_MAX);
    struct sales_import *s = ARENA_NEW(&self, struct sales_import);
    s->k = k;
    s->o = o;
    s->report = out;
    arena_init(&s->arena, WHOLE_ARENA_MAX);
    arena_init(&s->row_arena, ROWS_ARENA_MAX);
    enum err e = run(s, why);
    if (e == ERR_STOPPED) {
        snprintf(why, 256, "stopped; what was begun is booked, run it again for the rest");
    } else if (e != OK && why[0] == '\0') {
        snprintf(why, 256, "the import cannot go on (%s)", err_name(e));
    }
    map_free(&s->products);
    map_free(&s->parties);
    map_free(&s->customers);
    map_free(&s->done);
    arena_free(&s->row_arena);
    arena_free(&s->arena);
    arena_free(&self);
    out->milliseconds = (clock_monotonic_us() - began) / 1000;
    return e;
}
