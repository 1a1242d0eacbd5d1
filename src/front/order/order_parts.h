/* What the files of this area share with each other. */
#ifndef KONTOR_ORDER_PARTS_H
#define KONTOR_ORDER_PARTS_H

#include "common/company/company.h"
#include "front/order/order.h"
#include "front/order/tender.h"
#include "front/till/till.h"

#define ORDER_LINES_MAX PRICING_LINES_MAX

extern const struct refusal refusal_tenders_too_small, refusal_change_only_from_cash,
    refusal_tenders_mismatch, refusal_gift_card_unknown, refusal_account_needs_customer,
    refusal_credit_limit_exceeded, refusal_product_not_for_sale, refusal_quantity_too_fine,
    refusal_product_or_barcode, refusal_till_or_site, refusal_till_elsewhere,
    refusal_sold_at_in_future, refusal_line_unknown, refusal_return_too_much,
    refusal_order_not_paid, refusal_cash_needs_till, refusal_order_empty, refusal_return_of_return,
    refusal_invoice_needs_customer, refusal_invoice_other_customer, refusal_origin_not_invoiced;

/* -- what callers send ------------------------------------------------------------------------- */

struct checkout_line {
    product_ref product;
    text_t barcode;
    qty_t quantity;
    money_t price;   /* VALUE_NONE: as the tariff says */
    rate_t discount; /* per cent */
    money_t discount_amount;
};

struct tender_arg {
    choice_t kind; /* enum tender */
    money_t amount;
    text_t reference;
};

struct checkout_args {
    till_ref till;
    site_ref site;
    party_ref customer;
    lines_t lines;   /* struct checkout_line */
    lines_t tenders; /* struct tender_arg */
    int64_t till_number;
    instant_t sold_at;
    choice_t channel;
    text_t reference;
};

/* -- what they get ----------------------------------------------------------------------------- */

struct receipt_line {
    int64_t line; /* id */
    int64_t position;
    product_ref product;
    qty_t quantity;
    money_t unit_price, discount, net, tax, total;
    text_t why;
};

struct receipt {
    int64_t id; /* 0: priced only */
    text_t number;
    choice_t kind;
    site_ref site;
    party_ref customer;
    till_ref till;
    int64_t till_number;
    text_t till_hash;
    instant_t sold_at;
    date_t business_date;
    money_t net, tax, total, discount, rounding, paid, change;
    int64_t points_earned, points_redeemed, points_balance;
    lines_t lines; /* struct receipt_line */
};

extern const struct shape receipt_shape, checkout_line_shape, tender_shape;
extern const struct choice tender_choices[6], channel_choices[6];

/* -- a document in the making ------------------------------------------------------------------ */

struct sale {
    struct company company;
    struct site site;
    struct till till;
    bool at_till;
    struct party party;
    const struct party *customer; /* &party, or NULL */
    struct sales_order *order;
    struct sales_order_line *lines;
    const struct product **products;
    size_t n;
    struct payment payments[TENDERS_MAX];
    size_t n_payments;
    money_t cash;              /* what the payments add to the drawer */
    struct sales_order origin; /* returns: what is reversed; record.id 0: nothing */
    struct sales_order_line *origin_lines;
};

/* Where: loads company and till or site, which must agree. Refuses till_or_site, till_elsewhere. */
MUST_USE enum err sale_where(struct cx *cx, struct sale *s, till_ref till, site_ref site);

/* Through which channel: a sale without a till did not come through one. */
choice_t sale_channel(const struct sale *s, choice_t given);

/* Who: loads the customer; 0 is nobody. */
MUST_USE enum err sale_customer(struct cx *cx, struct sale *s, party_ref customer);

/* When: sold_at, none is now. Ahead of the clock by more than five minutes it is refused; in the
 * past by as much it needs the permission till.write, unless a till sends it with its own number
 * and it is not older than the session. */
MUST_USE enum err sale_when(struct cx *cx, struct sale *s, instant_t sold_at, int64_t till_number);

/* What: resolves products and quantities, prices them and fills order and lines. free_hand: prices
 * and discounts may be given by anybody. */
MUST_USE enum err sale_price(struct cx *cx, struct sale *s, const lines_t *lines, bool free_hand);

/* The same for the lines of a new draft. */
MUST_USE enum err sale_price_draft(struct cx *cx, struct sale *s, struct sales_order_line *lines,
                                   size_t n);

/* Loads the products of lines that are stored already. */
MUST_USE enum err sale_products(struct cx *cx, struct sale *s);

/* How: turns tenders into payments for what is due, with change and rounding. `partly`: less may be
 * paid. */
MUST_USE enum err sale_pay(struct cx *cx, struct sale *s, const lines_t *tenders, bool partly);
/* The same for money that goes back: the tenders must add up to due. */
MUST_USE enum err sale_refund(struct cx *cx, struct sale *s, const lines_t *tenders, money_t due);
/* What goes back by which tender when that is not said: `due` shared over the tenders of the sale
 * that is reversed, by what is left of each, so that all returns together give back exactly what
 * was paid by each. *out: struct tender_arg, in the arena. */
MUST_USE enum err refund_as_paid(struct cx *cx, const struct sale *s, money_t due, lines_t *out);
/* Writes the payments and moves the customer's account. */
MUST_USE enum err sale_write_payments(struct cx *cx, struct sale *s);

/* Numbers the document: by the till's journal, or by the site's series. */
MUST_USE enum err sale_number(struct cx *cx, struct sale *s, int64_t till_number);

/* Publishes an event of the order with everything the handovers need, then takes over what they
 * fill. *event may be NULL. */
MUST_USE enum err sale_publish(struct cx *cx, struct sale *s, const char *name,
                               struct order_event *event);

/* Gives the document and its lines their ids. */
MUST_USE enum err sale_ids(struct cx *cx, struct sale *s);

/* Writes order, lines and payments of a document that was made by one command. */
MUST_USE enum err sale_write(struct cx *cx, struct sale *s);

/* The document as callers see it. */
void sale_receipt(struct cx *cx, const struct sale *s, int64_t points_balance, struct receipt *out);

/* The document that has this number in the till's journal, with its lines; *found is false when the
 * number is still free. */
MUST_USE enum err sale_by_till_number(struct cx *cx, struct sale *s, int64_t till_number,
                                      bool *found);
/* Refuses till_number_taken for it. */
MUST_USE enum err sale_till_number_taken(struct cx *cx, const struct sale *s, int64_t till_number);
/* Are these the tenders that the stored document was paid by? */
bool sale_same_tenders(const struct sale *s, const lines_t *tenders);

/* Lines of a stored order, in position order. */
MUST_USE enum err order_lines(struct cx *cx, int64_t order, struct sales_order_line **out,
                              size_t *n);

/* Adds the document to the sales of its hour, at the site's clock. One statement. */
MUST_USE enum err sales_hour_add(struct cx *cx, const struct sale *s);
enum err report_sales_by_hour(struct cx *cx, const struct value *args, struct report *out);
enum err report_orders_waiting(struct cx *cx, const struct value *args, struct report *out);

/* Adds the lines to the sales totals of the order's day, and the document to those of its hour. */
MUST_USE enum err sales_total_add(struct cx *cx, const struct sale *s);

/* Changes what is open on a customer's account. An increase past the customer's credit limit is
 * refused credit_limit_exceeded on `field`. */
MUST_USE enum err account_change(struct cx *cx, const struct party *customer, money_t by,
                                 text_t field);

/* Fills as_issued: what the invoice, whose sale, customer and site are set, says beside figures. */
MUST_USE enum err invoice_keep(struct cx *cx, const struct sales_order *order,
                               struct invoice *invoice);

/* An order that was invoiced is cancelled: its credit note. Nothing for others. */
MUST_USE enum err invoice_cancel(struct cx *cx, struct sales_order *order);

/* An amount as text for a refusal. */
text_t amount_text(struct cx *cx, money_t amount);

/* The functions behind them. */
enum err checkout_run(struct cx *cx, void *record, const void *args, void *result);
enum err price_run(struct cx *cx, void *record, const void *args, void *result);
enum err return_run(struct cx *cx, void *record, const void *args, void *result);
enum err return_receipt_run(struct cx *cx, void *record, const void *args, void *result);
enum err return_without_receipt_run(struct cx *cx, void *record, const void *args, void *result);
enum err place_run(struct cx *cx, void *record, const void *args, void *result);
enum err pay_run(struct cx *cx, void *record, const void *args, void *result);
enum err hand_over_run(struct cx *cx, void *record, const void *args, void *result);
enum err cancel_run(struct cx *cx, void *record, const void *args, void *result);
enum err invoice_run(struct cx *cx, void *record, const void *args, void *result);
enum err receive_payment_run(struct cx *cx, void *record, const void *args, void *result);
extern const struct shape checkout_shape, return_shape, return_receipt_shape,
    return_without_receipt_shape, pay_shape, hand_over_shape, cancel_shape, receive_payment_shape,
    invoice_args_shape, invoice_answer_shape;

#define ORDER_TABLES  3
#define ORDER_REPORTS 8
extern const struct table_def order_tables[ORDER_TABLES];
extern const struct query order_reports[ORDER_REPORTS];

#endif
