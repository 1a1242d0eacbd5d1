/* The statements as pages: accounts as a tree beside another span, each figure a link one level
 * down (statement, account, entry, document), the proof below.
 *
 * Every figure comes from the named reports, so pages, files and programs show the same. */
#include "back/ledger/books.h"
#include "back/ledger/ledger_face.h"

#include "meta/refs.h"

#define STATEMENT_ROWS 5000
#define GENERAL_ROWS   200
#define PARAMS_MAX     8
#define ALL_LEVELS     9

/* A statement as its page knows it. */
struct statement_page {
    const char *query;
    bool span; /* from a day to a day; otherwise as of a day */
};

static const struct choice compare_choices[] = {
    { "", N_("Nothing") },
    { "previous_period", N_("Previous period") },
    { "previous_year", N_("Previous year") },
};

static const struct choice level_choices[] = {
    { "1", N_("Headings") },
    { "2", N_("Two levels") },
    { "3", N_("Three levels") },
    { "9", N_("All accounts") },
};

/* The report's parameters, as they stand in the address of the page. */
struct asked {
    struct list_filter filters[PARAMS_MAX];
    size_t n;
};

static void ask(struct asked *a, const char *name, text_t value)
{
    if (!text_empty(value)) {
        a->filters[a->n++] =
            (struct list_filter){ .field = text_of(name), .op = LIST_EQ, .value = value };
    }
}

/* A day chosen by hand is stronger than a choice from the list. */
static text_t compare_asked(const struct page_cx *p)
{
    text_t day = page_param(p, "compare_day");
    return text_empty(day) ? page_param(p, "compare") : day;
}

static void ask_span(struct page_cx *p, struct asked *a, bool span)
{
    static const char *const names[] = { "from", "to", "as_of" };
    for (size_t i = span ? 0 : 2; i < (span ? 2 : N_ELEMENTS(names)); i++) {
        ask(a, names[i], page_param(p, names[i]));
    }
    ask(a, "site", page_param(p, "site"));
}

/* What an account's figure opens to: its lines up to the same day. */
static text_t lines_address(struct page_cx *p, text_t account, bool span)
{
    struct buf b;
    buf_init(&b, p->cx->arena, 1000);
    buf_str(&b, "/office/general_ledger?account=");
    buf_text(&b, page_encode(p, account));
    text_t from = page_param(p, "from"), site = page_param(p, "site");
    text_t to = page_param(p, span ? "to" : "as_of");
    const struct {
        const char *name;
        text_t value;
    } more[] = { { "from", from }, { "to", to }, { "site", site } };
    for (size_t i = 0; i < N_ELEMENTS(more); i++) {
        if (!text_empty(more[i].value)) {
            buf_fmt(&b, "&%s=", more[i].name);
            buf_text(&b, page_encode(p, more[i].value));
        }
    }
    return buf_done(&b);
}

static text_t numbered(struct page_cx *p, text_t code, text_t name)
{
    return code.n ? text_fmt(p->cx->arena, "%s %s", code.s, name.s ? name.s : "") : name;
}

static text_t amount(struct page_cx *p, struct value v)
{
    return v.type == V_NULL ? TEXT_NONE : page_money(p, money_of(v.i));
}

static void statement_form(struct page_cx *p, bool span)
{
    page_form(p);
    if (span) {
        page_form_date(p, "from", N_("From"), DATE_NONE);
        page_form_date(p, "to", N_("To"), DATE_NONE);
    } else {
        page_form_date(p, "as_of", N_("As of"), DATE_NONE);
    }
    page_form_ref(p, "site", N_("Site"), "site");
    page_form_choice(p, "compare", N_("Compared with"), compare_choices,
                     N_ELEMENTS(compare_choices), "");
    page_form_date(p, "compare_day", N_("or with"), DATE_NONE);
    page_form_choice(p, "level", N_("Show"), level_choices, N_ELEMENTS(level_choices), "9");
    page_form_end(p);
}

static text_t span_words(struct page_cx *p, struct span s)
{
    return date_none(s.from) ? page_date(p, s.to, DATE_LONG)
                             : PAGE_TEXT(p, N_("{1} to {2}"), page_date(p, s.from, DATE_LONG),
                                         page_date(p, s.to, DATE_LONG));
}

/* Which days the columns stand for: also for paper. */
static enum err put_span(struct page_cx *p, bool span)
{
    text_t asked_compare = compare_asked(p);
    const struct value compare = v_text(text_empty(asked_compare) ? TEXT_NONE : asked_compare);
    struct span now = { DATE_NONE, report_today(p->cx) }, then;
    bool given;
    now.to = page_param_date(p, span ? "to" : "as_of", now.to);
    if (span) {
        TRY(report_year_start(p->cx, now.to, &now.from));
        now.from = page_param_date(p, "from", now.from);
    }
    TRY(report_compare(p->cx, &compare, now, &given, &then));
    OPEN(p->h, "p.lead");
    EL(p->h, "strong", span_words(p, now));
    if (given) {
        html_text(p->h, TEXT(" "));
        EL(p->h, "span.muted", PAGE_TEXT(p, N_("compared with {1}"), span_words(p, then)));
    }
    html_close(p->h, "p");
    return OK;
}

static void notes_below(struct page_cx *p)
{
    OPEN(p->h, "p.muted");
    page_say(p, N_("Customers, stock, points and tills are proven against their accounts too:"));
    html_text(p->h, TEXT(" "));
    EL(p->h, "a", page_text(p, N_("Sub-ledgers")),
       { "href", TEXT("/office/reports/control_accounts") });
    html_close(p->h, "p");
}

/* -- balance sheet, profit and loss -------------------------------------------------------------
 */

enum { S_ROW, S_SECTION, S_LEVEL, S_ACCOUNT, S_CODE, S_NAME, S_AMOUNT, S_COMPARE, S_COLUMNS };

static const struct table_col statement_cols[] = {
    { .label = N_("Account"), .grow = true },
    { .label = N_("Amount"), .number = true },
    { .label = N_("Compared with"), .number = true },
    { .label = N_("Net change"), .number = true },
};

/* One level down: a heading to its accounts, an account to its lines, the result to how it came to
 * be. */
static text_t opens_to(struct page_cx *p, const struct value *v, bool span)
{
    if (v[S_ROW].i == ROW_ACCOUNT) {
        return lines_address(p, v[S_CODE].t, span);
    }
    if (v[S_ROW].i == ROW_HEADING) {
        return page_address(p, "level=9");
    }
    text_t day = page_param(p, "as_of");
    if (v[S_ROW].i == ROW_RESULT && !span) {
        return text_fmt(p->cx->arena, "/office/profit_and_loss?to=%s",
                        day.s ? page_encode(p, day).s : "");
    }
    return TEXT_NONE;
}

static void statement_row(struct page_cx *p, const struct value *v, bool span, bool compare)
{
    page_row_level(p, v[S_LEVEL].i, v[S_ROW].i != ROW_ACCOUNT);
    page_cell(p, numbered(p, v[S_CODE].t, v[S_NAME].t));
    page_cell_link(p, amount(p, v[S_AMOUNT]), opens_to(p, v, span));
    if (compare) {
        page_cell(p, amount(p, v[S_COMPARE]));
        page_cell(p, page_money(p, money_of(v[S_AMOUNT].i - v[S_COMPARE].i)));
    }
    page_row_end(p);
}

static enum err show_statement(struct page_cx *p, const struct statement_page *s)
{
    const struct query *q = house_query(p->cx->house, text_of(s->query));
    struct report r;
    struct asked a = { .n = 0 };
    text_t next;
    int64_t deepest = page_param_id(p, "level", ALL_LEVELS);
    ask_span(p, &a, s->span);
    ask(&a, "compare", compare_asked(p));
    TRY(query_run(p->cx, q, a.filters, a.n, STATEMENT_ROWS, TEXT_NONE, &r, &next));
    bool compare = !text_empty(compare_asked(p));
    page_head(p, TEXT_NONE);
    page_downloads(p, s->query, a.filters, a.n);
    page_head_end(p);
    statement_form(p, s->span);
    TRY(put_span(p, s->span));
    page_table(p, q->label, statement_cols, compare ? 4 : 2);
    for (size_t i = 0; i < r.n; i++) {
        const struct value *v = &r.cells[i * S_COLUMNS];
        if (v[S_LEVEL].i <= deepest) {
            statement_row(p, v, s->span, compare);
        }
    }
    page_table_end(p);
    page_proof(p, r.tie_out, q->ties, q->n_ties);
    notes_below(p);
    return OK;
}

static enum err show_balance_sheet(struct page_cx *p)
{
    return show_statement(p, &(struct statement_page){ .query = "balance_sheet" });
}

static enum err show_profit_and_loss(struct page_cx *p)
{
    return show_statement(p, &(struct statement_page){ .query = "profit_and_loss", .span = true });
}

/* -- trial balance ---------------------------------------------------------------------------- */

enum {
    T_ACCOUNT,
    T_CODE,
    T_NAME,
    T_KIND,
    T_OPENING,
    T_DEBIT,
    T_CREDIT,
    T_BALANCE,
    T_COMPARE,
    T_ROW,
    T_LEVEL,
    T_COLUMNS
};

static const struct table_col trial_cols[] = {
    { .label = N_("Account"), .grow = true },   { .label = N_("Opening balance"), .number = true },
    { .label = N_("Debit"), .number = true },   { .label = N_("Credit"), .number = true },
    { .label = N_("Balance"), .number = true }, { .label = N_("Compared with"), .number = true },
};

static void trial_row(struct page_cx *p, const struct value *v, bool compare)
{
    bool heading = v[T_ROW].i == ROW_HEADING;
    page_row_level(p, v[T_LEVEL].i, heading);
    page_cell(p, numbered(p, v[T_CODE].t, v[T_NAME].t));
    page_cell(p, amount(p, v[T_OPENING]));
    page_cell(p, amount(p, v[T_DEBIT]));
    page_cell(p, amount(p, v[T_CREDIT]));
    page_cell_link(p, amount(p, v[T_BALANCE]),
                   heading ? page_address(p, "level=9") : lines_address(p, v[T_CODE].t, false));
    if (compare) {
        page_cell(p, amount(p, v[T_COMPARE]));
    }
    page_row_end(p);
}

static enum err show_trial_balance(struct page_cx *p)
{
    const struct query *q = house_query(p->cx->house, TEXT("trial_balance"));
    struct report r;
    struct asked a = { .n = 0 };
    text_t next;
    int64_t deepest = page_param_id(p, "level", ALL_LEVELS);
    bool compare = !text_empty(compare_asked(p));
    ask_span(p, &a, false);
    ask(&a, "from", page_param(p, "from"));
    ask(&a, "compare", compare_asked(p));
    ask(&a, "tree", TEXT("true"));
    TRY(query_run(p->cx, q, a.filters, a.n, STATEMENT_ROWS, TEXT_NONE, &r, &next));
    page_head(p, TEXT_NONE);
    page_downloads(p, q->name, a.filters, a.n);
    page_head_end(p);
    statement_form(p, false);
    TRY(put_span(p, false));
    page_table(p, q->label, trial_cols, compare ? 6 : 5);
    for (size_t i = 0; i < r.n; i++) {
        const struct value *v = &r.cells[i * T_COLUMNS];
        if (v[T_LEVEL].i <= deepest) {
            trial_row(p, v, compare);
        }
    }
    page_table_end(p);
    page_proof(p, r.tie_out, q->ties, q->n_ties);
    notes_below(p);
    return OK;
}

/* -- general ledger --------------------------------------------------------------------------- */

enum {
    G_DAY,
    G_ENTRY,
    G_NUMBER,
    G_KIND,
    G_SOURCE_ENTITY,
    G_SOURCE,
    G_MEMO,
    G_SITE,
    G_PARTY,
    G_DEBIT,
    G_CREDIT,
    G_BALANCE,
    G_COLUMNS
};

static const struct table_col general_cols[] = {
    { .label = N_("Day") },
    { .label = N_("Entry") },
    { .label = N_("Document") },
    { .label = N_("Memo"), .grow = true },
    { .label = N_("Site") },
    { .label = N_("Party") },
    { .label = N_("Debit"), .number = true },
    { .label = N_("Credit"), .number = true },
    { .label = N_("Balance"), .number = true },
};

static void general_row(struct page_cx *p, const struct value *v)
{
    text_t number = v[G_NUMBER].t.n ? v[G_NUMBER].t
                                    : text_fmt(p->cx->arena, "#%lld", (long long)v[G_ENTRY].i);
    page_row(p);
    page_cell(p, page_date(p, (date_t){ v[G_DAY].i }, DATE_MEDIUM));
    if (v[G_ENTRY].type == V_NULL) {
        page_cell(p, TEXT_NONE);
    } else {
        page_cell_link(p, number, page_record_address(p, "journal_entry", v[G_ENTRY].i));
    }
    page_cell_open(p);
    page_source(p, v[G_SOURCE_ENTITY].t, v[G_SOURCE].i);
    page_cell_close(p);
    page_cell(p, v[G_MEMO].t);
    page_cell_code(p, "site", v[G_SITE].i);
    page_cell_ref(p, "party", v[G_PARTY].i);
    page_cell(p, v[G_DEBIT].i ? amount(p, v[G_DEBIT]) : TEXT_NONE);
    page_cell(p, v[G_CREDIT].i ? amount(p, v[G_CREDIT]) : TEXT_NONE);
    page_cell(p, amount(p, v[G_BALANCE]));
    page_row_end(p);
}

static enum err general_rows(struct page_cx *p, const struct query *q, const struct asked *a)
{
    struct report r;
    text_t next;
    TRY(query_run(p->cx, q, a->filters, a->n, GENERAL_ROWS, page_param(p, "after"), &r, &next));
    for (size_t i = 0; i < r.n; i++) {
        ledger_note_source(p, r.cells[i * G_COLUMNS + G_SOURCE_ENTITY].t,
                           r.cells[i * G_COLUMNS + G_SOURCE].i);
    }
    TRY(refs_load(p->cx));
    page_table(p, q->label, general_cols, N_ELEMENTS(general_cols));
    for (size_t i = 0; i < r.n; i++) {
        general_row(p, &r.cells[i * G_COLUMNS]);
    }
    page_table_end(p);
    if (next.s) {
        text_t after = text_fmt(p->cx->arena, "after=%s", page_encode(p, next).s);
        page_button_link(p, N_("Next page"), "chevron-right", page_address(p, after.s));
    }
    page_proof(p, r.tie_out, q->ties, q->n_ties);
    return OK;
}

void ledger_note_source(struct page_cx *p, text_t entity, int64_t id)
{
    const struct entity_info *info = text_empty(entity) ? NULL : house_entity(p->cx->house, entity);
    if (info && !(info->entity->flags & E_LINE)) {
        refs_note_one(p->cx, info->entity->name, id);
    }
}

/* The record that a parameter names, by code or number, as reports take it; *id stays 0 when there
 * is none: the report says so. */
static enum err named(struct page_cx *p, const struct entity *e, text_t t, void *record,
                      int64_t *id)
{
    enum err err = ERR_NOT_FOUND;
    *id = 0;
    if (text_empty(t)) {
        return OK;
    }
    err = store_find(p->cx, e, e->code, t, record);
    text_t number = t.s[0] == '#' ? (text_t){ t.s + 1, t.n - 1 } : t;
    int64_t n;
    if (err == ERR_NOT_FOUND && text_to_i64(number, &n) == OK) {
        err = store_get_visible(p->cx, e, n, record);
    }
    if (err == OK) {
        *id = ((const struct record *)record)->id;
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err general_asked(struct page_cx *p, struct ledger_asked *out, struct account *account)
{
    struct site site;
    *out = (struct ledger_asked){ .account = 0 };
    TRY(named(p, &account_entity, page_param(p, "account"), account, &out->account));
    TRY(named(p, &site_entity, page_param(p, "site"), &site, &out->site));
    out->span.to = page_param_date(p, "to", report_today(p->cx));
    TRY(report_year_start(p->cx, out->span.to, &out->span.from));
    out->span.from = page_param_date(p, "from", out->span.from);
    return OK;
}

static void general_form(struct page_cx *p)
{
    page_form(p);
    page_form_ref(p, "account", N_("Account"), "account");
    page_form_date(p, "from", N_("From"), DATE_NONE);
    page_form_date(p, "to", N_("To"), DATE_NONE);
    page_form_ref(p, "site", N_("Site"), "site");
    page_form_end(p);
}

static enum err show_general_ledger(struct page_cx *p)
{
    const struct query *q = house_query(p->cx->house, TEXT("general_ledger"));
    struct asked a = { .n = 0 };
    struct ledger_asked asked;
    struct account account = { .code = TEXT_NONE };
    bool given = !text_empty(page_param(p, "account")), summary = false;
    TRY(general_asked(p, &asked, &account));
    ask(&a, "account", page_param(p, "account"));
    ask_span(p, &a, true);
    page_head(p, asked.account ? numbered(p, account.code, account.name) : TEXT_NONE);
    if (given) {
        page_downloads(p, q->name, a.filters, a.n);
    }
    page_head_end(p);
    general_form(p);
    if (!given) {
        page_empty(p, N_("Choose an account to see its lines."), NULL, TEXT_NONE);
        return OK;
    }
    if (asked.account && (asked.site || text_empty(page_param(p, "site")))) {
        TRY(ledger_put_summary(p, &asked, &summary));
    }
    return summary ? OK : general_rows(p, q, &a);
}

/* -- the face --------------------------------------------------------------------------------- */

static const struct page pages[] = {
    { .path = "trial_balance",
      .label = N_("Trial balance"),
      .help = N_("Every account's opening balance, debits, credits and balance."),
      .icon = "scale",
      .permission = "ledger.read",
      .in_menu = true,
      .show = show_trial_balance },
    { .path = "balance_sheet",
      .label = N_("Balance sheet"),
      .help = N_("What the company owns and owes on a day."),
      .icon = "scale",
      .permission = "ledger.read",
      .in_menu = true,
      .show = show_balance_sheet },
    { .path = "profit_and_loss",
      .label = N_("Profit and loss"),
      .help = N_("Income and expenses between two days, without the entries that close a year."),
      .icon = "line-chart",
      .permission = "ledger.read",
      .in_menu = true,
      .show = show_profit_and_loss },
    { .path = "general_ledger",
      .label = N_("General ledger"),
      .help = N_("The lines of an account with its running balance. Each opens its entry."),
      .icon = "book",
      .permission = "ledger.read",
      .in_menu = true,
      .show = show_general_ledger },
};

static const char *const menu[] = {
    "journal_entries",
    "trial_balance",
    "balance_sheet",
    "profit_and_loss",
    "general_ledger",
    "reports/control_accounts",
    "reports/open_balances",
    "accounts",
    "posting_rules",
    "dimensions",
    NULL,
};

const struct area_face ledger_face = {
    .group = GROUP_BACK,
    .icon = "ledger",
    .menu = menu,
    .pages = pages,
    .n_pages = N_ELEMENTS(pages),
    .panels = ledger_panels,
    .n_panels = LEDGER_PANELS,
    .whys = ledger_whys,
    .n_whys = LEDGER_WHYS,
};
