/* The texts of the tables as a gettext template. */
#include "face/docs.h"

#include "base/map.h"
#include "face/print.h"
#include "face/rest.h"
#include "flow/handover.h"
#include "meta/command.h"
#include "meta/locale.h"

#define POT_MEMORY  ((size_t)64 * 1024 * 1024)
#define SHAPES_DEEP 4

struct entry {
    const char *text;
    struct entry *next;
    struct place *first, *last;
};

struct place {
    const char *what;
    struct place *next;
};

struct gathering {
    struct arena arena;
    struct map by_text;
    struct entry *first, *last;
};

static void take(struct gathering *g, const char *text, const char *what)
{
    if (!text || !*text) {
        return;
    }
    struct entry *e = map_get_text(&g->by_text, text_of(text));
    if (!e) {
        e = ARENA_NEW(&g->arena, struct entry);
        e->text = text;
        if (map_put_text(&g->by_text, text_of(text), e) != OK) {
            return;
        }
        *(g->last ? &g->last->next : &g->first) = e;
        g->last = e;
    }
    struct place *p = ARENA_NEW(&g->arena, struct place);
    p->what = what;
    *(e->last ? &e->last->next : &e->first) = p;
    e->last = p;
}

static const char *at(struct gathering *g, const char *a, const char *b)
{
    return text_fmt(&g->arena, "%s.%s", a, b).s;
}

static void take_choices(struct gathering *g, const char *where, const struct choice *list,
                         size_t n)
{
    for (size_t i = 0; i < n; i++) {
        take(g, list[i].label, at(g, where, list[i].name));
    }
}

static void take_rows(struct gathering *g, const char *owner, const struct field *rows, size_t n,
                      int depth)
{
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &rows[i];
        const char *where = at(g, owner, f->name);
        take(g, f->label, where);
        take(g, f->help, at(g, where, "help"));
        take(g, f->section, at(g, where, "section"));
        take(g, f->unit, at(g, where, "unit"));
        take_choices(g, where, f->choices, f->n_choices);
        if (f->of && depth < SHAPES_DEEP) {
            take_rows(g, where, f->of->fields, f->of->n_fields, depth + 1);
        }
    }
}

static void take_entity(struct gathering *g, const struct entity_info *info)
{
    const struct entity *e = info->entity;
    take(g, e->label, e->name);
    take(g, e->label_plural, e->plural);
    take(g, e->help, at(g, e->name, "help"));
    take_rows(g, e->name, info->fields, info->n_fields, 0);
}

static void take_command(struct gathering *g, const struct command *c)
{
    const char *where = at(g, c->entity->name, c->name);
    take(g, c->label, where);
    take(g, c->help, at(g, where, "help"));
    if (c->args) {
        take_rows(g, where, c->args->fields, c->args->n_fields, 0);
    }
    if (c->result) {
        take_rows(g, at(g, where, "result"), c->result->fields, c->result->n_fields, 0);
    }
}

static void take_query(struct gathering *g, const struct query *q)
{
    const char *where = at(g, "report", q->name);
    take(g, q->label, where);
    take(g, q->help, at(g, where, "help"));
    take_rows(g, where, q->params, q->n_params, 0);
    for (size_t i = 0; i < q->n_columns; i++) {
        const struct column *c = &q->columns[i];
        take(g, c->label, at(g, where, c->name));
        take_choices(g, at(g, where, c->name), c->choices, c->n_choices);
    }
    take_choices(g, at(g, where, "tie_out"), q->ties, q->n_ties);
}

static void take_refusals(struct gathering *g, const struct refusal *const *refusals, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *where = at(g, "refusal", refusals[i]->code);
        take(g, refusals[i]->title, where);
        take(g, refusals[i]->detail, at(g, where, "detail"));
    }
}

static void take_area(struct gathering *g, const struct house *h, const struct area *a)
{
    take(g, a->label, at(g, "area", a->name));
    for (size_t i = 0; i < a->n_entities; i++) {
        take_entity(g, house_info(h, a->entities[i]->index));
    }
    for (size_t i = 0; i < a->n_commands; i++) {
        take_command(g, &a->commands[i]);
    }
    for (size_t i = 0; i < a->n_queries; i++) {
        take_query(g, &a->queries[i]);
    }
    for (size_t i = 0; i < a->n_documents; i++) {
        take(g, a->documents[i].label, at(g, "document", a->documents[i].name));
        take(g, a->documents[i].help, at(g, at(g, "document", a->documents[i].name), "help"));
    }
    take_refusals(g, a->refusals, a->n_refusals);
}

static void take_plan(struct gathering *g, const struct house *h)
{
    const struct house_plan *plan = house_plan(h);
    take_refusals(g, kernel_refusals, n_kernel_refusals);
    take_refusals(g, rest_refusals, n_rest_refusals);
    take_refusals(g, print_refusals, n_print_refusals);
    for (size_t i = 0; i < plan->n_areas; i++) {
        take_area(g, h, plan->areas[i]);
    }
    for (size_t i = 0; i < plan->n_roles; i++) {
        take(g, plan->roles[i].label, at(g, "role", plan->roles[i].name));
        take(g, plan->roles[i].help, at(g, at(g, "role", plan->roles[i].name), "help"));
    }
    for (size_t i = 0; i < plan->n_handovers; i++) {
        if (plan->handovers[i].task) {
            take(g, plan->handovers[i].task->title, at(g, "task", plan->handovers[i].event));
        }
    }
    take_choices(g, "event", plan->events, plan->n_events);
    take_choices(g, "job", plan->jobs, plan->n_jobs);
    for (size_t i = 0; i < plan->n_invariants; i++) {
        take(g, plan->invariants[i].says, at(g, "invariant", plan->invariants[i].name));
    }
}

/* -- printing ---------------------------------------------------------------------------- */

static void put_string(struct buf *b, const char *s)
{
    buf_char(b, '"');
    for (; *s; s++) {
        switch (*s) {
        case '"':
        case '\\':
            buf_char(b, '\\');
            buf_char(b, *s);
            break;
        case '\n':
            buf_str(b, "\\n");
            break;
        case '\t':
            buf_str(b, "\\t");
            break;
        default:
            buf_char(b, *s);
        }
    }
    buf_str(b, "\"\n");
}

void docs_pot(struct house *h, struct buf *b)
{
    struct gathering g = { 0 };
    arena_init(&g.arena, POT_MEMORY);
    take_plan(&g, h);
    buf_str(
        b,
        "# Texts of Kontor's tables.\nmsgid \"\"\nmsgstr \"\"\n\"Project-Id-Version: kontor\\n\"\n"
        "\"MIME-Version: 1.0\\n\"\n\"Content-Type: text/plain; "
        "charset=UTF-8\\n\"\n\"Content-Transfer-Encoding: 8bit\\n\"\n");
    for (const struct entry *e = g.first; e; e = e->next) {
        buf_char(b, '\n');
        for (const struct place *p = e->first; p; p = p->next) {
            buf_fmt(b, "#. %s\n", p->what);
        }
        const char *bare = locale_bare(e->text);
        if (bare != e->text) {
            buf_str(b, "msgctxt ");
            put_string(b, text_copy(&g.arena, (text_t){ e->text, (size_t)(bare - e->text - 1) }).s);
        }
        buf_str(b, "msgid ");
        put_string(b, bare);
        buf_str(b, "msgstr \"\"\n");
    }
    map_free(&g.by_text);
    arena_free(&g.arena);
}
