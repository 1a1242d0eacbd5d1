/* The index of the program: every entity's name, once. Each gets its own reference type, so that
 * `order->customer = order->site` does not compile, and areas can refer to each other's entities
 * without including each other. The order is free; names are never reused. */
#ifndef KONTOR_ENTITIES_H
#define KONTOR_ENTITIES_H

#include <stdint.h>

/* clang-format off */
#define ENTITIES(X) \
    /* meta and flow: the kernel's own */ \
    X(user_account) X(user_site) X(api_key) X(session) X(custom_field) X(task) X(job) X(schedule) \
    X(handover_rule) X(saved_view) X(note) X(attachment) X(push_subscription) X(webhook) \
    /* common */ \
    X(company) X(fiscal_year) X(fiscal_period) X(number_series) X(party) X(site) \
    X(category) X(unit) X(product) X(barcode) X(product_unit) \
    X(tax) X(price_list) X(price) X(discount_rule) \
    /* back */ \
    X(place) X(stock_move) X(stock_layer) X(stock_reservation) X(stock_transfer) \
    X(stock_transfer_line) X(stock_count) X(stock_count_line) \
    X(account) X(posting_rule) X(journal_entry) X(journal_line) X(dimension) \
    /* front */ \
    X(sales_order) X(sales_order_line) X(payment) X(customer_payment) \
    X(till) X(till_session) X(till_cash) \
    X(invoice) X(document_template) X(mail_message) \
    X(loyalty_program) X(loyalty_account) X(loyalty_entry) X(loyalty_lot)
/* clang-format on */

#define X(name)                                                                                    \
    typedef struct {                                                                               \
        int64_t id; /* 0: none */                                                                  \
    } name##_ref;
ENTITIES(X)
#undef X

enum entity_index {
#define X(name) E_##name,
    ENTITIES(X)
#undef X
        E_COUNT
};

#endif
