/* The ledger: double entry, gathered over a command into one entry, posted in the transaction of the business fact itself.
 *
 * Balances are kept per account x period x site x slot (table account_balance) by the same transaction, so no report scans history; two
 * tills add to different slots and never wait for one row. */
#ifndef KONTOR_LEDGER_H
#define KONTOR_LEDGER_H

#include "common/company/company.h"
#include "common/party/party.h"
#include "common/site/site.h"

enum account_kind { ACCOUNT_ASSET, ACCOUNT_LIABILITY, ACCOUNT_EQUITY, ACCOUNT_INCOME, ACCOUNT_EXPENSE };

struct account {
    struct record record;
    text_t code, name;     /* "1000", "Cash in tills" */
    choice_t kind;         /* enum account_kind */
    account_ref parent;    /* for statements */
    flag_t control;        /* kept by a sub-ledger: no manual entries */
    flag_t no_entries;     /* a heading */
};

/* What the house posts to: one account per purpose, narrower ones by site or category win. */
enum posting_purpose {
    POST_CASH, POST_CARD, POST_BANK, POST_RECEIVABLE, POST_DEPOSITS, POST_GIFT_CARDS, POST_REVENUE, POST_RETURNS, POST_TAX, POST_ROUNDING,
    POST_INVENTORY, POST_TRANSIT, POST_COGS, POST_STOCK_ADJUSTMENT, POST_GOODS_RECEIVED, POST_POINTS_LIABILITY, POST_POINTS_EXPENSE,
    POST_POINTS_BREAKAGE, POST_CASH_DIFFERENCE, POST_CASH_IN_OUT, POST_RETAINED_EARNINGS, POST_PURPOSES
};

struct posting_rule {
    struct record record;
    choice_t purpose;      /* enum posting_purpose */
    site_ref site;         /* 0: all */
    category_ref category; /* 0: all */
    account_ref account;
};

enum entry_kind { ENTRY_AUTOMATIC, ENTRY_MANUAL, ENTRY_REVERSAL, ENTRY_OPENING };

struct journal_entry {
    struct record record;
    text_t number;         /* manual entries: from the series journal_entry; automatic ones carry their document's number */
    choice_t kind;
    date_t posted_on;      /* decides the period */
    fiscal_period_ref period;
    text_t memo;
    text_t source_entity;  /* "sales_order", "stock_move", ... */
    int64_t source;        /* its id: from the entry to what made it */
    instant_t recorded_at;
    money_t total;         /* sum of the debits */
    journal_entry_ref reverses;
    lines_t lines;
};

struct journal_line { /* E_LINE */
    struct record record;
    journal_entry_ref entry;
    account_ref account;
    site_ref site;         /* dimension of every line; 0: none */
    party_ref party;       /* for control accounts */
    money_t debit, credit; /* one of them is 0, both >= 0 */
    date_t posted_on;      /* as the entry: for the general ledger of an account */
    text_t memo;
    text_t dimensions;     /* JSON object of free dimensions {"project":"P1"}; NULL: none */
};

extern const struct entity account_entity, posting_rule_entity, journal_entry_entity, journal_line_entity, dimension_entity;
extern const struct area ledger_area;

/* Adds a line to the command's entry: amount > 0 debits, < 0 credits, 0 does nothing. Lines of one account, site, party and day are summed. The entry is
 * written at the end of the command, one per day; it must balance (an INVARIANT: areas post pairs). */
MUST_USE enum err ledger_add(struct cx *cx, date_t day, account_ref account, site_ref site,
                             party_ref party, money_t amount);
/* Names the document that the command's entry belongs to. */
MUST_USE enum err ledger_source(struct cx *cx, const char *entity, int64_t id, text_t number);
/* The account for a purpose. Refuses posting_rule_missing, naming the purpose. */
MUST_USE enum err ledger_account_for(struct cx *cx, enum posting_purpose p, int64_t site, int64_t category,
                                     account_ref *out);

/* Handovers. Payloads: struct order_event, struct stock_event, struct loyalty_event, struct till_session, struct till_cash. */
enum err ledger_post_sale(struct cx *cx, const void *record, void *payload);     /* revenue, tax, tenders of checked_out */
enum err ledger_post_payment(struct cx *cx, const void *record, void *payload);  /* paid in advance: tender to deposits */
enum err ledger_post_handover(struct cx *cx, const void *record, void *payload); /* deposits and account to revenue and tax */
enum err ledger_post_return(struct cx *cx, const void *record, void *payload);
enum err ledger_post_cancel(struct cx *cx, const void *record, void *payload);
enum err ledger_post_stock(struct cx *cx, const void *record, void *payload);
enum err ledger_post_points(struct cx *cx, const void *record, void *payload);
enum err ledger_post_till_close(struct cx *cx, const void *record, void *payload);
enum err ledger_post_till_cash(struct cx *cx, const void *record, void *payload);

/* A chart of accounts, posting rules and series for a new company, in the company's country's usual names. */
MUST_USE enum err ledger_seed(struct cx *cx, const char *template);

#endif
