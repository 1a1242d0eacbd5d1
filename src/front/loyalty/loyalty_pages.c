/* What people see of points: a customer's account and what happened on it, and what all points are
 * worth, by programme and by when they lapse. */
#include "front/loyalty/loyalty_face.h"
#include "front/loyalty/loyalty_parts.h"
#include "meta/refs.h"

/* -- a customer's points ------------------------------------------------------------------- */

static const char accounts_sql[] =
    "SELECT a.id, a.number, a.program, a.balance, a.value FROM loyalty_accounts a "
    "WHERE a.party = $1 AND a.company = $2 ORDER BY a.id LIMIT 5";

static const char entries_sql[] =
    "SELECT e.at, e.kind, e.points, e.sale, e.reason FROM loyalty_entries e "
    "WHERE e.account = $1 AND e.company = $2 ORDER BY e.id DESC LIMIT 5";

static const struct table_col entry_cols[] = {
    { .label = N_("When") },
    { .label = N_("What"), .grow = true },
    { .label = N_("Points"), .number = true },
};

static bool is_customer(const struct cx *cx, const void *record)
{
    (void)cx;
    return ((const struct party *)record)->is_customer != 0;
}

static const char *entry_words(int64_t kind)
{
    static const char *const words[] = {
        [LOYALTY_EARN] = N_("Earned"),
        [LOYALTY_REDEEM] = N_("Redeemed"),
        [LOYALTY_EXPIRE] = N_("Lapsed"),
        [LOYALTY_REVERSE_EARN] = N_("Taken back with a return"),
        [LOYALTY_REVERSE_REDEEM] = N_("Given back with a return"),
        [LOYALTY_ADJUST] = N_("Adjusted"),
    };
    return kind >= 0 && (size_t)kind < N_ELEMENTS(words) ? words[kind] : N_("Changed");
}

static void put_entries(struct page_cx *p, const struct rows *rows)
{
    page_table(p, N_("Latest points"), entry_cols, N_ELEMENTS(entry_cols));
    for (size_t i = 0; i < rows->n; i++) {
        page_row(p);
        page_cell(p, page_time(p, (instant_t){ rows_int(rows, i, 0) }, TIME_SHORT));
        page_cell_open(p);
        html_text(p->h, page_text(p, entry_words(rows_int(rows, i, 1))));
        html_text(p->h, TEXT(" "));
        page_link(p, "sales_order", rows_int(rows, i, 3));
        html_text(p->h, rows_text(rows, i, 4));
        page_cell_close(p);
        page_cell(p, page_integer(p, rows_int(rows, i, 2)));
        page_row_end(p);
    }
    page_table_end(p);
}

/* A customer has one account by programme, and in most houses there is one programme: what happened
 * is shown of the first. */
static enum err show_points(struct page_cx *p, const void *record)
{
    const struct party *party = record;
    struct value args[] = { v_int(party->record.id), v_int(p->cx->company) };
    struct rows accounts, entries;
    TRY(store_query(p->cx, accounts_sql, args, N_ELEMENTS(args), &accounts));
    if (accounts.n == 0) {
        EL(p->h, "p.muted", page_text(p, N_("No loyalty account.")));
        return OK;
    }
    args[0] = v_int(rows_int(&accounts, 0, 0));
    TRY(store_query(p->cx, entries_sql, args, N_ELEMENTS(args), &entries));
    for (size_t i = 0; i < entries.n; i++) {
        refs_note_one(p->cx, "sales_order", rows_int(&entries, i, 3));
    }
    for (size_t i = 0; i < accounts.n; i++) {
        refs_note_one(p->cx, "loyalty_program", rows_int(&accounts, i, 2));
    }
    TRY(refs_load(p->cx));
    OPEN(p->h, "div.figures");
    for (size_t i = 0; i < accounts.n; i++) {
        page_figure(p, N_("Points"), page_integer(p, rows_int(&accounts, i, 3)),
                    page_record_address(p, "loyalty_account", rows_int(&accounts, i, 0)));
        page_figure(p, N_("Worth"), page_money(p, money_of(rows_int(&accounts, i, 4))), TEXT_NONE);
    }
    html_close(p->h, "div");
    if (entries.n > 0) {
        put_entries(p, &entries);
    }
    return OK;
}

static const struct panel panels[] = {
    { .entity = &party_entity,
      .name = "points",
      .label = N_("Points"),
      .permission = "loyalty.read",
      .beside = true,
      .when = is_customer,
      .show = show_points },
};

/* -- what all points are worth ------------------------------------------------------------- */

enum { P_PROGRAM, P_ACCOUNTS, P_POINTS, P_VALUE, P_COLUMNS };

static const struct table_col program_cols[] = {
    { .label = N_("Programme"), .grow = true },
    { .label = N_("Accounts"), .number = true },
    { .label = N_("Points"), .number = true },
    { .label = N_("Worth"), .number = true },
};

static const struct table_col lapse_cols[] = {
    { .label = N_("Lapse in"), .grow = true },
    { .label = N_("Points"), .number = true },
    { .label = N_("Worth"), .number = true },
};

static enum err liability(struct page_cx *p, struct report *r, int64_t *value)
{
    text_t next;
    TRY(query_run(p->cx, house_query(p->cx->house, TEXT("points_liability")), NULL, 0, 100,
                  TEXT_NONE, r, &next));
    *value = 0;
    for (size_t i = 0; i < r->n; i++) {
        *value += r->cells[i * P_COLUMNS + P_VALUE].i;
    }
    return OK;
}

static void put_programs(struct page_cx *p, const struct report *r, int64_t value)
{
    page_table(p, N_("By programme"), program_cols, N_ELEMENTS(program_cols));
    for (size_t i = 0; i < r->n; i++) {
        const struct value *v = &r->cells[i * P_COLUMNS];
        page_row(p);
        page_cell_ref(p, "loyalty_program", v[P_PROGRAM].i);
        page_cell_link(p, page_integer(p, v[P_ACCOUNTS].i),
                       text_fmt(p->cx->arena, "/office/loyalty_accounts?program=%%23%lld",
                                (long long)v[P_PROGRAM].i));
        page_cell(p, page_integer(p, v[P_POINTS].i));
        page_cell(p, page_money(p, money_of(v[P_VALUE].i)));
        page_row_end(p);
    }
    page_row_total(p);
    page_cell(p, page_text(p, N_("Total")));
    page_cell(p, TEXT_NONE);
    page_cell(p, TEXT_NONE);
    page_cell(p, page_money(p, money_of(value)));
    page_row_end(p);
    page_table_end(p);
}

/* Through the index of lots that lapse: only those of the next quarter are read. */
static enum err put_lapsing(struct page_cx *p)
{
    date_t today = instant_date(p->cx->now);
    const struct value args[] = { v_int(p->cx->company), v_int(today.days), v_int(today.days + 30),
                                  v_int(today.days + 90) };
    struct rows rows;
    static const char *const spans[] = { N_("30 days"), N_("31 to 90 days") };
    TRY(store_query(p->cx,
                    "SELECT CASE WHEN l.expires_on <= $3 THEN 0 ELSE 1 END AS span, "
                    "CAST(SUM(l.points_left) AS BIGINT), CAST(SUM(l.value_left) AS BIGINT) "
                    "FROM loyalty_lots l WHERE l.company = $1 AND l.expires_on >= $2 "
                    "AND l.expires_on <= $4 AND l.points_left > 0 AND l.expires_on IS NOT NULL "
                    "GROUP BY CASE WHEN l.expires_on <= $3 THEN 0 ELSE 1 END ORDER BY 1",
                    args, N_ELEMENTS(args), &rows));
    EL(p->h, "h2", page_text(p, N_("Points that lapse soon")));
    if (rows.n == 0) {
        EL(p->h, "p.muted", page_text(p, N_("None in the next 90 days.")));
        return OK;
    }
    page_table(p, N_("Points that lapse soon"), lapse_cols, N_ELEMENTS(lapse_cols));
    for (size_t i = 0; i < rows.n; i++) {
        page_row(p);
        page_cell(p, page_text(p, spans[rows_int(&rows, i, 0)]));
        page_cell(p, page_integer(p, rows_int(&rows, i, 1)));
        page_cell(p, page_money(p, money_of(rows_int(&rows, i, 2))));
        page_row_end(p);
    }
    page_table_end(p);
    return OK;
}

static enum err show_liability(struct page_cx *p)
{
    struct report r;
    int64_t value;
    TRY(liability(p, &r, &value));
    page_head(p, TEXT_NONE);
    page_downloads(p, "points_liability", NULL, 0);
    page_head_end(p);
    put_programs(p, &r, value);
    TRY(put_lapsing(p));
    if (cx_may(p->cx, "ledger.read")) {
        OPEN(p->h, "p.muted");
        page_say(p, N_("The liability in the books is the same figure:"));
        html_text(p->h, TEXT(" "));
        EL(p->h, "a", page_text(p, N_("Sub-ledgers")),
           { "href", TEXT("/office/reports/control_accounts") });
        html_close(p->h, "p");
    }
    return OK;
}

static enum err tile_liability(struct page_cx *p)
{
    struct report r;
    int64_t value;
    TRY(liability(p, &r, &value));
    page_figure(p, N_("What all points are worth"), page_money(p, money_of(value)),
                TEXT("/office/points_liability"));
    return OK;
}

static const struct page pages[] = {
    { .path = "points_liability",
      .label = N_("Points owed to customers"),
      .help = N_("What all points that are left are worth: the liability in the books."),
      .icon = "gift",
      .permission = "loyalty.read",
      .in_menu = true,
      .show = show_liability },
};

/* For those who look after the programmes; a cashier sees a customer's points with the customer. */
static const struct tile tiles[] = {
    { .name = "points_liability",
      .label = N_("Points owed"),
      .permission = "loyalty.write",
      .events = "loyalty.*",
      .order = 70,
      .show = tile_liability },
};

static const char *const menu[] = { "loyalty_accounts", "loyalty_programs", "points_liability",
                                    NULL };

const struct area_face loyalty_face = {
    .group = GROUP_FRONT,
    .icon = "gift",
    .menu = menu,
    .pages = pages,
    .n_pages = N_ELEMENTS(pages),
    .panels = panels,
    .n_panels = N_ELEMENTS(panels),
    .tiles = tiles,
    .n_tiles = N_ELEMENTS(tiles),
};
