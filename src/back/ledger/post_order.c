/* What sales, payments in advance, hand-overs, cancellations and returns book.
 *
 *   checked out   tender / revenue, tax, rounding
 *   paid          tender / deposits
 *   handed over   deposits, tender of this command / revenue, tax, rounding
 *   cancelled     deposits / tender
 *   received      tender / receivables
 *   returned      returns, tax, rounding / tender        (amounts of a return are negative: the
 * same lines as a sale)
 *
 * The tender "points" is booked to purpose points_expense, and the loyalty event takes it from
 * there to the liability at the exact worth of the lots used (post_other.c): both fall into one
 * line of the entry, so only a difference in rounding stays as an expense. The cost of goods
 * follows from the movements of stock. */
#include "back/ledger/books.h"
#include "front/order/order.h"

static enum err tender_account(struct cx *cx, choice_t kind, int64_t site, account_ref *out)
{
    static const enum posting_purpose purposes[] = {
        [TENDER_CASH] = POST_CASH,
        [TENDER_CARD] = POST_CARD,
        [TENDER_GIFT_CARD] = POST_GIFT_CARDS,
        [TENDER_POINTS] = POST_POINTS_EXPENSE,
        [TENDER_ACCOUNT] = POST_RECEIVABLE,
        [TENDER_TRANSFER] = POST_BANK,
    };
    INVARIANT(kind >= 0 && (size_t)kind < N_ELEMENTS(purposes));
    return ledger_account_for(cx, purposes[kind], site, 0, out);
}

/* Debits what was paid by each payment of the event; *sum gets all of it. */
static enum err post_tenders(struct cx *cx, const struct order_event *ev, money_t *sum)
{
    *sum = money_of(0);
    for (size_t i = 0; i < ev->n_payments; i++) {
        const struct payment *p = &ev->payments[i];
        account_ref account;
        party_ref party = { p->kind == TENDER_ACCOUNT ? ev->order->customer.id : 0 };
        TRY(tender_account(cx, p->kind, ev->order->site.id, &account));
        TRY(ledger_add(cx, ev->order->business_date, account, ev->order->site, party, p->amount));
        *sum = money_add(*sum, p->amount);
    }
    return OK;
}

/* The revenue account of a line: the product's own, or the rule's for its category. */
static enum err revenue_account(struct cx *cx, const struct order_event *ev, size_t i,
                                enum posting_purpose purpose, account_ref *out)
{
    const struct product *product = ev->products[i];
    if (product->revenue_account.s) {
        struct account account;
        enum err e = store_find(cx, &account_entity, "code", product->revenue_account, &account);
        if (e == OK && !account.no_entries && !account.control) {
            out->id = account.record.id;
            return OK;
        }
        if (e != OK && e != ERR_NOT_FOUND) {
            return e;
        }
    }
    return ledger_account_for(cx, purpose, ev->order->site.id, product->category.id, out);
}

/* The account of a tax, or of one of its parts: its own, or the rule's. */
static enum err tax_account(struct cx *cx, const struct order_event *ev, text_t code,
                            account_ref *out)
{
    if (code.s) {
        struct account account;
        enum err e = store_find(cx, &account_entity, "code", code, &account);
        if (e == OK && !account.no_entries && !account.control) {
            out->id = account.record.id;
            return OK;
        }
        if (e != OK && e != ERR_NOT_FOUND) {
            return e;
        }
    }
    return ledger_account_for(cx, POST_TAX, ev->order->site.id, 0, out);
}

/* Credits the tax of all lines that have the same tax as line `first`, shared over its parts at
 * once, so that the parts do not drift by a rounding for each line. */
static enum err post_tax(struct cx *cx, const struct order_event *ev, size_t first)
{
    const struct sales_order *order = ev->order;
    int64_t tax = ev->lines[first].tax_code.id;
    money_t sum = money_of(0);
    for (size_t i = 0; i < ev->n_lines; i++) {
        if (ev->lines[i].tax_code.id == tax) {
            if (i < first) {
                return OK; /* posted with that line */
            }
            sum = money_add(sum, ev->lines[i].tax);
        }
    }
    if (money_is_zero(sum)) {
        return OK;
    }
    struct tax_part parts[PRICING_TAX_PARTS_MAX] = { { .amount = sum } };
    size_t n = 1;
    if (tax) {
        TRY(tariff_tax_parts(cx, tax, order->business_date, sum, parts, &n));
    }
    for (size_t i = 0; i < n; i++) {
        account_ref account;
        TRY(tax_account(cx, ev, parts[i].account, &account));
        TRY(ledger_add(cx, order->business_date, account, order->site, (party_ref){ 0 },
                       money_neg(parts[i].amount)));
    }
    return OK;
}

/* Credits revenue, taxes and cash rounding of the whole document: order->total + order->rounding.
 */
static enum err post_document(struct cx *cx, const struct order_event *ev,
                              enum posting_purpose purpose)
{
    const struct sales_order *order = ev->order;
    const party_ref nobody = { 0 };
    account_ref account;
    TRY(ledger_costs_to(cx, order->site));
    for (size_t i = 0; i < ev->n_lines; i++) {
        TRY(revenue_account(cx, ev, i, purpose, &account));
        TRY(ledger_add(cx, order->business_date, account, order->site, nobody,
                       money_neg(ev->lines[i].net)));
        TRY(post_tax(cx, ev, i));
    }
    if (money_is_zero(order->rounding)) {
        return OK;
    }
    TRY(ledger_account_for(cx, POST_ROUNDING, order->site.id, 0, &account));
    return ledger_add(cx, order->business_date, account, order->site, nobody,
                      money_neg(order->rounding));
}

static enum err post_source(struct cx *cx, const struct order_event *ev)
{
    return ledger_source(cx, "sales_order", ev->order->record.id, ev->order->number);
}

/* Debits (amount > 0) or credits the customer's deposits. */
static enum err post_deposit(struct cx *cx, const struct order_event *ev, money_t amount)
{
    account_ref account;
    TRY(ledger_account_for(cx, POST_DEPOSITS, ev->order->site.id, 0, &account));
    return ledger_add(cx, ev->order->business_date, account, ev->order->site, ev->order->customer,
                      amount);
}

enum err ledger_post_sale(struct cx *cx, const void *record, void *payload)
{
    const struct order_event *ev = payload;
    money_t paid;
    (void)record;
    TRY(post_source(cx, ev));
    TRY(post_tenders(cx, ev, &paid));
    return post_document(cx, ev, POST_REVENUE);
}

enum err ledger_post_return(struct cx *cx, const void *record, void *payload)
{
    const struct order_event *ev = payload;
    money_t paid;
    (void)record;
    TRY(post_source(cx, ev));
    TRY(post_tenders(cx, ev, &paid));
    return post_document(cx, ev, POST_RETURNS);
}

enum err ledger_post_payment(struct cx *cx, const void *record, void *payload)
{
    const struct order_event *ev = payload;
    money_t paid;
    (void)record;
    TRY(post_source(cx, ev));
    TRY(post_tenders(cx, ev, &paid));
    return post_deposit(cx, ev, money_neg(paid));
}

enum err ledger_post_cancel(struct cx *cx, const void *record, void *payload)
{
    return ledger_post_payment(cx, record,
                               payload); /* the payments of a cancellation are negative */
}

enum err ledger_post_handover(struct cx *cx, const void *record, void *payload)
{
    const struct order_event *ev = payload;
    money_t paid;
    (void)record;
    TRY(post_source(cx, ev));
    TRY(post_tenders(cx, ev, &paid));
    TRY(post_deposit(cx, ev, money_sub(money_add(ev->order->total, ev->order->rounding), paid)));
    return post_document(cx, ev, POST_REVENUE);
}

enum err ledger_post_received(struct cx *cx, const void *record, void *payload)
{
    const struct customer_payment *p = payload;
    account_ref money, receivable;
    (void)record;
    TRY(ledger_source(cx, "customer_payment", p->record.id, p->number));
    TRY(tender_account(cx, p->kind, p->site.id, &money));
    TRY(ledger_account_for(cx, POST_RECEIVABLE, p->site.id, 0, &receivable));
    TRY(ledger_add(cx, p->business_date, money, p->site, (party_ref){ 0 }, p->amount));
    return ledger_add(cx, p->business_date, receivable, p->site, p->customer, money_neg(p->amount));
}
