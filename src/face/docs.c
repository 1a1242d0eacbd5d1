/* The tables for readers. */
#include "face/docs.h"

#include "face/print.h"
#include "meta/command.h"
#include "meta/kinds.h"
#include "meta/locale.h"

/* A cell of a Markdown table: no line ends, no bars. */
static void cell(struct buf *b, const char *msgid)
{
    const char *s = locale_bare(msgid);
    for (; s && *s; s++) {
        if (*s == '|') {
            buf_char(b, '\\');
        }
        buf_char(b, *s == '\n' ? ' ' : *s);
    }
}

static void put_kind(struct buf *b, const struct field *f)
{
    buf_str(b, f->kind->name);
    if (f->target) {
        buf_fmt(b, " %s", f->target);
    }
    for (size_t i = 0; i < f->n_choices; i++) {
        buf_fmt(b, "%s%s", i ? ", " : ": ", f->choices[i].name);
    }
}

static void put_flags(struct buf *b, const struct field *f)
{
    static const struct {
        unsigned flag;
        const char *name;
    } flags[] = { { F_REQUIRED, "required" },
                  { F_UNIQUE, "unique" },
                  { F_READONLY | F_COMPUTED, "set by the program" },
                  { F_CREATE_ONLY, "at creation" },
                  { F_SEARCH, "searched" },
                  { F_SECRET, "never shown" },
                  { F_POSITIVE, "above zero" },
                  { F_NOT_NEGATIVE, "not below zero" } };
    const char *before = "";
    for (size_t i = 0; i < N_ELEMENTS(flags); i++) {
        if (f->flags & flags[i].flag) {
            buf_fmt(b, "%s%s", before, flags[i].name);
            before = ", ";
        }
    }
    if (f->fallback) {
        buf_fmt(b, "%sotherwise %s", before, f->fallback);
    }
}

static void put_rows(struct buf *b, const struct field *rows, size_t n, const char *prefix)
{
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &rows[i];
        buf_fmt(b, "| `%s%s` | ", prefix, f->name);
        put_kind(b, f);
        buf_str(b, " | ");
        cell(b, f->label);
        if (f->unit) {
            buf_str(b, ", ");
            cell(b, f->unit);
        }
        buf_str(b, " | ");
        put_flags(b, f);
        buf_str(b, " | ");
        cell(b, f->help);
        buf_str(b, " |\n");
        if (f->of) {
            struct arena a;
            arena_init(&a, ARENA_BLOCK_BYTES);
            put_rows(b, f->of->fields, f->of->n_fields, text_fmt(&a, "%s%s[].", prefix, f->name).s);
            arena_free(&a);
        }
    }
}

static void put_table(struct buf *b, const char *title, const struct field *rows, size_t n)
{
    if (n == 0) {
        return;
    }
    buf_fmt(b, "%s\n\n| Field | Kind | Label | | |\n| --- | --- | --- | --- | --- |\n", title);
    put_rows(b, rows, n, "");
    buf_char(b, '\n');
}

static void put_command(struct buf *b, const struct entity_info *info, const struct command *c)
{
    buf_fmt(b, "#### `POST /api/v1/%s%s/%s`\n\n", c->entity->plural,
            c->flags & C_RECORD ? "/ID" : "", c->name);
    cell(b, c->label);
    buf_str(b, ". ");
    cell(b, c->help);
    buf_fmt(b, "%sNeeds `%s`.", c->help ? " " : "", c->permission);
    for (size_t i = 0; c->from && i < info->n_fields; i++) {
        const struct field *f = &info->fields[i];
        const char *before = " From ";
        for (size_t s = 0; f->kind == &kind_state && s < f->n_choices; s++) {
            if (c->from >> s & 1) {
                buf_fmt(b, "%s%s", before, f->choices[s].name);
                before = ", ";
            }
        }
        if (f->kind == &kind_state) {
            buf_fmt(b, "%s%s.", c->to >= 0 ? " to " : "", c->to >= 0 ? f->choices[c->to].name : "");
        }
    }
    buf_str(b, "\n\n");
    if (c->args) {
        put_table(b, "Takes:", c->args->fields, c->args->n_fields);
    }
    if (c->result) {
        put_table(b, "Answers:", c->result->fields, c->result->n_fields);
    }
}

static void put_entity(struct buf *b, const struct house *h, const struct entity *e)
{
    const struct entity_info *info = house_info(h, e->index);
    buf_fmt(b, "### %s: `/api/v1/%s`\n\n", locale_bare(e->label_plural), e->plural);
    if (e->help) {
        buf_fmt(b, "%s\n\n", e->help);
    }
    buf_fmt(b, "Reading needs `%s`", e->read);
    if (e->write) {
        buf_fmt(b, ", writing `%s`.", e->write);
    } else {
        buf_str(b, "; only commands write it.");
    }
    buf_str(b, e->flags & E_POSTED ? " Written once, never changed.\n\n" : "\n\n");
    put_table(b, "Fields:", e->shape.fields, e->shape.n_fields);
    for (size_t i = 0; i < info->n_commands; i++) {
        put_command(b, info, info->commands[i]);
    }
}

static void put_query(struct buf *b, const struct query *q)
{
    buf_fmt(b, "### Report %s: `/api/v1/reports/%s`\n\n", locale_bare(q->label), q->name);
    if (q->help) {
        buf_fmt(b, "%s ", q->help);
    }
    buf_fmt(b, "Needs `%s`.\n\n", q->permission);
    put_table(b, "Asks for:", q->params, q->n_params);
    buf_str(b, "| Column | Kind | Label |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < q->n_columns; i++) {
        buf_fmt(b, "| `%s` | %s | ", q->columns[i].name, q->columns[i].kind->name);
        cell(b, q->columns[i].label);
        buf_str(b, " |\n");
    }
    buf_char(b, '\n');
}

static void put_documents(struct buf *b, const struct document *documents, size_t n)
{
    if (n == 0) {
        return;
    }
    buf_str(b, "| Document | Address | Needs |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < n; i++) {
        buf_str(b, "| ");
        cell(b, documents[i].label);
        buf_fmt(b, " | `/api/v1/print/%s/{id}` of %s | `%s`, `%s` |\n", documents[i].name,
                documents[i].entity->plural, documents[i].entity->read, documents[i].permission);
    }
    buf_char(b, '\n');
}

static void put_refusals(struct buf *b, const struct refusal *const *refusals, size_t n)
{
    if (n == 0) {
        return;
    }
    buf_str(b, "| Refusal | Status | Says |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < n; i++) {
        buf_fmt(b, "| `%s` | %d | ", refusals[i]->code, refusals[i]->status);
        cell(b, refusals[i]->detail);
        buf_str(b, " |\n");
    }
    buf_char(b, '\n');
}

void docs_markdown(struct house *h, struct buf *b)
{
    const struct house_plan *plan = house_plan(h);
    buf_str(
        b, "# What there is and what can be done\n\nMade from the tables of the program by `kontor "
           "schema --markdown`.\n\n"
           "## Refusals that everything shares\n\n");
    put_refusals(b, kernel_refusals, n_kernel_refusals);
    put_refusals(b, print_refusals, n_print_refusals);
    for (size_t a = 0; a < plan->n_areas; a++) {
        const struct area *area = plan->areas[a];
        buf_fmt(b, "## %s\n\n", locale_bare(area->label));
        for (size_t i = 0; i < area->n_entities; i++) {
            put_entity(b, h, area->entities[i]);
        }
        for (size_t i = 0; i < area->n_queries; i++) {
            put_query(b, &area->queries[i]);
        }
        put_documents(b, area->documents, area->n_documents);
        put_refusals(b, area->refusals, area->n_refusals);
    }
}
