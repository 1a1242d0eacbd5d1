/* The X and Z report: what the documents of a session add up to, read from the documents themselves
 * through the index (till, till_number). */
#include "front/till/till_parts.h"

/* Same names and order as enum tender of the order area, which stands above this one. */
static const struct choice tender_kinds[] = {
    { "cash", N_("Cash") },           { "card", N_("Card") },
    { "gift_card", N_("Gift card") }, { "points", N_("Points") },
    { "account", N_("On account") },  { "transfer", N_("Bank transfer") },
};
#define TENDER_CASH_KIND 0

text_t till_tender_label(struct page_cx *p, text_t name)
{
    for (size_t i = 0; i < N_ELEMENTS(tender_kinds); i++) {
        if (text_is(name, tender_kinds[i].name)) {
            return page_text(p, tender_kinds[i].label);
        }
    }
    return name;
}

static const struct field tender_fields[] = {
    F_CHOICE(till_report_tender, kind, tender_kinds, N_("Tender")),
    F_INTEGER(till_report_tender, payments, N_("Payments")),
    F_MONEY(till_report_tender, amount, N_("Amount")),
};
static const struct shape tender_shape = SHAPE(till_report_tender, tender_fields);

static const struct field tax_fields[] = {
    F_REF(till_report_tax, tax, tax, N_("Tax")),
    F_RATE(till_report_tax, rate, N_("Rate"), .unit = N_("%")),
    F_MONEY(till_report_tax, net, N_("Net")),
    F_MONEY(till_report_tax, amount, N_("Tax")),
    F_MONEY(till_report_tax, total, N_("Total")),
};
static const struct shape tax_shape = SHAPE(till_report_tax, tax_fields);

static const struct field report_fields[] = {
    F_REF(till_report, till, till, N_("Till")),
    F_REF(till_report, session, till_session, N_("Session")),
    F_INTEGER(till_report, session_number, N_("Session number")),
    F_TIME(till_report, opened_at, N_("Opened")),
    F_TIME(till_report, closed_at, NC_("when", "Closed")),
    F_INTEGER(till_report, sales_count, N_("Number of sales")),
    F_MONEY(till_report, sales, N_("Sales")),
    F_INTEGER(till_report, returns_count, N_("Number of returns")),
    F_MONEY(till_report, returns, N_("Returns")),
    F_MONEY(till_report, net, N_("Net")),
    F_MONEY(till_report, tax, N_("Tax")),
    F_MONEY(till_report, total, N_("Total")),
    F_MONEY(till_report, discount, N_("Discounts")),
    F_MONEY(till_report, rounding, N_("Cash rounding")),
    F_ROWS(till_report, tenders, tender_shape, N_("By tender")),
    F_ROWS(till_report, taxes, tax_shape, N_("By tax rate")),
    F_MONEY(till_report, opening_float, N_("Float"), .flags = F_NULLABLE),
    F_MONEY(till_report, cash_in, N_("Cash in"), .flags = F_NULLABLE),
    F_MONEY(till_report, cash_out, N_("Cash out"), .flags = F_NULLABLE),
    F_MONEY(till_report, other_cash, N_("Other cash payments"), .flags = F_NULLABLE,
            .help = N_("Payments and refunds of orders and accounts that are not in the journal.")),
    F_MONEY(till_report, cash_expected, N_("Cash expected"), .flags = F_NULLABLE),
    F_MONEY(till_report, cash_counted, N_("Cash counted"), .flags = F_NULLABLE),
    F_MONEY(till_report, cash_difference, N_("Difference"), .flags = F_NULLABLE),
    F_INTEGER(till_report, first_number, N_("First number")),
    F_INTEGER(till_report, last_number, N_("Last number")),
    F_JSON(till_report, certificate, N_("No-loss certificate")),
};
const struct shape till_report_shape = SHAPE(till_report, report_fields);

static enum err build_totals(struct cx *cx, const struct value *args, struct till_report *out)
{
    struct rows rows;
    TRY(store_query(cx,
                    "SELECT kind, COUNT(*), CAST(SUM(net) AS BIGINT), CAST(SUM(tax) AS BIGINT),"
                    " CAST(SUM(total) AS BIGINT), CAST(SUM(discount) AS BIGINT),"
                    " CAST(SUM(rounding) AS BIGINT) FROM sales_orders"
                    " WHERE till = $1 AND till_number BETWEEN $2 AND $3 GROUP BY kind",
                    args, 3, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        bool sale = rows_int(&rows, i, 0) == 0;
        money_t discount = money_of(rows_int(&rows, i, 5));
        *(sale ? &out->sales_count : &out->returns_count) = rows_int(&rows, i, 1);
        *(sale ? &out->sales : &out->returns) = money_of(rows_int(&rows, i, 4));
        out->net = money_add(out->net, money_of(rows_int(&rows, i, 2)));
        out->tax = money_add(out->tax, money_of(rows_int(&rows, i, 3)));
        out->total = money_add(out->total, money_of(rows_int(&rows, i, 4)));
        out->discount = money_add(out->discount, sale ? discount : money_neg(discount));
        out->rounding = money_add(out->rounding, money_of(rows_int(&rows, i, 6)));
    }
    return OK;
}

static enum err build_tenders(struct cx *cx, const struct value *args, struct till_report *out)
{
    struct rows rows;
    TRY(store_query(cx,
                    "SELECT p.kind, COUNT(*), CAST(SUM(p.amount) AS BIGINT)"
                    " FROM sales_orders o JOIN payments p ON p.sale = o.id"
                    " WHERE o.till = $1 AND o.till_number BETWEEN $2 AND $3"
                    " GROUP BY p.kind ORDER BY p.kind",
                    args, 3, &rows));
    struct till_report_tender *tenders = ARENA_ARRAY(cx->arena, rows.n, struct till_report_tender);
    for (size_t i = 0; i < rows.n; i++) {
        tenders[i] = (struct till_report_tender){
            .kind = rows_int(&rows, i, 0),
            .payments = rows_int(&rows, i, 1),
            .amount = money_of(rows_int(&rows, i, 2)),
        };
    }
    out->tenders = (lines_t){ tenders, rows.n };
    return OK;
}

static enum err build_taxes(struct cx *cx, const struct value *args, struct till_report *out)
{
    struct rows rows;
    TRY(store_query(cx,
                    "SELECT t.id, t.rate, CAST(SUM(l.net) AS BIGINT), CAST(SUM(l.tax) AS BIGINT),"
                    " CAST(SUM(l.total) AS BIGINT)"
                    " FROM sales_orders o JOIN sales_order_lines l ON l.sale = o.id"
                    " LEFT JOIN taxes t ON t.id = l.tax_code"
                    " WHERE o.till = $1 AND o.till_number BETWEEN $2 AND $3"
                    " GROUP BY t.id, t.rate ORDER BY t.rate, t.id",
                    args, 3, &rows));
    struct till_report_tax *taxes = ARENA_ARRAY(cx->arena, rows.n, struct till_report_tax);
    for (size_t i = 0; i < rows.n; i++) {
        taxes[i] = (struct till_report_tax){
            .tax = { rows_int(&rows, i, 0) },
            .rate = rate_of(rows_int(&rows, i, 1)),
            .net = money_of(rows_int(&rows, i, 2)),
            .amount = money_of(rows_int(&rows, i, 3)),
            .total = money_of(rows_int(&rows, i, 4)),
        };
    }
    out->taxes = (lines_t){ taxes, rows.n };
    return OK;
}

static enum err build_cash(struct cx *cx, const struct till_session *session,
                           struct till_report *out)
{
    struct rows rows;
    struct value args[] = { v_int(session->record.id), v_int(cx->company) };
    TRY(store_query(cx,
                    "SELECT kind, CAST(SUM(amount) AS BIGINT) FROM till_cash_moves"
                    " WHERE session = $1 AND company = $2 GROUP BY kind",
                    args, N_ELEMENTS(args), &rows));
    for (size_t i = 0; i < rows.n; i++) {
        money_t amount = money_of(rows_int(&rows, i, 1));
        switch ((enum till_cash_kind)rows_int(&rows, i, 0)) {
        case TILL_CASH_IN:
            out->cash_in = amount;
            break;
        case TILL_CASH_OUT:
            out->cash_out = amount;
            break;
        case TILL_CASH_PAYMENT:
            out->other_cash = money_add(out->other_cash, amount);
            break;
        case TILL_CASH_REFUND:
            out->other_cash = money_sub(out->other_cash, amount);
            break;
        }
    }
    /* From the documents, not from the till's running figure: the two are compared at closing. */
    money_t expected = money_add(session->opening_float, out->other_cash);
    expected = money_add(expected, money_sub(out->cash_in, out->cash_out));
    const struct till_report_tender *tenders = out->tenders.items;
    for (size_t i = 0; i < out->tenders.n; i++) {
        if (tenders[i].kind == TENDER_CASH_KIND) {
            expected = money_add(expected, tenders[i].amount);
        }
    }
    out->opening_float = session->opening_float;
    out->cash_expected = expected;
    return OK;
}

enum err till_report_build(struct cx *cx, const struct till *till,
                           const struct till_session *session, struct till_report *out)
{
    *out = (struct till_report){
        .till = { till->record.id },
        .session = { session->record.id },
        .session_number = session->number,
        .opened_at = session->opened_at,
        .closed_at = INSTANT_NONE,
        .cash_counted = { VALUE_NONE },
        .cash_difference = { VALUE_NONE },
        .first_number = session->first_number,
        .last_number = till->last_number,
    };
    struct value args[] = {
        v_int(till->record.id),
        v_int(session->first_number),
        v_int(till->last_number),
    };
    TRY(build_totals(cx, args, out));
    TRY(build_tenders(cx, args, out));
    TRY(build_taxes(cx, args, out));
    return build_cash(cx, session, out);
}

text_t till_report_json(struct cx *cx, const struct till_report *report)
{
    struct buf b;
    struct json_out o;
    buf_init(&b, cx->arena, (size_t)1 << 20);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    for (size_t i = 0; i < N_ELEMENTS(report_fields); i++) {
        const struct field *f = &report_fields[i];
        f->kind->to_json(cx, f, (const char *)report + f->offset, cx->decimals, &o, f->name);
    }
    json_close(&o, '}');
    return buf_done(&b);
}
