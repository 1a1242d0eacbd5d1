/* From the rows of one invoice to documents, and what becomes of them.
 *
 *   quantity > 0, price > 0                   sale          sales_orders/checkout
 *   quantity > 0, price 0, among others
 *     or for a known customer                 given away    the same, at a discount of 100 %
 *   price 0 otherwise                         adjustment    stock_moves/adjust, signed
 *   quantity < 0, price > 0                   return of the customer's latest purchase at that
 * price with enough left: sales_orders/ID/return; without one sales_orders/return_without_receipt
 *   number A..., or price < 0                 books only    a manual journal entry
 *
 * A document carries the number of its invoice as its reference, with the positions of its rows
 * when it is not the whole invoice ("C536379#1-3,5"). By these a later run knows what is taken. */
#include "app/import_sales_own.h"
#include "back/ledger/ledger.h"
#include "back/stock/stock.h"
#include "base/hash.h"
#include "front/order/order.h"

#include <stdio.h>
#include <stdlib.h>

#define BODY_MAX     ((size_t)4 << 20)
#define MATCHES_MAX  20
#define ATTEMPTS_MAX 450 /* a document is sent again without a line that is refused */

enum doc_kind { DOC_SALE, DOC_RETURN, DOC_RETURN_LOOSE, DOC_ADJUST, DOC_ENTRY };

struct doc_line {
    struct sale_row row; /* texts in the arena of the document */
    int64_t product;
    bool free;           /* given away */
    bool priceless;      /* free, and the product has no list price */
    int64_t origin_line; /* position on the sale that is taken back */
};

struct doc {
    enum doc_kind kind;
    text_t invoice; /* name among the references */
    size_t n_rows;  /* of the whole invoice */
    int64_t customer, origin;
    text_t tender;
    struct doc_line *lines;
    size_t n;
    money_t due; /* VALUE_NONE: as the lines add up */
    int attempts;
    bool keyless;
};

/* -- names --------------------------------------------------------------------------------------
 */

/* "1-3,5" of the positions of the lines, which rise. */
static void put_spans(struct buf *b, const struct doc *d)
{
    for (size_t i = 0; i < d->n;) {
        size_t k = i;
        while (k + 1 < d->n && d->lines[k + 1].row.position == d->lines[k].row.position + 1) {
            k++;
        }
        buf_fmt(b, i > 0 ? ",%zu" : "%zu", d->lines[i].row.position);
        if (k > i) {
            buf_fmt(b, "-%zu", d->lines[k].row.position);
        }
        i = k + 1;
    }
}

static text_t reference_of(struct arena *a, const struct doc *d)
{
    struct buf b;
    buf_init(&b, a, 16384);
    buf_text(&b, d->invoice);
    if (d->n != d->n_rows) {
        buf_char(&b, '#');
        put_spans(&b, d);
    }
    return buf_done(&b);
}

/* "Invoice 536589: damages" */
static text_t memo_of(struct arena *a, const struct doc *d)
{
    text_t why = d->lines[0].row.description;
    text_t whole = text_fmt(a, "Invoice %s: %s", reference_of(a, d).s,
                            why.n > 0 ? why.s : "no reason given");
    text_t cut = import_cut(whole, 190);
    return text_copy(a, cut);
}

/* -- bodies -------------------------------------------------------------------------------------
 */

static void put_scaled(struct json_out *o, const char *key, int64_t v, int scale)
{
    char text[DECIMAL_TEXT_MAX];
    decimal_print(v, scale, 0, text);
    json_put_str(o, key, text);
}

static void put_time(struct json_out *o, const char *key, instant_t at)
{
    char text[INSTANT_TEXT_MAX];
    instant_print(at, text);
    json_put_str(o, key, text);
}

/* What the lines come to. Amounts of the file are exact: quantity times price, rounded half up. */
static enum err total_of(const struct doc *d, money_t *out)
{
    *out = money_of(0);
    for (size_t i = 0; i < d->n; i++) {
        const struct sale_row *r = &d->lines[i].row;
        money_t line;
        TRY(money_times_qty(r->price, qty_of(r->quantity < 0 ? -r->quantity : r->quantity),
                            ROUND_HALF_UP, &line));
        if (out->minor + line.minor > MONEY_MAX) {
            return ERR_RANGE;
        }
        *out = money_add(*out, line);
    }
    return OK;
}

static void put_tenders(const struct sales_import *s, const struct doc *d, money_t due,
                        struct json_out *o)
{
    if (due.minor <= 0) {
        return;
    }
    json_open(o, "tenders", '[');
    json_open(o, NULL, '{');
    bool named = text_is(d->tender, "cash") || text_is(d->tender, "card");
    json_put_text(o, "kind", named ? d->tender : TEXT("transfer"));
    put_scaled(o, "amount", due.minor, s->decimals);
    json_close(o, '}');
    json_close(o, ']');
}

static void put_sale_line(const struct sales_import *s, const struct doc *d,
                          const struct doc_line *l, struct json_out *o)
{
    int64_t q = l->row.quantity < 0 ? -l->row.quantity : l->row.quantity;
    json_open(o, NULL, '{');
    if (d->kind == DOC_RETURN) {
        json_put_i64(o, "line", l->origin_line);
    } else {
        json_put_i64(o, "product", l->product);
    }
    put_scaled(o, "quantity", q, QTY_SCALE);
    if (l->free) {
        json_put_str(o, "discount", "100");
        if (l->priceless) {
            put_scaled(o, "price", 1, s->decimals);
        }
    } else if (d->kind != DOC_RETURN) {
        put_scaled(o, "price", l->row.price.minor, s->decimals);
    }
    json_close(o, '}');
}

/* A sale or a return. */
static enum err put_order(struct sales_import *s, struct arena *a, const struct doc *d,
                          struct json_out *o)
{
    money_t due = d->due;
    if (due.minor == VALUE_NONE) {
        TRY(total_of(d, &due));
    }
    json_put_i64(o, "till", s->till);
    if (d->kind != DOC_RETURN && d->customer != 0) {
        json_put_i64(o, "customer", d->customer);
    }
    put_time(o, "sold_at", d->lines[0].row.at);
    json_put_text(o, "reference", reference_of(a, d));
    if (d->kind != DOC_SALE) {
        json_put_str(o, "reason", "Cancellation");
    }
    json_open(o, "lines", '[');
    for (size_t i = 0; i < d->n; i++) {
        put_sale_line(s, d, &d->lines[i], o);
    }
    json_close(o, ']');
    put_tenders(s, d, due, o);
    return OK;
}

static enum err put_adjustment(struct sales_import *s, struct arena *a, const struct doc *d,
                               struct json_out *o)
{
    json_put_i64(o, "site", s->site);
    put_time(o, "occurred_at", d->lines[0].row.at);
    json_put_text(o, "reason", memo_of(a, d));
    json_open(o, "lines", '[');
    for (size_t i = 0; i < d->n; i++) {
        json_open(o, NULL, '{');
        json_put_i64(o, "product", d->lines[i].product);
        put_scaled(o, "quantity", d->lines[i].row.quantity, QTY_SCALE);
        json_close(o, '}');
    }
    json_close(o, ']');
    return OK;
}

/* An amount above zero was gained, below zero lost. */
static enum err put_entry(struct sales_import *s, struct arena *a, const struct doc *d,
                          struct json_out *o)
{
    const struct sale_row *r = &d->lines[0].row;
    char day[DATE_TEXT_MAX];
    money_t amount;
    TRY(money_times_qty(r->price, qty_of(r->quantity), ROUND_HALF_UP, &amount));
    if (amount.minor == 0) {
        return ERR_INVALID;
    }
    int64_t size = amount.minor < 0 ? -amount.minor : amount.minor;
    date_print(r->day, day);
    json_put_str(o, "posted_on", day);
    json_put_text(o, "memo", memo_of(a, d));
    json_open(o, "lines", '[');
    for (int side = 0; side < 2; side++) {
        json_open(o, NULL, '{');
        json_put_i64(o, "account", side == 0 ? s->bank_account : s->adjustment_account);
        json_put_i64(o, "site", s->site);
        put_scaled(o, (side == 0) == (amount.minor > 0) ? "debit" : "credit", size, s->decimals);
        json_close(o, '}');
    }
    json_close(o, ']');
    return OK;
}

static enum err put_body(struct sales_import *s, struct arena *a, const struct doc *d,
                         struct json_out *o)
{
    switch (d->kind) {
    case DOC_ADJUST:
        return put_adjustment(s, a, d, o);
    case DOC_ENTRY:
        return put_entry(s, a, d, o);
    case DOC_SALE:
    case DOC_RETURN:
    case DOC_RETURN_LOOSE:
    default:
        return put_order(s, a, d, o);
    }
}

/* -- calls --------------------------------------------------------------------------------------
 */

static const struct {
    const struct entity *entity;
    const char *command; /* NULL: create */
} calls[] = {
    [DOC_SALE] = { &sales_order_entity, "checkout" },
    [DOC_RETURN] = { &sales_order_entity, "return" },
    [DOC_RETURN_LOOSE] = { &sales_order_entity, "return_without_receipt" },
    [DOC_ADJUST] = { &stock_move_entity, "adjust" },
    [DOC_ENTRY] = { &journal_entry_entity, NULL },
};

/* The same content has the same key, so that two imports of one file at a time take it once. */
static text_t key_of(struct arena *a, const struct doc *d, text_t body)
{
    sha256_t hash;
    char hex[SHA256_HEX + 1];
    const text_t parts[] = { d->invoice, body };
    if (d->keyless) {
        return TEXT_NONE;
    }
    sha256_parts(parts, 2, &hash);
    sha256_hex(&hash, hex);
    return text_fmt(a, "import-%.48s", hex);
}

static enum err fill(struct sales_import *s, struct flight *f)
{
    const struct doc *d = f->doc;
    struct buf b;
    struct json_out o;
    struct json *args;
    struct json_fault fault;
    buf_init(&b, &f->arena, BODY_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    TRY(put_body(s, &f->arena, d, &o));
    json_close(&o, '}');
    text_t body = buf_done(&b);
    TRY(b.failed ? ERR_NO_MEMORY : json_parse(&f->arena, body.s, body.n, &args, &fault));
    memset(&f->call, 0, sizeof f->call);
    f->call.now = INSTANT_NONE;
    f->call.entity = calls[d->kind].entity;
    f->call.verb = calls[d->kind].command ? CALL_COMMAND : CALL_CREATE;
    f->call.command = calls[d->kind].command ? house_command(s->k->house, f->call.entity,
                                                             text_of(calls[d->kind].command))
                                             : NULL;
    f->call.record_id = d->kind == DOC_RETURN ? d->origin : 0;
    f->call.args = args;
    f->call.body = body;
    f->call.key = key_of(&f->arena, d, body);
    f->about = d->customer;
    return OK;
}

static void reject_all(struct sales_import *s, const struct doc *d, text_t reason)
{
    for (size_t i = 0; i < d->n; i++) {
        past_reject(s, &d->lines[i].row, reason);
    }
}

/* Sends a document whose lines lie in the arena of the flight. */
static enum err dispatch(struct sales_import *s, struct flight *f)
{
    const struct doc *d = f->doc;
    enum err e = fill(s, f);
    if (e == ERR_RANGE || e == ERR_INVALID) {
        reject_all(s, d,
                   e == ERR_RANGE ? TEXT("The amount is too large.")
                                  : TEXT("There is nothing to book."));
        flight_drop(f);
        return OK;
    }
    if (e != OK) {
        flight_drop(f);
        return e;
    }
    flight_send(f);
    return OK;
}

/* -- what becomes of them -----------------------------------------------------------------------
 */

/* The amount that a refusal of the tenders says is due; ERR_NOT_FOUND for other refusals. */
static enum err due_by(const struct sales_import *s, const struct failure *why, money_t *due)
{
    const char *code = why->why ? why->why->code : "";
    size_t at = strcmp(code, "change_only_from_cash") == 0 ? 1 : 0;
    bool of_tenders = at == 1 || strcmp(code, "tenders_too_small") == 0 ||
                      strcmp(code, "tenders_mismatch") == 0;
    if (!of_tenders || !why->args[at].s ||
        decimal_parse(why->args[at].s, why->args[at].n, s->decimals, &due->minor) != OK) {
        return ERR_NOT_FOUND;
    }
    return OK;
}

/* The line that "lines[7].product" speaks of, or n. */
static size_t line_at_fault(const struct doc *d, text_t field)
{
    int64_t i;
    text_t rest = TEXT_NONE;
    if (!text_starts(field, "lines[")) {
        return d->n;
    }
    text_t number = text_split((text_t){ field.s + 6, field.n - 6 }, ']', &rest);
    return rest.s && text_to_i64(number, &i) == OK && i >= 0 && (size_t)i < d->n ? (size_t)i : d->n;
}

/* A refused document: with the amount that is due, without the line at fault, or not at all. */
static enum err mend(struct sales_import *s, struct flight *f, bool *again)
{
    struct doc *d = f->doc;
    text_t said = import_said(&f->arena, &f->call);
    size_t bad = line_at_fault(d, f->call.failure.field);
    *again = ++d->attempts < ATTEMPTS_MAX;
    if (f->call.replayed && !d->keyless) {
        d->keyless = true; /* refused in an earlier run: things may have changed since */
    } else if (d->due.minor == VALUE_NONE && due_by(s, &f->call.failure, &d->due) == OK) {
        d->keyless = false;
    } else if (bad < d->n && d->n > 1 && *again) {
        past_reject(s, &d->lines[bad].row, said);
        memmove(&d->lines[bad], &d->lines[bad + 1], (d->n - bad - 1) * sizeof *d->lines);
        d->n--;
        d->due = money_of(VALUE_NONE);
    } else {
        *again = false;
    }
    if (!*again) {
        reject_all(s, d, said);
        return OK;
    }
    return fill(s, f);
}

enum err past_landed(void *arg, struct flight *f, bool *again)
{
    struct sales_import *s = arg;
    struct doc *d = f->doc;
    if (!d) {
        return f->call.outcome;
    }
    bool refused_before = f->call.replayed && f->call.status >= 400;
    if (f->call.outcome == OK && !refused_before) {
        *(f->call.replayed ? &s->report->skipped : &s->report->taken) += (int64_t)d->n;
        return OK;
    }
    if (f->call.outcome == ERR_REFUSED || refused_before) {
        return mend(s, f, again);
    }
    return f->call.outcome;
}

/* -- parts of an invoice ------------------------------------------------------------------------
 */

static struct sale_row row_copy(struct arena *a, const struct sale_row *r)
{
    struct sale_row c = *r;
    text_t *texts[] = { &c.invoice,       &c.product, &c.description, &c.customer,
                        &c.customer_name, &c.country, &c.tender };
    for (size_t i = 0; i < N_ELEMENTS(texts); i++) {
        *texts[i] = texts[i]->s ? text_copy(a, *texts[i]) : TEXT_NONE;
    }
    c.cells = ARENA_ARRAY(a, r->n_cells, text_t);
    for (size_t i = 0; i < r->n_cells; i++) {
        c.cells[i] = text_copy(a, r->cells[i]);
    }
    return c;
}

/* Books these rows as one document. `lines` lie in the arena of the invoice. */
static enum err send(struct sales_import *s, const struct doc *like, const struct doc_line *lines,
                     size_t n)
{
    if (n == 0) {
        return OK;
    }
    if (s->o->dry_run) {
        s->report->taken += (int64_t)n;
        return OK;
    }
    TRY(past_open_till(s));
    struct flight *f = flight_take(&s->flights, SALE_TILL_LANE);
    if (!f) {
        return s->flights.failed;
    }
    struct doc *d = ARENA_NEW(&f->arena, struct doc);
    *d = *like;
    d->invoice = text_copy(&f->arena, like->invoice);
    d->tender = text_copy(&f->arena, lines[0].row.tender);
    d->due = money_of(VALUE_NONE);
    d->lines = ARENA_ARRAY(&f->arena, n, struct doc_line);
    d->n = n;
    for (size_t i = 0; i < n; i++) {
        d->lines[i] = lines[i];
        d->lines[i].row = row_copy(&f->arena, &lines[i].row);
    }
    f->doc = d;
    return dispatch(s, f);
}

/* Sends lines in documents of a size that the house takes, and whose positions fit a reference. */
static enum err send_all(struct sales_import *s, const struct doc *like, struct doc_line *lines,
                         size_t n)
{
    for (size_t from = 0; from < n;) {
        size_t k = from, spans = 1;
        while (k < n && k - from < SALE_LINES_MAX && spans * 8 < SALE_REFERENCE_MAX) {
            spans += k > from && lines[k].row.position != lines[k - 1].row.position + 1;
            k++;
        }
        TRY(send(s, like, lines + from, k - from));
        from = k;
    }
    return OK;
}

/* -- cancellations ------------------------------------------------------------------------------
 */

struct match {
    int64_t sale, position;
    int64_t taken; /* of what was left, by lines of this invoice */
};

struct matching {
    struct sales_import *s;
    int64_t customer;
    struct doc_line *lines;
    int64_t *origins; /* of each line; 0: none */
    struct match *used;
    size_t n, n_used;
};

static struct match *used_of(struct matching *m, int64_t sale, int64_t position)
{
    for (size_t i = 0; i < m->n_used; i++) {
        if (m->used[i].sale == sale && m->used[i].position == position) {
            return &m->used[i];
        }
    }
    m->used[m->n_used] = (struct match){ sale, position, 0 };
    return &m->used[m->n_used]; /* counted once it is used */
}

static enum err match_line(struct cx *cx, struct matching *m, size_t i)
{
    struct doc_line *l = &m->lines[i];
    struct rows rows;
    const struct value args[] = { v_int(cx->company),  v_int(m->customer),
                                  v_int(l->product),   v_int(l->row.price.minor),
                                  v_int(l->row.at.us), v_int(-l->row.quantity) };
    TRY(store_query(cx,
                    "SELECT o.id, l.position, CAST(l.quantity - l.returned AS BIGINT)"
                    " FROM sales_orders o JOIN sales_order_lines l ON l.sale = o.id"
                    " WHERE o.customer = $2 AND o.company = $1 AND o.kind = 0 AND o.state = 2"
                    " AND o.sold_at <= $5 AND l.product = $3 AND l.unit_price = $4"
                    " AND l.discount = 0 AND l.quantity - l.returned >= $6"
                    " ORDER BY o.sold_at DESC, o.id DESC, l.position LIMIT 20",
                    args, N_ELEMENTS(args), &rows));
    for (size_t r = 0; r < rows.n; r++) {
        struct match *u = used_of(m, rows_int(&rows, r, 0), rows_int(&rows, r, 1));
        if (u->taken - l->row.quantity <= rows_int(&rows, r, 2)) {
            m->n_used += u == &m->used[m->n_used];
            u->taken -= l->row.quantity;
            m->origins[i] = u->sale;
            l->origin_line = u->position;
            return OK;
        }
    }
    return OK;
}

static enum err match_all(struct cx *cx, void *arg)
{
    struct matching *m = arg;
    for (size_t i = 0; i < m->n; i++) {
        TRY(match_line(cx, m, i));
    }
    return OK;
}

/* Finds the purchases that the lines take back, and sends one document for each. */
static enum err send_returns(struct sales_import *s, const struct doc *like, bool known,
                             struct doc_line *lines, size_t n)
{
    struct arena a;
    struct doc d = *like;
    enum err e = OK;
    arena_init(&a, (size_t)64 << 20);
    struct matching m = { .s = s, .customer = like->customer, .lines = lines, .n = n };
    m.origins = ARENA_ARRAY(&a, n, int64_t);
    m.used = ARENA_ARRAY(&a, n + 1, struct match);
    struct doc_line *part = ARENA_ARRAY(&a, n, struct doc_line);
    if (known && !s->o->dry_run && n > 0) {
        e = flights_wait_for(&s->flights, like->customer);
        e = e == OK ? import_read(s->k, s->company, &a, match_all, &m) : e;
    }
    for (size_t i = 0; i < n && e == OK; i++) {
        int64_t origin = m.origins[i];
        size_t k = 0;
        for (size_t j = i; j < n && origin >= 0; j++) {
            if (m.origins[j] == origin) {
                part[k++] = lines[j];
                m.origins[j] = -1; /* sent */
            }
        }
        d.kind = origin > 0 ? DOC_RETURN : DOC_RETURN_LOOSE;
        d.origin = origin;
        e = send_all(s, &d, part, k);
    }
    arena_free(&a);
    return e;
}

/* -- the invoice --------------------------------------------------------------------------------
 */

static bool was_done(const struct done_invoice *d, size_t position)
{
    for (const struct span *p = d ? d->spans : NULL; p; p = p->next) {
        if (position >= p->from && position <= p->to) {
            return true;
        }
    }
    return false;
}

/* The name of the invoice among the references, and what was done of it before. A number that comes
 * again, or stands on another day, is another document: 536365/2. */
static enum err name_invoice(struct sales_import *s, text_t *name, struct done_invoice **done)
{
    text_t number = s->rows[0].invoice;
    int64_t day = s->rows[0].day.days;
    char c;
    struct buf b;
    buf_init(&b, &s->row_arena, 256);
    for (size_t i = 0; i < number.n; i++) { /* the letters that references are made of */
        c = number.s[i];
        buf_char(&b, c == '#' || c == ':' ? '_' : c);
    }
    text_t clean = buf_done(&b);
    for (int again = 1;; again++) {
        text_t as = again == 1 ? clean : text_fmt(&s->row_arena, "%s/%d", clean.s, again);
        struct done_invoice *d = map_get_text(&s->done, as);
        if (!d) {
            d = ARENA_NEW(&s->arena, struct done_invoice);
            d->day = day;
            TRY(map_put_text(&s->done, text_copy(&s->arena, as), d));
        }
        if (!d->used && d->day == day) {
            d->used = true;
            *name = as;
            *done = d;
            return OK;
        }
    }
}

static bool any_priced(const struct sales_import *s)
{
    for (size_t i = 0; i < s->n_rows; i++) {
        if (s->rows[i].price.minor != 0) {
            return true;
        }
    }
    return false;
}

/* Goods and books: each row is a document of its own, with its own reason. */
static enum err send_single(struct sales_import *s, const struct doc *like, enum doc_kind kind,
                            const struct doc_line *l)
{
    struct doc d = *like;
    d.kind = kind;
    return send(s, &d, l, 1);
}

static enum doc_kind kind_of(const struct sale_row *r, bool sold)
{
    if (past_is_adjustment(r)) {
        return DOC_ENTRY;
    }
    if (r->price.minor == 0) {
        return r->quantity > 0 && sold ? DOC_SALE : DOC_ADJUST;
    }
    return r->quantity > 0 ? DOC_SALE : DOC_RETURN;
}

enum err past_document(struct sales_import *s)
{
    struct done_invoice *done;
    struct doc d = { .n_rows = s->n_positions };
    struct doc_line *sales, *returns;
    size_t n_sales = 0, n_returns = 0;
    if (s->n_rows == 0) {
        return OK;
    }
    TRY(name_invoice(s, &d.invoice, &done));
    const struct sold_to *customer = past_customer(s, &s->rows[0]);
    bool known = s->rows[0].customer.n > 0, sold = known || any_priced(s);
    d.customer = customer ? customer->id : 0;
    sales = ARENA_ARRAY(&s->row_arena, s->n_rows, struct doc_line);
    returns = ARENA_ARRAY(&s->row_arena, s->n_rows, struct doc_line);
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct sold_product *p = map_get_text(&s->products, s->rows[i].product);
        struct doc_line l = { .row = s->rows[i], .product = p ? p->id : 0 };
        enum doc_kind kind = kind_of(&l.row, sold);
        if (was_done(done, l.row.position)) {
            s->report->skipped++;
        } else if (kind == DOC_SALE) {
            l.free = l.row.price.minor == 0;
            l.priceless = p && p->price.minor == VALUE_NONE;
            sales[n_sales++] = l;
        } else if (kind == DOC_RETURN) {
            returns[n_returns++] = l;
        } else {
            TRY(send_single(s, &d, kind, &l));
        }
    }
    d.kind = DOC_SALE;
    TRY(send_all(s, &d, sales, n_sales));
    return send_returns(s, &d, known, returns, n_returns);
}
