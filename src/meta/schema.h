/* The store's tables against the program's: made at the first start, extended by addition at an
 * upgrade. */
#ifndef KONTOR_SCHEMA_H
#define KONTOR_SCHEMA_H

#include "meta/house.h"

/* Brings the store to the tables of the house. Costs one small read when the stored fingerprint is
 * the program's already, whatever the size of the data. Changes are appended as lines (may be
 * NULL). rehearse: only says what it would do. */
MUST_USE enum err schema_ensure(struct house *h, bool rehearse, struct buf *changes);

#endif
