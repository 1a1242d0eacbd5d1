/* The audit over all declarations: what no compiler checks. Runs in the tests and at start in debug
 * builds. */
#include "meta/command.h"
#include "meta/house_own.h"

struct audit {
    const struct house *house;
    struct buf *faults;
    size_t n;
    const char *where; /* entity, command, query that is looked at */
};

static void fault(struct audit *a, const char *what, const char *name)
{
    buf_fmt(a->faults, "%s: %s: %s\n", a->where, what, name ? name : "");
    a->n++;
}

/* SQL words of either store that may not be column names without quotes; hand-written SQL would
 * trip over them. "key" and "number" are fine. */
static const char *const reserved[] = {
    "all",    "and",     "as",          "asc",    "between", "by",           "case",
    "check",  "column",  "constraint",  "create", "cross",   "current_date", "default",
    "delete", "desc",    "distinct",    "drop",   "else",    "end",          "except",
    "exists", "for",     "foreign",     "from",   "group",   "having",       "in",
    "index",  "insert",  "intersect",   "into",   "is",      "join",         "left",
    "limit",  "not",     "null",        "offset", "on",      "or",           "order",
    "outer",  "primary", "references",  "right",  "select",  "set",          "table",
    "then",   "to",      "transaction", "union",  "unique",  "update",       "user",
    "using",  "values",  "when",        "where",  "window",  "with",
};

static bool lower_snake(const char *s)
{
    if (!s || !(*s >= 'a' && *s <= 'z')) {
        return false;
    }
    for (; *s; s++) {
        if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || *s == '_')) {
            return false;
        }
    }
    return true;
}

static size_t member_size(const struct field *f)
{
    switch (f->kind->storage) {
    case STORE_TEXT:
        return sizeof(text_t);
    case STORE_LINES:
        return sizeof(lines_t);
    case STORE_INT:
    default:
        return sizeof(int64_t);
    }
}

/* Every byte of the struct belongs to exactly one row, in order: a member without a row, or a row
 * at the wrong place, shows. */
static void audit_tiling(struct audit *a, const struct shape *shape, size_t begin)
{
    size_t at = begin;
    for (size_t i = 0; i < shape->n_fields; i++) {
        const struct field *f = &shape->fields[i];
        if (f->offset != at) {
            fault(a, "the row does not follow the one before it in the struct", f->name);
        }
        at = f->offset + member_size(f);
    }
    if (at != shape->size) {
        fault(a, "members behind the last row have no row", shape->name);
    }
}

static const struct field *row_named(const struct shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->n_fields; i++) {
        if (strcmp(shape->fields[i].name, name) == 0) {
            return &shape->fields[i];
        }
    }
    return NULL;
}

static void audit_shape(struct audit *a, const struct shape *shape, int depth);

static void audit_row(struct audit *a, const struct shape *shape, const struct field *f, int depth)
{
    if (!lower_snake(f->name)) {
        fault(a, "not a lower-case name", f->name);
    }
    if (!f->label || !*f->label) {
        fault(a, "no label", f->name);
    }
    for (size_t i = 0; i < N_ELEMENTS(reserved) && depth == 0; i++) {
        if (strcmp(f->name, reserved[i]) == 0 && f->kind->storage != STORE_LINES) {
            fault(a, "an SQL word as a column", f->name);
        }
    }
    if (f->kind == &kind_ref && (!f->target || !house_entity(a->house, text_of(f->target)))) {
        fault(a, "refers to an unknown entity", f->name);
    }
    const struct entity_info *known = f->code_of ? house_entity(a->house, text_of(f->code_of))
                                                 : NULL;
    if (f->code_of && (f->kind != &kind_text || (known && !known->entity->code))) {
        fault(a, "not a text, or the code of an entity that has none", f->name);
    }
    if (f->currency) {
        const struct field *c = row_named(shape, f->currency);
        if (!c || c->kind != &kind_currency) {
            fault(a, "its currency is not a currency field of the same record", f->name);
        }
    }
    if ((f->kind == &kind_choice || f->kind == &kind_state) && f->n_choices == 0) {
        fault(a, "no choices", f->name);
    }
    for (size_t i = 0; i < f->n_choices; i++) {
        if (!lower_snake(f->choices[i].name) || !f->choices[i].label) {
            fault(a, "a choice without name or label", f->name);
        }
    }
    if (f->of && depth < 4) {
        audit_tiling(a, f->of, 0);
        audit_shape(a, f->of, depth + 1);
    }
}

static void audit_shape(struct audit *a, const struct shape *shape, int depth)
{
    for (size_t i = 0; i < shape->n_fields; i++) {
        audit_row(a, shape, &shape->fields[i], depth);
        for (size_t k = 0; k < i; k++) {
            if (strcmp(shape->fields[i].name, shape->fields[k].name) == 0) {
                fault(a, "a name twice", shape->fields[i].name);
            }
        }
    }
}

/* Some role besides the administrator holds it. */
static void audit_permission(struct audit *a, const char *permission)
{
    const struct house_plan *plan = a->house->plan;
    if (!permission || !strchr(permission, '.')) {
        fault(a, "no permission named", permission);
        return;
    }
    if (strncmp(permission, "setup.", 6) == 0 || strncmp(permission, "user.", 5) == 0 ||
        strncmp(permission, "webhook.", 8) == 0 || strcmp(permission, "company.write") == 0) {
        return; /* administrators only */
    }
    for (size_t r = 0; r < plan->n_roles; r++) {
        for (const char *const *p = plan->roles[r].permissions; *p; p++) {
            size_t n = strlen(*p);
            bool star = (*p)[n - 1] == '*';
            if (n > 1 &&
                (star ? strncmp(*p, permission, n - 1) == 0 : strcmp(*p, permission) == 0)) {
                return;
            }
        }
    }
    fault(a, "a permission that no role holds", permission);
}

static void audit_states(struct audit *a, const struct entity_info *info)
{
    for (size_t i = 0; i < info->n_fields; i++) {
        const struct field *f = &info->fields[i];
        if (f->kind != &kind_state) {
            continue;
        }
        if (!(f->flags & F_READONLY)) {
            fault(a, "a state that is not read-only: only commands change it", f->name);
        }
        for (size_t c = 0; c < info->n_commands; c++) {
            const struct command *command = info->commands[c];
            if (command->to >= (int64_t)f->n_choices || (command->from >> f->n_choices) != 0) {
                fault(a, "a command from or to an unknown state", command->name);
            }
        }
    }
}

static void audit_entity(struct audit *a, const struct entity_info *info)
{
    const struct entity *e = info->entity;
    const char *const named[] = { e->code, e->title,
                                  e->site && strcmp(e->site, "id") != 0 ? e->site : NULL, e->parent,
                                  e->own };
    a->where = e->name;
    if (!lower_snake(e->name) || !lower_snake(e->plural)) {
        fault(a, "not a lower-case name", e->plural);
    }
    if (!e->label || !e->label_plural || !e->help) {
        fault(a, "label, plural or help is missing", e->name);
    }
    audit_permission(a, e->read);
    if (e->write) {
        audit_permission(a, e->write);
    }
    if ((e->flags & E_LINE) && !e->parent) {
        fault(a, "a line without a parent", e->name);
    }
    for (size_t i = 0; i < N_ELEMENTS(named); i++) {
        if (named[i] && !info_field(info, text_of(named[i]))) {
            fault(a, "code, title, site, parent or own names no field", named[i]);
        }
    }
    for (text_t rest = text_of(e->columns); rest.s && rest.n > 0;) {
        if (!info_field(info, text_split(rest, ',', &rest))) {
            fault(a, "a list's column names no field", e->columns);
        }
    }
    audit_tiling(a, &e->shape, sizeof(struct record));
    audit_shape(a, &e->shape, 0);
    audit_states(a, info);
}

static void audit_command(struct audit *a, const struct command *c)
{
    a->where = c->name;
    if (!lower_snake(c->name) || !c->label || !c->help || !c->run) {
        fault(a, "name, label, help or function is missing", c->name);
    }
    audit_permission(a, c->permission);
    if (c->args) {
        audit_tiling(a, c->args, 0);
        audit_shape(a, c->args, 1);
    }
    if (c->result) {
        audit_tiling(a, c->result, 0);
        audit_shape(a, c->result, 1);
    }
}

static void audit_query(struct audit *a, const struct query *q)
{
    a->where = q->name;
    if (!lower_snake(q->name) || !q->label || !q->help) {
        fault(a, "name, label or help is missing", q->name);
    }
    audit_permission(a, q->permission);
    if (q->sql && !strstr(q->sql, "{sites:") && !q->open) {
        fault(a, "not filtered by site and no reason why", q->name);
    }
    for (size_t i = 0; q->sql && i < E_COUNT;
         i++) { /* a report is the same for all who may run it */
        const struct entity *e = a->house->known[i] ? a->house->info[i].entity : NULL;
        if (e && e->own && strstr(q->sql, e->plural)) {
            fault(a, "reads records that are people's own", e->plural);
        }
    }
    if (!q->sql && !q->run) {
        fault(a, "neither SQL nor a function", q->name);
    }
    for (size_t i = 0; i < q->n_columns; i++) {
        if (!lower_snake(q->columns[i].name) || !q->columns[i].label || !q->columns[i].kind) {
            fault(a, "a column without name, label or kind", q->columns[i].name);
        }
        if ((q->columns[i].kind == &kind_choice) != (q->columns[i].n_choices > 0) ||
            (q->columns[i].kind == &kind_ref) != (q->columns[i].target != NULL)) {
            fault(a, "a column of choices without choices, or a reference to nothing",
                  q->columns[i].name);
        }
    }
    for (size_t i = 0; i < q->n_ties; i++) {
        if (!lower_snake(q->ties[i].name) || !q->ties[i].label) {
            fault(a, "a member of the tie-out without name or label", q->ties[i].name);
        }
    }
}

static const struct area *area_named(const struct house_plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->n_areas; i++) {
        if (strcmp(plan->areas[i]->name, name) == 0) {
            return plan->areas[i];
        }
    }
    return NULL;
}

/* Depth-first: an area that is reached from itself closes a cycle. */
static void audit_depends(struct audit *a, const struct area *area, const struct area *from,
                          int depth)
{
    for (const char *const *d = from->depends; d && *d; d++) {
        const struct area *next = area_named(a->house->plan, *d);
        if (!next) {
            fault(a, "depends on an unknown area", *d);
        } else if (next == area || depth > 32) {
            fault(a, "depends on itself through", from->name);
            return;
        } else {
            audit_depends(a, area, next, depth + 1);
        }
    }
}

static void audit_area(struct audit *a, const struct area *area)
{
    for (size_t i = 0; i < area->n_commands; i++) {
        audit_command(a, &area->commands[i]);
    }
    for (size_t i = 0; i < area->n_queries; i++) {
        audit_query(a, &area->queries[i]);
    }
    a->where = area->name;
    if (!area->label) {
        fault(a, "no label", area->name);
    }
    audit_depends(a, area, area, 0);
}

static const struct refusal *refusal_at(const struct house_plan *plan, size_t i)
{
    if (i < n_kernel_refusals) {
        return kernel_refusals[i];
    }
    i -= n_kernel_refusals;
    for (size_t k = 0; k < plan->n_areas; k++) {
        if (i < plan->areas[k]->n_refusals) {
            return plan->areas[k]->refusals[i];
        }
        i -= plan->areas[k]->n_refusals;
    }
    return NULL;
}

static void audit_refusals(struct audit *a)
{
    const struct refusal *r;
    for (size_t i = 0; (r = refusal_at(a->house->plan, i)) != NULL; i++) {
        a->where = r->code;
        if (!lower_snake(r->code) || r->status < 400 || r->status > 599 || !r->title ||
            !r->detail) {
            fault(a, "a refusal without code, status, title or detail", r->code);
        }
        for (size_t k = 0; k < i; k++) {
            const struct refusal *other = refusal_at(a->house->plan, k);
            if (strcmp(other->code, r->code) == 0 && other != r) {
                fault(a, "a refusal's code twice", r->code);
            }
        }
    }
}

size_t house_audit(const struct house *h, struct buf *faults)
{
    struct audit a = { .house = h, .faults = faults, .where = "" };
    for (size_t e = 0; e < E_COUNT; e++) {
        if (h->known[e]) {
            audit_entity(&a, &h->info[e]);
        }
    }
    for (size_t i = 0; i < h->plan->n_areas; i++) {
        audit_area(&a, h->plan->areas[i]);
    }
    audit_refusals(&a);
    return a.n;
}
