/* Tills: sessions with float, cash in and out, blind count; and the till's journal, in which every sale and return has a number that is taken
 * exactly once and a hash over its predecessor. At closing the server proves that it holds 1..n: the no-loss certificate. */
#ifndef KONTOR_TILL_H
#define KONTOR_TILL_H

#include "flow/command.h"

enum till_state { TILL_CLOSED, TILL_OPEN };

struct till {
    struct record record;
    text_t code, name;
    site_ref site;
    choice_t state;         /* enum till_state */
    till_session_ref session; /* the open one */
    int64_t last_number;    /* of its journal; 0 before the first */
    text_t last_hash;       /* hex; 64 zeros before the first */
    money_t cash;           /* what should be in the drawer now */
};

struct till_session {
    struct record record;
    till_ref till;
    site_ref site;
    int64_t number;         /* 1, 2, ... of the till */
    choice_t state;         /* enum till_state */
    instant_t opened_at, closed_at;
    user_account_ref opened_by, closed_by;
    money_t opening_float;
    money_t cash_expected, cash_counted, cash_difference; /* at closing; counted - expected */
    int64_t first_number, last_number; /* of the journal; last < first: no sale */
    text_t z_report;        /* JSON */
    text_t certificate;     /* JSON: the no-loss certificate */
};

enum till_cash_kind { TILL_CASH_IN, TILL_CASH_OUT };

struct till_cash { /* cash put in or taken out */
    struct record record;
    till_session_ref session;
    site_ref site;
    choice_t kind;
    money_t amount; /* > 0 */
    text_t reason;
    instant_t at;
};

extern const struct entity till_entity, till_session_entity, till_cash_entity;
extern const struct area till_area;

/* Takes the next number of the till's journal for a sale or return and chains it; updates the drawer by cash (may be negative).
 * wanted: the number the till gave (VALUE_NONE: the server numbers). Refuses till_closed, till_number_taken, till_number_gap.
 * hash = SHA-256 of parts(previous hash hex, till code, number, sold_at, total in minor units, currency), as lower-case hex in *hash. */
MUST_USE enum err till_take_number(struct cx *cx, struct till *till, int64_t wanted, instant_t sold_at,
                                   money_t total, text_t currency, money_t cash, int64_t *number,
                                   text_t *hash);

/* Payloads: till_session.opened / .closed: struct till_session; till_cash.moved: struct till_cash (the events' record). */
#endif
