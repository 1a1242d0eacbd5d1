/* Sites. Nearly every command reads one, so they are kept in memory. What a new site leaves open it
 * takes from the company. */
#include "common/site/inner.h"
#include "meta/zone.h"

static const struct choice kinds[] = {
    [SITE_STORE] = { "store", N_("Store") },
    [SITE_DISTRIBUTION_CENTRE] = { "distribution_centre", N_("Distribution centre") },
    [SITE_OFFICE] = { "office", N_("Office") },
    [SITE_WEB] = { "web", N_("Web shop") },
};

/* clang-format off */
static const struct field rows[] = {
    F_TEXT(site, code, N_("Code"), .flags = F_REQUIRED | F_UNIQUE | F_SEARCH | F_EVENT, .max = 24),
    F_TEXT(site, name, N_("Name"), .flags = F_REQUIRED | F_SEARCH, .max = 200),
    F_CHOICE(site, kind, kinds, N_("Kind"), .flags = F_EVENT),
    F_CURRENCY(site, currency, N_("Currency"),
               .help = N_("The company's currency; taken from it when left empty.")),
    F_TEXT(site, time_zone, N_("Time zone"), .max = 64,
           .help = N_("Decides the business day. Taken from the company when left empty.")),
    F_TEXT(site, country, N_("Country"), .max = 2, .section = N_("Address")),
    F_TEXT(site, street, N_("Street"), .max = 200, .section = N_("Address")),
    F_TEXT(site, city, N_("City"), .max = 100, .section = N_("Address")),
    F_TEXT(site, postal_code, N_("Postal code"), .max = 20, .section = N_("Address")),
    F_TEXT(site, phone, N_("Phone"), .max = 40, .section = N_("Address")),
    F_REF(site, price_list, price_list, N_("Price list"),
          .help = N_("The site's own prices, after those of the customer.")),
    F_REF(site, stock_site, site, N_("Sells the stock of"),
          .help = N_("Empty: its own. A web shop sells the stock of a distribution centre.")),
};
/* clang-format on */

static enum err currency_settle(struct cx *cx, struct site *s, const struct company *company)
{
    if (text_empty(s->currency)) {
        s->currency = company->currency;
    }
    if (!text_eq(s->currency, company->currency)) {
        return REFUSE(cx, &site_currency_differs, TEXT("currency"), company->currency);
    }
    return OK;
}

/* Whose stock is sold must sell its own, so that the stock of a sale is found in one step. */
static enum err stock_site_check(struct cx *cx, const struct site *s)
{
    struct site other;
    if (s->stock_site.id == 0) {
        return OK;
    }
    if (s->stock_site.id == s->record.id) {
        return REFUSE(cx, &stock_site_chained, TEXT("stock_site"), s->code);
    }
    TRY(store_get_any(cx, &site_entity, s->stock_site.id, &other));
    if (other.stock_site.id != 0) {
        return REFUSE(cx, &stock_site_chained, TEXT("stock_site"), other.code);
    }
    return OK;
}

static enum err site_check(struct cx *cx, const void *before, void *after)
{
    (void)before;
    struct site *s = after;
    struct company company;
    TRY(company_get(cx, &company));
    TRY(currency_settle(cx, s, &company));
    if (text_empty(s->time_zone)) {
        s->time_zone = company.time_zone;
    }
    if (!zone_exists(s->time_zone)) {
        return REFUSE(cx, &time_zone_unknown, TEXT("time_zone"), s->time_zone);
    }
    if (text_empty(s->country)) {
        s->country = company.country;
    }
    if (!country_known(s->country)) {
        return REFUSE(cx, &country_unknown, TEXT("country"), s->country);
    }
    return stock_site_check(cx, s);
}

const struct entity site_entity = {
    .index = E_site,
    .name = "site",
    .plural = "sites",
    .label = N_("Site"),
    .label_plural = N_("Sites"),
    .help = N_("Stores, distribution centres, offices and web shops."),
    .shape = SHAPE(site, rows),
    .code = "code",
    .title = "name",
    .read = "site.read",
    .write = "site.write",
    .site = "id",
    .sort = "code",
    .flags = E_CACHED | E_HISTORY,
    .check = site_check,
};

date_t site_date(const struct site *s, instant_t at)
{
    return zone_day(s->time_zone, at);
}
