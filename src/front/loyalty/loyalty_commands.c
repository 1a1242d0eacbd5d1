/* Adjusting an account by hand, and the expiry of lots. */
#include "common/company/company.h"
#include "front/loyalty/loyalty_parts.h"
#include "meta/zone.h"

#define EXPIRE_STEP 200 /* lots of one call, so that the store's writer is never held for long */

struct loyalty_adjust {
    int64_t points;
    text_t reason;
};

static const struct field adjust_fields[] = {
    F_INTEGER(loyalty_adjust, points, N_("Points"), .flags = F_REQUIRED, .max = INT64_C(1000000000),
              .help = N_("Points to add, or below zero to take away.")),
    F_TEXT(loyalty_adjust, reason, N_("Reason"), .flags = F_REQUIRED),
};
const struct shape loyalty_adjust_shape = SHAPE(loyalty_adjust, adjust_fields);

static const struct field expire_fields[] = {
    F_DATE(loyalty_expire, day, N_("Day"),
           .help = N_("Points good until the day before lapse. None: today.")),
    F_INTEGER(loyalty_expire, limit, N_("Lots at most"), .flags = F_NOT_NEGATIVE,
              .max = EXPIRE_STEP),
};
const struct shape loyalty_expire_shape = SHAPE(loyalty_expire, expire_fields);

static const struct field expired_fields[] = {
    F_INTEGER(loyalty_expired, lots, N_("Lots")),
    F_INTEGER(loyalty_expired, points, N_("Points")),
    F_MONEY(loyalty_expired, value, N_("Worth")),
    F_BOOLEAN(loyalty_expired, more, N_("More to do"), .help = N_("Call again: there are more.")),
};
const struct shape loyalty_expired_shape = SHAPE(loyalty_expired, expired_fields);

static enum err company_day(struct cx *cx, date_t *out)
{
    struct company company;
    TRY(company_get(cx, &company));
    *out = zone_day(company.time_zone, cx->now);
    return OK;
}

enum err loyalty_adjust_run(struct cx *cx, void *record, const void *args, void *result)
{
    struct loyalty_account *account = record;
    const struct loyalty_adjust *in = args;
    struct loyalty_work w = { .account = *account };
    money_t change;
    (void)result;
    if (in->points == 0) {
        return REFUSE(cx, &refusal_not_positive, TEXT("points"),
                      text_of(cx_text(cx, N_("Points"))));
    }
    TRY(store_get(cx, &loyalty_program_entity, account->program.id, &w.program));
    TRY(company_day(cx, &w.day));
    if (in->points > 0) {
        TRY(points_value(in->points, w.program.point_value, cx->decimals, &change));
        TRY(lots_add(cx, &w, in->points, change, &change));
    } else {
        TRY(lots_take(cx, &w, -in->points, TEXT("points"), &change));
        change = money_neg(change);
    }
    TRY(loyalty_note(cx, &w, LOYALTY_ADJUST, in->points, change, in->reason));
    /* The record is written by the kernel, so only the event is left to do. */
    account->balance += w.points;
    account->value = money_add(account->value, w.value);
    struct loyalty_event event = { .account = account, .earned = change };
    return event_publish(cx, "loyalty.changed", &loyalty_account_entity, account, &event);
}

/* -- expiry ------------------------------------------------------------------------------------ */

/* Lets the lapsed lots of one account go: lots[0..n) are all its. */
static enum err expire_account(struct cx *cx, const struct loyalty_lot *lots, size_t n, date_t day)
{
    struct loyalty_work w = { .day = day };
    TRY(store_get(cx, &loyalty_account_entity, lots[0].account.id, &w.account));
    int64_t points = 0;
    money_t value = money_of(0);
    for (size_t i = 0; i < n; i++) {
        TRY(lot_lapse(cx, &lots[i]));
        points += lots[i].points_left;
        value = money_add(value, lots[i].value_left);
    }
    TRY(loyalty_note(cx, &w, LOYALTY_EXPIRE, -points, money_neg(value), TEXT_NONE));
    w.expired = value;
    return loyalty_finish(cx, &w);
}

/* By account, so that each changes once. There are at most EXPIRE_STEP lots. */
static void sort_by_account(struct loyalty_lot *lots, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct loyalty_lot lot = lots[i];
        size_t k = i;
        for (; k > 0 && lots[k - 1].account.id > lot.account.id; k--) {
            lots[k] = lots[k - 1];
        }
        lots[k] = lot;
    }
}

enum err loyalty_expire_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct loyalty_expire *in = args;
    struct loyalty_expired *out = result;
    struct loyalty_lot *lots;
    size_t n;
    date_t day, today;
    (void)record;
    TRY(company_day(cx, &today));
    day = date_none(in->day) || in->day.days > today.days ? today : in->day;
    int64_t limit = in->limit > 0 ? in->limit : EXPIRE_STEP;
    const struct value by[] = { v_int(day.days), v_int(limit + 1) };
    TRY(store_select(cx, &loyalty_lot_entity,
                     "expires_on < $1 AND expires_on IS NOT NULL AND points_left > 0"
                     " ORDER BY expires_on, account, id LIMIT $2",
                     by, N_ELEMENTS(by), &lots, &n));
    out->more = n > (size_t)limit;
    n = out->more ? (size_t)limit : n;
    sort_by_account(lots, n);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from; to < n && lots[to].account.id == lots[from].account.id; to++) {
            out->points += lots[to].points_left;
            out->value = money_add(out->value, lots[to].value_left);
        }
        TRY(expire_account(cx, &lots[from], to - from, day));
    }
    out->lots = (int64_t)n;
    return OK;
}
