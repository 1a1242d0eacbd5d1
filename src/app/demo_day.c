/* What the demo's people do before the shops open and after they close: goods that arrive and go
 * on, counts, tasks, the books, the tills. */
#include "app/demo_own.h"

#include <stdio.h>

#define FLOAT_CENTS     15000
#define REORDER_BELOW   60
#define TASKS_MAX       40
#define LATE_COST_DAY   6
#define COUNTED_AT_ONCE 12

/* -- goods --------------------------------------------------------------------------------------
 */

void demo_receive(struct demo *d, int supplier, const int64_t pieces[DEMO_GOODS])
{
    struct demo_args a;
    bool any = false;
    demo_args(d, &a);
    json_put_str(&a.o, "site", "DC");
    json_put_i64(&a.o, "supplier", d->suppliers[supplier]);
    json_put_text(&a.o, "reference",
                  text_fmt(&d->scratch, "ALB-%d-%04d", supplier + 1, d->day + 2));
    json_open(&a.o, "lines", '[');
    for (int i = 0; i < DEMO_GOODS; i++) {
        const struct demo_group *g = &demo_groups[i / 10];
        char text[DECIMAL_TEXT_MAX];
        if (pieces[i] == 0) {
            continue;
        }
        int rate = strcmp(g->tax, "IVA21") == 0 ? 121 : strcmp(g->tax, "IVA10") == 0 ? 110 : 104;
        int64_t cost = (int64_t)g->goods[i % 10].price * 100 * g->cost_percent / rate;
        cost += cost * (demo_roll(d, 7) - 3) / 100; /* prices move a little */
        decimal_print(cost, 4, 2, text);
        json_open(&a.o, NULL, '{');
        json_put_i64(&a.o, "product", d->goods[i]);
        demo_put_pieces(&a.o, "quantity", pieces[i]);
        json_put_str(&a.o, "unit_cost", text);
        json_close(&a.o, '}');
        d->shelf[D_DC][i] += pieces[i];
        any = true;
    }
    json_close(&a.o, ']');
    text_t args = demo_args_end(&a);
    if (any) {
        int64_t move = demo_make(d, U_CLERK, "stock_move", "receive", 0, args);
        d->receipt = d->receipt ? d->receipt : move;
    }
}

int64_t demo_transfer(struct demo *d, int shop, const int64_t pieces[DEMO_GOODS], bool arrive)
{
    struct demo_args a;
    bool any = false;
    demo_args(d, &a);
    json_put_str(&a.o, "from", "DC");
    json_put_str(&a.o, "to", demo_site_codes[shop]);
    json_put_bool(&a.o, "arrive", arrive);
    json_open(&a.o, "lines", '[');
    for (int i = 0; i < DEMO_GOODS; i++) {
        if (pieces[i] == 0) {
            continue;
        }
        json_open(&a.o, NULL, '{');
        json_put_i64(&a.o, "product", d->goods[i]);
        demo_put_pieces(&a.o, "quantity", pieces[i]);
        json_close(&a.o, '}');
        d->shelf[D_DC][i] -= pieces[i];
        d->shelf[shop][i] += arrive ? pieces[i] : 0;
        any = true;
    }
    json_close(&a.o, ']');
    text_t args = demo_args_end(&a);
    const struct json *j = any ? demo_call(d, U_CLERK, "stock_move", "transfer", 0, args, true)
                               : NULL;
    const struct json *transfer = j ? json_get(j, "transfer") : NULL;
    const struct json *id = transfer && transfer->type == JSON_OBJECT ? json_get(transfer, "id")
                                                                      : transfer;
    int64_t number = 0;
    return id && text_to_i64(id->text, &number) == OK ? number : 0;
}

/* What was sent yesterday stands at the shops' doors. */
static void arrivals(struct demo *d)
{
    for (int shop = 0; shop < 2; shop++) {
        if (d->transfers[shop] == 0 || !demo_at(d, 8, 40 + shop)) {
            continue;
        }
        enum demo_user_index who = shop == D_MAD ? U_MANAGER_MAD : U_MANAGER_SEV;
        (void)demo_call(d, who, "stock_transfer", "receive", d->transfers[shop], TEXT("{}"), true);
        d->transfers[shop] = 0;
        for (int i = 0; i < DEMO_GOODS; i++) {
            d->shelf[shop][i] += d->transfer_goods[shop][i];
        }
    }
}

static void departures(struct demo *d)
{
    for (int shop = 0; shop < 2; shop++) {
        int64_t *pieces = d->transfer_goods[shop];
        if (d->transfers[shop] != 0 || d->day % 2 != shop || !demo_at(d, 9, 10 + shop)) {
            continue;
        }
        memset(pieces, 0, sizeof d->transfer_goods[shop]);
        for (int i = 0; i < DEMO_GOODS; i++) {
            int64_t low = i < 80 ? 18 : 5, load = i < 80 ? 24 : 6;
            bool needed = d->shelf[shop][i] < low && d->shelf[D_DC][i] >= load * 2;
            pieces[i] = needed ? load : 0;
        }
        d->transfers[shop] = demo_transfer(d, shop, pieces, false);
    }
}

static void deliveries(struct demo *d)
{
    int64_t pieces[DEMO_GOODS] = { 0 };
    int supplier = d->day % DEMO_SUPPLIERS;
    if (!demo_at(d, 8, 50)) {
        return;
    }
    for (int i = 0; i < DEMO_GOODS; i++) {
        bool theirs = demo_groups[i / 10].supplier == supplier;
        int64_t low = i < 80 ? REORDER_BELOW * 2 : REORDER_BELOW / 2;
        if (theirs && d->shelf[D_DC][i] < low) {
            pieces[i] = i < 80 ? 120 : 24;
        }
    }
    demo_receive(d, supplier, pieces);
    if (d->day == LATE_COST_DAY && d->receipt != 0 && demo_at(d, 9, 5)) {
        (void)demo_call(d, U_BUYER, "stock_move", "revalue", 0,
                        text_fmt(&d->scratch,
                                 "{\"receipt\":%lld,\"amount\":\"84.60\",\"reason\":"
                                 "\"Flete facturado después\"}",
                                 (long long)d->receipt),
                        true);
    }
}

/* Once a week each shop counts a shelf, and now and then something breaks. */
static void counts(struct demo *d)
{
    struct demo_args a;
    int shop = (int)demo_roll(d, 2), from = (int)demo_roll(d, DEMO_GOODS - COUNTED_AT_ONCE);
    enum demo_user_index who = shop == D_MAD ? U_MANAGER_MAD : U_MANAGER_SEV;
    if (d->day % 7 == 2 && demo_at(d, 9, 15)) {
        demo_args(d, &a);
        json_put_str(&a.o, "site", demo_site_codes[shop]);
        json_put_str(&a.o, "reason", "Recuento semanal");
        json_open(&a.o, "lines", '[');
        for (int i = from; i < from + COUNTED_AT_ONCE; i++) {
            int64_t missing = d->shelf[shop][i] > 0 && demo_roll(d, 8) == 0;
            d->shelf[shop][i] -= missing;
            json_open(&a.o, NULL, '{');
            json_put_i64(&a.o, "product", d->goods[i]);
            demo_put_pieces(&a.o, "counted", d->shelf[shop][i]);
            json_close(&a.o, '}');
        }
        json_close(&a.o, ']');
        (void)demo_call(d, who, "stock_move", "count", 0, demo_args_end(&a), true);
    }
    if (d->day % 4 == 1 && d->shelf[shop][from] > 2 && demo_at(d, 9, 20)) {
        d->shelf[shop][from]--;
        (void)demo_call(d, who, "stock_move", "adjust", 0,
                        text_fmt(&d->scratch,
                                 "{\"site\":\"%s\",\"reason\":\"Roto en tienda\",\"lines\":"
                                 "[{\"product\":%lld,\"quantity\":\"-1\"}]}",
                                 demo_site_codes[shop], (long long)d->goods[from]),
                        true);
    }
}

/* -- tasks --------------------------------------------------------------------------------------
 */

struct open_task {
    int64_t id, site;
    bool clerk;
};

struct open_tasks {
    struct open_task list[TASKS_MAX];
    size_t n;
};

static enum err read_tasks(struct cx *cx, void *arg)
{
    struct open_tasks *t = arg;
    struct rows rows;
    const struct value args[] = { v_int(cx->company) };
    TRY(store_query(cx,
                    "SELECT id, role, site FROM tasks WHERE company = $1 AND state = 0"
                    " ORDER BY opened_at, subject, id LIMIT 40",
                    args, 1, &rows));
    t->n = rows.n;
    for (size_t i = 0; i < rows.n; i++) {
        t->list[i] = (struct open_task){ rows_int(&rows, i, 0), rows_int(&rows, i, 2),
                                         text_is(rows_text(&rows, i, 1), "stock_clerk") };
    }
    return OK;
}

/* Who sees the task does it; some are left for another day. */
static void tasks(struct demo *d)
{
    struct open_tasks t = { .n = 0 };
    if (!demo_at(d, 9, 25)) {
        return;
    }
    d->failed = import_read(d->k, d->company, &d->scratch, read_tasks, &t);
    for (size_t i = 0; i < t.n && d->failed == OK; i++) {
        enum demo_user_index who = t.list[i].clerk                     ? U_CLERK
                                   : t.list[i].site == d->sites[D_SEV] ? U_MANAGER_SEV
                                                                       : U_MANAGER_MAD;
        if (demo_roll(d, 8) == 0) {
            continue;
        }
        (void)demo_call(d, who, "task", "claim", t.list[i].id, TEXT("{}"), true);
        d->now.us += 60 * US_PER_SECOND;
        if (demo_roll(d, 10) > 0) {
            (void)demo_call(d, who, "task", "done", t.list[i].id, TEXT("{}"), true);
        }
    }
}

/* -- books --------------------------------------------------------------------------------------
 */

static void entry(struct demo *d, const char *memo, const char *site, const char *debit,
                  const char *credit, int64_t cents)
{
    struct demo_args a;
    char day[DATE_TEXT_MAX];
    date_print((date_t){ d->first.days + d->day }, day);
    demo_args(d, &a);
    json_put_str(&a.o, "posted_on", day);
    json_put_str(&a.o, "memo", memo);
    json_open(&a.o, "lines", '[');
    for (int side = 0; side < 2; side++) {
        json_open(&a.o, NULL, '{');
        json_put_str(&a.o, "account", side == 0 ? debit : credit);
        json_put_str(&a.o, "site", site);
        demo_put_money(&a.o, side == 0 ? "debit" : "credit", cents);
        json_close(&a.o, '}');
    }
    json_close(&a.o, ']');
    (void)demo_call(d, U_ACCOUNTANT, "journal_entry", NULL, 0, demo_args_end(&a), true);
}

static void books(struct demo *d)
{
    struct civil c = date_civil((date_t){ d->first.days + d->day });
    for (int shop = 0; shop < 2 && demo_at(d, 9, 40); shop++) {
        if (d->banked[shop] > 0) {
            entry(d, "Ingreso de las cajas", demo_site_codes[shop], "572", "555", d->banked[shop]);
        }
        d->banked[shop] = 0;
    }
    if ((c.day == 1 || d->day == 1) && demo_at(d, 9, 45)) {
        entry(d, "Alquiler, calle de Atocha", "MAD", "621", "572", 320000);
        entry(d, "Alquiler, Triana", "SEV", "621", "572", 185000);
        entry(d, "Alquiler, nave de Getafe", "DC", "621", "572", 240000);
    }
    if ((c.day == 28 || d->day == 2) && demo_at(d, 9, 50)) {
        entry(d, "Nóminas, tiendas", "MAD", "640", "572", 684000);
        entry(d, "Nóminas, oficina y almacén", "OFI", "640", "572", 512000);
    }
    if (d->day % 10 == 5 && demo_at(d, 9, 55)) {
        entry(d, "Luz y agua", "MAD", "628", "572", 21840 + demo_roll(d, 4000));
    }
    if (d->day % 9 == 4 && demo_at(d, 9, 57)) {
        entry(d, "Anuncios", "WEB", "627", "572", 15000 + demo_roll(d, 9000));
    }
}

/* -- tills --------------------------------------------------------------------------------------
 */

static enum demo_user_index cashier_of(int till)
{
    return till == 0 ? U_CASHIER_MAD : till == 1 ? U_CASHIER_MAD_2 : U_CASHIER_SEV;
}

static void open_tills(struct demo *d)
{
    for (int t = 0; t < DEMO_TILLS; t++) {
        if (d->till_open[t] || !demo_at(d, 9, 30 + t)) {
            continue;
        }
        (void)demo_call(d, cashier_of(t), "till", "open", d->tills[t],
                        TEXT("{\"float\":\"150.00\"}"), true);
        d->till_open[t] = true;
    }
}

/* All but the float goes to the bank; one evening in five the drawer is not what it should be. */
static void close_till(struct demo *d, int t)
{
    static const int64_t slips[] = { -50, -20, -100, 10, 50, -5 };
    enum demo_user_index manager = t < 2 ? U_MANAGER_MAD : U_MANAGER_SEV;
    const struct json *x = demo_call(d, manager, "till", "x_report", d->tills[t], TEXT("{}"), true);
    int64_t cash = demo_cents(x, "cash_expected"), slip = 0;
    if (demo_roll(d, 5) == 0) {
        slip = slips[demo_roll(d, (int64_t)N_ELEMENTS(slips))];
    }
    struct demo_args a;
    if (cash > FLOAT_CENTS) {
        demo_args(d, &a);
        demo_put_money(&a.o, "amount", cash - FLOAT_CENTS);
        json_put_str(&a.o, "reason", "Al banco");
        (void)demo_call(d, cashier_of(t), "till", "cash_out", d->tills[t], demo_args_end(&a), true);
        d->banked[t < 2 ? D_MAD : D_SEV] += cash - FLOAT_CENTS;
        cash = FLOAT_CENTS;
    }
    demo_args(d, &a);
    demo_put_money(&a.o, "counted", cash + slip > 0 ? cash + slip : 0);
    (void)demo_call(d, cashier_of(t), "till", "close", d->tills[t], demo_args_end(&a), true);
    d->till_open[t] = false;
}

static enum err read_points(struct cx *cx, void *arg)
{
    struct demo *d = arg;
    struct rows rows;
    const struct value args[] = { v_int(cx->company) };
    TRY(store_query(cx, "SELECT party, balance FROM loyalty_accounts WHERE company = $1", args, 1,
                    &rows));
    for (size_t i = 0; i < rows.n; i++) {
        for (size_t m = 0; m < DEMO_MEMBERS; m++) {
            if (d->members[m].party == rows_int(&rows, i, 0)) {
                d->members[m].points = rows_int(&rows, i, 1);
                d->members[m].asked = false;
            }
        }
    }
    return OK;
}

void demo_morning(struct demo *d)
{
    arrivals(d);
    deliveries(d);
    departures(d);
    counts(d);
    tasks(d);
    open_tills(d);
    books(d);
}

void demo_evening(struct demo *d)
{
    enum err e = flights_drain(&d->flights);
    d->failed = d->failed == OK ? e : d->failed;
    for (int t = 0; t < DEMO_TILLS && d->failed == OK; t++) {
        if (demo_at(d, 21, t * 5) && d->till_open[t]) {
            close_till(d, t);
        }
    }
    if (d->failed == OK) {
        d->failed = import_read(d->k, d->company, &d->scratch, read_points, d);
    }
}
