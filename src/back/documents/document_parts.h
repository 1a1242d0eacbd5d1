/* What the files of this area share with each other. */
#ifndef KONTOR_DOCUMENT_PARTS_H
#define KONTOR_DOCUMENT_PARTS_H

#include "back/documents/documents.h"
#include "back/documents/placeholder.h"
#include "common/pricing/tariff.h"
#include "face/print.h"
#include "front/order/order.h"
#include "front/till/till.h"

extern const struct refusal refusal_unknown_placeholder, refusal_lone_brace,
    refusal_cannot_be_drawn, refusal_paper_not_for_kind, refusal_logo_too_large,
    refusal_logo_unreadable, refusal_still_a_draft, refusal_till_still_open,
    refusal_too_many_labels, refusal_no_site_for_price, refusal_too_many_movements;

/* -- template.c ------------------------------------------------------------------------------- */

MUST_USE enum err template_choose(struct cx *cx, text_t wanted, enum template_kind kind,
                                  int64_t site, const char *language,
                                  struct document_template *out);

/* -- a document in the making: document.c ------------------------------------------------------ */

struct document_cx {
    struct print_cx *p;
    struct cx *cx;
    struct paper *paper;
    struct company company;
    struct site site; /* record.id 0: none */
    struct party party;
    bool has_party;
    struct document_template template;
    text_t zone, currency;
    int decimals;
    text_t values[PLACEHOLDERS]; /* filled by document_speak and by composers */
};

/* Loads the company; site and party by their ids, 0: none. */
MUST_USE enum err document_begin(struct document_cx *d, struct print_cx *p, int64_t site,
                                 int64_t party);
/* Decides language (given: the document's own, or none), template and paper. */
MUST_USE enum err document_speak(struct document_cx *d, enum template_kind kind, text_t given);
/* Names the file, the pages and the placeholders. */
void document_name(struct document_cx *d, const char *file, text_t title, text_t number,
                   text_t date, instant_t made);

/* Values as the document's language writes them. */
text_t as_money(const struct document_cx *d, money_t m);  /* with the currency */
text_t as_amount(const struct document_cx *d, money_t m); /* without */
text_t as_quantity(const struct document_cx *d, qty_t q);
text_t as_integer(const struct document_cx *d, int64_t n);
text_t as_percent(const struct document_cx *d, rate_t r);
text_t as_date(const struct document_cx *d, date_t day, enum date_style style);
text_t as_time(const struct document_cx *d, instant_t t, enum time_style style);
text_t as_country(const struct document_cx *d, text_t country);
/* Texts joined by what stands between them; those without a value are left out. */
text_t joined(const struct document_cx *d, const char *between, const text_t *parts, size_t n);
#define JOINED(d, between, ...)                                                                    \
    joined((d), (between), (const text_t[]){ __VA_ARGS__ },                                        \
           N_ELEMENTS(((const text_t[]){ __VA_ARGS__ })))
/* A text of a template with its placeholders filled. */
text_t filled(const struct document_cx *d, text_t t);
/* A text of the program in the document's language. */
text_t say(const struct document_cx *d, const char *msgid);

/* The logo of the template, or nothing. */
MUST_USE enum err put_logo(struct document_cx *d, enum align align, int width, int height);
/* Label and value beside each other, the value right; nothing without a value. */
void put_fact(struct document_cx *d, int share, const char *label, text_t value);
/* The same small, on a roll: of whom and what the receipt is. */
void put_about(struct document_cx *d, const char *label, text_t value);
/* A sum: label left, amount right. */
void put_sum(struct document_cx *d, enum type_style style, text_t label, text_t amount);
/* Bar code of a number: Code 128, or QR when it holds more than ASCII. */
void put_number_code(struct document_cx *d, enum align align, text_t number, int width, int height);
/* The head of a letter: logo or name at the left, the sender at the right. */
MUST_USE enum err put_letterhead(struct document_cx *d);
/* "GSTIN 29ABCDE...": a tax number as its country calls it; none without a number. */
text_t tax_number(const struct document_cx *d, text_t country, text_t number);
/* Name and address of the customer under a small heading. */
void put_addressee(struct document_cx *d, const char *heading);

/* -- what was sold: document_sale.c --------------------------------------------------------------
 */

struct sale_tax { /* the lines of one rate */
    int64_t tax;  /* id; 0: untaxed */
    text_t name;
    rate_t rate;
    money_t net, amount, total;
    text_t parts; /* how the tax divides, as it is printed; or none */
};
#define SALE_TAXES_MAX 40

struct sale_document {
    struct sales_order order, origin; /* origin.record.id 0: none */
    struct invoice invoice, reversed; /* record.id 0: none */
    struct sales_order_line *lines;
    const struct product **products;
    const text_t *units; /* names; units[i] belongs to lines[i] */
    size_t n;
    struct payment *payments;
    size_t n_payments;
    struct till till; /* record.id 0: none */
    struct sale_tax taxes[SALE_TAXES_MAX];
    size_t n_taxes;
    text_t person; /* who sold, took back or issued; or none */
};

/* Everything that stands on a document of this order. */
MUST_USE enum err sale_load(struct cx *cx, const struct sales_order *order,
                            struct sale_document *out);
/* Who sold, and how the taxes divide, by what is known today. */
MUST_USE enum err sale_said_now(const struct document_cx *d, struct sale_document *s);
/* Sums the lines by tax; their rates from the store. */
MUST_USE enum err sale_sum_taxes(struct cx *cx, struct sale_document *s);
/* What a line shows as its amount: with or without tax, as the company's prices are. */
money_t line_amount(const struct document_cx *d, const struct sales_order_line *l);
/* Discounts and, when the template says so, the reasons of a line's price. reversed: the document
 * takes the line back. */
text_t line_note(const struct document_cx *d, const struct sales_order_line *l, bool reversed);
/* Fills the parts of taxes from order_tax_parts or what an invoice kept of it. */
void sale_tax_parts(const struct document_cx *d, const struct json *parts, bool reversed,
                    struct sale_document *s);
extern const char *const tender_labels[6];

/* -- what an invoice kept: document_issued.c ------------------------------------------------------
 */

/* NULL: it kept nothing. */
MUST_USE enum err issued_read(struct cx *cx, const struct invoice *in, const struct json **out);
/* Company, site and customer as they were; before document_speak. */
void issued_people(struct document_cx *d, const struct json *issued);
/* Goods and taxes as they were called; after sale_load. */
void issued_goods(struct document_cx *d, const struct json *issued, struct sale_document *s);

/* -- composing: what is loaded becomes a paper --------------------------------------------------
 */

MUST_USE enum err compose_receipt(struct document_cx *d, const struct sale_document *s);
MUST_USE enum err compose_invoice(struct document_cx *d, enum template_kind kind,
                                  const struct sale_document *s);

struct label_data {
    const struct product *product;
    money_t price;
    text_t unit;    /* name of the product's unit, or none */
    text_t barcode; /* or none */
};
void compose_label(struct document_cx *d, const struct label_data *l);

struct movement {
    date_t day;
    text_t number;
    const char *what; /* N_() */
    money_t amount;   /* > 0: owed more */
};
struct statement {
    date_t from, to;
    money_t opening;
    struct movement *movements;
    size_t n;
    struct movement *open; /* what the closing balance consists of, oldest first */
    size_t n_open;
};
MUST_USE enum err compose_statement(struct document_cx *d, const struct statement *s);

/* -- gatherers ----------------------------------------------------------------------------------
 */

enum err gather_receipt(struct print_cx *p, const void *record);
enum err gather_invoice(struct print_cx *p, const void *record);
enum err gather_confirmation(struct print_cx *p, const void *record);
enum err gather_statement(struct print_cx *p, const void *record);
enum err gather_labels(struct print_cx *p, const void *record);
enum err gather_z_report(struct print_cx *p, const void *record);
enum err gather_sample(struct print_cx *p, const void *record);

#endif
