/* What is done with the store as a whole: backup, restore, upgrade, and its description. */
#include "app/backup.h"
#include "app/cli.h"
#include "face/docs.h"
#include "face/openapi.h"
#include "meta/schema.h"
#include "os/file.h"

#include <stdio.h>

#define TEXT_MAX    ((size_t)64 * 1024 * 1024)
#define CHANGES_MAX ((size_t)1024 * 1024)

/* -- backup and restore --------------------------------------------------------------------------
 */

/* A copy is worth what can be proven of it. */
static int prove_file(struct cli *c, const char *file)
{
    struct kontor copy;
    char why[256];
    const char *url = text_fmt(&c->arena, "sqlite:%s", file).s;
    if (kontor_open(&copy, (struct db_config){ .url = url }, why) != OK) {
        return cli_fail("the copy cannot be opened: %s", why);
    }
    int status = cli_prove(&copy, &c->arena, false);
    kontor_close(&copy);
    return status;
}

int cli_backup(struct cli *c)
{
    struct progress p;
    struct copy_report report;
    char why[256];
    int status = cli_open(c, false, false);
    if (status != CLI_OK) {
        return status;
    }
    progress_begin(&p, "backup");
    enum err e = backup_make(&c->kontor, c->config.db, c->args[0], progress_show, &p, &report, why);
    progress_end(&p);
    if (e != OK) {
        return cli_fail("%s", why);
    }
    (void)printf("%s: %zu tables, %lld rows.\n", c->args[0], report.tables, (long long)report.rows);
    return prove_file(c, c->args[0]);
}

int cli_restore(struct cli *c)
{
    struct progress p;
    struct copy_report report;
    char why[256];
    if (config_sqlite_path(c->config.db) && c->config.data && folder_make(c->config.data) != OK) {
        return cli_fail("the folder %s cannot be made", c->config.data);
    }
    progress_begin(&p, "restore");
    enum err e = backup_restore(c->args[0], c->config.db, progress_show, &p, &c->kontor, &report,
                                why);
    progress_end(&p);
    if (e != OK) {
        return cli_fail("%s", why);
    }
    c->opened = true;
    (void)printf("%zu tables, %lld rows.\n", report.tables, (long long)report.rows);
    return cli_prove(&c->kontor, &c->arena, false);
}

/* -- upgrade -------------------------------------------------------------------------------------
 */

/* What was true of the house must be true after: every line of `before` stands in `after`. */
static int compare_figures(struct arena *a, const struct buf *before, const struct buf *after)
{
    text_t rest = buf_done(before);
    size_t lines = 0, lost = 0;
    while (rest.s) {
        text_t line = text_split(rest, '\n', &rest);
        if (!line.n) {
            continue;
        }
        lines++;
        const char *wanted = text_fmt(a, "\n%.*s\n", (int)line.n, line.s).s;
        const char *all = after->p ? text_fmt(a, "\n%s", after->p).s : "";
        if (!strstr(all, wanted)) {
            (void)printf("CHANGED %.*s\n", (int)line.n, line.s);
            lost++;
        }
    }
    if (lost) {
        return cli_fail("%zu of %zu figures are not the same after the upgrade", lost, lines);
    }
    (void)printf("%zu figures are the same before and after: rows, books, stock, open items.\n",
                 lines);
    return CLI_OK;
}

static int rehearse_on(struct cli *c, const char *url)
{
    struct kontor copy;
    struct buf before, after;
    char why[256];
    buf_init(&before, &c->arena, TEXT_MAX);
    buf_init(&after, &c->arena, TEXT_MAX);
    enum err e = backup_open_as_is(&copy, url, why);
    if (e != OK) {
        return cli_fail("%s", why);
    }
    e = backup_figures(&copy, &before);
    kontor_close(&copy);
    if (e == OK) {
        e = kontor_open(&copy, (struct db_config){ .url = url }, why);
    }
    if (e != OK) {
        return cli_fail("the copy cannot be upgraded (%s)", err_name(e));
    }
    e = backup_figures(&copy, &after);
    int status = e == OK ? compare_figures(&c->arena, &before, &after)
                         : cli_fail("the copy cannot be read (%s)", err_name(e));
    if (status == CLI_OK) {
        status = cli_prove(&copy, &c->arena, false);
    }
    kontor_close(&copy);
    return status;
}

static int rehearse(struct cli *c)
{
    struct progress p;
    struct copy_report report;
    char why[256];
    const char *folder = c->config.data ? c->config.data : ".";
    const char *file = text_fmt(&c->arena, "%s/kontor-rehearsal.db", folder).s;
    progress_begin(&p, "copy");
    backup_remove(file);
    enum err e = backup_copy(&c->kontor, c->config.db, file, progress_show, &p, &report, why);
    progress_end(&p);
    if (e != OK) {
        return cli_fail("%s", why);
    }
    int status = rehearse_on(c, text_fmt(&c->arena, "sqlite:%s", file).s);
    backup_remove(file);
    return status;
}

int cli_upgrade(struct cli *c)
{
    struct buf changes;
    char why[256];
    bool only = cli_option(c, "rehearse") != NULL;
    const char *path = config_sqlite_path(c->config.db);
    if (path && !file_exists(path)) {
        return cli_fail("there is no house at %s", path);
    }
    if (backup_open_as_is(&c->kontor, c->config.db, why) != OK) {
        return cli_fail("%s", why);
    }
    c->opened = true;
    buf_init(&changes, &c->arena, CHANGES_MAX);
    enum err e = schema_ensure(c->kontor.house, only, &changes);
    if (changes.n) {
        (void)fputs(changes.p, stdout);
    }
    if (e != OK) {
        return cli_fail("the tables cannot be brought up to date (%s)", err_name(e));
    }
    if (!changes.n) {
        (void)puts("The tables are up to date.");
    }
    return only ? rehearse(c) : CLI_OK;
}

/* -- description ---------------------------------------------------------------------------------
 */

static void put_sql(struct house *h, struct arena *a, const char *kind, struct buf *b)
{
    const struct table_def *tables;
    size_t n;
    house_tables(h, a, &tables, &n);
    migrate_sql(b, strcmp(kind, "sqlite") == 0 ? DB_SQLITE : DB_POSTGRES, tables, n);
}

int cli_schema(struct cli *c)
{
    const char *sql = cli_option(c, "sql");
    const bool openapi = cli_option(c, "openapi"), pot = cli_option(c, "pot");
    const bool markdown = cli_option(c, "markdown");
    struct buf b;
    if ((sql != NULL) + openapi + pot + markdown != 1) {
        return cli_misused(c, "one of --sql, --openapi, --pot and --markdown must be given");
    }
    if (sql && strcmp(sql, "sqlite") != 0 && strcmp(sql, "postgresql") != 0) {
        return cli_misused(c, "--sql is for sqlite or postgresql");
    }
    struct house_plan plan = kontor_plan_make();
    struct house *h = house_new(&plan, NULL);
    buf_init(&b, &c->arena, TEXT_MAX);
    if (sql) {
        put_sql(h, &c->arena, sql, &b);
    } else if (openapi) {
        openapi_print(h, &b);
    } else if (pot) {
        docs_pot(h, &b);
    } else {
        docs_markdown(h, &b);
    }
    text_t all = buf_done(&b);
    (void)fwrite(all.s, 1, all.n, stdout);
    if (all.n && all.s[all.n - 1] != '\n') {
        (void)fputc('\n', stdout);
    }
    house_free(h);
    return b.failed ? cli_fail("too long") : CLI_OK;
}
