/* Message catalogues: compiled gettext .mo files inside the binary, read in place (GNU gettext
 * manual, "The Format of GNU MO Files"). English is the source text. */
#ifndef KONTOR_LOCALE_H
#define KONTOR_LOCALE_H

#include "base/text.h"

/* The languages of the program: "en", "es", "hi", "id". */
extern const char *const languages[];
extern const size_t n_languages;

/* The static name of a language, or NULL when the program does not speak it. */
const char *language_known(text_t name);
/* The best language for an Accept-Language header (RFC 9110, quality values heeded); "en" when none
 * fits. */
const char *language_accept(text_t header);
/* The translation of a msgid, or msgid itself. */
const char *locale_text(const char *language, const char *msgid);

/* Reads one entry of a catalogue; exposed for tests and the fuzzer. NULL when it is not there or
 * the file is broken. */
const char *mo_find(const unsigned char *mo, size_t n, const char *msgid);

#endif
