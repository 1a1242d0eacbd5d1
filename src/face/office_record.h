/* Parts of a record's page that stand in files of their own. */
#ifndef KONTOR_FACE_OFFICE_RECORD_H
#define KONTOR_FACE_OFFICE_RECORD_H

#include "face/office_own.h"

/* Who explains this field; NULL: nobody. */
const struct why *office_why_of(const struct page_cx *p, const struct entity *e, const char *field);
/* The documents that can be printed of this record. */
void office_print_buttons(struct page_cx *p, const struct entity_info *info, const void *record);
/* Records that refer to this one, and those that it refers to. */
enum err office_links(struct page_cx *p, const struct entity_info *info, const void *record);
/* History, tasks, notes and files in one stream, newest first, with places to add to it. */
enum err office_stream(struct page_cx *p, const struct entity_info *info, const void *record);

#endif
