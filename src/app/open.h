/* Opening a house: the declarations, the store, the schema. Every command of the command line, the
 * server and the tests begin here. */
#ifndef KONTOR_OPEN_H
#define KONTOR_OPEN_H

#include "app/plan.h"

struct kontor {
    struct house_plan plan;
    struct house *house;
    struct db *db;
};

/* Opens the store at config->url (hooks and user are set here) and brings its schema up to date.
 * why[] gets one plain line on failure. */
MUST_USE enum err kontor_open(struct kontor *k, struct db_config config, char why[static 256]);
void kontor_close(struct kontor *k);

/* Who the program itself is when it acts for a company: may do everything. */
struct who kontor_system(int64_t company);

/* The first company of the store; ERR_NOT_FOUND in an empty one. */
MUST_USE enum err kontor_company(struct kontor *k, int64_t *company);

#endif
