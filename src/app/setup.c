/* Founding a company's books: what every company needs before its first sale, as one command. */
#include "app/setup.h"

#include "back/ledger/ledger.h"
#include "common/company/company.h"
#include "common/product/product.h"
#include "flow/work.h"
#include "meta/locale.h"

static const struct field rows[] = {
    F_TEXT(company_set_up, template, N_("Chart of accounts"), .fallback = "retail", .max = 40,
           .help = N_("retail, or retail_es for the Spanish general chart of accounts.")),
    F_DATE(company_set_up, first_day, N_("First day of the books"),
           .help = N_("Today when none is given.")),
};
static const struct shape set_up_shape = SHAPE(company_set_up, rows);

static const struct refusal another_company = {
    .code = "another_company",
    .status = 403,
    .title = N_("Another company"),
    .detail = N_("A company's books are founded by someone of that company."),
};

static enum err add_units(struct cx *cx)
{
    static const struct {
        const char *code, *name;
        int64_t decimals;
    } units[] = {
        { "pc", N_("Piece"), 0 }, { "kg", N_("Kilogram"), 3 }, { "g", N_("Gram"), 0 },
        { "l", N_("Litre"), 3 },  { "m", N_("Metre"), 2 },     { "h", N_("Hour"), 2 },
    };
    for (size_t i = 0; i < N_ELEMENTS(units); i++) {
        struct unit u = { .code = text_of(units[i].code),
                          .name = text_of(cx_text(cx, units[i].name)),
                          .decimals = units[i].decimals };
        struct unit there;
        enum err e = store_find(cx, &unit_entity, "code", u.code, &there);
        if (e == ERR_NOT_FOUND) {
            e = store_insert(cx, &unit_entity, &u);
        }
        TRY(e);
    }
    return OK;
}

/* What the house does by itself every night. */
static enum err add_schedules(struct cx *cx)
{
    static const char *const kinds[] = { "expire_points", "forget_keys" };
    for (size_t i = 0; i < N_ELEMENTS(kinds); i++) {
        struct schedule s = { .code = text_of(kinds[i]),
                              .kind = text_of(kinds[i]),
                              .every_minutes = 24 * 60,
                              .next_at = { cx->now.us + US_PER_DAY },
                              .active = 1 };
        struct schedule there;
        enum err e = store_find(cx, &schedule_entity, "code", s.code, &there);
        if (e == ERR_NOT_FOUND) {
            e = store_insert(cx, &schedule_entity, &s);
        }
        TRY(e);
    }
    return OK;
}

static enum err founded_already(struct cx *cx, const void *record, const char **why)
{
    const struct company *company = record;
    struct account *there;
    size_t n;
    if (company->record.id != cx->company) {
        *why = another_company.detail;
        return OK;
    }
    TRY(store_select(cx, &account_entity, "1 = 1 ORDER BY id LIMIT 1", NULL, 0, &there, &n));
    *why = n > 0 ? N_("The books of this company are founded already.") : NULL;
    return OK;
}

static enum err set_up(struct cx *cx, void *record, const void *args, void *result)
{
    const struct company_set_up *in = args;
    const struct company *company = record;
    date_t day = date_none(in->first_day) ? instant_date(cx->now) : in->first_day;
    (void)result;
    if (company->record.id != cx->company) {
        return refuse(cx, &another_company, TEXT_NONE);
    }
    const char *language = language_known(company->language);
    cx->language = language
                       ? language
                       : cx->language; /* the record's own text may be gone before the answer */
    TRY(ledger_seed(cx, in->template.s));
    TRY(fiscal_year_ensure(cx, day));
    TRY(add_units(cx));
    return add_schedules(cx);
}

static const struct command commands[] = {
    { .name = "set_up",
      .entity = &company_entity,
      .label = N_("Found the books"),
      .help = N_(
          "Makes the chart of accounts, the fiscal year and the usual units of a new company."),
      .permission = "setup.write",
      .flags = C_RECORD,
      .args = &set_up_shape,
      .from = ANY_STATE,
      .to = -1,
      .why_not = founded_already,
      .run = set_up },
};
static const struct refusal *const refusals[] = { &another_company };
static const char *const depends[] = { "company", "product", "ledger", NULL };

const struct area setup_area = {
    .name = "setup",
    .label = N_("Setting up"),
    .depends = depends,
    .commands = commands,
    .n_commands = N_ELEMENTS(commands),
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
};
