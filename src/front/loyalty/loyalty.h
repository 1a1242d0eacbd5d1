/* Loyalty points as a double-entry sub-ledger with lots: each point knows when it was earned, by
 * which sale, when it expires and what it is worth, so a return reverses exactly its lots, and the
 * sum of what lots are worth is the points liability in the ledger. */
#ifndef KONTOR_LOYALTY_H
#define KONTOR_LOYALTY_H

#include "common/party/party.h"
#include "common/product/product.h"
#include "common/site/site.h"

enum loyalty_kind {
    LOYALTY_EARN,
    LOYALTY_REDEEM,
    LOYALTY_EXPIRE,
    LOYALTY_REVERSE_EARN,
    LOYALTY_REVERSE_REDEEM,
    LOYALTY_ADJUST
};

struct loyalty_program {
    struct record record;
    text_t code, name;
    rate_t points_per_unit; /* points earned for one major unit of money paid (tax included),
                               rounded down per sale */
    rate_t point_value;     /* worth of one point in major units of the company's currency */
    int64_t expiry_months;  /* 0: never */
    flag_t active; /* an inactive programme gives no more points; they can still be spent */
};

struct loyalty_account {
    struct record record;
    text_t number; /* on the card */
    party_ref party;
    loyalty_program_ref program;
    int64_t balance; /* points; negative while points are owed */
    money_t value;   /* what they are worth: sum of the lots' value_left */
};

struct loyalty_entry { /* E_LINE of the account */
    struct record record;
    loyalty_account_ref account;
    choice_t kind;        /* enum loyalty_kind */
    int64_t points;       /* signed */
    money_t value;        /* signed, by the liability: + when it grows */
    sales_order_ref sale; /* the sale that earned or redeemed them, for reversals too */
    site_ref site;
    instant_t at;
    text_t reason; /* of an adjustment */
};

/* A lot is E_LINE of the account. Lots with points_left < 0 are points owed: a sale was returned
 * whose points were spent already and no others were left. What is earned next settles them first,
 * so there are owed lots exactly while the balance is negative. */
struct loyalty_lot {
    struct record record;
    loyalty_account_ref account;
    sales_order_ref sale; /* that earned it */
    date_t earned_on, expires_on;
    int64_t points, points_left;
    money_t value_left;
};

extern const struct entity loyalty_program_entity, loyalty_account_entity, loyalty_entry_entity,
    loyalty_lot_entity;
extern const struct area loyalty_area;

/* Payload of "loyalty.changed", published once per command and account; the ledger posts it.
 * redeemed: the value that paid for goods (or is negative when a return gives it back); earned: the
 * value by which the liability grew through earning (negative when reversed); expired: the value
 * that lapsed. Always: account value changes by earned - redeemed - expired. */
struct loyalty_event {
    const struct loyalty_account *account;
    money_t earned, redeemed, expired;
    site_ref site;
    int64_t sale;
};

/* Arguments and result of command `expire` on loyalty_accounts: lets at most `limit` lots lapse;
 * more: call again. */
struct loyalty_expire {
    date_t day;
    int64_t limit;
};

struct loyalty_expired {
    int64_t lots, points;
    money_t value;
    flag_t more;
};

/* Handovers (payload struct order_event; fill its points_* members). */
/* checked_out, handed_over: redeems tender `points` of this command, then earns on what was paid
 * with other tenders, now or in advance. */
enum err loyalty_on_sale(struct cx *cx, const void *record, void *payload);
/* paid: redeems tender `points`. */
enum err loyalty_on_payment(struct cx *cx, const void *record, void *payload);
/* cancelled: gives points back that paid in advance. */
enum err loyalty_on_cancel(struct cx *cx, const void *record, void *payload);
/* returned: reverses the original sale's lots in proportion to what comes back, and gives redeemed
 * points back for tender `points`. */
enum err loyalty_on_return(struct cx *cx, const void *record, void *payload);

#endif
