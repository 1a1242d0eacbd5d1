/* What is true after every commit, as statements that return what breaks it.
 *
 * Each is one pass over whole tables: the two sides of an equation are put under each other with
 * opposite signs and summed by what must agree, so that a row that is missing on either side shows
 * as well as a wrong one. That stays fast with a million sales, because nothing is looked up row by
 * row. */
#include "app/plan.h"

#include "back/ledger/ledger.h"
#include "back/stock/stock.h"
#include "flow/log.h"
#include "front/loyalty/loyalty.h"
#include "front/order/order.h"
#include "front/till/till.h"

/* The accounts that serve a purpose or have served it: rules are archived, never changed. */
#define ACCOUNTS_WHERE(purpose)                                                                    \
    "(SELECT r.account FROM posting_rules r WHERE r.company = $1 AND r.purpose " purpose ")"
#define CASH_ACCOUNTS       ACCOUNTS_WHERE("= 0")
#define RECEIVABLE_ACCOUNTS ACCOUNTS_WHERE("= 3")
#define DEPOSIT_ACCOUNTS    ACCOUNTS_WHERE("= 4")
#define STOCK_ACCOUNTS      ACCOUNTS_WHERE("IN (10, 11)")
#define POINTS_ACCOUNTS     ACCOUNTS_WHERE("= 15")
#define TENDER_ACCOUNTS     ACCOUNTS_WHERE("IN (0, 1, 2, 3)")
_Static_assert(POST_CASH == 0 && POST_CARD == 1 && POST_BANK == 2 && POST_RECEIVABLE == 3 &&
                   POST_DEPOSITS == 4 && POST_INVENTORY == 10 && POST_TRANSIT == 11 &&
                   POST_POINTS_LIABILITY == 15,
               "the purposes above");

#define AUTOMATIC "0"
#define CLOSING   "4"
_Static_assert(ENTRY_AUTOMATIC == 0 && ENTRY_CLOSING == 4, "the kinds of entries above");

#define PLACED "1"
#define DONE   "2"
_Static_assert(ORDER_PLACED == 1 && ORDER_DONE == 2, "the states of orders above");
#define RETURN "1"
_Static_assert(ORDER_RETURN == 1, "the kind of orders above");

#define MONEY_TENDERS  "0, 1, 5"
#define ACCOUNT_TENDER "4"
_Static_assert(TENDER_CASH == 0 && TENDER_CARD == 1 && TENDER_TRANSFER == 5 && TENDER_ACCOUNT == 4,
               "the tenders above");

#define ISSUE_AND_RETURN "1, 2"
#define HELD             "0"
#define IN_TRANSIT       "0"
#define TRANSIT_PLACE    "1"
_Static_assert(MOVE_ISSUE == 1 && MOVE_RETURN == 2 && RESERVATION_HELD == 0 &&
                   TRANSFER_IN_TRANSIT == 0 && PLACE_TRANSIT == 1,
               "the choices of stock above");

/* clang-format off: the statements are wrapped as SQL */

/* -- the ledger -------------------------------------------------------------------------------- */

static const char entry_balances[] =
    "SELECT entry, COALESCE(site, 0), CAST(SUM(debit) AS BIGINT), CAST(SUM(credit) AS BIGINT) "
    "FROM journal_lines WHERE company = $1 "
    "GROUP BY entry, COALESCE(site, 0) HAVING SUM(debit) <> SUM(credit)";

static const char entry_total[] =
    "SELECT t.entry, CAST(SUM(t.a) AS BIGINT) FROM (SELECT id AS entry, total AS a FROM "
    "journal_entries WHERE company = $1 "
    "UNION ALL SELECT entry, -debit FROM journal_lines WHERE company = $1) t "
    "GROUP BY t.entry HAVING SUM(t.a) <> 0";

static const char line_sides[] =
    "SELECT entry, id, debit, credit FROM journal_lines WHERE company = $1 AND (debit < 0 OR "
    "credit < 0 OR (debit = 0 AND credit = 0) OR (debit <> 0 AND credit <> 0))";

static const char entry_days[] =
    "SELECT e.id, e.posted_on, e.period FROM journal_entries e JOIN fiscal_periods p ON p.id = "
    "e.period WHERE e.company = $1 AND (e.posted_on < p.first_day OR e.posted_on > p.last_day "
    "OR (e.kind = " CLOSING " AND e.posted_on <> p.last_day)) "
    "UNION ALL SELECT l.entry, l.posted_on, l.id FROM journal_lines l JOIN journal_entries e "
    "ON e.id = l.entry WHERE l.company = $1 AND l.posted_on <> e.posted_on";

static const char account_balances[] =
    "SELECT t.account, t.period, t.site, CAST(SUM(t.d) AS BIGINT), CAST(SUM(t.c) AS BIGINT) "
    "FROM (SELECT account, period, site, CASE WHEN slot < 0 THEN 1 ELSE 0 END AS closing, "
    "debit AS d, credit AS c FROM account_balance WHERE company = $1 "
    "UNION ALL SELECT l.account, e.period, COALESCE(l.site, 0), CASE WHEN e.kind = " CLOSING " "
    "THEN 1 ELSE 0 END, -l.debit, -l.credit FROM journal_lines l JOIN journal_entries e ON "
    "e.id = l.entry WHERE l.company = $1) t "
    "GROUP BY t.account, t.period, t.site, t.closing HAVING SUM(t.d) <> 0 OR SUM(t.c) <> 0";

static const char party_balances[] =
    "SELECT t.party, t.account, CAST(SUM(t.d) AS BIGINT), CAST(SUM(t.c) AS BIGINT) FROM "
    "(SELECT party, account, debit AS d, credit AS c FROM party_balance WHERE company = $1 "
    "UNION ALL SELECT party, account, -debit, -credit FROM journal_lines WHERE company = $1 "
    "AND party IS NOT NULL) t "
    "GROUP BY t.party, t.account HAVING SUM(t.d) <> 0 OR SUM(t.c) <> 0";

/* -- sub-ledgers and their control accounts ---------------------------------------------------- */

static const char customer_accounts[] =
    "SELECT t.party, CAST(SUM(t.a) AS BIGINT) FROM (SELECT party, open_amount AS a FROM "
    "customer_account WHERE company = $1 "
    "UNION ALL SELECT b.party, b.credit - b.debit FROM party_balance b WHERE b.company = $1 "
    "AND b.account IN " RECEIVABLE_ACCOUNTS ") t "
    "GROUP BY t.party HAVING SUM(t.a) <> 0";

static const char receivables[] =
    "SELECT t.account, CAST(SUM(t.a) AS BIGINT) FROM (SELECT b.account, b.debit - b.credit AS "
    "a FROM party_balance b WHERE b.company = $1 AND b.account IN " RECEIVABLE_ACCOUNTS " "
    "UNION ALL SELECT b.account, b.credit - b.debit FROM account_balance b WHERE b.company = "
    "$1 AND b.account IN " RECEIVABLE_ACCOUNTS ") t "
    "GROUP BY t.account HAVING SUM(t.a) <> 0";

static const char deposits[] =
    "SELECT 'deposits', CAST(SUM(t.a) AS BIGINT) FROM (SELECT paid AS a FROM sales_orders "
    "WHERE company = $1 AND state = " PLACED " "
    "UNION ALL SELECT b.debit - b.credit FROM account_balance b WHERE b.company = $1 AND "
    "b.account IN " DEPOSIT_ACCOUNTS ") t HAVING SUM(t.a) <> 0";

static const char till_cash[] =
    "SELECT t.site, CAST(SUM(t.a) AS BIGINT) FROM (SELECT site, cash AS a FROM tills WHERE "
    "company = $1 UNION ALL SELECT b.site, b.credit - b.debit FROM account_balance b WHERE "
    "b.company = $1 AND b.account IN " CASH_ACCOUNTS ") t "
    "GROUP BY t.site HAVING SUM(t.a) <> 0";

static const char points_liability[] =
    "SELECT 'points', CAST(SUM(t.a) AS BIGINT) FROM (SELECT value AS a FROM loyalty_accounts "
    "WHERE company = $1 UNION ALL SELECT b.debit - b.credit FROM account_balance b WHERE "
    "b.company = $1 AND b.account IN " POINTS_ACCOUNTS ") t HAVING SUM(t.a) <> 0";

static const char stock_accounts[] =
    "SELECT t.site, CAST(SUM(t.a) AS BIGINT) FROM (SELECT p.site, b.value AS a FROM "
    "stock_balance b JOIN places p ON p.id = b.place WHERE b.company = $1 "
    "UNION ALL SELECT b.site, b.credit - b.debit FROM account_balance b WHERE b.company = $1 "
    "AND b.account IN " STOCK_ACCOUNTS ") t "
    "GROUP BY t.site HAVING SUM(t.a) <> 0";

/* -- stock ------------------------------------------------------------------------------------- */

static const char stock_moves[] =
    "SELECT t.place, t.product, CAST(SUM(t.q) AS BIGINT), CAST(SUM(t.v) AS BIGINT) FROM "
    "(SELECT place, product, on_hand AS q, value AS v FROM stock_balance WHERE company = $1 "
    "UNION ALL SELECT place, product, -quantity, -value FROM stock_moves WHERE company = $1) t "
    "GROUP BY t.place, t.product HAVING SUM(t.q) <> 0 OR SUM(t.v) <> 0";

static const char stock_reserved[] =
    "SELECT t.place, t.product, CAST(SUM(t.q) AS BIGINT) FROM (SELECT place, product, reserved "
    "AS q FROM stock_balance WHERE company = $1 "
    "UNION ALL SELECT place, product, -quantity FROM stock_reservations WHERE company = $1 AND "
    "state = " HELD ") t GROUP BY t.place, t.product HAVING SUM(t.q) <> 0";

/* A loss may leave less than what is reserved; it is for people to decide who goes without. */
static const char stock_not_below[] =
    "SELECT b.place, b.product, b.on_hand, b.reserved FROM stock_balance b JOIN places p ON "
    "p.id = b.place WHERE b.company = $1 AND (b.reserved < 0 OR (p.allow_negative = 0 AND "
    "b.on_hand < 0))";

static const char stock_in_transit[] =
    "SELECT t.place, t.product, CAST(SUM(t.q) AS BIGINT), CAST(SUM(t.v) AS BIGINT) FROM "
    "(SELECT b.place, b.product, b.on_hand AS q, b.value AS v FROM stock_balance b JOIN places "
    "p ON p.id = b.place WHERE b.company = $1 AND p.kind = " TRANSIT_PLACE " "
    "UNION ALL SELECT f.to_place, l.product, l.received + l.returned - l.quantity, "
    "-l.value_left FROM stock_transfers f JOIN stock_transfer_lines l ON l.transfer = f.id "
    "JOIN places p ON p.id = f.to_place WHERE f.company = $1 AND f.state = " IN_TRANSIT " AND "
    "p.kind = " TRANSIT_PLACE ") t "
    "GROUP BY t.place, t.product HAVING SUM(t.q) <> 0 OR SUM(t.v) <> 0";

static const char stock_outs[] =
    "SELECT t.place, t.product, CAST(SUM(t.k) AS BIGINT) FROM (SELECT place, product, 1 AS k "
    "FROM stock_out WHERE company = $1 "
    "UNION ALL SELECT b.place, b.product, -1 FROM stock_balance b JOIN places p ON p.id = b.place "
    "WHERE b.company = $1 AND p.kind <> " TRANSIT_PLACE " AND b.on_hand <= b.reserved) t "
    "GROUP BY t.place, t.product HAVING SUM(t.k) <> 0";

/* -- points ------------------------------------------------------------------------------------ */

static const char points_lots[] =
    "SELECT t.account, CAST(SUM(t.p) AS BIGINT), CAST(SUM(t.v) AS BIGINT) FROM (SELECT id AS "
    "account, balance AS p, value AS v FROM loyalty_accounts WHERE company = $1 "
    "UNION ALL SELECT account, -points_left, -value_left FROM loyalty_lots WHERE company = $1) "
    "t GROUP BY t.account HAVING SUM(t.p) <> 0 OR SUM(t.v) <> 0";

static const char points_entries[] =
    "SELECT t.account, CAST(SUM(t.p) AS BIGINT), CAST(SUM(t.v) AS BIGINT) FROM (SELECT id AS "
    "account, balance AS p, value AS v FROM loyalty_accounts WHERE company = $1 "
    "UNION ALL SELECT account, -points, -value FROM loyalty_entries WHERE company = $1) t "
    "GROUP BY t.account HAVING SUM(t.p) <> 0 OR SUM(t.v) <> 0";

/* -- sales ------------------------------------------------------------------------------------- */

static const char order_totals[] =
    "SELECT t.sale, CAST(SUM(t.n) AS BIGINT), CAST(SUM(t.x) AS BIGINT), CAST(SUM(t.a) AS "
    "BIGINT) FROM (SELECT id AS sale, net AS n, tax AS x, total AS a FROM sales_orders WHERE "
    "company = $1 UNION ALL SELECT sale, -net, -tax, -total FROM sales_order_lines WHERE "
    "company = $1) t GROUP BY t.sale HAVING SUM(t.n) <> 0 OR SUM(t.x) <> 0 OR SUM(t.a) <> 0";

static const char order_paid[] =
    "SELECT t.sale, CAST(SUM(t.a) AS BIGINT) FROM (SELECT id AS sale, paid AS a FROM "
    "sales_orders WHERE company = $1 "
    "UNION ALL SELECT sale, -amount FROM payments WHERE company = $1) t "
    "GROUP BY t.sale HAVING SUM(t.a) <> 0";

static const char order_settled[] =
    "SELECT id, paid, total, rounding FROM sales_orders WHERE company = $1 AND state = " DONE
    " AND paid <> total + rounding";

/* Money and account apart; points and gift cards may share accounts with what is sold. */
static const char order_tenders[] =
    "SELECT t.sale, t.class, CAST(SUM(t.a) AS BIGINT) FROM (SELECT sale, "
    "CASE WHEN kind = " ACCOUNT_TENDER " THEN 1 ELSE 0 END AS class, amount AS a "
    "FROM payments WHERE company = $1 AND kind IN (" MONEY_TENDERS ", " ACCOUNT_TENDER ") "
    "UNION ALL SELECT e.source, CASE WHEN l.account IN " RECEIVABLE_ACCOUNTS " THEN 1 ELSE 0 "
    "END, l.credit - l.debit FROM journal_entries e JOIN journal_lines l ON l.entry = e.id "
    "WHERE e.company = $1 AND e.source_entity = 'sales_order' AND l.account IN " TENDER_ACCOUNTS
    ") t "
    "GROUP BY t.sale, t.class HAVING SUM(t.a) <> 0";

static const char order_costs[] =
    "SELECT t.sale, CAST(SUM(t.a) AS BIGINT) FROM (SELECT sale, cost AS a FROM "
    "sales_order_lines WHERE company = $1 AND cost <> 0 "
    "UNION ALL SELECT source, value FROM stock_moves WHERE company = $1 AND kind IN "
    "(" ISSUE_AND_RETURN ")) t "
    "GROUP BY t.sale HAVING SUM(t.a) <> 0";

static const char order_returned[] =
    "SELECT t.line, CAST(SUM(t.q) AS BIGINT) FROM (SELECT id AS line, returned AS q FROM "
    "sales_order_lines WHERE company = $1 AND returned <> 0 "
    "UNION ALL SELECT origin_line, quantity FROM sales_order_lines WHERE company = $1 AND "
    "origin_line IS NOT NULL) t "
    "GROUP BY t.line HAVING SUM(t.q) <> 0";

static const char returned_too_much[] =
    "SELECT sale, id, quantity, returned FROM sales_order_lines WHERE company = $1 AND "
    "quantity > 0 AND returned > quantity";

static const char sales_totals[] =
    "SELECT t.day, t.site, t.product, CAST(SUM(t.q) AS BIGINT), CAST(SUM(t.n) AS BIGINT), "
    "CAST(SUM(t.x) AS BIGINT), CAST(SUM(t.a) AS BIGINT), CAST(SUM(t.c) AS BIGINT) FROM (SELECT "
    "day, site, product, quantity AS q, net AS n, tax AS x, total AS a, cost AS c FROM "
    "sales_total WHERE company = $1 "
    "UNION ALL SELECT o.business_date, o.site, l.product, -l.quantity, -l.net, -l.tax, "
    "-l.total, -l.cost FROM sales_orders o JOIN sales_order_lines l ON l.sale = o.id WHERE "
    "o.company = $1 AND o.state = " DONE ") t "
    "GROUP BY t.day, t.site, t.product HAVING SUM(t.q) <> 0 OR SUM(t.n) <> 0 OR SUM(t.x) <> 0 "
    "OR SUM(t.a) <> 0 OR SUM(t.c) <> 0";

/* Every document once, at some hour of its day. */
static const char sales_hours_sql[] =
    "SELECT t.day, t.site, CAST(SUM(t.k) AS BIGINT), CAST(SUM(t.q) AS BIGINT), "
    "CAST(SUM(t.n) AS BIGINT), CAST(SUM(t.x) AS BIGINT), CAST(SUM(t.a) AS BIGINT), "
    "CAST(SUM(t.r) AS BIGINT) FROM (SELECT day, site, sales + returns AS k, items AS q, net AS n, "
    "tax AS x, total AS a, returned AS r FROM sales_hour WHERE company = $1 "
    "UNION ALL SELECT day, site, 0, -quantity, -net, -tax, -total, 0 FROM sales_total "
    "WHERE company = $1 "
    "UNION ALL SELECT business_date, site, -1, 0, 0, 0, 0, CASE WHEN kind = " RETURN " "
    "THEN -total ELSE 0 END FROM sales_orders WHERE company = $1 AND state = " DONE ") t "
    "GROUP BY t.day, t.site HAVING SUM(t.k) <> 0 OR SUM(t.q) <> 0 OR SUM(t.n) <> 0 "
    "OR SUM(t.x) <> 0 OR SUM(t.a) <> 0 OR SUM(t.r) <> 0";

/* Each says what its order says: the credit note of a cancelled order the negative of it. Every
 * credit note names an invoice of the same customer. */
static const char invoice_amounts[] =
    "SELECT i.id, i.net, i.tax, i.total, o.total FROM invoices i JOIN sales_orders o ON o.id = "
    "i.sale WHERE i.company = $1 AND (i.total <> CASE WHEN i.kind = 1 AND o.kind = 0 THEN "
    "-o.total ELSE o.total END OR i.tax <> CASE WHEN i.kind = 1 AND o.kind = 0 THEN -o.tax ELSE "
    "o.tax END OR i.net <> CASE WHEN i.kind = 1 AND o.kind = 0 THEN -o.net ELSE o.net END) "
    "UNION ALL SELECT c.id, c.net, c.tax, c.total, i.total FROM invoices c LEFT JOIN invoices i "
    "ON i.id = c.refers_to WHERE c.company = $1 AND ((c.kind = 1 AND (i.id IS NULL OR i.kind <> 0 "
    "OR i.customer <> c.customer)) OR (c.kind = 0 AND c.refers_to IS NOT NULL))";
_Static_assert(INVOICE_INVOICE == 0 && INVOICE_CREDIT_NOTE == 1 && ORDER_SALE == 0,
               "the kinds above");

/* -- numbers ----------------------------------------------------------------------------------- */

/* One entry of its amount for each; a session without a difference has none, and cash that a
 * document moved is booked with the document (kinds 0 and 1 are cash put in and taken out by hand).
 */
static const char cash_booked[] =
    "SELECT d.entity, d.id, d.amount FROM (SELECT 'till_cash' AS entity, id, amount "
    "FROM till_cash_moves WHERE company = $1 AND kind IN (0, 1) "
    "UNION ALL SELECT 'customer_payment', id, amount FROM customer_payments WHERE company = $1 "
    "UNION ALL SELECT 'till_session', id, ABS(cash_difference) FROM till_sessions "
    "WHERE company = $1 AND closed_at IS NOT NULL AND cash_difference <> 0) d "
    "LEFT JOIN (SELECT source_entity, source, total FROM journal_entries WHERE company = $1 "
    "AND source_entity IN ('till_cash', 'customer_payment', 'till_session')) e "
    "ON e.source_entity = d.entity AND e.source = d.id AND e.total = d.amount "
    "WHERE e.source IS NULL";

static const char till_numbers[] =
    "SELECT t.id, t.last_number, o.n, o.distinct_n, o.top FROM tills t LEFT JOIN ("
    "SELECT till, COUNT(*) AS n, COUNT(DISTINCT till_number) AS distinct_n, "
    "MAX(till_number) AS top FROM sales_orders "
    "WHERE company = $1 AND till_number IS NOT NULL GROUP BY till) o ON o.till = t.id "
    "WHERE t.company = $1 AND (COALESCE(o.n, 0) <> t.last_number "
    "OR COALESCE(o.distinct_n, 0) <> t.last_number OR COALESCE(o.top, 0) <> t.last_number)";

#define NUMBER_OF                                                                                  \
    "n.prefix || CASE WHEN LENGTH(CAST(n.i AS TEXT)) < n.digits "                                  \
    "THEN SUBSTR('000000000000000000', 1, CAST(n.digits AS INTEGER) - LENGTH(CAST(n.i AS TEXT))) " \
    "ELSE '' END || CAST(n.i AS TEXT)"

/* Every number from 1 to the last that was given: a series that the program began has begun with 1,
 * whether its first documents are there or not. One that someone has made or changed by hand is
 * told of by its history instead. */
static const char series_numbers[] =
    "WITH RECURSIVE d(code, number) AS (SELECT 'journal_entry', number FROM journal_entries "
    "WHERE company = $1 AND kind <> " AUTOMATIC " "
    "UNION ALL SELECT 'sales_order', number FROM sales_orders WHERE company = $1 AND "
    "till_number IS NULL AND number IS NOT NULL "
    "UNION ALL SELECT 'customer_payment', number FROM customer_payments WHERE company = $1 "
    "UNION ALL SELECT CASE WHEN kind = 0 THEN 'invoice' ELSE 'credit_note' END, number FROM "
    "invoices WHERE company = $1 "
    "UNION ALL SELECT 'stock_transfer', number FROM stock_transfers WHERE company = $1 "
    "UNION ALL SELECT 'stock_count', number FROM stock_counts WHERE company = $1), "
    "n(code, prefix, digits, last, i) AS (SELECT s.code, COALESCE(s.prefix, ''), s.digits, "
    "s.next - 1, CAST(1 AS BIGINT) FROM number_series s WHERE s.company = $1 AND s.next > 1 AND "
    "s.code IN ('journal_entry', 'sales_order', 'customer_payment', 'invoice', 'credit_note', "
    "'stock_transfer', 'stock_count') AND NOT EXISTS (SELECT 1 FROM history h WHERE h.record = "
    "s.id) UNION ALL SELECT code, prefix, digits, last, i + 1 FROM n WHERE i < last) SELECT "
    "n.code, n.prefix, n.i FROM n LEFT JOIN d ON d.code = n.code AND d.number = " NUMBER_OF
    " WHERE d.number IS NULL";

/* -- all of them ------------------------------------------------------------------------------- */

const struct invariant invariants[] = {
    { .name = "entry_balances",
      .sql = entry_balances,
      .says = N_("In every journal entry debits equal credits, at each site.") },
    { .name = "entry_total",
      .sql = entry_total,
      .says = N_("The total of every journal entry is the sum of its debits.") },
    { .name = "line_sides",
      .sql = line_sides,
      .says = N_("Every journal line has either a debit or a credit.") },
    { .name = "entry_days",
      .sql = entry_days,
      .says = N_("Every entry and its lines are posted on a day of the entry's period.") },
    { .name = "account_balances",
      .sql = account_balances,
      .says = N_("The balance of every account, period and site is the sum of its lines.") },
    { .name = "party_balances",
      .sql = party_balances,
      .says = N_("The balance of every party is the sum of its lines.") },
    { .name = "customer_accounts",
      .sql = customer_accounts,
      .says = N_("What each customer owes is what the receivable accounts say.") },
    { .name = "receivables",
      .sql = receivables,
      .says = N_("The receivable accounts are the sum of what parties owe.") },
    { .name = "deposits",
      .sql = deposits,
      .says = N_("Customer deposits are what was paid for orders not handed over yet.") },
    { .name = "till_cash",
      .sql = till_cash,
      .says = N_("The cash in all drawers of a site is its cash account.") },
    { .name = "points_liability",
      .sql = points_liability,
      .says = N_("What all points are worth is owed to customers in the ledger.") },
    { .name = "stock_accounts",
      .sql = stock_accounts,
      .says = N_("The value of a site's goods is its stock accounts.") },
    { .name = "stock_moves",
      .sql = stock_moves,
      .says = N_("Quantity and value at every place are the sum of their movements.") },
    { .name = "stock_reserved",
      .sql = stock_reserved,
      .says = N_("What is reserved is the sum of the reservations held.") },
    { .name = "stock_not_below",
      .sql = stock_not_below,
      .says = N_("No stock is below zero where that is not allowed.") },
    { .name = "stock_in_transit",
      .sql = stock_in_transit,
      .says = N_("Goods in transit are the open lines of transfers.") },
    { .name = "stock_outs",
      .sql = stock_outs,
      .says = N_("What is listed as sold out are the places with nothing available.") },
    { .name = "points_lots",
      .sql = points_lots,
      .says = N_("Points and their worth are the sum of the lots.") },
    { .name = "points_entries",
      .sql = points_entries,
      .says = N_("Points and their worth are the sum of the entries.") },
    { .name = "order_totals",
      .sql = order_totals,
      .says = N_("Net, tax and total of every order are the sum of its lines.") },
    { .name = "order_paid",
      .sql = order_paid,
      .says = N_("What was paid for every order is the sum of its payments.") },
    { .name = "order_settled",
      .sql = order_settled,
      .says = N_("Every finished order is paid to the cent.") },
    { .name = "order_tenders",
      .sql = order_tenders,
      .says = N_("The payments of every order are booked as they were made.") },
    { .name = "cash_booked",
      .sql = cash_booked,
      .says = N_("Cash put in or out, customer payments and till differences are booked.") },
    { .name = "order_costs",
      .sql = order_costs,
      .says = N_("The cost of every order is what its goods were worth.") },
    { .name = "order_returned",
      .sql = order_returned,
      .says = N_("What came back of every line is the sum of its returns.") },
    { .name = "returned_too_much",
      .sql = returned_too_much,
      .says = N_("No more comes back than was sold.") },
    { .name = "invoice_amounts",
      .sql = invoice_amounts,
      .says = N_("Every invoice says what its order says, and credit notes name their invoice.") },
    { .name = "sales_totals",
      .sql = sales_totals,
      .says = N_("Sales by day, site and product are the sum of the order lines.") },
    { .name = "sales_hours",
      .sql = sales_hours_sql,
      .says = N_("Sales by hour are the sales of the day, each document once.") },
    { .name = "till_numbers",
      .sql = till_numbers,
      .says = N_("Every till's journal holds each number once, from 1 to the last.") },
    { .name = "series_numbers",
      .sql = series_numbers,
      .says = N_("No number is missing from a series of documents.") },
    { .name = "till_chains",
      .verify = till_verify_chains,
      .says = N_("No document in a till's journal was changed, removed or slipped in.") },
    { .name = "command_chains",
      .verify = flow_verify_chains,
      .says = N_("No command in the log was changed, removed or slipped in.") },
};
/* clang-format on */
const size_t n_invariants = N_ELEMENTS(invariants);
