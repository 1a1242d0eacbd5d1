/* The texts that the scripts in web/office/ show to people, so that they are in the catalogues:
 * face/asset.c serves their translations. Rows are written by `npm run texts` in web/. */
#ifndef KONTOR_FACE_SCRIPT_TEXTS_H
#define KONTOR_FACE_SCRIPT_TEXTS_H

#include "base/base.h"

extern const char *const script_texts[];
extern const size_t n_script_texts;

#endif
