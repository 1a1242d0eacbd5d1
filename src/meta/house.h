/* The house: all areas' declarations put together, with what the kernel derives from them once at
 * start (indexes by name, SQL texts, caches). Immutable after house_open but for the caches, which
 * are synchronised inside. */
#ifndef KONTOR_HOUSE_H
#define KONTOR_HOUSE_H

#include "meta/cx.h"

struct masters;
struct command;
struct handover;
struct invariant;
struct job_kind;
struct area_face; /* face/page.h */
struct document;  /* face/print.h */

/* One area of the business: the one const table that names everything it brings. */
struct area {
    const char *name;           /* "order" */
    const char *label;          /* N_() */
    const char *const *depends; /* areas whose public header it reads; NULL at the end */
    const struct entity *const *entities;
    size_t n_entities;
    const struct command *commands;
    size_t n_commands;
    const struct query *queries;
    size_t n_queries;
    const struct refusal *const *refusals;
    size_t n_refusals;
    const struct table_def *tables; /* balances and other plain tables */
    size_t n_tables;
    const struct document *documents; /* what can be printed: face/print.h */
    size_t n_documents;
    const struct area_face *face; /* what people see of it beyond lists and forms; or NULL */
};

/* A numbered change of data that comes with an upgrade and that no added column makes by itself:
 * filling a balance that is kept from now on. Runs once for each store, in the transaction of the
 * upgrade, over all companies; also over an empty store, where it finds nothing. */
struct upgrade_step {
    int64_t number;   /* 1, 2, ...; never reused */
    const char *says; /* plain English, for the list of changes */
    enum err (*run)(struct tx *tx, struct arena *a);
};

struct house_plan {
    const struct area *const *areas;
    size_t n_areas;
    const struct role *roles;
    size_t n_roles;
    const struct handover *handovers;
    size_t n_handovers;
    const struct invariant *invariants;
    size_t n_invariants;
    const struct job_kind *job_kinds;
    size_t n_job_kinds;
    const struct choice *events; /* what is told, by its name: what people read */
    size_t n_events;
    const struct choice *jobs; /* the kinds of jobs: what people read */
    size_t n_jobs;
    const struct upgrade_step *steps; /* by number */
    size_t n_steps;
};

/* An entity with what was derived from it. */
struct entity_info {
    const struct entity *entity;
    const struct area *area;
    const struct field *fields; /* id, version, company, archived, extra, then the declared rows */
    size_t n_fields;
    const struct field **columns; /* those that are columns, in the order of the table */
    size_t n_columns;
    const char *sql_get, *sql_insert, *sql_update; /* see store.c */
    const struct command **commands;               /* of this entity */
    size_t n_commands;
};

/* Puts the plan together and derives; aborts with a message when the declarations contradict each
 * other in a way that makes running senseless (a name twice, an unknown target). The house lives
 * until house_free. db may be NULL for printing schemas. */
struct house *house_new(const struct house_plan *plan, struct db *db);
void house_free(struct house *h);
struct db *house_db(const struct house *h);
void house_set_db(struct house *h, struct db *db);
const struct house_plan *house_plan(const struct house *h);

const struct entity_info *house_info(const struct house *h, enum entity_index e);
/* By "sales_order" or by "sales_orders"; NULL when unknown. */
const struct entity_info *house_entity(const struct house *h, text_t name);
const struct entity_info *house_collection(const struct house *h, text_t plural);
const struct command *house_command(const struct house *h, const struct entity *e, text_t name);
const struct query *house_query(const struct house *h, text_t name);
int house_role(const struct house *h, text_t name); /* -1: unknown */
const struct field *info_field(const struct entity_info *info, text_t name);

/* Derived SQL, made once for each literal and kept: a SELECT of all columns by one field, by an
 * area's own condition, of a parent's lines. The company is the last parameter. NULL without
 * memory. */
const char *house_find_sql(struct house *h, const struct entity_info *info, const char *field,
                           bool dated);
const char *house_select_sql(struct house *h, const struct entity_info *info, const char *where,
                             size_t n_args);
const char *house_lines_sql(struct house *h, const struct entity_info *child, const char *via);
/* Deletes all lines of a parent ($1): for a change that gives them anew. */
const char *house_drop_lines_sql(struct house *h, const struct entity_info *child, const char *via);
/* Keeps a text for the life of the house, once: for SQL built from declarations. NULL without
 * memory, and for no text. */
const char *house_intern(struct house *h, text_t t);
struct masters *house_masters(const struct house *h);
/* Something that a layer above keeps with the house, made at the first asking and freed with it;
 * key: an address of its own. NULL without memory. */
void *house_attached(struct house *h, const void *key, void *(*make)(void),
                     void (*free_it)(void *));

/* Every table: entities, areas' own and the kernel's. */
void house_tables(const struct house *h, struct arena *a, const struct table_def **out, size_t *n);

/* Checks all declarations against each other: rows tile their struct, targets, roles, currencies,
 * labels and states resolve, names are lower snake case and unique, no reserved word is a column,
 * every permission is held by a role, every query is filtered by site or says why not, `depends`
 * has no cycle. One line for each fault. Returns the number of faults. */
size_t house_audit(const struct house *h, struct buf *faults);

#endif
