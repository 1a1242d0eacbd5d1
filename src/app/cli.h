/* The command line: one table of commands (cli.c), each with its options and one function.
 *
 * A command prints what it did on stdout, faults on stderr, and answers CLI_OK, CLI_NO where the
 * answer is "no" or something failed, CLI_USAGE on wrong usage. */
#ifndef KONTOR_CLI_H
#define KONTOR_CLI_H

#include "app/config.h"
#include "app/open.h"
#include "flow/command.h"

enum { CLI_OK = 0, CLI_NO = 1, CLI_USAGE = 2 };

#define CLI_OPTIONS_MAX 16
#define CLI_ARGS_MAX    4

struct cli_option {
    const char *name;  /* "role": --role VALUE or --role=VALUE */
    const char *value; /* what stands for the value in the help; NULL: a switch without one */
    const char *help;
};

struct cli {
    const struct cli_command *command;
    struct arena arena; /* for the whole run */
    struct config config;
    const char *values[CLI_OPTIONS_MAX]; /* by the command's options; a switch that is given: "" */
    const char *args[CLI_ARGS_MAX];
    size_t n_args;
    struct kontor kontor; /* after cli_open */
    bool opened;
    int64_t company; /* after cli_open; 0: none yet */
    struct who who;  /* the system acting for that company */
};

struct cli_command {
    const char *name;  /* "user add" */
    const char *usage; /* what follows the name */
    const char *help;  /* one line */
    const struct cli_option *options;
    size_t n_options;
    size_t args_min, args_max;
    int (*run)(struct cli *c);
};

int cli_main(int argc, char **argv);

/* -- for the commands ------------------------------------------------------------------------ */

/* An option's value, or NULL. */
const char *cli_option(const struct cli *c, const char *name);
/* Prints a line "kontor: ..." on stderr and returns CLI_NO. */
int cli_fail(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* As cli_fail, with the command's usage after it; returns CLI_USAGE. */
int cli_misused(const struct cli *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Opens the store that the options name. make: it may be new; otherwise a SQLite file must be
 * there. company: one must be in it. On failure prints why and returns CLI_NO. */
int cli_open(struct cli *c, bool make, bool company);
/* Runs one command (verb NULL: create) with arguments in JSON as the system. Prints a refusal and
 * returns CLI_NO. id, answer may be NULL. */
int cli_call(struct cli *c, const char *entity, const char *verb, int64_t record, text_t args,
             int64_t *id, struct json **answer);
/* A text from the first row that a statement of one column finds; TEXT_NONE without. */
MUST_USE enum err cli_lookup(struct cli *c, const char *sql, const struct value *args, size_t n,
                             struct value *out);

/* A bar on stderr for what takes longer than a second, on a terminal only. Fits the progress
 * callbacks of import.h and demo.h. */
struct progress {
    const char *label;
    int64_t began_us, shown_us;
    bool shown;
};
void progress_begin(struct progress *p, const char *label);
void progress_show(void *progress, int permille);
void progress_end(struct progress *p);

/* The commands, each in its own file. */
int cli_serve(struct cli *c);
int cli_init(struct cli *c);
int cli_user_add(struct cli *c);
int cli_key_add(struct cli *c);
int cli_verify(struct cli *c);
int cli_backup(struct cli *c);
int cli_restore(struct cli *c);
int cli_upgrade(struct cli *c);
int cli_schema(struct cli *c);
int cli_import(struct cli *c);
int cli_export(struct cli *c);
int cli_demo(struct cli *c);

/* Proves every invariant and prints those that do not hold: CLI_OK or CLI_NO. */
int cli_prove(struct kontor *k, struct arena *a, bool json);

#endif
