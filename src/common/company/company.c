/* The company's own record. Every command reads it, so it is kept in memory; what the books and the
 * stock stand on (currency, costing) is chosen once. */
#include "common/company/inner.h"
#include "face/smtp.h"
#include "meta/locale.h"
#include "meta/zone.h"

static const struct choice costings[] = {
    [COSTING_AVERAGE] = { "average", N_("Moving average") },
    [COSTING_FIFO] = { "fifo", N_("First in, first out") },
};

static const struct choice tax_roundings[] = {
    [TAX_ROUNDING_LINE] = { "line", N_("On each line") },
    [TAX_ROUNDING_DOCUMENT] = { "document", N_("On the whole document") },
};

/* clang-format off */
static const struct field rows[] = {
    F_TEXT(company, code, N_("Code"), .flags = F_REQUIRED | F_UNIQUE, .max = 24),
    F_TEXT(company, name, N_("Name"), .flags = F_REQUIRED, .max = 200),
    F_TEXT(company, country, N_("Country"), .flags = F_REQUIRED, .max = 2,
           .help = N_("Two letters of ISO 3166, such as ES or IN.")),
    F_CURRENCY(company, currency, N_("Currency"), .flags = F_REQUIRED | F_CREATE_ONLY,
               .help = N_("The currency of the books. It cannot be changed later.")),
    F_TEXT(company, language, N_("Language"), .word = WORD_LANGUAGE, .max = 2, .fallback = "en",
           .help = N_("The language of documents for customers: en, es, hi or id.")),
    F_TEXT(company, time_zone, N_("Time zone"), .max = 64, .fallback = "UTC",
           .help = N_("A name such as Europe/Madrid.")),
    F_TEXT(company, tax_id, N_("Tax number"), .max = 32),
    F_CHOICE(company, costing, costings, N_("Costing"), .flags = F_CREATE_ONLY,
             .help = N_("How goods that leave the stock are valued. Chosen once; a product can "
                        "have its own.")),
    F_CHOICE(company, tax_rounding, tax_roundings, N_("Tax rounding"),
             .help = N_("Whether taxes are rounded on each line or once for each tax of a "
                        "document.")),
    F_BOOLEAN(company, prices_include_tax, N_("Prices include tax"),
              .help = N_("What new taxes and price lists take unless they say otherwise.")),
    F_INTEGER(company, cash_step, N_("Cash rounding step"), .flags = F_NOT_NEGATIVE, .max = 1000000,
              .help = N_("Cash totals are rounded to this many of the smallest unit: 5 where there "
                         "are no 1 and 2 cent coins. 0: not rounded.")),
    F_TEXT(company, mail_from, N_("Sender address"), .max = SMTP_ADDRESS_MAX,
           .help = N_("The e-mail address that mail to customers comes from.")),
};
/* clang-format on */

static enum err company_check(struct cx *cx, const void *before, void *after)
{
    (void)before;
    struct company *c = after;
    if (!country_known(c->country)) {
        return REFUSE(cx, &country_unknown, TEXT("country"), c->country);
    }
    if (!language_known(c->language)) {
        return REFUSE(cx, &language_unknown, TEXT("language"), c->language);
    }
    if (!zone_exists(c->time_zone)) {
        return REFUSE(cx, &time_zone_unknown, TEXT("time_zone"), c->time_zone);
    }
    if (!text_empty(c->mail_from) && !smtp_address_ok(c->mail_from)) {
        return REFUSE(cx, &mail_address_wrong, TEXT("mail_from"), c->mail_from);
    }
    return OK;
}

const struct entity company_entity = {
    .index = E_company,
    .name = "company",
    .plural = "companies",
    .label = N_("Company"),
    .label_plural = N_("Companies"),
    .help = N_("Who trades: the name, the currency of the books and the rules of rounding."),
    .shape = SHAPE(company, rows),
    .code = "code",
    .title = "name",
    .read = "company.read",
    .write = "company.write",
    .sort = "code",
    .flags = E_CACHED | E_HISTORY | E_NO_COMPANY,
    .check = company_check,
};

enum err company_get(struct cx *cx, struct company *out)
{
    return store_get_any(cx, &company_entity, cx->company, out);
}
