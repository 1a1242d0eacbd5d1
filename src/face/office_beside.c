/* Beside a record: what it is linked with, what happened to it, what can be printed of it. */
#include "face/office_list.h"

#include "face/office_record.h"
#include "face/print.h"
#include "flow/desk.h"
#include "flow/record_stream.h"
#include "meta/links.h"

#define STREAM_SHOWN 20

/* -- documents ------------------------------------------------------------------------------- */

static bool printable(const struct page_cx *p, const struct document *d,
                      const struct entity_info *info)
{
    return d->entity == info->entity && cx_may(p->cx, d->permission);
}

/* The first document of the record goes with the mail. */
static void put_mail_link(struct page_cx *p, const struct entity_info *info, const void *record)
{
    const struct entity_info *mail = house_entity(p->cx->house, TEXT("mail_message"));
    const struct command *send = mail ? house_command(p->cx->house, mail->entity, TEXT("send"))
                                      : NULL;
    const struct house_plan *plan = house_plan(p->cx->house);
    if (!send || !cx_may(p->cx, send->permission)) {
        return;
    }
    for (size_t i = 0; i < plan->n_areas; i++) {
        for (size_t k = 0; k < plan->areas[i]->n_documents; k++) {
            const struct document *d = &plan->areas[i]->documents[k];
            if (printable(p, d, info)) {
                EL(p->h, "a", page_text(p, N_("Send by mail")),
                   { "href",
                     text_fmt(p->cx->arena,
                              "/office/mail_messages/do/send?document=%s&entity=%s&record=%lld",
                              d->name, info->entity->name,
                              (long long)((const struct record *)record)->id) });
                return;
            }
        }
    }
}

void office_print_buttons(struct page_cx *p, const struct entity_info *info, const void *record)
{
    const struct house_plan *plan = house_plan(p->cx->house);
    bool any = false;
    for (size_t i = 0; i < plan->n_areas; i++) {
        for (size_t k = 0; k < plan->areas[i]->n_documents; k++) {
            const struct document *d = &plan->areas[i]->documents[k];
            if (!printable(p, d, info)) {
                continue;
            }
            if (!any) {
                OPEN(p->h, "details.more-menu");
                OPEN(p->h, "summary.button");
                page_icon(p, "print");
                EL(p->h, "span", page_text(p, N_("Print")));
                html_close(p->h, "summary");
                OPEN(p->h, "div.menu");
                any = true;
            }
            EL(p->h, "a", page_text(p, d->label),
               { "href", text_fmt(p->cx->arena, "/office/print/%s/%lld.pdf", d->name,
                                  (long long)((const struct record *)record)->id) },
               { "target", TEXT("_blank") }, { "rel", TEXT("noopener") });
        }
    }
    if (any) {
        put_mail_link(p, info, record);
        html_close(p->h, "div");
        html_close(p->h, "details");
    }
}

/* NAME/ID.pdf: the HTTP interface has it. */
enum err office_print(struct page_cx *p)
{
    text_t rest;
    text_t name = text_copy(p->cx->arena, text_split(p->rest, '/', &rest));
    int64_t id;
    size_t n = rest.n > 4 && memcmp(rest.s + rest.n - 4, ".pdf", 4) == 0 ? rest.n - 4 : rest.n;
    if (!print_document(p->cx->house, name) || text_to_i64((text_t){ rest.s, n }, &id) != OK ||
        id <= 0) {
        return refuse(p->cx, &refusal_not_found, TEXT_NONE);
    }
    text_t query = p->own->request->query;
    p->own->redirect = text_fmt(p->cx->arena, "/api/v1/print/%s/%lld%s%s", name.s, (long long)id,
                                query.n ? "?" : "", query.n ? query.s : "");
    return OK;
}

/* -- links ----------------------------------------------------------------------------------- */

static text_t link_name(struct page_cx *p, const struct link *l)
{
    return l->label.s  ? l->label
           : l->code.s ? l->code
                       : text_fmt(p->cx->arena, "#%lld", (long long)l->id);
}

static void put_group(struct page_cx *p, const struct link_group *g, int64_t id)
{
    struct html *h = p->h;
    const struct entity *e = g->info->entity;
    OPEN(h, "li");
    EL(h, "span.muted", page_text(p, e->label_plural));
    for (size_t i = 0; i < g->n; i++) {
        EL(h, "a", link_name(p, &g->links[i]),
           { "href", page_record_address(p, e->name, g->links[i].id) });
    }
    if (g->more && !g->by_lines) {
        EL(h, "a.muted", page_text(p, N_("Show all")),
           { "href", text_fmt(p->cx->arena, "/office/%s?%s=%lld", e->plural, g->field->name,
                              (long long)id) });
    }
    html_close(h, "li");
}

enum err office_links(struct page_cx *p, const struct entity_info *info, const void *record)
{
    struct record_links links;
    TRY(record_links(p->cx, info, record, &links));
    if (links.n_in == 0) {
        return OK;
    }
    OPEN(p->h, "section.card");
    EL(p->h, "h2.card-head", page_text(p, N_("Linked")));
    OPEN(p->h, "ul.links");
    for (size_t i = 0; i < links.n_in; i++) {
        put_group(p, &links.in[i], ((const struct record *)record)->id);
    }
    html_close(p->h, "ul");
    html_close(p->h, "section");
    return OK;
}

/* -- the stream ------------------------------------------------------------------------------ */

static const char *const stream_classes[STREAM_KINDS] = {
    [STREAM_CHANGE] = "li.stream-item.change",
    [STREAM_TASK] = "li.stream-item.task",
    [STREAM_NOTE] = "li.stream-item.note",
    [STREAM_FILE] = "li.stream-item.file",
};
static const char *const stream_icons[STREAM_KINDS] = {
    [STREAM_CHANGE] = "history",
    [STREAM_TASK] = "check",
    [STREAM_NOTE] = "note",
    [STREAM_FILE] = "file",
};

static void put_change(struct page_cx *p, const struct stream_change *c)
{
    struct html *h = p->h;
    OPEN(h, "li");
    EL(h, "span.change-label", c->label);
    if (c->old.s || c->new.s) {
        EL(h, "del.was", text_empty(c->old) ? page_text(p, N_("(none)")) : c->old);
        html_literal(h, " → ");
        EL(h, "ins", text_empty(c->new) ? page_text(p, N_("(none)")) : c->new);
    }
    html_close(h, "li");
}

static void put_item(struct page_cx *p, const struct stream_item *item)
{
    struct html *h = p->h;
    OPEN(h, stream_classes[item->kind]);
    page_icon(p, stream_icons[item->kind]);
    OPEN(h, "div.stream-body");
    OPEN(h, "p.stream-head");
    EL(h, "span.who", item->who.s ? item->who : page_text(p, N_("The program")));
    if (item->kind == STREAM_FILE) {
        EL(h, "a", item->title,
           { "href",
             text_fmt(p->cx->arena, "/api/v1/attachments/%lld/content", (long long)item->id) },
           { "download", TEXT("") });
    } else if (item->kind == STREAM_TASK) {
        page_link(p, "task", item->id);
    } else if (item->title.s) {
        EL(h, "span", item->title);
    }
    if (item->state_label.s) {
        page_badge(p, item->state_label, TONE_PLAIN);
    }
    EL(h, "time.muted", page_ago(p, item->at), { "title", page_time(p, item->at, TIME_MEDIUM) });
    html_close(h, "p");
    if (!text_empty(item->text)) {
        EL(h, "p.stream-text", item->text);
    }
    if (item->n_changes > 0) {
        OPEN(h, "ul.changes");
        for (size_t i = 0; i < item->n_changes; i++) {
            put_change(p, &item->changes[i]);
        }
        html_close(h, "ul");
    }
    html_close(h, "div");
    html_close(h, "li");
}

static void put_writing(struct page_cx *p, text_t collection)
{
    struct html *h = p->h;
    struct arena *a = p->cx->arena;
    OPEN(h, "form.stream-write", { "data-call", text_fmt(a, "POST %s/notes", collection.s) },
         { "data-then", TEXT("reload") });
    EL(h, "label.visually-hidden", page_text(p, N_("Write a note")), { "for", TEXT("note-text") });
    EL(h, "textarea#note-text", TEXT(""), { "name", TEXT("text") }, { "rows", TEXT("2") },
       { "maxlength", TEXT("10000") }, { "placeholder", page_text(p, N_("Write a note")) },
       { "required", TEXT("") });
    EL(h, "p.error", TEXT(""), { "data-error-for", TEXT("text") }, { "hidden", TEXT("") });
    OPEN(h, "div.row");
    OPEN(h, "button.button", { "type", TEXT("submit") });
    EL(h, "span", page_text(p, N_("Add note")));
    html_close(h, "button");
    OPEN(h, "label.button.quiet");
    page_icon(p, "upload");
    EL(h, "span", page_text(p, N_("Add file")));
    EMPTY(h, "input.visually-hidden", { "type", TEXT("file") },
          { "data-upload", text_fmt(a, "%s/attachments", collection.s) },
          { "data-max", text_fmt(a, "%zu", ATTACHMENT_BYTES_MAX) },
          { "data-then", TEXT("reload") });
    html_close(h, "label");
    html_close(h, "div");
    html_close(h, "form");
}

enum err office_stream(struct page_cx *p, const struct entity_info *info, const void *record)
{
    struct stream_item *items;
    size_t n;
    text_t next;
    int64_t id = ((const struct record *)record)->id;
    text_t collection = text_fmt(p->cx->arena, "/api/v1/%s/%lld", info->entity->plural,
                                 (long long)id);
    TRY(record_stream(p->cx, info, id, STREAM_SHOWN, page_param(p, "stream"), &items, &n, &next));
    OPEN(p->h, "section.card");
    EL(p->h, "h2.card-head", page_text(p, N_("What happened")), { "id", TEXT("stream") });
    if (subject_takes(info->entity)) {
        put_writing(p, collection);
    }
    OPEN(p->h, "ol.stream");
    for (size_t i = 0; i < n; i++) {
        put_item(p, &items[i]);
    }
    html_close(p->h, "ol");
    if (n == 0) {
        EL(p->h, "p.muted", page_text(p, N_("Nothing yet.")));
    }
    if (next.s) {
        EL(p->h, "a", page_text(p, N_("Earlier")),
           { "href", text_fmt(p->cx->arena, "%s#stream",
                              page_address(p, text_fmt(p->cx->arena, "stream=%s", next.s).s).s) });
    }
    html_close(p->h, "section");
    return OK;
}
