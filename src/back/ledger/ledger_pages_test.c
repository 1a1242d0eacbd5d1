/* The pages of the ledger over a small house: statements that prove themselves, and a general
 * ledger that is too long to read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "face/office.h"
#include "kit/shop.h"

#include <stdio.h>
#include <string.h>

#define PASSWORD "a password for reading"
#define LINES    1001 /* of an entry: 1000 debits and a credit */
#define BODY_MAX ((size_t)256 * 1024)

struct reading {
    struct shop shop;
    struct office *office;
    struct arena arena; /* of one page */
    text_t cookie, page;
};

static void sign_in(struct reading *r)
{
    struct arena *a = &r->shop.arena;
    (void)shop_person(&r->shop, "reader", "admin", NULL);
    int64_t id = kit_store_sql(r->shop.url, "SELECT id FROM user_accounts WHERE code = 'reader'");
    (void)shop_must(&r->shop, 200, "POST",
                    text_fmt(a, "/user_accounts/%lld/set_password", (long long)id).s,
                    "{\"password\":\"" PASSWORD "\"}");
    struct rest_request in = { .arena = a,
                               .method = HTTP_POST,
                               .path = TEXT("/api/v1/session"),
                               .body = TEXT("{\"name\":\"reader\",\"password\":\"" PASSWORD "\"}"),
                               .content_type = TEXT("application/json"),
                               .peer = TEXT("192.0.2.1") };
    rest_call(r->shop.rest, &in);
    assert_int_equal(in.answer.status, 200);
    text_t rest, set = rest_header(&in.answer, "Set-Cookie");
    (void)text_split(text_split(set, ';', &rest), '=', &set);
    r->cookie = text_copy(a, set);
}

static void show(struct reading *r, const char *path, int status)
{
    text_t query = TEXT_NONE;
    arena_reset(&r->arena);
    text_t plain = text_split(text_copy(&r->arena, text_of(path)), '?', &query);
    struct rest_request ask = { .arena = &r->arena,
                                .method = HTTP_GET,
                                .path = text_copy(&r->arena, plain),
                                .query = query,
                                .accept = TEXT("text/html"),
                                .cookie = r->cookie,
                                .peer = TEXT("127.0.0.1") };
    office_call(r->office, &ask);
    r->page = ask.answer.body;
    if (ask.answer.status != status) {
        fail_msg("%s: %d", path, ask.answer.status);
    }
}

static void says(const struct reading *r, const char *what)
{
    if (!strstr(r->page.s, what)) {
        fail_msg("not said: %s", what);
    }
}

static void says_not(const struct reading *r, const char *what)
{
    if (strstr(r->page.s, what)) {
        fail_msg("said: %s", what);
    }
}

/* A thousand lines on one account. */
static void post_many(struct reading *r, const char *day)
{
    struct buf b;
    buf_init(&b, &r->shop.arena, BODY_MAX);
    buf_fmt(&b, "{\"posted_on\":\"%s\",\"lines\":[", day);
    for (int i = 1; i < LINES; i++) {
        buf_str(&b, "{\"account\":\"1020\",\"debit\":\"1.00\"},");
    }
    buf_str(&b, "{\"account\":\"3000\",\"credit\":\"1000.00\"}]}");
    (void)shop_must(&r->shop, 201, "POST", "/journal_entries", buf_done(&b).s);
}

static void open_house(struct reading *r, enum db_store store)
{
    shop_open(&r->shop, store);
    post_many(r, "2026-01-10");
    post_many(r, "2026-01-11");
    post_many(r, "2026-03-02");
    r->shop.clock = INSTANT_NONE; /* sessions end by the real time */
    r->office = office_new(r->shop.rest);
    assert_non_null(r->office);
    arena_init(&r->arena, (size_t)64 << 20);
    sign_in(r);
}

static void close_house(struct reading *r)
{
    office_free(r->office);
    arena_free(&r->arena);
    shop_close(&r->shop);
}

static void too_long(struct reading *r)
{
    show(r, "/office/general_ledger?account=1020&from=2026-01-01&to=2026-12-31", 200);
    says(r, "whole months");
    says(r, "from=2026-01-01&amp;to=2026-01-31");
    says(r, "from=2026-03-01&amp;to=2026-03-31");
    says(r, "tie-out notice good");
    says_not(r, "/office/journal_entries/");
    show(r, "/office/general_ledger?account=1020&from=2026-01-10&to=2026-03-02", 200);
    says(r, "by day");
    says(r, "from=2026-01-11&amp;to=2026-01-11");
    says(r, "tie-out notice good");
    show(r, "/office/general_ledger?account=1020&from=2026-01-10&to=2026-01-10", 200);
    says(r, "/office/journal_entries/");
    says(r, "after="); /* the next page */
    says(r, "tie-out notice good");
    show(r, "/office/general_ledger?account=1020&from=2026-01-01&to=2026-01-31", 200);
    says(r, "/office/journal_entries/"); /* two thousand are still read */
    show(r, "/office/general_ledger?account=nonsense", 422);
    show(r, "/office/general_ledger?account=1020&site=nonsense", 422);
    show(r, "/office/general_ledger", 200);
    says(r, "Choose an account");
}

static void statements(struct reading *r)
{
    show(r, "/office/balance_sheet?compare=previous_year", 200);
    says(r, "tie-out notice good");
    says(r, "compared with");
    says(r, "general_ledger?account=1020");
    says(r, "format=xlsx&amp;compare=previous_year");
    show(r, "/office/balance_sheet?compare_day=2026-01-10&as_of=2026-01-11", 200);
    says(r, "1,000.00");
    says(r, "2,000.00");
    show(r, "/office/balance_sheet?level=1", 200);
    says_not(r, "general_ledger?account=1020");
    show(r, "/office/profit_and_loss?compare=previous_period&from=2026-03-01&to=2026-03-31", 200);
    says(r, "tie-out notice good");
    show(r, "/office/trial_balance?compare=previous_period", 200);
    says(r, "tie-out notice good");
    show(r, "/office/trial_balance?compare=yesterday", 422);
    show(r, "/office/profit_and_loss?from=2026-03-31&to=2026-03-01", 422);
    says(r, "To must not be before From.");
    says(r, "Start again");
}

static void on(void **state)
{
    enum db_store store = kit_store_of(state);
    struct reading r;
    memset(&r, 0, sizeof r);
    open_house(&r, store);
    too_long(&r);
    statements(&r);
    close_house(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_ON_BOTH(on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
