/* What happened around one record, as one stream, newest first: commands and the changes they made,
 * tasks about it, notes, files.
 *
 * Each page costs the same five statements at most and one for the labels of own fields, however
 * much there is. Names of people are shown to whoever may see the record, also without the
 * permission to read accounts: who did something is part of it. */
#ifndef KONTOR_RECORD_STREAM_H
#define KONTOR_RECORD_STREAM_H

#include "flow/command.h"

#define STREAM_LIMIT_DEFAULT 50
#define STREAM_LIMIT_MAX     200

enum stream_kind { STREAM_CHANGE, STREAM_TASK, STREAM_NOTE, STREAM_FILE, STREAM_KINDS };
extern const char *const stream_kind_names[STREAM_KINDS]; /* "change", "task", "note", "file" */

/* One field that a change touched. */
struct stream_change {
    const struct field *field; /* NULL: the program has no such field any more */
    text_t name;               /* "price" */
    text_t label;              /* in the reader's language */
    text_t old, new;           /* as text: plain decimals, codes, choices by their label. Both
                                  TEXT_NONE: a secret, of which is told only that it changed */
};

struct stream_item {
    enum stream_kind kind;
    instant_t at;
    int64_t user; /* 0: the program itself */
    text_t who;   /* their name; TEXT_NONE: the program itself */
    text_t title; /* the command's label, the task's title, the file's name; a note has none */
    text_t text;  /* the note, or what was last said about the task; TEXT_NONE */
    const char *entity; /* "task", "note", "attachment", for changes the record's own */
    int64_t id;         /* of the task, note or file; of the record for changes */
    /* changes */
    text_t command; /* "products/update", or TEXT_NONE */
    int64_t version;
    struct stream_change *changes;
    size_t n_changes;
    /* tasks */
    const char *state;  /* "claimed" */
    text_t state_label; /* in the reader's language */
    text_t assignee;    /* name, or TEXT_NONE */
    instant_t due, closed_at;
    /* files */
    text_t type;
    int64_t size;
};

/* The items before the cursor `after` (TEXT_NONE: from the newest), at most limit (0: the default);
 * *next is the cursor of the following page, TEXT_NONE at the end. The caller has made sure that
 * the record is the reader's to see (store_get and the permission). Refuses bad_cursor. */
MUST_USE enum err record_stream(struct cx *cx, const struct entity_info *info, int64_t id,
                                int64_t limit, text_t after, struct stream_item **items, size_t *n,
                                text_t *next);

/* One item as an open JSON object's members. */
void stream_print(const struct stream_item *item, struct json_out *o);

/* The name of a user of the company, or TEXT_NONE: from the cache. */
MUST_USE enum err person_name(struct cx *cx, int64_t user, text_t *out);

#endif
