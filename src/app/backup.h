/* Backups, and moving a house: into one SQLite file from either kind of store, and from one into an
 * empty store of either kind; and rehearsing an upgrade on such a copy. */
#ifndef KONTOR_BACKUP_H
#define KONTOR_BACKUP_H

#include "app/open.h"
#include "db/copy.h"

/* Copies the open house, whose store is at url, into a new SQLite file while it is used. The file
 * appears under its name only when it is complete, every table in it has as many rows as the house
 * has (or had before or after, where rows came meanwhile), and it can be opened. why[] gets one
 * plain line on failure. */
MUST_USE enum err backup_make(struct kontor *k, const char *url, const char *file,
                              void (*progress)(void *arg, int permille), void *arg,
                              struct copy_report *out, char why[static 256]);

/* As backup_make, without the indexes where the store is not SQLite: for a rehearsal. */
MUST_USE enum err backup_copy(struct kontor *k, const char *url, const char *file,
                              void (*progress)(void *arg, int permille), void *arg,
                              struct copy_report *out, char why[static 256]);
/* Removes a SQLite file and what stands beside it. */
void backup_remove(const char *path);

/* Copies a backup file into the store at url, which must be empty (ERR_EXISTS), and opens it there
 * as *k: tables and indexes as this program has them, the same numbers of rows. */
MUST_USE enum err backup_restore(const char *file, const char *url,
                                 void (*progress)(void *arg, int permille), void *arg,
                                 struct kontor *k, struct copy_report *out, char why[static 256]);

/* Opens the store without bringing its tables up to date. */
MUST_USE enum err backup_open_as_is(struct kontor *k, const char *url, char why[static 256]);

/* What must be the same before and after an upgrade, as lines "name value": the rows of every
 * table, the sums of the books, of the stock, of what customers owe. Tables that are not there yet
 * are left out. */
MUST_USE enum err backup_figures(struct kontor *k, struct buf *out);

#endif
