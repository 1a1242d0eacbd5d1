/* What is not granted is not there: every role at every door of the house.
 *
 * The doors are taken from the tables: each entity's list, record, history, CSV, lines and changes,
 * each command, each report, the feed. Who may pass, and what nobody may see anything of, stands in
 * kit/world.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "face/print.h"
#include "flow/desk.h"
#include "kit/world.h"
#include "meta/command.h"
#include "meta/kinds.h"
#include "os/clock.h"

#include <stdio.h>
#include <stdlib.h>

/* -- asking ------------------------------------------------------------------------------------ */

static _Noreturn void wrong(const struct world *w, const struct person *p, const char *method,
                            const char *path, const char *expected, const struct shop_answer *a)
{
    fail_msg("%s%s on %.10s: %s %s: %s expected, but: %d %.1500s", p->role->name,
             p->one_site ? " of S1" : "", w->shop.url, method, path, expected, a->status,
             a->body.s ? a->body.s : "");
    abort();
}

/* No answer holds a thing that its reader must not know of. */
static void no_leak(const struct world *w, const struct person *p, const char *method,
                    const char *path, const struct shop_answer *a)
{
    const char *body = a->body.s ? a->body.s : "";
    const char *at = world_leak(body, p->one_site);
    if (at) {
        fprintf(stderr, "leak: ... %.300s\n", at - body > 150 ? at - 150 : body);
        wrong(w, p, method, path, "nothing of QX or QY", a);
    }
}

/* One request: that status, and that code when it is a refusal. */
static void ask(struct world *w, const struct person *p, const char *method, const char *path,
                const char *body, int status, const char *code)
{
    struct shop_answer a;
    char expected[100];
    (void)shop_ask_as(&w->shop, &a, p->key.s, method, path, NULL, NULL, body);
    if (a.status != status || (code && !text_is(a.code, code))) {
        (void)snprintf(expected, sizeof expected, "%d %s", status, code ? code : "");
        wrong(w, p, method, path, expected, &a);
    }
    no_leak(w, p, method, path, &a);
    shop_forget(&a);
    w->asked++;
}

/* 403, or what comes behind the permission. */
static void ask_if(struct world *w, const struct person *p, bool granted, const char *method,
                   const char *path, const char *body, int status, const char *code)
{
    ask(w, p, method, path, body, granted ? status : 403, granted ? code : "forbidden");
}

static const char *path_of(struct world *w, const struct entity *e, int64_t id, const char *more)
{
    return text_fmt(&w->shop.arena, "/%s/%lld%s", e->plural, (long long)id, more).s;
}

/* -- reading ----------------------------------------------------------------------------------- */

/* Lines are shown to those who may read them. */
static void lines_fit(struct world *w, const struct person *p, const struct entity_info *info,
                      const char *path, const struct shop_answer *a)
{
    const struct json *items = json_get(a->json, "items");
    for (const struct json *r = items->first; r; r = r->next) {
        for (size_t i = 0; i < info->n_fields; i++) {
            const struct field *f = &info->fields[i];
            const struct json *v = json_get(r, f->name);
            if (f->kind == &kind_lines && !f->of) {
                const struct entity_info *child = house_entity(w->shop.kontor.house,
                                                               text_of(f->target));
                if (!v != !world_may(p, child->entity->read)) {
                    wrong(w, p, "GET", path, "lines for those who may read them", a);
                }
            }
            if (v && (f->flags & F_SECRET)) {
                wrong(w, p, "GET", path, "no secrets", a);
            }
        }
    }
}

static const char *all_lines(struct world *w, const struct entity_info *info)
{
    struct buf b;
    buf_init(&b, &w->shop.arena, 400);
    for (size_t i = 0; i < info->n_fields; i++) {
        const struct field *f = &info->fields[i];
        if (f->kind == &kind_lines && !f->of) {
            buf_fmt(&b, b.n ? ",%s" : "&expand=%s", f->name);
        }
    }
    return b.n ? buf_done(&b).s : "";
}

static text_t seen_by(struct world *w, const struct entity_info *info, const struct person *p)
{
    return text_fmt(&w->shop.arena, "%s AND %s",
                    p->one_site ? world_site(w, info, false).s : "1 = 1",
                    world_own(w, info, p->user, false).s);
}

/* The list has as many records as the store has of this company (and site), and not one more. */
static void read_list(struct world *w, const struct person *p, const struct entity_info *info)
{
    struct shop_answer a;
    const struct entity *e = info->entity;
    const char *path =
        text_fmt(&w->shop.arena, "/%s?limit=1000&count=1%s", e->plural, all_lines(w, info)).s;
    (void)shop_ask_as(&w->shop, &a, p->key.s, "GET", path, NULL, NULL, NULL);
    if (a.status != (world_may(p, e->read) ? 200 : 403)) {
        wrong(w, p, "GET", path, world_may(p, e->read) ? "200" : "403", &a);
    }
    no_leak(w, p, "GET", path, &a);
    if (a.status == 200) {
        int64_t there_are = world_number(w, info, "COUNT(*)", w->shop.company, seen_by(w, info, p));
        const struct json *items = json_get(a.json, "items");
        if (shop_int(&a, "total") != there_are ||
            (int64_t)items->count != (there_are < 1000 ? there_are : 1000)) {
            wrong(w, p, "GET", path, text_fmt(&w->shop.arena, "%lld", (long long)there_are).s, &a);
        }
        lines_fit(w, p, info, path, &a);
    }
    shop_forget(&a);
    w->asked++;
}

static void read_csv(struct world *w, const struct person *p, const char *path, bool granted)
{
    struct shop_answer a;
    (void)shop_ask_as(&w->shop, &a, p->key.s, "GET", path, NULL, "text/csv", NULL);
    if (a.status != (granted ? 200 : 403)) {
        wrong(w, p, "GET (CSV)", path, granted ? "200" : "403", &a);
    }
    no_leak(w, p, "GET (CSV)", path, &a);
    shop_forget(&a);
    w->asked++;
}

static void read_entity(struct world *w, const struct person *p, const struct entity_info *info)
{
    static const char *const doors[] = { "",       "/history", "/stream",
                                         "/links", "/notes",   "/attachments" };
    const struct entity *e = info->entity;
    size_t n_doors = subject_takes(e) ? N_ELEMENTS(doors) : N_ELEMENTS(doors) - 2;
    bool line = (e->flags & E_LINE) != 0, granted = world_may(p, e->read);
    read_list(w, p, info);
    read_csv(w, p, text_fmt(&w->shop.arena, "/%s", e->plural).s, granted);
    for (size_t i = 0; i < n_doors; i++) {
        int64_t own = w->own[e->index], hidden = w->hidden[e->index], not = w->foreign[e->index];
        if (line) { /* no address of their own */
            ask(w, p, "GET", path_of(w, e, own ? own : 1, doors[i]), NULL, 404, "not_found");
            continue;
        }
        if (own) {
            ask_if(w, p, granted, "GET", path_of(w, e, own, doors[i]), NULL, 200, NULL);
        }
        if (hidden && p->one_site) {
            ask_if(w, p, granted, "GET", path_of(w, e, hidden, doors[i]), NULL, 404, "not_found");
        }
        if (not ) {
            ask_if(w, p, granted, "GET", path_of(w, e, not, doors[i]), NULL, 404, "not_found");
        }
        if (w->personal[e->index]) {
            ask_if(w, p, granted, "GET", path_of(w, e, w->personal[e->index], doors[i]), NULL, 404,
                   "not_found");
        }
    }
}

/* -- reports ----------------------------------------------------------------------------------- */

static const char *report_path(struct world *w, const struct query *q)
{
    struct buf b;
    buf_init(&b, &w->shop.arena, 1000);
    buf_fmt(&b, "/reports/%s?limit=10000", q->name);
    for (size_t i = 0; i < q->n_params; i++) {
        if ((q->params[i].flags & F_REQUIRED) && !q->params[i].fallback) {
            buf_fmt(&b, "&%s=%s", q->params[i].name, world_value(w, &q->params[i]));
        }
    }
    return buf_done(&b).s;
}

/* Asking for the hidden site by its number gives what a number of nothing gives. */
static void ask_for_hidden(struct world *w, const struct person *p, const struct query *q)
{
    for (size_t i = 0; i < q->n_params; i++) {
        const struct field *f = &q->params[i];
        const struct entity_info *t = f->kind == &kind_ref
                                          ? house_entity(w->shop.kontor.house, text_of(f->target))
                                          : NULL;
        int64_t id = t ? w->hidden[t->entity->index] : 0;
        struct shop_answer a;
        if (!id) {
            continue;
        }
        const char *path =
            text_fmt(&w->shop.arena, "%s&%s=%lld", report_path(w, q), f->name, (long long)id).s;
        (void)shop_ask_as(&w->shop, &a, p->key.s, "GET", path, NULL, NULL, NULL);
        const struct json *items = a.status == 200 ? json_get(a.json, "items") : NULL;
        if (items ? items->count != 0 : a.status != 422) {
            wrong(w, p, "GET", path, "nothing", &a);
        }
        no_leak(w, p, "GET", path, &a);
        shop_forget(&a);
        w->asked++;
    }
}

static void read_reports(struct world *w, const struct person *p)
{
    const struct house_plan *plan = house_plan(w->shop.kontor.house);
    for (size_t i = 0; i < plan->n_areas; i++) {
        for (size_t k = 0; k < plan->areas[i]->n_queries; k++) {
            const struct query *q = &plan->areas[i]->queries[k];
            bool granted = world_may(p, q->permission);
            ask_if(w, p, granted, "GET", report_path(w, q), NULL, 200, NULL);
            read_csv(w, p, report_path(w, q), granted);
            if (granted && p->one_site) {
                ask_for_hidden(w, p, q);
            }
        }
    }
}

/* -- documents --------------------------------------------------------------------------------- */

/* What may be read, by both permissions, can be printed, or is refused for what it is (a draft);
 * nothing else is there. */
static void print_one(struct world *w, const struct person *p, const struct document *d)
{
    struct shop_answer a;
    enum entity_index e = d->entity->index;
    bool granted = world_may(p, d->entity->read) && world_may(p, d->permission);
    const int64_t closed[] = { p->one_site ? w->hidden[e] : 0, w->foreign[e], w->personal[e] };
    const char *path = text_fmt(&w->shop.arena, "/print/%s/%lld", d->name, (long long)w->own[e]).s;
    if (w->own[e]) {
        (void)shop_ask_as(&w->shop, &a, p->key.s, "GET", path, NULL, NULL, NULL);
        if (granted ? a.status != 200 && a.status != 409 : a.status != 403) {
            wrong(w, p, "GET", path, granted ? "200 or 409" : "403", &a);
        }
        if (a.status == 200 && !text_starts(a.body, "%PDF-")) {
            wrong(w, p, "GET", path, "a PDF", &a);
        }
        shop_forget(&a);
        w->asked++;
    }
    for (size_t i = 0; i < N_ELEMENTS(closed); i++) {
        if (closed[i]) {
            path = text_fmt(&w->shop.arena, "/print/%s/%lld", d->name, (long long)closed[i]).s;
            ask_if(w, p, granted, "GET", path, NULL, 404, "not_found");
        }
    }
}

static void print_documents(struct world *w, const struct person *p)
{
    const struct house_plan *plan = house_plan(w->shop.kontor.house);
    for (size_t i = 0; i < plan->n_areas; i++) {
        for (size_t k = 0; k < plan->areas[i]->n_documents; k++) {
            print_one(w, p, &plan->areas[i]->documents[k]);
        }
    }
}

/* The list of reports names those that may be run. */
static void read_names(struct world *w, const struct person *p)
{
    struct shop_answer a;
    size_t granted = 0;
    const struct house_plan *plan = house_plan(w->shop.kontor.house);
    for (size_t i = 0; i < plan->n_areas; i++) {
        for (size_t k = 0; k < plan->areas[i]->n_queries; k++) {
            granted += world_may(p, plan->areas[i]->queries[k].permission);
        }
    }
    (void)shop_ask_as(&w->shop, &a, p->key.s, "GET", "/reports", NULL, NULL, NULL);
    if (a.status != 200 || json_get(a.json, "items")->count != granted) {
        wrong(w, p, "GET", "/reports", "those that may be run", &a);
    }
    shop_forget(&a);
}

/* The feed tells of what may be read, all of it and nothing else. */
static void read_feed(struct world *w, const struct person *p)
{
    struct shop_answer a;
    struct buf names;
    const struct house *h = w->shop.kontor.house;
    buf_init(&names, &w->shop.arena, 4000);
    buf_str(&names, "''");
    for (size_t i = 0; i < E_COUNT; i++) {
        const struct entity_info *info = house_info(h, (enum entity_index)i);
        if (info && world_may(p, info->entity->read)) {
            buf_fmt(&names, ",'%s'", info->entity->name);
        }
    }
    text_t sql = text_fmt(&w->shop.arena,
                          "SELECT COUNT(*) FROM event WHERE company = %lld AND entity IN (%s) "
                          "AND (%d = 0 OR site IS NULL OR site = %lld) AND (own IS NULL OR own = "
                          "%lld)",
                          (long long)w->shop.company, buf_done(&names).s, p->one_site,
                          (long long)w->s1, (long long)p->user);
    int64_t there_are = kit_store_sql(w->shop.url, sql.s), came = 0;
    /* On PostgreSQL the feed waits for every open transaction of the cluster, other tests' too. */
    for (int tries = 0; tries < 1000; tries++, shop_forget(&a), clock_sleep_us(10000)) {
        (void)shop_ask_as(&w->shop, &a, p->key.s, "GET", "/events?limit=1000", NULL, NULL, NULL);
        came = a.status == 200 ? (int64_t)json_get(a.json, "items")->count : INT64_MAX;
        if (came >= there_are) {
            break;
        }
    }
    if (came != there_are) {
        wrong(w, p, "GET", "/events", sql.s, &a);
    }
    no_leak(w, p, "GET", "/events", &a);
    shop_forget(&a);
    w->asked++;
}

/* -- changing ---------------------------------------------------------------------------------- */

#define NOWHERE INT64_C(999999999)

/* Records that are not there for this person: of nobody, of another company, of a hidden site,
 * another person's own. */
static size_t not_there(const struct world *w, const struct person *p, const struct entity *e,
                        int64_t ids[static 4])
{
    size_t n = 0;
    ids[n++] = NOWHERE;
    if (w->foreign[e->index]) {
        ids[n++] = w->foreign[e->index];
    }
    if (p->one_site && w->hidden[e->index]) {
        ids[n++] = w->hidden[e->index];
    }
    if (w->personal[e->index]) {
        ids[n++] = w->personal[e->index];
    }
    return n;
}

static const char unknown[] = "{\"no_such_field\":1}";

static void change_entity(struct world *w, const struct person *p, const struct entity *e)
{
    static const char *const methods[] = { "PATCH", "DELETE" };
    int64_t ids[4];
    bool line = (e->flags & E_LINE) != 0, granted = e->write && world_may(p, e->write);
    const char *list = text_fmt(&w->shop.arena, "/%s", e->plural).s;
    if (line || !e->write) {
        ask(w, p, "POST", list, "{}", 405, "method_not_allowed");
    } else {
        ask_if(w, p, granted, "POST", list, unknown, 422, "unknown_field");
    }
    for (size_t i = not_there(w, p, e, ids); i-- > 0;) {
        for (size_t m = 0; m < N_ELEMENTS(methods); m++) {
            const char *path = path_of(w, e, ids[i], "");
            const char *body = m == 0 ? unknown : NULL;
            if (line) {
                ask(w, p, methods[m], path, body, 404, "not_found");
            } else if (!e->write) {
                ask(w, p, methods[m], path, body, 405, "method_not_allowed");
            } else {
                ask_if(w, p, granted, methods[m], path, body, 404, "not_found");
            }
        }
    }
}

/* Notes and files are laid beside what one may read; and their bytes are read by those who may. */
static void add_beside(struct world *w, const struct person *p, const struct entity *e)
{
    int64_t ids[4];
    bool may_write = world_may(p, "note.write");
    for (size_t i = not_there(w, p, e, ids); i-- > 0 && subject_takes(e);) {
        const char *code = may_write && world_may(p, e->read) ? "not_found" : "forbidden";
        int status = strcmp(code, "not_found") == 0 ? 404 : 403;
        ask(w, p, "POST", path_of(w, e, ids[i], "/notes"), "{\"text\":\"x\"}", status, code);
        ask(w, p, "POST", path_of(w, e, ids[i], "/attachments"), "{}", status, code);
        if (world_may(p, e->read)) {
            const char *body =
                text_fmt(&w->shop.arena, "{\"record\":\"%s/%lld\"}", e->name, (long long)ids[i]).s;
            ask(w, p, "POST", "/presence", body, 404, "not_found");
        }
    }
    for (size_t i = not_there(w, p, e, ids); i-- > 0 && e->index == E_attachment;) {
        ask(w, p, "GET", path_of(w, e, ids[i], "/content"), NULL, 404, "not_found");
    }
    if (e->index == E_attachment) {
        ask(w, p, "GET", path_of(w, e, w->own[e->index], "/content"), NULL,
            world_may(p, "till.read") ? 200 : 404, NULL);
    }
}

static void command(struct world *w, const struct person *p, const struct command *c)
{
    int64_t ids[4];
    bool granted = world_may(p, c->permission);
    if (c->prepare) { /* looks at its arguments before anybody looks at the permission */
        return;
    }
    if (!(c->flags & C_RECORD)) {
        const char *path = text_fmt(&w->shop.arena, "/%s/%s", c->entity->plural, c->name).s;
        ask_if(w, p, granted, "POST", path, unknown, 422, "unknown_field");
        return;
    }
    for (size_t i = not_there(w, p, c->entity, ids); i-- > 0;) {
        const char *more = text_fmt(&w->shop.arena, "/%s", c->name).s;
        ask_if(w, p, granted, "POST", path_of(w, c->entity, ids[i], more), "{}", 404, "not_found");
    }
}

/* Naming the hidden site in a change gives what naming nothing gives. */
static void name_hidden(struct world *w, const struct person *p)
{
    static const struct {
        const char *permission, *path, *body;
    } tries[] = {
        { "order.sell", "/sales_orders/checkout",
          "{\"till\":%lld,\"lines\":[{\"product\":\"TEA\",\"quantity\":\"1\"}],\"tenders\":[{"
          "\"kind\":\"cash\",\"amount\":\"10.00\"}]}" },
        { "stock.receive", "/stock_moves/receive",
          "{\"site\":%lld,\"lines\":[{\"product\":\"TEA\",\"quantity\":\"1\",\"unit_cost\":\"1\""
          "}]}" },
        { "stock.count", "/stock_moves/count",
          "{\"site\":%lld,\"lines\":[{\"product\":\"TEA\",\"counted\":\"1\"}]}" },
        { "stock.move", "/stock_moves/transfer",
          "{\"from\":%lld,\"to\":\"S1\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"1\"}]}" },
        { "till.write", "/tills", "{\"code\":\"X\",\"name\":\"X\",\"site\":%lld}" },
    };
    for (size_t i = 0; i < N_ELEMENTS(tries); i++) {
        int64_t id = i == 0 ? w->hidden[E_till] : w->qx;
        char body[300];
        if (world_may(p, tries[i].permission)) {
            const char *at = strstr(tries[i].body, "%lld");
            (void)snprintf(body, sizeof body, "%.*s%lld%s", (int)(at - tries[i].body),
                           tries[i].body, (long long)id, at + 4);
            ask(w, p, "POST", tries[i].path, body, 422, "unknown_reference");
        }
    }
}

/* -- the tests --------------------------------------------------------------------------------- */

static void every_door(struct world *w, const struct person *p, bool changes)
{
    struct house *h = w->shop.kontor.house;
    for (size_t i = 0; i < E_COUNT; i++) {
        const struct entity_info *info = house_info(h, (enum entity_index)i);
        if (!info) {
            continue;
        }
        read_entity(w, p, info);
        if (changes) {
            change_entity(w, p, info->entity);
            add_beside(w, p, info->entity);
            for (size_t k = 0; k < info->n_commands; k++) {
                command(w, p, info->commands[k]);
            }
        }
    }
    read_reports(w, p);
    print_documents(w, p);
    read_names(w, p);
    read_feed(w, p);
    if (p->one_site) {
        name_hidden(w, p);
    }
}

/* Without a good key there is nothing at all. */
static void nobody(struct world *w)
{
    static const struct role none = { .name = "nobody" };
    static const char *const keys[] = { "", "kontor_", "kontor_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
    struct house *h = w->shop.kontor.house;
    for (size_t k = 0; k < N_ELEMENTS(keys); k++) {
        struct person p = { .key = text_of(keys[k]), .role = &none };
        for (size_t i = 0; i < E_COUNT; i++) {
            const struct entity_info *info = house_info(h, (enum entity_index)i);
            if (info) {
                const char *list = text_fmt(&w->shop.arena, "/%s", info->entity->plural).s;
                ask(w, &p, "GET", list, NULL, 401, "not_signed_in");
                ask(w, &p, "POST", list, "{}", 401, "not_signed_in");
            }
        }
        ask(w, &p, "GET", "/events", NULL, 401, "not_signed_in");
        ask(w, &p, "GET", "/reports", NULL, 401, "not_signed_in");
        ask(w, &p, "GET", "/reports/stock", NULL, 401, "not_signed_in");
        ask(w, &p, "GET", "/print/receipt/1", NULL, 401, "not_signed_in");
        ask(w, &p, "GET", "/nothing", NULL, 401, "not_signed_in");
    }
}

/* Some of it by hand, against the case that tables and matcher are wrong together. */
static void by_hand(struct world *w)
{
    static const struct {
        const char *role, *method, *path, *body;
        int status;
    } rows[] = {
        { "cashier", "GET", "/journal_entries", NULL, 403 },
        { "cashier", "GET", "/reports/trial_balance?as_of=2026-03-31", NULL, 403 },
        { "cashier", "GET", "/user_accounts", NULL, 403 },
        { "cashier", "GET", "/stock_layers", NULL, 403 },
        { "cashier", "GET", "/products", NULL, 200 },
        { "cashier", "POST", "/products", "{\"code\":\"N\",\"name\":\"N\"}", 403 },
        { "cashier", "POST", "/stock_moves/adjust", "{}", 403 },
        { "stock_clerk", "POST", "/sales_orders/checkout", "{}", 403 },
        { "stock_clerk", "GET", "/accounts", NULL, 403 },
        { "auditor", "GET", "/journal_entries", NULL, 200 },
        { "auditor", "POST", "/journal_entries", "{}", 403 },
        { "auditor", "POST", "/parties", "{\"code\":\"N\",\"name\":\"N\"}", 403 },
        { "auditor", "POST", "/api_keys/create", "{}", 403 },
        { "accountant", "GET", "/reports/trial_balance?as_of=2026-03-31", NULL, 200 },
        { "accountant", "POST", "/sales_orders/checkout", "{}", 403 },
        { "buyer", "GET", "/reports/trial_balance?as_of=2026-03-31", NULL, 403 },
        { "manager", "POST", "/user_accounts", "{}", 403 },
        { "admin", "GET", "/user_accounts", NULL, 200 },
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        for (size_t k = 0; k < w->n_people; k++) {
            if (strcmp(w->people[k].role->name, rows[i].role) == 0) {
                ask(w, &w->people[k], rows[i].method, rows[i].path, rows[i].body, rows[i].status,
                    rows[i].status == 403 ? "forbidden" : NULL);
            }
        }
    }
}

static void doors(void **state)
{
    enum db_store store = kit_store_of(state);
    static struct world w;
    world_open(&w, store);
    by_hand(&w);
    nobody(&w);
    for (size_t i = 0; i < w.n_people; i++) {
        /* What is written to the store's SQL is reading; changes are refused before it. */
        if (store == DB_SQLITE || w.people[i].one_site) {
            every_door(&w, &w.people[i], store == DB_SQLITE);
        }
    }
    shop_verify(&w.shop, "after all the knocking");
    print_message("%zu requests\n", w.asked);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_ON_BOTH(doors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
