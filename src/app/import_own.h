/* What the files of the imports share: the table that is read, the rows that are not taken, and
 * calls in flight. */
#ifndef KONTOR_IMPORT_OWN_H
#define KONTOR_IMPORT_OWN_H

#include "app/import.h"
#include "app/import_text.h"
#include "base/csv.h"
#include "base/map.h"
#include "flow/command.h"
#include "os/thread.h"

#define IMPORT_FIELDS_MAX 40
#define IMPORT_NAMES_MAX  8
#define IMPORT_REASON_MAX 500

/* -- the table that is read (import_file.c) --------------------------------------------------- */

/* One thing that an import wants to know of each row, and the columns that are known to tell it.
 * Names are compared by their letters and digits only, in lower case. */
struct import_field {
    const char *name; /* in a mapping file */
    const char *columns[IMPORT_NAMES_MAX];
};

struct import_file {
    const struct import_field *fields;
    size_t n_fields;
    struct arena arena;
    struct file_in *in;
    struct csv_reader *csv;
    text_t header[CSV_CELLS_MAX]; /* as written */
    size_t n_header;
    int columns[IMPORT_FIELDS_MAX];      /* -1: there is none */
    text_t constants[IMPORT_FIELDS_MAX]; /* name = "value" in the mapping file */
    bool mapped[IMPORT_FIELDS_MAX];      /* by the mapping file */
    struct csv_row row;
    size_t line;
};

/* Opens the file and finds the columns. why[] gets one line. ERR_NOT_FOUND, ERR_INVALID. */
MUST_USE enum err import_file_open(struct import_file *f, const struct import_options *o,
                                   const struct import_field *fields, size_t n_fields,
                                   char why[static 256]);
void import_file_close(struct import_file *f);
/* The next data row in f->row; ERR_NOT_FOUND at the end. ERR_INVALID and ERR_RANGE speak of one
 * row. */
MUST_USE enum err import_file_next(struct import_file *f);
/* Share of the file read so far, 0..1000. */
int import_file_permille(const struct import_file *f);
/* The cell of a field without blanks around it, empty when the row or the file has none. */
text_t import_cell(const struct import_file *f, size_t field);
bool import_has(const struct import_file *f, size_t field);
/* The number of a column by its header, -1 without one. */
int import_column(const struct import_file *f, const char *header);
text_t import_cell_at(const struct import_file *f, int column);

/* -- rows that are not taken ------------------------------------------------------------------ */

struct rejects {
    struct arena arena;
    struct buf out;
    char path[512];
    int64_t n;
};

/* Begins the list for this file: its header with line and reason before it. */
void rejects_open(struct rejects *r, const struct import_options *o, const struct import_file *f);
/* Adds a row by its cells. The reason is cut at IMPORT_REASON_MAX bytes. */
void rejects_add(struct rejects *r, size_t line, text_t reason, const text_t *cells, size_t n);
/* Writes the file, or removes an old one when nothing was rejected. */
MUST_USE enum err rejects_close(struct rejects *r, struct import_report *out);

/* -- calls in flight (import_calls.c) --------------------------------------------------------- */

#define FLIGHTS_MAX 64

struct flight {
    struct call call;
    struct arena arena;
    int64_t lane;  /* calls of one lane do not overlap; 0: none */
    int64_t about; /* whom it is about, for flights_wait_for; 0: nobody */
    void *doc;     /* the caller's */
    bool used, done;
    struct flights *of;
};

struct flights {
    struct kontor *k;
    struct who who;
    mutex_t lock;
    cond_t ready;
    struct flight slots[FLIGHTS_MAX];
    size_t window, n_used;
    bool in_order; /* the store runs calls in the order of submission: lanes need not be kept */
    /* In the caller's thread. true: the call was changed and is to be sent once more. An error ends
     * everything. */
    enum err (*landed)(void *arg, struct flight *f, bool *again);
    void *arg;
    enum err failed;
    int64_t calls;
};

void flights_open(struct flights *fs, struct kontor *k, int64_t company, size_t window,
                  enum err (*landed)(void *arg, struct flight *f, bool *again), void *arg);
/* A free slot with an empty arena, once the lane is free. NULL when something failed. */
struct flight *flight_take(struct flights *fs, int64_t lane);
/* Fills in what is the same for all and submits. */
void flight_send(struct flight *f);
/* Gives a slot back without a call. */
void flight_drop(struct flight *f);
/* Waits until no call about that one is under way. */
MUST_USE enum err flights_wait_for(struct flights *fs, int64_t about);
/* Waits for all. */
MUST_USE enum err flights_drain(struct flights *fs);
void flights_close(struct flights *fs);

/* One call, waited for, with arguments as JSON text; *id gets the record's id (may be NULL). On
 * failure *said (may be NULL) is one line for people, in the arena. */
MUST_USE enum err import_call(struct flights *fs, struct arena *a, const char *entity,
                              const char *command, int64_t record, text_t args, int64_t *id,
                              text_t *said);
/* The reason of a refused call as one line. */
text_t import_said(struct arena *a, const struct call *call);

/* Runs a reading job: fn gets a context of the company. */
MUST_USE enum err import_read(struct kontor *k, int64_t company, struct arena *a,
                              enum err (*fn)(struct cx *cx, void *arg), void *arg);

#endif
