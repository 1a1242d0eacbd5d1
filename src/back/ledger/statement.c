/* Balance sheet, and profit and loss: the tree of accounts with sums under headings, and totals for
 * each section.
 *
 * A year that is not closed yet shows its result as a row of equity; a closed one has it in
 * retained earnings. So assets equal liabilities and equity on every day, closed or not. */
#include "back/ledger/books.h"

struct statement {
    struct cx *cx;
    struct report *out;
    const struct sums *now, *then; /* then: compared with, or taken away: see `amounts` */
    bool compare;                  /* show `then` beside */
    bool subtract;                 /* show now - then */
    int64_t total, compare_total;  /* of the section at work */
};

/* Assets and expenses grow by debits, the rest by credits. */
static int sign_of(choice_t kind)
{
    return kind == ACCOUNT_ASSET || kind == ACCOUNT_EXPENSE ? 1 : -1;
}

static int64_t balance(const struct account_sum *s)
{
    return s->debit - s->credit;
}

/* The amounts of an account with all accounts under it. */
static void amounts(const struct statement *s, size_t i, int64_t *now, int64_t *then)
{
    int sign = sign_of(s->now->at[i].account.kind);
    int64_t before = s->then ? sign * balance(&s->then->at[i]) : 0;
    *now += sign * balance(&s->now->at[i]) - (s->subtract ? before : 0);
    *then += before;
    for (size_t j = 0; j < s->now->n; j++) {
        if (s->now->at[j].account.parent.id == s->now->at[i].account.record.id) {
            amounts(s, j, now, then);
        }
    }
}

static void statement_row(struct statement *s, const char *row, choice_t section, int64_t level,
                          const struct account *a, const char *name, int64_t now, int64_t then)
{
    const struct value cells[] = {
        v_str(row),
        v_str(account_kinds[section].name),
        v_int(level),
        a ? v_int(a->record.id) : v_null(),
        a ? v_text(a->code) : v_null(),
        a ? v_text(a->name) : v_str(cx_text(s->cx, name)),
        v_int(now),
        s->compare ? v_int(then) : v_null(),
    };
    report_add(s->out, cells);
}

/* An account and those under it, unless there is nothing to show. */
static void branch(struct statement *s, size_t i, int64_t level)
{
    const struct account *a = &s->now->at[i].account;
    int64_t now = 0, then = 0;
    amounts(s, i, &now, &then);
    bool own = balance(&s->now->at[i]) != 0 || (s->then && balance(&s->then->at[i]) != 0);
    bool shown = own || now != 0 || then != 0;
    if (shown) {
        statement_row(s, a->no_entries ? "heading" : "account", a->kind, level, a, NULL, now, then);
    }
    for (size_t j = 0; shown && j < s->now->n; j++) {
        if (s->now->at[j].account.parent.id == a->record.id) {
            branch(s, j, level + 1);
        }
    }
}

/* All accounts of a kind; their sum goes into total and compare_total. */
static void section(struct statement *s, choice_t kind)
{
    s->total = s->compare_total = 0;
    for (size_t i = 0; i < s->now->n; i++) {
        const struct account *a = &s->now->at[i].account;
        if (a->kind == kind && a->parent.id == 0) {
            amounts(s, i, &s->total, &s->compare_total);
            branch(s, i, 1);
        }
    }
}

static void total_row(struct statement *s, choice_t kind, const char *name)
{
    statement_row(s, "total", kind, 0, NULL, name, s->total, s->compare_total);
}

/* Income less expenses that are not in retained earnings yet. */
static int64_t result_of(const struct sums *sums)
{
    int64_t result = 0;
    for (size_t i = 0; sums && i < sums->n; i++) {
        choice_t kind = sums->at[i].account.kind;
        if (kind == ACCOUNT_INCOME || kind == ACCOUNT_EXPENSE) {
            result -= balance(&sums->at[i]);
        }
    }
    return result;
}

enum err report_balance_sheet(struct cx *cx, const struct value *args, struct report *out)
{
    struct sums now, then;
    struct sums_ask ask = { .day = report_date(&args[0], report_today(cx)),
                            .site = report_ref(&args[1]),
                            .closing = true };
    struct statement s = { .cx = cx, .out = out, .now = &now, .compare = args[2].type != V_NULL };
    struct tie ties[] = {
        { "assets", 0 }, { "liabilities", 0 }, { "equity", 0 }, { "difference", 0 }
    };
    TRY(sums_until(cx, &ask, &now));
    if (s.compare) {
        ask.day = report_date(&args[2], DATE_NONE);
        TRY(sums_until(cx, &ask, &then));
        s.then = &then;
    }
    section(&s, ACCOUNT_ASSET);
    ties[0].minor = s.total;
    total_row(&s, ACCOUNT_ASSET, N_("Total assets"));
    section(&s, ACCOUNT_LIABILITY);
    ties[1].minor = s.total;
    total_row(&s, ACCOUNT_LIABILITY, N_("Total liabilities"));
    section(&s, ACCOUNT_EQUITY);
    int64_t result = result_of(&now), result_then = result_of(s.then);
    if (result != 0 || result_then != 0) {
        statement_row(&s, "result", ACCOUNT_EQUITY, 1, NULL, N_("Result not closed yet"), result,
                      result_then);
    }
    s.total += result;
    s.compare_total += result_then;
    ties[2].minor = s.total;
    total_row(&s, ACCOUNT_EQUITY, N_("Total equity"));
    ties[3].minor = ties[0].minor - ties[1].minor - ties[2].minor;
    out->tie_out = report_tie(cx, ties, N_ELEMENTS(ties));
    return OK;
}

/* The result once more, from the other side of the books: what assets less liabilities and equity
 * changed by. */
static int64_t other_side(const struct sums *now, const struct sums *then)
{
    int64_t sum = 0;
    for (size_t i = 0; i < now->n; i++) {
        choice_t kind = now->at[i].account.kind;
        if (kind != ACCOUNT_INCOME && kind != ACCOUNT_EXPENSE) {
            sum += balance(&now->at[i]) - balance(&then->at[i]);
        }
    }
    return sum;
}

enum err report_profit_and_loss(struct cx *cx, const struct value *args, struct report *out)
{
    struct sums now, then;
    date_t from, to = report_date(&args[1], report_today(cx));
    struct sums_ask ask = { .day = to, .site = report_ref(&args[2]), .closing = false };
    struct statement s = { .cx = cx, .out = out, .now = &now, .then = &then, .subtract = true };
    TRY(sums_until(cx, &ask, &now));
    TRY(report_year_start(cx, to, &from));
    from = report_date(&args[0], from);
    ask.day.days = from.days - 1;
    TRY(sums_until(cx, &ask, &then));
    struct tie ties[] = { { "income", 0 },
                          { "expense", 0 },
                          { "result", 0 },
                          { "net_assets", other_side(&now, &then) },
                          { "difference", 0 } };
    section(&s, ACCOUNT_INCOME);
    ties[0].minor = s.total;
    total_row(&s, ACCOUNT_INCOME, N_("Total income"));
    section(&s, ACCOUNT_EXPENSE);
    ties[1].minor = s.total;
    total_row(&s, ACCOUNT_EXPENSE, N_("Total expenses"));
    ties[2].minor = ties[0].minor - ties[1].minor;
    statement_row(&s, "result", ACCOUNT_EQUITY, 0, NULL, N_("Result"), ties[2].minor, 0);
    ties[4].minor = ties[2].minor - ties[3].minor;
    out->tie_out = report_tie(cx, ties, N_ELEMENTS(ties));
    return OK;
}
