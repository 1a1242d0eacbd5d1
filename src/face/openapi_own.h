/* What the files that write the description of the interface share. */
#ifndef KONTOR_FACE_OPENAPI_OWN_H
#define KONTOR_FACE_OPENAPI_OWN_H

#include "face/openapi.h"
#include "meta/command.h"
#include "meta/locale.h"

struct writing {
    struct house *house;
    struct arena arena; /* for names, until the end of the document */
    struct json_out o;
};

/* -- openapi_schema.c -------------------------------------------------------------------- */

enum schema_use {
    SCHEMA_READ,   /* what answers hold */
    SCHEMA_CREATE, /* what may be given for a new record */
    SCHEMA_UPDATE, /* what may be given for a change */
    SCHEMA_ARGS,   /* what a command takes */
};

/* {"$ref": "#/components/KIND/NAME"} under key. */
void openapi_ref(struct writing *w, const char *key, const char *kind, const char *name);
/* The schema of one field's value under its name (or key, when given). */
void openapi_value(struct writing *w, const struct field *f, const char *key, enum schema_use use);
/* An object of the rows of a struct. */
void openapi_object(struct writing *w, const char *key, const struct field *rows, size_t n,
                    enum schema_use use);
/* components.schemas: records, arguments, results, pages, problems. */
void openapi_schemas(struct writing *w);
/* "sales_order_checkout_args" */
const char *openapi_name(struct writing *w, const char *entity, const char *command,
                         const char *what);

/* -- openapi_beside.c: notes, files, stream, connections, presence; each begins with a comma -- */

void openapi_beside_paths(struct writing *w);
void openapi_beside_schemas(struct writing *w);

/* -- openapi_schema.c ------------------------------------------------------------------------ */

/* Every refusal: of the kernel, of this face, of the areas; NULL past the last. */
const struct refusal *openapi_refusal(const struct writing *w, size_t i);

#endif
