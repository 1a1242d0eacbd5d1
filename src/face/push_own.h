/* What the files of Web Push share. */
#ifndef KONTOR_FACE_PUSH_OWN_H
#define KONTOR_FACE_PUSH_OWN_H

#include "base/json.h"
#include "face/push.h"

#endif
