/* The statement of a customer's account: what was bought on account, what was paid towards it, and
 * what is open.
 *
 * Payments settle the oldest purchases first, so the open items are the newest ones that the
 * closing balance covers. An account is the company's, not a site's: whoever may read it reads it
 * whole. */
#include "back/documents/document_parts.h"

#include "meta/zone.h"

#define OPEN_MAX 200

/* All movements of the account that the ledger's receivable knows too, as (time, kind, number,
 * amount); $1 party, $2 company. */
#define MOVEMENTS                                                                                  \
    "(SELECT p.paid_at AS at, o.kind AS kind, o.number AS number, p.amount AS amount, p.id AS id"  \
    " FROM sales_orders o JOIN payments p ON p.sale = o.id"                                        \
    " WHERE o.customer = $1 AND o.company = $2 AND p.kind = 4"                                     \
    " UNION ALL SELECT c.paid_at, 2, c.number, -c.amount, c.id FROM customer_payments c"           \
    " WHERE c.customer = $1 AND c.company = $2) m"
_Static_assert(TENDER_ACCOUNT == 4 && ORDER_SALE == 0 && ORDER_RETURN == 1,
               "the kinds in the statement above");

static const char *const kinds[] = { N_("Purchase"), N_("Return"), N_("Payment") };

/* The first instant of a day in the zone: between 15 hours before and after midnight UTC. */
static instant_t day_begins(text_t zone, date_t day)
{
    int64_t low = date_start(day).us - 15 * 3600 * US_PER_SECOND;
    int64_t high = date_start(day).us + 15 * 3600 * US_PER_SECOND;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (zone_day(zone, (instant_t){ middle }).days >= day.days) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return (instant_t){ high };
}

static enum err opening(struct cx *cx, int64_t party, instant_t from, money_t *out)
{
    struct rows rows;
    const struct value args[] = { v_int(party), v_int(cx->company), v_int(from.us) };
    TRY(store_query(
        cx, "SELECT CAST(COALESCE(SUM(m.amount), 0) AS BIGINT) FROM " MOVEMENTS " WHERE m.at < $3",
        args, N_ELEMENTS(args), &rows));
    *out = money_of(rows_int(&rows, 0, 0));
    return OK;
}

static void take(const struct document_cx *d, const struct rows *rows, size_t i,
                 struct movement *out)
{
    *out = (struct movement){
        .day = zone_day(d->zone, (instant_t){ rows_int(rows, i, 0) }),
        .what = kinds[rows_int(rows, i, 1)],
        .number = rows_text(rows, i, 2),
        .amount = money_of(rows_int(rows, i, 3)),
    };
}

static enum err movements(struct document_cx *d, int64_t party, instant_t from, instant_t to,
                          struct statement *s)
{
    struct rows rows;
    const struct value args[] = { v_int(party), v_int(d->cx->company), v_int(from.us), v_int(to.us),
                                  v_int(PRINT_LINES_MAX + 1) };
    TRY(store_query(d->cx,
                    "SELECT m.at, m.kind, m.number, m.amount FROM " MOVEMENTS
                    " WHERE m.at >= $3 AND m.at < $4 ORDER BY m.at, m.id LIMIT $5",
                    args, N_ELEMENTS(args), &rows));
    if (rows.n > PRINT_LINES_MAX) {
        return REFUSE(d->cx, &refusal_too_many_movements, TEXT("from"),
                      text_fmt(d->cx->arena, "%d", PRINT_LINES_MAX));
    }
    s->n = rows.n;
    s->movements = ARENA_ARRAY(d->cx->arena, rows.n, struct movement);
    for (size_t i = 0; i < rows.n; i++) {
        take(d, &rows, i, &s->movements[i]);
    }
    return OK;
}

/* What adds to the account, newest first, until the balance is covered. */
static enum err open_items(struct document_cx *d, int64_t party, instant_t to, money_t balance,
                           struct statement *s)
{
    struct rows rows;
    size_t n = 0;
    const struct value args[] = { v_int(party), v_int(d->cx->company), v_int(to.us),
                                  v_int(OPEN_MAX) };
    if (balance.minor <= 0) {
        return OK;
    }
    TRY(store_query(d->cx,
                    "SELECT m.at, m.kind, m.number, m.amount FROM " MOVEMENTS
                    " WHERE m.at < $3 AND m.amount > 0 ORDER BY m.at DESC, m.id DESC LIMIT $4",
                    args, N_ELEMENTS(args), &rows));
    struct movement *list = ARENA_ARRAY(d->cx->arena, rows.n, struct movement);
    while (n < rows.n && balance.minor > 0) {
        take(d, &rows, n, &list[n]);
        if (list[n].amount.minor > balance.minor) {
            list[n].amount = balance;
        }
        balance = money_sub(balance, list[n].amount);
        n++;
    }
    for (size_t i = 0; i < n / 2; i++) {
        struct movement swapped = list[i];
        list[i] = list[n - 1 - i];
        list[n - 1 - i] = swapped;
    }
    s->open = list;
    s->n_open = n;
    return OK;
}

/* -- on paper -------------------------------------------------------------------------------- */

static void movement_rows(struct document_cx *d, const struct statement *s)
{
    const struct paper_column cols[] = { { say(d, N_("Date")), 150, ALIGN_START },
                                         { say(d, N_("Document")), 330, ALIGN_START },
                                         { say(d, N_("Debit")), 170, ALIGN_END },
                                         { say(d, N_("Credit")), 170, ALIGN_END },
                                         { say(d, N_("Balance")), 180, ALIGN_END } };
    money_t balance = s->opening;
    const text_t first[] = { as_date(d, s->from, DATE_MEDIUM), say(d, N_("Opening balance")),
                             TEXT_NONE, TEXT_NONE, as_amount(d, balance) };
    paper_table(d->paper, cols, N_ELEMENTS(cols));
    paper_table_row(d->paper, first, N_ELEMENTS(first), TEXT_NONE, as_amount(d, balance), false);
    for (size_t i = 0; i < s->n; i++) {
        const struct movement *m = &s->movements[i];
        bool debit = m->amount.minor >= 0;
        text_t amount = as_amount(d, debit ? m->amount : money_neg(m->amount));
        balance = money_add(balance, m->amount);
        const text_t cells[] = { as_date(d, m->day, DATE_MEDIUM),
                                 JOINED(d, " ", say(d, m->what), m->number),
                                 debit ? amount : TEXT_NONE, debit ? TEXT_NONE : amount,
                                 as_amount(d, balance) };
        paper_table_row(d->paper, cells, N_ELEMENTS(cells), TEXT_NONE, as_amount(d, balance),
                        false);
    }
    const text_t last[] = { as_date(d, s->to, DATE_MEDIUM), say(d, N_("Closing balance")),
                            TEXT_NONE, TEXT_NONE, as_amount(d, balance) };
    paper_table_row(d->paper, last, N_ELEMENTS(last), TEXT_NONE, TEXT_NONE, true);
    paper_table_end(d->paper);
}

static void open_rows(struct document_cx *d, const struct statement *s)
{
    const struct paper_column cols[] = { { say(d, N_("Date")), 150, ALIGN_START },
                                         { say(d, N_("Document")), 500, ALIGN_START },
                                         { say(d, N_("Days")), 150, ALIGN_END },
                                         { say(d, N_("Open amount")), 200, ALIGN_END } };
    if (s->n_open == 0) {
        return;
    }
    paper_space(d->paper, 100);
    paper_text(d->paper, TYPE_HEAD, ALIGN_START, say(d, N_("Open items")));
    paper_space(d->paper, 20);
    paper_table(d->paper, cols, N_ELEMENTS(cols));
    for (size_t i = 0; i < s->n_open; i++) {
        const struct movement *m = &s->open[i];
        const text_t cells[] = { as_date(d, m->day, DATE_MEDIUM),
                                 JOINED(d, " ", say(d, m->what), m->number),
                                 as_integer(d, s->to.days - m->day.days), as_amount(d, m->amount) };
        paper_table_row(d->paper, cells, N_ELEMENTS(cells), TEXT_NONE, TEXT_NONE, false);
    }
    paper_table_end(d->paper);
}

static money_t closing(const struct statement *s)
{
    money_t sum = s->opening;
    for (size_t i = 0; i < s->n; i++) {
        sum = money_add(sum, s->movements[i].amount);
    }
    return sum;
}

enum err compose_statement(struct document_cx *d, const struct statement *s)
{
    text_t title = say(d, N_("Statement of account"));
    text_t until = as_date(d, s->to, DATE_LONG);
    d->values[PLACEHOLDER_TOTAL] = as_money(d, closing(s));
    document_name(d, "statement", title, d->party.code, until, date_start(s->to));
    d->paper->footer = filled(d, d->template.footer);
    TRY(put_letterhead(d));
    paper_space(d->paper, 140);
    paper_text(d->paper, TYPE_TITLE, ALIGN_START,
               text_empty(d->template.title) ? title : filled(d, d->template.title));
    paper_space(d->paper, 50);
    paper_split(d->paper, 560);
    put_addressee(d, N_("Customer"));
    paper_split_next(d->paper);
    put_fact(d, 420, N_("Customer number"), d->party.code);
    put_fact(d, 420, N_("From"), as_date(d, s->from, DATE_MEDIUM));
    put_fact(d, 420, N_("To"), as_date(d, s->to, DATE_MEDIUM));
    paper_rule(d->paper, RULE_THIN);
    put_sum(d, TYPE_FIGURE, say(d, N_("Balance")), as_money(d, closing(s)));
    paper_split_end(d->paper);
    paper_space(d->paper, 100);
    movement_rows(d, s);
    open_rows(d, s);
    if (!text_empty(d->template.note)) {
        paper_space(d->paper, 100);
        paper_text(d->paper, TYPE_BODY, ALIGN_START, filled(d, d->template.note));
    }
    return OK;
}

/* A day of the address, or what it is without. */
static enum err day_param(struct document_cx *d, const char *name, date_t without, date_t *out)
{
    text_t t = print_param(d->p, name);
    *out = without;
    if (!text_empty(t) && date_parse(t.s, t.n, out) != OK) {
        return REFUSE(d->cx, &refusal_bad_date, text_of(name), text_of(name));
    }
    return OK;
}

enum err gather_statement(struct print_cx *p, const void *record)
{
    const struct party *party = record;
    struct document_cx d;
    struct statement s = { .n = 0 };
    TRY(document_begin(&d, p, 0, party->record.id));
    date_t today = zone_day(d.zone, p->cx->now);
    TRY(day_param(&d, "to", today, &s.to));
    TRY(day_param(&d, "from", date_month_start(date_add_months(s.to, -2)), &s.from));
    if (s.from.days > s.to.days) {
        return REFUSE(p->cx, &refusal_out_of_range, TEXT("from"), print_param(p, "from"));
    }
    TRY(document_speak(&d, TEMPLATE_STATEMENT, TEXT_NONE));
    instant_t from = day_begins(d.zone, s.from);
    instant_t to = day_begins(d.zone, (date_t){ s.to.days + 1 });
    TRY(opening(p->cx, party->record.id, from, &s.opening));
    TRY(movements(&d, party->record.id, from, to, &s));
    TRY(open_items(&d, party->record.id, to, closing(&s), &s));
    return compose_statement(&d, &s);
}
