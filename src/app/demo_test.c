/* A demo of three days on both stores: everything holds, nothing is refused, and the same seed
 * makes the same trade, whatever the store. */
#include "app/demo.h"

#include "app/verify.h"
#include "base/hash.h"
#include "db/db.h"
#include "kit/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define DAYS 3

static date_t last_day(void)
{
    date_t day;
    assert_int_equal(date_parse("2026-03-21", 10, &day), OK); /* a Saturday */
    return day;
}

static void holds(void *arg, const struct verify_result *v)
{
    (void)arg;
    if (v->n > 0) {
        fail_msg("%s: %.*s", v->invariant->name, (int)v->faults.n, v->faults.s);
    }
}

static enum err add_row(void *arg, const struct value *row, size_t cols)
{
    sha256_t *sum = arg;
    char so_far[SHA256_HEX + 1], number[32];
    assert_int_equal(cols, 3);
    sha256_hex(sum, so_far);
    snprintf(number, sizeof number, "%lld", (long long)row[2].i);
    const text_t parts[] = { text_of(so_far), row[0].t, row[1].t, text_of(number) };
    sha256_parts(parts, N_ELEMENTS(parts), sum);
    return OK;
}

/* Every sale of the tills with its place in their chains. */
static enum err chain_sum(struct tx *tx, void *arg)
{
    return tx_each(tx,
                   "SELECT o.number, o.till_hash, o.points_earned FROM sales_orders o"
                   " JOIN tills t ON t.id = o.till WHERE o.till_number IS NOT NULL"
                   " ORDER BY t.code, o.till_number",
                   NULL, 0, add_row, arg);
}

static void built(enum db_store store, uint64_t seed, sha256_t *sum)
{
    static struct demo_report report;
    struct kontor k;
    char url[KIT_URL_MAX], why[256];
    size_t broken;
    kit_store_new(store, url);
    if (kontor_open(&k, (struct db_config){ .url = url }, why) != OK) {
        fail_msg("%s", why);
    }
    if (demo_build(&k, seed, DAYS, last_day(), NULL, NULL, &report, why) != OK) {
        fail_msg("%s", why);
    }
    assert_int_equal(report.refused, 0);
    assert_int_equal(report.n_people, 11);
    for (size_t i = 0; i < report.n_people; i++) {
        assert_true(report.people[i].name[0] && report.people[i].login[0] &&
                    strlen(report.people[i].password) >= 16);
    }
    assert_int_equal(verify_house(&k, holds, NULL, &broken), OK);
    assert_int_equal(broken, 0);
    memset(sum, 0, sizeof *sum);
    assert_int_equal(db_read(k.db, chain_sum, sum), OK);
    assert_int_equal(kit_store_sql(url, "SELECT COUNT(*) FROM sites"), 5);
    assert_int_equal(kit_store_sql(url, "SELECT COUNT(*) FROM products"), 152);
    assert_int_equal(kit_store_sql(url, "SELECT COUNT(*) FROM barcodes"), 160);
    assert_int_equal(kit_store_sql(url, "SELECT COUNT(*) FROM till_sessions WHERE state = 0"), 9);
    assert_true(kit_store_sql(url, "SELECT COUNT(*) FROM sales_orders WHERE kind = 0") > 200);
    assert_true(kit_store_sql(url, "SELECT COUNT(*) FROM sales_orders WHERE kind = 1") > 0);
    assert_true(kit_store_sql(url, "SELECT COUNT(*) FROM stock_transfers") > 2);
    assert_true(kit_store_sql(url, "SELECT COUNT(*) FROM tasks WHERE state = 2") > 0);
    assert_true(kit_store_sql(url, "SELECT COUNT(*) FROM journal_entries WHERE kind = 1") > 3);
    /* there is one company, so there is no second demo */
    assert_int_equal(demo_build(&k, seed, DAYS, last_day(), NULL, NULL, &report, why), ERR_EXISTS);
    kontor_close(&k);
    kit_store_drop(url);
}

static void three_days(void **state)
{
    sha256_t first, again, other, postgres;
    (void)state;
    built(DB_SQLITE, 7, &first);
    built(DB_SQLITE, 7, &again);
    built(DB_SQLITE, 8, &other);
    built(DB_POSTGRES, 7, &postgres);
    assert_true(sha256_eq(&first, &again));
    assert_true(sha256_eq(&first, &postgres));
    assert_false(sha256_eq(&first, &other));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(three_days) };
    if (arena_reserve_init() != OK) {
        return 2;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
