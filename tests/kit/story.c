/* The story runner: see story.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/verify.h"
#include "face/rest.h"
#include "flow/work.h"
#include "kit/store.h"
#include "story.h"

#include <stdio.h>
#include <stdlib.h>

#define VARIABLES_MAX 200
#define LINE_MAX      ((size_t)64 * 1024)
#define SAID_MAX      1200

const char STORY_SETUP[] =
    "clock 2026-03-02T09:00:00Z\n"
    "admin POST /taxes {\"code\":\"IVA21\",\"name\":\"IVA 21 "
    "%\",\"rate\":\"21\",\"included\":true} => 201\n"
    "admin POST /taxes {\"code\":\"IVA10\",\"name\":\"IVA 10 "
    "%\",\"rate\":\"10\",\"included\":true} => 201\n"
    "admin POST /taxes {\"code\":\"IVA0\",\"name\":\"Exento\",\"rate\":\"0\",\"included\":true} "
    "=> 201\n"
    "admin POST /sites {\"code\":\"S1\",\"name\":\"Tienda "
    "Uno\",\"kind\":\"store\",\"currency\":\"EUR\",\"time_zone\":\"Europe/Madrid\"} => 201\n"
    "admin POST /sites {\"code\":\"S2\",\"name\":\"Tienda "
    "Dos\",\"kind\":\"store\",\"currency\":\"EUR\",\"time_zone\":\"Europe/Madrid\"} => 201\n"
    "admin POST /sites "
    "{\"code\":\"DC\",\"name\":\"Almacen\",\"kind\":\"distribution_centre\",\"currency\":\"EUR\""
    ",\"time_zone\":\"Europe/Madrid\"} => 201\n"
    "admin POST /products {\"code\":\"TEA\",\"name\":\"Green tea 250 "
    "g\",\"unit\":\"pc\",\"price\":\"10.00\",\"tax\":\"IVA10\"} => 201\n"
    "admin POST /products "
    "{\"code\":\"MUG\",\"name\":\"Mug\",\"unit\":\"pc\",\"price\":\"12.10\",\"tax\":\"IVA21\"} "
    "=> 201\n"
    "admin POST /products "
    "{\"code\":\"BOOK\",\"name\":\"Book\",\"unit\":\"pc\",\"price\":\"20.00\",\"tax\":\"IVA0\"} "
    "=> 201\n"
    "admin POST /products {\"code\":\"GIFT\",\"name\":\"Gift "
    "wrapping\",\"unit\":\"pc\",\"kind\":\"service\",\"price\":\"5.00\",\"tax\":\"IVA21\"} => 201\n"
    "admin POST /stock_moves/receive {\"site\":\"S1\",\"reference\":\"R1\",\"lines\":["
    "{\"product\":\"TEA\",\"quantity\":\"100\",\"unit_cost\":\"4.00\"},{\"product\":\"MUG\",\"qu"
    "antity\":\"50\",\"unit_cost\":\"5.00\"},"
    "{\"product\":\"BOOK\",\"quantity\":\"10\",\"unit_cost\":\"12.00\"}]} => 201\n"
    "admin POST /parties {\"code\":\"C1\",\"name\":\"Ana "
    "Garcia\",\"kind\":\"person\",\"is_customer\":true} => 201\n"
    "admin POST /loyalty_programs "
    "{\"code\":\"P1\",\"name\":\"Puntos\",\"points_per_unit\":\"1\",\"point_value\":\"0.01\",\"a"
    "ctive\":true} => 201\n"
    "admin POST /loyalty_accounts {\"number\":\"L1\",\"party\":\"C1\",\"program\":\"P1\"} => 201\n"
    "admin POST /tills {\"code\":\"T1\",\"name\":\"Caja 1\",\"site\":\"S1\"} => 201 id->$t1\n"
    "admin POST /tills {\"code\":\"T2\",\"name\":\"Caja 2\",\"site\":\"S2\"} => 201 id->$t2\n"
    "admin POST /tills/$t1/open {\"float\":\"100.00\"} => 200\n"
    "admin POST /tills/$t2/open {\"float\":\"100.00\"} => 200\n";

struct variable {
    text_t name, value;
};

struct story_run {
    const char *name, *store, *url;
    struct arena arena; /* for the whole run */
    struct kontor kontor;
    struct rest_server *server;
    int64_t company, site_ids[8];
    text_t site_codes[8];
    size_t n_sites;
    instant_t clock;
    struct variable variables[VARIABLES_MAX];
    size_t n_variables;
    size_t line;
    text_t at; /* the line that runs */
};

static _Noreturn void wrong(struct story_run *s, const char *expected, text_t came)
{
    fprintf(stderr, "\n%s on %s, line %zu:\n    %.*s\nexpected %s\ncame     %.*s\n", s->name,
            s->store, s->line, (int)(s->at.n < SAID_MAX ? s->at.n : SAID_MAX), s->at.s, expected,
            (int)(came.n < SAID_MAX ? came.n : SAID_MAX), came.s ? came.s : "");
    fail();
    abort();
}

/* -- who asks: the key of a request is the WHO of its line ------------------------------------- */

static struct story_run *running; /* one story at a time in a test program */

static enum err story_who(struct house *h, struct arena *a, text_t key, text_t cookie,
                          bool *by_cookie, struct who *out)
{
    text_t site = TEXT_NONE, role = text_split(key, '@', &site);
    (void)cookie;
    *by_cookie = false;
    int index = house_role(h, role);
    if (index < 0) {
        return ERR_NOT_FOUND;
    }
    *out = (struct who){ .user = 1000 + index,
                         .company = running->company,
                         .name = text_copy(a, role),
                         .roles = UINT64_C(1) << index,
                         .all = text_is(role, "admin"),
                         .all_sites = !site.s,
                         .language = "en" };
    for (size_t i = 0; site.s && i < running->n_sites; i++) {
        if (text_eq(site, running->site_codes[i])) {
            out->sites = &running->site_ids[i];
            out->n_sites = 1;
            out->user = 2000 + index * 10 +
                        (int64_t)i; /* its row in user_sites is made by the run */
        }
    }
    return OK;
}

/* The first use of cashier@S1 gives every role a person of that site, as the store knows them. */
static void people_of(struct story_run *s, text_t site)
{
    for (size_t i = 0; i < s->n_sites; i++) {
        if (text_eq(s->site_codes[i], site)) {
            return;
        }
    }
    assert_true(s->n_sites < N_ELEMENTS(s->site_ids));
    size_t at = s->n_sites;
    long long id = kit_store_sql(
        s->url,
        text_fmt(&s->arena, "SELECT id FROM sites WHERE code = '%.*s'", (int)site.n, site.s).s);
    if (id == 0) {
        wrong(s, "a site with that code", site);
    }
    for (size_t role = 0; role < s->kontor.plan.n_roles; role++) {
        kit_store_sql(
            s->url,
            text_fmt(&s->arena,
                     "INSERT INTO user_sites (id, version, company, archived, user_account, site)"
                     " VALUES (%zu, 1, %lld, 0, %zu, %lld)",
                     2000 + role * 10 + at, (long long)s->company, 2000 + role * 10 + at, id)
                .s);
    }
    s->site_ids[at] = id;
    s->site_codes[at] = text_copy(&s->arena, site);
    s->n_sites++;
}

static instant_t story_now(void *arg)
{
    struct story_run *s = arg;
    s->clock.us += US_PER_SECOND;
    return s->clock;
}

/* -- a line ------------------------------------------------------------------------------------ */

/* $name by what was kept under it; the longest name wins. */
static text_t with_variables(struct story_run *s, text_t in)
{
    struct buf b;
    buf_init(&b, &s->arena, LINE_MAX);
    for (size_t i = 0; i < in.n;) {
        const struct variable *best = NULL;
        for (size_t v = 0; in.s[i] == '$' && v < s->n_variables; v++) {
            text_t name = s->variables[v].name;
            if (in.n - i >= name.n && memcmp(in.s + i, name.s, name.n) == 0 &&
                (!best || name.n >= best->name.n)) {
                best = &s->variables[v];
            }
        }
        if (best) {
            buf_text(&b, best->value);
            i += best->name.n;
        } else {
            buf_char(&b, in.s[i++]);
        }
    }
    return buf_done(&b);
}

static enum http_method method_of(struct story_run *s, text_t word)
{
    static const struct {
        const char *name;
        enum http_method method;
    } methods[] = { { "GET", HTTP_GET },
                    { "POST", HTTP_POST },
                    { "PATCH", HTTP_PATCH },
                    { "DELETE", HTTP_DELETE },
                    { "PUT", HTTP_PUT } };
    for (size_t i = 0; i < N_ELEMENTS(methods); i++) {
        if (text_is(word, methods[i].name)) {
            return methods[i].method;
        }
    }
    wrong(s, "a method", word);
}

/* The value at lines[0].product.code, or NULL. */
static const struct json *value_at(const struct json *j, text_t path)
{
    size_t i = 0;
    while (j && i < path.n) {
        if (path.s[i] == '[') {
            size_t index = 0;
            for (i++; i < path.n && path.s[i] != ']'; i++) {
                index = index * 10 + (size_t)(path.s[i] - '0');
            }
            i++;
            const struct json *item = j->type == JSON_ARRAY ? j->first : NULL;
            while (item && index-- > 0) {
                item = item->next;
            }
            j = item;
        } else {
            size_t begin = path.s[i] == '.' ? ++i : i;
            char name[128];
            while (i < path.n && path.s[i] != '.' && path.s[i] != '[') {
                i++;
            }
            snprintf(name, sizeof name, "%.*s", (int)(i - begin), path.s + begin);
            j = j->type == JSON_OBJECT ? json_get(j, name) : NULL;
        }
    }
    return j;
}

static text_t scalar(struct story_run *s, const struct json *j)
{
    struct buf b;
    if (!j) {
        return TEXT("(not there)");
    }
    if (j->type == JSON_STRING || j->type == JSON_NUMBER) {
        return j->text;
    }
    if (j->type == JSON_OBJECT && json_get(j, "code")) { /* a reference is known by its code */
        return json_get_text(j, "code");
    }
    buf_init(&b, &s->arena, LINE_MAX);
    json_write(&b, j);
    return buf_done(&b);
}

static text_t unquoted(text_t t)
{
    return t.n >= 2 && t.s[0] == '"' && t.s[t.n - 1] == '"' ? (text_t){ t.s + 1, t.n - 2 } : t;
}

static bool contains(text_t whole, text_t part)
{
    for (size_t i = 0; i + part.n <= whole.n; i++) {
        if (memcmp(whole.s + i, part.s, part.n) == 0) {
            return true;
        }
    }
    return part.n == 0;
}

static void keep(struct story_run *s, text_t name, text_t value)
{
    for (size_t i = 0; i < s->n_variables; i++) {
        if (text_eq(s->variables[i].name, name)) {
            s->variables[i].value = text_copy(&s->arena, value);
            return;
        }
    }
    assert_true(s->n_variables < VARIABLES_MAX);
    s->variables[s->n_variables++] = (struct variable){ text_copy(&s->arena, name),
                                                        text_copy(&s->arena, value) };
}

static void check_one(struct story_run *s, text_t check, const struct json *answer, text_t body)
{
    size_t i = 0;
    while (i < check.n && !strchr("=~!#", check.s[i]) &&
           !(check.s[i] == '-' && i + 1 < check.n && check.s[i + 1] == '>')) {
        i++;
    }
    text_t path = { check.s, i }, rest = { check.s + i, check.n - i };
    const struct json *j = value_at(answer, path);
    text_t value = scalar(s, j);
    text_t told = text_fmt(&s->arena, "%.*s", (int)check.n, check.s);
    bool holds = false;
    if (text_starts(rest, "->")) {
        keep(s, (text_t){ rest.s + 2, rest.n - 2 }, value);
        holds = j != NULL;
    } else if (text_starts(rest, "#=")) {
        holds = j &&
                text_eq(text_fmt(&s->arena, "%zu", j->count), (text_t){ rest.s + 2, rest.n - 2 });
    } else if (text_starts(rest, "!=")) {
        holds = !text_eq(value, unquoted((text_t){ rest.s + 2, rest.n - 2 }));
    } else if (text_is(rest, "!")) {
        holds = j != NULL;
    } else if (text_starts(rest, "~")) {
        holds = contains(value, unquoted((text_t){ rest.s + 1, rest.n - 1 }));
    } else if (text_starts(rest, "=")) {
        text_t wanted = unquoted((text_t){ rest.s + 1, rest.n - 1 });
        holds = text_eq(value, wanted) || (text_is(wanted, "null") && (!j || j->type == JSON_NULL));
    }
    if (!holds) {
        wrong(s, text_fmt(&s->arena, "%s, but it is %.*s", told.s, (int)value.n, value.s).s, body);
    }
}

/* The next word; quotes hold blanks together. */
static text_t next_word(text_t *rest)
{
    text_t t = text_trim(*rest);
    size_t i = 0;
    bool quoted = false;
    while (i < t.n && (quoted || t.s[i] != ' ')) {
        quoted ^= t.s[i] == '"';
        i++;
    }
    *rest = (text_t){ t.s + i, t.n - i };
    return (text_t){ t.s, i };
}

static void ask(struct story_run *s, text_t line)
{
    size_t arrow = 0;
    while (arrow + 4 <= line.n && memcmp(line.s + arrow, " => ", 4) != 0) {
        arrow++;
    }
    if (arrow + 4 > line.n) {
        wrong(s, "an arrow => with a status", line);
    }
    text_t rest = with_variables(s, (text_t){ line.s, arrow });
    text_t expect = with_variables(s, (text_t){ line.s + arrow + 4, line.n - arrow - 4 });
    text_t checks_raw = { line.s + arrow + 4, line.n - arrow - 4 };
    text_t who = next_word(&rest), method = next_word(&rest), path = next_word(&rest),
           query = TEXT_NONE;
    struct arena a;
    text_t site = TEXT_NONE;
    (void)text_split(who, '@', &site);
    if (site.s) {
        people_of(s, site);
    }
    arena_init(&a, (size_t)64 << 20);
    struct rest_request r = { .arena = &a,
                              .method = method_of(s, method),
                              .peer = TEXT("127.0.0.1") };
    path = text_split(path, '?', &query);
    r.path = path.n && path.s[0] == '/' && !text_starts(path, "/api/") &&
                     !text_starts(path, "/healthz")
                 ? text_fmt(&a, "/api/v1%.*s", (int)path.n, path.s)
                 : text_copy(&a, path);
    r.query = text_copy(&a, query);
    text_t body = text_trim(rest);
    if (text_starts(body, "KEY=")) {
        text_t word = next_word(&body);
        r.idempotency_key = text_copy(&a, (text_t){ word.s + 4, word.n - 4 });
        body = text_trim(body);
    }
    if (body.n) {
        r.body = text_copy(&a, body);
        r.content_type = TEXT("application/json");
    }
    if (!text_is(who, "anyone")) {
        r.authorization = text_fmt(&a, "Bearer %.*s", (int)who.n, who.s);
    }
    rest_call(s->server, &r);
    text_t status = next_word(&expect);
    (void)next_word(&checks_raw);
    if (!text_eq(status, text_fmt(&a, "%d", r.answer.status))) {
        wrong(s, text_fmt(&a, "status %.*s, not %d", (int)status.n, status.s, r.answer.status).s,
              r.answer.body);
    }
    struct json *j = NULL;
    struct json_fault fault;
    if (r.answer.body.n && json_parse(&a, r.answer.body.s, r.answer.body.n, &j, &fault) != OK) {
        j = NULL;
    }
    /* Names after -> are taken as written, everything else with variables replaced. */
    for (text_t word = next_word(&checks_raw); word.n; word = next_word(&checks_raw)) {
        bool keeps = contains(word, TEXT("->$"));
        check_one(s, keeps ? word : with_variables(s, word), j, r.answer.body);
    }
    arena_free(&a);
}

/* -- verify ------------------------------------------------------------------------------------ */

static void note_fault(void *arg, const struct verify_result *r)
{
    if (r->n) {
        buf_fmt(arg, "%s, %zu rows, the first:\n", r->invariant->name, r->n);
        buf_text(arg, r->faults);
    }
}

static void verify(struct story_run *s)
{
    struct arena a;
    struct buf faults;
    size_t broken;
    arena_init(&a, (size_t)16 << 20);
    buf_init(&faults, &a, 100000);
    enum err e = verify_house(&s->kontor, note_fault, &faults, &broken);
    if (e != OK || broken) {
        wrong(s, "every invariant to hold",
              text_fmt(&s->arena, "%s\n%s", err_name(e), faults.n ? faults.p : ""));
    }
    arena_free(&a);
}

/* -- a run ------------------------------------------------------------------------------------- */

static void run_line(struct story_run *s, text_t line)
{
    s->at = line;
    if (text_is(text_trim(line), "verify")) {
        verify(s);
    } else if (text_is(text_trim(line), "work")) {
        (void)worker_round(s->kontor.house, s->clock);
    } else if (text_starts(line, "clock ")) {
        text_t when = text_trim((text_t){ line.s + 6, line.n - 6 });
        if (instant_parse(when.s, when.n, &s->clock) != OK) {
            wrong(s, "an instant", when);
        }
    } else {
        ask(s, line);
    }
}

static void run_text(struct story_run *s, const char *story)
{
    struct buf line;
    text_t rest = text_of(story);
    s->line = 0;
    size_t n = 0;
    buf_init(&line, &s->arena, LINE_MAX);
    while (rest.s) {
        text_t one = text_split(rest, '\n', &rest);
        n++;
        if (one.n && one.s[0] != ' ' && one.s[0] != '\t' && line.n) {
            run_line(s, buf_done(&line));
            buf_init(&line, &s->arena, LINE_MAX);
        }
        text_t trimmed = text_trim(one);
        if (trimmed.n == 0 || trimmed.s[0] == '#') {
            continue;
        }
        if (line.n) {
            buf_char(&line, ' ');
        } else {
            s->line = n;
        }
        buf_text(&line, line.n ? trimmed : one);
    }
    if (line.n) {
        run_line(s, buf_done(&line));
    }
}

static void found_company(struct story_run *s)
{
    struct who nobody = kontor_system(0);
    static const char company[] =
        "{\"code\":\"TEST\",\"name\":\"Test\",\"country\":\"ES\",\"currency\":\"EUR\",\"languag"
        "e\":\"en\","
        "\"time_zone\":\"Europe/Madrid\",\"prices_include_tax\":true}";
    struct json_fault fault;
    struct json *args;
    const struct entity_info *info = house_entity(s->kontor.house, TEXT("company"));
    assert_int_equal(json_parse(&s->arena, company, sizeof company - 1, &args, &fault), OK);
    struct call call = { .house = s->kontor.house,
                         .arena = &s->arena,
                         .who = &nobody,
                         .verb = CALL_CREATE,
                         .entity = info->entity,
                         .args = args,
                         .now = s->clock };
    if (flow_call(&call) != OK) {
        wrong(s, "the company to be made", call.answer);
    }
    s->company = call.answer_id;
    struct who founder = kontor_system(s->company);
    struct call set_up = { .house = s->kontor.house,
                           .arena = &s->arena,
                           .who = &founder,
                           .entity = info->entity,
                           .command = house_command(s->kontor.house, info->entity, TEXT("set_up")),
                           .record_id = s->company,
                           .now = s->clock };
    if (flow_call(&set_up) != OK) {
        wrong(s, "the books to be founded", set_up.answer);
    }
}

static void run_on(const char *name, enum db_store store, const char *setup, const char *story)
{
    struct story_run s = { .name = name, .store = store == DB_SQLITE ? "SQLite" : "PostgreSQL" };
    char url[KIT_URL_MAX], why[256];
    running = &s;
    arena_init(&s.arena, (size_t)512 << 20);
    s.clock.us = INT64_C(1772442000) * US_PER_SECOND; /* 2026-03-02 09:00:00 UTC */
    kit_store_new(store, url);
    s.url = url;
    if (kontor_open(&s.kontor, (struct db_config){ .url = url }, why) != OK) {
        wrong(&s, "the store to open", text_of(why));
    }
    found_company(&s);
    struct rest_config config = {
        .house = s.kontor.house, .authenticate = story_who, .now = story_now, .arg = &s
    };
    s.server = rest_new(&config);
    run_text(&s, setup);
    run_text(&s, story);
    rest_free(s.server);
    kontor_close(&s.kontor);
    kit_store_drop(url);
    arena_free(&s.arena);
}

void story_on_both_stores(const char *name, const char *setup, const char *story)
{
    run_on(name, DB_SQLITE, setup, story);
    run_on(name, DB_POSTGRES, setup, story);
}
