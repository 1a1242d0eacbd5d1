/* `kontor import` and `kontor export`. */
#include "app/cli.h"
#include "app/import.h"
#include "app/import_csv.h"
#include "back/ledger/ledger.h"
#include "db/db.h"
#include "meta/custom.h"
#include "meta/kinds.h"
#include "meta/list.h"
#include "meta/shape.h"
#include "os/process.h"

#include <stdio.h>

/* -- import --------------------------------------------------------------------------------------
 */

static void show_progress(void *arg, int permille, int64_t lines)
{
    (void)lines;
    progress_show(arg, permille);
}

static int print_report(const struct import_report *r, bool dry_run)
{
    (void)printf(
        "%lld rows in %lld.%03lld s: %lld %s, %lld %s, %lld already so, %lld rejected",
        (long long)r->rows, (long long)r->milliseconds / 1000, (long long)r->milliseconds % 1000,
        (long long)r->taken, dry_run ? "would be new" : "new", (long long)r->changed,
        dry_run ? "would change" : "changed", (long long)r->skipped, (long long)r->rejected);
    if (r->warnings) {
        (void)printf(", %lld with warnings", (long long)r->warnings);
    }
    (void)puts(".");
    if (r->rejected_file[0]) {
        (void)printf("What was rejected, and why: %s\n", r->rejected_file);
    }
    return r->rejected ? CLI_NO : CLI_OK;
}

static enum err run_import(struct cli *c, const char *kind, const struct entity_info *info,
                           const struct import_options *o, struct import_report *r,
                           char why[static 256])
{
    if (strcmp(kind, "products") == 0) {
        return import_products(&c->kontor, o, r, why);
    }
    if (strcmp(kind, "sales") == 0) {
        return import_sales(&c->kontor, o, r, why);
    }
    INVARIANT(info != NULL);
    return import_csv(&c->kontor, info->entity, o, r, why);
}

int cli_import(struct cli *c)
{
    const char *kind = c->args[0];
    char why[256];
    struct progress p;
    struct import_report report = { 0 };
    const struct import_options o = { .file = c->args[1],
                                      .map = cli_option(c, "map"),
                                      .site = cli_option(c, "site"),
                                      .rejected = cli_option(c, "rejected"),
                                      .dry_run = cli_option(c, "dry-run") != NULL,
                                      .progress = show_progress,
                                      .arg = &p,
                                      .stop = process_stop_flag() };
    int status = cli_open(c, false, true);
    if (status != CLI_OK) {
        return status;
    }
    const struct entity_info *info = house_collection(c->kontor.house, text_of(kind));
    if (!info && strcmp(kind, "sales") != 0) {
        return cli_misused(c, "there is no collection \"%s\" to import into", kind);
    }
    progress_begin(&p, "import");
    enum err e = run_import(c, kind, info, &o, &report, why);
    progress_end(&p);
    if (e != OK && report.rows == 0) {
        return cli_fail("%s", why);
    }
    status = print_report(&report, o.dry_run);
    return e == OK ? status : cli_fail("%s: run the same again to go on", why);
}

/* -- export --------------------------------------------------------------------------------------
 */

struct exporting {
    struct cli *cli;
    const struct entity_info *info;
    const char *format;
    date_t from, to;
    struct cx *cx;
    const struct field *rows;
    size_t n_rows;
    struct progress progress;
    int64_t total, done;
    bool failed;   /* stdout */
    text_t reason; /* of a refusal */
};

static enum err write_piece(void *arg, text_t piece)
{
    struct exporting *x = arg;
    if (fwrite(piece.s, 1, piece.n, stdout) != piece.n) {
        x->failed = true;
        return ERR_IO;
    }
    return OK;
}

static bool is_column(const struct field *f)
{
    return !(f->flags & F_SECRET) && f->kind != &kind_lines && strcmp(f->name, "extra") != 0;
}

static enum err write_record(void *arg, const void *record)
{
    struct exporting *x = arg;
    struct cx *cx = x->cx;
    struct buf line;
    bool first = true;
    buf_init(&line, cx->arena, (size_t)16 << 20);
    for (size_t i = 0; i < x->n_rows; i++) {
        const struct field *f = &x->rows[i];
        if (!is_column(f)) {
            continue;
        }
        buf_str(&line, first ? "" : ",");
        first = false;
        if (f->offset == CUSTOM_FIELD) {
            custom_cell(cx, f, record, &line);
            continue;
        }
        struct buf cell;
        buf_init(&cell, cx->arena, (size_t)4 << 20);
        f->kind->to_text(cx, f, (const char *)record + f->offset,
                         field_decimals(cx, x->rows, x->n_rows, f, record), &cell);
        if (f->kind->storage == STORE_TEXT || f->kind == &kind_ref) {
            buf_csv(&line, buf_done(&cell)); /* what people typed could be a formula */
        } else {
            buf_csv_plain(&line, buf_done(&cell));
        }
    }
    buf_str(&line, "\r\n");
    x->done++;
    progress_show(&x->progress, (int)(x->done * 1000 / (x->total > 0 ? x->total : 1)));
    return line.failed ? ERR_NO_MEMORY : write_piece(x, buf_done(&line));
}

static enum err export_collection(struct cx *cx, struct exporting *x)
{
    struct list_page page;
    struct list_query q = {
        .entity = x->info->entity, .limit = 1, .count = true, .archived = true
    };
    struct buf header;
    TRY(custom_rows(cx, x->info, &x->rows, &x->n_rows));
    buf_init(&header, cx->arena, 1 << 20);
    for (size_t i = 0; i < x->n_rows; i++) {
        if (is_column(&x->rows[i])) {
            buf_fmt(&header, header.n ? ",%s" : "%s", x->rows[i].name);
        }
    }
    buf_str(&header, "\r\n");
    TRY(list_read(cx, &q, &page));
    x->total = page.total;
    TRY(write_piece(x, buf_done(&header)));
    return list_each(cx, &q, write_record, x);
}

static enum err export_job(struct tx *tx, void *arg)
{
    struct exporting *x = arg;
    struct cx cx;
    int status;
    cx_init(&cx, x->cli->kontor.house, &x->cli->arena, tx, &x->cli->who, "en");
    x->cx = &cx;
    enum err e = x->info ? export_collection(&cx, x)
                         : ledger_export(&cx, x->format, x->from, x->to, write_piece, x);
    if (e == ERR_REFUSED && cx.failure.why) {
        struct json *j;
        struct json_fault fault;
        text_t answer = flow_problem(&cx, &cx.failure, e, &status);
        if (json_parse(cx.arena, answer.s, answer.n, &j, &fault) == OK) {
            x->reason = json_get_text(j, "detail");
        }
    }
    cx_done(&cx);
    return e;
}

static bool read_day(const char *text, date_t *out)
{
    *out = DATE_NONE;
    return !text || date_parse(text, strlen(text), out) == OK;
}

int cli_export(struct cli *c)
{
    const char *kind = c->args[0], *format = cli_option(c, "format");
    const char *from = cli_option(c, "from"), *to = cli_option(c, "to");
    struct exporting x = { .cli = c };
    bool journal = strcmp(kind, "journal") == 0;
    if (!read_day(from, &x.from) || !read_day(to, &x.to)) {
        return cli_misused(c, "days are given as 2026-11-21");
    }
    if (!journal && (from || to)) {
        return cli_misused(c, "--from and --to are for the journal");
    }
    if (!journal && format && strcmp(format, "csv") != 0) {
        return cli_misused(c, "%s are exported as csv", kind);
    }
    int status = cli_open(c, false, true);
    if (status != CLI_OK) {
        return status;
    }
    x.format = format ? format : "csv";
    x.info = journal ? NULL : house_collection(c->kontor.house, text_of(kind));
    if (!journal && !x.info) {
        return cli_misused(c, "there is no collection \"%s\"", kind);
    }
    progress_begin(&x.progress, "export");
    enum err e = db_read(c->kontor.db, export_job, &x);
    progress_end(&x.progress);
    if (e == OK) {
        return CLI_OK;
    }
    return x.failed ? cli_fail("the output could not be written")
                    : cli_fail("%s", x.reason.n ? x.reason.s : err_name(e));
}
