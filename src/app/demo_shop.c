/* What the demo's customers do: they buy at tills, bring things back, order on the web, and some
 * buy for their kitchens on account. */
#include "app/demo_own.h"

#include <stdio.h>

#define MINUTES_OPEN    630 /* from ten in the morning */
#define SALES_A_DAY     32  /* of a till, on an ordinary day */
#define POINTS_TO_SPEND 300
#define ORDERS_ROOM     60

/* -- baskets ------------------------------------------------------------------------------------
 */

/* A good by the appeal of its group, with at least `pieces` of it at the site; -1 when there is
 * none. */
static int pick_good(struct demo *d, int site, int64_t pieces)
{
    int64_t all = 0;
    for (int g = 0; g < DEMO_GROUPS; g++) {
        all += demo_groups[g].appeal;
    }
    for (int tries = 0; tries < 8; tries++) {
        int64_t at = demo_roll(d, all);
        int g = 0;
        while (at >= demo_groups[g].appeal) {
            at -= demo_groups[g++].appeal;
        }
        /* The first ones of a group are the favourites. */
        int64_t a = demo_roll(d, 10), b = demo_roll(d, 10);
        int good = g * 10 + (int)(a < b ? a : b);
        if (d->shelf[site][good] >= pieces) {
            return good;
        }
    }
    return -1;
}

static void put_line(struct json_out *o, int64_t product, int64_t quantity)
{
    json_open(o, NULL, '{');
    json_put_i64(o, "product", product);
    demo_put_pieces(o, "quantity", quantity);
    json_close(o, '}');
}

/* Takes goods off the shelf into a basket and writes its lines. */
static void fill_basket(struct demo *d, int shelf, struct demo_sold *s, int64_t most,
                        struct json_out *o)
{
    int64_t wanted = 1 + demo_roll(d, most);
    json_open(o, "lines", '[');
    s->n = 0;
    for (int64_t i = 0; i < wanted && s->n < SALE_LINES_KEPT; i++) {
        int64_t pieces = demo_roll(d, 4) == 0 ? 2 + demo_roll(d, 2) : 1;
        int good = pick_good(d, shelf, pieces);
        if (good < 0) {
            continue;
        }
        d->shelf[shelf][good] -= pieces;
        s->goods[s->n] = good;
        s->quantity[s->n++] = pieces;
        put_line(o, d->goods[good], pieces);
    }
}

/* What the basket costs at this moment, in cents; 0 when it cannot be said. */
static int64_t ask_price(struct demo *d, enum demo_user_index who, text_t args)
{
    return demo_cents(demo_call(d, who, "sales_order", "price", 0, args, true), "total");
}

static void put_tender(struct json_out *o, const char *kind, int64_t cents, const char *reference)
{
    if (cents <= 0) {
        return;
    }
    json_open(o, NULL, '{');
    json_put_str(o, "kind", kind);
    demo_put_money(o, "amount", cents);
    if (reference) {
        json_put_str(o, "reference", reference);
    }
    json_close(o, '}');
}

/* Notes: what people hand over for that much. */
static int64_t notes_for(struct demo *d, int64_t cents)
{
    static const int64_t notes[] = { 100, 500, 1000, 2000, 5000 };
    int64_t note = notes[demo_roll(d, (int64_t)N_ELEMENTS(notes))];
    return (cents + note - 1) / note * note;
}

static void put_payment(struct demo *d, struct demo_member *m, int64_t total, struct json_out *o)
{
    char slip[32];
    int64_t how = demo_roll(d, 100), left = total;
    snprintf(slip, sizeof slip, "TPV-%06lld", (long long)demo_roll(d, 1000000));
    json_open(o, "tenders", '[');
    if (m && !m->asked && m->points >= POINTS_TO_SPEND && total >= 1000 && demo_roll(d, 3) == 0) {
        int64_t worth = m->points / 100 * 100; /* whole euros: a point is worth a cent */
        int64_t points = worth < total / 2 ? worth : total / 200 * 100;
        m->asked = true;
        put_tender(o, "points", points, NULL);
        left -= points;
    }
    if (how < 44) {
        put_tender(o, "cash", notes_for(d, left), NULL);
    } else if (how < 92 || left < 1000) {
        put_tender(o, "card", left, slip);
    } else {
        int64_t cash = left / 200 * 100;
        put_tender(o, "cash", cash, NULL);
        put_tender(o, "card", left - cash, slip);
    }
    json_close(o, ']');
}

/* -- at the till --------------------------------------------------------------------------------
 */

static struct demo_sold *sold_slot(struct demo *d, int site)
{
    struct demo_sold *s = &d->sold[d->n_sold++ % SALES_KEPT];
    *s = (struct demo_sold){ .site = site, .day = d->day };
    return s;
}

/* The lines of the basket once more, behind till and customer. */
static void put_basket(struct demo *d, int till, const struct demo_member *m,
                       const struct demo_sold *s, bool wrapped, struct json_out *o)
{
    json_put_i64(o, "till", d->tills[till]);
    if (m) {
        json_put_i64(o, "customer", m->party);
    }
    json_open(o, "lines", '[');
    for (int64_t i = 0; i < s->n; i++) {
        put_line(o, d->goods[s->goods[i]], s->quantity[i]);
    }
    if (wrapped) {
        put_line(o, d->service_wrap, 1);
    }
    json_close(o, ']');
}

static void till_sale(struct demo *d, int till)
{
    static const enum demo_user_index cashiers[DEMO_TILLS] = { U_CASHIER_MAD, U_CASHIER_MAD_2,
                                                               U_CASHIER_SEV };
    struct demo_args a;
    int site = till < 2 ? D_MAD : D_SEV;
    struct demo_sold *s = sold_slot(d, site);
    struct demo_member *m = demo_roll(d, 100) < 42 ? &d->members[demo_roll(d, DEMO_MEMBERS)] : NULL;
    bool wrapped = demo_roll(d, 20) == 0;
    s->member = m;
    demo_args(d, &a);
    fill_basket(d, site, s, 5, &a.o); /* these lines are written again below */
    if (s->n == 0) {
        return;
    }
    demo_args(d, &a);
    put_basket(d, till, m, s, wrapped, &a.o);
    int64_t total = ask_price(d, cashiers[till], demo_args_end(&a));
    demo_args(d, &a);
    put_basket(d, till, m, s, wrapped, &a.o);
    put_payment(d, m, total, &a.o);
    demo_sell(d, cashiers[till], demo_args_end(&a), till + 1, s);
}

/* -- things brought back ------------------------------------------------------------------------
 */

/* A sale of an earlier day that nobody has brought anything back from. */
static struct demo_sold *pick_sold(struct demo *d)
{
    size_t n = d->n_sold < SALES_KEPT ? d->n_sold : SALES_KEPT;
    for (int tries = 0; tries < 10 && n > 0; tries++) {
        struct demo_sold *s = &d->sold[demo_roll(d, (int64_t)n)];
        if (s->id != 0 && s->day < d->day && !s->returned && s->n > 0) {
            return s;
        }
    }
    return NULL;
}

static void bring_back(struct demo *d)
{
    static const char *const reasons[] = { "No le gusta", "Regalo repetido", "Llegó dañado",
                                           "Talla equivocada" };
    struct demo_args a;
    struct demo_sold *s = pick_sold(d);
    int till = (int)demo_roll(d, DEMO_TILLS);
    enum demo_user_index manager = till < 2 ? U_MANAGER_MAD : U_MANAGER_SEV;
    if (!s || flights_drain(&d->flights) != OK) { /* sales before it come first in the journal */
        return;
    }
    int64_t line = demo_roll(d, s->n);
    demo_args(d, &a);
    json_put_text(&a.o, "number", s->number);
    json_put_i64(&a.o, "till", d->tills[till]);
    json_put_str(&a.o, "reason", reasons[demo_roll(d, (int64_t)N_ELEMENTS(reasons))]);
    json_open(&a.o, "lines", '[');
    json_open(&a.o, NULL, '{');
    json_put_i64(&a.o, "line", line + 1);
    demo_put_pieces(&a.o, "quantity", s->quantity[line]);
    json_close(&a.o, '}');
    json_close(&a.o, ']');
    json_open(&a.o, "tenders", '[');
    put_tender(&a.o, demo_roll(d, 2) ? "cash" : "card", s->total[line], NULL);
    json_close(&a.o, ']');
    s->returned = true;
    if (s->member) {
        s->member->asked = true; /* the return takes points away: none are spent today */
    }
    if (demo_call(d, manager, "sales_order", "return_receipt", 0, demo_args_end(&a), true)) {
        d->shelf[till < 2 ? D_MAD : D_SEV][s->goods[line]] += s->quantity[line];
    }
}

/* -- the web shop -------------------------------------------------------------------------------
 */

static void web_order(struct demo *d)
{
    struct demo_args a;
    struct demo_sold basket;
    if (d->n_orders == ORDERS_ROOM) {
        return;
    }
    struct demo_order *w = &d->orders[d->n_orders];
    *w = (struct demo_order){ .paid = demo_roll(d, 10) > 0 };
    demo_args(d, &a);
    json_put_str(&a.o, "site", "WEB");
    json_put_str(&a.o, "channel", "shop");
    json_put_i64(&a.o, "customer", d->members[demo_roll(d, DEMO_MEMBERS)].party);
    fill_basket(d, D_DC, &basket, 4, &a.o);
    put_line(&a.o, d->service_post, 1);
    json_close(&a.o, ']');
    w->basket = basket;
    const struct json *j = demo_call(d, U_SALES, "sales_order", NULL, 0, demo_args_end(&a), true);
    const struct json *id = j ? json_get(j, "id") : NULL;
    if (!id || text_to_i64(id->text, &w->id) != OK) {
        return;
    }
    w->total = demo_cents(j, "total");
    (void)demo_call(d, U_SALES, "sales_order", "place", w->id, TEXT("{}"), true);
    if (w->paid) {
        demo_args(d, &a);
        json_open(&a.o, "tenders", '[');
        put_tender(&a.o, "card", w->total, "pasarela");
        json_close(&a.o, ']');
        (void)demo_call(d, U_SALES, "sales_order", "pay", w->id, demo_args_end(&a), true);
    }
    d->n_orders++;
}

/* Yesterday's orders: parcels go out, some are called off, those not paid lapse. */
static void web_parcels(struct demo *d)
{
    for (size_t i = 0; i < d->n_orders && d->failed == OK; i++) {
        struct demo_order *w = &d->orders[i];
        d->now.us += 120 * US_PER_SECOND;
        if (w->paid && demo_roll(d, 12) > 0) {
            (void)demo_call(d, U_SALES, "sales_order", "hand_over", w->id, TEXT("{}"), true);
            continue;
        }
        (void)demo_call(d, U_SALES, "sales_order", "cancel", w->id,
                        w->paid ? TEXT("{\"reason\":\"El cliente lo ha anulado\"}")
                                : TEXT("{\"reason\":\"Sin pagar\"}"),
                        true);
        for (int64_t k = 0; k < w->basket.n; k++) {
            d->shelf[D_DC][w->basket.goods[k]] += w->basket.quantity[k];
        }
    }
    d->n_orders = 0;
}

/* -- kitchens -----------------------------------------------------------------------------------
 */

static void kitchen_order(struct demo *d, int who)
{
    struct demo_args a;
    text_t lines, args;
    demo_args(d, &a);
    json_put_str(&a.o, "site", "DC");
    json_put_str(&a.o, "channel", "phone");
    json_put_i64(&a.o, "customer", d->business[who]);
    json_open(&a.o, "lines", '[');
    int64_t n = 0;
    for (int i = 0; i < 6; i++) {
        int64_t pieces = 6 + demo_roll(d, 4) * 6;
        int good = (int)demo_roll(d, 80);
        if (d->shelf[D_DC][good] >= pieces + 24) {
            d->shelf[D_DC][good] -= pieces;
            put_line(&a.o, d->goods[good], pieces);
            n++;
        }
    }
    json_close(&a.o, ']');
    lines = buf_done(&a.b);
    args = text_fmt(&d->scratch, "%s}", lines.s);
    int64_t total = n > 0 ? ask_price(d, U_SALES, args) : 0;
    if (total == 0) {
        return;
    }
    bool on_account = d->owed[who] + total <= 600000;
    args = text_fmt(&d->scratch, "%s,\"tenders\":[{\"kind\":\"%s\",\"amount\":\"%lld.%02lld\"}]}",
                    lines.s, on_account ? "account" : "transfer", (long long)(total / 100),
                    (long long)(total % 100));
    (void)demo_call(d, U_SALES, "sales_order", "checkout", 0, args, true);
    d->owed[who] += on_account ? total : 0;
}

static void kitchens(struct demo *d)
{
    int who = (int)demo_roll(d, DEMO_BUSINESS);
    if (demo_roll(d, 2) == 0 && demo_at(d, 11, 12)) {
        kitchen_order(d, who);
    }
    int payer = d->day % DEMO_BUSINESS;
    if (d->day % 3 == 0 && d->owed[payer] > 0 && demo_at(d, 12, 30)) {
        struct demo_args a;
        demo_args(d, &a);
        json_put_i64(&a.o, "customer", d->business[payer]);
        json_put_str(&a.o, "kind", "transfer");
        demo_put_money(&a.o, "amount", d->owed[payer]);
        json_put_str(&a.o, "site", "OFI");
        json_put_str(&a.o, "reference", "Transferencia");
        (void)demo_call(d, U_SALES, "customer_payment", "receive", 0, demo_args_end(&a), true);
        d->owed[payer] = 0;
    }
}

/* -- the day ------------------------------------------------------------------------------------
 */

/* Sales of a till, on this day of the week. */
static int64_t sales_today(const struct demo *d)
{
    static const int64_t percent[8] = { 0, 80, 85, 90, 100, 130, 160, 105 };
    int day = date_weekday((date_t){ d->first.days + d->day });
    return SALES_A_DAY * percent[day] / 100;
}

static void at_minute(struct demo *d, int minute)
{
    switch (minute) {
    case 30:
        web_parcels(d);
        break;
    case 70:
        kitchens(d);
        break;
    case 180:
    case 300:
    case 500:
        bring_back(d);
        break;
    default:
        break;
    }
}

void demo_shops(struct demo *d)
{
    int64_t per_till = sales_today(d), web = 5 + demo_roll(d, 5);
    for (int minute = 0; minute < MINUTES_OPEN && demo_at(d, 10, minute); minute++) {
        at_minute(d, minute);
        (void)demo_at(d, 10, minute);
        for (int t = 0; t < DEMO_TILLS; t++) {
            if (demo_roll(d, MINUTES_OPEN) < per_till) {
                d->now.us += demo_roll(d, 15) * US_PER_SECOND;
                till_sale(d, t);
            }
        }
        if (demo_roll(d, MINUTES_OPEN) < web) {
            web_order(d);
        }
        if (minute % 60 == 59) {
            arena_reset(&d->scratch);
        }
    }
}
