/* Copying whole stores: for backups, for moving a house from one kind of store to the other, and
 * for rehearsing an upgrade. */
#ifndef KONTOR_DB_COPY_H
#define KONTOR_DB_COPY_H

#include "db/migrate.h"

/* The tables that stand in the store, as it has them (whatever the program's declarations say), but
 * for the leases of its running connections (tables writer and id_lease). Indexes are left out.
 * In the arena, ordered by name. `known` may be NULL; a table whose name and columns it knows gets
 * its primary key, defaults and way of storing from there. */
MUST_USE enum err copy_tables(struct tx *tx, struct arena *a, const struct table_def *known,
                              size_t n_known, struct table_def **out, size_t *n);

struct copy_count {
    const char *table;
    int64_t rows;
};
/* How many rows each table has. In the arena. */
MUST_USE enum err copy_counts(struct tx *tx, struct arena *a, const struct table_def *tables,
                              size_t n, struct copy_count **out);

struct copy_report {
    size_t tables;
    int64_t rows;
};

/* Copies every table under one snapshot of `from`, in one transaction of `to`, and proves that the
 * numbers of rows are equal. Makes the tables where they are missing, without indexes. Ids go on
 * above those of `from`. ERR_EXISTS when there are rows in `to` already. why[] gets one plain line
 * on failure. progress may be NULL. Not on a thread of either store. */
MUST_USE enum err db_copy(struct db *from, struct db *to, const struct table_def *known,
                          size_t n_known, void (*progress)(void *arg, int permille), void *arg,
                          struct copy_report *out, char why[static 256]);

/* A SQLite file as it is now, with everything in it, into a new file of mode 0600, while others
 * read and write it (VACUUM INTO). The new file appears under its name when it is complete and on
 * the disk. ERR_EXISTS when there is a file of that name. */
MUST_USE enum err db_copy_file(const char *from, const char *to, char why[static 256]);

#endif
