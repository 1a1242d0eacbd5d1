/* What people lay beside the records: lists they have set up, notes, files.
 *
 * Notes and files belong to a record and are there for whoever may see that record: they are read
 * through it (/api/v1/PLURAL/ID/notes), never by a permission of their own. Their own lists are for
 * those who audit the house (note.all). */
#ifndef KONTOR_DESK_H
#define KONTOR_DESK_H

#include "flow/command.h"

/* A list as somebody has set it up. */
struct saved_view {
    struct record record;
    text_t name;
    text_t entity;          /* collection, "sales_orders", or report, "reports/stock" */
    text_t query;           /* what stands behind '?' in the list's address */
    flag_t shared;          /* for everybody in the company */
    int64_t position;       /* where it stands among the others */
    user_account_ref owner; /* whose alone it is; none: shared */
    user_account_ref maker;
};

struct note {
    struct record record;
    text_t subject_entity; /* what it is about: "sales_order" */
    int64_t subject;
    text_t text;
    user_account_ref author;
    instant_t written_at;
    site_ref site; /* of the record when it was written: the row filter of the auditors' list */
};

struct attachment {
    struct record record;
    text_t subject_entity;
    int64_t subject;
    text_t name; /* of the file, without folders */
    text_t type; /* media type as its bytes say: one of a list, else application/octet-stream */
    int64_t size;
    text_t sha256; /* hex */
    user_account_ref author;
    instant_t added_at;
    site_ref site;
};

extern const struct entity saved_view_entity, note_entity, attachment_entity;
extern const struct area desk_area;

/* The views of a list that the caller has, their own and the shared ones, by position and name.
 * entity: the collection. One statement. */
MUST_USE enum err saved_views_of(struct cx *cx, text_t entity, struct saved_view **out, size_t *n);

/* -- what something is about ------------------------------------------------------------------ */

/* May records of this entity have notes, files and people present? Not lines, which live with their
 * parent, not people's own, and not notes and files themselves. */
bool subject_takes(const struct entity *e);
/* The record, when the caller may see it: refuses forbidden without the permission to read its
 * entity, not_found when there is no such record for them. */
MUST_USE enum err subject_find(struct cx *cx, text_t entity, int64_t id,
                               const struct entity_info **info, void **record);
/* The site by which a record is filtered; 0: none. */
int64_t subject_site(const struct entity_info *info, const void *record);

/* -- files ------------------------------------------------------------------------------------- */

#define ATTACHMENT_BYTES_MAX  ((size_t)20 * 1024 * 1024)
#define ATTACHMENT_CHUNK      ((size_t)256 * 1024)
#define ATTACHMENT_NAME_MAX   200
#define ATTACHMENTS_OF_RECORD 500 /* files that one record may have */

struct upload {
    text_t subject_entity;
    int64_t subject;
    text_t name;    /* as sent; TEXT_NONE: none */
    text_t content; /* must live until done was called */
};
/* Fills a call (which has house, arena, who, language, key, now, done, user) and submits it. The
 * answer is the attachment. */
void attachment_submit(struct call *call, const struct upload *u);

/* The media type of these bytes: by how they begin and, for text and packed documents, by the
 * name's ending. Never one that a browser would run (HTML, SVG, XML, scripts). */
const char *attachment_type(text_t name, text_t content);
/* The last part of a path, without what cannot be seen (control characters, also those that change
 * the direction of writing), cut at ATTACHMENT_NAME_MAX. */
text_t attachment_name(struct arena *a, text_t given);

/* A file's row, when the caller may see the record that it belongs to; else refuses not_found. */
MUST_USE enum err attachment_get(struct cx *cx, int64_t id, struct attachment *out);
/* All its bytes, in the arena. ERR_STORE when they are not what its row says. */
MUST_USE enum err attachment_content(struct cx *cx, const struct attachment *a, text_t *out);

#endif
