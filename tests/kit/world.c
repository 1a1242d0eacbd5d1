/* See world.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit/world.h"
#include "meta/kinds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool begins_with(const char *s, const char *beginning)
{
    return strncmp(s, beginning, strlen(beginning)) == 0;
}

bool world_may(const struct person *p, const char *permission)
{
    bool granted = strcmp(p->role->name, "admin") == 0;
    for (const char *const *held = p->role->permissions; *held && !granted; held++) {
        char beginning[80];
        size_t n = strlen(*held);
        if ((*held)[n - 1] == '*') {
            (void)snprintf(beginning, sizeof beginning, "%.*s", (int)(n - 1), *held);
            granted = begins_with(permission, beginning);
        } else {
            granted = strcmp(*held, permission) == 0;
        }
    }
    return granted;
}

/* The letters at the beginning of a word: inside one they are chance, of a key or a hash. */
static const char *word(const char *answer, const char *letters)
{
    for (const char *at = answer; (at = strstr(at, letters)) != NULL; at++) {
        char before = at > answer ? at[-1] : ' ';
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+/", before)) {
            return at;
        }
    }
    return NULL;
}

const char *world_leak(const char *answer, bool one_site)
{
    const char *at = word(answer, "QY");
    return at || !one_site ? at : word(answer, "QX");
}

/* -- the world --------------------------------------------------------------------------------- */

/* {} stands for the record that the request with that name made: QXS, draft ... */
static const struct {
    int status;
    const char *path, *body;
} here[] = {
    { 201, "/categories", "{\"code\":\"K\",\"name\":\"Kitchen\"}" },
    { 201, "/price_lists", "{\"code\":\"PL\",\"name\":\"Club\",\"currency\":\"EUR\"}" },
    { 201, "/prices", "{\"list\":\"PL\",\"product\":\"TEA\",\"price\":\"9.00\"}" },
    { 201, "/discount_rules",
      "{\"code\":\"D\",\"name\":\"Tenth\",\"percent\":\"10\",\"product\":"
      "\"GIFT\"}" },
    { 201, "/dimensions", "{\"code\":\"DIM\",\"name\":\"Project\"}" },
    { 201, "/custom_fields",
      "{\"entity\":\"product\",\"name\":\"x_note\",\"label\":\"Note\","
      "\"kind\":\"text\"}" },
    { 201, "/handover_rules",
      "{\"event\":\"sales_order.checked_out\",\"title\":\"Thank them\","
      "\"role\":\"sales\"}" },
    { 201, "/products",
      "{\"code\":\"BOX\",\"name\":\"Box\",\"barcodes\":[{\"code\":\"4006381333931\""
      "}],\"price\":\"3.00\",\"tax\":\"IVA21\"}" },
    { 201, "/saved_views", "{\"name\":\"QY is mine alone\",\"entity\":\"products\"}" },
    { 201, "/saved_views",
      "{\"name\":\"Tea\",\"entity\":\"products\",\"query\":\"q=tea\","
      "\"shared\":true}" },
    { 201, "/webhooks/create",
      "{\"name\":\"Shop\",\"url\":\"https://shop.example/hook\",\"events\":\"*\"}" },
    { 201, "/units", "{\"code\":\"crate\",\"name\":\"Crate\"}" },
    { 201, "/products",
      "{\"code\":\"JAR\",\"name\":\"Jar\",\"units\":[{\"unit\":\"crate\","
      "\"factor\":\"12\"}]}" },
    { 201, "/sales_orders/checkout",
      "{\"till\":\"T1\",\"customer\":\"C1\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"3\"},"
      "{\"product\":\"MUG\",\"quantity\":\"1\"}],\"tenders\":[{\"kind\":\"cash\",\"amount\":"
      "\"100.00\"}]}" },
    { 201, "/customer_payments/receive",
      "{\"customer\":\"C1\",\"kind\":\"transfer\",\"amount\":\"14.20\",\"site\":\"S1\"}" },
    { 201, "/stock_moves/count",
      "{\"site\":\"S1\",\"lines\":[{\"product\":\"TEA\",\"counted\":\"99000\"}]}" },
    { 201, "/stock_moves/transfer",
      "{\"from\":\"S1\",\"to\":\"S2\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"4\"}]}" },
    { 201, "/stock_moves/transfer",
      "{\"from\":\"S2\",\"to\":\"S1\",\"lines\":[{\"product\":\"MUG\",\"quantity\":\"4\"}]}" },
};

static const char *const there[][2] = {
    { "/sites", "{\"code\":\"QXS\",\"name\":\"QX Hidden\",\"kind\":\"store\",\"currency\":\"EUR\","
                "\"time_zone\":\"Europe/Madrid\"}" },
    { "/tills", "{\"code\":\"QXT\",\"name\":\"QX till\",\"site\":\"QXS\"}" },
    { "/stock_moves/receive",
      "{\"site\":\"QXS\",\"reference\":\"QX receipt\",\"lines\":["
      "{\"product\":\"TEA\",\"quantity\":\"50\",\"unit_cost\":\"4.00\"},"
      "{\"product\":\"MUG\",\"quantity\":\"50\",\"unit_cost\":\"4.00\"}]}" },
};
static const char *const there_later[][2] = {
    { "/sales_orders/checkout",
      "{\"till\":\"QXT\",\"customer\":\"C2\",\"reference\":\"QX sale\",\"lines\":[{\"product\":"
      "\"TEA\",\"quantity\":\"3\"},{\"product\":\"MUG\",\"quantity\":\"1\"}],\"tenders\":["
      "{\"kind\":\"cash\",\"amount\":\"100.00\"}]}" },
    { "/customer_payments/receive",
      "{\"customer\":\"C2\",\"kind\":\"transfer\",\"amount\":\"1.20\",\"site\":\"QXS\","
      "\"reference\":\"QX paid\"}" },
    { "/stock_moves/count", "{\"site\":\"QXS\",\"reason\":\"QX count\",\"lines\":[{\"product\":"
                            "\"TEA\",\"counted\":\"40\"}]}" },
    /* Everybody's to see, but not the site that they name. */
    { "/discount_rules", "{\"code\":\"FAR\",\"name\":\"Far away\",\"percent\":\"5\",\"site\":"
                         "\"QXS\"}" },
    { "/posting_rules", "{\"purpose\":\"revenue\",\"site\":\"QXS\",\"account\":\"4000\"}" },
    { "/places", "{\"code\":\"QXP\",\"name\":\"QX shelf\",\"site\":\"QXS\"}" },
    { "/stock_moves/transfer",
      "{\"from\":\"S2\",\"to\":\"QXS\",\"reference\":\"QX brought\",\"lines\":[{\"product\":"
      "\"TEA\",\"quantity\":\"4\"}]}" },
    { "/stock_moves/transfer",
      "{\"from\":\"QXS\",\"to\":\"S2\",\"reference\":\"QX sent\",\"lines\":[{\"product\":"
      "\"MUG\",\"quantity\":\"2\"}]}" },
};

/* An order that is promised at a site: reservations, tasks. */
static void place_order(struct shop *s, const char *site, const char *reference)
{
    char body[300], path[80];
    (void)snprintf(body, sizeof body,
                   "{\"site\":\"%s\",\"customer\":\"C1\",\"channel\":\"phone\",\"reference\":"
                   "\"%s\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"1\"}]}",
                   site, reference);
    (void)snprintf(path, sizeof path, "/sales_orders/%lld/place",
                   (long long)shop_must(s, 201, "POST", "/sales_orders", body));
    (void)shop_must(s, 200, "POST", path, "{}");
}

static void put_cash(struct shop *s, int64_t till, const char *reason)
{
    char body[100], path[80];
    (void)snprintf(path, sizeof path, "/tills/%lld/cash_in", (long long)till);
    (void)snprintf(body, sizeof body, "{\"amount\":\"5.00\",\"reason\":\"%s\"}", reason);
    (void)shop_must(s, 200, "POST", path, body);
}

/* A note and a file beside a record. */
static void lay_beside(struct shop *s, const char *collection, int64_t id, const char *word)
{
    char body[100], path[100];
    (void)snprintf(path, sizeof path, "/%s/%lld/notes", collection, (long long)id);
    (void)snprintf(body, sizeof body, "{\"text\":\"%s note\"}", word);
    (void)shop_must(s, 201, "POST", path, body);
    (void)snprintf(path, sizeof path, "/%s/%lld/attachments?name=%s.txt", collection, (long long)id,
                   word);
    (void)shop_must(s, 201, "POST", path, body);
}

static void post_entry(struct shop *s, const char *site, const char *memo)
{
    char body[500];
    (void)snprintf(body, sizeof body,
                   "{\"posted_on\":\"2026-03-02\",\"memo\":\"%s\",\"lines\":["
                   "{\"account\":\"1020\",\"debit\":\"10.00\",\"site\":\"%s\"},"
                   "{\"account\":\"3000\",\"credit\":\"10.00\",\"site\":\"%s\"}]}",
                   memo, site, site);
    (void)shop_must(s, 201, "POST", "/journal_entries", body);
}

static void build_other_company(struct world *w)
{
    static const char *const theirs[][2] = {
        { "/sites", "{\"code\":\"QYS\",\"name\":\"QY Hidden\",\"kind\":\"store\",\"currency\":"
                    "\"EUR\",\"time_zone\":\"Europe/Madrid\"}" },
        { "/products", "{\"code\":\"QYP\",\"name\":\"QY product\",\"price\":\"7.00\"}" },
        { "/parties", "{\"code\":\"QYC\",\"name\":\"QY customer\",\"is_customer\":true}" },
        { "/tills", "{\"code\":\"QYT\",\"name\":\"QY till\",\"site\":\"QYS\"}" },
        { "/stock_moves/receive",
          "{\"site\":\"QYS\",\"reference\":\"QY receipt\",\"lines\":["
          "{\"product\":\"QYP\",\"quantity\":\"5\",\"unit_cost\":\"4\"}]}" },
        { "/webhooks/create",
          "{\"name\":\"QY hook\",\"url\":\"https://shop.example/QY\",\"events\":\"*\"}" },
    };
    struct shop *s = &w->shop;
    text_t ours = s->admin;
    s->admin = shop_other_company(s, &w->other);
    int64_t till = 0;
    for (size_t i = 0; i < N_ELEMENTS(theirs); i++) {
        int64_t id = shop_must(s, 201, "POST", theirs[i][0], theirs[i][1]);
        till = i == 3 ? id : till;
    }
    char path[80];
    (void)snprintf(path, sizeof path, "/tills/%lld/open", (long long)till);
    (void)shop_must(s, 200, "POST", path, "{\"float\":\"10.00\"}");
    lay_beside(s, "tills", till, "QY");
    (void)shop_must(s, 201, "POST", "/sales_orders/checkout",
                    "{\"till\":\"QYT\",\"customer\":\"QYC\",\"lines\":[{\"product\":\"QYP\","
                    "\"quantity\":\"1\"}],\"tenders\":[{\"kind\":\"cash\",\"amount\":\"10.00\"}]}");
    s->admin = ours;
}

static void build(struct world *w)
{
    struct shop *s = &w->shop;
    char path[80];
    for (size_t i = 0; i < N_ELEMENTS(here); i++) {
        (void)shop_must(s, here[i].status, "POST", here[i].path, here[i].body);
    }
    place_order(s, "S1", "to be collected");
    put_cash(s, s->till_ids[1], "change");
    int64_t till = 0;
    for (size_t i = 0; i < N_ELEMENTS(there); i++) {
        int64_t id = shop_must(s, 201, "POST", there[i][0], there[i][1]);
        till = i == 1 ? id : till;
    }
    (void)snprintf(path, sizeof path, "/tills/%lld/open", (long long)till);
    (void)shop_must(s, 200, "POST", path, "{\"float\":\"10.00\"}");
    for (size_t i = 0; i < N_ELEMENTS(there_later); i++) {
        (void)shop_must(s, 201, "POST", there_later[i][0], there_later[i][1]);
    }
    lay_beside(s, "tills", s->till_ids[1], "Here");
    lay_beside(s, "tills", till, "QX");
    place_order(s, "QXS", "QX order");
    put_cash(s, till, "QX cash");
    post_entry(s, "S1", "Capital");
    post_entry(s, "QXS", "QX capital");
    (void)shop_person(s, "far", "cashier", "QXS");
    w->qx = kit_store_sql(s->url, "SELECT id FROM sites WHERE code = 'QXS'");
    w->s1 = kit_store_sql(s->url, "SELECT id FROM sites WHERE code = 'S1'");
    build_other_company(w);
}

/* -- records of each entity -------------------------------------------------------------------- */

/* The condition that a row is of a site (0: of none, or of S1), in SQL of its own. */
text_t world_site(struct world *w, const struct entity_info *info, bool hidden)
{
    struct arena *a = &w->shop.arena;
    const struct entity *e = info->entity;
    if (e->site) {
        return hidden ? text_fmt(a, "t.\"%s\" = %lld", e->site, (long long)w->qx)
                      : text_fmt(a, "(t.\"%s\" IS NULL OR t.\"%s\" = %lld)", e->site, e->site,
                                 (long long)w->s1);
    }
    if (e->parent) {
        const struct field *f = info_field(info, text_of(e->parent));
        const struct entity_info *parent = house_entity(w->shop.kontor.house, text_of(f->target));
        if (parent->entity->site) {
            const char *site = parent->entity->site;
            return text_fmt(a, "EXISTS (SELECT 1 FROM \"%s\" p WHERE p.id = t.\"%s\" AND %s)",
                            parent->entity->plural, e->parent,
                            hidden ? text_fmt(a, "p.\"%s\" = %lld", site, (long long)w->qx).s
                                   : text_fmt(a, "(p.\"%s\" IS NULL OR p.\"%s\" = %lld)", site,
                                              site, (long long)w->s1)
                                         .s);
        }
    }
    return hidden ? TEXT("1 = 0") : TEXT("1 = 1");
}

text_t world_own(struct world *w, const struct entity_info *info, int64_t user, bool somebodys)
{
    struct arena *a = &w->shop.arena;
    const char *own = info->entity->own;
    if (!own) {
        return somebodys ? TEXT("1 = 0") : TEXT("1 = 1");
    }
    return somebodys
               ? text_fmt(a, "t.\"%s\" IS NOT NULL", own)
               : text_fmt(a, "(t.\"%s\" IS NULL OR t.\"%s\" = %lld)", own, own, (long long)user);
}

int64_t world_number(struct world *w, const struct entity_info *info, const char *what,
                     int64_t company, text_t condition)
{
    const struct entity *e = info->entity;
    return kit_store_sql(w->shop.url,
                         text_fmt(&w->shop.arena,
                                  "SELECT %s FROM \"%s\" t WHERE t.%s = %lld AND t.archived = 0 "
                                  "AND %s",
                                  what, e->plural, e->flags & E_NO_COMPANY ? "id" : "company",
                                  (long long)company, condition.s)
                             .s);
}

static void find_records(struct world *w)
{
    size_t seen = 0, hidden = 0, foreign = 0;
    for (size_t i = 0; i < E_COUNT; i++) {
        const struct entity_info *info = house_info(w->shop.kontor.house, (enum entity_index)i);
        if (!info) {
            continue;
        }
        text_t everybodys = text_fmt(&w->shop.arena, "%s AND %s", world_site(w, info, false).s,
                                     world_own(w, info, 0, false).s);
        w->own[i] = world_number(w, info, "MIN(t.id)", w->shop.company, everybodys);
        w->personal[i] = world_number(w, info, "MIN(t.id)", w->shop.company,
                                      world_own(w, info, 0, true));
        w->hidden[i] = world_number(w, info, "MIN(t.id)", w->shop.company,
                                    world_site(w, info, true));
        w->foreign[i] = world_number(w, info, "MIN(t.id)", w->other, TEXT("1 = 1"));
        seen += w->own[i] != 0;
        hidden += w->hidden[i] != 0;
        foreign += w->foreign[i] != 0;
    }
    /* The world has something behind nearly every door. */
    assert_true(seen >= 49 && hidden >= 20 && foreign >= 22);
    assert_true(w->personal[E_saved_view] != 0);
}

static void people_come(struct world *w)
{
    char name[60];
    for (size_t r = 0; r < n_roles; r++) {
        for (int one = 0; one < 2; one++) {
            assert_true(w->n_people < PEOPLE_MAX);
            (void)snprintf(name, sizeof name, "%s-%s", roles[r].name, one ? "one" : "all");
            w->people[w->n_people++] = (struct person){
                shop_person(&w->shop, name, roles[r].name, one ? "S1" : NULL), &roles[r], one,
                kit_store_sql(
                    w->shop.url,
                    text_fmt(&w->shop.arena, "SELECT id FROM user_accounts WHERE code = '%s'", name)
                        .s)
            };
        }
    }
}

const char *world_value(struct world *w, const struct field *f)
{
    if (f->kind == &kind_ref) {
        const struct entity_info *t = house_entity(w->shop.kontor.house, text_of(f->target));
        return text_fmt(&w->shop.arena, "%lld", (long long)w->own[t->entity->index]).s;
    }
    return f->kind == &kind_date      ? "2026-03-31"
           : f->kind == &kind_time    ? "2026-03-31T00:00:00Z"
           : f->kind == &kind_choice  ? f->choices[0].name
           : f->kind == &kind_boolean ? "true"
                                      : "1";
}

/* -- coming and going -------------------------------------------------------------------------- */

void world_open(struct world *w, enum db_store store)
{
    *w = (struct world){ .asked = 0 };
    shop_open(&w->shop, store);
    build(w);
    people_come(w);
    find_records(w);
}

void world_close(struct world *w)
{
    shop_close(&w->shop);
}
