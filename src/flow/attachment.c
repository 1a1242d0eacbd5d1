/* Files beside records. Their bytes lie in pieces in a table of their own, so that no row is large
 * and a file's row is read without them. A file is written with its row in one transaction: there
 * is never half of one. */
#include "flow/desk_own.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "meta/kinds.h"

#include <strings.h>

const struct refusal refusal_empty_file = {
    .code = "empty_file",
    .status = 422,
    .title = N_("The file is empty"),
    .detail = N_("There is nothing in the file. Choose another one."),
};

static const struct col_def chunk_cols[] = {
    { .name = "attachment", .type = COL_INT, .not_null = true },
    { .name = "part", .type = COL_INT, .not_null = true },
    { .name = "bytes", .type = COL_BLOB, .not_null = true },
};
const struct table_def attachment_chunks = { .name = "attachment_chunk",
                                             .primary_key = "attachment, part",
                                             .cols = chunk_cols,
                                             .n_cols = N_ELEMENTS(chunk_cols) };

static const struct field rows[] = {
    F_TEXT(attachment, subject_entity, N_("About (kind)"), .word = WORD_ENTITY, .flags = F_READONLY,
           .max = 60),
    F_INTEGER(attachment, subject, N_("About (number)"), .flags = F_READONLY),
    F_TEXT(attachment, name, N_("File name"), .flags = F_REQUIRED, .max = ATTACHMENT_NAME_MAX),
    F_TEXT(attachment, type, N_("Type"), .flags = F_READONLY, .max = 100),
    F_INTEGER(attachment, size, N_("Size"), .flags = F_READONLY, .unit = N_("bytes")),
    F_TEXT(attachment, sha256, N_("Fingerprint"), .flags = F_READONLY | F_HIDDEN, .max = 64),
    F_REF(attachment, author, user_account, N_("Added by"), .flags = F_READONLY),
    F_TIME(attachment, added_at, N_("Added at"), .flags = F_READONLY),
    F_REF(attachment, site, site, N_("Site"), .flags = F_READONLY | F_HIDDEN),
};

static enum err check(struct cx *cx, const void *before, void *after)
{
    struct attachment *a = after;
    const struct entity_info *info;
    void *record;
    if (!before) { /* files come with their bytes, through the record */
        return REFUSE(cx, &refusal_method_not_allowed, TEXT_NONE, TEXT("POST"));
    }
    a->name = attachment_name(cx->arena, a->name);
    return subject_of_author(cx, a->subject_entity, a->subject, a->author.id, &info, &record);
}

/* Putting away comes here without the check. */
static enum err saved(struct cx *cx, const void *before, const void *after)
{
    const struct attachment *a = after;
    const struct entity_info *info;
    void *record;
    (void)before;
    TRY(subject_of_author(cx, a->subject_entity, a->subject, a->author.id, &info, &record));
    return subject_publish(cx, info, record, "file_changed");
}

static const struct index_def indexes[] = { { .name = "attachments_subject", .cols = "subject" } };

const struct entity attachment_entity = {
    .index = E_attachment,
    .name = "attachment",
    .plural = "attachments",
    .label = N_("File"),
    .label_plural = N_("Files"),
    .help = N_("Files that people have laid beside records."),
    .shape = SHAPE(attachment, rows),
    .title = "name",
    .read = "note.all",
    .write = "note.write",
    .site = "site",
    .flags = E_HISTORY,
    .indexes = indexes,
    .n_indexes = N_ELEMENTS(indexes),
    .check = check,
    .saved = saved,
};

/* -- what a file is -----------------------------------------------------------------------------
 */

static bool ends(text_t name, const char *ending)
{
    size_t n = strlen(ending);
    return name.n > n && strncasecmp(name.s + name.n - n, ending, n) == 0;
}

static bool has(text_t content, size_t at, const char *bytes, size_t n)
{
    return content.n >= at + n && memcmp(content.s + at, bytes, n) == 0;
}

const char *attachment_type(text_t name, text_t content)
{
    static const struct {
        const char *type, *bytes;
        size_t n;
    } begins[] = {
        { "image/png", "\x89PNG\r\n\x1a\n", 8 },
        { "image/jpeg", "\xff\xd8\xff", 3 },
        { "image/gif", "GIF87a", 6 },
        { "image/gif", "GIF89a", 6 },
        { "application/pdf", "%PDF-", 5 },
    };
    static const struct {
        const char *ending, *type;
        bool packed; /* a ZIP archive inside; else text */
    } endings[] = {
        { ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
          true },
        { ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", true },
        { ".odt", "application/vnd.oasis.opendocument.text", true },
        { ".ods", "application/vnd.oasis.opendocument.spreadsheet", true },
        { ".zip", "application/zip", true },
        { ".csv", "text/csv", false },
        { ".txt", "text/plain", false },
        { ".json", "application/json", false },
    };
    for (size_t i = 0; i < N_ELEMENTS(begins); i++) {
        if (has(content, 0, begins[i].bytes, begins[i].n)) {
            return begins[i].type;
        }
    }
    if (has(content, 0, "RIFF", 4) && has(content, 8, "WEBP", 4)) {
        return "image/webp";
    }
    bool packed = has(content, 0, "PK\x03\x04", 4);
    for (size_t i = 0; i < N_ELEMENTS(endings); i++) {
        if (ends(name, endings[i].ending) &&
            (endings[i].packed ? packed : !packed && !memchr(content.s, '\0', content.n))) {
            return endings[i].type;
        }
    }
    return "application/octet-stream";
}

/* Of well-formed UTF-8 what can be seen. */
static text_t visible(struct arena *a, text_t t)
{
    struct buf b;
    buf_init(&b, a, t.n + 1);
    for (size_t i = 0, n; i < t.n; i += n) {
        if (!text_misleads(utf8_next(t.s + i, &n))) {
            buf_text(&b, (text_t){ t.s + i, n });
        }
    }
    return buf_done(&b);
}

text_t attachment_name(struct arena *a, text_t given)
{
    struct buf b;
    text_t t = text_trim(given);
    size_t begin = 0, characters = 0;
    for (size_t i = 0; i < t.n; i++) {
        begin = t.s[i] == '/' || t.s[i] == '\\' ? i + 1 : begin;
    }
    buf_init(&b, a, ATTACHMENT_NAME_MAX * 4 + 1);
    for (size_t i = begin; i < t.n; i++) {
        unsigned char c = (unsigned char)t.s[i];
        characters += (c & 0xC0) != 0x80;
        if (characters > ATTACHMENT_NAME_MAX) {
            break;
        }
        buf_char(&b, c < ' ' || c == 0x7F || c == '"' ? '_' : t.s[i]);
    }
    text_t name = buf_done(&b);
    name = text_utf8_ok(name, false) ? text_trim(visible(a, name)) : TEXT_NONE;
    return !name.n || text_is(name, ".") || text_is(name, "..") ? TEXT("file") : text_copy(a, name);
}

/* -- adding -------------------------------------------------------------------------------------
 */

struct add {
    text_t subject_entity;
    int64_t subject;
    text_t name, type;
    int64_t size;
    text_t sha256;
};
static const struct field add_rows[] = {
    F_TEXT(add, subject_entity, N_("About (kind)"), .word = WORD_ENTITY),
    F_INTEGER(add, subject, N_("About (number)")),
    F_TEXT(add, name, N_("File name")),
    F_TEXT(add, type, N_("Type")),
    F_INTEGER(add, size, N_("Size")),
    F_TEXT(add, sha256, N_("Fingerprint")),
};
static const struct shape add_shape = SHAPE(add, add_rows);

static enum err room_left(struct cx *cx, int64_t subject)
{
    const struct value args[] = { v_int(subject) };
    struct rows there;
    TRY(store_query(cx, "SELECT COUNT(*) FROM attachments WHERE subject = $1 AND archived = 0",
                    args, 1, &there));
    if (rows_int(&there, 0, 0) < ATTACHMENTS_OF_RECORD) {
        return OK;
    }
    return REFUSE(cx, &refusal_too_large, TEXT_NONE,
                  text_of(cx_text(cx, attachment_entity.label_plural)),
                  text_fmt(cx->arena, "%d", ATTACHMENTS_OF_RECORD));
}

static enum err write_content(struct cx *cx, int64_t id, text_t content)
{
    int64_t part = 0;
    for (size_t at = 0; at < content.n; at += ATTACHMENT_CHUNK, part++) {
        size_t left = content.n - at;
        const struct value args[] = { v_int(id), v_int(part),
                                      v_blob(content.s + at,
                                             left < ATTACHMENT_CHUNK ? left : ATTACHMENT_CHUNK) };
        TRY(store_exec(cx,
                       "INSERT INTO attachment_chunk (attachment, part, bytes) VALUES ($1, $2, $3)",
                       args, N_ELEMENTS(args)));
    }
    return OK;
}

static enum err add(struct cx *cx, void *record, const void *args, void *result)
{
    const struct add *in = args;
    const text_t *content = flow_prepared(cx);
    struct attachment *a = record;
    const struct entity_info *info;
    void *about;
    (void)result;
    TRY(subject_find(cx, in->subject_entity, in->subject, &info, &about));
    if (!content || text_empty(*content)) {
        return refuse(cx, &refusal_empty_file, TEXT_NONE);
    }
    if (content->n > ATTACHMENT_BYTES_MAX) {
        return REFUSE(cx, &refusal_too_large, TEXT_NONE,
                      text_of(cx_text(cx, attachment_entity.label)), TEXT("20 MiB"));
    }
    TRY(room_left(cx, in->subject));
    *a = (struct attachment){ .subject_entity = in->subject_entity,
                              .subject = in->subject,
                              .name = in->name,
                              .type = in->type,
                              .size = in->size,
                              .sha256 = in->sha256,
                              .author = { cx->who->user },
                              .added_at = cx->now,
                              .site = { subject_site(info, about) } };
    TRY(store_insert(cx, &attachment_entity, a));
    TRY(write_content(cx, a->record.id, *content));
    TRY(event_publish(cx, "attachment.created", &attachment_entity, a, a));
    return subject_publish(cx, info, about, "file_added");
}

/* Not among the area's commands: its bytes are not JSON, so it has an address of its own. */
static const struct command add_command = {
    .name = "add",
    .entity = &attachment_entity,
    .label = N_("Add a file"),
    .help = N_("Lays a file beside a record."),
    .permission = "note.write",
    .args = &add_shape,
    .to = -1,
    .run = add,
};

void attachment_submit(struct call *call, const struct upload *u)
{
    struct arena *a = call->arena;
    struct add *in = ARENA_NEW(a, struct add);
    text_t *content = ARENA_NEW(a, text_t);
    char hex[SHA256_HEX + 1];
    sha256_t h;
    struct buf b;
    struct json_out o;
    sha256(u->content.s, u->content.n, &h);
    sha256_hex(&h, hex);
    text_t name = attachment_name(a, u->name);
    *in = (struct add){ .subject_entity = u->subject_entity,
                        .subject = u->subject,
                        .name = name,
                        .type = text_of(attachment_type(name, u->content)),
                        .size = (int64_t)u->content.n,
                        .sha256 = { arena_copy(a, hex, SHA256_HEX), SHA256_HEX } };
    *content = u->content;
    /* What the log and the idempotency key are made of: the fingerprint stands for the bytes. */
    buf_init(&b, a, 8192);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "subject_entity", in->subject_entity);
    json_put_i64(&o, "subject", in->subject);
    json_put_text(&o, "name", in->name);
    json_put_text(&o, "type", in->type);
    json_put_i64(&o, "size", in->size);
    json_put_text(&o, "sha256", in->sha256);
    json_close(&o, '}');
    call->verb = CALL_COMMAND;
    call->command = &add_command;
    call->entity = &attachment_entity;
    call->typed = in;
    call->body = buf_done(&b);
    call->prepared = content;
    flow_submit(call);
}

/* -- reading ------------------------------------------------------------------------------------
 */

enum err attachment_get(struct cx *cx, int64_t id, struct attachment *out)
{
    const struct entity_info *info;
    void *record;
    enum err e = store_get_any(cx, &attachment_entity, id, out);
    if (e == ERR_NOT_FOUND || (e == OK && out->record.archived)) {
        return refuse(cx, &refusal_not_found, TEXT_NONE);
    }
    TRY(e);
    info = house_entity(cx->house, out->subject_entity);
    if (!info ||
        !cx_may(cx, info->entity->read)) { /* that there is a file is the record's affair */
        return refuse(cx, &refusal_not_found, TEXT_NONE);
    }
    return subject_find(cx, out->subject_entity, out->subject, &info, &record);
}

struct joining {
    char *bytes;
    size_t n, room;
};

static enum err join(void *arg, const struct value *row, size_t cols)
{
    struct joining *j = arg;
    INVARIANT(cols == 1);
    if (row[0].t.n > j->room - j->n) {
        return ERR_STORE;
    }
    memcpy(j->bytes + j->n, row[0].t.s, row[0].t.n);
    j->n += row[0].t.n;
    return OK;
}

enum err attachment_content(struct cx *cx, const struct attachment *a, text_t *out)
{
    const struct value args[] = { v_int(a->record.id) };
    struct joining j = { .room = (size_t)a->size };
    INVARIANT(a->size >= 0 && (uint64_t)a->size <= ATTACHMENT_BYTES_MAX);
    j.bytes = arena_take(cx->arena, j.room + 1);
    if (cx->arena->failed) {
        return ERR_NO_MEMORY;
    }
    TRY(tx_each(cx->tx, "SELECT bytes FROM attachment_chunk WHERE attachment = $1 ORDER BY part",
                args, 1, join, &j));
    j.bytes[j.n] = '\0';
    *out = (text_t){ j.bytes, j.n };
    return j.n == j.room ? OK : ERR_STORE;
}
