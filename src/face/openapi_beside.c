/* What stands beside every record, described once for all collections: notes, files, stream,
 * connections; and who else is there. */
#include "face/openapi_own.h"

#define PATH(part) "/api/v1/{collection}/{id}/" part

/* {"$ref": ...} of answers that need no words of their own. */
#define REFUSED                                                                                    \
    "\"401\":{\"$ref\":\"#/components/responses/not_signed_in\"},"                                 \
    "\"403\":{\"$ref\":\"#/components/responses/forbidden\"},"                                     \
    "\"404\":{\"$ref\":\"#/components/responses/not_found\"},"                                     \
    "\"422\":{\"$ref\":\"#/components/responses/unprocessable\"},"                                 \
    "\"503\":{\"$ref\":\"#/components/responses/unavailable\"}"
#define ANSWER(status, about, schema)                                                              \
    "\"responses\":{\"" status "\":{\"description\":\"" about "\",\"content\":{"                   \
    "\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/" schema "\"}}}}," REFUSED  \
    "}"
#define COLLECTION                                                                                 \
    "\"parameters\":[{\"name\":\"collection\",\"in\":\"path\",\"required\":true,"                  \
    "\"description\":\"Any collection that has records with addresses.\","                         \
    "\"schema\":{\"type\":\"string\"}},{\"$ref\":\"#/components/parameters/id\"}]"
#define PAGE_PARAMETERS                                                                            \
    "\"parameters\":[{\"$ref\":\"#/components/parameters/limit\"},"                                \
    "{\"$ref\":\"#/components/parameters/after\"},{\"$ref\":\"#/components/parameters/language\"}]"
#define KEY_PARAMETER "{\"$ref\":\"#/components/parameters/idempotency_key\"}"
#define OPERATION(id, summary, about)                                                              \
    "\"operationId\":\"" id "\",\"summary\":\"" summary "\",\"description\":\"" about "\","        \
    "\"tags\":[\"beside\"],"

/* clang-format off */
static const char always[] =
    ",\"" PATH("stream") "\":{" COLLECTION ",\"get\":{"
    OPERATION("record_stream", "What happened around a record",
    "Changes, tasks, notes and files as one stream, newest first. Needs the permission "
    "to read the record.") PAGE_PARAMETERS "," ANSWER("200", "A page", "stream_page") "}}," "\""
    PATH("links") "\":{" COLLECTION ",\"get\":{"
    OPERATION("record_links", "What a record is connected with",
    "What it refers to, and the newest five of each kind that refer to it. Needs the "
    "permission to read the record; what else the caller may not read is left out.")
    "\"parameters\":[{\"$ref\":\"#/components/parameters/language\"}],"
    ANSWER("200", "The connections", "links") "}}," "\"/api/v1/presence\":{\"post\":{"
    OPERATION("presence", "Who else has a record open",
    "Says that the caller has it open, for 45 seconds, and answers who else has. Told "
    "again every few seconds; in memory of this node only.")
    "\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":{"
    "\"type\":\"object\",\"required\":[\"record\"],\"additionalProperties\":false,"
    "\"properties\":{\"record\":{\"type\":\"string\",\"description\":\"product/7\"},"
    "\"field\":{\"type\":\"string\",\"description\":\"The field that is being changed.\"},"
    "\"leave\":{\"type\":\"boolean\",\"description\":\"It was closed.\"}}}}}},"
    ANSWER("200", "The others", "presence") "}}";

static const char of_notes[] =
    ",\"" PATH("notes") "\":{" COLLECTION ",\"get\":{"
    OPERATION("record_notes", "Notes of a record",
    "Newest first. Needs the permission to read the record.") PAGE_PARAMETERS
    "," ANSWER("200", "A page", "record_notes") "},\"post\":{"
    OPERATION("record_note", "Write a note",
    "Needs the permission to read the record and `note.write`. Changed and archived at "
    "/api/v1/notes/{id} by whoever wrote it.") "\"parameters\":[" KEY_PARAMETER "],"
    "\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":{"
    "\"type\":\"object\",\"required\":[\"text\"],\"additionalProperties\":false,"
    "\"properties\":{\"text\":{\"type\":\"string\",\"maxLength\":10000}}}}}},"
    ANSWER("201", "Written", "note") "}}";

static const char of_files[] =
    ",\"" PATH("attachments") "\":{" COLLECTION ",\"get\":{"
    OPERATION("record_attachments", "Files of a record",
    "Newest first. Needs the permission to read the record.") PAGE_PARAMETERS
    "," ANSWER("200", "A page", "record_attachments") "},\"post\":{"
    OPERATION("record_attach", "Add a file",
    "The body is the file, of any Content-Type, at most 20 MiB. Its type is taken from "
    "its bytes. Needs the permission to read the record and `note.write`. Renamed and "
    "archived at /api/v1/attachments/{id} by whoever added it.") "\"parameters\":[" KEY_PARAMETER
    ",{\"name\":\"name\",\"in\":\"query\","
    "\"description\":\"The file's name; otherwise that of Content-Disposition.\","
    "\"schema\":{\"type\":\"string\"}}],"
    "\"requestBody\":{\"required\":true,\"content\":{\"application/octet-stream\":{\"schema\":{"
    "\"type\":\"string\",\"contentMediaType\":\"application/octet-stream\"}}}},"
    ANSWER("201", "Added", "attachment") "}}," "\"/api/v1/attachments/{id}/content\":{"
    "\"parameters\":[{\"$ref\":\"#/components/parameters/id\"}],\"get\":{" OPERATION(
        "attachment_content", "The bytes of a file",
    "For whoever may read the record. Always to be saved, never shown in the place of a " "page.")
    "\"responses\":{\"200\":{\"description\":\"The bytes\",\"content\":{"
    "\"application/octet-stream\":{\"schema\":{\"type\":\"string\","
    "\"contentMediaType\":\"application/octet-stream\"}}}}," REFUSED "}}}";
/* clang-format on */

#define AUTHOR                                                                                     \
    "\"author\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"integer\","                \
    "\"format\":\"int64\"},\"name\":{\"type\":[\"string\",\"null\"]}}}"
#define PAGE_OF(item)                                                                              \
    "{\"type\":\"object\",\"properties\":{\"items\":{\"type\":\"array\",\"items\":" item "},"      \
    "\"next\":{\"$ref\":\"#/components/schemas/next\"}}}"
#define NUMBERED                                                                                   \
    "\"id\":{\"type\":\"integer\",\"format\":\"int64\"},\"version\":{\"type\":\"integer\"}"
#define INSTANT "{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}"
#define MAYBE   "{\"type\":[\"string\",\"null\"]}"
#define LINK                                                                                       \
    "\"id\":{\"type\":\"integer\",\"format\":\"int64\"},\"code\":" MAYBE ",\"label\":" MAYBE

/* clang-format off */
static const char schemas[] =
    ",\"stream_page\":" PAGE_OF(
        "{\"type\":\"object\",\"required\":[\"kind\",\"at\"],\"properties\":{"
    "\"kind\":{\"type\":\"string\",\"enum\":[\"change\",\"task\",\"note\",\"file\"]}," "\"at\":"
    INSTANT ",\"by\":{\"type\":[\"object\",\"null\"],\"properties\":{"
    "\"id\":{\"type\":\"integer\",\"format\":\"int64\"},\"name\":" MAYBE "}}," "\"title\":" MAYBE
    ",\"text\":" MAYBE "," "\"id\":{\"type\":\"integer\",\"format\":\"int64\"}," "\"command\":"
    MAYBE ",\"changes\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"properties\":{\"field\":{\"type\":\"string\"},\"label\":{\"type\":\"string\"}," "\"old\":"
    MAYBE ",\"new\":" MAYBE "}}}," "\"state\":{\"type\":\"string\"},\"assignee\":" MAYBE
    ",\"due\":" INSTANT "," "\"closed_at\":" INSTANT ",\"type\":{\"type\":\"string\"},"
    "\"size\":{\"type\":\"integer\"}}}") "," "\"links\":{\"type\":\"object\",\"properties\":{"
    "\"refers_to\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"field\":{\"type\":\"string\"},\"field_label\":{\"type\":\"string\"},"
    "\"collection\":{\"type\":\"string\"}," LINK "}}},"
    "\"referred_by\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"collection\":{\"type\":\"string\"},\"collection_label\":{\"type\":\"string\"},"
    "\"field\":{\"type\":\"string\"},\"field_label\":{\"type\":\"string\"},"
    "\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{" LINK "}}},"
    "\"more\":{\"type\":\"boolean\"}}}}}},"
    "\"presence\":{\"type\":\"object\",\"properties\":{\"people\":{\"type\":\"array\","
    "\"items\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"integer\","
    "\"format\":\"int64\"},\"name\":{\"type\":\"string\"},\"field\":" MAYBE "}}}}},"
    "\"record_notes\":" PAGE_OF("{\"type\":\"object\",\"properties\":{" NUMBERED ","
    "\"text\":{\"type\":\"string\"}," AUTHOR "," "\"written_at\":" INSTANT "}}") ","
    "\"record_attachments\":" PAGE_OF("{\"type\":\"object\",\"properties\":{" NUMBERED ","
    "\"name\":{\"type\":\"string\"},\"type\":{\"type\":"
    "\"string\"},\"size\":{\"type\":\"integer\"}," "\"sha256\":{\"type\":\"string\"}," AUTHOR ","
    "\"added_at\":" INSTANT ",\"content\":{\"type\":" "\"string\"}}}");
/* clang-format on */

void openapi_beside_paths(struct writing *w)
{
    buf_str(w->o.b, always);
    if (house_info(w->house, E_note)) {
        buf_str(w->o.b, of_notes);
        buf_str(w->o.b, of_files);
    }
}

void openapi_beside_schemas(struct writing *w)
{
    buf_str(w->o.b, schemas);
}
