/* Names of the program's own in people's words. Everything is looked up in the plan of the house:
 * there is no list of names besides the declarations. */
#include "meta/word.h"

#include "meta/command.h"
#include "meta/kinds.h"
#include "meta/locale.h"

#define LIST_MAX   400
#define ROLES_MOST 64

static text_t said(const struct cx *cx, const char *msgid)
{
    return text_of(cx_text(cx, msgid));
}

static text_t behind(text_t name, size_t n)
{
    return (text_t){ name.s + n, name.n - n };
}

/* -- entities, roles, kinds, work -------------------------------------------------------------- */

static text_t entity_label(struct cx *cx, text_t name)
{
    static const char reports[] = "reports/";
    const struct entity_info *info = house_entity(cx->house, name);
    if (text_starts(name, reports)) {
        const struct query *q = house_query(cx->house, behind(name, sizeof reports - 1));
        return q ? said(cx, q->label) : name;
    }
    if (!info) {
        return name;
    }
    return said(cx, text_is(name, info->entity->name) ? info->entity->label
                                                      : info->entity->label_plural);
}

static text_t choice_label(struct cx *cx, const struct choice *list, size_t n, text_t name)
{
    for (size_t i = 0; i < n; i++) {
        if (text_is(name, list[i].name)) {
            return said(cx, list[i].label);
        }
    }
    return name;
}

static text_t role_labels(struct cx *cx, text_t names)
{
    const struct house_plan *plan = house_plan(cx->house);
    struct buf b;
    text_t rest = names;
    buf_init(&b, cx->arena, 8000);
    for (int i = 0; i < ROLES_MOST && rest.s && names.n > 0; i++) {
        text_t one = text_trim(text_split(rest, ',', &rest));
        int role = house_role(cx->house, one);
        buf_str(&b, i ? ", " : "");
        buf_text(&b, role < 0 ? one : said(cx, plan->roles[role].label));
    }
    return buf_done(&b);
}

/* Those that fields added by users may have. */
static const struct choice kinds[] = {
    { "text", N_("Text") },
    { "long_text", N_("Text of several lines") },
    { "integer", N_("Whole number") },
    { "boolean", N_("Yes or no") },
    { "money", N_("Amount of money") },
    { "quantity", N_("Quantity") },
    { "rate", N_("Rate") },
    { "date", N_("Date") },
    { "time", N_("Point in time") },
    { "choice", N_("Choice from a list") },
    { "ref", N_("Reference to another record") },
    { "json", N_("Free data (JSON)") },
    { "currency", N_("Currency") },
};

/* -- commands ---------------------------------------------------------------------------------- */

text_t word_command(struct cx *cx, text_t command)
{
    /* What every collection has, and what the kernel runs itself and no table names. */
    static const struct choice generic[] = {
        { "create", N_("Created") },      { "update", N_("Changed") },
        { "archive", N_("Archived") },    { "import", N_("Import") },
        { "add", N_("Added") },           { "begin", N_("Signed in") },
        { "sign_out", N_("Signed out") }, { "claim", N_("Taken up") },
        { "renew", N_("Goes on") },       { "settle", N_("Ended") },
    };
    text_t verb;
    const struct entity_info *info = house_collection(cx->house, text_split(command, '/', &verb));
    const struct command *c = info && verb.s ? house_command(cx->house, info->entity, verb) : NULL;
    if (c) {
        return said(cx, c->label);
    }
    text_t label = verb.s ? choice_label(cx, generic, N_ELEMENTS(generic), verb) : verb;
    return verb.s && !text_eq(label, verb) ? label : command;
}

static text_t command_label(struct cx *cx, text_t command)
{
    text_t verb, plural = text_split(command, '/', &verb);
    const struct entity_info *info = house_collection(cx->house, plural);
    text_t does = word_command(cx, command);
    return info && !text_eq(does, command)
               ? text_fmt(cx->arena, "%s: %s", said(cx, info->entity->label).s, does.s)
               : command;
}

/* -- events ------------------------------------------------------------------------------------ */

/* {1} in a text of the program becomes the label of the entity. */
static text_t fill(struct cx *cx, const char *msgid, text_t label)
{
    struct buf b;
    buf_init(&b, cx->arena, 2000);
    for (const char *s = cx_text(cx, msgid); *s; s++) {
        if (strncmp(s, "{1}", 3) == 0) {
            buf_text(&b, label);
            s += 2;
        } else {
            buf_char(&b, *s);
        }
    }
    return buf_done(&b);
}

/* What happens to every entity. */
static const struct choice happens[] = {
    { "created", N_("New: {1}") },
    { "updated", N_("Changed: {1}") },
    { "archived", N_("Put away: {1}") },
    { "noted", N_("Note about: {1}") },
    { "file_added", N_("File added to: {1}") },
    { "file_changed", N_("File changed of: {1}") },
};

static text_t event_label(struct cx *cx, text_t name)
{
    const struct house_plan *plan = house_plan(cx->house);
    text_t verb, own = choice_label(cx, plan->events, plan->n_events, name);
    const struct entity_info *info = house_entity(cx->house, text_split(name, '.', &verb));
    if (!text_eq(own, name) || !info || !verb.s) {
        return own;
    }
    for (size_t i = 0; i < N_ELEMENTS(happens); i++) {
        if (text_is(verb, happens[i].name)) {
            return fill(cx, happens[i].label, said(cx, info->entity->label));
        }
    }
    return name;
}

/* -- all of them ------------------------------------------------------------------------------- */

text_t word_label(struct cx *cx, enum word w, text_t name)
{
    const struct house_plan *plan = house_plan(cx->house);
    if (text_empty(name)) {
        return name;
    }
    switch (w) {
    case WORD_TEXT:
        return said(cx, name.s);
    case WORD_ENTITY:
    case WORD_LIST:
        return entity_label(cx, name);
    case WORD_ROLE:
    case WORD_ROLES:
        return role_labels(cx, name);
    case WORD_EVENT:
        return event_label(cx, name);
    case WORD_COMMAND:
        return command_label(cx, name);
    case WORD_JOB:
        return choice_label(cx, plan->jobs, plan->n_jobs, name);
    case WORD_KIND:
        return choice_label(cx, kinds, N_ELEMENTS(kinds), name);
    case WORD_LANGUAGE:
        return language_name(name);
    case WORD_NONE:
    case WORD_CODE:
    default:
        return name;
    }
}

struct listing {
    struct cx *cx;
    enum word w;
    struct word_one *items;
    size_t n;
};

static void put_with_help(struct listing *l, const char *name, text_t help)
{
    if (l->n < LIST_MAX) {
        text_t t = text_of(name);
        l->items[l->n++] = (struct word_one){ t, word_label(l->cx, l->w, t), help };
    }
}

static void put(struct listing *l, const char *name)
{
    put_with_help(l, name, TEXT_NONE);
}

static void put_choices(struct listing *l, const struct choice *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        put(l, list[i].name);
    }
}

/* What is declared, then what happens to every entity. */
static void put_events(struct listing *l, const struct house_plan *plan)
{
    put_choices(l, plan->events, plan->n_events);
    for (int e = 0; e < E_COUNT; e++) {
        const struct entity_info *info = house_info(l->cx->house, (enum entity_index)e);
        for (size_t i = 0; info && i < 3 && !(info->entity->flags & E_LINE); i++) {
            put(l, text_fmt(l->cx->arena, "%s.%s", info->entity->name, happens[i].name).s);
        }
    }
}

size_t word_list(struct cx *cx, enum word w, const struct word_one **out)
{
    const struct house_plan *plan = house_plan(cx->house);
    struct listing l = { cx, w, ARENA_ARRAY(cx->arena, LIST_MAX, struct word_one), 0 };
    if (w == WORD_ENTITY) {
        for (int e = 0; e < E_COUNT; e++) {
            const struct entity_info *info = house_info(cx->house, (enum entity_index)e);
            if (info) {
                put(&l, info->entity->name);
            }
        }
    } else if (w == WORD_ROLE) {
        for (size_t i = 0; i < plan->n_roles; i++) {
            const struct role *r = &plan->roles[i];
            put_with_help(&l, r->name, r->help && *r->help ? said(cx, r->help) : TEXT_NONE);
        }
    } else if (w == WORD_EVENT) {
        put_events(&l, plan);
    } else if (w == WORD_JOB) {
        put_choices(&l, plan->jobs, plan->n_jobs);
    } else if (w == WORD_KIND) {
        put_choices(&l, kinds, N_ELEMENTS(kinds));
    } else if (w == WORD_LANGUAGE) {
        for (size_t i = 0; i < n_languages; i++) {
            put(&l, languages[i]);
        }
    }
    *out = l.items;
    return l.n;
}
