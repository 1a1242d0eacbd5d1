/* An account with more lines than anybody reads: its months, days or sites, each of which opens to
 * what is below it, so that every figure of a statement leads down to its lines.
 *
 * Months come from kept balances; days and sites from the lines of two months or of one day. */
#include "back/ledger/books.h"
#include "back/ledger/ledger_face.h"

#include "meta/refs.h"

#define LINES_READ 2000 /* as many are shown as they are */
#define DAYS_SHOWN 62

static const char count_sql[] =
    "SELECT COUNT(*) FROM (SELECT l.id FROM journal_lines l WHERE l.account = $1 "
    "AND l.posted_on >= $2 AND l.posted_on <= $3 AND l.company = $4 AND ($5 = 0 OR l.site = $5) "
    "AND " SITES_OPEN_OR_NONE("l.site", "$6") " LIMIT 2001) x";

static const char months_sql[] =
    "SELECT p.first_day, p.last_day, CAST(SUM(b.debit) AS BIGINT), CAST(SUM(b.credit) AS BIGINT) "
    "FROM account_balance b JOIN fiscal_periods p ON p.id = b.period WHERE b.account = $1 "
    "AND p.last_day >= $2 AND p.first_day <= $3 AND b.company = $4 AND ($5 = 0 OR b.site = $5) "
    "AND " SITES_OPEN_OR_NONE("b.site",
                              "$6") " GROUP BY p.first_day, p.last_day ORDER BY p.first_day "
                                    "LIMIT 240";

static const char days_sql[] =
    "SELECT l.posted_on, l.posted_on, CAST(SUM(l.debit) AS BIGINT), "
    "CAST(SUM(l.credit) AS BIGINT) FROM journal_lines l WHERE l.account = $1 "
    "AND l.posted_on >= $2 AND l.posted_on <= $3 AND l.company = $4 AND ($5 = 0 OR l.site = $5) "
    "AND " SITES_OPEN_OR_NONE("l.site", "$6") " GROUP BY l.posted_on ORDER BY l.posted_on";

static const char sites_sql[] =
    "SELECT COALESCE(l.site, 0), 0, CAST(SUM(l.debit) AS BIGINT), CAST(SUM(l.credit) AS BIGINT) "
    "FROM journal_lines l WHERE l.account = $1 AND l.posted_on >= $2 AND l.posted_on <= $3 "
    "AND l.company = $4 AND ($5 = 0 OR l.site = $5) AND " SITES_OPEN_OR_NONE(
        "l.site", "$6") " GROUP BY COALESCE(l.site, 0) ORDER BY COALESCE(l.site, 0)";

enum by { BY_LINE, BY_MONTH, BY_DAY, BY_SITE };

static enum by how(const struct ledger_asked *a)
{
    int64_t days = a->span.to.days - a->span.from.days + 1;
    if (days > DAYS_SHOWN) {
        return BY_MONTH;
    }
    return days > 1 ? BY_DAY : a->site == 0 ? BY_SITE : BY_LINE;
}

static const struct table_col month_cols[] = {
    { .label = N_("Month"), .grow = true },
    { .label = N_("Debit"), .number = true },
    { .label = N_("Credit"), .number = true },
    { .label = N_("Balance"), .number = true },
};
static const struct table_col day_cols[] = {
    { .label = N_("Day"), .grow = true },
    { .label = N_("Debit"), .number = true },
    { .label = N_("Credit"), .number = true },
    { .label = N_("Balance"), .number = true },
};
static const struct table_col site_cols[] = {
    { .label = N_("Site"), .grow = true },
    { .label = N_("Debit"), .number = true },
    { .label = N_("Credit"), .number = true },
    { .label = N_("Balance"), .number = true },
};

static text_t day_text(struct page_cx *p, date_t d)
{
    char text[DATE_TEXT_MAX];
    return text_copy(p->cx->arena, (text_t){ text, date_print(d, text) });
}

/* The same page for a part of the span. */
static text_t part_address(struct page_cx *p, const struct ledger_asked *a, int64_t from,
                           int64_t to)
{
    date_t first = { from > a->span.from.days ? from : a->span.from.days };
    date_t last = { to < a->span.to.days ? to : a->span.to.days };
    return page_address(
        p, text_fmt(p->cx->arena, "after=&from=%s&to=%s", day_text(p, first).s, day_text(p, last).s)
               .s);
}

static void put_name(struct page_cx *p, const struct ledger_asked *a, enum by by, int64_t first,
                     int64_t last)
{
    if (by == BY_SITE) {
        text_t code = TEXT_NONE, label = TEXT_NONE;
        (void)refs_label(p->cx, "site", first, &code, &label);
        text_t site = text_fmt(p->cx->arena, "after=&site=%%23%lld", (long long)first);
        page_cell_link(p, first ? label : page_text(p, N_("No site")),
                       first ? page_address(p, site.s) : TEXT_NONE);
    } else {
        page_cell_link(p, page_date(p, (date_t){ first }, by == BY_MONTH ? DATE_MONTH : DATE_LONG),
                       part_address(p, a, first, last));
    }
}

static void put_rows(struct page_cx *p, const struct ledger_asked *a, enum by by,
                     const struct rows *rows, int64_t balance)
{
    for (size_t i = 0; i < rows->n; i++) {
        int64_t debit = rows_int(rows, i, 2), credit = rows_int(rows, i, 3);
        balance += debit - credit;
        page_row(p);
        put_name(p, a, by, rows_int(rows, i, 0), rows_int(rows, i, 1));
        page_cell(p, page_money(p, money_of(debit)));
        page_cell(p, page_money(p, money_of(credit)));
        page_cell(p, page_money(p, money_of(balance)));
        page_row_end(p);
    }
}

/* What the balances kept say of the account at the end of a day. */
static enum err kept(struct page_cx *p, const struct ledger_asked *a, int64_t day, int64_t *out)
{
    struct sums sums;
    struct sums_ask ask = {
        .day = { day }, .site = a->site, .account = a->account, .closing = true
    };
    *out = 0;
    TRY(sums_until(p->cx, &ask, &sums));
    for (size_t i = 0; i < sums.n; i++) {
        if (sums.at[i].account.record.id == a->account) {
            *out = sums.at[i].debit - sums.at[i].credit;
        }
    }
    return OK;
}

/* Where the rows begin and end: whole months may reach beyond the span. */
static struct span covered(const struct ledger_asked *a, enum by by, const struct rows *rows)
{
    if (by != BY_MONTH || rows->n == 0) {
        return a->span;
    }
    return (struct span){ { rows_int(rows, 0, 0) }, { rows_int(rows, rows->n - 1, 1) } };
}

static enum err put_proof(struct page_cx *p, const struct ledger_asked *a, struct span span,
                          const struct rows *rows, int64_t opening)
{
    const struct query *q = house_query(p->cx->house, TEXT("general_ledger"));
    struct tie ties[] = { { "opening", opening },
                          { "debit", 0 },
                          { "credit", 0 },
                          { "closing", 0 },
                          { "difference", 0 } };
    for (size_t i = 0; i < rows->n; i++) {
        ties[1].minor += rows_int(rows, i, 2);
        ties[2].minor += rows_int(rows, i, 3);
    }
    TRY(kept(p, a, span.to.days, &ties[3].minor));
    ties[4].minor = opening + ties[1].minor - ties[2].minor - ties[3].minor;
    page_proof(p, report_tie(p->cx, ties, N_ELEMENTS(ties)), q->ties, q->n_ties);
    return OK;
}

enum err ledger_put_summary(struct page_cx *p, const struct ledger_asked *a, bool *shown)
{
    static const char *const texts[] = {
        [BY_MONTH] = months_sql, [BY_DAY] = days_sql, [BY_SITE] = sites_sql
    };
    static const struct table_col *const cols[] = {
        [BY_MONTH] = month_cols, [BY_DAY] = day_cols, [BY_SITE] = site_cols
    };
    const struct value args[] = { v_int(a->account),      v_int(a->span.from.days),
                                  v_int(a->span.to.days), v_int(p->cx->company),
                                  v_int(a->site),         v_int(p->cx->site_filter) };
    struct rows rows;
    int64_t balance;
    enum by by = how(a);
    *shown = false;
    TRY(store_query(p->cx, count_sql, args, N_ELEMENTS(args), &rows));
    if (rows_int(&rows, 0, 0) <= LINES_READ || by == BY_LINE) {
        return OK;
    }
    TRY(store_query(p->cx, texts[by], args, N_ELEMENTS(args), &rows));
    for (size_t i = 0; by == BY_SITE && i < rows.n; i++) {
        refs_note_one(p->cx, "site", rows_int(&rows, i, 0));
    }
    TRY(refs_load(p->cx));
    struct span span = covered(a, by, &rows);
    TRY(kept(p, a, span.from.days - 1, &balance));
    EL(p->h, "p.lead",
       page_text(p, by == BY_MONTH
                        ? N_("Too many lines to read: whole months. Each opens to its days.")
                    : by == BY_DAY ? N_("Too many lines to read: by day. Each opens to its lines.")
                                   : N_("Too many lines to read: by site. Each opens to its "
                                        "lines.")));
    page_table(p, N_("General ledger"), cols[by], N_ELEMENTS(month_cols));
    put_rows(p, a, by, &rows, balance);
    page_table_end(p);
    *shown = true;
    return put_proof(p, a, span, &rows, balance);
}
