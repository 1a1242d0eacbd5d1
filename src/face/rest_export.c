/* A whole list as a file: CSV of any length in constant memory, or a sheet of at most
 * EXPORT_SHEET_ROWS rows.
 *
 * The rows are read in pieces by id, each in a reading job of its own, so that no reader and no
 * snapshot of the store is held while a slow client takes them: a row that is changed meanwhile
 * comes as it was before or after, one that is made meanwhile may be in it; none comes twice. The
 * next piece is read when the one before was sent.
 *
 * An export outlives its request's answer, so it owns a copy of all that it needs. Its lock guards
 * what the server's threads and the store's threads share. */
#include "face/rest_own.h"

#include "face/xlsx.h"
#include "meta/custom.h"
#include "meta/filter_text.h"
#include "meta/kinds.h"
#include "meta/refs.h"
#include "meta/shape.h"
#include "meta/word.h"
#include "meta/zone.h"

#include <stdlib.h>

#define EXPORT_ROWS       LIST_LIMIT_MAX /* in a piece */
#define EXPORT_SHEET_ROWS 100000
#define EXPORT_BYTES      ((size_t)64 << 20) /* of a piece in memory */

struct rest_export {
    struct rest_work *asked; /* until it is answered */
    struct rest_work work;   /* a copy whose texts lie in keep */
    struct db_job job;
    struct arena keep, chunk;
    char after[8192]; /* the cursor of the next piece */
    bool begun, more;
    text_t zone;
    /* sheets */
    bool sheet, cut;
    struct xlsx *xlsx;
    struct xlsx_column *columns;
    struct xlsx_cell *cells; /* of this piece; in chunk */
    size_t n_columns, n_cells;
    int64_t rows;
    /* with the lock once it is being sent */
    mutex_t lock;
    cond_t ready;
    text_t piece;
    size_t sent;
    enum err failed;
    bool busy, gone;
    struct http_stream *http;
};

/* -- cells of a sheet ---------------------------------------------------------------------- */

void rest_sheet_column(struct cx *cx, const struct field *f, int decimals, struct xlsx_column *out)
{
    *out = (struct xlsx_column){ .label = kind_label(cx, f) };
    if (f->kind == &kind_money || f->kind == &kind_quantity || f->kind == &kind_rate ||
        f->kind == &kind_integer) {
        out->kind = XLSX_NUMBER;
        out->fixed = f->kind == &kind_money;
        out->scale = f->kind == &kind_money      ? decimals
                     : f->kind == &kind_quantity ? QTY_SCALE
                     : f->kind == &kind_rate     ? RATE_SCALE
                                                 : 0;
    } else if (f->kind == &kind_date) {
        out->kind = XLSX_DATE;
    } else if (f->kind == &kind_time) {
        out->kind = XLSX_TIME;
    } else if (f->kind == &kind_boolean) {
        out->kind = XLSX_TRUTH;
    }
}

/* A value of the company's own field, kept as text. */
static void from_custom(const struct field *f, text_t t, text_t zone,
                        const struct xlsx_column *column, struct xlsx_cell *out)
{
    date_t d;
    instant_t at;
    out->text = t;
    if (column->kind == XLSX_NUMBER) {
        out->none = decimal_parse(t.s, t.n, column->scale, &out->number) != OK;
    } else if (column->kind == XLSX_DATE) {
        out->none = date_parse(t.s, t.n, &d) != OK;
        out->number = out->none ? 0 : d.days;
    } else if (column->kind == XLSX_TIME) {
        out->none = instant_parse(t.s, t.n, &at) != OK;
        out->number = out->none ? 0 : at.us + zone_offset_us(zone, at);
    } else if (f->kind == &kind_boolean) {
        out->number = text_is(t, "true");
    }
}

static text_t choice_label(struct cx *cx, const struct field *f, int64_t v)
{
    return v >= 0 && (size_t)v < f->n_choices ? text_of(cx_text(cx, f->choices[v].label))
                                              : TEXT_NONE;
}

void rest_sheet_cell(struct cx *cx, const struct field *f, const void *member, text_t custom,
                     text_t zone, const struct xlsx_column *column, struct xlsx_cell *out)
{
    struct buf b;
    *out = (struct xlsx_cell){ .text = TEXT_NONE, .scale = column->scale };
    if (f->offset == CUSTOM_FIELD) {
        out->none = text_empty(custom);
        if (!out->none) {
            from_custom(f, custom, zone, column, out);
        }
        return;
    }
    if (f->kind->storage == STORE_TEXT) {
        out->text = word_label(cx, f->word, *(const text_t *)member);
        return;
    }
    out->number = *(const int64_t *)member;
    out->none = out->number == VALUE_NONE;
    if (f->kind == &kind_time && !out->none) {
        out->number += zone_offset_us(zone, (instant_t){ out->number });
    } else if (f->kind == &kind_choice || f->kind == &kind_state) {
        out->text = choice_label(cx, f, out->number);
    } else if (column->kind == XLSX_TEXT) {
        buf_init(&b, cx->arena, REST_BODY_MAX);
        f->kind->to_text(cx, f, member, cx->decimals, &b);
        out->text = b.n ? buf_done(&b) : TEXT_NONE;
    }
}

static void fill_row(struct rest_export *e, const struct chosen *c, const void *record,
                     struct xlsx_cell *cells)
{
    struct cx *cx = &e->work.cx;
    for (size_t i = 0; i < e->n_columns; i++) {
        const struct field *f = c->rows[i];
        bool own = f->offset == CUSTOM_FIELD;
        const void *member = own ? NULL : (const char *)record + f->offset;
        struct xlsx_column column = e->columns[i];
        if (f->kind == &kind_money) { /* amounts may be in another currency */
            column.scale = own ? cx->decimals : field_decimals(cx, c->all, c->n_all, f, record);
        }
        rest_sheet_cell(cx, f, member, own ? custom_text(cx, f, record) : TEXT_NONE, e->zone,
                        &column, &cells[i]);
    }
}

/* -- reading a piece ----------------------------------------------------------------------- */

/* The fields by name, so that every piece has the same columns even if one is added meanwhile. */
static void keep_fields(struct rest_export *e, const struct chosen *c)
{
    struct buf b;
    buf_init(&b, &e->keep, (size_t)64 * 1024);
    for (size_t i = 0; i < c->n; i++) {
        buf_fmt(&b, i ? ",%s" : "%s", c->rows[i]->name);
    }
    e->work.fields = buf_done(&b);
}

static void keep_columns(struct rest_export *e, const struct chosen *c)
{
    struct cx *cx = &e->work.cx;
    e->n_columns = c->n;
    e->columns = ARENA_ARRAY(&e->keep, c->n, struct xlsx_column);
    for (size_t i = 0; i < c->n; i++) {
        const struct field *f = c->rows[i];
        rest_sheet_column(cx, f, cx->decimals, &e->columns[i]);
        e->columns[i].label = text_copy(&e->keep, e->columns[i].label);
    }
}

static enum err begin_export(struct rest_export *e)
{
    struct rest_work *w = &e->work;
    struct chosen c;
    TRY(filter_text_take(&w->cx, w->route.info, w->filter, &w->list));
    TRY(rest_choose(w, w->route.info, false, &c));
    keep_fields(e, &c);
    e->zone = text_copy(&e->keep, zone_of_company(&w->cx));
    if (e->sheet) {
        keep_columns(e, &c);
    }
    w->list.sort = TEXT("id");
    w->list.limit = EXPORT_ROWS;
    rest_attachment(e->asked, zone_day(e->zone, w->cx.now), w->route.info->entity->plural,
                    e->sheet ? "xlsx" : "csv");
    return OK;
}

static const void *row_at(const struct rest_export *e, const struct list_page *page, size_t i)
{
    return (const char *)page->records + i * e->work.route.info->entity->shape.size;
}

static void write_csv(struct rest_export *e, const struct chosen *c, const struct list_page *page,
                      bool head)
{
    struct buf b;
    buf_init(&b, e->work.arena, REST_BODY_MAX);
    for (size_t i = 0; head && i < c->n; i++) {
        buf_fmt(&b, i ? ",%s" : "%s", c->rows[i]->name);
    }
    buf_str(&b, head ? "\r\n" : "");
    for (size_t i = 0; i < page->n; i++) {
        rest_csv_row(&e->work, c, row_at(e, page, i), &b);
    }
    e->piece = buf_done(&b);
    if (b.failed) {
        e->work.arena->failed = true;
    }
}

static enum err read_piece(struct rest_export *e, bool head)
{
    struct rest_work *w = &e->work;
    struct list_page page;
    struct chosen c;
    TRY(rest_choose(w, w->route.info, false, &c));
    w->list.after = e->after[0] ? text_of(e->after) : TEXT_NONE;
    TRY(list_read(&w->cx, &w->list, &page));
    if (page.next.n >= sizeof e->after) {
        return ERR_RANGE;
    }
    if (e->sheet) {
        e->n_cells = page.n * e->n_columns;
        e->cells = ARENA_ARRAY(w->arena, e->n_cells ? e->n_cells : 1, struct xlsx_cell);
        for (size_t i = 0; i < page.n; i++) {
            fill_row(e, &c, row_at(e, &page, i), e->cells + i * e->n_columns);
        }
    } else {
        write_csv(e, &c, &page, head);
    }
    e->more = page.next.s != NULL;
    /* The cursor moves only with the piece: a job that is run again must read the same. */
    w->list.after = page.next;
    return OK;
}

static void open_cx(struct rest_export *e, struct tx *tx, struct arena *a)
{
    struct rest_work *w = &e->work;
    const struct rest_config *config = &w->server->config;
    instant_t now = config->now ? config->now(config->arg) : INSTANT_NONE;
    w->arena = a;
    cx_init(&w->cx, w->server->house, a, tx, &w->who, w->language);
    if (!instant_none(now)) {
        w->cx.now = now;
    }
}

/* What begins the export is kept as long as it lasts; a piece only until the next one. */
static enum err run_piece(struct tx *tx, void *arg)
{
    struct rest_export *e = arg;
    struct rest_work *w = &e->work;
    enum err outcome = OK;
    bool head = !e->begun;
    if (head) {
        const struct entity *entity = w->route.info->entity;
        e->asked->request->answer = (struct rest_answer){ 0 };
        open_cx(e, tx, &e->keep);
        outcome = cx_may(&w->cx, entity->read)
                      ? begin_export(e)
                      : REFUSE(&w->cx, &refusal_forbidden, TEXT_NONE, text_of(entity->read));
        cx_done(&w->cx);
    }
    if (outcome == OK) {
        arena_reset(&e->chunk);
        open_cx(e, tx, &e->chunk);
        outcome = read_piece(e, head);
        cx_done(&w->cx);
    }
    return outcome == OK && (e->chunk.failed || e->keep.failed) ? ERR_NO_MEMORY : outcome;
}

/* -- the end of a piece -------------------------------------------------------------------- */

void rest_export_free(struct rest_export *e)
{
    struct rest_server *server = e->work.server;
    xlsx_drop(e->xlsx);
    arena_free(&e->chunk);
    arena_free(&e->keep);
    pthread_cond_destroy(&e->ready);
    pthread_mutex_destroy(&e->lock);
    free(e);
    rest_let_go(server);
}

/* Answers with the refusal or failure, and is over. */
static void give_up(struct rest_export *e, enum err outcome)
{
    struct rest_work *w = e->asked;
    w->cx.failure = e->work.cx.failure;
    rest_problem(w, outcome);
    rest_export_free(e);
    rest_end(w);
}

static void answer_file(struct rest_export *e, const char *type, text_t body)
{
    struct rest_work *w = e->asked;
    w->request->answer.status = 200;
    w->request->answer.content_type = type;
    w->request->answer.body = body;
    rest_export_free(e);
    rest_end(w);
}

static enum err write_cells(struct rest_export *e)
{
    if (!e->xlsx) {
        TRY(xlsx_open(e->work.route.info->entity->plural, e->columns, e->n_columns, &e->xlsx));
    }
    for (size_t i = 0; e->n_columns > 0 && i < e->n_cells; i += e->n_columns) {
        if (e->rows == EXPORT_SHEET_ROWS) {
            e->more = true;
            break;
        }
        TRY(xlsx_row(e->xlsx, e->cells + i));
        e->rows++;
    }
    e->cut = e->more && e->rows == EXPORT_SHEET_ROWS;
    return OK;
}

static enum err submit(struct rest_export *e)
{
    return db_submit(house_db(e->work.server->house), &e->job);
}

static void sheet_done(struct rest_export *e)
{
    struct rest_work *w = e->asked;
    text_t bytes;
    enum err outcome = write_cells(e);
    if (outcome == OK && e->more && !e->cut) {
        outcome = submit(e);
        if (outcome == OK) {
            return;
        }
    }
    if (outcome == OK) {
        struct xlsx *x = e->xlsx;
        e->xlsx = NULL;
        outcome = xlsx_close(x, w->arena, REST_BODY_MAX, &bytes);
    }
    if (outcome == ERR_RANGE) {
        outcome = REFUSE(&e->work.cx, &refusal_too_large, TEXT("format"), TEXT("XLSX"),
                         TEXT("32 MiB"));
    }
    if (outcome != OK) {
        give_up(e, outcome);
        return;
    }
    if (e->cut) {
        rest_header_add(w, "Rows-Cut", text_fmt(w->arena, "%d", EXPORT_SHEET_ROWS));
    }
    answer_file(e, XLSX_TYPE, bytes);
}

static void csv_done(struct rest_export *e)
{
    static const char type[] = "text/csv; charset=utf-8; header=present";
    struct rest_work *w = e->asked;
    if (!e->more) {
        answer_file(e, type, text_copy(w->arena, e->piece));
        return;
    }
    w->request->answer.status = 200;
    w->request->answer.content_type = type;
    w->request->answer.export = e;
    e->asked = NULL;
    rest_end(w); /* which may send all of it, or drop it */
}

static void piece_sent_for(struct rest_export *e, enum err outcome)
{
    mutex_lock(&e->lock);
    e->busy = false;
    e->failed = outcome;
    e->sent = 0;
    if (outcome != OK) {
        e->piece = TEXT_NONE;
        e->more = false;
    }
    bool gone = e->gone;
    if (!gone && e->http) {
        http_stream_wake(e->http);
    }
    cond_signal(&e->ready);
    mutex_unlock(&e->lock);
    if (gone) {
        rest_export_free(e);
    }
}

static void piece_done(void *arg, enum err outcome)
{
    struct rest_export *e = arg;
    if (outcome == OK) {
        text_t next = e->work.list.after;
        e->begun = true;
        memcpy(e->after, next.s ? next.s : "", next.s ? next.n : 0);
        e->after[next.s ? next.n : 0] = '\0';
    }
    if (!e->asked) {
        piece_sent_for(e, outcome);
    } else if (outcome != OK) {
        give_up(e, outcome);
    } else if (e->sheet) {
        sheet_done(e);
    } else {
        csv_done(e);
    }
}

/* -- beginning ----------------------------------------------------------------------------- */

static void copy_work(struct rest_export *e, const struct rest_work *w)
{
    struct rest_work *c = &e->work;
    struct arena *a = &e->keep;
    *c = (struct rest_work){ .server = w->server,
                             .arena = a,
                             .who = w->who,
                             .language = w->language,
                             .route = w->route,
                             .list = w->list,
                             .fields = text_copy(a, w->fields),
                             .filter = text_copy(a, w->filter) };
    rest_hold(c->server);
    c->who.name = text_copy(a, w->who.name);
    int64_t *sites = ARENA_ARRAY(a, w->who.n_sites ? w->who.n_sites : 1, int64_t);
    if (w->who.n_sites) {
        memcpy(sites, w->who.sites, w->who.n_sites * sizeof *sites);
    }
    c->who.sites = sites;
    c->list.q = text_copy(a, w->list.q);
    c->list.after = TEXT_NONE;
    c->list.count = c->list.expand_lines = false;
    for (size_t i = 0; i < w->list.n_filters; i++) {
        c->list.filters[i].field = text_copy(a, w->list.filters[i].field);
        c->list.filters[i].value = text_copy(a, w->list.filters[i].value);
    }
}

void rest_attachment(struct rest_work *w, date_t day, const char *name, const char *ending)
{
    char out[DATE_TEXT_MAX];
    (void)date_print(day, out);
    rest_header_add(w, "Content-Disposition",
                    text_fmt(w->arena, "attachment; filename=\"%s-%s.%s\"", name, out, ending));
}

void rest_export(struct rest_work *w)
{
    bool sheet = text_is(w->format, "xlsx");
    if (!sheet && !text_is(w->format, "csv") && w->format.s) {
        rest_refuse(w, &refusal_unknown_choice, "format", w->format.n < 100 ? w->format : TEXT("?"),
                    TEXT("csv, xlsx"));
        return;
    }
    struct rest_export *e = calloc(1, sizeof *e);
    if (!e) {
        rest_problem(w, ERR_NO_MEMORY);
        rest_end(w);
        return;
    }
    arena_init(&e->keep, EXPORT_BYTES);
    arena_init(&e->chunk, EXPORT_BYTES);
    pthread_mutex_init(&e->lock, NULL);
    cond_init(&e->ready);
    e->asked = w;
    e->sheet = sheet;
    copy_work(e, w);
    e->job = (struct db_job){ .run = run_piece, .done = piece_done, .arg = e };
    enum err outcome = submit(e);
    if (outcome != OK) {
        give_up(e, outcome);
    }
}

/* -- taking it ----------------------------------------------------------------------------- */

/* Has the next piece read, unless it is under way. With the lock held; done takes it itself, later.
 */
static void ask_more(struct rest_export *e)
{
    if (!e->busy && e->more && e->failed == OK) {
        e->busy = true;
        e->failed = submit(e);
        e->busy = e->failed == OK;
    }
}

enum err rest_export_next(struct rest_export *e, text_t *piece)
{
    mutex_lock(&e->lock);
    if (e->sent == e->piece.n) {
        ask_more(e);
        while (e->busy) {
            cond_wait(&e->ready, &e->lock);
        }
    }
    *piece = (text_t){ e->piece.s ? e->piece.s + e->sent : NULL, e->piece.n - e->sent };
    e->sent = e->piece.n;
    enum err outcome = e->failed != OK ? e->failed : piece->n > 0 ? OK : ERR_NOT_FOUND;
    mutex_unlock(&e->lock);
    return outcome;
}

static ssize_t fill(void *arg, char *out, size_t room)
{
    struct rest_export *e = arg;
    mutex_lock(&e->lock);
    size_t left = e->busy ? 0 : e->piece.n - e->sent;
    size_t n = left < room ? left : room;
    ssize_t answer = 0;
    if (n > 0) {
        memcpy(out, e->piece.s + e->sent, n);
        e->sent += n;
        answer = (ssize_t)n;
    } else if (!e->busy) {
        bool end = !e->more && e->failed == OK;
        ask_more(e);
        answer = end ? -1 : e->failed != OK ? HTTP_STREAM_BROKEN : 0;
    }
    mutex_unlock(&e->lock);
    return answer;
}

static void drop(void *arg)
{
    struct rest_export *e = arg;
    mutex_lock(&e->lock);
    e->gone = true;
    bool busy = e->busy;
    mutex_unlock(&e->lock);
    if (!busy) {
        rest_export_free(e);
    }
}

void rest_export_send(struct rest_export *e, struct http_request *r,
                      const struct rest_answer *answer)
{
    static const struct http_stream_ops ops = { .fill = fill, .drop = drop };
    struct http_stream *ignored;
    e->http = http_stream_of(r);
    http_reply_stream(r, answer->status, answer->content_type, answer->headers, answer->n_headers,
                      &ops, e, &ignored);
}
