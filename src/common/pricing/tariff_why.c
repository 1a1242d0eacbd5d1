/* Why a line costs what it costs, in words: one entry for each decision that was taken. */
#include "common/pricing/inner.h"

#define WHY_BYTES_MAX 8192

struct why {
    struct cx *cx;
    struct json_out json;
};

static text_t amount_text(struct cx *cx, money_t m)
{
    char s[DECIMAL_TEXT_MAX];
    size_t n = decimal_print(m.minor, cx->decimals, cx->decimals, s);
    return text_copy(cx->arena, (text_t){ s, n });
}

static text_t percent_text(struct cx *cx, rate_t rate)
{
    char s[DECIMAL_TEXT_MAX];
    (void)decimal_print(rate.micro, RATE_SCALE, 0, s);
    return text_fmt(cx->arena, "%s %%", s);
}

static void step(struct why *w, const char *name, int64_t rule, text_t code, text_t label,
                 text_t value)
{
    struct json_out *o = &w->json;
    json_open(o, NULL, '{');
    json_put_str(o, "step", name);
    if (rule) {
        json_put_i64(o, "rule", rule);
    } else {
        json_put_null(o, "rule");
    }
    json_put_text(o, "code", code);
    json_put_text(o, "label", label);
    json_put_text(o, "value", value);
    json_close(o, '}');
}

static text_t said(const struct why *w, const char *msgid)
{
    return text_of(cx_text(w->cx, msgid));
}

/* The list that a price stands in; nothing when it is gone, which a reason must survive. */
static struct price_list list_of(struct cx *cx, int64_t price)
{
    struct price p;
    struct price_list l;
    if (store_get_any(cx, &price_entity, price, &p) == OK &&
        store_get_any(cx, &price_list_entity, p.list.id, &l) == OK) {
        return l;
    }
    return (struct price_list){ .code = TEXT_NONE };
}

static void why_price(struct why *w, const struct pricing_line *line)
{
    static const struct {
        enum pricing_why why;
        const char *step, *label;
    } lists[] = {
        { WHY_CUSTOMER_LIST, "customer_list", N_("Customer's price list") },
        { WHY_SITE_LIST, "site_list", N_("Site's price list") },
        { WHY_PRICE_LIST, "price_list", N_("Price list") },
    };
    text_t value = amount_text(w->cx, line->unit_price);
    for (size_t i = 0; i < N_ELEMENTS(lists); i++) {
        if (line->price_why == lists[i].why) {
            struct price_list l = list_of(w->cx, line->price_rule);
            text_t label = text_fmt(w->cx->arena, "%s: %s", cx_text(w->cx, lists[i].label),
                                    l.name.s ? l.name.s : "");
            step(w, lists[i].step, line->price_rule, l.code, label, value);
            return;
        }
    }
    if (line->price_why == WHY_OVERRIDE) {
        step(w, "override", 0, TEXT_NONE, said(w, N_("Price given by hand")), value);
    } else {
        step(w, "product_price", 0, TEXT_NONE, said(w, N_("List price of the product")), value);
    }
}

static void why_rule(struct why *w, const char *name, int64_t id, money_t off)
{
    struct discount_rule r;
    bool there = store_get_any(w->cx, &discount_rule_entity, id, &r) == OK;
    step(w, name, id, there ? r.code : TEXT_NONE, there ? r.name : TEXT_NONE,
         amount_text(w->cx, money_neg(off)));
}

static void why_discounts(struct why *w, const struct pricing_line *line)
{
    if (line->discount_rule) {
        why_rule(w, "discount_rule", line->discount_rule, line->discount);
    } else if (!money_is_zero(line->discount)) {
        step(w, "line_discount", 0, TEXT_NONE, said(w, N_("Discount given by hand")),
             amount_text(w->cx, money_neg(line->discount)));
    }
    if (line->basket_rule) {
        why_rule(w, "basket_rule", line->basket_rule, line->basket_discount);
    }
}

static void why_tax(struct why *w, const struct pricing_line *line)
{
    struct tax t;
    if (line->tax == 0) {
        step(w, "no_tax", 0, TEXT_NONE, said(w, N_("Not taxed")), amount_text(w->cx, money_of(0)));
        return;
    }
    bool there = store_get_any(w->cx, &tax_entity, line->tax, &t) == OK;
    text_t how = line->tax_included ? said(w, N_("included")) : said(w, N_("on top"));
    text_t label = text_fmt(w->cx->arena, "%s, %s", there && t.name.s ? t.name.s : "", how.s);
    step(w, "tax", line->tax, there ? t.code : TEXT_NONE, label,
         percent_text(w->cx, line->tax_rate));
}

text_t tariff_why(struct cx *cx, const struct pricing_line *line)
{
    struct buf b;
    struct why w = { .cx = cx };
    buf_init(&b, cx->arena, WHY_BYTES_MAX);
    json_out_init(&w.json, &b);
    json_open(&w.json, NULL, '[');
    why_price(&w, line);
    why_discounts(&w, line);
    why_tax(&w, line);
    json_close(&w.json, ']');
    return b.failed ? TEXT("[]") : buf_done(&b);
}
