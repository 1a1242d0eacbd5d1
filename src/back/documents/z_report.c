/* The Z report of a till session on a roll: what the closing found, from the JSON that it kept. */
#include "back/documents/document_parts.h"

#include "flow/record_stream.h"

static money_t amount_in(const struct document_cx *d, const struct json *j, const char *name)
{
    text_t t = json_get_text(j, name);
    money_t m = money_of(0);
    if (!t.s || decimal_parse(t.s, t.n, d->decimals, &m.minor) != OK) {
        return money_of(0);
    }
    return m;
}

static int64_t number_in(const struct json *j, const char *name)
{
    const struct json *v = json_get(j, name);
    int64_t n = 0;
    return v && v->type == JSON_NUMBER && text_to_i64(v->text, &n) == OK ? n : 0;
}

static void put_amount(struct document_cx *d, enum type_style style, const char *label,
                       const struct json *z, const char *name)
{
    put_sum(d, style, say(d, label), as_amount(d, amount_in(d, z, name)));
}

static void put_counted(struct document_cx *d, const char *label, const struct json *z,
                        const char *count, const char *amount)
{
    const struct cell cells[] = {
        { say(d, label), 450, ALIGN_START, TYPE_BODY },
        { as_integer(d, number_in(z, count)), 150, ALIGN_END, TYPE_BODY },
        { as_amount(d, amount_in(d, z, amount)), 0, ALIGN_END, TYPE_BODY },
    };
    paper_row(d->paper, cells, N_ELEMENTS(cells));
}

static void put_tenders(struct document_cx *d, const struct json *z)
{
    static const char *const names[] = { "cash",   "card",    "gift_card",
                                         "points", "account", "transfer" };
    const struct json *list = json_get(z, "tenders");
    paper_text(d->paper, TYPE_STRONG, ALIGN_START, say(d, N_("By tender")));
    for (const struct json *t = list ? list->first : NULL; t; t = t->next) {
        for (size_t i = 0; i < N_ELEMENTS(names); i++) {
            if (text_is(json_get_text(t, "kind"), names[i])) {
                put_counted(d, tender_labels[i], t, "payments", "amount");
            }
        }
    }
}

static void put_taxes(struct document_cx *d, const struct json *z)
{
    const struct json *list = json_get(z, "taxes");
    const struct paper_column cols[] = { { say(d, N_("Rate")), 280, ALIGN_START },
                                         { say(d, N_("Net")), 240, ALIGN_END },
                                         { say(d, N_("Tax")), 240, ALIGN_END },
                                         { say(d, N_("Total")), 240, ALIGN_END } };
    paper_table(d->paper, cols, N_ELEMENTS(cols));
    for (const struct json *t = list ? list->first : NULL; t; t = t->next) {
        rate_t rate = { 0 };
        text_t written = json_get_text(t, "rate");
        if (written.s && decimal_parse(written.s, written.n, RATE_SCALE, &rate.micro) != OK) {
            rate.micro = 0;
        }
        const text_t cells[] = { as_percent(d, rate), as_amount(d, amount_in(d, t, "net")),
                                 as_amount(d, amount_in(d, t, "amount")),
                                 as_amount(d, amount_in(d, t, "total")) };
        paper_table_row(d->paper, cells, N_ELEMENTS(cells), TEXT_NONE, TEXT_NONE, false);
    }
    paper_table_end(d->paper);
}

static void put_cash(struct document_cx *d, const struct json *z)
{
    paper_text(d->paper, TYPE_STRONG, ALIGN_START, say(d, N_("Cash in the drawer")));
    put_amount(d, TYPE_BODY, N_("Float"), z, "opening_float");
    put_amount(d, TYPE_BODY, N_("Cash in"), z, "cash_in");
    put_amount(d, TYPE_BODY, N_("Cash out"), z, "cash_out");
    put_amount(d, TYPE_BODY, N_("Other cash payments"), z, "other_cash");
    put_amount(d, TYPE_BODY, N_("Cash expected"), z, "cash_expected");
    put_amount(d, TYPE_BODY, N_("Cash counted"), z, "cash_counted");
    put_amount(d, TYPE_STRONG, N_("Difference"), z, "cash_difference");
}

/* When, and by whom. */
static enum err put_moment(struct document_cx *d, const char *label, instant_t at, int64_t user)
{
    text_t name;
    TRY(person_name(d->cx, user, &name));
    put_about(d, label, JOINED(d, " \xc2\xb7 ", as_time(d, at, TIME_SHORT), name));
    return OK;
}

static enum err compose(struct document_cx *d, const struct till_session *s,
                        const struct till *till, const struct json *z)
{
    text_t number = text_fmt(d->cx->arena, "%s-Z%lld", till->code.s, (long long)s->number);
    document_name(d, "z-report", say(d, N_("Z report")), number,
                  as_time(d, s->closed_at, TIME_SHORT), s->closed_at);
    paper_text(d->paper, TYPE_HEAD, ALIGN_CENTRE, d->company.name);
    paper_text(d->paper, TYPE_SMALL, ALIGN_CENTRE, d->site.name);
    paper_text(d->paper, TYPE_SMALL, ALIGN_CENTRE,
               tax_number(d, d->company.country, d->company.tax_id));
    paper_space(d->paper, 25);
    put_sum(d, TYPE_TITLE, say(d, N_("Z report")), number);
    put_about(d, N_("Till"), till->name);
    TRY(put_moment(d, N_("Opened"), s->opened_at, s->opened_by.id));
    TRY(put_moment(d, NC_("when", "Closed"), s->closed_at, s->closed_by.id));
    if (s->last_number >= s->first_number) {
        put_sum(d, TYPE_SMALL, say(d, N_("Numbers in the journal")),
                text_fmt(d->cx->arena, "%lld \xe2\x80\x93 %lld", (long long)s->first_number,
                         (long long)s->last_number));
    }
    paper_rule(d->paper, RULE_DASHED);
    put_counted(d, N_("Sales"), z, "sales_count", "sales");
    put_counted(d, N_("Returns"), z, "returns_count", "returns");
    put_amount(d, TYPE_BODY, N_("Discounts"), z, "discount");
    put_amount(d, TYPE_BODY, N_("Net"), z, "net");
    put_amount(d, TYPE_BODY, N_("Tax"), z, "tax");
    put_sum(d, TYPE_FIGURE, say(d, N_("Total")), as_money(d, amount_in(d, z, "total")));
    paper_rule(d->paper, RULE_DASHED);
    put_tenders(d, z);
    paper_rule(d->paper, RULE_DASHED);
    put_taxes(d, z);
    paper_rule(d->paper, RULE_DASHED);
    put_cash(d, z);
    paper_space(d->paper, 250);
    paper_rule(d->paper, RULE_THIN);
    paper_text(d->paper, TYPE_SMALL, ALIGN_START, say(d, N_("Signature")));
    return OK;
}

enum err gather_z_report(struct print_cx *p, const void *record)
{
    const struct till_session *session = record;
    struct document_cx d;
    struct till till;
    struct json *z;
    struct json_fault fault;
    if (session->state == TILL_OPEN || text_empty(session->z_report)) {
        return refuse(p->cx, &refusal_till_still_open, TEXT_NONE);
    }
    TRY(json_parse(p->cx->arena, session->z_report.s, session->z_report.n, &z, &fault));
    TRY(document_begin(&d, p, session->site.id, 0));
    TRY(document_speak(&d, TEMPLATE_RECEIPT, TEXT_NONE));
    TRY(store_get_any(p->cx, &till_entity, session->till.id, &till));
    d.paper->kind = PAPER_RECEIPT;
    return compose(&d, session, &till, z);
}
