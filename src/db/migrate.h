/* Tables as data: created when missing, and upgraded by addition (new tables, columns and indexes).
 * What is not an addition is a numbered step of the program, never derived. */
#ifndef KONTOR_MIGRATE_H
#define KONTOR_MIGRATE_H

#include "db/db.h"

enum col_type { COL_INT, COL_TEXT, COL_BLOB };

struct col_def {
    const char *name;
    enum col_type type;
    bool not_null;
    const char *fallback; /* SQL literal for DEFAULT, needed when a not_null column is added to a
                             filled table; or NULL */
};

struct index_def {
    const char *name;
    const char *cols;  /* "a, b" */
    const char *where; /* partial index, or NULL */
    bool unique;
};

struct table_def {
    const char *name;
    const char *primary_key; /* "id" or "a, b" */
    const struct col_def *cols;
    size_t n_cols;
    const struct index_def *indexes;
    size_t n_indexes;
    bool clustered;       /* SQLite: WITHOUT ROWID (small rows with a composite key) */
    int64_t fill_percent; /* PostgreSQL: fillfactor for tables whose rows are updated in place; 0:
                             default */
};

/* The CREATE statements for one store, for `kontor schema --sql`. Table and column names are quoted
 * when needed. */
void migrate_sql(struct buf *b, enum db_store store, const struct table_def *tables, size_t n);

/* A name as it must stand in SQL text: in quotes when it is a reserved word of either store. */
void migrate_name(struct buf *b, const char *name);

/* Compares tables with the database and adds what is missing, in one transaction. Each change is
 * appended as one line of plain text to `changes` (may be NULL). Never drops or narrows.
 * ERR_INVALID when an existing column has another type, or a filled table would need a value for a
 * new column; `changes` then says which. rehearse: only says what it would do. */
MUST_USE enum err migrate_run(struct tx *tx, const struct table_def *tables, size_t n,
                              bool rehearse, struct buf *changes);

#endif
