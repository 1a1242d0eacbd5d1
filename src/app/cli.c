/* The commands of the command line, their options and their help. */
#include "app/bench.h"

#include "base/log.h"
#include "db/db.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/process.h"

#include <stdio.h>
#include <stdlib.h>

#define RUN_BYTES_MAX  ((size_t)1024 * 1024 * 1024)
#define CALL_BYTES_MAX ((size_t)256 * 1024 * 1024)

/* -- the commands --------------------------------------------------------------------------------
 */

/* Options that every command has. */
static const struct cli_option common[] = {
    { "data", "DIR", "folder of the house (default ./kontor-data); its store is DIR/kontor.db" },
    { "db", "URL", "another store: sqlite:FILE or postgresql://..." },
    { "config", "FILE", "settings (default ./kontor.toml, if there is one)" },
    { "help", NULL, "this text" },
};

/* clang-format off */
static const struct cli_option serve_options[] = {
    { "listen", "ADDR:PORT", "where to listen (default 127.0.0.1:8480)" },
    { "tls-cert", "FILE", "certificate chain in PEM, for HTTPS" },
    { "tls-key", "FILE", "its key in PEM" },
    { "trusted-proxies", "ADDR,..", "whose X-Forwarded-For and X-Forwarded-Proto count" },
    { "log", "json|plain", "form of the log on stderr" },
};
static const struct cli_option init_options[] = {
    { "company", "NAME", "its name" },
    { "country", "CC", "two letters of ISO 3166: ES, IN, ID, MX ..." },
    { "currency", "CUR", "three letters of ISO 4217: EUR, INR, IDR ..." },
    { "template", "NAME", "chart of accounts: retail (default) or retail_es" },
    { "time-zone", "ZONE", "such as Europe/Madrid (default: by the country)" },
    { "language", "LL", "of documents: en, es, hi, id (default: by the country)" },
    { "admin", "NAME", "sign-in name of the first administrator (default admin)" },
};
static const struct cli_option user_options[] = {
    { "role", "ROLE[,ROLE]", "admin manager cashier sales stock_clerk buyer accountant auditor" },
    { "name", "TEXT", "the person's name (default: the sign-in name)" },
    { "site", "CODE[,CODE]", "only these sites (default: all)" },
    { "language", "LL", "en, es, hi, id" },
};
static const struct cli_option key_options[] = {
    { "user", "NAME", "in whose name it acts" },
    { "role", "ROLE[,ROLE]", "a part of that user's roles (default: all of them)" },
    { "name", "TEXT", "what the key is for" },
    { "expires", "DATE", "its last day, such as 2027-12-31" },
};
static const struct cli_option verify_options[] = {
    { "json", NULL, "every invariant with its result as JSON" },
};

static const struct cli_option bench_options[] = {
    { "clients", "N", "connections that sell at once (default 64)" },
    { "seconds", "S", "for so long (default 10)" },
    { "sales", "N", "growth, pages: so many (default 1000000)" },
    { "folder", "DIR", "pages: where the house is kept between runs" },
    { "times", "N", "pages: requests for each (default 300)" },
};
static const struct cli_option schema_options[] = {
    { "sql", "STORE", "the tables as SQL: sqlite or postgresql" },
    { "openapi", NULL, "the HTTP interface as OpenAPI 3.1" },
    { "pot", NULL, "every text as a gettext template" },
    { "markdown", NULL, "what exists and what can be done, to read" },
};
static const struct cli_option upgrade_options[] = {
    { "rehearse", NULL, "only on a copy, proving that all figures stay the same" },
};
static const struct cli_option demo_options[] = {
    { "days", "N", "days of trade (default 30)" },
    { "seed", "N", "the same seed makes the same house (default 1)" },
    { "today", "DATE", "the last day of trade (default: today)" },
};
static const struct cli_option import_options[] = {
    { "dry-run", NULL, "only checks, changes nothing" },
    { "map", "FILE", "lines: our_field = Their column" },
    { "site", "CODE", "for sales: the site that sold" },
    { "rejected", "FILE", "where rows go that are not taken (default FILE.rejected.csv)" },
};
static const struct cli_option export_options[] = {
    { "format", "F", "of the journal: hledger, ledger, beancount, csv (default)" },
    { "from", "DATE", "first day of the journal" },
    { "to", "DATE", "last day of the journal" },
};

#define OPTIONS(list) .options = (list), .n_options = N_ELEMENTS(list)

static const struct cli_command commands[] = {
    { .name = "serve", .usage = "[--listen ADDR:PORT]",
      .help = "runs the house until SIGTERM or Ctrl-C", OPTIONS(serve_options), .run = cli_serve },
    { .name = "init", .usage = "--company NAME --country CC --currency CUR [--template retail]",
      .help = "makes an empty company: chart of accounts, taxes, a site, an administrator",
      OPTIONS(init_options), .run = cli_init },
    { .name = "demo", .usage = "[--days N]",
      .help = "makes a house to try: shops, a distribution centre, people, goods, days of trade",
      OPTIONS(demo_options), .run = cli_demo },
    { .name = "user add", .usage = "NAME --role ROLE[,ROLE]",
      .help = "makes a user; prints the password once, on stdout, alone", OPTIONS(user_options),
      .args_min = 1, .args_max = 1, .run = cli_user_add },
    { .name = "key add", .usage = "--user NAME [--role ROLE]",
      .help = "makes an API key; prints it once, on stdout, alone", OPTIONS(key_options),
      .run = cli_key_add },
    { .name = "import", .usage = "KIND FILE [--dry-run] [--map FILE]",
      .help = "takes over products, sales or any other collection from a CSV file",
      OPTIONS(import_options), .args_min = 2, .args_max = 2, .run = cli_import },
    { .name = "export", .usage = "KIND [--format F] [--from D] [--to D]",
      .help = "prints the journal, or any collection as CSV", OPTIONS(export_options),
      .args_min = 1, .args_max = 1, .run = cli_export },
    { .name = "verify", .usage = "[--json]",
      .help = "proves every invariant and every hash chain; names the rows that break one",
      OPTIONS(verify_options), .run = cli_verify },
    { .name = "schema", .usage = "--sql sqlite|postgresql | --openapi | --pot | --markdown",
      .help = "prints the declarations in one of their forms", OPTIONS(schema_options),
      .run = cli_schema },
    { .name = "upgrade", .usage = "[--rehearse]",
      .help = "brings the store's tables to this version of the program", OPTIONS(upgrade_options),
      .run = cli_upgrade },
    { .name = "backup", .usage = "FILE",
      .help = "copies the house into a new SQLite file, also while it is served", .args_min = 1,
      .args_max = 1, .run = cli_backup },
    { .name = "restore", .usage = "FILE",
      .help = "copies such a file into an empty store of either kind", .args_min = 1,
      .args_max = 1, .run = cli_restore },
    { .name = "bench", .usage = "[checkout|growth|pages]",
      .help = "measures sales and pages over HTTP on this machine, with a store of its own",
      OPTIONS(bench_options), .args_max = 1, .run = cli_bench },
};
/* clang-format on */

/* -- help and faults -----------------------------------------------------------------------------
 */

static void print_options(FILE *to, const struct cli_option *options, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char left[64];
        (void)snprintf(left, sizeof left, "--%s%s%s", options[i].name, options[i].value ? " " : "",
                       options[i].value ? options[i].value : "");
        (void)fprintf(to, "  %-24s %s\n", left, options[i].help);
    }
}

static void print_command(FILE *to, const struct cli_command *k)
{
    (void)fprintf(to, "usage: kontor %s%s%s\n\n%s.\n\n", k->name, *k->usage ? " " : "", k->usage,
                  k->help);
    print_options(to, k->options, k->n_options);
    print_options(to, common, N_ELEMENTS(common));
}

static void print_help(FILE *to)
{
    (void)fputs("Kontor " KONTOR_VERSION ": a trading house in one program.\n\n", to);
    for (size_t i = 0; i < N_ELEMENTS(commands); i++) {
        (void)fprintf(to, "  kontor %s%s%s\n      %s\n", commands[i].name,
                      *commands[i].usage ? " " : "", commands[i].usage, commands[i].help);
    }
    (void)fputs("\nEvery command takes --data DIR or --db URL (or KONTOR_DB, or kontor.toml).\n"
                "`kontor COMMAND --help` tells its options. Exit status: 0 done, 1 no, 2 wrong "
                "usage.\n",
                to);
}

int cli_fail(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    (void)fputs("kontor: ", stderr);
    (void)vfprintf(stderr, fmt, args);
    (void)fputc('\n', stderr);
    va_end(args);
    return CLI_NO;
}

int cli_misused(const struct cli *c, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    (void)fputs("kontor: ", stderr);
    (void)vfprintf(stderr, fmt, args);
    va_end(args);
    if (c->command) {
        (void)fprintf(stderr, "\nusage: kontor %s%s%s\n", c->command->name,
                      *c->command->usage ? " " : "", c->command->usage);
    } else {
        (void)fputs("\n`kontor help` lists the commands.\n", stderr);
    }
    return CLI_USAGE;
}

/* -- reading the command line --------------------------------------------------------------------
 */

/* How many words of argv a command's name is, or 0. */
static int name_words(const char *name, int argc, char **argv)
{
    const char *blank = strchr(name, ' ');
    size_t first = blank ? (size_t)(blank - name) : strlen(name);
    if (argc < 1 || strlen(argv[0]) != first || memcmp(argv[0], name, first) != 0) {
        return 0;
    }
    if (!blank) {
        return 1;
    }
    return argc >= 2 && strcmp(argv[1], blank + 1) == 0 ? 2 : 0;
}

/* Where the value of an option goes: the command's own first, then what all have. */
static const char **place_of(struct cli *c, const char *name, size_t n, bool *takes_value,
                             const char **file, const char **help)
{
    for (size_t i = 0; i < c->command->n_options; i++) {
        const struct cli_option *o = &c->command->options[i];
        if (strlen(o->name) == n && memcmp(o->name, name, n) == 0) {
            *takes_value = o->value != NULL;
            return &c->values[i];
        }
    }
    const struct {
        const char *name;
        const char **place;
    } shared[] = {
        { "data", &c->config.data }, { "db", &c->config.db }, { "config", file }, { "help", help }
    };
    for (size_t i = 0; i < N_ELEMENTS(shared); i++) {
        if (strlen(shared[i].name) == n && memcmp(shared[i].name, name, n) == 0) {
            *takes_value = strcmp(shared[i].name, "help") != 0;
            return shared[i].place;
        }
    }
    return NULL;
}

/* Reads argv behind the command's name. CLI_OK, or CLI_USAGE after a message. */
static int read_arguments(struct cli *c, int argc, char **argv, const char **file,
                          const char **help)
{
    bool only_arguments = false;
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        if (only_arguments || word[0] != '-' || word[1] == '\0') {
            if (c->n_args == c->command->args_max) {
                return cli_misused(c, "\"%s\" is too much", word);
            }
            c->args[c->n_args++] = word;
            continue;
        }
        if (strcmp(word, "--") == 0) {
            only_arguments = true;
            continue;
        }
        const char *name = word + (word[1] == '-' ? 2 : 1);
        const char *equals = strchr(name, '=');
        size_t n = equals ? (size_t)(equals - name) : strlen(name);
        bool takes_value = false;
        if (word[1] != '-' && strcmp(word, "-h") == 0) {
            name = "help";
            n = 4;
        }
        const char **place = place_of(c, name, n, &takes_value, file, help);
        if (!place || (word[1] != '-' && place != help)) {
            return cli_misused(c, "there is no option %s", word);
        }
        if (!takes_value && equals) {
            return cli_misused(c, "--%.*s takes no value", (int)n, name);
        }
        if (takes_value && !equals && i + 1 == argc) {
            return cli_misused(c, "--%.*s needs a value", (int)n, name);
        }
        *place = !takes_value ? "" : equals ? equals + 1 : argv[++i];
    }
    return CLI_OK;
}

const char *cli_option(const struct cli *c, const char *name)
{
    for (size_t i = 0; i < c->command->n_options; i++) {
        if (strcmp(c->command->options[i].name, name) == 0) {
            return c->values[i];
        }
    }
    invariant_broken("only options of the command's table are asked for", __FILE__, __LINE__);
}

static int run_command(struct cli *c, int argc, char **argv)
{
    const char *file = NULL, *help = NULL;
    char why[256];
    int bad = read_arguments(c, argc, argv, &file, &help);
    if (bad != CLI_OK) {
        return bad;
    }
    if (help) {
        print_command(stdout, c->command);
        return CLI_OK;
    }
    if (c->n_args < c->command->args_min) {
        return cli_misused(c, "something is missing");
    }
    if (c->config.data && c->config.db) {
        return cli_misused(c, "--data and --db exclude each other");
    }
    if (config_settle(&c->arena, file, &c->config, why) != OK) {
        cli_fail("%s", why);
        return CLI_USAGE;
    }
    int status = c->command->run(c);
    if (c->opened) {
        kontor_close(&c->kontor);
    }
    if (fflush(stdout) != 0 && status == CLI_OK) {
        status = cli_fail("the output could not be written");
    }
    return status;
}

int cli_main(int argc, char **argv)
{
    static struct cli cli; /* large */
    struct cli *c = &cli;
    argc--, argv++;
    if (argc == 0) {
        print_help(stderr);
        return CLI_USAGE;
    }
    if (strcmp(argv[0], "--version") == 0 || strcmp(argv[0], "version") == 0) {
        (void)puts("kontor " KONTOR_VERSION);
        return CLI_OK;
    }
    if (strcmp(argv[0], "help") == 0 || strcmp(argv[0], "--help") == 0 ||
        strcmp(argv[0], "-h") == 0) {
        print_help(stdout);
        return CLI_OK;
    }
    for (size_t i = 0; i < N_ELEMENTS(commands); i++) {
        int words = name_words(commands[i].name, argc, argv);
        if (words > 0) {
            c->command = &commands[i];
            arena_init(&c->arena, RUN_BYTES_MAX);
            log_setup(LOG_ERROR, false);
            int status = run_command(c, argc - words, argv + words);
            arena_free(&c->arena);
            return status;
        }
    }
    return cli_misused(c, "there is no command \"%s\"", argv[0]);
}

/* -- what commands share -------------------------------------------------------------------------
 */

int cli_open(struct cli *c, bool make, bool company)
{
    char why[256];
    const char *path = config_sqlite_path(c->config.db);
    if (path && !file_exists(path)) {
        if (!make) {
            return cli_fail("there is no house at %s: make one with `kontor init` or `kontor demo`",
                            path);
        }
        if (c->config.data && folder_make(c->config.data) != OK) {
            return cli_fail("the folder %s cannot be made", c->config.data);
        }
    }
    if (kontor_open(&c->kontor, (struct db_config){ .url = c->config.db }, why) != OK) {
        return cli_fail("%s", why);
    }
    c->opened = true;
    enum err e = kontor_company(&c->kontor, &c->company);
    if (e != OK && e != ERR_NOT_FOUND) {
        return cli_fail("the store cannot be read (%s)", err_name(e));
    }
    if (company && c->company == 0) {
        return cli_fail("there is no company in this house: make one with `kontor init`");
    }
    c->who = kontor_system(c->company);
    return CLI_OK;
}

/* A refusal as a person reads it: the field, then what is wrong. */
static int print_problem(struct arena *a, text_t answer, enum err outcome)
{
    struct json *j = NULL;
    struct json_fault fault;
    if (!answer.n || json_parse(a, answer.s, answer.n, &j, &fault) != OK) {
        return cli_fail("%s", err_name(outcome));
    }
    text_t field = json_get_text(j, "field"), detail = json_get_text(j, "detail");
    return field.n ? cli_fail("%s: %s", field.s, detail.s)
                   : cli_fail("%s", detail.n ? detail.s : "");
}

int cli_call(struct cli *c, const char *entity, const char *verb, int64_t record, text_t args,
             int64_t *id, struct json **answer)
{
    struct house *h = c->kontor.house;
    struct arena *a = &c->arena;
    struct json_fault fault;
    struct call *call = ARENA_NEW(a, struct call);
    *call = (struct call){
        .house = h, .arena = a, .who = &c->who, .language = "en", .now = INSTANT_NONE
    };
    enum err e = flow_name(call, entity, verb, record, args);
    INVARIANT(e != ERR_NOT_FOUND);
    if (e != OK) {
        return cli_fail("a value on the command line is not good text");
    }
    e = flow_call(call);
    if (e != OK || call->status >= 400) {
        return print_problem(a, call->answer, e);
    }
    if (id) {
        *id = call->answer_id;
    }
    if (answer && json_parse(a, call->answer.s, call->answer.n, answer, &fault) != OK) {
        return cli_fail("an answer that cannot be read");
    }
    return CLI_OK;
}

struct lookup {
    struct arena *arena;
    const char *sql;
    const struct value *args;
    size_t n;
    struct value out;
};

static enum err look_up(struct tx *tx, void *arg)
{
    struct lookup *l = arg;
    struct rows rows;
    TRY(tx_query(tx, l->arena, l->sql, l->args, l->n, &rows));
    l->out = rows.n ? rows_at(&rows, 0, 0) : v_null();
    return OK;
}

enum err cli_lookup(struct cli *c, const char *sql, const struct value *args, size_t n,
                    struct value *out)
{
    struct lookup l = { .arena = &c->arena, .sql = sql, .args = args, .n = n };
    enum err e = db_read(c->kontor.db, look_up, &l);
    *out = l.out;
    return e;
}

/* -- progress ------------------------------------------------------------------------------------
 */

#define BAR_AFTER_US US_PER_SECOND
#define BAR_EVERY_US (US_PER_SECOND / 10)
#define BAR_WIDTH    40

void progress_begin(struct progress *p, const char *label)
{
    *p = (struct progress){ .label = label, .began_us = clock_monotonic_us() };
}

void progress_show(void *progress, int permille)
{
    struct progress *p = progress;
    int64_t now = clock_monotonic_us();
    char bar[BAR_WIDTH + 1];
    permille = permille < 0 ? 0 : permille > 1000 ? 1000 : permille;
    if (now - p->began_us < BAR_AFTER_US || now - p->shown_us < BAR_EVERY_US ||
        !process_at_terminal(2)) {
        return;
    }
    int done = permille * BAR_WIDTH / 1000;
    memset(bar, '.', BAR_WIDTH);
    memset(bar, '#', (size_t)done);
    bar[BAR_WIDTH] = '\0';
    (void)fprintf(stderr, "\r%s [%s] %3d %%", p->label, bar, permille / 10);
    (void)fflush(stderr);
    p->shown_us = now;
    p->shown = true;
}

void progress_end(struct progress *p)
{
    if (p->shown) {
        (void)fprintf(stderr, "\r%*s\r", (int)strlen(p->label) + BAR_WIDTH + 10, "");
    }
}
