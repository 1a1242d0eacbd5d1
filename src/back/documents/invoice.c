/* Documents on sheets about one sale: invoice, credit note, order confirmation. */
#include "back/documents/document_parts.h"

static const char *const titles[TEMPLATE_KINDS] = {
    [TEMPLATE_INVOICE] = N_("Invoice"),
    [TEMPLATE_CREDIT_NOTE] = N_("Credit note"),
    [TEMPLATE_ORDER_CONFIRMATION] = N_("Order confirmation"),
};
static const char *const files[TEMPLATE_KINDS] = {
    [TEMPLATE_INVOICE] = "invoice",
    [TEMPLATE_CREDIT_NOTE] = "credit-note",
    [TEMPLATE_ORDER_CONFIRMATION] = "order",
};

static void facts(struct document_cx *d, const struct sale_document *s, text_t number, text_t date)
{
    bool invoiced = s->invoice.record.id != 0;
    put_fact(d, 420, N_("Number"), number);
    put_fact(d, 420, N_("Date"), date);
    if (invoiced) {
        put_fact(d, 420, N_("Order"), s->order.number);
        if (!text_empty(s->reversed.number)) {
            put_fact(d, 420, N_("Corrects invoice"), s->reversed.number);
            put_fact(d, 420, N_("Invoice date"), as_date(d, s->reversed.issued_on, DATE_MEDIUM));
            put_fact(d, 420, N_("Reason"), s->order.reason);
        }
        put_fact(d, 420, s->order.kind == ORDER_RETURN ? N_("Returned on") : N_("Delivered on"),
                 s->order.state == ORDER_DONE ? as_date(d, s->order.business_date, DATE_MEDIUM)
                                              : TEXT_NONE);
    }
    put_fact(d, 420, N_("Customer number"), d->has_party ? d->party.code : TEXT_NONE);
    put_fact(d, 420, N_("Your reference"), s->order.reference);
    if (d->template.show_person) {
        put_fact(d, 420, invoiced ? N_("Issued by") : N_("Sold by"), s->person);
    }
}

/* The rate of a line, as its tax has it. */
static text_t rate_of_line(const struct document_cx *d, const struct sale_document *s, size_t i)
{
    for (size_t t = 0; t < s->n_taxes; t++) {
        if (s->taxes[t].tax == s->lines[i].tax_code.id) {
            return as_percent(d, s->taxes[t].rate);
        }
    }
    return TEXT_NONE;
}

/* Where prices include the tax, the amount without it stands beside the one with it (2006/112/EC,
 * article 226, point 8). */
static void lines(struct document_cx *d, const struct sale_document *s, bool reversed)
{
    bool gross = d->company.prices_include_tax != 0;
    const struct paper_column cols[] = {
        { say(d, N_("Description")), gross ? 350 : 430, ALIGN_START },
        { say(d, N_("Quantity")), 120, ALIGN_END },
        { say(d, N_("Price")), 145, ALIGN_END },
        { say(d, N_("Tax")), gross ? 85 : 110, ALIGN_END },
        { gross ? say(d, N_("Net")) : say(d, N_("Amount")), gross ? 145 : 195, ALIGN_END },
        { say(d, N_("With tax")), 155, ALIGN_END },
    };
    size_t n = gross ? 6 : 5;
    money_t sum = money_of(0);
    paper_table(d->paper, cols, n);
    for (size_t i = 0; i < s->n; i++) {
        const struct sales_order_line *l = &s->lines[i];
        money_t amount = line_amount(d, l);
        qty_t quantity = reversed ? qty_of(-l->quantity.micro) : l->quantity;
        amount = reversed ? money_neg(amount) : amount;
        text_t net = as_amount(d, reversed ? money_neg(l->net) : l->net);
        sum = money_add(sum, amount);
        const text_t cells[] = { s->products[i]->name,
                                 JOINED(d, " ", as_quantity(d, quantity), s->units[i]),
                                 as_amount(d, l->unit_price),
                                 rate_of_line(d, s, i),
                                 net,
                                 as_amount(d, amount) };
        paper_table_row(d->paper, cells, n,
                        JOINED(d, " \xc2\xb7 ", s->products[i]->code, line_note(d, l, reversed)),
                        as_amount(d, sum), false);
    }
    paper_table_end(d->paper);
}

static void tax_summary(struct document_cx *d, const struct sale_document *s, bool reversed)
{
    const struct paper_column cols[] = { { say(d, N_("Tax")), 280, ALIGN_START },
                                         { say(d, N_("Rate")), 220, ALIGN_END },
                                         { say(d, N_("Net")), 250, ALIGN_END },
                                         { say(d, N_("Tax amount")), 250, ALIGN_END } };
    if (!d->template.show_taxes || s->n_taxes == 0) {
        return;
    }
    paper_table(d->paper, cols, N_ELEMENTS(cols));
    for (size_t i = 0; i < s->n_taxes; i++) {
        const struct sale_tax *t = &s->taxes[i];
        const text_t cells[] = { t->name, as_percent(d, t->rate),
                                 as_amount(d, reversed ? money_neg(t->net) : t->net),
                                 as_amount(d, reversed ? money_neg(t->amount) : t->amount) };
        paper_table_row(d->paper, cells, N_ELEMENTS(cells), t->parts, TEXT_NONE, false);
    }
    paper_table_end(d->paper);
}

/* What was paid already, tender by tender, and what is left: what stands on the account too. */
static void paid(struct document_cx *d, const struct sale_document *s, money_t total)
{
    money_t left = money_add(total, s->order.rounding);
    for (size_t i = 0; i < s->n_payments; i++) {
        const struct payment *p = &s->payments[i];
        if (p->kind != TENDER_ACCOUNT) {
            put_sum(d, TYPE_SMALL,
                    PRINT_TEXT(d->p, N_("Paid: {1}"), say(d, tender_labels[p->kind])),
                    as_amount(d, p->amount));
            left = money_sub(left, p->amount);
        }
    }
    paper_space(d->paper, 6);
    put_sum(d, TYPE_STRONG, say(d, N_("To be paid")), as_money(d, left));
}

static void sums(struct document_cx *d, enum template_kind kind, const struct sale_document *s,
                 text_t number)
{
    const struct sales_order *o = &s->order;
    const struct invoice *in = &s->invoice;
    bool invoiced = in->record.id != 0, note = kind == TEMPLATE_CREDIT_NOTE;
    bool turned = note && o->kind == ORDER_SALE; /* the lines are those of the sale itself */
    money_t total = invoiced ? in->total : o->total;
    paper_keep(d->paper);
    paper_split(d->paper, 520);
    tax_summary(d, s, turned);
    if (d->template.show_code && !text_empty(number)) { /* where it needs no page of its own */
        paper_space(d->paper, 60);
        put_number_code(d, ALIGN_START, number, 520, 90);
    }
    paper_split_next(d->paper);
    put_sum(d, TYPE_BODY, say(d, N_("Net")), as_amount(d, invoiced ? in->net : o->net));
    put_sum(d, TYPE_BODY, say(d, N_("Tax")), as_amount(d, invoiced ? in->tax : o->tax));
    paper_rule(d->paper, RULE_THIN);
    put_sum(d, TYPE_FIGURE, say(d, N_("Total")), as_money(d, total));
    paper_space(d->paper, 8);
    if (!money_is_zero(o->rounding)) { /* of what is paid, not of what is sold */
        put_sum(d, TYPE_SMALL, say(d, N_("Cash rounding")), as_amount(d, o->rounding));
    }
    if (!note) {
        paid(d, s, total);
    }
    paper_split_end(d->paper);
    paper_keep_end(d->paper);
}

enum err compose_invoice(struct document_cx *d, enum template_kind kind,
                         const struct sale_document *s)
{
    const struct sales_order *o = &s->order;
    const struct invoice *in = &s->invoice;
    bool invoiced = in->record.id != 0;
    bool turned = kind == TEMPLATE_CREDIT_NOTE && o->kind == ORDER_SALE;
    text_t number = invoiced ? in->number : o->number;
    date_t day = invoiced ? in->issued_on : o->business_date;
    text_t date = as_date(d, day, DATE_LONG);
    d->values[PLACEHOLDER_TOTAL] = as_money(d, invoiced ? in->total : o->total);
    d->values[PLACEHOLDER_SERVED_BY] = s->person;
    document_name(d, files[kind], say(d, titles[kind]), number, date,
                  invoiced ? date_start(day) : o->sold_at);
    text_t title = text_empty(d->template.title) ? say(d, titles[kind])
                                                 : filled(d, d->template.title);
    d->paper->footer = filled(d, d->template.footer);
    TRY(put_letterhead(d));
    paper_space(d->paper, 140);
    paper_text(d->paper, TYPE_TITLE, ALIGN_START, title);
    paper_space(d->paper, 50);
    paper_split(d->paper, 560);
    put_addressee(d, kind == TEMPLATE_ORDER_CONFIRMATION ? N_("Ordered by") : N_("Billed to"));
    paper_split_next(d->paper);
    facts(d, s, number, as_date(d, day, DATE_MEDIUM));
    paper_split_end(d->paper);
    paper_space(d->paper, 110);
    lines(d, s, turned);
    paper_space(d->paper, 60);
    sums(d, kind, s, number);
    if (!text_empty(d->template.note)) {
        paper_space(d->paper, 100);
        paper_text(d->paper, TYPE_BODY, ALIGN_START, filled(d, d->template.note));
    }
    return OK;
}

enum err gather_invoice(struct print_cx *p, const void *record)
{
    const struct invoice *in = record;
    enum template_kind kind = in->kind == INVOICE_CREDIT_NOTE ? TEMPLATE_CREDIT_NOTE
                                                              : TEMPLATE_INVOICE;
    struct document_cx d;
    struct sales_order order;
    struct sale_document s;
    const struct json *issued;
    TRY(document_begin(&d, p, in->site.id, in->customer.id));
    TRY(issued_read(p->cx, in, &issued));
    issued_people(&d, issued);
    TRY(document_speak(&d, kind, in->language));
    TRY(store_get_any(p->cx, &sales_order_entity, in->sale.id, &order));
    TRY(sale_load(p->cx, &order, &s));
    issued_goods(&d, issued, &s);
    sale_tax_parts(&d, json_get(issued, "tax_parts"),
                   kind == TEMPLATE_CREDIT_NOTE && order.kind == ORDER_SALE, &s);
    s.invoice = *in;
    if (in->refers_to.id != 0) {
        TRY(store_get_any(p->cx, &invoice_entity, in->refers_to.id, &s.reversed));
    }
    return compose_invoice(&d, kind, &s);
}

enum err gather_confirmation(struct print_cx *p, const void *record)
{
    const struct sales_order *order = record;
    struct document_cx d;
    struct sale_document s;
    if (order->state == ORDER_DRAFT) {
        return refuse(p->cx, &refusal_still_a_draft, TEXT_NONE);
    }
    TRY(document_begin(&d, p, order->site.id, order->customer.id));
    TRY(document_speak(&d, TEMPLATE_ORDER_CONFIRMATION, TEXT_NONE));
    TRY(sale_load(p->cx, order, &s));
    TRY(sale_said_now(&d, &s));
    return compose_invoice(&d, TEMPLATE_ORDER_CONFIRMATION, &s);
}
