/* The entities of the till area: tills, their sessions, and cash put in or taken out.
 *
 * A till belongs to one site for good: its code is part of every hash in its journal and of every
 * receipt number, and its cash is the site's. */
#include "front/till/till_parts.h"

static const struct choice till_states[] = {
    [TILL_CLOSED] = { "closed", N_("Closed") },
    [TILL_OPEN] = { "open", NC_("a till", "Open") },
};

static const struct choice cash_kinds[] = {
    [TILL_CASH_IN] = { "in", N_("Cash in") },
    [TILL_CASH_OUT] = { "out", N_("Cash out") },
    [TILL_CASH_PAYMENT] = { "payment", N_("Payment of an order or account") },
    [TILL_CASH_REFUND] = { "refund", N_("Refund of an order") },
};

const struct refusal refusal_till_closed = {
    .code = "till_closed",
    .status = 409,
    .title = N_("The till is closed"),
    .detail = N_("Till {1} is closed. Open it with its float first."),
};
const struct refusal refusal_till_open = {
    .code = "till_open",
    .status = 409,
    .title = N_("The till is open"),
    .detail = N_("Till {1} is open. Close it first."),
};
const struct refusal refusal_till_number_taken = {
    .code = "till_number_taken",
    .status = 409,
    .title = N_("Number taken already"),
    .detail = N_("Till {1} has used the number {2} for another document. Its next number is {3}."),
};
const struct refusal refusal_till_number_gap = {
    .code = "till_number_gap",
    .status = 409,
    .title = N_("A number is missing"),
    .detail = N_("Till {1} sent the number {2}, but its next number is {3}. Send what is missing."),
};
const struct refusal refusal_count_missing = {
    .code = "count_missing",
    .status = 422,
    .title = N_("The count is missing"),
    .detail = N_("Give the counted cash, as a total or by notes and coins."),
};
const struct refusal refusal_count_mismatch = {
    .code = "count_mismatch",
    .status = 422,
    .title = N_("The count does not add up"),
    .detail = N_("The notes and coins add up to {1}, not to {2}."),
};
const struct refusal refusal_cash_short = {
    .code = "cash_short",
    .status = 409,
    .title = N_("Not so much cash in the drawer"),
    .detail = N_("By the books the drawer of till {1} holds {2}."),
};
/* The same to those who will count blind: without the figure. */
const struct refusal refusal_cash_short_blind = {
    .code = "cash_short",
    .status = 409,
    .title = N_("Not so much cash in the drawer"),
    .detail = N_("By the books the drawer of till {1} holds less than that."),
};

static const struct field till_fields[] = {
    F_TEXT(till, code, N_("Code"), .flags = F_REQUIRED | F_UNIQUE | F_CREATE_ONLY | F_SEARCH,
           .max = 16, .help = N_("Part of every receipt number, so it never changes.")),
    F_TEXT(till, name, N_("Name"), .flags = F_SEARCH, .max = 80),
    F_REF(till, site, site, N_("Site"), .flags = F_REQUIRED | F_CREATE_ONLY),
    F_STATE(till, state, till_states, N_("State"), .flags = F_READONLY),
    F_REF(till, session, till_session, N_("Session"), .flags = F_READONLY,
          .help = N_("The session that is open now.")),
    F_INTEGER(till, last_number, N_("Last number"), .flags = F_READONLY,
              .help = N_("The last number taken in the journal of the till.")),
    F_TEXT(till, last_hash, N_("Last hash"), .flags = F_READONLY | F_HIDDEN, .max = 64),
    F_MONEY(till, cash, N_("Cash in the drawer"), .flags = F_READONLY | F_SECRET),
};

static const struct field session_fields[] = {
    F_REF(till_session, till, till, N_("Till"),
          .flags = F_REQUIRED | F_READONLY | F_INDEX | F_EVENT),
    F_REF(till_session, site, site, N_("Site"), .flags = F_REQUIRED | F_READONLY | F_EVENT),
    F_INTEGER(till_session, number, N_("Number"), .flags = F_READONLY | F_EVENT),
    F_STATE(till_session, state, till_states, N_("State"), .flags = F_READONLY),
    F_TIME(till_session, opened_at, N_("Opened"), .flags = F_READONLY),
    F_TIME(till_session, closed_at, NC_("when", "Closed"), .flags = F_READONLY),
    F_REF(till_session, opened_by, user_account, N_("Opened by"), .flags = F_READONLY),
    F_REF(till_session, closed_by, user_account, N_("Closed by"), .flags = F_READONLY),
    F_MONEY(till_session, opening_float, N_("Float"), .flags = F_READONLY),
    F_MONEY(till_session, cash_expected, N_("Cash expected"), .flags = F_READONLY | F_NULLABLE),
    F_MONEY(till_session, cash_counted, N_("Cash counted"), .flags = F_READONLY | F_NULLABLE),
    F_MONEY(till_session, cash_difference, N_("Difference"),
            .flags = F_READONLY | F_NULLABLE | F_EVENT, .help = N_("Counted less expected.")),
    F_INTEGER(till_session, first_number, N_("First number"), .flags = F_READONLY),
    F_INTEGER(till_session, last_number, N_("Last number"), .flags = F_READONLY,
              .help = N_("Below the first number when nothing was sold.")),
    F_JSON(till_session, z_report, N_("Z report"), .flags = F_READONLY | F_HIDDEN),
    F_JSON(till_session, certificate, N_("No-loss certificate"), .flags = F_READONLY | F_HIDDEN),
};

static const struct field cash_fields[] = {
    F_REF(till_cash, session, till_session, N_("Session"),
          .flags = F_REQUIRED | F_READONLY | F_INDEX),
    F_REF(till_cash, site, site, N_("Site"), .flags = F_REQUIRED | F_READONLY),
    F_CHOICE(till_cash, kind, cash_kinds, N_("Kind"), .flags = F_READONLY | F_EVENT),
    F_MONEY(till_cash, amount, N_("Amount"), .flags = F_READONLY | F_POSITIVE | F_EVENT),
    F_TEXT(till_cash, reason, N_("Reason"), .flags = F_READONLY | F_EVENT),
    F_TIME(till_cash, at, N_("Time"), .flags = F_READONLY),
};

static enum err till_check(struct cx *cx, const void *before, void *after)
{
    (void)cx;
    struct till *till = after;
    if (!before) {
        till->last_hash = TEXT(TILL_HASH_ZERO);
    }
    return OK;
}

/* A till that is put away while open would keep its cash from being counted. */
static enum err till_saved(struct cx *cx, const void *before, const void *after)
{
    const struct till *till = after;
    if (before && till->record.archived && till->state == TILL_OPEN) {
        return REFUSE(cx, &refusal_till_open, TEXT_NONE, till->code);
    }
    return OK;
}

const struct entity till_entity = {
    .index = E_till,
    .name = "till",
    .plural = "tills",
    .label = N_("Till"),
    .label_plural = N_("Tills"),
    .help = N_("Tills take money. Each keeps a journal in which no number is ever missing."),
    .shape = SHAPE(till, till_fields),
    .code = "code",
    .title = "name",
    .read = "till.read",
    .write = "till.write",
    .site = "site",
    .sort = "code",
    .flags = E_HISTORY,
    .check = till_check,
    .saved = till_saved,
};

const struct entity till_session_entity = {
    .index = E_till_session,
    .name = "till_session",
    .plural = "till_sessions",
    .label = N_("Till session"),
    .label_plural = N_("Till sessions"),
    .help = N_("From opening a till with its float to counting it. Each keeps its Z report."),
    .shape = SHAPE(till_session, session_fields),
    .read = "till.read",
    .site = "site",
};

const struct entity till_cash_entity = {
    .index = E_till_cash,
    .name = "till_cash",
    .plural = "till_cash_moves",
    .label = N_("Cash movement"),
    .label_plural = N_("Cash movements"),
    .help = N_("Cash that was put into a till or taken out of it, with the reason."),
    .shape = SHAPE(till_cash, cash_fields),
    .read = "till.read",
    .site = "site",
    .flags = E_POSTED,
};
