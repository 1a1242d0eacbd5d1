/* What an area declares: entities, refusals, named queries, plain tables. All const data, put
 * together in app/areas.c. */
#ifndef KONTOR_ENTITY_H
#define KONTOR_ENTITY_H

#include "meta/field.h"

/* Every entity's struct begins with it. */
struct record {
    int64_t id;      /* unique over all entities; 0 before it is stored */
    int64_t version; /* 1, 2, ...: rises with every change; the ETag */
    int64_t company; /* whose it is; part of every row filter */
    flag_t archived; /* put away: not in lists unless asked for, not offered in new work */
    text_t extra;    /* JSON object with the values of fields added by users; NULL when none */
};

enum entity_flags {
    E_CACHED = 1 << 0, /* master data that every command reads: kept in memory, checked by version
                          (meta/masters.h) */
    E_POSTED =
        1 << 1, /* written once by commands; never changed from outside, archived or deleted */
    E_HISTORY = 1 << 2, /* each change is kept field by field in table `history`. Hot posted rows do
                           without: the command log has them */
    E_LINE = 1 << 3,  /* lives with its parent: shown inside it, readable as a list filtered by it.
                         Its table is keyed (parent, id), so the  lines of a parent lie together and
                         need no second index; store_get by id alone is not possible */
    E_DATED = 1 << 5, /* has valid_from, valid_to: its code is unique together with valid_from, and
                         a reference given by code means the one valid today */
    E_NO_COMPANY = 1 << 4, /* the company itself and what stands above it: no company filter */
};

struct entity {
    enum entity_index index;
    const char *name;         /* "sales_order" */
    const char *plural;       /* "sales_orders": collection and table name */
    const char *label;        /* N_("Sales order") */
    const char *label_plural; /* N_("Sales orders") */
    const char *help;         /* N_(): one or two sentences for the empty list */
    struct shape shape;
    const char *code;  /* the field that names a record to people and programs, unique within the
                          company; or NULL */
    const char *title; /* the field shown as its label; NULL: the code */
    const char
        *read; /* permission that a role must hold: "order.read". Never NULL: deny by default */
    const char *write; /* permission for create, update, archive from outside; NULL: only commands
                          write it */
    const char *site;  /* row filter: the field that refers to a site ("id" for site itself); NULL:
                          not bound to a site */
    const char *own;   /* row filter: the field that refers to the user_account whose record it is.
                          One with that field set is there for that person alone, whatever others
                          may do; one without is everybody's in the company. NULL: nobody's own */
    const char
        *parent; /* E_LINE: the reference to the parent, whose row filter holds for the line too */
    const char *sort;    /* default order of lists: "-sold_at"; NULL: "-id" */
    const char *columns; /* what lists show unless the person chose otherwise, by their names:
                            "product,kind,quantity"; NULL: what people look for first, by kind */
    unsigned flags;
    const struct index_def
        *indexes; /* beyond those that F_UNIQUE, F_INDEX, code and parent bring */
    size_t n_indexes;
    /* Optional. The last word before a record is written by create or update (before is NULL at
     * creation): fills what follows from other fields, refuses what cannot be. */
    enum err (*check)(struct cx *cx, const void *before, void *after);
    /* Optional. After create, update or archive, in the same transaction. */
    enum err (*saved)(struct cx *cx, const void *before, const void *after);
    /* Optional. What a scanner reads of it beside its code: a product's barcodes. ERR_NOT_FOUND,
     * without a refusal, when it names none. */
    enum err (*scanned)(struct cx *cx, text_t said, void *record);
};

/* A named business refusal: stable code, HTTP status, and texts in which {1}, {2}, {3} stand for
 * values. */
struct refusal {
    const char *code;   /* "out_of_stock" */
    int status;         /* 409, 422, ... */
    const char *title;  /* N_(): a short name */
    const char *detail; /* N_(): what is wrong and what to do, whole sentences */
};

/* A column of a report. */
struct column {
    const char *name;
    const char *label; /* N_() */
    const struct kind *kind;
    const char *target;           /* kind_ref: the id in this column belongs to this entity */
    const struct choice *choices; /* kind_choice: the cell is a place in this list */
    size_t n_choices;
    enum word word; /* kind_text: what of the program's own it names */
    unsigned flags; /* F_HIDDEN: for programs and files, not on the report's page */
};
/* The column as the row of a record's member, for the functions of kinds. */
struct field column_field(const struct column *c);

/* COLUMN("value", kind_money, label, .attribute = value, ...), and those that need one thing more.
 */
#define COLUMN(name_, kind_, ...)                                                                  \
    {                                                                                              \
        .name = name_, .kind = &(kind_), .label = __VA_ARGS__                                      \
    }
#define COLUMN_REF(name_, target_, ...) COLUMN(name_, kind_ref, __VA_ARGS__, .target = target_)
#define COLUMN_CHOICE(name_, list, ...)                                                            \
    COLUMN(name_, kind_choice, __VA_ARGS__, .choices = (list), .n_choices = N_ELEMENTS(list))

/* A named query: one statement that reports and pages stand on.
 *
 * $1 is the company and $2 the user's row filter: every text must contain {sites:COLUMN} for each
 * site it reads, which becomes a condition on $2, or say in `open` why no site filter is needed.
 * The parameters follow from $3 on in the order of `params`. A part in [n: ...] stands only when
 * parameter n (3, 4, ...) was given, so that indexes are used. */
struct query {
    const char *name;  /* "stock" */
    const char *label; /* N_() */
    const char *help;  /* N_() */
    const char *permission;
    const char *sql;
    const char *open;           /* why there is no {sites:}; NULL otherwise */
    const struct field *params; /* offsets unused; names, kinds, F_REQUIRED, fallback */
    size_t n_params;
    const struct column *columns;
    size_t n_columns;
    const struct choice *ties; /* the members of tie_out in their order; the last one, "difference",
                                  must be 0. NULL: the report proves nothing */
    size_t n_ties;
    /* Instead of sql: a report that computes. args[i] belongs to params[i]; rows are added with
     * report_add. */
    enum err (*run)(struct cx *cx, const struct value *args, struct report *out);
};

/* Answer of a query: rows of values, and totals that tie it to the ledger. */
struct report {
    const struct query *query;
    struct value *cells; /* n * n_columns */
    size_t n, room;
    struct arena *arena;
    text_t tie_out; /* JSON object with the proof that the report agrees with the books, or
                       TEXT_NONE */
};
void report_add(struct report *r, const struct value *row);

#endif
