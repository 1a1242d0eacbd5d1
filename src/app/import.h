/* Taking over a business from files: catalogues of other shop programs, and past sales.
 *
 * Both imports go through commands, as people do: what they make obeys every rule and stands in the
 * command log. They may be stopped and begun again at any moment, and a file taken twice changes
 * nothing the second time. */
#ifndef KONTOR_IMPORT_H
#define KONTOR_IMPORT_H

#include "app/open.h"

#include <stdatomic.h>

struct import_options {
    const char *file; /* CSV, with , ; TAB or | between the cells; gzip is read too */
    const char *map; /* a mapping file, lines `our_field = Their column`; NULL: by the header row */
    bool dry_run;    /* reads and checks, writes nothing to the store */
    const char *site;     /* code of the site that sells; NULL: the first store, made if missing */
    const char *rejected; /* file for the rows that were not taken; NULL: FILE.rejected.csv */
    /* Optional: told some times a second how much of the file is read, in thousandths. */
    void (*progress)(void *arg, int permille, int64_t lines);
    void *arg;
    const atomic_bool *stop; /* optional: when set, what is begun is finished and the rest left */
};

struct import_report {
    int64_t rows;     /* data rows read */
    int64_t taken;    /* rows that made something new */
    int64_t changed;  /* rows that changed what was there */
    int64_t skipped;  /* rows that had nothing new to say */
    int64_t rejected; /* rows not taken, each with its reason in the file of the rejected */
    int64_t warnings; /* rows taken without a part that was wrong, listed there too */
    int64_t milliseconds;
    char rejected_file[512]; /* "" when there were none */
};

/* Makes and updates products, categories and barcodes. The company must be there (ERR_NOT_FOUND).
 * ERR_INVALID when the file is of no known form, ERR_STOPPED when stopped: the report tells how far
 * it came. why[] gets one plain line. */
MUST_USE enum err import_products(struct kontor *k, const struct import_options *o,
                                  struct import_report *out, char why[static 256]);

/* Replays past sales through the commands that tills use, dated as they were. Errors as above. */
MUST_USE enum err import_sales(struct kontor *k, const struct import_options *o,
                               struct import_report *out, char why[static 256]);

#endif
