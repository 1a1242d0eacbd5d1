/* Tills: sessions with float, cash in and out, blind count; and the till's journal, in which every
 * sale and return has a number that is taken exactly once and a hash over its predecessor. At
 * closing the server proves that it holds 1..n: the no-loss certificate. */
#ifndef KONTOR_TILL_H
#define KONTOR_TILL_H

#include "flow/command.h"

enum till_state { TILL_CLOSED, TILL_OPEN };

struct till {
    struct record record;
    text_t code, name;
    site_ref site;
    choice_t state;           /* enum till_state */
    till_session_ref session; /* the open one */
    int64_t last_number;      /* of its journal; 0 before the first */
    text_t last_hash;         /* hex; 64 zeros before the first */
    money_t cash; /* what should be in the drawer now; secret, so that the count at closing is
                     blind */
};

struct till_session {
    struct record record;
    till_ref till;
    site_ref site;
    int64_t number; /* 1, 2, ... of the till */
    choice_t state; /* enum till_state */
    instant_t opened_at, closed_at;
    user_account_ref opened_by, closed_by;
    money_t opening_float;
    money_t cash_expected, cash_counted, cash_difference; /* at closing; counted - expected */
    int64_t first_number, last_number; /* of the journal; last < first: no sale */
    text_t z_report;                   /* JSON */
    text_t certificate;                /* JSON: the no-loss certificate */
};

/* The last two are money for documents that are not in the till's journal, such as an order paid
 * ahead at the counter: their ledger entry comes from the document, not from here. */
enum till_cash_kind { TILL_CASH_IN, TILL_CASH_OUT, TILL_CASH_PAYMENT, TILL_CASH_REFUND };

struct till_cash { /* cash put in or taken out */
    struct record record;
    till_session_ref session;
    site_ref site;
    choice_t kind;  /* enum till_cash_kind */
    money_t amount; /* > 0 */
    text_t reason;
    instant_t at;
};

extern const struct entity till_entity, till_session_entity, till_cash_entity;
extern const struct area till_area;
extern const struct refusal refusal_till_number_taken;

/* Takes the next number of the till's journal for a sale or return and chains it; updates the
 * drawer by cash (may be negative).
 * wanted: the number the till gave (VALUE_NONE: the server numbers). Refuses till_closed,
 * till_number_taken, till_number_gap.
 * hash = SHA-256 of parts(previous hash hex, till code, number, sold_at, total in minor units,
 * currency), as lower-case hex in *hash; see till_chain_hash. */
MUST_USE enum err till_take_number(struct cx *cx, struct till *till, int64_t wanted,
                                   instant_t sold_at, money_t total, text_t currency, money_t cash,
                                   int64_t *number, text_t *hash);

/* One step of the chain, which every till computes too: the parts are the previous hash in hex (64
 * zeros before the first), the till's code, the number in decimal, sold_at as RFC 3339 with six
 * decimals and Z, the total in minor units in decimal, the currency code; sha256_parts puts their
 * lengths between them. */
void till_chain_hash(text_t previous, text_t code, int64_t number, instant_t sold_at, money_t total,
                     text_t currency, char out[static 65]);

/* Cash for a document that is not in the journal: amount > 0 comes in, < 0 goes out, 0 does
 * nothing. Refuses till_closed. Publishes nothing: the document posts its own payment. */
MUST_USE enum err till_take_cash(struct cx *cx, struct till *till, money_t amount, text_t reason);

/* When the open session began. */
MUST_USE enum err till_opened_at(struct cx *cx, const struct till *till, instant_t *out);

/* Recomputes the chains of all tills of the company over their documents; one line for each fault.
 */
enum err till_verify_chains(struct cx *cx, struct buf *faults, size_t *n);

/* Payloads: till_session.opened / .closed: struct till_session; till_cash.moved: struct till_cash
 * of kind TILL_CASH_IN or TILL_CASH_OUT (the events' record). */
#endif
