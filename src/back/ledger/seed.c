/* Charts of accounts for a new company, with the posting rules that go with them.
 *
 * One table serves both templates: "retail" numbers from 1000 to 6900 under headings, "retail_es"
 * the numbers of the Spanish Plan General de Contabilidad (Real Decreto 1514/2007), which orders by
 * group and needs no headings. Names are translated into the company's language when the accounts
 * are made, and belong to the company from then on. */
#include "back/ledger/books.h"

#define NONE (-1) /* purpose */

enum seed_flags {
    CONTROL = 1 << 0,
    HEADING = 1 << 1,
};

struct seed {
    const char *retail, *es; /* account number, NULL: not in this template */
    const char *parent;      /* of retail */
    choice_t kind;
    int purpose;
    unsigned flags;
    const char *name;    /* N_() */
    const char *country; /* only there; NULL: everywhere */
};

/* clang-format off */
#define ROW(kind_, number, es_, parent_, purpose_, flags_, name_, country_)                        \
    { .retail = number, .es = es_, .parent = parent_, .kind = (kind_), .purpose = (purpose_),      \
      .flags = (flags_), .name = name_, .country = country_ }
#define ASSET(...) ROW(ACCOUNT_ASSET, __VA_ARGS__)
#define DEBT(...) ROW(ACCOUNT_LIABILITY, __VA_ARGS__)
#define EQUITY(...) ROW(ACCOUNT_EQUITY, __VA_ARGS__)
#define INCOME(...) ROW(ACCOUNT_INCOME, __VA_ARGS__)
#define EXPENSE(...) ROW(ACCOUNT_EXPENSE, __VA_ARGS__)

/* Number in retail, in retail_es, heading in retail, purpose, flags, name, only in this country. */
static const struct seed seeds[] = {
    ASSET("10", NULL, NULL, NONE, HEADING, N_("Cash and bank"), NULL),
    ASSET("1000", "570", "10", POST_CASH, CONTROL, N_("Cash in tills"), NULL),
    ASSET("1010", "555", "10", POST_CASH_IN_OUT, 0, N_("Cash between tills and bank"), NULL),
    ASSET("1020", "572", "10", POST_BANK, 0, N_("Bank"), NULL),
    ASSET("1030", "5725", "10", POST_CARD, 0, N_("Card payments on their way"), NULL),
    ASSET("11", NULL, NULL, NONE, HEADING, N_("Claims"), NULL),
    ASSET("1100", "430", "11", POST_RECEIVABLE, CONTROL, N_("Receivables"), NULL),
    ASSET("1150", "472", "11", NONE, 0, N_("Tax on purchases"), NULL),
    ASSET("12", NULL, NULL, NONE, HEADING, N_("Goods"), NULL),
    ASSET("1200", "300", "12", POST_INVENTORY, CONTROL, N_("Inventory"), NULL),
    ASSET("1210", "309", "12", POST_TRANSIT, CONTROL, N_("Goods in transit"), NULL),
    ASSET("1500", "216", NULL, NONE, 0, N_("Fixtures and equipment"), NULL),
    ASSET("1900", "551", NULL, POST_SITES, CONTROL, N_("Between sites"), NULL),

    DEBT("2000", "4009", NULL, POST_GOODS_RECEIVED, 0, N_("Goods received, not invoiced"), NULL),
    DEBT("2010", "400", NULL, NONE, 0, N_("Payables"), NULL),
    DEBT("2100", "477", NULL, POST_TAX, 0, N_("Tax on sales"), NULL),
    DEBT("2110", NULL, NULL, NONE, 0, N_("Central GST"), "IN"),
    DEBT("2120", NULL, NULL, NONE, 0, N_("State GST"), "IN"),
    DEBT("2130", NULL, NULL, NONE, 0, N_("Integrated GST"), "IN"),
    DEBT("2200", "438", NULL, POST_DEPOSITS, CONTROL, N_("Customer deposits"), NULL),
    DEBT("2300", "485", NULL, POST_GIFT_CARDS, 0, N_("Gift cards"), NULL),
    DEBT("2400", "499", NULL, POST_POINTS_LIABILITY, CONTROL, N_("Points owed to customers"), NULL),
    DEBT("2500", "465", NULL, NONE, 0, N_("Wages to be paid"), NULL),
    DEBT("2600", "170", NULL, NONE, 0, N_("Loans"), NULL),

    EQUITY("3000", "100", NULL, NONE, 0, N_("Capital"), NULL),
    EQUITY("3100", "120", NULL, POST_RETAINED_EARNINGS, 0, N_("Retained earnings"), NULL),

    INCOME("4000", "700", NULL, POST_REVENUE, 0, N_("Revenue"), NULL),
    INCOME("4100", "708", NULL, POST_RETURNS, 0, N_("Sales returns"), NULL),
    INCOME("4200", "7954", NULL, POST_POINTS_BREAKAGE, 0, N_("Points expired"), NULL),
    INCOME("4900", "759", NULL, NONE, 0, N_("Other income"), NULL),

    EXPENSE("50", NULL, NULL, NONE, HEADING, N_("Cost of sales"), NULL),
    EXPENSE("5000", "610", "50", POST_COGS, 0, N_("Cost of goods sold"), NULL),
    EXPENSE("5100", "693", "50", POST_STOCK_ADJUSTMENT, 0, N_("Stock adjustments"), NULL),
    EXPENSE("5200", "695", "50", POST_POINTS_EXPENSE, 0, N_("Points granted"), NULL),
    EXPENSE("5300", "659", "50", POST_CASH_DIFFERENCE, 0, N_("Cash differences"), NULL),
    EXPENSE("5400", "669", "50", POST_ROUNDING, 0, N_("Cash rounding"), NULL),
    EXPENSE("60", NULL, NULL, NONE, HEADING, N_("Running the business"), NULL),
    EXPENSE("6000", "621", "60", NONE, 0, N_("Rent"), NULL),
    EXPENSE("6100", "640", "60", NONE, 0, N_("Wages"), NULL),
    EXPENSE("6200", "628", "60", NONE, 0, N_("Energy and water"), NULL),
    EXPENSE("6300", "626", "60", NONE, 0, N_("Bank and card fees"), NULL),
    EXPENSE("6400", "627", "60", NONE, 0, N_("Advertising"), NULL),
    EXPENSE("6900", "629", "60", NONE, 0, N_("Other expenses"), NULL),
};

/* What the tax on sales is called there. */
static const struct {
    const char *country, *name;
} tax_names[] = {
    { "IN", N_("GST payable") }, { "ID", N_("PPN payable") },
    { "US", N_("Sales tax payable") }, { "ES", N_("VAT payable") },
    { "MX", N_("VAT payable") }, { "CO", N_("VAT payable") },
    { "AR", N_("VAT payable") }, { "CL", N_("VAT payable") },
    { "PE", N_("VAT payable") },
};
/* clang-format on */

static const char *seed_name(const struct seed *s, text_t country)
{
    for (size_t i = 0; s->purpose == POST_TAX && i < N_ELEMENTS(tax_names); i++) {
        if (text_is(country, tax_names[i].country)) {
            return tax_names[i].name;
        }
    }
    return s->name;
}

/* The account with that number among those made already. */
static account_ref made(const struct account *accounts, size_t n, const char *code)
{
    for (size_t i = 0; code && i < n; i++) {
        if (text_is(accounts[i].code, code)) {
            return (account_ref){ accounts[i].record.id };
        }
    }
    return (account_ref){ 0 };
}

static enum err seed_all(struct cx *cx, const struct company *company, bool es)
{
    struct account accounts[N_ELEMENTS(seeds)];
    size_t n = 0;
    for (size_t i = 0; i < N_ELEMENTS(seeds); i++) {
        const struct seed *s = &seeds[i];
        const char *code = es ? s->es : s->retail;
        if (!code || (s->country && !text_is(company->country, s->country))) {
            continue;
        }
        struct account *a = &accounts[n];
        *a = (struct account){
            .code = text_of(code),
            .name = text_of(cx_text(cx, seed_name(s, company->country))),
            .kind = s->kind,
            .parent = made(accounts, n, es ? NULL : s->parent),
            .control = (s->flags & CONTROL) != 0,
            .no_entries = (s->flags & HEADING) != 0,
        };
        TRY(store_insert(cx, &account_entity, a));
        n++;
        if (s->purpose != NONE) {
            struct posting_rule rule = { .purpose = s->purpose, .account = { a->record.id } };
            TRY(store_insert(cx, &posting_rule_entity, &rule));
        }
    }
    return OK;
}

enum err ledger_seed(struct cx *cx, const char *template)
{
    bool es = strcmp(template, "retail_es") == 0;
    struct company company;
    struct account *there;
    size_t n;
    if (!es && strcmp(template, "retail") != 0) {
        return REFUSE(cx, &refusal_unknown_template, TEXT("template"),
                      text_copy(cx->arena, text_of(template)));
    }
    TRY(store_select(cx, &account_entity, "1 = 1 ORDER BY id LIMIT 1", NULL, 0, &there, &n));
    if (n > 0) {
        return refuse(cx, &refusal_ledger_not_empty, TEXT("template"));
    }
    TRY(company_get(cx, &company));
    const char *language = cx->language;
    cx->language = company.language.s ? company.language.s : language;
    enum err e = seed_all(cx, &company, es);
    cx->language = language;
    return e;
}
