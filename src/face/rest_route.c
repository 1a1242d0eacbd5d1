/* What a path names: a handful of fixed addresses, then collection, record, command by three
 * look-ups in the house's tables. */
#include "face/rest_own.h"
#include "flow/import_rows.h"

#include "flow/desk.h"

#include "face/print.h"

#define API "/api/v1/"

static const struct fixed_route fixed[] = {
    { "/healthz", METHOD_GET, OPEN_TO_ALL, METRIC_OPERATION, rest_health },
    { "/readyz", METHOD_GET, OPEN_TO_ALL, METRIC_OPERATION, rest_ready },
    { "/metrics", METHOD_GET, OPEN_TO_MACHINE, METRIC_OPERATION, rest_metrics },
    { "/api/openapi.json", METHOD_GET, OPEN_TO_ALL, METRIC_OPERATION, rest_openapi },
    { API "session", METHOD_GET | METHOD_POST | METHOD_DELETE, OPEN_TO_ALL, METRIC_SESSION,
      rest_session },
    { API "events", METHOD_GET, OPEN_TO_USERS, METRIC_EVENTS, rest_events },
    { API "presence", METHOD_POST, OPEN_TO_USERS, METRIC_EVENTS, rest_presence },
    { API "reports", METHOD_GET, OPEN_TO_USERS, METRIC_REPORT, rest_reports },
};

static bool fixed_route(text_t path, struct route *out)
{
    for (size_t i = 0; i < N_ELEMENTS(fixed); i++) {
        if (text_is(path, fixed[i].path)) {
            out->fixed = &fixed[i];
            out->methods = fixed[i].methods;
            out->metric = fixed[i].metric;
            return true;
        }
    }
    return false;
}

static void collection(struct route *out)
{
    const struct entity *e = out->info->entity;
    out->metric = METRIC_LIST;
    out->methods = METHOD_GET | (e->write && !(e->flags & E_LINE) ? METHOD_POST : 0u);
}

static void record(struct route *out)
{
    const struct entity *e = out->info->entity;
    out->metric = METRIC_RECORD;
    out->methods = METHOD_GET | (e->write ? METHOD_PATCH | METHOD_DELETE : 0u);
}

static bool command(const struct rest_server *s, text_t name, struct route *out)
{
    const struct command *c = house_command(s->house, out->info->entity, name);
    if (!c || !(c->flags & C_RECORD) != (out->id == 0)) {
        return false;
    }
    out->command = c;
    out->command_index = metrics_command(s->metrics, c);
    out->metric = METRIC_COMMAND;
    out->methods = METHOD_POST;
    return true;
}

/* What can be printed of a record: NAME/ID. */
static bool document(const struct rest_server *s, text_t rest, struct route *out)
{
    text_t id = TEXT_NONE, name = text_split(rest, '/', &id);
    out->metric = METRIC_PRINT;
    out->methods = METHOD_GET;
    out->document = print_document(s->house, name);
    return out->document && id.n > 0 && id.n <= 16 && id.s[0] >= '0' && id.s[0] <= '9' &&
           text_to_i64(id, &out->id) == OK && out->id > 0;
}

/* What stands beside every record, and the bytes of a file. */
static bool record_part(const struct rest_server *s, text_t name, struct route *out)
{
    static const struct {
        const char *name;
        enum record_part part;
        unsigned methods;
        enum metric_class metric;
    } parts[] = {
        { "notes", PART_NOTES, METHOD_GET | METHOD_POST, METRIC_HISTORY },
        { "attachments", PART_FILES, METHOD_GET | METHOD_POST, METRIC_HISTORY },
        { "stream", PART_STREAM, METHOD_GET, METRIC_HISTORY },
        { "links", PART_LINKS, METHOD_GET, METRIC_HISTORY },
        { "content", PART_CONTENT, METHOD_GET, METRIC_RECORD },
    };
    const struct entity *e = out->info->entity;
    for (size_t i = 0; i < N_ELEMENTS(parts); i++) {
        enum record_part part = parts[i].part;
        bool written = part == PART_NOTES || part == PART_FILES;
        if (text_is(name, parts[i].name) && (part != PART_CONTENT || e->index == E_attachment) &&
            (!written || (house_info(s->house, E_note) && subject_takes(e)))) {
            out->part = part;
            out->methods = parts[i].methods;
            out->metric = parts[i].metric;
            return true;
        }
    }
    return false;
}

/* Everything below a collection. Lines have no address of their own: they live with their parent.
 */
static bool below(const struct rest_server *s, text_t first, text_t rest, struct route *out)
{
    int64_t id;
    bool line = (out->info->entity->flags & E_LINE) != 0;
    if (first.n > 0 && first.s[0] >= '0' && first.s[0] <= '9') {
        if (line || first.n > 16 || text_to_i64(first, &id) != OK || id <= 0) {
            return false;
        }
        out->id = id;
        if (!rest.s) {
            record(out);
            return true;
        }
        if (text_is(rest, "history")) {
            out->history = true;
            out->metric = METRIC_HISTORY;
            out->methods = METHOD_GET;
            return true;
        }
        return record_part(s, rest, out) || command(s, rest, out);
    }
    if (!rest.s && text_is(first, "import") && import_can_take(out->info->entity)) {
        out->import = true;
        out->metric = METRIC_CHANGE;
        out->methods = METHOD_GET | METHOD_POST;
        return true;
    }
    if (!rest.s && text_is(first, "export")) {
        out->export = true;
        out->metric = METRIC_LIST;
        out->methods = METHOD_GET;
        return true;
    }
    return !rest.s && command(s, first, out);
}

bool rest_route(const struct rest_server *s, text_t path, struct route *out)
{
    *out = (struct route){ .metric = METRIC_OTHER };
    if (fixed_route(path, out)) {
        return true;
    }
    if (!text_starts(path, API)) {
        return false;
    }
    text_t rest = { path.s + sizeof API - 1, path.n - (sizeof API - 1) };
    text_t name = text_split(rest, '/', &rest);
    if (text_is(name, "reports")) {
        out->query = rest.s ? house_query(s->house, rest) : NULL;
        out->methods = METHOD_GET;
        out->metric = METRIC_REPORT;
        return out->query != NULL;
    }
    if (text_is(name, "print")) {
        return rest.s && document(s, rest, out);
    }
    out->info = house_collection(s->house, name);
    if (!out->info) {
        return false;
    }
    if (!rest.s) {
        collection(out);
        return true;
    }
    text_t first = text_split(rest, '/', &rest);
    if (below(s, first, rest, out)) {
        return true;
    }
    *out = (struct route){ .metric = METRIC_OTHER };
    return false;
}
