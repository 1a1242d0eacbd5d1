/* Groups and sums of lists, through the REST face and over summer time, on both stores. */
#include "face/crate_kit.h"

#include "flow/command.h"
#include "meta/list_group.h"
#include "meta/zone.h"

/* -- through the interface --------------------------------------------------------------------- */

static void make_five(struct crates *f)
{
    static const char *const rows[] = {
        "{\"code\":\"A\",\"name\":\"Tea\",\"price\":\"1.10\",\"weight\":\"0.5\","
        "\"colour\":\"red\","
        "\"site\":\"S1\",\"packed_on\":\"2026-01-31\",\"fee\":\"1.00\"}",
        "{\"code\":\"B\",\"name\":\"Tea\",\"price\":\"2.20\",\"weight\":\"1\",\"colour\":\"blue\","
        "\"site\":\"S2\",\"packed_on\":\"2026-02-01\",\"pieces\":4,\"fragile\":true}",
        "{\"code\":\"C\",\"name\":\"Coffee\",\"price\":\"-0.30\",\"weight\":\"2\","
        "\"colour\":\"red\","
        "\"site\":\"S2\",\"packed_on\":\"2026-02-28\",\"pieces\":3,\"spare\":7}",
        "{\"code\":\"D\",\"name\":\"Coffee\",\"price\":\"4.00\",\"colour\":\"green\","
        "\"packed_on\":\"2026-03-02\"}",
        "{\"code\":\"E\",\"name\":\"Coffee\",\"price\":\"8.00\",\"colour\":\"red\"}",
    };
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        ask(f, "packer", "POST", "/crates", rows[i], 201);
    }
}

static void groups_and_sums_come_by_field(void **state)
{
    struct crates *f = *state;
    make_five(f);
    ask(f, "packer", "GET", "/crates?group=colour&sum=price,weight,pieces", NULL, 200);
    assert_int_equal(at(f, "groups")->count, 3);
    has(f, "groups[0].key", "red"); /* in the order of the choices */
    has(f, "groups[0].label", "Red");
    has(f, "groups[0].count", "3");
    has(f, "groups[0].sums.price", "8.80");
    has(f, "groups[0].sums.weight", "2.5");
    has(f, "groups[0].sums.pieces", "3");
    has(f, "groups[1].key", "green");
    has(f, "groups[2].sums.price", "2.20");
    has(f, "total.count", "5");
    has(f, "total.sums.price", "15.00");
    has(f, "partial", "false");
    has(f, "more", "false");
    ask(f, "packer", "GET", "/crates?group=site", NULL, 200);
    has(f, "groups[0].key", "S2"); /* the most rows first */
    has(f, "groups[0].count", "2");
    has(f, "groups[1].key", "S1");
    assert_int_equal(number(f, "groups[1].id"), f->sites[0]);
    has(f, "groups[2].key", "null");
    has(f, "groups[2].count", "2");
    ask(f, "packer", "GET", "/crates?group=name&sum=spare", NULL, 200);
    has(f, "groups[0].key", "Coffee");
    has(f, "groups[0].sums.spare", "7");
    ask(f, "packer", "GET", "/crates?group=fragile", NULL, 200);
    has(f, "groups[0].key", "false");
    has(f, "groups[0].count", "4");
    has(f, "groups[1].label", "Yes");
    ask(f, "packer", "GET", "/crates?group=state&colour=red&price[gt]=0", NULL, 200);
    has(f, "groups[0].count", "2");
    has(f, "groups[0].label", "Open");
    ask(f, "packer", "GET", "/crates?sum=price&q=cof", NULL, 200);
    assert_int_equal(at(f, "groups")->count, 0);
    has(f, "total.count", "3");
    has(f, "total.sums.price", "11.70");
    ask(f, "packer@0", "GET", "/crates?group=colour&sum=price", NULL, 200); /* the row filter */
    has(f, "total.count", "3");
    ask(f, "admin@other", "GET", "/crates?group=colour", NULL, 200);
    has(f, "total.count", "0");
}

static void days_become_weeks_and_months(void **state)
{
    struct crates *f = *state;
    make_five(f);
    ask(f, "packer", "GET", "/crates?group=packed_on:month&sum=price", NULL, 200);
    has(f, "groups[0].key", "2026-03-01"); /* newest first */
    has(f, "groups[1].key", "2026-02-01");
    has(f, "groups[1].count", "2");
    has(f, "groups[1].sums.price", "1.90");
    has(f, "groups[2].key", "2026-01-01");
    has(f, "groups[3].key", "null");
    has(f, "groups[3].count", "1");
    ask(f, "packer", "GET", "/crates?group=packed_on:week", NULL, 200);
    has(f, "groups[0].key", "2026-03-02"); /* a Monday */
    has(f, "groups[1].key", "2026-02-23");
    has(f, "groups[2].key", "2026-01-26"); /* Saturday and Sunday */
    has(f, "groups[2].count", "2");
    ask(f, "packer", "GET", "/crates?group=packed_on", NULL, 200);
    has(f, "groups[0].key", "2026-03-02");
    assert_int_equal(at(f, "groups")->count, 5);
}

static void what_cannot_be_gathered_is_refused(void **state)
{
    static const struct {
        const char *target, *field;
    } rows[] = {
        { "/crates?group=nothing", "group" },
        { "/crates?group=secret", "group" },
        { "/crates?group=tags", "group" },
        { "/crates?group=note", "group" },
        { "/crates?group=colour:month", "group" },
        { "/crates?group=packed_on:hour", "group" },
        { "/crates?group=packed_on:x", "group" },
        { "/crates?sum=name", "sum" },
        { "/crates?group=lines", "group" },
        { "/crates?sum=price,nothing", "sum" },
        { "/crates?sum=fill", "sum" },
        { "/crates?sum=secret", "sum" },
    };
    struct crates *f = *state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        refused(f, "packer", "GET", rows[i].target, NULL, 422, "unknown_filter", rows[i].field);
    }
    refused(f, "packer", "GET", "/crates?sum=price,price,price,price,price,price,price,price,price",
            NULL, 422, "too_large", "sum");
    refused(f, "stranger", "GET", "/crates?group=colour", NULL, 403, "forbidden", NULL);
}

/* -- within the store -------------------------------------------------------------------------- */

struct gathering {
    struct crates *f;
    enum group_cut cut;
    const char *zone;
    instant_t packed_at[12];
    size_t n_packed;
    int many;      /* crates to be made without a time */
    int64_t price; /* of each */
    struct groups groups;
    struct arena arena;
    enum err outcome;
};

static enum err make_crates(struct tx *tx, void *arg)
{
    struct gathering *g = arg;
    struct cx cx;
    struct arena a;
    const struct who who = { .user = 1, .company = 1, .all = true, .all_sites = true };
    enum err e = OK;
    static int serial;
    arena_init(&a, (size_t)256 << 20);
    cx_init(&cx, g->f->house, &a, tx, &who, "en");
    for (size_t i = 0; i < g->n_packed + (size_t)g->many && e == OK; i++) {
        struct crate c = { .packed_on = DATE_NONE, .packed_at = INSTANT_NONE };
        c.code = text_fmt(&a, "N%d", ++serial);
        c.name = text_fmt(&a, "N%zu", i);
        c.price = money_of(g->price);
        if (i < g->n_packed) {
            c.packed_at = g->packed_at[i];
        }
        e = store_insert(&cx, &crate_entity, &c);
    }
    cx_done(&cx);
    arena_free(&a);
    return e;
}

static enum err gather(struct tx *tx, void *arg)
{
    struct gathering *g = arg;
    struct cx cx;
    const struct who who = { .user = 1, .company = 1, .all = true, .all_sites = true };
    const struct list_query q = { .entity = &crate_entity };
    const struct group_by by = { g->zone ? TEXT("packed_at") : TEXT("name"), g->cut,
                                 text_of(g->zone) };
    const text_t sums[] = { TEXT("price") };
    cx_init(&cx, g->f->house, &g->arena, tx, &who, "en");
    g->outcome = list_group(&cx, &q, &by, sums, 1, &g->groups);
    cx_done(&cx);
    return g->outcome;
}

static instant_t moment(const char *text)
{
    instant_t t;
    assert_int_equal(instant_parse(text, strlen(text), &t), OK);
    return t;
}

static void expect(struct gathering *g, enum group_cut cut, const char *const *keys,
                   const int64_t *counts, size_t n)
{
    g->cut = cut;
    arena_reset(&g->arena);
    assert_int_equal(db_read(g->f->db, gather, g), OK);
    assert_int_equal(g->groups.n, n);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(g->groups.items[i].key.s, keys[i]);
        assert_int_equal(g->groups.items[i].n, counts[i]);
    }
}

static void times_are_cut_by_the_clock_of_the_zone(void **state)
{
    /* In Madrid clocks went from 03:00 back to 02:00 on 25 October 2026 at 01:00 UTC. */
    static const char *const at[] = {
        "2026-10-24T21:59:59.999999Z", /* 24 October, 23:59 there */
        "2026-10-24T22:00:00Z",        /* 25 October, 00:00 */
        "2026-10-25T00:30:00Z",        /* 02:30, the first time */
        "2026-10-25T01:30:00Z",        /* 02:30, the second time */
        "2026-10-25T02:00:00Z",        /* 03:00 */
        "2026-10-25T22:59:00Z",        /* 23:59 */
        "2026-10-25T23:00:00Z",        /* 26 October, 00:00; a Monday */
        "1969-12-31T22:59:00Z",        /* before the era, 23:59 */
    };
    static const char *const days[] = { "2026-10-26", "2026-10-25", "2026-10-24", "1969-12-31" };
    static const int64_t n_days[] = { 1, 5, 1, 1 };
    static const char *const hours[] = { "2026-10-26T00", "2026-10-25T23", "2026-10-25T03",
                                         "2026-10-25T02", "2026-10-25T00", "2026-10-24T23",
                                         "1969-12-31T23" };
    static const int64_t n_hours[] = { 1, 1, 1, 2, 1, 1, 1 };
    static const char *const weeks[] = { "2026-10-26", "2026-10-19", "1969-12-29" };
    static const int64_t n_weeks[] = { 1, 6, 1 };
    static const char *const india[] = { "2026-10-26", "2026-10-25", "1970-01-01" };
    static const int64_t n_india[] = { 2, 5, 1 };
    struct gathering g = { .f = *state, .zone = "Europe/Madrid", .n_packed = N_ELEMENTS(at) };
    for (size_t i = 0; i < N_ELEMENTS(at); i++) {
        g.packed_at[i] = moment(at[i]);
    }
    arena_init(&g.arena, (size_t)64 << 20);
    assert_int_equal(db_write(g.f->db, make_crates, &g), OK);
    expect(&g, GROUP_VALUE, days, n_days, 4);
    assert_int_equal(g.groups.items[1].from.us, moment("2026-10-24T22:00:00Z").us);
    assert_int_equal(g.groups.items[1].until.us, moment("2026-10-25T23:00:00Z").us);
    expect(&g, GROUP_HOUR, hours, n_hours, 7);
    assert_int_equal(g.groups.items[3].from.us, moment("2026-10-25T00:00:00Z").us);
    assert_int_equal(g.groups.items[3].until.us, moment("2026-10-25T02:00:00Z").us);
    expect(&g, GROUP_WEEK, weeks, n_weeks, 3);
    g.zone = "Asia/Kolkata"; /* five hours and a half ahead */
    expect(&g, GROUP_DAY, india, n_india, 3);
    arena_free(&g.arena);
}

static void what_is_too_much_is_said(void **state)
{
    struct gathering g = { .f = *state, .many = 1200, .price = 1 };
    arena_init(&g.arena, (size_t)256 << 20);
    for (int i = 0; i < 9; i++) { /* 10,800 of 1,200 names */
        assert_int_equal(db_write(g.f->db, make_crates, &g), OK);
    }
    assert_int_equal(db_read(g.f->db, gather, &g), OK);
    assert_true(g.groups.partial);
    assert_true(g.groups.more);
    assert_int_equal(g.groups.n, GROUPS_MAX);
    assert_int_equal(g.groups.total.n, GROUP_SCAN_MAX);
    assert_int_equal(g.groups.total.sums[0], GROUP_SCAN_MAX);
    assert_int_equal(g.groups.items[0].n, 9);
    arena_free(&g.arena);
}

static void sums_beyond_64_bits_are_refused(void **state)
{
    struct gathering g = { .f = *state, .many = 3, .price = INT64_MAX / 2 };
    arena_init(&g.arena, (size_t)64 << 20);
    assert_int_equal(db_write(g.f->db, make_crates, &g), OK);
    assert_int_equal(db_read(g.f->db, gather, &g), ERR_REFUSED);
    arena_free(&g.arena);
}

static void days_begin_where_clocks_say(void **state)
{
    static const struct {
        const char *zone, *day, *begins;
    } rows[] = {
        { NULL, "2026-11-21", "2026-11-21T00:00:00Z" },
        { "Europe/Madrid", "2026-11-21", "2026-11-20T23:00:00Z" },
        { "Europe/Madrid", "2026-03-29", "2026-03-28T23:00:00Z" },
        { "Europe/Madrid", "2026-03-30", "2026-03-29T22:00:00Z" },
        { "Asia/Kolkata", "2026-11-21", "2026-11-20T18:30:00Z" },
        { "America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z" }, /* 00:00 is skipped */
        { "America/Havana", "2024-11-03", "2024-11-03T04:00:00Z" },    /* 00:30 comes twice */
        { "Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z" }, /* the day before did not exist */
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        date_t day;
        assert_int_equal(date_parse(rows[i].day, 10, &day), OK);
        instant_t t = zone_day_begins(text_of(rows[i].zone), day);
        if (t.us != moment(rows[i].begins).us) {
            fail_msg("%s in %s", rows[i].day, rows[i].zone);
        }
        assert_int_equal(zone_day(text_of(rows[i].zone), t).days, day.days);
        assert_true(zone_day(text_of(rows[i].zone), (instant_t){ t.us - 1 }).days < day.days);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(groups_and_sums_come_by_field),
        ON_BOTH(days_become_weeks_and_months),
        ON_BOTH(what_cannot_be_gathered_is_refused),
        ON_BOTH(times_are_cut_by_the_clock_of_the_zone),
        ON_BOTH(what_is_too_much_is_said),
        ON_BOTH(sums_beyond_64_bits_are_refused),
        cmocka_unit_test(days_begin_where_clocks_say),
    };
    return arena_reserve_init() != OK || cmocka_run_group_tests(tests, NULL, NULL);
}
