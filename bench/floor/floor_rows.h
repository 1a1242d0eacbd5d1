/* What one fully posted sale of three lines writes, for both floors: the rows of the last sale in a
 * store are the templates, and these tables say which of their columns must differ from sale to
 * sale. No code of the program is used: a floor shows what the bare library can do. */
#ifndef KONTOR_FLOOR_ROWS_H
#define KONTOR_FLOOR_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum role {
    KEPT,    /* as in the template */
    FRESH,   /* a number nobody has */
    SALE,    /* the sale's id */
    LINE,    /* the id of the line with the row's position */
    ENTRY,   /* the journal entry's id */
    PRODUCT, /* the product of the line with the row's position */
    CUSTOMER,
    LOYALTY, /* the customer's loyalty account */
    PLACE,   /* the shelf that everything is sold from */
    TILL,
    TILL_NUMBER,
    SLOT,   /* the writer's */
    SERIAL, /* rises by one within a writer */
    MOMENT, /* now, in microseconds */
    WORDS,  /* a text nobody has */
};

#define ROLES_MAX 8

struct insert {
    const char *table, *find; /* find: FROM .. of the templates, $1 the last sale's id */
    struct {
        const char *column;
        enum role role;
    } roles[ROLES_MAX];
    const char *upsert; /* what follows VALUES (..) */
};

#define LAST_ENTRY "(SELECT MAX(id) FROM journal_entries WHERE source = $1)"

static const struct insert inserts[] = {
    { "sales_orders",
      "sales_orders WHERE id = $1",
      { { "id", SALE },
        { "number", WORDS },
        { "till", TILL },
        { "till_number", TILL_NUMBER },
        { "customer", CUSTOMER },
        { "sold_at", MOMENT } },
      "" },
    { "sales_order_lines",
      "sales_order_lines WHERE sale = $1 ORDER BY position",
      { { "id", LINE }, { "sale", SALE }, { "product", PRODUCT } },
      "" },
    { "payments",
      "payments WHERE sale = $1",
      { { "id", FRESH }, { "sale", SALE }, { "paid_at", MOMENT } },
      "" },
    { "stock_moves",
      "stock_moves WHERE source = $1 ORDER BY id",
      { { "id", FRESH },
        { "product", PRODUCT },
        { "source", SALE },
        { "source_line", LINE },
        { "occurred_at", MOMENT },
        { "recorded_at", MOMENT } },
      "" },
    { "sales_total",
      "sales_total WHERE product IN (SELECT product FROM sales_order_lines WHERE sale = $1) "
      "ORDER BY day DESC LIMIT 3",
      { { "product", PRODUCT }, { "slot", SLOT } },
      " ON CONFLICT (company, day, site, product, country, slot) DO UPDATE SET quantity = "
      "sales_total.quantity + excluded.quantity,"
      " net = sales_total.net + excluded.net, tax = sales_total.tax + excluded.tax, total = "
      "sales_total.total + excluded.total,"
      " cost = sales_total.cost + excluded.cost, lines = sales_total.lines + excluded.lines" },
    { "journal_entries",
      "journal_entries WHERE id = " LAST_ENTRY,
      { { "id", ENTRY }, { "source", SALE }, { "recorded_at", MOMENT } },
      "" },
    { "journal_lines",
      "journal_lines WHERE entry = " LAST_ENTRY,
      { { "id", FRESH }, { "entry", ENTRY } },
      "" },
    { "account_balance",
      "account_balance WHERE slot = (SELECT MIN(slot) FROM account_balance) AND period ="
      " (SELECT period FROM journal_entries WHERE id = " LAST_ENTRY ")"
      " AND account IN (SELECT account FROM journal_lines WHERE entry = " LAST_ENTRY ")",
      { { "slot", SLOT } },
      " ON CONFLICT (account, period, site, slot) DO UPDATE SET debit = account_balance.debit + "
      "excluded.debit,"
      " credit = account_balance.credit + excluded.credit" },
    { "loyalty_entries",
      "loyalty_entries WHERE sale = $1",
      { { "id", FRESH }, { "account", LOYALTY }, { "sale", SALE }, { "at", MOMENT } },
      "" },
    { "loyalty_lots",
      "loyalty_lots WHERE sale = $1",
      { { "id", FRESH }, { "account", LOYALTY }, { "sale", SALE } },
      "" },
    { "event",
      "event WHERE record = $1 ORDER BY seq DESC LIMIT 1",
      { { "seq", SERIAL }, { "record", SALE }, { "at", MOMENT } },
      "" },
    { "command_log",
      "command_log WHERE record = $1 ORDER BY seq DESC LIMIT 1",
      { { "writer", SLOT }, { "seq", SERIAL }, { "record", SALE }, { "at", MOMENT } },
      "" },
    { "idempotency",
      "idempotency WHERE record = $1",
      { { "key", WORDS }, { "record", SALE }, { "at", MOMENT } },
      "" },
};

struct update {
    const char *sql; /* $1, $2: args */
    enum role args[2];
    int times;
};

static const struct update updates[] = {
    { "UPDATE stock_balance SET on_hand = on_hand - 1000000, value = value - 50 WHERE product = "
      "$1 AND place = $2",
      { PRODUCT, PLACE },
      3 },
    { "UPDATE tills SET version = version + 1, last_number = $2, cash = cash + 1000 WHERE id = $1",
      { TILL, TILL_NUMBER },
      1 },
    { "UPDATE loyalty_accounts SET version = version + 1, balance = balance + 10, value = value "
      "+ 10 WHERE id = $1",
      { LOYALTY, KEPT },
      1 },
};

#define N_INSERTS (sizeof inserts / sizeof *inserts)
#define N_UPDATES (sizeof updates / sizeof *updates)

/* What one sale of the loop is about. */
struct picked {
    int64_t ids, line[3], entry, sale, product[3], customer, loyalty, place, till, till_number,
        slot, serial, moment;
    char words[40];
};

static inline int64_t role_value(struct picked *p, enum role role, size_t at)
{
    switch (role) {
    case FRESH:
        return p->ids++;
    case SALE:
        return p->sale;
    case LINE:
        return p->line[at % 3];
    case ENTRY:
        return p->entry;
    case PRODUCT:
        return p->product[at % 3];
    case CUSTOMER:
        return p->customer;
    case LOYALTY:
        return p->loyalty;
    case PLACE:
        return p->place;
    case TILL:
        return p->till;
    case TILL_NUMBER:
        return p->till_number;
    case SLOT:
        return p->slot;
    case SERIAL:
        return p->serial;
    case MOMENT:
        return p->moment;
    case KEPT:
    case WORDS:
    default:
        return 0;
    }
}

/* The master data that sales pick from. */
struct masters {
    int64_t *products, *customers, *loyalty, *tills, *place;
    size_t n_products, n_customers, n_tills;
};

static inline uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static inline int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* writer: 0, 1 ..; each has its own tills. Products are in rising order, as the program locks them.
 */
static inline void pick(struct picked *p, const struct masters *m, uint64_t *random, size_t writer,
                        size_t writers)
{
    size_t own = m->n_tills / writers > 0 ? m->n_tills / writers : 1;
    size_t customer = next_random(random) % m->n_customers;
    p->sale = p->ids++;
    p->entry = p->ids++;
    for (size_t i = 0; i < 3; i++) {
        p->line[i] = p->ids++;
        p->product[i] = m->products[next_random(random) % m->n_products];
        for (size_t k = i; k > 0 && p->product[k] < p->product[k - 1]; k--) {
            int64_t swap = p->product[k];
            p->product[k] = p->product[k - 1];
            p->product[k - 1] = swap;
        }
    }
    p->customer = m->customers[customer];
    p->loyalty = m->loyalty[customer];
    p->place = m->place[0];
    p->till = m->tills[(writer * own + next_random(random) % own) % m->n_tills];
    p->till_number++;
    p->serial++;
    p->moment = now_us();
}

static inline void pick_start(struct picked *p, size_t writer)
{
    /* Far above what the store has; blocks of a writer's own, as ids are leased. */
    *p = (struct picked){ .ids = ((int64_t)1 << 41) + ((int64_t)writer << 33),
                          .slot = 900 + (int64_t)writer,
                          .till_number = ((int64_t)1 << 33) + ((int64_t)writer << 30) };
    p->serial = now_us() * 1024 + (int64_t)((uint64_t)writer << 52);
}

#endif
