/* Entries made by people: manual ones and opening balances, their reversal, and the closing of a
 * year. */
#include "back/ledger/books.h"

/* -- manual entries ------------------------------------------------------------------------ */

/* Every name is a dimension of the company, every value a short text. */
static enum err dimensions_check(struct cx *cx, text_t given, text_t path)
{
    struct json *j;
    struct json_fault fault;
    if (json_parse(cx->arena, given.s, given.n, &j, &fault) != OK || j->type != JSON_OBJECT) {
        return REFUSE(cx, &refusal_wrong_type, path, text_of(cx_text(cx, N_("Dimensions"))),
                      text_of(cx_text(cx, N_("an object of texts"))));
    }
    for (const struct json *m = j->first; m; m = m->next) {
        struct dimension d;
        enum err e = store_find(cx, &dimension_entity, "code", m->key, &d);
        if (e == ERR_NOT_FOUND || (e == OK && d.record.archived)) {
            return REFUSE(cx, &refusal_unknown_dimension, path, m->key);
        }
        TRY(e);
        if (m->type != JSON_STRING || text_empty(m->text) || text_utf8_length(m->text) > 60) {
            return REFUSE(cx, &refusal_wrong_type, path, m->key,
                          text_of(cx_text(cx, N_("text of 1 to 60 characters"))));
        }
    }
    return OK;
}

static enum err line_check(struct cx *cx, const struct journal_line *line, size_t i)
{
    if ((line->debit.minor > 0) == (line->credit.minor > 0)) {
        return refuse(cx, &refusal_line_needs_one_side, path_at(cx, "lines", i, "debit"));
    }
    struct account account;
    TRY(store_get(cx, &account_entity, line->account.id, &account));
    text_t path = path_at(cx, "lines", i, "account");
    if (account.no_entries || account.record.archived) {
        return REFUSE(cx, &refusal_account_takes_no_entries, path, account.code);
    }
    if (account.control) {
        return REFUSE(cx, &refusal_account_is_control, path, account.code);
    }
    if (line->site.id == 0 && !cx->who->all_sites) {
        return REFUSE(cx, &refusal_required, path_at(cx, "lines", i, "site"),
                      text_of(cx_text(cx, N_("Site"))));
    }
    if (line->dimensions.s) {
        TRY(dimensions_check(cx, line->dimensions, path_at(cx, "lines", i, "dimensions")));
    }
    return OK;
}

/* Appends what squares the sites, so that reports of one site balance too. */
static enum err lines_square(struct cx *cx, struct journal_entry *entry)
{
    const struct journal_line *given = entry->lines.items;
    size_t n = entry->lines.n;
    struct posting *postings = ARENA_ARRAY(cx->arena, 2 * n, struct posting);
    for (size_t i = 0; i < n; i++) {
        postings[i] = (struct posting){ .day = entry->posted_on,
                                        .site = given[i].site,
                                        .amount = money_sub(given[i].debit, given[i].credit) };
    }
    TRY(journal_square_sites(cx, postings, &n));
    struct journal_line *lines = ARENA_ARRAY(cx->arena, n, struct journal_line);
    memcpy(lines, given, entry->lines.n * sizeof(*lines));
    for (size_t i = 0; i < n; i++) {
        if (i >= entry->lines.n) {
            bool debit = postings[i].amount.minor > 0;
            lines[i].account = postings[i].account;
            lines[i].site = postings[i].site;
            lines[i].debit = debit ? postings[i].amount : money_of(0);
            lines[i].credit = debit ? money_of(0) : money_neg(postings[i].amount);
        }
        lines[i].posted_on = entry->posted_on;
    }
    entry->lines = (lines_t){ lines, n };
    return OK;
}

static money_t debits_of(const lines_t *list)
{
    const struct journal_line *lines = list->items;
    money_t sum = money_of(0);
    for (size_t i = 0; i < list->n; i++) {
        sum = money_add(sum, lines[i].debit);
    }
    return sum;
}

/* The last word before a manual entry is stored: what is refused, in this order, and what follows
 * from the rest. */
enum err entry_check(struct cx *cx, const void *before, void *after)
{
    struct journal_entry *entry = after;
    const struct journal_line *lines = entry->lines.items;
    money_t debit = money_of(0), credit = money_of(0);
    if (before) {
        return refuse(cx, &refusal_posted, TEXT_NONE);
    }
    if (entry->kind != ENTRY_MANUAL && entry->kind != ENTRY_OPENING) {
        return refuse(cx, &refusal_entry_kind_reserved, TEXT("kind"));
    }
    if (entry->lines.n == 0) {
        return refuse(cx, &refusal_entry_empty, TEXT("lines"));
    }
    for (size_t i = 0; i < entry->lines.n; i++) {
        TRY(line_check(cx, &lines[i], i));
        debit = money_add(debit, lines[i].debit);
        credit = money_add(credit, lines[i].credit);
    }
    if (debit.minor != credit.minor) {
        char d[DECIMAL_TEXT_MAX], c[DECIMAL_TEXT_MAX];
        decimal_print(debit.minor, cx->decimals, cx->decimals, d);
        decimal_print(credit.minor, cx->decimals, cx->decimals, c);
        return REFUSE(cx, &refusal_entry_not_balanced, TEXT("lines"),
                      text_copy(cx->arena, text_of(d)), text_copy(cx->arena, text_of(c)));
    }
    struct fiscal_period period;
    TRY(period_for(cx, entry->posted_on, true, &period));
    TRY(lines_square(cx, entry));
    entry->period.id = period.record.id;
    entry->total = debits_of(&entry->lines);
    entry->site = journal_site(entry->lines.items, entry->lines.n);
    entry->recorded_at = cx->now;
    return series_next(cx, "journal_entry", (site_ref){ 0 }, &entry->number, NULL);
}

enum err entry_saved(struct cx *cx, const void *before, const void *after)
{
    const struct journal_entry *entry = after;
    INVARIANT(!before);
    return journal_add_balances(cx, entry, entry->lines.items, entry->lines.n);
}

/* -- reverse ------------------------------------------------------------------------------- */

struct reverse_args {
    date_t posted_on;
    text_t memo;
};

static const struct field reverse_fields[] = {
    F_DATE(reverse_args, posted_on, N_("Posted on"), .help = N_("Empty: on the entry's own day.")),
    F_TEXT(reverse_args, memo, N_("Memo"), .max = 500),
};

static const struct shape reverse_shape = SHAPE(reverse_args, reverse_fields);

struct reverse_result {
    journal_entry_ref entry;
    text_t number;
};

static const struct field reverse_result_fields[] = {
    F_REF(reverse_result, entry, journal_entry, N_("Reversal")),
    F_TEXT(reverse_result, number, N_("Number")),
};

static const struct shape reverse_result_shape = SHAPE(reverse_result, reverse_result_fields);

static enum err may_be_reversed(struct cx *cx, const struct journal_entry *entry, date_t day)
{
    struct journal_entry *found;
    size_t n;
    const struct value args[] = { v_int(entry->record.id) };
    if (entry->kind == ENTRY_AUTOMATIC || entry->reverses.id) {
        return refuse(cx, &refusal_entry_is_automatic, TEXT_NONE);
    }
    if (entry->kind == ENTRY_CLOSING && day.days != entry->posted_on.days) {
        return refuse(cx, &refusal_closing_reversed_elsewhere, TEXT("posted_on"));
    }
    TRY(store_select(cx, &journal_entry_entity, "reverses = $1", args, 1, &found, &n));
    return n == 0 ? OK : REFUSE(cx, &refusal_already_reversed, TEXT_NONE, found[0].number);
}

/* The same lines with the sides exchanged, as an entry of its own. */
static enum err reverse_run(struct cx *cx, void *record, const void *args, void *result)
{
    struct journal_entry copy = *(const struct journal_entry *)record, *entry = &copy;
    const struct reverse_args *a = args;
    struct reverse_result *out = result;
    date_t day = date_none(a->posted_on) ? entry->posted_on : a->posted_on;
    struct fiscal_period period;
    TRY(may_be_reversed(cx, entry, day));
    TRY(period_for(cx, day, true, &period));
    TRY(store_load_lines(cx, &journal_entry_entity, entry));
    size_t n = entry->lines.n;
    const struct journal_line *from = entry->lines.items;
    struct journal_line *lines = ARENA_ARRAY(cx->arena, n, struct journal_line);
    for (size_t i = 0; i < n; i++) {
        lines[i] = from[i];
        lines[i].record = (struct record){ 0 };
        lines[i].debit = from[i].credit;
        lines[i].credit = from[i].debit;
    }
    struct journal_entry back = { .kind = entry->kind == ENTRY_CLOSING ? ENTRY_CLOSING
                                                                       : ENTRY_REVERSAL,
                                  .posted_on = day,
                                  .period = { period.record.id },
                                  .memo = a->memo.s ? a->memo : entry->memo,
                                  .source_entity = TEXT("journal_entry"),
                                  .source = entry->record.id,
                                  .reverses = { entry->record.id } };
    TRY(series_next(cx, "journal_entry", (site_ref){ 0 }, &back.number, NULL));
    TRY(journal_write(cx, &back, lines, n));
    out->entry.id = back.record.id;
    out->number = back.number;
    return OK;
}

/* -- close_year ---------------------------------------------------------------------------- */

struct close_year_args {
    fiscal_year_ref year;
    text_t memo;
};

static const struct field close_year_fields[] = {
    F_REF(close_year_args, year, fiscal_year, N_("Fiscal year"), .flags = F_REQUIRED),
    F_TEXT(close_year_args, memo, N_("Memo"), .max = 500),
};

static const struct shape close_year_shape = SHAPE(close_year_args, close_year_fields);

/* What income and expense accounts hold within the year's periods, by account and site. */
static enum err year_result(struct cx *cx, const struct fiscal_year *year, struct rows *out)
{
    const struct value args[] = { v_int(cx->company), v_int(year->record.id), v_int(ACCOUNT_INCOME),
                                  v_int(ACCOUNT_EXPENSE) };
    return store_query(cx,
                       "SELECT b.account, b.site, CAST(SUM(b.debit - b.credit) AS BIGINT) "
                       "FROM account_balance b JOIN accounts a ON a.id = b.account "
                       "JOIN fiscal_periods p ON p.id = b.period "
                       "WHERE b.company = $1 AND p.year = $2 AND a.kind IN ($3, $4) "
                       "GROUP BY b.account, b.site HAVING SUM(b.debit - b.credit) <> 0 "
                       "ORDER BY b.site, b.account",
                       args, N_ELEMENTS(args), out);
}

static void line_of(struct journal_line *line, account_ref account, int64_t site, int64_t amount)
{
    line->account = account;
    line->site.id = site;
    line->debit = money_of(amount > 0 ? amount : 0);
    line->credit = money_of(amount < 0 ? -amount : 0);
}

/* Each account's balance turned round, and for each site its sum on retained earnings. */
static enum err closing_lines(struct cx *cx, const struct rows *rows, struct journal_line *lines,
                              size_t *n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < rows->n; i++) {
        int64_t site = rows_int(rows, i, 1), balance = rows_int(rows, i, 2);
        line_of(&lines[(*n)++], (account_ref){ rows_int(rows, i, 0) }, site, -balance);
        sum += balance;
        bool last = i + 1 == rows->n || rows_int(rows, i + 1, 1) != site;
        if (last && sum != 0) {
            account_ref retained;
            TRY(ledger_account_for(cx, POST_RETAINED_EARNINGS, site, 0, &retained));
            line_of(&lines[(*n)++], retained, site, sum);
        }
        sum = last ? 0 : sum;
    }
    return OK;
}

static enum err close_year_run(struct cx *cx, void *record, const void *args, void *result)
{
    struct journal_entry *entry = record;
    const struct close_year_args *a = args;
    struct fiscal_year year;
    struct fiscal_period period;
    struct rows rows;
    size_t n = 0;
    (void)result;
    TRY(store_get(cx, &fiscal_year_entity, a->year.id, &year));
    if (instant_date(cx->now).days < year.last_day.days) {
        return REFUSE(cx, &refusal_year_not_over, TEXT("year"), year.code);
    }
    TRY(period_for(cx, year.last_day, true, &period));
    TRY(year_result(cx, &year, &rows));
    if (rows.n == 0) {
        return REFUSE(cx, &refusal_nothing_to_close, TEXT("year"), year.code);
    }
    struct journal_line *lines = ARENA_ARRAY(cx->arena, 2 * rows.n, struct journal_line);
    TRY(closing_lines(cx, &rows, lines, &n));
    entry->kind = ENTRY_CLOSING;
    entry->posted_on = year.last_day;
    entry->period.id = period.record.id;
    entry->memo = a->memo;
    entry->source_entity = TEXT("fiscal_year");
    entry->source = year.record.id;
    TRY(series_next(cx, "journal_entry", (site_ref){ 0 }, &entry->number, NULL));
    TRY(journal_write(cx, entry, lines, n));
    entry->lines = (lines_t){ lines, n };
    return OK;
}

const struct command ledger_commands[LEDGER_COMMANDS] = {
    {
        .name = "reverse",
        .entity = &journal_entry_entity,
        .label = N_("Reverse"),
        .help = N_("Posts the entry once more with debits and credits exchanged."),
        .permission = "ledger.post",
        .flags = C_RECORD | C_ACCEPTED_200,
        .args = &reverse_shape,
        .result = &reverse_result_shape,
        .from = ANY_STATE,
        .to = -1,
        .run = reverse_run,
    },
    {
        .name = "close_year",
        .entity = &journal_entry_entity,
        .label = N_("Close a year"),
        .help = N_(
            "Moves what income and expense accounts hold for the year to retained earnings, on "
            "the year's last day. May be repeated while that period is open."),
        .permission = "ledger.close",
        .args = &close_year_shape,
        .to = -1,
        .run = close_year_run,
    },
};
