/* Every page of the house, for every role, on both stores: what is granted is shown and well made,
 * what is not is refused, what is offered works, and no page asks the store more often because
 * there are more rows.
 *
 * The pages are taken from the tables: lists, records, forms, commands, reports, areas' own pages,
 * tiles. Besides, everybody follows every link that they are shown. Who may pass, and what nobody
 * may see anything of, stands in kit/world.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "face/office_own.h"
#include "kit/markup.h"
#include "kit/world.h"
#include "meta/command.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATHS_MAX    4000
#define FAULTS_SHOWN 100
#define PIECES       3
#define FEW          110 /* more than a page of a list shows */
#define SHAPE_MAX    2   /* addresses of one shape that are followed: /office/products/# */

static atomic_long statements;

static enum err count_statement(enum db_fault point)
{
    if (point == DB_FAULT_STATEMENT) {
        atomic_fetch_add(&statements, 1);
    }
    return OK;
}

#define PASSWORD "a password for walking"

struct visit {
    struct world *w;
    const struct person *person;
    text_t cookies[PEOPLE_MAX]; /* of each person's session */
    struct office *office;
    struct arena arena; /* of one page */
    struct rest_request r;
    struct markup seen;
    long asked; /* statements that the page took */
    size_t faults;
};

/* -- coming in --------------------------------------------------------------------------------- */

/* Pages are for people: who walks has a session. */
static text_t session_of(struct visit *v, const char *name)
{
    struct arena *a = &v->w->shop.arena;
    int64_t id = kit_store_sql(
        v->w->shop.url,
        text_fmt(a, "SELECT id FROM user_accounts WHERE code = '%s' AND company = %lld", name,
                 (long long)v->w->shop.company)
            .s);
    (void)shop_must(&v->w->shop, 200, "POST",
                    text_fmt(a, "/user_accounts/%lld/set_password", (long long)id).s,
                    "{\"password\":\"" PASSWORD "\"}");
    struct rest_request r = { .arena = a,
                              .method = HTTP_POST,
                              .path = TEXT("/api/v1/session"),
                              .body = text_fmt(a, "{\"name\":\"%s\",\"password\":\"" PASSWORD "\"}",
                                               name),
                              .content_type = TEXT("application/json"),
                              .peer = TEXT("192.0.2.1") };
    rest_call(v->w->shop.rest, &r);
    assert_int_equal(r.answer.status, 200);
    text_t rest, set = rest_header(&r.answer, "Set-Cookie");
    (void)text_split(text_split(set, ';', &rest), '=', &set);
    return text_copy(a, set);
}

static void come_in(struct visit *v, size_t n)
{
    v->w->shop.clock = INSTANT_NONE; /* sessions end by the real time */
    v->office = office_new(v->w->shop.rest);
    assert_non_null(v->office);
    arena_init(&v->arena, (size_t)64 << 20);
    for (size_t i = 0; i < n; i++) {
        const struct person *p = &v->w->people[i];
        v->cookies[i] = session_of(
            v, text_fmt(&v->w->shop.arena, "%s-%s", p->role->name, p->one_site ? "one" : "all").s);
    }
}

/* -- one page ---------------------------------------------------------------------------------- */

/* A fault is told and counted, so that one run tells all of them. */
static void wrong(struct visit *v, const char *path, const char *expected)
{
    const struct rest_answer *a = &v->r.answer;
    if (v->faults++ < FAULTS_SHOWN) {
        print_error("%s%s on %.10s: %s: %s expected, but: %d\n", v->person->role->name,
                    v->person->one_site ? " of S1" : "", v->w->shop.url, path, expected, a->status);
    }
}

static bool is_html(const struct rest_answer *a)
{
    return a->content_type && strstr(a->content_type, "text/html") != NULL;
}

static void read_page(struct visit *v, const char *path)
{
    const struct rest_answer *a = &v->r.answer;
    const char *body = a->body.s ? a->body.s : "";
    const char *leak = world_leak(body, v->person->one_site);
    if (leak) {
        print_error("leak: ... %.300s\n", leak - body > 150 ? leak - 150 : body);
        wrong(v, path, "nothing of QX or QY");
    }
    v->seen = (struct markup){ .fault = NULL };
    if (!is_html(a)) {
        return;
    }
    markup_read(&v->seen, &v->arena, a->body, strstr(body, "<!DOCTYPE") == NULL);
    if (v->seen.fault) {
        wrong(v, path, v->seen.fault);
    }
    if (!rest_header(a, "Content-Security-Policy").s) {
        wrong(v, path, "a Content-Security-Policy");
    }
}

/* Asks for a page. Its answer lives until the next. */
static int show(struct visit *v, const char *path)
{
    text_t query = TEXT_NONE;
    arena_reset(&v->arena);
    text_t plain = text_split(text_copy(&v->arena, text_of(path)), '?', &query);
    v->r = (struct rest_request){ .arena = &v->arena,
                                  .method = HTTP_GET,
                                  .path = text_copy(&v->arena, plain),
                                  .query = query,
                                  .accept = TEXT("text/html"),
                                  .cookie = v->cookies[v->person - v->w->people],
                                  .peer = TEXT("127.0.0.1") };
    long before = atomic_load(&statements);
    office_call(v->office, &v->r);
    v->asked = atomic_load(&statements) - before;
    v->w->asked++;
    if (v->r.answer.status >= 500) {
        wrong(v, path, "a page");
    }
    read_page(v, path);
    return v->r.answer.status;
}

static void must(struct visit *v, const char *path, int status)
{
    char expected[20];
    if (show(v, path) != status) {
        (void)snprintf(expected, sizeof expected, "%d", status);
        wrong(v, path, expected);
    }
}

static void must_if(struct visit *v, bool granted, const char *path)
{
    must(v, path, granted ? 200 : 403);
}

static const char *at(struct visit *v, const char *plural, int64_t id, const char *more)
{
    struct arena *a = &v->w->shop.arena;
    return id ? text_fmt(a, "/office/%s/%lld%s", plural, (long long)id, more).s
              : text_fmt(a, "/office/%s%s", plural, more).s;
}

/* -- lists and records ------------------------------------------------------------------------- */

/* A list in all its looks. */
static void lists(struct visit *v, const struct entity_info *info)
{
    static const char *const looks[] = { "",
                                         "?sort=-id",
                                         "?f=tea",
                                         "?q=tea",
                                         "?nonsense=1",
                                         "?sort=nonsense",
                                         "?view=chart",
                                         "?view=board",
                                         "?view=calendar" };
    const struct entity *e = info->entity;
    bool granted = world_may(v->person, e->read);
    for (size_t i = 0; i < N_ELEMENTS(looks); i++) {
        const char *path = at(v, e->plural, 0, looks[i]);
        int status = show(v, path);
        bool fine = granted ? status == 200 || (status == 422 && i > 1) : status == 403;
        if (!fine) {
            wrong(v, path, granted ? "the list" : "403");
        }
    }
    must_if(v, granted, at(v, e->plural, 0, "/rows"));
}

static void records(struct visit *v, const struct entity_info *info)
{
    const struct entity *e = info->entity;
    bool granted = world_may(v->person, e->read);
    int64_t own = v->w->own[e->index], hidden = v->w->hidden[e->index],
            theirs = v->w->foreign[e->index];
    if (e->flags & E_LINE) {
        must(v, at(v, e->plural, own ? own : 1, ""), 404);
        return;
    }
    if (own) {
        must_if(v, granted, at(v, e->plural, own, ""));
    }
    if (hidden && v->person->one_site) {
        must(v, at(v, e->plural, hidden, ""), granted ? 404 : 403);
    }
    if (theirs) {
        must(v, at(v, e->plural, theirs, ""), granted ? 404 : 403);
    }
    must(v, at(v, e->plural, INT64_C(999999999), ""), granted ? 404 : 403);
}

/* The form for a new record, and of each command, for those who may. */
static void forms(struct visit *v, const struct entity_info *info)
{
    const struct entity *e = info->entity;
    int64_t own = v->w->own[e->index];
    bool reads = world_may(v->person, e->read);
    bool writes = reads && e->write && world_may(v->person, e->write) &&
                  !(e->flags & (E_LINE | E_POSTED));
    int status = show(v, at(v, e->plural, 0, "/new"));
    if (writes ? status != 200 : status != 403 && status != 404) {
        wrong(v, e->plural, writes ? "the form for a new one" : "403 or 404");
    }
    for (size_t i = 0; i < info->n_commands; i++) {
        const struct command *c = info->commands[i];
        bool record = (c->flags & C_RECORD) != 0;
        if (record && !own) {
            continue;
        }
        const char *path = at(v, e->plural, record ? own : 0,
                              text_fmt(&v->w->shop.arena, "/do/%s", c->name).s);
        bool may = world_may(v->person, c->permission);
        status = show(v, path);
        if (may ? status != 200 && (reads || status != 403) : status != 403) {
            wrong(v, path, may ? "the command's form" : "403");
        }
    }
}

/* -- reports, areas' pages, tiles ---------------------------------------------------------------
 */

static void reports(struct visit *v, const struct area *area)
{
    struct arena *a = &v->w->shop.arena;
    for (size_t i = 0; i < area->n_queries; i++) {
        const struct query *q = &area->queries[i];
        struct buf b;
        buf_init(&b, a, 1000);
        buf_fmt(&b, "/office/reports/%s?", q->name);
        for (size_t k = 0; k < q->n_params; k++) {
            if ((q->params[k].flags & F_REQUIRED) && !q->params[k].fallback) {
                buf_fmt(&b, "&%s=%s", q->params[k].name, world_value(v->w, &q->params[k]));
            }
        }
        bool granted = world_may(v->person, q->permission);
        must_if(v, granted, buf_done(&b).s);
        /* Without what must be given it asks for it. */
        must_if(v, granted, text_fmt(a, "/office/reports/%s", q->name).s);
    }
}

static void own_pages(struct visit *v, const struct area *area)
{
    const struct area_face *face = office_face(area);
    struct arena *a = &v->w->shop.arena;
    for (size_t i = 0; i < face->n_pages; i++) {
        const struct page *page = &face->pages[i];
        bool granted = !page->permission || world_may(v->person, page->permission);
        const char *mark = strchr(page->path, ':');
        int n = mark ? (int)(mark - page->path) : (int)strlen(page->path);
        if (!mark) {
            must_if(v, granted, text_fmt(a, "/office/%s", page->path).s);
            continue;
        }
        /* What is not there is said so; what is there is reached by links (crawl). */
        const char *path = text_fmt(a, "/office/%.*s%s", n, page->path,
                                    strcmp(mark, ":id") == 0 ? "999999999" : "nonsense")
                               .s;
        int status = show(v, path);
        if (granted ? status != 200 && status != 404 && status != 422 : status != 403) {
            wrong(v, path, granted ? "404" : "403");
        }
    }
    for (size_t i = 0; i < face->n_tiles; i++) {
        const struct tile *t = &face->tiles[i];
        int status = show(v, text_fmt(a, "/office/tile/%s", t->name).s);
        bool granted = !t->permission || world_may(v->person, t->permission);
        if (granted ? status != 200 : status != 403 && status != 404) {
            wrong(v, t->name, granted ? "the tile" : "403 or 404");
        }
    }
}

static void whys(struct visit *v, const struct area *area)
{
    const struct area_face *face = office_face(area);
    for (size_t i = 0; i < face->n_whys; i++) {
        const struct why *y = &face->whys[i];
        int64_t own = v->w->own[y->entity->index];
        if (own && !(y->entity->flags & E_LINE)) {
            must_if(v, world_may(v->person, y->entity->read),
                    text_fmt(&v->w->shop.arena, "/office/why/%s/%lld/%s", y->entity->name,
                             (long long)own, y->field)
                        .s);
        }
    }
}

/* -- what is offered works ------------------------------------------------------------------------
 */

struct crawl {
    const char *paths[PATHS_MAX], *from[PATHS_MAX];
    size_t n, done;
};

/* The address with its numbers and what was chosen in it taken out: "/office/products/#?view=". */
static text_t shape_of(struct arena *a, text_t path)
{
    struct buf b;
    bool query = false, value = false;
    buf_init(&b, a, path.n + 1);
    for (size_t i = 0; i < path.n; i++) {
        char c = path.s[i];
        query = query || c == '?';
        value = (value || (query && c == '=')) && c != '&';
        if (c >= '0' && c <= '9') {
            if (b.n == 0 || b.p[b.n - 1] != '#') {
                buf_char(&b, '#');
            }
        } else if (!value || c == '=') {
            buf_char(&b, c);
        }
    }
    return buf_done(&b);
}

static void crawl_add(struct crawl *c, struct arena *a, text_t link, const char *from)
{
    static const char *const doors[] = { "/office", "/inbox" };
    text_t rest, path = text_split(link, '#', &rest);
    size_t alike = 0;
    bool ours = false;
    for (size_t i = 0; i < N_ELEMENTS(doors); i++) {
        ours = ours || text_starts(path, doors[i]);
    }
    if (!ours || c->n == PATHS_MAX) {
        return;
    }
    text_t shape = shape_of(a, path);
    for (size_t i = 0; i < c->n; i++) {
        if (text_is(path, c->paths[i])) {
            return;
        }
        alike += text_eq(shape_of(a, text_of(c->paths[i])), shape);
    }
    if (alike < (strchr(shape.s, '?') ? 1 : SHAPE_MAX)) {
        c->from[c->n] = from;
        c->paths[c->n++] = text_copy(a, path).s;
    }
}

/* "POST /api/v1/tasks/7/claim": a collection and a command there are. */
static bool call_exists(struct visit *v, text_t call)
{
    const struct house *house = v->w->shop.kontor.house;
    text_t rest, method = text_split(call, ' ', &rest);
    if (!text_starts(rest, "/api/v1/")) {
        return false;
    }
    rest = (text_t){ rest.s + 8, rest.n - 8 };
    text_t path = text_split(rest, '?', &rest), plural = text_split(path, '/', &rest);
    const struct entity_info *info = house_collection(house, plural);
    if (!info) {
        return text_is(plural, "session") || text_is(plural, "imports");
    }
    if (!rest.s) {
        return text_is(method, "POST");
    }
    text_t first = text_split(rest, '/', &rest);
    bool record = first.n > 0 && (first.s[0] == '{' || (first.s[0] >= '0' && first.s[0] <= '9'));
    if (!record) {
        const struct command *c = house_command(house, info->entity, first);
        return c && !(c->flags & C_RECORD);
    }
    if (!rest.s) {
        return text_is(method, "PATCH") || text_is(method, "DELETE") || text_is(method, "GET");
    }
    const struct command *c = house_command(house, info->entity, text_split(rest, '/', &rest));
    return c ? (c->flags & C_RECORD) != 0 : text_is(method, "POST") || text_is(method, "PUT");
}

static void crawl(struct visit *v)
{
    static struct crawl c;
    struct arena kept;
    arena_init(&kept, (size_t)256 << 20);
    c = (struct crawl){ .n = 0 };
    crawl_add(&c, &kept, TEXT("/office"), "nowhere");
    crawl_add(&c, &kept, TEXT("/inbox"), "nowhere");
    for (; c.done < c.n; c.done++) {
        int status = show(v, c.paths[c.done]);
        /* Documents are the HTTP interface's. */
        bool goes_on = status == 303 &&
                       text_starts(rest_header(&v->r.answer, "Location"), "/api/v1/");
        if (status != 200 && !goes_on) {
            wrong(v, c.paths[c.done], text_fmt(&kept, "what %s offers", c.from[c.done]).s);
        }
        for (size_t i = 0; i < v->seen.n_links; i++) {
            crawl_add(&c, &kept, v->seen.links[i], c.paths[c.done]);
        }
        for (size_t i = 0; i < v->seen.n_calls; i++) {
            if (!call_exists(v, v->seen.calls[i])) {
                wrong(v, c.paths[c.done],
                      text_fmt(&v->arena, "a call that there is, not %s", v->seen.calls[i].s).s);
            }
        }
    }
    assert_true(c.n > 10);
    arena_free(&kept);
}

/* -- all of it ------------------------------------------------------------------------------------
 */

static void every_page(struct visit *v)
{
    const struct house_plan *plan = house_plan(v->w->shop.kontor.house);
    must(v, "/office", 200);
    must(v, "/office/nonsense", 404);
    must(v, "/office/find?q=tea", 200);
    for (size_t i = 0; i < plan->n_areas; i++) {
        const struct area *area = plan->areas[i];
        for (size_t k = 0; k < area->n_entities; k++) {
            const struct entity_info *info = house_info(v->w->shop.kontor.house,
                                                        area->entities[k]->index);
            lists(v, info);
            records(v, info);
            forms(v, info);
        }
        reports(v, area);
        own_pages(v, area);
        whys(v, area);
    }
    crawl(v);
}

static void pages(void **state)
{
    enum db_store store = kit_store_of(state);
    static struct world w;
    struct visit v = { .w = &w };
    world_open(&w, store);
    come_in(&v, w.n_people);
    for (size_t i = 0; i < w.n_people; i++) {
        v.person = &w.people[i];
        /* What differs between the stores is SQL, which one who sees all and one who sees one site
         * run through. */
        if (store == DB_SQLITE || strcmp(v.person->role->name, "admin") == 0 ||
            (v.person->one_site && strcmp(v.person->role->name, "manager") == 0)) {
            every_page(&v);
        }
    }
    print_message("%zu pages\n", w.asked);
    assert_int_equal(v.faults, 0);
    arena_free(&v.arena);
    office_free(v.office);
    world_close(&w);
}

/* -- more rows, as many statements
 * ------------------------------------------------------------------ */

static void more_of_everything(struct shop *s, int from, int n)
{
    char body[400];
    for (int i = from; i < from + n; i++) {
        (void)snprintf(body, sizeof body,
                       "{\"code\":\"MORE%d\",\"name\":\"Tea %d\",\"price\":\"2\","
                       "\"tax\":\"IVA21\"}",
                       i, i);
        (void)shop_must(s, 201, "POST", "/products", body);
        (void)snprintf(body, sizeof body,
                       "{\"code\":\"PMORE%d\",\"name\":\"Person %d\","
                       "\"is_customer\":true}",
                       i, i);
        (void)shop_must(s, 201, "POST", "/parties", body);
        (void)snprintf(body, sizeof body,
                       "{\"site\":\"S1\",\"reference\":\"more %d\",\"lines\":[{"
                       "\"product\":\"MORE%d\",\"quantity\":\"9\",\"unit_cost\":\"1\"}]}",
                       i, i);
        (void)shop_must(s, 201, "POST", "/stock_moves/receive", body);
        (void)snprintf(body, sizeof body,
                       "{\"till\":\"T%d\",\"customer\":\"PMORE%d\",\"lines\":[{"
                       "\"product\":\"MORE%d\",\"quantity\":\"1\"},{\"product\":\"TEA\","
                       "\"quantity\":\"1\"}],\"tenders\":[{\"kind\":\"cash\",\"amount\":\"50\"}]}",
                       i % 8, i, i);
        (void)shop_must(s, 201, "POST", "/sales_orders/checkout", body);
        (void)snprintf(body, sizeof body,
                       "{\"site\":\"S1\",\"customer\":\"PMORE%d\",\"lines\":[{"
                       "\"product\":\"TEA\",\"quantity\":\"1\"}]}",
                       i);
        int64_t order = shop_must(s, 201, "POST", "/sales_orders", body);
        (void)snprintf(body, sizeof body, "/sales_orders/%lld/place", (long long)order);
        (void)shop_must(s, 200, "POST", body, "{}");
    }
}

struct counted {
    const char *path;
    long asked;
};

/* Every list, a record of each, every report and own page, for the administrator. The first asking
 * fills what the house keeps in memory; of three more the least counts, as the house's own work
 * goes on beside. */
static size_t count_all(struct visit *v, struct counted *out, size_t room)
{
    const struct house *house = v->w->shop.kontor.house;
    const struct house_plan *plan = house_plan(house);
    struct arena *a = &v->w->shop.arena;
    size_t n = 0;
    out[n++].path = "/office";
    out[n++].path = "/inbox";
    for (size_t i = 0; i < E_COUNT; i++) {
        const struct entity_info *info = house_info(house, (enum entity_index)i);
        if (info && n + 4 < room) {
            out[n++].path = at(v, info->entity->plural, 0, "");
            if (v->w->own[i] && !(info->entity->flags & E_LINE)) {
                out[n++].path = at(v, info->entity->plural, v->w->own[i], "");
            }
        }
    }
    for (size_t i = 0; i < plan->n_areas; i++) {
        const struct area_face *face = office_face(plan->areas[i]);
        for (size_t k = 0; k < plan->areas[i]->n_queries && n + 1 < room; k++) {
            out[n++].path = text_fmt(a, "/office/reports/%s", plan->areas[i]->queries[k].name).s;
        }
        for (size_t k = 0; k < face->n_pages && n + 1 < room; k++) {
            if (!strchr(face->pages[k].path, ':')) {
                out[n++].path = text_fmt(a, "/office/%s", face->pages[k].path).s;
            }
        }
    }
    assert_true(n + 5 < room);
    for (size_t i = 0; i < n; i++) {
        must(v, out[i].path, 200);
        out[i].asked = INT64_MAX;
        for (int again = 0; again < 3; again++) {
            must(v, out[i].path, 200);
            out[i].asked = v->asked < out[i].asked ? v->asked : out[i].asked;
        }
    }
    return n;
}

static void statements_stay(void **state)
{
    enum db_store store = kit_store_of(state);
    static struct world w;
    static struct counted few[400], many[400];
    struct visit v = { .w = &w };
    size_t faults = 0;
    world_open(&w, store);
    come_in(&v, 1);
    v.person = &w.people[0];
    assert_string_equal(v.person->role->name, "admin");
    db_fault_hook = count_statement;
    more_of_everything(&w.shop, 0, FEW);
    size_t n = count_all(&v, few, N_ELEMENTS(few));
    more_of_everything(&w.shop, FEW, 9 * FEW);
    assert_int_equal(count_all(&v, many, N_ELEMENTS(many)), n);
    for (size_t i = 0; i < n; i++) {
        /* Names of what full pages refer to are asked for in pieces: that much is allowed. */
        if (many[i].asked > few[i].asked + PIECES || many[i].asked > 40) {
            print_error("%s: %ld statements, with ten times the rows %ld\n", few[i].path,
                        few[i].asked, many[i].asked);
            faults++;
        }
    }
    db_fault_hook = NULL;
    assert_int_equal(faults + v.faults, 0);
    arena_free(&v.arena);
    office_free(v.office);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_ON_BOTH(pages),
        KIT_ON_BOTH(statements_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
