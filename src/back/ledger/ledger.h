/* The ledger: double entry, gathered over a command into one entry, posted in the transaction of
 * the business fact itself.
 *
 * Balances are kept per account x period x site x slot (table account_balance) by the same
 * transaction, so no report scans history; two tills add to different slots and never wait for one
 * row. */
#ifndef KONTOR_LEDGER_H
#define KONTOR_LEDGER_H

#include "common/company/company.h"
#include "common/party/party.h"
#include "common/site/site.h"

enum account_kind {
    ACCOUNT_ASSET,
    ACCOUNT_LIABILITY,
    ACCOUNT_EQUITY,
    ACCOUNT_INCOME,
    ACCOUNT_EXPENSE
};

struct account {
    struct record record;
    text_t code, name;  /* "1000", "Cash in tills" */
    choice_t kind;      /* enum account_kind */
    account_ref parent; /* for statements */
    flag_t control;     /* kept by a sub-ledger: no manual entries */
    flag_t no_entries;  /* a heading */
};

/* What the house posts to: one account per purpose, narrower ones by site or category win. */
enum posting_purpose {
    POST_CASH,
    POST_CARD,
    POST_BANK,
    POST_RECEIVABLE,
    POST_DEPOSITS,
    POST_GIFT_CARDS,
    POST_REVENUE,
    POST_RETURNS,
    POST_TAX,
    POST_ROUNDING,
    POST_INVENTORY,
    POST_TRANSIT,
    POST_COGS,
    POST_STOCK_ADJUSTMENT,
    POST_GOODS_RECEIVED,
    POST_POINTS_LIABILITY,
    POST_POINTS_EXPENSE,
    POST_POINTS_BREAKAGE,
    POST_CASH_DIFFERENCE,
    POST_CASH_IN_OUT,
    POST_RETAINED_EARNINGS,
    POST_SITES, /* what sites owe each other: keeps every entry balanced within each site */
    POST_PURPOSES
};

struct posting_rule {
    struct record record;
    choice_t purpose;      /* enum posting_purpose */
    site_ref site;         /* 0: all */
    category_ref category; /* 0: all */
    account_ref account;
};

enum entry_kind {
    ENTRY_AUTOMATIC, /* made by a document */
    ENTRY_MANUAL,
    ENTRY_REVERSAL,
    ENTRY_OPENING, /* manual: what was there before Kontor */
    ENTRY_CLOSING  /* a year's income and expense to retained earnings, or the reversal of that */
};

struct journal_entry {
    struct record record;
    text_t number; /* manual entries: from the series journal_entry; automatic ones carry their
                      document's number */
    choice_t kind;
    date_t posted_on; /* decides the period */
    fiscal_period_ref period;
    site_ref site; /* the site that all its lines have; 0: several, or none */
    text_t memo;
    text_t source_entity; /* "sales_order", "stock_move", ... */
    int64_t source;       /* its id: from the entry to what made it */
    instant_t recorded_at;
    money_t total; /* sum of the debits */
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
    text_t dimensions; /* JSON object of free dimensions {"project":"P1"}; NULL: none */
};

/* A free dimension: a name under which manual lines carry a value of their own ({"project": "P1"}).
 */
struct dimension {
    struct record record;
    text_t code, name;
};

extern const struct entity account_entity, posting_rule_entity, journal_entry_entity,
    journal_line_entity, dimension_entity;
extern const struct area ledger_area;

/* Adds a line to the command's entry: amount > 0 debits, < 0 credits, 0 does nothing. Lines of one
 * account, site, party and day are summed. The entry is written at the end of the command, one per
 * day; it must balance (an INVARIANT: areas post pairs). day DATE_NONE: the day of the command's
 * other lines, or today where there are none. A day in a locked period is posted today, with the
 * day in the memo: a fact is never refused because the books of its month are closed. Lines of
 * several sites are balanced within each site over purpose POST_SITES. */
MUST_USE enum err ledger_add(struct cx *cx, date_t day, account_ref account, site_ref site,
                             party_ref party, money_t amount);
/* Names the document that the command's entry belongs to. The last one named wins. */
MUST_USE enum err ledger_source(struct cx *cx, const char *entity, int64_t id, text_t number);
/* The account for a purpose. Refuses posting_rule_missing, naming the purpose. A rule for the
 * category (or the nearest one above it) wins over one for the site, that over one for all; of two
 * for a category the one that names the site. */
MUST_USE enum err ledger_account_for(struct cx *cx, enum posting_purpose p, int64_t site,
                                     int64_t category, account_ref *out);

/* Handovers. Payloads: struct order_event, struct stock_event, struct loyalty_event, struct
 * till_session, struct till_cash, struct payment. */
enum err ledger_post_sale(struct cx *cx, const void *record,
                          void *payload); /* revenue, tax, tenders of checked_out */
enum err ledger_post_payment(struct cx *cx, const void *record,
                             void *payload); /* paid in advance: tender to deposits */
enum err ledger_post_handover(struct cx *cx, const void *record,
                              void *payload); /* deposits and account to revenue and tax */
enum err ledger_post_return(struct cx *cx, const void *record, void *payload);
enum err ledger_post_cancel(struct cx *cx, const void *record, void *payload);
/* payment.received: what customers pay towards their accounts. */
enum err ledger_post_received(struct cx *cx, const void *record, void *payload);
enum err ledger_post_stock(struct cx *cx, const void *record, void *payload);
enum err ledger_post_points(struct cx *cx, const void *record, void *payload);
/* The float that was put in or taken out between closing and opening. */
enum err ledger_post_till_open(struct cx *cx, const void *record, void *payload);
enum err ledger_post_till_close(struct cx *cx, const void *record, void *payload);
enum err ledger_post_till_cash(struct cx *cx, const void *record, void *payload);

/* A chart of accounts and posting rules for a new company, named in cx's language. Templates:
 * "retail" (numbers 1000 to 5999, the tax's name by country), "retail_es" (numbers of the Spanish
 * Plan General de Contabilidad). Refuses unknown_template, and ledger_not_empty where there are
 * accounts already. */
MUST_USE enum err ledger_seed(struct cx *cx, const char *template);

/* The whole ledger, or the entries posted on from..to (DATE_NONE: open), as text in format
 * "hledger", "ledger", "beancount" or "csv", piece by piece through write, in constant memory.
 * Refuses unknown_format; forbidden to people with a site filter. */
MUST_USE enum err ledger_export(struct cx *cx, const char *format, date_t from, date_t to,
                                enum err (*write)(void *arg, text_t piece), void *arg);

#endif
