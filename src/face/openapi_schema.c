/* Schemas of the description: JSON Schema 2020-12 from rows of fields. */
#include "face/openapi_own.h"

#include "face/print.h"
#include "face/rest.h"
#include "meta/kinds.h"

#define DECIMAL_PATTERN "^-?[0-9]+(\\.[0-9]+)?$"

void openapi_ref(struct writing *w, const char *key, const char *kind, const char *name)
{
    json_open(&w->o, key, '{');
    json_put_text(&w->o, "$ref", text_fmt(&w->arena, "#/components/%s/%s", kind, name));
    json_close(&w->o, '}');
}

const char *openapi_name(struct writing *w, const char *entity, const char *command,
                         const char *what)
{
    return text_fmt(&w->arena, "%s%s%s%s%s", entity, command ? "_" : "", command ? command : "",
                    what ? "_" : "", what ? what : "")
        .s;
}

/* -- one value --------------------------------------------------------------------------- */

static bool may_be_null(const struct field *f, enum schema_use use)
{
    if (f->kind->storage == STORE_LINES) {
        return use != SCHEMA_READ;
    }
    if (f->flags & F_REQUIRED) {
        return false;
    }
    bool never = f->kind->storage == STORE_INT && f->kind != &kind_ref && f->kind != &kind_date &&
                 f->kind != &kind_time && !(f->flags & F_NULLABLE);
    return !never || use != SCHEMA_READ; /* null given means: back to nothing */
}

static void put_type(struct writing *w, const char *type, bool null)
{
    if (!null) {
        json_put_str(&w->o, "type", type);
        return;
    }
    json_open(&w->o, "type", '[');
    json_put_str(&w->o, NULL, type);
    json_put_str(&w->o, NULL, "null");
    json_close(&w->o, ']');
}

static void put_about(struct writing *w, const struct field *f)
{
    json_put_str(&w->o, "title", f->label ? locale_bare(f->label) : f->name);
    if (f->help || f->unit) {
        text_t t = text_fmt(&w->arena, "%s%s%s%s", f->help ? f->help : "",
                            f->help && f->unit ? " " : "", f->unit ? "In: " : "",
                            f->unit ? f->unit : "");
        json_put_text(&w->o, "description", t);
    }
    json_put_str(&w->o, "x-kind", f->kind->name);
    if (f->target) {
        json_put_str(&w->o, "x-target", f->target);
    }
}

static void put_choices(struct writing *w, const struct field *f, bool null)
{
    json_open(&w->o, "enum", '[');
    for (size_t i = 0; i < f->n_choices; i++) {
        json_put_str(&w->o, NULL, f->choices[i].name);
    }
    if (null) {
        json_put_null(&w->o, NULL);
    }
    json_close(&w->o, ']');
}

static void put_number_limits(struct writing *w, const struct field *f)
{
    if (f->flags & F_POSITIVE) {
        json_put_i64(&w->o, "minimum", 1);
    } else if (f->flags & F_NOT_NEGATIVE) {
        json_put_i64(&w->o, "minimum", 0);
    }
    json_put_i64(&w->o, "maximum", f->max ? f->max : INT64_C(9007199254740991));
}

static void put_lines(struct writing *w, const struct field *f, enum schema_use use)
{
    if (use != SCHEMA_READ) {
        json_put_i64(&w->o, "maxItems", f->max ? f->max : 2000);
    }
    if (f->of) {
        openapi_object(w, "items", f->of->fields, f->of->n_fields,
                       use == SCHEMA_READ ? SCHEMA_READ : SCHEMA_ARGS);
        return;
    }
    openapi_ref(w, "items", "schemas",
                openapi_name(w, f->target, NULL, use == SCHEMA_READ ? NULL : "create"));
}

static void put_reference(struct writing *w, bool null, enum schema_use use)
{
    const char *name = use == SCHEMA_READ ? "reference" : "reference_given";
    json_open(&w->o, "anyOf", '[');
    openapi_ref(w, NULL, "schemas", name);
    if (null) {
        json_open(&w->o, NULL, '{');
        json_put_str(&w->o, "type", "null");
        json_close(&w->o, '}');
    }
    json_close(&w->o, ']');
}

void openapi_value(struct writing *w, const struct field *f, const char *key, enum schema_use use)
{
    bool null = may_be_null(f, use);
    const struct kind *k = f->kind;
    json_open(&w->o, key ? key : f->name, '{');
    put_about(w, f);
    if (use == SCHEMA_READ && (f->flags & (F_READONLY | F_COMPUTED))) {
        json_put_bool(&w->o, "readOnly", true);
    }
    if (k == &kind_ref) {
        put_reference(w, null, use);
    } else if (k != &kind_json) { /* which may hold anything */
        put_type(w, k->json_type, null);
    }
    if (k == &kind_lines) {
        put_lines(w, f, use);
    } else if (k == &kind_choice || k == &kind_state) {
        put_choices(w, f, null);
    } else if (k == &kind_integer) {
        json_put_str(&w->o, "format", "int64");
        put_number_limits(w, f);
    } else if (k == &kind_money || k == &kind_quantity || k == &kind_rate) {
        json_put_str(&w->o, "pattern", DECIMAL_PATTERN);
    } else if (k == &kind_currency) {
        json_put_str(&w->o, "pattern", "^[A-Z]{3}$");
    } else if (k == &kind_date || k == &kind_time) {
        json_put_str(&w->o, "format", k->json_format);
    } else if ((k == &kind_text || k == &kind_long_text) && use != SCHEMA_READ) {
        json_put_i64(&w->o, "maxLength", f->max ? f->max : k == &kind_text ? 200 : 20000);
    }
    json_close(&w->o, '}');
}

/* -- objects ----------------------------------------------------------------------------- */

static bool present(const struct field *f, enum schema_use use)
{
    if (use == SCHEMA_ARGS) {
        return true;
    }
    if (use == SCHEMA_READ) {
        return !(f->flags & F_SECRET);
    }
    return !(f->flags & (F_READONLY | F_COMPUTED)) &&
           (use == SCHEMA_CREATE || !(f->flags & F_CREATE_ONLY));
}

/* What must be given. Answers promise nothing here: fields= may have chosen. */
static void put_required(struct writing *w, const struct field *rows, size_t n, enum schema_use use)
{
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        bool required = (rows[i].flags & F_REQUIRED) && !rows[i].fallback && present(&rows[i], use);
        if (!required || use == SCHEMA_READ || use == SCHEMA_UPDATE) {
            continue;
        }
        if (!any) {
            json_open(&w->o, "required", '[');
            any = true;
        }
        json_put_str(&w->o, NULL, rows[i].name);
    }
    if (any) {
        json_close(&w->o, ']');
    }
}

void openapi_object(struct writing *w, const char *key, const struct field *rows, size_t n,
                    enum schema_use use)
{
    json_open(&w->o, key, '{');
    json_put_str(&w->o, "type", "object");
    put_required(w, rows, n, use);
    json_open(&w->o, "properties", '{');
    for (size_t i = 0; i < n; i++) {
        if (present(&rows[i], use)) {
            openapi_value(w, &rows[i], NULL, use);
        }
    }
    json_close(&w->o, '}');
    if (use == SCHEMA_CREATE || use == SCHEMA_UPDATE) { /* fields that the company added */
        json_open(&w->o, "patternProperties", '{');
        json_put_bool(&w->o, "^x_", true);
        json_close(&w->o, '}');
    }
    if (use != SCHEMA_READ) {
        json_put_bool(&w->o, "additionalProperties", false);
    }
    json_close(&w->o, '}');
}

/* -- components -------------------------------------------------------------------------- */

static void put_page(struct writing *w, const struct entity *e)
{
    json_open(&w->o, openapi_name(w, e->name, NULL, "page"), '{');
    json_put_str(&w->o, "type", "object");
    json_open(&w->o, "properties", '{');
    json_open(&w->o, "items", '{');
    json_put_str(&w->o, "type", "array");
    openapi_ref(w, "items", "schemas", e->name);
    json_close(&w->o, '}');
    openapi_ref(w, "next", "schemas", "next");
    json_open(&w->o, "total", '{');
    json_put_str(&w->o, "type", "integer");
    json_put_str(&w->o, "description", "How many there are in all, when count=1 was asked for.");
    json_close(&w->o, '}');
    json_close(&w->o, '}');
    json_close(&w->o, '}');
}

/* Lines that are given with their parent. */
static bool given_with_parent(const struct writing *w, const struct entity_info *info)
{
    for (int e = 0; e < E_COUNT; e++) {
        const struct entity_info *other = house_info(w->house, (enum entity_index)e);
        for (size_t i = 0; other && other->entity->write && i < other->n_fields; i++) {
            const struct field *f = &other->fields[i];
            if (f->via && !(f->flags & (F_READONLY | F_COMPUTED)) &&
                strcmp(f->target, info->entity->name) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void put_entity(struct writing *w, const struct entity_info *info)
{
    const struct entity *e = info->entity;
    openapi_object(w, e->name, info->fields, info->n_fields, SCHEMA_READ);
    put_page(w, e);
    if ((e->write && !(e->flags & E_LINE)) || given_with_parent(w, info)) {
        openapi_object(w, openapi_name(w, e->name, NULL, "create"), info->fields, info->n_fields,
                       SCHEMA_CREATE);
    }
    if (e->write && !(e->flags & (E_LINE | E_POSTED))) {
        openapi_object(w, openapi_name(w, e->name, NULL, "update"), info->fields, info->n_fields,
                       SCHEMA_UPDATE);
    }
    for (size_t i = 0; i < info->n_commands; i++) {
        const struct command *c = info->commands[i];
        if (c->args) {
            openapi_object(w, openapi_name(w, e->name, c->name, "args"), c->args->fields,
                           c->args->n_fields, SCHEMA_ARGS);
        }
        if (c->result) {
            openapi_object(w, openapi_name(w, e->name, c->name, "result"), c->result->fields,
                           c->result->n_fields, SCHEMA_READ);
        }
    }
}

/* Lists gathered, and tables that come in. */
static const char gathered[] =
    ","
    "\"import_reject\":{\"type\":\"object\",\"properties\":{\"line\":{\"type\":\"integer\"},"
    "\"field\":{\"type\":[\"string\",\"null\"]},\"code\":{\"type\":[\"string\",\"null\"]},"
    "\"detail\":{\"type\":[\"string\",\"null\"]}}},"
    "\"import_job\":{\"type\":\"object\",\"properties\":{\"job\":{\"type\":\"integer\","
    "\"format\":\"int64\"},\"state\":{\"type\":\"string\",\"enum\":[\"waiting\",\"done\","
    "\"failed\"]},\"rows\":{\"type\":\"integer\"},\"done\":{\"type\":\"integer\"},"
    "\"new\":{\"type\":\"integer\"},\"changed\":{\"type\":\"integer\"},"
    "\"same\":{\"type\":\"integer\"},\"rejected\":{\"type\":\"integer\"},"
    "\"rejects\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/import_reject\"}},"
    "\"last_error\":{\"type\":[\"string\",\"null\"]}}},"
    "\"import_check\":{\"type\":\"object\",\"properties\":{"
    "\"columns\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"name\":{\"type\":\"string\"},\"field\":{\"type\":[\"string\",\"null\"]},"
    "\"samples\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}},"
    "\"fields\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"name\":{\"type\":\"string\"},\"label\":{\"type\":\"string\"},"
    "\"required\":{\"type\":\"boolean\"}}}},"
    "\"encoding\":{\"type\":\"string\",\"enum\":[\"utf-8\",\"latin-1\"]},"
    "\"rows\":{\"type\":\"integer\"},\"checked\":{\"type\":\"integer\"},"
    "\"good\":{\"type\":\"integer\"},\"new\":{\"type\":\"integer\"},"
    "\"changed\":{\"type\":\"integer\"},"
    "\"same\":{\"type\":\"integer\"},\"rejected\":{\"type\":\"integer\"},"
    "\"rejects\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/import_reject\"}},"
    "\"preview\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"line\":{\"type\":\"integer\"},\"action\":{\"type\":\"string\"},"
    "\"values\":{\"type\":\"object\"}}}}}},"
    "\"groups\":{\"type\":\"object\",\"properties\":{\"groups\":{\"type\":\"array\","
    "\"items\":{\"$ref\":\"#/components/schemas/group\"}},"
    "\"total\":{\"type\":\"object\",\"properties\":{\"count\":{\"type\":\"integer\"},"
    "\"sums\":{\"type\":\"object\"}}},"
    "\"partial\":{\"type\":\"boolean\",\"description\":\"Only the newest 10,000 rows were "
    "looked at.\"},"
    "\"more\":{\"type\":\"boolean\",\"description\":\"There are more than the 500 groups "
    "shown; total counts them all.\"},"
    "\"other_currencies\":{\"type\":\"boolean\",\"description\":\"Amounts in other currencies "
    "than the company's are not in the sums.\"}}},"
    "\"group\":{\"type\":\"object\",\"properties\":{"
    "\"key\":{\"type\":[\"string\",\"null\"],\"description\":\"As a filter takes it; the "
    "first day or the hour of a piece of the calendar; null: no value.\"},"
    "\"label\":{\"type\":[\"string\",\"null\"]},"
    "\"id\":{\"type\":\"integer\",\"format\":\"int64\",\"description\":\"Of the record "
    "referred to.\"},"
    "\"from\":{\"type\":\"string\",\"format\":\"date-time\"},"
    "\"until\":{\"type\":\"string\",\"format\":\"date-time\"},"
    "\"count\":{\"type\":\"integer\"},"
    "\"sums\":{\"type\":\"object\",\"description\":\"By field, each as the field itself is "
    "given.\"}}}";

/* The same in every house. */
static const char common[] =
    "\"reference\":{\"type\":\"object\",\"required\":[\"id\"],"
    "\"properties\":{\"id\":{\"type\":\"integer\",\"format\":\"int64\"},"
    "\"code\":{\"type\":[\"string\",\"null\"]},\"label\":{\"type\":[\"string\",\"null\"]}},"
    "\"description\":\"Code and label stand there when the caller may read the record.\"},"
    "\"reference_given\":{\"description\":\"An id, a code, or an object with an id as answers "
    "have it.\","
    "\"anyOf\":[{\"type\":\"integer\",\"format\":\"int64\"},{\"type\":\"string\"},"
    "{\"type\":\"object\",\"required\":[\"id\"],\"properties\":{\"id\":{\"type\":\"integer\","
    "\"format\":\"int64\"}}}]},"
    "\"next\":{\"type\":[\"string\",\"null\"],\"description\":\"Give it as after= for the "
    "following page; null at the end.\"},"
    "\"history\":{\"type\":\"object\",\"properties\":{\"items\":{\"type\":\"array\","
    "\"items\":{\"type\":\"object\",\"properties\":{"
    "\"at\":{\"type\":\"string\",\"format\":\"date-time\"},"
    "\"by\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/reference\"},{\"type\":\"null\"}]},"
    "\"command\":{\"type\":[\"string\",\"null\"]},\"version\":{\"type\":[\"integer\",\"null\"]},"
    "\"changes\":{\"type\":[\"object\",\"null\"],\"additionalProperties\":{\"type\":\"array\","
    "\"items\":{\"type\":[\"string\",\"null\"]},"
    "\"description\":\"The old and the new text.\"}}}}},"
    "\"next\":{\"$ref\":\"#/components/schemas/next\"}}},"
    "\"event\":{\"type\":\"object\",\"properties\":{\"seq\":{\"type\":\"integer\","
    "\"format\":\"int64\"},"
    "\"at\":{\"type\":\"string\",\"format\":\"date-time\"},\"name\":{\"type\":\"string\"},"
    "\"entity\":{\"type\":\"string\"},"
    "\"record\":{\"type\":\"integer\",\"format\":\"int64\"},\"version\":{\"type\":\"integer\"},"
    "\"data\":{\"type\":[\"object\",\"null\"]}}},"
    "\"event_page\":{\"type\":\"object\",\"properties\":{\"items\":{\"type\":\"array\","
    "\"items\":{\"$ref\":\"#/components/schemas/event\"}},"
    "\"next\":{\"$ref\":\"#/components/schemas/next\"},\"last\":{\"type\":\"integer\","
    "\"format\":\"int64\","
    "\"description\":\"Everything up to here was looked at: go on from it.\"}}},"
    "\"signed_in\":{\"type\":\"object\",\"properties\":{\"user\":{\"type\":\"integer\","
    "\"format\":\"int64\"},\"name\":{\"type\":\"string\"},"
    "\"company\":{\"type\":\"integer\",\"format\":\"int64\"},\"roles\":{\"type\":\"array\","
    "\"items\":{\"type\":\"string\"}},"
    "\"sites\":{\"anyOf\":[{\"const\":\"all\"},{\"type\":\"array\","
    "\"items\":{\"type\":\"integer\",\"format\":\"int64\"}}]},"
    "\"language\":{\"type\":\"string\"},\"form_token\":{\"type\":\"string\"},"
    "\"expires_at\":{\"type\":\"string\",\"format\":\"date-time\"}}},"
    "\"sign_in\":{\"type\":\"object\",\"required\":[\"name\",\"password\"],"
    "\"additionalProperties\":false,\"properties\":{"
    "\"company\":{\"type\":\"string\"},\"name\":{\"type\":\"string\"},"
    "\"password\":{\"type\":\"string\",\"format\":\"password\"},"
    "\"code\":{\"type\":\"string\",\"description\":\"Of the second factor.\"}}},"
    "\"report_list\":{\"type\":\"object\",\"properties\":{\"items\":{\"type\":\"array\","
    "\"items\":{\"type\":\"object\",\"properties\":{"
    "\"name\":{\"type\":\"string\"},\"label\":{\"type\":\"string\"},"
    "\"help\":{\"type\":[\"string\",\"null\"]},"
    "\"parameters\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}},"
    "\"columns\":{\"type\":\"array\","
    "\"items\":{\"$ref\":\"#/components/schemas/column\"}}}}},"
    "\"next\":{\"$ref\":\"#/components/schemas/next\"}}},"
    "\"column\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},"
    "\"label\":{\"type\":\"string\"},"
    "\"kind\":{\"type\":\"string\"},\"target\":{\"type\":\"string\"}}},"
    "\"status\":{\"type\":\"object\",\"properties\":{\"status\":{\"type\":\"string\"}}}";

const struct refusal *openapi_refusal(const struct writing *w, size_t i)
{
    const struct house_plan *plan = house_plan(w->house);
    if (i < n_kernel_refusals) {
        return kernel_refusals[i];
    }
    i -= n_kernel_refusals;
    if (i < n_rest_refusals) {
        return rest_refusals[i];
    }
    i -= n_rest_refusals;
    if (i < n_print_refusals) {
        return print_refusals[i];
    }
    i -= n_print_refusals;
    for (size_t a = 0; a < plan->n_areas; a++) {
        if (i < plan->areas[a]->n_refusals) {
            return plan->areas[a]->refusals[i];
        }
        i -= plan->areas[a]->n_refusals;
    }
    return NULL;
}

/* The stable codes, each with the status and the short name that it has. */
static void put_problem(struct writing *w)
{
    static const char *const texts[][2] = {
        { "type", "Always about:blank." },
        { "title", "A short name in the caller's language." },
        { "detail", "What is wrong and what to do, in the caller's language." },
        { "field", "Where: lines[1].quantity." },
        { "trace", "Stands in the program's log when the fault is the program's." },
    };
    const struct refusal *r;
    json_open(&w->o, "problem", '{');
    json_put_str(&w->o, "type", "object");
    json_put_raw(&w->o, "required",
                 TEXT("[\"type\",\"status\",\"title\",\"detail\",\"code\",\"trace\"]"));
    json_open(&w->o, "properties", '{');
    for (size_t i = 0; i < N_ELEMENTS(texts); i++) {
        json_open(&w->o, texts[i][0], '{');
        json_put_str(&w->o, "type", "string");
        json_put_str(&w->o, "description", texts[i][1]);
        json_close(&w->o, '}');
    }
    json_put_raw(&w->o, "status", TEXT("{\"type\":\"integer\"}"));
    json_put_raw(
        &w->o, "version",
        TEXT("{\"type\":\"integer\",\"description\":\"After a lost race (412): the version that "
             "the record has.\"}"));
    json_put_raw(
        &w->o, "changed",
        TEXT("{\"type\":\"object\",\"description\":\"After a lost race (412): the fields that "
             "differ, each with the"
             " old and the new text.\",\"additionalProperties\":{\"type\":\"array\","
             "\"items\":{\"type\":\"string\"}}}"));
    json_open(&w->o, "code", '{');
    json_put_str(&w->o, "type", "string");
    json_put_str(
        &w->o, "description",
        "Stable: programs may rely on it. More may come. x-codes names each with its status.");
    json_open(&w->o, "x-codes", '{');
    for (size_t i = 0; (r = openapi_refusal(w, i)); i++) {
        json_open(&w->o, r->code, '{');
        json_put_i64(&w->o, "status", r->status);
        json_put_str(&w->o, "title", r->title);
        json_put_str(&w->o, "detail", r->detail);
        json_close(&w->o, '}');
    }
    json_close(&w->o, '}');
    json_close(&w->o, '}');
    json_close(&w->o, '}');
    json_close(&w->o, '}');
}

void openapi_schemas(struct writing *w)
{
    json_open(&w->o, "schemas", '{');
    put_problem(w);
    buf_char(w->o.b, ',');
    buf_str(w->o.b, common);
    buf_str(w->o.b, gathered);
    openapi_beside_schemas(w);
    for (int e = 0; e < E_COUNT; e++) {
        const struct entity_info *info = house_info(w->house, (enum entity_index)e);
        if (info) {
            put_entity(w, info);
        }
    }
    json_close(&w->o, '}');
}
