/* The receipt of a sale or a return: on a roll of 80 mm. */
#include "back/documents/document_parts.h"

static enum err head(struct document_cx *d, const struct sale_document *s, text_t title)
{
    const struct sales_order *o = &s->order;
    TRY(put_logo(d, ALIGN_CENTRE, 480, 180));
    paper_text(d->paper, TYPE_HEAD, ALIGN_CENTRE, d->company.name);
    if (!text_eq(d->site.name, d->company.name)) {
        paper_text(d->paper, TYPE_SMALL, ALIGN_CENTRE, d->site.name);
    }
    paper_text(d->paper, TYPE_SMALL, ALIGN_CENTRE,
               JOINED(d, ", ", d->site.street, JOINED(d, " ", d->site.postal_code, d->site.city)));
    paper_text(d->paper, TYPE_SMALL, ALIGN_CENTRE, d->site.phone);
    paper_text(d->paper, TYPE_SMALL, ALIGN_CENTRE,
               tax_number(d, d->company.country, d->company.tax_id));
    paper_text(d->paper, TYPE_SMALL, ALIGN_CENTRE, filled(d, d->template.header));
    paper_space(d->paper, 25);
    put_sum(d, TYPE_TITLE, title, o->number);
    text_t till = s->till.record.id ? JOINED(d, " ", say(d, N_("Till")), s->till.code) : TEXT_NONE;
    put_sum(d, TYPE_SMALL, as_time(d, o->sold_at, TIME_SHORT), till);
    if (d->template.show_person) {
        put_about(d, o->kind == ORDER_SALE ? N_("Sold by") : N_("Taken back by"), s->person);
    }
    put_about(d, N_("Original sale"), s->origin.number);
    if (d->has_party) {
        put_about(d, N_("Customer"), d->party.name);
        put_about(d, N_("Tax number"), d->party.tax_id);
    }
    paper_rule(d->paper, RULE_DASHED);
    return OK;
}

static bool is_one(qty_t q)
{
    return q.micro == QTY_ONE;
}

/* The name with the amount; how many at which price below, where it is not one piece. */
static void line(struct document_cx *d, const struct sale_document *s, size_t i)
{
    const struct sales_order_line *l = &s->lines[i];
    const struct cell cells[] = {
        { s->products[i]->name, 720, ALIGN_START, TYPE_BODY },
        { as_amount(d, line_amount(d, l)), 0, ALIGN_END, TYPE_BODY },
    };
    text_t many = TEXT_NONE;
    if (!is_one(l->quantity) || !money_is_zero(l->discount)) {
        many = JOINED(d, " \xc3\x97 ", JOINED(d, " ", as_quantity(d, l->quantity), s->units[i]),
                      as_amount(d, l->unit_price));
    }
    text_t below = JOINED(d, " \xc2\xb7 ", many, line_note(d, l, false));
    paper_keep(d->paper);
    paper_row(d->paper, cells, N_ELEMENTS(cells));
    if (!text_empty(below)) {
        const struct cell note[] = { { TEXT_NONE, 35, ALIGN_START, TYPE_SMALL },
                                     { below, 0, ALIGN_START, TYPE_SMALL } };
        paper_row(d->paper, note, N_ELEMENTS(note));
    }
    paper_space(d->paper, 4);
    paper_keep_end(d->paper);
}

static void payments(struct document_cx *d, const struct sale_document *s)
{
    const struct sales_order *o = &s->order;
    bool sale = o->kind == ORDER_SALE;
    if (!money_is_zero(o->rounding)) {
        put_sum(d, TYPE_SMALL, say(d, N_("Cash rounding")), as_amount(d, o->rounding));
    }
    for (size_t i = 0; i < s->n_payments; i++) {
        const struct payment *p = &s->payments[i];
        bool cash = p->kind == TENDER_CASH;
        /* What the customer handed over: what was kept and what went back. */
        money_t given = cash && sale ? money_add(p->amount, o->change) : p->amount;
        put_sum(d, TYPE_BODY, say(d, tender_labels[p->kind]), as_amount(d, given));
    }
    if (!money_is_zero(o->change)) {
        put_sum(d, TYPE_BODY, say(d, N_("Change")), as_amount(d, o->change));
    }
}

static void taxes(struct document_cx *d, const struct sale_document *s)
{
    const struct paper_column cols[] = { { say(d, N_("Rate")), 280, ALIGN_START },
                                         { say(d, N_("Net")), 240, ALIGN_END },
                                         { say(d, N_("Tax")), 240, ALIGN_END },
                                         { say(d, N_("Total")), 240, ALIGN_END } };
    if (!d->template.show_taxes || s->n_taxes == 0) {
        return;
    }
    paper_space(d->paper, 15);
    paper_table(d->paper, cols, N_ELEMENTS(cols));
    for (size_t i = 0; i < s->n_taxes; i++) {
        const struct sale_tax *t = &s->taxes[i];
        const text_t cells[] = { as_percent(d, t->rate), as_amount(d, t->net),
                                 as_amount(d, t->amount), as_amount(d, t->total) };
        paper_table_row(d->paper, cells, N_ELEMENTS(cells), t->parts, TEXT_NONE, false);
    }
    paper_table_end(d->paper);
}

static void points(struct document_cx *d, const struct sales_order *o)
{
    if (!d->template.show_points || (o->points_earned == 0 && o->points_redeemed == 0)) {
        return;
    }
    paper_rule(d->paper, RULE_DASHED);
    if (o->points_earned != 0) {
        put_sum(d, TYPE_SMALL, say(d, N_("Points earned")), as_integer(d, o->points_earned));
    }
    if (o->points_redeemed != 0) {
        put_sum(d, TYPE_SMALL, say(d, N_("Points redeemed")), as_integer(d, o->points_redeemed));
    }
}

static void foot(struct document_cx *d, const struct sale_document *s)
{
    text_t thanks = s->order.kind == ORDER_SALE ? say(d, N_("Thank you for your visit"))
                                                : TEXT_NONE;
    text_t footer = text_empty(d->template.footer) ? thanks : filled(d, d->template.footer);
    paper_rule(d->paper, RULE_DASHED);
    paper_text(d->paper, TYPE_SMALL, ALIGN_START, filled(d, d->template.note));
    if (!text_empty(d->template.note)) {
        paper_space(d->paper, 15);
    }
    paper_text(d->paper, TYPE_STRONG, ALIGN_CENTRE, footer);
    if (d->template.show_code && !text_empty(s->order.number)) {
        paper_space(d->paper, 25);
        put_number_code(d, ALIGN_CENTRE, s->order.number, 560, 110);
    }
}

enum err compose_receipt(struct document_cx *d, const struct sale_document *s)
{
    const struct sales_order *o = &s->order;
    bool sale = o->kind == ORDER_SALE;
    text_t title = !text_empty(d->template.title) ? d->template.title
                   : sale                         ? say(d, N_("Sales receipt"))
                                                  : say(d, N_("Return receipt"));
    d->values[PLACEHOLDER_TOTAL] = as_money(d, o->total);
    d->values[PLACEHOLDER_SERVED_BY] = s->person;
    document_name(d, sale ? "receipt" : "return", title, o->number,
                  as_time(d, o->sold_at, TIME_SHORT), o->sold_at);
    TRY(head(d, s, filled(d, title)));
    for (size_t i = 0; i < s->n; i++) {
        line(d, s, i);
    }
    paper_rule(d->paper, RULE_DASHED);
    if (!d->company.prices_include_tax) {
        put_sum(d, TYPE_BODY, say(d, N_("Net")), as_amount(d, o->net));
        put_sum(d, TYPE_BODY, say(d, N_("Tax")), as_amount(d, o->tax));
    }
    put_sum(d, TYPE_FIGURE, say(d, N_("Total")), as_money(d, o->total));
    if (!money_is_zero(o->discount)) {
        put_sum(d, TYPE_SMALL, say(d, N_("Discount included")), as_amount(d, o->discount));
    }
    paper_space(d->paper, 10);
    payments(d, s);
    taxes(d, s);
    points(d, o);
    foot(d, s);
    return OK;
}

enum err gather_receipt(struct print_cx *p, const void *record)
{
    const struct sales_order *order = record;
    struct document_cx d;
    struct sale_document s;
    if (order->state == ORDER_DRAFT) {
        return refuse(p->cx, &refusal_still_a_draft, TEXT_NONE);
    }
    TRY(document_begin(&d, p, order->site.id, order->customer.id));
    TRY(document_speak(&d, TEMPLATE_RECEIPT, TEXT_NONE));
    TRY(sale_load(p->cx, order, &s));
    TRY(sale_said_now(&d, &s));
    return compose_receipt(&d, &s);
}
