/* Lots: adding points, taking them, settling what is owed, and the account that sums them.
 *
 * Every change of a lot is gathered in the work's `points` and `value`, and the account is moved by
 * the same amounts, so the account is always the sum of its lots. */
#include "front/loyalty/loyalty_parts.h"

#define LOTS_MAX "2000" /* of one account that are touched at once */

static text_t points_text(struct cx *cx, int64_t v)
{
    return text_fmt(cx->arena, "%lld", (long long)v);
}

/* Moves a lot by points and value, guarded by what it is believed to hold. */
static enum err lot_move(struct cx *cx, const struct loyalty_lot *lot, int64_t points,
                         money_t value)
{
    const struct value args[] = {
        v_int(points),         v_int(value.minor),      v_int(lot->account.id),
        v_int(lot->record.id), v_int(lot->points_left),
    };
    return store_exec_or(cx,
                         "UPDATE loyalty_lots SET points_left = points_left + $1,"
                         " value_left = value_left + $2, version = version + 1"
                         " WHERE account = $3 AND id = $4 AND points_left = $5",
                         args, N_ELEMENTS(args), &refusal_points_not_enough, TEXT_NONE,
                         points_text(cx, points), points_text(cx, lot->points_left));
}

static enum err lot_insert(struct cx *cx, const struct loyalty_work *w, int64_t points,
                           int64_t points_left, money_t value_left)
{
    bool expires = points > 0 && w->program.expiry_months > 0;
    struct loyalty_lot lot = {
        .account = { w->account.record.id },
        .sale = { w->sale },
        .earned_on = w->day,
        .expires_on = expires ? date_add_months(w->day, (int)w->program.expiry_months) : DATE_NONE,
        .points = points,
        .points_left = points_left,
        .value_left = value_left,
    };
    return store_insert(cx, &loyalty_lot_entity, &lot);
}

enum err lots_add(struct cx *cx, struct loyalty_work *w, int64_t n, money_t value, money_t *grown)
{
    int64_t left = n;
    *grown = money_of(0);
    if (w->account.balance + w->points < 0) {
        struct loyalty_lot *owed;
        size_t n_owed;
        const struct value args[] = { v_int(w->account.record.id) };
        TRY(store_select(cx, &loyalty_lot_entity,
                         "account = $1 AND points_left < 0 ORDER BY id LIMIT " LOTS_MAX, args, 1,
                         &owed, &n_owed));
        for (size_t i = 0; i < n_owed && left > 0; i++) {
            int64_t part = left < -owed[i].points_left ? left : -owed[i].points_left;
            money_t worth;
            TRY(points_share(owed[i].value_left, -part, owed[i].points_left, &worth));
            TRY(lot_move(cx, &owed[i], part, money_neg(worth)));
            *grown = money_sub(*grown, worth);
            left -= part;
        }
    }
    money_t rest;
    TRY(points_share(value, left, n, &rest));
    *grown = money_add(*grown, rest);
    TRY(lot_insert(cx, w, n, left, rest));
    return OK;
}

/* Takes up to n points out of these lots; *n is what is still wanted. */
static enum err take_from(struct cx *cx, const struct loyalty_lot *lots, size_t n_lots, int64_t *n,
                          money_t *worth)
{
    for (size_t i = 0; i<n_lots && * n> 0; i++) {
        int64_t part = *n < lots[i].points_left ? *n : lots[i].points_left;
        money_t value;
        TRY(points_share(lots[i].value_left, part, lots[i].points_left, &value));
        TRY(lot_move(cx, &lots[i], -part, money_neg(value)));
        *worth = money_add(*worth, value);
        *n -= part;
    }
    return OK;
}

enum err lots_take(struct cx *cx, struct loyalty_work *w, int64_t n, text_t field, money_t *worth)
{
    struct loyalty_lot *lots;
    size_t n_lots;
    int64_t good = 0;
    const struct value args[] = { v_int(w->account.record.id), v_int(w->day.days) };
    *worth = money_of(0);
    TRY(store_select(cx, &loyalty_lot_entity,
                     "account = $1 AND points_left > 0"
                     " AND (expires_on IS NULL OR expires_on >= $2)"
                     " ORDER BY expires_on IS NULL, expires_on, id LIMIT " LOTS_MAX,
                     args, N_ELEMENTS(args), &lots, &n_lots));
    for (size_t i = 0; i < n_lots; i++) {
        good += lots[i].points_left;
    }
    if (good < n) {
        return REFUSE(cx, &refusal_points_not_enough, field, points_text(cx, n),
                      points_text(cx, good));
    }
    return take_from(cx, lots, n_lots, &n, worth);
}

enum err lots_reverse(struct cx *cx, struct loyalty_work *w, int64_t n, money_t *worth)
{
    struct loyalty_lot *lots;
    size_t n_lots;
    const struct value args[] = { v_int(w->account.record.id), v_int(w->sale) };
    *worth = money_of(0);
    TRY(store_select(cx, &loyalty_lot_entity,
                     "account = $1 AND points_left > 0"
                     " ORDER BY CASE WHEN sale = $2 THEN 0 ELSE 1 END, expires_on IS NULL,"
                     " expires_on, id LIMIT " LOTS_MAX,
                     args, N_ELEMENTS(args), &lots, &n_lots));
    TRY(take_from(cx, lots, n_lots, &n, worth));
    if (n == 0) {
        return OK;
    }
    money_t owed;
    TRY(points_value(n, w->program.point_value, cx->decimals, &owed));
    *worth = money_add(*worth, owed);
    return lot_insert(cx, w, -n, -n, money_neg(owed));
}

enum err lot_lapse(struct cx *cx, const struct loyalty_lot *lot)
{
    return lot_move(cx, lot, -lot->points_left, money_neg(lot->value_left));
}

/* -- the account ------------------------------------------------------------------------------- */

enum err loyalty_account_of(struct cx *cx, int64_t party, struct loyalty_work *w, bool *found)
{
    struct loyalty_account *accounts;
    size_t n;
    const struct value args[] = { v_int(party) };
    TRY(store_select(cx, &loyalty_account_entity, "party = $1 AND archived = 0 ORDER BY id LIMIT 1",
                     args, 1, &accounts, &n));
    *found = n > 0;
    if (!*found) {
        return OK;
    }
    w->account = accounts[0];
    enum err e = store_get_any(cx, &loyalty_program_entity, w->account.program.id, &w->program);
    INVARIANT(e != ERR_NOT_FOUND); /* programmes are archived, never deleted */
    return e;
}

enum err loyalty_note(struct cx *cx, struct loyalty_work *w, enum loyalty_kind kind, int64_t points,
                      money_t value, text_t reason)
{
    struct loyalty_entry entry = {
        .account = { w->account.record.id },
        .kind = kind,
        .points = points,
        .value = value,
        .sale = { w->sale },
        .site = w->site,
        .at = cx->now,
        .reason = reason,
    };
    w->points += points;
    w->value = money_add(w->value, value);
    return store_insert(cx, &loyalty_entry_entity, &entry);
}

enum err loyalty_finish(struct cx *cx, struct loyalty_work *w)
{
    if (w->points == 0 && w->value.minor == 0 && w->earned.minor == 0 && w->redeemed.minor == 0 &&
        w->expired.minor == 0) {
        return OK;
    }
    const struct value args[] = {
        v_int(w->points),
        v_int(w->value.minor),
        v_int(w->account.record.id),
    };
    TRY(store_exec(cx,
                   "UPDATE loyalty_accounts SET balance = balance + $1, value = value + $2,"
                   " version = version + 1 WHERE id = $3",
                   args, N_ELEMENTS(args)));
    w->account.balance += w->points;
    w->account.value = money_add(w->account.value, w->value);
    w->account.record.version++;
    struct loyalty_event event = {
        .account = &w->account,
        .earned = w->earned,
        .redeemed = w->redeemed,
        .expired = w->expired,
        .site = w->site,
        .sale = w->sale,
    };
    return event_publish(cx, "loyalty.changed", &loyalty_account_entity, &w->account, &event);
}
