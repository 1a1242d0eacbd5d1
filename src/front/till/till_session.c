/* Opening, counting and closing a till, cash in and out, and the X report.
 *
 * The count is blind: whoever counts does not see what the house expects until the session is
 * closed. So the till's cash is a secret field, and the X report shows cash figures only to those
 * who may manage tills. */
#include "front/till/till_parts.h"

#define COUNTS_MAX 40

struct till_open {
    money_t opening_float;
};

struct till_count {
    money_t value;
    int64_t pieces;
};

struct till_close {
    money_t counted; /* VALUE_NONE: by counts */
    lines_t counts;  /* struct till_count */
};

struct till_move {
    money_t amount;
    text_t reason;
};

static const struct field open_fields[] = {
    { .name = "float",
      .kind = &kind_money,
      .offset = FIELD_AT(till_open, opening_float, money_t),
      .label = N_("Float"),
      .flags = F_NOT_NEGATIVE,
      .help = N_("The cash in the drawer at opening.") },
};
static const struct shape open_shape = SHAPE(till_open, open_fields);

static const struct field count_fields[] = {
    F_MONEY(till_count, value, N_("Note or coin"), .flags = F_REQUIRED | F_POSITIVE,
            .max = 100000000),
    F_INTEGER(till_count, pieces, N_("Pieces"), .flags = F_REQUIRED | F_NOT_NEGATIVE,
              .max = 100000),
};
static const struct shape count_shape = SHAPE(till_count, count_fields);

static const struct field close_fields[] = {
    F_MONEY(till_close, counted, N_("Cash counted"), .flags = F_NULLABLE | F_NOT_NEGATIVE),
    F_ROWS(till_close, counts, count_shape, N_("Notes and coins"), .max = COUNTS_MAX),
};
static const struct shape close_shape = SHAPE(till_close, close_fields);

static const struct field move_fields[] = {
    F_MONEY(till_move, amount, N_("Amount"), .flags = F_REQUIRED | F_POSITIVE),
    F_TEXT(till_move, reason, N_("Reason"), .flags = F_REQUIRED),
};
static const struct shape move_shape = SHAPE(till_move, move_fields);

static enum err next_session_number(struct cx *cx, int64_t till, int64_t *out)
{
    struct rows rows;
    struct value args[] = { v_int(till), v_int(cx->company) };
    TRY(store_query(cx,
                    "SELECT CAST(COALESCE(MAX(number), 0) + 1 AS BIGINT) FROM till_sessions"
                    " WHERE till = $1 AND company = $2",
                    args, N_ELEMENTS(args), &rows));
    *out = rows_int(&rows, 0, 0);
    return OK;
}

static enum err open_run(struct cx *cx, void *record, const void *args, void *result)
{
    (void)result;
    struct till *till = record;
    const struct till_open *in = args;
    struct till_session session = {
        .till = { till->record.id },
        .site = till->site,
        .state = TILL_OPEN,
        .opened_at = cx->now,
        .closed_at = INSTANT_NONE,
        .opened_by = { cx->who->user },
        .opening_float = in->opening_float,
        .cash_expected = { VALUE_NONE },
        .cash_counted = { VALUE_NONE },
        .cash_difference = { VALUE_NONE },
        .first_number = till->last_number + 1,
        .last_number = till->last_number,
    };
    TRY(next_session_number(cx, till->record.id, &session.number));
    TRY(store_insert(cx, &till_session_entity, &session));
    till->state = TILL_OPEN;
    till->session = (till_session_ref){ session.record.id };
    till->cash = in->opening_float;
    return event_publish(cx, "till_session.opened", &till_session_entity, &session, &session);
}

/* The counted cash, from the total, the notes and coins, or both when they agree. */
static enum err counted(struct cx *cx, const struct till_close *in, money_t *out)
{
    const struct till_count *counts = in->counts.items;
    if (in->counts.n == 0) {
        if (in->counted.minor == VALUE_NONE) {
            return refuse(cx, &refusal_count_missing, TEXT("counted"));
        }
        *out = in->counted;
        return OK;
    }
    money_t sum = money_of(0);
    for (size_t i = 0; i < in->counts.n; i++) {
        sum = money_add(sum, money_of(counts[i].value.minor * counts[i].pieces));
    }
    if (in->counted.minor != VALUE_NONE && in->counted.minor != sum.minor) {
        char added[DECIMAL_TEXT_MAX], given[DECIMAL_TEXT_MAX];
        decimal_print(sum.minor, cx->decimals, cx->decimals, added);
        decimal_print(in->counted.minor, cx->decimals, cx->decimals, given);
        return REFUSE(cx, &refusal_count_mismatch, TEXT("counted"), text_of(added), text_of(given));
    }
    *out = sum;
    return OK;
}

static enum err close_run(struct cx *cx, void *record, const void *args, void *result)
{
    struct till *till = record;
    struct till_report *report = result;
    struct till_session before, session;
    money_t cash = money_of(0);
    TRY(counted(cx, args, &cash));
    TRY(store_get(cx, &till_session_entity, till->session.id, &before));
    session = before;
    TRY(till_report_build(cx, till, &session, report));
    session.state = TILL_CLOSED;
    session.closed_at = cx->now;
    session.closed_by = (user_account_ref){ cx->who->user };
    session.last_number = till->last_number;
    session.cash_expected = report->cash_expected;
    session.cash_counted = cash;
    session.cash_difference = money_sub(cash, report->cash_expected);
    struct till_chain chain;
    TRY(till_chain_check(cx, till->record.id, till->code, session.first_number, session.last_number,
                         NULL, &chain));
    session.certificate = till_certificate(cx, till, &session, &chain);
    report->closed_at = session.closed_at;
    report->cash_counted = session.cash_counted;
    report->cash_difference = session.cash_difference;
    report->certificate = session.certificate;
    session.z_report = till_report_json(cx, report);
    TRY(store_update(cx, &till_session_entity, &before, &session));
    till->state = TILL_CLOSED;
    till->session = (till_session_ref){ 0 };
    till->cash = cash;
    return event_publish(cx, "till_session.closed", &till_session_entity, &session, &session);
}

static enum err move_cash(struct cx *cx, struct till *till, const struct till_move *in,
                          enum till_cash_kind kind)
{
    struct till_cash move = {
        .session = till->session,
        .site = till->site,
        .kind = kind,
        .amount = in->amount,
        .reason = in->reason,
        .at = cx->now,
    };
    TRY(store_insert(cx, &till_cash_entity, &move));
    till->cash = kind == TILL_CASH_IN ? money_add(till->cash, in->amount)
                                      : money_sub(till->cash, in->amount);
    return event_publish(cx, "till_cash.moved", &till_cash_entity, &move, &move);
}

static enum err cash_in_run(struct cx *cx, void *record, const void *args, void *result)
{
    (void)result;
    return move_cash(cx, record, args, TILL_CASH_IN);
}

static enum err cash_out_run(struct cx *cx, void *record, const void *args, void *result)
{
    (void)result;
    const struct till *till = record;
    const struct till_move *move = args;
    if (move->amount.minor > till->cash.minor) {
        char holds[DECIMAL_TEXT_MAX];
        decimal_print(till->cash.minor, cx->decimals, cx->decimals, holds);
        return cx_may(cx, "till.write")
                   ? REFUSE(cx, &refusal_cash_short, TEXT("amount"), till->code, text_of(holds))
                   : REFUSE(cx, &refusal_cash_short_blind, TEXT("amount"), till->code);
    }
    return move_cash(cx, record, args, TILL_CASH_OUT);
}

static enum err x_report_run(struct cx *cx, void *record, const void *args, void *result)
{
    (void)args;
    const struct till *till = record;
    struct till_report *report = result;
    struct till_session session;
    TRY(store_get(cx, &till_session_entity, till->session.id, &session));
    TRY(till_report_build(cx, till, &session, report));
    if (!cx_may(cx, "till.write")) { /* blind for those who will count */
        report->opening_float = report->cash_in = report->cash_out = report->other_cash =
            report->cash_expected = money_of(VALUE_NONE);
        struct till_report_tender *tenders = report->tenders.items;
        if (report->tenders.n > 0 && tenders[0].kind == 0) {
            report->tenders = (lines_t){ tenders + 1, report->tenders.n - 1 };
        }
    }
    return OK;
}

const struct command till_commands[TILL_COMMANDS] = {
    {
        .name = "open",
        .entity = &till_entity,
        .label = N_("Open the till"),
        .help = N_("Opens the till with the cash that lies in its drawer."),
        .permission = "till.use",
        .flags = C_RECORD,
        .args = &open_shape,
        .from = STATE(TILL_CLOSED),
        .to = TILL_OPEN,
        .run = open_run,
    },
    {
        .name = "close",
        .entity = &till_entity,
        .label = N_("Count and close"),
        .help = N_("Counts the drawer blind and closes the session. Answers the Z report with the "
                   "no-loss certificate."),
        .permission = "till.use",
        .flags = C_RECORD,
        .args = &close_shape,
        .result = &till_report_shape,
        .from = STATE(TILL_OPEN),
        .to = TILL_CLOSED,
        .run = close_run,
    },
    {
        .name = "cash_in",
        .entity = &till_entity,
        .label = N_("Cash in"),
        .help = N_("Puts cash into the drawer, with the reason."),
        .permission = "till.use",
        .flags = C_RECORD,
        .args = &move_shape,
        .from = STATE(TILL_OPEN),
        .to = -1,
        .run = cash_in_run,
    },
    {
        .name = "cash_out",
        .entity = &till_entity,
        .label = N_("Cash out"),
        .help = N_("Takes cash out of the drawer, with the reason."),
        .permission = "till.use",
        .flags = C_RECORD,
        .args = &move_shape,
        .from = STATE(TILL_OPEN),
        .to = -1,
        .run = cash_out_run,
    },
    {
        .name = "x_report",
        .entity = &till_entity,
        .label = N_("X report"),
        .help = N_("What the open session adds up to so far. Changes nothing."),
        .permission = "till.read",
        .flags = C_RECORD | C_READ,
        .result = &till_report_shape,
        .from = STATE(TILL_OPEN),
        .to = -1,
        .run = x_report_run,
    },
};
