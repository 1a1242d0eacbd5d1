/* Documents: what receipts, invoices, statements and labels look like, and the printing of them.
 *
 * Every kind has a look built in, in all languages; a company that wants other words, its logo or
 * other paper adds a template, without code. */
#ifndef KONTOR_DOCUMENTS_H
#define KONTOR_DOCUMENTS_H

#include "common/company/company.h"
#include "common/site/site.h"

enum template_kind {
    TEMPLATE_RECEIPT,
    TEMPLATE_INVOICE,
    TEMPLATE_CREDIT_NOTE,
    TEMPLATE_ORDER_CONFIRMATION,
    TEMPLATE_STATEMENT,
    TEMPLATE_LABEL,
    TEMPLATE_KINDS
};

/* 0: the kind's own; otherwise enum paper_kind + 1. */
enum template_paper {
    TEMPLATE_PAPER_USUAL,
    TEMPLATE_PAPER_A4,
    TEMPLATE_PAPER_LETTER,
    TEMPLATE_PAPER_RECEIPT,
    TEMPLATE_PAPER_LABELS_24,
    TEMPLATE_PAPER_LABELS_21,
    TEMPLATE_PAPER_LABEL_ROLL,
    TEMPLATE_PAPERS
};

/* Of the active templates of a kind the one that names site and language wins over one that names
 * the site, that over one that names the language, that over one for all; of equals the oldest. */
struct document_template {
    struct record record;
    text_t code;
    choice_t kind;               /* enum template_kind */
    text_t language;             /* en es hi id; none: any */
    site_ref site;               /* 0: any */
    text_t title;                /* instead of "Invoice" */
    text_t header, note, footer; /* with placeholders: {company.name} */
    choice_t paper;              /* enum template_paper */
    flag_t show_taxes, show_why, show_points, show_code, show_person;
    text_t logo; /* PNG or JPEG as base64 */
    flag_t active;
};

/* Upgrade: templates made before show who served, as the built-in look does. */
enum err documents_show_person(struct tx *tx, struct arena *a);

extern const struct entity document_template_entity;
extern const struct area documents_area;

#endif
