/* The company: who trades, in which currency, by which rules; its fiscal years and periods; its
 * number series. */
#ifndef KONTOR_COMPANY_H
#define KONTOR_COMPANY_H

#include "flow/command.h"

enum costing { COSTING_AVERAGE, COSTING_FIFO };
enum tax_rounding { TAX_ROUNDING_LINE, TAX_ROUNDING_DOCUMENT };

struct company {
    struct record record; /* record.company == record.id */
    text_t code, name;
    text_t country;   /* ISO 3166 alpha-2, upper case */
    text_t currency;  /* ISO 4217: the currency of the ledger; never changes */
    text_t language;  /* of its documents: en es hi id */
    text_t time_zone; /* IANA */
    text_t tax_id;
    choice_t costing;          /* enum costing */
    choice_t tax_rounding;     /* enum tax_rounding */
    flag_t prices_include_tax; /* default for price lists */
    int64_t cash_step; /* cash totals are rounded to this many minor units: 5 where there are no 1
                          and 2 cent coins; 0 or 1: not */
    text_t mail_from;  /* the address that its mail comes from */
};

enum period_state { PERIOD_OPEN, PERIOD_LOCKED };

struct fiscal_year {
    struct record record;
    text_t code; /* "2026" */
    date_t first_day, last_day;
    choice_t state; /* enum period_state */
};

struct fiscal_period {
    struct record record;
    fiscal_year_ref year;
    text_t code; /* "2026-11" */
    date_t first_day, last_day;
    choice_t state; /* enum period_state: a locked period takes no entries */
};

/* What documents of one kind (and one site, when set) are numbered by. */
struct number_series {
    struct record record;
    text_t code;    /* "sales_order", "journal_entry", ... */
    site_ref site;  /* 0: for all sites that have no series of their own */
    text_t prefix;  /* "M1-" */
    int64_t next;   /* the number that the next document gets */
    int64_t digits; /* padded with zeros to this width */
};

extern const struct entity company_entity, fiscal_year_entity, fiscal_period_entity,
    number_series_entity;
extern const struct area company_area;

/* Refusals that other areas make too; each has one {1}, the value given. */
extern const struct refusal country_unknown, language_unknown, time_zone_unknown,
    mail_address_wrong;

/* An upper case code of ISO 3166-1 alpha-2 such as "ES". */
bool country_known(text_t code);

/* The company of the context. ERR_NOT_FOUND only in a store without one. */
MUST_USE enum err company_get(struct cx *cx, struct company *out);

/* The next number of series `code`: of the site's own series, else of the one for all sites. It is
 * taken in this transaction, so it is rolled back with it and none is missing. A missing series is
 * created with six digits and the usual prefix ("C-" for party, none for others). One statement, on
 * one row: not for what tills do at each sale. *serial (may be NULL) gets the bare number. */
MUST_USE enum err series_next(struct cx *cx, const char *code, site_ref site, text_t *number,
                              int64_t *serial);

/* As series_next, for records that people may number by hand too: skips numbers that a record of
 * the entity has as its code already, in leaps that double, so that an import of a million numbered
 * records costs some twenty tries once. Refuses series_exhausted. */
MUST_USE enum err series_next_free(struct cx *cx, const char *code, site_ref site,
                                   const struct entity *e, text_t *number);

/* The period that holds the day. Refuses period_missing, and period_locked when to_post. Cached: no
 * statement when nothing has changed. */
MUST_USE enum err period_for(struct cx *cx, date_t day, bool to_post, struct fiscal_period *out);

/* Makes the fiscal year that holds the day, with its monthly periods, when it is missing. It begins
 * in the month in which the company's other years begin; the first one of all in January. */
MUST_USE enum err fiscal_year_ensure(struct cx *cx, date_t day);

#endif
