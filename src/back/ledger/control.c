/* Sub-ledgers against their control accounts, as they stand at this moment: two sums from kept
 * balances for each. The same equations are invariants, checked by `kontor verify`. */
#include "back/ledger/books.h"

struct proof {
    int sign;     /* of the accounts' debit - credit */
    bool by_site; /* otherwise left out for people of some sites, and for one site alone */
    /* $1 company, $2 site or 0, $3 row filter: all in every text, so that the stores know them */
    const char *accounts, *sub_ledger;
};

#define OF_SITE(column) "($2 = 0 OR " column " = $2) AND " SITES_OPEN_OR_NONE(column, "$3")

const struct choice ledger_controls[LEDGER_CONTROLS] = {
    { "cash", N_("Cash in tills") },
    { "stock", N_("Stock and goods in transit") },
    { "receivable", N_("Customers' accounts") },
    { "deposits", N_("Customer deposits") },
    { "points", N_("Points owed to customers") },
};

/* What the accounts of some purposes hold: those of posting rules, also of archived ones. */
#define HELD(purposes)                                                                             \
    "SELECT CAST(COALESCE(SUM(b.debit - b.credit), 0) AS BIGINT) FROM account_balance b "          \
    "WHERE b.company = $1 AND b.account IN (SELECT r.account FROM posting_rules r "                \
    "WHERE r.company = $1 AND r.purpose IN (" purposes ")) AND " OF_SITE("b.site")

static const struct proof proofs[LEDGER_CONTROLS] = {
    { 1, true, HELD("0"),
      "SELECT CAST(COALESCE(SUM(t.cash), 0) AS BIGINT) FROM tills t WHERE t.company = $1 "
      "AND " OF_SITE("t.site") },
    { 1, true, HELD("10, 11"),
      "SELECT CAST(COALESCE(SUM(b.value), 0) AS BIGINT) FROM stock_balance b WHERE b.company = $1 "
      "AND " OF_SITE("b.site") },
    { 1, false, HELD("3"),
      "SELECT CAST(COALESCE(SUM(a.open_amount), 0) AS BIGINT) FROM customer_account a "
      "WHERE a.company = $1 AND $2 = 0 AND $3 = 0" },
    { -1, false, HELD("4"),
      "SELECT CAST(COALESCE(SUM(o.paid), 0) AS BIGINT) FROM sales_orders o WHERE o.company = $1 "
      "AND o.state = 1 AND $2 = 0 AND $3 = 0" },
    { -1, false, HELD("15"),
      "SELECT CAST(COALESCE(SUM(a.value), 0) AS BIGINT) FROM loyalty_accounts a "
      "WHERE a.company = $1 AND $2 = 0 AND $3 = 0" },
};
_Static_assert(POST_CASH == 0 && POST_RECEIVABLE == 3 && POST_DEPOSITS == 4 &&
                   POST_INVENTORY == 10 && POST_TRANSIT == 11 && POST_POINTS_LIABILITY == 15,
               "the purposes above");

static enum err sum_of(struct cx *cx, const char *sql, const struct value *args, int64_t *out)
{
    struct rows rows;
    TRY(store_query(cx, sql, args, 3, &rows));
    *out = rows_int(&rows, 0, 0);
    return OK;
}

enum err report_control_accounts(struct cx *cx, const struct value *args, struct report *out)
{
    const struct value v[] = { v_int(cx->company), v_int(report_ref(&args[0])),
                               v_int(cx->site_filter) };
    struct tie ties[] = { { "ledger", 0 }, { "sub_ledgers", 0 }, { "difference", 0 } };
    for (size_t i = 0; i < N_ELEMENTS(proofs); i++) {
        const struct proof *p = &proofs[i];
        int64_t ledger, sub;
        if (!p->by_site && (v[1].i != 0 || v[2].i != 0)) {
            continue;
        }
        TRY(sum_of(cx, p->accounts, v, &ledger));
        TRY(sum_of(cx, p->sub_ledger, v, &sub));
        ledger *= p->sign;
        const struct value row[] = {
            v_int((int64_t)i),   v_str(cx_text(cx, ledger_controls[i].label)),
            v_int(ledger),       v_int(sub),
            v_int(ledger - sub),
        };
        report_add(out, row);
        ties[0].minor += ledger;
        ties[1].minor += sub;
        ties[2].minor += ledger > sub ? ledger - sub : sub - ledger;
    }
    out->tie_out = report_tie(cx, ties, N_ELEMENTS(ties));
    return OK;
}
