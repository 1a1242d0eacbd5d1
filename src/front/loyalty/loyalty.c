/* The entities of the loyalty area: programmes, accounts, and the entries and lots of an account.
 */
#include "common/company/company.h"
#include "front/loyalty/loyalty_parts.h"

static const struct choice entry_kinds[] = {
    [LOYALTY_EARN] = { "earn", N_("Earned") },
    [LOYALTY_REDEEM] = { "redeem", N_("Redeemed") },
    [LOYALTY_EXPIRE] = { "expire", N_("Expired") },
    [LOYALTY_REVERSE_EARN] = { "reverse_earn", N_("Earning reversed") },
    [LOYALTY_REVERSE_REDEEM] = { "reverse_redeem", N_("Redemption reversed") },
    [LOYALTY_ADJUST] = { "adjust", N_("Adjusted") },
};

const struct refusal refusal_points_not_enough = {
    .code = "points_not_enough",
    .status = 409,
    .title = N_("Not enough points"),
    .detail = N_("{1} points are needed, but the account has {2} that can be spent."),
};
const struct refusal refusal_points_without_account = {
    .code = "points_without_account",
    .status = 422,
    .title = N_("No points account"),
    .detail = N_("To pay with points the customer must be named and have a points account."),
};
const struct refusal refusal_points_not_redeemed = {
    .code = "points_not_redeemed",
    .status = 422,
    .title = N_("Not paid with points"),
    .detail = N_("Only {1} of this sale was paid with points and can go back as points."),
};
const struct refusal refusal_points_worthless = {
    .code = "points_worthless",
    .status = 422,
    .title = N_("Points are worth nothing"),
    .detail = N_("Programme {1} gives its points no value. Set one before points can pay."),
};
const struct refusal refusal_account_not_empty = {
    .code = "account_not_empty",
    .status = 409,
    .title = N_("There are points left"),
    .detail = N_("Account {1} still has points. Adjust them to nothing first."),
};

static const struct field program_fields[] = {
    F_TEXT(loyalty_program, code, N_("Code"), .flags = F_REQUIRED | F_UNIQUE | F_SEARCH, .max = 40),
    F_TEXT(loyalty_program, name, N_("Name"), .flags = F_REQUIRED | F_SEARCH, .max = 120),
    F_RATE(loyalty_program, points_per_unit, N_("Points per unit of money"),
           .flags = F_NOT_NEGATIVE, .max = INT64_C(1000000) * 1000000,
           .help = N_("Points earned for each unit of money paid, taxes included.")),
    F_RATE(loyalty_program, point_value, N_("Value of a point"), .flags = F_NOT_NEGATIVE,
           .max = INT64_C(1000000) * 1000000, .help = N_("In units of money.")),
    F_INTEGER(loyalty_program, expiry_months, N_("Expires after"), .unit = N_("months"),
              .flags = F_NOT_NEGATIVE, .max = 1200, .help = N_("0: never.")),
    F_BOOLEAN(loyalty_program, active, N_("Active"), .fallback = "true",
              .help = N_("An inactive programme gives no more points; they can still be spent.")),
};

static const struct field account_fields[] = {
    F_TEXT(loyalty_account, number, N_("Card number"), .flags = F_UNIQUE | F_SEARCH | F_EVENT,
           .max = 40),
    F_REF(loyalty_account, party, party, N_("Customer"),
          .flags = F_REQUIRED | F_CREATE_ONLY | F_EVENT),
    F_REF(loyalty_account, program, loyalty_program, N_("Programme"),
          .flags = F_REQUIRED | F_CREATE_ONLY),
    F_INTEGER(loyalty_account, balance, N_("Points"), .flags = F_READONLY | F_EVENT,
              .help = N_("Below zero while points are owed.")),
    F_MONEY(loyalty_account, value, N_("Worth"), .flags = F_READONLY),
};

static const struct field entry_fields[] = {
    F_REF(loyalty_entry, account, loyalty_account, N_("Account"), .flags = F_READONLY | F_REQUIRED),
    F_CHOICE(loyalty_entry, kind, entry_kinds, N_("Kind"), .flags = F_READONLY),
    F_INTEGER(loyalty_entry, points, N_("Points"), .flags = F_READONLY),
    F_MONEY(loyalty_entry, value, N_("Worth"), .flags = F_READONLY),
    F_REF(loyalty_entry, sale, sales_order, N_("Sale"), .flags = F_READONLY),
    F_REF(loyalty_entry, site, site, N_("Site"), .flags = F_READONLY),
    F_TIME(loyalty_entry, at, N_("Time"), .flags = F_READONLY),
    F_TEXT(loyalty_entry, reason, N_("Reason"), .flags = F_READONLY),
};

static const struct field lot_fields[] = {
    F_REF(loyalty_lot, account, loyalty_account, N_("Account"), .flags = F_READONLY | F_REQUIRED),
    F_REF(loyalty_lot, sale, sales_order, N_("Sale"), .flags = F_READONLY),
    F_DATE(loyalty_lot, earned_on, N_("Earned on"), .flags = F_READONLY),
    F_DATE(loyalty_lot, expires_on, N_("Expires on"), .flags = F_READONLY),
    F_INTEGER(loyalty_lot, points, N_("Points"), .flags = F_READONLY),
    F_INTEGER(loyalty_lot, points_left, N_("Points left"), .flags = F_READONLY,
              .help = N_("Below zero: points owed.")),
    F_MONEY(loyalty_lot, value_left, N_("Worth"), .flags = F_READONLY),
};

static const struct index_def account_indexes[] = {
    { .name = "loyalty_accounts_party", .cols = "party, program", .unique = true },
};

/* For the expiry: lots with something left, by their last day. */
static const struct index_def lot_indexes[] = {
    { .name = "loyalty_lots_expires",
      .cols = "company, expires_on",
      .where = "points_left > 0 AND expires_on IS NOT NULL" },
};

/* A card without a number gets one from the series. */
static enum err account_check(struct cx *cx, const void *before, void *after)
{
    struct loyalty_account *account = after;
    if (!before && text_empty(account->number)) {
        return series_next(cx, "loyalty_account", (site_ref){ 0 }, &account->number, NULL);
    }
    return OK;
}

/* Points are a liability: an account that has some is not put away. */
static enum err account_saved(struct cx *cx, const void *before, const void *after)
{
    const struct loyalty_account *was = before, *is = after;
    if (was && is->record.archived && !was->record.archived && is->balance != 0) {
        return REFUSE(cx, &refusal_account_not_empty, TEXT_NONE, is->number);
    }
    return OK;
}

const struct entity loyalty_program_entity = {
    .index = E_loyalty_program,
    .name = "loyalty_program",
    .plural = "loyalty_programs",
    .label = N_("Points programme"),
    .label_plural = N_("Points programmes"),
    .help = N_("Says how points are earned, what they are worth and when they expire."),
    .shape = SHAPE(loyalty_program, program_fields),
    .code = "code",
    .title = "name",
    .read = "loyalty.read",
    .write = "loyalty.write",
    .sort = "code",
    .flags = E_CACHED | E_HISTORY,
};

const struct entity loyalty_account_entity = {
    .index = E_loyalty_account,
    .name = "loyalty_account",
    .plural = "loyalty_accounts",
    .label = N_("Points account"),
    .label_plural = N_("Points accounts"),
    .help = N_("A customer's points, known by the number on the card."),
    .shape = SHAPE(loyalty_account, account_fields),
    .code = "number",
    .read = "loyalty.read",
    .write = "loyalty.write",
    .indexes = account_indexes,
    .n_indexes = N_ELEMENTS(account_indexes),
    .check = account_check,
    .saved = account_saved,
};

const struct entity loyalty_entry_entity = {
    .index = E_loyalty_entry,
    .name = "loyalty_entry",
    .plural = "loyalty_entries",
    .label = N_("Points entry"),
    .label_plural = N_("Points entries"),
    .help = N_(
        "Every change of a points account. The entries of an account add up to its balance."),
    .shape = SHAPE(loyalty_entry, entry_fields),
    .read = "loyalty.read",
    .parent = "account",
    .flags = E_LINE | E_POSTED,
};

const struct entity loyalty_lot_entity = {
    .index = E_loyalty_lot,
    .name = "loyalty_lot",
    .plural = "loyalty_lots",
    .label = N_("Points lot"),
    .label_plural = N_("Points lots"),
    .help = N_("Points that were earned together, with what is left of them and until when."),
    .shape = SHAPE(loyalty_lot, lot_fields),
    .read = "loyalty.read",
    .parent = "account",
    .flags = E_LINE | E_POSTED,
    .indexes = lot_indexes,
    .n_indexes = N_ELEMENTS(lot_indexes),
};
