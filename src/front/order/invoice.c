/* Invoices and credit notes: the document that a customer's books need, once for each order.
 *
 * An invoice says what its order says; a return of an invoiced order, or its cancellation, gets a
 * credit note that names the invoice. Both are numbered without gaps by series_next, in the
 * transaction that makes them, and never change: what they say of customer and company is kept with
 * them (invoice_issued.c). */
#include "front/order/order_parts.h"

#include "meta/locale.h"

struct invoice_args {
    party_ref customer;
    text_t language;
};

struct invoice_answer {
    int64_t id;
    text_t number;
    choice_t kind;
    sales_order_ref sale;
    party_ref customer;
    date_t issued_on;
    money_t net, tax, total;
    invoice_ref refers_to;
};

static const struct choice invoice_kinds[] = {
    [INVOICE_INVOICE] = { "invoice", N_("Invoice") },
    [INVOICE_CREDIT_NOTE] = { "credit_note", N_("Credit note") },
};

static const struct field args_fields[] = {
    F_REF(invoice_args, customer, party, N_("Customer"),
          .help = N_("Who is invoiced, where the order names nobody.")),
    F_TEXT(invoice_args, language, N_("Language"), .word = WORD_LANGUAGE, .max = 2,
           .help = N_("Of the document: en, es, hi or id. Else the customer's.")),
};
const struct shape invoice_args_shape = SHAPE(invoice_args, args_fields);

static const struct field answer_fields[] = {
    F_INTEGER(invoice_answer, id, N_("Id")),
    F_TEXT(invoice_answer, number, N_("Number")),
    F_CHOICE(invoice_answer, kind, invoice_kinds, N_("Kind")),
    F_REF(invoice_answer, sale, sales_order, N_("Order")),
    F_REF(invoice_answer, customer, party, N_("Customer")),
    F_DATE(invoice_answer, issued_on, N_("Issued on")),
    F_MONEY(invoice_answer, net, N_("Net")),
    F_MONEY(invoice_answer, tax, N_("Tax")),
    F_MONEY(invoice_answer, total, N_("Total")),
    F_REF(invoice_answer, refers_to, invoice, N_("Refers to")),
};
const struct shape invoice_answer_shape = SHAPE(invoice_answer, answer_fields);

static const struct field invoice_fields[] = {
    F_TEXT(invoice, number, N_("Number"), .flags = F_READONLY | F_UNIQUE | F_EVENT | F_SEARCH,
           .max = 40),
    F_CHOICE(invoice, kind, invoice_kinds, N_("Kind"), .flags = F_READONLY | F_EVENT),
    F_REF(invoice, sale, sales_order, N_("Order"), .flags = F_READONLY | F_EVENT),
    F_REF(invoice, customer, party, N_("Customer"), .flags = F_READONLY | F_INDEX | F_EVENT),
    F_REF(invoice, site, site, N_("Site"), .flags = F_READONLY | F_EVENT),
    F_DATE(invoice, issued_on, N_("Issued on"), .flags = F_READONLY),
    F_CURRENCY(invoice, currency, N_("Currency"), .flags = F_READONLY | F_HIDDEN | F_EVENT),
    F_MONEY(invoice, net, N_("Net"), .flags = F_READONLY, .currency = "currency"),
    F_MONEY(invoice, tax, N_("Tax"), .flags = F_READONLY, .currency = "currency"),
    F_MONEY(invoice, total, N_("Total"), .flags = F_READONLY | F_EVENT, .currency = "currency"),
    F_REF(invoice, refers_to, invoice, N_("Refers to"), .flags = F_READONLY,
          .help = N_("The invoice that this credit note takes back.")),
    F_TEXT(invoice, language, N_("Language"), .word = WORD_LANGUAGE, .flags = F_READONLY | F_HIDDEN,
           .max = 2),
    F_JSON(
        invoice, as_issued, N_("As issued"), .flags = F_READONLY | F_HIDDEN,
        .help = N_("Names, addresses and taxes as they were: an issued invoice does not change.")),
};

static const struct index_def indexes[] = {
    { .name = "invoices_sale_kind", .cols = "sale, kind", .unique = true },
};

const struct entity invoice_entity = {
    .index = E_invoice,
    .name = "invoice",
    .plural = "invoices",
    .label = N_("Invoice"),
    .label_plural = N_("Invoices and credit notes"),
    .help = N_("Made from an order by its command Invoice. A return of an invoiced order gets a "
               "credit note."),
    .shape = SHAPE(invoice, invoice_fields),
    .code = "number",
    .read = "order.read",
    .site = "site",
    .flags = E_POSTED,
    .indexes = indexes,
    .n_indexes = N_ELEMENTS(indexes),
};

/* The one of that kind that the order has; record.id 0: none. */
static enum err find(struct cx *cx, int64_t sale, choice_t kind, struct invoice *out)
{
    struct invoice *list;
    size_t n;
    const struct value args[] = { v_int(sale), v_int(kind) };
    TRY(store_select(cx, &invoice_entity, "sale = $1 AND kind = $2", args, N_ELEMENTS(args), &list,
                     &n));
    *out = n > 0 ? list[0] : (struct invoice){ .record = { .id = 0 } };
    return OK;
}

static void answer(const struct invoice *in, struct invoice_answer *out)
{
    *out = (struct invoice_answer){
        .id = in->record.id,
        .number = in->number,
        .kind = in->kind,
        .sale = in->sale,
        .customer = in->customer,
        .issued_on = in->issued_on,
        .net = in->net,
        .tax = in->tax,
        .total = in->total,
        .refers_to = in->refers_to,
    };
}

static enum err language_of(struct cx *cx, text_t given, int64_t customer, text_t *out)
{
    struct party p;
    struct company c;
    if (!text_empty(given)) {
        const char *known = language_known(given);
        *out = text_of(known);
        return known ? OK : REFUSE(cx, &language_unknown, TEXT("language"), given);
    }
    TRY(store_get_any(cx, &party_entity, customer, &p));
    TRY(company_get(cx, &c));
    const char *known = text_empty(p.language) ? NULL : language_known(p.language);
    *out = known ? text_of(known) : c.language;
    return OK;
}

/* Numbers and writes it, and tells the house. */
static enum err issue(struct cx *cx, struct sales_order *order, text_t language,
                      struct invoice *invoice)
{
    struct site site;
    TRY(store_get_any(cx, &site_entity, order->site.id, &site));
    invoice->sale = (sales_order_ref){ order->record.id };
    invoice->site = order->site;
    invoice->currency = order->currency;
    invoice->issued_on = site_date(&site, cx->now);
    TRY(language_of(cx, language, invoice->customer.id, &invoice->language));
    TRY(invoice_keep(cx, order, invoice));
    TRY(series_next(cx, invoice->kind == INVOICE_CREDIT_NOTE ? "credit_note" : "invoice",
                    invoice->site, &invoice->number, NULL));
    TRY(store_insert(cx, &invoice_entity, invoice));
    return event_publish(cx, "sales_order.invoiced", &sales_order_entity, order, invoice);
}

/* Who is invoiced: the order's customer, or the one given where it has none. */
static enum err customer_of(struct cx *cx, const struct sales_order *order, party_ref given,
                            party_ref *out)
{
    *out = order->customer.id ? order->customer : given;
    if (out->id == 0) {
        return refuse(cx, &refusal_invoice_needs_customer, TEXT("customer"));
    }
    if (given.id != 0 && given.id != out->id) {
        return refuse(cx, &refusal_invoice_other_customer, TEXT("customer"));
    }
    return OK;
}

/* What the document of this order must be: its kind and, for a return, the invoice it reverses. */
static enum err basis(struct cx *cx, const struct sales_order *order, struct invoice *reversed)
{
    *reversed = (struct invoice){ .record = { .id = 0 } };
    if (order->kind != ORDER_RETURN) {
        return OK;
    }
    if (order->origin.id != 0) {
        TRY(find(cx, order->origin.id, INVOICE_INVOICE, reversed));
    }
    return reversed->record.id ? OK : refuse(cx, &refusal_origin_not_invoiced, TEXT_NONE);
}

enum err invoice_run(struct cx *cx, void *record, const void *args, void *result)
{
    struct sales_order *order = record;
    const struct invoice_args *in = args;
    struct invoice reversed, invoice;
    TRY(basis(cx, order, &reversed));
    choice_t kind = reversed.record.id ? INVOICE_CREDIT_NOTE : INVOICE_INVOICE;
    TRY(find(cx, order->record.id, kind, &invoice));
    if (invoice.record.id) {
        if (in->customer.id != 0 && in->customer.id != invoice.customer.id) {
            return refuse(cx, &refusal_invoice_other_customer, TEXT("customer"));
        }
        answer(&invoice, result);
        return OK;
    }
    invoice = (struct invoice){
        .kind = kind,
        .customer = reversed.customer,
        .net = order->net,
        .tax = order->tax,
        .total = order->total,
        .refers_to = { reversed.record.id },
    };
    if (kind == INVOICE_INVOICE) {
        TRY(customer_of(cx, order, in->customer, &invoice.customer));
    } else if (in->customer.id != 0 && in->customer.id != invoice.customer.id) {
        return refuse(cx, &refusal_invoice_other_customer, TEXT("customer"));
    }
    TRY(issue(cx, order, text_empty(in->language) ? reversed.language : in->language, &invoice));
    answer(&invoice, result);
    return OK;
}

enum err invoice_cancel(struct cx *cx, struct sales_order *order)
{
    struct invoice reversed;
    TRY(find(cx, order->record.id, INVOICE_INVOICE, &reversed));
    if (!reversed.record.id) {
        return OK;
    }
    struct invoice note = {
        .kind = INVOICE_CREDIT_NOTE,
        .customer = reversed.customer,
        .net = money_neg(reversed.net),
        .tax = money_neg(reversed.tax),
        .total = money_neg(reversed.total),
        .refers_to = { reversed.record.id },
    };
    return issue(cx, order, reversed.language, &note);
}
