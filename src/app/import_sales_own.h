/* What the files of the sales import share. */
#ifndef KONTOR_IMPORT_SALES_OWN_H
#define KONTOR_IMPORT_SALES_OWN_H

#include "app/import_own.h"

#define SALE_LINES_MAX     400 /* of one document */
#define SALE_REFERENCE_MAX 150
#define SALE_TILL_LANE     1

enum sale_field {
    S_INVOICE,
    S_PRODUCT,
    S_DESCRIPTION,
    S_QUANTITY,
    S_TIME,
    S_PRICE,
    S_CUSTOMER,
    S_CUSTOMER_NAME,
    S_COUNTRY,
    S_TENDER,
    S_DATE_ORDER,
    S_SERVICES,
    S_FIELDS
};

extern const struct import_field past_fields[S_FIELDS];

/* One row of the file. Texts lie where the row was read into. */
struct sale_row {
    size_t line;
    text_t *cells; /* as they came, for the list of the rejected */
    size_t n_cells;
    text_t invoice, product, description, customer, customer_name, country, tender;
    int64_t quantity; /* millionths, signed */
    money_t price;    /* signed */
    instant_t at;
    date_t day;      /* in the company's zone */
    size_t position; /* 1, 2, ... within its invoice */
    bool done;       /* by an earlier run */
};

struct sold_product {
    text_t code, name;
    int64_t id;     /* 0: to be made */
    money_t price;  /* list price; VALUE_NONE: none */
    bool named;     /* by a row with a price: those are real names */
    bool fractions; /* sold in parts of one */
};

struct sold_to { /* a customer, or everybody without a number in one country */
    text_t code, name, country;
    int64_t id; /* 0: to be made */
};

/* What was taken of an invoice before. */
struct span {
    size_t from, to; /* positions, inclusive */
    struct span *next;
};

struct done_invoice {
    int64_t day; /* its day: an invoice number may come again on another one */
    struct span *spans;
    bool used; /* seen in this run */
};

struct sales_import {
    struct kontor *k;
    const struct import_options *o;
    struct import_report *report;
    struct import_file file;
    struct rejects rejects;
    struct flights flights;
    struct arena arena;     /* for the whole run */
    struct arena row_arena; /* rows of the invoice being read */
    int64_t company;
    int decimals;
    text_t currency, zone;
    text_t services;             /* codes of what are no goods; none: the usual ones */
    bool month_first, day_first; /* of dates with slashes */
    text_t site_code;
    int64_t site, till, pieces;
    int64_t bank_account, adjustment_account;
    int64_t adjustments; /* rows that change the books only */
    bool till_open;
    struct map products;  /* by code: struct sold_product */
    struct map parties;   /* by code: struct sold_to */
    struct map customers; /* by past_customer_key: the same */
    struct map done;      /* by invoice: struct done_invoice */
    struct sold_product **new_products;
    struct sold_to **new_customers;
    size_t n_new_products, room_new_products, n_new_customers, room_new_customers;
    date_t first_day, last_day;
    struct sale_row *rows; /* of the invoice being read */
    size_t n_rows, room_rows;
    size_t n_positions; /* of the invoice, with the rows that were rejected */
    char number[64];
};

static inline bool past_stopped(const struct sales_import *s)
{
    return s->o->stop && atomic_load(s->o->stop);
}

/* -- rows (import_sales_rows.c) */

/* Reads the current row of the file. ERR_INVALID with a reason for what is wrong with it. */
MUST_USE enum err past_row_read(struct sales_import *s, struct arena *a, struct sale_row *out,
                                text_t *reason);
/* Does it change the books only: an invoice whose number begins with A, or a price below zero? */
bool past_is_adjustment(const struct sale_row *r);
/* Is it something that has no stock: postage, fees, discounts, vouchers? */
bool past_is_service(const struct sales_import *s, text_t code);
/* The key of a row's customer among s->customers. */
text_t past_customer_key(struct arena *a, const struct sale_row *r);
void past_reject(struct sales_import *s, const struct sale_row *r, text_t reason);

/* -- what must be there first (import_sales_setup.c) */

/* Reads the file once and learns which products, customers and days it speaks of. */
MUST_USE enum err past_survey(struct sales_import *s);
/* Loads company, site and what was imported before. Makes nothing. past_names: only the ids of
 * products and customers. */
MUST_USE enum err past_names(struct sales_import *s);
MUST_USE enum err past_look(struct sales_import *s, char why[static 256]);
/* Makes what is missing, and opens the till. */
MUST_USE enum err past_prepare(struct sales_import *s, char why[static 256]);
/* Opens the till for the first document. */
MUST_USE enum err past_open_till(struct sales_import *s);
MUST_USE enum err past_close_till(struct sales_import *s, char why[static 256]);

/* Who bought; NULL when that is nobody known. */
const struct sold_to *past_customer(struct sales_import *s, const struct sale_row *r);

/* -- documents (import_sales_docs.c) */

/* Books the rows in s->rows, which are one invoice. */
MUST_USE enum err past_document(struct sales_import *s);
MUST_USE enum err past_landed(void *arg, struct flight *f, bool *again);

#endif
