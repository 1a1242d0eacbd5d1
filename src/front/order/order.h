/* The sales order: one document for every channel. A sale at a till is an order that is placed,
 * paid and handed over by one command; a web order takes the same steps one at a time. A return is
 * an order of kind return with negative amounts that names the lines it reverses. */
#ifndef KONTOR_ORDER_H
#define KONTOR_ORDER_H

#include "common/party/party.h"
#include "common/pricing/tariff.h"
#include "common/site/site.h"

enum channel {
    CHANNEL_TILL,
    CHANNEL_KIOSK,
    CHANNEL_SHOP,
    CHANNEL_PHONE,
    CHANNEL_SALES,
    CHANNEL_MARKETPLACE
};
enum order_kind { ORDER_SALE, ORDER_RETURN };
enum order_state { ORDER_DRAFT, ORDER_PLACED, ORDER_DONE, ORDER_CANCELLED };
enum tender {
    TENDER_CASH,
    TENDER_CARD,
    TENDER_GIFT_CARD,
    TENDER_POINTS,
    TENDER_ACCOUNT,
    TENDER_TRANSFER
};

struct sales_order {
    struct record record;
    text_t number;      /* TILL-000123 for till sales, otherwise from the site's series; given when
                           placed, then never changes */
    choice_t kind;      /* enum order_kind */
    choice_t channel;   /* enum channel */
    choice_t state;     /* enum order_state */
    site_ref site;      /* where it is sold, or taken back */
    party_ref customer; /* 0: anonymous */
    till_ref till;
    till_session_ref session;
    int64_t till_number; /* 1, 2, 3, ... in the till's journal, each exactly once; VALUE_NONE: not a
                            till's */
    text_t till_hash;    /* hex: SHA-256 over the previous sale's hash and this sale (see till.h) */
    text_t currency;
    instant_t sold_at;    /* when it happened for the customer: drafts and placed orders their last
                             step, done ones the hand-over */
    date_t business_date; /* the site's day at the last step: the day that is booked */
    instant_t placed_at;  /* when it became an order; none: sold at once, or a draft */
    instant_t
        promised_at; /* until when the customer was promised the goods; none: the usual time */
    money_t net, tax, total; /* sums of the lines; negative for returns */
    money_t discount;        /* given on lines and basket, >= 0 */
    money_t rounding;        /* cash rounding, part of what is paid, not of total */
    money_t paid;            /* payments minus refunds, of this document */
    money_t change;          /* cash given back at checkout */
    sales_order_ref origin;  /* return: the order it reverses; 0: without receipt */
    text_t reason;           /* return, cancellation */
    int64_t points_earned, points_redeemed;
    text_t reference; /* the number that another system gave it (marketplace, import) */
    lines_t lines, payments;
};

struct sales_order_line {
    struct record record;
    sales_order_ref sale;
    int64_t position; /* 1, 2, ... */
    product_ref product;
    qty_t quantity; /* negative for returns */
    money_t unit_price;
    money_t discount; /* line, rule and basket share; >= 0 */
    money_t net, tax, total;
    tax_ref tax_code;
    money_t cost;   /* of goods, filled by stock when they leave; negative when they come back */
    qty_t returned; /* how much of it has come back */
    sales_order_line_ref origin_line;
    text_t why; /* JSON: the rules that decided */
};

struct payment { /* E_LINE of the order */
    struct record record;
    sales_order_ref sale;
    choice_t kind;  /* enum tender */
    money_t amount; /* kept: after change; negative when paid back */
    text_t currency;
    instant_t paid_at;
    till_session_ref session;
    text_t reference; /* card slip, gift card code, transfer reference */
};

/* A payment by a customer towards what is open on the account (table customer_account). */
struct customer_payment {
    struct record record;
    text_t number; /* series customer_payment */
    party_ref customer;
    site_ref site;
    choice_t kind;  /* enum tender: cash, card or transfer */
    money_t amount; /* > 0 */
    text_t currency;
    instant_t paid_at;
    date_t business_date; /* the site's day */
    till_session_ref session;
    text_t reference;
};

enum invoice_kind { INVOICE_INVOICE, INVOICE_CREDIT_NOTE };

/* At most one of each kind for an order. Never changes. */
struct invoice {
    struct record record;
    text_t number; /* series invoice or credit_note, without gaps */
    choice_t kind; /* enum invoice_kind */
    sales_order_ref sale;
    party_ref customer;
    site_ref site;
    date_t issued_on; /* the site's day */
    text_t currency;
    money_t net, tax, total; /* the order's; of a cancelled order's credit note their negatives */
    invoice_ref refers_to;   /* credit note: the invoice that it takes back */
    text_t language;         /* of the document */
    text_t as_issued;        /* JSON: names and addresses as they were; see invoice_issued.c */
};

extern const struct entity invoice_entity;
extern const struct entity sales_order_entity, sales_order_line_entity, payment_entity,
    customer_payment_entity;
extern const struct area order_area;

/* Where nothing was promised, an order is late after this many hours. */
#define ORDER_LATE_HOURS 24

/* How orders stand at this moment. */
struct order_standing {
    int64_t waiting, late;        /* placed and not handed over */
    int64_t handed_over, on_time; /* of those handed over on `day` that had been placed before */
};
/* site 0: all sites that the caller may see. Two statements; they look at what waits and at what
 * was handed over on that day only. */
MUST_USE enum err order_standing(struct cx *cx, int64_t site, date_t day,
                                 struct order_standing *out);

/* An hour's sales: kept by the transaction that sells (table sales_hour). */
struct sales_hour {
    int64_t sales, returns;            /* documents */
    qty_t items;                       /* sold less returned */
    money_t net, tax, total, returned; /* returned: totals of returns, <= 0, part of total */
};
/* The 24 hours of a day on the sites' clocks. One statement. */
MUST_USE enum err sales_hours(struct cx *cx, int64_t site, date_t day,
                              struct sales_hour out[static 24]);
/* The clock that goes at the site, or of the company with site 0; and the day it is there. */
MUST_USE enum err order_zone(struct cx *cx, int64_t site, text_t *out);
MUST_USE enum err order_today(struct cx *cx, int64_t site, date_t *out);

/* Who sold or took back, by the command log: their name, or TEXT_NONE where nobody is known (an
 * import). At most two statements. */
MUST_USE enum err order_sold_by(struct cx *cx, const struct sales_order *order, text_t *name);

/* How the order's taxes divide into their components on its day, as a JSON array of
 * {"tax","name","rate","amount"}; tax is the whole's id. Empty where no tax has components. */
MUST_USE enum err order_tax_parts(struct cx *cx, const struct sales_order *order, text_t *out);

/* Upgrade: fills sales_hour from the orders that are done. */
enum err order_fill_hours(struct tx *tx, struct arena *a);
/* Step of an upgrade: the index by customer that the one by customer and time takes the place of.
 */
enum err order_drop_index(struct tx *tx, struct arena *a);
/* Upgrade: invoices issued before keep names and addresses from now on too. */
enum err order_keep_invoices(struct tx *tx, struct arena *a);

/* Payload of all events of a sales order:
 *   sales_order.checked_out   placed, paid and handed over at once
 *   sales_order.placed        promised: lines, customer, site are final
 *   sales_order.paid          payments made in advance (in `payments`)
 *   sales_order.handed_over   the goods leave; what was paid in advance is used up
 *   sales_order.cancelled     nothing more will happen; payments (negative) are given back
 *   sales_order.returned      order is the return; origin the order it reverses, or NULL without
 *                             receipt
 * sales_order.invoiced has struct invoice as its payload: an invoice or credit note was issued.
 * Payload of payment.received (record: struct customer_payment) is struct customer_payment: money
 * comes in, the receivable of the customer falls. Its day is business_date. */
struct order_event {
    struct sales_order *order;
    struct sales_order_line *lines;  /* of order, in position order */
    const struct product **products; /* products[i] belongs to lines[i] */
    size_t n_lines;
    const struct payment *payments; /* made by this command */
    size_t n_payments;
    const struct site *site;
    const struct party *customer;                /* NULL: anonymous */
    const struct sales_order *origin;            /* returns */
    const struct sales_order_line *origin_lines; /* origin_lines[i] is what lines[i] reverses;
                                                    `returned` as before this return */
    /* filled by the handovers, in the answer */
    int64_t points_earned, points_redeemed, points_balance;
    money_t points_value; /* redeemed */
};

#endif
