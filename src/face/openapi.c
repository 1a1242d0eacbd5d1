/* The description of the HTTP interface: paths, parameters, answers. */
#include "face/openapi_own.h"

#include "flow/import_rows.h"

#include "face/print.h"
#include "face/rest.h"

#define NAMES_MAX ((size_t)64 * 1024 * 1024)

/* -- answers ----------------------------------------------------------------------------- */

static const struct {
    int status;
    const char *name, *about;
} problems[] = {
    { 400, "bad_request",
      "The request cannot be read: malformed JSON, a broken header or parameter." },
    { 401, "not_signed_in", "Nobody is signed in." },
    { 403, "forbidden", "The caller's roles do not allow it." },
    { 404, "not_found", "It is not there, or not the caller's to see." },
    { 409, "conflict", "Not possible in this state, or refused by a rule of the business." },
    { 412, "version_conflict", "The record was changed since the version in If-Match." },
    { 415, "media_type", "The body is not JSON." },
    { 422, "unprocessable", "A field, parameter or value is not what it must be." },
    { 429, "too_many", "Too many requests: Retry-After says when to try again." },
    { 503, "unavailable",
      "The store or the program cannot answer now: Retry-After says when to try again." },
};

enum { OF_READING = 1 << 0, OF_LISTS = 1 << 1, OF_CHANGES = 1 << 2 };

static bool belongs(int status, unsigned of)
{
    switch (status) {
    case 401:
    case 403:
    case 429:
    case 503:
        return true;
    case 404:
        return !(of & OF_LISTS);
    case 400:
    case 422:
        return (of & (OF_LISTS | OF_CHANGES)) != 0;
    default:
        return (of & OF_CHANGES) != 0;
    }
}

static void put_problems(struct writing *w, unsigned of)
{
    for (size_t i = 0; i < N_ELEMENTS(problems); i++) {
        if (belongs(problems[i].status, of)) {
            openapi_ref(w, text_fmt(&w->arena, "%d", problems[i].status).s, "responses",
                        problems[i].name);
        }
    }
}

static void put_content(struct writing *w, const char *type, const char *schema)
{
    json_open(&w->o, type, '{');
    openapi_ref(w, "schema", "schemas", schema);
    json_close(&w->o, '}');
}

static void open_answer(struct writing *w, const char *status, const char *about)
{
    json_open(&w->o, status, '{');
    json_put_str(&w->o, "description", about);
}

/* A JSON answer, with the headers that it brings; and CSV beside it where there is some. */
static void put_answer(struct writing *w, const char *status, const char *about, const char *schema,
                       bool tagged)
{
    open_answer(w, status, about);
    if (tagged) {
        json_open(&w->o, "headers", '{');
        openapi_ref(w, "ETag", "headers", "etag");
        json_close(&w->o, '}');
    }
    json_open(&w->o, "content", '{');
    put_content(w, "application/json", schema);
    json_close(&w->o, '}');
    json_close(&w->o, '}');
}

/* A list answers a page of records, or with group or sum what they come to. */
static void put_list_answer(struct writing *w, const char *page)
{
    open_answer(w, "200", "A page, or groups");
    json_open(&w->o, "content", '{');
    json_open(&w->o, "application/json", '{');
    json_open(&w->o, "schema", '{');
    json_open(&w->o, "oneOf", '[');
    openapi_ref(w, NULL, "schemas", page);
    openapi_ref(w, NULL, "schemas", "groups");
    json_close(&w->o, ']');
    json_close(&w->o, '}');
    json_close(&w->o, '}');
    json_put_raw(&w->o, "text/csv", TEXT("{\"schema\":{\"type\":\"string\"}}"));
    json_close(&w->o, '}');
    json_close(&w->o, '}');
}

/* -- operations -------------------------------------------------------------------------- */

static void open_operation(struct writing *w, const char *method, const char *id,
                           const char *summary, const char *about, const char *tag,
                           const char *permission)
{
    json_open(&w->o, method, '{');
    json_put_str(&w->o, "operationId", id);
    json_put_str(&w->o, "summary", locale_bare(summary));
    if (about || permission) {
        json_put_text(&w->o, "description",
                      text_fmt(&w->arena, "%s%s%s%s%s", about ? about : "",
                               about && permission ? " " : "",
                               permission ? "Needs the permission `" : "",
                               permission ? permission : "", permission ? "`." : ""));
    }
    json_open(&w->o, "tags", '[');
    json_put_str(&w->o, NULL, tag);
    json_close(&w->o, ']');
}

static void put_parameters(struct writing *w, const char *const *names, size_t n)
{
    json_open(&w->o, "parameters", '[');
    for (size_t i = 0; i < n; i++) {
        openapi_ref(w, NULL, "parameters", names[i]);
    }
    json_close(&w->o, ']');
}

static void put_body(struct writing *w, const char *schema)
{
    json_open(&w->o, "requestBody", '{');
    json_put_bool(&w->o, "required", true);
    json_open(&w->o, "content", '{');
    put_content(w, "application/json", schema);
    json_close(&w->o, '}');
    json_close(&w->o, '}');
}

static void list_operation(struct writing *w, const struct entity_info *info)
{
    static const char *const parameters[] = { "q",      "sort",   "limit", "after",
                                              "fields", "expand", "count", "filter",
                                              "typed",  "group",  "sum",   "language" };
    const struct entity *e = info->entity;
    open_operation(w, "get", openapi_name(w, "list", e->plural, NULL),
                   text_fmt(&w->arena, "List: %s", locale_bare(e->label_plural)).s, e->help,
                   e->plural, e->read);
    put_parameters(w, parameters, N_ELEMENTS(parameters));
    json_open(&w->o, "responses", '{');
    put_list_answer(w, openapi_name(w, e->name, NULL, "page"));
    put_problems(w, OF_READING | OF_LISTS);
    json_close(&w->o, '}');
    json_close(&w->o, '}');
}

#define SHEET_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

static void export_path(struct writing *w, const struct entity_info *info)
{
    static const char *const parameters[] = {
        "format", "q", "fields", "filter", "typed", "language"
    };
    const struct entity *e = info->entity;
    json_open(&w->o, text_fmt(&w->arena, "/api/v1/%s/export", e->plural).s, '{');
    open_operation(
        w, "get", openapi_name(w, "export", e->plural, NULL),
        text_fmt(&w->arena, "Export: %s", locale_bare(e->label_plural)).s,
        "All rows as a file, oldest first. CSV of any length; a sheet of at most 100,000 "
        "rows, where the header Rows-Cut says that there are more.",
        e->plural, e->read);
    put_parameters(w, parameters, N_ELEMENTS(parameters));
    json_open(&w->o, "responses", '{');
    open_answer(w, "200", "The file");
    json_put_raw(&w->o, "content",
                 TEXT("{\"text/csv\":{\"schema\":{\"type\":\"string\"}},\"" SHEET_TYPE
                      "\":{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}}"));
    json_close(&w->o, '}');
    put_problems(w, OF_READING | OF_LISTS);
    json_close(&w->o, '}');
    json_close(&w->o, '}');
    json_close(&w->o, '}');
}

static void import_path(struct writing *w, const struct entity *e)
{
    json_open(&w->o, text_fmt(&w->arena, "/api/v1/%s/import", e->plural).s, '{');
    open_operation(
        w, "post", openapi_name(w, "import", e->plural, NULL),
        text_fmt(&w->arena, "Import: %s", locale_bare(e->label_plural)).s,
        "A table as CSV into the collection. With dry_run nothing is changed and the "
        "answer says what would be; else a job takes the rows, and GET tells how far it is.",
        e->plural, e->write);
    json_put_raw(&w->o, "parameters",
                 TEXT("[{\"$ref\":\"#/components/parameters/import_dry\"},"
                      "{\"$ref\":\"#/components/parameters/import_map\"},"
                      "{\"$ref\":\"#/components/parameters/import_delimiter\"},"
                      "{\"$ref\":\"#/components/parameters/idempotency_key\"},"
                      "{\"$ref\":\"#/components/parameters/language\"}]"));
    json_put_raw(&w->o, "requestBody",
                 TEXT("{\"required\":true,\"content\":{\"text/csv\":{\"schema\":{\"type\":"
                      "\"string\"}}}}"));
    json_open(&w->o, "responses", '{');
    put_answer(w, "200", "What it would come to", "import_check", false);
    put_answer(w, "202", "The job that takes it", "import_job", false);
    put_problems(w, OF_CHANGES);
    json_close(&w->o, '}');
    json_close(&w->o, '}');
    open_operation(w, "get", openapi_name(w, "import", e->plural, "progress"),
                   text_fmt(&w->arena, "Progress of an import: %s", locale_bare(e->label_plural)).s,
                   NULL, e->plural, e->write);
    json_put_raw(&w->o, "parameters", TEXT("[{\"$ref\":\"#/components/parameters/import_of\"}]"));
    json_open(&w->o, "responses", '{');
    put_answer(w, "200", "How far it is", "import_job", false);
    put_problems(w, OF_READING);
    json_close(&w->o, '}');
    json_close(&w->o, '}');
    json_close(&w->o, '}');
}

static void create_operation(struct writing *w, const struct entity *e)
{
    static const char *const parameters[] = { "idempotency_key", "language" };
    open_operation(w, "post", openapi_name(w, "create", e->name, NULL),
                   text_fmt(&w->arena, "New: %s", locale_bare(e->label)).s, NULL, e->plural,
                   e->write);
    put_parameters(w, parameters, N_ELEMENTS(parameters));
    put_body(w, openapi_name(w, e->name, NULL, "create"));
    json_open(&w->o, "responses", '{');
    put_answer(w, "201", "Made", e->name, true);
    put_problems(w, OF_CHANGES);
    json_close(&w->o, '}');
    json_close(&w->o, '}');
}

static void read_operation(struct writing *w, const struct entity *e)
{
    static const char *const parameters[] = { "fields", "expand", "if_none_match", "language" };
    open_operation(w, "get", openapi_name(w, "get", e->name, NULL),
                   text_fmt(&w->arena, "Read: %s", locale_bare(e->label)).s, NULL, e->plural,
                   e->read);
    put_parameters(w, parameters, N_ELEMENTS(parameters));
    json_open(&w->o, "responses", '{');
    put_answer(w, "200", "The record", e->name, true);
    open_answer(w, "304", "Still the version in If-None-Match");
    json_close(&w->o, '}');
    put_problems(w, OF_READING);
    json_close(&w->o, '}');
    json_close(&w->o, '}');
}

static void change_operations(struct writing *w, const struct entity *e)
{
    static const char *const parameters[] = { "if_match", "idempotency_key", "language" };
    if (!(e->flags & E_POSTED)) {
        open_operation(w, "patch", openapi_name(w, "update", e->name, NULL),
                       text_fmt(&w->arena, "Change: %s", locale_bare(e->label)).s,
                       "Only the fields that are given are changed.", e->plural, e->write);
        put_parameters(w, parameters, N_ELEMENTS(parameters));
        put_body(w, openapi_name(w, e->name, NULL, "update"));
        json_open(&w->o, "responses", '{');
        put_answer(w, "200", "Changed", e->name, true);
        put_problems(w, OF_CHANGES);
        json_close(&w->o, '}');
        json_close(&w->o, '}');
        open_operation(w, "delete", openapi_name(w, "archive", e->name, NULL),
                       text_fmt(&w->arena, "Archive: %s", locale_bare(e->label)).s,
                       "Puts the record away. Nothing is ever deleted.", e->plural, e->write);
        put_parameters(w, parameters, N_ELEMENTS(parameters));
        json_open(&w->o, "responses", '{');
        put_answer(w, "200", "Archived", e->name, true);
        put_problems(w, OF_CHANGES);
        json_close(&w->o, '}');
        json_close(&w->o, '}');
    }
}

static void history_operation(struct writing *w, const struct entity *e)
{
    static const char *const parameters[] = { "language" };
    open_operation(w, "get", openapi_name(w, "history", e->name, NULL),
                   text_fmt(&w->arena, "History: %s", locale_bare(e->label)).s,
                   "Who changed what and when, newest first.", e->plural, e->read);
    put_parameters(w, parameters, N_ELEMENTS(parameters));
    json_open(&w->o, "responses", '{');
    put_answer(w, "200", "What was done to the record", "history", false);
    put_problems(w, OF_READING);
    json_close(&w->o, '}');
    json_close(&w->o, '}');
}

static void command_operation(struct writing *w, const struct command *c)
{
    static const char *const parameters[] = { "idempotency_key", "language", "if_match" };
    const struct entity *e = c->entity;
    bool created = !(c->flags & (C_RECORD | C_READ | C_ACCEPTED_200));
    open_operation(w, "post", openapi_name(w, e->plural, c->name, NULL), c->label, c->help,
                   e->plural, c->permission);
    put_parameters(w, parameters, c->flags & C_RECORD ? 3 : 2);
    if (c->args) {
        put_body(w, openapi_name(w, e->name, c->name, "args"));
    }
    json_open(&w->o, "responses", '{');
    put_answer(w, created ? "201" : "200", "Done",
               c->result ? openapi_name(w, e->name, c->name, "result") : e->name, true);
    put_problems(w, OF_CHANGES);
    json_close(&w->o, '}');
    json_close(&w->o, '}');
}

/* -- paths ------------------------------------------------------------------------------- */

static void open_path(struct writing *w, const char *path, bool record)
{
    static const char *const id[] = { "id" };
    json_open(&w->o, path, '{');
    if (record) {
        put_parameters(w, id, 1);
    }
}

static void entity_paths(struct writing *w, const struct entity_info *info)
{
    const struct entity *e = info->entity;
    bool line = (e->flags & E_LINE) != 0;
    open_path(w, text_fmt(&w->arena, "/api/v1/%s", e->plural).s, false);
    list_operation(w, info);
    if (e->write && !line) {
        create_operation(w, e);
    }
    json_close(&w->o, '}');
    export_path(w, info);
    if (import_can_take(e)) {
        import_path(w, e);
    }
    if (!line) {
        open_path(w, text_fmt(&w->arena, "/api/v1/%s/{id}", e->plural).s, true);
        read_operation(w, e);
        if (e->write) {
            change_operations(w, e);
        }
        json_close(&w->o, '}');
        open_path(w, text_fmt(&w->arena, "/api/v1/%s/{id}/history", e->plural).s, true);
        history_operation(w, e);
        json_close(&w->o, '}');
    }
    for (size_t i = 0; i < info->n_commands; i++) {
        const struct command *c = info->commands[i];
        bool record = (c->flags & C_RECORD) != 0;
        open_path(
            w,
            text_fmt(&w->arena, record ? "/api/v1/%s/{id}/%s" : "/api/v1/%s/%s", e->plural, c->name)
                .s,
            record);
        command_operation(w, c);
        json_close(&w->o, '}');
    }
}

static void report_parameters(struct writing *w, const struct query *q)
{
    json_open(&w->o, "parameters", '[');
    for (size_t i = 0; i < q->n_params; i++) {
        const struct field *f = &q->params[i];
        json_open(&w->o, NULL, '{');
        json_put_str(&w->o, "name", f->name);
        json_put_str(&w->o, "in", "query");
        json_put_str(&w->o, "description", f->help ? f->help : locale_bare(f->label));
        if ((f->flags & F_REQUIRED) && !f->fallback) {
            json_put_bool(&w->o, "required", true);
        }
        json_put_raw(&w->o, "schema", TEXT("{\"type\":\"string\"}"));
        json_close(&w->o, '}');
    }
    openapi_ref(w, NULL, "parameters", "report_format");
    openapi_ref(w, NULL, "parameters", "report_limit");
    openapi_ref(w, NULL, "parameters", "after");
    openapi_ref(w, NULL, "parameters", "language");
    json_close(&w->o, ']');
}

static void report_ties(struct writing *w, const struct query *q)
{
    json_open(&w->o, "tie_out", '{');
    json_put_raw(&w->o, "type", TEXT("[\"object\",\"null\"]"));
    json_put_str(&w->o, "description", "Totals that show that the report agrees with the books.");
    if (q->n_ties > 0) {
        json_open(&w->o, "properties", '{');
        for (size_t i = 0; i < q->n_ties; i++) {
            json_open(&w->o, q->ties[i].name, '{');
            json_put_str(&w->o, "title", locale_bare(q->ties[i].label));
            json_put_str(&w->o, "type", "string");
            json_close(&w->o, '}');
        }
        json_close(&w->o, '}');
    }
    json_close(&w->o, '}');
}

static void report_answer(struct writing *w, const struct query *q)
{
    open_answer(w, "200", "Rows with the description of their columns");
    json_open(&w->o, "content", '{');
    json_open(&w->o, "application/json", '{');
    json_open(&w->o, "schema", '{');
    json_put_str(&w->o, "type", "object");
    json_open(&w->o, "properties", '{');
    json_put_raw(&w->o, "columns",
                 TEXT("{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/column\"}}"));
    json_open(&w->o, "items", '{');
    json_put_str(&w->o, "type", "array");
    json_open(&w->o, "items", '{');
    json_put_str(&w->o, "type", "object");
    json_open(&w->o, "properties", '{');
    for (size_t i = 0; i < q->n_columns; i++) {
        struct field f = column_field(&q->columns[i]);
        f.flags |= F_NULLABLE;
        openapi_value(w, &f, NULL, SCHEMA_READ);
    }
    json_close(&w->o, '}');
    json_close(&w->o, '}');
    json_close(&w->o, '}');
    openapi_ref(w, "next", "schemas", "next");
    report_ties(w, q);
    json_close(&w->o, '}');
    json_close(&w->o, '}');
    json_close(&w->o, '}');
    json_put_raw(&w->o, "text/csv", TEXT("{\"schema\":{\"type\":\"string\"}}"));
    json_put_raw(&w->o, SHEET_TYPE,
                 TEXT("{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}"));
    json_put_raw(&w->o, "application/pdf",
                 TEXT("{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}"));
    json_close(&w->o, '}');
    json_close(&w->o, '}');
}

static void report_path(struct writing *w, const struct query *q)
{
    open_path(w, text_fmt(&w->arena, "/api/v1/reports/%s", q->name).s, false);
    open_operation(w, "get", openapi_name(w, "report", q->name, NULL), q->label, q->help, "reports",
                   q->permission);
    report_parameters(w, q);
    json_open(&w->o, "responses", '{');
    report_answer(w, q);
    put_problems(w, OF_READING | OF_LISTS);
    json_close(&w->o, '}');
    json_close(&w->o, '}');
    json_close(&w->o, '}');
}

static void document_parameter(struct writing *w, const char *name, const char *about)
{
    json_open(&w->o, NULL, '{');
    json_put_str(&w->o, "name", name);
    json_put_str(&w->o, "in", "query");
    json_put_str(&w->o, "description", about);
    json_put_raw(&w->o, "schema", TEXT("{\"type\":\"string\"}"));
    json_close(&w->o, '}');
}

/* What can be printed of a record. */
static void document_path(struct writing *w, const struct document *d)
{
    open_path(w, text_fmt(&w->arena, "/api/v1/print/%s/{id}", d->name).s, true);
    open_operation(w, "get", openapi_name(w, "print", d->name, NULL), d->label, d->help, "print",
                   d->permission);
    json_open(&w->o, "parameters", '[');
    document_parameter(w, "language",
                       "Of the document: en, es, hi or id. Else the customer's, "
                       "else the company's.");
    document_parameter(w, "digits", "native: figures in the digits of the language.");
    document_parameter(w, "template", "Code or number of a template, also one not in use.");
    for (const char *const *n = d->params; n && *n; n++) {
        document_parameter(w, *n, "See the documentation of the document.");
    }
    openapi_ref(w, NULL, "parameters", "language");
    json_close(&w->o, ']');
    json_open(&w->o, "responses", '{');
    open_answer(w, "200", "The document");
    json_put_raw(&w->o, "content",
                 TEXT("{\"application/pdf\":{\"schema\":{\"type\":\"string\","
                      "\"contentMediaType\":\"application/pdf\"}}}"));
    json_close(&w->o, '}');
    put_problems(w, OF_READING);
    openapi_ref(w, "422", "responses", "unprocessable");
    json_close(&w->o, '}');
    json_close(&w->o, '}');
    json_close(&w->o, '}');
}

/* Addresses that belong to no entity; the same in every house. */
static const char plain_paths[] =
    "\"/api/v1/reports\":{\"get\":{\"operationId\":\"reports_list\",\"summary\":\"Which reports "
    "the caller may run\",\"tags\":[\"reports\"],"
    "\"responses\":{\"200\":{\"description\":\"The reports\","
    "\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/report_list"
    "\"}}}},"
    "\"401\":{\"$ref\":\"#/components/responses/not_signed_in\"}}}},"
    "\"/api/v1/events\":{\"get\":{\"operationId\":\"events_list\",\"summary\":\"What happened, "
    "in order\",\"tags\":[\"events\"],"
    "\"description\":\"With Accept: text/event-stream the feed goes on live: id is seq, event "
    "the name, data the event as JSON.\","
    "\"parameters\":[{\"name\":\"after\",\"in\":\"query\",\"description\":\"The seq that was "
    "seen last.\",\"schema\":{\"type\":\"integer\",\"format\":\"int64\"}},"
    "{\"$ref\":\"#/components/parameters/limit\"},{\"name\":\"Last-Event-ID\",\"in\":\"header\","
    "\"description\":\"Where a stream broke off.\","
    "\"schema\":{\"type\":\"string\"}}],"
    "\"responses\":{\"200\":{\"description\":\"A page, or the stream\","
    "\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/event_page\"}},"
    "\"text/event-stream\":{\"schema\":{\"type\":\"string\"}}}},"
    "\"401\":{\"$ref\":\"#/components/responses/not_signed_in\"},"
    "\"422\":{\"$ref\":\"#/components/responses/unprocessable\"},"
    "\"503\":{\"$ref\":\"#/components/responses/unavailable\"}}}},"
    "\"/api/v1/session\":{\"get\":{\"operationId\":\"session_get\",\"summary\":\"Who am I\","
    "\"tags\":[\"session\"],"
    "\"responses\":{\"200\":{\"description\":\"The caller\","
    "\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/signed_in\"}"
    "}}},"
    "\"401\":{\"$ref\":\"#/components/responses/not_signed_in\"}}},"
    "\"post\":{\"operationId\":\"session_create\",\"summary\":\"Sign in\","
    "\"tags\":[\"session\"],\"security\":[],"
    "\"description\":\"Answers with the session cookie and the form token that changes by "
    "cookie must carry as X-Form-Token.\","
    "\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":{\"$ref\":"
    "\"#/components/schemas/sign_in\"}}}},"
    "\"responses\":{\"200\":{\"description\":\"Signed in\","
    "\"headers\":{\"Set-Cookie\":{\"schema\":{\"type\":\"string\"}}},"
    "\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/signed_in\"}"
    "}}},"
    "\"401\":{\"$ref\":\"#/components/responses/not_signed_in\"},"
    "\"422\":{\"$ref\":\"#/components/responses/unprocessable\"},"
    "\"429\":{\"$ref\":\"#/components/responses/too_many\"}}},"
    "\"delete\":{\"operationId\":\"session_end\",\"summary\":\"Sign out\",\"tags\":[\"session\"],"
    "\"responses\":{\"204\":{\"description\":\"Signed out\"},"
    "\"401\":{\"$ref\":\"#/components/responses/not_signed_in\"}}}},"
    "\"/api/openapi.json\":{\"get\":{\"operationId\":\"openapi\",\"summary\":\"This "
    "description\",\"tags\":[\"operation\"],\"security\":[],"
    "\"responses\":{\"200\":{\"description\":\"OpenAPI 3.1\","
    "\"content\":{\"application/json\":{\"schema\":{\"type\":\"object\"}}}},"
    "\"405\":{\"$ref\":\"#/components/responses/method_not_allowed\"}}}},"
    "\"/healthz\":{\"get\":{\"operationId\":\"healthz\",\"summary\":\"Can it commit?\","
    "\"tags\":[\"operation\"],\"security\":[],"
    "\"responses\":{\"200\":{\"description\":\"It can\","
    "\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/status\"}}}},"
    "\"405\":{\"$ref\":\"#/components/responses/method_not_allowed\"},"
    "\"503\":{\"$ref\":\"#/components/responses/unavailable\"}}}},"
    "\"/readyz\":{\"get\":{\"operationId\":\"readyz\",\"summary\":\"May it be given work?\","
    "\"tags\":[\"operation\"],\"security\":[],"
    "\"responses\":{\"200\":{\"description\":\"It may\","
    "\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/status\"}}}},"
    "\"405\":{\"$ref\":\"#/components/responses/method_not_allowed\"},"
    "\"503\":{\"$ref\":\"#/components/responses/unavailable\"}}}},"
    "\"/metrics\":{\"get\":{\"operationId\":\"metrics\",\"summary\":\"Figures for Prometheus\","
    "\"tags\":[\"operation\"],\"security\":[{},{\"key\":[]},{\"session\":[]}],"
    "\"responses\":{\"200\":{\"description\":\"Figures\","
    "\"content\":{\"text/plain\":{\"schema\":{\"type\":\"string\"}}}},"
    "\"401\":{\"$ref\":\"#/components/responses/not_signed_in\"},"
    "\"405\":{\"$ref\":\"#/components/responses/method_not_allowed\"}}}}";

static void put_paths(struct writing *w)
{
    const struct house_plan *plan = house_plan(w->house);
    json_open(&w->o, "paths", '{');
    buf_str(w->o.b, plain_paths);
    openapi_beside_paths(w);
    w->o.first[w->o.depth] = false;
    for (int e = 0; e < E_COUNT; e++) {
        const struct entity_info *info = house_info(w->house, (enum entity_index)e);
        if (info) {
            entity_paths(w, info);
        }
    }
    for (size_t a = 0; a < plan->n_areas; a++) {
        for (size_t q = 0; q < plan->areas[a]->n_queries; q++) {
            report_path(w, &plan->areas[a]->queries[q]);
        }
        for (size_t d = 0; d < plan->areas[a]->n_documents; d++) {
            document_path(w, &plan->areas[a]->documents[d]);
        }
    }
    json_close(&w->o, '}');
}

/* -- components -------------------------------------------------------------------------- */

static const char parameters[] =
    "{\"id\":{\"name\":\"id\",\"in\":\"path\",\"required\":true,\"description\":\"Number of the "
    "record.\",\"schema\":{\"type\":\"integer\",\"format\":\"int64\",\"minimum\":1}},"
    "\"q\":{\"name\":\"q\",\"in\":\"query\",\"description\":\"Beginnings of words that are "
    "looked for.\",\"schema\":{\"type\":\"string\"}},"
    "\"sort\":{\"name\":\"sort\",\"in\":\"query\",\"description\":\"Up to four fields separated "
    "by commas; - before one turns its order round.\",\"schema\":{\"type\":\"string\"}},"
    "\"limit\":{\"name\":\"limit\",\"in\":\"query\",\"description\":\"How many at most.\","
    "\"schema\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000,\"default\":50}},"
    "\"report_limit\":{\"name\":\"limit\",\"in\":\"query\",\"description\":\"How many rows at "
    "most.\",\"schema\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":10000,\"default\":1000}},"
    "\"after\":{\"name\":\"after\",\"in\":\"query\",\"description\":\"What next was in the page "
    "before.\",\"schema\":{\"type\":\"string\"}},"
    "\"fields\":{\"name\":\"fields\",\"in\":\"query\",\"description\":\"Only these fields, "
    "separated by commas.\",\"schema\":{\"type\":\"string\"}},"
    "\"expand\":{\"name\":\"expand\",\"in\":\"query\",\"description\":\"Lines that are to be "
    "shown too, separated by commas.\",\"schema\":{\"type\":\"string\"}},"
    "\"count\":{\"name\":\"count\",\"in\":\"query\",\"description\":\"Also how many there are "
    "in all.\",\"schema\":{\"type\":\"string\",\"enum\":[\"1\",\"0\",\"true\",\"false\"]}},"
    "\"import_dry\":{\"name\":\"dry_run\",\"in\":\"query\",\"schema\":{\"type\":\"string\","
    "\"enum\":[\"1\",\"0\",\"true\",\"false\"]}},"
    "\"import_map\":{\"name\":\"map\",\"in\":\"query\","
    "\"description\":\"JSON: fields with the head of "
    "their column, or with {value} for all rows. Without it columns are known by name or label.\","
    "\"schema\":{\"type\":\"string\"}},"
    "\"import_delimiter\":{\"name\":\"delimiter\",\"in\":\"query\",\"schema\":{\"type\":\"string\","
    "\"enum\":[\"auto\",\"comma\",\"semicolon\",\"tab\",\"pipe\"],\"default\":\"auto\"}},"
    "\"import_of\":{\"name\":\"job\",\"in\":\"query\",\"required\":true,\"description\":\"What the "
    "import answered.\",\"schema\":{\"type\":\"integer\",\"format\":\"int64\"}},"
    "\"format\":{\"name\":\"format\",\"in\":\"query\",\"schema\":{\"type\":\"string\","
    "\"enum\":[\"csv\",\"xlsx\"],\"default\":\"csv\"}},"
    "\"report_format\":{\"name\":\"format\",\"in\":\"query\",\"schema\":{\"type\":\"string\","
    "\"enum\":[\"json\",\"csv\",\"xlsx\",\"pdf\"],\"default\":\"json\"}},"
    "\"typed\":{\"name\":\"filter\",\"in\":\"query\",\"description\":\"Filters as people type "
    "them: customer: Sharma, total > 100, sold at: this month, words. Fields by label or name.\","
    "\"schema\":{\"type\":\"string\",\"maxLength\":2000}},"
    "\"filter\":{\"name\":\"field\",\"in\":\"query\",\"style\":\"form\",\"explode\":true,"
    "\"description\":\"Any field of the record: state=placed, total[gte]=100.00,"
    " also lte, gt, lt, ne, and in with values separated by commas. An empty value: has none.\","
    "\"schema\":{\"type\":\"object\","
    "\"additionalProperties\":{\"type\":\"string\"}}},"
    "\"group\":{\"name\":\"group\",\"in\":\"query\",\"description\":\"Rows gathered "
    "by this field instead of shown: the answer is `groups`. Dates and times are cut to :hour, "
    ":day, :week or :month: sold_at:month, on the company's clock.\","
    "\"schema\":{\"type\":\"string\"}},"
    "\"sum\":{\"name\":\"sum\",\"in\":\"query\",\"description\":\"Sums of these fields, "
    "separated by commas, for each group and in all: the answer is `groups`.\","
    "\"schema\":{\"type\":\"string\"}},"
    "\"if_match\":{\"name\":\"If-Match\",\"in\":\"header\",\"description\":\"Only when the "
    "record still has this ETag.\",\"schema\":{\"type\":\"string\"}},"
    "\"if_none_match\":{\"name\":\"If-None-Match\",\"in\":\"header\",\"description\":\"Only "
    "when the record no longer has this ETag.\",\"schema\":{\"type\":\"string\"}},"
    "\"idempotency_key\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"description\":\"The "
    "same again with this key answers as the first time.\","
    "\"schema\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":200}},"
    "\"language\":{\"name\":\"Accept-Language\",\"in\":\"header\",\"description\":\"Of texts "
    "for people.\",\"schema\":{\"type\":\"string\"}}}";

static const char security[] =
    "{\"key\":{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":\"An API key.\"},"
    "\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"" REST_SESSION_COOKIE
    "\",\"description\":\"The cookie of a signed-in person; changes carry the form token as "
    "X-Form-Token.\"}}";

/* Which codes a status has, for the reader. */
static text_t about_status(struct writing *w, int status, const char *about)
{
    struct buf b;
    const struct refusal *r;
    const char *before = " Codes: ";
    buf_init(&b, &w->arena, (size_t)64 * 1024);
    buf_str(&b, about);
    for (size_t i = 0; (r = openapi_refusal(w, i)); i++) {
        if (r->status == status) {
            buf_fmt(&b, "%s`%s`", before, r->code);
            before = ", ";
        }
    }
    if (before[0] == ',') {
        buf_char(&b, '.');
    }
    return buf_done(&b);
}

static void put_response(struct writing *w, int status, const char *name, const char *about)
{
    json_open(&w->o, name, '{');
    json_put_text(&w->o, "description", about_status(w, status, about));
    if (status == 429 || status == 503) {
        json_put_raw(&w->o, "headers",
                     TEXT("{\"Retry-After\":{\"description\":\"Seconds to wait.\","
                          "\"schema\":{\"type\":\"integer\"}}}"));
    }
    json_open(&w->o, "content", '{');
    put_content(w, "application/problem+json", "problem");
    json_close(&w->o, '}');
    json_close(&w->o, '}');
}

static void put_components(struct writing *w)
{
    json_open(&w->o, "components", '{');
    json_put_raw(&w->o, "securitySchemes", text_of(security));
    json_put_raw(&w->o, "parameters", text_of(parameters));
    json_put_raw(&w->o, "headers",
                 TEXT("{\"etag\":{\"description\":\"The record's version in quotes.\","
                      "\"schema\":{\"type\":\"string\"}}}"));
    json_open(&w->o, "responses", '{');
    for (size_t i = 0; i < N_ELEMENTS(problems); i++) {
        put_response(w, problems[i].status, problems[i].name, problems[i].about);
    }
    put_response(w, 405, "method_not_allowed",
                 "The address does not take this method: Allow says which.");
    json_close(&w->o, '}');
    openapi_schemas(w);
    json_close(&w->o, '}');
}

static void put_tags(struct writing *w)
{
    static const char *const plain[][2] = {
        { "reports", "Named reports with proof that they agree with the books" },
        { "print", "Documents as PDF" },
        { "events", "What happened" },
        { "session", "Signing in and out" },
        { "beside", "What stands beside every record" },
        { "operation", "For operators" }
    };
    json_open(&w->o, "tags", '[');
    for (int e = 0; e < E_COUNT; e++) {
        const struct entity_info *info = house_info(w->house, (enum entity_index)e);
        if (info) {
            json_open(&w->o, NULL, '{');
            json_put_str(&w->o, "name", info->entity->plural);
            json_put_str(&w->o, "description",
                         info->entity->help ? info->entity->help
                                            : locale_bare(info->entity->label_plural));
            json_close(&w->o, '}');
        }
    }
    for (size_t i = 0; i < N_ELEMENTS(plain); i++) {
        json_open(&w->o, NULL, '{');
        json_put_str(&w->o, "name", plain[i][0]);
        json_put_str(&w->o, "description", plain[i][1]);
        json_close(&w->o, '}');
    }
    json_close(&w->o, ']');
}

void openapi_print(struct house *h, struct buf *b)
{
    struct writing w = { .house = h };
    arena_init(&w.arena, NAMES_MAX);
    json_out_init(&w.o, b);
    json_open(&w.o, NULL, '{');
    json_put_str(&w.o, "openapi", "3.1.0");
    json_put_raw(
        &w.o, "info",
        TEXT("{\"title\":\"Kontor\",\"version\":\"" KONTOR_VERSION
             "\",\"description\":\"A whole trading house: people, goods, sales, stock,"
             " money. Amounts and quantities are decimal texts, dates 2026-11-21, instants in "
             "UTC, ids integers below 2^53.\","
             "\"license\":{\"name\":\"Apache 2.0\",\"identifier\":\"Apache-2.0\"}}"));
    json_put_raw(&w.o, "servers", TEXT("[{\"url\":\"/\",\"description\":\"This server\"}]"));
    json_put_raw(&w.o, "security", TEXT("[{\"key\":[]},{\"session\":[]}]"));
    put_tags(&w);
    put_paths(&w);
    put_components(&w);
    json_close(&w.o, '}');
    arena_free(&w.arena);
}
