/* The desk: saved views, and what they, notes and files have in common.
 *
 * Permissions: user.own (own views), note.write (writing beside a record that one may read),
 * note.all (all notes and files in one list). */
#include "flow/desk_own.h"

#include "meta/list.h"

#define VIEWS_MAX 200

const struct refusal refusal_unknown_list = {
    .code = "unknown_list",
    .status = 422,
    .title = N_("Unknown list"),
    .detail = N_("There is no list or report {1} that you may read."),
};
const struct refusal refusal_view_not_yours = {
    .code = "view_not_yours",
    .status = 403,
    .title = N_("Not your view"),
    .detail = N_("A shared view is changed by whoever made it, or by an administrator. Save it "
                 "under another name."),
};
const struct refusal refusal_note_not_yours = {
    .code = "note_not_yours",
    .status = 403,
    .title = N_("Not yours"),
    .detail = N_("Notes and files are changed by whoever added them, or by an administrator."),
};

/* -- what something is about --------------------------------------------------------------------
 */

bool subject_takes(const struct entity *e)
{
    return !(e->flags & E_LINE) && !e->own && e->index != E_note && e->index != E_attachment;
}

enum err subject_find(struct cx *cx, text_t entity, int64_t id, const struct entity_info **info,
                      void **record)
{
    *info = house_entity(cx->house, entity);
    if (!*info || !subject_takes((*info)->entity)) {
        return refuse(cx, &refusal_not_found, TEXT_NONE);
    }
    const struct entity *e = (*info)->entity;
    if (!cx_may(cx, e->read)) {
        return REFUSE(cx, &refusal_forbidden, TEXT_NONE, text_of(e->read));
    }
    *record = arena_alloc(cx->arena, e->shape.size);
    return store_get(cx, e, id, *record);
}

int64_t subject_site(const struct entity_info *info, const void *record)
{
    const struct field *f = info->entity->site ? info_field(info, text_of(info->entity->site))
                                               : NULL;
    return f ? *(const int64_t *)(const void *)((const char *)record + f->offset) : 0;
}

enum err subject_publish(struct cx *cx, const struct entity_info *info, const void *record,
                         const char *verb)
{
    const char *name = house_intern(cx->house,
                                    text_fmt(cx->arena, "%s.%s", info->entity->name, verb));
    return name ? event_publish(cx, name, info->entity, record, NULL) : ERR_NO_MEMORY;
}

static bool is_theirs(const struct cx *cx, int64_t author)
{
    return author == cx->who->user || cx_may(cx, "user.write");
}

enum err subject_of_author(struct cx *cx, text_t entity, int64_t id, int64_t author,
                           const struct entity_info **info, void **record)
{
    TRY(subject_find(cx, entity, id, info, record));
    return is_theirs(cx, author) ? OK : refuse(cx, &refusal_note_not_yours, TEXT_NONE);
}

/* -- saved views --------------------------------------------------------------------------------
 */

static const struct field view_rows[] = {
    F_TEXT(saved_view, name, N_("Name"), .flags = F_REQUIRED, .max = 80),
    F_TEXT(saved_view, entity, N_("List"), .word = WORD_LIST, .flags = F_REQUIRED | F_CREATE_ONLY,
           .max = 80,
           .help = N_("The collection as it stands in the list's address, such as products.")),
    F_TEXT(saved_view, query, N_("Filter and order"), .word = WORD_CODE, .max = 2000,
           .help = N_("What stands behind the question mark in the list's address.")),
    F_BOOLEAN(saved_view, shared, N_("Shared"), .help = N_("For everybody in the company.")),
    F_INTEGER(saved_view, position, N_("Position"), .flags = F_NOT_NEGATIVE, .max = 10000),
    F_REF(saved_view, owner, user_account, N_("Owner"), .flags = F_READONLY | F_HIDDEN),
    F_REF(saved_view, maker, user_account, N_("Created by"), .flags = F_READONLY),
};

/* A list or report that the caller may read. */
static bool list_known(const struct cx *cx, text_t name)
{
    static const char reports[] = "reports/";
    if (text_starts(name, reports)) {
        const struct query *q = house_query(
            cx->house, (text_t){ name.s + sizeof reports - 1, name.n - (sizeof reports - 1) });
        return q && cx_may(cx, q->permission);
    }
    const struct entity_info *info = house_collection(cx->house, name);
    return info && cx_may(cx, info->entity->read);
}

static enum err view_theirs(struct cx *cx, const struct saved_view *v)
{
    return is_theirs(cx, v->maker.id) ? OK : refuse(cx, &refusal_view_not_yours, TEXT_NONE);
}

static enum err view_check(struct cx *cx, const void *before, void *after)
{
    struct saved_view *v = after;
    if (before) {
        TRY(view_theirs(cx, before));
    } else {
        v->maker.id = cx->who->user;
    }
    if (!list_known(cx, v->entity)) {
        return REFUSE(cx, &refusal_unknown_list, TEXT("entity"), v->entity);
    }
    v->owner.id = v->shared ? 0 : v->maker.id;
    return OK;
}

/* Putting away comes here without the check. */
static enum err view_saved(struct cx *cx, const void *before, const void *after)
{
    (void)after;
    return before ? view_theirs(cx, before) : OK;
}

static const struct index_def view_indexes[] = {
    { .name = "saved_views_list", .cols = "company, entity" },
};

const struct entity saved_view_entity = {
    .index = E_saved_view,
    .name = "saved_view",
    .plural = "saved_views",
    .label = N_("Saved view"),
    .label_plural = N_("Saved views"),
    .help = N_("Lists with the filters, order and columns that you use again and again. A view is "
               "yours alone unless you share it."),
    .shape = SHAPE(saved_view, view_rows),
    .title = "name",
    .read = "user.own",
    .write = "user.own",
    .own = "owner",
    .sort = "position,name",
    .indexes = view_indexes,
    .n_indexes = N_ELEMENTS(view_indexes),
    .check = view_check,
    .saved = view_saved,
};

enum err saved_views_of(struct cx *cx, text_t entity, struct saved_view **out, size_t *n)
{
    const struct list_query q = {
        .entity = &saved_view_entity,
        .filters = { { .field = TEXT("entity"), .op = LIST_EQ, .value = entity } },
        .n_filters = 1,
        .limit = VIEWS_MAX,
        .bare = true,
    };
    struct list_page page;
    *out = NULL;
    *n = 0;
    if (!cx_may(cx, saved_view_entity.read)) {
        return OK;
    }
    TRY(list_read(cx, &q, &page));
    *out = page.records;
    *n = page.n;
    return OK;
}

/* -- the area -----------------------------------------------------------------------------------
 */

static const struct entity *const entities[] = { &saved_view_entity, &note_entity,
                                                 &attachment_entity };
static const struct refusal *const refusals[] = { &refusal_unknown_list, &refusal_view_not_yours,
                                                  &refusal_note_not_yours, &refusal_empty_file };
static const char *const depends[] = { NULL };

const struct area desk_area = {
    .name = "desk",
    .label = N_("Desk"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .tables = &attachment_chunks,
    .n_tables = 1,
};
