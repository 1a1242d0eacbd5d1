/* Programs that read what the house makes as a person or a scanner would: pdftotext, zbarimg. */
#ifndef KONTOR_KIT_TOOL_H
#define KONTOR_KIT_TOOL_H

#include "base/text.h"

/* Runs argv (its last member is NULL), found by PATH, without a shell, and returns what it printed.
 * Fails the test when it cannot run or does not end with 0. */
text_t tool_output(struct arena *a, const char *const argv[]);

#endif
