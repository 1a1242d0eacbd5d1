/* What the files of this area share with each other. */
#ifndef KONTOR_TILL_PARTS_H
#define KONTOR_TILL_PARTS_H

#include "face/page.h"
#include "front/till/till.h"

#define TILL_HASH_ZERO "0000000000000000000000000000000000000000000000000000000000000000"

extern const struct refusal refusal_till_closed, refusal_till_open, refusal_till_number_gap,
    refusal_count_missing, refusal_count_mismatch, refusal_cash_short, refusal_cash_short_blind;

/* What x_report and close answer; the Z report is the same, frozen. */
struct till_report {
    till_ref till;
    till_session_ref session;
    int64_t session_number;
    instant_t opened_at, closed_at;
    int64_t sales_count;
    money_t sales; /* totals, taxes included */
    int64_t returns_count;
    money_t returns; /* <= 0 */
    money_t net, tax, total, discount, rounding;
    lines_t tenders; /* struct till_report_tender */
    lines_t taxes;   /* struct till_report_tax */
    money_t opening_float, cash_in, cash_out, other_cash;
    money_t cash_expected, cash_counted, cash_difference;
    int64_t first_number, last_number;
    text_t certificate;
};

struct till_report_tender {
    choice_t kind; /* enum tender of the order area */
    int64_t payments;
    money_t amount;
};

struct till_report_tax {
    tax_ref tax;
    rate_t rate;
    money_t net, amount, total;
};

extern const struct shape till_report_shape;

/* Fills everything that the documents of the session say; the cash counted and the certificate are
 * the caller's. */
MUST_USE enum err till_report_build(struct cx *cx, const struct till *till,
                                    const struct till_session *session, struct till_report *out);

/* The report as JSON text, for keeping. */
text_t till_report_json(struct cx *cx, const struct till_report *report);

/* What recomputing a part of a till's chain found. */
struct till_chain {
    int64_t count;                      /* documents found */
    int64_t faults;                     /* missing numbers, wrong hashes */
    char first_hash[65], last_hash[65]; /* as stored; zeros when there is no document */
};

/* Recomputes the chain over the numbers first..last. faults may be NULL; otherwise a line each. */
MUST_USE enum err till_chain_check(struct cx *cx, int64_t till, text_t code, int64_t first,
                                   int64_t last, struct buf *faults, struct till_chain *out);

/* The certificate as JSON. */
text_t till_certificate(struct cx *cx, const struct till *till, const struct till_session *session,
                        const struct till_chain *chain);

#define TILL_COMMANDS 5
extern const struct command till_commands[TILL_COMMANDS];

extern const struct area_face till_face; /* till_face.c */

/* What a tender of the kept report is called; till_report.c. */
text_t till_tender_label(struct page_cx *p, text_t name);

/* till_panels.c */
#define TILL_PANELS 2
extern const struct panel till_panels[TILL_PANELS];
#define TILL_TILES 1
extern const struct tile till_tiles[TILL_TILES];

#endif
