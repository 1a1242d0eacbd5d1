/* Trial balance, general ledger, balances by period and open balances of parties. The statements
 * are in statement.c.
 *
 * Every report carries a tie_out: the figures that prove it against the books, the last of them a
 * difference that is 0. */
#include "back/ledger/books.h"

#define GENERAL_LEDGER_ROWS_MAX 10000

#define PARAM(name_, kind_, ...)                                                                   \
    {                                                                                              \
        .name = name_, .kind = &(kind_), .label = __VA_ARGS__                                      \
    }
#define PARAM_SITE PARAM("site", kind_ref, N_("Site"), .target = "site")
#define PARAM_COMPARE                                                                              \
    PARAM("compare", kind_text, N_("Compared with"), .max = 30,                                    \
          .help = N_("previous_period, previous_year, a day, or two days as "                      \
                     "2026-01-01..2026-03-31."))
#define PARAM_ACCOUNT(flags_)                                                                      \
    PARAM("account", kind_ref, N_("Account"), .target = "account", .flags = (flags_))

/* The place in the hierarchy, for programs: pages show it by the row's own place. */
#define COLUMN_LEVEL COLUMN("level", kind_integer, N_("Level"), .flags = F_HIDDEN)

static const struct choice row_kinds[REPORT_ROWS] = {
    [ROW_ACCOUNT] = { "account", N_("Account") },
    [ROW_HEADING] = { "heading", N_("Heading") },
    [ROW_TOTAL] = { "total", N_("Total") },
    [ROW_RESULT] = { "result", NC_("profit or loss of a period", "Result") },
};

/* -- trial balance ------------------------------------------------------------------------- */

static const struct field trial_params[] = {
    PARAM("as_of", kind_date, N_("As of"), .help = N_("Empty: today.")),
    PARAM("from", kind_date, N_("From"), .help = N_("Empty: from the beginning.")),
    PARAM_SITE,
    PARAM_ACCOUNT(0),
    PARAM("before_closing", kind_boolean, N_("Without closing entries")),
    PARAM_COMPARE,
    PARAM("tree", kind_boolean, N_("With headings"),
          .help = N_("Accounts under their headings, which show the sum of what stands under "
                     "them.")),
};
static const struct column trial_columns[] = {
    COLUMN_REF("account", "account", N_("Account")),
    COLUMN("code", kind_text, N_("Number"), .flags = F_HIDDEN),
    COLUMN("name", kind_text, N_("Name"), .flags = F_HIDDEN),
    COLUMN_CHOICE("kind", account_kinds, N_("Kind")),
    COLUMN("opening", kind_money, N_("Opening balance")),
    COLUMN("debit", kind_money, N_("Debit")),
    COLUMN("credit", kind_money, N_("Credit")),
    COLUMN("balance", kind_money, N_("Balance")),
    COLUMN("compare", kind_money, N_("Compared with")),
    COLUMN_CHOICE("row", row_kinds, N_("Row")),
    COLUMN_LEVEL,
};
static const struct choice trial_ties[] = {
    { "opening", N_("Opening balances") },
    { "debit", N_("Debits") },
    { "credit", N_("Credits") },
    { "difference", N_("Difference") },
};

/* -- general ledger ------------------------------------------------------------------------ */

static const struct field general_params[] = {
    PARAM_ACCOUNT(F_REQUIRED),
    PARAM("from", kind_date, N_("From"), .help = N_("Empty: the beginning of the fiscal year.")),
    PARAM("to", kind_date, N_("To"), .help = N_("Empty: today.")),
    PARAM_SITE,
};
static const struct column general_columns[] = {
    COLUMN("posted_on", kind_date, N_("Posted on")),
    COLUMN_REF("entry", "journal_entry", N_("Entry")),
    COLUMN("number", kind_text, N_("Number")),
    COLUMN_CHOICE("kind", entry_kinds, N_("Kind")),
    COLUMN("source_entity", kind_text, N_("Made by"), .word = WORD_ENTITY),
    COLUMN("source", kind_integer, N_("Document")),
    COLUMN("memo", kind_text, N_("Memo")),
    COLUMN_REF("site", "site", N_("Site")),
    COLUMN_REF("party", "party", N_("Party")),
    COLUMN("debit", kind_money, N_("Debit")),
    COLUMN("credit", kind_money, N_("Credit")),
    COLUMN("balance", kind_money, N_("Balance")),
};
static const struct choice general_ties[] = {
    { "opening", N_("Opening balance") }, { "debit", N_("Debits") },
    { "credit", N_("Credits") },          { "closing", N_("Balance kept for the last day") },
    { "difference", N_("Difference") },
};

/* -- statements ---------------------------------------------------------------------------- */

static const struct field balance_params[] = {
    PARAM("as_of", kind_date, N_("As of"), .help = N_("Empty: today.")),
    PARAM_SITE,
    PARAM_COMPARE,
};
static const struct field result_params[] = {
    PARAM("from", kind_date, N_("From"), .help = N_("Empty: the beginning of the fiscal year.")),
    PARAM("to", kind_date, N_("To"), .help = N_("Empty: today.")),
    PARAM_SITE,
    PARAM_COMPARE,
};
static const struct column statement_columns[] = {
    COLUMN_CHOICE("row", row_kinds, N_("Row")),
    COLUMN_CHOICE("section", account_kinds, N_("Section")),
    COLUMN_LEVEL,
    COLUMN_REF("account", "account", N_("Account"), .flags = F_HIDDEN),
    COLUMN("code", kind_text, N_("Number")),
    COLUMN("name", kind_text, N_("Name")),
    COLUMN("amount", kind_money, N_("Amount")),
    COLUMN("compare", kind_money, N_("Compared with")),
};
static const struct choice balance_ties[] = {
    { "assets", N_("Assets") },
    { "liabilities", N_("Liabilities") },
    { "equity", N_("Equity with the result") },
    { "difference", N_("Difference") },
};
static const struct choice result_ties[] = {
    { "income", N_("Income") },
    { "expense", N_("Expenses") },
    { "result", NC_("profit or loss of a period", "Result") },
    { "net_assets", N_("Change of everything else in the books") },
    { "difference", N_("Difference") },
};

/* -- balances by period, and of parties ---------------------------------------------------- */

static const struct field period_params[] = {
    PARAM("from", kind_date, N_("From")),
    PARAM("to", kind_date, N_("To")),
    PARAM_ACCOUNT(0),
    PARAM_SITE,
};
static const struct column period_columns[] = {
    COLUMN_REF("account", "account", N_("Account")),
    COLUMN("code", kind_text, N_("Number"), .flags = F_HIDDEN),
    COLUMN("period", kind_text, N_("Period")),
    COLUMN("debit", kind_money, N_("Debit")),
    COLUMN("credit", kind_money, N_("Credit")),
    COLUMN("change", kind_money, N_("Net change")),
};
static const struct field party_params[] = {
    PARAM_ACCOUNT(0),
    PARAM("party", kind_ref, N_("Party"), .target = "party"),
};
static const struct field control_params[] = { PARAM_SITE };
static const struct column control_columns[] = {
    /* what `name` says in the reader's words */
    COLUMN_CHOICE("proof", ledger_controls, N_("Proof"), .flags = F_HIDDEN),
    COLUMN("name", kind_text, N_("Name")),
    COLUMN("ledger", kind_money, N_("Ledger")),
    COLUMN("sub_ledger", kind_money, N_("Sub-ledger")),
    COLUMN("difference", kind_money, N_("Difference")),
};
static const struct choice control_ties[] = {
    { "ledger", N_("Ledger") },
    { "sub_ledgers", N_("Sub-ledgers") },
    { "difference", N_("Difference") },
};
static const struct column party_columns[] = {
    COLUMN_REF("account", "account", N_("Account")), COLUMN_REF("party", "party", N_("Party")),
    COLUMN("debit", kind_money, N_("Debit")),        COLUMN("credit", kind_money, N_("Credit")),
    COLUMN("balance", kind_money, N_("Balance")),
};

#define PARAMS(list)  .params = (list), .n_params = N_ELEMENTS(list)
#define TIES(list)    .ties = (list), .n_ties = N_ELEMENTS(list)
#define COLUMNS(list) .columns = (list), .n_columns = N_ELEMENTS(list)
static const char computed[] =
    "It computes; sums.c and the statements of reports.c hold the filter.";

const struct query ledger_queries[LEDGER_QUERIES] = {
    { .name = "trial_balance",
      .label = N_("Trial balance"),
      .permission = "ledger.read",
      .help = N_("Every account's opening balance, debits, credits and balance."),
      .open = computed,
      PARAMS(trial_params),
      COLUMNS(trial_columns),
      TIES(trial_ties),
      .run = report_trial_balance },
    { .name = "balance_sheet",
      .label = N_("Balance sheet"),
      .permission = "ledger.read",
      .help = N_("What the company owns and owes on a day."),
      .open = computed,
      PARAMS(balance_params),
      COLUMNS(statement_columns),
      TIES(balance_ties),
      .run = report_balance_sheet },
    { .name = "profit_and_loss",
      .label = N_("Profit and loss"),
      .permission = "ledger.read",
      .help = N_("Income and expenses between two days, without the entries that close a year."),
      .open = computed,
      PARAMS(result_params),
      COLUMNS(statement_columns),
      TIES(result_ties),
      .run = report_profit_and_loss },
    { .name = "general_ledger",
      .label = N_("General ledger"),
      .permission = "ledger.read",
      .help = N_("The lines of an account with its running balance. Each opens its entry."),
      .open = computed,
      PARAMS(general_params),
      COLUMNS(general_columns),
      TIES(general_ties),
      .run = report_general_ledger },
    { .name = "account_balances",
      .label = N_("Balances by period"),
      .permission = "ledger.read",
      .help = N_("Debits and credits of accounts, month by month."),
      .sql = "SELECT a.id, a.code, p.code, CAST(SUM(b.debit) AS BIGINT), "
             "CAST(SUM(b.credit) AS BIGINT), "
             "CAST(SUM(b.debit - b.credit) AS BIGINT) "
             "FROM account_balance b JOIN accounts a ON a.id = b.account "
             "JOIN fiscal_periods p ON p.id = b.period WHERE b.company = $1 AND "
             "{sites:NULLIF(b.site, 0)} "
             "[3: AND p.last_day >= $3] [4: AND p.first_day <= $4] "
             "[5: AND b.account = $5] [6: AND b.site = $6] "
             "GROUP BY a.id, a.code, p.code ORDER BY a.code, p.code",
      PARAMS(period_params),
      COLUMNS(period_columns) },
    { .name = "open_balances",
      .label = N_("Open balances"),
      .permission = "ledger.read",
      .help = N_("What customers and suppliers owe and are owed, by account."),
      .open = "What a party owes it owes to the company, not to a site.",
      .sql =
          "SELECT b.account, b.party, CAST(SUM(b.debit) AS BIGINT), "
          "CAST(SUM(b.credit) AS BIGINT), "
          "CAST(SUM(b.debit - b.credit) AS BIGINT) "
          "FROM party_balance b WHERE b.company = $1 [3: AND b.account = $3] [4: AND b.party = $4] "
          "GROUP BY b.account, b.party HAVING SUM(b.debit - b.credit) <> 0 "
          "ORDER BY b.account, b.party",
      PARAMS(party_params),
      COLUMNS(party_columns) },
    { .name = "control_accounts",
      .label = N_("Sub-ledgers"),
      .permission = "ledger.read",
      .help = N_("Customers, stock, points, deposits and tills against their accounts: each "
                 "difference must be 0."),
      .open = computed,
      PARAMS(control_params),
      COLUMNS(control_columns),
      TIES(control_ties),
      .run = report_control_accounts },
};

/* What the trial balance holds of each account: with `tree` of all under it too. */
struct trial {
    int64_t *opening, *debit, *credit, *compare;
};

static enum err trial_fill(struct cx *cx, struct sums_ask ask, const struct value *args,
                           struct sums *sums, struct trial *t, bool *compare)
{
    struct sums opening;
    struct span then, now = { args[1].type == V_NULL ? DATE_NONE : (date_t){ args[1].i }, ask.day };
    TRY(report_compare(cx, &args[5], now, compare, &then));
    TRY(sums_until(cx, &ask, sums));
    ask.day = date_none(now.from) ? DATE_NONE : (date_t){ now.from.days - 1 };
    TRY(sums_until(cx, &ask, &opening));
    int64_t *cells = ARENA_ARRAY(cx->arena, 4 * sums->n + 1, int64_t);
    *t = (struct trial){ cells, cells + sums->n, cells + 2 * sums->n, cells + 3 * sums->n };
    for (size_t i = 0; i < sums->n; i++) {
        t->opening[i] = opening.at[i].debit - opening.at[i].credit;
        t->debit[i] = sums->at[i].debit - opening.at[i].debit;
        t->credit[i] = sums->at[i].credit - opening.at[i].credit;
    }
    if (*compare) {
        struct sums other;
        ask.day = then.to;
        TRY(sums_until(cx, &ask, &other));
        for (size_t i = 0; i < sums->n; i++) {
            t->compare[i] = other.at[i].debit - other.at[i].credit;
        }
    }
    return cx->arena->failed ? ERR_NO_MEMORY : OK;
}

static void trial_row(const struct sums *sums, const struct trial *t, size_t i, int level,
                      bool compare, struct report *out)
{
    const struct account *a = &sums->at[i].account;
    if (t->opening[i] == 0 && t->debit[i] == 0 && t->credit[i] == 0 && t->compare[i] == 0) {
        return;
    }
    const struct value row[] = {
        v_int(a->record.id),
        v_text(a->code),
        v_text(a->name),
        v_int(a->kind),
        v_int(t->opening[i]),
        v_int(t->debit[i]),
        v_int(t->credit[i]),
        v_int(t->opening[i] + t->debit[i] - t->credit[i]),
        compare ? v_int(t->compare[i]) : v_null(),
        v_int(a->no_entries ? ROW_HEADING : ROW_ACCOUNT),
        v_int(level),
    };
    report_add(out, row);
}

enum err report_trial_balance(struct cx *cx, const struct value *args, struct report *out)
{
    struct sums_ask ask = { .day = report_date(&args[0], report_today(cx)),
                            .site = report_ref(&args[2]),
                            .account = report_ref(&args[3]),
                            .closing = args[4].type == V_NULL || args[4].i == 0 };
    struct tie ties[] = { { "opening", 0 }, { "debit", 0 }, { "credit", 0 }, { "difference", 0 } };
    struct account_tree tree;
    struct trial t;
    struct sums sums;
    bool compare, with_headings = args[6].type != V_NULL && args[6].i != 0;
    TRY(trial_fill(cx, ask, args, &sums, &t, &compare));
    TRY(account_tree_make(cx, &sums, &tree));
    for (size_t i = 0; i < sums.n; i++) {
        ties[0].minor += t.opening[i];
        ties[1].minor += t.debit[i];
        ties[2].minor += t.credit[i];
    }
    if (with_headings) {
        account_tree_sum(&tree, t.opening);
        account_tree_sum(&tree, t.debit);
        account_tree_sum(&tree, t.credit);
        account_tree_sum(&tree, t.compare);
    }
    for (size_t k = 0; k < sums.n; k++) {
        size_t i = with_headings ? tree.order[k] : k;
        trial_row(&sums, &t, i, with_headings ? tree.level[i] : 1, compare, out);
    }
    ties[3].minor = ties[0].minor + ties[1].minor - ties[2].minor;
    /* One account alone has nothing to be equal to. */
    out->tie_out = report_tie(cx, ties, ask.account ? 3 : 4);
    return OK;
}

/* -- general ledger ------------------------------------------------------------------------ */

static const char general_sql[] =
    "SELECT l.posted_on, l.entry, e.number, e.kind, e.source_entity, e.source, "
    "COALESCE(l.memo, e.memo), l.site, l.party, l.debit, l.credit "
    "FROM journal_lines l JOIN journal_entries e ON e.id = l.entry "
    "WHERE l.account = $1 AND l.posted_on >= $2 AND l.posted_on <= $3 AND l.company = $4 "
    "AND ($5 = 0 OR l.site = $5) AND " SITES_OPEN_OR_NONE(
        "l.site", "$6") " "
                        "ORDER BY l.posted_on, e.recorded_at, l.entry, l.id LIMIT $7";

/* debit - credit of one account until the end of a day. */
static enum err balance_at(struct cx *cx, const struct sums_ask *ask, int64_t *out)
{
    struct sums sums;
    *out = 0;
    TRY(sums_until(cx, ask, &sums));
    for (size_t i = 0; i < sums.n; i++) {
        if (sums.at[i].account.record.id == ask->account) {
            *out = sums.at[i].debit - sums.at[i].credit;
        }
    }
    return OK;
}

static void general_row(const struct rows *rows, size_t r, int64_t balance, struct report *out)
{
    struct value row[N_ELEMENTS(general_columns)];
    for (size_t c = 0; c + 1 < N_ELEMENTS(row); c++) {
        row[c] = rows_at(rows, r, c);
    }
    row[11] = v_int(balance);
    report_add(out, row);
}

enum err report_general_ledger(struct cx *cx, const struct value *args, struct report *out)
{
    date_t from, to = report_date(&args[2], report_today(cx));
    struct sums_ask ask = { .account = args[0].i, .site = report_ref(&args[3]), .closing = true };
    struct rows rows;
    struct tie ties[] = {
        { "opening", 0 }, { "debit", 0 }, { "credit", 0 }, { "closing", 0 }, { "difference", 0 }
    };
    TRY(report_year_start(cx, to, &from));
    from = report_date(&args[1], from);
    TRY(report_span_good(cx, (struct span){ from, to }, "to"));
    ask.day.days = from.days - 1;
    TRY(balance_at(cx, &ask, &ties[0].minor));
    ask.day = to;
    TRY(balance_at(cx, &ask, &ties[3].minor));
    const struct value v[] = { args[0],
                               v_int(from.days),
                               v_int(to.days),
                               v_int(cx->company),
                               v_int(ask.site),
                               v_int(cx->site_filter),
                               v_int(GENERAL_LEDGER_ROWS_MAX + 1) };
    TRY(store_query(cx, general_sql, v, N_ELEMENTS(v), &rows));
    if (rows.n > GENERAL_LEDGER_ROWS_MAX) {
        return REFUSE(cx, &refusal_report_too_long, TEXT("from"),
                      text_fmt(cx->arena, "%d", GENERAL_LEDGER_ROWS_MAX));
    }
    int64_t balance = ties[0].minor;
    struct value opening[N_ELEMENTS(general_columns)] = { v_int(from.days) };
    opening[6] = v_str(cx_text(cx, N_("Opening balance")));
    opening[11] = v_int(balance);
    report_add(out, opening);
    for (size_t r = 0; r < rows.n; r++) {
        ties[1].minor += rows_int(&rows, r, 9);
        ties[2].minor += rows_int(&rows, r, 10);
        balance += rows_int(&rows, r, 9) - rows_int(&rows, r, 10);
        general_row(&rows, r, balance, out);
    }
    ties[4].minor = ties[3].minor - balance;
    out->tie_out = report_tie(cx, ties, N_ELEMENTS(ties));
    return OK;
}
