/* The journal: entries and their lines, the balances that they keep, and the gathering of a
 * command's postings into its entry.
 *
 * Invariants: debits equal credits in every entry, and within every site of it; account_balance is
 * the sum of the lines by account, period and site; an entry is never changed. */
#include "back/ledger/books.h"

#include <stdlib.h>

#define GATHER_ROOM 32
#define NEARBY_DAYS 366

/* -- entities ------------------------------------------------------------------------------ */

const struct choice entry_kinds[5] = {
    [ENTRY_AUTOMATIC] = { "automatic", N_("Automatic") },
    [ENTRY_MANUAL] = { "manual", N_("Manual") },
    [ENTRY_REVERSAL] = { "reversal", N_("Reversal") },
    [ENTRY_OPENING] = { "opening", N_("Opening balance") },
    [ENTRY_CLOSING] = { "closing", N_("Year's closing") },
};

static const struct field entry_fields[] = {
    F_TEXT(journal_entry, number, N_("Number"), .flags = F_READONLY, .max = 40),
    F_CHOICE(journal_entry, kind, entry_kinds, N_("Kind"), .fallback = "manual",
             .help = N_("Manual, or opening balance. The others are made by the program.")),
    F_DATE(journal_entry, posted_on, N_("Posted on"), .flags = F_REQUIRED),
    F_REF(journal_entry, period, fiscal_period, N_("Period"), .flags = F_READONLY),
    F_REF(journal_entry, site, site, N_("Site"), .flags = F_READONLY),
    F_TEXT(journal_entry, memo, N_("Memo"), .max = 500),
    F_TEXT(journal_entry, source_entity, N_("Made by"), .word = WORD_ENTITY,
           .flags = F_READONLY | F_HIDDEN, .max = 60),
    F_INTEGER(journal_entry, source, N_("Document"),
              .flags = F_READONLY | F_INDEX | F_NULLABLE | F_HIDDEN),
    F_TIME(journal_entry, recorded_at, N_("Recorded at"), .flags = F_READONLY),
    F_MONEY(journal_entry, total, N_("Total"), .flags = F_READONLY),
    F_REF(journal_entry, reverses, journal_entry, N_("Reverses"), .flags = F_READONLY | F_UNIQUE),
    F_LINES(journal_entry, lines, journal_line, entry, N_("Lines"), .max = ENTRY_LINES_MAX),
};

const struct entity journal_entry_entity = {
    .index = E_journal_entry,
    .name = "journal_entry",
    .plural = "journal_entries",
    .label = N_("Journal entry"),
    .label_plural = N_("Journal entries"),
    .help = N_("Everything that was booked. Sales, stock, points and tills book by themselves; an "
               "accountant adds manual entries here."),
    .shape = SHAPE(journal_entry, entry_fields),
    .title = "number",
    .read = "ledger.read",
    .write = "ledger.post",
    .site = "site",
    .flags = E_POSTED,
    .check = entry_check,
    .saved = entry_saved,
};

static const struct field line_fields[] = {
    F_REF(journal_line, entry, journal_entry, N_("Entry"), .flags = F_READONLY),
    F_REF(journal_line, account, account, N_("Account"), .flags = F_REQUIRED),
    F_REF(journal_line, site, site, N_("Site")),
    F_REF(journal_line, party, party, N_("Party")),
    F_MONEY(journal_line, debit, N_("Debit"), .flags = F_NOT_NEGATIVE),
    F_MONEY(journal_line, credit, N_("Credit"), .flags = F_NOT_NEGATIVE),
    F_DATE(journal_line, posted_on, N_("Posted on"), .flags = F_READONLY),
    F_TEXT(journal_line, memo, N_("Memo"), .max = 200),
    F_JSON(journal_line, dimensions, N_("Dimensions"),
           .help = N_("A value for each free dimension, such as {\"project\": \"P1\"}.")),
};

static const struct index_def line_indexes[] = {
    { .name = "journal_lines_account", .cols = "account, posted_on, entry" },
};

const struct entity journal_line_entity = {
    .index = E_journal_line,
    .name = "journal_line",
    .plural = "journal_lines",
    .label = N_("Journal line"),
    .label_plural = N_("Journal lines"),
    .help = N_("The debits and credits of the journal entries."),
    .shape = SHAPE(journal_line, line_fields),
    .read = "ledger.read",
    .parent = "entry",
    .flags = E_POSTED | E_LINE,
    .indexes = line_indexes,
    .n_indexes = N_ELEMENTS(line_indexes),
};

/* -- balances ------------------------------------------------------------------------------ */

/* Several rows in one statement: half of what a sale writes here. Columns account, site, debit and
 * credit differ by row. */
#define BALANCE_HEAD                                                                               \
    "INSERT INTO account_balance (period, slot, company, account, site, debit, credit) VALUES "
#define BALANCE_TAIL                                                                               \
    " ON CONFLICT (account, period, site, slot) DO UPDATE SET "                                    \
    "debit = account_balance.debit + excluded.debit, "                                             \
    "credit = account_balance.credit + excluded.credit"
#define BALANCE_1        "($1, $2, $3, $4, $5, $6, $7)"
#define BALANCE_2        BALANCE_1 ", ($1, $2, $3, $8, $9, $10, $11)"
#define BALANCE_3        BALANCE_2 ", ($1, $2, $3, $12, $13, $14, $15)"
#define BALANCE_4        BALANCE_3 ", ($1, $2, $3, $16, $17, $18, $19)"
#define BALANCE_5        BALANCE_4 ", ($1, $2, $3, $20, $21, $22, $23)"
#define BALANCE_6        BALANCE_5 ", ($1, $2, $3, $24, $25, $26, $27)"
#define BALANCE_7        BALANCE_6 ", ($1, $2, $3, $28, $29, $30, $31)"
#define BALANCE_8        BALANCE_7 ", ($1, $2, $3, $32, $33, $34, $35)"
#define BALANCE_ROWS_MAX 8

static const char *const balance_upsert[BALANCE_ROWS_MAX + 1] = {
    [1] = BALANCE_HEAD BALANCE_1 BALANCE_TAIL, [2] = BALANCE_HEAD BALANCE_2 BALANCE_TAIL,
    [3] = BALANCE_HEAD BALANCE_3 BALANCE_TAIL, [4] = BALANCE_HEAD BALANCE_4 BALANCE_TAIL,
    [5] = BALANCE_HEAD BALANCE_5 BALANCE_TAIL, [6] = BALANCE_HEAD BALANCE_6 BALANCE_TAIL,
    [7] = BALANCE_HEAD BALANCE_7 BALANCE_TAIL, [8] = BALANCE_HEAD BALANCE_8 BALANCE_TAIL,
};

struct balance_row {
    int64_t account, site, debit, credit;
};

static int by_account(const void *a, const void *b)
{
    const struct balance_row *x = a, *y = b;
    if (x->account != y->account) {
        return x->account < y->account ? -1 : 1;
    }
    return (x->site > y->site) - (x->site < y->site);
}

/* One row for each account and site: a statement may not touch a row twice, and the order is the
 * same for everyone. */
static size_t balance_rows(const struct journal_line *lines, size_t n, struct balance_row *rows)
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        rows[i] = (struct balance_row){ lines[i].account.id, lines[i].site.id, lines[i].debit.minor,
                                        lines[i].credit.minor };
    }
    qsort(rows, n, sizeof(*rows), by_account);
    for (size_t i = 0; i < n; i++) {
        if (used > 0 && by_account(&rows[used - 1], &rows[i]) == 0) {
            rows[used - 1].debit += rows[i].debit;
            rows[used - 1].credit += rows[i].credit;
        } else {
            rows[used++] = rows[i];
        }
    }
    return used;
}

static enum err add_party(struct cx *cx, const struct journal_line *line, int64_t slot)
{
    const struct value args[] = {
        v_int(line->account.id), v_int(line->party.id),    v_int(slot),
        v_int(cx->company),      v_int(line->debit.minor), v_int(line->credit.minor),
    };
    return store_exec(cx,
                      "INSERT INTO party_balance (account, party, slot, company, debit, credit) "
                      "VALUES ($1, $2, $3, $4, $5, $6) "
                      "ON CONFLICT (account, party, slot) DO UPDATE SET "
                      "debit = party_balance.debit + excluded.debit, "
                      "credit = party_balance.credit + excluded.credit",
                      args, N_ELEMENTS(args));
}

enum err journal_add_balances(struct cx *cx, const struct journal_entry *entry,
                              const struct journal_line *lines, size_t n)
{
    int64_t slot = entry->kind == ENTRY_CLOSING ? CLOSING_SLOT : store_slot(cx);
    struct balance_row *rows = ARENA_ARRAY(cx->arena, n, struct balance_row);
    size_t used = balance_rows(lines, n, rows);
    for (size_t i = 0; i < used; i += BALANCE_ROWS_MAX) {
        size_t k = used - i < BALANCE_ROWS_MAX ? used - i : BALANCE_ROWS_MAX;
        struct value args[3 + 4 * BALANCE_ROWS_MAX] = { v_int(entry->period.id), v_int(slot),
                                                        v_int(cx->company) };
        for (size_t j = 0; j < k; j++) {
            struct value *v = &args[3 + 4 * j];
            v[0] = v_int(rows[i + j].account);
            v[1] = v_int(rows[i + j].site);
            v[2] = v_int(rows[i + j].debit);
            v[3] = v_int(rows[i + j].credit);
        }
        TRY(store_exec(cx, balance_upsert[k], args, 3 + 4 * k));
    }
    for (size_t i = 0; i < n; i++) {
        if (lines[i].party.id) {
            TRY(add_party(cx, &lines[i], store_slot(cx)));
        }
    }
    return OK;
}

/* -- writing ------------------------------------------------------------------------------- */

/* Whose row filter an entry falls under: that of the first line that has a site. */
site_ref journal_site(const struct journal_line *lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (lines[i].site.id) {
            return lines[i].site;
        }
    }
    return (site_ref){ 0 };
}

enum err journal_write(struct cx *cx, struct journal_entry *entry, struct journal_line *lines,
                       size_t n)
{
    money_t debit = money_of(0), credit = money_of(0);
    for (size_t i = 0; i < n; i++) {
        debit = money_add(debit, lines[i].debit);
        credit = money_add(credit, lines[i].credit);
    }
    INVARIANT(debit.minor == credit.minor);
    entry->total = debit;
    entry->site = journal_site(lines, n);
    entry->recorded_at = cx->now;
    TRY(store_insert(cx, &journal_entry_entity, entry));
    for (size_t i = 0; i < n; i++) {
        lines[i].entry.id = entry->record.id;
        lines[i].posted_on = entry->posted_on;
        TRY(store_insert(cx, &journal_line_entity, &lines[i]));
    }
    return journal_add_balances(cx, entry, lines, n);
}

enum err journal_square_sites(struct cx *cx, struct posting *lines, size_t *n)
{
    size_t given = *n;
    for (size_t i = 0; i < given; i++) {
        int64_t site = lines[i].site.id, sum = 0;
        bool seen = false;
        for (size_t j = 0; j < given; j++) {
            seen |= j < i && lines[j].site.id == site;
            sum += lines[j].site.id == site ? lines[j].amount.minor : 0;
        }
        if (seen || sum == 0) {
            continue;
        }
        struct posting *line = &lines[(*n)++];
        *line = (struct posting){ .day = lines[i].day,
                                  .site = lines[i].site,
                                  .amount = money_of(-sum) };
        TRY(ledger_account_for(cx, POST_SITES, site, 0, &line->account));
    }
    return OK;
}

/* -- gathering over a command -------------------------------------------------------------- */

struct gathered {
    struct posting *lines;
    size_t n, room;
    const char *source_entity;
    int64_t source;
    text_t number;
};

static enum err gathered_write(struct cx *cx, void *state);

static struct gathered *gathered(struct cx *cx)
{
    static const char key;
    return flow_state(cx, &key, sizeof(struct gathered));
}

enum err ledger_source(struct cx *cx, const char *entity, int64_t id, text_t number)
{
    struct gathered *g = gathered(cx);
    g->source_entity = entity;
    g->source = id;
    g->number = number;
    return OK;
}

bool ledger_has_source(struct cx *cx)
{
    return gathered(cx)->source_entity != NULL;
}

static bool same_line(const struct posting *a, const struct posting *b)
{
    return a->day.days == b->day.days && a->account.id == b->account.id &&
           a->site.id == b->site.id && a->party.id == b->party.id;
}

enum err ledger_add(struct cx *cx, date_t day, account_ref account, site_ref site, party_ref party,
                    money_t amount)
{
    if (money_is_zero(amount)) {
        return OK;
    }
    struct gathered *g = gathered(cx);
    const struct posting line = { day, account, site, party, amount };
    for (size_t i = 0; i < g->n; i++) {
        if (same_line(&g->lines[i], &line)) {
            g->lines[i].amount = money_add(g->lines[i].amount, amount);
            return OK;
        }
    }
    if (g->n == g->room) {
        size_t room = g->room ? 2 * g->room : GATHER_ROOM;
        struct posting *lines = ARENA_ARRAY(cx->arena, room, struct posting);
        if (g->n > 0) {
            memcpy(lines, g->lines, g->n * sizeof(*lines));
        }
        g->lines = lines;
        g->room = room;
    }
    if (g->n == 0) {
        TRY(flow_at_end(cx, gathered_write, g));
    }
    g->lines[g->n++] = line;
    return OK;
}

/* Today where the site is, or by UTC without one. */
static enum err today_at(struct cx *cx, site_ref site, date_t *out)
{
    struct site s;
    *out = instant_date(cx->now);
    if (site.id) {
        TRY(store_get_any(cx, &site_entity, site.id, &s));
        *out = site_date(&s, cx->now);
    }
    return OK;
}

/* The day of the lines that have none: that of the others, or today. */
static enum err command_day(struct cx *cx, const struct gathered *g, date_t *out)
{
    for (size_t i = 0; i < g->n; i++) {
        if (!date_none(g->lines[i].day)) {
            *out = g->lines[i].day;
            return OK;
        }
    }
    return today_at(cx, g->lines[0].site, out);
}

static int by_day(const void *a, const void *b)
{
    const struct posting *x = a, *y = b;
    const int64_t pairs[][2] = { { x->day.days, y->day.days },
                                 { x->account.id, y->account.id },
                                 { x->site.id, y->site.id },
                                 { x->party.id, y->party.id } };
    for (size_t i = 0; i < N_ELEMENTS(pairs); i++) {
        if (pairs[i][0] != pairs[i][1]) {
            return pairs[i][0] < pairs[i][1] ? -1 : 1;
        }
    }
    return 0;
}

/* Gives every line its day, sums what falls together, drops what sums to nothing. */
static enum err gathered_settle(struct cx *cx, struct gathered *g)
{
    date_t day;
    size_t used = 0, kept = 0;
    TRY(command_day(cx, g, &day));
    for (size_t i = 0; i < g->n; i++) {
        if (date_none(g->lines[i].day)) {
            g->lines[i].day = day;
        }
    }
    qsort(g->lines, g->n, sizeof(*g->lines), by_day);
    for (size_t i = 0; i < g->n; i++) {
        if (used > 0 && same_line(&g->lines[used - 1], &g->lines[i])) {
            g->lines[used - 1].amount = money_add(g->lines[used - 1].amount, g->lines[i].amount);
        } else {
            g->lines[used++] = g->lines[i];
        }
    }
    for (size_t i = 0; i < used; i++) {
        if (!money_is_zero(g->lines[i].amount)) {
            g->lines[kept++] = g->lines[i];
        }
    }
    g->n = kept;
    return OK;
}

/* A fact of today must find its year; a day far away is more likely a wrong date. */
static enum err nearby_year_ensure(struct cx *cx, date_t day)
{
    int64_t distance = day.days - instant_date(cx->now).days;
    return distance >= -NEARBY_DAYS && distance <= NEARBY_DAYS ? fiscal_year_ensure(cx, day) : OK;
}

/* The period an automatic entry falls into: a locked one is left alone, and the entry is posted
 * today. */
static enum err entry_day(struct cx *cx, date_t day, site_ref site, struct journal_entry *entry)
{
    struct fiscal_period period;
    TRY(nearby_year_ensure(cx, day));
    TRY(period_for(cx, day, false, &period));
    entry->posted_on = day;
    if (period.state == PERIOD_LOCKED) {
        char text[DATE_TEXT_MAX];
        date_print(day, text);
        TRY(today_at(cx, site, &entry->posted_on));
        entry->memo = text_fmt(cx->arena, "%s: %s",
                               cx_text(cx, N_("Posted late, because the period is locked")), text);
        TRY(nearby_year_ensure(cx, entry->posted_on));
        TRY(period_for(cx, entry->posted_on, true, &period));
    }
    entry->period.id = period.record.id;
    return OK;
}

static enum err day_write(struct cx *cx, const struct gathered *g, const struct posting *given,
                          size_t n)
{
    struct posting *lines = ARENA_ARRAY(cx->arena, 2 * n, struct posting);
    memcpy(lines, given, n * sizeof(*lines));
    TRY(journal_square_sites(cx, lines, &n));
    struct journal_line *out = ARENA_ARRAY(cx->arena, n, struct journal_line);
    for (size_t i = 0; i < n; i++) {
        out[i].account = lines[i].account;
        out[i].site = lines[i].site;
        out[i].party = lines[i].party;
        if (lines[i].amount.minor > 0) {
            out[i].debit = lines[i].amount;
        } else {
            out[i].credit = money_neg(lines[i].amount);
        }
    }
    struct journal_entry entry = { .number = g->number,
                                   .kind = ENTRY_AUTOMATIC,
                                   .source_entity = text_of(g->source_entity),
                                   .source = g->source_entity ? g->source : VALUE_NONE };
    TRY(entry_day(cx, lines[0].day, lines[0].site, &entry));
    return journal_write(cx, &entry, out, n);
}

static enum err gathered_write(struct cx *cx, void *state)
{
    struct gathered *g = state;
    TRY(gathered_settle(cx, g));
    for (size_t i = 0; i < g->n;) {
        size_t end = i;
        money_t sum = money_of(0);
        while (end < g->n && g->lines[end].day.days == g->lines[i].day.days) {
            sum = money_add(sum, g->lines[end++].amount);
        }
        INVARIANT(sum.minor == 0);
        TRY(day_write(cx, g, &g->lines[i], end - i));
        i = end;
    }
    g->n = 0;
    return OK;
}
