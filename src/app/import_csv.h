/* Taking over any collection from a CSV file: its header names fields of the entity (by their names
 * or labels, or by a mapping file), its rows become records.
 *
 * Where the entity has a code, a row whose code exists changes that record, and only in what
 * differs; an empty cell leaves what is there. Where it has none, a row is made once: the same row
 * of the same table (the n-th of several equal ones) is known again by its idempotency key, as long
 * as keys are kept. So a file may be stopped and begun again, and one taken twice changes nothing.
 */
#ifndef KONTOR_IMPORT_CSV_H
#define KONTOR_IMPORT_CSV_H

#include "app/import.h"

/* Errors as in import.h; ERR_INVALID also for columns that are no fields, and for an entity that is
 * written by commands only. */
MUST_USE enum err import_csv(struct kontor *k, const struct entity *entity,
                             const struct import_options *o, struct import_report *out,
                             char why[static 256]);

#endif
