/* What the ledger's own files share; not for other areas. */
#ifndef KONTOR_BOOKS_H
#define KONTOR_BOOKS_H

#include "back/ledger/ledger.h"

#define ENTRY_LINES_MAX 2000 /* of a manual entry */

/* Closing entries stand in a slot of their own in account_balance, so that profit and loss can
 * leave them out without looking at a single line. They are always posted on the last day of a
 * period. */
#define CLOSING_SLOT INT64_C(-1)

/* A line before it has its entry: amount > 0 debits, < 0 credits. */
struct posting {
    date_t day;
    account_ref account;
    site_ref site;
    party_ref party;
    money_t amount;
};

extern const struct refusal refusal_posting_rule_missing, refusal_account_is_control,
    refusal_account_takes_no_entries, refusal_account_code_form, refusal_account_parent,
    refusal_account_in_use, refusal_entry_not_balanced, refusal_entry_empty,
    refusal_line_needs_one_side, refusal_entry_kind_reserved, refusal_already_reversed,
    refusal_entry_is_automatic, refusal_closing_reversed_elsewhere, refusal_unknown_dimension,
    refusal_year_not_over, refusal_nothing_to_close, refusal_rule_exists, refusal_unknown_template,
    refusal_ledger_not_empty, refusal_unknown_format, refusal_report_too_long,
    refusal_account_serves_other, refusal_account_not_control;

extern const struct choice account_kinds[5], entry_kinds[5], posting_purposes[POST_PURPOSES];

/* Sub-ledgers and their control accounts. */
#define LEDGER_CONTROLS 5
extern const struct choice ledger_controls[LEDGER_CONTROLS];

/* What a row of the trial balance or of a statement is. */
enum report_row { ROW_ACCOUNT, ROW_HEADING, ROW_TOTAL, ROW_RESULT, REPORT_ROWS };

/* journal.c */

/* Appends lines over purpose POST_SITES so that the lines of each site balance. lines has room for
 * n + one per site more; the sum over all sites must be 0. */
MUST_USE enum err journal_square_sites(struct cx *cx, struct posting *lines, size_t *n);
/* Adds the entry's lines to account_balance and, for those with a party, to party_balance. */
MUST_USE enum err journal_add_balances(struct cx *cx, const struct journal_entry *entry,
                                       const struct journal_line *lines, size_t n);
/* Stores an entry whose posted_on, period and kind are set, with its lines and balances. Sets site,
 * total, recorded_at. */
MUST_USE enum err journal_write(struct cx *cx, struct journal_entry *entry,
                                struct journal_line *lines, size_t n);
/* The site that all lines have, or 0. */
site_ref journal_site(const struct journal_line *lines, size_t n);

/* Has this command's entry a document yet? */
bool ledger_has_source(struct cx *cx);

/* post_other.c: takes the cost of goods that this command's movements posted where the goods lay to
 * the site that sold them. */
MUST_USE enum err ledger_costs_to(struct cx *cx, site_ref site);

/* entry.c */
enum err entry_check(struct cx *cx, const void *before, void *after);
enum err entry_saved(struct cx *cx, const void *before, const void *after);
#define LEDGER_COMMANDS 2
extern const struct command ledger_commands[LEDGER_COMMANDS];

/* sums.c: debits and credits of accounts up to the end of a day, from balances, and from lines
 * where the day lies inside a period. */
struct account_sum {
    struct account account;
    int64_t debit, credit;
};

struct sums {
    struct account_sum *at; /* every account of the company, by code */
    size_t n;
};

struct sums_ask {
    date_t day;      /* DATE_NONE: nothing, all sums 0 */
    int64_t site;    /* 0: all that the caller may see */
    int64_t account; /* 0: all */
    bool closing;    /* closing entries count */
};

MUST_USE enum err sums_until(struct cx *cx, const struct sums_ask *ask, struct sums *out);

/* Parameters of reports. */
date_t report_date(const struct value *v, date_t otherwise);
int64_t report_ref(const struct value *v);
date_t report_today(const struct cx *cx);
/* First day of the fiscal year that holds the day; 1 January of its year when there is none. */
MUST_USE enum err report_year_start(struct cx *cx, date_t day, date_t *out);

/* tie_out: {"name": "12.40", ...}, the last one being the difference that must be 0. */
struct tie {
    const char *name;
    int64_t minor;
};
text_t report_tie(struct cx *cx, const struct tie *ties, size_t n);

/* What a statement covers; from DATE_NONE: a day's end, not a span. */
struct span {
    date_t from, to;
};

/* spans.c: refuses dates_backwards of that parameter for a span that ends before it begins. */
MUST_USE enum err report_span_good(struct cx *cx, struct span s, const char *field);
/* The span that parameter `compare` names: "previous_period", "previous_year", a day or
 * "DAY..DAY"; a day for a span means the one of the same length that ends on it. *given is false
 * when there is none. Refuses bad_date. */
MUST_USE enum err report_compare(struct cx *cx, const struct value *v, struct span now, bool *given,
                                 struct span *then);

/* Accounts as a tree: who stands under whom, for subtotals. Made once for each report. */
struct account_tree {
    const struct sums *sums;
    size_t *order;  /* indexes of sums->at, every account behind the one above it */
    int *level;     /* by index: 1 at the top */
    size_t *parent; /* by index; SIZE_MAX at the top */
    size_t n;
};
MUST_USE enum err account_tree_make(struct cx *cx, const struct sums *sums,
                                    struct account_tree *out);
/* Adds every account's value to those above it. */
void account_tree_sum(const struct account_tree *t, int64_t *values);

/* reports.c */
#define LEDGER_QUERIES 7
extern const struct query ledger_queries[LEDGER_QUERIES];
enum err report_trial_balance(struct cx *cx, const struct value *args, struct report *out);
enum err report_balance_sheet(struct cx *cx, const struct value *args, struct report *out);
enum err report_profit_and_loss(struct cx *cx, const struct value *args, struct report *out);
enum err report_control_accounts(struct cx *cx, const struct value *args, struct report *out);
enum err report_general_ledger(struct cx *cx, const struct value *args, struct report *out);

#endif
