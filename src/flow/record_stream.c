/* The stream of a record.
 *
 * Every source has an index on the record already (command_log, history) or one of its own that is
 * only written when there is something about a record (tasks, notes, files): a sale pays for
 * nothing here. The order is total: time, then the place of the source, then the source's key; a
 * cursor is those three of the last item, so no item comes twice or is left out. */
#include "flow/record_stream.h"

#include "flow/account.h"
#include "flow/desk.h"
#include "flow/work.h"
#include "meta/custom.h"
#include "meta/kinds.h"
#include "meta/word.h"

const char *const stream_kind_names[STREAM_KINDS] = { "change", "task", "note", "file" };

/* Places of the sources within one instant: what a command did stands above what it led to. A
 * command and the change that it made are one item, which has the change's place. */
enum source { FROM_NOTES, FROM_FILES, FROM_TASKS, FROM_LOG, FROM_HISTORY, SOURCES };

struct place {
    int64_t at, key;
    enum source source;
};

struct streaming {
    struct cx *cx;
    const struct entity_info *info;
    const struct field *fields; /* the record's, with the company's own */
    size_t n_fields;
    int64_t id, limit;
    struct place after;
    struct rows rows[SOURCES];
    size_t next[SOURCES];
};

/* -- the cursor ---------------------------------------------------------------------------------
 */

static enum err cursor_read(struct streaming *s, text_t cursor)
{
    text_t rest = cursor;
    int64_t parts[3] = { INT64_MAX, 0, 0 };
    if (text_empty(cursor)) {
        s->after = (struct place){ .at = INT64_MAX };
        return OK;
    }
    for (size_t i = 0; i < N_ELEMENTS(parts); i++) {
        if (!rest.s || text_to_i64(text_split(rest, '.', &rest), &parts[i]) != OK) {
            return refuse(s->cx, &refusal_bad_cursor, TEXT("after"));
        }
    }
    if (rest.s || parts[1] < 0 || parts[1] >= SOURCES) {
        return refuse(s->cx, &refusal_bad_cursor, TEXT("after"));
    }
    s->after = (struct place){ .at = parts[0], .source = (enum source)parts[1], .key = parts[2] };
    return OK;
}

static text_t cursor_make(struct arena *a, const struct place *p)
{
    return text_fmt(a, "%lld.%d.%lld", (long long)p->at, (int)p->source, (long long)p->key);
}

/* -- the sources ---------------------------------------------------------------------------------
 */

/* The columns of every source begin with: when, key, who. $1 the record, $2 the company, $3 and $4
 * where to go on, $5 how many; tasks: $6 the row filter on sites. */
enum { AT, KEY, WHO, OWN_COLUMNS };
enum { LOG_COMMAND = OWN_COLUMNS };
enum { CHANGE_JSON = OWN_COLUMNS };
enum { NOTE_TEXT = OWN_COLUMNS };
enum { FILE_NAME = OWN_COLUMNS, FILE_TYPE, FILE_SIZE };
enum { TASK_TITLE = OWN_COLUMNS, TASK_STATE, TASK_ASSIGNEE, TASK_DUE, TASK_CLOSED, TASK_NOTE };

#define TASK_OPEN_TO    SITES_OPEN_OR_NONE("site", "$6")
#define BEFORE(at, key) " AND (" at " < $3 OR (" at " = $3 AND " key " < $4)) "
#define LOG_KEY         "writer * 1099511627776 + seq"

static const char *const sources[SOURCES] = {
    [FROM_NOTES] = "SELECT written_at, id, author, text FROM notes WHERE subject = $1 AND company "
                   "= $2 AND archived = 0" BEFORE("written_at",
                                                  "id") "ORDER BY written_at DESC, id DESC LIMIT "
                                                        "$5",
    [FROM_FILES] = "SELECT added_at, id, author, name, type, size FROM attachments WHERE subject = "
                   "$1 AND company = $2 AND archived = 0" BEFORE(
                       "added_at", "id") "ORDER BY added_at DESC, id DESC LIMIT $5",
    [FROM_TASKS] = "SELECT opened_at, id, delegated_by, title, state, assignee, due, closed_at, "
                   "note FROM tasks WHERE subject = $1 AND company = $2 AND archived = 0 "
                   "AND " TASK_OPEN_TO BEFORE("opened_at",
                                              "id") "ORDER BY opened_at DESC, id DESC LIMIT $5",
    [FROM_LOG] = "SELECT at, " LOG_KEY ", who, command FROM command_log WHERE record = $1 AND "
                 "company = $2" BEFORE("at", LOG_KEY) "ORDER BY at DESC, writer DESC, seq DESC "
                                                      "LIMIT $5",
    [FROM_HISTORY] = "SELECT at, version, who, changes FROM history WHERE record = $1 AND company "
                     "= $2" BEFORE("at", "version") "ORDER BY at DESC, version DESC LIMIT $5",
};

static bool is_there(const struct streaming *s, enum source from)
{
    struct house *h = s->cx->house;
    switch (from) {
    case FROM_NOTES:
        return house_info(h, E_note) && subject_takes(s->info->entity);
    case FROM_FILES:
        return house_info(h, E_attachment) && subject_takes(s->info->entity);
    case FROM_TASKS:
        return house_info(h, E_task) && cx_may(s->cx, house_info(h, E_task)->entity->read);
    default:
        return true;
    }
}

/* Within the instant of the cursor: of the sources that stand behind its own everything is still to
 * come, of those before it nothing. */
static int64_t key_bound(const struct place *after, enum source from)
{
    return from > after->source ? INT64_MAX : from < after->source ? INT64_MIN : after->key;
}

static enum err read_sources(struct streaming *s)
{
    for (int i = 0; i < SOURCES; i++) {
        enum source from = (enum source)i;
        const struct value args[] = { v_int(s->id),        v_int(s->cx->company),
                                      v_int(s->after.at),  v_int(key_bound(&s->after, from)),
                                      v_int(s->limit + 1), v_int(s->cx->site_filter) };
        if (is_there(s, from)) {
            TRY(store_query(s->cx, sources[i], args, from == FROM_TASKS ? 6 : 5, &s->rows[i]));
        }
    }
    return OK;
}

/* -- people --------------------------------------------------------------------------------------
 */

enum err person_name(struct cx *cx, int64_t user, text_t *out)
{
    struct user_account account;
    *out = TEXT_NONE;
    if (user == 0 || !house_info(cx->house, E_user_account)) {
        return OK;
    }
    enum err e = store_get_any(cx, &user_account_entity, user, &account);
    if (e == OK) {
        *out = text_copy(cx->arena, account.name);
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

/* -- what changed --------------------------------------------------------------------------------
 */

static const struct field *field_named(const struct streaming *s, text_t name)
{
    for (size_t i = 0; i < s->n_fields; i++) {
        if (text_is(name, s->fields[i].name)) {
            return &s->fields[i];
        }
    }
    return NULL;
}

/* Choices, names of the program's own and yes/no in the reader's words; the rest stands as it was
 * kept. */
static text_t value_text(struct cx *cx, const struct field *f, text_t kept)
{
    if (f && f->kind == &kind_boolean) {
        return text_of(cx_text(cx, text_is(kept, "true") ? N_("Yes") : N_("No")));
    }
    for (size_t i = 0; f && i < f->n_choices; i++) {
        if (text_is(kept, f->choices[i].name)) {
            return text_of(cx_text(cx, f->choices[i].label));
        }
    }
    return f ? word_label(cx, f->word, kept) : kept;
}

static void take_changes(struct streaming *s, text_t kept, struct stream_item *item)
{
    struct json *changes;
    struct json_fault fault;
    struct cx *cx = s->cx;
    if (json_parse(cx->arena, kept.s, kept.n, &changes, &fault) != OK) {
        return;
    }
    item->changes = ARENA_ARRAY(cx->arena, changes->count, struct stream_change);
    for (const struct json *m = changes->first; m; m = m->next) {
        struct stream_change *c = &item->changes[item->n_changes++];
        c->field = field_named(s, m->key);
        c->name = m->key;
        c->label = c->field ? text_of(cx_text(cx, c->field->label)) : m->key;
        if (m->count == 2) {
            c->old = value_text(cx, c->field, m->first->text);
            c->new = value_text(cx, c->field, m->first->next->text);
        }
    }
}

/* -- items ---------------------------------------------------------------------------------------
 */

static struct place place_of(const struct streaming *s, enum source from)
{
    const struct rows *rows = &s->rows[from];
    size_t r = s->next[from];
    return (struct place){ rows_int(rows, r, AT), rows_int(rows, r, KEY), from };
}

/* Does a come before b in the stream? */
static bool comes_first(const struct place *a, const struct place *b)
{
    return a->at != b->at ? a->at > b->at : a->source < b->source;
}

static instant_t instant_in(const struct rows *rows, size_t r, size_t column)
{
    struct value v = rows_at(rows, r, column);
    return v.type == V_NULL ? INSTANT_NONE : (instant_t){ v.i };
}

static enum err take_task(struct streaming *s, size_t r, struct stream_item *item)
{
    const struct rows *rows = &s->rows[FROM_TASKS];
    const struct field *state = info_field(house_info(s->cx->house, E_task), TEXT("state"));
    size_t i = (size_t)rows_int(rows, r, TASK_STATE);
    item->kind = STREAM_TASK;
    item->entity = "task";
    item->title = text_of(cx_text(s->cx, rows_text(rows, r, TASK_TITLE).s));
    item->text = rows_text(rows, r, TASK_NOTE);
    item->state = i < state->n_choices ? state->choices[i].name : "";
    item->state_label = TEXT("");
    if (i < state->n_choices) {
        item->state_label = text_of(cx_text(s->cx, state->choices[i].label));
    }
    item->due = instant_in(rows, r, TASK_DUE);
    item->closed_at = instant_in(rows, r, TASK_CLOSED);
    return person_name(s->cx, rows_int(rows, r, TASK_ASSIGNEE), &item->assignee);
}

/* A command of the log and the change of the record that it made belong together: same time, same
 * person. The item then has the change's place. */
static void take_log(struct streaming *s, size_t r, struct stream_item *item, struct place *place)
{
    item->command = rows_text(&s->rows[FROM_LOG], r, LOG_COMMAND);
    item->title = word_command(s->cx, item->command);
    const struct rows *changes = &s->rows[FROM_HISTORY];
    size_t c = s->next[FROM_HISTORY];
    if (c < changes->n && rows_int(changes, c, AT) == item->at.us &&
        rows_int(changes, c, WHO) == item->user) {
        item->version = rows_int(changes, c, KEY);
        take_changes(s, rows_text(changes, c, CHANGE_JSON), item);
        *place = place_of(s, FROM_HISTORY);
        s->next[FROM_HISTORY]++;
    }
}

static enum err take_item(struct streaming *s, struct place *place, struct stream_item *item)
{
    enum source from = place->source;
    const struct rows *rows = &s->rows[from];
    size_t r = s->next[from]++;
    *item = (struct stream_item){ .kind = STREAM_CHANGE,
                                  .at = { place->at },
                                  .user = rows_int(rows, r, WHO),
                                  .entity = s->info->entity->name,
                                  .id = place->key,
                                  .due = INSTANT_NONE,
                                  .closed_at = INSTANT_NONE };
    switch (from) {
    case FROM_NOTES:
        item->kind = STREAM_NOTE;
        item->entity = "note";
        item->text = rows_text(rows, r, NOTE_TEXT);
        break;
    case FROM_FILES:
        item->kind = STREAM_FILE;
        item->entity = "attachment";
        item->title = rows_text(rows, r, FILE_NAME);
        item->type = rows_text(rows, r, FILE_TYPE);
        item->size = rows_int(rows, r, FILE_SIZE);
        break;
    case FROM_TASKS:
        TRY(take_task(s, r, item));
        break;
    case FROM_LOG:
        item->id = s->id;
        take_log(s, r, item, place);
        break;
    case FROM_HISTORY:
    case SOURCES:
    default:
        item->id = s->id;
        item->version = place->key;
        item->title = text_of(cx_text(s->cx, N_("Changed")));
        take_changes(s, rows_text(rows, r, CHANGE_JSON), item);
    }
    return person_name(s->cx, item->user, &item->who);
}

/* The source whose next row comes first; SOURCES at the end. */
static enum source first_source(const struct streaming *s, struct place *place)
{
    enum source first = SOURCES;
    for (int i = 0; i < SOURCES; i++) {
        enum source from = (enum source)i;
        if (s->next[i] >= s->rows[i].n) {
            continue;
        }
        struct place p = place_of(s, from);
        if (first == SOURCES || comes_first(&p, place)) {
            first = from;
            *place = p;
        }
    }
    return first;
}

enum err record_stream(struct cx *cx, const struct entity_info *info, int64_t id, int64_t limit,
                       text_t after, struct stream_item **items, size_t *n, text_t *next)
{
    struct streaming s = { .cx = cx, .info = info, .id = id };
    struct place place = { 0 };
    s.limit = limit <= 0                 ? STREAM_LIMIT_DEFAULT
              : limit > STREAM_LIMIT_MAX ? STREAM_LIMIT_MAX
                                         : limit;
    *next = TEXT_NONE;
    *n = 0;
    *items = ARENA_ARRAY(cx->arena, (size_t)s.limit, struct stream_item);
    TRY(cursor_read(&s, after));
    TRY(custom_rows(cx, info, &s.fields, &s.n_fields));
    TRY(read_sources(&s));
    while (*n < (size_t)s.limit && first_source(&s, &place) != SOURCES) {
        TRY(take_item(&s, &place, &(*items)[*n]));
        (*n)++;
    }
    struct place more;
    if (*n > 0 && first_source(&s, &more) != SOURCES) {
        *next = cursor_make(cx->arena, &place);
    }
    return cx->arena->failed ? ERR_NO_MEMORY : OK;
}

/* -- as JSON -------------------------------------------------------------------------------------
 */

static void put_instant(struct json_out *o, const char *key, instant_t t)
{
    char out[INSTANT_TEXT_MAX];
    if (instant_none(t)) {
        json_put_null(o, key);
    } else {
        size_t n = instant_print(t, out);
        json_put_text(o, key, (text_t){ out, n });
    }
}

static void put_changes(const struct stream_item *item, struct json_out *o)
{
    json_put_text(o, "command", item->command);
    json_open(o, "changes", '[');
    for (size_t i = 0; i < item->n_changes; i++) {
        const struct stream_change *c = &item->changes[i];
        json_open(o, NULL, '{');
        json_put_text(o, "field", c->name);
        json_put_text(o, "label", c->label);
        json_put_text(o, "old", c->old);
        json_put_text(o, "new", c->new);
        json_close(o, '}');
    }
    json_close(o, ']');
}

void stream_print(const struct stream_item *item, struct json_out *o)
{
    json_put_str(o, "kind", stream_kind_names[item->kind]);
    put_instant(o, "at", item->at);
    if (item->user) {
        json_open(o, "by", '{');
        json_put_i64(o, "id", item->user);
        json_put_text(o, "name", item->who);
        json_close(o, '}');
    } else {
        json_put_null(o, "by");
    }
    json_put_text(o, "title", item->title);
    json_put_text(o, "text", item->text);
    switch (item->kind) {
    case STREAM_TASK:
        json_put_i64(o, "id", item->id);
        json_put_str(o, "state", item->state);
        json_put_text(o, "assignee", item->assignee);
        put_instant(o, "due", item->due);
        put_instant(o, "closed_at", item->closed_at);
        break;
    case STREAM_NOTE:
        json_put_i64(o, "id", item->id);
        break;
    case STREAM_FILE:
        json_put_i64(o, "id", item->id);
        json_put_text(o, "type", item->type);
        json_put_i64(o, "size", item->size);
        break;
    case STREAM_CHANGE:
    case STREAM_KINDS:
    default:
        put_changes(item, o);
    }
}
