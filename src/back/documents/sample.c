/* A sample of a template: the document it makes, of a sale that never was. So a template can be
 * looked at before it is used. */
#include "back/documents/document_parts.h"

#define SAMPLE_LINES 3

static const struct product products[SAMPLE_LINES] = {
    { .code = TEXT_INIT("4711"), .name = TEXT_INIT("Green tea 250 g"), .no_sale = 0 },
    { .code = TEXT_INIT("0815"), .name = TEXT_INIT("Cup with a rather long name, hand-painted") },
    { .code = TEXT_INIT("9001"),
      .name = TEXT_INIT("\xe0\xa4\xae\xe0\xa4\xb8\xe0\xa4\xbe\xe0\xa4\xb2"
                        "\xe0\xa4\xbe \xe0\xa4\x9a\xe0\xa4\xbe\xe0\xa4\xaf") },
};

static const struct sales_order_line sample_lines[SAMPLE_LINES] = {
    { .position = 1,
      .quantity = { 2 * QTY_ONE },
      .unit_price = { 1210 },
      .net = { 2000 },
      .tax = { 420 },
      .total = { 2420 } },
    { .position = 2,
      .quantity = { QTY_ONE },
      .unit_price = { 1815 },
      .discount = { 121 },
      .net = { 1400 },
      .tax = { 294 },
      .total = { 1694 } },
    { .position = 3,
      .quantity = { QTY_ONE / 2 },
      .unit_price = { 2420 },
      .net = { 1000 },
      .tax = { 210 },
      .total = { 1210 } },
};

static void sample_sale(struct document_cx *d, enum template_kind kind, struct sale_document *s)
{
    static const struct product *refs[SAMPLE_LINES] = { &products[0], &products[1], &products[2] };
    bool back = kind == TEMPLATE_CREDIT_NOTE;
    date_t today = site_date(&d->site, d->cx->now);
    *s = (struct sale_document){
        .order = { .number = TEXT("T1-000123"),
                   .state = ORDER_DONE,
                   .sold_at = d->cx->now,
                   .business_date = today,
                   .net = { 4400 },
                   .tax = { 924 },
                   .total = { 5324 },
                   .discount = { 121 },
                   .change = { 676 },
                   .points_earned = 53 },
        .products = refs,
        .n = SAMPLE_LINES,
        .n_payments = 1,
        .person = TEXT("Luis"),
        .n_taxes = 1,
    };
    s->lines = ARENA_ARRAY(d->cx->arena, s->n, struct sales_order_line);
    memcpy(s->lines, sample_lines, sizeof sample_lines);
    s->units = ARENA_ARRAY(d->cx->arena, s->n, text_t);
    s->payments = ARENA_NEW(d->cx->arena, struct payment);
    s->payments[0] = (struct payment){ .kind = TENDER_CASH, .amount = { 5324 } };
    s->taxes[0] = (struct sale_tax){ .rate = { 21 * RATE_HUNDRED_PERCENT / 100 },
                                     .net = { 4400 },
                                     .amount = { 924 },
                                     .total = { 5324 } };
    if (kind == TEMPLATE_INVOICE || back) {
        s->invoice = (struct invoice){ .record = { .id = 1 },
                                       .number = back ? TEXT("CN-000007") : TEXT("INV-000042"),
                                       .kind = back ? INVOICE_CREDIT_NOTE : INVOICE_INVOICE,
                                       .issued_on = today,
                                       .net = { back ? -4400 : 4400 },
                                       .tax = { back ? -924 : 924 },
                                       .total = { back ? -5324 : 5324 } };
        s->reversed.number = back ? TEXT("INV-000042") : TEXT_NONE;
    }
}

static enum err sample_statement(struct document_cx *d)
{
    date_t today = site_date(&d->site, d->cx->now);
    struct movement rows[] = {
        { { today.days - 20 }, TEXT("T1-000123"), N_("Purchase"), { 5324 } },
        { { today.days - 5 }, TEXT("000017"), N_("Payment"), { -3000 } },
    };
    struct movement open[] = {
        { { today.days - 20 }, TEXT("T1-000123"), N_("Purchase"), { 2324 } }
    };
    const struct statement s = { .from = { today.days - 30 },
                                 .to = today,
                                 .movements = rows,
                                 .n = N_ELEMENTS(rows),
                                 .open = open,
                                 .n_open = N_ELEMENTS(open) };
    return compose_statement(d, &s);
}

static void sample_labels(struct document_cx *d)
{
    const struct label_data l = { .product = &products[1],
                                  .price = { 1815 },
                                  .unit = TEXT("kg"),
                                  .barcode = TEXT("4006381333931") };
    document_name(d, "labels", say(d, N_("Labels")), TEXT("0815"), TEXT_NONE, d->cx->now);
    for (int i = 0; i < 3; i++) {
        compose_label(d, &l);
    }
}

enum err gather_sample(struct print_cx *p, const void *record)
{
    const struct document_template *t = record;
    enum template_kind kind = (enum template_kind)t->kind;
    struct document_cx d;
    struct sale_document s;
    TRY(document_begin(&d, p, t->site.id, 0));
    d.template = *t;
    d.party = (struct party){ .code = TEXT("C-000001"),
                              .name = TEXT("Ana Garc\xc3\xad"
                                           "a"),
                              .street = TEXT("Calle Mayor 1"),
                              .postal_code = TEXT("28013"),
                              .city = TEXT("Madrid"),
                              .country = d.company.country };
    d.has_party = true;
    TRY(document_speak(&d, kind, t->language));
    switch (kind) {
    case TEMPLATE_STATEMENT:
        return sample_statement(&d);
    case TEMPLATE_LABEL:
        sample_labels(&d);
        return OK;
    case TEMPLATE_RECEIPT:
        sample_sale(&d, kind, &s);
        return compose_receipt(&d, &s);
    default:
        sample_sale(&d, kind, &s);
        return compose_invoice(&d, kind, &s);
    }
}
