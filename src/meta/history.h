/* Who changed what and when, field by field, for master data. Posted records have the command log
 * instead. */
#ifndef KONTOR_HISTORY_H
#define KONTOR_HISTORY_H

#include "meta/house.h"

MUST_USE enum err history_save(struct cx *cx, const struct entity_info *info, const void *before,
                               const void *after);

extern const struct table_def history_table;

#endif
