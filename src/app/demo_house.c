/* The demo's company on the day before it opens: who, where, what, at which price. */
#include "app/demo_own.h"
#include "flow/account.h"
#include "flow/password.h"

#include <stdio.h>

#define OPENING_CENTS INT64_C(12000000)

static void company(struct demo *d)
{
    for (size_t i = 0; i < U_USERS; i++) {
        d->people[i] = kontor_system(0);
    }
    d->company = demo_make(d, U_ADMIN, "company", NULL, 0,
                           TEXT("{\"code\":\"MUNDO\",\"name\":\"Casa Mundo, S.L.\",\"country\":"
                                "\"ES\",\"currency\":\"EUR\",\"language\":\"es\",\"time_zone\":"
                                "\"Europe/Madrid\",\"tax_id\":\"B00000000\","
                                "\"prices_include_tax\":true}"));
    for (size_t i = 0; i < U_USERS; i++) {
        d->people[i] = kontor_system(d->company);
    }
    d->flights.who = kontor_system(d->company);
    (void)demo_make(d, U_ADMIN, "company", "set_up", d->company,
                    TEXT("{\"template\":\"retail_es\"}"));
}

static void taxes(struct demo *d)
{
    static const char *const args[] = {
        "{\"code\":\"IVA21\",\"name\":\"IVA general\",\"rate\":\"21\",\"included\":true}",
        "{\"code\":\"IVA10\",\"name\":\"IVA reducido\",\"rate\":\"10\",\"included\":true}",
        "{\"code\":\"IVA4\",\"name\":\"IVA superreducido\",\"rate\":\"4\",\"included\":true}",
    };
    for (size_t i = 0; i < N_ELEMENTS(args); i++) {
        (void)demo_make(d, U_ADMIN, "tax", NULL, 0, text_of(args[i]));
    }
}

static void sites(struct demo *d)
{
    static const struct {
        enum demo_site at;
        const char *args;
    } list[] = {
        { D_DC, "{\"code\":\"DC\",\"name\":\"Centro logístico de Getafe\",\"kind\":"
                "\"distribution_centre\",\"city\":\"Getafe\",\"postal_code\":\"28906\"}" },
        { D_MAD, "{\"code\":\"MAD\",\"name\":\"Casa Mundo, calle de Atocha\",\"kind\":\"store\","
                 "\"city\":\"Madrid\",\"postal_code\":\"28012\"}" },
        { D_SEV, "{\"code\":\"SEV\",\"name\":\"Casa Mundo, Triana\",\"kind\":\"store\",\"city\":"
                 "\"Sevilla\",\"postal_code\":\"41010\"}" },
        { D_WEB, "{\"code\":\"WEB\",\"name\":\"Tienda en línea\",\"kind\":\"web\",\"stock_site\":"
                 "\"DC\"}" },
        { D_OFFICE, "{\"code\":\"OFI\",\"name\":\"Oficina\",\"kind\":\"office\",\"city\":"
                    "\"Madrid\",\"postal_code\":\"28014\"}" },
    };
    for (size_t i = 0; i < N_ELEMENTS(list); i++) {
        d->sites[list[i].at] = demo_make(d, U_ADMIN, "site", NULL, 0, text_of(list[i].args));
    }
    for (int i = 0; i < DEMO_TILLS; i++) {
        const char *site = demo_site_codes[i < 2 ? D_MAD : D_SEV];
        int number = i < 2 ? i + 1 : 1;
        d->tills[i] = demo_make(
            d, U_ADMIN, "till", NULL, 0,
            text_fmt(&d->scratch, "{\"code\":\"%s-%d\",\"name\":\"Caja %d\",\"site\":\"%s\"}", site,
                     number, number, site));
    }
}

/* -- people -------------------------------------------------------------------------------------
 */

static int64_t party(struct demo *d, const struct demo_party *p, const char *kind, const char *role,
                     const char *more)
{
    struct demo_args a;
    demo_args(d, &a);
    json_put_str(&a.o, "name", p->name);
    json_put_str(&a.o, "kind", kind);
    json_put_str(&a.o, "city", p->city);
    json_put_str(&a.o, "country", p->country);
    json_put_str(&a.o, "language", p->language);
    json_put_bool(&a.o, role, true);
    if (more) {
        json_put_str(&a.o, "price_list", more);
        json_put_str(&a.o, "credit_limit", "6000.00");
    }
    return demo_make(d, U_ADMIN, "party", NULL, 0, demo_args_end(&a));
}

static void parties(struct demo *d)
{
    for (size_t i = 0; i < DEMO_SUPPLIERS; i++) {
        d->suppliers[i] = party(d, &demo_suppliers[i], "organisation", "is_supplier", NULL);
    }
    for (size_t i = 0; i < DEMO_BUSINESS; i++) {
        d->business[i] = party(d, &demo_business[i], "organisation", "is_customer", "MAYOR");
    }
    (void)demo_make(d, U_ADMIN, "loyalty_program", NULL, 0,
                    TEXT("{\"code\":\"CLUB\",\"name\":\"Club Mundo\",\"points_per_unit\":\"5\","
                         "\"point_value\":\"0.01\",\"expiry_months\":12,\"active\":true}"));
    for (size_t i = 0; i < DEMO_MEMBERS; i++) {
        d->members[i].party = party(d, &demo_members[i], "person", "is_customer", NULL);
        (void)demo_make(d, U_ADMIN, "loyalty_account", NULL, 0,
                        text_fmt(&d->scratch,
                                 "{\"number\":\"CLUB-%04zu\",\"party\":%lld,\"program\":\"CLUB\"}",
                                 i + 1, (long long)d->members[i].party));
    }
}

/* The codes of sites, as a list of the account. */
static void put_sites(struct json_out *o, const char *sites)
{
    json_put_bool(o, "all_sites", sites == NULL);
    if (sites) {
        json_open(o, "sites", '[');
        json_open(o, NULL, '{');
        json_put_str(o, "site", sites);
        json_close(o, '}');
        json_close(o, ']');
    }
}

/* From now on this person acts under the name and with the rights of the account. */
static void becomes(struct demo *d, size_t i, int64_t id)
{
    const struct demo_user *u = &demo_users[i];
    uint64_t bits = 0;
    text_t unknown = TEXT_NONE;
    if (account_roles(d->k->house, text_of(u->roles), &bits, &unknown) != OK) {
        demo_fail(d, "there is no role", unknown);
        return;
    }
    struct who *w = &d->people[i];
    *w = (struct who){ .user = id,
                       .company = d->company,
                       .name = text_of(u->name),
                       .roles = bits,
                       .all = strcmp(u->roles, "admin") == 0,
                       .all_sites = u->sites == NULL,
                       .language = u->language };
    for (size_t s = 0; u->sites && s < D_SITES; s++) {
        if (strcmp(demo_site_codes[s], u->sites) == 0) {
            w->sites = &d->sites[s];
            w->n_sites = 1;
        }
    }
}

static void users(struct demo *d)
{
    for (size_t i = 0; i < U_USERS; i++) {
        const struct demo_user *u = &demo_users[i];
        struct demo_person *p = &d->report->people[i];
        struct demo_args a;
        demo_args(d, &a);
        json_put_str(&a.o, "code", u->code);
        json_put_str(&a.o, "name", u->name);
        json_put_str(&a.o, "roles", u->roles);
        json_put_str(&a.o, "language", u->language);
        put_sites(&a.o, u->sites);
        int64_t id = demo_make(d, U_ADMIN, "user_account", NULL, 0, demo_args_end(&a));
        text_t password = password_invent(&d->scratch);
        (void)demo_make(d, U_ADMIN, "user_account", "set_password", id,
                        text_fmt(&d->scratch, "{\"password\":\"%s\"}", password.s));
        snprintf(p->name, sizeof p->name, "%s", u->name);
        snprintf(p->login, sizeof p->login, "%s", u->code);
        snprintf(p->password, sizeof p->password, "%s", password.s);
        snprintf(p->roles, sizeof p->roles, "%s", u->roles);
        snprintf(p->sites, sizeof p->sites, "%s", u->sites ? u->sites : "all");
        if (i != U_ADMIN) {
            becomes(d, i, id);
        } else {
            d->people[U_ADMIN].user = id;
            d->people[U_ADMIN].name = text_of(u->name);
        }
    }
    d->report->n_people = U_USERS;
}

/* -- goods --------------------------------------------------------------------------------------
 */

/* What a piece costs without tax, in ten thousandths of a euro. */
static int64_t cost_of(const struct demo_group *g, int price)
{
    int rate = strcmp(g->tax, "IVA21") == 0 ? 121 : strcmp(g->tax, "IVA10") == 0 ? 110 : 104;
    return (int64_t)price * 100 * g->cost_percent / rate;
}

/* Codes that begin with 2 are for use within a house (GS1 General Specifications, 2.1.11). */
static void put_barcode(struct json_out *o, int number)
{
    char code[16];
    int sum = 0;
    snprintf(code, sizeof code, "2000%08d", number);
    for (int i = 0; i < 12; i++) {
        sum += (code[i] - '0') * (i % 2 ? 3 : 1);
    }
    code[12] = (char)('0' + (10 - sum % 10) % 10);
    code[13] = '\0';
    json_put_str(o, "barcode", code);
}

static void put_good(struct json_out *o, const struct demo_group *g, int group, int i)
{
    char code[16], text[DECIMAL_TEXT_MAX];
    snprintf(code, sizeof code, "%s-%02d", g->prefix, i + 1);
    decimal_print(cost_of(g, g->goods[i].price), 4, 2, text);
    json_open(o, NULL, '{');
    json_put_str(o, "code", code);
    json_put_str(o, "name", g->goods[i].name);
    json_put_str(o, "category", g->category);
    demo_put_money(o, "price", g->goods[i].price);
    json_put_str(o, "tax", g->tax);
    json_put_str(o, "unit", "pc");
    json_put_str(o, "cost", text);
    put_barcode(o, group * 10 + i + 1);
    json_close(o, '}');
}

static enum err read_goods(struct cx *cx, void *arg)
{
    struct demo *d = arg;
    for (int i = 0; i < DEMO_GOODS; i++) {
        struct rows rows;
        const struct value args[] = {
            v_int(cx->company),
            v_text(text_fmt(cx->arena, "%s-%02d", demo_groups[i / 10].prefix, i % 10 + 1)),
        };
        TRY(store_query(cx, "SELECT id FROM products WHERE company = $1 AND code = $2", args, 2,
                        &rows));
        d->goods[i] = rows.n > 0 ? rows_int(&rows, 0, 0) : 0;
    }
    return OK;
}

static void goods(struct demo *d)
{
    for (int half = 0; half < 2; half++) {
        struct demo_args a;
        demo_args(d, &a);
        json_open(&a.o, "lines", '[');
        for (int g = half * 8; g < DEMO_GROUPS && g < half * 8 + 8; g++) {
            for (int i = 0; i < 10; i++) {
                put_good(&a.o, &demo_groups[g], g, i);
            }
        }
        json_close(&a.o, ']');
        (void)demo_call(d, U_BUYER, "product", "take_over", 0, demo_args_end(&a), true);
    }
    d->service_wrap = demo_make(d, U_BUYER, "product", NULL, 0,
                                TEXT("{\"code\":\"S-REGALO\",\"name\":\"Envoltorio de regalo\","
                                     "\"kind\":\"service\",\"price\":\"2.50\",\"tax\":\"IVA21\"}"));
    d->service_post = demo_make(d, U_BUYER, "product", NULL, 0,
                                TEXT("{\"code\":\"S-ENVIO\",\"name\":\"Envío a domicilio\","
                                     "\"kind\":\"service\",\"price\":\"4.90\",\"tax\":\"IVA21\"}"));
    if (d->failed == OK) {
        d->failed = import_read(d->k, d->company, &d->scratch, read_goods, d);
    }
}

/* Cartons of a dozen of what restaurants buy, each with a barcode of its own. */
static void cartons(struct demo *d)
{
    (void)demo_make(d, U_BUYER, "unit", NULL, 0,
                    TEXT("{\"code\":\"caja\",\"name\":\"Caja de 12\",\"decimals\":0}"));
    for (int i = 20; i < 50; i += 3) {
        (void)demo_make(d, U_BUYER, "product_unit", NULL, 0,
                        text_fmt(&d->scratch,
                                 "{\"product\":%lld,\"unit\":\"caja\",\"factor\":\"12\"}",
                                 (long long)d->goods[i]));
        (void)demo_make(d, U_BUYER, "barcode", NULL, 0,
                        text_fmt(&d->scratch,
                                 "{\"product\":%lld,\"code\":\"CAJA-%03d\",\"quantity\":\"12\"}",
                                 (long long)d->goods[i], i));
    }
}

static void price(struct demo *d, const char *list, int good, int percent, const char *from)
{
    struct demo_args a;
    demo_args(d, &a);
    json_put_str(&a.o, "list", list);
    json_put_i64(&a.o, "product", d->goods[good]);
    demo_put_money(&a.o, "price",
                   (int64_t)demo_groups[good / 10].goods[good % 10].price * percent / 100);
    json_put_str(&a.o, "minimum_quantity", from);
    (void)demo_make(d, U_BUYER, "price", NULL, 0, demo_args_end(&a));
}

static void prices(struct demo *d)
{
    (void)demo_make(d, U_BUYER, "price_list", NULL, 0,
                    TEXT("{\"code\":\"MAYOR\",\"name\":\"Hostelería, sin IVA\","
                         "\"includes_tax\":false}"));
    (void)demo_make(d, U_BUYER, "price_list", NULL, 0,
                    TEXT("{\"code\":\"WEB\",\"name\":\"Tienda en línea\",\"includes_tax\":true}"));
    for (int i = 0; i < 80; i++) {
        price(d, "MAYOR", i, 78, "0");
        price(d, "MAYOR", i, 72, "12");
        price(d, "MAYOR", i, 66, "48");
    }
    for (int i = 80; i < DEMO_GOODS; i += 4) {
        price(d, "WEB", i, 95, "0");
    }
    (void)demo_make(d, U_ADMIN, "site", NULL, d->sites[D_WEB], TEXT("{\"price_list\":\"WEB\"}"));
}

struct category_asked {
    const char *name;
    int64_t id;
};

static enum err read_category(struct cx *cx, void *arg)
{
    struct category_asked *c = arg;
    struct rows rows;
    const struct value args[] = { v_int(cx->company), v_text(text_of(c->name)) };
    TRY(store_query(cx, "SELECT id FROM categories WHERE company = $1 AND name = $2", args, 2,
                    &rows));
    c->id = rows.n > 0 ? rows_int(&rows, 0, 0) : 0;
    return OK;
}

static void discounts(struct demo *d)
{
    struct category_asked teas = { .name = "Té e infusiones" };
    if (d->failed == OK) {
        d->failed = import_read(d->k, d->company, &d->scratch, read_category, &teas);
    }
    (void)demo_make(d, U_BUYER, "discount_rule", NULL, 0,
                    text_fmt(&d->scratch,
                             "{\"code\":\"TES3\",\"name\":\"Tres tés o más: 10 %%\",\"category\":"
                             "%lld,\"minimum_quantity\":\"3\",\"percent\":\"10\"}",
                             (long long)teas.id));
    (void)demo_make(d, U_BUYER, "discount_rule", NULL, 0,
                    TEXT("{\"code\":\"CESTA80\",\"name\":\"Desde 80 €: 5 %\",\"basket\":true,"
                         "\"minimum_total\":\"80.00\",\"percent\":\"5\"}"));
}

/* -- stock and books ----------------------------------------------------------------------------
 */

static void opening(struct demo *d)
{
    struct demo_args a;
    char day[DATE_TEXT_MAX];
    date_print((date_t){ d->first.days - 1 }, day);
    demo_args(d, &a);
    json_put_str(&a.o, "kind", "opening");
    json_put_str(&a.o, "posted_on", day);
    json_put_str(&a.o, "memo", "Capital aportado");
    json_open(&a.o, "lines", '[');
    for (int side = 0; side < 2; side++) {
        json_open(&a.o, NULL, '{');
        json_put_str(&a.o, "account", side == 0 ? "572" : "100");
        json_put_str(&a.o, "site", "OFI");
        demo_put_money(&a.o, side == 0 ? "debit" : "credit", OPENING_CENTS);
        json_close(&a.o, '}');
    }
    json_close(&a.o, ']');
    (void)demo_make(d, U_ACCOUNTANT, "journal_entry", NULL, 0, demo_args_end(&a));
}

/* The shelves are filled: food in dozens, other goods by the piece. */
static void first_stock(struct demo *d)
{
    int64_t pieces[DEMO_GOODS];
    for (int s = 0; s < DEMO_SUPPLIERS; s++) {
        memset(pieces, 0, sizeof pieces);
        for (int i = 0; i < DEMO_GOODS; i++) {
            if (demo_groups[i / 10].supplier == s) {
                pieces[i] = i < 80 ? 240 : 60;
            }
        }
        demo_receive(d, s, pieces);
    }
    for (int i = 0; i < DEMO_GOODS; i++) {
        pieces[i] = i < 80 ? 36 : 10;
    }
    (void)demo_transfer(d, D_MAD, pieces, true);
    for (int i = 0; i < DEMO_GOODS; i++) {
        pieces[i] = i < 80 ? 24 : 6;
    }
    (void)demo_transfer(d, D_SEV, pieces, true);
}

void demo_found(struct demo *d)
{
    (void)demo_at(d, 8, 0);
    company(d);
    taxes(d);
    sites(d);
    (void)demo_at(d, 9, 0);
    goods(d);
    cartons(d);
    prices(d);
    discounts(d);
    parties(d);
    users(d);
    (void)demo_at(d, 12, 0);
    opening(d);
    (void)demo_at(d, 13, 0);
    first_stock(d);
    arena_reset(&d->scratch);
}
