/* Tiles of Today that belong to the kernel: one's own tasks, and what just happened. */
#ifndef KONTOR_FACE_OFFICE_WORK_H
#define KONTOR_FACE_OFFICE_WORK_H

#include "face/page.h"

#define WORK_TILES 2
extern const struct tile work_tiles[WORK_TILES];

#endif
