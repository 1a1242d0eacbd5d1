/* Puts all areas' declarations together. */
#include "meta/house_own.h"

#include "meta/command.h"
#include "meta/masters.h"

#include <stdio.h>
#include <stdlib.h>

#define HOUSE_ARENA_MAX ((size_t)256 * 1024 * 1024)

/* The rows that every record begins with. */
static const struct field record_rows[] = {
    { .name = "id",
      .kind = &kind_integer,
      .offset = offsetof(struct record, id),
      .label = N_("Number of the record"),
      .flags = F_READONLY | F_HIDDEN },
    { .name = "version",
      .kind = &kind_integer,
      .offset = offsetof(struct record, version),
      .label = N_("Version"),
      .flags = F_READONLY | F_HIDDEN },
    { .name = "company",
      .kind = &kind_integer,
      .offset = offsetof(struct record, company),
      .label = N_("Company"),
      .flags = F_READONLY | F_HIDDEN },
    { .name = "archived",
      .kind = &kind_boolean,
      .offset = offsetof(struct record, archived),
      .label = N_("Archived"),
      .flags = F_READONLY | F_HIDDEN },
    { .name = "extra",
      .kind = &kind_json,
      .offset = offsetof(struct record, extra),
      .label = N_("Own fields"),
      .flags = F_READONLY | F_HIDDEN },
};

static _Noreturn void declared_wrongly(const char *what, const char *name)
{
    fprintf(stderr, "kontor: the declarations contradict each other: %s: %s\n", what, name);
    abort();
}

static void keep(enum err e)
{
    if (e != OK) {
        declared_wrongly("no memory at start", err_name(e));
    }
}

static void collect_rows(struct house *h, struct entity_info *info)
{
    const struct shape *shape = &info->entity->shape;
    size_t n = N_ELEMENTS(record_rows) + shape->n_fields;
    struct field *rows = ARENA_ARRAY(&h->arena, n, struct field);
    memcpy(rows, record_rows, sizeof record_rows);
    memcpy(rows + N_ELEMENTS(record_rows), shape->fields, shape->n_fields * sizeof *rows);
    info->fields = rows;
    info->n_fields = n;
    const struct field **columns = ARENA_ARRAY(&h->arena, n, const struct field *);
    for (size_t i = 0; i < n; i++) {
        if (rows[i].kind->storage != STORE_LINES) {
            columns[info->n_columns++] = &rows[i];
        }
    }
    info->columns = columns;
    if (info->n_columns + 1 > DB_ARGS_MAX) {
        declared_wrongly("more columns than a statement takes", info->entity->name);
    }
}

static void collect_commands(struct house *h, struct entity_info *info)
{
    size_t n = 0;
    for (size_t a = 0; a < h->plan->n_areas; a++) {
        n += h->plan->areas[a]->n_commands;
    }
    const struct command **list = ARENA_ARRAY(&h->arena, n ? n : 1, const struct command *);
    for (size_t a = 0; a < h->plan->n_areas; a++) {
        for (size_t c = 0; c < h->plan->areas[a]->n_commands; c++) {
            const struct command *command = &h->plan->areas[a]->commands[c];
            if (command->entity == info->entity) {
                list[info->n_commands++] = command;
            }
        }
    }
    info->commands = list;
}

static void add_entity(struct house *h, const struct area *area, const struct entity *e)
{
    struct entity_info *info = &h->info[e->index];
    if (h->known[e->index] || map_get_text(&h->by_name, text_of(e->name)) ||
        map_get_text(&h->by_plural, text_of(e->plural))) {
        declared_wrongly("an entity is declared twice", e->name);
    }
    *info = (struct entity_info){ .entity = e, .area = area };
    h->known[e->index] = true;
    keep(map_put_text(&h->by_name, text_of(e->name), info));
    keep(map_put_text(&h->by_plural, text_of(e->plural), info));
    collect_rows(h, info);
    collect_commands(h, info);
    house_derive_sql(h, info);
}

static void check_targets(const struct house *h)
{
    for (size_t e = 0; e < E_COUNT; e++) {
        for (size_t i = 0; h->known[e] && i < h->info[e].n_fields; i++) {
            const struct field *f = &h->info[e].fields[i];
            if (f->target && !house_entity(h, text_of(f->target))) {
                declared_wrongly("a field refers to an unknown entity", f->target);
            }
        }
    }
}

struct house *house_new(const struct house_plan *plan, struct db *db)
{
    struct house *h = calloc(1, sizeof *h);
    if (!h) {
        declared_wrongly("no memory at start", "house");
    }
    arena_init(&h->arena, HOUSE_ARENA_MAX);
    pthread_mutex_init(&h->lock, NULL);
    h->plan = plan;
    h->db = db;
    h->masters = masters_new();
    for (size_t a = 0; a < plan->n_areas; a++) {
        for (size_t e = 0; e < plan->areas[a]->n_entities; e++) {
            add_entity(h, plan->areas[a], plan->areas[a]->entities[e]);
        }
    }
    check_targets(h);
    return h;
}

void house_free(struct house *h)
{
    if (!h) {
        return;
    }
    for (size_t i = 0; i < h->n_attached; i++) {
        h->attached[i].free_it(h->attached[i].it);
    }
    masters_free(h->masters);
    map_free(&h->by_name);
    map_free(&h->by_plural);
    map_free(&h->interned);
    map_free(&h->derived);
    arena_free(&h->arena);
    pthread_mutex_destroy(&h->lock);
    free(h);
}

struct db *house_db(const struct house *h)
{
    return h->db;
}

void house_set_db(struct house *h, struct db *db)
{
    h->db = db;
}

const struct house_plan *house_plan(const struct house *h)
{
    return h->plan;
}

struct masters *house_masters(const struct house *h)
{
    return h->masters;
}

const struct entity_info *house_info(const struct house *h, enum entity_index e)
{
    return h->known[e] ? &h->info[e] : NULL;
}

const struct entity_info *house_entity(const struct house *h, text_t name)
{
    return map_get_text(&h->by_name, name);
}

const struct entity_info *house_collection(const struct house *h, text_t plural)
{
    return map_get_text(&h->by_plural, plural);
}

const struct command *house_command(const struct house *h, const struct entity *e, text_t name)
{
    const struct entity_info *info = house_info(h, e->index);
    for (size_t i = 0; info && i < info->n_commands; i++) {
        if (text_is(name, info->commands[i]->name)) {
            return info->commands[i];
        }
    }
    return NULL;
}

const struct query *house_query(const struct house *h, text_t name)
{
    for (size_t a = 0; a < h->plan->n_areas; a++) {
        for (size_t q = 0; q < h->plan->areas[a]->n_queries; q++) {
            if (text_is(name, h->plan->areas[a]->queries[q].name)) {
                return &h->plan->areas[a]->queries[q];
            }
        }
    }
    return NULL;
}

int house_role(const struct house *h, text_t name)
{
    for (size_t i = 0; i < h->plan->n_roles; i++) {
        if (text_is(name, h->plan->roles[i].name)) {
            return (int)i;
        }
    }
    return -1;
}

const struct field *info_field(const struct entity_info *info, text_t name)
{
    for (size_t i = 0; i < info->n_fields; i++) {
        if (text_is(name, info->fields[i].name)) {
            return &info->fields[i];
        }
    }
    return NULL;
}

char *house_keep(struct house *h, const void *bytes, size_t n)
{
    char *kept = arena_try(&h->arena, n + 1);
    if (!kept) {
        h->arena.failed = false; /* nothing was taken: there may be memory the next time */
        return NULL;
    }
    memcpy(kept, bytes, n);
    kept[n] = '\0';
    return kept;
}

const char *house_intern(struct house *h, text_t t)
{
    mutex_lock(&h->lock);
    char *kept = map_get_text(&h->interned, t);
    if (!kept && t.n) {
        kept = house_keep(h, t.s, t.n);
        if (kept && map_put_text(&h->interned, (text_t){ kept, t.n }, kept) != OK) {
            kept = NULL;
        }
    }
    mutex_unlock(&h->lock);
    return kept;
}

void *house_attached(struct house *h, const void *key, void *(*make)(void), void (*free_it)(void *))
{
    void *it = NULL;
    mutex_lock(&h->lock);
    for (size_t i = 0; i < h->n_attached && !it; i++) {
        it = h->attached[i].key == key ? h->attached[i].it : NULL;
    }
    if (!it) {
        INVARIANT(h->n_attached < N_ELEMENTS(h->attached));
        it = make();
        if (it) {
            h->attached[h->n_attached++] = (struct attachment){ key, it, free_it };
        }
    }
    mutex_unlock(&h->lock);
    return it;
}
