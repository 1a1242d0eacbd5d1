/* What must be there before past sales can be booked: site and place, till, accounts, products,
 * customers, fiscal years. All of it is looked up first and made only where it is missing, so that
 * a second run makes nothing. */
#include "app/catalogue.h"
#include "app/import_sales_own.h"
#include "back/ledger/ledger.h"
#include "back/stock/stock.h"
#include "common/company/company.h"
#include "common/party/party.h"
#include "common/site/site.h"
#include "front/order/order.h"
#include "front/till/till.h"
#include "os/clock.h"

#include <stdio.h>
#include <stdlib.h>

#define TILL_SUFFIX     "-PAST"
#define PARTY_CODE_MAX  32
#define NAME_NUMBERLESS "No number, "

/* -- the survey ---------------------------------------------------------------------------------
 */

/* Appends to a list that doubles; the old one stays in the arena. */
static void *grown(struct arena *a, void *list, size_t n, size_t *room)
{
    if (n < *room) {
        return list;
    }
    size_t more = *room ? *room * 2 : 256;
    void **out = ARENA_ARRAY(a, more, void *);
    if (n > 0) {
        memcpy(out, list, n * sizeof *out);
    }
    *room = more;
    return out;
}

static enum err note_product(struct sales_import *s, const struct sale_row *r)
{
    struct sold_product *p = map_get_text(&s->products, r->product);
    if (!p) {
        p = ARENA_NEW(&s->arena, struct sold_product);
        p->code = text_copy(&s->arena, r->product);
        p->price = money_of(VALUE_NONE);
        s->new_products = grown(&s->arena, s->new_products, s->n_new_products,
                                &s->room_new_products);
        s->new_products[s->n_new_products++] = p;
        TRY(map_put_text(&s->products, p->code, p));
    }
    if (p->id != 0) {
        return OK;
    }
    bool sold = r->price.minor > 0 && r->quantity > 0;
    if (r->description.n > 0 && (p->name.n == 0 || (sold && !p->named))) {
        p->name = text_copy(&s->arena, r->description);
        p->named = sold;
    }
    if (sold && p->price.minor == VALUE_NONE) {
        p->price = r->price;
    }
    p->fractions = p->fractions || r->quantity % QTY_ONE != 0;
    return OK;
}

static text_t party_code(struct arena *a, const struct sale_row *r, bool second)
{
    if (r->customer.n > 0 && !second) {
        return text_copy(a, r->customer);
    }
    text_t code = r->customer.n > 0 ? text_fmt(a, "%s, %s", r->customer.s, r->country.s)
                                    : text_fmt(a, NAME_NUMBERLESS "%s", r->country.s);
    return code.n <= PARTY_CODE_MAX ? code : import_slug(a, code, PARTY_CODE_MAX);
}

static enum err party_make(struct sales_import *s, const struct sale_row *r, text_t code,
                           struct sold_to **out)
{
    struct sold_to *c = ARENA_NEW(&s->arena, struct sold_to);
    c->code = code;
    c->country = text_copy(&s->arena, r->country);
    c->name = r->customer_name.n > 0 ? text_copy(&s->arena, r->customer_name)
              : r->customer.n > 0    ? text_fmt(&s->arena, "Customer %s", r->customer.s)
                                     : text_fmt(&s->arena, NAME_NUMBERLESS "%s", r->country.s);
    s->new_customers = grown(&s->arena, s->new_customers, s->n_new_customers,
                             &s->room_new_customers);
    s->new_customers[s->n_new_customers++] = c;
    *out = c;
    return map_put_text(&s->parties, c->code, c);
}

/* A customer who is found in several countries is one party in each: reports ask for the country of
 * the customer. */
static enum err note_customer(struct sales_import *s, const struct sale_row *r)
{
    if (r->customer.n == 0 && r->country.n == 0) {
        return OK;
    }
    text_t key = past_customer_key(&s->row_arena, r);
    if (map_get_text(&s->customers, key)) {
        return OK;
    }
    text_t code = party_code(&s->arena, r, false);
    struct sold_to *c = map_get_text(&s->parties, code);
    if (c && r->customer.n > 0 && r->country.n > 0 && !text_eq(c->country, r->country)) {
        code = party_code(&s->arena, r, true);
        c = map_get_text(&s->parties, code);
    }
    if (!c) {
        TRY(party_make(s, r, code, &c));
    }
    return map_put_text(&s->customers, text_copy(&s->arena, key), c);
}

const struct sold_to *past_customer(struct sales_import *s, const struct sale_row *r)
{
    return map_get_text(&s->customers, past_customer_key(&s->row_arena, r));
}

static enum err note(struct sales_import *s, const struct sale_row *r)
{
    if (date_none(s->first_day) || r->day.days < s->first_day.days) {
        s->first_day = r->day;
    }
    if (date_none(s->last_day) || r->day.days > s->last_day.days) {
        s->last_day = r->day;
    }
    if (past_is_adjustment(r)) {
        s->adjustments++;
        return OK;
    }
    TRY(note_customer(s, r));
    return note_product(s, r);
}

enum err past_survey(struct sales_import *s)
{
    struct sale_row row;
    text_t ignored;
    s->first_day = s->last_day = DATE_NONE;
    for (;;) {
        enum err e = import_file_next(&s->file);
        if (e == ERR_NOT_FOUND) {
            return OK;
        }
        if (e != OK && e != ERR_INVALID && e != ERR_RANGE) {
            return e;
        }
        if (e == OK && past_row_read(s, &s->row_arena, &row, &ignored) == OK) {
            TRY(note(s, &row));
        }
        arena_reset(&s->row_arena);
        if (past_stopped(s)) {
            return ERR_STOPPED;
        }
    }
}

/* -- what is there ------------------------------------------------------------------------------
 */

static enum err look_company(struct cx *cx, struct sales_import *s)
{
    struct company company;
    TRY(company_get(cx, &company));
    s->decimals = cx->decimals;
    s->currency = text_copy(&s->arena, company.currency);
    s->zone = text_copy(&s->arena, company.time_zone);
    return OK;
}

static enum err look_site(struct cx *cx, struct sales_import *s)
{
    struct rows rows;
    const struct value args[] = { v_int(cx->company), v_int(SITE_STORE) };
    struct site site;
    struct till till;
    enum err e;
    if (s->o->site) {
        s->site_code = text_of(s->o->site);
    } else {
        TRY(store_query(cx,
                        "SELECT code FROM sites WHERE company = $1 AND kind = $2 AND archived = 0"
                        " ORDER BY id LIMIT 1",
                        args, 2, &rows));
        s->site_code = rows.n > 0 ? text_copy(&s->arena, rows_text(&rows, 0, 0)) : TEXT("STORE");
    }
    e = store_find(cx, &site_entity, "code", s->site_code, &site);
    if (e == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(e);
    s->site = site.record.id;
    s->zone = text_copy(&s->arena, site.time_zone);
    e = store_find(cx, &till_entity, "code", text_fmt(cx->arena, "%s" TILL_SUFFIX, s->site_code.s),
                   &till);
    s->till = e == OK ? till.record.id : 0;
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err product_seen(void *arg, const struct value *row, size_t cols)
{
    struct sales_import *s = arg;
    (void)cols;
    struct sold_product *p = map_get_text(&s->products, row[1].t);
    if (!p) {
        p = ARENA_NEW(&s->arena, struct sold_product);
        p->code = text_copy(&s->arena, row[1].t);
        TRY(map_put_text(&s->products, p->code, p));
    }
    p->id = row[0].i;
    p->price = money_of(row[2].type == V_NULL ? VALUE_NONE : row[2].i);
    return OK;
}

static enum err party_seen(void *arg, const struct value *row, size_t cols)
{
    struct sales_import *s = arg;
    (void)cols;
    struct sold_to *c = map_get_text(&s->parties, row[1].t);
    if (!c) {
        c = ARENA_NEW(&s->arena, struct sold_to);
        c->code = text_copy(&s->arena, row[1].t);
        c->country = text_copy(&s->arena, row[2].t.s ? row[2].t : TEXT(""));
        TRY(map_put_text(&s->parties, c->code, c));
    }
    c->id = row[0].i;
    return OK;
}

/* Products and customers by their codes, each with its id. */
static enum err look_names(struct cx *cx, void *arg)
{
    const struct value args[] = { v_int(cx->company) };
    TRY(tx_each(cx->tx, "SELECT id, code, price FROM products WHERE company = $1 AND archived = 0",
                args, 1, product_seen, arg));
    return tx_each(cx->tx,
                   "SELECT id, code, country FROM parties WHERE company = $1 AND code IS NOT NULL"
                   " AND archived = 0",
                   args, 1, party_seen, arg);
}

/* "C536379#1-3,5": these lines of that invoice are taken. Without # its first n are: all that it
 * had then. */
static enum err done_add(struct sales_import *s, text_t reference, int64_t day, int64_t n)
{
    text_t spans = TEXT_NONE, name = text_split(reference, '#', &spans);
    struct done_invoice *d = map_get_text(&s->done, name);
    if (!d) {
        d = ARENA_NEW(&s->arena, struct done_invoice);
        d->day = day;
        TRY(map_put_text(&s->done, text_copy(&s->arena, name), d));
    }
    do {
        text_t to = TEXT_NONE, one = text_split(spans, ',', &spans);
        text_t from = text_split(one, '-', &to);
        int64_t a = 1, b = n;
        if (one.n > 0 && (text_to_i64(from, &a) != OK || (to.s && text_to_i64(to, &b) != OK))) {
            return OK; /* not written by an import */
        }
        struct span *span = ARENA_NEW(&s->arena, struct span);
        span->from = (size_t)a;
        span->to = one.n > 0 && !to.s ? (size_t)a : (size_t)b;
        span->next = d->spans;
        d->spans = span;
    } while (spans.s);
    return OK;
}

static enum err order_seen(void *arg, const struct value *row, size_t cols)
{
    (void)cols;
    return row[0].t.s ? done_add(arg, row[0].t, row[1].i, row[2].i) : OK;
}

/* "Invoice 536589#2: damages" */
static enum err text_seen(struct sales_import *s, text_t text, int64_t day)
{
    static const char head[] = "Invoice ";
    if (!text_starts(text, head)) {
        return OK;
    }
    text_t rest = { text.s + sizeof head - 1, text.n - (sizeof head - 1) };
    return done_add(s, text_split(rest, ':', &rest), day, 1);
}

static enum err move_seen(void *arg, const struct value *row, size_t cols)
{
    struct sales_import *s = arg;
    (void)cols;
    return text_seen(s, row[0].t, zone_date(s->zone.s, (instant_t){ row[1].i }).days);
}

static enum err entry_seen(void *arg, const struct value *row, size_t cols)
{
    (void)cols;
    return text_seen(arg, row[0].t, row[1].i);
}

/* What earlier runs have booked, by what is stored, so that it holds however long ago it was. */
static enum err look_done(struct cx *cx, struct sales_import *s)
{
    const struct value till[] = { v_int(s->till) };
    const struct value moves[] = { v_int(cx->company), v_int(s->site), v_int(MOVE_ADJUSTMENT) };
    const struct value entries[] = { v_int(cx->company), v_int(ENTRY_MANUAL) };
    if (s->till == 0) {
        return OK;
    }
    TRY(tx_each(cx->tx,
                "SELECT o.reference, o.business_date, CAST(COUNT(*) AS BIGINT)"
                " FROM sales_orders o JOIN sales_order_lines l ON l.sale = o.id"
                " WHERE o.till = $1 AND o.till_number IS NOT NULL"
                " GROUP BY o.id, o.reference, o.business_date",
                till, 1, order_seen, s));
    TRY(tx_each(cx->tx,
                "SELECT reason, occurred_at FROM stock_moves WHERE company = $1 AND site = $2 AND"
                " kind = $3 AND reason LIKE 'Invoice %'",
                moves, 3, move_seen, s));
    return tx_each(cx->tx,
                   "SELECT memo, posted_on FROM journal_entries WHERE company = $1 AND kind = $2"
                   " AND memo LIKE 'Invoice %'",
                   entries, 2, entry_seen, s);
}

static enum err look(struct cx *cx, void *arg)
{
    struct sales_import *s = arg;
    account_ref bank;
    TRY(look_company(cx, s));
    TRY(look_site(cx, s));
    TRY(look_done(cx, s));
    enum err e = ledger_account_for(cx, POST_BANK, 0, 0, &bank);
    s->bank_account = e == OK ? bank.id : 0;
    return look_names(cx, s);
}

enum err past_look(struct sales_import *s, char why[static 256])
{
    struct arena a;
    arena_init(&a, (size_t)64 << 20);
    enum err e = import_read(s->k, s->company, &a, look, s);
    arena_free(&a);
    if (e != OK) {
        snprintf(why, 256, "the company cannot be read (%s)", err_name(e));
    }
    return e;
}

enum err past_names(struct sales_import *s)
{
    struct arena a;
    arena_init(&a, (size_t)64 << 20);
    enum err e = import_read(s->k, s->company, &a, look_names, s);
    arena_free(&a);
    return e;
}
