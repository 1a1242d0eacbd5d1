/* A store of its own for each test, on either kind. */
#ifndef KONTOR_KIT_STORE_H
#define KONTOR_KIT_STORE_H

#include "db/db.h"

#define KIT_URL_MAX 512

/* The address of a new, empty store: a file in the current folder, or a new database on the server
 * that KONTOR_TEST_PG names. Ends the program with a message when that is not set or refuses. */
void kit_store_new(enum db_store store, char url[static KIT_URL_MAX]);
/* Removes it. Close it first. */
void kit_store_drop(const char *url);
/* Runs statements (separated by ';') on the store behind db's back, on a connection of its own.
 * Returns the first value of the first row as a number, 0 without one. Ends the program on errors.
 */
long long kit_store_sql(const char *url, const char *sql);

/* A test that runs once on each store: rows for cmocka's table, and what the test asks. */
extern enum db_store kit_store_kinds[2];
#define KIT_ON_BOTH(fn)                                                                            \
    { .name = #fn " on SQLite", .test_func = fn, .initial_state = &kit_store_kinds[0] },           \
    {                                                                                              \
        .name = #fn " on PostgreSQL", .test_func = fn, .initial_state = &kit_store_kinds[1]        \
    }
static inline enum db_store kit_store_of(void **state)
{
    return *(const enum db_store *)*state;
}

#endif
