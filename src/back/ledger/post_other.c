/* What movements of stock, points and the tills' cash book.
 *
 *   receipt                    inventory / goods received
 *   issue, return              cost of goods sold / inventory, and back; the cost at the site that
 * sells transfer                   inventory, goods in transit of the place that the goods leave or
 * reach adjustment, count          inventory / stock adjustments revaluation inventory, cost of
 * goods sold / goods received points earned              points granted / points owed points
 * redeemed            points owed / points granted, against the sale's tender there (post_order.c)
 *   points expired             points owed / points expired
 *   till opened, cash in, out  cash / cash put in and taken out
 *   till closed                cash / cash differences */
#include "back/ledger/books.h"
#include "back/stock/stock.h"
#include "front/loyalty/loyalty.h"
#include "front/till/till.h"

static const party_ref nobody = { 0 };

/* Debits the first purpose and credits the second (the other way round for a negative amount). */
static enum err post_pair(struct cx *cx, date_t day, site_ref site, enum posting_purpose debit,
                          enum posting_purpose credit, money_t amount)
{
    account_ref d, c;
    if (money_is_zero(amount)) {
        return OK;
    }
    TRY(ledger_account_for(cx, debit, site.id, 0, &d));
    TRY(ledger_account_for(cx, credit, site.id, 0, &c));
    TRY(ledger_add(cx, day, d, site, nobody, amount));
    return ledger_add(cx, day, c, site, nobody, money_neg(amount));
}

static enum err site_day(struct cx *cx, site_ref site, instant_t at, date_t *out)
{
    struct site s;
    TRY(store_get_any(cx, &site_entity, site.id, &s));
    *out = site_date(&s, at);
    return OK;
}

/* -- stock --------------------------------------------------------------------------------- */

/* The costs of goods that this command's movements posted. */
struct costs {
    struct posting *at;
    size_t n, room;
};

static struct costs *costs_of(struct cx *cx)
{
    static const char key;
    return flow_state(cx, &key, sizeof(struct costs));
}

static void cost_note(struct cx *cx, struct posting cost)
{
    struct costs *c = costs_of(cx);
    if (c->n == c->room) {
        size_t room = c->room ? 2 * c->room : 16;
        struct posting *at = ARENA_ARRAY(cx->arena, room, struct posting);
        if (c->n > 0) {
            memcpy(at, c->at, c->n * sizeof(*at));
        }
        c->at = at;
        c->room = room;
    }
    c->at[c->n++] = cost;
}

enum err ledger_costs_to(struct cx *cx, site_ref site)
{
    struct costs *c = costs_of(cx);
    for (size_t i = 0; i < c->n; i++) {
        const struct posting *p = &c->at[i];
        if (p->site.id != site.id) {
            TRY(ledger_add(cx, p->day, p->account, p->site, nobody, money_neg(p->amount)));
            TRY(ledger_add(cx, p->day, p->account, site, nobody, p->amount));
        }
    }
    c->n = 0;
    return OK;
}

/* A movement's line on the stock account and its counterpart. */
static enum err post_move(struct cx *cx, const struct stock_move *m, int64_t category,
                          choice_t place, date_t day)
{
    static const enum posting_purpose counterparts[] = {
        [MOVE_RECEIPT] = POST_GOODS_RECEIVED,
        [MOVE_ISSUE] = POST_COGS,
        [MOVE_RETURN] = POST_COGS,
        [MOVE_TRANSFER_OUT] = POST_SITES,
        [MOVE_TRANSFER_IN] = POST_SITES,
        [MOVE_ADJUSTMENT] = POST_STOCK_ADJUSTMENT,
        [MOVE_COUNT] = POST_STOCK_ADJUSTMENT,
        [MOVE_REVALUATION] = POST_GOODS_RECEIVED,
    };
    account_ref stock, counter, cogs;
    party_ref party = nobody;
    INVARIANT(m->kind >= 0 && (size_t)m->kind < N_ELEMENTS(counterparts));
    TRY(ledger_account_for(cx, place == PLACE_TRANSIT ? POST_TRANSIT : POST_INVENTORY, m->site.id,
                           category, &stock));
    TRY(ledger_account_for(cx, counterparts[m->kind], m->site.id, category, &counter));
    if (counterparts[m->kind] == POST_GOODS_RECEIVED) {
        party = m->supplier;
    }
    money_t sum = m->value;
    if (m->kind == MOVE_REVALUATION && !money_is_zero(m->expense)) {
        TRY(ledger_account_for(cx, POST_COGS, m->site.id, category, &cogs));
        TRY(ledger_add(cx, day, cogs, m->site, nobody, m->expense));
        sum = money_add(sum, m->expense);
    }
    if (m->kind == MOVE_ISSUE || m->kind == MOVE_RETURN) {
        cost_note(cx, (struct posting){ day, counter, m->site, nobody, money_neg(m->value) });
    }
    TRY(ledger_add(cx, day, stock, m->site, nobody, m->value));
    return ledger_add(cx, day, counter, m->site, party, money_neg(sum));
}

/* The document behind a movement. An order's own posting names the order, with its number. */
static enum err stock_source(struct cx *cx, const struct stock_move *m)
{
    static const char *const entities[] = {
        [MOVE_RECEIPT] = "stock_move",         [MOVE_ISSUE] = "sales_order",
        [MOVE_RETURN] = "sales_order",         [MOVE_TRANSFER_OUT] = "stock_transfer",
        [MOVE_TRANSFER_IN] = "stock_transfer", [MOVE_ADJUSTMENT] = "stock_move",
        [MOVE_COUNT] = "stock_count",          [MOVE_REVALUATION] = "stock_move",
    };
    const char *entity = entities[m->kind];
    bool itself = m->source == 0 || strcmp(entity, "stock_move") == 0;
    return ledger_source(cx, itself ? "stock_move" : entity, itself ? m->record.id : m->source,
                         m->reference);
}

enum err ledger_post_stock(struct cx *cx, const void *record, void *payload)
{
    const struct stock_event *ev = payload;
    (void)record;
    if (ev->n > 0 && !ledger_has_source(cx)) {
        TRY(stock_source(cx, &ev->moves[0]));
    }
    for (size_t i = 0; i < ev->n; i++) {
        const struct stock_move *m = &ev->moves[i];
        date_t day;
        TRY(site_day(cx, m->site, m->occurred_at, &day));
        TRY(post_move(cx, m, ev->products[i]->category.id, ev->place_kinds[i], day));
    }
    return OK;
}

/* -- points -------------------------------------------------------------------------------- */

enum err ledger_post_points(struct cx *cx, const void *record, void *payload)
{
    const struct loyalty_event *ev = payload;
    (void)record;
    if (!ledger_has_source(cx)) {
        TRY(ledger_source(cx, "loyalty_account", ev->account->record.id, ev->account->number));
    }
    TRY(post_pair(cx, DATE_NONE, ev->site, POST_POINTS_EXPENSE, POST_POINTS_LIABILITY, ev->earned));
    TRY(post_pair(cx, DATE_NONE, ev->site, POST_POINTS_LIABILITY, POST_POINTS_EXPENSE,
                  ev->redeemed));
    return post_pair(cx, DATE_NONE, ev->site, POST_POINTS_LIABILITY, POST_POINTS_BREAKAGE,
                     ev->expired);
}

/* -- tills --------------------------------------------------------------------------------- */

/* What lay in the drawer when the session before this one was closed. */
static enum err cash_left(struct cx *cx, const struct till_session *session, money_t *out)
{
    struct till_session *before;
    size_t n;
    const struct value args[] = { v_int(session->till.id), v_int(session->number - 1) };
    TRY(store_select(cx, &till_session_entity, "till = $1 AND number = $2", args, 2, &before, &n));
    *out = n > 0 ? before[0].cash_counted : money_of(0);
    return OK;
}

enum err ledger_post_till_open(struct cx *cx, const void *record, void *payload)
{
    const struct till_session *session = payload;
    money_t left;
    date_t day;
    (void)record;
    TRY(cash_left(cx, session, &left));
    TRY(site_day(cx, session->site, session->opened_at, &day));
    TRY(ledger_source(cx, "till_session", session->record.id, TEXT_NONE));
    return post_pair(cx, day, session->site, POST_CASH, POST_CASH_IN_OUT,
                     money_sub(session->opening_float, left));
}

enum err ledger_post_till_close(struct cx *cx, const void *record, void *payload)
{
    const struct till_session *session = payload;
    date_t day;
    (void)record;
    TRY(site_day(cx, session->site, session->closed_at, &day));
    TRY(ledger_source(cx, "till_session", session->record.id, TEXT_NONE));
    return post_pair(cx, day, session->site, POST_CASH, POST_CASH_DIFFERENCE,
                     session->cash_difference);
}

enum err ledger_post_till_cash(struct cx *cx, const void *record, void *payload)
{
    const struct till_cash *move = payload;
    date_t day;
    (void)record;
    if (move->kind != TILL_CASH_IN && move->kind != TILL_CASH_OUT) {
        return OK; /* a document's own payment: it posts itself */
    }
    TRY(site_day(cx, move->site, move->at, &day));
    TRY(ledger_source(cx, "till_cash", move->record.id, TEXT_NONE));
    return post_pair(cx, day, move->site, POST_CASH, POST_CASH_IN_OUT,
                     move->kind == TILL_CASH_IN ? move->amount : money_neg(move->amount));
}
