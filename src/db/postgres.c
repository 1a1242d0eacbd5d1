/* PostgreSQL by libpq. */
#include "db/driver.h"

static enum err postgres_setup(struct db *db, char why[static DB_WHY])
{
    (void)db;
    why_set(why, "PostgreSQL is not part of this build");
    return ERR_STORE;
}

static void postgres_teardown(struct db *db)
{
    (void)db;
}

const struct driver postgres_driver = {
    .store = DB_POSTGRES,
    .setup = postgres_setup,
    .teardown = postgres_teardown,
};
