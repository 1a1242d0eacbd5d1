/* What a record is connected with: the records that it refers to, and those that refer to it.
 *
 * Who refers to a record is found by walking the declarations: every reference to its entity, and
 * every pair of "X_entity" and "X" (journal entries name the document that made them so), where an
 * index leads to it. Each costs one statement that reads a handful of rows, so the number of
 * statements depends on the declarations and not on the data. */
#ifndef KONTOR_LINKS_H
#define KONTOR_LINKS_H

#include "meta/store.h"

#define LINKS_SHOWN 5 /* of each referring field, the newest */

/* A record at the other end. */
struct link {
    int64_t id;
    text_t code, label; /* TEXT_NONE where the entity has none */
    const void *record; /* the whole record (of lines: NULL), in the arena */
};

/* Records of one entity that refer by one field. */
struct link_group {
    const struct entity_info *info; /* for lines: their parent's */
    const struct field *field;      /* the reference (of the line, when it is one) */
    bool by_lines;                  /* lines refer; shown are the records that they stand in */
    struct link links[LINKS_SHOWN];
    size_t n;
    bool more; /* there are more than are shown */
};

/* What the record refers to by one field. */
struct link_out {
    const struct entity_info *info;
    const struct field *field;
    struct link link; /* record: NULL */
};

struct record_links {
    struct link_out *out;
    size_t n_out;
    struct link_group *in; /* only those with at least one */
    size_t n_in;
};

/* record: of that entity, the caller's to see. Only what the caller may read, with their row
 * filter, is there. */
MUST_USE enum err record_links(struct cx *cx, const struct entity_info *info, const void *record,
                               struct record_links *out);

/* As an open JSON object's members: "refers_to" and "referred_by". */
void links_print(struct cx *cx, const struct record_links *links, struct json_out *o);

#endif
