/* The till's journal: numbers taken exactly once, a hash chain over them, and the proof of both.
 *
 * The journal has no rows of its own: its documents are the sales orders that carry (till,
 * till_number), unique together, with their hash. So a document cannot be in one and not in the
 * other. The till row keeps the head of the chain. It is one row per till, written by each of its
 * sales: a till is one queue of customers, so nobody waits for it but itself. */
#include "front/till/till_parts.h"

#include "base/hash.h"

#define CHAIN_PAGE 2000 /* documents checked per statement */

static text_t number_text(struct cx *cx, int64_t v)
{
    return text_fmt(cx->arena, "%lld", (long long)v);
}

void till_chain_hash(text_t previous, text_t code, int64_t number, instant_t sold_at, money_t total,
                     text_t currency, char out[static 65])
{
    char n[DECIMAL_TEXT_MAX], amount[DECIMAL_TEXT_MAX], at[INSTANT_TEXT_MAX];
    text_t parts[] = {
        previous,
        code,
        { n, decimal_print(number, 0, 0, n) },
        { at, instant_print(sold_at, at) },
        { amount, decimal_print(total.minor, 0, 0, amount) },
        currency,
    };
    sha256_t h;
    sha256_parts(parts, N_ELEMENTS(parts), &h);
    sha256_hex(&h, out);
}

enum err till_take_number(struct cx *cx, struct till *till, int64_t wanted, instant_t sold_at,
                          money_t total, text_t currency, money_t cash, int64_t *number,
                          text_t *hash)
{
    int64_t next = till->last_number + 1;
    if (till->state != TILL_OPEN) {
        return REFUSE(cx, &refusal_till_closed, TEXT("till"), till->code);
    }
    if (wanted != VALUE_NONE && wanted != next) {
        return REFUSE(cx, wanted < next ? &refusal_till_number_taken : &refusal_till_number_gap,
                      TEXT("till_number"), till->code, number_text(cx, wanted),
                      number_text(cx, next));
    }
    char hex[65];
    till_chain_hash(till->last_hash, till->code, next, sold_at, total, currency, hex);
    *number = next;
    *hash = text_copy(cx->arena, text_of(hex));
    struct value args[] = {
        v_int(next),     v_text(*hash),    v_int(cash.minor), v_int(till->record.id),
        v_int(next - 1), v_int(TILL_OPEN),
    };
    TRY(store_exec_or(cx,
                      "UPDATE tills SET last_number = $1, last_hash = $2, cash = cash + $3,"
                      " version = version + 1 WHERE id = $4 AND last_number = $5 AND state = $6",
                      args, N_ELEMENTS(args), &refusal_till_number_taken, TEXT("till_number"),
                      till->code, number_text(cx, next)));
    till->last_number = next;
    till->last_hash = *hash;
    till->cash = money_add(till->cash, cash);
    till->record.version++;
    return OK;
}

enum err till_opened_at(struct cx *cx, const struct till *till, instant_t *out)
{
    struct till_session session;
    TRY(store_get(cx, &till_session_entity, till->session.id, &session));
    *out = session.opened_at;
    return OK;
}

enum err till_take_cash(struct cx *cx, struct till *till, money_t amount, text_t reason)
{
    if (till->state != TILL_OPEN) {
        return REFUSE(cx, &refusal_till_closed, TEXT("till"), till->code);
    }
    if (amount.minor == 0) {
        return OK;
    }
    struct till_cash move = {
        .session = till->session,
        .site = till->site,
        .kind = amount.minor > 0 ? TILL_CASH_PAYMENT : TILL_CASH_REFUND,
        .amount = amount.minor > 0 ? amount : money_neg(amount),
        .reason = reason,
        .at = cx->now,
    };
    TRY(store_insert(cx, &till_cash_entity, &move));
    struct value args[] = { v_int(amount.minor), v_int(till->record.id), v_int(TILL_OPEN) };
    TRY(store_exec_or(cx,
                      "UPDATE tills SET cash = cash + $1, version = version + 1"
                      " WHERE id = $2 AND state = $3",
                      args, N_ELEMENTS(args), &refusal_till_closed, TEXT("till"), till->code,
                      TEXT_NONE));
    till->cash = money_add(till->cash, amount);
    till->record.version++;
    return OK;
}

/* -- the proof --------------------------------------------------------------------------------- */

static void fault(struct till_chain *out, struct buf *faults, text_t code, int64_t number,
                  const char *what)
{
    out->faults++;
    if (faults) {
        buf_fmt(faults, "till %.*s: number %lld %s\n", (int)code.n, code.s, (long long)number,
                what);
    }
}

/* The hash that the chain part begins on: the predecessor's, as stored. */
static enum err chain_start(struct cx *cx, int64_t till, int64_t first, char hash[static 65])
{
    memcpy(hash, TILL_HASH_ZERO, sizeof TILL_HASH_ZERO);
    if (first <= 1) {
        return OK;
    }
    struct rows rows;
    struct value args[] = { v_int(till), v_int(first - 1) };
    TRY(store_query(cx, "SELECT till_hash FROM sales_orders WHERE till = $1 AND till_number = $2",
                    args, N_ELEMENTS(args), &rows));
    if (rows.n == 1 && rows_text(&rows, 0, 0).n == SHA256_HEX) {
        memcpy(hash, rows_text(&rows, 0, 0).s, SHA256_HEX);
    }
    return OK;
}

/* One page of documents from number *next on; leaves *next behind the last one seen. */
static enum err chain_page(struct cx *cx, int64_t till, text_t code, int64_t *next, int64_t last,
                           struct buf *faults, struct till_chain *out)
{
    int64_t end = last - *next < CHAIN_PAGE ? last : *next + CHAIN_PAGE - 1;
    struct rows rows;
    struct value args[] = { v_int(till), v_int(*next), v_int(end) };
    TRY(store_query(cx,
                    "SELECT till_number, sold_at, total, currency, till_hash FROM sales_orders"
                    " WHERE till = $1 AND till_number BETWEEN $2 AND $3 ORDER BY till_number",
                    args, N_ELEMENTS(args), &rows));
    for (size_t i = 0; i < rows.n; i++) {
        int64_t number = rows_int(&rows, i, 0);
        for (; *next < number; (*next)++) {
            fault(out, faults, code, *next, "is missing");
        }
        text_t stored = rows_text(&rows, i, 4);
        char computed[65];
        till_chain_hash(text_of(out->last_hash), code, number, (instant_t){ rows_int(&rows, i, 1) },
                        money_of(rows_int(&rows, i, 2)), rows_text(&rows, i, 3), computed);
        if (!text_is(stored, computed)) {
            fault(out, faults, code, number, "does not carry the hash of its content");
        }
        /* On from the stored hash, so that one changed document is one fault: if its hash was
         * changed with it, the next one's no longer fits. */
        const char *hash = stored.n == SHA256_HEX ? stored.s : computed;
        if (out->count++ == 0) {
            memcpy(out->first_hash, hash, SHA256_HEX);
        }
        memcpy(out->last_hash, hash, SHA256_HEX);
        *next = number + 1;
    }
    for (; *next <= end; (*next)++) {
        fault(out, faults, code, *next, "is missing");
    }
    return OK;
}

enum err till_chain_check(struct cx *cx, int64_t till, text_t code, int64_t first, int64_t last,
                          struct buf *faults, struct till_chain *out)
{
    *out = (struct till_chain){ .first_hash = TILL_HASH_ZERO };
    TRY(chain_start(cx, till, first, out->last_hash));
    /* The pages have an arena of their own, so that a long chain needs no more than a page. */
    struct arena *outer = cx->arena, page;
    arena_init(&page, (size_t)16 << 20);
    cx->arena = &page;
    enum err e = OK;
    for (int64_t next = first; e == OK && next <= last;) {
        e = chain_page(cx, till, code, &next, last, faults, out);
        if (page.failed) {
            e = ERR_NO_MEMORY;
        }
        arena_reset(&page);
    }
    cx->arena = outer;
    arena_free(&page);
    return e;
}

text_t till_certificate(struct cx *cx, const struct till *till, const struct till_session *session,
                        const struct till_chain *chain)
{
    int64_t expected = session->last_number - session->first_number + 1;
    bool unbroken = chain->faults == 0 && chain->count == expected &&
                    (expected == 0 || text_is(till->last_hash, chain->last_hash));
    char at[INSTANT_TEXT_MAX];
    struct buf b;
    struct json_out o;
    buf_init(&b, cx->arena, 4096);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_put_text(&o, "till", till->code);
    json_put_i64(&o, "session", session->number);
    json_put_i64(&o, "first", session->first_number);
    json_put_i64(&o, "last", session->last_number);
    json_put_i64(&o, "count", chain->count);
    json_put_str(&o, "first_hash", chain->first_hash);
    json_put_str(&o, "last_hash", chain->last_hash);
    json_put_bool(&o, "unbroken", unbroken);
    json_put_text(&o, "verified_at", (text_t){ at, instant_print(cx->now, at) });
    json_close(&o, '}');
    return buf_done(&b);
}

enum err till_verify_chains(struct cx *cx, struct buf *faults, size_t *n)
{
    struct rows tills;
    struct value args[] = { v_int(cx->company) };
    TRY(store_query(cx,
                    "SELECT id, code, last_number, last_hash FROM tills"
                    " WHERE company = $1 ORDER BY id",
                    args, N_ELEMENTS(args), &tills));
    for (size_t i = 0; i < tills.n; i++) {
        struct till_chain chain;
        text_t code = rows_text(&tills, i, 1);
        int64_t last = rows_int(&tills, i, 2);
        TRY(till_chain_check(cx, rows_int(&tills, i, 0), code, 1, last, faults, &chain));
        if (last > 0 && !text_is(rows_text(&tills, i, 3), chain.last_hash)) {
            fault(&chain, faults, code, last, "is not the head of the till's chain");
        }
        struct rows beyond;
        struct value more[] = { v_int(rows_int(&tills, i, 0)), v_int(last) };
        TRY(store_query(cx,
                        "SELECT till_number FROM sales_orders"
                        " WHERE till = $1 AND till_number > $2 ORDER BY till_number LIMIT 100",
                        more, N_ELEMENTS(more), &beyond));
        for (size_t k = 0; k < beyond.n; k++) {
            fault(&chain, faults, code, rows_int(&beyond, k, 0), "is beyond the till's last one");
        }
        *n += (size_t)chain.faults;
    }
    return OK;
}
