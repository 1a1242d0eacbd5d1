/* Records in and out of the store, by their rows. Areas use this for single records and lines, and
 * named SQL for balances. Everything here holds the row filter (company, site) of the one who asks,
 * except the functions that say `any`. */
#ifndef KONTOR_STORE_H
#define KONTOR_STORE_H

#include "meta/house.h"

/* The record with that id. ERR_REFUSED not_found (also when it is another company's or site's).
 * Master data (E_CACHED) comes from memory when nothing has changed since. Texts live in the arena
 * or the cache; both outlive the command. */
MUST_USE enum err store_get(struct cx *cx, const struct entity *e, int64_t id, void *record);

/* As store_get, with ERR_NOT_FOUND and no refusal: for looking up what a reference names. */
MUST_USE enum err store_get_visible(struct cx *cx, const struct entity *e, int64_t id,
                                    void *record);

/* Does the row filter let the caller see this record? */
bool store_visible(struct cx *cx, const struct entity *e, const void *record);

/* As store_get without the site filter: for the program's own needs, never to show. ERR_NOT_FOUND
 * without a refusal. */
MUST_USE enum err store_get_any(struct cx *cx, const struct entity *e, int64_t id, void *record);

/* The record whose unique field has that value within the company. ERR_NOT_FOUND without a refusal.
 */
MUST_USE enum err store_find(struct cx *cx, const struct entity *e, const char *field, text_t value,
                             void *record);

/* Records by a condition of the area's own: a literal such as "place = $1 AND remaining > 0 ORDER
 * BY id", with $1... in args. The company is added by the kernel. The array is in the arena; *items
 * is an array of the entity's struct. No site filter. */
MUST_USE enum err store_select(struct cx *cx, const struct entity *e, const char *where,
                               const struct value *args, size_t n_args, void *items, size_t *n);

/* Loads the F_LINES rows of a record (all of them, in id order) into its lines_t members. */
MUST_USE enum err store_load_lines(struct cx *cx, const struct entity *e, void *record);

/* Writes a new record: gives id (unless set), version 1 and company. ERR_REFUSED taken when a
 * unique value exists (SQLite; on PostgreSQL the refusal may surface at a later statement of the
 * same command). */
MUST_USE enum err store_insert(struct cx *cx, const struct entity *e, void *record);

/* Writes all columns of a changed record if its version is still record.version, which then rises
 * by one; otherwise version_conflict. `before` (may be NULL) is what it was, for the history. */
MUST_USE enum err store_update(struct cx *cx, const struct entity *e, const void *before,
                               void *record);

/* A statement of the area's own on its own tables. */
MUST_USE enum err store_exec(struct cx *cx, const char *sql, const struct value *args, size_t n);
/* As store_exec, refusing with `why` on `field` when no row was changed (possibly surfacing later,
 * at the latest at the commit). */
MUST_USE enum err store_exec_or(struct cx *cx, const char *sql, const struct value *args, size_t n,
                                const struct refusal *why, text_t field, text_t value1,
                                text_t value2);
MUST_USE enum err store_query(struct cx *cx, const char *sql, const struct value *args, size_t n,
                              struct rows *out);
/* Several questions in one round trip: ask all, then answer each. */
MUST_USE enum err store_ask(struct cx *cx, const char *sql, const struct value *args, size_t n,
                            struct ask **out);
MUST_USE enum err store_answer(struct cx *cx, struct ask *ask, struct rows *out);

/* Asks for the record with that code before anybody needs it, so that on PostgreSQL it comes with
 * the answers to other questions; the next store_find of it, if nothing was written in between,
 * takes the answer. Nothing is asked where the cache of master data is likely to know. */
MUST_USE enum err store_find_ahead(struct cx *cx, const struct entity *e, text_t code);

/* A record that this context has read before, for its code and label only: it may have been changed
 * since. NULL when it was not read. */
const void *store_read_before(const struct cx *cx, const struct entity *e, int64_t id);

/* One row in the order of info->columns into a record. */
void store_load_row(const struct entity_info *info, const struct value *row, void *record);

/* Which slot of a slotted balance this transaction adds to. */
int store_slot(const struct cx *cx);

#endif
