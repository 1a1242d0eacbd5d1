/* Balance sheet, and profit and loss: the tree of accounts with sums under headings, and totals for
 * each section, beside the same of another span when asked for.
 *
 * A year that is not closed yet shows its result as a row of equity; a closed one has it in
 * retained earnings. So assets equal liabilities and equity on every day, closed or not. */
#include "back/ledger/books.h"

/* One column: what the books say of a span. */
struct side {
    struct sums until, before; /* before: taken away; n == 0: nothing */
    int64_t *amounts;          /* by account, with all accounts under it, signed by its section */
    int64_t total;             /* of the section at work */
};

struct statement {
    struct cx *cx;
    struct report *out;
    struct account_tree tree;
    struct side now, then;
    bool compare;
};

/* Assets and expenses grow by debits, the rest by credits. */
static int sign_of(choice_t kind)
{
    return kind == ACCOUNT_ASSET || kind == ACCOUNT_EXPENSE ? 1 : -1;
}

/* debit - credit of an account alone. */
static int64_t moved(const struct side *s, size_t i)
{
    int64_t v = s->until.at[i].debit - s->until.at[i].credit;
    return s->before.n == 0 ? v : v - s->before.at[i].debit + s->before.at[i].credit;
}

static enum err side_load(struct statement *s, struct sums_ask ask, struct span span,
                          struct side *out)
{
    struct cx *cx = s->cx;
    ask.day = span.to;
    TRY(sums_until(cx, &ask, &out->until));
    if (!date_none(span.from)) {
        ask.day.days = span.from.days - 1;
        TRY(sums_until(cx, &ask, &out->before));
    }
    out->amounts = ARENA_ARRAY(cx->arena, out->until.n + 1, int64_t);
    return cx->arena->failed ? ERR_NO_MEMORY : OK;
}

static void side_sum(const struct statement *s, struct side *side)
{
    for (size_t i = 0; i < side->until.n; i++) {
        side->amounts[i] = sign_of(side->until.at[i].account.kind) * moved(side, i);
    }
    account_tree_sum(&s->tree, side->amounts);
}

static enum err statement_load(struct statement *s, const struct sums_ask *ask, struct span span,
                               const struct value *compare)
{
    struct span then;
    TRY(report_compare(s->cx, compare, span, &s->compare, &then));
    TRY(side_load(s, *ask, span, &s->now));
    TRY(account_tree_make(s->cx, &s->now.until, &s->tree));
    side_sum(s, &s->now);
    if (s->compare) {
        TRY(side_load(s, *ask, then, &s->then));
        side_sum(s, &s->then);
    }
    return OK;
}

static void statement_row(struct statement *s, enum report_row row, choice_t section, int64_t level,
                          const struct account *a, const char *name, int64_t now, int64_t then)
{
    const struct value cells[] = {
        v_int(row),
        v_int(section),
        v_int(level),
        a ? v_int(a->record.id) : v_null(),
        a ? v_text(a->code) : v_null(),
        a ? v_text(a->name) : v_str(cx_text(s->cx, name)),
        v_int(now),
        s->compare ? v_int(then) : v_null(),
    };
    report_add(s->out, cells);
}

/* Is there anything to show of an account or of one under it? */
static bool *shown(struct statement *s)
{
    bool *out = ARENA_ARRAY(s->cx->arena, s->tree.n + 1, bool);
    for (size_t k = s->tree.n; k-- > 0;) {
        size_t i = s->tree.order[k];
        out[i] |= moved(&s->now, i) != 0 || s->now.amounts[i] != 0 ||
                  (s->compare && (moved(&s->then, i) != 0 || s->then.amounts[i] != 0));
        if (out[i] && s->tree.parent[i] != SIZE_MAX) {
            out[s->tree.parent[i]] = true;
        }
    }
    return out;
}

/* All accounts of a kind; their sum goes into the sides' totals. */
static void section(struct statement *s, const bool *show, choice_t kind)
{
    s->now.total = s->then.total = 0;
    for (size_t k = 0; k < s->tree.n; k++) {
        size_t i = s->tree.order[k];
        const struct account *a = &s->now.until.at[i].account;
        if (a->kind != kind) {
            continue;
        }
        int64_t then = s->compare ? s->then.amounts[i] : 0;
        if (s->tree.level[i] == 1) {
            s->now.total += s->now.amounts[i];
            s->then.total += then;
        }
        if (show[i]) {
            statement_row(s, a->no_entries ? ROW_HEADING : ROW_ACCOUNT, kind, s->tree.level[i], a,
                          NULL, s->now.amounts[i], then);
        }
    }
}

static void total_row(struct statement *s, choice_t kind, const char *name)
{
    statement_row(s, ROW_TOTAL, kind, 0, NULL, name, s->now.total, s->then.total);
}

/* Income less expenses that are not in retained earnings yet. */
static int64_t result_of(const struct side *side)
{
    int64_t result = 0;
    for (size_t i = 0; i < side->until.n; i++) {
        choice_t kind = side->until.at[i].account.kind;
        if (kind == ACCOUNT_INCOME || kind == ACCOUNT_EXPENSE) {
            result -= moved(side, i);
        }
    }
    return result;
}

enum err report_balance_sheet(struct cx *cx, const struct value *args, struct report *out)
{
    struct sums_ask ask = { .site = report_ref(&args[1]), .closing = true };
    struct span span = { DATE_NONE, report_date(&args[0], report_today(cx)) };
    struct statement s = { .cx = cx, .out = out };
    struct tie ties[] = {
        { "assets", 0 }, { "liabilities", 0 }, { "equity", 0 }, { "difference", 0 }
    };
    TRY(statement_load(&s, &ask, span, &args[2]));
    const bool *show = shown(&s);
    section(&s, show, ACCOUNT_ASSET);
    ties[0].minor = s.now.total;
    total_row(&s, ACCOUNT_ASSET, N_("Total assets"));
    section(&s, show, ACCOUNT_LIABILITY);
    ties[1].minor = s.now.total;
    total_row(&s, ACCOUNT_LIABILITY, N_("Total liabilities"));
    section(&s, show, ACCOUNT_EQUITY);
    int64_t result = result_of(&s.now), result_then = result_of(&s.then);
    if (result != 0 || result_then != 0) {
        statement_row(&s, ROW_RESULT, ACCOUNT_EQUITY, 1, NULL, N_("Result not closed yet"), result,
                      result_then);
    }
    s.now.total += result;
    s.then.total += result_then;
    ties[2].minor = s.now.total;
    total_row(&s, ACCOUNT_EQUITY, N_("Total equity"));
    ties[3].minor = ties[0].minor - ties[1].minor - ties[2].minor;
    out->tie_out = report_tie(cx, ties, N_ELEMENTS(ties));
    return OK;
}

/* The result once more, from the other side of the books: what assets less liabilities and equity
 * changed by. */
static int64_t other_side(const struct side *side)
{
    int64_t sum = 0;
    for (size_t i = 0; i < side->until.n; i++) {
        choice_t kind = side->until.at[i].account.kind;
        if (kind != ACCOUNT_INCOME && kind != ACCOUNT_EXPENSE) {
            sum += moved(side, i);
        }
    }
    return sum;
}

enum err report_profit_and_loss(struct cx *cx, const struct value *args, struct report *out)
{
    struct span span = { .to = report_date(&args[1], report_today(cx)) };
    struct sums_ask ask = { .site = report_ref(&args[2]), .closing = false };
    struct statement s = { .cx = cx, .out = out };
    TRY(report_year_start(cx, span.to, &span.from));
    span.from = report_date(&args[0], span.from);
    TRY(statement_load(&s, &ask, span, &args[3]));
    const bool *show = shown(&s);
    struct tie ties[] = { { "income", 0 },
                          { "expense", 0 },
                          { "result", 0 },
                          { "net_assets", other_side(&s.now) },
                          { "difference", 0 } };
    section(&s, show, ACCOUNT_INCOME);
    ties[0].minor = s.now.total;
    int64_t then = s.then.total;
    total_row(&s, ACCOUNT_INCOME, N_("Total income"));
    section(&s, show, ACCOUNT_EXPENSE);
    ties[1].minor = s.now.total;
    then -= s.then.total;
    total_row(&s, ACCOUNT_EXPENSE, N_("Total expenses"));
    ties[2].minor = ties[0].minor - ties[1].minor;
    statement_row(&s, ROW_RESULT, ACCOUNT_EQUITY, 0, NULL,
                  NC_("profit or loss of a period", "Result"), ties[2].minor, then);
    ties[4].minor = ties[2].minor - ties[3].minor;
    out->tie_out = report_tie(cx, ties, N_ELEMENTS(ties));
    return OK;
}
