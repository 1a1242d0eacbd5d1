/* What all documents have in common: company, language, template, values, head. */
#include "back/documents/document_parts.h"

#define VALUE_MAX 4096

enum err document_begin(struct document_cx *d, struct print_cx *p, int64_t site, int64_t party)
{
    *d = (struct document_cx){ .p = p, .cx = p->cx, .paper = p->paper };
    TRY(company_get(d->cx, &d->company));
    if (site != 0) {
        TRY(store_get_any(d->cx, &site_entity, site, &d->site));
    }
    if (party != 0) {
        TRY(store_get_any(d->cx, &party_entity, party, &d->party));
        d->has_party = true;
    }
    d->zone = !text_empty(d->site.time_zone) ? d->site.time_zone : d->company.time_zone;
    d->currency = d->company.currency;
    d->decimals = d->cx->decimals;
    return OK;
}

static const enum paper_kind usual_papers[TEMPLATE_KINDS] = {
    [TEMPLATE_RECEIPT] = PAPER_RECEIPT, [TEMPLATE_INVOICE] = PAPER_A4,
    [TEMPLATE_CREDIT_NOTE] = PAPER_A4,  [TEMPLATE_ORDER_CONFIRMATION] = PAPER_A4,
    [TEMPLATE_STATEMENT] = PAPER_A4,    [TEMPLATE_LABEL] = PAPER_LABELS_24,
};

enum err document_speak(struct document_cx *d, enum template_kind kind, text_t given)
{
    text_t language = d->has_party ? d->party.language : TEXT_NONE;
    print_speak(d->p, text_empty(given) ? language : given, d->company.language,
                d->company.country);
    if (!d->template.record.id) { /* a sample brings its own */
        TRY(template_choose(d->cx, print_param(d->p, "template"), kind, d->site.record.id,
                            d->p->language, &d->template));
    }
    d->paper->kind = d->template.paper == TEMPLATE_PAPER_USUAL
                         ? usual_papers[kind]
                         : (enum paper_kind)(d->template.paper - 1);
    d->values[PLACEHOLDER_COMPANY_NAME] = d->company.name;
    d->values[PLACEHOLDER_COMPANY_TAX_ID] = d->company.tax_id;
    d->values[PLACEHOLDER_SITE_NAME] = d->site.name;
    d->values[PLACEHOLDER_SITE_STREET] = d->site.street;
    d->values[PLACEHOLDER_SITE_CITY] = d->site.city;
    d->values[PLACEHOLDER_SITE_POSTAL_CODE] = d->site.postal_code;
    d->values[PLACEHOLDER_SITE_PHONE] = d->site.phone;
    d->values[PLACEHOLDER_CUSTOMER_NAME] = d->party.name;
    d->values[PLACEHOLDER_CUSTOMER_CODE] = d->party.code;
    d->values[PLACEHOLDER_CUSTOMER_TAX_ID] = d->party.tax_id;
    return OK;
}

void document_name(struct document_cx *d, const char *file, text_t title, text_t number,
                   text_t date, instant_t made)
{
    d->values[PLACEHOLDER_DOCUMENT_NUMBER] = number;
    d->values[PLACEHOLDER_DOCUMENT_DATE] = date;
    d->paper->title = JOINED(d, " ", title, number);
    d->paper->author = d->company.name;
    d->paper->file = JOINED(d, "-", text_of(file), number);
    d->paper->made = made;
}

/* -- values --------------------------------------------------------------------------------- */

#define WRITTEN(write)                                                                             \
    struct buf b;                                                                                  \
    buf_init(&b, d->cx->arena, VALUE_MAX);                                                         \
    write;                                                                                         \
    return buf_done(&b)

text_t as_money(const struct document_cx *d, money_t m)
{
    WRITTEN(format_money(d->p->format, &b, m, d->currency));
}

text_t as_amount(const struct document_cx *d, money_t m)
{
    WRITTEN(format_amount(d->p->format, &b, m, d->decimals));
}

text_t as_quantity(const struct document_cx *d, qty_t q)
{
    WRITTEN(format_quantity(d->p->format, &b, q));
}

text_t as_integer(const struct document_cx *d, int64_t n)
{
    WRITTEN(format_integer(d->p->format, &b, n));
}

text_t as_percent(const struct document_cx *d, rate_t r)
{
    WRITTEN((format_rate(d->p->format, &b, r), buf_str(&b, "\xc2\xa0%")));
}

text_t as_date(const struct document_cx *d, date_t day, enum date_style style)
{
    WRITTEN(format_date(d->p->format, &b, day, style));
}

text_t as_time(const struct document_cx *d, instant_t t, enum time_style style)
{
    WRITTEN(format_time(d->p->format, &b, t, d->zone, style));
}

text_t as_country(const struct document_cx *d, text_t country)
{
    WRITTEN(format_country(d->p->format, &b, country));
}

text_t joined(const struct document_cx *d, const char *between, const text_t *parts, size_t n)
{
    struct buf b;
    buf_init(&b, d->cx->arena, VALUE_MAX);
    for (size_t i = 0; i < n; i++) {
        if (!text_empty(parts[i])) {
            buf_str(&b, b.n ? between : "");
            buf_text(&b, parts[i]);
        }
    }
    return buf_done(&b);
}

text_t filled(const struct document_cx *d, text_t t)
{
    return placeholders_fill(d->cx->arena, t, d->values);
}

text_t say(const struct document_cx *d, const char *msgid)
{
    return print_text(d->p, msgid);
}

/* -- parts ----------------------------------------------------------------------------------- */

enum err put_logo(struct document_cx *d, enum align align, int width, int height)
{
    text_t png;
    if (text_empty(d->template.logo)) {
        return OK;
    }
    TRY(print_logo_decode(d->cx->arena, d->template.logo, &png)); /* was checked when accepted */
    paper_logo(d->paper, align, png.s, png.n, width, height);
    return OK;
}

void put_fact(struct document_cx *d, int share, const char *label, text_t value)
{
    const struct cell cells[] = {
        { say(d, label), share, ALIGN_START, TYPE_MUTED },
        { value, 0, ALIGN_END, TYPE_BODY },
    };
    if (!text_empty(value)) {
        paper_row(d->paper, cells, N_ELEMENTS(cells));
    }
}

void put_about(struct document_cx *d, const char *label, text_t value)
{
    const struct cell cells[] = {
        { say(d, label), 380, ALIGN_START, TYPE_SMALL },
        { value, 0, ALIGN_END, TYPE_SMALL },
    };
    if (!text_empty(value)) {
        paper_row(d->paper, cells, N_ELEMENTS(cells));
    }
}

void put_sum(struct document_cx *d, enum type_style style, text_t label, text_t amount)
{
    const struct cell cells[] = {
        { label, 600, ALIGN_START, style },
        { amount, 0, ALIGN_END, style },
    };
    paper_row(d->paper, cells, N_ELEMENTS(cells));
}

void put_number_code(struct document_cx *d, enum align align, text_t number, int width, int height)
{
    bool ascii = true;
    for (size_t i = 0; i < number.n; i++) {
        ascii &= number.s[i] > 0x20 && number.s[i] < 0x7f;
    }
    if (ascii) {
        paper_code(d->paper, CODE_128, align, number, width, height, number);
    } else {
        paper_code(d->paper, CODE_QR, align, number, height * 2, height * 2, number);
    }
}

/* The numbers have names of their own in the law of their countries; elsewhere it is plain words.
 */
text_t tax_number(const struct document_cx *d, text_t country, text_t number)
{
    static const struct {
        const char *country, *name;
    } own[] = {
        { "AU", "ABN" }, { "ES", "NIF" }, { "ID", "NPWP" }, { "IN", "GSTIN" }, { "MX", "RFC" }
    };
    text_t name = say(d, N_("Tax number"));
    for (size_t i = 0; i < N_ELEMENTS(own); i++) {
        name = text_is(country, own[i].country) ? text_of(own[i].name) : name;
    }
    return text_empty(number) ? TEXT_NONE : JOINED(d, " ", name, number);
}

/* A letter that crosses a border says the countries. */
static bool abroad(const struct document_cx *d)
{
    return !text_empty(d->party.country) && !text_eq(d->party.country, d->company.country);
}

enum err put_letterhead(struct document_cx *d)
{
    paper_split(d->paper, 550);
    if (text_empty(d->template.logo)) {
        paper_text(d->paper, TYPE_HEAD, ALIGN_START, d->company.name);
    }
    TRY(put_logo(d, ALIGN_START, 600, 180));
    paper_split_next(d->paper);
    if (!text_empty(d->template.logo)) {
        paper_text(d->paper, TYPE_SMALL, ALIGN_END, d->company.name);
    }
    paper_text(d->paper, TYPE_MUTED, ALIGN_END, d->site.name);
    paper_text(d->paper, TYPE_MUTED, ALIGN_END, d->site.street);
    paper_text(d->paper, TYPE_MUTED, ALIGN_END, JOINED(d, " ", d->site.postal_code, d->site.city));
    paper_text(d->paper, TYPE_MUTED, ALIGN_END, d->site.phone);
    if (abroad(d)) {
        paper_text(d->paper, TYPE_MUTED, ALIGN_END, as_country(d, d->company.country));
    }
    paper_text(d->paper, TYPE_MUTED, ALIGN_END,
               tax_number(d, d->company.country, d->company.tax_id));
    paper_text(d->paper, TYPE_MUTED, ALIGN_END, filled(d, d->template.header));
    paper_split_end(d->paper);
    return OK;
}

void put_addressee(struct document_cx *d, const char *heading)
{
    const struct party *c = &d->party;
    if (!d->has_party) {
        return;
    }
    paper_text(d->paper, TYPE_MUTED, ALIGN_START, say(d, heading));
    paper_text(d->paper, TYPE_STRONG, ALIGN_START, c->name);
    paper_text(d->paper, TYPE_BODY, ALIGN_START, c->street);
    paper_text(d->paper, TYPE_BODY, ALIGN_START, JOINED(d, " ", c->postal_code, c->city));
    if (abroad(d)) {
        paper_text(d->paper, TYPE_BODY, ALIGN_START, as_country(d, c->country));
    }
    paper_text(d->paper, TYPE_BODY, ALIGN_START, tax_number(d, c->country, c->tax_id));
}
