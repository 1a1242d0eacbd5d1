/* What the ledger adds to records: the way of an order through the house, the entries of a
 * document, where an entry comes from; and why a line stands on its account. */
#include "back/ledger/books.h"
#include "back/ledger/ledger_face.h"
#include "back/stock/stock.h"
#include "flow/record_stream.h"
#include "front/order/order.h"
#include "meta/refs.h"
#include "meta/word.h"

/* -- entries of a document ----------------------------------------------------------------- */

static const char entries_sql[] =
    "SELECT e.id, e.number, e.posted_on, l.account, l.site, l.party, l.debit, l.credit "
    "FROM journal_entries e JOIN journal_lines l ON l.entry = e.id "
    "WHERE e.source = $1 AND e.source_entity = $2 AND e.company = $3 "
    "AND " SITES_OPEN_OR_NONE("l.site", "$4") " ORDER BY e.recorded_at, e.id, l.id LIMIT 200";

static const struct table_col entry_cols[] = {
    { .label = N_("Account"), .grow = true },
    { .label = N_("Entry") },
    { .label = N_("Debit"), .number = true },
    { .label = N_("Credit"), .number = true },
};

static text_t side(struct page_cx *p, int64_t minor)
{
    return minor ? page_money(p, money_of(minor)) : TEXT_NONE;
}

static void entry_row(struct page_cx *p, const struct rows *rows, size_t r)
{
    int64_t entry = rows_int(rows, r, 0);
    page_row(p);
    page_cell_ref(p, "account", rows_int(rows, r, 3));
    if (r == 0 || rows_int(rows, r - 1, 0) != entry) {
        text_t day = page_date(p, (date_t){ rows_int(rows, r, 2) }, DATE_MEDIUM);
        page_cell_link(p, day, page_record_address(p, "journal_entry", entry));
    } else {
        page_cell(p, TEXT_NONE);
    }
    page_cell(p, side(p, rows_int(rows, r, 6)));
    page_cell(p, side(p, rows_int(rows, r, 7)));
    page_row_end(p);
}

static enum err show_entries(struct page_cx *p, const void *record)
{
    const struct record *r = record;
    const struct value args[] = { v_int(r->id), v_str("sales_order"), v_int(p->cx->company),
                                  v_int(p->cx->site_filter) };
    struct rows rows;
    int64_t debit = 0, credit = 0;
    TRY(store_query(p->cx, entries_sql, args, N_ELEMENTS(args), &rows));
    for (size_t i = 0; i < rows.n; i++) {
        refs_note_one(p->cx, "account", rows_int(&rows, i, 3));
        debit += rows_int(&rows, i, 6);
        credit += rows_int(&rows, i, 7);
    }
    TRY(refs_load(p->cx));
    if (rows.n == 0) {
        EL(p->h, "p.muted", page_text(p, N_("Nothing is booked yet.")));
        return OK;
    }
    page_table(p, N_("Entries"), entry_cols, N_ELEMENTS(entry_cols));
    for (size_t i = 0; i < rows.n; i++) {
        entry_row(p, &rows, i);
    }
    page_row_total(p);
    page_cell(p, page_text(p, N_("Total")));
    page_cell(p, TEXT_NONE);
    page_cell(p, page_money(p, money_of(debit)));
    page_cell(p, page_money(p, money_of(credit)));
    page_row_end(p);
    page_table_end(p);
    return OK;
}

/* -- the way of an order ------------------------------------------------------------------- */

/* What there is of an order beyond its own row. */
struct order_way {
    int64_t entries, first_entry;
    int64_t moves, cost; /* goods out, less what came back */
    int64_t reserved;    /* reservations still held */
    int64_t returns, first_return;
};

/* The movements of an order are found by the moments at which its entries were recorded: movements
 * have no index by document, because a sale would pay for it. */
#define RETURNS_OPEN                                                                               \
    "FROM sales_orders o WHERE o.origin = $1 AND o.company = $2 AND " SITES_OPEN("o.site", "$3")

static const char way_sql[] =
    "SELECT (SELECT COUNT(*) FROM journal_entries e WHERE e.source = $1 "
    "AND e.source_entity = 'sales_order' AND e.company = $2), "
    "(SELECT MIN(e.id) FROM journal_entries e WHERE e.source = $1 "
    "AND e.source_entity = 'sales_order' AND e.company = $2), "
    "(SELECT COUNT(*) FROM stock_moves m WHERE m.company = $2 AND m.source = $1 "
    "AND m.recorded_at IN (SELECT e.recorded_at FROM journal_entries e WHERE e.source = $1 "
    "AND e.source_entity = 'sales_order' AND e.company = $2)), "
    "(SELECT CAST(COALESCE(SUM(-m.value), 0) AS BIGINT) FROM stock_moves m WHERE m.company = $2 "
    "AND m.source = $1 AND m.recorded_at IN (SELECT e.recorded_at FROM journal_entries e "
    "WHERE e.source = $1 AND e.source_entity = 'sales_order' AND e.company = $2)), "
    "(SELECT COUNT(*) FROM stock_reservations r WHERE r.sale = $1 AND r.company = $2 "
    "AND r.state = 0), "
    "(SELECT COUNT(*) " RETURNS_OPEN "), (SELECT MIN(o.id) " RETURNS_OPEN ")";
_Static_assert(RESERVATION_HELD == 0, "the state above");

static enum err way_load(struct page_cx *p, int64_t order, struct order_way *out)
{
    struct rows rows;
    const struct value args[] = { v_int(order), v_int(p->cx->company), v_int(p->cx->site_filter) };
    TRY(store_query(p->cx, way_sql, args, N_ELEMENTS(args), &rows));
    *out = (struct order_way){ rows_int(&rows, 0, 0), rows_int(&rows, 0, 1), rows_int(&rows, 0, 2),
                               rows_int(&rows, 0, 3), rows_int(&rows, 0, 4), rows_int(&rows, 0, 5),
                               rows_int(&rows, 0, 6) };
    return OK;
}

enum step_state { STEP_DONE, STEP_NOW, STEP_NEXT };

static void step(struct page_cx *p, enum step_state state, const char *icon, text_t text,
                 text_t address)
{
    static const char *const what[] = { "li.path-step.done", "li.path-step.now",
                                        "li.path-step.next" };
    OPEN(p->h, what[state], { "aria-current", state == STEP_NOW ? TEXT("step") : TEXT_NONE });
    page_icon(p, state == STEP_DONE ? "check" : icon);
    if (address.s) {
        EL(p->h, "a", text, { "href", address });
    } else {
        EL(p->h, "span", text);
    }
    html_close(p->h, "li");
}

static void step_paid(struct page_cx *p, const struct sales_order *o)
{
    money_t due = money_add(o->total, o->rounding);
    bool all = o->paid.minor == due.minor;
    enum step_state state = all ? STEP_DONE : o->state == ORDER_PLACED ? STEP_NOW : STEP_NEXT;
    text_t paid = page_money_in(p, o->paid, o->currency);
    text_t text = all ? PAGE_TEXT(p, N_("Paid: {1}"), paid)
                      : PAGE_TEXT(p, N_("Paid: {1} of {2}"), paid,
                                  page_money_in(p, due, o->currency));
    step(p, state, "card", text, o->payments.n > 0 ? TEXT("#payments") : TEXT_NONE);
}

static void step_goods(struct page_cx *p, const struct sales_order *o, const struct order_way *w)
{
    bool done = o->state == ORDER_DONE;
    money_t due = money_add(o->total, o->rounding);
    if (w->reserved > 0) {
        step(p, STEP_DONE, "lock", page_plural(p, "Held: {1} line", "Held: {1} lines", w->reserved),
             TEXT_NONE);
    }
    const char *label = o->kind == ORDER_RETURN ? N_("Taken back") : N_("Handed over");
    step(p,
         done                         ? STEP_DONE
         : o->paid.minor == due.minor ? STEP_NOW
                                      : STEP_NEXT,
         "box", page_text(p, label), TEXT_NONE);
    if (done && w->moves > 0 && cx_may(p->cx, "stock.read")) {
        text_t moves = page_plural(p, "{1} stock movement", "{1} stock movements", w->moves);
        text_t text = cx_may(p->cx, "stock.value") ? PAGE_TEXT(p, N_("{1}, cost {2}"), moves,
                                                               page_money(p, money_of(w->cost)))
                                                   : moves;
        step(p, STEP_DONE, "stock", text, TEXT_NONE);
    }
}

static void step_entries(struct page_cx *p, const struct sales_order *o, const struct order_way *w)
{
    text_t one = w->entries == 1 ? page_record_address(p, "journal_entry", w->first_entry)
                                 : TEXT_NONE;
    if (!cx_may(p->cx, "ledger.read")) {
        return;
    }
    step(p, w->entries > 0 ? STEP_DONE : STEP_NEXT, "ledger",
         w->entries > 0 ? page_plural(p, "{1} journal entry", "{1} journal entries", w->entries)
                        : page_text(p, N_("Journal entry")),
         one.s            ? one
         : w->entries > 0 ? TEXT("#entries")
                          : TEXT_NONE);
    (void)o;
}

static void step_returns(struct page_cx *p, const struct sales_order *o, const struct order_way *w)
{
    if (w->returns > 0) {
        text_t address = w->returns == 1
                             ? page_record_address(p, "sales_order", w->first_return)
                             : text_fmt(p->cx->arena, "/office/sales_orders?origin=%%23%lld",
                                        (long long)o->record.id);
        step(p, STEP_DONE, "undo", page_plural(p, "{1} return", "{1} returns", w->returns),
             address);
    }
}

static enum err show_way(struct page_cx *p, const void *record)
{
    const struct sales_order *o = record;
    struct order_way w;
    instant_t placed = instant_none(o->placed_at) ? o->sold_at : o->placed_at;
    TRY(way_load(p, o->record.id, &w));
    OPEN(p->h, "ol.path");
    if (o->kind == ORDER_RETURN && o->origin.id) {
        step(p, STEP_DONE, "receipt", page_text(p, N_("Original sale")),
             page_record_address(p, "sales_order", o->origin.id));
    }
    step(p, o->state == ORDER_DRAFT ? STEP_NOW : STEP_DONE, "cart",
         o->state == ORDER_DRAFT ? page_text(p, N_("Draft"))
                                 : PAGE_TEXT(p, N_("Placed {1}"), page_time(p, placed, TIME_SHORT)),
         TEXT_NONE);
    if (o->state == ORDER_CANCELLED) {
        step(p, STEP_NOW, "cross", page_text(p, N_("Cancelled")), TEXT_NONE);
    } else {
        step_paid(p, o);
        step_goods(p, o, &w);
    }
    step_entries(p, o, &w);
    step_returns(p, o, &w);
    html_close(p->h, "ol");
    if (o->state == ORDER_PLACED) {
        instant_t due = o->promised_at;
        if (instant_none(due)) {
            due.us = placed.us + ORDER_LATE_HOURS * INT64_C(3600) * US_PER_SECOND;
        }
        OPEN(p->h, due.us < p->cx->now.us ? "p.clock.late" : "p.clock");
        html_text(p->h, due.us < p->cx->now.us
                            ? PAGE_TEXT(p, N_("Late since {1}"), page_time(p, due, TIME_MEDIUM))
                            : PAGE_TEXT(p, N_("Due {1}"), page_time(p, due, TIME_MEDIUM)));
        html_close(p->h, "p");
    }
    return OK;
}

/* -- where an entry comes from ------------------------------------------------------------- */

static void fact(struct page_cx *p, const char *label, text_t value)
{
    OPEN(p->h, "div.fact");
    EL(p->h, "dt", page_text(p, label));
    EL(p->h, "dd", value);
    html_close(p->h, "div");
}

/* The command of the log: it has the document's record and the entry's moment. */
static enum err show_command(struct page_cx *p, const struct journal_entry *e)
{
    struct rows rows;
    int64_t record = e->source != VALUE_NONE && e->source ? e->source : e->record.id;
    const struct value args[] = { v_int(record), v_int(e->recorded_at.us), v_int(p->cx->company) };
    TRY(store_query(p->cx,
                    "SELECT writer, seq, who, command FROM command_log "
                    "WHERE record = $1 AND at = $2 AND company = $3 ORDER BY writer, seq LIMIT 1",
                    args, N_ELEMENTS(args), &rows));
    if (rows.n == 0) {
        return OK;
    }
    text_t who;
    TRY(person_name(p->cx, rows_int(&rows, 0, 2), &who));
    fact(p, N_("Command"), word_label(p->cx, WORD_COMMAND, rows_text(&rows, 0, 3)));
    fact(p, N_("Done by"), who.s ? who : page_text(p, N_("The program")));
    fact(p, N_("In the log"),
         text_fmt(p->cx->arena, "%lld / %lld", (long long)rows_int(&rows, 0, 0),
                  (long long)rows_int(&rows, 0, 1)));
    return OK;
}

static enum err show_origin(struct page_cx *p, const void *record)
{
    const struct journal_entry *e = record;
    ledger_note_source(p, e->source_entity, e->source == VALUE_NONE ? 0 : e->source);
    TRY(refs_load(p->cx));
    OPEN(p->h, "dl.facts");
    if (!text_empty(e->source_entity)) {
        OPEN(p->h, "div.fact");
        EL(p->h, "dt", page_text(p, N_("Document")));
        OPEN(p->h, "dd");
        page_source(p, e->source_entity, e->source);
        html_close(p->h, "dd");
        html_close(p->h, "div");
    }
    fact(p, N_("Recorded"), page_time(p, e->recorded_at, TIME_MEDIUM));
    TRY(show_command(p, e));
    html_close(p->h, "dl");
    return OK;
}

const struct panel ledger_panels[LEDGER_PANELS] = {
    { .entity = &sales_order_entity,
      .name = "way",
      .label = N_("Way"),
      .permission = "order.read",
      .show = show_way },
    { .entity = &sales_order_entity,
      .name = "entries",
      .label = N_("Entries"),
      .permission = "ledger.read",
      .show = show_entries },
    { .entity = &journal_entry_entity,
      .name = "origin",
      .label = N_("Where it comes from"),
      .permission = "ledger.read",
      .beside = true,
      .show = show_origin },
};

/* -- why this account ---------------------------------------------------------------------- */

static void explain_rule(struct page_cx *p, const struct posting_rule *r, struct why_out *out)
{
    why_step(out, PAGE_TEXT(p, N_("Posting rule for {1}"),
                            page_text(p, posting_purposes[r->purpose].label)));
    text_t code = TEXT_NONE, label = TEXT_NONE;
    bool site = r->site.id && refs_label(p->cx, "site", r->site.id, &code, &label);
    why_input(out, N_("Site"), site ? label : page_text(p, N_("All sites")));
    code = label = TEXT_NONE;
    bool category = r->category.id && refs_label(p->cx, "category", r->category.id, &code, &label);
    why_input(out, N_("Category"), category ? label : page_text(p, N_("All categories")));
    why_rule(out, &posting_rule_entity, r->record.id, r->record.version);
}

/* The rules that lead to the line's account; an automatic line without one was led there by the
 * product's or the tax's own account. */
static enum err explain_account(struct page_cx *p, const void *record, struct why_out *out)
{
    const struct journal_line *l = record;
    struct journal_entry entry;
    struct posting_rule *rules;
    size_t n;
    const struct value args[] = { v_int(l->account.id) };
    TRY(store_get(p->cx, &journal_entry_entity, l->entry.id, &entry));
    if (entry.kind != ENTRY_AUTOMATIC) {
        why_step(out, page_text(p, entry.kind == ENTRY_CLOSING
                                       ? N_("Closing the year moves every account of income and "
                                            "expenses to retained earnings.")
                                       : N_("The account was chosen by whoever posted the "
                                            "entry.")));
        why_rule(out, &journal_entry_entity, entry.record.id, entry.record.version);
        return OK;
    }
    TRY(store_select(p->cx, &posting_rule_entity, "account = $1 ORDER BY id", args, 1, &rules, &n));
    for (size_t i = 0; i < n; i++) {
        refs_note_one(p->cx, "site", rules[i].site.id);
        refs_note_one(p->cx, "category", rules[i].category.id);
        refs_note_one(p->cx, "posting_rule", rules[i].record.id);
    }
    ledger_note_source(p, entry.source_entity, entry.source);
    TRY(refs_load(p->cx));
    for (size_t i = 0; i < n; i++) {
        if (rules[i].site.id == 0 || rules[i].site.id == l->site.id) {
            explain_rule(p, &rules[i], out);
        }
    }
    if (n == 0) {
        why_step(out, page_text(p, N_("No posting rule names this account: it is the product's own "
                                      "revenue account, or the tax's own account.")));
    }
    return OK;
}

const struct why ledger_whys[LEDGER_WHYS] = {
    { .entity = &journal_line_entity, .field = "account", .explain = explain_account },
};
