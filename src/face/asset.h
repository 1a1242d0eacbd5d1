/* Styles, scripts, icons: built from web/ into the binary, each with its gzip form, under names
 * that hold a hash of the contents and so are kept by browsers for a year. */
#ifndef KONTOR_FACE_ASSET_H
#define KONTOR_FACE_ASSET_H

#include "http/http.h"

struct asset {
    const char *name;                  /* "office.css": what pages ask for */
    const char *address;               /* "/assets/office-1f3a5c7e.css" */
    const char *type;                  /* "text/css; charset=utf-8" */
    const unsigned char *bytes, *gzip; /* gzip NULL where it does not pay (images) */
    size_t n, n_gzip;
};

/* All of them: generated when the program is built. */
extern const struct asset assets[];
extern const size_t n_assets;

/* The address of an asset by name; aborts when there is none (a test asks for all). */
text_t asset_address(const char *name);
const struct asset *asset_named(const char *name); /* NULL: none */
/* Answers GET /assets/..., with Cache-Control: immutable and the gzip form where it is accepted.
 * false: there is no such asset. */
bool asset_answer(struct http_request *r);

/* Whether an answer may be sent as gzip (RFC 9110 section 12.5.3): Accept-Encoding takes it, and
 * does not want the plain form more. */
bool asset_gzip_accepted(text_t accept);

#endif
