/* What stands beside a record: its notes, its files, its stream, its connections; and who else has
 * it open. All of it is the record's: who may not see that, is told that there is nothing. */
#include "face/rest_own.h"

#include "flow/desk.h"
#include "flow/presence.h"
#include "flow/record_stream.h"
#include "meta/links.h"
#include "meta/shape.h"
#include "os/clock.h"

#define PRESENT_SHOWN 20

/* -- reading -------------------------------------------------------------------------------- */

/* limit= and after=, nothing else. */
static enum err take_page(struct rest_work *w, int64_t most, int64_t *limit, text_t *after)
{
    *limit = LIST_LIMIT_DEFAULT;
    *after = TEXT_NONE;
    for (size_t i = 0; i < w->n_params; i++) {
        text_t name = w->params[i].name, value = w->params[i].value;
        if (text_is(name, "limit")) {
            TRY(rest_number(w, "limit", value, 1, most, limit));
        } else if (text_is(name, "after")) {
            *after = value;
        } else {
            return REFUSE(&w->cx, &refusal_unknown_filter, name.n < 100 ? name : TEXT_NONE,
                          name.n < 100 ? name : TEXT("?"));
        }
    }
    return OK;
}

static enum err find(struct rest_work *w, void **record)
{
    *record = arena_alloc(w->arena, w->route.info->entity->shape.size);
    return rest_find(w, *record);
}

static void begin_json(struct rest_work *w, struct buf *b, struct json_out *o)
{
    buf_init(b, w->arena, REST_BODY_MAX);
    json_out_init(o, b);
    json_open(o, NULL, '{');
}

static enum err end_json(struct rest_work *w, const struct buf *b, struct json_out *o)
{
    json_close(o, '}');
    rest_json(w, 200, buf_done(b));
    rest_header_add(w, "Vary", TEXT("Accept-Language"));
    return b->failed ? ERR_NO_MEMORY : OK;
}

static void put_instant(struct json_out *o, const char *key, instant_t t)
{
    char out[INSTANT_TEXT_MAX];
    size_t n = instant_print(t, out);
    json_put_text(o, key, (text_t){ out, n });
}

static enum err put_author(struct rest_work *w, int64_t user, struct json_out *o)
{
    text_t name;
    TRY(person_name(&w->cx, user, &name));
    json_open(o, "author", '{');
    json_put_i64(o, "id", user);
    json_put_text(o, "name", name);
    json_close(o, '}');
    return OK;
}

static enum err put_note(struct rest_work *w, const void *record, struct json_out *o)
{
    const struct note *n = record;
    json_put_i64(o, "id", n->record.id);
    json_put_i64(o, "version", n->record.version);
    json_put_text(o, "text", n->text);
    TRY(put_author(w, n->author.id, o));
    put_instant(o, "written_at", n->written_at);
    return OK;
}

static enum err put_file(struct rest_work *w, const void *record, struct json_out *o)
{
    const struct attachment *a = record;
    json_put_i64(o, "id", a->record.id);
    json_put_i64(o, "version", a->record.version);
    json_put_text(o, "name", a->name);
    json_put_text(o, "type", a->type);
    json_put_i64(o, "size", a->size);
    json_put_text(o, "sha256", a->sha256);
    TRY(put_author(w, a->author.id, o));
    put_instant(o, "added_at", a->added_at);
    json_put_text(o, "content",
                  text_fmt(w->arena, "/api/v1/attachments/%lld/content", (long long)a->record.id));
    return OK;
}

/* The record was found for the caller, so its notes and files are theirs to read, whatever site
 * stood there when they were added. */
static enum err read_beside(struct rest_work *w)
{
    bool notes = w->route.part == PART_NOTES;
    const struct entity *e = notes ? &note_entity : &attachment_entity;
    struct list_query q = {
        .entity = e,
        .filters = { { .field = TEXT("subject"),
                       .op = LIST_ID,
                       .value = text_fmt(w->arena, "%lld", (long long)w->route.id) } },
        .n_filters = 1,
        .sort = notes ? TEXT("-written_at") : TEXT("-added_at"),
        .bare = true,
    };
    struct list_page page;
    struct buf b;
    struct json_out o;
    void *record;
    TRY(take_page(w, LIST_LIMIT_MAX, &q.limit, &q.after));
    TRY(find(w, &record));
    int64_t filter = w->cx.site_filter;
    w->cx.site_filter = 0;
    enum err err = list_read(&w->cx, &q, &page);
    w->cx.site_filter = filter;
    TRY(err);
    begin_json(w, &b, &o);
    json_open(&o, "items", '[');
    for (size_t i = 0; i < page.n; i++) {
        json_open(&o, NULL, '{');
        TRY((notes ? put_note : put_file)(w, (const char *)page.records + i * e->shape.size, &o));
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_put_text(&o, "next", page.next);
    return end_json(w, &b, &o);
}

static enum err read_stream(struct rest_work *w)
{
    struct stream_item *items;
    size_t n;
    int64_t limit;
    text_t after, next;
    struct buf b;
    struct json_out o;
    void *record;
    TRY(take_page(w, STREAM_LIMIT_MAX, &limit, &after));
    TRY(find(w, &record));
    TRY(record_stream(&w->cx, w->route.info, w->route.id, limit, after, &items, &n, &next));
    begin_json(w, &b, &o);
    json_open(&o, "items", '[');
    for (size_t i = 0; i < n; i++) {
        json_open(&o, NULL, '{');
        stream_print(&items[i], &o);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_put_text(&o, "next", next);
    return end_json(w, &b, &o);
}

static enum err read_links(struct rest_work *w)
{
    struct record_links links;
    struct buf b;
    struct json_out o;
    void *record;
    TRY(find(w, &record));
    TRY(record_links(&w->cx, w->route.info, record, &links));
    begin_json(w, &b, &o);
    links_print(&w->cx, &links, &o);
    return end_json(w, &b, &o);
}

/* -- the bytes of a file ---------------------------------------------------------------------- */

/* attachment; filename="a.txt"; filename*=UTF-8''%c3%a1.txt (RFC 6266). Always to be saved, never
 * shown in the place of a page. */
static text_t disposition(struct rest_work *w, text_t name)
{
    struct buf b;
    buf_init(&b, w->arena, 8192);
    buf_str(&b, "attachment; filename=\"");
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.s[i];
        buf_char(&b, c < ' ' || c >= 0x7F || c == '"' || c == '\\' ? '_' : name.s[i]);
    }
    buf_str(&b, "\"; filename*=UTF-8''");
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.s[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     c == '.' || c == '-' || c == '_';
        buf_fmt(&b, plain ? "%c" : "%%%02X", c);
    }
    return buf_done(&b);
}

static enum err read_content(struct rest_work *w)
{
    struct attachment a;
    struct rest_answer *answer = &w->request->answer;
    TRY(attachment_get(&w->cx, w->route.id, &a));
    TRY(attachment_content(&w->cx, &a, &answer->body));
    answer->status = 200;
    answer->content_type = text_copy(w->arena, a.type).s;
    rest_header_add(w, "Content-Disposition", disposition(w, a.name));
    rest_header_add(w, "X-Content-Type-Options", TEXT("nosniff"));
    rest_header_add(w, "Content-Security-Policy", TEXT("sandbox; default-src 'none'"));
    return OK;
}

/* -- adding ------------------------------------------------------------------------------------ */

/* The object with one more member. */
static void add_member(struct rest_work *w, struct json *object, struct json member)
{
    struct json *m = ARENA_NEW(w->arena, struct json), **at = &object->first;
    *m = member;
    while (*at) {
        at = &(*at)->next;
    }
    *at = m;
    object->count++;
}

/* A new note is a creation as others are, about this record. */
static enum err fill_note(struct rest_work *w)
{
    const struct entity *about = w->route.info->entity;
    const struct json *body;
    struct json object = { .type = JSON_OBJECT };
    struct buf b;
    TRY(rest_call_fill(w));
    TRY(rest_body(w, &body));
    if (body && body->type != JSON_OBJECT) {
        return REFUSE(&w->cx, &refusal_wrong_type, TEXT_NONE, TEXT("JSON"),
                      text_of(cx_text(&w->cx, N_("an object"))));
    }
    for (const struct json *m = body ? body->first : NULL; m; m = m->next) {
        if (text_is(m->key, "subject") || text_is(m->key, "subject_entity")) {
            return REFUSE(&w->cx, &refusal_unknown_field, m->key, m->key);
        }
        struct json copy = *m;
        copy.next = NULL;
        add_member(w, &object, copy);
    }
    add_member(w, &object,
               (struct json){ .type = JSON_STRING,
                              .key = TEXT("subject_entity"),
                              .text = text_of(about->name) });
    add_member(w, &object,
               (struct json){ .type = JSON_NUMBER,
                              .key = TEXT("subject"),
                              .text = text_fmt(w->arena, "%lld", (long long)w->route.id) });
    struct json *args = ARENA_NEW(w->arena, struct json);
    *args = object;
    buf_init(&b, w->arena, REST_BODY_MAX);
    json_write(&b, args);
    w->route.info = house_info(w->server->house, E_note);
    w->route.id = 0;
    w->call.verb = CALL_CREATE;
    w->call.entity = &note_entity;
    w->call.args = args;
    w->call.body = buf_done(&b);
    return b.failed ? ERR_NO_MEMORY : OK;
}

/* The name in a Content-Disposition header: filename="a.txt". */
static text_t disposition_name(text_t header)
{
    static const char mark[] = "filename=";
    text_t rest = header;
    while (rest.s) {
        text_t one = text_trim(text_split(rest, ';', &rest));
        if (text_starts(one, mark)) {
            one = (text_t){ one.s + sizeof mark - 1, one.n - (sizeof mark - 1) };
            bool quoted = one.n >= 2 && one.s[0] == '"' && one.s[one.n - 1] == '"';
            return quoted ? (text_t){ one.s + 1, one.n - 2 } : one;
        }
    }
    return TEXT_NONE;
}

static enum err fill_upload(struct rest_work *w, struct upload *u)
{
    *u = (struct upload){ .subject_entity = text_of(w->route.info->entity->name),
                          .subject = w->route.id,
                          .name = disposition_name(w->request->disposition),
                          .content = w->request->body };
    for (size_t i = 0; i < w->n_params; i++) {
        text_t name = w->params[i].name;
        if (!text_is(name, "name")) {
            return REFUSE(&w->cx, &refusal_unknown_filter, name.n < 100 ? name : TEXT_NONE,
                          name.n < 100 ? name : TEXT("?"));
        }
        u->name = w->params[i].value;
    }
    TRY(rest_call_fill(w));
    w->route.info = house_info(w->server->house, E_attachment);
    w->route.id = 0;
    return OK;
}

static void add(struct rest_work *w)
{
    struct upload u;
    bool note = w->route.part == PART_NOTES;
    enum err e = note ? fill_note(w) : fill_upload(w, &u);
    w->route.metric = METRIC_CHANGE;
    if (e != OK) {
        rest_problem(w, e);
        rest_end(w);
    } else if (note) {
        flow_submit(&w->call);
    } else {
        attachment_submit(&w->call, &u);
    }
}

void rest_part(struct rest_work *w)
{
    static enum err (*const reads[])(struct rest_work * w) = {
        [PART_NOTES] = read_beside, [PART_FILES] = read_beside,    [PART_STREAM] = read_stream,
        [PART_LINKS] = read_links,  [PART_CONTENT] = read_content,
    };
    if (w->request->method == HTTP_POST) {
        add(w);
    } else {
        rest_read(w, reads[w->route.part]);
    }
}

bool rest_takes_files(enum http_method method, const char *path)
{
    static const char *const endings[] = { "/attachments", "/import" };
    size_t n = strlen(path);
    for (size_t i = 0; i < N_ELEMENTS(endings); i++) {
        size_t m = strlen(endings[i]);
        if (method == HTTP_POST && strncmp(path, "/api/v1/", 8) == 0 && n > m &&
            strcmp(path + n - m, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* -- who else has it open ------------------------------------------------------------------------
 */

struct presence_args {
    text_t record, field;
    flag_t leave;
};
static const struct field presence_rows[] = {
    F_TEXT(presence_args, record, N_("Record"), .flags = F_REQUIRED, .max = 80),
    F_TEXT(presence_args, field, N_("Field"), .max = 60),
    F_BOOLEAN(presence_args, leave, N_("Closed")),
};

/* "sales_order/7" */
static enum err take_record(struct rest_work *w, text_t given)
{
    text_t number;
    text_t name = text_split(given, '/', &number);
    w->route.info = house_entity(w->server->house, name);
    if (!w->route.info || !subject_takes(w->route.info->entity) || !number.s ||
        text_to_i64(number, &w->route.id) != OK || w->route.id <= 0) {
        return refuse(&w->cx, &refusal_not_found, TEXT("record"));
    }
    const char *read = w->route.info->entity->read;
    return cx_may(&w->cx, read) ? OK : REFUSE(&w->cx, &refusal_forbidden, TEXT_NONE, text_of(read));
}

static void answer_presence(struct rest_work *w, const struct presence_args *in, bool looked)
{
    struct house *h = w->server->house;
    const struct entity *e = w->route.info->entity;
    struct present people[PRESENT_SHOWN];
    struct buf b;
    struct json_out o;
    int64_t now = clock_monotonic_us(), user = w->who.user;
    if (in->leave) {
        presence_leave(h, e, w->route.id, user);
    } else {
        presence_touch(h, e, w->route.id, user, w->who.name, in->field, now, looked);
    }
    size_t n = presence_others(h, e, w->route.id, user, now, w->arena, people, PRESENT_SHOWN);
    begin_json(w, &b, &o);
    json_open(&o, "people", '[');
    for (size_t i = 0; i < n; i++) {
        json_open(&o, NULL, '{');
        json_put_i64(&o, "id", people[i].user);
        json_put_text(&o, "name", people[i].name);
        json_put_text(&o, "field", people[i].field);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    (void)end_json(w, &b, &o);
}

static enum err take_presence(struct rest_work *w, struct presence_args *in)
{
    const struct json *body;
    TRY(rest_body(w, &body));
    TRY(shape_clear(&w->cx, presence_rows, N_ELEMENTS(presence_rows), in));
    TRY(shape_from_json(&w->cx, presence_rows, N_ELEMENTS(presence_rows), SHAPE_ARGS, body, in));
    return take_record(w, in->record);
}

static enum err look_and_answer(struct rest_work *w)
{
    struct presence_args in;
    void *record;
    TRY(take_presence(w, &in));
    TRY(find(w, &record));
    answer_presence(w, &in, true);
    return OK;
}

/* Asked every few seconds by every open page, so the store is only asked the first time and then
 * once in a while. */
void rest_presence(struct rest_work *w)
{
    struct presence_args in;
    enum err e = take_presence(w, &in);
    if (e != OK) {
        rest_problem(w, e);
        rest_end(w);
    } else if (presence_known(w->server->house, w->route.info->entity, w->route.id, w->who.user,
                              clock_monotonic_us())) {
        answer_presence(w, &in, false);
        rest_end(w);
    } else {
        rest_read(w, look_and_answer);
    }
}
