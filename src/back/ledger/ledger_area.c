/* The ledger area.
 *
 * Permissions: ledger.read, ledger.post (manual entries, reversals), ledger.close (years),
 * ledger.setup (accounts, posting rules, dimensions). */
#include "back/ledger/books.h"
#include "back/ledger/ledger_face.h"

#define R(name_, code_, status_, title_, detail_)                                                  \
    const struct refusal refusal_##name_ = {                                                       \
        .code = code_, .status = status_, .title = title_, .detail = detail_                       \
    }

R(posting_rule_missing, "posting_rule_missing", 409, N_("No account for this"),
  N_("There is no posting rule for {1}. Add one under posting rules, then try again."));
R(account_is_control, "account_is_control", 422, N_("Control account"),
  N_("Account {1} is kept by sales, stock, points or tills and takes no manual entries."));
R(account_takes_no_entries, "account_takes_no_entries", 422, N_("Account takes no entries"),
  N_("Account {1} is a heading or archived. Choose an account under it."));
R(account_code_form, "account_code_form", 422, N_("Bad account number"),
  N_("An account number begins with a digit or a capital letter, followed by letters, digits, "
     "dots and "
     "dashes."));
R(account_parent, "account_parent", 422, N_("Cannot stand there"),
  N_("The heading must be of the same kind, and not be the account itself or under it."));
R(account_in_use, "account_in_use", 409, N_("Account in use"),
  N_("The account has entries or a balance, so this can no longer be changed."));
R(entry_not_balanced, "entry_not_balanced", 422, N_("Entry does not balance"),
  N_("Debits are {1} and credits are {2}. They must be equal."));
R(entry_empty, "entry_empty", 422, N_("Entry without lines"),
  N_("An entry needs at least one debit and one credit."));
R(line_needs_one_side, "line_needs_one_side", 422, N_("Debit or credit"),
  N_("Each line needs either a debit or a credit, greater than zero."));
R(entry_kind_reserved, "entry_kind_reserved", 422, N_("Not by hand"),
  N_("Entries of this kind are made by the program. Give manual or opening."));
R(already_reversed, "already_reversed", 409, N_("Reversed already"),
  N_("This entry was reversed by entry {1}."));
R(entry_is_automatic, "entry_is_automatic", 409, N_("Cannot be reversed"),
  N_("Only manual entries and closings are reversed here. Cancel or return the document that "
     "made this "
     "one."));
R(closing_reversed_elsewhere, "closing_reversed_elsewhere", 422, N_("Wrong day"),
  N_("A closing is reversed on its own day, so that the year is open again."));
R(unknown_dimension, "unknown_dimension", 422, N_("Unknown dimension"),
  N_("There is no dimension {1}. Add it under dimensions first."));
R(year_not_over, "year_not_over", 409, N_("Year not over"),
  N_("The fiscal year {1} is not over yet. Close it on or after its last day."));
R(nothing_to_close, "nothing_to_close", 409, N_("Nothing to close"),
  N_("Income and expense accounts hold nothing for the year {1}: it is closed, or "
     "was never used."));
R(rule_exists, "rule_exists", 409, N_("Rule exists already"),
  N_("There is a rule for this purpose, site and category already. Change that one."));
R(account_serves_other, "account_serves_other", 422, N_("Account serves something else"),
  N_("Account {1} serves {2} already. What is proven to the cent needs an account of its own."));
R(account_not_control, "account_not_control", 422, N_("Not a control account"),
  N_("Account {1} must be a control account for this purpose."));
R(unknown_template, "unknown_template", 422, N_("Unknown template"),
  N_("There is no chart of accounts {1}. Choose retail or retail_es."));
R(ledger_not_empty, "ledger_not_empty", 409, N_("Accounts exist already"),
  N_("This company has accounts already. A template can only fill an empty chart."));
R(unknown_format, "unknown_format", 422, N_("Unknown format"),
  N_("{1} is no format for the journal. Choose hledger, ledger, beancount or csv."));
R(report_too_long, "report_too_long", 422, N_("Too many lines"),
  N_("More than {1} lines. Choose a shorter span of days, or a site."));

static const struct refusal *const refusals[] = {
    &refusal_posting_rule_missing,
    &refusal_account_is_control,
    &refusal_account_takes_no_entries,
    &refusal_account_code_form,
    &refusal_account_parent,
    &refusal_account_in_use,
    &refusal_entry_not_balanced,
    &refusal_entry_empty,
    &refusal_line_needs_one_side,
    &refusal_entry_kind_reserved,
    &refusal_already_reversed,
    &refusal_entry_is_automatic,
    &refusal_closing_reversed_elsewhere,
    &refusal_unknown_dimension,
    &refusal_year_not_over,
    &refusal_nothing_to_close,
    &refusal_rule_exists,
    &refusal_unknown_template,
    &refusal_ledger_not_empty,
    &refusal_unknown_format,
    &refusal_report_too_long,
    &refusal_account_serves_other,
    &refusal_account_not_control,
};

static const struct entity *const entities[] = {
    &account_entity,       &posting_rule_entity, &dimension_entity,
    &journal_entry_entity, &journal_line_entity,
};

/* slot: the writer's (store_slot), so that two tills never wait for one row; CLOSING_SLOT for
 * closing entries. site 0: none. */
static const struct col_def balance_cols[] = {
    { "account", COL_INT, true, NULL }, { "period", COL_INT, true, NULL },
    { "site", COL_INT, true, NULL },    { "slot", COL_INT, true, NULL },
    { "company", COL_INT, true, NULL }, { "debit", COL_INT, true, NULL },
    { "credit", COL_INT, true, NULL },
};

/* Lines that name a party, by account: what customers owe, what they have paid ahead, what
 * suppliers delivered. */
static const struct col_def party_cols[] = {
    { "account", COL_INT, true, NULL }, { "party", COL_INT, true, NULL },
    { "slot", COL_INT, true, NULL },    { "company", COL_INT, true, NULL },
    { "debit", COL_INT, true, NULL },   { "credit", COL_INT, true, NULL },
};

static const struct table_def tables[] = {
    { .name = "account_balance",
      .primary_key = "account, period, site, slot",
      .cols = balance_cols,
      .n_cols = N_ELEMENTS(balance_cols),
      .clustered = true,
      .fill_percent = 50 },
    { .name = "party_balance",
      .primary_key = "account, party, slot",
      .cols = party_cols,
      .n_cols = N_ELEMENTS(party_cols),
      .clustered = true,
      .fill_percent = 70 },
};

static const char *const depends[] = { "company", "party",   "site",  "product", "pricing",
                                       "order",   "loyalty", "stock", "till",    NULL };

const struct area ledger_area = {
    .name = "ledger",
    .label = N_("Ledger"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .commands = ledger_commands,
    .n_commands = LEDGER_COMMANDS,
    .queries = ledger_queries,
    .n_queries = LEDGER_QUERIES,
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .tables = tables,
    .n_tables = N_ELEMENTS(tables),
    .face = &ledger_face,
};
