/* Accounts, free dimensions, and the rules that say which account serves which purpose. */
#include "back/ledger/books.h"
#include "common/product/product.h"

#define ACCOUNT_DEPTH_MAX 10

/* Purposes whose accounts a sub-ledger proves to the cent; 0: none. Accounts of one group may serve
 * its purposes only. */
static int proven_group(choice_t purpose)
{
    switch ((enum posting_purpose)purpose) {
    case POST_CASH:
        return 1;
    case POST_RECEIVABLE:
        return 2;
    case POST_INVENTORY:
    case POST_TRANSIT:
        return 3;
    case POST_POINTS_LIABILITY:
        return 4;
    case POST_DEPOSITS:
        return 5;
    case POST_SITES:
        return 6;
    default:
        return 0;
    }
}

/* -- accounts ------------------------------------------------------------------------------ */

const struct choice account_kinds[5] = {
    [ACCOUNT_ASSET] = { "asset", N_("Asset") },
    [ACCOUNT_LIABILITY] = { "liability", N_("Liability") },
    [ACCOUNT_EQUITY] = { "equity", N_("Equity") },
    [ACCOUNT_INCOME] = { "income", N_("Income") },
    [ACCOUNT_EXPENSE] = { "expense", N_("Expense") },
};

static const struct field account_fields[] = {
    F_TEXT(account, code, N_("Number"), .flags = F_REQUIRED | F_SEARCH, .max = 16,
           .help = N_("Letters, digits, dots and dashes, beginning with a digit or a capital.")),
    F_TEXT(account, name, N_("Name"), .flags = F_REQUIRED | F_SEARCH, .max = 100),
    F_CHOICE(account, kind, account_kinds, N_("Kind"), .flags = F_REQUIRED),
    F_REF(account, parent, account, N_("Under"),
          .help = N_("The heading under which statements show it.")),
    F_BOOLEAN(account, control, N_("Control account"),
              .help = N_("Kept by sales, stock, points or tills: it takes no manual entries.")),
    F_BOOLEAN(account, no_entries, N_("Heading"),
              .help = N_("Only adds up the accounts under it and takes no entries.")),
};

static bool code_ok(text_t code)
{
    for (size_t i = 0; i < code.n; i++) {
        char c = code.s[i];
        bool first_ok = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
        bool later_ok = first_ok || (c >= 'a' && c <= 'z') || c == '.' || c == '-';
        if (i == 0 ? !first_ok : !later_ok) {
            return false;
        }
    }
    return code.n > 0;
}

/* The parent is of the same kind, and the account is not among its own parents. */
static enum err parent_check(struct cx *cx, const struct account *a)
{
    int64_t id = a->parent.id;
    for (int depth = 0; id; depth++) {
        struct account up;
        if (depth == ACCOUNT_DEPTH_MAX || (a->record.id && id == a->record.id)) {
            return refuse(cx, &refusal_account_parent, TEXT("parent"));
        }
        TRY(store_get(cx, &account_entity, id, &up));
        if (up.kind != a->kind) {
            return refuse(cx, &refusal_account_parent, TEXT("parent"));
        }
        id = up.parent.id;
    }
    return OK;
}

static enum err in_use(struct cx *cx, int64_t account, bool *out)
{
    struct rows rows;
    const struct value args[] = { v_int(account) };
    TRY(store_query(cx, "SELECT 1 FROM account_balance WHERE account = $1 LIMIT 1", args, 1,
                    &rows));
    *out = rows.n > 0;
    return OK;
}

/* What a sub-ledger keeps stays a control account. */
static enum err control_needed(struct cx *cx, const struct account *a)
{
    struct posting_rule *rules;
    size_t n;
    const struct value args[] = { v_int(a->record.id) };
    TRY(store_select(cx, &posting_rule_entity, "account = $1", args, 1, &rules, &n));
    for (size_t i = 0; i < n; i++) {
        if (proven_group(rules[i].purpose) != 0) {
            return refuse(cx, &refusal_account_in_use, TEXT("control"));
        }
    }
    return OK;
}

static enum err account_check(struct cx *cx, const void *before, void *after)
{
    const struct account *was = before;
    const struct account *a = after;
    if (!code_ok(a->code)) {
        return refuse(cx, &refusal_account_code_form, TEXT("code"));
    }
    TRY(parent_check(cx, a));
    if (was && was->control && !a->control) {
        TRY(control_needed(cx, a));
    }
    if (was && (was->kind != a->kind || (a->no_entries && !was->no_entries))) {
        bool used;
        TRY(in_use(cx, a->record.id, &used));
        if (used) {
            return refuse(cx, &refusal_account_in_use,
                          was->kind != a->kind ? TEXT("kind") : TEXT("no_entries"));
        }
    }
    return OK;
}

/* An account with a balance stays where statements show it. */
static enum err account_saved(struct cx *cx, const void *before, const void *after)
{
    const struct account *was = before;
    const struct account *a = after;
    if (!was || was->record.archived || !a->record.archived) {
        return OK;
    }
    struct rows rows;
    const struct value args[] = { v_int(a->record.id) };
    TRY(store_query(cx,
                    "SELECT CAST(SUM(debit - credit) AS BIGINT) FROM account_balance "
                    "WHERE account = $1",
                    args, 1, &rows));
    if (rows.n > 0 && rows_int(&rows, 0, 0) != 0) {
        return refuse(cx, &refusal_account_in_use, TEXT("archived"));
    }
    return OK;
}

const struct entity account_entity = {
    .index = E_account,
    .name = "account",
    .plural = "accounts",
    .label = N_("Account"),
    .label_plural = N_("Accounts"),
    .help = N_("The chart of accounts: everything that is booked stands on one of them."),
    .shape = SHAPE(account, account_fields),
    .code = "code",
    .title = "name",
    .read = "ledger.read",
    .write = "ledger.setup",
    .sort = "code",
    .flags = E_CACHED | E_HISTORY,
    .check = account_check,
    .saved = account_saved,
};

/* -- dimensions ---------------------------------------------------------------------------- */

static const struct field dimension_fields[] = {
    F_TEXT(dimension, code, N_("Code"), .flags = F_REQUIRED | F_SEARCH, .max = 30),
    F_TEXT(dimension, name, N_("Name"), .flags = F_REQUIRED | F_SEARCH, .max = 100),
};

const struct entity dimension_entity = {
    .index = E_dimension,
    .name = "dimension",
    .plural = "dimensions",
    .label = N_("Dimension"),
    .label_plural = N_("Dimensions"),
    .help = N_("What lines of manual entries are also sorted by: projects, vehicles, campaigns."),
    .shape = SHAPE(dimension, dimension_fields),
    .code = "code",
    .title = "name",
    .read = "ledger.read",
    .write = "ledger.setup",
    .sort = "code",
    .flags = E_CACHED | E_HISTORY,
};

/* -- posting rules ------------------------------------------------------------------------- */

const struct choice posting_purposes[POST_PURPOSES] = {
    [POST_CASH] = { "cash", N_("Cash in tills") },
    [POST_CARD] = { "card", N_("Card payments") },
    [POST_BANK] = { "bank", N_("Bank") },
    [POST_RECEIVABLE] = { "receivable", N_("Receivables") },
    [POST_DEPOSITS] = { "deposits", N_("Customer deposits") },
    [POST_GIFT_CARDS] = { "gift_cards", N_("Gift cards") },
    [POST_REVENUE] = { "revenue", N_("Revenue") },
    [POST_RETURNS] = { "returns", N_("Sales returns") },
    [POST_TAX] = { "tax", N_("Tax payable") },
    [POST_ROUNDING] = { "rounding", N_("Cash rounding") },
    [POST_INVENTORY] = { "inventory", N_("Inventory") },
    [POST_TRANSIT] = { "transit", N_("Goods in transit") },
    [POST_COGS] = { "cogs", N_("Cost of goods sold") },
    [POST_STOCK_ADJUSTMENT] = { "stock_adjustment", N_("Stock adjustments") },
    [POST_GOODS_RECEIVED] = { "goods_received", N_("Goods received, not invoiced") },
    [POST_POINTS_LIABILITY] = { "points_liability", N_("Points owed to customers") },
    [POST_POINTS_EXPENSE] = { "points_expense", N_("Points granted") },
    [POST_POINTS_BREAKAGE] = { "points_breakage", N_("Points expired") },
    [POST_CASH_DIFFERENCE] = { "cash_difference", N_("Cash differences") },
    [POST_CASH_IN_OUT] = { "cash_in_out", N_("Cash put in and taken out") },
    [POST_RETAINED_EARNINGS] = { "retained_earnings", N_("Retained earnings") },
    [POST_SITES] = { "sites", N_("Between sites") },
};

/* A rule is never changed, only archived and replaced: so what an account was used for stays known.
 */
static const struct field posting_rule_fields[] = {
    F_CHOICE(posting_rule, purpose, posting_purposes, N_("Purpose"),
             .flags = F_REQUIRED | F_CREATE_ONLY),
    F_REF(posting_rule, site, site, N_("Site"), .flags = F_CREATE_ONLY,
          .help = N_("Empty: for all sites.")),
    F_REF(posting_rule, category, category, N_("Category"), .flags = F_CREATE_ONLY,
          .help = N_("Empty: for all products. Holds for the categories under it too.")),
    F_REF(posting_rule, account, account, N_("Account"), .flags = F_REQUIRED | F_CREATE_ONLY),
};

static const char rules_of_purpose[] = "purpose = $1 AND archived = 0 ORDER BY id";

/* An account that a sub-ledger proves is a control account, serves nothing else, and was empty
 * before. */
static enum err proven_check(struct cx *cx, const struct posting_rule *rule,
                             const struct account *account)
{
    struct posting_rule *others;
    size_t n;
    int group = proven_group(rule->purpose);
    bool known = false, used;
    const struct value args[] = { v_int(account->record.id) };
    TRY(store_select(cx, &posting_rule_entity, "account = $1", args, 1, &others, &n));
    for (size_t i = 0; i < n; i++) {
        if (proven_group(others[i].purpose) != group) {
            return REFUSE(cx, &refusal_account_serves_other, TEXT("account"), account->code,
                          text_of(cx_text(cx, posting_purposes[others[i].purpose].label)));
        }
        known = true;
    }
    if (group == 0) {
        return OK;
    }
    if (!account->control) {
        return REFUSE(cx, &refusal_account_not_control, TEXT("account"), account->code);
    }
    TRY(in_use(cx, account->record.id, &used));
    return used && !known ? refuse(cx, &refusal_account_in_use, TEXT("account")) : OK;
}

static enum err posting_rule_check(struct cx *cx, const void *before, void *after)
{
    const struct posting_rule *rule = after;
    struct account account;
    if (before) {
        return OK; /* fields added by users */
    }
    TRY(store_get(cx, &account_entity, rule->account.id, &account));
    if (account.no_entries || account.record.archived) {
        return REFUSE(cx, &refusal_account_takes_no_entries, TEXT("account"), account.code);
    }
    struct posting_rule *others;
    size_t n;
    const struct value args[] = { v_int(rule->purpose) };
    TRY(store_select(cx, &posting_rule_entity, rules_of_purpose, args, 1, &others, &n));
    for (size_t i = 0; i < n; i++) {
        if (others[i].site.id == rule->site.id && others[i].category.id == rule->category.id) {
            return refuse(cx, &refusal_rule_exists, TEXT("purpose"));
        }
    }
    return proven_check(cx, rule, &account);
}

const struct entity posting_rule_entity = {
    .index = E_posting_rule,
    .name = "posting_rule",
    .plural = "posting_rules",
    .label = N_("Posting rule"),
    .label_plural = N_("Posting rules"),
    .help = N_(
        "Which account each purpose is booked to. The rule for a category wins over the rule "
        "for a site, and that one over the rule for all."),
    .shape = SHAPE(posting_rule, posting_rule_fields),
    .read = "ledger.read",
    .write = "ledger.setup",
    .sort = "purpose",
    .flags = E_CACHED | E_HISTORY,
    .check = posting_rule_check,
};

/* How much narrower a rule is than one for all: 0 when it does not hold. chain: the category and
 * those above it. */
static int rule_rank(const struct posting_rule *rule, int64_t site, const int64_t *chain, int depth)
{
    int rank = 1;
    if (rule->site.id) {
        if (rule->site.id != site) {
            return 0;
        }
        rank = 2;
    }
    if (!rule->category.id) {
        return rank;
    }
    for (int i = 0; i < depth; i++) {
        if (chain[i] == rule->category.id) {
            return rank + 2 * (ACCOUNT_DEPTH_MAX + 1 - i);
        }
    }
    return 0;
}

/* The category and those above it. */
static enum err category_chain(struct cx *cx, int64_t category, int64_t chain[ACCOUNT_DEPTH_MAX],
                               int *depth)
{
    for (*depth = 0; category && *depth < ACCOUNT_DEPTH_MAX; (*depth)++) {
        struct category c;
        chain[*depth] = category;
        TRY(store_get_any(cx, &category_entity, category, &c));
        category = c.parent.id;
    }
    return OK;
}

enum err ledger_account_for(struct cx *cx, enum posting_purpose p, int64_t site, int64_t category,
                            account_ref *out)
{
    struct posting_rule *rules;
    size_t n;
    const struct value args[] = { v_int(p) };
    TRY(store_select(cx, &posting_rule_entity, rules_of_purpose, args, 1, &rules, &n));
    int64_t chain[ACCOUNT_DEPTH_MAX];
    int depth = -1; /* the chain is not loaded yet */
    int best = 0;
    for (size_t i = 0; i < n; i++) {
        if (rules[i].category.id && depth < 0) {
            TRY(category_chain(cx, category, chain, &depth));
        }
        int rank = rule_rank(&rules[i], site, chain, depth);
        if (rank > best) {
            best = rank;
            *out = rules[i].account;
        }
    }
    if (best == 0) {
        return REFUSE(cx, &refusal_posting_rule_missing, TEXT_NONE,
                      text_of(cx_text(cx, posting_purposes[p].label)));
    }
    return OK;
}
