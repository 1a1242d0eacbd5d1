/* Making a company: what `kontor init` does, and what it knows of countries. */
#ifndef KONTOR_INIT_H
#define KONTOR_INIT_H

#include "app/cli.h"

/* A tax as it is when a company begins. Earlier rates stand there too, so that past sales can be
 * taken over. */
struct init_tax {
    const char *code, *name, *rate;
    const char *from, *to; /* first and last day, NULL: open */
    const char *part_of;   /* code of the whole */
};

struct init_country {
    const char *code, *language, *time_zone;
    bool prices_include_tax;
    int64_t cash_step; /* of cash totals, in the smallest unit */
    const struct init_tax *taxes;
    size_t n_taxes;
};

/* What is known of a country; of one that is not known, what must be set by hand. */
const struct init_country *init_country(text_t code);

struct new_user {
    const char *code, *name, *roles;
    const char *sites;    /* codes separated by commas; NULL: all */
    const char *language; /* NULL: en */
    bool again;           /* may be there already, without a password */
};
/* Makes a user with an invented password. Prints a refusal and returns CLI_NO. */
int cli_make_user(struct cli *c, const struct new_user *u, text_t *password);
/* Prints when there is none and returns CLI_NO. */
int cli_find_user(struct cli *c, const char *name, int64_t *id);

#endif
