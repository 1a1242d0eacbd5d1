/* What the files of the desk share. */
#ifndef KONTOR_DESK_OWN_H
#define KONTOR_DESK_OWN_H

#include "flow/desk.h"

extern const struct refusal refusal_unknown_list, refusal_view_not_yours, refusal_note_not_yours,
    refusal_empty_file;
extern const struct table_def attachment_chunks;

/* subject_find for the change of what lies beside the record: refuses also unless the caller wrote
 * it, or looks after the users (user.write). */
MUST_USE enum err subject_of_author(struct cx *cx, text_t entity, int64_t id, int64_t author,
                                    const struct entity_info **info, void **record);

/* Tells that something was laid beside the record: event "ENTITY.verb" of the record. */
MUST_USE enum err subject_publish(struct cx *cx, const struct entity_info *info, const void *record,
                                  const char *verb);

/* Opens a task for everybody whom the note newly mentions with @code. before: NULL for a new one.
 */
MUST_USE enum err mentions_follow(struct cx *cx, const struct note *before,
                                  const struct note *after, const struct entity_info *info,
                                  const void *record);

#endif
