/* The description of the HTTP interface, generated from the tables: OpenAPI 3.1
 * (https://spec.openapis.org/oas/v3.1.0). */
#ifndef KONTOR_FACE_OPENAPI_H
#define KONTOR_FACE_OPENAPI_H

#include "meta/house.h"

/* Appends the document as JSON. */
void openapi_print(struct house *h, struct buf *b);

#endif
