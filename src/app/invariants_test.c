/* Each invariant holds over a small day of trade, and each one bites: a row is falsified behind the
 * program's back, the invariant of that name must show it, and hold again when the row is mended.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/open.h"
#include "kit/store.h"

#include <stdio.h>
#include <stdlib.h>

struct house_of_trade {
    struct kontor kontor;
    struct arena arena;
    struct who who;
    char url[KIT_URL_MAX];
    instant_t clock;
};

/* A command, or a creation where the command is "". */
struct step {
    const char *entity, *command;
    const char *record; /* an SQL text that finds the record's id, or NULL */
    const char *body;
};

static const struct step day[] = {
    { "company", "", NULL,
      "{\"code\":\"T\",\"name\":\"Trade\",\"country\":\"ES\",\"currency\":\"EUR\","
      "\"language\":\"en\","
      "\"time_zone\":\"Europe/Madrid\",\"prices_include_tax\":true}" },
    { "company", "set_up", "SELECT id FROM companies", "{}" },
    { "tax", "", NULL, "{\"code\":\"T10\",\"name\":\"10 %\",\"rate\":\"10\",\"included\":true}" },
    { "site", "", NULL,
      "{\"code\":\"S1\",\"name\":\"One\",\"kind\":\"store\",\"time_zone\":\"Europe/Madrid\"}" },
    { "site", "", NULL,
      "{\"code\":\"S2\",\"name\":\"Two\",\"kind\":\"store\",\"time_zone\":\"Europe/Madrid\"}" },
    { "product", "", NULL,
      "{\"code\":\"TEA\",\"name\":\"Tea\",\"unit\":\"pc\",\"price\":\"10.00\",\"tax\":\"T10\"}" },
    { "stock_move", "receive", NULL,
      "{\"site\":\"S1\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"100\","
      "\"unit_cost\":\"4.00\"}]}" },
    { "party", "", NULL,
      "{\"code\":\"C1\",\"name\":\"Ana\",\"kind\":\"person\",\"is_customer\":true,"
      "\"credit_limit\":\"500.00\"}" },
    { "loyalty_program", "", NULL,
      "{\"code\":\"P1\",\"name\":\"Points\",\"points_per_unit\":\"1\",\"point_value\":\"0.01\","
      "\"active\":true}" },
    { "loyalty_account", "", NULL, "{\"number\":\"L1\",\"party\":\"C1\",\"program\":\"P1\"}" },
    { "till", "", NULL, "{\"code\":\"T1\",\"name\":\"Till\",\"site\":\"S1\"}" },
    { "till", "open", "SELECT id FROM tills", "{\"float\":\"100.00\"}" },
    { "sales_order", "checkout", NULL,
      "{\"till\":\"T1\",\"customer\":\"C1\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"3\"}],"
      "\"tenders\":[{\"kind\":\"card\",\"amount\":\"20.00\"},{\"kind\":\"cash\","
      "\"amount\":\"20.00\"}]}" },
    { "sales_order", "checkout", NULL,
      "{\"till\":\"T1\",\"customer\":\"C1\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"1\"}],"
      "\"tenders\":[{\"kind\":\"account\",\"amount\":\"10.00\"}]}" },
    { "sales_order", "return", "SELECT id FROM sales_orders WHERE till_number = 1",
      "{\"till\":\"T1\",\"reason\":\"stale\",\"lines\":[{\"line\":1,\"quantity\":\"1\"}],"
      "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"10.00\"}]}" },
    { "sales_order", "", NULL,
      "{\"site\":\"S1\",\"channel\":\"phone\",\"customer\":\"C1\","
      "\"lines\":[{\"product\":\"TEA\",\"quantity\":\"2\"}]}" },
    { "sales_order", "place", "SELECT id FROM sales_orders WHERE state = 0", "{}" },
    { "sales_order", "pay", "SELECT id FROM sales_orders WHERE state = 1",
      "{\"tenders\":[{\"kind\":\"card\",\"amount\":\"5.00\"}]}" },
    { "sales_order", "invoice", "SELECT id FROM sales_orders WHERE till_number = 1", "{}" },
    { "sales_order", "invoice", "SELECT id FROM sales_orders WHERE till_number = 2", "{}" },
    { "sales_order", "invoice", "SELECT id FROM sales_orders WHERE till_number = 3", "{}" },
    { "stock_move", "transfer", NULL,
      "{\"from\":\"S1\",\"to\":\"S2\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"5\"}]}" },
    { "journal_entry", "", NULL,
      "{\"posted_on\":\"2026-03-02\",\"lines\":[{\"account\":\"1020\",\"debit\":\"9.00\"},"
      "{\"account\":\"3000\",\"credit\":\"9.00\"}]}" },
    { "journal_entry", "", NULL,
      "{\"posted_on\":\"2026-03-02\",\"lines\":[{\"account\":\"1020\",\"debit\":\"9.00\"},"
      "{\"account\":\"3000\",\"credit\":\"9.00\"}]}" },
    { "journal_entry", "", NULL,
      "{\"posted_on\":\"2026-03-02\",\"lines\":[{\"account\":\"1020\",\"debit\":\"9.00\"},"
      "{\"account\":\"3000\",\"credit\":\"9.00\"}]}" },
};

static void run_step(struct house_of_trade *h, const struct step *s)
{
    struct call call = {
        .house = h->kontor.house, .arena = &h->arena, .who = &h->who, .now = h->clock
    };
    h->clock.us += US_PER_SECOND;
    assert_int_equal(flow_name(&call, s->entity, *s->command ? s->command : NULL,
                               s->record ? kit_store_sql(h->url, s->record) : 0, text_of(s->body)),
                     OK);
    if (flow_call(&call) != OK) {
        fail_msg("%s/%s %s: %s", s->entity, s->command, s->body, call.answer.s);
    }
    if (h->who.company == 0) {
        h->who = kontor_system(call.answer_id);
    }
}

struct looking {
    struct house_of_trade *house;
    const struct invariant *invariant;
    size_t n;
};

static enum err look(struct tx *tx, void *arg)
{
    struct looking *l = arg;
    struct arena a;
    struct cx cx;
    struct buf faults;
    struct rows rows = { 0 };
    const struct value company[] = { v_int(l->house->who.company) };
    arena_init(&a, (size_t)64 << 20);
    cx_init(&cx, l->house->kontor.house, &a, tx, &l->house->who, "en");
    buf_init(&faults, &a, 1 << 20);
    l->n = 0;
    if (l->invariant->sql) {
        TRY(tx_query(tx, &a, l->invariant->sql, company, 1, &rows));
    }
    if (l->invariant->verify) {
        TRY(l->invariant->verify(&cx, &faults, &l->n));
    }
    l->n += rows.n;
    cx_done(&cx);
    arena_free(&a);
    return OK;
}

static size_t broken_rows(struct house_of_trade *h, const struct invariant *invariant)
{
    struct looking l = { .house = h, .invariant = invariant };
    enum err e = db_read(h->kontor.db, look, &l);
    if (e != OK) {
        fail_msg("%s: %s", invariant->name, err_name(e));
    }
    return l.n;
}

#define FIRST_LINE      "WHERE id = (SELECT MIN(id) FROM journal_lines WHERE debit > 0)"
#define FIRST_OF(table) "WHERE id = (SELECT MIN(id) FROM " table ")"

/* How each one is broken and mended. */
static const struct {
    const char *name, *falsify, *mend;
} faults[] = {
    { "entry_balances", "UPDATE journal_lines SET debit = debit + 1 " FIRST_LINE,
      "UPDATE journal_lines SET debit = debit - 1 " FIRST_LINE },
    { "entry_total", "UPDATE journal_entries SET total = total + 1 " FIRST_OF("journal_entries"),
      "UPDATE journal_entries SET total = total - 1 " FIRST_OF("journal_entries") },
    { "line_sides", "UPDATE journal_lines SET credit = debit " FIRST_LINE,
      "UPDATE journal_lines SET credit = 0 " FIRST_LINE },
    { "entry_days", "UPDATE journal_lines SET posted_on = posted_on + 1 " FIRST_LINE,
      "UPDATE journal_lines SET posted_on = posted_on - 1 " FIRST_LINE },
    { "entry_days", "UPDATE fiscal_periods SET last_day = last_day - 30 WHERE code = '2026-03'",
      "UPDATE fiscal_periods SET last_day = last_day + 30 WHERE code = '2026-03'" },
    { "account_balances", "UPDATE account_balance SET credit = credit + 1",
      "UPDATE account_balance SET credit = credit - 1" },
    { "account_balances",
      "UPDATE account_balance SET slot = -1 - slot WHERE account = (SELECT id FROM accounts WHERE "
      "code = '1020')",
      "UPDATE account_balance SET slot = -1 - slot WHERE slot < 0" },
    { "party_balances", "UPDATE party_balance SET debit = debit + 1",
      "UPDATE party_balance SET debit = debit - 1" },
    { "customer_accounts", "UPDATE customer_account SET open_amount = open_amount - 1",
      "UPDATE customer_account SET open_amount = open_amount + 1" },
    { "receivables",
      "UPDATE party_balance SET debit = debit + 1 WHERE account IN (SELECT account FROM "
      "posting_rules "
      "WHERE purpose = 3)",
      "UPDATE party_balance SET debit = debit - 1 WHERE account IN (SELECT account FROM "
      "posting_rules "
      "WHERE purpose = 3)" },
    { "deposits", "UPDATE sales_orders SET state = 3 WHERE state = 1",
      "UPDATE sales_orders SET state = 1 WHERE state = 3" },
    { "till_cash", "UPDATE tills SET cash = cash + 1", "UPDATE tills SET cash = cash - 1" },
    { "points_liability", "UPDATE loyalty_accounts SET value = value + 1",
      "UPDATE loyalty_accounts SET value = value - 1" },
    { "stock_accounts", "UPDATE stock_balance SET value = value + 1",
      "UPDATE stock_balance SET value = value - 1" },
    { "stock_moves", "UPDATE stock_moves SET quantity = quantity + 1 " FIRST_OF("stock_moves"),
      "UPDATE stock_moves SET quantity = quantity - 1 " FIRST_OF("stock_moves") },
    { "stock_moves", "UPDATE stock_moves SET value = value + 1 " FIRST_OF("stock_moves"),
      "UPDATE stock_moves SET value = value - 1 " FIRST_OF("stock_moves") },
    { "stock_reserved", "UPDATE stock_reservations SET state = 2",
      "UPDATE stock_reservations SET state = 0" },
    { "stock_not_below", "UPDATE stock_balance SET on_hand = on_hand - 1000000000",
      "UPDATE stock_balance SET on_hand = on_hand + 1000000000" },
    { "stock_in_transit", "UPDATE stock_transfer_lines SET value_left = value_left - 1",
      "UPDATE stock_transfer_lines SET value_left = value_left + 1" },
    { "points_lots", "UPDATE loyalty_lots SET points_left = points_left - 1",
      "UPDATE loyalty_lots SET points_left = points_left + 1" },
    { "points_entries", "UPDATE loyalty_entries SET value = value + 1",
      "UPDATE loyalty_entries SET value = value - 1" },
    { "order_totals", "UPDATE sales_order_lines SET net = net + 1 " FIRST_OF("sales_order_lines"),
      "UPDATE sales_order_lines SET net = net - 1 " FIRST_OF("sales_order_lines") },
    { "order_paid", "UPDATE payments SET amount = amount - 1 " FIRST_OF("payments"),
      "UPDATE payments SET amount = amount + 1 " FIRST_OF("payments") },
    { "order_settled", "UPDATE sales_orders SET rounding = 1 WHERE till_number = 1",
      "UPDATE sales_orders SET rounding = 0 WHERE till_number = 1" },
    { "order_tenders", "UPDATE payments SET kind = 0 WHERE kind = 4",
      "UPDATE payments SET kind = 4 WHERE kind = 0 AND amount = 1000 AND sale NOT IN "
      "(SELECT id FROM sales_orders WHERE till_number IN (1, 3))" },
    { "cash_booked", "UPDATE till_sessions SET cash_difference = 7, closed_at = 1",
      "UPDATE till_sessions SET cash_difference = 0, closed_at = NULL" },
    { "order_costs", "UPDATE sales_order_lines SET cost = cost + 1 WHERE cost > 0",
      "UPDATE sales_order_lines SET cost = cost - 1 WHERE cost > 0" },
    { "order_returned", "UPDATE sales_order_lines SET returned = 0 WHERE returned = 1000000",
      "UPDATE sales_order_lines SET returned = 1000000 WHERE quantity = 3000000" },
    { "returned_too_much",
      "UPDATE sales_order_lines SET returned = 4000000 WHERE quantity = 3000000",
      "UPDATE sales_order_lines SET returned = 1000000 WHERE quantity = 3000000" },
    { "sales_totals", "UPDATE sales_total SET cost = cost + 1",
      "UPDATE sales_total SET cost = cost - 1" },
    { "sales_hours", "UPDATE sales_hour SET total = total + 1",
      "UPDATE sales_hour SET total = total - 1" },
    { "sales_hours", "UPDATE sales_hour SET returns = returns + 1",
      "UPDATE sales_hour SET returns = returns - 1" },
    { "stock_outs", "UPDATE stock_balance SET reserved = reserved + 1000000000",
      "UPDATE stock_balance SET reserved = reserved - 1000000000" },
    { "invoice_amounts", "UPDATE invoices SET tax = tax + 1 WHERE kind = 0",
      "UPDATE invoices SET tax = tax - 1 WHERE kind = 0" },
    { "invoice_amounts", "UPDATE invoices SET refers_to = NULL WHERE kind = 1",
      "UPDATE invoices SET refers_to = (SELECT i.id FROM invoices i WHERE i.number = 'INV-000001')"
      " WHERE kind = 1" },
    { "till_numbers", "UPDATE sales_orders SET till_number = 9 WHERE till_number = 2",
      "UPDATE sales_orders SET till_number = 2 WHERE till_number = 9" },
    { "till_numbers", "UPDATE tills SET last_number = 4", "UPDATE tills SET last_number = 3" },
    { "series_numbers", "UPDATE journal_entries SET number = '000009' WHERE number = '000002'",
      "UPDATE journal_entries SET number = '000002' WHERE number = '000009'" },
    { "series_numbers", "UPDATE invoices SET number = 'INV-000009' WHERE number = 'INV-000002'",
      "UPDATE invoices SET number = 'INV-000002' WHERE number = 'INV-000009'" },
    { "series_numbers", "UPDATE number_series SET next = next + 1 WHERE code = 'journal_entry'",
      "UPDATE number_series SET next = next - 1 WHERE code = 'journal_entry'" },
    { "series_numbers", "UPDATE journal_entries SET number = '000009' WHERE number = '000001'",
      "UPDATE journal_entries SET number = '000001' WHERE number = '000009'" },
    { "till_chains", "UPDATE sales_orders SET total = total + 1 WHERE till_number = 2",
      "UPDATE sales_orders SET total = total - 1 WHERE till_number = 2" },
    { "command_chains", "UPDATE command_log SET at = at + 1",
      "UPDATE command_log SET at = at - 1" },
};

static const struct invariant *named(const char *name)
{
    for (size_t i = 0; i < n_invariants; i++) {
        if (strcmp(invariants[i].name, name) == 0) {
            return &invariants[i];
        }
    }
    fail_msg("no invariant %s", name);
    return NULL;
}

static void all_hold(struct house_of_trade *h, const char *after)
{
    for (size_t i = 0; i < n_invariants; i++) {
        if (broken_rows(h, &invariants[i]) != 0) {
            fail_msg("%s does not hold after %s", invariants[i].name, after);
        }
    }
}

/* What is taken from a series' beginning is missed, one or all: here there is no mending. */
static void first_numbers(struct house_of_trade *h)
{
    static const struct {
        const char *first, *all;
    } taken[] = {
        { "DELETE FROM invoices WHERE number = 'INV-000001'", "DELETE FROM invoices" },
        { "DELETE FROM journal_entries WHERE number = '000001'", "DELETE FROM journal_entries" },
        { "DELETE FROM sales_orders WHERE till_number = 1", "DELETE FROM sales_orders" },
    };
    for (size_t i = 0; i < N_ELEMENTS(taken); i++) {
        const struct invariant *v = named(i == 2 ? "till_numbers" : "series_numbers");
        size_t before = broken_rows(h, v);
        kit_store_sql(h->url, taken[i].first);
        size_t one = broken_rows(h, v);
        kit_store_sql(h->url, taken[i].all);
        size_t all = broken_rows(h, v);
        if (one <= before || all < one) {
            fail_msg("%s: %zu, %zu, then %zu", taken[i].first, before, one, all);
        }
    }
}

/* A store of an older program: its new balances are filled when the house is opened. */
static void upgrade(struct house_of_trade *h)
{
    char why[256];
    kit_store_sql(h->url, "DELETE FROM sales_hour");
    kit_store_sql(h->url, "DELETE FROM stock_out");
    assert_int_not_equal(broken_rows(h, named("sales_hours")), 0);
    kit_store_sql(h->url, "DELETE FROM house_state WHERE name = 'step'");
    kit_store_sql(h->url, "UPDATE house_state SET value = 'older' WHERE name = 'schema'");
    kontor_close(&h->kontor);
    assert_int_equal(kontor_open(&h->kontor, (struct db_config){ .url = h->url }, why), OK);
    all_hold(h, "the upgrade");
}

static void hold_and_bite(void **state)
{
    enum db_store store = kit_store_of(state);
    struct house_of_trade h = { .who = kontor_system(0) };
    char why[256];
    arena_init(&h.arena, (size_t)256 << 20);
    kit_store_new(store, h.url);
    assert_int_equal(kontor_open(&h.kontor, (struct db_config){ .url = h.url }, why), OK);
    h.clock.us = INT64_C(1772442000) * US_PER_SECOND; /* 2026-03-02 09:00:00 UTC */
    for (size_t i = 0; i < N_ELEMENTS(day); i++) {
        run_step(&h, &day[i]);
    }
    all_hold(&h, "the day");
    for (size_t i = 0; i < N_ELEMENTS(faults); i++) {
        kit_store_sql(h.url, faults[i].falsify);
        if (broken_rows(&h, named(faults[i].name)) == 0) {
            fail_msg("%s does not see: %s", faults[i].name, faults[i].falsify);
        }
        kit_store_sql(h.url, faults[i].mend);
        if (broken_rows(&h, named(faults[i].name)) != 0) {
            fail_msg("%s still sees what was mended: %s", faults[i].name, faults[i].mend);
        }
    }
    all_hold(&h, "mending");
    upgrade(&h);
    first_numbers(&h);
    kontor_close(&h.kontor);
    kit_store_drop(h.url);
    arena_free(&h.arena);
}

/* A name twice, or an invariant that nothing above breaks, would go unnoticed. */
static void each_is_tried(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_invariants; i++) {
        size_t tried = 0, same = 0;
        for (size_t f = 0; f < N_ELEMENTS(faults); f++) {
            tried += strcmp(faults[f].name, invariants[i].name) == 0;
        }
        for (size_t k = 0; k < n_invariants; k++) {
            same += strcmp(invariants[k].name, invariants[i].name) == 0;
        }
        if (tried == 0 || same != 1) {
            fail_msg("%s: tried %zu times, declared %zu times", invariants[i].name, tried, same);
        }
        assert_true(invariants[i].sql || invariants[i].verify);
        assert_non_null(invariants[i].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_tried),
        KIT_ON_BOTH(hold_and_bite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
