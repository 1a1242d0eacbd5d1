/* A throw-away house for the tests of the generic faces: crates with every kind of field, their
 * lines, sites; and requests without sockets.
 *
 * Who asks is the bearer key: "admin", "packer" (reads and writes), "reader" (reads), "stranger"
 * (nothing); "packer@N" has only site N. */
#ifndef KONTOR_CRATE_KIT_H
#define KONTOR_CRATE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/db.h"
#include "face/rest.h"
#include "flow/command.h"
#include "flow/handover.h"
#include "flow/log.h"
#include "flow/slow.h"
#include "kit/store.h"
#include "meta/schema.h"
#include "meta/store.h"

#include <stdio.h>
#include <stdlib.h>

#pragma GCC diagnostic ignored "-Wunused-function" /* not every test needs all of it */

/* -- what there is ----------------------------------------------------------------------- */

typedef struct {
    int64_t id;
} crate_ref;

struct depot { /* the sites of this house */
    struct record record;
    text_t code, name;
};

struct crate {
    struct record record;
    text_t code, name, note;
    int64_t pieces, spare;
    flag_t fragile;
    money_t price, fee;
    text_t currency;
    qty_t weight;
    rate_t fill;
    date_t packed_on;
    instant_t packed_at;
    choice_t colour, state;
    site_ref site;
    crate_ref above;
    text_t paper, tags, secret;
    int64_t seals;
    lines_t lines;
};

struct crate_line {
    struct record record;
    crate_ref crate;
    text_t item;
    qty_t quantity;
};

static const struct field depot_rows[] = {
    F_TEXT(depot, code, N_("Code"), .flags = F_REQUIRED, .max = 20),
    F_TEXT(depot, name, N_("Name"), .flags = F_REQUIRED),
};
static const struct entity depot_entity = {
    .index = E_site,
    .name = "site",
    .plural = "sites",
    .label = "Site",
    .label_plural = "Sites",
    .help = "Places.",
    .shape = SHAPE(depot, depot_rows),
    .code = "code",
    .title = "name",
    .read = "depot.read",
    .write = "depot.write",
    .site = "id",
    .flags = E_CACHED,
};

static const struct choice colours[] = { { "red", "Red" },
                                         { "green", "Green" },
                                         { "blue", "Blue" } };
static const struct choice states[] = { { "open", "Open" },
                                        { "sealed", "Sealed" },
                                        { "sent", "Sent" } };

static const struct field crate_rows[] = {
    F_TEXT(crate, code, N_("Code"), .flags = F_REQUIRED, .max = 20),
    F_TEXT(crate, name, N_("Name"), .flags = F_REQUIRED | F_SEARCH, .max = 60),
    F_LONG_TEXT(crate, note, N_("Note"), .flags = F_SEARCH),
    F_INTEGER(crate, pieces, N_("Pieces"), .flags = F_NOT_NEGATIVE | F_EVENT, .max = 1000),
    F_INTEGER(crate, spare, N_("Spare pieces"), .flags = F_NULLABLE),
    F_BOOLEAN(crate, fragile, N_("Fragile")),
    F_MONEY(crate, price, N_("Price"), .flags = F_INDEX),
    F_MONEY(crate, fee, N_("Fee"), .currency = "currency"),
    F_CURRENCY(crate, currency, N_("Currency")),
    F_QUANTITY(crate, weight, N_("Weight"), .unit = N_("kg")),
    F_RATE(crate, fill, N_("Filled"), .unit = N_("%")),
    F_DATE(crate, packed_on, N_("Packed on")),
    F_TIME(crate, packed_at, N_("Packed at")),
    F_CHOICE(crate, colour, colours, N_("Colour"), .fallback = "green"),
    F_STATE(crate, state, states, N_("State"), .flags = F_READONLY),
    F_REF(crate, site, site, N_("Site"), .flags = F_INDEX),
    F_REF(crate, above, crate, N_("Stands on")),
    F_FILE(crate, paper, N_("Paper")),
    F_JSON(crate, tags, N_("Tags")),
    F_TEXT(crate, secret, N_("Secret"), .flags = F_SECRET),
    F_INTEGER(crate, seals, N_("Times sealed"), .flags = F_READONLY),
    F_LINES(crate, lines, crate_line, crate, N_("Lines"), .max = 3),
};
static const struct entity crate_entity = {
    .index = E_stock_layer,
    .name = "crate",
    .plural = "crates",
    .label = "Crate",
    .label_plural = "Crates",
    .help = "Crates.",
    .shape = SHAPE(crate, crate_rows),
    .code = "code",
    .title = "name",
    .read = "crate.read",
    .write = "crate.write",
    .site = "site",
    .flags = E_HISTORY,
};

static const struct field crate_line_rows[] = {
    F_REF(crate_line, crate, crate, N_("Crate"), .flags = F_READONLY),
    F_TEXT(crate_line, item, NC_("in a crate", "Item"), .flags = F_REQUIRED, .max = 20),
    F_QUANTITY(crate_line, quantity, N_("Quantity"), .flags = F_REQUIRED | F_POSITIVE),
};
static const struct entity crate_line_entity = {
    .index = E_stock_reservation,
    .name = "crate_line",
    .plural = "crate_lines",
    .label = "Line",
    .label_plural = "Lines",
    .help = "What is in crates.",
    .shape = SHAPE(crate_line, crate_line_rows),
    .title = "item",
    .read = "crate.read",
    .write = "crate.write",
    .parent = "crate",
    .sort = "id",
    .flags = E_LINE,
};

struct weighing { /* written once by a command, never changed */
    struct record record;
    text_t number;
    qty_t weight;
};
static const struct field weighing_rows[] = {
    F_TEXT(weighing, number, N_("Number"), .flags = F_REQUIRED, .max = 20),
    F_QUANTITY(weighing, weight, N_("Weight"), .flags = F_REQUIRED),
};
static const struct entity weighing_entity = {
    .index = E_stock_move,
    .name = "weighing",
    .plural = "weighings",
    .label = "Weighing",
    .label_plural = "Weighings",
    .help = "Weighings.",
    .shape = SHAPE(weighing, weighing_rows),
    .code = "number",
    .read = "scales.read",
    .write = "scales.write",
    .flags = E_POSTED,
};

/* -- what can be done -------------------------------------------------------------------- */

static const struct refusal refusal_too_heavy = {
    .code = "too_heavy",
    .status = 409,
    .title = N_("Too heavy"),
    .detail = N_("{1} weighs {2} kg; {3} kg is the most."),
};

static enum err seal(struct cx *cx, void *record, const void *args, void *result)
{
    struct crate *c = record;
    (void)args, (void)result;
    c->seals++;
    return event_publish(cx, "crate.sealed", &crate_entity, c, NULL);
}

struct pack_line {
    text_t item;
    qty_t quantity;
};
struct pack {
    text_t code;
    site_ref site;
    lines_t lines;
};
struct packed {
    int64_t id;
    qty_t total;
    lines_t lines;
};
static const struct field pack_line_rows[] = {
    F_TEXT(pack_line, item, N_("Item"), .flags = F_REQUIRED, .max = 20),
    F_QUANTITY(pack_line, quantity, N_("Quantity"), .flags = F_REQUIRED | F_POSITIVE),
};
static const struct shape pack_line_shape = SHAPE(pack_line, pack_line_rows);
static const struct field pack_rows[] = {
    F_TEXT(pack, code, N_("Code"), .flags = F_REQUIRED, .max = 20),
    F_REF(pack, site, site, N_("Site")),
    F_ROWS(pack, lines, pack_line_shape, N_("Lines"), .flags = F_REQUIRED),
};
static const struct shape pack_shape = SHAPE(pack, pack_rows);
static const struct field packed_rows[] = {
    F_INTEGER(packed, id, N_("Number of the record")),
    F_QUANTITY(packed, total, N_("Total")),
    F_ROWS(packed, lines, pack_line_shape, N_("Lines")),
};
static const struct shape packed_shape = SHAPE(packed, packed_rows);

static enum err pack(struct cx *cx, void *record, const void *args, void *result)
{
    struct crate *c = record;
    const struct pack *p = args;
    struct packed *out = result;
    for (size_t i = 0; i < p->lines.n; i++) {
        out->total = qty_add(out->total, ((const struct pack_line *)p->lines.items)[i].quantity);
    }
    if (out->total.micro > 100 * QTY_ONE) {
        char total[DECIMAL_TEXT_MAX];
        decimal_print(out->total.micro, QTY_SCALE, 0, total);
        return REFUSE(cx, &refusal_too_heavy, path_at(cx, "lines", p->lines.n - 1, "quantity"),
                      p->code, text_of(total), TEXT("100"));
    }
    c->code = c->name = p->code;
    c->site = p->site;
    c->weight = out->total;
    c->packed_at = cx->now;
    c->packed_on = DATE_NONE;
    c->spare = VALUE_NONE;
    TRY(store_insert(cx, &crate_entity, c));
    out->id = c->record.id;
    out->lines = p->lines;
    return event_publish(cx, "crate.packed", &crate_entity, c, NULL);
}

static enum err peek(struct cx *cx, void *record, const void *args, void *result)
{
    struct packed *out = result;
    (void)record;
    out->lines = ((const struct pack *)args)->lines;
    out->total = qty_of(cx->now.us);
    return OK;
}

static const struct command crate_commands[] = {
    { .name = "seal",
      .entity = &crate_entity,
      .label = N_("Seal"),
      .permission = "crate.seal",
      .flags = C_RECORD,
      .from = STATE(0),
      .to = 1,
      .run = seal },
    { .name = "pack",
      .entity = &crate_entity,
      .label = N_("Pack"),
      .permission = "crate.write",
      .args = &pack_shape,
      .result = &packed_shape,
      .to = -1,
      .run = pack },
    { .name = "peek",
      .entity = &crate_entity,
      .label = N_("Peek"),
      .permission = "crate.read",
      .args = &pack_shape,
      .flags = C_READ,
      .result = &packed_shape,
      .to = -1,
      .run = peek },
};

/* -- what is asked ----------------------------------------------------------------------- */

static const struct field by_site_params[] = {
    { .name = "site", .kind = &kind_ref, .target = "site", .label = "Site" },
    { .name = "least", .kind = &kind_quantity, .label = "At least", .fallback = "0" },
    { .name = "colour", .kind = &kind_text, .label = "Colour" },
};
static const struct column by_site_columns[] = {
    COLUMN_REF("site", "site", "Site"),        COLUMN("crates", kind_integer, "Crates"),
    COLUMN("weight", kind_quantity, "Weight"), COLUMN("price", kind_money, "Price"),
    COLUMN("last", kind_time, "Last packed"),  COLUMN("name", kind_text, "First name"),
};
static const struct column counting_columns[] = { COLUMN("n", kind_integer, "Number"),
                                                  COLUMN_CHOICE("colour", colours, "Colour") };

static enum err counting(struct cx *cx, const struct value *args, struct report *out)
{
    for (int64_t i = 0; i < args[0].i; i++) {
        const struct value row[] = { v_int(i), v_int(i % (int64_t)N_ELEMENTS(colours)) };
        report_add(out, row);
    }
    out->tie_out = text_copy(cx->arena, TEXT("{\"sum\":\"0.00\"}"));
    return OK;
}

static const struct choice counting_ties[] = { { "sum", "Sum of all" } };
static const struct field counting_params[] = {
    { .name = "to", .kind = &kind_integer, .label = "To", .flags = F_REQUIRED, .max = 100000 },
};
static const struct query crate_queries[] = {
    { .name = "crates_by_site",
      .label = "Crates by site",
      .permission = "crate.read",
      .sql = "SELECT c.site, COUNT(*), CAST(SUM(c.weight) AS BIGINT), CAST(SUM(c.price) AS BIGINT),"
             " MAX(c.packed_at), MIN(c.name)"
             " FROM crates c WHERE c.company = $1 AND {sites:c.site} [3: AND c.site = $3] AND "
             "c.weight >= $4"
             " [5: AND c.name = $5] GROUP BY c.site ORDER BY c.site",
      .params = by_site_params,
      .n_params = N_ELEMENTS(by_site_params),
      .columns = by_site_columns,
      .n_columns = N_ELEMENTS(by_site_columns) },
    { .name = "counting",
      .label = "Counting",
      .permission = "scales.read",
      .open = "It reads nothing.",
      .params = counting_params,
      .n_params = N_ELEMENTS(counting_params),
      .columns = counting_columns,
      .n_columns = N_ELEMENTS(counting_columns),
      .ties = counting_ties,
      .n_ties = N_ELEMENTS(counting_ties),
      .run = counting },
};

/* -- the house --------------------------------------------------------------------------- */

static const struct col_def user_site_columns[] = {
    { .name = "user_account", .type = COL_INT, .not_null = true },
    { .name = "site", .type = COL_INT, .not_null = true },
};
static const struct table_def crate_tables[] = {
    { .name = "user_sites",
      .primary_key = "user_account, site",
      .cols = user_site_columns,
      .n_cols = 2 },
};
static const struct entity *const crate_entities[] = { &depot_entity, &crate_entity,
                                                       &crate_line_entity, &weighing_entity };
static const struct refusal *const crate_refusals[] = { &refusal_too_heavy };
static const struct area crate_area = {
    .name = "crate",
    .label = "Crates",
    .entities = crate_entities,
    .n_entities = N_ELEMENTS(crate_entities),
    .commands = crate_commands,
    .n_commands = N_ELEMENTS(crate_commands),
    .queries = crate_queries,
    .n_queries = N_ELEMENTS(crate_queries),
    .refusals = crate_refusals,
    .n_refusals = N_ELEMENTS(crate_refusals),
    .tables = crate_tables,
    .n_tables = N_ELEMENTS(crate_tables),
};
/* The kernel's tables of the layer above meta/ that this house needs: its own area, as the program
 * has them. */
static struct area kernel_area = { .name = "kernel", .label = "Kernel" };
static const struct area *const crate_areas[] = { &crate_area, &kernel_area };
static const char *const packer_may[] = { "crate.*", "depot.read", NULL },
                         *const reader_may[] = { "crate.read", NULL },
                         *const stranger_may[] = { NULL }, *const admin_may[] = { "*", NULL };
static const struct role crate_roles[] = {
    { "admin", "Administrator", "", admin_may },
    { "packer", "Packer", "Packs crates.", packer_may },
    { "reader", "Reader", "", reader_may },
    { "stranger", "Stranger", "", stranger_may },
};

struct crates {
    enum db_store store;
    char url[KIT_URL_MAX];
    struct db *db;
    struct house_plan plan;
    struct house *house;
    struct rest_server *server;
    struct arena arena; /* of the last request and its answer */
    struct rest_request last;
    struct json *body;
    int64_t sites[2];
    instant_t clock;
    const char *peer; /* the address that requests come from, or NULL */
};

static int64_t crate_site_ids[2];

static enum err crate_who(struct house *h, struct arena *a, text_t key, text_t cookie,
                          bool *by_cookie, struct who *out)
{
    text_t site = TEXT_NONE, name = text_split(key.s ? key : cookie, '@', &site);
    int role = house_role(h, name);
    (void)a;
    *by_cookie = !key.s;
    if (role < 0) {
        return ERR_NOT_FOUND;
    }
    *out = (struct who){ .user = 10 + role,
                         .company = 1,
                         .name = name,
                         .roles = UINT64_C(1) << role,
                         .all = role == 0,
                         .all_sites = !site.s,
                         .language = "en" };
    if (text_is(name, "admin") && text_is(site, "other")) { /* of another company */
        out->company = 2;
        out->all_sites = true;
        out->user = 99;
    } else if (site.s) {
        out->sites = &crate_site_ids[site.s[0] - '0'];
        out->n_sites = 1;
        out->user = 100 + (site.s[0] - '0'); /* their rows in user_sites are made by crates_open */
    }
    return OK;
}

static bool crate_token(struct house *h, text_t cookie, text_t token)
{
    (void)h, (void)cookie;
    return text_is(token, "good token");
}

static instant_t crate_now(void *arg)
{
    struct crates *f = arg;
    return (instant_t){ __atomic_add_fetch(&f->clock.us, US_PER_SECOND, __ATOMIC_SEQ_CST) };
}

/* -- requests ---------------------------------------------------------------------------- */

/* The value at "items[0].site.code" of the last answer, or NULL. */
static const struct json *at(const struct crates *f, const char *path)
{
    const struct json *j = f->body;
    while (j && *path) {
        if (*path == '[') {
            long i = strtol(path + 1, (char **)(uintptr_t)&path, 10);
            path += *path == ']';
            for (j = j->first; j && i > 0; i--) {
                j = j->next;
            }
        } else {
            char name[64];
            size_t n = strcspn(path, ".[");
            assert_true(n < sizeof name);
            memcpy(name, path, n);
            name[n] = '\0';
            j = j->type == JSON_OBJECT ? json_get(j, name) : NULL;
            path += n;
        }
        path += *path == '.';
    }
    return j;
}

static void has(const struct crates *f, const char *path, const char *text)
{
    const struct json *j = at(f, path);
    const char *came = !j                      ? "(nothing)"
                       : j->type == JSON_NULL  ? "null"
                       : j->type == JSON_TRUE  ? "true"
                       : j->type == JSON_FALSE ? "false"
                       : j->text.s             ? j->text.s
                                               : "(more)";
    if (strcmp(came, text) != 0) {
        fail_msg("%s is %s, not %s, in %s", path, came, text, f->last.answer.body.s);
    }
}

static int64_t number(const struct crates *f, const char *path)
{
    const struct json *j = at(f, path);
    int64_t v = 0;
    if (!j || text_to_i64(j->text, &v) != OK) {
        fail_msg("%s is not a number in %s", path, f->last.answer.body.s);
    }
    return v;
}

/* What a request is made of; more is set by hand in `last` between begin and send. */
static void begin(struct crates *f, const char *who, const char *method, const char *target,
                  const char *body)
{
    static const struct {
        const char *name;
        enum http_method method;
    } methods[] = { { "GET", HTTP_GET },       { "POST", HTTP_POST }, { "PATCH", HTTP_PATCH },
                    { "DELETE", HTTP_DELETE }, { "PUT", HTTP_PUT },   { "HEAD", HTTP_HEAD } };
    arena_reset(&f->arena);
    f->last = (struct rest_request){ .arena = &f->arena,
                                     .peer = f->peer ? text_of(f->peer) : TEXT_NONE };
    for (size_t i = 0; i < N_ELEMENTS(methods); i++) {
        if (strcmp(method, methods[i].name) == 0) {
            f->last.method = methods[i].method;
        }
    }
    text_t query, path = text_split(text_copy(&f->arena, text_of(target)), '?', &query);
    path = text_copy(&f->arena, path);
    f->last.path = path.s[0] == '/' && strncmp(path.s, "/api", 4) != 0 &&
                           strncmp(path.s, "/!", 2) != 0
                       ? text_fmt(&f->arena, "/api/v1%s", path.s)
                       : path;
    if (strncmp(path.s, "/!", 2) == 0) { /* "/!healthz": not below /api/v1 */
        f->last.path = text_fmt(&f->arena, "/%s", path.s + 2);
    }
    f->last.query = query.s ? text_copy(&f->arena, query) : TEXT_NONE;
    f->last.body = text_of(body);
    f->last.authorization = who ? text_fmt(&f->arena, "Bearer %s", who) : TEXT_NONE;
}

static int send(struct crates *f)
{
    struct json_fault fault;
    rest_call(f->server, &f->last);
    f->body = NULL;
    const struct rest_answer *a = &f->last.answer;
    if (a->body.n > 0 && a->content_type && strstr(a->content_type, "json")) {
        assert_int_equal(json_parse(&f->arena, a->body.s, a->body.n, &f->body, &fault), OK);
    }
    return a->status;
}

static void ask(struct crates *f, const char *who, const char *method, const char *target,
                const char *body, int status)
{
    begin(f, who, method, target, body);
    if (send(f) != status) {
        fail_msg("%s %s %s: %d, not %d: %s", who, method, target, f->last.answer.status, status,
                 f->last.answer.body.s ? f->last.answer.body.s : "");
    }
}

/* As ask, for a refusal: its code and (unless NULL) its field. */
static void refused(struct crates *f, const char *who, const char *method, const char *target,
                    const char *body, int status, const char *code, const char *field)
{
    ask(f, who, method, target, body, status);
    assert_string_equal(f->last.answer.content_type, "application/problem+json");
    has(f, "code", code);
    if (field) {
        has(f, "field", field);
    }
    assert_non_null(at(f, "trace"));
    assert_non_null(at(f, "title"));
    assert_int_equal(number(f, "status"), status);
}

static void header_is(const struct crates *f, const char *name, const char *value)
{
    text_t t = rest_header(&f->last.answer, name);
    if (value ? !t.s || strcmp(t.s, value) != 0 : t.s != NULL) {
        fail_msg("header %s is %s, not %s", name, t.s ? t.s : "not there",
                 value ? value : "nothing");
    }
}

/* -- opening ----------------------------------------------------------------------------- */

static void crates_open(struct crates *f)
{
    char why[256];
    char sql[400];
    kit_store_new(f->store, f->url);
    kernel_area.tables = flow_tables;
    kernel_area.n_tables = N_FLOW_TABLES;
    f->plan = (struct house_plan){ .areas = crate_areas,
                                   .n_areas = N_ELEMENTS(crate_areas),
                                   .roles = crate_roles,
                                   .n_roles = N_ELEMENTS(crate_roles) };
    f->house = house_new(&f->plan, NULL);
    const struct db_config config = { .url = f->url, .hooks = &flow_db_hooks, .user = f->house };
    if (db_open(&config, &f->db, why) != OK) {
        fail_msg("%s", why);
    }
    house_set_db(f->house, f->db);
    assert_int_equal(schema_ensure(f->house, false, NULL), OK);
    f->clock = (instant_t){ INT64_C(1774000000) * US_PER_SECOND };
    const struct rest_config rest = { .house = f->house,
                                      .authenticate = crate_who,
                                      .form_token_good = crate_token,
                                      .now = crate_now,
                                      .arg = f };
    f->server = rest_new(&rest);
    arena_init(&f->arena, (size_t)64 << 20);
    for (int i = 0; i < 2; i++) {
        ask(f, "admin", "POST", "/sites",
            i ? "{\"code\":\"S2\",\"name\":\"Two\"}" : "{\"code\":\"S1\",\"name\":\"One\"}", 201);
        crate_site_ids[i] = f->sites[i] = number(f, "id");
        (void)snprintf(sql, sizeof sql,
                       "INSERT INTO user_sites (user_account, site) VALUES (%d, %lld)", 100 + i,
                       (long long)f->sites[i]);
        (void)kit_store_sql(f->url, sql);
    }
}

static int crates_setup_sqlite(void **state)
{
    struct crates *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->store = DB_SQLITE;
    *state = f;
    crates_open(f);
    return 0;
}

static int crates_setup_postgres(void **state)
{
    struct crates *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->store = DB_POSTGRES;
    *state = f;
    crates_open(f);
    return 0;
}

static int crates_teardown(void **state)
{
    struct crates *f = *state;
    slow_stop(f->house);
    rest_free(f->server);
    db_close(f->db);
    house_free(f->house);
    arena_free(&f->arena);
    kit_store_drop(f->url);
    free(f);
    return 0;
}

#define ON_BOTH(fn)                                                                                \
    { #fn " on SQLite", fn, crates_setup_sqlite, crates_teardown, NULL },                          \
    {                                                                                              \
#fn " on PostgreSQL", fn, crates_setup_postgres, crates_teardown, NULL                     \
    }

#endif
