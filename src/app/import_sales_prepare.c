/* Makes what past sales need and the house does not have yet, all of it through commands. */
#include "app/catalogue.h"
#include "app/import_sales_own.h"
#include "common/party/party.h"
#include "front/till/till.h"

#include <stdio.h>
#include <stdlib.h>

#define TILL_SUFFIX "-PAST"
#define ARGS_MAX    ((size_t)64 * 1024)

static enum err cannot(char why[static 256], const char *what, enum err e, text_t said)
{
    snprintf(why, 256, "%s: %.180s", what, said.s ? said.s : err_name(e));
    return e;
}

/* -- site, place, till --------------------------------------------------------------------------
 */

static enum err make_site(struct sales_import *s, struct arena *a, char why[static 256])
{
    text_t said = TEXT_NONE, args;
    if (s->site != 0) {
        return OK;
    }
    struct buf b;
    struct json_out o;
    buf_init(&b, a, ARGS_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "code", s->site_code);
    json_put_str(&o, "name", "Store");
    json_put_str(&o, "kind", "store");
    json_close(&o, '}');
    args = buf_done(&b);
    enum err e = import_call(&s->flights, a, "site", NULL, 0, args, &s->site, &said);
    return e == OK ? OK : cannot(why, "the site cannot be made", e, said);
}

struct main_place {
    int64_t site, id, negative;
};

static enum err find_place(struct cx *cx, void *arg)
{
    struct main_place *p = arg;
    struct rows rows;
    const struct value args[] = { v_int(p->site), v_int(cx->company) };
    TRY(store_query(cx,
                    "SELECT id, allow_negative FROM places WHERE site = $1 AND company = $2 AND"
                    " main = 1",
                    args, 2, &rows));
    p->id = rows.n > 0 ? rows_int(&rows, 0, 0) : 0;
    p->negative = rows.n > 0 ? rows_int(&rows, 0, 1) : 0;
    return OK;
}

/* The receipts of past sales are not in the file, so the goods leave before they came. */
static enum err open_place(struct sales_import *s, struct arena *a, char why[static 256])
{
    struct main_place p = { .site = s->site };
    text_t said = TEXT_NONE;
    enum err e = import_read(s->k, s->company, a, find_place, &p);
    if (e == OK && !p.negative) {
        e = import_call(&s->flights, a, "place", NULL, p.id, TEXT("{\"allow_negative\":true}"),
                        NULL, &said);
    }
    return e == OK ? OK : cannot(why, "the site's place cannot be used", e, said);
}

static enum err make_till(struct sales_import *s, struct arena *a, char why[static 256])
{
    text_t said = TEXT_NONE;
    if (s->till != 0) {
        return OK;
    }
    text_t args = text_fmt(a,
                           "{\"code\":\"%s" TILL_SUFFIX "\",\"name\":\"Past sales\",\"site\":%lld}",
                           s->site_code.s, (long long)s->site);
    enum err e = import_call(&s->flights, a, "till", NULL, 0, args, &s->till, &said);
    return e == OK ? OK : cannot(why, "the till cannot be made", e, said);
}

struct till_now {
    int64_t id, state;
};

static enum err read_till(struct cx *cx, void *arg)
{
    struct till_now *t = arg;
    struct till till;
    TRY(store_get(cx, &till_entity, t->id, &till));
    t->state = till.state;
    return OK;
}

enum err past_open_till(struct sales_import *s)
{
    struct arena a;
    struct till_now now = { s->till, TILL_CLOSED };
    if (s->till_open) {
        return OK;
    }
    arena_init(&a, (size_t)16 << 20);
    enum err e = import_read(s->k, s->company, &a, read_till, &now);
    if (e == OK && now.state == TILL_CLOSED) {
        e = import_call(&s->flights, &a, "till", "open", s->till, TEXT("{\"float\":\"0\"}"), NULL,
                        NULL);
    }
    arena_free(&a);
    s->till_open = e == OK;
    return e;
}

/* Counts what should be there: nobody can count the drawer of last year. */
enum err past_close_till(struct sales_import *s, char why[static 256])
{
    struct arena a;
    struct json *j;
    struct json_fault fault;
    text_t said = TEXT_NONE;
    if (!s->till_open) {
        return OK;
    }
    arena_init(&a, (size_t)256 << 20);
    struct call x = { .house = s->k->house,
                      .arena = &a,
                      .who = &s->flights.who,
                      .language = "en",
                      .entity = &till_entity,
                      .record_id = s->till,
                      .command = house_command(s->k->house, &till_entity, TEXT("x_report")),
                      .now = INSTANT_NONE };
    enum err e = flow_call(&x);
    text_t cash = TEXT("0");
    if (e == OK && json_parse(&a, x.answer.s, x.answer.n, &j, &fault) == OK) {
        text_t given = json_get_text(j, "cash_expected");
        cash = given.n > 0 ? given : cash;
    }
    if (e == OK) {
        e = import_call(&s->flights, &a, "till", "close", s->till,
                        text_fmt(&a, "{\"counted\":\"%s\"}", cash.s), NULL, &said);
    }
    if (e != OK) {
        (void)cannot(why, "the till cannot be closed", e, said);
    }
    arena_free(&a);
    return e;
}

/* -- accounts of what are no goods --------------------------------------------------------------
 */

enum { A_CARRIAGE, A_MANUAL, A_DISCOUNTS, A_SAMPLES, A_FEES, A_VOUCHERS, A_OTHER, A_GROUPS };

/* Numbers in the charts retail and retail_es. */
static const struct {
    const char *retail, *es, *name, *kind;
} groups[A_GROUPS] = {
    [A_CARRIAGE] = { "4010", "7051", "Carriage charged", "income" },
    [A_MANUAL] = { "4020", "7001", "Sales entered by hand", "income" },
    [A_DISCOUNTS] = { "4030", "7061", "Discounts on past sales", "income" },
    [A_SAMPLES] = { "6410", "6271", "Samples", "expense" },
    [A_FEES] = { "6310", "6261", "Fees of banks and marketplaces", "expense" },
    [A_VOUCHERS] = { "4040", "7052", "Vouchers sold", "income" },
    [A_OTHER] = { "4910", "7781", "Adjustments of past sales", "income" },
};

static int group_of(text_t code)
{
    static const struct {
        const char *code;
        int group;
    } known[] = {
        { "POST", A_CARRIAGE },  { "DOT", A_CARRIAGE },      { "C2", A_CARRIAGE },
        { "C3", A_CARRIAGE },    { "D", A_DISCOUNTS },       { "S", A_SAMPLES },
        { "AMAZONFEE", A_FEES }, { "BANK CHARGES", A_FEES },
    };
    for (size_t i = 0; i < N_ELEMENTS(known); i++) {
        if (text_is(code, known[i].code)) {
            return known[i].group;
        }
    }
    return text_starts(code, "gift_") ? A_VOUCHERS : A_MANUAL;
}

struct chart {
    bool es;
    int64_t ids[A_GROUPS];
};

static enum err read_chart(struct cx *cx, void *arg)
{
    struct chart *c = arg;
    const struct value args[] = { v_int(cx->company) };
    struct rows rows;
    bool retail = false;
    TRY(store_query(cx, "SELECT id, code FROM accounts WHERE company = $1", args, 1, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        retail = retail || text_is(rows_text(&rows, i, 1), "4000");
        c->es = c->es || text_is(rows_text(&rows, i, 1), "700");
    }
    c->es = c->es && !retail;
    for (size_t i = 0; i < rows.n; i++) {
        for (size_t g = 0; g < A_GROUPS; g++) {
            if (text_is(rows_text(&rows, i, 1), c->es ? groups[g].es : groups[g].retail)) {
                c->ids[g] = rows_int(&rows, i, 0);
            }
        }
    }
    return OK;
}

static enum err make_account(struct sales_import *s, struct chart *c, int group,
                             char why[static 256])
{
    struct arena a;
    text_t said = TEXT_NONE;
    if (c->ids[group] != 0) {
        return OK;
    }
    arena_init(&a, (size_t)16 << 20);
    text_t args = text_fmt(&a, "{\"code\":\"%s\",\"name\":\"%s\",\"kind\":\"%s\"}",
                           c->es ? groups[group].es : groups[group].retail, groups[group].name,
                           groups[group].kind);
    enum err e = import_call(&s->flights, &a, "account", NULL, 0, args, &c->ids[group], &said);
    if (e != OK) {
        (void)cannot(why, "an account cannot be made", e, said);
    }
    arena_free(&a);
    return e;
}

static enum err make_accounts(struct sales_import *s, struct arena *a, struct chart *c,
                              char why[static 256])
{
    enum err e = import_read(s->k, s->company, a, read_chart, c);
    if (e != OK) {
        return cannot(why, "the accounts cannot be read", e, TEXT_NONE);
    }
    for (size_t i = 0; i < s->n_new_products; i++) {
        if (past_is_service(s, s->new_products[i]->code)) {
            TRY(make_account(s, c, group_of(s->new_products[i]->code), why));
        }
    }
    if (s->adjustments > 0) {
        TRY(make_account(s, c, A_OTHER, why));
    }
    s->adjustment_account = c->ids[A_OTHER];
    return OK;
}

/* -- products -----------------------------------------------------------------------------------
 */

static struct catalogue_line product_line(const struct sales_import *s, const struct chart *c,
                                          const struct sold_product *p)
{
    bool service = past_is_service(s, p->code);
    struct catalogue_line l = {
        .code = p->code,
        .name = p->name.n > 0 ? p->name : p->code,
        .price = p->price.minor == VALUE_NONE ? money_of(0) : p->price,
        .offer = money_of(VALUE_NONE),
        .offer_from = DATE_NONE,
        .offer_to = DATE_NONE,
        .kind = service ? PRODUCT_SERVICE : PRODUCT_STOCKED,
        .unit = { p->fractions ? 0 : s->pieces },
    };
    if (service) {
        int group = group_of(p->code);
        l.revenue_account = text_of(c->es ? groups[group].es : groups[group].retail);
    }
    return l;
}

static enum err send_products(struct sales_import *s, const struct chart *c, size_t from, size_t n,
                              char why[static 256])
{
    struct arena a;
    struct catalogue_line lines[CATALOGUE_LINES];
    struct catalogue_args args = { .lines = { lines, n } };
    for (size_t i = 0; i < n; i++) {
        lines[i] = product_line(s, c, s->new_products[from + i]);
    }
    arena_init(&a, (size_t)64 << 20);
    struct call call = { .house = s->k->house,
                         .arena = &a,
                         .who = &s->flights.who,
                         .language = "en",
                         .entity = &product_entity,
                         .command = house_command(s->k->house, &product_entity, TEXT("take_over")),
                         .typed = &args,
                         .now = INSTANT_NONE };
    enum err e = flow_call(&call);
    if (e != OK) {
        (void)cannot(why, "the products cannot be made", e, import_said(&a, &call));
    }
    arena_free(&a);
    return e;
}

static enum err make_products(struct sales_import *s, const struct chart *c, char why[static 256])
{
    for (size_t i = 0; i < s->n_new_products && !past_stopped(s); i += CATALOGUE_LINES) {
        size_t left = s->n_new_products - i;
        TRY(send_products(s, c, i, left < CATALOGUE_LINES ? left : CATALOGUE_LINES, why));
    }
    return OK;
}

/* -- customers ----------------------------------------------------------------------------------
 */

static enum err make_customers(struct sales_import *s, char why[static 256])
{
    for (size_t i = 0; i < s->n_new_customers && !past_stopped(s); i++) {
        const struct sold_to *c = s->new_customers[i];
        struct flight *f = flight_take(&s->flights, 0);
        if (!f) {
            break;
        }
        struct party *party = ARENA_NEW(&f->arena, struct party);
        *party = (struct party){ .code = c->code,
                                 .name = c->name,
                                 .kind = PARTY_ORGANISATION,
                                 .country = c->country.n > 0 ? c->country : TEXT_NONE,
                                 .is_customer = 1 };
        f->call.verb = CALL_CREATE;
        f->call.entity = &party_entity;
        f->call.typed = party;
        flight_send(f);
    }
    enum err e = flights_drain(&s->flights);
    return e == OK ? OK : cannot(why, "the customers cannot be made", e, TEXT_NONE);
}

/* -- fiscal years -------------------------------------------------------------------------------
 */

struct years {
    int month;           /* in which years begin */
    int64_t first, last; /* days wanted */
    date_t missing;      /* first day of a year that is not there; none: all are */
};

static enum err find_missing_year(struct cx *cx, void *arg)
{
    struct years *y = arg;
    struct rows rows;
    const struct value args[] = { v_int(cx->company) };
    TRY(store_query(cx,
                    "SELECT first_day, last_day FROM fiscal_years WHERE company = $1"
                    " ORDER BY first_day",
                    args, 1, &rows));
    y->missing = DATE_NONE;
    y->month = rows.n > 0 ? date_civil((date_t){ rows_int(&rows, 0, 0) }).month : 1;
    for (int64_t day = y->first; day <= y->last; day++) {
        bool there = false;
        for (size_t i = 0; i < rows.n && !there; i++) {
            there = day >= rows_int(&rows, i, 0) && day <= rows_int(&rows, i, 1);
            day = there ? rows_int(&rows, i, 1) : day;
        }
        if (!there) {
            struct civil c = date_civil((date_t){ day });
            return date_from_civil((struct civil){ c.year - (c.month < y->month), y->month, 1 },
                                   &y->missing);
        }
    }
    return OK;
}

static enum err make_years(struct sales_import *s, struct arena *a, char why[static 256])
{
    struct years y = { .first = s->first_day.days, .last = s->last_day.days };
    text_t said = TEXT_NONE;
    if (date_none(s->first_day)) {
        return OK;
    }
    for (;;) {
        char day[DATE_TEXT_MAX];
        enum err e = import_read(s->k, s->company, a, find_missing_year, &y);
        if (e == OK && date_none(y.missing)) {
            return OK;
        }
        if (e == OK) {
            date_print(y.missing, day);
            e = import_call(&s->flights, a, "fiscal_year", "open", 0,
                            text_fmt(a, "{\"first_day\":\"%s\"}", day), NULL, &said);
        }
        if (e != OK) {
            return cannot(why, "a fiscal year cannot be opened", e, said);
        }
    }
}

/* -- the whole ----------------------------------------------------------------------------------
 */

static enum err find_pieces(struct cx *cx, void *arg)
{
    struct sales_import *s = arg;
    struct unit unit;
    enum err e = store_find(cx, &unit_entity, "code", TEXT("pc"), &unit);
    s->pieces = e == OK ? unit.record.id : 0;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err past_prepare(struct sales_import *s, char why[static 256])
{
    struct arena a;
    struct chart chart = { .es = false };
    arena_init(&a, (size_t)256 << 20);
    enum err e = make_site(s, &a, why);
    e = e == OK ? open_place(s, &a, why) : e;
    e = e == OK ? make_till(s, &a, why) : e;
    e = e == OK ? make_accounts(s, &a, &chart, why) : e;
    e = e == OK ? import_read(s->k, s->company, &a, find_pieces, s) : e;
    e = e == OK ? make_products(s, &chart, why) : e;
    e = e == OK ? make_customers(s, why) : e;
    e = e == OK ? make_years(s, &a, why) : e;
    arena_free(&a);
    return e == OK && past_stopped(s) ? ERR_STOPPED : e;
}
