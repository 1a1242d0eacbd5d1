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
/* Its own name for itself, "Español"; the code when the program does not speak it. */
text_t language_name(text_t code);
/* The best language for an Accept-Language header (RFC 9110, quality values heeded); "en" when none
 * fits. */
const char *language_accept(text_t header);
/* The translation of a msgid, or msgid itself without its context. */
const char *locale_text(const char *language, const char *msgid);
/* A msgid as it reads in English: without the context of NC_. */
const char *locale_bare(const char *msgid);
/* The text for n things, in the form that the language has for that number by its catalogue's
 * Plural-Forms; in English, and where the catalogue does not have it, `one` for 1 and -1, else
 * `many`. */
const char *locale_plural(const char *language, const char *one, const char *many, int64_t n);
/* Both texts of a page_plural or locale_plural that stand in a table: for the extraction of texts,
 * two arguments. */
#define P_(one, many) (one), (many)

/* Reads one entry of a catalogue; exposed for tests and the fuzzer. NULL when it is not there or
 * the file is broken. */
const char *mo_find(const unsigned char *mo, size_t n, const char *msgid);
/* The same for the form that stands for `count` things. */
const char *mo_find_plural(const unsigned char *mo, size_t n, const char *msgid, uint64_t count);
/* Which of a language's forms stands for n things, by the value of a Plural-Forms header, say
 * "nplurals=2; plural=(n != 1);" (GNU gettext manual, "Additional functions for plural forms": an
 * expression of C in n). false when it is not one, or names a form that is not there. */
bool plural_form(text_t header, uint64_t n, size_t *form);

#endif
